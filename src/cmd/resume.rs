//! `patcher continue`, `skip`, `abort`, and what begins a port by hand: work in a worktree is one
//! state, whether a patch conflicted or the series is edited.

use serde::Serialize;

use super::would_write::WouldWrite;
use super::{Context, edit, sync_options, sync_report};
use crate::cli::{Abort, Continue, Skip};
use crate::port::resolve::resuming::Answer;
use crate::port::resolve::{Recalled, Status, Stopped};
use crate::port::session;
use crate::port::work::Task;
use crate::support::failure::{Failure, Result};
use crate::support::guide::{Step, guide, shell, step};
use crate::support::problem::Kind;
use crate::support::text::counted;
use crate::support::writing::Writing;
use crate::sync::Options;
use crate::sync::resolve::{self as operation, Resolved};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct StoppedDocument<'a> {
    resolve: &'a Status,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct RecalledDocument {
    recalled: usize,
    next: Vec<Step>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct AbortedDocument {
    aborted: bool,
}

/// `patcher sync --resolve`.
pub(super) fn begin(context: &Context, options: &Options) -> Result<()> {
    print(context, operation::begin(context.site(), options)?)
}

pub(super) fn run(context: &Context, args: &Continue) -> Result<()> {
    let site = context.site();
    match (session::task(&site)?, args.recall) {
        (Task::Edit, false) => edit::finish(context, args.write),
        (Task::Resolve, _) if args.write.writing() == Writing::LeftOut => Err(Failure::new(
            Kind::Input,
            "a port is under way: --dry-run and --check are for an edit",
        )
        .hint("`patcher status` shows where the port is")),
        (Task::Edit, true) => Err(no_conflict("recall")),
        (Task::Resolve, false) => {
            let options = sync_options::of(&args.run);
            print(context, operation::resume(site, &options, Answer::Continue)?)
        }
        (Task::Resolve, true) => {
            print_recalled(context, &operation::recall(site, &sync_options::of(&args.run))?);
            Ok(())
        }
    }
}

pub(super) fn skip(context: &Context, args: &Skip) -> Result<()> {
    let site = context.site();
    match session::task(&site)? {
        Task::Edit => Err(no_conflict("skip")),
        Task::Resolve => {
            let options = sync_options::of(&args.run);
            print(context, operation::resume(site, &options, Answer::Skip)?)
        }
    }
}

/// Why what is about a conflict cannot be done in an edit.
fn no_conflict(what: &str) -> Failure {
    Failure::new(Kind::Input, format_args!("an edit is under way: there is no conflict to {what}"))
        .hint("`patcher continue` writes the commits as patches")
        .hint("`patcher abort` leaves the patches as they were")
}

pub(super) fn abort(context: &Context, args: &Abort) -> Result<()> {
    if args.write.writing() == Writing::LeftOut {
        let directory = session::to_give_up(&context.site())?.display().to_string();
        let document = AbortedDocument { aborted: false };
        return WouldWrite::removes(vec![directory]).print(context, args.write, &document);
    }
    session::give_up(&context.site())?;
    context.ui.summary("the worktree is gone; the patches are as they were");
    context.ui.document(&AbortedDocument { aborted: true });
    Ok(())
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
    let data = StoppedDocument { resolve: &status };
    failure.hint("nothing of the project was changed").with_report(&data)
}

fn print_recalled(context: &Context, recalled: &Recalled) {
    let next = vec![
        step(&format!("cd {}", shell(&recalled.worktree)), ""),
        step("git diff", "review it first"),
        step("git add --update", "if it is right"),
        step("patcher continue", "use it, and go on"),
    ];
    context.ui.steps(&next[1..]);
    context.ui.next(&next[0].command, "review it there");
    context.ui.summary(&format!("{} recalled", counted(recalled.count, "resolution")));
    let data = RecalledDocument { recalled: recalled.count, next };
    context.ui.document(&data);
}
