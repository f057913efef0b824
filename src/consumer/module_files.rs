//! A root module's MODULE.bazel with the files that it includes, and what they say of a module.

use super::module_file::ModuleFile;
use super::override_statement::OverrideFunction;
use super::parser::{Call, Plain, Statement, Use};
use crate::support::problem::{Kind, Problem};

/// The files, the root module's own first.
#[derive(Clone, Debug)]
pub struct ModuleFiles(Vec<ModuleFile>);

/// A statement about a module.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Which of the files it is in.
    pub index: usize,
    pub file: &'a ModuleFile,
    pub statement: &'a Statement,
    /// The call that it is.
    pub call: &'a Call,
}

impl Found<'_> {
    /// Its line, from 1.
    pub fn line(&self) -> usize {
        self.file.line(self.statement.span.start)
    }

    /// Its place: `MODULE.bazel:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.name, self.line())
    }

    /// The override's kind; absent for another call.
    pub fn kind(&self) -> Option<OverrideFunction> {
        OverrideFunction::of(&self.call.function)
    }

    /// The string that an argument stands for, if that is plain.
    pub fn string(&self, name: &str) -> Option<String> {
        self.file.string(&self.call.argument(name)?.value)
    }

    /// The strings that an argument stands for, a list's or the one that it is, if they are plain.
    pub fn strings(&self, name: &str) -> Option<Vec<String>> {
        self.file.strings(&self.call.argument(name)?.value)
    }

    /// Something that is wrong with it.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        self.file.problem(self.statement.span.start, message)
    }
}

impl ModuleFiles {
    /// Reads a file and all that it includes, by their names; `read` gives a file's bytes, and
    /// `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// One cannot be read or understood, or is not there, or includes itself.
    pub fn collect(
        root: &str,
        mut read: impl FnMut(&str) -> Result<Option<Vec<u8>>, Problem>,
    ) -> Result<Self, Problem> {
        let Some(bytes) = read(root)? else {
            let problem = Problem::new(Kind::Input, root, "there is no such file");
            return Err(problem.hint("name the MODULE.bazel of your root module"));
        };
        let mut files = Self(vec![ModuleFile::parse(root, &bytes)?]);
        // A file's includes are followed before those behind it: `path` leads to the file.
        files.follow(0, &mut vec![root.to_owned()], &mut read)?;
        Ok(files)
    }

    fn follow(
        &mut self,
        index: usize,
        path: &mut Vec<String>,
        read: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>, Problem>,
    ) -> Result<(), Problem> {
        let directory = path[0].rsplit_once('/').map(|(directory, _)| format!("{directory}/"));
        let directory = directory.unwrap_or_default();
        for (label, at) in includes(&self.0[index])? {
            let file = &self.0[index];
            let name = included(&label)
                .map(|name| format!("{directory}{name}"))
                .ok_or_else(|| odd_label(file, at, &label))?;
            if path.contains(&name) {
                let message = format!("{label} is included by what it includes");
                return Err(file.problem(at, message).hint("take one of the includes out"));
            }
            if self.0.iter().any(|file| file.name == name) {
                continue;
            }
            let Some(bytes) = read(&name)? else {
                let message = format!("it includes {label}, and there is no {name}");
                let hint = "labels begin at the directory of the root module's MODULE.bazel";
                return Err(file.problem(at, message).hint(hint));
            };
            self.0.push(ModuleFile::parse(&name, &bytes)?);
            path.push(name);
            self.follow(self.0.len() - 1, path, read)?;
            path.pop();
        }
        Ok(())
    }

    /// The files, the root module's own first.
    pub fn iter(&self) -> impl Iterator<Item = &ModuleFile> {
        self.0.iter()
    }

    pub(super) fn get(&self, index: usize) -> &ModuleFile {
        &self.0[index]
    }

    pub(super) fn set(&mut self, index: usize, file: ModuleFile) {
        self.0[index] = file;
    }

