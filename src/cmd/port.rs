//! `patcher port`: what becomes of each patch on each release, without writing anything.

use super::Context;
use crate::cli::Port;
use crate::port::survey::{Options, survey};
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::counted;

pub(super) fn run(context: &Context, args: &Port) -> Result<()> {
    let options = Options { to: args.to.clone(), drop_upstreamed: args.drop_upstreamed.clone() };
    let survey = survey(&context.site(), &options)?;
    context.ui.text(&survey.text());
    let Some((kind, stopped)) = survey.fault() else {
        context.ui.document(&survey);
        return Ok(());
    };
    let stopped = counted(stopped, "release");
    let (message, hint) = match kind {
        Kind::Conflict => (
            format!("{stopped} with a conflict"),
            match survey.releases().count() {
                1 => "`patcher sync --to RELEASE --resolve` opens a worktree to resolve it in",
                _ => "`patcher port --to RELEASE` shows where; nothing was written",
            },
        ),
        _ => (
            format!("{stopped} with a patch that it does not need"),
            "`--accept-obsolete NAME` leaves a patch out; nothing was written",
        ),
    };
    Err(Failure::new(kind, message).with_report(&survey).hint(hint))
}
