//! How upstream names a release's archive and the directory in it: texts in which placeholders stand
//! for the module, the tag and the version.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::support::ids::{Release, serde_as_text};
use crate::support::names::{FileName, PlainPath};

/// What the placeholders stand for.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub module: &'a str,
    pub tag: &'a str,
    pub release: Release,
}

/// The name of the file that upstream uploads: `{module}-{version}.tar.gz`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetFormat(String);

/// The directory in it that is the release: `{module}-{version}`; empty if that is all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixFormat(String);

/// A text that is not the form of a name.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum InvalidFormat {
    #[error(
        "{text:?} has the unknown placeholder {name:?}: there are {{module}}, {{tag}} and {{version}}"
    )]
    Unknown { text: String, name: String },
    #[error("{text:?} is not {expected}")]
    Odd { text: String, expected: &'static str },
}

impl AssetFormat {
    pub fn name(&self, named: Named<'_>) -> String {
        filled(&self.0, named)
    }
}

impl PrefixFormat {
    pub fn name(&self, named: Named<'_>) -> String {
        filled(&self.0, named)
    }
}

impl FromStr for AssetFormat {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, InvalidFormat> {
        let is_name = sample(text)?.parse::<FileName>().is_ok();
        let expected = "the name of a file, such as \"{module}-{version}.tar.gz\"";
        if is_name { Ok(Self(text.to_owned())) } else { odd(text, expected) }
    }
}

impl FromStr for PrefixFormat {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, InvalidFormat> {
        let sample = sample(text)?;
        let is_directory = sample.is_empty() || sample.parse::<PlainPath>().is_ok();
        let expected = "a directory in an archive, such as \"{module}-{version}\", or nothing";
        if is_directory { Ok(Self(text.to_owned())) } else { odd(text, expected) }
    }
}

fn odd<T>(text: &str, expected: &'static str) -> Result<T, InvalidFormat> {
    Err(InvalidFormat::Odd { text: text.to_owned(), expected })
}

/// The text with something plain for its placeholders.
fn sample(text: &str) -> Result<String, InvalidFormat> {
    let filled = with(text, |_| "1");
    match filled.find('{').map(|at| &filled[at..]) {
        None => Ok(filled),
        Some(rest) => {
            let end = rest.find('}').map_or(rest.len(), |at| at + 1);
            let (text, name) = (text.to_owned(), rest[..end].to_owned());
            Err(InvalidFormat::Unknown { text, name })
        }
    }
}

fn filled(text: &str, named: Named<'_>) -> String {
    let Named { module, tag, release } = named;
    let version = release.to_string();
    with(text, |name| match name {
        "{module}" => module,
        "{tag}" => tag,
        _ => &version,
    })
}

/// The text with each placeholder replaced by its value.
fn with<'a>(text: &str, value: impl Fn(&str) -> &'a str) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = ["{module}", "{tag}", "{version}"];
        let name = known.into_iter().find(|name| rest.starts_with(name)).unwrap_or("{");
        filled.push_str(if name == "{" { name } else { value(name) });
        rest = &rest[name.len()..];
    }
    filled + rest
}

impl fmt::Display for AssetFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PrefixFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(AssetFormat, PrefixFormat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_the_release() {
        let named = Named { module: "m_n", tag: "v1.2.3", release: "1.2.3".parse().unwrap() };
        for (text, name) in [
            ("m-n-{version}.tar.gz", "m-n-1.2.3.tar.gz"),
            ("{module}-{tag}.tar.gz", "m_n-v1.2.3.tar.gz"),
            ("{version}{version}", "1.2.31.2.3"),
            ("plain.tar.gz", "plain.tar.gz"),
        ] {
            let format: AssetFormat = text.parse().unwrap();
            assert_eq!(format.name(named), name);
            assert_eq!(format.to_string(), text);
        }
        for (text, name) in [("", ""), ("a/{module}", "a/m_n"), ("{tag}", "v1.2.3")] {
            let format: PrefixFormat = text.parse().unwrap();
            assert_eq!((format.name(named).as_str(), format.to_string().as_str()), (name, text));
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "a/b.tar.gz", "..", "a\nb", "a\"b", ".git"] {
            let error = text.parse::<AssetFormat>().unwrap_err().to_string();
            assert!(error.contains("is not the name of a file"), "{error}");
        }
        for text in ["/a", "../a", "a/..", "a/", "a\u{7}", "a\\b"] {
            let error = text.parse::<PrefixFormat>().unwrap_err().to_string();
            assert!(error.contains("is not a directory in an archive"), "{error}");
        }
        for (text, name) in [("{name}.tar.gz", "{name}"), ("a{", "{"), ("{Version}", "{Version}")] {
            let asset = text.parse::<AssetFormat>().unwrap_err();
            assert_eq!(
                asset.to_string(),
                format!(
                    "{text:?} has the unknown placeholder {name:?}: there are {{module}}, {{tag}} \
                     and {{version}}"
                )
            );
            assert_eq!(text.parse::<PrefixFormat>().unwrap_err(), asset);
        }
    }
}
