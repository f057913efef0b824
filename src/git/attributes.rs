//! `.gitattributes`, as far as they change what `git archive` writes: gitattributes(5).

use std::collections::HashMap;

use crate::support::ids::RepoPath;
use crate::support::problem::{Kind, Problem};

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

/// Every rule of a tree's `.gitattributes` files.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    /// Shallow directories first, and within a file from top to bottom: the last match wins.
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    /// The directory of the file, with a slash at its end; empty at the top.
    directory: String,
    pattern: String,
    changes: Vec<(String, Option<State>)>,
}

impl Attributes {
    /// Reads the `.gitattributes` files of a tree.
    ///
    /// # Errors
    ///
    /// What patcher cannot follow: a macro of the tree's own, a quoted pattern.
    pub fn parse<'a>(
        files: impl IntoIterator<Item = (&'a RepoPath, &'a [u8])>,
    ) -> Result<Self, Problem> {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_by_key(|(path, _)| (path.as_str().matches('/').count(), path.as_str()));
        let mut rules = Vec::new();
        for (path, content) in files {
            let directory = path.as_str().strip_suffix(".gitattributes").unwrap_or_default();
            let text = String::from_utf8_lossy(content);
            for (index, line) in text.lines().enumerate() {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                if line.starts_with('"') || line.starts_with("[attr]") {
                    let message = format!("{line:?}: quoted patterns and macros are not supported");
                    return Err(Problem::new(Kind::Input, path.as_str(), message).at(index + 1));
                }
                let mut words = line.split_whitespace();
                let pattern = words.next().unwrap_or_default().to_owned();
                let changes = words.flat_map(change).collect();
                rules.push(Rule { directory: directory.to_owned(), pattern, changes });
            }
        }
        Ok(Self { rules })
    }

    /// The attributes of a file, or of a directory when `path` ends with a slash.
    pub fn of(&self, path: &str) -> HashMap<&str, &State> {
        let mut states = HashMap::new();
        for rule in self.rules.iter().filter(|rule| rule.matches(path)) {
            for (name, state) in &rule.changes {
                match state {
                    Some(state) => states.insert(name.as_str(), state),
                    None => states.remove(name.as_str()),
                };
            }
        }
        states
    }
}

/// What `git archive` does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InArchive {
    /// `export-ignore`, of the file or of a directory that it is in.
    pub is_ignored: bool,
    /// `eol=crlf`
    pub is_crlf: bool,
    /// `export-subst`
    pub is_filled: bool,
}

impl Attributes {
    /// What `git archive` does with the file at `path`.
    pub fn in_archive(&self, path: &str) -> InArchive {
        let states = self.of(path);
        let is_set = |name: &str| states.get(name) == Some(&&State::Set);
        let is_ignored = |path: &str| self.of(path).get("export-ignore") == Some(&&State::Set);
        let is_crlf = matches!(states.get("eol"), Some(State::Value(value)) if value == "crlf");
        InArchive {
            is_ignored: is_ignored(path)
                || path.match_indices('/').any(|(at, _)| is_ignored(&path[..=at])),
            is_crlf: is_crlf && states.get("text") != Some(&&State::Unset),
            is_filled: is_set("export-subst"),
        }
    }
}

/// `attr`, `-attr`, `!attr`, `attr=value`, and git's one built-in macro, `binary`.
fn change(word: &str) -> Vec<(String, Option<State>)> {
    let one = |name: &str, state| (name.to_owned(), state);
    if word == "binary" {
        let unset = ["diff", "merge", "text"].map(|name| one(name, Some(State::Unset)));
        return [vec![one("binary", Some(State::Set))], unset.to_vec()].concat();
    }
    vec![if let Some(name) = word.strip_prefix('-') {
        one(name, Some(State::Unset))
    } else if let Some(name) = word.strip_prefix('!') {
        one(name, None)
    } else if let Some((name, value)) = word.split_once('=') {
        one(name, Some(State::Value(value.to_owned())))
    } else {
        one(word, Some(State::Set))
    }]
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
    match pattern {
        [] => text.is_empty(),
        [b'*', b'*', b'/', rest @ ..] => {
            let starts = text.iter().enumerate().filter(|&(_, &byte)| byte == b'/');
            wildmatch(rest, text)
                || starts.into_iter().any(|(at, _)| wildmatch(rest, &text[at + 1..]))
        }
        [b'*', b'*'] => true,
        [b'*', rest @ ..] => {
            let reach = text.iter().position(|&byte| byte == b'/').unwrap_or(text.len());
            (0..=reach).any(|at| wildmatch(rest, &text[at..]))
        }
        [b'?', rest @ ..] => {
            text.split_first().is_some_and(|(&byte, text)| byte != b'/' && wildmatch(rest, text))
        }
        [b'[', class @ ..] => match (bracket(class), text) {
            (Some((set, rest)), [byte, text @ ..]) => {
                *byte != b'/' && set(*byte) && wildmatch(rest, text)
            }
            _ => false,
        },
        [b'\\', byte, rest @ ..] | [byte, rest @ ..] => {
            text.split_first().is_some_and(|(found, text)| found == byte && wildmatch(rest, text))
        }
    }
}

/// The set that `abc]`, `a-z]`, `!abc]` or `^abc]` stands for, and what follows it.
fn bracket(class: &[u8]) -> Option<(impl Fn(u8) -> bool, &[u8])> {
    let (negated, class) = match class {
        [b'!' | b'^', class @ ..] => (true, class),
        class => (false, class),
    };
    // A `]` that comes first is a member.
    let end = 1 + class.get(1..)?.iter().position(|&byte| byte == b']')?;
    let (members, rest) = (&class[..end], &class[end + 1..]);
    let contains = move |byte: u8| {
        let mut members = members;
        loop {
            match members {
                [] => return negated,
                [low, b'-', high, _rest @ ..] if (*low..=*high).contains(&byte) => return !negated,
                [_, b'-', _, rest @ ..] => members = rest,
                [member, ..] if *member == byte => return !negated,
                [_, rest @ ..] => members = rest,
            }
        }
    };
    Some((contains, rest))
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
            ("a.[bc]at", "a.bat", true),
            ("a.[!bc]at", "a.bat", false),
            ("a.[a-c]at", "a.bat", true),
            ("a.[d-f]at", "a.bat", false),
        ];
        for (pattern, path, expected) in cases {
            let attributes = attributes(&[(".gitattributes", &format!("{pattern} a\n"))]);
            assert_eq!(attributes.of(path).contains_key("a"), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_match_of_the_deepest_directory_wins() {
        let attributes = attributes(&[
            ("x/.gitattributes", "*.bat !eol -text\n"),
            (".gitattributes", "# all\n*.bat text eol=crlf\na.bat binary\n"),
        ]);
        assert_eq!(attributes.of("b.bat").get("eol"), Some(&&State::Value("crlf".into())));
        assert_eq!(attributes.of("a.bat").get("text"), Some(&&State::Unset));
        assert_eq!(attributes.of("x/b.bat").get("eol"), None);
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
    fn what_cannot_be_followed_is_refused() {
        let path: RepoPath = ".gitattributes".parse().unwrap();
        let parse = |text: &str| Attributes::parse([(&path, text.as_bytes())]);
        let problem = parse("a text\n[attr]mine text\n").unwrap_err();
        assert_eq!(problem.line, Some(2));
        assert!(parse("\"a b\" text\n").is_err());
    }
}
