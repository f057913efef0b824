//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use anstream::ColorChoice;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::consumer::bazel_version::BazelVersion;
use crate::project::scenario::{Phase, Side};
use crate::publish::registry_index::Yank;
use crate::publish::routes::Route;
use crate::repro::bazel::DEFAULT_TIMEOUT;
use crate::repro::settings::BazelOptions;
use crate::support::ids::{PatchName, Release, ReleaseRange, Sri};
use crate::sync::plan::Target;

/// What a script can rely on: [`crate::support::problem::Kind::exit_code`].
const EXIT_CODES: &str = "\
Exit codes:
    0  done, or nothing to do
    1  a check found something: drift, lint, an edited lock, `--check` would write;
       `bisect` found no commit
    2  usage, configuration or input that cannot be understood
    3  stopped at a merge conflict, or in the middle of one; nothing was changed
    5  a scenario's verdict is not the expected one, or an upstream test differs
    6  integrity: a tag moved or went, a digest or an object differs from what was pinned
   30  the environment: network, no Bazel, disk full, no permission, missing objects
   70  a defect of patcher
  130  interrupted";

/// Keep a patch series over a Bazel ruleset alive, prove it under real Bazel, publish it
#[derive(Debug, Parser)]
#[command(name = "patcher", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The project's directory; else the nearest one above that holds upstream.lock
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// Use no network: what was fetched before must do
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    /// How to print results
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Whether to use colour
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) color: Color,
    /// Say more: the calls of other programs
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// The form of results.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one document, with a schema version
    Json,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Status(Status),
    Check(Check),
    Export(Export),
    Repro(Repro),
    Matrix(Matrix),
    Need(Need),
    Port(Port),
    Review(Review),
    Bisect(Bisect),
    Publish(Publish),
    Override(Override),
    Verify(Verify),
    Sync(Sync),
    Edit(Edit),
    New(New),
    Drop(Drop),
    Nightly(Nightly),
    Propose(Propose),
    Demo(Demo),
    Completions(Completions),
}

/// Show the pin, the patches, the newest release known, and what is stale
#[derive(Debug, Args)]
pub(crate) struct Status {}

/// Check the series and the lock, offline: the gate for CI
///
/// Lints the series, holds each patch to its canonical form, applies it exactly at the pin
/// (no offset, no fuzz, every pre-image as stated), and derives every fact of upstream.lock
/// again. Reports all problems at once. Runs no Bazel: a verdict in the lock that is of
/// another tree or other scenarios is reported as stale.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Make every archive again, too: its bytes must have the locked digest
    #[arg(long)]
    pub(crate) archives: bool,
}

/// Write the patched tree as files, to look at or for local_path_override
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The directory to write: empty or absent
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// The release as upstream made it
    #[arg(long = "pristine")]
    pub(crate) unpatched: bool,
    /// Another release that is supported than the newest line's pin
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<Release>,
}

