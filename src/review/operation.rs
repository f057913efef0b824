//! The operations: a project's series compared between revisions, or between two releases.

use serde::Serialize;

use crate::git::revision::Repository;
use crate::project::lock::ReleaseLock;
use crate::project::site::Site;
use crate::publish::supported;
use crate::review::compare::review;
use crate::review::model::{Fact, Review, Snapshot};
use crate::review::snapshot;
use crate::support::failure::Result;
use crate::support::ids::Release;

/// What was compared, and what came of it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// The earlier side, as people name it.
    pub old: String,
    pub new: String,
    #[serde(flatten)]
    pub review: Review,
}

/// One side of a comparison.
#[derive(Debug)]
pub struct Side {
    pub name: String,
    /// The project's series and lock.
    pub snapshot: Snapshot,
}

/// The files on disk against a revision, or two revisions: `A..B` or `A...B`, as `git diff`
/// reads them.
///
/// # Errors
///
/// There is no such revision, or no project in it.
pub fn of_revisions(site: &Site<'_>, revision: &str) -> Result<Report> {
    let disk = site.workspace()?;
    let repository = Repository::new(site.env, disk.root());
    let or_head = |name: &str| if name.is_empty() { "HEAD" } else { name }.to_owned();
    let (old, new) = if let Some((old, new)) = revision.split_once("...") {
        let (old, new) = (or_head(old), or_head(new));
        (repository.merge_base(&old, &new)?, Some(new))
    } else if let Some((old, new)) = revision.split_once("..") {
        (or_head(old), Some(or_head(new)))
    } else {
        (revision.to_owned(), None)
    };
    let at = |name: &str| -> Result<Side> {
        let found = repository.revision(name)?;
        let (snapshot, warnings) = snapshot::take(name, &|path| found.read(path))?;
        warnings.iter().for_each(|warning| site.progress.warning(warning));
        let commit = found.commit.chars().take(12).collect();
        let is_commit = found.commit.starts_with(name);
        let name = if is_commit { commit } else { format!("{name} ({commit})") };
        Ok(Side { name, snapshot })
    };
    let old = at(&old)?;
    let new = match new {
        Some(new) => at(&new)?,
        None => {
            let (snapshot, warnings) = snapshot::take("", &|path| Ok(disk.read(path)?))?;
            warnings.iter().for_each(|warning| site.progress.warning(warning));
            Side { name: "the files on disk".to_owned(), snapshot }
        }
    };
    of_sides(site, old, new)
}

/// The series on two releases, each as it is merged there.
///
/// # Errors
///
/// A release is not supported, or the series no longer applies to it.
pub fn of_releases(site: &Site<'_>, old: Release, new: Release) -> Result<Report> {
    let project = site.project()?;
    project.ensure_sound()?;
    let (before, after) = (project.supported(Some(old))?, project.supported(Some(new))?);
    let mut facts = Vec::new();
    let mut fact = |name: &str, old: String, new: String| {
        facts.push(Fact { name: name.to_owned(), old: Some(old), new: Some(new) });
    };
    fact("commit", before.release.commit.short(), after.release.commit.short());
    let version = |release: &ReleaseLock| release.version().to_string();
    fact("archive", version(before.release), version(after.release));
    if before.series.directory != after.series.directory {
        fact("series", before.series.directory.clone(), after.series.directory.clone());
    }
    // Under one name, so that the patches are compared though their series are two.
    let directory = &after.series.directory;
    let snapshot = |release| -> Result<Snapshot> {
        let made = supported::make(site, release)?;
        snapshot::of_release(&made.store, directory, &made.patched)
    };
    let review = Review { facts, ..review(&snapshot(&before)?, &snapshot(&after)?) };
    Ok(Report { old: old.to_string(), new: new.to_string(), review })
}

/// Two snapshots, with the files that their patches apply to as far as they were fetched.
///
/// # Errors
///
/// The mirror cannot be read.
pub fn of_sides(site: &Site<'_>, mut old: Side, mut new: Side) -> Result<Report> {
    for snapshot in [&mut old.snapshot, &mut new.snapshot] {
        if let Some(lock) = &snapshot.lock
            && site.mirror(lock)?.exists()
        {
            let store = site.store(lock)?;
            snapshot::look_up(snapshot, &store)?;
        }
    }
    let review = review(&old.snapshot, &new.snapshot);
    Ok(Report { old: old.name, new: new.name, review })
}
