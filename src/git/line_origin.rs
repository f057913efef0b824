//! Following lines of a file back through upstream's commits.

use std::ops::Range;

use serde::Serialize;

/// A change that a commit made in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineChange {
    /// Its first line in the file after the commit, from 1; if it only removed lines, the one
    /// before which they stood.
    pub line: usize,
    pub removed: Vec<String>,
    pub added: Vec<String>,
}

impl LineChange {
    /// The change as a diff shows it, indented, without its middle if it is long.
    pub fn text(&self) -> String {
        const LINES: usize = 6;
        let mut text = format!("    line {}:\n", self.line);
        for (sign, lines) in [('-', &self.removed), ('+', &self.added)] {
            for line in lines.iter().take(LINES) {
                text.push_str(&format!("      {sign}{}\n", line.trim_end()));
            }
            if lines.len() > LINES {
                text.push_str(&format!("      {sign}… {} more\n", lines.len() - LINES));
            }
        }
        text
    }
}

/// Where lines were before a change of their file. Lines are counted from 0; an empty range is
/// the place between two lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The lines, and with them all that the change replaced in them.
    pub lines: Range<usize>,
    /// Whether the change changed any of them.
    pub is_changed: bool,
    /// Lines beside them that the change took out: they leave no trace but the place.
    pub removed: Vec<Range<usize>>,
}

/// Lines of a file, and those that took their place; either may be none.
pub type Replaced = (Range<usize>, Range<usize>);

/// Where `lines` of a file were before these changes, which are in order.
pub fn origin(lines: &Range<usize>, changes: &[Replaced]) -> Origin {
    let (mut start, mut end) = (lines.start, lines.end);
    let (mut is_changed, mut removed) = (false, Vec::new());
    for (old, new) in changes {
        let is_around = new.start < lines.end && lines.start < new.end;
        // Lines in common, or lines taken out from between two of them.
        if !lines.is_empty() && is_around {
            start = if new.start <= lines.start { old.start } else { start };
            end = if new.end >= lines.end { old.end } else { lines.end + old.end - new.end };
            is_changed = true;
            continue;
        }
        let is_beside = new.end == lines.start || new.start == lines.end;
        if is_beside && old.len() > new.len() || is_around && !old.is_empty() {
            removed.push(old.clone());
        }
        if is_around {
            (start, end) = (old.end, old.end);
        } else if new.end <= lines.start {
            start = lines.start + old.end - new.end;
            end = lines.end + old.end - new.end;
        }
    }
    Origin { lines: start..end, is_changed, removed }
}

