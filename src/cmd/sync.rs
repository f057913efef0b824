//! `patcher sync`: everything, from the upstream to the published archive.

use serde::Serialize;

use super::context::ensure_text;
use super::{Context, resolve, sync_report};
use crate::cli::Sync;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;
use crate::sync::preview_report::{Finding, PreviewReport};
use crate::sync::{self, Options, Pending, Preview};

pub(super) fn run(context: &Context, args: &Sync) -> Result<()> {
    if let Some(output) = &args.output {
        ensure_text("the output directory", output, "name another directory")?;
    }
    let (site, options) = (context.site(), options(args));
    match (args.acts.act(), args.to) {
        (Some(act), _) => resolve::run(context, &options, act),
        (None, Some(to)) if args.dry_run => {
            print_preview(context, &sync::preview(site, &options, to)?)
        }
        (None, _) if args.check => print_pending(context, &sync::pending(site, &options)?),
        (None, _) => {
            sync_report::print(context, &sync::sync(site, &options)?);
            Ok(())
        }
    }
}

/// The options of a sync, whatever it does about conflicts.
fn options(args: &Sync) -> Options {
    Options {
        upstream: args.upstream.clone(),
        to: args.to,
        fewer_releases: args.fewer_releases(),
        drop_upstreamed: args.drop_upstreamed.clone(),
        output: args.output.clone(),
        base_url: args.url.base_url.clone(),
        registry: args.registry.clone(),
        registry_integrity: args.registry_integrity.clone(),
        scenarios: (!args.no_repro).then(|| args.bazel.options()),
        jobs: args.jobs.jobs,
        is_fresh: args.jobs.fresh,
    }
}

/// `--check`: what would change is a finding.
fn print_pending(context: &Context, pending: &Pending) -> Result<()> {
    #[derive(Serialize)]
    struct PendingDocument<'a> {
        version: &'a str,
        would_write: &'a [&'a str],
        stale: &'a Option<String>,
        without_evidence: &'a [String],
    }
    let Pending { version, changes, diff, stale, without_evidence } = pending;
    let version = version.to_string();
    let paths: Vec<&str> = changes.iter().map(|(path, _)| path).collect();
    let reported =
        PendingDocument { version: &version, would_write: &paths, stale, without_evidence };
    for missing in without_evidence {
        context.ui.warning(missing);
    }
    if changes.is_empty() && stale.is_none() {
        context.ui.status("Up to date", &version);
        context.ui.document(&reported);
        return Ok(());
    }
    // An older lock may hold what no longer may be in it.
    context.ui.text(&context.ui.without_secrets(diff));
    let paths = (!paths.is_empty()).then(|| paths.join(", "));
    let wanted: Vec<String> = paths.into_iter().chain(stale.clone()).collect();
    Err(Failure::new(Kind::Finding, format_args!("not up to date: {}", wanted.join("; ")))
        .hint("`patcher sync` brings it up to date")
        .with_report(&reported))
}

/// `--dry-run`: what is to be done decides the exit code.
fn print_preview(context: &Context, preview: &Preview) -> Result<()> {
    #[derive(Serialize)]
    struct Nothing {
        newest: Release,
    }
    #[derive(Serialize)]
    struct PreviewDocument<'a> {
        title: String,
        body: String,
        finding: Finding,
        preview: &'a PreviewReport,
    }
    let preview = match preview {
        Preview::Report(report) => report,
        Preview::NoCandidate { newest } => {
            context
                .ui
                .status("Up to date", &format!("no release candidate is newer than {newest}"));
            context.ui.document(&Nothing { newest: *newest });
            return Ok(());
        }
    };
    let (title, body, finding) = (preview.title(), preview.body(), preview.finding());
    context.ui.text(&context.ui.scrub(&format!("# {title}\n\n{body}")));
    let reported = PreviewDocument { title: title.clone(), body, finding, preview };
    let kind = match finding {
        Finding::Ready | Finding::Untested => {
            context.ui.document(&reported);
            return Ok(());
        }
        Finding::FewerReleases => Kind::Input,
        Finding::Conflict => Kind::Conflict,
        Finding::AlreadyUpstream => Kind::Finding,
        Finding::FixedUpstream | Finding::Broken | Finding::UpstreamBroken => {
            Kind::UnexpectedResult
        }
    };
    Err(Failure::new(kind, title).hint("nothing was changed").with_report(&reported))
}
