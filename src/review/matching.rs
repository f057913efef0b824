//! Which line that one version of a patch changes is which of the other version's.

use std::ops::Range;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};
use similar::Algorithm;

use crate::patch::Tag;
use crate::patch::words::{line_diff, weight, word_diff};
use crate::port::already_upstream::DISTINCTIVE;
use crate::review::changed_lines::Changes;
use crate::review::content::{Content, Numbers, Side, shared};
use crate::review::file_review::{Action, Difference, Edit, Move, When};
use crate::review::in_order::{common, compared, longest_rising, moved};
use crate::review::places::Images;

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
pub(super) struct Matching<'a, 'b> {
    old: &'b Changes<'a>,
    new: &'b Changes<'a>,
    images: &'b Images,
    /// For each old line, the new one that is the same.
    to: Vec<Option<usize>>,
    /// For each new line, the old one.
    from: Vec<Option<usize>>,
    /// Old stretches that new ones stand for and have no line in common with, by where the new
    /// one begins.
    replaced: HashMap<usize, Range<usize>>,
    /// The old and the new lines that are in those.
    is_replaced: [Vec<bool>; 2],
    numbers: Numbers<'a>,
    /// The old and the new lines by number.
    sides: [Side; 2],
    effort: usize,
}

/// As many lines as two versions of a file's change may have, each times the stretches of the other,
/// for all stretches to be weighed against all. Of more, each is weighed against those that are
/// likely.
const EFFORT: usize = 200_000;

/// So many stretches on either side of the place where one is expected are likely, and as many
/// that hold the same line or word, unless more do.
const LIKELY: usize = 8;

/// In stretches of more lines than this, what moved is found at once: a diff gives up on what is in
/// another order all over.
const LONG: usize = 1_000;

impl<'a, 'b> Matching<'a, 'b> {
    pub(super) fn new(old: &'b Changes<'a>, new: &'b Changes<'a>, images: &'b Images) -> Self {
        Self::with_effort(old, new, images, EFFORT)
    }

    fn with_effort(
        old: &'b Changes<'a>,
        new: &'b Changes<'a>,
        images: &'b Images,
        effort: usize,
    ) -> Self {
        let mut numbers = Numbers::default();
        let sides = [old, new].map(|changes| Side::of(changes, &mut numbers));
        let mut matching = Self {
            old,
            new,
            images,
            to: vec![None; old.items.len()],
            from: vec![None; new.items.len()],
            replaced: HashMap::new(),
            is_replaced: [vec![false; old.items.len()], vec![false; new.items.len()]],
            numbers,
            sides,
            effort,
        };
        let is_same = matching.match_all();
        if is_same && matching.moves().is_empty() {
            return matching;
        }
        let in_order = matching.forget();
        matching.match_runs();
        matching.match_single();
        while matching.round(Scope::AtHome, Fit::persists) {}
        while matching.round(Scope::Anywhere, Fit::is_distinctive) {}
        while matching.round(Scope::Anywhere, |fit, _| fit.is_beside || fit.is_at_home) {}
        // The same lines are no difference, however little each of them says.
        if is_same && matching.to.contains(&None) {
            matching.forget();
            (matching.to, matching.from) = in_order;
        }
        matching
    }

