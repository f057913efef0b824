//! The matrix for programs and CI servers. For terminals it is `text`, the page is
//! [`crate::matrix::page`].

use serde::Serialize;

use crate::matrix::counts::Counts;
use crate::matrix::finding::Finding;
use crate::matrix::model::{CellStatus, Matrix, MatrixCell};
use crate::matrix::summary::{Conclusion, ReleaseStatus, ReleaseSummary, Summary};
use crate::repro::junit::{JUnit, JUnitCase, JUnitSuite};
use crate::support::markdown::escaped;
use crate::support::text::{clipped, counted, listed, one_line, plain};

/// GitHub takes 1024 KiB of a step's summary, and drops all of it if it is more. What is left of
/// that is for the lines that say what was left out.
const SUMMARY_BYTES: usize = 1000 * 1024;
/// The most characters of one side's evidence in a step's summary.
const EVIDENCE: usize = 4000;
/// The most characters of a reason that came from elsewhere.
const REASON: usize = 300;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document<'a> {
    pub summary: Summary,
    pub matrix: &'a Matrix,
}

impl Matrix {
    /// The matrix for programs, with its summary.
    pub fn document(&self) -> Document<'_> {
        Document { summary: self.summary(), matrix: self }
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
        let stopped = self.releases.iter().filter(|row| self.has(row)).filter_map(|row| {
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
        let (failure, skipped) = match &cell.status {
            CellStatus::Judged(judged) if judged.is_good() => (None, None),
            CellStatus::Judged(judged) => {
                (Some(format!("{}: {}", judged.name(), cell.results())), None)
            }
            CellStatus::NotApplicable(reason) | CellStatus::NotRun(reason) => {
                (None, Some(format!("{}: {reason}", cell.status.name())))
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
            let (result, expected) = (observed.result, observed.expected);
            let evidence = clipped(observed.evidence.trim_end(), most);
            let side = side.name();
            Some(format!("{side}: {result}, expected {expected}\n{command}{evidence}\n"))
        });
        sides.collect::<Vec<_>>().join("\n")
    }

    /// The matrix as Markdown for a GitHub step's summary, always below GitHub's limit: what is
    /// failing first, then its evidence as far as there is room, then the releases.
    pub fn step_summary(&self) -> String {
        let summary = self.summary();
        let findings = self.findings();
        let rows = self.markdown_rows(&summary);
        let mut page = Bounded { text: String::new(), most: SUMMARY_BYTES };
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

        // The rows are short, and of use if the evidence is long: their room is theirs.
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
        page.most = SUMMARY_BYTES;
        if !page.push(&rows) {
            page.note("\nThe releases, a row each: see the page\n");
        }
        page.text
    }

    fn markdown_cell(&self, cell: &MatrixCell) -> String {
        let evidence = html(&plain(&self.evidence(cell, EVIDENCE)));
        let (release, scenario) = (cell.release, html(&clipped(&one_line(&cell.scenario), REASON)));
        let (bazel, status) = (html(&one_line(self.bazel_name(&cell.bazel))), cell.status.name());
        format!(
            "<details><summary>{release} <b>{scenario}</b> under Bazel {bazel}: {status}</summary>\n\n\
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
            text.push_str("| release | series | | fixed | unchanged | expected change | ");
            text.push_str("not as expected | not applicable | not run |\n");
            text.push_str("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
            for run in self.runs(bazel) {
                let (row, release) = (&self.releases[run.start], &bazel.releases[run.start]);
                let Counts { fixed, unchanged, expected_change, not_applicable, not_run, .. } =
                    release.counts;
                text.push_str(&format!(
                    "| {} | {} | {} | {fixed} | {unchanged} | {expected_change} | {} | \
                     {not_applicable} | {not_run} |\n",
                    self.named(&run),
                    escaped(&row.series),
                    escaped(&clipped(&status(release), REASON)),
                    release.counts.not_as_expected()
                ));
            }
        }
        text + "\n</details>\n"
    }
}

fn markdown_head(summary: &Summary) -> String {
    let symbol = match summary.conclusion {
        Conclusion::Pass => "✅",
        Conclusion::Incomplete => "⚠️",
        Conclusion::Fail => "❌",
    };
    let mut text = format!("## {symbol} {}\n\n", escaped(&summary.headline));
    for bazel in &summary.bazels {
        let symbol = match bazel.ran() {
            false => "⬜",
            true if bazel.count(ReleaseStatus::Fail) > 0 => "❌",
            true if bazel.count(ReleaseStatus::NotTested) > 0 => "⚠️",
            true => "✅",
        };
        let (name, statuses) = (escaped(&bazel.name), clipped(&bazel.statuses(), REASON));
        text.push_str(&format!("- {symbol} Bazel {name}: {}\n", escaped(&statuses)));
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

pub(super) const fn name(status: ReleaseStatus) -> &'static str {
    match status {
        ReleaseStatus::Pass => "pass",
        ReleaseStatus::Fail => "FAIL",
        ReleaseStatus::NotTested => "not tested",
        ReleaseStatus::OtherShard => "other shard",
    }
}

/// How a release stands, and why.
fn status(release: &ReleaseSummary) -> String {
    match release.why.as_str() {
        "" => name(release.status).to_owned(),
        why => format!("{}: {why}", name(release.status)),
    }
}

pub(super) fn headed(found: &Finding<'_>) -> String {
    let bazels: Vec<&str> = found.bazels.iter().map(|bazel| bazel.name()).collect();
    let under =
        if bazels.is_empty() { String::new() } else { format!(" under Bazel {}", listed(&bazels)) };
    format!("{}{under}: {}: {}", found.release, found.what, found.how)
}

pub(super) fn names(found: &Finding<'_>) -> String {
    let names = found.scenarios().iter().map(|cell| one_line(&cell.scenario));
    names.collect::<Vec<_>>().join(", ")
}

/// Text for HTML, where it stands between tags.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::matrix::model::made_up::{large, matrix, statuses};
    use crate::repro::outcome::Outcome;
    use crate::support::look::Symbols;

    const HOSTILE: &str =
        "</pre></script><script>alert(1)</script> | `x` *y* @z \u{1b}[2J\u{202e}\n## h";

    fn text(matrix: &Matrix, columns: Option<usize>) -> String {
        matrix.text(columns).plain(Symbols::Ascii)
    }

    fn junit(matrix: &Matrix) -> String {
        matrix.junit().print().unwrap()
    }

    #[test]
    fn the_table_names_the_release_that_fails_and_why() {
        let status = |_, r, s| match (r, s) {
            (1, 0 | 2) => CellStatus::Judged(Outcome::StillBroken),
            (2, _) => CellStatus::NotRun("there is no patched tree".into()),
            (_, 1) => CellStatus::NotApplicable("too old".into()),
            _ => CellStatus::Judged(Outcome::Fixed),
        };
        let mut matrix = matrix(
            &["7.7.1", "8.x!not here"],
            &["2.1.0", "2.0.0", "1.0.0"],
            &["a", "b", "c"],
            status,
        );
        matrix.releases[2].stopped = Some("0001-a.patch: b.bzl:7".into());
        let expected = "\
Bazel 7.7.1: 1 of 3 releases passes, 2 fail
release          series       fixed  unchanged  changed  failing  n/a  not run
2.1.0    + pass  patches/2.x  2      -          -        -        1    -
2.0.0    x FAIL  patches/2.x  -      -          -        2        1    -        2 still broken
1.0.0    x FAIL  patches/1.x  -      -          -        -        -    3        the port stopped

Bazel 8.x: not tested: not here (9 cells)

x 2.0.0 under Bazel 7.7.1: still broken: unpatched conflict as expected, patched conflict (expected
    pass)
    a, c

x 1.0.0: the port stopped: 0001-a.patch: b.bzl:7

18 cells: 2 as expected (2 fixed), 2 not as expected (2 still broken), 2 not applicable, 12 not run.
x 2 of 3 releases fail under Bazel 7.7.1 (test): 2.0.0, 1.0.0. Not tested: 8.x.
";
        assert_eq!(text(&matrix, None), expected);
        let narrow = text(&matrix, Some(80));
        let row = "2.0.0    x FAIL  patches/2.x  -      2        1    -        2 still broken\n";
        assert!(narrow.contains(row), "{narrow}");
    }

    #[test]
    fn the_table_of_a_large_matrix_is_narrow_and_short() {
        let failing = large(|b, r, s| statuses(b + r * s));
        let is_within = |text: &str, width| text.lines().all(|line| line.chars().count() <= width);
        // On a terminal, what does not fit is cut off; nowhere else.
        let (narrow, whole) = (text(&failing, Some(80)), text(&failing, None));
        assert!(is_within(&narrow, 80) && narrow.contains('…'), "{narrow}");
        assert!(!is_within(&whole, 80) && !whole.contains('…'), "{whole}");
        let good = text(&large(|_, _, _| statuses(0)), None);
        let expected = "\
Bazel 7.7.1: 42 of 42 releases pass
release                      series       fixed  unchanged  changed  failing  n/a  not run
2.40.0..2.41.0 (2)   + pass  patches/2.x  46     -          -        -        -    -
1.20.0..1.39.0 (20)  + pass  patches/1.x  46     -          -        -        -    -
0.0.0..0.19.0 (20)   + pass  patches/0.x  46     -          -        -        -    -
";
        assert!(good.starts_with(expected), "{good}");
        let end = "\n+ All 42 releases pass under Bazel 7.7.1, 8.5.0 and 9.0.0 (test).\n";
        assert!(good.ends_with(end), "{good}");
        assert_eq!(good.lines().count(), 3 * (1 + 1 + 3 + 1) + 2, "{good}");
    }

    #[test]
    fn the_document_is_what_programs_can_rely_on() {
        let matrix = matrix(&["7.7.1"], &["2.0.0"], &["a", "b"], |_, _, s| statuses([3, 7][s]));
        let document = serde_json::to_value(matrix.document()).unwrap();
        let side = |result: &str, expected: &str| {
            json!({ "result": result, "expected": expected, "evidence": "ERROR: conflict",
                "call": 0, "is_cached": false })
        };
        let expected = json!([
            { "bazel": "7.x", "release": "2.0.0", "scenario": "a",
              "status": "judged", "detail": "still-broken",
              "unpatched": side("conflict", "conflict"), "patched": side("conflict", "pass") },
            { "bazel": "7.x", "release": "2.0.0", "scenario": "b",
              "status": "not-applicable", "detail": "it is about others",
              "unpatched": null, "patched": null },
        ]);
        assert_eq!(document["matrix"]["cells"], expected);
        let counts = json!({ "fixed": 0, "unchanged": 0, "expected_change": 0, "still_broken": 1,
            "regressed": 0, "fixed_upstream": 0, "other_failure": 0, "not_applicable": 1,
            "not_run": 0 });
        assert_eq!(document["summary"]["counts"], counts);
        assert_eq!(document["summary"]["conclusion"], json!("fail"));
        let release = &document["summary"]["bazels"][0]["releases"][0];
        assert_eq!(release["status"], Value::from("fail"));
        assert_eq!(release["why"], Value::from("1 still broken"));
    }

    #[test]
    fn junit_skips_what_did_not_run_and_fails_ports_that_stopped() {
        let mut matrix =
            matrix(&["7.7.1", "8.x!not here"], &["2.0.0", "1.0.0"], &["a", "b"], |_, r, s| {
                if r == 1 { statuses(8) } else { statuses([0, 7][s]) }
            });
        matrix.releases[1].stopped = Some("0001-a.patch".into());
        let junit = matrix.junit();
        let names: Vec<&str> = junit.suites.iter().map(|suite| suite.name.as_str()).collect();
        assert_eq!(names, ["Bazel 7.7.1", "Bazel 8.x", "ports that stopped"]);
        let skipped = |suite: usize| {
            let cases = junit.suites[suite].cases.iter();
            cases.map(|case| case.skipped.as_deref().unwrap_or("-")).collect::<Vec<_>>()
        };
        let left_out = "not run: it was left out";
        assert_eq!(skipped(0), ["-", "not applicable: it is about others", left_out, left_out]);
        assert_eq!(skipped(1), ["not run: not here"; 4]);
        let [port] = junit.suites[2].cases.as_slice() else { panic!("{junit:?}") };
        assert_eq!((port.class.as_str(), junit.suites[2].failures), ("1.0.0", 1));
        assert_eq!(port.failure.as_deref(), Some("the port stopped: 0001-a.patch"));
    }

    #[test]
    fn a_hostile_text_stays_text() {
        let mut matrix = matrix(&["7.7.1"], &["2.0.0"], &["a", "b"], |_, _, s| statuses([4, 8][s]));
        matrix.scenarios[0].id = HOSTILE.into();
        matrix.releases[0].series = HOSTILE.into();
        matrix.cells[1].status = CellStatus::NotRun(HOSTILE.into());
        matrix.bazels[0].version = Some(HOSTILE.into());
        let bad = &mut matrix.cells[0];
        bad.scenario = HOSTILE.into();
        bad.patched.as_mut().unwrap().evidence = HOSTILE.into();

        let (text, xml, markdown) = (text(&matrix, None), junit(&matrix), matrix.step_summary());
        for report in [&text, &xml, &markdown] {
            assert!(!report.contains(['\u{1b}', '\u{202e}']), "{report}");
        }
        assert!(!xml.contains("<script") && !xml.contains("</pre"), "{xml}");
        assert!(!markdown.contains("<script") && !markdown.contains("\n## h</"), "{markdown}");
        assert_eq!(markdown.matches("</pre>").count(), 1, "{markdown}");
        assert!(markdown.contains("\\| \\`x\\` \\*y\\* \\@z \\[2J"), "{markdown}");
        let rows = markdown.lines().filter(|line| line.starts_with("| 2.0.0 "));
        let bars = rows.map(|row| row.replace("\\|", "").matches('|').count());
        assert_eq!(bars.collect::<Vec<_>>(), [10], "{markdown}");
        assert!(text.lines().all(|line| !line.starts_with("## h")), "{text}");
    }

    #[test]
    fn a_step_summary_keeps_below_the_limit_and_says_what_it_leaves_out() {
        const LIMIT: usize = 1024 * 1024;
        let mut matrix = large(|_, _, _| statuses(3));
        for cell in &mut matrix.cells {
            cell.patched.as_mut().unwrap().evidence = "<é".repeat(20_000);
        }
        let text = matrix.step_summary();
        assert!(text.len() <= LIMIT && text.len() > LIMIT / 2, "{} bytes", text.len());
        let names = "exec-compatible-with-number-00, exec-compatible-with-number-01, ";
        assert_eq!(text.matches(names).count(), 42, "a finding for each release, not each Bazel");
        let shown = text.matches("</details>").count() - 1;
        let left = format!("{} more cells with evidence: see the page\n", 42 * 46 * 3 - shown);
        assert!(shown > 10 && text.contains(&left), "{shown} shown");
        assert_eq!(text.matches("<details>").count(), shown + 1);
        assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 3 * (3 + 2));

        // Even the names are too long.
        for cell in &mut matrix.cells {
            cell.scenario = cell.scenario.repeat(20);
        }
        let text = matrix.step_summary();
        assert!(text.len() <= LIMIT, "{} bytes", text.len());
        let line = text.lines().find(|line| line.ends_with(" more: see the page")).unwrap();
        let left: usize = line[2..].split(' ').next().unwrap().parse().unwrap();
        assert_eq!(left + text.matches("number-00exec").count() / 19 * 46 * 3, 42 * 46 * 3);
    }

    proptest! {
        #[test]
        fn every_bad_cell_is_named_in_every_report(numbers in prop::collection::vec(0usize..9, 12)) {
            let status = |b, r, s| statuses(numbers[(b * 2 + r) * 3 + s]);
            let releases = ["2.0.0", "1.0.0"];
            let matrix = matrix(&["7.7.1", "8.5.0"], &releases, &["one", "two", "six"], status);
            let (text, markdown) = (text(&matrix, None), matrix.step_summary());
            let (junit, page) = (matrix.junit(), matrix.page().unwrap());
            for (index, cell) in matrix.cells.iter().enumerate() {
                let (b, r) = (index / 6, index / 3 % 2);
                let bazel = matrix.bazels[b].name();
                let (head, what) =
                    (format!("{} under Bazel ", cell.release), format!(": {}: ", cell.status.name()));
                let is_bad = cell.status.is_bad();
                let is_named = |part: &str| {
                    let bazels = part.trim_start_matches("x ").strip_prefix(&head).and_then(|rest| rest.split_once(&what));
                    bazels.is_some_and(|(bazels, rest)| {
                        bazels.contains(bazel) && rest.contains(&cell.scenario)
                    })
                };
                prop_assert_eq!(text.split("\n\n").any(is_named), is_bad, "{}", text);
                let mut items = markdown.lines().filter_map(|line| line.strip_prefix("- "));
                prop_assert_eq!(items.any(is_named), is_bad, "{}", markdown);
                let case = &junit.suites[b].cases[index % 6];
                let named = (case.class.as_str(), case.name.as_str());
                prop_assert_eq!(named, (releases[r], cell.scenario.as_str()));
                prop_assert_eq!(case.failure.is_some(), is_bad);
                let found = page.split("<li id=\"found-").skip(1).any(|item| {
                    let item = item.split_once("</li>").unwrap().0;
                    [&format!("<b>{}</b>", cell.release), bazel, cell.status.name()]
                        .iter()
                        .all(|part| item.contains(part))
                        && item.contains(&format!(">{}</a>", cell.scenario))
                });
                prop_assert_eq!(found, is_bad, "{} {} {}", bazel, cell.release, cell.scenario);
            }
        }
    }
}
