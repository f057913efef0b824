//! Replacing files, all of them or none.
//!
//! The new bytes of each file are put beside it and onto the disk before any of them takes its
//! place. The old ones get a second name beside it, so that undoing is renaming: a disk that is
//! full does not stand in the way.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::support::directory::{Directory, Found};
use crate::support::failure::{Failure, PathContext as _, Result, io_failure};
use crate::support::ids::Sri;
use crate::support::names::RepoPath;
use crate::support::problem::Kind;

/// The end of the name that new bytes have beside a file.
const NEW: &str = ".patcher-new";

/// The end of the name that a file's old bytes keep beside it.
const OLD: &str = ".patcher-old";

/// Whether a name is one of those that stand beside files for as long as they are replaced.
pub fn is_aside(name: &str) -> bool {
    name.starts_with('.') && (name.ends_with(NEW) || name.ends_with(OLD))
}

/// What a file must hold when it is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    Anything,
    /// What it held when it was read; absent if there was no such file.
    Still(Option<Sri>),
}

/// A file in an open directory.
#[derive(Clone, Debug)]
pub(super) struct Place {
    directory: Rc<Directory>,
    name: String,
}

impl Place {
    fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }

    fn aside(&self, end: &str) -> String {
        format!(".{}{end}", self.name)
    }

    fn digest(&self, name: &str) -> Result<Option<Sri>> {
        let bytes = self.directory.read(name).at("read", &self.directory.path().join(name))?;
        Ok(bytes.map(|bytes| Sri::of(&bytes)))
    }

    /// Stops if something is there that no file can take the place of.
    fn ensure_replaceable(&self) -> Result<()> {
        let found = self.directory.find(&self.name).at("write", &self.path())?;
        let what = match found {
            Found::Nothing | Found::File => return Ok(()),
            Found::Directory => "there is a directory of that name",
            Found::Link => "it is a link, and links are not followed",
            Found::Other => "what is there is no plain file",
        };
        Err(refused(&self.path(), what))
    }

    /// Makes the file beside it that new bytes are written to. As long as the result is kept, no
    /// other process writes there.
    fn reserve(&self, before: &[Entry]) -> Result<File> {
        self.create(&self.aside(NEW), before).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => refused(&self.path(), "another patcher is writing it"),
            _ => io_failure(error, "write", &self.path()),
        })
    }

    /// Writes new bytes to that file, so that they are on the disk before they have the name.
    fn fill(&self, mut file: &File, bytes: &[u8]) -> Result<()> {
        let mut write = || {
            // Whoever could not read the file before cannot do so now.
            if let Ok(there) = self.directory.file(&self.name) {
                file.set_permissions(there.metadata()?.permissions())?;
            }
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().at("write", &self.path())
    }

    /// Makes a file and locks it. One that nobody holds was left by a process that is gone.
    fn create(&self, name: &str, before: &[Entry]) -> std::io::Result<File> {
        loop {
            match self.directory.create(name) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    if self.directory.find(name)? != Found::File {
                        self.directory.remove(name)?;
                        continue;
                    }
                    let left = match self.directory.file(name) {
                        Err(error) if error.kind() == ErrorKind::NotFound => continue,
                        left => left?,
                    };
                    lock(&left, before)?;
                    // Whoever held it may have put it in place.
                    let now = self.directory.file(name).and_then(|file| file.metadata());
                    if now.is_ok_and(|now| left.metadata().is_ok_and(|m| m.ino() == now.ino())) {
                        self.directory.remove(name)?;
                    }
                }
                created => {
                    let file = created?;
                    lock(&file, before)?;
                    // Somebody may have taken it for one that was left.
                    if file.metadata()?.nlink() > 0 {
                        return Ok(file);
                    }
                }
            }
        }
    }

    /// Keeps the old bytes beside the file.
    fn keep(&self) -> Result<()> {
        let name = self.aside(OLD);
        let keep = || {
            self.directory.remove(&name)?;
            if self.directory.link(&self.name, &name).is_ok() {
                return Ok(());
            }
            // Not every file system has second names. Then a copy needs its room now.
            let there = self.directory.file(&self.name)?;
            let mut copy = self.directory.create(&name)?;
            copy.set_permissions(there.metadata()?.permissions())?;
            copy.write_all(&self.directory.read(&self.name)?.unwrap_or_default())?;
            copy.sync_all()
        };
        keep().inspect_err(|_| drop(self.directory.remove(&name))).at("write", &self.path())
    }
}

