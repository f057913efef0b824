//! Real Bazel: found, called without the user's settings, and read from its event stream.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempPath;
use thiserror::Error;

use crate::project::setting::Origin;
use crate::repro::events::Events;
use crate::support::environment::{Environment, is_executable};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read::read_text;
use crate::support::guide::shell;
use crate::support::path::resolve;
use crate::support::problem::Kind;
use crate::support::process::{Call, Output, command_line, kill, start_time};

/// How long one call may take, unless an option says otherwise: a first one downloads toolchains.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(900);

/// How long an idle server stays, in seconds: long enough for the next call, short enough
/// not to be found the day after.
const MAX_IDLE_SECONDS: u32 = 120;

/// How Bazel is called.
#[derive(Clone, Debug)]
pub struct Settings {
    pub program: PathBuf,
    /// Rc files, in order.
    pub bazelrc: Vec<PathBuf>,
    /// Files whose text is appended to the workspace's MODULE.bazel, in order.
    pub module_append: Vec<PathBuf>,
    /// How long one call may take.
    pub timeout: Duration,
    /// Which version bazelisk is to take, as USE_BAZEL_VERSION says it; its own choice if
    /// absent.
    pub version: Option<String>,
}

/// Why there is no Bazel to work with.
#[derive(Debug, Error)]
pub enum BazelError {
    /// There is none on PATH, and none was named.
    #[error("there is no Bazel on PATH")]
    NotOnPath,
    /// The one that was named is none; what named it is in the failure.
    #[error(transparent)]
    NoProgram(Failure),
    #[error(transparent)]
    NotStarted(Failure),
    /// It ended before it did anything.
    #[error("{what}:{said}")]
    Refused {
        what: &'static str,
        said: String,
        /// The call, as a person would type it.
        command: String,
    },
    /// It did not come to that.
    #[error(transparent)]
    Other(#[from] Failure),
}

impl From<BazelError> for Failure {
    fn from(error: BazelError) -> Self {
        let hints = match &error {
            BazelError::NotOnPath => vec![
                "install bazelisk (https://github.com/bazelbuild/bazelisk) or Bazel 7 or newer"
                    .to_owned(),
                "or name the program with --bazel, PATCHER_BAZEL or `bazel` in patcher.toml"
                    .to_owned(),
            ],
            BazelError::Refused { command, .. } => vec![format!("it was called as: {command}")],
            BazelError::NoProgram(_) | BazelError::NotStarted(_) | BazelError::Other(_) => {
                Vec::new()
            }
        };
        match error {
            BazelError::NoProgram(failure)
            | BazelError::NotStarted(failure)
            | BazelError::Other(failure) => failure,
            error => Self { hints, ..Self::of(Kind::Environment, error) },
        }
    }
}

/// A Bazel, bound to a workspace.
#[derive(Clone, Debug)]
pub struct Bazel {
    program: PathBuf,
    workspace: PathBuf,
    output_user_root: PathBuf,
    rc_files: Vec<PathBuf>,
    env: BTreeMap<OsString, OsString>,
    timeout: Duration,
}

#[derive(Clone, Debug)]
pub struct Run {
    /// What the event stream says.
    pub events: Events,
    /// Whether the call was ended because it took too long.
    pub hung: bool,
    /// The processes that might have been its server and were not ended, a sentence each.
    pub left: Vec<String>,
    /// The call, as a person would type it.
    pub command: String,
    pub took: Duration,
}

#[derive(Clone, Debug)]
pub struct Invocation<'a> {
    /// `build`, `test`, or a query command.
    pub command: &'a str,
    /// The module that is swapped, if any, and the tree that takes its place.
    pub module: Option<(&'a str, &'a Path)>,
    /// Whether the workspace's own rc file is read.
    pub reads_workspace_rc: bool,
    pub flags: &'a [String],
    pub targets: &'a [String],
}

/// Finds Bazel on PATH: `bazelisk`, then `bazel`.
///
/// # Errors
///
/// There is none.
pub fn find(env: &Environment) -> Result<PathBuf, BazelError> {
    let found = ["bazelisk", "bazel"].into_iter().find_map(|name| env.find_program(name));
    found.ok_or(BazelError::NotOnPath)
}

