//! Git objects without a work tree: read from the mirror, written to memory.
//!
//! Nothing here reads git's configuration, and nothing is written to disk: a run that
//! stops anywhere leaves the mirror as it was.

use std::path::Path;

use git2::{ObjectType, Odb, Oid, Repository};

use crate::core::apply::{apply, occurrences};
use crate::core::archive::{Entry, EntryMode};
use crate::core::diff;
use crate::core::ids::{BlobId, CommitId, RepoPath, TreeId};
use crate::core::patch::{Author, Change, FilePatch, Mode, Patch, names_blob};
use crate::core::port::{Conflict, Reason, conflicts_in};
use crate::core::problem::{Kind, Problem};
use crate::error::{Failure, PathContext as _, Result};

/// The objects of a repository, and those made in memory on top of them.
pub struct Store {
    repository: Repository,
    /// The mirror's objects alone.
    disk: Odb<'static>,
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

const EXECUTABLE: i32 = 0o100_755;
const FILE: i32 = 0o100_644;
const SYMLINK: i32 = 0o120_000;

/// The way out for a patch that does not fit.
const AGAIN: &str = "make it again at the pinned commit: `git am` the patches before it, change \
                     the files, `git format-patch --full-index`";

impl Store {
    /// Opens the objects below `objects`, the `objects` folder of a repository.
    ///
    /// # Errors
    ///
    /// The folder is not there, or is no object store.
    pub fn open(objects: &Path) -> Result<Self> {
        std::fs::read_dir(objects).at("read", objects)?;
        let open = || -> Result<Odb<'static>> {
            let odb = Odb::new()?;
            odb.add_disk_alternate(&objects.to_string_lossy())?;
            Ok(odb)
        };
        let repository = Repository::from_odb(open()?)?;
        repository.set_config(&git2::Config::new()?)?;
        repository.odb()?.add_new_mempack_backend(1000)?;
        Ok(Self { repository, disk: open()? })
    }

    /// Reads a commit.
    ///
    /// # Errors
    ///
    /// It is not there.
    pub fn commit(&self, id: CommitId) -> Result<Commit> {
        let commit =
            self.repository.find_commit(id.into()).map_err(|e| missing(&e, "commit", &id))?;
        Ok(Commit {
            id,
            tree: commit.tree_id().into(),
            seconds: commit.committer().when().seconds(),
        })
    }

