//! `patcher doctor`: what patcher needs on this machine.

use serde::Serialize;

use super::Context;
use crate::cli::Doctor;
use crate::doctor::{Check, Mark, examine};
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::text::counted;

#[derive(Serialize)]
struct DoctorDocument<'a> {
    checks: &'a [Check],
}

pub(super) fn run(context: &Context, args: &Doctor) -> Result<()> {
    let checks = examine(&context.site(), &args.bazel.options());
    context.ui.text(&context.ui.without_secrets(&text(&checks)));
    let reported = DoctorDocument { checks: &checks };
    match checks.iter().filter(|check| check.mark == Mark::Failed).count() {
        0 => {
            context.ui.document(&reported);
            Ok(())
        }
        failed => {
            let message = format!("{} failed", counted(failed, "check"));
            Err(Failure::new(Kind::Environment, message).with_report(&reported))
        }
    }
}

/// A line a check, and below it what to do.
fn text(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for Check { name, mark, text: found, fix } in checks {
        let symbol = match mark {
            Mark::Passed => '✓',
            Mark::Attention => '!',
            Mark::Failed => '✗',
            Mark::Skipped => '–',
        };
        text.push_str(&format!("{symbol} {name:width$}  {found}\n"));
        text.extend(fix.iter().map(|fix| format!("  {:width$}  → {fix}\n", "")));
    }
    text
}
