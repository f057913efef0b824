//! Values that are computed once, by a key; clones share them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

use crate::support::failure::Result;

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
