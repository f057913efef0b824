//! Running the scenarios: one workspace, one warm server, one call for each distinct set of
//! flags; the tree under test is swapped from outside.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::git::checkout;
use crate::git::tree::{Entry, EntryKind};
use crate::project::load::Suite;
use crate::project::scenario::{Aspect, Phase, Scenario, Side, SideResult, Sides};
use crate::project::site::Site;
use crate::repro::bazel::{Bazel, BazelError, Invocation, Run, Settings};
use crate::repro::judgement::Judgement;
use crate::repro::observation::{Observation, count_actions};
use crate::repro::report::{Report, Row};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::Release;
use crate::support::path::cache_key;
use crate::support::problem::{Kind, Problem};
use crate::support::progress::{Progress, Task};
use crate::support::scrub::Scrubber;
use crate::support::text::first_of;

/// The suite's aspect that writes down what other rules see of a target.
const DUMP: &str = "//:dump.bzl%dump";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CallLog {
    /// The command line, as a person would type it, scrubbed.
    pub command: String,
    /// What Bazel printed, scrubbed; the middle is left out if it is long.
    pub log: String,
    /// How long it took; absent if nobody measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u32>,
}

/// What a runner runs: the scenarios, on trees of which module, and how Bazel is called.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'p, 's> {
    pub suite: &'p Suite,
    pub module: &'s str,
    pub settings: &'s Settings,
}

/// The scenarios' workspace, ready for Bazel.
#[derive(Debug)]
pub struct Runner<'a> {
    progress: &'a dyn Progress,
    /// Keeps this machine out of what is reported of Bazel.
    scrubber: Scrubber,
    bazel: Bazel,
    /// The workspace's name in the cache.
    workspace: String,
    /// The module whose tree is swapped.
    module: String,
}

/// A tree that was written as files.
#[derive(Clone, Copy, Debug)]
pub struct LaidOut<'a> {
    pub directory: &'a Path,
    /// What messages call it.
    pub name: &'a str,
}

/// What the scenarios showed on one tree.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Bazel's version; absent if nothing ran.
    pub bazel: Option<String>,
    /// By scenario.
    pub outcomes: BTreeMap<String, ScenarioRun>,
    /// The calls that the outcomes come from.
    pub calls: Vec<CallLog>,
}

/// What one scenario showed on one tree.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScenarioRun {
    pub judgement: Judgement,
    /// What is to be compared; absent if it did not pass, or compares nothing.
    pub observation: Option<Observation>,
    /// The call that showed it: an index into [`Results::calls`].
    pub call: usize,
}

impl<'a> Runner<'a> {
    /// Lays the suite out where Bazel may run it. Each `job`, from 0, is a workspace and a
    /// server of its own: two of them can run at once.
    ///
    /// # Errors
    ///
    /// The cache cannot be written, or a file of the settings cannot be read.
    pub fn new(site: &Site<'a>, setup: &Setup<'_, '_>, job: usize) -> Result<Self> {
        let Site { env, root, progress, .. } = *site;
        let Setup { suite, module, settings } = *setup;
        let cache = env.cache()?;
        let mut key = cache_key(root);
        if job > 0 {
            key.push_str(&format!("-{job}"));
        }
        let workspace = cache.join("repro").join(&key);
        prepare(&workspace, suite, &settings.module_append)?;
        let bazel = Bazel::new(settings, env, workspace, &cache);
        let scrubber = env.scrubber(root);
        Ok(Self { progress, scrubber, bazel, workspace: key, module: module.to_owned() })
    }

    /// Keeps this machine out of what is reported of Bazel.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }

    /// The name of its workspace in the cache.
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Bazel's version, before anything runs.
    ///
    /// # Errors
    ///
    /// It does not start, or is no Bazel.
    pub fn bazel_version(&self) -> Result<String, BazelError> {
        self.bazel.version()
    }

    /// Runs `scenarios` on a tree.
    /// Bazel goes as far as each scenario asks, but not beyond `max_phase`; something is
    /// observed only in the last phase, [`Phase::Test`].
    ///
    /// # Errors
    ///
    /// Bazel does not start.
    pub fn run(
        &self,
        scenarios: &[&Scenario],
        tree: LaidOut<'_>,
        max_phase: Phase,
    ) -> Result<Results> {
        let capped: Vec<Scenario> =
            scenarios.iter().map(|scenario| scenario.to(max_phase)).collect();
        let scenarios: Vec<&Scenario> = capped.iter().collect();
        let results = Results::default();
        let mut judge = Judge { runner: self, tree, results };
        judge.all(&scenarios)?;
        Ok(judge.results)
    }
}

