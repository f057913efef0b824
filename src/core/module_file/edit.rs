//! Adding, updating and removing an override: what is not touched stays byte for byte.
//!
//! `remove` gives back what `add` was given. What it needs for that stands in the file, in
//! words: a comment behind the `bazel_dep` says what was done to it.

use std::fmt;
use std::ops::Range;

use super::{
    Expression, Found, ModuleFile, ModuleFiles, Override, Plain, Statement, StatementKind, Value,
    bazel_dep,
};
use crate::core::bazel_version::BazelVersion;
use crate::core::problem::{Kind, Problem};

/// What an override is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The override.
    pub statement: Override,
    /// The version that the module's `bazel_dep` must have, or a newer one.
    pub version: BazelVersion,
    /// Whether a newer one will not do: Bazel refuses a `single_version_override` that is
    /// older than the `bazel_dep`.
    pub is_exact: bool,
}

/// The files as they are to be, and what was done to them.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The files.
    pub files: ModuleFiles,
    /// What was done, in order; nothing where they are as they should be.
    pub steps: Vec<Step>,
    /// What the user should know beside that.
    pub notes: Vec<String>,
}

/// Something that was done to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `Added`, `Raised` and so on.
    pub verb: &'static str,
    /// What it was done to.
    pub text: String,
}

/// Adds an override: directly behind the module's `bazel_dep`, or behind the lines that it
/// stands in. A `bazel_dep` that is missing is added, one that is older is raised.
///
/// # Errors
///
/// There is an override of the module already, or the files cannot be understood.
pub fn add(files: &ModuleFiles, wanted: &Wanted) -> Result<Edited, Problem> {
    let module = &wanted.statement.module;
    if let Some(found) = sole_override(files, module)? {
        let function = &found.call.function;
        let message = format!("{module} has an override already, this {function}");
        let flag = if found.kind() == Some(wanted.statement.kind) { "" } else { " --replace" };
        let hint = format!("`patcher override update{flag}` puts the new one in its place");
        return Err(refusal(&found, message).hint(hint));
    }
    let mut editor = Editor::new(files, module);
    editor.demand(&wanted.version, wanted.is_exact)?;
    let Some(dep) = editor.files.bazel_dep(module)? else {
        return Err(Problem::new(Kind::Defect, "MODULE.bazel", "the bazel_dep was not added"));
    };
    let (index, file) = (dep.index, dep.file.name.clone());
    let (at, is_direct) = paragraph_end(dep.file, dep.statement.span.end);
    let is_apart = !is_direct || is_split(dep.file, dep.statement, at);
    let edit = insertion(dep.file, at, is_apart, &wanted.statement.to_string());
    editor.edit(index, vec![edit])?;
    editor.step("Added", format!("{} of {module} to {file}", wanted.statement.kind));
    Ok(editor.finish())
}

/// Makes the module's override what it is to be, in its place. With `replace`, one of another
/// kind or with other arguments goes.
///
/// # Errors
///
/// There is no override of the module, or one that would need `replace`; or the files cannot be
/// understood.
pub fn update(files: &ModuleFiles, wanted: &Wanted, replace: bool) -> Result<Edited, Problem> {
    let module = &wanted.statement.module;
    let Some(found) = sole_override(files, module)? else {
        let name = files.iter().next().map_or("MODULE.bazel", |file| file.name.as_str());
        let message = format!("there is no override of {module}");
        let problem = Problem::new(Kind::Finding, name, message);
        return Err(problem.hint("`patcher override add` adds it"));
    };
    let mut editor = Editor::new(files, module);
    if !is_same(&found, &wanted.statement) {
        let edits = replacement(&found, &wanted.statement, replace)?;
        let (old, new) = (&found.call.function, wanted.statement.kind.function());
        editor.edit(found.index, edits)?;
        if old == new {
            editor.step("Updated", format!("{new} of {module} in {}", found.file.name));
        } else {
            let text = format!("{old} of {module} by {new} in {}", found.file.name);
            editor.step("Replaced", text);
        }
    }
    editor.demand(&wanted.version, wanted.is_exact)?;
    Ok(editor.finish())
}

