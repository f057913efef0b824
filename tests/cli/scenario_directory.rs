//! Where a project has its scenarios, and with which modes Bazel gets their files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use insta::assert_snapshot;

use crate::common::Sandbox;
use crate::common::bazel::FIXED;

/// Says that the scenarios are in this directory.
fn configure(sandbox: &Sandbox, directory: &str) {
    sandbox.edit("patcher.toml", "[scenarios]\n", &format!("[scenarios]\n{directory}\n"));
}

#[test]
fn scenarios_may_be_in_another_directory() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.bazel(FIXED);
    sandbox.succeed(&["sync", "--bazel", &bazel]);
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("fixed = [\"two-books\"]"), "{lock}");
    fs::create_dir(sandbox.project.join("bazel")).unwrap();
    fs::rename(sandbox.project.join("tests/repro"), sandbox.project.join("bazel/shows")).unwrap();
    sandbox.refuse(1, &["check"], &["two-books"]);
    configure(&sandbox, "directory = \"bazel/shows\"");
    // They are the same ones, so their results still count.
    sandbox.succeed(&["sync", "--check", "--bazel", &bazel]);
    sandbox.succeed(&["publish", "--output", "out"]);
    sandbox.succeed(&["repro", "--bazel", &bazel]);
    sandbox.succeed(&["matrix", "--bazel", &bazel, "--json", "matrix.json"]);
    let matrix = sandbox.read("matrix.json");
    assert!(matrix.contains("\"bazel/shows/two-books/scenario.toml\""), "{matrix}");
    sandbox.edit("bazel/shows/two-books/scenario.toml", "phase = ", "phases = ");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: bazel/shows/two-books/scenario.toml:6: unknown key `phases`
       hint: did you mean `phase`?
    ");
    fs::remove_dir_all(sandbox.project.join("bazel/shows/two-books")).unwrap();
    fs::remove_dir_all(sandbox.project.join("bazel/shows/plain-books")).unwrap();
    let hint = "write a scenario in bazel/shows that applies to the release";
    sandbox.edit("patches/0001-compile-separately.patch", "Repro: two-books", "Repro: none (gone)");
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.refuse(1, &["publish"], &[hint]);
}

#[test]
fn scenarios_are_in_the_project_and_apart_from_the_rest() {
    let refused = ["../shows", "/tmp", "patches", "patches/shows", "dist", "linked/shows", "shows"]
        .map(|directory| {
            let sandbox = Sandbox::synced();
            fs::create_dir_all(sandbox.home.join("elsewhere/shows")).unwrap();
            symlink(sandbox.home.join("elsewhere"), sandbox.project.join("linked")).unwrap();
            symlink("tests/repro", sandbox.project.join("shows")).unwrap();
            configure(&sandbox, &format!("directory = \"{directory}\""));
            let before = sandbox.read("upstream.lock");
            let run = sandbox.patcher(&["check"]);
            assert_eq!(run.code, Some(2), "{run:#?}");
            let bazel = sandbox.counting_bazel(FIXED);
            assert_eq!(sandbox.patcher(&["sync", "--bazel", &bazel]).code, Some(2));
            assert_eq!((sandbox.bazel_calls(), sandbox.read("upstream.lock")), (0, before));
            let first = run.said().lines().take(2).collect::<Vec<_>>().join("\n");
            format!("{directory}\n{first}")
        });
    assert_snapshot!(refused.join("\n"), @r#"
    ../shows
      error: patcher.toml:6: directory: "../shows" is not a path inside the tree (relative, without `..`)
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings
    /tmp
      error: patcher.toml:6: directory: "/tmp" is not a path inside the tree (relative, without `..`)
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings
    patches
      error: patcher.toml:6: the scenarios are in patches, and patches is for a series
       hint: name another directory: `directory` of [scenarios]
    patches/shows
      error: patcher.toml:6: the scenarios are in patches/shows, and patches is for a series
       hint: name another directory: `directory` of [scenarios]
    dist
      error: patcher.toml:6: the scenarios are in dist, and dist is for what is published
       hint: name another directory: `directory` of [scenarios]
    linked/shows
      error: patcher.toml:6: the scenarios are in linked/shows, and linked is a link
       hint: name another directory: `directory` of [scenarios]
    shows
      error: patcher.toml:6: the scenarios are in shows, and shows is a link
       hint: name another directory: `directory` of [scenarios]
    "#);
}

#[test]
fn a_script_of_a_scenario_can_be_executed_if_its_owner_may() {
    let sandbox = Sandbox::synced();
    let script = "tests/repro/two-books/run.sh";
    sandbox.write(script, "#!/bin/sh\n");
    let mode = |mode| {
        let path = sandbox.project.join(script);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let seen = sandbox.home.join("seen");
    let look = format!(
        "if test -x two-books/run.sh; then echo program; else echo file; fi >> {}\n{FIXED}",
        seen.display()
    );
    let bazel = sandbox.counting_bazel(&look);
    let run = || {
        fs::write(&seen, "").unwrap();
        sandbox.succeed(&["sync", "--bazel", &bazel]);
        let found = fs::read_to_string(&seen).unwrap();
        found.lines().next().map(str::to_owned)
    };
    mode(0o644);
    assert_eq!(run().as_deref(), Some("file"));
    assert_eq!(run(), None);
    // The results were of a script that cannot be executed.
    mode(0o744);
    sandbox.refuse(1, &["sync", "--check"], &[]);
    assert_eq!(run().as_deref(), Some("program"));
    assert_eq!(run(), None);
    // Only the owner's counts, and what is known of either is not forgotten.
    mode(0o655);
    let calls = sandbox.bazel_calls();
    assert_eq!((run(), sandbox.bazel_calls()), (None, calls));
}
