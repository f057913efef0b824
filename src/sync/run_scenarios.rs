//! The scenarios on what was made: what they show goes into the lock.

use std::collections::BTreeSet;

use crate::matrix::run::{self, Jobs, Plan, Shown, Subject};
use crate::matrix::shard::Stretch;
use crate::project::evidence::{nothing_can_run, staleness};
use crate::project::load::Project;
use crate::project::lock::{Lock, ReleaseLock};
use crate::project::scenario::{Phase, Scenario};
use crate::repro::bazel::Settings;
use crate::repro::fixed_upstream;
use crate::repro::memory::Known;
use crate::repro::report::Report;
use crate::repro::suite::{self, Setup};
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::look::{Meaning, Symbols};
use crate::support::text::counted;
use crate::sync::fetch::Fetched;
use crate::sync::make::{Made, SeriesMade};

/// What the scenarios showed in this run.
#[derive(Default)]
pub(super) struct Tested {
    /// Of the newest pin.
    pub(super) report: Option<Report>,
    /// The releases on which they ran.
    pub(super) ran: BTreeSet<Release>,
}

impl Fetched<'_> {
    /// Whether no scenario has to run: the lock holds results that count for every release, and
    /// nobody asked for new ones.
    pub(super) fn is_tested(&self, lock: &Lock) -> bool {
        self.options.known == Known::LookedUp
            && lock.series.iter().all(|series| {
                series.all().all(|locked| {
                    let phase = series.phase_of(locked.release);
                    is_tested(locked, self.project, phase) || self.is_mute(lock, locked.release)
                })
            })
    }

    /// Whether no scenario can run on a release.
    fn is_mute(&self, lock: &Lock, release: Release) -> bool {
        let series = lock.series.iter().find(|series| series.find(release).is_some());
        series.is_some_and(|s| nothing_can_run(s, release, &self.project.suite.scenarios).is_some())
    }

    /// Runs the scenarios on both trees: of the newest pin, and of every release of which the
    /// lock holds no results that count, or with [`Known::RunAgain`] of all. All of each scenario on the
    /// pins; only up to the analysis on the others, which have the same patches. The results go
    /// into the lock.
    pub(super) fn test(
        &self,
        series: &[SeriesMade<'_>],
        lock: &mut Lock,
        settings: &Settings,
    ) -> Result<Tested> {
        let _held = self.site.hold_suite()?;
        let jobs = self.jobs(settings)?;
        let mut tested = Tested::default();
        for (phase, subjects) in self.due(series, lock) {
            let scenarios: Vec<&Scenario> = self.project.suite.scenarios.iter().collect();
            let progress = self.site.progress;
            let cells = Stretch::ALL;
            let plan = Plan { subjects: &subjects, scenarios: &scenarios, max_phase: phase, cells };
            let shown = run::run(progress, &self.store, &jobs, &plan)?;
            self.report_tested(jobs.bazel(), &shown, phase);
            for Shown { report, .. } in shown {
                if !report.is_good() {
                    progress.note(&report.table().plain(Symbols::Ascii));
                }
                fixed_upstream::note(&self.site, &self.project.suite, &report)?;
                suite::ensure_good(progress, &report)
                    .map_err(|failure| failure.hint("nothing was changed"))?;
                // Of a release on which nothing ran, nothing is kept.
                if report.rows.is_empty() {
                    continue;
                }
                self.keep(lock, &report, phase);
                tested.ran.insert(report.release);
                if report.release == series[0].pin.release() {
                    tested.report = Some(report);
                }
            }
        }
        Ok(tested)
    }

    pub(super) fn jobs(&self, settings: &Settings) -> Result<Jobs<'_>> {
        let setup = Setup { suite: &self.project.suite, module: &self.module, settings };
        let known = self.options.known;
        Ok(Jobs::new(&self.site, &setup, self.options.jobs, known)?)
    }

    /// The releases on which the scenarios have to run, by how far.
    fn due(&self, series: &[SeriesMade<'_>], lock: &Lock) -> [(Phase, Vec<Subject>); 2] {
        let newest = series[0].pin.release();
        let is_due = |made: &Made, phase| {
            let locked = lock.find(made.release());
            let is_tested = locked.is_some_and(|locked| is_tested(locked, self.project, phase));
            let is_due =
                self.options.known == Known::RunAgain || made.release() == newest || !is_tested;
            is_due && !self.is_mute(lock, made.release())
        };
        let pins = series.iter().map(|series| &series.pin);
        let pins = pins.filter(|made| is_due(made, Phase::Test));
        let others = series.iter().flat_map(|series| &series.supported);
        let others = others.filter(|made| is_due(made, Phase::Analysis));
        [
            (Phase::Test, pins.map(subject).collect()),
            (Phase::Analysis, others.map(subject).collect()),
        ]
    }

    fn report_tested(&self, bazel: &str, shown: &[Shown], phase: Phase) {
        let count: usize = shown.iter().map(|shown| shown.report.rows.len()).sum();
        if count == 0 {
            return;
        }
        let of = if self.plans.len() == 1 && self.plans[0].0.series.releases.is_none() {
            String::new()
        } else {
            format!(" of {}", counted(shown.len(), "release"))
        };
        let how = if phase < Phase::Test { ", analysed" } else { "" };
        let count = counted(count, "scenario");
        let text = format!("{count}{of} under Bazel {bazel}{how}");
        self.site.progress.status(Meaning::Done, "Tested", &text);
    }

    /// Writes results into the lock, unless it holds some already that still count: whose
    /// machine saw them first does not matter.
    fn keep(&self, lock: &mut Lock, report: &Report, phase: Phase) {
        let releases = lock
            .series
            .iter_mut()
            .flat_map(|series| std::iter::once(&mut series.pin).chain(&mut series.supported));
        for locked in releases.filter(|locked| locked.release == report.release) {
            if !is_tested(locked, self.project, phase) {
                let suite = self.project.suite.digest.clone();
                locked.tested = Some(report.tested(locked.patched_commit_tree, suite, phase));
            }
        }
    }
}

fn subject(made: &Made) -> Subject {
    Subject {
        release: made.release(),
        commit: made.applied.base.id,
        series: String::new(),
        patches: Vec::new(),
        made: Ok((made.applied.clone(), made.patched_commit.clone())),
    }
}

/// Whether the lock holds results of a release that count, and go as far as `phase`.
fn is_tested(locked: &ReleaseLock, project: &Project, phase: Phase) -> bool {
    let is_as_far = locked.tested.as_ref().is_some_and(|tested| tested.phase >= phase);
    is_as_far && staleness(locked, project).is_none()
}
