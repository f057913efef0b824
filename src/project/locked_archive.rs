//! What the lock says of archives: of the published one, and of upstream's own if upstream uploads it.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::project::config::base_url;
use crate::support::ids::Sri;
use crate::support::names::{FileName, PlainPath, checked};

/// The published archive, in the words of the registry's `source.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchiveLock {
    #[serde(deserialize_with = "checked::<_, FileName>")]
    pub file: String,
    /// The one directory that everything in it is under.
    #[serde(deserialize_with = "checked::<_, FileName>")]
    pub strip_prefix: String,
    /// The digest of its bytes.
    pub integrity: Sri,
}

/// An archive that upstream made in a way of its own and uploaded: nobody can make it again, so
/// `sync` compared its files with the tag's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uploaded {
    #[serde(deserialize_with = "checked_url")]
    pub url: String,
    /// The directory in it that is the release; empty if that is all of it.
    #[serde(deserialize_with = "checked_prefix")]
    pub strip_prefix: String,
    /// The files that are published otherwise than upstream's, and that the archive does not have as
    /// the tag has them: patches for the tag are none for the archive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<String>,
}

impl Uploaded {
    /// Why the patches are none for the archive, if they are not.
    pub fn objection(&self) -> Option<String> {
        let (first, others) = self.unlike.split_first()?;
        let and = match others {
            [] => String::new(),
            [second] => format!(" and {second}"),
            [second, ..] => format!(", {second} and {} more", others.len() - 1),
        };
        Some(format!("upstream's own archive does not have {first}{and} as the tag does"))
    }
}

fn checked_url<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    base_url(&text).map_err(de::Error::custom)?;
    Ok(text)
}

fn checked_prefix<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    ensure_prefix(&text).map_err(de::Error::custom)?;
    Ok(text)
}

/// Stops at what is no directory in an archive; nothing is all of it.
///
/// # Errors
///
/// It leaves the archive, or needs quotes.
pub fn ensure_prefix(prefix: &str) -> Result<(), String> {
    if prefix.is_empty() {
        return Ok(());
    }
    prefix.parse::<PlainPath>().map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uploaded(unlike: &[&str]) -> Uploaded {
        Uploaded {
            url: "https://example.com/m.tar.gz".into(),
            strip_prefix: String::new(),
            unlike: unlike.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    #[test]
    fn the_files_that_keep_patches_away_are_named() {
        assert_eq!(uploaded(&[]).objection(), None);
        for (unlike, named) in [
            (&["a"][..], "a"),
            (&["a", "b"], "a and b"),
            (&["a", "b", "c", "d"], "a, b and 2 more"),
        ] {
            let expected = format!("upstream's own archive does not have {named} as the tag does");
            assert_eq!(uploaded(unlike).objection(), Some(expected));
        }
    }

    #[test]
    fn a_lock_names_no_other_places() {
        let text = toml::to_string(&uploaded(&["a"])).unwrap();
        assert_eq!(toml::from_str::<Uploaded>(&text).unwrap(), uploaded(&["a"]));
        for (from, to) in [
            ("https://", "ext::"),
            ("https://", "https://ann:x@"),
            ("strip_prefix = \"\"", "strip_prefix = \"../x\""),
            ("strip_prefix = \"\"", "strip_prefix = \"/x\""),
        ] {
            assert!(text.contains(from));
            assert!(toml::from_str::<Uploaded>(&text.replace(from, to)).is_err(), "{to}");
        }
    }
}
