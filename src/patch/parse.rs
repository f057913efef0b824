//! Reads a patch: a mail that `git am` takes, holding a git diff, as `git format-patch` writes it.

use std::borrow::Cow;

use crate::patch::mail::{self, Mail, is_mail_start};
use crate::patch::{BlobName, Change, FileMode, FilePatch, Hunk, Line, Patch, Tag};
use crate::support::names::{PatchName, RepoPath};
use crate::support::problem::{Kind, Problem};
use crate::support::text;

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
        if text.split('\n').next().is_some_and(|line| line.ends_with('\r')) {
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
        let Mail { author, subject, body, end } = mail::read(self.file, &self.lines)?;
        self.next = end;
        let mut files = Vec::new();
        while let Some(line) = self.take() {
            if line.starts_with("diff --git ") {
                files.push(self.file_patch(line)?);
            } else if line == "-- " {
                self.signature()?;
            } else if is_mail_start(line) {
                return Err(self.another_mail());
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

    /// The end of the mail: the writer's git version, and nothing that `git am` would apply.
    fn signature(&mut self) -> Parsed<()> {
        while let Some(line) = self.take() {
            if is_mail_start(line) {
                return Err(self.another_mail());
            }
            if ["diff --git ", "--- ", "+++ ", "@@ "].iter().any(|start| line.starts_with(start)) {
                return Err(self
                    .problem("goes on behind the mail's signature (`-- `)")
                    .hint("delete the signature, or what is behind it"));
            }
        }
        Ok(())
    }

    fn another_mail(&self) -> Problem {
        self.problem("holds more than one mail")
            .hint("make a file for each patch, as `git format-patch` without --stdout does")
    }

    fn file_patch(&mut self, header: &str) -> Parsed<FilePatch> {
        let line = self.next;
        let path = self.path_of(header)?;
        let absent = BlobName::from(None);
        let mut patch = FilePatch {
            path,
            change: Change::Modify,
            mode: FileMode::Regular,
            old: absent.clone(),
            new: absent,
            hunks: Vec::new(),
            line,
        };
        let mut has_index = false;
        while let Some(line) = self.peek() {
            let mut words = line.split(' ');
            let (first, second) = (words.next().unwrap_or_default(), words.next());
            if let Some((fault, hint)) = unsupported(first, second) {
                self.next += 1;
                return Err(self.problem(fault).hint(hint));
            }
            match (first, second) {
                ("new", Some("file")) => {
                    self.next += 1;
                    patch.change = Change::Add;
                    patch.mode = self.mode(words.next_back())?;
                }
                ("deleted", Some("file")) => {
                    self.next += 1;
                    patch.change = Change::Delete;
                    patch.mode = self.mode(words.next_back())?;
                }
                ("index", Some(blobs)) => {
                    self.next += 1;
                    (patch.old, patch.new) = blob_names(blobs)
                        .ok_or_else(|| self.problem("the index line does not name two blobs"))?;
                    has_index = true;
                    if let Some(mode) = words.next() {
                        patch.mode = self.mode(Some(mode))?;
                    }
                }
                ("---" | "+++", Some(_)) => {
                    self.next += 1;
                    self.check_side(line, &patch)?;
                }
                ("@@", Some(_)) => {
                    self.next += 1;
                    patch.hunks.push(self.hunk(line)?);
                }
                _ => break,
            }
        }
        if !has_index {
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
        // Both sides name the same path, so the line can be cut in the middle: ` b/` may
        // well be part of the path.
        let middle = names.len() / 2;
        let sides = names
            .split_at_checked(middle)
            .and_then(|(old, new)| Some((unquoted(old)?, unquoted(new.strip_prefix(' ')?)?)));
        let path = sides.and_then(|(old, new)| {
            let [old, new] = [old.strip_prefix("a/")?, new.strip_prefix("b/")?];
            (old == new).then(|| old.to_owned())
        });
        let Some(path) = path else {
            return Err(self
                .problem("does not name one path with the prefixes a/ and b/")
                .hint("make the patch with `git format-patch --no-renames --default-prefix`"));
        };
        let path: RepoPath = path.parse().map_err(|error| self.problem(format!("{error}")))?;
        if path.is_quoted() {
            return Err(self
                .problem("has a path that git must quote, which Bazel cannot read")
                .hint("leave that file out of the patch"));
        }
        path.portable().map_err(|error| self.problem(format!("{error}")))
    }

    fn mode(&self, word: Option<&str>) -> Parsed<FileMode> {
        let word = word.unwrap_or_default();
        FileMode::parse(word).ok_or_else(|| {
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
        if unquoted(name.trim_end_matches('\t')).is_some_and(|name| name == expected) {
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
        let mut stripped = 0;
        while old > 0 || new > 0 {
            let Some(&line) = self.lines.get(self.next) else {
                return Err(self.problem("the patch ends inside a hunk"));
            };
            self.next += 1;
            stripped += usize::from(line == "\n");
            let Some((tag, text)) = tagged(line) else {
                return Err(self.problem("the hunk is shorter than its header says"));
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
        Ok(Hunk { old_start, new_start, lines, line: at, stripped })
    }
}

/// Which side a line of a hunk is on, and its text; `None` if it is no line of a hunk.
fn tagged(line: &str) -> Option<(Tag, &str)> {
    if line == "\n" {
        // Some editors strip the space of an empty context line.
        return Some((Tag::Context, line));
    }
    let signs = [(' ', Tag::Context), ('-', Tag::Remove), ('+', Tag::Add)];
    signs.into_iter().find_map(|(sign, tag)| Some((tag, line.strip_prefix(sign)?)))
}

/// A name as git writes it in a diff: if `core.quotePath` is set, one that is not ASCII is in
/// quotes. `None` if the quotes cannot be read.
fn unquoted(name: &str) -> Option<Cow<'_, str>> {
    if !name.starts_with('"') {
        return Some(name.into());
    }
    let (bytes, _) = text::unquoted(name).filter(|(_, rest)| rest.is_empty())?;
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// What a header line says that no patch may do, from its first two words, and the way out.
fn unsupported(first: &str, second: Option<&str>) -> Option<(&'static str, &'static str)> {
    match (first, second) {
        ("old" | "new", Some("mode")) => Some((
            "changes a file's mode, which no applier agrees on",
            "leave the mode as it is: `git update-index --chmod` sets it back",
        )),
        ("rename" | "copy" | "similarity" | "dissimilarity", _) => Some((
            "renames or copies a file",
            "make the patch with `git format-patch --no-renames`",
        )),
        ("GIT" | "Binary", Some(_)) => Some((
            "changes a binary file, which Bazel cannot apply",
            "leave that file out of the patch",
        )),
        _ => None,
    }
}

/// The blobs before and after, as `OLD..NEW`.
fn blob_names(text: &str) -> Option<(BlobName, BlobName)> {
    let (old, new) = text.split_once("..")?;
    Some((BlobName::parse(old)?, BlobName::parse(new)?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::ids::BlobId;

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
    fn a_name_in_quotes_is_read_and_written_without_them() {
        let plain = CANONICAL.replace("b/added.bzl", "b/caf\u{e9} \u{65e5}.bzl");
        let quoted = CANONICAL
            .replace("a/b/added.bzl", "\"a/b/caf\\303\\251 \\346\\227\\245.bzl\"")
            .replace("b/b/added.bzl", "\"b/b/caf\\303\\251 \\346\\227\\245.bzl\"");
        assert!(quoted.contains("+++ \"b/b/caf"));
        assert_eq!(parse(&quoted).unwrap().to_string(), plain);
        let refused = |from: &str, to: &str| {
            let text = quoted.replace(from, to);
            assert_ne!(text, quoted);
            parse(&text).unwrap_err().message
        };
        for name in ["caf\\\"", "caf\\\\"] {
            assert!(refused("caf\\303\\251", name).contains("git must quote"), "{name}");
        }
        assert!(refused("caf\\303\\251", "caf\\n").contains("inside the tree"));
        for name in ["caf\\303", "caf\\400", "caf\\38", "caf\\x", "caf\""] {
            assert!(refused("caf\\303\\251", name).contains("does not name one path"), "{name}");
        }
        assert!(refused("+++ \"b/b/caf\\303", "+++ \"b/b/caf\\302").contains("expected `+++"));
    }

    #[test]
    fn a_missing_newline_at_the_end_survives() {
        let text = CANONICAL.replace(" three\n", "-three\n+3\n\\ No newline at end of file\n");
        let patch = parse(&text).unwrap();
        assert_eq!(patch.to_string(), text);
        assert_eq!(patch.files[1].hunks[0].lines.last().unwrap().text, "3");
    }

    #[test]
    fn a_deleted_file_is_read_with_its_mode() {
        let absent = BlobId::NULL;
        let text = CANONICAL
            .replace("new file mode 100644", "deleted file mode 100755")
            .replace(
                &format!("index {absent}..45b983be36b73c0788dc9cbcb76cbb80fc7bb057"),
                &format!("index 45b983be36b73c0788dc9cbcb76cbb80fc7bb057..{absent}"),
            )
            .replace("--- /dev/null\n+++ b/b/added.bzl", "--- a/b/added.bzl\n+++ /dev/null")
            .replace("@@ -0,0 +1 @@\n+hi", "@@ -1 +0,0 @@\n-hi");
        let patch = parse(&text).unwrap();
        assert_eq!(
            (patch.files[0].change, patch.files[0].mode),
            (Change::Delete, FileMode::Executable)
        );
        assert_eq!(patch.to_string(), text);
        // An empty file has no hunk; one that stays has to have one.
        let empty = text.replace("--- a/b/added.bzl\n+++ /dev/null\n@@ -1 +0,0 @@\n-hi\n", "");
        assert_eq!(parse(&empty).unwrap().to_string(), empty);
        let none = &CANONICAL[..CANONICAL.find("--- a/rules.bzl").unwrap()];
        assert_eq!(parse(none).unwrap_err().message, "changes nothing in rules.bzl");
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
    fn a_mail_that_is_no_plain_text_is_refused() {
        let with = |header: &str| {
            let text = CANONICAL.replacen("Subject:", &format!("{header}\nSubject:"), 1);
            parse(&text).map(|patch| patch.to_string()).map_err(|problem| problem.message)
        };
        for header in [
            "Content-Type: text/plain; charset=\"UTF-8\"",
            "Content-Type: text/plain; charset=us-ascii; format=fixed",
            "Content-Transfer-Encoding: 8bit",
        ] {
            assert_eq!(with(header), Ok(CANONICAL.to_owned()), "{header}");
        }
        for (header, message) in [
            ("Content-Type: multipart/mixed", "the patch is an attachment"),
            ("Content-Type: text/plain; boundary=x", "the patch is an attachment"),
            ("Content-Type: text/plain; format=flowed", "the mail's lines are flowed"),
            ("Content-Type: text/plain; charset=latin1", "the mail is in latin1"),
            ("Content-Transfer-Encoding: base64", "the mail is encoded as base64"),
            ("Content-Transfer-Encoding: Quoted-Printable", "the mail is encoded as Quoted"),
        ] {
            let found = with(header).unwrap_err();
            assert!(found.starts_with(message), "{header}: {found}");
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
        let latin = CANONICAL.replace("@@ -1,3", "\n@@").into_bytes();
        let latin = [&latin[..], b"\xe9"].concat();
        let problem = Patch::parse(&"0001-a.patch".parse().unwrap(), "p", &latin).unwrap_err();
        assert_eq!(problem.line, Some(CANONICAL.lines().count() + 2));
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
}
