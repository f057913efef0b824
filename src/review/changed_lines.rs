//! The lines that a patch changes in a file, in runs, each with its place.

use std::ops::Range;

use crate::patch::apply::{apply, covered, split_lines};
use crate::patch::symbol::{Definitions, indent_of};
use crate::patch::words::weight;
use crate::patch::{Change, FilePatch, Hunk, Tag};
use crate::port::already_upstream::runs;

/// A file in a patch.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    pub file: &'a FilePatch,
    /// The file before the patch, if that is known.
    pub base: Option<&'a [u8]>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub(super) tag: Tag,
    pub(super) text: &'a str,
    pub(super) run: usize,
    /// The line of the patched file, from 1, at which it stands.
    pub(super) line: usize,
}

/// Changed lines without context between them.
#[derive(Debug)]
pub(super) struct Run {
    /// Its lines: those removed, then those added.
    pub(super) items: Range<usize>,
    /// The lines of the file that it removes, from 0; empty if it only adds.
    pub(super) lines: Range<usize>,
    /// The lines before it and after it among [`Changes::context`]: as far as its hunk shows them,
    /// but those of no more than [`NEAR`].
    pub(super) before: Range<usize>,
    pub(super) after: Range<usize>,
    /// What is around it; absent if the file is not known.
    pub(super) place: Option<String>,
}

/// All that a patch changes in a file.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    pub(super) items: Vec<Item<'a>>,
    pub(super) runs: Vec<Run>,
    /// The lines of the pre-images that say something.
    pub(super) context: Vec<&'a str>,
    /// What is in the patched file, if it is known.
    patched: Option<Definitions>,
}

/// So many lines of a hunk beside a run tell which place it is at.
const NEAR: usize = 16;

impl<'a> Changes<'a> {
    pub(super) fn of(version: Option<Version<'a>>) -> Self {
        let mut changes = Self::default();
        let Some(Version { file, base }) = version else { return changes };
        // A file that the patch adds was empty.
        let base = base.or((file.change == Change::Add).then_some(&[]));
        let patched = base.and_then(|base| apply(base, file).ok());
        changes.patched = patched.map(|patched| Definitions::of(&split_lines(&patched)));
        let base = base.map(|base| Definitions::of(&split_lines(base)));
        for hunk in &file.hunks {
            changes.add(hunk, base.as_ref());
        }
        changes
    }

    fn add(&mut self, hunk: &'a Hunk, base: Option<&Definitions>) {
        // Where each line of the pre-image would be in the context.
        let mut places = vec![self.context.len()];
        for line in hunk.pre_image() {
            self.context.extend((weight(line) > 0).then_some(line));
            places.push(self.context.len());
        }
        let first = covered(hunk).start;
        let has_post_image = hunk.post_image().next().is_some();
        // The first line of the patched file that the hunk covers, and what it changed so far.
        let patched = hunk.new_start.saturating_sub(usize::from(has_post_image));
        let (mut added, mut removed) = (0, 0);
        for found in runs(hunk) {
            let (run, start) = (self.runs.len(), self.items.len());
            let line = 1 + patched + found.at + added - removed;
            let gone = found.removed.iter().map(|text| (Tag::Remove, *text, line));
            let come = found.added.iter().enumerate();
            let come = come.map(|(index, text)| (Tag::Add, *text, line + index));
            let items = gone.chain(come).map(|(tag, text, line)| Item { tag, text, run, line });
            self.items.extend(items);
            let at = first + found.at;
            let end = found.at + found.removed.len();
            let changed = found.added.iter().chain(&found.removed);
            let indent = changed.into_iter().find_map(|line| indent_of(line.as_bytes()));
            self.runs.push(Run {
                items: start..self.items.len(),
                lines: at..at + found.removed.len(),
                before: places[found.at.saturating_sub(NEAR)]..places[found.at],
                after: places[end]..places[(end + NEAR).min(places.len() - 1)],
                place: base.map(|base| base.around(at, indent.unwrap_or(0))),
            });
            added += found.added.len();
            removed += found.removed.len();
        }
    }

    pub(super) fn of_tag(&self, tag: Tag) -> impl Iterator<Item = (usize, &'a str)> {
        let items = self.items.iter().enumerate();
        items.filter(move |(_, item)| item.tag == tag).map(|(index, item)| (index, item.text))
    }

    pub(super) fn run_of(&self, piece: &Range<usize>) -> &Run {
        &self.runs[self.items[piece.start].run]
    }

    /// The lines before a run and after it that say something.
    pub(super) fn beside(&self, run: &Run) -> [&[&'a str]; 2] {
        [&self.context[run.before.clone()], &self.context[run.after.clone()]]
    }

    /// What is around an item in the patched file; absent if that is not known.
    pub(super) fn place_of(&self, at: usize) -> Option<String> {
        let rest = &self.items[at..self.runs[self.items[at].run].items.end];
        let indent = rest.iter().find_map(|item| indent_of(item.text.as_bytes()));
        Some(self.patched.as_ref()?.around(self.items[at].line - 1, indent.unwrap_or(0)))
    }

    pub(super) fn is_whole(&self, piece: &Range<usize>) -> bool {
        self.run_of(piece).items == *piece
    }
}
