//! The commands, a file each: arguments to an operation's options, its report to output. `run`
//! dispatches a command line; `context` is what every command works with.

mod bisect;
mod check;
mod completions;
mod context;
mod demo;
mod doctor;
mod drop;
mod edit;
mod export;
mod init;
mod matrix;
mod need;
mod nightly;
mod override_file;
mod port;
mod propose;
mod publish;
mod repro;
mod resolve;
mod review;
mod run;
mod series;
mod status;
mod sync;
mod sync_report;
mod verify;

pub(crate) use context::Context;
pub use run::run;
