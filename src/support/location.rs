//! Where an upstream, a registry or an archive is: a URL, git's `host:path`, or a path. What in one
//! is secret, and what git would run in place of fetching it.

use std::borrow::Cow;

use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// The schemes that git has a transport of its own for.
const SCHEMES: [&str; 7] = ["https", "http", "ssh", "git", "file", "git+ssh", "ssh+git"];

/// What ends a URL in a text.
fn ends_url(c: char) -> bool {
    c.is_whitespace() || "\"'`<>".contains(c)
}

/// Stops if git would do something else with a location than fetch.
///
/// # Errors
///
/// It would.
pub fn ensure_plain(location: &str) -> Result<()> {
    fault(location).map_or(Ok(()), |fault| {
        let message = format_args!("{:?} {fault}", hide_credentials(location));
        Err(Failure::new(Kind::Input, message)
            .hint("name a URL such as https://example.com/rules.git, or a clone that you have"))
    })
}

/// The page of a repository on GitHub, whatever way it is fetched.
pub fn github_page(url: &str) -> Option<String> {
    let starts = ["https://github.com/", "ssh://git@github.com/", "git@github.com:"];
    let path = starts.iter().find_map(|start| url.strip_prefix(start))?;
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (path.split('/').filter(|name| !name.is_empty()).count() == 2)
        .then(|| format!("https://github.com/{path}"))
}

/// Stops if a URL holds what must not be published.
///
/// # Errors
///
/// It does.
pub fn ensure_public(url: &str) -> Result<()> {
    let shown = hide_credentials(url);
    if shown == url {
        return Ok(());
    }
    let message = format_args!("{shown:?} holds a password or a token, which others would see");
    Err(Failure::new(Kind::Input, message)
        .hint("name it without: git, curl and Bazel read credentials from where you keep them"))
}

/// Why git must not be given a location: it would do something else than fetch.
fn fault(location: &str) -> Option<String> {
    let is_scheme = |text: &str| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c)) && !text.is_empty()
    };
    if location.starts_with('-') {
        return Some("begins with a hyphen: git would take it for an option".to_owned());
    }
    if location.chars().any(char::is_control) {
        return Some("holds a control character".to_owned());
    }
    // gitremote-helpers(7): what stands before `::` names a program.
    if let Some((helper, _)) = location.split_once("::").filter(|(helper, _)| is_scheme(helper)) {
        return Some(format!("names the program `git-remote-{helper}`, which git would run"));
    }
    match location.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, _)) if !SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => {
            Some(format!("has the scheme `{scheme}://`: patcher uses {}", SCHEMES.join(", ")))
        }
        _ => None,
    }
}

/// Words at whose end an environment variable's name says that its value is a secret.
const SECRET_ENDS: [&str; 5] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY"];

/// Words that say so by themselves: `AUTH` does, `AUTHOR` does not.
const SECRET_WORDS: [&str; 10] = [
    "AUTH",
    "CREDENTIAL",
    "CREDENTIALS",
    "KEY",
    "KEYS",
    "PASS",
    "PASSPHRASE",
    "PASSWORDS",
    "SECRETS",
    "TOKENS",
];

/// Words that say that the value is the place where a secret is.
const PLACE_WORDS: [&str; 6] = ["DIR", "FILE", "HOME", "PATH", "SOCK", "SOCKET"];

/// Whether a name, of a variable or of a query's parameter, is one of something secret, by its words.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let is_secret = words.clone().any(|word| {
        SECRET_WORDS.contains(&word) || SECRET_ENDS.iter().any(|end| word.ends_with(end))
    });
    is_secret && words.next_back().is_some_and(|last| !PLACE_WORDS.contains(&last))
}

/// The same for a parameter, whose names are shorter.
fn is_secret_parameter(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    is_secret_name(name)
        || ["SIG", "KEY", "PWD", "PASS", "CODE"].contains(&upper.as_str())
        || ["SIGNATURE", "_KEY", "-KEY"].iter().any(|end| upper.ends_with(end))
}

/// A text with every password and token in the URLs of it replaced by `***`: those of
/// `scheme://user:password@host`, of `user:password@host:path`, and of a query.
pub fn hide_credentials(text: &str) -> String {
    without_credentials(text).into_owned()
}

