//! The operation behind `why`: the scenarios on the series without a part of it.

use std::ops::RangeInclusive;

use crate::git::checkout;
use crate::git::commit::NewCommit;
use crate::git::store::{Commit, Store};
use crate::patch::Change;
use crate::patch::apply;
use crate::port::select::select;
use crate::port::{Applied, AppliedPatch};
use crate::project::load::{Project, SupportedRelease};
use crate::project::patch_choice::PatchChoice;
use crate::project::scenario::{Phase, Scenario, Side, Sides};
use crate::project::site::Site;
use crate::publish::patched_commit::PatchedCommit;
use crate::publish::release_archive;
use crate::publish::supported::{self, Supported};
use crate::repro::bazel::Settings;
use crate::repro::report::Report;
use crate::repro::settings::BazelOptions;
use crate::repro::suite::{self, LaidOut, Results, Runner, Setup};
use crate::repro::why::{self, Ablation, Part};
use crate::support::failure::{Failure, Result};
use crate::support::file_lock::FileLock;
use crate::support::ids::TreeId;
use crate::support::problem::Kind;

/// What is left out, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    Patches,
    /// Each hunk that is neither documentation nor one of upstream's tests.
    Hunks,
}

#[derive(Clone, Debug)]
pub struct Options {
    /// The ids of the scenarios; all if there are none.
    pub scenarios: Vec<String>,
    /// The patch that is left out, or taken apart; all of the newest series if absent.
    pub patch: Option<PatchChoice>,
    pub parts: Parts,
    pub bazel: BazelOptions,
}

/// What each part of the series at the newest pin is needed for, or only that of a patch, at the pin
/// of its series. If the whole series is not as
/// expected, nothing is left out: the report says so, and there are no ablations.
///
/// # Errors
///
/// There is no such patch, the series does not apply, or Bazel does not start.
pub fn why(site: &Site<'_>, options: &Options) -> Result<(Report, Vec<Ablation>)> {
    let project = site.project()?;
    project.ensure_sound()?;
    let patch = options.patch.as_ref().map(|patch| select(&project, None, Some(patch)));
    let patch = patch.transpose()?;
    let supported = project.supported(patch.map(|patch| patch.locked.pin.release))?;
    let scenarios = suite::select(&project.suite, &options.scenarios)?;
    let index = patch.and_then(|patch| patch.patch);
    let workshop = Workshop::new(site, &project, &supported, &options.bazel)?;
    let session = workshop.session(scenarios)?;
    let whole = session.whole()?;
    let ablations = match options.parts {
        _ if !whole.full.is_good() => Vec::new(),
        Parts::Patches => session.patches(index, &whole)?,
        Parts::Hunks => session.hunks(index, &whole)?,
    };
    Ok((whole.full, ablations))
}

/// A release, made whole, ready to be taken apart: nobody else runs scenarios meanwhile.
pub struct Workshop<'a> {
    site: Site<'a>,
    project: &'a Project,
    supported: &'a SupportedRelease<'a>,
    settings: Settings,
    made: Supported,
    _held: FileLock,
}

impl<'a> Workshop<'a> {
    /// Makes the release.
    ///
    /// # Errors
    ///
    /// The series does not apply, or there is no such Bazel.
    pub fn new(
        site: &Site<'a>,
        project: &'a Project,
        supported: &'a SupportedRelease<'a>,
        bazel: &BazelOptions,
    ) -> Result<Self> {
        let settings = bazel.settings(site.env, site.root, &project.config)?;
        let made = supported::make(site, supported)?;
        let _held = site.hold_suite()?;
        Ok(Self { site: *site, project, supported, settings, made, _held })
    }

    /// What the scenarios say without the patch at `index`, and Bazel's version.
    ///
    /// # Errors
    ///
    /// As `why`; or not everything is as expected with all patches.
    pub fn of_patch(&self, index: usize) -> Result<(Ablation, String)> {
        let session = self.session(suite::select(&self.project.suite, &[])?)?;
        let whole = session.whole()?;
        suite::ensure_good(self.site.progress, &whole.full)?;
        Ok((session.patch(index, &whole)?, whole.full.bazel))
    }

