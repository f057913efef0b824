//! What a consumer's files say of one module, as a report: its `bazel_dep` and its overrides.

use serde::Serialize;
use serde_json::Value as Json;

use crate::support::problem::Problem;
use crate::support::text::one_line;

use super::module_file::ModuleFile;
use super::module_files::{Found, ModuleFiles};
use super::parser::{Expression, Plain};

/// What everybody who edits an override should know.
pub(crate) const ROOT_ONLY: &str = "Only the root module's overrides count: if another repository depends on this one, Bazel \
     passes over them";

/// What the files say of a module.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Overview {
    pub(crate) module: String,
    pub(crate) bazel_dep: Option<FoundCall>,
    /// One at most, or Bazel refuses the file.
    pub(crate) overrides: Vec<FoundCall>,
    note: &'static str,
}

/// A call that is about the module.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct FoundCall {
    /// `bazel_dep`, `archive_override` and so on.
    pub(crate) function: String,
    /// The file that it is in, and its line there, from 1.
    pub(crate) file: String,
    pub(crate) line: usize,
    arguments: serde_json::Map<String, Json>,
    /// The arguments in columns, without the module's name.
    #[serde(skip)]
    rows: Vec<[String; 2]>,
}

impl Overview {
    /// # Errors
    ///
    /// The files cannot be understood.
    pub(crate) fn of(files: &ModuleFiles, module: &str) -> Result<Self, Problem> {
        Ok(Self {
            module: module.to_owned(),
            bazel_dep: files.bazel_dep(module)?.as_ref().map(FoundCall::of),
            overrides: files.overrides(module)?.iter().map(FoundCall::of).collect(),
            note: ROOT_ONLY,
        })
    }

    /// The rows of a table: each call with its place, below it its arguments.
    pub(crate) fn rows(&self) -> Vec<[String; 2]> {
        let none = |what: &str| vec![[what.to_owned(), format!("none of {}", self.module)]];
        let mut rows = self.bazel_dep.as_ref().map_or_else(|| none("bazel_dep"), FoundCall::table);
        if self.overrides.is_empty() {
            rows.extend(none("override"));
        }
        rows.extend(self.overrides.iter().flat_map(FoundCall::table));
        rows
    }
}

impl FoundCall {
    fn of(found: &Found<'_>) -> Self {
        let (mut arguments, mut rows) = (serde_json::Map::new(), Vec::new());
        for argument in &found.call.arguments {
            let name = argument.name.clone().unwrap_or_default();
            let source = one_line(&found.file.text[argument.value.span.clone()]);
            if !matches!(name.as_str(), "name" | "module_name") {
                rows.push([format!("  {name}"), source.clone()]);
            }
            arguments.insert(name, json(&argument.value, found.file));
        }
        Self {
            function: found.call.function.clone(),
            file: found.file.name.clone(),
            line: found.line(),
            arguments,
            rows,
        }
    }

    fn table(&self) -> Vec<[String; 2]> {
        let place = [self.function.clone(), format!("{}:{}", self.file, self.line)];
        std::iter::once(place).chain(self.rows.iter().cloned()).collect()
    }
}

/// A plain value as it is; another as the text of its expression.
fn json(expression: &Expression, file: &ModuleFile) -> Json {
    let source = || serde_json::json!({ "expression": file.text[expression.span.clone()] });
    match &expression.value {
        Plain::Text(text) => Json::from(text.as_str()),
        Plain::Number(number) => number.parse::<i64>().map_or_else(|_| source(), Json::from),
        Plain::Name(name) if name == "True" => Json::from(true),
        Plain::Name(name) if name == "False" => Json::from(false),
        Plain::List(items) => items.iter().map(|item| json(item, file)).collect(),
        _ => source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::tests::files;

    #[test]
    fn plain_values_are_those_of_json() {
        let text =
            "bazel_dep(name = \"m\", a = True, b = False, c = X, d = [1, \"e\"], f = 1 + 1)\n";
        let overview = Overview::of(&files(text), "m").unwrap();
        let rows = overview.rows();
        assert_eq!(rows[0], ["bazel_dep", "MODULE.bazel:1"]);
        assert_eq!([&rows[1][0], &rows[1][1]], ["  a", "True"]);
        assert_eq!(rows.last().unwrap(), &["override", "none of m"]);
        let dep = overview.bazel_dep.unwrap();
        let source = |text: &str| serde_json::json!({ "expression": text });
        let expected = serde_json::json!({
            "name": "m", "a": true, "b": false, "c": source("X"), "d": [1, "e"], "f": source("1 + 1"),
        });
        assert_eq!(Json::from(dep.arguments), expected);
    }
}
