//! From a command line to the command, and from its failure to the exit code.

use std::ffi::OsString;

use super::context::Context;
use super::{
    bisect, check, completions, demo, drop, edit, export, matrix, need, nightly, override_file,
    port, propose, publish, repro, review, status, sync, verify,
};
use crate::cli::{Cli, Command};
use crate::support::environment::Environment;
use crate::support::failure::Result;
use crate::support::problem::Kind;
use crate::support::ui::{Form, Ui};

/// Runs a command line; the result is the process's exit code.
///
/// # Errors
///
/// There is no working directory.
pub fn run(cli: Cli) -> Result<u8> {
    let env = Environment::of_process()?;
    let context = Context::new(env, &cli.global);
    match dispatch(&context, cli.command) {
        Ok(()) => Ok(0),
        Err(failure) => {
            context.ui.failure(&failure);
            Ok(failure.kind.exit_code())
        }
    }
}

/// Prints why a command line cannot be understood, or the help that it asks for; the result
/// is the process's exit code.
pub fn explain(error: &clap::Error, args: &[OsString]) -> u8 {
    // A reader that went away wants no more.
    let _ = error.print();
    if !error.use_stderr() {
        return 0;
    }
    let is = |arg: &OsString, text: &str| arg.to_str() == Some(text);
    let is_json = args.iter().any(|arg| is(arg, "--format=json"))
        || args.windows(2).any(|pair| is(&pair[0], "--format") && is(&pair[1], "json"));
    if let Ok(env) = Environment::of_process() {
        let scrubber = env.scrubber(env.directory());
        let form = Form { is_json, is_verbose: false, color: anstream::ColorChoice::Auto };
        Ui::new(form, scrubber).usage(&error.to_string());
    }
    Kind::Input.exit_code()
}

fn dispatch(context: &Context, command: Command) -> Result<()> {
    // These two have nothing to do with a project.
    if !matches!(command, Command::Demo(_) | Command::Completions(_)) {
        context.site().ensure_settings()?;
    }
    match command {
        Command::Status(args) => status::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Export(args) => export::run(context, &args),
        Command::Repro(args) => repro::run(context, &args),
        Command::Matrix(args) => matrix::run(context, &args),
        Command::Need(args) => need::run(context, &args),
        Command::Port(args) => port::run(context, &args),
        Command::Review(args) => review::run(context, &args),
        Command::Bisect(args) => bisect::run(context, &args),
        Command::Publish(args) => publish::run(context, &args),
        Command::Override(args) => override_file::run(context, &args),
        Command::Verify(args) => verify::run(context, &args),
        Command::Sync(args) => sync::run(context, &args),
        Command::Edit(args) => edit::run(context, &args),
        Command::Drop(args) => drop::run(context, &args),
        Command::New(args) => edit::run_new(context, &args),
        Command::Nightly(args) => nightly::run(context, &args),
        Command::Propose(args) => propose::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Demo(args) => demo::run(context, &args),
    }
}
