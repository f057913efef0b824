//! Upstream's commits between two releases, and which of them caused a conflict.

use std::ops::Range;

use crate::git::commit::UpstreamCommit;
use crate::git::line_origin::{LineChange, Origin, Replaced, origin, touches};
use crate::git::merge_conflict::{Conflict, Reason};
use crate::git::store::trees::Place;
use crate::git::store::{ObjectError, Store};
use crate::git::tree::File;
use crate::patch::apply::split_lines;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, TreeId};
use crate::support::names::RepoPath;
use crate::support::problem::Kind;

/// A commit for people.
///
/// # Errors
///
/// It is not there.
pub fn upstream_commit(store: &Store, id: CommitId) -> Result<UpstreamCommit> {
    let (author, message) = store.message(id)?;
    Ok(UpstreamCommit::new(id, &author, &message).shown_at(store.web()))
}

/// What leads from `from` to `to`: the first parents of `to`, itself included, that `from` does
/// not reach, oldest first, as `git log --first-parent --reverse FROM..TO` lists them. If the
/// branches of both parted before `from`, they begin there.
///
/// # Errors
///
/// A commit is not there, or the history that was fetched ends before it reaches `from`'s.
pub fn first_parents(store: &Store, from: CommitId, to: CommitId) -> Result<Vec<CommitId>> {
    let (known, mut chain, mut next) = (store.history(from), Vec::new(), Some(to));
    while let Some(id) = next.filter(|id| !known.contains(id)) {
        let parents = store.parents(id).map_err(|error| match (error, chain.last()) {
            (ObjectError::Missing { .. }, Some(last)) => ends(*last, from),
            (error, _) => error.into(),
        })?;
        chain.push(id);
        next = parents.first().copied();
    }
    chain.reverse();
    Ok(chain)
}

fn ends(last: CommitId, from: CommitId) -> Failure {
    let (last, from) = (last.short(), from.short());
    let message = format_args!("the history that was fetched ends at {last}, after {from}");
    Failure::new(Kind::Environment, message)
        .hint("the upstream is a shallow clone: complete it with `git fetch --unshallow`")
}

/// The upstream commits between `from`, the pin, and `to`, a release, that caused a conflict
/// there, newest first: those that changed its lines, or for a whole file those that deleted,
/// renamed, added or changed it. None if no commit on the way did: the pin's branch has
/// something then that the release lacks.
///
/// # Errors
///
/// As [`first_parents`]; or an object is missing.
pub fn culprits(
    store: &Store,
    from: CommitId,
    to: CommitId,
    conflict: &Conflict,
) -> Result<Vec<UpstreamCommit>> {
    History::between(store, from, to)?.culprits_below(store.commit(to)?.tree, conflict)
}

/// Lines of a file.
#[derive(Clone, Debug)]
pub struct FileLines {
    pub path: RepoPath,
    /// From 0.
    pub lines: Range<usize>,
}

impl FileLines {
    /// Where these lines of `ours` are in `tree`, which has less in it.
    ///
    /// # Errors
    ///
    /// An object is missing.
    pub fn below(&self, store: &Store, ours: TreeId, tree: TreeId) -> Result<Range<usize>> {
        Ok(match (store.file(tree, &self.path)?, store.file(ours, &self.path)?) {
            (Some(below), Some(above)) => {
                origin(&self.lines, &store.replaced(below.id, above.id)?).lines
            }
            _ => self.lines.clone(),
        })
    }
}

/// What a commit changed in a file, which `path` names as it is called after it: what touches one
/// of `places`, in lines from 0; without any, all of it. None if the file came or went.
///
/// # Errors
///
/// An object is missing.
pub fn changes_of(
    store: &Store,
    commit: CommitId,
    path: &RepoPath,
    places: &[Range<usize>],
) -> Result<Vec<LineChange>> {
    let Some(parent) = store.parents(commit)?.first().copied() else { return Ok(Vec::new()) };
    let (before, after) = (store.commit(parent)?.tree, store.commit(commit)?.tree);
    let Some(new) = store.file(after, path)? else { return Ok(Vec::new()) };
    let mut old = store.file(before, path)?;
    if old.is_none()
        && let Some(renamed) = store.renamed(after, before, path)?
    {
        old = store.file(before, &renamed)?;
    }
    let Some(old) = old else { return Ok(Vec::new()) };
    let texts = [store.text(old.id)?, store.text(new.id)?];
    let [before, after] = texts.each_ref().map(|text| split_lines(text));
    let text = |lines: &[&[u8]]| -> Vec<String> {
        lines.iter().map(|line| String::from_utf8_lossy(line).trim_end().to_owned()).collect()
    };
    let is_wanted =
        |(_, new): &&Replaced| places.is_empty() || places.iter().any(|place| touches(place, new));
    let replaced = store.replaced(old.id, new.id)?;
    let changes = replaced.iter().filter(is_wanted).map(|(old, new)| LineChange {
        line: new.start + 1,
        removed: text(&before[old.clone()]),
        added: text(&after[new.clone()]),
    });
    Ok(changes.collect())
}

