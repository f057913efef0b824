//! The matrix as one page that needs nothing else: it loads nothing, works from a file, and its grid
//! and list of what fails need no script.

use serde::Serialize;

use crate::matrix::finding::Finding;
use crate::matrix::model::{Matrix, Origin};
use crate::matrix::page_data::{Data, KINDS, Places, kind, slug};
use crate::matrix::page_grid::{Grid, PageBazel, by_place, id};
use crate::matrix::summary::Conclusion;
use crate::support::ids::Sri;
use crate::support::template::Template;
use crate::support::text::{clipped, listed, one_line};

const STYLE: &str = include_str!("templates/matrix.css");
const PAGE: &str = include_str!("templates/matrix.html.tera");
const SCRIPT: &str = include_str!("templates/matrix.js");

/// The width that all columns are to fit in, without the page's margins, and that of the first
/// column, in pixels, as in matrix.css.
const WIDTHS: [usize; 2] = [1216, 216];
/// The narrowest and the widest column.
const COLUMN: [usize; 2] = [13, 26];
/// The widths that all columns are to fit in on paper, and that of the first column.
const PRINTED: [usize; 2] = [1040, 150];
/// The lowest and the highest head of the columns.
const HEAD: [usize; 2] = [110, 264];

#[derive(Serialize)]
struct Page {
    module: String,
    headline: String,
    class: &'static str,
    symbol: &'static str,
    facts: Vec<PageFact>,
    sentence: String,
    max_phase: &'static str,
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

/// Where the run comes from.
#[derive(Serialize)]
struct PageFact {
    name: &'static str,
    text: String,
    url: Option<String>,
}

#[derive(Serialize)]
struct PageScenario {
    id: String,
    title: String,
    file: String,
    url: Option<String>,
    is_bad: bool,
}

#[derive(Serialize)]
struct PageFinding {
    release: String,
    under: String,
    slug: String,
    symbol: &'static str,
    what: String,
    /// Where a port stopped.
    how: Option<String>,
    sides: Vec<PageSide>,
    cells: Vec<PageLink>,
}

/// What a tree was to show, and what it showed.
#[derive(Serialize)]
struct PageSide {
    name: &'static str,
    expected: String,
    found: String,
    differs: bool,
}

#[derive(Serialize)]
struct PageLink {
    id: String,
    scenario: String,
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
        let findings = self.findings();
        let grid = Grid { matrix: self, places: &places, findings: by_place(&findings, &places) };
        let (class, symbol) = match summary.conclusion {
            Conclusion::Pass => ("pass", "✓"),
            Conclusion::Incomplete => ("incomplete", "!"),
            Conclusion::Fail => ("fail", "✗"),
        };
        let style = style(&places);
        let bazels = summary.bazels.iter().enumerate();
        let page = Page {
            module: one_line(&self.module),
            headline: one_line(&summary.headline),
            class,
            symbol,
            facts: facts(&self.origin),
            sentence: summary.counts.sentence(),
            max_phase: self.max_phase.name(),
            bazels: bazels.map(|(at, bazel)| grid.bazel(at, bazel)).collect(),
            findings: findings.iter().map(|found| page_finding(found, &places)).collect(),
            scenarios: self.page_scenarios(&places),
            columns: self.scenarios.len() + 1,
            style_hash: Sri::of(style.as_bytes()).to_string(),
            script_hash: Sri::of(SCRIPT.as_bytes()).to_string(),
            style,
            script: SCRIPT,
            data: Data::of(self, &places).json()?,
        };
        Template { name: "matrix.html", text: PAGE, parts: &[] }.render(&page)
    }

    fn page_scenarios(&self, places: &Places<'_>) -> Vec<PageScenario> {
        let scenarios = places.scenarios.iter().enumerate().map(|(at, head)| PageScenario {
            id: one_line(&head.id),
            title: one_line(&head.title),
            file: one_line(&head.file),
            url: self.origin.files_url.as_ref().map(|files| format!("{files}{}", head.file)),
            is_bad: at < places.failing,
        });
        scenarios.collect()
    }
}

/// The style, with what depends on how many scenarios there are and on how long their names are:
/// all columns fit on a screen if they can.
fn style(places: &Places<'_>) -> String {
    let [whole, first] = WIDTHS;
    let (count, [narrow, wide], [low, high]) = (places.scenarios.len(), COLUMN, HEAD);
    let each = ((whole - first) / count.max(1)).clamp(narrow, wide);
    let [paper, first_printed] = PRINTED;
    let printed = ((paper - first_printed) / count.max(1)).clamp(9, 18);
    let longest = places.scenarios.iter().map(|head| head.id.chars().count()).max();
    let head = (longest.unwrap_or(0) * 6 + 26).clamp(low, high);
    // If the whole grid fits, the page scrolls and not the grid.
    let width = first + each * count + 64;
    format!(
        "{STYLE}:root {{ --cell: {each}px; --top: {head}px; --print: {printed}px; }}\n\
         @media (min-width: {width}px) {{ .scroll {{ overflow: visible; max-height: none; }} }}\n"
    )
}

