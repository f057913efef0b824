//! Which series, and which patch of it, a user names.

use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::project::patch_choice::PatchChoice;
use crate::support::failure::{Failure, Result};
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

type Locked<'p> = (&'p SeriesLock, &'p Series);

/// The patch that is named, in the series of a directory, or in the newest series that has it.
/// Without a patch, that series, or the newest.
///
/// # Errors
///
/// There is no such series or patch, it may be several patches, or it cannot be read.
pub fn select<'p>(
    project: &'p Project,
    series: Option<&str>,
    patch: Option<&PatchChoice>,
) -> Result<Selected<'p>> {
    let all = project.locked_series()?;
    let all = match series {
        None => all,
        Some(name) => vec![named(&all, name).ok_or_else(|| unknown(&all, name))?],
    };
    match patch {
        None => Ok(Selected { locked: all[0].0, series: all[0].1, patch: None }),
        Some(patch) => patch_of(project, &all, patch),
    }
}

/// The series or the patch that is named; the newest series if nothing is.
///
/// # Errors
///
/// As [`select`].
pub fn select_either<'p>(project: &'p Project, what: Option<&PatchChoice>) -> Result<Selected<'p>> {
    let all = project.locked_series()?;
    match what.and_then(|what| named(&all, what.as_str())) {
        Some((locked, series)) => Ok(Selected { locked, series, patch: None }),
        None => select(project, None, what),
    }
}

/// The series of a directory.
fn named<'p>(all: &[Locked<'p>], name: &str) -> Option<Locked<'p>> {
    all.iter().find(|(locked, _)| is_named(&locked.patches, name)).copied()
}

/// Whether a series is the one that is named: by its directory, or the last part of it if that is
/// below another one, as `2.1` is for `patches/2.1`.
pub(super) fn is_named(directory: &str, name: &str) -> bool {
    let name = name.trim_start_matches("./").trim_end_matches('/');
    directory == name || directory.rsplit_once('/').is_some_and(|(_, last)| last == name)
}

fn unknown(all: &[Locked<'_>], name: &str) -> Failure {
    let names: Vec<&str> = all.iter().map(|(locked, _)| locked.patches.as_str()).collect();
    let message = format_args!("there is no series {name}");
    Failure::new(Kind::Input, message).hint(format!("the series are {}", names.join(", ")))
}

fn patch_of<'p>(
    project: &Project,
    all: &[Locked<'p>],
    patch: &PatchChoice,
) -> Result<Selected<'p>> {
    let series: Vec<&Series> = all.iter().map(|(_, series)| *series).collect();
    let found = patch.find(&series);
    if found.is_err() && series.iter().any(|series| !series.is_complete) {
        // It may be one that could not be read.
        project.ensure_sound()?;
    }
    let (found, index) = found?;
    let of = all.iter().find(|(_, series)| std::ptr::eq(*series, found));
    let Some((locked, series)) = of.copied() else {
        return Err(Failure::defect(anyhow::anyhow!("the patch is of no series")));
    };
    Ok(Selected { locked, series, patch: Some(index) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_named_by_the_last_part_of_its_directory() {
        for name in ["patches/2.1", "./patches/2.1/", "2.1"] {
            assert!(is_named("patches/2.1", name), "{name}");
        }
        for name in ["patches", "1", "2", "es/2.1"] {
            assert!(!is_named("patches/2.1", name), "{name}");
        }
    }
}
