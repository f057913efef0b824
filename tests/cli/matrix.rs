//! `patcher matrix`, with a program that stands in for Bazel.

use crate::common::Sandbox;
use crate::common::bazel::FIXED;

#[test]
fn every_release_is_run_on_both_trees_and_remembered_by_content() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let args = ["matrix", "--bazel", &bazel, "--format", "json"];
    let matrix = sandbox.succeed(&args).json()["matrix"].clone();
    let cells = matrix["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 4);
    let states: Vec<&str> = cells.iter().map(|cell| cell["detail"].as_str().unwrap()).collect();
    assert_eq!(states, ["unchanged", "fixed", "unchanged", "fixed"]);
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
    // A scenario that changed runs again, alone; so does everything with --fresh.
    sandbox.write("tests/repro/two-books/shared.note", "# Another\n");
    sandbox.succeed(&args);
    assert_eq!(sandbox.bazel_calls(), 8);
    sandbox.succeed(&[&args[..], &["--fresh", "--releases", "<1.1.0"]].concat());
    assert_eq!(sandbox.bazel_calls(), 10);
}

#[test]
fn what_sync_saw_need_not_run_again() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let run = sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert!(run.stderr.contains("2 scenarios of 1 release under Bazel 8.0.0\n"), "{run:#?}");
    assert!(
        run.stderr.contains("2 scenarios of 1 release under Bazel 8.0.0, analysed"),
        "{run:#?}"
    );
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("phase = \"test\"") && lock.contains("phase = \"analysis\""), "{lock}");
    assert!(lock.contains("fixed = [\"two-books\"]"), "{lock}");
    let before = sandbox.bazel_calls();
    sandbox.succeed(&["matrix", "--bazel", &bazel, "--releases", "=1.0.0"]);
    assert_eq!(sandbox.bazel_calls(), before);
    let run = sandbox.succeed(&["check"]);
    assert!(!run.stderr.contains("warning"), "{run:#?}");
}

#[test]
fn a_bazel_that_is_not_there_did_not_run() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let args = ["matrix", "--bazel", &bazel, "--bazel-versions", "8.x,9.x", "--format", "json"];
    let run = sandbox.refuse(30, &args, &["9.x did not run"]);
    let matrix = &run.json()["matrix"];
    assert_eq!(matrix["bazels"][0]["version"], "8.0.0");
    let reason = "the Bazel here is 8.0.0, and only bazelisk can get 9.x";
    assert_eq!(matrix["bazels"][1]["not_run"], reason);
    assert_eq!(matrix["cells"][5]["state"], "not-run");
    assert_eq!(matrix["cells"][5]["patched"], serde_json::Value::Null);
}

#[test]
fn a_release_that_is_not_safe_is_named_and_exit_5() {
    let sandbox = Sandbox::serving_two();
    // 1.0.0 alone still conflicts: its tree says which it is.
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
    let run = sandbox.refuse(5, &args, &["1 of 2 releases is not safe under Bazel 8.0.0: 1.0.0"]);
    assert!(run.stdout.contains("still broken") && run.stdout.contains("two-books"), "{run:#?}");
    for report in ["page.html", "junit.xml", "step.md"] {
        let text = sandbox.read(&format!("../out/{report}"));
        for word in ["1.0.0", "two-books", "still broken", "conflicting actions"] {
            assert!(text.contains(word), "no {word:?} in {report}");
        }
        let home = sandbox.home.to_str().unwrap();
        assert!(!text.contains(home), "{home} is in {report}");
    }
    let words = ["no release that is supported is in >=3.0.0", "supported are 1.1.0, 1.0.0"];
    sandbox.refuse(2, &["matrix", "--bazel", &bazel, "--releases", ">=3.0.0"], &words);
}

#[test]
fn bazelisk_is_asked_for_each_version() {
    let sandbox = Sandbox::serving_two();
    sandbox.counting_bazel(FIXED);
    let bazelisk = sandbox.bazelisk(&sandbox.home.join("bazelisk"));
    let args = ["matrix", "--bazel", &bazelisk, "--bazel-versions", "7.x,8.x,10.x"];
    let junit = ["--junit", "../out/junit.xml"];
    let run =
        sandbox.refuse(30, &[&args[..], &junit].concat(), &["10.x did not run", "cannot get 10.x"]);
    assert!(run.stdout.contains("All 2 releases are safe under Bazel 7.7.1 and 8.5.0"), "{run:#?}");
    // Two releases on two trees for each of the two that are there: nothing is shared.
    assert_eq!(sandbox.bazel_calls(), 8);
    let xml = sandbox.read("../out/junit.xml");
    for suite in ["Bazel 7.7.1", "Bazel 8.5.0", "Bazel 10.x"] {
        assert!(xml.contains(&format!("<testsuite name=\"{suite}\"")), "{xml}");
    }
    assert_eq!(xml.matches("<skipped message=\"not run: ").count(), 4, "{xml}");
}
