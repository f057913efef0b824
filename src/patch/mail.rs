//! A patch: a mail that `git am` takes, holding a git diff.
//!
//! [`Patch::parse`] reads what `git format-patch` writes; printing a [`Patch`] gives the
//! one canonical form, so that a patch's bytes change only where its meaning does:
//!
//! - `From` of zeros, `From:`, `Date:` and `Subject:` from the patch, never from now;
//! - the message as `git am` would store it, then the diff, without a diffstat or signature;
//! - `a/` and `b/` prefixes, no renames or copies, full 40-digit `index` lines (the exact
//!   apply compares pre-image blobs), files in byte order, nothing after the second `@@`.

use std::fmt::{self, Write as _};

use crate::support::ids::{BlobId, PatchName, RepoPath};
use crate::support::problem::{Kind, Problem};

/// The first line of every patch, with git's own magic date, so that `git am` sees a mailbox.
const MAILBOX_LINE: &str = "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001";

/// A parsed patch.
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
    /// The name.
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
pub enum Mode {
    /// `100644`
    File,
    /// `100755`
    Executable,
}

/// What a patch does to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatch {
    /// The file.
    pub path: RepoPath,
    /// Added, changed or deleted.
    pub change: Change,
    /// The file's mode, before and after.
    pub mode: Mode,
    /// The blob before, as the `index` line names it: 40 digits when canonical.
    pub old: String,
    /// The blob after, likewise.
    pub new: String,
    /// The changes in it; none for an empty file.
    pub hunks: Vec<Hunk>,
    /// The line of the patch file at which it starts, from 1; 0 where it was not parsed.
    pub line: usize,
}

/// Whether a file is there before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Not there before.
    Add,
    /// There before and after.
    Modify,
    /// Not there after.
    Delete,
}

/// One `@@` part of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line in the pre-image, from 1; where the pre-image is empty, the line
    /// before it.
    pub old_start: usize,
    /// The first line in the post-image, likewise.
    pub new_start: usize,
    /// Context, removed and added lines, in order.
    pub lines: Vec<Line>,
    /// The line of the patch file that holds its `@@`, from 1; 0 where it was not parsed.
    pub line: usize,
}

/// A line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which side it is on.
    pub tag: Tag,
    /// Its text, with the line end where it has one.
    pub text: String,
}

/// Which side a line of a hunk is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// On both sides.
    Context,
    /// In the pre-image only.
    Remove,
    /// In the post-image only.
    Add,
}

impl Mode {
    /// The mode as git writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::File, Self::Executable].into_iter().find(|mode| mode.as_str() == text)
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

    /// The lines of the post-image that the hunk covers.
    pub fn post_image(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| line.tag != Tag::Remove).map(|line| line.text.as_str())
    }
}

impl Patch {
    /// Reads a patch; `file` is its path for messages.
    ///
    /// # Errors
    ///
    /// The first thing that makes it no patch, with its line. What can be read but is not
    /// canonical is no error here: printing the patch makes it canonical.
    pub fn parse(name: &PatchName, file: &str, bytes: &[u8]) -> Result<Self, Problem> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            let problem = Problem::new(Kind::Input, file, "is not UTF-8 text").at(line);
            problem.hint("write it as UTF-8 (`iconv -t UTF-8`), or leave that file out of it")
        })?;
        if text.trim().is_empty() {
            let problem = Problem::new(Kind::Input, file, "is empty");
            return Err(
                problem.hint("restore it from git, or delete it with its line in the series")
            );
        }
        if text.lines().count() > 1 && text.split('\n').next().is_some_and(|l| l.ends_with('\r')) {
            let problem = Problem::new(Kind::Input, file, "has CRLF line ends").at(1);
            return Err(problem.hint(
                "make them LF (`dos2unix`), and keep git from changing them: \
                 `*.patch -text` in .gitattributes",
            ));
        }
        let parser = Parser { file, lines: text.split_inclusive('\n').collect(), next: 0 };
        parser.patch(name).map_err(|problem| match problem.hint {
            Some(_) => problem,
            None => problem.hint("make the patch again with `git format-patch --full-index`"),
        })
    }

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

    /// The patch's diff alone, canonical.
    pub fn diff(&self) -> String {
        self.files.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Author { name, email, .. } = &self.author;
        writeln!(f, "{MAILBOX_LINE}\nFrom: {name} <{email}>\nDate: {}", self.author.date())?;
        writeln!(f, "Subject: {}\n", self.subject)?;
        if !self.body.is_empty() {
            writeln!(f, "{}\n", self.body)?;
        }
        f.write_str(&self.diff())
    }
}