/// The scenarios with these ids; all if none is named.
///
/// # Errors
///
/// There is no scenario of that name.
pub fn select<'a>(suite: &'a Suite, ids: &[String]) -> Result<Vec<&'a Scenario>> {
    let all = &suite.scenarios;
    if let Some(unknown) = ids.iter().find(|id| all.iter().all(|s| s.id != **id)) {
        let known: Vec<&str> = all.iter().map(|scenario| scenario.id.as_str()).collect();
        return Err(Failure::new(Kind::Input, format_args!("there is no scenario {unknown:?}"))
            .hint(format!("there are: {}", known.join(", "))));
    }
    Ok(all.iter().filter(|s| ids.is_empty() || ids.contains(&s.id)).collect())
}

/// Puts the results of both trees together: what is to be compared is judged here.
pub fn report(
    scrubber: &Scrubber,
    release: Release,
    scenarios: &[&Scenario],
    results: &Sides<Option<&Results>>,
) -> Report {
    let (applicable, others): (Vec<&Scenario>, Vec<&Scenario>) =
        scenarios.iter().partition(|scenario| scenario.applies_to(&release));
    let rows = applicable.iter().map(|scenario| {
        let outcome = |side: Side| (*results.of(side))?.outcomes.get(&scenario.id);
        let scrubbed = |judgement: Judgement| Judgement {
            evidence: scrubber.scrub(&judgement.evidence),
            ..judgement
        };
        let unpatched = outcome(Side::Unpatched);
        let patched = outcome(Side::Patched).map(|patched| compared(scenario, unpatched, patched));
        let unpatched = unpatched.map(|outcome| outcome.judgement.clone());
        Row::new(
            scenario,
            Sides { unpatched: unpatched.map(scrubbed), patched: patched.map(scrubbed) },
        )
    });
    let version = Side::BOTH.iter().find_map(|&side| (*results.of(side))?.bazel.clone());
    Report {
        release,
        bazel: version.unwrap_or_else(|| "unknown".to_owned()),
        rows: rows.collect(),
        not_applicable: others.iter().map(|scenario| scenario.id.clone()).collect(),
        not_run: Vec::new(),
    }
}

/// The result on the patched tree, beside the unpatched one if the scenario compares.
fn compared(
    scenario: &Scenario,
    unpatched: Option<&ScenarioRun>,
    patched: &ScenarioRun,
) -> Judgement {
    let Some(after) = &patched.observation else { return patched.judgement.clone() };
    match unpatched.and_then(|unpatched| unpatched.observation.as_ref()) {
        Some(before) => after.judge(before, &scenario.intended),
        None => Judgement::new(
            SideResult::DidNotRun,
            "there is nothing of the unpatched tree to compare with",
        ),
    }
}

/// Stops if no scenario ran: that shows nothing.
///
/// # Errors
///
/// Why none did.
pub fn ensure_any(report: &Report) -> Result<()> {
    if !report.rows.is_empty() {
        return Ok(());
    }
    let why = match report.not_applicable.as_slice() {
        [] => "none applies to it".to_owned(),
        [one] => format!("{one} does not apply to it"),
        some => format!("{} do not apply to it", first_of(some)),
    };
    let message = format_args!("no scenario ran on {}: {why}", report.release);
    Err(Failure::new(Kind::Finding, message).hint("nothing was tested"))
}

/// If Bazel could judge nothing, the cause is not in the series: a registry out of
/// reach, a toolchain that cannot be downloaded.
///
/// # Errors
///
/// That.
pub fn ensure_something_ran(report: &Report) -> Result<()> {
    let all = || report.rows.iter().flat_map(|row| row.sides().map(|(_, found)| found));
    if all().next().is_none() || all().any(|found| found.result != SideResult::DidNotRun) {
        return Ok(());
    }
    let evidence = all().next().map_or("", |found| &found.evidence);
    Err(Failure::new(
        Kind::Environment,
        format_args!("Bazel could not load the scenarios: {evidence}"),
    )
    .hint("without a registry in reach, give Bazel its modules with --module-append and --bazelrc"))
}

