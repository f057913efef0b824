//! A worktree with the pinned series, opened and looked at.

use std::fs;

use crate::port::Applied;
use crate::port::select::select;
use crate::port::session::{self, Begin, Session};
use crate::port::work::{Base, Task};
use crate::project::lint::TEMPLATE;
use crate::project::patch_choice::PatchChoice;
use crate::project::site::Site;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::guide::{Step, shell, step};
use crate::support::ids::{CommitId, Release};
use crate::support::problem::Kind;
use crate::support::writing::Writing;

/// An edit that is under way.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The directory of the series.
    pub directory: String,
    /// The release that it is pinned to.
    pub release: Release,
    /// The commit of that release.
    pub base: CommitId,
    pub worktree: String,
    /// The commits of the patches, as they were when the edit began.
    pub commits: Vec<CommitId>,
    /// Whether git stopped in the middle of something, such as a rebase.
    pub is_amid: bool,
}

impl Opened {
    fn of(session: &Session<'_>) -> Self {
        let work = &session.work;
        Self {
            directory: work.series.clone(),
            release: work.pin.release,
            base: work.onto.commit,
            worktree: session.directory(),
            commits: work.patches.iter().map(|patch| patch.commit).collect(),
            is_amid: session.tree.is_amid().is_some(),
        }
    }

    /// What [`Session::begin`] would make of `begin`.
    fn planned(begin: &Begin<'_>, worktree: String) -> Self {
        Self {
            directory: begin.series.directory.clone(),
            release: begin.pinned.release,
            base: begin.onto.commit,
            worktree,
            commits: begin.commits.to_vec(),
            is_amid: false,
        }
    }

    /// The commands that go on with it.
    pub fn next(&self) -> Vec<Step> {
        let mut next = vec![
            step(&format!("cd {}", shell(&self.worktree)), ""),
            step("git status", "see what is done and left"),
            step("patcher continue", "write the commits as patches"),
            step("patcher abort", "or: leave all as it was"),
        ];
        if self.is_amid {
            next.insert(2, step("git rebase --continue", "end what git is in the middle of"));
        }
        next
    }
}

/// Opens a worktree with the series of a directory, or the newest; if a patch is named, in the
/// middle of a rebase that stops there.
///
/// # Errors
///
/// Work is under way already, there is no such series or patch, or the series does not apply.
pub fn begin(
    site: &Site<'_>,
    directory: Option<&str>,
    patch: Option<&PatchChoice>,
    writing: Writing,
) -> Result<Opened> {
    Ok(open(site, (directory, patch), writing)?.0)
}

/// Opens a worktree in which the next commit is a new patch: its message begins with `subject`.
///
/// # Errors
///
/// The subject is none; or as [`begin`].
pub fn begin_new(
    site: &Site<'_>,
    directory: Option<&str>,
    subject: &str,
    writing: Writing,
) -> Result<Opened> {
    let subject = subject.trim();
    if subject.is_empty() || subject.contains('\n') || subject.starts_with('[') {
        let message = format_args!("{subject:?} is no subject: one line, without `[`");
        return Err(Failure::new(Kind::Input, message)
            .hint("such as `patcher new \"fix(rules): compile where tags would conflict\"`"));
    }
    let (opened, session) = open(site, (directory, None), writing)?;
    if let Some(session) = session {
        let template = session.tree.directory().join(".git/patch-template");
        fs::write(&template, format!("{subject}\n\n{TEMPLATE}")).at("write", &template)?;
        session.tree.set("commit.template", ".git/patch-template")?;
    }
    Ok(opened)
}

/// Opens the series of a directory, at a patch if one is named; without writing, only what would be
/// opened is found out.
fn open<'a>(
    site: &Site<'a>,
    (directory, patch): (Option<&str>, Option<&PatchChoice>),
    writing: Writing,
) -> Result<(Opened, Option<Session<'a>>)> {
    session::ensure_none(site)?;
    let project = site.project()?;
    let lock = project.lock()?;
    let selected = select(&project, directory, patch)?;
    // What is wrong with a patch's message is mended here.
    if !selected.series.is_complete {
        project.ensure_sound()?;
    }
    let store = site.store(lock)?;
    let pinned = Applied::at_pin(&store, selected.locked, selected.series)?.complete()?;
    let commits = pinned.commits(&store)?;
    let base = Base { release: pinned.release, commit: pinned.base.id };
    let begin = Begin {
        task: Task::Edit,
        series: selected.series,
        pinned: &pinned,
        commits: &commits,
        onto: base,
        upstream: None,
        module: &lock.upstream.module,
    };
    if writing == Writing::LeftOut {
        let worktree = session::worktree(site, &begin)?.display().to_string();
        return Ok((Opened::planned(&begin, worktree), None));
    }
    let _held = session::hold(site)?;
    let objects = site.mirror(lock)?.objects();
    let mut session = Session::begin(site, &store, &objects, &begin)?;
    session.tree.reset(session.work.patched_commit)?;
    if let Some(index) = selected.patch.filter(|index| index + 1 < commits.len()) {
        session.tree.rebase_to(base.commit, commits[index])?;
    }
    session.work.is_staged = true;
    session.save()?;
    Ok((Opened::of(&session), Some(session)))
}

/// The edit that is under way.
///
/// # Errors
///
/// There is none, or it is another kind of work.
pub fn status(site: &Site<'_>) -> Result<Opened> {
    Ok(Opened::of(&load(site)?))
}

pub(super) fn load<'a>(site: &Site<'a>) -> Result<Session<'a>> {
    let session = Session::load(site.env, site.root)?.ok_or_else(session::nothing_under_way)?;
    if session.work.task == Task::Edit { Ok(session) } else { Err(session.under_way()) }
}
