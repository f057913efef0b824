//! The series and their patches as they are on disk, and whether upstream has them already, as far
//! as was fetched.

use serde::Serialize;

use crate::patch::Patch;
use crate::port::Applied;
use crate::port::outcome::Outcome;
use crate::port::select::is_named;
use crate::port::survey::is_own;
use crate::project::lint::repro_ids;
use crate::project::load::{Project, Series, SourcePatch};
use crate::project::lock::SeriesLock;
use crate::project::patch_choice::PatchChoice;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::names::PatchName;
use crate::support::releases::ReleaseRange;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Listing {
    pub series: Vec<ListedSeries>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListedSeries {
    pub directory: String,
    /// The release that it applies to exactly; absent before the first sync.
    pub pin: Option<Release>,
    /// The releases that it is for; absent if it is only for its pin.
    pub releases: Option<ReleaseRange>,
    /// The newest of its releases that was fetched: the one that upstream is compared at.
    pub compared: Option<Release>,
    /// Why upstream could not be compared.
    pub not_compared: Option<String>,
    pub patches: Vec<ListedPatch>,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListedPatch {
    /// Its number in the series, from its name, or else its place.
    pub number: usize,
    pub name: PatchName,
    /// The file, relative to the project.
    pub file: String,
    pub subject: String,
    /// What its message says of upstream.
    pub upstream_status: Option<String>,
    /// When it can go, according to its message.
    pub drop_when: Vec<String>,
    /// The scenarios that show what it is there for.
    pub scenarios: Vec<String>,
    /// What becomes of it on the release that is compared.
    pub outcome: Option<Outcome>,
}

/// Lists every series, or the one or the patch that is named. Writes and fetches nothing.
///
/// # Errors
///
/// There is no project, or no such series or patch.
pub fn listing(site: &Site<'_>, what: Option<&PatchChoice>) -> Result<Listing> {
    let project = Project::load(site.with_project()?);
    let all: Vec<&Series> = project.series.iter().collect();
    let is_it =
        |series: &&Series| what.is_none_or(|what| is_named(&series.directory, what.as_str()));
    let named: Vec<&Series> = all.iter().copied().filter(is_it).collect();
    let list = |series: &Series| list(site, &project, series);
    match what {
        Some(patch) if named.is_empty() => {
            let (series, index) = patch.find(&all)?;
            let mut listed = list(series);
            listed.patches = listed.patches.into_iter().skip(index).take(1).collect();
            Ok(Listing { series: vec![listed] })
        }
        _ => Ok(Listing { series: named.into_iter().map(list).collect() }),
    }
}

fn list(site: &Site<'_>, project: &Project, series: &Series) -> ListedSeries {
    let locked = project
        .lock
        .as_ref()
        .and_then(|lock| lock.series.iter().find(|locked| locked.patches == series.directory));
    let compared = match locked {
        Some(locked) => compare(site, project, locked, series),
        None => Ok(None),
    };
    let (compared, not_compared) = match compared {
        Ok(compared) => (compared, None),
        Err(failure) => (None, Some(reason(&failure))),
    };
    let outcomes = compared.as_ref().map(|(_, outcomes)| outcomes);
    let patch = |(index, source): (usize, &SourcePatch)| {
        ListedPatch::new(index, source, outcomes.and_then(|outcomes| outcomes.get(index).copied()))
    };
    ListedSeries {
        directory: series.directory.clone(),
        pin: locked.map(|locked| locked.pin.release),
        releases: series.releases.clone(),
        patches: series.patches.iter().enumerate().map(patch).collect(),
        compared: compared.map(|(release, _)| release),
        not_compared,
    }
}

/// What becomes of each patch on the newest release of the series that was fetched.
fn compare(
    site: &Site<'_>,
    project: &Project,
    locked: &SeriesLock,
    series: &Series,
) -> Result<Option<(Release, Vec<Outcome>)>> {
    let lock = project.lock()?;
    let store = site.store(lock)?;
    let releases = site.mirror(lock)?.releases()?;
    let mut own = releases.iter().rev().filter(|(release, _)| release.is_stable());
    let Some((release, commit)) = own.find(|(release, _)| is_own(lock, locked, release)) else {
        return Ok(None);
    };
    if !series.is_complete {
        project.ensure_sound()?;
    }
    let pinned = Applied::at_pin(&store, locked, series)?.complete()?;
    let attempt = pinned.onto(&store, *release, &store.commit(*commit)?)?;
    Ok(Some((*release, attempt.outcomes.iter().map(|found| found.outcome).collect())))
}

/// Why upstream could not be compared, in a sentence.
fn reason(failure: &Failure) -> String {
    failure.problems.first().map_or_else(|| failure.message(), ToString::to_string)
}

impl ListedPatch {
    fn new(index: usize, source: &SourcePatch, outcome: Option<Outcome>) -> Self {
        let patch = &source.patch;
        let values = |key| patch.trailer(key).map(str::to_owned);
        Self {
            number: patch.name.number().map_or(index + 1, |number| number as usize),
            name: patch.name.clone(),
            file: source.file.clone(),
            subject: patch.subject.clone(),
            upstream_status: values("Upstream-Status").next(),
            drop_when: values("Drop-When").collect(),
            scenarios: scenarios(patch),
            outcome,
        }
    }
}

/// The scenarios that a message names; a reason for none is no scenario.
fn scenarios(patch: &Patch) -> Vec<String> {
    let named = patch.trailer("Repro").flat_map(repro_ids).map(str::trim);
    named.filter(|id| !id.starts_with("none (")).map(str::to_owned).collect()
}
