//! Releases and patches, named the same way everywhere.

use std::collections::BTreeMap;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

const FIRST: &str = "0001-compile-separately.patch";

#[test]
fn a_range_is_read_the_same_way_by_every_command() {
    let sandbox = Sandbox::serving_two();
    let releases = |args: &[&str]| {
        let args = [args, &["--format", "json"]].concat();
        let document = sandbox.refuse(0, &args, &[]).json();
        let rows = document["series"][0]["releases"].as_array().unwrap().clone();
        let names = rows.iter().map(|row| row["release"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    for (range, found) in [
        ("latest", "1.1.0"),
        ("1.0.0", "1.0.0"),
        ("1.x", "1.1.0 1.0.0"),
        ("1.0", "1.0.0"),
        ("1.0..1.1", "1.1.0 1.0.0"),
        ("1.0.0..1.0.0", "1.0.0"),
        ("1.1..", "1.1.0"),
        (">=1.0,<1.1", "1.0.0"),
    ] {
        assert_eq!(releases(&["preview", range]), found, "{range}");
    }
    sandbox.succeed(&["export", "--release", "latest", "newest"]);
    assert!(sandbox.read("newest/version.bzl").contains("1.1.0.patched."));
}

#[test]
fn what_names_no_release_is_refused_with_what_is_accepted() {
    let sandbox = Sandbox::serving_two();
    let runs = [
        &["preview", "newest"][..],
        &["preview", "1.1..1.0"],
        &["matrix", "--releases", ">"],
        &["repro", "--release", "1.x"],
        &["sync", "--to", "newest"],
        &["override", "add", "MODULE.bazel", "--release", "1.x"],
        &["publish", "--output", "out", "--release", "x-1.x"],
    ];
    assert_snapshot!(joined(runs.map(|args| sandbox.refuse(2, args, &[]))), @"
    $ patcher preview newest
    exit code: 2
    --- stderr
    error: invalid value 'newest' for '[RELEASE|RANGE|main|candidate]...': neither a release nor a range of releases

      tip: a release is `latest`, or three numbers such as 2.3.2; a range is 2.x, 2.0..2.3, 1.4.. or '>=1.4,<2'; also `main` or `candidate`

    For more information, try '--help'.

    $ patcher preview 1.1..1.0
    exit code: 2
    --- stderr
    error: invalid value '1.1..1.0' for '[RELEASE|RANGE|main|candidate]...': the range ends before it begins

      tip: its lower end comes first: 1.0..1.1

    For more information, try '--help'.

    $ patcher matrix --releases >
    exit code: 2
    --- stderr
    error: invalid value '>' for '--releases <RELEASE|RANGE>': neither a release nor a range of releases

      tip: a release is `latest`, or three numbers such as 2.3.2; a range is 2.x, 2.0..2.3, 1.4.. or '>=1.4,<2'

    For more information, try '--help'.

    $ patcher repro --release 1.x
    exit code: 2
    --- stderr
    error: invalid value '1.x' for '--release <RELEASE|latest>': it may be any of several releases

      tip: name one of them, such as 1.0.0

    For more information, try '--help'.

    $ patcher sync --to newest
    exit code: 2
    --- stderr
    error: invalid value 'newest' for '--to <RELEASE>': not a release

      tip: a release is `latest`, or three numbers such as 2.3.2

    For more information, try '--help'.

    $ patcher override add MODULE.bazel --release 1.x
    exit code: 2
    --- stderr
    error: invalid value '1.x' for '--release <RELEASE|latest>': it may be any of several releases

      tip: name one of them, such as 1.0.0

    For more information, try '--help'.

    $ patcher publish --output out --release x-1.x
    exit code: 2
    --- stderr
    error: invalid value 'x-1.x' for '--release <RELEASE|TAG>': not a release

      tip: a release is `latest`, or three numbers such as 2.3.2; also a tag such as NAME-2.3.2.patched.1

    For more information, try '--help'.
    ");
}

#[test]
fn a_range_that_the_shell_took_is_asked_for_with_quotes() {
    let sandbox = Sandbox::serving_two();
    let run = sandbox.script(
        &format!("{} matrix --releases >=1.0", env!("CARGO_BIN_EXE_patcher")),
        &BTreeMap::new(),
    );
    assert_eq!(run.code, Some(2));
    assert_snapshot!(run.said(), @"
    error: a value is required for '--releases <RELEASE|RANGE>' but none was supplied

      tip: a shell redirects at `>` and `<`: quote the range, as in '>=1.4', or write 1.4..

    For more information, try '--help'.
    ");
}

#[test]
fn a_patch_is_named_the_same_way_by_every_command() {
    let sandbox = Sandbox::serving_two();
    let subject = "fix: compile notes in a target";
    let path = format!("patches/{FIRST}");
    for name in ["1", "0001", FIRST, "0001-compile-separately", &path, "compile", subject] {
        let document = sandbox.succeed(&["series", name, "--format", "json"]).json();
        let patches = document["series"][0]["patches"].as_array().unwrap();
        assert_eq!(patches.len(), 1, "{name}");
        assert_eq!(patches[0]["name"], FIRST, "{name}");
        sandbox.succeed(&["bisect", name, "--from", "1.0.0", "--to", "1.1.0"]);
    }
    sandbox.succeed(&["drop", "docs: books with tags", "--force", "--no-repro"]);
    assert!(!sandbox.read("patches/series").contains("0002-docs.patch"));
}

#[test]
fn a_patch_that_is_not_there_is_refused_by_every_command() {
    let sandbox = Sandbox::serving_two();
    let commands = [
        &["series", "0002-dcos"][..],
        &["edit", "7"],
        &["drop", "7", "--force", "--no-repro"],
        &["bisect", "patches/0009-x.patch"],
        &["preview", "1.1.0", "--drop-upstreamed", "0009-x.patch"],
        &["sync", "--to", "1.1.0", "--no-repro", "--drop-upstreamed", "9"],
        &["sync", "--to", "1.1.0", "--dry-run", "--no-repro", "--drop-upstreamed", "9"],
    ];
    assert_snapshot!(joined(commands.map(|args| sandbox.refuse(2, args, &[]))), @"
    $ patcher series 0002-dcos
    exit code: 2
    --- stderr
      error: there is no patch 0002-dcos
       hint: did you mean patches/0002-docs.patch?

    $ patcher edit 7
    exit code: 2
    --- stderr
      error: there is no patch 7
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher drop 7 --force --no-repro
    exit code: 2
    --- stderr
      error: there is no patch 7
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher bisect patches/0009-x.patch
    exit code: 2
    --- stderr
      error: there is no patch patches/0009-x.patch
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher preview 1.1.0 --drop-upstreamed 0009-x.patch
    exit code: 2
    --- stderr
      error: there is no patch 0009-x.patch
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher sync --to 1.1.0 --no-repro --drop-upstreamed 9
    exit code: 2
    --- stderr
      error: there is no patch 9
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher sync --to 1.1.0 --dry-run --no-repro --drop-upstreamed 9
    exit code: 2
    --- stderr
      error: there is no patch 9
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch
    ");
}

#[test]
fn no_server_runs_nothing() {
    let sandbox = Sandbox::synced();
    let run = sandbox.refuse(2, &["sync", "--jobs", "0"], &[]);
    assert_snapshot!(run.said(), @"
    error: invalid value '0' for '--jobs <COUNT>': 0 is not in 1..=256

    For more information, try '--help'.
    ");
}
