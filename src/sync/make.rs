//! What is published of every release of every series: the patched commit and the archive.

use crate::git::store::Commit;
use crate::port::port_error::PortError;
use crate::port::resolve::ByHand;
use crate::port::{Applied, PatchOutcome, Ported};
use crate::project::config;
use crate::project::lock::{ArchiveLock, PatchLock, ReleaseLock, SeriesLock};
use crate::publish::locked_facts;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::provenance::{self, Publication, Statement};
use crate::publish::release_archive::{self, Archive};
use crate::support::failure::{Failure, Result};
use crate::support::file_read::read;
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::look::Meaning;
use crate::support::problem::{Kind, Problem};
use crate::support::spans::ranges;
use crate::support::text::counted;
use crate::sync::fetch::Fetched;
use crate::sync::plan::Plan;

/// What a sync makes of a release.
pub(super) struct Made {
    pub(super) applied: Applied,
    pub(super) outcomes: Vec<PatchOutcome>,
    pub(super) patched_commit: PatchedCommit,
    pub(super) archive_lock: ArchiveLock,
    /// The archive, if it is to be written.
    pub(super) archive: Option<Archive>,
    /// Whether it is not what the lock has.
    pub(super) is_new: bool,
}

/// What a sync makes of a series.
pub(super) struct SeriesMade<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) pin: Made,
    pub(super) supported: Vec<Made>,
}

/// Which archives are written into the output directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    Written,
    NotWritten,
}

/// What is said of a series, which is named if there are several.
pub(super) fn of_series(said: String, directory: &str, count: usize) -> String {
    if count > 1 { format!("{said} for {directory}") } else { said }
}

impl Made {
    pub(super) fn release(&self) -> Release {
        self.applied.release
    }
}

impl SeriesMade<'_> {
    /// Every release, the pin first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Made> {
        std::iter::once(&self.pin).chain(&self.supported)
    }
}

