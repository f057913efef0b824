//! Running other programs: in a group of their own, so that a hung one can be ended with
//! its children, and Ctrl-C ends them before patcher.
//!
//! A program that is ended by force leaves what it was writing, such as git its lock files. So it
//! is asked first (SIGTERM), and forced (SIGKILL) only if it has not ended after [`GRACE`].

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{ErrorKind, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::problem::Kind;

/// The groups that run now.
static RUNNING: Mutex<Running> = Mutex::new(Running { groups: Vec::new(), is_stopping: false });

/// How long a program that was asked to end may take.
const GRACE: Duration = Duration::from_secs(2);

#[derive(Debug)]
struct Running {
    groups: Vec<u32>,
    /// Whether patcher is about to end: then no program is started any more.
    is_stopping: bool,
}

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
        if let Some(mut pipe) = child.stdin.take() {
            let input = self.stdin.clone();
            // A program that reads no more has its reasons: its exit code says which.
            thread::spawn(move || pipe.write_all(&input));
        }
        let stdout = child.stdout.take().map(|stream| thread::spawn(move || drain(stream)));
        let stderr = child.stderr.take().map(|stream| thread::spawn(move || drain(stream)));
        let status = self.wait(&mut child);
        let read = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
            reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
        };
        let (stdout, stderr) = (read(stdout), read(stderr));
        Ok(Output {
            code: status.and_then(|status| status.code()),
            timed_out: status.is_none(),
            stdout,
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        })
    }

    /// Starts the program. It is started and registered under one lock, so that a signal either
    /// comes before both, and nothing is started, or ends what was started.
    fn spawn(&self) -> Result<Child> {
        let mut running = running();
        if running.is_stopping {
            drop(running);
            wait_for_the_end();
        }
        let child = Command::new(&self.program)
            .args(&self.args)
            .current_dir(&self.directory)
            .env_clear()
            .envs(&self.env)
            .stdin(if self.stdin.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| cannot_start(&self.program, error))?;
        running.groups.push(child.id());
        Ok(child)
    }

    /// Waits for the end of the program; `None` if the time limit brought it about.
    fn wait(&self, child: &mut Child) -> Option<ExitStatus> {
        let started = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(status) = reap(child) {
                return Some(status);
            }
            if self.timeout.is_some_and(|limit| started.elapsed() >= limit) {
                signal(child.id(), Signal::KILL);
                while reap(child).is_none() {
                    thread::sleep(pause);
                }
                return None;
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

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The child's status, if it has ended. Whoever ended it because patcher is to stop ends patcher,
/// too: nobody is to take its end for a failure.
fn reap(child: &mut Child) -> Option<ExitStatus> {
    // Its number is its own until it is reaped, which happens under the lock.
    let mut running = running();
    let status = child.try_wait().ok().flatten()?;
    running.groups.retain(|group| *group != child.id());
    if running.is_stopping {
        drop(running);
        wait_for_the_end();
    }
    Some(status)
}

fn wait_for_the_end() -> ! {
    loop {
        thread::park();
    }
}

fn cannot_start(program: &Path, error: std::io::Error) -> Failure {
    let message = format_args!("cannot start {}", program.display());
    let is_script = error.kind() == ErrorKind::NotFound && program.is_file();
    let failure = Failure::because(Kind::Environment, message, error);
    match is_script {
        true => failure.hint("its first line names a program that is not there: correct that line"),
        false => failure,
    }
}

/// Sends a signal to a process and all that it started.
fn signal(group: u32, signal: Signal) {
    if let Some(group) = pid(group) {
        let _ = kill_process_group(group, signal);
    }
}

/// Whether any process of a group is there.
fn is_there(group: &u32) -> bool {
    pid(*group).is_some_and(|group| test_kill_process_group(group).is_ok())
}

fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}

/// Ends a process that is no child, such as Bazel's server.
pub fn kill(number: u32) {
    if let Some(process) = pid(number) {
        let _ = kill_process(process, Signal::KILL);
    }
}

/// The words of a process's command line; `None` if there is no such process, or it has ended and
/// nobody has waited for it.
#[cfg(target_os = "linux")]
pub fn command_line(number: u32) -> Option<Vec<OsString>> {
    use std::os::unix::ffi::OsStrExt as _;
    let words = fs::read(format!("/proc/{number}/cmdline")).ok().filter(|text| !text.is_empty())?;
    let words = words.split(|byte| *byte == 0).map(|word| OsStr::from_bytes(word).to_owned());
    Some(words.collect())
}

/// The words of a process's command line; `None` if there is no such process. `ps` does not say
/// where a word ends that holds a space: such a word is not found.
#[cfg(not(target_os = "linux"))]
pub fn command_line(number: u32) -> Option<Vec<OsString>> {
    let pid = number.to_string();
    let output =
        Call::new("/bin/ps", "/").args(["-ww", "-o", "command=", "-p", &pid]).run().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.code == Some(0)).then(|| text.split_whitespace().map(OsString::from).collect())
}

