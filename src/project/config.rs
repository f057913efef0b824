//! `patcher.toml`: what a repository wants to keep of the command line.

use serde::{Deserialize, Deserializer, de};

use crate::project::override_kind::OverrideKind;
use crate::project::toml_file;
use crate::support::failure::Failure;
use crate::support::location::{ensure_plain, ensure_public, hide_credentials};
use crate::support::name_format::{AssetFormat, PrefixFormat};
use crate::support::names::PlainPath;
use crate::support::problem::{Kind, Problem};
use crate::support::releases::ReleaseRange;
use crate::support::tag_format::TagFormat;

/// The file's name, beside `upstream.lock`.
pub const FILE: &str = "patcher.toml";

/// The settings; every one has a flag and an environment variable that win over it. Paths
/// are relative to the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The upstream repository: a URL, or a path.
    pub upstream: Option<String>,
    /// How its tags name releases.
    pub tag: TagFormat,
    /// How it makes the archive of a release.
    pub archive: ArchiveForm,
    /// How it names that archive.
    pub asset: Option<AssetFormat>,
    /// The directory in that archive.
    pub strip_prefix: Option<PrefixFormat>,
    /// The Bazel registry that knows the unpatched archives' integrity.
    pub registry: Option<String>,
    /// The URL of the directory that archives are published in.
    #[serde(deserialize_with = "checked_base_url")]
    pub base_url: Option<String>,
    /// The kinds of override that are published, and that `check` holds the patches to; all if empty.
    #[serde(alias = "routes")]
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
    /// What the scenarios have in common.
    pub scenarios: SuiteConfig,
    /// What upstream's own tests need to run without what only its developers have.
    pub upstream_tests: UpstreamTests,
}

/// How upstream makes the archive of a release, which the registry knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArchiveForm {
    /// As `git archive` does of its tag: patcher makes it again, and compares.
    #[default]
    GitArchive,
    /// In a way of its own: patcher compares its files with the tag's.
    Upload,
}

/// What the scenarios of a project have in common. Without it, a scenario is for every release
/// that it names, and any actions of it may conflict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SuiteConfig {
    /// The directory that they are in.
    #[serde(deserialize_with = "checked_suite")]
    pub directory: Option<String>,
    /// The releases that have the defect: a scenario that is for others gives the reason.
    pub releases: Option<ReleaseRange>,
    /// The mnemonic of the actions that conflict, in scenarios that name none.
    pub mnemonic: Option<String>,
}

impl SuiteConfig {
    /// The directory of the scenarios.
    pub fn directory(&self) -> &str {
        self.directory.as_deref().unwrap_or("tests/repro")
    }
}

/// How upstream's files are changed for its own tests, where its developers' are not to be had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct UpstreamTests {
    /// Flags of upstream's rc file that the tests need; Bazel does not read the file.
    pub flags: Vec<String>,
    /// Parts of its MODULE.bazel to leave out.
    pub remove: Vec<Removal>,
    /// Lines to add to it.
    pub insert: Vec<Insertion>,
}

/// Lines of a module file to leave out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Removal {
    /// How the first one begins.
    pub from: String,
    /// How the last one begins; the file's last one if absent.
    pub through: Option<String>,
    /// The modules whose `bazel_dep` stays.
    #[serde(default)]
    pub keep: Vec<String>,
}

/// Lines to add to a module file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Insertion {
    /// How the line begins that they come before.
    pub before: String,
    pub lines: String,
}

/// A series, and the releases that it is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SeriesConfig {
    /// The directory of the series.
    #[serde(deserialize_with = "checked_directory")]
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
        let config: Self = toml_file::parse(FILE, text).map_err(|problem| match problem.hint {
            Some(_) => problem,
            None => problem.hint(
                "correct or delete that line: docs/reference/patcher-toml.md lists the settings",
            ),
        })?;
        let mut directories: Vec<&str> = Vec::new();
        for SeriesConfig { patches, .. } in &config.series {
            if directories.contains(&patches.as_str()) {
                let problem = Problem::new(Kind::Input, FILE, format!("two series in {patches}"));
                let lines = text.lines().enumerate();
                let last = lines.filter(|(_, line)| line.contains(&format!("{patches:?}"))).last();
                let problem = last.map_or(problem.clone(), |(line, _)| problem.at(line + 1));
                return Err(problem.hint("give each series a directory of its own"));
            }
            directories.push(patches);
        }
        let refused = config.archives().and_then(|()| config.locations());
        refused.map_err(|(key, failure)| {
            let problem = Problem::new(Kind::Input, FILE, format!("{key}: {failure}"));
            let problem = failure.hints.into_iter().fold(problem, Problem::hint);
            let line = text.lines().position(|line| line.trim_start().starts_with(key));
            line.map_or(problem.clone(), |line| problem.at(line + 1))
        })?;
        Ok(config)
    }

    /// Stops at archives that upstream does not make: those of `git archive` are made in a directory.
    fn archives(&self) -> Result<(), (&'static str, Failure)> {
        let is_bare = self.strip_prefix.as_ref().is_some_and(|it| it.to_string().is_empty());
        if !is_bare || self.archive == ArchiveForm::Upload {
            return Ok(());
        }
        let message = "nothing is only for archives that upstream uploads";
        let failure = Failure::new(Kind::Input, message);
        Err(("strip-prefix", failure.hint("write `archive = \"upload\"`, or name the directory")))
    }

    /// Stops at a location that must not be used or published, with the key of it.
    fn locations(&self) -> Result<(), (&'static str, Failure)> {
        let Self { upstream, registry, .. } = self;
        let upstream = upstream.iter().map(|url| ("upstream", public_url(url).map(drop)));
        let registry = registry
            .iter()
            .map(|url| ("registry", ensure_plain(url).and_then(|()| ensure_public(url))));
        upstream
            .chain(registry)
            .try_for_each(|(key, checked)| checked.map_err(|failure| (key, failure)))
    }

    /// The kinds of override that are published.
    pub fn kinds(&self) -> Vec<OverrideKind> {
        if self.kinds.is_empty() { OverrideKind::ALL.to_vec() } else { self.kinds.clone() }
    }
}

