//! Get started: `demo`, `status`.

use std::path::PathBuf;

use clap::Args;

use super::BazelArgs;

/// Run the whole workflow on a built-in sample
///
/// The sample is a small ruleset that patcher carries: no network and no Bazel is needed.
/// Where Bazel is found, the first step runs under it.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the sample in this directory, empty or absent [default: a temporary one]
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Show series, newest release, results and next step
///
/// What is under way comes first: a port that stopped, or an edit. Looks only at the project and
/// at what was fetched.
#[derive(Debug, Args)]
pub(crate) struct Status {}