/// Takes the lock of a file, and waits for it only if nobody can wait for this process: there is
/// nothing that it took `before`. A file system without locks has to do without.
fn lock(file: &File, before: &[Entry]) -> std::io::Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) if before.is_empty() => file.lock(),
        Err(TryLockError::WouldBlock) => Err(ErrorKind::WouldBlock.into()),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

fn refused(path: &Path, what: &str) -> Failure {
    let message = format_args!("cannot write {}: {what}", path.display());
    Failure::new(Kind::Environment, message).hint("move it away, then run it again")
}

fn nameless(path: &Path) -> Failure {
    let message = format_args!("cannot write {}: that is no name of a file", path.display());
    Failure::new(Kind::Environment, message).hint("name a file")
}

/// The refusal of a file that is not what it was when it was read.
pub(super) fn changed_meanwhile(path: &Path) -> Failure {
    let message = format_args!("{} changed while patcher was running", path.display());
    Failure::new(Kind::Environment, message)
        .hint("run it again: it begins with what the file holds now")
}

/// A file that is replaced or removed, with the digests of what it held and of what it is to hold.
#[derive(Debug)]
pub(super) struct Entry {
    place: Place,
    old: Option<Sri>,
    new: Option<Sri>,
    /// The new file, locked, if this process made it.
    held: Option<File>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It holds the new bytes, or it held them and was changed since.
    Done,
    /// It holds the old bytes, or none, and the new ones are beside it.
    Waiting,
    /// It holds the old bytes, and the new ones are gone.
    Undone,
    /// It holds other bytes, and the new ones are beside it.
    Changed,
}

impl Entry {
    /// The file of a journal: absent if its directory is gone.
    ///
    /// # Errors
    ///
    /// A link is on the way to it.
    pub(super) fn find(
        root: &Rc<Directory>,
        path: &RepoPath,
        digests: (Option<Sri>, Option<Sri>),
    ) -> Result<Option<Self>> {
        let place = descend(root, path.as_str(), None)?;
        Ok(place.map(|place| Self { place, old: digests.0, new: digests.1, held: None }))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.place.path()
    }

    pub(super) fn digests(&self) -> (Option<Sri>, Option<Sri>) {
        (self.old.clone(), self.new.clone())
    }

    pub(super) fn progress(&self) -> Result<Progress> {
        let Self { place, old, new, .. } = self;
        let there = place.digest(&place.name)?;
        if there == *new {
            return Ok(Progress::Done);
        }
        let is_staged = match new {
            Some(_) => place.digest(&place.aside(NEW))? == *new,
            None => there == *old,
        };
        Ok(match (is_staged, there == *old) {
            (true, true) => Progress::Waiting,
            (true, false) if there.is_none() => Progress::Waiting,
            (true, false) => Progress::Changed,
            (false, true) => Progress::Undone,
            (false, false) => Progress::Done,
        })
    }

    /// Puts the new bytes in place.
    pub(super) fn put(&self) -> Result<()> {
        let Place { directory, name } = &self.place;
        match self.new {
            Some(_) => directory.rename(&self.place.aside(NEW), name).at("write", &self.path()),
            None => directory.remove(name).at("delete", &self.path()),
        }
    }

    /// Whether [`Entry::undo`] can do what it should.
    pub(super) fn can_undo(&self) -> Result<bool> {
        let Self { place, old, new, .. } = self;
        let is_new = place.digest(&place.name)? == *new;
        Ok(!is_new || old.is_none() || place.digest(&place.aside(OLD))? == *old)
    }

