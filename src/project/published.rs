//! What was ever published, as far as anybody remembers: by the lock, and by the versions of it in
//! the history of the project's git repository. So a lock that was put back uses no revision again.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::revision::Repository;
use crate::project::load::Project;
use crate::project::lock::{self, FormerRelease, Lock, ReleaseLock};
use crate::project::site::Site;
use crate::support::failure::Result;
use crate::support::ids::Release;

/// What was published of each release.
#[derive(Clone, Debug, Default)]
pub struct Published {
    releases: BTreeMap<Release, Vec<FormerRelease>>,
}

impl Published {
    /// What the project's lock remembers, and what git does.
    ///
    /// # Errors
    ///
    /// git cannot read what it has.
    pub fn of(site: &Site<'_>, project: &Project) -> Result<Self> {
        Self::of_versions(site, project, &versions(site)?)
    }

    /// The same, with the [`versions()`] of the lock.
    ///
    /// # Errors
    ///
    /// As [`Published::of`].
    pub fn of_versions(
        site: &Site<'_>,
        project: &Project,
        versions: &BTreeSet<String>,
    ) -> Result<Self> {
        let versions = Repository::new(site.env, site.root).contents(versions)?;
        let earlier = versions.iter().filter(|bytes| **bytes != project.lock_text.as_bytes());
        // What is no lock any more says nothing.
        let earlier =
            earlier.filter_map(|bytes| Lock::parse(std::str::from_utf8(bytes).ok()?).ok());
        Ok(Self::of_locks(earlier, project.lock.as_ref()))
    }

    fn of_locks(earlier: impl Iterator<Item = Lock>, current: Option<&Lock>) -> Self {
        let mut published = Self::default();
        let module = current.map(|lock| &lock.upstream.module);
        for lock in earlier.filter(|lock| module.is_none_or(|own| *own == lock.upstream.module)) {
            published.add(&lock);
        }
        if let Some(lock) = current {
            published.add(lock);
        }
        published
    }

    fn add(&mut self, lock: &Lock) {
        for published in lock.all_published() {
            let known = self.releases.entry(published.release).or_default();
            if !known.iter().any(|known| known.is_same(&published)) {
                known.push(published);
            }
        }
    }

    /// What has the highest revision of a release: more than one thing, if histories were merged
    /// in which that was not the same.
    pub fn newest(&self, release: Release) -> Vec<&FormerRelease> {
        let all = self.releases.get(&release).map(Vec::as_slice).unwrap_or_default();
        let highest = all.iter().map(|published| published.revision).max().flatten();
        all.iter().filter(|published| published.revision == highest).collect()
    }

    /// Whether a version of a release was published, whatever its bytes are.
    pub fn knows(&self, release: Release, revision: Option<u32>) -> bool {
        let mut all = self.releases.get(&release).into_iter().flatten();
        all.any(|published| published.revision == revision)
    }

    /// Why a release of the lock cannot be published as it is: its version was published with other
    /// bytes, or a higher one was. Of the plain version of a release there is nothing to say.
    pub fn objection(&self, locked: &ReleaseLock) -> Option<String> {
        let (version, revision) = (locked.version(), locked.revision?);
        let own = FormerRelease::from(locked);
        let all = self.releases.get(&locked.release)?;
        if let Some(higher) = all.iter().filter_map(|one| one.revision).max()
            && higher > revision
        {
            let message = format!("{}.patched.{higher} was published already", locked.release);
            return Some(format!("has {version}, and {message}"));
        }
        let mut same = all.iter().filter(|published| published.revision == own.revision);
        let differs = same.any(|published| !published.is_same(&own));
        differs.then(|| format!("has {version}, which was published with other bytes"))
    }
}

/// The versions of the lock that the history of the project's git repository has, by their ids.
///
/// # Errors
///
/// git cannot be started.
pub fn versions(site: &Site<'_>) -> Result<BTreeSet<String>> {
    Repository::new(site.env, site.root).versions(lock::FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::made_up::{lock, release};

    #[test]
    fn the_highest_revision_of_any_lock_counts() {
        let (one, two) = (lock(release("2.0.0", 1, b"a")), lock(release("2.0.0", 2, b"b")));
        let found = |earlier: &[Lock], current: &Lock| {
            let published = Published::of_locks(earlier.iter().cloned(), Some(current));
            let pin = &current.series[0].pin;
            let newest = published.newest(pin.release);
            (newest.iter().map(|one| one.revision).collect::<Vec<_>>(), published.objection(pin))
        };
        assert_eq!(found(std::slice::from_ref(&one), &two), (vec![Some(2)], None));
        let went_back = "has 2.0.0.patched.1, and 2.0.0.patched.2 was published already";
        assert_eq!(
            found(std::slice::from_ref(&two), &one),
            (vec![Some(2)], Some(went_back.to_owned()))
        );
        assert_eq!(found(&[two.clone(), one], &two), (vec![Some(2)], None));
        let other = lock(release("2.0.0", 2, b"c"));
        let differs = "has 2.0.0.patched.2, which was published with other bytes";
        assert_eq!(found(&[other], &two), (vec![Some(2), Some(2)], Some(differs.to_owned())));
        let published = Published::of_locks(std::iter::once(two.clone()), None);
        let knows =
            |release: &str, revision| published.knows(release.parse().unwrap(), Some(revision));
        assert!(knows("2.0.0", 2) && !knows("2.0.0", 1) && !knows("1.0.0", 2));
        let mut foreign = lock(release("2.0.0", 9, b"d"));
        foreign.upstream.module = "another".into();
        assert_eq!(found(&[foreign], &two), (vec![Some(2)], None));
    }
}
