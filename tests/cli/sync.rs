//! `patcher sync`.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, git};

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
        integrity = "sha256-YGrR1ByM0R/bNI2LMGzs70Hu2lMgBc9Ath1vNVgwfS4=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
         Fetched 2 releases from ../upstream.git
          Pinned demo_rules 1.0.0 (246b90549d47)
         Applied 0001-compile-separately.patch
         Applied 0002-docs.patch
           Wrote dist/demo_rules-1.0.0.patched.1.MODULE.bazel
           Wrote dist/demo_rules-1.0.0.patched.1.tar.gz
           Wrote dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
           Wrote upstream.lock
         Checked that 1.0.0 is 246b90549d47 at ../upstream.git
         Applied 2 patches cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
    "#);
    let lock = sandbox.read("upstream.lock");
    let pinned = git(&sandbox.upstream, &sandbox.home, &["rev-parse", "1.0.0"]);
    assert!(lock.contains(&format!("commit = \"{pinned}\"")), "{lock}");
    assert!(lock.contains("revision = 1") && !lock.contains("tested"), "{lock}");
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz").is_file());
    let snippet = sandbox.read("dist/demo_rules-1.0.0.patched.1.MODULE.bazel");
    assert_eq!(snippet, run.stdout);
}

#[test]
fn a_second_sync_has_nothing_to_do() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    for args in [&["sync", "--no-repro"][..], &["sync", "--no-repro", "--offline"]] {
        let run = sandbox.succeed(args);
        assert!(run.stderr.contains("Up to date demo_rules 1.0.0.patched.1"), "{run:#?}");
        assert!(!run.stderr.contains("Wrote"), "{run:#?}");
    }
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
        integrity = "sha256-YGrR1ByM0R/bNI2LMGzs70Hu2lMgBc9Ath1vNVgwfS4=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
          Pinned demo_rules 1.0.0 (246b90549d47)
         Applied 0001-compile-separately.patch
         Applied 0002-docs.patch
           Wrote dist/demo_rules-1.0.0.patched.1.MODULE.bazel
           Wrote dist/demo_rules-1.0.0.patched.1.tar.gz
           Wrote dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
         Checked that 1.0.0 is 246b90549d47 at ../upstream.git
         Applied 2 patches cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
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
       hint: `patcher sync` writes the index line again
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: stopped at 2 problems
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
    -checksum = "sha256-8sO1KqXL69Y/MXzYUx8fyP3ZkivYWJrQOSXKqGAdQnk="
    +checksum = "sha256-iyJq8iyRHu6DYUT3n6VruhQRlhK727NE5WokSrxKu2Y="
     
     [upstream]
     module = "demo_rules"
    @@ -13,15 +13,15 @@
     release = "1.0.0"
     commit = "246b90549d47596fbfbaf63284b49769316b9643"
     tree = "9d979783bd5049aaf38c5b1abd04e1911cc8468c"
    -revision = 1
    -patched_tree = "b89c47ab0ade8cfa71ced58076282388cdfba30b"
    -patched_commit = "3a4f654cdaf7cbe427caf2ad4cce1ec12e68298e"
    -patched_commit_tree = "f22f708423b4c74010f7aae939d6cf05f42066dd"
    +revision = 2
    +patched_tree = "4268a7c7d1a508df5a95e2af57b0f5db14501b13"
    +patched_commit = "48d4f85cc866841cdd277bea58b1edb9e7b9d2b1"
    +patched_commit_tree = "40cbe9a2265d511a18381fca0cb33dba0a0e1d35"
     
     [series.pin.archive]
    -file = "demo_rules-1.0.0.patched.1.tar.gz"
    -strip_prefix = "demo_rules-1.0.0.patched.1"
    -integrity = "sha256-YGrR1ByM0R/bNI2LMGzs70Hu2lMgBc9Ath1vNVgwfS4="
    +file = "demo_rules-1.0.0.patched.2.tar.gz"
    +strip_prefix = "demo_rules-1.0.0.patched.2"
    +integrity = "sha256-d8uYmCqgQqfIJk9pfQ1svkLQvts5Ck9amOK/t8njczE="
     
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
          Pinned demo_rules 1.0.0 (246b90549d47)
       Picked up patches/0002-docs.patch: has changed since the last sync
          Mended patches/0002-docs.patch:12: makes another README.md than its index line says
         Applied 0001-compile-separately.patch
         Applied 0002-docs.patch
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
        integrity = "sha256-d8uYmCqgQqfIJk9pfQ1svkLQvts5Ck9amOK/t8njczE=",
        strip_prefix = "demo_rules-1.0.0.patched.2",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.2.tar.gz"],
    )
    --- stderr
          Pinned demo_rules 1.0.0 (246b90549d47)
       Picked up patches/0002-docs.patch: has changed since the last sync
          Mended patches/0002-docs.patch:12: makes another README.md than its index line says
         Applied 0001-compile-separately.patch
         Applied 0002-docs.patch
           Wrote dist/demo_rules-1.0.0.patched.2.MODULE.bazel
           Wrote dist/demo_rules-1.0.0.patched.2.tar.gz
           Wrote dist/demo_rules-1.0.0.patched.2.tar.gz.intoto.json
           Wrote patches/0002-docs.patch
           Wrote upstream.lock
         Checked that 1.0.0 is 246b90549d47 at ../upstream.git
         Applied 2 patches cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
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
       hint: `patcher sync` writes it in canonical form
      error: patches/0002-docs.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
       hint: `patcher sync` writes it in canonical form
      error: patches/0001-compile-separately.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
      error: stopped at 4 problems
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
        integrity = "sha256-YGrR1ByM0R/bNI2LMGzs70Hu2lMgBc9Ath1vNVgwfS4=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
          Pinned demo_rules 1.0.0 (246b90549d47)
       Picked up patches/0001-compile-separately.patch: has changed since the last sync
       Picked up patches/0002-docs.patch: has changed since the last sync
          Mended patches/0001-compile-separately.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
          Mended patches/0002-docs.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
         Applied 0001-compile-separately.patch
         Applied 0002-docs.patch
           Wrote patches/0001-compile-separately.patch
           Wrote patches/0002-docs.patch
         Checked that 1.0.0 is 246b90549d47 at ../upstream.git
         Applied 2 patches cleanly, every blob as stated
        Untested no test results: the scenarios did not run
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
        integrity = "sha256-lMdez14iRHJUzK3QqTFasiXnU0BSUpbN866NjmV5n2g=",
        strip_prefix = "demo_rules-1.0.1.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.1.patched.1.tar.gz"],
    )
    --- stderr
         Fetched 3 releases from ../upstream.git
          Pinned demo_rules 1.0.1 (446c74dfd367)
          Mended patches/0001-add.patch:1: is not canonical: expected "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
          Mended patches/0001-add.patch:18: the lines that the hunk looks for stand 2 times in twice.bzl
         Applied 0001-add.patch
           Wrote dist/demo_rules-1.0.1.patched.1.MODULE.bazel
           Wrote dist/demo_rules-1.0.1.patched.1.tar.gz
           Wrote dist/demo_rules-1.0.1.patched.1.tar.gz.intoto.json
           Wrote patches/0001-add.patch
           Wrote upstream.lock
         Checked that 1.0.1 is 446c74dfd367 at ../upstream.git
         Applied 1 patch cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
    "#);
    let patch = sandbox.read("patches/0001-add.patch");
    assert!(patch.contains("\n second(\n"), "the hunk reaches what separates the two: {patch}");
    sandbox.succeed(&["check"]);
}

