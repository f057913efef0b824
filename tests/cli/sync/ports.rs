//! A sync to another release: what the patches become there, and what stops it.

use std::fs;

use insta::assert_snapshot;

use super::PATCHES;
use crate::common::Sandbox;

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
    sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro", "--allow-fewer-releases"]);
    assert_eq!(project(), before);
    // The lock also holds what was published of the other release.
    let now = sandbox.read("upstream.lock");
    let (now, former) = now.split_once("\n[[former]]\n").unwrap();
    let facts = |lock: &str| lock.split_once("[upstream]").unwrap().1.trim_end().to_owned();
    assert_eq!(facts(now), facts(&lock));
    assert!(former.starts_with("release = \"1.1.0\"\n"), "{former}");
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
    assert_snapshot!(sandbox.refuse(3, &args, &[]), @r#"
    $ patcher sync --to 1.2.0 --no-repro
    exit code: 3
    --- stderr
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.2.0 (cd264d77e9e6)
    notes.bzl, changed by upstream in 1.2.0:
        cd264d77e9e6 2026-11-20 An Upstream: Release 1.2.0
    @@ -26,4 +26,4 @@
     )
     
     def note_book(name, **kwargs):
    -    _note_book(name = name, **kwargs)
    +    _note_book(name = name, tags = [], **kwargs)

    notes.bzl, changed by 0001-compile-separately.patch:
    @@ -26,4 +29,14 @@
     )
     
     def note_book(name, **kwargs):
    +    """Makes a book. Where tags would change how notes compile, another target does it."""
    +    tags = kwargs.get("tags") or []
    +    if any([tag.startswith("requires-") for tag in tags]):
    +        kwargs["compiled"] = name + ".compiled"
    +… 6 more
         _note_book(name = name, **kwargs)
      error: patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:29
       hint: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    "#);
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
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.2.0 (af50f90a0648)
    README.md, changed by upstream in 1.2.0:
        af50f90a0648 2026-11-20 An Upstream: Release 1.2.0
      error: patches/0002-docs.patch:12: conflicts with 1.2.0 in README.md: upstream deleted the file
       hint: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    ");
}

#[test]
fn the_way_out_of_a_conflict_names_the_upstream_that_was_typed() {
    let mut sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| fs::remove_file(tree.join("README.md")).unwrap());
    sandbox.succeed(&["sync", "--no-repro"]);
    let way_out = |sandbox: &Sandbox, args: &[&str]| {
        let sync = ["--offline", "sync", "--to", "1.2.0", "--no-repro"];
        let run = sandbox.refuse(3, &[&sync[..], args].concat(), &[]);
        run.said().lines().find(|line| line.contains("--resolve")).unwrap_or_default().to_owned()
    };
    let typed = way_out(&sandbox, &["--upstream", "../upstream.git"]);
    let secret = way_out(&sandbox, &["--upstream", "https://ann:s3cret@example.com/rules"]);
    sandbox.set("PATCHER_UPSTREAM", "../upstream.git");
    let set = way_out(&sandbox, &[]);
    assert_snapshot!([typed, secret, set].join("\n"), @"
    hint: `patcher sync --to 1.2.0 --resolve --upstream ../upstream.git --no-repro` opens a worktree to resolve it in; nothing was changed
    hint: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    hint: `patcher sync --to 1.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
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
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.2.0 (60fd0c1641c4)
      error: patches/0001-compile-separately.patch: is already in 1.2.0: upstream's commit 60fd0c1641c4 is the same change
       hint: see that 1.2.0 does not need it, then leave it out: `--drop-upstreamed 0001-compile-separately.patch`
    ");
    // It goes where it is named, with its line of the series and nothing else of it.
    sandbox.edit("patches/series", PATCHES[1], &format!("# stays\n{}", PATCHES[1]));
    let accept = ["--drop-upstreamed", PATCHES[0]];
    let run = sandbox.succeed(&[&args[..], &accept].concat());
    assert_snapshot!(run, @r#"
    $ patcher sync --to 1.2.0 --no-repro --drop-upstreamed 0001-compile-separately.patch
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
        integrity = "sha256-CNjkyGici7O6d8bfl2tFhF9Jw0AR2OR6Hhmd0zdQsX8=",
        strip_prefix = "demo_rules-1.2.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.2.0.patched.1.tar.gz"],
    )
    --- stderr
    > Using      demo_rules 1.2.0 (60fd0c1641c4)
    - Left out   0001-compile-separately.patch (already upstream)
    + Applied    0002-docs.patch (unchanged)
    + Pinned     demo_rules 1.2.0 (60fd0c1641c4)
    + Wrote      dist/demo_rules-1.2.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.2.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.2.0.patched.1.tar.gz.intoto.json
    + Removed    patches/0001-compile-separately.patch
    + Wrote      patches/0002-docs.patch
    + Wrote      patches/series
    + Wrote      upstream.lock
    + Checked    that 1.2.0 is 60fd0c1641c4 at ../upstream.git
    + Applied    1 patch cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.2.0.patched.1: 1 patch, not tested
    Next: patcher sync   run the scenarios
    "#);
    assert!(!sandbox.project.join("patches").join(PATCHES[0]).exists());
    let series = sandbox.read("patches/series");
    assert!(series.ends_with("# stays\n0002-docs.patch\n"), "{series}");
    assert!(!series.contains(PATCHES[0]), "{series}");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains(PATCHES[1]) && !lock.contains(PATCHES[0]), "{lock}");
    sandbox.succeed(&["check"]);
}
