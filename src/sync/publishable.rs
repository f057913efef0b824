//! What `check` refuses is refused before it is written.

use crate::patch::Patch;
use crate::port::AppliedPatch;
use crate::project::lint::lint_patch;
use crate::publish::misapplied::misapplied;
use crate::support::failure::Result;
use crate::support::problem::Problem;
use crate::sync::fetch::Fetched;
use crate::sync::make::{Made, SeriesMade};

impl Fetched<'_> {
    /// Stops if `check` would refuse what was made, so that what `sync` writes is sound.
    ///
    /// # Errors
    ///
    /// Everything that `check` would find; or the store itself.
    pub(super) fn ensure_publishable(&self, series: &[SeriesMade<'_>]) -> Result<()> {
        let kinds = self.project.config.kinds();
        let mut problems: Vec<Problem> = Vec::new();
        for made in series {
            problems.extend(self.lint(&made.pin));
            for made in made.all() {
                misapplied(&self.store, &made.applied, &kinds, &mut problems)?;
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }

    /// What is wrong with the patches of a pin as they are printed.
    fn lint(&self, pin: &Made) -> Vec<Problem> {
        let scenarios = self.project.suite.directories();
        let of = |AppliedPatch { file, patch, .. }: &AppliedPatch| {
            let text = patch.to_string();
            match Patch::parse(&patch.name, file, text.as_bytes()) {
                Ok(read) => lint_patch(file, text.as_bytes(), &read, &scenarios),
                Err(problem) => vec![problem],
            }
        };
        pin.applied.patches.iter().flat_map(of).collect()
    }
}
