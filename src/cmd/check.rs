//! `patcher check`: the offline gate.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Check;
use crate::port::session;
use crate::publish::check::{Archives, Checked, CheckedSeries, check};
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::text::counted;

#[derive(Serialize)]
struct CheckDocument {
    /// The newest pin.
    release: Release,
    /// What is published of it.
    version: String,
    /// How many patches the newest series has.
    patches: usize,
    series: Vec<SeriesDocument>,
    /// Whether every archive was made again.
    archives: bool,
    /// Why results in the lock say nothing of a release, where they do not.
    stale: Option<String>,
}

#[derive(Serialize)]
struct SeriesDocument {
    patches: String,
    pin: Release,
    releases: Vec<Release>,
}

pub(super) fn run(context: &Context, args: &Check) -> Result<()> {
    let archives = if args.archives { Archives::All } else { Archives::None };
    let checked = check(&context.site(), archives)?;
    print(context, &checked, archives);
    context.ui.document(&Document::new("check", document(checked, archives)));
    Ok(())
}

/// Prints what was checked, for people.
pub(super) fn print(context: &Context, checked: &Checked, archives: Archives) {
    for series in &checked.series {
        context.ui.status("Checked", &text(series));
    }
    let archives =
        if archives == Archives::All { "" } else { " (archives by their commits: --archives)" };
    let version = &checked.version;
    context
        .ui
        .status("Checked", &format!("upstream.lock is what is derived again: {version}{archives}"));
    for stale in &checked.stale {
        context.ui.warning(&format!("{stale}: `patcher sync` runs the scenarios"));
    }
    if let Some(work) = session::under_way(&context.site()) {
        context.ui.warning(&work);
    }
}

fn text(series: &CheckedSeries) -> String {
    let CheckedSeries { patches, releases, .. } = series;
    let fits = if *patches == 1 { "it fits exactly" } else { "each fits exactly" };
    let text = format!("{} at {}: {fits}", counted(*patches, "patch"), releases[0]);
    let [_, .., oldest] = releases.as_slice() else { return text };
    let others = counted(releases.len() - 1, "other release");
    format!("{text}, and merges onto {others}, down to {oldest}")
}

fn document(checked: Checked, archives: Archives) -> CheckDocument {
    let Checked { version, series, stale } = checked;
    CheckDocument {
        release: version.release,
        version: version.to_string(),
        patches: series[0].patches,
        series: series
            .into_iter()
            .map(|CheckedSeries { directory, releases, .. }| SeriesDocument {
                patches: directory,
                pin: releases[0],
                releases,
            })
            .collect(),
        archives: archives == Archives::All,
        stale: (!stale.is_empty()).then(|| stale.join("; ")),
    }
}
