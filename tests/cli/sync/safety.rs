//! What a sync must not do: meet another one, leave something behind, keep what is nobody's
//! business.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined, same};

#[test]
fn two_syncs_at_once_do_not_meet() {
    let sandbox = Sandbox::synced();
    let lock = fs::File::open(sandbox.project.join(".patcher/lock")).unwrap();
    lock.lock().unwrap();
    assert_snapshot!(sandbox.refuse(30, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 30
    --- stderr
      error: another patcher is writing this project
       hint: wait for it to end
    ");
    // Reading is free.
    sandbox.succeed(&["check"]);
}

#[test]
fn what_cannot_be_replaced_changes_nothing_and_is_no_trap() {
    let sandbox = Sandbox::synced();
    let archive = sandbox.project.join("dist/demo_rules-1.0.0.patched.2.tar.gz");
    fs::create_dir(&archive).unwrap();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    let said = [(); 2].map(|()| {
        let run = sandbox.refuse(30, &["sync", "--no-repro"], &[]);
        joined([run, sandbox.patcher(&["check"])])
    });
    assert_snapshot!(same(said), @"
    $ patcher sync --no-repro
    exit code: 30
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: cannot write [ROOT]/project/dist/demo_rules-1.0.0.patched.2.tar.gz: there is a directory of that name
       hint: move it away, then run it again
       hint: no file of the project was changed

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
    ");
    fs::remove_dir(&archive).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_sync_that_fails_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro", "--to", "9.9.9"], &[]), @"
    $ patcher sync --no-repro --to 9.9.9
    exit code: 2
    --- stderr
    + Fetched    2 releases from ../upstream.git
      error: upstream ../upstream.git has no release 9.9.9
       hint: the newest are 1.1.0, 1.0.0
    ");
    assert!(!sandbox.project.join(".patcher").exists());
    let empty = sandbox.home.join("empty");
    fs::create_dir(&empty).unwrap();
    let root = empty.to_str().unwrap();
    let run = sandbox.refuse(2, &["--root", root, "sync", "--to", "1.0.0"], &[]);
    assert_snapshot!(run, @"
    $ patcher --root [ROOT]/home/empty sync --to 1.0.0
    exit code: 2
    --- stderr
      error: [ROOT]/home/empty: there is no upstream.lock here
       hint: name the project's directory with -C
       hint: `patcher init DIR` begins a project, `patcher demo DIR` makes one to play with
    ");
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    // A sync that has nothing to write has nothing to leave either.
    sandbox.sync();
    fs::remove_dir_all(sandbox.project.join(".patcher")).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(!sandbox.project.join(".patcher").exists());
}

#[test]
fn a_path_on_this_machine_is_not_kept() {
    let sandbox = Sandbox::new();
    let upstream = sandbox.upstream.to_str().unwrap();
    let file = format!("file://{upstream}");
    fn first(upstream: &str) -> [&str; 6] {
        ["sync", "--to", "1.0.0", "--no-repro", "--upstream", upstream]
    }
    sandbox.write("patcher.toml", "");
    assert_snapshot!(sandbox.refuse(2, &first(upstream), &[]), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream [ROOT]/upstream.git
    exit code: 2
    --- stderr
      error: a path on this machine is no place for others to find the upstream at
       hint: set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from the clone
    ");
    assert_snapshot!(sandbox.refuse(2, &first(&file), &[]), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream file://[ROOT]/upstream.git
    exit code: 2
    --- stderr
      error: a path on this machine is no place for others to find the upstream at
       hint: set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from the clone
    ");
    assert_snapshot!(sandbox.refuse(2, &first("../upstream.git"), &[]), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream ../upstream.git
    exit code: 2
    --- stderr
      error: a path on this machine is no place for others to find the upstream at
       hint: set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from the clone
    ");
    sandbox.write("patcher.toml", &format!("upstream = \"{upstream}\"\n"));
    assert_snapshot!(sandbox.refuse(2, &first(upstream), &[]), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream [ROOT]/upstream.git
    exit code: 2
    --- stderr
      error: a path on this machine is no place for others to find the upstream at
       hint: set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from the clone
    ");
    sandbox.write("patcher.toml", "upstream = \"https://example.com/demo_rules\"\n");
    sandbox.succeed(&first(upstream));
    assert!(sandbox.read("upstream.lock").contains("url = \"https://example.com/demo_rules\""));
}

#[test]
fn credentials_are_not_kept() {
    let sandbox = Sandbox::new();
    let upstream = sandbox.upstream.to_str().unwrap();
    let url = "https://ann:hunter2@example.com/demo_rules.git";
    sandbox.write("patcher.toml", &format!("upstream = \"{url}\"\n"));
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--upstream", upstream];
    let run = sandbox.succeed(&args);
    assert_snapshot!(run.said(), @"
    warning: the upstream's URL holds credentials, which are not stored
       hint: keep them in a git credential helper: see `git help credentials`
    + Fetched    2 releases from [ROOT]/upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Pinned     demo_rules 1.0.0 (246b90549d47)
    + Wrote      dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at [ROOT]/upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("url = \"https://example.com/demo_rules.git\""), "{lock}");
    sandbox.succeed(&["export", "out"]);
    let notice = sandbox.read("out/PATCHES.md");
    assert!(notice.contains("Origin: https://example.com/demo_rules.git,"), "{notice}");
}
