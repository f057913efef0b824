//! The summary of a run of the matrix: which releases pass, in a headline, for each Bazel and one by
//! one. Every report uses its words.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use crate::matrix::counts::{Counts, named};
use crate::matrix::model::{BazelColumn, CellStatus, Matrix, MatrixCell, ReleaseRow};
use crate::project::evidence::State;
use crate::support::ids::Release;
use crate::support::text::{counted, listed};

/// How many releases a headline names.
const NAMED: usize = 6;

/// What can be said of a release under a Bazel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseStatus {
    /// Everything that was judged is as expected, and something was.
    Pass,
    /// A cell is not as expected, or there is no patched tree.
    Fail,
    /// Nothing was judged.
    NotTested,
    /// Other shards have all cells of it.
    OtherShard,
}

/// What the whole run says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Every release passes, and everything was tested, as far as Bazel was to go.
    Pass,
    /// Nothing fails, and something was not tested: the headline says what.
    Incomplete,
    /// A release fails.
    Fail,
}

/// The summary of a run.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    pub conclusion: Conclusion,
    /// Whether every scenario of the project ran on every release that it applies to.
    pub evidence: State,
    /// In a sentence or two, without the last full stop.
    pub headline: String,
    pub counts: Counts,
    /// A version of Bazel each, in the matrix's order.
    pub bazels: Vec<BazelSummary>,
}

/// The summary of a run under one Bazel.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BazelSummary {
    /// Its name: [`BazelColumn::name`].
    pub name: String,
    /// As it was asked for.
    pub asked: String,
    /// Why it did not run.
    pub not_run: Option<String>,
    pub counts: Counts,
    /// A release each, in the matrix's order.
    pub releases: Vec<ReleaseSummary>,
}

/// What can be said of one release under one Bazel.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReleaseSummary {
    pub release: Release,
    pub status: ReleaseStatus,
    /// Why, in a few words.
    pub why: String,
    pub counts: Counts,
}

impl BazelSummary {
    pub fn ran(&self) -> bool {
        self.not_run.is_none()
    }

    /// How many releases stand so.
    pub fn count(&self, status: ReleaseStatus) -> usize {
        self.releases.iter().filter(|release| release.status == status).count()
    }

    fn new(matrix: &Matrix, bazel: &BazelColumn) -> Self {
        let release = |row: &ReleaseRow| ReleaseSummary::new(matrix, bazel, row);
        let counts = Counts::of(matrix.cells.iter().filter(|cell| cell.bazel == bazel.asked));
        let is_elsewhere = matrix.shard.is_some() && counts.all() == 0;
        let elsewhere = is_elsewhere.then(|| "other shards run it".to_owned());
        let not_run = bazel.not_run.clone().or(elsewhere);
        Self {
            name: bazel.name().to_owned(),
            asked: bazel.asked.clone(),
            not_run,
            counts,
            releases: matrix.releases.iter().map(release).collect(),
        }
    }

    /// The releases, how they stand, in a few words.
    pub fn statuses(&self) -> String {
        if let Some(reason) = &self.not_run {
            return format!("not tested: {reason}");
        }
        let here = self.releases.len() - self.count(ReleaseStatus::OtherShard);
        let all = counted(here, "release");
        let passing = match self.count(ReleaseStatus::Pass) {
            1 => format!("1 of {all} passes"),
            count => format!("{count} of {all} pass"),
        };
        let failing = self.count(ReleaseStatus::Fail);
        let others = named(&[
            (if failing == 1 { "fails" } else { "fail" }, failing),
            ("not tested", self.count(ReleaseStatus::NotTested)),
        ]);
        if others.is_empty() { passing } else { format!("{passing}, {others}") }
    }
}