    /// The overrides of a module. Bazel takes no more than one.
    ///
    /// # Errors
    ///
    /// There may be one that cannot be told to be one.
    pub fn overrides(&self, module: &str) -> Result<Vec<Found<'_>>, Problem> {
        let mut found = Vec::new();
        for kind in OverrideFunction::ALL {
            found.extend(self.calls(kind.function(), "module_name", module)?);
        }
        found.sort_by_key(|found| (found.index, found.statement.span.start));
        Ok(found)
    }

    /// The `bazel_dep` of a module.
    ///
    /// # Errors
    ///
    /// There is more than one, or there may be one that cannot be told to be one.
    pub fn bazel_dep(&self, module: &str) -> Result<Option<Found<'_>>, Problem> {
        let plain = self.plain_calls("bazel_dep", "name", module);
        if let [first, second, ..] = plain[..] {
            let message = format!("{module} has another bazel_dep at {}", first.place());
            return Err(second.problem(message).hint("leave one of them"));
        }
        match plain.first() {
            Some(found) => Ok(Some(*found)),
            None => Ok(self.calls("bazel_dep", "name", module)?.first().copied()),
        }
    }

    /// Every statement that calls a function.
    pub fn statements(&self, function: &str) -> impl Iterator<Item = Found<'_>> {
        self.0.iter().enumerate().flat_map(move |(index, file)| {
            let found = move |(statement, call)| Found { index, file, statement, call };
            file.calls(function).map(found)
        })
    }

    fn plain_calls(&self, function: &str, key: &str, module: &str) -> Vec<Found<'_>> {
        self.statements(function)
            .filter(|found| found.string(key).as_deref() == Some(module))
            .collect()
    }

    /// The same, where each call names the module that it is about.
    fn calls(&self, function: &str, key: &str, module: &str) -> Result<Vec<Found<'_>>, Problem> {
        let hint = format!("write what is said of {module} as a statement of its own");
        for found in self.statements(function) {
            let at = found.statement.span.start;
            if found.string(key).is_none() && !found.file.names_other(at, key, module) {
                let message =
                    format!("the {key} of this {function} is no plain string: it may be {module}");
                return Err(found.problem(message).hint(hint));
            }
        }
        for file in &self.0 {
            let mut odd = file.uses.iter().filter(|used| used.name == function);
            let is_other = |used: &Use| {
                file.is_about_others(used.at, module) || file.names_other(used.at, key, module)
            };
            if let Some(odd) = odd.find(|used| !is_other(used)) {
                let message =
                    format!("{function} is no statement of its own here: it may be for {module}");
                return Err(file.problem(odd.at, message).hint(hint));
            }
        }
        Ok(self.plain_calls(function, key, module))
    }
}

/// The labels that a file includes, each with its place.
fn includes(file: &ModuleFile) -> Result<Vec<(String, usize)>, Problem> {
    const FORM: &str = "Bazel wants `include(\"//directory:file.MODULE.bazel\")`";
    if let Some(odd) = file.uses.iter().find(|used| used.name == "include") {
        let message = "include is no statement of its own here";
        return Err(file.problem(odd.at, message).hint(FORM));
    }
    let mut labels = Vec::new();
    for (statement, call) in file.calls("include") {
        match &call.arguments[..] {
            [argument] if argument.name.is_none() => match &argument.value.value {
                Plain::Text(label) => labels.push((label.clone(), statement.span.start)),
                _ => {
                    let message = "the label of this include is no plain string";
                    return Err(file.problem(statement.span.start, message).hint(FORM));
                }
            },
            _ => {
                let message = "this include has not exactly one label";
                return Err(file.problem(statement.span.start, message).hint(FORM));
            }
        }
    }
    Ok(labels)
}

/// The file that a label names, from the root module's directory.
fn included(label: &str) -> Option<String> {
    let (package, file) = label.strip_prefix("//")?.split_once(':')?;
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.contains(['\\', ':'])
            && !part.contains(char::is_control)
    };
    let is_named = file == "MODULE.bazel" || file.ends_with(".MODULE.bazel");
    let is_inside =
        (package.is_empty() || package.split('/').all(is_plain)) && file.split('/').all(is_plain);
    let slash = if package.is_empty() { "" } else { "/" };
    (is_named && is_inside).then(|| format!("{package}{slash}{file}"))
}

fn odd_label(file: &ModuleFile, at: usize, label: &str) -> Problem {
    let message = format!("{label:?} is no label that Bazel includes");
    let hint = "it has to be of the root module and named so: `//directory:file.MODULE.bazel`";
    file.problem(at, message).hint(hint)
}
