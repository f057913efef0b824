//! A static Bazel registry as files: what to write for a new version of a module, and what is
//! wrong with what is there. Any web server can serve it, or `file://`.
//!
//! A version that was published never changes: consumers keep the digests of a registry's files
//! in their MODULE.bazel.lock. So one that is there with the same bytes stays, one with
//! other bytes is refused, and other versions and modules are not touched.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize as _;
use serde_json::{Map, Value, json};

use crate::consumer::MODULE_FILE;
use crate::consumer::bazel_version::BazelVersion;
use crate::publish::kinds::Source;
use crate::publish::stamp::{module_name, module_version};
use crate::support::ids::Sri;
use crate::support::problem::{Kind, Problem};

/// The file that says what the directory is.
pub const REGISTRY_FILE: &str = "bazel_registry.json";

pub(super) const METADATA_FILE: &str = "metadata.json";
pub(super) const SOURCE_FILE: &str = "source.json";

/// Files by their paths in the registry's directory.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A version of a module.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub module: &'a str,
    pub version: String,
    /// Its module file, which names both.
    pub module_file: Vec<u8>,
    /// The archive that it is made of.
    pub source: Source,
    /// The patches that Bazel applies to it, in order of their names.
    pub patches: Vec<(String, Vec<u8>)>,
    pub homepage: Option<&'a str>,
}

/// A version to warn of, and why: Bazel refuses to build with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Yank {
    pub version: String,
    /// What Bazel reports to those who use it.
    pub reason: String,
}

impl std::str::FromStr for Yank {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=').map(|(version, reason)| (version, reason.trim())) {
            Some((version, reason)) if !version.is_empty() && !reason.is_empty() => {
                Ok(Self { version: version.to_owned(), reason: reason.to_owned() })
            }
            _ => {
                Err("write it as VERSION=REASON: Bazel shows the reason to whoever uses it".into())
            }
        }
    }
}

/// The directory of a module in a registry.
pub fn directory(module: &str) -> String {
    format!("modules/{module}")
}

/// What a registry lacks of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// What is to be written, in this order: what names a file comes after it. Empty if everything
    /// is there already.
    pub writes: Vec<(String, Vec<u8>)>,
    /// The versions that are listed and not there, so that nothing is known of them. A mirror
    /// holds some versions and lists all: Bazel reads only what it asks for.
    pub absent: Vec<String>,
}

/// What is to be written so that the registry holds `entry`, too. `there` is what the registry
/// holds of the module.
///
/// # Errors
///
/// Everything that is wrong with the registry, by file; or the version is there with other bytes.
pub fn merge(there: &Files, entry: &Entry<'_>, yanks: &[Yank]) -> Result<Merge, Vec<Problem>> {
    let mut problems = Vec::new();
    let metadata = read_metadata(there, entry.module, &mut problems);
    let listed = versions(metadata.as_ref());
    check_registry_file(there, &mut problems);
    let absent = check_versions(there, entry, &listed, &mut problems);
    let mut writes = entry_files(there, entry, &listed, &mut problems);
    if !there.contains_key(REGISTRY_FILE) {
        writes.push((REGISTRY_FILE.to_owned(), print(&json!({ "mirrors": [] }))));
    }
    let is_new = metadata.is_none();
    let mut updated = metadata.clone().unwrap_or_else(|| new_metadata(entry));
    add_version(&mut updated, &listed, &entry.version);
    for yank in yanks {
        problems.extend(add_yank(&mut updated, yank, entry));
    }
    if is_new || metadata.as_ref() != Some(&updated) {
        let path = format!("{}/{METADATA_FILE}", directory(entry.module));
        writes.push((path, print(&Value::Object(updated))));
    }
    if problems.is_empty() { Ok(Merge { writes, absent }) } else { Err(problems) }
}

/// JSON as the central registry's tools write it.
fn print(value: &Value) -> Vec<u8> {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, formatter);
    // Values are written to memory as they are.
    let _ = value.serialize(&mut serializer);
    text.push(b'\n');
    text
}

