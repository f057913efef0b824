//! Parts of the cache that one process uses at a time.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::support::failure::{PathContext as _, Result};

/// Keeps other processes out of a part of the cache until it is dropped.
#[derive(Debug)]
pub struct Hold {
    _file: File,
}

/// Takes the part `name` of `cache`; `wait` is called where another process has it, which is
/// then waited for.
///
/// # Errors
///
/// The cache cannot be written.
pub fn hold(cache: &Path, name: &str, wait: impl FnOnce()) -> Result<Hold> {
    let directory = cache.join("locks");
    fs::create_dir_all(&directory).at("create", &directory)?;
    let path = directory.join(name);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.at("open", &path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            wait();
            file.lock().at("lock", &path)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
    }
    Ok(Hold { _file: file })
}
