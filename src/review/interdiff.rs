//! The interdiff of one file: what a patch changes in it, against what an earlier version of
//! the patch changed.
//!
//! Compared are the lines that both add and remove, wherever they stand: a line that both
//! change alike is no difference, though it moved to another offset, another hunk, or past
//! other hunks. What then lands at another place is told apart, with the place.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::patch::apply::{apply, split_lines};
use crate::patch::symbol::{enclosing, indent_of};
use crate::patch::words::{Fragment, line_diff, weight, word_diff, words};
use crate::patch::{BlobName, Change, FileMode, FilePatch, Hunk, Tag};
use crate::port::already_upstream::{TELLING, runs};
use crate::port::outcome::Outcome;

/// How a patch's change of a file differs from an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileReview {
    /// The file.
    pub path: String,
    /// Its name in the earlier patch, where that is another.
    pub renamed_from: Option<String>,
    /// What the patch does with the file as a whole, where that is something else now.
    pub whole: Vec<Fragment>,
    /// The lines that it changes in another way.
    pub differences: Vec<Difference>,
    /// The lines that it changes alike, but at another place.
    pub moves: Vec<Move>,
    /// What else is different, where all lines are the same at the same places.
    pub mechanical: Option<Mechanical>,
}

/// What differs without meaning anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanical {
    /// What a mail holds beside author, date, message and diff.
    Form,
    /// The blobs that the `index` line names.
    IndexLines,
    /// Where the hunks begin.
    Offsets,
    /// The lines around the changes.
    Context,
    /// How the changes are cut into hunks, and their order.
    Hunks,
}

impl Mechanical {
    /// It in a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form of the mail",
            Self::IndexLines => "index lines",
            Self::Offsets => "offsets",
            Self::Context => "context",
            Self::Hunks => "hunks",
        }
    }
}

/// Lines that stand together and differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The line of the patched file, from 1; of the earlier one where the patch changes
    /// nothing here any more.
    pub line: usize,
    /// What is around it (see [`enclosing`]); absent where the file is not known.
    pub place: Option<String>,
    /// The lines.
    pub edits: Vec<Edit>,
}

/// A line that the patches change differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What they do with it.
    pub action: Action,
    /// Which of them does.
    pub when: When,
    /// The line.
    pub line: Vec<Fragment>,
}

/// What a patch does with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It adds it.
    Adds,
    /// It removes it.
    Removes,
}

/// Which version of a patch changes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Both, and the line is another.
    Both,
    /// The later one only.
    Now,
    /// The earlier one only.
    NoLonger,
}

/// Lines that both patches change alike, but at another place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The line of the patched file, from 1.
    pub line: usize,
    /// How many lines.
    pub count: usize,
    /// What the patch does with the first of them.
    pub action: Action,
    /// The first of them that says something.
    pub text: String,
    /// What was around them (see [`enclosing`]); absent where the file is not known.
    pub from: Option<String>,
    /// What is around them now.
    pub to: Option<String>,
}

impl Action {
    fn of(tag: Tag) -> Self {
        if tag == Tag::Remove { Self::Removes } else { Self::Adds }
    }
}

impl FileReview {
    /// Whether the patch does something else to the file.
    pub fn is_semantic(&self) -> bool {
        !self.whole.is_empty() || !self.differences.is_empty()
    }

    /// Whether it does it at another place.
    pub fn is_moved(&self) -> bool {
        self.renamed_from.is_some() || !self.moves.is_empty()
    }
}

/// A file in a patch.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// What the patch does.
    pub file: &'a FilePatch,
    /// The file before the patch, where that is known.
    pub base: Option<&'a [u8]>,
}

/// Compares what two versions of a patch do to a file; `None` is a version that does not
/// touch it.
pub fn compare(old: Option<Version<'_>>, new: Option<Version<'_>>) -> FileReview {
    let path = |version: Version<'_>| version.file.path.to_string();
    let name = new.or(old).map_or_else(String::new, path);
    let renamed_from = old.map(path).filter(|old| *old != name);
    let whole = match (old.map(what), new.map(what)) {
        (Some(old), Some(new)) if old == new => Vec::new(),
        (old, new) => word_diff(&old.unwrap_or_default(), &new.unwrap_or_default()),
    };
    let (before, after, images) = (Changes::of(old), Changes::of(new), Images::of(old, new));
    let matching = Matching::new(&before, &after, &images);
    let (differences, moves) = (matching.differences(), matching.moves());
    let mut review =
        FileReview { path: name, renamed_from, whole, differences, moves, mechanical: None };
    if let (Some(old), Some(new)) = (old, new)
        && !review.is_semantic()
        && review.moves.is_empty()
    {
        review.mechanical = mechanical(old.file, new.file);
    }
    review
}

/// How much of the lines that two versions of a file's change have in all is in both.
pub fn likeness(old: &FilePatch, new: &FilePatch) -> (usize, usize) {
    let version = |file| Changes::of(Some(Version { file, base: None }));
    let (old, new) = (version(old), version(new));
    let (old, new) = (Content::of(&old.items), Content::of(&new.items));
    (shared(&old.lines, &new.lines), old.total.max(new.total))
}

