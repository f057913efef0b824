//! `patcher edit` and `patcher new`: the pinned series as commits in a worktree, and back.

use std::fs;

use serde::Serialize;

use super::{Context, Document};
use crate::cli::{Edit, New};
use crate::git::store::Store;
use crate::patch::{FilePatch, Patch};
use crate::port::Applied;
use crate::port::edit::{Edited, series_of};
use crate::port::session::{self, Begin, Session};
use crate::port::work::{Base, Task};
use crate::project::changes::Changes;
use crate::project::lint::{SERIES_FILE, TEMPLATE, lint_patch};
use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::project::series;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::guide::{Step, guide, shell, step};
use crate::support::ids::{PatchName, Release};
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

#[derive(Serialize)]
struct Begun {
    line: String,
    release: Release,
    worktree: String,
    commits: Vec<String>,
    next: Vec<Step>,
}

#[derive(Serialize)]
struct Finished {
    line: String,
    patches: Vec<Change>,
    dropped: Vec<PatchName>,
    written: Vec<String>,
    next: Vec<Step>,
}

#[derive(Serialize)]
struct Change {
    patch: PatchName,
    /// `kept`, `refreshed` (other blobs in its index lines), `changed`, `renamed` or `new`.
    change: &'static str,
}

pub(super) fn run(context: &Context, args: &Edit) -> Result<()> {
    match (args.finish, args.abort, args.status) {
        (true, ..) => finish(context),
        (_, true, _) => abort(context),
        (.., true) => status(context),
        _ => begin(context, args),
    }
}

/// `patcher new`: the same worktree, with a template for the message.
pub(super) fn run_new(context: &Context, args: &New) -> Result<()> {
    let subject = args.subject.trim();
    if subject.is_empty() || subject.contains('\n') || subject.starts_with('[') {
        let message = format_args!("{subject:?} is no subject: one line, without `[`");
        return Err(Failure::new(Kind::Input, message)
            .hint("such as `patcher new \"fix(rules): compile where tags would conflict\"`"));
    }
    let session = open(context, args.line.as_deref(), None)?;
    let template = session.tree.directory().join(".git/patch-template");
    fs::write(&template, format!("{subject}\n\n{TEMPLATE}")).at("write", &template)?;
    session.tree.set("commit.template", ".git/patch-template")?;
    let next = vec![
        step(&format!("cd {}", shell(&session.directory())), ""),
        step("$EDITOR …", "make the change"),
        step("git add --all", ""),
        step("git commit", "say why, which scenario shows it, and when it can go"),
        step("patcher edit --finish", "write it as a patch"),
        step("patcher edit --abort", "or: leave all as it was"),
    ];
    tell(context, &session, "new", next)
}

fn begin(context: &Context, args: &Edit) -> Result<()> {
    let session = open(context, args.line.as_deref(), args.patch.as_deref())?;
    let (pin, base) = (session.work.pin.release, session.work.onto.commit.short());
    let mut next = vec![step(&format!("cd {}", shell(&session.directory())), "")];
    if session.tree.is_amid().is_some() {
        next.push(step("$EDITOR …", "make the change"));
        next.push(step("git commit --all --amend", "make it the patch's"));
        next.push(step("git rebase --continue", "put the patches after it on top"));
    } else {
        next.push(step(&format!("git log --oneline {pin}.."), "a commit is a patch"));
        if args.patch.is_some() {
            next.push(step("git commit --all --amend", "change the patch, which is the last"));
        }
        let rebase = format!("git rebase --interactive {base}");
        next.push(step(&rebase, "change, reword, reorder, drop, squash"));
        next.push(step("git commit", "or: add one on top"));
    }
    next.push(step("patcher edit --finish", "write them as patches"));
    next.push(step("patcher edit --abort", "or: leave all as it was"));
    tell(context, &session, "edit", next)
}

/// Makes the worktree; with a patch, in the middle of a rebase that stops there.
fn open<'a>(context: &'a Context, line: Option<&str>, patch: Option<&str>) -> Result<Session<'a>> {
    session::ensure_none(&context.site())?;
    let project = context.project()?;
    let lock = project.lock()?;
    let (locked, series, index) = find(&project, line, patch)?;
    // What is wrong with a patch's message is mended here.
    if !series.is_complete {
        project.ensure_sound()?;
    }
    let store = context.store(lock)?;
    let pinned = pinned(&store, locked, series)?;
    let commits = pinned.commits(&store)?;
    let base = Base { release: pinned.release, commit: pinned.base.id };
    let _held = session::hold(&context.site())?;
    let begin = Begin {
        task: Task::Edit,
        line: series,
        pinned: &pinned,
        commits: &commits,
        onto: base,
        upstream: None,
        module: &lock.upstream.module,
    };
    let objects = context.mirror(lock)?.objects();
    let mut session = Session::begin(&context.env, &context.root, &store, &objects, &begin)?;
    session.tree.reset(session.work.patched_commit)?;
    if let Some(index) = index.filter(|index| index + 1 < commits.len()) {
        session.tree.rebase_to(base.commit, commits[index])?;
    }
    session.work.is_staged = true;
    session.save()?;
    context.ui.reveal(&session.directory());
    Ok(session)
}

