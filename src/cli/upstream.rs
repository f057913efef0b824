//! Follow upstream: `sync`, `port`, `bisect`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::shared::{MaxPhase, OneSide};
use super::{BaseUrl, BazelArgs, JobArgs};
use crate::port::bisect::{Revision, Until};
use crate::project::patch_choice::PatchChoice;
use crate::support::ids::Sri;
use crate::support::releases::Releases;
use crate::sync::options::FewerReleases;
use crate::sync::plan::Target;

/// Fetch upstream, re-apply the patches and test them
///
/// Writes the archive and the snippet into the output directory, and refreshes the patches and
/// upstream.lock in place: all of it or nothing. If a patch conflicts, --resolve opens a git
/// worktree to resolve the conflict in; --continue, --skip and --abort go on from there.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sync {
    /// Fetch from this URL or local clone [default: the lock's URL]
    #[arg(long, value_name = "URL|PATH", env = "PATCHER_UPSTREAM", hide_env_values = true)]
    pub(crate) upstream: Option<String>,
    /// Port the series to this release; `latest` is the newest stable one
    #[arg(long, value_name = "RELEASE")]
    pub(crate) to: Option<Target>,
    /// Support fewer releases than before
    ///
    /// Without it, a sync is refused that takes a supported release away: by a lower `--to`, a
    /// narrower range in patcher.toml, or a tag that upstream no longer has.
    #[arg(long)]
    pub(crate) allow_fewer_releases: bool,
    /// Delete this patch if the release has it already (repeatable)
    #[arg(long = "accept-obsolete", value_name = "PATCH")]
    pub(crate) drop_upstreamed: Vec<PatchChoice>,
    /// Write nothing, and print what `--to` would do as an issue's text
    ///
    /// Here `--to` may also be `main`, which is not released yet, or `candidate`, the newest
    /// release candidate.
    #[arg(long, requires = "to", conflicts_with = "check")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) acts: Acts,
    /// Write the archive and the snippet into this directory [default: dist]
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// Write nothing, print what would change, and exit 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
    /// Do not run the scenarios; the lock then holds no results
    #[arg(long)]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    /// Ask this registry for the integrity of every supported release
    ///
    /// Its URL, or the directory of a copy such as a clone of the central registry. Rebuilds the
    /// archive of each release that upstream.lock has no integrity of, and refuses another one.
    #[arg(long, value_name = "URL|DIR")]
    pub(crate) registry: Option<String>,
    /// Use this as the registry's integrity of the newest series' pin, without asking it
    #[arg(long, value_name = "SRI", conflicts_with = "registry")]
    pub(crate) registry_integrity: Option<Sri>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

impl Sync {
    pub(crate) fn fewer_releases(&self) -> FewerReleases {
        if self.allow_fewer_releases { FewerReleases::Allowed } else { FewerReleases::Refused }
    }
}

/// What to do about a conflict.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Options if a patch conflicts")]
#[group(multiple = false)]
pub(crate) struct Acts {
    /// Open a worktree with the conflict, and print how to continue
    #[arg(long, requires = "to", conflicts_with_all = ["check", "dry_run"])]
    pub(crate) resolve: bool,
    /// Take what the worktree holds, and continue with the next patch
    #[arg(long = "continue", conflicts_with_all = APART)]
    pub(crate) resume: bool,
    /// Leave the patch out of the series, and continue with the next one
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) skip: bool,
    /// Write the recorded resolutions of these conflicts into the worktree
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) recall: bool,
    /// Show the resolve that is under way
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) status: bool,
    /// Remove the worktree and everything about it
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) abort: bool,
}

/// What makes no sense while a resolve is under way: it knows its release.
const APART: [&str; 4] = ["to", "drop_upstreamed", "check", "dry_run"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Resolve,
    Continue,
    Skip,
    Recall,
    Status,
    Abort,
}

impl Acts {
    /// The one that was asked for: clap refuses two.
    pub(crate) fn act(self) -> Option<Act> {
        let Self { resolve, resume, skip, recall, status, abort } = self;
        [
            (resolve, Act::Resolve),
            (resume, Act::Continue),
            (skip, Act::Skip),
            (recall, Act::Recall),
            (status, Act::Status),
            (abort, Act::Abort),
        ]
        .into_iter()
        .find_map(|(is_asked, act)| is_asked.then_some(act))
    }
}

/// Show what becomes of each patch on other releases
///
/// Merges the series onto each release in memory, and writes nothing. Goes on after a conflict;
/// later outcomes are then marked `?`. Uses what was fetched before. Exits 3 if a patch conflicts,
/// and 1 if a release has one already.
#[derive(Debug, Args)]
pub(crate) struct Port {
    /// Port to these releases: `2.3.2`, `latest`, `2.x`, `2.0..2.3` (repeatable) [default: every
    /// stable release of each series]
    #[arg(long, value_name = "RELEASE|RANGE")]
    pub(crate) to: Vec<Releases>,
    /// Leave this patch out if a release has it already (repeatable)
    #[arg(long = "accept-obsolete", value_name = "PATCH")]
    pub(crate) drop_upstreamed: Vec<PatchChoice>,
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
        long = "depth",
        value_name = "PHASE",
        value_enum,
        default_value_t,
        requires = "scenario"
    )]
    pub(crate) max_phase: MaxPhase,
    /// Run it whatever earlier runs on this machine showed
    #[arg(long, requires = "scenario")]
    pub(crate) fresh: bool,
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
            Self::AlreadyUpstream => ("obsolete", "Upstream has it already"),
            Self::Conflict => ("conflict", "It conflicts"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}
