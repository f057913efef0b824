//! Adding, updating and removing an override: what is not touched stays byte for byte.
//!
//! `remove` gives back what `add` was given. What it needs for that stands in the file, in
//! words: a comment behind the `bazel_dep` says what was done to it.

use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

use super::bazel_version::BazelVersion;
use super::dep::{Dep, Mark, Original, newer};
use super::lines::{
    Edit, Place, comment_above, has_own_lines, insertion, is_dep, is_split, paragraph_end, removal,
    text_end,
};
use super::module_file::ModuleFile;
use super::module_files::{Found, ModuleFiles};
use super::override_statement::{Override, bazel_dep};
use super::rewrite::{Author, Rewrite, Unlike, own_arguments, refusal, replaced, rewrite};

/// What an override is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub statement: Override,
    /// The version that the module's `bazel_dep` must have, or a newer one.
    pub version: BazelVersion,
    /// Whether a newer one will not do: Bazel refuses a `single_version_override` that is
    /// older than the `bazel_dep`.
    pub is_exact: bool,
    /// What the user should know if the statement in the file is changed.
    pub notes: Vec<String>,
}

/// The files as they are to be, and what was done to them.
#[derive(Clone, Debug)]
pub struct Edited {
    pub files: ModuleFiles,
    /// What was done, in order; nothing if they are as they should be.
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
    ensure_other(files, module)?;
    ensure_absent(files, module)?;
    let mut editor = Editor::new(files, module);
    editor.demand(wanted)?;
    let Some(dep) = editor.files.bazel_dep(module)? else {
        return Err(Problem::new(Kind::Defect, "MODULE.bazel", "the bazel_dep was not added"));
    };
    let (index, file) = (dep.index, dep.file.name.clone());
    let (at, is_direct) = paragraph_end(dep.file, dep.statement.span.end);
    let is_apart = !is_direct || is_split(dep.file, dep.statement, at);
    let edit = insertion(dep.file, &Place { at, is_apart }, &wanted.statement.to_string());
    editor.edit(index, vec![edit])?;
    editor.step("Added", format!("{} of {module} to {file}", wanted.statement.kind));
    Ok(editor.finish())
}

/// Makes the module's override what it is to be, in its place.
///
/// # Errors
///
/// There is no override of the module, or one that is refused; or the files cannot be understood.
pub fn update(
    files: &ModuleFiles,
    wanted: &Wanted,
    unlike: Unlike,
    author: Author,
) -> Result<Edited, Problem> {
    let module = &wanted.statement.module;
    ensure_other(files, module)?;
    let found = present(files, module)?;
    let mut editor = Editor::new(files, module);
    let Rewrite { edits, notes } = rewrite(&found, &wanted.statement, unlike, author)?;
    if !edits.is_empty() {
        let (old, new) = (&found.call.function, wanted.statement.kind.function());
        editor.edit(found.index, edits)?;
        if old == new {
            editor.step("Updated", format!("{new} of {module} in {}", found.file.name));
        } else {
            let text = format!("{old} of {module} by {new} in {}", found.file.name);
            editor.step("Replaced", text);
        }
        editor.notes.extend(notes.into_iter().chain(wanted.notes.clone()));
    }
    editor.demand(wanted)?;
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
        let own = own_arguments(found);
        if !own.is_empty() {
            let count = counted(own.len(), "argument");
            let own = own.join(", ");
            editor.notes.push(format!("{count} that patcher did not write went with it: {own}"));
        }
        if let Some(before) = replaced(found) {
            editor.notes.push(format!(
                "it had replaced the {before} that was there, which `remove` does not bring back: \
                 the history of {} has it",
                found.file.name
            ));
        }
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

/// Refuses the files of the module itself: Bazel refuses a root module that overrides itself.
///
/// # Errors
///
/// They are.
pub fn ensure_other(files: &ModuleFiles, module: &str) -> Result<(), Problem> {
    let own = files
        .statements("module")
        .find(|found| found.index == 0 && found.string("name").as_deref() == Some(module));
    let Some(found) = own else { return Ok(()) };
    let message = format!("this is {module} itself, and a module cannot override itself");
    Err(refusal(&found, message)
        .hint(format!("name the MODULE.bazel of a module that uses {module}")))
}

/// Refuses files that have an override of a module.
///
/// # Errors
///
/// They do, or they cannot be understood.
pub fn ensure_absent(files: &ModuleFiles, module: &str) -> Result<(), Problem> {
    let Some(found) = sole_override(files, module)? else { return Ok(()) };
    let message = format!("{module} has an override already, this {}", found.call.function);
    let hint = "`patcher override update` changes it, with `--replace` to another kind";
    Err(refusal(&found, message).hint(hint))
}

/// The one override of a module.
///
/// # Errors
///
/// There is none or another one, or the files cannot be understood.
pub fn present<'a>(files: &'a ModuleFiles, module: &str) -> Result<Found<'a>, Problem> {
    sole_override(files, module)?.ok_or_else(|| {
        let name = files.iter().next().map_or("MODULE.bazel", |file| file.name.as_str());
        let problem =
            Problem::new(Kind::Finding, name, format!("there is no override of {module}"));
        problem.hint("`patcher override add` adds it")
    })
}

