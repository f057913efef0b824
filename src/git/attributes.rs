//! `.gitattributes`, as far as they change what `git archive` writes: gitattributes(5).

use std::collections::{HashMap, HashSet};

use crate::support::names::RepoPath;
use crate::support::problem::{Kind, Problem};
use crate::support::text::unquoted;

/// The state of an attribute for a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// `attr`
    Set,
    /// `-attr`
    Unset,
    /// `attr=value`
    Value(String),
}

/// An attribute, and its state; without one it is unspecified, as after `!attr`.
type Assignment = (String, Option<State>);

/// Every rule of a tree's `.gitattributes` files.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// Shallow directories first, and within a file from top to bottom: the last match wins.
    rules: Vec<Rule>,
    /// What `[attr]name` defines, the last definition: what else is assigned where it is set.
    macros: HashMap<String, Vec<Assignment>>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// The directory of the file, with a slash at its end; empty at the top.
    directory: String,
    pattern: String,
    assignments: Vec<Assignment>,
}

impl Attributes {
    /// Reads the `.gitattributes` files of a tree. As git does, it passes over what means
    /// nothing there: patterns with `!`, macros below the top, a line with a name that is none.
    ///
    /// # Errors
    ///
    /// A pattern in quotes that does not end.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a RepoPath, &'a [u8])>,
    ) -> Result<Self, Problem> {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_by_key(|(path, _)| (path.as_str().matches('/').count(), path.as_str()));
        let binary = ["diff", "merge", "text"].map(|name| (name.to_owned(), Some(State::Unset)));
        let mut read = Self { rules: Vec::new(), macros: HashMap::new() };
        read.macros.insert("binary".to_owned(), binary.into());
        for (path, content) in files {
            let directory = path.as_str().strip_suffix(".gitattributes").unwrap_or_default();
            let text = String::from_utf8_lossy(content);
            for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
                let line = line.trim_matches(BLANK);
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let Some((pattern, rest)) = pattern(line) else {
                    let message = format!("{line:?}: the quoted pattern does not end");
                    return Err(Problem::new(Kind::Input, path.as_str(), message).at(index + 1));
                };
                let words = rest.split(BLANK).filter(|word| !word.is_empty());
                let Some(assignments) = words.map(assignment).collect() else { continue };
                if let Some(name) = pattern.strip_prefix("[attr]") {
                    if directory.is_empty() {
                        read.macros.insert(name.to_owned(), assignments);
                    }
                } else if !pattern.starts_with('!') {
                    let directory = directory.to_owned();
                    read.rules.push(Rule { directory, pattern, assignments });
                }
            }
        }
        Ok(read)
    }

    /// The attributes of a file, or of a directory when `path` ends with a slash.
    pub fn of(&self, path: &str) -> HashMap<&str, &State> {
        let mut found = HashMap::new();
        for rule in self.rules.iter().rev().filter(|rule| rule.matches(path)) {
            self.fill(&rule.assignments, &mut found);
        }
        found.into_iter().filter_map(|(name, state)| Some((name, state?))).collect()
    }

    /// Adds what is not known yet, the last first, as git's fill_one() does: so the last
    /// assignment wins, and a macro counts only where it is what wins.
    fn fill<'a>(
        &'a self,
        assignments: &'a [Assignment],
        found: &mut HashMap<&'a str, Option<&'a State>>,
    ) {
        for (name, state) in assignments.iter().rev() {
            if found.contains_key(name.as_str()) {
                continue;
            }
            found.insert(name, state.as_ref());
            if let (Some(State::Set), Some(more)) = (state, self.macros.get(name)) {
                self.fill(more, found);
            }
        }
    }
}

/// What stands between the words of a line.
const BLANK: [char; 3] = [' ', '\t', '\r'];

/// A line's pattern, and what follows it. One in quotes is written as git quotes a path.
fn pattern(line: &str) -> Option<(String, &str)> {
    if !line.starts_with('"') {
        let end = line.find(BLANK).unwrap_or(line.len());
        return Some((line[..end].to_owned(), &line[end..]));
    }
    let (bytes, rest) = unquoted(line)?;
    Some((String::from_utf8_lossy(&bytes).into_owned(), rest))
}

