//! `patcher propose`: takes what `patcher nightly` wrote down to GitHub.

use serde::Serialize;

use super::Context;
use crate::ci::proposal::{self, Proposal};
use crate::ci::propose::{Done, propose};
use crate::cli::Propose;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::problem::{Kind, Problem};

#[derive(Serialize)]
struct ProposeDocument {
    kind: proposal::Kind,
    title: String,
    steps: Vec<Done>,
}

pub(super) fn run(context: &Context, args: &Propose) -> Result<()> {
    let path = context.env.directory().join(&args.proposal);
    let text = file_read::read_text(&path).at("read", &path)?;
    let project = context.site().project()?;
    let directories: Vec<&str> =
        project.series.iter().map(|series| series.directory.as_str()).collect();
    let proposal = Proposal::parse(&text, &directories).map_err(|message| {
        Failure::from(Problem::new(Kind::Input, args.proposal.display().to_string(), message))
            .hint("`patcher nightly --proposal FILE` writes it")
    })?;
    let steps = propose(&context.site(), &proposal)?;
    let (kind, title) = (proposal.kind, proposal.title);
    context.ui.document(&ProposeDocument { kind, title, steps });
    Ok(())
}
