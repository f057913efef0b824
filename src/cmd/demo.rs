//! `patcher demo`.
use super::Context;
use crate::cli::Demo;
use crate::error::Result;

pub(super) fn run(_context: &Context, _args: &Demo) -> Result<()> {
    todo!()
}
