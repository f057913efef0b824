//! What a commit did at the places of a patch.

use std::ops::Range;

use crate::git::history::{self, FileLines};
use crate::git::merge_conflict::Conflict;
use crate::git::store::Store;
use crate::patch::apply::covered;
use crate::patch::{Hunk, Patch};
use crate::port::bisect::report::Place;
use crate::port::outcome::Evidence;
use crate::port::{Attempt, PatchOutcome};
use crate::support::failure::{Failure, Result};
use crate::support::names::RepoPath;

/// A patch that was merged onto a commit.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) store: &'a Store,
    pub(super) patch: &'a Patch,
    /// Its series on that commit.
    pub(super) attempt: &'a Attempt<'a>,
    /// The patch's place in the series.
    pub(super) index: usize,
}

impl Places<'_> {
    /// Where the patch conflicts, else at the hunks whose lines the commit changed, else in the
    /// files that it changed.
    pub(super) fn find(self) -> Result<Vec<Place>> {
        let conflicts = &self.outcome().conflicts;
        if conflicts.is_empty() {
            return self.in_files();
        }
        conflicts.iter().map(|conflict| self.at_conflict(conflict)).collect()
    }

    fn outcome(&self) -> &PatchOutcome {
        &self.attempt.outcomes[self.index]
    }

    fn at_conflict(&self, conflict: &Conflict) -> Result<Place> {
        let target = path_of(&conflict.target)?;
        let file = self.patch.files.iter().find(|file| file.path.as_str() == conflict.path);
        let hunk = file.and_then(|file| conflict.hunk_of(file));
        let lines = match conflict.line {
            0 => None,
            line => Some(line - 1..line - 1 + conflict.upstream.lines().count()),
        };
        let there = |lines| FileLines { path: target.clone(), lines };
        let lines = lines.map(|lines| self.upstream_lines(&there(lines))).transpose()?;
        let commit = self.attempt.base.id;
        Ok(Place {
            path: conflict.path.clone(),
            target: conflict.target.clone(),
            hunk: hunk.map(Hunk::header),
            reason: Some(conflict.why().to_owned()),
            changes: history::changes_of(self.store, commit, &target, lines.as_slice())?,
        })
    }

    fn in_files(&self) -> Result<Vec<Place>> {
        let commit = self.attempt.base.id;
        let mut places = Vec::new();
        for (path, target) in self.files()? {
            let all = history::changes_of(self.store, commit, &target, &[])?;
            if all.is_empty() {
                continue;
            }
            let touching = match self.hunk_lines(&target)?.as_slice() {
                [] => Vec::new(),
                lines => history::changes_of(self.store, commit, &target, lines)?,
            };
            let changes = if touching.is_empty() { all } else { touching };
            let (path, target) = (path.to_string(), target.to_string());
            places.push(Place { path, target, hunk: None, reason: None, changes });
        }
        Ok(places)
    }

    /// The files of the patch, each with its name at the commit.
    fn files(&self) -> Result<Vec<(RepoPath, RepoPath)>> {
        let target = |path: &RepoPath| {
            let renamed = self.outcome().evidence.iter().find_map(|evidence| match evidence {
                Evidence::Renamed { path: from, target } if from == path.as_str() => Some(target),
                _ => None,
            });
            renamed.map_or_else(|| Ok(path.clone()), |target| path_of(target))
        };
        let files = self.patch.files.iter();
        files.map(|file| Ok((file.path.clone(), target(&file.path)?))).collect()
    }

    /// Where the hunks of the merged patch stand in an upstream file, in lines from 0.
    fn hunk_lines(&self, path: &RepoPath) -> Result<Vec<Range<usize>>> {
        if self.outcome().after.is_none() {
            return Ok(Vec::new());
        }
        let before = self.attempt.outcomes[..self.index].iter();
        let position = before.filter(|outcome| outcome.after.is_some()).count();
        let applied = self.attempt.applied(self.store)?;
        let files = &applied.patches[position].patch.files;
        let hunks = files.iter().filter(|file| file.path == *path).flat_map(|file| &file.hunks);
        let there = |hunk: &Hunk| FileLines { path: path.clone(), lines: covered(hunk) };
        hunks.map(|hunk| self.upstream_lines(&there(hunk))).collect()
    }

    /// Where lines of a file stand in upstream's, without the patches before this one.
    fn upstream_lines(&self, there: &FileLines) -> Result<Range<usize>> {
        there.below(self.store, self.outcome().before, self.attempt.base.tree)
    }
}

fn path_of(path: &str) -> Result<RepoPath> {
    path.parse().map_err(Failure::defect)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::git::store::tests::{Memory, lines};
    use crate::port::Applied;
    use crate::port::tests::{Files, onto, series};

    /// What a commit with these files did at the places of a patch.
    fn places(memory: &Memory, series: &Applied, files: Files<'_>) -> String {
        let attempt = onto(memory, series, files);
        let patch = &series.patches[0].patch;
        let places = Places { store: &memory.store, patch, attempt: &attempt, index: 0 };
        let mut text = String::new();
        for Place { path, target, hunk, reason, changes } in places.find().unwrap() {
            text.push_str(&format!("{path} -> {target}: {hunk:?}, {reason:?}\n"));
            changes.iter().for_each(|change| text.push_str(&change.text()));
        }
        text
    }

    #[test]
    fn of_a_conflict_all_that_touches_its_lines_is_shown() {
        let memory = Memory::new();
        let before = lines(20, &[]);
        let edits = [(10, "mine\n"), (11, ""), (12, ""), (13, ""), (14, "")];
        let series = series(&memory, &[&[("f", &before)], &[("f", &lines(20, &edits))]]);
        // Lines at the start and the end of it, and one that lies a line behind.
        let ours = lines(20, &[(10, ""), (14, "fourteen\n"), (16, "sixteen\n")]);
        assert_snapshot!(places(&memory, &series, &[("f", &ours)]), @r#"
        f -> f: Some("@@ -7,11 +7,7 @@"), Some("both changed these lines")
            line 10:
              -line 10
            line 13:
              -line 14
              +fourteen
        "#);
    }

    #[test]
    fn without_a_conflict_what_touches_a_hunk_is_shown_or_else_all_of_the_file() {
        let memory = Memory::new();
        let before = lines(30, &[]);
        let [f, g, k] = [10, 16, 22].map(|line| lines(30, &[(line, "mine\n")]));
        let series = series(
            &memory,
            &[
                &[("f", &before), ("g", &before), ("k", &before), ("same", &before)],
                &[("f", &f), ("g", &g), ("k", &k), ("same", &k)],
            ],
        );
        let near = lines(30, &[(1, "zero\nline 1\n"), (8, "eight\n"), (28, "far\n")]);
        let renamed = lines(30, &[(14, "fourteen\n"), (28, "far\n")]);
        let far = lines(30, &[(28, "far\n")]);
        let ours = [("f", near.as_str()), ("h", &renamed), ("k", &far), ("same", &before)];
        assert_snapshot!(places(&memory, &series, &ours), @"
        f -> f: None, None
            line 9:
              -line 8
              +eight
        g -> h: None, None
            line 14:
              -line 14
              +fourteen
        k -> k: None, None
            line 28:
              -line 28
              +far
        ");
    }
}
