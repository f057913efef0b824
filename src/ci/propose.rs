//! Taking a night's proposal to GitHub.

use serde::Serialize;

use crate::ci::branch::{Checkout, Pushed};
use crate::ci::github::{GitHub, PullRequest};
use crate::ci::proposal::{Kind, Proposal, Step};
use crate::project::site::Site;
use crate::support::failure::Result;
use crate::support::look::Meaning;

/// A step that was taken.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Done {
    /// `created`, `updated`, `kept`, `let-be` or `closed`.
    pub step: &'static str,
    /// The pull request's or the issue's number.
    pub number: u64,
}

/// Opens the pull request or the issue, or updates the open one, and closes those that are
/// over.
///
/// # Errors
///
/// There is no `gh`, GitHub refuses or cannot be reached, or the branch cannot be pushed.
pub fn propose(site: &Site<'_>, proposal: &Proposal) -> Result<Vec<Done>> {
    // Two at once would both find none, and open one each.
    let _held = site.hold("propose")?;
    let github = GitHub::new(site.env, site.root)?;
    let mut done = Vec::new();
    let is_pull_request = proposal.kind == Kind::PullRequest;
    let steps = proposal.steps(&github.posts()?);
    // Before anything is pushed: a pull request is for the branch that is checked out.
    let base = if is_pull_request && steps.iter().any(|step| matches!(step, Step::Create)) {
        Some(Checkout::open(site.env, site.root)?.base()?)
    } else {
        None
    };
    for step in steps {
        // The branch first: a pull request is of one.
        let is_taken = matches!(step, Step::Create | Step::Update(_) | Step::Keep(_));
        if is_taken && is_pull_request && !push(site, proposal)? {
            continue;
        }
        let taken = take(&github, proposal, base.as_deref(), &step).map_err(|failure| {
            if is_taken && is_pull_request {
                failure.hint(format!("{} is pushed already: run it again", proposal.branch()))
            } else {
                failure
            }
        })?;
        report(site, &step, taken.number, proposal.kind);
        done.push(taken);
    }
    Ok(done)
}

/// Takes a step; a pull request is for the branch `base`.
fn take(github: &GitHub, proposal: &Proposal, base: Option<&str>, step: &Step) -> Result<Done> {
    let (title, text) = (&proposal.title, proposal.text());
    let (step, number) = match (step, base) {
        (Step::Create, None) => ("created", github.open_issue(title, &text)?),
        (Step::Create, Some(base)) => {
            let (head, body) = (&*proposal.branch(), &*text);
            ("created", github.open_pull_request(&PullRequest { title, body, head, base })?)
        }
        (Step::Update(number), _) => {
            github.rewrite(*number, title, &text)?;
            ("updated", *number)
        }
        (Step::Keep(number), _) => ("kept", *number),
        (Step::LetBe(number), _) => ("let-be", *number),
        (Step::Close { number, title: old, text }, _) => {
            let why = format!("This has passed. The last run of patcher says: {title}.");
            github.close(*number, (old, text), &why)?;
            ("closed", *number)
        }
    };
    Ok(Done { step, number })
}

/// Brings the branch to what is proposed; whether there is anything left to propose.
fn push(site: &Site<'_>, proposal: &Proposal) -> Result<bool> {
    let progress = site.progress;
    let checkout = Checkout::open(site.env, site.root)?;
    let Some(commit) = checkout.commit(&proposal.files, &proposal.message())? else {
        progress.status(Meaning::Unchanged, "Up to date", "what is checked out has all of it");
        return Ok(false);
    };
    let branch = proposal.branch();
    match checkout.push(&branch, commit, |message| proposal.is_own(message))? {
        Pushed::New => progress.status(Meaning::Done, "Pushed", &branch),
        Pushed::Same => {
            progress.status(Meaning::Unchanged, "Kept", &format!("{branch}, which has all of it"));
        }
        Pushed::Foreign => {
            let message = format!("{branch} has commits by a person, and was left as it is");
            progress.warning(&message);
        }
    }
    Ok(true)
}

fn report(site: &Site<'_>, step: &Step, number: u64, kind: Kind) {
    let name = kind.name();
    let (meaning, verb, text) = match step {
        Step::Create => (Meaning::Done, "Opened", format!("{name} {number}")),
        Step::Update(_) => (Meaning::Done, "Updated", format!("{name} {number}")),
        Step::Keep(_) => {
            (Meaning::Unchanged, "Kept", format!("{name} {number}, which says all of it"))
        }
        Step::LetBe(_) => {
            (Meaning::Unchanged, "Let be", format!("{name} {number}, which was closed by hand"))
        }
        Step::Close { .. } => (Meaning::Done, "Closed", format!("{number}, which has passed")),
    };
    site.progress.status(meaning, verb, &text);
}
