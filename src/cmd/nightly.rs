//! `patcher nightly`: a sync to the newest release, and its result, written down for
//! `patcher propose`.

use std::path::Path;

use serde::Serialize;

use super::Context;
use crate::ci::nightly::nightly;
use crate::ci::proposal::Proposal;
use crate::cli::Nightly;
use crate::project::workspace;
use crate::support::failure::{Failure, Result};
use crate::sync::Options;

#[derive(Serialize)]
struct Proposed<'a> {
    branch: String,
    proposal: &'a Proposal,
}

pub(super) fn run(context: &Context, args: &Nightly) -> Result<()> {
    let options = Options {
        upstream: args.upstream.clone(),
        scenarios: (!args.no_repro).then(|| args.bazel.options()),
        jobs: args.jobs.jobs,
        is_fresh: args.jobs.fresh,
        ..Options::default()
    };
    let proposal = nightly(context.site(), &options)?;
    let document = proposal.print().map_err(Failure::defect)?;
    write(context, args.proposal.as_deref(), &document)?;
    let page = format!("## {}\n\n{}", proposal.title, proposal.body);
    write(context, args.summary.as_deref(), &page)?;
    context.ui.status("Proposed", &format!("{}: {}", proposal.kind.name(), proposal.title));
    let branch = proposal.branch();
    let proposed = Proposed { branch, proposal: &proposal };
    context.ui.data(&page, &proposed);
    Ok(())
}

fn write(context: &Context, path: Option<&Path>, text: &str) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    workspace::write(&context.env.directory().join(path), text.as_bytes())?;
    context.ui.status("Wrote", &path.display().to_string());
    Ok(())
}
