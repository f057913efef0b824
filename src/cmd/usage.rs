//! What clap says of a command line, and what it cannot know.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The same error; if a range is missing, with what probably became of it.
pub(super) fn with_tip(mut error: Error) -> Error {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let is_missing =
        error.kind() == ErrorKind::InvalidValue && text(ContextKind::InvalidValue).is_empty();
    if is_missing && text(ContextKind::InvalidArg).contains("RANGE") {
        let tip =
            "a shell redirects at `>` and `<`: quote the range, as in '>=1.4', or write 1.4..";
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}
