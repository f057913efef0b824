//! The files of older patchers: read by every command, migrated by `sync`.

use insta::assert_snapshot;
use patcher::support::ids::Sri;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, files_of};

/// A project with results, and its files as the patcher before wrote them: `[[line]]` in the
/// settings, and a lock of format 2.
fn old() -> (Sandbox, String) {
    let sandbox = Sandbox::serving_two();
    sandbox.edit("patcher.toml", "\n[[series]]", "\n# Every [[line]] since 1.0.0.\n[[series]]");
    sandbox.succeed(&["sync", "--bazel", &sandbox.counting_bazel(FIXED)]);
    let names = [
        ("version = 3", "version = 2"),
        ("[series.", "[line."),
        ("[[series", "[[line"),
        (".supported", ".served"),
        (".tested]", ".verified]"),
        ("\npatched_commit = ", "\ntip = "),
        ("\npatched_commit_tree = ", "\ntip_tree = "),
        ("\nphase = ", "\ndepth = "),
        ("\nexpected_change = ", "\nas_intended = "),
        ("\nunchanged = ", "\ncontrol_held = "),
    ];
    let lock = sandbox.read("upstream.lock");
    let (head, rest) = lock.split_once("checksum = ").unwrap();
    let [head, rest] = [head, rest.split_once('\n').unwrap().1]
        .map(|text| names.iter().fold(text.to_owned(), |text, (new, old)| text.replace(new, old)));
    let checksum = Sri::of(format!("{head}{rest}").as_bytes());
    sandbox.write("upstream.lock", &format!("{head}checksum = \"{checksum}\"\n{rest}"));
    sandbox.edit("patcher.toml", "\n[[series]]", "\n[[line]]");
    (sandbox, lock)
}

