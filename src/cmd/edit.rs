//! `patcher edit` and `patcher new`: the pinned series as commits in a worktree, and back.

use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::{Edit, New, WriteArgs};
use crate::port::edit::{self, Change, ChangeKind, Finished, Opened};
use crate::support::failure::Result;
use crate::support::guide::{Step, shell, step};
use crate::support::ids::{CommitId, Release};
use crate::support::look::Meaning;
use crate::support::names::PatchName;
use crate::support::text::counted;
use crate::support::writing::Writing;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OpenedDocument {
    series: String,
    release: Release,
    worktree: String,
    commits: Vec<CommitId>,
    next: Vec<Step>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FinishedDocument {
    series: String,
    patches: Vec<Change>,
    dropped: Vec<PatchName>,
    /// The files that were written or removed, or with `--dry-run` would be.
    written: Vec<String>,
    next: Vec<Step>,
}

/// `patcher new`: the same worktree, with a template for the message.
pub(super) fn run_new(context: &Context, args: &New) -> Result<()> {
    let (site, writing) = (context.site(), args.write.writing());
    let opened = edit::begin_new(&site, args.series.as_deref(), &args.subject, writing)?;
    if writing == Writing::LeftOut {
        return planned(context, opened, args.write);
    }
    let next = vec![
        enter(&opened),
        step("$EDITOR …", "make the change"),
        step("git add --all", ""),
        step("git commit", "say why, which scenario shows it, and when it can go"),
        step("patcher continue", "write it as a patch"),
        step("patcher abort", "or: leave all as it was"),
    ];
    print(context, opened, next, "make the change there");
    Ok(())
}

pub(super) fn run(context: &Context, args: &Edit) -> Result<()> {
    let patch = args.patch.as_ref();
    let writing = args.write.writing();
    let opened = edit::begin(&context.site(), args.series.as_deref(), patch, writing)?;
    if writing == Writing::LeftOut {
        return planned(context, opened, args.write);
    }
    let mut next = vec![enter(&opened)];
    if opened.is_amid {
        next.push(step("$EDITOR …", "make the change"));
        next.push(step("git commit --all --amend", "make it the patch's"));
        next.push(step("git rebase --continue", "put the patches after it on top"));
    } else {
        next.push(step(&format!("git log --oneline {}..", opened.release), "a commit is a patch"));
        if patch.is_some() {
            next.push(step("git commit --all --amend", "change the patch, which is the last"));
        }
        let rebase = format!("git rebase --interactive {}", opened.base.short());
        next.push(step(&rebase, "change, reword, reorder, drop, squash"));
        next.push(step("git commit", "or: add one on top"));
    }
    next.push(step("patcher continue", "write them as patches"));
    next.push(step("patcher abort", "or: leave all as it was"));
    print(context, opened, next, "edit the commits there");
    Ok(())
}

/// What `patcher continue` does of an edit.
pub(super) fn finish(context: &Context, write: WriteArgs) -> Result<()> {
    let writing = write.writing();
    let Finished { directory, patches, dropped, written, diff, problems } =
        edit::finish(&context.site(), writing)?;
    for Change { patch, change } in &patches {
        let (meaning, verb) = match change {
            ChangeKind::New => (Meaning::Done, "Added"),
            ChangeKind::Changed => (Meaning::Done, "Changed"),
            ChangeKind::Renamed => (Meaning::Done, "Renamed"),
            ChangeKind::Refreshed => (Meaning::Done, "Refreshed"),
            ChangeKind::Kept => (Meaning::Unchanged, "Kept"),
        };
        context.ui.status(meaning, verb, patch.as_str());
    }
    dropped.iter().for_each(|name| context.ui.status(Meaning::Done, "Dropped", name.as_str()));
    problems.iter().for_each(|problem| context.ui.warning(&problem.to_string()));
    let next = vec![
        step("patcher review", "see what has changed"),
        step("patcher sync", "test it, and update the lock"),
    ];
    if writing == Writing::LeftOut {
        let (files, next) = (written.clone(), Vec::new());
        let data = FinishedDocument { series: directory, patches, dropped, written, next };
        return WouldWrite::changes(files, diff).print(context, write, &data);
    }
    let count = counted(patches.len(), "patch");
    context.ui.summary(&format!("{count} in {directory}"));
    context.ui.next("patcher review", "see what has changed, before a sync");
    context.ui.document(&FinishedDocument { series: directory, patches, dropped, written, next });
    Ok(())
}

fn enter(opened: &Opened) -> Step {
    step(&format!("cd {}", shell(&opened.worktree)), "")
}

/// What would be opened.
fn planned(context: &Context, opened: Opened, write: WriteArgs) -> Result<()> {
    let would_write = WouldWrite::new(vec![opened.worktree.clone()]);
    would_write.print(context, write, &document(opened, Vec::new()))
}

fn document(opened: Opened, next: Vec<Step>) -> OpenedDocument {
    let Opened { directory, release, worktree, commits, .. } = opened;
    OpenedDocument { series: directory, release, worktree, commits, next }
}

/// Prints where the worktree is, for `cd "$(patcher edit)"`; what can be done in it is for people.
fn print(context: &Context, opened: Opened, next: Vec<Step>, why: &str) {
    let count = counted(opened.commits.len(), "commit");
    context.ui.status(
        Meaning::Done,
        "Opened",
        &format!("{}: {count} on {}, a commit a patch", opened.worktree, opened.release),
    );
    context.ui.steps(&next[1..]);
    context.ui.summary(&format!("{count} to edit"));
    context.ui.next(&next[0].command, why);
    context.ui.data(&format!("{}\n", opened.worktree), &document(opened, next));
}
