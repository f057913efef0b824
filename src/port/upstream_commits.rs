//! The commits by which upstream took a patch.

use std::rc::Rc;

use crate::git::store::Store;
use crate::git::tree::{Delta, File};
use crate::patch::FilePatch;
use crate::patch::diff;
use crate::port::already_upstream::patch_id;
use crate::port::apply::AppliedPatch;
use crate::port::memo::Memo;
use crate::port::outcome::Evidence;
use crate::support::failure::Result;
use crate::support::ids::CommitId;

/// The trailer that names the commit by which upstream took a patch.
const UPSTREAM_COMMIT: &str = "Upstream-Commit";

/// Upstream's commits after a pin, up to a release.
pub(super) struct UpstreamCommits<'a> {
    pub(super) store: &'a Store,
    pub(super) pin: CommitId,
    pub(super) release: CommitId,
    pub(super) memo: &'a Memo,
}

impl UpstreamCommits<'_> {
    /// The commits by which upstream took the patch, as its trailer says.
    pub(super) fn named_by(&self, patch: &AppliedPatch) -> Result<Vec<Evidence>> {
        let named: Vec<&str> = patch.patch.trailer(UPSTREAM_COMMIT).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let commits = self.all()?;
        let taken = commits.iter().filter(|commit| named.iter().any(|name| is_id(name, **commit)));
        Ok(taken.map(|commit| Evidence::UpstreamCommit { commit: *commit }).collect())
    }

    /// The commits whose diffs are the patch's, which makes `deltas`.
    pub(super) fn alike(&self, patch: &AppliedPatch, deltas: &[Delta]) -> Result<Vec<Evidence>> {
        let mut taken = Vec::new();
        for commit in &*self.all()? {
            if self.is_same(*commit, patch, deltas)? {
                taken.push(Evidence::PatchId { commit: *commit });
            }
        }
        Ok(taken)
    }

    /// The commits of the release that the pin does not hold.
    fn all(&self) -> Result<Rc<[CommitId]>> {
        self.memo.since.get([self.pin, self.release], || {
            Ok(self.store.reached(self.release, &self.store.history(self.pin)).into())
        })
    }

    /// Whether a commit has the patch id of the patch.
    fn is_same(&self, commit: CommitId, patch: &AppliedPatch, deltas: &[Delta]) -> Result<bool> {
        self.memo.is_same.get((commit, [patch.before, patch.after]), || {
            Ok(match self.change_of(commit, deltas)? {
                Some(change) => self.patch_id(deltas)? == Some(change),
                None => false,
            })
        })
    }

    /// The patch id of a commit that changes the same files as `like`.
    fn change_of(&self, commit: CommitId, like: &[Delta]) -> Result<Option<[u8; 20]>> {
        let store = self.store;
        let [parent] = store.parents(commit)?[..] else { return Ok(None) };
        let (Ok(before), Ok(after)) = (store.commit(parent), store.commit(commit)) else {
            return Ok(None);
        };
        for delta in like {
            if store.file(before.tree, &delta.path)? == store.file(after.tree, &delta.path)? {
                return Ok(None);
            }
        }
        let deltas = store.deltas(before.tree, after.tree)?;
        let is_alike =
            deltas.iter().map(|delta| &delta.path).eq(like.iter().map(|delta| &delta.path));
        if is_alike { self.patch_id(&deltas) } else { Ok(None) }
    }

    /// The patch id of a change; none if no patch can carry it.
    fn patch_id(&self, deltas: &[Delta]) -> Result<Option<[u8; 20]>> {
        let files: Result<Vec<FilePatch>> = deltas
            .iter()
            .map(|delta| {
                let file = self.store.file_diff(delta)?;
                let text = |side: Option<File>| {
                    side.map_or_else(|| Ok(Rc::default()), |file| self.store.text(file.id))
                };
                let hunks = diff::plain(&text(delta.old)?, &text(delta.new)?);
                Ok(FilePatch { hunks: hunks.unwrap_or_default(), ..file })
            })
            .collect();
        Ok(files.ok().map(|files| patch_id(&files)))
    }
}

/// Whether this is a commit's id, or begins it as far as git abbreviates one.
fn is_id(name: &str, commit: CommitId) -> bool {
    name.len() >= 7 && commit.to_string().starts_with(&name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_named_by_the_beginning_of_its_id() {
        let commit = CommitId::new([0xab; 20]);
        for name in ["abababa", "ABABABAB", &commit.to_string()] {
            assert!(is_id(name, commit), "{name}");
        }
        for name in ["ababab", "", "abababac", "bababab"] {
            assert!(!is_id(name, commit), "{name}");
        }
    }
}
