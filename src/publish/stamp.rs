//! The version stamp: what the last, derived commit adds to the patched tree.

use std::ops::Range;

use crate::consumer::{Call, MODULE_FILE, ModuleFile, Statement};
use crate::support::ids::ModuleVersion;
use crate::support::problem::{Kind, Problem};

/// The file that carries the notice of changes (Apache License 2.0, section 4b).
pub const NOTICE_FILE: &str = "PATCHES.md";

/// `MODULE.bazel` with the version of its `module()` call set, all else as it was. Upstream
/// keeps a placeholder there, which the registry replaces and `archive_override` does not.
///
/// # Errors
///
/// A module file that cannot be understood, or has no `module()` call with a `name`.
pub fn module_file(text: &str, version: &ModuleVersion) -> Result<String, Problem> {
    let problem = |message: &str| Problem::new(Kind::Input, MODULE_FILE, message);
    let file = ModuleFile::parse(MODULE_FILE, text.as_bytes())?;
    let (statement, call) =
        module_call(&file).ok_or_else(|| problem("there is no `module(...)` call in it"))?;
    let quoted = format!("\"{version}\"");
    if let Some(Range { start, end }) = version_span(call) {
        return Ok([&text[..start], &quoted, &text[end..]].concat());
    }
    let name = call.argument("name").ok_or_else(|| problem("the module has no name"))?;
    let is_split = text[statement.span.clone()].contains('\n');
    let separator = if is_split { ",\n    " } else { ", " };
    let (before, after) = text.split_at(name.span.end);
    Ok([before, separator, "version = ", &quoted, after].concat())
}

/// A module file with the version that `other` has, if both have one: this undoes the stamp.
pub fn with_version_of(text: &str, other: &str) -> Option<String> {
    let span = |text: &str| version_span(module_call(&parse(text)?)?.1);
    let (old, new) = (span(text)?, span(other)?);
    Some([&text[..old.start], &other[new], &text[old.end..]].concat())
}

/// The name in the `module()` call of a module file.
pub fn module_name(text: &str) -> Option<String> {
    module_argument(text, "name")
}

/// The version in the `module()` call of a module file.
pub fn module_version(text: &str) -> Option<String> {
    module_argument(text, "version")
}

fn module_argument(text: &str, name: &str) -> Option<String> {
    let file = parse(text)?;
    let (_, call) = module_call(&file)?;
    file.string(&call.argument(name)?.value)
}

fn parse(text: &str) -> Option<ModuleFile> {
    ModuleFile::parse(MODULE_FILE, text.as_bytes()).ok()
}

/// Bazel takes one call of `module`, before all others.
fn module_call(file: &ModuleFile) -> Option<(&Statement, &Call)> {
    file.calls("module").next()
}

fn version_span(call: &Call) -> Option<Range<usize>> {
    Some(call.argument("version")?.value.span.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> ModuleVersion {
        ModuleVersion { release: "2.3.2".parse().unwrap(), revision: Some(1) }
    }

    fn stamp(text: &str) -> String {
        module_file(text, &version()).unwrap()
    }

    #[test]
    fn the_version_alone_changes() {
        let text = "# m\nmodule(\n    name = \"m\",\n    version = \"0.0.0\",\n    compatibility_level = 1,\n)\n\nbazel_dep(name = \"x\", version = \"1\")\n";
        assert_eq!(stamp(text), text.replace("0.0.0", "2.3.2.patched.1"));
        assert_eq!(module_name(text).as_deref(), Some("m"));
        assert_eq!(with_version_of(&stamp(text), text).unwrap(), text);
        assert_eq!(with_version_of(text, "module(name = \"m\")\n"), None);
        assert_eq!(module_version(text).as_deref(), Some("0.0.0"));
    }

    #[test]
    fn a_missing_version_is_added() {
        assert_eq!(
            stamp("module(name = \"m\")\n"),
            "module(name = \"m\", version = \"2.3.2.patched.1\")\n"
        );
        let text = "module(\n    name = \"m\",\n    compatibility_level = 1,\n)\n";
        let expected = "module(\n    name = \"m\",\n    version = \"2.3.2.patched.1\",\n    compatibility_level = 1,\n)\n";
        assert_eq!(stamp(text), expected);
    }

    #[test]
    fn comments_and_the_order_of_arguments_do_not_matter() {
        let text = "module(\n    name = \"m\",  # (keep)\n    version = \"0.0.0\",  # a, b\n)\n";
        assert_eq!(stamp(text), text.replace("0.0.0", "2.3.2.patched.1"));
        let text = "\"A module( in a docstring.\"\nmodule(version = '0', name = (\"m\"))\n";
        assert_eq!(stamp(text), text.replace("'0'", "\"2.3.2.patched.1\""));
        let text = "module(\n    # version = \"1\" (no more), version = \"2\"\n    name = \"m\",  # :)\n)\n";
        let with = "\"m\",\n    version = \"2.3.2.patched.1\",  # :)";
        assert_eq!(stamp(text), text.replace("\"m\",  # :)", with));
    }

    #[test]
    fn a_module_file_without_a_module_is_refused() {
        assert!(module_file("bazel_dep(name = \"x\", version = \"1\")\n", &version()).is_err());
        assert!(module_file("module()\n", &version()).is_err());
    }
}
