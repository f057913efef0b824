//! The project's files: read, locked, and written all or nothing.
//!
//! A commit writes every new file beside its target, then a journal that lists them, then
//! renames, `upstream.lock` last. Killed before the journal, nothing has changed; killed
//! after it, the next run finishes from the journal. What cannot be replaced is found before
//! the journal is written; a rename that fails all the same is undone with those before it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::project::changes::Changes;
use crate::project::journal::{self, NEW, Staged};
pub use crate::project::replace::{write, write_all};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::problem::{Kind, Problem};

/// patcher's own directory in a project, which a `.gitignore` keeps out of git.
const STATE: &str = ".patcher";

#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Holds the project for one process, until it is dropped.
#[derive(Debug)]
pub struct Guard {
    file: Option<File>,
    state: PathBuf,
    /// Whether this process made it and has committed nothing yet: then it goes as it came.
    is_fresh: Cell<bool>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.is_fresh.get() {
            let _ = fs::remove_dir_all(&self.state);
        }
        // Only now may another process have the project.
        drop(self.file.take());
    }
}

impl Guard {
    /// Undoes a commit that failed, and says so if that fails as well.
    fn roll_back(&self, staged: &Staged, failure: Failure) -> Failure {
        let Err(second) = staged.undo() else { return failure };
        self.is_fresh.set(false);
        failure
            .hint(format!("and it could not be undone: {}", second.message()))
            .hint("make that file writable, then run `patcher sync` again: it finishes")
    }
}

impl Workspace {
    /// The project in `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path of the project, made absolute.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file's bytes; `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn read(&self, relative: &str) -> Result<Option<Vec<u8>>, Problem> {
        match file_read::read(&self.path(relative)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(relative, &error)),
        }
    }

    /// The names of the files in a directory; none if there is no such directory.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn list(&self, relative: &str) -> Result<BTreeSet<String>, Problem> {
        let unreadable = |error| unreadable(relative, &error);
        let entries = match fs::read_dir(self.path(relative)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            entries => entries.map_err(unreadable)?,
        };
        let mut names = BTreeSet::new();
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_file() && !name.ends_with(NEW) {
                names.insert(name);
            }
        }
        Ok(names)
    }

    /// Every file below a directory, by its path in it; links and what Bazel leaves are passed
    /// over. What cannot be read is added to `problems`.
    pub fn read_all(
        &self,
        relative: &str,
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut pending = vec![String::new()];
        while let Some(directory) = pending.pop() {
            let name_of =
                |name: &str| format!("{relative}/{name}").trim_end_matches('/').to_owned();
            let entries = match fs::read_dir(self.path(relative).join(&directory)) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => {
                    problems.push(unreadable(&name_of(&directory), &error));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let name = format!("{directory}{}", entry.file_name().to_string_lossy());
                let kind = entry.file_type();
                if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
                    pending.push(format!("{name}/"));
                } else if kind.is_ok_and(|kind| kind.is_file()) && name != "MODULE.bazel.lock" {
                    match file_read::read(&entry.path()) {
                        Ok(bytes) => drop(files.insert(name, bytes)),
                        Err(error) => problems.push(unreadable(&name_of(&name), &error)),
                    }
                }
            }
        }
        files
    }

    /// Takes the project for writing, and finishes what an interrupted run began.
    ///
    /// # Errors
    ///
    /// Another process has it, or it cannot be written.
    pub fn lock(&self) -> Result<Guard> {
        let state = self.path(STATE);
        let is_fresh = match fs::create_dir(&state) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            made => made.at("create", &state).map(|()| true)?,
        };
        let mut guard = Guard { file: None, state, is_fresh: Cell::new(is_fresh) };
        let ignore = guard.state.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").at("write", &ignore)?;
        }
        let path = guard.state.join("lock");
        let file = file_read::open(File::options().create(true).truncate(false).write(true), &path);
        let file = file.at("open", &path)?;
        match file.try_lock() {
            // One that failed meanwhile may have taken the file away under this one.
            Ok(()) if path.exists() => {}
            Ok(()) | Err(TryLockError::WouldBlock) => {
                guard.is_fresh.set(false);
                let message = "another patcher is writing this project";
                return Err(Failure::new(Kind::Environment, message).hint("wait for it to end"));
            }
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
        }
        guard.file = Some(file);
        journal::finish(&self.journal_path())?;
        Ok(guard)
    }

    /// Whether an interrupted run has left its work half done.
    pub fn is_interrupted(&self) -> bool {
        self.journal_path().exists()
    }

    /// Writes the changes, all or nothing; `guard` is what shows that the project is held.
    ///
    /// # Errors
    ///
    /// A file cannot be written or replaced: then nothing has changed.
    pub fn commit(&self, changes: &Changes, guard: &Guard) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut staged = Staged::new(self.journal_path());
        let written = staged.stage(&self.root, changes).and_then(|()| staged.replace());
        if let Err(failure) = written {
            return Err(guard.roll_back(&staged, failure));
        }
        guard.is_fresh.set(false);
        journal::finish(&self.journal_path())
    }

    fn journal_path(&self) -> PathBuf {
        self.path(STATE).join("journal.json")
    }
}

