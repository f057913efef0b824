//! Line ends that git changed on checkout: what is digested and compared would be other files.

use std::borrow::Cow;

use crate::project::lint::SERIES_FILE;
use crate::project::lock;
use crate::support::problem::{Kind, Problem};

/// The way out if git made them: it looks at files again only if its index forgets them.
const CURE: &str = "commit, write `* -text` into .gitattributes, then check all files out again: \
                    `git read-tree HEAD && git checkout-index -f -a`";

/// Whether every line of a text ends in CRLF; a patch of such a file has LF lines, too.
fn is_crlf(bytes: &[u8]) -> bool {
    let mut lines =
        bytes.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
    bytes.contains(&b'\n') && lines.all(|line| line.ends_with(b"\r\n"))
}

/// Whether a file is patcher's or Bazel's own, so that CRLF is no part of what it is about.
pub(super) fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = [".patch", ".toml", ".bazel", ".bzl", ".bazelrc"];
    ends.iter().any(|end| name.ends_with(end))
        || ["BUILD", "WORKSPACE", SERIES_FILE, lock::FILE].contains(&name)
}

/// A file as it is without what git made of it.
pub(super) fn with_lf(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !is_crlf(bytes) {
        return bytes.into();
    }
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    let bare =
        |line: &[u8]| line.strip_suffix(b"\r\n").map_or(line.to_vec(), |l| [l, b"\n"].concat());
    lines.flat_map(bare).collect::<Vec<u8>>().into()
}

/// What to say if files have CRLF line ends, as in a checkout with `core.autocrlf`.
pub(super) fn problem<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Option<Problem> {
    let is_one = |(_, bytes): &(&str, &[u8])| is_crlf(bytes);
    let found: Vec<&str> = files.filter(is_one).map(|(path, _)| path).collect();
    let first = *found.first()?;
    let (message, hint) = match found.len() - 1 {
        0 => (
            "has CRLF line ends".to_owned(),
            format!("make them LF (`dos2unix {first}`), and write `* -text` into .gitattributes"),
        ),
        others => (
            format!(
                "has CRLF line ends, as have {}: git made them (core.autocrlf)",
                if others == 1 {
                    "another file".to_owned()
                } else {
                    format!("{others} other files")
                }
            ),
            CURE.to_owned(),
        ),
    };
    Some(Problem::new(Kind::Input, first, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(&str, &str)]) -> Option<String> {
        problem(files.iter().map(|(path, text)| (*path, text.as_bytes()))).map(|p| p.to_string())
    }

    #[test]
    fn files_that_git_changed_are_named() {
        let crlf = "a\r\nb\r\n";
        assert_eq!(
            said(&[("upstream.lock", "a\nb\n"), ("patches/0001-a.patch", "a\nb\r\n")]),
            None
        );
        assert_eq!(said(&[("tests/repro/a/empty.bzl", "")]), None);
        assert!(is_source("tests/repro/a/BUILD.bazel") && !is_source("tests/repro/a/crlf.py"));
        assert_eq!(*with_lf(b"a\r\nb\r"), *b"a\nb\r");
        assert_eq!(*with_lf(b"a\r\nb\n"), *b"a\r\nb\n");
        assert_eq!(said(&[("upstream.lock", crlf)]).unwrap(), "upstream.lock: has CRLF line ends");
        assert!(is_source("patches/series"));
        let all =
            [("a.patch", crlf), ("tests/repro/a/BUILD.bazel", "a\r\nb"), ("x/scenario.toml", crlf)];
        let expected =
            "a.patch: has CRLF line ends, as have 2 other files: git made them (core.autocrlf)";
        assert_eq!(said(&all).unwrap(), expected);
    }
}
