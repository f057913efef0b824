//! What is asked for of a publication.

use std::path::{Path, PathBuf};

use crate::project::config::Config;
use crate::project::evidence::{Evidence, State};
use crate::project::override_kind::OverrideKind;
use crate::project::setting::Origin;
use crate::project::site::Site;
use crate::publish::registry_index::Yank;
use crate::publish::snippet::{base_url, checked_url};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{ModuleVersion, Release};
use crate::support::path::ensure_writable;
use crate::support::problem::Kind;
use crate::support::writing::Writing;

/// What to publish, and where. Relative paths begin at the working directory.
#[derive(Clone, Debug)]
pub struct PublishOptions {
    /// The directory to write into.
    pub output: PathBuf,
    /// The URL of the directory that the archive will be in, unless patcher.toml names it.
    pub base_url: Option<String>,
    /// The kinds of override; none for those of patcher.toml, as far as nothing is missing.
    pub kinds: Vec<OverrideKind>,
    /// The URL of upstream's own archive.
    pub upstream_archive: Option<String>,
    /// The directory of the registry.
    pub registry: Option<PathBuf>,
    /// The URL of the registry.
    pub registry_url: Option<String>,
    /// The versions to yank in the registry.
    pub yanks: Vec<Yank>,
    /// The repository to push the commit to.
    pub push: Option<String>,
    /// Whether to publish without results of the scenarios.
    pub is_unverified: bool,
    pub writing: Writing,
    /// The release; the newest series' pin if none is named.
    pub release: Option<Release>,
}

impl PublishOptions {
    /// Stops if a URL or a directory is none that can be used, before anything is made for it.
    pub(super) fn ensure_usable(&self, site: &Site<'_>, config: &Config) -> Result<()> {
        base_url(site.env, self.base_url.as_deref(), config)?;
        let urls = [
            ("--upstream-archive", &self.upstream_archive),
            ("--registry-url", &self.registry_url),
        ];
        for (flag, url) in urls {
            let origin = Origin::Flag(flag);
            let named = |failure| origin.named(failure).hint(origin.way_out());
            url.as_deref().map(checked_url).transpose().map_err(named)?;
        }
        if self.writing == Writing::LeftOut {
            return Ok(());
        }
        let directory = |directory: &Path| site.env.directory().join(directory);
        ensure_writable(&directory(&self.output), "--output")?;
        let registry = self.registry.as_deref();
        registry.map_or(Ok(()), |registry| ensure_writable(&directory(registry), "--registry"))
    }

    /// Stops if the scenarios show nothing of what is to be published, unless that is wanted.
    /// The scenarios are in `suite`.
    pub(super) fn ensure_tested(
        &self,
        evidence: &Evidence,
        version: &ModuleVersion,
        suite: &str,
    ) -> Result<()> {
        let Some(why) = evidence.why.as_ref().filter(|_| !self.is_unverified) else {
            return Ok(());
        };
        let failure = Failure::new(Kind::Finding, format_args!("{version}: {why}"));
        let failure = match evidence.state {
            State::None => {
                failure.hint(format!("write a scenario in {suite} that applies to the release"))
            }
            _ => failure.hint("`patcher sync` runs the scenarios"),
        };
        Err(failure
            .hint("`--unverified` publishes all the same, and the snippets say so")
            .hint("nothing was published"))
    }
}
