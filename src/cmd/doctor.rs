//! `patcher doctor`: what patcher needs on this machine.

use serde::Serialize;

use super::Context;
use crate::cli::Doctor;
use crate::doctor::{Check, Status, examine};
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::marked::Marked;
use crate::support::problem::Kind;
use crate::support::text::counted;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DoctorDocument<'a> {
    checks: &'a [Check],
}

pub(super) fn run(context: &Context, args: &Doctor) -> Result<()> {
    let checks = examine(&context.site(), &args.bazel.options());
    context.ui.marked(&text(context, &checks));
    let reported = DoctorDocument { checks: &checks };
    match checks.iter().filter(|check| check.status == Status::Failed).count() {
        0 => {
            context.ui.summary(&format!("{} passed", counted(checks.len(), "check")));
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
fn text(context: &Context, checks: &[Check]) -> Marked {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = Marked::default();
    for Check { name, status, text: found, fix } in checks {
        let meaning = match status {
            Status::Passed => Meaning::Done,
            Status::Attention => Meaning::Attention,
            Status::Failed => Meaning::Failed,
            Status::Skipped => Meaning::Unchanged,
        };
        text.push(meaning.mark(format!("{name:width$}")));
        text.push(format!("  {}\n", context.ui.without_secrets(found)));
        if let Some(fix) = fix {
            text.push(format!("  {:width$}  ", ""));
            text.push(Meaning::Running.tint(fix.as_str()));
            text.push("\n");
        }
    }
    text
}
