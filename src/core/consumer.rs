//! What a consumer's MODULE.bazel says of the archive that it takes.

use super::ids::Sri;
use super::problem::{Kind, Problem};
use super::stamp::MODULE_FILE;

/// An `archive_override`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsumerOverride {
    /// The module that is overridden.
    pub module: String,
    /// Where the archive is, in the order in which Bazel asks.
    pub urls: Vec<String>,
    /// What the archive must be; absent where the consumer takes anything.
    pub integrity: Option<Sri>,
    /// The folder in the archive.
    pub strip_prefix: Option<String>,
    /// Whether Bazel changes the files once more, after it has unpacked them.
    pub is_patched: bool,
}

/// The `archive_override` of `module`, or of whichever one an archive of patcher's is for where
/// no name is given.
///
/// # Errors
///
/// There is none, there are several, or its arguments are no plain strings.
pub fn consumer_override(text: &str, module: Option<&str>) -> Result<ConsumerOverride, Problem> {
    let problem = |message: String| Problem::new(Kind::Input, MODULE_FILE, message);
    let mut found = calls(text, "archive_override").map_err(problem)?;
    let is_wanted = |call: &ConsumerOverride| match module {
        Some(module) => call.module == module,
        None => call.strip_prefix.as_ref().is_some_and(|prefix| prefix.contains(".patched.")),
    };
    if module.is_some() || found.len() > 1 {
        found.retain(is_wanted);
    }
    let of = module.map_or_else(String::new, |module| format!(" of {module}"));
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(problem(format!("there is no archive_override{of} in it"))
            .hint("only the root module's overrides count: name that one's MODULE.bazel")),
        count => Err(problem(format!("{count} archive_overrides{of} could be meant"))),
    }
}

/// Every call of `function`, as far as it is written with plain strings.
fn calls(text: &str, function: &str) -> Result<Vec<ConsumerOverride>, String> {
    let tokens = tokens(text)?;
    let mut calls = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if pair[0] == Token::Name(function) && pair[1] == Token::Sign('(') {
            calls.push(arguments(&tokens[at + 2..])?);
        }
    }
    Ok(calls)
}

/// A piece of Starlark.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    Text(String),
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let length = if first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if is_name(first) {
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            tokens.push(Token::Name(&rest[..length]));
            length
        } else if matches!(first, '"' | '\'') {
            let (value, length) = string(rest, first)?;
            tokens.push(Token::Text(value));
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    Ok(tokens)
}

/// The string that the text begins with, and how long it is there.
fn string(text: &str, quote: char) -> Result<(String, usize), String> {
    let triple: String = [quote; 3].iter().collect();
    let (open, close) =
        if text.starts_with(&triple) { (3, triple.as_str()) } else { (1, &triple[..1]) };
    let mut value = String::new();
    let mut at = open;
    while let Some(next) = text[at..].chars().next() {
        if text[at..].starts_with(close) {
            return Ok((value, at + open));
        }
        if next == '\\' {
            let escaped = text[at + 1..].chars().next().unwrap_or('\\');
            value.push(escaped);
            at += 1 + escaped.len_utf8();
        } else {
            value.push(next);
            at += next.len_utf8();
        }
    }
    Err("a string in it has no end".to_owned())
}

/// The arguments of a call, up to its closing parenthesis.
fn arguments(tokens: &[Token<'_>]) -> Result<ConsumerOverride, String> {
    let mut call = ConsumerOverride::default();
    let mut depth = 0;
    let mut key = "";
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign(')') if depth == 0 => return Ok(call),
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            Token::Sign(',') if depth == 0 => key = "",
            Token::Sign('+' | '%') => return Err("an archive_override is computed".to_owned()),
            Token::Name(name) if depth == 0 => match (tokens.get(at + 1), key) {
                (Some(Token::Sign('=')), _) => key = name,
                (_, "module_name" | "integrity" | "urls" | "url" | "strip_prefix") => {
                    return Err(format!("{key} is {name}, no plain string"));
                }
                _ => {}
            },
            Token::Text(value) => match key {
                "module_name" => call.module.clone_from(value),
                "integrity" => {
                    call.integrity = Some(value.parse().map_err(|error| format!("{error}"))?);
                }
                "strip_prefix" => call.strip_prefix = Some(value.clone()),
                "urls" | "url" => call.urls.push(value.clone()),
                "patches" | "patch_cmds" | "remote_patches" => call.is_patched = true,
                _ => {}
            },
            _ => {}
        }
    }
    Err("an archive_override has no end".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# archive_override(module_name = \"commented\")
module(name = \"consumer\")
bazel_dep(name = \"m\", version = \"1.0.0\")
archive_override(
    module_name = \"m\",  # the ruleset
    integrity = \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",
    strip_prefix = 'm-1.0.0.patched.1',
    urls = [
        \"https://example.com/#/m.tar.gz\",
        \"\"\"file:///m.tar.gz\"\"\",
    ],
)
archive_override(module_name = \"other\", urls = \"https://example.com/o\", patches = [\"//:p\"])
";

    #[test]
    fn the_override_of_the_module_is_found() {
        let found = consumer_override(TEXT, Some("m")).unwrap();
        assert_eq!(found.module, "m");
        assert_eq!(found.integrity, Some(Sri::of(b"")));
        assert_eq!(found.strip_prefix.as_deref(), Some("m-1.0.0.patched.1"));
        assert_eq!(found.urls, ["https://example.com/#/m.tar.gz", "file:///m.tar.gz"]);
        assert!(!found.is_patched);
        assert_eq!(consumer_override(TEXT, None).unwrap(), found);
        let other = consumer_override(TEXT, Some("other")).unwrap();
        assert!(other.is_patched && other.integrity.is_none());
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let twice = format!("{TEXT}{TEXT}");
        for (text, words) in [
            ("module(name = \"m\")", "there is no archive_override of m"),
            (&twice, "2 archive_overrides of m"),
            ("archive_override(module_name = NAME)", "module_name is NAME"),
            ("archive_override(module_name = \"m\" + \"n\")", "is computed"),
            ("archive_override(module_name = \"m\"", "has no end"),
            ("archive_override(module_name = \"m", "has no end"),
            ("archive_override(module_name = \"m\", integrity = \"x\")", "is not an integrity"),
        ] {
            let problem = consumer_override(text, Some("m")).unwrap_err();
            assert!(problem.message.contains(words), "{words}: {problem}");
        }
    }
}
