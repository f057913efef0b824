//! The lines that a patch changes in a file, in runs, each with its place.

use std::ops::Range;

use crate::patch::apply::{apply, split_lines};
use crate::patch::symbol::{enclosing, indent_of};
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
}

impl<'a> Item<'a> {
    pub(super) fn key(&self) -> (bool, &'a str) {
        (self.tag == Tag::Remove, self.text)
    }
}

/// Changed lines without context between them.
#[derive(Debug)]
pub(super) struct Run<'a> {
    /// Its lines: those removed, then those added.
    pub(super) items: Range<usize>,
    /// The lines of the file that it removes, from 0; empty if it only adds.
    pub(super) lines: Range<usize>,
    /// The line of the patched file that it begins at, from 0.
    pub(super) start: usize,
    /// The lines of the pre-image before it and after it, as far as its hunk shows them.
    pub(super) before: Vec<&'a str>,
    pub(super) after: Vec<&'a str>,
    /// What is around it; absent if the file is not known.
    pub(super) place: Option<String>,
}

/// All that a patch changes in a file.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    pub(super) items: Vec<Item<'a>>,
    pub(super) runs: Vec<Run<'a>>,
    /// The patched file, if it is known.
    patched: Option<Vec<u8>>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(version: Option<Version<'a>>) -> Self {
        let mut changes = Self::default();
        let Some(Version { file, base }) = version else { return changes };
        // A file that the patch adds was empty.
        let base = base.or((file.change == Change::Add).then_some(&[]));
        changes.patched = base.and_then(|base| apply(base, file).ok());
        let base = base.map(split_lines);
        for hunk in &file.hunks {
            changes.add(hunk, base.as_deref());
        }
        changes
    }

    fn add(&mut self, hunk: &'a Hunk, base: Option<&[&[u8]]>) {
        let pre_image: Vec<&str> = hunk.pre_image().collect();
        let first = hunk.old_start.saturating_sub(usize::from(!pre_image.is_empty()));
        let has_post_image = hunk.post_image().next().is_some();
        // The first line of the patched file that the hunk covers, and what it changed so far.
        let patched = hunk.new_start.saturating_sub(usize::from(has_post_image));
        let (mut added, mut removed) = (0, 0);
        for found in runs(hunk) {
            let (run, start) = (self.runs.len(), self.items.len());
            let of = |tag, lines: &[&'a str]| -> Vec<Item<'a>> {
                lines.iter().map(|text| Item { tag, text, run }).collect()
            };
            self.items.extend(of(Tag::Remove, &found.removed));
            self.items.extend(of(Tag::Add, &found.added));
            let changed = [found.added.as_slice(), &found.removed].concat();
            let indent = changed.iter().find_map(|line| indent_of(line.as_bytes()));
            let at = first + found.at;
            let (before, rest) = pre_image.split_at(found.at);
            self.runs.push(Run {
                items: start..self.items.len(),
                lines: at..at + found.removed.len(),
                start: patched + found.at + added - removed,
                before: before.to_vec(),
                after: rest[found.removed.len()..].to_vec(),
                place: base.map(|lines| enclosing(lines, at, indent.unwrap_or(0))),
            });
            added += found.added.len();
            removed += found.removed.len();
        }
    }

    pub(super) fn of_tag(&self, tag: Tag) -> impl Iterator<Item = (usize, &'a str)> {
        let items = self.items.iter().enumerate();
        items.filter(move |(_, item)| item.tag == tag).map(|(index, item)| (index, item.text))
    }

    pub(super) fn run_of(&self, piece: &Range<usize>) -> &Run<'a> {
        &self.runs[self.items[piece.start].run]
    }

    /// The line of the patched file, from 1, at which an item stands.
    pub(super) fn line_of(&self, at: usize) -> usize {
        let run = &self.runs[self.items[at].run];
        let before = self.items[run.items.start..at].iter();
        1 + run.start + before.filter(|item| item.tag == Tag::Add).count()
    }

    /// What is around an item in the patched file; absent if that is not known.
    pub(super) fn place_of(&self, at: usize) -> Option<String> {
        let lines = split_lines(self.patched.as_ref()?);
        let rest = &self.items[at..self.runs[self.items[at].run].items.end];
        let indent = rest.iter().find_map(|item| indent_of(item.text.as_bytes()));
        Some(enclosing(&lines, self.line_of(at) - 1, indent.unwrap_or(0)))
    }

    pub(super) fn is_whole(&self, piece: &Range<usize>) -> bool {
        self.run_of(piece).items == *piece
    }
}