/// The line to edit, and the patch's place in it.
pub(super) fn find<'p>(
    project: &'p Project,
    line: Option<&str>,
    patch: Option<&str>,
) -> Result<(&'p SeriesLock, &'p Series, Option<usize>)> {
    let lines = project.locked_lines()?;
    // `patches/2.1/0001-a.patch` names its line, too.
    let (directory, name) = match patch.and_then(|patch| patch.rsplit_once('/')) {
        Some((directory, name)) => (Some(directory), Some(name)),
        None => (line, patch),
    };
    let of_directory =
        |line: &str| directory.is_none_or(|directory| directory.trim_end_matches('/') == line);
    let Some((locked, series)) = lines.iter().copied().find(|(l, _)| of_directory(&l.patches))
    else {
        let names: Vec<&str> = lines.iter().map(|(line, _)| line.patches.as_str()).collect();
        let message = format_args!("there is no line {}", directory.unwrap_or_default());
        return Err(
            Failure::new(Kind::Input, message).hint(format!("the lines are {}", names.join(", ")))
        );
    };
    let Some(name) = name else { return Ok((locked, series, None)) };
    let names = || series.patches.iter().map(|source| source.patch.name.as_str());
    let number = name.parse::<u32>().ok();
    let is_named = |full: &str| {
        full == name
            || full.strip_suffix(".patch") == Some(name)
            || number.is_some_and(|number| full[..4].parse() == Ok(number))
    };
    match names().position(is_named) {
        Some(index) => Ok((locked, series, Some(index))),
        None => {
            let message = format_args!("{} has no patch {name}", series.directory);
            let all = names().collect::<Vec<_>>().join(", ");
            Err(Failure::new(Kind::Input, message).hint(format!("it has {all}")))
        }
    }
}

/// A series at its pin.
pub(super) fn pinned(store: &Store, locked: &SeriesLock, series: &Series) -> Result<Applied> {
    Applied::at_pin(store, locked, series)?.complete()
}

fn tell(context: &Context, session: &Session<'_>, command: &str, next: Vec<Step>) -> Result<()> {
    let work = &session.work;
    let count = counted(work.patches.len(), "commit");
    let text = format!("{} on {}, a commit a patch", count, work.pin.release);
    context.ui.status("Opened", &format!("{}: {text}", session.directory()));
    let data = Begun {
        line: work.line.clone(),
        release: work.pin.release,
        worktree: session.directory(),
        commits: work.patches.iter().map(|patch| patch.commit.to_string()).collect(),
        next,
    };
    context.ui.data(&guide(&data.next), &Document::new(command, &data));
    Ok(())
}

/// The edit that is under way.
fn load(context: &Context) -> Result<Session<'_>> {
    let session = Session::load(&context.env, &context.root)?.ok_or_else(|| {
        Failure::new(Kind::Input, "no edit is under way in this project")
            .hint("`patcher edit` begins one, `patcher new SUBJECT` a new patch")
    })?;
    context.ui.reveal(&session.directory());
    if session.work.task == Task::Edit { Ok(session) } else { Err(session.under_way()) }
}

fn abort(context: &Context) -> Result<()> {
    if !session::give_up(&context.site(), Task::Edit)? {
        return load(context).map(drop);
    }
    context.ui.status("Gave up", "the worktree is gone; the patches are as they were");
    #[derive(Serialize)]
    struct Aborted {
        aborted: bool,
    }
    context.ui.document(&Document::new("edit", Aborted { aborted: true }));
    Ok(())
}

fn status(context: &Context) -> Result<()> {
    let session = load(context)?;
    let mut next = vec![
        step(&format!("cd {}", shell(&session.directory())), ""),
        step("git status", "see where it stands"),
        step("patcher edit --finish", "write the commits as patches"),
        step("patcher edit --abort", "or: leave all as it was"),
    ];
    if session.tree.is_amid().is_some() {
        next.insert(2, step("git rebase --continue", "end what git is in the middle of"));
    }
    tell(context, &session, "edit", next)
}

