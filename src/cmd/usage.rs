//! What clap says of a command line, and what it cannot know.

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::support::releases::NotReleases;

/// The same error, with what to type if it should name releases; if a range is missing, with what
/// probably became of it.
pub(super) fn with_tip(mut error: Error) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let is_missing =
        error.kind() == ErrorKind::InvalidValue && text(ContextKind::InvalidValue).is_empty();
    let own = error.source().and_then(|source| source.downcast_ref::<NotReleases>());
    let tip = match own {
        Some(own) => Some(own.way_out.clone()),
        None if is_missing && text(ContextKind::InvalidArg).contains("RANGE") => Some(
            "a shell redirects at `>` and `<`: quote the range, as in '>=1.4', or write 1.4.."
                .to_owned(),
        ),
        None => None,
    };
    if let Some(tip) = tip {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}
