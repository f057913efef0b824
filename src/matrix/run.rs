//! Running the regression matrix: release after release, both trees of each, on the warm
//! servers of one version of Bazel after the other; what is cached does not run again.

use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::git::store::Store;
use crate::git::tree::Entry;
use crate::matrix::model::{
    BazelColumn, CellStatus, Matrix, MatrixCell, Observed, Origin, PatchRow, ReleaseRow,
    ScenarioHead,
};
use crate::matrix::shard::Stretch;
use crate::port::Applied;
use crate::project::scenario::{Phase, Scenario, Side, Sides};
use crate::project::site::Site;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::release_archive;
use crate::repro::bazel::BazelError;
use crate::repro::memory::{Known, Lookup, Memory, Seen, Tree};
use crate::repro::report::{Found, Report, Row};
use crate::repro::suite::{self, Runner, Setup};
use crate::support::failure::Result;
use crate::support::ids::{CommitId, Release};
use crate::support::progress::{Progress, Task};
use crate::support::scrub::Scrubber;

/// A release, and what the series makes of it.
#[derive(Clone, Debug)]
pub struct Subject {
    pub release: Release,
    pub commit: CommitId,
    /// The series that supports it: the directory of its patches.
    pub series: String,
    /// What became of each patch.
    pub patches: Vec<PatchRow>,
    /// Both trees; the reason if the series does not fit.
    pub made: std::result::Result<(Applied, PatchedCommit), String>,
}

/// What the scenarios showed on the trees of a subject.
#[derive(Clone, Debug)]
pub struct Shown {
    pub report: Report,
    /// What each side showed.
    pub seen: Sides<Option<Seen>>,
}

/// A tree on which something has to run.
struct Job<'s> {
    subject: usize,
    side: Side,
    lookup: Lookup<'s>,
    files: Vec<Entry>,
    count: usize,
}

/// The Bazel servers that work side by side, and the cache of what they showed.
#[derive(Debug)]
pub struct Jobs<'a> {
    memory: Memory<'a>,
    runners: Vec<Runner<'a>>,
}

impl<'a> Jobs<'a> {
    /// `count` jobs for the suite, at least one.
    ///
    /// # Errors
    ///
    /// There is no such Bazel, the cache cannot be written, or a file of the settings cannot
    /// be read.
    pub fn new(
        site: &Site<'a>,
        setup: &Setup<'a, '_>,
        count: usize,
        known: Known,
    ) -> Result<Self, BazelError> {
        let runner = |job| Runner::new(site, setup, job);
        let runners = (0..count.max(1)).map(runner).collect::<Result<Vec<_>>>()?;
        let memory = Memory::new(site.env, &runners[0], setup, known)?;
        Ok(Self { memory, runners })
    }

    pub fn bazel(&self) -> &str {
        self.memory.bazel()
    }
}

/// What is to run: these scenarios on every subject, up to this phase.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    pub subjects: &'a [Subject],
    pub scenarios: &'a [&'a Scenario],
    pub max_phase: Phase,
    /// The cells, of subject after subject, that are to run.
    pub cells: Stretch,
}

impl<'a> Plan<'a> {
    fn has(&self, subject: usize, scenario: usize) -> bool {
        self.cells.has(subject * self.scenarios.len() + scenario)
    }

    /// The scenarios that run on a subject.
    fn applicable(&self, subject: usize) -> Vec<&'a Scenario> {
        let release = &self.subjects[subject].release;
        let scenarios = self.scenarios.iter().enumerate();
        let here = scenarios.filter(|(at, _)| self.has(subject, *at)).map(|(_, one)| *one);
        here.filter(|one| one.shows_at(self.max_phase) && one.applies_to(release)).collect()
    }
}