#[test]
fn old_files_are_read_and_named() {
    let (sandbox, _) = old();
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock: has format 2: `patcher sync` migrates it to 3
      error: patcher.toml:9: `line` is called `series` now: `patcher sync` migrates the file
      error: 2 problems
    ");
    let run = sandbox.succeed(&["status"]);
    assert_snapshot!(run, @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports                    tested
    patches  2        1.1.0  1.0.0 .. 1.1.0  2 releases  2

    newest     + 1.1.0, which is pinned
    archive      demo_rules-1.1.0.patched.1.tar.gz
                 sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0=
    scenarios  + 2 scenarios under Bazel 8.0.0
    changed    ! upstream.lock: has format 2: `patcher sync` migrates it to 3
               ! patcher.toml:9: `line` is called `series` now: `patcher sync` migrates the file
    --- stderr
    Finished in [TIME]: demo_rules 1.1.0.patched.1 is out of date
    Next: patcher sync   bring it up to date
    ");
    let run = sandbox.refuse(1, &["sync", "--check"], &[]);
    assert_snapshot!(run, @r#"
    $ patcher sync --check
    exit code: 1
    --- stdout
    --- a/patcher.toml
    +++ b/patcher.toml
    @@ -6,6 +6,6 @@
     mnemonic = "NoteCompile"
     
     # Every [[line]] since 1.0.0.
    -[[line]]
    +[[series]]
     patches = "patches"
     releases = ">=1.0.0"
    --- a/upstream.lock
    +++ b/upstream.lock
    @@ -1,65 +1,65 @@
     # Written by patcher: do not edit. `patcher sync` refreshes it, `patcher check` derives it again.
    -version = 2
    -checksum = "sha256-YeA6OM5QoW4MfV+nMIokZiaj7BstrC0BgbxtREilDVc="
    +version = 3
    +checksum = "sha256-eUj1xBTAfuE9U76wD/umcuAdr3x+B2hx+06frCwZ8cU="
     
     [upstream]
     module = "demo_rules"
     url = "../upstream.git"
     
    -[[line]]
    +[[series]]
     patches = "patches"
     releases = ">=1.0.0"
     
    -[line.pin]
    +[series.pin]
     release = "1.1.0"
     commit = "8257ff80de37860be5bf525c147abaab8f14a8c5"
     tree = "fa975fc20911cf12759acff10e589ab1713f5233"
     revision = 1
     patched_tree = "a729a57fc411382d32477868864fcca40a139883"
    -tip = "243ad4100e1ce7c76f372e1c213191241db76941"
    -tip_tree = "308724e5afc37d14a40b38dd2a8e1d026c0d7eaf"
    +patched_commit = "243ad4100e1ce7c76f372e1c213191241db76941"
    +patched_commit_tree = "308724e5afc37d14a40b38dd2a8e1d026c0d7eaf"
     
    -[line.pin.archive]
    +[series.pin.archive]
     file = "demo_rules-1.1.0.patched.1.tar.gz"
     strip_prefix = "demo_rules-1.1.0.patched.1"
     integrity = "sha256-2TdzqBuQVtkr6fXNmzXkji7+rbm10/iobNF1fmxEOj0="
     
    -[line.pin.verified]
    +[series.pin.tested]
     tree = "308724e5afc37d14a40b38dd2a8e1d026c0d7eaf"
     suite = "sha256-Z5ftqO4IxZIZteyIM7bF7MGA9tWcgg/kgWO5iIvoAEM="
     bazel = "8.0.0"
    -depth = "test"
    +phase = "test"
     fixed = ["two-books"]
    -control_held = ["plain-books"]
    +unchanged = ["plain-books"]
     
    -[[line.patch]]
    +[[series.patch]]
     name = "0001-compile-separately.patch"
     integrity = "sha256-gEgsblXHhDEkA17FIKNue7UcmwH7J1NSYnGk68bVdnU="
     tree = "959d5b0add6b7f081759c394550adbe2c0eb3d97"
     
    -[[line.patch]]
    +[[series.patch]]
     name = "0002-docs.patch"
     integrity = "sha256-1/godNNWx+OvC1Y4upXAbKd/bO32/j9j97aCYqrnmB4="
     tree = "a729a57fc411382d32477868864fcca40a139883"
     
    -[[line.served]]
    +[[series.supported]]
     release = "1.0.0"
     commit = "246b90549d47596fbfbaf63284b49769316b9643"
     tree = "9d979783bd5049aaf38c5b1abd04e1911cc8468c"
     revision = 1
     patched_tree = "b89c47ab0ade8cfa71ced58076282388cdfba30b"
    -tip = "19cd6aea1246426b28798466e61cc64aec8a39c9"
    -tip_tree = "cefb1c420e5701e3710d7c0082f7806ef82f31f1"
    +patched_commit = "19cd6aea1246426b28798466e61cc64aec8a39c9"
    +patched_commit_tree = "cefb1c420e5701e3710d7c0082f7806ef82f31f1"
     
    -[line.served.archive]
    +[series.supported.archive]
     file = "demo_rules-1.0.0.patched.1.tar.gz"
     strip_prefix = "demo_rules-1.0.0.patched.1"
     integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ="
     
    -[line.served.verified]
    +[series.supported.tested]
     tree = "cefb1c420e5701e3710d7c0082f7806ef82f31f1"
     suite = "sha256-Z5ftqO4IxZIZteyIM7bF7MGA9tWcgg/kgWO5iIvoAEM="
     bazel = "8.0.0"
    -depth = "analysis"
    +phase = "analysis"
     fixed = ["two-books"]
    -control_held = ["plain-books"]
    +unchanged = ["plain-books"]
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: not up to date: patcher.toml, upstream.lock
       hint: `patcher sync` brings it up to date
    "#);
    sandbox.succeed(&["export", "tree"]);
}

#[test]
fn sync_migrates_with_one_line_and_loses_nothing() {
    let (sandbox, lock) = old();
    let config = sandbox.read("patcher.toml");
    let (bazel, before) = (sandbox.counting_bazel(FIXED), sandbox.bazel_calls());
    let run = sandbox.succeed(&["sync", "--no-repro", "--bazel", &bazel]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    # demo_rules 1.1.0 with 2 patches, which its PATCHES.md lists.
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
    + Migrated   upstream.lock from format 2 to 3, patcher.toml from `line` to `series`
    + Wrote      patcher.toml
    + Wrote      upstream.lock
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    + Tested     2 scenarios of 1.1.0 under Bazel 8.0.0, on both trees as expected (by an earlier run)
    + Analysed   2 scenarios of 1 other release under Bazel 8.0.0, on both trees as expected (by an earlier run)
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, 2 scenarios
    Next: patcher publish   write what consumers need
    "#);
    assert_eq!(sandbox.bazel_calls(), before);
    // The lock as it was before it was made old, with the results of the scenarios.
    assert_eq!(sandbox.read("upstream.lock"), lock);
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
    [series.pin.tested]
    phase = "test"
    fixed = ["two-books"]
    [[series.patch]]
    [[series.patch]]
    [[series.supported]]
    release = "1.0.0"
    revision = 1
    [series.supported.archive]
    strip_prefix = "demo_rules-1.0.0.patched.1"
    [series.supported.tested]
    phase = "analysis"
    fixed = ["two-books"]
    "#);
    let migrated = config.replace("\n[[line]]", "\n[[series]]");
    assert_eq!(sandbox.read("patcher.toml"), migrated);
    let files = files_of(&sandbox.project);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
    exit code: 0
    --- stdout
    # demo_rules 1.1.0 with 2 patches, which its PATCHES.md lists.
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
    + Tested     2 scenarios of 1.1.0 under Bazel 8.0.0, on both trees as expected (by an earlier run)
    + Analysed   2 scenarios of 1 other release under Bazel 8.0.0, on both trees as expected (by an earlier run)
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, 2 scenarios
    "#);
    assert_eq!(files_of(&sandbox.project), files);
    sandbox.succeed(&["check", "--archives"]);
}

#[test]
fn a_hand_edit_of_an_old_lock_is_noticed() {
    let (sandbox, _) = old();
    sandbox.edit("upstream.lock", "revision = 1", "revision = 7");
    assert_snapshot!(sandbox.refuse(1, &["sync", "--no-repro"], &[]), @"
    $ patcher sync --no-repro
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
    ");
}

#[test]
fn scenarios_may_say_pristine() {
    let sandbox = Sandbox::new();
    sandbox.sync();
    let file = "tests/repro/two-books/scenario.toml";
    let run = |sandbox: &Sandbox| {
        let bazel = sandbox.counting_bazel(FIXED);
        sandbox.succeed(&["repro", "--bazel", &bazel, "--format", "json"]).json()
    };
    let new = run(&sandbox);
    sandbox.edit(file, "unpatched = ", "pristine = ");
    let old = run(&sandbox);
    assert_eq!(new["report"]["rows"][1]["unpatched"]["expected"], "conflict");
    assert_eq!(new["report"]["rows"], old["report"]["rows"]);
    sandbox.edit(file, "pristine = ", "unpatched = \"pass\"\npristine = ");
    assert_snapshot!(sandbox.refuse(2, &["repro"], &[]), @"
    $ patcher repro
    exit code: 2
    --- stderr
      error: tests/repro/two-books/scenario.toml:9: duplicate field `unpatched`
       hint: correct or delete that line
    ");
}
