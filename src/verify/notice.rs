//! Reading the notice of changes in an archive, which `render` writes: what the archive says of
//! itself. None of it is believed before it is derived again.

use crate::support::ids::{CommitId, ModuleVersion, Release};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noticed {
    pub module: String,
    /// The version that is published.
    pub version: ModuleVersion,
    /// The release that was patched.
    pub release: Release,
    pub commit: CommitId,
    pub url: String,
    /// The names of the patches, in order.
    pub patches: Vec<String>,
    /// The files that differ from the release, each with `added`, `changed` or `deleted`.
    pub files: Vec<(String, String)>,
}

impl Noticed {
    /// Reads a notice; `None` if it is not patcher's.
    pub fn parse(text: &str) -> Option<Self> {
        let (module, version) = text.lines().next()?.strip_prefix("# ")?.split_once(' ')?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if !module.chars().all(is_plain) {
            return None;
        }
        let origin = text.lines().find_map(|line| line.strip_prefix("- Origin: "))?;
        // A URL may hold anything but this.
        let (origin, commit) = origin.rsplit_once(", commit ")?;
        let (url, release) = origin.rsplit_once(", tag ")?;
        let mut sections = text.split("\n## ").skip(1);
        let items = |section: &'_ str| -> Vec<String> {
            let items = section.lines().filter_map(|line| line.strip_prefix("- "));
            items.map(str::to_owned).collect()
        };
        let patches = items(sections.next()?);
        let patches = patches.iter().map(|item| Some(item.split_once(": ")?.0.to_owned()));
        let files = items(sections.next()?);
        let file = |item: &String| {
            let (path, change) = item.strip_suffix(')')?.rsplit_once(" (")?;
            Some((path.to_owned(), change.to_owned()))
        };
        Some(Self {
            module: module.to_owned(),
            version: version.parse().ok()?,
            release: release.parse().ok()?,
            commit: commit.parse().ok()?,
            url: url.to_owned(),
            patches: patches.collect::<Option<_>>()?,
            files: files.iter().map(file).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::render::{Notice, NoticeFile, NoticePatch, notice};

    #[test]
    fn what_is_written_is_read_again() {
        let commit = CommitId::new([0xab; 20]);
        let patch = |name: &str| NoticePatch {
            name: name.into(),
            subject: "fix: a: b, commit c".into(),
            author: "A (B)".into(),
            date: "2026-11-22".into(),
        };
        let text = notice(&Notice {
            module: "m".into(),
            release: "1.2.3".into(),
            commit: commit.to_string(),
            url: "https://example.com/m, tag 1, commit 2".into(),
            version: "1.2.3.patched.4".into(),
            patches: vec![patch("0001-a.patch"), patch("0002-b.patch")],
            files: vec![NoticeFile { path: "a (b).bzl".into(), change: "added" }],
        })
        .unwrap();
        let read = Noticed::parse(&text).unwrap();
        let release: Release = "1.2.3".parse().unwrap();
        assert_eq!(read.module, "m");
        assert_eq!(read.version, ModuleVersion { release, revision: Some(4) });
        assert_eq!((read.release, read.commit), (release, commit));
        assert_eq!(read.url, "https://example.com/m, tag 1, commit 2");
        assert_eq!(read.patches, ["0001-a.patch", "0002-b.patch"]);
        assert_eq!(read.files, [("a (b).bzl".to_owned(), "added".to_owned())]);
        for cut in [0, 10, 100, text.find("## Files").unwrap()] {
            assert_eq!(Noticed::parse(&text[..cut]), None, "{cut}");
        }
        assert_eq!(Noticed::parse(&text.replace("# m ", "# \u{1b}[31m ")), None);
    }
}
