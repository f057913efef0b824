//! What conflicts in a three-way merge, and why.

use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::git::commit::UpstreamCommit;
use crate::patch::{FilePatch, Hunk, diff};

/// One place where upstream and a patch changed the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Conflict {
    /// The file, as the patch names it.
    pub path: String,
    /// The file in the release, which may have renamed it.
    pub target: String,
    /// The line in the release's file, from 1; 0 if the whole file conflicts.
    pub line: usize,
    /// What kind of conflict it is.
    pub reason: Reason,
    /// The lines at the pin.
    pub base: String,
    /// The lines in the release.
    pub upstream: String,
    /// The lines that the patch wants.
    pub patch: String,
    /// The line at the pin, from 1; 0 if the whole file conflicts.
    #[serde(skip)]
    pub pin_line: usize,
    /// The few lines before and after that neither changed.
    #[serde(skip)]
    pub around: [String; 2],
    /// The commits of upstream that changed it, newest first, if they were looked for.
    pub caused_by: Vec<UpstreamCommit>,
}

/// What lines end in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    Crlf,
    Lf,
}

impl LineEnds {
    /// The program that gives a file such line ends.
    pub const fn program(self) -> &'static str {
        match self {
            Self::Crlf => "unix2dos",
            Self::Lf => "dos2unix",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Both changed the same lines.
    Content,
    /// The release has no such file, and none that it was renamed to.
    Deleted,
    /// No patch before it that went in adds the file.
    LeftOut,
    /// The patch adds a file that the release has, with other content.
    Added,
    /// The patch deletes a file that the release changed.
    Changed,
    /// The patch deletes a file that the release renamed.
    Renamed,
    /// The patch adds a file to a directory that the release renamed.
    DirectoryRenamed,
    /// The release has a directory in place of the file.
    Directory,
    /// The release has a file, a link or a submodule in place of a directory that the file is in.
    Below,
    /// A side is a symbolic link, the other is not; or both are, to different places.
    Link,
    /// The release has a submodule in place of the file.
    Submodule,
    /// Both made it another mode, or both added it, each with another mode.
    Mode,
    /// A side is binary.
    Binary,
    /// It merges, but a patch cannot hold it: a line beside the change is not UTF-8.
    Encoding,
}

impl Reason {
    /// The reason in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Content => "both changed these lines",
            Self::Deleted => "upstream deleted the file",
            Self::LeftOut => "a patch before it adds the file, and is not in",
            Self::Added => "upstream added the file too, with other content",
            Self::Changed => "upstream changed the file that the patch deletes",
            Self::Renamed => "upstream renamed the file that the patch deletes",
            Self::DirectoryRenamed => "upstream renamed its directory",
            Self::Directory => "upstream has a directory in its place",
            Self::Below => "upstream has a file or a link in place of its directory",
            Self::Link => "upstream has a symbolic link in its place",
            Self::Submodule => "upstream has a submodule in its place",
            Self::Mode => "both changed the file's mode",
            Self::Binary => "both changed the file, and a side is binary",
            Self::Encoding => "this line is not UTF-8, and too close to the change for a patch",
        }
    }
}

impl Conflict {
    /// A conflict of a whole file.
    pub fn whole(path: &str, reason: Reason) -> Self {
        let (path, target) = (path.to_owned(), path.to_owned());
        let [base, upstream, patch] = [(); 3].map(|()| String::new());
        let (around, caused_by) = (Default::default(), Vec::new());
        let (line, pin_line) = (0, 0);
        Self { path, target, line, reason, base, upstream, patch, pin_line, around, caused_by }
    }

    /// What upstream did to the lines of the pin, as a diff.
    pub fn upstream_hunks(&self) -> Vec<Hunk> {
        self.hunks(&self.upstream, self.line)
    }

    /// What the patch does to them; they begin at `line` once it is in.
    pub fn patch_hunks(&self, line: usize) -> Vec<Hunk> {
        self.hunks(&self.patch, line)
    }

