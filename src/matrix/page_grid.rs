//! The page's grids: for each Bazel that ran a row for each release, one more for releases that say
//! the same, and a column for each scenario.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::matrix::counts::Counts;
use crate::matrix::finding::Finding;
use crate::matrix::model::{CellStatus, Matrix};
use crate::matrix::page_data::{KINDS, NOT_RUN, Places, kind, slug};
use crate::matrix::summary::{BazelSummary, ReleaseStatus};
use crate::support::text::{clipped, counted, one_line};

#[derive(Serialize)]
pub(super) struct PageBazel {
    name: String,
    class: &'static str,
    symbol: &'static str,
    not_run: Option<String>,
    statuses: String,
    cells: String,
    legend: Vec<PageKind>,
    runs: Vec<PageRun>,
}

#[derive(Serialize)]
pub(super) struct PageKind {
    slug: String,
    name: &'static str,
    symbol: &'static str,
    what: &'static str,
    count: usize,
}

/// Releases beside each other that say the same: [`Matrix::runs`].
#[derive(Serialize)]
pub(super) struct PageRun {
    /// Names the series, above its first release.
    heading: Option<String>,
    /// One row for all, if there are several.
    fold: Option<PageRow>,
    rows: Vec<PageRow>,
}

#[derive(Serialize)]
pub(super) struct PageRow {
    /// The first release: an index.
    at: usize,
    release: String,
    class: &'static str,
    symbol: &'static str,
    why: String,
    cells: Vec<PageCell>,
}

#[derive(Serialize)]
pub(super) struct PageCell {
    slug: String,
    name: &'static str,
    symbol: &'static str,
    id: String,
    /// The finding that it shows, if it is not as expected.
    finding: Option<usize>,
}

/// The number of the finding that each cell shows.
pub(super) fn by_place(
    findings: &[Finding<'_>],
    places: &Places<'_>,
) -> BTreeMap<[usize; 3], usize> {
    let findings = findings.iter().enumerate();
    let cells = findings.flat_map(|(at, found)| found.cells.iter().map(move |cell| (at, cell)));
    cells.filter_map(|(at, cell)| Some((places.place(cell)?, at + 1))).collect()
}

/// What the rows of a grid are made of.
pub(super) struct Grid<'a> {
    pub(super) matrix: &'a Matrix,
    pub(super) places: &'a Places<'a>,
    pub(super) findings: BTreeMap<[usize; 3], usize>,
}

impl Grid<'_> {
    pub(super) fn bazel(&self, index: usize, summary: &BazelSummary) -> PageBazel {
        let (class, symbol) = match summary.ran() {
            false => ("not-run", "–"),
            true if summary.count(ReleaseStatus::Fail) > 0 => ("fail", "✗"),
            true if summary.count(ReleaseStatus::NotTested) > 0 => ("incomplete", "!"),
            true => ("pass", "✓"),
        };
        let runs = if summary.ran() { self.matrix.runs(summary) } else { vec![] };
        PageBazel {
            name: one_line(&summary.name),
            class,
            symbol,
            not_run: summary.not_run.as_deref().map(one_line),
            statuses: one_line(&summary.statuses()),
            cells: counted(summary.counts.all(), "cell"),
            legend: legend(&summary.counts),
            runs: runs.iter().map(|run| self.run(index, summary, run)).collect(),
        }
    }

    fn run(&self, bazel: usize, summary: &BazelSummary, run: &Range<usize>) -> PageRun {
        let releases = &self.matrix.releases;
        let series = &releases[run.start].series;
        let is_first = run.start == 0 || releases[run.start - 1].series != *series;
        let heading = is_first.then(|| {
            let rest = releases[run.start..].iter();
            let count = rest.take_while(|row| row.series == *series).count();
            format!("{}: {}", one_line(series), counted(count, "release"))
        });
        let rows = run.clone().map(|at| self.row(bazel, summary, at));
        let fold = (run.len() > 1).then(|| PageRow {
            release: self.matrix.named(run),
            why: counted(run.len(), "release"),
            ..self.row(bazel, summary, run.start)
        });
        PageRun { heading, fold, rows: rows.collect() }
    }

    fn row(&self, bazel: usize, summary: &BazelSummary, at: usize) -> PageRow {
        let (row, summed) = (&self.matrix.releases[at], &summary.releases[at]);
        let (class, symbol) = match summed.status {
            ReleaseStatus::Pass => ("pass", "✓"),
            ReleaseStatus::Fail if row.stopped.is_some() => ("stopped", "■"),
            ReleaseStatus::Fail => ("fail", "✗"),
            ReleaseStatus::NotTested | ReleaseStatus::OtherShard => ("unknown", "?"),
        };
        let cells = (0..self.places.scenarios.len()).map(|s| self.cell([bazel, at, s]));
        // Where it stopped is in the list of what fails.
        let why = if row.stopped.is_some() { "the port stopped" } else { &summed.why };
        PageRow {
            at,
            release: row.release.to_string(),
            class,
            symbol,
            why: clipped(&one_line(why), 160),
            cells: cells.collect(),
        }
    }

    fn cell(&self, place: [usize; 3]) -> PageCell {
        let status = self.places.cells.get(&place).map(|cell| &cell.status);
        // A cell that is not there did not run.
        let (name, symbol, _) = KINDS[status.map_or(NOT_RUN, kind)];
        let finding = self.findings.get(&place).copied();
        let finding = finding.filter(|_| status.is_some_and(CellStatus::is_bad));
        PageCell { slug: slug(name), name, symbol, id: id(place), finding }
    }
}

pub(super) fn id([bazel, release, scenario]: [usize; 3]) -> String {
    format!("{bazel}-{release}-{scenario}")
}

fn legend(counts: &Counts) -> Vec<PageKind> {
    let [not_applicable, not_run] = [counts.not_applicable, counts.not_run];
    let judged = counts.good().into_iter().chain(counts.bad()).map(|(_, count)| count);
    let counts = judged.chain([not_applicable, not_run]);
    let kinds = KINDS.into_iter().zip(counts);
    kinds
        .map(|((name, symbol, what), count)| PageKind {
            slug: slug(name),
            name,
            symbol,
            what,
            count,
        })
        .collect()
}