/// Removes the module's override, of whatever kind, and takes back what was done to its
/// `bazel_dep`; with `to`, that gets this version instead.
///
/// # Errors
///
/// The files cannot be understood, or a statement shares its lines with another.
pub fn remove(
    files: &ModuleFiles,
    module: &str,
    to: Option<&BazelVersion>,
) -> Result<Edited, Problem> {
    let mut editor = Editor::new(files, module);
    while let Some(found) = editor.files.overrides(module)?.last() {
        let edit = removal(found)?;
        let text = format!("{} of {module} from {}", found.call.function, found.place());
        let index = found.index;
        if let Some(line) = comment_above(found) {
            let place = format!("{}:{line}", found.file.name);
            editor.notes.push(format!("the comment above it stays, at {place}"));
        }
        editor.edit(index, vec![edit])?;
        editor.step("Removed", text);
    }
    editor.give_back(to)?;
    Ok(editor.finish())
}

/// The one override of a module.
fn sole_override<'a>(files: &'a ModuleFiles, module: &str) -> Result<Option<Found<'a>>, Problem> {
    let found = files.overrides(module)?;
    if let [first, second, ..] = &found[..] {
        let function = &first.call.function;
        let message = format!("{module} has another override, the {function} at {}", first.place());
        return Err(refusal(second, message).hint("Bazel takes one: take the others out"));
    }
    Ok(found.first().copied())
}

/// Why nothing is done, though everything was understood.
fn refusal(found: &Found<'_>, message: impl Into<String>) -> Problem {
    Problem { kind: Kind::Finding, ..found.problem(message) }
}

/// Bytes, and what is to stand in their place.
type Edit = (Range<usize>, String);

/// Files on the way from one state to the next.
struct Editor<'a> {
    files: ModuleFiles,
    module: &'a str,
    steps: Vec<Step>,
    notes: Vec<String>,
}

impl<'a> Editor<'a> {
    fn new(files: &ModuleFiles, module: &'a str) -> Self {
        Self { files: files.clone(), module, steps: Vec::new(), notes: Vec::new() }
    }

    fn finish(self) -> Edited {
        Edited { files: self.files, steps: self.steps, notes: self.notes }
    }

    fn step(&mut self, verb: &'static str, text: String) {
        self.steps.push(Step { verb, text });
    }

    /// Edits a file, and reads the result: what is written can be read again.
    fn edit(&mut self, index: usize, mut edits: Vec<Edit>) -> Result<(), Problem> {
        edits.sort_by_key(|(range, _)| range.start);
        let file = self.files.get(index);
        let (mut text, mut at) = (String::with_capacity(file.text.len()), 0);
        for (range, new) in &edits {
            text.push_str(&file.text[at..range.start]);
            text.push_str(new);
            at = range.end;
        }
        text.push_str(&file.text[at..]);
        self.files.set(index, ModuleFile::parse(file.name.clone(), text.as_bytes())?);
        Ok(())
    }

    /// Sees to it that the module has a `bazel_dep` of this version, or of a newer one.
    fn demand(&mut self, wanted: &BazelVersion, is_exact: bool) -> Result<(), Problem> {
        let module = self.module;
        let Some(found) = self.files.bazel_dep(module)? else { return self.add_dep(wanted) };
        let dep = Dep::of(&found, module)?;
        let (target, mark) = match dep.original() {
            Original::Absent => (wanted.clone(), Some(Mark::Added)),
            Original::There(None) => (wanted.clone(), Some(Mark::Completed(wanted.to_string()))),
            Original::There(Some(from)) => match newer(&found, &from, wanted)? {
                Some(newer) => (newer, None),
                None => (wanted.clone(), Some(Mark::Raised { from, to: wanted.to_string() })),
            },
        };
        if target != *wanted && is_exact {
            let message = format!("the bazel_dep of {module} is {target}, newer than {wanted}");
            let hint = format!("lower it to {wanted}, or name a newer release with --release");
            return Err(refusal(&found, message).hint(hint));
        }
        if target != *wanted {
            let place = found.place();
            self.notes.push(format!(
                "the bazel_dep at {place} asks for {target}; what the override names is {wanted}, \
                 and counts"
            ));
        }
        let (index, name) = (found.index, found.file.name.clone());
        let before = dep.version.clone();
        let edits = dep.edits(Some(target.as_str()), mark.as_ref())?;
        self.edit_dep(index, &name, before.as_deref(), Some(target.as_str()), edits)
    }

