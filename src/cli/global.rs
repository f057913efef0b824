//! The flags that every command has.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Use this project [default: the nearest above]
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
    /// Print only results, warnings and errors
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