/// Whether lines of a file overlap, or meet at their ends.
pub fn touches(lines: &Range<usize>, others: &Range<usize>) -> bool {
    lines.start <= others.end && others.start <= lines.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use similar::{Algorithm, DiffTag, capture_diff_slices};

    fn of(lines: Range<usize>, before: &str, after: &str) -> Origin {
        let (before, after): (Vec<&str>, Vec<&str>) =
            (before.lines().collect(), after.lines().collect());
        let changes = capture_diff_slices(Algorithm::Myers, &before, &after);
        let changes = changes.iter().filter(|change| change.tag() != DiffTag::Equal);
        let changes: Vec<Replaced> =
            changes.map(|change| (change.old_range(), change.new_range())).collect();
        origin(&lines, &changes)
    }

    #[test]
    fn a_long_change_is_shown_without_its_middle() {
        let lines = |count: usize| (1..=count).map(|line| format!("{line} \n")).collect();
        let text = |removed, added| {
            LineChange { line: 7, removed: lines(removed), added: lines(added) }.text()
        };
        assert_eq!(text(1, 2), "    line 7:\n      -1\n      +1\n      +2\n");
        let six = text(6, 0);
        assert_eq!(six.lines().count(), 7, "{six}");
        assert_eq!(text(8, 0), format!("{six}      -… 2 more\n"));
    }

    #[test]
    fn lines_touch_if_there_is_no_line_between_them() {
        for (others, expected) in
            [(0..1, false), (0..2, true), (2..5, true), (4..4, true), (5..6, false)]
        {
            assert_eq!([touches(&(2..4), &others), touches(&others, &(2..4))], [expected; 2]);
        }
    }

    #[test]
    fn lines_are_followed_through_a_change() {
        let before = "a\nb\nc\nd\ne\n";
        let untouched = |lines| Origin { lines, is_changed: false, removed: vec![] };
        assert_eq!(of(3..5, before, "a\nb\nc\nd\ne\n"), untouched(3..5));
        assert_eq!(of(4..6, before, "0\na\nb\nc\nd\ne\n"), untouched(3..5));
        assert_eq!(of(0..2, before, "a\nb\nc\nD\nD\ne\n"), untouched(0..2));
        // A change in the middle and one that reaches beyond.
        let changed = |lines| Origin { lines, is_changed: true, removed: vec![] };
        assert_eq!(of(1..4, before, "a\nb\nC\nC\nd\ne\n"), changed(1..3));
        assert_eq!(of(2..3, before, "a\nB\nC\nD\ne\n"), changed(1..4));
        // Lines that came with it.
        assert_eq!(of(1..2, before, "a\nnew\nb\nc\nd\ne\n"), changed(1..1));
        // Lines that went: within, and beside.
        assert_eq!(of(1..3, before, "a\nb\nd\ne\n"), changed(1..4));
        let gone = Range { start: 1, end: 2 };
        let beside = Origin { lines: 2..3, is_changed: false, removed: vec![gone.clone()] };
        assert_eq!(of(1..2, before, "a\nc\nd\ne\n"), beside);
        let between = Origin { lines: 2..2, is_changed: false, removed: vec![gone] };
        assert_eq!(of(1..1, before, "a\nc\nd\ne\n"), between);
        // A place within a change has the lines that went there; in an addition there are none.
        let gone = Range { start: 1, end: 3 };
        let within = Origin { lines: 3..3, is_changed: false, removed: vec![gone] };
        assert_eq!(of(2..2, before, "a\nB\nC\nd\ne\n"), within);
        assert_eq!(of(2..2, before, "a\nB\nC\nb\nc\nd\ne\n"), untouched(1..1));
    }

    #[test]
    fn changes_beside_lines_are_not_theirs() {
        let before = "a\nb\nc\nd\ne\n";
        let same = |lines| Origin { lines, is_changed: false, removed: vec![] };
        // One line for one, directly behind and directly before.
        assert_eq!(of(1..2, before, "a\nb\nC\nd\ne\n"), same(1..2));
        assert_eq!(of(1..2, before, "A\nb\nc\nd\ne\n"), same(1..2));
        // Lines that went far from them: behind, and before.
        assert_eq!(of(0..1, before, "a\nb\nd\ne\n"), same(0..1));
        assert_eq!(of(3..4, before, "b\nc\nd\ne\n"), same(4..5));
        // What went directly behind them is kept in mind.
        let gone = Range { start: 2, end: 3 };
        assert_eq!(of(1..2, before, "a\nb\nd\ne\n"), Origin { removed: vec![gone], ..same(1..2) });
    }

    proptest! {
        #[test]
        fn lines_that_no_change_touched_are_the_same_lines(
            before in proptest::collection::vec("[a-d]", 0..20),
            after in proptest::collection::vec("[a-d]", 0..20),
            place in (0usize..20, 0usize..20),
        ) {
            let (start, end) = (place.0.min(after.len()), place.1.min(after.len()));
            let lines = start.min(end)..start.max(end);
            let text = |lines: &[String]| lines.iter().map(|l| format!("{l}\n")).collect::<String>();
            let found = of(lines.clone(), &text(&before), &text(&after));
            prop_assert!(found.lines.start <= found.lines.end && found.lines.end <= before.len());
            if !found.is_changed {
                prop_assert_eq!(&before[found.lines], &after[lines]);
            }
        }
    }
}
