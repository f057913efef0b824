//! The project as it lies on disk: lock, series, patches and scenarios, with everything
//! that is wrong with them collected rather than stopping at the first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::patch::Patch;
use crate::project::OUTPUT;
use crate::project::config::{self, Config, SeriesConfig, SuiteConfig};
use crate::project::line_ends;
use crate::project::lint::{SERIES_FILE, lint_directory, lint_patch};
use crate::project::lock::{self, Lock, ReleaseLock, SeriesLock};
use crate::project::migration::Migration;
use crate::project::resolution::{self, Resolution};
use crate::project::scenario::{self, Scenario, suite_digest};
use crate::project::series::SeriesFile;
use crate::project::workspace::Workspace;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::ReleaseRange;

/// Where the patches are, unless the lock says otherwise.
pub const PATCHES: &str = "patches";

/// Everything of the project's that patcher reads.
#[derive(Debug)]
pub struct Project {
    pub workspace: Workspace,
    pub config: Config,
    /// Its lock, if it has one that can be read.
    pub lock: Option<Lock>,
    /// The lock's text; empty if there is none.
    pub lock_text: String,
    /// Whether the lock is not as patcher wrote it: then nothing in it is evidence.
    pub is_edited: bool,
    /// Its series, the one for the newest releases first; never none.
    pub series: Vec<Series>,
    pub suite: Suite,
    /// Which of its files an older patcher wrote.
    pub migration: Migration,
    /// What is wrong with any of it.
    pub problems: Vec<Problem>,
}

/// A series as it lies on disk, and the releases that it is for.
#[derive(Clone, Debug)]
pub struct Series {
    /// The directory of the series.
    pub directory: String,
    /// The releases; absent if it is only for its pin.
    pub releases: Option<ReleaseRange>,
    /// Its patches, in order.
    pub patches: Vec<SourcePatch>,
    /// Whether they are all there: each one that the series names could be read.
    pub is_complete: bool,
    /// The text of the series file.
    pub text: String,
    /// How conflicts of its patches were resolved.
    pub resolutions: Vec<Resolution>,
}

/// A release that the project supports: where it stands in lock and directory.
#[derive(Clone, Copy, Debug)]
pub struct SupportedRelease<'a> {
    pub lock: &'a Lock,
    /// The series' part of it.
    pub series_lock: &'a SeriesLock,
    /// The release's part of that.
    pub release: &'a ReleaseLock,
    pub series: &'a Series,
}

/// A patch with its file.
#[derive(Clone, Debug)]
pub struct SourcePatch {
    /// The file, relative to the project.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    pub patch: Patch,
}

/// The scenarios, and the workspace that they lie in.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The scenarios, in order of their ids.
    pub scenarios: Vec<Scenario>,
    /// The directory that they are in, relative to the project.
    pub directory: String,
    /// Every file of the workspace.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Those that their owner may execute.
    pub executable: BTreeSet<String>,
    /// The mnemonic that scenarios have from the configuration; absent if none has it.
    mnemonic: Option<String>,
    /// The digest of all of it.
    pub digest: Sri,
}

impl Project {
    /// Whether the directory holds anything of a project: else nothing is to be left in it.
    pub fn is_in(workspace: &Workspace) -> bool {
        let series = format!("{PATCHES}/{SERIES_FILE}");
        [lock::FILE, config::FILE, &series].iter().any(|file| workspace.path(file).exists())
    }

