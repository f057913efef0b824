//! Keeping secrets out of what is printed or kept, and this machine out of what people read.
//!
//! What a program reads has to be what it is: there, only secrets are replaced. What goes into
//! files of the project is not scrubbed at all: a URL with a password is refused where it is given.

use std::borrow::Cow;

use crate::support::location::without_credentials;

/// Replaces directories and secrets of this machine by names.
#[derive(Clone, Debug, Default)]
pub struct Scrubber {
    /// What to replace, longest first.
    directories: Vec<Replacement>,
    secrets: Vec<Replacement>,
}

#[derive(Clone, Debug)]
struct Replacement {
    text: String,
    name: String,
}

/// What is shorter is no path of a home and no secret; replacing it would change texts that only
/// look alike.
const SHORTEST_DIRECTORY: usize = 4;
const SHORTEST_SECRET: usize = 8;

impl Scrubber {
    /// A scrubber for directories and secrets, each with the name that replaces it.
    pub fn new(
        directories: impl IntoIterator<Item = (String, String)>,
        secrets: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let path = |(text, name): (String, String)| (text.trim_end_matches('/').to_owned(), name);
        let directories = directories.into_iter().map(path);
        Self {
            directories: replacements(directories, SHORTEST_DIRECTORY),
            secrets: replacements(secrets, SHORTEST_SECRET),
        }
    }

    /// A text for people, with neither secrets nor this machine's directories in it.
    pub fn scrub(&self, text: &str) -> String {
        let text = self.without_secrets(text);
        let text = text.into_owned();
        self.directories.iter().fold(text, |text, directory| directory.shorten(&text))
    }

    /// A text without secrets, otherwise as it is.
    pub fn without_secrets<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let replace = |text: Cow<'a, str>, secret: &Replacement| {
            let holds = text.contains(&secret.text);
            if holds { text.replace(&secret.text, &secret.name).into() } else { text }
        };
        self.secrets.iter().fold(without_credentials(text), replace)
    }

    /// Whether there is no secret in any string of a JSON text, as far as that shows without
    /// parsing it: one that JSON writes otherwise could be.
    pub(super) fn finds_nothing_in(&self, json: &str) -> bool {
        let is_escaped = |c: char| matches!(c, '"' | '\\') || c.is_control();
        let is_plain = |secret: &Replacement| !secret.text.contains(is_escaped);
        let texts = with_line_ends(json).filter(|_| self.secrets.iter().all(is_plain));
        texts.is_some_and(|texts| self.without_secrets(&texts) == texts)
    }
}

