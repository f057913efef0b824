//! The matrix as one page that needs nothing else: it loads nothing, works from a file, and its grid
//! and list of what is not safe need no script. What a cell opens is data in the page, each
//! text once.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::matrix::model::{
    CellStatus, Matrix, MatrixCell, Observed, PatchRow, ReleaseRow, ScenarioHead,
};
use crate::matrix::summary::{BazelSummary, Counts, ReleaseStatus};
use crate::project::scenario::{Phase, SideResult};
use crate::repro::outcome::Outcome;
use crate::repro::suite::CallLog;
use crate::support::ids::Sri;
use crate::support::template::Template;
use crate::support::text::{clipped, counted, one_line, plain};

const STYLE: &str = include_str!("templates/matrix.css");
const PAGE: &str = include_str!("templates/matrix.html.tera");
const SCRIPT: &str = include_str!("templates/matrix.js");

/// The widths of the grid's first and of its other columns, and of what is beside it, in
/// pixels, as in matrix.css.
const WIDTHS: [usize; 3] = [264, 22, 72];

/// Every status that a cell can have: its name, its symbol and what it means.
const KINDS: [(&str, &str, &str); 9] = [
    (Outcome::Fixed.name(), "✓", "fails unpatched, passes patched"),
    (Outcome::Unchanged.name(), "=", "the same on both trees, as it should be"),
    (Outcome::ExpectedChange.name(), "≈", "differs as it should"),
    (Outcome::StillBroken.name(), "✗", "the patched release still fails"),
    (Outcome::Regressed.name(), "▼", "the patched release is worse than the unpatched one"),
    (Outcome::FixedUpstream.name(), "○", "the unpatched release passes already"),
    (Outcome::OtherFailure.name(), "!", "it can't be judged"),
    ("not applicable", "·", "the scenario is not about this release"),
    ("not run", "", "nothing is known"),
];

#[derive(Serialize)]
struct Page {
    module: String,
    headline: String,
    is_good: bool,
    sentence: String,
    max_phase: Phase,
    bazels: Vec<PageBazel>,
    findings: Vec<PageFinding>,
    scenarios: Vec<PageScenario>,
    columns: usize,
    style: String,
    script: &'static str,
    style_hash: String,
    script_hash: String,
    data: String,
}

#[derive(Serialize)]
struct PageBazel {
    name: String,
    class: &'static str,
    symbol: &'static str,
    not_run: Option<String>,
    statuses: String,
    cells: String,
    legend: Vec<PageKind>,
    series: Vec<PageSeries>,
}

#[derive(Serialize)]
struct PageKind {
    slug: String,
    name: &'static str,
    symbol: &'static str,
    what: &'static str,
    count: usize,
}

/// Releases beside each other that the same series supports.
#[derive(Serialize)]
struct PageSeries {
    name: String,
    releases: String,
    rows: Vec<PageRow>,
}

#[derive(Serialize)]
struct PageRow {
    release: String,
    class: &'static str,
    symbol: &'static str,
    why: String,
    cells: Vec<PageCell>,
}

#[derive(Serialize)]
struct PageCell {
    slug: String,
    name: &'static str,
    symbol: &'static str,
    /// Where the list of what is not safe names the cell: it has a place of its own then.
    id: Option<String>,
}

#[derive(Serialize)]
struct PageScenario {
    id: String,
    title: String,
    is_bad: bool,
}

#[derive(Serialize)]
struct PageFinding {
    release: String,
    bazel: Option<String>,
    slug: String,
    symbol: &'static str,
    what: String,
    how: String,
    cells: Vec<PageLink>,
}

#[derive(Serialize)]
struct PageLink {
    id: String,
    scenario: String,
}

/// What cells, releases and scenarios open.
#[derive(Serialize)]
struct Data {
    bazels: Vec<String>,
    kinds: Vec<DataKind>,
    releases: Vec<DataRelease>,
    scenarios: Vec<ScenarioHead>,
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

impl Matrix {
    /// The matrix as one HTML page.
    ///
    /// # Errors
    ///
    /// The template does not fit its data, which is a defect of patcher.
    pub fn page(&self) -> tera::TeraResult<String> {
        let summary = self.summary();
        let places = Places::of(self);
        let scenarios = self.scenarios.iter().map(|head| PageScenario {
            id: one_line(&head.id),
            title: one_line(&head.title),
            is_bad: self.cells.iter().any(|c| c.scenario == head.id && c.status.is_bad()),
        });
        let [first, each, beside] = WIDTHS;
        let width = first + each * self.scenarios.len() + beside;
        // If the whole grid fits, the page scrolls and not the grid.
        let style = format!(
            "{STYLE}@media (min-width: {width}px) {{ .scroll {{ overflow: visible; max-height: none; }} }}\n"
        );
        let page = Page {
            module: one_line(&self.module),
            headline: summary.headline.clone(),
            is_good: summary.is_good,
            sentence: summary.counts.sentence(),
            max_phase: self.max_phase,
            bazels: summary
                .bazels
                .iter()
                .enumerate()
                .map(|(b, s)| self.bazel(b, s, &places))
                .collect(),
            findings: self.page_findings(&places),
            scenarios: scenarios.collect(),
            columns: self.scenarios.len() + 1,
            style_hash: Sri::of(style.as_bytes()).to_string(),
            script_hash: Sri::of(SCRIPT.as_bytes()).to_string(),
            style,
            script: SCRIPT,
            data: json(&self.data(&places))?,
        };
        Template { name: "matrix.html", text: PAGE, parts: &[] }.render(&page)
    }

