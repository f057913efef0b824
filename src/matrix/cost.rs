//! What the cells of the matrix cost, by which shards divide them: as an earlier run measured it,
//! and estimated for what that run did not have.

use std::collections::HashMap;

use crate::matrix::model::{Matrix, MatrixCell, ReleaseRow};
use crate::project::scenario::{Phase, Scenario};

/// The estimate, in milliseconds: both trees of a release are written and loaded, once for all
/// scenarios, and Bazel goes as far as each scenario asks.
const TREES: u64 = 4000;
const ANALYSIS: u64 = 100;
const BUILD: u64 = 2000;
const TEST: u64 = 5000;

/// A cell: the Bazel as it was asked for, the release, the scenario.
type Key<'a> = (&'a str, String, &'a str);

/// The cells of a matrix that is to run.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    /// Its releases and phase.
    pub matrix: &'a Matrix,
    pub scenarios: &'a [&'a Scenario],
    /// The versions of Bazel, as they were asked for.
    pub bazels: &'a [String],
}

impl<'a> Cells<'a> {
    /// The costs of all cells, in the matrix's order. What does not run costs nothing.
    pub fn costs(&self, earlier: Option<&Matrix>) -> Vec<u64> {
        let cells = self.estimated();
        let took = earlier.map(measured).unwrap_or_default();
        let runs = cells.iter().filter(|(_, estimate)| *estimate > 0);
        let known = runs.filter_map(|(key, estimate)| Some((*took.get(key)?, *estimate)));
        let (took_in_all, estimated) =
            known.fold((0, 0), |(took, estimated), known| (took + known.0, estimated + known.1));
        // Estimates are scaled to what that run's machine took.
        let scaled = |estimate: u64| match (took_in_all, estimated) {
            (0, _) | (_, 0) => estimate,
            _ => estimate * took_in_all / estimated,
        };
        let cost = |(key, estimate): &(Key<'_>, u64)| match took.get(key) {
            _ if *estimate == 0 => 0,
            Some(took) => *took,
            None => scaled(*estimate),
        };
        cells.iter().map(cost).collect()
    }

    fn estimated(&self) -> Vec<(Key<'a>, u64)> {
        let Self { matrix, scenarios, bazels } = *self;
        let mut cells = Vec::new();
        for bazel in bazels {
            for row in &matrix.releases {
                let estimates = estimates(row, scenarios, matrix.max_phase);
                cells.extend(scenarios.iter().zip(estimates).map(|(scenario, estimate)| {
                    let release = row.release.to_string();
                    ((bazel.as_str(), release, scenario.id.as_str()), estimate)
                }));
            }
        }
        cells
    }
}

/// The costs of a release.
fn estimates(row: &ReleaseRow, scenarios: &[&Scenario], max_phase: Phase) -> Vec<u64> {
    let runs = |scenario: &&Scenario| {
        row.stopped.is_none() && scenario.applies_to(&row.release) && scenario.shows_at(max_phase)
    };
    let count = scenarios.iter().filter(|scenario| runs(scenario)).count() as u64;
    let estimate = |scenario: &&Scenario| match scenario.phase.min(max_phase) {
        _ if !runs(scenario) => 0,
        Phase::Analysis => TREES / count + ANALYSIS,
        Phase::Build => TREES / count + BUILD,
        Phase::Test => TREES / count + TEST,
    };
    scenarios.iter().map(estimate).collect()
}

