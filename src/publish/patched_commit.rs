//! The published commit: a commit a patch, and the version stamp with the notice of changes on top.

use crate::consumer::MODULE_FILE;
use crate::git::commit::NewCommit;
use crate::git::store::{Commit, Store};
use crate::patch::{Author, Change, FileMode};
use crate::port::{Applied, AppliedPatch};
use crate::project::scenario::Side;
use crate::project::upstream::Upstream;
use crate::publish::render::{Notice, NoticeFile, NoticePatch, notice};
use crate::publish::stamp::{self, NOTICE_FILE};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{InvalidId, ModuleVersion};
use crate::support::names::RepoPath;
use crate::support::problem::Kind;

/// Who the derived commit is by. A fixed name: the commit's id is the same everywhere.
const STAMPER: (&str, &str) = ("patcher", "patcher@patcher.invalid");

#[derive(Clone, Debug)]
pub struct PatchedCommit {
    /// The commit: the release's own if nothing is patched.
    pub commit: Commit,
    /// The version that it carries.
    pub version: ModuleVersion,
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
    let id = store.write_commit(&NewCommit { tree, parent, author: &author, message: &message })?;
    let commit = Commit { id, tree, seconds: author.seconds };
    Ok(PatchedCommit { commit, version })
}

/// A path that patcher makes.
pub(crate) fn path_of(name: &str) -> Result<RepoPath> {
    name.parse().map_err(|error: InvalidId| Failure::defect(error))
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