/// Copies the suite to where Bazel may run it, and touches only what differs: Bazel's
/// server stays warm.
fn prepare(workspace: &Path, suite: &Suite, module_append: &[PathBuf]) -> Result<()> {
    let mut files = suite.files.clone();
    let module = files.entry("MODULE.bazel".to_owned()).or_default();
    for path in module_append {
        module.push(b'\n');
        module.extend(file_read::read(path).at("read", path)?);
    }
    let entry = |(name, bytes): (String, Vec<u8>)| match name.parse() {
        Ok(path) => {
            let is_executable = suite.executable.contains(&name);
            let kind = if is_executable { EntryKind::Executable } else { EntryKind::File };
            Ok(Entry { kind, ..Entry::file(path, bytes) })
        }
        Err(error) => Err(Problem::new(Kind::Input, name, format!("{error}"))),
    };
    let entries = files.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    checkout::replace(&entries, workspace)
}

/// What Bazel is to do, and what the progress calls it.
#[derive(Clone, Copy)]
struct Step {
    command: &'static str,
    verb: &'static str,
}

impl Step {
    const BUILD: Self = Self { command: "build", verb: "building" };
}

/// Judges scenarios on one tree.
struct Judge<'a> {
    runner: &'a Runner<'a>,
    tree: LaidOut<'a>,
    results: Results,
}

impl<'a> Judge<'a> {
    /// Analyses every scenario first: what stops there need not be built. Then builds and
    /// tests the others, as far as each one goes, and observes what is to be observed.
    fn all(&mut self, scenarios: &[&Scenario]) -> Result<()> {
        let mut left = Vec::new();
        for (scenario, judgement, call) in self.phase(Phase::Analysis, scenarios)? {
            if judgement.result == SideResult::Pass && scenario.phase != Phase::Analysis {
                left.push(scenario);
            } else {
                self.add(scenario, judgement, call);
            }
        }
        for phase in [Phase::Build, Phase::Test] {
            let scenarios: Vec<&Scenario> =
                left.iter().filter(|scenario| scenario.phase == phase).copied().collect();
            for (scenario, judgement, call) in self.phase(phase, &scenarios)? {
                self.add(scenario, judgement, call);
            }
        }
        self.observe(scenarios)
    }

    fn add(&mut self, scenario: &Scenario, judgement: Judgement, call: usize) {
        let outcome = ScenarioRun { judgement, observation: None, call };
        self.results.outcomes.insert(scenario.id.clone(), outcome);
    }

    fn phase<'s>(
        &mut self,
        phase: Phase,
        scenarios: &[&'s Scenario],
    ) -> Result<Vec<(&'s Scenario, Judgement, usize)>> {
        let (step, extra) = match phase {
            Phase::Analysis => (Step { verb: "analysing", ..Step::BUILD }, Some("--nobuild")),
            Phase::Build => (Step::BUILD, None),
            Phase::Test => {
                (Step { command: "test", verb: "testing" }, Some("--test_output=errors"))
            }
        };
        let mut judged = Vec::new();
        for (flags, scenarios) in by_flags(scenarios) {
            let flags: Vec<String> =
                flags.iter().cloned().chain(extra.map(str::to_owned)).collect();
            let run = self.build(step, &flags, &scenarios)?;
            let call = self.results.calls.len() - 1;
            for scenario in scenarios {
                let judgement = if run.hung {
                    Judgement::new(SideResult::Hung, "Bazel did not end in time and was stopped")
                } else {
                    run.events.judge(&Scenario { phase, ..scenario.clone() })
                };
                let judgement = self.confirmed(scenario, &flags, judgement)?;
                judged.push((scenario, judgement, call));
            }
            self.results.bazel = run.events.bazel.or(self.results.bazel.take());
        }
        Ok(judged)
    }

    /// The judgement, with the doubt settled by a call without `--keep_going`.
    fn confirmed(
        &mut self,
        scenario: &Scenario,
        flags: &[String],
        judgement: Judgement,
    ) -> Result<Judgement> {
        if !judgement.is_doubtful {
            return Ok(judgement);
        }
        let single = ["--nobuild", "--nokeep_going"].map(str::to_owned);
        let flags: Vec<String> = flags.iter().cloned().chain(single).collect();
        let run =
            self.build(Step { verb: "analysing again", ..Step::BUILD }, &flags, &[scenario])?;
        Ok(if run.events.is_action_conflict(scenario) {
            Judgement::new(SideResult::Conflict, judgement.evidence)
        } else {
            judgement
        })
    }