    fn bazel(&self, index: usize, summary: &BazelSummary, places: &Places<'_>) -> PageBazel {
        let (class, symbol) = match summary.ran() {
            false => ("not-run", ""),
            true if summary.count(ReleaseStatus::NotSafe) > 0 => ("not-safe", "✗"),
            true if summary.count(ReleaseStatus::Unknown) > 0 => ("unknown", "?"),
            true => ("safe", "✓"),
        };
        let mut series: Vec<PageSeries> = Vec::new();
        for (r, row) in self.releases.iter().enumerate().filter(|_| summary.ran()) {
            let name = one_line(&row.series);
            if series.last().is_none_or(|series| series.name != name) {
                series.push(PageSeries { name, releases: String::new(), rows: vec![] });
            }
            let summed = &summary.releases[r];
            let (class, symbol, words) = match summed.status {
                ReleaseStatus::Safe => ("safe", "✓", "safe"),
                ReleaseStatus::NotSafe if row.stopped.is_some() => ("stopped", "■", ""),
                ReleaseStatus::NotSafe => ("not-safe", "✗", ""),
                ReleaseStatus::Unknown => ("unknown", "?", ""),
            };
            let why = one_line(&summed.why);
            let why = [words, why.as_str()].into_iter().filter(|part| !part.is_empty());
            let cells = (0..self.scenarios.len()).map(|s| page_cell([index, r, s], places));
            let row = PageRow {
                release: row.release.to_string(),
                class,
                symbol,
                why: clipped(&why.collect::<Vec<_>>().join(", "), 160),
                cells: cells.collect(),
            };
            if let Some(last) = series.last_mut() {
                last.rows.push(row);
                last.releases = counted(last.rows.len(), "release");
            }
        }
        PageBazel {
            name: one_line(&summary.name),
            class,
            symbol,
            not_run: summary.not_run.as_deref().map(one_line),
            statuses: one_line(&summary.statuses()),
            cells: counted(summary.counts.all(), "cell"),
            legend: legend(&summary.counts),
            series,
        }
    }

    fn page_findings(&self, places: &Places<'_>) -> Vec<PageFinding> {
        let findings = self.findings().into_iter().map(|found| {
            let links = found
                .cells
                .iter()
                .map(|cell| PageLink { id: places.id(cell), scenario: one_line(&cell.scenario) });
            let kind = found.cells.first().map(|cell| KINDS[kind(&cell.status)]);
            PageFinding {
                release: found.release.to_string(),
                bazel: found.bazel.map(|bazel| one_line(bazel.name())),
                slug: kind.map_or_else(|| "stopped".to_owned(), |(name, ..)| slug(name)),
                symbol: kind.map_or("■", |(_, symbol, _)| symbol),
                what: found.what.to_owned(),
                how: clipped(&one_line(&found.how), 1000),
                cells: links.collect(),
            }
        });
        findings.collect()
    }

