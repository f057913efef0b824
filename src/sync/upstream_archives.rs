//! The releases' own archives, made again and compared with the registry's, to the byte.

use crate::project::config::ArchiveForm;
use crate::project::lock::Lock;
use crate::publish::gnu_gzip::GnuGzip;
use crate::publish::reproduce::{Unpatched, reproduce};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::sync::fetch::Fetched;
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
        if self.project.config.archive == ArchiveForm::Upload {
            return Ok(registry);
        }
        let is_asked = self.options.registry.is_some();
        let is_made = |made: &&Made| {
            let knew = self.known(made.release()).is_some();
            let knows = lock.registry_integrity(made.release()).is_some();
            made.is_new || made.archive.is_some() || !knew && (knows || is_asked)
        };
        let due: Vec<&Made> = series.iter().flat_map(SeriesMade::all).filter(is_made).collect();
        let known = |made: &Made| lock.find(made.release())?.registry_integrity.as_ref();
        let unknown = due.iter().filter(|made| known(made).is_none());
        registry.unknown = unknown.map(|made| made.release()).collect();
        let due: Vec<(&Made, &Sri)> =
            due.into_iter().filter_map(|made| Some((made, known(made)?))).collect();
        if due.is_empty() {
            return Ok(registry);
        }
        let Some(gzip) = GnuGzip::find(self.site.env) else {
            registry.has_no_gzip = true;
            return Ok(registry);
        };
        let task = self.site.progress.spinner("making the releases' own archives again");
        let mut problems = Vec::new();
        for (made, integrity) in due {
            let (release, base) = (made.release(), &made.applied.base);
            let upstream = &self.locked_upstream();
            let unpatched = Unpatched { upstream, release, base, integrity };
            problems.extend(reproduce(&self.store, &gzip, &unpatched)?);
            registry.reproduced.push((release, integrity.clone()));
        }
        drop(task);
        if !problems.is_empty() {
            return Err(Failure::from(problems).hint("nothing was changed"));
        }
        Ok(registry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_was_reproduced_if_it_is_among_them() {
        let reproduced = vec![("1.0.0".parse().unwrap(), Sri::of(b""))];
        let registry = Registry { reproduced, ..Registry::default() };
        assert!(registry.has_reproduced("1.0.0".parse().unwrap()));
        assert!(!registry.has_reproduced("1.1.0".parse().unwrap()));
    }
}
