//! The results of a run of the suite: one structure, several formats.

use serde::Serialize;

use crate::project::lock::Tested;
use crate::project::scenario::{Phase, Scenario, Side, SideResult, Sides};
use crate::repro::judgement::Judgement;
use crate::repro::junit::{JUnit, JUnitCase, JUnitSuite};
use crate::repro::outcome::Outcome;
use crate::support::ids::{Release, Sri, TreeId};
use crate::support::look::Meaning;
use crate::support::marked::{Marked, Part, table};
use crate::support::text::{counted, first_of};

/// What the suite showed of one release under one Bazel.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    pub release: Release,
    pub bazel: String,
    /// A scenario each.
    pub rows: Vec<Row>,
    /// Scenarios that do not apply to the release.
    pub not_applicable: Vec<String>,
    /// Those that could have run and did not: they were not asked for, or Bazel was not to go as
    /// far as they take it.
    pub not_run: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Row {
    pub id: String,
    pub title: String,
    /// What it showed on the unpatched tree, if that ran.
    pub unpatched: Option<Found>,
    /// What it showed on the patched tree, if that ran.
    pub patched: Option<Found>,
    /// What both say, if both ran.
    pub outcome: Option<Outcome>,
}

/// What a scenario showed on one side.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Found {
    pub result: SideResult,
    pub expected: SideResult,
    /// Bazel's words for it, scrubbed.
    pub evidence: String,
}

impl Row {
    /// A row from the judgements of the sides that ran.
    pub fn new(scenario: &Scenario, found: Sides<Option<Judgement>>) -> Self {
        let side = |side: Side, judgement: Option<Judgement>| {
            let expected = *scenario.expect.of(side);
            judgement.map(|j| Found { result: j.result, expected, evidence: j.evidence })
        };
        let unpatched = side(Side::Unpatched, found.unpatched);
        let patched = side(Side::Patched, found.patched);
        let outcome = match (&unpatched, &patched) {
            (Some(unpatched), Some(patched)) => {
                let found = Sides { unpatched: unpatched.result, patched: patched.result };
                Some(Outcome::judge(&scenario.expect, &found))
            }
            _ => None,
        };
        Self { id: scenario.id.clone(), title: scenario.title.clone(), unpatched, patched, outcome }
    }

    pub fn sides(&self) -> impl Iterator<Item = (Side, &Found)> {
        let unpatched = self.unpatched.as_ref().map(|found| (Side::Unpatched, found));
        unpatched.into_iter().chain(self.patched.as_ref().map(|found| (Side::Patched, found)))
    }

    /// Whether every side that ran is as expected.
    pub fn is_good(&self) -> bool {
        self.sides().all(|(_, found)| found.result == found.expected)
    }

    fn meaning(&self) -> Meaning {
        match self.outcome {
            _ if !self.is_good() => Meaning::Failed,
            Some(Outcome::Unchanged) => Meaning::Unchanged,
            _ => Meaning::Done,
        }
    }

    pub fn summary(&self) -> String {
        match self.outcome {
            Some(outcome) => outcome.name().to_owned(),
            None if self.is_good() => "as expected".to_owned(),
            None => {
                let wrong = self.sides().find(|(_, found)| found.result != found.expected);
                wrong.map_or_else(String::new, |(_, found)| format!("expected {}", found.expected))
            }
        }
    }
}

impl Report {
    /// What the lock keeps of it, if every scenario did what it should.
    pub fn tested(&self, tree: TreeId, suite: Sri, phase: Phase) -> Tested {
        let of = |wanted: Outcome| -> Vec<String> {
            let rows = self.rows.iter().filter(|row| row.outcome == Some(wanted));
            rows.map(|row| row.id.clone()).collect()
        };
        Tested {
            tree,
            suite,
            bazel: self.bazel.clone(),
            phase,
            fixed: of(Outcome::Fixed),
            expected_change: of(Outcome::ExpectedChange),
            unchanged: of(Outcome::Unchanged),
            not_applicable: self.not_applicable.clone(),
        }
    }