    /// Takes back what was done to the `bazel_dep`, or gives it the version `to`.
    fn give_back(&mut self, to: Option<&BazelVersion>) -> Result<(), Problem> {
        let module = self.module;
        let Some(found) = self.files.bazel_dep(module)? else { return Ok(()) };
        let (index, name) = (found.index, found.file.name.clone());
        if to.is_none() && Dep::mark_of(&found).is_none() {
            return Ok(());
        }
        let dep = Dep::of(&found, module)?;
        let target = match (to, dep.original()) {
            (Some(to), _) => Some(to.to_string()),
            (None, Original::Absent) => {
                let edit = removal(&found)?;
                self.edit(index, vec![edit])?;
                self.step("Removed", format!("bazel_dep of {module} from {name}"));
                return Ok(());
            }
            (None, Original::There(version)) => version,
        };
        let before = dep.version.clone();
        let edits = dep.edits(target.as_deref(), None)?;
        self.edit_dep(index, &name, before.as_deref(), target.as_deref(), edits)
    }

    fn edit_dep(
        &mut self,
        index: usize,
        file: &str,
        from: Option<&str>,
        to: Option<&str>,
        edits: Vec<Edit>,
    ) -> Result<(), Problem> {
        if edits.is_empty() {
            return Ok(());
        }
        self.edit(index, edits)?;
        let module = self.module;
        let what = format!("the bazel_dep of {module} in {file}");
        match (from, to) {
            (Some(from), Some(to)) if from == to => {
                self.step("Updated", format!("the comment behind {what}"));
            }
            (Some(from), Some(to)) => {
                let older = |a: &str, b: &str| matches!((a.parse::<BazelVersion>(), b.parse()), (Ok(a), Ok(b)) if a < b);
                let verb = if older(from, to) { "Raised" } else { "Lowered" };
                self.step(verb, format!("{what} from {from} to {to}"));
            }
            (None, Some(to)) => self.step("Completed", format!("{what}: its version is {to}")),
            (Some(from), None) => self.step("Removed", format!("the version {from} of {what}")),
            (None, None) => {}
        }
        Ok(())
    }

    /// Adds the module's `bazel_dep`: directly before its override where it has one; else
    /// behind the last `bazel_dep`, else behind `module()`, else at the end of the root
    /// module's file.
    fn add_dep(&mut self, version: &BazelVersion) -> Result<(), Problem> {
        let module = self.module;
        let statement = format!("{}{}", bazel_dep(module, version.as_str()), Mark::Added);
        let (index, edit) = match self.files.overrides(module)?.first() {
            Some(found) => {
                alone(found)?;
                let at = found.file.line_start(found.statement.span.start);
                (found.index, insertion(found.file, at, false, &statement))
            }
            None => {
                let (at, is_apart) = self.place_of_dep();
                (0, insertion(self.files.get(0), at, is_apart, &statement))
            }
        };
        self.edit(index, vec![edit])?;
        let name = &self.files.get(index).name;
        let why = "only what a bazel_dep asks for can be used here";
        self.step("Added", format!("bazel_dep of {module} {version} to {name}: {why}"));
        Ok(())
    }

    /// Where a new `bazel_dep` goes in the root module's file, and whether it stands apart.
    fn place_of_dep(&self) -> (usize, bool) {
        let file = self.files.get(0);
        let in_root = |function| {
            let found = self.files.statements(function).filter(|found| found.index == 0);
            found.collect::<Vec<_>>()
        };
        let deps = in_root("bazel_dep");
        let last = deps
            .iter()
            .rfind(|found| is_dep(found.statement) == Some(true))
            .or(deps.last())
            .copied();
        let Some(found) = last.or_else(|| in_root("module").first().copied()) else {
            return (text_end(file), text_end(file) > file.line_start(0));
        };
        let (at, is_direct) = paragraph_end(file, found.statement.span.end);
        // buildifier keeps deps together, but for those that are for development alone.
        let is_like = is_dep(found.statement) == Some(true);
        (at, !(is_direct && is_like))
    }
}

/// What was done to a `bazel_dep`: a comment behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
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
enum Original {
    /// Not there.
    Absent,
    /// There, with its version where it had one.
    There(Option<String>),
}

/// The version that a `bazel_dep` has, where it need not be raised to the wanted one. The
/// empty one is none to Bazel.
fn newer(
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
struct Dep<'a> {
    found: Found<'a>,
    module: &'a str,
    /// Its version; absent where it has none.
    version: Option<String>,
    mark: Option<(Range<usize>, Mark)>,
}