/// The Bazel that is named: a path from `directory`, or a name on PATH. `origin` named it.
///
/// # Errors
///
/// There is no such program, or it must not be run.
pub fn named(
    env: &Environment,
    directory: &Path,
    name: &str,
    origin: &Origin,
) -> Result<PathBuf, BazelError> {
    let path = directory.join(name.trim_start_matches("./"));
    let is_path = name.contains('/');
    let found = if is_path {
        Some(&path).filter(|path| is_executable(path)).cloned()
    } else {
        env.find_program(name)
    };
    found.ok_or_else(|| {
        let (message, hint) = if is_path && path.is_file() {
            let chmod = format!("`chmod +x {}` allows it", shell(&path.to_string_lossy()));
            (format!("{origin}: {name} is not executable"), chmod)
        } else {
            let place = if is_path { "" } else { " on PATH" };
            let without = "then `bazelisk` or `bazel` on PATH runs";
            (
                format!("{origin}: there is no program {name}{place}"),
                format!("{}: {without}", origin.way_out()),
            )
        };
        BazelError::NoProgram(Failure::new(Kind::Environment, message).hint(hint))
    })
}

impl Bazel {
    /// The Bazel of the settings in `workspace`, with everything that it writes below `cache`.
    pub fn new(settings: &Settings, env: &Environment, workspace: PathBuf, cache: &Path) -> Self {
        let Settings { program, bazelrc, timeout, version, .. } = settings.clone();
        // What Bazel and bazelisk need to find themselves and the network; nothing else, so
        // that no secret reaches an action or the event stream.
        let names = [
            "PATH",
            "HOME",
            "USER",
            "TMPDIR",
            "LANG",
            "JAVA_HOME",
            "USE_BAZEL_VERSION",
            "XDG_CACHE_HOME",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
        ];
        let mut env = env.only(|name| names.contains(&name) || name.starts_with("BAZELISK_"));
        env.extend(version.map(|version| ("USE_BAZEL_VERSION".into(), version.into())));
        let output_user_root = cache.join("bazel");
        Self { program, workspace, output_user_root, rc_files: bazelrc, env, timeout }
    }

    /// The version that it says it is: `7.7.1`.
    ///
    /// # Errors
    ///
    /// It does not start: bazelisk cannot get the version that was asked for.
    pub fn version(&self) -> Result<String, BazelError> {
        fs::create_dir_all(&self.workspace).at("create", &self.workspace)?;
        let call = Call::new(&self.program, &self.workspace).args(["--version"]);
        let call = Call { env: self.env.clone(), timeout: Some(self.timeout), ..call };
        let output = call.run().map_err(BazelError::NotStarted)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.lines().find_map(|line| line.strip_prefix("bazel "));
        match version {
            Some(version) if output.code == Some(0) => Ok(version.trim().to_owned()),
            _ => Err(refused(&call, &output, "there is no such Bazel")),
        }
    }

    /// Builds or tests.
    ///
    /// # Errors
    ///
    /// It did not start: a bad flag, no Java, no room. What it says of targets is in the
    /// events.
    pub fn run(&self, invocation: &Invocation<'_>) -> Result<Run> {
        // Not in the workspace, whose files may be inputs of its targets.
        let directory = &self.output_user_root;
        fs::create_dir_all(directory).at("create", directory)?;
        // One name a workspace: what an interrupted run leaves is written over, and no heap.
        let mut stream = directory.join(self.workspace.file_name().unwrap_or_default());
        stream.set_extension("events.json");
        fs::write(&stream, "").at("write", &stream)?;
        let stream = TempPath::try_from_path(stream).at("write in", directory)?;
        let call = self.call(
            invocation,
            [
                "--keep_going".into(),
                "--symlink_prefix=/".into(),
                with_path("--build_event_json_file=", &stream),
            ],
        );
        let started = Instant::now();
        let output = call.run()?;
        let took = started.elapsed();
        let left = if output.timed_out { self.kill_server() } else { Vec::new() };
        let text = fs::read(&stream).at("read", &stream)?;
        let events = Events::parse(&String::from_utf8_lossy(&text));
        if events.bazel.is_none() && !output.timed_out {
            return Err(refused(&call, &output, "Bazel did not start").into());
        }
        Ok(Run { events, hung: output.timed_out, left, command: call.describe(), took })
    }