impl ReleaseSummary {
    fn new(matrix: &Matrix, bazel: &BazelColumn, row: &ReleaseRow) -> Self {
        let counts = Counts::of(matrix.cells_of(&bazel.asked, row.release));
        if matrix.shard.is_some() && counts.all() == 0 {
            let (status, why) = (ReleaseStatus::OtherShard, "in another shard".to_owned());
            return Self { release: row.release, status, why, counts };
        }
        let stopped = row.stopped.as_ref().filter(|_| bazel.not_run.is_none());
        let (status, why) = match (stopped, counts.not_as_expected(), counts.judged()) {
            (Some(stopped), _, _) => (ReleaseStatus::Fail, format!("the port stopped: {stopped}")),
            (None, 0, 0) => (ReleaseStatus::NotTested, "nothing was tested".to_owned()),
            (None, 0, _) if counts.not_run > 0 => {
                (ReleaseStatus::Pass, format!("{} not run", counts.not_run))
            }
            (None, 0, _) => (ReleaseStatus::Pass, String::new()),
            (None, _, _) => (ReleaseStatus::Fail, named(&counts.bad())),
        };
        Self { release: row.release, status, why, counts }
    }
}

impl Matrix {
    /// The summary of the run.
    pub fn summary(&self) -> Summary {
        let bazels: Vec<_> = self.bazels.iter().map(|b| BazelSummary::new(self, b)).collect();
        let counts = Counts::of(&self.cells);
        let evidence = match (counts.judged(), counts.not_run + self.not_asked.len()) {
            (0, _) => State::None,
            (_, 0) if self.shard.is_none() => State::Tested,
            _ => State::Partial,
        };
        let ran: Vec<&BazelSummary> = bazels.iter().filter(|bazel| bazel.ran()).collect();
        let parts = Parts::of(self, &bazels);
        let conclusion = match (&parts.failing[..], &parts.not_tested[..]) {
            ([_, ..], _) => Conclusion::Fail,
            _ if ran.is_empty() || self.releases.is_empty() => Conclusion::Incomplete,
            (_, []) => Conclusion::Pass,
            _ => Conclusion::Incomplete,
        };
        let headline = self.headline(&ran, &parts);
        Summary { conclusion, evidence, headline, counts, bazels }
    }

    /// Releases beside each other of which everything here says the same: one series supports
    /// them, and each scenario has the same outcome. As ranges of [`Matrix::releases`], without
    /// those of other shards.
    pub fn runs(&self, bazel: &BazelSummary) -> Vec<Range<usize>> {
        let statuses = |row: &ReleaseRow| {
            let cells = self.cells_of(&bazel.asked, row.release);
            cells.map(|cell| (cell.scenario.as_str(), cell.status.name())).collect::<Vec<_>>()
        };
        let said: Vec<_> = self
            .releases
            .iter()
            .zip(&bazel.releases)
            .map(|(row, summed)| (&row.series, summed.status, &summed.why, statuses(row)))
            .collect();
        let mut runs: Vec<Range<usize>> = Vec::new();
        for at in 0..said.len() {
            match runs.last_mut() {
                Some(run) if said[run.start] == said[at] => run.end = at + 1,
                _ => runs.push(at..at + 1),
            }
        }
        runs.retain(|run| bazel.releases[run.start].status != ReleaseStatus::OtherShard);
        runs
    }

    /// Releases beside each other by name, as a range is typed: `2.0.0..2.3.2`.
    pub fn named(&self, run: &Range<usize>) -> String {
        match &self.releases[run.clone()] {
            [] => String::new(),
            [one] => one.release.to_string(),
            [newest, .., oldest] => format!("{}..{}", oldest.release, newest.release),
        }
    }

    /// The cells of a release under a Bazel, as it was asked for.
    pub fn cells_of<'a>(
        &'a self,
        bazel: &'a str,
        release: Release,
    ) -> impl Iterator<Item = &'a MatrixCell> {
        self.cells.iter().filter(move |cell| cell.release == release && cell.bazel == bazel)
    }
}

