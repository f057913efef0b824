//! The project's files: read, locked, and written all or nothing.
//!
//! A commit puts the new bytes of every file beside it, then writes a journal that lists them, then
//! puts them in place, `upstream.lock` last. Killed before the journal, nothing has changed; killed
//! after it, the next run finishes or undoes it. What cannot be replaced is found before
//! the journal is written; a commit that fails all the same is undone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::project::OUTPUT;
use crate::project::changes::Changes;
use crate::project::journal::{self, Journal, written_path};
use crate::project::lock;
use crate::project::replace::{Batch, Roots, not_undone, sweep};
pub use crate::project::replace::{Expected, NewFile, ensure_writable, is_aside, write, write_all};
use crate::project::state::{OWN, State};
use crate::support::directory::Directory;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::Sri;
use crate::support::problem::{Kind, Problem};
use crate::support::progress::Progress;

/// A project's directory.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    /// What each file held when it was read first, which is what a commit is made from.
    seen: Arc<Mutex<BTreeMap<String, Option<Sri>>>>,
}

/// Holds the project for one process, until it is dropped.
#[derive(Debug)]
pub struct Guard {
    file: File,
    state: Directory,
    /// The directory that the state is in, if this process made the state and has committed nothing
    /// yet: then it goes as it came.
    made_in: RefCell<Option<Directory>>,
    name: String,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let is_over = matches!(self.state.read(journal::FILE), Ok(None));
        if let Some(above) = self.made_in.take().filter(|_| is_over) {
            for name in [LOCK, IGNORE] {
                let _ = self.state.remove(name);
            }
            let _ = above.remove_directory(&self.name);
        }
        // Only now may another process have the project.
        let _ = self.file.unlock();
    }
}

impl Guard {
    /// Undoes a commit that failed. If that fails as well, its journal stays.
    fn roll_back(&self, batch: &Batch, failure: Failure) -> Failure {
        if let Err(second) = batch.undo() {
            return not_undone(failure, &second)
                .hint("`patcher sync` finishes or undoes it once these files can be written");
        }
        let _ = journal::remove(&self.state);
        let _ = batch.clean();
        failure.hint("no file of the project was changed")
    }
}

/// The files of the state.
const LOCK: &str = "lock";
const IGNORE: &str = ".gitignore";