    /// None if only a whole file conflicts, or if the lines cannot be shown.
    fn hunks(&self, side: &str, line: usize) -> Vec<Hunk> {
        let [before, after] = &self.around;
        let text = |lines: &str| format!("{before}{lines}{after}").into_bytes();
        let mut hunks = diff::plain(&text(&self.base), &text(side)).unwrap_or_default();
        let above = before.lines().count() + 1;
        for hunk in &mut hunks {
            hunk.old_start = (hunk.old_start + self.pin_line).saturating_sub(above);
            hunk.new_start = (hunk.new_start + line).saturating_sub(above);
        }
        hunks
    }

    /// Why it conflicts, in a sentence.
    pub fn why(&self) -> &'static str {
        match self.converted_to() {
            Some(LineEnds::Crlf) => "upstream gave these lines CRLF line ends, nothing else",
            Some(LineEnds::Lf) => "upstream gave these lines LF line ends, nothing else",
            None => self.reason.name(),
        }
    }

    /// The line ends that upstream gave these lines, if it changed nothing else of them.
    pub fn converted_to(&self) -> Option<LineEnds> {
        let Self { base, upstream, .. } = self;
        let [old, new] = [base, upstream].map(|text| text.replace("\r\n", "\n"));
        if self.reason != Reason::Content || base == upstream || old != new {
            return None;
        }
        Some(if upstream.contains("\r\n") { LineEnds::Crlf } else { LineEnds::Lf })
    }

    /// The hunk of a patch that makes this conflict: the one that shares most lines with it,
    /// before and after the change. Only changed lines have one.
    pub fn hunk_of<'a>(&self, file: &'a FilePatch) -> Option<&'a Hunk> {
        let base: Vec<&str> = self.base.split_inclusive('\n').collect();
        let patch: Vec<&str> = self.patch.split_inclusive('\n').collect();
        let shared = |hunk: &Hunk| {
            let before: Vec<&str> = hunk.pre_image().collect();
            let after: Vec<&str> = hunk.post_image().collect();
            overlap(&before, &base) + overlap(&after, &patch)
        };
        let hunks = file.hunks.iter().filter(|_| self.reason == Reason::Content);
        hunks.rev().max_by_key(|hunk| shared(hunk))
    }
}

/// How many lines two parts of one file share where they overlap.
fn overlap(one: &[&str], other: &[&str]) -> usize {
    let at = |shift: usize, one: &[&str], other: &[&str]| {
        let shared = one.len().saturating_sub(shift).min(other.len());
        if one[shift..shift + shared] == other[..shared] { shared } else { 0 }
    };
    let later = (0..one.len()).map(|shift| at(shift, one, other)).max();
    let earlier = (0..other.len()).map(|shift| at(shift, other, one)).max();
    later.max(earlier).unwrap_or(0)
}

/// How many lines beside a conflict are kept of those that neither side changed.
const CONTEXT: usize = 3;

