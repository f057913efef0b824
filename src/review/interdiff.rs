//! The interdiff of one file: what a patch changes in it, against what an earlier version of
//! the patch changed.
//!
//! Compared are the lines that both add and remove, wherever they stand: a line that both
//! change alike is no difference, though it moved to another offset, another hunk, or past
//! other hunks. What then lands at another place is reported separately, with the place.

use crate::patch::words::word_diff;
use crate::patch::{Change, FileMode, FilePatch};
use crate::port::outcome::Outcome;
use crate::review::changed_lines::{Changes, Version};
use crate::review::content::{Numbers, shared};
use crate::review::file_review::{FileReview, Mechanical};
use crate::review::matching::Matching;
use crate::review::places::Images;

/// Compares what two versions of a patch do to a file; `None` is a version that does not
/// touch it.
pub fn compare(old: Option<Version<'_>>, new: Option<Version<'_>>) -> FileReview {
    let path = |version: Version<'_>| version.file.path.to_string();
    let name = new.or(old).map_or_else(String::new, path);
    let renamed_from = old.map(path).filter(|old| *old != name);
    let whole = match (old.map(what), new.map(what)) {
        (Some(old), Some(new)) if old == new => Vec::new(),
        (old, new) => word_diff(&old.unwrap_or_default(), &new.unwrap_or_default()),
    };
    let (before, after, images) = (Changes::of(old), Changes::of(new), Images::of(old, new));
    let matching = Matching::new(&before, &after, &images);
    let (differences, moves) = (matching.differences(), matching.moves());
    let mut review =
        FileReview { path: name, renamed_from, whole, differences, moves, mechanical: None };
    if let (Some(old), Some(new)) = (old, new)
        && !review.is_semantic()
        && review.moves.is_empty()
    {
        review.mechanical = mechanical(old.file, new.file);
    }
    review
}

/// How much of the lines that two versions of a file's change have in all is in both.
pub fn likeness(old: &FilePatch, new: &FilePatch) -> (usize, usize) {
    let version = |file| Changes::of(Some(Version { file, base: None }));
    let (old, new) = (version(old), version(new));
    let mut numbers = Numbers::default();
    let [old, new] = [old, new].map(|changes| numbers.lines(&changes.items));
    (shared(&old.lines, &new.lines), old.total.max(new.total))
}

/// What a patch does with a file as a whole.
fn what(version: Version<'_>) -> String {
    let change = match version.file.change {
        Change::Add => "adds",
        Change::Modify => "changes",
        Change::Delete => "deletes",
    };
    let mode = if version.file.mode == FileMode::Executable { ", executable" } else { "" };
    format!("{change} the file{mode}")
}

fn mechanical(old: &FilePatch, new: &FilePatch) -> Option<Mechanical> {
    match Outcome::classify(&old.hunks, &new.hunks) {
        Outcome::Unchanged if (&old.old, &old.new) == (&new.old, &new.new) => None,
        Outcome::Unchanged => Some(Mechanical::IndexLines),
        Outcome::Offset => Some(Mechanical::Offsets),
        Outcome::Fuzz => Some(Mechanical::Context),
        _ => Some(Mechanical::Hunks),
    }
}

#[cfg(test)]
mod tests;
