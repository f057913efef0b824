//! Follow upstream: `sync`, `preview`, `continue`, `skip`, `abort`, `bisect`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::old_flags::SyncActs;
use super::shared::{MaxPhase, OneSide};
use super::{BaseUrl, BazelArgs, JobArgs, PreviewOf, WriteArgs};
use crate::port::bisect::{Revision, Until};
use crate::project::patch_choice::PatchChoice;
use crate::support::ids::Sri;
use crate::sync::options::FewerReleases;
use crate::sync::plan::Target;

/// Fetch upstream, re-apply the patches and test them
///
/// Writes the archive and the snippet into the output directory, and refreshes the patches and
/// upstream.lock in place: all of it or nothing. If a patch conflicts, --resolve opens a git
/// worktree to resolve the conflict in; `patcher continue`, `skip` and `abort` go on from there.
/// With --to, --dry-run previews that release, as `patcher preview RELEASE --repro` does.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sync {
    /// Port the series to this release; `latest` is the newest stable one
    #[arg(long, value_name = "RELEASE")]
    pub(crate) to: Option<Target>,
    /// Delete this patch if the release has it already (repeatable)
    #[arg(long, alias = "accept-obsolete", value_name = "PATCH", hide_short_help = true)]
    pub(crate) drop_upstreamed: Vec<PatchChoice>,
    /// Open a worktree if a patch conflicts, and print how to continue
    #[arg(long, requires = "to", conflicts_with_all = ["check", "dry_run"])]
    pub(crate) resolve: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) run: SyncArgs,
    #[command(flatten)]
    pub(crate) acts: SyncActs,
}

/// How a sync works, whatever it is about: also if it is gone on with.
#[derive(Clone, Debug, Args)]
pub(crate) struct SyncArgs {
    /// Fetch from this URL or local clone [default: the lock's URL]
    #[arg(
        long,
        value_name = "URL|PATH",
        env = "PATCHER_UPSTREAM",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) upstream: Option<String>,
    /// Support fewer releases than before
    ///
    /// Without it, a sync is refused that takes a supported release away: by a lower `--to`, a
    /// narrower range in patcher.toml, or a tag that upstream no longer has.
    #[arg(long, hide_short_help = true)]
    pub(crate) allow_fewer_releases: bool,
    /// Write the archive and the snippet into this directory [default: the project's dist]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// Do not run the scenarios; the lock keeps the results that still hold
    #[arg(long)]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    /// Make every archive again, and ask the registry about it again
    #[arg(long, hide_short_help = true)]
    pub(crate) rebuild: bool,
    /// Ask this registry for the integrity of every supported release
    ///
    /// Its URL, or the directory of a copy such as a clone of the central registry. Rebuilds the
    /// archive of each release that upstream.lock has no integrity of, and refuses another one.
    #[arg(long, value_name = "URL|DIR", hide_short_help = true)]
    pub(crate) registry: Option<String>,
    /// Use this as the registry's integrity of the newest series' pin, without asking it
    #[arg(long, value_name = "SRI", conflicts_with = "registry", hide_short_help = true)]
    pub(crate) registry_integrity: Option<Sri>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

impl SyncArgs {
    pub(crate) fn fewer_releases(&self) -> FewerReleases {
        if self.allow_fewer_releases { FewerReleases::Allowed } else { FewerReleases::Refused }
    }
}

