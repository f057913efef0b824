//! Git objects without a worktree: read from the mirror, written to memory.
//!
//! Nothing here reads git's configuration, and nothing is written to disk: a run that
//! stops anywhere leaves the mirror as it was.
//!
//! A series is ported to dozens of releases that share most of their objects, so what was read,
//! compared or merged once is kept, by the ids of what went in.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use git2::{ObjectType, Odb, OdbObject, Oid, Repository};

use crate::git::origin::Replaced;
use crate::git::rename::{SIMILAR, Signature};
use crate::git::tree::{self, DIRECTORY, Slot};
use crate::patch::apply::{apply, occurrences};
use crate::patch::diff;
use crate::patch::mail::{Author, Change, FilePatch, Hunk, Mode, Patch, names_blob};
use crate::port::outcome::{Conflict, Reason, conflicts_in};
use crate::publish::archive::{Entry, EntryMode};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::{BlobId, CommitId, RepoPath, TreeId};
use crate::support::problem::{Kind, Problem};

/// The objects of a repository, and those made in memory on top of them.
pub struct Store {
    /// The mirror's objects.
    disk: Odb<'static>,
    /// Where they are.
    objects: Vec<PathBuf>,
    /// Trees and blobs: those that were read, and every object that was made.
    kept: Kept<[u8; 20], Rc<[u8]>>,
    /// The kind of each object that was made.
    made: RefCell<HashMap<[u8; 20], ObjectType>>,
    /// How two trees differ.
    deltas: Kept<(TreeId, TreeId), Rc<[Delta]>>,
    /// The canonical diff of two blobs; absent where one is no text.
    hunks: Kept<(BlobId, BlobId), Option<Rc<[Hunk]>>>,
    /// The lines that differ between two blobs.
    replaced: Kept<(BlobId, BlobId), Rc<[Replaced]>>,
    /// Merges of files, by base, patched and ours.
    merges: Kept<[BlobId; 3], FileMerge>,
    /// What blobs are compared by, to find renamed files.
    signatures: Kept<BlobId, Rc<Signature>>,
    /// How big blobs are.
    sizes: Kept<BlobId, usize>,
    /// The parents of commits.
    parents: Kept<CommitId, Rc<[CommitId]>>,
    /// What is reached from a commit.
    histories: Kept<CommitId, Rc<HashSet<CommitId>>>,
}

/// What was computed once, by what it was computed of.
type Kept<K, V> = RefCell<HashMap<K, V>>;

/// A file of a tree: its mode and its blob.
pub type File = (i32, BlobId);

/// The merged blob, or the places that conflict.
type FileMerge = Rc<Result<BlobId, Vec<Conflict>>>;

/// A file in which two trees differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The file.
    pub path: RepoPath,
    /// What it was, if it was there.
    pub old: Option<File>,
    /// What it is, if it is there.
    pub new: Option<File>,
}

/// A commit, as far as patcher needs it.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id.
    pub id: CommitId,
    /// Its tree.
    pub tree: TreeId,
    /// The committer's time, in seconds since 1970-01-01 UTC.
    pub seconds: i64,
}

/// What applying a patch came to.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The tree after it; absent where it does not apply.
    pub tree: Option<TreeId>,
    /// What is wrong with it at this tree.
    pub problems: Vec<Problem>,
    /// The patch's files with full blob ids, and with more context where a hunk needs it.
    pub files: Vec<FilePatch>,
}

/// What merging a patch came to.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The tree, with what does not conflict.
    pub tree: TreeId,
    /// Every place that conflicts.
    pub conflicts: Vec<Conflict>,
    /// The files that were followed to another name: as the patch names them, and there.
    pub renamed: Vec<(RepoPath, RepoPath)>,
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

const EXECUTABLE: i32 = 0o100_755;
const FILE: i32 = 0o100_644;
const SYMLINK: i32 = 0o120_000;

/// The way out for a patch that does not fit.
const AGAIN: &str = "make it again at the pinned commit: `git am` the patches before it, change \
                     the files, `git format-patch --full-index`";

impl Store {
    /// Opens the objects below `objects`, the `objects` directory of a repository.
    ///
    /// # Errors
    ///
    /// The directory is not there, or is no object store.
    pub fn open(objects: &Path) -> Result<Self> {
        std::fs::read_dir(objects).at("read", objects)?;
        // Each object that is read is held against its id here, which is faster.
        git2::opts::strict_hash_verification(false);
        Ok(Self {
            disk: open(&[objects.to_owned()])?,
            objects: vec![objects.to_owned()],
            kept: Kept::default(),
            made: RefCell::default(),
            deltas: Kept::default(),
            hunks: Kept::default(),
            replaced: Kept::default(),
            merges: Kept::default(),
            signatures: Kept::default(),
            sizes: Kept::default(),
            parents: Kept::default(),
            histories: Kept::default(),
        })
    }