/// The same of a long text, which is not copied if it holds none.
pub fn without_credentials(text: &str) -> Cow<'_, str> {
    // Most texts, and most lines, hold neither a URL nor anything at a host.
    let may_hold = |text: &str| text.contains("://") || text.contains('@');
    if !may_hold(text) {
        return text.into();
    }
    let mut hidden = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let line = if may_hold(line) { hide_in_words(line).into() } else { Cow::Borrowed(line) };
        hidden.push_str(&line);
    }
    hidden.into()
}

fn hide_in_words(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(ends_url).unwrap_or(rest.len());
        hidden.push_str(&hide_in_word(&rest[..end]));
        let next = rest[end..].find(|c| !ends_url(c)).map_or(rest.len(), |at| end + at);
        hidden.push_str(&rest[end..next]);
        rest = &rest[next..];
    }
    hidden
}

/// The same for a word: a URL may begin within it, and another one behind that.
fn hide_in_word(word: &str) -> String {
    let Some(at) = word.find("://") else { return hide_in_scp(word) };
    let (before, rest) = word.split_at(at + 3);
    let next = rest.find("://").map_or(rest.len(), |at| {
        let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || c == '+';
        match rest[..at].char_indices().rfind(|(_, c)| !is_of_scheme(*c)) {
            Some((end, _)) => end,
            None => at,
        }
    });
    let (own, behind) = rest.split_at(next);
    let (place, query) = own.split_at(own.find('?').unwrap_or(own.len()));
    // SSH's user is no secret, and git needs it.
    let keeps_user = before.ends_with("ssh://");
    let place = match user_end(place) {
        Some(end) => {
            let user = place[..end].split(':').next().filter(|_| keeps_user);
            match user {
                Some(user) if user.len() == end => place.to_owned(),
                Some(user) => format!("{user}:***{}", &place[end..]),
                None => format!("***{}", &place[end..]),
            }
        }
        None => place.to_owned(),
    };
    format!("{before}{place}{}{}", hide_in_query(query), hide_in_word(behind))
}

/// Where the user and the password end, at their `@`.
fn user_end(place: &str) -> Option<usize> {
    let authority = &place[..place.find(['/', '#', '\\']).unwrap_or(place.len())];
    let is_port = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    match authority.rfind('@') {
        Some(at) => Some(at),
        // A password with a slash in it: no port looks like that.
        None => {
            let (_, port) = authority.rsplit_once(':')?;
            if is_port(port) || port.ends_with(']') { None } else { place.rfind('@') }
        }
    }
}

/// `user:password@host:path`
fn hide_in_scp(word: &str) -> String {
    let found = word.split_once('@').and_then(|(user, host)| {
        let (name, password) = user.split_once(':')?;
        let start = name.rfind(|c: char| "=(,[{".contains(c)).map_or(0, |at| at + 1);
        let is_scp = !name[start..].is_empty() && !user[start..].contains('/');
        let is_host = host.split_once(':').is_some_and(|(host, _)| {
            !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || ".-_[]".contains(c))
        });
        (is_scp && is_host && !password.is_empty() && password != "***").then_some((name, host))
    });
    found.map_or_else(|| word.to_owned(), |(name, host)| format!("{name}:***@{host}"))
}

