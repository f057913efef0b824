//! What Bazel reports of a scenario's targets, as facts that two trees can be compared by.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::project::scenario::{Intended, Scenario, SideResult};
use crate::repro::judgement::Judgement;

/// Facts by name. A fact's value is Bazel's own text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    facts: BTreeMap<String, String>,
}

/// One action of `bazel aquery --output=text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action<'a> {
    /// The target that registers it.
    pub target: &'a str,
    pub mnemonic: &'a str,
    /// The files that it makes, as printed.
    pub outputs: &'a str,
    /// All that is known of it.
    text: &'a str,
}

/// The actions in the text output of `bazel aquery`: blocks that an empty line ends, each
/// begun by a line `action '…'`, with indented lines `Mnemonic:`, `Target:`, `Outputs:`.
pub fn actions(aquery: &str) -> impl Iterator<Item = Action<'_>> {
    aquery.split("\n\n").filter_map(|block| {
        let block = block.trim_start_matches('\n');
        let (_, text) = block.strip_prefix("action '")?.split_once('\n')?;
        let field = |name: &str| text.lines().find_map(|line| line.trim_start().strip_prefix(name));
        Some(Action {
            target: field("Target: ")?,
            mnemonic: field("Mnemonic: ")?,
            outputs: field("Outputs: ")?,
            text,
        })
    })
}

/// The package of a label of the main repository.
fn package(label: &str) -> Option<&str> {
    let label = label.trim_start_matches('@').strip_prefix("//")?;
    Some(label.split_once(':').map_or(label, |(package, _)| package))
}

impl Observation {
    /// Takes the targets from the output of `bazel query --output=label_kind`.
    pub fn add_targets(&mut self, scenario: &Scenario, query: &str) {
        for line in query.lines() {
            if let Some((kind, label)) = line.rsplit_once(' ')
                && package(label) == Some(&scenario.id)
            {
                self.facts.insert(format!("target {label}"), kind.to_owned());
            }
        }
    }

    /// Takes the actions from `bazel aquery`: the scenario's, and those of other
    /// repositories' targets that it depends on.
    pub fn add_actions(&mut self, scenario: &Scenario, aquery: &str) {
        for action in actions(aquery) {
            if package(action.target).is_some_and(|package| package != scenario.id) {
                continue;
            }
            let name = format!("{} of {}: {}", action.mnemonic, action.target, action.outputs);
            let value = self.facts.entry(name).or_default();
            value.push_str(action.text);
        }
    }

    /// Takes what the `dump` aspect wrote of the target `label`: lines `field: value`.
    pub fn add_dump(&mut self, label: &str, dump: &str) {
        for line in dump.lines() {
            let (field, value) = line.split_once(": ").unwrap_or((line, ""));
            self.facts.insert(format!("{label} {field}"), value.to_owned());
        }
    }

    /// Judges the observation of the patched tree against the unpatched one's. Each
    /// difference must be intended, and each intended difference must be there.
    pub fn judge(&self, unpatched: &Self, intended: &[Intended]) -> Judgement {
        let names: BTreeSet<&String> = self.facts.keys().chain(unpatched.facts.keys()).collect();
        let mut used = vec![false; intended.len()];
        let mut findings = Vec::new();
        for name in names {
            let (before, after) = (unpatched.facts.get(name), self.facts.get(name));
            if before == after {
                continue;
            }
            let covering: Vec<usize> =
                (0..intended.len()).filter(|&entry| intended[entry].covers(name)).collect();
            if covering.is_empty() {
                findings.push(describe(name, before, after));
            }
            covering.into_iter().for_each(|entry| used[entry] = true);
        }
        for (entry, _) in intended.iter().zip(used).filter(|(_, used)| !used) {
            findings.push(format!("{}: intended to differ, and does not", entry.fact));
        }
        if self.facts.is_empty() || unpatched.facts.is_empty() {
            return Judgement::new(SideResult::DidNotRun, "nothing was observed");
        }
        let result = if findings.is_empty() { SideResult::Pass } else { SideResult::Changed };
        Judgement::new(result, findings.join("\n"))
    }
}

