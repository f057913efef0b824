//! The summary of a run of the matrix: the counts, and which release is safe.
//!
//! Every report counts through this. What did not run, or does not apply, has counts of its
//! own and is in no other.

use serde::Serialize;

use crate::matrix::model::{BazelColumn, CellStatus, Matrix, MatrixCell, ReleaseRow};
use crate::project::evidence::State;
use crate::repro::outcome::Outcome;
use crate::support::ids::Release;
use crate::support::text::counted;

/// How many cells say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// [`Outcome::Fixed`]
    pub fixed: usize,
    /// [`Outcome::Unchanged`]
    pub unchanged: usize,
    /// [`Outcome::ExpectedChange`]
    pub expected_change: usize,
    /// [`Outcome::StillBroken`]
    pub still_broken: usize,
    /// [`Outcome::Regressed`]
    pub regressed: usize,
    /// [`Outcome::FixedUpstream`]
    pub fixed_upstream: usize,
    /// [`Outcome::OtherFailure`]
    pub other_failure: usize,
    /// [`CellStatus::NotApplicable`]
    pub not_applicable: usize,
    /// [`CellStatus::NotRun`]
    pub not_run: usize,
}

impl Counts {
    /// The counts of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a MatrixCell>) -> Self {
        let mut counts = Self::default();
        for cell in cells {
            *match &cell.status {
                CellStatus::Judged(Outcome::Fixed) => &mut counts.fixed,
                CellStatus::Judged(Outcome::Unchanged) => &mut counts.unchanged,
                CellStatus::Judged(Outcome::ExpectedChange) => &mut counts.expected_change,
                CellStatus::Judged(Outcome::StillBroken) => &mut counts.still_broken,
                CellStatus::Judged(Outcome::Regressed) => &mut counts.regressed,
                CellStatus::Judged(Outcome::FixedUpstream) => &mut counts.fixed_upstream,
                CellStatus::Judged(Outcome::OtherFailure) => &mut counts.other_failure,
                CellStatus::NotApplicable(_) => &mut counts.not_applicable,
                CellStatus::NotRun(_) => &mut counts.not_run,
            } += 1;
        }
        counts
    }

    /// The counts of cells that are as expected, by [`CellStatus::name`].
    pub const fn good(&self) -> [(&'static str, usize); 3] {
        [
            (Outcome::Fixed.name(), self.fixed),
            (Outcome::Unchanged.name(), self.unchanged),
            (Outcome::ExpectedChange.name(), self.expected_change),
        ]
    }

    /// The counts of cells that were judged and are not as expected, by [`CellStatus::name`].
    pub const fn bad(&self) -> [(&'static str, usize); 4] {
        [
            (Outcome::StillBroken.name(), self.still_broken),
            (Outcome::Regressed.name(), self.regressed),
            (Outcome::FixedUpstream.name(), self.fixed_upstream),
            (Outcome::OtherFailure.name(), self.other_failure),
        ]
    }

    /// How many cells are as expected.
    pub fn as_expected(&self) -> usize {
        sum(&self.good())
    }

    /// How many cells were judged and are not as expected.
    pub fn not_as_expected(&self) -> usize {
        sum(&self.bad())
    }

    /// How many cells were judged.
    pub fn judged(&self) -> usize {
        self.as_expected() + self.not_as_expected()
    }

    /// How many cells there are.
    pub fn all(&self) -> usize {
        self.judged() + self.not_applicable + self.not_run
    }

    /// The counts in a sentence.
    pub fn sentence(&self) -> String {
        let with = |total: usize, of: &str, parts: &[(&str, usize)]| {
            let named = named(parts);
            if named.is_empty() {
                format!("{total} {of}")
            } else {
                format!("{total} {of} ({named})")
            }
        };
        format!(
            "{}: {}, {}, {} not applicable, {} not run",
            counted(self.all(), "cell"),
            with(self.as_expected(), "as expected", &self.good()),
            with(self.not_as_expected(), "not as expected", &self.bad()),
            self.not_applicable,
            self.not_run
        )
    }
}

fn sum(parts: &[(&str, usize)]) -> usize {
    parts.iter().map(|(_, count)| count).sum()
}

/// `3 still broken, 1 regressed`: those that are not zero.
fn named(parts: &[(&str, usize)]) -> String {
    let parts = parts.iter().filter(|(_, count)| *count > 0);
    parts.map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// `7.7.1, 8.5.0 and 9.0.0`
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
}

/// What can be said of a release under a Bazel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseStatus {
    /// Everything that was judged is as expected, and something was.
    Safe,
    /// A cell is not as expected, or there is no patched tree.
    NotSafe,
    Unknown,
}