/// When a process started, in the system's own measure; `None` if that is not known.
pub fn start_time(number: u32) -> Option<String> {
    // The second field may hold spaces and parentheses (proc_pid_stat(5)).
    let text = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}

/// A process whose program is `name`, or begins with `name-`, and whose working directory is
/// `directory` or below it.
pub fn runs_in(name: &str, directory: &Path) -> Option<u32> {
    let directory = fs::canonicalize(directory).ok()?;
    let is_one = |process: &&Process| {
        let program = process.program.strip_prefix(name);
        program.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            && process.directory.starts_with(&directory)
    };
    processes().iter().find(is_one).map(|process| process.pid)
}

/// A process of this user's.
#[derive(Debug)]
struct Process {
    pid: u32,
    /// The name of its program, which the system may have cut.
    program: String,
    directory: PathBuf,
}

#[cfg(target_os = "linux")]
fn processes() -> Vec<Process> {
    let process = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let program = fs::read_to_string(entry.path().join("comm")).ok()?.trim_end().to_owned();
        let directory = fs::read_link(entry.path().join("cwd")).ok()?;
        Some(Process { pid, program, directory })
    };
    let entries = fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|entry| process(entry.ok()?)).collect()
}

/// As `lsof -F` prints them: a line a field, which begins with the field's letter.
#[cfg(not(target_os = "linux"))]
fn processes() -> Vec<Process> {
    let call = Call::new("/usr/sbin/lsof", "/").args(["-w", "-a", "-d", "cwd", "-F", "pcn"]);
    let listing = call.run().map(|output| output.stdout).unwrap_or_default();
    let (mut found, mut pid, mut program) = (Vec::new(), 0, String::new());
    for line in String::from_utf8_lossy(&listing).lines() {
        match line.split_at_checked(1) {
            Some(("p", text)) => pid = text.parse().unwrap_or_default(),
            Some(("c", text)) => text.clone_into(&mut program),
            Some(("n", text)) => {
                found.push(Process { pid, program: program.clone(), directory: text.into() });
            }
            _ => {}
        }
    }
    found
}

/// Asks every program that runs to end, and forces those that do not. No other is started.
fn stop_all() {
    let mut groups = {
        let mut running = running();
        running.is_stopping = true;
        running.groups.iter().for_each(|group| signal(*group, Signal::TERM));
        running.groups.clone()
    };
    wait_until_gone(&mut groups);
    groups.iter().for_each(|group| signal(*group, Signal::KILL));
    wait_until_gone(&mut groups);
}

fn wait_until_gone(groups: &mut Vec<u32>) {
    let asked = Instant::now();
    while !groups.is_empty() && asked.elapsed() < GRACE {
        thread::sleep(Duration::from_millis(5));
        groups.retain(is_there);
    }
}

/// On Ctrl-C: ends what runs, then patcher, with the exit code of an interrupted command.
///
/// # Errors
///
/// There is a handler already.
pub fn exit_on_interrupt() -> Result<()> {
    let handler = || {
        stop_all();
        std::process::exit(i32::from(Kind::Interrupted.exit_code()));
    };
    ctrlc::set_handler(handler).map_err(Failure::defect)
}
