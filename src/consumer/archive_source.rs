//! What a consumer's MODULE.bazel says of the archive that it takes.

use super::module_file::{MODULE_FILE, ModuleFile};
use super::parser::{Argument, Call, Expression, Plain};
use crate::support::ids::Sri;
use crate::support::problem::{Kind, Problem};

/// An `archive_override`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsumerOverride {
    /// The module that is overridden.
    pub module: String,
    /// Where the archive is, in the order in which Bazel asks.
    pub urls: Vec<String>,
    /// What the archive must be; absent if the consumer takes anything.
    pub integrity: Option<Sri>,
    /// The directory in the archive.
    pub strip_prefix: Option<String>,
    /// Whether Bazel changes the files once more, after it has unpacked them.
    pub is_patched: bool,
}

/// The `archive_override` of `module`, or of whichever one a patcher archive is for if
/// no name is given.
///
/// # Errors
///
/// There is none, there are several, or its arguments are no plain strings.
pub fn consumer_override(text: &str, module: Option<&str>) -> Result<ConsumerOverride, Problem> {
    let problem = |message: String| Problem::new(Kind::Input, MODULE_FILE, message);
    let file = ModuleFile::parse(MODULE_FILE, text.as_bytes())?;
    let calls = file.calls("archive_override");
    let mut found: Vec<ConsumerOverride> =
        calls.map(|(_, call)| read(&file, call)).collect::<Result<_, _>>().map_err(problem)?;
    let is_wanted = |call: &ConsumerOverride| match module {
        Some(module) => call.module == module,
        None => call.strip_prefix.as_ref().is_some_and(|prefix| prefix.contains(".patched.")),
    };
    if module.is_some() || found.len() > 1 {
        found.retain(is_wanted);
    }
    let of = module.map_or_else(String::new, |module| format!(" of {module}"));
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(problem(format!("there is no archive_override{of} in it"))
            .hint("only the root module's overrides count: name that one's MODULE.bazel")),
        count => Err(problem(format!("{count} archive_overrides{of} could be meant"))),
    }
}

/// What an `archive_override` says.
fn read(file: &ModuleFile, call: &Call) -> Result<ConsumerOverride, String> {
    let mut read = ConsumerOverride::default();
    for Argument { name, value, .. } in &call.arguments {
        let name = name.as_deref().unwrap_or_default();
        let text = |value: &Expression| {
            file.string(value).ok_or_else(|| format!("{name} is no plain string"))
        };
        match name {
            "module_name" => read.module = text(value)?,
            "integrity" => {
                let integrity = text(value)?.parse().map_err(|error| format!("{error}"))?;
                read.integrity = Some(integrity);
            }
            "strip_prefix" => read.strip_prefix = Some(text(value)?),
            "urls" | "url" => match &value.value {
                Plain::List(values) => {
                    read.urls = values.iter().map(text).collect::<Result<_, _>>()?;
                }
                _ => read.urls = vec![text(value)?],
            },
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

    #[test]
    fn the_override_of_the_module_is_found() {
        let found = consumer_override(TEXT, Some("m")).unwrap();
        assert_eq!(found.module, "m");
        assert_eq!(found.integrity, Some(Sri::of(b"")));
        assert_eq!(found.strip_prefix.as_deref(), Some("m-1.0.0.patched.1"));
        assert_eq!(found.urls, ["https://example.com/#/m.tar.gz", "file:///m.tar.gz"]);
        assert!(!found.is_patched);
        assert_eq!(consumer_override(TEXT, None).unwrap(), found);
        let other = consumer_override(TEXT, Some("other")).unwrap();
        assert!(other.is_patched && other.integrity.is_none());
    }

    #[test]
    fn what_cannot_be_understood_is_told() {
        let twice = format!("{TEXT}{TEXT}");
        for (text, words) in [
            ("module(name = \"m\")", "there is no archive_override of m"),
            (&twice, "2 archive_overrides of m"),
            ("archive_override(module_name = NAME)", "module_name is no plain string"),
            ("archive_override(module_name = \"m\" + x())", "module_name is no plain string"),
            ("archive_override(module_name = \"m\"", "is never closed"),
            ("archive_override(module_name = \"m", "string"),
            ("archive_override(module_name = \"m\", integrity = \"x\")", "is not an integrity"),
        ] {
            let problem = consumer_override(text, Some("m")).unwrap_err();
            assert!(problem.message.contains(words), "{words}: {problem}");
        }
    }
}
