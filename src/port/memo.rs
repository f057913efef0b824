//! What ports of one series to several releases share: computed once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use crate::port::file_status::FileStatus;
use crate::support::failure::Result;
use crate::support::ids::{BlobId, CommitId, TreeId};

/// Everything is named by the ids of what it was computed from, so that nothing here can be
/// out of date. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    /// How a file's change stands in a release: by its blobs at the pin, patched, and there.
    pub(super) files: Table<[BlobId; 3], Rc<FileStatus>>,
    /// The commits that a release has and a pin has not, by the commits of both.
    pub(super) since: Table<[CommitId; 2], Rc<[CommitId]>>,
    /// Whether a commit is the same change as a patch: by the trees before and after the patch.
    pub(super) is_same: Table<(CommitId, [TreeId; 2]), bool>,
}

#[derive(Debug)]
pub(super) struct Table<K, V>(Rc<RefCell<HashMap<K, V>>>);

impl<K: Eq + Hash, V: Clone> Table<K, V> {
    /// The value of `key`, computed the first time.
    pub(super) fn get(&self, key: K, compute: impl FnOnce() -> Result<V>) -> Result<V> {
        if let Some(found) = self.0.borrow().get(&key) {
            return Ok(found.clone());
        }
        let found = compute()?;
        self.0.borrow_mut().insert(key, found.clone());
        Ok(found)
    }
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Rc::default())
    }
}
