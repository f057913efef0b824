//! Porting: what became of each patch on another release.

use serde::Serialize;
use similar::{Algorithm, capture_diff_slices};

use crate::patch::apply::split_lines;
use crate::patch::mail::{FilePatch, Hunk, Tag};
use crate::patch::symbol::{enclosing, indent_of};
use crate::port::already_upstream::{Standing, runs};
use crate::support::ids::{CommitId, PatchName};

/// What became of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The same diff, to the byte, blobs apart.
    Unchanged,
    /// The same lines at other places.
    OffsetOnly,
    /// The same added and removed lines among other context.
    ContextOnly,
    /// Merged with what upstream did to the same files.
    Merged,
    /// A person had a hand in it.
    Resolved,
    /// The release holds some of its hunks; the rest was merged.
    PartlyUpstream,
    /// The release already holds all of it.
    AlreadyUpstream,
    /// It changes nothing, at its own pin.
    Empty,
    /// It does not merge.
    Conflict,
}

impl Outcome {
    /// Compares the hunks of a file before and after the port.
    pub fn classify(before: &[Hunk], after: &[Hunk]) -> Self {
        let same = |detail| shape(before, detail).eq(shape(after, detail));
        if same(Detail::Places) {
            Self::Unchanged
        } else if same(Detail::Lines) {
            Self::OffsetOnly
        } else if same(Detail::Changes) {
            Self::ContextOnly
        } else {
            Self::Merged
        }
    }

    /// The outcome in a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::OffsetOnly => "offset only",
            Self::ContextOnly => "context only",
            Self::Merged => "merged",
            Self::Resolved => "resolved",
            Self::PartlyUpstream => "partly upstream",
            Self::AlreadyUpstream => "already upstream",
            Self::Empty => "empty",
            Self::Conflict => "conflict",
        }
    }

    /// Whether the release needs nothing of the patch.
    pub const fn is_obsolete(self) -> bool {
        matches!(self, Self::AlreadyUpstream | Self::Empty)
    }
}

/// What of a diff is compared, each more than the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// Added and removed lines.
    Changes,
    /// Context, too.
    Lines,
    /// Line numbers, too.
    Places,
}

fn shape(
    hunks: &[Hunk],
    detail: Detail,
) -> impl Iterator<Item = (Option<Tag>, usize, usize, &str)> {
    hunks.iter().flat_map(move |hunk| {
        let place = (None, hunk.old_start, hunk.new_start, "");
        // A hunk that only context parts from the next is one with it.
        let place = (detail >= Detail::Places).then_some(place);
        let kept = hunk
            .lines
            .iter()
            .filter(move |line| detail >= Detail::Lines || line.tag != Tag::Context);
        place.into_iter().chain(kept.map(|line| (Some(line.tag), 0, 0, line.text.as_str())))
    })
}

/// A patch of a series, and what became of it on a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// The patch.
    pub patch: PatchName,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether a patch before it does not merge: then this holds only as far as that one went in.
    pub conditional: bool,
    /// Whether it was left out of the ported series, as the user said.
    pub accepted: bool,
    /// What the outcome rests on, and what is worth a look.
    pub evidence: Vec<Evidence>,
    /// Every place that conflicts.
    pub conflicts: Vec<Conflict>,
}

/// What an outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    /// Merging it changes nothing.
    EqualTree,
    /// It could be taken back from the release.
    ReverseApplies,
    /// A commit of upstream's, after the pin, is the same change (`git patch-id --verbatim`).
    PatchId {
        /// The commit.
        commit: CommitId,
    },
    /// The commit that its `Upstream-Commit` names is in the release, and was not at the pin.
    UpstreamCommit {
        /// The commit.
        commit: CommitId,
    },
    /// The release has a hunk, or some of it.
    Hunk {
        /// The file, in the release.
        path: String,
        /// The hunk's first line.
        hunk: String,
        /// Where its lines are.
        standing: Standing,
    },
    /// Upstream renamed a file that it changes.
    Renamed {
        /// The file, as the patch names it.
        path: String,
        /// The file in the release.
        target: String,
    },
    /// A change lands in another function than at the pin.
    Moved {
        /// The file, in the release.
        path: String,
        /// The line there, from 1.
        line: usize,
        /// What was around it at the pin; empty for the top level.
        from: String,
        /// What is around it in the release.
        to: String,
    },
}

impl Fate {
    /// What becomes of a patch at its own pin.
    pub fn at_pin(patch: &PatchName) -> Self {
        let (patch, outcome) = (patch.clone(), Outcome::Unchanged);
        let (evidence, conflicts) = (Vec::new(), Vec::new());
        Self { patch, outcome, conditional: false, accepted: false, evidence, conflicts }
    }