fn sole_override<'a>(files: &'a ModuleFiles, module: &str) -> Result<Option<Found<'a>>, Problem> {
    let found = files.overrides(module)?;
    if let [first, second, ..] = &found[..] {
        let function = &first.call.function;
        let message = format!("{module} has another override, the {function} at {}", first.place());
        return Err(refusal(second, message).hint("Bazel takes one: take the others out"));
    }
    Ok(found.first().copied())
}

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
    fn demand(&mut self, wanted: &Wanted) -> Result<(), Problem> {
        let Wanted { version: wanted, is_exact, .. } = wanted;
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
        if target != *wanted && *is_exact {
            let message = format!("the bazel_dep of {module} is {target}, newer than {wanted}");
            let hint = format!("lower it to {wanted}, or name a newer release with --release");
            return Err(refusal(&found, message).hint(hint));
        }
        if target != *wanted {
            let place = found.place();
            self.notes.push(format!(
                "the bazel_dep at {place} asks for {target}; what the override names is {wanted}, \
                 and counts (--release changes it)"
            ));
        }
        let index = found.index;
        let before = dep.version.clone();
        let edits = dep.edits(Some(target.as_str()), mark.as_ref())?;
        self.edit_dep(index, (before.as_deref(), Some(target.as_str())), edits)
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
        self.edit_dep(index, (before.as_deref(), target.as_deref()), edits)
    }

    /// Edits the `bazel_dep` in a file, and reports what happens to its version.
    fn edit_dep(
        &mut self,
        index: usize,
        (from, to): (Option<&str>, Option<&str>),
        edits: Vec<Edit>,
    ) -> Result<(), Problem> {
        if edits.is_empty() {
            return Ok(());
        }
        // The empty version is none to Bazel.
        let [from, to] = [from, to].map(|version| version.filter(|version| !version.is_empty()));
        self.edit(index, edits)?;
        let module = self.module;
        let what = format!("the bazel_dep of {module} in {}", self.files.get(index).name);
        match (from, to) {
            (Some(from), Some(to)) if from == to => {
                self.step("Updated", format!("the comment behind {what}"));
            }
            (Some(from), Some(to)) => {
                let older = |a: &str, b: &str| matches!((a.parse::<BazelVersion>(), b.parse()), (Ok(a), Ok(b)) if a < b);
                let verb = if older(from, to) { "Raised" } else { "Lowered" };
                self.step(verb, format!("{what} from {from} to {to}"));
            }
            (None, Some(to)) => self.step("Set", format!("{what} to {to}")),
            (Some(from), None) => self.step("Removed", format!("the version {from} of {what}")),
            (None, None) => {}
        }
        Ok(())
    }

    /// Adds the module's `bazel_dep`: directly before its override if it has one; else
    /// behind the last `bazel_dep`, else behind `module()`, else at the end of the root
    /// module's file.
    fn add_dep(&mut self, version: &BazelVersion) -> Result<(), Problem> {
        let module = self.module;
        let statement = format!("{}{}", bazel_dep(module, version.as_str()), Mark::Added);
        let (index, edit) = match self.files.overrides(module)?.first() {
            Some(found) => {
                has_own_lines(found)?;
                let at = found.file.line_start(found.statement.span.start);
                let place = Place { at, is_apart: false };
                (found.index, insertion(found.file, &place, &statement))
            }
            None => (0, insertion(self.files.get(0), &self.place_of_dep(), &statement)),
        };
        self.edit(index, vec![edit])?;
        let name = &self.files.get(index).name;
        let why = "only what a bazel_dep asks for can be used here";
        self.step("Added", format!("bazel_dep of {module} {version} to {name}: {why}"));
        Ok(())
    }

    /// Where a new `bazel_dep` goes in the root module's file.
    fn place_of_dep(&self) -> Place {
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
            let at = text_end(file);
            return Place { at, is_apart: at > file.line_start(0) };
        };
        let (at, is_direct) = paragraph_end(file, found.statement.span.end);
        // buildifier keeps deps together, but for those that are only for development.
        let is_like = is_dep(found.statement) == Some(true);
        Place { at, is_apart: !(is_direct && is_like) }
    }
}
