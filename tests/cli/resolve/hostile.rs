//! Whoever touched the worktree or the record meanwhile: what can be taken up is, all else is
//! named with the way out, and nothing is lost.

use std::collections::BTreeMap;
use std::fs;

use insta::assert_snapshot;

use super::{
    LETTERS, Layout, PIN, Stopped, World, both, command_of, file, new, old, put, upstreams,
};
use crate::common::{files_of, joined, make_executable, same};

/// The release in which the middle patch conflicts.
pub(super) const NEXT: &str = "2.1.0";

/// The file in which it does.
pub(super) const FILE: &str = "b.bzl";

/// What a person does next where a patch stopped.
pub(super) const ACTS: [&str; 2] = ["continue", "skip"];

/// A project whose middle patch conflicts on the way to [`NEXT`].
pub(super) fn world() -> World {
    let world = World::new(Layout::Apart);
    world.release_conflicting(NEXT, &["b"]);
    world
}

/// The worktree in which it waits for a person; the project is a new one.
pub(super) fn stopped(world: &mut World, name: &str) -> Stopped {
    world.again(name);
    world.resolve(NEXT)
}

/// The files as they are where the middle patch was resolved.
pub(super) fn expected(world: &World) -> BTreeMap<String, String> {
    let mut files = super::files_at_pin(world.layout);
    for letter in LETTERS {
        let text = files.get_mut(&file(letter, world.layout)).unwrap();
        *text = put(text, &old(letter), &if letter == "b" { both("b") } else { new(letter) });
    }
    files
}

/// What somebody did in the worktree, or to what is known of it.
type Deed = fn(&World, &Stopped);