pub(super) fn damaged(path: &str, message: impl Into<String>) -> Problem {
    Problem::new(Kind::Integrity, path, message)
        .hint("restore it as it was published: nothing was written")
}

fn object(there: &Files, path: &str, problems: &mut Vec<Problem>) -> Option<Map<String, Value>> {
    let bytes = there.get(path)?;
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Some(object),
        Ok(_) => {
            problems.push(damaged(path, "is no JSON object"));
            None
        }
        Err(error) => {
            let problem = damaged(path, format!("is no JSON: {error}"));
            problems.push(problem.at(error.line().max(1)));
            None
        }
    }
}

fn check_registry_file(there: &Files, problems: &mut Vec<Problem>) {
    object(there, REGISTRY_FILE, problems);
}

/// The module's metadata, as far as it can be understood.
fn read_metadata(
    there: &Files,
    module: &str,
    problems: &mut Vec<Problem>,
) -> Option<Map<String, Value>> {
    let path = format!("{}/{METADATA_FILE}", directory(module));
    let metadata = object(there, &path, problems)?;
    match metadata.get("versions") {
        Some(Value::Array(versions)) => {
            let mut seen = BTreeSet::new();
            for version in versions {
                match version.as_str().map(|text| (text, text.parse::<BazelVersion>())) {
                    Some((text, Ok(_))) if !seen.insert(text) => {
                        problems.push(damaged(&path, format!("names {text} twice")));
                    }
                    Some((_, Ok(_))) => {}
                    Some((_, Err(message))) => problems.push(damaged(&path, message)),
                    None => problems.push(damaged(&path, format!("{version} is no version"))),
                }
            }
        }
        _ => problems.push(damaged(&path, "has no list of `versions`")),
    }
    let yanked = metadata.get("yanked_versions");
    let is_reasons = |map: &Map<String, Value>| map.values().all(Value::is_string);
    if yanked.is_some_and(|yanked| !yanked.as_object().is_some_and(is_reasons)) {
        problems.push(damaged(&path, "`yanked_versions` does not give reasons"));
    }
    Some(metadata)
}

fn versions(metadata: Option<&Map<String, Value>>) -> BTreeSet<String> {
    let versions = metadata.and_then(|metadata| metadata.get("versions")?.as_array());
    versions.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

/// Holds every version of the module to what Bazel asks of it, and to its own digests; with
/// those that are listed only. That of `entry` must be there if it is listed: whether what is
/// published now is what was published, only its files can tell.
fn check_versions(
    there: &Files,
    entry: &Entry<'_>,
    listed: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let directory = directory(entry.module);
    let found: BTreeSet<&str> = there
        .keys()
        .filter_map(|path| path.strip_prefix(&directory)?.strip_prefix('/')?.split_once('/'))
        .map(|(version, _)| version)
        .collect();
    for version in &found {
        // One that is not listed yet was left by a run that was cut short.
        if !listed.contains(*version) && *version != entry.version {
            let message = format!("is not in {directory}/{METADATA_FILE}");
            problems.push(damaged(&format!("{directory}/{version}"), message));
        }
    }
    let is_there = |version: &&String| found.contains(version.as_str());
    for version in listed.iter().filter(|v| is_there(v) || **v == entry.version) {
        let directory = format!("{directory}/{version}");
        for name in [MODULE_FILE, SOURCE_FILE] {
            let path = format!("{directory}/{name}");
            if !there.contains_key(&path) {
                problems.push(damaged(&path, "is missing"));
            }
        }
        problems.extend(check_module_file(there, &directory, entry.module, version));
        check_source(there, &directory, problems);
    }
    let absent = listed.iter().filter(|version| !is_there(version)).cloned();
    let mut absent: Vec<String> = absent.collect();
    absent.sort_by_key(|version| version.parse::<BazelVersion>().ok());
    absent
}

/// Bazel refuses a module file of another module or version.
fn check_module_file(there: &Files, directory: &str, module: &str, version: &str) -> Vec<Problem> {
    let path = format!("{directory}/{MODULE_FILE}");
    let Some(bytes) = there.get(&path) else { return Vec::new() };
    let mut problems = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    for (name, found, wanted) in
        [("name", module_name(&text), module), ("version", module_version(&text), version)]
    {
        if let Some(found) = found.filter(|found| found != wanted) {
            let message = format!("its {name} is {found}, its directory says {wanted}");
            problems.push(damaged(&path, message));
        }
    }
    problems
}

/// The files that a `source.json` names must be there as it says.
fn check_source(there: &Files, directory: &str, problems: &mut Vec<Problem>) {
    let path = format!("{directory}/{SOURCE_FILE}");
    let Some(source) = object(there, &path, problems) else { return };
    let is_archive = source.get("type").is_none_or(|kind| kind == "archive");
    for key in ["url", "integrity"].iter().filter(|_| is_archive) {
        if !source.get(*key).is_some_and(Value::is_string) {
            problems.push(damaged(&path, format!("has no `{key}`")));
        }
    }
    for kind in ["patches", "overlay"] {
        for (name, integrity) in source.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let file = format!("{directory}/{kind}/{name}");
            let Some(bytes) = there.get(&file) else {
                problems.push(damaged(&file, format!("is missing: {path} names it")));
                continue;
            };
            // Other digests than SHA-256 are allowed, and then not looked at.
            let wanted = integrity.as_str().and_then(|text| text.parse::<Sri>().ok());
            if wanted.is_some_and(|wanted| wanted != Sri::of(bytes)) {
                problems.push(damaged(&file, format!("is not what {path} says it is")));
            }
        }
    }
}

