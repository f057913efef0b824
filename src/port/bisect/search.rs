//! The search for the commit that changed something, when some commits cannot be judged. The words
//! are those of git: *old* is the outcome at the first commit, *new* the outcome at the last.

use std::collections::BTreeMap;

/// What is known of the commits of a row, by their places in it: whether one is new; `None` for
/// one that cannot be judged.
pub type Judged = BTreeMap<usize, Option<bool>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The last commit that is known to be old.
    pub old: usize,
    /// The first after it that is known to be new: what lies between cannot be judged.
    pub new: usize,
}

/// Finds where old becomes new between the first commit of a row, which is old, and the one at
/// `last`, which is new, with as few judgements as that takes. If it becomes so more than once,
/// the boundary is one of them.
///
/// Each time, what is nearest to the middle of the widest gap between commits that were looked at
/// is next: without any that cannot be judged, a binary search.
///
/// # Errors
///
/// The first error of `judge`.
pub fn search<E>(
    last: usize,
    mut judge: impl FnMut(usize) -> Result<Option<bool>, E>,
) -> Result<Judged, E> {
    let mut judged = Judged::from([(0, Some(false)), (last, Some(true))]);
    while let Some(Boundary { old, new }) = boundary(&judged) {
        let looked_at: Vec<usize> = judged.range(old..=new).map(|(place, _)| *place).collect();
        let gaps = looked_at.windows(2).filter(|gap| gap[1] - gap[0] > 1);
        // The first of equals.
        let Some(gap) = gaps.rev().max_by_key(|gap| gap[1] - gap[0]) else { break };
        let middle = gap[0].midpoint(gap[1]);
        judged.insert(middle, judge(middle)?);
    }
    Ok(judged)
}

/// The boundary behind which all that was judged is new, up to the last; none if the last one
/// that was judged is old, or none is.
pub fn boundary(judged: &Judged) -> Option<Boundary> {
    let mut known = judged.iter().rev().filter_map(|(place, is_new)| Some((*place, (*is_new)?)));
    let mut new = known.next().filter(|(_, is_new)| *is_new)?.0;
    for (place, is_new) in known {
        if !is_new {
            return Some(Boundary { old: place, new });
        }
        new = place;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A row that is new from `first` on, without the commits that cannot be judged.
    fn row(first: usize, skipped: &[bool]) -> impl Fn(usize) -> Option<bool> {
        let skipped = skipped.to_vec();
        move |place| (!skipped.get(place).copied().unwrap_or_default()).then_some(place >= first)
    }

    #[test]
    fn without_skips_it_is_a_binary_search() {
        let mut calls = 0;
        let judged = search(1000, |place| {
            calls += 1;
            Ok::<_, ()>(row(700, &[])(place))
        });
        assert_eq!(boundary(&judged.unwrap()), Some(Boundary { old: 699, new: 700 }));
        assert!(calls <= 10, "{calls}");
    }

    #[test]
    fn the_widest_gap_is_looked_into_first_if_nothing_can_be_judged() {
        let mut places = Vec::new();
        let judged = search(10, |place| {
            places.push(place);
            Ok::<_, ()>(None)
        });
        assert_eq!(judged.unwrap().len(), 11);
        assert_eq!(places[..4], [5, 2, 7, 3]);
    }

    #[test]
    fn the_last_of_several_turns_counts() {
        let judged = |text: &str| -> Judged {
            let of = |c: char| match c {
                '-' => Some(false),
                '+' => Some(true),
                _ => None,
            };
            text.chars().map(of).enumerate().collect()
        };
        assert_eq!(boundary(&judged("--+-+?+")), Some(Boundary { old: 3, new: 4 }));
        assert_eq!(boundary(&judged("--?+")), Some(Boundary { old: 1, new: 3 }));
        assert_eq!(boundary(&judged("-+-")), None);
        assert_eq!(boundary(&judged("++")), None);
        assert_eq!(boundary(&judged("")), None);
    }

    proptest! {
        #[test]
        fn the_true_boundary_is_among_the_candidates(
            last in 1usize..200,
            first in 0usize..200,
            skipped in proptest::collection::vec(any::<bool>(), 200),
        ) {
            let first = 1 + first % last;
            let judge = row(first, &skipped);
            let judged = search(last, |place| {
                prop_assert!(place > 0 && place < last, "the ends are known");
                Ok(judge(place))
            })?;
            let found = boundary(&judged).unwrap();
            prop_assert!(found.old < first && first <= found.new);
            // All that lies between was looked at, and nothing that can be judged is left.
            for place in found.old + 1..found.new {
                prop_assert_eq!(judged.get(&place), Some(&None));
            }
            // Whoever judges all of them finds the same.
            let mut all: Judged = (0..=last).map(|place| (place, judge(place))).collect();
            all.extend([(0, Some(false)), (last, Some(true))]);
            prop_assert_eq!(boundary(&all), Some(found));
        }
    }
}
