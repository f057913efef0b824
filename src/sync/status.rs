//! Where the project stands: its pins, its patches, and what is stale.

use serde::Serialize;

use crate::git::revision::Repository;
use crate::port::Applied;
use crate::project::evidence::{self, Evidence, Gap, State};
use crate::project::load::{Project, Series};
use crate::project::lock::{ArchiveLock, SeriesLock, Tested};
use crate::project::scenario::Phase;
use crate::project::site::Site;
use crate::publish::locked_facts;
use crate::repro::fixed_upstream;
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::location::hide_credentials;
use crate::support::problem::Problem;
use crate::sync::open_work::OpenWork;

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Status {
    pub module: String,
    pub upstream: String,
    /// The newest pin.
    pub release: Release,
    pub commit: String,
    /// The version that is published of it.
    pub version: String,
    /// The newest stable release that was fetched; absent if none was.
    pub newest: Option<Release>,
    /// The patches of the newest series.
    pub patches: Vec<PatchStatus>,
    pub series: Vec<SeriesStatus>,
    /// The archive that is published of the newest pin.
    pub archive: ArchiveLock,
    /// What the scenarios showed at the newest pin, if they ran.
    pub tested: Option<Tested>,
    /// What they show of it, and of what they show nothing.
    pub evidence: Evidence,
    /// What they do not show of the supported releases, beside what is stale: a sentence each.
    pub gaps: Vec<String>,
    /// How consumers remove the override, if a release was seen to need no patches.
    pub fixed_upstream: Option<String>,
    /// The port or the edit that is under way.
    pub work: Option<OpenWork>,
    /// What is wrong with the project's files that no sync mends.
    pub faults: Vec<Fault>,
    /// What a sync brings up to date: a sentence each.
    pub stale: Vec<String>,
    /// Of what a sync runs the scenarios: a sentence each.
    pub untested: Vec<String>,
}

/// What is wrong with a file of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fault {
    pub file: String,
    /// The file, its line and what is wrong.
    pub text: String,
    /// What a person can do.
    pub way_out: Option<String>,
    /// The command that brings the file back as it was committed, if git has it.
    pub restore: Option<String>,
}

/// A patch of the newest series.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PatchStatus {
    pub name: String,
    /// The first line of its message.
    pub subject: String,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeriesStatus {
    pub directory: String,
    /// How many patches it has.
    pub count: usize,
    pub pin: Release,
    /// How many releases it supports, the pin included.
    pub supported: usize,
    pub oldest: Release,
    pub newest: Release,
    /// What the scenarios show of these releases.
    pub results: Results,
}

/// Of how many releases the scenarios show how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Results {
    /// All that apply ran, as far as each of them asks.
    pub tested: usize,
    /// Only some of them ran.
    pub partly: usize,
    /// They ran up to the analysis, and some ask for more.
    pub analysed: usize,
    pub not_tested: usize,
}

/// Looks at the project and at what was fetched; at nothing else.
///
/// # Errors
///
/// There is no lock, or the series are not those in it.
pub fn status(site: &Site<'_>) -> Result<Status> {
    let project = site.project()?;
    let (lock, all) = (project.lock()?, project.locked_series()?);
    let (locked, series) = all[0];
    let pin = &locked.pin;
    let releases = site.mirror(lock)?.releases()?;
    let mut problems = project.problems.clone();
    let (mut gaps, mut untested) = (Vec::new(), Vec::new());
    for (locked, series) in &all {
        problems.extend(changed(site, &project, (locked, series)));
        for Gap { state, text } in evidence::gaps(locked, &project) {
            match state {
                State::Untested => untested.push(text),
                // Of the newest pin, the evidence says so already.
                State::None if locked.supported.is_empty() && locked.pin.release == pin.release => {
                }
                _ => gaps.push(text),
            }
        }
    }
    let (stale, faults): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.is_mendable);
    let fixed_upstream = fixed_upstream::known(site, &project.suite);
    Ok(Status {
        module: lock.upstream.module.clone(),
        upstream: hide_credentials(&lock.upstream.url),
        release: pin.release,
        commit: pin.commit.to_string(),
        version: pin.version().to_string(),
        newest: releases.keys().filter(|release| release.is_stable()).max().copied(),
        patches: patches(series),
        series: all.iter().map(|(locked, _)| of_series(locked, &project)).collect(),
        archive: pin.archive.clone(),
        tested: pin.tested.clone(),
        evidence: Evidence::of(locked, pin, &project),
        gaps,
        fixed_upstream: fixed_upstream.map(|known| known.advice(&lock.upstream.module)),
        work: OpenWork::of(site),
        faults: faults.into_iter().map(|problem| Fault::new(site, problem)).collect(),
        stale: stale.iter().map(ToString::to_string).collect(),
        untested,
    })
}

/// The patches of a series that are not those of the lock; if they do not apply any more, why. That
/// is known only if the pin was fetched.
fn changed(
    site: &Site<'_>,
    project: &Project,
    (locked, series): (&SeriesLock, &Series),
) -> Vec<Problem> {
    if !series.is_complete {
        return Vec::new();
    }
    let changed = locked_facts::changed_patches(&project.lock_text, locked, &series.patches);
    if changed.is_empty() {
        return changed;
    }
    let store = project.lock().and_then(|lock| site.store(lock)).ok();
    let applied = store.and_then(|store| Applied::at_pin(&store, locked, series).ok());
    let unsound = applied.and_then(|applied| applied.sound().err()).map(|why| why.problems);
    let is_wrong = |file: &str| unsound.iter().flatten().any(|problem| problem.file == file);
    let mut problems: Vec<Problem> =
        changed.into_iter().filter(|problem| !is_wrong(&problem.file)).collect();
    problems.extend(unsound.into_iter().flatten());
    problems
}

impl Fault {
    fn new(site: &Site<'_>, problem: Problem) -> Self {
        let restore = Repository::new(site.env, site.root).restoring(&problem.file);
        let text = problem.to_string();
        Self { file: problem.file, text, way_out: problem.hint, restore }
    }
}

fn patches(series: &Series) -> Vec<PatchStatus> {
    let patches = series.patches.iter().map(|source| PatchStatus {
        name: source.patch.name.to_string(),
        subject: source.patch.subject.clone(),
    });
    patches.collect()
}

fn of_series(locked: &SeriesLock, project: &Project) -> SeriesStatus {
    let pin = locked.pin.release;
    let releases = || locked.all().map(|locked| locked.release);
    let mut results = Results::default();
    for release in locked.all() {
        let evidence = Evidence::of(locked, release, project);
        *match evidence.state {
            State::Tested => &mut results.tested,
            State::Partial if evidence.phase == Some(Phase::Analysis) => &mut results.analysed,
            State::Partial => &mut results.partly,
            State::Untested | State::None => &mut results.not_tested,
        } += 1;
    }
    SeriesStatus {
        directory: locked.patches.clone(),
        count: locked.patches_applied.len(),
        pin,
        supported: releases().count(),
        oldest: releases().min().unwrap_or(pin),
        newest: releases().max().unwrap_or(pin),
        results,
    }
}
