//! `patcher matrix`: releases × scenarios × versions of Bazel, on both trees.

use super::Context;
use crate::cli;
use crate::matrix::model::{BazelColumn, Matrix};
use crate::matrix::operation::{self, Options};
use crate::matrix::summary::{BazelSummary, ReleaseStatus};
use crate::matrix::{documents, merge};
use crate::project::scenario::Phase;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::counted;

pub(super) fn run(context: &Context, args: &cli::Matrix) -> Result<()> {
    context.ensure_writable(&[&args.json, &args.junit, &args.html, &args.summary])?;
    if !args.merge.is_empty() {
        let parts = documents::read(&context.env, &args.merge)?;
        return report(context, args, &merge::merge(&parts)?);
    }
    let options = Options {
        releases: args.releases.clone(),
        bazel_versions: args.bazel_versions.clone(),
        scenarios: args.scenarios.clone(),
        max_phase: Phase::from(args.max_phase),
        shard: args.shard,
        durations: args.durations.clone(),
        jobs: args.jobs.jobs,
        known: args.jobs.known(),
        bazel: args.bazel.options(),
    };
    let matrix = operation::matrix(&context.site(), &options)?;
    report(context, args, &matrix)
}

/// Prints the matrix, writes the reports, and stops if something is not as it should be.
fn report(context: &Context, args: &cli::Matrix, matrix: &Matrix) -> Result<()> {
    let reported = matrix.document();
    context.report(args.json.as_deref(), || Ok(context.ui.document_text(&reported)))?;
    context.report(args.junit.as_deref(), || Ok(matrix.junit().print()?))?;
    context.report(args.html.as_deref(), || Ok(matrix.page()?))?;
    context.report(args.summary.as_deref(), || Ok(matrix.step_summary()))?;
    context.ui.marked(&matrix.text(context.ui.columns()));
    ensure_passing(matrix).map_err(|failure| failure.with_report(&reported))?;
    context.ui.summary(&match matrix.shard {
        Some(shard) => format!("shard {shard}: {}", counted(matrix.cells.len(), "cell")),
        None => counted(matrix.releases.len(), "release"),
    });
    context.ui.document(&reported);
    Ok(())
}

/// Stops if a release fails or was not tested, or if a Bazel that was asked for did not run. Of a
/// shard, a release may have only cells that do not apply: whether it was tested, all shards show.
fn ensure_passing(matrix: &Matrix) -> Result<()> {
    let summary = matrix.summary();
    let findings = matrix.findings();
    let is_passing = |bazel: &&BazelSummary| {
        !bazel.releases.is_empty() && bazel.count(ReleaseStatus::Pass) == bazel.releases.len()
    };
    let mut ran = summary.bazels.iter().filter(|bazel| bazel.ran());
    let is_tested = matrix.shard.is_some() || ran.all(|bazel| is_passing(&bazel));
    if !findings.is_empty() || !is_tested {
        let kind = if findings.iter().any(|found| !found.bazels.is_empty()) {
            Kind::UnexpectedResult
        } else if findings.is_empty() {
            // Nothing was tested of a release: that is no result.
            Kind::Finding
        } else {
            Kind::Conflict
        };
        return Err(Failure::new(kind, summary.headline)
            .hint("`patcher repro --release R --scenario ID` shows one of them, `--html` all"));
    }
    let not_run = || matrix.bazels.iter().filter(|bazel| bazel.not_run.is_some());
    let names: Vec<&str> = not_run().map(BazelColumn::name).collect();
    if names.is_empty() {
        return Ok(());
    }
    let reasons = not_run().filter_map(|bazel| bazel.not_run.clone());
    let message = format_args!("Bazel {} did not run", names.join(", "));
    Err(reasons.fold(Failure::new(Kind::Environment, message), Failure::hint))
}