    /// Reads the project; what is wrong with it is in [`Project::problems`].
    pub fn load(workspace: Workspace) -> Self {
        let mut problems = Vec::new();
        let config_text = keep(read_text(&workspace, config::FILE), &mut problems).flatten();
        let config = config_text.as_deref();
        let config = config.and_then(|text| keep(Config::parse(text), &mut problems));
        let lock_text = keep(read_text(&workspace, lock::FILE), &mut problems).flatten();
        let lock = lock_text.as_deref().and_then(|text| keep(Lock::parse(text), &mut problems));
        let edited = lock
            .as_ref()
            .zip(lock_text.as_deref())
            .and_then(|(lock, text)| lock.not_as_written(text));
        let is_edited = edited.is_some();
        problems.extend(edited);
        let migration = Migration::of(lock.as_ref(), config_text.as_deref());
        problems.extend(migration.problems());
        let (config, lock_text) = (config.unwrap_or_default(), lock_text.unwrap_or_default());
        let directories = directories(&config, lock.as_ref());
        let at = config_text.as_deref().and_then(|text| lock::line_of(text, "directory"));
        let misplaced = misplaced(&workspace, &config, &directories);
        problems.extend(misplaced.map(|problem| Problem { line: at, ..problem }));
        let suite = load_suite(&workspace, &config.scenarios, &mut problems);
        let series: Vec<Series> = directories
            .into_iter()
            .map(|(directory, releases)| {
                let file = format!("{directory}/{SERIES_FILE}");
                let text = read_text(&workspace, &file).ok().flatten().unwrap_or_default();
                let (patches, is_complete) =
                    load_patches(&workspace, &directory, &suite, &mut problems);
                let resolutions = load_resolutions(&workspace, &directory, &mut problems);
                Series { directory, releases, patches, is_complete, text, resolutions }
            })
            .collect();
        if workspace.is_interrupted() {
            let message = "a run was interrupted while it wrote the project";
            let problem = Problem::new(Kind::Finding, lock::FILE, message);
            problems.push(problem.hint("`patcher sync` finishes it"));
        }
        let changed = changed_line_ends(&workspace, lock.as_ref(), &series, &suite);
        let is_edited = is_edited && changed.is_none();
        // Everything else that seems to be wrong follows from that.
        let problems = changed.map_or(problems, |problem| vec![problem]);
        Self { workspace, config, lock, lock_text, is_edited, series, suite, migration, problems }
    }

    /// The lock, or why there is none.
    ///
    /// # Errors
    ///
    /// The project has no lock that can be read.
    pub fn lock(&self) -> Result<&Lock> {
        match &self.lock {
            Some(lock) => Ok(lock),
            None if self.problems.iter().any(|problem| problem.file == lock::FILE) => {
                Err(Failure::from(self.problems.clone()))
            }
            None if Self::is_in(&self.workspace) => {
                let problems = self.problems.clone();
                Err(Failure { problems, ..without_lock(&self.workspace) })
            }
            None => Err(missing(&self.workspace)),
        }
    }

    /// Every series that is in the lock, with its patches.
    ///
    /// # Errors
    ///
    /// As [`Project::lock`]; or a series is in only one of patcher.toml and the lock.
    pub fn locked_series(&self) -> Result<Vec<(&SeriesLock, &Series)>> {
        let lock = self.lock()?;
        let unlocked = |series: &&Series| lock.series.iter().all(|l| l.patches != series.directory);
        if let Some(series) = self.series.iter().find(unlocked) {
            let message = format!("the series {} is not in {}", series.directory, lock::FILE);
            let problem = Problem::new(Kind::Finding, config::FILE, message);
            return Err(problem.hint("`patcher sync` pins it").into());
        }
        let find = |locked| {
            let locked: &SeriesLock = locked;
            let series = self.series.iter().find(|series| series.directory == locked.patches);
            series.map(|series| (locked, series)).ok_or_else(|| {
                let message = format!("the series {} is not in {}", locked.patches, config::FILE);
                let problem = Problem::new(Kind::Finding, lock::FILE, message);
                Failure::from(problem.hint("`patcher sync` takes it out of the lock"))
            })
        };
        lock.series.iter().map(find).collect()
    }

    /// A release that the project supports; the newest series' pin if none is named.
    ///
    /// # Errors
    ///
    /// As [`Project::locked_series`]; or no series supports it.
    pub fn supported(&self, release: Option<Release>) -> Result<SupportedRelease<'_>> {
        let lock = self.lock()?;
        let all = self.locked_series()?;
        let supported = all.iter().find_map(|&(locked, series)| {
            let found = match release {
                Some(release) => locked.find(release)?,
                None => &locked.pin,
            };
            Some(SupportedRelease { lock, series_lock: locked, release: found, series })
        });
        supported.ok_or_else(|| {
            let wanted = release.map_or_else(String::new, |release| release.to_string());
            let all = all.iter().flat_map(|(locked, _)| locked.all());
            let all: Vec<String> = all.map(|locked| locked.release.to_string()).collect();
            Failure::new(Kind::Input, format_args!("{wanted} is not supported by any series"))
                .hint(format!("supported are {}", all.join(", ")))
        })
    }

    /// Stops if something is wrong that `sync` does not mend.
    ///
    /// # Errors
    ///
    /// All of it; or there is no project.
    pub fn ensure_sound(&self) -> Result<()> {
        if !Self::is_in(&self.workspace) {
            return Err(missing(&self.workspace));
        }
        let grave = |problem: &&Problem| !problem.is_mendable;
        let problems: Vec<Problem> = self.problems.iter().filter(grave).cloned().collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }
}

