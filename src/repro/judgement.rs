//! The result of a scenario on one tree, judged from what Bazel said.
//!
//! Bazel has no structured action conflict. Of N targets that conflict, all but one get a
//! `targetCompleted` aborted with ANALYSIS_FAILURE and no more; the labels and the mnemonic
//! stand only in an error message, which comes in `progress` events cut at any byte. So a
//! conflict counts only if both are there: the failed target of the scenario, and the
//! anchored message about the scenario's package. Seen with Bazel 7.7.1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::project::scenario::{Phase, Scenario, SideResult};
use crate::repro::action_conflict::{Conflict, conflicts};
use crate::repro::events::{Completion, Events};

/// A result with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub result: SideResult,
    /// The lines of Bazel's that show it, not yet scrubbed.
    pub evidence: String,
    /// Whether a conflict was named, and no target failed: a call without `--keep_going`
    /// decides ([`Events::is_action_conflict`]).
    pub is_doubtful: bool,
}

impl Judgement {
    pub fn new(result: SideResult, evidence: impl Into<String>) -> Self {
        Self { result, evidence: evidence.into(), is_doubtful: false }
    }
}

impl Events {
    /// Whether the call, without `--keep_going`, ended at conflicting actions of `scenario`.
    ///
    /// With `--keep_going`, Bazel 7.7.1 names a conflict and at times fails neither target,
    /// if one of them is a library and lost against a test. Then this call decides.
    pub fn is_action_conflict(&self, scenario: &Scenario) -> bool {
        self.analysis_code == "ACTION_CONFLICT" && self.conflict(scenario).is_some()
    }