    /// Whether it stops a port.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Conflict || self.outcome.is_obsolete() && !self.accepted
    }

    /// What is worth a warning though the patch went in.
    pub fn warnings(&self) -> Vec<String> {
        let is_warning = |evidence: &&Evidence| match evidence {
            Evidence::Moved { .. } | Evidence::Renamed { .. } => true,
            Evidence::Hunk { .. } => self.outcome == Outcome::PartlyUpstream,
            _ => false,
        };
        self.evidence.iter().filter(is_warning).map(Evidence::text).collect()
    }

    /// The evidence in a line; empty where there is none.
    pub fn because(&self) -> String {
        self.evidence.iter().map(Evidence::text).collect::<Vec<_>>().join("; ")
    }
}

impl Evidence {
    /// The evidence in a sentence.
    pub fn text(&self) -> String {
        match self {
            Self::EqualTree => "merging it changes nothing".to_owned(),
            Self::ReverseApplies => "it could be taken back from the release".to_owned(),
            Self::PatchId { commit } => {
                format!("upstream's commit {} is the same change", commit.short())
            }
            Self::UpstreamCommit { commit } => {
                format!("its Upstream-Commit {} is in the release", commit.short())
            }
            Self::Hunk { path, hunk, standing } => {
                let standing = match standing {
                    Standing::Here => "is there",
                    Standing::Elsewhere => "is there, at another place",
                    Standing::Partly => "is there in part",
                    Standing::Absent => "is not there",
                };
                format!("`{hunk}` of {path} {standing}")
            }
            Self::Renamed { path, target } => format!("{path} is {target} now"),
            Self::Moved { path, line, from, to } => {
                let name = |place: &str| match place {
                    "" => "the top level".to_owned(),
                    place => format!("`{place}`"),
                };
                let (from, to) = (name(from), name(to));
                format!("{path}:{line} is in {to}, where at the pin it was in {from}")
            }
        }
    }
}

/// The changes that land in another function: the line in `ours`, from 1, and what is around
/// it at the pin and there.
pub fn moved(
    (base, before): (&[u8], &[Hunk]),
    (ours, after): (&[u8], &[Hunk]),
) -> Vec<(usize, String, String)> {
    let (base, ours) = (split_lines(base), split_lines(ours));
    let places = |hunks: &[Hunk], lines: &[&[u8]]| -> Vec<(String, usize, String)> {
        let of = |hunk: &Hunk| {
            let is_empty = hunk.pre_image().next().is_none();
            let start = hunk.old_start.saturating_sub(usize::from(!is_empty));
            let place = |run: crate::port::already_upstream::Run<'_>| {
                let changed = [run.added.as_slice(), &run.removed].concat();
                let indent = changed.iter().find_map(|line| indent_of(line.as_bytes()));
                let at = start + run.at;
                (changed.concat(), at + 1, enclosing(lines, at, indent.unwrap_or(0)))
            };
            runs(hunk).into_iter().map(place).collect::<Vec<_>>()
        };
        hunks.iter().flat_map(of).collect()
    };
    let mut there = places(after, &ours).into_iter();
    let mut moved = Vec::new();
    for (text, _, from) in places(before, &base) {
        let mut rest = there.clone();
        if let Some((_, line, to)) = rest.find(|(other, ..)| *other == text) {
            there = rest;
            if from != to {
                moved.push((line, from, to));
            }
        }
    }
    moved
}

/// One place where upstream and a patch changed the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The file, as the patch names it.
    pub path: String,
    /// The file in the release, which may have renamed it.
    pub target: String,
    /// The line in the release's file, from 1; 0 where the whole file conflicts.
    pub line: usize,
    /// What kind of conflict it is.
    pub reason: Reason,
    /// The lines at the pin.
    pub base: String,
    /// The lines in the release.
    pub upstream: String,
    /// The lines that the patch wants.
    pub patch: String,
}

/// Why a place conflicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// A side is no text, or the file's mode or kind changed.
    Kind,
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
            Self::Kind => "the file's kind or mode changed",
        }
    }
}

impl Conflict {
    /// A conflict of a whole file.
    pub fn whole(path: &str, reason: Reason) -> Self {
        let (path, target) = (path.to_owned(), path.to_owned());
        let [base, upstream, patch] = [(); 3].map(|()| String::new());
        Self { path, target, line: 0, reason, base, upstream, patch }
    }

    /// The hunk of a patch that makes this conflict: the one that shares most lines with it,
    /// before and after the change. A whole file's conflict has none.
    pub fn hunk_of<'a>(&self, file: &'a FilePatch) -> Option<&'a Hunk> {
        let base: Vec<&str> = self.base.split_inclusive('\n').collect();
        let patch: Vec<&str> = self.patch.split_inclusive('\n').collect();
        let shared = |hunk: &Hunk| {
            let before: Vec<&str> = hunk.pre_image().collect();
            let after: Vec<&str> = hunk.post_image().collect();
            overlap(&before, &base) + overlap(&after, &patch)
        };
        let hunks = file.hunks.iter().filter(|_| self.line > 0);
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

