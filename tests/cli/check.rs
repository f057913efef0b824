//! `patcher check`: what it finds, all at once, with file and line.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

const FIRST: &str = "patches/0001-compile-separately.patch";
const SECOND: &str = "patches/0002-docs.patch";

#[test]
fn a_sound_project_passes_and_a_missing_result_is_said() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["check"]);
    assert_snapshot!(run, @"
    $ patcher check
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.0.0: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.0.0.patched.1 (archives by their commits: --archives)
    warning: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 1 release
    ");
    let json = sandbox.succeed(&["check", "--format=json"]).json();
    assert_eq!(json["patches"], 2);
    assert_eq!(json["stale"], "no test results: the scenarios did not run");
}

#[test]
fn nothing_outside_the_cache_is_needed() {
    let mut sandbox = Sandbox::synced();
    fs::remove_dir_all(&sandbox.upstream).unwrap();
    sandbox.set("PATH", "/nonexistent");
    sandbox.succeed(&["check", "--offline"]);
}

#[test]
fn faults_of_several_files_are_found_at_once() {
    let sandbox = Sandbox::synced();
    fs::rename(sandbox.project.join(SECOND), sandbox.project.join("patches/0003-docs.patch"))
        .unwrap();
    sandbox.edit(FIRST, "Repro: two-books", "Repro: three-books");
    sandbox.edit("upstream.lock", "revision = 1", "revision = 2");
    sandbox.edit(
        "tests/repro/plain-books/scenario.toml",
        "phase = \"analysis\"",
        "phase = \"guess\"",
    );
    // What cannot be understood decides the exit code.
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
      error: tests/repro/plain-books/scenario.toml:6: phase: unknown value `guess`
       hint: there are `analysis`, `build`, `test`
      error: patches/0001-compile-separately.patch:10: Repro: there is no scenario three-books
       hint: name a directory of the scenarios, or delete that line
      error: patches/series:2: 0002-docs.patch is missing from patches/
       hint: restore it from git, or take its line out of the series
      error: patches/0003-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 5 problems
    ");
}