/// What a patch does with a file as a whole.
fn what(version: Version<'_>) -> String {
    let change = match version.file.change {
        Change::Add => "adds",
        Change::Modify => "changes",
        Change::Delete => "deletes",
    };
    let mode = if version.file.mode == FileMode::Executable { ", executable" } else { "" };
    format!("{change} the file{mode}")
}

fn mechanical(old: &FilePatch, new: &FilePatch) -> Option<Mechanical> {
    match Outcome::classify(&old.hunks, &new.hunks) {
        Outcome::Unchanged if (&old.old, &old.new) == (&new.old, &new.new) => None,
        Outcome::Unchanged => Some(Mechanical::IndexLines),
        Outcome::OffsetOnly => Some(Mechanical::Offsets),
        Outcome::ContextOnly => Some(Mechanical::Context),
        _ => Some(Mechanical::Hunks),
    }
}

/// A changed line.
#[derive(Clone, Copy, Debug)]
struct Item<'a> {
    tag: Tag,
    text: &'a str,
    /// Its run.
    run: usize,
}

impl<'a> Item<'a> {
    fn key(&self) -> (bool, &'a str) {
        (self.tag == Tag::Remove, self.text)
    }
}

/// Changed lines without context between them.
#[derive(Debug)]
struct Run<'a> {
    /// Its lines: those removed, then those added.
    items: Range<usize>,
    /// The lines of the file that it removes, from 0; empty where it only adds.
    lines: Range<usize>,
    /// The line of the patched file that it begins at, from 0.
    start: usize,
    /// The lines of the pre-image before it and after it, as far as its hunk shows them.
    before: Vec<&'a str>,
    after: Vec<&'a str>,
    /// What is around it; absent where the file is not known.
    place: Option<String>,
}

/// All that a patch changes in a file.
#[derive(Debug, Default)]
struct Changes<'a> {
    items: Vec<Item<'a>>,
    runs: Vec<Run<'a>>,
    /// The patched file, where it is known.
    patched: Option<Vec<u8>>,
}

impl<'a> Changes<'a> {
    fn of(version: Option<Version<'a>>) -> Self {
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

    fn of_tag(&self, tag: Tag) -> impl Iterator<Item = (usize, &'a str)> {
        let items = self.items.iter().enumerate();
        items.filter(move |(_, item)| item.tag == tag).map(|(index, item)| (index, item.text))
    }

    fn run_of(&self, piece: &Range<usize>) -> &Run<'a> {
        &self.runs[self.items[piece.start].run]
    }

    /// The line of the patched file, from 1, at which an item stands.
    fn line_of(&self, at: usize) -> usize {
        let run = &self.runs[self.items[at].run];
        let before = self.items[run.items.start..at].iter();
        1 + run.start + before.filter(|item| item.tag == Tag::Add).count()
    }

    /// What is around an item in the patched file; absent where that is not known.
    fn place_of(&self, at: usize) -> Option<String> {
        let lines = split_lines(self.patched.as_ref()?);
        let rest = &self.items[at..self.runs[self.items[at].run].items.end];
        let indent = rest.iter().find_map(|item| indent_of(item.text.as_bytes()));
        Some(enclosing(&lines, self.line_of(at) - 1, indent.unwrap_or(0)))
    }

    fn is_whole(&self, piece: &Range<usize>) -> bool {
        self.run_of(piece).items == *piece
    }
}

/// Where each line of the old file is in the new one, before the patches.
enum Images {
    /// At the same place: it is the same file.
    Same,
    /// Here.
    Lines(Vec<Option<usize>>),
    /// Nobody knows.
    Unknown,
}

impl Images {
    fn of(old: Option<Version<'_>>, new: Option<Version<'_>>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::Unknown };
        // An abbreviated id may be another file's.
        if old.file.old == new.file.old && matches!(old.file.old, BlobName::Full(_)) {
            return Self::Same;
        }
        let (Some(old), Some(new)) = (old.base, new.base) else { return Self::Unknown };
        let (old, new) = (split_lines(old), split_lines(new));
        let mut images = vec![None; old.len() + 1];
        for op in capture_diff_slices(Algorithm::Histogram, &old, &new) {
            if op.tag() == DiffTag::Equal {
                op.old_range().zip(op.new_range()).for_each(|(old, new)| images[old] = Some(new));
            }
        }
        images[old.len()] = Some(new.len());
        Self::Lines(images)
    }

    fn of_line(&self, line: usize) -> Option<usize> {
        match self {
            Self::Same => Some(line),
            Self::Lines(images) => images.get(line).copied().flatten(),
            Self::Unknown => None,
        }
    }

    /// Whether two runs are at the same place of their files: in the same function, and
    /// between the same lines. `None` where the lines beside the old one are gone, or the
    /// files are not known and their hunks show nothing of each other.
    fn agree(&self, old: &Run<'_>, new: &Run<'_>) -> Option<bool> {
        if let (Some(from), Some(to)) = (&old.place, &new.place)
            && from != to
        {
            return Some(false);
        }
        if matches!(self, Self::Unknown) {
            let is_close = common(&old.before, &new.before) + common(&old.after, &new.after) > 0;
            return if passed(old, new) { Some(false) } else { is_close.then_some(true) };
        }
        let above = match old.lines.start.checked_sub(1) {
            Some(line) => self.of_line(line)? + 1,
            None => 0,
        };
        let below = self.of_line(old.lines.end)?;
        Some(new.lines.end >= above && new.lines.start <= below)
    }
}

