//! What ports of one series to several releases share: computed once.

use std::rc::Rc;

use crate::port::computed_once::Table;
use crate::port::file_status::KnownFiles;
use crate::support::ids::{CommitId, TreeId};

/// Everything is named by the ids of what it was computed from, so that nothing here can be
/// out of date. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    pub(super) files: KnownFiles,
    /// The commits that a release has and a pin has not, by the commits of both.
    pub(super) since: Table<[CommitId; 2], Rc<[CommitId]>>,
    /// Whether a commit is the same change as a patch: by the trees before and after the patch.
    pub(super) is_same: Table<(CommitId, [TreeId; 2]), bool>,
}
