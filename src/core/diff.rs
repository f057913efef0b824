//! Making hunks: the canonical diff of two versions of a file.
//!
//! Histogram diff with three lines of context, as `git diff --histogram` prints it; a hunk
//! whose pre-image stands more than once in its file gets more context until it does not,
//! so that no applier that searches can put it anywhere else.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use super::apply::{occurrences, split_lines};
use super::patch::{Hunk, Line, Tag};

/// Lines of context around a change, unless more are needed.
const CONTEXT: usize = 3;

/// The hunks that turn `before` into `after`; none where they are equal.
///
/// # Errors
///
/// `None` where a side is not UTF-8: a patch is text.
pub fn hunks(before: &[u8], after: &[u8]) -> Option<Vec<Hunk>> {
    std::str::from_utf8(before).ok()?;
    std::str::from_utf8(after).ok()?;
    let (old, new) = (split_lines(before), split_lines(after));
    let mut changes: Vec<Change> = capture_diff_slices(Algorithm::Histogram, &old, &new)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Change::of(&op))
        .collect();
    for index in 0..changes.len() {
        let floor = index.checked_sub(1).map_or((0, 0), |i| (changes[i].old.1, changes[i].new.1));
        let ceiling = changes.get(index + 1).map_or((old.len(), new.len()), |c| (c.old.0, c.new.0));
        changes[index].slide(&old, &new, floor, ceiling);
    }
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let group = Group { changes: vec![change], context: CONTEXT };
        merge_or_push(&mut groups, group);
    }
    // More context may make neighbours touch, and what they become must be unique too.
    loop {
        let ambiguous = |group: &Group| occurrences(before, &group.hunk(&old, &new)) > 1;
        let Some(index) = groups.iter().position(ambiguous) else { break };
        groups[index].context += 1;
        let widened = std::mem::take(&mut groups);
        for group in widened {
            merge_or_push(&mut groups, group);
        }
    }
    Some(groups.iter().map(|group| group.hunk(&old, &new)).collect())
}

/// Lines `old.0..old.1` become lines `new.0..new.1`.
#[derive(Clone, Debug)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

impl Change {
    fn of(op: &DiffOp) -> Self {
        let (old, new) = (op.old_range(), op.new_range());
        Self { old: (old.start, old.end), new: (new.start, new.end) }
    }

    /// A pure insertion or removal between equal lines may stand in several places. It goes
    /// where the block begins and ends most like a paragraph, as far down as it can among
    /// equals (compare git-diff(1), `--indent-heuristic`); `floor` and `ceiling` are the ends
    /// of its neighbours, in the old and in the new file.
    fn slide(
        &mut self,
        old: &[&[u8]],
        new: &[&[u8]],
        floor: (usize, usize),
        ceiling: (usize, usize),
    ) {
        let insertion = self.old.0 == self.old.1;
        let removal = self.new.0 == self.new.1;
        if insertion == removal {
            return;
        }
        let (lines, (start, end), floor, ceiling) = if insertion {
            (new, self.new, floor.1, ceiling.1)
        } else {
            (old, self.old, floor.0, ceiling.0)
        };
        let (mut first, mut last) = (start, start);
        while first > floor && lines[first - 1] == lines[first - 1 + end - start] {
            first -= 1;
        }
        while last + end - start < ceiling && lines[last] == lines[last + end - start] {
            last += 1;
        }
        let cost = |&at: &usize| split_cost(lines, at) + split_cost(lines, at + end - start);
        let best = (first..=last).rev().min_by_key(cost).unwrap_or(start);
        let shift = |pair: (usize, usize)| (pair.0 + best - start, pair.1 + best - start);
        (self.old, self.new) = (shift(self.old), shift(self.new));
    }
}

/// How bad it looks to cut the file before line `at`: cheap before an unindented line
/// and after a blank one.
fn split_cost(lines: &[&[u8]], at: usize) -> usize {
    let indent = |line: &[u8]| line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let blank = |line: &[u8]| line.trim_ascii().is_empty();
    let Some(line) = lines.get(at) else { return 0 };
    if blank(line) {
        return 200;
    }
    let after_blank = at == 0 || blank(lines[at - 1]);
    2 * indent(line) + usize::from(!after_blank)
}

/// Changes that share a hunk, with the context around them.
struct Group {
    changes: Vec<Change>,
    context: usize,
}

