//! The reports of a matrix: for the terminal, for CI servers, and as a page.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::ids::Release;
use super::matrix::{BazelColumn, Matrix, MatrixCell, Observed, ReleaseRow, State};
use super::render::{JUnit, JUnitCase, JUnitSuite, Page, PageCell, PageGrid, PageGroup, PageRow};
use super::report::{counted, table};
use super::scenario::Phase;
use super::verdict::Cell;

/// GitHub's limit for the summary of a step is 1024 KiB; this leaves room for others' text.
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
const SUMMARY_LIMIT: usize = 1000 * 1024;

/// How many cells are in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Judged, by what they say.
    pub judged: BTreeMap<&'static str, usize>,
    /// The scenario does not apply to the release.
    pub not_applicable: usize,
    /// They did not run.
    pub not_run: usize,
}

/// A release under one Bazel: whether it is safe to use, and why not.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The release.
    pub row: &'a ReleaseRow,
    /// How many of its cells are in each state.
    pub counts: Counts,
    /// The cells that are not as expected.
    pub bad: Vec<&'a MatrixCell>,
}

impl Counts {
    fn add(&mut self, state: &State) {
        match state {
            State::Judged(cell) => *self.judged.entry(cell.name()).or_default() += 1,
            State::NotApplicable(_) => self.not_applicable += 1,
            State::NotRun(_) => self.not_run += 1,
        }
    }

    /// How many cells say `cell`.
    pub fn of(&self, cell: Cell) -> usize {
        self.judged.get(cell.name()).copied().unwrap_or(0)
    }

    /// How many cells were judged.
    pub fn judged(&self) -> usize {
        self.judged.values().sum()
    }

    /// All of it in words; what is not there is left out.
    pub fn text(&self) -> String {
        let mut parts: Vec<String> =
            self.judged.iter().map(|(name, count)| format!("{count} {name}")).collect();
        if self.not_applicable > 0 {
            parts.push(format!("{} not applicable", self.not_applicable));
        }
        if self.not_run > 0 {
            parts.push(format!("{} not run", self.not_run));
        }
        parts.join(", ")
    }
}

impl Standing<'_> {
    /// Whether the series merges, everything that ran is as expected, and something ran.
    pub fn is_safe(&self) -> bool {
        self.row.stopped.is_none() && self.bad.is_empty() && self.counts.judged() > 0
    }

    /// Why it is not safe, in a few words; what a scenario shows comes with the scenarios.
    pub fn reason(&self) -> String {
        if let Some(stopped) = &self.row.stopped {
            return stopped.lines().next().unwrap_or_default().to_owned();
        }
        if self.counts.judged() == 0 {
            return "nothing ran".to_owned();
        }
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for cell in &self.bad {
            kinds.entry(state_name(&cell.state)).or_default().push(&cell.scenario);
        }
        let kind = |(name, ids): (&&str, &Vec<&str>)| {
            const NAMED: usize = 4;
            let mut named = ids[..ids.len().min(NAMED)].join(", ");
            if ids.len() > NAMED {
                named.push_str(", …");
            }
            format!("{} {name} ({named})", ids.len())
        };
        kinds.iter().map(kind).collect::<Vec<_>>().join("; ")
    }
}

/// What a cell says, in words.
fn state_name(state: &State) -> &'static str {
    match state {
        State::Judged(cell) => cell.name(),
        State::NotApplicable(_) => "not applicable",
        State::NotRun(_) => "not run",
    }
}

fn is_bad(cell: &MatrixCell) -> bool {
    matches!(cell.state, State::Judged(judged) if !judged.is_good())
}

impl BazelColumn {
    /// How it is called in reports.
    pub fn name(&self) -> String {
        match &self.version {
            Some(version) => format!("Bazel {version}"),
            None => format!("Bazel {}", self.asked),
        }
    }
}

impl Matrix {
    /// The cells under one Bazel, release after release.
    fn cells_of(&self, bazel: usize) -> impl Iterator<Item = (&ReleaseRow, &[MatrixCell])> {
        let width = self.scenarios.len();
        let start = bazel * self.releases.len() * width;
        let rows = self.releases.iter().enumerate();
        rows.map(move |(index, row)| (row, &self.cells[start + index * width..][..width]))
    }

