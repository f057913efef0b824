//! `patcher matrix --shard` and `--merge`: a matrix that several machines run.

use std::fs;

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox};

const VERSIONS: [&str; 2] = ["--bazel-versions", "7.x,8.x"];

/// Two releases, two scenarios, and a bazelisk.
fn sandbox() -> (Sandbox, String) {
    let sandbox = Sandbox::serving_two();
    sandbox.counting_bazel(FIXED);
    let bazelisk = sandbox.bazelisk(&sandbox.home.join("bazelisk"));
    (sandbox, bazelisk)
}

/// Runs each of `count` shards as a machine that has seen nothing. The documents are in `out`.
fn run_shards(sandbox: &Sandbox, bazel: &str, count: usize) -> Vec<Run> {
    let shards = 1..=count;
    let run = shards.map(|number| {
        let (shard, file) = (format!("{number}/{count}"), format!("../out/{number}.json"));
        let args = ["matrix", "--bazel", bazel, "--no-cache", "--shard", &shard, "--json", &file];
        sandbox.patcher(&[&args[..], &VERSIONS].concat())
    });
    run.collect()
}

/// What a matrix shows, without when and in which calls of Bazel it did.
fn shown(document: &Value) -> Value {
    let mut document = document.clone();
    document["matrix"]["calls"].take();
    document["matrix"]["origin"]["date"].take();
    for cell in document["matrix"]["cells"].as_array_mut().unwrap() {
        for side in ["unpatched", "patched"] {
            assert!(cell[side]["call"].is_u64(), "{cell}");
            cell[side]["call"].take();
        }
    }
    document
}

#[test]
fn all_shards_merge_to_what_one_machine_runs() {
    let (sandbox, bazel) = sandbox();
    let reports =
        ["--html", "../out/page.html", "--junit", "../out/x.xml", "--summary", "../out/s.md"];
    let args = ["matrix", "--bazel", &bazel, "--no-cache"];
    let args = [&args[..], &VERSIONS, &reports].concat();
    let text = sandbox.succeed(&args).stdout;
    let whole = sandbox.succeed(&[&args[..], &["--format", "json"]].concat()).json();
    let [junit, summary] = ["../out/x.xml", "../out/s.md"].map(|file| sandbox.read(file));
    // Both trees of two releases, under two versions of Bazel; more where a release's scenarios are
    // in two shards.
    for (count, calls) in [(1, 8), (2, 8), (3, 12), (5, 12), (8, 16), (9, 16)] {
        let _ = fs::remove_dir_all(sandbox.project.join("../out"));
        let before = sandbox.bazel_calls();
        let runs = run_shards(&sandbox, &bazel, count);
        assert!(runs.iter().all(|run| run.code == Some(0)), "{runs:#?}");
        assert_eq!(sandbox.bazel_calls() - before, calls, "{count}");

        let merge = [&["matrix", "--merge", "../out"][..], &reports].concat();
        assert_eq!(sandbox.succeed(&merge).stdout, text, "{count}");
        let merged = sandbox.succeed(&[&merge[..], &["--format", "json"]].concat()).json();
        assert_eq!(shown(&merged), shown(&whole), "{count}");
        assert_eq!(sandbox.read("../out/x.xml"), junit);
        assert_eq!(sandbox.read("../out/s.md"), summary);
        assert!(sandbox.read("../out/page.html").contains("All 2 releases pass"));
    }
}

