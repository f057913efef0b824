//! `patcher need`: what each patch, or each hunk, is needed for.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::{Context, Document, Told, repro};
use crate::cli::{BazelArgs, Need};
use crate::git::checkout;
use crate::git::store::{Commit, Store};
use crate::patch::Change;
use crate::patch::apply;
use crate::port::{Applied, AppliedPatch};
use crate::project::load::{Project, SupportedRelease};
use crate::project::scenario::{Phase, Scenario, Side, Sides};
use crate::publish::patched_commit::PatchedCommit;
use crate::publish::release_archive;
use crate::repro::report::Report;
use crate::repro::suite::{self, Results, Runner};
use crate::repro::why::{self, Ablation, Part};
use crate::support::failure::{Failure, Result};
use crate::support::ids::TreeId;
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

#[derive(Serialize)]
struct Needed<'a> {
    report: &'a Report,
    ablations: &'a [Ablation],
    findings: &'a [String],
}

pub(super) fn run(context: &Context, args: &Need) -> Result<()> {
    let project = context.project()?;
    project.ensure_sound()?;
    let supported = project.supported(None)?;
    let scenarios = suite::select(&project.suite, &args.scenarios)?;
    with_session(context, &project, &supported, scenarios, &args.bazel, |session| {
        show(context, args, session)
    })
}

/// What the scenarios say of a series at its pin without the patch at `index`.
///
/// # Errors
///
/// As `repro`; or not everything is as expected with all patches.
pub(super) fn of_patch(
    context: &Context,
    project: &Project,
    supported: &SupportedRelease<'_>,
    index: usize,
    bazel: &BazelArgs,
) -> Result<(Ablation, String)> {
    let scenarios = suite::select(&project.suite, &[])?;
    with_session(context, project, supported, scenarios, bazel, |session| {
        let (unpatched, full) = session.both()?;
        suite::ensure_good(&context.ui, &full)?;
        Ok((session.patch(index, &unpatched, &full)?, full.bazel.clone()))
    })
}

fn with_session<T>(
    context: &Context,
    project: &Project,
    supported: &SupportedRelease<'_>,
    scenarios: Vec<&Scenario>,
    bazel: &BazelArgs,
    run: impl FnOnce(&Session<'_>) -> Result<T>,
) -> Result<T> {
    let Context { env, ui, root, .. } = context;
    let settings = bazel.options().settings(env, root, &project.config)?;
    let applies = |scenario: &&Scenario| scenario.applies_to(&supported.release.release);
    let scenarios: Vec<&Scenario> = scenarios.into_iter().filter(applies).collect();
    let (store, patched, patched_commit) = context.derived(supported)?;
    let module = &supported.lock.upstream.module;
    let _held = context.hold_suite()?;
    let runner = Runner::new(env, ui, root, &project.suite, module, &settings, 0)?;
    run(&Session {
        context,
        store: &store,
        patched: &patched,
        patched_commit: &patched_commit,
        runner,
        scenarios,
    })
}

fn show(context: &Context, args: &Need, session: &Session<'_>) -> Result<()> {
    let (unpatched, full) = session.both()?;
    if !full.is_good() {
        context.ui.text(&full.table());
        let told =
            Told { command: "need", data: Needed { report: &full, ablations: &[], findings: &[] } };
        return suite::ensure_good(&context.ui, &full).map_err(|failure| failure.telling(&told));
    }
    let ablations = if args.hunks {
        session.hunks(&unpatched, &full)?
    } else {
        session.patches(&unpatched, &full)?
    };
    let (text, findings) = if args.hunks {
        let is_unneeded = |ablation: &&Ablation| ablation.need == why::Need::NotNeeded;
        let unneeded = ablations.iter().filter(is_unneeded);
        let findings: Vec<String> = unneeded
            .map(|ablation| format!("{}: no scenario needs it", ablation.part.name))
            .collect();
        (why::hunk_table(&ablations), findings)
    } else {
        (why::patch_table(&full, &ablations), why::findings(&full, &ablations))
    };
    context.ui.text(&text);
    let data = Needed { report: &full, ablations: &ablations, findings: &findings };
    let told = Told { command: "need", data };
    if findings.is_empty() {
        let what = counted(ablations.len(), if args.hunks { "hunk" } else { "patch" });
        context.ui.status("Needed", &format!("{what}, under Bazel {}", full.bazel));
        context.ui.document(&Document::from(told));
        return Ok(());
    }
    let problems: Vec<Problem> = findings
        .iter()
        .map(|finding| Problem::new(Kind::Finding, "patches", finding.clone()))
        .collect();
    Err(Failure::from(problems)
        .hint("take out what nothing needs, or write the scenario that it is there for")
        .telling(&told))
}

/// What every ablation works with.
struct Session<'a> {
    context: &'a Context,
    store: &'a Store,
    patched: &'a Applied,
    patched_commit: &'a PatchedCommit,
    runner: Runner<'a>,
    scenarios: Vec<&'a Scenario>,
}

