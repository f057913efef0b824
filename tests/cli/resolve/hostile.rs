//! Whoever touched the work tree, the record, the project or git's settings meanwhile: what can
//! be taken up is, all else is named with the way out, and nothing is lost.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use super::{LETTERS, Layout, PATCHES, PIN, Stopped, World, both, file, new, old, put, upstreams};
use crate::common::{files_of, git, make_executable};

/// The release in which the middle patch conflicts.
const NEXT: &str = "2.1.0";

/// The file in which it does.
const FILE: &str = "b.bzl";

/// A project whose middle patch conflicts on the way to [`NEXT`].
fn world() -> World {
    let world = World::new(Layout::Apart);
    world.release_conflicting(NEXT, &["b"]);
    world
}

/// The work tree in which it waits for a person; the project is a new one.
fn stopped(world: &mut World, name: &str) -> Stopped {
    world.again(name);
    world.resolve(NEXT)
}

/// The files as they are where the middle patch was resolved.
fn expected(world: &World) -> std::collections::BTreeMap<String, String> {
    let mut files = super::files_at_pin(world.layout);
    for letter in LETTERS {
        let text = files.get_mut(&file(letter, world.layout)).unwrap();
        *text = put(text, &old(letter), &if letter == "b" { both("b") } else { new(letter) });
    }
    files
}

/// What somebody did, and how patcher refuses to go on.
type Deed =
    (&'static str, fn(&World, &Stopped), &'static [&'static str], i32, &'static [&'static str]);

/// Each deed is refused with its words and changes nothing; giving up works all the same.
fn refuse_after(deeds: &[Deed]) {
    let mut world = world();
    for (name, deed, args, code, words) in deeds {
        let stopped = stopped(&mut world, name);
        deed(&world, &stopped);
        let before = world.work();
        let run = world.sandbox.refuse(*code, &[&["sync"], *args].concat(), words);
        assert!(run.stderr.contains("hint: "), "{name}: no way out in {}", run.stderr);
        assert_eq!(world.work(), before, "{name}");
        world.succeed(&["--abort"]);
        assert_eq!(world.changed(), Default::default(), "{name}");
        world.assert_no_work();
        assert!(!world.sandbox.project.join(".patcher").exists(), "{name}");
        world.resolve(NEXT);
        world.succeed(&["--abort"]);
    }
}

fn edit_record(world: &World, from: &str, to: &str) {
    let record = world.record();
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, put(&text, from, to)).unwrap();
}

#[test]
fn a_lost_tree_and_a_damaged_record_can_be_given_up() {
    refuse_after(&[
        (
            "tree",
            |_, stopped| fs::remove_dir_all(&stopped.tree).unwrap(),
            &["--continue"],
            2,
            &["the work tree", "is gone", "`patcher sync --abort`"],
        ),
        (
            "git",
            |_, stopped| fs::remove_dir_all(stopped.tree.join(".git")).unwrap(),
            &["--status"],
            2,
            &["is gone", "--abort"],
        ),
        (
            "cut",
            |world, _| fs::write(world.record(), "{\"schema\": 1, \"task\"").unwrap(),
            &["--continue"],
            2,
            &["work.json", "is damaged: EOF", "--abort"],
        ),
        (
            "empty",
            |world, _| fs::write(world.record(), "").unwrap(),
            &["--to", NEXT, "--resolve"],
            2,
            &["is damaged", "--abort"],
        ),
        (
            "version",
            |world, _| edit_record(world, "\"schema\": 1", "\"schema\": 2"),
            &["--skip"],
            2,
            &["has version 2, this patcher knows 1", "--abort"],
        ),
        (
            "bytes",
            |world, _| fs::write(world.record(), b"\xff\xfe").unwrap(),
            &["--continue"],
            2,
            &["is damaged", "--abort"],
        ),
        (
            "head",
            |_, stopped| fs::write(stopped.tree.join(".git/HEAD"), "nothing\n").unwrap(),
            &["--continue"],
            2,
            &["there is no commit", "--abort"],
        ),
    ]);
}

#[test]
fn what_is_left_to_do_in_the_work_tree_is_named() {
    refuse_after(&[
        ("unmerged", |_, _| {}, &["--continue"], 3, &["b.bzl: still in conflict", "git add"]),
        (
            "unstaged",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                fs::write(stopped.tree.join("a.bzl"), "mine\n").unwrap();
            },
            &["--continue"],
            3,
            &["a.bzl: changed, and not in the index", "git add", "git restore"],
        ),
        (
            "untracked",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                fs::write(stopped.tree.join("a file.orig"), "mine\n").unwrap();
            },
            &["--continue"],
            3,
            &["a file.orig: not known to git"],
        ),
        (
            "markers",
            |world, stopped| drop(stopped.git(world, &["add", FILE])),
            &["--continue"],
            3,
            &["b.bzl:7: a conflict marker is left"],
        ),
        (
            "committed markers",
            |world, stopped| {
                drop(stopped.git(world, &["commit", "--quiet", "--all", "-C", "HEAD"]))
            },
            &["--continue"],
            3,
            &["b.bzl:7: a conflict marker is left", "git commit --amend"],
        ),
        (
            "empty",
            |world, stopped| stopped.resolve(world, FILE, &upstreams("b")),
            &["--continue"],
            3,
            &["nothing is left of 0002-b.patch", "Is that what you want?", "--skip"],
        ),
        (
            "rebase",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                stopped.git(world, &["commit", "--quiet", "-m", "b"]);
                let args =
                    ["-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-qi", "HEAD~2"];
                stopped.git(world, &args);
            },
            &["--continue"],
            2,
            &["git is in the middle of a rebase"],
        ),
    ]);
}

