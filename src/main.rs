//! The `patcher` program: parse, run, map to an exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use patcher::cli::Cli;
use patcher::support::problem::Kind;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(patcher::cmd::explain(&error, &args)),
    };
    let result =
        patcher::support::process::exit_on_interrupt().and_then(|()| patcher::cmd::run(cli));
    ExitCode::from(result.unwrap_or(Kind::Defect.exit_code()))
}