/// What the headline names.
struct Parts {
    /// The releases that fail under a Bazel that ran, or have no patched tree.
    failing: Vec<Release>,
    /// How many releases pass under every Bazel that ran.
    passing: usize,
    /// Versions of Bazel, releases, and how many scenarios.
    not_tested: Vec<String>,
}

impl Parts {
    fn of(matrix: &Matrix, bazels: &[BazelSummary]) -> Self {
        let ran = || bazels.iter().filter(|bazel| bazel.ran());
        let is = |row: &ReleaseRow, status: ReleaseStatus| {
            let mut statuses = ran().flat_map(|bazel| &bazel.releases);
            statuses.any(|found| found.release == row.release && found.status == status)
        };
        let (failing, others): (Vec<&ReleaseRow>, Vec<&ReleaseRow>) = matrix
            .releases
            .iter()
            .filter(|row| matrix.has(row))
            .partition(|row| row.stopped.is_some() || is(row, ReleaseStatus::Fail));
        let (unknown, passing): (Vec<&ReleaseRow>, Vec<&ReleaseRow>) =
            others.into_iter().partition(|row| is(row, ReleaseStatus::NotTested));
        let columns = matrix.bazels.iter().filter(|column| column.not_run.is_some());
        let mut not_tested: Vec<String> = columns.map(|column| column.name().to_owned()).collect();
        not_tested.extend(unknown.iter().map(|row| row.release.to_string()).take(NAMED));
        if unknown.len() > NAMED {
            not_tested.push(counted(unknown.len() - NAMED, "more release"));
        }
        if ran().next().is_some() {
            not_tested.extend(scenarios(matrix, &unknown));
        }
        let failing = failing.iter().map(|row| row.release).collect();
        Self { failing, passing: passing.len(), not_tested }
    }
}

/// The scenarios that were not asked for or ran nowhere, and those that did not run everywhere.
/// Releases that are named for themselves, and versions of Bazel that did not run, do not count.
fn scenarios(matrix: &Matrix, named: &[&ReleaseRow]) -> Option<String> {
    let is_named = |release: Release| {
        let stopped = matrix.releases.iter().filter(|row| row.stopped.is_some());
        stopped.chain(named.iter().copied()).any(|row| row.release == release)
    };
    let ran = |cell: &MatrixCell| {
        matrix.bazels.iter().any(|bazel| bazel.asked == cell.bazel && bazel.not_run.is_none())
    };
    let ids = |is: fn(&CellStatus) -> bool| -> BTreeSet<&str> {
        let cells = matrix.cells.iter().filter(|cell| !is_named(cell.release) && ran(cell));
        cells.filter(|cell| is(&cell.status)).map(|cell| cell.scenario.as_str()).collect()
    };
    let judged = ids(|status| matches!(status, CellStatus::Judged(_)));
    let not_run = ids(|status| matches!(status, CellStatus::NotRun(_)));
    let in_part = not_run.intersection(&judged).count();
    let nowhere = not_run.len() - in_part + matrix.not_asked.len();
    let all = counted(matrix.scenarios.len() + matrix.not_asked.len(), "scenario");
    match (nowhere, in_part) {
        (0, 0) => None,
        (_, 0) => Some(format!("{nowhere} of {all}")),
        (0, _) => Some(format!("{in_part} of {all} in part")),
        _ => Some(format!("{nowhere} of {all}, {in_part} more in part")),
    }
}