#[test]
fn each_fault_of_the_series_is_found() {
    let cases = [
        "0001-compile-separately.patch\n",
        "0002-docs.patch\n0001-compile-separately.patch\n",
        "0001-compile-separately.patch\n0001-compile-separately.patch\n0002-docs.patch\n",
        "/tmp/0001-compile-separately.patch\n",
        "../0001-compile-separately.patch\n",
        "0001-compile-separately.patch\n0002-docs.patch\n0003-new.patch\n",
    ];
    let sandbox = Sandbox::synced();
    let said = cases.map(|series| {
        sandbox.write("patches/series", series);
        let commands = [&["check"][..], &["sync", "--no-repro"]];
        joined(commands.map(|args| sandbox.refuse(1, args, &[])))
    });
    assert_snapshot!(joined(said), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: upstream.lock:32: names 0002-docs.patch, which is not in the series
       hint: `patcher sync` picks up the change
      error: 2 problems

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series:2: 0001-compile-separately.patch is out of order, after 0002-docs.patch
       hint: rename the patches so that lexical order is series order: `git am patches/*.patch` and Bazel apply them that way

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/series:2: 0001-compile-separately.patch is out of order, after 0002-docs.patch
       hint: rename the patches so that lexical order is series order: `git am patches/*.patch` and Bazel apply them that way

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series:2: 0001-compile-separately.patch comes twice
       hint: name it once

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/series:2: 0001-compile-separately.patch comes twice
       hint: name it once

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series:1: /tmp/0001-compile-separately.patch is an absolute path
       hint: name a file beside the series file
      error: patches/0001-compile-separately.patch: is not in the series
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 3 problems

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/series:1: /tmp/0001-compile-separately.patch is an absolute path
       hint: name a file beside the series file
      error: patches/0001-compile-separately.patch: is not in the series
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 3 problems

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series:1: ../0001-compile-separately.patch leaves the directory of the series
       hint: name a file beside the series file
      error: patches/0001-compile-separately.patch: is not in the series
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 3 problems

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/series:1: ../0001-compile-separately.patch leaves the directory of the series
       hint: name a file beside the series file
      error: patches/0001-compile-separately.patch: is not in the series
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 3 problems

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series:3: 0003-new.patch is missing from patches/
       hint: restore it from git, or take its line out of the series

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: patches/series:3: 0003-new.patch is missing from patches/
       hint: restore it from git, or take its line out of the series
    ");
    fs::remove_file(sandbox.project.join("patches/series")).unwrap();
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/series: there is no series file
       hint: write the patches' names into it, in order, one a line
    ");
}

#[test]
fn a_faulty_series_hides_nothing() {
    let sandbox = Sandbox::synced();
    let series = "0002-docs.patch\n0001-compile-separately.patch\n../0003-x.patch\n0004-y.patch\n";
    sandbox.write("patches/series", series);
    sandbox.write("patches/0005-z.patch", "");
    sandbox.edit(FIRST, "Repro: two-books", "Repro: none");
    sandbox.edit(SECOND, "Subject: docs", "Topic: docs");
    let lock = sandbox.read("upstream.lock");
    let tree = lock.lines().find(|line| line.starts_with("tree = ")).unwrap();
    sandbox.edit("upstream.lock", tree, &format!("tree = \"{}\"", "1".repeat(40)));
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
      error: patches/series:2: 0001-compile-separately.patch is out of order, after 0002-docs.patch
       hint: rename the patches so that lexical order is series order: `git am patches/*.patch` and Bazel apply them that way
      error: patches/series:3: ../0003-x.patch leaves the directory of the series
       hint: name a file beside the series file
      error: patches/0002-docs.patch:1: does not begin with the From, Date and Subject headers of a mail
       hint: make it with `git format-patch`, so that `git am` takes it
      error: patches/0001-compile-separately.patch:10: Repro: there is no scenario none
       hint: name a directory of the scenarios, or delete that line
      error: patches/series:4: 0004-y.patch is missing from patches/
       hint: restore it from git, or take its line out of the series
      error: patches/0005-z.patch: is not in the series
       hint: name it in patches/series, or delete it
      error: 7 problems
                 -v shows 1 problem that may follow from it
    ");
}

#[test]
fn an_edited_pin_is_an_edit_and_no_moved_tag() {
    let sandbox = Sandbox::synced();
    let lock = sandbox.read("upstream.lock");
    let commit = lock.lines().find(|line| line.starts_with("commit = ")).unwrap();
    // A commit that is nowhere.
    sandbox.edit("upstream.lock", commit, &format!("commit = \"{}\"", "1".repeat(40)));
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
       hint: not everything could be looked at: [ROOT]/cache/mirror/upstream-[KEY].git lacks commit 1111111111111111111111111111111111111111
    ");
    // A release whose tag is another commit.
    sandbox.write("upstream.lock", &lock.replace("release = \"1.0.0\"", "release = \"1.1.0\""));
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
                 -v shows 1 problem that may follow from it
    ");
    let said = [&["sync", "--no-repro"][..], &["publish", "--output", "out"], &["export", "out"]]
        .map(|args| sandbox.refuse(1, args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)

    $ patcher publish --output out
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
                 -v shows 1 problem that may follow from it
       hint: nothing was published

    $ patcher export out
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
    ");
}

#[test]
fn a_patch_applies_exactly_or_not_at_all() {
    let cases = [
        // An offset.
        ("@@ -15,15 +15,28 @@", "@@ -14,15 +14,28 @@"),
        // Fuzz.
        ("\n def _note_book_impl(ctx):", "\n def _note_book_impl(CTX):"),
        // A place for the new lines that does not follow.
        ("@@ -15,15 +15,28 @@", "@@ -15,15 +16,28 @@"),
    ];
    let said = cases.map(|(from, to)| {
        let sandbox = Sandbox::synced();
        sandbox.edit(FIRST, from, to);
        let commands = [&["check"][..], &["sync", "--no-repro"]];
        joined(commands.map(|args| sandbox.refuse(1, args, &[])))
    });
    assert_snapshot!(joined(said), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:18: notes.bzl:14: expected "    return compiled", found "    )"
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
      error: patches/0001-compile-separately.patch:18: notes.bzl:14: expected "    return compiled", found "    )"
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:20: notes.bzl:17: expected "def _note_book_impl(CTX):", found "def _note_book_impl(ctx):"
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
      error: patches/0001-compile-separately.patch:20: notes.bzl:17: expected "def _note_book_impl(CTX):", found "def _note_book_impl(ctx):"
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed

    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:17: notes.bzl: the hunk's new start 16 is wrong
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`

    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
      error: patches/0001-compile-separately.patch:17: notes.bzl: the hunk's new start 16 is wrong
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed
    "#);
}

#[test]
fn a_pre_image_blob_that_differs_is_refused() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.read(SECOND);
    let at = patch.find("index ").unwrap() + "index ".len();
    let other = if patch.as_bytes()[at] == b'0' { "1" } else { "0" };
    let edited = format!("{}{other}{}", &patch[..at], &patch[at + 1..]);
    sandbox.write(SECOND, &edited);
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: was made for another README.md: blob 01a86fda0b56, here is e1a86fda0b56
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
    ");
    assert_snapshot!(sandbox.refuse(1, &["export", "out"], &[]), @"
    $ patcher export out
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: was made for another README.md: blob 01a86fda0b56, here is e1a86fda0b56
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
    ");
}

#[test]
fn an_added_file_must_not_be_there() {
    let sandbox = Sandbox::synced();
    let header = sandbox.read(SECOND).split("diff --git").next().unwrap().to_owned();
    let zeros = "0".repeat(40);
    let diff = format!(
        "diff --git a/version.bzl b/version.bzl\nnew file mode 100644\nindex {zeros}..5626abf0f72e58d7a153368ba57db4c673c0e171\n--- /dev/null\n+++ b/version.bzl\n@@ -0,0 +1 @@\n+one\n"
    );
    sandbox.write(SECOND, &(header + &diff));
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: adds version.bzl, which is there already
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
    ");
}

#[test]
fn each_edited_fact_of_the_lock_is_named() {
    let sandbox = Sandbox::synced();
    let lock = sandbox.read("upstream.lock");
    let facts: Vec<(usize, &str)> = lock
        .lines()
        .enumerate()
        .filter(|(_, line)| {
            ["tree =", "patched_tree", "patched_commit", "integrity"]
                .iter()
                .any(|key| line.starts_with(key))
        })
        .collect();
    assert!(facts.len() >= 8, "{facts:?}");
    for (index, line) in facts {
        // The middle of the value: changing the end of base64 could leave it unreadable.
        let at = line.len() - 20;
        let other = if line.as_bytes()[at] == b'0' { '1' } else { '0' };
        let edited = format!("{}{other}{}", &line[..at], &line[at + 1..]);
        let mut lines: Vec<&str> = lock.lines().collect();
        lines[index] = &edited;
        sandbox.write("upstream.lock", &(lines.join("\n") + "\n"));
        let key = line.split(' ').next().unwrap();
        let checksum = ["upstream.lock:3: the checksum does not hold"];
        let run = sandbox.refuse(1, &["check", "-v"], &checksum);
        // A patch's own digest shows as the patch's change, the rest as the lock's.
        let named = run.stderr.contains(&format!("upstream.lock:{}:", index + 1))
            || run.stderr.contains("has changed since the last sync");
        assert!(named, "{key} in line {}:\n{}", index + 1, run.stderr);
        sandbox.refuse(1, &["sync", "--no-repro"], &["the checksum does not hold"]);
    }
}

#[test]
fn a_moved_tag_is_an_integrity_failure() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.upstream, &["tag", "--force", "1.0.0", "1.1.0"]);
    let said = [&["sync", "--no-repro"][..], &["sync", "--no-repro", "--to", "1.1.0"]]
        .map(|args| sandbox.refuse(6, args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher sync --no-repro
    exit code: 6
    --- stderr
      error: upstream.lock: the tag 1.0.0 has moved: 246b90549d47 is pinned, upstream has 8257ff80de37
       hint: find out why before you trust the new commit: a release should not change

    $ patcher sync --no-repro --to 1.1.0
    exit code: 6
    --- stderr
      error: upstream.lock: the tag 1.0.0 has moved: 246b90549d47 is pinned, upstream has 8257ff80de37
       hint: find out why before you trust the new commit: a release should not change
    ");
    // The mirror still has what was pinned, and `check` asks nobody else.
    sandbox.succeed(&["check"]);
}

#[test]
fn a_tag_that_is_gone_upstream_is_an_integrity_failure() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.upstream, &["tag", "--delete", "1.0.0"]);
    let run = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    assert_snapshot!(run, @"
    $ patcher sync --no-repro
    exit code: 6
    --- stderr
      error: upstream.lock: the tag 1.0.0 is gone: 246b90549d47 is pinned, upstream ../upstream.git has no such tag
       hint: find out why: a release should not go; `--upstream` names a clone that has it, `--offline` uses what was fetched earlier, `--to` pins another release
    ");
    assert_snapshot!(sandbox.refuse(6, &["sync", "--check"], &[]), @"
    $ patcher sync --check
    exit code: 6
    --- stderr
      error: upstream.lock: the tag 1.0.0 is gone: 246b90549d47 is pinned, upstream ../upstream.git has no such tag
       hint: find out why: a release should not go; `--upstream` names a clone that has it, `--offline` uses what was fetched earlier, `--to` pins another release
    ");
    // The mirror has it, and so has the way to another release.
    sandbox.succeed(&["check"]);
    sandbox.succeed(&["sync", "--no-repro", "--offline"]);
    let run = sandbox.succeed(&["sync", "--no-repro", "--to", "latest"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro --to latest
    exit code: 0
    --- stdout
    # demo_rules 1.1.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.1.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=",
        strip_prefix = "demo_rules-1.1.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.1.0.patched.1.tar.gz"],
    )
    --- stderr
    warning: the tag 1.0.0 is gone: 246b90549d47 is pinned, upstream ../upstream.git has no such tag
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch (offset)
    + Applied    0002-docs.patch (unchanged)
    + Pinned     demo_rules 1.1.0 (8257ff80de37)
    + Wrote      dist/demo_rules-1.1.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.1.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json
    + Wrote      patches/0001-compile-separately.patch
    + Wrote      patches/0002-docs.patch
    + Wrote      upstream.lock
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
}

#[test]
fn offline_claims_no_more_than_what_was_compared() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["sync", "--no-repro", "--offline"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro --offline
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 in the mirror, as it was fetched earlier
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  that upstream's tag 1.0.0 is still that one
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    "#);
    let mirror =
        fs::read_dir(sandbox.cache.join("mirror")).unwrap().next().unwrap().unwrap().path();
    sandbox.git(&mirror, &["tag", "--delete", "1.0.0"]);
    let run = sandbox.succeed(&["sync", "--no-repro", "--offline"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro --offline
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    - Up to date demo_rules 1.0.0.patched.1
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    ! Unchecked  that 1.0.0 is 246b90549d47: the mirror has no such tag
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    "#);
}

#[test]
fn another_tag_that_moved_is_told() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.upstream, &["tag", "--force", "1.1.0", "1.0.0"]);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run.said(), @"
    warning: the tag 1.1.0 has moved: it was 8257ff80de37 when it was fetched, is 246b90549d47 now
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    ");
}

#[test]
fn without_a_mirror_there_is_a_way_out() {
    let sandbox = Sandbox::synced();
    fs::remove_dir_all(&sandbox.cache).unwrap();
    assert_snapshot!(sandbox.refuse(30, &["check"], &[]), @"
    $ patcher check
    exit code: 30
    --- stderr
      error: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it
    ");
    assert_snapshot!(sandbox.refuse(30, &["sync", "--offline", "--no-repro"], &[]), @"
    $ patcher sync --offline --no-repro
    exit code: 30
    --- stderr
      error: nothing was fetched yet, and --offline forbids it: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it
    ");
    // What can be found without it is found all the same.
    sandbox.edit("patches/series", "0002-docs.patch\n", "");
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch: is not in the series
       hint: name it in patches/series, or delete it
       hint: not everything could be looked at: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
    ");
}
