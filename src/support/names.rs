//! Paths and names of files, patches and modules: checked when made, printed as they were read.

use std::fmt;
use std::str::FromStr;

use crate::support::ids::{InvalidId, invalid, serde_as_text};
use crate::support::text::is_invisible;

/// A path inside a tree: relative, `/` between its parts, no part empty, `.`, `..`
/// or `.git` in any spelling, no control character.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether git has to quote it in a patch, which Bazel's patcher cannot read.
    pub fn is_quoted(&self) -> bool {
        self.0.contains(['\\', '"'])
    }

    /// The path as a patch may have it: one that reads as what it is, and is the same file on
    /// every system that the patched tree may be used on.
    ///
    /// # Errors
    ///
    /// Why it may not.
    pub fn portable(self) -> Result<Self, InvalidId> {
        let ends_odd = |part: &str| part.ends_with(['.', ' ']);
        let expected = if self.0.chars().any(is_invisible) {
            "a path that can be read: it holds a character without width or that turns the text"
        } else if self.0.contains(':') {
            "a path for Windows, where `:` names a stream of a file"
        } else if self.0.split('/').any(ends_odd) {
            "a path for Windows, which drops a dot or a space at the end of a name"
        } else if self.0.split('/').any(is_device) {
            "a path for Windows, where that name is a device's"
        } else {
            return Ok(self);
        };
        invalid(&self.0, expected)
    }
}

/// Whether a file system takes a name for `.git`: HFS+ leaves out some characters, NTFS has a short
/// name, drops dots and spaces at the end, and puts what comes after `:` into a stream (git's
/// `verify_path` refuses the same).
fn is_dot_git(part: &str) -> bool {
    let is_left_out = |c: &char| {
        matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}'
            | '\u{feff}')
    };
    let name: String = part.chars().filter(|c| !is_left_out(c)).collect();
    let name = name.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    name.eq_ignore_ascii_case(".git") || name.eq_ignore_ascii_case("git~1")
}

/// Whether Windows opens a device by that name, whatever its extension is.
fn is_device(part: &str) -> bool {
    let name =
        part.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_lowercase();
    let is_numbered =
        |rest: &str| matches!(rest, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9");
    ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(&name.as_str())
        || ["com", "lpt"].iter().any(|word| name.strip_prefix(word).is_some_and(is_numbered))
}

impl FromStr for RepoPath {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let bad_part = |part: &str| matches!(part, "" | "." | "..") || is_dot_git(part);
        if text.contains(char::is_control) || text.split('/').any(bad_part) {
            return invalid(text, "a path inside the tree (relative, without `..`)");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path that needs no quotes anywhere: of what patcher itself writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainPath(String);

impl FromStr for PlainPath {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.parse::<RepoPath>()?.is_quoted() {
            return invalid(text, "a path without backslashes and quotes");
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a file: a path of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FromStr for FileName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.contains('/') || text.parse::<PlainPath>().is_err() {
            return invalid(text, "a file name (without `/`)");
        }
        Ok(Self(text.to_owned()))
    }
}

/// The name of a Bazel module, as `module()` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleName(String);

impl FromStr for ModuleName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_inner = |c: char| is_plain(c) || "._-".contains(c);
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins || !text.ends_with(is_plain) || !text.chars().all(is_inner) {
            return invalid(
                text,
                "a module name (lower-case letters, digits, `.`, `-` and `_`, from a letter to a \
                 letter or digit)",
            );
        }
        Ok(Self(text.to_owned()))
    }
}

/// Reads a text that has to be a `T`, and keeps the text.
///
/// # Errors
///
/// It is none.
pub fn checked<'de, D, T>(deserializer: D) -> Result<String, D::Error>
where
    D: serde::Deserializer<'de>,
    T: FromStr<Err = InvalidId>,
{
    let text: String = serde::Deserialize::deserialize(deserializer)?;
    text.parse::<T>().map_err(serde::de::Error::custom)?;
    Ok(text)
}

/// A patch's file name, as `git format-patch` and people write them: letters, digits, `.`, `_` and
/// `-`, with `.patch` at its end. patcher makes `NNNN-slug.patch`, so that lexical order is series
/// order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatchName(String);

impl PatchName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The four digits at its beginning, if a hyphen follows them, and the rest.
    fn parts(&self) -> (Option<&str>, &str) {
        let is_number = |text: &&str| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        match self.0.split_once('-').filter(|(number, _)| is_number(number)) {
            Some((number, rest)) => (Some(number), rest),
            None => (None, &self.0),
        }
    }

    /// Its number in the series, if it has one.
    pub fn number(&self) -> Option<u32> {
        self.parts().0?.parse().ok()
    }

    /// The digits of its number, or if it has none, the name without its end.
    pub fn short(&self) -> &str {
        self.parts().0.unwrap_or_else(|| self.0.trim_end_matches(".patch"))
    }

    /// What comes after the number.
    pub fn without_number(&self) -> &str {
        self.parts().1
    }
}

