//! What scenarios showed on trees, remembered by content: the tree, the scenario's files,
//! Bazel's version and settings. A second run of the matrix looks up what the first one saw.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::core::archive::Entry;
use crate::core::ids::{Sri, TreeId};
use crate::core::matrix::CallLog;
use crate::core::scenario::{Phase, Scenario};
use crate::error::{PathContext as _, Result};
use crate::io::env::Environment;
use crate::io::{trees, workspace};
use crate::project::Suite;
use crate::suite::{Outcome, Results, Runner, Settings};

/// Goes up when what is remembered would be judged differently.
const FORMAT: u32 = 1;

/// A tree to run scenarios on.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its id.
    pub id: TreeId,
    /// The version that its exported files say they are: they depend on it, too.
    pub version: String,
}

/// What scenarios showed on one tree, and which of it was remembered.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// By scenario.
    pub results: Results,
    /// The scenarios that did not run again.
    pub remembered: BTreeSet<String>,
}

/// Runs scenarios that are not remembered, and remembers them.
#[derive(Debug)]
pub struct Cells<'a> {
    runner: Runner<'a>,
    suite: &'a Suite,
    cache: PathBuf,
    /// Bazel's version.
    bazel: String,
    /// Everything that all scenarios depend on.
    common: String,
    /// Whether nothing is looked up.
    is_fresh: bool,
}

/// What is remembered of one tree.
#[derive(Default, Serialize, Deserialize)]
struct Memory {
    outcomes: BTreeMap<String, Outcome>,
    calls: Vec<CallLog>,
}

impl Memory {
    /// The same, without the calls that no outcome comes from any more.
    fn of_outcomes_alone(&self) -> Self {
        let mut kept = Self::default();
        let mut moved = BTreeMap::new();
        for (key, outcome) in &self.outcomes {
            let call = *moved.entry(outcome.call).or_insert_with(|| {
                kept.calls.extend(self.calls.get(outcome.call).cloned());
                kept.calls.len().saturating_sub(1)
            });
            kept.outcomes.insert(key.clone(), Outcome { call, ..outcome.clone() });
        }
        kept
    }
}

impl<'a> Cells<'a> {
    /// The cells of `suite` under the runner's Bazel.
    ///
    /// # Errors
    ///
    /// There is no such Bazel, or a file of the settings cannot be read.
    pub fn new(
        env: &Environment,
        runner: Runner<'a>,
        suite: &'a Suite,
        settings: &Settings,
        is_fresh: bool,
    ) -> Result<Self> {
        let bazel = runner.bazel_version()?;
        let mut common = format!("format {FORMAT}\nbazel {bazel}\n");
        for path in settings.bazelrc.iter().chain(&settings.module_append) {
            let bytes = fs::read(path).at("read", path)?;
            common.push_str(&format!("setting {}\n", Sri::of(&bytes)));
        }
        let is_common = |path: &str| !suite.scenarios.iter().any(|s| is_in(path, &s.id));
        for (path, bytes) in suite.files.iter().filter(|(path, _)| is_common(path)) {
            common.push_str(&format!("file {path} {}\n", Sri::of(bytes)));
        }
        Ok(Self { runner, suite, cache: env.cache()?, bazel, common, is_fresh })
    }

    /// Bazel's version.
    pub fn bazel(&self) -> &str {
        &self.bazel
    }

    /// What `scenarios` show on `tree`, whose files are asked for only where something has to
    /// run; `name` names the tree in messages.
    ///
    /// # Errors
    ///
    /// Bazel does not start, or the cache cannot be written.
    pub fn look(
        &self,
        tree: &Tree,
        files: impl FnOnce() -> Result<Vec<Entry>>,
        scenarios: &[&Scenario],
        depth: Phase,
        name: &str,
    ) -> Result<Seen> {
        let path = self.path(tree);
        let mut memory = self.recall(&path);
        let keys: BTreeMap<&str, String> =
            scenarios.iter().map(|s| (s.id.as_str(), self.key(&s.to(depth)))).collect();
        let is_known = |scenario: &Scenario| {
            !self.is_fresh && memory.outcomes.contains_key(&keys[scenario.id.as_str()])
        };
        let unknown: Vec<&Scenario> =
            scenarios.iter().filter(|scenario| !is_known(scenario)).copied().collect();
        let remembered: BTreeSet<String> =
            scenarios.iter().filter(|s| is_known(s)).map(|s| s.id.clone()).collect();
        let mut passing = BTreeMap::new();
        if !unknown.is_empty() {
            let folder = trees::Scratch::new(&self.cache, &files()?)?;
            let results = self.runner.run(&unknown, &folder.path(), name, depth)?;
            let offset = memory.calls.len();
            memory.calls.extend(results.calls);
            for (id, mut outcome) in results.outcomes {
                outcome.call += offset;
                if outcome.judgement.verdict.is_evidence() {
                    memory.outcomes.insert(keys[id.as_str()].clone(), outcome);
                } else {
                    // What did not run says nothing, and may run next time.
                    passing.insert(id, outcome);
                }
            }
            let text = serde_json::to_vec(&memory.of_outcomes_alone())
                .map_err(crate::error::Failure::defect)?;
            let folder = self.cache.join("cells");
            fs::create_dir_all(&folder).at("create", &folder)?;
            workspace::write(&path, &text)?;
        }
        let found = scenarios.iter().filter_map(|scenario| {
            let outcome = memory.outcomes.get(&keys[scenario.id.as_str()]).cloned();
            Some((scenario.id.clone(), passing.remove(&scenario.id).or(outcome)?))
        });
        let outcomes = found.collect();
        let bazel = Some(self.bazel.clone());
        Ok(Seen { results: Results { bazel, outcomes, calls: memory.calls }, remembered })
    }

    fn path(&self, tree: &Tree) -> PathBuf {
        let key = format!("{}tree {} {}\n", self.common, tree.id, tree.version);
        self.cache.join("cells").join(format!("{}.json", &Sri::of(key.as_bytes()).hex()[..32]))
    }

    /// What is remembered; a file that cannot be read is as good as none.
    fn recall(&self, path: &std::path::Path) -> Memory {
        let bytes = fs::read(path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// What a scenario's outcome depends on besides the tree and what is common.
    fn key(&self, scenario: &Scenario) -> String {
        let mut key = format!("{} {:?} {:?}\n", scenario.id, scenario.phase, scenario.compare);
        for (path, bytes) in self.suite.files.iter().filter(|(path, _)| is_in(path, &scenario.id)) {
            key.push_str(&format!("{path} {}\n", Sri::of(bytes)));
        }
        Sri::of(key.as_bytes()).hex()
    }
}

/// Whether `path` is in the folder of the scenario `id`.
fn is_in(path: &str, id: &str) -> bool {
    path.split_once('/').is_some_and(|(folder, _)| folder == id)
}
