//! The project as it lies on disk: lock, series, patches and scenarios, with everything
//! that is wrong with them collected rather than stopping at the first.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::config::{self, Config};
use crate::core::ids::Sri;
use crate::core::lint::{SERIES_FILE, lint_folder, lint_patch};
use crate::core::lock::{self, LineLock, Lock};
use crate::core::patch::Patch;
use crate::core::problem::{Kind, Problem};
use crate::core::scenario::{self, Scenario, suite_digest};
use crate::core::series::Series;
use crate::error::{Failure, Result};
use crate::io::workspace::Workspace;

/// Where the scenarios are.
pub const SUITE: &str = "tests/repro";

/// Where the patches are, unless the lock says otherwise.
pub const PATCHES: &str = "patches";

/// Everything of the project's that patcher reads.
#[derive(Debug)]
pub struct Project {
    /// Its files.
    pub workspace: Workspace,
    /// Its settings.
    pub config: Config,
    /// Its lock, where it has one that can be read.
    pub lock: Option<Lock>,
    /// The lock's text; empty where there is none.
    pub lock_text: String,
    /// Its patches, in order.
    pub patches: Vec<SourcePatch>,
    /// Whether they are all there: each one that the series names could be read.
    pub is_complete: bool,
    /// Its scenarios.
    pub suite: Suite,
    /// What is wrong with any of it.
    pub problems: Vec<Problem>,
}

/// A patch with its file.
#[derive(Clone, Debug)]
pub struct SourcePatch {
    /// The file, relative to the project.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub patch: Patch,
}

/// The scenarios, and the workspace that they lie in.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The scenarios, in order of their ids.
    pub scenarios: Vec<Scenario>,
    /// Every file of the workspace.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The digest of all of it.
    pub digest: Sri,
}

impl Project {
    /// Whether the folder holds anything of a project: else nothing is to be left in it.
    pub fn is_in(workspace: &Workspace) -> bool {
        let series = format!("{PATCHES}/{SERIES_FILE}");
        [lock::FILE, config::FILE, &series].iter().any(|file| workspace.path(file).exists())
    }

    /// Reads the project.
    ///
    /// # Errors
    ///
    /// A file that cannot be read at all; what is wrong in them is in
    /// [`Project::problems`].
    pub fn load(workspace: Workspace) -> Result<Self> {
        let mut problems = Vec::new();
        let mut text = |file: &str| -> Result<Option<String>> {
            let Some(bytes) = workspace.read(file)? else { return Ok(None) };
            match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => {
                    problems.push(Problem::new(Kind::Input, file, "is not UTF-8 text"));
                    Ok(None)
                }
            }
        };
        let config_text = text(config::FILE)?;
        let lock_text = text(lock::FILE)?.unwrap_or_default();
        let mut keep = |result: Result<_, Problem>| result.map_err(|p| problems.push(p)).ok();
        let config = match config_text {
            Some(text) => keep(Config::parse(&text)).unwrap_or_default(),
            None => Config::default(),
        };
        let lock = if lock_text.is_empty() {
            None
        } else {
            match Lock::parse(&lock_text) {
                Ok(lock) => {
                    problems.extend(Lock::tampering(&lock_text));
                    Some(lock)
                }
                Err(problem) => {
                    problems.push(problem);
                    None
                }
            }
        };
        let suite = load_suite(&workspace, &mut problems)?;
        let folder = lock.as_ref().map_or(PATCHES, |lock| &lock.lines[0].patches).to_owned();
        let (patches, is_complete) = load_patches(&workspace, &folder, &suite, &mut problems)?;
        if workspace.is_interrupted() {
            let message = "a run was interrupted while it wrote the project";
            let problem = Problem::new(Kind::Finding, lock::FILE, message);
            problems.push(problem.hint("`patcher sync` finishes it"));
        }
        Ok(Self { workspace, config, lock, lock_text, patches, is_complete, suite, problems })
    }

    /// The lock's line, or why there is none.
    ///
    /// # Errors
    ///
    /// The project has no lock that can be read.
    pub fn line(&self) -> Result<(&Lock, &LineLock)> {
        match &self.lock {
            Some(lock) => Ok((lock, &lock.lines[0])),
            None if self.problems.iter().any(|problem| problem.file == lock::FILE) => {
                Err(Failure::from(self.problems.clone()))
            }
            None if Self::is_in(&self.workspace) => {
                let problems = self.problems.clone();
                Err(Failure { problems, ..missing(&self.workspace) })
            }
            None => Err(missing(&self.workspace)),
        }
    }

    /// Stops where something is wrong that `sync` does not mend.
    ///
    /// # Errors
    ///
    /// All of it.
    pub fn ensure_sound(&self) -> Result<()> {
        let grave = |problem: &&Problem| !problem.is_mendable;
        let problems: Vec<Problem> = self.problems.iter().filter(grave).cloned().collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
    }
}

/// What to say where there is no lock to go by.
pub fn missing(workspace: &Workspace) -> Failure {
    let root = workspace.root().display();
    let message = format_args!("{root}: there is no {} here", lock::FILE);
    Failure::new(Kind::Input, message)
        .hint("name the project's folder with --root")
        .hint("or begin one: write patches/series, then `patcher sync --upstream URL --to RELEASE`")
}

fn load_patches(
    workspace: &Workspace,
    folder: &str,
    suite: &Suite,
    problems: &mut Vec<Problem>,
) -> Result<(Vec<SourcePatch>, bool)> {
    let file = format!("{folder}/{SERIES_FILE}");
    let Some(bytes) = workspace.read(&file)? else {
        let problem = Problem::new(Kind::Finding, &file, "there is no series file");
        problems.push(problem.hint("write the patches' names into it, in order, one a line"));
        return Ok((Vec::new(), false));
    };
    let series = match Series::parse(&file, &String::from_utf8_lossy(&bytes)) {
        Ok(series) => series,
        Err(found) => {
            problems.extend(found);
            return Ok((Vec::new(), false));
        }
    };
    problems.extend(lint_folder(folder, &series, &workspace.list(folder)?));
    let ids: BTreeSet<&str> = suite.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    let mut patches = Vec::new();
    for name in series.names() {
        let file = format!("{folder}/{name}");
        let Some(bytes) = workspace.read(&file)? else { continue };
        match Patch::parse(name, &file, &bytes) {
            Ok(patch) => {
                problems.extend(lint_patch(&file, &bytes, &patch, &ids));
                patches.push(SourcePatch { file, bytes, patch });
            }
            Err(problem) => problems.push(problem),
        }
    }
    let is_complete = patches.len() == series.entries.len();
    Ok((patches, is_complete))
}

fn load_suite(workspace: &Workspace, problems: &mut Vec<Problem>) -> Result<Suite> {
    let files = workspace.read_all(SUITE)?;
    let mut scenarios = Vec::new();
    for (path, bytes) in &files {
        let Some((folder, scenario::FILE)) = path.split_once('/') else { continue };
        let file = format!("{SUITE}/{path}");
        match Scenario::parse(folder, &file, &String::from_utf8_lossy(bytes)) {
            Ok(scenario) => scenarios.push(scenario),
            Err(problem) => problems.push(problem),
        }
    }
    let digest = suite_digest(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    Ok(Suite { scenarios, files, digest })
}
