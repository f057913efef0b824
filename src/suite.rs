//! Running the scenarios: one workspace, one warm server, one call for each distinct set of
//! flags; the tree under test is swapped from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::core::ids::{Release, Sri};
use crate::core::problem::Kind;
use crate::core::report::{Report, Row};
use crate::core::scenario::{Phase, Scenario, Side, Sides};
use crate::core::verdict::{Judgement, Verdict};
use crate::error::{Failure, PathContext as _, Result};
use crate::io::bazel::{Bazel, Invocation};
use crate::io::env::Environment;
use crate::project::Suite;
use crate::ui::Ui;

/// How the suite calls Bazel.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program.
    pub program: PathBuf,
    /// Rc files, in order.
    pub bazelrc: Vec<PathBuf>,
    /// Files whose text is appended to the workspace's MODULE.bazel, in order.
    pub module_append: Vec<PathBuf>,
    /// How long one call may take.
    pub timeout: Duration,
}

/// What to run the scenarios against.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The module whose tree is swapped.
    pub module: &'a str,
    /// The release of both trees.
    pub release: Release,
    /// The trees; a side without one does not run.
    pub trees: Sides<Option<PathBuf>>,
}

/// Runs `scenarios` of a suite on each side that has a tree.
///
/// # Errors
///
/// Bazel does not start, or says nothing of any scenario: then nothing is known.
pub fn run(
    env: &Environment,
    ui: &Ui,
    root: &Path,
    suite: &Suite,
    scenarios: &[&Scenario],
    subject: &Subject<'_>,
    settings: &Settings,
) -> Result<Report> {
    let (applicable, others): (Vec<&Scenario>, Vec<&Scenario>) =
        scenarios.iter().partition(|scenario| scenario.applies_to(&subject.release));
    let cache = env.cache()?;
    let key = &Sri::of(root.as_os_str().as_encoded_bytes()).hex()[..16];
    let workspace = cache.join("repro").join(key);
    prepare(&workspace, suite, &settings.module_append)?;
    let bazel = Bazel::new(
        settings.program.clone(),
        workspace,
        &cache,
        settings.bazelrc.clone(),
        env,
        settings.timeout,
    );
    let mut version = None;
    let mut found: BTreeMap<&str, Sides<Option<Judgement>>> = BTreeMap::new();
    for side in Side::BOTH {
        let Some(tree) = subject.trees.of(side) else { continue };
        let mut judge =
            Judge { bazel: &bazel, ui, module: subject.module, tree, side, version: None };
        for (id, judgement) in judge.all(&applicable)? {
            let sides = found.entry(id).or_default();
            match side {
                Side::Pristine => sides.pristine = Some(judgement),
                Side::Patched => sides.patched = Some(judgement),
            }
        }
        version = judge.version.or(version);
    }
    let rows = applicable.iter().map(|scenario| {
        let mut sides = found.remove(scenario.id.as_str()).unwrap_or_default();
        for judgement in [&mut sides.pristine, &mut sides.patched].into_iter().flatten() {
            judgement.evidence = ui.scrub(&judgement.evidence);
        }
        Row::new(scenario, sides)
    });
    let report = Report {
        release: subject.release,
        bazel: version.unwrap_or_else(|| "unknown".to_owned()),
        rows: rows.collect(),
        not_applicable: others.iter().map(|scenario| scenario.id.clone()).collect(),
    };
    ensure_something_ran(&report)?;
    Ok(report)
}