    /// How each release stands under one Bazel.
    pub fn standings(&self, bazel: usize) -> Vec<Standing<'_>> {
        let standing = |(row, cells): (_, &'_ [MatrixCell])| {
            let mut counts = Counts::default();
            cells.iter().for_each(|cell| counts.add(&cell.state));
            (row, counts)
        };
        let bad = self.cells_of(bazel).map(|(_, cells)| cells.iter().filter(|c| is_bad(c)));
        let standings = self.cells_of(bazel).map(standing).zip(bad);
        standings.map(|((row, counts), bad)| Standing { row, counts, bad: bad.collect() }).collect()
    }

    /// The counts over everything.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.cells.iter().for_each(|cell| counts.add(&cell.state));
        counts
    }

    /// What is to be known in five seconds, a sentence for each Bazel.
    pub fn headlines(&self) -> Vec<(bool, String)> {
        let headline = |(index, bazel): (usize, &BazelColumn)| {
            if let Some(reason) = &bazel.not_run {
                return (false, format!("{} did not run: {reason}", bazel.name()));
            }
            let standings = self.standings(index);
            let count = standings.iter().filter(|standing| !standing.is_safe()).count();
            let (all, name) = (standings.len(), bazel.name());
            let sentence = match (count, all) {
                (0, 1) => format!("{} is safe under {name}", standings[0].row.release),
                (0, _) => format!("All {all} releases are safe under {name}"),
                (1, _) => format!("1 of {} is not safe under {name}", counted(all, "release")),
                _ => format!("{count} of {all} releases are not safe under {name}"),
            };
            (count == 0, sentence)
        };
        self.bazels.iter().enumerate().map(headline).collect()
    }

    fn depth_text(&self) -> &'static str {
        match self.depth {
            Phase::Analysis => "Bazel went as far as the analysis",
            Phase::Build => "Bazel built, and ran no test",
            Phase::Test => "Bazel went as far as each scenario asks",
        }
    }

    /// The matrix for a terminal: a line for each release and Bazel.
    pub fn text(&self) -> String {
        let head = ["release", "patches", "fixed", "held", "intended", "n/a", ""];
        let mut text = String::new();
        for (index, bazel) in self.bazels.iter().enumerate() {
            if bazel.not_run.is_some() {
                continue;
            }
            let mut rows = vec![head.map(str::to_owned)];
            for standing in self.standings(index) {
                let of = |cell| standing.counts.of(cell).to_string();
                let verdict = if standing.is_safe() {
                    "safe".to_owned()
                } else {
                    format!("NOT SAFE: {}", standing.reason())
                };
                rows.push([
                    standing.row.release.to_string(),
                    standing.row.line.clone(),
                    of(Cell::Fixed),
                    of(Cell::ControlHeld),
                    of(Cell::AsIntended),
                    standing.counts.not_applicable.to_string(),
                    verdict,
                ]);
            }
            text.push_str(&format!("{}\n{}\n", bazel.name(), table(&rows)));
        }
        for (_, headline) in self.headlines() {
            text.push_str(&format!("{headline}.\n"));
        }
        let count = counted(self.cells.len(), "cell");
        text.push_str(&format!("{count}: {}. {}.\n", self.counts().text(), self.depth_text()));
        text
    }

    /// The matrix for CI servers: a suite for each Bazel, a case for each cell.
    pub fn junit(&self) -> JUnit {
        let case = |cell: &MatrixCell| {
            let skipped = match &cell.state {
                State::NotApplicable(reason) => Some(format!("not applicable: {reason}")),
                State::NotRun(reason) => Some(format!("not run: {reason}")),
                State::Judged(_) => None,
            };
            JUnitCase {
                class: cell.release.to_string(),
                name: cell.scenario.clone(),
                failure: is_bad(cell).then(|| differences(cell)),
                skipped,
                evidence: if is_bad(cell) { evidence(cell) } else { String::new() },
            }
        };
        let suite = |(index, bazel): (usize, &BazelColumn)| {
            let rows = self.cells_of(index);
            let cases: Vec<JUnitCase> =
                rows.flat_map(|(_, cells)| cells.iter().map(case)).collect();
            let failures = cases.iter().filter(|case| case.failure.is_some()).count();
            JUnitSuite { name: bazel.name(), cases, failures }
        };
        JUnit { suites: self.bazels.iter().enumerate().map(suite).collect() }
    }

    /// The matrix as Markdown, for the summary of a step of a GitHub workflow: always within
    /// its limit, and says what it leaves out.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (is_safe, headline) in self.headlines() {
            text.push_str(&format!("{} **{headline}**\n\n", if is_safe { "✅" } else { "❌" }));
        }
        let count = counted(self.cells.len(), "cell");
        text.push_str(&format!("{count}: {}. {}.\n", self.counts().text(), self.depth_text()));
        let mut left_out = 0;
        for (index, bazel) in self.bazels.iter().enumerate() {
            let standings = self.standings(index);
            let bad: Vec<&Standing<'_>> = standings
                .iter()
                .filter(|standing| bazel.not_run.is_none() && !standing.is_safe())
                .collect();
            for standing in &bad {
                let release = &standing.row.release;
                let reason = html(&standing.reason());
                let mut part = format!("\n### {release} under {}: {reason}\n", bazel.name());
                if let Some(stopped) = &standing.row.stopped {
                    part.push_str(&details("where the patches stop", stopped));
                }
                for cell in &standing.bad {
                    let title = format!("{}: {}", cell.scenario, differences(cell));
                    part.push_str(&details(&title, &evidence(cell)));
                }
                if text.len() + part.len() > SUMMARY_LIMIT {
                    left_out += 1;
                } else {
                    text.push_str(&part);
                }
            }
        }
        if left_out > 0 {
            let count = counted(left_out, "more release");
            text.push_str(&format!("\n{count} not safe: no room here, see the page.\n"));
        }
        let rows = markdown_table(self);
        if text.len() + rows.len() < SUMMARY_LIMIT {
            text.push_str(&rows);
        }
        text
    }

    /// The data of the page.
    pub fn page(&self) -> Page {
        let mut texts = Texts::default();
        let grids = self.bazels.iter().enumerate().map(|(index, bazel)| PageGrid {
            name: bazel.name(),
            not_run: bazel.not_run.clone(),
            groups: self.groups(index, &mut texts),
        });
        let grids = grids.collect();
        let calls =
            self.calls.iter().map(|call| [texts.id(&call.command), texts.id(&call.log)]).collect();
        let headlines = self.headlines();
        Page {
            title: format!("{} and its patches", self.module),
            is_safe: headlines.iter().all(|(is_safe, _)| *is_safe),
            headlines: headlines.into_iter().map(|(_, headline)| headline).collect(),
            counts: format!(
                "{}: {}. {}.",
                counted(self.cells.len(), "cell"),
                self.counts().text(),
                self.depth_text()
            ),
            scenarios: self.scenarios.clone(),
            width: self.scenarios.len() + 1,
            grids,
            calls,
            texts: texts.all,
        }
    }

    /// The rows of a grid, by the line that serves them.
    fn groups(&self, bazel: usize, texts: &mut Texts) -> Vec<PageGroup> {
        if self.bazels[bazel].not_run.is_some() {
            return Vec::new();
        }
        let mut groups: Vec<PageGroup> = Vec::new();
        for (standing, (row, cells)) in self.standings(bazel).iter().zip(self.cells_of(bazel)) {
            if groups.last().is_none_or(|group| group.line != row.line) {
                groups.push(PageGroup { line: row.line.clone(), rows: Vec::new() });
            }
            let patches: Vec<String> = row
                .patches
                .iter()
                .map(|patch| format!("{}: {}", patch.name, patch.outcome))
                .collect();
            let row = PageRow {
                release: row.release.to_string(),
                version: row.version.clone(),
                is_safe: standing.is_safe(),
                reason: if standing.is_safe() { String::new() } else { standing.reason() },
                detail: row.stopped.clone().unwrap_or_else(|| patches.join("\n")),
                bad: standing.bad.iter().map(|cell| cell.scenario.clone()).collect(),
                cells: cells.iter().map(|cell| page_cell(cell, texts)).collect(),
            };
            if let Some(group) = groups.last_mut() {
                group.rows.push(row);
            }
        }
        groups
    }
}

