//! Porting: what became of each patch on another release.

use serde::Serialize;

use crate::git::merge_conflict::Conflict;
use crate::patch::apply::covered;
use crate::patch::symbol::{Definitions, indent_of};
use crate::patch::text::Text;
use crate::patch::{Hunk, Tag};
use crate::port::already_upstream::{HunkStatus, Run, runs};
use crate::support::ids::{CommitId, TreeId};
use crate::support::look::Meaning;
use crate::support::names::PatchName;

/// What became of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PortOutcome"))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The same diff, to the byte, blobs apart.
    Unchanged,
    /// The same lines, context included, at other places.
    Offset,
    /// The same added and removed lines among other context.
    Fuzz,
    /// Merged with what upstream did to the same files.
    ThreeWayMerge,
    /// A person had a hand in it.
    Resolved,
    /// The release holds some of its hunks; the rest was merged.
    PartlyUpstream,
    /// The release already holds all of it.
    AlreadyUpstream,
    /// It changes nothing, at its own pin.
    Empty,
    /// It conflicts.
    Conflict,
}

impl Outcome {
    /// Compares the hunks of a file before and after the port.
    pub fn classify(before: &[Hunk], after: &[Hunk]) -> Self {
        let same = |detail| shape(before, detail).eq(shape(after, detail));
        if same(Detail::Places) {
            Self::Unchanged
        } else if same(Detail::Lines) {
            Self::Offset
        } else if same(Detail::Changes) {
            Self::Fuzz
        } else {
            Self::ThreeWayMerge
        }
    }

    /// The outcome in a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Offset => "offset",
            Self::Fuzz => "fuzz (context changed)",
            Self::ThreeWayMerge => "three-way merge",
            Self::Resolved => "resolved",
            Self::PartlyUpstream => "partly upstream",
            Self::AlreadyUpstream => "already upstream",
            Self::Empty => "empty",
            Self::Conflict => "conflict",
        }
    }

    /// What it means for whoever keeps the series.
    pub const fn meaning(self) -> Meaning {
        match self {
            Self::Unchanged => Meaning::Unchanged,
            Self::Offset | Self::Resolved => Meaning::Done,
            Self::Fuzz
            | Self::ThreeWayMerge
            | Self::PartlyUpstream
            | Self::AlreadyUpstream
            | Self::Empty => Meaning::Attention,
            Self::Conflict => Meaning::Failed,
        }
    }

    /// Whether the release needs nothing of the patch.
    pub const fn is_already_upstream(self) -> bool {
        matches!(self, Self::AlreadyUpstream | Self::Empty)
    }
}

/// What of a diff is compared, each more than the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    Changes,
    Lines,
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PatchOutcome {
    pub patch: PatchName,
    pub outcome: Outcome,
    /// Whether a patch before it conflicts: then this holds only as far as that one went in.
    pub conditional: bool,
    /// Whether it was left out of the ported series, as the user said.
    #[serde(rename = "dropped")]
    pub accepted: bool,
    /// What the outcome rests on, and what is worth a look.
    pub evidence: Vec<Evidence>,
    pub conflicts: Vec<Conflict>,
    /// The tree that it was merged onto: the release, with the patches before it.
    #[serde(skip)]
    pub before: TreeId,
    /// The tree with it, if it went in.
    #[serde(skip)]
    pub after: Option<TreeId>,
}

/// What an outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PortEvidence"))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Evidence {
    EqualTree,
    /// It could be taken back from the release.
    ReverseApplies,
    /// An upstream commit after the pin is the same change (`git patch-id --verbatim`).
    PatchId {
        commit: CommitId,
    },
    /// The commit that its `Upstream-Commit` names is in the release, and was not at the pin.
    UpstreamCommit {
        commit: CommitId,
    },
    /// The release has a hunk, or some of it.
    Hunk {
        /// The file, in the release.
        path: String,
        /// The hunk's first line.
        hunk: String,
        status: HunkStatus,
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

impl PatchOutcome {
    /// A patch that became `outcome` of a series, for now without evidence.
    pub fn new(patch: &PatchName, outcome: Outcome, before: TreeId) -> Self {
        Self {
            patch: patch.clone(),
            outcome,
            conditional: false,
            accepted: false,
            evidence: Vec::new(),
            conflicts: Vec::new(),
            before,
            after: None,
        }
    }

    /// Whether it stops a port.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Conflict || self.outcome.is_already_upstream() && !self.accepted
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

    /// What its outcome rests on, in a sentence: an upstream commit, if one is known; empty if
    /// there is nothing.
    pub fn because(&self) -> String {
        let is_commit = |evidence: &&Evidence| {
            matches!(evidence, Evidence::PatchId { .. } | Evidence::UpstreamCommit { .. })
        };
        let best = self.evidence.iter().find(is_commit).or(self.evidence.first());
        best.map(Evidence::text).unwrap_or_default()
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
            Self::Hunk { path, hunk, status } => {
                let status = match status {
                    HunkStatus::Here => "is there",
                    HunkStatus::Elsewhere => "is there, at another place",
                    HunkStatus::Partly => "is there in part",
                    HunkStatus::Absent => "is not there",
                };
                format!("`{hunk}` of {path} {status}")
            }
            Self::Renamed { path, target } => format!("{path} is {target} now"),
            Self::Moved { path, line, from, to } => {
                let name = |place: &str| match place {
                    "" => "the top level".to_owned(),
                    place => format!("`{place}`"),
                };
                let (from, to) = (name(from), name(to));
                format!("{path}:{line} is in {to}, but was in {from} at the pin")
            }
        }
    }
}