    /// Reads from the objects below `objects`, too: those of a worktree.
    ///
    /// # Errors
    ///
    /// The directory is not there, or is no object store.
    pub fn add(&mut self, objects: &Path) -> Result<()> {
        std::fs::read_dir(objects).at("read", objects)?;
        self.disk.add_disk_alternate(&objects.to_string_lossy())?;
        self.objects.push(objects.to_owned());
        Ok(())
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

    /// The commits that a commit was made on.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn parents(&self, id: CommitId) -> Result<Rc<[CommitId]>> {
        try_kept(&self.parents, id, || Ok(self.commit_text(id)?.parents.into()))
    }

    /// Who made a commit, and its message; what is not UTF-8 in them becomes U+FFFD.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn message(&self, id: CommitId) -> Result<(Author, String)> {
        let bytes = self.read(*id.as_bytes(), ObjectType::Commit, &id)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let author = head.lines().find_map(|line| parse_author(line.strip_prefix("author ")?));
        Ok((author.unwrap_or_else(nobody), message.to_owned()))
    }

    fn commit_text(&self, id: CommitId) -> Result<CommitText> {
        let bytes = self.read(*id.as_bytes(), ObjectType::Commit, &id)?;
        CommitText::parse(&String::from_utf8_lossy(&bytes)).ok_or_else(|| {
            Failure::new(Kind::Environment, format_args!("commit {id} cannot be understood"))
        })
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

    /// The first object of `tree` that is not there, as `kind id (path)`: a shallow or
    /// partial clone has commits whose files it lacks.
    ///
    /// # Errors
    ///
    /// The store cannot be read at all.
    pub fn first_missing(&self, tree: TreeId) -> Result<Option<String>> {
        let mut pending = vec![(String::new(), tree)];
        while let Some((path, id)) = pending.pop() {
            let Ok(bytes) = self.tree(id) else {
                return Ok(Some(format!("tree {id} ({path}/)")));
            };
            for slot in tree::slots(&bytes) {
                let path = format!("{path}/{}", String::from_utf8_lossy(slot.name));
                let id = Oid::from_bytes(&slot.id)?;
                if slot.is_directory() {
                    pending.push((path, TreeId::new(slot.id)));
                } else if is_blob(slot.mode) && !self.has(slot.id) && !self.disk.exists(id) {
                    return Ok(Some(format!("blob {id} ({path})")));
                }
            }
        }
        Ok(None)
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
        Ok(load(&self.disk, *id.as_bytes(), ObjectType::Blob, &id)?.data().to_vec())
    }

    /// The same, kept: for the files that patches touch, which are read again and again.
    pub(crate) fn text(&self, id: BlobId) -> Result<Rc<[u8]>> {
        self.read(*id.as_bytes(), ObjectType::Blob, &id)
    }

    /// The tree without any file.
    pub(crate) fn no_files(&self) -> TreeId {
        TreeId::new(self.write(ObjectType::Tree, NOTHING))
    }

    fn tree(&self, id: TreeId) -> Result<Rc<[u8]>> {
        self.read(*id.as_bytes(), ObjectType::Tree, &id)
    }

    fn has(&self, id: [u8; 20]) -> bool {
        self.kept.borrow().contains_key(&id)
    }

    fn read(
        &self,
        id: [u8; 20],
        kind: ObjectType,
        name: &dyn std::fmt::Display,
    ) -> Result<Rc<[u8]>> {
        if let Some(bytes) = self.kept.borrow().get(&id) {
            return Ok(bytes.clone());
        }
        let bytes: Rc<[u8]> = load(&self.disk, id, kind, name)?.data().into();
        if kind == ObjectType::Tree && !tree::is_tree(&bytes) {
            return Err(damaged(kind, name));
        }
        self.kept.borrow_mut().insert(id, bytes.clone());
        Ok(bytes)
    }

    /// The file at `path`, if there is one.
    ///
    /// # Errors
    ///
    /// A tree on the way is missing.
    pub fn file(&self, tree: TreeId, path: &RepoPath) -> Result<Option<File>> {
        let mut directory = self.tree(tree)?;
        let mut parts = path.as_str().split('/').peekable();
        while let Some(part) = parts.next() {
            let Some(slot) = tree::find(&directory, part.as_bytes()) else { return Ok(None) };
            match (parts.peek().is_some(), slot.is_directory()) {
                (true, true) => {
                    let id = TreeId::new(slot.id);
                    directory = self.tree(id)?;
                }
                (true, false) => return Ok(None),
                (false, _) => return Ok(Some((slot.mode, BlobId::new(slot.id)))),
            }
        }
        Ok(None)
    }

    /// Every file of a tree with its bytes, in git's tree order.
    ///
    /// # Errors
    ///
    /// An object is missing, a submodule, or a path that is not plain.
    pub fn entries(&self, tree: TreeId) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.collect("", tree, &mut entries)?;
        let mut unread = Vec::new();
        for entry in &mut entries {
            match self.kept.borrow().get(entry.id.as_bytes()) {
                Some(bytes) => entry.content = bytes.to_vec(),
                None => unread.push(entry),
            }
        }
        // Inflating thousands of blobs is work for two.
        let (half, objects) = (unread.len() / 2, self.objects.as_slice());
        let (mine, others) = unread.split_at_mut(half);
        std::thread::scope(|scope| {
            let other = scope.spawn(move || fill(&open(objects)?, others));
            fill(&self.disk, mine)?;
            other.join().map_err(|_| Failure::defect(anyhow::anyhow!("a reader stopped")))?
        })?;
        Ok(entries)
    }

    fn collect(&self, directory: &str, tree: TreeId, into: &mut Vec<Entry>) -> Result<()> {
        for slot in tree::slots(&self.tree(tree)?) {
            let path = format!("{directory}{}", String::from_utf8_lossy(slot.name));
            let mode = match slot.mode {
                EXECUTABLE => EntryMode::Executable,
                SYMLINK => EntryMode::Symlink,
                DIRECTORY => {
                    self.collect(&format!("{path}/"), TreeId::new(slot.id), into)?;
                    continue;
                }
                mode if is_blob(mode) => EntryMode::File,
                _ => return Err(Problem::new(Kind::Input, path, "is a submodule").into()),
            };
            let id = BlobId::new(slot.id);
            let path: RepoPath = path
                .parse()
                .map_err(|error| Problem::new(Kind::Input, path, format!("{error}")))?;
            into.push(Entry { path, mode, id, content: Vec::new() });
        }
        Ok(())
    }

    /// Keeps an object that was made.
    fn write(&self, kind: ObjectType, bytes: &[u8]) -> [u8; 20] {
        let id = tree::object_id(kind.str(), bytes);
        self.kept.borrow_mut().entry(id).or_insert_with(|| bytes.into());
        self.made.borrow_mut().insert(id, kind);
        id
    }

    /// The tree with `edits` made: a mode and bytes to put at a path, or nothing to delete it.
    ///
    /// # Errors
    ///
    /// A path leads through a file.
    pub fn edit(
        &self,
        tree: TreeId,
        edits: impl IntoIterator<Item = (RepoPath, Option<(Mode, Vec<u8>)>)>,
    ) -> Result<TreeId> {
        let files = edits.into_iter().map(|(path, file)| {
            let put = |(mode, bytes): (Mode, Vec<u8>)| (raw(mode), self.write_blob(&bytes));
            (path, file.map(put))
        });
        self.with(tree, &files.collect::<Vec<_>>())
    }

    pub(crate) fn write_blob(&self, bytes: &[u8]) -> BlobId {
        BlobId::new(self.write(ObjectType::Blob, bytes))
    }

    /// The tree with these files there, or not there.
    pub(crate) fn with(&self, tree: TreeId, edits: &[(RepoPath, Option<File>)]) -> Result<TreeId> {
        if edits.is_empty() {
            return Ok(tree);
        }
        let edits: BTreeMap<&str, Option<File>> =
            edits.iter().map(|(path, file)| (path.as_str(), *file)).collect();
        let edits: Vec<(&str, Option<File>)> = edits.into_iter().collect();
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
        let mut slots: BTreeMap<&[u8], Slot<'_>> =
            tree::slots(bytes).map(|slot| (slot.name, slot)).collect();
        let name_of = |path: &str| path.find('/').unwrap_or(path.len());
        for group in edits.chunk_by(|(one, _), (two, _)| one[..name_of(one)] == two[..name_of(two)])
        {
            let name = &group[0].0[..name_of(group[0].0)];
            let there = slots.get(name.as_bytes()).copied();
            let path = format!("{prefix}{name}");
            let put = match group {
                [(whole, file)] if *whole == name => {
                    if there.is_some_and(|slot| slot.is_directory()) {
                        return Err(Problem::new(Kind::Input, path, "is a directory").into());
                    }
                    file.map(|(mode, id)| (mode, *id.as_bytes()))
                }
                _ if there.is_some_and(|slot| !slot.is_directory())
                    || group.iter().any(|(whole, _)| *whole == name) =>
                {
                    return Err(
                        Problem::new(Kind::Input, path, "is a file, and no directory").into()
                    );
                }
                _ => {
                    let inner: Vec<(&str, Option<File>)> =
                        group.iter().map(|(path, file)| (&path[name.len() + 1..], *file)).collect();
                    let directory = match there {
                        Some(slot) => self.tree(TreeId::new(slot.id))?,
                        None => NOTHING.into(),
                    };
                    let bytes = self.directory_with(&format!("{path}/"), &directory, &inner)?;
                    // git has no empty directories.
                    (!bytes.is_empty()).then(|| (DIRECTORY, self.write(ObjectType::Tree, &bytes)))
                }
            };
            match put {
                Some((mode, id)) => {
                    slots.insert(name.as_bytes(), Slot { mode, name: name.as_bytes(), id });
                }
                None => drop(slots.remove(name.as_bytes())),
            }
        }
        Ok(tree::print(slots.into_values().collect()))
    }

    /// Writes a commit whose committer is its author, so that its id is the same on every
    /// machine.
    ///
    /// # Errors
    ///
    /// Memory is all that is written to.
    pub fn write_commit(
        &self,
        tree: TreeId,
        parent: CommitId,
        author: &Author,
        message: &str,
    ) -> Result<CommitId> {
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
            if packed.contains(&id) || self.disk.exists(Oid::from_bytes(&id)?) {
                continue;
            }
            packed.push(id);
            let bytes = self.read(id, kind, &CommitId::new(id))?;
            objects.write(kind, &bytes)?;
            match kind {
                ObjectType::Commit => {
                    let text = String::from_utf8_lossy(&bytes);
                    let commit = CommitText::parse(&text);
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

    /// Applies a patch exactly: every pre-image blob as stated, an added file not there
    /// before, no offset, no fuzz; and asks of each hunk that its pre-image stands in the
    /// file only once. `label` is the patch's path for messages.
    ///
    /// # Errors
    ///
    /// The store itself; what is wrong with the patch is in [`Applied::problems`].
    pub fn apply(&self, tree: TreeId, patch: &Patch, label: &str) -> Result<Applied> {
        let mut applied = Applied::default();
        let mut edits = Vec::new();
        let mut fits = true;
        for file in &patch.files {
            let problem =
                |line: usize, message: String| Problem::new(Kind::Finding, label, message).at(line);
            let before = self.file(tree, &file.path)?;
            if let Some(message) = mismatch(file, before) {
                applied.problems.push(problem(file.line, message).hint(AGAIN));
                fits = false;
                continue;
            }
            let bytes = before.map_or(Ok(NOTHING.into()), |(_, id)| self.text(id))?;
            let after = match apply(&bytes, file) {
                Ok(after) => after,
                Err(misfit) => {
                    applied.problems.push(problem(misfit.line, misfit.message).hint(AGAIN));
                    fits = false;
                    continue;
                }
            };
            let mut hunks = file.hunks.clone();
            for hunk in file.hunks.iter().filter(|_| file.change == Change::Modify) {
                let count = occurrences(&bytes, hunk);
                if count > 1 {
                    let message = format!(
                        "the lines that the hunk looks for stand {count} times in {}",
                        file.path
                    );
                    let hint =
                        "quilt and Bazel may pick another place: `patcher sync` adds context";
                    applied.problems.push(problem(hunk.line, message).hint(hint).mendable());
                    hunks = diff::hunks(&bytes, &after).unwrap_or(hunks);
                }
            }
            if file.change == Change::Delete && !after.is_empty() {
                let message = format!("deletes {} and leaves lines of it", file.path);
                applied.problems.push(problem(file.line, message).hint(AGAIN));
                fits = false;
                continue;
            }
            let new_id = (file.change != Change::Delete).then(|| self.write_blob(&after));
            if !names_blob(&file.new, new_id) {
                let message = format!("makes another {} than its index line says", file.path);
                let hint = "`patcher sync` writes the index line again";
                applied.problems.push(problem(file.line, message).hint(hint).mendable());
            }
            let full = |id: Option<BlobId>| id.map_or_else(|| "0".repeat(40), |id| id.to_string());
            let (old, new) = (full(before.map(|(_, id)| id)), full(new_id));
            applied.files.push(FilePatch { old, new, hunks, ..file.clone() });
            let file_after = new_id.map(|id| (raw(file.mode), id));
            edits.push((file.path.clone(), file_after));
        }
        if fits {
            applied.tree = Some(self.with(tree, &edits)?);
        }
        Ok(applied)
    }

    /// The canonical diff of two trees.
    ///
    /// # Errors
    ///
    /// A file that no patch can carry: a binary file, a link, a changed mode.
    pub fn diff(&self, before: TreeId, after: TreeId) -> Result<Vec<FilePatch>> {
        self.deltas(before, after)?.iter().map(|delta| self.file_diff(delta)).collect()
    }

    /// The canonical diff of a file.
    ///
    /// # Errors
    ///
    /// As [`Store::diff`].
    pub(crate) fn file_diff(&self, delta: &Delta) -> Result<FilePatch> {
        let path = delta.path.clone();
        let refuse = |what: &str| Failure::from(Problem::new(Kind::Input, path.as_str(), what));
        let mode_of = |side: Option<File>| match side.map(|(mode, _)| mode) {
            None => Ok(None),
            Some(EXECUTABLE) => Ok(Some(Mode::Executable)),
            Some(FILE) => Ok(Some(Mode::File)),
            Some(_) => Err(refuse("is no plain file: a patch cannot carry it")),
        };
        let (change, mode) = match (mode_of(delta.old)?, mode_of(delta.new)?) {
            (None, Some(mode)) => (Change::Add, mode),
            (Some(mode), None) => (Change::Delete, mode),
            (Some(old), Some(new)) if old == new => (Change::Modify, new),
            _ => return Err(refuse("changes its mode: no patch can carry that everywhere")),
        };
        let hunks = self
            .hunks(delta)?
            .ok_or_else(|| refuse("is not text: a patch cannot carry it"))?
            .to_vec();
        let id = |side: Option<File>| side.map_or_else(|| "0".repeat(40), |(_, id)| id.to_string());
        let (old, new) = (id(delta.old), id(delta.new));
        Ok(FilePatch { path, change, mode, old, new, hunks, line: 0 })
    }

    /// The canonical hunks of a file; absent where a side is no text.
    pub(crate) fn hunks(&self, delta: &Delta) -> Result<Option<Rc<[Hunk]>>> {
        let id = |side: Option<File>| side.map_or(BlobId::new([0; 20]), |(_, id)| id);
        let read = |side: Option<File>| side.map_or(Ok(NOTHING.into()), |(_, id)| self.text(id));
        try_kept(&self.hunks, (id(delta.old), id(delta.new)), || {
            Ok(diff::hunks(&read(delta.old)?, &read(delta.new)?).map(Rc::from))
        })
    }

    /// The lines in which two blobs differ, by the diff that `git log -L` and `git blame` go
    /// by: lines are followed here as they are there.
    pub(crate) fn replaced(&self, old: BlobId, new: BlobId) -> Result<Rc<[Replaced]>> {
        // An empty side is named by the line before it.
        let lines = |start: u32, count: u32| -> Range<usize> {
            let first = start.saturating_sub(u32::from(count > 0)) as usize;
            first..first + count as usize
        };
        try_kept(&self.replaced, (old, new), || {
            let mut options = git2::DiffOptions::new();
            options.context_lines(0).force_text(true);
            let (before, after) = (self.text(old)?, self.text(new)?);
            let options = Some(&mut options);
            let diff = git2::Patch::from_buffers(&before, None, &after, None, options)?;
            let hunk = |index| -> Result<Replaced> {
                let (hunk, _) = diff.hunk(index)?;
                let old = lines(hunk.old_start(), hunk.old_lines());
                Ok((old, lines(hunk.new_start(), hunk.new_lines())))
            };
            (0..diff.num_hunks()).map(hunk).collect()
        })
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
            self.compare("", before, after, &mut deltas)?;
            let path = |(path, old, new): (String, _, _)| match path.parse() {
                Ok(path) => Ok(Delta { path, old, new }),
                Err(error) => Err(Problem::new(Kind::Input, path, format!("{error}"))),
            };
            let mut deltas = deltas.into_iter().map(path).collect::<Result<Vec<Delta>, _>>()?;
            deltas.sort_by(|one, two| one.path.cmp(&two.path));
            Ok(deltas.into())
        })
    }

    fn compare(
        &self,
        prefix: &str,
        before: TreeId,
        after: TreeId,
        into: &mut Vec<(String, Option<File>, Option<File>)>,
    ) -> Result<()> {
        let (before, after) = (self.tree(before)?, self.tree(after)?);
        let (mut old, mut new) = (tree::slots(&before).peekable(), tree::slots(&after).peekable());
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
            let path = format!("{prefix}{}", String::from_utf8_lossy(name));
            if [one, two].iter().flatten().any(Slot::is_directory) {
                let id = |slot: Option<Slot<'_>>| match slot {
                    Some(slot) => TreeId::new(slot.id),
                    None => self.no_files(),
                };
                self.compare(&format!("{path}/"), id(one), id(two), into)?;
            } else {
                let file = |slot: Slot<'_>| (slot.mode, BlobId::new(slot.id));
                into.push((path, one.map(file), two.map(file)));
            }
        }
    }

    /// Merges what a patch does (`base` to `patched`) onto `ours`, file by file, in memory;
    /// a file that `ours` renamed is followed.
    ///
    /// # Errors
    ///
    /// The store itself; what conflicts is in [`Merged::conflicts`].
    pub fn merge(&self, base: TreeId, patched: TreeId, ours: TreeId) -> Result<Merged> {
        let (mut edits, mut conflicts, mut renamed) = (Vec::new(), Vec::new(), Vec::new());
        for Delta { path, old, new } in &*self.deltas(base, patched)? {
            let mut target = path.clone();
            let mut there = self.file(ours, path)?;
            let whole = |reason| Conflict::whole(path.as_str(), reason);
            if there.is_none()
                && let Some(old) = old
                && let Some(found) = self.renamed(base, ours, path, *old)?
            {
                if new.is_none() {
                    conflicts
                        .push(Conflict { target: found.to_string(), ..whole(Reason::Renamed) });
                    continue;
                }
                there = self.file(ours, &found)?;
                target = found.clone();
                renamed.push((path.clone(), found));
            }
            if there == *new {
                // Already so.
                continue;
            }
            if there == *old {
                // Untouched by upstream.
                edits.push((target, *new));
                continue;
            }
            match (*old, *new, there) {
                (None, Some(_), Some(_)) => conflicts.push(whole(Reason::Added)),
                (Some(_), None, Some(_)) => conflicts.push(whole(Reason::Changed)),
                (Some(old), Some(new), Some(there))
                    if old.0 == new.0 && old.0 == there.0 && mode(old.0).is_ok() =>
                {
                    match &*self.merge_file(old.1, new.1, there.1)? {
                        Ok(id) => edits.push((target, Some((there.0, *id)))),
                        Err(found) => conflicts.extend(found.iter().map(|conflict| Conflict {
                            path: path.to_string(),
                            target: target.to_string(),
                            ..conflict.clone()
                        })),
                    }
                }
                (Some(_), Some(_), None) => conflicts.push(whole(Reason::Deleted)),
                _ => conflicts.push(whole(Reason::Kind)),
            }
        }
        Ok(Merged { tree: self.with(ours, &edits)?, conflicts, renamed })
    }

    /// The three-way merge of one file: its blob, or the places that conflict.
    pub(crate) fn merge_file(
        &self,
        base: BlobId,
        patched: BlobId,
        ours: BlobId,
    ) -> Result<FileMerge> {
        if base == ours || patched == ours {
            return Ok(Rc::new(Ok(patched)));
        }
        try_kept(&self.merges, [base, patched, ours], || {
            let texts = [self.text(base)?, self.text(patched)?, self.text(ours)?];
            let mut options = git2::MergeFileOptions::new();
            let (is_clean, merged, size) = merge_texts(&texts, options.style_diff3(true))?;
            if is_clean {
                return Ok(Rc::new(Ok(self.write_blob(&merged))));
            }
            let merged = String::from_utf8_lossy(&merged);
            let ours = String::from_utf8_lossy(&texts[2]);
            Ok(Rc::new(Err(conflicts_in("", &merged, &ours, size))))
        })
    }

    /// The merge of one file with zdiff3 markers where it conflicts (git-merge-file(1)), and how
    /// long the markers are: longer than any run of their signs in the file. `labels` name the
    /// base, ours and the patch.
    ///
    /// # Errors
    ///
    /// A blob is missing.
    pub fn merge_with_markers(
        &self,
        [base, patched, ours]: [Option<BlobId>; 3],
        labels: [&str; 3],
    ) -> Result<(Vec<u8>, usize)> {
        let read = |id: Option<BlobId>| id.map_or(Ok(NOTHING.into()), |id| self.text(id));
        let texts = [read(base)?, read(patched)?, read(ours)?];
        let mut options = git2::MergeFileOptions::new();
        options.ancestor_label(labels[0]).our_label(labels[1]).their_label(labels[2]);
        let (_, merged, size) = merge_texts(&texts, options.style_zdiff3(true))?;
        Ok((merged, size))
    }

    /// Where `ours` has the file that `base` has at `path`: the same blob, or the most
    /// similar of those files that `base` lacks, unless that is more similar to another file
    /// that is gone.
    pub(crate) fn renamed(
        &self,
        base: TreeId,
        ours: TreeId,
        path: &RepoPath,
        file: File,
    ) -> Result<Option<RepoPath>> {
        let deltas = self.deltas(base, ours)?;
        let of_kind = |side: Option<File>| side.filter(|found| found.0 == file.0);
        let (mut added, mut gone) = (Vec::new(), Vec::new());
        for delta in deltas.iter().filter(|delta| delta.path != *path) {
            match (delta.old, delta.new) {
                (None, new) => added.extend(of_kind(new).map(|(_, id)| (&delta.path, id))),
                (old, None) => gone.extend(of_kind(old).map(|(_, id)| id)),
                _ => {}
            }
        }
        if let Some((path, _)) = added.iter().find(|(_, id)| *id == file.1) {
            return Ok(Some((*path).clone()));
        }
        let own = self.signature(file.1)?;
        let mut best: Option<(&RepoPath, Rc<Signature>, usize)> = None;
        for (path, id) in added {
            // The first of equals.
            let least = best.as_ref().map_or(SIMILAR, |(.., score)| score + 1);
            if let Some((signature, score)) = self.similar(&own, id, least)? {
                best = Some((path, signature, score));
            }
        }
        let Some((path, signature, score)) = best else { return Ok(None) };
        for id in gone {
            if self.similar(&signature, id, score + 1)?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(path.clone()))
    }

    /// How similar a blob is, where that is at least `least`: most blobs' sizes tell that it
    /// is not.
    fn similar(
        &self,
        signature: &Signature,
        id: BlobId,
        least: usize,
    ) -> Result<Option<(Rc<Signature>, usize)>> {
        let size = try_kept(&self.sizes, id, || match self.kept.borrow().get(id.as_bytes()) {
            Some(bytes) => Ok(bytes.len()),
            None => Ok(self.disk.read_header(id.into())?.0),
        })?;
        if signature.most(size) < least {
            return Ok(None);
        }
        let other = self.signature(id)?;
        let score = signature.similarity(&other);
        Ok((score >= least).then_some((other, score)))
    }

    fn signature(&self, id: BlobId) -> Result<Rc<Signature>> {
        try_kept(&self.signatures, id, || Ok(Rc::new(Signature::of(&self.blob(id)?))))
    }
}

