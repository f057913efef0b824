//! What a call of Bazel said, read from its event stream (`--build_event_json_file`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// How one test target ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TestStatus {
    Passed,
    /// It ran and did not pass, at least not at once.
    Failed,
    /// It did not run: it is incompatible with the platform.
    Skipped,
    /// It did not run: its analysis or an action failed.
    NotBuilt,
    /// It did not run, and Bazel does not say why.
    NoResult,
}

impl TestStatus {
    /// All of them, best first.
    pub const ALL: [Self; 5] =
        [Self::Passed, Self::Failed, Self::Skipped, Self::NotBuilt, Self::NoResult];
}

impl fmt::Display for TestStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::NotBuilt => "not built",
            Self::NoResult => "no result",
        })
    }
}

/// What a call of Bazel said, read from `--build_event_json_file`.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Bazel's version; absent if it stopped before it began.
    pub bazel: Option<String>,
    /// Whether the stream came to its end.
    pub is_whole: bool,
    pub stderr: String,
    /// Target patterns that could not be loaded, with Bazel's reason.
    pub(super) unloaded: BTreeMap<String, String>,
    pub(super) configured: BTreeSet<String>,
    /// Targets whose analysis failed, with Bazel's reason.
    pub(super) unconfigured: BTreeMap<String, String>,
    /// Targets that Bazel was done with, and how each of their configurations ended.
    completed: BTreeMap<String, Vec<Completion>>,
    test_summaries: BTreeMap<String, Vec<String>>,
    /// Why the call failed, as far as its analysis goes.
    pub(super) analysis_code: String,
    exec_root: String,
    /// Files by the id of the set that they are in, as paths below the exec root.
    file_sets: BTreeMap<String, Vec<String>>,
    /// The ids of the sets of files that aspects made for a target.
    aspects: BTreeMap<String, Vec<String>>,
    /// Every target that the patterns stand for.
    named: BTreeSet<String>,
    /// Those of them that are no tests.
    others: BTreeSet<String>,
}

/// How a configuration of a target ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Completion {
    Success,
    Failure,
    /// Under `--nobuild`: analysed, and no more was asked.
    NoBuild,
    AnalysisFailure,
    Skipped,
}

impl Completion {
    fn of(event: &Value) -> Self {
        match event["aborted"]["reason"].as_str() {
            Some("NO_BUILD") => Self::NoBuild,
            Some("ANALYSIS_FAILURE") => Self::AnalysisFailure,
            Some("SKIPPED") => Self::Skipped,
            _ if event["completed"]["success"] == true => Self::Success,
            _ => Self::Failure,
        }
    }
}

impl Events {
    /// Reads a stream of JSON lines. A line that is not JSON ends it: Bazel was killed.
    pub fn parse(stream: &str) -> Self {
        let mut events = Self::default();
        for line in stream.lines() {
            let Ok(event) = serde_json::from_str::<Value>(line) else { break };
            events.add(&event);
        }
        events
    }

    fn add(&mut self, event: &Value) {
        self.add_call(event);
        self.add_target(event);
        self.add_files(event);
        if let Some(label) = event["id"]["testSummary"]["label"].as_str() {
            let status = text(&event["testSummary"]["overallStatus"]);
            self.test_summaries.entry(label.to_owned()).or_default().push(status);
        }
        self.is_whole |= event["lastMessage"] == true;
    }

    /// What an event says of the call as a whole.
    fn add_call(&mut self, event: &Value) {
        if let Some(version) = event["started"]["buildToolVersion"].as_str() {
            self.bazel = Some(version.to_owned());
        }
        if let Some(stderr) = event["progress"]["stderr"].as_str() {
            self.stderr.push_str(stderr);
        }
        if let Some(code) = event["finished"]["failureDetail"]["analysis"]["code"].as_str() {
            code.clone_into(&mut self.analysis_code);
        }
        if let Some(root) = event["workspaceInfo"]["localExecRoot"].as_str() {
            root.clone_into(&mut self.exec_root);
        }
    }