fn merge_or_push(groups: &mut Vec<Group>, group: Group) {
    match groups.last_mut() {
        Some(last) if last.touches(&group) => {
            last.changes.extend(group.changes);
            last.context = last.context.max(group.context);
        }
        _ => groups.push(group),
    }
}

impl Group {
    fn touches(&self, next: &Self) -> bool {
        let end = self.changes.last().map_or(0, |change| change.old.1) + self.context;
        let start = next.changes.first().map_or(0, |change| change.old.0);
        end + next.context >= start
    }

    fn hunk(&self, old: &[&[u8]], new: &[&[u8]]) -> Hunk {
        let (first, last) = (&self.changes[0], &self.changes[self.changes.len() - 1]);
        let before = self.context.min(first.old.0);
        let after = self.context.min(old.len() - last.old.1);
        let mut lines = Vec::new();
        let mut push = |tag, source: &[&[u8]]| {
            let text = |line: &&[u8]| String::from_utf8_lossy(line).into_owned();
            lines.extend(source.iter().map(|line| Line { tag, text: text(line) }));
        };
        let mut at = first.old.0 - before;
        for change in &self.changes {
            push(Tag::Context, &old[at..change.old.0]);
            push(Tag::Remove, &old[change.old.0..change.old.1]);
            push(Tag::Add, &new[change.new.0..change.new.1]);
            at = change.old.1;
        }
        push(Tag::Context, &old[at..at + after]);
        let (old_start, new_start) = (first.old.0 - before, first.new.0 - before);
        let (old_end, new_end) = (last.old.1 + after, last.new.1 + after);
        Hunk {
            old_start: old_start + usize::from(old_end > old_start),
            new_start: new_start + usize::from(new_end > new_start),
            lines,
            line: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::apply::apply;
    use crate::core::patch::{Change as FileChange, FilePatch, Mode};
    use proptest::prelude::*;

    fn print(before: &str, after: &str) -> String {
        let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
        hunks.iter().map(ToString::to_string).collect()
    }

    fn file(hunks: Vec<Hunk>) -> FilePatch {
        FilePatch {
            path: "f".parse().unwrap(),
            change: FileChange::Modify,
            mode: Mode::File,
            old: String::new(),
            new: String::new(),
            hunks,
            line: 0,
        }
    }

    #[test]
    fn three_lines_of_context() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let expected = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n";
        assert_eq!(print(before, &before.replace('5', "five")), expected);
    }

    #[test]
    fn an_ambiguous_hunk_gets_context_until_it_is_unique() {
        let block = "  attrs = {\n    a\n    b\n    c\n    d\n  }\n";
        let before = format!("first(\n{block})\nsecond(\n{block})\n");
        let at = before.rfind("    d\n").unwrap();
        let after = format!("{}    c.5\n{}", &before[..at], &before[at..]);
        let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
        assert_eq!(hunks.len(), 1);
        assert_eq!(occurrences(before.as_bytes(), &hunks[0]), 1);
        assert!(hunks[0].lines.len() > 7);
    }

    #[test]
    fn a_new_function_is_not_cut_in_the_middle() {
        let before = "def a():\n    return 1\n\ndef c():\n    return 1\n";
        let after = "def a():\n    return 1\n\ndef b():\n    return 1\n\ndef c():\n    return 1\n";
        let expected = "@@ -1,5 +1,8 @@\n def a():\n     return 1\n \n+def b():\n+    return 1\n+\n def c():\n     return 1\n";
        assert_eq!(print(before, after), expected);
    }

    #[test]
    fn what_is_not_text_has_no_hunks() {
        assert!(hunks(b"\xff", b"a").is_none());
        assert_eq!(hunks(b"a\n", b"a\n"), Some(vec![]));
    }

    fn text() -> impl Strategy<Value = String> {
        // Few distinct lines, so that ambiguity and sliding happen often.
        proptest::collection::vec("[ab]?|  [ab]|\\)", 0..24).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn hunks_turn_one_side_into_the_other_and_are_unique(before in text(), after in text()) {
            let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
            for hunk in &hunks {
                prop_assert!(occurrences(before.as_bytes(), hunk) <= 1);
            }
            let applied = apply(before.as_bytes(), &file(hunks)).unwrap();
            prop_assert_eq!(String::from_utf8(applied).unwrap(), after);
        }
    }
}
