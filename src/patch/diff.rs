//! Making hunks: the canonical diff of two versions of a file.
//!
//! Histogram diff with three lines of context, as `git diff --histogram` prints it; a hunk
//! whose pre-image stands more than once in its file gets more context until it does not,
//! so that no applier that searches can put it anywhere else.

use std::cell::OnceCell;
use std::ops::Range;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};
use thiserror::Error;

use crate::patch::apply::split_lines;
use crate::patch::repeats::Repeats;
use crate::patch::text::Text;
use crate::patch::{Hunk, Line, Tag};

/// Lines of context around a change, unless more are needed.
const CONTEXT: usize = 3;

/// So many changes are few.
const FEW: usize = 4;

/// How far back git looks for a better place for a block.
const MAX_SLIDING: usize = 100;

/// How much of a file git looks at to tell whether it is binary.
const FIRST_BYTES: usize = 8000;

/// Why a change has no hunks: a patch is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotText {
    /// A side is binary to git.
    #[error("is binary")]
    Binary,
    /// A hunk would hold a line that is not UTF-8; other lines may be what they like.
    #[error("is not UTF-8 in line {line}, which the patch has to hold")]
    Line {
        /// Its number, from 1: before the change, or after it if it is added.
        line: usize,
    },
}

/// Whether git takes a file for binary: there is a NUL near its beginning.
pub fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(FIRST_BYTES)]).is_some()
}

/// The hunks that turn `before` into `after`; none if they are equal.
///
/// # Errors
///
/// Why a patch cannot hold the change.
pub fn hunks(before: &[u8], after: &[u8]) -> Result<Vec<Hunk>, NotText> {
    hunks_from(&Text::of(before), after)
}

/// The same, if others ask for the lines before the change, too.
///
/// # Errors
///
/// As [`hunks`].
pub fn hunks_from(before: &Text<'_>, after: &[u8]) -> Result<Vec<Hunk>, NotText> {
    diff(before, after, Context::UntilUnique)
}

/// The same with three lines of context and no more, as git makes them: for what is compared
/// with other commits' changes, where context must not depend on the rest of the file.
///
/// # Errors
///
/// As [`hunks`].
pub fn plain(before: &[u8], after: &[u8]) -> Result<Vec<Hunk>, NotText> {
    diff(&Text::of(before), after, Context::Fixed)
}

/// How much context a hunk has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Fixed,
    /// More, until its pre-image stands once in the file.
    UntilUnique,
}

fn diff(before: &Text<'_>, after: &[u8], context: Context) -> Result<Vec<Hunk>, NotText> {
    if is_binary(before.bytes()) || is_binary(after) {
        return Err(NotText::Binary);
    }
    let old = before.lines();
    let new = lines_beside(old, after);
    let mut changes: Vec<Change> = capture_diff_slices(Algorithm::Histogram, old, &new)
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Change::of(&op))
        .collect();
    for index in 0..changes.len() {
        let floor = index.checked_sub(1).map_or((0, 0), |i| (changes[i].old.1, changes[i].new.1));
        let ceiling = changes.get(index + 1).map_or((old.len(), new.len()), |c| (c.old.0, c.new.0));
        changes[index].slide(old, &new, &Gap { floor, ceiling });
    }
    let changed = Changed { old, new: &new, changes: &changes };
    changed.groups(context).iter().map(|group| changed.hunk(group)).collect()
}

/// The lines of a file, given those of another version of it: what both begin and end with is sooner
/// compared than searched for the ends of lines.
fn lines_beside<'a>(old: &[&'a [u8]], new: &'a [u8]) -> Vec<&'a [u8]> {
    let (head, middle, tail) = without_shared_ends(old, new);
    [&old[..head], &split_lines(middle), &old[old.len() - tail..]].concat()
}

