//! The operation: the scenarios on the trees of one supported release.

use crate::git::checkout;
use crate::project::scenario::{Phase, Scenario, Side, Sides};
use crate::project::site::Site;
use crate::publish::supported;
use crate::repro::fixed_upstream;
use crate::repro::report::Report;
use crate::repro::settings::BazelOptions;
use crate::repro::suite::{self, LaidOut, Runner, Setup};
use crate::support::failure::Result;
use crate::support::ids::Release;

#[derive(Clone, Debug)]
pub struct Options {
    /// The release; the newest series' pin if absent.
    pub release: Option<Release>,
    /// The ids of the scenarios; all if there are none.
    pub scenarios: Vec<String>,
    pub sides: Vec<Side>,
    pub bazel: BazelOptions,
}

/// Writes the trees into the cache and runs the scenarios on them. That a release needs no patches
/// is kept for `status`. Results that are not as expected are in the report.
///
/// # Errors
///
/// The series does not apply, or Bazel does not start or can load nothing at all.
pub fn run(site: &Site<'_>, options: &Options) -> Result<Report> {
    let project = site.project()?;
    project.ensure_sound()?;
    let supported = project.supported(options.release)?;
    let scenarios = suite::select(&project.suite, &options.scenarios)?;
    let settings = options.bazel.settings(site.env, site.root, &project.config)?;
    let made = supported::make(site, &supported)?;
    let _held = site.hold_suite()?;
    let cache = site.env.cache()?;
    let release = made.patched.release;
    let tree = |side: Side| -> Result<_> {
        let (commit, _, files) =
            supported::files_of(&made.store, &made.patched, &made.patched_commit, side)?;
        checkout::cached(&cache, commit, &files)
    };
    // What is compared needs both trees, whichever side is asked for.
    let compares = scenarios.iter().any(|scenario| !scenario.compare.is_empty());
    let module = &supported.lock.upstream.module;
    let setup = Setup { suite: &project.suite, module, settings: &settings };
    let runner = Runner::new(site, &setup, 0)?;
    let applicable: Vec<&Scenario> =
        scenarios.iter().filter(|scenario| scenario.applies_to(&release)).copied().collect();
    let run = |wanted: Side| -> Result<_> {
        if !compares && !options.sides.contains(&wanted) {
            return Ok(None);
        }
        let (directory, name) = (&tree(wanted)?, wanted.name());
        runner.run(&applicable, LaidOut { directory, name }, Phase::Test).map(Some)
    };
    let (unpatched, patched) = (run(Side::Unpatched)?, run(Side::Patched)?);
    let results = Sides { unpatched: unpatched.as_ref(), patched: patched.as_ref() };
    let report = suite::report(runner.scrubber(), release, &scenarios, &results);
    let applies = |scenario: &&Scenario| scenario.applies_to(&release);
    let report = report.among(project.suite.scenarios.iter().filter(applies));
    suite::ensure_something_ran(&report)?;
    fixed_upstream::note(site, &project.suite, &report)?;
    Ok(report)
}
