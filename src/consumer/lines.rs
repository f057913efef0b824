//! The lines that statements stand on: putting lines in, and taking them out again.

use std::ops::Range;

use crate::support::problem::Problem;

use super::module_file::ModuleFile;
use super::module_files::Found;
use super::parser::{Plain, Statement, StatementKind};

/// Bytes, and what is to stand in their place.
pub(super) type Edit = (Range<usize>, String);

/// What stands behind a statement on its last line.
pub(super) fn behind(found: &Found<'_>) -> Range<usize> {
    let (file, end) = (found.file, found.statement.span.end);
    let line = &file.text[end..file.line_end(end)];
    end..end + line.trim_end_matches(['\r', '\n']).len()
}

/// Refuses a statement that shares a line with another.
pub(super) fn has_own_lines(found: &Found<'_>) -> Result<(), Problem> {
    let (file, span) = (found.file, &found.statement.span);
    let behind = file.text[behind(found)].trim_start();
    if file.line_start(span.start) == span.start && (behind.is_empty() || behind.starts_with('#')) {
        return Ok(());
    }
    let message = format!("this {} shares its line with another statement", found.call.function);
    Err(found.problem(message).hint("give it lines of its own"))
}

/// Whether nothing is on a line, as behind the last one.
fn is_blank(file: &ModuleFile, start: usize) -> bool {
    file.text[start..file.line_end(start)].trim().is_empty()
}

/// Where the lines end that stand together with the one at `at`, and whether that one is the
/// last of them.
pub(super) fn paragraph_end(file: &ModuleFile, at: usize) -> (usize, bool) {
    let mut end = file.line_end(at);
    let first = end;
    while !is_blank(file, end) {
        let line = end..file.line_end(end);
        let begun = file.statements.iter().filter(|s| line.contains(&s.span.start));
        end = begun.map(|s| file.line_end(s.span.end)).max().unwrap_or(line.end);
    }
    (end, end == first)
}

/// Whether a statement is a `bazel_dep`, and if so, whether it is for more than development.
pub(super) fn is_dep(statement: &Statement) -> Option<bool> {
    let StatementKind::Call(call) = &statement.kind else { return None };
    let dev = call.argument("dev_dependency").map(|argument| &argument.value.value);
    (call.function == "bazel_dep").then(|| dev != Some(&Plain::Name("True".into())))
}

/// Whether nothing but empty lines from `at` on separate a `bazel_dep` from another of its like.
/// buildifier has none there, so that such a line came with the override between them, or the
/// file keeps its deps apart, and an override, too.
pub(super) fn is_split(file: &ModuleFile, dep: &Statement, at: usize) -> bool {
    let next = file.statements.iter().find(|statement| statement.span.start >= at);
    let is_next = |next: &&Statement| file.text[at..next.span.start].trim().is_empty();
    let next = next.filter(is_next).and_then(is_dep);
    next.is_some() && next == is_dep(dep)
}

/// Where the last line ends that has anything on it.
pub(super) fn text_end(file: &ModuleFile) -> usize {
    let text = file.text.trim_end_matches(|c: char| c.is_ascii_whitespace());
    if text.is_empty() { file.text.len() } else { file.line_end(text.len()) }
}

/// Where a statement is to go.
pub(super) struct Place {
    /// Where a line ends.
    pub(super) at: usize,
    /// Whether there is to be an empty line before it.
    pub(super) is_apart: bool,
}

/// A statement as new lines.
pub(super) fn insertion(file: &ModuleFile, place: &Place, statement: &str) -> Edit {
    let Place { at, is_apart } = *place;
    let line_break = file.line_break(at);
    let statement = statement.replace('\n', line_break);
    let is_open = at > file.line_start(0) && !file.text[..at].ends_with('\n');
    let (before, after) = if is_open { (line_break, "") } else { ("", line_break) };
    let apart = if is_apart { line_break } else { "" };
    (at..at, format!("{before}{apart}{statement}{after}"))
}

/// The opposite: takes a statement's lines out, and the empty line that sets them apart.
pub(super) fn removal(found: &Found<'_>) -> Result<Edit, Problem> {
    has_own_lines(found)?;
    let (file, span) = (found.file, &found.statement.span);
    let (first, mut end) = (file.line_start(0), file.line_end(span.end));
    let mut start = file.line_start(span.start);
    let is_last = end == file.text.len();
    let is_apart_below = is_blank(file, end);
    if start > first {
        let above = file.line_start(start - 1);
        if is_apart_below && is_blank(file, above) {
            start = above;
        } else if !is_last && is_apart_below && found.kind().is_some() {
            let before = file.statements.iter().rfind(|other| other.span.start < start);
            let is_directly = |other: &&Statement| file.line_end(other.span.end) == start;
            if before.filter(is_directly).is_some_and(|dep| is_split(file, dep, end)) {
                end = file.line_end(end);
            }
        }
        // The line end before it is the one that it was added with.
        if is_last && !file.text.ends_with('\n') && start > first {
            // The first line has the same. Without one, or with another, a carriage return there was
            // the file's last character.
            let is_only = file.line_end(first) == start;
            let line_break = if is_only { "\n" } else { file.line_break(first) };
            start -= if file.text[..start].ends_with(line_break) { line_break.len() } else { 1 };
        }
    } else if !is_last && is_apart_below {
        end = file.line_end(end);
    }
    Ok((start..end, String::new()))
}

/// The line of a comment directly above a statement.
pub(super) fn comment_above(found: &Found<'_>) -> Option<usize> {
    let file = found.file;
    let start = file.line_start(found.statement.span.start);
    let above = file.line_start(start.checked_sub(1)?);
    let is_comment = file.text[above..start].trim_start().starts_with('#');
    is_comment.then(|| file.line(above))
}