/// Show what the patches would do on other releases
///
/// Merges the series onto each release in memory, and writes nothing. Goes on after a conflict;
/// later outcomes are then marked `?`. Uses what was fetched before. For `main`, `candidate` and
/// with --repro, fetches, and prints the outcome as the text of an issue. Exits 3 if a patch
/// conflicts, and 1 if a release has one already.
#[derive(Debug, Args)]
pub(crate) struct Preview {
    /// Look at these releases: `2.3.2`, `latest`, `2.x`, `2.0..2.3`, the newest `candidate`, or
    /// upstream's `main` [default: every stable release of each series]
    #[arg(value_name = "RELEASE|RANGE|main|candidate")]
    pub(crate) what: Vec<PreviewOf>,
    /// The same, as `port` had it.
    #[arg(long, hide = true)]
    pub(crate) to: Vec<PreviewOf>,
    /// Print a row for each release, also where neighbours have the same outcome
    #[arg(long)]
    pub(crate) all: bool,
    /// Run the scenarios there, up to the analysis
    #[arg(long)]
    pub(crate) repro: bool,
    /// Write the text of an issue to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Leave this patch out if a release has it already (repeatable)
    #[arg(long, alias = "accept-obsolete", value_name = "PATCH")]
    pub(crate) drop_upstreamed: Vec<PatchChoice>,
    /// Fetch from this URL or local clone [default: the lock's URL]
    #[arg(long, value_name = "URL|PATH", env = "PATCHER_UPSTREAM", hide_env_values = true)]
    pub(crate) upstream: Option<String>,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Continue a port or an edit after resolving
///
/// Finds out which is under way. In a port, takes what the worktree holds for the patch that
/// conflicted, and goes on with the next one; after the last, ends the sync. In an edit, writes the
/// commits of the worktree back as patches; --dry-run and --check show them.
#[derive(Debug, Args)]
pub(crate) struct Continue {
    /// Write the recorded resolutions of these conflicts into the worktree, and stop there
    #[arg(long)]
    pub(crate) recall: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    #[command(flatten)]
    pub(crate) run: SyncArgs,
}

/// Skip the patch that conflicts, and continue
///
/// The patch leaves the series.
#[derive(Clone, Debug, Args)]
pub(crate) struct Skip {
    #[command(flatten)]
    pub(crate) run: SyncArgs,
}

/// Abort a port or an edit, and remove its worktree
///
/// The project stays as it was when the port or the edit began.
#[derive(Debug, Args)]
pub(crate) struct Abort {
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Find the upstream commit that broke a patch or a scenario
///
/// Follows the first parents between two releases. A patch is merged onto every commit, in
/// memory, after the patches before it; a scenario runs on as few commits as a binary search
/// needs. Skips and reports what cannot be judged. Exits 0 if it found the commit. Exits 1 if
/// nothing changes, or if several commits cannot be told apart.
#[derive(Debug, Args)]
pub(crate) struct Bisect {
    /// Follow this patch (its number, name or path), or this series [default: the newest
    /// series' first patch whose outcome changes]
    #[arg(value_name = "PATCH|SERIES")]
    pub(crate) what: Option<PatchChoice>,
    /// Begin at this release or commit [default: the series' pin]
    #[arg(long, value_name = "RELEASE|COMMIT")]
    pub(crate) from: Option<Revision>,
    /// End at this release or commit, at `main`, or at `latest`
    #[arg(long, value_name = "RELEASE|COMMIT", default_value = "latest")]
    pub(crate) to: Revision,
    /// Look for this outcome of the patch [default: its outcome at the end]
    #[arg(long, value_enum, conflicts_with = "scenario")]
    pub(crate) until: Option<Until>,
    /// Run this scenario instead, and look for its result at the end
    #[arg(long, value_name = "ID")]
    pub(crate) scenario: Option<String>,
    /// Run it on this tree
    #[arg(long, value_enum, default_value_t, requires = "scenario")]
    pub(crate) side: OneSide,
    /// Let Bazel go no further than this
    #[arg(
        long,
        alias = "depth",
        value_name = "PHASE",
        value_enum,
        default_value_t,
        requires = "scenario"
    )]
    pub(crate) max_phase: MaxPhase,
    /// Run it whatever earlier runs on this machine showed
    #[arg(long, alias = "fresh", requires = "scenario")]
    pub(crate) no_cache: bool,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

impl ValueEnum for Until {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Inexact, Self::Merged, Self::AlreadyUpstream, Self::Conflict]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Inexact => ("inexact", "It does not apply cleanly: an offset or fuzz is needed"),
            Self::Merged => ("merged", "A three-way merge makes another change of it, or worse"),
            Self::AlreadyUpstream => ("already-upstream", "Upstream has it already"),
            Self::Conflict => ("conflict", "It conflicts"),
        };
        let value = PossibleValue::new(name).help(help);
        // Its old name.
        Some(if *self == Self::AlreadyUpstream { value.alias("obsolete") } else { value })
    }
}
