//! What `check` asks of a series before any git object is read.

use std::collections::BTreeSet;

use crate::patch::Patch;
use crate::patch::mail::is_mail_start;
use crate::project::series::SeriesFile;
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// The name of the series file in a directory of patches.
pub const SERIES_FILE: &str = "series";

/// Compares the series with what lies beside it: every patch that is named must be there,
/// and every patch that is there must be named. `directory` is the path for messages, `present`
/// the names of the files in it.
pub fn lint_directory(
    directory: &str,
    series: &SeriesFile,
    present: &BTreeSet<String>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let series_file = format!("{directory}/{SERIES_FILE}");
    for (name, line) in &series.entries {
        if !present.contains(name.as_str()) {
            let message = format!("{name} is missing from {directory}/");
            let problem = Problem::new(Kind::Finding, &series_file, message).at(*line);
            problems.push(problem.hint("restore it from git, or take its line out of the series"));
        }
    }
    let named: BTreeSet<&str> = series.names().map(PatchName::as_str).collect();
    let is_patch = |name: &&String| name.ends_with(".patch") || name.ends_with(".diff");
    // What the series names in a way that is wrong was said already.
    let is_mentioned = |name: &str| {
        let is_it = |line: &String| line == name || line.split_whitespace().next() == Some(name);
        named.contains(name) || series.unusable.iter().any(is_it)
    };
    for name in present.iter().filter(is_patch).filter(|name| !is_mentioned(name)) {
        let problem =
            Problem::new(Kind::Finding, format!("{directory}/{name}"), "is not in the series");
        problems.push(problem.hint(format!("name it in {series_file}, or delete it")));
    }
    problems
}

/// What to know of patches with CRLF lines before they are applied by hand: git strips the carriage
/// returns of a mail.
pub fn carriage_returns<'p>(patches: impl IntoIterator<Item = &'p Patch>) -> Option<String> {
    let has_one = |patch: &&Patch| {
        let mut hunks = patch.files.iter().flat_map(|file| &file.hunks);
        hunks.any(|hunk| {
            hunk.lines.iter().any(|line| line.text.trim_end_matches('\n').ends_with('\r'))
        })
    };
    let names: Vec<&str> =
        patches.into_iter().filter(has_one).map(|patch| patch.name.as_str()).collect();
    let verb = if names.len() == 1 { "has" } else { "have" };
    let text = || format!("{} {verb} CRLF lines: apply with `git am --keep-cr`", names.join(", "));
    (!names.is_empty()).then(text)
}

/// What `patcher new` puts under the subject: [`lint_patch`] asks for what it asks for.
pub const TEMPLATE: &str = "\
Why this is needed, and what goes wrong without it.

Upstream-Status: Pending
Repro: SCENARIO
Drop-When: WHAT HAS TO HAPPEN
";

/// Holds a patch to its canonical form, its message to what appliers can carry, and that to say
/// why the patch is there, which scenario shows it, and when it can go. `scenarios` are the ids
/// that a `Repro:` trailer may name; `Repro: none (REASON)` says why there is none.
pub fn lint_patch(
    file: &str,
    bytes: &[u8],
    patch: &Patch,
    scenarios: &BTreeSet<&str>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let canonical = patch.to_string();
    if canonical.as_bytes() != bytes {
        problems.push(not_canonical(file, &String::from_utf8_lossy(bytes), &canonical));
    }
    let numbers = body_lines(&String::from_utf8_lossy(bytes), &patch.body);
    let body_line = |index: usize| numbers.get(index).copied().unwrap_or(4);
    let line_of = |text: &str| patch.body.lines().position(|line| line == text).map(body_line);
    let mut lacks = |message: &str, line: Option<usize>, hint: &str| {
        let problem = Problem::new(Kind::Finding, file, message).at(line.unwrap_or(4));
        problems.push(problem.hint(hint));
    };
    // What the template says stands there still.
    let template: Vec<usize> = TEMPLATE.lines().take(1).filter_map(line_of).collect();
    if !has_prose(&patch.body) || !template.is_empty() {
        let hint = "write the reason below the subject";
        lacks("does not say why it is there", template.first().copied(), hint);
    }
    if !patch.trailer("Drop-When").any(|value| !value.is_empty() && !TEMPLATE.contains(value)) {
        let line = TEMPLATE.lines().last().and_then(line_of);
        let hint = "end the message with a line such as `Drop-When: a release closes the bug`";
        lacks("does not say when it can go", line, hint);
    }
    if patch.trailer("Repro").next().is_none() {
        let hint = "end the message with `Repro: SCENARIO`, or `Repro: none (REASON)`";
        lacks("names no scenario that shows what it is there for", None, hint);
    }
    for (index, line) in patch.body.lines().enumerate() {
        // git-mailinfo(1) takes these for the end of the message, quilt and Bazel for a diff.
        let ends_message = ["diff -", "Index: ", "--- ", "+++ ", "@@ -"]
            .iter()
            .any(|start| line.starts_with(start));
        if ends_message || is_mail_start(line) {
            let message = "a line of the message would be taken for a part of the diff";
            let problem = Problem::new(Kind::Finding, file, message).at(body_line(index));
            problems.push(problem.hint("indent it"));
        }
        let named = line.strip_prefix("Repro: ").into_iter().flat_map(repro_ids);
        let is_reason = |id: &str| id.starts_with("none (") && id.ends_with(')');
        let is_known = |id: &str| scenarios.contains(id) || is_reason(id);
        for id in named.filter(|id| !is_known(id.trim())) {
            let message = format!("Repro: there is no scenario {id}");
            let problem = Problem::new(Kind::Finding, file, message).at(body_line(index));
            problems.push(problem.hint("name a directory of the scenarios, or delete that line"));
        }
    }
    problems
}

