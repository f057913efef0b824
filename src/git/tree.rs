//! Trees as data: their files, how two differ, and git's tree objects as bytes, which are a
//! directory's entries, each `MODE NAME\0` and the twenty bytes of an id, in git's own order.

use std::cmp::Ordering;
use std::fmt;

use sha1::{Digest as _, Sha1};

use crate::patch::FileMode;
use crate::support::ids::BlobId;
use crate::support::names::RepoPath;

/// What a tree says of an entry, as git writes it in octal digits. Trees hold modes that git
/// no longer writes, such as `100664`, so that any number may stand here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryMode(u32);

impl EntryMode {
    pub const FILE: Self = Self(0o100_644);
    /// A file that may be executed.
    pub const EXECUTABLE: Self = Self(0o100_755);
    pub const SYMLINK: Self = Self(0o120_000);
    pub const DIRECTORY: Self = Self(0o040_000);
    /// A commit of another repository.
    pub const SUBMODULE: Self = Self(0o160_000);

    /// Whether the entry's object is a blob: not a directory's tree or a submodule's commit.
    pub const fn is_blob(self) -> bool {
        matches!(self.0 & 0o170_000, 0o100_000 | 0o120_000)
    }

    /// The mode in a patch, which knows only whether a file can be executed, as git does;
    /// absent if it is no plain file.
    pub const fn of_patch(self) -> Option<FileMode> {
        match (self.0 & 0o170_000, self.0 & 0o100) {
            (0o100_000, 0) => Some(FileMode::Regular),
            (0o100_000, _) => Some(FileMode::Executable),
            _ => None,
        }
    }
}

impl From<FileMode> for EntryMode {
    fn from(mode: FileMode) -> Self {
        match mode {
            FileMode::Regular => Self::FILE,
            FileMode::Executable => Self::EXECUTABLE,
        }
    }
}

impl fmt::Display for EntryMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:o}", self.0)
    }
}

/// A file of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    pub mode: EntryMode,
    pub id: BlobId,
}

/// A file of a tree, read; or an empty directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: RepoPath,
    pub kind: EntryKind,
    /// Its blob in the tree.
    pub id: BlobId,
    /// Its bytes: the blob's, until they are made what a checkout holds.
    pub content: Vec<u8>,
}

impl Entry {
    /// A plain file with these bytes.
    pub fn file(path: RepoPath, content: Vec<u8>) -> Self {
        let id = BlobId::new(object_id("blob", &content));
        Self { path, kind: EntryKind::File, id, content }
    }

    /// A directory, with whatever else is below its path.
    pub const fn directory(path: RepoPath) -> Self {
        Self { path, kind: EntryKind::Directory, id: BlobId::NULL, content: Vec::new() }
    }
}

/// What a file of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    File,
    /// A file that can be executed.
    Executable,
    /// A symbolic link; the content is its target.
    Symlink,
    /// A directory of which nothing is known to be in it: a submodule's.
    Directory,
}

/// A file in which two trees differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    pub path: RepoPath,
    /// What it was, if it was there.
    pub old: Option<File>,
    /// What it is, if it is there.
    pub new: Option<File>,
}

/// Files that only one of two trees has, in byte order of their paths, which are not checked.
#[derive(Debug, Default)]
pub(super) struct OneSided {
    pub(super) gone: Vec<(String, File)>,
    pub(super) added: Vec<(String, File)>,
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot<'a> {
    pub mode: EntryMode,
    /// Its name, which git does not hold to any encoding.
    pub name: &'a [u8],
    /// The object that it names.
    pub id: [u8; 20],
}

impl Slot<'_> {
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.mode == EntryMode::DIRECTORY
    }

    /// The file that it names.
    pub const fn file(&self) -> File {
        File { mode: self.mode, id: BlobId::new(self.id) }
    }

    fn print(&self) -> Vec<u8> {
        [format!("{} ", self.mode).as_bytes(), self.name, &[0], &self.id].concat()
    }

    /// Git's order: by bytes, a directory's name as if it ended in `/`.
    pub fn order(&self, other: &Self) -> Ordering {
        order((self.name, self.is_directory()), (other.name, other.is_directory()))
    }
}

