//! `patcher drop`: a patch out of the series, with the evidence that it can go.

use serde::Serialize;

use super::Context;
use super::would_write::WouldWrite;
use crate::cli::Drop;
use crate::port::drop::{Dropping, Upstream};
use crate::repro::ablation::Workshop;
use crate::repro::why::{Ablation, Need, Turned};
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::names::PatchName;
use crate::support::problem::Kind;
use crate::support::writing::Writing;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Dropped<'a> {
    patch: &'a PatchName,
    /// What becomes of it on the newest release that was fetched.
    upstream: Option<&'a Upstream>,
    /// What the scenarios say of the series without it.
    need: Option<&'a Ablation>,
    /// The files that were written or removed, or with `--dry-run` would be.
    written: Vec<String>,
}

pub(super) fn run(context: &Context, args: &Drop) -> Result<()> {
    let dropping = Dropping::new(&context.site(), args.series.as_deref(), &args.patch)?;
    let Dropping { project, pin, patch, index, upstream, .. } = &dropping;
    if let Some(Upstream { release, found }) = upstream {
        let because = match found.outcome.is_already_upstream() {
            true => found.because(),
            false => String::new(),
        };
        let text = format!("on {release}: {} {because}", found.outcome.name());
        context.ui.status(Meaning::Running, "Upstream", text.trim_end());
    }
    let ablation = if args.no_repro || project.suite.scenarios.is_empty() {
        None
    } else {
        let supported = project.supported(Some(*pin))?;
        let (site, bazel) = (context.site(), args.bazel.options());
        let (ablation, bazel) =
            Workshop::new(&site, project, &supported, &bazel)?.of_patch(*index)?;
        context.ui.status(
            Meaning::Running,
            "Scenarios",
            &format!("{}, under Bazel {bazel}", said(&ablation)),
        );
        Some(ablation)
    };
    let data = |written| {
        let (upstream, need) = (upstream.as_ref(), ablation.as_ref());
        Dropped { patch, upstream, need, written }
    };
    let is_free = ablation.as_ref().is_some_and(|ablation| ablation.need == Need::NotNeeded);
    if !is_free && !args.force {
        let (kind, message) = match &ablation {
            None => (Kind::Finding, format!("no scenario shows whether {patch} is needed")),
            Some(ablation) if ablation.need == Need::Unknown => {
                let message = format!("not all scenarios show whether {patch} is needed");
                (Kind::Finding, format!("{message}: some are only for other releases"))
            }
            Some(_) => {
                (Kind::UnexpectedResult, format!("{patch} is needed, according to the scenarios"))
            }
        };
        let reported = data(Vec::new());
        return Err(Failure::new(kind, message)
            .hint("`--force` takes it out all the same; nothing was changed")
            .with_report(&reported));
    }
    if args.write.writing() == Writing::LeftOut {
        let (files, diff) = dropping.pending();
        let document = data(files.clone());
        return WouldWrite::changes(files, diff).print(context, args.write, &document);
    }
    let written = dropping.write(&context.ui)?;
    context.ui.status(Meaning::Done, "Dropped", patch.as_str());
    context.ui.summary(&format!("{patch} is out of the series"));
    context.ui.next("patcher sync", "test what is left, and update the lock");
    context.ui.document(&data(written));
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
        Need::NotNeeded | Need::Unknown => "nothing changes without it".to_owned(),
        Need::Needed => format!("without it, {}", turned.join(", ")),
        Need::LoadError => "without it, nothing loads".to_owned(),
    }
}
