//! `patcher repro --upstream-tests` with a program that stands in for Bazel.

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

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
    + Wrote      out/junit.xml
    warning: 1 package did not load on the unpatched tree, and their tests are in no count: u
    warning: 1 package did not load on the patched tree, and their tests are in no count: u
    Finished in [TIME]: 3 upstream tests under Bazel 8.0.0: no difference; 2 passed, 1 added by the series
    ");
    let junit = sandbox.read("out/junit.xml");
    assert_snapshot!(junit, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="patcher">
      <testsuite name="Bazel 8.0.0" tests="3" failures="0">
        <testcase classname="1.0.0.upstream-tests" name="//t:a">
          <system-out>unpatched: passed
    patched: passed</system-out>
        </testcase>
        <testcase classname="1.0.0.upstream-tests" name="//t:b">
          <skipped message="on both trees: skipped"/>
          <system-out>unpatched: skipped
    patched: skipped</system-out>
        </testcase>
        <testcase classname="1.0.0.upstream-tests" name="//t:new">
          <system-out>unpatched: absent
    patched: passed</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
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
    let runs = [
        "tested a PASSED; tested b FAILED; tested c PASSED",
        "tested a PASSED; skipped b; tested c PASSED",
        "tested a PASSED; broken b; tested c PASSED",
        "tested a PASSED; tested c PASSED",
    ]
    .map(|patched| {
        let bazel = bazel(&sandbox, unpatched, patched);
        let run = sandbox.refuse(5, &[&COMMAND[..], &["--bazel", &bazel]].concat(), &[]);
        // Without the table of the counts.
        format!("{}\n{}", run.stdout.split_once("\n\n").unwrap().1, run.said())
    });
    assert_snapshot!(joined(runs), @"
    test   unpatched  patched
    //t:b  passed     failed   differs

    warning: //t:b: differs
      error: the series changes 1 upstream test under Bazel 8.0.0
       hint: `--verbose` shows the calls of Bazel

    test   unpatched  patched
    //t:b  passed     skipped  differs

    warning: //t:b: differs
      error: the series changes 1 upstream test under Bazel 8.0.0
       hint: `--verbose` shows the calls of Bazel

    test   unpatched  patched
    //t:b  passed     not built  differs

    warning: //t:b: differs
                 ERROR: [ROOT]/home/x: in //t:b_subject
      error: the series changes 1 upstream test under Bazel 8.0.0
       hint: `--verbose` shows the calls of Bazel

    test   unpatched  patched
    //t:b  passed     -        differs

    warning: //t:b: differs
      error: the series changes 1 upstream test under Bazel 8.0.0
       hint: `--verbose` shows the calls of Bazel
    ");
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
    let said = ["broken a", "tested a PASSED"].map(|unpatched| {
        let bazel = bazel(&sandbox, unpatched, "broken a");
        sandbox.refuse(30, &[&COMMAND[..], &["--bazel", &bazel]].concat(), &[])
    });
    assert_snapshot!(joined(said), @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel
    exit code: 30
    --- stderr
      error: no test ran on the unpatched tree
             ERROR: [ROOT]/home/x: in //t:a_subject
       hint: the patterns may match no test: `--verbose` shows the call of Bazel
       hint: if nothing can be downloaded, give --adapted, --module-append and --bazelrc

    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel
    exit code: 30
    --- stderr
      error: no test ran on the patched tree
             ERROR: [ROOT]/home/x: in //t:a_subject
       hint: the patterns may match no test: `--verbose` shows the call of Bazel
       hint: if nothing can be downloaded, give --adapted, --module-append and --bazelrc
    ");
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
    let adapted = [&args[..], &["--adapted"]].concat();
    let unsaid = sandbox.refuse(2, &adapted, &[]);
    let config = sandbox.read("patcher.toml");
    let insert = |before: &str| {
        let table =
            format!("[[upstream-tests.insert]]\nbefore = \"{before}\"\nlines = \"# local\\n\"\n");
        sandbox.write("patcher.toml", &format!("{config}\n{table}"));
    };
    insert("nothing(");
    assert_snapshot!(joined([unsaid, sandbox.refuse(2, &adapted, &[])]), @"
    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel --adapted
    exit code: 2
    --- stderr
      error: patcher.toml has no [upstream-tests], which --adapted is for
       hint: docs/reference/patcher-toml.md says what can stand there

    $ patcher repro --upstream-tests //t/... --bazel [ROOT]/home/fake-bazel --adapted
    exit code: 2
    --- stderr
      error: MODULE.bazel: no line begins with `nothing(`, which [upstream-tests] in patcher.toml names
       hint: this release's MODULE.bazel is another: run its tests without --adapted
    ");
    insert("module(");
    std::fs::remove_file(&seen).unwrap();
    sandbox.succeed(&adapted);
    let text = std::fs::read_to_string(&seen).unwrap();
    assert_eq!(text.matches("# local\nmodule(").count(), 2, "{text}");
    assert!(text.contains("--noworkspace_rc"), "{text}");
    assert_snapshot!(sandbox.refuse(2, &["repro", "--adapted"], &[]), @"
    $ patcher repro --adapted
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      --upstream-tests <PATTERN>...

    Usage: patcher repro --upstream-tests <PATTERN>... --adapted

    For more information, try '--help'.
    ");
}
