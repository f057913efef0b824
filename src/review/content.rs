//! What stretches of changed lines hold, by lines and by words, to weigh what two have in common.
//!
//! A patch of megabytes has its lines split into words once, and its stretches are weighed against
//! each other many times: so lines and words are numbers.

use std::cmp::Ordering;
use std::ops::Range;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};

use crate::patch::Tag;
use crate::patch::words::{weight, words};
use crate::review::changed_lines::{Changes, Item, Run};

/// A number for each line and word, the same for equal ones. What is removed has other numbers
/// than what is added.
#[derive(Default)]
pub(super) struct Numbers<'a> {
    of: HashMap<&'a str, usize>,
    texts: Vec<Text<'a>>,
    /// The words of the lines that were asked for, one line after the other.
    words: Vec<usize>,
    /// How often each number was met in the stretch that is counted: else nothing.
    counts: Vec<usize>,
}

struct Text<'a> {
    text: &'a str,
    weight: usize,
    /// Its words among all, once they were asked for.
    words: Option<Range<usize>>,
}

/// What a stretch of lines holds.
#[derive(Default)]
pub(super) struct Content {
    pub(super) lines: Counted,
    pub(super) words: Counted,
    /// The weight of its lines.
    pub(super) total: usize,
}

/// Numbers in order, each with how often it is there and with its weight.
pub(super) type Counted = Vec<(usize, usize, usize)>;

/// One of two versions of a file's change, by number.
pub(super) struct Side {
    /// Its lines.
    pub(super) lines: Vec<usize>,
    /// The lines beside its runs that say something.
    context: Vec<usize>,
    /// What those stretches hold that were asked for.
    contents: HashMap<Range<usize>, Rc<Content>>,
}

impl Side {
    pub(super) fn of<'a>(changes: &Changes<'a>, numbers: &mut Numbers<'a>) -> Self {
        let lines = numbers.of_items(&changes.items);
        let context = changes.context.iter().map(|line| numbers.number(Tag::Context, line));
        Self { lines, context: context.collect(), contents: HashMap::new() }
    }

    /// What each of these stretches holds.
    pub(super) fn contents(
        &mut self,
        stretches: &[Range<usize>],
        numbers: &mut Numbers<'_>,
    ) -> Vec<Rc<Content>> {
        let mut content = |stretch: &Range<usize>| {
            let known = self.contents.entry(stretch.clone());
            let compute = || Rc::new(numbers.content(&self.lines[stretch.clone()]));
            Rc::clone(known.or_insert_with(compute))
        };
        stretches.iter().map(&mut content).collect()
    }

    /// How many lines that say something are beside both of two runs.
    pub(super) fn common(&self, run: &Run, other: &Self, its: &Run) -> usize {
        let sides = [(&run.before, &its.before), (&run.after, &its.after)];
        let common = |(one, two): (&Range<usize>, &Range<usize>)| {
            let two = &other.context[two.clone()];
            self.context[one.clone()].iter().filter(|line| two.contains(line)).count()
        };
        sides.into_iter().map(common).sum()
    }
}

impl<'a> Numbers<'a> {
    /// The number of a line.
    fn number(&mut self, tag: Tag, line: &'a str) -> usize {
        2 * self.index(line) + usize::from(tag == Tag::Remove)
    }

    fn index(&mut self, text: &'a str) -> usize {
        let next = self.texts.len();
        let index = *self.of.entry(text).or_insert(next);
        if index == next {
            self.texts.push(Text { text, weight: weight(text), words: None });
            self.counts.extend([0, 0]);
        }
        index
    }

    pub(super) fn weight(&self, number: usize) -> usize {
        self.texts[number / 2].weight
    }

