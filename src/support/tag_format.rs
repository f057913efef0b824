//! How an upstream's tags name its releases: the one place between a release and its tag.

use std::fmt;
use std::str::FromStr;

use crate::support::ids::{InvalidId, Release, invalid, serde_as_text};

/// What stands for the release.
const VERSION: &str = "{version}";

const EXPECTED: &str = "a tag format: text for a tag with `{version}` in it once, such as \
                        \"v{version}\"";

/// The form of the tags: `{version}`, `v{version}` or `prefix-{version}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagFormat {
    before: String,
    after: String,
}

impl TagFormat {
    /// The tag of a release, or of a version that is made of it.
    pub fn tag(&self, version: impl fmt::Display) -> String {
        format!("{}{version}{}", self.before, self.after)
    }

    /// The release that a tag names, if it has this form.
    pub fn release(&self, tag: &str) -> Option<Release> {
        tag.strip_prefix(&self.before)?.strip_suffix(&self.after)?.parse().ok()
    }

    /// The form of a tag that names a release: whatever is before the first number and after the
    /// release.
    pub fn of(tag: &str) -> Option<(Self, Release)> {
        let start = tag.find(|c: char| c.is_ascii_digit())?;
        let (before, version) = tag.split_at(start);
        let release = version.parse().ok()?;
        let format: Self = format!("{before}{VERSION}").parse().ok()?;
        Some((format, release))
    }

    /// Whether a tag is the release's own name.
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

impl FromStr for TagFormat {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let Some((before, after)) = text.split_once(VERSION) else {
            return invalid(text, EXPECTED);
        };
        let is_of_tag = |c: char| c.is_ascii_alphanumeric() || "-_./+@".contains(c);
        let is_name = |part: &str| {
            part.chars().all(is_of_tag) && !part.contains("..") && !part.contains("//")
        };
        // What git takes for a ref (git-check-ref-format(1)).
        let is_bare = before.starts_with(['/', '-', '.']) || after.ends_with(['/', '.']);
        if !is_name(before) || !is_name(after) || is_bare || after.ends_with(".lock") {
            return invalid(text, EXPECTED);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }
}

impl fmt::Display for TagFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tag(VERSION))
    }
}

serde_as_text!(TagFormat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_and_its_tag_lead_to_each_other() {
        for (format, release, tag) in [
            ("{version}", "1.2.3", "1.2.3"),
            ("v{version}", "1.50.0", "v1.50.0"),
            ("v{version}", "1.50.0-rc1", "v1.50.0-rc1"),
            ("rules_x-{version}", "0.1.0", "rules_x-0.1.0"),
            ("release/{version}-final", "0.1.0", "release/0.1.0-final"),
        ] {
            let read: TagFormat = format.parse().unwrap();
            let release: Release = release.parse().unwrap();
            assert_eq!(read.tag(release), tag);
            assert_eq!(read.release(tag), Some(release), "{tag}");
            assert_eq!(read.to_string(), format);
            assert_eq!(read.is_plain(), format == "{version}");
        }
    }

    #[test]
    fn a_tag_of_another_form_names_no_release() {
        let format: TagFormat = "v{version}".parse().unwrap();
        for tag in ["1.2.3", "vv1.2.3", "v1.2", "v1.2.3-final", "x-v1.2.3"] {
            assert_eq!(format.release(tag), None, "{tag}");
        }
        assert_eq!(TagFormat::default().release("v1.2.3"), None);
    }

    #[test]
    fn the_form_is_seen_in_a_tag() {
        let of = |tag| TagFormat::of(tag).map(|(format, release)| format!("{format} {release}"));
        assert_eq!(of("1.2.3").as_deref(), Some("{version} 1.2.3"));
        assert_eq!(of("v0.6.1").as_deref(), Some("v{version} 0.6.1"));
        assert_eq!(of("rules_x-1.0.0-rc2").as_deref(), Some("rules_x-{version} 1.0.0-rc2"));
        for tag in ["nightly", "v0.6.0rc1", "v1.2", "-1.2.3", "a b1.2.3"] {
            assert_eq!(of(tag), None, "{tag}");
        }
    }

    #[test]
    fn what_is_no_format_is_refused() {
        for text in [
            "",
            "v",
            "{version}{version}",
            "v {version}",
            "a..{version}",
            "-{version}",
            "/{version}",
            "{version}.lock",
            "{version}/",
            "a//{version}",
            "~{version}",
        ] {
            let error = text.parse::<TagFormat>().unwrap_err().to_string();
            assert!(error.contains("is not a tag format"), "{text}: {error}");
        }
    }
}