    /// Asks Bazel with one of its query commands, and returns its answer.
    ///
    /// # Errors
    ///
    /// It refuses to answer, or takes too long.
    pub fn ask(&self, invocation: &Invocation<'_>) -> Result<String> {
        let call = self.call(invocation, []);
        let output = call.run()?;
        let left = if output.timed_out { self.kill_server() } else { Vec::new() };
        if output.code != Some(0) {
            let failure = Failure::from(refused(&call, &output, "Bazel could not be asked"));
            return Err(left.into_iter().fold(failure, Failure::hint));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn call<const N: usize>(&self, invocation: &Invocation<'_>, more: [OsString; N]) -> Call {
        // Without modules there is a repository of that name to swap.
        let is_workspace = invocation.flags.iter().any(|flag| flag == "--noenable_bzlmod");
        let swap = if is_workspace { "--override_repository" } else { "--override_module" };
        let mut startup: Vec<OsString> =
            ["--nohome_rc", "--nosystem_rc"].map(OsString::from).into();
        if !invocation.reads_workspace_rc {
            startup.push("--noworkspace_rc".into());
        }
        startup.push(with_path("--output_user_root=", &self.output_user_root));
        startup.push(format!("--max_idle_secs={MAX_IDLE_SECONDS}").into());
        startup.extend(self.rc_files.iter().map(|path| with_path("--bazelrc=", path)));
        let own = ["--color=no", "--curses=no", "--ui_event_filters=+error", "--lockfile_mode=off"];
        let call = Call::new(&self.program, &self.workspace)
            .args(startup)
            .args([invocation.command])
            .args(more)
            .args(own)
            .args(invocation.module.map(|(name, tree)| with_path(&format!("{swap}={name}="), tree)))
            .args(invocation.flags)
            .args(["--"])
            .args(invocation.targets);
        Call { env: self.env.clone(), timeout: Some(self.timeout), ..call }
    }

    /// Ends the server of this workspace: one that hung would hang again. The result names what
    /// was not ended, because it is not known to be one: a number in a file may be anybody's.
    fn kill_server(&self) -> Vec<String> {
        let mut left = Vec::new();
        for base in fs::read_dir(&self.output_user_root).into_iter().flatten().flatten() {
            let base = base.path();
            let file = base.join("server/server.pid.txt");
            let Ok(text) = read_text(&file) else { continue };
            let number = text.trim().parse::<u32>().ok().filter(|number| *number > 0);
            match number.map(|number| (number, Server::of(number, &base, &self.workspace))) {
                Some((_, Server::Gone | Server::OfAnotherWorkspace)) => {}
                Some((number, Server::Own)) => kill(number),
                None | Some((_, Server::Other)) => left.push(format!(
                    "{} names process {:?}, which is not the Bazel server that hung: it was \
                     not ended",
                    file.display(),
                    text.trim()
                )),
            }
        }
        left
    }
}

/// Whose process a number is that a server once had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    /// It is the server of the workspace.
    Own,
    OfAnotherWorkspace,
    /// It is no server of that output base: the number is another process's by now.
    Other,
    /// There is no such process.
    Gone,
}

impl Server {
    /// A server has its output base and its workspace in its command line. When it started, it
    /// wrote into a file on Linux.
    fn of(number: u32, base: &Path, workspace: &Path) -> Self {
        let Some(words) = command_line(number) else { return Self::Gone };
        let has = |flag: &str, path: &Path| words.contains(&with_path(flag, path));
        let names = |flag: &str, path: &Path| has(flag, path) || has(flag, &resolve(path));
        let written = read_text(&base.join("server/server.starttime")).ok();
        let is_same = written.zip(start_time(number)).is_none_or(|(a, b)| a.trim() == b);
        if !is_same || !names("--output_base=", base) {
            Self::Other
        } else if names("--workspace_directory=", workspace) {
            Self::Own
        } else {
            Self::OfAnotherWorkspace
        }
    }
}

/// What to say if Bazel ended before it did anything.
fn refused(call: &Call, output: &Output, what: &'static str) -> BazelError {
    let said: Vec<&str> = output.stderr.lines().filter(|line| !line.is_empty()).collect();
    let said = match (said.as_slice(), output.code) {
        ([], Some(code)) => format!(" it said nothing and ended with exit code {code}"),
        ([], None) => " it said nothing and was ended from outside".to_owned(),
        (said, _) => format!("\n{}", said[said.len().saturating_sub(3)..].join("\n")),
    };
    BazelError::Refused { what, said, command: call.describe() }
}

fn with_path(flag: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(flag);
    argument.push(path);
    argument
}