/// The summary of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Whether every release is safe under every Bazel that ran, and one ran.
    pub is_good: bool,
    /// Whether every scenario of the project ran on every release that it applies to.
    pub evidence: State,
    /// In a sentence, without a full stop.
    pub headline: String,
    pub counts: Counts,
    /// A version of Bazel each, in the matrix's order.
    pub bazels: Vec<BazelSummary>,
}

/// The summary of a run under one Bazel.
#[derive(Clone, Debug, Serialize)]
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
        Self {
            name: bazel.name().to_owned(),
            asked: bazel.asked.clone(),
            not_run: bazel.not_run.clone(),
            counts: Counts::of(matrix.cells.iter().filter(|cell| cell.bazel == bazel.asked)),
            releases: matrix.releases.iter().map(release).collect(),
        }
    }

    /// The releases, how they stand, in a few words.
    pub fn statuses(&self) -> String {
        if let Some(reason) = &self.not_run {
            return format!("not run: {reason}");
        }
        named(&[
            ("safe", self.count(ReleaseStatus::Safe)),
            ("not safe", self.count(ReleaseStatus::NotSafe)),
            ("not judged", self.count(ReleaseStatus::Unknown)),
        ])
    }
}

impl ReleaseSummary {
    fn new(matrix: &Matrix, bazel: &BazelColumn, row: &ReleaseRow) -> Self {
        let counts = Counts::of(matrix.cells_of(bazel, row));
        let stopped = row.stopped.as_ref().filter(|_| bazel.not_run.is_none());
        let (status, why) = match (stopped, counts.not_as_expected(), counts.judged()) {
            (Some(stopped), _, _) => {
                (ReleaseStatus::NotSafe, format!("the port stopped: {stopped}"))
            }
            (None, 0, 0) => (ReleaseStatus::Unknown, "nothing was judged".to_owned()),
            (None, 0, _) if counts.not_run > 0 => {
                (ReleaseStatus::Safe, format!("{} not run", counts.not_run))
            }
            (None, 0, _) => (ReleaseStatus::Safe, String::new()),
            (None, _, _) => (ReleaseStatus::NotSafe, named(&counts.bad())),
        };
        Self { release: row.release, status, why, counts }
    }
}

impl Matrix {
    /// The summary of the run.
    pub fn summary(&self) -> Summary {
        let bazels: Vec<_> = self.bazels.iter().map(|b| BazelSummary::new(self, b)).collect();
        let ran: Vec<&BazelSummary> = bazels.iter().filter(|bazel| bazel.ran()).collect();
        let all = |bazel: &&BazelSummary| bazel.count(ReleaseStatus::Safe) == bazel.releases.len();
        let stopped = self.releases.iter().any(|row| row.stopped.is_some());
        let is_good =
            !ran.is_empty() && !self.releases.is_empty() && ran.iter().all(all) && !stopped;
        let mut headline = headline(&self.releases, &ran);
        let others = bazels.iter().filter(|bazel| !bazel.ran()).map(|bazel| bazel.name.as_str());
        let others = listed(&others.collect::<Vec<_>>());
        if !others.is_empty() && (stopped || !ran.is_empty()) {
            headline.push_str(&format!("; {others} did not run"));
        }
        let not_run: usize = ran.iter().map(|bazel| bazel.counts.not_run).sum();
        if is_good && not_run > 0 {
            headline.push_str(&format!("; {} did not run", counted(not_run, "cell")));
        }
        let counts = Counts::of(&self.cells);
        let asked = self.scenarios.len();
        if !self.not_asked.is_empty() && !ran.is_empty() {
            let all = counted(asked + self.not_asked.len(), "scenario");
            headline.push_str(&format!("; only {asked} of {all} asked for"));
        }
        let evidence = match (counts.judged(), counts.not_run + self.not_asked.len()) {
            (0, _) => State::None,
            (_, 0) => State::Tested,
            _ => State::Partial,
        };
        Summary { is_good, evidence, headline, counts, bazels }
    }

