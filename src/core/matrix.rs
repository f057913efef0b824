//! The regression matrix: releases × scenarios × versions of Bazel, each cell with both sides.
//!
//! One structure for every report. What was not run says so, with the reason: it is never
//! counted among what passed.

use serde::Serialize;

use super::ids::{CommitId, Release, TreeId};
use super::scenario::{Phase, Side};
use super::verdict::{Cell, Verdict};

/// Everything that a run of the matrix showed.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    /// The upstream's Bazel module.
    pub module: String,
    /// How far Bazel went at most: a scenario's own phase, or less.
    pub depth: Phase,
    /// The versions of Bazel that were asked for.
    pub bazels: Vec<BazelColumn>,
    /// The releases, newest first.
    pub releases: Vec<ReleaseRow>,
    /// The scenarios, in order of their ids.
    pub scenarios: Vec<ScenarioHead>,
    /// Every cell: by Bazel, then release, then scenario, in the order of those lists.
    pub cells: Vec<MatrixCell>,
    /// The calls of Bazel that cells refer to.
    pub calls: Vec<CallLog>,
}

/// A version of Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct BazelColumn {
    /// As it was asked for: `7.x`, or `installed` where no version was.
    pub asked: String,
    /// As it said itself.
    pub version: Option<String>,
    /// Why it did not run.
    pub not_run: Option<String>,
}

/// A release, and what became of the series on it.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseRow {
    /// The release.
    pub release: Release,
    /// Its commit.
    pub commit: CommitId,
    /// The line that serves it: the folder of its patches.
    pub line: String,
    /// The patched version that is published of it.
    pub version: Option<String>,
    /// The patched tree.
    pub tree: Option<TreeId>,
    /// What became of each patch.
    pub patches: Vec<PatchRow>,
    /// Why there is no patched tree: the patch that stopped, and where.
    pub stopped: Option<String>,
}

/// What became of a patch on a release.
#[derive(Clone, Debug, Serialize)]
pub struct PatchRow {
    /// The patch's file name.
    pub name: String,
    /// The outcome in a word or two.
    pub outcome: String,
}

/// What a scenario is about.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioHead {
    /// Its id.
    pub id: String,
    /// What it shows, in a sentence.
    pub title: String,
    /// Where it was first reported.
    pub link: String,
}

/// One scenario on one release under one Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct MatrixCell {
    /// The version of Bazel, as asked for.
    pub bazel: String,
    /// The release.
    pub release: Release,
    /// The scenario's id.
    pub scenario: String,
    /// What the cell says.
    #[serde(flatten)]
    pub state: State,
    /// What it showed on the pristine tree.
    pub pristine: Option<Observed>,
    /// What it showed on the patched tree.
    pub patched: Option<Observed>,
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "detail")]
pub enum State {
    /// Both sides ran.
    Judged(Cell),
    /// The scenario does not apply to the release: its own reason.
    NotApplicable(String),
    /// It did not run, and why.
    NotRun(String),
}

/// What a scenario showed on one side.
#[derive(Clone, Debug, Serialize)]
pub struct Observed {
    /// The verdict.
    pub verdict: Verdict,
    /// The expected one.
    pub expected: Verdict,
    /// Bazel's words for it, scrubbed.
    pub evidence: String,
    /// The call that showed it: an index into [`Matrix::calls`].
    pub call: Option<usize>,
    /// Whether an earlier run on this machine showed it.
    pub is_cached: bool,
}

/// A call of Bazel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallLog {
    /// The command line, as a person would type it, scrubbed.
    pub command: String,
    /// What Bazel printed, scrubbed; the middle is left out where it is long.
    pub log: String,
}

impl BazelColumn {
    /// What people call it: the version that ran, or the one that was asked for.
    pub fn name(&self) -> &str {
        self.version.as_deref().unwrap_or(&self.asked)
    }
}

impl State {
    /// The state in a table.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Judged(cell) => cell.name(),
            Self::NotApplicable(_) => "not applicable",
            Self::NotRun(_) => "not run",
        }
    }

    /// Whether both sides ran, and not as expected.
    pub const fn is_bad(&self) -> bool {
        matches!(self, Self::Judged(cell) if !cell.is_good())
    }
}

impl MatrixCell {
    /// Each side with what it showed.
    pub fn sides(&self) -> [(Side, Option<&Observed>); 2] {
        [(Side::Pristine, self.pristine.as_ref()), (Side::Patched, self.patched.as_ref())]
    }

    /// Both sides in a sentence: `pristine conflict as expected, patched hung (expected pass)`.
    pub fn verdicts(&self) -> String {
        let side = |(side, observed): (Side, Option<&Observed>)| match observed {
            None => format!("{} did not run", side.name()),
            Some(o) if o.verdict == o.expected => {
                format!("{} {} as expected", side.name(), o.verdict)
            }
            Some(o) => format!("{} {} (expected {})", side.name(), o.verdict, o.expected),
        };
        self.sides().map(side).join(", ")
    }
}
