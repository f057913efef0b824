//! The version stamp as patches, for those who apply the series to upstream's own archive.

use std::collections::BTreeMap;

use crate::consumer::MODULE_FILE;
use crate::git::store::{Commit, Store};
use crate::git::tree::{Entry, EntryKind, object_id};
use crate::patch::{BlobName, Change, FileMode, FilePatch, diff};
use crate::port::Applied;
use crate::publish::patched_commit::PatchedCommit;
use crate::publish::release_archive::files;
use crate::support::failure::Result;
use crate::support::ids::BlobId;
use crate::support::names::RepoPath;
use crate::support::problem::{Kind, Problem};

/// What upstream's own archive lacks of the published tree once the series is applied to it, as
/// the text of two patches.
#[derive(Clone, Debug)]
pub struct Stamps {
    /// The version in the module file.
    pub module: String,
    /// The notice of changes, and the version if upstream's archive has its own.
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
        hunks: diff::hunks(before, &new.content).map_err(|_| refuse())?,
        line: 0,
    })
}
