//! `patcher matrix`: releases × scenarios × versions of Bazel, on both trees.

use std::cmp::Reverse;
use std::path::Path;

use super::{Context, Document, Told, repro};
use crate::cli::{self, JobArgs};
use crate::git::store::Store;
use crate::matrix::model::{BazelColumn, Matrix, PatchRow};
use crate::matrix::run::{self, Jobs, Subject};
use crate::matrix::summary::BazelSummary;
use crate::port::Applied;
use crate::project::load::Project;
use crate::project::lock::{ReleaseLock, SeriesLock};
use crate::project::scenario::Phase;
use crate::project::workspace;
use crate::publish::patched_commit;
use crate::publish::render;
use crate::repro::suite::Settings;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;

pub(super) fn run(context: &Context, args: &cli::Matrix) -> Result<()> {
    let project = context.project()?;
    project.ensure_sound()?;
    let lock = project.lock()?;
    let settings = args.bazel.options().settings(&context.env, &context.root, &project.config)?;
    let scenarios = repro::select(&project, &args.scenarios)?;
    let store = context.store(lock)?;
    let subjects = subjects(context, &project, &store, args)?;
    let _held = context.hold_suite()?;
    let depth = Phase::from(args.depth);
    let mut matrix = run::empty(&lock.upstream.module, depth, &subjects, &scenarios);
    let asked: Vec<Option<&str>> = match args.bazel_versions.as_slice() {
        [] => vec![None],
        versions => versions.iter().map(|version| Some(version.as_str())).collect(),
    };
    for version in asked {
        let settings = Settings { version: version.map(str::to_owned), ..settings.clone() };
        let mut column = BazelColumn {
            asked: version.unwrap_or("installed").to_owned(),
            version: None,
            not_run: None,
        };
        let jobs = match jobs(context, args, &project, &settings) {
            Ok(jobs) => jobs,
            Err(failure) if version.is_some() && failure.kind == Kind::Environment => {
                column.not_run = Some(context.ui.scrub(&failure.error.to_string()));
                run::add(&mut matrix, column, None, &subjects, &scenarios);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        column.version = Some(jobs.bazel().to_owned());
        if let Some(asked) = version.filter(|asked| !is_asked_for(asked, jobs.bazel())) {
            column.version = None;
            column.not_run = Some(format!(
                "the Bazel here is {}, and only bazelisk can get {asked}",
                jobs.bazel()
            ));
            run::add(&mut matrix, column, None, &subjects, &scenarios);
            continue;
        }
        let shown = run::run(&context.ui, &store, &jobs, &subjects, &scenarios, depth)?;
        run::add(&mut matrix, column, Some(&shown), &subjects, &scenarios);
    }
    tell(context, args, &matrix)
}

/// The releases that are supported and wanted, newest first, each with its patches applied. One
/// onto which they do not merge is in the matrix, with the reason.
fn subjects(
    context: &Context,
    project: &Project,
    store: &Store,
    args: &cli::Matrix,
) -> Result<Vec<Subject>> {
    let lock = project.lock()?;
    let mut subjects = Vec::new();
    for (line, series) in project.locked_lines()? {
        let pinned = Applied::at_pin(store, line, series)?.complete()?;
        let wanted = |locked: &&ReleaseLock| {
            args.releases.as_ref().is_none_or(|range| range.contains(&locked.release))
        };
        for locked in line.all().filter(wanted) {
            let base = store.commit(locked.commit)?;
            let ported = pinned.onto(store, locked.release, &base, &[])?.ported(store);
            let mut patches = Vec::new();
            let made = match ported {
                Ok(ported) => {
                    patches.extend(ported.outcomes.iter().map(|patch| PatchRow {
                        name: patch.patch.to_string(),
                        outcome: patch.outcome.name().to_owned(),
                    }));
                    let patched = ported.applied;
                    let patched_commit = patched_commit::patched_commit(
                        store,
                        &lock.upstream,
                        &patched,
                        locked.revision,
                    )?;
                    Ok((patched, patched_commit))
                }
                Err(failure) if matches!(failure.kind, Kind::Conflict | Kind::Finding) => {
                    Err(reason(context, &failure))
                }
                Err(failure) => return Err(failure),
            };
            subjects.push(Subject {
                release: locked.release,
                commit: locked.commit,
                line: line.patches.clone(),
                patches,
                made,
            });
        }
    }
    if subjects.is_empty() {
        let all = lock.series.iter().flat_map(SeriesLock::all).map(|locked| locked.release);
        let all: Vec<Release> = all.collect();
        let range = args.releases.clone().unwrap_or_default();
        let message = format_args!("no release that is supported is in {range}");
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        return Err(
            Failure::new(Kind::Input, message).hint(format!("supported are {}", names.join(", ")))
        );
    }
    subjects.sort_by_key(|subject| Reverse(subject.release));
    Ok(subjects)
}

/// Why the patches do not merge, in one text.
fn reason(context: &Context, failure: &Failure) -> String {
    let mut text = failure.error.to_string();
    for problem in &failure.problems {
        text.push_str(&format!("\n{problem}"));
    }
    context.ui.scrub(&text)
}

fn jobs<'a>(
    context: &'a Context,
    args: &cli::Matrix,
    project: &'a Project,
    settings: &Settings,
) -> Result<Jobs<'a>> {
    let Context { env, ui, root, .. } = context;
    let module = &project.lock()?.upstream.module;
    let JobArgs { jobs, fresh } = args.jobs;
    Jobs::new(env, ui, root, &project.suite, module, settings, jobs, fresh)
}

