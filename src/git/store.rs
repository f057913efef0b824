//! Git objects without a worktree: read from the mirror, written to memory.
//!
//! Nothing here reads git's configuration, and nothing is written to disk: a run that
//! stops anywhere leaves the mirror as it was.
//!
//! A series is ported to dozens of releases that share most of their objects, so what was read,
//! compared or merged once is kept, by the ids of what went in.

pub mod apply;
pub mod diff;
mod disk;
mod kept;
mod line_names;
pub mod merge;
#[cfg(test)]
pub(crate) mod tests;
pub mod trees;

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;

use git2::{ObjectType, Odb, Oid, Repository};

use crate::git::commit::{CommitText, NewCommit, nobody, parse_author};
use crate::git::line_origin::Replaced;
use crate::git::merge_conflict::Conflict;
use crate::git::rename::Signature;
use crate::git::tree::{self, Delta, OneSided};
use crate::patch::diff::NotText;
use crate::patch::{Author, Hunk};
use crate::support::failure::Result;
use crate::support::ids::{BlobId, CommitId, TreeId};
use crate::support::location::github_page;

use disk::Disk;
pub use disk::ObjectError;
use kept::{Kept, try_kept};
use line_names::LineNames;

/// The objects of a repository, and those made in memory on top of them.
pub struct Store {
    disk: Disk,
    /// Where people look at the repository, if that is known.
    web: Option<String>,
    /// Trees and blobs: those that were read, and every object that was made.
    kept: Kept<[u8; 20], Rc<[u8]>>,
    /// The kind of each object that was made.
    made: Kept<[u8; 20], ObjectType>,
    deltas: Kept<(TreeId, TreeId), Rc<[Delta]>>,
    one_sided: Kept<(TreeId, TreeId), Rc<OneSided>>,
    /// The canonical diff of two blobs.
    hunks: Kept<(BlobId, BlobId), Hunks>,
    /// The lines that differ between two blobs.
    replaced: Kept<(BlobId, BlobId), Rc<[Replaced]>>,
    /// The lines of what was merged.
    line_names: RefCell<LineNames>,
    /// Merges of files, by base, patched and ours.
    merges: Kept<[BlobId; 3], FileMerge>,
    /// What blobs are compared by, to find renamed files.
    signatures: Kept<BlobId, Rc<Signature>>,
    sizes: Kept<BlobId, usize>,
    parents: Kept<CommitId, Rc<[CommitId]>>,
    /// What is reached from a commit.
    histories: Kept<CommitId, Rc<HashSet<CommitId>>>,
}

/// The hunks between two blobs, or why no patch can hold them.
type Hunks = std::result::Result<Rc<[Hunk]>, NotText>;

/// The merged blob, or the places that conflict.
type FileMerge = Rc<Result<BlobId, Vec<Conflict>>>;

/// A commit, as far as patcher needs it.
#[derive(Clone, Debug)]
pub struct Commit {
    pub id: CommitId,
    pub tree: TreeId,
    /// The committer's time, in seconds since 1970-01-01 UTC.
    pub seconds: i64,
}

/// What a ref leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Commit(CommitId),
    /// A tree or a blob, which may have a tag, too; and its id.
    Other(ObjectType, CommitId),
}

impl Target {
    /// The id of what it is.
    pub const fn id(self) -> CommitId {
        match self {
            Self::Commit(id) | Self::Other(_, id) => id,
        }
    }
}

macro_rules! convert_ids {
    ($($name:ident),*) => {$(
        impl From<$name> for Oid {
            fn from(id: $name) -> Self {
                // Twenty bytes are always an id.
                Self::from_bytes(id.as_bytes()).unwrap_or(Self::ZERO_SHA1)
            }
        }
        impl From<Oid> for $name {
            fn from(oid: Oid) -> Self {
                let mut bytes = [0; 20];
                bytes.copy_from_slice(oid.as_bytes());
                Self::new(bytes)
            }
        }
    )*};
}
convert_ids!(BlobId, CommitId, TreeId);

/// An empty tree: a directory that is not there.
const NOTHING: &[u8] = &[];

