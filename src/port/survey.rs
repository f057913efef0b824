//! What becomes of each patch on every release, without writing anything.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::git::store::Store;
use crate::port::outcome::Outcome;
use crate::port::{Applied, Attempt, PatchOutcome};
use crate::project::load::Series;
use crate::project::lock::SeriesLock;
use crate::project::patch_choice::{PatchChoice, ensure_known, names};
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release, TreeId};
use crate::support::problem::Kind;
use crate::support::releases::Releases;

/// What a survey is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The releases; every stable one if empty.
    pub to: Vec<Releases>,
    /// The patches to leave out if a release has them already.
    pub drop_upstreamed: Vec<PatchChoice>,
}

/// Every series on its releases.
#[derive(Clone, Debug, Serialize)]
pub struct Survey {
    /// The series that any of the releases is for.
    pub series: Vec<SeriesSurvey>,
}

/// A series on its releases.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesSurvey {
    /// The directory of the series.
    pub patches: String,
    pub release: Release,
    pub commit: CommitId,
    /// The releases, newest first.
    pub releases: Vec<ReleaseSurvey>,
}

/// A series on a release.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseSurvey {
    pub release: Release,
    pub commit: CommitId,
    /// The tree with every patch that went in.
    pub tree: TreeId,
    pub patched_commit: CommitId,
    /// Each patch of the series, in order.
    pub patches: Vec<PatchSurvey>,
}

/// A patch on a release.
#[derive(Clone, Debug, Serialize)]
pub struct PatchSurvey {
    #[serde(flatten)]
    pub found: PatchOutcome,
    /// The tree after it, if it went in.
    pub tree: Option<TreeId>,
    pub commit: Option<CommitId>,
}

/// Ports every series to those of the releases that are its own; uses what was fetched before.
///
/// # Errors
///
/// A release or a patch that is named is not known, or a series does not apply at its pin. What
/// stops a port is in the survey.
pub fn survey(site: &Site<'_>, options: &Options) -> Result<Survey> {
    let project = site.project()?;
    let (lock, all) = (project.lock()?, project.locked_series()?);
    project.ensure_sound()?;
    let series: Vec<&Series> = all.iter().map(|(_, series)| *series).collect();
    ensure_known(&options.drop_upstreamed, &series)?;
    let releases = selected(&options.to, &site.mirror(lock)?.releases()?)?;
    let store = site.store(lock)?;
    let mut survey = Survey { series: Vec::new() };
    for (index, (locked, series)) in all.iter().enumerate() {
        let own = releases.iter().filter(|(release, _)| is_own(locked, index == 0, release));
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            continue;
        }
        let pinned = pinned(&store, locked, series)?;
        let accepted = names(&options.drop_upstreamed, series)?;
        let on_release = |(release, commit): &&(Release, CommitId)| {
            let base = store.commit(*commit)?;
            let attempt = pinned.onto(&store, *release, &base)?;
            let attempt = attempt.accepting(&accepted);
            ReleaseSurvey::new(&store, attempt)
        };
        survey.series.push(SeriesSurvey {
            patches: locked.patches.clone(),
            release: pinned.release,
            commit: pinned.base.id,
            releases: own.iter().map(on_release).collect::<Result<_>>()?,
        });
    }
    if survey.series.is_empty() {
        return Err(Failure::new(Kind::Input, "no series is for any of these releases")
            .hint("`patcher status` shows what each series supports"));
    }
    Ok(survey)
}

/// Whether a release is one of a series: it is in its range. Without a range, the one series is for
/// every release; a release that is newer than every pin belongs to the newest series.
pub(super) fn is_own(locked: &SeriesLock, is_newest: bool, release: &Release) -> bool {
    match &locked.releases {
        None => true,
        Some(range) => range.contains(release) || (is_newest && *release > locked.pin.release),
    }
}

fn pinned(store: &Store, locked: &SeriesLock, series: &Series) -> Result<Applied> {
    let pinned = Applied::at_pin(store, locked, series)?;
    let hint = format!("the series applies to {} exactly, or not at all", pinned.release);
    pinned.complete().map_err(|failure| failure.hint(hint))
}

/// The releases that were fetched and asked for, newest first.
fn selected(
    to: &[Releases],
    fetched: &BTreeMap<Release, CommitId>,
) -> Result<Vec<(Release, CommitId)>> {
    let newest = fetched.keys().rfind(|release| release.is_stable()).copied();
    let is_selected = |release: &Release| {
        if to.is_empty() {
            return release.is_stable();
        }
        to.iter().any(|to| to.contains(release, newest))
    };
    let mut named = to.iter().filter_map(|to| match to {
        Releases::One(one) => Some(one),
        _ => None,
    });
    let unknown = named.find(|release| !fetched.contains_key(release));
    let found: Vec<_> = fetched.iter().rev().filter(|(release, _)| is_selected(release)).collect();
    if unknown.is_some() || found.is_empty() {
        let what = unknown.map_or("no such release".to_owned(), |one| format!("no release {one}"));
        return Err(Failure::new(Kind::Input, format_args!("{what} was fetched"))
            .hint("`patcher status` shows the newest; `patcher sync` fetches what upstream has"));
    }
    Ok(found.into_iter().map(|(release, commit)| (*release, *commit)).collect())
}

impl Survey {
    /// Every series on every release.
    pub fn releases(&self) -> impl Iterator<Item = &ReleaseSurvey> {
        self.series.iter().flat_map(|series| &series.releases)
    }

    /// What stops a port, and on how many releases: conflicts, or else patches that are not needed.
    pub fn fault(&self) -> Option<(Kind, usize)> {
        let faults: Vec<Kind> = self.releases().filter_map(ReleaseSurvey::fault).collect();
        let kind = *faults.iter().find(|kind| **kind == Kind::Conflict).or(faults.first())?;
        Some((kind, faults.iter().filter(|fault| **fault == kind).count()))
    }
}

impl ReleaseSurvey {
    /// What became of each patch, with the commits that the series makes.
    fn new(store: &Store, attempt: Attempt<'_>) -> Result<Self> {
        let commits = attempt.commits(store)?;
        let (release, base, tree) = (attempt.release, attempt.base.id, attempt.tree());
        let patched_commit = commits.last().copied().unwrap_or(base);
        let mut commits = commits.into_iter();
        let patch = |found: PatchOutcome| {
            let tree = found.after;
            let commit = tree.and_then(|_| commits.next());
            PatchSurvey { found, tree, commit }
        };
        let patches = attempt.outcomes.into_iter().map(patch).collect();
        Ok(Self { release, commit: base, tree, patched_commit, patches })
    }

    /// What stops the series here.
    fn fault(&self) -> Option<Kind> {
        let failed =
            || self.patches.iter().map(|patch| &patch.found).filter(|found| found.is_failure());
        if failed().any(|found| found.outcome == Outcome::Conflict) {
            return Some(Kind::Conflict);
        }
        failed().next().map(|_| Kind::Finding)
    }
}
