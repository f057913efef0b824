//! The `patcher` program: run the command line, exit with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(patcher::cmd::run(&std::env::args_os().collect::<Vec<_>>()))
}
