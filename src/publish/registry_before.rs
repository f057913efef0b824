//! The versions that a registry has already, held to what is known of them: what the lock says was
//! published, what the project makes again of it, and what is committed in the registry's own
//! repository. Of other versions nothing is known but that they have to agree with themselves.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::consumer::MODULE_FILE;
use crate::consumer::bazel_version::BazelVersion;
use crate::publish::registry_index::{Files, METADATA_FILE, SOURCE_FILE, damaged, directory};
use crate::support::ids::{ModuleVersion, Sri};
use crate::support::problem::Problem;
use crate::support::text::counted;

/// An archive that a `source.json` names.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) integrity: Sri,
    pub(super) strip_prefix: String,
}

/// What is known of a version that was published.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) version: ModuleVersion,
    /// The directory in the patched archive.
    pub(super) strip_prefix: String,
    /// The digest of the patched archive, if it is known.
    pub(super) integrity: Option<Sri>,
    /// Upstream's own, if its digest is known.
    pub(super) upstream: Option<Origin>,
    /// What the project makes again; absent if it does not support the release any more.
    pub(super) made: Option<Made>,
}

/// Files of a version, made again.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) module_file: Vec<u8>,
    /// Of which Bazel makes the version out of upstream's archive.
    pub(super) patches: BTreeMap<String, Vec<u8>>,
}

/// What is wrong with the versions of `module` that patcher published.
pub(super) fn check(module: &str, there: &Files, published: &[Published]) -> Vec<Problem> {
    let mut problems = check_own(module, there);
    for known in published {
        let directory = format!("{}/{}", directory(module), known.version);
        let path = format!("{directory}/{SOURCE_FILE}");
        let Some(Value::Object(source)) = json(there, &path) else { continue };
        let text = |key: &str| source.get(key).and_then(Value::as_str).unwrap_or_default();
        let patches = source.get("patches").and_then(Value::as_object);
        let patches = patches.filter(|patches| !patches.is_empty());
        let (integrity, strip_prefix) = match (patches, &known.upstream) {
            (None, _) => (known.integrity.as_ref(), Some(&known.strip_prefix)),
            (Some(_), Some(Origin { integrity, strip_prefix })) => {
                (Some(integrity), Some(strip_prefix))
            }
            (Some(_), None) => (None, None),
        };
        let integrity = integrity.map(|integrity| ("integrity", integrity.to_string()));
        let prefix = strip_prefix.map(|prefix| ("strip_prefix", prefix.clone()));
        for (key, expected) in integrity.into_iter().chain(prefix) {
            if text(key) != expected {
                let message = format!("its {key} is {:?}, {expected:?} was published", text(key));
                problems.push(damaged(&path, message));
            }
        }
        let file = format!("/{}.tar.gz", known.strip_prefix);
        if patches.is_none() && !text("url").ends_with(&file) {
            problems.push(damaged(&path, format!("its url does not end with {file:?}")));
        }
        let Some(made) = &known.made else { continue };
        let mut expected = vec![(format!("{directory}/{MODULE_FILE}"), &made.module_file)];
        if patches.is_some() {
            let files = made.patches.iter();
            expected
                .extend(files.map(|(name, bytes)| (format!("{directory}/patches/{name}"), bytes)));
            if source.get("patch_strip").and_then(Value::as_u64) != Some(1) {
                problems.push(damaged(&path, "its patch_strip is not 1"));
            }
        }
        if patches.is_some_and(|named| !named.keys().eq(made.patches.keys())) {
            problems.push(damaged(&path, "its patches are not those that were published"));
        }
        for (path, bytes) in expected {
            if there.get(&path).is_some_and(|found| found != bytes) {
                problems.push(damaged(&path, "is not what was published"));
            }
        }
    }
    problems
}

/// What only patcher writes: files of its own versions, and their order.
fn check_own(module: &str, there: &Files) -> Vec<Problem> {
    let mut problems = Vec::new();
    let directory = directory(module);
    let is_own =
        |version: &str| version.parse::<ModuleVersion>().is_ok_and(|v| v.revision.is_some());
    for path in there.keys() {
        let below = path.strip_prefix(&directory).and_then(|path| path.strip_prefix('/'));
        let Some((version, name)) = below.and_then(|path| path.split_once('/')) else { continue };
        let source = json(there, &format!("{directory}/{version}/{SOURCE_FILE}"));
        let names = source.as_ref().and_then(|source| source.get("patches")?.as_object());
        let is_named = name
            .strip_prefix("patches/")
            .is_some_and(|name| names.is_some_and(|names| names.contains_key(name)));
        if is_own(version)
            && source.is_some()
            && ![MODULE_FILE, SOURCE_FILE].contains(&name)
            && !is_named
        {
            problems.push(damaged(path, "is no file of this version"));
        }
    }
    let path = format!("{directory}/{METADATA_FILE}");
    let metadata = json(there, &path).unwrap_or_default();
    let listed: Vec<&str> = strings(&metadata).collect();
    let own: Vec<BazelVersion> =
        listed.iter().filter(|v| is_own(v)).filter_map(|v| v.parse().ok()).collect();
    if !own.is_sorted() {
        problems.push(damaged(&path, "its versions are not in Bazel's order"));
    }
    let yanked = metadata.get("yanked_versions").and_then(Value::as_object);
    for version in yanked.into_iter().flat_map(|yanked| yanked.keys()) {
        if !listed.contains(&version.as_str()) {
            problems.push(damaged(&path, format!("yanks {version}, which it does not list")));
        }
    }
    problems
}