/// What a commit says, as far as patcher needs it.
struct CommitText {
    tree: TreeId,
    parents: Vec<CommitId>,
    seconds: i64,
}

impl CommitText {
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let tree = lines.next()?.strip_prefix("tree ")?.parse().ok()?;
        let (mut parents, mut seconds) = (Vec::new(), None);
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some(parent) = line.strip_prefix("parent ") {
                parents.push(parent.parse().ok()?);
            } else if let Some(committer) = line.strip_prefix("committer ") {
                seconds = committer.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok());
            }
        }
        Some(Self { tree, parents, seconds: seconds? })
    }
}

/// The author of a commit, as git writes one: `Name <mail> SECONDS +HHMM`.
fn parse_author(text: &str) -> Option<Author> {
    let (name, rest) = text.split_once('<')?;
    let (email, time) = rest.rsplit_once('>')?;
    let (seconds, zone) = time.trim().split_once(' ')?;
    let zone: i32 = zone.parse().ok()?;
    Some(Author {
        name: name.trim().to_owned(),
        email: email.to_owned(),
        seconds: seconds.parse().ok()?,
        offset_minutes: zone / 100 * 60 + zone % 100,
    })
}

/// The author of a commit that names none that can be read.
fn nobody() -> Author {
    Author { name: String::new(), email: String::new(), seconds: 0, offset_minutes: 0 }
}

