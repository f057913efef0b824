//! From a pin and its patches to everything that is published: the trees, the commits, the
//! files and the archive. All of it is a function of the objects and the patches alone.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::consumer::MODULE_FILE;
use crate::git::attributes::Attributes;
use crate::git::store::{Commit, Store};
use crate::git::tree::{Entry, EntryKind, File, object_id};
use crate::patch::diff;
use crate::patch::{Author, BlobName, Change, FileMode, FilePatch};
use crate::port::{Applied, AppliedPatch};
use crate::project::load::SourcePatch;
use crate::project::lock;
use crate::project::lock::{ArchiveLock, PatchLock, ReleaseLock, SeriesLock, Upstream, line_of};
use crate::project::override_kind::OverrideKind;
use crate::project::scenario::Side;
use crate::publish::appliers::{Touched, lint_file};
use crate::publish::archive::{Substitutions, expand, gzip, tar};
use crate::publish::render::{Notice, NoticeFile, NoticePatch, notice};
use crate::publish::stamp::{self, NOTICE_FILE};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{BlobId, CommitId, ModuleVersion, Release, RepoPath, Sri};
use crate::support::problem::{Kind, Problem};

/// Who the derived commit is by. A fixed name: the commit's id is the same everywhere.
const STAMPER: (&str, &str) = ("patcher", "patcher@patcher.invalid");

/// The published commit.
#[derive(Clone, Debug)]
pub struct PatchedCommit {
    /// The commit: the release's own where nothing is patched.
    pub commit: Commit,
    /// The version that it carries.
    pub version: ModuleVersion,
}

/// The published archive.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its name and digest.
    pub lock: ArchiveLock,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Commits the series onto its release, a commit a patch, and the version stamp on top.
/// An empty series has no stamp: it is the release.
///
/// # Errors
///
/// The release has no module file, or a file where the notice of changes goes.
pub fn patched_commit(
    store: &Store,
    upstream: &Upstream,
    patched: &Applied,
    revision: Option<u32>,
) -> Result<PatchedCommit> {
    let version = ModuleVersion { release: patched.release, revision };
    let Some(last) = patched.patches.last() else {
        return Ok(PatchedCommit { commit: patched.base.clone(), version });
    };
    let tree = last.after;
    let parent = patched.commits(store)?.last().copied();
    let parent = parent.unwrap_or(patched.base.id);
    let module_path = path_of(MODULE_FILE)?;
    let notice_path = path_of(NOTICE_FILE)?;
    let Some(module_file) = store.file(tree, &module_path)? else {
        let message = format_args!("{} has no {MODULE_FILE}", patched.release);
        return Err(Failure::new(Kind::Input, message));
    };
    if store.file(tree, &notice_path)?.is_some() {
        let message = format_args!("{} has a {NOTICE_FILE} of its own", patched.release);
        return Err(Failure::new(Kind::Input, message));
    }
    let module_text = String::from_utf8_lossy(&store.blob(module_file.id)?).into_owned();
    let stamped = stamp::module_file(&module_text, &version)?;
    let notice = notice(&notice_data(store, upstream, patched, &version)?)?;
    let tree = store.edit(
        tree,
        [(module_path, stamped), (notice_path, notice)]
            .map(|(path, text)| (path, Some((FileMode::Regular, text.into_bytes())))),
    )?;
    let (name, email) = STAMPER;
    let author = Author { name: name.into(), email: email.into(), ..last.patch.author.clone() };
    let message = format!("chore: stamp version {version}\n");
    let id = store.write_commit(tree, parent, &author, &message)?;
    let commit = Commit { id, tree, seconds: author.seconds };
    Ok(PatchedCommit { commit, version })
}

/// A path of patcher's own making.
pub(crate) fn path_of(name: &str) -> Result<RepoPath> {
    name.parse().map_err(|error: crate::support::ids::InvalidId| Failure::defect(error))
}

