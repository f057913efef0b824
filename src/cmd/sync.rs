//! `patcher sync`: everything, from the upstream to the published archive.

use serde::Serialize;

use super::context::ensure_text;
use super::{Context, preview, resume, sync_options, sync_report};
use crate::cli::{Sync, WriteArgs};
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::writing::Writing;
use crate::sync::{self, Options, Pending};

/// What a sync would write.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct PendingDocument<'a> {
    version: &'a str,
    would_write: &'a [&'a str],
    stale: &'a Option<String>,
    without_evidence: &'a [String],
}

pub(super) fn run(context: &Context, args: &Sync) -> Result<()> {
    if let Some(output) = &args.run.output {
        ensure_text("the output directory", output, "name another directory")?;
    }
    let options = Options {
        to: args.to,
        drop_upstreamed: args.drop_upstreamed.clone(),
        ..sync_options::of(&args.run)
    };
    let site = context.site();
    match args.to {
        _ if args.resolve => resume::begin(context, &options),
        Some(to) if args.write.dry_run => {
            preview::print(context, &sync::preview(site, &options, to)?, None)
        }
        _ if args.write.writing() == Writing::LeftOut => {
            print_pending(context, args.write, &sync::pending(site, &options)?)
        }
        _ => {
            sync_report::print(context, &sync::sync(site, &options)?);
            Ok(())
        }
    }
}

/// What would change; for `--check`, that is a finding.
fn print_pending(context: &Context, write: WriteArgs, pending: &Pending) -> Result<()> {
    let Pending { version, changes, diff, stale, without_evidence } = pending;
    let version = version.to_string();
    let paths: Vec<&str> = changes.iter().map(|(path, _)| path).collect();
    let reported =
        PendingDocument { version: &version, would_write: &paths, stale, without_evidence };
    for missing in without_evidence {
        context.ui.warning(missing);
    }
    if changes.is_empty() && stale.is_none() {
        context.ui.summary(&format!("{version} is up to date"));
        context.ui.document(&reported);
        return Ok(());
    }
    // An older lock may hold what no longer may be in it.
    context.ui.text(diff);
    if write.dry_run {
        context.ui.summary("nothing was written");
        context.ui.document(&reported);
        return Ok(());
    }
    let paths = (!paths.is_empty()).then(|| paths.join(", "));
    let wanted: Vec<String> = paths.into_iter().chain(stale.clone()).collect();
    Err(Failure::new(Kind::Finding, format_args!("not up to date: {}", wanted.join("; ")))
        .hint("`patcher sync` brings it up to date")
        .with_report(&reported))
}