    fn data(&self, places: &Places<'_>) -> Data {
        let mut texts = Texts::default();
        let calls = self.calls.iter();
        let call = |call: &CallLog| [texts.add(&call.command), texts.add(&call.log)];
        let calls: Vec<_> = calls.map(call).collect();
        let mut cells = Vec::new();
        for (b, bazel) in self.bazels.iter().enumerate() {
            let mut of_bazel = Vec::new();
            let releases = if bazel.not_run.is_none() { self.releases.len() } else { 0 };
            for r in 0..releases {
                for s in 0..self.scenarios.len() {
                    let cell = places.cells.get(&[b, r, s]);
                    of_bazel.push(cell.map(|cell| data_cell(cell, &mut texts)));
                }
            }
            cells.push(of_bazel);
        }
        let kinds = KINDS.map(|(name, symbol, _)| DataKind { name, slug: slug(name), symbol });
        Data {
            bazels: self.bazels.iter().map(|bazel| one_line(bazel.name())).collect(),
            kinds: kinds.into(),
            releases: self.releases.iter().map(data_release).collect(),
            scenarios: self.scenarios.clone(),
            texts: texts.all,
            calls,
            cells,
        }
    }
}

/// Where each cell stands: Bazel, release, scenario.
struct Places<'a> {
    cells: BTreeMap<[usize; 3], &'a MatrixCell>,
    bazels: HashMap<&'a str, usize>,
    releases: HashMap<String, usize>,
    scenarios: HashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let bazels = matrix.bazels.iter().enumerate().map(|(at, b)| (b.asked.as_str(), at));
        let releases =
            matrix.releases.iter().enumerate().map(|(at, r)| (r.release.to_string(), at));
        let scenarios = matrix.scenarios.iter().enumerate().map(|(at, s)| (s.id.as_str(), at));
        let mut places = Self {
            cells: BTreeMap::new(),
            bazels: bazels.collect(),
            releases: releases.collect(),
            scenarios: scenarios.collect(),
        };
        let cells = matrix.cells.iter().filter_map(|cell| Some((places.place(cell)?, cell)));
        places.cells = cells.collect();
        places
    }

    fn place(&self, cell: &MatrixCell) -> Option<[usize; 3]> {
        let bazel = *self.bazels.get(cell.bazel.as_str())?;
        let release = *self.releases.get(&cell.release.to_string())?;
        Some([bazel, release, *self.scenarios.get(cell.scenario.as_str())?])
    }

    fn id(&self, cell: &MatrixCell) -> String {
        self.place(cell).map_or_else(String::new, id)
    }
}

fn id([bazel, release, scenario]: [usize; 3]) -> String {
    format!("{bazel}-{release}-{scenario}")
}

