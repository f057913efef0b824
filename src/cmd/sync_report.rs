//! What a sync prints, also one that ends a resolve.

use serde::Serialize;

use super::{Context, Document};
use crate::port::PatchOutcome;
use crate::project::lock::{ArchiveLock, ReleaseLock, SeriesLock};
use crate::repro::report::Report as Tests;
use crate::support::ids::{CommitId, Release};
use crate::sync::Report;

#[derive(Serialize)]
struct SyncDocument<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
    outcomes: &'a [PatchOutcome],
    series: Vec<SeriesDocument<'a>>,
    report: Option<&'a Tests>,
    snippet: &'a str,
    written: &'a [String],
    claims: Vec<String>,
    open_claims: Vec<String>,
}

#[derive(Serialize)]
struct SeriesDocument<'a> {
    patches: &'a str,
    pin: Release,
    releases: Vec<ReleaseDocument<'a>>,
}

#[derive(Serialize)]
struct ReleaseDocument<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
}

pub(super) fn print(context: &Context, report: &Report) {
    let pin = report.pin();
    let document = SyncDocument {
        version: pin.version().to_string(),
        commit: pin.patched_commit,
        archive: &pin.archive,
        outcomes: &report.outcomes,
        series: report.lock.series.iter().map(series_document).collect(),
        report: report.tests.as_ref(),
        snippet: &report.snippet,
        written: &report.written,
        claims: report.claims.made.iter().map(ToString::to_string).collect(),
        open_claims: report.claims.open.iter().map(ToString::to_string).collect(),
    };
    context.ui.data(&report.text(), &Document::new("sync", document));
}

fn series_document(series: &SeriesLock) -> SeriesDocument<'_> {
    let release = |locked: &ReleaseLock| (locked.version().to_string(), locked.patched_commit);
    let releases = series.all().map(|locked| {
        let (version, commit) = release(locked);
        ReleaseDocument { version, commit, archive: &locked.archive }
    });
    SeriesDocument {
        patches: &series.patches,
        pin: series.pin.release,
        releases: releases.collect(),
    }
}
