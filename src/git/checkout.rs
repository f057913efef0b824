//! Trees as files: for `export`, and for Bazel, which reads them from the user's cache.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::git::tree::{Entry, EntryKind};
use crate::support::environment::is_executable;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::CommitId;
use crate::support::path::resolve;
use crate::support::problem::Kind;

/// Where a tree is to go: `directory` without links and `..`, which must be empty or absent.
///
/// # Errors
///
/// It holds something, or is no directory.
pub fn vacant(directory: &Path) -> Result<PathBuf> {
    let resolved = resolve(directory);
    let refuse = |what: &str| {
        let message = format_args!("{} {what}", directory.display());
        Err(Failure::new(Kind::Input, message).hint("name a directory that is empty or absent"))
    };
    match fs::read_dir(&resolved).map(|mut entries| entries.next().is_none()) {
        Ok(false) => refuse("is not empty"),
        Err(error) if error.kind() == ErrorKind::NotADirectory => refuse("is no directory"),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at("read", directory),
        Ok(true) | Err(_) => Ok(resolved),
    }
}

/// Writes `entries` below `directory`, which is [`vacant`].
///
/// # Errors
///
/// The directory cannot be written; what was written is removed again, and nothing else.
pub fn export(entries: &[Entry], directory: &Path) -> Result<()> {
    // The outermost directory that this makes.
    let made = directory.ancestors().take_while(|directory| !directory.exists()).last();
    let written = write(entries, directory);
    if written.is_err() {
        // The reason for the failure matters more than one for the clean-up.
        if let Some(made) = made {
            let _ = fs::remove_dir_all(made);
        } else {
            clear(entries, directory);
        }
    }
    written
}

/// Removes what [`write()`] wrote into a directory that was there.
fn clear(entries: &[Entry], directory: &Path) {
    for entry in entries {
        let path = directory.join(entry.path.as_str());
        let _ = fs::remove_file(&path);
        for parent in path.ancestors().skip(1).take_while(|parent| *parent != directory) {
            let _ = fs::remove_dir(parent);
        }
    }
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
    let partial = tempfile::tempdir_in(&trees).at("create a directory in", &trees)?;
    let fresh = partial.path().join("tree");
    write(entries, &fresh)?;
    if is_intact(entries, &directory) {
        // Another patcher made it meanwhile, and may use it.
        return Ok(directory);
    }
    if directory.exists() {
        fs::remove_dir_all(&directory).at("remove", &directory)?;
    }
    fs::rename(&fresh, &directory).at("create", &directory)?;
    Ok(directory)
}

/// A tree that is gone when it is dropped: for what is looked at once.
#[derive(Debug)]
pub struct Scratch {
    directory: tempfile::TempDir,
}

impl Scratch {
    /// Writes `entries` into a directory below `cache`.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn new(cache: &Path, entries: &[Entry]) -> Result<Self> {
        let trees = cache.join("trees");
        fs::create_dir_all(&trees).at("create", &trees)?;
        let directory = tempfile::tempdir_in(&trees).at("create a directory in", &trees)?;
        let scratch = Self { directory };
        write(entries, &scratch.path())?;
        Ok(scratch)
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("tree")
    }
}

/// Whether every file is there as it should be. Nobody adds files to the cache, but a
/// disk that was full once may have left some short.
fn is_intact(entries: &[Entry], directory: &Path) -> bool {
    let same = |entry: &Entry| is_same(entry, &directory.join(entry.path.as_str()));
    directory.is_dir() && entries.iter().all(same)
}

fn is_same(entry: &Entry, path: &Path) -> bool {
    if entry.kind == EntryKind::Symlink {
        let is_target = |target: PathBuf| target.as_os_str().as_encoded_bytes() == entry.content;
        return fs::read_link(path).is_ok_and(is_target);
    }
    let same_mode = is_executable(path) == (entry.kind == EntryKind::Executable);
    !path.is_symlink() && same_mode && fs::read(path).is_ok_and(|bytes| bytes == entry.content)
}

/// Makes `directory` hold exactly `entries`, and touches only what differs: what Bazel knows
/// of the rest stays true.
///
/// # Errors
///
/// The directory cannot be written.
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

/// Removes every file that is not `wanted`, and the directories that this leaves empty.
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
        if let Some(parent) = path.parent().filter(|parent| *parent != last) {
            fs::create_dir_all(parent).at("create", parent)?;
            parent.clone_into(&mut last);
        }
        write_entry(entry, &path).at("write", &path)?;
    }
    Ok(())
}

fn write_entry(entry: &Entry, path: &Path) -> std::io::Result<()> {
    if entry.kind == EntryKind::Symlink {
        return symlink(OsStr::from_bytes(&entry.content), path);
    }
    fs::write(path, &entry.content)?;
    // Bazel's sandbox may run as another user: the umask must not decide who reads this.
    let mode = if entry.kind == EntryKind::Executable { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::ids::BlobId;

    fn entry(path: &str) -> Entry {
        let path = path.parse().unwrap();
        Entry { path, kind: EntryKind::File, id: BlobId::NULL, content: b"1".into() }
    }

    #[test]
    fn a_path_is_judged_by_where_it_leads() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        fs::write(root.join("kept"), "").unwrap();
        for path in ["nonexist/..", ".", "a/b/../.."] {
            let failure = vacant(&root.join(path)).unwrap_err();
            assert!(failure.error.to_string().contains("is not empty"), "{path}");
        }
        assert!(vacant(&root.join("kept")).unwrap_err().error.to_string().contains("no directory"));
        assert_eq!(vacant(&root.join("a/../b/./c")).unwrap(), root.join("b/c"));
    }

    #[test]
    fn what_fails_removes_what_it_made_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let entries = [entry("a/b"), entry("a/b/c")];
        export(&entries, &directory.path().join("new/out")).unwrap_err();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let there = directory.path().join("there");
        fs::create_dir(&there).unwrap();
        fs::write(there.join("came-meanwhile"), "").unwrap();
        export(&entries, &there).unwrap_err();
        let left: Vec<_> = fs::read_dir(&there).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["came-meanwhile"]);
    }
}