fn page_cell(cell: &MatrixCell, texts: &mut Texts) -> PageCell {
    let (kind, sign) = match &cell.state {
        State::Judged(Cell::Fixed) => ("fixed", "✓"),
        State::Judged(Cell::ControlHeld) => ("held", "="),
        State::Judged(Cell::AsIntended) => ("intended", "≠"),
        State::Judged(Cell::StillBroken) => ("bad", "✗"),
        State::Judged(Cell::Regressed) => ("bad", "▼"),
        State::Judged(Cell::FailedOtherwise) => ("bad", "!"),
        State::Judged(Cell::NoLongerNeeded) => ("unneeded", "○"),
        State::NotApplicable(_) => ("na", "·"),
        State::NotRun(_) => ("notrun", "?"),
    };
    let reason = match &cell.state {
        State::Judged(_) => None,
        State::NotApplicable(reason) | State::NotRun(reason) => Some(texts.id(reason)),
    };
    let mut side = |observed: &Option<Observed>| {
        let observed = observed.as_ref()?;
        let Observed { verdict, expected, evidence, call, is_cached } = observed;
        let (verdict, expected) = (verdict.to_string(), expected.to_string());
        let evidence = texts.id(evidence);
        let call = call.map_or(-1, |call| i64::try_from(call).unwrap_or(-1));
        Some(serde_json::json!([verdict, expected, evidence, call, is_cached]))
    };
    let (pristine, patched) = (side(&cell.pristine), side(&cell.patched));
    let name = state_name(&cell.state);
    PageCell { kind, sign, name, data: serde_json::json!([reason, pristine, patched]).to_string() }
}

