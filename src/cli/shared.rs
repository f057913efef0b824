//! Flags and values that several commands have.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::{Args, ValueEnum};

use crate::project::scenario::{Phase, Side};
use crate::repro::bazel::DEFAULT_TIMEOUT;
use crate::repro::memory::Known;
use crate::repro::settings::BazelOptions;
use crate::support::writing::Writing;

/// Which Bazel, and what it needs.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options for Bazel")]
pub(crate) struct BazelArgs {
    /// Run this Bazel [default: `bazelisk` or `bazel` on PATH]
    #[arg(long, value_name = "PROGRAM", env = "PATCHER_BAZEL", hide_env_values = true)]
    pub(crate) bazel: Option<String>,
    /// Let Bazel read this rc file and no other (repeatable)
    #[arg(
        long,
        value_name = "FILE",
        env = "PATCHER_BAZELRC",
        hide_short_help = true,
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) bazelrc: Vec<PathBuf>,
    /// Append this file to the MODULE.bazel that Bazel reads (repeatable)
    #[arg(
        long,
        value_name = "FILE",
        env = "PATCHER_MODULE_APPEND",
        hide_short_help = true,
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) module_append: Vec<PathBuf>,
    /// Stop a call of Bazel after this many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = DEFAULT_TIMEOUT.as_secs(),
        hide_short_help = true
    )]
    pub(crate) timeout: u64,
}

impl BazelArgs {
    pub(crate) fn options(&self) -> BazelOptions {
        let Self { bazel, bazelrc, module_append, timeout } = self.clone();
        let timeout = Duration::from_secs(timeout);
        BazelOptions { program: bazel, bazelrc, module_append, timeout }
    }
}

/// How the scenarios of many trees run.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct JobArgs {
    /// Run every scenario again, whatever earlier runs on this machine showed
    #[arg(long, hide_short_help = true)]
    pub(crate) no_cache: bool,
    /// The old name of `--no-cache` and `--rebuild` together.
    #[arg(long, hide = true)]
    pub(crate) fresh: bool,
    /// Run this many Bazel servers, half a gigabyte of memory each
    #[arg(
        short,
        long,
        value_name = "COUNT",
        default_value_t = 2,
        value_parser = RangedU64ValueParser::<usize>::new().range(1..=256),
        hide_short_help = true
    )]
    pub(crate) jobs: usize,
}

impl JobArgs {
    /// Whether earlier results count.
    pub(crate) fn known(&self) -> Known {
        if self.no_cache { Known::RunAgain } else { Known::LookedUp }
    }
}

/// Whether a command writes.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct WriteArgs {
    /// Write nothing, and print what would change
    #[arg(short = 'n', long, conflicts_with = "check")]
    pub(crate) dry_run: bool,
    /// Write nothing, print what would change, and exit 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
}

impl WriteArgs {
    pub(crate) fn writing(self) -> Writing {
        if self.dry_run || self.check { Writing::LeftOut } else { Writing::Done }
    }
}

/// Where archives are published.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct BaseUrl {
    /// Publish archives below this URL: https://, http:// or file:///
    #[arg(long, value_name = "URL", env = "PATCHER_BASE_URL", hide_env_values = true)]
    pub(crate) base_url: Option<String>,
}

/// How far Bazel goes.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum MaxPhase {
    /// Loading and analysis, which find conflicting actions; trees are not compared
    #[default]
    Analysis,
    /// As far as each scenario asks, but no test runs
    Build,
    /// As far as each scenario asks, with all that it compares and counts
    Test,
}

impl From<MaxPhase> for Phase {
    fn from(max_phase: MaxPhase) -> Self {
        match max_phase {
            MaxPhase::Analysis => Self::Analysis,
            MaxPhase::Build => Self::Build,
            MaxPhase::Test => Self::Test,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum OneSide {
    /// As upstream released it
    #[value(alias = "pristine")]
    Unpatched,
    /// With the series applied
    #[default]
    Patched,
}

impl From<OneSide> for Side {
    fn from(side: OneSide) -> Self {
        match side {
            OneSide::Unpatched => Self::Unpatched,
            OneSide::Patched => Self::Patched,
        }
    }
}