impl fmt::Display for FilePatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, mode, old, new, .. } = self;
        let mode = mode.as_str();
        writeln!(f, "diff --git a/{path} b/{path}")?;
        match self.change {
            Change::Add => writeln!(f, "new file mode {mode}\nindex {old}..{new}")?,
            Change::Delete => writeln!(f, "deleted file mode {mode}\nindex {old}..{new}")?,
            Change::Modify => writeln!(f, "index {old}..{new} {mode}")?,
        }
        if self.hunks.is_empty() {
            return Ok(());
        }
        match self.change {
            Change::Add => writeln!(f, "--- /dev/null\n+++ b/{path}")?,
            Change::Delete => writeln!(f, "--- a/{path}\n+++ /dev/null")?,
            Change::Modify => writeln!(f, "--- a/{path}\n+++ b/{path}")?,
        }
        self.hunks.iter().try_for_each(|hunk| write!(f, "{hunk}"))
    }
}

impl fmt::Display for Hunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.header())?;
        for line in &self.lines {
            f.write_char(match line.tag {
                Tag::Context => ' ',
                Tag::Remove => '-',
                Tag::Add => '+',
            })?;
            f.write_str(&line.text)?;
            if !line.text.ends_with('\n') {
                f.write_str("\n\\ No newline at end of file\n")?;
            }
        }
        Ok(())
    }
}

impl Author {
    /// The date as git prints it in a mail: `Sun, 22 Nov 2026 12:00:00 +0000`.
    pub fn date(&self) -> String {
        self.format("%a, %-d %b %Y %T %z")
    }

    /// The day alone: `2026-11-22`.
    pub fn day(&self) -> String {
        self.format("%F")
    }

    fn format(&self, format: &str) -> String {
        let offset = jiff::tz::Offset::from_seconds(self.offset_minutes * 60);
        let zone = offset.unwrap_or(jiff::tz::Offset::UTC).to_time_zone();
        // Both came out of a date that was read, so neither is out of range.
        let time = jiff::Timestamp::from_second(self.seconds).unwrap_or_default();
        time.to_zoned(zone).strftime(format).to_string()
    }
}

/// `A Name <mail>`, the name perhaps in quotes.
fn parse_address(from: &str) -> Option<(String, String)> {
    let (name, email) = from.strip_suffix('>')?.rsplit_once('<')?;
    let (name, email) = (name.trim().trim_matches('"'), email.trim());
    (!name.is_empty() && !email.is_empty()).then(|| (name.to_owned(), email.to_owned()))
}

/// Seconds since 1970-01-01 UTC, and minutes east of UTC.
fn parse_date(date: &str) -> Option<(i64, i32)> {
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some((date.timestamp().as_second(), date.offset().seconds() / 60))
}

/// Reads a patch from top to bottom.
struct Parser<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    /// The index of the line to read next.
    next: usize,
}