impl FromStr for PatchName {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let stem = text.strip_suffix(".patch").unwrap_or_default();
        if !stem.starts_with(|c: char| c.is_ascii_alphanumeric()) || !stem.chars().all(is_plain) {
            return invalid(text, "a patch name such as 0001-a-slug.patch");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PatchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(RepoPath, PatchName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_tree_are_refused() {
        for text in [
            "",
            "/etc/passwd",
            "a//b",
            "../a",
            "a/../b",
            "a/.git/config",
            ".GiT/x",
            "git~1/config",
            ".git. /x",
            ".git::$INDEX_ALLOCATION/x",
            ".g\u{200c}it/config",
        ] {
            assert!(text.parse::<RepoPath>().is_err(), "{text}");
        }
        for name in
            [".git", ".GIT", ".git ", ".git...", ".git. .", "git~1", ".git::$INDEX", ".g\u{200c}it"]
        {
            for text in [name.to_owned(), format!("a/{name}"), format!("{name}/config")] {
                assert!(text.parse::<RepoPath>().is_err(), "{text}");
            }
        }
        for text in ["python/private/a b.bzl", ".github/x", ".gitignore", "a.git/x", "git~2", "é"]
        {
            assert!(text.parse::<RepoPath>().is_ok(), "{text}");
        }
    }

    #[test]
    fn patches_have_paths_that_are_one_file_everywhere() {
        let portable = |text: &str| text.parse::<RepoPath>().and_then(RepoPath::portable);
        for text in [
            "a\u{202e}b",
            "a\u{200b}",
            "a/\u{feff}b",
            "a:b",
            "a/b:$DATA",
            "a./b",
            "a ",
            "con",
            "a/AUX.txt",
            "nul/x",
            "com1.tar.gz",
            "Lpt9",
            "prn .txt",
            "conin$",
        ] {
            let error = portable(text).unwrap_err();
            assert!(error.to_string().starts_with(&format!("{text:?} is not a path ")), "{error}");
        }
        for text in
            ["a b/c.txt", "console", "auxiliary.txt", "com10", "com", "a.con", "..a/.b", "é/日本"]
        {
            assert_eq!(portable(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_path_that_git_quotes_is_only_upstreams() {
        for text in ["a\\b", "a\"b"] {
            assert!(text.parse::<RepoPath>().is_ok_and(|path| path.is_quoted()), "{text}");
            assert!(text.parse::<PlainPath>().is_err(), "{text}");
            assert!(text.parse::<FileName>().is_err(), "{text}");
        }
    }

    #[test]
    fn names_are_no_paths() {
        for text in ["m", "rules_python", "a.b-c_d1"] {
            assert!(text.parse::<ModuleName>().is_ok(), "{text}");
        }
        for text in ["", "M", "1m", "m-", "m.", "../m", "a/b", "m n", ".m", "m\0"] {
            assert!(text.parse::<ModuleName>().is_err(), "{text}");
        }
        assert!("m-1.0.0.tar.gz".parse::<FileName>().is_ok());
        for text in ["", ".", "..", "a/b", "/a", ".git", "a\nb"] {
            assert!(text.parse::<FileName>().is_err(), "{text}");
        }
    }

    #[test]
    fn patch_names_are_those_of_format_patch_and_of_people() {
        for (text, number, short, rest) in [
            ("0001-add-py-precompile.patch", Some(1), "0001", "add-py-precompile.patch"),
            (
                "0003-Fix-the-notes_of-helper.patch",
                Some(3),
                "0003",
                "Fix-the-notes_of-helper.patch",
            ),
            ("v2-0001-a.patch", None, "v2-0001-a", "v2-0001-a.patch"),
            ("fix_foo_bar.patch", None, "fix_foo_bar", "fix_foo_bar.patch"),
            ("12345-a.patch", None, "12345-a", "12345-a.patch"),
        ] {
            let name: PatchName = text.parse().unwrap();
            assert_eq!((name.number(), name.short(), name.without_number()), (number, short, rest));
        }
        for text in
            ["", ".patch", "-a.patch", ".a.patch", "a b.patch", "a.diff", "a/b.patch", "é.patch"]
        {
            assert!(text.parse::<PatchName>().is_err(), "{text:?}");
        }
    }
}