impl Workspace {
    /// The project in `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), seen: Arc::default() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path of the project, made absolute.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file's bytes; `None` if there is no such file. A commit replaces it only if it still holds
    /// them.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read.
    pub fn read(&self, relative: &str) -> Result<Option<Vec<u8>>, Problem> {
        let bytes = match file_read::read(&self.path(relative)) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(relative, &error)),
        };
        self.see(relative, bytes.as_deref());
        Ok(bytes)
    }

    fn see(&self, relative: &str, bytes: Option<&[u8]>) {
        let digest = bytes.map(Sri::of);
        self.seen().entry(relative.to_owned()).or_insert(digest);
    }

    /// What a file holds now, to compare it with what it is to hold.
    pub fn current(&self, relative: &str) -> Option<Vec<u8>> {
        file_read::read(&self.path(relative)).ok()
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Option<Sri>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
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
            if entry.path().is_file() && !is_aside(&name) {
                names.insert(name);
            }
        }
        Ok(names)
    }

    /// The first link on the way to a directory, which then is another one than its path says.
    pub fn link_to(&self, relative: &str) -> Option<String> {
        let ends = relative.match_indices('/').map(|(at, _)| at).chain([relative.len()]);
        let ways = ends.map(|end| &relative[..end]);
        ways.filter(|way| self.path(way).is_symlink()).map(str::to_owned).next()
    }

    /// Which of the files in a directory their owner may execute.
    pub fn executable<'a>(
        &self,
        relative: &str,
        files: impl Iterator<Item = &'a String>,
    ) -> BTreeSet<String> {
        let is_executable = |file: &&String| {
            let metadata = fs::metadata(self.path(relative).join(file));
            metadata.is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
        };
        files.filter(is_executable).cloned().collect()
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
                        Ok(bytes) => {
                            self.see(&name_of(&name), Some(&bytes));
                            files.insert(name, bytes);
                        }
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
        let place = State::of(&self.root);
        self.ensure_no_old_journal(&place)?;
        let opened = place.open()?;
        let (state, name) = (opened.directory, place.name().to_owned());
        let path = state.path().join(LOCK);
        let file = state.open_or_create(LOCK).at("open", &path)?;
        match file.try_lock() {
            // One that failed meanwhile may have taken the file away under this one.
            Ok(()) if file.metadata().at("read", &path)?.nlink() > 0 => {}
            Ok(()) | Err(TryLockError::WouldBlock) => {
                let message = "another patcher is writing this project";
                return Err(Failure::new(Kind::Environment, message).hint("wait for it to end"));
            }
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
        }
        let guard = Guard { file, state, made_in: RefCell::new(opened.made_in), name };
        if place.is_own() {
            ignore(&guard.state).at("write", &guard.state.path().join(IGNORE))?;
        }
        journal::recover(&guard.state, &self.root)?;
        self.sweep();
        Ok(guard)
    }

    /// Refuses to go on if a patcher that kept its journal in the project was interrupted. A clone
    /// may have brought that file, so nothing in it counts.
    fn ensure_no_old_journal(&self, place: &State) -> Result<()> {
        let old = format!("{OWN}/{}", journal::FILE);
        if place.is_own() || fs::symlink_metadata(self.path(&old)).is_err() {
            return Ok(());
        }
        let message = format_args!("{old}: this patcher does not read it");
        Err(Failure::new(Kind::Integrity, message)
            .hint(format!("if the repository brought it, delete {OWN}"))
            .hint(
                "if an older patcher was interrupted, restore the project's files from git first",
            ))
    }

    /// Removes what interrupted runs left beside the files of the project.
    fn sweep(&self) {
        let Ok(root) = Directory::open(&self.root) else { return };
        sweep(&root);
        let mut pending: Vec<Directory> =
            [OUTPUT, "patches"].iter().filter_map(|name| root.enter(name).ok()).collect();
        while let Some(directory) = pending.pop() {
            sweep(&directory);
            let names = directory.names().unwrap_or_default();
            pending.extend(names.iter().filter_map(|name| directory.enter(name).ok()));
        }
    }

    /// Whether an interrupted run has left its work half done.
    pub fn is_interrupted(&self) -> bool {
        let state = State::of(&self.root).find();
        let journal = |state: Directory| !matches!(state.read(journal::FILE), Ok(None));
        state.is_ok_and(|state| state.is_some_and(journal))
    }

    /// Writes the changes, all or nothing; `guard` is what shows that the project is held.
    ///
    /// # Errors
    ///
    /// A file cannot be written or replaced, or holds no longer what it held when it was read: then
    /// nothing has changed.
    pub fn commit(&self, changes: &Changes, guard: &Guard, progress: &dyn Progress) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::default();
        let written = self.stage(changes, &mut batch).and_then(|journal| {
            journal.write(&guard.state)?;
            batch.put()?;
            batch.sync()
        });
        if let Err(failure) = written {
            return Err(guard.roll_back(&batch, failure));
        }
        guard.made_in.take();
        let digests = changes.iter().map(|(path, bytes)| (path.to_owned(), bytes.map(Sri::of)));
        self.seen().extend(digests);
        // Everything is written: whatever fails now, the next run does.
        let removed =
            journal::remove(&guard.state).at("delete", &guard.state.path().join(journal::FILE));
        if let Err(failure) = removed.and(batch.clean()) {
            progress.warning(&format!("everything is written, but {}", failure.message()));
        }
        Ok(())
    }

    /// Puts what is to be written beside the files, in the order in which it is put in place:
    /// what is outside of the project, the project's files, the lock, then what is to go.
    fn stage(&self, changes: &Changes, batch: &mut Batch) -> Result<Journal> {
        let mut roots = Roots::default();
        let root = Rc::new(Directory::open(&self.root).at("open", &self.root)?);
        let mut files: Vec<_> = changes.iter().collect();
        let is_outside = |path: &str| Path::new(path).is_absolute();
        files
            .sort_by_key(|(path, bytes)| (bytes.is_none(), *path == lock::FILE, !is_outside(path)));
        let mut paths = Vec::new();
        for (path, bytes) in files {
            if is_outside(path) {
                let new = bytes.unwrap_or_default();
                let file = NewFile::below_its_directory(Path::new(path), new)?;
                let directory = roots.open(&file.root, batch)?;
                if batch.stage(&directory, &file.path, (bytes, &file.expected))? {
                    paths.push(None);
                }
                continue;
            }
            let Some(path) = written_path(path) else {
                let message = format_args!("{path}: patcher writes no such file");
                return Err(Failure::defect(anyhow::anyhow!("{message}")));
            };
            let expected = self.expected(path.as_str());
            if batch.stage(&root, path.as_str(), (bytes, &expected))? {
                paths.push(Some(path));
            }
        }
        batch.keep()?;
        batch.sync()?;
        let entries = paths.into_iter().zip(batch.entries());
        let entries: Vec<_> = entries.filter_map(|(path, entry)| Some((path?, entry))).collect();
        Ok(Journal::new(&self.root, &entries))
    }

    /// What a file must hold to be replaced: what it held when it was read. One that was not
    /// read must not be there, unless it is an output.
    fn expected(&self, path: &str) -> Expected {
        match self.seen().get(path) {
            Some(seen) => Expected::Still(seen.clone()),
            None if path.starts_with(&format!("{OUTPUT}/")) => Expected::Anything,
            None => Expected::Still(None),
        }
    }
}

/// Keeps a state that lies in the project out of git.
fn ignore(state: &Directory) -> std::io::Result<()> {
    match state.create(IGNORE) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        file => file?.write_all(b"*\n"),
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
mod tests;