/// A file with conflict markers, as the places that it marks, each with its line in `ours`.
/// `size` is the length of the markers, longer than any in the file; the style is diff3.
pub fn conflicts_in(path: &str, merged: &str, ours: &str, size: usize) -> Vec<Conflict> {
    let marker = |sign: &str| sign.repeat(size);
    let [ours_marker, base_marker, patch_marker, end_marker] = ["<", "|", "=", ">"].map(marker);
    let mut conflicts: Vec<Conflict> = Vec::new();
    // The file with ours taken everywhere, to find the places in ours by.
    let mut resolved: Vec<&str> = Vec::new();
    let mut part = None;
    for line in merged.split_inclusive('\n') {
        let text = line.trim_end();
        let is = |marker: &str| text == marker || text.starts_with(&format!("{marker} "));
        match (part, conflicts.last_mut()) {
            (None, _) if is(&ours_marker) => {
                part = Some(0);
                let whole = Conflict::whole(path, Reason::Content);
                conflicts.push(Conflict { line: resolved.len(), ..whole });
            }
            (Some(_), _) if is(&base_marker) => part = Some(1),
            (Some(_), _) if is(&patch_marker) => part = Some(2),
            (Some(_), _) if is(&end_marker) => part = None,
            (Some(0), Some(conflict)) => {
                conflict.upstream.push_str(line);
                resolved.push(line);
            }
            (Some(1), Some(conflict)) => conflict.base.push_str(line),
            (Some(_), Some(conflict)) => conflict.patch.push_str(line),
            _ => resolved.push(line),
        }
    }
    let ours: Vec<&str> = ours.split_inclusive('\n').collect();
    let changes = capture_diff_slices(Algorithm::Histogram, &resolved, &ours);
    for conflict in &mut conflicts {
        let at = conflict.line;
        let change = changes.iter().rev().find(|change| change.old_range().start <= at);
        let moved = change.map_or(at, |change| {
            let (old, new) = (change.old_range(), change.new_range());
            (new.start + at - old.start).min(new.end)
        });
        conflict.line = moved + 1;
    }
    conflicts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff::hunks;
    use crate::patch::mail::{Change, Mode};

    fn diff(before: &str, after: &str) -> Vec<FilePatch> {
        vec![FilePatch {
            path: "f".parse().unwrap(),
            change: Change::Modify,
            mode: Mode::File,
            old: String::new(),
            new: String::new(),
            hunks: hunks(before.as_bytes(), after.as_bytes()).unwrap(),
            line: 0,
        }]
    }

    #[test]
    fn outcomes_are_told_apart() {
        let base = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let patched = base.replace('5', "five");
        let before = diff(base, &patched);
        let classify = |text: &str, patched: &str| {
            Outcome::classify(&before[0].hunks, &diff(text, patched)[0].hunks)
        };
        assert_eq!(classify(base, &patched), Outcome::Unchanged);
        let moved = format!("0\n{base}");
        assert_eq!(classify(&moved, &moved.replace('5', "five")), Outcome::OffsetOnly);
        let context = base.replace('3', "three");
        assert_eq!(classify(&context, &context.replace('5', "five")), Outcome::ContextOnly);
        assert_eq!(classify(base, &base.replace('5', "FIVE")), Outcome::Merged);
    }

    #[test]
    fn a_change_in_another_function_is_seen() {
        let base = "def one():\n    pass\n\ndef two():\n    pass\n";
        let other = "def two():\n    pass\n\ndef one():\n    pass\n";
        let with = |text: &str| diff(text, &format!("{text}    more()\n"))[0].hunks.clone();
        let found = moved((base.as_bytes(), &with(base)), (other.as_bytes(), &with(other)));
        assert_eq!(found, [(6, "def two".to_owned(), "def one".to_owned())]);
        assert_eq!(moved((base.as_bytes(), &with(base)), (base.as_bytes(), &with(base))), []);
    }

    #[test]
    fn marked_places_are_read_with_all_three_sides() {
        // The patch added `0` at the top without a conflict: ours has no such line.
        let merged = "0\n1\n<<<< 2.0.0\nup\n|||| 1.0.0\nold\n====\nnew\nnewer\n>>>> 0001\n4\n<<<< 2.0.0\n|||| 1.0.0\nb\n====\nc\n>>>> 0001\n";
        let conflicts = conflicts_in("f", merged, "1\nup\n4\n", 4);
        assert_eq!(conflicts.len(), 2);
        assert_eq!(conflicts[0].line, 2);
        assert_eq!(conflicts[0].upstream, "up\n");
        assert_eq!(conflicts[0].base, "old\n");
        assert_eq!(conflicts[0].patch, "new\nnewer\n");
        assert_eq!((conflicts[1].line, conflicts[1].upstream.as_str()), (4, ""));
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
