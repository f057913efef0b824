//! The project's files: read, locked, and written all or nothing.
//!
//! A commit writes every new file beside its target, then a journal that lists them, then
//! renames, `upstream.lock` last. Killed before the journal, nothing has changed; killed
//! after it, the next run finishes from the journal.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::core::changes::Changes;
use crate::core::ids::Sri;
use crate::core::lock;
use crate::core::problem::Kind;
use crate::error::{Failure, PathContext as _, Result};

/// patcher's own folder in a project, which git is told to ignore.
const STATE: &str = ".patcher";

/// The end of a new file's name before it is renamed.
const NEW: &str = ".patcher-new";

/// A project's folder.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Holds the project for one process, until it is dropped.
#[derive(Debug)]
pub struct Guard {
    _file: File,
}

/// The renames that a commit has promised.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    renames: Vec<Rename>,
    deletions: Vec<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Rename {
    from: PathBuf,
    to: PathBuf,
    integrity: Sri,
}

impl Workspace {
    /// The project in `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path of the project, made absolute.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file's bytes; `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn read(&self, relative: &str) -> Result<Option<Vec<u8>>> {
        let path = self.path(relative);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).at("read", &path),
        }
    }

    /// The names of the files in a folder; none where there is no such folder.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn list(&self, relative: &str) -> Result<BTreeSet<String>> {
        let path = self.path(relative);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries.at("read", &path)?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry.at("read", &path)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() && !name.ends_with(NEW) {
                names.insert(name);
            }
        }
        Ok(names)
    }

    /// Every file below a folder, by its path in it; links and what Bazel leaves are passed
    /// over.
    ///
    /// # Errors
    ///
    /// Something in it cannot be read.
    pub fn read_all(&self, relative: &str) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        let mut pending = vec![String::new()];
        while let Some(folder) = pending.pop() {
            let path = self.path(relative).join(&folder);
            let entries = match fs::read_dir(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                entries => entries.at("read", &path)?,
            };
            for entry in entries {
                let entry = entry.at("read", &path)?;
                let name = format!("{folder}{}", entry.file_name().to_string_lossy());
                let kind = entry.file_type().at("read", &entry.path())?;
                if kind.is_dir() {
                    pending.push(format!("{name}/"));
                } else if kind.is_file() && name != "MODULE.bazel.lock" {
                    files.insert(name, fs::read(entry.path()).at("read", &entry.path())?);
                }
            }
        }
        Ok(files)
    }

    /// Takes the project for writing, and finishes what an interrupted run began.
    ///
    /// # Errors
    ///
    /// Another process has it, or it cannot be written.
    pub fn lock(&self) -> Result<Guard> {
        let state = self.path(STATE);
        fs::create_dir_all(&state).at("create", &state)?;
        let ignore = state.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").at("write", &ignore)?;
        }
        let path = state.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.at("open", &path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "another patcher is writing this project";
                return Err(Failure::new(Kind::Surroundings, message).hint("wait for it to end"));
            }
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
        }
        self.finish()?;
        Ok(Guard { _file: file })
    }

    /// Whether an interrupted run has left its work half done.
    pub fn is_interrupted(&self) -> bool {
        self.journal_path().exists()
    }

    /// Writes the changes, all or nothing; `_guard` proves that the project is held.
    ///
    /// # Errors
    ///
    /// A file cannot be written: then nothing has changed.
    pub fn commit(&self, changes: &Changes, _guard: &Guard) -> Result<()> {
        let mut journal = Journal::default();
        let staged = self.stage(changes, &mut journal);
        if let Err(failure) = staged {
            for rename in &journal.renames {
                let _ = fs::remove_file(&rename.from);
            }
            return Err(failure);
        }
        self.finish()
    }

    fn stage(&self, changes: &Changes, journal: &mut Journal) -> Result<()> {
        for (relative, bytes) in changes.iter() {
            let target = self.path(relative);
            let Some(bytes) = bytes else {
                journal.deletions.push(target);
                continue;
            };
            let folder = target.parent().unwrap_or(&self.root);
            fs::create_dir_all(folder).at("create", folder)?;
            let name = target.file_name().unwrap_or_default().to_string_lossy();
            let from = folder.join(format!(".{name}{NEW}"));
            let rename =
                Rename { from: from.clone(), to: target.clone(), integrity: Sri::of(bytes) };
            journal.renames.push(rename);
            write_durably(&from, bytes).at("write", &target)?;
        }
        // The lock names everything else: it must not be there before the rest.
        journal.renames.sort_by_key(|rename| rename.to.ends_with(lock::FILE));
        let text = serde_json::to_vec(journal).map_err(Failure::defect)?;
        let path = self.journal_path();
        let new = path.with_extension(NEW);
        write_durably(&new, &text).at("write", &path)?;
        fs::rename(&new, &path).at("write", &path)
    }

    /// Does what the journal says, if there is one.
    fn finish(&self) -> Result<()> {
        let path = self.journal_path();
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            text => text.at("read", &path)?,
        };
        let journal: Journal = serde_json::from_slice(&text).map_err(|error| {
            Failure::new(Kind::Integrity, format_args!("{}: {error}", path.display()))
                .hint("restore the project's files from git, then delete this file")
        })?;
        for Rename { from, to, integrity } in &journal.renames {
            let is = |path: &Path| fs::read(path).is_ok_and(|bytes| Sri::of(&bytes) == *integrity);
            if is(from) {
                fs::rename(from, to).at("write", to)?;
            } else if !is(to) {
                let message = format_args!("{} changed while patcher was writing", to.display());
                return Err(Failure::new(Kind::Integrity, message).hint(format!(
                    "restore the project's files from git, then delete {}",
                    path.display()
                )));
            }
        }
        for path in &journal.deletions {
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).at("delete", path);
                }
                _ => {}
            }
        }
        fs::remove_file(&path).at("delete", &path)
    }

    fn journal_path(&self) -> PathBuf {
        self.path(STATE).join("journal.json")
    }
}

