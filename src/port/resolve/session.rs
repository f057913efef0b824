//! The worktree of a resolve, found again.

use crate::port::session::{self, Session};
use crate::port::work::Task;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::guide::{guide, shell, step};
use crate::support::problem::Kind;

/// The resolve that is under way.
///
/// # Errors
///
/// There is none, or it is another kind of work.
pub fn load<'a>(site: &Site<'a>) -> Result<Session<'a>> {
    let session = Session::load(site.env, site.root)?.ok_or_else(session::nothing_under_way)?;
    if session.work.task == Task::Resolve { Ok(session) } else { Err(session.under_way()) }
}

/// Why a resolve that is past every patch could not be finished, and how it goes on.
pub fn still_open(failure: Failure, session: &Session<'_>) -> Failure {
    if failure.kind == Kind::Environment {
        return failure.hint("then `patcher continue` finishes the port; nothing was changed");
    }
    let (directory, release) = (session.directory(), session.work.onto.release);
    let next = [
        step(&format!("cd {}", shell(&directory)), "the series as commits, a commit a patch"),
        step("git commit --all --amend", "mend the last patch"),
        step(&format!("git rebase --interactive {release}"), "or: one before it"),
        step("patcher continue", "finish"),
        step("patcher abort", "or: give up, and leave no trace"),
    ];
    // Other hints are about what the project holds, which is still at the pin.
    let hints = vec!["nothing was changed; the series is still on its way".to_owned()];
    Failure { hints, next: Some(guide(&next)), ..failure }
}
