//! The statement that a consumer copies: the override by the published archive.

use crate::project::config::{self, Config};
use crate::project::lock::ArchiveLock;
use crate::project::override_kind::OverrideKind;
use crate::project::setting::BASE_URL;
use crate::publish::render::{self, Snippet};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::ids::ModuleVersion;
use crate::support::location::ensure_public;
use crate::support::problem::Kind;

/// The base URL if none is known.
pub const PLACEHOLDER: &str = "https://example.com/path/to";

/// What an override says of a published archive.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    pub module: &'a str,
    /// The version in the archive.
    pub version: &'a ModuleVersion,
    /// How many patches are in it.
    pub patches: usize,
    pub archive: &'a ArchiveLock,
    /// The URL of the directory that it is in, if that is known.
    pub base_url: Option<&'a str>,
}

impl Published<'_> {
    /// The data of the snippet; without a base URL it names a placeholder. `unverified` is why
    /// the lock has no test results for the archive.
    pub fn snippet(&self, unverified: Option<String>) -> Snippet {
        let Self { module, version, patches, archive, base_url } = *self;
        Snippet {
            module: module.to_owned(),
            release: version.release.to_string(),
            version: version.to_string(),
            patches,
            url: archive_url(base_url.unwrap_or(PLACEHOLDER), archive),
            is_placeholder: base_url.is_none(),
            integrity: archive.integrity.to_string(),
            strip_prefix: archive.strip_prefix.clone(),
            unverified,
        }
    }

    /// The snippet of MODULE.bazel, as text.
    ///
    /// # Errors
    ///
    /// A defect of the template.
    pub fn text(&self, unverified: Option<String>) -> Result<String> {
        Ok(render::snippet(&self.snippet(unverified))?)
    }
}

/// The file that holds the snippet for an archive.
pub fn snippet_file(archive: &ArchiveLock) -> String {
    format!("{}{}", archive.strip_prefix, OverrideKind::Archive.suffix())
}

/// Where an archive is fetched from.
pub fn archive_url(base: &str, archive: &ArchiveLock) -> String {
    format!("{base}/{}", archive.file)
}

/// The base URL: `given`, then patcher.toml.
///
/// # Errors
///
/// It is not the URL of a directory.
pub fn base_url(env: &Environment, given: Option<&str>, config: &Config) -> Result<Option<String>> {
    match given {
        Some(given) => Ok(Some(given_url(env, given)?.to_owned())),
        None => Ok(config.base_url.as_deref().map(checked_url).transpose()?.map(str::to_owned)),
    }
}

/// The base URL that a flag or a variable gave, without a slash at its end.
///
/// # Errors
///
/// It is not the URL of a directory, and which of the two gave it.
pub fn given_url<'a>(env: &Environment, given: &'a str) -> Result<&'a str> {
    checked_url(given).map_err(|failure| BASE_URL.blamed(env, given, failure))
}

/// The URL, without a slash at its end.
///
/// # Errors
///
/// It is not the URL of a directory.
pub fn checked_url(url: &str) -> Result<&str> {
    ensure_public(url)?;
    config::base_url(url).map_err(|message| Failure::new(Kind::Input, message))
}