/// A deed by its name, and the arguments that are refused after it.
type Refused = (&'static str, Deed, &'static [&'static str]);

/// After each deed going on is refused and changes nothing; giving up works all the same. The
/// result is what was said.
fn refuse_after(deeds: &[Refused]) -> String {
    let mut world = world();
    let mut said = Vec::new();
    for (name, deed, args) in deeds {
        let stopped = stopped(&mut world, name);
        deed(&world, &stopped);
        let before = world.work();
        let files = world.files();
        let run = world.sandbox.patcher(&command_of(args));
        assert_eq!(world.files(), files, "{name}");
        assert!(run.stderr.contains("hint: "), "{name}: no way out in {}", run.stderr);
        said.push(format!("{name}: {run}"));
        assert_eq!(world.work(), before, "{name}");
        world.succeed(&["abort"]);
        assert_eq!(world.changed(), Default::default(), "{name}");
        world.assert_no_work();
        assert!(!world.sandbox.project.join(".patcher").exists(), "{name}");
        world.resolve(NEXT);
        world.succeed(&["abort"]);
    }
    joined(said)
}

pub(super) fn edit_record(world: &World, from: &str, to: &str) {
    let record = world.record();
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, put(&text, from, to)).unwrap();
}

#[test]
fn a_lost_tree_and_a_damaged_record_can_be_given_up() {
    let said = refuse_after(&[
        ("tree", |_, stopped| fs::remove_dir_all(&stopped.tree).unwrap(), &["continue"]),
        ("git", |_, stopped| fs::remove_dir_all(stopped.tree.join(".git")).unwrap(), &["skip"]),
        (
            "cut",
            |world, _| fs::write(world.record(), "{\"schema\": 1, \"task\"").unwrap(),
            &["continue"],
        ),
        ("empty", |world, _| fs::write(world.record(), "").unwrap(), &["--to", NEXT, "--resolve"]),
        ("version", |world, _| edit_record(world, "\"schema\": 1", "\"schema\": 2"), &["skip"]),
        ("bytes", |world, _| fs::write(world.record(), b"\xff\xfe").unwrap(), &["continue"]),
        (
            "head",
            |_, stopped| fs::write(stopped.tree.join(".git/HEAD"), "nothing\n").unwrap(),
            &["continue"],
        ),
    ]);
    assert_snapshot!(said, @"
    tree: $ patcher continue
    exit code: 2
    --- stderr
      error: the worktree [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 is gone
       hint: give it up: `patcher abort`

    git: $ patcher skip
    exit code: 2
    --- stderr
      error: the worktree [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 is gone
       hint: give it up: `patcher abort`

    cut: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/work.json, what is known of the worktree, is damaged: EOF while parsing an object at line 1 column 20
       hint: what is committed is all there: `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 log`; `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 format-patch --output-directory DIR COMMIT..` keeps what is on COMMIT
       hint: then give it up: `patcher abort`; after that, it can begin again

    empty: $ patcher sync --to 2.1.0 --resolve
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/work.json, what is known of the worktree, is damaged: EOF while parsing a value at line 1 column 0
       hint: what is committed is all there: `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 log`; `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 format-patch --output-directory DIR COMMIT..` keeps what is on COMMIT
       hint: then give it up: `patcher abort`; after that, it can begin again

    version: $ patcher skip
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/work.json, what is known of the worktree, has version 2, this patcher knows 1
       hint: what is committed is all there: `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 log`; `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 format-patch --output-directory DIR COMMIT..` keeps what is on COMMIT
       hint: then give it up: `patcher abort`; after that, it can begin again

    bytes: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/work.json, what is known of the worktree, is damaged: expected value at line 1 column 1
       hint: what is committed is all there: `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 log`; `git -C [ROOT]/cache/work/[KEY]/demo_rules-2.1.0 format-patch --output-directory DIR COMMIT..` keeps what is on COMMIT
       hint: then give it up: `patcher abort`; after that, it can begin again

    head: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): there is no commit
       hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
       hint: or give it up: `patcher abort`
    ");
}

#[test]
fn what_is_left_to_do_in_the_worktree_is_named() {
    let said = refuse_after(&[
        ("unmerged", |_, _| {}, &["continue"]),
        (
            "unstaged",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                fs::write(stopped.tree.join("a.bzl"), "mine\n").unwrap();
            },
            &["continue"],
        ),
        (
            "untracked",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                fs::write(stopped.tree.join("a file.orig"), "mine\n").unwrap();
            },
            &["continue"],
        ),
        ("markers", |world, stopped| drop(stopped.git(world, &["add", FILE])), &["continue"]),
        (
            "committed markers",
            |world, stopped| {
                drop(stopped.git(world, &["commit", "--quiet", "--all", "-C", "HEAD"]));
            },
            &["continue"],
        ),
        ("empty", |world, stopped| stopped.resolve(world, FILE, &upstreams("b")), &["continue"]),
        (
            "rebase",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                stopped.git(world, &["commit", "--quiet", "-m", "b"]);
                let args =
                    ["-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-qi", "HEAD~2"];
                stopped.git(world, &args);
            },
            &["continue"],
        ),
    ]);
    assert_snapshot!(said, @"
    unmerged: $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl: still in conflict
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)

    unstaged: $ patcher continue
    exit code: 3
    --- stderr
      error: a.bzl: changed, and not in the index
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: `git add` what belongs to the patch, `git restore` what does not

    untracked: $ patcher continue
    exit code: 3
    --- stderr
      error: a file.orig: not known to git
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: `git add` what belongs to the patch, remove what does not

    markers: $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl:7: a conflict marker is left
       hint: take it out, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add b.bzl`

    committed markers: $ patcher continue
    exit code: 3
    --- stderr
      error: b.bzl:7: a conflict marker is left
       hint: take it out, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add b.bzl`, `git commit --amend`

    empty: $ patcher continue
    exit code: 3
    --- stderr
      error: nothing is left of 0002-b.patch: the worktree is 2.1.0 with the patches before it. Is that what you want?
       hint: yes: `patcher skip` leaves the patch out of the series
       hint: no: make its change in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, `git add` it, `patcher continue`; `git cherry-pick 243b15287323` there makes the conflict again

    rebase: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: git is in the middle of a rebase
       hint: end it there first: `git status` says how
    ");
}

