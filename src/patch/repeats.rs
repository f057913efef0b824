//! Which stretches of a file's lines stand in it more than once. An applier that searches (quilt,
//! `patch`, Bazel) can be trusted only with those that stand once.
//!
//! A stretch with a line that stands once does so too, which settles nearly all of them. For
//! the others there is a suffix array over the lines, so that thousands of hunks in a file of many
//! equal lines cost no more than sorting it.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

/// The lines of a file, by what is equal in them.
#[derive(Debug)]
pub struct Repeats {
    /// For each line a number, the same for equal ones.
    ids: Vec<usize>,
    /// How many of the lines before each place stand nowhere else.
    single: Vec<usize>,
    suffixes: OnceCell<Suffixes>,
}

impl Repeats {
    /// The repeats among these lines.
    pub fn of(lines: &[&[u8]]) -> Self {
        let mut known: HashMap<&[u8], usize> = HashMap::with_capacity(lines.len());
        let mut counts: Vec<usize> = Vec::new();
        let mut ids = Vec::with_capacity(lines.len());
        for line in lines {
            let id = *known.entry(line).or_insert(counts.len());
            if id == counts.len() {
                counts.push(0);
            }
            counts[id] += 1;
            ids.push(id);
        }
        let (mut single, mut so_far) = (Vec::with_capacity(lines.len() + 1), 0);
        for id in &ids {
            single.push(so_far);
            so_far += usize::from(counts[*id] == 1);
        }
        single.push(so_far);
        Self { ids, single, suffixes: OnceCell::new() }
    }

    /// Whether a stretch of lines stands at no other place.
    pub fn is_unique(&self, stretch: &Range<usize>) -> bool {
        self.has_single(stretch)
            || stretch.is_empty()
            || stretch.len() > self.suffixes().repeated[stretch.start]
    }

    /// How often a stretch of lines stands in the file, itself included.
    pub fn count(&self, stretch: &Range<usize>) -> usize {
        if self.is_unique(stretch) {
            return 1;
        }
        let wanted = &self.ids[stretch.clone()];
        let beginning = |at: &usize| {
            let rest = &self.ids[*at..];
            &rest[..rest.len().min(wanted.len())]
        };
        let order = &self.suffixes().order;
        let first = order.partition_point(|at| beginning(at) < wanted);
        order[first..].partition_point(|at| beginning(at) == wanted)
    }

    fn has_single(&self, stretch: &Range<usize>) -> bool {
        self.single[stretch.end] > self.single[stretch.start]
    }

    fn suffixes(&self) -> &Suffixes {
        self.suffixes.get_or_init(|| Suffixes::of(&self.ids))
    }
}

/// The suffixes of a file, in order.
#[derive(Debug)]
struct Suffixes {
    /// Where each begins.
    order: Vec<usize>,
    /// For each line, how many lines from there on stand at another place, too.
    repeated: Vec<usize>,
}

impl Suffixes {
    fn of(ids: &[usize]) -> Self {
        let (order, rank) = sorted(ids);
        // As many lines as a suffix has in common with the one before it in the order, of
        // which the next suffix of the file has all but one (Kasai et al. 2001).
        let mut common = vec![0; ids.len()];
        let mut length: usize = 0;
        for at in 0..ids.len() {
            let Some(before) = rank[at].checked_sub(1).map(|rank| order[rank]) else {
                length = 0;
                continue;
            };
            while ids.get(at + length).is_some_and(|id| ids.get(before + length) == Some(id)) {
                length += 1;
            }
            common[rank[at]] = length;
            length = length.saturating_sub(1);
        }
        let next = |rank: usize| common.get(rank + 1).copied().unwrap_or(0);
        let repeated = rank.iter().map(|rank| common[*rank].max(next(*rank))).collect();
        Self { order, repeated }
    }
}

/// The order of the suffixes, and the place of each in it: by their first line, then by their
/// first two, four, … until all are different.
fn sorted(ids: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    let mut rank = ids.to_vec();
    let mut length = 1;
    loop {
        // What is shorter comes first.
        let key = |at: usize| (rank[at], rank.get(at + length).map_or(0, |rank| rank + 1));
        order.sort_unstable_by_key(|at| key(*at));
        let mut next = vec![0; ids.len()];
        for pair in order.windows(2) {
            next[pair[1]] = next[pair[0]] + usize::from(key(pair[0]) != key(pair[1]));
        }
        rank = next;
        length *= 2;
        if order.last().is_none_or(|last| rank[*last] + 1 == ids.len()) {
            return (order, rank);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stretch_is_unique_from_its_first_odd_line_on() {
        let lines: Vec<&[u8]> = [b"a", b"b", b"a", b"b", b"c"].map(|line| &line[..]).to_vec();
        let repeats = Repeats::of(&lines);
        assert_eq!([repeats.count(&(0..1)), repeats.count(&(0..2))], [2, 2]);
        assert_eq!([repeats.count(&(0..3)), repeats.count(&(2..5))], [1, 1]);
        assert!(!repeats.is_unique(&(1..2)) && repeats.is_unique(&(1..3)));
        assert!(Repeats::of(&[]).is_unique(&(0..0)));
    }

    proptest! {
        #[test]
        fn what_is_counted_is_what_a_search_finds(
            lines in proptest::collection::vec("[abc]", 1..40),
            start in any::<prop::sample::Index>(),
            length in 1_usize..40,
        ) {
            let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
            let start = start.index(lines.len());
            let stretch = start..(start + length).min(lines.len());
            let wanted = &lines[stretch.clone()];
            let count = lines.windows(wanted.len()).filter(|window| *window == wanted).count();
            let repeats = Repeats::of(&lines);
            prop_assert_eq!(repeats.count(&stretch), count);
            prop_assert_eq!(repeats.is_unique(&stretch), count == 1);
        }
    }
}
