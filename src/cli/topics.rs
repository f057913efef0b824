//! What all commands share, written once: `patcher help json`, `environment` and `exit-codes`, and the
//! sections of the man pages.

use clap::Subcommand;

/// A name, and what it means, in lines.
pub type Row = (&'static str, &'static str);

/// What a script can rely on: [`crate::support::problem::Kind::exit_code`].
pub const EXIT_CODES: &[Row] = &[
    ("0", "done, or nothing to do"),
    (
        "1",
        "a check found something: drift, lint, an edited lock, what `--check`\n\
         would write; `bisect` found no commit",
    ),
    ("2", "usage, configuration or input that cannot be understood"),
    ("3", "stopped at a merge conflict, or in the middle of one; nothing was changed"),
    ("5", "a scenario's result is not the expected one, or an upstream test differs"),
    (
        "6",
        "integrity: a tag moved or is gone, or a digest or an object differs from\n\
         what was pinned",
    ),
    (
        "30",
        "the environment: network, no Bazel, disk full, no permission, missing\n\
         objects",
    ),
    ("70", "a defect of patcher"),
    ("130", "interrupted"),
];

/// The variables that patcher reads.
pub const ENVIRONMENT: &[Row] = &[
    ("PATCHER_UPSTREAM", "as --upstream"),
    ("PATCHER_BASE_URL", "as --base-url"),
    ("PATCHER_BAZEL", "as --bazel"),
    ("PATCHER_BAZELRC", "as --bazelrc, separated by commas"),
    ("PATCHER_MODULE_APPEND", "as --module-append, separated by commas"),
    ("PATCHER_CACHE_DIR", "the cache [default: $XDG_CACHE_HOME/patcher,\nor ~/.cache/patcher]"),
    ("NO_COLOR", "print no colour"),
    ("GH_TOKEN, GH_REPO", "for gh, in `ci propose`; Bazel does not see them"),
    (
        "GIT_CONFIG_*, ...",
        "git's own settings decide how patcher reaches a\nserver, not what it makes",
    ),
];

/// What patcher reads and writes.
pub const FILES: &[Row] = &[
    ("patcher.toml", "the project's settings and its series"),
    ("upstream.lock", "pins, supported releases, digests, test results"),
    ("patches/", "a series: patches, and their order in `series`"),
    ("tests/repro/*/scenario.toml", "the scenarios"),
    ("dist/", "the archives, snippets and registry"),
    (".git/patcher/", "what finishes or undoes an interrupted run"),
    ("~/.cache/patcher/", "the mirror, worktrees and results; you may delete\nit"),
];

const JSON: &str = "\
With --format json, a command prints one document to stdout. Messages for people
go to stderr.

    {
      \"schema\": 2,
      \"command\": \"check\",
      …                          the command's result
      \"error\": { … }             only if it failed
    }

A command that failed may have a result, too: what `check` found, or how far
`sync` came. The error is:

    kind       finding, input, conflict, unexpected-result, integrity,
               environment, defect or interrupted; it decides the exit code
    exit_code  see `patcher help exit-codes`
    message    what happened, and why
    hints      what you can do, the likeliest first
    problems   the places in your files that are to blame: kind, file, line,
               message, hint

If patcher cannot read the command line, `command` is null.

Fields may be added. If a field goes or changes its meaning, `schema` changes.
Each command has a JSON Schema (2020-12), in the directory docs/json of
patcher's repository:

    docs/json/check.schema.json, docs/json/override-add.schema.json, …

Examples:

    # Which release is newer than the pin?
    patcher status --format json | jq -r .newest

    # What is wrong, as file, line and message
    patcher check --format json |
      jq -r '.error.problems[]? | \"\\(.file):\\(.line // 0): \\(.message)\"'
";

/// A topic of `patcher help`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Topic {
    #[command(hide = true, about = JSON, help_template = "{about}")]
    Json,
    #[command(hide = true, about = environment(), help_template = "{about}")]
    Environment,
    #[command(hide = true, about = exit_codes(), help_template = "{about}")]
    ExitCodes,
}

impl Topic {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Json => JSON.to_owned(),
            Self::Environment => environment(),
            Self::ExitCodes => exit_codes(),
        }
    }
}

fn environment() -> String {
    let variables = rows("Environment variables:", ENVIRONMENT);
    let files = rows("Files:", FILES);
    format!("{variables}\nA flag wins over a variable, a variable over patcher.toml.\n\n{files}")
}

/// The exit codes, as `--help` ends with them.
pub(super) fn exit_codes() -> String {
    rows("Exit codes:", EXIT_CODES)
}

/// The rows in two columns.
fn rows(heading: &str, rows: &[Row]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = format!("{heading}\n");
    for (name, meaning) in rows {
        for (index, line) in meaning.lines().enumerate() {
            let name = if index == 0 { name } else { "" };
            text.push_str(&format!("  {name:width$}  {line}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_fit_a_terminal() {
        for topic in [Topic::Json, Topic::Environment, Topic::ExitCodes] {
            for line in topic.text().lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
    }
}
