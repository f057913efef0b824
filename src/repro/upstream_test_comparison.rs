//! Upstream's own tests on both trees: the same tests with the same outcomes, or a difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::project::scenario::Sides;
use crate::repro::events::{Events, TestStatus};
use crate::repro::junit::{JUnit, JUnitCase, JUnitSuite};
use crate::support::ids::Release;
use crate::support::text::{counted, table};

/// What upstream's tests did on both trees.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Comparison {
    pub release: Release,
    pub bazel: String,
    pub patterns: Vec<String>,
    /// How many tests of each side ended in which way.
    pub counts: Sides<BTreeMap<TestStatus, usize>>,
    /// The packages of each side that did not load: their tests are in no count.
    pub unloaded: Sides<BTreeSet<String>>,
    /// Every test of either side.
    pub tests: Vec<Test>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Test {
    pub label: String,
    /// How it ended on the unpatched tree; absent if that does not have it.
    pub unpatched: Option<TestStatus>,
    /// How it ended on the patched tree; absent if that does not have it.
    pub patched: Option<TestStatus>,
    pub change: Change,
}

/// What a test says of the series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It ends alike on both trees.
    Same,
    Differs,
    /// The series adds it, and it passes.
    Added,
    /// The series adds it, and it does not pass.
    AddedNotPassed,
}

impl Change {
    fn of(unpatched: Option<TestStatus>, patched: Option<TestStatus>) -> Self {
        match (unpatched, patched) {
            (None, Some(TestStatus::Passed)) => Self::Added,
            (None, Some(_)) => Self::AddedNotPassed,
            _ if unpatched == patched => Self::Same,
            _ => Self::Differs,
        }
    }

    /// Whether the series may do that.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Same | Self::Added)
    }

    /// The change in a table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::Added => "added by the series",
            Self::AddedNotPassed => "added by the series, must pass",
        }
    }
}

impl Comparison {
    /// Compares what Bazel said of `patterns` on both trees.
    pub fn new(release: Release, patterns: &[String], events: &Sides<Events>) -> Self {
        let unpatched = events.unpatched.tests();
        let patched = events.patched.tests();
        let labels: BTreeSet<&str> = unpatched.keys().chain(patched.keys()).copied().collect();
        let test = |label: &str| {
            let (unpatched, patched) = (unpatched.get(label).copied(), patched.get(label).copied());
            let change = Change::of(unpatched, patched);
            Test { label: label.to_owned(), unpatched, patched, change }
        };
        let count = |outcomes: &BTreeMap<&str, TestStatus>| {
            let of = |wanted| (wanted, outcomes.values().filter(|found| **found == wanted).count());
            TestStatus::ALL.map(of).into()
        };
        Self {
            release,
            bazel: events.patched.bazel.clone().unwrap_or_else(|| "unknown".to_owned()),
            patterns: patterns.to_vec(),
            counts: Sides { unpatched: count(&unpatched), patched: count(&patched) },
            unloaded: Sides {
                unpatched: events.unpatched.unloaded_packages(),
                patched: events.patched.unloaded_packages(),
            },
            tests: labels.into_iter().map(test).collect(),
        }
    }

    /// The tests that the series must not change, and does.
    pub fn wrong(&self) -> Vec<&Test> {
        self.tests.iter().filter(|test| !test.change.is_good()).collect()
    }

