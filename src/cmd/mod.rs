//! The commands, a file each: arguments to an operation's options, its report to output. `run`
//! dispatches a command line; `context` is what every command works with.

mod bisect;
mod check;
mod ci;
mod completions;
mod context;
mod demo;
mod doctor;
mod drop;
mod edit;
mod export;
mod init;
mod matrix;
mod override_file;
mod preview;
mod publish;
mod repro;
mod restore;
mod resume;
mod review;
mod run;
mod series;
mod status;
mod sync;
mod sync_options;
mod sync_report;
#[cfg(test)]
mod tests;
mod usage;
mod verify;
mod why;
mod would_write;

pub(crate) use context::Context;
pub use run::run;