/// What is kept for `key`, computed where it is not there yet.
fn try_kept<K: Eq + Hash, V: Clone>(
    kept: &Kept<K, V>,
    key: K,
    compute: impl FnOnce() -> Result<V>,
) -> Result<V> {
    if let Some(value) = kept.borrow().get(&key) {
        return Ok(value.clone());
    }
    let value = compute()?;
    kept.borrow_mut().insert(key, value.clone());
    Ok(value)
}

/// Why `file` cannot be applied where `before` is there.
fn mismatch(file: &FilePatch, before: Option<(i32, BlobId)>) -> Option<String> {
    let path = &file.path;
    let found = |id: Option<BlobId>| id.map_or_else(|| "nothing".to_owned(), |id| id.short());
    match (file.change, before) {
        (Change::Add, Some(_)) => Some(format!("adds {path}, which is there already")),
        (Change::Modify | Change::Delete, None) => {
            Some(format!("changes {path}, which is not there"))
        }
        (_, Some((raw, _))) if mode(raw).is_ok_and(|mode| mode != file.mode) => {
            Some(format!("{path} has mode {raw:o}, not {}", file.mode.as_str()))
        }
        (_, Some((raw, _))) if mode(raw).is_err() => Some(format!("{path} is no plain file")),
        (_, before) => {
            let id = before.map(|(_, id)| id);
            (!names_blob(&file.old, id)).then(|| {
                format!("was made for another {path}: blob {:.12}, here is {}", file.old, found(id))
            })
        }
    }
}