/// Whether `found` is the version that was asked for: `7.x` is any 7, `7.7.1` itself, and
/// what has no number (`latest`, `rolling`) whatever bazelisk takes.
fn is_asked_for(asked: &str, found: &str) -> bool {
    let is_number = asked.starts_with(|c: char| c.is_ascii_digit());
    let start = asked.trim_end_matches(['x', '*', '.']);
    !is_number || found == asked || (start != asked && found.starts_with(&format!("{start}.")))
}

/// Prints the matrix, writes the reports, and stops where something is not as it should be.
fn tell(context: &Context, args: &cli::Matrix, matrix: &Matrix) -> Result<()> {
    write(context, args.junit.as_deref(), || Ok(render::junit(&matrix.junit())?))?;
    write(context, args.html.as_deref(), || Ok(matrix.page()?))?;
    write(context, args.summary.as_deref(), || Ok(matrix.step_summary()))?;
    context.ui.text(&matrix.text());
    let told = Told { command: "matrix", data: matrix.document() };
    ensure_safe(matrix).map_err(|failure| failure.telling(&told))?;
    context.ui.document(&Document::from(told));
    Ok(())
}

/// Writes a report, where it is wanted.
fn write(
    context: &Context,
    path: Option<&Path>,
    report: impl FnOnce() -> Result<String>,
) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let report = context.ui.scrub(&report()?);
    workspace::write(&context.env.directory().join(path), report.as_bytes())?;
    context.ui.status("Wrote", &path.display().to_string());
    Ok(())
}

/// Stops where a release is not safe, or where a Bazel that was asked for did not run.
fn ensure_safe(matrix: &Matrix) -> Result<()> {
    let summary = matrix.summary();
    let findings = matrix.findings();
    if !findings.is_empty() || (!summary.is_good && summary.bazels.iter().any(BazelSummary::ran)) {
        let is_verdict = findings.is_empty() || findings.iter().any(|found| found.bazel.is_some());
        let kind = if is_verdict { Kind::Verdict } else { Kind::Conflict };
        return Err(Failure::new(kind, summary.headline)
            .hint("`patcher repro --release R --scenario ID` shows one of them, `--html` all"));
    }
    let not_run: Vec<&str> = summary
        .bazels
        .iter()
        .filter(|bazel| !bazel.ran())
        .map(|bazel| bazel.name.as_str())
        .collect();
    if not_run.is_empty() {
        return Ok(());
    }
    let reasons = summary.bazels.iter().filter_map(|bazel| bazel.not_run.clone());
    let message = format_args!("Bazel {} did not run", not_run.join(", "));
    Err(reasons.fold(Failure::new(Kind::Environment, message), Failure::hint))
}

#[cfg(test)]
mod tests {
    use super::is_asked_for;

    #[test]
    fn a_version_is_the_one_that_was_asked_for() {
        assert!(is_asked_for("7.x", "7.7.1") && is_asked_for("7.*", "7.0.0"));
        assert!(is_asked_for("7.7.1", "7.7.1") && is_asked_for("latest", "9.0.0"));
        assert!(!is_asked_for("8.x", "7.7.1") && !is_asked_for("7.x", "70.0.0"));
        assert!(!is_asked_for("7.7.1", "7.7.10") && !is_asked_for("7", "7.7.1"));
    }
}
