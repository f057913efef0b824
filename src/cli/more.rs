//! More: `ci`, `completions`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{BazelArgs, JobArgs, WriteArgs};

/// Port and propose from a scheduled job
#[derive(Debug, Args)]
pub(crate) struct Ci {
    #[command(subcommand)]
    pub(crate) action: CiAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CiAction {
    Port(CiPort),
    Propose(CiPropose),
}

/// Sync to the newest release and write a proposal
///
/// For a nightly job. Proposes a pull request if files changed, an issue if the sync stopped at
/// something that a person has to look at, or nothing; exits 0 in each case. Does not write to
/// GitHub: `patcher ci propose` does, which runs no upstream code and so may have the token.
#[derive(Debug, Args)]
pub(crate) struct CiPort {
    /// Fetch from this URL or local clone [default: the lock's URL]
    #[arg(long, value_name = "URL|PATH", env = "PATCHER_UPSTREAM", hide_env_values = true)]
    pub(crate) upstream: Option<String>,
    /// Write the proposal to this file, for `patcher ci propose`
    #[arg(long, value_name = "FILE")]
    pub(crate) proposal: Option<PathBuf>,
    /// Write it in Markdown too, for $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    /// Do not run the scenarios; the pull request says so
    #[arg(long)]
    pub(crate) no_repro: bool,
    /// Make every archive again, and ask the registry about it again
    #[arg(long)]
    pub(crate) rebuild: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Open the pull request or issue that `ci port` proposes
///
/// Pushes a branch without touching the worktree. Opens the pull request or the issue with `gh`, or
/// updates the open one, and closes those that are over. Does not open again what a person closed,
/// and leaves a branch as it is if a person committed to it.
#[derive(Debug, Args)]
pub(crate) struct CiPropose {
    /// Read the proposal that `patcher ci port --proposal` wrote
    #[arg(value_name = "FILE")]
    pub(crate) proposal: PathBuf,
}

/// Print or install shell completions
///
/// With --install, writes them to where bash, zsh or fish looks for yours, and prints what else is
/// needed. Replaces only a file that it wrote itself.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// For this shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
    /// Write them into your completions directory of bash, zsh or fish
    #[arg(long)]
    pub(crate) install: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}
