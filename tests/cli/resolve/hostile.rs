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

#[test]
fn what_no_patch_can_carry_is_named_and_kept() {
    let mut world = world();
    let deeds: [(fn(&World, &Stopped), &str); 3] = [
        (|world, stopped| stopped.add(world, FILE, "a\0b\n"), "b.bzl: is not text"),
        (
            |world, stopped| {
                fs::remove_file(stopped.tree.join(FILE)).unwrap();
                std::os::unix::fs::symlink("a.bzl", stopped.tree.join(FILE)).unwrap();
                stopped.git(world, &["add", FILE]);
            },
            "b.bzl: is no plain file",
        ),
        (
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                make_executable(&stopped.tree.join(FILE));
                stopped.git(world, &["add", FILE]);
            },
            "b.bzl: changes its mode",
        ),
    ];
    for (index, (deed, words)) in deeds.into_iter().enumerate() {
        let stopped = stopped(&mut world, &index.to_string());
        let marked = stopped.read(FILE);
        deed(&world, &stopped);
        world.refuse(2, &["--continue"], &[words, "mend that in", "`git add` it\n"]);
        stopped.git(&world, &["commit", "--quiet", "--no-edit"]);
        world.refuse(2, &["--continue"], &[words, "`git commit --amend`"]);
        fs::remove_file(stopped.tree.join(FILE)).unwrap();
        fs::write(stopped.tree.join(FILE), marked).unwrap();
        stopped.resolve(&world, FILE, &both("b"));
        stopped.git(&world, &["commit", "--quiet", "--amend", "--no-edit"]);
        world.finish();
        world.assert_at(NEXT, &expected(&world));
    }
}

#[test]
fn a_commit_that_makes_no_patch_is_named_at_the_end() {
    let mut world = world();
    let deeds: [(&[&str], &[&str]); 3] = [
        (&["--message", "[wip] b"], &["`git am` would make `b` of its subject", "`reword`"]),
        (&["--message", "fix: b"], &["0002-b.patch:4: does not say when it can go", "`reword`"]),
        (&["--allow-empty-message", "--message", ""], &["has no message", "`reword`"]),
    ];
    for (index, (args, words)) in deeds.into_iter().enumerate() {
        let stopped = stopped(&mut world, &index.to_string());
        stopped.resolve(&world, FILE, &both("b"));
        stopped.git(&world, &[&["commit", "--quiet"], args].concat());
        for _ in 0..2 {
            let run = world.sandbox.patcher(&["sync", "--continue", "--no-repro"]);
            assert!(matches!(run.code, Some(1 | 2)), "{run:#?}");
            words.iter().for_each(|word| assert!(run.stderr.contains(word), "{run:#?}"));
            assert_eq!(world.changed(), Default::default());
        }
        // The last patch is in by then: its commit is on top.
        assert_eq!(world.succeed(&["--status"])["resolve"]["state"], "ready");
        world.refuse(2, &["--skip"], &["every patch is past"]);
        stopped.git(&world, &["reset", "--quiet", "--hard", "HEAD~2"]);
        world.refuse(
            2,
            &["--continue"],
            &["1 commit on 2.1.0, where there are 3 patches to go in"],
        );
        let commits = stopped.git(&world, &["reflog", "--format=%H"]);
        let tip = commits.lines().nth(1).unwrap();
        stopped.git(&world, &["cherry-pick", "--no-commit", &format!("{tip}~1")]);
        let message = format!("fix: b is strict\n\nWhy b is.\n\n{}", super::TRAILERS);
        stopped.git(&world, &["commit", "--quiet", "--message", &message]);
        stopped.git(&world, &["cherry-pick", tip]);
        world.finish();
        world.assert_at(NEXT, &expected(&world));
    }
}

#[test]
fn a_project_that_moved_on_is_not_written_over() {
    let mut world = world();
    let stopped = stopped(&mut world, "bound");
    stopped.resolve(&world, FILE, &both("b"));
    let patch = "patches/0003-c.patch";
    let kept = world.sandbox.read(patch);
    let refused = |words: &[&str]| {
        for act in ["--continue", "--skip", "--status"] {
            world.refuse(2, &[act], &[words, &["since the work in the work tree began"]].concat());
        }
        let way_out = ["restore it, or begin again: `patcher sync --abort`", "stays until then"];
        world.refuse(2, &["--continue"], &way_out);
    };
    world.sandbox.edit(patch, "Why c is.", "Why c was.");
    refused(&["patches/0003-c.patch has changed"]);
    world.sandbox.write(patch, &kept);

    let series = world.sandbox.read("patches/series");
    world.sandbox.write("patches/series", &put(&series, "0003-c.patch\n0003-c.patch\n", ""));
    fs::rename(world.sandbox.project.join(patch), world.sandbox.home.join("kept")).unwrap();
    refused(&["the series of patches has changed"]);
    fs::rename(world.sandbox.home.join("kept"), world.sandbox.project.join(patch)).unwrap();
    world.sandbox.write("patches/series", &series);

    // A pin that was moved elsewhere, and came by git.
    let lock = world.sandbox.read("upstream.lock");
    world.release("2.0.5", "fix: a thing (#39)", |tree| fs::write(tree.join("more"), "").unwrap());
    let here = world.sandbox.project.clone();
    world.again("elsewhere");
    world.succeed(&["--to", "2.0.5", "--no-repro"]);
    let moved = world.sandbox.read("upstream.lock");
    world.sandbox.project = here;
    world.sandbox.write("upstream.lock", &moved);
    let words = ["the pin of patches has moved from 2.0.0 to 2.0.5"];
    for act in ["--continue", "--skip", "--status"] {
        world.refuse(2, &[act], &words);
    }
    world.sandbox.write("upstream.lock", &lock);

    world.finish();
    world.assert_at(NEXT, &expected(&world));
}

