//! What is looked at.

use std::path::PathBuf;

use crate::support::failure::Failure;
use crate::support::ids::Release;

/// What is there, or why it is of no use.
pub(super) type Fact<T> = Result<T, Trouble>;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) what: String,
    /// The first thing to do about it.
    pub(super) fix: Option<String>,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        let (what, hint) = match failure.problems.first() {
            Some(problem) => (problem.to_string(), problem.hint.clone()),
            None => (failure.message(), None),
        };
        Self { what, fix: hint.or_else(|| failure.hints.first().cloned()) }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) git: Fact<Git>,
    pub(super) bazel: Bazel,
    pub(super) upstream: Upstream,
    pub(super) cache: Fact<Cache>,
    /// Whether what was fetched can be read; absent if nothing was.
    pub(super) mirror: Option<Fact<()>>,
    /// Whether GitHub's program is on PATH.
    pub(super) gh: Option<PathBuf>,
    pub(super) project: Option<Project>,
}

#[derive(Clone, Debug)]
pub(super) struct Git {
    pub(super) program: PathBuf,
    pub(super) version: String,
    /// Why git does not work where the project is, if it does not: its settings, or its owner.
    pub(super) refuses: Option<Trouble>,
    /// Whether the project is in a repository.
    pub(super) is_in_repository: bool,
    /// Whether it knows who commits.
    pub(super) has_identity: bool,
    /// What gives git the user's credentials.
    pub(super) credential_helper: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Bazel {
    Found {
        program: PathBuf,
        version: String,
        /// The one that gave the results in the lock.
        tested: Option<String>,
    },
    /// bazelisk might fetch the one that it is asked for.
    NotAsked(PathBuf),
    Trouble(Trouble),
}

#[derive(Clone, Debug)]
pub(super) enum Upstream {
    NoProject,
    /// Without the network.
    NotAsked(String),
    Answers {
        name: String,
        newest: Option<Release>,
    },
    Trouble(Trouble),
}

#[derive(Clone, Debug)]
pub(super) struct Cache {
    pub(super) place: PathBuf,
    /// How many bytes it has; none if it is not there yet.
    pub(super) size: u64,
    /// How many more bytes its disk has for patcher.
    pub(super) free: u64,
    pub(super) is_writable: bool,
    /// What programs left that were killed.
    pub(super) leftovers: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) place: PathBuf,
    /// The module and its newest pin.
    pub(super) lock: Fact<String>,
    pub(super) series: usize,
    pub(super) patches: usize,
    /// What is wrong with its files, as far as they can be read.
    pub(super) problems: usize,
}
