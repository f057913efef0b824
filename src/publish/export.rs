//! `export` as an operation: the files of a release, as they are published or as upstream has them.

use std::path::PathBuf;

use serde::Serialize;

use crate::git::checkout;
use crate::project::scenario::Side;
use crate::project::site::Site;
use crate::publish::supported::{self, Supported};
use crate::support::failure::Result;
use crate::support::ids::Release;

#[derive(Clone, Debug)]
pub(crate) struct ExportOptions {
    /// The directory to write into, which has to be empty or not there; from the working directory.
    pub(crate) directory: PathBuf,
    /// The release; the newest series' pin if none is named.
    pub(crate) release: Option<Release>,
    pub(crate) side: Side,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Exported {
    #[serde(skip)]
    pub(crate) module: String,
    pub(crate) release: String,
    pub(crate) version: String,
    pub(crate) commit: String,
    /// How many files were written.
    pub(crate) files: usize,
}

/// Writes the files of a release that the project supports.
///
/// # Errors
///
/// There is something in the directory, the project is not sound, or nothing was fetched yet.
pub(crate) fn export(site: &Site<'_>, options: &ExportOptions) -> Result<Exported> {
    let directory = checkout::vacant(&site.env.directory().join(&options.directory))?;
    let project = site.project()?;
    project.ensure_sound()?;
    let supported = project.supported(options.release)?;
    let Supported { store, patched, patched_commit } = supported::make(site, &supported)?;
    let (commit, version, files) =
        supported::files_of(&store, &patched, &patched_commit, options.side)?;
    checkout::export(&files, &directory)?;
    Ok(Exported {
        module: supported.lock.upstream.module.clone(),
        release: supported.release.release.to_string(),
        version,
        commit: commit.to_string(),
        files: files.len(),
    })
}
