//! The lock as it is to be: every fact made again, and the results that still count.

use std::collections::BTreeMap;

use crate::project::config::{self, ArchiveForm};
use crate::project::evidence::staleness;
use crate::project::lock::{self, Lock, ReleaseLock, SeriesLock};
use crate::publish::locked_facts;
use crate::publish::registry::{self, Registry};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::sync::fetch::Fetched;
use crate::sync::make::{Made, SeriesMade};

/// What the registry says of releases' own archives.
pub(super) type Integrities = BTreeMap<Release, Sri>;

impl Fetched<'_> {
    /// The lock as it would be, with the results that the old one holds for these trees, and
    /// what was learned from the registry.
    pub(super) fn lock(&self, series: &[SeriesMade<'_>], learned: &Integrities) -> Lock {
        let given = self.options.registry_integrity.as_ref();
        let before = self.project.lock.as_ref();
        let entry = |made: &Made, given: Option<&Sri>| {
            let release = made.release();
            let mut entry = ReleaseLock {
                release,
                commit: made.applied.base.id,
                tree: made.applied.base.tree,
                registry_integrity: before
                    .and_then(|before| before.registry_integrity(release))
                    .or_else(|| given.or_else(|| learned.get(&release)).cloned()),
                revision: made.patched_commit.version.revision,
                patched_tree: made.applied.tree(),
                patched_commit: made.patched_commit.commit.id,
                patched_commit_tree: made.patched_commit.commit.tree,
                archive: made.archive_lock.clone(),
                tested: before.and_then(|before| before.find(release)?.tested.clone()),
            };
            if staleness(&entry, self.project).is_some() {
                entry.tested = None;
            }
            entry
        };
        let of_series = |(index, series): (usize, &SeriesMade<'_>)| {
            let others = series.supported.iter();
            SeriesLock {
                patches: series.plan.series.directory.clone(),
                releases: series.plan.series.releases.clone(),
                pin: entry(&series.pin, given.filter(|_| index == 0)),
                patches_applied: locked_facts::patch_locks(&series.pin.applied),
                supported: others.map(|made| entry(made, None)).collect(),
            }
        };
        let upstream = self.locked_upstream();
        let lock = Lock::new(upstream, series.iter().enumerate().map(of_series).collect());
        match before {
            Some(before) => lock.replacing(before),
            None => lock,
        }
    }

    /// Stops if the registry is to be asked of archives that patcher cannot make again.
    fn ensure_unasked(&self) -> Result<()> {
        let options = self.options;
        if options.registry.is_none() && options.registry_integrity.is_none() {
            return Ok(());
        }
        let message = format_args!(
            "{} says that upstream uploads its archives, which patcher cannot compare with the tags",
            config::FILE
        );
        Err(Failure::new(Kind::Input, message)
            .hint("leave out --registry and --registry-integrity, or `archive` in patcher.toml"))
    }

    /// What the registry says of the releases of which the lock does not know it: of those that
    /// are new, or with `is_rebuild` of all. A registry that had no answer is not asked every time.
    /// One that was named for this run is asked for all, and must say what the lock says.
    ///
    /// # Errors
    ///
    /// The registry cannot be read; or what is known of a release is something else.
    pub(super) fn ask_registry(&self, series: &[SeriesMade<'_>]) -> Result<Integrities> {
        let lock = self.project.lock.as_ref();
        let all = series.iter().flat_map(SeriesMade::all);
        let options = self.options;
        if self.project.config.archive == ArchiveForm::Upload {
            return self.ensure_unasked().map(|()| Integrities::new());
        }
        if let Some(given) = &options.registry_integrity {
            let pin = series[0].pin.release();
            ensure_as_known(lock, &[(pin, given.clone())].into(), "--registry-integrity")?;
        }
        if let Some(named) = &options.registry {
            let registry = Registry::at(named, self.site.env.directory());
            registry.ensure(&self.site)?;
            let asked: Vec<Release> = all.map(Made::release).collect();
            let found = registry.integrities(&self.site, &self.module, &asked)?;
            ensure_as_known(lock, &found, named)?;
            return Ok(found);
        }
        let due = all.filter(|made| made.is_new || options.is_rebuild);
        let mut asked: Vec<Release> = due.map(Made::release).collect();
        asked.retain(|release| !knows(lock, *release));
        if options.registry_integrity.is_some() {
            asked.retain(|release| *release != series[0].pin.release());
        }
        if self.site.is_offline || asked.is_empty() {
            return Ok(Integrities::new());
        }
        let configured = self.project.config.registry.as_deref();
        let registry = Registry::at(configured.unwrap_or(registry::CENTRAL), self.site.root);
        registry.integrities(&self.site, &self.module, &asked)
    }
}

/// Stops if the lock holds another integrity of a release than `source` says: one that is in a
/// registry never changes.
fn ensure_as_known(lock: Option<&Lock>, found: &Integrities, source: &str) -> Result<()> {
    let differs = |(release, integrity): (&Release, &Sri)| {
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

/// Whether a lock holds what the registry says of a release.
pub(super) fn knows(lock: Option<&Lock>, release: Release) -> bool {
    lock.is_some_and(|lock| lock.registry_integrity(release).is_some())
}
