//! The diff of two trees, as patches carry it, and the lines that two blobs do not share.

use std::ops::Range;
use std::rc::Rc;

use super::{Hunks, NOTHING, Store, try_kept};
use crate::git::line_origin::Replaced;
use crate::git::tree::{Delta, File};
use crate::patch::diff::{self, NotText};
use crate::patch::text::Text;
use crate::patch::{BlobName, Change, FilePatch};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{BlobId, TreeId};
use crate::support::problem::{Kind, Problem};

impl Store {
    /// The canonical diff of two trees.
    ///
    /// # Errors
    ///
    /// A file that no patch can carry: a binary file, a link, a changed mode, a name in
    /// quotes.
    pub fn diff(&self, before: TreeId, after: TreeId) -> Result<Vec<FilePatch>> {
        self.deltas(before, after)?.iter().map(|delta| self.file_diff(delta)).collect()
    }

    /// The canonical diff of a file.
    ///
    /// # Errors
    ///
    /// As [`Store::diff`].
    pub(crate) fn file_diff(&self, delta: &Delta) -> Result<FilePatch> {
        let path = delta.path.clone();
        let problem = |what: &str| Problem::new(Kind::Input, path.as_str(), what);
        let refuse = |what: &str| Failure::from(problem(what));
        path.clone().portable().map_err(|error| refuse(&error.to_string()))?;
        if path.is_quoted() {
            return Err(refuse("has a name that git must quote: a patch cannot carry it"));
        }
        let mode_of = |side: Option<File>| {
            let refused = || refuse("is no plain file: a patch cannot carry it");
            side.map(|file| file.mode.of_patch().ok_or_else(refused)).transpose()
        };
        let (change, mode) = match (mode_of(delta.old)?, mode_of(delta.new)?) {
            (None, Some(mode)) => (Change::Add, mode),
            (Some(mode), None) => (Change::Delete, mode),
            (Some(old), Some(new)) if old == new => (Change::Modify, new),
            _ => return Err(refuse("changes its mode: no patch can carry that everywhere")),
        };
        let hunks = match self.hunks(delta)? {
            Ok(hunks) => hunks.to_vec(),
            Err(NotText::Binary) => return Err(refuse("is binary: a patch cannot carry it")),
            Err(NotText::Line { line }) => {
                let problem = problem("is not UTF-8, and too close to the change for a patch");
                let hint = "make the change more than three lines away, or leave the file out";
                return Err(problem.at(line).hint(hint).into());
            }
        };
        let [old, new] =
            [delta.old, delta.new].map(|side| BlobName::from(side.map(|file| file.id)));
        Ok(FilePatch { path, change, mode, old, new, hunks, line: 0 })
    }

    /// The canonical hunks of a file, or why no patch can hold them.
    pub(crate) fn hunks(&self, delta: &Delta) -> Result<Hunks> {
        let id = |side: Option<File>| side.map_or(BlobId::NULL, |file| file.id);
        let read = |side: Option<File>| side.map_or(Ok(NOTHING.into()), |file| self.text(file.id));
        try_kept(&self.hunks, (id(delta.old), id(delta.new)), || {
            Ok(diff::hunks(&read(delta.old)?, &read(delta.new)?).map(Rc::from))
        })
    }

    /// The same of two blobs, of which the text of the first is there.
    pub(crate) fn hunks_from(
        &self,
        (old, text): (BlobId, &Text<'_>),
        new: BlobId,
    ) -> Result<Hunks> {
        try_kept(&self.hunks, (old, new), || {
            Ok(diff::hunks_from(text, &self.text(new)?).map(Rc::from))
        })
    }

    /// The lines in which two blobs differ, by the diff that `git log -L` and `git blame` go
    /// by: lines are followed here as they are there.
    pub(crate) fn replaced(&self, old: BlobId, new: BlobId) -> Result<Rc<[Replaced]>> {
        // An empty side is named by the line before it.
        let lines = |start: u32, count: u32| -> Range<usize> {
            let first = start.saturating_sub(u32::from(count > 0)) as usize;
            first..first + count as usize
        };
        try_kept(&self.replaced, (old, new), || {
            let mut options = git2::DiffOptions::new();
            options.context_lines(0).force_text(true);
            let (before, after) = (self.text(old)?, self.text(new)?);
            let options = Some(&mut options);
            let diff = git2::Patch::from_buffers(&before, None, &after, None, options)?;
            let hunk = |index| -> Result<Replaced> {
                let (hunk, _) = diff.hunk(index)?;
                let old = lines(hunk.old_start(), hunk.old_lines());
                Ok((old, lines(hunk.new_start(), hunk.new_lines())))
            };
            (0..diff.num_hunks()).map(hunk).collect()
        })
    }
}
