//! Resolutions: written at the end as files of the project, known by the patch and the three
//! sides of the conflict, offered and put into files if that is asked for, never by itself.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use serde_json::json;

use crate::common::joined;

use super::{Layout, PATCHES, PIN, Stopped, World, both, new, old, put, upstreams};

/// The directory of the resolutions.
const DIRECTORY: &str = "patches/resolutions";

/// A project in which the conflict of the middle patch was resolved on the way to 2.1.0, taken
/// back to the pin with what is recorded; and the file of that.
fn experienced() -> (World, String) {
    let mut world = World::new(Layout::Apart);
    world.release_conflicting("2.1.0", &["b"]);
    world.again("first");
    let stopped = world.resolve("2.1.0");
    stopped.resolve(&world, "b.bzl", &both("b"));
    world.finish();
    let names: Vec<PathBuf> =
        world.files().into_keys().filter(|path| path.starts_with(DIRECTORY)).collect();
    let [name] = names.as_slice() else { panic!("{names:?}") };
    let (name, text) =
        (name.to_str().unwrap().to_owned(), world.sandbox.read(name.to_str().unwrap()));
    world.again("second");
    world.sandbox.write(&name, &text);
    (world, name)
}

/// Goes to `tag`, and is offered these files.
fn offered(world: &World, tag: &str, files: &[&str]) -> Stopped {
    let stopped = world.resolve(tag);
    let resolve = &stopped.json["resolve"];
    assert_eq!(resolve["recorded"], json!(files));
    let next = resolve["next"].to_string();
    assert_eq!(next.contains("patcher continue --recall"), !files.is_empty(), "{next}");
    // Nothing of it is applied.
    assert!(stopped.read("b.bzl").contains(">>>>>>> 0002-b.patch"));
    assert_eq!(stopped.git(world, &["status", "--porcelain"]), "UU b.bzl");
    stopped
}

#[test]
fn a_resolution_is_a_file_that_can_be_reviewed() {
    let (world, name) = experienced();
    let text = world.sandbox.read(&name);
    assert!(name.starts_with("patches/resolutions/0002-b-") && name.ends_with(".toml"), "{name}");
    let file: toml::Table = text.parse().unwrap();
    let (pin_lines, release_lines) = (old("b"), upstreams("b"));
    let expected = [
        ("patch", PATCHES[1]),
        ("file", "b.bzl"),
        ("pin", PIN),
        ("release", "2.1.0"),
        ("pin-lines", &pin_lines),
        ("release-lines", &release_lines),
        ("patch-lines", &new("b")),
        ("resolved", &both("b")),
    ];
    assert_eq!(file.len(), expected.len(), "{text}");
    for (key, value) in expected {
        assert_eq!(file[key].as_str(), Some(value), "{key} in {text}");
    }
    assert!(text.starts_with("# How a conflict was resolved."), "{text}");
}

