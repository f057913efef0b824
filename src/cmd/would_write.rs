//! What `--dry-run` and `--check` print of a command that writes.

use serde::Serialize;

use super::Context;
use crate::cli::WriteArgs;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// What would be written.
pub(super) struct WouldWrite {
    /// Files or directories.
    files: Vec<String>,
    /// What would change, for people.
    text: String,
    /// What `--check` finds, before their names.
    found: &'static str,
    /// What the command does without `--check`.
    does: &'static str,
}

impl WouldWrite {
    /// Files that would change, and how.
    pub(super) fn changes(files: Vec<String>, diff: String) -> Self {
        Self::outdated(files).with_text(diff)
    }

    /// Files that would be written in place of older ones.
    pub(super) fn outdated(files: Vec<String>) -> Self {
        Self { found: "not up to date:", does: "brings it up to date", ..Self::new(files) }
    }

    /// Files or directories that would be written.
    pub(super) fn new(files: Vec<String>) -> Self {
        Self::all(files, "would write", "writes it")
    }

    /// Directories that would be removed.
    pub(super) fn removes(directories: Vec<String>) -> Self {
        Self::all(directories, "would remove", "removes it")
    }

    fn all(files: Vec<String>, found: &'static str, does: &'static str) -> Self {
        let text = files.iter().map(|file| format!("{found} {file}\n")).collect();
        Self { files, text, found, does }
    }

    /// With another text for people.
    pub(super) fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// Prints it; for `--check`, it is a finding if it is anything.
    pub(super) fn print(
        &self,
        context: &Context,
        write: WriteArgs,
        document: &impl Serialize,
    ) -> Result<()> {
        context.ui.text(&self.text);
        if write.dry_run || self.files.is_empty() {
            context.ui.summary("nothing was written");
            context.ui.document(document);
            return Ok(());
        }
        let files = self.files.join(", ");
        Err(Failure::new(Kind::Finding, format_args!("{} {files}", self.found))
            .hint(format!("the same command without --check {}", self.does))
            .with_report(document))
    }
}
