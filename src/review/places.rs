//! Whether two versions of a patch change a file at the same place.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::patch::BlobName;
use crate::patch::apply::split_lines;
use crate::patch::words::weight;
use crate::review::changed_lines::{Run, Version};

/// Where each line of the old file is in the new one, before the patches.
pub(super) enum Images {
    /// At the same place: it is the same file.
    Same,
    Lines(Vec<Option<usize>>),
    Unknown,
}

impl Images {
    pub(super) fn of(old: Option<Version<'_>>, new: Option<Version<'_>>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::Unknown };
        // An abbreviated id may be another file's.
        if old.file.old == new.file.old && matches!(old.file.old, BlobName::Full(_)) {
            return Self::Same;
        }
        let (Some(old), Some(new)) = (old.base, new.base) else { return Self::Unknown };
        let (old, new) = (split_lines(old), split_lines(new));
        let mut images = vec![None; old.len() + 1];
        for op in capture_diff_slices(Algorithm::Histogram, &old, &new) {
            if op.tag() == DiffTag::Equal {
                op.old_range().zip(op.new_range()).for_each(|(old, new)| images[old] = Some(new));
            }
        }
        images[old.len()] = Some(new.len());
        Self::Lines(images)
    }

    fn of_line(&self, line: usize) -> Option<usize> {
        match self {
            Self::Same => Some(line),
            Self::Lines(images) => images.get(line).copied().flatten(),
            Self::Unknown => None,
        }
    }

    /// The line of the new file where a line of the old one is, or one soon after it.
    pub(super) fn near(&self, line: usize) -> usize {
        match self {
            Self::Lines(images) => {
                images[line.min(images.len())..].iter().find_map(|image| *image).unwrap_or(line)
            }
            Self::Same | Self::Unknown => line,
        }
    }

    /// Whether two runs are at the same place of their files: in the same function, and
    /// between the same lines. `None` if the lines beside the old one are gone, or the
    /// files are not known and their hunks show nothing of each other.
    pub(super) fn agree(&self, old: &Run<'_>, new: &Run<'_>) -> Option<bool> {
        if let (Some(from), Some(to)) = (&old.place, &new.place)
            && from != to
        {
            return Some(false);
        }
        if matches!(self, Self::Unknown) {
            let is_close = common(&old.before, &new.before) + common(&old.after, &new.after) > 0;
            return if passed(old, new) { Some(false) } else { is_close.then_some(true) };
        }
        let above = match old.lines.start.checked_sub(1) {
            Some(line) => self.of_line(line)? + 1,
            None => 0,
        };
        let below = self.of_line(old.lines.end)?;
        Some(new.lines.end >= above && new.lines.start <= below)
    }
}

/// How many lines that say something are in both.
fn common(one: &[&str], two: &[&str]) -> usize {
    one.iter().filter(|line| weight(line) > 0 && two.contains(line)).count()
}

/// Whether a line of the context that was on one side of a run is on the other now. Only
/// lines that stand once in both hunks, and say something, tell.
fn passed(old: &Run<'_>, new: &Run<'_>) -> bool {
    let is_once = |run: &Run<'_>, line: &str| {
        run.before.iter().chain(&run.after).filter(|other| **other == line).count() == 1
    };
    let crosses = |before: &[&str], after: &[&str]| {
        before.iter().any(|line| {
            weight(line) > 0 && after.contains(line) && is_once(old, line) && is_once(new, line)
        })
    };
    crosses(&old.before, &new.after) || crosses(&old.after, &new.before)
}
