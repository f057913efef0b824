//! Finding the upstream commit that changed the result of a scenario.

use std::collections::BTreeMap;

use crate::git::store::Commit;
use crate::port::bisect::search::{Judged, search};
use crate::port::bisect::{Bisection, Bisector, Ends, Found, Question, blocked};
use crate::project::load::Project;
use crate::project::patch_choice::PatchChoice;
use crate::project::scenario::{Phase, Scenario, Side, SideResult};
use crate::project::site::Site;
use crate::publish::release_archive;
use crate::repro::judgement::Judgement;
use crate::repro::memory::{Known, Memory, Tree};
use crate::repro::settings::BazelOptions;
use crate::repro::suite::{self, Runner, Setup};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{ModuleVersion, Release, TreeId};
use crate::support::problem::Kind;

/// What to run, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// A patch, or a series by its directory: the series that is used. The
    /// newest if absent.
    pub what: Option<PatchChoice>,
    pub ends: Ends,
    pub scenario: String,
    pub side: Side,
    /// How far Bazel goes at most.
    pub phase: Phase,
    pub known: Known,
    pub bazel: BazelOptions,
}

/// Finds the commit that changed the result of a scenario: runs it on as few commits as a binary
/// search needs.
///
/// # Errors
///
/// There is no such scenario, series or commit, the scenario cannot be judged at one of the ends,
/// the project is not sound, nothing was fetched yet, or Bazel does not start.
pub fn scenario(site: &Site<'_>, options: &Options) -> Result<Bisection> {
    let Site { env, root, .. } = *site;
    let project = site.project()?;
    let bisector = Bisector::new(site, &project, options.what.as_ref(), &options.ends)?;
    let scenario = select(&project, bisector.pinned.release, &options.scenario)?;
    let settings = options.bazel.settings(env, root, &project.config)?;
    let _held = site.hold_suite()?;
    let module = &project.lock()?.upstream.module;
    let setup = Setup { suite: &project.suite, module, settings: &settings };
    let runner = Runner::new(site, &setup, 0)?;
    let memory = Memory::new(env, &runner, &setup, options.known)?;
    Bisecting { options, bisector, scenario, runner, memory, seen: BTreeMap::new() }.report()
}

/// The scenario with this id, which has to suit one tree of this release.
fn select<'p>(project: &'p Project, release: Release, id: &str) -> Result<&'p Scenario> {
    let scenario = suite::select(&project.suite, &[id.to_owned()])?[0];
    let refuse = |what: String| Err(Failure::new(Kind::Input, format_args!("{id} {what}")));
    if !scenario.compare.is_empty() {
        return refuse("compares both trees, and a bisection runs on one".to_owned());
    }
    if !scenario.applies_to(&release) {
        return refuse(format!("is for releases {}, and {release} is none", scenario.releases));
    }
    Ok(scenario)
}

/// What the scenario showed at a commit, or why it did not run there.
type Shown = std::result::Result<Judgement, String>;

struct Bisecting<'a> {
    options: &'a Options,
    bisector: Bisector<'a>,
    scenario: &'a Scenario,
    runner: Runner<'a>,
    memory: Memory<'a>,
    /// What was seen so far, by the places of the commits.
    seen: BTreeMap<usize, Shown>,
}