    /// Starts again, and returns what was matched.
    fn forget(&mut self) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let nothing = |matched: &mut Vec<Option<usize>>| {
            let empty = vec![None; matched.len()];
            std::mem::replace(matched, empty)
        };
        self.replaced.clear();
        self.is_replaced.iter_mut().for_each(|side| side.fill(false));
        (nothing(&mut self.to), nothing(&mut self.from))
    }

    fn pair(&mut self, old: usize, new: usize) {
        (self.to[old], self.from[new]) = (Some(new), Some(old));
    }

    /// The same lines in the same order, however they are cut into runs.
    fn match_all(&mut self) -> bool {
        let of_tag = |changes: &Changes<'a>, side: &Side, tag| -> Vec<(usize, usize)> {
            changes.of_tag(tag).map(|(index, _)| (index, side.lines[index])).collect()
        };
        let [one, two] = &self.sides;
        let pairs = [Tag::Remove, Tag::Add]
            .map(|tag| (of_tag(self.old, one, tag), of_tag(self.new, two, tag)));
        let line = |(_, line): &(usize, usize)| *line;
        if pairs.iter().any(|(old, new)| !old.iter().map(line).eq(new.iter().map(line))) {
            return false;
        }
        for (old, new) in pairs.into_iter().flat_map(|(old, new)| old.into_iter().zip(new)) {
            self.pair(old.0, new.0);
        }
        true
    }

    /// Whole runs that are the same in the same place, in order.
    fn match_runs(&mut self) {
        let (old, new) = (self.old, self.new);
        // A number for each run, too, so that it is looked at as a whole only once.
        let mut known: HashMap<(&[usize], Option<&str>), usize> = HashMap::new();
        let [one, two] = &self.sides;
        let runs =
            old.runs.iter().map(|run| (run, one)).chain(new.runs.iter().map(|run| (run, two)));
        let mut keys = Vec::with_capacity(old.runs.len() + new.runs.len());
        for (run, side) in runs {
            let next = known.len();
            let key = (&side.lines[run.items.clone()], run.place.as_deref());
            keys.push(*known.entry(key).or_insert(next));
        }
        let (of_old, of_new) = keys.split_at(old.runs.len());
        for (i, j) in common(of_old, of_new, Algorithm::Histogram) {
            // Elsewhere, another one may fit better.
            if self.images.agree((old, &old.runs[i]), (new, &new.runs[j])) != Some(false) {
                let (i, j) = (old.runs[i].items.clone(), new.runs[j].items.clone());
                i.zip(j).for_each(|(i, j)| self.pair(i, j));
            }
        }
    }

    /// If one run is left on each side, at the same place, they stand for each other whatever is
    /// in them, and their words need not be weighed.
    fn match_single(&mut self) {
        let (old, new) = self.open();
        if let ([old], [new]) = (&old[..], &new[..])
            && self.is_at_home(old, new)
        {
            self.match_within(old, new);
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
        let [old, new] = &self.is_replaced;
        let old = Self::pieces(self.old, &self.to, |index| old[index]);
        (old, Self::pieces(self.new, &self.from, |index| new[index]))
    }

    /// Pairs stretches that are not matched yet, the best first, and matches what is equal in
    /// them; whether there was a pair.
    fn round(&mut self, scope: Scope, accepts: impl Fn(&Fit, (usize, usize)) -> bool) -> bool {
        let (old, new) = self.open();
        let has_whole =
            |side: &Changes<'_>, pieces: &[Range<usize>]| pieces.iter().any(|p| side.is_whole(p));
        if scope == Scope::AtHome && !(has_whole(self.old, &old) && has_whole(self.new, &new)) {
            return false;
        }
        let [one, two] = &mut self.sides;
        let of_old = one.contents(&old, &mut self.numbers);
        let of_new = two.contents(&new, &mut self.numbers);
        let mut fits = Vec::new();
        for (i, j) in self.candidates((&old, &of_old), (&new, &of_new)) {
            if scope == Scope::AtHome && !self.is_at_home(&old[i], &new[j]) {
                continue;
            }
            let fit = self.fit((&old[i], &of_old[i]), (&new[j], &of_new[j]));
            if accepts(&fit, (of_old[i].total, of_new[j].total)) {
                fits.push((fit, i, j));
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

    /// Which old stretches are weighed against which new ones: all against all, unless that is too
    /// much. Then each against those around the place where it is expected, and against those
    /// that hold a line or a word of it that few others hold.
    fn candidates(
        &self,
        (old, of_old): (&[Range<usize>], &[Rc<Content>]),
        (new, of_new): (&[Range<usize>], &[Rc<Content>]),
    ) -> Vec<(usize, usize)> {
        let lines = |pieces: &[Range<usize>]| pieces.iter().map(Range::len).sum::<usize>();
        if lines(old) * new.len() + lines(new) * old.len() <= self.effort {
            let all = (0..old.len()).flat_map(|i| (0..new.len()).map(move |j| (i, j)));
            return all.collect();
        }
        let held = |(j, content): (usize, &Rc<Content>)| {
            content.telling().map(|key| (key, j)).collect::<Vec<_>>()
        };
        let mut held: Vec<(usize, usize)> = of_new.iter().enumerate().flat_map(held).collect();
        held.sort_unstable();
        let holders = |key: usize| {
            let first = held.partition_point(|(other, _)| *other < key);
            let rest = &held[first..];
            &rest[..rest.iter().take(LIKELY + 1).take_while(|(other, _)| *other == key).count()]
        };
        let mut candidates = Vec::new();
        let mut found = Vec::new();
        for (i, content) in of_old.iter().enumerate() {
            found.clear();
            for at in self.expected(&old[i], new) {
                found.extend(at.saturating_sub(LIKELY)..(at + LIKELY).min(new.len()));
            }
            let rare = content.telling().map(holders).filter(|holders| holders.len() <= LIKELY);
            found.extend(rare.flatten().map(|(_, j)| *j));
            found.sort_unstable();
            found.dedup();
            candidates.extend(found.iter().map(|j| (i, *j)));
        }
        candidates
    }

    /// Where among the new stretches one for an old one would be: by what is matched before it
    /// and behind it, and by the lines of the file.
    fn expected(&self, old: &Range<usize>, new: &[Range<usize>]) -> [usize; 3] {
        let index = |item: usize| new.partition_point(|piece| piece.start < item);
        let matched = |at: Option<usize>| at.and_then(|at| *self.to.get(at)?).map_or(0, index);
        let lines = &self.old.run_of(old).lines;
        let line = self.images.near(lines.start);
        let by_line = new.partition_point(|piece| self.new.run_of(piece).lines.end < line);
        [matched(old.start.checked_sub(1)), matched(Some(old.end)), by_line]
    }

    /// Matches the lines of two stretches that are equal, in order.
    fn match_within(&mut self, old: &Range<usize>, new: &Range<usize>) {
        let [one, two] = &self.sides;
        let (of_old, of_new) = (&one.lines[old.clone()], &two.lines[new.clone()]);
        let pairs = if of_old.len().min(of_new.len()) > LONG {
            self.common_or_moved(of_old, of_new)
        } else {
            compared(of_old, of_new, Algorithm::Myers)
        };
        pairs.iter().for_each(|(i, j)| self.pair(old.start + i, new.start + j));
        if pairs.is_empty() {
            let [is_old, is_new] = &mut self.is_replaced;
            is_old[old.clone()].fill(true);
            is_new[new.clone()].fill(true);
            self.replaced.insert(new.start, old.clone());
        }
    }

    /// What long stretches have in common in order; and what says something and stands once in
    /// each, in whatever order.
    fn common_or_moved(&self, old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
        let mut pairs = common(old, new, Algorithm::Myers);
        let weight = |(i, _): &(usize, usize)| self.numbers.weight(old[*i]);
        let is_telling = |block: &Vec<_>| block.iter().map(weight).sum::<usize>() >= DISTINCTIVE;
        let moved = moved(old, new, &pairs);
        pairs.extend(moved.into_iter().filter(is_telling).flatten());
        pairs
    }

    fn fit(
        &self,
        (old, of_old): (&Range<usize>, &Content),
        (new, of_new): (&Range<usize>, &Content),
    ) -> Fit {
        let [one, two] = &self.sides;
        let is_whole = self.old.is_whole(old) && self.new.is_whole(new);
        Fit {
            lines: shared(&of_old.lines, &of_new.lines),
            words: shared(&of_old.words, &of_new.words),
            is_equal: is_whole && one.lines[old.clone()] == two.lines[new.clone()],
            is_beside: self.is_beside(old, new),
            is_at_home: self.is_at_home(old, new),
            context: one.common(self.old.run_of(old), two, self.new.run_of(new)),
            nearness: std::cmp::Reverse(old.start.abs_diff(new.start)),
        }
    }

    /// Whether two stretches are whole runs at the same place.
    fn is_at_home(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let is_whole = self.old.is_whole(old) && self.new.is_whole(new);
        let runs = ((self.old, self.old.run_of(old)), (self.new, self.new.run_of(new)));
        is_whole && self.images.agree(runs.0, runs.1) == Some(true)
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
    pub(super) fn differences(&self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for piece in Self::pieces(self.new, &self.from, |_| false) {
            differences.extend(self.difference(self.replaced.get(&piece.start), Some(&piece)));
        }
        let [is_old, _] = &self.is_replaced;
        for piece in Self::pieces(self.old, &self.to, |index| is_old[index]) {
            differences.extend(self.difference(Some(&piece), None));
        }
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
        let (line, place) = (changes.items[piece.start].line, changes.place_of(piece.start));
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
    pub(super) fn moves(&self) -> Vec<Move> {
        let reordered = self.reordered();
        let mut moves: Vec<Move> = Vec::new();
        let mut last: Option<(usize, usize)> = None;
        // Neighbours mostly are of the same runs.
        let mut known: Option<((usize, usize), Option<bool>)> = None;
        for (at, item) in self.new.items.iter().enumerate() {
            let Some(from) = self.from[at] else { continue };
            let (old, new) = (&self.old.runs[self.old.items[from].run], &self.new.runs[item.run]);
            let runs = (self.old.items[from].run, item.run);
            let agreed = known.filter(|(known, _)| *known == runs).map(|(_, agreed)| agreed);
            let agreed =
                agreed.unwrap_or_else(|| self.images.agree((self.old, old), (self.new, new)));
            known = Some((runs, agreed));
            if agreed != Some(false) && !reordered[from] {
                continue;
            }
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
                    line: item.line,
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

/// Which stretches may stand for each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Whole runs at the same place.
    AtHome,
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
    fn is_distinctive(&self, (old, new): (usize, usize)) -> bool {
        self.is_equal
            || self.lines >= DISTINCTIVE && 2 * self.lines >= old.min(new)
            || self.words >= DISTINCTIVE && 2 * self.words >= old.max(new)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::patch::{BlobName, Change, FileMode, FilePatch, diff};
    use crate::review::changed_lines::Version;

    fn patch(before: &str, after: &str) -> FilePatch {
        let hunks = diff::hunks(before.as_bytes(), after.as_bytes()).unwrap();
        let (path, change, mode) = ("f".parse().unwrap(), Change::Modify, FileMode::Regular);
        let none = || BlobName::from(None);
        FilePatch { path, change, mode, old: none(), new: none(), hunks, line: 0 }
    }

    /// What is matched, and what is made of it.
    type Found = (Vec<Option<usize>>, Vec<Difference>, Vec<Move>);

    fn found(patches: [&FilePatch; 2], bases: [Option<&[u8]>; 2], effort: usize) -> Found {
        let [old, new] =
            [0, 1].map(|side| Some(Version { file: patches[side], base: bases[side] }));
        let (before, after, images) = (Changes::of(old), Changes::of(new), Images::of(old, new));
        let matching = Matching::with_effort(&before, &after, &images, effort);
        (matching.to.clone(), matching.differences(), matching.moves())
    }

    fn line(number: usize) -> String {
        format!("    register(name = \"item_{number}\", size = {})\n", number % 3)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Lines that differ, of which some are changed, some moved and some gone: what is likely
        /// is what all against all gives.
        #[test]
        fn what_is_likely_is_what_all_stretches_give(
            length in 20_usize..60,
            step in 2_usize..9,
            moved in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
            gone in any::<prop::sample::Index>(),
            is_known: bool,
        ) {
            let base: String = (0..length).map(|n| format!("def f_{n}():\n    pass\n")).collect();
            let file = |added: &[String]| -> String {
                let parts = base.split_inclusive("pass\n").zip(added);
                parts.map(|(part, added)| format!("{part}{added}")).collect()
            };
            let old: Vec<String> = (0..length).map(line).collect();
            let changed = |n: usize| line(n).replace("size = ", "length = 1");
            let mut new: Vec<String> =
                (0..length).map(|n| if n % step == 0 { changed(n) } else { line(n) }).collect();
            let taken = new.remove(moved.0.index(length));
            new.insert(moved.1.index(length), taken);
            new[gone.index(length)].clear();
            let (old, new) = (patch(&base, &file(&old)), patch(&base, &file(&new)));
            let bases = [is_known.then_some(base.as_bytes()); 2];
            let all = found([&old, &new], bases, usize::MAX);
            prop_assert_eq!(found([&old, &new], bases, 0), all);
        }
    }
}
