//! Releases as people name them, one syntax everywhere: one release, `latest`, or a range.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::support::ids::{InvalidId, Release, invalid, number, serde_as_text};

/// What an option or argument that names one release accepts.
const ONE: &str = "a release is `latest`, or three numbers such as 2.3.2";

/// What an option or argument that names releases accepts, with quotes where a shell would
/// redirect.
const ANY: &str = "a release is `latest`, or three numbers such as 2.3.2; a range is 2.x, 2.0..2.3, \
                   1.4.. or '>=1.4,<2'";

/// Why what somebody typed names no release. The text is not in it: who typed it is shown it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{fault}")]
pub struct NotReleases {
    fault: &'static str,
    /// What to type in its place.
    pub way_out: String,
}

impl NotReleases {
    /// The same for an option that accepts more than releases.
    pub fn or(self, more: &str) -> Self {
        if self.way_out != ONE && self.way_out != ANY {
            return self;
        }
        Self { way_out: format!("{}; also {more}", self.way_out), ..self }
    }
}

/// A range of releases: comparisons that must all hold. Empty text means every release.
///
/// What is read is `>=1.4`, `>=1.4, <2`, `2.x`, `2.0..2.3` with both ends included, and `1.4..`. A
/// version of one or two numbers stands for all releases that begin with it. What is printed are
/// comparisons with whole releases: `>=0.36.0, <2.0.0`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReleaseRange(Vec<Bound>);

type Bound = (Comparison, Release);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    Greater,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

/// A whole release, or the first one or two numbers of many: the first of them, and the first one
/// after them.
#[derive(Clone, Copy)]
enum Version {
    One(Release),
    Many(Release, Release),
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = without_v(text);
        if let Ok(release) = text.parse() {
            return Some(Self::One(release));
        }
        let text = text.strip_suffix(".x").unwrap_or(text);
        let given: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
        let (mut first, mut after) = ([0; 3], [0; 3]);
        match given.as_slice() {
            [_] | [_, _] => {
                first[..given.len()].copy_from_slice(&given);
                after[..given.len()].copy_from_slice(&given);
                let last = &mut after[given.len() - 1];
                *last = last.checked_add(1)?;
                Some(Self::Many(Release::stable(first), Release::stable(after)))
            }
            _ => None,
        }
    }

    /// The bounds of what compares with it so.
    fn bounds(self, comparison: Comparison) -> Vec<Bound> {
        let (first, after) = match self {
            Self::One(release) => return vec![(comparison, release)],
            Self::Many(first, after) => (first, after),
        };
        match comparison {
            Comparison::Less => vec![(Comparison::Less, first)],
            Comparison::AtMost => vec![(Comparison::Less, after)],
            Comparison::Equal => vec![(Comparison::AtLeast, first), (Comparison::Less, after)],
            Comparison::AtLeast => vec![(Comparison::AtLeast, first)],
            Comparison::Greater => vec![(Comparison::AtLeast, after)],
        }
    }
}

/// A version without the letter that many tags begin with.
fn without_v(text: &str) -> &str {
    text.strip_prefix('v').unwrap_or(text)
}

/// The bounds that a part of a range sets; `None` if it cannot be read.
fn bounds(part: &str) -> Option<Vec<Bound>> {
    if let Some((from, to)) = part.split_once("..") {
        let mut bounds = Version::parse(from.trim())?.bounds(Comparison::AtLeast);
        if !to.trim().is_empty() {
            bounds.extend(Version::parse(to.trim())?.bounds(Comparison::AtMost));
        }
        return Some(bounds);
    }
    let compared = COMPARISONS
        .iter()
        .find_map(|(sign, comparison)| Some((*comparison, part.strip_prefix(sign)?.trim())));
    let (comparison, version) = compared.unwrap_or((Comparison::Equal, part));
    Some(Version::parse(version)?.bounds(comparison))
}

impl ReleaseRange {
    /// Whether `release` is in the range.
    pub fn contains(&self, release: &Release) -> bool {
        self.0.iter().all(|(comparison, bound)| match comparison {
            Comparison::Less => release < bound,
            Comparison::AtMost => release <= bound,
            Comparison::Equal => release == bound,
            Comparison::AtLeast => release >= bound,
            Comparison::Greater => release > bound,
        })
    }

    fn read(text: &str) -> Option<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let bounds: Vec<Vec<Bound>> = parts.map(bounds).collect::<Option<_>>()?;
        Some(Self(bounds.concat()))
    }

    /// Whether it ends before it begins.
    fn is_empty(&self) -> bool {
        let low = self.0.iter().filter_map(|(comparison, release)| match comparison {
            Comparison::AtLeast | Comparison::Equal => Some((release, false)),
            Comparison::Greater => Some((release, true)),
            Comparison::AtMost | Comparison::Less => None,
        });
        let high = self.0.iter().filter_map(|(comparison, release)| match comparison {
            Comparison::AtMost | Comparison::Equal => Some((release, true)),
            Comparison::Less => Some((release, false)),
            Comparison::AtLeast | Comparison::Greater => None,
        });
        // Between a release and itself there is one only if both ends are in the range.
        low.max().zip(high.min()).is_some_and(|((low, is_after), (high, is_in))| {
            low > high || low == high && (is_after || !is_in)
        })
    }
}

