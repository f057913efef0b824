//! `patcher sync`.
//!
//! - `any_order`: laws that hold whatever happens
//! - `fewer`: it does not take a release away
//! - `ports`: to another release
//! - `put_back`: from a lock that was put back from git
//! - `revisions`: what was published is never published again
//! - `safety`: what it must not do
//! - `trust`: what it must not believe and must not lose

mod any_order;
mod fewer;
mod ports;
mod put_back;
mod registry;
mod revisions;
mod safety;
mod settled;
mod trust;

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, git, joined};

const PATCHES: [&str; 2] = ["0001-compile-separately.patch", "0002-docs.patch"];

#[test]
fn the_first_sync_pins_applies_and_publishes() {
    let sandbox = Sandbox::new();
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --to 1.0.0 --no-repro
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
    + Fetched    2 releases from ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Pinned     demo_rules 1.0.0 (246b90549d47)
    + Wrote      dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    let lock = sandbox.read("upstream.lock");
    let pinned = git(&sandbox.upstream, &sandbox.home, &["rev-parse", "1.0.0"]);
    assert!(lock.contains(&format!("commit = \"{pinned}\"")), "{lock}");
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    [series.pin]
    release = "1.0.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.0.0.patched.1"
    [[series.patch]]
    [[series.patch]]
    "#);
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz").is_file());
    let snippet = sandbox.read("dist/demo_rules-1.0.0.patched.1.MODULE.bazel");
    assert_eq!(snippet, run.stdout);
}

#[test]
fn a_second_sync_has_nothing_to_do() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    let said = [&["sync", "--no-repro"][..], &["sync", "--no-repro", "--offline"]]
        .map(|args| sandbox.succeed(args).said());
    assert_snapshot!(joined(said), @"
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested

    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 in the mirror, as it was fetched earlier
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    ! Unchecked  that upstream's tag 1.0.0 is still that one
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    ");
    assert_eq!(files_of(&sandbox.project), before);
}

#[test]
fn a_lost_archive_is_made_again_to_the_byte() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
    + Wrote      dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    assert_eq!(files_of(&sandbox.project), before);
}

#[test]
fn a_changed_patch_is_taken_in_as_a_new_revision() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/0002-docs.patch", "+None. Books may", "+None: books may");
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: makes another README.md than its index line says
       hint: if that is meant, `patcher sync` picks it up; else restore the patch
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: 2 problems
    ");
    assert_snapshot!(sandbox.refuse(1, &["sync", "--check", "--no-repro"], &[]), @r#"
    $ patcher sync --check --no-repro
    exit code: 1
    --- stdout
    --- a/patches/0002-docs.patch
    +++ b/patches/0002-docs.patch
    @@ -10,7 +10,7 @@
     Drop-When: with the patch before it
     
     diff --git a/README.md b/README.md
    -index e1a86fda0b56c4f91ba9d70b30d2f9d4d298faba..90a8792e1fb814c6f541b7559f649725de02620c 100644
    +index e1a86fda0b56c4f91ba9d70b30d2f9d4d298faba..7d78b367ad6202f59160fb6cc4a54e88e5ad6d9a 100644
     --- a/README.md
     +++ b/README.md
     @@ -4,4 +4,4 @@
    --- a/upstream.lock
    +++ b/upstream.lock
    @@ -1,6 +1,6 @@
     # Written by patcher: do not edit. `patcher sync` refreshes it, `patcher check` derives it again.
     version = 3
    -checksum = "sha256-GB19qMtStd70+mZ+U14nMtfLrNWLLmVB/IawZzuhMQ0="
    +checksum = "sha256-HmHnW8yNxbP74zn4hDj9uT8IVY6dDeto0qFHDkt5vsM="
     
     [upstream]
     module = "demo_rules"
    @@ -13,15 +13,15 @@
     release = "1.0.0"
     commit = "246b90549d47596fbfbaf63284b49769316b9643"
     tree = "9d979783bd5049aaf38c5b1abd04e1911cc8468c"
    -revision = 1
    -patched_tree = "b89c47ab0ade8cfa71ced58076282388cdfba30b"
    -patched_commit = "19cd6aea1246426b28798466e61cc64aec8a39c9"
    -patched_commit_tree = "cefb1c420e5701e3710d7c0082f7806ef82f31f1"
    +revision = 2
    +patched_tree = "4268a7c7d1a508df5a95e2af57b0f5db14501b13"
    +patched_commit = "dfd1e1bafe16a72fec2853cd230c53a0b6575814"
    +patched_commit_tree = "765c5a5898a3139615eeb37d898c0743dc90e05c"
     
     [series.pin.archive]
    -file = "demo_rules-1.0.0.patched.1.tar.gz"
    -strip_prefix = "demo_rules-1.0.0.patched.1"
    -integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ="
    +file = "demo_rules-1.0.0.patched.2.tar.gz"
    +strip_prefix = "demo_rules-1.0.0.patched.2"
    +integrity = "sha256-Mx26KXttMHyIQDmWp+hKdIsjKM9kmPPK3OmA5q84UDU="
     
     [[series.patch]]
     name = "0001-compile-separately.patch"
    @@ -30,5 +30,5 @@
     
     [[series.patch]]
     name = "0002-docs.patch"
    -integrity = "sha256-rMzaqCeVPKUZazrF9n0QE3qJg8Be8v6GP/0/N2zFFPs="
    -tree = "b89c47ab0ade8cfa71ced58076282388cdfba30b"
    +integrity = "sha256-2aRUM8RDtZvsuHM5dGh+jzzpJ70oPglI4hRNENZT+OQ="
    +tree = "4268a7c7d1a508df5a95e2af57b0f5db14501b13"
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    ! Picked up  patches/0002-docs.patch:12: makes another README.md than its index line says
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: not up to date: patches/0002-docs.patch, upstream.lock; no test results: the scenarios did not run
       hint: `patcher sync` brings it up to date
    "#);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
        integrity = "sha256-Mx26KXttMHyIQDmWp+hKdIsjKM9kmPPK3OmA5q84UDU=",
        strip_prefix = "demo_rules-1.0.0.patched.2",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.2.tar.gz"],
    )
    --- stderr
    > Using      demo_rules 1.0.0 (246b90549d47)
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    ! Picked up  patches/0002-docs.patch:12: makes another README.md than its index line says
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Wrote      dist/demo_rules-1.0.0.patched.2.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.2.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.2.tar.gz.intoto.json
    + Wrote      patches/0002-docs.patch
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.2: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    sandbox.succeed(&["check"]);
}