/// Git's order of names, each of which may be a directory's.
fn order(one: (&[u8], bool), other: (&[u8], bool)) -> Ordering {
    let shared = one.0.len().min(other.0.len());
    let end = |(name, is_directory): (&[u8], bool)| match name.get(shared) {
        Some(&byte) => byte,
        None if is_directory => b'/',
        None => 0,
    };
    one.0[..shared]
        .cmp(&other.0[..shared])
        .then_with(|| end(one).cmp(&end(other)))
        .then_with(|| one.0.len().cmp(&other.0.len()))
}

/// Reads a tree; stops at the first entry that is none, see [`is_tree`].
pub fn slots(mut bytes: &[u8]) -> impl Iterator<Item = Slot<'_>> {
    std::iter::from_fn(move || {
        let (slot, rest) = first(bytes)?;
        bytes = rest;
        Some(slot)
    })
}

/// Whether the bytes are entries to their end, each with a name of its own that is no path: git
/// makes no others, and where one name stands for a link and a file, the link decides where the
/// file is written.
pub fn is_tree(mut bytes: &[u8]) -> bool {
    let mut names = Vec::new();
    while let Some((slot, rest)) = first(bytes) {
        if slot.name.is_empty() || slot.name.contains(&b'/') {
            return false;
        }
        names.push(slot.name);
        bytes = rest;
    }
    // Nearly in this order already.
    names.sort_unstable();
    bytes.is_empty() && names.windows(2).all(|pair| pair[0] != pair[1])
}

fn first(bytes: &[u8]) -> Option<(Slot<'_>, &[u8])> {
    let Parts { mode, name, id, rest } = Parts::of(bytes)?;
    let mut number = 0;
    for digit in mode {
        match digit {
            b'0'..=b'7' => number = number * 8 + u32::from(digit - b'0'),
            _ => return None,
        }
    }
    Some((Slot { mode: EntryMode(number), name, id: *id }, rest))
}

/// An entry as it stands in a tree: most are passed over by their names.
struct Parts<'a> {
    mode: &'a [u8],
    name: &'a [u8],
    id: &'a [u8; 20],
    /// What follows.
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    fn is_directory(&self) -> bool {
        matches!(self.mode, b"40000" | b"040000")
    }

    fn of(bytes: &'a [u8]) -> Option<Self> {
        // git's modes have five digits or six.
        let is_end = |at: &usize| bytes.get(*at) == Some(&b' ');
        let space = [5, 6].into_iter().find(is_end)?;
        let end = space + memchr::memchr(0, &bytes[space..])?;
        let (id, rest) = bytes[end + 1..].split_first_chunk()?;
        Some(Self { mode: &bytes[..space], name: &bytes[space + 1..end], id, rest })
    }
}

/// The entry with this name.
pub fn find<'a>(mut bytes: &'a [u8], name: &[u8]) -> Option<Slot<'a>> {
    loop {
        let parts = Parts::of(bytes)?;
        if parts.name == name {
            return first(bytes).map(|(slot, _)| slot);
        }
        bytes = parts.rest;
    }
}

/// The tree with this in place of whatever has the name; without it if there is no new entry.
pub fn with(bytes: &[u8], name: &[u8], new: Option<(EntryMode, [u8; 20])>) -> Vec<u8> {
    let new = new.map(|(mode, id)| Slot { mode, name, id });
    // Where the entry is, and where the new one goes.
    let (mut old, mut place, mut at) = (None, None, 0);
    while let Some(parts) = Parts::of(&bytes[at..]) {
        let is_before = |new: &Slot<'_>| {
            order((name, new.is_directory()), (parts.name, parts.is_directory())).is_lt()
        };
        if place.is_none() && new.as_ref().is_some_and(is_before) {
            place = Some(at);
        }
        let end = bytes.len() - parts.rest.len();
        if parts.name == name {
            old = Some(at..end);
        }
        at = end;
    }
    let (old, place) = (old.unwrap_or(at..at), place.unwrap_or(at));
    let mut tree = bytes[..at].to_vec();
    tree.drain(old.clone());
    if let Some(new) = new {
        let place = if place > old.start { place - old.len() } else { place };
        tree.splice(place..place, new.print());
    }
    tree
}

