//! `patcher repro`: the scenarios under real Bazel.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::{Repro, SideChoice};
use crate::core::ids::Release;
use crate::core::problem::Kind;
use crate::core::render;
use crate::core::report::Report;
use crate::core::scenario::{Scenario, Side, Sides};
use crate::derive::{self, Patched, Tip};
use crate::error::{Failure, Result};
use crate::io::{trees, workspace};
use crate::project::Project;
use crate::store::Store;
use crate::suite::{self, Runner, Settings};

#[derive(Serialize)]
struct Ran<'a> {
    report: &'a Report,
}

pub(super) fn run(context: &Context, args: &Repro) -> Result<()> {
    let project = context.project()?;
    project.ensure_sound()?;
    let (lock, line) = project.line()?;
    let settings = args.bazel.settings(&context.env, &context.root, &project.config)?;
    let scenarios = select(&project, &args.scenarios)?;
    let store = context.store(lock)?;
    let base = store.commit(line.commit)?;
    let (patched, problems) = derive::apply_series(&store, line.release, &base, &project.patches)?;
    let Some(patched) = patched else { return Err(problems.into()) };
    let tip = derive::tip(&store, &lock.upstream, &patched, line.revision)?;
    let module = &lock.upstream.module;
    let report = run_suite(
        context, &project, &scenarios, &store, module, &patched, &tip, args.side, &settings,
    )?;
    if let Some(path) = &args.junit {
        let path = context.env.directory().join(path);
        workspace::write(&path, render::junit(&report.junit())?.as_bytes())?;
    }
    context.ui.data(&report.table(), &Document::new("repro", Ran { report: &report }));
    ensure_good(context, &report)
}

/// The scenarios with these ids; all where none is named.
fn select<'a>(project: &'a Project, ids: &[String]) -> Result<Vec<&'a Scenario>> {
    let all = &project.suite.scenarios;
    if let Some(unknown) = ids.iter().find(|id| all.iter().all(|s| s.id != **id)) {
        let known: Vec<&str> = all.iter().map(|scenario| scenario.id.as_str()).collect();
        return Err(Failure::new(Kind::Input, format_args!("there is no scenario {unknown:?}"))
            .hint(format!("there are: {}", known.join(", "))));
    }
    Ok(all.iter().filter(|s| ids.is_empty() || ids.contains(&s.id)).collect())
}

/// Writes the trees into the cache and runs the scenarios on them.
#[allow(clippy::too_many_arguments)] // each is a thing of its own
pub(super) fn run_suite(
    context: &Context,
    project: &Project,
    scenarios: &[&Scenario],
    store: &Store,
    module: &str,
    patched: &Patched,
    tip: &Tip,
    side: SideChoice,
    settings: &Settings,
) -> Result<Report> {
    let cache = context.env.cache()?;
    let release: Release = patched.release;
    let tree = |side: Side| -> Result<_> {
        let (commit, version) = match side {
            Side::Pristine => (&patched.base, release.to_string()),
            Side::Patched => (&tip.commit, tip.version.to_string()),
        };
        let files = derive::files(store, commit, &version)?;
        trees::cached(&cache, commit.id, &files)
    };
    // What is compared needs both trees, whichever side is asked for.
    let compares = scenarios.iter().any(|scenario| !scenario.compare.is_empty());
    let runner =
        Runner::new(&context.env, &context.ui, &context.root, &project.suite, module, settings)?;
    let applicable: Vec<&Scenario> =
        scenarios.iter().filter(|scenario| scenario.applies_to(&release)).copied().collect();
    let run = |wanted: Side| -> Result<_> {
        if !compares && !side.includes(wanted) {
            return Ok(None);
        }
        runner.run(&applicable, &tree(wanted)?, wanted.name()).map(Some)
    };
    let results = Sides { pristine: run(Side::Pristine)?, patched: run(Side::Patched)? };
    suite::report(&context.ui, release, scenarios, &results)
}

/// Stops with the evidence where a verdict is not the expected one.
pub(super) fn ensure_good(context: &Context, report: &Report) -> Result<()> {
    if report.is_good() {
        return Ok(());
    }
    let mut wrong = Vec::new();
    for row in report.rows.iter().filter(|row| !row.is_good()) {
        for (side, found) in row.sides().filter(|(_, found)| found.verdict != found.expected) {
            let side = side.name();
            let message = format!("expected {}, found {}", found.expected, found.verdict);
            context.ui.warning(&format!("{} on the {side} tree: {message}", row.id));
            context.ui.note(&found.evidence);
        }
        wrong.push(row.id.as_str());
    }
    let message =
        format_args!("not as expected under Bazel {}: {}", report.bazel, wrong.join(", "));
    Err(Failure::new(Kind::Verdict, message)
        .hint("`patcher repro --scenario ID --verbose` shows the call of Bazel"))
}