    /// The first object of `tree` that is not there, as `kind id (path)`: a shallow or
    /// partial clone has commits whose files it lacks.
    ///
    /// # Errors
    ///
    /// The store cannot be read at all.
    pub fn first_missing(&self, tree: TreeId) -> Result<Option<String>> {
        let odb = self.repository.odb()?;
        let mut pending = vec![(String::new(), Oid::from(tree))];
        while let Some((path, id)) = pending.pop() {
            let Ok(tree) = self.repository.find_tree(id) else {
                return Ok(Some(format!("tree {id} ({path}/)")));
            };
            for entry in &tree {
                let path = format!("{path}/{}", String::from_utf8_lossy(entry.name_bytes()));
                match entry.kind() {
                    Some(ObjectType::Tree) => pending.push((path, entry.id())),
                    Some(ObjectType::Blob) if !odb.exists(entry.id()) => {
                        return Ok(Some(format!("blob {} ({path})", entry.id())));
                    }
                    _ => {}
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
        let blob = self.repository.find_blob(id.into()).map_err(|e| missing(&e, "blob", &id))?;
        Ok(blob.content().to_vec())
    }

    /// The file at `path`, if there is one.
    ///
    /// # Errors
    ///
    /// A tree on the way is missing.
    pub fn file(&self, tree: TreeId, path: &RepoPath) -> Result<Option<(i32, BlobId)>> {
        let tree = self.tree(tree)?;
        match tree.get_path(Path::new(path.as_str())) {
            Ok(entry) => Ok(Some((entry.filemode(), entry.id().into()))),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Every file of a tree with its bytes, in git's tree order.
    ///
    /// # Errors
    ///
    /// An object is missing, a submodule, or a path that is not plain.
    pub fn entries(&self, tree: TreeId) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        self.collect("", &self.tree(tree)?, &mut entries)?;
        Ok(entries)
    }

    fn collect(&self, folder: &str, tree: &git2::Tree<'_>, into: &mut Vec<Entry>) -> Result<()> {
        for entry in tree {
            let path = format!("{folder}{}", String::from_utf8_lossy(entry.name_bytes()));
            let mode = match entry.filemode() {
                EXECUTABLE => EntryMode::Executable,
                SYMLINK => EntryMode::Symlink,
                _ if entry.kind() == Some(ObjectType::Tree) => {
                    let tree = self.tree(entry.id().into())?;
                    self.collect(&format!("{path}/"), &tree, into)?;
                    continue;
                }
                _ if entry.kind() == Some(ObjectType::Blob) => EntryMode::File,
                _ => return Err(Problem::new(Kind::Input, path, "is a submodule").into()),
            };
            let id = BlobId::from(entry.id());
            let path: RepoPath = path
                .parse()
                .map_err(|error| Problem::new(Kind::Input, path, format!("{error}")))?;
            into.push(Entry { path, mode, id, content: self.blob(id)? });
        }
        Ok(())
    }

    fn tree(&self, id: TreeId) -> Result<git2::Tree<'_>> {
        self.repository.find_tree(id.into()).map_err(|error| missing(&error, "tree", &id))
    }

    fn write(&self, kind: ObjectType, bytes: &[u8]) -> Result<Oid> {
        Ok(self.repository.odb()?.write(kind, bytes)?)
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
        let mut update = git2::build::TreeUpdateBuilder::new();
        let mut is_empty = true;
        for (path, file) in edits {
            is_empty = false;
            match file {
                Some((mode, bytes)) => {
                    let mode = match mode {
                        Mode::File => git2::FileMode::Blob,
                        Mode::Executable => git2::FileMode::BlobExecutable,
                    };
                    update.upsert(path.as_str(), self.write(ObjectType::Blob, &bytes)?, mode);
                }
                None => {
                    update.remove(path.as_str());
                }
            }
        }
        if is_empty {
            return Ok(tree);
        }
        Ok(update.create_updated(&self.repository, &self.tree(tree)?)?.into())
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
        Ok(self.write(ObjectType::Commit, text.as_bytes())?.into())
    }

    /// What `tip` reaches and the mirror does not have, as a git pack: the commits that were
    /// made in memory, ready for `git unpack-objects` or a push.
    ///
    /// # Errors
    ///
    /// An object is missing.
    pub fn pack(&self, tip: CommitId) -> Result<Vec<u8>> {
        let mut builder = self.repository.packbuilder()?;
        let mut pending = vec![Oid::from(tip)];
        while let Some(id) = pending.pop() {
            if self.disk.exists(id) {
                continue;
            }
            builder.insert_object(id, None)?;
            match self.repository.odb()?.read_header(id)?.1 {
                ObjectType::Commit => {
                    let commit = self.repository.find_commit(id)?;
                    pending.extend(commit.parent_ids().chain([commit.tree_id()]));
                }
                ObjectType::Tree => {
                    pending.extend(self.repository.find_tree(id)?.iter().map(|entry| entry.id()));
                }
                _ => {}
            }
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
            let bytes = before.map_or(Ok(Vec::new()), |(_, id)| self.blob(id))?;
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
            let content = (file.change != Change::Delete).then_some((file.mode, after));
            let new = match &content {
                Some((_, bytes)) => Some(self.write(ObjectType::Blob, bytes)?.into()),
                None => None,
            };
            if !names_blob(&file.new, new) {
                let message = format!("makes another {} than its index line says", file.path);
                let hint = "`patcher sync` writes the index line again";
                applied.problems.push(problem(file.line, message).hint(hint).mendable());
            }
            let full = |id: Option<BlobId>| id.map_or_else(|| "0".repeat(40), |id| id.to_string());
            let (old, new) = (full(before.map(|(_, id)| id)), full(new));
            applied.files.push(FilePatch { old, new, hunks, ..file.clone() });
            edits.push((file.path.clone(), content));
        }
        if fits {
            applied.tree = Some(self.edit(tree, edits)?);
        }
        Ok(applied)
    }

    /// The canonical diff of two trees.
    ///
    /// # Errors
    ///
    /// A file that no patch can carry: a binary file, a link, a changed mode.
    pub fn diff(&self, before: TreeId, after: TreeId) -> Result<Vec<FilePatch>> {
        let mut files = Vec::new();
        for path in self.changed_paths(before, after)? {
            let refuse = |what: &str| Failure::from(Problem::new(Kind::Input, path.as_str(), what));
            let (old, new) = (self.file(before, &path)?, self.file(after, &path)?);
            let mode_of = |side: Option<(i32, BlobId)>| match side.map(|(mode, _)| mode) {
                None => Ok(None),
                Some(EXECUTABLE) => Ok(Some(Mode::Executable)),
                Some(FILE) => Ok(Some(Mode::File)),
                Some(_) => Err(refuse("is no plain file: a patch cannot carry it")),
            };
            let (change, mode) = match (mode_of(old)?, mode_of(new)?) {
                (None, Some(mode)) => (Change::Add, mode),
                (Some(mode), None) => (Change::Delete, mode),
                (Some(old), Some(new)) if old == new => (Change::Modify, new),
                _ => return Err(refuse("changes its mode: no patch can carry that everywhere")),
            };
            let read =
                |side: Option<(i32, BlobId)>| side.map_or(Ok(Vec::new()), |(_, id)| self.blob(id));
            let hunks = diff::hunks(&read(old)?, &read(new)?)
                .ok_or_else(|| refuse("is not text: a patch cannot carry it"))?;
            let id = |side: Option<(i32, BlobId)>| {
                side.map_or_else(|| "0".repeat(40), |(_, id)| id.to_string())
            };
            let (old, new) = (id(old), id(new));
            files.push(FilePatch { path, change, mode, old, new, hunks, line: 0 });
        }
        Ok(files)
    }

    /// The files in which two trees differ, in byte order of the paths.
    ///
    /// # Errors
    ///
    /// A tree is missing, or holds a path that is not plain.
    pub fn changes(&self, before: TreeId, after: TreeId) -> Result<Vec<(RepoPath, Change)>> {
        let mut changes = Vec::new();
        for path in self.changed_paths(before, after)? {
            let change = match (self.file(before, &path)?, self.file(after, &path)?) {
                (None, _) => Change::Add,
                (_, None) => Change::Delete,
                _ => Change::Modify,
            };
            changes.push((path, change));
        }
        Ok(changes)
    }

    fn changed_paths(&self, before: TreeId, after: TreeId) -> Result<Vec<RepoPath>> {
        let (before, after) = (self.tree(before)?, self.tree(after)?);
        let delta = self.repository.diff_tree_to_tree(Some(&before), Some(&after), None)?;
        let mut paths = Vec::new();
        for delta in delta.deltas() {
            let path = delta.new_file().path_bytes().or(delta.old_file().path_bytes());
            let path = String::from_utf8_lossy(path.unwrap_or_default()).into_owned();
            paths.push(
                path.parse()
                    .map_err(|error| Problem::new(Kind::Input, path, format!("{error}")))?,
            );
        }
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// Merges what a patch does (`base` to `patched`) onto `ours`, file by file, in memory;
    /// a file that `ours` renamed is followed. `labels` name the sides in conflicts: ours,
    /// base, patch.
    ///
    /// # Errors
    ///
    /// The store itself; what conflicts is in [`Merged::conflicts`].
    pub fn merge(
        &self,
        base: TreeId,
        patched: TreeId,
        ours: TreeId,
        labels: [&str; 3],
    ) -> Result<Merged> {
        let (mut edits, mut conflicts) = (Vec::new(), Vec::new());
        for path in self.changed_paths(base, patched)? {
            let (old, new) = (self.file(base, &path)?, self.file(patched, &path)?);
            let mut target = path.clone();
            let mut there = self.file(ours, &path)?;
            if there.is_none()
                && old.is_some()
                && new.is_some()
                && let Some(renamed) = self.renamed(base, ours, &path)?
            {
                there = self.file(ours, &renamed)?;
                target = renamed;
            }
            if there == new || there == old {
                // Already so, or untouched by upstream.
                if there != new {
                    edits.push((target, self.content(new)?));
                }
                continue;
            }
            let whole = |reason| Conflict::whole(path.as_str(), reason);
            let same_mode = |a: (i32, BlobId), b: (i32, BlobId)| a.0 == b.0;
            match (old, new, there) {
                (None, Some(_), Some(_)) => conflicts.push(whole(Reason::Added)),
                (Some(_), None, Some(_)) => conflicts.push(whole(Reason::Changed)),
                (Some(old), Some(new), Some(there))
                    if same_mode(old, new) && same_mode(old, there) =>
                {
                    match self.merge_file(&target, old.1, new.1, there.1, labels)? {
                        Ok(bytes) => edits.push((target, Some((mode(there.0)?, bytes)))),
                        Err(found) => conflicts.extend(
                            found.into_iter().map(|c| Conflict { path: path.to_string(), ..c }),
                        ),
                    }
                }
                (Some(_), Some(_), None) => conflicts.push(whole(Reason::Deleted)),
                _ => conflicts.push(whole(Reason::Kind)),
            }
        }
        Ok(Merged { tree: self.edit(ours, edits)?, conflicts })
    }

    fn content(&self, file: Option<(i32, BlobId)>) -> Result<Option<(Mode, Vec<u8>)>> {
        file.map(|(raw, id)| Ok((mode(raw)?, self.blob(id)?))).transpose()
    }

    /// The three-way merge of one file: its bytes, or the places that conflict.
    fn merge_file(
        &self,
        path: &RepoPath,
        base: BlobId,
        patched: BlobId,
        ours: BlobId,
        [our_label, base_label, patch_label]: [&str; 3],
    ) -> Result<Result<Vec<u8>, Vec<Conflict>>> {
        let (base, patched, ours) = (self.blob(base)?, self.blob(patched)?, self.blob(ours)?);
        let size = 1 + [&base, &patched, &ours]
            .map(|bytes| longest_marker(bytes))
            .into_iter()
            .max()
            .unwrap_or(0)
            .max(6);
        let inputs = [&base, &ours, &patched].map(|bytes| {
            let mut input = git2::MergeFileInput::new();
            input.content(bytes);
            input
        });
        let mut options = git2::MergeFileOptions::new();
        options
            .style_diff3(true)
            .marker_size(u16::try_from(size).unwrap_or(u16::MAX))
            .our_label(our_label)
            .ancestor_label(base_label)
            .their_label(patch_label);
        let result = git2::merge_file(&inputs[0], &inputs[1], &inputs[2], Some(&mut options))?;
        if result.is_automergeable() {
            return Ok(Ok(result.content().to_vec()));
        }
        let (merged, ours) =
            (String::from_utf8_lossy(result.content()), String::from_utf8_lossy(&ours));
        Ok(Err(conflicts_in(path.as_str(), &merged, &ours, size)))
    }

    /// Where `ours` has the file that `base` has at `path`, by git's similarity.
    fn renamed(&self, base: TreeId, ours: TreeId, path: &RepoPath) -> Result<Option<RepoPath>> {
        let (base, ours) = (self.tree(base)?, self.tree(ours)?);
        let mut diff = self.repository.diff_tree_to_tree(Some(&base), Some(&ours), None)?;
        diff.find_similar(Some(git2::DiffFindOptions::new().renames(true)))?;
        let renamed = diff.deltas().find(|delta| {
            delta.status() == git2::Delta::Renamed
                && delta.old_file().path_bytes() == Some(path.as_str().as_bytes())
        });
        let target = renamed.and_then(|delta| delta.new_file().path_bytes().map(<[u8]>::to_vec));
        Ok(target.and_then(|path| String::from_utf8_lossy(&path).parse().ok()))
    }
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

fn mode(raw: i32) -> Result<Mode> {
    match raw {
        EXECUTABLE => Ok(Mode::Executable),
        FILE => Ok(Mode::File),
        _ => Err(Failure::new(Kind::Input, format_args!("mode {raw:o} is no plain file's"))),
    }
}

/// The longest run of a conflict marker's sign at the start of a line.
fn longest_marker(bytes: &[u8]) -> usize {
    let run = |line: &[u8]| match line.first() {
        Some(sign @ (b'<' | b'>' | b'=' | b'|')) => line.iter().take_while(|b| *b == sign).count(),
        _ => 0,
    };
    bytes.split(|&byte| byte == b'\n').map(run).max().unwrap_or(0)
}

fn missing(error: &git2::Error, kind: &str, id: &dyn std::fmt::Display) -> Failure {
    if error.code() != git2::ErrorCode::NotFound {
        return Failure::new(Kind::Surroundings, format_args!("{kind} {id}: {}", error.message()));
    }
    Failure::new(Kind::Surroundings, format_args!("the mirror lacks {kind} {id}"))
        .hint("`patcher sync` fetches what is missing")
}
