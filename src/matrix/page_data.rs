//! What the cells, releases and scenarios of the page open: data in the page, each text once. The
//! scenarios that fail somewhere come first here, as they do in the page's columns.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::matrix::model::{
    CellStatus, Matrix, MatrixCell, Observed, PatchRow, ReleaseRow, ScenarioHead,
};
use crate::project::scenario::SideResult;
use crate::repro::outcome::Outcome;
use crate::repro::suite::CallLog;
use crate::support::text::{one_line, plain};

/// Every status that a cell can have: its name, its symbol and what it means.
pub(super) const KINDS: [(&str, &str, &str); 9] = [
    (Outcome::Fixed.name(), "✓", "fails unpatched, passes patched"),
    (Outcome::Unchanged.name(), "=", "the same on both trees, as it should be"),
    (Outcome::ExpectedChange.name(), "≈", "differs as it should"),
    (Outcome::StillBroken.name(), "✗", "the patched release still fails"),
    (Outcome::Regressed.name(), "▼", "the patched release is worse than the unpatched one"),
    (Outcome::FixedUpstream.name(), "○", "the unpatched release passes already"),
    (Outcome::OtherFailure.name(), "!", "it can't be judged"),
    ("not applicable", "·", "the scenario is not about this release"),
    ("not run", "–", "nothing is known"),
];

/// The kind of what did not run, the last.
pub(super) const NOT_RUN: usize = KINDS.len() - 1;

/// What cells, releases and scenarios open.
#[derive(Serialize)]
pub(super) struct Data {
    bazels: Vec<String>,
    kinds: Vec<DataKind>,
    releases: Vec<DataRelease>,
    scenarios: Vec<ScenarioHead>,
    /// Where the scenarios' files can be read: [`Origin::files_url`].
    ///
    /// [`Origin::files_url`]: crate::matrix::model::Origin::files_url
    files: Option<String>,
    texts: Vec<String>,
    /// Command and log of each call, as texts.
    calls: Vec<[usize; 2]>,
    /// By Bazel, release and scenario. A Bazel that did not run has none.
    cells: Vec<Vec<Option<DataCell>>>,
}

#[derive(Serialize)]
struct DataKind {
    name: &'static str,
    slug: String,
    symbol: &'static str,
}

#[derive(Serialize)]
struct DataRelease {
    release: String,
    commit: String,
    tree: Option<String>,
    series: String,
    version: Option<String>,
    patches: Vec<PatchRow>,
    stopped: Option<String>,
}

/// The status, its reason, and what each side showed.
#[derive(Serialize)]
struct DataCell(usize, Option<usize>, Option<DataSide>, Option<DataSide>);

/// SideResult, expected, evidence, call, whether it is an earlier run's.
#[derive(Serialize)]
struct DataSide(SideResult, SideResult, usize, Option<usize>, bool);

/// Texts, each once.
#[derive(Default)]
struct Texts {
    known: HashMap<String, usize>,
    all: Vec<String>,
}

impl Texts {
    fn add(&mut self, text: &str) -> usize {
        let text = plain(text);
        let next = self.all.len();
        *self.known.entry(text.clone()).or_insert_with(|| {
            self.all.push(text);
            next
        })
    }
}

impl Data {
    pub(super) fn of(matrix: &Matrix, places: &Places<'_>) -> Self {
        let mut texts = Texts::default();
        let calls = matrix.calls.iter();
        let call = |call: &CallLog| [texts.add(&call.command), texts.add(&call.log)];
        let calls: Vec<_> = calls.map(call).collect();
        let mut cells = Vec::new();
        for (b, bazel) in matrix.bazels.iter().enumerate() {
            let mut of_bazel = Vec::new();
            let releases = if bazel.not_run.is_none() { matrix.releases.len() } else { 0 };
            for r in 0..releases {
                for s in 0..matrix.scenarios.len() {
                    let cell = places.cells.get(&[b, r, s]);
                    of_bazel.push(cell.map(|cell| data_cell(cell, &mut texts)));
                }
            }
            cells.push(of_bazel);
        }
        let kinds = KINDS.map(|(name, symbol, _)| DataKind { name, slug: slug(name), symbol });
        Self {
            bazels: matrix.bazels.iter().map(|bazel| one_line(bazel.name())).collect(),
            kinds: kinds.into(),
            releases: matrix.releases.iter().map(data_release).collect(),
            scenarios: places.scenarios.iter().copied().cloned().collect(),
            files: matrix.origin.files_url.clone(),
            texts: texts.all,
            calls,
            cells,
        }
    }