/// Writes the commits of the worktree as patches.
fn finish(context: &Context) -> Result<()> {
    let _held = session::hold(&context.site())?;
    let session = load(context)?;
    let guard = context.workspace()?.lock()?;
    let project = context.project()?;
    session.ensure_bound(&project)?;
    session.ensure_at_rest()?;
    session.ensure_clean(&session.tree.status()?, false)?;
    let lock = project.lock()?;
    let (locked, series, _) = find(&project, Some(&session.work.line), None)?;
    let mut store = context.store(lock)?;
    store.add(&session.tree.objects())?;
    let pinned = pinned(&store, locked, series)?;
    let commits: Vec<_> = session.work.patches.iter().map(|patch| patch.commit).collect();
    let chain = session.chain(&store)?;
    let in_tree =
        |failure: Failure| failure.hint(format!("the worktree is {}", session.directory()));
    let edited = series_of(&store, &pinned, &series.patches, &commits, &chain).map_err(in_tree)?;
    let changes = changes(series, &edited);
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let pending = changes.pending(current);
    if pending.is_empty() {
        return Err(Failure::new(Kind::Finding, "the commits are the series as it is")
            .hint(format!("`git reflog` in {} tells what else was committed", session.directory()))
            .hint("`patcher edit --abort` removes the worktree"));
    }
    project.workspace.commit(&pending, &guard)?;

    let change = |edited: &Edited| {
        let source = edited.old.map(|old| &series.patches[old]);
        let change = match source {
            None => "new",
            Some(source) if !is_same(&source.patch, &edited.patch) => "changed",
            Some(source) if source.bytes != edited.patch.to_string().as_bytes() => "refreshed",
            Some(source) if source.patch.name != edited.patch.name => "renamed",
            Some(_) => "kept",
        };
        Change { patch: edited.patch.name.clone(), change }
    };
    let is_dropped = |index: &usize| edited.iter().all(|edited| edited.old != Some(*index));
    let dropped: Vec<PatchName> = (0..series.patches.len())
        .filter(is_dropped)
        .map(|index| series.patches[index].patch.name.clone())
        .collect();
    let patches: Vec<Change> = edited.iter().map(change).collect();
    for Change { patch, change } in &patches {
        let verb = match *change {
            "new" => "Added",
            "changed" => "Changed",
            "renamed" => "Renamed",
            "refreshed" => "Refreshed",
            _ => "Kept",
        };
        context.ui.status(verb, patch.as_str());
    }
    dropped.iter().for_each(|name| context.ui.status("Dropped", name.as_str()));
    let written = edited.iter().map(|edited| &edited.patch);
    for problem in lint(&project, &series.directory, written) {
        context.ui.warning(&problem.to_string());
    }
    let written: Vec<String> = pending.iter().map(|(path, _)| path.to_owned()).collect();
    let line = session.work.line.clone();
    session.remove()?;
    let next = vec![
        step("patcher review", "see what has changed"),
        step("patcher sync", "prove it, and take it into the lock"),
    ];
    let text = guide(&next);
    let data = Finished { line, patches, dropped, written, next };
    context.ui.data(&text, &Document::new("edit", data));
    Ok(())
}

/// Whether two patches say and do the same, whatever blobs they name.
fn is_same(one: &Patch, two: &Patch) -> bool {
    let files = one.files.iter().zip(&two.files);
    (&one.author, &one.subject, &one.body) == (&two.author, &two.subject, &two.body)
        && one.files.len() == two.files.len()
        && files.into_iter().all(|(one, two)| {
            let hunks = |file: &FilePatch| -> Vec<String> {
                file.hunks.iter().map(ToString::to_string).collect()
            };
            (&one.path, one.change) == (&two.path, two.change) && hunks(one) == hunks(two)
        })
}

/// The files of a series as it is to be.
pub(super) fn changes(series: &Series, edited: &[Edited]) -> Changes {
    let mut changes = Changes::default();
    let directory = &series.directory;
    for source in &series.patches {
        if edited.iter().all(|edited| edited.patch.name != source.patch.name) {
            changes.delete(&source.file);
        }
    }
    for Edited { patch, .. } in edited {
        changes.write(format!("{directory}/{}", patch.name), patch.to_string());
    }
    let names: Vec<(Option<&PatchName>, PatchName)> = edited
        .iter()
        .map(|edited| {
            let old = edited.old.map(|old| &series.patches[old].patch.name);
            (old, edited.patch.name.clone())
        })
        .collect();
    changes.write(format!("{directory}/{SERIES_FILE}"), series::arranged(&series.text, &names));
    changes
}

/// What `check` will ask of the patches that are written to `directory`.
pub(super) fn lint<'p>(
    project: &Project,
    directory: &str,
    patches: impl Iterator<Item = &'p Patch>,
) -> Vec<Problem> {
    let scenarios = project.suite.directories();
    let of = |patch: &Patch| {
        let file = format!("{directory}/{}", patch.name);
        lint_patch(&file, patch.to_string().as_bytes(), patch, &scenarios)
    };
    patches.flat_map(of).collect()
}