#[test]
fn what_git_format_patch_writes_is_made_canonical() {
    let sandbox = Sandbox::synced();
    let canonical = PATCHES.map(|name| sandbox.read(&format!("patches/{name}")));
    let tree = sandbox.worktree("format", "1.0.0");
    for name in PATCHES {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    sandbox.git(&tree, &["format-patch", "--quiet", "--output-directory", "mails", "1.0.0"]);
    let mut mails: Vec<_> =
        fs::read_dir(tree.join("mails")).unwrap().map(|e| e.unwrap().path()).collect();
    mails.sort();
    for (mail, name) in mails.iter().zip(PATCHES) {
        fs::copy(mail, sandbox.project.join("patches").join(name)).unwrap();
    }
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0001-compile-separately.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
      error: patches/0002-docs.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
       hint: `patcher sync` writes it in canonical form
      error: patches/0001-compile-separately.patch: has changed since the last sync
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: 4 problems
    "#);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
    ! Picked up  patches/0001-compile-separately.patch: has changed since the last sync
    ! Picked up  patches/0002-docs.patch: has changed since the last sync
    ! Mended     patches/0001-compile-separately.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
    ! Mended     patches/0002-docs.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Wrote      patches/0001-compile-separately.patch
    + Wrote      patches/0002-docs.patch
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    assert_eq!(PATCHES.map(|name| sandbox.read(&format!("patches/{name}"))), canonical);
    assert!(sandbox.read("upstream.lock").contains("revision = 1"), "the archive is the same");
}

#[test]
fn an_ambiguous_hunk_gets_more_context() {
    let sandbox = Sandbox::new();
    let block = "  attrs = {\n    a\n    b\n    c\n    d\n    e\n    f\n  }\n";
    let twice = format!("first(\n{block})\nsecond(\n{block})\n");
    sandbox.release("1.0.0", "1.0.1", |tree| fs::write(tree.join("twice.bzl"), &twice).unwrap());
    let tree = sandbox.worktree("twice", "1.0.1");
    let at = twice.rfind("    d\n").unwrap();
    fs::write(tree.join("twice.bzl"), format!("{}    new\n{}", &twice[..at], &twice[at..]))
        .unwrap();
    sandbox.git(
        &tree,
        &[
            "commit",
            "--quiet",
            "--all",
            "-m",
            "fix: add\n\nWhy.\n\nRepro: none (a test)\nDrop-When: never",
        ],
    );
    let mail = sandbox.git(&tree, &["format-patch", "--stdout", "--full-index", "-1"]);
    for name in PATCHES {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/0001-add.patch", &(mail + "\n"));
    sandbox.write("patches/series", "0001-add.patch\n");
    let run = sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --to 1.0.1 --no-repro
    exit code: 0
    --- stdout
    # demo_rules 1.0.1 with 1 patch, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.1")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-85pm+vicJ4XxTfr1nb1kcjY6+evQIrU5xXycFh1GtzU=",
        strip_prefix = "demo_rules-1.0.1.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.1.patched.1.tar.gz"],
    )
    --- stderr
    + Fetched    3 releases from ../upstream.git
    > Using      demo_rules 1.0.1 (446c74dfd367)
    ! Mended     patches/0001-add.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
    ! Mended     patches/0001-add.patch:18: the lines that the hunk looks for stand 2 times in twice.bzl
    + Applied    0001-add.patch
    + Pinned     demo_rules 1.0.1 (446c74dfd367)
    + Wrote      dist/demo_rules-1.0.1.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.1.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.1.patched.1.tar.gz.intoto.json
    + Wrote      patches/0001-add.patch
    + Wrote      upstream.lock
    + Checked    that 1.0.1 is 446c74dfd367 at ../upstream.git
    + Applied    1 patch cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.1.patched.1: 1 patch, not tested
    Next: patcher sync   run the scenarios
    "#);
    let patch = sandbox.read("patches/0001-add.patch");
    assert!(patch.contains("\n second(\n"), "the hunk reaches what separates the two: {patch}");
    sandbox.succeed(&["check"]);
}