/// What `git archive` does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InArchive {
    /// `export-ignore`, of the file or of a directory that it is in.
    pub is_ignored: bool,
    /// Whether line ends become CRLF.
    pub line_ends: LineEnds,
    /// `export-subst`
    pub is_filled: bool,
}

/// Which line ends a checkout and an archive give a file (git's convert.c).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    /// As they are.
    Kept,
    /// CRLF: `eol=crlf`, unless the file is declared not to be text.
    Crlf,
    /// CRLF if the content looks like text with plain line ends: `text=auto eol=crlf`.
    CrlfIfText,
}

impl LineEnds {
    /// By the attributes of a file.
    pub fn of(states: &HashMap<&str, &State>) -> Self {
        // `crlf` is what `text` was once called, and counts where that says nothing.
        let text = states.get("text").or_else(|| states.get("crlf")).copied();
        let eol = states.get("eol").copied();
        match (text, eol) {
            (Some(State::Unset), _) => Self::Kept,
            (Some(State::Value(text)), Some(State::Value(eol))) if eol == "crlf" => {
                if text == "auto" { Self::CrlfIfText } else { Self::Crlf }
            }
            (_, Some(State::Value(eol))) if eol == "crlf" => Self::Crlf,
            _ => Self::Kept,
        }
    }

    /// Whether a file with this content gets CRLF.
    pub fn are_crlf(self, content: &[u8]) -> bool {
        match self {
            Self::Kept => false,
            Self::Crlf => true,
            Self::CrlfIfText => is_plain_text(content),
        }
    }
}

/// Whether git takes the content for text whose line ends it may convert: nothing but plain ones,
/// and few bytes that are not printed (convert.c, `convert_is_binary`).
fn is_plain_text(content: &[u8]) -> bool {
    let content = content.strip_suffix(b"\x1a").unwrap_or(content);
    let is_odd = |byte: u8| match byte {
        b'\n' | b'\t' | 0x08 | 0x0c | 0x1b => false,
        byte => byte < b' ' || byte == 0x7f,
    };
    if content.iter().any(|byte| matches!(byte, b'\r' | 0)) {
        return false;
    }
    let odd = content.iter().filter(|byte| is_odd(**byte)).count();
    let printed = content.iter().filter(|byte| **byte != b'\n').count() - odd;
    printed / 128 >= odd
}

impl Attributes {
    /// What `git archive` does with the file at `path`.
    pub fn in_archive(&self, path: &str) -> InArchive {
        let states = self.of(path);
        let is_ignored = |path: &str| self.of(path).get("export-ignore") == Some(&&State::Set);
        InArchive {
            is_ignored: states.get("export-ignore") == Some(&&State::Set)
                || path.match_indices('/').any(|(at, _)| is_ignored(&path[..=at])),
            line_ends: LineEnds::of(&states),
            is_filled: states.get("export-subst") == Some(&&State::Set),
        }
    }
}

/// `attr`, `-attr`, `!attr`, `attr=value`; `None` if that names no attribute.
fn assignment(word: &str) -> Option<Assignment> {
    let (name, state) = if let Some(name) = word.strip_prefix('-') {
        (name, Some(State::Unset))
    } else if let Some(name) = word.strip_prefix('!') {
        (name, None)
    } else if let Some((name, value)) = word.split_once('=') {
        (name, Some(State::Value(value.to_owned())))
    } else {
        (word, Some(State::Set))
    };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_name = !name.is_empty() && !name.starts_with('-') && name.chars().all(is_of_name);
    is_name.then(|| (name.to_owned(), state))
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix(&self.directory) else { return false };
        let (is_directory, path) = match path.strip_suffix('/') {
            Some(path) => (true, path),
            None => (false, path),
        };
        let pattern = match self.pattern.strip_suffix('/') {
            Some(_) if !is_directory => return false,
            Some(pattern) => pattern,
            None => &self.pattern,
        };
        if pattern.contains('/') {
            let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
            wildmatch(pattern.as_bytes(), path.as_bytes())
        } else {
            let name = path.rsplit('/').next().unwrap_or(path);
            wildmatch(pattern.as_bytes(), name.as_bytes())
        }
    }
}

/// Shell patterns with git's `**` (gitignore(5), PATTERN FORMAT): `*` and `?` stop at `/`.
fn wildmatch(pattern: &[u8], text: &[u8]) -> bool {
    Matching { failed: HashSet::new() }.is_match(pattern, text)
}