/// A difference in a few lines: what differs, not all that is the same.
fn describe(name: &str, before: Option<&String>, after: Option<&String>) -> String {
    let side = |text: Option<&String>, other: Option<&String>| match (text, other) {
        (None, _) => "absent".to_owned(),
        (Some(text), None) => text.lines().next().unwrap_or("present").trim().to_owned(),
        (Some(text), Some(other)) => {
            let same: BTreeSet<&str> = other.lines().collect();
            let lines = text.lines().filter(|line| !same.contains(line)).map(str::trim);
            lines.collect::<Vec<_>>().join(" | ")
        }
    };
    format!("{name}\n  unpatched: {}\n  patched: {}", side(before, after), side(after, before))
}

/// How many actions of each mnemonic that `scenario` counts its package has, against how
/// many it must have. Bazel takes equal actions of several targets as one: those that make
/// the same files count once.
pub fn count_actions(scenario: &Scenario, aquery: &str) -> Judgement {
    let mut findings = Vec::new();
    for (mnemonic, expected) in &scenario.actions {
        let outputs: BTreeSet<&str> = actions(aquery)
            .filter(|action| package(action.target) == Some(&scenario.id))
            .filter(|action| action.mnemonic == mnemonic)
            .map(|action| action.outputs)
            .collect();
        if outputs.len() != *expected {
            let outputs: Vec<&str> = outputs.into_iter().collect();
            findings.push(format!(
                "{mnemonic}: {} actions, expected {expected}: {}",
                outputs.len(),
                outputs.join(", "),
            ));
        }
    }
    let result = if findings.is_empty() { SideResult::Pass } else { SideResult::Changed };
    Judgement::new(result, findings.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::config::SuiteConfig;

    // The shape of Bazel 7.7.1's output.
    const AQUERY: &str = "\
action 'Compiling pair/t.py'
  Mnemonic: NoteCompile
  Target: //pair:a
  Configuration: k8-fastbuild
  ActionKey: 74ed
  Inputs: [pair/t.py]
  Outputs: [out/pair/t.pyc]
  Command Line: (exec python3 \\
    --src)
# Configuration: 166b

action 'Compiling pair/t.py'
  Mnemonic: NoteCompile
  Target: //pair:b
  ActionKey: 74ed
  Inputs: [pair/t.py]
  Outputs: [out/pair/t.pyc]

action 'Testing //pair:b'
  Mnemonic: TestRunner
  Target: //pair:b
  ActionKey: 1234
  Outputs: [out/pair/test.log]

action 'Writing file other/x'
  Mnemonic: FileWrite
  Target: //other:c
  ActionKey: 5678
  Outputs: [out/other/x]

action 'Writing file external/y'
  Mnemonic: FileWrite
  Target: @tools//:y
  ActionKey: 9abc
  Outputs: [out/external/y]
";

    fn scenario(expected: usize) -> Scenario {
        let text = format!(
            "id = \"pair\"\ntitle = \"\"\nlink = \"\"\ntargets = [\"a\"]\nphase = \"analysis\"\n\
             releases = \">=1.0.0\"\ncompare = [\"actions\"]\n[expect]\nunpatched = \"pass\"\n\
             patched = \"pass\"\n[actions]\nNoteCompile = {expected}\n",
        );
        let common = SuiteConfig::default();
        Scenario::parse("pair", "pair/scenario.toml", &text, &common).unwrap()
    }

    fn observe(aquery: &str) -> Observation {
        let mut observation = Observation::default();
        observation.add_actions(&scenario(1), aquery);
        observation
    }

    fn intended(fact: &str) -> Vec<Intended> {
        vec![Intended { fact: fact.to_owned(), reason: "because".to_owned() }]
    }

    #[test]
    fn actions_are_read() {
        let found: Vec<_> = actions(AQUERY).map(|a| (a.target, a.mnemonic, a.outputs)).collect();
        assert_eq!(found.len(), 5);
        assert_eq!(found[1], ("//pair:b", "NoteCompile", "[out/pair/t.pyc]"));
    }

    #[test]
    fn what_only_one_side_shows_is_no_comparison() {
        let (all, nothing) = (observe(AQUERY), Observation::default());
        for (patched, unpatched) in [(&all, &nothing), (&nothing, &all), (&nothing, &nothing)] {
            assert_eq!(patched.judge(unpatched, &[]).result, SideResult::DidNotRun);
        }
    }

    #[test]
    fn equal_actions_are_no_difference() {
        let judgement = observe(AQUERY).judge(&observe(AQUERY), &[]);
        assert_eq!(judgement.result, SideResult::Pass, "{judgement:?}");
        let elsewhere = AQUERY.replace("5678", "8765");
        assert_eq!(observe(&elsewhere).judge(&observe(AQUERY), &[]).result, SideResult::Pass);
    }

    #[test]
    fn another_key_target_or_dependency_is_a_difference() {
        for (from, to) in [("1234", "4321"), ("//pair:b", "//pair:c"), ("9abc", "cba9")] {
            let judgement = observe(&AQUERY.replace(from, to)).judge(&observe(AQUERY), &[]);
            assert_eq!(judgement.result, SideResult::Changed, "{from}");
        }
        let judgement = observe(&AQUERY.replace("1234", "4321")).judge(&observe(AQUERY), &[]);
        let expected = "TestRunner of //pair:b: [out/pair/test.log]\n  unpatched: ActionKey: 1234\n  \
                        patched: ActionKey: 4321";
        assert_eq!(judgement.evidence, expected);
    }

    #[test]
    fn what_is_intended_must_be_there() {
        let other = AQUERY.replace("1234", "4321");
        let test = intended("TestRunner of //pair:*");
        assert_eq!(observe(&other).judge(&observe(AQUERY), &test).result, SideResult::Pass);
        let judgement = observe(AQUERY).judge(&observe(AQUERY), &test);
        assert_eq!(judgement.result, SideResult::Changed);
        assert!(judgement.evidence.contains("intended to differ"), "{judgement:?}");
    }

    #[test]
    fn nothing_observed_is_no_agreement() {
        let judgement = observe("").judge(&observe(""), &[]);
        assert_eq!(judgement.result, SideResult::DidNotRun);
    }

    #[test]
    fn targets_and_dumps_are_compared() {
        let scenario = scenario(1);
        let base = |kind: &str, srcs: &str| {
            let mut observation = Observation::default();
            observation.add_targets(&scenario, &format!("{kind} rule //pair:a\nx rule //o:b\n"));
            observation.add_dump("//pair:a", &format!("PyInfo.imports: []\nsrcs: {srcs}\n"));
            observation
        };
        let unpatched = base("py_test", "[t.py]");
        assert_eq!(base("py_test", "[t.py]").judge(&unpatched, &[]).result, SideResult::Pass);
        let judgement = base("py_test", "[]").judge(&unpatched, &[]);
        assert_eq!(judgement.evidence, "//pair:a srcs\n  unpatched: [t.py]\n  patched: []");
        assert_eq!(base("py_binary", "[t.py]").judge(&unpatched, &[]).result, SideResult::Changed);
        assert!(!base("py_test", "").facts.keys().any(|name| name.contains("//o:b")));
    }

    #[test]
    fn actions_are_counted_by_their_outputs() {
        assert_eq!(count_actions(&scenario(1), AQUERY).result, SideResult::Pass);
        let judgement = count_actions(&scenario(2), AQUERY);
        assert_eq!(judgement.result, SideResult::Changed);
        assert_eq!(judgement.evidence, "NoteCompile: 1 actions, expected 2: [out/pair/t.pyc]");
    }
}
