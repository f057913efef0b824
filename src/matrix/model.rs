//! The regression matrix: releases × scenarios × versions of Bazel, each cell with both sides.
//!
//! One structure for every report. What was not run says so, with the reason: it is never
//! counted among what passed.

use serde::{Deserialize, Serialize};

use crate::matrix::shard::Shard;
use crate::project::scenario::{Phase, Side, SideResult};
use crate::repro::outcome::Outcome;
use crate::repro::suite::CallLog;
use crate::support::ids::{CommitId, Release, TreeId};

/// Everything that a run of the matrix showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Matrix {
    pub module: String,
    pub origin: Origin,
    /// The part of the matrix that this is; absent if it is the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How far Bazel went at most: a scenario's own phase, or less.
    pub max_phase: Phase,
    /// The versions of Bazel that were asked for.
    pub bazels: Vec<BazelColumn>,
    /// The releases, newest first.
    pub releases: Vec<ReleaseRow>,
    /// The scenarios, in order of their ids.
    pub scenarios: Vec<ScenarioHead>,
    /// The project's scenarios that were not asked for.
    pub not_asked: Vec<String>,
    /// Every cell, or those of the shard: by Bazel, then release, then scenario, in the order of
    /// those lists.
    pub cells: Vec<MatrixCell>,
    /// The calls of Bazel that cells refer to.
    pub calls: Vec<CallLog>,
}

/// Where a run of the matrix comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Origin {
    /// When it began: `2026-11-27 16:57 UTC`.
    pub date: String,
    /// What made it: `patcher 0.1.0`.
    pub tool: String,
    /// The project's commit; none if the project is in no git repository.
    pub commit: Option<String>,
    /// Whether the project had changes that are not in the commit.
    pub is_changed: bool,
    /// The page of the job that ran it.
    pub run_url: Option<String>,
    /// Where the project's files of that commit can be read, up to their paths in the project.
    pub files_url: Option<String>,
    /// The digest of upstream.lock.
    pub lock: String,
    /// The digest of the scenarios, with all their files.
    pub scenarios: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BazelColumn {
    /// As it was asked for: `7.x`, or `installed` if no version was.
    pub asked: String,
    /// The version that ran; absent if it did not, or if only other shards run it.
    pub version: Option<String>,
    /// Why it did not run.
    pub not_run: Option<String>,
}

/// A release, and what became of the series on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReleaseRow {
    pub release: Release,
    pub commit: CommitId,
    /// The series that supports it: the directory of its patches.
    pub series: String,
    /// The patched version that is published of it.
    pub version: Option<String>,
    pub tree: Option<TreeId>,
    /// What became of each patch.
    pub patches: Vec<PatchRow>,
    /// Why there is no patched tree: the patch that stopped, and where.
    pub stopped: Option<String>,
}

/// What became of a patch on a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PatchRow {
    pub name: String,
    /// The outcome in a word or two.
    pub outcome: String,
}

/// What a scenario is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScenarioHead {
    pub id: String,
    /// What it shows, in a sentence.
    pub title: String,
    /// Where it was first reported.
    pub link: String,
    /// Its file in the project.
    pub file: String,
}

/// One scenario on one release under one Bazel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixCell {
    /// The version of Bazel, as asked for.
    pub bazel: String,
    pub release: Release,
    pub scenario: String,
    #[serde(flatten)]
    pub status: CellStatus,
    /// What it showed on the unpatched tree.
    pub unpatched: Option<Observed>,
    /// What it showed on the patched tree.
    pub patched: Option<Observed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "status", content = "detail")]
pub enum CellStatus {
    Judged(Outcome),
    /// The scenario does not apply to the release: its own reason.
    NotApplicable(String),
    /// It did not run, and why.
    NotRun(String),
}

/// What a scenario showed on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Observed {
    pub result: SideResult,
    pub expected: SideResult,
    /// Bazel's words for it, scrubbed.
    pub evidence: String,
    /// The call that showed it: an index into [`Matrix::calls`].
    pub call: Option<usize>,
    /// Whether an earlier run on this machine showed it.
    pub is_cached: bool,
}

impl Matrix {
    /// Whether there is a cell of the release: of a shard, other releases are other shards'.
    pub fn has(&self, row: &ReleaseRow) -> bool {
        self.shard.is_none() || self.cells.iter().any(|cell| cell.release == row.release)
    }
}

impl BazelColumn {
    /// What people call it: the version that ran, or the one that was asked for.
    pub fn name(&self) -> &str {
        self.version.as_deref().unwrap_or(&self.asked)
    }
}

impl CellStatus {
    /// The status in a table.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Judged(outcome) => outcome.name(),
            Self::NotApplicable(_) => "not applicable",
            Self::NotRun(_) => "not run",
        }
    }

    /// Whether both sides ran, and not as expected.
    pub const fn is_bad(&self) -> bool {
        matches!(self, Self::Judged(outcome) if !outcome.is_good())
    }
}

impl MatrixCell {
    /// Each side with what it showed.
    pub fn sides(&self) -> [(Side, Option<&Observed>); 2] {
        [(Side::Unpatched, self.unpatched.as_ref()), (Side::Patched, self.patched.as_ref())]
    }

