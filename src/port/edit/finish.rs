//! The commits of a worktree written as patches.

use serde::Serialize;

use crate::patch::{FilePatch, Patch};
use crate::port::Applied;
use crate::port::edit::begin::load;
use crate::port::edit::series::{Edited, OldSeries, series_of};
use crate::port::edit::written::{changes, lint};
use crate::port::select::select;
use crate::port::session::{self, Session};
use crate::project::load::{Series, SourcePatch};
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};
use crate::support::writing::Writing;

/// What an edit made of a series.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The directory of the series.
    pub directory: String,
    /// The patches, in order.
    pub patches: Vec<Change>,
    /// The patches that are gone.
    pub dropped: Vec<PatchName>,
    /// The files that were written or removed.
    pub written: Vec<String>,
    /// What changed in them.
    pub diff: String,
    /// What `check` finds in the patches.
    pub problems: Vec<Problem>,
}

/// A patch of an edited series.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    pub patch: PatchName,
    /// What the edit did to it.
    pub change: ChangeKind,
}

/// What an edit did to a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    Kept,
    /// Its index lines name other blobs.
    Refreshed,
    /// It says or does something else.
    Changed,
    Renamed,
    /// It was not there.
    New,
}

/// Writes the commits of the worktree as patches, and removes the worktree; or works out what it
/// would write.
///
/// # Errors
///
/// No edit is under way, the project or the worktree is not in order, or the commits are the
/// series as it is.
pub fn finish(site: &Site<'_>, writing: Writing) -> Result<Finished> {
    let _held = session::hold(site)?;
    let mut session = load(site)?;
    let guard = site.workspace()?.lock()?;
    let project = site.project()?;
    if session.is_done(&project.workspace) {
        let finished = written_before(&session);
        site.progress.status(
            Meaning::Done,
            "Finished",
            "an earlier run wrote the patches, and was cut off then",
        );
        session.end(site);
        return Ok(finished);
    }
    session.ensure_bound(&project)?;
    session.ensure_at_rest()?;
    session.ensure_clean(&session.tree.status()?, session::Staged::Refused)?;
    let lock = project.lock()?;
    let selected = select(&project, Some(&session.work.series), None)?;
    let series = selected.series;
    let mut store = site.store(lock)?;
    store.add(&session.tree.objects())?;
    let pinned = Applied::at_pin(&store, selected.locked, series)?.complete()?;
    let commits: Vec<_> = session.work.patches.iter().map(|patch| patch.commit).collect();
    let chain = session.chain(&store)?;
    let in_tree =
        |failure: Failure| failure.hint(format!("the worktree is {}", session.directory()));
    let was = OldSeries { pinned: &pinned, sources: &series.patches, commits: &commits };
    let edited = series_of(&store, &was, &chain).map_err(in_tree)?;
    let current = |path: &str| project.workspace.current(path);
    let pending = changes(series, &edited).pending(current);
    if pending.is_empty() {
        let directory = session.directory();
        return Err(Failure::new(Kind::Finding, "no commit changes the series")
            .hint(format!("commit what you change in {directory}"))
            .hint(format!("`git -C {directory} reflog` shows what else was committed"))
            .hint("`patcher abort` removes the worktree"));
    }
    session.ensure_nothing_aside()?;
    let is_dropped = |index: &usize| edited.iter().all(|edited| edited.old != Some(*index));
    let dropped = (0..series.patches.len()).filter(is_dropped);
    let patches = edited.iter().map(|edited| &edited.patch);
    let finished = Finished {
        directory: series.directory.clone(),
        patches: edited.iter().map(|edited| change(series, edited)).collect(),
        dropped: dropped.map(|index| series.patches[index].patch.name.clone()).collect(),
        written: pending.iter().map(|(path, _)| path.to_owned()).collect(),
        diff: pending.diff(current),
        problems: lint(&project, &series.directory, patches),
    };
    if writing == Writing::Done {
        session.promise(&pending)?;
        project.workspace.commit(&pending, &guard, site.progress)?;
        session.end(site);
    }
    Ok(finished)
}

/// What a run had written before it was cut off.
fn written_before(session: &Session<'_>) -> Finished {
    Finished {
        directory: session.work.series.clone(),
        patches: Vec::new(),
        dropped: Vec::new(),
        written: session.work.result.iter().map(|file| file.path.clone()).collect(),
        diff: String::new(),
        problems: Vec::new(),
    }
}

fn change(series: &Series, edited: &Edited) -> Change {
    let kind = |source: &SourcePatch| {
        if !is_same(&source.patch, &edited.patch) {
            ChangeKind::Changed
        } else if source.bytes != edited.patch.to_string().as_bytes() {
            ChangeKind::Refreshed
        } else if source.patch.name != edited.patch.name {
            ChangeKind::Renamed
        } else {
            ChangeKind::Kept
        }
    };
    let change = edited.old.map_or(ChangeKind::New, |old| kind(&series.patches[old]));
    Change { patch: edited.patch.name.clone(), change }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::{Change as FileChange, diff};

    #[test]
    fn patches_are_the_same_if_they_say_and_do_the_same() {
        let mail = "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\n\
                    Date: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\n\
                    diff --git a/f b/f\nnew file mode 100644\n\
                    index 0000000000000000000000000000000000000000..\
                    e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n";
        let patch = Patch::parse(&"0001-a.patch".parse().unwrap(), "p", mail.as_bytes()).unwrap();
        let with = |change: fn(&mut Patch)| {
            let mut other = patch.clone();
            change(&mut other);
            [is_same(&patch, &other), is_same(&other, &patch)]
        };
        // Another name, and another blob.
        assert_eq!(with(|patch| patch.name = "0002-b.patch".parse().unwrap()), [true; 2]);
        assert_eq!(with(|patch| patch.files[0].new = patch.files[0].old.clone()), [true; 2]);
        let changes: [fn(&mut Patch); 7] = [
            |patch| patch.author.seconds += 1,
            |patch| patch.subject.push('x'),
            |patch| patch.body.push('x'),
            |patch| patch.files.push(patch.files[0].clone()),
            |patch| patch.files[0].path = "g".parse().unwrap(),
            |patch| patch.files[0].change = FileChange::Modify,
            |patch| patch.files[0].hunks = diff::plain(b"", b"1\n").unwrap(),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            assert_eq!(with(change), [false; 2], "{index}");
        }
    }
}
