//! Which series, and which patch of it, a user names.

use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::support::failure::{Failure, Result};
use crate::support::names::PatchName;
use crate::support::problem::Kind;

/// A series, and the patch of it that is named.
#[derive(Clone, Copy, Debug)]
pub struct Selected<'p> {
    /// What the lock says of it.
    pub locked: &'p SeriesLock,
    pub series: &'p Series,
    /// The patch's place in it, if one is named.
    pub patch: Option<usize>,
}

/// The series of a directory, or the newest, and the patch of it with this name, number or path.
///
/// # Errors
///
/// There is no such series or patch, or it cannot be read.
pub fn select<'p>(
    project: &'p Project,
    directory: Option<&str>,
    patch: Option<&str>,
) -> Result<Selected<'p>> {
    let all = project.locked_series()?;
    // `patches/2.1/0001-a.patch` names its series, too.
    let (directory, name) = match patch.and_then(|patch| patch.rsplit_once('/')) {
        Some((directory, name)) => (Some(directory), Some(name)),
        None => (directory, patch),
    };
    let is_named =
        |own: &str| directory.is_none_or(|directory| directory.trim_end_matches('/') == own);
    let found = all.iter().copied().find(|(locked, _)| is_named(&locked.patches));
    let Some((locked, series)) = found else {
        let names: Vec<&str> = all.iter().map(|(locked, _)| locked.patches.as_str()).collect();
        let message = format_args!("there is no series {}", directory.unwrap_or_default());
        return Err(
            Failure::new(Kind::Input, message).hint(format!("the series are {}", names.join(", ")))
        );
    };
    let patch = name.map(|name| position(series, name)).transpose();
    if patch.is_err() && !series.is_complete {
        // It may be one that could not be read.
        project.ensure_sound()?;
    }
    let patch = patch?;
    Ok(Selected { locked, series, patch })
}

fn position(series: &Series, name: &str) -> Result<usize> {
    let names = || series.patches.iter().map(|source| &source.patch.name);
    let number = name.parse::<u32>().ok();
    let is_named = |full: &PatchName| {
        full.as_str() == name
            || full.as_str().strip_suffix(".patch") == Some(name)
            || number.is_some() && full.number() == number
    };
    names().position(is_named).ok_or_else(|| {
        let message = format_args!("{} has no patch {name}", series.directory);
        let all = names().map(PatchName::as_str).collect::<Vec<_>>().join(", ");
        Failure::new(Kind::Input, message).hint(format!("it has {all}"))
    })
}