    /// Both sides in a sentence: `unpatched conflict as expected, patched hung (expected pass)`.
    pub fn results(&self) -> String {
        let side = |(side, observed): (Side, Option<&Observed>)| match observed {
            None => format!("{} did not run", side.name()),
            Some(o) if o.result == o.expected => {
                format!("{} {} as expected", side.name(), o.result)
            }
            Some(o) => format!("{} {} (expected {})", side.name(), o.result, o.expected),
        };
        self.sides().map(side).join(", ")
    }
}

/// A matrix that is made up, for the tests of what is made of it.
#[cfg(test)]
pub(crate) mod made_up {
    use super::*;

    /// Versions of Bazel that ran; a name with a reason after `!` did not.
    pub(crate) fn matrix(
        bazels: &[&str],
        releases: &[&str],
        scenarios: &[&str],
        status: impl Fn(usize, usize, usize) -> CellStatus,
    ) -> Matrix {
        let columns = bazels.iter().map(|name| match name.split_once('!') {
            None => BazelColumn {
                asked: format!("{}.x", &name[..1]),
                version: Some((*name).into()),
                not_run: None,
            },
            Some((asked, why)) => {
                BazelColumn { asked: asked.into(), version: None, not_run: Some(why.into()) }
            }
        });
        let columns: Vec<BazelColumn> = columns.collect();
        let rows = releases.iter().map(|release| ReleaseRow {
            release: release.parse().unwrap(),
            commit: CommitId::new([7; 20]),
            series: format!("patches/{}.x", &release[..1]),
            version: None,
            tree: None,
            patches: vec![PatchRow {
                name: "0001-a.patch".into(),
                outcome: "three-way merge".into(),
            }],
            stopped: None,
        });
        let rows: Vec<ReleaseRow> = rows.collect();
        let heads = scenarios.iter().map(|id| ScenarioHead {
            id: (*id).into(),
            title: format!("The title of {id}"),
            link: "https://example.com/1".into(),
            file: format!("tests/repro/{id}/scenario.toml"),
        });
        let mut cells = Vec::new();
        for (b, column) in columns.iter().enumerate() {
            for (r, row) in rows.iter().enumerate() {
                for (s, id) in scenarios.iter().enumerate() {
                    let reason = column.not_run.clone();
                    let status = reason.map_or_else(|| status(b, r, s), CellStatus::NotRun);
                    cells.push(cell(&column.asked, row.release, id, status));
                }
            }
        }
        Matrix {
            module: "rules_demo".into(),
            origin: Origin {
                date: "2026-11-27 16:57 UTC".into(),
                tool: "patcher 0.1.0".into(),
                commit: Some("07".repeat(20)),
                ..Origin::default()
            },
            shard: None,
            max_phase: Phase::Test,
            bazels: columns,
            releases: rows,
            scenarios: heads.collect(),
            not_asked: Vec::new(),
            cells,
            calls: vec![call("bazel build //...")],
        }
    }

    pub(crate) fn call(command: &str) -> CallLog {
        CallLog { command: command.into(), log: "INFO: done".into(), milliseconds: Some(1500) }
    }

    /// A cell whose sides fit its status, as far as reports look at them.
    fn cell(bazel: &str, release: Release, scenario: &str, status: CellStatus) -> MatrixCell {
        let found = match &status {
            CellStatus::Judged(Outcome::StillBroken) => SideResult::Conflict,
            CellStatus::Judged(outcome) if !outcome.is_good() => SideResult::BuildFailure,
            _ => SideResult::Pass,
        };
        let is_judged = matches!(status, CellStatus::Judged(_));
        let side = |result: SideResult, expected: SideResult| {
            let evidence = format!("ERROR: {result}");
            is_judged.then_some(Observed {
                result,
                expected,
                evidence,
                call: Some(0),
                is_cached: false,
            })
        };
        MatrixCell {
            bazel: bazel.into(),
            release,
            scenario: scenario.into(),
            status,
            unpatched: side(SideResult::Conflict, SideResult::Conflict),
            patched: side(found, SideResult::Pass),
        }
    }

    pub(crate) fn statuses(number: usize) -> CellStatus {
        match number % 9 {
            0 => CellStatus::Judged(Outcome::Fixed),
            1 => CellStatus::Judged(Outcome::Unchanged),
            2 => CellStatus::Judged(Outcome::ExpectedChange),
            3 => CellStatus::Judged(Outcome::StillBroken),
            4 => CellStatus::Judged(Outcome::Regressed),
            5 => CellStatus::Judged(Outcome::FixedUpstream),
            6 => CellStatus::Judged(Outcome::OtherFailure),
            7 => CellStatus::NotApplicable("it is about others".into()),
            _ => CellStatus::NotRun("it was left out".into()),
        }
    }

    /// A matrix of the real one's size: 42 releases and 46 scenarios under three Bazels.
    pub(crate) fn large(status: impl Fn(usize, usize, usize) -> CellStatus) -> Matrix {
        let releases: Vec<String> = (0..42).rev().map(|n| format!("{}.{}.0", n / 20, n)).collect();
        let releases: Vec<&str> = releases.iter().map(String::as_str).collect();
        let ids: Vec<String> =
            (0..46).map(|n| format!("exec-compatible-with-number-{n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        matrix(&["7.7.1", "8.5.0", "9.0.0"], &releases, &ids, status)
    }
}