    /// The counts, and each test that is not the same on both trees.
    pub fn text(&self) -> String {
        let side = |counts: &BTreeMap<TestStatus, usize>, outcome| {
            counts.get(&outcome).map_or_else(String::new, ToString::to_string)
        };
        let mut counts = vec![["tests", "unpatched", "patched"].map(str::to_owned)];
        counts.extend(TestStatus::ALL.map(|outcome| {
            let name = match outcome {
                TestStatus::Passed | TestStatus::Failed => outcome.to_string(),
                _ => format!("did not run: {outcome}"),
            };
            [name, side(&self.counts.unpatched, outcome), side(&self.counts.patched, outcome)]
        }));
        let total =
            |counts: &BTreeMap<TestStatus, usize>| counts.values().sum::<usize>().to_string();
        let [unpatched, patched] = [&self.counts.unpatched, &self.counts.patched].map(total);
        counts.push(["all".to_owned(), unpatched, patched]);
        let text = |outcome: Option<TestStatus>| {
            outcome.map_or_else(|| "-".to_owned(), |outcome| outcome.to_string())
        };
        let mut rows = vec![["test", "unpatched", "patched", ""].map(str::to_owned)];
        let changed = self.tests.iter().filter(|test| test.change != Change::Same);
        rows.extend(changed.map(|test| {
            let change = test.change.name().to_owned();
            [test.label.clone(), text(test.unpatched), text(test.patched), change]
        }));
        let changed = if rows.len() > 1 { format!("\n{}", table(&rows)) } else { String::new() };
        table(&counts) + &changed
    }

    /// The tests as a JUnit report: passed is what passed, failed is what differs, and what
    /// did not run or failed on both trees is skipped, with the reason.
    pub fn junit(&self) -> JUnit {
        let case = |test: &Test| {
            let (failure, skipped) = match (test.change.is_good(), test.patched) {
                (false, _) => (Some(test.change.name().to_owned()), None),
                (true, Some(TestStatus::Passed)) => (None, None),
                (true, outcome) => {
                    let outcome = outcome.map_or_else(String::new, |outcome| outcome.to_string());
                    (None, Some(format!("on both trees: {outcome}")))
                }
            };
            let text = |outcome: Option<TestStatus>| {
                outcome.map_or_else(|| "absent".to_owned(), |outcome| outcome.to_string())
            };
            JUnitCase {
                class: format!("{}.upstream-tests", self.release),
                name: test.label.clone(),
                failure,
                skipped,
                evidence: format!(
                    "unpatched: {}\npatched: {}",
                    text(test.unpatched),
                    text(test.patched)
                ),
            }
        };
        let name = format!("Bazel {}", self.bazel);
        let cases = self.tests.iter().map(case).collect();
        JUnit { suites: vec![JUnitSuite { name, cases, failures: self.wrong().len() }] }
    }

