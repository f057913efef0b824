//! Ship: `publish`, `override`, `verify`, `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values::release_of;
use super::{BaseUrl, WriteArgs};
use crate::consumer::bazel_version::BazelVersion;
use crate::project::override_kind::OverrideKind;
use crate::publish::registry_index::Yank;
use crate::support::releases::ReleaseChoice;

/// Write the archive and what each override kind needs
///
/// Refuses if `check` fails, or if the lock holds no result for this tree and these scenarios. The
/// archive's bytes are the same on every machine. Skips an override kind that needs more than was
/// given, and prints what it needs. docs/how-to/publish.md says which kind to use.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// Write into this directory [default: the project's dist]
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// Publish only for these override kinds: archive, patches, single-version, git, local-path,
    /// workspace, registry, registry-patches [default: `kinds` of patcher.toml, or all]
    #[arg(long = "kind", alias = "route", value_name = "KIND", value_delimiter = ',')]
    pub(crate) kinds: Vec<OverrideKind>,
    /// Use upstream's own archive at this URL [default: that of the GitHub release]
    #[arg(long, value_name = "URL")]
    pub(crate) upstream_archive: Option<String>,
    /// Publish into the registry in this directory [default: `registry` in the output directory]
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: Option<PathBuf>,
    /// Use this URL for that registry [default: its directory at the base URL]
    #[arg(long, value_name = "URL")]
    pub(crate) registry_url: Option<String>,
    /// Yank a superseded version: builds that use it stop and print the reason
    #[arg(long = "yank", value_name = "VERSION=REASON")]
    pub(crate) yanks: Vec<Yank>,
    /// Push the patched commit there with the version as its tag, never by force
    #[arg(long, value_name = "URL|PATH")]
    pub(crate) push: Option<String>,
    /// Publish without results; the snippets say so
    #[arg(long)]
    pub(crate) unverified: bool,
    /// Publish this supported release, or that of this tag [default: the newest series' pin]
    #[arg(long, value_name = "RELEASE|TAG", value_parser = release_of)]
    pub(crate) release: Option<ReleaseChoice>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Edit the override in a consumer's MODULE.bazel
///
/// Changes nothing else in the file. Finds the files that it includes, and edits the one that has
/// the override. Only the root module's overrides count: each of your repositories needs its own.
/// With --lock, it needs no checkout of the project.
#[derive(Debug, Args)]
pub(crate) struct Override {
    #[command(subcommand)]
    pub(crate) action: OverrideAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OverrideAction {
    Add(OverrideAdd),
    Update(OverrideUpdate),
    Remove(OverrideRemove),
    Show(OverrideShow),
}

/// Add the override behind the module's bazel_dep, or the block of lines that has it
///
/// Adds the bazel_dep if it is missing. Keeps its release if that is supported. A comment behind it
/// says what was changed, and lets `remove` undo that. Refuses if the module has an override of any
/// kind.
#[derive(Debug, Args)]
pub(crate) struct OverrideAdd {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    #[command(flatten)]
    pub(crate) kind: KindArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Bring the override up to date in its place
///
/// What no option names is as the override says: kind, release, URLs, path. Keeps arguments that
/// patcher did not write. Refuses if it is of another kind than `--kind`, unless
/// `--replace` is given. With `--check`, it is a step for the consumer's CI.
#[derive(Debug, Args)]
pub(crate) struct OverrideUpdate {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    #[command(flatten)]
    pub(crate) kind: KindArgs,
    /// Write the override anew, whatever its kind is; keep the arguments that the new kind takes
    #[arg(long)]
    pub(crate) replace: bool,
    /// Leave out the arguments that the new kind cannot have
    #[arg(long, requires = "replace")]
    pub(crate) drop_arguments: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Remove the override, and undo what `add` changed
#[derive(Debug, Args)]
pub(crate) struct OverrideRemove {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    /// Raise the bazel_dep to this version, of a release with the fix
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<BazelVersion>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Show the module's override and bazel_dep
///
/// Reads the file and those that it includes.
#[derive(Debug, Args)]
pub(crate) struct OverrideShow {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
}

#[derive(Debug, Args)]
pub(crate) struct ModuleFileArg {
    /// Read or edit this MODULE.bazel of a root module
    #[arg(value_name = "MODULE.bazel")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) lock: LockArg,
}

#[derive(Debug, Args)]
pub(crate) struct LockArg {
    /// Use this published `upstream.lock`: a path, file:/// or https:// [default: the project's]
    #[arg(long, value_name = "PATH|URL")]
    pub(crate) lock: Option<String>,
}

/// What the override is to be.
#[derive(Debug, Args)]
pub(crate) struct KindArgs {
    /// Use this release, or the newest that is supported [default: that of the override, else of
    /// the bazel_dep, else the newest]
    #[arg(long, value_name = "RELEASE|latest")]
    pub(crate) release: Option<ReleaseChoice>,
    /// Use this override kind: archive, patches, single-version, git, local-path, registry,
    /// registry-patches [default: that of the override, else archive]
    #[arg(long, alias = "route", value_name = "KIND")]
    pub(crate) kind: Option<OverrideKind>,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// For `patches`, use upstream's own archive at this URL [default: that of the GitHub release]
    #[arg(long, value_name = "URL")]
    pub(crate) upstream_archive: Option<String>,
    /// For `local-path`, use this directory, relative to the root module's
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// For `git`, use the published commit of this repository
    #[arg(long, value_name = "URL")]
    pub(crate) remote: Option<String>,
    /// For `registry`, use the published version of this registry
    #[arg(long, value_name = "URL")]
    pub(crate) registry: Option<String>,
}

/// Check an archive against the upstream release
///
/// Derives every link again: registry bytes, commit, tree, patches, patched tree, archive, the
/// consumer's integrity. Reads the archive in memory, the provenance statement beside it if there
/// is one, and the mirror of its upstream. The patches come from the project that published it, if
/// that is here (-C); --lock compares with what its lock says. Exits 6 at the first link that
/// fails. What could not be checked is reported, and is no failure. Uses the network only for URLs:
/// of the archive, of the lock, and of upstream's own archive if upstream uploads it.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Check this archive, or the one that a consumer's MODULE.bazel uses
    #[arg(value_name = "ARCHIVE|URL|MODULE.bazel")]
    pub(crate) what: String,
    /// Use this local clone of the upstream [default: the mirror in the cache]
    #[arg(long, value_name = "PATH")]
    pub(crate) upstream: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) lock: LockArg,
}

/// Write the patched source tree to a directory
///
/// To read it, or to use it with local_path_override.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Write into this directory: empty, absent, or with this tree
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Write the tree as upstream released it
    #[arg(long, alias = "pristine")]
    pub(crate) unpatched: bool,
    /// Use this supported release [default: the newest series' pin]
    #[arg(long, value_name = "RELEASE|latest")]
    pub(crate) release: Option<ReleaseChoice>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}