    /// The same report, with what did not run of these scenarios.
    pub fn among<'s>(mut self, all: impl IntoIterator<Item = &'s Scenario>) -> Self {
        let ids = all.into_iter().map(|scenario| &scenario.id);
        let is_known = |id: &&String| {
            self.not_applicable.contains(id) || self.rows.iter().any(|row| row.id == **id)
        };
        self.not_run = ids.filter(|id| !is_known(id)).cloned().collect();
        self
    }

    /// What did not run, in a sentence; absent if everything did that applies.
    pub fn rest(&self) -> Option<String> {
        let Self { rows, not_run, .. } = self;
        let all = counted(rows.len() + not_run.len(), "scenario");
        (!not_run.is_empty())
            .then(|| format!("{} of {all}; not run: {}", rows.len(), first_of(not_run)))
    }

    /// Whether every scenario did what it should: also if none ran.
    pub fn is_good(&self) -> bool {
        self.rows.iter().all(Row::is_good)
    }

    /// Whether the release needs no patches: nothing that they fix fails without them, and all
    /// else is as it should be.
    pub fn is_fixed_upstream(&self) -> bool {
        let is = |row: &Row, outcomes: &[Outcome]| {
            row.outcome.is_some_and(|outcome| outcomes.contains(&outcome))
        };
        let allowed = [Outcome::FixedUpstream, Outcome::ExpectedChange, Outcome::Unchanged];
        self.rows.iter().all(|row| is(row, &allowed))
            && self.rows.iter().any(|row| is(row, &[Outcome::FixedUpstream]))
    }

    /// The rows as a table for people. What is as expected has no colour: the last column says
    /// what it results in.
    pub fn table(&self) -> Marked {
        let result = |found: &Option<Found>| match found {
            None => Meaning::Unchanged.tint("-"),
            Some(found) if found.result == found.expected => found.result.to_string().into(),
            Some(found) => Meaning::Failed.tint(found.result.to_string()),
        };
        let mut rows = vec![["scenario", "unpatched", "patched", ""].map(Part::from)];
        rows.extend(self.rows.iter().map(|row| {
            let (unpatched, patched) = (result(&row.unpatched), result(&row.patched));
            [row.id.clone().into(), unpatched, patched, row.meaning().mark(row.summary())]
        }));
        table(&rows)
    }

    /// The rows as a JUnit report.
    pub fn junit(&self) -> JUnit {
        let mut cases = Vec::new();
        for row in &self.rows {
            for (side, found) in row.sides() {
                let differs = found.result != found.expected;
                cases.push(JUnitCase {
                    class: format!("{}.{}", self.release, row.id),
                    name: side.name().to_owned(),
                    failure: differs
                        .then(|| format!("expected {}, found {}", found.expected, found.result)),
                    skipped: None,
                    evidence: found.evidence.clone(),
                });
            }
        }
        let failures = cases.iter().filter(|case| case.failure.is_some()).count();
        JUnit {
            suites: vec![JUnitSuite { name: format!("Bazel {}", self.bazel), cases, failures }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::config::SuiteConfig;
    use crate::project::scenario::SideResult::{BuildFailure, Conflict, DidNotRun, Pass};
    use crate::support::look::Symbols;

    fn scenario(id: &str, unpatched: &str, patched: &str) -> Scenario {
        let text = format!(
            "id = \"{id}\"\ntitle = \"t\"\nlink = \"https://example.com/1\"\ntargets = [\"a\"]\n\
             phase = \"test\"\nreleases = \">=1.0.0\"\n\
             [expect]\nunpatched = \"{unpatched}\"\npatched = \"{patched}\"\n"
        );
        Scenario::parse(id, "scenario.toml", &text, &SuiteConfig::default()).unwrap()
    }

    /// A row of a scenario, by what it showed on the unpatched and on the patched tree.
    fn row(scenario: &Scenario, found: [Option<SideResult>; 2]) -> Row {
        let [unpatched, patched] = found
            .map(|found| found.map(|result| Judgement::new(result, format!("ERROR: {result}"))));
        Row::new(scenario, Sides { unpatched, patched })
    }

    fn report(rows: Vec<Row>) -> Report {
        let (release, bazel) = ("2.3.2".parse().unwrap(), "7.7.1".into());
        Report { release, bazel, rows, not_applicable: vec!["old".into()], not_run: vec![] }
    }

    /// A run with a row of each kind.
    fn mixed() -> Report {
        let fix = |id: &str| scenario(id, "conflict", "pass");
        let both = |one, two| [Some(one), Some(two)];
        report(vec![
            row(&fix("fixed"), both(Conflict, Pass)),
            row(&scenario("changed", "pass", "conflict"), both(Pass, Conflict)),
            row(&scenario("same", "pass", "pass"), both(Pass, Pass)),
            row(&fix("broken"), both(Conflict, Conflict)),
            row(&fix("one-side"), [None, Some(Pass)]),
            row(&fix("worse"), [None, Some(BuildFailure)]),
            row(&fix("unpatched"), [Some(Pass), None]),
        ])
    }

    #[test]
    fn the_table_marks_what_is_not_as_expected() {
        let table = mixed().table();
        let part = |part: &Part| match part.meaning() {
            Some(meaning) => format!("{meaning:?}({})", part.plain(Symbols::Ascii)),
            None => part.plain(Symbols::Ascii),
        };
        insta::assert_snapshot!(table.parts().iter().map(part).collect::<String>(), @"
        scenario   unpatched  patched
        fixed      conflict   pass           Done(+ fixed)
        changed    pass       conflict       Done(+ expected change)
        same       pass       pass           Unchanged(- unchanged)
        broken     conflict   Failed(conflict)       Failed(x still broken)
        one-side   Unchanged(-)          pass           Done(+ as expected)
        worse      Unchanged(-)          Failed(build-failure)  Failed(x expected pass)
        unpatched  Failed(pass)       Unchanged(-)              Failed(x expected conflict)
        ");
    }

    #[test]
    fn junit_has_a_case_for_each_side_that_ran() {
        let report = Report { rows: mixed().rows.split_off(3), ..mixed() };
        insta::assert_snapshot!(report.junit().print().unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="patcher">
          <testsuite name="Bazel 7.7.1" tests="5" failures="3">
            <testcase classname="2.3.2.broken" name="unpatched">
              <system-out>ERROR: conflict</system-out>
            </testcase>
            <testcase classname="2.3.2.broken" name="patched">
              <failure message="expected pass, found conflict"/>
              <system-out>ERROR: conflict</system-out>
            </testcase>
            <testcase classname="2.3.2.one-side" name="patched">
              <system-out>ERROR: pass</system-out>
            </testcase>
            <testcase classname="2.3.2.worse" name="patched">
              <failure message="expected pass, found build-failure"/>
              <system-out>ERROR: build-failure</system-out>
            </testcase>
            <testcase classname="2.3.2.unpatched" name="unpatched">
              <failure message="expected conflict, found pass"/>
              <system-out>ERROR: pass</system-out>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
        assert_eq!(report.junit().suites[0].failures, 3);
    }

    #[test]
    fn the_lock_keeps_each_scenario_by_what_it_showed() {
        let of = mixed().tested(TreeId::new([1; 20]), Sri::of(b""), Phase::Test);
        let names = [of.fixed, of.expected_change, of.unchanged, of.not_applicable];
        assert_eq!(names.map(|names| names.join(" ")), ["fixed", "changed", "same", "old"]);
    }

    #[test]
    fn what_could_have_run_and_did_not_is_named() {
        let all = ["fixed", "old", "b", "a"].map(|id| scenario(id, "conflict", "pass"));
        let report = mixed().among(&all);
        assert_eq!(report.rest().as_deref(), Some("7 of 9 scenarios; not run: b, a"));
        assert_eq!(mixed().among(&all[..2]).rest(), None);
    }

    #[test]
    fn a_release_is_fixed_upstream_if_something_is_and_all_else_is_as_it_should_be() {
        let fix = scenario("a", "conflict", "pass");
        let fixed_upstream = || row(&fix, [Some(Pass), Some(Pass)]);
        let same = || row(&scenario("b", "pass", "pass"), [Some(Pass), Some(Pass)]);
        let is = |rows: Vec<Row>| report(rows).is_fixed_upstream();
        assert!(is(vec![fixed_upstream(), same()]));
        assert!(!is(vec![same()]) && !is(vec![]));
        assert!(!is(vec![fixed_upstream(), row(&fix, [Some(Conflict), Some(Pass)])]));
        assert!(!is(vec![fixed_upstream(), row(&fix, [Some(DidNotRun), Some(Pass)])]));
        assert!(!is(vec![fixed_upstream(), row(&fix, [None, Some(Pass)])]));
    }
}