/// Why a file of the project cannot be read.
fn unreadable(relative: &str, error: &std::io::Error) -> Problem {
    if error.kind() == ErrorKind::IsADirectory {
        return Problem::new(Kind::Input, relative, "is a directory, not a file")
            .hint("move it away, or restore the file from git");
    }
    if error.kind() == ErrorKind::InvalidInput {
        return Problem::new(Kind::Input, relative, error.to_string())
            .hint("move it away, or restore the file from git");
    }
    Problem::new(Kind::Environment, relative, format!("cannot be read: {error}"))
        .hint("make it readable, or restore it from git")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock;

    fn changes() -> Changes {
        let mut changes = Changes::default();
        changes.write("patches/0001-a.patch", "new patch");
        changes.write(lock::FILE, "new lock");
        changes.write("dist/new.txt", "new file");
        changes
    }

    fn project() -> (tempfile::TempDir, Workspace) {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(directory.path());
        fs::create_dir(workspace.path("patches")).unwrap();
        fs::write(workspace.path("patches/0001-a.patch"), "old patch").unwrap();
        fs::write(workspace.path(lock::FILE), "old lock").unwrap();
        (directory, workspace)
    }

    fn state(workspace: &Workspace) -> Vec<String> {
        ["patches/0001-a.patch", lock::FILE, "dist/new.txt"]
            .iter()
            .map(|path| workspace.read(path).unwrap().map(|b| String::from_utf8(b).unwrap()))
            .map(Option::unwrap_or_default)
            .collect()
    }

    fn state_of(workspace: &Workspace, path: &str) -> String {
        String::from_utf8(fs::read(workspace.path(path)).unwrap()).unwrap()
    }

    #[test]
    fn a_commit_writes_everything_and_leaves_nothing_behind() {
        let (_directory, workspace) = project();
        let guard = workspace.lock().unwrap();
        workspace.commit(&changes(), &guard).unwrap();
        assert_eq!(state(&workspace), ["new patch", "new lock", "new file"]);
        assert!(!workspace.is_interrupted());
        assert_eq!(workspace.list("patches").unwrap().len(), 1);
        assert_eq!(fs::read_dir(workspace.path("patches")).unwrap().count(), 1);
    }

    #[test]
    fn killed_before_the_journal_nothing_has_changed() {
        let (_directory, workspace) = project();
        let _guard = workspace.lock().unwrap();
        Staged::new(workspace.journal_path()).stage(workspace.root(), &changes()).unwrap();
        fs::remove_file(workspace.journal_path()).unwrap();
        assert_eq!(state(&workspace), ["old patch", "old lock", ""]);
        assert_eq!(workspace.list("patches").unwrap().len(), 1, "the new file is no patch");
    }

    #[test]
    fn killed_after_any_rename_the_next_run_finishes() {
        for done in 0..=3 {
            let (_directory, workspace) = project();
            let guard = workspace.lock().unwrap();
            let mut staged = Staged::new(workspace.journal_path());
            staged.stage(workspace.root(), &changes()).unwrap();
            let Staged { journal, .. } = staged;
            guard.is_fresh.set(false);
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
        let (_directory, workspace) = project();
        let guard = workspace.lock().unwrap();
        let mut staged = Staged::new(workspace.journal_path());
        staged.stage(workspace.root(), &changes()).unwrap();
        fs::remove_file(&staged.journal.renames[0].from).unwrap();
        guard.is_fresh.set(false);
        drop(guard);
        assert_eq!(workspace.lock().unwrap_err().kind, Kind::Integrity);
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let (_directory, workspace) = project();
        let guard = workspace.lock().unwrap();
        fs::write(workspace.path("dist"), "a file where a directory should be").unwrap();
        workspace.commit(&changes(), &guard).unwrap_err();
        assert_eq!(fs::read(workspace.path(lock::FILE)).unwrap(), b"old lock");
        assert_eq!(fs::read_dir(workspace.path("patches")).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_replaced_is_found_before_anything_is_written() {
        let (_directory, workspace) = project();
        fs::create_dir_all(workspace.path("dist/new.txt")).unwrap();
        let guard = workspace.lock().unwrap();
        let failure = workspace.commit(&changes(), &guard).unwrap_err();
        assert!(failure.error.to_string().contains("there is a directory of that name"));
        drop(guard);
        assert_eq!(state_of(&workspace, lock::FILE), "old lock");
        assert!(!workspace.path(STATE).exists(), "nothing was left behind");
        assert_eq!(fs::read_dir(workspace.path("dist")).unwrap().count(), 1);
    }

    #[test]
    fn a_rename_that_fails_is_undone_with_those_before_it() {
        let (_directory, workspace) = project();
        let guard = workspace.lock().unwrap();
        let mut staged = Staged::new(workspace.journal_path());
        staged.stage(workspace.root(), &changes()).unwrap();
        // It came in between: the patch and the new file are in place by then.
        fs::remove_file(workspace.path(lock::FILE)).unwrap();
        fs::create_dir(workspace.path(lock::FILE)).unwrap();
        let failure = staged.replace().unwrap_err();
        assert_eq!(state_of(&workspace, "patches/0001-a.patch"), "new patch");
        guard.roll_back(&staged, failure);
        fs::remove_dir(workspace.path(lock::FILE)).unwrap();
        assert_eq!(state(&workspace), ["old patch", "", ""]);
        assert!(!workspace.is_interrupted() && !workspace.path("dist").exists());
        assert_eq!(fs::read_dir(workspace.path("patches")).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_and_what_it_names_is_written() {
        let (directory, workspace) = project();
        let elsewhere = directory.path().join("elsewhere");
        fs::rename(workspace.path(lock::FILE), &elsewhere).unwrap();
        std::os::unix::fs::symlink("elsewhere", workspace.path(lock::FILE)).unwrap();
        let guard = workspace.lock().unwrap();
        workspace.commit(&changes(), &guard).unwrap();
        assert!(fs::symlink_metadata(workspace.path(lock::FILE)).unwrap().is_symlink());
        assert_eq!(fs::read(&elsewhere).unwrap(), b"new lock");
        fs::remove_file(&elsewhere).unwrap();
        let failure = workspace.commit(&changes(), &guard).unwrap_err();
        assert!(failure.error.to_string().contains("a link to nothing"));
    }

    #[test]
    fn two_writers_do_not_meet() {
        let (_directory, workspace) = project();
        let _guard = workspace.lock().unwrap();
        assert_eq!(workspace.lock().unwrap_err().kind, Kind::Environment);
    }
}
