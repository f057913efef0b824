//! What was computed once, by what it was computed of.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Values by ids, or by several of them.
pub(super) type Kept<K, V> = RefCell<HashMap<K, V, BuildHasherDefault<ById>>>;

/// What is kept for `key`, computed if it is not there yet.
pub(super) fn try_kept<K: Eq + Hash, V: Clone, E>(
    kept: &Kept<K, V>,
    key: K,
    compute: impl FnOnce() -> Result<V, E>,
) -> Result<V, E> {
    if let Some(value) = kept.borrow().get(&key) {
        return Ok(value.clone());
    }
    let value = compute()?;
    kept.borrow_mut().insert(key, value.clone());
    Ok(value)
}

/// Ids are digests: a few of their bytes are as good as a hash of them all.
#[derive(Debug, Default)]
pub(super) struct ById(u64);

impl Hasher for ById {
    fn write(&mut self, id: &[u8]) {
        let first = id.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        self.0 = self.0.wrapping_mul(31).wrapping_add(first);
    }

    /// The length, which all ids have in common.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

    use super::*;
    use crate::support::ids::BlobId;

    #[test]
    fn ids_and_their_order_make_a_difference() {
        let id = |byte: u8| BlobId::new([byte; 20]);
        let hash = |ids: &[BlobId; 3]| BuildHasherDefault::<ById>::default().hash_one(ids);
        let all = [[1, 2, 3], [3, 2, 1], [2, 1, 3], [1, 1, 1], [1, 2, 4]].map(|ids| ids.map(id));
        let hashes: std::collections::BTreeSet<u64> = all.iter().map(hash).collect();
        assert_eq!(hashes.len(), all.len());
        assert_eq!(hash(&all[0]), hash(&all[0]));
    }
}
