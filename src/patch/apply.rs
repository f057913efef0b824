//! Applying hunks exactly: no offset, no fuzz. Every other tool's tolerance has put a hunk
//! into the wrong function somewhere; here a patch fits its pin or it does not.

use std::borrow::Cow;
use std::ops::Range;

use crate::patch::{FilePatch, Hunk, Tag};

/// Why a hunk does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The line of the patch file to blame, from 1.
    pub line: usize,
    /// What is wrong, for a person.
    pub message: String,
}

/// The file after `patch`, given the file before: empty for a file that is added.
///
/// # Errors
///
/// The first hunk whose lines are not exactly where it says.
pub fn apply(before: &[u8], patch: &FilePatch) -> Result<Vec<u8>, Misfit> {
    let lines = split_lines(before);
    let mut after = Vec::with_capacity(before.len());
    let (mut consumed, mut produced) = (0, 0);
    for hunk in &patch.hunks {
        let misfit = |offset: usize, message: String| Misfit { line: hunk.line + offset, message };
        let (old, new) = (hunk.pre_image().count(), hunk.post_image().count());
        let start = start_index(hunk.old_start, old);
        if start < consumed || start > lines.len() {
            return Err(misfit(0, format!("{}: no line {}", patch.path, hunk.old_start)));
        }
        for line in &lines[consumed..start] {
            after.extend_from_slice(line);
        }
        produced += start - consumed;
        if start_index(hunk.new_start, new) != produced {
            let message =
                format!("{}: the hunk's new start {} is wrong", patch.path, hunk.new_start);
            return Err(misfit(0, message));
        }
        let mut at = start;
        for (offset, line) in hunk.lines.iter().enumerate() {
            if line.tag != Tag::Add {
                if lines.get(at).copied() != Some(line.text.as_bytes()) {
                    let found = lines.get(at).map_or("the end of the file".into(), |found| {
                        format!("{:?}", String::from_utf8_lossy(found).trim_end_matches('\n'))
                    });
                    let expected = line.text.trim_end_matches('\n');
                    let message =
                        format!("{}:{}: expected {expected:?}, found {found}", patch.path, at + 1,);
                    return Err(misfit(offset + 1, message));
                }
                at += 1;
            }
            if line.tag != Tag::Remove {
                after.extend_from_slice(line.text.as_bytes());
            }
        }
        consumed = at;
        produced += new;
    }
    for line in &lines[consumed..] {
        after.extend_from_slice(line);
    }
    Ok(after)
}

/// The lines of the file that a hunk replaces, its context included, counted from 0.
pub fn covered(hunk: &Hunk) -> Range<usize> {
    let count = hunk.pre_image().count();
    let start = start_index(hunk.old_start, count);
    start..start + count
}

/// The patch with the blanks and carriage returns that the ends of its context and removed lines
/// lack, but the file has there; and how many lines lacked them. What strips line ends, such as a
/// hook, leaves patches like that.
pub fn restored<'a>(before: &[u8], patch: &'a FilePatch) -> (Cow<'a, FilePatch>, usize) {
    let lines = split_lines(before);
    let (mut restored, mut count) = (Cow::Borrowed(patch), 0);
    for (index, hunk) in patch.hunks.iter().enumerate() {
        for (at, text) in hunk.stripped_lines(&lines, covered(hunk).start) {
            text.clone_into(&mut restored.to_mut().hunks[index].lines[at].text);
            count += 1;
        }
    }
    (restored, count)
}

/// The lines of a file, each with its line end if it has one.
pub fn split_lines(bytes: &[u8]) -> Vec<&[u8]> {
    lines(bytes).collect()
}

/// The same, one after the other.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let last = (!bytes.is_empty() && !bytes.ends_with(b"\n")).then_some(bytes.len());
    let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1).chain(last);
    let mut start = 0;
    ends.map(move |end| &bytes[std::mem::replace(&mut start, end)..end])
}