    fn session(&self, scenarios: Vec<&'a Scenario>) -> Result<Session<'_>> {
        let Self { project, supported, settings, made, .. } = self;
        let applies = |scenario: &&Scenario| scenario.applies_to(&supported.release.release);
        let concerns = |scenario: &&Scenario| {
            supported.series_lock.all().any(|locked| scenario.applies_to(&locked.release))
        };
        let module = &supported.lock.upstream.module;
        let setup = Setup { suite: &project.suite, module, settings };
        Ok(Session {
            site: self.site,
            store: &made.store,
            patched: &made.patched,
            patched_commit: &made.patched_commit,
            runner: Runner::new(&self.site, &setup, 0)?,
            scenarios: scenarios.into_iter().filter(applies).collect(),
            all: project.suite.scenarios.iter().filter(concerns).collect(),
        })
    }
}

/// What the scenarios show with all of the series.
struct Whole {
    unpatched: Results,
    full: Report,
}

/// A part of the series, and the tree without it.
struct Reduced {
    part: Part,
    tree: TreeId,
}

/// What every ablation works with.
struct Session<'a> {
    site: Site<'a>,
    store: &'a Store,
    patched: &'a Applied,
    patched_commit: &'a PatchedCommit,
    runner: Runner<'a>,
    scenarios: Vec<&'a Scenario>,
    /// The scenarios that may need a part of the series: on this release, or on another that it
    /// supports.
    all: Vec<&'a Scenario>,
}