impl FromStr for ReleaseRange {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match Self::read(text) {
            Some(range) if range.is_empty() => {
                invalid(text, "a range of releases: it ends before it begins")
            }
            Some(range) => Ok(range),
            None => invalid(
                text,
                "a range of releases such as `2.x`, `2.0..2.3`, `>=1.4` or `>=1.4, <2`",
            ),
        }
    }
}

impl fmt::Display for ReleaseRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (comparison, release)) in self.0.iter().enumerate() {
            let sign = COMPARISONS.iter().find(|(_, c)| c == comparison).map_or("", |(s, _)| s);
            write!(f, "{}{sign}{release}", if index > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

serde_as_text!(ReleaseRange);

/// The releases that an option or argument names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Releases {
    /// The newest stable one.
    Latest,
    One(Release),
    /// The stable ones of a range.
    Range(ReleaseRange),
}

impl Releases {
    /// Whether `release` is one of them; `newest` is the newest stable one that there is.
    pub fn contains(&self, release: &Release, newest: Option<Release>) -> bool {
        match self {
            Self::Latest => Some(*release) == newest,
            Self::One(one) => one == release,
            Self::Range(range) => release.is_stable() && range.contains(release),
        }
    }
}

impl FromStr for Releases {
    type Err = NotReleases;

    fn from_str(text: &str) -> Result<Self, NotReleases> {
        let text = text.trim();
        if text == "latest" {
            return Ok(Self::Latest);
        }
        if let Ok(release) = without_v(text).parse() {
            return Ok(Self::One(release));
        }
        match ReleaseRange::read(text).filter(|range| !range.0.is_empty()) {
            Some(range) if range.is_empty() => Err(NotReleases {
                fault: "the range ends before it begins",
                way_out: match text.split_once("..") {
                    Some((from, to)) => format!("its lower end comes first: {to}..{from}"),
                    None => "its lower end comes first".to_owned(),
                },
            }),
            Some(range) => Ok(Self::Range(range)),
            None => {
                let fault = "neither a release nor a range of releases";
                Err(NotReleases { fault, way_out: ANY.to_owned() })
            }
        }
    }
}

/// The one release that a text names.
///
/// # Errors
///
/// It names none, or several.
pub fn one_release(text: &str) -> Result<Release, NotReleases> {
    let text = text.trim();
    match Version::parse(text) {
        Some(Version::One(release)) => Ok(release),
        // Which of them is meant, only the user knows.
        Some(Version::Many(first, _)) => Err(NotReleases {
            fault: "it may be any of several releases",
            way_out: format!("name one of them, such as {first}"),
        }),
        None if ReleaseRange::read(text).is_some_and(|range| !range.0.is_empty()) => {
            let fault = "it may be any of several releases";
            Err(NotReleases { fault, way_out: "name one of them".to_owned() })
        }
        None => Err(NotReleases { fault: "not a release", way_out: ONE.to_owned() }),
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::One(release) => release.fmt(f),
            Self::Range(range) => range.fmt(f),
        }
    }
}

/// The one release that an option or argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseChoice {
    /// The newest stable one; of a project, the newest series' pin.
    Latest,
    Named(Release),
}

impl ReleaseChoice {
    /// The release, if it is named.
    pub fn named(self) -> Option<Release> {
        match self {
            Self::Latest => None,
            Self::Named(release) => Some(release),
        }
    }
}

impl FromStr for ReleaseChoice {
    type Err = NotReleases;

    fn from_str(text: &str) -> Result<Self, NotReleases> {
        if text.trim() == "latest" { Ok(Self::Latest) } else { one_release(text).map(Self::Named) }
    }
}