/// The id of a git object: the SHA-1 of its kind, its length and its bytes.
pub fn object_id(kind: &str, bytes: &[u8]) -> [u8; 20] {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of these entries.
    fn print(slots: &[Slot<'_>]) -> Vec<u8> {
        let put =
            |tree: Vec<u8>, slot: &Slot<'_>| with(&tree, slot.name, Some((slot.mode, slot.id)));
        slots.iter().fold(Vec::new(), put)
    }

    #[test]
    fn what_is_no_directory_and_no_submodule_is_a_blob() {
        for mode in [EntryMode::FILE, EntryMode::EXECUTABLE, EntryMode::SYMLINK] {
            assert!(mode.is_blob(), "{mode}");
        }
        for mode in [EntryMode::DIRECTORY, EntryMode::SUBMODULE] {
            assert!(!mode.is_blob(), "{mode}");
        }
    }

    #[test]
    fn a_directory_sorts_as_if_its_name_ended_in_a_slash() {
        let slot = |mode, name: &'static str| Slot { mode, name: name.as_bytes(), id: [1; 20] };
        let (file, directory, other) = (
            slot(EntryMode::FILE, "a.b"),
            slot(EntryMode::DIRECTORY, "a"),
            slot(EntryMode::FILE, "a0"),
        );
        let bytes = print(&[other, directory, file]);
        assert_eq!(slots(&bytes).collect::<Vec<_>>(), [file, directory, other]);
        assert!(bytes.starts_with(b"100644 a.b\0"));
        assert_eq!(find(&bytes, b"a"), Some(directory));
        let plain = slot(EntryMode::FILE, "a");
        assert_eq!(slots(&print(&[file, plain])).collect::<Vec<_>>(), [plain, file]);
        // It takes the place of what has its name, and goes.
        let replaced = with(&bytes, b"a", Some((EntryMode::FILE, [1; 20])));
        assert_eq!(slots(&replaced).collect::<Vec<_>>(), [plain, file, other]);
        assert_eq!(slots(&with(&bytes, b"a.b", None)).collect::<Vec<_>>(), [directory, other]);
        assert_eq!(with(&bytes, b"b", None), bytes);
        // At the place of a directory of its name, too; and behind a file whose name it begins with.
        let first = with(&print(&[directory, other]), b"a", Some((EntryMode::FILE, [1; 20])));
        assert_eq!(slots(&first).collect::<Vec<_>>(), [plain, other]);
        assert_eq!(slots(&print(&[plain, file])).collect::<Vec<_>>(), [plain, file]);
        assert!(directory.is_directory() && !plain.is_directory());
        assert!(is_tree(&bytes) && !is_tree(&bytes[..bytes.len() - 1]) && !is_tree(b"644"));
    }

    #[test]
    fn a_name_stands_for_one_thing() {
        let slot = |mode, name: &'static str| Slot { mode, name: name.as_bytes(), id: [1; 20] };
        let tree = |slots: &[Slot<'_>]| {
            let entries = slots.iter().map(|slot| print(std::slice::from_ref(slot)));
            is_tree(&entries.collect::<Vec<_>>().concat())
        };
        assert!(tree(&[slot(EntryMode::SYMLINK, "a"), slot(EntryMode::FILE, "a.b")]));
        assert!(!tree(&[slot(EntryMode::SYMLINK, "a"), slot(EntryMode::FILE, "a")]));
        let between = slot(EntryMode::FILE, "a.b");
        assert!(!tree(&[slot(EntryMode::SYMLINK, "a"), between, slot(EntryMode::DIRECTORY, "a")]));
        assert!(!tree(&[slot(EntryMode::FILE, "a/b")]) && !tree(&[slot(EntryMode::FILE, "")]));
    }

    #[test]
    fn ids_are_git_s() {
        let hex = |id: [u8; 20]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(object_id("tree", b"")), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        assert_eq!(hex(object_id("blob", b"hello\n")), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
