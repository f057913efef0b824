//! `init`.

use std::path::PathBuf;

use clap::Args;

/// Start a patch project of your own
///
/// Writes a directory with the patch series over rules_python that patcher carries, the scenarios
/// that test them, and workflows for GitHub. Makes a git repository of it, unless it is in one
/// already, and commits nothing. Needs no network.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Write into this directory, empty or absent
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Do not make a git repository
    #[arg(long)]
    pub(crate) no_git: bool,
    /// Write nothing, and print the files that would be written
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  patcher init rules_python-patches
  patcher init --dry-run rules_python-patches
  patcher init --no-git . && git add .";
