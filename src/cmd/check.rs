//! `patcher check`: the offline gate.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Check;
use crate::git::store::Store;
use crate::port::engine;
use crate::project::load::{Project, Series};
use crate::project::lock::{Lock, ReleaseLock, SeriesLock};
use crate::publish::derive::{self, Archive};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Problem;
use crate::support::text::counted;

#[derive(Serialize)]
struct Checked {
    /// The newest line's pin.
    release: Release,
    /// What is published of it.
    version: String,
    /// How many patches the newest line has.
    patches: usize,
    series: Vec<CheckedSeries>,
    /// Whether every archive was made again.
    archives: bool,
    /// Why the verdicts in the lock say nothing of a release, where they do not.
    stale: Option<String>,
}

#[derive(Serialize)]
struct CheckedSeries {
    patches: String,
    pin: Release,
    releases: Vec<Release>,
}

pub(super) fn run(context: &Context, args: &Check) -> Result<()> {
    let project = context.project()?;
    let archives = if args.archives { Archives::All } else { Archives::None };
    let checked = Examined::new(context, &project, archives)?;
    if !checked.problems.is_empty() {
        return Err(checked.failure());
    }
    let (lock, lines) = (project.lock()?, project.locked_lines()?);
    let newest = &lock.series[0];
    let mut data = Checked {
        release: newest.pin.release,
        version: newest.pin.version().to_string(),
        patches: newest.patches_applied.len(),
        series: Vec::new(),
        archives: args.archives,
        stale: None,
    };
    let mut stale = Vec::new();
    for (line, _) in lines {
        let count = line.patches_applied.len();
        let releases: Vec<Release> = line.all().map(|locked| locked.release).collect();
        let fits = if count == 1 { "it fits exactly" } else { "each fits exactly" };
        let mut text = format!("{} at {}: {fits}", counted(count, "patch"), releases[0]);
        if let [_, .., oldest] = releases.as_slice() {
            let others = counted(releases.len() - 1, "other release");
            text.push_str(&format!(", and merges onto {others}, down to {oldest}"));
        }
        context.ui.status("Checked", &text);
        stale.extend(line_staleness(line, &project));
        let (patches, pin) = (line.patches.clone(), line.pin.release);
        data.series.push(CheckedSeries { patches, pin, releases });
    }
    let archives = if args.archives { "" } else { " (archives by their commits: --archives)" };
    context.ui.status(
        "Checked",
        &format!("upstream.lock is what is derived again: {}{archives}", data.version),
    );
    for stale in &stale {
        context.ui.warning(&format!("{stale}: `patcher sync` runs the scenarios"));
    }
    if let Some(work) = context.work() {
        context.ui.warning(&work);
    }
    data.stale = (!stale.is_empty()).then(|| stale.join("; "));
    context.ui.data("", &Document::new("check", data));
    Ok(())
}

/// Which archives to make again: that takes a hundred times as long as everything else, and
/// the commit says what is in one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Archives {
    None,
    Of(Release),
    All,
}

impl Archives {
    fn include(self, release: Release) -> bool {
        self == Self::All || self == Self::Of(release)
    }
}

/// What a check found, and what it derived on the way.
pub(super) struct Examined {
    pub(super) problems: Vec<Problem>,
    /// The last archive that was made again.
    pub(super) archive: Option<Archive>,
    /// Why not everything could be looked at, where it could not.
    cut_short: Option<String>,
}

impl Examined {
    /// Checks everything that can be checked without Bazel and the network.
    pub(super) fn new(context: &Context, project: &Project, archives: Archives) -> Result<Self> {
        project.lock()?;
        let problems = project.problems.clone();
        let mut examined = Self { problems, archive: None, cut_short: None };
        // Which fact of an edited lock was edited, only all of them together tell.
        let archives = if project.is_edited { Archives::All } else { archives };
        match examined.derive(context, project, archives) {
            // What was found is worth more than that the rest could not be looked for.
            Err(failure) if !examined.problems.is_empty() => {
                if failure.problems.is_empty() {
                    examined.cut_short = Some(failure.error.to_string());
                }
                examined.problems.extend(failure.problems);
                Ok(examined)
            }
            result => result.map(|()| examined),
        }
    }

