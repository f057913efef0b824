//! The one canonical form of a patch, so that its bytes change only if its meaning does:
//!
//! - `From` of zeros, `From:`, `Date:` and `Subject:` from the patch, never from now;
//! - the message as `git am` would store it, then the diff, without a diffstat or signature;
//! - `a/` and `b/` prefixes, no renames or copies, full 40-digit `index` lines (the exact
//!   apply compares pre-image blobs), files in byte order, nothing after the second `@@`.

use std::fmt::{self, Write as _};

use crate::patch::{Author, BlobName, Change, FilePatch, Hunk, Patch, Tag};

/// The first line of every patch, with git's own magic date, so that `git am` sees a mailbox.
const MAILBOX_LINE: &str = "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001";

impl Patch {
    /// Only the patch's diff, canonical.
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

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(id) => id.fmt(f),
            Self::Abbreviated(digits) => f.write_str(digits),
        }
    }
}

impl Author {
    /// The date as git prints it in a mail: `Sun, 22 Nov 2026 12:00:00 +0000`.
    pub fn date(&self) -> String {
        self.format("%a, %-d %b %Y %T %z")
    }

    /// Only the day: `2026-11-22`.
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
