//! What two sequences of numbers have in common, in order.

use foldhash::{HashMap, HashMapExt as _};
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Pairs of equal numbers, rising on both sides. What stands once in each is paired first, as much
/// of it as is in the same order. `algorithm` then compares what is between: of long sequences
/// that differ all over, it would take quadratic time.
pub(super) fn common(old: &[usize], new: &[usize], algorithm: Algorithm) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut start = (0, 0);
    for anchor in anchors(old, new).into_iter().chain([(old.len(), new.len())]) {
        let (before, after) = (&old[start.0..anchor.0], &new[start.1..anchor.1]);
        let between = compared(before, after, algorithm);
        pairs.extend(between.into_iter().map(|(i, j)| (start.0 + i, start.1 + j)));
        pairs.push(anchor);
        start = (anchor.0 + 1, anchor.1 + 1);
    }
    pairs.pop();
    pairs
}

/// Pairs of equal numbers, rising on both sides, as `algorithm` has them.
pub(super) fn compared(old: &[usize], new: &[usize], algorithm: Algorithm) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let ops = capture_diff_slices(algorithm, old, new);
    let equal = ops.into_iter().filter(|op| op.tag() == DiffTag::Equal);
    equal.flat_map(|op| op.old_range().zip(op.new_range())).collect()
}

/// As many as possible of the numbers that stand once in each, in the same order.
fn anchors(old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
    let single = single(old, new);
    let places: Vec<usize> = single.iter().map(|(_, its)| *its).collect();
    let kept = longest_rising(&places);
    single.into_iter().zip(kept).filter_map(|(pair, is_kept)| is_kept.then_some(pair)).collect()
}

/// What stands once in each, and in another order than `pairs`, with what is equal beside it: each
/// a stretch of both.
pub(super) fn moved(
    old: &[usize],
    new: &[usize],
    pairs: &[(usize, usize)],
) -> Vec<Vec<(usize, usize)>> {
    let mut blocks = Vec::new();
    if pairs.is_empty() {
        return blocks;
    }
    let mut is_free = [vec![true; old.len()], vec![true; new.len()]];
    let take = |is_free: &mut [Vec<bool>; 2], pairs: &[(usize, usize)]| {
        for (i, j) in pairs {
            (is_free[0][*i], is_free[1][*j]) = (false, false);
        }
    };
    take(&mut is_free, pairs);
    for (i, j) in single(old, new) {
        if !is_free[0][i] {
            continue;
        }
        let is_equal = |i: usize, j: usize| {
            let is_inside = i < old.len() && j < new.len();
            is_inside && old[i] == new[j] && is_free[0][i] && is_free[1][j]
        };
        let before = (1..=i.min(j)).take_while(|by| is_equal(i - by, j - by)).count();
        let after = (1..).take_while(|by| is_equal(i + by, j + by)).count();
        let block = (0..=before + after).map(|by| (i - before + by, j - before + by));
        let block: Vec<(usize, usize)> = block.collect();
        take(&mut is_free, &block);
        blocks.push(block);
    }
    blocks
}

/// The places of what stands once in each.
fn single(old: &[usize], new: &[usize]) -> Vec<(usize, usize)> {
    let mut places: HashMap<usize, [Place; 2]> = HashMap::new();
    for (side, numbers) in [old, new].into_iter().enumerate() {
        for (at, number) in numbers.iter().enumerate() {
            let place = &mut places.entry(*number).or_default()[side];
            *place = if *place == Place::Nowhere { Place::Once(at) } else { Place::Often };
        }
    }
    let single = old.iter().filter_map(|number| match places[number] {
        [Place::Once(at), Place::Once(its)] => Some((at, its)),
        _ => None,
    });
    single.collect()
}

/// Where a number stands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Nowhere,
    Once(usize),
    Often,
}

/// Which of these distinct numbers are in a longest rising sequence of them.
pub(super) fn longest_rising(numbers: &[usize]) -> Vec<bool> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How much two sequences have in common at most.
    fn most(old: &[usize], new: &[usize]) -> usize {
        let mut best = vec![vec![0; new.len() + 1]; old.len() + 1];
        for i in (0..old.len()).rev() {
            for j in (0..new.len()).rev() {
                let paired = if old[i] == new[j] { best[i + 1][j + 1] + 1 } else { 0 };
                best[i][j] = paired.max(best[i + 1][j]).max(best[i][j + 1]);
            }
        }
        best[0][0]
    }

    fn numbers() -> impl Strategy<Value = Vec<usize>> {
        proptest::collection::vec(0_usize..12, 0..14)
    }

    #[test]
    fn what_is_equal_beside_what_moved_moves_with_it() {
        let (old, new) = ([1, 2, 6, 7, 7, 3, 8, 4], [7, 7, 3, 8, 5, 1, 2, 6, 4]);
        let pairs = common(&old, &new, Algorithm::Myers);
        assert_eq!(pairs, [(0, 5), (1, 6), (2, 7), (7, 8)]);
        assert_eq!(moved(&old, &new, &pairs), [[(3, 0), (4, 1), (5, 2), (6, 3)]]);
    }

    proptest! {
        #[test]
        fn pairs_are_equal_and_rise(old in numbers(), new in numbers()) {
            for algorithm in [Algorithm::Myers, Algorithm::Histogram] {
                let pairs = common(&old, &new, algorithm);
                prop_assert!(pairs.iter().all(|(i, j)| old[*i] == new[*j]));
                prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
                prop_assert_eq!(pairs.is_empty(), most(&old, &new) == 0);
            }
        }

        #[test]
        fn what_moved_is_equal_and_nothing_is_paired_twice(old in numbers(), new in numbers()) {
            let mut pairs = common(&old, &new, Algorithm::Myers);
            let moved = moved(&old, &new, &pairs);
            let rise = |block: &Vec<(usize, usize)>| {
                block.windows(2).all(|two| two[1] == (two[0].0 + 1, two[0].1 + 1))
            };
            prop_assert!(moved.iter().all(rise));
            pairs.extend(moved.into_iter().flatten());
            prop_assert!(pairs.iter().all(|(i, j)| old[*i] == new[*j]));
            let single = single(&old, &new);
            prop_assert!(single.iter().all(|pair| pairs.contains(pair)));
            let count = pairs.len();
            for side in [|pair: &(usize, usize)| pair.0, |pair: &(usize, usize)| pair.1] {
                pairs.sort_unstable_by_key(side);
                pairs.dedup_by_key(|pair| side(pair));
                prop_assert_eq!(pairs.len(), count);
            }
        }

        /// What stands once is not given up for what stands often.
        #[test]
        fn of_what_stands_once_the_most_is_paired(old in numbers(), new in numbers()) {
            let is_single = |number: &usize| {
                [&old, &new].iter().all(|side| side.iter().filter(|other| *other == number).count() == 1)
            };
            let [one, two] = [&old, &new].map(|side| {
                side.iter().copied().filter(is_single).collect::<Vec<_>>()
            });
            let pairs = common(&old, &new, Algorithm::Myers);
            let single = pairs.iter().filter(|(i, _)| is_single(&old[*i])).count();
            prop_assert_eq!(single, most(&one, &two));
        }
    }
}
