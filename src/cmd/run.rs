//! From a command line to the command, and from its failure to the exit code.

use std::ffi::OsString;
use std::io;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};

use super::context::Context;
use super::restore::with_restore;
use super::usage::with_tip;
use super::{
    bisect, check, ci, completions, demo, doctor, drop, edit, export, init, matrix, override_file,
    preview, publish, repro, resume, review, series, status, sync, verify, why,
};
use crate::cli::{Cli, Command, Status, of_long_help};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::panics::caught;
use crate::support::problem::Kind;
use crate::support::process::exit_on_interrupt;
use crate::support::scrub::Scrubber;
use crate::support::ui::{Form, Ui};
use crate::sync::forget;

/// What runs in a project if no command is named.
const STATUS: Command = Command::Status(Status {});

/// Runs a command line; the result is the process's exit code.
pub fn run(args: &[OsString]) -> u8 {
    let outcome = caught(|| match parse(args) {
        Ok((cli, name)) => run_parsed(cli, name, args),
        Err(error) => explain(&with_tip(error), args),
    });
    // Before the command had a printer, or after it lost it.
    outcome
        .and_then(|outcome| outcome)
        .unwrap_or_else(|failure| fail(&printer(args), failure, args))
}

/// A command line, and the command's name in it.
fn parse(args: &[OsString]) -> Result<(Cli, String), clap::Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(args)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok((cli, name(&matches)))
}

/// The command with its subcommand, whatever alias was typed: `override add`.
fn name(matches: &ArgMatches) -> String {
    let mut names = Vec::new();
    let mut inner = matches.subcommand();
    while let Some((name, matches)) = inner {
        names.push(name);
        inner = matches.subcommand();
    }
    names.join(" ")
}

fn run_parsed(cli: Cli, name: String, args: &[OsString]) -> Result<u8> {
    exit_on_interrupt()?;
    let command = cli.command.map(Command::renamed);
    let name = command.as_ref().and_then(Command::name).map_or(name, str::to_owned);
    let name = if command.is_none() { "status".to_owned() } else { name };
    let context = Context::new(Environment::of_process()?, &cli.global, name)?;
    let Some(command) = command.or_else(|| context.is_in_project().then_some(STATUS)) else {
        Cli::command().print_help().map_err(Failure::unprinted)?;
        return Ok(0);
    };
    let outcome = dispatch(&context, command).and_then(|()| context.ui.finish());
    let fail = |failure: Failure| {
        if failure.kind == Kind::Environment {
            forget(&context.site());
        }
        fail(&context.ui, with_restore(&context, failure), args)
    };
    Ok(outcome.map_or_else(fail, |()| 0))
}

/// Prints why the command failed; the result is its exit code.
fn fail(ui: &Ui, failure: Failure, args: &[OsString]) -> u8 {
    let failure = if failure.kind == Kind::Defect { with_report(failure, args) } else { failure };
    ui.failure(&failure);
    failure.kind.exit_code()
}

/// A defect, with what whoever mends it has to know.
fn with_report(failure: Failure, args: &[OsString]) -> Failure {
    let command = args.iter().skip(1).map(|arg| shell(&arg.to_string_lossy()));
    let command = ["patcher".to_owned()].into_iter().chain(command).collect::<Vec<_>>().join(" ");
    let (version, place) = (env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_REPOSITORY"));
    failure
        .hint(format!("this is a defect of patcher: please report it at {place}/issues"))
        .hint(format!("with the message above, and: version {version}, called as `{command}`"))
}

/// A printer for what no command prints.
fn printer(args: &[OsString]) -> Ui {
    let is = |arg: &OsString, text: &str| arg.to_str() == Some(text);
    let is_json = args.iter().any(|arg| is(arg, "--format=json"))
        || args.windows(2).any(|pair| is(&pair[0], "--format") && is(&pair[1], "json"));
    let env = Environment::of_process();
    let (form, scrubber) = env.map_or_else(
        |_| (Form::default(), Scrubber::default()),
        |env| (Form::of(&env), env.scrubber(env.directory())),
    );
    Ui::new(Form { is_json, ..form }, scrubber)
}

/// Prints why a command line cannot be understood, or the help that it asks for; the result
/// is the process's exit code.
fn explain(error: &clap::Error, args: &[OsString]) -> Result<u8> {
    if error.use_stderr() {
        let ui = printer(args);
        // clap prints what was typed as it was typed.
        if args.iter().all(|arg| ui.is_plain(&arg.to_string_lossy())) {
            let _ = error.print();
        } else {
            ui.print_usage(&error.to_string());
        }
        ui.usage(&error.to_string());
        return Ok(Kind::Input.exit_code());
    }
    // clap's long help is four times as long.
    let whole = Some(error).filter(|error| error.kind() == ErrorKind::DisplayHelp);
    let printed = match whole.and_then(|error| of_long_help(&error.to_string())) {
        Some(mut command) => command.print_help(),
        None => error.print(),
    };
    match printed {
        // A reader that went away wants no more.
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Err(Failure::unprinted(cause)),
        _ => Ok(0),
    }
}

fn dispatch(context: &Context, command: Command) -> Result<()> {
    // The others have nothing to do with a project, or report what is wrong with it.
    let is_apart = matches!(
        command,
        Command::Demo(_)
            | Command::Completions(_)
            | Command::Init(_)
            | Command::Doctor(_)
            | Command::Topic(_)
    );
    if !is_apart {
        context.site().ensure_settings()?;
    }
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::Doctor(args) => doctor::run(context, &args),
        Command::Series(args) => series::run(context, &args),
        Command::Status(args) => status::run(context, &args),
        Command::Check(args) => check::run(context, &args),
        Command::Export(args) => export::run(context, &args),
        Command::Repro(args) => repro::run(context, &args),
        Command::Matrix(args) => matrix::run(context, &args),
        Command::Why(args) => why::run(context, &args),
        Command::Preview(args) => preview::run(context, &args),
        Command::Continue(args) => resume::run(context, &args),
        Command::Skip(args) => resume::skip(context, &args),
        Command::Abort(args) => resume::abort(context, &args),
        Command::Review(args) => review::run(context, &args),
        Command::Bisect(args) => bisect::run(context, &args),
        Command::Publish(args) => publish::run(context, &args),
        Command::Override(args) => override_file::run(context, &args),
        Command::Verify(args) => verify::run(context, &args),
        Command::Sync(args) => sync::run(context, &args),
        Command::Edit(args) => edit::run(context, &args),
        Command::Drop(args) => drop::run(context, &args),
        Command::New(args) => edit::run_new(context, &args),
        Command::Ci(args) => ci::run(context, &args),
        Command::Completions(args) => completions::run(context, &args),
        Command::Demo(args) => demo::run(context, &args),
        Command::Nightly(_) | Command::Propose(_) => {
            Err(Failure::defect(anyhow::anyhow!("an old name was not turned into today's")))
        }
        Command::Topic(topic) => {
            context.ui.text(&topic.text());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_says_what_to_report_and_where() {
        let args = ["/bin/patcher", "sync", "--to", "a b"].map(OsString::from);
        let failure = with_report(Failure::defect(anyhow::Error::msg("no reason")), &args);
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!((failure.message().as_str(), failure.kind.exit_code()), ("no reason", 70));
        assert!(failure.hints[0].contains("please report it at https://"), "{:?}", failure.hints);
        let called = format!("version {version}, called as `patcher sync --to 'a b'`");
        assert!(failure.hints[1].ends_with(&called), "{:?}", failure.hints);
    }
}