fn page_cell(place: [usize; 3], places: &Places<'_>) -> PageCell {
    let status = places.cells.get(&place).map(|cell| &cell.status);
    // A cell that is not there did not run.
    let (name, symbol, _) = KINDS[status.map_or(KINDS.len() - 1, kind)];
    let id = status.is_some_and(CellStatus::is_bad).then(|| id(place));
    PageCell { slug: slug(name), name, symbol, id }
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

fn kind(status: &CellStatus) -> usize {
    let found = KINDS.iter().position(|(name, ..)| *name == status.name());
    found.unwrap_or(KINDS.len() - 1)
}

fn slug(name: &str) -> String {
    name.replace(' ', "-")
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

/// JSON that may stand in a script element: it cannot end it, nor open a comment.
fn json(data: &Data) -> tera::TeraResult<String> {
    let text = serde_json::to_string(data).map_err(tera::Error::message)?;
    Ok(text.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::matrix::model::made_up::{large, matrix, statuses};

    const HOSTILE: &str = "</script><script>alert(1)</script><!--<img src=http://x onerror=\"a()\"> '\u{1b}[2J\u{0}&amp;";

    /// What stands between the last `open` and what closes it.
    fn between<'a>(page: &'a str, open: &str, close: &str) -> &'a str {
        page.rsplit_once(open).unwrap().1.split_once(close).unwrap().0
    }

    fn data(page: &str) -> Value {
        serde_json::from_str(between(page, "id=\"data\">", "</script>")).unwrap()
    }

    #[test]
    fn the_page_loads_nothing_and_runs_only_its_own_script() {
        let page = large(|b, r, s| statuses(b + r * s)).page().unwrap();
        for (open, close) in [("<script>", "</script>"), ("<style>", "</style>")] {
            let hash = Sri::of(between(&page, open, close).as_bytes());
            assert!(page.contains(&format!("-src '{hash}'")), "{open}");
        }
        assert!(page.contains("content=\"default-src 'none'; "));
        let markup = page.replace(between(&page, "id=\"data\">", "</script>"), "");
        for load in [" src=", "url(", "@import", "http:", "https:/", "srcset", "<iframe", " style="]
        {
            assert!(!markup.contains(load), "{load}");
        }
        assert_eq!(markup.matches("<link ").count(), 1);
        assert!(markup.contains("<link rel=\"icon\" href=\"data:,\">"));
    }

    #[test]
    fn whatever_bazel_printed_is_text() {
        let mut matrix =
            matrix(&["7.7.1", "8.x!gone"], &["2.0.0"], &["a", "b"], |_, _, s| statuses([4, 8][s]));
        matrix.module = HOSTILE.into();
        matrix.releases[0].series = HOSTILE.into();
        matrix.releases[0].stopped = Some(HOSTILE.into());
        matrix.bazels[1].not_run = Some(HOSTILE.into());
        matrix.scenarios[0].id = HOSTILE.into();
        matrix.scenarios[0].title = HOSTILE.into();
        matrix.scenarios[0].link = "javascript:alert(1)".into();
        matrix.cells[0].scenario = HOSTILE.into();
        matrix.cells[0].patched.as_mut().unwrap().evidence = HOSTILE.into();
        matrix.calls[0].log = HOSTILE.into();
        let page = matrix.page().unwrap();
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script").count(), 2);
        assert!(!page.contains("<!--") && !page.contains("<img") && !page.contains("onerror=\""));
        assert!(
            !page.contains("href=\"javascript"),
            "links of scenarios come only from the script"
        );
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        let data = data(&page);
        let text = plain(HOSTILE);
        let texts = data["texts"].as_array().unwrap();
        assert_eq!(texts.iter().filter(|found| found.as_str() == Some(text.as_str())).count(), 1);
    }

    #[test]
    fn what_a_cell_opens_is_in_the_page() {
        let matrix =
            matrix(&["6.0.0!gone", "7.7.1"], &["2.0.0", "1.0.0"], &["a", "b"], |_, r, s| {
                statuses([3, 7, 0, 8][r * 2 + s])
            });
        let page = matrix.page().unwrap();
        let data = data(&page);
        assert_eq!(data["cells"][0], serde_json::json!([]));
        let cells = data["cells"][1].as_array().unwrap();
        let kinds = cells.iter().map(|cell| {
            let kind = usize::try_from(cell[0].as_u64().unwrap()).unwrap();
            data["kinds"][kind]["name"].as_str().unwrap()
        });
        assert_eq!(
            kinds.collect::<Vec<_>>(),
            ["still broken", "not applicable", "fixed", "not run"]
        );
        let text =
            |at: &Value| data["texts"][usize::try_from(at.as_u64().unwrap()).unwrap()].clone();
        assert_eq!(text(&cells[1][1]), "it is about others");
        assert_eq!(cells[0][3][0], "conflict");
        assert_eq!(cells[0][3][1], "pass");
        assert_eq!(text(&cells[0][3][2]), "ERROR: conflict");
        assert_eq!(text(&data["calls"][0][0]), "bazel build //...");
        assert!(
            page.contains("<td class=\"still-broken\" title=\"still broken\" id=\"cell-1-0-0\">")
        );
    }

    #[test]
    fn what_is_missing_is_not_run() {
        let mut matrix = matrix(&["7.7.1"], &["2.0.0"], &["a", "b"], |_, _, _| statuses(0));
        matrix.cells.pop();
        let page = matrix.page().unwrap();
        assert_eq!(page.matches("<td class=\"fixed\"").count(), 1);
        assert_eq!(page.matches("<td class=\"not-run\"").count(), 1);
        assert_eq!(data(&page)["cells"][0][1], Value::Null);
    }

    #[test]
    fn the_page_says_in_words_what_is_not_safe() {
        let mut matrix =
            matrix(&["7.7.1", "8.x!not here"], &["2.1.0", "2.0.0", "1.0.0"], &["a"], |_, r, _| {
                statuses([0, 3, 8][r])
            });
        matrix.releases[2].stopped = Some("0001-a.patch: b.bzl:7".into());
        let page = matrix.page().unwrap();
        let words = "2 of 3 releases are not safe under Bazel 7.7.1: 2.0.0, 1.0.0; 8.x did not run";
        assert!(page.contains(&format!("</span> {words}</h1>")), "{page}");
        assert!(
            page.contains(
                "<b>1.0.0</b> <span class=\"why\">the port stopped: 0001-a.patch: b.bzl:7<"
            )
        );
        assert!(page.contains("<p class=\"hatched\"><span><b>Not run:</b> not here."));
        assert_eq!(page.matches("<tr class=\"series\">").count(), 2);
        assert_eq!(page.matches("<table").count(), 1);
    }

    #[test]
    fn a_full_matrix_with_logs_makes_a_small_page() {
        let mut matrix = large(|b, r, s| statuses([0, 1, 2, 3][(b + r + s) % 4]));
        let log = "INFO: Analyzed target //a:b\n".repeat(1000);
        for (index, cell) in matrix.cells.iter_mut().enumerate() {
            cell.unpatched.as_mut().unwrap().call = Some(index % 252);
        }
        let call = |n| CallLog { command: format!("bazel build //:{n}"), log: log.clone() };
        matrix.calls = (0..252).map(call).collect();
        let page = matrix.page().unwrap();
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
    }
}