/// The directories of the series, and the releases that they are for.
pub(crate) fn directories(
    config: &Config,
    lock: Option<&Lock>,
) -> Vec<(String, Option<ReleaseRange>)> {
    if !config.series.is_empty() {
        let parts = |series: &SeriesConfig| (series.patches.clone(), Some(series.releases.clone()));
        return config.series.iter().map(parts).collect();
    }
    let directory = lock.map_or(PATCHES, |lock| &lock.series[0].patches);
    vec![(directory.to_owned(), None)]
}

/// The failure if there is no lock.
pub fn missing(workspace: &Workspace) -> Failure {
    let root = workspace.root().display();
    let message = format_args!("{root}: there is no {} here", lock::FILE);
    Failure::new(Kind::Input, message)
        .hint("name the project's directory with -C")
        .hint("`patcher init DIR` begins a project, `patcher demo DIR` makes one to play with")
}

/// The failure if only the lock is missing of a project.
fn without_lock(workspace: &Workspace) -> Failure {
    let place = workspace.path(lock::FILE);
    Failure::new(Kind::Input, format_args!("{}: the project has no lock", place.display()))
        .hint(format!("`git restore {}` brings it back, if it was committed", lock::FILE))
        .hint("`patcher sync --to RELEASE` makes one: of the release that the patches are made for")
}

/// What was read; what keeps it from being read becomes a problem among others.
fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

/// A file's text; `None` if there is no such file.
pub(super) fn read_text(workspace: &Workspace, file: &str) -> Result<Option<String>, Problem> {
    let Some(bytes) = workspace.read(file)? else { return Ok(None) };
    String::from_utf8(bytes).map(Some).map_err(|_| {
        Problem::new(Kind::Input, file, "is not UTF-8 text")
            .hint("write it as UTF-8, or restore it from git")
    })
}

fn load_patches(
    workspace: &Workspace,
    directory: &str,
    suite: &Suite,
    problems: &mut Vec<Problem>,
) -> (Vec<SourcePatch>, bool) {
    let file = format!("{directory}/{SERIES_FILE}");
    let Some(text) = keep(read_text(workspace, &file), problems) else {
        return (Vec::new(), false);
    };
    let Some(text) = text else {
        let problem = Problem::new(Kind::Finding, &file, "there is no series file");
        problems.push(problem.hint("write the patches' names into it, in order, one a line"));
        return (Vec::new(), false);
    };
    let before = problems.len();
    let (series, found) = SeriesFile::parse(&file, &text);
    problems.extend(found);
    let mut unreadable = BTreeMap::new();
    let mut patches = Vec::new();
    let directories = suite.directories();
    for name in series.names() {
        let file = format!("{directory}/{name}");
        let bytes = match workspace.read(&file) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => continue,
            Err(problem) => {
                unreadable.insert(name.to_string(), problem);
                continue;
            }
        };
        if let Some(patch) = keep(Patch::parse(name, &file, &bytes), problems) {
            problems.extend(lint_patch(&file, &bytes, &patch, &directories));
            patches.push(SourcePatch { file, bytes, patch });
        }
    }
    if let Some(mut present) = keep(workspace.list(directory), problems) {
        present.extend(unreadable.keys().cloned());
        problems.extend(lint_directory(directory, &series, &present));
    }
    problems.extend(unreadable.into_values());
    let is_complete = patches.len() == series.entries.len()
        && problems[before..].iter().all(|problem| problem.file != file);
    (patches, is_complete)
}