    fn build(&mut self, step: Step, flags: &[String], scenarios: &[&Scenario]) -> Result<Run> {
        let Step { command, verb } = step;
        let targets: Vec<String> = scenarios.iter().flat_map(|s| s.requests()).collect();
        let progress = self.progress(verb, scenarios);
        let run = self.runner.bazel.run(&self.invocation(command, flags, &targets))?;
        drop(progress);
        let Runner { progress, scrubber, .. } = self.runner;
        progress.detail(&run.command);
        run.left.iter().for_each(|left| progress.warning(left));
        let (command, log) = (scrubber.scrub(&run.command), scrubber.scrub(&run.events.stderr));
        let milliseconds = u32::try_from(run.took.as_millis()).ok();
        self.results.calls.push(CallLog { command, log: abridged(&log), milliseconds });
        Ok(run)
    }

    fn progress(&self, verb: &str, scenarios: &[&Scenario]) -> Box<dyn Task + 'a> {
        let ids: Vec<String> = scenarios.iter().map(|scenario| scenario.id.clone()).collect();
        let (tree, ids) = (self.tree.name, first_of(&ids));
        self.runner.progress.spinner(&format!("{verb} on the {tree} tree: {ids}"))
    }

    fn invocation<'i>(
        &'i self,
        command: &'i str,
        flags: &'i [String],
        targets: &'i [String],
    ) -> Invocation<'i> {
        let module = Some((self.runner.module.as_str(), self.tree.directory));
        Invocation { command, module, reads_workspace_rc: false, flags, targets }
    }

    /// Counts and compares what passed.
    fn observe(&mut self, scenarios: &[&Scenario]) -> Result<()> {
        let passed: Vec<&Scenario> = scenarios
            .iter()
            .filter(|scenario| {
                let outcome = self.results.outcomes.get(&scenario.id);
                outcome.is_some_and(|outcome| outcome.judgement.result == SideResult::Pass)
            })
            .copied()
            .collect();
        self.observe_actions(&passed)?;
        self.observe_targets(&passed)?;
        self.observe_providers(&passed)
    }

    fn observe_actions(&mut self, scenarios: &[&Scenario]) -> Result<()> {
        let compares = |scenario: &&&Scenario| scenario.compare.contains(&Aspect::Actions);
        // What a scenario depends on is compared with it, so it gets a call of its own.
        let single = scenarios.iter().filter(compares).map(|s| (s.flags.as_slice(), vec![*s]));
        let counts = |scenario: &&&Scenario| !compares(scenario) && !scenario.actions.is_empty();
        let counted: Vec<&Scenario> = scenarios.iter().filter(counts).copied().collect();
        for (flags, scenarios) in by_flags(&counted).into_iter().chain(single) {
            let labels: Vec<String> = scenarios.iter().flat_map(|s| s.requests()).collect();
            let query = [format!("deps(set({}))", labels.join(" "))];
            let progress = self.progress("listing actions", &scenarios);
            let answer = self.runner.bazel.ask(&self.invocation("aquery", flags, &query))?;
            drop(progress);
            for scenario in scenarios {
                let counted = count_actions(scenario, &answer);
                let Some(outcome) = self.results.outcomes.get_mut(&scenario.id) else { continue };
                if counted.result != SideResult::Pass {
                    outcome.judgement = counted;
                } else if scenario.compare.contains(&Aspect::Actions) {
                    let observation = outcome.observation.get_or_insert_default();
                    observation.add_actions(scenario, &answer);
                }
            }
        }
        Ok(())
    }

    fn observe_targets(&mut self, scenarios: &[&Scenario]) -> Result<()> {
        for (flags, scenarios) in by_flags(&comparing(scenarios, Aspect::Targets)) {
            // `query` does not know the flags that rules define, and has no use for them.
            let is_own = |flag: &&String| !flag.contains("//");
            let mut flags: Vec<String> = flags.iter().filter(is_own).cloned().collect();
            flags.push("--output=label_kind".to_owned());
            let packages: Vec<String> =
                scenarios.iter().map(|s| format!("//{}:all", s.id)).collect();
            let query = [packages.join(" + ")];
            let answer = self.runner.bazel.ask(&self.invocation("query", &flags, &query))?;
            for scenario in scenarios {
                let Some(outcome) = self.results.outcomes.get_mut(&scenario.id) else { continue };
                outcome.observation.get_or_insert_default().add_targets(scenario, &answer);
            }
        }
        Ok(())
    }

    fn observe_providers(&mut self, scenarios: &[&Scenario]) -> Result<()> {
        for (flags, scenarios) in by_flags(&comparing(scenarios, Aspect::Providers)) {
            let dump = [format!("--aspects={DUMP}"), "--output_groups=dump".to_owned()];
            let flags: Vec<String> = flags.iter().cloned().chain(dump).collect();
            let run =
                self.build(Step { verb: "dumping providers", ..Step::BUILD }, &flags, &scenarios)?;
            for scenario in scenarios {
                let Some(outcome) = self.results.outcomes.get_mut(&scenario.id) else { continue };
                for label in scenario.labels() {
                    let files = run.events.aspect_files(&label);
                    let [file] = files.as_slice() else {
                        outcome.judgement = Judgement::new(
                            SideResult::DidNotRun,
                            format!(
                                "{label}: the aspect {DUMP} wrote nothing\n{}",
                                run.events.errors(&scenario.id),
                            ),
                        );
                        outcome.observation = None;
                        break;
                    };
                    let path = Path::new(file);
                    let text = file_read::read_text(path).at("read", path)?;
                    outcome.observation.get_or_insert_default().add_dump(&label, &text);
                }
            }
        }
        Ok(())
    }
}