    /// Puts the old bytes in place, unless somebody has put others there.
    pub(super) fn undo(&self) -> Result<()> {
        let Self { place, old, new, .. } = self;
        if place.digest(&place.name)? != *new || old == new {
            return Ok(());
        }
        let Place { directory, name } = place;
        match old {
            Some(_) => directory.rename(&place.aside(OLD), name).at("restore", &self.path()),
            None => directory.remove(name).at("delete", &self.path()),
        }
    }

    pub(super) fn sync(&self) -> Result<()> {
        self.place.directory.sync().at("write", self.place.directory.path())
    }

    /// Whether anything stands beside the file.
    pub(super) fn has_aside(&self) -> bool {
        let is_there = |end| self.place.directory.find(&self.place.aside(end));
        [NEW, OLD].into_iter().any(|end| !matches!(is_there(end), Ok(Found::Nothing)))
    }

    /// Removes what stands beside the file, once that holds what it should.
    pub(super) fn clean(&self) -> Result<()> {
        let Self { place, held, .. } = self;
        // Once it has its name, another process may put its own there.
        let is_own = match held {
            Some(held) => place.directory.holds(&place.aside(NEW), held).unwrap_or(false),
            None => self.progress().is_ok_and(|progress| progress != Progress::Done),
        };
        let new = is_own.then(|| place.aside(NEW));
        let mut names = new.into_iter().chain([place.aside(OLD)]);
        names
            .try_for_each(|name| place.directory.remove(&name))
            .at("remove what stands beside", &self.path())
    }
}

/// Files that are replaced together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    entries: Vec<Entry>,
    /// The directories that were made on the way, outermost first.
    made: Vec<(Rc<Directory>, String)>,
}

impl Batch {
    /// Puts the new bytes of a file beside it; `None` is for its removal. The result is whether there
    /// is anything to do.
    ///
    /// # Errors
    ///
    /// It does not hold what is expected, or cannot be written.
    pub(super) fn stage(
        &mut self,
        root: &Rc<Directory>,
        path: &str,
        (bytes, expected): (Option<&[u8]>, &Expected),
    ) -> Result<bool> {
        let made = bytes.is_some().then_some(&mut self.made);
        let Some(place) = descend(root, path, made)? else { return Ok(false) };
        place.ensure_replaceable()?;
        let held = bytes.map(|_| place.reserve(&self.entries)).transpose()?;
        // What was reserved is in no entry yet.
        let read = place.digest(&place.name);
        let old = read.inspect_err(|_| drop(place.directory.remove(&place.aside(NEW))))?;
        let is_expected =
            *expected == Expected::Anything || *expected == Expected::Still(old.clone());
        let (new, path) = (bytes.map(Sri::of), place.path());
        self.entries.push(Entry { place, old, new, held });
        if !is_expected {
            return Err(changed_meanwhile(&path));
        }
        if let (Some(Entry { place, held: Some(held), .. }), Some(bytes)) =
            (self.entries.last(), bytes)
        {
            place.fill(held, bytes)?;
        }
        Ok(true)
    }