/// How many lines that say something are in both.
fn common(one: &[&str], two: &[&str]) -> usize {
    one.iter().filter(|line| weight(line) > 0 && two.contains(line)).count()
}

/// Whether a line of the context that was on one side of a run is on the other now. Only
/// lines that stand once in both hunks, and say something, tell.
fn passed(old: &Run<'_>, new: &Run<'_>) -> bool {
    let is_once = |run: &Run<'_>, line: &str| {
        run.before.iter().chain(&run.after).filter(|other| **other == line).count() == 1
    };
    let crosses = |before: &[&str], after: &[&str]| {
        before.iter().any(|line| {
            weight(line) > 0 && after.contains(line) && is_once(old, line) && is_once(new, line)
        })
    };
    crosses(&old.before, &new.after) || crosses(&old.after, &new.before)
}

/// What a stretch of lines holds, by lines and by words, each with its weight.
struct Content<'a> {
    lines: HashMap<(bool, &'a str), (usize, usize)>,
    words: HashMap<(bool, &'a str), (usize, usize)>,
    total: usize,
}

impl<'a> Content<'a> {
    fn of(items: &[Item<'a>]) -> Self {
        let (mut lines, mut by_word, mut total) = (HashMap::new(), HashMap::new(), 0);
        for item in items {
            let (is_removed, text) = item.key();
            let weight_of_line = weight(text);
            total += weight_of_line;
            lines.entry((is_removed, text)).or_insert((0, weight_of_line)).0 += 1;
            for word in words(text) {
                by_word.entry((is_removed, word)).or_insert((0, weight(word))).0 += 1;
            }
        }
        Self { lines, words: by_word, total }
    }
}

/// The weight of what both hold.
fn shared<K: std::hash::Hash + Eq>(
    one: &HashMap<K, (usize, usize)>,
    two: &HashMap<K, (usize, usize)>,
) -> usize {
    let of = |(key, (count, weight)): (&K, &(usize, usize))| {
        two.get(key).map_or(0, |(other, _)| count.min(other) * weight)
    };
    one.iter().map(of).sum()
}

/// How well two stretches fit; of several, the greatest is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    lines: usize,
    words: usize,
    is_equal: bool,
    is_beside: bool,
    is_at_home: bool,
    context: usize,
    nearness: std::cmp::Reverse<usize>,
}

/// Which changed line of the one patch is which of the other.
struct Matching<'a, 'b> {
    old: &'b Changes<'a>,
    new: &'b Changes<'a>,
    images: &'b Images,
    /// For each old line, the new one that is the same.
    to: Vec<Option<usize>>,
    /// For each new line, the old one.
    from: Vec<Option<usize>>,
    /// Stretches that stand for each other and have no line in common.
    replaced: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a, 'b> Matching<'a, 'b> {
    fn new(old: &'b Changes<'a>, new: &'b Changes<'a>, images: &'b Images) -> Self {
        let (to, from) = (vec![None; old.items.len()], vec![None; new.items.len()]);
        let empty =
            || Self { old, new, images, to: to.clone(), from: from.clone(), replaced: Vec::new() };
        let mut in_order = empty();
        let is_same = in_order.match_all();
        if is_same && in_order.moves().is_empty() {
            return in_order;
        }
        let mut matching = empty();
        matching.match_runs();
        while matching.round(Scope::AtHome, Fit::persists) {}
        while matching.round(Scope::Anywhere, Fit::tells) {}
        while matching.round(Scope::Anywhere, |fit, _| fit.is_beside || fit.is_at_home) {}
        // The same lines are no difference, however little each of them says.
        if is_same && matching.to.contains(&None) { in_order } else { matching }
    }

    fn pair(&mut self, old: usize, new: usize) {
        (self.to[old], self.from[new]) = (Some(new), Some(old));
    }

    /// The same lines in the same order, however they are cut into runs.
    fn match_all(&mut self) -> bool {
        for tag in [Tag::Remove, Tag::Add] {
            let texts = |changes: &Changes<'a>| -> Vec<&str> {
                changes.of_tag(tag).map(|(_, text)| text).collect()
            };
            if texts(self.old) != texts(self.new) {
                return false;
            }
        }
        let (old, new) = (self.old, self.new);
        for tag in [Tag::Remove, Tag::Add] {
            for ((old, _), (new, _)) in old.of_tag(tag).zip(new.of_tag(tag)) {
                self.pair(old, new);
            }
        }
        true
    }

    /// Whole runs that are the same in the same place, in order.
    fn match_runs(&mut self) {
        let (old, new) = (self.old, self.new);
        let keys = |changes: &'b Changes<'a>| -> Vec<_> {
            let key = |run: &'b Run<'a>| {
                let texts = changes.items[run.items.clone()].iter().map(Item::key);
                (texts.collect::<Vec<_>>(), run.place.as_deref())
            };
            changes.runs.iter().map(key).collect()
        };
        for op in capture_diff_slices(Algorithm::Histogram, &keys(old), &keys(new)) {
            if op.tag() != DiffTag::Equal {
                continue;
            }
            for (i, j) in op.old_range().zip(op.new_range()) {
                // Elsewhere, another one may fit better.
                if self.images.agree(&old.runs[i], &new.runs[j]) != Some(false) {
                    let (i, j) = (old.runs[i].items.clone(), new.runs[j].items.clone());
                    i.zip(j).for_each(|(i, j)| self.pair(i, j));
                }
            }
        }
    }

    /// The stretches of a side, within runs, that are not matched.
    fn pieces(
        changes: &Changes<'_>,
        matched: &[Option<usize>],
        settled: impl Fn(usize) -> bool,
    ) -> Vec<Range<usize>> {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for (index, item) in changes.items.iter().enumerate() {
            if matched[index].is_some() || settled(index) {
                continue;
            }
            match pieces.last_mut() {
                Some(last) if last.end == index && changes.items[last.start].run == item.run => {
                    last.end += 1;
                }
                _ => pieces.push(index..index + 1),
            }
        }
        pieces
    }

    fn open(&self) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
        let old = |index| self.replaced.iter().any(|(old, _)| old.contains(&index));
        let new = |index| self.replaced.iter().any(|(_, new)| new.contains(&index));
        (Self::pieces(self.old, &self.to, old), Self::pieces(self.new, &self.from, new))
    }

    /// Pairs stretches that are not matched yet, the best first, and matches what is equal in
    /// them; whether there was a pair.
    fn round(&mut self, scope: Scope, accepts: impl Fn(&Fit, (usize, usize)) -> bool) -> bool {
        let (old, new) = self.open();
        let content = |changes: &Changes<'a>, pieces: &[Range<usize>]| -> Vec<Content<'a>> {
            pieces.iter().map(|piece| Content::of(&changes.items[piece.clone()])).collect()
        };
        let (of_old, of_new) = (content(self.old, &old), content(self.new, &new));
        let mut fits = Vec::new();
        for (i, one) in of_old.iter().enumerate() {
            for (j, two) in of_new.iter().enumerate() {
                if scope == Scope::AtHome && !self.is_at_home(&old[i], &new[j]) {
                    continue;
                }
                let fit = self.fit((&old[i], one), (&new[j], two));
                if accepts(&fit, (one.total, two.total)) {
                    fits.push((fit, i, j));
                }
            }
        }
        fits.sort_by(|one, two| two.cmp(one));
        let (mut used_old, mut used_new) = (vec![false; old.len()], vec![false; new.len()]);
        for (_, i, j) in &fits {
            if !used_old[*i] && !used_new[*j] {
                (used_old[*i], used_new[*j]) = (true, true);
                self.match_within(&old[*i], &new[*j]);
            }
        }
        !fits.is_empty()
    }

    /// Matches the lines of two stretches that are equal, in order.
    fn match_within(&mut self, old: &Range<usize>, new: &Range<usize>) {
        let keys = |changes: &Changes<'a>, piece: &Range<usize>| -> Vec<(bool, &'a str)> {
            changes.items[piece.clone()].iter().map(Item::key).collect()
        };
        let (of_old, of_new) = (keys(self.old, old), keys(self.new, new));
        let mut has_equal = false;
        for op in capture_diff_slices(Algorithm::Myers, &of_old, &of_new) {
            if op.tag() == DiffTag::Equal {
                has_equal = true;
                for (i, j) in op.old_range().zip(op.new_range()) {
                    self.pair(old.start + i, new.start + j);
                }
            }
        }
        if !has_equal {
            self.replaced.push((old.clone(), new.clone()));
        }
    }

    fn fit(
        &self,
        (old, of_old): (&Range<usize>, &Content<'a>),
        (new, of_new): (&Range<usize>, &Content<'a>),
    ) -> Fit {
        let (one, two) = (self.old.run_of(old), self.new.run_of(new));
        let is_whole = self.old.is_whole(old) && self.new.is_whole(new);
        let keys = |changes: &Changes<'a>, piece: &Range<usize>| {
            changes.items[piece.clone()].iter().map(Item::key).collect::<Vec<_>>()
        };
        let context = common(&one.before, &two.before) + common(&one.after, &two.after);
        Fit {
            lines: shared(&of_old.lines, &of_new.lines),
            words: shared(&of_old.words, &of_new.words),
            is_equal: is_whole
                && old.len() == new.len()
                && keys(self.old, old) == keys(self.new, new),
            is_beside: self.is_beside(old, new),
            is_at_home: self.is_at_home(old, new),
            context,
            nearness: std::cmp::Reverse(old.start.abs_diff(new.start)),
        }
    }

    /// Whether two stretches are whole runs at the same place.
    fn is_at_home(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let is_whole = self.old.is_whole(old) && self.new.is_whole(new);
        is_whole && self.images.agree(self.old.run_of(old), self.new.run_of(new)) == Some(true)
    }

    /// Whether the lines just before or just after two stretches are matched to each other.
    fn is_beside(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let (one, two) = (&self.old.run_of(old).items, &self.new.run_of(new).items);
        let before = old.start > one.start && new.start > two.start;
        let after = old.end < one.end && new.end < two.end;
        before && self.to[old.start - 1] == Some(new.start - 1)
            || after && self.to[old.end] == Some(new.end)
    }

    /// The lines that are not the same in both.
    fn differences(&self) -> Vec<Difference> {
        let (mut old, mut new) = (
            Self::pieces(self.old, &self.to, |_| false),
            Self::pieces(self.new, &self.from, |_| false),
        );
        let mut differences = Vec::new();
        for piece in std::mem::take(&mut new) {
            let settled = self.replaced.iter().find(|(_, two)| *two == piece);
            let is_partner = |old: &Range<usize>| match settled {
                Some((one, _)) => one == old,
                None => self.is_beside(old, &piece),
            };
            let partner = old.iter().position(is_partner).map(|at| old.remove(at));
            differences.extend(self.difference(partner.as_ref(), Some(&piece)));
        }
        differences.extend(old.into_iter().filter_map(|piece| self.difference(Some(&piece), None)));
        differences.sort_by_key(|difference| difference.line);
        differences
    }

    fn difference(
        &self,
        old: Option<&Range<usize>>,
        new: Option<&Range<usize>>,
    ) -> Option<Difference> {
        let (changes, piece) = match (old, new) {
            (_, Some(new)) => (self.new, new),
            (Some(old), None) => (self.old, old),
            (None, None) => return None,
        };
        let (line, place) = (changes.line_of(piece.start), changes.place_of(piece.start));
        let lines = |changes: &Changes<'a>, piece: Option<&Range<usize>>, tag| -> Vec<&'a str> {
            let items = &changes.items[piece.cloned().unwrap_or_default()];
            items.iter().filter(|item| item.tag == tag).map(|item| item.text).collect()
        };
        let mut edits = Vec::new();
        for tag in [Tag::Remove, Tag::Add] {
            let found = line_diff(&lines(self.old, old, tag), &lines(self.new, new, tag));
            for (old, new) in found {
                let when = match (old, new) {
                    (Some(_), Some(_)) => When::Both,
                    (None, _) => When::Now,
                    (_, None) => When::NoLonger,
                };
                let line = word_diff(old.unwrap_or_default(), new.unwrap_or_default());
                edits.push(Edit { action: Action::of(tag), when, line });
            }
        }
        (!edits.is_empty()).then_some(Difference { line, place, edits })
    }

    /// The lines that are the same in both, at another place.
    fn moves(&self) -> Vec<Move> {
        let reordered = self.reordered();
        let mut moves: Vec<Move> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        for (at, item) in self.new.items.iter().enumerate() {
            let Some(from) = self.from[at] else { continue };
            let (old, new) = (&self.old.runs[self.old.items[from].run], &self.new.runs[item.run]);
            if self.images.agree(old, new) != Some(false) && !reordered[from] {
                continue;
            }
            let runs = (self.old.items[from].run, item.run);
            let is_same = last == Some(runs);
            last = Some(runs);
            match moves.last_mut().filter(|_| is_same) {
                Some(last) => {
                    last.count += 1;
                    if weight(&last.text) == 0 {
                        (last.action, last.text) = (Action::of(item.tag), item.text.to_owned());
                    }
                }
                None => moves.push(Move {
                    line: self.new.line_of(at),
                    count: 1,
                    action: Action::of(item.tag),
                    text: item.text.to_owned(),
                    from: self.old.place_of(from),
                    to: self.new.place_of(at),
                }),
            }
        }
        moves
    }

    /// The old lines that changed places with others of their run: as few as there can be.
    fn reordered(&self) -> Vec<bool> {
        let mut reordered = vec![false; self.old.items.len()];
        for run in &self.old.runs {
            for tag in [Tag::Remove, Tag::Add] {
                let is_alike = |at: &usize| self.old.items[*at].tag == tag;
                let pairs: Vec<(usize, usize)> = run
                    .items
                    .clone()
                    .filter(is_alike)
                    .filter_map(|at| Some((at, self.to[at]?)))
                    .collect();
                let places: Vec<usize> = pairs.iter().map(|(_, to)| *to).collect();
                let kept = longest_rising(&places);
                for (index, (at, _)) in pairs.iter().enumerate() {
                    reordered[*at] = !kept[index];
                }
            }
        }
        reordered
    }
}

