//! buildifier finds nothing in what patcher writes into a file in which it found nothing, and
//! nothing in what the patches change, but for what the older series cannot avoid.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use patcher::consumer::{Author, ModuleFiles, Override, Unlike, Wanted, add, remove, update};

use crate::{common, series};

/// The program.
pub(crate) fn program() -> Option<PathBuf> {
    match std::env::var_os("PATCHER_BUILDIFIER") {
        Some(program) => Some(program.into()),
        None => common::find_program("buildifier"),
    }
}

/// What it finds in a MODULE.bazel: form and every warning that it has.
fn findings(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("MODULE.bazel");
    fs::write(&file, text).unwrap();
    findings_in(&file)
}

/// What it finds in a file: form and every warning that it has, as upstream runs it.
fn findings_in(file: &Path) -> String {
    let flags = ["-mode=check", "-lint=warn", "-warnings=all"];
    let output = Command::new(program().unwrap()).args(flags).arg(file).output().unwrap();
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.success(), printed.is_empty(), "{printed}");
    printed
}

/// The kinds of findings in a file of a tree, such as `reformat` or `unsorted-dict-items`, each
/// as often as it was found.
fn kinds_in(tree: &Path, file: &str) -> Vec<String> {
    let kind = |line: &str| {
        let rest = line.split_once(file)?.1;
        let word = rest.trim_start_matches(|c: char| c.is_ascii_digit() || ": #".contains(c));
        word.split([':', ' ']).next().map(str::to_owned)
    };
    let path = tree.join(file);
    if !path.exists() {
        return Vec::new();
    }
    let mut kinds: Vec<_> = findings_in(&path).lines().filter_map(kind).collect();
    kinds.sort();
    kinds
}

/// The files that the older series leave unformatted, because they change no line that differs
/// between their releases: see docs/explanation/three-series.md.
const UNFORMATTED: [(&str, &str); 12] = [
    ("1.0.0", "python/private/attributes.bzl"),
    ("1.0.0", "python/private/common_bazel.bzl"),
    ("1.0.0", "python/private/py_binary_macro.bzl"),
    ("1.0.0", "python/private/py_library_macro.bzl"),
    ("1.0.0", "python/private/py_test_macro.bzl"),
    ("2.1.0", "python/BUILD.bazel"),
    ("2.1.0", "python/features.bzl"),
    ("2.1.0", "python/private/BUILD.bazel"),
    ("2.1.0", "python/private/attributes.bzl"),
    ("2.1.0", "python/py_binary.bzl"),
    ("2.1.0", "python/py_library.bzl"),
    ("2.1.0", "python/py_test.bzl"),
];

pub(crate) fn the_series_are_formatted() {
    let sandbox = series::project();
    series::sync(&sandbox, &["--no-repro"]);
    let mut unformatted = Vec::new();
    let mut seen = 0;
    for release in ["1.0.0", "2.1.0", "2.3.2"] {
        let [patched, unpatched] =
            ["patched", "unpatched"].map(|side| series::export(&sandbox, release, side));
        for file in series::files_of(&sandbox, release) {
            if !file.ends_with(".bzl") && !file.ends_with("BUILD.bazel") {
                continue;
            }
            let (before, after) = (kinds_in(&unpatched, &file), kinds_in(&patched, &file));
            let added: Vec<_> = after.iter().filter(|kind| !before.contains(kind)).collect();
            if !added.is_empty() {
                let allowed = ["reformat", "unsorted-dict-items"];
                assert!(added.iter().all(|kind| allowed.contains(&kind.as_str())), "{added:?}");
                unformatted.push((release, file));
            }
            seen += 1;
        }
    }
    let unformatted: Vec<_> =
        unformatted.iter().map(|(release, file)| (*release, file.as_str())).collect();
    assert_eq!(unformatted, UNFORMATTED);
    assert!(seen > 30, "{seen} files");
}

pub(crate) fn buildifier_finds_nothing() {
    const MODULE: &str = "rules_python";
    let labels = |count: usize| {
        (1..=count)
            .map(|number| format!("//third_party/rules_python:000{number}-a.patch"))
            .collect()
    };
    let archive = Override::archive(MODULE, vec!["https://e.com/a.tar.gz".into()], "sha256-x", "a");
    let kinds = [
        archive.clone(),
        archive.clone().patched(labels(1)),
        archive.patched(labels(3)),
        Override::git(MODULE, "https://e.com/r.git", "0123456789abcdef0123456789abcdef01234567"),
        Override::local_path(MODULE, "../rules_python"),
        Override::single_version(MODULE, "2.3.2", "https://e.com/registry").patched(labels(2)),
    ]
    .map(|statement| {
        let version = "2.3.2".parse().unwrap();
        Wanted { statement, version, is_exact: false, notes: Vec::new() }
    });
    let mut seen = 0;
    for (name, text) in common::module_files() {
        if !findings(&text).is_empty() {
            assert_eq!(name, "unformatted");
            continue;
        }
        let read = |_: &str| Ok(Some(text.clone().into_bytes()));
        let files = ModuleFiles::collect("MODULE.bazel", read).unwrap();
        let is_there = !files.overrides(MODULE).unwrap().is_empty();
        for wanted in &kinds {
            let edited = if is_there {
                update(&files, wanted, Unlike::ReplacedWithoutArguments, Author::Anybody)
            } else {
                add(&files, wanted)
            };
            let edited = edited.unwrap().files;
            let removed = remove(&edited, MODULE, None).unwrap().files;
            for file in edited.iter().chain(removed.iter()) {
                assert_eq!(findings(&file.text), "", "{name}:\n{}", file.text);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} files");
}