    /// What an event says of a target: loaded, configured, completed.
    fn add_target(&mut self, event: &Value) {
        let id = &event["id"];
        let aborted = event.get("aborted");
        if event["aborted"]["reason"] == "LOADING_FAILURE"
            && let Some(pattern) = id["pattern"]["pattern"][0].as_str()
        {
            self.unloaded.insert(pattern.to_owned(), text(&event["aborted"]["description"]));
        }
        if id.get("pattern").is_some() {
            let children = event["children"].as_array().into_iter().flatten();
            let labels = children.filter_map(|child| child["targetConfigured"]["label"].as_str());
            self.named.extend(labels.map(str::to_owned));
        }
        if let Some(label) = id["targetConfigured"]["label"].as_str() {
            self.named.insert(label.to_owned());
            if event["configured"].get("testSize").is_none() && aborted.is_none() {
                self.others.insert(label.to_owned());
            }
            if aborted.is_some() {
                self.unconfigured.entry(label.to_owned()).or_default();
            } else {
                self.configured.insert(label.to_owned());
            }
        }
        if let Some(label) = id["configuredLabel"]["label"].as_str()
            && let Some(description) = event["aborted"]["description"].as_str()
        {
            self.unconfigured.insert(label.to_owned(), description.to_owned());
        }
        if let Some(label) = id["targetCompleted"]["label"].as_str()
            && id["targetCompleted"].get("aspect").is_none()
        {
            let completion = Completion::of(event);
            self.completed.entry(label.to_owned()).or_default().push(completion);
        }
    }

    /// What an event says of files that were made.
    fn add_files(&mut self, event: &Value) {
        let id = &event["id"];
        if let Some(set) = id["namedSet"]["id"].as_str() {
            let files = event["namedSetOfFiles"]["files"].as_array();
            let path = |file: &Value| {
                let prefix = file["pathPrefix"].as_array().into_iter().flatten();
                let parts = prefix.chain([&file["name"]]).filter_map(Value::as_str);
                parts.collect::<Vec<_>>().join("/")
            };
            self.file_sets.insert(set.to_owned(), files.into_iter().flatten().map(path).collect());
        }
        if let Some(label) = id["targetCompleted"]["label"].as_str()
            && id["targetCompleted"].get("aspect").is_some()
        {
            let groups = event["completed"]["outputGroup"].as_array().into_iter().flatten();
            let sets = groups.flat_map(|group| group["fileSets"].as_array().into_iter().flatten());
            let sets = sets.map(|set| text(&set["id"]));
            self.aspects.entry(label.to_owned()).or_default().extend(sets);
        }
    }

    /// How each configuration of a target ended.
    pub(super) fn completions(&self, label: &str) -> &[Completion] {
        self.completed.get(label).map_or(&[], Vec::as_slice)
    }

    /// Bazel's status of each configuration of a test.
    pub(super) fn test_summaries(&self, label: &str) -> &[String] {
        self.test_summaries.get(label).map_or(&[], Vec::as_slice)
    }

    /// The files that aspects made for the target `label`, as absolute paths.
    pub fn aspect_files(&self, label: &str) -> Vec<String> {
        let sets = self.aspects.get(label).into_iter().flatten();
        let files = sets.filter_map(|set| self.file_sets.get(set)).flatten();
        files.map(|file| format!("{}/{file}", self.exec_root)).collect()
    }

    /// How each test ended that the patterns of a `test --build_tests_only` stand for.
    pub fn tests(&self) -> BTreeMap<&str, TestStatus> {
        let tests = self.named.difference(&self.others);
        tests.map(|label| (label.as_str(), self.test_status(label))).collect()
    }

    fn test_status(&self, label: &str) -> TestStatus {
        let statuses = self.test_summaries(label);
        let completions = self.completions(label);
        let ran = |status: &String| ["FAILED", "TIMEOUT", "FLAKY"].contains(&status.as_str());
        let broken =
            |c: &Completion| [Completion::AnalysisFailure, Completion::Failure].contains(c);
        if statuses.iter().any(ran) {
            TestStatus::Failed
        } else if self.unconfigured.contains_key(label) || completions.iter().any(broken) {
            TestStatus::NotBuilt
        } else if completions.contains(&Completion::Skipped) {
            TestStatus::Skipped
        } else if !statuses.is_empty() && statuses.iter().all(|status| status == "PASSED") {
            TestStatus::Passed
        } else {
            TestStatus::NoResult
        }
    }