fn checked_base_url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(value)?;
    base_url(&text).map_err(de::Error::custom)?;
    Ok(Some(text))
}

fn checked_directory<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    text.parse::<PlainPath>().map_err(de::Error::custom)?;
    Ok(text)
}

fn checked_suite<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    checked_directory(value).map(Some)
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
            "{text:?} is no base URL: it has to begin with https://, http:// or file:///, without \
             blanks, quotes or backslashes"
        ));
    }
    let public = hide_credentials(text);
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
///
/// # Errors
///
/// What is left holds a secret all the same, in its query or before `@host:path`; or git would do
/// something else with it than fetch.
pub fn public_url(url: &str) -> Result<String, Failure> {
    ensure_plain(url)?;
    let public = without_user(url);
    ensure_public(&public)?;
    Ok(public)
}

fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
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
            assert_eq!(public_url(url).unwrap(), public);
        }
        for url in ["https://ann:x@host/y?token=hunter2", "ann:hunter2@host:x.git", "ext::sh"] {
            assert!(!public_url(url).unwrap_err().to_string().contains("hunter2"), "{url}");
        }
    }

    #[test]
    fn a_location_that_must_not_be_used_is_named_with_its_line() {
        for text in [
            "bazel = \"b\"\nbase-url = \"https://a.com/?token=hunter2\"",
            "\nregistry = \"https://ann:hunter2@a.com\"",
            "\nregistry = \"ext::sh\"",
            "\nupstream = \"ext::sh\"",
            "\nupstream = \"https://a.com/?token=hunter2\"",
        ] {
            let problem = Config::parse(text).unwrap_err();
            assert_eq!(problem.line, Some(2), "{problem}");
            assert!(!problem.message.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn settings_that_cannot_be_used_are_named_with_their_line() {
        let series = "[[series]]\npatches = \"p\"\nreleases = \">=1.0.0\"\n";
        for (text, line, words) in [
            ("bazel = \"b\"\nbase_url = \"x\"\n", 2, "unknown key `base_url`"),
            ("\nbase-url = \"x\"\n", 2, "base-url: \"x\" is no base URL"),
            ("tag = \"v\"\n", 1, "tag: \"v\" is not a tag format"),
            ("tags = \"v{version}\"\n", 1, "unknown key `tags`"),
            ("asset = \"a/b.tar.gz\"\n", 1, "asset: \"a/b.tar.gz\" is not the name of a file"),
            ("asset = \"{name}.tgz\"\n", 1, "asset: \"{name}.tgz\" has the unknown placeholder"),
            ("\nstrip-prefix = \"/a\"\n", 2, "strip-prefix: \"/a\" is not a directory in an"),
            ("\nstrip-prefix = \"\"\n", 2, "strip-prefix: nothing is only"),
            ("archive = \"uplaod\"\n", 1, "archive: unknown value `uplaod`"),
            ("bazelrc = \"x\"\n", 1, "bazelrc: invalid type"),
            ("[[upstream-tests.remove]]\nfrom = \"x\"\nuntil = \"y\"\n", 3, "unknown key `until`"),
            ("[[upstream-tests.insert]]\nbefore = \"x\"\n", 1, "missing field `lines`"),
            ("kinds = [\"archvie\"]\n", 1, "kinds: unknown value `archvie`"),
            ("routes = [\"archvie\"]\n", 1, "routes: unknown value `archvie`"),
            ("[scenarios]\nmnemonics = \"x\"\n", 2, "unknown key `mnemonics`"),
            ("[scenarios]\ndirectory = \"../x\"\n", 2, "directory: \"../x\" is not"),
            ("[scenarios]\ndirectory = \"/x\"\n", 2, "directory: \"/x\" is not"),
            ("[scenarios]\nreleases = \"all\"\n", 2, "releases: \"all\" is not a range"),
            (&format!("{series}{series}"), 5, "two series in p"),
            (&series.replace("\"p\"", "\"../p\""), 2, "patches: \"../p\""),
        ] {
            let problem = Config::parse(text).unwrap_err();
            assert_eq!(problem.line, Some(line), "{problem}");
            assert!(problem.message.starts_with(words) && problem.hint.is_some(), "{problem:?}");
        }
        let config = Config::parse("base-url = \"https://x/\"\n").unwrap();
        assert_eq!(config.base_url.as_deref(), Some("https://x/"));
        let config = Config::parse(&format!("{series}[scenarios]\nmnemonic = \"M\"\n")).unwrap();
        assert_eq!(config.scenarios.mnemonic.as_deref(), Some("M"));
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
                message.contains("credentials") && message.contains("https://***@host"),
                "{message}"
            );
            assert!(!message.contains("hunter2") && !message.contains("t0ken"), "{message}");
        }
    }
}