/// Run the scenarios under real Bazel, on the unpatched and on the patched tree
///
/// With --upstream-tests, run upstream's own tests instead, with upstream as the root module:
/// the series must not change which tests there are, nor how any ends. A test that it adds
/// must pass.
#[derive(Debug, Args)]
pub(crate) struct Repro {
    /// Run this scenario alone; may be given more than once
    #[arg(long = "scenario", value_name = "ID")]
    pub(crate) scenarios: Vec<String>,
    /// Which tree to run on
    #[arg(long, value_enum, default_value_t)]
    pub(crate) side: SideChoice,
    /// Another release that is supported than the newest line's pin
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<Release>,
    /// Run these of upstream's own tests instead, and compare the trees: `//tests/...`
    #[arg(
        long,
        value_name = "PATTERN",
        num_args = 1..,
        conflicts_with_all = ["scenarios", "side"]
    )]
    pub(crate) upstream_tests: Vec<String>,
    /// Run upstream's tests with the machine's python3, where no interpreter can be downloaded
    #[arg(long, requires = "upstream_tests")]
    pub(crate) local_python: bool,
    /// Write a JUnit report as well
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Run the scenarios on every release that is supported, and show which one is not safe
///
/// Releases × scenarios × versions of Bazel, each cell on the unpatched and on the patched
/// tree. What a cell showed before is looked up, by content: the tree, the scenario, Bazel's
/// version and settings. A version of Bazel that is not there is "not run", and exit 30.
#[derive(Debug, Args)]
pub(crate) struct Matrix {
    /// The releases, as a range: ">=1.4.0, <2.0.0"; else all that are supported
    #[arg(long, value_name = "RANGE")]
    pub(crate) releases: Option<ReleaseRange>,
    /// The versions of Bazel, as bazelisk takes them: 7.x,8.x,9.x; else the one that is there
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(crate) bazel_versions: Vec<String>,
    /// These scenarios alone
    #[arg(long, visible_alias = "scenario", value_name = "ID", value_delimiter = ',')]
    pub(crate) scenarios: Vec<String>,
    /// How far Bazel goes, at most
    #[arg(long, value_enum, default_value_t)]
    pub(crate) depth: Depth,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    /// Write a JUnit report as well: a suite for each Bazel, a case for each cell
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write a page as well: one file, to be opened in any browser
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write a summary in Markdown as well: for $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// How the scenarios of many trees run.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct JobArgs {
    /// Run every scenario, whatever earlier runs on this machine showed; `sync` makes every
    /// archive again, too
    #[arg(long)]
    pub(crate) fresh: bool,
    /// How many Bazel servers work side by side, half a gigabyte of memory each
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    pub(crate) jobs: usize,
}

/// How far Bazel goes.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Depth {
    /// Loading and analysis: where actions conflict. What compares both trees does not run
    #[default]
    Analysis,
    /// As far as each scenario asks, but no test runs
    Build,
    /// As far as each scenario asks, and all that it compares and counts
    Test,
}

impl From<Depth> for Phase {
    fn from(depth: Depth) -> Self {
        match depth {
            Depth::Analysis => Self::Analysis,
            Depth::Build => Self::Build,
            Depth::Test => Self::Test,
        }
    }
}

/// Show what each patch is needed for: the scenarios on the series without it
///
/// A patch is needed where the tree without it still loads and a scenario's verdict is
/// another one. What builds on a patch is left out with it. A patch that no scenario needs,
/// and a scenario that no patch turns, is a finding.
#[derive(Debug, Args)]
pub(crate) struct Need {
    /// Run this scenario alone; may be given more than once
    #[arg(long = "scenario", value_name = "ID")]
    pub(crate) scenarios: Vec<String>,
    /// Leave out hunk after hunk instead of patch after patch, but for documentation and
    /// upstream's tests
    #[arg(long)]
    pub(crate) hunks: bool,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Show what becomes of each patch on other releases; writes nothing
///
/// Merges the series onto each release, in memory, and goes on past what conflicts: later
/// outcomes are then marked `?`. Goes by what was fetched. Exits 3 where a patch conflicts,
/// else 1 where a release holds one already.
#[derive(Debug, Args)]
pub(crate) struct Port {
    /// A release, `latest`, or a range such as `>=1.0.0, <2.0.0`; may be given more than once;
    /// else every stable release that a line is for
    #[arg(long, value_name = "RELEASE|RANGE")]
    pub(crate) to: Vec<Releases>,
    /// Leave this patch out where a release holds it already; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) accept_obsolete: Vec<PatchName>,
}

/// Releases to look at.
#[derive(Clone, Debug)]
pub(crate) enum Releases {
    /// The newest stable one.
    Latest,
    /// This one.
    One(Release),
    /// The stable ones of a range.
    Range(ReleaseRange),
}

impl std::str::FromStr for Releases {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let range = || text.parse().map(Self::Range).map_err(|error| error.to_string());
        text.parse().map(Self::One).or_else(|_| range())
    }
}