fn notice_data(
    store: &Store,
    upstream: &Upstream,
    patched: &Applied,
    version: &ModuleVersion,
) -> Result<Notice> {
    let mut files: Vec<NoticeFile> = store
        .changes(patched.base.tree, patched.tree())?
        .into_iter()
        .map(|(path, change)| {
            let change = match change {
                Change::Add => "added",
                Change::Modify => "changed",
                Change::Delete => "deleted",
            };
            NoticeFile { path: path.to_string(), change }
        })
        .collect();
    if files.iter().all(|file| file.path != MODULE_FILE) {
        files.push(NoticeFile { path: MODULE_FILE.into(), change: "changed" });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let patches = patched.patches.iter().map(|AppliedPatch { patch, .. }| NoticePatch {
        name: patch.name.to_string(),
        subject: patch.subject.clone(),
        author: patch.author.name.clone(),
        date: patch.author.day(),
    });
    Ok(Notice {
        module: upstream.module.clone(),
        release: patched.release.to_string(),
        commit: patched.base.id.to_string(),
        url: upstream.url.clone(),
        version: version.to_string(),
        patches: patches.collect(),
        files,
    })
}

/// A side's commit, and the version that its exported files say they are.
pub fn side<'a>(
    patched: &'a Applied,
    patched_commit: &'a PatchedCommit,
    side: Side,
) -> (&'a Commit, String) {
    match side {
        Side::Unpatched => (&patched.base, patched.release.to_string()),
        Side::Patched => (&patched_commit.commit, patched_commit.version.to_string()),
    }
}

/// The files of a commit as an archive or a checkout holds them. `describe` is what
/// `git describe --tags` says of it: its version.
///
/// # Errors
///
/// An attribute that patcher cannot follow.
pub fn files(store: &Store, commit: &Commit, describe: &str) -> Result<Vec<Entry>> {
    let subst = Substitutions { describe: describe.to_owned(), commit: commit.id };
    Ok(expand(store.entries(commit.tree)?, &subst)?)
}

/// The tar stream that `git archive --prefix=MODULE-VERSION/ VERSION` gives.
///
/// # Errors
///
/// A path that tar cannot hold.
pub fn tar_of(files: &[Entry], commit: &Commit, strip_prefix: &str) -> Result<Vec<u8>> {
    let seconds = u64::try_from(commit.seconds).unwrap_or(0);
    Ok(tar(strip_prefix, files, commit.id, seconds)?)
}

/// The tar stream of a release's own archive, as upstream publishes it.
///
/// # Errors
///
/// As [`files`] and [`tar_of`].
pub fn unpatched_tar(
    store: &Store,
    module: &str,
    release: Release,
    base: &Commit,
) -> Result<Vec<u8>> {
    let version = ModuleVersion { release, revision: None };
    let files = files(store, base, &version.to_string())?;
    tar_of(&files, base, &strip_prefix(module, &version))
}

/// The published archive of a tip.
///
/// # Errors
///
/// As [`files`] and [`tar_of`].
pub fn archive(store: &Store, module: &str, patched_commit: &PatchedCommit) -> Result<Archive> {
    let strip_prefix = strip_prefix(module, &patched_commit.version);
    let files = files(store, &patched_commit.commit, &patched_commit.version.to_string())?;
    let bytes = gzip(&tar_of(&files, &patched_commit.commit, &strip_prefix)?);
    let integrity = Sri::of(&bytes);
    let file = archive_file(&strip_prefix);
    Ok(Archive { lock: ArchiveLock { file, strip_prefix, integrity }, bytes })
}

/// What upstream's own archive lacks of the published tree once the series is applied to it, as
/// the text of two patches.
#[derive(Clone, Debug)]
pub struct Stamps {
    /// The version in the module file.
    pub module: String,
    /// The notice of changes, and the version wherever upstream's archive has its own.
    pub notice: String,
}

/// The patches that make the published tree of upstream's own archive and the series.
///
/// # Errors
///
/// As [`files`]; or a file that no patch can carry.
pub fn stamps(store: &Store, patched: &Applied, patched_commit: &PatchedCommit) -> Result<Stamps> {
    // Upstream's archive was made of upstream's commit, under upstream's tag.
    let series = Commit { tree: patched.tree(), ..patched.base.clone() };
    let before = files(store, &series, &patched.release.to_string())?;
    let after = files(store, &patched_commit.commit, &patched_commit.version.to_string())?;
    let known: BTreeMap<&RepoPath, &Entry> = before.iter().map(|e| (&e.path, e)).collect();
    let version = &patched_commit.version;
    let mut stamps = Stamps {
        module: format!("The version {version} in {MODULE_FILE}.\n\n"),
        notice: format!("The notice of changes, and the version {version}.\n\n"),
    };
    for entry in &after {
        let old = known.get(&entry.path);
        if old.is_some_and(|old| old.content == entry.content) {
            continue;
        }
        let patch = stamp_patch(old.copied(), entry)?.to_string();
        let is_module = entry.path.as_str() == MODULE_FILE;
        if is_module { &mut stamps.module } else { &mut stamps.notice }.push_str(&patch);
    }
    Ok(stamps)
}