type Parsed<T> = Result<T, Problem>;

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.next).map(|line| line.strip_suffix('\n').unwrap_or(line))
    }

    fn take(&mut self) -> Option<&'a str> {
        let line = self.peek();
        self.next += usize::from(line.is_some());
        line
    }

    /// A problem at the line that was taken last.
    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::new(Kind::Input, self.file, message).at(self.next.max(1))
    }

    fn patch(mut self, name: &PatchName) -> Parsed<Patch> {
        let (author, subject) = self.header()?;
        let body = self.body();
        let mut files = Vec::new();
        while let Some(line) = self.take() {
            if line.starts_with("diff --git ") {
                files.push(self.file_patch(line)?);
            } else if line == "-- " {
                break; // the mail's signature: the writer's git version
            } else if !line.is_empty() {
                return Err(self
                    .problem(format!("expected `diff --git`, found {line:?}"))
                    .hint("delete what is no part of the diff"));
            }
        }
        if files.is_empty() {
            return Err(self.problem("changes nothing: there is no `diff --git` in it"));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if let Some(pair) = files.windows(2).find(|pair| pair[0].path == pair[1].path) {
            let message = format!("changes {} twice", pair[1].path);
            return Err(Problem::new(Kind::Input, self.file, message).at(pair[1].line));
        }
        Ok(Patch { name: name.clone(), author, subject, body, files })
    }

    fn header(&mut self) -> Parsed<(Author, String)> {
        let (mut from, mut date, mut subject) = (None, None, None);
        if self.peek().is_some_and(|line| line.starts_with("From ")) {
            self.next += 1;
        }
        while let Some(line) = self.take().filter(|line| !line.is_empty()) {
            let Some((key, value)) = line.split_once(": ") else {
                return Err(self.not_a_mail());
            };
            let mut value = value.to_owned();
            while self.peek().is_some_and(|next| next.starts_with([' ', '\t'])) {
                value.push(' ');
                value.push_str(self.take().unwrap_or_default().trim());
            }
            if value.contains("=?") && value.contains("?=") {
                return Err(self.problem(format!("the {key} header is encoded")).hint(
                    "write it as plain UTF-8 (`git format-patch --no-encode-email-headers`)",
                ));
            }
            match key.to_ascii_lowercase().as_str() {
                "from" => from = Some((value, self.next)),
                "date" => date = Some((value, self.next)),
                "subject" => subject = Some(strip_subject_prefix(&value).to_owned()),
                "content-transfer-encoding" if !value.eq_ignore_ascii_case("8bit") => {
                    return Err(self
                        .problem(format!("the mail is encoded as {value}"))
                        .hint("write it as plain UTF-8"));
                }
                _ => {}
            }
        }
        let (Some(from), Some(date)) = (from, date) else { return Err(self.not_a_mail()) };
        let Some(subject) = subject.filter(|subject| !subject.is_empty()) else {
            return Err(self.not_a_mail());
        };
        let unreadable = |what: &str, line: usize, example: &str| {
            let message = format!("the {what} header cannot be read");
            let problem = Problem::new(Kind::Input, self.file, message).at(line);
            problem.hint(format!("write it such as `{example}`"))
        };
        let (name, email) = parse_address(&from.0)
            .ok_or_else(|| unreadable("From", from.1, "From: A Name <name@example.com>"))?;
        let (seconds, offset_minutes) = parse_date(&date.0)
            .ok_or_else(|| unreadable("Date", date.1, "Date: Sun, 22 Nov 2026 12:00:00 +0000"))?;
        Ok((Author { name, email, seconds, offset_minutes }, subject))
    }

    fn not_a_mail(&self) -> Problem {
        let message = "does not begin with the From, Date and Subject headers of a mail";
        Problem::new(Kind::Input, self.file, message)
            .at(1)
            .hint("make it with `git format-patch`, so that `git am` takes it")
    }

    /// The message below the subject, cleaned as `git am` cleans it (git-stripspace(1)):
    /// no trailing space, no two empty lines in a row, none at either end.
    fn body(&mut self) -> String {
        let mut lines: Vec<&str> = Vec::new();
        while let Some(line) = self.peek().filter(|line| !line.starts_with("diff --git ")) {
            self.next += 1;
            if line == "---" {
                while self.peek().is_some_and(|line| !line.starts_with("diff --git ")) {
                    self.next += 1; // the diffstat
                }
                break;
            }
            let line = line.trim_end();
            if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
                lines.push(line);
            }
        }
        lines.join("\n").trim_end().to_owned()
    }

    fn file_patch(&mut self, header: &str) -> Parsed<FilePatch> {
        let line = self.next;
        let path = self.path_of(header)?;
        let mut patch = FilePatch {
            path,
            change: Change::Modify,
            mode: Mode::File,
            old: String::new(),
            new: String::new(),
            hunks: Vec::new(),
            line,
        };
        while let Some(line) = self.peek() {
            let mut words = line.split(' ');
            match (words.next(), words.next()) {
                (Some("new"), Some("file")) => {
                    self.next += 1;
                    patch.change = Change::Add;
                    patch.mode = self.mode(words.next_back())?;
                }
                (Some("deleted"), Some("file")) => {
                    self.next += 1;
                    patch.change = Change::Delete;
                    patch.mode = self.mode(words.next_back())?;
                }
                (Some("index"), Some(ids)) => {
                    self.next += 1;
                    let (old, new) = ids.split_once("..").unwrap_or_default();
                    let hex = |id: &str| id.len() >= 7 && id.bytes().all(is_hex_digit);
                    if !hex(old) || !hex(new) {
                        return Err(self.problem("the index line does not name two blobs"));
                    }
                    (patch.old, patch.new) = (old.to_owned(), new.to_owned());
                    if let Some(mode) = words.next() {
                        patch.mode = self.mode(Some(mode))?;
                    }
                }
                (Some("---" | "+++"), Some(_)) => {
                    self.next += 1;
                    self.check_side(line, &patch)?;
                }
                (Some("@@"), Some(_)) => {
                    self.next += 1;
                    patch.hunks.push(self.hunk(line)?);
                }
                (Some("old" | "new"), Some("mode")) => {
                    self.next += 1;
                    return Err(self
                        .problem("changes a file's mode, which no applier agrees on")
                        .hint("leave the mode as it is: `git update-index --chmod` sets it back"));
                }
                (Some("rename" | "copy" | "similarity" | "dissimilarity"), _) => {
                    self.next += 1;
                    return Err(self
                        .problem("renames or copies a file")
                        .hint("make the patch with `git format-patch --no-renames`"));
                }
                (Some("GIT" | "Binary"), Some(_)) => {
                    self.next += 1;
                    return Err(self
                        .problem("changes a binary file, which Bazel cannot apply")
                        .hint("leave that file out of the patch"));
                }
                _ => break,
            }
        }
        if patch.old.is_empty() {
            return Err(self.problem(format!("{} has no index line", patch.path)).hint(
                "make the patch with `git format-patch --full-index`: the blobs are compared",
            ));
        }
        if patch.hunks.is_empty() && patch.change == Change::Modify {
            return Err(self.problem(format!("changes nothing in {}", patch.path)));
        }
        Ok(patch)
    }

    /// The path that `diff --git a/PATH b/PATH` names on both sides.
    fn path_of(&self, header: &str) -> Parsed<RepoPath> {
        let names = &header["diff --git ".len()..];
        if names.starts_with('"') {
            return Err(self
                .problem("has a path that git must quote, which Bazel cannot read")
                .hint("leave that file out of the patch"));
        }
        // Both sides name the same path, so the line can be cut in the middle: ` b/` may
        // well be part of the path.
        let middle = names.len() / 2;
        let sides = names
            .split_at_checked(middle)
            .and_then(|(old, new)| Some((old.strip_prefix("a/")?, new.strip_prefix(" b/")?)));
        let Some((old, new)) = sides.filter(|(old, new)| old == new) else {
            return Err(self
                .problem("does not name one path with the prefixes a/ and b/")
                .hint("make the patch with `git format-patch --no-renames --default-prefix`"));
        };
        debug_assert_eq!(old, new);
        old.parse().map_err(|error| self.problem(format!("{error}")))
    }

    fn mode(&self, word: Option<&str>) -> Parsed<Mode> {
        let word = word.unwrap_or_default();
        Mode::parse(word).ok_or_else(|| {
            self.problem(format!("mode {word:?}: only plain files (100644, 100755) can be patched"))
                .hint("leave that file out of the patch")
        })
    }

    /// `--- a/PATH` and `+++ b/PATH` must say what the `diff --git` line says.
    fn check_side(&self, line: &str, patch: &FilePatch) -> Parsed<()> {
        let (sign, name) = line.split_at(4);
        let absent = match patch.change {
            Change::Add => sign == "--- ",
            Change::Delete => sign == "+++ ",
            Change::Modify => false,
        };
        let expected = match (absent, sign) {
            (true, _) => "/dev/null".to_owned(),
            (false, "--- ") => format!("a/{}", patch.path),
            (false, _) => format!("b/{}", patch.path),
        };
        // git ends a name that holds a space with a tab.
        if name.trim_end_matches('\t') == expected {
            Ok(())
        } else {
            Err(self.problem(format!("expected `{sign}{expected}`")))
        }
    }

    fn hunk(&mut self, header: &str) -> Parsed<Hunk> {
        let at = self.next;
        let Some((old_start, mut old, new_start, mut new)) = hunk_ranges(header) else {
            return Err(self.problem("the hunk's header cannot be read"));
        };
        let mut lines: Vec<Line> = Vec::new();
        while old > 0 || new > 0 {
            let Some(&line) = self.lines.get(self.next) else {
                return Err(self.problem("the patch ends inside a hunk"));
            };
            self.next += 1;
            // Some editors strip the space of an empty context line.
            let (tag, text) = if line == "\n" { (" ", line) } else { line.split_at(1) };
            let tag = match tag {
                " " => Tag::Context,
                "-" => Tag::Remove,
                "+" => Tag::Add,
                _ => return Err(self.problem("the hunk is shorter than its header says")),
            };
            let missing = (tag != Tag::Add && old == 0) || (tag != Tag::Remove && new == 0);
            if missing {
                return Err(self.problem("the hunk is longer than its header says"));
            }
            old -= usize::from(tag != Tag::Add);
            new -= usize::from(tag != Tag::Remove);
            lines.push(Line { tag, text: text.to_owned() });
            if self.peek().is_some_and(|next| next.starts_with("\\ ")) {
                self.next += 1;
                if let Some(last) = lines.last_mut() {
                    last.text.truncate(last.text.trim_end_matches('\n').len());
                }
            }
        }
        if lines.iter().all(|line| line.tag == Tag::Context) {
            return Err(Problem::new(Kind::Input, self.file, "the hunk changes nothing").at(at));
        }
        Ok(Hunk { old_start, new_start, lines, line: at })
    }
}

