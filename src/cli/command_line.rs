//! The program: its commands, and the flags that every one of them has.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use super::topics::{self, Topic};
use super::{
    Abort, Bisect, Check, Ci, CiPort, CiPropose, Completions, Continue, Demo, Doctor, Drop, Edit,
    Export, Init, Matrix, New, Override, Preview, Publish, Repro, Review, SeriesArgs, Skip, Status,
    Sync, Verify, Why, help,
};

/// Keep a patch series over a Bazel ruleset alive, test it under Bazel, and publish it
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use the project in this directory [default: the nearest above]
    #[arg(
        short = 'C',
        long,
        global = true,
        value_name = "DIR",
        hide_short_help = true,
        hide_long_help = true
    )]
    pub(crate) root: Option<PathBuf>,
    /// Use only what was fetched before, no network
    #[arg(long, global = true, hide_short_help = true, hide_long_help = true)]
    pub(crate) offline: bool,
    /// Print results as text or json [default: text]
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        hide_short_help = true,
        hide_long_help = true
    )]
    pub(crate) format: Format,
    /// Use colour: auto, always, never [default: auto]
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_short_help = true,
        hide_long_help = true
    )]
    pub(crate) color: Color,
    /// Print also the calls of other programs
    #[arg(short, long, global = true, hide_short_help = true, hide_long_help = true)]
    pub(crate) verbose: bool,
    /// Print no status lines, only results, warnings and errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        hide_short_help = true,
        hide_long_help = true
    )]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs: one document, with a schema version
    Json,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
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

/// In the order of their groups, which is that of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(Demo),
    Init(Init),
    Status(Status),
    Doctor(Doctor),
    Series(SeriesArgs),
    New(New),
    Edit(Edit),
    Drop(Drop),
    Review(Review),
    Sync(Sync),
    #[command(alias = "port")]
    Preview(Preview),
    Continue(Continue),
    Skip(Skip),
    Abort(Abort),
    Bisect(Bisect),
    Check(Check),
    Repro(Repro),
    Matrix(Matrix),
    #[command(alias = "need")]
    Why(Why),
    Publish(Publish),
    Override(Override),
    Verify(Verify),
    Export(Export),
    Ci(Ci),
    Completions(Completions),
    #[command(hide = true)]
    Nightly(CiPort),
    #[command(hide = true)]
    Propose(CiPropose),
    #[command(flatten)]
    Topic(Topic),
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
