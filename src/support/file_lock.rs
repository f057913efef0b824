//! Locks between processes: files in the cache, and directories that two caches may share.

use std::fs::{self, File, TryLockError};
use std::io;
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
        Self::of(file.at("open", &path)?, wait).at("lock", &path)
    }

    /// Locks a directory for every user and cache of this machine, as [`FileLock::acquire`] does.
    /// Returns nothing if the directory is absent, or on a file system that locks no directory:
    /// some network file systems want the file open for writing.
    pub fn of_directory(directory: &Path, wait: impl FnOnce()) -> Option<Self> {
        Self::of(File::open(directory).ok()?, wait).ok()
    }

    fn of(file: File, wait: impl FnOnce()) -> io::Result<Self> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                wait();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn a_directory_is_locked_whatever_it_is_called() {
        let home = tempfile::tempdir().unwrap();
        let (directory, link) = (home.path().join("registry"), home.path().join("link"));
        assert!(FileLock::of_directory(&directory, || ()).is_none(), "it is absent");
        fs::create_dir(&directory).unwrap();
        std::os::unix::fs::symlink(&directory, &link).unwrap();
        let held = FileLock::of_directory(&directory, || panic!("nobody has it")).unwrap();
        let (sender, events) = mpsc::channel();
        let other = thread::spawn(move || {
            let waits = sender.clone();
            let _held = FileLock::of_directory(&link, move || waits.send("waits").unwrap());
            sender.send("has it").unwrap();
        });
        assert_eq!(events.recv().unwrap(), "waits");
        assert!(events.try_recv().is_err(), "it is locked still");
        drop(held);
        assert_eq!(events.recv().unwrap(), "has it");
        other.join().unwrap();
    }
}
