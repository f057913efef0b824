//! Calls of the `git` program.

use std::path::Path;

use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::process::Call;

/// Variables of git's that change no result: those of its transports.
const TRANSPORT: [&str; 5] =
    ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY"];

/// A call of git that finds no repository but the one it is in, and runs no hook.
///
/// # Errors
///
/// There is no git on PATH.
pub fn git(env: &Environment, directory: &Path) -> Result<Call> {
    let program = env.find_program("git").ok_or_else(|| {
        Failure::new(Kind::Environment, "there is no `git` on PATH").hint("install git")
    })?;
    // Variables such as GIT_DIR would send git elsewhere.
    let mut variables = env.only(|name| !name.starts_with("GIT_") || TRANSPORT.contains(&name));
    for (name, value) in [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0")] {
        variables.insert(name.into(), value.into());
    }
    let settings = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"];
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    Ok(Call { env: variables, ..Call::new(program, directory).args(settings) })
}

/// The same, without the user's and the system's settings: for what must come out the same
/// everywhere and asks nobody for anything.
///
/// # Errors
///
/// There is no git on PATH.
pub fn plain_git(env: &Environment, directory: &Path) -> Result<Call> {
    let mut call = git(env, directory)?;
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
    ] {
        call.env.insert(name.into(), value.into());
    }
    Ok(call)
}