/// Writes one file outside of a commit, whole or not at all; folders on the way are made.
///
/// # Errors
///
/// It cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).at("create", folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).at("write in", folder)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).at("write", path)?;
    // A temporary file is the user's alone; what is published is for everybody.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let readable = fs::Permissions::from_mode(0o644);
        file.as_file().set_permissions(readable).at("write", path)?;
    }
    file.persist(path).map_err(|error| error.error).at("write", path)?;
    Ok(())
}

/// Writes a file so that it is on the disk before its name is used.
fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Changes {
        let mut changes = Changes::default();
        changes.write("patches/0001-a.patch", "new patch");
        changes.write(lock::FILE, "new lock");
        changes.write("dist/new.txt", "new file");
        changes
    }

    fn project() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(folder.path());
        fs::create_dir(workspace.path("patches")).unwrap();
        fs::write(workspace.path("patches/0001-a.patch"), "old patch").unwrap();
        fs::write(workspace.path(lock::FILE), "old lock").unwrap();
        (folder, workspace)
    }

    fn state(workspace: &Workspace) -> Vec<String> {
        ["patches/0001-a.patch", lock::FILE, "dist/new.txt"]
            .iter()
            .map(|path| workspace.read(path).unwrap().map(|b| String::from_utf8(b).unwrap()))
            .map(Option::unwrap_or_default)
            .collect()
    }

    #[test]
    fn a_commit_writes_everything_and_leaves_nothing_behind() {
        let (_folder, workspace) = project();
        let guard = workspace.lock().unwrap();
        workspace.commit(&changes(), &guard).unwrap();
        assert_eq!(state(&workspace), ["new patch", "new lock", "new file"]);
        assert!(!workspace.is_interrupted());
        assert_eq!(workspace.list("patches").unwrap().len(), 1);
        assert_eq!(fs::read_dir(workspace.path("patches")).unwrap().count(), 1);
    }

    #[test]
    fn killed_before_the_journal_nothing_has_changed() {
        let (_folder, workspace) = project();
        let _guard = workspace.lock().unwrap();
        workspace.stage(&changes(), &mut Journal::default()).unwrap();
        fs::remove_file(workspace.journal_path()).unwrap();
        assert_eq!(state(&workspace), ["old patch", "old lock", ""]);
        assert_eq!(workspace.list("patches").unwrap().len(), 1, "the new file is no patch");
    }

    #[test]
    fn killed_after_any_rename_the_next_run_finishes() {
        for done in 0..=3 {
            let (_folder, workspace) = project();
            let guard = workspace.lock().unwrap();
            let mut journal = Journal::default();
            workspace.stage(&changes(), &mut journal).unwrap();
            assert!(journal.renames[2].to.ends_with(lock::FILE), "the lock comes last");
            for rename in &journal.renames[..done] {
                fs::rename(&rename.from, &rename.to).unwrap();
            }
            drop(guard);
            assert!(workspace.is_interrupted());
            let _guard = workspace.lock().unwrap();
            assert_eq!(state(&workspace), ["new patch", "new lock", "new file"], "{done}");
            assert!(!workspace.is_interrupted());
        }
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_not_overwritten_blindly() {
        let (_folder, workspace) = project();
        let guard = workspace.lock().unwrap();
        let mut journal = Journal::default();
        workspace.stage(&changes(), &mut journal).unwrap();
        fs::remove_file(&journal.renames[0].from).unwrap();
        drop(guard);
        assert_eq!(workspace.lock().unwrap_err().kind, Kind::Integrity);
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let (_folder, workspace) = project();
        let guard = workspace.lock().unwrap();
        fs::write(workspace.path("dist"), "a file where a folder should be").unwrap();
        workspace.commit(&changes(), &guard).unwrap_err();
        assert_eq!(fs::read(workspace.path(lock::FILE)).unwrap(), b"old lock");
        assert_eq!(fs::read_dir(workspace.path("patches")).unwrap().count(), 1);
    }

    #[test]
    fn two_writers_do_not_meet() {
        let (_folder, workspace) = project();
        let _guard = workspace.lock().unwrap();
        assert_eq!(workspace.lock().unwrap_err().kind, Kind::Surroundings);
    }
}
