//! What each part of a series is needed for: the scenarios that turn without it.

use serde::Serialize;

use crate::patch::{FilePatch, Tag};
use crate::project::scenario::SideResult;
use crate::repro::report::{Report, Row};
use crate::support::text::{counted, table};

/// What is left out of the series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Part {
    /// A patch's name; for a hunk with the line of the patch file that it begins at.
    pub name: String,
    /// The later patches that build on it, and had to be left out with it.
    pub with: Vec<String>,
}

/// What the scenarios say of the series without a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ablation {
    pub part: Part,
    pub need: Need,
    /// The scenarios that turned: what they showed with all of the series, and without the
    /// part.
    pub turned: Vec<Turned>,
}

/// Whether a part is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Without it, the tree loads and a scenario's result is another.
    Needed,
    /// Without it, the tree does not load: the scenarios can't say more.
    LoadError,
    /// Without it, everything is as before.
    NotNeeded,
    /// Without it, everything is as before of what ran, and other scenarios did not run.
    Unknown,
}

/// A scenario whose result is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Turned {
    pub scenario: String,
    /// The result with all of the series.
    pub with: SideResult,
    /// The result without the part.
    pub without: SideResult,
}

/// Whether nothing can be judged: a package or a file does not load, and that is all that
/// shows.
fn is_load_error(full: &Report, reduced: &Report) -> bool {
    let silent = [SideResult::LoadingFailure, SideResult::AnalysisFailure, SideResult::DidNotRun];
    let turned: Vec<SideResult> = pairs(full, reduced)
        .filter(|(_, with, without)| with != without)
        .map(|(_, _, without)| without)
        .collect();
    turned.contains(&SideResult::LoadingFailure)
        && turned.iter().all(|found| silent.contains(found))
}

/// Compares the patched side of two reports.
pub fn judge(part: Part, full: &Report, reduced: &Report) -> Ablation {
    let turned: Vec<Turned> = pairs(full, reduced)
        .filter(|(_, with, without)| with != without)
        .map(|(row, with, without)| Turned { scenario: row.id.clone(), with, without })
        .collect();
    let need = if turned.is_empty() {
        let is_whole = full.not_run.is_empty() && !full.rows.is_empty();
        if is_whole { Need::NotNeeded } else { Need::Unknown }
    } else if is_load_error(full, reduced) {
        Need::LoadError
    } else {
        Need::Needed
    };
    Ablation { part, need, turned }
}

/// Every scenario's results on the patched side.
fn pairs<'r>(
    full: &'r Report,
    reduced: &'r Report,
) -> impl Iterator<Item = (&'r Row, SideResult, SideResult)> {
    full.rows.iter().filter_map(|row| {
        let other = reduced.rows.iter().find(|other| other.id == row.id)?;
        Some((row, row.patched.as_ref()?.result, other.patched.as_ref()?.result))
    })
}

/// What the parts show that were left out: for a maintainer, what to look at.
pub fn findings(ablations: &[Ablation]) -> Vec<String> {
    let finding = |ablation: &Ablation| {
        let name = &ablation.part.name;
        match ablation.need {
            Need::Needed | Need::Unknown => None,
            Need::LoadError => Some(format!("{name}: cannot be judged, a load error")),
            Need::NotNeeded => Some(format!("{name}: no scenario needs it")),
        }
    };
    ablations.iter().filter_map(finding).collect()
}

/// The scenarios that no patch changes, if every patch was left out once: what to look at, too.
pub fn unchanged(full: &Report, ablations: &[Ablation]) -> Vec<String> {
    let mut findings = Vec::new();
    for row in &full.rows {
        let differs = row.unpatched.as_ref().zip(row.patched.as_ref());
        let differs =
            differs.is_some_and(|(unpatched, patched)| unpatched.result != patched.result);
        let turns = |ablation: &Ablation| ablation.turned.iter().any(|t| t.scenario == row.id);
        if differs && !ablations.iter().any(turns) {
            findings.push(format!("{}: no patch changes it", row.id));
        }
    }
    findings
}

