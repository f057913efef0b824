//! The MODULE.bazel under which upstream's own tests run where not all of it can be had: changed as
//! patcher.toml says, and with what is appended.

use std::ops::Range;

use crate::consumer::{MODULE_FILE, ModuleFile};
use crate::project::config::{Removal, UpstreamTests};
use crate::support::problem::{Kind, Problem};

/// The MODULE.bazel with everything removed and inserted that `changes` name. The `bazel_dep`s that
/// are kept go to its end.
///
/// # Errors
///
/// One of the places to change is not in `text`; it is named.
pub fn module_file(text: &str, changes: &UpstreamTests) -> Result<String, Problem> {
    let places = changes.remove.iter().map(|removal| Ok((removal, lines_of(text, removal)?)));
    let places: Vec<(&Removal, Range<usize>)> = places.collect::<Result<_, Problem>>()?;
    let dependencies = dependencies(text)?;
    let mut kept = String::new();
    for (removal, lines) in &places {
        for module in &removal.keep {
            let wanted = |(name, place): &&(String, Range<usize>)| {
                name == module && lines.contains(&place.start)
            };
            let found = dependencies.iter().find(wanted);
            let (_, place) =
                found.ok_or_else(|| missing(&format!("bazel_dep(name = \"{module}\"")))?;
            kept.push_str(&text[place.clone()]);
        }
    }
    let (mut edited, mut start) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        if places.iter().all(|(_, lines)| !lines.contains(&start)) {
            edited.push_str(line);
        }
        start += line.len();
    }
    for insertion in &changes.insert {
        edited.insert_str(find(&edited, &insertion.before)?, &insertion.lines);
    }
    Ok(edited + &kept)
}

/// Where the lines to leave out begin.
fn lines_of(text: &str, removal: &Removal) -> Result<Range<usize>, Problem> {
    let start = find(text, &removal.from)?;
    let Some(through) = &removal.through else { return Ok(start..text.len()) };
    let last = start + find(&text[start..], through)?;
    Ok(start..last + 1)
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
    let message =
        format!("no line begins with `{anchor}`, which [upstream-tests] in patcher.toml names");
    Problem::new(Kind::Input, MODULE_FILE, message)
        .hint("this release's MODULE.bazel is another: run its tests without --adapted")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::config::Config;

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
bazel_dep(name = \"rules_shell\", version = \"3\", dev_dependency = True)  # Why.
bazel_dep(name = \"gazelle\", version = \"4\", dev_dependency = True)
";

    const CHANGES: &str = r##"
[[upstream-tests.remove]]
from = "# ===== DEV ONLY"
keep = ["rules_testing", "rules_shell"]

[[upstream-tests.remove]]
from = "pip.parse("
through = "use_repo(pip, "

[[upstream-tests.insert]]
before = "register_toolchains("
lines = "local()\n"
"##;

    fn changed(text: &str) -> Result<String, Problem> {
        module_file(text, &Config::parse(CHANGES).unwrap().upstream_tests)
    }

    #[test]
    fn lines_go_and_come_as_patcher_toml_says() {
        let expected = "\
module(name = \"m\")

bazel_dep(name = \"toml.bzl\", version = \"1\")

# Toolchains.
local()
register_toolchains(\"@pythons_hub//:all\")

pip = use_extension(\"//:pip.bzl\", \"pip\")

bazel_dep(name = \"rules_testing\", version = \"2\", dev_dependency = True)
bazel_dep(name = \"rules_shell\", version = \"3\", dev_dependency = True)  # Why.
";
        assert_eq!(changed(TEXT).unwrap(), expected);
        assert_eq!(module_file(TEXT, &UpstreamTests::default()).unwrap(), TEXT);
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        for anchor in [
            "# ===== DEV ONLY",
            "pip.parse(",
            "use_repo(pip, ",
            "register_toolchains(",
            "bazel_dep(name = \"rules_testing\"",
            "bazel_dep(name = \"rules_shell\"",
        ] {
            let problem = changed(&TEXT.replace(anchor, "# gone: ")).unwrap_err();
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
