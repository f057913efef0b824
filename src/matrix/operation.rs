//! The operation: releases × scenarios × versions of Bazel, on both trees.

use std::cmp::Reverse;
use std::path::PathBuf;

use crate::git::store::Store;
use crate::matrix::model::{BazelColumn, Matrix, PatchRow};
use crate::matrix::run::{self, Jobs, Plan, Subject};
use crate::matrix::shard::{Shard, Stretch};
use crate::matrix::{cost, documents, origin};
use crate::port::Applied;
use crate::port::port_error::PortError;
use crate::project::load::Project;
use crate::project::lock::{ReleaseLock, SeriesLock};
use crate::project::scenario::Phase;
use crate::project::site::Site;
use crate::publish::patched_commit;
use crate::repro::bazel::{BazelError, Settings};
use crate::repro::memory::Known;
use crate::repro::settings::BazelOptions;
use crate::repro::suite::{self, Setup};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::Releases;
use crate::support::scrub::Scrubber;

#[derive(Clone, Debug)]
pub struct Options {
    /// The releases; all that are supported if absent.
    pub releases: Option<Releases>,
    /// Versions of Bazel as bazelisk reads them; the installed one if there are none.
    pub bazel_versions: Vec<String>,
    /// The ids of the scenarios; all if there are none.
    pub scenarios: Vec<String>,
    /// How far Bazel goes at most.
    pub max_phase: Phase,
    /// How many Bazel servers run side by side.
    pub jobs: usize,
    /// The part of the matrix to run; all of it if absent.
    pub shard: Option<Shard>,
    /// The document of an earlier run, by whose durations shards are divided.
    pub durations: Option<PathBuf>,
    /// What becomes of what earlier runs showed.
    pub known: Known,
    pub bazel: BazelOptions,
}

/// Runs the matrix. A version of Bazel that is not here is in it as not run, a release onto which
/// the patches conflict, with the reason.
///
/// # Errors
///
/// Nothing is in the range, or without a version the installed Bazel does not start; or the earlier
/// run cannot be read.
pub fn matrix(site: &Site<'_>, options: &Options) -> Result<Matrix> {
    let project = site.project()?;
    project.ensure_sound()?;
    let lock = project.lock()?;
    let scenarios = suite::select(&project.suite, &options.scenarios)?;
    let settings = options.bazel.settings(site.env, site.root, &project.config)?;
    let store = site.store(lock)?;
    let scrubber = site.env.scrubber(site.root);
    let subjects = subjects(&scrubber, &project, &store, options.releases.as_ref())?;
    let _held = site.hold_suite()?;
    let max_phase = options.max_phase;
    let mut matrix = run::empty(&lock.upstream.module, max_phase, &subjects, &scenarios);
    matrix.origin = origin::of(site)?;
    matrix.origin.lock = Sri::of(lock.print().as_bytes()).to_string();
    matrix.origin.scenarios = project.suite.digest.to_string();
    let is_asked = |id: &String| scenarios.iter().any(|scenario| scenario.id == *id);
    let ids = project.suite.scenarios.iter().map(|scenario| scenario.id.clone());
    matrix.not_asked = ids.filter(|id| !is_asked(id)).collect();
    matrix.shard = options.shard;
    let mut asked: Vec<Option<String>> = options.bazel_versions.iter().cloned().map(Some).collect();
    if asked.is_empty() {
        asked.push(None);
    }
    let bazels: Vec<String> = asked.iter().map(|version| column_name(version.as_deref())).collect();
    let part = part(
        site,
        options,
        &cost::Cells { matrix: &matrix, scenarios: &scenarios, bazels: &bazels },
    )?;
    let count = subjects.len() * scenarios.len();
    for (at, version) in asked.into_iter().enumerate() {
        let cells = part.among(at * count, count);
        let plan = Plan { subjects: &subjects, scenarios: &scenarios, max_phase, cells };
        if options.shard.is_some() && cells.is_empty() {
            let asked = bazels[at].clone();
            matrix.bazels.push(BazelColumn { asked, version: None, not_run: None });
            continue;
        }
        let settings = Settings { version, ..settings.clone() };
        let (column, jobs) = column(site, options, &project, &settings)?;
        let shown = jobs.map(|jobs| run::run(site.progress, &store, &jobs, &plan)).transpose()?;
        run::add(&mut matrix, column, shown.as_deref(), &plan);
    }
    Ok(matrix)
}

/// The cells that are to run.
fn part(site: &Site<'_>, options: &Options, cells: &cost::Cells<'_>) -> Result<Stretch> {
    let Some(shard) = options.shard else { return Ok(Stretch::ALL) };
    let earlier = match &options.durations {
        Some(path) => Some(documents::read_one(site.env, path)?.matrix),
        None => None,
    };
    Ok(shard.cells(&cells.costs(earlier.as_ref())))
}

/// How a column names the version that was asked for.
fn column_name(version: Option<&str>) -> String {
    version.unwrap_or("installed").to_owned()
}

