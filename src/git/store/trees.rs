//! Trees: their files, what an edit makes of one, and how two differ.

use std::collections::BTreeMap;
use std::rc::Rc;

use git2::ObjectType;

use super::disk::Disk;
use super::{NOTHING, ObjectError, Store, try_kept};
use crate::git::tree::{self, Delta, Entry, EntryKind, EntryMode, File, OneSided, Slot};
use crate::patch::{Change, FileMode};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{BlobId, InvalidId, TreeId};
use crate::support::names::RepoPath;
use crate::support::problem::{Kind, Problem};
use crate::support::text::lossy;

/// How many entries a tree may hold with all below it: rules_python's holds 2,000. A few trees
/// that hold each other many times over would otherwise never end.
const MOST_ENTRIES: usize = 1_000_000;

/// How many bytes a path may have: more than any file system takes.
const LONGEST_PATH: usize = 4096;

/// What is read of a tree.
#[derive(Default)]
struct Collected {
    entries: Vec<Entry>,
    /// How many entries were met, directories among them.
    seen: usize,
}

/// What is handed on of a file in which two trees differ: its path, not checked yet, and both sides.
type See<'a> = dyn FnMut(&str, Option<File>, Option<File>) -> Result<()> + 'a;

/// What a tree has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nothing, and room for a file.
    Free,
    File(File),
    Directory,
    /// Nothing: the tree has a file, a link or a submodule in place of this directory on the way.
    Below(RepoPath),
}

impl Store {
    /// The file at `path`, if there is one: a directory is none.
    ///
    /// # Errors
    ///
    /// A tree on the way is missing.
    pub fn file(&self, tree: TreeId, path: &RepoPath) -> Result<Option<File>> {
        Ok(match self.place(tree, path)? {
            Place::File(file) => Some(file),
            _ => None,
        })
    }

    /// What a tree has at `path`.
    ///
    /// # Errors
    ///
    /// As [`Store::file`].
    pub fn place(&self, tree: TreeId, path: &RepoPath) -> Result<Place> {
        let (path, mut end) = (path.as_str(), 0);
        let mut directory = self.tree(tree)?;
        for part in path.split('/') {
            end += part.len() + usize::from(end > 0);
            let Some(slot) = tree::find(&directory, part.as_bytes()) else { break };
            let id = TreeId::new(slot.id);
            match (end == path.len(), slot.is_directory()) {
                (true, true) => return Ok(Place::Directory),
                (true, false) => return Ok(Place::File(slot.file())),
                (false, true) => directory = self.tree(id)?,
                (false, false) => {
                    let file = path[..end].parse();
                    let defect = |error: InvalidId| Failure::defect(error);
                    return file.map(Place::Below).map_err(defect);
                }
            }
        }
        Ok(Place::Free)
    }

    /// Every file of a tree with its bytes, in git's tree order.
    ///
    /// # Errors
    ///
    /// An object is missing, a path is not plain, or there is more than a release can hold.
    pub fn entries(&self, tree: TreeId) -> Result<Vec<Entry>> {
        let mut collected = Collected::default();
        self.collect("", tree, &mut collected)?;
        let mut entries = collected.entries;
        let mut unread = Vec::new();
        for entry in entries.iter_mut().filter(|entry| entry.kind != EntryKind::Directory) {
            match self.kept.borrow().get(entry.id.as_bytes()) {
                Some(bytes) => entry.content = bytes.to_vec(),
                None => unread.push(entry),
            }
        }
        // Inflating thousands of blobs is work for two.
        let half = unread.len() / 2;
        let others_disk = self.disk.reopen()?;
        let (mine, others) = unread.split_at_mut(half);
        std::thread::scope(|scope| {
            let other = scope.spawn(move || fill(&others_disk, others));
            fill(&self.disk, mine)?;
            other.join().map_err(|_| Failure::defect(anyhow::anyhow!("a reader stopped")))?
        })?;
        Ok(entries)
    }

    fn collect(&self, directory: &str, tree: TreeId, into: &mut Collected) -> Result<()> {
        for slot in tree::slots(&self.tree(tree)?) {
            into.seen += 1;
            let Ok(name) = std::str::from_utf8(slot.name) else {
                let path = format!("{directory}{}", slot.name.escape_ascii());
                let message = "has a name that is not UTF-8, which archives cannot carry alike";
                return Err(Problem::new(Kind::Input, path, message).into());
            };
            let path = format!("{directory}{name}");
            if into.seen > MOST_ENTRIES || path.len() > LONGEST_PATH {
                let limits = format!("{MOST_ENTRIES} entries and paths of {LONGEST_PATH} bytes");
                let message = format!("is more than a release can hold: {limits} at most");
                return Err(Problem::new(Kind::Input, path, message).into());
            }
            let kind = match slot.mode {
                EntryMode::EXECUTABLE => EntryKind::Executable,
                EntryMode::SYMLINK => EntryKind::Symlink,
                EntryMode::DIRECTORY => {
                    self.collect(&format!("{path}/"), TreeId::new(slot.id), into)?;
                    continue;
                }
                mode if mode.is_blob() => EntryKind::File,
                // A submodule: git gives it an empty directory.
                _ => EntryKind::Directory,
            };
            let id = BlobId::new(slot.id);
            let path: RepoPath = path
                .parse()
                .map_err(|error| Problem::new(Kind::Input, path, format!("{error}")))?;
            into.entries.push(Entry { path, kind, id, content: Vec::new() });
        }
        Ok(())
    }

