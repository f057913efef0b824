//! What Bazel's own patcher would misapply is refused before it is written.

use crate::publish::misapplied::misapplied;
use crate::support::failure::Result;
use crate::support::problem::Problem;
use crate::sync::fetch::Fetched;
use crate::sync::make::SeriesMade;

impl Fetched<'_> {
    /// Stops if `check` would refuse what was made on any release. What it asks of a patch's text
    /// was asked when that was read.
    ///
    /// # Errors
    ///
    /// Everything that `check` would find; or the store itself.
    pub(super) fn ensure_publishable(&self, series: &[SeriesMade<'_>]) -> Result<()> {
        let kinds = self.project.config.kinds();
        let mut problems: Vec<Problem> = Vec::new();
        for made in series.iter().flat_map(SeriesMade::all) {
            misapplied(&self.store, &made.applied, &kinds, &mut problems)?;
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }
}
