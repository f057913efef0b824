//! The MODULE.bazel under which the own tests of rules_python run if no interpreter can be
//! downloaded: without what only upstream's developers need, with the machine's python3.

use std::ops::Range;

use crate::consumer::{MODULE_FILE, ModuleFile};
use crate::support::problem::{Kind, Problem};

/// Where the part begins that only upstream's developers need.
const DEV_ONLY: &str = "# ===== DEV ONLY";

/// What of it the tests load from.
const NEEDED: [&str; 2] = ["rules_testing", "rules_shell"];

/// Where the packages of upstream's release process begin and end.
const PUBLISH: [&str; 2] = ["pip.parse(", "use_repo(pip, "];

/// Where the interpreters are registered that would be downloaded.
const DOWNLOADED: &str = "register_toolchains(\"@pythons_hub//:all\")";

/// The machine's python3, whichever version it is, before any other.
const LOCAL: &str = r#"patcher_runtime_repo = use_repo_rule("//python/private:local_runtime_repo.bzl", "local_runtime_repo")
patcher_runtime_repo(name = "patcher_python3", interpreter_path = "python3", on_failure = "fail")
patcher_toolchains_repo = use_repo_rule("//python/private:local_runtime_toolchains_repo.bzl", "local_runtime_toolchains_repo")
patcher_toolchains_repo(name = "patcher_toolchains", runtimes = ["patcher_python3"])
register_toolchains("@patcher_toolchains//:all")
"#;

/// The MODULE.bazel of rules_python with the machine's python3 in place of downloaded ones.
///
/// # Errors
///
/// One of the places to edit is not in `text`; it is named.
pub fn module_file(text: &str) -> Result<String, Problem> {
    let dev = find(text, DEV_ONLY)?;
    let kept = &text[..dev];
    let [open, close] = PUBLISH;
    let start = find(kept, open)?;
    let last = start + find(&kept[start..], close)?;
    let end = kept[last..].find('\n').map_or(kept.len(), |end| last + end + 1);
    let mut edited = [&kept[..start], &kept[end..]].concat();
    edited.insert_str(find(&edited, DOWNLOADED)?, LOCAL);
    let dependencies = dependencies(text)?;
    for module in NEEDED {
        let wanted = |(name, lines): &&(String, Range<usize>)| name == module && lines.start >= dev;
        let (_, lines) = dependencies
            .iter()
            .find(wanted)
            .ok_or_else(|| missing(&format!("bazel_dep(name = \"{module}\"")))?;
        edited.push_str(&text[lines.clone()]);
    }
    Ok(edited)
}

/// `text` with `appended` behind it. A module has one `bazel_dep`: if both have one, `text`'s stays,
/// and the overrides of `appended` decide all the same.
///
/// # Errors
///
/// One of them cannot be understood.
pub fn append(text: &str, appended: &str) -> Result<String, Problem> {
    let own = dependencies(text)?;
    let mut kept = appended.to_owned();
    for (name, lines) in dependencies(appended)?.into_iter().rev() {
        if own.iter().any(|(other, _)| *other == name) {
            kept.replace_range(lines, "");
        }
    }
    Ok(format!("{text}\n{kept}"))
}

/// The module of every `bazel_dep`, and its bytes' place with what is behind it on its last line.
fn dependencies(text: &str) -> Result<Vec<(String, Range<usize>)>, Problem> {
    let file = ModuleFile::parse(MODULE_FILE, text.as_bytes())?;
    let found = file.calls("bazel_dep").filter_map(|(statement, call)| {
        let name = file.string(&call.argument("name")?.value)?;
        let Range { start, end } = statement.span;
        Some((name, start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)))
    });
    Ok(found.collect())
}

/// Where a line begins with `anchor`.
fn find(text: &str, anchor: &str) -> Result<usize, Problem> {
    let at = if text.starts_with(anchor) { Some(0) } else { text.find(&format!("\n{anchor}")) };
    match at {
        Some(0) => Ok(0),
        Some(at) => Ok(at + 1),
        None => Err(missing(anchor.trim_end())),
    }
}

fn missing(anchor: &str) -> Problem {
    let message = format!("no line begins with `{anchor}`, which --local-python looks for");
    Problem::new(Kind::Input, MODULE_FILE, message)
        .hint("this release's MODULE.bazel is another: run its tests without --local-python")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
module(name = \"m\")

bazel_dep(name = \"toml.bzl\", version = \"1\")

# Toolchains.
register_toolchains(\"@pythons_hub//:all\")

pip = use_extension(\"//:pip.bzl\", \"pip\")
pip.parse(
    hub_name = \"x\",
)
use_repo(pip, \"publish_deps\")

# ===== DEV ONLY =====
bazel_dep(name = \"rules_testing\", version = \"2\", dev_dependency = True)
bazel_dep(name = \"rules_shell\", version = \"3\", dev_dependency = True)
bazel_dep(name = \"gazelle\", version = \"4\", dev_dependency = True)
";

    #[test]
    fn the_local_python_comes_first_and_only_what_tests_need_stays() {
        let expected = format!(
            "\
module(name = \"m\")

bazel_dep(name = \"toml.bzl\", version = \"1\")

# Toolchains.
{LOCAL}register_toolchains(\"@pythons_hub//:all\")

pip = use_extension(\"//:pip.bzl\", \"pip\")

bazel_dep(name = \"rules_testing\", version = \"2\", dev_dependency = True)
bazel_dep(name = \"rules_shell\", version = \"3\", dev_dependency = True)
"
        );
        assert_eq!(module_file(TEXT).unwrap(), expected);
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        for anchor in [
            "# ===== DEV ONLY",
            "pip.parse(",
            "use_repo(pip, ",
            "register_toolchains(\"@pythons_hub//:all\")",
            "bazel_dep(name = \"rules_testing\"",
            "bazel_dep(name = \"rules_shell\"",
        ] {
            let problem = module_file(&TEXT.replace(anchor, "# gone: ")).unwrap_err();
            assert!(problem.message.contains(&format!("`{}`", anchor.trim_end())), "{problem}");
        }
    }

    #[test]
    fn a_module_is_depended_on_once() {
        let appended = "\
bazel_dep(name = \"toml.bzl\", version = \"\")
local_path_override(module_name = \"toml.bzl\", path = \"/m\")
bazel_dep(
    name = \"zlib\",
    version = \"\",
)
";
        let (dropped, kept) = appended.split_once('\n').unwrap();
        assert!(dropped.starts_with("bazel_dep"));
        assert_eq!(append(TEXT, appended).unwrap(), format!("{TEXT}\n{kept}"));
    }
}