/// How many lines a file begins with, and ends with, as the one with the lines `old` does; and what
/// is between them.
fn without_shared_ends<'a>(old: &[&[u8]], new: &'a [u8]) -> (usize, &'a [u8], usize) {
    let (mut head, mut middle, mut tail) = (0, new, 0);
    // A line without an end is the beginning of others.
    for line in old.iter().take_while(|line| line.ends_with(b"\n")) {
        let Some(rest) = middle.strip_prefix(*line) else { break };
        (head, middle) = (head + 1, rest);
    }
    for line in old[head..].iter().rev() {
        let is_line = |rest: &&[u8]| rest.is_empty() || rest.ends_with(b"\n");
        let Some(rest) = middle.strip_suffix(*line).filter(is_line) else { break };
        (middle, tail) = (rest, tail + 1);
    }
    (head, middle, tail)
}

/// Lines `old.0..old.1` become lines `new.0..new.1`.
#[derive(Clone, Debug)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

/// Where a change may move to: between the ends of its neighbours, in the old and the new file.
struct Gap {
    floor: (usize, usize),
    ceiling: (usize, usize),
}

impl Change {
    fn of(op: &DiffOp) -> Self {
        let (old, new) = (op.old_range(), op.new_range());
        Self { old: (old.start, old.end), new: (new.start, new.end) }
    }

    /// A pure insertion or removal between equal lines may stand in several places: it goes
    /// where git's indent heuristic puts it (git-diff(1), `--indent-heuristic`), the last of
    /// equals.
    fn slide(&mut self, old: &[&[u8]], new: &[&[u8]], gap: &Gap) {
        let Gap { floor, ceiling } = *gap;
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
        // git looks no further back than one line more than the block has.
        let first = first.max(last.saturating_sub((end - start + 1).min(MAX_SLIDING)));
        let mut best = (last, Score::of(lines, last, end - start));
        for at in (first..last).rev() {
            let score = Score::of(lines, at, end - start);
            if score.is_better_than(best.1) {
                best = (at, score);
            }
        }
        let shift = |pair: (usize, usize)| (pair.0 + best.0 - start, pair.1 + best.0 - start);
        (self.old, self.new) = (shift(self.old), shift(self.new));
    }
}

/// How bad it looks to have a block of lines here: the fewer of both, the better.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// How deep the lines after each end of the block are indented.
    indent: i64,
    /// What speaks against cutting the file at its ends.
    penalty: i64,
}

impl Score {
    fn of(lines: &[&[u8]], start: usize, length: usize) -> Self {
        let (first, second) = (Self::of_cut(lines, start), Self::of_cut(lines, start + length));
        Self { indent: first.indent + second.indent, penalty: first.penalty + second.penalty }
    }

    /// One column of indentation or more weighs as much as a penalty of 60.
    fn is_better_than(self, other: Self) -> bool {
        60 * (self.indent - other.indent).signum() + self.penalty - other.penalty < 0
    }

    /// The score of cutting before line `at`, with the weights that git's authors found by
    /// trying them on real histories.
    fn of_cut(lines: &[&[u8]], at: usize) -> Self {
        let blank_lines = |mut lines: &mut dyn Iterator<Item = &&[u8]>| {
            let blank = (&mut lines).take_while(|line| indent_of(line).is_none()).count();
            i64::try_from(blank).unwrap_or(i64::MAX)
        };
        let here = lines.get(at).and_then(|line| indent_of(line));
        let blank_before = blank_lines(&mut lines[..at].iter().rev());
        let before = lines[..at].iter().rev().find_map(|line| indent_of(line));
        let rest = lines.get(at + 1..).unwrap_or_default();
        let after = rest.iter().find_map(|line| indent_of(line));
        // The end of the file counts as a blank line.
        let blank_after = if here.is_none() { 1 + blank_lines(&mut rest.iter()) } else { 0 };
        let blank = blank_before + blank_after;
        let is_first = before.is_none() && blank_before == 0;
        let is_last = at >= lines.len();
        let mut penalty = i64::from(is_first) + 21 * i64::from(is_last);
        penalty += 6 * blank_after - 30 * blank;
        let indent = here.or(after);
        penalty += match (indent, before, blank > 0) {
            (Some(indent), Some(before), true) if indent > before => 10,
            (Some(indent), Some(before), false) if indent > before => -4,
            (Some(indent), Some(before), has_blank) if indent < before => {
                match (after.is_some_and(|after| after > indent), has_blank) {
                    (_, true) => 17,
                    (true, false) => 24,
                    (false, false) => 23,
                }
            }
            _ => 0,
        };
        Self { indent: indent.unwrap_or(-1), penalty }
    }
}

