//! `patcher status`: where the project stands.

use super::Context;
use crate::cli;
use crate::support::failure::Result;
use crate::sync::status::status;

pub(super) fn run(context: &Context, _args: &cli::Status) -> Result<()> {
    let status = status(&context.site())?;
    context.ui.marked(&status.text(context.ui.columns()));
    context.ui.document(&status);
    context.ui.summary(&status.summary());
    if let Some(next) = status.next() {
        context.ui.next(&next.command, next.why);
    }
    Ok(())
}