/// A match that is under way. What failed once is not tried again: otherwise a pattern of many
/// stars takes longer than anybody waits.
struct Matching {
    /// How much of the pattern and of the text was left.
    failed: HashSet<(usize, usize)>,
}

impl Matching {
    fn is_match(&mut self, pattern: &[u8], text: &[u8]) -> bool {
        let left = (pattern.len(), text.len());
        if self.failed.contains(&left) {
            return false;
        }
        let matches = self.matches(pattern, text);
        if !matches && pattern.first() == Some(&b'*') {
            self.failed.insert(left);
        }
        matches
    }

    fn matches(&mut self, pattern: &[u8], text: &[u8]) -> bool {
        match pattern {
            [] => text.is_empty(),
            [b'*', b'*', b'/', rest @ ..] => {
                let starts = text.iter().enumerate().filter(|&(_, &byte)| byte == b'/');
                let mut starts = std::iter::once(0).chain(starts.map(|(at, _)| at + 1));
                starts.any(|at| self.is_match(rest, &text[at..]))
            }
            [b'*', b'*'] => true,
            [b'*', rest @ ..] => {
                let reach = text.iter().position(|&byte| byte == b'/').unwrap_or(text.len());
                (0..=reach).any(|at| self.is_match(rest, &text[at..]))
            }
            [b'?', rest @ ..] => match text.split_first() {
                Some((&byte, text)) => byte != b'/' && self.is_match(rest, text),
                None => false,
            },
            [b'[', class @ ..] => {
                let Some((byte, text)) = text.split_first() else { return false };
                *byte != b'/'
                    && bracket(class, *byte)
                        .is_some_and(|(is_member, rest)| is_member && self.is_match(rest, text))
            }
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => match text.split_first() {
                Some((found, text)) => found == byte && self.is_match(rest, text),
                None => false,
            },
        }
    }
}

/// Whether `byte` is of the set that `abc]`, `a-z]`, `!abc]`, `[:digit:]]` stand for, and what
/// follows it (git's wildmatch.c).
fn bracket(class: &[u8], byte: u8) -> Option<(bool, &[u8])> {
    let (negated, mut class) = match class {
        [b'!' | b'^', class @ ..] => (true, class),
        class => (false, class),
    };
    let (mut is_member, mut last) = (false, None);
    // A `]` that comes first is a member.
    for is_first in std::iter::once(true).chain(std::iter::repeat(false)) {
        (last, class) = match class {
            [] => return None,
            [b']', rest @ ..] if !is_first => return Some((is_member != negated, rest)),
            [b'-', rest @ ..] if last.is_some() && !matches!(rest, [] | [b']', ..]) => {
                let (high, rest) = member(rest)?;
                is_member |= last.is_some_and(|low| (low..=high).contains(&byte));
                (None, rest)
            }
            [b'[', b':', rest @ ..] if rest.windows(2).any(|end| end == b":]") => {
                let end = rest.windows(2).position(|end| end == b":]")?;
                is_member |= is_of_class(&rest[..end], byte)?;
                (None, &rest[end + 2..])
            }
            class => {
                let (member, rest) = member(class)?;
                is_member |= member == byte;
                (Some(member), rest)
            }
        };
    }
    None
}

/// A byte of a set, perhaps behind a backslash.
const fn member(class: &[u8]) -> Option<(u8, &[u8])> {
    match class {
        [b'\\', byte, rest @ ..] | [byte, rest @ ..] => Some((*byte, rest)),
        [] => None,
    }
}