fn facts(origin: &Origin) -> Vec<PageFact> {
    let fact = |name, text: String, url: Option<String>| PageFact { name, text, url };
    let commit = origin.commit.as_ref().map(|commit| {
        let changed = if origin.is_changed { " with uncommitted changes" } else { "" };
        fact("Commit", format!("{}{changed}", clipped_id(commit)), None)
    });
    let run = origin.run_url.as_ref();
    let run = run.map(|url| fact("Run", "on GitHub".to_owned(), Some(url.clone())));
    let date = fact("Date", origin.date.clone(), None);
    let tool = fact("Tool", origin.tool.clone(), None);
    [Some(date), commit, Some(tool), run].into_iter().flatten().collect()
}

/// As many digits as git shows of a large repository's commits.
fn clipped_id(commit: &str) -> String {
    commit.chars().take(12).collect()
}

fn page_finding(found: &Finding<'_>, places: &Places<'_>) -> PageFinding {
    let links = found.scenarios().iter().map(|cell| PageLink {
        id: places.place(cell).map_or_else(String::new, id),
        scenario: one_line(&cell.scenario),
    });
    let links: Vec<PageLink> = links.collect();
    let cell = found.cells.first();
    let (name, symbol) = cell.map_or(("stopped", "■"), |cell| {
        (KINDS[kind(&cell.status)].0, KINDS[kind(&cell.status)].1)
    });
    let sides = cell.into_iter().flat_map(|cell| cell.sides()).map(|(side, observed)| PageSide {
        name: side.name(),
        expected: observed.map_or_else(|| "–".to_owned(), |seen| seen.expected.to_string()),
        found: observed.map_or_else(|| "did not run".to_owned(), |seen| seen.result.to_string()),
        differs: observed.is_none_or(|seen| seen.result != seen.expected),
    });
    let bazels: Vec<String> = found.bazels.iter().map(|bazel| one_line(bazel.name())).collect();
    let bazels: Vec<&str> = bazels.iter().map(String::as_str).collect();
    let under =
        if bazels.is_empty() { String::new() } else { format!("Bazel {}", listed(&bazels)) };
    let what = if links.is_empty() {
        found.what.to_owned()
    } else {
        format!("{} {}", links.len(), found.what)
    };
    PageFinding {
        release: found.release.to_string(),
        under,
        slug: slug(name),
        symbol,
        what,
        how: cell.is_none().then(|| clipped(&one_line(&found.how), 1000)),
        sides: sides.collect(),
        cells: links,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::matrix::model::made_up::{call, large, matrix, statuses};
    use crate::repro::suite::CallLog;
    use crate::support::text::plain;

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
            page.contains(
                "<td class=\"still-broken bad\" title=\"still broken\" id=\"cell-1-0-0\">"
            )
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
    fn the_headline_has_the_colour_of_what_it_says() {
        let found = |bazels: &[&str], bad: usize| {
            let page = matrix(bazels, &["2.0.0", "1.0.0"], &["a"], |_, r, _| {
                statuses(if r == 0 { bad } else { 0 })
            });
            let page = page.page().unwrap();
            let head = page.split_once("<h1 ").unwrap().1.split_once("</h1>").unwrap().0;
            head.replace("<span class=\"mark\" aria-hidden=\"true\">", "").replace("</span>", "")
        };
        let pass = "class=\"pass\">✓ All 2 releases pass under Bazel 7.7.1 (test)";
        assert_eq!(found(&["7.7.1"], 0), pass);
        let part = "class=\"incomplete\">! All 2 releases pass under Bazel 7.7.1 (test). \
                    Not tested: 8.x, 9.x";
        assert_eq!(found(&["7.7.1", "8.x!gone", "9.x!gone"], 0), part);
        let fail = "class=\"fail\">✗ 1 of 2 releases fails under Bazel 7.7.1 (test): 2.0.0. \
                    Not tested: 8.x";
        assert_eq!(found(&["7.7.1", "8.x!gone"], 3), fail);
    }

    #[test]
    fn failing_columns_come_first_under_every_bazel() {
        let ids = ["a", "b", "c", "d"];
        let matrix = matrix(&["7.7.1", "8.5.0"], &["2.0.0"], &ids, |b, _, s| {
            statuses(if (b, s) == (1, 1) || (b, s) == (0, 3) { 4 } else { 0 })
        });
        let page = matrix.page().unwrap();
        let heads =
            page.split_once("id=\"grids\"").unwrap().1.split("<th scope=\"col\"").skip(1).map(
                |head| {
                    let is_bad = head.starts_with(" class=\"bad\"");
                    let id = head.split_once("<span>").unwrap().1.split_once('<').unwrap().0;
                    format!("{id}{}", if is_bad { "!" } else { "" })
                },
            );
        assert_eq!(heads.collect::<Vec<_>>().join(" "), "b! d! a c b! d! a c");
        let ids: Vec<Value> = data(&page)["scenarios"].as_array().unwrap().clone();
        assert_eq!(ids.iter().map(|s| s["id"].as_str().unwrap()).collect::<String>(), "bdac");
        // Under 7.7.1 it is the second column that regressed, under 8.5.0 the first.
        let bad = "<td class=\"regressed bad\" title=\"regressed\" id=\"cell-";
        let cells = page.split(bad).skip(1).map(|rest| rest.split_once('"').unwrap().0);
        assert_eq!(cells.collect::<Vec<_>>(), ["0-0-1", "1-0-0"]);
    }

    #[test]
    fn rows_that_say_the_same_have_a_row_for_all() {
        let releases = ["2.2.0", "2.1.0", "2.0.0", "1.1.0", "1.0.0"];
        let matrix =
            matrix(&["7.7.1"], &releases, &["a"], |_, r, _| statuses(if r == 2 { 3 } else { 0 }));
        let page = matrix.page().unwrap();
        let rows = page.split("<tr class=\"").skip(1).map(|row| {
            let class = row.split_once('"').unwrap().0;
            let name =
                row.split_once("<b>").map_or("", |(_, rest)| rest.split_once('<').unwrap().0);
            format!("{class}: {name}")
        });
        let expected = [
            "series: ",
            "fold pass: 2.1.0..2.2.0",
            "pass: 2.2.0",
            "pass: 2.1.0",
            "fail: 2.0.0",
            "series: ",
            "fold pass: 1.0.0..1.1.0",
            "pass: 1.1.0",
            "pass: 1.0.0",
        ];
        assert_eq!(rows.collect::<Vec<_>>(), expected);
        // Without the script, nothing is folded: the rows for all are hidden.
        assert_eq!(page.matches("<tr class=\"fold pass\" data-r=\"0\" hidden>").count(), 1);
    }

    #[test]
    fn a_finding_has_both_trees_in_a_table_and_each_bazel_once() {
        let matrix = matrix(&["7.7.1", "8.5.0"], &["2.0.0"], &["a", "b"], |_, _, _| statuses(3));
        let page = matrix.page().unwrap();
        assert_eq!(page.matches("<li id=\"found-").count(), 1);
        let found =
            page.split_once("<li id=\"found-1\">").unwrap().1.split_once("</li>").unwrap().0;
        let text =
            found.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
        let text = text.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ");
        assert_eq!(
            text,
            "2.0.0 | ✗ | 2 still broken | Bazel 7.7.1 and 8.5.0 | a | , | b | unpatched | patched | \
             expected | conflict | pass | found | conflict | ✗ | conflict"
        );
    }

    #[test]
    fn the_page_says_where_it_comes_from() {
        let mut matrix = matrix(&["7.7.1"], &["2.0.0"], &["a"], |_, _, _| statuses(0));
        let facts = |matrix: &Matrix| {
            let page = matrix.page().unwrap();
            let facts = page.split_once("<dl class=\"facts\">").unwrap().1;
            let facts = facts.split_once("</dl>").unwrap().0;
            facts.replace("<div><dt>", "").replace("</dt><dd>", ": ").replace("</dd></div>", "")
        };
        let local = "\nDate: 2026-11-27 16:57 UTC\nCommit: 070707070707\nTool: patcher 0.1.0\n";
        assert_eq!(facts(&matrix), local);
        assert!(matrix.page().unwrap().contains("<code>tests/repro/a/scenario.toml</code>"));

        matrix.origin.is_changed = true;
        matrix.origin.run_url = Some("https://github.com/o/r/actions/runs/42".into());
        matrix.origin.files_url = Some("https://github.com/o/r/blob/07/".into());
        let job = "\nDate: 2026-11-27 16:57 UTC\nCommit: 070707070707 with uncommitted changes\n\
                   Tool: patcher 0.1.0\n\
                   Run: <a href=\"https://github.com/o/r/actions/runs/42\">on GitHub</a>\n";
        assert_eq!(facts(&matrix), job);
        let page = matrix.page().unwrap();
        let file = "<a href=\"https://github.com/o/r/blob/07/tests/repro/a/scenario.toml\">";
        assert!(page.contains(file), "{page}");
    }

    #[test]
    fn a_full_matrix_with_logs_makes_a_small_page() {
        let mut matrix = large(|b, r, s| statuses([0, 1, 2, 3][(b + r + s) % 4]));
        let log = "INFO: Analyzed target //a:b\n".repeat(1000);
        for (index, cell) in matrix.cells.iter_mut().enumerate() {
            cell.unpatched.as_mut().unwrap().call = Some(index % 252);
        }
        let call = |n| CallLog { log: log.clone(), ..call(&format!("bazel build //:{n}")) };
        matrix.calls = (0..252).map(call).collect();
        let page = matrix.page().unwrap();
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
    }
}