    /// The comparison in a sentence.
    pub fn summary(&self) -> String {
        let passed = self.counts.patched.get(&TestStatus::Passed).copied().unwrap_or(0);
        let added = self.tests.iter().filter(|test| test.change == Change::Added).count();
        let all = counted(self.tests.len(), "upstream test");
        format!(
            "{all} under Bazel {}: no difference; {passed} passed, {added} added by the series",
            self.bazel
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stream in which `tests` are announced and end as said.
    fn events(tests: &[(&str, &str)]) -> Events {
        let mut lines =
            vec![r#"{"id": {"started": {}}, "started": {"buildToolVersion": "7.7.1"}}"#.to_owned()];
        let child = |(label, _): &(&str, &str)| {
            format!(r#"{{"targetConfigured": {{"label": "{label}"}}}}"#)
        };
        let children: Vec<String> = tests.iter().map(child).collect();
        lines.push(format!(
            r#"{{"id": {{"pattern": {{}}}}, "children": [{}], "expanded": {{}}}}"#,
            children.join(",")
        ));
        for (label, end) in tests {
            let id = |kind: &str| format!(r#"{{"id": {{"{kind}": {{"label": "{label}"}}}}, "#);
            let configured = |what: &str| format!("{}{what}}}", id("targetConfigured"));
            let size = r#""configured": {"testSize": "MEDIUM"}"#;
            match *end {
                "unanalysed" => {
                    lines.extend([configured(r#""aborted": {"reason": "ANALYSIS_FAILURE"}"#)]);
                }
                "library" => lines.extend([configured(r#""configured": {}"#)]),
                "nothing" => {}
                "SKIPPED" => lines.extend([
                    configured(size),
                    format!(r#"{}"aborted": {{"reason": "SKIPPED"}}}}"#, id("targetCompleted")),
                ]),
                "unbuilt" => lines.extend([
                    configured(size),
                    format!(r#"{}"completed": {{}}}}"#, id("targetCompleted")),
                ]),
                status => lines.extend([
                    configured(size),
                    format!(r#"{}"completed": {{"success": true}}}}"#, id("targetCompleted")),
                    format!(
                        r#"{}"testSummary": {{"overallStatus": "{status}"}}}}"#,
                        id("testSummary")
                    ),
                ]),
            }
        }
        Events::parse(&lines.join("\n"))
    }

    fn compare(unpatched: &[(&str, &str)], patched: &[(&str, &str)]) -> Comparison {
        let events = Sides { unpatched: events(unpatched), patched: events(patched) };
        Comparison::new("2.3.2".parse().unwrap(), &["//...".to_owned()], &events)
    }

    #[test]
    fn only_what_passed_counts_as_passed() {
        let all = [
            ("//t:a", "PASSED"),
            ("//t:b", "FAILED"),
            ("//t:c", "TIMEOUT"),
            ("//t:d", "FLAKY"),
            ("//t:e", "SKIPPED"),
            ("//t:f", "unanalysed"),
            ("//t:g", "unbuilt"),
            ("//t:h", "nothing"),
            ("//t:i", "NO_STATUS"),
            ("//t:j", "library"),
        ];
        let found = compare(&all, &all);
        let expected = "\
tests                   unpatched  patched
passed                  1          1
failed                  3          3
did not run: skipped    1          1
did not run: not built  2          2
did not run: no result  2          2
all                     9          9
";
        assert_eq!(found.text(), expected);
        assert!(found.wrong().is_empty());
        let junit = found.junit();
        let cases = &junit.suites[0].cases;
        assert_eq!(cases.iter().filter(|case| case.skipped.is_none()).count(), 1);
    }

    #[test]
    fn every_difference_is_named() {
        let unpatched =
            [("//t:a", "PASSED"), ("//t:b", "PASSED"), ("//t:c", "FAILED"), ("//t:d", "PASSED")];
        let patched = [
            ("//t:a", "PASSED"),
            ("//t:b", "unanalysed"),
            ("//t:c", "PASSED"),
            ("//t:new", "PASSED"),
            ("//t:bad", "FAILED"),
        ];
        let found = compare(&unpatched, &patched);
        let expected = "
test       unpatched  patched
//t:b      passed    not built  differs
//t:bad    -         failed     added by the series, must pass
//t:c      failed    passed     differs
//t:d      passed    -          differs
//t:new    -         passed     added by the series
";
        let text = found.text();
        let (_, rows) = text.split_once("\n\n").unwrap();
        assert_eq!(
            rows.replace("  ", " ").split_whitespace().collect::<Vec<_>>(),
            expected.split_whitespace().collect::<Vec<_>>()
        );
        let wrong: Vec<&str> = found.wrong().iter().map(|test| test.label.as_str()).collect();
        assert_eq!(wrong, ["//t:b", "//t:bad", "//t:c", "//t:d"]);
        assert_eq!(found.junit().suites[0].failures, 4);
    }

    #[test]
    fn without_a_difference_a_sentence_says_what_passed_and_what_the_series_adds() {
        let unpatched = [("//t:a", "PASSED"), ("//t:b", "FAILED")];
        let patched = [("//t:a", "PASSED"), ("//t:b", "FAILED"), ("//t:new", "PASSED")];
        let expected = "3 upstream tests under Bazel 7.7.1: no difference; 2 passed, \
                        1 added by the series";
        assert_eq!(compare(&unpatched, &patched).summary(), expected);
    }

    #[test]
    fn packages_that_did_not_load_are_told() {
        let stream = r#"{"id": {"progress": {}}, "progress": {"stderr": "ERROR: error loading package 'tests/x': no file\nERROR: other\n"}}"#;
        let events = Sides { unpatched: Events::parse(stream), patched: Events::default() };
        let found = Comparison::new("2.3.2".parse().unwrap(), &[], &events);
        assert_eq!(found.unloaded.unpatched, ["tests/x".to_owned()].into());
        assert!(found.unloaded.patched.is_empty());
    }
}
