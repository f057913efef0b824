//! Calls of the `git` program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::problem::Kind;
use crate::support::process::{Call, Output};

/// Variables of git's that change no result: those of its transports.
const TRANSPORT: [&str; 6] =
    ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_PROXY_", "GIT_SSL_"];

/// Variables that hold settings, or name files of them: a runner of workflows gives credentials and
/// other places of a URL so.
const SETTINGS: [&str; 6] = [
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// Whether a variable may reach git: others, such as `GIT_DIR`, would send it elsewhere.
fn is_passed(name: &str) -> bool {
    !name.starts_with("GIT_") || is_of(&TRANSPORT, name) || is_of(&SETTINGS, name)
}

/// Whether a variable is one of these. What ends in `_` stands for all that begin so.
fn is_of(known: &[&str], name: &str) -> bool {
    let is = |known: &&str| name == *known || known.ends_with('_') && name.starts_with(*known);
    known.iter().any(is)
}

/// The oldest git that has all that is asked of it: conflicts in the zdiff3 style came last.
const OLDEST: [u32; 2] = [2, 35];

/// The programs that are known to be recent enough.
static RECENT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A call of git that finds no repository but the one it is in, and runs no hook.
///
/// # Errors
///
/// There is no git on PATH, or one that is too old.
pub fn git(env: &Environment, directory: &Path) -> Result<Call> {
    let program = env.find_program("git").ok_or_else(|| {
        Failure::new(Kind::Environment, "there is no `git` on PATH").hint("install git")
    })?;
    let mut variables = env.only(is_passed);
    for (name, value) in [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0")] {
        variables.insert(name.into(), value.into());
    }
    let call = Call { env: variables, ..Call::new(program, directory) };
    ensure_recent(&call)?;
    let settings = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"];
    Ok(call.args(settings.iter().flat_map(|setting| ["-c", setting])))
}

/// Which version git is: `2.47.3`.
///
/// # Errors
///
/// As [`git`].
pub fn version(env: &Environment) -> Result<String> {
    let output = git(env, Path::new("/"))?.args(["version"]).run()?;
    Ok(version_in(&output).to_owned())
}

/// The same, without the user's and the system's settings: for what must come out the same
/// everywhere and asks nobody for anything.
///
/// # Errors
///
/// As [`git`].
pub fn plain_git(env: &Environment, directory: &Path) -> Result<Call> {
    Ok(without_settings(git(env, directory)?))
}

fn without_settings(mut call: Call) -> Call {
    call.env.retain(|name, _| !name.to_str().is_some_and(|name| is_of(&SETTINGS, name)));
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
    ] {
        call.env.insert(name.into(), value.into());
    }
    call
}

/// Runs a call for which the user's settings hold nothing but whose directories may be read: if
/// git cannot read the settings, without them.
///
/// # Errors
///
/// git cannot be started.
pub fn run_locally(call: Call) -> Result<Output> {
    let output = call.run()?;
    let is_unread = output.code != Some(0) && settings_fault(&output.stderr).is_some();
    if is_unread { without_settings(call).run() } else { Ok(output) }
}

/// Why git did not even begin, if that has nothing to do with what it was asked: it cannot read
/// its settings, or a repository belongs to somebody else.
pub fn refusal(output: &Output) -> Option<Failure> {
    if output.code == Some(0) {
        return None;
    }
    if let Some(said) = settings_fault(&output.stderr) {
        let message = format_args!("git cannot read its settings: {said}");
        return Some(
            Failure::new(Kind::Environment, message)
                .hint("mend that setting: git uses the settings of the user who calls patcher"),
        );
    }
    let owned = ["dubious ownership in repository at '", "unsafe repository ('"];
    let line = |words: &str| output.stderr.lines().find_map(|line| Some(line.split_once(words)?.1));
    let path = owned.iter().find_map(|words| line(words)?.split('\'').next());
    path.map(|path| foreign(Path::new(path)))
}

/// A repository that belongs to another user: git refuses to work in it.
pub fn foreign(path: &Path) -> Failure {
    let path = path.display();
    let message = format_args!("{path} belongs to another user, so that git does not trust it");
    // git wants the whole path, which what is printed may abbreviate.
    let whole = format!("\"$(realpath {})\"", shell(&path.to_string()));
    Failure::new(Kind::Environment, message)
        .hint(format!("if you trust it: `git config --global --add safe.directory {whole}`"))
        .hint("or make it yours: `chown -R` as its owner or root")
}