/// What of a module's files differs from what is committed in the registry's repository: the
/// blobs of its files, and its metadata there. New files and versions may come.
pub(super) fn check_committed(
    module: &str,
    there: &Files,
    committed: &BTreeMap<String, Committed>,
) -> Vec<Problem> {
    let below = format!("{}/", directory(module));
    let own = committed.iter().filter(|(path, _)| path.starts_with(&below));
    let mut problems = Vec::new();
    for (path, committed) in own {
        let what = match (there.get(path), committed) {
            (None, _) => {
                Some("is missing: it is committed in the registry's repository".to_owned())
            }
            (Some(_), Committed::Same) => None,
            (Some(found), Committed::Other(bytes)) if path.ends_with(METADATA_FILE) => {
                lost(found, bytes)
            }
            (Some(_), Committed::Other(_)) => {
                Some("is not what is committed in the registry's repository".to_owned())
            }
        };
        problems.extend(what.map(|what| damaged(path, what)));
    }
    problems
}

/// A file that is committed.
#[derive(Clone, Debug)]
pub(super) enum Committed {
    /// It is as it was committed.
    Same,
    /// It is not: its bytes there.
    Other(Vec<u8>),
}

/// What metadata lost of what is committed.
fn lost(found: &[u8], committed: &[u8]) -> Option<String> {
    let [found, committed]: [Value; 2] =
        [found, committed].map(|bytes| serde_json::from_slice(bytes).unwrap_or_default());
    let mut left = strings(&found);
    if let Some(version) = strings(&committed).find(|version| !left.any(|left| left == *version)) {
        return Some(format!("lost {version}, or its place: the committed one has it"));
    }
    let yanked = |value: &Value, version: &str| value.get("yanked_versions")?.get(version).cloned();
    let before = committed.get("yanked_versions").and_then(Value::as_object);
    let mut before = before.into_iter().flatten();
    let (version, _) =
        before.find(|(version, reason)| yanked(&found, version).as_ref() != Some(reason))?;
    Some(format!("does not yank {version} as the committed one does"))
}

fn strings(metadata: &Value) -> impl Iterator<Item = &str> {
    metadata
        .get("versions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn json(there: &Files, path: &str) -> Option<Value> {
    serde_json::from_slice(there.get(path)?).ok()
}

/// What is not known of a registry that lists versions of a module without holding them.
pub(super) fn only_listed(module: &str, registry: &str, absent: &[String]) -> String {
    let count = counted(absent.len(), "version");
    let names = match absent {
        [first, .., last] if absent.len() > 3 => format!("{first} to {last}"),
        all => all.join(", "),
    };
    format!("{count} of {module} in {registry}/: listed in metadata.json, but not there ({names})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_versions_the_first_and_the_last_are_named() {
        let names = |count: usize| {
            let absent: Vec<String> = (1..=count).map(|patch| format!("1.0.{patch}")).collect();
            only_listed("m", "registry", &absent)
        };
        let listed = "of m in registry/: listed in metadata.json, but not there";
        assert_eq!(names(1), format!("1 version {listed} (1.0.1)"));
        assert_eq!(names(3), format!("3 versions {listed} (1.0.1, 1.0.2, 1.0.3)"));
        assert_eq!(names(4), format!("4 versions {listed} (1.0.1 to 1.0.4)"));
        assert_eq!(names(5), format!("5 versions {listed} (1.0.1 to 1.0.5)"));
    }

    #[test]
    fn only_what_patcher_writes_may_be_in_a_version_of_its_own() {
        let odd = |version: &str, source: Option<&str>, name: &str| {
            let source = source.map(|text| (format!("modules/m/{version}/source.json"), text));
            let file = (format!("modules/m/{version}/{name}"), "x");
            let files = source.into_iter().chain([file]);
            let there: Files = files.map(|(path, text)| (path, text.into())).collect();
            check_own("m", &there).len()
        };
        let source = Some(r#"{"patches": {"a.patch": "sha256-x"}}"#);
        assert_eq!(odd("1.0.0.patched.1", source, "patches/b.patch"), 1);
        assert_eq!(odd("1.0.0.patched.1", source, "notes"), 1);
        for (version, source, name) in [
            ("1.0.0.patched.1", source, "patches/a.patch"),
            ("1.0.0.patched.1", source, "MODULE.bazel"),
            // What is half there is found otherwise, and what is not patcher's is not judged.
            ("1.0.0.patched.1", None, "notes"),
            ("1.0.0", source, "notes"),
        ] {
            assert_eq!(odd(version, source, name), 0, "{version} {name}");
        }
    }

    #[test]
    fn metadata_keeps_what_is_committed() {
        let committed = r#"{"versions": ["1", "2"], "yanked_versions": {"1": "bad", "2": "odd"}}"#;
        let lost = |found: &str| lost(found.as_bytes(), committed.as_bytes()).unwrap_or_default();
        assert_eq!(lost(committed), "");
        let more = r#"{"versions": ["0", "1", "2"], "yanked_versions": {"2": "odd", "1": "bad"}}"#;
        assert_eq!(lost(more), "");
        let moved = r#"{"versions": ["2", "1"]}"#;
        assert_eq!(lost(moved), "lost 2, or its place: the committed one has it");
        for yanked in [r#"{"1": "bad"}"#, r#"{"1": "bad", "2": "other"}"#] {
            let found = format!(r#"{{"versions": ["1", "2"], "yanked_versions": {yanked}}}"#);
            assert_eq!(lost(&found), "does not yank 2 as the committed one does");
        }
    }
}
