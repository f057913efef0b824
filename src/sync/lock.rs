//! The lock as it is to be: every fact made again, and the results that still count.

use std::collections::BTreeMap;

use crate::project::config::ArchiveForm;
use crate::project::evidence::staleness;
use crate::project::lock::{self, Lock, ReleaseLock, SeriesLock, Uploaded};
use crate::publish::locked_facts;
use crate::publish::registry::{self, Listed, Registry};
use crate::support::failure::Result;
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::sync::fetch::Fetched;
use crate::sync::make::{Made, SeriesMade};

/// What was learned of releases' own archives.
pub(super) type Learned = BTreeMap<Release, Listed>;

/// What is known of releases' own archives: their digests, and where those are that upstream
/// uploads.
pub(super) type Upstreams = BTreeMap<Release, (Sri, Option<Uploaded>)>;

impl Fetched<'_> {
    /// The lock as it would be, with the results that the old one holds for these trees, and
    /// what is known of upstream's own archives.
    pub(super) fn lock(&self, series: &[SeriesMade<'_>], upstreams: &Upstreams) -> Lock {
        let before = self.project.lock.as_ref();
        let entry = |made: &Made| {
            let release = made.release();
            let (integrity, uploaded) = upstreams.get(&release).cloned().unzip();
            let mut entry = ReleaseLock {
                release,
                commit: made.applied.base.id,
                tree: made.applied.base.tree,
                registry_integrity: integrity,
                revision: made.patched_commit.version.revision,
                patched_tree: made.applied.tree(),
                patched_commit: made.patched_commit.commit.id,
                patched_commit_tree: made.patched_commit.commit.tree,
                archive: made.archive_lock.clone(),
                uploaded: uploaded.flatten(),
                tested: before.and_then(|before| before.find(release)?.tested.clone()),
            };
            if staleness(&entry, self.project).is_some() {
                entry.tested = None;
            }
            entry
        };
        let of_series = |series: &SeriesMade<'_>| SeriesLock {
            patches: series.plan.series.directory.clone(),
            releases: series.plan.series.releases.clone(),
            pin: entry(&series.pin),
            patches_applied: locked_facts::patch_locks(&series.pin.applied),
            supported: series.supported.iter().map(entry).collect(),
        };
        let upstream = self.locked_upstream();
        let lock = Lock::new(upstream, series.iter().map(of_series).collect());
        match before {
            Some(before) => lock.replacing(before),
            None => lock,
        }
    }

    /// What the lock before knows of a release's own archive, if upstream makes it as it did then.
    pub(super) fn known(&self, release: Release) -> Option<(Sri, Option<Uploaded>)> {
        let is_uploaded = self.project.config.archive == ArchiveForm::Upload;
        let known = self.project.lock.as_ref()?.upstream_archive(release);
        known.filter(|(_, uploaded)| uploaded.is_some() == is_uploaded)
    }

    /// What the registry says of the releases of which the lock does not know it: of those that
    /// are new, or with `is_rebuild` of all. A registry that had no answer is not asked every time.
    /// One that was named for this run is asked for all, and must say what the lock says.
    ///
    /// # Errors
    ///
    /// The registry cannot be read; or what is known of a release is something else.
    pub(super) fn ask_registry(&self, series: &[SeriesMade<'_>]) -> Result<Learned> {
        let lock = self.project.lock.as_ref();
        let all = series.iter().flat_map(SeriesMade::all);
        let options = self.options;
        let pin = series[0].pin.release();
        let mut given = Learned::new();
        if let Some(integrity) = &options.registry_integrity {
            given.insert(pin, self.given(pin, integrity));
            ensure_as_known(lock, &given, "--registry-integrity")?;
        }
        if let Some(named) = &options.registry {
            let registry = Registry::at(named, self.site.env.directory());
            registry.ensure(&self.site)?;
            let asked: Vec<Release> = all.map(Made::release).collect();
            let found = registry.listed(&self.site, &self.module, &asked)?;
            ensure_as_known(lock, &found, named)?;
            return Ok(found);
        }
        let due = all.filter(|made| made.is_new || options.is_rebuild);
        let mut asked: Vec<Release> = due.map(Made::release).collect();
        asked.retain(|release| self.known(*release).is_none() && !given.contains_key(release));
        if self.site.is_offline || asked.is_empty() {
            return Ok(given);
        }
        let configured = self.project.config.registry.as_deref();
        let registry = Registry::at(configured.unwrap_or(registry::CENTRAL), self.site.root);
        let mut learned = registry.listed(&self.site, &self.module, &asked)?;
        learned.append(&mut given);
        Ok(learned)
    }

    /// What is known of a release's archive if a person gives its integrity.
    fn given(&self, release: Release, integrity: &Sri) -> Listed {
        let strip_prefix = self.locked_upstream().strip_prefix(release);
        Listed { integrity: integrity.clone(), url: None, strip_prefix }
    }
}

/// Stops if the lock holds another integrity of a release than `source` says: one that is in a
/// registry never changes.
fn ensure_as_known(lock: Option<&Lock>, found: &Learned, source: &str) -> Result<()> {
    let differs = |(release, listed): (&Release, &Listed)| {
        let integrity = &listed.integrity;
        let known = lock?.registry_integrity(*release).filter(|known| known != integrity)?;
        let message = format!(
            "the registry's archive of {release} is locked with {known}, {source} says {integrity}"
        );
        let problem = Problem::new(Kind::Integrity, lock::FILE, message);
        Some(problem.hint("what a registry says of a release never changes: find out who is wrong"))
    };
    let problems: Vec<Problem> = found.iter().filter_map(differs).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}
