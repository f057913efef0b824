//! A patch as data: a commit message and what changes, file by file.

use crate::support::ids::BlobId;
use crate::support::names::{PatchName, RepoPath};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The file's name in the series.
    pub name: PatchName,
    /// Who wrote it, and when.
    pub author: Author,
    /// The first line of the commit message.
    pub subject: String,
    /// The rest of the commit message, trailers included; no line end at its end.
    pub body: String,
    /// What it changes, a file each, in byte order of the paths.
    pub files: Vec<FilePatch>,
}

/// The author of a patch, and of the commit that it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub name: String,
    /// The mail address, without angle brackets.
    pub email: String,
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// The time zone, in minutes east of UTC.
    pub offset_minutes: i32,
}

/// The permissions of a file that a patch may add, change or delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileMode {
    /// `100644`
    Regular,
    /// `100755`
    Executable,
}

/// A blob as an `index` line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobName {
    /// By its id, as in a canonical patch; [`BlobId::NULL`] if there is no blob.
    Full(BlobId),
    /// By the first digits of its id, as `git format-patch` abbreviates it.
    Abbreviated(String),
}

/// What a patch does to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    pub path: RepoPath,
    pub change: Change,
    /// The file's mode, before and after.
    pub mode: FileMode,
    /// The blob before, as the `index` line names it.
    pub old: BlobName,
    pub new: BlobName,
    /// The changes in it; none for an empty file.
    pub hunks: Vec<Hunk>,
    /// The line of the patch file at which it starts, from 1; 0 if it was not parsed.
    pub line: usize,
}

/// Whether a file is there before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Add,
    Modify,
    Delete,
}

/// One `@@` part of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line in the pre-image, from 1; if the pre-image is empty, the line
    /// before it.
    pub old_start: usize,
    /// The first line in the post-image, likewise.
    pub new_start: usize,
    /// Context, removed and added lines, in order.
    pub lines: Vec<Line>,
    /// The line of the patch file that holds its `@@`, from 1; 0 if it was not parsed.
    pub line: usize,
    /// How many of its empty context lines lack their space in the patch file: something strips
    /// the blanks at the ends of lines there.
    pub stripped: usize,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which side it is on.
    pub tag: Tag,
    /// Its text, with the line end if it has one.
    pub text: String,
}

/// Which side a line of a hunk is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Context,
    /// In the pre-image only.
    Remove,
    /// In the post-image only.
    Add,
}

impl FileMode {
    /// The mode as git writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Regular, Self::Executable].into_iter().find(|mode| mode.as_str() == text)
    }
}

impl Hunk {
    /// Its first line, without what some tools put behind it: `@@ -1,2 +1,3 @@`.
    pub fn header(&self) -> String {
        let range = |start: usize, count: usize| match count {
            1 => start.to_string(),
            _ => format!("{start},{count}"),
        };
        let old = range(self.old_start, self.pre_image().count());
        let new = range(self.new_start, self.post_image().count());
        format!("@@ -{old} +{new} @@")
    }

    /// The lines of the pre-image that the hunk covers.
    pub fn pre_image(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| line.tag != Tag::Add).map(|line| line.text.as_str())
    }

    /// Which of its context and removed lines lack blanks at their ends that `lines` have there, from
    /// `at` on: their places in the hunk, and what they are with them.
    pub(super) fn stripped_lines<'a>(
        &self,
        lines: &[&'a [u8]],
        at: usize,
    ) -> Vec<(usize, &'a str)> {
        let old = self.lines.iter().enumerate().filter(|(_, line)| line.tag != Tag::Add);
        let pairs = old.zip(&lines[at.min(lines.len())..]);
        let lacking = pairs.filter(|((_, line), found)| **found != line.text.as_bytes());
        let blanks = |text: &str| text.trim_end_matches([' ', '\t', '\r', '\n']).len();
        let stripped = lacking.filter_map(|((index, line), found)| {
            let found = std::str::from_utf8(found).ok()?;
            let is_stripped = found.ends_with('\n') == line.text.ends_with('\n')
                && found[..blanks(found)] == *line.text.trim_end_matches('\n');
            is_stripped.then_some((index, found))
        });
        stripped.collect()
    }

    /// The lines of the post-image that the hunk covers.
    pub fn post_image(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| line.tag != Tag::Remove).map(|line| line.text.as_str())
    }
}

impl BlobName {
    /// The fewest digits that name a blob; git's default abbreviation.
    const SHORTEST: usize = 7;

    /// The blob that the digits of an `index` line name: lower-case and hexadecimal, at least
    /// seven.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if let Ok(id) = digits.parse() {
            return Some(Self::Full(id));
        }
        let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (digits.len() >= Self::SHORTEST && is_hex).then(|| Self::Abbreviated(digits.to_owned()))
    }

    /// Whether it names `id`; `None` is the absent blob.
    pub fn names(&self, id: Option<BlobId>) -> bool {
        let id = id.unwrap_or(BlobId::NULL);
        match self {
            Self::Full(own) => *own == id,
            Self::Abbreviated(digits) => id.to_string().starts_with(digits),
        }
    }
}

impl From<Option<BlobId>> for BlobName {
    fn from(id: Option<BlobId>) -> Self {
        Self::Full(id.unwrap_or(BlobId::NULL))
    }
}

impl Patch {
    /// The commit message that `git am` makes of it.
    pub fn message(&self) -> String {
        match self.body.as_str() {
            "" => format!("{}\n", self.subject),
            body => format!("{}\n\n{body}\n", self.subject),
        }
    }

    /// The values of the trailer `key` (`Bug`, `Repro`, ...), in order. Trailers are the
    /// `Key: value` lines of the message's last paragraph (git-interpret-trailers(1)).
    pub fn trailer<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let paragraph = self.body.rsplit("\n\n").next().unwrap_or_default();
        paragraph.lines().filter_map(move |line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(key).then_some(value.trim())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_named_whole_or_by_their_beginning() {
        let id: BlobId = "257cc5642cb1a054f08cc83f2d943e56fd3ebe99".parse().unwrap();
        let names = |digits: &str, id| BlobName::parse(digits).is_some_and(|name| name.names(id));
        assert!(names(&id.to_string(), Some(id)) && names("257cc56", Some(id)));
        assert!(!names("257cc57", Some(id)) && !names("257cc5", Some(id)));
        assert!(names("0000000", None) && !names("0000000", Some(id)));
    }
}
