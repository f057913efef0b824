//! The program, as clap parses it.

use clap::{CommandFactory, Parser};

use super::commands::Command;
use super::global::Global;
use super::{help, topics};

/// Keep patches over a Bazel ruleset alive, test them under Bazel, publish them
#[derive(Debug, Parser)]
#[command(
    name = "patcher",
    version,
    max_term_width = 100,
    after_help = topics::exit_codes(),
    help_template = help::template(),
    mut_subcommands(help::with_examples),
    subcommand_required = false
)]
pub struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// `status` if it is absent, in a project.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The command line without the names that are understood and not shown, for completions: clap's
/// own would offer them.
pub fn shown() -> clap::Command {
    shown_of(&Cli::command()).version(env!("CARGO_PKG_VERSION"))
}

fn shown_of(command: &clap::Command) -> clap::Command {
    let args = command.get_arguments().filter(|arg| !arg.is_hide_set());
    let subcommands = command.get_subcommands().filter(|command| !command.is_hide_set());
    let shown = clap::Command::new(command.get_name().to_owned());
    let shown = shown.args(args).subcommands(subcommands.map(shown_of));
    command.get_about().into_iter().fold(shown, |shown, about| shown.about(about.clone()))
}

/// The command whose long help clap made, to show its [`help::compact`] help.
pub(crate) fn of_long_help(text: &str) -> Option<clap::Command> {
    // The program may have another name.
    let usage = text.lines().find_map(|line| line.strip_prefix("Usage: ")?.split_once(' '));
    let (_, names) = usage.filter(|_| !text.contains(help::ALL_OPTIONS))?;
    let mut command = Cli::command();
    command.build();
    let mut found = &command;
    for name in names.split(' ').take_while(|name| !name.starts_with(['[', '<', '-'])) {
        found = found.find_subcommand(name)?;
    }
    (found.get_name() != "patcher").then(|| help::compact(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
        shown().debug_assert();
    }
}