/// Show what a refresh really changed: the patches now against an earlier version of them
///
/// Offsets, context and index lines apart, which are "mechanical": only the lines that the
/// patches add or remove differently are shown, word by word, and those that land at another
/// place. Needs no Bazel; where upstream's objects were fetched, it knows what functions the
/// changes are in.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// A git revision of the project to compare the files on disk with, or two: `main`,
    /// `HEAD~3..HEAD`, `main...` (since they went apart); else HEAD
    #[arg(value_name = "REV|OLD..NEW", conflicts_with = "releases")]
    pub(crate) revision: Option<String>,
    /// Compare what the patches are on two releases that are supported: `2.3.1..2.3.2`
    #[arg(long, value_name = "OLD..NEW")]
    pub(crate) releases: Option<ReleasePair>,
    /// Write it in Markdown as well: for a pull request
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

/// Two releases to compare.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReleasePair {
    pub(crate) old: Release,
    pub(crate) new: Release,
}

impl std::str::FromStr for ReleasePair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((old, new)) = text.split_once("..") else {
            return Err(format!("{text:?} is not two releases such as `2.3.1..2.3.2`"));
        };
        let release = |text: &str| text.parse::<Release>().map_err(|error| error.to_string());
        Ok(Self { old: release(old)?, new: release(new)? })
    }
}

/// Find the upstream commit since which a patch no longer merges, or a scenario differs
///
/// Goes along the first parents between two releases. A patch is merged onto every commit, in
/// memory, after the patches before it; a scenario runs on as few as a binary search needs. What
/// cannot be judged is skipped, and told. Exits 0 where the commit was found, and 1 where there
/// is none: nothing changes, or one of several that cannot be told apart did it.
#[derive(Debug, Args)]
pub(crate) struct Bisect {
    /// A patch, by its name or file, or the directory of a line; else the first patch of the newest
    /// line whose outcome changes
    #[arg(value_name = "PATCH|LINE")]
    pub(crate) what: Option<String>,
    /// Where to begin: a release, or a commit; else the line's pin
    #[arg(long, value_name = "RELEASE|COMMIT")]
    pub(crate) from: Option<Revision>,
    /// Where to end: a release, a commit, `main`, or `latest`, the newest release
    #[arg(long, value_name = "RELEASE|COMMIT", default_value = "latest")]
    pub(crate) to: Revision,
    /// What to look for; else what becomes of the patch at the end
    #[arg(long, value_enum, conflicts_with = "scenario")]
    pub(crate) until: Option<Until>,
    /// Run this scenario instead, and look for the verdict at the end
    #[arg(long, value_name = "ID")]
    pub(crate) scenario: Option<String>,
    /// Which tree to run it on
    #[arg(long, value_enum, default_value_t, requires = "scenario")]
    pub(crate) side: OneSide,
    /// How far Bazel goes, at most
    #[arg(long, value_enum, default_value_t, requires = "scenario")]
    pub(crate) depth: Depth,
    /// Run it on every commit that is looked at, whatever earlier runs on this machine showed
    #[arg(long, requires = "scenario")]
    pub(crate) fresh: bool,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// What becomes of a patch, each more than those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    /// It does not apply as it is: at other lines, or among others
    Inexact,
    /// It merges, and is another change than at the pin; or worse
    Merged,
    /// Upstream has it already
    Obsolete,
    /// It does not merge
    Conflict,
}

/// A commit, as users name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Revision {
    /// The newest stable release.
    Latest,
    /// Upstream's default branch.
    Main,
    /// This release.
    Release(Release),
    /// The commit whose id begins so.
    Commit(String),
}

impl std::str::FromStr for Revision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_commit = (7..=40).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match text {
            "latest" => Ok(Self::Latest),
            "main" => Ok(Self::Main),
            _ if is_commit => Ok(Self::Commit(text.to_owned())),
            _ => text.parse().map(Self::Release).map_err(|_| {
                "give a release such as 2.3.2, `main`, `latest`, or a commit's id (7 to 40 digits)"
                    .to_owned()
            }),
        }
    }
}