#[test]
fn a_port_follows_moved_code() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["--format", "json", "sync", "--to", "1.1.0", "--no-repro"]);
    let document = run.json();
    assert_eq!(document["version"], "1.1.0.patched.1");
    assert_eq!(document["outcomes"][0]["outcome"], "offset");
    assert_eq!(document["outcomes"][1]["outcome"], "unchanged");
    sandbox.succeed(&["check"]);
    // The ported patches are what git takes at the new release.
    let tree = sandbox.worktree("port", "1.1.0");
    for name in PATCHES {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    let id = sandbox.git(&tree, &["rev-parse", "HEAD^{tree}"]);
    assert!(sandbox.read("upstream.lock").contains(&format!("patched_tree = \"{id}\"")));
}

#[test]
fn a_port_there_and_back_gives_the_old_project() {
    let sandbox = Sandbox::synced();
    let project = || PATCHES.map(|name| sandbox.read(&format!("patches/{name}")));
    let (before, lock) = (project(), sandbox.read("upstream.lock"));
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    assert_ne!(project(), before);
    sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert_eq!(project(), before);
    assert_eq!(sandbox.read("upstream.lock"), lock);
}

#[test]
fn a_port_follows_a_renamed_file() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        fs::create_dir(tree.join("private")).unwrap();
        fs::rename(tree.join("notes.bzl"), tree.join("private/notes.bzl")).unwrap();
    });
    sandbox.succeed(&["sync", "--to", "1.2.0", "--no-repro"]);
    let patch = sandbox.read("patches/0001-compile-separately.patch");
    assert!(patch.contains("diff --git a/private/notes.bzl b/private/notes.bzl"), "{patch}");
    sandbox.succeed(&["check"]);
}