/// A hunk header counts lines from 1, but names the line *before* an empty range.
fn start_index(start: usize, count: usize) -> usize {
    if count == 0 { start } else { start.saturating_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::Patch;

    const BEFORE: &str = "one\ntwo\nthree\nfour\nfive\nsix\n";

    fn patch(hunks: &str) -> FilePatch {
        let text = format!(
            "From: A <a@b.c>\nDate: Sun, 1 Nov 2026 09:30:00 +0100\nSubject: s\n\n\
             diff --git a/f b/f\nindex 0000001..0000002 100644\n--- a/f\n+++ b/f\n{hunks}"
        );
        let name = "0001-a.patch".parse().unwrap();
        Patch::parse(&name, "p", text.as_bytes()).unwrap().files.remove(0)
    }

    #[test]
    fn hunks_land_where_they_say() {
        let patch = patch("@@ -1,2 +1,3 @@\n one\n+1.5\n two\n@@ -5,2 +6,2 @@\n five\n-six\n+6\n");
        let after = apply(BEFORE.as_bytes(), &patch).unwrap();
        assert_eq!(String::from_utf8(after).unwrap(), "one\n1.5\ntwo\nthree\nfour\nfive\n6\n");
    }

    #[test]
    fn an_offset_is_refused_and_the_line_is_named() {
        let misfit = apply(BEFORE.as_bytes(), &patch("@@ -2,2 +2,3 @@\n one\n+1.5\n two\n"));
        let misfit = misfit.unwrap_err();
        assert_eq!(misfit.message, r#"f:2: expected "one", found "two""#);
        assert_eq!(misfit.line, 10);
    }

    #[test]
    fn a_wrong_new_start_is_refused() {
        let misfit = apply(BEFORE.as_bytes(), &patch("@@ -1,2 +3,3 @@\n one\n+1.5\n two\n"));
        assert!(misfit.unwrap_err().message.contains("new start 3"));
    }

    #[test]
    fn fuzz_is_refused() {
        let context = "@@ -1,3 +1,4 @@\n ONE\n two\n+2.5\n three\n";
        assert!(apply(BEFORE.as_bytes(), &patch(context)).is_err());
    }

    #[test]
    fn blanks_that_the_file_has_are_restored_and_nothing_else_is() {
        let before = b"one  \n\t\nthree\nfour \n";
        let stripped = patch("@@ -1,4 +1,4 @@\n one\n\n-three\n+3\n four\n");
        assert_eq!(stripped.hunks[0].stripped, 1);
        assert!(apply(before, &stripped).is_err());
        let (whole, count) = restored(before, &stripped);
        assert_eq!(count, 3);
        assert_eq!(apply(before, &whole).unwrap(), b"one  \n\t\n3\nfour \n");
        // Neither what differs otherwise, nor blanks that only the patch has.
        for hunk in ["@@ -1,2 +1,1 @@\n One\n-\t\n", "@@ -1,2 +1,1 @@\n one   \n-\t\n"] {
            assert_eq!(restored(before, &patch(hunk)).1, 0);
        }
    }

    #[test]
    fn hunks_past_the_end_or_out_of_order_are_refused() {
        assert!(apply(BEFORE.as_bytes(), &patch("@@ -9,0 +10 @@\n+x\n")).is_err());
        let swapped = "@@ -5,2 +5,2 @@\n five\n-six\n+6\n@@ -1,2 +1,3 @@\n one\n+1.5\n two\n";
        assert!(apply(BEFORE.as_bytes(), &patch(swapped)).is_err());
    }

    #[test]
    fn insertions_without_context_follow_the_named_line() {
        let after = apply(BEFORE.as_bytes(), &patch("@@ -6,0 +7 @@\n+seven\n")).unwrap();
        assert!(after.ends_with(b"six\nseven\n"));
        let after = apply(BEFORE.as_bytes(), &patch("@@ -0,0 +1 @@\n+zero\n")).unwrap();
        assert!(after.starts_with(b"zero\none\n"));
    }

    #[test]
    fn a_hunk_covers_the_lines_that_it_names() {
        let patch = patch("@@ -1,2 +1,3 @@\n one\n+1.5\n two\n@@ -6,0 +8 @@\n+seven\n");
        assert_eq!([covered(&patch.hunks[0]), covered(&patch.hunks[1])], [0..2, 6..6]);
    }
}