fn load_resolutions(
    workspace: &Workspace,
    directory: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Resolution> {
    let directory = format!("{directory}/{}", resolution::DIRECTORY);
    let files = workspace.read_all(&directory, problems);
    let files = files.iter().filter(|(path, _)| path.ends_with(".toml"));
    let read = |(path, bytes): (&String, &Vec<u8>)| {
        Resolution::parse(&format!("{directory}/{path}"), &String::from_utf8_lossy(bytes))
    };
    files.filter_map(|file| keep(read(file), problems)).collect()
}

/// What is to be said if git changed line ends.
fn changed_line_ends(
    workspace: &Workspace,
    lock: Option<&Lock>,
    series: &[Series],
    suite: &Suite,
) -> Option<Problem> {
    let lock_file = workspace.read(lock::FILE).ok().flatten().unwrap_or_default();
    let mut files = BTreeMap::from([(lock::FILE.to_owned(), lock_file)]);
    for Series { directory, .. } in series {
        let found = workspace.read_all(directory, &mut Vec::new());
        files.extend(found.into_iter().map(|(path, bytes)| (format!("{directory}/{path}"), bytes)));
    }
    let is_of_tests = is_tested_with_lf(lock, suite);
    let below = format!("{}/", suite.directory);
    let scenarios = suite.files.iter();
    files.extend(scenarios.map(|(path, bytes)| (format!("{below}{path}"), bytes.clone())));
    let counts = |path: &str| line_ends::is_source(path) || is_of_tests && path.starts_with(&below);
    let counting = files.iter().filter(|(path, _)| counts(path));
    line_ends::problem(counting.map(|(path, bytes)| (path.as_str(), bytes.as_slice())))
}

/// Whether the lock's results are of these scenarios with LF line ends: then a file of them that has
/// others was changed on checkout, whatever it is.
fn is_tested_with_lf(lock: Option<&Lock>, suite: &Suite) -> bool {
    let files = suite.files.iter().map(|(path, bytes)| (path.as_str(), line_ends::with_lf(bytes)));
    let files: Vec<(&str, Cow<'_, [u8]>)> = files.collect();
    if files.iter().all(|(_, bytes)| matches!(bytes, Cow::Borrowed(_))) {
        return false;
    }
    let bytes = files.iter().map(|(path, bytes)| (*path, bytes.as_ref()));
    let digest = suite_digest(bytes, &suite.executable, suite.mnemonic.as_deref());
    let releases = lock.iter().flat_map(|lock| &lock.series).flat_map(SeriesLock::all);
    releases.filter_map(|release| release.tested.as_ref()).any(|tested| tested.suite == digest)
}

/// Why the scenarios cannot be where patcher.toml says: on another way than it says, or among files
/// of which each change would be one of the scenarios.
fn misplaced(
    workspace: &Workspace,
    config: &Config,
    series: &[(String, Option<ReleaseRange>)],
) -> Option<Problem> {
    let directory = config.scenarios.directory();
    let problem = |message: String| {
        let hint = "name another directory: `directory` of [scenarios]";
        Some(Problem::new(Kind::Input, config::FILE, message).hint(hint))
    };
    if let Some(link) = workspace.link_to(directory) {
        return problem(format!("the scenarios are in {directory}, and {link} is a link"));
    }
    let is_within =
        |inner: &str, outer: &str| format!("{inner}/").starts_with(&format!("{outer}/"));
    let series = series.iter().map(|(directory, _)| (directory.as_str(), "a series"));
    let mut others = series.chain([(OUTPUT, "what is published")]);
    let shares =
        |(other, _): &(&str, &str)| is_within(directory, other) || is_within(other, directory);
    let (other, what) = others.find(shares)?;
    problem(format!("the scenarios are in {directory}, and {other} is for {what}"))
}

fn load_suite(workspace: &Workspace, common: &SuiteConfig, problems: &mut Vec<Problem>) -> Suite {
    let suite = common.directory();
    // Behind a link is whatever somebody else put there.
    let is_there = workspace.link_to(suite).is_none();
    let files = if is_there { workspace.read_all(suite, problems) } else { BTreeMap::new() };
    let executable = workspace.executable(suite, files.keys());
    let mut scenarios = Vec::new();
    for (path, bytes) in &files {
        let Some((directory, scenario::FILE)) = path.split_once('/') else { continue };
        let file = format!("{suite}/{path}");
        match Scenario::parse(directory, &file, &String::from_utf8_lossy(bytes), common) {
            Ok(scenario) => scenarios.push(scenario),
            Err(problem) if problem.hint.is_none() => {
                problems.push(problem.hint("correct or delete that line"));
            }
            Err(problem) => problems.push(problem),
        }
    }
    let is_used =
        |mnemonic: &String| scenarios.iter().any(|s| s.mnemonic.as_ref() == Some(mnemonic));
    let mnemonic = common.mnemonic.clone().filter(is_used);
    let bytes = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    let digest = suite_digest(bytes, &executable, mnemonic.as_deref());
    let directory = suite.to_owned();
    Suite { scenarios, directory, files, executable, mnemonic, digest }
}

impl Suite {
    /// The directories in it: one whose scenario cannot be read is there all the same.
    pub fn directories(&self) -> BTreeSet<&str> {
        self.files.keys().filter_map(|path| Some(path.split_once('/')?.0)).collect()
    }
}
