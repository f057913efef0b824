//! What scenarios showed on trees, cached by content: the tree, the scenario's files,
//! Bazel's version and settings. A second run of the matrix looks up what the first one saw.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::git::checkout;
use crate::git::tree::Entry;
use crate::project::load::Suite;
use crate::project::scenario::{Phase, Scenario};
use crate::project::workspace;
use crate::repro::bazel::BazelError;
use crate::repro::suite::{CallLog, LaidOut, Results, Runner, ScenarioRun, Setup};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::{Sri, TreeId};

/// Goes up when what is cached would be judged differently.
const FORMAT: u32 = 2;

/// A tree to run scenarios on.
#[derive(Clone, Debug)]
pub struct Tree {
    pub id: TreeId,
    /// The version that its exported files say they are: they depend on it, too.
    pub version: String,
    /// What messages call it.
    pub name: String,
}

/// What becomes of scenarios whose results are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    LookedUp,
    RunAgain,
}

/// What scenarios showed on one tree, and which of it was cached.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// By scenario.
    pub results: Results,
    /// The scenarios that did not run again.
    pub cached: BTreeSet<String>,
}

/// What is cached, and what it depends on besides tree and scenario.
#[derive(Debug)]
pub struct Memory<'a> {
    suite: &'a Suite,
    cache: PathBuf,
    bazel: String,
    /// Everything that all scenarios depend on.
    common: String,
    /// The workspace: it is in the keys of the actions that are compared.
    workspace: String,
    known: Known,
}

/// What is known of scenarios on a tree, and what has to run.
#[derive(Debug)]
pub struct Lookup<'s> {
    path: PathBuf,
    /// What messages call the tree.
    name: String,
    /// How far Bazel is to go at most.
    max_phase: Phase,
    memory: Cached,
    /// Each scenario with its key.
    wanted: Vec<(&'s Scenario, String)>,
    /// The scenarios that are not cached.
    pub unknown: Vec<&'s Scenario>,
}

/// What is cached of one tree.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cached {
    outcomes: BTreeMap<String, ScenarioRun>,
    calls: Vec<CallLog>,
}

impl Cached {
    /// The same, without the calls that no outcome comes from any more.
    fn without_stale_calls(&self) -> Self {
        let mut kept = Self::default();
        let mut moved = BTreeMap::new();
        for (key, outcome) in &self.outcomes {
            let call = *moved.entry(outcome.call).or_insert_with(|| {
                kept.calls.extend(self.calls.get(outcome.call).cloned());
                kept.calls.len().saturating_sub(1)
            });
            kept.outcomes.insert(key.clone(), ScenarioRun { call, ..outcome.clone() });
        }
        kept
    }
}

impl<'a> Memory<'a> {
    /// The memory of the suite under the runner's Bazel.
    ///
    /// # Errors
    ///
    /// There is no such Bazel, or a file of the settings cannot be read.
    pub fn new(
        env: &Environment,
        runner: &Runner<'_>,
        setup: &Setup<'a, '_>,
        known: Known,
    ) -> Result<Self, BazelError> {
        let Setup { suite, settings, .. } = *setup;
        let bazel = runner.bazel_version()?;
        let mut common = format!("format {FORMAT}\nbazel {bazel}\n");
        for path in settings.bazelrc.iter().chain(&settings.module_append) {
            let bytes = file_read::read(path).at("read", path)?;
            common.push_str(&format!("setting {}\n", Sri::of(&bytes)));
        }
        let is_common = |path: &str| !suite.scenarios.iter().any(|s| is_in(path, &s.id));
        for (path, bytes) in suite.files.iter().filter(|(path, _)| is_common(path)) {
            common.push_str(&format!("file {path} {}\n", Sri::of(bytes)));
        }
        for path in suite.executable.iter().filter(|path| is_common(path)) {
            common.push_str(&format!("executable {path}\n"));
        }
        let workspace = runner.workspace().to_owned();
        Ok(Self { suite, cache: env.cache()?, bazel, common, workspace, known })
    }

    pub fn bazel(&self) -> &str {
        &self.bazel
    }

