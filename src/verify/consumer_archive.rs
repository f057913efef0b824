//! What a consumer's MODULE.bazel says of the archive that it takes.

use crate::consumer::{Found, ModuleFiles, OverrideFunction};
use crate::support::ids::Sri;
use crate::support::problem::{Kind, Problem};

/// An `archive_override`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ConsumerArchive {
    /// The module that is overridden.
    pub(super) module: String,
    /// Where the archive is, in the order in which Bazel asks.
    pub(super) urls: Vec<String>,
    /// What the archive must be; absent if the consumer takes anything.
    pub(super) integrity: Option<Sri>,
    /// The directory in the archive.
    pub(super) strip_prefix: Option<String>,
    /// Whether Bazel changes the files once more, after it has unpacked them.
    pub(super) is_patched: bool,
}

/// The `archive_override` of `module`, or of whichever one a patcher archive is for if no name is
/// given.
///
/// # Errors
///
/// There is none, there are several, or its arguments are no plain strings.
pub(super) fn consumer_archive(
    files: &ModuleFiles,
    module: Option<&str>,
) -> Result<ConsumerArchive, Problem> {
    let archive = OverrideFunction::Archive;
    let found = match module {
        Some(module) => files.overrides(module)?,
        None => guessed(files),
    };
    let of = module.map_or_else(String::new, |module| format!(" of {module}"));
    match &found[..] {
        [found] if found.kind() == Some(archive) => read(found),
        [found] => {
            let message =
                format!("this is a {}: there is no archive to verify", found.call.function);
            Err(found.problem(message).hint("name the archive itself"))
        }
        [] => {
            let name = files.iter().next().map_or("MODULE.bazel", |file| file.name.as_str());
            let message = format!("there is no {archive}{of} in it");
            Err(Problem::new(Kind::Input, name, message)
                .hint("only the root module's overrides count: name that one's MODULE.bazel"))
        }
        [first, second, ..] => {
            let function = &first.call.function;
            let message = format!("the {function} at {} could be meant, too", first.place());
            let hint = "-C or --lock names the project of one; Bazel takes one a module";
            Err(second.problem(message).hint(hint))
        }
    }
}

/// Every `archive_override`, or those of a patched version if there are several.
fn guessed(files: &ModuleFiles) -> Vec<Found<'_>> {
    let mut found: Vec<Found<'_>> =
        files.statements(OverrideFunction::Archive.function()).collect();
    if found.len() > 1 {
        found.retain(|found| {
            found.string("strip_prefix").is_some_and(|prefix| prefix.contains(".patched."))
        });
    }
    found
}

/// What an `archive_override` says.
fn read(found: &Found<'_>) -> Result<ConsumerArchive, Problem> {
    let mut read = ConsumerArchive::default();
    for argument in &found.call.arguments {
        let name = argument.name.as_deref().unwrap_or_default();
        let at = argument.span.start;
        let plain = |text: Option<String>| {
            let message = format!("the {name} of this archive_override is no plain string");
            text.ok_or_else(|| found.file.problem(at, message).hint("write it as a string"))
        };
        match name {
            "module_name" => read.module = plain(found.string(name))?,
            "integrity" => {
                let integrity = plain(found.string(name))?;
                let hint = "`patcher override update` writes the right one";
                let refused = |error| found.file.problem(at, format!("{error}")).hint(hint);
                read.integrity = Some(integrity.parse().map_err(refused)?);
            }
            "strip_prefix" => read.strip_prefix = Some(plain(found.string(name))?),
            "urls" | "url" => {
                let urls = found.strings(name);
                plain(urls.as_ref().map(|_| String::new()))?;
                read.urls = urls.unwrap_or_default();
            }
            "patches" | "patch_cmds" | "remote_patches" => read.is_patched = true,
            _ => {}
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# archive_override(module_name = \"commented\")
module(name = \"consumer\")
bazel_dep(name = \"m\", version = \"1.0.0\")
archive_override(
    module_name = \"m\",  # the ruleset
    integrity = \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",
    strip_prefix = 'm-1.0.0.patched.1',
    urls = [
        \"https://example.com/#/m.tar.gz\",
        \"\"\"file:///m.tar.gz\"\"\",
    ],
)
archive_override(module_name = \"other\", urls = \"https://example.com/o\", patches = [\"//:p\"])
";

    fn of(text: &str, module: Option<&str>) -> Result<ConsumerArchive, Problem> {
        let read = |name: &str| {
            let is_root = name == "MODULE.bazel";
            Ok(Some(if is_root { text.as_bytes().to_vec() } else { TEXT.as_bytes().to_vec() }))
        };
        consumer_archive(&ModuleFiles::collect("MODULE.bazel", read)?, module)
    }

    #[test]
    fn the_override_of_the_module_is_found() {
        let found = of(TEXT, Some("m")).unwrap();
        assert_eq!(found.module, "m");
        assert_eq!(found.integrity, Some(Sri::of(b"")));
        assert_eq!(found.strip_prefix.as_deref(), Some("m-1.0.0.patched.1"));
        assert_eq!(found.urls, ["https://example.com/#/m.tar.gz", "file:///m.tar.gz"]);
        assert!(!found.is_patched);
        assert_eq!(of(TEXT, None).unwrap(), found);
        // The only one is meant, of whatever version it is.
        let only = TEXT.replace(".patched.1", "");
        let only = &only[..only.rfind("archive_override").unwrap()];
        assert_eq!(of(only, None).unwrap().strip_prefix.as_deref(), Some("m-1.0.0"));
        let other = of(TEXT, Some("other")).unwrap();
        assert!(other.is_patched && other.integrity.is_none());
        // Included, and beside others that are computed.
        for (text, module) in [
            ("include(\"//deps:a.MODULE.bazel\")\n", None),
            ("include(\"//deps:a.MODULE.bazel\")\n", Some("m")),
            (
                "archive_override(module_name = \"n\", url = \"{}\".format(1), strip_prefix = X)\n\
                 include(\"//deps:a.MODULE.bazel\")\n",
                None,
            ),
        ] {
            assert_eq!(of(text, module).unwrap(), found, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let twice = format!("{TEXT}{TEXT}");
        for (text, message) in [
            ("module(name = \"m\")", ": there is no archive_override of m in it"),
            (&twice, ":17: the archive_override at MODULE.bazel:4 could be meant, too"),
            (
                "\narchive_override(module_name = NAME)",
                ":2: the module_name of this archive_override is no plain string: it may be m",
            ),
            (
                "archive_override(\n  module_name = \"m\",\n  urls = [\"a\", \"b\".format()])",
                ":3: the urls of this archive_override is no plain string",
            ),
            (
                "archive_override(\n  module_name = \"m\",\n  integrity = X)",
                ":3: the integrity of this archive_override is no plain string",
            ),
            (
                "archive_override(module_name = \"m\", integrity = \"x\")",
                ":1: \"x\" is not an integrity (`sha256-` and 44 characters of base64)",
            ),
            (
                "git_override(module_name = \"m\")",
                ":1: this is a git_override: there is no archive to verify",
            ),
            ("archive_override(module_name = \"m\"", ":1: `(` is never closed"),
        ] {
            let problem = of(text, Some("m")).unwrap_err();
            assert_eq!(problem.to_string(), format!("MODULE.bazel{message}"));
            assert!(problem.hint.is_some(), "{problem}");
        }
    }
}