/// Runs a plan: tree after tree, each on whichever job is free. In the last phase there is one
/// job.
///
/// # Errors
///
/// Bazel does not start, or can load nothing at all.
pub fn run(
    progress: &dyn Progress,
    store: &Store,
    jobs: &Jobs<'_>,
    plan: &Plan<'_>,
) -> Result<Vec<Shown>> {
    let Plan { subjects, scenarios, max_phase, .. } = *plan;
    let Jobs { memory, runners } = jobs;
    // What is compared must come from one workspace: its path is in the actions' keys.
    let count = if max_phase == Phase::Test { 1 } else { runners.len() };
    let runners = &runners[..count];
    let shown_here: Vec<&Scenario> =
        scenarios.iter().filter(|scenario| scenario.shows_at(max_phase)).copied().collect();
    let applicable: Vec<Vec<&Scenario>> = (0..subjects.len()).map(|s| plan.applicable(s)).collect();
    let sides = |subject: &Subject| if subject.made.is_ok() { 2 } else { 0 };
    let total = subjects.iter().zip(&applicable).map(|(s, all)| sides(s) * all.len()).sum();
    let bar = progress.steps(total);
    let bar = bar.as_ref();
    let mut seen: Vec<Sides<Option<Seen>>> = subjects.iter().map(|_| Sides::default()).collect();
    // One job waits while the others run: trees are large.
    let (feed, queue) = mpsc::sync_channel::<Job<'_>>(1);
    let queue = Arc::new(Mutex::new(queue));
    let results = thread::scope(|scope| -> Result<Vec<(usize, Side, Seen)>> {
        // The workers own the queue: if all of them stop, so does what feeds them.
        let workers: Vec<_> = runners
            .iter()
            .map(|runner| (runner, Arc::clone(&queue)))
            .map(|(runner, queue)| scope.spawn(move || work(memory, runner, &queue, bar)))
            .collect();
        drop(queue);
        let fed = (|| {
            for (index, subject) in subjects.iter().enumerate() {
                let Ok((patched, patched_commit)) = &subject.made else { continue };
                for side in Side::BOTH {
                    let (commit, version) = patched_commit::side(patched, patched_commit, side);
                    let name = format!("{} {}", side.name(), subject.release);
                    let tree = Tree { id: commit.tree, version: version.clone(), name };
                    let count = applicable[index].len();
                    let lookup = memory.look_up(&tree, &applicable[index], max_phase);
                    if lookup.unknown.is_empty() {
                        *seen[index].of_mut(side) = Some(memory.cached(lookup));
                        bar.advance(count);
                        continue;
                    }
                    let files = release_archive::files(store, commit, &version)?;
                    let job = Job { subject: index, side, lookup, files, count };
                    if feed.send(job).is_err() {
                        // Every worker has stopped: one of them says why.
                        return Ok(());
                    }
                }
            }
            Ok(())
        })();
        drop(feed);
        let mut results = Vec::new();
        for worker in workers {
            results.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        fed.map(|()| results)
    })?;
    for (index, side, found) in results {
        *seen[index].of_mut(side) = Some(found);
    }
    reports(plan, &shown_here, seen, runners[0].scrubber())
}

/// Judges both trees of each subject together.
fn reports(
    plan: &Plan<'_>,
    shown_here: &[&Scenario],
    seen: Vec<Sides<Option<Seen>>>,
    scrubber: &Scrubber,
) -> Result<Vec<Shown>> {
    let capped: Vec<Scenario> =
        shown_here.iter().map(|scenario| scenario.to(plan.max_phase)).collect();
    let capped: Vec<&Scenario> = capped.iter().collect();
    let mut shown = Vec::new();
    for (subject, seen) in plan.subjects.iter().zip(seen) {
        let results = Sides {
            unpatched: seen.unpatched.as_ref().map(|seen| &seen.results),
            patched: seen.patched.as_ref().map(|seen| &seen.results),
        };
        let report = suite::report(scrubber, subject.release, &capped, &results);
        suite::ensure_something_ran(&report)?;
        shown.push(Shown { report, seen });
    }
    Ok(shown)
}

/// One job: takes a tree, runs what has to run on it, takes the next.
fn work(
    memory: &Memory<'_>,
    runner: &Runner<'_>,
    queue: &Mutex<Receiver<Job<'_>>>,
    bar: &dyn Task,
) -> Result<Vec<(usize, Side, Seen)>> {
    let mut results = Vec::new();
    loop {
        // The lock is held while waiting: the next tree is for whoever waits first.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { subject, side, lookup, files, count }) = job else {
            return Ok(results);
        };
        let seen = memory.run(runner, lookup, &files)?;
        bar.advance(count);
        results.push((subject, side, seen));
    }
}

