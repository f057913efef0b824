//! `patcher need`, with a program that stands in for Bazel: it looks at the tree.

use crate::common::Sandbox;

/// What the scripts ask of the tree: whether it has what a patch brings.
const LOOK: &str = r#"
fixed() { grep -q 'Makes a book' "$tree/notes.bzl"; }
documented() { grep -q 'share notes whatever' "$tree/README.md"; }
"#;

fn bazel(sandbox: &Sandbox, script: &str) -> String {
    sandbox.bazel(&format!("{LOOK}begin; {script}; end"))
}

#[test]
fn a_patch_that_no_scenario_needs_is_a_finding() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(&sandbox, "if fixed; then good; else conflict; fi");
    let words = ["0002-docs.patch: no scenario needs it"];
    let run = sandbox.refuse(1, &["need", "--bazel", &bazel], &words);
    let expected = "\
scenario     all patches  without 0001  without 0002
plain-books  pass         -             -
two-books    pass         conflict      -
";
    assert_eq!(run.stdout, expected);
    let json = sandbox.patcher(&["--format", "json", "need", "--bazel", &bazel]).json();
    assert_eq!(json["ablations"][0]["need"], "needed");
    assert_eq!(json["ablations"][0]["turned"][0]["without"], "conflict");
    assert_eq!(json["ablations"][1]["need"], "not-needed");
}

#[test]
fn what_builds_on_a_patch_goes_with_it() {
    let sandbox = Sandbox::synced();
    let script = "if fixed; then good; elif documented; then unloaded; else conflict; fi";
    let bazel = bazel(&sandbox, script);
    let run = sandbox.refuse(1, &["need", "--bazel", &bazel], &["0002-docs.patch"]);
    assert!(run.stdout.contains("without 0001, 0002"), "{run:#?}");
    assert!(run.stdout.contains("two-books    pass         conflict "), "{run:#?}");
    let json = sandbox.patcher(&["--format", "json", "need", "--bazel", &bazel]).json();
    assert_eq!(json["ablations"][0]["part"]["with"][0], "0002-docs.patch");
}

#[test]
fn a_load_error_is_no_evidence() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(
        &sandbox,
        "if fixed; then good; elif test -e $tree/PATCHES.md; then unloaded; else conflict; fi",
    );
    let words = ["0001-compile-separately.patch: cannot be judged, a load error"];
    sandbox.refuse(1, &["need", "--bazel", &bazel], &words);
}

#[test]
fn hunks_are_left_out_but_for_documentation() {
    let sandbox = Sandbox::synced();
    let needed = bazel(&sandbox, "if fixed; then good; else conflict; fi");
    let run = sandbox.succeed(&["need", "--hunks", "--bazel", &needed]);
    let line = run.stdout.lines().nth(1).unwrap_or_default();
    assert!(
        line.starts_with("0001-compile-separately.patch:17 notes.bzl  a verdict turns"),
        "{run:#?}"
    );
    assert!(!run.stdout.contains("README.md"), "{run:#?}");
    assert!(run.stderr.contains("Needed 1 hunk"), "{run:#?}");

    let indifferent = bazel(&sandbox, "if test -e $tree/PATCHES.md; then good; else conflict; fi");
    let words = ["0001-compile-separately.patch:17 notes.bzl: no scenario needs it"];
    sandbox.refuse(1, &["need", "--hunks", "--bazel", &indifferent], &words);
}

#[test]
fn a_series_that_does_not_work_is_not_taken_apart() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(&sandbox, "conflict");
    let words = ["two-books on the patched tree: expected pass, found conflict"];
    sandbox.refuse(5, &["need", "--bazel", &bazel], &words);
}
