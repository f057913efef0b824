//! What upstream may do to a file besides its lines: modes, bytes that are no text, and links,
//! directories and submodules in its place. The worktree is as `git cherry-pick` leaves it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use insta::assert_snapshot;

use crate::common::joined;

use super::{Layout, PATCHES, PIN, Stopped, World, files_at_pin, new, old, put};

/// A program that the second patch changes, below a directory, and a file that it adds.
fn world() -> World {
    let upstream = |directory: &Path| {
        fs::create_dir(directory.join("deep")).unwrap();
        fs::write(directory.join("deep/file"), "one\ntwo\nthree\n").unwrap();
        make_program(&directory.join("deep/file"));
    };
    let change = |directory: &Path, letter: &str| {
        if letter == "b" {
            fs::write(directory.join("deep/file"), "one\ntwo\nthree\nfour\n").unwrap();
            fs::create_dir(directory.join("fresh")).unwrap();
            fs::write(directory.join("fresh/file"), "fresh\n").unwrap();
        }
    };
    World::with(Layout::Apart, upstream, change, "")
}

fn make_program(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_mode_that_upstream_changed_conflicts_with_no_lines() {
    let mut world = World::new(Layout::Apart);
    for (tag, outcome) in
        [("2.1.0", "unchanged"), ("2.2.0", "offset"), ("2.3.0", "three-way-merge")]
    {
        world.release(tag, "feat: a program (#41)", |directory| {
            let path = directory.join("b.bzl");
            if tag == "2.2.0" {
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
            }
            make_program(&path);
            if tag == "2.3.0" {
                fs::rename(&path, directory.join("b.sh")).unwrap();
            }
        });
        world.again(tag);
        let document = world.succeed(&["--to", tag, "--no-repro"]);
        assert_eq!(document["outcomes"][1]["outcome"], outcome, "{tag}");
        world.assert_at(tag, &BTreeMap::new());
        let patch = world.sandbox.read("patches/0002-b.patch");
        assert!(patch.contains(" 100755\n"), "{patch}");
        // And back.
        back(&world);
    }
}

/// At the pin, the patches are what they were.
#[track_caller]
fn back(world: &World) {
    world.sandbox.succeed(&["sync", "--to", PIN, "--no-repro", "--allow-fewer-releases"]);
    let changed: Vec<String> = world.changed().into_iter().collect();
    let patches: Vec<&String> = changed.iter().filter(|path| path.starts_with("patches")).collect();
    assert!(patches.is_empty(), "{patches:?}");
}

/// The bytes with a line put before the one that begins with `start`.
fn with_line(path: &Path, start: &str, line: &[u8]) {
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let at = text.find(start).unwrap();
    fs::write(path, [&bytes[..at], line, &bytes[at..]].concat()).unwrap();
}

#[test]
fn bytes_that_are_no_text_matter_only_beside_the_change() {
    let mut world = World::new(Layout::Apart);
    // Bazel's patcher would spoil such files.
    let config = format!("kinds = [\"archive\"]\n{}", world.sandbox.read("patcher.toml"));
    world.first.insert("patcher.toml".into(), config.into_bytes());
    let latin = b"    # caf\xe9\n";
    let starts =
        [("2.1.0", "def b_more"), ("2.2.0", "    args.use_param_file"), ("2.3.0", "def b_more")];
    for (tag, start) in starts {
        let line: &[u8] = if tag == "2.3.0" { b"\0\n" } else { latin };
        world.release(tag, "feat: a name (#41)", |directory| {
            with_line(&directory.join("b.bzl"), start, line);
        });
    }
    world.again("far");
    world.succeed(&["--to", "2.1.0", "--no-repro"]);
    world.assert_at("2.1.0", &BTreeMap::new());
    back(&world);

    let mut said = Vec::new();
    for tag in ["2.2.0", "2.3.0"] {
        said.push(world.refuse(3, &["--to", tag, "--no-repro"]).said());
        said.push(world.sandbox.patcher(&["preview", tag]).to_string());
    }
    assert_snapshot!(joined(said), @"
    > Using      demo_rules 2.2.0 (15f027bdcd48)
    b.bzl, changed by upstream in 2.2.0:
        15f027bdcd48 2026-11-20 An Upstream: feat: a name (#41)
      error: patches/0002-b.patch:11: conflicts with 2.2.0 in b.bzl:9: this line is not UTF-8, and too close to the change for a patch
       hint: `patcher sync --to 2.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    $ patcher preview 2.2.0
    exit code: 3
    --- stdout
    patches at 2.0.0  0001         0002        0003
    2.2.0             - unchanged  x conflict  - unchanged*

    b.bzl, changed by upstream in 2.2.0:
        15f027bdcd48 2026-11-20 An Upstream: feat: a name (#41)
    * if the patches before it apply
    --- stderr
      error: patches/0002-b.patch:11: conflicts with 2.2.0 in b.bzl:9: this line is not UTF-8, and too close to the change for a patch
       hint: `patcher sync --to 2.2.0 --resolve` opens a worktree to resolve it in

    > Using      demo_rules 2.3.0 (dc1a226ce1c8)
    b.bzl, changed by upstream in 2.3.0:
        dc1a226ce1c8 2026-11-20 An Upstream: feat: a name (#41)
      error: patches/0002-b.patch:11: conflicts with 2.3.0 in b.bzl: both changed the file, and a side is binary
       hint: `patcher sync --to 2.3.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    $ patcher preview 2.3.0
    exit code: 3
    --- stdout
    patches at 2.0.0  0001         0002        0003
    2.3.0             - unchanged  x conflict  - unchanged*

    b.bzl, changed by upstream in 2.3.0:
        dc1a226ce1c8 2026-11-20 An Upstream: feat: a name (#41)
    * if the patches before it apply
    --- stderr
      error: patches/0002-b.patch:11: conflicts with 2.3.0 in b.bzl: both changed the file, and a side is binary
       hint: `patcher sync --to 2.3.0 --resolve` opens a worktree to resolve it in
    ");

    let stopped = world.resolve("2.2.0");
    assert_eq!(stopped.json["resolve"]["conflicts"][0]["reason"], "encoding");
    assert_eq!(stopped.json["resolve"]["conflicts"][0]["caused_by"].as_array().unwrap().len(), 1);
    // Both changes are there; as long as they are so close, no patch holds them.
    let merged = fs::read(stopped.tree.join("b.bzl")).unwrap();
    assert!(merged.windows(latin.len()).any(|window| window == latin));
    stopped.git(&world, &["add", "b.bzl"]);
    assert_snapshot!(world.refuse(2, &["continue"]).said(), @"
    error: b.bzl:9: is not UTF-8, and too close to the change for a patch
     hint: make the change more than three lines away, or leave the file out
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.2.0, then `git add` it
    ");
    // The same change, further up.
    let text = String::from_utf8_lossy(&world_file(&world, "2.2.0")).into_owned();
    let bytes = world_file(&world, "2.2.0");
    let at = text.find("def b_first").unwrap();
    let moved = [&bytes[..at], b"B_STRICT = True\n\n\n\n", &bytes[at..]].concat();
    fs::write(stopped.tree.join("b.bzl"), moved).unwrap();
    stopped.git(&world, &["add", "b.bzl"]);
    world.finish();
    world.assert_at("2.2.0", &BTreeMap::new());

    world.again("binary");
    let stopped = world.resolve("2.3.0");
    assert_eq!(stopped.json["resolve"]["conflicts"][0]["reason"], "binary");
    assert_eq!(stopped.git(&world, &["status", "--porcelain"]), "UU b.bzl");
    assert_eq!(fs::read(stopped.tree.join("b.bzl")).unwrap(), world_file(&world, "2.3.0"));
    world.succeed(&["skip", "--no-repro"]);
}

/// The bytes of the second patch's file in a release.
fn world_file(world: &World, tag: &str) -> Vec<u8> {
    world.git(&["checkout", "--quiet", "--force", tag]);
    fs::read(world.clone.join("b.bzl")).unwrap()
}

/// The index, and what lies in the worktree: git's names of sides that lie aside are patcher's.
fn laid_out(world: &World, directory: &Path) -> String {
    let git = |args: &[&str]| world.sandbox.git(directory, args);
    let index = git(&["-c", "core.quotePath=false", "ls-files", "--stage", "-z"]);
    let status = git(&["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"]);
    let head = git(&["log", "-1", "--format=%h", "CHERRY_PICK_HEAD"]);
    let subject = git(&["log", "-1", "--format=%s", "CHERRY_PICK_HEAD"]);
    let label = format!("~{head} ({subject})");
    let text = format!("{index}\0{status}").replace(&label, &format!("~{}", PATCHES[1]));
    let mut lines: Vec<String> = text.split('\0').map(str::to_owned).collect();
    let mut pending = vec![directory.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
            let is_program = metadata.permissions().mode() & 0o100 != 0;
            let what = match metadata.file_type() {
                kind if kind.is_symlink() => format!("link to {:?}", fs::read_link(&path).unwrap()),
                kind if kind.is_dir() => "directory".to_owned(),
                _ => {
                    format!("{is_program} {:?}", String::from_utf8_lossy(&fs::read(&path).unwrap()))
                }
            };
            if name != ".git" {
                if metadata.is_dir() {
                    pending.push(path);
                }
                lines.push(format!("{} {what}", name.replace(&label, &format!("~{}", PATCHES[1]))));
            }
        }
    }
    lines.sort();
    lines.join("\n")
}

/// The same patches picked by git, up to the one that stops.
fn picked(world: &World, tag: &str) -> String {
    world.git(&["reset", "--quiet", "--hard"]);
    world.git(&["checkout", "--quiet", "--force", "-B", "picked", PIN]);
    let mails = PATCHES.map(|name| format!("{}/patches/{name}", world.sandbox.project.display()));
    let mails = mails.each_ref().map(String::as_str);
    world.git(&[&["am", "--quiet", "--keep-cr"], &mails[..2]].concat());
    world.git(&["checkout", "--quiet", "--force", "-B", "release", tag]);
    world.git(&["clean", "-ffdqx"]);
    world.git(&["cherry-pick", "picked~1"]);
    let script = format!("cd {} && ! git cherry-pick picked", world.clone.display());
    let env = ["AUTHOR", "COMMITTER"].iter().flat_map(|who| {
        [
            (format!("GIT_{who}_NAME"), "U".to_owned()),
            (format!("GIT_{who}_EMAIL"), "u@e.c".to_owned()),
        ]
    });
    let run = world.sandbox.script(&script, &env.collect());
    assert_eq!(run.code, Some(0), "{run}");
    let laid_out = laid_out(world, &world.clone);
    world.git(&["reset", "--quiet", "--hard"]);
    world.git(&["clean", "-ffdqx"]);
    laid_out
}

/// What upstream does, the reason of the conflict, and how a person keeps upstream's side.
type Case = (&'static str, fn(&Path), &'static str, &'static [&'static [&'static str]]);

const CASES: [Case; 9] = [
    (
        "a directory in place of the file",
        |directory| {
            fs::remove_file(directory.join("b.bzl")).unwrap();
            fs::create_dir(directory.join("b.bzl")).unwrap();
            fs::write(directory.join("b.bzl/other"), "other\n").unwrap();
        },
        "directory",
        &[&["rm", "--quiet", "b.bzl~0002-b.patch"]],
    ),
    (
        "a link in place of the file",
        |directory| {
            fs::remove_file(directory.join("b.bzl")).unwrap();
            symlink("a.bzl", directory.join("b.bzl")).unwrap();
        },
        "link",
        &[&["rm", "--quiet", "b.bzl~0002-b.patch"], &["add", "b.bzl"]],
    ),
    (
        "a file in place of the directory",
        |directory| {
            fs::remove_dir_all(directory.join("deep")).unwrap();
            fs::write(directory.join("deep"), "a file\n").unwrap();
        },
        "below",
        &[&["rm", "--quiet", "deep/file", "deep~HEAD"], &["checkout", "HEAD", "--", "deep"]],
    ),
    (
        "a link in place of the directory",
        |directory| {
            fs::remove_dir_all(directory.join("deep")).unwrap();
            symlink("..", directory.join("deep")).unwrap();
        },
        "below",
        &[&["rm", "--quiet", "deep/file", "deep~HEAD"], &["checkout", "HEAD", "--", "deep"]],
    ),
    (
        "a program in place of the new directory",
        |directory| {
            fs::write(directory.join("fresh"), "a program\n").unwrap();
            make_program(&directory.join("fresh"));
        },
        "below",
        &[
            &["rm", "--quiet", "--force", "fresh/file", "fresh~HEAD"],
            &["checkout", "HEAD", "--", "fresh"],
        ],
    ),
    (
        "a directory in place of the new file",
        |directory| {
            fs::create_dir_all(directory.join("fresh/file")).unwrap();
            fs::write(directory.join("fresh/file/other"), "other\n").unwrap();
        },
        "directory",
        &[&["rm", "--quiet", "fresh/file~0002-b.patch"]],
    ),
    (
        "a link in place of the new file",
        |directory| {
            fs::create_dir(directory.join("fresh")).unwrap();
            symlink("../a.bzl", directory.join("fresh/file")).unwrap();
        },
        "link",
        &[&["rm", "--quiet", "fresh/file~0002-b.patch"], &["add", "fresh/file"]],
    ),
    (
        "the new file, as a program",
        |directory| {
            fs::create_dir(directory.join("fresh")).unwrap();
            fs::write(directory.join("fresh/file"), "fresh\n").unwrap();
            make_program(&directory.join("fresh/file"));
        },
        "mode",
        &[&["add", "fresh/file"]],
    ),
    (
        "another new program of that name",
        |directory| {
            fs::create_dir(directory.join("fresh")).unwrap();
            fs::write(directory.join("fresh/file"), [0]).unwrap();
        },
        "added",
        &[&["checkout", "--ours", "--", "fresh/file"], &["add", "fresh/file"]],
    ),
];

#[test]
fn what_is_in_the_way_is_laid_out_as_git_does() {
    let mut world = world();
    let mut said = Vec::new();
    for (number, (name, edit, reason, answers)) in CASES.iter().enumerate() {
        let tag = format!("2.{}.0", number + 1);
        world.release(&tag, &format!("feat: {name} (#41)"), edit);
        world.again(&tag);
        said.push(world.refuse(3, &["--to", &tag, "--no-repro"]).said());
        world.sandbox.refuse(3, &["preview", &tag], &[]);
        let stopped = world.resolve(&tag);
        let conflicts = stopped.json["resolve"]["conflicts"].as_array().unwrap();
        let [conflict] = conflicts.as_slice() else { panic!("{name}: {conflicts:?}") };
        assert_eq!(conflict["reason"], *reason, "{name}");
        assert_eq!(conflict["caused_by"].as_array().unwrap().len(), 1, "{name}: {conflict:#}");
        assert_sound(&world, &stopped);
        assert_eq!(laid_out(&world, &stopped.tree), picked(&world, &tag), "{name}");
        world.sandbox.refuse(3, &["continue"], &["still in conflict"]);
        for args in *answers {
            stopped.git(&world, args);
        }
        assert_sound(&world, &stopped);
        world.finish();
        world.assert_no_work();
        world.assert_at(&tag, &BTreeMap::new());
        // Upstream's side stays, and the rest of the patch is in.
        let patch = world.sandbox.read("patches/0002-b.patch");
        assert!(!patch.contains(&format!("{} ", conflict["path"].as_str().unwrap())), "{patch}");
    }
    assert_snapshot!(joined(said), @"
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.1.0 (432639d89e36)
    b.bzl, changed by upstream in 2.1.0:
        432639d89e36 2026-11-20 An Upstream: feat: a directory in place of the file (#41)
      error: patches/0002-b.patch:11: conflicts with 2.1.0 in b.bzl: upstream has a directory in its place
       hint: `patcher sync --to 2.1.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.2.0 (3f29d0f74217)
    b.bzl, changed by upstream in 2.2.0:
        3f29d0f74217 2026-11-20 An Upstream: feat: a link in place of the file (#41)
      error: patches/0002-b.patch:11: conflicts with 2.2.0 in b.bzl: upstream has a symbolic link in its place
       hint: `patcher sync --to 2.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.3.0 (30f17d43b1c1)
    deep/file, changed by upstream in 2.3.0:
        30f17d43b1c1 2026-11-20 An Upstream: feat: a file in place of the directory (#41)
      error: patches/0002-b.patch:25: conflicts with 2.3.0 in deep/file: upstream has a file or a link in place of its directory
       hint: `patcher sync --to 2.3.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.4.0 (6a7ff4c86d51)
    deep/file, changed by upstream in 2.4.0:
        6a7ff4c86d51 2026-11-20 An Upstream: feat: a link in place of the directory (#41)
      error: patches/0002-b.patch:25: conflicts with 2.4.0 in deep/file: upstream has a file or a link in place of its directory
       hint: `patcher sync --to 2.4.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.5.0 (3357abadbefd)
    fresh/file, changed by upstream in 2.5.0:
        3357abadbefd 2026-11-20 An Upstream: feat: a program in place of the new directory (#41)
      error: patches/0002-b.patch:34: conflicts with 2.5.0 in fresh/file: upstream has a file or a link in place of its directory
       hint: `patcher sync --to 2.5.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.6.0 (be3cd16d0030)
    fresh/file, changed by upstream in 2.6.0:
        be3cd16d0030 2026-11-20 An Upstream: feat: a directory in place of the new file (#41)
      error: patches/0002-b.patch:34: conflicts with 2.6.0 in fresh/file: upstream has a directory in its place
       hint: `patcher sync --to 2.6.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.7.0 (61f43e3a7a91)
    fresh/file, changed by upstream in 2.7.0:
        61f43e3a7a91 2026-11-20 An Upstream: feat: a link in place of the new file (#41)
      error: patches/0002-b.patch:34: conflicts with 2.7.0 in fresh/file: upstream has a symbolic link in its place
       hint: `patcher sync --to 2.7.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.8.0 (3916e4f1d27b)
    fresh/file, changed by upstream in 2.8.0:
        3916e4f1d27b 2026-11-20 An Upstream: feat: the new file, as a program (#41)
      error: patches/0002-b.patch:34: conflicts with 2.8.0 in fresh/file: both changed the file's mode
       hint: `patcher sync --to 2.8.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.9.0 (15c851d3ffa2)
    fresh/file, changed by upstream in 2.9.0:
        15c851d3ffa2 2026-11-20 An Upstream: feat: another new program of that name (#41)
      error: patches/0002-b.patch:34: conflicts with 2.9.0 in fresh/file: upstream added the file too, with other content
       hint: `patcher sync --to 2.9.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    ");
}

#[test]
fn a_side_that_has_no_room_takes_a_name_that_is_free() {
    let mut world = world();
    world.release("2.1.0", "feat: many files (#41)", |directory| {
        fs::remove_file(directory.join("b.bzl")).unwrap();
        fs::create_dir(directory.join("b.bzl")).unwrap();
        for name in ["b.bzl/other", "b.bzl~0002-b.patch", "b.bzl~0002-b.patch_0"] {
            fs::write(directory.join(name), "taken\n").unwrap();
        }
    });
    world.again("names");
    let stopped = world.resolve("2.1.0");
    let status = stopped.git(&world, &["status", "--porcelain"]);
    assert!(status.lines().any(|line| line.ends_with(" b.bzl~0002-b.patch_1")), "{status}");
    assert_eq!(stopped.read("b.bzl~0002-b.patch_0"), "taken\n");
    assert!(stopped.read("b.bzl~0002-b.patch_1").contains(&new("b")));
}

#[test]
fn line_ends_that_upstream_converted_are_named_with_the_way_out() {
    let mut world = World::new(Layout::Apart);
    // Bazel's patcher would turn CRLF into LF.
    let config = format!("kinds = [\"archive\"]\n{}", world.sandbox.read("patcher.toml"));
    world.first.insert("patcher.toml".into(), config.into_bytes());
    world.release("2.1.0", "chore: convert (#41)", |directory| {
        let path = directory.join("b.bzl");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    });
    world.again("converted");
    let said = world.refuse(3, &["--to", "2.1.0", "--no-repro"]).said();
    let first = said.lines().find(|line| line.contains("error: ")).unwrap();
    assert_snapshot!(first, @"  error: patches/0002-b.patch:15: conflicts with 2.1.0 in b.bzl:1: upstream gave these lines CRLF line ends, nothing else");
    let stopped = world.resolve("2.1.0");
    let status = world.sandbox.succeed(&["status"]).to_string();
    let status = status.replace(stopped.tree.to_str().unwrap(), "[WORKTREE]");
    assert_snapshot!(status, @"
    $ patcher status
    exit code: 0
    --- stdout
    patches: 2.0.0 to 2.1.0, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        + in        0001-a.patch
        x conflict  0002-b.patch
          to come   0003-c.patch
            b.bzl:1: upstream gave these lines CRLF line ends, nothing else
                by upstream's 5b53e7a54bb1 2026-11-20 An Upstream: chore: convert (#41)
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        git show 243b15287323                             see the patch, at its pin
        git diff                                          see what conflicts
        git reset --quiet --hard                          begin again: only line ends conflict
        git cherry-pick --no-commit -X ignore-cr-at-eol 243b15287323  merge without regard to them
        unix2dos b.bzl && git add b.bzl                   with upstream's line ends
        patcher continue                                  use it, and go on
        patcher skip                                      or: leave the patch out of the series
        patcher abort                                     or: give up, and leave no trace

    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  3        2.0.0  2.0.0     1 release  1

    newest     ! 2.1.0 is not pinned yet
    archive      demo_rules-2.0.0.patched.1.tar.gz
                 sha256-QJqga3/9EdfnxnTVjcolXWU8XuH3DCc5MIOiNtDC4W8=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: work is under way
    ");
    // As `unix2dos` does it, which is not on every machine.
    let command = status.lines().find(|line| line.contains("ignore-cr-at-eol")).unwrap();
    let commit = command.split_whitespace().find(|word| word.len() == 12).unwrap();
    stopped.git(&world, &["reset", "--quiet", "--hard"]);
    stopped.git(&world, &["cherry-pick", "--no-commit", "-X", "ignore-cr-at-eol", commit]);
    let path = stopped.tree.join("b.bzl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\r\n", "\n").replace('\n', "\r\n")).unwrap();
    stopped.git(&world, &["add", "b.bzl"]);
    world.finish();
    world.assert_no_work();
    let patched = put(&files_at_pin(Layout::Apart)["b.bzl"], &old("b"), &new("b"));
    let files = [("b.bzl".to_owned(), patched.replace('\n', "\r\n"))];
    world.assert_at("2.1.0", &files.into());
}

/// A directory of three files; the second patch adds one below it, and deletes another file.
fn world_of_directories() -> World {
    let upstream = |directory: &Path| {
        fs::create_dir_all(directory.join("near/inner")).unwrap();
        for name in ["near/one", "near/inner/two", "near/inner/three", "gone"] {
            let lines = (0..20).map(|line| format!("{name} {line}\n"));
            fs::write(directory.join(name), lines.collect::<String>()).unwrap();
        }
    };
    let change = |directory: &Path, letter: &str| {
        if letter == "b" {
            fs::write(directory.join("near/inner/new"), "new\n").unwrap();
            fs::remove_file(directory.join("gone")).unwrap();
        }
    };
    World::with(Layout::Apart, upstream, change, "")
}

fn rename(directory: &Path, names: &[(&str, &str)]) {
    for (from, to) in names {
        let to = directory.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(directory.join(from), to).unwrap();
    }
}

/// What upstream renames; the reason of the conflict, where its file is in the release, and how a
/// person resolves it.
type Renames = (
    &'static [(&'static str, &'static str)],
    (&'static str, &'static str),
    &'static [&'static [&'static str]],
);

#[test]
fn a_file_that_lost_its_name_or_its_directory_conflicts_as_in_git() {
    let mut world = world_of_directories();
    let cases: [Renames; 4] = [
        // The whole directory, and only the inner one.
        (
            &[("near", "far/off")],
            ("directory-renamed", "far/off/inner/new"),
            &[&["add", "far/off/inner/new"]],
        ),
        (
            &[("near/inner", "inside")],
            ("directory-renamed", "inside/new"),
            &[&["add", "inside/new"]],
        ),
        // Into the root directory, with another name.
        (
            &[("near/inner/two", "ii"), ("near/inner/three", "iii")],
            ("directory-renamed", "new"),
            &[&["add", "new"]],
        ),
        // What the patch deletes is there under another name.
        (&[("gone", "far/here")], ("renamed", "far/here"), &[&["rm", "--quiet", "far/here"]]),
    ];
    let mut said = Vec::new();
    for (number, (names, (reason, target), answers)) in cases.into_iter().enumerate() {
        let tag = format!("2.{}.0", number + 1);
        world.release(&tag, "feat: other names (#41)", |directory| rename(directory, names));
        world.again(&tag);
        said.push(world.refuse(3, &["--to", &tag, "--no-repro"]).said());
        let stopped = world.resolve(&tag);
        let conflicts = stopped.json["resolve"]["conflicts"].as_array().unwrap();
        let [conflict] = conflicts.as_slice() else { panic!("{tag}: {conflicts:?}") };
        assert_eq!((&conflict["reason"], &conflict["target"]), (&reason.into(), &target.into()));
        assert_eq!(conflict["caused_by"].as_array().unwrap().len(), 1, "{tag}: {conflict:#}");
        let next = stopped.json["resolve"]["next"].as_array().unwrap();
        let next = next.iter().map(|step| step["command"].as_str().unwrap());
        let edits = next.filter(|act| act.starts_with("$EDITOR") || act.starts_with("git add"));
        said.push(edits.map(|act| format!("{act}\n")).collect());
        assert_sound(&world, &stopped);
        assert_eq!(laid_out(&world, &stopped.tree), picked(&world, &tag), "{tag}");
        for args in answers {
            stopped.git(&world, args);
        }
        world.finish();
        world.assert_no_work();
        world.assert_at(&tag, &BTreeMap::new());
        let patch = world.sandbox.read("patches/0002-b.patch");
        assert!(patch.contains(&format!("diff --git a/{target} ")), "{patch}");
    }
    assert_snapshot!(joined(said), @"
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.1.0 (ecf92779a08b)
    far/off/inner/new, changed by upstream in 2.1.0:
        ecf92779a08b 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:51: conflicts with 2.1.0 in far/off/inner/new (near/inner/new at the pin): upstream renamed its directory
       hint: `patcher sync --to 2.1.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    $EDITOR far/off/inner/new
    git add far/off/inner/new

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.2.0 (91b02127738a)
    inside/new, changed by upstream in 2.2.0:
        91b02127738a 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:51: conflicts with 2.2.0 in inside/new (near/inner/new at the pin): upstream renamed its directory
       hint: `patcher sync --to 2.2.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    $EDITOR inside/new
    git add inside/new

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.3.0 (c1f365c4fa6d)
    new, changed by upstream in 2.3.0:
        c1f365c4fa6d 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:51: conflicts with 2.3.0 in new (near/inner/new at the pin): upstream renamed its directory
       hint: `patcher sync --to 2.3.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    $EDITOR new
    git add new

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.4.0 (7b4810d80a6a)
    far/here, changed by upstream in 2.4.0:
        7b4810d80a6a 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:25: conflicts with 2.4.0 in far/here (gone at the pin): upstream renamed the file that the patch deletes
       hint: `patcher sync --to 2.4.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    git add far/here
    ");
}

#[test]
fn a_directory_that_went_several_ways_conflicts_and_one_that_is_there_does_not() {
    let mut world = world_of_directories();
    let parts: [&[(&str, &str)]; 3] = [
        &[("near/inner/two", "left/two"), ("near/inner/three", "right/three")],
        &[("near/one", "far/one"), ("near/inner/two", "far/two")],
        &[("near", "far"), ("far/one", "near/inner/new/it")],
    ];
    let mut said = Vec::new();
    for (number, names) in parts.into_iter().enumerate() {
        let tag = format!("2.{}.0", number + 1);
        world.release(&tag, "feat: other names (#41)", |directory| rename(directory, names));
        world.again(&tag);
        said.push(world.sandbox.patcher(&["sync", "--to", &tag, "--no-repro"]).said());
    }
    assert_snapshot!(joined(said), @"
    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.1.0 (ce44a6a2d389)
    near/inner/new, changed by upstream in 2.1.0:
        ce44a6a2d389 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:51: conflicts with 2.1.0 in near/inner/new: upstream renamed its directory
       hint: `patcher sync --to 2.1.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.2.0 (d07d83241a9d)
    + Applied    0001-a.patch (unchanged)
    + Applied    0002-b.patch (unchanged)
    + Applied    0003-c.patch (unchanged)
    + Pinned     demo_rules 2.2.0 (d07d83241a9d)
    + Wrote      dist/demo_rules-2.2.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-2.2.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-2.2.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 2.2.0 is d07d83241a9d at ../upstream.git
    + Applied    3 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 2.2.0.patched.1: 3 patches, not tested
    Next: patcher sync   run the scenarios

    + Fetched    1 release from ../upstream.git
    > Using      demo_rules 2.3.0 (9ba2565b8dae)
    near/inner/new, changed by upstream in 2.3.0:
        9ba2565b8dae 2026-11-20 An Upstream: feat: other names (#41)
      error: patches/0002-b.patch:51: conflicts with 2.3.0 in near/inner/new: upstream has a directory in its place
       hint: `patcher sync --to 2.3.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    ");
}

/// git can work in the worktree, and its objects are whole.
#[track_caller]
fn assert_sound(world: &World, stopped: &Stopped) {
    stopped.git(world, &["status"]);
    stopped.git(world, &["ls-files", "--stage"]);
    stopped.git(world, &["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_submodule_in_place_of_a_file_is_laid_out_and_can_be_given_up() {
    let mut world = world();
    for (tag, path, reason) in [("2.1.0", "b.bzl", "submodule"), ("2.2.0", "deep", "below")] {
        world.release(tag, "feat: a module (#41)", |directory| {
            let module = directory.join(path);
            world.sandbox.git(directory, &["rm", "-r", "--quiet", path]);
            fs::create_dir(&module).unwrap();
            world.sandbox.git(&module, &["init", "--quiet"]);
            world.sandbox.git(&module, &["commit", "--quiet", "--allow-empty", "--message", "m"]);
        });
        fs::remove_dir_all(world.clone.join(path)).unwrap();
        world.again(tag);
        let stopped = world.resolve(tag);
        assert_eq!(stopped.json["resolve"]["conflicts"][0]["reason"], reason);
        assert_sound(&world, &stopped);
        assert_eq!(laid_out(&world, &stopped.tree), picked(&world, tag), "{path}");
        world.succeed(&["abort"]);
        assert_eq!(world.changed(), BTreeSet::new());
        world.assert_no_work();
    }
}

#[test]
fn a_file_that_moved_into_a_directory_of_its_name_is_followed() {
    let mut world = world();
    world.release("2.1.0", "feat: a package (#41)", |directory| {
        let text = fs::read(directory.join("b.bzl")).unwrap();
        fs::remove_file(directory.join("b.bzl")).unwrap();
        fs::create_dir(directory.join("b.bzl")).unwrap();
        fs::write(directory.join("b.bzl/defs"), text).unwrap();
    });
    world.again("2.1.0");
    world.succeed(&["--to", "2.1.0", "--no-repro"]);
    world.assert_at("2.1.0", &BTreeMap::new());
    assert!(world.sandbox.read("patches/0002-b.patch").contains("+++ b/b.bzl/defs\n"));
}

#[test]
fn a_patch_may_put_a_directory_in_place_of_a_file() {
    let mut world = World::with(
        Layout::Apart,
        |directory| fs::write(directory.join("place"), "one\n").unwrap(),
        |directory, letter| {
            if letter == "b" {
                fs::remove_file(directory.join("place")).unwrap();
                fs::create_dir(directory.join("place")).unwrap();
                fs::write(directory.join("place/file"), "two\n").unwrap();
            }
            if letter == "c" {
                fs::remove_dir_all(directory.join("place")).unwrap();
                fs::write(directory.join("place"), "three\n").unwrap();
            }
        },
        "",
    );
    world.release("2.1.0", "feat: beside (#41)", |directory| {
        fs::write(directory.join("place.bzl"), "other\n").unwrap();
        let text = fs::read_to_string(directory.join("b.bzl")).unwrap();
        fs::write(directory.join("b.bzl"), put(&text, &old("b"), &new("b"))).unwrap();
    });
    world.again("2.1.0");
    world.succeed(&["--to", "2.1.0", "--no-repro"]);
    world.assert_at("2.1.0", &BTreeMap::new());
}
