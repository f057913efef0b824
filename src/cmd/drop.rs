//! `patcher drop`: a patch out of the series, with the evidence that it can go.

use serde::Serialize;

use super::edit::{changes, find, pinned};
use super::{Context, Document, Told, need};
use crate::cli::Drop;
use crate::port::PatchOutcome;
use crate::port::edit::without;
use crate::port::session;
use crate::repro::why::{Ablation, Need, Turned};
use crate::support::failure::{Failure, Result};
use crate::support::guide::{guide, step};
use crate::support::ids::{PatchName, Release};
use crate::support::problem::{Kind, Problem};

#[derive(Serialize)]
struct Dropped<'a> {
    patch: &'a PatchName,
    /// What becomes of it on the newest release that was fetched.
    upstream: Option<Upstream>,
    /// What the scenarios say of the series without it.
    need: Option<&'a Ablation>,
    written: Vec<&'a str>,
}

#[derive(Serialize)]
struct Upstream {
    release: Release,
    #[serde(flatten)]
    found: PatchOutcome,
}

pub(super) fn run(context: &Context, args: &Drop) -> Result<()> {
    session::ensure_none(&context.site())?;
    let guard = context.workspace()?.lock()?;
    let project = context.project()?;
    let lock = project.lock()?;
    let (locked, series, index) = find(&project, args.line.as_deref(), Some(&args.patch))?;
    let Some(index) = index else { return Err(Failure::defect(anyhow::anyhow!("no patch"))) };
    // What is wrong with the patch's message goes with it.
    let is_others = |problem: &&Problem| problem.file != series.patches[index].file;
    if !series.is_complete || project.problems.iter().filter(is_others).any(|p| !p.is_mendable) {
        project.ensure_sound()?;
    }
    let name = &series.patches[index].patch.name;
    let store = context.store(lock)?;
    let pinned = pinned(&store, locked, series)?;
    let edited = without(&store, &pinned, &series.patches, index)?;

    let releases = context.mirror(lock)?.releases()?;
    let newest = releases.iter().rev().find(|(release, _)| release.is_stable());
    let upstream = match newest.filter(|(release, _)| **release > pinned.release) {
        None => None,
        Some((release, commit)) => {
            let attempt = pinned.onto(&store, *release, &store.commit(*commit)?, &[])?;
            let found = attempt.outcomes.into_iter().nth(index);
            found.map(|found| Upstream { release: *release, found })
        }
    };
    if let Some(Upstream { release, found }) = &upstream {
        let because =
            if found.outcome.is_already_upstream() { found.because() } else { String::new() };
        let text = format!("on {release}: {} {because}", found.outcome.name());
        context.ui.status("Upstream", text.trim_end());
    }
    let ablation = if args.no_repro || project.suite.scenarios.is_empty() {
        None
    } else {
        let supported = project.supported(Some(locked.pin.release))?;
        let (ablation, bazel) = need::of_patch(context, &project, &supported, index, &args.bazel)?;
        context.ui.status("Scenarios", &format!("{}, under Bazel {bazel}", said(&ablation)));
        Some(ablation)
    };
    let data = |written| Dropped { patch: name, upstream, need: ablation.as_ref(), written };
    let is_free = ablation.as_ref().is_some_and(|ablation| ablation.need == Need::NotNeeded);
    if !is_free && !args.force {
        let (kind, message) = match &ablation {
            None => (Kind::Finding, format!("no scenario tells whether {name} is needed")),
            Some(_) => (Kind::Verdict, format!("{name} is needed, as far as the scenarios tell")),
        };
        let told = Told { command: "drop", data: data(Vec::new()) };
        return Err(Failure::new(kind, message)
            .hint("`--force` takes it out all the same; nothing was changed")
            .telling(&told));
    }

    let changes = changes(series, &edited);
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let pending = changes.pending(current);
    project.workspace.commit(&pending, &guard)?;
    context.ui.status("Dropped", name.as_str());
    let next = [
        step("patcher review", "see what has changed"),
        step("patcher sync", "prove what is left, and take it into the lock"),
    ];
    let data = data(pending.iter().map(|(path, _)| path).collect());
    context.ui.data(&guide(&next), &Document::new("drop", data));
    Ok(())
}

/// What the scenarios say, in a sentence.
fn said(ablation: &Ablation) -> String {
    let turned: Vec<String> = ablation
        .turned
        .iter()
        .map(|Turned { scenario, with, without }| format!("{scenario}: {without}, not {with}"))
        .collect();
    match ablation.need {
        Need::NotNeeded => "nothing changes without it".to_owned(),
        Need::Needed => format!("without it, {}", turned.join(", ")),
        Need::LoadError => "without it, nothing loads".to_owned(),
    }
}
