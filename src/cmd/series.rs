//! `patcher series`: the series and their patches.

use super::Context;
use crate::cli::SeriesArgs;
use crate::port::listing::listing;
use crate::support::failure::Result;

pub(super) fn run(context: &Context, args: &SeriesArgs) -> Result<()> {
    let listing = listing(&context.site(), args.what.as_ref())?;
    context.ui.summary(&format!("{} series", listing.series.len()));
    context.ui.marked(&listing.text(context.ui.columns()));
    context.ui.document(&listing);
    Ok(())
}
