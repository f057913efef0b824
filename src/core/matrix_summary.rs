//! What a run of the matrix comes to: the counts, and which release is safe.
//!
//! Every report counts through this. What did not run, or does not apply, has counts of its
//! own and is in no other.

use serde::Serialize;

use super::ids::Release;
use super::matrix::{BazelColumn, Matrix, MatrixCell, ReleaseRow, State};
use super::report::counted;
use super::verdict::Cell;

/// How many cells say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// [`Cell::Fixed`]
    pub fixed: usize,
    /// [`Cell::ControlHeld`]
    pub control_held: usize,
    /// [`Cell::AsIntended`]
    pub as_intended: usize,
    /// [`Cell::StillBroken`]
    pub still_broken: usize,
    /// [`Cell::Regressed`]
    pub regressed: usize,
    /// [`Cell::NoLongerNeeded`]
    pub no_longer_needed: usize,
    /// [`Cell::FailedOtherwise`]
    pub failed_otherwise: usize,
    /// [`State::NotApplicable`]
    pub not_applicable: usize,
    /// [`State::NotRun`]
    pub not_run: usize,
}

impl Counts {
    /// The counts of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a MatrixCell>) -> Self {
        let mut counts = Self::default();
        for cell in cells {
            *match &cell.state {
                State::Judged(Cell::Fixed) => &mut counts.fixed,
                State::Judged(Cell::ControlHeld) => &mut counts.control_held,
                State::Judged(Cell::AsIntended) => &mut counts.as_intended,
                State::Judged(Cell::StillBroken) => &mut counts.still_broken,
                State::Judged(Cell::Regressed) => &mut counts.regressed,
                State::Judged(Cell::NoLongerNeeded) => &mut counts.no_longer_needed,
                State::Judged(Cell::FailedOtherwise) => &mut counts.failed_otherwise,
                State::NotApplicable(_) => &mut counts.not_applicable,
                State::NotRun(_) => &mut counts.not_run,
            } += 1;
        }
        counts
    }

    /// The counts of cells that are as expected, by [`State::name`].
    pub const fn good(&self) -> [(&'static str, usize); 3] {
        [
            (Cell::Fixed.name(), self.fixed),
            (Cell::ControlHeld.name(), self.control_held),
            (Cell::AsIntended.name(), self.as_intended),
        ]
    }

    /// The counts of cells that were judged and are not as expected, by [`State::name`].
    pub const fn bad(&self) -> [(&'static str, usize); 4] {
        [
            (Cell::StillBroken.name(), self.still_broken),
            (Cell::Regressed.name(), self.regressed),
            (Cell::NoLongerNeeded.name(), self.no_longer_needed),
            (Cell::FailedOtherwise.name(), self.failed_otherwise),
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

/// What can be said of a release under a Bazel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Everything that was judged is as expected, and something was.
    Safe,
    /// A cell is not as expected, or there is no patched tree.
    NotSafe,
    /// Nothing was judged.
    Unknown,
}

/// What a run comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Whether every release is safe under every Bazel that ran, and one ran.
    pub is_good: bool,
    /// In a sentence, without a full stop.
    pub headline: String,
    /// All cells.
    pub counts: Counts,
    /// A version of Bazel each, in the matrix's order.
    pub bazels: Vec<BazelSummary>,
}

/// What a run comes to under one Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct BazelSummary {
    /// Its name: [`BazelColumn::name`].
    pub name: String,
    /// As it was asked for.
    pub asked: String,
    /// Why it did not run.
    pub not_run: Option<String>,
    /// Its cells.
    pub counts: Counts,
    /// A release each, in the matrix's order.
    pub releases: Vec<ReleaseSummary>,
}

/// What can be said of one release under one Bazel.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseSummary {
    /// The release.
    pub release: Release,
    /// What can be said.
    pub standing: Standing,
    /// Why, in a few words.
    pub why: String,
    /// Its cells.
    pub counts: Counts,
}

impl BazelSummary {
    /// Whether Bazel ran.
    pub fn ran(&self) -> bool {
        self.not_run.is_none()
    }