impl<'a> Dep<'a> {
    fn of(found: &Found<'a>, module: &'a str) -> Result<Self, Problem> {
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

    fn mark_of(found: &Found<'_>) -> Option<(Range<usize>, Mark)> {
        let behind = behind(found);
        let (at, mark) = Mark::find(&found.file.text[behind.clone()])?;
        Some((behind.start + at..behind.end, mark))
    }

    /// What it was. A mark that does not fit what is there now says nothing: somebody has
    /// edited the statement since.
    fn original(&self) -> Original {
        let version = self.version.as_deref();
        let statement = &self.found.file.text[self.found.statement.span.clone()];
        let original = match self.mark.as_ref().map(|(_, mark)| mark) {
            Some(Mark::Added)
                if version.is_some_and(|version| statement == bazel_dep(self.module, version)) =>
            {
                return Original::Absent;
            }
            Some(Mark::Completed(given)) if version == Some(given) => None,
            Some(Mark::Raised { from, to }) if version == Some(to) => Some(from.as_str()),
            _ => version,
        };
        Original::There(original.map(str::to_owned))
    }

    /// What gives it this version and this mark.
    fn edits(&self, version: Option<&str>, mark: Option<&Mark>) -> Result<Vec<Edit>, Problem> {
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
            alone(&self.found)?;
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
        let quotes = ["\"", "'", "\"\"\"", "\'\'\'"];
        if let Some(quote) = quotes.iter().find(is_plain) {
            return Ok(value.span.start + quote.len()..value.span.end - quote.len());
        }
        let message = format!("the version of the bazel_dep of {} is no plain string", self.module);
        let problem = self.found.file.problem(value.span.start, message);
        Err(problem.hint(format!("write it as a string, or make it {version} yourself")))
    }
}

/// What stands behind a statement on its last line.
fn behind(found: &Found<'_>) -> Range<usize> {
    let (file, end) = (found.file, found.statement.span.end);
    let line = &file.text[end..file.line_end(end)];
    end..end + line.trim_end_matches(['\r', '\n']).len()
}

/// Refuses a statement that is not alone on its lines.
fn alone(found: &Found<'_>) -> Result<(), Problem> {
    let (file, span) = (found.file, &found.statement.span);
    let behind = file.text[behind(found)].trim_start();
    if file.line_start(span.start) == span.start && (behind.is_empty() || behind.starts_with('#')) {
        return Ok(());
    }
    let message = format!("this {} shares its line with another statement", found.call.function);
    Err(found.problem(message).hint("give it lines of its own"))
}

/// Whether a line is there, and nothing on it.
fn is_blank(file: &ModuleFile, start: usize) -> bool {
    start < file.text.len() && file.text[start..file.line_end(start)].trim().is_empty()
}

/// Where the lines end that stand together with the one at `at`, and whether that one is the
/// last of them.
fn paragraph_end(file: &ModuleFile, at: usize) -> (usize, bool) {
    let mut end = file.line_end(at);
    let first = end;
    while end < file.text.len() && !is_blank(file, end) {
        let line = end..file.line_end(end);
        let begun = file.statements.iter().filter(|s| line.contains(&s.span.start));
        end = begun.map(|s| file.line_end(s.span.end)).max().unwrap_or(line.end);
    }
    (end, end == first)
}

/// Whether a statement is a `bazel_dep`, and if so, whether it is for more than development.
fn is_dep(statement: &Statement) -> Option<bool> {
    let StatementKind::Call(call) = &statement.kind else { return None };
    let dev = call.argument("dev_dependency").map(|argument| &argument.value.value);
    (call.function == "bazel_dep").then(|| dev != Some(&Plain::Name("True".into())))
}

/// Whether nothing but empty lines from `at` on separate a `bazel_dep` from another of its like.
/// buildifier has none there, so that such a line came with the override between them, or the
/// file keeps its deps apart, and an override, too.
fn is_split(file: &ModuleFile, dep: &Statement, at: usize) -> bool {
    let next = file.statements.iter().find(|statement| statement.span.start >= at);
    let is_next = |next: &&Statement| file.text[at..next.span.start].trim().is_empty();
    let next = next.filter(is_next).and_then(is_dep);
    next.is_some() && next == is_dep(dep)
}

/// Where the last line ends that has anything on it.
fn text_end(file: &ModuleFile) -> usize {
    let text = file.text.trim_end_matches(|c: char| c.is_ascii_whitespace());
    if text.is_empty() { file.text.len() } else { file.line_end(text.len()) }
}

/// A statement as new lines at `at`, which is where a line ends; with an empty line before it
/// where it is to stand apart.
fn insertion(file: &ModuleFile, at: usize, is_apart: bool, statement: &str) -> Edit {
    let line_break = file.line_break(at);
    let statement = statement.replace('\n', line_break);
    let is_open = at > file.line_start(0) && !file.text[..at].ends_with('\n');
    let (before, after) = if is_open { (line_break, "") } else { ("", line_break) };
    let apart = if is_apart { line_break } else { "" };
    (at..at, format!("{before}{apart}{statement}{after}"))
}

/// The opposite: takes a statement's lines out, and the empty line that sets them apart.
fn removal(found: &Found<'_>) -> Result<Edit, Problem> {
    alone(found)?;
    let (file, span) = (found.file, &found.statement.span);
    let (first, mut end) = (file.line_start(0), file.line_end(span.end));
    let mut start = file.line_start(span.start);
    let is_last = end == file.text.len();
    let is_apart_below = is_last || is_blank(file, end);
    if start > first {
        let above = file.line_start(start - 1);
        if is_apart_below && is_blank(file, above) {
            start = above;
        } else if !is_last && is_apart_below && found.kind().is_some() {
            let before = file.statements.iter().rfind(|other| other.span.end < start);
            let is_directly = |other: &&Statement| file.line_end(other.span.end) == start;
            if before.filter(is_directly).is_some_and(|dep| is_split(file, dep, end)) {
                end = file.line_end(end);
            }
        }
        // The line end before it is the one that it was added with.
        if is_last && !file.text.ends_with('\n') && start > first {
            start -= if file.text[..start].ends_with("\r\n") { 2 } else { 1 };
        }
    } else if !is_last && is_apart_below {
        end = file.line_end(end);
    }
    Ok((start..end, String::new()))
}

/// The line of a comment directly above a statement.
fn comment_above(found: &Found<'_>) -> Option<usize> {
    let file = found.file;
    let start = file.line_start(found.statement.span.start);
    let above = file.line_start(start.checked_sub(1)?);
    let is_comment = file.text[above..start].trim_start().starts_with('#');
    is_comment.then(|| file.line(above))
}

/// Whether an override says what it is to say, in whatever form.
fn is_same(found: &Found<'_>, wanted: &Override) -> bool {
    let is_there = |(name, value): &(String, Value)| {
        let argument = found.call.argument(name);
        argument
            .is_some_and(|argument| value_of(found.file, &argument.value).as_ref() == Some(value))
    };
    found.kind() == Some(wanted.kind)
        && found.call.arguments.len() == wanted.arguments().len() + 1
        && wanted.arguments().iter().all(is_there)
}

/// What an expression stands for, where that is something that patcher writes.
fn value_of(file: &ModuleFile, expression: &Expression) -> Option<Value> {
    match &expression.value {
        Plain::Number(number) => number.parse().ok().map(Value::Number),
        Plain::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| file.string(item)).collect();
            items.map(Value::List)
        }
        _ => file.string(expression).map(Value::Text),
    }
}

