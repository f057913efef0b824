//! Trees as files: for `export`, and for Bazel, which reads them from the user's cache.

use std::fs;
use std::path::{Path, PathBuf};

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

/// Whether every file is there as it should be. Nobody adds files to the cache, but a
/// disk that was full once may have left some short.
fn is_intact(entries: &[Entry], directory: &Path) -> bool {
    let same = |entry: &Entry| {
        let path = directory.join(entry.path.as_str());
        entry.mode == EntryMode::Symlink || fs::read(path).is_ok_and(|bytes| bytes == entry.content)
    };
    directory.is_dir() && entries.iter().all(same)
}

fn write(entries: &[Entry], directory: &Path) -> Result<()> {
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
