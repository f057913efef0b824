//! Failures: what stopped a command, the exit code, and the way out.

use std::fmt;
use std::path::Path;

use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

/// The result of anything that can stop a command.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    /// What happened, in a sentence; the causes are behind it.
    pub error: anyhow::Error,
    /// The places in the user's files that are to blame, if any.
    pub problems: Vec<Problem>,
    /// What the user can do.
    pub hints: Vec<String>,
    /// The commands to go on with, a line each; printed last.
    pub next: Option<String>,
    /// What the command reports to programs although it failed, as a JSON object.
    pub reported: Option<Box<serde_json::Value>>,
}

impl Failure {
    /// A failure of `kind`.
    pub fn new(kind: Kind, message: impl fmt::Display) -> Self {
        let error = anyhow::anyhow!("{message}");
        Self { kind, error, problems: Vec::new(), hints: Vec::new(), next: None, reported: None }
    }

    /// A defect of patcher: something that should have been impossible.
    pub fn defect(error: impl Into<anyhow::Error>) -> Self {
        let hint = "this is a defect of patcher: please report it".to_owned();
        let (error, problems) = (error.into(), Vec::new());
        Self { kind: Kind::Defect, error, problems, hints: vec![hint], next: None, reported: None }
    }

    /// The same failure, with a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same failure, with what the command found all the same: `document` must be an
    /// object.
    pub fn with_report(mut self, document: &impl serde::Serialize) -> Self {
        self.reported = serde_json::to_value(document).ok().map(Box::new);
        self
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let count = counted(problems.len(), "problem");
        let kind = Problem::worst(&problems);
        Self { problems, ..Self::new(kind, format_args!("stopped at {count}")) }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::from(vec![problem])
    }
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Self::new(Kind::Environment, format_args!("git objects: {}", error.message()))
    }
}

impl From<tera::Error> for Failure {
    fn from(error: tera::Error) -> Self {
        Self::defect(error)
    }
}

/// Names the path in an I/O error: without it none of them is worth reading.
pub trait PathContext<T> {
    /// The same result, its error as a [`Failure`] about `path`.
    ///
    /// # Errors
    ///
    /// The I/O error, as `action PATH: reason`.
    fn at(self, action: &str, path: &Path) -> Result<T>;
}

impl<T> PathContext<T> for std::io::Result<T> {
    fn at(self, action: &str, path: &Path) -> Result<T> {
        self.map_err(|error| io_failure(&error, action, path))
    }
}

fn io_failure(error: &std::io::Error, action: &str, path: &Path) -> Failure {
    use std::io::ErrorKind;
    let failure = Failure::new(
        Kind::Environment,
        format_args!("cannot {action} {}: {error}", path.display()),
    );
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            failure.hint("make room on that disk, then run it again: nothing was changed")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failure.hint("patcher needs the permission, or another place (see --help)")
        }
        _ => failure,
    }
}
