//! Get started: `demo`, `status`.

use std::path::PathBuf;

use clap::Args;

use super::BazelArgs;

/// Run the whole workflow on a built-in sample
///
/// The sample is a small ruleset that patcher carries, so no network is needed.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the sample in this directory, empty or absent [default: a temporary one]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Show the pin, the patches and what is stale
///
/// Shows also the newest upstream release that was fetched.
#[derive(Debug, Args)]
pub(crate) struct Status {}
