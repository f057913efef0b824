//! What `--format json` prints: one envelope around each command's result, and around a failure.

use serde::Serialize;

use crate::support::failure::Failure;
use crate::support::problem::Problem;

/// The version of the JSON documents: it changes when a field goes or changes its meaning.
pub const JSON_SCHEMA: u32 = 2;

/// The envelope. The result's fields stand beside its own; a command that failed may have one too.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a, T> {
    schema: u32,
    /// As it is typed, with its subcommand; absent if the command line cannot be understood.
    command: Option<&'a str>,
    #[serde(flatten)]
    result: Option<&'a T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorDocument<'a>>,
}

impl<'a, T> Document<'a, T> {
    pub(super) fn new(
        command: Option<&'a str>,
        result: Option<&'a T>,
        error: Option<ErrorDocument<'a>>,
    ) -> Self {
        Self { schema: JSON_SCHEMA, command, result, error }
    }
}

/// Why the command failed.
#[derive(Debug, Serialize)]
pub(super) struct ErrorDocument<'a> {
    kind: &'static str,
    exit_code: u8,
    message: &'a str,
    hints: &'a [String],
    problems: Vec<ProblemDocument<'a>>,
}

impl<'a> ErrorDocument<'a> {
    pub(super) fn new(failure: &'a Failure, message: &'a str) -> Self {
        Self {
            kind: failure.kind.name(),
            exit_code: failure.kind.exit_code(),
            message,
            hints: &failure.hints,
            problems: failure.problems.iter().map(ProblemDocument::from).collect(),
        }
    }
}

/// One thing that is wrong with a file of the project.
#[derive(Debug, Serialize)]
struct ProblemDocument<'a> {
    kind: &'static str,
    file: &'a str,
    line: Option<usize>,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> From<&'a Problem> for ProblemDocument<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            kind: problem.kind.name(),
            file: &problem.file,
            line: problem.line,
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}
