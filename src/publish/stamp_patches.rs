//! The version stamp as patches, for those who apply the series to upstream's own archive.

use std::collections::{BTreeMap, BTreeSet};

use crate::consumer::MODULE_FILE;
use crate::git::store::{Commit, Store};
use crate::git::tree::{Entry, EntryKind, object_id};
use crate::patch::{BlobName, Change, FileMode, FilePatch, diff};
use crate::port::Applied;
use crate::project::upstream::Upstream;
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

/// A published commit, and what it was made of.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    pub upstream: &'a Upstream,
    /// The release with the series applied.
    pub patched: &'a Applied,
    pub patched_commit: &'a PatchedCommit,
}

impl Stamp<'_> {
    /// The patches that make the published tree of upstream's own archive and the series.
    ///
    /// # Errors
    ///
    /// As [`files`]; or a file that no patch can carry.
    pub fn patches(self, store: &Store) -> Result<Stamps> {
        let version = &self.patched_commit.version;
        let mut stamps = Stamps {
            module: format!("The version {version} in {MODULE_FILE}.\n\n"),
            notice: format!("The notice of changes, and the version {version}.\n\n"),
        };
        for (old, new) in self.stamped(store)? {
            let patch = stamp_patch(old.as_ref(), &new)?.to_string();
            let is_module = new.path.as_str() == MODULE_FILE;
            if is_module { &mut stamps.module } else { &mut stamps.notice }.push_str(&patch);
        }
        Ok(stamps)
    }

    /// The paths of all that the series and the stamp change: what upstream's own archive must have
    /// as the tag does, for the patches to make the same of it. None for an empty series.
    ///
    /// # Errors
    ///
    /// As [`files`].
    pub fn touched(self, store: &Store) -> Result<BTreeSet<String>> {
        if self.patched.patches.is_empty() {
            return Ok(BTreeSet::new());
        }
        let series = self.patched.patches.iter().flat_map(|applied| &applied.patch.files);
        let series = series.map(|file| file.path.to_string());
        let stamped = self.stamped(store)?.into_iter();
        Ok(series.chain(stamped.map(|(_, entry)| entry.path.to_string())).collect())
    }

    /// The files that the stamp changes, each before, if it is there, and after.
    fn stamped(self, store: &Store) -> Result<Vec<(Option<Entry>, Entry)>> {
        let Self { upstream, patched, patched_commit } = self;
        // Upstream's archive was made of upstream's commit, under upstream's tag.
        let series = Commit { tree: patched.tree(), ..patched.base.clone() };
        let before = files(store, &series, &upstream.tag.tag(patched.release))?;
        let after = files(store, &patched_commit.commit, &patched_commit.version.to_string())?;
        let mut before: BTreeMap<RepoPath, Entry> =
            before.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
        let pairs = after.into_iter().map(|new| (before.remove(&new.path), new));
        let differs = |(old, new): &(Option<Entry>, Entry)| {
            old.as_ref().is_none_or(|old| old.content != new.content)
        };
        Ok(pairs.filter(differs).collect())
    }
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