/// Whether a tree's entry is a file or a link, not a directory or a submodule.
const fn is_blob(mode: i32) -> bool {
    matches!(mode & 0o170_000, 0o100_000 | 0o120_000)
}

const fn raw(mode: Mode) -> i32 {
    match mode {
        Mode::File => FILE,
        Mode::Executable => EXECUTABLE,
    }
}

fn mode(raw: i32) -> Result<Mode> {
    match raw {
        EXECUTABLE => Ok(Mode::Executable),
        FILE => Ok(Mode::File),
        _ => Err(Failure::new(Kind::Input, format_args!("mode {raw:o} is no plain file's"))),
    }
}

/// Merges texts: base, patched and ours. Tells whether nothing conflicts, and how long the
/// markers are where something does.
fn merge_texts(
    texts: &[Rc<[u8]>; 3],
    options: &mut git2::MergeFileOptions,
) -> Result<(bool, Vec<u8>, usize)> {
    let longest = texts.iter().map(|bytes| longest_marker(bytes)).max().unwrap_or(0);
    let size = 1 + longest.max(6);
    let [base, patched, ours] = texts.each_ref().map(|bytes| {
        let mut input = git2::MergeFileInput::new();
        input.content(bytes);
        input
    });
    options.marker_size(u16::try_from(size).unwrap_or(u16::MAX));
    let result = git2::merge_file(&base, &ours, &patched, Some(options))?;
    Ok((result.is_automergeable(), result.content().to_vec(), size))
}

