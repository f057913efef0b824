//! The matrix for terminals, programs and CI servers. The page is [`super::matrix_page`].

use serde::Serialize;

use super::matrix::{Matrix, MatrixCell, State};
use super::matrix_summary::{BazelSummary, Counts, Finding, ReleaseSummary, Standing, Summary};
use super::render::{JUnit, JUnitCase, JUnitSuite, clipped, one_line, plain};
use super::report::{counted, table};

/// The widest line of the table for people.
const WIDTH: usize = 100;
/// GitHub takes 1024 KiB of a step's summary, and drops all of it where it is more.
const SUMMARY_BYTES: usize = 1000 * 1024;
/// What is kept free of that for the lines that say what was left out.
const NOTES_BYTES: usize = 2 * 1024;
/// The most characters of one side's evidence in a step's summary.
const EVIDENCE: usize = 4000;
/// The most characters of a reason that came from elsewhere.
const REASON: usize = 300;

/// The matrix for programs.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    /// What it comes to.
    pub summary: Summary,
    /// All of it.
    pub matrix: &'a Matrix,
}

impl Matrix {
    /// The matrix for programs, with what it comes to.
    pub fn document(&self) -> Document<'_> {
        Document { summary: self.summary(), matrix: self }
    }

    /// The matrix for people, in lines of at most 100 columns as far as names allow: a release
    /// a row for each Bazel that ran, then what is not safe and why, then what it comes to.
    pub fn text(&self) -> String {
        let summary = self.summary();
        let mut text = String::new();
        for bazel in &summary.bazels {
            text.push_str(&self.text_of(bazel));
            text.push('\n');
        }
        for found in self.findings() {
            text.push_str(&wrapped(&headed(&found), "", "    "));
            if !found.cells.is_empty() {
                text.push_str(&wrapped(&names(&found), "  ", "  "));
            }
            text.push('\n');
        }
        text.push_str(&wrapped(&format!("{}.", summary.counts.sentence()), "", "  "));
        text.push_str(&wrapped(&format!("{}.", summary.headline), "", "  "));
        text
    }

    fn text_of(&self, bazel: &BazelSummary) -> String {
        let head = format!("Bazel {}: {}", one_line(&bazel.name), one_line(&bazel.standings()));
        if !bazel.ran() {
            let cells = counted(bazel.counts.all(), "cell");
            return wrapped(&format!("{head} ({cells})"), "", "  ");
        }
        let heads =
            ["release", "", "patches", "fixed", "held", "intended", "bad", "n/a", "not run", ""];
        let mut rows = vec![heads.map(str::to_owned)];
        rows.extend(self.releases.iter().zip(&bazel.releases).map(|(row, release)| {
            let Counts { fixed, control_held, as_intended, not_applicable, not_run, .. } =
                release.counts;
            let bad = release.counts.not_as_expected();
            let [fixed, held, intended, bad, absent, not_run] =
                [fixed, control_held, as_intended, bad, not_applicable, not_run].map(number);
            let (line, why) = (clipped(&one_line(&row.line), 16), one_line(&release.why));
            let [name, stands] = [row.release.to_string(), name(release.standing).to_owned()];
            [name, stands, line, fixed, held, intended, bad, absent, not_run, why]
        }));
        let rows = table(&rows);
        let rows = rows.lines().map(|line| format!("{}\n", clipped(line, WIDTH)));
        wrapped(&head, "", "  ") + &rows.collect::<String>()
    }

    /// The matrix for CI servers: a suite a Bazel, a case a cell. What does not apply or did not
    /// run is skipped, with the reason. Ports that stopped fail in a suite of their own, as
    /// their cells did not run.
    pub fn junit(&self) -> JUnit {
        let suite = |name: String, cases: Vec<JUnitCase>| {
            let failures = cases.iter().filter(|case| case.failure.is_some()).count();
            JUnitSuite { name, cases, failures }
        };
        let mut suites = Vec::new();
        for bazel in &self.bazels {
            let cells = self.cells.iter().filter(|cell| cell.bazel == bazel.asked);
            let cases = cells.map(|cell| self.case(cell)).collect();
            suites.push(suite(format!("Bazel {}", bazel.name()), cases));
        }
        let stopped = self.releases.iter().filter_map(|row| {
            Some(JUnitCase {
                class: row.release.to_string(),
                name: "port".to_owned(),
                failure: Some(format!("the port stopped: {}", row.stopped.as_ref()?)),
                skipped: None,
                evidence: String::new(),
            })
        });
        let stopped: Vec<JUnitCase> = stopped.collect();
        if !stopped.is_empty() {
            suites.push(suite("ports that stopped".to_owned(), stopped));
        }
        JUnit { suites }
    }

    fn case(&self, cell: &MatrixCell) -> JUnitCase {
        let (failure, skipped) = match &cell.state {
            State::Judged(judged) if judged.is_good() => (None, None),
            State::Judged(judged) => {
                (Some(format!("{}: {}", judged.name(), cell.verdicts())), None)
            }
            State::NotApplicable(reason) | State::NotRun(reason) => {
                (None, Some(format!("{}: {reason}", cell.state.name())))
            }
        };
        let evidence =
            if failure.is_some() { self.evidence(cell, usize::MAX) } else { String::new() };
        let class = cell.release.to_string();
        JUnitCase { class, name: cell.scenario.clone(), failure, skipped, evidence }
    }

    /// What each side rests on, with the command that showed it.
    fn evidence(&self, cell: &MatrixCell, most: usize) -> String {
        let sides = cell.sides().into_iter().filter_map(|(side, observed)| {
            let observed = observed?;
            let call = observed.call.and_then(|call| self.calls.get(call));
            let command = call.map_or_else(String::new, |call| format!("$ {}\n", call.command));
            let (verdict, expected) = (observed.verdict, observed.expected);
            let evidence = clipped(observed.evidence.trim_end(), most);
            let side = side.name();
            Some(format!("{side}: {verdict}, expected {expected}\n{command}{evidence}\n"))
        });
        sides.collect::<Vec<_>>().join("\n")
    }

    /// The matrix as Markdown for a GitHub step's summary, always below GitHub's limit: what is
    /// not safe first, then its evidence as far as there is room, then a release a row.
    pub fn step_summary(&self) -> String {
        let summary = self.summary();
        let findings = self.findings();
        let rows = self.markdown_rows(&summary);
        let mut page = Bounded { text: String::new(), most: SUMMARY_BYTES - NOTES_BYTES };
        page.push(&markdown_head(&summary));

        let mut unnamed = 0;
        for found in &findings {
            let names = if found.cells.is_empty() {
                String::new()
            } else {
                format!(": {}", escaped(&names(found)))
            };
            if !page.push(&format!("- {}{names}\n", escaped(&clipped(&headed(found), REASON)))) {
                unnamed += found.cells.len().max(1);
            }
        }
        if unnamed > 0 {
            page.note(&format!("- {unnamed} more: see the page\n"));
        }

        // The rows are short, and of use where the evidence is long: their room is theirs.
        page.most = page.most.saturating_sub(rows.len()).max(page.text.len());
        let cells: Vec<_> = findings.iter().flat_map(|found| &found.cells).collect();
        let heading = "\n### Evidence\n\n";
        if !cells.is_empty() && page.push(heading) {
            let shown =
                cells.iter().take_while(|cell| page.push(&self.markdown_cell(cell))).count();
            if shown < cells.len() {
                let left = counted(cells.len() - shown, "more cell");
                page.note(&format!("\n{left} with evidence: see the page\n"));
            }
        }
        page.most = SUMMARY_BYTES - NOTES_BYTES;
        if !page.push(&rows) {
            page.note("\nThe releases, a row each: see the page\n");
        }
        page.text
    }

    fn markdown_cell(&self, cell: &MatrixCell) -> String {
        let evidence = html(&plain(&self.evidence(cell, EVIDENCE)));
        let (release, scenario) = (cell.release, html(&clipped(&one_line(&cell.scenario), REASON)));
        let (bazel, state) = (html(&one_line(self.bazel_name(&cell.bazel))), cell.state.name());
        format!(
            "<details><summary>{release} <b>{scenario}</b> under Bazel {bazel}: {state}</summary>\n\n\
             <pre>\n{evidence}</pre>\n</details>\n\n"
        )
    }

    fn bazel_name<'a>(&'a self, asked: &'a str) -> &'a str {
        self.bazels.iter().find(|bazel| bazel.asked == asked).map_or(asked, |bazel| bazel.name())
    }

    fn markdown_rows(&self, summary: &Summary) -> String {
        let mut text = "\n<details><summary>Every release</summary>\n".to_owned();
        for bazel in summary.bazels.iter().filter(|bazel| bazel.ran()) {
            text.push_str(&format!("\nBazel {}\n\n", escaped(&bazel.name)));
            text.push_str("| release | patches | | fixed | control held | as intended | ");
            text.push_str("not as expected | not applicable | not run |\n");
            text.push_str("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
            for (row, release) in self.releases.iter().zip(&bazel.releases) {
                let Counts { fixed, control_held, as_intended, not_applicable, not_run, .. } =
                    release.counts;
                text.push_str(&format!(
                    "| {} | {} | {} | {fixed} | {control_held} | {as_intended} | {} | \
                     {not_applicable} | {not_run} |\n",
                    release.release,
                    escaped(&row.line),
                    escaped(&clipped(&standing(release), REASON)),
                    release.counts.not_as_expected()
                ));
            }
        }
        text + "\n</details>\n"
    }
}

