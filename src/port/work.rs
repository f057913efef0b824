//! What is recorded of work in a worktree between two runs.

use serde::{Deserialize, Serialize};

use crate::support::ids::{CommitId, Release, Sri};
use crate::support::names::{FileName, PatchName, checked};

/// The version of the record: it changes when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// What a worktree was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// To port a series to another release if a patch conflicts.
    Resolve,
    /// To change the series at its pin.
    Edit,
}

/// A release and its commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    pub release: Release,
    pub commit: CommitId,
}

/// A patch of the series, as it was when the work began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkPatch {
    pub name: PatchName,
    /// The digest of its file.
    pub integrity: Sri,
    /// Its commit at the pin.
    pub commit: CommitId,
}

/// Work on a series in a worktree, bound to what it began with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// [`SCHEMA`].
    pub schema: u32,
    pub task: Task,
    pub project: String,
    /// Which directory that was, by [`crate::support::path::identity`]; absent if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The directory of the series.
    #[serde(alias = "line")]
    pub series: String,
    /// The upstream, if it was named on the command line.
    pub upstream: Option<String>,
    /// Where the series applies exactly.
    pub pin: Base,
    /// What the worktree is based on: the pin if the series is edited.
    pub onto: Base,
    /// The series, in order.
    pub patches: Vec<WorkPatch>,
    /// The patches to leave out if the release has them already.
    pub accepted: Vec<PatchName>,
    /// Whether a release may go that is supported.
    #[serde(default)]
    pub allows_fewer: bool,
    /// The patches that a resolve is past, from the first on: whether each went in.
    pub done: Vec<bool>,
    /// The commit that the worktree was left at.
    pub patched_commit: CommitId,
    /// Whether the worktree was brought there: not so if a run was cut off.
    pub is_staged: bool,
    /// The name of the worktree's directory.
    #[serde(deserialize_with = "checked::<_, FileName>")]
    pub tree: String,
    /// The files that the project is to get of the work; none as long as that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub result: Vec<ResultFile>,
}

/// A file of the project, as work on a series leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    pub path: String,
    /// The digest of its bytes; absent if it is to go.
    pub integrity: Option<Sri>,
}

impl Work {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// Why it is none, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Versioned {
            schema: u32,
        }
        let versioned: Versioned =
            serde_json::from_str(text).map_err(|error| format!("is damaged: {error}"))?;
        if versioned.schema != SCHEMA {
            let schema = versioned.schema;
            return Err(format!("has version {schema}, this patcher knows {SCHEMA}"));
        }
        serde_json::from_str(text).map_err(|error| format!("is damaged: {error}"))
    }

    pub fn print(&self) -> String {
        // Only maps with odd keys cannot be written, and there are none.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The patch that a resolve stands at.
    pub fn current(&self) -> Option<&WorkPatch> {
        self.patches.get(self.done.len())
    }

    /// How many commits the worktree has on its base, as far as it is known.
    pub fn kept(&self) -> usize {
        self.done.iter().filter(|went_in| **went_in).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> Work {
        let base = |release: &str, digit: &str| Base {
            release: release.parse().unwrap(),
            commit: digit.repeat(40).parse().unwrap(),
        };
        Work {
            schema: SCHEMA,
            task: Task::Resolve,
            project: "/p".into(),
            identity: None,
            series: "patches".into(),
            upstream: None,
            pin: base("1.0.0", "a"),
            onto: base("1.1.0", "b"),
            patches: vec![WorkPatch {
                name: "0001-a.patch".parse().unwrap(),
                integrity: Sri::of(b""),
                commit: "c".repeat(40).parse().unwrap(),
            }],
            accepted: vec![],
            allows_fewer: false,
            done: vec![],
            patched_commit: "b".repeat(40).parse().unwrap(),
            is_staged: true,
            tree: "m-1.1.0".into(),
            result: vec![],
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        assert_eq!(Work::parse(&work().print()), Ok(work()));
        assert_eq!(work().current().map(|patch| patch.name.as_str()), Some("0001-a.patch"));
        let before = work().print().replace("\"series\"", "\"line\"");
        assert_eq!(Work::parse(&before), Ok(work()));
        let done = Work { done: vec![true], ..work() };
        assert_eq!((done.current(), done.kept()), (None, 1));
        assert_eq!(Work { done: vec![true, false, true], ..work() }.kept(), 2);
    }

    #[test]
    fn a_record_of_another_version_and_a_damaged_one_are_told_apart() {
        let other = work().print().replace("\"schema\": 1", "\"schema\": 2");
        assert_eq!(Work::parse(&other), Err("has version 2, this patcher knows 1".into()));
        let cut = &work().print()[..80];
        assert!(Work::parse(cut).unwrap_err().starts_with("is damaged: "));
        let outside = work().print().replace("m-1.1.0", "../../../home");
        assert!(Work::parse(&outside).unwrap_err().contains("is not a file name"));
        let lacking = work().print().replace("\"series\"", "\"sirius\"");
        assert!(Work::parse(&lacking).unwrap_err().starts_with("is damaged: "));
    }
}