fn path_of(path: &str) -> Result<RepoPath> {
    path.parse().map_err(Failure::defect)
}

/// The commits between two releases, each beside its first parent.
pub struct History<'a> {
    store: &'a Store,
    /// The later of them.
    to: CommitId,
    /// Oldest first.
    steps: Vec<Step>,
}

/// What a commit did: the trees before and after it.
struct Step {
    commit: CommitId,
    before: TreeId,
    after: TreeId,
}

/// The file before and after a commit.
type Sides = (Option<File>, Option<File>);

/// Whether lines that went beside a range, at its very ends, belong to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Within,
    /// Where they come from the pin.
    Beside,
}

/// What following lines back came to.
struct Trace {
    /// The commits that changed them, newest first.
    commits: Vec<CommitId>,
    /// Whether there are any such lines at the pin.
    is_old: bool,
}

impl<'a> History<'a> {
    /// What leads from `from` to `to`.
    ///
    /// # Errors
    ///
    /// As [`first_parents`]; or an object is missing.
    pub fn between(store: &'a Store, from: CommitId, to: CommitId) -> Result<Self> {
        let chain = first_parents(store, from, to)?;
        let oldest = chain.first().map_or(Ok([].into()), |id| store.parents(*id))?;
        let mut before = match oldest.first() {
            Some(parent) => store.commit(*parent)?.tree,
            None => store.no_files(),
        };
        let mut steps = Vec::new();
        for commit in chain {
            let after = store.commit(commit)?.tree;
            steps.push(Step { commit, before, after });
            before = after;
        }
        Ok(Self { store, to, steps })
    }

    /// As [`culprits`], for a conflict of a patch that was merged onto `ours`, the release's tree
    /// with the patches before it: its lines are counted there.
    ///
    /// # Errors
    ///
    /// An object is missing.
    pub fn culprits_below(&self, ours: TreeId, conflict: &Conflict) -> Result<Vec<UpstreamCommit>> {
        let (path, target) = (path_of(&conflict.path)?, path_of(&conflict.target)?);
        let found = match conflict.reason {
            Reason::Content | Reason::Encoding => {
                let start = conflict.line.saturating_sub(1);
                let lines = start..start + conflict.upstream.lines().count();
                let there = FileLines { path: target, lines };
                let lines = there.below(self.store, ours, self.store.commit(self.to)?.tree)?;
                // Without lines at the pin, none of them can have gone.
                let ends = if conflict.base.is_empty() { Ends::Within } else { Ends::Beside };
                self.trace(self.steps.len(), FileLines { lines, ..there }, ends)?.commits
            }
            Reason::Deleted | Reason::Renamed => self.gone(0, &path)?,
            Reason::DirectoryRenamed => self.left_directory(&path)?,
            Reason::LeftOut => Vec::new(),
            Reason::Added => self.newest(&path, |old, new| old.is_none() && new.is_some())?,
            Reason::Changed => self.all(&path, |old, new| old != new)?,
            Reason::Directory | Reason::Below => self.took_room(&path)?,
            Reason::Link | Reason::Submodule | Reason::Mode => {
                let mode = |side: Option<File>| side.map(|file| file.mode);
                self.all(&path, |old, new| mode(old) != mode(new))?
            }
            Reason::Binary => self.all(&path, |old, new| old != new)?,
        };
        found.into_iter().map(|id| upstream_commit(self.store, id)).collect()
    }

    /// The file on both sides of a commit.
    fn sides(&self, step: &Step, path: &RepoPath) -> Result<Sides> {
        Ok((self.store.file(step.before, path)?, self.store.file(step.after, path)?))
    }

