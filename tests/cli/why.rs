//! `patcher why`, with a program that stands in for Bazel: it looks at the tree.

use insta::assert_snapshot;

use crate::common::Sandbox;
use crate::common::bazel::CONFLICT;

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
    let run = sandbox.refuse(1, &["why", "--bazel", &bazel], &[]);
    assert_snapshot!(run, @"
    $ patcher why --bazel [ROOT]/home/fake-bazel
    exit code: 1
    --- stdout
    scenario     all patches  without 0001  without 0002
    plain-books  pass         -             -
    two-books    pass         conflict      -
    --- stderr
      error: patches: 0002-docs.patch: no scenario needs it
       hint: remove what nothing needs, or write the scenario that it is there for
    ");
    let json = sandbox.patcher(&["--format", "json", "why", "--bazel", &bazel]).json();
    assert_eq!(json["ablations"][0]["need"], "needed");
    assert_eq!(json["ablations"][0]["turned"][0]["without"], "conflict");
    assert_eq!(json["ablations"][1]["need"], "not-needed");
}

#[test]
fn what_builds_on_a_patch_goes_with_it() {
    let sandbox = Sandbox::synced();
    let script = "if fixed; then good; elif documented; then unloaded; else conflict; fi";
    let bazel = bazel(&sandbox, script);
    let run = sandbox.refuse(1, &["why", "--bazel", &bazel], &[]);
    assert_snapshot!(run, @"
    $ patcher why --bazel [ROOT]/home/fake-bazel
    exit code: 1
    --- stdout
    scenario     all patches  without 0001, 0002  without 0002
    plain-books  pass         -                   -
    two-books    pass         conflict            -
    --- stderr
      error: patches: 0002-docs.patch: no scenario needs it
       hint: remove what nothing needs, or write the scenario that it is there for
    ");
    let json = sandbox.patcher(&["--format", "json", "why", "--bazel", &bazel]).json();
    assert_eq!(json["ablations"][0]["part"]["with"][0], "0002-docs.patch");
}

#[test]
fn a_load_error_is_no_evidence() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(
        &sandbox,
        "if fixed; then good; elif test -e $tree/PATCHES.md; then unloaded; else conflict; fi",
    );
    assert_snapshot!(sandbox.refuse(1, &["why", "--bazel", &bazel], &[]), @"
    $ patcher why --bazel [ROOT]/home/fake-bazel
    exit code: 1
    --- stdout
    scenario     all patches  without 0001, 0002  without 0002
    plain-books  pass         loading-failure     -
    two-books    pass         loading-failure     -
    --- stderr
      error: patches: 0001-compile-separately.patch: cannot be judged, a load error
      error: patches: 0002-docs.patch: no scenario needs it
      error: 2 problems
       hint: remove what nothing needs, or write the scenario that it is there for
    ");
}

#[test]
fn hunks_are_left_out_but_for_documentation() {
    let sandbox = Sandbox::synced();
    // The rest of the file stays.
    let needed = bazel(
        &sandbox,
        "if fixed; then good; elif test -s $tree/notes.bzl; then conflict; else unloaded; fi",
    );
    let run = sandbox.succeed(&["why", "--hunks", "--bazel", &needed]);
    let line = run.stdout.lines().nth(1).unwrap_or_default();
    assert!(
        line.starts_with("0001-compile-separately.patch:17 notes.bzl  a result changes"),
        "{run:#?}"
    );
    assert_snapshot!(run, @"
    $ patcher why --hunks --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    hunk                                        without it
    0001-compile-separately.patch:17 notes.bzl  a result changes  two-books: conflict instead of pass
    --- stderr
    Finished in [TIME]: 1 hunk needed, under Bazel 8.0.0
    ");
    let indifferent = bazel(&sandbox, "if test -e $tree/PATCHES.md; then good; else conflict; fi");
    assert_snapshot!(sandbox.refuse(1, &["why", "--hunks", "--bazel", &indifferent], &[]), @"
    $ patcher why --hunks --bazel [ROOT]/home/fake-bazel
    exit code: 1
    --- stdout
    hunk                                        without it
    0001-compile-separately.patch:17 notes.bzl  no result changes
    --- stderr
      error: patches: 0001-compile-separately.patch:17 notes.bzl: no scenario needs it
       hint: remove what nothing needs, or write the scenario that it is there for
    ");
}

#[test]
fn a_series_that_does_not_work_is_not_taken_apart() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.counting_bazel(CONFLICT);
    assert_snapshot!(sandbox.refuse(5, &["why", "--bazel", &bazel], &[]), @"
    $ patcher why --bazel [ROOT]/home/fake-bazel
    exit code: 5
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass      - unchanged
    two-books    conflict   conflict  x still broken
    --- stderr
    warning: two-books on the patched tree: expected pass, found conflict
                 ERROR: file 'two-books/shared.note.out' is generated by these conflicting actions:
                 Label: //two-books:plain, //two-books:tagged
                 Mnemonic: NoteCompile
      error: not as expected under Bazel 8.0.0: two-books
       hint: `patcher repro --scenario ID --verbose` shows the call of Bazel
    ");
    // Bazel saw the two trees, and no other.
    assert_eq!(sandbox.bazel_calls(), 2);
}

#[test]
fn a_part_of_the_scenarios_does_not_make_a_patch_needless() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(&sandbox, "if fixed; then good; else conflict; fi");
    let one = ["why", "--scenario", "plain-books", "--bazel", &bazel];
    assert_snapshot!(sandbox.succeed(&one), @"
    $ patcher why --scenario plain-books --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    scenario     all patches  without 0001  without 0002
    plain-books  pass         -             -
    --- stderr
    warning: 0001-compile-separately.patch: no scenario of the 1 that ran needs it; 1 other was not run
    warning: 0002-docs.patch: no scenario of the 1 that ran needs it; 1 other was not run
    Finished in [TIME]: 0 of 2 patches needed, under Bazel 8.0.0
    ");
    let json = sandbox.succeed(&[&["--format", "json"], &one[..]].concat()).json();
    assert_eq!(json["ablations"][0]["need"], "unknown");
    assert_eq!(json["report"]["not_run"], serde_json::json!(["two-books"]));
    assert_eq!(
        (&json["findings"], json["unknown"].as_array().unwrap().len()),
        (&serde_json::json!([]), 2)
    );
    // One scenario is enough to need the first patch; the other one may need the second.
    let one = ["why", "--scenario", "two-books", "--bazel", &bazel];
    let run = sandbox.succeed(&one);
    assert!(run.stderr.contains("1 of 2 patches needed"), "{run}");
    assert!(!run.stderr.contains("0001-compile"), "{run}");
    // So may a scenario that is only for another release of the series.
    let sandbox = Sandbox::serving_two();
    sandbox.edit("tests/repro/plain-books/scenario.toml", ">=1.0.0", "<1.1.0");
    let bazel = self::bazel(&sandbox, "if fixed; then good; else conflict; fi");
    let run = sandbox.succeed(&["why", "--bazel", &bazel]);
    assert!(run.stderr.contains("1 other was not run"), "{run}");
    let words = "some are only for other releases";
    sandbox.refuse(1, &["drop", "2", "--bazel", &bazel], &[words]);
}

#[test]
fn one_patch_is_left_out_if_it_is_named() {
    let sandbox = Sandbox::synced();
    let bazel = bazel(&sandbox, "if fixed; then good; else conflict; fi");
    // That the other patch changes nothing is not asked, nor what it might change.
    assert_snapshot!(sandbox.refuse(0, &["why", "1", "--bazel", &bazel], &[]), @"
    $ patcher why 1 --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    scenario     all patches  without 0001
    plain-books  pass         -
    two-books    pass         conflict
    --- stderr
    Finished in [TIME]: 1 patch needed, under Bazel 8.0.0
    ");
    assert_snapshot!(sandbox.refuse(1, &["why", "docs: books", "--bazel", &bazel], &[]), @"
    $ patcher why 'docs: books' --bazel [ROOT]/home/fake-bazel
    exit code: 1
    --- stdout
    scenario     all patches  without 0002
    plain-books  pass         -
    two-books    pass         -
    --- stderr
      error: patches: 0002-docs.patch: no scenario needs it
       hint: remove what nothing needs, or write the scenario that it is there for
    ");
    assert_snapshot!(sandbox.refuse(2, &["why", "7", "--bazel", &bazel], &[]), @"
    $ patcher why 7 --bazel [ROOT]/home/fake-bazel
    exit code: 2
    --- stderr
      error: there is no patch 7
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch
    ");
    let hunks = |patch: &str| {
        let args = ["why", "--hunks", patch, "--bazel", &bazel, "--format", "json"];
        sandbox.patcher(&args).json()["ablations"].as_array().unwrap().len()
    };
    assert_eq!((hunks("1") > 0, hunks("2")), (true, 0));
}
