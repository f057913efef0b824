//! Statements that patcher writes, in the form that buildifier keeps.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// How an override replaces a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideFunction {
    /// By an archive.
    Archive,
    /// By a commit.
    Git,
    /// By a directory.
    LocalPath,
    /// By one version, of one registry, with patches.
    SingleVersion,
    /// By several versions side by side.
    MultipleVersion,
}

impl OverrideFunction {
    pub const ALL: [Self; 5] =
        [Self::Archive, Self::Git, Self::LocalPath, Self::SingleVersion, Self::MultipleVersion];

    /// The function that is called for it.
    pub const fn function(self) -> &'static str {
        match self {
            Self::Archive => "archive_override",
            Self::Git => "git_override",
            Self::LocalPath => "local_path_override",
            Self::SingleVersion => "single_version_override",
            Self::MultipleVersion => "multiple_version_override",
        }
    }

    /// The kind that a function is called for.
    pub fn of(function: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.function() == function)
    }
}

impl fmt::Display for OverrideFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function())
    }
}

impl Serialize for OverrideFunction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The value of an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Text(String),
    Number(u32),
    /// Strings, in their order.
    List(Vec<String>),
    /// An expression, as it is written in the file.
    Source(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

/// An override of a module. It prints as a statement, without a line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub kind: OverrideFunction,
    pub module: String,
    /// Its other arguments, by name: the order that buildifier wants.
    arguments: BTreeMap<String, Value>,
}

impl Override {
    /// An override with these arguments beside the module's name.
    pub fn new<V: Into<Value>>(
        kind: OverrideFunction,
        module: &str,
        arguments: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Self {
        let this = Self { kind, module: module.to_owned(), arguments: BTreeMap::new() };
        arguments.into_iter().fold(this, |this, (name, value)| this.with(name, value))
    }

    /// The same override with this value of an argument.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }

    /// The value of an argument.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    /// `archive_override`: an archive that is fetched from the first of `urls` that has it. Bazel 7,
    /// 8 and 9 take these arguments alike.
    pub fn archive(module: &str, urls: Vec<String>, integrity: &str, strip_prefix: &str) -> Self {
        let texts = [("integrity", integrity), ("strip_prefix", strip_prefix)];
        Self::new(OverrideFunction::Archive, module, texts).with("urls", urls)
    }

    /// `git_override`: a commit of a repository.
    pub fn git(module: &str, remote: &str, commit: &str) -> Self {
        Self::new(OverrideFunction::Git, module, [("remote", remote), ("commit", commit)])
    }

    /// `local_path_override`: a directory.
    pub fn local_path(module: &str, path: &str) -> Self {
        Self::new(OverrideFunction::LocalPath, module, [("path", path)])
    }

    /// `single_version_override`: a version of a registry.
    pub fn single_version(module: &str, version: &str, registry: &str) -> Self {
        let texts = [("version", version), ("registry", registry)];
        Self::new(OverrideFunction::SingleVersion, module, texts)
    }

    /// The same override with patches on top of what it names: labels of the root module's,
    /// in their order, each with one leading directory to strip.
    pub fn patched(self, labels: Vec<String>) -> Self {
        self.with("patch_strip", 1).with("patches", labels)
    }

    /// The arguments beside the module's name, in the order that buildifier wants.
    pub const fn arguments(&self) -> &BTreeMap<String, Value> {
        &self.arguments
    }
}

impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}(", self.kind)?;
        writeln!(f, "    module_name = {},", quoted(&self.module))?;
        for (name, value) in &self.arguments {
            writeln!(f, "    {name} = {value},")?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Value {
    /// As the value of an argument that is indented by four blanks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Source(text) => f.write_str(text),
            Self::List(items) if items.len() < 2 => {
                write!(f, "[{}]", items.first().map(|item| quoted(item)).unwrap_or_default())
            }
            Self::List(items) => {
                f.write_str("[\n")?;
                for item in items {
                    writeln!(f, "        {},", quoted(item))?;
                }
                f.write_str("    ]")
            }
        }
    }
}

/// `bazel_dep`: what makes a module one that this one uses; without a line end.
pub fn bazel_dep(module: &str, version: &str) -> String {
    format!("bazel_dep(name = {}, version = {})", quoted(module), quoted(version))
}

/// A string as Starlark reads it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_ascii_control() => quoted.push_str(&format!("\\{:03o}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