    /// Every commit that did this to a file, newest first.
    fn all(
        &self,
        path: &RepoPath,
        did: impl Fn(Option<File>, Option<File>) -> bool,
    ) -> Result<Vec<CommitId>> {
        let mut found = Vec::new();
        for step in self.steps.iter().rev() {
            let (old, new) = self.sides(step, path)?;
            found.extend(did(old, new).then_some(step.commit));
        }
        Ok(found)
    }

    /// The newest of them.
    fn newest(
        &self,
        path: &RepoPath,
        did: impl Fn(Option<File>, Option<File>) -> bool,
    ) -> Result<Vec<CommitId>> {
        for step in self.steps.iter().rev() {
            let (old, new) = self.sides(step, path)?;
            if did(old, new) {
                return Ok(vec![step.commit]);
            }
        }
        Ok(Vec::new())
    }

    /// The newest commit that put something where a file has no room beside it.
    fn took_room(&self, path: &RepoPath) -> Result<Vec<CommitId>> {
        for step in self.steps.iter().rev() {
            let [old, new] =
                [self.store.place(step.before, path)?, self.store.place(step.after, path)?];
            let is_taken = |place: &Place| matches!(place, Place::Directory | Place::Below(_));
            if is_taken(&new) && old != new {
                return Ok(vec![step.commit]);
            }
        }
        Ok(Vec::new())
    }

    /// The newest commit that took a directory away in which a file was to be.
    fn left_directory(&self, path: &RepoPath) -> Result<Vec<CommitId>> {
        for (at, _) in path.as_str().rmatch_indices('/') {
            let directory = path_of(&path.as_str()[..at])?;
            for step in self.steps.iter().rev() {
                let is_there = |tree| Ok(self.store.place(tree, &directory)? == Place::Directory);
                let there: Result<[bool; 2]> =
                    is_there(step.before).and_then(|old| Ok([old, is_there(step.after)?]));
                if there? == [true, false] {
                    return Ok(vec![step.commit]);
                }
            }
        }
        Ok(Vec::new())
    }

    /// The commits from the place `start` on by which a file went, newest first: one that
    /// renamed it, and then those by which it went under its new name.
    fn gone(&self, start: usize, path: &RepoPath) -> Result<Vec<CommitId>> {
        for (index, step) in self.steps.iter().enumerate().skip(start).rev() {
            let (Some(_), None) = self.sides(step, path)? else { continue };
            let mut found = match self.store.renamed(step.before, step.after, path)? {
                Some(renamed) => self.gone(index, &renamed)?,
                None => Vec::new(),
            };
            found.push(step.commit);
            return Ok(found);
        }
        Ok(Vec::new())
    }

    /// Follows lines of a file back from the first `count` commits' end to the pin, through
    /// renames.
    fn trace(&self, count: usize, from: FileLines, ends: Ends) -> Result<Trace> {
        let FileLines { mut path, mut lines } = from;
        let mut commits = Vec::new();
        let last = self.steps[..count].last();
        let mut file = last.map_or(Ok(None), |step| self.store.file(step.after, &path))?;
        for (index, step) in self.steps[..count].iter().enumerate().rev() {
            let mut old = self.store.file(step.before, &path)?;
            if old == file {
                continue;
            }
            // Not a file of the release: nothing to follow.
            let Some(new) = file else { break };
            if old.is_none()
                && let Some(renamed) = self.store.renamed(step.after, step.before, &path)?
            {
                old = self.store.file(step.before, &renamed)?;
                path = renamed;
            }
            let Some(old) = old else {
                // The file came with this commit.
                commits.push(step.commit);
                return Ok(Trace { commits, is_old: false });
            };
            let changes = self.store.replaced(old.id, new.id)?;
            let Origin { lines: before, mut is_changed, removed } = origin(&lines, &changes);
            lines = before;
            for gone in removed.into_iter().filter(|_| ends == Ends::Beside) {
                // What came after the pin and went again makes no difference to it.
                let there = FileLines { path: path.clone(), lines: gone.clone() };
                if self.trace(index, there, Ends::Within)?.is_old {
                    lines = lines.start.min(gone.start)..lines.end.max(gone.end);
                    is_changed = true;
                }
            }
            commits.extend(is_changed.then_some(step.commit));
            file = Some(old);
        }
        Ok(Trace { commits, is_old: !lines.is_empty() })
    }
}
