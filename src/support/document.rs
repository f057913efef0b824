//! What `--format json` prints: one envelope around each command's result, and around a failure.

use serde::Serialize;

use crate::support::failure::Failure;
use crate::support::problem::{Kind, Problem};

/// The JSON Schema of a type that is serialised as a text.
macro_rules! schema_of_text {
    ($name:ty) => {
        #[cfg(test)]
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string" })
            }
        }
    };
}
pub(crate) use schema_of_text;

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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ErrorDocument<'a> {
    kind: Kind,
    exit_code: u8,
    /// What happened, and why.
    message: &'a str,
    /// What the user can do, the likeliest first.
    hints: &'a [String],
    /// The places in the user's files that are to blame.
    problems: Vec<ProblemDocument<'a>>,
}

impl<'a> ErrorDocument<'a> {
    pub(super) fn new(failure: &'a Failure, message: &'a str) -> Self {
        Self {
            kind: failure.kind,
            exit_code: failure.kind.exit_code(),
            message,
            hints: &failure.hints,
            problems: failure.problems.iter().map(ProblemDocument::from).collect(),
        }
    }
}

/// One thing that is wrong with a file of the project.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ProblemDocument<'a> {
    kind: Kind,
    /// Relative to the project.
    file: &'a str,
    /// From 1; absent if the whole file is to blame.
    line: Option<usize>,
    message: &'a str,
    hint: Option<&'a str>,
}

impl<'a> From<&'a Problem> for ProblemDocument<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            kind: problem.kind,
            file: &problem.file,
            line: problem.line,
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}
