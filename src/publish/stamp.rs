//! The version stamp: what the last, derived commit adds to the patched tree.

use crate::support::ids::ModuleVersion;
use crate::support::problem::{Kind, Problem};

/// The module file that carries the version.
pub const MODULE_FILE: &str = "MODULE.bazel";

/// The file that carries the notice of changes (Apache License 2.0, section 4b).
pub const NOTICE_FILE: &str = "PATCHES.md";

/// `MODULE.bazel` with the version of its `module()` call set, all else as it was. Upstream
/// keeps a placeholder there, which the registry replaces and `archive_override` does not.
///
/// # Errors
///
/// A module file without exactly one `module()` call that has a `name`.
pub fn module_file(text: &str, version: &ModuleVersion) -> Result<String, Problem> {
    let problem = |message: &str| Problem::new(Kind::Input, MODULE_FILE, message);
    let call =
        call(text, "module").ok_or_else(|| problem("there is no `module(...)` call in it"))?;
    let body = &text[call.clone()];
    let quoted = format!("\"{version}\"");
    if let Some((start, end)) = argument(body, "version") {
        let (start, end) = (call.start + start, call.start + end);
        return Ok([&text[..start], &quoted, &text[end..]].concat());
    }
    let (_, end) = argument(body, "name").ok_or_else(|| problem("the module has no name"))?;
    let end = call.start + end;
    let separator = if body.contains('\n') { ",\n    " } else { ", " };
    Ok([&text[..end], separator, "version = ", &quoted, &text[end..]].concat())
}

/// A module file with the version that `other` has, as far as either has one: what the stamp
/// made of it, taken back.
pub fn with_version_of(text: &str, other: &str) -> Option<String> {
    let of = |text: &str| {
        let call = call(text, "module")?;
        let (start, end) = argument(&text[call.clone()], "version")?;
        Some((call.start + start, call.start + end))
    };
    let ((start, end), (from, to)) = (of(text)?, of(other)?);
    Some([&text[..start], &other[from..to], &text[end..]].concat())
}

/// The name in the `module()` call of a module file.
pub fn module_name(text: &str) -> Option<&str> {
    let body = &text[call(text, "module")?];
    let (start, end) = argument(body, "name")?;
    body[start..end].strip_prefix('"')?.strip_suffix('"')
}

/// The version in the `module()` call of a module file.
pub fn module_version(text: &str) -> Option<&str> {
    let body = &text[call(text, "module")?];
    let (start, end) = argument(body, "version")?;
    body[start..end].strip_prefix('"')?.strip_suffix('"')
}

/// What stands between the parentheses of the first top-level call of `function`.
pub(crate) fn call(text: &str, function: &str) -> Option<std::ops::Range<usize>> {
    let open = format!("{function}(");
    let at = if text.starts_with(&open) { 0 } else { text.find(&format!("\n{open}"))? + 1 };
    let start = at + open.len();
    let end = start + text[start..].find(')')?;
    Some(start..end)
}

/// Where the string value of the argument `key` begins and ends, quotes included.
pub(crate) fn argument(body: &str, key: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = body[from..].find(key) {
        let at = from + found;
        from = at + key.len();
        let before = body[..at].trim_end().chars().next_back();
        let after = body[from..].trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else { continue };
        if matches!(before, None | Some(',')) && value.starts_with('"') {
            let start = body.len() - value.len();
            let end = start + 1 + value[1..].find('"')? + 1;
            return Some((start, end));
        }
    }
    None
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
        assert_eq!(module_name(text), Some("m"));
        assert_eq!(with_version_of(&stamp(text), text).unwrap(), text);
        assert_eq!(with_version_of(text, "module(name = \"m\")\n"), None);
        assert_eq!(module_version(text), Some("0.0.0"));
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
    fn a_module_file_without_a_module_is_refused() {
        assert!(module_file("bazel_dep(name = \"x\", version = \"1\")\n", &version()).is_err());
        assert!(module_file("module()\n", &version()).is_err());
    }
}