/// Whether a byte is of a POSIX class; `None` if there is no such class.
fn is_of_class(name: &[u8], byte: u8) -> Option<bool> {
    Some(match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => matches!(byte, b' ' | b'\t'),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(files: &[(&str, &str)]) -> Attributes {
        let files: Vec<(RepoPath, &str)> =
            files.iter().map(|(path, text)| (path.parse().unwrap(), *text)).collect();
        Attributes::parse(files.iter().map(|(path, text)| (path, text.as_bytes()))).unwrap()
    }

    #[test]
    fn patterns_match_as_git_check_attr_says() {
        // Each line as `git check-attr a -- PATH` answers it (git 2.47).
        let cases = [
            ("*.bat", "a.bat", true),
            ("*.bat", "x/y/a.bat", true),
            ("x/*.bat", "x/a.bat", true),
            ("x/*.bat", "x/y/a.bat", false),
            ("x/**/a.bat", "x/a.bat", true),
            ("x/**/a.bat", "x/y/z/a.bat", true),
            ("x/**", "x/y/a.bat", true),
            ("**/a.bat", "a.bat", true),
            ("/a.bat", "a.bat", true),
            ("/a.bat", "x/a.bat", false),
            ("a.bat", "x/a.bat", true),
            ("x", "x/a.bat", false),
            ("x/", "x/a.bat", false),
            ("a.b?t", "a.bat", true),
            ("a?b", "a/b", false),
            ("a?b", "acd", false),
            ("a.[bc]at", "a.bat", true),
            ("a.[!bc]at", "a.bat", false),
            ("a.[a-c]at", "a.bat", true),
            ("a.[d-f]at", "a.bat", false),
            ("a[[:space:]]b", "a b", true),
            ("a[[:digit:]x]", "a7", true),
            ("a[[:digit:]x]", "ay", false),
            ("a[![:upper:]]", "aB", false),
            ("a[[:upper:]]", "ab", false),
            ("a[[:upper:]]", "aB", true),
            ("a[[:upper]", "a:", true),
            ("a[[:none:]]", "a7", false),
            ("a[\\]]b", "a]b", true),
            ("a[]]b", "a]b", true),
            ("a[x-]b", "a-b", true),
            ("a[\\a-c]", "ab", true),
            ("a[b", "a[b", false),
        ];
        for (pattern, path, expected) in cases {
            let attributes = attributes(&[(".gitattributes", &format!("{pattern} a\n"))]);
            assert_eq!(attributes.of(path).contains_key("a"), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_class_has_the_characters_of_posix() {
        for (class, members, others) in [
            ("alnum", "aZ7", "_ é"),
            ("alpha", "aZ", "7_"),
            ("blank", " \t", "\n\u{b}a"),
            ("cntrl", "\0\u{1f}\u{7f}", " a"),
            ("digit", "09", "a"),
            ("graph", "a!~", " \t\u{7f}"),
            ("lower", "az", "AZ7"),
            ("print", "a! ~", "\t\u{7f}"),
            ("punct", "!_~", "a7 "),
            ("space", " \t\n\u{b}\u{c}\r", "a_"),
            ("upper", "AZ", "az7"),
            ("xdigit", "09afAF", "gG"),
        ] {
            let is_member = |byte| is_of_class(class.as_bytes(), byte);
            assert!(members.bytes().all(|byte| is_member(byte) == Some(true)), "{class}");
            assert!(others.bytes().all(|byte| is_member(byte) == Some(false)), "{class}");
        }
    }

    #[test]
    fn the_last_match_of_the_deepest_directory_wins() {
        let attributes = attributes(&[
            ("x/.gitattributes", "*.bat !eol -text\n"),
            (".gitattributes", "# all\n#a text\n*.bat text eol=crlf\na.bat binary\n"),
        ]);
        assert_eq!(attributes.of("b.bat").get("eol"), Some(&&State::Value("crlf".into())));
        assert_eq!(attributes.of("a.bat").get("text"), Some(&&State::Unset));
        assert_eq!(attributes.of("x/b.bat").get("eol"), None);
        assert_eq!(attributes.of("#a").get("text"), None);
        assert_eq!(attributes.of("x/b.bat").get("text"), Some(&&State::Unset));
    }

    #[test]
    fn directories_match_patterns_with_a_slash_at_the_end() {
        let attributes = attributes(&[(".gitattributes", "docs/ export-ignore\n")]);
        assert!(attributes.of("docs/").contains_key("export-ignore"));
        assert!(attributes.of("x/docs/").contains_key("export-ignore"));
        assert!(attributes.of("docs").is_empty());
    }

    #[test]
    fn a_macro_counts_where_it_is_what_wins() {
        // Each line as `git check-attr text mine` answers it (git 2.39).
        let cases = [
            ("[attr]mine -text\n* mine\n", "a", Some(State::Unset)),
            ("[attr]mine -text\n* mine text\n", "a", Some(State::Set)),
            ("[attr]mine -text\n* text mine\n", "a", Some(State::Unset)),
            ("[attr]mine -text\n* mine\n*.x -mine\n", "a.x", None),
            ("* binary\n*.x -binary\n", "a.x", None),
            ("* binary\n*.x text\n", "a.x", Some(State::Set)),
            ("[attr]mine -text\n[attr]mine text\n* mine\n", "a", Some(State::Set)),
            ("[attr]mine other\n[attr]other -text\n* mine\n", "a", Some(State::Unset)),
            ("[attr]mine mine -text\n* mine\n", "a", Some(State::Unset)),
            ("!a text\n", "!a", None),
            ("a text # why\n", "a", None),
            ("a text -\n", "a", None),
            ("\"a b\\t\\303\\251\" -text\n", "a b\t\u{e9}", Some(State::Unset)),
        ];
        for (text, path, expected) in cases {
            let attributes = attributes(&[(".gitattributes", text)]);
            assert_eq!(attributes.of(path).get("text").copied(), expected.as_ref(), "{text}");
        }
        let below = attributes(&[("x/.gitattributes", "[attr]mine -text\n* mine\n")]);
        assert_eq!(below.of("x/a").get("text"), None);
    }

    #[test]
    fn a_quoted_pattern_has_to_end() {
        let path: RepoPath = ".gitattributes".parse().unwrap();
        let parse = |text: &str| Attributes::parse([(&path, text.as_bytes())]);
        let problem = parse("a text\n\"a b text\n").unwrap_err();
        assert_eq!(problem.line, Some(2));
        assert_eq!(problem.message, "\"\\\"a b text\": the quoted pattern does not end");
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        let pattern = "*a".repeat(40) + "b";
        assert!(!wildmatch(pattern.as_bytes(), "a".repeat(200).as_bytes()));
        let pattern = "**/a/".repeat(10) + "b";
        assert!(!wildmatch(pattern.as_bytes(), "a/".repeat(100).as_bytes()));
    }

    #[test]
    fn an_archive_leaves_out_what_is_ignored_and_fills_what_is_to_be_filled() {
        let attributes = attributes(&[(
            ".gitattributes",
            "docs export-ignore\n*.txt export-ignore\nkept.txt -export-ignore\nversion export-subst\n",
        )]);
        for (path, is_ignored) in [
            ("a.txt", true),
            ("x/a.txt", true),
            ("kept.txt", false),
            ("a", false),
            ("x/a", false),
            ("docs/a", true),
            ("docs", true),
        ] {
            assert_eq!(attributes.in_archive(path).is_ignored, is_ignored, "{path}");
        }
        assert!(attributes.in_archive("version").is_filled);
        assert!(!attributes.in_archive("a").is_filled);
    }

    #[test]
    fn text_is_what_git_takes_for_it() {
        let letters = "x".repeat(127);
        for (content, is_text) in [
            (letters.clone() + " \n", true),
            (" ".repeat(200), true),
            (letters.clone() + "\x01", false),
            (letters.clone() + "x\x01", true),
            (letters.clone() + "x\x7f", true),
            (letters.clone() + "x\x01\x02", false),
            (letters.clone() + "x\x01\x1a", true),
            (letters.clone() + "\r\n", false),
            (letters + "\0", false),
        ] {
            assert_eq!(LineEnds::CrlfIfText.are_crlf(content.as_bytes()), is_text, "{content:?}");
        }
    }

    #[test]
    fn line_ends_are_decided_as_git_decides_them() {
        let cases = [
            ("eol=crlf", LineEnds::Crlf),
            ("text eol=crlf", LineEnds::Crlf),
            ("text=auto eol=crlf", LineEnds::CrlfIfText),
            ("-text eol=crlf", LineEnds::Kept),
            ("-crlf eol=crlf", LineEnds::Kept),
            ("text -crlf eol=crlf", LineEnds::Crlf),
            ("text=auto", LineEnds::Kept),
            ("text=auto eol=lf", LineEnds::Kept),
            ("binary eol=crlf", LineEnds::Kept),
        ];
        for (states, expected) in cases {
            let attributes = attributes(&[(".gitattributes", &format!("* {states}\n"))]);
            assert_eq!(attributes.in_archive("a").line_ends, expected, "{states}");
        }
    }
}
