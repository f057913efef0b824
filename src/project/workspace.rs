//! The project's files: read, locked, and written all or nothing.
//!
//! A commit writes every new file beside its target, then a journal that lists them, then
//! renames, `upstream.lock` last. Killed before the journal, nothing has changed; killed
//! after it, the next run finishes from the journal. What cannot be replaced is found before
//! the journal is written; a rename that fails all the same is undone with those before it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::project::changes::Changes;
use crate::project::lock;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::Sri;
use crate::support::problem::{Kind, Problem};

/// patcher's own directory in a project, which a `.gitignore` keeps out of git.
const STATE: &str = ".patcher";

/// The end of a new file's name before it is renamed.
const NEW: &str = ".patcher-new";

/// A project's directory.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Holds the project for one process, until it is dropped.
#[derive(Debug)]
pub struct Guard {
    file: Option<File>,
    /// patcher's directory.
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

    /// The project's directory.
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
    pub fn read(&self, relative: &str) -> Result<Option<Vec<u8>>, Problem> {
        match fs::read(self.path(relative)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(relative, &error)),
        }
    }

    /// The names of the files in a directory; none where there is no such directory.
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
                    match fs::read(entry.path()) {
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
        let file = File::options().create(true).truncate(false).write(true).open(&path);
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
        self.finish()?;
        Ok(guard)
    }

    /// Whether an interrupted run has left its work half done.
    pub fn is_interrupted(&self) -> bool {
        self.journal_path().exists()
    }

    /// Writes the changes, all or nothing; `guard` proves that the project is held.
    ///
    /// # Errors
    ///
    /// A file cannot be written or replaced: then nothing has changed.
    pub fn commit(&self, changes: &Changes, guard: &Guard) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut staged = Staged::default();
        let written = self.stage(changes, &mut staged).and_then(|()| staged.replace());
        if let Err(failure) = written {
            return Err(self.roll_back(&staged, failure, guard));
        }
        guard.is_fresh.set(false);
        self.finish()
    }

    fn stage(&self, changes: &Changes, staged: &mut Staged) -> Result<()> {
        let mut files = Vec::new();
        for (relative, bytes) in changes.iter() {
            files.push((relative, target_of(&self.path(relative))?, bytes));
        }
        // The lock names everything else: it must not be there before the rest.
        files.sort_by_key(|(relative, _, bytes)| (bytes.is_none(), *relative == lock::FILE));
        for (_, to, bytes) in files {
            let before = Before::of(&to)?;
            let Some(bytes) = bytes else {
                staged.journal.deletions.push(to);
                staged.before.push(before);
                continue;
            };
            let directory = to.parent().unwrap_or(&self.root);
            create_directories(directory, &mut staged.directories)?;
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            let from = directory.join(format!(".{name}{NEW}"));
            let rename = Rename { from: from.clone(), to, integrity: Sri::of(bytes) };
            write_durably(&from, bytes).at("write", &rename.to).inspect_err(|_| {
                let _ = fs::remove_file(&from);
            })?;
            staged.journal.renames.push(rename);
            staged.before.push(before);
        }
        let text = serde_json::to_vec(&staged.journal).map_err(Failure::defect)?;
        let path = self.journal_path();
        let new = path.with_extension(NEW);
        write_durably(&new, &text).at("write", &path)?;
        fs::rename(&new, &path).at("write", &path)
    }

    /// Makes everything as it was before a commit that failed.
    fn roll_back(&self, staged: &Staged, failure: Failure, guard: &Guard) -> Failure {
        if let Err(second) = staged.before[..staged.done].iter().try_for_each(Before::restore) {
            // The journal stays: the next run goes on from it.
            guard.is_fresh.set(false);
            return failure
                .hint(format!("and it could not be undone: {}", second.error))
                .hint("make that file writable, then run `patcher sync` again: it finishes");
        }
        for rename in &staged.journal.renames {
            let _ = fs::remove_file(&rename.from);
        }
        for directory in staged.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
        for left in [self.journal_path(), self.journal_path().with_extension(NEW)] {
            let _ = fs::remove_file(left);
        }
        failure
    }

    /// Does what the journal says, if there is one.
    fn finish(&self) -> Result<()> {
        let path = self.journal_path();
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            text => text.at("read", &path)?,
        };
        let way_out =
            format!("or restore the project's files from git, then delete {}", path.display());
        let journal: Journal = serde_json::from_slice(&text).map_err(|error| {
            Failure::new(Kind::Integrity, format_args!("{}: {error}", path.display()))
                .hint("restore the project's files from git, then delete this file")
        })?;
        for Rename { from, to, integrity } in &journal.renames {
            let is = |path: &Path| fs::read(path).is_ok_and(|bytes| Sri::of(&bytes) == *integrity);
            if is(from) {
                let renamed = target_of(to).and_then(|to| fs::rename(from, &to).at("write", &to));
                renamed.map_err(|failure| failure.hint(way_out.clone()))?;
            } else if !is(to) {
                let message = format_args!("{} changed while patcher was writing", to.display());
                return Err(Failure::new(Kind::Integrity, message).hint(format!(
                    "restore the project's files from git, then delete {}",
                    path.display()
                )));
            }
        }
        for path in &journal.deletions {
            delete(path).map_err(|failure| failure.hint(way_out.clone()))?;
        }
        fs::remove_file(&path).at("delete", &path)
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
    Problem::new(Kind::Environment, relative, format!("cannot be read: {error}"))
        .hint("make it readable, or restore it from git")
}