    /// The tree with `edits` made: a mode and bytes to put at a path, or nothing to delete it.
    ///
    /// # Errors
    ///
    /// A path leads through a file.
    pub fn edit(
        &self,
        tree: TreeId,
        edits: impl IntoIterator<Item = (RepoPath, Option<(FileMode, Vec<u8>)>)>,
    ) -> Result<TreeId> {
        let files = edits.into_iter().map(|(path, file)| {
            let put = |(mode, bytes): (FileMode, Vec<u8>)| File {
                mode: mode.into(),
                id: self.write_blob(&bytes),
            };
            (path, file.map(put))
        });
        self.with(tree, &files.collect::<Vec<_>>())
    }

    /// The tree with these files there, or not there. Where one goes, there is room for a
    /// directory, and the other way round.
    pub(crate) fn with(&self, tree: TreeId, edits: &[(RepoPath, Option<File>)]) -> Result<TreeId> {
        if edits.is_empty() {
            return Ok(tree);
        }
        let edits: BTreeMap<&str, Option<File>> =
            edits.iter().map(|(path, file)| (path.as_str(), *file)).collect();
        let mut edits: Vec<(&str, Option<File>)> = edits.into_iter().collect();
        // What has a name in common is to be side by side.
        edits.sort_by(|(one, _), (two, _)| one.split('/').cmp(two.split('/')));
        let bytes = self.directory_with("", &self.tree(tree)?, &edits)?;
        Ok(TreeId::new(self.write(ObjectType::Tree, &bytes)))
    }

    /// The directory with these files, whose paths begin in it and are sorted.
    fn directory_with(
        &self,
        prefix: &str,
        bytes: &[u8],
        edits: &[(&str, Option<File>)],
    ) -> Result<Vec<u8>> {
        let mut tree = bytes.to_vec();
        let name_of = |path: &str| path.find('/').unwrap_or(path.len());
        for group in edits.chunk_by(|(one, _), (two, _)| one[..name_of(one)] == two[..name_of(two)])
        {
            let name = &group[0].0[..name_of(group[0].0)];
            let there = tree::find(bytes, name.as_bytes());
            let path = format!("{prefix}{name}");
            let (own, inner) = match group {
                [(whole, file), inner @ ..] if *whole == name => (Some(*file), inner),
                inner => (None, inner),
            };
            let file = there.filter(|slot| !slot.is_directory());
            let mut put = match own {
                Some(file) => file.map(|file| (file.mode, *file.id.as_bytes())),
                None => file.map(|slot| (slot.mode, slot.id)),
            };
            if there.is_some_and(|slot| slot.is_directory()) || !inner.is_empty() {
                let inner: Vec<(&str, Option<File>)> =
                    inner.iter().map(|(path, file)| (&path[name.len() + 1..], *file)).collect();
                let directory = match there.filter(Slot::is_directory) {
                    Some(slot) => self.tree(TreeId::new(slot.id))?,
                    None => NOTHING.into(),
                };
                let bytes = self.directory_with(&format!("{path}/"), &directory, &inner)?;
                // git has no empty directories.
                if !bytes.is_empty() {
                    if put.is_some() {
                        let is_new = own.is_some();
                        let what =
                            if is_new { "is a directory" } else { "is a file, and no directory" };
                        return Err(Problem::new(Kind::Input, path, what).into());
                    }
                    put = Some((EntryMode::DIRECTORY, self.write(ObjectType::Tree, &bytes)));
                }
            }
            tree = tree::with(&tree, name.as_bytes(), put);
        }
        Ok(tree)
    }

    /// The files in which two trees differ, in byte order of the paths.
    ///
    /// # Errors
    ///
    /// A tree is missing, or holds a path that is not plain.
    pub fn changes(&self, before: TreeId, after: TreeId) -> Result<Vec<(RepoPath, Change)>> {
        let change = |delta: &Delta| match (delta.old, delta.new) {
            (None, _) => Change::Add,
            (_, None) => Change::Delete,
            _ => Change::Modify,
        };
        let deltas = self.deltas(before, after)?;
        Ok(deltas.iter().map(|delta| (delta.path.clone(), change(delta))).collect())
    }

