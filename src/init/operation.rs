//! Writing a new project.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::git::checkout;
use crate::git::program::git;
use crate::git::tree::Entry;
use crate::init::starter;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

/// Whether the new project becomes a git repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repository {
    /// Unless it is in one already.
    Made,
    NotMade,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    Done,
    /// Only what would be written is found out.
    LeftOut,
}

#[derive(Clone, Debug)]
pub struct InitOptions {
    /// The directory, relative to the working directory.
    pub directory: PathBuf,
    pub repository: Repository,
    pub writing: Writing,
}

/// A new project.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Initialised {
    pub directory: String,
    /// Its files, in order.
    pub files: Vec<String>,
    /// Whether git made a repository of it.
    pub made_repository: bool,
}

/// Writes the project that patcher carries into a directory which is empty or absent, but for hidden
/// files of other names, such as `.git`. All of it is written, or nothing.
///
/// # Errors
///
/// The directory holds something or cannot be written, or there is no git to make a repository.
pub fn init(site: &Site<'_>, options: &InitOptions) -> Result<Initialised> {
    let entries = starter::entries()?;
    let named = site.env.directory().join(&options.directory);
    let is_ours = |name: &str| entries.iter().any(|entry| top(entry) == name);
    let directory = checkout::vacant_but(&named, |name| name.starts_with('.') && !is_ours(name))?;
    let made_repository =
        options.repository == Repository::Made && !is_in_repository(site, &directory)?;
    if options.writing == Writing::Done {
        checkout::make_whole(&directory, |staged| {
            checkout::write(&entries, staged)?;
            if made_repository { make_repository(site, staged) } else { Ok(()) }
        })?;
    }
    Ok(Initialised {
        directory: options.directory.to_string_lossy().into_owned(),
        files: entries.iter().map(|entry| entry.path.to_string()).collect(),
        made_repository,
    })
}

/// The first part of an entry's path.
fn top(entry: &Entry) -> &str {
    entry.path.as_str().split('/').next().unwrap_or_default()
}

/// Whether the directory is in a repository, or is one.
fn is_in_repository(site: &Site<'_>, directory: &Path) -> Result<bool> {
    let there = directory.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("/"));
    let call = git(site.env, there).map_err(without_git)?;
    Ok(call.args(["rev-parse", "--git-dir"]).run()?.code == Some(0))
}

fn make_repository(site: &Site<'_>, directory: &Path) -> Result<()> {
    let output = git(site.env, directory)?.args(["init", "--quiet"]).run()?;
    if output.code == Some(0) {
        return Ok(());
    }
    let message = format_args!("`git init`: {}", output.stderr.trim());
    Err(without_git(Failure::new(Kind::Environment, message)))
}

fn without_git(failure: Failure) -> Failure {
    failure.hint("or write it without a repository: --no-git")
}