#[test]
fn a_shard_reports_its_own_cells() {
    let (sandbox, bazel) = sandbox();
    let runs = run_shards(&sandbox, &bazel, 3);
    assert_snapshot!(runs[1], @"
    $ patcher matrix --bazel [ROOT]/home/bazelisk --no-cache --shard 2/3 --json ../out/2.json --bazel-versions 7.x,8.x
    exit code: 0
    --- stdout
    Bazel 7.7.1: 1 of 1 release passes
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0    + pass  patches  1      -          -        -        -    -

    Bazel 8.5.0: 1 of 1 release passes
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.1.0    + pass  patches  -      1          -        -        -    -

    2 cells: 2 as expected (1 fixed, 1 unchanged), 0 not as expected, 0 not applicable, 0 not run.
    + Shard 2/3: All 2 releases pass under Bazel 7.7.1 and 8.5.0 (analysis).
    --- stderr
    + Wrote      ../out/2.json
    Finished in [TIME]: shard 2/3: 2 cells
    ");
    let args = ["matrix", "--bazel", &bazel, "--shard", "2/3", "--json", "../out/2.json"];
    let reports = ["--html", "../out/page.html", "--junit", "../out/junit.xml"];
    let args = [&args[..], &VERSIONS, &reports].concat();
    let run = sandbox.succeed(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(run.json()["matrix"]["shard"], "2/3");
    // The file is what stands on stdout.
    assert_eq!(sandbox.read("../out/2.json"), run.stdout);
    assert_eq!(sandbox.read("../out/junit.xml").matches("<testcase ").count(), 2);
    assert_eq!(sandbox.read("../out/page.html").matches("<td class=\"fixed\"").count(), 1);
    // Half of what one scenario has is all of it under one of both.
    let before = sandbox.bazel_calls();
    let half = ["matrix", "--bazel", &bazel, "--no-cache", "--scenario", "two-books"];
    let half = [&half[..], &["--shard", "2/2"], &VERSIONS].concat();
    assert!(sandbox.succeed(&half).stdout.contains("Bazel 8.5.0: 2 of 2 releases pass"));
    assert_eq!(sandbox.bazel_calls() - before, 4);
    // More shards than cells: one of them has nothing to do, and calls no Bazel.
    let bazel = sandbox.bazel("exit 1");
    let args = ["matrix", "--bazel", &bazel, "--shard", "1/100", "--json", "../out/1.json"];
    assert_snapshot!(sandbox.succeed(&[&args[..], &VERSIONS].concat()), @"
    $ patcher matrix --bazel [ROOT]/home/fake-bazel --shard 1/100 --json ../out/1.json --bazel-versions 7.x,8.x
    exit code: 0
    --- stdout
    Bazel 7.x: not tested: other shards run it (0 cells)

    Bazel 8.x: not tested: other shards run it (0 cells)

    0 cells: 0 as expected, 0 not as expected, 0 not applicable, 0 not run.
    ! Shard 1/100: nothing is to run.
    --- stderr
    + Wrote      ../out/1.json
    Finished in [TIME]: shard 1/100: 0 cells
    ");
}

#[test]
fn a_shard_that_fails_fails_the_merged_matrix_too() {
    let (sandbox, bazel) = sandbox();
    // Only 1.0.0 still conflicts.
    sandbox.bazel(
        "begin; if is_patched && ! grep -q 1.0.0 $tree/MODULE.bazel; then good; else conflict; fi; end",
    );
    let codes: Vec<_> = run_shards(&sandbox, &bazel, 4).iter().map(|run| run.code).collect();
    assert_eq!(codes, [Some(0), Some(5), Some(0), Some(5)]);
    let merge = ["matrix", "--merge", "../out"];
    assert_snapshot!(sandbox.refuse(5, &merge, &[]), @"
    $ patcher matrix --merge ../out
    exit code: 5
    --- stdout
    Bazel 7.7.1: 1 of 2 releases passes, 1 fails
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.1.0    + pass  patches  1      1          -        -        -    -
    1.0.0    x FAIL  patches  -      1          -        1        -    -        1 still broken

    Bazel 8.5.0: 1 of 2 releases passes, 1 fails
    release          series   fixed  unchanged  changed  failing  n/a  not run
    1.1.0    + pass  patches  1      1          -        -        -    -
    1.0.0    x FAIL  patches  -      1          -        1        -    -        1 still broken

    x 1.0.0 under Bazel 7.7.1 and 8.5.0: still broken: unpatched conflict as expected, patched conflict
        (expected pass)
        two-books

    8 cells: 6 as expected (2 fixed, 4 unchanged), 2 not as expected (2 still broken), 0 not applicable,
      0 not run.
    x 1 of 2 releases fails under Bazel 7.7.1 and 8.5.0 (analysis): 1.0.0.
    --- stderr
      error: 1 of 2 releases fails under Bazel 7.7.1 and 8.5.0 (analysis): 1.0.0
       hint: `patcher repro --release R --scenario ID` shows one of them, `--html` all
    ");

    // And so does a Bazel that nobody has.
    fs::remove_dir_all(sandbox.project.join("../out")).unwrap();
    sandbox.bazel(FIXED);
    for number in ["1", "2"] {
        let (shard, file) = (format!("{number}/2"), format!("../out/{number}.json"));
        let args = ["matrix", "--no-cache", "--bazel", &bazel, "--shard", &shard];
        let args = [&args[..], &["--bazel-versions", "7.x,10.x"]].concat();
        let code = if number == "1" { 0 } else { 30 };
        let run = sandbox.patcher(&[&args[..], &["--json", &file]].concat());
        assert_eq!(run.code, Some(code), "{run}");
    }
    let run = sandbox.refuse(30, &merge, &[]);
    assert_snapshot!(run.said(), @"
      error: Bazel 10.x did not run
       hint: there is no such Bazel:
    cannot get 10.x
    ");
}

#[test]
fn a_document_of_an_earlier_run_says_what_cells_cost() {
    let (sandbox, bazel) = sandbox();
    let whole = ["matrix", "--bazel", &bazel, "--json", "../out/whole.json"];
    sandbox.succeed(&[&whole[..], &VERSIONS].concat());
    // Under 7.x, 1.1.0 takes ten minutes; all others take a second.
    let mut document: Value = serde_json::from_str(&sandbox.read("../out/whole.json")).unwrap();
    for (at, call) in document["matrix"]["calls"].as_array_mut().unwrap().iter_mut().enumerate() {
        call["milliseconds"] = if at < 2 { 300_000 } else { 500 }.into();
    }
    sandbox.write("../out/whole.json", &document.to_string());
    let cells = |more: &[&str]| -> Vec<String> {
        let args = ["matrix", "--bazel", &bazel, "--shard", "1/2", "--format", "json"];
        let document = sandbox.succeed(&[&args[..], &VERSIONS, more].concat()).json();
        let cells = document["matrix"]["cells"].as_array().unwrap().iter();
        cells.map(|cell| format!("{} {}", cell["bazel"], cell["release"])).collect()
    };
    assert_eq!(
        cells(&[]),
        [r#""7.x" "1.1.0""#, r#""7.x" "1.1.0""#, r#""7.x" "1.0.0""#, r#""7.x" "1.0.0""#]
    );
    assert_eq!(cells(&["--durations", "../out/whole.json"]), [r#""7.x" "1.1.0""#]);
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let (sandbox, bazel) = sandbox();
    run_shards(&sandbox, &bazel, 2);
    let merge = |paths: &[&str]| {
        sandbox.refuse(2, &[&["matrix", "--merge"][..], paths].concat(), &[]).said()
    };
    assert_snapshot!(merge(&["../out/1.json"]), @"
    error: no document has 4 cells: 1.1.0 under Bazel 8.x: plain-books, two-books; 1.0.0 under Bazel 8.x: plain-books, two-books
     hint: the document of shard 2/2 is missing
    ");
    assert_snapshot!(merge(&["../out", "../out/2.json"]), @"
    error: ../out/2.json has twice the same 4 cells: 1.1.0 under Bazel 8.5.0: plain-books, two-books; 1.0.0 under Bazel 8.5.0: plain-books, two-books
     hint: give each shard once, and each version of Bazel its own name
    ");
    assert_snapshot!(merge(&["../home"]), @"
    error: ../home: no JSON file is in it
     hint: `patcher matrix --shard K/N --json FILE` writes one
    ");
    let whole = sandbox.read("../out/2.json");
    sandbox.write("../out/2.json", &whole[..whole.len() / 2]);
    let run = sandbox.refuse(2, &["matrix", "--merge", "../out"], &["not a whole JSON document"]);
    assert_snapshot!(run.stderr.split(" at line").next().unwrap(), @"  error: ../out/2.json: not a whole JSON document: EOF while parsing a string");
    sandbox.write("../out/2.json", "{\"name\": \"a package\"}");
    assert_snapshot!(merge(&["../out"]), @"
    error: ../out/2.json: no document of patcher
     hint: `patcher matrix --json FILE` writes such a document
    ");
    assert_snapshot!(sandbox.refuse(30, &["matrix", "--merge", "../out/3.json"], &[]).said(), @"
    error: cannot read ../out/3.json: No such file or directory (os error 2)
     hint: `patcher matrix --json FILE` writes such a document
    ");

    // A scenario, the lock: the second shard is of another project then.
    let shard = ["matrix", "--bazel", &bazel, "--shard", "2/2", "--json", "../out/2.json"];
    let shard = [&shard[..], &VERSIONS].concat();
    sandbox.write("tests/repro/two-books/shared.note", "# Another\n");
    sandbox.succeed(&shard);
    sandbox.refuse(2, &["matrix", "--merge", "../out"], &["are of different scenarios: sha256-"]);
    sandbox.succeed(&["sync", "--bazel", sandbox.home.join("fake-bazel").to_str().unwrap()]);
    sandbox.succeed(&shard);
    sandbox.refuse(2, &["matrix", "--merge", "../out"], &["are of different locks: sha256-"]);
}

#[test]
fn what_is_no_shard_is_refused_with_what_is() {
    let sandbox = Sandbox::serving_two();
    for shard in ["0/2", "3/2", "1/0", "2", "a/b", "1/2/3"] {
        sandbox.refuse(2, &["matrix", "--shard", shard], &["expected K/N, with K from 1 to N"]);
    }
    assert_snapshot!(sandbox.refuse(2, &["matrix", "--shard", "5/4"], &[]).said(), @"
    error: invalid value '5/4' for '--shard <K/N>': expected K/N, with K from 1 to N: 1/4 to 4/4 are the shards of four machines

    For more information, try '--help'.
    ");
    for args in [
        &["--durations", "x.json"][..],
        &["--merge", "out", "--shard", "1/2"],
        &["--merge", "out", "--releases", "2.x"],
        &["--merge", "out", "--no-cache"],
    ] {
        let run = sandbox.patcher(&[&["matrix"][..], args].concat());
        assert_eq!(run.code, Some(2), "{run}");
    }
}
