//! `export` as an operation: the files of a release, as they are published or as upstream has them.

use std::path::PathBuf;

use serde::Serialize;

use crate::git::checkout;
use crate::project::scenario::Side;
use crate::project::site::Site;
use crate::publish::supported::{self, Supported};
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::writing::Writing;

#[derive(Clone, Debug)]
pub(crate) struct ExportOptions {
    /// The directory to write into, from the working directory. It has to be empty or absent, or
    /// to hold these files already.
    pub(crate) directory: PathBuf,
    /// The release; the newest series' pin if none is named.
    pub(crate) release: Option<Release>,
    pub(crate) side: Side,
    pub(crate) writing: Writing,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Exported {
    #[serde(skip)]
    pub(crate) module: String,
    pub(crate) release: String,
    pub(crate) version: String,
    pub(crate) commit: String,
    /// How many files it has.
    pub(crate) files: usize,
    /// The directory that was written, or with `--dry-run` would be; none if it holds the files
    /// already.
    pub(crate) written: Vec<String>,
}

/// Writes the files of a release that the project supports.
///
/// # Errors
///
/// There is something else in the directory, the project is not sound, or nothing was fetched yet.
pub(crate) fn export(site: &Site<'_>, options: &ExportOptions) -> Result<Exported> {
    let directory = site.env.directory().join(&options.directory);
    let project = site.project()?;
    project.ensure_sound()?;
    let supported = project.supported(options.release)?;
    let Supported { store, patched, patched_commit } = supported::make(site, &supported)?;
    let (commit, version, files) =
        supported::files_of(&store, &patched, &patched_commit, options.side)?;
    let is_there = checkout::holds(&files, &directory);
    if !is_there {
        let directory = checkout::vacant(&directory)?;
        if options.writing == Writing::Done {
            checkout::export(&files, &directory)?;
        }
    }
    let named = options.directory.display().to_string();
    Ok(Exported {
        module: supported.lock.upstream.module.clone(),
        release: supported.release.release.to_string(),
        version,
        commit: commit.to_string(),
        files: files.len(),
        written: if is_there { Vec::new() } else { vec![named] },
    })
}
