//! `patcher propose`: takes what `patcher nightly` wrote down to GitHub.

use serde::Serialize;

use super::{Context, Document};
use crate::ci::branch::{Checkout, Pushed};
use crate::ci::github::GitHub;
use crate::ci::proposal::{self, Proposal, Step};
use crate::cli::Propose;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::problem::{Kind, Problem};

#[derive(Serialize)]
struct Done {
    kind: proposal::Kind,
    title: String,
    steps: Vec<DoneStep>,
}

#[derive(Serialize)]
struct DoneStep {
    /// `created`, `updated`, `kept`, `let-be` or `closed`.
    step: &'static str,
    number: u64,
}

pub(super) fn run(context: &Context, args: &Propose) -> Result<()> {
    let path = context.env.directory().join(&args.proposal);
    let text = std::fs::read_to_string(&path).at("read", &path)?;
    let project = context.project()?;
    let directories: Vec<&str> =
        project.series.iter().map(|line| line.directory.as_str()).collect();
    let proposal = Proposal::parse(&text, &directories).map_err(|message| {
        Failure::from(Problem::new(Kind::Input, args.proposal.display().to_string(), message))
            .hint("`patcher nightly --proposal FILE` writes it")
    })?;
    let github = GitHub::new(&context.env, &context.root)?;
    let text = proposal.text();
    let mut done = Vec::new();
    for step in proposal.steps(&github.posts()?) {
        // The branch first: a pull request is of one.
        let is_taken = matches!(step, Step::Create | Step::Update(_) | Step::Keep(_));
        if is_taken && proposal.kind == proposal::Kind::PullRequest && !push(context, &proposal)? {
            continue;
        }
        let (name, number) = match &step {
            Step::Create if proposal.kind == proposal::Kind::Issue => {
                ("created", github.open_issue(&proposal.title, &text)?)
            }
            Step::Create => {
                let base = Checkout::open(&context.env, &context.root)?.base()?;
                let branch = proposal.branch();
                ("created", github.open_pull_request(&proposal.title, &text, &branch, &base)?)
            }
            Step::Update(number) => {
                github.rewrite(*number, &proposal.title, &text)?;
                ("updated", *number)
            }
            Step::Keep(number) => ("kept", *number),
            Step::LetBe(number) => ("let-be", *number),
            Step::Close { number, title, text } => {
                let why =
                    format!("This has passed. The last run of patcher says: {}.", proposal.title);
                github.close(*number, (title, text), &why)?;
                ("closed", *number)
            }
        };
        tell(context, &step, number, proposal.kind);
        done.push(DoneStep { step: name, number });
    }
    let (kind, title) = (proposal.kind, proposal.title);
    context.ui.document(&Document::new("propose", Done { kind, title, steps: done }));
    Ok(())
}

/// Brings the branch to what is proposed; whether there is anything left to propose.
fn push(context: &Context, proposal: &Proposal) -> Result<bool> {
    let checkout = Checkout::open(&context.env, &context.root)?;
    let Some(commit) = checkout.commit(&proposal.files, &proposal.message())? else {
        context.ui.status("Up to date", "what is checked out has all of it");
        return Ok(false);
    };
    let branch = proposal.branch();
    match checkout.push(&branch, commit, |message| proposal.is_own(message))? {
        Pushed::New => context.ui.status("Pushed", &branch),
        Pushed::Same => context.ui.status("Kept", &format!("{branch}, which has all of it")),
        Pushed::Foreign => {
            let message = format!("{branch} has commits of somebody's, and was left alone");
            context.ui.warning(&message);
        }
    }
    Ok(true)
}

fn tell(context: &Context, step: &Step, number: u64, kind: proposal::Kind) {
    let name = kind.name();
    match step {
        Step::Create => context.ui.status("Opened", &format!("{name} {number}")),
        Step::Update(_) => context.ui.status("Updated", &format!("{name} {number}")),
        Step::Keep(_) => {
            context.ui.status("Kept", &format!("{name} {number}, which says all of it"));
        }
        Step::LetBe(_) => {
            context.ui.status("Let be", &format!("{name} {number}, which was closed by hand"));
        }
        Step::Close { .. } => context.ui.status("Closed", &format!("{number}, which has passed")),
    }
}