    /// The files in which two trees differ, with what they are, in byte order of the paths.
    ///
    /// # Errors
    ///
    /// As [`Store::changes`].
    pub fn deltas(&self, before: TreeId, after: TreeId) -> Result<Rc<[Delta]>> {
        try_kept(&self.deltas, (before, after), || {
            let mut deltas = Vec::new();
            self.compare([before, after], &mut |path, old, new| {
                deltas.push(Delta { path: checked(path)?, old, new });
                Ok(())
            })?;
            deltas.sort_by(|one: &Delta, two| one.path.cmp(&two.path));
            Ok(deltas.into())
        })
    }

    /// The files that only one of two trees has. Between releases that lie far apart, that is
    /// little of what differs.
    pub(super) fn one_sided(&self, before: TreeId, after: TreeId) -> Result<Rc<OneSided>> {
        try_kept(&self.one_sided, (before, after), || {
            let mut found = OneSided::default();
            self.compare([before, after], &mut |path, old, new| {
                match (old, new) {
                    (Some(old), None) => found.gone.push((path.to_owned(), old)),
                    (None, Some(new)) => found.added.push((path.to_owned(), new)),
                    _ => {}
                }
                Ok(())
            })?;
            for side in [&mut found.gone, &mut found.added] {
                side.sort_by(|(one, _), (two, _)| one.cmp(two));
            }
            Ok(Rc::new(found))
        })
    }

    /// Calls `see` for each file in which two trees differ.
    fn compare(&self, [before, after]: [TreeId; 2], see: &mut See<'_>) -> Result<()> {
        self.compare_below(&mut String::new(), [Some(before), Some(after)], see)
    }

    /// The same below a directory that one of them may lack. Its path ends in `/` unless it is empty,
    /// and is the same afterwards.
    fn compare_below(
        &self,
        path: &mut String,
        [before, after]: [Option<TreeId>; 2],
        see: &mut See<'_>,
    ) -> Result<()> {
        let read =
            |side: Option<TreeId>| side.map_or_else(|| Ok(NOTHING.into()), |id| self.tree(id));
        let (before, after) = (read(before)?, read(after)?);
        let (mut old, mut new) = (tree::slots(&before).peekable(), tree::slots(&after).peekable());
        let length = path.len();
        loop {
            let (one, two) = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(a), Some(b)) if a.order(b).is_eq() => (old.next(), new.next()),
                (Some(a), Some(b)) if a.order(b).is_gt() => (None, new.next()),
                (Some(_), _) => (old.next(), None),
                (None, Some(_)) => (None, new.next()),
            };
            if one == two {
                continue;
            }
            let name = one.or(two).map_or(NOTHING, |slot| slot.name);
            path.push_str(&lossy(name));
            if [one, two].iter().flatten().any(Slot::is_directory) {
                let id = |slot: Option<Slot<'_>>| slot.map(|slot| TreeId::new(slot.id));
                path.push('/');
                self.compare_below(path, [id(one), id(two)], see)?;
            } else {
                see(path, one.map(|slot| slot.file()), two.map(|slot| slot.file()))?;
            }
            path.truncate(length);
        }
    }

    /// The tree without any file.
    pub(crate) fn no_files(&self) -> TreeId {
        TreeId::new(self.write(ObjectType::Tree, NOTHING))
    }

    /// Whether every file of a tree is there: a shallow or partial clone has commits whose files
    /// it lacks.
    ///
    /// # Errors
    ///
    /// The first object that is not there, or the first directory that cannot be read.
    pub fn ensure_complete(&self, tree: TreeId) -> Result<(), ObjectError> {
        self.each_blob(tree, |id| {
            let is_there = self.has(id) || self.disk.has(id);
            if is_there { Ok(()) } else { Err(self.disk.missing(ObjectType::Blob, id)) }
        })
    }

    /// The same, and each can be read: for what another program is to read.
    ///
    /// # Errors
    ///
    /// The first object that is not there or is damaged.
    pub fn ensure_sound(&self, tree: TreeId) -> Result<(), ObjectError> {
        self.each_blob(tree, |id| match self.has(id) {
            true => Ok(()),
            false => self.disk.load(ObjectType::Blob, id).map(drop),
        })
    }

    fn each_blob(
        &self,
        tree: TreeId,
        look_at: impl Fn([u8; 20]) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let mut pending = vec![tree];
        while let Some(id) = pending.pop() {
            for slot in tree::slots(&self.tree(id)?) {
                if slot.is_directory() {
                    pending.push(TreeId::new(slot.id));
                } else if slot.mode.is_blob() {
                    look_at(slot.id)?;
                }
            }
        }
        Ok(())
    }
}

/// A path as a tree has it.
pub(super) fn checked(path: &str) -> Result<RepoPath> {
    let problem = |error: InvalidId| Problem::new(Kind::Input, path, format!("{error}"));
    path.parse().map_err(|error| problem(error).into())
}

/// Reads the bytes of files.
fn fill(disk: &Disk, entries: &mut [&mut Entry]) -> Result<()> {
    for entry in entries {
        entry.content = disk.load(ObjectType::Blob, *entry.id.as_bytes())?;
    }
    Ok(())
}