#[test]
fn what_is_no_series_any_more_is_refused() {
    let said = refuse_after(&[
        (
            "branch",
            |world, s| drop(s.git(world, &["checkout", "-qf", &format!("patches-at-{PIN}")])),
            &["continue"],
        ),
        (
            "orphan",
            |world, stopped| {
                stopped.git(world, &["checkout", "-qf", "--orphan", "other"]);
                stopped.git(world, &["commit", "-qm", "other"]);
            },
            &["continue"],
        ),
        (
            "unborn",
            |world, s| drop(s.git(world, &["symbolic-ref", "HEAD", "refs/heads/none"])),
            &["continue"],
        ),
        (
            "two",
            |world, stopped| {
                stopped.resolve(world, FILE, &both("b"));
                stopped.git(world, &["commit", "-qm", "one"]);
                stopped.git(world, &["commit", "-qm", "two", "--allow-empty"]);
            },
            &["continue"],
        ),
        ("fewer", |world, s| drop(s.git(world, &["reset", "-q", "--hard", NEXT])), &["continue"]),
        (
            "merge",
            |world, stopped| {
                stopped.git(world, &["checkout", "-qf", "HEAD"]);
                stopped.git(world, &["reset", "-q", "--hard"]);
                let args = ["merge", "-q", "-s", "ours", "-m", "m", &format!("patches-at-{PIN}")];
                stopped.git(world, &args);
            },
            &["continue"],
        ),
    ]);
    assert_snapshot!(said, @"
    branch: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): commit 246b90549d47 has no parent
       hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
       hint: or give it up: `patcher abort`

    orphan: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): commit 6858527397b7 has no parent
       hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
       hint: or give it up: `patcher abort`

    unborn: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): there is no commit
       hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
       hint: or give it up: `patcher abort`

    two: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: 3 commits on 2.1.0, but patcher left 1 commit: one more would be the patch that is to be resolved
       hint: `git reset --soft 6d2d612c81d7` there keeps what you did as one change to commit

    fewer: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: 0 commits on 2.1.0, but patcher left 1 commit: one more would be the patch that is to be resolved
       hint: `git reset --hard 6d2d612c81d7` there goes back to what was left

    merge: $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): commit 242e11b39bbf is a merge
       hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
       hint: or give it up: `patcher abort`
    ");
}

