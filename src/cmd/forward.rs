//! `patcher sync --dry-run --to …`: what the series would do on a release, or on what is not
//! released yet, as the text of an issue for a nightly job.

use serde::Serialize;

use super::sync::{Syncing, complete_commit};
use super::{Context, Document, Told};
use crate::cli::{JobArgs, Sync};
use crate::git::store::Commit;
use crate::matrix::run::{self, Jobs, Subject};
use crate::port::outcome::{Evidence, Outcome};
use crate::port::{Applied, conflict_text};
use crate::project::load::Project;
use crate::project::scenario::{Phase, Scenario};
use crate::publish::patched_commit::PatchedCommit;
use crate::repro::report::Report;
use crate::repro::suite::Settings;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, ModuleVersion, PatchName, Release};
use crate::support::problem::Kind;
use crate::sync::plan::Target;
use crate::sync::preview::{Finding, Forward, PreviewPatch};

#[derive(Serialize)]
struct Looked<'a> {
    title: String,
    body: String,
    finding: Finding,
    forward: &'a Forward,
}

pub(super) fn run(context: &Context, args: &Sync, project: &Project) -> Result<()> {
    match look(context, args, project)? {
        Seen::Forward(forward) => tell(context, &forward),
        Seen::NoCandidate { newest } => {
            context.ui.status("Up to date", &format!("no candidate is newer than {newest}"));
            #[derive(Serialize)]
            struct Nothing {
                newest: Release,
            }
            context.ui.document(&Document::new("sync", Nothing { newest }));
            Ok(())
        }
    }
}

/// What there is to see ahead.
pub(super) enum Seen {
    /// What the series would do there.
    Forward(Box<Forward>),
    /// No candidate is newer than this release.
    NoCandidate { newest: Release },
}

/// Looks at what `--to` names.
pub(super) fn look(context: &Context, args: &Sync, project: &Project) -> Result<Seen> {
    project.ensure_sound()?;
    let settings = args.bazel_settings(context, project)?;
    let sync = Syncing::fetch(context, args, project, None)?;
    let Some(to) = args.to else { return Err(Failure::defect(anyhow::anyhow!("no target"))) };
    let newest = sync.releases.keys().next_back();
    if let (Target::Candidate, Some(newest)) = (to, newest.filter(|newest| newest.is_stable())) {
        return Ok(Seen::NoCandidate { newest: *newest });
    }
    let (release, commit) = target(&sync, to)?;
    let base = complete_commit(&sync.store, commit, &sync.upstream)?;
    let (plan, pin) = &sync.plans[0];
    let pinned = sync.apply(plan, pin)?.applied;
    let (patches, patched) = survey(&sync, &pinned, (release, &base), &args.accept_obsolete, to)?;
    let mut forward = Forward {
        module: sync.module.clone(),
        target: to.to_string(),
        commit,
        pin: plan.pin,
        patches,
        report: None,
    };
    if let (Some(patched), Some(settings)) = (patched, settings) {
        forward.report = Some(prove(context, args, project, &sync, patched, &settings)?);
    }
    Ok(Seen::Forward(Box::new(forward)))
}

/// The release that stands for the target, and the target's commit. What is not released yet
/// is taken for the newest release: scenarios apply to it as they do to that one.
fn target(sync: &Syncing<'_>, to: Target) -> Result<(Release, CommitId)> {
    let newest = |is_stable: bool| {
        let releases = sync.releases.iter().rev();
        releases
            .filter(|(release, _)| release.is_stable() == is_stable)
            .map(|(r, c)| (*r, *c))
            .next()
    };
    let found = match to {
        Target::Main => newest(true).and_then(|(release, _)| Some((release, sync.head?))),
        Target::Candidate => newest(false),
        Target::Latest => newest(true),
        Target::Release(release) => sync.releases.get(&release).map(|commit| (release, *commit)),
    };
    found.ok_or_else(|| {
        let message = format_args!("upstream {} has no {to}", sync.upstream);
        let failure = Failure::new(Kind::Input, message);
        match to {
            Target::Main => {
                failure.hint("its default branch is fetched when it is asked for online")
            }
            _ => failure.hint("`patcher status` shows the newest release known"),
        }
    })
}

/// What becomes of each patch, and the series there where all of them merge.
fn survey(
    sync: &Syncing<'_>,
    pinned: &Applied,
    (release, base): (Release, &Commit),
    accepted: &[PatchName],
    target: Target,
) -> Result<(Vec<PreviewPatch>, Option<Applied>)> {
    let attempt = pinned.onto(&sync.store, release, base, accepted)?;
    let patches = attempt.outcomes.iter().zip(&pinned.patches).map(|(found, patch)| PreviewPatch {
        name: found.patch.to_string(),
        outcome: found.outcome.name().to_owned(),
        is_conflict: found.outcome == Outcome::Conflict,
        is_obsolete: found.outcome.is_already_upstream() && !found.accepted,
        is_conditional: found.conditional,
        evidence: if found.conflicts.is_empty() {
            found.evidence.iter().map(Evidence::text).collect()
        } else {
            let problems = conflict_text::problems(found, patch, &target);
            problems.iter().map(ToString::to_string).collect()
        },
    });
    let patches = patches.collect();
    let is_stopped = attempt.is_stopped();
    let patched = if is_stopped { None } else { Some(attempt.applied(&sync.store)?) };
    Ok((patches, patched))
}

/// Runs the scenarios on both trees, as far as the analysis. The patched one carries no
/// version: it is published nowhere.
fn prove(
    context: &Context,
    args: &Sync,
    project: &Project,
    sync: &Syncing<'_>,
    patched: Applied,
    settings: &Settings,
) -> Result<Report> {
    let Context { env, ui, root, .. } = context;
    let _held = context.hold_suite()?;
    let JobArgs { jobs, fresh } = args.jobs;
    let jobs = Jobs::new(env, ui, root, &project.suite, &sync.module, settings, jobs, fresh)?;
    let version = ModuleVersion { release: patched.release, revision: Some(1) };
    let commit = Commit { tree: patched.tree(), ..patched.base.clone() };
    let subject = Subject {
        release: patched.release,
        commit: patched.base.id,
        line: String::new(),
        patches: Vec::new(),
        made: Ok((patched, PatchedCommit { commit, version })),
    };
    let scenarios: Vec<&Scenario> = project.suite.scenarios.iter().collect();
    let mut shown = run::run(ui, &sync.store, &jobs, &[subject], &scenarios, Phase::Analysis)?;
    Ok(shown.remove(0).report)
}

/// Prints the issue; what is to be done decides the exit code.
fn tell(context: &Context, forward: &Forward) -> Result<()> {
    let (title, body, finding) = (forward.title(), forward.body(), forward.finding());
    context.ui.text(&context.ui.scrub(&format!("# {title}\n\n{body}")));
    let data = Looked { title: title.clone(), body, finding, forward };
    let told = Told { command: "sync", data };
    let kind = match finding {
        Finding::Ready | Finding::Unproven => {
            context.ui.document(&Document::from(told));
            return Ok(());
        }
        Finding::Conflict => Kind::Conflict,
        Finding::Obsolete => Kind::Finding,
        Finding::NoLongerNeeded | Finding::Broken | Finding::UpstreamBroken => Kind::Verdict,
    };
    Err(Failure::new(kind, title).hint("nothing was changed").telling(&told))
}
