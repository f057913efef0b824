//! A series out of the commits of a worktree: which commit is which patch, and what is new.

use crate::git::store::{Commit, Store};
use crate::patch::{Author, FilePatch, Patch};
use crate::port::compose;
use crate::port::onto::with_blobs;
use crate::port::outcome::Outcome;
use crate::port::{Applied, AppliedPatch};
use crate::project::load::SourcePatch;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, InvalidId, TreeId};
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// A patch of the series as it is to be.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its place in the series as it was; absent if it is new.
    pub old: Option<usize>,
    /// The patch, under the name that it is to have.
    pub patch: Patch,
}

/// A series as it was when its worktree was made.
#[derive(Clone, Copy, Debug)]
pub struct OldSeries<'a> {
    pub pinned: &'a Applied,
    pub sources: &'a [SourcePatch],
    /// The commits that the worktree began with, one a patch.
    pub commits: &'a [CommitId],
}

/// The series that `chain`, commits on the pin, are; `was` is the series as it was.
///
/// # Errors
///
/// There is no commit, one changes nothing, or no patch can carry it: the first is named.
pub fn series_of(store: &Store, was: &OldSeries<'_>, chain: &[Commit]) -> Result<Vec<Edited>> {
    let OldSeries { pinned, sources, commits } = *was;
    if chain.is_empty() {
        let message =
            format_args!("no commit is left on {}: the series would be empty", pinned.release);
        return Err(Failure::new(Kind::Input, message)
            .hint("`patcher drop NAME` takes a patch out; `patcher abort` leaves all as it was"));
    }
    let mut read = Vec::new();
    for commit in chain {
        read.push(store.message(commit.id)?);
    }
    let matched = matched(sources, commits, chain, &read);
    let mut patches = Vec::new();
    let mut before = pinned.base.tree;
    for ((commit, (author, message)), old) in chain.iter().zip(read).zip(&matched) {
        let named = || {
            let subject = message.lines().next().unwrap_or_default();
            format!("commit {} ({subject})", commit.id.short())
        };
        if commit.tree == before {
            return Err(Failure::new(Kind::Input, format_args!("{} changes nothing", named()))
                .hint("leave it out (`git rebase --interactive`, `drop`), or make its change"));
        }
        let own = old.map(|old| &pinned.patches[old]);
        let files = files_of(store, own, before, commit.tree).map_err(|failure| {
            let problems = failure.problems.iter().map(ToString::to_string);
            let why = problems.chain([failure.message()]).next().unwrap_or_default();
            Failure::new(Kind::Input, format_args!("{}: {why}", named()))
                .hint("leave that out of it: `git commit --amend`")
        })?;
        let name = old.map_or_else(placeholder, |old| Ok(sources[old].patch.name.clone()))?;
        let patch = compose::patch(name, author, &message, files).map_err(|why| {
            Failure::new(Kind::Input, format_args!("{} {why}", named()))
                .hint("write its message again: `git commit --amend`, or `reword` in a rebase")
        })?;
        patches.push(Edited { old: *old, patch });
        before = commit.tree;
    }
    let wanted: Vec<(Option<&PatchName>, &str)> = patches
        .iter()
        .map(|edited| {
            let name = edited.old.map(|old| &sources[old].patch.name);
            (name, edited.patch.subject.as_str())
        })
        .collect();
    let names = compose::names(&wanted);
    for (edited, name) in patches.iter_mut().zip(names) {
        edited.patch.name = name;
    }
    Ok(patches)
}

/// The series without the patch at `dropped`: what comes after it is merged onto what is left.
///
/// # Errors
///
/// A later patch builds on it.
pub fn without(
    store: &Store,
    pinned: &Applied,
    sources: &[SourcePatch],
    dropped: usize,
) -> Result<Vec<Edited>> {
    let mut patches = Vec::new();
    let mut problems = Vec::new();
    let mut ours = pinned.patches[dropped].before;
    for (index, applied) in pinned.patches.iter().enumerate() {
        if index <= dropped {
            if index < dropped {
                patches.push(Edited { old: Some(index), patch: sources[index].patch.clone() });
            }
            continue;
        }
        let merged = store.merge(applied.before, applied.after, ours)?;
        let places: Vec<String> = merged.conflicts.iter().map(|c| c.path.clone()).collect();
        if !places.is_empty() || merged.tree == ours {
            let dropped = &pinned.patches[dropped].patch.name;
            let places = if places.is_empty() { "all of it".to_owned() } else { places.join(", ") };
            let message = format!("builds on {dropped}: {places}");
            problems.push(Problem::new(Kind::Conflict, &sources[index].file, message));
            continue;
        }
        let files = files_of(store, Some(applied), ours, merged.tree)?;
        patches.push(Edited { old: Some(index), patch: Patch { files, ..applied.patch.clone() } });
        ours = merged.tree;
    }
    if problems.is_empty() {
        return Ok(patches);
    }
    Err(Failure::from(problems)
        .hint("drop what builds on it first, or take both out with `patcher edit`"))
}

/// A name until the order of all is known.
fn placeholder() -> Result<PatchName> {
    "0000-new.patch".parse().map_err(|error: InvalidId| Failure::defect(error))
}

/// What a commit changes. As long as that is what its patch changed before, the hunks stay as
/// their author cut them.
fn files_of(
    store: &Store,
    own: Option<&AppliedPatch>,
    before: TreeId,
    after: TreeId,
) -> Result<Vec<FilePatch>> {
    let files = store.diff(before, after)?;
    let Some(own) = own else { return Ok(files) };
    // The canonical diff of what it was, which an author may have cut in another way.
    let own_diff = store.diff(own.before, own.after)?;
    let is_alike = |(one, two): (&FilePatch, &FilePatch)| {
        (&one.path, one.change, one.mode) == (&two.path, two.change, two.mode)
            && Outcome::classify(&one.hunks, &two.hunks) == Outcome::Unchanged
    };
    let is_same = files.len() == own_diff.len() && own_diff.iter().zip(&files).all(is_alike);
    Ok(if is_same { with_blobs(&own.patch.files, &store.deltas(before, after)?) } else { files })
}

/// Which patch each commit is: by its id, else by what an amended commit keeps: its author's
/// date and its subject, or one of them.
fn matched(
    sources: &[SourcePatch],
    commits: &[CommitId],
    chain: &[Commit],
    read: &[(Author, String)],
) -> Vec<Option<usize>> {
    let mut matched: Vec<Option<usize>> = vec![None; chain.len()];
    let is_authors = |index: usize, author: &Author| sources[index].patch.author == *author;
    let is_subject = |index: usize, message: &str| {
        sources[index].patch.subject == compose::split_message(message).0
    };
    let rules: [&dyn Fn(usize, usize) -> bool; 4] = [
        &|at, index| commits.get(index) == Some(&chain[at].id),
        &|at, index| is_authors(index, &read[at].0) && is_subject(index, &read[at].1),
        &|at, index| is_subject(index, &read[at].1),
        // Patches may share their date: then it identifies nothing.
        &|at, index| {
            let same = (0..sources.len()).filter(|other| is_authors(*other, &read[at].0)).count();
            is_authors(index, &read[at].0) && same == 1
        },
    ];
    for is_match in rules {
        for at in 0..chain.len() {
            if matched[at].is_none() {
                let is_free = |index: &usize| !matched.contains(&Some(*index));
                matched[at] = (0..sources.len()).filter(is_free).find(|index| is_match(at, *index));
            }
        }
    }
    matched
}
