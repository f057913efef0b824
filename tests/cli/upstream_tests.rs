//! `patcher repro --upstream-tests` with a program that stands in for Bazel.

use insta::assert_snapshot;

use crate::common::Sandbox;

/// A Bazel that runs tests, on the two trees as these scripts say.
fn bazel(sandbox: &Sandbox, unpatched: &str, patched: &str) -> String {
    let script = format!("begin\nif is_patched; then {patched}; else {unpatched}; fi\nend");
    sandbox.bazel(&script)
}

const COMMAND: [&str; 3] = ["repro", "--upstream-tests", "//t/..."];

#[test]
fn no_difference_is_success_and_what_did_not_run_has_not_passed() {
    let sandbox = Sandbox::synced();
    let unpatched = "tested a PASSED; skipped b; printed \"ERROR: error loading package 'u': no\"";
    let bazel = bazel(&sandbox, unpatched, &format!("{unpatched}; tested new PASSED"));
    let args = [&COMMAND[..], &["--bazel", &bazel, "--junit", "out/junit.xml"]].concat();
    let run = sandbox.succeed(&args);
    assert_snapshot!(run, @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel --junit out/junit.xml
    exit code: 0
    --- stdout
    tests                   unpatched  patched
    passed                  1          2
    failed                  0          0
    did not run: skipped    1          1
    did not run: not built  0          0
    did not run: no result  0          0
    all                     2          3

    test     unpatched  patched
    //t:new  -          passed   added by the series
    --- stderr
    warning: 1 package did not load on the unpatched tree, and their tests are in no count: u
    warning: 1 package did not load on the patched tree, and their tests are in no count: u
        Compared 3 upstream tests under Bazel 8.0.0: no difference; 2 passed, 1 added by the series
    ");
    let junit = sandbox.read("out/junit.xml");
    assert!(junit.contains("tests=\"3\" failures=\"0\""), "{junit}");
    assert!(junit.contains("<skipped message=\"on both trees: skipped\"/>"), "{junit}");
    let args = [&["--format", "json"], &args[..]].concat();
    let json = sandbox.succeed(&args).json();
    assert_eq!(json["upstream_tests"]["counts"]["patched"]["passed"], 2);
    assert_eq!(json["upstream_tests"]["counts"]["unpatched"]["skipped"], 1);
    assert_eq!(json["upstream_tests"]["tests"][2]["change"], "added");
}

#[test]
fn any_difference_is_exit_5() {
    let sandbox = Sandbox::synced();
    let unpatched = "tested a PASSED; tested b PASSED; tested c PASSED";
    for (patched, row) in [
        ("tested a PASSED; tested b FAILED; tested c PASSED", "//t:b   passed    failed   differs"),
        ("tested a PASSED; skipped b; tested c PASSED", "//t:b   passed    skipped  differs"),
        ("tested a PASSED; broken b; tested c PASSED", "//t:b   passed    not built  differs"),
        ("tested a PASSED; tested c PASSED", "//t:b   passed    -        differs"),
    ] {
        let bazel = bazel(&sandbox, unpatched, patched);
        let args = [&COMMAND[..], &["--bazel", &bazel]].concat();
        let words = ["//t:b: differs", "the series changes 1 upstream test under Bazel 8.0.0"];
        let run = sandbox.refuse(5, &args, &words);
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed(&run.stdout).contains(&squeezed(row)), "{row}: {run:#?}");
        if patched.contains("broken") {
            assert!(run.stderr.contains("ERROR: ~/x: in //t:b_subject"), "{run:#?}");
        }
    }
    let bazel = bazel(&sandbox, unpatched, &format!("{unpatched}; tested new FAILED"));
    let args = [&COMMAND[..], &["--bazel", &bazel]].concat();
    assert_snapshot!(sandbox.refuse(5, &args, &[]), @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel
    exit code: 5
    --- stdout
    tests                   unpatched  patched
    passed                  3          3
    failed                  0          1
    did not run: skipped    0          0
    did not run: not built  0          0
    did not run: no result  0          0
    all                     3          4

    test     unpatched  patched
    //t:new  -          failed   added by the series, must pass
    --- stderr
    warning: //t:new: added by the series, must pass
      error: the series changes 1 upstream test under Bazel 8.0.0
       hint: `--verbose` shows the calls of Bazel
    ");
}

#[test]
fn where_nothing_ran_nothing_is_known() {
    let sandbox = Sandbox::synced();
    for (unpatched, side) in [("broken a", "unpatched"), ("tested a PASSED", "patched")] {
        let bazel = bazel(&sandbox, unpatched, "broken a");
        let words = [&format!("no test ran on the {side} tree"), "--local-python"];
        sandbox.refuse(30, &[&COMMAND[..], &["--bazel", &bazel]].concat(), &words);
    }
    let hung = sandbox.bazel("begin; tested a PASSED; sleep 60");
    let args = [&COMMAND[..], &["--bazel", &hung, "--timeout", "1"]].concat();
    assert_snapshot!(sandbox.refuse(5, &args, &[]), @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel --timeout 1
    exit code: 5
    --- stderr
      error: Bazel did not end within 1 s on the unpatched tree and was stopped
       hint: give it more: --timeout SECONDS
    ");
}

#[test]
fn upstreams_files_are_used_as_they_are_unless_told_otherwise() {
    let sandbox = Sandbox::synced();
    let seen = sandbox.home.join("seen");
    let script =
        format!("{{ echo \"$@\"; cat MODULE.bazel; }} >> {}; tested a PASSED", seen.display());
    let bazel = bazel(&sandbox, &script, &script);
    let args = [&COMMAND[..], &["--bazel", &bazel]].concat();
    sandbox.succeed(&args);
    let text = std::fs::read_to_string(&seen).unwrap();
    assert!(!text.contains("--noworkspace_rc") && !text.contains("--override_module"), "{text}");
    for part in ["--nohome_rc", "test --keep_going", "--build_tests_only", "-- //t/..."] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    sandbox.write("append", "# appended\n");
    sandbox.succeed(&[&args[..], &["--module-append", "append"]].concat());
    assert_eq!(std::fs::read_to_string(&seen).unwrap().matches("# appended").count(), 2);
    // The demonstration's MODULE.bazel has no part for developers.
    assert_snapshot!(sandbox.refuse(2, &[&args[..], &["--local-python"]].concat(), &[]), @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel --local-python
    exit code: 2
    --- stderr
      error: MODULE.bazel: no line begins with `# ===== DEV ONLY`, which --local-python looks for
       hint: this release's MODULE.bazel is another: run its tests without --local-python
      error: stopped at 1 problem
    ");
    assert_snapshot!(sandbox.refuse(2, &["repro", "--local-python"], &[]), @"
    $ patcher repro --local-python
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      --upstream-tests <PATTERN>...

    Usage: patcher repro --upstream-tests <PATTERN>... --local-python

    For more information, try '--help'.
    ");
}
