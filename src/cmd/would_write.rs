//! What `--dry-run` and `--check` print of a command that writes.

use serde::Serialize;

use super::Context;
use crate::cli::WriteArgs;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// What would be written: the files, and what would change in them.
pub(super) struct WouldWrite {
    pub(super) files: Vec<String>,
    pub(super) diff: String,
}

impl WouldWrite {
    /// Prints it; for `--check`, it is a finding if it is anything.
    pub(super) fn print(
        &self,
        context: &Context,
        write: WriteArgs,
        document: &impl Serialize,
    ) -> Result<()> {
        context.ui.text(&self.diff);
        if write.dry_run || self.files.is_empty() {
            context.ui.document(document);
            return Ok(());
        }
        let files = self.files.join(", ");
        Err(Failure::new(Kind::Finding, format_args!("not up to date: {files}"))
            .hint("the same command without --check brings it up to date")
            .with_report(document))
    }
}
