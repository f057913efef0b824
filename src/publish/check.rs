//! Everything that can be checked without Bazel and the network: the series against its own
//! form and its pin, and every fact of the lock, derived again.

use crate::git::store::Store;
use crate::port::Applied;
use crate::port::session;
use crate::project::evidence::{Gap, State, gaps};
use crate::project::lint::carriage_returns;
use crate::project::load::{Project, Series};
use crate::project::lock::{self, Lock, ReleaseLock, SeriesLock};
use crate::project::override_kind::OverrideKind;
use crate::project::published::Published;
use crate::project::site::Site;
use crate::publish::appliers;
use crate::publish::locked_facts::{self, Derived};
use crate::publish::misapplied;
use crate::publish::patched_commit;
use crate::publish::release_archive::{self, Archive};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{ModuleVersion, Release};
use crate::support::look::Meaning;
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

/// Which archives to make again: that takes a hundred times as long as everything else, and
/// the commit says what is in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archives {
    None,
    Of(Release),
    All,
}

impl Archives {
    fn include(self, release: Release) -> bool {
        self == Self::All || self == Self::Of(release)
    }
}

/// A project in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What is published of the newest pin.
    pub version: ModuleVersion,
    /// The series, the one for the newest releases first.
    pub series: Vec<CheckedSeries>,
    /// Why results in the lock say nothing of a release, if they do not.
    pub stale: Vec<String>,
    /// Of which releases nothing can be tested, and why.
    pub without_evidence: Vec<String>,
    /// What to know before the patches are applied: by hand, or by an old Bazel.
    pub notes: Vec<String>,
}

/// A series whose patches apply at its pin.
#[derive(Clone, Debug)]
pub struct CheckedSeries {
    pub directory: String,
    /// How many patches it has.
    pub patches: usize,
    /// The releases that it supports, the pin first.
    pub releases: Vec<Release>,
}

impl Checked {
    /// Reports what was checked, and what a person should know of it.
    pub fn report_to(&self, site: &Site<'_>, archives: Archives) {
        let progress = site.progress;
        for series in &self.series {
            progress.status(Meaning::Done, "Checked", &series.text());
        }
        let how = match archives {
            Archives::All => "",
            Archives::None | Archives::Of(_) => " (archives by their commits: --archives)",
        };
        let text = format!("upstream.lock is what is derived again: {}{how}", self.version);
        progress.status(Meaning::Done, "Checked", &text);
        self.notes.iter().for_each(|note| progress.warning(note));
        for stale in &self.stale {
            progress.warning(&format!("{stale}: `patcher sync` runs the scenarios"));
        }
        for missing in &self.without_evidence {
            progress.warning(missing);
        }
        if let Some(work) = session::under_way(site) {
            progress.warning(&work);
        }
    }
}

impl CheckedSeries {
    fn text(&self) -> String {
        let Self { patches, releases, .. } = self;
        let fits = if *patches == 1 { "it applies cleanly" } else { "each applies cleanly" };
        let text = format!("{} at {}: {fits}", counted(*patches, "patch"), releases[0]);
        let [_, .., oldest] = releases.as_slice() else { return text };
        let others = counted(releases.len() - 1, "other release");
        format!("{text}, and merges onto {others}, down to {oldest}")
    }
}

/// Checks the project.
///
/// # Errors
///
/// Everything that is wrong.
pub fn check(site: &Site<'_>, archives: Archives) -> Result<Checked> {
    let project = site.project()?;
    let examined = Examined::new(site, &project, archives)?;
    if !examined.problems.is_empty() {
        return Err(examined.failure());
    }
    let version = project.lock()?.series[0].pin.version();
    let mut checked = Checked {
        version,
        series: Vec::new(),
        stale: Vec::new(),
        without_evidence: Vec::new(),
        notes: Vec::new(),
    };
    let is_published = project.config.kinds().contains(&OverrideKind::SingleVersion);
    for (locked, series) in project.locked_series()? {
        for Gap { state, text } in gaps(locked, &project) {
            match state {
                State::Untested => checked.stale.push(text),
                State::None => checked.without_evidence.push(text),
                State::Tested | State::Partial => {}
            }
        }
        checked.notes.extend(carriage_returns(series.patches.iter().map(|source| &source.patch)));
        let patches = series.patches.iter().filter(|_| is_published);
        let patches = patches.map(|source| (source.file.as_str(), &source.patch));
        checked.notes.extend(appliers::ignored_by_old_bazel(patches));
        checked.series.push(CheckedSeries {
            directory: locked.patches.clone(),
            patches: locked.patches_applied.len(),
            releases: locked.all().map(|locked| locked.release).collect(),
        });
    }
    Ok(checked)
}

/// What a check found, and what it derived on the way.
#[derive(Debug)]
pub struct Examined {
    pub problems: Vec<Problem>,
    /// The last archive that was made again.
    pub archive: Option<Archive>,
    /// Why not everything could be looked at, if it could not.
    cut_short: Option<String>,
}