#[test]
fn a_conflict_stops_with_all_sides_and_changes_nothing() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        let text = fs::read_to_string(tree.join("notes.bzl")).unwrap();
        let edited = text.replace(
            "    _note_book(name = name, **kwargs)",
            "    _note_book(name = name, tags = [], **kwargs)",
        );
        assert_ne!(text, edited);
        fs::write(tree.join("notes.bzl"), edited).unwrap();
    });
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    let run = sandbox.refuse(
        3,
        &args,
        &[
            "error: patches/0001-compile-separately.patch:17: `@@ -15,15 +15,28 @@` of notes.bzl \
             would land at notes.bzl:29 of 1.2.0: both changed these lines",
            "at the pin:\n          _note_book(name = name, **kwargs)",
            "in 1.2.0:\n          _note_book(name = name, tags = [], **kwargs)",
            "with the patch:\n          \"\"\"Makes a book.",
            "0001-compile-separately.patch conflicts on 1.2.0; nothing was changed",
        ],
    );
    assert!(!run.stderr.contains("Wrote"), "{run:#?}");
    let json =
        sandbox.refuse(3, &["--format", "json", "sync", "--to", "1.2.0", "--no-repro"], &[]).json();
    assert_eq!(json["error"]["kind"], "conflict");
    let problem = &json["error"]["problems"][0];
    assert_eq!(problem["file"], "patches/0001-compile-separately.patch");
    assert_eq!(problem["line"], 17);
}

#[test]
fn a_deleted_file_and_an_added_one_conflict() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| fs::remove_file(tree.join("README.md")).unwrap());
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    assert_snapshot!(sandbox.refuse(3, &args, &[]), @"
    $ patcher sync --to 1.2.0 --no-repro
    exit code: 3
    --- stderr
         Fetched 1 release from ../upstream.git
          Pinned demo_rules 1.2.0 (af50f90a0648)
      error: patches/0002-docs.patch:12: README.md of 1.2.0: upstream deleted the file
      error: 0002-docs.patch conflicts on 1.2.0; nothing was changed
       hint: `patcher sync --to 1.2.0 --resolve` opens a worktree to resolve it in
    ");
}

