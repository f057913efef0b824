//! Commits: what git writes of one, and one as people name it.

use serde::Serialize;

use crate::patch::Author;
use crate::support::ids::{CommitId, TreeId};

/// What a commit says, as far as patcher needs it.
pub(super) struct CommitText {
    pub(super) tree: TreeId,
    pub(super) parents: Vec<CommitId>,
    pub(super) seconds: i64,
}

impl CommitText {
    pub(super) fn parse(commit: &[u8]) -> Option<Self> {
        // What stands before the message.
        let head = memchr::memmem::find(commit, b"\n\n").unwrap_or(commit.len());
        let head = String::from_utf8_lossy(&commit[..head]);
        let mut lines = head.lines();
        let tree = lines.next()?.strip_prefix("tree ")?.parse().ok()?;
        let (mut parents, mut seconds) = (Vec::new(), 0);
        for line in lines.take_while(|line| !line.is_empty()) {
            if let Some(parent) = line.strip_prefix("parent ") {
                parents.push(parent.parse().ok()?);
            } else if let Some(committer) = line.strip_prefix("committer ") {
                seconds = committer_seconds(committer);
            }
        }
        Some(Self { tree, parents, seconds })
    }
}

/// When a commit was made, as git reads it of lines that are in no order: the digits behind the
/// last `>`, or else the beginning of 1970.
fn committer_seconds(committer: &str) -> i64 {
    let (_, time) = committer.rsplit_once('>').unwrap_or_default();
    let time = time.trim_start();
    let end = time.find(|c: char| !c.is_ascii_digit()).unwrap_or(time.len());
    time[..end].parse().unwrap_or(0)
}

/// A commit to be written. Its committer is its author, so that its id is the same on every
/// machine.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    pub tree: TreeId,
    pub parent: CommitId,
    pub author: &'a Author,
    pub message: &'a str,
}

/// The author of a commit, as git writes one: `Name <mail> SECONDS +HHMM`.
pub(super) fn parse_author(text: &str) -> Option<Author> {
    let (name, rest) = text.split_once('<')?;
    let (email, time) = rest.rsplit_once('>')?;
    let (seconds, zone) = time.trim().split_once(' ')?;
    let zone: i32 = zone.parse().ok()?;
    Some(Author {
        name: name.trim().to_owned(),
        email: email.to_owned(),
        seconds: seconds.parse().ok()?,
        offset_minutes: zone / 100 * 60 + zone % 100,
    })
}

/// The author of a commit that names none that can be read.
pub(super) fn nobody() -> Author {
    Author { name: String::new(), email: String::new(), seconds: 0, offset_minutes: 0 }
}

/// An upstream commit, as people name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UpstreamCommit {
    pub id: CommitId,
    /// The first line of its message; of a merged pull request, that request's title.
    pub subject: String,
    pub author: String,
    /// The day it was written, in the author's time zone: `2026-11-22`.
    pub date: String,
    /// The pull request that it came by, if its message names one.
    pub pull_request: Option<u32>,
    /// Where that request is to be read, if its host is known.
    pub pull_request_url: Option<String>,
}

impl UpstreamCommit {
    /// The commit with this author and message. GitHub ends the subject of a squashed pull
    /// request with `(#123)`, and begins that of a merged one with `Merge pull request #123
    /// from …` and the body with its title.
    pub fn new(id: CommitId, author: &Author, message: &str) -> Self {
        let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let merged = first.strip_prefix("Merge pull request #");
        let merged = merged.and_then(|rest| rest.split_once(' ')?.0.parse().ok());
        let squashed = || first.rsplit_once("(#")?.1.strip_suffix(')')?.parse().ok();
        let subject = if merged.is_some() { lines.next().unwrap_or(first) } else { first };
        Self {
            id,
            subject: subject.to_owned(),
            author: author.name.clone(),
            date: author.day(),
            pull_request: merged.or_else(squashed),
            pull_request_url: None,
        }
    }

    /// The same commit of a repository whose page is `web`.
    pub fn shown_at(self, web: Option<&str>) -> Self {
        let url = web.zip(self.pull_request).map(|(web, number)| format!("{web}/pull/{number}"));
        Self { pull_request_url: url, ..self }
    }

    /// The commit in a line: `1234567890ab 2026-11-22 A Name: subject (#123)`.
    pub fn text(&self) -> String {
        let number = self.pull_request.map_or_else(String::new, |number| format!("(#{number})"));
        let subject = self.subject.strip_suffix(&number).unwrap_or(&self.subject).trim_end();
        let text = format!("{} {} {}: {subject} {number}", self.id.short(), self.date, self.author);
        text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str) -> UpstreamCommit {
        let author = Author {
            name: "A Name".into(),
            email: "a@example.com".into(),
            seconds: 1_767_225_600,
            offset_minutes: -60,
        };
        UpstreamCommit::new(CommitId::new([1; 20]), &author, message)
    }

    #[test]
    fn an_author_has_a_mail_and_a_time_in_a_zone() {
        for (zone, minutes) in [("+0000", 0), ("+0530", 330), ("-0145", -105), ("+1000", 600)] {
            let expected = Author {
                name: "A Name".into(),
                email: "a@b.c".into(),
                seconds: 17,
                offset_minutes: minutes,
            };
            assert_eq!(parse_author(&format!("A Name <a@b.c> 17 {zone}")), Some(expected));
        }
        for odd in ["A <a@b.c>", "A 17 +0000", "A <a@b.c> x +0000", "A <a@b.c> 17 x"] {
            assert!(parse_author(odd).is_none(), "{odd}");
        }
    }

    #[test]
    fn the_committer_s_time_is_read_as_git_does() {
        for (line, seconds) in [
            ("B <b@c> 1700000000 +0100", 1_700_000_000),
            ("B <b@c> 1700000000", 1_700_000_000),
            ("B <b@c>1700000000 +0000", 1_700_000_000),
            ("B <b@c> > 17 -0000", 17),
            ("No Mail 1700000000 +0000", 0),
            ("B <b@c>", 0),
            ("B <b@c> yesterday", 0),
            ("", 0),
        ] {
            let text = format!("tree {}\ncommitter {line}\n\nWhy.\n", "a".repeat(40));
            assert_eq!(CommitText::parse(text.as_bytes()).unwrap().seconds, seconds, "{line}");
        }
    }

    #[test]
    fn a_pull_request_is_read_from_the_message() {
        let squashed = commit("fix(pypi): a thing (#4043)\n\nIt was (#1) broken.\n");
        assert_eq!(squashed.pull_request, Some(4043));
        assert_eq!(squashed.date, "2025-12-31");
        assert_eq!(squashed.text(), "010101010101 2025-12-31 A Name: fix(pypi): a thing (#4043)");
        let page = Some("https://github.com/a/b");
        let shown = squashed.shown_at(page).pull_request_url;
        assert_eq!(shown.as_deref(), Some("https://github.com/a/b/pull/4043"));
        assert_eq!(commit("plain").shown_at(page).pull_request_url, None);
        let merged = commit("Merge pull request #77 from someone/branch\n\nThe title\n\nMore.\n");
        assert_eq!((merged.pull_request, merged.subject.as_str()), (Some(77), "The title"));
        assert_eq!(merged.text(), "010101010101 2025-12-31 A Name: The title (#77)");
        for message in ["plain", "a (#12) b", "a (#b)", "", "Merge pull request from x"] {
            assert_eq!(commit(message).pull_request, None, "{message}");
        }
    }
}