#[test]
fn the_same_conflict_is_offered_and_recalled_only_when_asked() {
    let (mut world, name) = experienced();
    // Another release with the same three sides, elsewhere in the file.
    world.release("2.2.0", "feat: formats and more (#42)", |directory| {
        let path = directory.join("b.bzl");
        let text = fs::read_to_string(&path).unwrap();
        let text = put(&text, &old("b"), &upstreams("b"));
        fs::write(path, put(&text, "def b_first", "def b_zero(ctx):\n    pass\n\ndef b_first"))
            .unwrap();
    });
    let mut said = Vec::new();
    for tag in ["2.1.0", "2.2.0"] {
        world.again(&format!("with-{tag}"));
        let text =
            fs::read_to_string(world.sandbox.project.with_file_name("project-second").join(&name));
        world.sandbox.write(&name, &text.unwrap());
        let before = world.files();
        let stopped = offered(&world, tag, &[&name]);
        let status = world.sandbox.succeed(&["status"]);
        let marked = world.refuse(3, &["continue"]);

        assert_eq!(world.succeed(&["continue", "--recall"])["recalled"], 1);
        let recalled = stopped.read("b.bzl");
        assert!(recalled.contains(&both("b")) && !recalled.contains("<<<<<<<"), "{recalled}");
        assert_eq!(stopped.git(&world, &["status", "--porcelain"]), "UU b.bzl");
        let unadded = world.refuse(3, &["continue"]);
        assert_eq!(world.files(), before);
        said.push(joined([status, marked, unadded, world.refuse(1, &["continue", "--recall"])]));

        stopped.git(&world, &["add", "--update"]);
        world.finish();
        assert!(
            world.sandbox.read("patches/0002-b.patch").contains("or \"fast\", format = \"%s\"")
        );
        let kept = world.files().into_keys().filter(|path| path.starts_with(DIRECTORY)).count();
        assert_eq!(kept, 1, "the same conflict is the same file");
        world.sandbox.succeed(&["check"]);
    }
    assert_snapshot!(joined(said), @"
    $ patcher status
    exit code: 0
    --- stdout
    patches: 2.0.0 to 2.1.0, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        + in        0001-a.patch
        x conflict  0002-b.patch
          to come   0003-c.patch
            b.bzl:7: both changed these lines
                by upstream's 2ce83147eef0 2026-11-20 An Upstream: feat: formats (#41)
            resolved before: patches/resolutions/0002-b-d295f00acfb6.toml
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        git show 243b15287323      see the patch, at its pin
        patcher continue --recall  look at how it was resolved before, put into the files
        git diff                   see what conflicts
        $EDITOR b.bzl              until no marker is left
        git add b.bzl              (or `git rm`)
        patcher continue           use it, and go on
        patcher skip               or: leave the patch out of the series
        patcher abort              or: give up, and leave no trace

    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  3        2.0.0  2.0.0     1 release  1

    newest     ! 2.2.0 is not pinned yet
    archive      demo_rules-2.0.0.patched.1.tar.gz
                 sha256-QJqga3/9EdfnxnTVjcolXWU8XuH3DCc5MIOiNtDC4W8=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: work is under way

    $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl: still in conflict
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)

    $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl: still in conflict
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)

    $ patcher continue --recall
    exit code: 1
    --- stderr
      error: the recorded resolutions are of places without conflict markers
       hint: `git checkout --merge -- FILE` in the worktree brings the markers back

    $ patcher status
    exit code: 0
    --- stdout
    patches: 2.0.0 to 2.2.0, in [ROOT]/cache/work/[KEY]/demo_rules-2.2.0
        + in        0001-a.patch
        x conflict  0002-b.patch
          to come   0003-c.patch
            b.bzl:10: both changed these lines
                by upstream's f046bde68ca4 2026-11-20 An Upstream: feat: formats and more (#42)
            resolved before: patches/resolutions/0002-b-d295f00acfb6.toml
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.2.0
        git show 243b15287323      see the patch, at its pin
        patcher continue --recall  look at how it was resolved before, put into the files
        git diff                   see what conflicts
        $EDITOR b.bzl              until no marker is left
        git add b.bzl              (or `git rm`)
        patcher continue           use it, and go on
        patcher skip               or: leave the patch out of the series
        patcher abort              or: give up, and leave no trace

    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  3        2.0.0  2.0.0     1 release  1

    newest     ! 2.2.0 is not pinned yet
    archive      demo_rules-2.0.0.patched.1.tar.gz
                 sha256-QJqga3/9EdfnxnTVjcolXWU8XuH3DCc5MIOiNtDC4W8=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: work is under way

    $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl: still in conflict
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.2.0: resolve them, then `git add` (or `git rm`)

    $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl: still in conflict
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.2.0: resolve them, then `git add` (or `git rm`)

    $ patcher continue --recall
    exit code: 1
    --- stderr
      error: the recorded resolutions are of places without conflict markers
       hint: `git checkout --merge -- FILE` in the worktree brings the markers back
    ");
}

#[test]
fn another_conflict_is_not_offered_it() {
    let (world, name) = experienced();
    let edited = |tag: &str, line: &str| {
        world.release(tag, "feat: other formats (#43)", |directory| {
            let path = directory.join("b.bzl");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path, put(&text, &old("b"), line)).unwrap();
        });
    };
    // Another line in the release.
    edited("2.3.0", &upstreams("b").replace("%s", "%d"));
    offered(&world, "2.3.0", &[]);
    assert_snapshot!(world.refuse(1, &["continue", "--recall"]), @"
    $ patcher continue --recall
    exit code: 1
    --- stderr
      error: no resolution of these conflicts is recorded
       hint: they are kept in patches/resolutions
    ");
    world.succeed(&["abort"]);
    // Another line in the patch, at the pin, and another patch: each in the file.
    let text = world.sandbox.read(&name);
    for (from, to) in [
        ("ctx.attr.strict", "ctx.attr.very_strict"),
        ("ctx.attr.mode)", "ctx.attr.a_mode)"),
        ("0002-b.patch", "0001-a.patch"),
    ] {
        world.sandbox.write(&name, &put(&text, from, to));
        offered(&world, "2.1.0", &[]);
        world.succeed(&["abort"]);
    }
    world.sandbox.write(&name, &text);
    offered(&world, "2.1.0", &[&name]);
}

