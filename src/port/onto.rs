//! A series carried to another release, in memory.

use crate::git::store::{Commit, Store};
use crate::git::tree::Delta;
use crate::patch::{BlobName, FilePatch, Patch};
use crate::port::apply::{self, Applied, AppliedPatch};
use crate::port::conflict_text;
use crate::port::merge_patch::{Merging, Onto};
use crate::port::outcome::{Outcome, PatchOutcome};
use crate::port::port_error::PortError;
use crate::support::failure::Result;
use crate::support::ids::{CommitId, Release, TreeId};
use crate::support::names::PatchName;

/// What became of a series on a release.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// The series at its pin.
    pub pinned: &'a Applied,
    pub release: Release,
    pub base: Commit,
    /// What became of each patch.
    pub outcomes: Vec<PatchOutcome>,
}

/// A series on another release, with what became of each patch.
#[derive(Clone, Debug)]
pub struct Ported {
    /// The series there, without what was left out.
    pub applied: Applied,
    /// What became of each patch of the series, those left out included.
    pub outcomes: Vec<PatchOutcome>,
}

/// A release to which a person carried a series.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    pub release: Release,
    pub base: &'a Commit,
    /// The trees after each patch, without those that were left out.
    pub trees: &'a [Option<TreeId>],
}

impl Applied {
    /// Merges each patch onto `base`, the commit of `release`, and goes on past what fails: what
    /// comes after a conflict is judged on as much of it as merged.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn onto(&self, store: &Store, release: Release, base: &Commit) -> Result<Attempt<'_>> {
        let mut outcomes = Vec::new();
        let mut ours = base.tree;
        let mut conditional = false;
        for index in 0..self.patches.len() {
            let onto = Onto { release: base.id, tree: ours };
            let Merging { mut outcome, tree, .. } = self.merge(store, index, onto)?;
            outcome.conditional = conditional;
            let is_conflict = outcome.outcome == Outcome::Conflict;
            conditional |= is_conflict;
            if !outcome.outcome.is_already_upstream() {
                ours = tree;
                outcome.after = (!is_conflict).then_some(tree);
            }
            outcomes.push(outcome);
        }
        Ok(Attempt { pinned: self, release, base: base.clone(), outcomes })
    }

    /// What became of a series on the release to which it was carried.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn along(&self, store: &Store, carried: &Carried<'_>) -> Result<Attempt<'_>> {
        let Carried { release, base, trees } = *carried;
        let mut outcomes = Vec::new();
        let mut ours = base.tree;
        for (index, tree) in trees.iter().enumerate() {
            let onto = Onto { release: base.id, tree: ours };
            let Merging { mut outcome, tree: merged, .. } = self.merge(store, index, onto)?;
            outcome.after = *tree;
            match *tree {
                None => outcome.accepted = true,
                Some(tree) => {
                    if outcome.is_failure() || merged != tree {
                        outcome.outcome = Outcome::Resolved;
                    }
                    ours = tree;
                }
            }
            outcomes.push(outcome);
        }
        Ok(Attempt { pinned: self, release, base: base.clone(), outcomes })
    }

    /// The series on a release: this one on its own, else ported.
    ///
    /// # Errors
    ///
    /// As [`Attempt::ported`].
    pub fn at(&self, store: &Store, release: Release, base: &Commit) -> Result<Self> {
        if release == self.release {
            return Ok(self.clone());
        }
        Ok(self.onto(store, release, base)?.ported(store)?.applied)
    }
}

impl Ported {
    /// A series that stays at its pin.
    pub fn at_pin(applied: Applied) -> Self {
        let at_pin = |patch: &AppliedPatch| PatchOutcome {
            after: Some(patch.after),
            ..PatchOutcome::new(&patch.patch.name, Outcome::Unchanged, patch.before)
        };
        Self { outcomes: applied.patches.iter().map(at_pin).collect(), applied }
    }
}

impl Attempt<'_> {
    /// The same, without the patches that the release does not need, if `accepted` names them.
    pub fn accepting(mut self, accepted: &[PatchName]) -> Self {
        for outcome in &mut self.outcomes {
            outcome.accepted =
                outcome.outcome.is_already_upstream() && accepted.contains(&outcome.patch);
        }
        self
    }

    /// Looks for upstream's commits behind each conflict.
    ///
    /// # Errors
    ///
    /// The history between the pin and the release is not complete, or an object is missing.
    pub fn name_causes(&mut self, store: &Store) -> Result<()> {
        let ends = [self.pinned.base.id, self.base.id];
        conflict_text::name_causes(store, ends, &mut self.outcomes)
    }

    /// The tree after the last patch that went in.
    pub fn tree(&self) -> TreeId {
        let trees = self.outcomes.iter().rev();
        trees.flat_map(|outcome| outcome.after).next().unwrap_or(self.base.tree)
    }

    /// Whether a patch stops the port.
    pub fn is_stopped(&self) -> bool {
        self.outcomes.iter().any(PatchOutcome::is_failure)
    }

    /// The series on the release.
    ///
    /// # Errors
    ///
    /// A patch conflicts, or is not needed. Also a change that no patch can carry, and the
    /// store itself.
    pub fn ported(&self, store: &Store) -> Result<Ported, PortError> {
        if self.is_stopped() {
            let mut stopped = self.clone();
            // A history that was not fetched to the end names no commit: the conflict is still one.
            stopped.name_causes(store).ok();
            let Self { pinned, outcomes, release, .. } = &stopped;
            return Err(conflict_text::refusal(&pinned.patches, outcomes, *release));
        }
        let outcomes = self.outcomes.clone();
        Ok(Ported { applied: self.applied(store)?, outcomes })
    }

    /// The patches that went in, as they are on the release.
    ///
    /// # Errors
    ///
    /// A change that no patch can carry, and the store itself.
    pub fn applied(&self, store: &Store) -> Result<Applied> {
        let mut applied = Applied::empty(self.release, self.base.clone());
        for (pinned, outcome) in self.pinned.patches.iter().zip(&self.outcomes) {
            let Some(after) = outcome.after else { continue };
            let patch = &pinned.patch;
            // As long as the change is the same, its hunks stay as their author cut them.
            let files = match outcome.outcome {
                Outcome::Unchanged => {
                    with_blobs(&patch.files, &store.deltas(applied.tree(), after)?)
                }
                _ => store.diff(applied.tree(), after)?,
            };
            applied.push(pinned.file.clone(), Patch { files, ..patch.clone() }, after);
        }
        Ok(applied)
    }

    /// Commits the patches that went in onto the release, a commit a patch.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn commits(&self, store: &Store) -> Result<Vec<CommitId>> {
        let patches = self.pinned.patches.iter().zip(&self.outcomes);
        let patches = patches.filter_map(|(pinned, outcome)| Some((&pinned.patch, outcome.after?)));
        apply::commits(store, self.base.id, patches)
    }
}

/// `files` with the blobs and modes of `deltas`, which change the same paths.
pub(super) fn with_blobs(files: &[FilePatch], deltas: &[Delta]) -> Vec<FilePatch> {
    let of_delta = |file: &FilePatch| {
        let Some(Delta { old, new, .. }) = deltas.iter().find(|delta| delta.path == file.path)
        else {
            return file.clone();
        };
        let [old_blob, new_blob] = [old, new].map(|side| BlobName::from(side.map(|side| side.id)));
        let mode = new.or(*old).and_then(|side| side.mode.of_patch()).unwrap_or(file.mode);
        FilePatch { old: old_blob, new: new_blob, mode, ..file.clone() }
    };
    files.iter().map(of_delta).collect()
}
