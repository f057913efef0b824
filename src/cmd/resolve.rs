//! `patcher sync --resolve` and what follows it: a port that conflicts, resolved by hand.

use serde::Serialize;

use super::{Context, sync_report};
use crate::cli::Act;
use crate::port::resolve::resuming::Answer;
use crate::port::resolve::{self, Recalled, Status, Stopped};
use crate::support::failure::{Failure, Result};
use crate::support::guide::{Step, guide, shell, step};
use crate::support::problem::Kind;
use crate::sync::Options;
use crate::sync::resolve::{self as operation, Resolved};

#[derive(Serialize)]
struct StatusDocument<'a> {
    resolve: &'a Status,
}

#[derive(Serialize)]
struct RecalledDocument {
    recalled: usize,
    next: Vec<Step>,
}

#[derive(Serialize)]
struct AbortedDocument {
    aborted: bool,
}

pub(super) fn run(context: &Context, options: &Options, act: Act) -> Result<()> {
    let site = context.site();
    match act {
        Act::Resolve => print(context, operation::begin(site, options)?),
        Act::Continue => print(context, operation::resume(site, options, Answer::Continue)?),
        Act::Skip => print(context, operation::resume(site, options, Answer::Skip)?),
        Act::Recall => {
            print_recalled(context, &operation::recall(site, options)?);
            Ok(())
        }
        Act::Status => {
            print_status(context, &operation::status(site, options)?);
            Ok(())
        }
        Act::Abort => abort(context),
    }
}

fn print(context: &Context, resolved: Resolved) -> Result<()> {
    match resolved {
        Resolved::Stopped(stopped) => Err(failure(*stopped)),
        Resolved::Synced(report) => {
            sync_report::print(context, &report);
            Ok(())
        }
    }
}

/// A stop fails the command: scripts must not take the sync for done.
fn failure(stopped: Stopped) -> Failure {
    let Stopped { status, message, problems } = stopped;
    let next = Some(guide(&status.next));
    let failure = Failure { problems, next, ..Failure::new(Kind::Conflict, message) };
    let data = StatusDocument { resolve: &status };
    failure.hint("nothing of the project was changed").with_report(&data)
}

fn print_status(context: &Context, status: &Status) {
    let ui = &context.ui;
    ui.text(&ui.scrub(&status.text()));
    ui.document(&StatusDocument { resolve: status });
}

fn print_recalled(context: &Context, recalled: &Recalled) {
    let next = vec![
        step(&format!("cd {}", shell(&recalled.worktree)), ""),
        step("git diff", "review it first"),
        step("git add --update", "if it is right"),
        step("patcher sync --continue", "use it, and go on"),
    ];
    context.ui.text(&guide(&next));
    let data = RecalledDocument { recalled: recalled.count, next };
    context.ui.document(&data);
}

fn abort(context: &Context) -> Result<()> {
    resolve::abort(&context.site())?;
    context.ui.status("Gave up", "the worktree is gone; nothing of the project was changed");
    context.ui.document(&AbortedDocument { aborted: true });
    Ok(())
}
