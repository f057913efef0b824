//! Identifiers: checked when made, printed as they were read. Paths and names are [`names`], ranges
//! of releases [`releases`].
//!
//! [`names`]: crate::support::names
//! [`releases`]: crate::support::releases

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// A text that is not the identifier it should be.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{text:?} is not {expected}")]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

pub(super) fn invalid<T>(text: &str, expected: &'static str) -> Result<T, InvalidId> {
    Err(InvalidId { text: text.chars().take(80).collect(), expected })
}

/// Serialises a type as its `Display` text and reads it back with `FromStr`.
macro_rules! serde_as_text {
    ($($name:ty),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
        $crate::support::document::schema_of_text!($name);
    )*};
}
pub(crate) use serde_as_text;

/// A git object's id: SHA-1, printed as 40 hexadecimal digits.
macro_rules! object_id {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 20]);

        impl $name {
            /// Git's name for no object: all zeros.
            pub const NULL: Self = Self([0; 20]);

            /// The id with these bytes.
            pub const fn new(bytes: [u8; 20]) -> Self {
                Self(bytes)
            }

            /// The id's bytes.
            pub const fn as_bytes(&self) -> &[u8; 20] {
                &self.0
            }

            /// The first 12 digits, for people.
            pub fn short(&self) -> String {
                self.to_string()[..12].to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_hex(text).map(Self)
            }
        }

        serde_as_text!($name);
    )*};
}

fn parse_hex(text: &str) -> Result<[u8; 20], InvalidId> {
    const EXPECTED: &str = "an object id of 40 lower-case hexadecimal digits";
    bytes_of(text).map_or_else(|| invalid(text, EXPECTED), Ok)
}

/// The bytes that lower-case hexadecimal digits stand for, if there are just as many.
fn bytes_of<const COUNT: usize>(text: &str) -> Option<[u8; COUNT]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * COUNT || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let value = |digit: u8| if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 };
    let mut bytes = [0; COUNT];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = 16 * value(pair[0]) + value(pair[1]);
    }
    Some(bytes)
}

object_id!(
    /// The id of a commit.
    CommitId,
    /// The id of a tree.
    TreeId,
    /// The id of a blob.
    BlobId
);

/// A release of the upstream: `2.3.2`, or a candidate such as `2.3.0-rc2`, which
/// sorts before the release itself. The tag carries the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    numbers: [u32; 3],
    candidate: Option<u32>,
}

impl Release {
    /// The release with these numbers, not a candidate.
    pub(super) const fn stable(numbers: [u32; 3]) -> Self {
        Self { numbers, candidate: None }
    }

    /// Whether this is a release proper, not a candidate.
    pub const fn is_stable(&self) -> bool {
        self.candidate.is_none()
    }
}

/// A number of a version: digits without a zero in front.
pub(super) fn number(digits: &str) -> Option<u32> {
    let is_canonical = digits == "0" || !digits.starts_with('0');
    let is_plain = is_canonical && digits.bytes().all(|d| d.is_ascii_digit());
    if is_plain { digits.parse().ok() } else { None }
}

impl FromStr for Release {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let parse = || {
            let (version, candidate) = match text.split_once("-rc") {
                Some((version, candidate)) => (version, Some(number(candidate)?)),
                None => (text, None),
            };
            let mut parts = version.split('.');
            let numbers = [number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?];
            parts.next().is_none().then_some(Self { numbers, candidate })
        };
        match parse() {
            Some(release) => Ok(release),
            None => invalid(text, "a release such as 2.3.2 or 2.4.0-rc1"),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        self.candidate.map_or(Ok(()), |candidate| write!(f, "-rc{candidate}"))
    }
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        let candidate = |release: &Self| release.candidate.unwrap_or(u32::MAX);
        self.numbers.cmp(&other.numbers).then(candidate(self).cmp(&candidate(other)))
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The version of the patched module: `2.3.2.patched.1`, which Bazel's version order
/// puts after `2.3.2` and before `2.3.3`; `2.3.2` itself if nothing is patched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleVersion {
    /// The release that the series is applied to.
    pub release: Release,
    /// How often the patched release has changed, from 1; `None` for an empty series.
    pub revision: Option<u32>,
}

