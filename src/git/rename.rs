//! Finding a file again that was renamed: by its lines, as git does.

use std::collections::BTreeMap;

use crate::patch::apply::lines;

/// What two files are compared by: how many bytes of each line they hold.
#[derive(Clone, Debug)]
pub struct Signature {
    size: usize,
    /// Sorted by the hash of the line.
    lines: Vec<(u64, usize)>,
}

/// From this share of the bigger file on, in percent, two files are one; git's default.
pub const SIMILAR: usize = 50;

impl Signature {
    /// The signature of a file.
    pub fn of(bytes: &[u8]) -> Self {
        let mut sizes = BTreeMap::new();
        for line in lines(bytes) {
            *sizes.entry(hash(line)).or_default() += line.len();
        }
        Self { size: bytes.len(), lines: sizes.into_iter().collect() }
    }

    /// The most that the similarity to a file of `size` bytes can be.
    pub fn most(&self, size: usize) -> usize {
        (self.size.min(size) * 100).checked_div(self.size.max(size)).unwrap_or(0)
    }

    /// How much of the bigger file stands in both, in percent.
    pub fn similarity(&self, other: &Self) -> usize {
        let bigger = self.size.max(other.size);
        if self.most(other.size) < SIMILAR {
            return 0;
        }
        let (mut one, mut two) = (self.lines.iter().peekable(), other.lines.iter().peekable());
        let mut shared = 0;
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            match a.0.cmp(&b.0) {
                std::cmp::Ordering::Less => drop(one.next()),
                std::cmp::Ordering::Greater => drop(two.next()),
                std::cmp::Ordering::Equal => {
                    shared += a.1.min(b.1);
                    one.next();
                    two.next();
                }
            }
        }
        shared * 100 / bigger
    }
}

/// FNV-1a: nobody gains by lines that collide.
fn hash(line: &[u8]) -> u64 {
    line.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_bigger_file_makes_it_the_same() {
        let of = |text: &str| Signature::of(text.as_bytes());
        let file = of("one\ntwo\nsix\nten\n");
        assert_eq!(file.similarity(&of("ten\nsix\ntwo\none\n")), 100);
        assert_eq!(file.similarity(&of("one\ntwo\nsix\nTEN\n")), 75);
        assert_eq!(file.similarity(&of("one\n")), 0);
        assert_eq!(of("").similarity(&of("")), 0);
        // Half of it is enough.
        assert_eq!(file.similarity(&of("one\ntwo\n")), SIMILAR);
        // Lines of a letter each differ as others do.
        assert_eq!(of("a\n").similarity(&of("e\n")), 0);
    }
}
