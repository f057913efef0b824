//! `doctor`.

use clap::Args;

use super::BazelArgs;

/// Check git, Bazel, network, cache and credentials
///
/// Prints a line for each thing that patcher needs, and a command for what is missing. Asks upstream
/// for its releases, unless --offline is given. Works outside of a project, too. Changes nothing.
/// Exits 30 if something needed is missing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

const EXAMPLES: &str = "\
Examples:
  patcher doctor
  patcher doctor --offline
  patcher doctor --format json";
