//! A series at a base: each patch applied exactly, with the trees before and after it.

use crate::git::commit::NewCommit;
use crate::git::store::{Commit, Store};
use crate::patch::Patch;
use crate::port::memo::Memo;
use crate::project::load::{Series, SourcePatch};
use crate::project::lock::SeriesLock;
use crate::support::failure::Result;
use crate::support::ids::{CommitId, Release, TreeId};
use crate::support::problem::Problem;

/// A series at a base.
#[derive(Clone, Debug)]
pub struct Applied {
    pub release: Release,
    pub base: Commit,
    /// The patches that apply, up to the first that does not.
    pub patches: Vec<AppliedPatch>,
    /// What is wrong with the patches, those that apply included.
    pub problems: Vec<Problem>,
    pub is_complete: bool,
    /// What ports of this series to several releases share.
    pub(super) memo: Memo,
}

/// A patch of a series at a base.
#[derive(Clone, Debug)]
pub struct AppliedPatch {
    /// Its file, relative to the project.
    pub file: String,
    /// The patch, canonical and with full blob ids.
    pub patch: Patch,
    /// The tree that it applies to.
    pub before: TreeId,
    /// The tree that it makes.
    pub after: TreeId,
}

impl Applied {
    /// Applies patches exactly. Stops at the first that does not apply: what comes after it
    /// would be judged against the wrong tree.
    ///
    /// # Errors
    ///
    /// The store itself; what is wrong with the patches is in [`Applied::problems`].
    pub fn new(
        store: &Store,
        release: Release,
        base: &Commit,
        sources: &[SourcePatch],
    ) -> Result<Self> {
        let mut series = Self::empty(release, base.clone());
        for source in sources {
            let applied = store.apply(series.tree(), &source.patch, &source.file)?;
            series.problems.extend(applied.problems);
            let Some(after) = applied.tree else {
                series.is_complete = false;
                break;
            };
            let patch = Patch { files: applied.files, ..source.patch.clone() };
            series.push(source.file.clone(), patch, after);
        }
        Ok(series)
    }

    /// A series at the pin that the lock has for it.
    ///
    /// # Errors
    ///
    /// As [`Applied::new`].
    pub fn at_pin(store: &Store, locked: &SeriesLock, series: &Series) -> Result<Self> {
        let base = store.commit(locked.pin.commit)?;
        Self::new(store, locked.pin.release, &base, &series.patches)
    }

    pub fn empty(release: Release, base: Commit) -> Self {
        let (patches, problems, memo) = Default::default();
        Self { release, base, patches, problems, is_complete: true, memo }
    }

    /// Adds a patch on top, which makes the tree `after`.
    pub fn push(&mut self, file: String, patch: Patch, after: TreeId) {
        let before = self.tree();
        self.patches.push(AppliedPatch { file, patch, before, after });
    }

    /// The tree after the last patch.
    pub fn tree(&self) -> TreeId {
        self.patches.last().map_or(self.base.tree, |patch| patch.after)
    }

    /// This series, if every patch applies.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the patches.
    pub fn complete(self) -> Result<Self> {
        if self.is_complete { Ok(self) } else { Err(self.problems.into()) }
    }

    /// This series, if nothing is wrong with it that `sync` does not mend.
    ///
    /// # Errors
    ///
    /// What `sync` does not mend.
    pub fn sound(self) -> Result<Self> {
        let is_grave = |problem: &&Problem| !problem.is_mendable;
        let grave: Vec<Problem> = self.problems.iter().filter(is_grave).cloned().collect();
        if self.is_complete && grave.is_empty() { Ok(self) } else { Err(grave.into()) }
    }

    /// Commits the patches onto the base, a commit a patch.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn commits(&self, store: &Store) -> Result<Vec<CommitId>> {
        let patches = self.patches.iter().map(|applied| (&applied.patch, applied.after));
        commits(store, self.base.id, patches)
    }
}

/// Commits patches onto `base`, a commit a patch, each with the tree after it.
pub(super) fn commits<'a>(
    store: &Store,
    base: CommitId,
    patches: impl IntoIterator<Item = (&'a Patch, TreeId)>,
) -> Result<Vec<CommitId>> {
    let mut commits = Vec::new();
    for (patch, tree) in patches {
        let parent = commits.last().copied().unwrap_or(base);
        let (author, message) = (&patch.author, patch.message());
        commits.push(store.write_commit(&NewCommit { tree, parent, author, message: &message })?);
    }
    Ok(commits)
}
