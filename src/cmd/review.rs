//! `patcher review`: what a refresh really changed.

use super::Context;
use crate::cli;
use crate::review::operation::{self, Report};
use crate::review::text::{STYLES, Sides, WordDiff, markdown, text};
use crate::support::failure::Result;
use crate::support::text::counted;

pub(super) fn run(context: &Context, args: &cli::Review) -> Result<()> {
    let site = context.site();
    let report = match args.releases {
        Some(releases) => operation::of_releases(&site, releases.old, releases.new)?,
        None => operation::of_revisions(&site, args.revision.as_deref().unwrap_or("HEAD"))?,
    };
    let Report { old, new, review } = &report;
    let sides = Sides { old, new };
    if let Some(path) = &args.markdown {
        let page = context.ui.without_secrets(&markdown(review, sides));
        context.write(path, &page)?;
    }
    if review.patches().any(|patch| !patch.places_known) {
        context.ui.warning(
            "not all of what the patches apply to is known here: where a change lands is judged \
             only by the context in the patches",
        );
        context.ui.hint("`patcher sync` fetches it; `patcher check` shows what does not apply");
    }
    let words = if context.ui.shows_color() { WordDiff::Color } else { WordDiff::Plain };
    context.ui.styled(&text(review, sides, words), &STYLES);
    context.ui.summary(&format!("{} compared", counted(review.patches().count(), "patch")));
    context.ui.document(&report);
    Ok(())
}