/// One version of Bazel, and what runs it; nothing if it is not here.
fn column<'a>(
    site: &Site<'a>,
    options: &Options,
    project: &'a Project,
    settings: &Settings,
) -> Result<(BazelColumn, Option<Jobs<'a>>)> {
    let version = settings.version.as_deref();
    let column = |found: Option<&str>, not_run: Option<String>| BazelColumn {
        asked: column_name(version),
        version: found.map(str::to_owned),
        not_run,
    };
    let module = &project.lock()?.upstream.module;
    let setup = Setup { suite: &project.suite, module, settings };
    let jobs = match Jobs::new(site, &setup, options.jobs, options.known) {
        Ok(jobs) => jobs,
        Err(BazelError::Other(failure)) => return Err(failure),
        Err(error) if version.is_none() => return Err(error.into()),
        Err(error) => {
            let reason = Failure::from(error).message();
            let reason = site.env.scrubber(site.root).scrub(&reason);
            return Ok((column(None, Some(reason)), None));
        }
    };
    let found = jobs.bazel();
    if let Some(asked) = version.filter(|asked| !is_asked_for(asked, found)) {
        let reason = format!("the Bazel here is {found}, and only bazelisk can get {asked}");
        return Ok((column(None, Some(reason)), None));
    }
    Ok((column(Some(found), None), Some(jobs)))
}

/// The releases that are supported and wanted, newest first, each with its patches applied. One
/// on which they conflict is in the matrix, with the reason.
fn subjects(
    scrubber: &Scrubber,
    project: &Project,
    store: &Store,
    releases: Option<&Releases>,
) -> Result<Vec<Subject>> {
    let lock = project.lock()?;
    let mut subjects = Vec::new();
    let all = lock.series.iter().flat_map(SeriesLock::all).map(|locked| locked.release);
    let all: Vec<Release> = all.collect();
    let newest = all.iter().filter(|release| release.is_stable()).max().copied();
    for (series_lock, series) in project.locked_series()? {
        let pinned = Applied::at_pin(store, series_lock, series)?.complete()?;
        let wanted = |locked: &&ReleaseLock| {
            releases.is_none_or(|releases| releases.contains(&locked.release, newest))
        };
        for locked in series_lock.all().filter(wanted) {
            let base = store.commit(locked.commit)?;
            let ported = pinned.onto(store, locked.release, &base)?.ported(store);
            let mut patches = Vec::new();
            let made = match ported {
                Ok(ported) => {
                    patches.extend(ported.outcomes.iter().map(|patch| PatchRow {
                        name: patch.patch.to_string(),
                        outcome: patch.outcome.name().to_owned(),
                    }));
                    let patched = ported.applied;
                    let patched_commit = patched_commit::patched_commit(
                        store,
                        &lock.upstream,
                        &patched,
                        locked.revision,
                    )?;
                    Ok((patched, patched_commit))
                }
                Err(PortError::Other(failure)) => return Err(failure),
                Err(error) => Err(reason(scrubber, &error.into())),
            };
            subjects.push(Subject {
                release: locked.release,
                commit: locked.commit,
                series: series_lock.patches.clone(),
                patches,
                made,
            });
        }
    }
    if subjects.is_empty() {
        let asked = releases.map_or_else(String::new, |asked| format!(" in {asked}"));
        let message = format_args!("no supported release is{asked}");
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        return Err(
            Failure::new(Kind::Input, message).hint(format!("supported are {}", names.join(", ")))
        );
    }
    subjects.sort_by_key(|subject| Reverse(subject.release));
    Ok(subjects)
}

/// Why the patches conflict, in one text.
fn reason(scrubber: &Scrubber, failure: &Failure) -> String {
    let message = failure.message();
    let is_said = failure.problems.iter().any(|problem| problem.to_string() == message);
    let problems = failure.problems.iter().map(Problem::with_excerpt);
    let lines = (!is_said).then_some(message).into_iter().chain(problems);
    scrubber.scrub(&lines.collect::<Vec<_>>().join("\n"))
}

/// Whether `found` is the version that was asked for: `7.x` is any 7, `7.7.1` itself, and
/// what has no number (`latest`, `rolling`) whatever bazelisk takes.
fn is_asked_for(asked: &str, found: &str) -> bool {
    let is_number = asked.starts_with(|c: char| c.is_ascii_digit());
    let start = asked.trim_end_matches(['x', '*', '.']);
    !is_number || found == asked || (start != asked && found.starts_with(&format!("{start}.")))
}

#[cfg(test)]
mod tests {
    use super::{is_asked_for, reason};
    use crate::support::failure::Failure;
    use crate::support::problem::{Kind, Problem};
    use crate::support::scrub::Scrubber;

    #[test]
    fn a_port_stops_for_each_of_its_problems_once() {
        let scrubber = Scrubber::new([("/home/me/project".into(), "PROJECT".into())], []);
        let problem = |file: &str| {
            let problem = Problem::new(Kind::Conflict, file, "both change it").at(7);
            Problem { excerpt: Some("<<<<<<< /home/me/project".into()), ..problem }
        };
        let one: Failure = vec![problem("a.bzl")].into();
        assert_eq!(reason(&scrubber, &one), "a.bzl:7: both change it\n<<<<<<< PROJECT");
        let two: Failure = vec![problem("a.bzl"), problem("b.bzl")].into();
        let expected = "2 problems\na.bzl:7: both change it\n<<<<<<< PROJECT\n\
                        b.bzl:7: both change it\n<<<<<<< PROJECT";
        assert_eq!(reason(&scrubber, &two), expected);
    }

    #[test]
    fn a_version_is_the_one_that_was_asked_for() {
        assert!(is_asked_for("7.x", "7.7.1") && is_asked_for("7.*", "7.0.0"));
        assert!(is_asked_for("7.7.1", "7.7.1") && is_asked_for("latest", "9.0.0"));
        assert!(!is_asked_for("8.x", "7.7.1") && !is_asked_for("7.x", "70.0.0"));
        assert!(!is_asked_for("7.7.1", "7.7.10") && !is_asked_for("7", "7.7.1"));
    }
}