fn stamp_patch(old: Option<&Entry>, new: &Entry) -> Result<FilePatch> {
    let refuse = || Problem::new(Kind::Input, new.path.as_str(), "no patch can carry its version");
    let before = old.map_or(&[][..], |old| &old.content);
    let id = |bytes: &[u8]| BlobName::Full(BlobId::new(object_id("blob", bytes)));
    Ok(FilePatch {
        path: new.path.clone(),
        change: if old.is_some() { Change::Modify } else { Change::Add },
        mode: if new.kind == EntryKind::Executable {
            FileMode::Executable
        } else {
            FileMode::Regular
        },
        old: old.map_or(BlobName::from(None), |old| id(&old.content)),
        new: id(&new.content),
        hunks: diff::hunks(before, &new.content).ok_or_else(refuse)?,
        line: 0,
    })
}

/// What Bazel's own patcher would misapply of a series, on the routes of `published` that use it.
///
/// # Errors
///
/// The store itself, or an attribute that patcher cannot follow.
pub fn misapplied(
    store: &Store,
    patched: &Applied,
    published: &[OverrideKind],
) -> Result<Vec<Problem>> {
    let attributes = attributes(store, patched)?;
    let mut problems = Vec::new();
    for AppliedPatch { file: label, patch, before, after } in &patched.patches {
        for file in &patch.files {
            let text = |tree| -> Result<Rc<[u8]>> {
                match store.file(tree, &file.path)? {
                    Some(file) => store.text(file.id),
                    None => Ok([].into()),
                }
            };
            let (before, after) = (text(*before)?, text(*after)?);
            let in_archive = attributes.in_archive(file.path.as_str());
            let (before, after) = (before.as_ref(), after.as_ref());
            let touched = Touched { patch: file, before, after, in_archive };
            problems.extend(lint_file(label, &touched, published));
        }
    }
    Ok(problems)
}

/// The attributes in upstream's tree of all files that a series touches.
fn attributes(store: &Store, patched: &Applied) -> Result<Attributes> {
    let touched = patched.patches.iter().flat_map(|applied| &applied.patch.files);
    let directory_ends = |file: &'_ FilePatch| -> Vec<String> {
        let path = file.path.as_str();
        let directories = path.match_indices('/').map(|(at, _)| &path[..=at]);
        directories.chain([""]).map(|directory| format!("{directory}.gitattributes")).collect()
    };
    let names: BTreeSet<String> = touched.flat_map(directory_ends).collect();
    let mut found = Vec::new();
    for name in names {
        let path = path_of(&name)?;
        if let Some(File { id, .. }) = store.file(patched.base.tree, &path)? {
            found.push((path, store.text(id)?));
        }
    }
    Ok(Attributes::parse(found.iter().map(|(path, text)| (path, text.as_ref())))?)
}

/// The one directory that everything in an archive is under.
fn strip_prefix(module: &str, version: &ModuleVersion) -> String {
    format!("{module}-{version}")
}

fn archive_file(strip_prefix: &str) -> String {
    format!("{strip_prefix}.tar.gz")
}

/// The lock's entry for each patch.
pub fn patch_locks(patched: &Applied) -> Vec<PatchLock> {
    let entry = |AppliedPatch { patch, after, .. }: &AppliedPatch| PatchLock {
        name: patch.name.clone(),
        integrity: Sri::of(patch.to_string().as_bytes()),
        tree: *after,
    };
    patched.patches.iter().map(entry).collect()
}

/// The patches that are not those that the lock was written for.
pub fn changed_patches(
    lock_text: &str,
    line: &SeriesLock,
    sources: &[SourcePatch],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut changed = |problem: Problem| {
        problems.push(problem.hint("`patcher sync` takes the change in").mendable());
    };
    for source in sources {
        let locked = line.patches_applied.iter().find(|patch| patch.name == source.patch.name);
        let message = match locked {
            Some(locked) if locked.integrity == Sri::of(&source.bytes) => continue,
            Some(_) => "has changed since the last sync",
            None => "is not in upstream.lock",
        };
        changed(Problem::new(Kind::Finding, &source.file, message));
    }
    for locked in &line.patches_applied {
        if sources.iter().all(|source| source.patch.name != locked.name) {
            let message = format!("names {}, which is not in the series", locked.name);
            let at = line_of(lock_text, locked.name.as_str()).unwrap_or(1);
            changed(Problem::new(Kind::Finding, lock::FILE, message).at(at));
        }
    }
    problems
}

