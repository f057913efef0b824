//! The mail around a diff, read as `git am` reads it: git-mailinfo(1) without any settings.
//!
//! What the mail says in its headers or in headers at the beginning of its text is honoured;
//! what a canonical patch cannot carry, such as an attachment, is refused by name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::patch::Author;
use crate::support::problem::{Kind, Problem};

/// The way out for a mail that is not plain.
const AGAIN: &str = "let git read it: `git am` it onto the pinned commit, then \
                     `git format-patch --full-index -1`";

/// A space, as git's `isspace` has it.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// What a mail holds besides its diff.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) author: Author,
    pub(super) subject: String,
    /// The message below the subject.
    pub(super) body: String,
    /// The index of the first line of the diff.
    pub(super) end: usize,
}

/// Reads a mail up to its diff; `file` is its path for messages.
///
/// # Errors
///
/// What makes it no mail, or one that is not plain.
pub(super) fn read(file: &str, lines: &[&str]) -> Result<Mail, Problem> {
    Reader { file, lines, next: 0 }.mail()
}

/// A message as git-stripspace(1) cleans it: no space at the end of a line, no two empty lines in
/// a row, none at either end.
pub fn clean<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut cleaned: Vec<&str> = Vec::new();
    for line in lines.into_iter().map(|line| line.trim_end_matches(SPACE)) {
        if !(line.is_empty() && cleaned.last().is_none_or(|last| last.is_empty())) {
            cleaned.push(line);
        }
    }
    if cleaned.last().is_some_and(|last| last.is_empty()) {
        cleaned.pop();
    }
    cleaned
}

/// Reads a mail from top to bottom.
struct Reader<'a> {
    file: &'a str,
    lines: &'a [&'a str],
    /// The index of the line to read next.
    next: usize,
}

/// The value of a header that counts, and the line that it begins at.
struct Field {
    value: String,
    line: usize,
}

/// The headers that count.
#[derive(Default)]
struct Fields {
    from: Option<Field>,
    date: Option<Field>,
    subject: Option<Field>,
}

impl Fields {
    fn slot(&mut self, key: &str) -> Option<&mut Option<Field>> {
        match key.to_ascii_lowercase().as_str() {
            "from" => Some(&mut self.from),
            "date" => Some(&mut self.date),
            "subject" => Some(&mut self.subject),
            _ => None,
        }
    }
}