impl Session<'_> {
    /// The scenarios on the unpatched tree and with all of the series.
    fn both(&self) -> Result<(Results, Report)> {
        let cache = self.context.env.cache()?;
        let run = |side: Side| -> Result<Results> {
            let (commit, _, files) =
                repro::files_of(self.store, self.patched, self.patched_commit, side)?;
            let tree = checkout::cached(&cache, commit, &files)?;
            self.runner.run(&self.scenarios, &tree, side.name(), Phase::Test)
        };
        let (unpatched, patched) = (run(Side::Unpatched)?, run(Side::Patched)?);
        let report = self.report(&unpatched, &patched);
        suite::ensure_something_ran(&report)?;
        Ok((unpatched, report))
    }

    fn report(&self, unpatched: &Results, patched: &Results) -> Report {
        let results = Sides { unpatched: Some(unpatched), patched: Some(patched) };
        suite::report(self.runner.scrubber(), self.patched.release, &self.scenarios, &results)
    }

    /// The series without each patch. Where what is left does not apply or does not load, the
    /// next patch after it goes, too.
    fn patches(&self, unpatched: &Results, full: &Report) -> Result<Vec<Ablation>> {
        (0..self.patched.patches.len()).map(|first| self.patch(first, unpatched, full)).collect()
    }

    fn patch(&self, first: usize, unpatched: &Results, full: &Report) -> Result<Ablation> {
        let names: Vec<String> =
            self.patched.patches.iter().map(|applied| applied.patch.name.to_string()).collect();
        let name = &names[first];
        let mut found = None;
        for last in first..names.len() {
            let Some(tree) = self.without(first..=last)? else { continue };
            let results = self.run(tree, &self.scenarios, &format!("without {name}"))?;
            let part = Part { name: name.clone(), with: names[first + 1..=last].to_vec() };
            let ablation = why::judge(part, full, &self.report(unpatched, &results));
            let is_judged = ablation.need != why::Need::LoadError;
            found = Some(ablation);
            if is_judged {
                break;
            }
        }
        found.ok_or_else(|| defect(format!("the series cannot be taken apart at {name}")))
    }

    /// The tree without the patches at these places, as `git revert` would make it; absent
    /// where another patch builds on one of them.
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
    fn hunks(&self, unpatched: &Results, full: &Report) -> Result<Vec<Ablation>> {
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
        for AppliedPatch { patch, before, after, .. } in &self.patched.patches {
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
                    let ablation = self.first_need(&tiers, merged.tree, &part, unpatched, full)?;
                    self.context.ui.detail(&format!("{name}: {:?}", ablation.need));
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
        tree: TreeId,
        part: &Part,
        unpatched: &Results,
        full: &Report,
    ) -> Result<Ablation> {
        let mut found = None;
        for scenarios in tiers {
            let results = self.run(tree, scenarios, &format!("without {}", part.name))?;
            let reduced = self.report(unpatched, &results);
            let ablation = why::judge(part.clone(), full, &reduced);
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
        let id = self.store.write_commit(tree, parent, &last.patch.author, &format!("{name}\n"))?;
        let commit = Commit { id, tree, seconds: self.patched_commit.commit.seconds };
        let files =
            release_archive::files(self.store, &commit, &self.patched_commit.version.to_string())?;
        let directory = checkout::Scratch::new(&self.context.env.cache()?, &files)?;
        self.runner.run(scenarios, &directory.path(), name, Phase::Test)
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
