//! Running other programs: in a group of their own, so that a hung one can be ended with
//! its children, and Ctrl-C ends them before patcher.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::problem::Kind;

/// The groups that run now.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A call of another program, with nothing of the environment but what is given.
#[derive(Clone, Debug)]
pub struct Call {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub directory: PathBuf,
    pub env: BTreeMap<OsString, OsString>,
    /// How long it may take; for ever if absent.
    pub timeout: Option<Duration>,
    /// What it reads from its standard input.
    pub stdin: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct Output {
    /// Its exit code; absent if a signal or the time limit ended it.
    pub code: Option<i32>,
    /// Whether the time limit ended it.
    pub timed_out: bool,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Call {
    /// A call of `program` in `directory`.
    pub fn new(program: impl Into<PathBuf>, directory: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            directory: directory.into(),
            env: BTreeMap::new(),
            timeout: None,
            stdin: Vec::new(),
        }
    }

    /// The same call with more arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn run(&self) -> Result<Output> {
        let mut child = self.spawn()?;
        let pid = child.id();
        with_running(|running| running.push(pid));
        if let Some(mut pipe) = child.stdin.take() {
            let input = self.stdin.clone();
            // A program that reads no more has its reasons: its exit code says which.
            thread::spawn(move || pipe.write_all(&input));
        }
        let stdout = child.stdout.take().map(|stream| thread::spawn(move || drain(stream)));
        let stderr = child.stderr.take().map(|stream| thread::spawn(move || drain(stream)));
        let (status, timed_out) = self.wait(&mut child);
        with_running(|running| running.retain(|other| *other != pid));
        let read = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
            reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
        };
        let (stdout, stderr) = (read(stdout), read(stderr));
        Ok(Output {
            code: if timed_out { None } else { status.and_then(|status| status.code()) },
            timed_out,
            stdout,
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        })
    }

    fn spawn(&self) -> Result<Child> {
        Command::new(&self.program)
            .args(&self.args)
            .current_dir(&self.directory)
            .env_clear()
            .envs(&self.env)
            .stdin(if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| cannot_start(&self.program, error))
    }

    /// Waits for the end of the program, which the time limit may bring about: then the second
    /// value is true.
    fn wait(&self, child: &mut Child) -> (Option<ExitStatus>, bool) {
        let started = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Ok(Some(status)) = child.try_wait() {
                return (Some(status), false);
            }
            if self.timeout.is_some_and(|limit| started.elapsed() >= limit) {
                kill_group(child.id());
                return (child.wait().ok(), true);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    /// The call as a person would type it.
    pub fn describe(&self) -> String {
        let words =
            [self.program.as_os_str()].into_iter().chain(self.args.iter().map(AsRef::as_ref));
        let quoted = words.map(|word: &OsStr| shell(&word.to_string_lossy()));
        quoted.collect::<Vec<_>>().join(" ")
    }
}

fn drain(mut stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What was read before an error is all there is.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

fn with_running(change: impl FnOnce(&mut Vec<u32>)) {
    change(&mut RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
}

fn cannot_start(program: &Path, error: std::io::Error) -> Failure {
    let message = format_args!("cannot start {}", program.display());
    Failure::because(Kind::Environment, message, error)
}

/// Ends a process and all that it started.
fn kill_group(pid: u32) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// Ends a process that is no child, such as Bazel's server.
pub fn kill(pid: i32) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// On Ctrl-C: ends what runs, then patcher, with the exit code of an interrupted command.
///
/// # Errors
///
/// There is a handler already.
pub fn exit_on_interrupt() -> Result<()> {
    let handler = || {
        with_running(|running| running.drain(..).for_each(kill_group));
        std::process::exit(i32::from(Kind::Interrupted.exit_code()));
    };
    ctrlc::set_handler(handler).map_err(Failure::defect)
}