type Parsed<T> = Result<T, Problem>;

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.lines.get(self.next).map(|line| line.strip_suffix('\n').unwrap_or(line))
    }

    fn take(&mut self) -> Option<&'a str> {
        let line = self.peek();
        self.next += usize::from(line.is_some());
        line
    }

    /// A line with those that go on with it, which begin with a space.
    fn take_folded(&mut self) -> Option<String> {
        let mut line = self.take()?.trim_end_matches(SPACE).to_owned();
        while self.peek().is_some_and(|next| next.starts_with([' ', '\t'])) {
            line.push(' ');
            line.push_str(self.take()?.trim_matches(SPACE));
        }
        Some(line)
    }

    fn problem(&self, line: usize, message: impl Into<String>) -> Problem {
        Problem::new(Kind::Input, self.file, message).at(line)
    }

    fn mail(mut self) -> Parsed<Mail> {
        let outer = self.headers()?;
        let inner = self.in_body_headers()?;
        let (Some(from), Some(date), Some(subject)) =
            (inner.from.or(outer.from), inner.date.or(outer.date), inner.subject.or(outer.subject))
        else {
            return Err(self.not_a_mail());
        };
        let subject = strip_subject_prefix(&subject.value).to_owned();
        if subject.is_empty() {
            return Err(self.not_a_mail());
        }
        let unreadable = |what: &str, line: usize, example: &str| {
            let message = format!("the {what} header cannot be read");
            self.problem(line, message).hint(format!("write it such as `{example}`"))
        };
        let (name, email) = parse_address(&from.value)
            .ok_or_else(|| unreadable("From", from.line, "From: A Name <name@example.com>"))?;
        let (seconds, offset_minutes) = parse_date(&date.value).ok_or_else(|| {
            unreadable("Date", date.line, "Date: Sun, 22 Nov 2026 12:00:00 +0000")
        })?;
        let author = Author { name, email, seconds, offset_minutes };
        let body = self.body()?;
        Ok(Mail { author, subject, body, end: self.next })
    }

    fn headers(&mut self) -> Parsed<Fields> {
        let mut fields = Fields::default();
        while let Some(line) = self.peek().filter(|line| !line.trim_matches(SPACE).is_empty()) {
            let at = self.next + 1;
            let folded = self.take_folded().unwrap_or_default();
            if line.starts_with("From ") || line.starts_with(">From ") {
                continue;
            }
            let Some((key, value)) = header(&folded) else { return Err(self.not_a_mail()) };
            if key.eq_ignore_ascii_case("content-transfer-encoding") {
                self.refuse_encoding(value, at)?;
            } else if key.eq_ignore_ascii_case("content-type") {
                self.refuse_type(value, at)?;
            } else if let Some(slot) = fields.slot(key) {
                *slot = Some(self.field(key, value, at)?);
            }
        }
        self.take(); // the empty line
        Ok(fields)
    }

    fn field(&self, key: &str, value: &str, line: usize) -> Parsed<Field> {
        let value = decoded(value).map(|value| one_space(&value));
        match value.filter(|value| !value.contains(char::is_control)) {
            Some(value) => Ok(Field { value, line }),
            None => Err(self
                .problem(line, format!("the {key} header cannot be decoded"))
                .hint("write it as plain UTF-8 (`git format-patch --no-encode-email-headers`)")),
        }
    }

    fn refuse_encoding(&self, value: &str, line: usize) -> Parsed<()> {
        let lower = value.to_ascii_lowercase();
        if !lower.contains("base64") && !lower.contains("quoted-printable") {
            return Ok(());
        }
        Err(self.problem(line, format!("the mail is encoded as {value}")).hint(AGAIN))
    }

    fn refuse_type(&self, value: &str, line: usize) -> Parsed<()> {
        let lower = value.to_ascii_lowercase();
        let attribute = |name: &str| {
            let value = lower.split_once(name)?.1.trim_start_matches('"');
            Some(value.split(['"', ';', ' ']).next().unwrap_or_default().to_owned())
        };
        if lower.starts_with("multipart/") || attribute("boundary=").is_some() {
            let message = "the patch is an attachment: the mail has several parts";
            return Err(self.problem(line, message).hint(AGAIN));
        }
        if attribute("format=").is_some_and(|format| format == "flowed") {
            return Err(self.problem(line, "the mail's lines are flowed").hint(AGAIN));
        }
        match attribute("charset=").filter(|set| !matches!(set.as_str(), "utf-8" | "us-ascii")) {
            None => Ok(()),
            Some(charset) => {
                Err(self.problem(line, format!("the mail is in {charset}, not UTF-8")).hint(AGAIN))
            }
        }
    }

    /// The headers at the beginning of the text, which win over those of the mail. A mail of
    /// another's patch has the author there.
    fn in_body_headers(&mut self) -> Parsed<Fields> {
        let mut fields = Fields::default();
        let mut is_behind_header = false;
        while let Some(line) = self.peek() {
            let at = self.next + 1;
            if line.is_empty() && is_behind_header {
                self.next += 1;
                break;
            }
            if line.is_empty() || is_separator(line) {
                self.next += 1;
            } else if is_patch_subject(line) {
                self.next += 1;
                fields.subject = Some(Field { value: one_space(line), line: at });
                is_behind_header = false;
            } else {
                let Some((key, _)) = header(line) else { break };
                if fields.slot(key).is_none_or(|slot| slot.is_some()) {
                    break;
                }
                let folded = self.take_folded().unwrap_or_default();
                let value = header(&folded).map_or("", |(_, value)| value);
                let field = self.field(key, value, at)?;
                if let Some(slot) = fields.slot(key) {
                    *slot = Some(field);
                }
                is_behind_header = true;
            }
        }
        Ok(fields)
    }

    /// The message below the subject, and up to the diff.
    fn body(&mut self) -> Parsed<String> {
        let (first, mut lines) = (self.next, Vec::new());
        while let Some(line) = self.peek().filter(|line| !line.starts_with("diff --git ")) {
            self.next += 1;
            if line.trim_end_matches(SPACE) == "---" {
                self.skip_diffstat()?;
                break;
            }
            lines.push(line);
        }
        let lines = clean(lines);
        let is_header = |line: &&str| {
            let is_known = |(key, _)| Fields::default().slot(key).is_some();
            header(line).is_some_and(is_known) || is_patch_subject(line) || is_separator(line)
        };
        match lines.first().filter(|line| is_header(line)) {
            None => Ok(lines.join("\n")),
            Some(line) => {
                let message =
                    format!("the message begins with {line:?}, which `git am` takes for a header");
                Err(self.problem(first + 1, message).hint("let it begin with another line"))
            }
        }
    }

    fn skip_diffstat(&mut self) -> Parsed<()> {
        while let Some(line) = self.peek().filter(|line| !line.starts_with("diff --git ")) {
            self.next += 1;
            if is_mail_start(line) {
                let message = "`git am` takes this line for the beginning of another mail";
                return Err(self.problem(self.next, message).hint("indent it"));
            }
        }
        Ok(())
    }

    fn not_a_mail(&self) -> Problem {
        self.problem(1, "does not begin with the From, Date and Subject headers of a mail")
            .hint("make it with `git format-patch`, so that `git am` takes it")
    }
}

