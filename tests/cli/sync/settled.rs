//! A project that was made again from nothing and found as it is: nothing is made of it once more,
//! until anything that went into it is another.

use std::fs;

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox, git, joined};

/// Two syncs later, nothing is made.
fn settled() -> Sandbox {
    let sandbox = Sandbox::serving_two();
    assert!(is_made(&sandbox));
    assert!(!is_made(&sandbox));
    sandbox
}

/// Whether a sync makes anything.
fn is_made(sandbox: &Sandbox) -> bool {
    sandbox.succeed(&["sync", "--no-repro"]).stderr.contains("\n+ Merged ")
}

#[test]
fn what_was_made_and_found_as_it_is_is_not_made_again() {
    let sandbox = Sandbox::serving_two();
    let runs = [(); 2].map(|()| sandbox.succeed(&["sync", "--no-repro", "--format", "json"]));
    assert_snapshot!(joined(runs.each_ref().map(Run::said)), @"
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    - Up to date demo_rules 1.1.0.patched.1
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested

    - Up to date demo_rules 1.1.0.patched.1
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    ");
    // What is reported of both is the same otherwise.
    let mut documents = runs.map(|run| run.json());
    let claims = documents.each_mut().map(|document| document["claims"][1].take());
    assert_eq!(documents[0], documents[1]);
    assert_eq!(claims[0], "Applied 2 patches cleanly, every blob as stated");
    assert_eq!(claims[1], format!("{} (by an earlier run)", claims[0].as_str().unwrap()));
}

#[test]
fn whatever_went_into_it_is_seen() {
    type Change = fn(&Sandbox);
    let changes: [(&str, Change); 5] = [
        ("a patch", |sandbox| {
            sandbox.edit("patches/0002-docs.patch", "The issue is", "The problem is");
        }),
        ("the order", |sandbox| {
            let series = sandbox.read("patches/series");
            sandbox.write("patches/series", &format!("# In order\n{series}"));
        }),
        ("the settings", |sandbox| {
            let settings = sandbox.read("patcher.toml");
            sandbox.write("patcher.toml", &format!("kinds = [\"archive\"]\n{settings}"));
        }),
        ("the archive", |sandbox| fs::remove_dir_all(sandbox.project.join("dist")).unwrap()),
        ("a release", |sandbox| {
            sandbox.release("1.1.0", "1.0.5", |tree| fs::write(tree.join("new"), "").unwrap());
        }),
    ];
    for (what, change) in changes {
        let sandbox = settled();
        change(&sandbox);
        assert!(is_made(&sandbox), "{what}");
    }
}

#[test]
fn what_is_asked_for_is_made() {
    for asked in [&["--drop-upstreamed", "1"][..], &["--registry", "none"], &["--rebuild"]] {
        let sandbox = settled();
        let run = sandbox.patcher(&[&["sync", "--no-repro"], asked].concat());
        assert!(!run.stderr.contains("by an earlier run"), "{}", run.stderr);
        assert!(run.stderr.contains("\n+ Merged "), "{}", run.stderr);
    }
}

#[test]
fn a_lock_and_a_tag_are_held_against_each_other_every_time() {
    let sandbox = settled();
    let lock = sandbox.read("upstream.lock");
    sandbox.write("upstream.lock", &lock.replacen("revision = 1", "revision = 2", 1));
    sandbox.refuse(1, &["sync", "--no-repro"], &["upstream.lock:3: the checksum does not hold"]);
    sandbox.write("upstream.lock", &lock);
    git(&sandbox.upstream, &sandbox.home, &["tag", "-f", "1.0.0", "1.1.0"]);
    sandbox.refuse(6, &["sync", "--no-repro"], &["the tag 1.0.0 has moved"]);
}

#[test]
fn a_lock_that_was_put_back_is_not_what_was_found() {
    let sandbox = settled();
    let lock = sandbox.read("upstream.lock");
    sandbox.release("1.1.0", "1.0.5", |tree| fs::write(tree.join("new"), "").unwrap());
    assert!(is_made(&sandbox));
    let newer = sandbox.read("upstream.lock");
    sandbox.write("upstream.lock", &lock);
    assert!(is_made(&sandbox));
    assert_eq!(sandbox.read("upstream.lock"), newer);
}

#[test]
fn a_changed_scenario_is_seen() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.bazel(FIXED);
    sandbox.succeed(&["sync", "--bazel", &bazel]);
    let sync = || sandbox.succeed(&["sync", "--no-repro"]).said();
    let [made, settled] = [sync(), sync()];
    sandbox.edit("tests/repro/two-books/scenario.toml", "title = \"", "title = \"Changed: ");
    assert_snapshot!(joined([made, settled, sync()]), @"
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    + Tested     2 scenarios under Bazel 8.0.0, on both trees as expected (by an earlier run)
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, 2 scenarios

    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    + Tested     2 scenarios under Bazel 8.0.0, on both trees as expected (by an earlier run)
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, 2 scenarios

    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Wrote      dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
}