/// A log without its middle, if it is long.
fn abridged(log: &str) -> String {
    const LINES: usize = 120;
    let lines: Vec<&str> = log.lines().collect();
    if lines.len() <= 2 * LINES {
        return log.to_owned();
    }
    let (head, tail) = (&lines[..LINES], &lines[lines.len() - LINES..]);
    let left_out = lines.len() - 2 * LINES;
    format!("{}\n[{left_out} lines left out]\n{}\n", head.join("\n"), tail.join("\n"))
}

/// The scenarios that compare `aspect`.
fn comparing<'s>(scenarios: &[&'s Scenario], aspect: Aspect) -> Vec<&'s Scenario> {
    scenarios.iter().filter(|scenario| scenario.compare.contains(&aspect)).copied().collect()
}

/// The scenarios of each distinct set of flags.
fn by_flags<'s>(scenarios: &[&'s Scenario]) -> BTreeMap<&'s [String], Vec<&'s Scenario>> {
    let mut groups: BTreeMap<&[String], Vec<&Scenario>> = BTreeMap::new();
    for scenario in scenarios {
        groups.entry(&scenario.flags).or_default().push(scenario);
    }
    groups
}

/// Stops with the evidence if a result is not the expected one.
///
/// # Errors
///
/// The scenarios that are not as expected.
pub fn ensure_good(progress: &dyn Progress, report: &Report) -> Result<()> {
    if report.is_good() {
        return Ok(());
    }
    let mut wrong = Vec::new();
    for row in report.rows.iter().filter(|row| !row.is_good()) {
        for (side, found) in row.sides().filter(|(_, found)| found.result != found.expected) {
            let side = side.name();
            let message = format!("expected {}, found {}", found.expected, found.result);
            progress.warning(&format!("{} on the {side} tree: {message}", row.id));
            progress.note(&found.evidence);
        }
        wrong.push(row.id.as_str());
    }
    let message =
        format_args!("not as expected under Bazel {}: {}", report.bazel, wrong.join(", "));
    let failure = Failure::new(Kind::UnexpectedResult, message);
    Err(if report.is_fixed_upstream() {
        failure.hint("the release needs no patches: `patcher status` shows how consumers remove the override")
    } else {
        failure.hint("`patcher repro --scenario ID --verbose` shows the call of Bazel")
    })
}

#[cfg(test)]
mod tests {
    use super::abridged;

    #[test]
    fn of_a_long_log_the_middle_is_left_out() {
        let log = |lines: usize| (1..=lines).map(|n| format!("line {n}\n")).collect::<String>();
        assert_eq!(abridged(&log(240)), log(240));
        let shown = abridged(&log(243));
        let (head, tail) = shown.split_once("[3 lines left out]\n").unwrap();
        assert_eq!(head, log(120));
        assert_eq!(tail, log(243).split_once("line 123\n").unwrap().1);
    }
}