/// `?name=value&name=value#fragment`
fn hide_in_query(query: &str) -> String {
    let mut hidden = String::new();
    for part in query.split_inclusive(['?', '&', ';', '#']) {
        let text = part.trim_end_matches(['?', '&', ';', '#']);
        match text.split_once('=') {
            Some((name, value)) if is_secret_parameter(name) && !value.is_empty() => {
                // What ends a sentence is none of it.
                let end = value.trim_end_matches([':', ',', '.', ')']).len();
                let behind = &part[name.len() + 1 + end..];
                hidden.push_str(&format!("{name}=***{behind}"));
            }
            _ => hidden.push_str(part),
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_has_neither_a_url_nor_a_host_has_nothing_to_hide(
            words in proptest::collection::vec("[a:/?=&;# .'\n]{0,4}|token=|password", 0..8),
        ) {
            let text = words.concat();
            prop_assert!(text.contains("://") || hide_in_words(&text) == text);
        }
    }

    #[test]
    fn credentials_are_hidden_and_nothing_else() {
        for (text, shown) in [
            ("fetch https://ann:s3cret@a.com/x.", "fetch https://***@a.com/x."),
            ("https://t0ken@a.com/x", "https://***@a.com/x"),
            ("https://ann:s/3@cret@a.com/x", "https://***@a.com/x"),
            ("https://a@b:s3cret@a.com", "https://***@a.com"),
            ("'ssh://git:s3cret@a.com:22/x'", "'ssh://git:***@a.com:22/x'"),
            ("ann:s3cret@a.com:x.git", "ann:***@a.com:x.git"),
            ("--push=ann:s3cret@a.com:x.git", "--push=ann:***@a.com:x.git"),
            ("https://a.com/x?token=s3cret&v=1#f", "https://a.com/x?token=***&v=1#f"),
            ("at https://a.com/x?token=s3cret: no", "at https://a.com/x?token=***: no"),
            ("https://a.com?v=1&X-Amz-Signature=s3cret", "https://a.com?v=1&X-Amz-Signature=***"),
            (
                "https://a.com/?private_token=s3cret;sig=s3cret",
                "https://a.com/?private_token=***;sig=***",
            ),
            (
                "https://a:s3cret@b.com,https://c:s3cret@d.com",
                "https://***@b.com,https://***@d.com",
            ),
            (
                "https://a.com/x?token=s3cret,https://c:s3cret@d.com",
                "https://a.com/x?token=***,https://***@d.com",
            ),
        ] {
            assert_eq!(hide_credentials(text), shown);
            assert_eq!(hide_credentials(shown), shown);
            assert!(ensure_public(text).is_err() && ensure_public(shown).is_ok(), "{text}");
        }
        for text in [
            "https://a.com:8080/a@b?v=1&design=2",
            "http://[::1]:80/x and http://a.com/b@c",
            "git@github.com:a/b.git",
            "ssh://git@github.com/a/b.git",
            "From: A Name <a@b.c>: 12:30@x y",
            "@repo//a:b @@x//:y",
            "file:///a/b",
            "https://a.com/\u{e9}\u{34f}s://b.com/x",
            "../upstream.git",
            // Neither a user nor a host has such characters.
            "f(:s3cret@a.com:x",
            "ann:s3cret@a!com:x",
        ] {
            assert_eq!(hide_credentials(text), text);
        }
    }

    #[test]
    fn github_has_a_page_for_each_repository() {
        let page = Some("https://github.com/a/b".to_owned());
        for url in ["https://github.com/a/b", "git@github.com:a/b.git", "https://github.com/a/b/"] {
            assert_eq!(github_page(url), page, "{url}");
        }
        for url in ["https://github.com/a", "https://example.com/a/b", "../github.com/a/b"] {
            assert_eq!(github_page(url), None, "{url}");
        }
    }

    #[test]
    fn git_is_given_what_it_fetches_itself() {
        for location in [
            "https://a.com/x",
            "HTTPS://a.com/x",
            "git@github.com:a/b.git",
            "ssh://git@a.com/x",
            "file:///a/b",
            "../a/b",
            "/a::b/c",
            "a/b::c",
        ] {
            assert_eq!(fault(location), None, "{location}");
        }
        for location in [
            "ext::sh -c true",
            "fd::17",
            "http::https://a.com",
            "hg://a.com/x",
            "ext://x",
            "--upload-pack=touch x:",
            "https://a.com/\nx",
        ] {
            assert!(fault(location).is_some(), "{location}");
        }
    }

    #[test]
    fn a_variable_is_secret_by_the_words_of_its_name() {
        for name in [
            "GITHUB_TOKEN",
            "npm_config__authToken",
            "PGPASSWORD",
            "AWS_SECRET_ACCESS_KEY",
            "BASIC_AUTH",
            "OPENAI_API_KEY",
            "GH_TOKENS",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "GIT_AUTHOR_NAME",
            "MONKEY",
            "KEYBOARD_LAYOUT",
            "GOPRIVATE",
            "TOKENIZER",
            "SSH_AUTH_SOCK",
            "SECRET_FILE",
            "COMPASS",
            "PATH",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