    /// What Bazel said of the test `label`, and of the targets that it makes for itself: their
    /// names begin with its own.
    pub fn about(&self, label: &str) -> String {
        let is_said = |line: &&str| line.starts_with("ERROR: ") || line.starts_with("FAIL: ");
        let about = self.stderr.lines().filter(is_said).filter(|line| line.contains(label));
        about.take(2).collect::<Vec<_>>().join("\n")
    }

    /// The packages that did not load: what tests they hold, nobody knows.
    pub fn unloaded_packages(&self) -> BTreeSet<String> {
        let errors = self.stderr.lines();
        let named = errors.filter_map(|line| line.strip_prefix("ERROR: error loading package '"));
        named.filter_map(|rest| Some(rest.split_once('\'')?.0.to_owned())).collect()
    }

    /// The first error messages that mention `package`, or the first of all. Starlark's frames
    /// count as part of their message, and are left out.
    pub fn errors(&self, package: &str) -> String {
        let mut messages: Vec<(bool, Vec<&str>)> = Vec::new();
        let is_about = |line: &str| line.contains(package);
        for line in self.stderr.lines() {
            match messages.last_mut() {
                Some((about, _)) if line.starts_with('\t') => *about |= is_about(line),
                Some((about, lines)) if line.starts_with("Error") => {
                    *about |= is_about(line);
                    lines.push(line);
                }
                _ if line.starts_with("ERROR: ") => messages.push((is_about(line), vec![line])),
                _ => {}
            }
        }
        if messages.iter().any(|(about, _)| *about) {
            messages.retain(|(about, _)| *about);
        }
        let lines: Vec<&str> = messages.into_iter().take(3).flat_map(|(_, lines)| lines).collect();
        lines.join("\n")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_aspects_are_found_by_the_sets_that_name_them() {
        let events = Events::parse(
            r#"{"id":{"workspace":{}},"workspaceInfo":{"localExecRoot":"/root"}}
{"id":{"namedSet":{"id":"0"}},"namedSetOfFiles":{"files":[{"name":"t/a","pathPrefix":["out","bin"]},{"name":"b"}]}}
{"id":{"namedSet":{"id":"1"}},"namedSetOfFiles":{"files":[{"name":"c"}]}}
{"id":{"targetCompleted":{"label":"//t","aspect":"dump"}},"completed":{"outputGroup":[{"fileSets":[{"id":"0"}]}]}}
{"id":{"targetCompleted":{"label":"//u"}},"completed":{"outputGroup":[{"fileSets":[{"id":"1"}]}]}}
"#,
        );
        assert_eq!(events.aspect_files("//t"), ["/root/out/bin/t/a", "/root/b"]);
        // Files of the target itself are none of an aspect.
        assert_eq!(events.aspect_files("//u"), [""; 0]);
    }

    #[test]
    fn errors_are_those_of_a_package_or_else_the_first() {
        let stderr = "Loading: //p\nERROR: //a: one\n\tFile \"//p\", line 1\nError in fail: x\n\
                      note: //p\nERROR: //b: two\nERROR: //p: three\nERROR: four\n";
        let events = Events { stderr: stderr.into(), ..Events::default() };
        assert_eq!(events.errors("//p"), "ERROR: //a: one\nError in fail: x\nERROR: //p: three");
        let first = "ERROR: //a: one\nError in fail: x\nERROR: //b: two\nERROR: //p: three";
        assert_eq!(events.errors("//q"), first);
    }

    #[test]
    fn what_is_said_about_a_test_are_its_errors_and_failures() {
        let stderr = "ERROR: //t:a is wrong\nnote: //t:a\nERROR: //t:b\n\
                      FAIL: //t:a_1 (see log)\nERROR: //t:a again\n";
        let events = Events { stderr: stderr.into(), ..Events::default() };
        assert_eq!(events.about("//t:a"), "ERROR: //t:a is wrong\nFAIL: //t:a_1 (see log)");
        assert_eq!(events.about("//t:c"), "");
    }
}
