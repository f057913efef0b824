//! The releases' own archives, held against the registry's.

use super::sync::{Made, SeriesMade, Syncing};
use crate::project::lock::Lock;
use crate::publish::gzip::GnuGzip;
use crate::publish::reproduce::{Unpatched, reproduce};
use crate::support::failure::Result;
use crate::support::ids::{Release, Sri};

/// How the releases' own archives compare with the registry's.
#[derive(Default)]
pub(super) struct Registry {
    /// The releases whose archive is the registry's.
    pub(super) reproduced: Vec<(Release, Sri)>,
    /// The releases whose integrity is not known.
    pub(super) unknown: Vec<Release>,
    /// Whether there is nothing to make them with.
    pub(super) has_no_gzip: bool,
}

impl Registry {
    /// Whether the archive of a release is the registry's.
    pub(super) fn has_reproduced(&self, release: Release) -> bool {
        self.reproduced.iter().any(|(reproduced, _)| *reproduced == release)
    }
}

/// Makes the releases' own archives and compares them with the registry's, where
/// something is made anew. The registry's bytes went through GNU gzip, so only that can
/// tell.
///
/// # Errors
///
/// An archive that is not the registry's.
pub(super) fn compare(
    sync: &Syncing<'_>,
    series: &[SeriesMade<'_>],
    lock: &Lock,
) -> Result<Registry> {
    let mut registry = Registry::default();
    let before = sync.project.lock.as_ref();
    let is_made = |made: &&Made| {
        let release = made.patched.release;
        let is_learned = knows(Some(lock), release) && !knows(before, release);
        made.is_new || made.archive.is_some() || is_learned
    };
    for made in series.iter().flat_map(SeriesMade::all).filter(is_made) {
        let release = made.patched.release;
        let Some(integrity) =
            lock.find(release).and_then(|locked| locked.registry_integrity.as_ref())
        else {
            registry.unknown.push(release);
            continue;
        };
        let Some(gzip) = GnuGzip::find(&sync.context.env) else {
            registry.has_no_gzip = true;
            break;
        };
        let base = &made.patched.base;
        let unpatched = Unpatched { module: &sync.module, release, base, integrity };
        reproduce(&sync.store, &gzip, &unpatched)?;
        registry.reproduced.push((release, integrity.clone()));
    }
    Ok(registry)
}

/// Whether a lock holds what the registry says of a release.
pub(super) fn knows(lock: Option<&Lock>, release: Release) -> bool {
    let locked = lock.and_then(|lock| lock.find(release));
    locked.is_some_and(|locked| locked.registry_integrity.is_some())
}
