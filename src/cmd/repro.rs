//! `patcher repro`: the scenarios, or upstream's own tests, under real Bazel.

use serde::Serialize;

use super::Context;
use crate::cli::Repro;
use crate::project::scenario::Side;
use crate::repro::report::Report;
use crate::repro::scenarios::{self, Options};
use crate::repro::suite;
use crate::repro::upstream_test_comparison::Comparison;
use crate::repro::upstream_tests;
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::problem::Kind;
use crate::support::releases::ReleaseChoice;
use crate::support::text::counted;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Compared<'a> {
    upstream_tests: &'a Comparison,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Ran<'a> {
    report: &'a Report,
}

pub(super) fn run(context: &Context, args: &Repro) -> Result<()> {
    context.ensure_writable(&[&args.junit])?;
    if !args.upstream_tests.is_empty() {
        return compare_upstream_tests(context, args);
    }
    let options = Options {
        release: args.release.and_then(ReleaseChoice::named),
        scenarios: args.scenarios.clone(),
        sides: Side::BOTH.into_iter().filter(|side| args.side.includes(*side)).collect(),
        bazel: args.bazel.options(),
    };
    let report = scenarios::run(&context.site(), &options)?;
    context.report(args.junit.as_deref(), || Ok(report.junit().print()?))?;
    context.ui.marked(&report.table());
    let reported = Ran { report: &report };
    let found = suite::ensure_any(&report).and_then(|()| suite::ensure_good(&context.ui, &report));
    if let Some(rest) = report.rest().filter(|_| !report.rows.is_empty()) {
        context.ui.status(Meaning::Attention, "Ran", &rest);
    }
    found.map_err(|failure| failure.with_report(&reported))?;
    let count = counted(report.rows.len(), "scenario");
    context.ui.summary(&format!("{count} as expected under Bazel {}", report.bazel));
    context.ui.document(&reported);
    Ok(())
}

/// Runs upstream's own tests on both trees, and stops if they differ.
fn compare_upstream_tests(context: &Context, args: &Repro) -> Result<()> {
    let options = upstream_tests::Options {
        release: args.release.and_then(ReleaseChoice::named),
        patterns: args.upstream_tests.clone(),
        is_adapted: args.adapted,
        bazel: args.bazel.options(),
    };
    let (comparison, events) = upstream_tests::compare(&context.site(), &options)?;
    context.report(args.junit.as_deref(), || Ok(comparison.junit().print()?))?;
    context.ui.text(&comparison.text());
    let reported = Compared { upstream_tests: &comparison };
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
        context.ui.summary(&comparison.summary());
        context.ui.document(&reported);
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
    let failure = Failure::new(Kind::UnexpectedResult, message);
    Err(failure.hint("`--verbose` shows the calls of Bazel").with_report(&reported))
}
