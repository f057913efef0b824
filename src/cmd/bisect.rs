//! `patcher bisect`: which upstream commit changed the outcome of a patch or the result of a
//! scenario.

use super::Context;
use crate::cli::Bisect;
use crate::port;
use crate::port::bisect::report::Answer;
use crate::port::bisect::{Bisection, Ends};
use crate::repro;
use crate::repro::memory::Known;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::counted;

pub(super) fn run(context: &Context, args: &Bisect) -> Result<()> {
    let site = context.site();
    let (what, until) = (args.what.clone(), args.until);
    let ends = Ends { from: args.from.clone(), to: args.to.clone() };
    let report = match args.scenario.clone() {
        None => port::bisect::patch(&site, &port::bisect::Options { what, ends, until })?,
        Some(scenario) => {
            let options = repro::bisect::Options {
                what,
                ends,
                scenario,
                side: args.side.into(),
                phase: args.max_phase.into(),
                known: if args.no_cache { Known::RunAgain } else { Known::LookedUp },
                bazel: args.bazel.options(),
            };
            repro::bisect::scenario(&site, &options)?
        }
    };
    print(context, &report)
}

/// Prints the answer, and fails if it is no commit: scripts read the exit code.
fn print(context: &Context, report: &Bisection) -> Result<()> {
    context.ui.text(&report.text());
    let Some(message) = without_commit(report) else {
        let count = counted(report.commits, "commit");
        context.ui.summary(&format!("one of {count} did it, {} judged", report.judged));
        context.ui.document(report);
        return Ok(());
    };
    let failure = Failure::new(Kind::Finding, message);
    Err(failure.with_report(report))
}

/// Why there is no commit to name, if there is none.
fn without_commit(report: &Bisection) -> Option<String> {
    let (from, to) = (&report.from.name, &report.to.name);
    match report.answer {
        Answer::Found => None,
        Answer::Indeterminate => {
            let count = report.candidates.len();
            Some(format!("one of {count} did it: the others cannot be judged"))
        }
        Answer::AlreadySo | Answer::NotSo => {
            Some(format!("no commit between {from} and {to} did it"))
        }
        Answer::Parted => {
            Some(format!("no commit of {to} did it: {from} is on a branch of its own"))
        }
    }
}