    /// The cells of a release under a Bazel.
    pub fn cells_of(
        &self,
        bazel: &BazelColumn,
        row: &ReleaseRow,
    ) -> impl Iterator<Item = &MatrixCell> {
        let (asked, release) = (&bazel.asked, row.release);
        self.cells.iter().filter(move |cell| cell.release == release && cell.bazel == *asked)
    }
}

/// The whole run in a sentence: a release counts as safe if it is under every Bazel that ran.
fn headline(releases: &[ReleaseRow], ran: &[&BazelSummary]) -> String {
    /// How many releases are named.
    const NAMED: usize = 6;
    let bazels = listed(&ran.iter().map(|bazel| bazel.name.as_str()).collect::<Vec<_>>());
    let under = if ran.is_empty() { String::new() } else { format!(" under Bazel {bazels}") };
    let is = |row: &ReleaseRow, status: ReleaseStatus| {
        let mut statuses = ran.iter().flat_map(|bazel| &bazel.releases);
        statuses.any(|found| found.release == row.release && found.status == status)
    };
    let (bad, others): (Vec<&ReleaseRow>, Vec<&ReleaseRow>) =
        releases.iter().partition(|row| row.stopped.is_some() || is(row, ReleaseStatus::NotSafe));
    let unknown: Vec<&ReleaseRow> =
        others.into_iter().filter(|row| is(row, ReleaseStatus::Unknown)).collect();
    let these = |rows: &[&ReleaseRow], are: &str| {
        let be = if rows.len() == 1 { "is" } else { "are" };
        let all = counted(releases.len(), "release");
        let names = rows.iter().take(NAMED).map(|row| row.release.to_string());
        let names = names.collect::<Vec<_>>().join(", ");
        let more = match rows.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} of {all} {be} {are}{under}: {names}{more}", rows.len())
    };
    match (bad.as_slice(), unknown.as_slice()) {
        ([], _) if ran.is_empty() => "Nothing was judged: no Bazel ran".to_owned(),
        ([], []) => match releases {
            [] => "Nothing was judged: there is no release".to_owned(),
            [row] => format!("{} is safe{under}", row.release),
            _ => format!("All {} releases are safe{under}", releases.len()),
        },
        ([], unknown) => these(unknown, "not judged"),
        (bad, []) => these(bad, "not safe"),
        (bad, unknown) => format!("{}; {} not judged", these(bad, "not safe"), unknown.len()),
    }
}

/// One thing that makes a release unsafe.
#[derive(Clone, Debug)]
pub struct Finding<'a> {
    pub release: Release,
    /// The Bazel; none if the release has no patched tree under any.
    pub bazel: Option<&'a BazelColumn>,
    /// What is wrong: [`CellStatus::name`], or that the port stopped.
    pub what: &'static str,
    /// How it shows: the results, or where the port stopped.
    pub how: String,
    /// The cells that show it.
    pub cells: Vec<&'a MatrixCell>,
}

