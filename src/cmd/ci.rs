//! `patcher ci`: a sync to the newest release from a scheduled job, its result written down; and
//! that taken to GitHub, by another job.

use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::ci::nightly::{Night, nightly};
use crate::ci::proposal::{self, Proposal};
use crate::ci::propose::{Done, propose};
use crate::cli::{Ci, CiAction, CiPort, CiPropose};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::guide::shell;
use crate::support::problem::{Kind, Problem};
use crate::support::writing::Writing;
use crate::sync::Options;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ProposalDocument<'a> {
    branch: String,
    proposal: &'a Proposal,
    /// The files that were written, or with `--dry-run` would be.
    written: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ProposeDocument {
    kind: proposal::Kind,
    title: String,
    steps: Vec<Done>,
}

pub(super) fn run(context: &Context, args: &Ci) -> Result<()> {
    match &args.action {
        CiAction::Port(args) => port(context, args),
        CiAction::Propose(args) => take_to_github(context, args),
    }
}

fn port(context: &Context, args: &CiPort) -> Result<()> {
    let options = Options {
        upstream: args.upstream.clone(),
        scenarios: (!args.no_repro).then(|| args.bazel.options()),
        jobs: args.jobs.jobs,
        known: args.jobs.known(),
        is_rebuild: args.rebuild,
        ..Options::default()
    };
    let writing = args.write.writing();
    if writing == Writing::Done {
        context.ensure_writable(&[&args.proposal, &args.summary])?;
    }
    let Night { proposal, mut written } = nightly(context.site(), &options, writing)?;
    let page = format!("## {}\n\n{}", proposal.title, proposal.body);
    let files = [
        (&args.proposal, proposal.print().map_err(Failure::defect)?),
        (&args.summary, page.clone()),
    ];
    for (path, text) in files.iter().filter_map(|(path, text)| Some((path.as_ref()?, text))) {
        written.push(path.display().to_string());
        if writing == Writing::Done {
            context.write(path, text)?;
        }
    }
    let document = ProposalDocument {
        branch: proposal.branch(),
        proposal: &proposal,
        written: written.clone(),
    };
    if writing == Writing::LeftOut {
        context.ui.text(&page);
        return WouldWrite::new(written).print(context, args.write, &document);
    }
    context.ui.summary(&format!("{}: {}", proposal.kind.name(), proposal.title));
    if let Some(file) = &args.proposal {
        let command = format!("patcher ci propose {}", shell(&file.to_string_lossy()));
        context.ui.next(&command, "take it to GitHub");
    }
    context.ui.data(&page, &document);
    Ok(())
}

fn take_to_github(context: &Context, args: &CiPropose) -> Result<()> {
    let path = context.env.directory().join(&args.proposal);
    let written = |failure: Failure| failure.hint("`patcher ci port --proposal FILE` writes it");
    let text = file_read::read_text(&path).at("read", &path).map_err(written)?;
    let project = context.site().project()?;
    let directories: Vec<&str> =
        project.series.iter().map(|series| series.directory.as_str()).collect();
    let proposal = Proposal::parse(&text, &directories).map_err(|message| {
        let problem = Problem::new(Kind::Input, args.proposal.display().to_string(), message);
        written(problem.into())
    })?;
    let steps = propose(&context.site(), &proposal)?;
    let (kind, title) = (proposal.kind, proposal.title);
    context.ui.summary(&title);
    context.ui.document(&ProposeDocument { kind, title, steps });
    Ok(())
}
