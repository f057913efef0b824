//! The TOML files that people write. A fault is reported with its line and its key, and with what
//! was probably meant.

use serde::de::DeserializeOwned;

use crate::support::problem::{Kind, Problem};
use crate::support::text::most_alike;

/// Names of former versions, which are still read. No message offers them.
const FORMER: [&str; 3] = ["line", "pristine", "routes"];

/// Reads a file; `file` is its path for messages.
///
/// # Errors
///
/// Its first fault.
pub(super) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| problem(file, text, &error))
}

fn problem(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map(|span| span.start.min(text.len()));
    let (message, hint) = match Unknown::of(error.message()) {
        Some(unknown) => (unknown.message(), unknown.hint()),
        None => (error.message().to_owned(), None),
    };
    // What is no TOML at all is not about a key.
    let is_about_key = toml::from_str::<toml::Table>(text).is_ok();
    let key = start.filter(|_| is_about_key).and_then(|at| key_at(text, at));
    let message = match key.filter(|key| !message.contains(&format!("`{key}`"))) {
        Some(key) => format!("{key}: {message}"),
        None => message,
    };
    let problem = Problem::new(Kind::Input, file, message);
    let problem = Problem { hint, ..problem };
    match start {
        Some(at) => problem.at(1 + text[..at].matches('\n').count()),
        None => problem,
    }
}

/// A name that serde does not know, with those that it does: the one kind of its messages that
/// holds more than a sentence.
struct Unknown<'a> {
    what: &'static str,
    name: &'a str,
    known: Vec<&'a str>,
}

impl<'a> Unknown<'a> {
    fn of(message: &'a str) -> Option<Self> {
        let kinds = [("unknown field `", "key"), ("unknown variant `", "value")];
        let (rest, what) =
            kinds.iter().find_map(|(start, what)| Some((message.strip_prefix(start)?, *what)))?;
        let (name, rest) = rest.split_once('`')?;
        let names = rest.split('`').skip(1).step_by(2);
        let known = names.filter(|name| !FORMER.contains(name)).collect();
        Some(Self { what, name, known })
    }

    fn message(&self) -> String {
        format!("unknown {} `{}`", self.what, self.name)
    }

    fn hint(&self) -> Option<String> {
        let known: Vec<String> = self.known.iter().map(|known| format!("`{known}`")).collect();
        match most_alike(self.name, self.known.iter().copied()) {
            Some(meant) => Some(format!("did you mean `{meant}`?")),
            None => (!known.is_empty()).then(|| format!("there are {}", known.join(", "))),
        }
    }
}

/// The key that the value at `at` is of; absent if a table begins there.
fn key_at(text: &str, at: usize) -> Option<&str> {
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    for line in text[..end].lines().rev() {
        let line = line.trim_start();
        if line.starts_with('[') && !line.starts_with("[\"") {
            return None;
        }
        let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let (key, rest) = line.split_at(line.find(|c| !is_bare(c)).unwrap_or(line.len()));
        if !key.is_empty() && rest.trim_start().starts_with('=') {
            return Some(key);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    struct File {
        base_url: String,
        modes: Vec<Mode>,
        tables: Vec<One>,
        #[serde(rename = "a-b")]
        inner: One,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct One {
        #[serde(rename = "size")]
        _size: usize,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Mode {
        Fast,
        SlowAndSure,
    }

    #[test]
    fn a_fault_is_named_with_line_and_key_and_what_was_meant() {
        for (text, line, message, hint) in [
            ("\nbase_url = \"x\"\n", 2, "unknown key `base_url`", Some("did you mean `base-url`?")),
            (
                "zzz = 1\n",
                1,
                "unknown key `zzz`",
                Some("there are `base-url`, `modes`, `tables`, `a-b`"),
            ),
            (
                "[[tables]]\nsize = 1\n[[tables]]\nsise = 1\n",
                4,
                "unknown key `sise`",
                Some("did you mean `size`?"),
            ),
            (
                "modes = [\n  \"fast\",\n  \"slow-and-shure\",\n]\n",
                3,
                "modes: unknown value `slow-and-shure`",
                Some("did you mean `slow-and-sure`?"),
            ),
            (
                "# top\nbase-url = 3\n",
                2,
                "base-url: invalid type: integer `3`, expected a string",
                None,
            ),
            ("base-url = \"x\"\n[[tables]]\n", 2, "missing field `size`", None),
            ("[a-b]\nsize = -1\n", 2, "size: invalid value: integer `-1`, expected usize", None),
        ] {
            let problem = parse::<File>("f.toml", text).unwrap_err();
            let found = (problem.line, problem.message.as_str(), problem.hint.as_deref());
            assert_eq!(found, (Some(line), message, hint), "{text}");
        }
        let problem = parse::<File>("f.toml", "base-url = \"x\"\n= 3\n").unwrap_err();
        assert_eq!(problem.line, Some(2));
        assert!(!problem.message.contains("base-url"), "{problem}");
        let read = parse::<File>("f.toml", "base-url = \"x\"\nmodes = [\"fast\"]\n").unwrap();
        assert!(matches!(read.modes[..], [Mode::Fast]) && read.inner._size == 0);
        assert_eq!((read.base_url.as_str(), read.tables.len()), ("x", 0));
        assert!(
            parse::<File>("f", "modes = [\"slow-and-sure\"]")
                .is_ok_and(|file| matches!(file.modes[..], [Mode::SlowAndSure]))
        );
    }

    #[test]
    fn an_item_is_of_the_key_that_its_list_is_of() {
        let text = "sizes = [\n  1,\n  2,\n]\n";
        assert_eq!(key_at(text, text.find('2').unwrap()), Some("sizes"));
    }
}
