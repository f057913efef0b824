//! Test: `check`, `repro`, `matrix`, `why`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shared::MaxPhase;
use super::{BazelArgs, JobArgs};
use crate::matrix::shard::Shard;
use crate::project::patch_choice::PatchChoice;
use crate::project::scenario::Side;
use crate::support::releases::{ReleaseChoice, Releases};

/// Check patches and lock, offline (for CI)
///
/// Lints the series, compares each patch with its canonical form, and applies it exactly at the
/// pin: no offset, no fuzz, every pre-image as stated. Derives every fact of upstream.lock again.
/// Reports all problems at once. Runs no Bazel: reports a result in the lock as stale if it is
/// of another tree or other scenarios.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Make every archive again and compare its digest with the lock
    #[arg(long)]
    pub(crate) archives: bool,
}

/// Run the scenarios under Bazel, with and without the patches
///
/// With --upstream-tests, runs upstream's own tests instead, with upstream as the root module.
/// The series must change neither which tests there are nor how any ends. A test that it adds must
/// pass.
#[derive(Debug, Args)]
pub(crate) struct Repro {
    /// Run only this scenario (repeatable)
    #[arg(long = "scenario", value_name = "ID")]
    pub(crate) scenarios: Vec<String>,
    /// Run on this tree, or on both
    #[arg(long, value_enum, default_value_t)]
    pub(crate) side: SideChoice,
    /// Use this supported release [default: the newest series' pin]
    #[arg(long, value_name = "RELEASE|latest")]
    pub(crate) release: Option<ReleaseChoice>,
    /// Run these of upstream's tests instead, and compare the trees: `//tests/...`
    #[arg(
        long,
        value_name = "PATTERN",
        num_args = 1..,
        conflicts_with_all = ["scenarios", "side"]
    )]
    pub(crate) upstream_tests: Vec<String>,
    /// Change upstream's MODULE.bazel and flags as `[upstream-tests]` in patcher.toml says
    #[arg(long, alias = "local-python", requires = "upstream_tests")]
    pub(crate) adapted: bool,
    /// Write a JUnit report too
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SideChoice {
    /// As upstream released it
    #[value(alias = "pristine")]
    Unpatched,
    /// With the series applied
    Patched,
    /// Both
    #[default]
    Both,
}

impl SideChoice {
    pub(crate) fn includes(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::Unpatched => side == Side::Unpatched,
            Self::Patched => side == Side::Patched,
        }
    }
}

/// Run the scenarios on every supported release
///
/// Releases × scenarios × versions of Bazel, each on the unpatched and on the patched tree.
/// Earlier results are looked up by content: the tree, the scenario, Bazel's version and settings.
/// A version of Bazel that is not available is "not run", and exit 30. `--shard` divides it among
/// machines, and `--merge` joins what they wrote.
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// Use these of the supported releases: `2.x`, `2.0..2.3`, `latest` [default: all]
    #[arg(long, value_name = "RELEASE|RANGE")]
    pub(crate) releases: Option<Releases>,
    /// Use these versions, as bazelisk takes them: 7.x,8.x,9.x [default: the installed one]
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) bazel_versions: Vec<String>,
    /// Run only this scenario (repeatable)
    #[arg(long = "scenario", alias = "scenarios", value_name = "ID", value_delimiter = ',')]
    pub(crate) scenarios: Vec<String>,
    /// Let Bazel go no further than this
    #[arg(long, alias = "depth", value_name = "PHASE", value_enum, default_value_t)]
    pub(crate) max_phase: MaxPhase,
    /// Run only this part, for the K-th of N machines
    #[arg(long, value_name = "K/N")]
    pub(crate) shard: Option<Shard>,
    /// Divide by the durations of this earlier run, written by --json [default: by estimates]
    #[arg(long, value_name = "FILE", requires = "shard")]
    pub(crate) durations: Option<PathBuf>,
    /// Run nothing: join what --json wrote, of all shards or of several versions of Bazel
    #[arg(
        long,
        value_name = "PATH",
        num_args = 1..,
        conflicts_with_all = [
            "releases", "bazel_versions", "scenarios", "max_phase", "shard", "durations",
            "no_cache", "jobs",
        ]
    )]
    pub(crate) merge: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    /// Write the JSON document too, for --merge and --durations
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write a JUnit report too: a suite for each Bazel
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write a page too: one file for any browser
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write a Markdown summary too, for $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Show which scenarios need a patch
///
/// Runs the scenarios on the series without one patch, and without those that build on it. The
/// patch is needed if that tree still loads and a scenario's result changes. A patch that no
/// scenario needs, and a scenario that no patch changes, is a finding.
#[derive(Debug, Args)]
pub(crate) struct Why {
    /// Leave out only this patch: its number, name or path, or the start of its subject
    #[arg(value_name = "PATCH")]
    pub(crate) patch: Option<PatchChoice>,
    /// Run only this scenario (repeatable)
    #[arg(long = "scenario", value_name = "ID")]
    pub(crate) scenarios: Vec<String>,
    /// Leave out hunks rather than patches, except documentation and tests
    #[arg(long)]
    pub(crate) hunks: bool,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}
