//! What the series would do on a release, or on what is not released yet.

use crate::git::store::Commit;
use crate::matrix::run::{self, Plan, Subject};
use crate::matrix::shard::Stretch;
use crate::port::outcome::{Evidence, Outcome};
use crate::port::{Applied, conflict_text};
use crate::project::load::Project;
use crate::project::patch_choice::names;
use crate::project::scenario::{Phase, Scenario};
use crate::project::site::Site;
use crate::publish::patched_commit::PatchedCommit;
use crate::repro::bazel::Settings;
use crate::repro::report::Report;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, ModuleVersion, Release};
use crate::support::problem::{Kind, Problem};
use crate::sync::fetch::{Fetched, Purpose, Request};
use crate::sync::fewer::Gone;
use crate::sync::options::{FewerReleases, Options};
use crate::sync::plan::{self, Target};
use crate::sync::preview_report::{PreviewPatch, PreviewReport};

/// What a preview results in.
#[derive(Clone, Debug)]
pub enum Preview {
    /// What the series would do there.
    Report(Box<PreviewReport>),
    /// No release candidate is newer than this release.
    NoCandidate {
        /// The newest release.
        newest: Release,
    },
}

/// Ports the newest series to `to` in memory, and runs the scenarios there. Writes nothing.
///
/// # Errors
///
/// Something is wrong with the project, or there is no such target.
pub fn preview(site: Site<'_>, options: &Options, to: Target) -> Result<Preview> {
    let project = Project::load(site.with_project()?);
    project.ensure_sound()?;
    let bazel = options.bazel(&site, &project, "preview without `--repro`")?;
    Request { site, project: &project, options, purpose: Purpose::Preview(to) }
        .fetched(|fetched| preview_of(fetched, to, bazel.as_ref()))
}

fn preview_of(fetched: Fetched<'_>, to: Target, bazel: Option<&Settings>) -> Result<Preview> {
    let newest = fetched.releases.keys().next_back();
    if let (Target::Candidate, Some(newest)) = (to, newest.filter(|newest| newest.is_stable())) {
        return Ok(Preview::NoCandidate { newest: *newest });
    }
    let (release, commit) = target(&fetched, to)?;
    let base = fetched.complete_commit(commit)?;
    fetched.ensure_complete()?;
    let (plan, pin) = &fetched.plans[0];
    let pinned = fetched.apply(plan, pin, None)?.applied;
    let (patches, applied) = carry(&fetched, &pinned, (release, &base), to)?;
    let report = match (applied, bazel) {
        (Some(applied), Some(settings)) => Some(test(&fetched, applied, settings)?),
        _ => None,
    };
    let losses = losses(&fetched, to);
    let may_lose = fetched.options.fewer_releases == FewerReleases::Allowed;
    let (module, target, pin) = (fetched.module, to.to_string(), plan.pin);
    let report = PreviewReport { module, target, commit, pin, losses, may_lose, patches, report };
    Ok(Preview::Report(Box::new(report)))
}

/// The releases that a sync to the target would no longer support, by series. A release that no
/// series is for can be previewed, too.
fn losses(fetched: &Fetched<'_>, to: Target) -> Vec<String> {
    if matches!(to, Target::Main | Target::Candidate) {
        return Vec::new();
    }
    let Fetched { project, releases, upstream, .. } = fetched;
    let plans = plan::plans(project, releases, Some(to), upstream).unwrap_or_default();
    let gone = if plans.is_empty() { Vec::new() } else { Gone::all(project, plans.iter()) };
    gone.iter().map(|gone| gone.text("would lose")).collect()
}

/// The release that stands for the target, and the target's commit. What is not released yet
/// is taken for the newest release: scenarios apply to it as they do to that one.
fn target(fetched: &Fetched<'_>, to: Target) -> Result<(Release, CommitId)> {
    let newest = |is_stable: bool| {
        let mut releases = fetched.releases.iter().rev();
        releases.find(|(release, _)| release.is_stable() == is_stable).map(|(r, c)| (*r, *c))
    };
    let found = match to {
        Target::Main => newest(true).and_then(|(release, _)| Some((release, fetched.head?))),
        Target::Candidate => newest(false),
        Target::Latest => newest(true),
        Target::Release(release) => fetched.releases.get(&release).map(|commit| (release, *commit)),
    };
    found.ok_or_else(|| {
        let message = format_args!("upstream {} has no {to}", fetched.upstream);
        let failure = Failure::new(Kind::Input, message);
        match to {
            Target::Main if fetched.site.is_offline => {
                Failure { kind: Kind::Environment, ..failure }
                    .hint("--offline forbids it now: run it once without")
            }
            Target::Main => failure.hint("it needs a release, and a branch that its HEAD names"),
            _ => failure.hint("`patcher status` shows the newest release known"),
        }
    })
}

/// What becomes of each patch, and the series there if all of them apply.
fn carry(
    fetched: &Fetched<'_>,
    pinned: &Applied,
    (release, base): (Release, &Commit),
    target: Target,
) -> Result<(Vec<PreviewPatch>, Option<Applied>)> {
    let series = fetched.plans[0].0.series;
    let accepted = names(&fetched.options.drop_upstreamed, series)?;
    let mut attempt = pinned.onto(&fetched.store, release, base)?.accepting(&accepted);
    // A history that was not fetched to the end names no commit: the conflict is still one.
    attempt.name_causes(&fetched.store).ok();
    let patches = attempt.outcomes.iter().zip(&pinned.patches).map(|(found, patch)| PreviewPatch {
        name: found.patch.to_string(),
        outcome: found.outcome.name().to_owned(),
        is_conflict: found.outcome == Outcome::Conflict,
        is_already_upstream: found.outcome.is_already_upstream() && !found.accepted,
        is_conditional: found.conditional,
        evidence: if found.conflicts.is_empty() {
            found.evidence.iter().map(Evidence::text).collect()
        } else {
            let problems = conflict_text::problems(found, patch, &target);
            problems.iter().map(Problem::with_excerpt).collect()
        },
    });
    let patches = patches.collect();
    let is_stopped = attempt.is_stopped();
    let applied = if is_stopped { None } else { Some(attempt.applied(&fetched.store)?) };
    Ok((patches, applied))
}

/// Runs the scenarios on both trees, up to the analysis. The patched one carries no version:
/// it is published nowhere.
fn test(fetched: &Fetched<'_>, applied: Applied, settings: &Settings) -> Result<Report> {
    let _held = fetched.site.hold_suite()?;
    let jobs = fetched.jobs(settings)?;
    let version = ModuleVersion { release: applied.release, revision: Some(1) };
    let commit = Commit { tree: applied.tree(), ..applied.base.clone() };
    let subject = Subject {
        release: applied.release,
        commit: applied.base.id,
        series: String::new(),
        patches: Vec::new(),
        made: Ok((applied, PatchedCommit { commit, version })),
    };
    let scenarios: Vec<&Scenario> = fetched.project.suite.scenarios.iter().collect();
    let (max_phase, cells) = (Phase::Analysis, Stretch::ALL);
    let plan = Plan { subjects: &[subject], scenarios: &scenarios, max_phase, cells };
    let mut shown = run::run(fetched.site.progress, &fetched.store, &jobs, &plan)?;
    let report = shown.remove(0).report;
    let applies = |scenario: &&Scenario| scenario.applies_to(&report.release);
    let applicable: Vec<&Scenario> =
        fetched.project.suite.scenarios.iter().filter(applies).collect();
    Ok(report.among(applicable))
}
