//! Calls of the `git` program.

use std::path::Path;

use super::env::Environment;
use super::process::Call;
use crate::core::problem::Kind;
use crate::error::{Failure, Result};

/// A call of git that finds no repository but the one it is in, and runs no hook.
///
/// # Errors
///
/// There is no git.
pub fn call(env: &Environment, directory: &Path) -> Result<Call> {
    let program = env.find_program("git").ok_or_else(|| {
        Failure::new(Kind::Surroundings, "there is no `git` on PATH").hint("install git")
    })?;
    // Variables such as GIT_DIR would send git elsewhere; those of transports may stay.
    let transport =
        ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY"];
    let mut variables = env.only(|name| !name.starts_with("GIT_") || transport.contains(&name));
    for (name, value) in [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0")] {
        variables.insert(name.into(), value.into());
    }
    let settings = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"];
    let settings = settings.iter().flat_map(|setting| ["-c", setting]);
    Ok(Call { env: variables, ..Call::new(program, directory).args(settings) })
}