/// Texts that many cells share, each kept once.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    ids: HashMap<String, usize>,
}

impl Texts {
    fn id(&mut self, text: &str) -> usize {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        self.all.push(text.to_owned());
        self.ids.insert(text.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }
}

/// What was expected on each side and what was found, where they differ.
fn differences(cell: &MatrixCell) -> String {
    let sides = [("pristine", &cell.pristine), ("patched", &cell.patched)];
    let differs = sides.iter().filter_map(|(name, observed)| {
        let Observed { verdict, expected, .. } = (*observed).as_ref()?;
        (verdict != expected).then(|| format!("{name}: expected {expected}, found {verdict}"))
    });
    let differs: Vec<String> = differs.collect();
    format!("{}: {}", state_name(&cell.state), differs.join("; "))
}

/// Bazel's words on each side that is not as expected.
fn evidence(cell: &MatrixCell) -> String {
    let observed = [&cell.pristine, &cell.patched].into_iter().flatten();
    let wrong = observed.filter(|observed| observed.verdict != observed.expected);
    wrong.map(|observed| observed.evidence.trim_end()).collect::<Vec<_>>().join("\n")
}

/// A part of Markdown that is folded away: a title, and a text as it is.
fn details(title: &str, text: &str) -> String {
    const LIMIT: usize = 4000;
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let cut = if end < text.len() { "\n[cut here]" } else { "" };
    let (title, text) = (html(title), html(&text[..end]));
    format!("<details><summary>{title}</summary>\n<pre>{text}{cut}</pre>\n</details>\n")
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A row for each release, a column for each Bazel.
fn markdown_table(matrix: &Matrix) -> String {
    let names: Vec<String> = matrix.bazels.iter().map(BazelColumn::name).collect();
    let mut text = format!("\n| release | patches | {} |\n", names.join(" | "));
    text.push_str(&format!("| --- | --- |{}\n", " --- |".repeat(names.len())));
    let standings: Vec<Vec<Standing<'_>>> =
        (0..matrix.bazels.len()).map(|index| matrix.standings(index)).collect();
    for (index, row) in matrix.releases.iter().enumerate() {
        let release: &Release = &row.release;
        let cells = standings.iter().zip(&matrix.bazels).map(|(standings, bazel)| {
            match (&bazel.not_run, standings[index].is_safe()) {
                (Some(_), _) => "not run".to_owned(),
                (None, true) => format!("✅ {}", standings[index].counts.text()),
                (None, false) => "❌ not safe".to_owned(),
            }
        });
        let cells: Vec<String> = cells.collect();
        text.push_str(&format!("| {release} | {} | {} |\n", row.line, cells.join(" | ")));
    }
    text
}