/// Which tree to run on.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum OneSide {
    /// As upstream made it
    #[value(name = "pristine", alias = "unpatched")]
    Unpatched,
    /// With the series merged onto it
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

/// Which trees to run on.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum SideChoice {
    /// As upstream made it
    #[value(name = "pristine", alias = "unpatched")]
    Unpatched,
    /// With the series applied
    Patched,
    /// Both
    #[default]
    Both,
}

impl SideChoice {
    /// Whether `side` is one of them.
    pub(crate) fn includes(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::Unpatched => side == Side::Unpatched,
            Self::Patched => side == Side::Patched,
        }
    }
}

/// Which Bazel, and what it needs.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options for Bazel")]
pub(crate) struct BazelArgs {
    /// The Bazel program; else `bazelisk` or `bazel` on PATH
    #[arg(long, value_name = "PROGRAM", env = "PATCHER_BAZEL", hide_env_values = true)]
    pub(crate) bazel: Option<String>,
    /// An rc file for Bazel, which reads no other; may be given more than once
    #[arg(
        long,
        value_name = "FILE",
        env = "PATCHER_BAZELRC",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) bazelrc: Vec<PathBuf>,
    /// A file to append to the MODULE.bazel of the scenarios or of upstream's tests; may be given more than once
    #[arg(
        long,
        value_name = "FILE",
        env = "PATCHER_MODULE_APPEND",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) module_append: Vec<PathBuf>,
    /// How long one call of Bazel may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TIMEOUT.as_secs())]
    pub(crate) timeout: u64,
}

impl BazelArgs {
    pub(crate) fn options(&self) -> BazelOptions {
        let Self { bazel, bazelrc, module_append, timeout } = self.clone();
        let timeout = Duration::from_secs(timeout);
        BazelOptions { program: bazel, bazelrc, module_append, timeout }
    }
}

/// Write the archive, and for each route to a consumer what that needs
///
/// Refuses where `check` fails, or where the lock holds no verdict for this tree and these
/// scenarios. The archive's bytes are the same on every machine. A route that needs more than
/// was given is left out, and told with what it needs. docs/publishing.md says which to take.
#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// The directory to write into
    #[arg(long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// Publish by these routes alone: archive, patches, single-version, git, local-path,
    /// workspace, registry, registry-patches; else `routes` of patcher.toml, or all of them
    #[arg(long = "route", value_name = "ROUTE", value_delimiter = ',')]
    pub(crate) routes: Vec<Route>,
    /// The URL of upstream's own archive of the release, where it is not a release on GitHub
    #[arg(long, value_name = "URL")]
    pub(crate) upstream_archive: Option<String>,
    /// The directory of a registry to publish into; else `registry` in the output directory
    #[arg(long, value_name = "DIR")]
    pub(crate) registry: Option<PathBuf>,
    /// The URL of that registry; else of the output directory at the base URL
    #[arg(long, value_name = "URL")]
    pub(crate) registry_url: Option<String>,
    /// Yank a superseded version in the registry: builds that use it stop, with the reason
    #[arg(long = "yank", value_name = "VERSION=REASON")]
    pub(crate) yanks: Vec<Yank>,
    /// Push the patched commit to this repository under the version as its tag, never by force
    #[arg(long, value_name = "URL|PATH")]
    pub(crate) push: Option<String>,
    /// Publish without a verdict; the snippets say so
    #[arg(long)]
    pub(crate) unverified: bool,
    /// Another release that is supported than the newest line's pin; or the tag of what is published
    #[arg(long, value_name = "RELEASE|TAG", value_parser = release_of)]
    pub(crate) release: Option<Release>,
}