/// The width of a line's indentation, a tab reaching to the next multiple of 8; `None` for
/// a blank line.
fn indent_of(line: &[u8]) -> Option<i64> {
    let mut width = 0;
    for &byte in line {
        match byte {
            b' ' => width += 1,
            b'\t' => width += 8 - width % 8,
            b'\n' | b'\r' => {}
            _ => return Some(width),
        }
    }
    None
}

/// Whether a stretch of lines stands at no other place.
fn stands_once(lines: &[&[u8]], stretch: &Range<usize>) -> bool {
    let wanted = &lines[stretch.clone()];
    wanted.is_empty() || lines.windows(wanted.len()).filter(|other| *other == wanted).count() == 1
}

/// Neighbouring changes that share a hunk, by their indices.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    changes: Range<usize>,
    /// How many lines of context it has on each side.
    context: usize,
}

impl Group {
    fn with(self, next: &Self) -> Self {
        let context = self.context.max(next.context);
        Self { changes: self.changes.start..next.changes.end, context }
    }
}

/// Two versions of a file, and what is different in them.
struct Changed<'a> {
    old: &'a [&'a [u8]],
    new: &'a [&'a [u8]],
    changes: &'a [Change],
}

impl Changed<'_> {
    /// The changes of each hunk. What touches is one, also if only more context makes it touch.
    fn groups(&self, context: Context) -> Vec<Group> {
        let repeats = OnceCell::new();
        let is_few = self.changes.len() <= FEW;
        let is_ambiguous = |group: &Group| {
            let stretch = self.pre_image(group);
            // A hunk or two are looked for, which is sooner done than numbering every line. One
            // that stands there twice may need so much context that it is not.
            let is_first = is_few && group.context == CONTEXT;
            context == Context::UntilUnique
                && !(is_first && stands_once(self.old, &stretch))
                && !repeats.get_or_init(|| Repeats::of(self.old)).is_unique(&stretch)
        };
        let single =
            (0..self.changes.len()).map(|at| Group { changes: at..at + 1, context: CONTEXT });
        let mut rest = single.peekable();
        let mut settled: Vec<Group> = Vec::new();
        while let Some(mut group) = rest.next() {
            loop {
                if let Some(last) = settled.pop_if(|last| self.touch(last, &group)) {
                    group = last.with(&group);
                } else if let Some(next) = rest.next_if(|next| self.touch(&group, next)) {
                    group = group.with(&next);
                } else if is_ambiguous(&group) {
                    group.context += 1;
                } else {
                    break;
                }
            }
            settled.push(group);
        }
        settled
    }

    fn touch(&self, one: &Group, next: &Group) -> bool {
        let end = self.changes[one.changes.end - 1].old.1 + one.context;
        end + next.context >= self.changes[next.changes.start].old.0
    }

    /// The lines of the old file that a hunk shows.
    fn pre_image(&self, group: &Group) -> Range<usize> {
        let changes = &self.changes[group.changes.clone()];
        let (first, last) = (&changes[0], &changes[changes.len() - 1]);
        let end = (last.old.1 + group.context).min(self.old.len());
        first.old.0.saturating_sub(group.context)..end
    }

    fn hunk(&self, group: &Group) -> Result<Hunk, NotText> {
        let Self { old, new, .. } = *self;
        let changes = &self.changes[group.changes.clone()];
        let (first, last) = (&changes[0], &changes[changes.len() - 1]);
        let shown = self.pre_image(group);
        let (before, after) = (first.old.0 - shown.start, shown.end - last.old.1);
        let mut lines = Vec::new();
        let mut push = |tag, (start, end): (usize, usize)| {
            let source = if tag == Tag::Add { new } else { old };
            for (at, line) in source[start..end].iter().enumerate() {
                let text = std::str::from_utf8(line).ok().filter(|text| !text.contains('\0'));
                let text = text.ok_or(NotText::Line { line: start + at + 1 })?.to_owned();
                lines.push(Line { tag, text });
            }
            Ok(())
        };
        let mut at = shown.start;
        for change in changes {
            push(Tag::Context, (at, change.old.0))?;
            push(Tag::Remove, change.old)?;
            push(Tag::Add, change.new)?;
            at = change.old.1;
        }
        push(Tag::Context, (at, shown.end))?;
        let (new_start, new_end) = (first.new.0 - before, last.new.1 + after);
        Ok(Hunk {
            old_start: shown.start + usize::from(!shown.is_empty()),
            new_start: new_start + usize::from(new_end > new_start),
            lines,
            line: 0,
            stripped: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::apply::apply;
    use crate::patch::{BlobName, Change as FileChange, FileMode, FilePatch};
    use proptest::prelude::*;

    fn print(before: &str, after: &str) -> String {
        let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
        hunks.iter().map(ToString::to_string).collect()
    }

    fn file(hunks: Vec<Hunk>) -> FilePatch {
        FilePatch {
            path: "f".parse().unwrap(),
            change: FileChange::Modify,
            mode: FileMode::Regular,
            old: BlobName::from(None),
            new: BlobName::from(None),
            hunks,
            line: 0,
        }
    }

    /// How often the lines that a hunk looks for stand in the file, by looking everywhere.
    fn occurrences(before: &str, hunk: &Hunk) -> usize {
        let wanted: Vec<&[u8]> = hunk.pre_image().map(str::as_bytes).collect();
        let lines = split_lines(before.as_bytes());
        lines.windows(wanted.len().max(1)).filter(|window| *window == wanted).count()
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
        assert_eq!(occurrences(&before, &hunks[0]), 1);
        assert!(hunks[0].lines.len() > 7);
    }

    #[test]
    fn nearly_every_stretch_of_a_file_may_be_the_same() {
        let before = format!("{}b\n", "a\n".repeat(8));
        let after = before.replacen("a\na\na\na\n", "a\na\na\nx\n", 1);
        let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
        assert_eq!(occurrences(&before, &hunks[0]), 1);
    }

    #[test]
    fn a_new_function_is_not_cut_in_the_middle() {
        let before = "def a():\n    return 1\n\ndef c():\n    return 1\n";
        let after = "def a():\n    return 1\n\ndef b():\n    return 1\n\ndef c():\n    return 1\n";
        let expected = "@@ -1,5 +1,8 @@\n def a():\n     return 1\n \n+def b():\n+    return 1\n+\n def c():\n     return 1\n";
        assert_eq!(print(before, after), expected);
    }

    /// A block of a file is added to the rest or removed from the whole: it could stand in several
    /// places, and stands behind as many lines as `git diff -U0` says.
    #[test]
    fn a_block_stands_where_git_puts_it() {
        for (whole, block, at) in [
            ("a\n  b\n  b\n  c\n", 1..2, 1),
            ("\n\n  \ty\n  \ty\n\n  \ty\n}\n  \ty\n", 3..8, 2),
            ("\n  \ty\n        w\n\n}\n    z\n\n  \ty\n", 0..6, 2),
            ("\tt\n\tt\n\tt\n    z\n  y\nx\n  y\n    z\n", 5..7, 4),
            ("    z\n\n  \ty\n    z\n\n  y\n", 0..3, 0),
            ("}\n}\n}\n  }\n\n}\n\n}\n", 4..6, 6),
            ("x\n  \ty\n    z\nx\nx\n    z\n  \ty\n    z\n", 3..6, 3),
            ("  y\n\n  y\n\n  y\n}\n\n", 0..2, 3),
            ("    z\n    z\n    z\n\n\n\n    z\n\n", 1..6, 1),
            ("\tt\n  y\n  y\n\n\n\tt\n\n", 1..2, 2),
            // One line further up than it is long: as far as git looks.
            ("a\n\nx\nx\nx\nb\n", 4..5, 2),
            // Two lines further up it would look better, which git does not see.
            ("  }\n\tt\n  }\n\tt\n  }\n\tt\n\tt\n  }\n", 0..2, 2),
        ] {
            let mut rest = split_lines(whole.as_bytes());
            rest.drain(block.clone());
            let rest = rest.concat();
            let place = |tag: Tag, hunks: Vec<Hunk>| {
                let [hunk] = hunks.as_slice() else { panic!("{hunks:?}") };
                let context = hunk.lines.iter().take_while(|line| line.tag == Tag::Context).count();
                assert!(hunk.lines[context..][..block.len()].iter().all(|line| line.tag == tag));
                hunk.old_start.max(1) - 1 + context
            };
            let added = place(Tag::Add, plain(&rest, whole.as_bytes()).unwrap());
            let removed = place(Tag::Remove, plain(whole.as_bytes(), &rest).unwrap());
            assert_eq!([added, removed], [at; 2], "{whole:?}");
        }
    }

    #[test]
    fn a_block_stands_behind_lines_like_it_though_another_change_comes_first() {
        let expected = "@@ -1,6 +1,3 @@\n-a\n b\n x\n-x\n-x\n c\n";
        assert_eq!(print("a\nb\nx\nx\nx\nc\n", "b\nx\nc\n"), expected);
    }

    #[test]
    fn a_block_stays_before_the_next_change() {
        let expected = "@@ -1,4 +1,5 @@\n h\n x\n+x\n m\n-z\n+Z\n";
        assert_eq!(print("h\nx\nm\nz\n", "h\nx\nx\nm\nZ\n"), expected);
    }

    #[test]
    fn a_file_that_is_emptied_has_no_line_after() {
        assert_eq!(print("a\nb\n", ""), "@@ -1,2 +0,0 @@\n-a\n-b\n");
        assert_eq!(print("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn only_a_line_that_the_patch_holds_has_to_be_text() {
        let line = |line| Err(NotText::Line { line });
        assert_eq!(hunks(b"a\n", b"a\n"), Ok(vec![]));
        assert_eq!(hunks(b"\xff", b"a"), line(1));
        assert_eq!(hunks(b"a\nb\n", b"a\n\xff\n"), line(2));
        assert_eq!(hunks(b"a\nb\n", b"a\nc\n\xff\n"), line(3));
        assert_eq!(hunks(b"a\n", b"a\n\0"), Err(NotText::Binary));
        assert_eq!(hunks(b"a\n\0", b"a\n"), Err(NotText::Binary));
        let before: String = (1..9).map(|number| format!("{number}\n")).collect();
        let with = |from: &str, bytes: &[u8]| {
            let at = before.find(from).unwrap();
            [&before.as_bytes()[..at], bytes, &before.as_bytes()[at + 1..]].concat()
        };
        let diff = |bytes: Vec<u8>| {
            let after: Vec<u8> = bytes.iter().map(|b| if *b == b'8' { b'e' } else { *b }).collect();
            hunks(&bytes, &after)
        };
        assert_eq!(diff(with("5", b"caf\xe9")), line(5));
        assert_eq!(diff(with("6", b"\0")), Err(NotText::Binary));
        let untouched = diff(with("4", b"caf\xe9")).unwrap();
        assert_eq!(
            untouched,
            hunks(before.as_bytes(), before.replace('8', "e").as_bytes()).unwrap()
        );
        let far = |byte: &[u8]| [&b"\n".repeat(FIRST_BYTES), byte, b"\n"].concat();
        assert_eq!(hunks(&far(b"1"), &far(b"\0")), line(FIRST_BYTES + 1));
    }

    #[test]
    fn lines_that_only_look_like_those_of_the_other_side_are_not_theirs() {
        for (old, new, expected) in [
            // The beginning of a line, and its end.
            ("a", "ab\nc\n", (0, "ab\nc\n", 0)),
            ("x\nb\n", "y\nab\n", (0, "y\nab\n", 0)),
            ("b\n", "ab\n", (0, "ab\n", 0)),
            // A line that is shared with the beginning is not shared with the end, too.
            ("a\na\n", "a\n", (1, "", 0)),
            ("a\n", "a\na\n", (1, "a\n", 0)),
            ("a\nb", "a\nc\nb", (1, "c\n", 1)),
            ("x\nb\nc\n", "b\nc\n", (0, "", 2)),
            ("a\n", "", (0, "", 0)),
        ] {
            let old = split_lines(old.as_bytes());
            let (head, middle, tail) = without_shared_ends(&old, new.as_bytes());
            assert_eq!((head, str::from_utf8(middle).unwrap(), tail), expected, "{new:?}");
        }
    }

    /// Adds context as the rule says it: one line to the first group that is ambiguous, as often
    /// as there is one.
    fn by_the_rule(changed: &Changed<'_>, before: &str) -> Vec<Group> {
        let single = |at: usize| Group { changes: at..at + 1, context: CONTEXT };
        let mut groups: Vec<Group> = (0..changed.changes.len()).map(single).collect();
        loop {
            while let Some(at) =
                (1..groups.len()).find(|at| changed.touch(&groups[at - 1], &groups[*at]))
            {
                let next = groups.remove(at);
                groups[at - 1] = groups[at - 1].clone().with(&next);
            }
            let is_ambiguous = |group: &&mut Group| {
                let hunk = changed.hunk(group).unwrap();
                hunk.pre_image().next().is_some() && occurrences(before, &hunk) > 1
            };
            let Some(group) = groups.iter_mut().find(is_ambiguous) else { return groups };
            group.context += 1;
        }
    }

    fn text() -> impl Strategy<Value = String> {
        // Few distinct lines, so that ambiguity and sliding happen often.
        proptest::collection::vec("[ab]?|  [ab]|\\)", 0..24).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn context_is_added_as_the_rule_says(
            lines in proptest::collection::vec("[ab]\n", 1..60),
            changed in proptest::collection::btree_set(0_usize..60, 0..6),
        ) {
            let before: String = lines.concat();
            let old = split_lines(before.as_bytes());
            let mut new = old.clone();
            let is_there = changed.iter().filter(|at| **at < old.len());
            let changes: Vec<Change> =
                is_there.map(|at| Change { old: (*at, at + 1), new: (*at, at + 1) }).collect();
            changes.iter().for_each(|change| new[change.old.0] = b"other\n");
            let changed = Changed { old: &old, new: &new, changes: &changes };
            prop_assert_eq!(changed.groups(Context::UntilUnique), by_the_rule(&changed, &before));
        }

        #[test]
        fn lines_are_the_same_whatever_the_other_side_is(old in text(), new in text()) {
            let lines = lines_beside(&split_lines(old.as_bytes()), new.as_bytes());
            prop_assert_eq!(lines, split_lines(new.as_bytes()));
        }

        #[test]
        fn hunks_turn_one_side_into_the_other_and_are_unique(before in text(), after in text()) {
            let hunks = hunks(before.as_bytes(), after.as_bytes()).unwrap();
            for hunk in &hunks {
                prop_assert!(occurrences(&before, hunk) <= 1);
            }
            let applied = apply(before.as_bytes(), &file(hunks)).unwrap();
            prop_assert_eq!(String::from_utf8(applied).unwrap(), after);
        }
    }
}
