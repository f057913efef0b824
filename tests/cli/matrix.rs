//! `patcher matrix`, with a program that stands in for Bazel.

use std::fs;

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, joined, make_executable};

#[test]
fn every_release_is_run_on_both_trees_and_cached_by_content() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let args = ["matrix", "--bazel", &bazel, "--format", "json"];
    let matrix = sandbox.succeed(&args).json()["matrix"].clone();
    let cells = matrix["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 4);
    let details: Vec<&str> = cells.iter().map(|cell| cell["detail"].as_str().unwrap()).collect();
    assert_eq!(details, ["unchanged", "fixed", "unchanged", "fixed"]);
    assert_eq!(matrix["releases"][0]["release"], "1.1.0");
    assert_eq!(matrix["bazels"][0]["version"], "8.0.0");
    assert_eq!(cells[1]["unpatched"]["result"], "conflict");
    assert_eq!(cells[1]["unpatched"]["is_cached"], false);
    let call = cells[1]["unpatched"]["call"].as_u64().unwrap();
    let call = &matrix["calls"][usize::try_from(call).unwrap()];
    assert!(call["log"].as_str().unwrap().contains("conflicting actions"), "{call}");
    // Two releases, two trees each, all scenarios in one call.
    assert_eq!(sandbox.bazel_calls(), 4);
    let again = sandbox.succeed(&args).json();
    assert_eq!(again["matrix"]["cells"][1]["unpatched"]["is_cached"], true);
    assert_eq!(
        again["matrix"]["cells"][1]["unpatched"]["evidence"],
        cells[1]["unpatched"]["evidence"]
    );
    assert_eq!(sandbox.bazel_calls(), 4);
    // A scenario that changed runs again, and only that; so does everything with --no-cache.
    sandbox.write("tests/repro/two-books/shared.note", "# Another\n");
    sandbox.succeed(&args);
    assert_eq!(sandbox.bazel_calls(), 8);
    sandbox.succeed(&[&args[..], &["--no-cache", "--releases", "<1.1.0"]].concat());
    assert_eq!(sandbox.bazel_calls(), 10);
}

#[test]
fn what_sync_saw_need_not_run_again() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let run = sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert_snapshot!(run, @r#"
    $ patcher sync --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass     - unchanged
    two-books    conflict   pass     + fixed

    # demo_rules 1.1.0 with 2 patches, which its PATCHES.md lists.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.1.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=",
        strip_prefix = "demo_rules-1.1.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.1.0.patched.1.tar.gz"],
    )
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    + Tested     2 scenarios of 1 release under Bazel 8.0.0
    + Tested     2 scenarios of 1 release under Bazel 8.0.0, analysed
    + Wrote      dist/demo_rules-1.1.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    + Tested     2 scenarios of 1.1.0 under Bazel 8.0.0, on both trees as expected
    + Analysed   2 scenarios of 1 other release under Bazel 8.0.0, on both trees as expected
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, 2 scenarios
    Next: patcher publish   write what consumers need
    "#);
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    releases = ">=1.0.0"
    [series.pin]
    release = "1.1.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.1.0.patched.1"
    [series.pin.tested]
    phase = "test"
    fixed = ["two-books"]
    [[series.patch]]
    [[series.patch]]
    [[series.supported]]
    release = "1.0.0"
    revision = 1
    [series.supported.archive]
    strip_prefix = "demo_rules-1.0.0.patched.1"
    [series.supported.tested]
    phase = "analysis"
    fixed = ["two-books"]
    "#);
    let before = sandbox.bazel_calls();
    sandbox.succeed(&["matrix", "--bazel", &bazel, "--releases", "=1.0.0"]);
    assert_eq!(sandbox.bazel_calls(), before);
    let run = sandbox.succeed(&["check"]);
    assert_snapshot!(run, @"
    $ patcher check
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.1.0: each applies cleanly, and merges onto 1 other release, down to 1.0.0
    + Checked    upstream.lock is what is derived again: 1.1.0.patched.1 (archives by their commits: --archives)
    Finished in [TIME]: nothing is wrong with the patches and archives of 2 releases
    ");
}