/// What makes an override what it is to be. One with comments in it keeps its form, and only
/// its values change.
fn replacement(found: &Found<'_>, wanted: &Override, replace: bool) -> Result<Vec<Edit>, Problem> {
    let (file, span, module) = (found.file, &found.statement.span, &wanted.module);
    let function = &found.call.function;
    let whole = || {
        let text = wanted.to_string().replace('\n', file.line_break(span.start));
        vec![(span.clone(), text)]
    };
    if replace {
        return Ok(whole());
    }
    if found.kind() != Some(wanted.kind) {
        let message = format!("{module} is replaced by {function} here, not by {}", wanted.kind);
        return Err(refusal(found, message).hint("`--replace` puts the one in the other's place"));
    }
    let is_wanted = |name: &str| wanted.arguments().iter().any(|(wanted, _)| wanted == name);
    let names = found.call.arguments.iter().map(|argument| argument.name.as_deref());
    let other: Vec<&str> = names
        .map(|name| name.unwrap_or("an unnamed one"))
        .filter(|name| *name != "module_name" && !is_wanted(name))
        .collect();
    if !other.is_empty() {
        let message =
            format!("the {function} of {module} has arguments of its own: {}", other.join(", "));
        return Err(refusal(found, message).hint("`--replace` writes it anew, without them"));
    }
    if !file.has_comment(span) {
        return Ok(whole());
    }
    let mut edits = Vec::new();
    for (name, value) in wanted.arguments() {
        let Some(argument) = found.call.argument(name) else {
            let message =
                format!("the {function} of {module} has comments in it, and no argument {name}");
            let hint = format!("add `{name} = {value},`, or let `--replace` write it anew");
            return Err(refusal(found, message).hint(hint));
        };
        if value_of(file, &argument.value).as_ref() != Some(value) {
            let text = value.to_string().replace('\n', file.line_break(span.start));
            edits.push((argument.value.span.clone(), text));
        }
    }
    Ok(edits)
}
