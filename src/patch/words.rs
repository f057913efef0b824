//! Word diffs of lines, as `git diff --word-diff` shows them.

use foldhash::HashMap;
use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::cmp::Ordering;

/// A part of a line that is compared with another version of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "text", rename_all = "kebab-case")]
pub enum Fragment {
    Kept(String),
    /// In the old one only.
    Removed(String),
    /// In the new one only.
    Added(String),
}

/// What of two lines is as alike as this, by [`Lines::likeness`], is one line that changed.
const ALIKE: f64 = 0.4;

/// More pairs of lines than this are not weighed against each other.
const PAIRS: usize = 100_000;

/// The words of a text: names and numbers, stretches of white space, line ends, and each
/// other character by itself.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (word, left) = rest.split_at(first_word(rest));
        rest = left;
        (!word.is_empty()).then_some(word)
    })
}

/// How long the first word of a text is.
fn first_word(text: &str) -> usize {
    if text.is_empty() {
        return 0;
    }
    let kind = kind_at(text, 0);
    let goes_on = |at| kind != Kind::Other && kind_at(text, at) == kind;
    let mut end = 1;
    while end < text.len() && (!text.is_char_boundary(end) || goes_on(end)) {
        end += 1;
    }
    end
}

/// What a word is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Name,
    Space,
    Other,
}

fn kind_at(text: &str, at: usize) -> Kind {
    match text.as_bytes()[at] {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => Kind::Name,
        b' ' | b'\t' => Kind::Space,
        byte if byte.is_ascii() => Kind::Other,
        _ if text[at..].starts_with(char::is_alphanumeric) => Kind::Name,
        _ => Kind::Other,
    }
}

/// How much a text says: its letters and digits.
pub fn weight(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphanumeric).count();
    }
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// What turns `old` into `new`, word by word; what goes comes before what comes for it.
pub fn word_diff(old: &str, new: &str) -> Vec<Fragment> {
    match (old, new) {
        ("", "") => return Vec::new(),
        ("", new) => return vec![Fragment::Added(new.to_owned())],
        (old, "") => return vec![Fragment::Removed(old.to_owned())],
        _ => {}
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (words(old).collect(), words(new).collect());
    let (mut fragments, mut gone, mut come) = (Vec::new(), String::new(), String::new());
    let flush = |fragments: &mut Vec<Fragment>, gone: &mut String, come: &mut String| {
        let pair = [(Fragment::Removed as fn(String) -> Fragment, gone), (Fragment::Added, come)];
        for (kind, text) in pair {
            if !text.is_empty() {
                fragments.push(kind(std::mem::take(text)));
            }
        }
    };
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if op.tag() == DiffTag::Equal {
            flush(&mut fragments, &mut gone, &mut come);
            fragments.push(Fragment::Kept(old[op.old_range()].concat()));
        } else {
            gone.push_str(&old[op.old_range()].concat());
            come.push_str(&new[op.new_range()].concat());
        }
    }
    flush(&mut fragments, &mut gone, &mut come);
    fragments
}

/// Lines that are weighed against each other, each split into words once.
#[derive(Default)]
struct Lines<'a> {
    numbers: HashMap<&'a str, usize>,
    /// The length of each word.
    sizes: Vec<usize>,
}

/// A line among [`Lines`].
struct Split<'a> {
    /// Without the white space around it.
    text: &'a str,
    /// Its words but for white space, by number; and the same in order.
    words: Vec<usize>,
    sorted: Vec<usize>,
    /// How long they are.
    size: usize,
}

impl<'a> Lines<'a> {
    fn split(&mut self, line: &'a str) -> Split<'a> {
        let telling = words(line).filter(|word| !word.trim().is_empty());
        let words: Vec<usize> = telling.map(|word| self.number(word)).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        let size = self.size(&words);
        Split { text: line.trim(), words, sorted, size }
    }

    fn number(&mut self, word: &'a str) -> usize {
        let next = self.sizes.len();
        let number = *self.numbers.entry(word).or_insert(next);
        if number == next {
            self.sizes.push(word.len());
        }
        number
    }

    fn size(&self, words: &[usize]) -> usize {
        words.iter().map(|word| self.sizes[*word]).sum()
    }

    /// How much of two lines is the same, from 0 to 1, white space apart; 0 if it is less than
    /// [`ALIKE`].
    fn likeness(&self, old: &Split<'_>, new: &Split<'_>) -> f64 {
        if old.text == new.text {
            return 1.0;
        }
        let total = old.size + new.size;
        let share =
            |shared: usize| if total == 0 { 0.0 } else { 2.0 * shared as f64 / total as f64 };
        // In order they have no more in common than in any order.
        if share(old.size.min(new.size)) < ALIKE || share(self.common(old, new)) < ALIKE {
            return 0.0;
        }
        let shared = capture_diff_slices(Algorithm::Myers, &old.words, &new.words)
            .iter()
            .filter(|op| op.tag() == DiffTag::Equal)
            .map(|op| self.size(&old.words[op.old_range()]))
            .sum();
        Some(share(shared)).filter(|share| *share >= ALIKE).unwrap_or(0.0)
    }

    /// How long the words are that both have.
    fn common(&self, old: &Split<'_>, new: &Split<'_>) -> usize {
        let (mut one, mut two) = (old.sorted.iter().peekable(), new.sorted.iter().peekable());
        let mut size = 0;
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            match a.cmp(b) {
                Ordering::Less => drop(one.next()),
                Ordering::Greater => drop(two.next()),
                Ordering::Equal => {
                    size += self.sizes[**a];
                    one.next();
                    two.next();
                }
            }
        }
        size
    }
}