    fn derive(&mut self, context: &Context, project: &Project, archives: Archives) -> Result<()> {
        let lock = project.lock()?;
        let lines = project.locked_lines()?;
        let store = context.store(lock)?;
        let tags = context.mirror(lock)?.releases()?;
        for (line, series) in lines {
            let mut conflicts = false;
            for locked in line.all() {
                let tag = tags.get(&locked.release);
                if !project.is_edited {
                    self.problems.extend(derive::moved_tag(locked, tag));
                }
                let base = store.commit(locked.commit)?;
                let tag = tag.filter(|_| project.is_edited);
                let found = derive::compare_commit(&project.lock_text, locked, &base, tag);
                conflicts |= !found.is_empty();
                self.problems.extend(found);
            }
            if series.is_complete && !conflicts {
                self.derive_line(&store, project, lock, line, series, archives)?;
            }
        }
        Ok(())
    }

    fn derive_line(
        &mut self,
        store: &Store,
        project: &Project,
        lock: &Lock,
        line: &SeriesLock,
        series: &Series,
        archives: Archives,
    ) -> Result<()> {
        let (text, module) = (&project.lock_text, &lock.upstream.module);
        let pin = store.commit(line.pin.commit)?;
        let (pinned, found) = derive::apply_series(store, line.pin.release, &pin, &series.patches)?;
        self.problems.extend(found);
        let Some(pinned) = pinned else { return Ok(()) };
        let found = derive::compare_patches(text, line, &series.patches, &pinned);
        let is_changed = !found.is_empty();
        self.problems.extend(found);
        if is_changed {
            return Ok(());
        }
        let ports = engine::Porter::new(store, &pinned);
        let published = project.config.routes();
        for locked in line.all() {
            let patched = if locked.release == line.pin.release {
                pinned.clone()
            } else {
                let base = store.commit(locked.commit)?;
                ports.port(&series.patches, locked.release, &base, &[])?.patched
            };
            // What is wrong on one release mostly is on all of them.
            for problem in derive::misapplied(store, &patched, &series.patches, &published)? {
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
            }
            let patched_commit =
                derive::patched_commit(store, &lock.upstream, &patched, locked.revision)?;
            if archives.include(locked.release) {
                self.archive = Some(derive::archive(store, module, &patched_commit)?);
            }
            let archive = self.archive.as_ref().filter(|_| archives.include(locked.release));
            let archive = archive.map(|archive| &archive.lock);
            self.problems.extend(derive::compare_release(
                text,
                locked,
                &patched,
                &patched_commit,
                module,
                archive,
            ));
        }
        Ok(())
    }

    /// What to stop with, where there are problems.
    pub(super) fn failure(self) -> Failure {
        let failure = Failure::from(self.problems);
        match self.cut_short {
            Some(why) => failure.hint(format!("not everything could be looked at: {why}")),
            None => failure,
        }
    }
}

/// Why the lock's verdict says nothing of a release as it is; `None` where it does.
pub(super) fn staleness(locked: &ReleaseLock, project: &Project) -> Option<String> {
    match &locked.tested {
        None => Some("there is no verdict: the scenarios did not run".to_owned()),
        Some(tested) if tested.tree != locked.patched_commit_tree => {
            Some("the verdict is of another tree".to_owned())
        }
        Some(tested) if tested.suite != project.suite.digest => {
            Some("the verdict is of other scenarios".to_owned())
        }
        Some(_) => None,
    }
}

/// The same for a line: a sentence for each reason, with the releases where there are several.
pub(super) fn line_staleness(line: &SeriesLock, project: &Project) -> Vec<String> {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for locked in line.all() {
        if let Some(reason) = staleness(locked, project) {
            reasons.entry(reason).or_default().push(locked.release.to_string());
        }
    }
    let sentence = |(reason, releases): (String, Vec<String>)| {
        if line.supported.is_empty() {
            return reason;
        }
        let count = counted(releases.len(), "release");
        let named = if releases.len() == 1 { releases[0].clone() } else { count };
        format!("{named} of {}: {reason}", line.patches)
    };
    reasons.into_iter().map(sentence).collect()
}
