//! `override` as operations: the override in a consumer's MODULE.bazel, edited to be what the lock
//! says, and shown.

use std::path::{Path, PathBuf};

use crate::consumer::bazel_version::BazelVersion;
use crate::consumer::overview::Overview;
use crate::consumer::{
    self, Edited, ModuleFile, ModuleFiles, Override, OverrideFunction, Step, Unlike, Wanted,
};
use crate::project::changes::Changes;
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock::ReleaseLock;
use crate::project::site::Site;
use crate::project::stale::staleness;
use crate::project::workspace::{self, Workspace};
use crate::project::{config, lock};
use crate::publish::snippet::{archive_url, base_url};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::location::ensure_public;
use crate::support::problem::{Kind, Problem};

/// What to do to the override in a file.
#[derive(Clone, Debug)]
pub(crate) struct EditOptions {
    /// The root module's MODULE.bazel, from the working directory.
    pub(crate) file: String,
    pub(crate) change: Change,
    pub(crate) is_check: bool,
}

/// What to do to the override.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Add(Target),
    /// An override that is there already.
    Update {
        target: Target,
        unlike: Unlike,
    },
    /// Raises the `bazel_dep` to a version of its own, if there is one.
    Remove {
        to: Option<BazelVersion>,
    },
}

/// What the override is to stand for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The release; the newest series' pin if none is named.
    pub(crate) release: Option<Release>,
    pub(crate) source: Source,
}

/// Where the override takes the patched release from, a kind of override each.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The archive below this URL, unless patcher.toml names it.
    Archive { base_url: Option<String> },
    /// The published commit of this repository.
    Git { remote: String },
    /// This directory, from the root module's.
    LocalPath { path: String },
    /// The published version of the registry with this URL.
    Registry { url: String },
}

/// What was done to the files, or is to be.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The version that is published; absent if the override was removed.
    pub(crate) version: Option<String>,
    /// The names of the files that change; none if they are up to date.
    pub(crate) changed: Vec<String>,
    /// What changes in them, as a diff.
    pub(crate) diff: String,
    pub(crate) steps: Vec<Step>,
    /// What the user should know beside that.
    pub(crate) notes: Vec<String>,
    /// What the files say after it.
    pub(crate) overview: Overview,
}

/// What the files say of the project's module.
///
/// # Errors
///
/// There is no lock, or the files cannot be understood.
pub(crate) fn show(site: &Site<'_>, file: &str) -> Result<Overview> {
    let project = site.project()?;
    let module = &project.lock()?.upstream.module;
    Ok(Overview::of(&read(site, file)?, module)?)
}

/// Edits the override, in all the files that it is in or in none.
///
/// # Errors
///
/// The files cannot be understood or written, or what is in them refuses the change.
pub(crate) fn edit(site: &Site<'_>, options: &EditOptions) -> Result<Edit> {
    let project = site.project()?;
    let module = project.lock()?.upstream.module.clone();
    let files = read(site, &options.file)?;
    let (edited, version) = match &options.change {
        Change::Add(target) => {
            let (wanted, version) = wanted(site, &project, target)?;
            (consumer::add(&files, &wanted)?, Some(version))
        }
        Change::Update { target, unlike } => {
            let (wanted, version) = wanted(site, &project, target)?;
            (consumer::update(&files, &wanted, *unlike)?, Some(version))
        }
        Change::Remove { to } => (consumer::remove(&files, &module, to.as_ref())?, None),
    };
    let overview = Overview::of(&edited.files, &module)?;
    let Edited { files: after, steps, notes } = edited;
    let changed: Vec<(&ModuleFile, &ModuleFile)> =
        files.iter().zip(after.iter()).filter(|(old, new)| old.text != new.text).collect();
    if !options.is_check {
        write(site, &changed)?;
    }
    Ok(Edit {
        version,
        changed: changed.iter().map(|(_, new)| new.name.clone()).collect(),
        diff: diff(&changed),
        steps,
        notes,
        overview,
    })
}

/// The file that the user names, with all that it includes.
fn read(site: &Site<'_>, name: &str) -> Result<ModuleFiles> {
    if site.env.directory().join(name).is_dir() {
        let message = format_args!("{name} is a directory");
        let hint = format!("name the file: {}/MODULE.bazel", name.trim_end_matches('/'));
        return Err(Failure::new(Kind::Input, message).hint(hint));
    }
    let directory = Workspace::new(site.env.directory());
    Ok(ModuleFiles::collect(name, |name| directory.read(name))?)
}

fn write(site: &Site<'_>, changed: &[(&ModuleFile, &ModuleFile)]) -> Result<()> {
    let paths: Vec<PathBuf> =
        changed.iter().map(|(_, new)| site.env.directory().join(&new.name)).collect();
    let texts = changed.iter().map(|(_, new)| new.text.as_bytes());
    let files: Vec<(&Path, &[u8])> = paths.iter().map(PathBuf::as_path).zip(texts).collect();
    workspace::write_all(&files)
}

fn diff(changed: &[(&ModuleFile, &ModuleFile)]) -> String {
    let mut changes = Changes::default();
    for (_, new) in changed {
        changes.write(&new.name, new.text.as_bytes());
    }
    changes.diff(|name: &str| {
        let old = changed.iter().find(|(old, _)| old.name == name);
        old.map(|(old, _)| old.text.clone().into_bytes())
    })
}

/// What the override is to be, by the lock; and the version that is published.
fn wanted(site: &Site<'_>, project: &Project, target: &Target) -> Result<(Wanted, String)> {
    if project.is_edited {
        let problems = project.problems.iter().filter(|p| p.file == lock::FILE);
        return Err(problems.cloned().collect::<Vec<Problem>>().into());
    }
    let SupportedRelease { lock, release: locked, .. } = project.supported(target.release)?;
    if let Some(stale) = staleness(locked, project) {
        site.progress.warning(&format!("{} is not verified: {stale}", locked.version()));
    }
    let statement = statement(&target.source, &lock.upstream.module, locked, project)?;
    // Bazel refuses a `single_version_override` that is older than the `bazel_dep`.
    let is_exact = statement.kind == OverrideFunction::SingleVersion;
    let published = locked.version().to_string();
    let version = if is_exact { published.clone() } else { locked.release.to_string() };
    let version: BazelVersion =
        version.parse().map_err(|e: String| Failure::new(Kind::Defect, e))?;
    Ok((Wanted { statement, version, is_exact }, published))
}

fn statement(
    source: &Source,
    module: &str,
    locked: &ReleaseLock,
    project: &Project,
) -> Result<Override> {
    Ok(match source {
        Source::Archive { base_url: given } => {
            let Some(base) = base_url(given.as_deref(), &project.config)? else {
                let message = "it is not known where the archive is published";
                return Err(Failure::new(Kind::Input, message)
                    .hint("name it with --base-url, or keep `base-url` in patcher.toml"));
            };
            let (archive, url) = (&locked.archive, archive_url(&base, &locked.archive));
            Override::archive(module, &url, &archive.integrity.to_string(), &archive.strip_prefix)
        }
        Source::Git { remote } => {
            let remote = config::public_url(remote)?;
            Override::git(module, &remote, &locked.patched_commit.to_string())
        }
        Source::LocalPath { path } => Override::local_path(module, path),
        Source::Registry { url } => {
            ensure_public(url)?;
            let registry = config::base_url(url).map_err(|_| {
                Failure::new(Kind::Input, format_args!("{url:?} is no URL of a registry"))
                    .hint("Bazel wants https://, http:// or file:///")
            })?;
            Override::single_version(module, &locked.version().to_string(), registry)
        }
    })
}