/// The release that a tag such as `rules_python-2.3.2.patched.6` is of, or a release itself.
fn release_of(text: &str) -> Result<Release, String> {
    let release = |text: &str| {
        let revised = text.rsplit_once(".patched.");
        let revised = revised.filter(|(_, revision)| revision.parse::<u32>().is_ok());
        revised.map_or(text, |(base, _)| base).parse::<Release>().ok()
    };
    let after_hyphens = text.match_indices('-').find_map(|(at, _)| release(&text[at + 1..]));
    after_hyphens.or_else(|| text.parse().ok()).ok_or_else(|| {
        format!("{text:?} is neither a release nor a tag such as `NAME-2.3.2.patched.1`")
    })
}

/// Show that an archive is what it says: from its bytes back to the registry's, offline
///
/// Derives every link again: registry bytes, commit, tree, patches, patched tree, archive, the
/// consumer's integrity. Reads the archive in memory, the statement beside it where there is one,
/// and the mirror of its upstream; the patches come from the project that published it, where one
/// is here (--root). Exits 6 at the first link that does not hold. What could not be checked is
/// told, and is no failure.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// An archive, its URL, or the MODULE.bazel of a consumer that overrides the module with it
    #[arg(value_name = "ARCHIVE|URL|MODULE.bazel")]
    pub(crate) what: String,
    /// A clone of the upstream on this machine; else the mirror in the cache
    #[arg(long, value_name = "PATH")]
    pub(crate) upstream: Option<PathBuf>,
}

/// Where archives are published.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct BaseUrl {
    /// The URL of the directory that the archive will be in: https://, http:// or file:///
    #[arg(long, value_name = "URL", env = "PATCHER_BASE_URL", hide_env_values = true)]
    pub(crate) base_url: Option<String>,
}

/// Edit the override in a consumer's MODULE.bazel, and nothing else in it
///
/// Files that it includes are found, and edited where the statement is in one of them. Only the
/// root module's overrides count: each of your repositories needs its own.
#[derive(Debug, Args)]
pub(crate) struct Override {
    #[command(subcommand)]
    pub(crate) action: OverrideAction,
}

/// What to do with the override.
#[derive(Debug, Subcommand)]
pub(crate) enum OverrideAction {
    Add(OverrideAdd),
    Update(OverrideUpdate),
    Remove(OverrideRemove),
    Show(OverrideShow),
}

/// Add the override directly behind the module's bazel_dep
///
/// A bazel_dep that is missing is added, one that is older than the release is raised; a
/// comment behind it says so, and lets `remove` take it back. Refuses where the module has an
/// override of any kind.
#[derive(Debug, Args)]
pub(crate) struct OverrideAdd {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    #[command(flatten)]
    pub(crate) route: RouteArgs,
    #[command(flatten)]
    pub(crate) check: CheckArg,
}

/// Bring the override up to date, in its place
///
/// Refuses where it is of another kind or has arguments of its own, unless `--replace` is
/// given. With `--check`, a step for the consumer's CI.
#[derive(Debug, Args)]
pub(crate) struct OverrideUpdate {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    #[command(flatten)]
    pub(crate) route: RouteArgs,
    /// Write the statement anew, whatever its kind and its arguments are
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) check: CheckArg,
}

/// Remove the module's override, and take back what `add` did to its bazel_dep
#[derive(Debug, Args)]
pub(crate) struct OverrideRemove {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
    /// Give the bazel_dep this version instead: that of a release that has the fix
    #[arg(long, value_name = "VERSION")]
    pub(crate) to: Option<BazelVersion>,
    #[command(flatten)]
    pub(crate) check: CheckArg,
}

/// Show what the file and those that it includes say of the module
#[derive(Debug, Args)]
pub(crate) struct OverrideShow {
    #[command(flatten)]
    pub(crate) file: ModuleFileArg,
}

/// The file to edit.
#[derive(Debug, Args)]
pub(crate) struct ModuleFileArg {
    /// The MODULE.bazel of a root module
    #[arg(value_name = "MODULE.bazel")]
    pub(crate) name: String,
}