fn is_hex_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// `[PATCH 2/3] subject` without what `git format-patch` puts before it.
fn strip_subject_prefix(subject: &str) -> &str {
    let mut subject = subject.trim();
    while let Some((_, rest)) = subject.strip_prefix('[').and_then(|text| text.split_once(']')) {
        subject = rest.trim_start();
    }
    subject
}

/// The two ranges of `@@ -1,2 +3,4 @@`.
fn hunk_ranges(header: &str) -> Option<(usize, usize, usize, usize)> {
    let ranges = header.strip_prefix("@@ -")?.split_once(" @@")?.0;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    };
    let ((old_start, old), (new_start, new)) = (range(old)?, range(new)?);
    Some((old_start, old, new_start, new))
}

/// Whether the `index` line's text for a blob means `id`: all 40 digits of it, or the
/// beginning of it in a patch that is not canonical yet. `None` is the absent blob.
pub fn names_blob(text: &str, id: Option<BlobId>) -> bool {
    let full = id.map_or_else(|| "0".repeat(40), |id| id.to_string());
    text.len() >= 7 && full.starts_with(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANONICAL: &str = "\
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A Maintainer <maintainer@example.com>
Date: Sun, 1 Nov 2026 09:30:00 +0100
Subject: fix(rules): compile once

Why it is so.

Repro: issue-1
Repro: issue-2

diff --git a/b/added.bzl b/b/added.bzl
new file mode 100644
index 0000000000000000000000000000000000000000..45b983be36b73c0788dc9cbcb76cbb80fc7bb057
--- /dev/null
+++ b/b/added.bzl
@@ -0,0 +1 @@
+hi
diff --git a/rules.bzl b/rules.bzl
index 257cc5642cb1a054f08cc83f2d943e56fd3ebe99..5716ca5987cbf97d6bb54920bea6adde242d87e6 100644
--- a/rules.bzl
+++ b/rules.bzl
@@ -1,3 +1,3 @@
 one
-two
+2
 three
";

    fn parse(text: &str) -> Result<Patch, Problem> {
        Patch::parse(&"0001-a.patch".parse().unwrap(), "patches/0001-a.patch", text.as_bytes())
    }

    #[test]
    fn printing_a_canonical_patch_gives_its_bytes() {
        let patch = parse(CANONICAL).unwrap();
        assert_eq!(patch.to_string(), CANONICAL);
        assert_eq!(patch.author.seconds, 1_793_521_800);
        assert_eq!(patch.author.offset_minutes, 60);
        assert_eq!(patch.trailer("repro").collect::<Vec<_>>(), ["issue-1", "issue-2"]);
        assert_eq!(patch.files[1].hunks[0].line, 22);
    }

    #[test]
    fn what_format_patch_adds_is_left_out() {
        let mail = CANONICAL
            .replace("Subject: fix", "Subject: [PATCH 1/2] fix")
            .replace("From 0000000000", "From 1234567890")
            .replace(
                "\ndiff --git a/b",
                "---\n b/added.bzl | 1 +\n 1 file changed\n\ndiff --git a/b",
            )
            .replace("+1,3 @@", "+1,3 @@ def heading():")
            + "-- \n2.47.3\n\n";
        assert_eq!(parse(&mail).unwrap().to_string(), CANONICAL);
    }

    #[test]
    fn files_are_printed_in_byte_order() {
        let at = CANONICAL.find("diff --git a/b/").unwrap();
        let second = CANONICAL.find("diff --git a/rules").unwrap();
        let swapped = [&CANONICAL[..at], &CANONICAL[second..], &CANONICAL[at..second]].concat();
        assert_eq!(parse(&swapped).unwrap().to_string(), CANONICAL);
    }

    #[test]
    fn a_missing_newline_at_the_end_survives() {
        let text = CANONICAL.replace(" three\n", "-three\n+3\n\\ No newline at end of file\n");
        let patch = parse(&text).unwrap();
        assert_eq!(patch.to_string(), text);
        assert_eq!(patch.files[1].hunks[0].lines.last().unwrap().text, "3");
    }

    #[test]
    fn what_is_no_patch_is_named_with_its_line() {
        let cases: &[(&str, &str, usize, &str)] = &[
            ("From: A Maintainer", "Cc: A Maintainer", 1, "headers of a mail"),
            ("Sun, 1 Nov 2026", "yesterday", 3, "cannot be read"),
            ("a/rules.bzl b/rules.bzl", "a/../x b/../x", 18, "a path inside the tree"),
            ("a/rules.bzl b/rules.bzl", "a//etc/x b//etc/x", 18, "a path inside the tree"),
            ("a/rules.bzl b/rules.bzl", "a/x.bzl b/rules.bzl", 18, "one path"),
            ("--- a/rules.bzl", "--- a/other.bzl", 20, "expected `--- a/rules.bzl`"),
            ("@@ -1,3 +1,3 @@", "@@ -1,2 +1,3 @@", 26, "longer than its header"),
            ("@@ -1,3 +1,3 @@", "@@ -1,9 +1,9 @@", 26, "ends inside a hunk"),
            ("-two\n+2\n", " two\n", 22, "changes nothing"),
            (" three\n", "three\n", 26, "shorter than its header"),
            ("new file mode 100644", "new file mode 120000", 12, "only plain files"),
            ("new file mode 100644", "rename from c.bzl", 12, "renames or copies"),
            ("--- a/rules.bzl", "GIT binary patch", 20, "binary file"),
            ("index 257cc5642cb1a054f08cc83f2d943e56fd3ebe99", "index 257", 19, "two blobs"),
            ("diff --git a/rules.bzl b/rules.bzl", "what is this", 18, "expected `diff --git`"),
        ];
        for (from, to, line, message) in cases {
            let text = CANONICAL.replacen(from, to, 1);
            assert_ne!(text, CANONICAL, "{from}");
            let problem = parse(&text).expect_err(to);
            assert!(problem.message.contains(message), "{to}: {problem}");
            assert_eq!(problem.line, Some(*line), "{to}: {problem}");
            assert_eq!(problem.kind, Kind::Input);
        }
    }

    #[test]
    fn every_fault_has_a_way_out() {
        let hint = |text: &[u8]| {
            let problem = Patch::parse(&"0001-a.patch".parse().unwrap(), "p", text).unwrap_err();
            (problem.message, problem.hint.unwrap())
        };
        let crlf = CANONICAL.replace('\n', "\r\n");
        let (message, way_out) = hint(crlf.as_bytes());
        assert_eq!(message, "has CRLF line ends");
        assert!(way_out.contains("dos2unix"), "{way_out}");
        assert_eq!(hint(b"\n").0, "is empty");
        assert!(hint(b"From \xff").1.contains("UTF-8"));
        for (from, to, words) in [
            ("@@ -1,3 +1,3 @@", "@@ -1,9 +1,9 @@", "git format-patch"),
            ("@@ -1,3 +1,3 @@", "@@ -one @@", "git format-patch"),
            ("index 257cc56", "old mode 100644\nindex 257cc56", "leave the mode"),
            ("index 257cc56", "Binary files differ\nindex 257cc56", "leave that file out"),
        ] {
            let text = CANONICAL.replacen(from, to, 1);
            assert_ne!(text, CANONICAL);
            assert!(hint(text.as_bytes()).1.contains(words), "{to}");
        }
        assert!(hint(format!("{CANONICAL}garbage\n").as_bytes()).1.contains("delete"));
        // A file of the upstream's may well have such line ends.
        let file = CANONICAL.replace(" one\n", " one\r\n");
        assert_eq!(parse(&file).unwrap().to_string(), file);
    }

    #[test]
    fn blobs_are_named_whole_or_by_their_beginning() {
        let id: BlobId = "257cc5642cb1a054f08cc83f2d943e56fd3ebe99".parse().unwrap();
        assert!(names_blob(&id.to_string(), Some(id)) && names_blob("257cc56", Some(id)));
        assert!(!names_blob("257cc57", Some(id)) && !names_blob("257cc5", Some(id)));
        assert!(names_blob("0000000", None) && !names_blob("0000000", Some(id)));
    }
}