impl Matrix {
    /// The whole run in a sentence or two: a release passes if it does under every Bazel that ran.
    fn headline(&self, ran: &[&BazelSummary], parts: &Parts) -> String {
        let Parts { failing, passing, not_tested } = parts;
        let bazels = listed(&ran.iter().map(|bazel| bazel.name.as_str()).collect::<Vec<_>>());
        let under = match ran {
            [] => String::new(),
            _ => format!(" under Bazel {bazels} ({})", self.max_phase.name()),
        };
        let here: Vec<&ReleaseRow> = self.releases.iter().filter(|row| self.has(row)).collect();
        let all = counted(here.len(), "release");
        let mut text = match (&failing[..], &here[..]) {
            ([], []) if self.shard.is_some() => "nothing is to run".to_owned(),
            ([], []) => "Nothing was tested: there is no release".to_owned(),
            ([], _) if ran.is_empty() => return "Nothing was tested: no Bazel ran".to_owned(),
            ([], _) if *passing == 0 => format!("Nothing was tested{under}"),
            ([], [row]) => format!("{} passes{under}", row.release),
            ([], rows) if *passing == rows.len() => format!("All {all} pass{under}"),
            ([], _) if *passing == 1 => format!("1 of {all} passes{under}"),
            ([], _) => format!("{passing} of {all} pass{under}"),
            (failing, _) => {
                let fail = if failing.len() == 1 { "fails" } else { "fail" };
                let names = failing.iter().take(NAMED).map(ToString::to_string);
                let names = names.collect::<Vec<_>>().join(", ");
                let more = match failing.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                format!("{} of {all} {fail}{under}: {names}{more}", failing.len())
            }
        };
        if !not_tested.is_empty() {
            text.push_str(&format!(". Not tested: {}", not_tested.join(", ")));
        }
        match self.shard {
            Some(shard) => format!("Shard {shard}: {text}"),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matrix::model::made_up::{matrix, statuses};
    use crate::matrix::shard::Shard;
    use crate::project::scenario::Phase;
    use crate::repro::outcome::Outcome;

    fn good(_: usize, _: usize, _: usize) -> CellStatus {
        CellStatus::Judged(Outcome::Fixed)
    }

    #[test]
    fn a_release_passes_if_what_was_judged_is_as_expected() {
        let status = |_, r, s| match (r, s) {
            (0, _) => CellStatus::Judged(Outcome::Unchanged),
            (1, 0) => CellStatus::Judged(Outcome::Regressed),
            (2, 0) => CellStatus::NotRun("no time".into()),
            (3, _) => CellStatus::NotRun("no time".into()),
            (4, _) => CellStatus::NotApplicable("too old".into()),
            _ => CellStatus::Judged(Outcome::Fixed),
        };
        let releases = ["2.5.0", "2.4.0", "2.3.0", "2.2.0", "2.1.0", "2.0.0"];
        let mut matrix = matrix(&["7.7.1"], &releases, &["a", "b"], status);
        matrix.releases[5].stopped = Some("0001-a.patch: b.bzl:7".into());
        let summary = matrix.summary();
        let found = summary.bazels[0].releases.iter().map(|r| (r.status, r.why.as_str()));
        let expected = [
            (ReleaseStatus::Pass, ""),
            (ReleaseStatus::Fail, "1 regressed"),
            (ReleaseStatus::Pass, "1 not run"),
            (ReleaseStatus::NotTested, "nothing was tested"),
            (ReleaseStatus::NotTested, "nothing was tested"),
            (ReleaseStatus::Fail, "the port stopped: 0001-a.patch: b.bzl:7"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert_eq!(summary.conclusion, Conclusion::Fail);
        let headline = "2 of 6 releases fail under Bazel 7.7.1 (test): 2.4.0, 2.0.0. \
                        Not tested: 2.2.0, 2.1.0, 1 of 2 scenarios in part";
        assert_eq!(summary.headline, headline);
        assert_eq!(summary.bazels[0].statuses(), "2 of 6 releases pass, 2 fail, 2 not tested");
    }

    #[test]
    fn the_headline_says_what_was_not_tested_and_is_no_pass_then() {
        let found = |matrix: &Matrix| {
            let Summary { conclusion, headline, .. } = matrix.summary();
            (conclusion, headline)
        };
        let (pass, incomplete) = (Conclusion::Pass, Conclusion::Incomplete);
        let two = ["2.0.0", "1.0.0"];
        let whole = matrix(&["7.7.1", "8.5.0"], &two, &["a"], good);
        let words = "All 2 releases pass under Bazel 7.7.1 and 8.5.0 (test)";
        assert_eq!(found(&whole), (pass, words.to_owned()));

        let mut part = matrix(&["7.7.1", "8.x!not here", "9.x!not here"], &two, &["a"], good);
        part.max_phase = Phase::Analysis;
        let words = "All 2 releases pass under Bazel 7.7.1 (analysis). Not tested: 8.x, 9.x";
        assert_eq!(found(&part), (incomplete, words.to_owned()));
        let summary = part.summary();
        assert_eq!(summary.bazels[1].count(ReleaseStatus::NotTested), 2);
        assert_eq!((summary.counts.fixed, summary.counts.not_run), (2, 4));

        let mut asked = matrix(&["7.7.1"], &["2.0.0"], &["a"], good);
        asked.not_asked = vec!["b".into(), "c".into()];
        let words = "2.0.0 passes under Bazel 7.7.1 (test). Not tested: 2 of 3 scenarios";
        assert_eq!(found(&asked), (incomplete, words.to_owned()));

        // Left out everywhere, and left out on one release.
        let status = |_, r, s| statuses(if s == 0 || (r, s) == (1, 1) { 8 } else { 0 });
        let cells = matrix(&["7.7.1"], &two, &["a", "b", "c"], status);
        let words = "All 2 releases pass under Bazel 7.7.1 (test). \
                     Not tested: 1 of 3 scenarios, 1 more in part";
        assert_eq!(found(&cells), (incomplete, words.to_owned()));

        let left_out = |_, r, _| if r == 0 { statuses(8) } else { statuses(0) };
        let release = matrix(&["7.7.1"], &two, &["a"], left_out);
        let words = "1 of 2 releases passes under Bazel 7.7.1 (test). Not tested: 2.0.0";
        assert_eq!(found(&release), (incomplete, words.to_owned()));

        let nothing = matrix(&["7.7.1"], &two, &["a"], |_, _, _| statuses(7));
        let words = "Nothing was tested under Bazel 7.7.1 (test). Not tested: 2.0.0, 1.0.0";
        assert_eq!(found(&nothing), (incomplete, words.to_owned()));

        let none = matrix(&["8.x!not here"], &["2.0.0"], &["a"], good);
        assert_eq!(found(&none), (incomplete, "Nothing was tested: no Bazel ran".to_owned()));
        let words = "Nothing was tested: there is no release";
        assert_eq!(found(&matrix(&["7.7.1"], &[], &["a"], good)), (incomplete, words.to_owned()));
        assert_eq!(found(&matrix(&[], &["2.0.0"], &["a"], good)).0, incomplete);
    }

    #[test]
    fn a_port_that_stopped_counts_under_no_bazel_too() {
        let mut matrix = matrix(&["7.x!not here"], &["2.0.0"], &["a"], good);
        matrix.releases[0].stopped = Some("0001-a.patch".into());
        let summary = matrix.summary();
        assert_eq!(summary.conclusion, Conclusion::Fail);
        assert_eq!(summary.headline, "1 of 1 release fails: 2.0.0. Not tested: 7.x");
    }

    #[test]
    fn a_shard_speaks_of_its_own_cells() {
        let bazels = ["7.7.1", "8.5.0", "9.x!not here"];
        let mut matrix = matrix(&bazels, &["2.0.0", "1.0.0"], &["a", "b"], good);
        matrix.releases[1].stopped = Some("0001-a.patch".into());
        matrix.shard = Some(Shard { number: 1, of: 9 });
        // Another shard has the release onto which the port stopped, and the other Bazels.
        matrix.bazels[1].version = None;
        matrix.bazels[2].not_run = None;
        matrix.cells.truncate(2);
        let summary = matrix.summary();
        assert_eq!(summary.headline, "Shard 1/9: 2.0.0 passes under Bazel 7.7.1 (test)");
        assert_eq!((summary.conclusion, summary.evidence), (Conclusion::Pass, State::Partial));
        let statuses: Vec<_> = summary.bazels[0].releases.iter().map(|one| one.status).collect();
        assert_eq!(statuses, [ReleaseStatus::Pass, ReleaseStatus::OtherShard]);
        let columns: Vec<_> = summary.bazels.iter().map(BazelSummary::statuses).collect();
        let elsewhere = "not tested: other shards run it";
        assert_eq!(columns, ["1 of 1 release passes", elsewhere, elsewhere]);
        assert_eq!(matrix.runs(&summary.bazels[0]), vec![0..1]);
        assert!(matrix.findings().is_empty());
        assert_eq!(matrix.junit().suites.iter().map(|suite| suite.cases.len()).sum::<usize>(), 2);
        // The shard that has that release reports it.
        matrix.cells[1].release = matrix.releases[1].release;
        assert_eq!(matrix.findings().len(), 1);
        assert_eq!(matrix.junit().suites.last().map(|suite| suite.failures), Some(1));
        assert_eq!(matrix.summary().conclusion, Conclusion::Fail);
        // One without a cell.
        matrix.cells.clear();
        assert_eq!(matrix.summary().headline, "Shard 1/9: nothing is to run");
    }

    #[test]
    fn releases_of_one_series_that_say_the_same_are_a_run() {
        let status = |_, r, s| statuses(if (r, s) == (3, 1) { 3 } else { s });
        let releases = ["2.3.0", "2.2.0", "2.1.0", "2.0.1", "2.0.0", "1.1.0", "1.0.0"];
        let mut matrix = matrix(&["7.7.1"], &releases, &["a", "b"], status);
        let runs = |matrix: &Matrix| {
            let runs = matrix.runs(&matrix.summary().bazels[0]);
            runs.iter().map(|run| matrix.named(run)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(runs(&matrix), "2.1.0..2.3.0 2.0.1 2.0.0 1.0.0..1.1.0");
        matrix.releases[0].stopped = Some("a.patch".into());
        matrix.releases[1].stopped = Some("b.patch".into());
        assert_eq!(runs(&matrix), "2.3.0 2.2.0 2.1.0 2.0.1 2.0.0 1.0.0..1.1.0");
    }

    proptest! {
        #[test]
        fn the_counts_are_those_of_the_cells(numbers in prop::collection::vec(0usize..9, 24)) {
            let status = |b, r, s| statuses(numbers[(b * 3 + r) * 4 + s]);
            let matrix =
                matrix(&["7.7.1", "8.5.0"], &["2.0.0", "1.0.0", "0.9.0"], &["a", "b", "c", "d"], status);
            let summary = matrix.summary();
            let count = |number| numbers.iter().filter(|n| **n == number).count();
            let counts = summary.counts;
            let [good, bad] = [[0, 1, 2].map(count).iter().sum(), [3, 4, 5, 6].map(count).iter().sum()];
            prop_assert_eq!((counts.as_expected(), counts.not_as_expected()), (good, bad));
            prop_assert_eq!((counts.not_applicable, counts.not_run), (count(7), count(8)));
            prop_assert_eq!((counts.still_broken, counts.other_failure), (count(3), count(6)));
            prop_assert_eq!(counts.all(), matrix.cells.len());
            let bazels = summary.bazels.iter();
            prop_assert_eq!(bazels.clone().map(|b| b.counts.all()).sum::<usize>(), counts.all());
            let releases = bazels.flat_map(|bazel| &bazel.releases);
            let judged = releases.map(|release| release.counts.judged()).sum::<usize>();
            prop_assert_eq!(judged, counts.judged());
            let found = matrix.findings().iter().map(|found| found.cells.len()).sum::<usize>();
            prop_assert_eq!(found, bad);
        }
    }
}