/// Where Bazel could judge nothing, the cause is not in the series: a registry out of
/// reach, a toolchain that cannot be downloaded.
fn ensure_something_ran(report: &Report) -> Result<()> {
    let all = || report.rows.iter().flat_map(|row| row.sides().map(|(_, found)| found));
    if all().next().is_none() || all().any(|found| found.verdict != Verdict::DidNotRun) {
        return Ok(());
    }
    let evidence = all().next().map_or("", |found| &found.evidence);
    Err(Failure::new(
        Kind::Surroundings,
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
        module.extend(fs::read(path).at("read", path)?);
    }
    fs::create_dir_all(workspace).at("create", workspace)?;
    let folders: BTreeSet<&str> =
        files.keys().filter_map(|path| path.split_once('/')).map(|(f, _)| f).collect();
    for entry in fs::read_dir(workspace).at("read", workspace)? {
        let path = entry.at("read", workspace)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !folders.contains(name.as_str()) {
            fs::remove_dir_all(&path).at("remove", &path)?;
        } else if path.is_file() && !files.contains_key(&name) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    for (name, bytes) in &files {
        let path = workspace.join(name);
        if fs::read(&path).is_ok_and(|found| found == *bytes) {
            continue;
        }
        let folder = path.parent().unwrap_or(workspace);
        fs::create_dir_all(folder).at("create", folder)?;
        fs::write(&path, bytes).at("write", &path)?;
    }
    Ok(())
}

/// Judges scenarios on one side.
struct Judge<'a> {
    bazel: &'a Bazel,
    ui: &'a Ui,
    module: &'a str,
    tree: &'a Path,
    side: Side,
    version: Option<String>,
}

impl Judge<'_> {
    /// Analyses every scenario first: what stops there need not be built. Then builds and
    /// tests the others, as far as each one goes.
    fn all<'s>(&mut self, scenarios: &[&'s Scenario]) -> Result<Vec<(&'s str, Judgement)>> {
        let mut judged = Vec::new();
        let mut left = Vec::new();
        for (scenario, judgement) in self.phase(Phase::Analysis, scenarios)? {
            if judgement.verdict == Verdict::Pass && scenario.phase != Phase::Analysis {
                left.push(scenario);
            } else {
                judged.push((scenario.id.as_str(), judgement));
            }
        }
        for phase in [Phase::Build, Phase::Test] {
            let scenarios: Vec<&Scenario> =
                left.iter().filter(|scenario| scenario.phase == phase).copied().collect();
            for (scenario, judgement) in self.phase(phase, &scenarios)? {
                judged.push((scenario.id.as_str(), judgement));
            }
        }
        Ok(judged)
    }

    fn phase<'s>(
        &mut self,
        phase: Phase,
        scenarios: &[&'s Scenario],
    ) -> Result<Vec<(&'s Scenario, Judgement)>> {
        let mut groups: BTreeMap<&[String], Vec<&'s Scenario>> = BTreeMap::new();
        for scenario in scenarios {
            groups.entry(&scenario.flags).or_default().push(scenario);
        }
        let (command, verb, extra) = match phase {
            Phase::Analysis => ("build", "analysing", Some("--nobuild")),
            Phase::Build => ("build", "building", None),
            Phase::Test => ("test", "testing", Some("--test_output=errors")),
        };
        let mut judged = Vec::new();
        for (flags, scenarios) in groups {
            let ids: Vec<&str> = scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
            let message = format!("{verb} on the {} tree: {}", self.side.name(), ids.join(", "));
            let progress = self.ui.progress(&message);
            let flags: Vec<String> =
                flags.iter().cloned().chain(extra.map(str::to_owned)).collect();
            let targets: Vec<String> = scenarios.iter().flat_map(|s| s.labels()).collect();
            let run = self.bazel.run(&Invocation {
                command,
                module: Some((self.module, self.tree)),
                reads_workspace_rc: false,
                flags: &flags,
                targets: &targets,
            })?;
            drop(progress);
            self.ui.detail(&run.command);
            for scenario in scenarios {
                let judgement = if run.hung {
                    let evidence = "Bazel did not end in time and was stopped".to_owned();
                    Judgement { verdict: Verdict::Hung, evidence }
                } else {
                    run.events.judge(&Scenario { phase, ..scenario.clone() })
                };
                judged.push((scenario, judgement));
            }
            self.version = run.events.bazel.or(self.version.take());
        }
        Ok(judged)
    }
}