/// The parts that nothing needs of what ran, while other scenarios did not run.
pub fn unknown(full: &Report, ablations: &[Ablation]) -> Vec<String> {
    let unknown = ablations.iter().filter(|ablation| ablation.need == Need::Unknown);
    let (ran, others) = (full.rows.len(), counted(full.not_run.len(), "other"));
    let were = if full.not_run.len() == 1 { "was" } else { "were" };
    let sentence = |ablation: &Ablation| {
        let name = &ablation.part.name;
        format!("{name}: no scenario of the {ran} that ran needs it; {others} {were} not run")
    };
    unknown.map(sentence).collect()
}

/// A row a scenario, a column a patch: the result without it, if that is another.
pub fn patch_table(full: &Report, ablations: &[Ablation]) -> String {
    let mut header = vec!["scenario".to_owned(), "all patches".to_owned()];
    header.extend(ablations.iter().map(|ablation| {
        let short = |name: &str| name.split('-').next().unwrap_or(name).to_owned();
        let with: String =
            ablation.part.with.iter().map(|name| format!(", {}", short(name))).collect();
        format!("without {}{with}", short(&ablation.part.name))
    }));
    let mut rows = vec![header];
    for row in &full.rows {
        let result = row.patched.as_ref().map_or(String::new(), |found| found.result.to_string());
        let mut cells = vec![row.id.clone(), result];
        cells.extend(ablations.iter().map(|ablation| {
            let turned = ablation.turned.iter().find(|turned| turned.scenario == row.id);
            turned.map_or_else(|| "-".to_owned(), |turned| turned.without.to_string())
        }));
        rows.push(cells);
    }
    table(&rows)
}

pub fn hunk_table(ablations: &[Ablation]) -> String {
    let mut rows = vec![["hunk", "without it", ""].map(str::to_owned).to_vec()];
    for Ablation { part, need, turned } in ablations {
        let result = match need {
            Need::Needed => "a result changes",
            Need::LoadError => "a load error",
            Need::NotNeeded | Need::Unknown => "no result changes",
        };
        let first = turned.first().map_or_else(String::new, |first| {
            let more = turned.len() - 1;
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            format!("{}: {} instead of {}{more}", first.scenario, first.without, first.with)
        });
        rows.push(vec![part.name.clone(), result.to_owned(), first]);
    }
    table(&rows)
}

/// The patch of a file without one of its hunks; absent if it is the only one of a new
/// file, which is then not added at all.
pub fn without_hunk(file: &FilePatch, index: usize) -> FilePatch {
    let mut reduced = FilePatch { hunks: Vec::new(), ..file.clone() };
    let mut shift = 0;
    for (position, hunk) in file.hunks.iter().enumerate() {
        let grown =
            hunk.post_image().count().cast_signed() - hunk.pre_image().count().cast_signed();
        if position == index {
            shift = grown;
            continue;
        }
        let mut hunk = hunk.clone();
        hunk.new_start = hunk.new_start.saturating_add_signed(-shift);
        reduced.hunks.push(hunk);
    }
    reduced
}

