//! The series at their pins, and on the releases that they go to.

use std::collections::BTreeSet;

use crate::git::store::Commit;
use crate::port::port_error::PortError;
use crate::port::{Applied, Ported};
use crate::project::lint::carriage_returns;
use crate::project::lock::SeriesLock;
use crate::project::patch_choice::names;
use crate::publish::locked_facts;
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::problem::Problem;
use crate::sync::fetch::Fetched;
use crate::sync::plan::Plan;

impl Fetched<'_> {
    /// A series at the pin that the lock has.
    ///
    /// # Errors
    ///
    /// It does not apply.
    pub fn pinned(&self, plan: &Plan<'_>, locked: &SeriesLock) -> Result<Applied> {
        let base = self.complete_commit(locked.pin.commit)?;
        self.apply_at(plan, locked.pin.release, &base)
    }

    /// Applies a series exactly. What is left of its problems is what `sync` mends.
    fn apply_at(&self, plan: &Plan<'_>, release: Release, base: &Commit) -> Result<Applied> {
        let applied = Applied::new(&self.store, release, base, &plan.series.patches)?;
        applied.sound().map_err(|failure| {
            failure.hint(format!(
                "the series applies to {release} exactly, or not at all; nothing was changed"
            ))
        })
    }

    /// Applies a series at its pin, and ports it if another release is to be pinned, unless it
    /// was brought there `by_hand`.
    pub(super) fn apply(
        &self,
        plan: &Plan<'_>,
        base: &Commit,
        by_hand: Option<&Ported>,
    ) -> Result<Ported, PortError> {
        let (release, commit) = plan
            .locked
            .map_or((plan.pin, base.id), |locked| (locked.pin.release, locked.pin.commit));
        let old_base = if commit == base.id { base.clone() } else { self.complete_commit(commit)? };
        let pinned = self.apply_at(plan, release, &old_base)?;
        self.report_changes(plan, &pinned);
        let progress = self.site.progress;
        if release == plan.pin {
            for applied in &pinned.patches {
                progress.status(Meaning::Done, "Applied", applied.patch.name.as_str());
            }
            return Ok(Ported::at_pin(pinned));
        }
        let ported = match by_hand {
            Some(ported) => ported.clone(),
            None => {
                let accepted = names(&self.options.drop_upstreamed, plan.series)?;
                let attempt = pinned.onto(&self.store, plan.pin, base)?;
                attempt.accepting(&accepted).ported(&self.store)?
            }
        };
        for patch in &ported.outcomes {
            let (meaning, verb) = match patch.accepted {
                true => (Meaning::Unchanged, "Left out"),
                false => (Meaning::Done, "Applied"),
            };
            let text = format!("{} ({})", patch.patch, patch.outcome.name());
            progress.status(meaning, verb, &text);
            patch.warnings().iter().for_each(|warning| progress.warning(warning));
        }
        Ok(ported)
    }

    /// Reports what of a series is not what the lock was written for, and what is mended.
    fn report_changes(&self, plan: &Plan<'_>, pinned: &Applied) {
        let (project, progress) = (self.project, self.site.progress);
        if let Some(locked) = plan.locked {
            let sources = &plan.series.patches;
            for problem in locked_facts::changed_patches(&project.lock_text, locked, sources) {
                progress.status(Meaning::Attention, "Picked up", &problem.to_string());
            }
        }
        let directory = format!("{}/", plan.series.directory);
        let own = project.problems.iter().filter(|problem| problem.file.starts_with(&directory));
        let all: Vec<&Problem> = own.chain(&pinned.problems).collect();
        let changed: BTreeSet<&str> =
            all.iter().filter(|problem| problem.is_content).map(|p| p.file.as_str()).collect();
        carriage_returns(pinned.patches.iter().map(|applied| &applied.patch))
            .iter()
            .for_each(|note| progress.warning(note));
        for problem in all {
            if problem.is_content {
                progress.status(Meaning::Attention, "Picked up", &problem.to_string());
            } else if !changed.contains(problem.file.as_str()) {
                progress.status(Meaning::Attention, "Mended", &problem.to_string());
            }
        }
    }
}