/// A matrix without any cell: `max_phase` as in [`run`].
pub fn empty(
    module: &str,
    max_phase: Phase,
    subjects: &[Subject],
    scenarios: &[&Scenario],
) -> Matrix {
    let row = |subject: &Subject| ReleaseRow {
        release: subject.release,
        commit: subject.commit,
        series: subject.series.clone(),
        version: subject
            .made
            .as_ref()
            .ok()
            .map(|(_, patched_commit)| patched_commit.version.to_string()),
        tree: subject.made.as_ref().ok().map(|(_, patched_commit)| patched_commit.commit.tree),
        patches: subject.patches.clone(),
        stopped: subject.made.as_ref().err().cloned(),
    };
    let head = |scenario: &&Scenario| ScenarioHead {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        link: scenario.link.clone(),
        file: scenario.file.clone(),
    };
    Matrix {
        module: module.to_owned(),
        origin: Origin::default(),
        shard: None,
        max_phase,
        bazels: Vec::new(),
        releases: subjects.iter().map(row).collect(),
        scenarios: scenarios.iter().map(head).collect(),
        not_asked: Vec::new(),
        cells: Vec::new(),
        calls: Vec::new(),
    }
}

/// Adds what one Bazel showed of the cells that are to run; without `shown`, that it did not run.
pub fn add(matrix: &mut Matrix, column: BazelColumn, shown: Option<&[Shown]>, plan: &Plan<'_>) {
    for (index, subject) in plan.subjects.iter().enumerate() {
        if !(0..plan.scenarios.len()).any(|at| plan.has(index, at)) {
            continue;
        }
        let shown = shown.map(|shown| &shown[index]);
        let offsets = shown.map(|shown| add_calls(matrix, &shown.seen)).unwrap_or_default();
        for (at, scenario) in plan.scenarios.iter().enumerate() {
            if !plan.has(index, at) {
                continue;
            }
            let row =
                shown.and_then(|shown| shown.report.rows.iter().find(|r| r.id == scenario.id));
            let status = if !scenario.applies_to(&subject.release) {
                let reason = scenario.releases_reason.as_deref().unwrap_or_default();
                CellStatus::NotApplicable(format!("releases {}: {reason}", scenario.releases))
            } else if !scenario.shows_at(matrix.max_phase) {
                CellStatus::NotRun("what it compares takes --max-phase test".to_owned())
            } else if let Some(reason) = &column.not_run {
                CellStatus::NotRun(reason.clone())
            } else if let Err(reason) = &subject.made {
                CellStatus::NotRun(reason.clone())
            } else {
                match row.and_then(|row| row.outcome) {
                    Some(cell) => CellStatus::Judged(cell),
                    None => CellStatus::NotRun("Bazel reported nothing of it".to_owned()),
                }
            };
            let side = |side: Side| -> Option<Observed> {
                let shown = shown?;
                observed(row?, side, shown.seen.of(side).as_ref()?, *offsets.of(side))
            };
            let (unpatched, patched) = (side(Side::Unpatched), side(Side::Patched));
            matrix.cells.push(MatrixCell {
                bazel: column.asked.clone(),
                release: subject.release,
                scenario: scenario.id.clone(),
                status,
                unpatched,
                patched,
            });
        }
    }
    matrix.bazels.push(column);
}

/// Adds the calls of both sides; the result is where each side's begin.
fn add_calls(matrix: &mut Matrix, seen: &Sides<Option<Seen>>) -> Sides<usize> {
    let mut add = |side: Side| {
        let offset = matrix.calls.len();
        matrix.calls.extend(seen.of(side).iter().flat_map(|seen| seen.results.calls.clone()));
        offset
    };
    Sides { unpatched: add(Side::Unpatched), patched: add(Side::Patched) }
}

fn observed(row: &Row, side: Side, seen: &Seen, offset: usize) -> Option<Observed> {
    let found: &Found = match side {
        Side::Unpatched => row.unpatched.as_ref()?,
        Side::Patched => row.patched.as_ref()?,
    };
    let call = seen.results.outcomes.get(&row.id).map(|outcome| offset + outcome.call);
    Some(Observed {
        result: found.result,
        expected: found.expected,
        evidence: found.evidence.clone(),
        call,
        is_cached: seen.cached.contains(&row.id),
    })
}
