//! Bad input: the exit code, a clear error, and nothing changed.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined, same};

#[test]
fn a_lock_cut_anywhere_is_refused() {
    let sandbox = Sandbox::synced();
    let lock = sandbox.read("upstream.lock");
    let lengths = [0, 40, 150, lock.len() / 2, lock.len() - 3, lock.len() - 1];
    let said = lengths.map(|length| {
        sandbox.write("upstream.lock", &lock[..length]);
        let commands = [
            &["check"][..],
            &["sync", "--no-repro"],
            &["sync", "--no-repro", "--to", "1.0.0"],
            &["export", "out"],
        ];
        same(commands.map(|args| sandbox.refuse(1, args, &[]).said()))
    });
    assert_snapshot!(joined(said), @r#"
    error: upstream.lock: is empty
     hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

    error: upstream.lock:1: there is no format version in it
     hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

    error: upstream.lock:3: invalid basic string, expected `"`
     hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

    error: upstream.lock:19: string values must be quoted, expected literal string
     hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

    error: upstream.lock:34: invalid basic string, expected `"`
     hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

    error: upstream.lock:3: the checksum does not hold
     hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
    "#);
}

#[test]
fn a_lock_that_git_could_not_merge_is_derived_from_a_side() {
    let sandbox = Sandbox::synced();
    let git = |args: &[&str]| sandbox.git(&sandbox.project, args);
    let commit = |message: &str| {
        sandbox.succeed(&["sync", "--no-repro"]);
        git(&["commit", "--quiet", "--all", "--message", message]);
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "base"]);
    let first = git(&["rev-parse", "HEAD"]);
    // Both change patches of their own, and the other one twice.
    sandbox.edit(
        "patches/0001-compile-separately.patch",
        "tags would conflict",
        "tags may conflict",
    );
    commit("ours");
    git(&["checkout", "--quiet", "-b", "other", &first]);
    // Elsewhere there are no archives of this branch.
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    for (from, to) in
        [("+None. Books may", "+None: books may"), ("+None: books may", "+No books may")]
    {
        sandbox.edit("patches/0002-docs.patch", from, to);
        commit("theirs");
    }
    git(&["checkout", "--quiet", "-"]);
    let env = std::collections::BTreeMap::new();
    let merge = format!(
        "cd {} && (git -c user.name=C -c user.email=c@d.e merge other || git checkout --ours patches)",
        sandbox.project.display()
    );
    let run = sandbox.script(&merge, &env);
    assert!(sandbox.read("upstream.lock").contains("<<<<<<<"), "{run}");
    let commands = [&["check"][..], &["sync", "--no-repro"], &["publish", "--output", "out"]];
    assert_snapshot!(same(commands.map(|args| sandbox.refuse(1, args, &[]).said())), @"
    error: upstream.lock:3: has the conflict markers of a merge
     hint: take the higher revisions: `git checkout --theirs upstream.lock`, then `patcher sync`
    ");
    git(&["checkout", "--quiet", "--theirs", "upstream.lock"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
    // Neither .2, which both have, nor .3 is used again.
    assert!(sandbox.read("upstream.lock").contains("revision = 4\n"));
}

#[test]
fn a_lock_of_another_format_version_is_refused() {
    let sandbox = Sandbox::synced();
    sandbox.edit("upstream.lock", "version = 3", "version = 7");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: upstream.lock:2: format version 7, this patcher reads 2 and 3
       hint: use the patcher that wrote it, or a newer one
    ");
}

#[test]
fn malformed_patches_are_refused_with_their_line() {
    let header = "diff --git a/README.md b/README.md";
    let cases = [
        ("Subject: docs", "Topic: docs"),
        ("Date: Sun", "Date: someday"),
        (header, "diff --git a/../x b/../x"),
        (header, "diff --git a//etc/x b//etc/x"),
        (header, "diff --git a/.git/x b/.git/x"),
        ("@@ -4,4 +4,4 @@", "@@ -4,4 +4,9 @@"),
        ("-* Two", "Two"),
        ("index ", "rename from x\nindex "),
    ];
    let said = cases.map(|(from, to)| {
        let sandbox = Sandbox::synced();
        sandbox.edit("patches/0002-docs.patch", from, to);
        let commands = [&["check"][..], &["sync", "--no-repro"], &["repro"]];
        same(commands.map(|args| sandbox.refuse(2, args, &[]).said()))
    });
    assert_snapshot!(joined(said), @r#"
    error: patches/0002-docs.patch:1: does not begin with the From, Date and Subject headers of a mail
     hint: make it with `git format-patch`, so that `git am` takes it

    error: patches/0002-docs.patch:3: the Date header cannot be read
     hint: write it such as `Date: Sun, 22 Nov 2026 12:00:00 +0000`

    error: patches/0002-docs.patch:12: "../x" is not a path inside the tree (relative, without `..`)
     hint: make the patch again with `git format-patch --full-index`

    error: patches/0002-docs.patch:12: "/etc/x" is not a path inside the tree (relative, without `..`)
     hint: make the patch again with `git format-patch --full-index`

    error: patches/0002-docs.patch:12: ".git/x" is not a path inside the tree (relative, without `..`)
     hint: make the patch again with `git format-patch --full-index`

    error: patches/0002-docs.patch:21: the patch ends inside a hunk
     hint: make the patch again with `git format-patch --full-index`

    error: patches/0002-docs.patch:20: the hunk is shorter than its header says
     hint: make the patch again with `git format-patch --full-index`

    error: patches/0002-docs.patch:13: renames or copies a file
     hint: make the patch with `git format-patch --no-renames`
    "#);
}

#[test]
fn an_empty_patch_is_refused() {
    let sandbox = Sandbox::synced();
    sandbox.write("patches/0002-docs.patch", "");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/0002-docs.patch: is empty
       hint: restore it from git, or delete it with its line in the series
    ");
    let patch = "From: A <a@b.c>\nDate: Sun, 1 Nov 2026 09:30:00 +0000\nSubject: s\n\nWhy.\n";
    sandbox.write("patches/0002-docs.patch", patch);
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/0002-docs.patch:5: changes nothing: there is no `diff --git` in it
       hint: make the patch again with `git format-patch --full-index`
    ");
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let sandbox = Sandbox::synced();
    fs::write(sandbox.project.join("patches/0002-docs.patch"), b"From: A\n\xff\n").unwrap();
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/0002-docs.patch:2: is not UTF-8 text
       hint: write it as UTF-8 (`iconv -t UTF-8`), or leave that file out of it
    ");
    fs::write(sandbox.project.join("upstream.lock"), b"\xff").unwrap();
    assert_snapshot!(sandbox.refuse(2, &["status"], &[]), @"
    $ patcher status
    exit code: 2
    --- stderr
      error: upstream.lock: is not UTF-8 text
       hint: write it as UTF-8, or restore it from git
      error: patches/0002-docs.patch:2: is not UTF-8 text
       hint: write it as UTF-8 (`iconv -t UTF-8`), or leave that file out of it
      error: 2 problems
    ");
}

#[test]
fn an_unknown_release_names_the_known_ones() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "9.9.9", "--no-repro"], &[]), @"
    $ patcher sync --to 9.9.9 --no-repro
    exit code: 2
    --- stderr
    + Fetched    2 releases from ../upstream.git
      error: upstream ../upstream.git has no release 9.9.9
       hint: the newest are 1.1.0, 1.0.0
    ");
    sandbox.sync();
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "9.9.9", "--no-repro"], &[]), @"
    $ patcher sync --to 9.9.9 --no-repro
    exit code: 2
    --- stderr
      error: upstream ../upstream.git has no release 9.9.9
       hint: the newest are 1.1.0, 1.0.0
    ");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "newest", "--no-repro"], &[]), @"
    $ patcher sync --to newest --no-repro
    exit code: 2
    --- stderr
    error: invalid value 'newest' for '--to <RELEASE>': not a release

      tip: a release is `latest`, or three numbers such as 2.3.2

    For more information, try '--help'.
    ");
}