    /// Keeps the old bytes of the files beside them.
    pub(super) fn keep(&self) -> Result<()> {
        let replaced = self.entries.iter().filter(|entry| entry.old.is_some());
        replaced.map(|entry| &entry.place).try_for_each(Place::keep)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Waits until everything that was staged is on the disk under its name.
    pub(super) fn sync(&self) -> Result<()> {
        self.entries.iter().try_for_each(Entry::sync)
    }

    /// Puts every file in place.
    ///
    /// # Errors
    ///
    /// One has changed since it was staged, or cannot be replaced.
    pub(super) fn put(&self) -> Result<()> {
        for entry in &self.entries {
            entry.place.ensure_replaceable()?;
            if entry.place.digest(&entry.place.name)? != entry.old {
                return Err(changed_meanwhile(&entry.path()));
            }
            entry.put()?;
        }
        Ok(())
    }

    /// Makes every file what it was.
    ///
    /// # Errors
    ///
    /// One cannot be restored: what stands beside it stays.
    pub(super) fn undo(&self) -> Result<()> {
        for entry in &self.entries {
            if !entry.can_undo()? {
                let message = format!("what {} held is gone", entry.path().display());
                return Err(Failure::new(Kind::Environment, message));
            }
        }
        self.entries.iter().try_for_each(Entry::undo)?;
        self.sync()
    }

    /// Removes what stands beside the files, and after [`Batch::undo`] the directories that were
    /// made for them.
    pub(super) fn clean(&self) -> Result<()> {
        let cleaned = self.entries.iter().map(Entry::clean).fold(Ok(()), Result::and);
        for (directory, name) in self.made.iter().rev() {
            // One that holds a file stays.
            let _ = directory.remove_directory(name);
        }
        cleaned
    }
}

/// The place of a file below `root`, through no link. Directories on the way are made, if there
/// is somewhere to note that; otherwise there may be no such place.
fn descend(
    root: &Rc<Directory>,
    path: &str,
    mut made: Option<&mut Vec<(Rc<Directory>, String)>>,
) -> Result<Option<Place>> {
    let mut directory = root.clone();
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default().to_owned();
    for part in parts {
        let path = directory.path().join(part);
        match directory.find(part).at("write", &path)? {
            Found::Directory => {}
            Found::Nothing => {
                let Some(made) = &mut made else { return Ok(None) };
                if directory.make_if_absent(part).at("create", &path)? {
                    made.push((directory.clone(), part.to_owned()));
                    directory.sync().at("create", &path)?;
                }
            }
            Found::Link => return Err(refused(&path, "it is a link, and links are not followed")),
            Found::File | Found::Other => return Err(refused(&path, "it is no directory")),
        }
        directory = Rc::new(directory.enter(part).at("open", &path)?);
    }
    Ok(Some(Place { directory, name }))
}

/// A file to write outside of a commit.
#[derive(Clone, Debug)]
pub struct NewFile<'a> {
    /// A directory that the user names.
    pub root: PathBuf,
    /// The file below it: no link is followed on the way.
    pub path: String,
    pub bytes: &'a [u8],
    pub expected: Expected,
}

impl<'a> NewFile<'a> {
    /// A file that the user names: a link to one is followed.
    ///
    /// # Errors
    ///
    /// The name leads to no file.
    pub fn named(path: &Path, bytes: &'a [u8], expected: Expected) -> Result<Self> {
        let target = match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => match fs::canonicalize(path) {
                Ok(target) => target,
                Err(_) => return Err(refused(path, "it is a link to nothing")),
            },
            _ => path.to_owned(),
        };
        let Some(name) = target.file_name().and_then(|name| name.to_str()) else {
            return Err(nameless(path));
        };
        let root = target.parent().filter(|root| !root.as_os_str().is_empty());
        let (root, name) = (root.unwrap_or(Path::new(".")).to_owned(), name.to_owned());
        Ok(Self { root, path: name, bytes, expected })
    }
}

impl<'a> NewFile<'a> {
    /// A file of a directory that the user names.
    pub(super) fn below_its_directory(path: &Path, bytes: &'a [u8]) -> Result<Self> {
        let (Some(root), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str()))
        else {
            return Err(nameless(path));
        };
        let (root, path) = (root.to_owned(), name.to_owned());
        Ok(Self { root, path, bytes, expected: Expected::Anything })
    }
}

/// Writes one file that the user names, whole or not at all; directories on the way are made.
///
/// # Errors
///
/// It cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_all(&[NewFile::named(path, bytes, Expected::Anything)?])
}

