//! A patch out of the series.

use serde::Serialize;

use crate::port::Applied;
use crate::port::edit::changes;
use crate::port::edit::series::without;
use crate::port::select::select;
use crate::port::{PatchOutcome, session};
use crate::project::changes::Changes;
use crate::project::load::Project;
use crate::project::patch_choice::PatchChoice;
use crate::project::site::Site;
use crate::project::workspace::Guard;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::names::PatchName;
use crate::support::problem::Problem;
use crate::support::progress::Progress;

/// A patch that can be dropped: the project is held until this is written or given up.
#[derive(Debug)]
pub struct Dropping {
    pub project: Project,
    /// The release that the series is pinned to.
    pub pin: Release,
    pub patch: PatchName,
    /// Its place in the series.
    pub index: usize,
    /// What becomes of it on the newest release that was fetched.
    pub upstream: Option<Upstream>,
    changes: Changes,
    guard: Guard,
}

/// What becomes of a patch on a release.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Upstream {
    pub release: Release,
    /// What becomes of the patch.
    #[serde(flatten)]
    pub found: PatchOutcome,
}

impl Dropping {
    /// Takes a patch out of the series of a directory, or the newest that has it, without writing it
    /// yet.
    ///
    /// # Errors
    ///
    /// Work is under way in a worktree, there is no such patch, the series is not in order, or a
    /// later patch builds on it.
    pub fn new(site: &Site<'_>, series: Option<&str>, patch: &PatchChoice) -> Result<Self> {
        session::ensure_none(site)?;
        let guard = site.workspace()?.lock()?;
        let project = site.project()?;
        let lock = project.lock()?;
        let selected = select(&project, series, Some(patch))?;
        let (Some(index), series) = (selected.patch, selected.series) else {
            return Err(Failure::defect(anyhow::anyhow!("no patch")));
        };
        // What is wrong with the patch's message goes with it.
        let file = &series.patches[index].file;
        let is_grave = |problem: &Problem| problem.file != *file && !problem.is_mendable;
        if !series.is_complete || project.problems.iter().any(is_grave) {
            project.ensure_sound()?;
        }
        let store = site.store(lock)?;
        let pinned = Applied::at_pin(&store, selected.locked, series)?.complete()?;
        let changes = changes(series, &without(&store, &pinned, &series.patches, index)?);
        let releases = site.mirror(lock)?.releases()?;
        let newest = releases.iter().rev().find(|(release, _)| release.is_stable());
        let upstream = match newest.filter(|(release, _)| **release > pinned.release) {
            None => None,
            Some((release, commit)) => {
                let attempt = pinned.onto(&store, *release, &store.commit(*commit)?)?;
                let found = attempt.outcomes.into_iter().nth(index);
                found.map(|found| Upstream { release: *release, found })
            }
        };
        let (pin, patch) = (pinned.release, series.patches[index].patch.name.clone());
        Ok(Self { project, pin, patch, index, upstream, changes, guard })
    }

    /// The files that would be written or removed, and what would change in them.
    pub fn pending(&self) -> (Vec<String>, String) {
        let current = |path: &str| self.project.workspace.current(path);
        let pending = self.changes.clone().pending(current);
        (pending.iter().map(|(path, _)| path.to_owned()).collect(), pending.diff(current))
    }

    /// Writes the series without the patch. The result is the files that were written or removed.
    ///
    /// # Errors
    ///
    /// The project cannot be written.
    pub fn write(&self, progress: &dyn Progress) -> Result<Vec<String>> {
        let workspace = &self.project.workspace;
        let current = |path: &str| workspace.current(path);
        let pending = self.changes.clone().pending(current);
        workspace.commit(&pending, &self.guard, progress)?;
        Ok(pending.iter().map(|(path, _)| path.to_owned()).collect())
    }
}