/// The longest run of a conflict marker's sign at the start of a line.
fn longest_marker(bytes: &[u8]) -> usize {
    let is_sign = |byte: &u8| matches!(byte, b'<' | b'>' | b'=' | b'|');
    let mut longest = 0;
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| is_sign(byte)) {
        if at == 0 || bytes[at - 1] == b'\n' {
            let run = bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count();
            longest = longest.max(run);
        }
    }
    longest
}

fn open(directories: &[PathBuf]) -> Result<Odb<'static>> {
    let odb = Odb::new()?;
    for objects in directories {
        odb.add_disk_alternate(&objects.to_string_lossy())?;
    }
    Ok(odb)
}

/// Reads an object, which must be what its id says.
fn load<'a>(
    odb: &'a Odb<'_>,
    id: [u8; 20],
    kind: ObjectType,
    name: &dyn std::fmt::Display,
) -> Result<OdbObject<'a>> {
    let object =
        odb.read(Oid::from_bytes(&id)?).map_err(|error| missing(&error, kind.str(), name))?;
    if object.kind() == kind && tree::object_id(kind.str(), object.data()) == id {
        Ok(object)
    } else {
        Err(damaged(kind, name))
    }
}

/// Reads the bytes of files.
fn fill(odb: &Odb<'_>, entries: &mut [&mut Entry]) -> Result<()> {
    for entry in entries {
        entry.content = load(odb, *entry.id.as_bytes(), ObjectType::Blob, &entry.id)?.data().into();
    }
    Ok(())
}

fn damaged(kind: ObjectType, name: &dyn std::fmt::Display) -> Failure {
    let message = format_args!("{kind} {name} in the mirror is not what its id says");
    Failure::new(Kind::Integrity, message)
        .hint("remove `mirror` in patcher's cache directory; `patcher sync` fetches it again")
}

fn missing(error: &git2::Error, kind: &str, id: &dyn std::fmt::Display) -> Failure {
    if error.code() != git2::ErrorCode::NotFound {
        return Failure::new(Kind::Environment, format_args!("{kind} {id}: {}", error.message()));
    }
    Failure::new(Kind::Environment, format_args!("the mirror lacks {kind} {id}"))
        .hint("`patcher sync` fetches what is missing")
}
