//! `patcher why`: what each patch, or each hunk, is needed for.

use serde::Serialize;

use super::Context;
use crate::cli::Why;
use crate::repro::ablation::{Options, Parts, why};
use crate::repro::report::Report;
use crate::repro::suite;
use crate::repro::why::{self, Ablation};
use crate::support::failure::{Failure, Result};
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Needed<'a> {
    report: &'a Report,
    ablations: &'a [Ablation],
    findings: &'a [String],
    /// What nothing needs of what ran, while other scenarios did not run.
    unknown: &'a [String],
}

pub(super) fn run(context: &Context, args: &Why) -> Result<()> {
    let parts = if args.hunks { Parts::Hunks } else { Parts::Patches };
    let bazel = args.bazel.options();
    let (scenarios, patch) = (args.scenarios.clone(), args.patch.clone());
    let options = Options { scenarios, patch, parts, bazel };
    let (full, ablations) = why(&context.site(), &options)?;
    if !full.is_good() || full.rows.is_empty() {
        context.ui.marked(&full.table());
        let reported = Needed { report: &full, ablations: &[], findings: &[], unknown: &[] };
        return suite::ensure_any(&full)
            .and_then(|()| suite::ensure_good(&context.ui, &full))
            .map_err(|failure| failure.with_report(&reported));
    }
    let (text, findings) = if args.hunks {
        let is_not_needed = |ablation: &&Ablation| ablation.need == why::Need::NotNeeded;
        let not_needed = ablations.iter().filter(is_not_needed);
        let findings: Vec<String> = not_needed
            .map(|ablation| format!("{}: no scenario needs it", ablation.part.name))
            .collect();
        (why::hunk_table(&ablations), findings)
    } else {
        let mut findings = why::findings(&ablations);
        if args.patch.is_none() {
            findings.extend(why::unchanged(&full, &ablations));
        }
        (why::patch_table(&full, &ablations), findings)
    };
    context.ui.text(&text);
    let unknown = why::unknown(&full, &ablations);
    for unknown in &unknown {
        context.ui.warning(unknown);
    }
    let reported =
        Needed { report: &full, ablations: &ablations, findings: &findings, unknown: &unknown };
    if findings.is_empty() {
        let what = counted(ablations.len(), if args.hunks { "hunk" } else { "patch" });
        let of = match ablations.len() - unknown.len() {
            needed if needed < ablations.len() => format!("{needed} of "),
            _ => String::new(),
        };
        context.ui.summary(&format!("{of}{what} needed, under Bazel {}", full.bazel));
        context.ui.document(&reported);
        return Ok(());
    }
    let problems: Vec<Problem> = findings
        .iter()
        .map(|finding| Problem::new(Kind::Finding, "patches", finding.clone()))
        .collect();
    Err(Failure::from(problems)
        .hint("remove what nothing needs, or write the scenario that it is there for")
        .with_report(&reported))
}