/// A JSON text with what ends a URL, and backslashes, in place of how JSON writes those; `None` if
/// it writes anything else otherwise.
fn with_line_ends(json: &str) -> Option<String> {
    let (mut texts, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        texts.push_str(&rest[..at]);
        texts.push(match rest.as_bytes()[at + 1..].first()? {
            b'n' | b'r' | b't' | b'"' => '\n',
            b'\\' => '\\',
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
    texts.push_str(rest);
    Some(texts)
}

fn replacements(
    pairs: impl IntoIterator<Item = (String, String)>,
    shortest: usize,
) -> Vec<Replacement> {
    let long = pairs.into_iter().filter(|(text, _)| text.len() >= shortest);
    let mut all: Vec<_> = long.map(|(text, name)| Replacement { text, name }).collect();
    all.sort_by_key(|replacement| std::cmp::Reverse(replacement.text.len()));
    all
}

impl Replacement {
    /// The text with each path into the directory shortened: only where a path begins, and where
    /// a name of it ends. `/home/ann` is neither in `/home/anna` nor in `/mnt/home/ann`, and
    /// `//root` is a label.
    fn shorten(&self, text: &str) -> String {
        let mut shortened = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(&self.text) {
            let end = at + self.text.len();
            let before = rest[..at].chars().next_back().or(shortened.chars().next_back());
            let is_path = before.is_none_or(begins_path_after) && ends_name(&rest[end..]);
            shortened.push_str(&rest[..at]);
            shortened.push_str(if is_path { &self.name } else { &self.text });
            rest = &rest[end..];
        }
        shortened + rest
    }
}

fn begins_path_after(c: char) -> bool {
    !c.is_alphanumeric() && !"/._-~:@%+\\$}".contains(c)
}

/// Whether the name before `rest` ends there. A dot may be the end of a sentence.
fn ends_name(rest: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || "-_~@%+\\".contains(c);
    let rest = rest.trim_start_matches('.');
    !rest.starts_with(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scrubber() -> Scrubber {
        let pair = |text: &str, name: &str| (text.to_owned(), name.to_owned());
        let directories = [pair("/root", "~"), pair("/root/.cache/p/", "$CACHE")];
        Scrubber::new(directories, [pair("hunter2hunter2", "$TOKEN"), pair("true", "$SHORT")])
    }

    #[test]
    fn longer_texts_win() {
        let scrubbed = scrubber().scrub("/root/.cache/p/x /root/y xhunter2hunter2y");
        assert_eq!(scrubbed, "$CACHE/x ~/y x$TOKENy");
    }

    #[test]
    fn a_path_is_shortened_where_it_begins_and_ends() {
        let all = "/root, (/root/a) \"/root\" --x=/root/b /root. /root";
        assert_eq!(scrubber().scrub(all), "~, (~/a) \"~\" --x=~/b ~. ~");
    }

    #[test]
    fn programs_get_what_it_is_but_for_secrets() {
        let text = "/root/x of https://ann:pw@host/ with hunter2hunter2";
        assert_eq!(scrubber().without_secrets(text), "/root/x of https://***@host/ with $TOKEN");
    }

    #[test]
    fn a_document_without_secrets_is_known_by_its_json() {
        let is_clean = |json: &str| scrubber().finds_nothing_in(json);
        for json in [r#"["a\\b\n", "\"\t"]"#, r#"["/root"]"#, r#"["https://host/\\"]"#] {
            assert!(is_clean(json), "{json}");
        }
        for json in [
            r#"["hunter2hunter2"]"#,
            r#"["a\\https://ann:pw@host/"]"#,
            r#"["https://ann:p\\w@host/"]"#,
            // JSON has more ways to write a character.
            r#"["hunter2hunter\u0032"]"#,
            r#"["\u0001"]"#,
            r#"["\"#,
        ] {
            assert!(!is_clean(json), "{json}");
        }
    }

    proptest! {
        #[test]
        fn what_is_hidden_in_a_string_is_found_in_its_json(
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "https://ann:pw@host/", "ssh://ann:p\"w@h", "https://h/?token=s3", "ann:pw@host:x",
                    "http:", "//", "@", "hunter2", "\\", "\"", "\n", "\u{1}", "\u{e9}", "a", " ",
                ]),
                0..8,
            ),
            secret in "[a\"\\\\\n1]{8}",
        ) {
            let pair = |text: &str| (text.to_owned(), "$TOKEN".to_owned());
            let scrubbers = [&secret, "hunter2hunter2"].map(|one| Scrubber::new([], [pair(one)]));
            for text in [parts.concat(), parts.concat() + &secret, "hunter2hunter2".to_owned()] {
                let json = serde_json::to_string_pretty(&[&text]).unwrap();
                for scrubber in &scrubbers {
                    let is_clean = scrubber.finds_nothing_in(&json);
                    prop_assert!(!is_clean || scrubber.without_secrets(&text) == text, "{}", json);
                }
            }
        }

        #[test]
        fn a_text_without_secrets_and_homes_stays(
            words in proptest::collection::vec(
                prop::sample::select(vec![
                    "/rootfs", "a/root", "/mnt/root/x", "//root:x", "file:///root/x", "host:/root",
                    "/root-1", "/root.bak", "/roo", "root", "true", "hunter2", "AUTHOR=me@example.com",
                    "ssh://git@host/x", "https://host/a@b", "https://host?a@b", "git@host:x", "\u{e9}",
                ]),
                0..8,
            ),
            separator in "[ \n,;=\"(]",
        ) {
            let text = words.join(&separator);
            prop_assert_eq!(scrubber().scrub(&text), text);
        }

        #[test]
        fn no_secret_is_left(before in ".{0,20}", after in ".{0,20}") {
            let text = format!("{before}hunter2hunter2{after}https://ann:s3cr3t@h/");
            for scrubbed in [scrubber().scrub(&text), scrubber().without_secrets(&text).into_owned()] {
                prop_assert!(!scrubbed.contains("hunter2hunter2"), "{}", scrubbed);
                prop_assert!(!scrubbed.contains("s3cr3t"), "{}", scrubbed);
            }
        }
    }
}
