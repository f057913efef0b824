//! A module's `bazel_dep`: its version, and the comment that says what was done to it.

use std::fmt;
use std::ops::Range;

use crate::support::problem::Problem;

use super::bazel_version::BazelVersion;
use super::lines::{Edit, behind, has_own_lines};
use super::module_files::Found;
use super::override_statement::bazel_dep;
use super::parser::Expression;

/// What was done to a `bazel_dep`: a comment behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Added,
    Raised { from: String, to: String },
    Completed(String),
}

const MARK: &str = "  # patcher: ";
const ADDED: &str = "added with its override";
const NOTHING: &str = "\"\"";

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added => write!(f, "{MARK}{ADDED}"),
            Self::Raised { from, to } if from.is_empty() => {
                write!(f, "{MARK}raised from {NOTHING} to {to}")
            }
            Self::Raised { from, to } => write!(f, "{MARK}raised from {from} to {to}"),
            Self::Completed(version) => write!(f, "{MARK}given the version {version}"),
        }
    }
}

impl Mark {
    /// The mark at the end of a line, and where it begins in it.
    fn find(line: &str) -> Option<(usize, Self)> {
        let at = line.rfind(MARK)?;
        let text = &line[at + MARK.len()..];
        let mark = if text == ADDED {
            Self::Added
        } else if let Some(version) = text.strip_prefix("given the version ") {
            Self::Completed(version.to_owned())
        } else {
            let (from, to) = text.strip_prefix("raised from ")?.split_once(" to ")?;
            let from = if from == NOTHING { "" } else { from };
            Self::Raised { from: from.to_owned(), to: to.to_owned() }
        };
        Some((at, mark))
    }
}

/// What a `bazel_dep` was before patcher did anything to it.
pub(super) enum Original {
    Absent,
    /// There, with its version if it had one.
    There(Option<String>),
}

/// The version that a `bazel_dep` has, if it need not be raised to the wanted one. The
/// empty one is none to Bazel.
pub(super) fn newer(
    found: &Found<'_>,
    version: &str,
    wanted: &BazelVersion,
) -> Result<Option<BazelVersion>, Problem> {
    if version.is_empty() {
        return Ok(None);
    }
    let version: BazelVersion = version.parse().map_err(|message: String| {
        found.problem(message).hint("correct the version of the bazel_dep")
    })?;
    Ok((version >= *wanted).then_some(version))
}

/// A `bazel_dep` to be edited.
pub(super) struct Dep<'a> {
    found: Found<'a>,
    module: &'a str,
    /// Its version; absent if it has none.
    pub(super) version: Option<String>,
    mark: Option<(Range<usize>, Mark)>,
}

impl<'a> Dep<'a> {
    pub(super) fn of(found: &Found<'a>, module: &'a str) -> Result<Self, Problem> {
        let version = match found.call.argument("version") {
            None => None,
            Some(argument) => Some(found.string("version").ok_or_else(|| {
                let message =
                    format!("the version of the bazel_dep of {module} is no plain string");
                found.file.problem(argument.span.start, message).hint("write it as a string")
            })?),
        };
        Ok(Self { found: *found, module, version, mark: Self::mark_of(found) })
    }

    pub(super) fn mark_of(found: &Found<'_>) -> Option<(Range<usize>, Mark)> {
        let behind = behind(found);
        let (at, mark) = Mark::find(&found.file.text[behind.clone()])?;
        Some((behind.start + at..behind.end, mark))
    }

    /// What it was. A mark that does not fit what is there now says nothing: somebody has
    /// edited the statement since.
    pub(super) fn original(&self) -> Original {
        let version = self.version.as_deref();
        let statement = &self.found.file.text[self.found.statement.span.clone()];
        let original = match self.mark.as_ref().map(|(_, mark)| mark) {
            Some(Mark::Added)
                if version.is_some_and(|version| statement == bazel_dep(self.module, version)) =>
            {
                return Original::Absent;
            }
            Some(Mark::Completed(given)) if version == Some(given) && self.is_completed() => None,
            Some(Mark::Raised { from, to }) if version == Some(to) => Some(from.as_str()),
            _ => version,
        };
        Original::There(original.map(str::to_owned))
    }

    /// Whether its version stands where patcher puts one: directly behind its name.
    fn is_completed(&self) -> bool {
        let call = self.found.call;
        let (Some(name), Some(version)) = (call.argument("name"), call.argument("version")) else {
            return false;
        };
        let between = self.found.file.text.get(name.span.end..version.span.start);
        between.is_some_and(|between| between.trim() == ",")
    }

    /// What gives it this version and this mark.
    pub(super) fn edits(
        &self,
        version: Option<&str>,
        mark: Option<&Mark>,
    ) -> Result<Vec<Edit>, Problem> {
        let file = self.found.file;
        let mut edits = Vec::new();
        match (self.found.call.argument("version"), version) {
            (Some(argument), Some(version)) if self.version.as_deref() != Some(version) => {
                let inside = self.inside(&argument.value, version)?;
                edits.push((inside, version.to_owned()));
            }
            (None, Some(version)) => {
                let name = self.name()?;
                let own_line = file.text[file.line_start(name.start)..name.start].to_owned();
                let is_alone = own_line.trim().is_empty();
                let between = if is_alone {
                    format!(",{}{own_line}", file.line_break(name.start))
                } else {
                    ", ".into()
                };
                edits.push((name.end..name.end, format!("{between}version = \"{version}\"")));
            }
            (Some(argument), None) => {
                edits.push((self.name()?.end..argument.span.end, String::new()));
            }
            _ => {}
        }
        if self.mark.as_ref().map(|(_, mark)| mark) != mark {
            has_own_lines(&self.found)?;
            let end = behind(&self.found).end;
            let old = self.mark.as_ref().map_or(end..end, |(range, _)| range.clone());
            edits.push((old, mark.map(ToString::to_string).unwrap_or_default()));
        }
        Ok(edits)
    }

    /// Where its argument `name` stands.
    fn name(&self) -> Result<Range<usize>, Problem> {
        let name = self.found.call.argument("name").map(|argument| argument.span.clone());
        name.ok_or_else(|| self.found.problem("this bazel_dep has no name"))
    }

    /// What stands between the quotes of its version.
    fn inside(&self, value: &Expression, version: &str) -> Result<Range<usize>, Problem> {
        let literal = &self.found.file.text[value.span.clone()];
        let old = self.version.as_deref().unwrap_or_default();
        let is_plain = |quote: &&&str| literal == format!("{quote}{old}{quote}");
        let quotes = ["\"", "'", "\"\"\"", "'''"];
        if let Some(quote) = quotes.iter().find(is_plain) {
            return Ok(value.span.start + quote.len()..value.span.end - quote.len());
        }
        let message = format!("the version of the bazel_dep of {} is no plain string", self.module);
        let problem = self.found.file.problem(value.span.start, message);
        Err(problem.hint(format!("write it as a string, or make it {version} yourself")))
    }
}
