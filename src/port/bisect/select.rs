//! Which series is bisected, and which patch of it.

use crate::port::edit::select::Selected;
use crate::project::load::{Project, SourcePatch};
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// The series of a directory, or the one that has a patch of this name or file; the newest if
/// nothing is named.
pub(super) fn select<'p>(project: &'p Project, what: Option<&str>) -> Result<Selected<'p>> {
    let pairs = project.locked_series()?;
    let all = || pairs.iter().map(|&(locked, series)| Selected { locked, series, patch: None });
    // No lock is without a series.
    let Some(what) = what else {
        let (locked, series) = pairs[0];
        return Ok(Selected { locked, series, patch: None });
    };
    let what = what.trim_start_matches("./").trim_end_matches('/');
    if let Some(found) = all().find(|selected| selected.series.directory == what) {
        return Ok(found);
    }
    let patches = || all().flat_map(patches_of);
    let is_named = |source: &SourcePatch| source.file == what || source.patch.name.as_str() == what;
    let named: Vec<_> = patches().filter(|(source, _)| is_named(source)).collect();
    match named[..] {
        [(_, found)] => Ok(found),
        [] => {
            let files: Vec<&str> = patches().map(|(source, _)| source.file.as_str()).collect();
            let message = format_args!("there is no patch or series {what:?}");
            Err(Failure::new(Kind::Input, message).hint(format!("there are: {}", files.join(", "))))
        }
        _ => {
            let files: Vec<&str> = named.iter().map(|(source, _)| source.file.as_str()).collect();
            let message = format_args!("several series have a patch {what}");
            Err(Failure::new(Kind::Input, message).hint(format!("name {}", files.join(" or "))))
        }
    }
}

/// Each patch of a series, selected.
fn patches_of(of: Selected<'_>) -> impl Iterator<Item = (&SourcePatch, Selected<'_>)> {
    let sources = of.series.patches.iter().enumerate();
    sources.map(move |(index, source)| (source, Selected { patch: Some(index), ..of }))
}