    /// The numbers of lines.
    pub(super) fn of_items(&mut self, items: &[Item<'a>]) -> Vec<usize> {
        items.iter().map(|item| self.number(item.tag, item.text)).collect()
    }

    /// What lines of these numbers hold.
    pub(super) fn content(&mut self, lines: &[usize]) -> Content {
        let mut found = Vec::new();
        for line in lines {
            let words = self.split(line / 2);
            found.extend(self.words[words].iter().map(|word| 2 * word + line % 2));
        }
        let total = lines.iter().map(|line| self.weight(*line)).sum();
        Content { lines: self.counted(lines), words: self.counted(&found), total }
    }

    /// The same without the words.
    pub(super) fn lines(&mut self, items: &[Item<'a>]) -> Content {
        let lines = self.of_items(items);
        let total = lines.iter().map(|line| self.weight(*line)).sum();
        Content { lines: self.counted(&lines), words: Vec::new(), total }
    }

    /// Where the words of a text are.
    fn split(&mut self, index: usize) -> Range<usize> {
        if let Some(words) = &self.texts[index].words {
            return words.clone();
        }
        let start = self.words.len();
        for word in words(self.texts[index].text) {
            let word = self.index(word);
            self.words.push(word);
        }
        let words = start..self.words.len();
        self.texts[index].words = Some(words.clone());
        words
    }

    fn counted(&mut self, numbers: &[usize]) -> Counted {
        let mut met = Vec::new();
        for number in numbers {
            if self.counts[*number] == 0 {
                met.push(*number);
            }
            self.counts[*number] += 1;
        }
        met.sort_unstable();
        let of = |number: usize| {
            (number, std::mem::take(&mut self.counts[number]), self.texts[number / 2].weight)
        };
        met.into_iter().map(of).collect()
    }
}

impl Content {
    /// The lines and words in it that say something.
    pub(super) fn telling(&self) -> impl Iterator<Item = usize> {
        let all = self.lines.iter().chain(&self.words);
        all.filter(|(_, _, weight)| *weight > 0).map(|(number, ..)| *number)
    }
}

/// The weight of what both hold.
pub(super) fn shared(one: &Counted, two: &Counted) -> usize {
    let (mut one, mut two) = (one.iter().peekable(), two.iter().peekable());
    let mut sum = 0;
    while let (Some((a, count, weight)), Some((b, other, _))) = (one.peek(), two.peek()) {
        match a.cmp(b) {
            Ordering::Less => drop(one.next()),
            Ordering::Greater => drop(two.next()),
            Ordering::Equal => {
                sum += count.min(other) * weight;
                one.next();
                two.next();
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A line or a word, and whether it is removed.
    type Key<'a> = (bool, &'a str);

    /// The same by looking each key of one up among all of the other.
    fn shared_by_keys(one: &[Key<'_>], two: &[Key<'_>]) -> usize {
        let count = |keys: &[Key<'_>], key| keys.iter().filter(|other| **other == key).count();
        let mut distinct = one.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.iter().map(|key| count(one, *key).min(count(two, *key)) * weight(key.1)).sum()
    }

    fn split<'a>((is_removed, text): &Key<'a>) -> Vec<Key<'a>> {
        words(text).map(|word| (*is_removed, word)).collect()
    }

    fn item((is_removed, text): &(bool, String)) -> Item<'_> {
        let tag = if *is_removed { Tag::Remove } else { Tag::Add };
        Item { tag, text, run: 0, line: 1 }
    }

    proptest! {
        #[test]
        fn what_is_shared_is_what_both_hold(
            one in proptest::collection::vec((any::<bool>(), "[ab_é .]{0,4}\n?"), 0..12),
            two in proptest::collection::vec((any::<bool>(), "[ab_é .]{0,4}\n?"), 0..12),
            skipped in 0_usize..4,
        ) {
            let sides = [&one, &two].map(|side| side.iter().map(item).collect::<Vec<_>>());
            let mut numbers = Numbers::default();
            let [a, b] = [0, 1].map(|side| numbers.of_items(&sides[side]));
            // Counting one stretch leaves nothing for the next.
            numbers.content(&a[skipped.min(a.len())..]);
            let (of_a, of_b) = (numbers.content(&a), numbers.content(&b));
            let lines = sides.each_ref().map(|side| side.iter().map(|item| (item.tag == Tag::Remove, item.text)).collect::<Vec<_>>());
            let by_word = lines.each_ref().map(|side| side.iter().flat_map(split).collect::<Vec<_>>());
            prop_assert_eq!(shared(&of_a.lines, &of_b.lines), shared_by_keys(&lines[0], &lines[1]));
            prop_assert_eq!(shared(&of_a.words, &of_b.words), shared_by_keys(&by_word[0], &by_word[1]));
            prop_assert_eq!(of_a.total, lines[0].iter().map(|(_, text)| weight(text)).sum::<usize>());
        }
    }
}