    /// JSON that may stand in a script element: it cannot end it, nor open a comment.
    pub(super) fn json(&self) -> tera::TeraResult<String> {
        let text = serde_json::to_string(self).map_err(tera::Error::message)?;
        Ok(text.replace('<', "\\u003c"))
    }
}

/// Where each cell stands in the page: Bazel, release, scenario.
pub(super) struct Places<'a> {
    pub(super) cells: BTreeMap<[usize; 3], &'a MatrixCell>,
    /// The scenarios, those first that fail under any Bazel on any release.
    pub(super) scenarios: Vec<&'a ScenarioHead>,
    /// How many of them fail.
    pub(super) failing: usize,
    columns: HashMap<&'a str, usize>,
    bazels: HashMap<&'a str, usize>,
    releases: HashMap<String, usize>,
}

impl<'a> Places<'a> {
    pub(super) fn of(matrix: &'a Matrix) -> Self {
        let is_bad = |head: &&ScenarioHead| {
            matrix.cells.iter().any(|cell| cell.scenario == head.id && cell.status.is_bad())
        };
        let (mut scenarios, others): (Vec<_>, Vec<_>) = matrix.scenarios.iter().partition(is_bad);
        let failing = scenarios.len();
        scenarios.extend(others);
        let columns = scenarios.iter().enumerate().map(|(at, head)| (head.id.as_str(), at));
        let bazels = matrix.bazels.iter().enumerate().map(|(at, b)| (b.asked.as_str(), at));
        let releases =
            matrix.releases.iter().enumerate().map(|(at, r)| (r.release.to_string(), at));
        let mut places = Self {
            cells: BTreeMap::new(),
            columns: columns.collect(),
            bazels: bazels.collect(),
            releases: releases.collect(),
            scenarios,
            failing,
        };
        let cells = matrix.cells.iter().filter_map(|cell| Some((places.place(cell)?, cell)));
        places.cells = cells.collect();
        places
    }

    pub(super) fn place(&self, cell: &MatrixCell) -> Option<[usize; 3]> {
        let bazel = *self.bazels.get(cell.bazel.as_str())?;
        let release = *self.releases.get(&cell.release.to_string())?;
        Some([bazel, release, *self.columns.get(cell.scenario.as_str())?])
    }
}

fn data_cell(cell: &MatrixCell, texts: &mut Texts) -> DataCell {
    let reason = match &cell.status {
        CellStatus::Judged(_) => None,
        CellStatus::NotApplicable(reason) | CellStatus::NotRun(reason) => Some(texts.add(reason)),
    };
    let mut side = |observed: &Option<Observed>| {
        let o = observed.as_ref()?;
        Some(DataSide(o.result, o.expected, texts.add(&o.evidence), o.call, o.is_cached))
    };
    let (unpatched, patched) = (side(&cell.unpatched), side(&cell.patched));
    DataCell(kind(&cell.status), reason, unpatched, patched)
}

fn data_release(row: &ReleaseRow) -> DataRelease {
    DataRelease {
        release: row.release.to_string(),
        commit: row.commit.to_string(),
        tree: row.tree.as_ref().map(ToString::to_string),
        series: plain(&row.series),
        version: row.version.clone(),
        patches: row.patches.clone(),
        stopped: row.stopped.as_deref().map(plain),
    }
}

pub(super) fn kind(status: &CellStatus) -> usize {
    KINDS.iter().position(|(name, ..)| *name == status.name()).unwrap_or(NOT_RUN)
}

pub(super) fn slug(name: &str) -> String {
    name.replace(' ', "-")
}
