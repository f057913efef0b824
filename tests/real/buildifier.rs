//! buildifier finds nothing in what patcher writes into a file in which it found nothing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use patcher::consumer::{ModuleFiles, Override, Unlike, Wanted, add, remove, update};

use crate::common;

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
    let flags = ["-mode=check", "-lint=warn", "-warnings=all"];
    let output = Command::new(program().unwrap()).args(flags).arg(&file).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8(told).unwrap();
    assert_eq!(output.status.success(), told.is_empty(), "{told}");
    told
}

pub(crate) fn buildifier_finds_nothing() {
    const MODULE: &str = "rules_python";
    let labels = |count: usize| {
        (1..=count)
            .map(|number| format!("//third_party/rules_python:000{number}-a.patch"))
            .collect()
    };
    let archive = Override::archive(MODULE, "https://e.com/a.tar.gz", "sha256-x", "a");
    let routes = [
        archive.clone(),
        archive.clone().patched(labels(1)),
        archive.patched(labels(3)),
        Override::git(MODULE, "https://e.com/r.git", "0123456789abcdef0123456789abcdef01234567"),
        Override::local_path(MODULE, "../rules_python"),
        Override::single_version(MODULE, "2.3.2", "https://e.com/registry").patched(labels(2)),
    ]
    .map(|statement| Wanted { statement, version: "2.3.2".parse().unwrap(), is_exact: false });
    let mut seen = 0;
    for (name, text) in common::module_files() {
        if !findings(&text).is_empty() {
            assert_eq!(name, "unformatted");
            continue;
        }
        let read = |_: &str| Ok(Some(text.clone().into_bytes()));
        let files = ModuleFiles::collect("MODULE.bazel", read).unwrap();
        let is_there = !files.overrides(MODULE).unwrap().is_empty();
        for wanted in &routes {
            let edited = if is_there {
                update(&files, wanted, Unlike::Replaced)
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