/// What a commit has put beside its targets, and what they were.
#[derive(Debug, Default)]
struct Staged {
    journal: Journal,
    /// As they were, in the order of the journal.
    before: Vec<Before>,
    /// How many of them are replaced.
    done: usize,
    /// The directories that were made on the way, outermost first.
    directories: Vec<PathBuf>,
}

impl Staged {
    /// Does what the journal has promised.
    fn replace(&mut self) -> Result<()> {
        for Rename { from, to, .. } in &self.journal.renames {
            fs::rename(from, to).at("write", to)?;
            self.done += 1;
        }
        for path in &self.journal.deletions {
            delete(path)?;
            self.done += 1;
        }
        Ok(())
    }
}

/// A file before it was replaced or deleted.
#[derive(Debug)]
struct Before {
    path: PathBuf,
    /// Its bytes; absent where there was no such file.
    bytes: Option<Vec<u8>>,
}

impl Before {
    fn of(path: &Path) -> Result<Self> {
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            bytes => Some(bytes.at("read", path)?),
        };
        Ok(Self { path: path.to_owned(), bytes })
    }

    /// Makes the file what it was, and leaves one alone that still is.
    fn restore(&self) -> Result<()> {
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
fn target_of(path: &Path) -> Result<PathBuf> {
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
fn create_directories(directory: &Path, made: &mut Vec<PathBuf>) -> Result<()> {
    let missing: Vec<&Path> =
        directory.ancestors().take_while(|directory| !directory.exists()).collect();
    made.extend(missing.into_iter().rev().map(Path::to_owned));
    fs::create_dir_all(directory).at("create", directory)
}

fn delete(path: &Path) -> Result<()> {
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
        workspace.stage(&changes(), &mut Staged::default()).unwrap();
        fs::remove_file(workspace.journal_path()).unwrap();
        assert_eq!(state(&workspace), ["old patch", "old lock", ""]);
        assert_eq!(workspace.list("patches").unwrap().len(), 1, "the new file is no patch");
    }

    #[test]
    fn killed_after_any_rename_the_next_run_finishes() {
        for done in 0..=3 {
            let (_directory, workspace) = project();
            let guard = workspace.lock().unwrap();
            let mut staged = Staged::default();
            workspace.stage(&changes(), &mut staged).unwrap();
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
        let mut staged = Staged::default();
        workspace.stage(&changes(), &mut staged).unwrap();
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
        let mut staged = Staged::default();
        workspace.stage(&changes(), &mut staged).unwrap();
        // It came in between: the patch and the new file are in place by then.
        fs::remove_file(workspace.path(lock::FILE)).unwrap();
        fs::create_dir(workspace.path(lock::FILE)).unwrap();
        let failure = staged.replace().unwrap_err();
        assert_eq!(state_of(&workspace, "patches/0001-a.patch"), "new patch");
        workspace.roll_back(&staged, failure, &guard);
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

    #[test]
    fn two_writers_do_not_meet() {
        let (_directory, workspace) = project();
        let _guard = workspace.lock().unwrap();
        assert_eq!(workspace.lock().unwrap_err().kind, Kind::Environment);
    }
}