/// The lines of two versions of a text that differ: one that changed with what it was, each
/// other one by itself. In order.
pub fn line_diff<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Histogram, old, new) {
        if op.tag() != DiffTag::Equal {
            let found = align(&old[op.old_range()], &new[op.new_range()]);
            pairs.extend(found.into_iter().filter(|(old, new)| old != new));
        }
    }
    pairs
}

/// How alike each old line is to each new one, row by row.
fn likenesses(old: &[&str], new: &[&str]) -> Vec<f64> {
    let mut lines = Lines::default();
    let [old, new] =
        [old, new].map(|side| side.iter().map(|line| lines.split(line)).collect::<Vec<_>>());
    old.iter().flat_map(|old| new.iter().map(|new| lines.likeness(old, new))).collect()
}

/// Pairs lines that are alike, in order, so that as much as possible is in pairs.
fn align<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    if old.len() * new.len() > PAIRS {
        let unpaired = old.iter().map(|line| (Some(*line), None));
        return unpaired.chain(new.iter().map(|line| (None, Some(*line)))).collect();
    }
    let width = new.len() + 1;
    let alike = likenesses(old, new);
    // The best sum of what is behind each pair of places.
    let mut best = vec![0.0_f64; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let pair = alike[i * new.len() + j];
            let paired = pair + best[(i + 1) * width + j + 1];
            best[i * width + j] =
                paired.max(best[(i + 1) * width + j]).max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let here = best[i * width + j];
        let is_pair = i < old.len() && j < new.len() && {
            let pair = alike[i * new.len() + j];
            pair > 0.0 && here <= pair + best[(i + 1) * width + j + 1]
        };
        if is_pair {
            pairs.push((Some(old[i]), Some(new[j])));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || here <= best[(i + 1) * width + j]) {
            pairs.push((Some(old[i]), None));
            i += 1;
        } else {
            pairs.push((None, Some(new[j])));
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(old: &str, new: &str) -> String {
        let text = |fragment: &Fragment| match fragment {
            Fragment::Kept(text) => text.clone(),
            Fragment::Removed(text) => format!("[-{text}-]"),
            Fragment::Added(text) => format!("{{+{text}+}}"),
        };
        word_diff(old, new).iter().map(text).collect()
    }

    #[test]
    fn a_changed_word_is_all_that_changes() {
        assert_eq!(shown("a_b(c, 1)\n", "a_b(d, 1)\n"), "a_b([-c-]{+d+}, 1)\n");
        assert_eq!(shown("    x\n", "        x\n"), "[-    -]{+        +}x\n");
        assert_eq!(shown("x\n", "x"), "x[-\n-]");
        assert_eq!(shown("x\n", "x\r\n"), "x{+\r+}\n");
        let split = |text| words(text).collect::<Vec<&str>>();
        assert_eq!(split(""), [""; 0]);
        assert_eq!(split("a…b"), ["a", "…", "b"]);
        assert_eq!(split("été=[\"a b\"]"), ["été", "=", "[", "\"", "a", " ", "b", "\"", "]"]);
    }

    #[test]
    fn lines_that_are_alike_are_one_line_that_changed() {
        let (old, new) = (["a = 1\n", "deps = [x]\n"], ["# Why.\n", "deps = [x, y]\n", "a = 2\n"]);
        let pairs = line_diff(&old, &new);
        let expected = [
            (Some("a = 1\n"), None),
            (None, Some("# Why.\n")),
            (Some("deps = [x]\n"), Some("deps = [x, y]\n")),
            (None, Some("a = 2\n")),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(line_diff(&["\n"], &["  \n"]), [(Some("\n"), Some("  \n"))]);
    }

    #[test]
    fn a_line_waits_for_the_one_that_it_is_more_like() {
        let first = "a b c d";
        for (second, new, expected) in [
            // The first could be paired at once, and the second would be, too.
            (
                "e f g h",
                &["a b c y", first, "e f g h"][..],
                &[
                    (None, Some("a b c y")),
                    (Some(first), Some(first)),
                    (Some("e f g h"), Some("e f g h")),
                ][..],
            ),
            // Both are like the same line, and only one can be paired with it.
            (
                "e f g h",
                &["a b e f", first],
                &[(None, Some("a b e f")), (Some(first), Some(first)), (Some("e f g h"), None)],
            ),
        ] {
            assert_eq!(align(&[first, second], new), expected);
        }
    }

    /// The most that can be alike in pairs, by trying every one.
    fn most(old: &[&str], new: &[&str]) -> f64 {
        let ([first, old_rest @ ..], [second, new_rest @ ..]) = (old, new) else { return 0.0 };
        let without = most(old_rest, new).max(most(old, new_rest));
        match similarity(first, second) {
            alike if alike >= ALIKE => without.max(alike + most(old_rest, new_rest)),
            _ => without,
        }
    }

    #[test]
    fn half_a_line_is_half_alike() {
        assert_eq!(similarity("ab cd\n", "  ab cd"), 1.0);
        assert_eq!(similarity("ab cd", "ab ef"), 0.5);
        assert_eq!(similarity("ab", "ef"), 0.0);
    }

    #[test]
    fn more_lines_than_can_be_weighed_are_not_paired() {
        let pairs = |count: usize| align(&["a b"], &vec!["a c"; count]).len();
        assert_eq!([pairs(PAIRS), pairs(PAIRS + 1)], [PAIRS, PAIRS + 2]);
    }

    /// How much of two lines is the same, from 0 to 1, white space apart.
    fn similarity(old: &str, new: &str) -> f64 {
        if old.trim() == new.trim() {
            return 1.0;
        }
        let telling = |text| words(text).filter(|word| !word.trim().is_empty());
        let (old, new): (Vec<&str>, Vec<&str>) = (telling(old).collect(), telling(new).collect());
        let total: usize = old.iter().chain(&new).map(|word| word.len()).sum();
        let shared: usize = capture_diff_slices(Algorithm::Myers, &old, &new)
            .iter()
            .filter(|op| op.tag() == DiffTag::Equal)
            .flat_map(|op| &old[op.old_range()])
            .map(|word| word.len())
            .sum();
        if total == 0 { 0.0 } else { 2.0 * shared as f64 / total as f64 }
    }

    proptest! {
        #[test]
        fn as_much_as_possible_is_in_pairs(
            old in proptest::collection::vec("[ab] [ab] [ab]", 0..5),
            new in proptest::collection::vec("[ab] [ab] [ab]", 0..5),
        ) {
            let (old, new): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let alike = |(old, new): &(Option<&str>, Option<&str>)| old.zip(*new).map(|(old, new)| similarity(old, new));
            let sum: f64 = align(&old, &new).iter().filter_map(alike).sum();
            prop_assert!((sum - most(&old, &new)).abs() < 1e-9, "{sum} {old:?} {new:?}");
        }

        #[test]
        fn lines_are_as_alike_as_each_two_are(
            old in proptest::collection::vec("[abé_ .(\t]{0,9}\n?", 0..6),
            new in proptest::collection::vec("[abé_ .(\t]{0,9}\n?", 0..6),
        ) {
            let (old, new): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let pairs = old.iter().flat_map(|old| new.iter().map(|new| similarity(old, new)));
            let expected: Vec<f64> =
                pairs.map(|likeness| if likeness >= ALIKE { likeness } else { 0.0 }).collect();
            prop_assert_eq!(likenesses(&old, &new), expected);
        }

        #[test]
        fn both_lines_are_in_the_fragments(old in "[ab_ .(\t]{0,12}\n?", new in "[ab_ .(\t]{0,12}\n?") {
            let (mut was, mut is) = (String::new(), String::new());
            for fragment in word_diff(&old, &new) {
                match fragment {
                    Fragment::Kept(text) => { was.push_str(&text); is.push_str(&text); }
                    Fragment::Removed(text) => was.push_str(&text),
                    Fragment::Added(text) => is.push_str(&text),
                }
            }
            prop_assert_eq!((was, is), (old, new));
        }

        #[test]
        fn both_texts_are_in_the_pairs(
            old in proptest::collection::vec("[ab] = [12]\n", 0..8),
            new in proptest::collection::vec("[ab] = [12]\n", 0..8),
        ) {
            let (old, new): (Vec<&str>, Vec<&str>) =
                (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
            let pairs = align(&old, &new);
            prop_assert_eq!(pairs.iter().filter_map(|(old, _)| *old).collect::<Vec<_>>(), old);
            prop_assert_eq!(pairs.iter().filter_map(|(_, new)| *new).collect::<Vec<_>>(), new);
        }
    }
}
