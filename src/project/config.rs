//! `patcher.toml`: what a repository wants to keep of the command line.

use serde::Deserialize;

use crate::project::override_kind::OverrideKind;
use crate::support::ids::{PlainPath, ReleaseRange, checked};
use crate::support::problem::{Kind, Problem};

/// The file's name, beside `upstream.lock`.
pub const FILE: &str = "patcher.toml";

/// The settings; every one has a flag and an environment variable that win over it. Paths
/// are relative to the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The upstream repository: a URL, or a path.
    pub upstream: Option<String>,
    /// The Bazel registry that knows the unpatched archives' integrity.
    pub registry: Option<String>,
    /// The URL of the directory that archives are published in.
    pub base_url: Option<String>,
    /// The kinds of override that are published, and that `check` holds the patches to; all if empty.
    #[serde(rename = "routes")]
    pub kinds: Vec<OverrideKind>,
    pub bazel: Option<String>,
    /// Bazel rc files for the scenarios.
    pub bazelrc: Vec<String>,
    /// Files to append to the MODULE.bazel of the scenarios.
    pub module_append: Vec<String>,
    /// The series, the one for the newest releases first; if empty, there is one, which supports
    /// only its pin.
    #[serde(alias = "line")]
    pub series: Vec<SeriesConfig>,
}

/// A series, and the releases that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeriesConfig {
    /// The directory of the series.
    #[serde(deserialize_with = "checked::<_, PlainPath>")]
    pub patches: String,
    /// The releases: those of them that are not newer than the series' pin are supported.
    pub releases: ReleaseRange,
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Its first fault, with its line.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| {
            let problem = Problem::new(Kind::Input, FILE, error.message())
                .hint("correct or delete that line: README.md lists the settings");
            match error.span() {
                Some(span) => problem.at(1 + text[..span.start].matches('\n').count()),
                None => problem,
            }
        })
    }

    /// The kinds of override that are published.
    pub fn kinds(&self) -> Vec<OverrideKind> {
        if self.kinds.is_empty() { OverrideKind::ALL.to_vec() } else { self.kinds.clone() }
    }
}

/// A base URL as Bazel can use it, without a slash at its end.
///
/// # Errors
///
/// Why it cannot.
pub fn base_url(text: &str) -> Result<&str, String> {
    let has_scheme = ["https://", "http://", "file:///"].iter().any(|s| text.starts_with(s));
    let is_plain =
        !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'\\".contains(c));
    if !has_scheme || !is_plain {
        return Err(format!(
            "{text:?} is no base URL: Bazel wants https://, http:// or file:/// and no spaces"
        ));
    }
    let public = public_url(text);
    if public != text {
        return Err(format!(
            "{public} is given with credentials, and what is written would hold them: leave them \
             to Bazel's credential helper or a .netrc"
        ));
    }
    Ok(text.trim_end_matches('/'))
}

/// An upstream's URL without what must not be kept in a file that is shared: a password, and
/// over HTTP the user, too, which may be a token. SSH needs its user.
pub fn public_url(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Some((user, host)) = authority.rsplit_once('@') else { return url.to_owned() };
    match user.split(':').next().filter(|_| scheme.ends_with("ssh")) {
        Some(name) => format!("{scheme}://{name}@{host}{path}"),
        None => format!("{scheme}://{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_taken_out_of_urls() {
        for (url, public) in [
            ("https://ann:hunter2@host/x.git", "https://host/x.git"),
            ("https://t0ken@host:8443/x@y.git", "https://host:8443/x@y.git"),
            ("https://a@b:c@host", "https://host"),
            ("ssh://git:hunter2@host/x.git", "ssh://git@host/x.git"),
            ("ssh://git@host/x.git", "ssh://git@host/x.git"),
            ("git@host:x.git", "git@host:x.git"),
            ("https://host/x", "https://host/x"),
            ("../upstream.git", "../upstream.git"),
        ] {
            assert_eq!(public_url(url), public);
        }
    }

    #[test]
    fn unknown_settings_are_named_with_their_line() {
        let problem = Config::parse("bazel = \"b\"\nbase_url = \"x\"\n").unwrap_err();
        assert_eq!(problem.line, Some(2));
        assert!(problem.message.contains("base_url"), "{problem}");
        assert_eq!(Config::parse("base-url = \"x\"\n").unwrap().base_url.as_deref(), Some("x"));
    }

    #[test]
    fn a_base_url_is_one_that_bazel_takes() {
        assert_eq!(base_url("https://example.com/a/"), Ok("https://example.com/a"));
        for text in ["example.com", "file://relative", "https://a b", "https://a\"b", "ftp://a"] {
            assert!(base_url(text).is_err(), "{text}");
        }
        for text in ["https://ann:hunter2@host/x", "https://t0ken@host"] {
            let message = base_url(text).unwrap_err();
            assert!(
                message.contains("credentials") && message.contains("https://host"),
                "{message}"
            );
            assert!(!message.contains("hunter2") && !message.contains("t0ken"), "{message}");
        }
    }
}
