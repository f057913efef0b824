//! The archive of a release: of the published commit, and of upstream's own.

use crate::git::store::{Commit, Store};
use crate::git::tree::Entry;
use crate::project::lock::ArchiveLock;
use crate::publish::archive::{Substitutions, expand, gzip, tar};
use crate::publish::patched_commit::PatchedCommit;
use crate::support::failure::Result;
use crate::support::ids::{ModuleVersion, Sri};

#[derive(Clone, Debug)]
pub struct Archive {
    pub lock: ArchiveLock,
    /// Its bytes.
    pub bytes: Vec<u8>,
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
    strip_prefix: &str,
    tag: &str,
    base: &Commit,
) -> Result<Vec<u8>> {
    let files = files(store, base, tag)?;
    tar_of(&files, base, strip_prefix)
}

/// The published archive of a patched commit.
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

/// The one directory that everything in an archive is under.
pub(super) fn strip_prefix(module: &str, version: &ModuleVersion) -> String {
    format!("{module}-{version}")
}

pub(super) fn archive_file(strip_prefix: &str) -> String {
    format!("{strip_prefix}.tar.gz")
}
