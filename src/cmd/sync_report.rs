//! What a sync prints, also one that ends a port by hand.

use serde::Serialize;

use super::Context;
use crate::port::PatchOutcome;
use crate::project::evidence::{Evidence, State};
use crate::project::lock::{ArchiveLock, ReleaseLock, SeriesLock};
use crate::repro::report::Report as Tests;
use crate::support::ids::{CommitId, Release};
use crate::support::text::counted;
use crate::sync::Report;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SyncDocument<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
    /// What the scenarios show of the newest pin.
    evidence: Option<&'a Evidence>,
    outcomes: &'a [PatchOutcome],
    series: Vec<SeriesDocument<'a>>,
    report: Option<&'a Tests>,
    snippet: &'a str,
    written: &'a [String],
    claims: Vec<String>,
    open_claims: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SeriesDocument<'a> {
    directory: &'a str,
    pin: Release,
    releases: Vec<ReleaseDocument<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReleaseDocument<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
    evidence: Option<&'a Evidence>,
}

pub(super) fn print(context: &Context, report: &Report) {
    let pin = report.pin();
    let document = SyncDocument {
        version: pin.version().to_string(),
        commit: pin.patched_commit,
        archive: &pin.archive,
        evidence: report.evidence.get(&pin.release),
        outcomes: &report.outcomes,
        series: report.lock.series.iter().map(|series| series_document(report, series)).collect(),
        report: report.tests.as_ref(),
        snippet: &report.snippet,
        written: &report.written,
        claims: report.claims.made.iter().map(ToString::to_string).collect(),
        open_claims: report.claims.open.iter().map(ToString::to_string).collect(),
    };
    ending(context, report);
    context.ui.marked(&report.text());
    context.ui.document(&document);
}

/// The result of the sync, and what to do with it.
fn ending(context: &Context, report: &Report) {
    let module = &report.lock.upstream.module;
    let (pin, version) = (report.pin(), report.pin().version());
    let evidence = report.evidence.get(&pin.release);
    let tested = match evidence.filter(|evidence| evidence.state.is_tested()) {
        Some(evidence) => counted(evidence.ran, "scenario"),
        None => "not tested".to_owned(),
    };
    let count = counted(report.lock.series[0].patches_applied.len(), "patch");
    context.ui.summary(&format!("{module} {version}: {count}, {tested}"));
    if report.written.is_empty() {
        return;
    }
    match evidence.map(|evidence| evidence.state) {
        Some(State::Untested) => context.ui.next("patcher sync", "run the scenarios"),
        _ => context.ui.next("patcher publish", "write what consumers need"),
    }
}

fn series_document<'a>(report: &'a Report, series: &'a SeriesLock) -> SeriesDocument<'a> {
    let releases = series.all().map(|locked: &ReleaseLock| ReleaseDocument {
        version: locked.version().to_string(),
        commit: locked.patched_commit,
        archive: &locked.archive,
        evidence: report.evidence.get(&locked.release),
    });
    SeriesDocument {
        directory: &series.patches,
        pin: series.pin.release,
        releases: releases.collect(),
    }
}