    /// How many releases stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.releases.iter().filter(|release| release.standing == standing).count()
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
    pub fn standings(&self) -> String {
        if let Some(reason) = &self.not_run {
            return format!("not run: {reason}");
        }
        named(&[
            ("safe", self.count(Standing::Safe)),
            ("not safe", self.count(Standing::NotSafe)),
            ("not judged", self.count(Standing::Unknown)),
        ])
    }
}

impl ReleaseSummary {
    fn new(matrix: &Matrix, bazel: &BazelColumn, row: &ReleaseRow) -> Self {
        let counts = Counts::of(matrix.cells_of(bazel, row));
        let stopped = row.stopped.as_ref().filter(|_| bazel.not_run.is_none());
        let (standing, why) = match (stopped, counts.not_as_expected(), counts.judged()) {
            (Some(stopped), _, _) => (Standing::NotSafe, format!("the port stopped: {stopped}")),
            (None, 0, 0) => (Standing::Unknown, "nothing was judged".to_owned()),
            (None, 0, _) if counts.not_run > 0 => {
                (Standing::Safe, format!("{} not run", counts.not_run))
            }
            (None, 0, _) => (Standing::Safe, String::new()),
            (None, _, _) => (Standing::NotSafe, named(&counts.bad())),
        };
        Self { release: row.release, standing, why, counts }
    }
}

impl Matrix {
    /// What the run comes to.
    pub fn summary(&self) -> Summary {
        let bazels: Vec<_> = self.bazels.iter().map(|b| BazelSummary::new(self, b)).collect();
        let ran: Vec<&BazelSummary> = bazels.iter().filter(|bazel| bazel.ran()).collect();
        let all = |bazel: &&BazelSummary| bazel.count(Standing::Safe) == bazel.releases.len();
        let stopped = self.releases.iter().any(|row| row.stopped.is_some());
        let is_good =
            !ran.is_empty() && !self.releases.is_empty() && ran.iter().all(all) && !stopped;
        let mut headline = headline(&self.releases, &ran);
        let others = bazels.iter().filter(|bazel| !bazel.ran()).map(|bazel| bazel.name.as_str());
        let others = others.collect::<Vec<_>>().join(" and ");
        if !ran.is_empty() && !others.is_empty() {
            headline.push_str(&format!("; {others} did not run"));
        }
        Summary { is_good, headline, counts: Counts::of(&self.cells), bazels }
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

/// The whole run in a sentence: a release counts as safe where it is under every Bazel that ran.
fn headline(releases: &[ReleaseRow], ran: &[&BazelSummary]) -> String {
    /// How many releases are named.
    const NAMED: usize = 6;
    let bazels = ran.iter().map(|bazel| bazel.name.as_str()).collect::<Vec<_>>().join(" and ");
    let under = if ran.is_empty() { String::new() } else { format!(" under Bazel {bazels}") };
    let is = |row: &ReleaseRow, standing: Standing| {
        let mut standings = ran.iter().flat_map(|bazel| &bazel.releases);
        standings.any(|found| found.release == row.release && found.standing == standing)
    };
    let (bad, others): (Vec<&ReleaseRow>, Vec<&ReleaseRow>) =
        releases.iter().partition(|row| row.stopped.is_some() || is(row, Standing::NotSafe));
    let unknown: Vec<&ReleaseRow> =
        others.into_iter().filter(|row| is(row, Standing::Unknown)).collect();
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
    /// The release.
    pub release: Release,
    /// The Bazel; none where the release has no patched tree under any.
    pub bazel: Option<&'a BazelColumn>,
    /// What is wrong: [`State::name`], or that the port stopped.
    pub what: &'static str,
    /// How it shows: the verdicts, or where the port stopped.
    pub how: String,
    /// The cells that show it.
    pub cells: Vec<&'a MatrixCell>,
}

impl Matrix {
    /// Everything that makes a release unsafe: by release, then by Bazel, a port that stopped
    /// first. Cells that differ in their scenarios alone are one finding.
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
                for cell in self.cells_of(bazel, row).filter(|cell| cell.state.is_bad()) {
                    let (what, how) = (cell.state.name(), cell.verdicts());
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