#[test]
fn what_is_no_series_any_more_is_refused() {
    refuse_after(&[
        (
            "branch",
            |world, s| drop(s.git(world, &["checkout", "-qf", &format!("patches-at-{PIN}")])),
            &["--continue"],
            2,
            &["is no series of commits on 2.1.0", "git reset --hard"],
        ),
        (
            "orphan",
            |world, stopped| {
                stopped.git(world, &["checkout", "-qf", "--orphan", "other"]);
                stopped.git(world, &["commit", "-qm", "other"]);
            },
            &["--continue"],
            2,
            &["has no parent"],
        ),
        (
            "unborn",
            |world, s| drop(s.git(world, &["symbolic-ref", "HEAD", "refs/heads/none"])),
            &["--continue"],
            2,
            &["is no series of commits on 2.1.0"],
        ),
        (
            "two",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                stopped.git(world, &["commit", "-qm", "one"]);
                stopped.git(world, &["commit", "-qm", "two", "--allow-empty"]);
            },
            &["--continue"],
            2,
            &["3 commits on 2.1.0, where patcher left 1 commit", "git reset --soft"],
        ),
        (
            "fewer",
            |world, s| drop(s.git(world, &["reset", "-q", "--hard", NEXT])),
            &["--continue"],
            2,
            &["0 commits on 2.1.0, where patcher left 1 commit"],
        ),
        (
            "merge",
            |world, stopped| {
                stopped.git(world, &["checkout", "-qf", "HEAD"]);
                stopped.git(world, &["reset", "-q", "--hard"]);
                let args = ["merge", "-q", "-s", "ours", "-m", "m", &format!("patches-at-{PIN}")];
                stopped.git(world, &args);
            },
            &["--continue"],
            2,
            &["is a merge"],
        ),
    ]);
}

#[test]
fn what_a_person_committed_is_taken_up() {
    let mut world = world();
    let deeds: [(&str, fn(&World, &Stopped), &str); 6] = [
        ("staged", |_, _| {}, "fix: b is strict"),
        (
            "commit",
            |world, stopped| drop(stopped.git(world, &["commit", "--quiet", "--no-edit"])),
            "fix: b is strict",
        ),
        (
            "pick",
            |world, stopped| {
                let pick = ["-c", "core.editor=true", "cherry-pick", "--continue"];
                stopped.git(world, &pick);
            },
            "fix: b is strict",
        ),
        (
            "reworded",
            |world, stopped| {
                let message = format!("fix: b is very strict\n\nWhy b is.\n\n{}", super::TRAILERS);
                stopped.git(world, &["commit", "--quiet", "--message", &message]);
            },
            "fix: b is very strict",
        ),
        (
            "detached",
            |world, stopped| {
                stopped.git(world, &["commit", "--quiet", "--no-edit"]);
                stopped.git(world, &["checkout", "--quiet", "--detach"]);
                stopped.git(world, &["branch", "-D", &format!("patches-on-{NEXT}")]);
            },
            "fix: b is strict",
        ),
        (
            "earlier",
            |world, stopped| {
                stopped.git(world, &["commit", "--quiet", "--no-edit"]);
                let args =
                    ["-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-qi", "HEAD~2"];
                stopped.git(world, &args);
                let text = stopped.read("a.bzl") + "# more\n";
                stopped.add(world, "a.bzl", &text);
                stopped.git(world, &["commit", "--quiet", "--amend", "--no-edit"]);
                stopped.git(world, &["rebase", "--continue"]);
            },
            "fix: b is strict",
        ),
    ];
    for (name, deed, subject) in deeds {
        let stopped = stopped(&mut world, name);
        stopped.resolve(&world, FILE, &both("b"));
        deed(&world, &stopped);
        let document = world.finish();
        let is_earlier = name == "earlier";
        let outcomes = if is_earlier {
            ["resolved", "resolved", "unchanged"]
        } else {
            ["unchanged", "resolved", "unchanged"]
        };
        for (fate, outcome) in document["outcomes"].as_array().unwrap().iter().zip(outcomes) {
            assert_eq!(fate["outcome"], outcome, "{name}");
        }
        let mut files = expected(&world);
        if is_earlier {
            files.get_mut("a.bzl").unwrap().push_str("# more\n");
        }
        let patch = world.sandbox.read("patches/0002-b.patch");
        assert!(patch.contains(&format!("Subject: {subject}\n\nWhy b is.\n")), "{name}: {patch}");
        assert!(patch.contains("From: An Upstream <upstream@example.com>"), "{name}: {patch}");
        world.assert_no_work();
        if name != "reworded" {
            world.assert_at(NEXT, &files);
        }
    }
}

#[test]
fn a_repository_around_a_damaged_one_is_not_touched() {
    let mut world = world();
    let around = world.sandbox.home.parent().unwrap().to_owned();
    world.sandbox.git(&around, &["init", "--quiet"]);
    world.sandbox.git(&around, &["commit", "--quiet", "--allow-empty", "-m", "mine"]);
    let git_files = || files_of(&around.join(".git"));
    let before = git_files();
    let stopped = stopped(&mut world, "around");
    fs::remove_file(stopped.tree.join(".git/HEAD")).unwrap();
    for act in ["--continue", "--skip", "--status"] {
        world.refuse(2, &[act], &["there is no commit"]);
    }
    world.succeed(&["--abort"]);
    assert_eq!(git_files(), before);
}
