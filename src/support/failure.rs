//! Failures: what stopped a command, the exit code, and the way out.

use std::error::Error;
use std::fmt;
use std::path::Path;

use thiserror::Error as ThisError;

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

    /// A failure of `kind`, by an error.
    pub fn of(kind: Kind, error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), ..Self::new(kind, "") }
    }

    /// A failure of `kind` that `cause` brought about; it is printed behind the message.
    pub fn because(
        kind: Kind,
        message: impl fmt::Display,
        cause: impl Into<anyhow::Error>,
    ) -> Self {
        Self::of(kind, cause.into().context(message.to_string()))
    }

    /// What happened, and why, cause after cause. What a message says of its cause already is
    /// not said again.
    pub fn message(&self) -> String {
        let mut message = self.error.to_string();
        for cause in self.error.chain().skip(1).map(ToString::to_string) {
            if !message.contains(&cause) {
                message.push_str(&format!(": {cause}"));
            }
        }
        message
    }

    /// A defect of patcher: something that should have been impossible. How to report it is
    /// printed behind it.
    pub fn defect(error: impl Into<anyhow::Error>) -> Self {
        Self::of(Kind::Defect, error)
    }

    /// Data that could not be printed.
    pub fn unprinted(error: std::io::Error) -> Self {
        Self::because(Kind::Environment, "cannot write to the standard output", error)
            .hint("what the command did is done: only its output is missing")
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

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.error, f)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.chain().nth(1)
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let kind = Problem::worst(&problems);
        let causes: Vec<_> = problems.iter().filter(|problem| !problem.is_consequence).collect();
        let message = match causes.as_slice() {
            // It says all of it.
            [only] => only.to_string(),
            _ => counted(causes.len(), "problem"),
        };
        Self { problems, ..Self::new(kind, message) }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::from(vec![problem])
    }
}

/// An error of libgit2's, without the numbers of its class and code.
#[derive(Debug, ThisError)]
#[error("{}", .0.message())]
pub struct GitError(git2::Error);

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self(error)
    }
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Self::because(Kind::Environment, "git objects", GitError(error))
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
        self.map_err(|error| io_failure(error, action, path))
    }
}

/// An I/O error about `path`, as [`PathContext::at`] makes it.
pub fn io_failure(error: std::io::Error, action: &str, path: &Path) -> Failure {
    use std::io::ErrorKind;
    let kind = error.kind();
    let message = format_args!("cannot {action} {}", path.display());
    let failure = Failure::because(Kind::Environment, message, error);
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            failure.hint("make room on that disk, then run it again")
        }
        // So say file systems that are no place for files, such as /proc.
        ErrorKind::NotFound if ["create", "write"].contains(&action) => {
            failure.hint("nothing can be written there: name another place")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            failure.hint("allow it, or name another place: `--output DIR`, PATCHER_CACHE_DIR")
        }
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_kept_and_printed_once() {
        let read = || std::fs::read("/nowhere/at-all");
        let failure = read().at("read", Path::new("x")).unwrap_err();
        let cause = read().unwrap_err();
        assert_eq!(failure.to_string(), "cannot read x");
        assert_eq!(failure.message(), format!("cannot read x: {cause}"));
        let source = failure.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
        assert_eq!(source.kind(), cause.kind());
        let printed = Failure::because(Kind::Input, format!("no x: {cause}"), cause);
        assert_eq!(printed.message(), printed.to_string());
        assert!(printed.source().is_some());
    }

    #[test]
    fn an_error_of_libgit2_is_printed_without_its_numbers() {
        let failure = Failure::from(git2::Error::from_str("gone"));
        assert_eq!(failure.message(), "git objects: gone");
    }
}
