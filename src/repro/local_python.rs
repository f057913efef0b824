//! The MODULE.bazel under which rules_python's own tests run where no interpreter can be
//! downloaded: without what only upstream's developers need, with the machine's python3.

use crate::publish::stamp::{MODULE_FILE, argument, call};
use crate::support::problem::{Kind, Problem};

/// Where the part begins that only upstream's developers need.
const DEV_ONLY: &str = "# ===== DEV ONLY";

/// What of it the tests load from.
const NEEDED: [&str; 2] = ["rules_testing", "rules_shell"];

/// Where the packages of upstream's release process begin and end.
const PUBLISH: [&str; 2] = ["pip.parse(", "use_repo(pip, \"rules_python_publish_deps\")\n"];

/// Where the interpreters are registered that would be downloaded.
const DOWNLOADED: &str = "register_toolchains(\"@pythons_hub//:all\")";

/// The machine's python3, whichever version it is, before any other.
const LOCAL: &str = r#"patcher_runtime_repo = use_repo_rule("//python/private:local_runtime_repo.bzl", "local_runtime_repo")
patcher_runtime_repo(name = "patcher_python3", interpreter_path = "python3", on_failure = "fail")
patcher_toolchains_repo = use_repo_rule("//python/private:local_runtime_toolchains_repo.bzl", "local_runtime_toolchains_repo")
patcher_toolchains_repo(name = "patcher_toolchains", runtimes = ["patcher_python3"])
register_toolchains("@patcher_toolchains//:all")
"#;

/// rules_python's MODULE.bazel with the machine's python3 in place of downloaded ones.
///
/// # Errors
///
/// One of the places to edit is not in `text`; it is named.
pub fn module_file(text: &str) -> Result<String, Problem> {
    let (kept, dev) = text.split_at(find(text, DEV_ONLY)?);
    let [open, close] = PUBLISH;
    let start = find(kept, open)?;
    let end = start + find(&kept[start..], close)? + close.len();
    let mut edited = [&kept[..start], &kept[end..]].concat();
    edited.insert_str(find(&edited, DOWNLOADED)?, LOCAL);
    for module in NEEDED {
        let wanted = |(name, _): &(&str, &str)| *name == module;
        let dep = dependencies(dev).into_iter().find(wanted);
        let (_, dep) = dep.ok_or_else(|| missing(&format!("bazel_dep(name = \"{module}\"")))?;
        edited.push_str(dep);
    }
    Ok(edited)
}

/// `text` with `appended` behind it. A module has one `bazel_dep`: where both have one, it is
/// `text`'s, and the overrides of `appended` decide all the same.
pub fn append(text: &str, appended: &str) -> String {
    let own: Vec<&str> = dependencies(text).into_iter().map(|(name, _)| name).collect();
    let mut appended = appended.to_owned();
    for (name, statement) in dependencies(&appended.clone()) {
        if own.contains(&name) {
            appended = appended.replacen(statement, "", 1);
        }
    }
    format!("{text}\n{appended}")
}

/// Every `bazel_dep`, as its module's name and the whole statement.
fn dependencies(text: &str) -> Vec<(&str, &str)> {
    const FUNCTION: &str = "bazel_dep";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(body) = call(rest, FUNCTION) {
        let start = body.start - FUNCTION.len() - 1;
        let end = rest[body.end..].find('\n').map_or(rest.len(), |at| body.end + at + 1);
        let name = argument(&rest[body.clone()], "name");
        if let Some((from, to)) = name {
            found.push((rest[body][from..to].trim_matches('"'), &rest[start..end]));
        }
        rest = &rest[end..];
    }
    found
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
module(name = \"rules_python\")

bazel_dep(name = \"toml.bzl\", version = \"1\")

# Toolchains.
register_toolchains(\"@pythons_hub//:all\")

pip = use_extension(\"//:pip.bzl\", \"pip\")
pip.parse(
    hub_name = \"x\",
)
use_repo(pip, \"rules_python_publish_deps\")

# ===== DEV ONLY =====
bazel_dep(name = \"rules_testing\", version = \"2\", dev_dependency = True)
bazel_dep(name = \"rules_shell\", version = \"3\", dev_dependency = True)
bazel_dep(name = \"gazelle\", version = \"4\", dev_dependency = True)
";

    #[test]
    fn the_local_python_comes_first_and_only_what_tests_need_stays() {
        let expected = format!(
            "\
module(name = \"rules_python\")

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
            "use_repo(pip, \"rules_python_publish_deps\")",
            "register_toolchains(\"@pythons_hub//:all\")",
            "bazel_dep(name = \"rules_testing\"",
            "bazel_dep(name = \"rules_shell\"",
        ] {
            let problem = module_file(&TEXT.replace(anchor, "# gone: ")).unwrap_err();
            assert!(problem.message.contains(&format!("`{anchor}`")), "{problem}");
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
        assert_eq!(append(TEXT, appended), format!("{TEXT}\n{kept}"));
    }
}
