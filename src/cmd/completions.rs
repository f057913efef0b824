//! `patcher completions`: a shell's completions, from the command line's own definition.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::{Completions, shown};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::look::Meaning;
use crate::support::path::resolve;
use crate::support::problem::Kind;
use crate::support::writing::Writing;

/// What a file that [`install`] wrote says in a comment, so that it may be replaced.
const MARK: &str = "# Written by `patcher completions --install`, which replaces it.";

/// Completions in a user's directory.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Installed {
    file: PathBuf,
    /// The file, if it was written, or with `--dry-run` would be.
    written: Vec<String>,
    /// What else the shell needs.
    needs: &'static str,
}

pub(super) fn run(context: &Context, args: &Completions) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(), "patcher", &mut script);
    let script = String::from_utf8(script).map_err(Failure::defect)?;
    if args.install {
        return install(context, args, &marked(&script));
    }
    context.ui.bytes(&script);
    Ok(())
}

fn install(context: &Context, args: &Completions, script: &str) -> Result<()> {
    let Some((file, needs)) = place(args.shell, &context.env) else {
        let message = format_args!("{} has no directory for a user's completions", args.shell);
        let hint = format!("`patcher completions {}` prints them", args.shell);
        return Err(Failure::new(Kind::Input, message).hint(hint));
    };
    // A link to a file that is kept elsewhere stays a link.
    let file = resolve(&file);
    let is_there = ensure_own(&file)?.is_some_and(|text| text == script);
    let shown = file.display().to_string();
    let written = if is_there { Vec::new() } else { vec![shown.clone()] };
    let document = Installed { file: file.clone(), written: written.clone(), needs };
    if args.write.writing() == Writing::LeftOut {
        return WouldWrite::new(written).print(context, args.write, &document);
    }
    if is_there {
        context.ui.status(Meaning::Unchanged, "Kept", &shown);
    } else {
        context.write(&file, script)?;
    }
    context.ui.note(needs);
    context.ui.summary(&format!("completions for {}", args.shell));
    context.ui.next(&format!("exec {}", args.shell), "begin to use them");
    context.ui.document(&document);
    Ok(())
}

/// What a file holds, which may be replaced: it is not there, or `install` wrote it.
fn ensure_own(file: &Path) -> Result<Option<String>> {
    let text = match file_read::read_text(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.at("read", file)?,
    };
    if text.contains(MARK) {
        return Ok(Some(text));
    }
    let message = format_args!("{}: patcher did not write this file", file.display());
    Err(Failure::new(Kind::Input, message).hint("move it away; nothing was written"))
}

/// The script with [`MARK`] behind its first line, which zsh reads.
fn marked(script: &str) -> String {
    let (first, rest) = script.split_once('\n').unwrap_or((script, ""));
    format!("{first}\n{MARK}\n{rest}")
}

/// Where a shell looks for the completions of a user, and what it needs besides: bash-completion(7),
/// zshcompsys(1), and `fish_complete_path`.
fn place(shell: Shell, env: &Environment) -> Option<(PathBuf, &'static str)> {
    let given = |name| env.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = given("HOME");
    let below_home = |name: &str| home.as_ref().map(|home| home.join(name));
    match shell {
        Shell::Bash => {
            let data = given("XDG_DATA_HOME").or_else(|| below_home(".local/share"));
            let own = given("BASH_COMPLETION_USER_DIR");
            let directory = own.or_else(|| Some(data?.join("bash-completion")))?;
            Some((
                directory.join("completions/patcher"),
                "The package bash-completion has to be installed: it loads the file.",
            ))
        }
        Shell::Zsh => Some((
            given("ZDOTDIR").or(home)?.join(".zfunc/_patcher"),
            "zsh finds the file if these lines are in .zshrc, in this order:\n\
             fpath=(${ZDOTDIR:-~}/.zfunc $fpath)\n\
             autoload -Uz compinit && compinit",
        )),
        Shell::Fish => {
            let config = given("XDG_CONFIG_HOME").or_else(|| below_home(".config"))?;
            Some((config.join("fish/completions/patcher.fish"), "fish loads the file by itself."))
        }
        _ => None,
    }
}