    /// What is cached of `scenarios` on `tree`. A file that cannot be read is as good as
    /// none.
    pub fn look_up<'s>(
        &self,
        tree: &Tree,
        scenarios: &[&'s Scenario],
        max_phase: Phase,
    ) -> Lookup<'s> {
        let key = format!("{}tree {} {}\n", self.common, tree.id, tree.version);
        let file = format!("{}.json", &Sri::of(key.as_bytes()).hex()[..32]);
        let path = self.cache.join("results").join(file);
        let bytes = fs::read(&path).unwrap_or_default();
        let memory: Cached = serde_json::from_slice(&bytes).unwrap_or_default();
        let wanted: Vec<(&Scenario, String)> = scenarios
            .iter()
            .map(|scenario| (*scenario, self.key(&scenario.to(max_phase))))
            .collect();
        let is_unknown =
            |key: &String| self.known == Known::RunAgain || !memory.outcomes.contains_key(key);
        let unknown = wanted.iter().filter(|(_, key)| is_unknown(key)).map(|(s, _)| *s).collect();
        Lookup { path, name: tree.name.clone(), max_phase, memory, wanted, unknown }
    }

    /// Runs what is not cached on the tree, which has these files, and caches it.
    ///
    /// # Errors
    ///
    /// Bazel does not start, or the cache cannot be written.
    pub fn run(&self, runner: &Runner<'_>, lookup: Lookup<'_>, files: &[Entry]) -> Result<Seen> {
        let Lookup { path, name, max_phase, mut memory, wanted, unknown } = lookup;
        // One directory a workspace, in which a tree takes the place of the one before: most of
        // their files are the same, and writing thousands takes longer than analysing them.
        let directory = self.cache.join("trees").join(format!("of-{}", runner.workspace()));
        checkout::replace(files, &directory)?;
        let results =
            runner.run(&unknown, LaidOut { directory: &directory, name: &name }, max_phase)?;
        let offset = memory.calls.len();
        memory.calls.extend(results.calls);
        let mut found = results.outcomes;
        for outcome in found.values_mut() {
            outcome.call += offset;
        }
        for (scenario, key) in &wanted {
            // What did not run says nothing, and may run next time.
            let outcome = found.get(&scenario.id);
            if let Some(outcome) = outcome.filter(|o| o.judgement.result.is_evidence()) {
                memory.outcomes.insert(key.clone(), outcome.clone());
            }
        }
        let text = serde_json::to_vec(&memory.without_stale_calls()).map_err(Failure::defect)?;
        workspace::write(&path, &text)?;
        Ok(self.seen(memory, &wanted, found))
    }

    /// What is cached, if all of it is.
    pub fn cached(&self, lookup: Lookup<'_>) -> Seen {
        self.seen(lookup.memory, &lookup.wanted, BTreeMap::new())
    }

    /// What was `found` now, and what is cached of the rest.
    fn seen(
        &self,
        memory: Cached,
        wanted: &[(&Scenario, String)],
        found: BTreeMap<String, ScenarioRun>,
    ) -> Seen {
        let mut outcomes = found;
        let mut cached = BTreeSet::new();
        for (scenario, key) in wanted {
            if !outcomes.contains_key(&scenario.id)
                && let Some(outcome) = memory.outcomes.get(key)
            {
                outcomes.insert(scenario.id.clone(), outcome.clone());
                cached.insert(scenario.id.clone());
            }
        }
        let bazel = Some(self.bazel.clone());
        Seen { results: Results { bazel, outcomes, calls: memory.calls }, cached }
    }

    /// What a scenario's outcome depends on besides the tree and what is common.
    fn key(&self, scenario: &Scenario) -> String {
        let Scenario { id, phase, compare, mnemonic, .. } = scenario;
        let mut key = format!("{id} {phase:?} {compare:?} {mnemonic:?}\n");
        if !scenario.compare.is_empty() {
            key.push_str(&format!("in {}\n", self.workspace));
        }
        for (path, bytes) in self.suite.files.iter().filter(|(path, _)| is_in(path, &scenario.id)) {
            key.push_str(&format!("{path} {}\n", Sri::of(bytes)));
        }
        for path in self.suite.executable.iter().filter(|path| is_in(path, &scenario.id)) {
            key.push_str(&format!("executable {path}\n"));
        }
        Sri::of(key.as_bytes()).hex()
    }
}

/// Whether `path` is in the directory of the scenario `id`.
fn is_in(path: &str, id: &str) -> bool {
    path.split_once('/').is_some_and(|(directory, _)| directory == id)
}
