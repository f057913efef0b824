//! What `--format json` prints.

use serde::Serialize;

use crate::support::ui::JSON_SCHEMA;

/// A command's result for programs: the fields of `T`, with the schema and the command.
#[derive(Serialize)]
pub(crate) struct Document<'a, T> {
    schema: u32,
    #[serde(flatten)]
    reported: Reported<'a, T>,
}

/// What a command reports to programs, also if it fails.
#[derive(Serialize)]
pub(crate) struct Reported<'a, T> {
    pub(crate) command: &'a str,
    #[serde(flatten)]
    pub(crate) data: T,
}

impl<'a, T> Document<'a, T> {
    pub(crate) fn new(command: &'a str, data: T) -> Self {
        Reported { command, data }.into()
    }
}

impl<'a, T> From<Reported<'a, T>> for Document<'a, T> {
    fn from(reported: Reported<'a, T>) -> Self {
        Self { schema: JSON_SCHEMA, reported }
    }
}