impl Examined {
    /// Looks for everything that is wrong.
    ///
    /// # Errors
    ///
    /// There is no lock; or nothing is wrong with the project's files, and the rest cannot be
    /// looked at.
    pub fn new(site: &Site<'_>, project: &Project, archives: Archives) -> Result<Self> {
        let lock = project.lock()?;
        // Which fact of an edited lock was edited, only all of them together tell.
        let archives = if project.is_edited { Archives::All } else { archives };
        let problems = project.problems.clone();
        let mut derivation = Derivation { project, lock, archives, problems, archive: None };
        let ended = derivation.derive(site);
        let Derivation { problems, archive, .. } = derivation;
        let mut examined = Self { problems, archive, cut_short: None };
        // Whatever else an edited lock says, it follows from that.
        for found in examined.problems.iter_mut().skip(project.problems.len()) {
            found.is_consequence = project.is_edited;
        }
        match ended {
            // What was found is worth more than that the rest could not be looked for.
            Err(failure) if !examined.problems.is_empty() => {
                if failure.problems.is_empty() {
                    examined.cut_short = Some(failure.message());
                }
                examined.problems.extend(failure.problems);
                Ok(examined)
            }
            ended => ended.map(|()| examined),
        }
    }

    /// What to stop with, if there are problems.
    pub fn failure(self) -> Failure {
        let failure = Failure::from(self.problems);
        match self.cut_short {
            Some(why) => failure.hint(format!("not everything could be looked at: {why}")),
            None => failure,
        }
    }
}

/// The lock's facts, derived again.
struct Derivation<'a> {
    project: &'a Project,
    lock: &'a Lock,
    archives: Archives,
    problems: Vec<Problem>,
    archive: Option<Archive>,
}

impl Derivation<'_> {
    fn derive(&mut self, site: &Site<'_>) -> Result<()> {
        let project = self.project;
        let series = project.locked_series()?;
        let store = site.store(self.lock)?;
        let tags = site.mirror(self.lock)?.releases()?;
        let published = Published::of(site, project)?;
        for locked in self.lock.series.iter().flat_map(SeriesLock::all) {
            self.problems.extend(published.objection(locked).map(|message| {
                let file = &locked.archive.file;
                let at = lock::line_of(&project.lock_text, file).unwrap_or(1);
                let problem = Problem::new(Kind::Finding, lock::FILE, message).at(at);
                problem.hint("`patcher sync` gives it the next revision").mendable()
            }));
        }
        for (locked_series, series) in series {
            let mut has_moved = false;
            for locked in locked_series.all() {
                let tag = tags.get(&locked.release);
                if !project.is_edited {
                    self.problems.extend(locked_facts::moved_tag(
                        locked.release,
                        locked.commit,
                        tag,
                    ));
                }
                let base = store.commit(locked.commit)?;
                let tag = tag.filter(|_| project.is_edited);
                let found = locked_facts::compare_commit(&project.lock_text, locked, &base, tag);
                has_moved |= !found.is_empty();
                self.problems.extend(found);
            }
            if series.is_complete && !has_moved {
                self.derive_series(&store, locked_series, series)?;
            }
        }
        Ok(())
    }

    fn derive_series(
        &mut self,
        store: &Store,
        locked_series: &SeriesLock,
        series: &Series,
    ) -> Result<()> {
        let pinned = Applied::at_pin(store, locked_series, series)?;
        self.problems.extend(pinned.problems.iter().cloned());
        if !pinned.is_complete {
            return Ok(());
        }
        let text = &self.project.lock_text;
        let found = locked_facts::compare_patches(text, locked_series, &series.patches, &pinned);
        if !found.is_empty() {
            self.problems.extend(found);
            return Ok(());
        }
        for locked in locked_series.all() {
            let patched = pinned.at(store, locked.release, &store.commit(locked.commit)?)?;
            self.derive_release(store, locked, &patched)?;
        }
        Ok(())
    }

    fn derive_release(
        &mut self,
        store: &Store,
        locked: &ReleaseLock,
        patched: &Applied,
    ) -> Result<()> {
        let published = self.project.config.kinds();
        misapplied::misapplied(store, patched, &published, &mut self.problems)?;
        let upstream = &self.lock.upstream;
        let patched_commit =
            patched_commit::patched_commit(store, upstream, patched, locked.revision)?;
        let module = &upstream.module;
        let is_included = self.archives.include(locked.release);
        if is_included {
            self.archive = Some(release_archive::archive(store, module, &patched_commit)?);
        }
        let archive = self.archive.as_ref().filter(|_| is_included).map(|archive| &archive.lock);
        let text = &self.project.lock_text;
        let derived = Derived { module, patched, patched_commit: &patched_commit, archive };
        self.problems.extend(locked_facts::compare_release(text, locked, derived));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_made_again_of_all_releases_of_one_or_of_none() {
        let [one, other] = ["1.0.0", "1.1.0"].map(|text| text.parse::<Release>().unwrap());
        let included = |archives: Archives| [one, other].map(|release| archives.include(release));
        assert_eq!(included(Archives::None), [false, false]);
        assert_eq!(included(Archives::Of(one)), [true, false]);
        assert_eq!(included(Archives::All), [true, true]);
    }
}