#[test]
fn a_damaged_resolution_is_named() {
    let (world, name) = experienced();
    let text = world.sandbox.read(&name);
    let damaged = [put(&text, "resolved = ", "resolve = "), text[..200].into(), "\u{0}".into()];
    let runs = damaged.map(|damaged| {
        world.sandbox.write(&name, &damaged);
        joined([&["check"][..], &["sync", "--no-repro"]].map(|args| world.sandbox.patcher(args)))
    });
    assert_snapshot!(joined(runs), @r#"
    $ patcher check
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:18: is no resolution: unknown field `resolve`, expected one of `patch`, `file`, `pin`, `release`, `pin-lines`, `release-lines`, `patch-lines`, `resolved`
       hint: restore it from git, or delete it: it is only an offer

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:18: is no resolution: unknown field `resolve`, expected one of `patch`, `file`, `pin`, `release`, `pin-lines`, `release-lines`, `patch-lines`, `resolved`
       hint: restore it from git, or delete it: it is only an offer

    $ patcher check
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:4: is no resolution: invalid basic string, expected `"`
       hint: restore it from git, or delete it: it is only an offer

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:4: is no resolution: invalid basic string, expected `"`
       hint: restore it from git, or delete it: it is only an offer

    $ patcher check
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:1: is no resolution: key with no value, expected `=`
       hint: restore it from git, or delete it: it is only an offer

    $ patcher sync --no-repro
    exit code: 2
    --- stderr
      error: patches/resolutions/0002-b-d295f00acfb6.toml:1: is no resolution: key with no value, expected `=`
       hint: restore it from git, or delete it: it is only an offer
    "#);
    world.sandbox.write(&name, &text);
    world.sandbox.succeed(&["check"]);
}

#[test]
fn one_of_two_conflicts_is_recalled_and_the_other_keeps_its_markers() {
    let mut world = World::with(
        Layout::Apart,
        |_| {},
        |directory, letter| {
            // A second place of the same file.
            let path = directory.join(super::file(letter, Layout::Apart));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path, put(&text, &format!("{letter}_15 = "), "fifteen = ")).unwrap();
        },
        "",
    );
    let edit = |other: &'static str| {
        move |directory: &std::path::Path| {
            let path = directory.join("b.bzl");
            let text = fs::read_to_string(&path).unwrap();
            let text = put(&text, &old("b"), &upstreams("b"));
            fs::write(path, put(&text, "b_15 = ", other)).unwrap();
        }
    };
    world.release("2.1.0", "feat: formats (#41)", edit("b_XV = "));
    world.release("2.2.0", "feat: formats (#42)", edit("b_xv = "));
    world.again("first");
    let stopped = world.resolve("2.1.0");
    assert_eq!(stopped.json["resolve"]["conflicts"].as_array().unwrap().len(), 2);
    let fifteen = "    fifteen = ctx.attr.number_15_of_b\n";
    stopped.resolve_each(&world, "b.bzl", &[&both("b"), fifteen]);
    world.finish();
    let kept = world.files().into_iter().filter(|(path, _)| path.starts_with(DIRECTORY));
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept.len(), 2);
    world.again("second");
    for (path, bytes) in &kept {
        world.sandbox.write(path.to_str().unwrap(), std::str::from_utf8(bytes).unwrap());
    }
    let stopped = world.resolve("2.2.0");
    assert_eq!(stopped.json["resolve"]["recorded"].as_array().unwrap().len(), 1);
    assert_eq!(world.succeed(&["continue", "--recall"])["recalled"], 1);
    let text = stopped.read("b.bzl");
    assert!(text.contains(&both("b")) && text.contains("b_xv = ") && text.contains("<<<<<<<"));
    stopped.git(&world, &["add", "b.bzl"]);
    assert_snapshot!(world.refuse(3, &["continue"]), @"
    $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl:28: a conflict marker is left
       hint: take it out, in [ROOT]/cache/work/[KEY]/demo_rules-2.2.0, then `git add b.bzl`
    ");
}
