//! Versions of Bazel modules, in Bazel's order: `2.3.2 < 2.3.2.patched.1 < 2.3.3-rc0 < 2.3.3`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The version of a Bazel module: `RELEASE[-PRERELEASE][+BUILD]`.
#[derive(Clone, Debug)]
pub struct BazelVersion {
    text: String,
    release: Vec<Part>,
    /// Empty for a release proper.
    prerelease: Vec<Part>,
}

/// What stands between two dots. Numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// How many digits, then the digits: no number is too long to be compared.
    Number(usize, String),
    Word(String),
}

impl BazelVersion {
    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for BazelVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            // Bazel checks the build, and compares nothing of it.
            let (rest, build) = text.split_once('+').map_or((text, None), |(r, b)| (r, Some(b)));
            let (release, prerelease) =
                rest.split_once('-').map_or((rest, None), |(r, p)| (r, Some(p)));
            let is_dashed = |c: char| c.is_ascii_alphanumeric() || c == '-';
            build.map_or(Some(Vec::new()), |build| parts(build, is_dashed))?;
            Some(Self {
                text: text.to_owned(),
                release: parts(release, |c| c.is_ascii_alphanumeric())?,
                prerelease: prerelease.map_or(Some(Vec::new()), |text| parts(text, is_dashed))?,
            })
        };
        parse().ok_or_else(|| format!("{text:?} is no version that Bazel takes"))
    }
}

fn parts(text: &str, fits: impl Fn(char) -> bool) -> Option<Vec<Part>> {
    let part = |part: &str| {
        if part.is_empty() || !part.chars().all(&fits) {
            return None;
        }
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Part::Word(part.to_owned()));
        }
        let digits = part.trim_start_matches('0');
        Some(Part::Number(digits.len(), digits.to_owned()))
    };
    text.split('.').map(part).collect()
}

impl Ord for BazelVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let is_release = |version: &Self| version.prerelease.is_empty();
        self.release
            .cmp(&other.release)
            .then(is_release(self).cmp(&is_release(other)))
            .then_with(|| self.prerelease.cmp(&other.prerelease))
    }
}

impl PartialOrd for BazelVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for BazelVersion {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for BazelVersion {}

impl fmt::Display for BazelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> BazelVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_sort_as_bazel_sorts_them() {
        // Measured with the version class of the Bazel Central Registry's own tools.
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
            "2.3.3-rc0",
            "2.3.3",
            "2.10",
            "6rc0",
        ];
        for pair in sorted.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        assert_eq!(version("2.3.2+acme.1"), version("2.3.2"));
        assert!(version("1.19.1-20250305-abcdef") < version("1.19.1"));
        assert_eq!(version("01.0"), version("1.0"));
        assert!(version("1.99999999999999999999999") > version("1.2"));
    }

    #[test]
    fn what_bazel_does_not_take_is_refused() {
        for text in ["", "1..2", "1.", "v 1", "1_0", "1-", "1+", "1+a+b", "1-a_b", "é"] {
            assert!(text.parse::<BazelVersion>().is_err(), "{text}");
        }
    }
}