impl Fetched<'_> {
    /// Makes every series. What conflicts is collected over all releases first.
    pub(super) fn make_all(&self, by_hand: Option<&ByHand>) -> Result<Vec<SeriesMade<'_>>> {
        self.ensure_complete()?;
        let mut series = Vec::new();
        let mut conflicts = Vec::new();
        for (index, (plan, base)) in self.plans.iter().enumerate() {
            self.report_base(plan, base);
            let by_hand = by_hand.filter(|by_hand| by_hand.directory == plan.series.directory);
            match self.apply(plan, base, by_hand.map(|by_hand| &by_hand.ported)) {
                Err(error @ PortError::Conflict { .. }) => {
                    let command = self.options.resolving(&self.site, plan.pin);
                    let hint = format!(
                        "`{command}` opens a worktree to resolve it in; nothing was changed"
                    );
                    conflicts.push((plan.pin, Failure::from(error).hint(hint)));
                }
                ported => {
                    let output = if index == 0 { Output::Written } else { Output::NotWritten };
                    let (made, stopped) = self.make_series(plan, ported?, output)?;
                    series.push(made);
                    conflicts.extend(stopped);
                }
            }
        }
        match conflicts.len() {
            0 => self.ensure_publishable(&series).map(|()| series),
            1 => Err(conflicts.remove(0).1),
            _ => Err(self.together(conflicts)),
        }
    }

    /// Several conflicts as one failure, which shows each patch's on the newest release that it
    /// conflicts with: the older ones are likely the same.
    fn together(&self, conflicts: Vec<(Release, Failure)>) -> Failure {
        let hints = conflicts.first().map(|(_, failure)| failure.hints.clone()).unwrap_or_default();
        let mut releases: Vec<(String, Vec<Release>)> = Vec::new();
        let mut problems: Vec<Problem> = Vec::new();
        for (release, failure) in conflicts {
            let first = failure.problems.first().map(|problem| problem.file.clone());
            let file = first.unwrap_or_default();
            let known = releases.iter_mut().find(|(known, _)| *known == file);
            let is_new = known.is_none();
            match known {
                Some((_, all)) => all.push(release),
                None => releases.push((file, vec![release])),
            }
            let of = |problem: Problem| Problem {
                is_consequence: problem.is_consequence || !is_new,
                ..problem
            };
            problems.extend(failure.problems.into_iter().map(of));
        }
        let all = || {
            self.plans.iter().flat_map(|(plan, _)| {
                let supported = plan.supported.iter().map(|(release, _)| *release);
                [plan.pin].into_iter().chain(supported)
            })
        };
        let message = |(file, conflicting): &(String, Vec<Release>)| {
            format!("{file}: conflicts with {}", ranges(all(), |r| conflicting.contains(r)))
        };
        let message = releases.iter().map(message).collect::<Vec<_>>().join("; ");
        hints
            .into_iter()
            .fold(Failure { problems, ..Failure::new(Kind::Conflict, message) }, Failure::hint)
    }

    /// Nothing is pinned before all of it is written.
    fn report_base(&self, plan: &Plan<'_>, base: &Commit) {
        let base = format!("{} {} ({})", self.module, plan.pin, base.id.short());
        let text = of_series(base, &plan.series.directory, self.plans.len());
        self.site.progress.status(Meaning::Running, "Using", &text);
    }

    /// Makes the pin of a series, and every other release that it supports; with what stands in
    /// the way on those on which it conflicts.
    fn make_series<'p>(
        &self,
        plan: &'p Plan<'p>,
        ported: Ported,
        output: Output,
    ) -> Result<(SeriesMade<'p>, Vec<(Release, Failure)>)> {
        let pinned = ported.applied.clone();
        let pin = self.make(ported, plan, output)?;
        let (mut supported, mut conflicts) = (Vec::new(), Vec::new());
        for (release, commit) in &plan.supported {
            let base = self.store.commit(*commit)?;
            let attempt = pinned.onto(&self.store, *release, &base)?;
            match attempt.ported(&self.store) {
                Err(error @ PortError::Conflict { .. }) => {
                    let hint = format!(
                        "leave {release} out of the `releases` of {} in {}, or give it a series \
                         of its own; nothing was changed",
                        plan.series.directory,
                        config::FILE
                    );
                    conflicts.push((*release, Failure::from(error).hint(hint)));
                }
                ported => supported.push(self.make(ported?, plan, Output::NotWritten)?),
            }
        }
        if let [.., oldest] = supported.as_slice() {
            let count = counted(supported.len(), "other release");
            let text = format!("onto {count}, down to {}", oldest.release());
            self.site.progress.status(Meaning::Done, "Merged", &text);
        }
        Ok((SeriesMade { plan, pin, supported }, conflicts))
    }

    /// What the lock has of a release, whichever series supported it.
    fn locked(&self, release: Release) -> Option<&ReleaseLock> {
        self.project.lock.as_ref()?.find(release)
    }

    /// Makes what is published of a release. The revision goes up exactly when the bytes that
    /// were published under it would change: because the series did, or the compressor. That is
    /// so of a release, too, that was not supported for a time, and if the lock was put back. An
    /// archive that is to be written is made again if the output directory does not hold it;
    /// with `is_rebuild`, every archive is, which is how another compressor is found.
    fn make(&self, ported: Ported, plan: &Plan<'_>, output: Output) -> Result<Made> {
        let Ported { applied, outcomes } = ported;
        let newest = self.published()?.newest(applied.release);
        let upstream = self.locked_upstream();
        let commit =
            |revision| patched_commit::patched_commit(&self.store, &upstream, &applied, revision);
        let archive =
            |commit: &PatchedCommit| release_archive::archive(&self.store, &self.module, commit);
        let first = (!applied.patches.is_empty()).then_some(1);
        let before = self.project.lock.as_ref();
        let last = match first {
            Some(_) => newest.first().map(|last| (*last).clone()),
            None => before.and_then(|lock| lock.published(applied.release).last()),
        };
        let Some(last) = last else {
            let patched_commit = commit(first)?;
            let archive = archive(&patched_commit)?;
            return Ok(made(Ported { applied, outcomes }, patched_commit, archive, output));
        };
        let same = commit(first.and(last.revision.or(first)))?;
        let is_one = first.is_none() || newest.len() == 1;
        let is_it = |published: CommitId| is_one && published == same.commit.id;
        let is_same = is_it(last.patched_commit);
        let locked = self.locked(applied.release).filter(|locked| is_it(locked.patched_commit));
        let kept = locked.filter(|locked| {
            let is_in_place =
                |series| self.is_in_place(series, locked, &locked_facts::patch_locks(&applied));
            let is_kept = output == Output::NotWritten || plan.locked.is_some_and(is_in_place);
            !self.options.is_rebuild && is_kept
        });
        if let Some(locked) = kept {
            let (archive_lock, patched_commit) = (locked.archive.clone(), same);
            let (archive, is_new) = (None, false);
            return Ok(Made { applied, outcomes, patched_commit, archive_lock, archive, is_new });
        }
        if is_same {
            let again = archive(&same)?;
            if again.lock.integrity == last.archive_integrity || first.is_none() {
                let is_new = locked.is_none();
                let made = made(Ported { applied, outcomes }, same, again, output);
                return Ok(Made { is_new, ..made });
            }
        }
        let revised = first.map(|first| last.revision.map_or(first, |revision| revision + 1));
        let patched_commit = commit(revised)?;
        let archive = archive(&patched_commit)?;
        Ok(made(Ported { applied, outcomes }, patched_commit, archive, output))
    }

    /// Whether the output directory holds the archive of a series' pin, and the statement about
    /// it.
    pub(super) fn is_in_place(
        &self,
        series: &SeriesLock,
        locked: &ReleaseLock,
        patches: &[PatchLock],
    ) -> bool {
        let directory = self.site.root.join(self.options.directory(&self.site));
        let file = directory.join(&locked.archive.file);
        let Some(lock) = &self.project.lock else { return false };
        let statement = Statement::new(Publication {
            upstream: &lock.upstream,
            series,
            patches,
            release: locked,
            is_reproduced: false,
        });
        self.has_statement(&locked.archive, &statement)
            && read(&file).is_ok_and(|bytes| Sri::of(&bytes) == locked.archive.integrity)
    }

    /// Whether the output directory holds a statement that says the same of the archive, by any
    /// patcher.
    fn has_statement(&self, archive: &ArchiveLock, statement: &Statement) -> bool {
        self.statement(archive).is_some_and(|there| there.is_same(statement))
    }

    /// The same, if it says the same of the scenarios, too.
    pub(super) fn has_statement_with(&self, archive: &ArchiveLock, statement: &Statement) -> bool {
        let there = self.statement(archive);
        there.is_some_and(|there| {
            there.is_same(statement) && there.scenarios() == statement.scenarios()
        })
    }

    /// The statement in the output directory.
    fn statement(&self, archive: &ArchiveLock) -> Option<Statement> {
        let directory = self.site.root.join(self.options.directory(&self.site));
        let bytes = read(&directory.join(provenance::file(&archive.file))).ok()?;
        Statement::parse(&bytes).ok()
    }
}

fn made(ported: Ported, patched_commit: PatchedCommit, archive: Archive, output: Output) -> Made {
    let Ported { applied, outcomes } = ported;
    let archive_lock = archive.lock.clone();
    let archive = (output == Output::Written).then_some(archive);
    Made { applied, outcomes, patched_commit, archive_lock, archive, is_new: true }
}