/// Whether to write.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct CheckArg {
    /// Write nothing; print what would change, and exit 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
}

/// What the override is to be.
#[derive(Debug, Args)]
pub(crate) struct RouteArgs {
    /// Another release that is supported than the newest line's pin
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<Release>,
    /// How the module is replaced
    #[arg(long, value_enum, default_value_t)]
    pub(crate) route: OverrideRoute,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// For `local-path`: the directory of the patched tree, as Bazel finds it from the root module's
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// For `git`: the repository that has the published commit
    #[arg(long, value_name = "URL")]
    pub(crate) remote: Option<String>,
    /// For `registry`: the registry that has the published version
    #[arg(long, value_name = "URL")]
    pub(crate) registry: Option<String>,
}

/// How a module is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OverrideRoute {
    /// archive_override: the published archive
    #[default]
    Archive,
    /// git_override: the published commit
    Git,
    /// local_path_override: a directory, as `patcher export` writes it
    LocalPath,
    /// single_version_override: the published version, of a registry
    Registry,
}

/// Do everything: fetch, apply or port, prove, build the archive, refresh the lock
///
/// Writes the archive and the snippet into the output directory, refreshes the patches and
/// upstream.lock in place, all of it or nothing. Where a patch does not merge, --resolve opens
/// a git worktree to resolve it in; --continue, --skip and --abort go on from there.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sync {
    /// The upstream: a URL, or a clone on this machine; else the lock's URL
    #[arg(long, value_name = "URL|PATH", env = "PATCHER_UPSTREAM", hide_env_values = true)]
    pub(crate) upstream: Option<String>,
    /// Port the series to this release by three-way merge; `latest` is the newest stable one
    #[arg(long, value_name = "RELEASE")]
    pub(crate) to: Option<Target>,
    /// Leave this patch out of a series that goes to another release, which has it already, and
    /// delete it; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub(crate) accept_obsolete: Vec<PatchName>,
    /// Write nothing; tell what `--to` would do, as the text of an issue. Here it may also be
    /// `main`, which is not released yet, or `candidate`, the newest release candidate
    #[arg(long, requires = "to", conflicts_with = "check")]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) acts: Acts,
    /// The directory for the archive and the snippet; else `dist` in the project
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) url: BaseUrl,
    /// Write nothing; print what would change, and exit 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
    /// Do not run the scenarios; the lock then holds no verdict
    #[arg(long)]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    /// What the Bazel registry says of the release's archive, where it cannot be asked
    #[arg(long, value_name = "SRI")]
    pub(crate) registry_integrity: Option<Sri>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Edit the series in a git worktree: a commit is a patch
///
/// Opens a worktree with the pinned series as commits. Amend, reword, reorder, drop or add
/// commits there; --finish writes them back as canonical patches. A patch whose change and
/// message are the same keeps its bytes, and the series file its comments.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("end").args(["finish", "abort", "status"]))]
pub(crate) struct Edit {
    /// Stop at this patch, ready to be amended: its name, its number, or its path
    #[arg(value_name = "PATCH", conflicts_with = "end")]
    pub(crate) patch: Option<String>,
    /// The line: the directory of its series; else the newest
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "end")]
    pub(crate) line: Option<String>,
    /// Write the commits as patches
    #[arg(long)]
    pub(crate) finish: bool,
    /// Give up: remove the worktree, and leave the patches as they were
    #[arg(long)]
    pub(crate) abort: bool,
    /// Tell where the edit stands
    #[arg(long)]
    pub(crate) status: bool,
}

/// Start a new patch: a worktree, and a template for its message
///
/// The message says why the patch is needed, which scenario shows it (`Repro:`) and when it can
/// go (`Drop-When:`); `check` asks for all three.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The first line of its message: `fix(rules): compile where tags would conflict`
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,
    /// The line: the directory of its series; else the newest
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) line: Option<String>,
}