fn markdown_head(summary: &Summary) -> String {
    let symbol = if summary.is_good { "✅" } else { "❌" };
    let mut text = format!("## {symbol} {}\n\n", escaped(&summary.headline));
    for bazel in &summary.bazels {
        let symbol = match bazel.ran() {
            false => "⬜",
            true if bazel.count(Standing::Safe) == bazel.releases.len() => "✅",
            true => "❌",
        };
        let (name, standings) = (escaped(&bazel.name), clipped(&bazel.standings(), REASON));
        text.push_str(&format!("- {symbol} Bazel {name}: {}\n", escaped(&standings)));
    }
    text + &format!("\n{}.\n\n", summary.counts.sentence())
}

/// A text that takes no more than it may.
struct Bounded {
    text: String,
    most: usize,
}

impl Bounded {
    /// Adds a part, if there is room for all of it.
    fn push(&mut self, part: &str) -> bool {
        let fits = self.text.len() + part.len() <= self.most;
        if fits {
            self.text.push_str(part);
        }
        fits
    }

    /// Adds a line about what was left out, for which room is kept.
    fn note(&mut self, line: &str) {
        self.text.push_str(line);
    }
}

const fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Safe => "safe",
        Standing::NotSafe => "NOT SAFE",
        Standing::Unknown => "not judged",
    }
}

/// How a release stands, and why.
fn standing(release: &ReleaseSummary) -> String {
    match release.why.as_str() {
        "" => name(release.standing).to_owned(),
        why => format!("{}: {why}", name(release.standing)),
    }
}

fn headed(found: &Finding<'_>) -> String {
    let bazel =
        found.bazel.map_or_else(String::new, |bazel| format!(" under Bazel {}", bazel.name()));
    format!("{}{bazel}: {}: {}", found.release, found.what, found.how)
}

fn names(found: &Finding<'_>) -> String {
    found.cells.iter().map(|cell| one_line(&cell.scenario)).collect::<Vec<_>>().join(", ")
}

fn number(count: usize) -> String {
    if count == 0 { "-".to_owned() } else { count.to_string() }
}

/// The text, plain, in lines that end where words do.
fn wrapped(text: &str, first: &str, others: &str) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut is_empty = true;
    for word in plain(text).split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            others.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}

/// Text for HTML, where it stands between tags.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text for a line of Markdown, where it means nothing but itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' | '!' | ':' | '$' => {
                escaped.extend(['\\', c]);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
