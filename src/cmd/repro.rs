//! `patcher repro`: the scenarios, or upstream's own tests, under real Bazel.

use serde::Serialize;

use super::{Context, Document, Told};
use crate::cli::{Repro, SideChoice};
use crate::git::checkout;
use crate::git::store::Store;
use crate::git::tree::Entry;
use crate::port::Applied;
use crate::project::load::Project;
use crate::project::scenario::{Phase, Scenario, Side, Sides};
use crate::project::workspace;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::release_archive;
use crate::publish::render::{self, JUnit};
use crate::repro::fixed_upstream;
use crate::repro::report::Report;
use crate::repro::suite::{self, Runner, Settings};
use crate::repro::upstream_test_comparison::Comparison;
use crate::repro::upstream_tests;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release};
use crate::support::problem::Kind;
use crate::support::text::counted;

#[derive(Serialize)]
struct Compared<'a> {
    upstream_tests: &'a Comparison,
}

#[derive(Serialize)]
struct Ran<'a> {
    report: &'a Report,
}

pub(super) fn run(context: &Context, args: &Repro) -> Result<()> {
    let project = context.project()?;
    project.ensure_sound()?;
    let supported = project.supported(args.release)?;
    let settings = args.bazel.options().settings(&context.env, &context.root, &project.config)?;
    let scenarios = suite::select(&project.suite, &args.scenarios)?;
    let (store, patched, patched_commit) = context.derived(&supported)?;
    if !args.upstream_tests.is_empty() {
        return compare_upstream_tests(context, args, &store, &patched, &patched_commit, &settings);
    }
    let module = &supported.lock.upstream.module;
    let report = run_suite(
        context,
        &project,
        &scenarios,
        &store,
        module,
        &patched,
        &patched_commit,
        args.side,
        &settings,
    )?;
    write_junit(context, args, &report.junit())?;
    context.ui.text(&report.table());
    let told = Told { command: "repro", data: Ran { report: &report } };
    fixed_upstream::note(&context.site(), &project.suite, &report)?;
    suite::ensure_good(&context.ui, &report).map_err(|failure| failure.telling(&told))?;
    context.ui.document(&Document::from(told));
    Ok(())
}

fn write_junit(context: &Context, args: &Repro, junit: &JUnit) -> Result<()> {
    let Some(path) = &args.junit else { return Ok(()) };
    workspace::write(&context.env.directory().join(path), render::junit(junit)?.as_bytes())
}

/// Runs upstream's own tests on both trees, and stops where they differ.
fn compare_upstream_tests(
    context: &Context,
    args: &Repro,
    store: &Store,
    patched: &Applied,
    patched_commit: &PatchedCommit,
    settings: &Settings,
) -> Result<()> {
    let files = |side| -> Result<_> { Ok(files_of(store, patched, patched_commit, side)?.2) };
    let subject = upstream_tests::Subject {
        release: patched.release,
        trees: Sides { unpatched: files(Side::Unpatched)?, patched: files(Side::Patched)? },
        patterns: &args.upstream_tests,
        local_python: args.local_python,
    };
    let _held = context.hold_suite()?;
    let (comparison, events) =
        upstream_tests::run(&context.env, &context.ui, &context.root, subject, settings)?;
    write_junit(context, args, &comparison.junit())?;
    context.ui.text(&comparison.text());
    let told = Told { command: "repro", data: Compared { upstream_tests: &comparison } };
    for side in Side::BOTH {
        let packages: Vec<&str> = comparison.unloaded.of(side).iter().map(String::as_str).collect();
        if !packages.is_empty() {
            context.ui.warning(&format!(
                "{} did not load on the {} tree, and their tests are in no count: {}",
                counted(packages.len(), "package"),
                side.name(),
                packages.join(", ")
            ));
        }
    }
    let wrong = comparison.wrong();
    if wrong.is_empty() {
        context.ui.status("Compared", &comparison.summary());
        context.ui.document(&Document::from(told));
        return Ok(());
    }
    for test in &wrong {
        context.ui.warning(&format!("{}: {}", test.label, test.change.name()));
        context.ui.note(&events.patched.about(&test.label));
    }
    let message = format_args!(
        "the series changes {} under Bazel {}",
        counted(wrong.len(), "upstream test"),
        comparison.bazel
    );
    let failure = Failure::new(Kind::Verdict, message);
    Err(failure.hint("`--verbose` shows the calls of Bazel").telling(&told))
}

/// A side's commit, its version, and its files as they are exported.
pub(super) fn files_of(
    store: &Store,
    patched: &Applied,
    patched_commit: &PatchedCommit,
    side: Side,
) -> Result<(CommitId, String, Vec<Entry>)> {
    let (commit, version) = patched_commit::side(patched, patched_commit, side);
    let files = release_archive::files(store, commit, &version)?;
    Ok((commit.id, version, files))
}

/// Writes the trees into the cache and runs the scenarios on them.
#[allow(clippy::too_many_arguments)] // each is a thing of its own
pub(super) fn run_suite(
    context: &Context,
    project: &Project,
    scenarios: &[&Scenario],
    store: &Store,
    module: &str,
    patched: &Applied,
    patched_commit: &PatchedCommit,
    side: SideChoice,
    settings: &Settings,
) -> Result<Report> {
    let _held = context.hold_suite()?;
    let cache = context.env.cache()?;
    let release: Release = patched.release;
    let tree = |side: Side| -> Result<_> {
        let (commit, _, files) = files_of(store, patched, patched_commit, side)?;
        checkout::cached(&cache, commit, &files)
    };
    // What is compared needs both trees, whichever side is asked for.
    let compares = scenarios.iter().any(|scenario| !scenario.compare.is_empty());
    let runner =
        Runner::new(&context.env, &context.ui, &context.root, &project.suite, module, settings, 0)?;
    let applicable: Vec<&Scenario> =
        scenarios.iter().filter(|scenario| scenario.applies_to(&release)).copied().collect();
    let run = |wanted: Side| -> Result<_> {
        if !compares && !side.includes(wanted) {
            return Ok(None);
        }
        runner.run(&applicable, &tree(wanted)?, wanted.name(), Phase::Test).map(Some)
    };
    let (unpatched, patched) = (run(Side::Unpatched)?, run(Side::Patched)?);
    let results = Sides { unpatched: unpatched.as_ref(), patched: patched.as_ref() };
    let report = suite::report(runner.scrubber(), release, scenarios, &results);
    suite::ensure_something_ran(&report)?;
    Ok(report)
}
