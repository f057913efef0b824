//! What a sync is asked for.

use std::path::PathBuf;

use crate::project::OUTPUT;
use crate::project::load::Project;
use crate::project::patch_choice::PatchChoice;
use crate::project::setting::{Origin, UPSTREAM};
use crate::project::site::Site;
use crate::repro::bazel::{BazelError, Settings};
use crate::repro::memory::Known;
use crate::repro::settings::BazelOptions;
use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::ids::{Release, Sri};
use crate::support::location::ensure_public;
use crate::support::path::ensure_writable;
use crate::sync::plan::Target;

/// The flag that leaves the scenarios out of a sync.
pub(super) const NO_REPRO: &str = "`--no-repro`";

/// Whether a sync may support fewer releases than the lock has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FewerReleases {
    #[default]
    Refused,
    Allowed,
}

/// What a sync is asked for; relative paths begin at the working directory.
#[derive(Clone, Debug)]
pub struct Options {
    /// The upstream: a URL or a path; the one that the project names if absent.
    pub upstream: Option<String>,
    /// Where a series is to go; every series stays at its pin if absent.
    pub to: Option<Target>,
    /// Whether a release may go that is supported.
    pub fewer_releases: FewerReleases,
    /// The patches to drop if the release has them already.
    pub drop_upstreamed: Vec<PatchChoice>,
    /// The directory for what is published; `dist` in the project if absent.
    pub output: Option<PathBuf>,
    /// The URL of the directory that the archive will be in.
    pub base_url: Option<String>,
    /// The registry to ask for all releases: its URL or its directory; that of the project, for
    /// the releases that are new, if absent.
    pub registry: Option<String>,
    /// What the registry says of the archive of the newest pin, if it cannot be asked.
    pub registry_integrity: Option<Sri>,
    /// How the scenarios run; they do not if absent.
    pub scenarios: Option<BazelOptions>,
    /// How many Bazel servers work side by side.
    pub jobs: usize,
    /// Whether earlier results of the scenarios count.
    pub known: Known,
    /// Whether every archive is made again, and the registry asked about it.
    pub is_rebuild: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            upstream: None,
            to: None,
            fewer_releases: FewerReleases::default(),
            drop_upstreamed: Vec::new(),
            output: None,
            base_url: None,
            registry: None,
            registry_integrity: None,
            scenarios: Some(BazelOptions::default()),
            jobs: 1,
            known: Known::LookedUp,
            is_rebuild: false,
        }
    }
}

impl Options {
    /// How to call Bazel; `None` if the scenarios do not run. Looked for first: a missing Bazel
    /// should not be found after minutes of work. `without` is how the command leaves them out.
    ///
    /// # Errors
    ///
    /// There is no such Bazel, or one of its files is missing.
    pub fn bazel(
        &self,
        site: &Site<'_>,
        project: &Project,
        without: &str,
    ) -> Result<Option<Settings>> {
        let Some(bazel) = &self.scenarios else { return Ok(None) };
        if project.suite.scenarios.is_empty() {
            return Ok(None);
        }
        bazel.settings(site.env, site.root, &project.config).map(Some).map_err(
            |error| match error {
                BazelError::NotOnPath | BazelError::NoProgram(_) => {
                    Failure::from(error).hint(format!("or leave the scenarios out: {without}"))
                }
                error => error.into(),
            },
        )
    }

    /// The command that lets a person resolve what conflicts with a release, with what this one was
    /// given.
    pub(super) fn resolving(&self, site: &Site<'_>, release: Release) -> String {
        let mut words = vec![format!("patcher sync --to {release} --resolve")];
        let mut word = |flag: &str, value: &str| words.push(format!("{flag} {}", shell(value)));
        // A variable is set still. A password is typed again, not printed.
        let is_typed = |given: &&str| {
            matches!(UPSTREAM.given(site.env, given), Origin::Flag(_))
                && ensure_public(given).is_ok()
        };
        if let Some(upstream) = self.upstream.as_deref().filter(is_typed) {
            word("--upstream", upstream);
        }
        for patch in &self.drop_upstreamed {
            word("--drop-upstreamed", patch.as_str());
        }
        if let Some(output) = &self.output {
            word("--output", &output.to_string_lossy());
        }
        if self.fewer_releases == FewerReleases::Allowed {
            words.push("--allow-fewer-releases".to_owned());
        }
        if self.scenarios.is_none() {
            words.push("--no-repro".to_owned());
        }
        words.join(" ")
    }

    /// Stops if nothing can be written into the output directory.
    pub(super) fn ensure_output(&self, site: &Site<'_>) -> Result<()> {
        ensure_writable(&site.root.join(self.directory(site)), "--output")
    }

    /// The directory to publish into, relative to the project if none is named.
    pub(super) fn directory(&self, site: &Site<'_>) -> PathBuf {
        let named = self.output.as_ref().map(|output| site.env.directory().join(output));
        named.unwrap_or_else(|| OUTPUT.into())
    }
}
