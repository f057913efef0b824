//! Trees as files: for `export`, and for Bazel, which reads them from the user's cache.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::env::is_executable;
use crate::core::archive::{Entry, EntryMode};
use crate::core::ids::CommitId;
use crate::core::problem::Kind;
use crate::error::{Failure, PathContext as _, Result};

/// Writes `entries` below `directory`, which must be empty or absent.
///
/// # Errors
///
/// The folder holds something, or cannot be written; what was written is removed again.
pub fn export(entries: &[Entry], directory: &Path) -> Result<()> {
    let existed = directory.exists();
    if existed && fs::read_dir(directory).at("read", directory)?.next().is_some() {
        let message = format_args!("{} is not empty", directory.display());
        return Err(
            Failure::new(Kind::Input, message).hint("name a folder that is empty or absent")
        );
    }
    let written = write(entries, directory);
    if written.is_err() {
        // The reason for the failure matters more than one for the clean-up.
        let _ = fs::remove_dir_all(directory);
        if existed {
            let _ = fs::create_dir(directory);
        }
    }
    written
}

/// The tree of `commit` in the cache, written there if it is not there unharmed.
///
/// # Errors
///
/// The cache cannot be written.
pub fn cached(cache: &Path, commit: CommitId, entries: &[Entry]) -> Result<PathBuf> {
    let trees = cache.join("trees");
    let directory = trees.join(commit.to_string());
    if is_intact(entries, &directory) {
        return Ok(directory);
    }
    fs::create_dir_all(&trees).at("create", &trees)?;
    let partial = tempfile::tempdir_in(&trees).at("create a folder in", &trees)?;
    let fresh = partial.path().join("tree");
    write(entries, &fresh)?;
    if directory.exists() {
        fs::remove_dir_all(&directory).at("remove", &directory)?;
    }
    fs::rename(&fresh, &directory).at("create", &directory)?;
    Ok(directory)
}

/// A tree that is gone when it is dropped: for what is looked at once.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Writes `entries` into a folder below `cache`.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn new(cache: &Path, entries: &[Entry]) -> Result<Self> {
        let trees = cache.join("trees");
        fs::create_dir_all(&trees).at("create", &trees)?;
        let folder = tempfile::tempdir_in(&trees).at("create a folder in", &trees)?;
        let scratch = Self { folder };
        write(entries, &scratch.path())?;
        Ok(scratch)
    }

    /// Where the tree is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("tree")
    }
}

/// Whether every file is there as it should be. Nobody adds files to the cache, but a
/// disk that was full once may have left some short.
fn is_intact(entries: &[Entry], directory: &Path) -> bool {
    let same = |entry: &Entry| is_same(entry, &directory.join(entry.path.as_str()));
    directory.is_dir() && entries.iter().all(same)
}

fn is_same(entry: &Entry, path: &Path) -> bool {
    if entry.mode == EntryMode::Symlink && cfg!(unix) {
        let is_target = |target: PathBuf| target.as_os_str().as_encoded_bytes() == entry.content;
        return fs::read_link(path).is_ok_and(is_target);
    }
    let same_mode = !cfg!(unix) || is_executable(path) == (entry.mode == EntryMode::Executable);
    !path.is_symlink() && same_mode && fs::read(path).is_ok_and(|bytes| bytes == entry.content)
}

/// Makes `directory` hold exactly `entries`, and touches only what differs: what Bazel knows
/// of the rest stays true.
///
/// # Errors
///
/// The folder cannot be written.
pub fn replace(entries: &[Entry], directory: &Path) -> Result<()> {
    let is_stale = |entry: &&Entry| !is_same(entry, &directory.join(entry.path.as_str()));
    fs::create_dir_all(directory).at("create", directory)?;
    let wanted = entries.iter().map(|entry| directory.join(entry.path.as_str())).collect();
    prune(directory, &wanted)?;
    let stale: Vec<&Entry> = entries.iter().filter(is_stale).collect();
    for entry in &stale {
        let path = directory.join(entry.path.as_str());
        if path.is_symlink() || path.exists() {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    write(stale, directory)
}

/// Removes every file that is not `wanted`, and the folders that this leaves empty.
fn prune(directory: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).at("read", directory)? {
        let path = entry.at("read", directory)?.path();
        if path.is_dir() && !path.is_symlink() {
            prune(&path, wanted)?;
            if fs::read_dir(&path).at("read", &path)?.next().is_none() {
                fs::remove_dir(&path).at("remove", &path)?;
            }
        } else if !wanted.contains(&path) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

fn write<'a>(entries: impl IntoIterator<Item = &'a Entry>, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).at("create", directory)?;
    let mut last = directory.to_owned();
    for entry in entries {
        let path = directory.join(entry.path.as_str());
        if let Some(folder) = path.parent().filter(|folder| *folder != last) {
            fs::create_dir_all(folder).at("create", folder)?;
            folder.clone_into(&mut last);
        }
        write_entry(entry, &path).at("write", &path)?;
    }
    Ok(())
}

#[cfg(unix)]
fn write_entry(entry: &Entry, path: &Path) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::PermissionsExt as _;
    if entry.mode == EntryMode::Symlink {
        return std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(&entry.content), path);
    }
    fs::write(path, &entry.content)?;
    // Bazel's sandbox may run as another user: the umask must not decide who reads this.
    let mode = if entry.mode == EntryMode::Executable { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn write_entry(entry: &Entry, path: &Path) -> std::io::Result<()> {
    fs::write(path, &entry.content)
}
