//! Whether two versions of a patch change a file at the same place.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::patch::BlobName;
use crate::patch::apply::split_lines;
use crate::review::changed_lines::{Changes, Run, Version};

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
    pub(super) fn agree(
        &self,
        (changes, old): (&Changes<'_>, &Run),
        (others, new): (&Changes<'_>, &Run),
    ) -> Option<bool> {
        if let (Some(from), Some(to)) = (&old.place, &new.place)
            && from != to
        {
            return Some(false);
        }
        if matches!(self, Self::Unknown) {
            let sides = [changes.beside(old), others.beside(new)];
            return if passed(sides) { Some(false) } else { is_close(sides).then_some(true) };
        }
        let above = match old.lines.start.checked_sub(1) {
            Some(line) => self.of_line(line)? + 1,
            None => 0,
        };
        let below = self.of_line(old.lines.end)?;
        Some(new.lines.end >= above && new.lines.start <= below)
    }
}

/// The lines before a run and after it that say something.
type Beside<'b, 'a> = [&'b [&'a str]; 2];

/// Whether a line is before both runs, or after both.
fn is_close([old, new]: [Beside<'_, '_>; 2]) -> bool {
    old.iter().zip(new).any(|(one, two)| one.iter().any(|line| two.contains(line)))
}

/// Whether a line of the context that was on one side of a run is on the other now. Only
/// lines that stand once in both hunks tell.
fn passed([old, new]: [Beside<'_, '_>; 2]) -> bool {
    let is_once = |beside: Beside<'_, '_>, line: &str| {
        beside.iter().copied().flatten().filter(|other| **other == line).count() == 1
    };
    let crosses = |before: &[&str], after: &[&str]| {
        before.iter().any(|line| after.contains(line) && is_once(old, line) && is_once(new, line))
    };
    crosses(old[0], new[1]) || crosses(old[1], new[0])
}
