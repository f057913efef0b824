//! Which releases a sync would no longer support.

use thiserror::Error;

use crate::project::load::Project;
use crate::project::lock::{self, SeriesLock};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;
use crate::sync::fetch::Fetched;
use crate::sync::options::FewerReleases;
use crate::sync::plan::Plan;

/// What stops a sync, as far as code has to tell it apart.
#[derive(Debug, Error)]
pub enum SyncError {
    /// Releases would no longer be supported: whether they may go, a person decides.
    #[error(transparent)]
    FewerReleases(Failure),
    #[error(transparent)]
    Other(#[from] Failure),
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::FewerReleases(failure) | SyncError::Other(failure) => failure,
        }
    }
}

/// The releases of a locked series that no series would support any more.
pub(super) struct Gone<'a> {
    locked: &'a SeriesLock,
    /// Neighbours in one list: its first and last name all of it.
    runs: Vec<Vec<Release>>,
}

impl<'a> Gone<'a> {
    /// What goes of every series that is locked.
    pub(super) fn all<'p>(
        project: &'a Project,
        plans: impl Iterator<Item = &'p Plan<'p>>,
    ) -> Vec<Self> {
        let plans: Vec<&Plan<'_>> = plans.collect();
        let series = project.lock.iter().flat_map(|lock| &lock.series);
        series.filter_map(|locked| Self::of(locked, &plans)).collect()
    }

    /// What goes of a series. One that is for its pin only leaves it behind when it moves up, and a
    /// release candidate is supported only as a pin.
    fn of(locked: &'a SeriesLock, plans: &[&Plan<'_>]) -> Option<Self> {
        let plan = plans.iter().find(|plan| plan.series.directory == locked.patches);
        let moves_up = plan.is_some_and(|plan| plan.pin > locked.pin.release);
        if locked.releases.is_none() && moves_up {
            return None;
        }
        let kept: Vec<Release> = plans.iter().flat_map(|plan| plan.releases()).collect();
        let mut releases: Vec<Release> = locked.all().map(|locked| locked.release).collect();
        releases.retain(Release::is_stable);
        releases.sort_unstable();
        let is_kept = |release: &Release| kept.contains(release);
        let runs = releases.chunk_by(|a, b| is_kept(a) == is_kept(b));
        let gone = runs.filter(|run| run.first().is_some_and(|first| !is_kept(first)));
        let runs: Vec<Vec<Release>> = gone.map(<[Release]>::to_vec).collect();
        (!runs.is_empty()).then_some(Self { locked, runs })
    }

    fn count(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// `patches VERB 1.0.2 to 1.1.0 (4 of 6 releases)`.
    pub(super) fn text(&self, verb: &str) -> String {
        let run = |run: &Vec<Release>| match run.as_slice() {
            [first, _, .., last] => format!("{first} to {last}"),
            few => few.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let runs: Vec<String> = self.runs.iter().map(run).collect();
        let (directory, runs) = (&self.locked.patches, runs.join(", "));
        let all = counted(self.locked.all().count(), "release");
        format!("{directory} {verb} {runs} ({} of {all})", self.count())
    }
}

impl Fetched<'_> {
    /// Stops if releases that the lock has would no longer be supported, unless that is allowed:
    /// then it is a warning.
    ///
    /// # Errors
    ///
    /// Which ones.
    pub(super) fn ensure_no_fewer(&self) -> Result<(), SyncError> {
        let gone = Gone::all(self.project, self.plans.iter().map(|(plan, _)| plan));
        match self.options.fewer_releases {
            FewerReleases::Allowed => {
                for gone in &gone {
                    self.site.progress.warning(&gone.text("no longer supports"));
                }
                Ok(())
            }
            FewerReleases::Refused if gone.is_empty() => Ok(()),
            FewerReleases::Refused => Err(SyncError::FewerReleases(refused(&gone))),
        }
    }
}

fn refused(gone: &[Gone<'_>]) -> Failure {
    let count = counted(gone.iter().map(Gone::count).sum(), "release");
    let message = format_args!("{count} would no longer be supported; nothing was changed");
    let problem = |gone: &Gone<'_>| Problem::new(Kind::Input, lock::FILE, gone.text("would lose"));
    let problems = gone.iter().map(problem).collect();
    let failure = Failure { problems, ..Failure::new(Kind::Input, message) };
    failure.hint("`--allow-fewer-releases` allows it")
}