/// The line in the file of each line of the message: there may be more headers before it than in
/// a canonical patch, and empty lines that are too much.
fn body_lines(text: &str, body: &str) -> Vec<usize> {
    // From, Date and Subject come before it.
    let mut lines = text.lines().enumerate().skip(4);
    let mut number = |line: &str| lines.find(|(_, found)| found.trim_end() == line.trim_end());
    body.lines().map(|line| number(line).map_or(4, |(index, _)| index + 1)).collect()
}

/// What a `Repro:` trailer names; a reason may have commas.
pub fn repro_ids(value: &str) -> Vec<&str> {
    if value.starts_with("none (") { vec![value] } else { value.split(", ").collect() }
}

/// Whether a message has a line that is no trailer.
fn has_prose(text: &str) -> bool {
    let is_trailer = |line: &str| {
        let key = line.split_once(": ").map_or("", |(key, _)| key);
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.lines().any(|line| !line.is_empty() && !is_trailer(line))
}

fn not_canonical(file: &str, found: &str, canonical: &str) -> Problem {
    let (mut found, mut canonical) = (found.lines(), canonical.lines());
    let mut line = 0;
    loop {
        line += 1;
        let message = match (found.next(), canonical.next()) {
            (Some(found), Some(canonical)) if found == canonical => continue,
            (Some(found), Some(canonical)) if canonical.trim_end() == found => {
                "is not canonical: the blanks at the line's end were stripped".to_owned()
            }
            (Some(found), None) => format!("is not canonical: {found:?} is too much"),
            (None, Some(canonical)) => format!("is not canonical: {canonical:?} is missing"),
            (_, Some(canonical)) => format!("is not canonical: expected {canonical:?}"),
            (None, None) => "is not canonical: its line ends differ".to_owned(),
        };
        let problem = Problem::new(Kind::Finding, file, message).at(line);
        return problem.hint("`patcher sync` writes it in canonical form").mendable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "\
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A <a@b.c>
Date: Sun, 1 Nov 2026 09:30:00 +0000
Subject: s

Why.

Repro: one
Drop-When: never

diff --git a/f b/f
index 5626abf0f72e58d7a153368ba57db4c673c0e171..f719efd430d52bcfc8566a43b2eb655688d38871 100644
--- a/f
+++ b/f
@@ -1 +1 @@
-one
+two
";

    fn lint(text: &str) -> Vec<String> {
        let patch = Patch::parse(&"0001-a.patch".parse().unwrap(), "p", text.as_bytes()).unwrap();
        let problems = lint_patch("p", text.as_bytes(), &patch, &["one"].into());
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn patches_with_carriage_returns_are_named() {
        let patch = |name: &str, text: &str| {
            Patch::parse(&name.parse().unwrap(), name, text.as_bytes()).unwrap()
        };
        let crlf = PATCH.replace("-one\n+two\n", "-one\r\n+two\r\n");
        let (plain, one) = (patch("0001-a.patch", PATCH), patch("0002-b.patch", &crlf));
        assert_eq!(carriage_returns([&plain]), None);
        let keep = "CRLF lines: apply with `git am --keep-cr`";
        assert_eq!(carriage_returns([&plain, &one]), Some(format!("0002-b.patch has {keep}")));
        let two = patch("0003-c.patch", &crlf);
        let both = format!("0002-b.patch, 0003-c.patch have {keep}");
        assert_eq!(carriage_returns([&one, &two]), Some(both));
    }

    #[test]
    fn a_canonical_patch_is_clean() {
        assert_eq!(lint(PATCH), [""; 0]);
    }

    #[test]
    fn trailers_are_no_reason() {
        assert!(has_prose("Why.") && has_prose("Why.\n\nRepro: one\n"));
        assert!(!has_prose("") && !has_prose("Repro: one\nDrop-When: never\n"));
    }

    #[test]
    fn the_first_line_that_is_not_canonical_is_named() {
        let heading = PATCH.replace("+1 @@", "+1 @@ def f():");
        assert_eq!(lint(&heading), ["p:15: is not canonical: expected \"@@ -1 +1 @@\""]);
        let signature = format!("{PATCH}-- \n2.47.3\n");
        assert_eq!(lint(&signature), ["p:18: is not canonical: \"-- \" is too much"]);
        let crlf = PATCH.replace("Subject: s\n", "Subject: s \n");
        assert_eq!(lint(&crlf), ["p:4: is not canonical: expected \"Subject: s\""]);
        let blank = PATCH.replace("@@ -1 +1 @@\n", "@@ -1,2 +1,2 @@\n \n");
        assert_eq!(lint(&blank), [""; 0]);
        assert_eq!(
            lint(&blank.replace("@@\n \n", "@@\n\n")),
            ["p:16: is not canonical: the blanks at the line's end were stripped"]
        );
    }

    #[test]
    fn messages_are_held_to_what_appliers_carry() {
        assert_eq!(
            lint(&PATCH.replace("Why.\n\nRepro: one\nDrop-When: never\n\n", "")),
            [
                "p:4: does not say why it is there",
                "p:4: does not say when it can go",
                "p:4: names no scenario that shows what it is there for",
            ]
        );
        assert_eq!(lint(&PATCH.replace("Why.\n\n", "")), ["p:4: does not say why it is there"]);
        assert_eq!(lint(&PATCH.replace("Repro: one", "Repro: none (a, b)")), [""; 0]);
        assert_eq!(
            lint(&PATCH.replace("Repro: one", "Repro: none (a")),
            ["p:8: Repro: there is no scenario none (a"]
        );
        // The file's own lines are named: here are headers in the text.
        let with_headers =
            PATCH.replace("Why.\n", "Date: Sun, 1 Nov 2026 09:30:00 +0000\n\n\nWhy.\n");
        let found = lint(&with_headers.replace("Repro: one", "Repro: two"));
        assert_eq!(found[1], "p:11: Repro: there is no scenario two");
        let untouched = PATCH.replace("Why.\n\nRepro: one\nDrop-When: never\n", TEMPLATE);
        assert_eq!(
            lint(&untouched),
            [
                "p:6: does not say why it is there",
                "p:10: does not say when it can go",
                "p:9: Repro: there is no scenario SCENARIO",
            ]
        );
        let diff_like = PATCH.replace("Why.", "Why:\n--- a/f");
        assert_eq!(
            lint(&diff_like),
            ["p:7: a line of the message would be taken for a part of the diff"]
        );
        let mailbox = |line: &str| lint(&PATCH.replace("Why.", &format!("Why:\n{line}")));
        assert_eq!(mailbox("From now on, until 12:00:00."), [""; 0]);
        assert_eq!(
            mailbox("From a@b.c Sun Nov  1 09:30:00 2026"),
            ["p:7: a line of the message would be taken for a part of the diff"]
        );
        assert_eq!(
            lint(&PATCH.replace("Repro: one", "Repro: two")),
            ["p:8: Repro: there is no scenario two"]
        );
    }

    #[test]
    fn missing_and_orphaned_patches_are_named() {
        let (series, _) = SeriesFile::parse(
            "patches/series",
            "0001-a.patch\n0002-b.patch\na b.patch\nx.diff -p0\n",
        );
        let present =
            ["series", "0001-a.patch", "0003-c.patch", "README.md", "a b.patch", "x.diff"];
        let present = present.map(str::to_owned).into();
        let problems = lint_directory("patches", &series, &present);
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "patches/series:2: 0002-b.patch is missing from patches/",
                "patches/0003-c.patch: is not in the series",
            ]
        );
    }
}
