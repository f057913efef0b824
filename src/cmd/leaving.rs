//! What a run showed of a release that needs no patches any more, kept in the cache until
//! `status` tells how consumers go back to the plain release.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Context;
use crate::project::load::Project;
use crate::project::workspace;
use crate::publish::routes;
use crate::repro::report::Report;
use crate::repro::suite::workspace_key;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};

/// A release that passes the scenarios as upstream made it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Unneeded {
    pub(super) release: Release,
    /// The version of Bazel that it passed under.
    pub(super) bazel: String,
    /// The digest of the scenarios: of others it says nothing.
    suite: Sri,
}

impl Unneeded {
    /// What consumers do.
    pub(super) fn way_out(&self, module: &str) -> String {
        let Self { release, bazel, .. } = self;
        let leaving = routes::leaving(module, *release);
        format!("{release} passes without the patches under Bazel {bazel}: consumers {leaving}")
    }
}

fn path(context: &Context) -> Result<PathBuf> {
    let file = format!("{}.json", workspace_key(&context.root));
    Ok(context.env.cache()?.join("unneeded").join(file))
}

/// Keeps what a run of all scenarios showed.
pub(super) fn note(context: &Context, project: &Project, report: &Report) -> Result<()> {
    let count = report.rows.len() + report.not_applicable.len();
    if count < project.suite.scenarios.len() {
        return Ok(());
    }
    let path = path(context)?;
    if report.is_unneeded() {
        let (release, bazel) = (report.release, report.bazel.clone());
        let found = Unneeded { release, bazel, suite: project.suite.digest.clone() };
        return workspace::write(&path, &serde_json::to_vec(&found).map_err(Failure::defect)?);
    }
    if known(context, project).is_some_and(|known| known.release == report.release) {
        // What is not there any more needs no removing.
        let _ = fs::remove_file(path);
    }
    Ok(())
}

/// The release that was seen to need no patches, if there is one.
pub(super) fn known(context: &Context, project: &Project) -> Option<Unneeded> {
    let found: Unneeded = serde_json::from_slice(&fs::read(path(context).ok()?).ok()?).ok()?;
    (found.suite == project.suite.digest).then_some(found)
}
