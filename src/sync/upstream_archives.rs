//! The releases' own archives, compared with the registry's.

use crate::project::lock::Lock;
use crate::publish::gnu_gzip::GnuGzip;
use crate::publish::reproduce::{Unpatched, reproduce};
use crate::support::failure::Result;
use crate::support::ids::{Release, Sri};
use crate::sync::fetch::Fetched;
use crate::sync::lock::knows;
use crate::sync::make::{Made, SeriesMade};

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

impl Fetched<'_> {
    /// Makes the releases' own archives and compares them with the registry's, if something is
    /// made anew. The registry's bytes went through GNU gzip, so only that can reproduce them.
    ///
    /// # Errors
    ///
    /// An archive is not the registry's.
    pub(super) fn reproduce(&self, series: &[SeriesMade<'_>], lock: &Lock) -> Result<Registry> {
        let mut registry = Registry::default();
        let before = self.project.lock.as_ref();
        let is_made = |made: &&Made| {
            let is_learned = knows(Some(lock), made.release()) && !knows(before, made.release());
            made.is_new || made.archive.is_some() || is_learned
        };
        for made in series.iter().flat_map(SeriesMade::all).filter(is_made) {
            let (release, base) = (made.release(), &made.applied.base);
            let locked = lock.find(release);
            let known = locked.and_then(|locked| locked.registry_integrity.as_ref());
            let Some(integrity) = known else {
                registry.unknown.push(release);
                continue;
            };
            let Some(gzip) = GnuGzip::find(self.site.env) else {
                registry.has_no_gzip = true;
                break;
            };
            let unpatched = Unpatched { module: &self.module, release, base, integrity };
            reproduce(&self.store, &gzip, &unpatched)?;
            registry.reproduced.push((release, integrity.clone()));
        }
        Ok(registry)
    }
}