#[test]
fn latest_is_the_newest_stable_release() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "1.2.0-rc1", |tree| fs::write(tree.join("new"), "1").unwrap());
    let run = sandbox.succeed(&["sync", "--to", "latest", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --to latest --no-repro
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
    + Fetched    1 release from ../upstream.git
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
fn an_empty_series_is_the_release_itself() {
    let sandbox = Sandbox::new();
    for name in PATCHES {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/series", "# nothing yet\n");
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --to 1.0.0 --no-repro
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 without patches.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-Jv+oZM8g6nuN3qYnYwi25gPVjzV6PdSH8xvLDlOFYPQ=",
        strip_prefix = "demo_rules-1.0.0",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.tar.gz"],
    )
    --- stderr
    + Fetched    2 releases from ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Pinned     demo_rules 1.0.0 (246b90549d47)
    + Wrote      dist/demo_rules-1.0.0.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.tar.gz
    + Wrote      dist/demo_rules-1.0.0.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Checked    that the series is empty: this is the release
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0: 0 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.tar.gz").is_file());
    sandbox.succeed(&["check"]);
}

#[test]
fn the_registry_is_asked_and_believed_only_when_it_agrees() {
    let sandbox = Sandbox::new();
    let source = "registry/modules/demo_rules/1.0.0/source.json";
    let git_archive = "git archive --prefix=demo_rules-1.0.0/ 1.0.0 | gzip | sha256sum";
    let hex = std::process::Command::new("sh")
        .args(["-c", git_archive])
        .current_dir(&sandbox.upstream)
        .env("HOME", &sandbox.home)
        .output();
    let hex = String::from_utf8(hex.unwrap().stdout).unwrap();
    let bytes: Vec<u8> =
        (0..32).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect();
    let integrity = format!("sha256-{}", base64(&bytes));
    sandbox.write(source, &format!("{{\"integrity\": \"{integrity}\", \"url\": \"x\"}}"));
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert!(
        run.stderr.contains(&format!(
            "Reproduced the registry's archive from the tag, byte for byte ({integrity})"
        )),
        "{run:#?}"
    );
    assert!(
        sandbox.read("upstream.lock").contains(&format!("registry_integrity = \"{integrity}\""))
    );
    let other = Sandbox::new();
    let wrong = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    other.write(source, &format!("{{\"integrity\": \"{wrong}\"}}"));
    other.refuse(
        6,
        &["sync", "--to", "1.0.0", "--no-repro"],
        &[&format!("the registry's archive of 1.0.0 has {wrong}")],
    );
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
