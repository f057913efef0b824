//! What the project publishes of a release that it supports, made again from the lock.

use crate::git::store::Store;
use crate::port::Applied;
use crate::project::load::SupportedRelease;
use crate::project::site::Site;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::support::failure::Result;

/// A supported release as it is published, and the store that its objects are in.
pub struct Supported {
    /// The store.
    pub store: Store,
    /// The release with the series applied.
    pub patched: Applied,
    /// The published commit.
    pub patched_commit: PatchedCommit,
}

/// Makes the published commit of a supported release again.
///
/// # Errors
///
/// Nothing was fetched yet, or the series no longer applies.
pub fn make(site: &Site<'_>, supported: &SupportedRelease<'_>) -> Result<Supported> {
    let SupportedRelease { lock, line, release, series } = supported;
    let store = site.store(lock)?;
    let pinned = Applied::at_pin(&store, line, series)?.complete()?;
    let patched = pinned.at(&store, release.release, &store.commit(release.commit)?)?;
    let patched_commit =
        patched_commit::patched_commit(&store, &lock.upstream, &patched, release.revision)?;
    Ok(Supported { store, patched, patched_commit })
}