#[test]
fn an_upstream_out_of_reach_names_the_other_ways() {
    let sandbox = Sandbox::new();
    // Nothing listens there.
    let url = "http://ann:s3cret@127.0.0.1:1/demo_rules.git";
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--upstream", url];
    let run = sandbox.refuse(30, &args, &[]);
    assert_snapshot!(run.said_without_git(), @"
    error: cannot reach upstream http://***@127.0.0.1:1/demo_rules.git (--upstream)
     hint: `--upstream PATH` takes a clone that you have
     hint: `patcher demo` shows the whole job on a small upstream that patcher carries
    ");
    assert!(!run.stderr.contains("s3cret"), "{run:#?}");
}

#[test]
fn what_is_no_upstream_is_refused() {
    let sandbox = Sandbox::new();
    let empty = sandbox.home.join("empty");
    fs::create_dir(&empty).unwrap();
    let said = ["/nonexistent/upstream", empty.to_str().unwrap()].map(|path| {
        sandbox.refuse(2, &["sync", "--to", "1.0.0", "--no-repro", "--upstream", path], &[])
    });
    assert_snapshot!(joined(said), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream /nonexistent/upstream
    exit code: 2
    --- stderr
      error: upstream /nonexistent/upstream (--upstream): there is no such directory
       hint: name a clone of the upstream, or its URL

    $ patcher sync --to 1.0.0 --no-repro --upstream [ROOT]/home/empty
    exit code: 2
    --- stderr
      error: upstream [ROOT]/home/empty (--upstream): not a git repository
       hint: name a clone of the upstream, or its URL
    ");
}

#[test]
fn an_upstream_that_lacks_objects_is_named_as_such() {
    // A partial clone: the commits are there, the files are not.
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.upstream, &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.upstream.display());
    sandbox.git(
        &sandbox.home,
        &["clone", "--quiet", "--bare", "--filter=blob:none", &url, "partial.git"],
    );
    fs::rename(&sandbox.upstream, sandbox.home.join("gone")).unwrap();
    let partial = sandbox.home.join("partial.git");
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--upstream", partial.to_str().unwrap()];
    assert_snapshot!(sandbox.refuse(30, &args, &[]).said_without_git(), @"
    error: upstream [ROOT]/home/partial.git (--upstream) lacks objects that it should have
     hint: it is a shallow or partial clone: use a full clone, or complete it with `git fetch --unshallow` or `git fetch --refetch --no-filter`
    ");
    // A repository that lost a file's object.
    let sandbox = Sandbox::new();
    let id = sandbox.git(&sandbox.upstream, &["rev-parse", "1.0.0:notes.bzl"]);
    fs::remove_file(sandbox.upstream.join("objects").join(&id[..2]).join(&id[2..])).unwrap();
    assert_snapshot!(sandbox.refuse(30, &["sync", "--to", "1.0.0", "--no-repro"], &[]).said_without_git(), @"
    error: upstream ../upstream.git (patcher.toml:1) lacks objects that it should have
     hint: it is a shallow or partial clone: use a full clone, or complete it with `git fetch --unshallow` or `git fetch --refetch --no-filter`
    ");
    // A shallow clone without tags.
    let sandbox = Sandbox::new();
    let url = format!("file://{}", sandbox.upstream.display());
    sandbox.git(
        &sandbox.home,
        &["clone", "--quiet", "--bare", "--depth=1", "--no-tags", &url, "shallow.git"],
    );
    let shallow = sandbox.home.join("shallow.git");
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--upstream", shallow.to_str().unwrap()];
    assert_snapshot!(sandbox.refuse(2, &args, &[]), @"
    $ patcher sync --to 1.0.0 --no-repro --upstream [ROOT]/home/shallow.git
    exit code: 2
    --- stderr
    + Fetched    0 releases from [ROOT]/home/shallow.git
      error: upstream [ROOT]/home/shallow.git has no release 1.0.0
       hint: it has no release at all: a clone without tags?
    ");
}

#[test]
fn a_shallow_upstream_that_has_the_release_will_do() {
    let sandbox = Sandbox::new();
    let url = format!("file://{}", sandbox.upstream.display());
    sandbox.git(
        &sandbox.home,
        &["clone", "--quiet", "--bare", "--depth=1", "--branch=1.1.0", &url, "shallow.git"],
    );
    let shallow = sandbox.home.join("shallow.git");
    sandbox.edit("patches/series", "0001-compile-separately.patch\n0002-docs.patch\n", "");
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.succeed(&[
        "sync",
        "--to",
        "1.1.0",
        "--no-repro",
        "--upstream",
        shallow.to_str().unwrap(),
    ]);
}

#[test]
fn a_mirror_that_lost_an_object_is_named() {
    let sandbox = Sandbox::synced();
    let mirror =
        fs::read_dir(sandbox.cache.join("mirror")).unwrap().next().unwrap().unwrap().path();
    fs::remove_dir_all(mirror.join("objects")).unwrap();
    fs::create_dir_all(mirror.join("objects/pack")).unwrap();
    assert_snapshot!(sandbox.refuse(30, &["check"], &[]), @"
    $ patcher check
    exit code: 30
    --- stderr
      error: [ROOT]/cache/mirror/upstream-[KEY].git lacks commit 246b90549d47596fbfbaf63284b49769316b9643
       hint: `patcher sync` fetches what is missing
    ");
}

#[test]
fn a_project_without_a_lock_says_how_to_begin() {
    let sandbox = Sandbox::new();
    let commands = [
        &["check"][..],
        &["status"],
        &["sync", "--no-repro"],
        &["publish", "--output", "x"],
        &["export", "x"],
    ];
    let said = commands.map(|args| sandbox.refuse(2, args, &[]).said());
    assert_snapshot!(same(said), @"
    error: [ROOT]/project/upstream.lock: the project has no lock
     hint: `git restore upstream.lock` brings it back, if it was committed
     hint: `patcher sync --to RELEASE` makes one: of the release that the patches are made for
    ");
    assert_snapshot!(sandbox.refuse(2, &["--root", "/nonexistent", "check"], &[]), @"
    $ patcher --root /nonexistent check
    exit code: 2
    --- stderr
      error: /nonexistent: there is no such directory
       hint: name the project's directory with -C
    ");
}

#[test]
fn settings_that_cannot_be_understood_are_named() {
    let sandbox = Sandbox::synced();
    sandbox.write("patcher.toml", "upstream = \"../upstream.git\"\nbazle = \"bazel\"\n");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patcher.toml:2: unknown key `bazle`
       hint: did you mean `bazel`?
    ");
    sandbox.write("patcher.toml", "upstream = \"../upstream.git\"\nbase-url = \"example.com\"\n");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @r#"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patcher.toml:2: base-url: "example.com" is no base URL: it has to begin with https://, http:// or file:///, without blanks, quotes or backslashes
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings
    "#);
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    let sandbox = Sandbox::new();
    for args in [&["frobnicate"][..], &["sync", "--nope"], &["export"]] {
        let run = sandbox.patcher(args);
        assert_eq!(run.code, Some(2), "{args:?} {run:#?}");
        assert!(run.stderr.contains("Usage: patcher"), "{args:?} {run:#?}");
    }
}

#[test]
fn what_cannot_be_read_is_a_problem_among_others() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/0001-compile-separately.patch", "Repro: two-books", "Repro: none");
    let patch = sandbox.project.join("patches/0002-docs.patch");
    fs::remove_file(&patch).unwrap();
    fs::create_dir(&patch).unwrap();
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/0001-compile-separately.patch:10: Repro: there is no scenario none
       hint: name a directory of the scenarios, or delete that line
      error: patches/0002-docs.patch: is a directory, not a file
       hint: move it away, or restore the file from git
      error: 2 problems
    ");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patches/0001-compile-separately.patch:10: Repro: there is no scenario none
       hint: name a directory of the scenarios, or delete that line
      error: patches/0002-docs.patch: is a directory, not a file
       hint: move it away, or restore the file from git
      error: 2 problems
    ");
    let lock = sandbox.project.join("upstream.lock");
    fs::remove_file(&lock).unwrap();
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/0001-compile-separately.patch:10: Repro: there is no scenario none
       hint: name a directory of the scenarios, or delete that line
      error: patches/0002-docs.patch: is a directory, not a file
       hint: move it away, or restore the file from git
      error: [ROOT]/project/upstream.lock: the project has no lock
       hint: `git restore upstream.lock` brings it back, if it was committed
       hint: `patcher sync --to RELEASE` makes one: of the release that the patches are made for
    ");
    fs::create_dir(&lock).unwrap();
    let commands = [&["check"][..], &["sync", "--no-repro", "--to", "1.0.0"]];
    assert_snapshot!(same(commands.map(|args| sandbox.refuse(2, args, &[]).said())), @"
    error: upstream.lock: is a directory, not a file
    error: patches/0001-compile-separately.patch:10: Repro: there is no scenario none
     hint: name a directory of the scenarios, or delete that line
    error: patches/0002-docs.patch: is a directory, not a file
     hint: move it away, or restore the file from git
    error: 3 problems
    ");
}

#[test]
fn an_unreadable_scenario_is_there_all_the_same() {
    let sandbox = Sandbox::synced();
    sandbox.edit("tests/repro/two-books/scenario.toml", "title =", "tittle =");
    let run = sandbox.refuse(2, &["check"], &[]);
    assert_snapshot!(run, @"
    $ patcher check
    exit code: 2
    --- stderr
      error: tests/repro/two-books/scenario.toml:2: unknown key `tittle`
       hint: did you mean `title`?
    ");
}

#[test]
fn a_lock_that_pins_nothing_is_named() {
    let sandbox = Sandbox::synced();
    let lock = sandbox.read("upstream.lock");
    let end = lock.find("[[series]]").unwrap();
    sandbox.write("upstream.lock", &format!("series = []\n{}", &lock[..end]));
    sandbox.refuse(1, &["check"], &["upstream.lock:1: pins nothing: there is no [[series]] in it"]);
}