/// The files of the version that are not there yet.
fn entry_files(
    there: &Files,
    entry: &Entry<'_>,
    listed: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> Vec<(String, Vec<u8>)> {
    let directory = format!("{}/{}", directory(entry.module), entry.version);
    let patches = entry
        .patches
        .iter()
        .map(|(name, bytes)| (format!("{directory}/patches/{name}"), bytes.clone()));
    let mut files: Vec<(String, Vec<u8>)> = patches.collect();
    files.push((format!("{directory}/{SOURCE_FILE}"), print(&source_of(entry))));
    files.push((format!("{directory}/{MODULE_FILE}"), entry.module_file.clone()));
    let published_before = |path: &str| {
        let message = format!("{} was published before, with other bytes", entry.version);
        Problem::new(Kind::Integrity, path, message).hint(
            "a published version never changes: N must go up (change the series, then `patcher \
             sync`), or publish into another registry",
        )
    };
    let own = format!("{directory}/");
    for (path, bytes) in there.iter().filter(|(path, _)| path.starts_with(&own)) {
        match files.iter().find(|(wanted, _)| wanted == path) {
            Some((_, wanted)) if wanted == bytes => {}
            _ => problems.push(published_before(path)),
        }
    }
    // What is missing of a listed version is a problem already.
    if listed.contains(&entry.version) {
        return Vec::new();
    }
    files.retain(|(path, _)| !there.contains_key(path));
    files
}

fn source_of(entry: &Entry<'_>) -> Value {
    let Source { integrity, strip_prefix, url } = &entry.source;
    let mut source = Map::new();
    source.insert("integrity".into(), json!(integrity));
    if !entry.patches.is_empty() {
        source.insert("patch_strip".into(), json!(1));
        // Bazel applies them in this order, the central registry's tools in that of the names.
        let patches: Map<String, Value> = entry
            .patches
            .iter()
            .map(|(name, bytes)| (name.clone(), json!(Sri::of(bytes))))
            .collect();
        source.insert("patches".into(), Value::Object(patches));
    }
    source.insert("strip_prefix".into(), json!(strip_prefix));
    source.insert("url".into(), json!(url));
    Value::Object(source)
}

fn new_metadata(entry: &Entry<'_>) -> Map<String, Value> {
    let mut metadata = Map::new();
    if let Some(homepage) = entry.homepage {
        metadata.insert("homepage".into(), json!(homepage));
    }
    for (key, value) in [
        ("maintainers", json!([])),
        ("repository", json!([])),
        ("versions", json!([])),
        ("yanked_versions", json!({})),
    ] {
        metadata.insert(key.into(), value);
    }
    metadata
}

/// Adds a version where Bazel's order puts it.
fn add_version(metadata: &mut Map<String, Value>, listed: &BTreeSet<String>, version: &str) {
    if listed.contains(version) {
        return;
    }
    let mut versions: Vec<&str> = listed.iter().map(String::as_str).chain([version]).collect();
    versions.sort_by_cached_key(|version| version.parse::<BazelVersion>().ok());
    metadata.insert("versions".into(), json!(versions));
}

fn add_yank(metadata: &mut Map<String, Value>, yank: &Yank, entry: &Entry<'_>) -> Option<Problem> {
    let path = format!("{}/{METADATA_FILE}", directory(entry.module));
    let refuse = |message: String| Some(Problem::new(Kind::Input, path, message));
    let Yank { version, reason } = yank;
    if *version == entry.version {
        return refuse(format!("{version} is being published: it cannot be yanked at once"));
    }
    if !versions(Some(metadata)).contains(version) {
        return refuse(format!("has no version {version} that could be yanked"));
    }
    let yanked = metadata.entry("yanked_versions").or_insert_with(|| json!({}));
    if let Value::Object(yanked) = yanked {
        yanked.insert(version.clone(), json!(reason));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: &str) -> Entry<'static> {
        Entry {
            module: "m",
            version: version.to_owned(),
            module_file: format!("module(name = \"m\", version = \"{version}\")\n").into_bytes(),
            source: Source {
                integrity: Sri::of(b"archive"),
                strip_prefix: format!("m-{version}"),
                url: format!("https://example.com/m-{version}.tar.gz"),
            },
            patches: vec![
                ("0001-a.patch".into(), b"a".to_vec()),
                ("z.patch".into(), b"z".to_vec()),
            ],
            homepage: Some("https://example.com"),
        }
    }

    fn published(there: &Files, version: &str) -> Files {
        let mut files = there.clone();
        files.extend(merge(there, &entry(version), &[]).unwrap().writes);
        files
    }

    fn text(files: &Files, path: &str) -> String {
        String::from_utf8(files[path].clone()).unwrap()
    }

    fn refused(there: &Files, version: &str) -> Vec<String> {
        let problems = merge(there, &entry(version), &[]).unwrap_err();
        assert!(problems.iter().all(|problem| problem.kind == Kind::Integrity));
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_first_version_brings_everything_with_it() {
        let writes = merge(&Files::new(), &entry("1.0.0.patched.1"), &[]).unwrap().writes;
        let paths: Vec<&str> = writes.iter().map(|(path, _)| path.as_str()).collect();
        let expected = [
            "modules/m/1.0.0.patched.1/patches/0001-a.patch",
            "modules/m/1.0.0.patched.1/patches/z.patch",
            "modules/m/1.0.0.patched.1/source.json",
            "modules/m/1.0.0.patched.1/MODULE.bazel",
            "bazel_registry.json",
            "modules/m/metadata.json",
        ];
        assert_eq!(paths, expected);
        let files: Files = writes.into_iter().collect();
        let source = format!(
            "{{\n    \"integrity\": \"{}\",\n    \"patch_strip\": 1,\n    \"patches\": {{\n        \
             \"0001-a.patch\": \"{}\",\n        \"z.patch\": \"{}\"\n    }},\n    \
             \"strip_prefix\": \"m-1.0.0.patched.1\",\n    \
             \"url\": \"https://example.com/m-1.0.0.patched.1.tar.gz\"\n}}\n",
            Sri::of(b"archive"),
            Sri::of(b"a"),
            Sri::of(b"z"),
        );
        assert_eq!(text(&files, "modules/m/1.0.0.patched.1/source.json"), source);
        assert_eq!(
            text(&files, "modules/m/metadata.json"),
            "{\n    \"homepage\": \"https://example.com\",\n    \"maintainers\": [],\n    \
             \"repository\": [],\n    \"versions\": [\n        \"1.0.0.patched.1\"\n    ],\n    \
             \"yanked_versions\": {}\n}\n"
        );
        let again = merge(&files, &entry("1.0.0.patched.1"), &[]).unwrap();
        assert_eq!(again, Merge { writes: Vec::new(), absent: Vec::new() });
    }

    #[test]
    fn what_is_there_stays_and_versions_are_in_bazels_order() {
        let mut there = published(&Files::new(), "1.0.0.patched.2");
        let metadata = "{\"x\": 1, \"versions\": [\"1.0.0.patched.2\"], \"maintainers\": [{}]}";
        there.insert("modules/m/metadata.json".into(), metadata.into());
        let mut files = there.clone();
        for version in ["1.0.0.patched.10", "1.0.0.bcr.1"] {
            let writes = merge(&files, &entry(version), &[]).unwrap().writes;
            let own = format!("modules/m/{version}/");
            assert!(
                writes.iter().all(|(path, _)| {
                    path.starts_with(&own) || path == "modules/m/metadata.json"
                })
            );
            files.extend(writes);
        }
        let found: Value = serde_json::from_slice(&files["modules/m/metadata.json"]).unwrap();
        let versions = ["1.0.0.bcr.1", "1.0.0.patched.2", "1.0.0.patched.10"];
        let expected = json!({"x": 1, "versions": versions, "maintainers": [{}]});
        assert_eq!(found, expected);
    }

    #[test]
    fn a_published_version_never_changes() {
        let there = published(&Files::new(), "1.0.0.patched.1");
        let mut other = entry("1.0.0.patched.1");
        other.source.url = "https://elsewhere.example.com/m.tar.gz".into();
        let problems = merge(&there, &other, &[]).unwrap_err();
        let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let expected = "modules/m/1.0.0.patched.1/source.json: 1.0.0.patched.1 was published \
                        before, with other bytes";
        assert_eq!(messages, [expected]);
        assert!(problems[0].hint.as_ref().unwrap().contains("N must go up"));
        let fewer = Entry { patches: Vec::new(), ..entry("1.0.0.patched.1") };
        assert_eq!(merge(&there, &fewer, &[]).unwrap_err().len(), 3);
    }

    #[test]
    fn a_run_that_was_cut_short_is_completed() {
        let mut there = published(&Files::new(), "1.0.0.patched.1");
        there.remove("modules/m/metadata.json");
        there.remove("modules/m/1.0.0.patched.1/MODULE.bazel");
        let writes = merge(&there, &entry("1.0.0.patched.1"), &[]).unwrap().writes;
        let paths: Vec<&str> = writes.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["modules/m/1.0.0.patched.1/MODULE.bazel", "modules/m/metadata.json"]);
    }

    #[test]
    fn a_mirror_lists_versions_that_it_does_not_hold() {
        let mut there = published(&Files::new(), "1.0.0.patched.1");
        let metadata = "{\"versions\": [\"0.9.0\", \"0.10.0\", \"1.0.0.patched.1\"]}";
        there.insert("modules/m/metadata.json".into(), metadata.into());
        let found = merge(&there, &entry("1.0.0.patched.2"), &[]).unwrap();
        assert_eq!(found.absent, ["0.9.0", "0.10.0"]);
        let files: Files = found.writes.into_iter().collect();
        let metadata: Value = serde_json::from_slice(&files["modules/m/metadata.json"]).unwrap();
        let versions = ["0.9.0", "0.10.0", "1.0.0.patched.1", "1.0.0.patched.2"];
        assert_eq!(metadata["versions"], json!(versions));
        // One of which something is there is damaged, and so is the one to publish.
        there.insert("modules/m/0.9.0/source.json".into(), b"{}".to_vec());
        assert_eq!(
            refused(&there, "1.0.0.patched.2"),
            [
                "modules/m/0.9.0/MODULE.bazel: is missing",
                "modules/m/0.9.0/source.json: has no `url`",
                "modules/m/0.9.0/source.json: has no `integrity`",
            ]
        );
        // One that is no archive needs neither.
        for (kind, count) in [("archive", 3), ("git_repository", 1)] {
            let source = json!({ "type": kind }).to_string();
            there.insert("modules/m/0.9.0/source.json".into(), source.into());
            assert_eq!(refused(&there, "1.0.0.patched.2").len(), count, "{kind}");
        }
        there.remove("modules/m/0.9.0/source.json");
        there.retain(|path, _| !path.contains("patched.1/"));
        assert_eq!(
            refused(&there, "1.0.0.patched.1"),
            [
                "modules/m/1.0.0.patched.1/MODULE.bazel: is missing",
                "modules/m/1.0.0.patched.1/source.json: is missing",
            ]
        );
    }

    #[test]
    fn damage_is_named_by_its_file() {
        let there = published(&Files::new(), "1.0.0.patched.1");
        let own = "modules/m/1.0.0.patched.1";
        let damage: [(&str, Option<&str>, &str); 11] = [
            ("bazel_registry.json", Some("[]"), "bazel_registry.json: is no JSON object"),
            ("modules/m/metadata.json", Some("{\n\"x\""), "modules/m/metadata.json:2: is no JSON"),
            ("modules/m/metadata.json", Some("{}"), "has no list of `versions`"),
            (
                "modules/m/metadata.json",
                Some("{\"versions\": [\"1.0.0.patched.1\", \"1.0.0.patched.1\"]}"),
                "names 1.0.0.patched.1 twice",
            ),
            (
                "modules/m/metadata.json",
                Some("{\"versions\": [\"1.0.0.patched.1\"], \"yanked_versions\": []}"),
                "`yanked_versions` does not give reasons",
            ),
            ("modules/m/metadata.json", None, "1.0.0.patched.1: is not in modules/m/metadata.json"),
            ("MODULE.bazel", None, "MODULE.bazel: is missing"),
            (
                "MODULE.bazel",
                Some("module(name = \"m\", version = \"1.0.0\")\n"),
                "its version is 1.0.0, its directory says 1.0.0.patched.1",
            ),
            ("source.json", Some("{}"), "source.json: has no `url`"),
            ("patches/z.patch", Some("y"), "z.patch: is not what modules/m/1.0.0.patched.1/source"),
            ("patches/0001-a.patch", None, "0001-a.patch: is missing"),
        ];
        for (path, bytes, message) in damage {
            let mut there = there.clone();
            let is_top = path.ends_with(".json") && path != "source.json";
            let path = if is_top { path.to_owned() } else { format!("{own}/{path}") };
            match bytes {
                Some(bytes) => there.insert(path, bytes.into()),
                None => there.remove(&path),
            };
            // Also if another version is to be published.
            let found = refused(&there, "1.0.0.patched.2").join("\n");
            assert!(found.contains(message), "no {message:?} in {found}");
        }
    }

    #[test]
    fn a_version_is_yanked_where_asked_for_alone() {
        let there = published(&Files::new(), "1.0.0.patched.1");
        let yank: Yank = "1.0.0.patched.1=use .patched.2: a test failed".parse().unwrap();
        let writes = merge(&there, &entry("1.0.0.patched.2"), std::slice::from_ref(&yank)).unwrap();
        let files: Files = writes.writes.into_iter().collect();
        let metadata = text(&files, "modules/m/metadata.json");
        let expected = "\"1.0.0.patched.1\": \"use .patched.2: a test failed\"";
        assert!(metadata.contains(expected), "{metadata}");
        assert!(metadata.contains("        \"1.0.0.patched.1\",\n        \"1.0.0.patched.2\"\n"));
        for version in ["1.0.0.patched.2", "9.9.9"] {
            let yank = Yank { version: version.into(), ..yank.clone() };
            let problems = merge(&there, &entry("1.0.0.patched.2"), &[yank]).unwrap_err();
            assert_eq!(problems[0].kind, Kind::Input);
        }
        assert!("1.0.0".parse::<Yank>().is_err() && "1.0.0= ".parse::<Yank>().is_err());
    }
}
