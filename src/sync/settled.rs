//! A project that an earlier run made again from nothing, and found as it is: as long as all that
//! went into that is the same, so is what comes out, and nothing is made once more.
//!
//! The record is a digest in the user's cache, which no clone brings along.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::port::PatchOutcome;
use crate::port::outcome::Outcome;
use crate::project::changes::Changes;
use crate::project::lint::carriage_returns;
use crate::project::lock::SeriesLock;
use crate::project::site::Site;
use crate::project::workspace;
use crate::support::environment::identity_of_program;
use crate::support::file_read;
use crate::support::ids::Sri;
use crate::support::path::cache_key;
use crate::sync::claims::{Claims, When};
use crate::sync::fetch::Fetched;
use crate::sync::plan::Plan;
use crate::sync::run::Work;
use crate::sync::upstream_archives::Registry;

impl Fetched<'_> {
    /// What is known of a project that nothing has to be made of: the lock is what would be made,
    /// and the output directory holds what would be published. Results of the scenarios are
    /// judged anew.
    pub(super) fn settled(&self) -> Option<Work> {
        let lock = self.project.lock.as_ref()?;
        let newest = lock.series.first()?;
        let record = file_read::read(&record(&self.site)?).ok()?;
        let is_settled =
            self.inputs().is_some_and(|inputs| inputs.to_string().as_bytes() == record)
                && self.is_in_place(newest, &newest.pin, &newest.patches_applied);
        if !is_settled {
            return None;
        }
        for (plan, _) in &self.plans {
            let patches = plan.series.patches.iter().map(|source| &source.patch);
            carriage_returns(patches).iter().for_each(|note| self.site.progress.warning(note));
        }
        let mut claims = Claims::default();
        claims.patches(lock, self, When::Earlier);
        claims.scenarios(lock, self.project, &BTreeSet::new());
        let registry = Registry::default();
        let (lock, outcomes, changes) = (lock.clone(), at_pin(newest), Changes::default());
        let (tests, archive) = (None, None);
        Some(Work { lock, claims, registry, outcomes, tests, archive, changes })
    }

    /// Remembers that everything was made, and is what the project has.
    pub(super) fn remember(&self) {
        if let (Some(inputs), Some(record)) = (self.inputs(), record(&self.site)) {
            // Without it, everything is made once more.
            workspace::write(&record, inputs.to_string().as_bytes()).ok();
        }
    }

    /// The digest of all that decides what is made, this program included. None if something is to
    /// be mended or was asked for: then it is made.
    fn inputs(&self) -> Option<Sri> {
        let Self { project, options, module, url, versions, .. } = self;
        let is_plain = options.to.is_none()
            && options.drop_upstreamed.is_empty()
            && options.registry.is_none()
            && options.registry_integrity.is_none()
            && !options.is_rebuild;
        if !is_plain || !project.problems.is_empty() {
            return None;
        }
        let mut inputs = format!(
            "{}\n{module}\n{url}\n{:?}\n{}\n{versions:?}\n{}\n",
            identity_of_program()?,
            project.config,
            project.suite.digest,
            Sri::of(project.lock_text.as_bytes()),
        );
        for (Plan { series, pin, supported, .. }, base) in &self.plans {
            let (directory, text) = (&series.directory, &series.text);
            inputs.push_str(&format!("{directory} {pin} {} {supported:?} {text:?}\n", base.id));
            for source in &series.patches {
                inputs.push_str(&format!("{} {}\n", source.file, Sri::of(&source.bytes)));
            }
        }
        Some(Sri::of(inputs.as_bytes()))
    }
}

/// Lets the next sync make everything again. What stopped a run in its environment may be what a sync
/// looks at only then, such as an object that the mirror lacks.
pub fn forget(site: &Site<'_>) {
    if let Some(record) = record(site).filter(|record| file_read::read(record).is_ok()) {
        // A cache that cannot be written cannot be mended either.
        workspace::write(&record, b"").ok();
    }
}

/// Where the record of a project is.
fn record(site: &Site<'_>) -> Option<PathBuf> {
    Some(site.env.cache().ok()?.join("settled").join(cache_key(site.root)))
}

/// What became of the patches of a series that stays at its pin.
fn at_pin(series: &SeriesLock) -> Vec<PatchOutcome> {
    let mut before = series.pin.tree;
    let mut outcomes = Vec::new();
    for patch in &series.patches_applied {
        let outcome = PatchOutcome::new(&patch.name, Outcome::Unchanged, before);
        outcomes.push(PatchOutcome { after: Some(patch.tree), ..outcome });
        before = patch.tree;
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::PatchLock;
    use crate::project::lock::made_up::{lock, release};
    use crate::support::ids::TreeId;

    #[test]
    fn at_its_pin_every_patch_is_in() {
        let mut series = lock(release("1.0.0", 1, b"")).series.remove(0);
        let pin = series.pin.tree;
        let trees = [1, 2].map(|byte| TreeId::new([byte; 20]));
        let patch = |(name, tree): (&str, TreeId)| {
            let name = name.parse().unwrap();
            PatchLock { name, integrity: Sri::of(b"patch"), tree }
        };
        series.patches_applied =
            ["0001-a.patch", "0002-b.patch"].into_iter().zip(trees).map(patch).collect();
        let outcomes = at_pin(&series);
        let found = outcomes.iter().map(|one| (one.patch.as_str(), one.before, one.after));
        let [first, second] = trees;
        let expected = [("0001-a.patch", pin, Some(first)), ("0002-b.patch", first, Some(second))];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
