//! The `patcher` program: parse, run, map to an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use patcher::cli::Cli;
use patcher::core::problem::Kind;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = patcher::io::process::exit_on_interrupt().and_then(|()| patcher::cmd::run(cli));
    ExitCode::from(result.unwrap_or(Kind::Defect.exit_code()))
}