/// A fact of the lock that is not what is derived again.
fn differing(lock_text: &str, name: &str, locked: &str, derived: &str) -> Option<Problem> {
    let message = format!("{name} is {locked}, derived again it is {derived}");
    let at = line_of(lock_text, locked).unwrap_or(1);
    let problem = Problem::new(Kind::Finding, lock::FILE, message).at(at);
    (locked != derived).then(|| problem.hint("restore it (`git restore upstream.lock`)"))
}

/// Compares a release's commit with its tree, and with the release's tag, of a lock that was
/// edited by hand: which of them was edited, nobody can tell.
pub fn compare_commit(
    lock_text: &str,
    locked: &ReleaseLock,
    base: &Commit,
    tag: Option<&CommitId>,
) -> Vec<Problem> {
    let (commit, tree) = (locked.commit.to_string(), locked.tree.to_string());
    let tag = tag.map_or_else(|| commit.clone(), ToString::to_string);
    let of_tag = differing(lock_text, &format!("commit of {}", locked.release), &commit, &tag);
    of_tag.into_iter().chain(differing(lock_text, "tree", &tree, &base.tree.to_string())).collect()
}

/// Compares the patches of a lock with those that were applied.
pub fn compare_patches(
    lock_text: &str,
    line: &SeriesLock,
    sources: &[SourcePatch],
    patched: &Applied,
) -> Vec<Problem> {
    let problems = changed_patches(lock_text, line, sources);
    if !problems.is_empty() {
        // What follows from a changed patch need not be said again.
        return problems;
    }
    let derived = patch_locks(patched);
    let trees = line.patches_applied.iter().zip(&derived).filter_map(|(locked, derived)| {
        let name = format!("the tree after {}", locked.name);
        differing(lock_text, &name, &locked.tree.to_string(), &derived.tree.to_string())
    });
    trees.collect()
}

/// Compares what a lock says of a release with what is derived again, fact by fact. `archive`
/// is absent where its bytes were not made again.
pub fn compare_release(
    lock_text: &str,
    locked: &ReleaseLock,
    patched: &Applied,
    patched_commit: &PatchedCommit,
    module: &str,
    archive: Option<&ArchiveLock>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut fact = |name: &str, found: String, derived: String| {
        let name = format!("{name} of {}", locked.release);
        problems.extend(differing(lock_text, &name, &found, &derived));
    };
    fact("patched_tree", locked.patched_tree.to_string(), patched.tree().to_string());
    fact("patched_commit", locked.patched_commit.to_string(), patched_commit.commit.id.to_string());
    fact(
        "patched_commit_tree",
        locked.patched_commit_tree.to_string(),
        patched_commit.commit.tree.to_string(),
    );
    let (found, prefix) = (&locked.archive, strip_prefix(module, &patched_commit.version));
    fact("archive.file", found.file.clone(), archive_file(&prefix));
    fact("archive.strip_prefix", found.strip_prefix.clone(), prefix);
    if let Some(archive) = archive {
        let (found, made) = (found.integrity.to_string(), archive.integrity.to_string());
        let name = format!("archive.integrity of {}", locked.release);
        let problem = differing(lock_text, &name, &found, &made);
        problems.extend(problem.map(|problem| {
            problem.hint(
                "restore it (`git restore upstream.lock`); where patcher compresses otherwise \
                 now, `patcher sync --fresh` takes that in: the revision goes up",
            )
        }));
    }
    problems
}

/// The tag of a locked release must name the locked commit wherever it is known.
pub fn moved_tag(locked: &ReleaseLock, found: Option<&CommitId>) -> Option<Problem> {
    let found = found.filter(|found| **found != locked.commit)?;
    let message = format!(
        "the tag {} has moved: {} is pinned, upstream has {}",
        locked.release,
        locked.commit.short(),
        found.short()
    );
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    Some(problem.hint("find out why before you trust the new commit: a release should not change"))
}

/// A locked release's tag is not there any more.
pub fn lost_tag(locked: &ReleaseLock, upstream: &str) -> Problem {
    let message = format!(
        "the tag {} is gone: {} is pinned, upstream {upstream} has no such tag",
        locked.release,
        locked.commit.short(),
    );
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    problem.hint(
        "find out why: a release should not go; `--upstream` names a clone that has it, \
         `--offline` goes by what was fetched earlier, `--to` pins another release",
    )
}