impl Store {
    /// Opens the objects below `objects`, the `objects` directory of a repository.
    ///
    /// # Errors
    ///
    /// The directory is not there, or is no object store.
    pub fn open(objects: &Path) -> Result<Self> {
        // Each object that is read is held against its id here, which is faster.
        git2::opts::strict_hash_verification(false);
        Ok(Self {
            disk: Disk::open(objects)?,
            web: None,
            kept: Kept::default(),
            made: Kept::default(),
            deltas: Kept::default(),
            one_sided: Kept::default(),
            hunks: Kept::default(),
            replaced: Kept::default(),
            line_names: RefCell::default(),
            merges: Kept::default(),
            signatures: Kept::default(),
            sizes: Kept::default(),
            parents: Kept::default(),
            histories: Kept::default(),
        })
    }

    /// The same objects, of the repository at `url`.
    pub fn of_upstream(self, url: &str) -> Self {
        Self { web: github_page(url), ..self }
    }

    /// Where people look at the repository, if that is known.
    pub(crate) fn web(&self) -> Option<&str> {
        self.web.as_deref()
    }

    /// The repository that the objects are of.
    pub(crate) fn repository(&self) -> &Path {
        self.disk.repository()
    }

    /// Reads from the objects below `objects`, too: those of a worktree.
    ///
    /// # Errors
    ///
    /// The directory is not there, or is no object store.
    pub fn add(&mut self, objects: &Path) -> Result<()> {
        self.disk.add(objects)
    }

    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn commit(&self, id: CommitId) -> Result<Commit> {
        let CommitText { tree, seconds, .. } = self.commit_text(id)?;
        Ok(Commit { id, tree, seconds })
    }

