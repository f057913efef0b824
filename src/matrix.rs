//! Running the regression matrix: release after release, both trees of each, on one warm
//! server a version of Bazel; what is remembered does not run again.

use crate::cells::{Cells, Seen, Tree};
use crate::core::ids::{CommitId, Release};
use crate::core::matrix::{
    BazelColumn, Matrix, MatrixCell, Observed, PatchRow, ReleaseRow, ScenarioHead, State,
};
use crate::core::report::{Found, Report, Row};
use crate::core::scenario::{Phase, Scenario, Side, Sides};
use crate::derive::{self, Patched, Tip};
use crate::error::Result;
use crate::store::Store;
use crate::suite;
use crate::ui::Ui;

/// A release, and what the series makes of it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The release.
    pub release: Release,
    /// Its commit.
    pub commit: CommitId,
    /// The line that serves it: the folder of its patches.
    pub line: String,
    /// What became of each patch.
    pub patches: Vec<PatchRow>,
    /// Both trees; the reason where the series does not fit.
    pub made: std::result::Result<(Patched, Tip), String>,
}

/// What the scenarios showed on the trees of a subject.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Both sides together.
    pub report: Report,
    /// What each side showed.
    pub seen: Sides<Option<Seen>>,
}

/// Runs `scenarios` on every subject, as far as `depth`.
///
/// # Errors
///
/// Bazel does not start, or can load nothing at all.
pub fn run(
    ui: &Ui,
    store: &Store,
    cells: &Cells<'_>,
    subjects: &[Subject],
    scenarios: &[&Scenario],
    depth: Phase,
) -> Result<Vec<Shown>> {
    let applicable = |subject: &Subject| -> Vec<&Scenario> {
        scenarios.iter().filter(|s| s.applies_to(&subject.release)).copied().collect()
    };
    let sides = |subject: &Subject| if subject.made.is_ok() { 2 } else { 0 };
    let total = subjects.iter().map(|subject| sides(subject) * applicable(subject).len()).sum();
    let bar = ui.steps(total);
    let mut shown = Vec::new();
    for subject in subjects {
        let scenarios_here = applicable(subject);
        let look = |side: Side| -> Result<Option<Seen>> {
            let Ok((patched, tip)) = &subject.made else { return Ok(None) };
            let (commit, version) = match side {
                Side::Pristine => (&patched.base, patched.release.to_string()),
                Side::Patched => (&tip.commit, tip.version.to_string()),
            };
            let tree = Tree { id: commit.tree, version: version.clone() };
            let files = || derive::files(store, commit, &version);
            let name = format!("{} {}", side.name(), subject.release);
            let seen = cells.look(&tree, files, &scenarios_here, depth, &name)?;
            bar.advance(scenarios_here.len());
            Ok(Some(seen))
        };
        let seen = Sides { pristine: look(Side::Pristine)?, patched: look(Side::Patched)? };
        let results = Sides {
            pristine: seen.pristine.as_ref().map(|seen| &seen.results),
            patched: seen.patched.as_ref().map(|seen| &seen.results),
        };
        let capped: Vec<Scenario> = scenarios.iter().map(|scenario| scenario.to(depth)).collect();
        let capped: Vec<&Scenario> = capped.iter().collect();
        let report = suite::report(ui, subject.release, &capped, &results);
        suite::ensure_something_ran(&report)?;
        shown.push(Shown { report, seen });
    }
    Ok(shown)
}

/// A matrix without any cell: `depth` as in [`run`].
pub fn empty(module: &str, depth: Phase, subjects: &[Subject], scenarios: &[&Scenario]) -> Matrix {
    let row = |subject: &Subject| ReleaseRow {
        release: subject.release,
        commit: subject.commit,
        line: subject.line.clone(),
        version: subject.made.as_ref().ok().map(|(_, tip)| tip.version.to_string()),
        tree: subject.made.as_ref().ok().map(|(_, tip)| tip.commit.tree),
        patches: subject.patches.clone(),
        stopped: subject.made.as_ref().err().cloned(),
    };
    let head = |scenario: &&Scenario| ScenarioHead {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        link: scenario.link.clone(),
    };
    Matrix {
        module: module.to_owned(),
        depth,
        bazels: Vec::new(),
        releases: subjects.iter().map(row).collect(),
        scenarios: scenarios.iter().map(head).collect(),
        cells: Vec::new(),
        calls: Vec::new(),
    }
}

/// Adds what one Bazel showed; without `shown`, that it did not run.
pub fn add(
    matrix: &mut Matrix,
    column: BazelColumn,
    shown: Option<&[Shown]>,
    subjects: &[Subject],
    scenarios: &[&Scenario],
) {
    for (index, subject) in subjects.iter().enumerate() {
        let shown = shown.map(|shown| &shown[index]);
        let offsets = shown.map(|shown| add_calls(matrix, &shown.seen)).unwrap_or_default();
        for scenario in scenarios {
            let row =
                shown.and_then(|shown| shown.report.rows.iter().find(|r| r.id == scenario.id));
            let state = if !scenario.applies_to(&subject.release) {
                State::NotApplicable(format!("it applies to releases {}", scenario.releases))
            } else if let Some(reason) = &column.not_run {
                State::NotRun(reason.clone())
            } else if let Err(reason) = &subject.made {
                State::NotRun(reason.clone())
            } else {
                match row.and_then(|row| row.cell) {
                    Some(cell) => State::Judged(cell),
                    None => State::NotRun("Bazel said nothing of it".to_owned()),
                }
            };
            let side = |side: Side| -> Option<Observed> {
                let shown = shown?;
                observed(row?, side, shown.seen.of(side).as_ref()?, *offsets.of(side))
            };
            let (pristine, patched) = (side(Side::Pristine), side(Side::Patched));
            matrix.cells.push(MatrixCell {
                bazel: column.asked.clone(),
                release: subject.release,
                scenario: scenario.id.clone(),
                state,
                pristine,
                patched,
            });
        }
    }
    matrix.bazels.push(column);
}

/// Adds the calls of both sides; the result is where each side's begin.
fn add_calls(matrix: &mut Matrix, seen: &Sides<Option<Seen>>) -> Sides<usize> {
    let mut add = |side: Side| {
        let offset = matrix.calls.len();
        matrix.calls.extend(seen.of(side).iter().flat_map(|seen| seen.results.calls.clone()));
        offset
    };
    Sides { pristine: add(Side::Pristine), patched: add(Side::Patched) }
}

fn observed(row: &Row, side: Side, seen: &Seen, offset: usize) -> Option<Observed> {
    let found: &Found = match side {
        Side::Pristine => row.pristine.as_ref()?,
        Side::Patched => row.patched.as_ref()?,
    };
    let call = seen.results.outcomes.get(&row.id).map(|outcome| offset + outcome.call);
    Some(Observed {
        verdict: found.verdict,
        expected: found.expected,
        evidence: found.evidence.clone(),
        call,
        is_cached: seen.remembered.contains(&row.id),
    })
}