impl fmt::Display for ReleaseChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Named(release) => release.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of some releases are in a range, and how it is printed.
    fn read(text: &str) -> (String, String) {
        let all =
            ["1.3.9", "1.4.0", "1.4.1", "2.0.0-rc1", "2.0.0", "2.3.0", "2.3.2", "2.4.0", "3.0.0"];
        let range: ReleaseRange = text.parse().unwrap();
        let found = all.into_iter().filter(|text| range.contains(&text.parse().unwrap()));
        (found.collect::<Vec<_>>().join(" "), range.to_string())
    }

    #[test]
    fn ranges_hold_their_bounds() {
        let all = "1.3.9 1.4.0 1.4.1 2.0.0-rc1 2.0.0 2.3.0 2.3.2 2.4.0 3.0.0";
        for (text, found, printed) in [
            ("", all, ""),
            (">=1.4.0, <2.0.0", "1.4.0 1.4.1 2.0.0-rc1", ">=1.4.0, <2.0.0"),
            (">=1.4,<2", "1.4.0 1.4.1 2.0.0-rc1", ">=1.4.0, <2.0.0"),
            (">= 2.3", "2.3.0 2.3.2 2.4.0 3.0.0", ">=2.3.0"),
            (">2.3", "2.4.0 3.0.0", ">=2.4.0"),
            (">2.3.0", "2.3.2 2.4.0 3.0.0", ">2.3.0"),
            ("<=1.4", "1.3.9 1.4.0 1.4.1", "<1.5.0"),
            ("<=1.4.0", "1.3.9 1.4.0", "<=1.4.0"),
            ("<1.4", "1.3.9", "<1.4.0"),
            ("2.x", "2.0.0 2.3.0 2.3.2 2.4.0", ">=2.0.0, <3.0.0"),
            ("2.3.x", "2.3.0 2.3.2", ">=2.3.0, <2.4.0"),
            ("2.3", "2.3.0 2.3.2", ">=2.3.0, <2.4.0"),
            ("=2.3", "2.3.0 2.3.2", ">=2.3.0, <2.4.0"),
            ("2.3.2", "2.3.2", "=2.3.2"),
            ("2.0..2.3", "2.0.0 2.3.0 2.3.2", ">=2.0.0, <2.4.0"),
            ("2.0.0 .. 2.3.0", "2.0.0 2.3.0", ">=2.0.0, <=2.3.0"),
            ("1.x..2.x", "1.3.9 1.4.0 1.4.1 2.0.0-rc1 2.0.0 2.3.0 2.3.2 2.4.0", ">=1.0.0, <3.0.0"),
            ("2.3..", "2.3.0 2.3.2 2.4.0 3.0.0", ">=2.3.0"),
            ("2.3.0..2.3.0", "2.3.0", ">=2.3.0, <=2.3.0"),
        ] {
            assert_eq!(read(text), (found.to_owned(), printed.to_owned()), "{text:?}");
            assert_eq!(read(printed).0, found, "{text:?}: it is not read as it is printed");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in [
            "~1.0",
            "1.x.2",
            "x",
            "..",
            "..2.0",
            "2.0...2.3",
            "1.2.3.4",
            ">=",
            "2.0-2.3",
            "*",
            "01.2",
        ] {
            let error = text.parse::<ReleaseRange>().unwrap_err().to_string();
            assert!(error.contains("is not a range of releases such as `2.x`"), "{error}");
        }
        for text in ["2.3..2.0", "1.1..1.0", ">1.0.0,<1.0.0", ">1.0.0,<=1.0.0", "4294967295.x"] {
            assert!(text.parse::<ReleaseRange>().is_err(), "{text}");
        }
    }

    #[test]
    fn releases_are_latest_or_one_or_stable_ones_of_a_range() {
        let release = |text: &str| text.parse::<Release>().unwrap();
        let newest = Some(release("2.3.2"));
        let contains = |text: &str, other: &str| {
            text.parse::<Releases>().unwrap().contains(&release(other), newest)
        };
        assert!(contains("latest", "2.3.2") && !contains("latest", "2.4.0-rc1"));
        assert!(contains("2.4.0-rc1", "2.4.0-rc1") && !contains("2.4.0-rc1", "2.4.0"));
        assert!(contains(" 2.x", "2.3.2") && !contains("2.x", "2.4.0-rc1"));
        assert!(contains("v2.3.2", "2.3.2") && contains("v2.0..v2.3", "2.3.2"));
        let refused = |text: &str| {
            let error = text.parse::<Releases>().unwrap_err();
            (error.to_string(), error.way_out)
        };
        for text in ["", " ", "newest", "main", ","] {
            let fault = "neither a release nor a range of releases".to_owned();
            assert_eq!(refused(text), (fault, ANY.to_owned()), "{text}");
        }
        for (text, way_out) in [
            ("2.3..2.0", "its lower end comes first: 2.0..2.3"),
            (">2,<1", "its lower end comes first"),
        ] {
            let fault = "the range ends before it begins".to_owned();
            assert_eq!(refused(text), (fault, way_out.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_choice_is_one_release() {
        assert_eq!("latest".parse(), Ok(ReleaseChoice::Latest));
        for text in ["2.3.2", " 2.3.2", "v2.3.2"] {
            assert_eq!(text.parse(), Ok(ReleaseChoice::Named("2.3.2".parse().unwrap())), "{text}");
        }
        let several = "it may be any of several releases";
        for (text, fault, way_out) in [
            ("2.x", several, "name one of them, such as 2.0.0"),
            ("2.3", several, "name one of them, such as 2.3.0"),
            ("2.0..2.3", several, "name one of them"),
            ("newest", "not a release", ONE),
            ("", "not a release", ONE),
        ] {
            let error = text.parse::<ReleaseChoice>().unwrap_err();
            assert_eq!((error.to_string().as_str(), error.way_out.as_str()), (fault, way_out));
            let or = error.clone().or("`main`").way_out;
            let expected =
                if way_out == ONE { format!("{ONE}; also `main`") } else { error.way_out };
            assert_eq!(or, expected);
        }
    }
}
