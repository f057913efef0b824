//! Where a resolve is, as a value and as text.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::git::merge_conflict::Conflict;
use crate::port::outcome::Outcome;
use crate::support::guide::{Step, guide};
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::marked::{Marked, table};
use crate::support::names::PatchName;
use crate::support::problem::Problem;

/// Whether a resolve waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ResolveStatus {
    Stopped,
    Ready,
}

#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Status {
    pub status: ResolveStatus,
    /// The directory of the series.
    pub series: String,
    /// The release that it is pinned to.
    pub pin: Release,
    /// The release that it goes to.
    pub release: Release,
    pub worktree: String,
    pub patch: Option<PatchName>,
    pub outcome: Option<Outcome>,
    /// What its outcome rests on, if that is no conflict.
    pub evidence: Vec<String>,
    pub conflicts: Vec<Conflict>,
    /// The files that hold recorded resolutions of these conflicts.
    pub recorded: Vec<String>,
    /// The patches that are past: whether each went in.
    pub past: BTreeMap<PatchName, bool>,
    /// The patches to come, the one that stopped first.
    pub left: Vec<PatchName>,
    /// The commands that go on.
    pub next: Vec<Step>,
}

/// A patch that stopped, laid out in the worktree.
#[derive(Clone, Debug)]
pub struct Stopped {
    pub status: Status,
    pub message: String,
    pub problems: Vec<Problem>,
}

impl Status {
    /// For people, with the commands that go on.
    pub fn text(&self) -> Marked {
        let Self { series, pin, release, worktree, .. } = self;
        let past = self.past.iter().map(|(patch, went_in)| match went_in {
            true => [Meaning::Done.mark("in"), patch.as_str().into()],
            false => [Meaning::Unchanged.mark("left out"), patch.as_str().into()],
        });
        let left = self.left.iter().enumerate().map(|(index, patch)| match &self.outcome {
            Some(outcome) if index == 0 => {
                [outcome.meaning().mark(outcome.name()), patch.as_str().into()]
            }
            _ => ["  to come".into(), patch.as_str().into()],
        });
        let rows = past.chain(left).map(|[status, patch]| ["  ".into(), status, patch]);
        let mut marked = Marked::from(format!("{series}: {pin} to {release}, in {worktree}\n"));
        marked.append(table(&rows.collect::<Vec<_>>()));
        let mut text = String::new();
        for conflict in &self.conflicts {
            let (Conflict { target, line, caused_by, .. }, why) = (conflict, conflict.why());
            text.push_str(&format!("        {target}:{line}: {why}\n"));
            for commit in caused_by {
                text.push_str(&format!("            by upstream's {}\n", commit.text()));
            }
        }
        for file in &self.recorded {
            text.push_str(&format!("        resolved before: {file}\n"));
        }
        marked.push(text + &guide(&self.next));
        marked
    }
}