/// Whether git-mailsplit(1) takes a line for the beginning of a mail: `From `, and the end of a date
/// such as `12:00:00 2026`. What else begins with `From ` is text.
pub fn is_mail_start(line: &str) -> bool {
    let line = line.as_bytes();
    let is_there = |at: &usize| {
        let is_digit =
            |at: Option<usize>| at.and_then(|at| line.get(at)).is_some_and(u8::is_ascii_digit);
        let digits = [at.checked_sub(4), at.checked_sub(2), at.checked_sub(1), Some(at + 1)];
        let year = line.get(at + 3..).unwrap_or_default();
        let year = year.iter().skip_while(|byte| byte.is_ascii_whitespace());
        let year: Vec<u8> = year.take_while(|byte| byte.is_ascii_digit()).copied().collect();
        let year = String::from_utf8_lossy(&year).parse::<i64>().unwrap_or(0);
        digits.into_iter().chain([Some(at + 2)]).all(is_digit) && year > 90
    };
    line.starts_with(b"From ")
        && line.len() >= 19
        && line.iter().rposition(|byte| *byte == b':').as_ref().is_some_and(is_there)
}

/// A header's name and value; `None` if the line is none.
fn header(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = key.bytes().all(|byte| matches!(byte, 33..=57 | 59..=126));
    (is_key && !key.is_empty()).then(|| (key, value.trim_matches(SPACE)))
}

/// The first line of another patch, quoted as mailers quote it.
fn is_separator(line: &str) -> bool {
    let rest = line.strip_prefix(">From ").and_then(|rest| rest.split_once(' '));
    rest.is_some_and(|(id, date)| {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        id.len() == 40 && id.bytes().all(is_hex) && date == "Mon Sep 17 00:00:00 2001"
    })
}

/// `[PATCH] ` and a subject, in the text of the mail.
fn is_patch_subject(line: &str) -> bool {
    line.strip_prefix("[PATCH]").is_some_and(|rest| rest.is_empty() || rest.starts_with(SPACE))
}

/// The text with one space for every run of them.
fn one_space(text: &str) -> String {
    text.split(SPACE).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A header with its encoded words decoded (RFC 2047); `None` if that cannot be done, or if
/// the result cannot be written plainly.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let Some((before, word)) = rest.split_once("=?") {
        // The space between two encoded words is none of the text's.
        if rest.len() == text.len() || !before.trim_matches(SPACE).is_empty() {
            bytes.extend_from_slice(before.as_bytes());
        }
        let (charset, word) = word.split_once('?')?;
        let (encoding, word) = word.split_once('?')?;
        let (word, after) = word.split_once("?=")?;
        let word = match encoding {
            "b" | "B" => BASE64.decode(word).ok()?,
            "q" | "Q" => quoted(word)?,
            _ => return None,
        };
        match charset.to_ascii_lowercase().as_str() {
            "utf-8" | "us-ascii" => bytes.extend(word),
            "iso-8859-1" => {
                let text: String = word.into_iter().map(char::from).collect();
                bytes.extend(text.into_bytes());
            }
            _ => return None,
        }
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok().filter(|text| !text.contains("=?"))
}

/// The bytes of a word in the encoding `Q`.
fn quoted(word: &str) -> Option<Vec<u8>> {
    let mut bytes = word.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(bytes.next()?)? * 16 + digit(bytes.next()?)?).ok()?
            }
            byte => byte,
        });
    }
    Some(decoded)
}

/// A subject without what `git format-patch` and mailers put before it: `[PATCH v2 3/7]`, `Re:`.
fn strip_subject_prefix(subject: &str) -> &str {
    let mut rest = subject;
    loop {
        rest = rest.trim_start_matches([' ', ':']);
        let is_reply = |word: &str| word.eq_ignore_ascii_case("re:");
        let bracket = rest.strip_prefix('[').and_then(|text| text.split_once(']'));
        rest = match (rest.split_at_checked(3), bracket) {
            (Some((word, after)), _) if is_reply(word) && !after.is_empty() => after,
            (_, Some((_, after))) => after,
            _ => return rest.trim_end_matches(SPACE),
        };
    }
}