impl Session<'_> {
    /// The scenarios on the unpatched tree and with all of the series.
    fn whole(&self) -> Result<Whole> {
        let cache = self.site.env.cache()?;
        let run = |side: Side| -> Result<Results> {
            let (commit, _, files) =
                supported::files_of(self.store, self.patched, self.patched_commit, side)?;
            let tree = checkout::cached(&cache, commit, &files)?;
            let tree = LaidOut { directory: &tree, name: side.name() };
            self.runner.run(&self.scenarios, tree, Phase::Test)
        };
        let (unpatched, patched) = (run(Side::Unpatched)?, run(Side::Patched)?);
        let full = self.report(&unpatched, &patched);
        suite::ensure_something_ran(&full)?;
        Ok(Whole { unpatched, full })
    }

    fn report(&self, unpatched: &Results, patched: &Results) -> Report {
        let results = Sides { unpatched: Some(unpatched), patched: Some(patched) };
        let release = self.patched.release;
        suite::report(self.runner.scrubber(), release, &self.scenarios, &results)
            .among(self.all.iter().copied())
    }

    /// What the results on the tree without a part of the series say of it.
    fn judge(&self, part: Part, whole: &Whole, without: &Results) -> Ablation {
        why::judge(part, &whole.full, &self.report(&whole.unpatched, without))
    }

    /// The series without each patch, or without the one at a place. If what is left does not apply
    /// or does not load, the next patch after it goes, too.
    fn patches(&self, only: Option<usize>, whole: &Whole) -> Result<Vec<Ablation>> {
        let all = 0..self.patched.patches.len();
        let is_asked = |index: &usize| only.is_none_or(|only| only == *index);
        all.filter(is_asked).map(|first| self.patch(first, whole)).collect()
    }

    fn patch(&self, first: usize, whole: &Whole) -> Result<Ablation> {
        let names: Vec<String> =
            self.patched.patches.iter().map(|applied| applied.patch.name.to_string()).collect();
        let name = &names[first];
        let mut found = None;
        for last in first..names.len() {
            let Some(tree) = self.without(first..=last)? else { continue };
            let results = self.run(tree, &self.scenarios, &format!("without {name}"))?;
            let part = Part { name: name.clone(), with: names[first + 1..=last].to_vec() };
            let ablation = self.judge(part, whole, &results);
            let is_judged = ablation.need != why::Need::LoadError;
            found = Some(ablation);
            if is_judged {
                break;
            }
        }
        found.ok_or_else(|| defect(format!("the series cannot be taken apart at {name}")))
    }

    /// The tree without the patches at these places, as `git revert` would make it; absent
    /// if another patch builds on one of them.
    fn without(&self, dropped: RangeInclusive<usize>) -> Result<Option<TreeId>> {
        let mut tree = self.patched_commit.commit.tree;
        for index in dropped.rev() {
            let patch = &self.patched.patches[index];
            let merged = self.store.merge(patch.after, patch.before, tree)?;
            if !merged.conflicts.is_empty() {
                return Ok(None);
            }
            tree = merged.tree;
        }
        Ok(Some(tree))
    }

    /// The series without each hunk that is neither documentation nor one of upstream's tests.
    /// The first scenarios that turn are enough.
    fn hunks(&self, only: Option<usize>, whole: &Whole) -> Result<Vec<Ablation>> {
        // The cheapest first: most hunks show at once.
        let analysed: Vec<Scenario> =
            self.scenarios.iter().map(|scenario| analysed(scenario)).collect();
        let is_build = |scenario: &&&Scenario| scenario.phase == Phase::Build;
        let tiers: [Vec<&Scenario>; 3] = [
            analysed.iter().collect(),
            self.scenarios.iter().filter(is_build).copied().collect(),
            self.scenarios.clone(),
        ];
        let mut ablations = Vec::new();
        let patches = self.patched.patches.iter().enumerate();
        let patches = patches.filter(|(index, _)| only.is_none_or(|only| only == *index));
        for (_, AppliedPatch { patch, before, after, .. }) in patches {
            for file in &patch.files {
                for (position, hunk) in file.hunks.iter().enumerate() {
                    let content = |tree: TreeId| -> Result<Vec<u8>> {
                        let found = self.store.file(tree, &file.path)?;
                        found.map_or_else(|| Ok(Vec::new()), |file| self.store.blob(file.id))
                    };
                    let (old, new) = (content(*before)?, content(*after)?);
                    let is_test = file.path.as_str().starts_with("tests/");
                    if is_test
                        || why::is_documentation(file, position, &String::from_utf8_lossy(&new))
                    {
                        continue;
                    }
                    let part = Part {
                        name: format!("{}:{} {}", patch.name, hunk.line, file.path),
                        with: Vec::new(),
                    };
                    let is_added = file.change == Change::Add;
                    let reduced = why::without_hunk(file, position);
                    let edit = (!is_added).then(|| apply::apply(&old, &reduced));
                    let edit = edit.transpose().map_err(|misfit| defect(misfit.message))?;
                    let edit = (file.path.clone(), edit.map(|bytes| (file.mode, bytes)));
                    let without = self.store.edit(*after, [edit])?;
                    let merged =
                        self.store.merge(*after, without, self.patched_commit.commit.tree)?;
                    if !merged.conflicts.is_empty() {
                        // A later patch changes these lines again: it is judged there.
                        continue;
                    }
                    let name = format!("without {}", part.name);
                    let reduced = Reduced { part, tree: merged.tree };
                    let ablation = self.first_need(&tiers, &reduced, whole)?;
                    self.site.progress.detail(&format!("{name}: {:?}", ablation.need));
                    ablations.push(ablation);
                }
            }
        }
        Ok(ablations)
    }

    /// What the first of `tiers` says in which a scenario turns.
    fn first_need(
        &self,
        tiers: &[Vec<&Scenario>],
        reduced: &Reduced,
        whole: &Whole,
    ) -> Result<Ablation> {
        let Reduced { part, tree } = reduced;
        let mut found = None;
        for scenarios in tiers {
            let results = self.run(*tree, scenarios, &format!("without {}", part.name))?;
            let ablation = self.judge(part.clone(), whole, &results);
            let is_needed = ablation.need != why::Need::NotNeeded;
            found = Some(ablation);
            if is_needed {
                break;
            }
        }
        found.ok_or_else(|| defect("there is no scenario to run"))
    }

    fn run(&self, tree: TreeId, scenarios: &[&Scenario], name: &str) -> Result<Results> {
        let Some(last) = self.patched.patches.last() else {
            return Err(Failure::new(
                Kind::Input,
                "the series is empty: there is nothing to leave out",
            ));
        };
        let parent = self.patched_commit.commit.id;
        let (author, message) = (&last.patch.author, &format!("{name}\n"));
        let id = self.store.write_commit(&NewCommit { tree, parent, author, message })?;
        let commit = Commit { id, tree, seconds: self.patched_commit.commit.seconds };
        let files =
            release_archive::files(self.store, &commit, &self.patched_commit.version.to_string())?;
        let directory = checkout::Scratch::new(&self.site.env.cache()?, &files)?;
        let tree = LaidOut { directory: &directory.path(), name };
        self.runner.run(scenarios, tree, Phase::Test)
    }
}

/// The scenario, as far as its analysis goes.
fn analysed(scenario: &Scenario) -> Scenario {
    Scenario {
        phase: Phase::Analysis,
        compare: Vec::new(),
        actions: Default::default(),
        ..scenario.clone()
    }
}

fn defect(message: impl std::fmt::Display) -> Failure {
    Failure::defect(anyhow::anyhow!("{message}"))
}
