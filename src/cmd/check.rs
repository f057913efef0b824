//! `patcher check`: the checks that need no network.

use serde::Serialize;

use super::Context;
use crate::cli::Check;
use crate::publish::check::{Archives, Checked, CheckedSeries, check};
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::text::counted;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct CheckDocument {
    /// The newest pin.
    release: Release,
    /// What is published of it.
    version: String,
    /// How many patches the newest series has.
    patches: usize,
    series: Vec<SeriesDocument>,
    /// Whether every archive was made again.
    archives: bool,
    /// Why results in the lock say nothing of a release, if they do not.
    stale: Option<String>,
    /// Of which releases nothing can be tested, and why.
    without_evidence: Vec<String>,
    /// What to know before the patches are applied: by hand, or by an old Bazel.
    notes: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SeriesDocument {
    directory: String,
    pin: Release,
    releases: Vec<Release>,
}

pub(super) fn run(context: &Context, args: &Check) -> Result<()> {
    let archives = if args.archives { Archives::All } else { Archives::None };
    let checked = check(&context.site(), archives)?;
    checked.report_to(&context.site(), archives);
    let releases = checked.series.iter().map(|series| series.releases.len()).sum();
    let count = counted(releases, "release");
    context.ui.summary(&format!("nothing is wrong with the patches and archives of {count}"));
    context.ui.document(&document(checked, archives));
    Ok(())
}

fn document(checked: Checked, archives: Archives) -> CheckDocument {
    let Checked { version, series, stale, without_evidence, notes } = checked;
    CheckDocument {
        release: version.release,
        version: version.to_string(),
        patches: series[0].patches,
        series: series
            .into_iter()
            .map(|CheckedSeries { directory, releases, .. }| SeriesDocument {
                directory,
                pin: releases[0],
                releases,
            })
            .collect(),
        archives: archives == Archives::All,
        stale: (!stale.is_empty()).then(|| stale.join("; ")),
        without_evidence,
        notes,
    }
}