/// Which of these distinct numbers are in a longest rising sequence of them.
fn longest_rising(numbers: &[usize]) -> Vec<bool> {
    // The last of a rising sequence of each length, the lowest there is; and what is before.
    let (mut lasts, mut before): (Vec<usize>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    for (index, number) in numbers.iter().enumerate() {
        let length = lasts.partition_point(|last| numbers[*last] < *number);
        before.push(length.checked_sub(1).map(|length| lasts[length]));
        if length == lasts.len() { lasts.push(index) } else { lasts[length] = index }
    }
    let mut kept = vec![false; numbers.len()];
    let mut next = lasts.last().copied();
    while let Some(index) = next {
        kept[index] = true;
        next = before[index];
    }
    kept
}

/// Which stretches may stand for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Whole runs at the same place.
    AtHome,
    /// All of them.
    Anywhere,
}

impl Fit {
    /// Whether two runs at the same place are so much alike that nothing elsewhere needs to be
    /// looked at.
    fn persists(&self, (old, new): (usize, usize)) -> bool {
        self.words > 0 && 4 * self.words >= 3 * old.max(new)
    }

    /// Whether two stretches of such weights are the same thing, wherever they stand: what is
    /// in both says something, and it is most of the lesser one's lines, or of the words.
    fn tells(&self, (old, new): (usize, usize)) -> bool {
        self.is_equal
            || self.lines >= TELLING && 2 * self.lines >= old.min(new)
            || self.words >= TELLING && 2 * self.words >= old.max(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::diff;
    use crate::support::ids::BlobId;
    use proptest::prelude::*;

    fn patch(before: &str, after: &str, id: u8) -> FilePatch {
        let hunks = diff::hunks(before.as_bytes(), after.as_bytes()).unwrap();
        let [old, new] = [id, id + 1].map(|id| BlobName::Full(BlobId::new([id; 20])));
        let (path, change, mode) = ("f".parse().unwrap(), Change::Modify, FileMode::Regular);
        FilePatch { path, change, mode, old, new, hunks, line: 0 }
    }

    /// The interdiff of two patches, each given by the file before and after it.
    fn review_of(old: (&str, &str), new: (&str, &str), is_known: bool) -> FileReview {
        let (id_old, id_new) = (1, if old.0 == new.0 { 1 } else { 5 });
        let (before, after) = (patch(old.0, old.1, id_old), patch(new.0, new.1, id_new));
        compare(
            Some(Version { file: &before, base: is_known.then_some(old.0.as_bytes()) }),
            Some(Version { file: &after, base: is_known.then_some(new.0.as_bytes()) }),
        )
    }

    fn shown(review: &FileReview) -> Vec<String> {
        let fragment = |fragment: &Fragment| match fragment {
            Fragment::Kept(text) => text.clone(),
            Fragment::Removed(text) => format!("[-{text}-]"),
            Fragment::Added(text) => format!("{{+{text}+}}"),
        };
        let edit = |edit: &Edit| {
            let line: String = edit.line.iter().map(fragment).collect();
            format!("{:?} {:?} {}", edit.when, edit.action, line.replace('\n', ""))
        };
        review.differences.iter().flat_map(|difference| difference.edits.iter().map(edit)).collect()
    }

    /// Two functions of ten lines, and one more.
    fn functions() -> String {
        let body = |name: &str| -> String {
            (0..10).map(|n| format!("    step_{name}_{n}(ctx)\n")).collect()
        };
        format!(
            "def first(ctx):\n{}\ndef second(ctx):\n{}\ndef third(ctx):\n{}",
            body("first"),
            body("second"),
            body("third")
        )
    }

    fn block() -> String {
        (0..100).map(|n| format!("    register_action(ctx, name = \"action_{n}\")\n")).collect()
    }

    fn after(text: &str, line: &str, more: &str) -> String {
        assert!(text.contains(line), "{line}");
        text.replacen(line, &format!("{line}{more}"), 1)
    }

    #[test]
    fn what_upstream_does_around_a_change_is_mechanical() {
        let base = functions();
        let patched = after(&base, "    step_second_4(ctx)\n", "    extra(ctx)\n");
        let others = [
            (format!("# New.\n{base}"), Mechanical::Offsets),
            (base.replace("step_second_3", "other"), Mechanical::Context),
        ];
        for is_known in [true, false] {
            for (other, expected) in &others {
                let there = after(other, "    step_second_4(ctx)\n", "    extra(ctx)\n");
                let review = review_of((&base, &patched), (other, &there), is_known);
                assert_eq!(review.mechanical, Some(*expected));
                assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
            }
        }
    }

    #[test]
    fn one_token_in_a_hundred_moved_lines_is_all_that_is_shown() {
        let base = functions();
        let small = |text: &str| after(text, "    step_second_8(ctx)\n", "    extra(ctx)\n");
        let patched = small(&after(&base, "    step_first_4(ctx)\n", &block()));
        let changed = block().replace("\"action_57\"", "\"action_75\"");
        let moved = small(&after(&base, "    step_third_4(ctx)\n", &changed));
        for is_known in [true, false] {
            let review = review_of((&base, &patched), (&base, &moved), is_known);
            assert_eq!(
                shown(&review),
                ["Both Adds     register_action(ctx, name = \"[-action_57-]{+action_75+}\")"]
            );
            let place = |name: &str| is_known.then(|| format!("def {name}"));
            let [only] = review.moves.as_slice() else { panic!("{:#?}", review.moves) };
            assert_eq!((only.count, &only.from, &only.to), (99, &place("first"), &place("third")));
        }
    }

    #[test]
    fn code_that_upstream_moved_takes_its_changes_along() {
        let base = functions();
        let third = base.find("def third").unwrap();
        let other = format!("{}\n{}", &base[third..], &base[..third]);
        let with = |text: &str| {
            let text = after(text, "    step_first_4(ctx)\n", "    extra_of_the_first(ctx)\n");
            after(&text, "    step_third_4(ctx)\n", "    extra_of_the_third(ctx)\n")
        };
        for is_known in [true, false] {
            let review = review_of((&base, &with(&base)), (&other, &with(&other)), is_known);
            assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
            assert_eq!(review.mechanical, Some(Mechanical::Hunks));
        }
    }

    #[test]
    fn another_place_in_the_same_function_is_seen() {
        let base = functions();
        let at = |line: &str| after(&base, line, "    extra(ctx)\n");
        let (old, new) = (at("    step_second_1(ctx)\n"), at("    step_second_9(ctx)\n"));
        for is_known in [true, false] {
            let review = review_of((&base, &old), (&base, &new), is_known);
            assert!(review.is_moved() && !review.is_semantic(), "{review:#?}");
        }
        // Where nothing is known of the files, the context tells.
        let other = format!("# New.\n{base}");
        let new = after(&other, "    step_second_2(ctx)\n", "    extra(ctx)\n");
        assert!(review_of((&base, &old), (&other, &new), false).is_moved());
    }

    #[test]
    fn another_function_around_the_same_lines_is_seen() {
        let base = functions();
        let other = base.replace("def second", "def other");
        let with = |text: &str| after(text, "    step_second_4(ctx)\n", "    extra(ctx)\n");
        let review = review_of((&base, &with(&base)), (&other, &with(&other)), true);
        let [only] = review.moves.as_slice() else { panic!("{review:#?}") };
        let (from, to) = (only.from.as_deref(), only.to.as_deref());
        assert_eq!((from, to), (Some("def second"), Some("def other")));
    }

    #[test]
    fn of_several_places_in_a_function_only_one_is_another() {
        let base = functions();
        let at = |steps: [usize; 2]| {
            steps.iter().fold(base.clone(), |text, n| {
                after(&text, &format!("    step_second_{n}(ctx)\n"), "    extra(ctx)\n")
            })
        };
        let review = review_of((&base, &at([0, 5])), (&base, &at([5, 9])), true);
        assert_eq!(review.moves.iter().map(|found| found.count).collect::<Vec<_>>(), [1]);
        assert!(!review.is_semantic());
    }

    #[test]
    fn lines_that_change_places_in_their_run_are_seen() {
        let base = functions();
        let lines = ["    configure_everything(ctx)\n", "    compile_everything(ctx)\n"];
        let at = |more: &str| after(&base, "    step_second_4(ctx)\n", more);
        let (old, new) = (at(&lines.concat()), at(&[lines[1], lines[0]].concat()));
        let review = review_of((&base, &old), (&base, &new), true);
        assert_eq!(review.moves.iter().map(|m| m.count).collect::<Vec<_>>(), [1]);
        // Short ones say too little to be known again.
        let (old, new) = (at("    a()\n    b()\n"), at("    b()\n    a()\n"));
        assert!(review_of((&base, &old), (&base, &new), true).is_semantic());
    }

    #[test]
    fn indentation_alone_is_semantic() {
        let base = functions();
        let at = |more: &str| after(&base, "    step_second_4(ctx)\n", more);
        let (old, new) =
            (at("    if x:\n        y()\n    z()\n"), at("    if x:\n        y()\n        z()\n"));
        let review = review_of((&base, &old), (&base, &new), true);
        assert_eq!(shown(&review), ["Both Adds [-    -]{+        +}z()"]);
    }

    #[test]
    fn lines_and_places_are_those_of_the_patched_file() {
        let text = "def added(ctx):\n    first(ctx)\n    second(ctx)\n";
        let added = |text: &str| FilePatch { change: Change::Add, ..patch("", text, 0) };
        let (old, new) = (added(text), added(&text.replace("second", "2nd")));
        let [old, new] = [&old, &new].map(|file| Some(Version { file, base: None }));
        let review = compare(old, new);
        let [only] = review.differences.as_slice() else { panic!("{review:#?}") };
        assert_eq!((only.line, only.place.as_deref()), (3, Some("def added")));
    }

    #[test]
    fn what_is_removed_has_two_sides_as_well() {
        let base = functions();
        let old = base.replace("    step_second_4(ctx)\n", "    other(ctx)\n");
        let new = after(&base, "    step_second_4(ctx)\n", "    other(ctx)\n");
        let review = review_of((&base, &old), (&base, &new), true);
        assert_eq!(shown(&review), ["NoLonger Removes [-    step_second_4(ctx)-]"]);
        // Upstream changed the line that the patch removes.
        let other = base.replace("step_second_4(ctx)", "step_second_4(ctx, 1)");
        let there = other.replace("    step_second_4(ctx, 1)\n", "    other(ctx)\n");
        let review = review_of((&base, &old), (&other, &there), true);
        assert_eq!(shown(&review), ["Both Removes     step_second_4(ctx{+, 1+})"]);
    }

    #[test]
    fn a_change_that_upstream_parts_is_the_same_change() {
        let base = "a()\nb()\nc()\n".to_owned();
        let old = "a()\nnew_one()\nnew_two()\nb()\nc()\n";
        let (other, new) = ("a()\nup()\nb()\nc()\n", "a()\nnew_one()\nup()\nnew_two()\nb()\nc()\n");
        let review = review_of((&base, old), (other, new), true);
        assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
    }

    #[test]
    fn the_same_lines_at_several_places_keep_to_their_places() {
        let base = functions();
        let with = |lines: &[&str]| {
            lines.iter().fold(base.clone(), |text, line| {
                after(&text, &format!("    step_{line}(ctx)\n"), "    check_the_attributes(ctx)\n")
            })
        };
        let old = with(&["second_4", "third_4"]);
        let new = with(&["first_4", "second_4", "third_4"]);
        let review = review_of((&base, &old), (&base, &new), true);
        assert_eq!(shown(&review), ["Now Adds {+    check_the_attributes(ctx)+}"]);
        assert_eq!(review.differences[0].place.as_deref(), Some("def first"));
        assert_eq!(review.moves, []);
    }

    #[test]
    fn a_file_that_one_patch_does_not_touch_is_shown_whole() {
        let base = functions();
        let file = patch(&base, &after(&base, "    step_first_4(ctx)\n", "    x()\n"), 1);
        let review = compare(None, Some(Version { file: &file, base: None }));
        assert_eq!(shown(&review), ["Now Adds {+    x()+}"]);
        assert_eq!(review.whole, [Fragment::Added("changes the file".into())]);
    }

    fn lines() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(
            "[abc]{0,2}|    [ab]\\(\\)|\\)|some_longer_line_of_text_[abc]",
            0..30,
        )
        .prop_map(|lines| lines.into_iter().map(|line| line + "\n").collect())
    }

    /// What both sides of a review's differences hold, apart from what is kept.
    fn sides(review: &FileReview) -> [Vec<(Action, String)>; 2] {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for edit in review.differences.iter().flat_map(|difference| &difference.edits) {
            let (mut was, mut is) = (String::new(), String::new());
            for fragment in &edit.line {
                match fragment {
                    Fragment::Kept(text) => {
                        was.push_str(text);
                        is.push_str(text);
                    }
                    Fragment::Removed(text) => was.push_str(text),
                    Fragment::Added(text) => is.push_str(text),
                }
            }
            if edit.when != When::Now {
                old.push((edit.action, was));
            }
            if edit.when != When::NoLonger {
                new.push((edit.action, is));
            }
        }
        [old, new]
    }

    fn counts(lines: impl IntoIterator<Item = (Action, String)>) -> HashMap<(bool, String), i64> {
        let mut counts = HashMap::new();
        for (action, line) in lines {
            *counts.entry((action == Action::Adds, line)).or_insert(0) += 1;
        }
        counts
    }

    fn less(
        all: HashMap<(bool, String), i64>,
        some: &HashMap<(bool, String), i64>,
    ) -> HashMap<(bool, String), i64> {
        let left = all.into_iter().map(|(key, count)| {
            let count = count - some.get(&key).unwrap_or(&0);
            (key, count)
        });
        left.filter(|(_, count)| *count != 0).collect()
    }

    proptest! {
        #[test]
        fn what_is_not_shown_is_the_same_in_both(
            bases in (lines(), lines()), patched in (lines(), lines()), is_known: bool,
        ) {
            let (old, new) = (
                patch(&bases.0.concat(), &patched.0.concat(), 1),
                patch(&bases.1.concat(), &patched.1.concat(), 3),
            );
            let (one, two) = (bases.0.concat(), bases.1.concat());
            let review = compare(
                Some(Version { file: &old, base: is_known.then_some(one.as_bytes()) }),
                Some(Version { file: &new, base: is_known.then_some(two.as_bytes()) }),
            );
            let all = |file: &FilePatch| {
                let changes = Changes::of(Some(Version { file, base: None }));
                let of = |item: &Item<'_>| (Action::of(item.tag), item.text.to_owned());
                counts(changes.items.iter().map(of).collect::<Vec<_>>())
            };
            let [shown_old, shown_new] = sides(&review).map(counts);
            let (hidden_old, hidden_new) = (less(all(&old), &shown_old), less(all(&new), &shown_new));
            prop_assert!(hidden_old.values().all(|count| *count > 0), "{:?}", hidden_old);
            prop_assert_eq!(hidden_old, hidden_new);
        }

        #[test]
        fn a_patch_is_like_itself(base in lines(), patched in lines(), is_known: bool) {
            let (base, patched) = (base.concat(), patched.concat());
            let review = review_of((&base, &patched), (&base, &patched), is_known);
            prop_assert_eq!(review, FileReview { path: "f".into(), ..FileReview::default() });
        }

        #[test]
        fn offsets_are_never_semantic(base in lines(), patched in lines(), more in 1_usize..5, is_known: bool) {
            let (base, patched) = (base.concat(), patched.concat());
            // Upstream adds lines at the top, far from any change: no hunk reaches them.
            let far: String = (0..8).map(|n| format!("far away {n}\n")).collect();
            let head: String = (0..more).map(|n| format!("new {n}\n")).collect();
            let (old, new) = (format!("{far}{base}"), format!("{head}{far}{base}"));
            let (old_after, new_after) = (format!("{far}{patched}"), format!("{head}{far}{patched}"));
            let review = review_of((&old, &old_after), (&new, &new_after), is_known);
            prop_assert!(!review.is_semantic() && !review.is_moved(), "{:#?}", review);
        }

        #[test]
        fn a_changed_token_is_shown(
            base in lines(), patched in lines(), index in any::<prop::sample::Index>(), is_known: bool,
        ) {
            let base = base.concat();
            prop_assume!(!patched.is_empty());
            let mut other = patched.clone();
            let at = index.index(other.len());
            other[at] = format!("{} changed_token\n", other[at].trim_end());
            let review =
                review_of((&base, &patched.concat()), (&base, &other.concat()), is_known);
            prop_assert!(review.is_semantic());
            let [_, new] = sides(&review);
            prop_assert!(new.iter().any(|(_, line)| line.contains("changed_token")));
        }
    }
}
