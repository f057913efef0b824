//! That no scenario ran, or not all of them, is said everywhere, and is never a success.

use std::fs;

use insta::assert_snapshot;
use patcher::project::lock::Lock;

use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox};

/// Bazel, if one scenario is to build, and fails to.
const BUILT: &str = r#"
begin
case " $* " in
  *" --nobuild "*) if is_patched; then good; else conflict; fi ;;
  *) for label in //plain-books:one //plain-books:other; do
       configured $label
       say "{\"id\": {\"targetCompleted\": {\"label\": \"$label\"}}, \"completed\": {}}"
     done ;;
esac
end"#;

/// Both scenarios are for releases that there are not.
fn without_applicable() -> Sandbox {
    let sandbox = Sandbox::serving_two();
    for scenario in ["plain-books", "two-books"] {
        sandbox.edit(&format!("tests/repro/{scenario}/scenario.toml"), ">=1.0.0", ">=9.0.0");
    }
    sandbox
}

/// What the last step says: its verb and the text, without the symbol.
fn last(run: &Run) -> String {
    let is_step = |line: &&str| line.starts_with(['+', '!', '-', '>', 'x']);
    let line = run.stderr.lines().rfind(is_step).unwrap_or_default();
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_sync_in_which_no_scenario_applies_tests_nothing() {
    let sandbox = without_applicable();
    let bazel = sandbox.counting_bazel(FIXED);
    let run = sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert_eq!(last(&run), "Untested 2 releases of patches: no evidence: no scenario applies");
    assert!(!run.stderr.contains("as expected"), "{run}");
    assert!(run.stdout.contains("UNVERIFIED: no evidence: no scenario applies."), "{run}");
    assert_eq!(sandbox.bazel_calls(), 0);
    let json = sandbox.succeed(&["--format", "json", "sync", "--bazel", &bazel]).json();
    assert_eq!(json["evidence"]["state"], "none");
    assert_eq!(json["series"][0]["releases"][1]["evidence"]["state"], "none");
    assert_eq!(json["report"], serde_json::Value::Null);
    let words = "2 releases of patches: no evidence: no scenario applies";
    let json = sandbox.succeed(&["--format", "json", "status"]).json();
    assert_eq!(json["gaps"], serde_json::json!([words]));
    // Nothing is made for the scenarios once more.
    let settled = sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert!(!settled.stderr.contains("Merged"), "{settled}");
    // There is nothing that a sync could bring up to date.
    let check = sandbox.succeed(&["sync", "--check"]);
    assert_snapshot!(check, @"
    $ patcher sync --check
    exit code: 0
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    warning: 2 releases of patches: no evidence: no scenario applies
    Finished in [TIME]: 1.1.0.patched.1 is up to date
    ");
    let json = sandbox.succeed(&["--format", "json", "check"]).json();
    assert_eq!(json["stale"], serde_json::Value::Null);
    assert_eq!(json["without_evidence"][0], words);
}

#[test]
fn what_no_scenario_shows_is_published_only_unverified() {
    let sandbox = without_applicable();
    let publish = ["publish", "--output", "out"];
    assert_snapshot!(sandbox.refuse(1, &publish, &[]), @"
    $ patcher publish --output out
    exit code: 1
    --- stderr
      error: 1.1.0.patched.1: no evidence: no scenario applies
       hint: write a scenario in tests/repro that applies to the release
       hint: `--unverified` publishes all the same, and the snippets say so
       hint: nothing was published
    ");
    let publish = [&["--format", "json"], &publish[..], &["--unverified"]].concat();
    let json = sandbox.succeed(&publish).json();
    assert_eq!((&json["tested"], &json["evidence"]["state"]), (&false.into(), &"none".into()));
    let archive = "out/demo_rules-1.1.0.patched.1.tar.gz";
    let statement = sandbox.read(&format!("{archive}.intoto.json"));
    let statement: serde_json::Value = serde_json::from_str(&statement).unwrap();
    assert_eq!(statement["predicate"]["patcher_scenarios"]["state"], "none");
    assert!(sandbox.read("out/demo_rules-1.1.0.patched.1.MODULE.bazel").contains("UNVERIFIED"));
    // The archive is what the lock says, whatever the scenarios show of it.
    let verify = sandbox.succeed(&["verify", archive]);
    assert!(verify.stderr.contains("scenarios: no evidence: no scenario applies"), "{verify}");
    let json = sandbox.succeed(&["--format", "json", "verify", archive]).json();
    assert_eq!(json["evidence"]["state"], "none");
}

#[test]
fn a_project_without_scenarios_has_no_evidence() {
    let sandbox = Sandbox::synced();
    fs::remove_dir_all(sandbox.project.join("tests/repro")).unwrap();
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        let (path, reason) = (format!("patches/{name}"), "Repro: none (there are none)");
        let text = sandbox.read(&path);
        let is_one = |line: &&str| line.starts_with("Repro: ");
        let line = text.lines().find(is_one).unwrap();
        sandbox.edit(&path, line, reason);
    }
    let run = sandbox.succeed(&["sync"]);
    assert_eq!(last(&run), "Untested no evidence: there are no scenarios");
    assert_snapshot!(sandbox.succeed(&["status"]), @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.2.tar.gz
                 sha256-eEjZj/sxyVu3ELleiHRIUd8nv/ZKKjk7qHOZgZP04/Q=
    scenarios  ! no evidence: there are no scenarios
    --- stderr
    Finished in [TIME]: 1.1.0 is released
    Next: patcher sync --to 1.1.0   port the patches to it
    ");
    let json = sandbox.succeed(&["--format", "json", "status"]).json();
    assert_eq!((&json["evidence"]["state"], &json["tested"]), (&"none".into(), &().into()));
    let words = "no evidence: there are no scenarios";
    sandbox.refuse(1, &["publish", "--output", "out"], &[words]);
    sandbox.succeed(&["sync", "--check"]);
}

#[test]
fn commands_that_run_scenarios_stop_if_none_ran() {
    let sandbox = without_applicable();
    let bazel = sandbox.bazel(FIXED);
    let run = |args: &[&str]| sandbox.refuse(1, &[args, &["--bazel", &bazel]].concat(), &[]);
    for (command, why) in
        [("repro", "plain-books, two-books do not apply to it"), ("why", "none applies to it")]
    {
        let run = run(&[command]);
        let line = format!("error: no scenario ran on 1.1.0: {why}");
        assert_eq!(run.stderr.lines().next().unwrap().trim(), line, "{run}");
    }
    let matrix = run(&["matrix"]);
    let headline = "Nothing was tested under Bazel 8.0.0 (analysis). Not tested: 1.1.0, 1.0.0";
    assert!(matrix.stderr.contains(headline), "{matrix}");
    let json = sandbox.patcher(&["--format", "json", "matrix", "--bazel", &bazel]).json();
    assert_eq!(json["summary"]["evidence"], "none");
    sandbox.refuse(1, &["drop", "2", "--bazel", &bazel], &["not all scenarios show whether"]);
    let preview = ["sync", "--to", "latest", "--dry-run", "--bazel", &bazel];
    let preview = sandbox.succeed(&preview);
    assert!(preview.stdout.contains("the patches apply, not tested"), "{preview}");
    assert!(preview.stdout.contains("No scenario that applies there shows anything"), "{preview}");
}

#[test]
fn a_part_of_the_scenarios_is_said_to_be_one() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.bazel(FIXED);
    let one = ["--scenario", "two-books", "--bazel", &bazel];
    assert_snapshot!(sandbox.succeed(&[&["repro"], &one[..]].concat()), @"
    $ patcher repro --scenario two-books --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    scenario   unpatched  patched
    two-books  conflict   pass     + fixed
    --- stderr
    ! Ran        1 of 2 scenarios; not run: plain-books
    Finished in [TIME]: 1 scenario as expected under Bazel 8.0.0
    ");
    let json = sandbox.succeed(&[&["--format", "json", "repro"], &one[..]].concat()).json();
    assert_eq!(json["report"]["not_run"], serde_json::json!(["plain-books"]));
    assert_snapshot!(sandbox.succeed(&[&["matrix"], &one[..]].concat()), @"
    $ patcher matrix --scenario two-books --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    Bazel 8.0.0: 2 of 2 releases pass
    release                   series   fixed  unchanged  changed  failing  n/a  not run
    1.0.0..1.1.0 (2)  + pass  patches  1      -          -        -        -    -

    2 cells: 2 as expected (2 fixed), 0 not as expected, 0 not applicable, 0 not run.
    ! All 2 releases pass under Bazel 8.0.0 (analysis). Not tested: 1 of 2 scenarios.
    --- stderr
    Finished in [TIME]: 2 releases
    ");
    let json = sandbox.succeed(&[&["--format", "json", "matrix"], &one[..]].concat()).json();
    assert_eq!(json["summary"]["evidence"], "partial");
    assert_eq!(json["matrix"]["not_asked"], serde_json::json!(["plain-books"]));
    let whole = sandbox.succeed(&["--format", "json", "matrix", "--bazel", &bazel]).json();
    assert_eq!(whole["summary"]["evidence"], "tested");
}

#[test]
fn a_release_that_was_only_analysed_is_tested_in_part() {
    let sandbox = Sandbox::serving_two();
    let scenario = "tests/repro/plain-books/scenario.toml";
    sandbox.edit(scenario, "phase = \"analysis\"", "phase = \"build\"");
    let text = sandbox.read(scenario).replace("= \"pass\"", "= \"build-failure\"");
    sandbox.write(scenario, &text);
    let bazel = sandbox.bazel(BUILT);
    let run = sandbox.succeed(&["sync", "--bazel", &bazel]);
    assert_eq!(last(&run), "Not run 1 scenario on 1 release of patches: plain-books");
    let json = sandbox.succeed(&["--format", "json", "sync", "--bazel", &bazel]).json();
    assert_eq!(json["evidence"]["state"], "tested");
    let other = &json["series"][0]["releases"][1]["evidence"];
    assert_eq!((&other["state"], &other["phase"]), (&"partial".into(), &"analysis".into()));
    assert_eq!(other["not_run"], serde_json::json!(["plain-books"]));
    assert_snapshot!(sandbox.succeed(&["status"]), @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports                    tested  analysed
    patches  2        1.1.0  1.0.0 .. 1.1.0  2 releases  1       1

    newest     + 1.1.0, which is pinned
    archive      demo_rules-1.1.0.patched.1.tar.gz
                 sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=
    scenarios  + 2 scenarios under Bazel 8.0.0
    not run    ! 1 scenario on 1 release of patches: plain-books
    --- stderr
    Finished in [TIME]: demo_rules 1.1.0.patched.1 is up to date
    ");
    let publish = ["publish", "--output", "out", "--release", "1.0.0", "--kind", "archive"];
    let run = sandbox.succeed(&publish);
    let words = "Tested     in part: 1 of 2 scenarios under Bazel 8.0.0, only analysed; not run: \
                 plain-books";
    assert!(run.stderr.contains(words), "{run}");
    let json = sandbox.succeed(&[&["--format", "json"], &publish[..]].concat()).json();
    assert_eq!((&json["tested"], &json["evidence"]["state"]), (&true.into(), &"partial".into()));
}

#[test]
fn results_of_some_scenarios_are_results_in_part() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["sync", "--bazel", &sandbox.bazel(FIXED)]);
    let mut lock = Lock::parse(&sandbox.read("upstream.lock")).unwrap();
    lock.series[0].pin.tested.as_mut().unwrap().unchanged.clear();
    sandbox.write("upstream.lock", &lock.print());
    assert_snapshot!(sandbox.succeed(&["status"]), @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             partly
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! 1 of 2 scenarios under Bazel 8.0.0; not run: plain-books
    not run    ! 1 scenario on 1 release of patches: plain-books
    --- stderr
    Finished in [TIME]: 1.1.0 is released
    Next: patcher sync --to 1.1.0   port the patches to it
    ");
}

#[test]
fn a_release_that_was_only_analysed_is_tested_to_the_end_as_a_pin() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.bazel(FIXED);
    sandbox.succeed(&["sync", "--bazel", &bazel]);
    let phases = || {
        let pins = sandbox.pins();
        let is_one = |line: &&str| line.starts_with("phase") || line.starts_with("release =");
        pins.lines().filter(is_one).collect::<Vec<_>>().join(", ")
    };
    let before = phases();
    sandbox.succeed(&["sync", "--to", "1.0.0", "--allow-fewer-releases", "--bazel", &bazel]);
    assert_snapshot!([before, phases()].join("\n"), @r#"
    release = "1.1.0", phase = "test", release = "1.0.0", phase = "analysis"
    release = "1.0.0", phase = "test", release = "1.1.0"
    "#);
}

#[test]
fn without_the_cache_the_scenarios_run_on_every_release() {
    let sandbox = Sandbox::serving_two();
    let bazel = sandbox.counting_bazel(FIXED);
    let run = |args: &[&str]| {
        let before = sandbox.bazel_calls();
        let said = sandbox.succeed(&[&["sync", "--bazel", &bazel], args].concat()).said();
        let tested = said.lines().filter(|line| line.starts_with("+ Tested ")).count();
        (sandbox.bazel_calls() - before, tested)
    };
    assert_snapshot!(format!("{:?}", [run(&[]), run(&[]), run(&["--no-cache"])]), @"[(4, 3), (0, 1), (4, 3)]");
}

#[test]
fn an_archive_that_is_made_again_is_tested_again() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.bazel(FIXED);
    let claim = || {
        let said = sandbox.succeed(&["sync", "--bazel", &bazel]).said();
        said.lines().rfind(|line| line.starts_with("+ Tested ")).unwrap_or_default().to_owned()
    };
    let first = [claim(), claim()];
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    assert_snapshot!([first.join("\n"), claim()].join("\n"), @"
    + Tested     2 scenarios under Bazel 8.0.0, on both trees as expected
    + Tested     2 scenarios under Bazel 8.0.0, on both trees as expected (by an earlier run)
    + Tested     2 scenarios under Bazel 8.0.0, on both trees as expected
    ");
}

#[test]
fn new_results_are_stated_beside_the_archive() {
    let sandbox = Sandbox::synced();
    let state = || {
        let text = sandbox.read("dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json");
        let statement: serde_json::Value = serde_json::from_str(&text).unwrap();
        statement["predicate"]["patcher_scenarios"]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(), "untested");
    sandbox.succeed(&["sync", "--bazel", &sandbox.bazel(FIXED)]);
    assert_eq!(state(), "tested");
    sandbox.succeed(&["verify", "dist/demo_rules-1.0.0.patched.1.tar.gz"]);
}
