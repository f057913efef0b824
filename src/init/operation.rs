//! Writing a new project.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::git::checkout;
use crate::git::program::git;
use crate::init::ruleset::{self, Ruleset, Wanted};
use crate::init::starter;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::writing::Writing;

/// The hidden files of a project.
const OURS: [&str; 3] = [".gitattributes", ".github", ".gitignore"];

/// Whether the new project becomes a git repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repository {
    /// Unless it is in one already.
    Made,
    NotMade,
}

#[derive(Clone, Debug)]
pub struct InitOptions {
    /// The directory, relative to the working directory; named after the module if absent.
    pub directory: Option<PathBuf>,
    /// The ruleset that the project is for; the series that patcher carries if absent.
    pub ruleset: Option<Wanted>,
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
    /// What was found out about the ruleset that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruleset: Option<Ruleset>,
}

/// Writes a project into a directory which is empty or absent, but for hidden files of other names,
/// such as `.git`: the project that patcher carries, or one without patches for a ruleset. All of
/// it is written, or nothing.
///
/// # Errors
///
/// The directory holds something or cannot be written, there is no git to make a repository, or
/// something about the ruleset cannot be found out.
pub fn init(site: &Site<'_>, options: &InitOptions) -> Result<Initialised> {
    let place = |directory: &Path| site.env.directory().join(directory);
    if let Some(directory) = &options.directory {
        vacant(&place(directory))?;
    }
    let ruleset = options.ruleset.as_ref().map(|wanted| ruleset::find(site, wanted)).transpose()?;
    let named = ruleset.as_ref().map(|ruleset| format!("{}-patches", ruleset.module).into());
    let Some(given) = options.directory.clone().or(named) else {
        return Err(Failure::new(Kind::Input, "which directory?").hint("patcher init DIR"));
    };
    let directory = vacant(&place(&given))?;
    let entries = match &ruleset {
        None => starter::own()?,
        Some(ruleset) => {
            let from = site.env.directory();
            let location = ruleset::seen_from(&ruleset.upstream, from, &directory);
            starter::of_ruleset(ruleset, &location)?
        }
    };
    let made_repository =
        options.repository == Repository::Made && !is_in_repository(site, &directory)?;
    if options.writing == Writing::Done {
        checkout::make_whole(&directory, |staged| {
            checkout::write(&entries, staged)?;
            if made_repository { make_repository(site, staged) } else { Ok(()) }
        })?;
    }
    Ok(Initialised {
        directory: given.to_string_lossy().into_owned(),
        files: entries.iter().map(|entry| entry.path.to_string()).collect(),
        made_repository,
        ruleset,
    })
}

/// A directory without links and `..` that a project can be written to.
fn vacant(directory: &Path) -> Result<PathBuf> {
    checkout::vacant_but(directory, |name| name.starts_with('.') && !OURS.contains(&name))
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