#[test]
fn a_bazel_that_is_not_there_did_not_run() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let args = ["matrix", "--bazel", &bazel, "--bazel-versions", "8.x,9.x", "--format", "json"];
    let run = sandbox.refuse(30, &args, &[]);
    assert_snapshot!(run.said(), @"
    error: Bazel 9.x did not run
     hint: the Bazel here is 8.0.0, and only bazelisk can get 9.x
    ");
    let matrix = &run.json()["matrix"];
    assert_eq!(matrix["bazels"][0]["version"], "8.0.0");
    let reason = "the Bazel here is 8.0.0, and only bazelisk can get 9.x";
    assert_eq!(matrix["bazels"][1]["not_run"], reason);
    assert_eq!(matrix["cells"][5]["status"], "not-run");
    assert_eq!(matrix["cells"][5]["patched"], serde_json::Value::Null);
}

#[test]
fn a_release_that_fails_is_named_and_exit_5() {
    let sandbox = Sandbox::serving_two();
    // Only 1.0.0 still conflicts: its tree says which it is.
    let script = "begin; if is_patched && ! grep -q 1.0.0 $tree/MODULE.bazel; then good; else conflict; fi; end";
    let bazel = sandbox.bazel(script);
    let reports = [
        "--html",
        "../out/page.html",
        "--junit",
        "../out/junit.xml",
        "--summary",
        "../out/step.md",
    ];
    let args = [&["matrix", "--bazel", &bazel][..], &reports].concat();
    let run = sandbox.refuse(5, &args, &[]);
    assert_snapshot!(run, @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel --html ../out/page.html --junit ../out/junit.xml --summary ../out/step.md
    exit code: 5
    --- stdout
    Bazel 8.0.0: 1 of 2 releases passes, 1 fails
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.1.0    + pass  patches  1      1          -        -        -    -
    1.0.0    x FAIL  patches  -      1          -        1        -    -        1 still broken

    x 1.0.0 under Bazel 8.0.0: still broken: unpatched conflict as expected, patched conflict (expected
        pass)
        two-books

    4 cells: 3 as expected (1 fixed, 2 unchanged), 1 not as expected (1 still broken), 0 not applicable,
      0 not run.
    x 1 of 2 releases fails under Bazel 8.0.0 (analysis): 1.0.0.
    --- stderr
    + Wrote      ../out/junit.xml
    + Wrote      ../out/page.html
    + Wrote      ../out/step.md
      error: 1 of 2 releases fails under Bazel 8.0.0 (analysis): 1.0.0
       hint: `patcher repro --release R --scenario ID` shows one of them, `--html` all
    ");
    for report in ["page.html", "junit.xml", "step.md"] {
        let text = sandbox.read(&format!("../out/{report}"));
        for word in ["1.0.0", "two-books", "still broken", "conflicting actions"] {
            assert!(text.contains(word), "no {word:?} in {report}");
        }
        let home = sandbox.home.to_str().unwrap();
        assert!(!text.contains(home), "{home} is in {report}");
    }
    assert_snapshot!(sandbox.refuse(2, &["matrix", "--bazel", &bazel, "--releases", ">=3.0.0"], &[]), @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel --releases >=3.0.0
    exit code: 2
    --- stderr
      error: no supported release is in >=3.0.0
       hint: supported are 1.1.0, 1.0.0
    ");
}

#[test]
fn bazelisk_is_asked_for_each_version() {
    let sandbox = Sandbox::serving_two();
    sandbox.counting_bazel(FIXED);
    let bazelisk = sandbox.bazelisk(&sandbox.home.join("bazelisk"));
    let args = ["matrix", "--bazel", &bazelisk, "--bazel-versions", "7.x,8.x,10.x"];
    let junit = ["--junit", "../out/junit.xml"];
    let run = sandbox.refuse(30, &[&args[..], &junit].concat(), &[]);
    assert_snapshot!(run, @"
    $ patcher matrix --bazel [ROOT]/home/bazelisk --bazel-versions 7.x,8.x,10.x --junit ../out/junit.xml
    exit code: 30
    --- stdout
    Bazel 7.7.1: 2 of 2 releases pass
    release                   series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0..1.1.0 (2)  + pass  patches  1      1          -        -        -    -

    Bazel 8.5.0: 2 of 2 releases pass
    release                   series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0..1.1.0 (2)  + pass  patches  1      1          -        -        -    -

    Bazel 10.x: not tested: there is no such Bazel: cannot get 10.x (4 cells)

    12 cells: 8 as expected (4 fixed, 4 unchanged), 0 not as expected, 0 not applicable, 4 not run.
    ! All 2 releases pass under Bazel 7.7.1 and 8.5.0 (analysis). Not tested: 10.x.
    --- stderr
    + Wrote      ../out/junit.xml
      error: Bazel 10.x did not run
       hint: there is no such Bazel:
    cannot get 10.x
    ");
    // Two releases on two trees for each of the two that are there: nothing is shared.
    assert_eq!(sandbox.bazel_calls(), 8);
    let xml = sandbox.read("../out/junit.xml");
    assert_snapshot!(joined(xml.lines().filter(|line| line.contains("<testsuite "))), @r#"
    <testsuite name="Bazel 7.7.1" tests="4" failures="0">
    <testsuite name="Bazel 8.5.0" tests="4" failures="0">
    <testsuite name="Bazel 10.x" tests="4" failures="0">
    "#);
    assert_eq!(xml.matches("<skipped message=\"not run: ").count(), 4, "{xml}");
}

#[test]
fn a_release_onto_which_the_patches_conflict_is_there_with_the_reason() {
    let sandbox = Sandbox::serving_two();
    // A patch, not synced yet, that changes a line which 1.0.0 has otherwise.
    let tree = sandbox.worktree("third", "1.1.0");
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    let readme = tree.join("README.md");
    let text = fs::read_to_string(&readme).unwrap();
    fs::write(&readme, text.replace("Notes may have titles.", "Notes have titles.")).unwrap();
    let trailers = "Repro: two-books\nDrop-When: never";
    sandbox.git(
        &tree,
        &["commit", "--quiet", "--all", "-m", "docs: titles", "-m", "Why.", "-m", trailers],
    );
    let patches = sandbox.project.join("patches");
    let format = ["format-patch", "--quiet", "--full-index", "--no-signature", "-1"];
    let into = ["--start-number", "3", "--output-directory", patches.to_str().unwrap()];
    sandbox.git(&tree, &[&format[..], &into].concat());
    let series = sandbox.read("patches/series");
    sandbox.write("patches/series", &format!("{series}0003-docs-titles.patch\n"));
    let bazel = sandbox.bazel(FIXED);
    let run = sandbox.patcher(&["matrix", "--bazel", &bazel]);
    assert_snapshot!(run, @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel
    exit code: 3
    --- stdout
    Bazel 8.0.0: 1 of 2 releases passes, 1 fails
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.1.0    + pass  patches  1      1          -        -        -    -
    1.0.0    x FAIL  patches  -      -          -        -        -    2        the port stopped

    x 1.0.0: the port stopped: patches/0003-docs-titles.patch:18: conflicts with 1.0.0 in README.md:3
        README.md, changed by upstream in 1.0.0: @@ -1,6 +1,6 @@ # demo_rules -Rules for books of notes,
        with one defect. Notes may have titles. +Rules for books of notes, with one defect. ## Known
        issues README.md, changed by 0003-docs-titles.patch: @@ -1,6 +1,6 @@ # demo_rules -Rules for
        books of notes, with one defect. Notes may have titles. +Rules for books of notes, with one
        defect. Notes have titles. ## Known issues

    4 cells: 2 as expected (1 fixed, 1 unchanged), 0 not as expected, 0 not applicable, 2 not run.
    x 1 of 2 releases fails under Bazel 8.0.0 (analysis): 1.0.0.
    --- stderr
      error: 1 of 2 releases fails under Bazel 8.0.0 (analysis): 1.0.0
       hint: `patcher repro --release R --scenario ID` shows one of them, `--html` all
    ");
}

#[test]
fn without_a_bazel_nothing_is_a_matrix() {
    let sandbox = Sandbox::serving_two();
    let silent = sandbox.home.join("silent");
    fs::write(&silent, "#!/bin/sh\n").unwrap();
    make_executable(&silent);
    let args = ["matrix", "--bazel", silent.to_str().unwrap()];
    assert_snapshot!(sandbox.refuse(30, &args, &[]), @"
    $ patcher matrix --bazel [ROOT]/home/silent
    exit code: 30
    --- stderr
      error: there is no such Bazel: it said nothing and ended with exit code 0
       hint: it was called as: [ROOT]/home/silent --version
    ");
}