/// Take a patch out of the series, with the evidence that it can go
///
/// Runs the scenarios on the series without it, and looks for it in the newest release that was
/// fetched. Refuses where a scenario needs it or nothing is known, unless --force is given, and
/// always where a later patch builds on it. What comes after it is refreshed.
#[derive(Debug, Args)]
pub(crate) struct Drop {
    /// The patch: its name, its number, or its path
    #[arg(value_name = "PATCH")]
    pub(crate) patch: String,
    /// The line: the directory of its series; else the newest
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) line: Option<String>,
    /// Take it out whatever the scenarios say
    #[arg(long)]
    pub(crate) force: bool,
    /// Do not run the scenarios
    #[arg(long, requires = "force")]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// What to do where a patch does not merge.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Options where a patch does not merge")]
#[group(multiple = false)]
pub(crate) struct Acts {
    /// Open a worktree with the conflict in it, and tell how to go on
    #[arg(long, requires = "to", conflicts_with_all = ["check", "dry_run"])]
    pub(crate) resolve: bool,
    /// Take up what the worktree holds, and go on to the next patch
    #[arg(long = "continue", conflicts_with_all = APART)]
    pub(crate) resume: bool,
    /// Leave the patch out of the series, and go on to the next one
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) skip: bool,
    /// Put how the same conflicts were resolved before into the worktree, to look at
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) recall: bool,
    /// Tell where the resolve stands
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) status: bool,
    /// Give up: remove the worktree and everything about it
    #[arg(long, conflicts_with_all = APART)]
    pub(crate) abort: bool,
}

/// What makes no sense while a resolve is under way: it knows where it goes.
const APART: [&str; 4] = ["to", "accept_obsolete", "check", "dry_run"];

/// One of [`Acts`].
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
    /// The one that was asked for.
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

/// Sync to the newest release, and write down what is to be proposed: for a nightly job
///
/// Comes to a pull request where files changed, to an issue where the sync stopped at something
/// that a person has to look at, or to nothing; exits 0 in each case. Tells GitHub nothing:
/// `patcher propose` does, which runs no code of upstream's and so may have the token.
#[derive(Debug, Args)]
pub(crate) struct Nightly {
    /// The upstream: a URL, or a clone on this machine; else the lock's URL
    #[arg(long, value_name = "URL|PATH", env = "PATCHER_UPSTREAM", hide_env_values = true)]
    pub(crate) upstream: Option<String>,
    /// Write what is to be proposed: for `patcher propose`
    #[arg(long, value_name = "FILE")]
    pub(crate) proposal: Option<PathBuf>,
    /// Write it in Markdown as well: for $GITHUB_STEP_SUMMARY
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
    /// Do not run the scenarios; the pull request says so
    #[arg(long)]
    pub(crate) no_repro: bool,
    #[command(flatten)]
    pub(crate) jobs: JobArgs,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

/// Take to GitHub what `nightly` wrote down: one pull request or one issue
///
/// Pushes a branch without touching the worktree, opens the pull request or the issue with
/// `gh`, or updates the one that is there, and closes those that have passed. What a person
/// closed is not opened again, and a branch that a person has committed to is left alone.
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// What `patcher nightly --proposal` wrote
    #[arg(value_name = "FILE")]
    pub(crate) proposal: PathBuf,
}

/// Print the completions for a shell
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// Show the whole job on a small ruleset that patcher carries: no network needed
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the demonstration in this directory, empty or absent; else it is removed
    #[arg(value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) bazel: BazelArgs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_tag_names_its_release() {
        for (text, release) in [
            ("2.3.2", "2.3.2"),
            ("rules_python-2.3.2.patched.6", "2.3.2"),
            ("rules-of-mine-1.0.0", "1.0.0"),
        ] {
            assert_eq!(release_of(text).unwrap().to_string(), release);
        }
        for text in ["", "rules_python", "patcher-v0.1.0", "rules_python-2.3.2.patched.6.7x"] {
            assert!(release_of(text).is_err(), "{text}");
        }
    }
}
