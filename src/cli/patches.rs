//! Work on patches: `new`, `edit`, `drop`, `review`.

use std::path::PathBuf;

use clap::Args;

use super::old_flags::EditActs;
use super::{BazelArgs, ReleasePair, WriteArgs};
use crate::project::patch_choice::PatchChoice;

/// Start a new patch in a git worktree
///
/// Opens a worktree with a template for the message. The message says why the patch is needed,
/// which scenario shows it (`Repro:`) and when it can go (`Drop-When:`); `check` requires all
/// three.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Use this subject: `fix(rules): compile separately if tags would conflict`
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,
    /// Add it to the series in this directory [default: the newest series]
    #[arg(long, alias = "line", value_name = "DIRECTORY")]
    pub(crate) series: Option<String>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Edit a series as commits in a git worktree
///
/// Opens a worktree with the pinned series as commits. Amend, reword, reorder, drop or add
/// commits there; `patcher continue` writes them back as canonical patches. A patch whose change and
/// message are the same keeps its bytes, and the series file its comments.
#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// Stop at this patch to amend it: its number, name or path, or the start of its subject
    #[arg(value_name = "PATCH")]
    pub(crate) patch: Option<PatchChoice>,
    /// Edit the series in this directory [default: the newest series]
    #[arg(long, alias = "line", value_name = "DIRECTORY")]
    pub(crate) series: Option<String>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) acts: EditActs,
}

/// Remove a patch that no scenario needs
///
/// Runs the scenarios on the series without the patch, and looks for it in the newest release
/// that was fetched. Refuses if a scenario needs it or nothing is known, unless --force is given.
/// Refuses always if a later patch builds on it. The patches after it are refreshed.
#[derive(Debug, Args)]
pub(crate) struct Drop {
    /// Remove this patch: its number, name or path, or the start of its subject
    #[arg(value_name = "PATCH")]
    pub(crate) patch: PatchChoice,
    /// Remove it from the series in this directory [default: the newest series]
    #[arg(long, alias = "line", value_name = "DIRECTORY")]
    pub(crate) series: Option<String>,
    /// Remove it whatever the scenarios show
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not run the scenarios
    #[arg(long, requires = "force")]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Show what a refresh of the patches really changed
///
/// Compares the patches with an earlier version of them. Offsets, context and index lines are
/// "mechanical" and not shown. Shows the lines that the patches add or remove differently, word by
/// word, and those that land at another place. Needs no Bazel. If upstream's objects were fetched,
/// it names the functions that the changes are in.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Compare the files with this git revision, or two: `main`, `HEAD~3..HEAD`, `main...` (since
    /// they diverged) [default: HEAD]
    #[arg(value_name = "REV|OLD..NEW", conflicts_with = "releases")]
    pub(crate) revision: Option<String>,
    /// Compare the patches on two supported releases: `2.3.1..2.3.2`
    #[arg(long, value_name = "OLD..NEW")]
    pub(crate) releases: Option<ReleasePair>,
    /// Write the review in Markdown too, for a pull request
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}