    /// The first message about conflicting actions of `scenario`.
    fn conflict(&self, scenario: &Scenario) -> Option<Conflict<'_>> {
        let is_wanted = |mnemonic: &str| {
            scenario.mnemonic.as_ref().is_none_or(|wanted| wanted.as_str() == mnemonic)
        };
        conflicts(&self.stderr)
            .into_iter()
            .find(|block| is_wanted(block.mnemonic) && block.is_in(&scenario.id))
    }

    /// The result of `scenario`; the call must have named its targets.
    pub fn judge(&self, scenario: &Scenario) -> Judgement {
        let labels: Vec<String> = scenario.labels().collect();
        let judgement = self
            .judge_loading(scenario, &labels)
            .or_else(|| self.judge_conflicts(scenario, &labels))
            .or_else(|| labels.iter().find_map(|label| self.judge_target(scenario, label)))
            .unwrap_or_else(|| Judgement::new(SideResult::Pass, ""));
        let failed = [SideResult::LoadingFailure, SideResult::AnalysisFailure];
        match &scenario.message {
            Some(message)
                if failed.contains(&judgement.result) && !judgement.evidence.contains(message) =>
            {
                let evidence = format!("failed without saying {message:?}\n{}", judgement.evidence);
                Judgement::new(SideResult::DidNotRun, evidence)
            }
            _ => judgement,
        }
    }

    /// A target that was not loaded or not configured.
    fn judge_loading(&self, scenario: &Scenario, labels: &[String]) -> Option<Judgement> {
        if !self.is_whole {
            let evidence = format!("the event stream ends early\n{}", self.errors(""));
            return Some(Judgement::new(SideResult::DidNotRun, evidence));
        }
        let errors = || self.errors(&scenario.id);
        let reason_in = |reasons: &BTreeMap<String, String>| {
            labels.iter().find_map(|label| Some((label.clone(), reasons.get(label)?.clone())))
        };
        if let Some((label, reason)) = reason_in(&self.unconfigured) {
            let reason = if reason.is_empty() { errors() } else { reason };
            let evidence = format!("{label}: {reason}");
            return Some(Judgement::new(SideResult::AnalysisFailure, evidence));
        }
        if let Some((label, reason)) = reason_in(&self.unloaded) {
            let evidence = format!("{label}: {reason}\n{}", errors());
            return Some(Judgement::new(SideResult::LoadingFailure, evidence));
        }
        let label = labels.iter().find(|label| !self.configured.contains(*label))?;
        let evidence = format!("{label} was never configured\n{}", errors());
        Some(Judgement::new(SideResult::DidNotRun, evidence))
    }

    /// A target whose analysis failed, and a message that names a conflict.
    fn judge_conflicts(&self, scenario: &Scenario, labels: &[String]) -> Option<Judgement> {
        let is_failed =
            |label: &&String| self.completions(label).contains(&Completion::AnalysisFailure);
        match (labels.iter().find(is_failed), self.conflict(scenario)) {
            (Some(_), Some(block)) => Some(Judgement::new(SideResult::Conflict, block.text)),
            (Some(label), None) => {
                let errors = self.errors(&scenario.id);
                let evidence = format!("{label} failed, and no conflict was named\n{errors}");
                Some(Judgement::new(SideResult::AnalysisFailure, evidence))
            }
            (None, Some(block)) => {
                let evidence =
                    format!("a conflict was named, and no target failed\n{}", block.text);
                let judgement = Judgement::new(SideResult::AnalysisFailure, evidence);
                Some(Judgement { is_doubtful: true, ..judgement })
            }
            (None, None) => None,
        }
    }

    /// How a target that was analysed fell short of the scenario's phase.
    fn judge_target(&self, scenario: &Scenario, label: &str) -> Option<Judgement> {
        let completions = self.completions(label);
        let is_done = |wanted: &[Completion]| completions.iter().all(|c| wanted.contains(c));
        let failed = |result| {
            Some(Judgement::new(result, format!("{label}\n{}", self.errors(&scenario.id))))
        };
        if completions.is_empty() {
            let evidence = format!("{label} was never completed");
            return Some(Judgement::new(SideResult::DidNotRun, evidence));
        }
        match scenario.phase {
            Phase::Analysis if is_done(&[Completion::NoBuild, Completion::Success]) => None,
            Phase::Analysis => failed(SideResult::AnalysisFailure),
            Phase::Build | Phase::Test if !is_done(&[Completion::Success]) => {
                failed(SideResult::BuildFailure)
            }
            Phase::Build => None,
            Phase::Test => self.judge_test(scenario, label),
        }
    }

    fn judge_test(&self, scenario: &Scenario, label: &str) -> Option<Judgement> {
        let statuses = self.test_summaries(label);
        if statuses.is_empty() {
            let evidence = format!("{label} was not tested");
            return Some(Judgement::new(SideResult::DidNotRun, evidence));
        }
        let status = statuses.iter().find(|status| *status != "PASSED")?;
        let evidence = format!("{label}: {status}\n{}", self.errors(&scenario.id));
        Some(Judgement::new(SideResult::TestFailure, evidence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::scenario::Sides;

    // Recorded with Bazel 7.7.1: tests/fixtures/bep/trim.py says how they were trimmed.
    const ANALYSIS: &str = include_str!("../../tests/fixtures/bep/analysis.json");
    const LOADING: &str = include_str!("../../tests/fixtures/bep/loading.json");
    const TEST_UNPATCHED: &str = include_str!("../../tests/fixtures/bep/test-unpatched.json");
    const TEST_PATCHED: &str = include_str!("../../tests/fixtures/bep/test-patched.json");

    fn scenario(id: &str, targets: &[&str], phase: Phase) -> Scenario {
        let expect = Sides { unpatched: SideResult::Conflict, patched: SideResult::Pass };
        Scenario {
            id: id.into(),
            file: String::new(),
            title: String::new(),
            link: String::new(),
            flags: vec![],
            targets: targets.iter().map(|&target| target.to_owned()).collect(),
            request: vec![],
            phase,
            releases: Default::default(),
            releases_reason: None,
            mnemonic: Some(recorded().into()),
            expect,
            message: None,
            compare: vec![],
            intended: vec![],
            actions: Default::default(),
        }
    }

    /// The mnemonic of the recorded conflict.
    fn recorded() -> &'static str {
        let (_, rest) = ANALYSIS.split_once("Mnemonic: ").unwrap();
        &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap()]
    }

    fn judge(stream: &str, scenario: &Scenario) -> Judgement {
        Events::parse(stream).judge(scenario)
    }

    fn result(stream: &str, id: &str, targets: &[&str], phase: Phase) -> SideResult {
        judge(stream, &scenario(id, targets, phase)).result
    }

    #[test]
    fn a_conflict_is_seen_with_its_message() {
        let judgement = judge(ANALYSIS, &scenario("pair", &["a", "b"], Phase::Analysis));
        assert_eq!(judgement.result, SideResult::Conflict);
        let first = "ERROR: file 'pair/__pycache__/t.cpython-314.pyc' is generated by these conflicting actions:";
        assert!(judgement.evidence.starts_with(first), "{}", judgement.evidence);
        assert!(
            judgement.evidence.ends_with(&format!("Mnemonic: {}", recorded())),
            "{}",
            judgement.evidence
        );
        assert_eq!(result(TEST_UNPATCHED, "pair", &["a", "b"], Phase::Test), SideResult::Conflict);
        assert_eq!(Events::parse(ANALYSIS).bazel.as_deref(), Some("7.7.1"));
    }

    #[test]
    fn targets_beside_a_conflict_are_judged_on_their_own() {
        assert_eq!(result(ANALYSIS, "badtest", &["a"], Phase::Analysis), SideResult::Pass);
        assert_eq!(result(TEST_UNPATCHED, "badtest", &["a"], Phase::Test), SideResult::TestFailure);
        assert_eq!(result(TEST_PATCHED, "pair", &["a", "b"], Phase::Test), SideResult::Pass);
        assert_eq!(result(TEST_PATCHED, "badtest", &["a"], Phase::Build), SideResult::Pass);
    }

    #[test]
    fn an_analysis_that_did_not_end_is_no_pass() {
        let of_a_test = |reason: &str| {
            let ended = |reason: &str| format!("\"reason\": \"{reason}\"");
            let stream = ANALYSIS.replace(&ended("NO_BUILD"), &ended(reason));
            result(&stream, "badtest", &["a"], Phase::Analysis)
        };
        assert_eq!(of_a_test("NO_BUILD"), SideResult::Pass);
        for reason in ["SKIPPED", "USER_INTERRUPTED", "OUT_OF_MEMORY"] {
            assert_eq!(of_a_test(reason), SideResult::AnalysisFailure, "{reason}");
        }
    }

    #[test]
    fn other_failures_are_no_conflict() {
        let judgement = judge(ANALYSIS, &scenario("broken", &["a", "b"], Phase::Analysis));
        assert_eq!(judgement.result, SideResult::AnalysisFailure);
        assert!(judgement.evidence.starts_with("//broken:b: in py_test rule"), "{judgement:?}");
        let judgement = judge(ANALYSIS, &scenario("syntax", &["a"], Phase::Analysis));
        assert_eq!(judgement.result, SideResult::DidNotRun);
        assert!(judgement.evidence.contains("syntax error"), "{judgement:?}");
        assert_eq!(result(ANALYSIS, "absent", &["a"], Phase::Analysis), SideResult::DidNotRun);
    }

    #[test]
    fn a_package_in_error_is_told_with_its_message() {
        let clash = scenario("clash", &["a"], Phase::Analysis);
        let judgement = judge(LOADING, &clash);
        assert_eq!(judgement.result, SideResult::LoadingFailure);
        let message = "Error in fail: @@//clash:a: its sources have to be precompiled by";
        assert!(judgement.evidence.contains(message), "{judgement:?}");
        assert_eq!(result(LOADING, "badload", &["a"], Phase::Analysis), SideResult::LoadingFailure);
        assert_eq!(result(LOADING, "row16", &["a"], Phase::Analysis), SideResult::Pass);

        let says = |message: &str| Scenario { message: Some(message.into()), ..clash.clone() };
        assert_eq!(judge(LOADING, &says("have to be")).result, SideResult::LoadingFailure);
        assert_eq!(judge(LOADING, &says("something else")).result, SideResult::DidNotRun);
    }

    #[test]
    fn what_starlark_says_below_its_frames_is_part_of_the_message() {
        let said = "ERROR: Traceback (most recent call last):\n\tFile \"/w/load/BUILD.bazel\", line \
                    1\nError: file '@m//:a.bzl' does not contain symbol 'b'\nERROR: other: no\n";
        let events = Events::parse(&serde_json::json!({"progress": {"stderr": said}}).to_string());
        assert_eq!(
            events.errors("load"),
            "ERROR: Traceback (most recent call last):\n\
             Error: file '@m//:a.bzl' does not contain symbol 'b'"
        );
        assert_eq!(events.errors("other"), "ERROR: other: no");
        assert!(events.errors("absent").ends_with("'b'\nERROR: other: no"));
    }

    #[test]
    fn the_message_alone_is_no_conflict() {
        let without_failure = ANALYSIS.replace(
            "\"aborted\": {\"reason\": \"ANALYSIS_FAILURE\"}}\n{\"id\": {\"buildFinished\"",
            "\"aborted\": {\"reason\": \"NO_BUILD\"}}\n{\"id\": {\"buildFinished\"",
        );
        assert_ne!(without_failure, ANALYSIS);
        let found = result(&without_failure, "pair", &["a", "b"], Phase::Analysis);
        assert_eq!(found, SideResult::AnalysisFailure);
    }

    #[test]
    fn where_no_target_fails_another_call_decides() {
        let pair = scenario("pair", &["a", "b"], Phase::Analysis);
        let unfailed = ANALYSIS.replace("ANALYSIS_FAILURE", "NO_BUILD");
        let judgement = judge(&unfailed, &pair);
        assert_eq!((judgement.result, judgement.is_doubtful), (SideResult::AnalysisFailure, true));
        let finished = r#"{"id": {"buildFinished": {}}, "finished": {"failureDetail": {"analysis": {"code": "ACTION_CONFLICT"}}}}"#;
        let confirming = format!("{finished}\n{ANALYSIS}");
        assert!(Events::parse(&confirming).is_action_conflict(&pair));
        assert!(!Events::parse(ANALYSIS).is_action_conflict(&pair));
        let other = scenario("broken", &["a", "b"], Phase::Analysis);
        assert!(!Events::parse(&confirming).is_action_conflict(&other));
    }

    #[test]
    fn the_failure_alone_is_no_conflict() {
        // As a fail() would print it: not at the start of a line.
        let indented = ANALYSIS.replace("ERROR: file 'pair/", "  ERROR: file 'pair/");
        let other_action = ANALYSIS.replace(recorded(), "CppCompile");
        let other_package = ANALYSIS.replace("Label: //pair:", "Label: //pairs:");
        for stream in [indented, other_action, other_package] {
            assert_ne!(stream, ANALYSIS);
            let found = result(&stream, "pair", &["a", "b"], Phase::Analysis);
            assert_eq!(found, SideResult::AnalysisFailure);
        }
    }

    #[test]
    fn actions_of_any_mnemonic_conflict_if_none_is_named() {
        let pair = scenario("pair", &["a", "b"], Phase::Analysis);
        let any = Scenario { mnemonic: None, ..pair };
        let other_action = ANALYSIS.replace(recorded(), "CppCompile");
        for stream in [ANALYSIS, &other_action] {
            assert_eq!(judge(stream, &any).result, SideResult::Conflict);
        }
    }

    #[test]
    fn a_message_that_is_cut_between_events_is_joined() {
        for at in ["is generated", "Label: ", "Mnemonic: Py"] {
            let cut = format!(
                "\"}}}}\n{{\"id\": {{\"progress\": {{}}}}, \"progress\": {{\"stderr\": \"{at}"
            );
            let stream = ANALYSIS.replacen(at, &cut, 1);
            assert!(stream.lines().count() > ANALYSIS.lines().count());
            let found = result(&stream, "pair", &["a", "b"], Phase::Analysis);
            assert_eq!(found, SideResult::Conflict, "{at}");
        }
    }

    #[test]
    fn labels_of_internal_targets_count_by_their_package() {
        let stream =
            ANALYSIS.replace("Label: //pair:a, //pair:b", "Label: @@//pair:b.precompile, //pair:a");
        assert_ne!(stream, ANALYSIS);
        assert_eq!(result(&stream, "pair", &["a", "b"], Phase::Analysis), SideResult::Conflict);
    }

    #[test]
    fn a_stream_that_ends_early_says_nothing() {
        let lines: Vec<&str> = TEST_PATCHED.lines().collect();
        for length in 0..lines.len() {
            let cut = lines[..length].join("\n");
            let found = result(&cut, "pair", &["a", "b"], Phase::Test);
            assert_eq!(found, SideResult::DidNotRun, "{length}");
        }
        let garbled = TEST_PATCHED.replacen("\"testSummary\"", "testSummary", 1);
        assert_eq!(result(&garbled, "pair", &["a", "b"], Phase::Test), SideResult::DidNotRun);
    }

    #[test]
    fn a_target_without_a_result_did_not_run() {
        let without: String = TEST_PATCHED
            .lines()
            .filter(|l| !(l.contains("testSummary") && l.contains("//pair:b")))
            .map(|l| format!("{l}\n"))
            .collect();
        assert_eq!(result(&without, "pair", &["a", "b"], Phase::Test), SideResult::DidNotRun);
        let without: String = ANALYSIS
            .lines()
            .filter(|l| !(l.contains("targetCompleted") && l.contains("//badtest:a")))
            .map(|l| format!("{l}\n"))
            .collect();
        assert_eq!(result(&without, "badtest", &["a"], Phase::Analysis), SideResult::DidNotRun);
    }

    #[test]
    fn a_failed_build_is_told_from_a_failed_test() {
        let stream = TEST_PATCHED.replace(
            "{\"targetCompleted\": {\"label\": \"//pair:b\"}}, \"completed\": {\"success\": true}",
            "{\"targetCompleted\": {\"label\": \"//pair:b\"}}, \"completed\": {}",
        );
        assert_ne!(stream, TEST_PATCHED);
        assert_eq!(result(&stream, "pair", &["a", "b"], Phase::Test), SideResult::BuildFailure);
        assert_eq!(result(&stream, "pair", &["a", "b"], Phase::Build), SideResult::BuildFailure);
        assert_eq!(result(&stream, "pair", &["a"], Phase::Test), SideResult::Pass);
    }
}
