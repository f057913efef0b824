//! Versions as Bazel orders them: `RELEASE[-PRERELEASE][+BUILD]`, the identifiers between the
//! dots compared one by one, numbers before words, and a version with a pre-release part before
//! the one without. So `2.3.2 < 2.3.2.bcr.1 < 2.3.2.patched.1 < 2.3.3-rc0 < 2.3.3`, while
//! `2.3.2-patched.1 < 2.3.2`, which is why a patched release is not called that.

use std::cmp::Ordering;
use std::str::FromStr;

/// A module's version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BazelVersion {
    release: Vec<Identifier>,
    pre_release: PreRelease,
}

/// The part after the first `-`; a version without one comes after those with one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PreRelease {
    Some(Vec<Identifier>),
    None,
}

/// What stands between two dots.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Identifier {
    /// Digits alone, without leading zeros; a longer one is greater.
    Number(String),
    Word(String),
}

impl Ord for Identifier {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => {
                one.len().cmp(&two.len()).then_with(|| one.cmp(two))
            }
            (Self::Number(_), Self::Word(_)) => Ordering::Less,
            (Self::Word(_), Self::Number(_)) => Ordering::Greater,
            (Self::Word(one), Self::Word(two)) => one.cmp(two),
        }
    }
}

impl PartialOrd for Identifier {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for BazelVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no version that Bazel takes");
        // What comes after a plus says nothing of the order.
        let ordered = text.split_once('+').map_or(text, |(ordered, _)| ordered);
        let (release, pre_release) = match ordered.split_once('-') {
            Some((release, pre_release)) => (release, Some(pre_release)),
            None => (ordered, None),
        };
        let release = identifiers(release, false).ok_or_else(wrong)?;
        let pre_release = match pre_release {
            Some(text) => PreRelease::Some(identifiers(text, true).ok_or_else(wrong)?),
            None => PreRelease::None,
        };
        Ok(Self { release, pre_release })
    }
}

fn identifiers(text: &str, may_have_dashes: bool) -> Option<Vec<Identifier>> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || (c == '-' && may_have_dashes);
    let identifier = |part: &str| {
        if part.is_empty() || !part.chars().all(is_allowed) {
            return None;
        }
        Some(if part.bytes().all(|byte| byte.is_ascii_digit()) {
            Identifier::Number(part.trim_start_matches('0').to_owned())
        } else {
            Identifier::Word(part.to_owned())
        })
    };
    text.split('.').map(identifier).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_bazels() {
        let sorted = [
            "2.3.2-patched.1",
            "2.3.2",
            "2.3.2.1",
            "2.3.2.20260101",
            "2.3.2.acme.1",
            "2.3.2.bcr.1",
            "2.3.2.bcr.10",
            "2.3.2.p1",
            "2.3.2.patched.1",
            "2.3.2.patched.2",
            "2.3.2.patched.10",
            "2.3.3-rc0",
            "2.3.3",
            "2.10.0",
        ];
        let versions: Vec<BazelVersion> = sorted.iter().map(|text| text.parse().unwrap()).collect();
        for (pair, names) in versions.windows(2).zip(sorted.windows(2)) {
            assert!(pair[0] < pair[1], "{names:?}");
        }
    }

    #[test]
    fn what_comes_after_a_plus_does_not_count() {
        let parse = |text: &str| text.parse::<BazelVersion>().unwrap();
        assert_eq!(parse("2.3.2+patched.1"), parse("2.3.2"));
        assert_eq!(parse("1.02"), parse("1.2"));
        for text in ["", "1..2", "1.2-", "v 1", "1/2"] {
            assert!(text.parse::<BazelVersion>().is_err(), "{text}");
        }
    }
}
