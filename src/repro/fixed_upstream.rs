//! What a run showed of a release in which the bug is fixed upstream, kept in the cache until
//! `status` reports how consumers remove the override.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::project::load::Suite;
use crate::project::site::Site;
use crate::project::workspace;
use crate::publish::kinds;
use crate::repro::report::Report;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::support::path::cache_key;

/// A release that passes the scenarios as upstream made it.
#[derive(Debug, Serialize, Deserialize)]
pub struct FixedUpstream {
    pub release: Release,
    /// The version of Bazel that it passed under.
    pub bazel: String,
    /// The digest of the scenarios: of others it says nothing.
    suite: Sri,
}

impl FixedUpstream {
    pub fn advice(&self, module: &str) -> String {
        let Self { release, bazel, .. } = self;
        let removal = kinds::removal(module, *release);
        format!("{release} passes without the patches under Bazel {bazel}: consumers {removal}")
    }
}

fn path(site: &Site<'_>) -> Result<PathBuf> {
    let file = format!("{}.json", cache_key(site.root));
    Ok(site.env.cache()?.join("fixed-upstream").join(file))
}

/// Keeps what a run of all scenarios showed.
///
/// # Errors
///
/// The cache cannot be written.
pub fn note(site: &Site<'_>, suite: &Suite, report: &Report) -> Result<()> {
    let count = report.rows.len() + report.not_applicable.len();
    if count < suite.scenarios.len() {
        return Ok(());
    }
    let path = path(site)?;
    if report.is_fixed_upstream() {
        let (release, bazel) = (report.release, report.bazel.clone());
        let found = FixedUpstream { release, bazel, suite: suite.digest.clone() };
        return workspace::write(&path, &serde_json::to_vec(&found).map_err(Failure::defect)?);
    }
    if known(site, suite).is_some_and(|known| known.release == report.release) {
        // What is not there any more needs no removing.
        let _ = fs::remove_file(path);
    }
    Ok(())
}

/// The release in which the bug was seen fixed, if there is one.
pub fn known(site: &Site<'_>, suite: &Suite) -> Option<FixedUpstream> {
    let found: FixedUpstream = serde_json::from_slice(&fs::read(path(site).ok()?).ok()?).ok()?;
    (found.suite == suite.digest).then_some(found)
}
