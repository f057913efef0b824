//! Dividing the matrix among machines: each shard is one stretch of its cells.

use std::fmt;
use std::str::FromStr;

use crate::support::ids::serde_as_text;

/// One of N parts of the matrix: `2/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// From 1.
    pub number: usize,
    pub of: usize,
}

/// A text that names no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected K/N, with K from 1 to N: 1/4 to 4/4 are the shards of four machines")]
pub struct InvalidShard;

impl FromStr for Shard {
    type Err = InvalidShard;

    fn from_str(text: &str) -> Result<Self, InvalidShard> {
        let digits = |text: &str| {
            let is_plain = text.bytes().all(|digit| digit.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| is_plain)
        };
        let (number, of) = text.split_once('/').ok_or(InvalidShard)?;
        match (digits(number), digits(of)) {
            (Some(number), Some(of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(InvalidShard),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

serde_as_text!(Shard);

/// Cells that stand beside each other in the order of the matrix, from the first to before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    first: usize,
    end: usize,
}

impl Stretch {
    /// Every cell.
    pub const ALL: Self = Self { first: 0, end: usize::MAX };

    pub const fn has(self, cell: usize) -> bool {
        self.first <= cell && cell < self.end
    }

    pub const fn is_empty(self) -> bool {
        self.first >= self.end
    }

    /// The part of it that is among `count` cells from `first`, which then begin at 0.
    #[must_use]
    pub fn among(self, first: usize, count: usize) -> Self {
        let part = |at: usize| at.saturating_sub(first).min(count);
        Self { first: part(self.first), end: part(self.end) }
    }
}

impl Shard {
    /// Its cells, if each cell costs that much. A cell is in the shard in whose share of the whole
    /// cost its middle lies. So the costs decide and nothing else, each cell is in one shard, and
    /// no shard costs more than its share and one cell.
    pub fn cells(self, costs: &[u64]) -> Stretch {
        let total = costs.iter().copied().map(u128::from).sum::<u128>().max(1);
        let of = self.of as u128;
        let mut before = 0;
        let shards = costs.iter().map(|cost| {
            let cost = u128::from(*cost);
            let middle = 2 * before + cost;
            before += cost;
            // Cells at the end that cost nothing are in the last shard.
            (middle * of / (2 * total)).min(of - 1)
        });
        let shards: Vec<u128> = shards.collect();
        let start_of = |number: usize| shards.partition_point(|shard| *shard < number as u128);
        Stretch { first: start_of(self.number - 1), end: start_of(self.number) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(costs: &[u64], number: usize, of: usize) -> Vec<usize> {
        let stretch = Shard { number, of }.cells(costs);
        (0..costs.len()).filter(|cell| stretch.has(*cell)).collect()
    }

    #[test]
    fn a_shard_is_a_number_up_to_how_many_there_are() {
        for (text, number, of) in [("1/1", 1, 1), ("2/4", 2, 4), ("12/12", 12, 12)] {
            let shard = Shard { number, of };
            assert_eq!((text.parse(), shard.to_string().as_str()), (Ok(shard), text));
        }
        for bad in
            ["", "1", "/", "1/", "/2", "0/2", "3/2", "0/0", "1/0", "-1/2", "+1/2", "1/2/3", "1 /2"]
        {
            assert_eq!(bad.parse::<Shard>(), Err(InvalidShard), "{bad}");
        }
        assert_eq!("1/99999999999999999999".parse::<Shard>(), Err(InvalidShard));
    }

    #[test]
    fn shards_cost_alike() {
        assert_eq!(of(&[1, 1, 1, 1], 1, 2), [0, 1]);
        assert_eq!(of(&[9, 1, 1, 1, 9, 1, 1, 1], 2, 2), [4, 5, 6, 7]);
        // One that costs more than all others has a shard for itself.
        assert_eq!(of(&[1, 1, 20, 1, 1], 2, 3), [2]);
        assert_eq!(of(&[0, 0, 0], 1, 2), [0, 1, 2]);
        assert!(of(&[3], 1, 3).is_empty());
        assert_eq!(of(&[1, 1, 0], 2, 2), [1, 2]);
        assert_eq!(of(&[3], 2, 3), [0]);
    }

    #[test]
    fn a_part_of_a_stretch_begins_at_0() {
        let stretch = Stretch { first: 3, end: 7 };
        let parts = [(0, 4), (4, 2), (6, 4), (8, 2)].map(|(first, count)| {
            let part = stretch.among(first, count);
            (0..count).filter(|cell| part.has(*cell)).collect::<Vec<_>>()
        });
        assert_eq!(parts, [vec![3], vec![0, 1], vec![0], vec![]]);
        assert!(stretch.among(8, 2).is_empty() && !stretch.among(6, 4).is_empty());
        assert_eq!(Stretch::ALL.among(5, 3), Stretch { first: 0, end: 3 });
    }

    proptest! {
        #[test]
        fn each_cell_is_in_one_shard_and_none_costs_much_more_than_its_share(
            costs in prop::collection::vec(0u64..1000, 0..60),
            count in 1usize..20,
        ) {
            let shards: Vec<_> = (1..=count).map(|number| of(&costs, number, count)).collect();
            prop_assert_eq!(shards.concat(), (0..costs.len()).collect::<Vec<_>>());
            let share = costs.iter().sum::<u64>() / count as u64 + 1;
            let most = costs.iter().copied().max().unwrap_or(0);
            for shard in shards {
                prop_assert!(shard.iter().map(|cell| costs[*cell]).sum::<u64>() <= share + most);
            }
        }
    }
}
