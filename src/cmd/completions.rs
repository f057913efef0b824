//! `patcher completions`: a shell's completions, from the command line's own definition.

use super::Context;
use crate::cli::{Completions, shown};
use crate::support::failure::{Failure, Result};

pub(super) fn run(context: &Context, args: &Completions) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut shown(), "patcher", &mut script);
    context.ui.bytes(&String::from_utf8(script).map_err(Failure::defect)?);
    Ok(())
}