/// A file with conflict markers, as the places that it marks, each with its lines in the other
/// texts, `base` and `ours`. `size` is the length of the markers, longer than any in the file; the
/// style is diff3.
pub fn conflicts_in(merged: &str, [base, ours]: [&str; 2], size: usize) -> Vec<Conflict> {
    let marker = |sign: &str| sign.repeat(size);
    let [ours_marker, base_marker, patch_marker, end_marker] = ["<", "|", "=", ">"].map(marker);
    let mut conflicts: Vec<Conflict> = Vec::new();
    // The file with one side taken everywhere, to find the places in that side by.
    let (mut with_base, mut with_ours) = (Vec::new(), Vec::new());
    let mut part = None;
    for line in merged.split_inclusive('\n') {
        let text = line.trim_end();
        let is = |marker: &str| {
            text.strip_prefix(marker)
                .is_some_and(|label| label.is_empty() || label.starts_with(' '))
        };
        match (part, conflicts.last_mut()) {
            (None, _) if is(&ours_marker) => {
                part = Some(0);
                let whole = Conflict::whole("", Reason::Content);
                let (line, pin_line) = (with_ours.len(), with_base.len());
                conflicts.push(Conflict { line, pin_line, ..whole });
            }
            (Some(_), _) if is(&base_marker) => part = Some(1),
            (Some(_), _) if is(&patch_marker) => part = Some(2),
            (Some(_), _) if is(&end_marker) => part = None,
            (Some(0), Some(conflict)) => {
                conflict.upstream.push_str(line);
                with_ours.push(line);
            }
            (Some(1), Some(conflict)) => {
                conflict.base.push_str(line);
                with_base.push(line);
            }
            (Some(_), Some(conflict)) => conflict.patch.push_str(line),
            _ => [&mut with_ours, &mut with_base].into_iter().for_each(|lines| lines.push(line)),
        }
    }
    let (base, ours) = (Side::new(&with_base, base), Side::new(&with_ours, ours));
    let starts: Vec<usize> = conflicts.iter().map(|conflict| conflict.pin_line).collect();
    let mut floor = 0;
    for (index, conflict) in conflicts.iter_mut().enumerate() {
        let start = conflict.pin_line;
        let end = start + conflict.base.lines().count();
        let ceiling = starts.get(index + 1).copied().unwrap_or(with_base.len());
        conflict.around = [base.before(floor..start), base.after(end..ceiling)];
        conflict.pin_line = base.place(start) + 1;
        conflict.line = ours.place(conflict.line) + 1;
        floor = end;
    }
    conflicts
}

/// A side of a merge: the merged file with that side of every conflict, beside its own text.
struct Side<'a> {
    merged: &'a [&'a str],
    own: Vec<&'a str>,
    changes: Vec<DiffOp>,
}