/// What each cell took: its share of the calls that showed it.
fn measured(matrix: &Matrix) -> HashMap<Key<'_>, u64> {
    let calls_of = |cell: &MatrixCell| -> Vec<usize> {
        cell.sides().into_iter().filter_map(|(_, observed)| observed?.call).collect()
    };
    let mut sharing: HashMap<usize, u64> = HashMap::new();
    for call in matrix.cells.iter().flat_map(calls_of) {
        *sharing.entry(call).or_default() += 1;
    }
    let share = |call: usize| {
        let took = u64::from(matrix.calls.get(call)?.milliseconds?);
        Some(took / sharing.get(&call)?)
    };
    let cells = matrix.cells.iter().filter_map(|cell| {
        let shares: Vec<u64> = calls_of(cell).into_iter().filter_map(share).collect();
        let key = (cell.bazel.as_str(), cell.release.to_string(), cell.scenario.as_str());
        (!shares.is_empty()).then(|| (key, shares.iter().sum()))
    });
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::model::made_up::{call, matrix, statuses};
    use crate::project::config::SuiteConfig;

    fn scenario(id: &str, phase: &str, releases: &str) -> Scenario {
        let text = format!(
            "id = \"{id}\"\ntitle = \"t\"\nlink = \"https://example.com/1\"\ntargets = [\"a\"]\n\
             phase = \"{phase}\"\nreleases = \"{releases}\"\n\
             [expect]\nunpatched = \"conflict\"\npatched = \"pass\"\n"
        );
        Scenario::parse(id, "scenario.toml", &text, &SuiteConfig::default()).unwrap()
    }

    fn costs(max_phase: Phase, bazels: &[&str], earlier: Option<&Matrix>) -> Vec<u64> {
        let all = [scenario("a", "analysis", ">=1.0.0"), scenario("b", "test", ">=2.0.0")];
        let all: Vec<&Scenario> = all.iter().collect();
        let mut matrix = matrix(&[], &["2.1.0", "2.0.0", "1.0.0"], &[], |_, _, _| statuses(0));
        matrix.max_phase = max_phase;
        matrix.releases[1].stopped = Some("0001-a.patch".into());
        let bazels: Vec<String> = bazels.iter().map(|name| (*name).to_owned()).collect();
        Cells { matrix: &matrix, scenarios: &all, bazels: &bazels }.costs(earlier)
    }

    #[test]
    fn what_does_not_run_costs_nothing_and_a_later_phase_more() {
        // The port to 2.0.0 stopped, and b does not apply to 1.0.0.
        assert_eq!(costs(Phase::Test, &["7.x"], None), [2100, 7000, 0, 0, 4100, 0]);
        assert_eq!(costs(Phase::Build, &["7.x"], None), [2100, 4000, 0, 0, 4100, 0]);
        let two = [2100, 2100, 0, 0, 4100, 0].repeat(2);
        assert_eq!(costs(Phase::Analysis, &["7.x", "8.x"], None), two);
    }

    #[test]
    fn an_earlier_run_says_what_cells_take_and_scales_the_estimates_of_others() {
        let mut earlier =
            matrix(&["7.7.1"], &["2.1.0", "2.0.0"], &["a", "b"], |_, _, _| statuses(0));
        let mut slow = call("bazel build //:a");
        slow.milliseconds = Some(60_000);
        let mut unmeasured = call("bazel build //:b");
        unmeasured.milliseconds = None;
        // 2.0.0 ran then, and does not now.
        let gone = call("bazel build //:c");
        earlier.calls = vec![slow, unmeasured, gone];
        // One call showed both trees of a on 2.1.0 and one of b; the other tree nobody measured.
        let of = |call| Some(call);
        for (cell, calls) in [[0, 0], [0, 1], [2, 2], [1, 1]].into_iter().enumerate() {
            earlier.cells[cell].unpatched.as_mut().unwrap().call = of(calls[0]);
            earlier.cells[cell].patched.as_mut().unwrap().call = of(calls[1]);
        }
        // 60 s for what was estimated at 2.1 s and 7 s; a on 1.0.0 was not in that run.
        let scaled = 4100 * 60_000 / 9100;
        let found = costs(Phase::Test, &["7.x"], Some(&earlier));
        assert_eq!(found, [40_000, 20_000, 0, 0, scaled, 0]);
        // Under a Bazel that it did not have, all is scaled.
        let other = costs(Phase::Test, &["7.x", "8.x"], Some(&earlier));
        assert_eq!(other[6..], [2100 * 60_000 / 9100, 7000 * 60_000 / 9100, 0, 0, scaled, 0]);
        // One that measured nothing changes nothing.
        earlier.calls.truncate(0);
        assert_eq!(
            costs(Phase::Test, &["7.x"], Some(&earlier)),
            costs(Phase::Test, &["7.x"], None)
        );
    }
}