#[test]
fn a_patch_that_the_release_already_holds_is_named() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.project.join("patches").join(PATCHES[0]);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        sandbox.git(tree, &["apply", "--3way", patch.to_str().unwrap()]);
    });
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    assert_snapshot!(sandbox.refuse(1, &args, &[]), @"
    $ patcher sync --to 1.2.0 --no-repro
    exit code: 1
    --- stderr
         Fetched 1 release from ../upstream.git
          Pinned demo_rules 1.2.0 (60fd0c1641c4)
      error: patches/0001-compile-separately.patch: is already in 1.2.0: merging it changes nothing; it could be taken back from the release; upstream's commit 60fd0c1641c4 is the same change; `@@ -15,15 +15,28 @@` of notes.bzl is there
       hint: see that 1.2.0 does not need it, then leave it out: `--accept-obsolete 0001-compile-separately.patch`
      error: stopped at 1 problem
    ");
    // It goes where it is named, with its line of the series and nothing else of it.
    sandbox.edit("patches/series", PATCHES[1], &format!("# stays\n{}", PATCHES[1]));
    let accept = ["--accept-obsolete", PATCHES[0]];
    let run = sandbox.succeed(&[&args[..], &accept].concat());
    assert_snapshot!(run, @r#"
    $ patcher sync --to 1.2.0 --no-repro --accept-obsolete 0001-compile-separately.patch
    exit code: 0
    --- stdout
    # demo_rules 1.2.0 with 1 patch, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.2.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-yQEORi7u4a1o6LU9v2o71h1FlX37eBetDOUpn3JjYxk=",
        strip_prefix = "demo_rules-1.2.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.2.0.patched.1.tar.gz"],
    )
    --- stderr
          Pinned demo_rules 1.2.0 (60fd0c1641c4)
        Left out 0001-compile-separately.patch (already upstream)
         Applied 0002-docs.patch (unchanged)
           Wrote dist/demo_rules-1.2.0.patched.1.MODULE.bazel
           Wrote dist/demo_rules-1.2.0.patched.1.tar.gz
           Wrote dist/demo_rules-1.2.0.patched.1.tar.gz.intoto.json
         Removed patches/0001-compile-separately.patch
           Wrote patches/0002-docs.patch
           Wrote patches/series
           Wrote upstream.lock
         Checked that 1.2.0 is 60fd0c1641c4 at ../upstream.git
         Applied 1 patch cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
    "#);
    assert!(!sandbox.project.join("patches").join(PATCHES[0]).exists());
    let series = sandbox.read("patches/series");
    assert!(series.ends_with("# stays\n0002-docs.patch\n"), "{series}");
    assert!(!series.contains(PATCHES[0]), "{series}");
    assert!(!sandbox.read("upstream.lock").contains(PATCHES[0]));
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
        integrity = "sha256-lu/0ulyuFFkdKV/Z4jy/gKNpAkdnfQn+lAwM/xSaCNw=",
        strip_prefix = "demo_rules-1.1.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.1.0.patched.1.tar.gz"],
    )
    --- stderr
         Fetched 1 release from ../upstream.git
          Pinned demo_rules 1.1.0 (8257ff80de37)
         Applied 0001-compile-separately.patch (offset)
         Applied 0002-docs.patch (unchanged)
           Wrote dist/demo_rules-1.1.0.patched.1.MODULE.bazel
           Wrote dist/demo_rules-1.1.0.patched.1.tar.gz
           Wrote dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json
           Wrote patches/0001-compile-separately.patch
           Wrote patches/0002-docs.patch
           Wrote upstream.lock
         Checked that 1.1.0 is 8257ff80de37 at ../upstream.git
         Applied 2 patches cleanly, every blob as stated
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
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
         Fetched 2 releases from ../upstream.git
          Pinned demo_rules 1.0.0 (246b90549d47)
           Wrote dist/demo_rules-1.0.0.MODULE.bazel
           Wrote dist/demo_rules-1.0.0.tar.gz
           Wrote dist/demo_rules-1.0.0.tar.gz.intoto.json
           Wrote upstream.lock
         Checked that 1.0.0 is 246b90549d47 at ../upstream.git
         Checked that the series is empty: this is the release
       Unchecked the registry's archive: its integrity is not known
        Untested no test results: the scenarios did not run
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
    let words = ["cannot write ./dist/demo_rules-1.0.0.patched.2.tar.gz", "directory of that name"];
    for _ in 0..2 {
        sandbox.refuse(30, &["sync", "--no-repro"], &words);
        let run = sandbox.patcher(&["check"]);
        assert!(!run.stderr.contains("interrupted"), "{run:#?}");
    }
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
         Fetched 2 releases from ../upstream.git
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
      error: .: there is no upstream.lock here
       hint: name the project's directory with --root
       hint: or begin one: write patches/series, then `patcher sync --upstream URL --to RELEASE`
    ");
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    // A sync that has nothing to write has nothing to leave either.
    sandbox.sync();
    fs::remove_dir_all(sandbox.project.join(".patcher")).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(!sandbox.project.join(".patcher").exists());
}

#[test]
fn links_stay_links() {
    let sandbox = Sandbox::synced();
    let kept = sandbox.home.join("kept.lock");
    fs::rename(sandbox.project.join("upstream.lock"), &kept).unwrap();
    std::os::unix::fs::symlink(&kept, sandbox.project.join("upstream.lock")).unwrap();
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.1.0"]);
    let lock = sandbox.project.join("upstream.lock");
    assert!(fs::symlink_metadata(lock).unwrap().is_symlink());
    assert!(fs::read_to_string(kept).unwrap().contains("release = \"1.1.0\""));
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
    assert!(run.stderr.contains("holds credentials, which are not stored"), "{run:#?}");
    assert!(run.stderr.contains("git credential helper"), "{run:#?}");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("url = \"https://example.com/demo_rules.git\""), "{lock}");
    sandbox.succeed(&["export", "out"]);
    let notice = sandbox.read("out/PATCHES.md");
    assert!(notice.contains("Origin: https://example.com/demo_rules.git,"), "{notice}");
}