impl<'a> Side<'a> {
    fn new(merged: &'a [&'a str], own: &'a str) -> Self {
        let own: Vec<&str> = own.split_inclusive('\n').collect();
        let changes = capture_diff_slices(Algorithm::Histogram, merged, &own);
        Self { merged, own, changes }
    }

    /// Where a line of the merged file is in the side's own; both from 0.
    fn place(&self, at: usize) -> usize {
        let change = self.changes.iter().rev().find(|change| change.old_range().start <= at);
        change.map_or(at, |change| {
            let (old, new) = (change.old_range(), change.new_range());
            (new.start + at - old.start).min(new.end)
        })
    }

    /// The last of these lines of the merged file, as far back as they are the side's own.
    fn before(&self, lines: Range<usize>) -> String {
        let end = self.place(lines.end);
        let is_own = |back: &usize| {
            let own = end.checked_sub(*back).map(|at| self.own[at]);
            own == Some(self.merged[lines.end - back])
        };
        let count = (1..=lines.len().min(CONTEXT)).take_while(is_own).count();
        self.merged[lines.end - count..lines.end].concat()
    }

    /// The first of these lines, as far as they are the side's own.
    fn after(&self, lines: Range<usize>) -> String {
        let start = self.place(lines.start);
        let is_own = |on: &usize| self.own.get(start + on) == self.merged.get(lines.start + on);
        let count = (0..lines.len().min(CONTEXT)).take_while(is_own).count();
        self.merged[lines.start..lines.start + count].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff::hunks;
    use crate::patch::{BlobName, Change, FileMode};

    fn diff(before: &str, after: &str) -> Vec<FilePatch> {
        vec![FilePatch {
            path: "f".parse().unwrap(),
            change: Change::Modify,
            mode: FileMode::Regular,
            old: BlobName::from(None),
            new: BlobName::from(None),
            hunks: hunks(before.as_bytes(), after.as_bytes()).unwrap(),
            line: 0,
        }]
    }

    #[test]
    fn marked_places_are_read_with_all_three_sides() {
        // The patch added `0` at the top without a conflict: ours has no such line.
        let merged = "0\n1\n<<<< 2.0.0\nup\n|||| 1.0.0\nold\n====\nnew\nnewer\n>>>> 0001\n4\n<<<< 2.0.0\n|||| 1.0.0\nb\n====\nc\n>>>> 0001\n";
        let conflicts = conflicts_in(merged, ["1\nold\n4\nb\n", "1\nup\n4\n"], 4);
        assert_eq!(conflicts.len(), 2);
        assert_eq!(conflicts[0].line, 2);
        assert_eq!(conflicts[0].upstream, "up\n");
        assert_eq!(conflicts[0].base, "old\n");
        assert_eq!(conflicts[0].patch, "new\nnewer\n");
        assert_eq!((conflicts[1].line, conflicts[1].upstream.as_str()), (4, ""));
        assert_eq!((conflicts[0].pin_line, conflicts[1].pin_line), (2, 4));
        // `0` is the patch's: no line of the pin beside the conflict.
        assert_eq!(conflicts[0].around, ["1\n", "4\n"]);
        assert_eq!(conflicts[1].around, ["4\n", ""]);
    }

    #[test]
    fn lines_beside_a_conflict_are_told_as_far_as_no_side_changed_them() {
        let merged = "a\nb\n<<<< 2\nup\n|||| 1\nold\n====\nnew\n>>>> p\nc\nd\nE\n";
        let pin = "a\nb\nold\nc\nd\ne\n";
        let conflicts = conflicts_in(merged, [pin, &pin.replace("old", "up")], 4);
        assert_eq!(conflicts[0].around, ["a\nb\n", "c\nd\n"]);
    }

    #[test]
    fn both_diffs_count_from_the_pin() {
        let base = "a\nb\nc\nd\nold\ne\n";
        // Upstream put two lines at the top, the patch one.
        let ours = format!("x\ny\n{}", base.replace("old", "up"));
        let merged = "x\ny\n0\na\nb\nc\nd\n<<<< 2\nup\n|||| 1\nold\n====\nnew\nnewer\n>>>> p\ne\n";
        let conflicts = conflicts_in(merged, [base, &ours], 4);
        let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
        let headers = |hunks: Vec<Hunk>| hunks.iter().map(Hunk::header).collect::<Vec<_>>();
        assert_eq!(conflict.around, ["b\nc\nd\n", "e\n"]);
        assert_eq!(headers(conflict.upstream_hunks()), ["@@ -2,5 +4,5 @@"]);
        assert_eq!(headers(conflict.patch_hunks(6)), ["@@ -2,5 +3,6 @@"]);
    }

    #[test]
    fn line_ends_are_told_from_other_changes() {
        let of = |base: &str, upstream: &str| {
            let (base, upstream) = (base.to_owned(), upstream.to_owned());
            Conflict { base, upstream, ..Conflict::whole("f", Reason::Content) }.converted_to()
        };
        assert_eq!(of("a\nb\n", "a\r\nb\r\n"), Some(LineEnds::Crlf));
        assert_eq!(of("a\r\nb\r\n", "a\nb\n"), Some(LineEnds::Lf));
        assert_eq!(of("a\nb\n", "a\r\nc\r\n"), None);
        assert_eq!(of("", ""), None);
    }

    #[test]
    fn a_conflict_finds_its_hunk() {
        let base: String = (1..60).map(|n| format!("{n}\n")).collect();
        let patched = base.replace("\n10\n", "\nten\n").replace("\n30\n", "\n30\n30a\n30b\n");
        let file = &diff(&base, &patched.replace("\n50\n", "\n50\n30a\n"))[0];
        let hunk_of = |base: &str, patch: &str| {
            let (base, patch) = (base.to_owned(), patch.to_owned());
            let whole = Conflict::whole("f", Reason::Content);
            Conflict { line: 1, base, patch, ..whole }.hunk_of(file).map(Hunk::header)
        };
        let second = Some("@@ -28,6 +28,8 @@".to_owned());
        assert_eq!(hunk_of("9\n10\n", "9\nten\n"), Some("@@ -7,7 +7,7 @@".into()));
        assert_eq!(hunk_of("", "30a\n30b\n"), second);
        assert_eq!(hunk_of("31\n32\n33\n34\n35\n", "30b\n31\n32\n33\n34\n35\n"), second);
        let whole = Conflict::whole("f", Reason::Added);
        assert_eq!(whole.hunk_of(file), None);
    }
}
