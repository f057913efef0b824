//! Locks between processes, as files in the cache.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use crate::support::failure::{PathContext as _, Result};
use crate::support::file_read::open;

/// Keeps other processes out of a part of the cache until it is dropped.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Locks the part `name` of `cache`. If another process has it, calls `wait` and waits.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn acquire(cache: &Path, name: &str, wait: impl FnOnce()) -> Result<Self> {
        let directory = cache.join("locks");
        fs::create_dir_all(&directory).at("create", &directory)?;
        let path = directory.join(name);
        let file = open(File::options().create(true).truncate(false).write(true), &path);
        let file = file.at("open", &path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                wait();
                file.lock().at("lock", &path)?;
            }
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
        }
        Ok(Self { _file: file })
    }
}