impl Matrix {
    /// Everything that makes a release unsafe: by release, then by Bazel, a port that stopped
    /// first. Cells that differ only in their scenarios are one finding.
    pub fn findings(&self) -> Vec<Finding<'_>> {
        let mut findings: Vec<Finding<'_>> = Vec::new();
        for row in &self.releases {
            let release = row.release;
            if let Some(how) = row.stopped.clone() {
                let what = "the port stopped";
                findings.push(Finding { release, bazel: None, what, how, cells: vec![] });
            }
            for bazel in &self.bazels {
                let first = findings.len();
                for cell in self.cells_of(bazel, row).filter(|cell| cell.status.is_bad()) {
                    let (what, how) = (cell.status.name(), cell.results());
                    let mut known = findings[first..].iter_mut();
                    match known.find(|found| found.what == what && found.how == how) {
                        Some(found) => found.cells.push(cell),
                        None => {
                            let (bazel, cells) = (Some(bazel), vec![cell]);
                            findings.push(Finding { release, bazel, what, how, cells });
                        }
                    }
                }
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::matrix::model::made_up::{matrix, statuses};

    fn good(_: usize, _: usize, _: usize) -> CellStatus {
        CellStatus::Judged(Outcome::Fixed)
    }

    #[test]
    fn a_release_is_safe_where_what_was_judged_is_as_expected() {
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
            (ReleaseStatus::Safe, ""),
            (ReleaseStatus::NotSafe, "1 regressed"),
            (ReleaseStatus::Safe, "1 not run"),
            (ReleaseStatus::Unknown, "nothing was judged"),
            (ReleaseStatus::Unknown, "nothing was judged"),
            (ReleaseStatus::NotSafe, "the port stopped: 0001-a.patch: b.bzl:7"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert!(!summary.is_good);
        let headline = "2 of 6 releases are not safe under Bazel 7.7.1: 2.4.0, 2.0.0; 2 not judged";
        assert_eq!(summary.headline, headline);
        assert_eq!(summary.bazels[0].statuses(), "2 safe, 2 not safe, 2 not judged");
    }

    #[test]
    fn what_did_not_run_is_never_safe() {
        let ran = matrix(&["7.7.1", "8.x!not here"], &["2.0.0", "1.0.0"], &["a"], good).summary();
        assert!(ran.is_good);
        assert_eq!(ran.headline, "All 2 releases are safe under Bazel 7.7.1; 8.x did not run");
        assert_eq!(ran.bazels[1].count(ReleaseStatus::Unknown), 2);
        assert_eq!((ran.counts.fixed, ran.counts.not_run), (2, 2));

        let none = matrix(&["8.x!not here"], &["2.0.0"], &["a"], good).summary();
        assert!(!none.is_good);
        assert_eq!(none.headline, "Nothing was judged: no Bazel ran");
        let left_out = |_, r, _| if r == 0 { statuses(8) } else { statuses(0) };
        let left_out = matrix(&["7.7.1"], &["2.0.0", "1.0.0"], &["a"], left_out).summary();
        assert!(!left_out.is_good);
        assert_eq!(left_out.headline, "1 of 2 releases is not judged under Bazel 7.7.1: 2.0.0");
        assert!(!matrix(&["7.7.1"], &[], &["a"], good).summary().is_good);
        assert!(!matrix(&[], &["2.0.0"], &["a"], good).summary().is_good);
    }

    #[test]
    fn a_port_that_stopped_counts_under_no_bazel_too() {
        let mut matrix = matrix(&["7.x!not here"], &["2.0.0"], &["a"], good);
        matrix.releases[0].stopped = Some("0001-a.patch".into());
        assert!(!matrix.summary().is_good);
        assert_eq!(matrix.summary().headline, "1 of 1 release is not safe: 2.0.0; 7.x did not run");
        assert_eq!(matrix.findings()[0].what, "the port stopped");
    }

    #[test]
    fn cells_that_differ_in_their_scenarios_alone_are_one_finding() {
        let status = |_, r, s| statuses(if r == 1 { 0 } else { [3, 4, 3][s] });
        let matrix = matrix(&["7.7.1", "8.5.0"], &["2.0.0", "1.0.0"], &["a", "b", "c"], status);
        let findings = matrix.findings();
        let shown = |found: &Finding<'_>| {
            let names = found.cells.iter().map(|cell| cell.scenario.as_str()).collect::<String>();
            format!("{} {} {names}", found.bazel.unwrap().asked, found.what)
        };
        let expected =
            ["7.x still broken ac", "7.x regressed b", "8.x still broken ac", "8.x regressed b"];
        assert_eq!(findings.iter().map(shown).collect::<Vec<_>>(), expected);
        assert_eq!(
            findings[0].how,
            "unpatched conflict as expected, patched conflict (expected pass)"
        );
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