/// `A Name <mail>`, the name perhaps in quotes, or only an address, which is the name then, too;
/// `None` if it is in another form, or one that a canonical patch cannot carry.
fn parse_address(from: &str) -> Option<(String, String)> {
    let is_address = from.contains('@') && !from.contains(['<', '>']);
    let (name, email) = match from.strip_suffix('>') {
        None if is_address => (from, from),
        text => text?.split_once('<')?,
    };
    let name = match name.trim_matches(' ') {
        "" => email,
        name => name,
    };
    let unquoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    let name = unquoted.unwrap_or(name);
    let is_comment = name.starts_with('(') && name.ends_with(')');
    let is_plain = |text: &str, odd: &[char]| !text.contains(odd);
    // git takes the address for a name that is none.
    let is_own = is_plain(name, &['@']) && name.len() <= LONGEST_NAME || name == email;
    let is_read = is_own
        && is_plain(name, &['"', '\\', '<', '>'])
        && is_plain(email, &['"', '\\', '<', '>', ' ', '('])
        && !is_comment;
    // What no name in a commit begins or ends with.
    let is_crud = |c: char| c <= ' ' || ",:;<>\"\\'".contains(c);
    let (name, email) = (name.trim_matches(is_crud), email.trim_matches(is_crud));
    (is_read && !name.is_empty() && !email.is_empty()).then(|| (name.to_owned(), email.to_owned()))
}

/// A longer name is none for git: it takes the address instead.
const LONGEST_NAME: usize = 60;

/// Seconds since 1970-01-01 UTC, and minutes east of UTC.
fn parse_date(date: &str) -> Option<(i64, i32)> {
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    let seconds = date.timestamp().as_second();
    (seconds >= 0).then(|| (seconds, date.offset().seconds() / 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_begins_with_from_and_the_end_of_a_date() {
        for (line, is_start) in [
            ("From a 12:00:00 2026", true),
            ("From ab 12:00:00 91", true),
            ("From ab 12:00:00 90", false),
            ("From a 12:00:a0 2026", false),
            ("From a 12:00:0a 2026", false),
            ("From a 12:a0:00 2026", false),
            ("From a 12:0a:00 2026", false),
            ("From a 1a:00:00 2026", false),
            ("from a 12:00:00 2026", false),
            ("From 1:00:00 2026", false),
        ] {
            assert_eq!(is_mail_start(line), is_start, "{line}");
        }
    }

    #[test]
    fn a_separator_is_a_commit_at_the_date_of_git() {
        let (id, date) = ("0123456789abcdef0123456789abcdef01234567", "Mon Sep 17 00:00:00 2001");
        assert!(is_separator(&format!(">From {id} {date}")));
        for line in [
            format!(">From {} {date}", &id[1..]),
            format!(">From {} {date}", id.replace('a', "A")),
            format!(">From {id} {}", date.replace("2001", "2002")),
            format!("From {id} {date}"),
        ] {
            assert!(!is_separator(&line), "{line}");
        }
    }

    #[test]
    fn a_header_has_a_key() {
        assert_eq!(header("Key: a value "), Some(("Key", "a value")));
        assert_eq!([header(": a value"), header("two words: a value"), header("none")], [None; 3]);
    }

    #[test]
    fn a_message_begins_with_nothing_that_git_takes_for_a_header() {
        let separator = format!(">From {} Mon Sep 17 00:00:00 2001", "0".repeat(40));
        let message = |first: &str| {
            let text = format!(
                "{}\nFrom: A <a@b.c>\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\nFrom: B <b@c.d>\n\n{first}\n\ndiff --git a/f b/f",
                &separator[1..]
            );
            read("p", &text.lines().collect::<Vec<_>>()).map(|_| ())
        };
        assert_eq!(message("Why."), Ok(()));
        for first in ["[PATCH] x", "Subject: x", &separator] {
            let problem = message(first).expect_err(first);
            assert_eq!((problem.line, problem.message.contains(first)), (Some(8), true), "{first}");
        }
    }

    #[test]
    fn a_name_may_hold_a_comment_and_be_none() {
        let name = |from: &str| parse_address(from).map(|(name, _)| name);
        assert_eq!(name("A (at home) <a@b.c>").as_deref(), Some("A (at home)"));
        assert_eq!(name("(the) A <a@b.c>").as_deref(), Some("(the) A"));
        assert_eq!(name("(at home) <a@b.c>"), None);
    }
}