#[test]
fn a_tag_that_moved_is_told() {
    let mut world = world();
    let stopped = stopped(&mut world, "tag");
    stopped.resolve(&world, FILE, &both("b"));
    let tag = world.git(&["rev-parse", NEXT]);
    world.release(NEXT, "feat: other formats (#42)", |tree| {
        fs::write(tree.join("more"), "").unwrap();
    });
    for act in ["--continue", "--skip", "--status"] {
        world.refuse(6, &[act], &["the tag 2.1.0 has moved: it was", "`patcher sync --abort`"]);
    }
    world.git(&["tag", "--force", NEXT, &tag]);
    world.git(&["push", "--quiet", "--force", "origin", NEXT]);
    world.finish();
    world.assert_at(NEXT, &expected(&world));
}

#[test]
fn everything_that_writes_waits() {
    let mut world = world();
    stopped(&mut world, "waits");
    let words = ["patches is on its way to 2.1.0, in ", "--continue`, or give it up with `patcher"];
    let before = world.work();
    for args in [
        &["sync"][..],
        &["sync", "--to", "2.1.0"],
        &["sync", "--to", "2.1.0", "--resolve"],
        &["sync", "--to", "1.1.0", "--resolve"],
        &["edit"],
        &["edit", "--finish"],
        &["edit", "--abort"],
        &["new", "fix: d"],
        &["drop", "0003-c.patch"],
    ] {
        world.sandbox.refuse(2, args, &words);
        assert_eq!(world.work(), before, "{args:?}");
    }
    // Reading is free.
    world.sandbox.succeed(&["check"]);
    world.sandbox.succeed(&["status"]);
    world.sandbox.refuse(1, &["sync", "--check"], &["not up to date: there is no verdict"]);
    world.sandbox.refuse(3, &["sync", "--dry-run", "--to", NEXT, "--no-repro"], &[]);
    for args in [&["--resolve"][..], &["--continue", "--skip"], &["--continue", "--to", NEXT]] {
        world.refuse(2, args, &["Usage:"]);
    }
}

#[test]
fn two_that_go_on_at_once_do_not_meet() {
    let mut world = world();
    let stopped = stopped(&mut world, "twice");
    stopped.resolve(&world, FILE, &both("b"));
    let go_on = |world: &World| {
        let mut command = world.sandbox.command(&["sync", "--continue", "--no-repro"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs = [(); 3].map(|()| go_on(&world)).map(|child| child.wait_with_output().unwrap());
    let mut codes = runs.each_ref().map(|run| run.status.code());
    codes.sort();
    let is_right = |code: &Option<i32>| matches!(code, Some(0 | 2 | 30));
    assert!(codes[0] == Some(0) && codes.iter().all(is_right), "{runs:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{runs:?}");
    world.assert_no_work();
    world.assert_at(NEXT, &expected(&world));

    // Whichever comes first, the other finds a whole project and nothing under way.
    let stopped = self::stopped(&mut world, "or-not");
    stopped.resolve(&world, FILE, &both("b"));
    let going = go_on(&world);
    let abort = world.sync(&["--abort"]);
    let done = going.wait_with_output().unwrap().status.code();
    assert!(matches!((done, abort.code), (Some(0), Some(2)) | (Some(2), Some(0))), "{abort:?}");
    world.assert_no_work();
    world.sandbox.succeed(&["check"]);
    let is_there = world.sandbox.read("upstream.lock").contains("release = \"2.1.0\"");
    assert_eq!(is_there, done == Some(0));
}

#[test]
fn a_run_that_was_cut_off_is_made_good() {
    let mut world = world();
    // Before the work tree was laid out: the same stop again, whatever lies there.
    let stopped = stopped(&mut world, "before");
    edit_record(&world, "\"is_staged\": true", "\"is_staged\": false");
    stopped.git(&world, &["reset", "--quiet", "--hard"]);
    let again = world.stop(&["--continue"]);
    assert_eq!(again.json, stopped.json);
    stopped.resolve(&world, FILE, &both("b"));
    world.finish();
    world.assert_at(NEXT, &expected(&world));

    // Before the record was written, and with the start of the next one beside it.
    world.release_conflicting("2.2.0", &["b", "c"]);
    world.again("record");
    let stopped = world.resolve("2.2.0");
    stopped.resolve(&world, FILE, &both("b"));
    let record = fs::read(world.record()).unwrap();
    fs::write(world.record().with_extension("new"), &record[..40]).unwrap();
    let second = world.stop(&["--continue"]);
    assert_eq!(second.json["resolve"]["patch"], PATCHES[2]);
    // An older record: what is committed since is not one patch's.
    let current = fs::read(world.record()).unwrap();
    fs::write(world.record(), &record).unwrap();
    stopped.git(&world, &["reset", "--quiet", "--hard"]);
    let run = world.sandbox.refuse(3, &["sync", "--continue", "--format", "json"], &[]);
    assert_eq!(run.json()["resolve"]["patch"], PATCHES[2], "b was committed: it is taken up");
    assert_eq!(fs::read(world.record()).unwrap(), current);
    assert_eq!(world.succeed(&["--status"])["resolve"]["left"], json!([PATCHES[2]]));
}
