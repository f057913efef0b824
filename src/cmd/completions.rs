//! `patcher completions`: a shell's completions, from the command line's own definition.

use clap::CommandFactory as _;

use super::Context;
use crate::cli::{Cli, Completions};
use crate::support::failure::{Failure, Result};

pub(super) fn run(context: &Context, args: &Completions) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "patcher", &mut script);
    context.ui.bytes(&String::from_utf8(script).map_err(Failure::defect)?);
    Ok(())
}