/// A change that lands in another function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The line in the release, from 1.
    pub line: usize,
    /// What is around it at the pin; empty for the top level.
    pub from: String,
    /// What is around it in the release.
    pub to: String,
}

/// The changes that land in another function, by the places of the same change in two versions.
pub fn moves(before: &[Place], after: &[Place]) -> Vec<Move> {
    let mut there = after.iter();
    let mut moves = Vec::new();
    for Place { text, around: from, .. } in before {
        let mut rest = there.clone();
        if let Some(Place { line, around: to, .. }) = rest.find(|other| other.text == *text) {
            there = rest;
            if from != to {
                moves.push(Move { line: *line, from: from.clone(), to: to.clone() });
            }
        }
    }
    moves
}

/// A run of changed lines in a file.
#[derive(Clone, Debug)]
pub struct Place {
    text: String,
    /// Its first line, from 1.
    line: usize,
    /// The function or class around it.
    around: String,
}

/// Where hunks change a file.
pub fn places(hunks: &[Hunk], file: &Text<'_>) -> Vec<Place> {
    let end = hunks.last().map_or(0, |hunk| covered(hunk).end);
    let definitions = Definitions::above(end, file.lines());
    let of = |hunk: &Hunk| {
        let start = covered(hunk).start;
        let place = |run: Run<'_>| {
            let changed = [run.added.as_slice(), &run.removed].concat();
            let indent = changed.iter().find_map(|line| indent_of(line.as_bytes()));
            let at = start + run.at;
            let around = definitions.around(at, indent.unwrap_or(0));
            Place { text: changed.concat(), line: at + 1, around }
        };
        runs(hunk).into_iter().map(place).collect::<Vec<_>>()
    };
    hunks.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff;

    fn hunks(before: &str, after: &str) -> Vec<Hunk> {
        diff::hunks(before.as_bytes(), after.as_bytes()).unwrap()
    }

    #[test]
    fn outcomes_are_told_apart() {
        let base = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let patched = base.replace('5', "five");
        let before = hunks(base, &patched);
        let classify =
            |text: &str, patched: &str| Outcome::classify(&before, &hunks(text, patched));
        assert_eq!(classify(base, &patched), Outcome::Unchanged);
        let moved = format!("0\n{base}");
        assert_eq!(classify(&moved, &moved.replace('5', "five")), Outcome::Offset);
        let context = base.replace('3', "three");
        assert_eq!(classify(&context, &context.replace('5', "five")), Outcome::Fuzz);
        assert_eq!(classify(base, &base.replace('5', "FIVE")), Outcome::ThreeWayMerge);
    }

    #[test]
    fn an_outcome_rests_on_a_commit_before_all() {
        let name = "0001-a.patch".parse().unwrap();
        let with = |evidence: &[Evidence]| {
            let outcome = PatchOutcome::new(&name, Outcome::Offset, TreeId::new([1; 20]));
            PatchOutcome { evidence: evidence.to_vec(), ..outcome }.because()
        };
        let commit = Evidence::PatchId { commit: CommitId::new([0xab; 20]) };
        assert_eq!(with(&[]), "");
        assert_eq!(
            with(&[Evidence::EqualTree, Evidence::ReverseApplies]),
            Evidence::EqualTree.text()
        );
        assert_eq!(with(&[Evidence::EqualTree, commit.clone()]), commit.text());
    }

    #[test]
    fn a_change_in_another_function_is_seen() {
        let base = "def one():\n    pass\n\ndef two():\n    pass\n";
        let other = "def two():\n    pass\n\ndef one():\n    pass\n";
        let with = |text: &str| hunks(text, &format!("{text}    more()\n"));
        let at = |text: &str| places(&with(text), &Text::of(text.as_bytes()));
        let found = moves(&at(base), &at(other));
        let [from, to] = ["def two", "def one"].map(str::to_owned);
        assert_eq!(found, [Move { line: 6, from, to }]);
        assert_eq!(moves(&at(base), &at(base)), []);
    }
}