impl Bisecting<'_> {
    fn report(mut self) -> Result<Bisection> {
        let last = self.bisector.range.last();
        let [old, new] = self.ends()?;
        let judged = if old == new {
            Judged::from([(0, Some(true)), (last, Some(true))])
        } else {
            search(last, |place| {
                let shown = self.run(place)?;
                let is_new = shown.as_ref().ok().and_then(|shown| is_new(shown.result, old, new));
                self.seen.insert(place, shown);
                Ok::<_, Failure>(is_new)
            })?
        };
        let subject = format!("{} on the {} tree", self.scenario.id, self.options.side.name());
        let found = self.found(&judged);
        let question = Question { subject, until: &new.to_string() };
        let mut report = self.bisector.report(question, &judged, &found)?;
        if let Some(Ok(judgement)) = report.place(&judged).and_then(|place| self.seen.get(&place)) {
            let evidence = self.runner.scrubber().scrub(&judgement.evidence);
            report.evidence = evidence.lines().map(str::to_owned).collect();
        }
        Ok(report)
    }

    /// The results at both ends.
    fn ends(&mut self) -> Result<[SideResult; 2]> {
        let [first, last] = self.bisector.range.ends().map(|(place, _)| place);
        Ok([self.end(first)?, self.end(last)?])
    }

    fn end(&mut self, place: usize) -> Result<SideResult> {
        let shown = self.run(place)?;
        let (kind, reason) = match &shown {
            Ok(judgement) if judgement.result.is_evidence() => {
                let result = judgement.result;
                self.seen.insert(place, shown);
                return Ok(result);
            }
            Ok(judgement) => (Kind::Environment, judgement.evidence.clone()),
            Err(reason) => (Kind::Input, reason.clone()),
        };
        let names = &self.bisector.range.names;
        let name = if place == 0 { &names.0 } else { &names.1 };
        let message = format_args!("{} cannot be judged at {name}: {reason}", self.scenario.id);
        Err(Failure::new(kind, message).hint(
            "choose another end; without a registry in reach, give Bazel its modules with \
             --module-append and --bazelrc",
        ))
    }

    /// Runs the scenario at a commit, if it is not cached.
    fn run(&self, place: usize) -> Result<Shown> {
        let (phase, side) = (self.options.phase, self.options.side);
        let store = &self.bisector.store;
        let base = store.commit(self.bisector.range.row[place])?;
        let (tree, version) = match self.tree(place, base.tree)? {
            Ok(found) => found,
            Err(reason) => return Ok(Err(reason)),
        };
        let commit = Commit { tree, ..base };
        let name = format!("{} {}", side.name(), commit.id.short());
        let tree = Tree { id: tree, version: version.clone(), name };
        let lookup = self.memory.look_up(&tree, &[self.scenario], phase);
        let seen = if lookup.unknown.is_empty() {
            self.memory.cached(lookup)
        } else {
            let files = release_archive::files(store, &commit, &version)?;
            self.memory.run(&self.runner, lookup, &files)?
        };
        let outcome = seen.results.outcomes.get(&self.scenario.id);
        let judgement = outcome.map(|outcome| outcome.judgement.clone());
        Ok(judgement.ok_or_else(|| "Bazel did not report it".to_owned()))
    }

    /// The tree to run on at a commit, and the version that its files say they are; or why there
    /// is none.
    fn tree(&self, place: usize, upstream: TreeId) -> Result<Result<(TreeId, String), String>> {
        let release = self.bisector.pinned.release;
        if self.options.side == Side::Unpatched {
            return Ok(Ok((upstream, release.to_string())));
        }
        let attempt = self.bisector.onto(place)?;
        if let Some(reason) = blocked(&attempt, usize::MAX) {
            return Ok(Err(reason));
        }
        let version = ModuleVersion { release, revision: Some(1) };
        Ok(Ok((attempt.tree(), version.to_string())))
    }

    fn found(&self, judged: &Judged) -> BTreeMap<usize, Found> {
        let outcome = |place: &usize, is_new: &Option<bool>| match (&self.seen[place], is_new) {
            (Ok(judgement), Some(_)) => Ok(judgement.result.to_string()),
            (Ok(judgement), None) => Err(judgement.result.to_string()),
            (Err(reason), _) => Err(reason.clone()),
        };
        judged.iter().map(|(place, is_new)| (*place, outcome(place, is_new))).collect()
    }
}

/// Whether a result is the new one; a result that neither end has is new, too, unless the scenario
/// did not load or run.
fn is_new(result: SideResult, old: SideResult, new: SideResult) -> Option<bool> {
    match result {
        _ if result == old => Some(false),
        _ if result == new => Some(true),
        SideResult::LoadingFailure => None,
        result => result.is_evidence().then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::is_new;
    use crate::project::scenario::SideResult::{
        BuildFailure, Conflict, DidNotRun, LoadingFailure, Pass,
    };

    #[test]
    fn what_neither_end_shows_is_new_unless_nothing_ran() {
        let results = [Conflict, Pass, BuildFailure, LoadingFailure, DidNotRun];
        let found = results.map(|result| is_new(result, Conflict, Pass));
        assert_eq!(found, [Some(false), Some(true), Some(true), None, None]);
        // At an end, it was judged that the scenario does not load.
        assert_eq!(is_new(LoadingFailure, LoadingFailure, Pass), Some(false));
        assert_eq!(is_new(LoadingFailure, Pass, LoadingFailure), Some(true));
    }
}