/// Finds out whether [`write`] can write a file, before a long run whose result it is to hold.
/// Nothing is left of it.
///
/// # Errors
///
/// It cannot be written.
pub fn ensure_writable(path: &Path) -> Result<()> {
    let NewFile { root, path, .. } = NewFile::named(path, &[], Expected::Anything)?;
    let mut batch = Batch::default();
    let mut reserve = || {
        let root = Roots::default().open(&root, &mut batch)?;
        let Some(place) = descend(&root, &path, Some(&mut batch.made))? else { return Ok(()) };
        place.ensure_replaceable()?;
        let _held = place.reserve(&[])?;
        place.directory.remove(&place.aside(NEW)).at("write", &place.path())
    };
    let reserved = reserve();
    let _ = batch.clean();
    reserved
}

/// Writes files outside of a commit, all of them or none; directories on the way are made. They
/// are put in place in their order.
///
/// # Errors
///
/// One cannot be written, or is not what was expected: then no file has changed.
pub fn write_all(files: &[NewFile<'_>]) -> Result<()> {
    let mut roots = Roots::default();
    let mut batch = Batch::default();
    let staged = files.iter().try_for_each(|file| {
        let root = roots.open(&file.root, &mut batch)?;
        batch.stage(&root, &file.path, (Some(file.bytes), &file.expected)).map(drop)
    });
    if staged.is_err() {
        // Nothing is in place yet.
        let _ = batch.clean();
        return staged;
    }
    // A rename of one file is all or nothing by itself.
    let put = match files {
        [] | [_] => batch.put(),
        _ => batch.keep().and_then(|()| batch.put()).and_then(|()| batch.sync()),
    };
    if let Err(failure) = put {
        return Err(match batch.undo() {
            Err(second) => not_undone(failure, &second),
            Ok(()) => {
                let _ = batch.clean();
                failure
            }
        });
    }
    // What is left beside a file is removed when that is written next.
    let _ = batch.clean();
    Ok(())
}

/// A failure that could not be undone.
pub(super) fn not_undone(failure: Failure, second: &Failure) -> Failure {
    failure
        .hint(format!("and it could not be undone: {}", second.message()))
        .hint(format!("what was there before stands beside it, its name ends in {OLD}"))
}

/// Removes what stands beside the files of a directory and nobody holds.
pub(super) fn sweep(directory: &Directory) {
    for name in directory.names().unwrap_or_default().iter().filter(|name| is_aside(name)) {
        let file = directory.file(name);
        let is_held = |file: &File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !file.as_ref().is_ok_and(is_held) {
            let _ = directory.remove(name);
        }
    }
}

/// The directories that users name, each opened once.
#[derive(Debug, Default)]
pub(super) struct Roots(Vec<Rc<Directory>>);

impl Roots {
    /// Opens a directory; it is made if it is not there.
    pub(super) fn open(&mut self, path: &Path, batch: &mut Batch) -> Result<Rc<Directory>> {
        if let Some(root) = self.0.iter().find(|root| root.path() == path) {
            return Ok(root.clone());
        }
        let missing = path
            .ancestors()
            .take_while(|directory| !directory.as_os_str().is_empty() && !directory.exists());
        let missing: Vec<&Path> = missing.collect();
        for directory in missing.into_iter().rev() {
            match (directory.parent(), directory.file_name().and_then(|name| name.to_str())) {
                (Some(parent), Some(name)) => {
                    let parent =
                        if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
                    let parent = Directory::open(parent).at("open", parent)?;
                    if parent.make_if_absent(name).at("create", directory)? {
                        batch.made.push((Rc::new(parent), name.to_owned()));
                    }
                }
                _ => fs::create_dir(directory).at("create", directory)?,
            }
        }
        let opened = Directory::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotADirectory => refused(path, "it is no directory"),
            _ => io_failure(error, "open", path),
        });
        let root = Rc::new(opened?);
        self.0.push(root.clone());
        Ok(root)
    }
}

#[cfg(test)]
mod tests;
