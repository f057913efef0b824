//! Replacing files outside of a commit: all of them or none.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::problem::Kind;

/// A file before it was replaced or deleted.
#[derive(Debug)]
pub(super) struct Before {
    path: PathBuf,
    /// Its bytes; absent if there was no such file.
    bytes: Option<Vec<u8>>,
}

impl Before {
    pub(super) fn of(path: &Path) -> Result<Self> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            bytes => Some(bytes.at("read", path)?),
        };
        Ok(Self { path: path.to_owned(), bytes })
    }

    /// Makes the file what it was, unless it still is.
    pub(super) fn restore(&self) -> Result<()> {
        match &self.bytes {
            None => delete(&self.path),
            Some(bytes) if fs::read(&self.path).is_ok_and(|found| found == *bytes) => Ok(()),
            Some(bytes) => write_durably(&self.path, bytes).at("restore", &self.path),
        }
    }
}

/// Where a write to `path` goes: to the file itself, or to the one that a link names.
///
/// # Errors
///
/// Something is there that no file can take the place of.
pub(super) fn target_of(path: &Path) -> Result<PathBuf> {
    let refuse = |what: &str| {
        let message = format_args!("cannot write {}: {what}", path.display());
        Err(Failure::new(Kind::Environment, message)
            .hint("move it away, then run it again: nothing was changed"))
    };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(path.to_owned()),
        Err(error) => Err(error).at("write", path),
        Ok(found) if found.is_file() => Ok(path.to_owned()),
        Ok(found) if found.is_dir() => refuse("there is a directory of that name"),
        Ok(found) if found.is_symlink() => match fs::canonicalize(path) {
            Ok(target) if target.is_file() => Ok(target),
            Ok(_) => refuse("it is a link to something that is no file"),
            Err(_) => refuse("it is a link to nothing"),
        },
        Ok(_) => refuse("what is there is no plain file"),
    }
}

/// Makes a directory with those above it, and adds the new ones to `made`.
pub(super) fn create_directories(directory: &Path, made: &mut Vec<PathBuf>) -> Result<()> {
    let missing: Vec<&Path> =
        directory.ancestors().take_while(|directory| !directory.exists()).collect();
    made.extend(missing.into_iter().rev().map(Path::to_owned));
    fs::create_dir_all(directory).at("create", directory)
}

pub(super) fn delete(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at("delete", path),
        _ => Ok(()),
    }
}

/// Writes one file outside of a commit, whole or not at all; directories on the way are made.
///
/// # Errors
///
/// It cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_all(&[(path, bytes)])
}

/// Writes files outside of a commit, all of them or none; directories on the way are made. They
/// are put in place in their order.
///
/// # Errors
///
/// One cannot be written: then nothing has changed.
pub fn write_all(files: &[(&Path, &[u8])]) -> Result<()> {
    let (mut before, mut directories) = (Vec::new(), Vec::new());
    let written = replace_all(files, &mut before, &mut directories);
    if written.is_err() {
        // The reason for the failure matters more than one for the clean-up.
        for file in &before {
            let _ = file.restore();
        }
        for directory in directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
    }
    written
}

fn replace_all(
    files: &[(&Path, &[u8])],
    before: &mut Vec<Before>,
    directories: &mut Vec<PathBuf>,
) -> Result<()> {
    let targets: Vec<PathBuf> =
        files.iter().map(|(path, _)| target_of(path)).collect::<Result<_>>()?;
    let mut staged = Vec::new();
    for (target, (_, bytes)) in targets.iter().zip(files) {
        let directory = target.parent().filter(|directory| !directory.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        create_directories(directory, directories)?;
        let mut file = tempfile::NamedTempFile::new_in(directory).at("write in", directory)?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).at("write", target)?;
        // Only the user may read a temporary file; what is new is for everybody, and what is there
        // stays as it is.
        if let Ok(there) = fs::metadata(target) {
            file.as_file().set_permissions(there.permissions()).at("write", target)?;
        } else {
            let readable = fs::Permissions::from_mode(0o644);
            file.as_file().set_permissions(readable).at("write", target)?;
        }
        staged.push((file, target));
    }
    for (file, target) in staged {
        let was = Before::of(target)?;
        file.persist(target).map_err(|error| error.error).at("write", target)?;
        before.push(was);
    }
    Ok(())
}

/// Writes a file so that it is on the disk before its name is used.
pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_outside_of_a_commit_are_written_together() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::write(path("a"), "old").unwrap();
        fs::create_dir(path("b")).unwrap();
        write_all(&[(&path("new/c"), b"1"), (&path("a"), b"1"), (&path("b"), b"1")]).unwrap_err();
        assert_eq!(fs::read(path("a")).unwrap(), b"old");
        assert!(!path("new").exists());
        fs::remove_dir(path("b")).unwrap();
        write_all(&[(&path("new/c"), b"1"), (&path("a"), b"1"), (&path("b"), b"1")]).unwrap();
        assert_eq!(fs::read(path("b")).unwrap(), b"1");
    }
}
