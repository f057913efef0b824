//! `init`.

use std::path::PathBuf;

use clap::Args;

use super::WriteArgs;
use crate::support::tag_format::TagFormat;

/// Start a patch project of your own
///
/// With --upstream, writes a project without patches for that ruleset: what its module is called and
/// how its tags name releases is found out. Without, writes the patch series that patcher carries
/// and the scenarios that test them, and needs no network. Both have workflows for GitHub. Makes a
/// git repository, unless the directory is in one already, and commits nothing.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Write into this directory, empty or absent [default with --upstream: MODULE-patches]
    #[arg(value_name = "DIR", required_unless_present = "upstream")]
    pub(crate) directory: Option<PathBuf>,
    /// Start a project for this ruleset: a URL, or a clone
    #[arg(long, value_name = "URL|PATH")]
    pub(crate) upstream: Option<String>,
    /// How upstream's tags name releases, if that cannot be seen: 'v{version}'
    #[arg(long, value_name = "FORMAT", requires = "upstream")]
    pub(crate) tag: Option<TagFormat>,
    /// Do not make a git repository
    #[arg(long)]
    pub(crate) no_git: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

const EXAMPLES: &str = "\
Examples:
  patcher init --upstream https://github.com/bazelbuild/rules_cc
  patcher init rules_python-patches
  patcher init --no-git . && git add .";