    /// What an object is in the end: of a tag, what it is on.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn target(&self, id: CommitId) -> Result<Target, ObjectError> {
        let mut at = *id.as_bytes();
        loop {
            if self.disk.kind(at) == Some(ObjectType::Commit) {
                return Ok(Target::Commit(CommitId::new(at)));
            }
            let (kind, bytes) = self.disk.object(ObjectType::Commit, at)?;
            if kind != ObjectType::Tag {
                let commit = CommitId::new(at);
                let is_commit = kind == ObjectType::Commit;
                return Ok(if is_commit {
                    Target::Commit(commit)
                } else {
                    Target::Other(kind, commit)
                });
            }
            let text = String::from_utf8_lossy(&bytes);
            let on = text.lines().next().and_then(|line| line.strip_prefix("object "));
            let on: Option<CommitId> = on.and_then(|on| on.parse().ok());
            at = *on.ok_or(ObjectError::Odd(CommitId::new(at)))?.as_bytes();
        }
    }

    /// The commits that a commit was made on.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn parents(&self, id: CommitId) -> Result<Rc<[CommitId]>, ObjectError> {
        try_kept(&self.parents, id, || Ok(self.commit_text(id)?.parents.into()))
    }

    /// Who made a commit, and its message; what is not UTF-8 in them becomes U+FFFD.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn message(&self, id: CommitId) -> Result<(Author, String)> {
        let bytes = self.read(*id.as_bytes(), ObjectType::Commit)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let author = head.lines().find_map(|line| parse_author(line.strip_prefix("author ")?));
        Ok((author.unwrap_or_else(nobody), message.to_owned()))
    }

    fn commit_text(&self, id: CommitId) -> Result<CommitText, ObjectError> {
        let bytes = self.read(*id.as_bytes(), ObjectType::Commit)?;
        CommitText::parse(&bytes).ok_or(ObjectError::Odd(id))
    }

    /// Everything that a commit reaches, itself included, as far as it was fetched.
    pub fn history(&self, patched_commit: CommitId) -> Rc<HashSet<CommitId>> {
        if let Some(history) = self.histories.borrow().get(&patched_commit) {
            return history.clone();
        }
        let history: HashSet<CommitId> =
            self.reached(patched_commit, &HashSet::new()).into_iter().collect();
        let history = Rc::new(history);
        self.histories.borrow_mut().insert(patched_commit, history.clone());
        history
    }

    /// What `patched_commit` reaches and `seen` does not hold, newest first as far as the graph goes.
    pub fn reached(&self, patched_commit: CommitId, seen: &HashSet<CommitId>) -> Vec<CommitId> {
        let mut found = Vec::new();
        let mut met: HashSet<CommitId> = HashSet::new();
        let mut pending = vec![patched_commit];
        while let Some(id) = pending.pop() {
            // A shallow clone's history ends somewhere.
            if !seen.contains(&id)
                && met.insert(id)
                && let Ok(parents) = self.parents(id)
            {
                found.push(id);
                pending.extend(parents.iter());
            }
        }
        found
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn blob(&self, id: BlobId) -> Result<Vec<u8>> {
        if let Some(bytes) = self.kept.borrow().get(id.as_bytes()) {
            return Ok(bytes.to_vec());
        }
        Ok(self.disk.load(ObjectType::Blob, *id.as_bytes())?)
    }

    /// The same, kept: for the files that patches touch, which are read again and again.
    pub(crate) fn text(&self, id: BlobId) -> Result<Rc<[u8]>> {
        Ok(self.read(*id.as_bytes(), ObjectType::Blob)?)
    }

    fn tree(&self, id: TreeId) -> Result<Rc<[u8]>, ObjectError> {
        self.read(*id.as_bytes(), ObjectType::Tree)
    }

    fn has(&self, id: [u8; 20]) -> bool {
        self.kept.borrow().contains_key(&id)
    }

    fn read(&self, id: [u8; 20], kind: ObjectType) -> Result<Rc<[u8]>, ObjectError> {
        if let Some(bytes) = self.kept.borrow().get(&id) {
            return Ok(bytes.clone());
        }
        let bytes: Rc<[u8]> = self.disk.load(kind, id)?.into();
        if kind == ObjectType::Tree && !tree::is_tree(&bytes) {
            return Err(self.disk.damaged(kind, id));
        }
        self.kept.borrow_mut().insert(id, bytes.clone());
        Ok(bytes)
    }

    /// Keeps an object that was made.
    fn write(&self, kind: ObjectType, bytes: &[u8]) -> [u8; 20] {
        let id = tree::object_id(kind.str(), bytes);
        self.kept.borrow_mut().entry(id).or_insert_with(|| bytes.into());
        self.made.borrow_mut().insert(id, kind);
        id
    }

    pub(crate) fn write_blob(&self, bytes: &[u8]) -> BlobId {
        BlobId::new(self.write(ObjectType::Blob, bytes))
    }

    /// Writes a commit.
    ///
    /// # Errors
    ///
    /// Memory is all that is written to.
    pub fn write_commit(&self, commit: &NewCommit<'_>) -> Result<CommitId> {
        let NewCommit { tree, parent, author, message } = commit;
        let Author { name, email, seconds, offset_minutes } = author;
        let sign = if *offset_minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
        let who = format!("{name} <{email}> {seconds} {sign}{hours:02}{minutes:02}");
        let text =
            format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{message}");
        Ok(CommitId::new(self.write(ObjectType::Commit, text.as_bytes())))
    }

    /// What a commit or tree of `roots` reaches and the disk does not have, as a git pack: what
    /// was made in memory, ready for `git unpack-objects` or a push.
    ///
    /// # Errors
    ///
    /// An object is missing.
    pub fn pack(&self, roots: &[[u8; 20]]) -> Result<Vec<u8>> {
        let repository = Repository::from_odb(Odb::new()?)?;
        repository.set_config(&git2::Config::new()?)?;
        let objects = repository.odb()?;
        objects.add_new_mempack_backend(1000)?;
        let mut pending = roots.to_vec();
        let mut packed = Vec::new();
        while let Some(id) = pending.pop() {
            let Some(kind) = self.made.borrow().get(&id).copied() else { continue };
            if packed.contains(&id) || self.disk.has(id) {
                continue;
            }
            packed.push(id);
            let bytes = self.read(id, kind)?;
            objects.write(kind, &bytes)?;
            match kind {
                ObjectType::Commit => {
                    let commit = CommitText::parse(&bytes);
                    pending.extend(commit.iter().map(|commit| *commit.tree.as_bytes()));
                    let parents = commit.iter().flat_map(|commit| &commit.parents);
                    pending.extend(parents.map(|parent| *parent.as_bytes()));
                }
                ObjectType::Tree => pending.extend(tree::slots(&bytes).map(|slot| slot.id)),
                _ => {}
            }
        }
        let mut builder = repository.packbuilder()?;
        for id in packed {
            builder.insert_object(Oid::from_bytes(&id)?, None)?;
        }
        let mut buffer = git2::Buf::new();
        builder.write_buf(&mut buffer)?;
        Ok(buffer.to_vec())
    }
}
