//! What the project publishes of a release that it supports, made again from the lock.

use crate::git::store::Store;
use crate::git::tree::Entry;
use crate::port::Applied;
use crate::project::load::SupportedRelease;
use crate::project::scenario::Side;
use crate::project::site::Site;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::release_archive;
use crate::support::failure::Result;
use crate::support::ids::CommitId;

/// A supported release as it is published, and the store that its objects are in.
pub struct Supported {
    pub store: Store,
    /// The release with the series applied.
    pub patched: Applied,
    pub patched_commit: PatchedCommit,
}

/// Makes the published commit of a supported release again.
///
/// # Errors
///
/// Nothing was fetched yet, or the series no longer applies.
pub fn make(site: &Site<'_>, supported: &SupportedRelease<'_>) -> Result<Supported> {
    let SupportedRelease { lock, series_lock, release, series } = supported;
    let store = site.store(lock)?;
    let pinned = Applied::at_pin(&store, series_lock, series)?.complete()?;
    let patched = pinned.at(&store, release.release, &store.commit(release.commit)?)?;
    let patched_commit =
        patched_commit::patched_commit(&store, &lock.upstream, &patched, release.revision)?;
    Ok(Supported { store, patched, patched_commit })
}

/// A side's commit, its version, and its files as they are exported.
///
/// # Errors
///
/// The store itself.
pub fn files_of(
    store: &Store,
    patched: &Applied,
    patched_commit: &PatchedCommit,
    side: Side,
) -> Result<(CommitId, String, Vec<Entry>)> {
    let (commit, version) = patched_commit::side(patched, patched_commit, side);
    let files = release_archive::files(store, commit, &version)?;
    Ok((commit.id, version, files))
}
