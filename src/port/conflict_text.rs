//! What stands in the way of a port, for people.

use std::fmt;

use crate::git::merge_conflict::Conflict;
use crate::port::apply::AppliedPatch;
use crate::port::outcome::{Outcome, PatchOutcome};
use crate::port::port_error::PortError;
use crate::support::ids::Release;
use crate::support::problem::{Kind, Problem};

/// How many lines of each side of a conflict are shown.
const SHOWN: usize = 12;

/// Why a series does not go onto a release: everything that is in the way.
pub(super) fn refusal(
    patches: &[AppliedPatch],
    outcomes: &[PatchOutcome],
    release: Release,
) -> PortError {
    let failed = outcomes.iter().zip(patches).filter(|(outcome, _)| outcome.is_failure());
    let problems: Vec<Problem> =
        failed.flat_map(|(outcome, patch)| problems(outcome, patch, &release)).collect();
    let conflict = outcomes.iter().find(|outcome| outcome.outcome == Outcome::Conflict);
    match conflict {
        Some(first) => PortError::Conflict { patch: first.patch.clone(), release, problems },
        None => PortError::NotNeeded(problems),
    }
}

/// What is wrong with a patch on a release, place by place.
pub fn problems(
    outcome: &PatchOutcome,
    patch: &AppliedPatch,
    release: &dyn fmt::Display,
) -> Vec<Problem> {
    let condition = if outcome.conditional { " (as far as those before it went in)" } else { "" };
    if outcome.outcome.is_already_upstream() {
        let message = match outcome.outcome {
            Outcome::Empty => "changes nothing at its own pin".to_owned(),
            _ => format!("is already in {release}{condition}: {}", outcome.because()),
        };
        let hint = format!(
            "see that {release} does not need it, then leave it out: `--drop-upstreamed {}`",
            outcome.patch
        );
        return vec![Problem::new(Kind::Finding, &patch.file, message).hint(hint)];
    }
    let problem = |conflict: &Conflict| {
        let file = patch.patch.files.iter().find(|file| file.path.as_str() == conflict.path);
        let hunk = file.and_then(|file| conflict.hunk_of(file));
        // The problem is at the hunk, else at what the patch says of the file.
        let at = hunk.map(|hunk| hunk.line).or(file.map(|file| file.line)).filter(|line| *line > 0);
        let (Conflict { path, target, line, .. }, reason) = (conflict, conflict.why());
        let message = match hunk {
            Some(hunk) => format!(
                "`{}` of {path} would land at {target}:{line} of {release}{condition}: {reason}{}",
                hunk.header(),
                sides(conflict, release),
            ),
            None if *line > 0 => format!("{target}:{line} of {release}{condition}: {reason}"),
            None if path != target => {
                format!("{path} of {release}{condition}: {reason}, to {target}")
            }
            None => format!("{path} of {release}{condition}: {reason}"),
        };
        let problem = Problem::new(Kind::Conflict, &patch.file, message);
        at.map_or(problem.clone(), |at| problem.at(at))
    };
    outcome.conflicts.iter().map(problem).collect()
}

/// The three sides of a conflict, indented, as a person compares them.
fn sides(conflict: &Conflict, release: &dyn fmt::Display) -> String {
    let sides = [
        ("at the pin".to_owned(), &conflict.base),
        (format!("in {release}"), &conflict.upstream),
        ("with the patch".to_owned(), &conflict.patch),
    ];
    let mut text = String::new();
    for (name, lines) in sides {
        text.push_str(&format!("\n    {name}:"));
        if lines.is_empty() {
            text.push_str(" nothing");
        }
        for line in lines.lines().take(SHOWN) {
            text.push_str(&format!("\n      {line}"));
        }
        if let Some(more) = lines.lines().count().checked_sub(SHOWN + 1) {
            text.push_str(&format!("\n      … {} more", more + 1));
        }
    }
    text
}