/// What git says of settings that it cannot read; it names the file if it knows it.
fn settings_fault(stderr: &str) -> Option<&str> {
    let is_fault = |line: &&str| {
        let words = ["config line ", "config value ", "config file ", "configuration files"];
        words.iter().any(|words| line.contains(words))
    };
    let fault = stderr.lines().find(is_fault)?;
    // Which file cannot be read stands in a warning.
    let warned = stderr.lines().find_map(|line| line.strip_prefix("warning: unable to access "));
    let said = warned.filter(|_| fault.contains("configuration files")).unwrap_or(fault);
    Some(said.trim_start_matches("fatal: ").trim_start_matches("error: "))
}

/// Refuses a git that lacks what it is asked for: its own words would not say why. It is asked
/// for its version once.
fn ensure_recent(call: &Call) -> Result<()> {
    let is_known = |known: &mut BTreeSet<PathBuf>| known.contains(&call.program);
    if with_recent(is_known) {
        return Ok(());
    }
    let output = without_settings(call.clone()).args(["version"]).run()?;
    let version = version_in(&output);
    if parse_version(version).is_some_and(|found| found < OLDEST) {
        let [major, minor] = OLDEST;
        let program = call.program.display();
        let message =
            format_args!("{program} is git {version}: patcher needs git {major}.{minor} or newer");
        return Err(Failure::new(Kind::Environment, message)
            .hint("install a newer git, or put one first on PATH"));
    }
    with_recent(|known| known.insert(call.program.clone()));
    Ok(())
}

/// The version in what `git version` prints.
fn version_in(output: &Output) -> &str {
    let text = std::str::from_utf8(&output.stdout).unwrap_or_default();
    text.trim().strip_prefix("git version ").unwrap_or_default()
}

fn with_recent(change: impl FnOnce(&mut BTreeSet<PathBuf>) -> bool) -> bool {
    change(&mut RECENT.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The first two numbers of a version such as `2.39.5 (Apple Git-154)`.
fn parse_version(version: &str) -> Option<[u32; 2]> {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some([numbers.next()?.ok()?, numbers.next()?.ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(parse_version("2.39.5 (Apple Git-154)"), Some([2, 39]));
        assert_eq!(parse_version("2.45.1.windows.1"), Some([2, 45]));
        assert!(
            parse_version("2.9.0").unwrap() < OLDEST && parse_version("2.17.1").unwrap() < OLDEST
        );
        assert!(parse_version("3.0.0").unwrap() >= OLDEST);
        assert_eq!(parse_version("of my own"), None);
    }

    #[test]
    fn why_git_did_not_begin_is_told_apart() {
        let refused = |stderr: &str| {
            let (stdout, stderr) = (Vec::new(), stderr.to_owned());
            let output = Output { code: Some(128), timed_out: false, stdout, stderr };
            refusal(&output).map(|failure| failure.message())
        };
        let settings = |said: &str| Some(format!("git cannot read its settings: {said}"));
        let line = "bad config line 1 in file /h/.gitconfig";
        assert_eq!(refused(&format!("fatal: {line}\n")), settings(line));
        let denied = "warning: unable to access '/h/.gitconfig': Permission denied\n\
                      fatal: unknown error occurred while reading the configuration files\n";
        assert_eq!(refused(denied), settings("'/h/.gitconfig': Permission denied"));
        let foreign = "fatal: detected dubious ownership in repository at '/srv/a b'\nTo add …\n";
        let message = "/srv/a b belongs to another user, so that git does not trust it";
        assert_eq!(refused(foreign), Some(message.to_owned()));
        let network = "fatal: unable to access 'https://h/': Could not resolve host: h\n";
        assert_eq!(refused(network), None);
    }

    #[test]
    fn what_could_send_git_elsewhere_does_not_reach_it() {
        let passed = ["PATH", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_CONFIG_KEY_0"];
        assert_eq!(passed.map(is_passed), [true; 4]);
        let kept = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_SSH_COMMANDS", "GIT_CONFIG_COUNTS"];
        assert_eq!(kept.map(is_passed), [false; 4]);
    }

    #[test]
    fn a_plain_git_has_none_of_the_users_settings() {
        let mut call = Call::new("git", "/");
        for name in ["HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0"] {
            call.env.insert(name.into(), "own".into());
        }
        let env = without_settings(call).env;
        let own = env.iter().filter(|(_, value)| *value == "own").map(|(name, _)| name);
        assert_eq!(own.collect::<Vec<_>>(), ["HOME"]);
        assert_eq!(env["GIT_CONFIG_GLOBAL".as_ref() as &std::ffi::OsStr], "/dev/null");
    }

    #[test]
    fn the_version_is_what_stands_behind_the_name() {
        let version = |stdout: &str| {
            let stdout = stdout.as_bytes().to_vec();
            let output = Output { code: Some(0), timed_out: false, stdout, stderr: String::new() };
            version_in(&output).to_owned()
        };
        assert_eq!(version("git version 2.47.3\n"), "2.47.3");
        assert_eq!(version("something else\n"), "");
    }
}
