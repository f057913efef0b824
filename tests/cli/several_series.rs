//! A series that supports several releases, and several series.

use insta::assert_snapshot;

use crate::common::Sandbox;
use crate::common::bazel::FIXED;

#[test]
fn a_series_supports_its_releases_up_to_its_pin() {
    let sandbox = Sandbox::serving_two();
    // What was published of a release that is supported now as it was pinned before.
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    releases = ">=1.0.0"
    [series.pin]
    release = "1.1.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.1.0.patched.1"
    [[series.patch]]
    [[series.patch]]
    [[series.supported]]
    release = "1.0.0"
    revision = 1
    [series.supported.archive]
    strip_prefix = "demo_rules-1.0.0.patched.1"
    "#);
    let run = sandbox.succeed(&["check", "--archives"]);
    assert_snapshot!(run, @"
    $ patcher check --archives
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.1.0: each applies cleanly, and merges onto 1 other release, down to 1.0.0
    + Checked    upstream.lock is what is derived again: 1.1.0.patched.1
    warning: 2 releases of patches: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 2 releases
    ");
    let run = sandbox.succeed(&["status"]);
    assert_snapshot!(run, @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports                    not tested
    patches  2        1.1.0  1.0.0 .. 1.1.0  2 releases  2

    newest      + 1.1.0, which is pinned
    archive       demo_rules-1.1.0.patched.1.tar.gz
                  sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=
    scenarios   ! no test results: the scenarios did not run
    not tested  ! 2 releases of patches: no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: demo_rules 1.1.0.patched.1 is not tested
    Next: patcher sync   run the scenarios
    ");
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    - Up to date demo_rules 1.1.0.patched.1
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    "#);
}

#[test]
fn each_release_can_be_taken() {
    let sandbox = Sandbox::serving_two();
    let of = ["--release", "1.0.0"];
    let run = sandbox.succeed(&[&["publish", "--unverified", "--output", "out"][..], &of].concat());
    assert_snapshot!(run, @r#"
    $ patcher publish --unverified --output out --release 1.0.0
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
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    - Left out   patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   single-version: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry: what a registry says never changes, and the archive's URL is not known (`--base-url URL` gives it)
    - Left out   registry-patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    Finished in [TIME]: 1.0.0.patched.1 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    "#);
    let published = sandbox.project.join("out/demo_rules-1.0.0.patched.1.tar.gz");
    // The archive is the one that was pinned: the series changed nothing but its place.
    let pinned = sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz");
    assert_eq!(std::fs::read(published).unwrap(), std::fs::read(pinned).unwrap());
    sandbox.succeed(&[&["export", "tree"][..], &of].concat());
    assert!(sandbox.read("tree/MODULE.bazel").contains("1.0.0.patched.1"));
    assert_snapshot!(sandbox.refuse(2, &["export", "other", "--release", "0.9.0"], &[]), @"
    $ patcher export other --release 0.9.0
    exit code: 2
    --- stderr
      error: 0.9.0 is not supported by any series
       hint: supported are 1.1.0, 1.0.0
    ");
}

#[test]
fn a_changed_patch_changes_every_release_of_its_series() {
    let sandbox = Sandbox::serving_two();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    sandbox.succeed(&["sync", "--no-repro"]);
    let lock = sandbox.read("upstream.lock");
    assert_eq!(lock.matches("revision = 2").count(), 2, "{lock}");
    sandbox.succeed(&["check", "--archives"]);
}

#[test]
fn a_release_onto_which_the_series_does_not_merge_stops_everything() {
    let sandbox = Sandbox::serving_two();
    // A release in between, with the patched line changed.
    sandbox.release("1.0.0", "1.0.5", |tree| {
        let text = std::fs::read_to_string(tree.join("README.md")).unwrap();
        std::fs::write(tree.join("README.md"), text.replace("Two ", "Both ")).unwrap();
    });
    assert_snapshot!(sandbox.refuse(3, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 3
    --- stderr
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    README.md, changed by upstream in 1.0.5:
        ae5bf3b99e9b 2026-11-20 An Upstream: Release 1.0.5
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +* Both books cannot share a note where one of them has tags such as `requires-gpu`.

    README.md, changed by 0002-docs.patch:
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +None. Books may share notes whatever their tags.
      error: patches/0002-docs.patch:16: conflicts with 1.0.5 in README.md:7
       hint: leave 1.0.5 out of the `releases` of patches in patcher.toml, or give it a series of its own; nothing was changed
    ");
    // The range can leave it out.
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.1.0");
    sandbox.succeed(&["sync", "--no-repro", "--allow-fewer-releases"]);
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    releases = ">=1.1.0"
    [series.pin]
    release = "1.1.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.1.0.patched.1"
    [[series.patch]]
    [[series.patch]]
    [[former]]
    release = "1.0.0"
    revision = 1
    "#);
}

#[test]
fn a_second_series_has_its_own_pin() {
    let sandbox = Sandbox::serving_two();
    let config = sandbox.read("patcher.toml");
    let second = "\n[[series]]\npatches = \"patches/1.0\"\nreleases = \"<1.1.0\"\n";
    for name in ["series", "0001-compile-separately.patch", "0002-docs.patch"] {
        sandbox.write(&format!("patches/1.0/{name}"), &sandbox.read(&format!("patches/{name}")));
    }
    sandbox.write("patcher.toml", &(config.clone() + second));
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patcher.toml: the series patches/1.0 is not in upstream.lock
       hint: `patcher sync` pins it
    ");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patcher.toml: 1.0.0 is supported by two series, patches and patches/1.0
       hint: let the `releases` of the series not overlap
    ");
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.1.0");
    // Patches that are exact at 1.1.0 are not at 1.0.0.
    assert_snapshot!(sandbox.refuse(1, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 1
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37) for patches
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    > Using      demo_rules 1.0.0 (246b90549d47) for patches/1.0
      error: patches/1.0/0001-compile-separately.patch:13: was made for another notes.bzl: blob 2513379bfa8d, here is 56e03bc9fc9f
       hint: make it again at the pinned commit: `git am` the patches before it, change the files, `git format-patch --full-index`
       hint: the series applies to 1.0.0 exactly, or not at all; nothing was changed
    ");
    let tree = sandbox.worktree("second", "1.0.0");
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", "--3way", path.to_str().unwrap()]);
    }
    let mails = sandbox.git(&tree, &["format-patch", "--full-index", "-o", "../mails", "1.0.0"]);
    for (mail, name) in mails.lines().zip(["0001-compile-separately.patch", "0002-docs.patch"]) {
        let text = std::fs::read_to_string(tree.join(mail)).unwrap();
        sandbox.write(&format!("patches/1.0/{name}"), &text);
    }
    sandbox.succeed(&["sync", "--no-repro"]);
    // The same bytes as before, from the other line.
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    releases = ">=1.1.0"
    [series.pin]
    release = "1.1.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.1.0.patched.1"
    [[series.patch]]
    [[series.patch]]
    [[series]]
    patches = "patches/1.0"
    releases = "<1.1.0"
    [series.pin]
    release = "1.0.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.0.0.patched.1"
    [[series.patch]]
    [[series.patch]]
    "#);
    let run = sandbox.succeed(&["check", "--archives"]);
    assert_snapshot!(run, @"
    $ patcher check --archives
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.1.0: each applies cleanly
    + Checked    2 patches at 1.0.0: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.1.0.patched.1
    warning: patches at 1.1.0: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    warning: patches/1.0 at 1.0.0: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 2 releases
    ");
    let said = sandbox.succeed(&["sync", "--bazel", &sandbox.bazel(FIXED)]).said();
    let tested: Vec<&str> = said.lines().filter(|line| line.starts_with("+ Tested ")).collect();
    assert_snapshot!(tested.join("\n"), @"
    + Tested     4 scenarios of 2 releases under Bazel 8.0.0
    + Tested     2 scenarios of 1.1.0 under Bazel 8.0.0, on both trees as expected
    + Tested     2 scenarios of 1.0.0 under Bazel 8.0.0, on both trees as expected
    ");
    sandbox.edit("patcher.toml", "<1.1.0", ">=1.0.0, <1.1.0");
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "0.1.0", "--no-repro"], &[]), @"
    $ patcher sync --to 0.1.0 --no-repro
    exit code: 2
    --- stderr
      error: patcher.toml: no series is for 0.1.0
       hint: patches is for >=1.1.0; patches/1.0 is for >=1.0.0, <1.1.0
    ");
    // A line that goes takes its part of the lock with it.
    sandbox.write("patcher.toml", &config.replace(">=1.0.0", ">=1.1.0"));
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock: the series patches/1.0 is not in patcher.toml
       hint: `patcher sync` takes it out of the lock
    ");
    sandbox.refuse(2, &["sync", "--no-repro"], &["patches/1.0 would lose 1.0.0"]);
    sandbox.succeed(&["sync", "--no-repro", "--allow-fewer-releases"]);
    assert_snapshot!(sandbox.pins(), @r#"
    [upstream]
    [[series]]
    patches = "patches"
    releases = ">=1.1.0"
    [series.pin]
    release = "1.1.0"
    revision = 1
    [series.pin.archive]
    strip_prefix = "demo_rules-1.1.0.patched.1"
    [series.pin.tested]
    phase = "test"
    fixed = ["two-books"]
    [[series.patch]]
    [[series.patch]]
    [[former]]
    release = "1.0.0"
    revision = 1
    "#);
}

#[test]
fn a_preview_writes_nothing_and_prints_an_issue() {
    let sandbox = Sandbox::synced();
    let before = crate::common::files_of(&sandbox.project);
    let run = sandbox.succeed(&["sync", "--dry-run", "--to", "1.1.0", "--no-repro"]);
    assert_snapshot!(run, @"
    $ patcher sync --dry-run --to 1.1.0 --no-repro
    exit code: 0
    --- stdout
    # demo_rules 1.1.0: the patches apply, not tested

    `patcher preview 1.1.0` took the patches from 1.0.0 to demo_rules 1.1.0 (8257ff80de37860be5bf525c147abaab8f14a8c5).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | unchanged |  |

    The scenarios did not run.
    --- stderr
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    Finished in [TIME]: demo_rules 1.1.0: the patches apply, not tested
    Next: patcher sync --to 1.1.0   pin it, with the patches ported
    ");
    // With real results, on what is not released.
    let script = "begin; if grep -q 'A note is' $tree/notes.bzl && grep -q 'Makes a book' $tree/notes.bzl; then good; else conflict; fi; end";
    let bazel = sandbox.bazel(script);
    let args = ["sync", "--dry-run", "--to", "main", "--bazel", &bazel, "--format", "json"];
    let run = sandbox.patcher(&args);
    let document = run.json();
    assert_eq!(document["preview"]["target"], "main", "{run:#?}");
    let row = &document["preview"]["report"]["rows"][1];
    assert_eq!(
        (&row["unpatched"]["result"], &row["patched"]["result"]),
        (&"conflict".into(), &"pass".into()),
        "{run:#?}"
    );
    assert_eq!(crate::common::files_of(&sandbox.project), before);
    assert_snapshot!(sandbox.refuse(2, &["sync", "--to", "main"], &[]), @"
    $ patcher sync --to main
    exit code: 2
    --- stderr
      error: --to main: it is not released
       hint: `patcher preview main` previews it; a release candidate can be pinned by its number
    ");
    let run = sandbox.succeed(&["sync", "--dry-run", "--to", "candidate", "--no-repro"]);
    assert_snapshot!(run, @"
    $ patcher sync --dry-run --to candidate --no-repro
    exit code: 0
    --- stderr
    Finished in [TIME]: no release candidate is newer than 1.1.0
    ");
    // A candidate on which the patches stop.
    sandbox.release("1.1.0", "1.2.0-rc0", |tree| {
        let text = std::fs::read_to_string(tree.join("README.md")).unwrap();
        std::fs::write(tree.join("README.md"), text.replace("Two ", "Both ")).unwrap();
    });
    let run = sandbox.refuse(3, &["sync", "--dry-run", "--to", "candidate", "--no-repro"], &[]);
    assert_snapshot!(run, @"
    $ patcher sync --dry-run --to candidate --no-repro
    exit code: 3
    --- stdout
    # demo_rules candidate: 1 patch of 2 with conflicts

    `patcher preview candidate` took the patches from 1.0.0 to demo_rules candidate (c05f23bd1f2e0fffa48c0ea865f22936e0a29282).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | conflict | patches/0002-docs.patch:16: conflicts with candidate in README.md:7 |

    0002-docs.patch stops at:

    ```text
    patches/0002-docs.patch:16: conflicts with candidate in README.md:7
    README.md, changed by upstream in candidate:
        c05f23bd1f2e 2026-11-20 An Upstream: Release 1.2.0-rc0
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +* Both books cannot share a note where one of them has tags such as `requires-gpu`.

    README.md, changed by 0002-docs.patch:
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +None. Books may share notes whatever their tags.
    ```

    Nothing was changed. Once it is released, `patcher sync --to RELEASE --resolve` opens a worktree to resolve it in.
    --- stderr
    + Fetched    1 release from ../upstream.git
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: demo_rules candidate: 1 patch of 2 with conflicts
       hint: nothing was changed
    ");
}
