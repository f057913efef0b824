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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::git::store::tests::{Memory, author, lines};
    use crate::port::tests::{cut, diffs, series, sources};

    /// Of each patch which one it was, and its diffs.
    fn told(edited: Vec<Edited>) -> Vec<(Option<usize>, String)> {
        edited.into_iter().map(|edited| (edited.old, diffs(&edited.patch.files))).collect()
    }

    #[test]
    fn a_commit_is_the_patch_whose_date_and_subject_it_keeps() {
        let memory = Memory::new();
        // Patches of these dates, and what each of these commits is.
        let matched = |dates: [i64; 2], chain: &[(i64, &str)]| -> Vec<Option<usize>> {
            let mut pinned = series(&memory, &[&[("f", "1\n")], &[("f", "2\n")], &[("f", "3\n")]]);
            for (applied, seconds) in pinned.patches.iter_mut().zip(dates) {
                applied.patch.author = author(seconds);
            }
            let (mut commits, mut parent) = (Vec::new(), pinned.base.id);
            for (number, named) in chain.iter().enumerate() {
                let tree = memory.tree(&[("f", format!("{number} new\n"))]);
                commits.push(memory.commit_named(parent, *named, tree));
                parent = commits[number].id;
            }
            let was = OldSeries { pinned: &pinned, sources: &sources(&pinned), commits: &[] };
            let edited = series_of(&memory.store, &was, &commits).unwrap();
            edited.iter().map(|edited| edited.old).collect()
        };
        // In another order, and with other words.
        assert_eq!(matched([1, 2], &[(2, "Change 2"), (1, "Change 1")]), [Some(1), Some(0)]);
        assert_eq!(matched([1, 2], &[(2, "Other"), (1, "Change 1")]), [Some(1), Some(0)]);
        assert_eq!(matched([1, 2], &[(1, "Change 1"), (1, "Other")]), [Some(0), None]);
        // If all have one date, it says nothing.
        assert_eq!(matched([5, 5], &[(5, "Change 2"), (5, "Change 1")]), [Some(1), Some(0)]);
        assert_eq!(matched([5, 5], &[(5, "Other"), (5, "Change 1")]), [None, Some(0)]);
    }

    #[test]
    fn hunks_stay_as_their_author_cut_them_until_the_change_is_another() {
        let memory = Memory::new();
        let (before, after) = (lines(20, &[]), lines(20, &[(10, "mine\n")]));
        let mut pinned = series(&memory, &[&[("f", &before)], &[("f", &after)]]);
        cut(&mut pinned);
        let was = OldSeries { pinned: &pinned, sources: &sources(&pinned), commits: &[] };
        let new = memory.tree(&[("f", before.as_str()), ("k", "1\n")]);
        let new = memory.commit_named(pinned.base.id, (7, "New"), new);
        let edited = |text: &str| {
            let tree = memory.tree(&[("f", text), ("k", "1\n")]);
            let own = memory.commit_named(new.id, (1, "Change 1"), tree);
            told(series_of(&memory.store, &was, &[new.clone(), own]).unwrap())
        };
        let same = edited(&after);
        assert_eq!(same[1], (Some(0), diffs(&pinned.patches[0].patch.files)));
        let other = edited(&lines(20, &[(10, "other\n")]));
        assert_snapshot!([&*same[1].1, &*other[1].1].join("\n"), @"
        +++ b/f
        @@ -9,3 +9,3 @@
         line 9
        -line 10
        +mine
         line 11

        +++ b/f
        @@ -7,7 +7,7 @@
         line 7
         line 8
         line 9
        -line 10
        +other
         line 11
         line 12
         line 13
        ");
    }

    #[test]
    fn what_comes_after_a_dropped_patch_is_merged_onto_what_is_left() {
        let memory = Memory::new();
        let text = |edits: &[(usize, &str)]| lines(20, edits);
        let pinned = series(
            &memory,
            &[
                &[("f", &text(&[]))],
                &[("f", &text(&[(20, "last\n")]))],
                &[("f", &text(&[(1, "one\nmore\n"), (20, "last\n")]))],
                &[("f", &text(&[(1, "one\nmore\n"), (10, "mine\n"), (20, "last\n")]))],
            ],
        );
        let left = told(without(&memory.store, &pinned, &sources(&pinned), 1).unwrap());
        assert_eq!(left.iter().map(|(old, _)| *old).collect::<Vec<_>>(), [Some(0), Some(2)]);
        let diffs: Vec<&str> = left.iter().map(|(_, diffs)| diffs.as_str()).collect();
        assert_snapshot!(diffs.join("\n"), @"
        +++ b/f
        @@ -17,4 +17,4 @@
         line 17
         line 18
         line 19
        -line 20
        +last

        +++ b/f
        @@ -7,7 +7,7 @@
         line 7
         line 8
         line 9
        -line 10
        +mine
         line 11
         line 12
         line 13
        ");
    }

    #[test]
    fn a_patch_stays_of_which_others_need_a_part_or_all() {
        let memory = Memory::new();
        let file = lines(20, &[]);
        let text = |line: &str| file.replace("line 10\n", line);
        let (mine, again) = (text("mine\n"), text("mine again\n"));
        let pinned = series(
            &memory,
            &[
                &[("f", &file), ("k", "1\n")],
                &[("f", &mine), ("k", "2\n")],
                &[("f", &again), ("k", "2\n"), ("new", "1\n")],
                &[("f", &again), ("k", "1\n"), ("new", "1\n")],
            ],
        );
        let failure = without(&memory.store, &pinned, &sources(&pinned), 0).unwrap_err();
        let problems = failure.problems.iter().map(ToString::to_string);
        assert_snapshot!(problems.collect::<Vec<_>>().join("\n"), @"
        patches/0002-change.patch: builds on 0001-change.patch: f
        patches/0003-change.patch: builds on 0001-change.patch: all of it
        ");
    }
}