impl FromStr for ModuleVersion {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let version = match text.split_once(".patched.") {
            None => text.parse().ok().map(|release| Self { release, revision: None }),
            Some((release, revision)) => {
                let revision = revision.parse().ok();
                release.parse().ok().map(|release| Self { release, revision })
            }
        };
        // What is printed otherwise is not one of the versions that patcher makes: a sign, a leading zero.
        match version.filter(|version| version.to_string() == text) {
            Some(version) => Ok(version),
            None => invalid(text, "a version such as 2.3.2.patched.1"),
        }
    }
}

impl fmt::Display for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.revision {
            Some(revision) => write!(f, "{}.patched.{revision}", self.release),
            None => write!(f, "{}", self.release),
        }
    }
}

/// A Subresource Integrity value, `sha256-` and base64 of the digest, as Bazel's
/// `integrity` attributes take it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sri([u8; 32]);

impl Sri {
    /// The integrity of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The integrity with a digest of 64 hexadecimal digits, as in-toto statements have it.
    pub fn of_hex(digits: &str) -> Option<Self> {
        bytes_of(digits).map(Self)
    }

    /// The digest as 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl FromStr for Sri {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digest = text.strip_prefix("sha256-").and_then(|text| BASE64.decode(text).ok());
        match digest.and_then(|digest| digest.try_into().ok()) {
            Some(digest) => Ok(Self(digest)),
            None => invalid(text, "an integrity (`sha256-` and 44 characters of base64)"),
        }
    }
}

impl fmt::Display for Sri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256-{}", BASE64.encode(self.0))
    }
}

impl fmt::Debug for Sri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sri({self})")
    }
}

serde_as_text!(Release, Sri);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_sort_with_candidates_first() {
        let sorted = ["0.9.0", "1.9.2", "1.10.0-rc2", "1.10.0-rc10", "1.10.0", "2.0.0"];
        let releases: Vec<Release> = sorted.iter().map(|text| text.parse().unwrap()).collect();
        assert!(releases.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(releases.iter().zip(sorted).all(|(release, text)| release.to_string() == text));
    }

    #[test]
    fn versions_are_read_as_they_are_printed() {
        for text in ["2.3.2", "2.3.2.patched.1", "2.4.0-rc1.patched.12"] {
            assert_eq!(text.parse::<ModuleVersion>().unwrap().to_string(), text);
        }
        for text in
            ["", "2.3", "2.3.2.patched", "2.3.2.patched.", "2.3.2.patched.01", "2.3.2.patched.+1"]
        {
            assert!(text.parse::<ModuleVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_release_is_refused() {
        for text in ["", "v2.3.2", "2.3", "2.3.2.1", "2.03.2", "2.3.2-rc", "2.3.2-beta1", "main"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_integrity_is_what_bazel_computes() {
        let empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(Sri::of(b"").to_string(), empty);
        assert_eq!(format!("{:?}", Sri::of(b"")), format!("Sri({empty})"));
        assert_eq!(empty.parse::<Sri>().unwrap(), Sri::of(b""));
        assert!("sha256-e3b0c44298fc1c149afbf4c8996fb924".parse::<Sri>().is_err());
    }

    #[test]
    fn object_ids_round_trip() {
        let text = "281e98aa3a103356ed8fa3aaf36f3bf646f28fd9";
        assert_eq!(text.parse::<CommitId>().unwrap().to_string(), text);
        assert!("281E98AA3A103356ED8FA3AAF36F3BF646F28FD9".parse::<CommitId>().is_err());
        assert!("281e98aa".parse::<TreeId>().is_err());
    }
}
