//! A lock that was put back from git, and what was published meanwhile.

use std::fs;

use insta::assert_snapshot;

use crate::common::Sandbox;

const PATCH: &str = "patches/0002-docs.patch";

/// A project in git: version 1 is committed, then version 2.
fn with_two_versions() -> Sandbox {
    let sandbox = Sandbox::synced();
    let git = |args: &[&str]| sandbox.git(&sandbox.project, args);
    git(&["init", "--quiet", "--initial-branch", "main"]);
    sandbox.write(".gitignore", "/dist/\n/out/\n/.patcher/\n");
    commit(&sandbox, "one");
    change(&sandbox, "The issue is", "This issue is");
    commit(&sandbox, "two");
    sandbox
}

fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(&sandbox.project, &["add", "--all"]);
    sandbox.git(&sandbox.project, &["commit", "--quiet", "--message", message]);
}

fn change(sandbox: &Sandbox, from: &str, to: &str) {
    sandbox.edit(PATCH, from, to);
    sandbox.succeed(&["sync", "--no-repro"]);
}

fn archive(sandbox: &Sandbox) -> String {
    let lock: toml::Table = toml::from_str(&sandbox.read("upstream.lock")).unwrap();
    lock["series"][0]["pin"]["archive"]["file"].as_str().unwrap().to_owned()
}

#[test]
fn a_reverted_lock_goes_on_after_what_was_published() {
    let sandbox = with_two_versions();
    let two = sandbox.read("upstream.lock");
    sandbox.git(&sandbox.project, &["revert", "--no-edit", "HEAD"]);
    assert_eq!(archive(&sandbox), "demo_rules-1.0.0.patched.1.tar.gz");
    let publish = ["publish", "--output", "out", "--unverified"];
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock:22: has 1.0.0.patched.1, and 1.0.0.patched.2 was published already
       hint: `patcher sync` gives it the next revision
    ");
    sandbox.refuse(1, &publish, &["1.0.0.patched.2 was published already"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(archive(&sandbox), "demo_rules-1.0.0.patched.3.tar.gz");
    sandbox.succeed(&["check", "--archives"]);
    sandbox.succeed(&publish);
    // What is the same as before keeps its version.
    sandbox.git(&sandbox.project, &["checkout", "--quiet", "--", "upstream.lock"]);
    sandbox.git(&sandbox.project, &["checkout", "--quiet", "HEAD~1", "--", "patches"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(sandbox.read("upstream.lock"), two);
}

#[test]
fn what_was_written_counts_if_git_does_not_know_the_lock() {
    let sandbox = with_two_versions();
    change(&sandbox, "This issue is", "That issue is");
    let publish = ["publish", "--output", "out", "--unverified"];
    sandbox.succeed(&publish);
    let published = fs::read(sandbox.project.join("out").join(archive(&sandbox))).unwrap();
    sandbox.git(&sandbox.project, &["checkout", "--quiet", "--", "."]);
    let higher = "demo_rules-1.0.0.patched.3.tar.gz: is of a higher revision than 1.0.0.patched.2";
    sandbox.refuse(6, &publish, &[higher]);
    sandbox.edit(PATCH, "This issue is", "An issue is");
    assert_snapshot!(sandbox.refuse(6, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 6
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: dist/demo_rules-1.0.0.patched.3.tar.gz: is there with other bytes, and a published version never changes
       hint: restore the upstream.lock that it was published with; or delete it, if it never was
    ");
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(sandbox.refuse(6, &publish, &[]), @"
    $ patcher publish --output out --unverified
    exit code: 6
    --- stderr
      error: out/demo_rules-1.0.0.patched.3.tar.gz: is there with other bytes, and a published version never changes
       hint: publish with the upstream.lock that has it; or move it away, if it was never published
       hint: nothing was published
    ");
    assert_eq!(fs::read(sandbox.project.join("out").join(archive(&sandbox))).unwrap(), published);
}

#[test]
fn two_histories_with_one_version_get_the_next_one() {
    for (side, merged) in [("other", "main"), ("main", "other")] {
        let sandbox = with_two_versions();
        let git = |args: &[&str]| sandbox.git(&sandbox.project, args);
        git(&["checkout", "--quiet", "-b", "other", "HEAD~1"]);
        fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
        change(&sandbox, "The issue is", "Another issue is");
        commit(&sandbox, "two, but another");
        git(&["checkout", "--quiet", side]);
        git(&["merge", "--quiet", "--strategy", "ours", "--no-edit", merged]);
        assert_eq!(archive(&sandbox), "demo_rules-1.0.0.patched.2.tar.gz");
        let why = "1.0.0.patched.2, which was published with other bytes";
        sandbox.refuse(1, &["check"], &[why]);
        sandbox.succeed(&["sync", "--no-repro"]);
        assert_eq!(archive(&sandbox), "demo_rules-1.0.0.patched.3.tar.gz");
        sandbox.succeed(&["check"]);
    }
}