#[test]
fn what_a_person_committed_is_taken_up() {
    let mut world = world();
    let deeds: [(&str, Deed, &str); 6] = [
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
        for (found, outcome) in document["outcomes"].as_array().unwrap().iter().zip(outcomes) {
            assert_eq!(found["outcome"], outcome, "{name}");
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
    assert_snapshot!(world.refuse_each(2, &ACTS), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: what is checked out is no series of commits on 2.1.0 (2ce83147eef0): there is no commit
     hint: `git reset --hard 6d2d612c81d7` there goes back to what patcher left
     hint: or give it up: `patcher abort`
    ");
    world.succeed(&["abort"]);
    assert_eq!(git_files(), before);
}

#[test]
fn what_no_patch_can_carry_is_named_and_kept() {
    let mut world = world();
    let deeds: [Deed; 3] = [
        |world, stopped| stopped.add(world, FILE, "a\0b\n"),
        |world, stopped| {
            fs::remove_file(stopped.tree.join(FILE)).unwrap();
            std::os::unix::fs::symlink("a.bzl", stopped.tree.join(FILE)).unwrap();
            stopped.git(world, &["add", FILE]);
        },
        |world, stopped| {
            stopped.resolve(world, FILE, &both("b"));
            make_executable(&stopped.tree.join(FILE));
            stopped.git(world, &["add", FILE]);
        },
    ];
    let mut said = Vec::new();
    for (index, deed) in deeds.into_iter().enumerate() {
        let stopped = stopped(&mut world, &index.to_string());
        let marked = stopped.read(FILE);
        deed(&world, &stopped);
        said.push(world.refuse(2, &["continue"]).said());
        stopped.git(&world, &["commit", "--quiet", "--no-edit"]);
        said.push(world.refuse(2, &["continue"]).said());
        fs::remove_file(stopped.tree.join(FILE)).unwrap();
        fs::write(stopped.tree.join(FILE), marked).unwrap();
        stopped.resolve(&world, FILE, &both("b"));
        stopped.git(&world, &["commit", "--quiet", "--amend", "--no-edit"]);
        world.finish();
        world.assert_at(NEXT, &expected(&world));
    }
    assert_snapshot!(joined(said), @"
    error: b.bzl: is binary: a patch cannot carry it
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it

    error: b.bzl: is binary: a patch cannot carry it
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it, `git commit --amend`

    error: b.bzl: is no plain file: a patch cannot carry it
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it

    error: b.bzl: is no plain file: a patch cannot carry it
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it, `git commit --amend`

    error: b.bzl: changes its mode: no patch can carry that everywhere
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it

    error: b.bzl: changes its mode: no patch can carry that everywhere
     hint: mend that in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0, then `git add` it, `git commit --amend`
    ");
}

#[test]
fn a_commit_that_makes_no_patch_is_named_at_the_end() {
    let mut world = world();
    let deeds: [&[&str]; 3] = [
        &["--message", "[wip] b"],
        &["--message", "fix: b"],
        &["--allow-empty-message", "--message", ""],
    ];
    let (mut said, mut skipped, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
    for (index, args) in deeds.into_iter().enumerate() {
        let stopped = stopped(&mut world, &index.to_string());
        stopped.resolve(&world, FILE, &both("b"));
        stopped.git(&world, &[&["commit", "--quiet"], args].concat());
        said.extend([(); 2].map(|()| {
            let run = world.sandbox.patcher(&["continue", "--no-repro"]);
            assert_eq!(world.changed(), Default::default());
            run
        }));
        // The last patch is in by then: its commit is on top.
        assert_eq!(world.succeed(&["status"])["work"]["resolve"]["status"], "ready");
        skipped.push(world.refuse(2, &["skip"]).said());
        stopped.git(&world, &["reset", "--quiet", "--hard", "HEAD~2"]);
        lacking.push(world.refuse(2, &["continue"]).said());
        let commits = stopped.git(&world, &["reflog", "--format=%H"]);
        let patched_commit = commits.lines().nth(1).unwrap();
        stopped.git(&world, &["cherry-pick", "--no-commit", &format!("{patched_commit}~1")]);
        let message = format!("fix: b is strict\n\nWhy b is.\n\n{}", super::TRAILERS);
        stopped.git(&world, &["commit", "--quiet", "--message", &message]);
        stopped.git(&world, &["cherry-pick", patched_commit]);
        world.finish();
        world.assert_at(NEXT, &expected(&world));
    }
    assert_snapshot!(joined(said), @"
    $ patcher continue --no-repro
    exit code: 2
    --- stderr
    + Resolved   0002-b.patch
    + Merged     0003-c.patch
      error: commit 4485224d9e22: `git am` would make `b` of its subject
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0

    $ patcher continue --no-repro
    exit code: 2
    --- stderr
      error: commit 4485224d9e22: `git am` would make `b` of its subject
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0

    $ patcher continue --no-repro
    exit code: 1
    --- stderr
    + Resolved   0002-b.patch
    + Merged     0003-c.patch
      error: patches/0002-b.patch:4: does not say why it is there
       hint: write the reason below the subject
      error: patches/0002-b.patch:4: does not say when it can go
       hint: end the message with a line such as `Drop-When: a release closes the bug`
      error: patches/0002-b.patch:4: names no scenario that shows what it is there for
       hint: end the message with `Repro: SCENARIO`, or `Repro: none (REASON)`
      error: 3 problems
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0

    $ patcher continue --no-repro
    exit code: 1
    --- stderr
      error: patches/0002-b.patch:4: does not say why it is there
       hint: write the reason below the subject
      error: patches/0002-b.patch:4: does not say when it can go
       hint: end the message with a line such as `Drop-When: a release closes the bug`
      error: patches/0002-b.patch:4: names no scenario that shows what it is there for
       hint: end the message with `Repro: SCENARIO`, or `Repro: none (REASON)`
      error: 3 problems
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0

    $ patcher continue --no-repro
    exit code: 2
    --- stderr
    + Resolved   0002-b.patch
    + Merged     0003-c.patch
      error: commit d8ebed6088d2: has no message
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0

    $ patcher continue --no-repro
    exit code: 2
    --- stderr
      error: commit d8ebed6088d2: has no message
       hint: write its message again: `reword` it in `git rebase --interactive 2ce83147eef0`
       hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
    ");
    assert_snapshot!(same(skipped), @"
    error: every patch is past: there is none to skip
     hint: `patcher continue` finishes
    ");
    assert_snapshot!(same(lacking), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: 1 commit on 2.1.0, but there are 3 patches to go in
     hint: a commit a patch: `patcher edit` adds and drops patches afterwards
    ");
}

#[test]
fn what_a_dead_git_left_in_the_worktree_stops_nothing() {
    let world = World::new(Layout::Apart);
    world.release_conflicting("2.1.0", &["a", "c"]);
    let first = world.resolve("2.1.0");
    first.resolve(&world, &file("a", Layout::Apart), &both("a"));
    let left = ["index.lock", "HEAD.lock", "config.lock", "refs/heads/work.lock"];
    left.iter().for_each(|name| fs::write(first.tree.join(".git").join(name), "").unwrap());
    let second = world.stop(&["continue", "--no-repro"]);
    assert!(left.iter().all(|name| !second.tree.join(".git").join(name).exists()));
    second.resolve(&world, &file("c", Layout::Apart), &both("c"));
    world.finish();
}