/// Whether a hunk changes nothing but documentation: a page, a news entry, or text within a
/// docstring of a .bzl file. `after` is the file with the patch.
pub fn is_documentation(file: &FilePatch, index: usize, after: &str) -> bool {
    const QUOTES: &str = "\"\"\"";
    let path = file.path.as_str();
    if path.starts_with("docs/") || path.starts_with("news/") || path.ends_with(".md") {
        return true;
    }
    let Some(hunk) = file.hunks.get(index).filter(|_| path.ends_with(".bzl")) else { return false };
    let before = after.lines().take(hunk.new_start.saturating_sub(1));
    let mut quotes: usize = before.map(|line| line.matches(QUOTES).count()).sum();
    hunk.lines.iter().all(|line| {
        let its = line.text.matches(QUOTES).count();
        quotes += its;
        line.tag == Tag::Context || its == 0 && quotes % 2 == 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::scenario::SideResult::{Conflict, DidNotRun, LoadingFailure, Pass};
    use crate::repro::report::Found;

    fn report(results: &[(&str, SideResult, SideResult)]) -> Report {
        let found = |result| Some(Found { result, expected: result, evidence: String::new() });
        let rows = results.iter().map(|&(id, unpatched, patched)| Row {
            id: id.to_owned(),
            title: String::new(),
            unpatched: found(unpatched),
            patched: found(patched),
            outcome: None,
        });
        Report {
            release: "2.3.2".parse().unwrap(),
            bazel: "7.7.1".into(),
            rows: rows.collect(),
            not_applicable: vec![],
            not_run: vec![],
        }
    }

    fn part(name: &str) -> Part {
        Part { name: name.to_owned(), with: vec![] }
    }

    fn full() -> Report {
        report(&[("plain", Pass, Pass), ("pair", Conflict, Pass), ("clash", Pass, LoadingFailure)])
    }

    #[test]
    fn a_part_is_needed_where_a_result_changes() {
        let full = full();
        let reduced = |plain, pair, clash| {
            report(&[("plain", Pass, plain), ("pair", Conflict, pair), ("clash", Pass, clash)])
        };
        let need = |reduced: &Report| judge(part("0001-a.patch"), &full, reduced).need;
        assert_eq!(need(&reduced(Pass, Conflict, LoadingFailure)), Need::Needed);
        assert_eq!(need(&reduced(Pass, Pass, Pass)), Need::Needed);
        assert_eq!(need(&reduced(Pass, Pass, LoadingFailure)), Need::NotNeeded);
        assert_eq!(need(&reduced(LoadingFailure, DidNotRun, LoadingFailure)), Need::LoadError);
        // Another result beside it shows that the part is needed.
        assert_eq!(need(&reduced(LoadingFailure, Conflict, LoadingFailure)), Need::Needed);
        let passing = report(&[("plain", Pass, Pass), ("pair", Conflict, Pass)]);
        let broken = report(&[("plain", Pass, LoadingFailure), ("pair", Conflict, DidNotRun)]);
        assert_eq!(judge(part("0001-a.patch"), &passing, &broken).need, Need::LoadError);
    }

    #[test]
    fn what_did_not_run_may_need_it() {
        let some = Report { not_run: vec!["other".into(), "more".into()], ..full() };
        let turned = report(&[("pair", Conflict, Conflict)]);
        let ablations = [
            judge(part("0001-a.patch"), &some, &turned),
            judge(part("0002-b.patch"), &some, &some),
        ];
        assert_eq!(
            ablations.each_ref().map(|ablation| ablation.need),
            [Need::Needed, Need::Unknown]
        );
        let expected =
            "0002-b.patch: no scenario of the 3 that ran needs it; 2 others were not run";
        assert_eq!(unknown(&some, &ablations), [expected]);
        assert_eq!(findings(&ablations), [""; 0]);
        assert_eq!(unchanged(&some, &ablations), ["clash: no patch changes it"]);
        let nothing = report(&[]);
        assert_eq!(judge(part("0001-a.patch"), &nothing, &nothing).need, Need::Unknown);
    }

    #[test]
    fn what_nothing_needs_is_found() {
        let full = full();
        let reduced = report(&[("plain", Pass, Pass), ("pair", Conflict, Conflict)]);
        let ablations = [
            judge(part("0001-a.patch"), &full, &reduced),
            judge(part("0002-b.patch"), &full, &full),
        ];
        assert_eq!(findings(&ablations), ["0002-b.patch: no scenario needs it"]);
        assert_eq!(unchanged(&full, &ablations), ["clash: no patch changes it"]);
        let table = patch_table(&full, &ablations);
        assert!(table.contains("pair      pass             conflict      -"), "{table}");
    }

    #[test]
    fn each_hunk_has_a_row_with_what_changes_without_it() {
        let full = full();
        let without = |results: &[(&str, SideResult, SideResult)]| {
            judge(part(&format!("0001-a.patch:{}", results.len())), &full, &report(results))
        };
        let ablations = [
            without(&[("pair", Conflict, Conflict)]),
            without(&[("plain", Pass, Conflict), ("pair", Conflict, Conflict)]),
            without(&[
                ("plain", Pass, Pass),
                ("pair", Conflict, Pass),
                ("clash", Pass, LoadingFailure),
            ]),
            without(&[
                ("plain", Pass, LoadingFailure),
                ("pair", Conflict, Pass),
                ("clash", Pass, DidNotRun),
                ("x", Pass, Pass),
            ]),
        ];
        insta::assert_snapshot!(hunk_table(&ablations), @"
        hunk            without it
        0001-a.patch:1  a result changes   pair: conflict instead of pass
        0001-a.patch:2  a result changes   plain: conflict instead of pass, and 1 more
        0001-a.patch:3  no result changes
        0001-a.patch:4  a load error       plain: loading-failure instead of pass, and 1 more
        ");
    }

    /// A file with a change in it, as the patch of it.
    fn file(path: &str, before: &str, after: &str) -> FilePatch {
        let hunks = crate::patch::diff::hunks(before.as_bytes(), after.as_bytes()).unwrap();
        let hunks: String = hunks.iter().map(ToString::to_string).collect();
        let mail = format!(
            "From: A <a@b.c>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\nSubject: s\n\nbody\n\n\
             diff --git a/{path} b/{path}\nindex {}..{} 100644\n--- a/{path}\n+++ b/{path}\n{hunks}",
            "a".repeat(40),
            "b".repeat(40)
        );
        let name = "0001-s.patch".parse().unwrap();
        crate::patch::Patch::parse(&name, "p", mail.as_bytes()).unwrap().files.remove(0)
    }

    #[test]
    fn pages_news_and_docstrings_are_documentation() {
        let is = |path: &str, before: &str, after: &str| {
            is_documentation(&file(path, before, after), 0, after)
        };
        for path in ["docs/a.bzl", "news/1.txt", "a/README.md"] {
            assert!(is(path, "a\n", "b\n"), "{path}");
        }
        for path in ["a.bzl", "a.txt", "old-docs/a", "a.md.txt"] {
            assert!(!is(path, "a\n", "b\n"), "{path}");
        }
        let text = "def f():\n    \"\"\"Does it.\n\n    As before.\n    \"\"\"\n    pass\n";
        let page = |from: &str, to: &str| (text.to_owned(), text.replacen(from, to, 1));
        let in_bzl = |(before, after): (String, String)| is("a.bzl", &before, &after);
        assert!(in_bzl(page("As before", "As ever")));
        assert!(in_bzl(page("\n    As before.", "\n    As before.\n    And more.")));
        assert!(!in_bzl(page("Does", "Did")), "the line has the quotes");
        assert!(!in_bzl(page("pass", "fail")));
        assert!(!in_bzl(page("def f", "def g")));
        assert!(!in_bzl(page(
            "    As before.\n    \"\"\"",
            "    As ever.\n    \"\"\"\n    more()"
        )));
        // The docstring may begin far before the hunk, or have ended there.
        let far = |text: &str| text.replace("Does it.\n", "Does it.\n1\n2\n3\n4\n5\n");
        let (before, after) = page("As before", "As ever");
        assert!(in_bzl((far(&before), far(&after))));
        let (before, after) = page("pass", "1\n2\n3\n4\npass");
        assert!(!in_bzl((before, after.clone())));
        assert!(!in_bzl((after.clone(), after.replace("pass", "fail"))));
        // Only a .bzl file's text in such quotes says nothing to Bazel.
        let (before, after) = page("As before", "As ever");
        assert!(!is("a.py", &before, &after));
        assert!(!is_documentation(&file("a.bzl", &before, &after), 1, &after));
    }

    #[test]
    fn a_hunk_can_be_left_out() {
        let before = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let text = "diff --git a/f b/f\nindex aaaaaaa..bbbbbbb 100644\n--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n+one\n 2\n\
                    @@ -4,3 +5,2 @@\n 4\n-5\n 6\n@@ -8,2 +8,3 @@\n 8\n+eight\n 9\n";
        let mail = format!(
            "From {}\nFrom: A <a@b.c>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\nSubject: s\n\nbody\n\n{text}",
            "0".repeat(40)
        );
        let name = "0001-s.patch".parse().unwrap();
        let patch = crate::patch::Patch::parse(&name, "p", mail.as_bytes()).unwrap();
        let file = &patch.files[0];
        let apply = |file: &FilePatch| {
            String::from_utf8(crate::patch::apply::apply(before, file).unwrap()).unwrap()
        };
        assert_eq!(apply(file), "1\none\n2\n3\n4\n6\n7\n8\neight\n9\n");
        assert_eq!(apply(&without_hunk(file, 0)), "1\n2\n3\n4\n6\n7\n8\neight\n9\n");
        assert_eq!(apply(&without_hunk(file, 1)), "1\none\n2\n3\n4\n5\n6\n7\n8\neight\n9\n");
        assert_eq!(apply(&without_hunk(file, 2)), "1\none\n2\n3\n4\n6\n7\n8\n9\n");
    }
}
