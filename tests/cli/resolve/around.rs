//! Whoever touched the project, the upstream, the cache or git's settings meanwhile: what is under
//! way goes on where it can, and says what is in its way where it cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::json;

use super::hostile::{ACTS, FILE, NEXT, edit_record, expected, stopped, world};
use super::{LETTERS, Layout, PATCHES, World, both, file, new, old, put};
use crate::common::bazel::CONFLICT;
use crate::common::{joined, make_executable, same};

#[test]
fn a_project_that_moved_on_is_not_written_over() {
    let mut world = world();
    let stopped = stopped(&mut world, "bound");
    stopped.resolve(&world, FILE, &both("b"));
    let patch = "patches/0003-c.patch";
    let kept = world.sandbox.read(patch);
    world.sandbox.edit(patch, "Why c is.", "Why c was.");
    assert_snapshot!(world.refuse_each(2, &ACTS), @"
    error: patches/0003-c.patch has changed since the work in the worktree began
     hint: restore it, or begin again: `patcher abort`
     hint: what was done stays until then, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
    ");
    world.sandbox.write(patch, &kept);

    let series = world.sandbox.read("patches/series");
    world.sandbox.write("patches/series", &put(&series, "0003-c.patch\n0003-c.patch\n", ""));
    fs::rename(world.sandbox.project.join(patch), world.sandbox.home.join("kept")).unwrap();
    assert_snapshot!(world.refuse_each(2, &ACTS), @"
    error: the series of patches has changed since the work in the worktree began
     hint: restore it, or begin again: `patcher abort`
     hint: what was done stays until then, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
    ");
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
    assert_snapshot!(world.refuse_each(2, &ACTS), @"
    error: the pin of patches has moved from 2.0.0 to 2.0.5 since the work in the worktree began
     hint: restore it, or begin again: `patcher abort`
     hint: what was done stays until then, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
    ");
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
    assert_snapshot!(joined(ACTS.map(|act| world.refuse(6, &[act]).said())), @"
    warning: the tag 2.1.0 has moved: it was 2ce83147eef0 when it was fetched, is 2e94a32c7679 now
    + Fetched    1 release from ../upstream.git
      error: the tag 2.1.0 has moved: it was 2ce83147eef0, it is 2e94a32c7679 now
       hint: find out why, then begin again: `patcher abort`

      error: the tag 2.1.0 has moved: it was 2ce83147eef0, it is 2e94a32c7679 now
       hint: find out why, then begin again: `patcher abort`
    ");
    world.git(&["tag", "--force", NEXT, &tag]);
    world.git(&["push", "--quiet", "--force", "origin", NEXT]);
    world.finish();
    world.assert_at(NEXT, &expected(&world));
}

#[test]
fn everything_that_writes_waits() {
    let mut world = world();
    let acts = ["continue", "skip", "abort"];
    assert_snapshot!(world.refuse_each(2, &acts), @"
    error: neither a port nor an edit is under way in this project
     hint: `patcher sync --to RELEASE --resolve` begins a port if a patch conflicts
     hint: `patcher edit` begins an edit, `patcher new SUBJECT` a new patch
    ");
    stopped(&mut world, "waits");
    let before = world.work();
    let said = [
        &["sync"][..],
        &["sync", "--to", "2.1.0"],
        &["sync", "--to", "2.1.0", "--resolve"],
        &["sync", "--to", "1.1.0", "--resolve"],
        &["edit"],
        &["new", "fix: d"],
        &["drop", "0003-c.patch"],
    ]
    .map(|args| {
        let run = world.sandbox.refuse(2, args, &[]);
        assert_eq!(world.work(), before, "{args:?}");
        run.said()
    });
    assert_snapshot!(same(said), @"
    error: patches is on its way to 2.1.0, in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
     hint: go on with `patcher continue`, or give it up with `patcher abort`
    ");
    // Reading is free.
    world.sandbox.succeed(&["check"]);
    world.sandbox.succeed(&["status"]);
    assert_snapshot!(world.sandbox.refuse(1, &["sync", "--check"], &[]), @"
    $ patcher sync --check
    exit code: 1
    --- stderr
    > Using      demo_rules 2.0.0 (3ce396889dcb)
    + Applied    0001-a.patch
    + Applied    0002-b.patch
    + Applied    0003-c.patch
      error: not up to date: no test results: the scenarios did not run
       hint: `patcher sync` brings it up to date
    ");
    world.sandbox.refuse(3, &["sync", "--dry-run", "--to", NEXT, "--no-repro"], &[]);
    let said = [&["--resolve"][..], &["--continue", "--skip"], &["--continue", "--to", NEXT]]
        .map(|args| world.refuse(2, args));
    assert_snapshot!(joined(said), @"
    $ patcher sync --resolve
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      --to <RELEASE>

    Usage: patcher sync --to <RELEASE> --resolve

    For more information, try '--help'.

    $ patcher sync --continue --skip
    exit code: 2
    --- stderr
    error: the argument '--continue' cannot be used with '--skip'

    Usage: patcher sync [OPTIONS]

    For more information, try '--help'.

    $ patcher sync --continue --to 2.1.0
    exit code: 2
    --- stderr
    error: the argument '--continue' cannot be used with '--to <RELEASE>'

    Usage: patcher sync [OPTIONS]

    For more information, try '--help'.
    ");
}

#[test]
fn two_that_go_on_at_once_do_not_meet() {
    let mut world = world();
    let stopped = stopped(&mut world, "twice");
    stopped.resolve(&world, FILE, &both("b"));
    let go_on = |world: &World| {
        let mut command = world.sandbox.command(&["continue", "--no-repro"]);
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
    let abort = world.patcher(&["abort"]);
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
    // Before the worktree was laid out: the same stop again, whatever lies there.
    let stopped = stopped(&mut world, "before");
    edit_record(&world, "\"is_staged\": true", "\"is_staged\": false");
    stopped.git(&world, &["reset", "--quiet", "--hard"]);
    let again = world.stop(&["continue"]);
    assert_eq!(again.json["resolve"], stopped.json["resolve"]);
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
    let second = world.stop(&["continue"]);
    assert_eq!(second.json["resolve"]["patch"], PATCHES[2]);
    // An older record: what is committed since is not one patch's.
    let current = fs::read(world.record()).unwrap();
    fs::write(world.record(), &record).unwrap();
    stopped.git(&world, &["reset", "--quiet", "--hard"]);
    let run = world.sandbox.refuse(3, &["continue", "--format", "json"], &[]);
    assert_eq!(run.json()["resolve"]["patch"], PATCHES[2], "b was committed: it is taken up");
    assert_eq!(fs::read(world.record()).unwrap(), current);
    assert_eq!(world.succeed(&["status"])["work"]["resolve"]["left"], json!([PATCHES[2]]));
}

/// Settings that would change what git makes of files and commits, or stop it.
const SETTINGS: &str = "\
[core]
    autocrlf = true
    safecrlf = true
    editor = false
    abbrev = 4
    hooksPath = HOME/hooks
    attributesFile = HOME/attributes
[commit]
    gpgSign = true
    template = HOME/template
    verbose = true
[filter \"upper\"]
    clean = tr a-z A-Z
    smudge = tr a-z A-Z
    required = true
[gpg]
    program = false
[init]
    templateDir = HOME/init
    defaultObjectFormat = sha256
[merge]
    conflictStyle = merge
[color]
    ui = always
[status]
    short = true
    showUntrackedFiles = no
[user]
    name = A User
    email = user@example.com
";

#[test]
fn a_users_git_settings_change_nothing() {
    let mut world = world();
    let home = world.sandbox.home.clone();
    let hook = "#!/bin/sh\ntouch \"$HOME/ran\"\nexit 1\n";
    for name in ["pre-commit", "commit-msg", "post-checkout", "post-index-change"] {
        for directory in ["hooks", "init/hooks"] {
            fs::create_dir_all(home.join(directory)).unwrap();
            fs::write(home.join(directory).join(name), hook).unwrap();
            make_executable(&home.join(directory).join(name));
        }
    }
    fs::write(home.join("template"), "# a template\n").unwrap();
    fs::write(home.join("attributes"), "* text=auto eol=crlf filter=upper\n").unwrap();
    let settings = home.join(".gitconfig");
    for how in ["staged", "committed"] {
        world.again(how);
        fs::write(&settings, SETTINGS.replace("HOME", home.to_str().unwrap())).unwrap();
        let stopped = world.resolve(NEXT);
        assert!(stopped.read(FILE).contains("||||||| demo_rules 2.0.0 (the pin)\n"));
        stopped.resolve(&world, FILE, &both("b"));
        if how == "committed" {
            stopped.git(&world, &["commit", "--quiet", "--no-edit"]);
        }
        world.finish();
        fs::remove_file(&settings).unwrap();
        world.assert_at(NEXT, &expected(&world));
    }
    assert!(!home.join("ran").exists(), "a hook ran");
}

#[test]
fn lines_of_a_message_that_git_takes_for_comments_stay() {
    let mut world = World::with(Layout::Apart, |_| {}, |_, _| {}, "#41 is the issue.\n\n");
    world.release_conflicting(NEXT, &["b"]);
    let stopped = stopped(&mut world, "comment");
    stopped.resolve(&world, FILE, &both("b"));
    // As somebody who leaves the editor at once.
    stopped.git(&world, &["-c", "core.editor=true", "commit", "--quiet"]);
    world.finish();
    let patch = world.sandbox.read("patches/0002-b.patch");
    assert!(patch.contains("\n\n#41 is the issue.\n\nDrop-When:"), "{patch}");
    assert_eq!(patch.matches("\n#").count(), 1, "{patch}");
}

#[test]
fn odd_files_come_out_as_they_were_resolved() {
    /// A file, with `@` where the line stands that changes.
    const ODD: [(&str, &str); 3] = [
        ("odd dir/crlf's.txt", "one\r\n@\r\nthree\r\n"),
        ("odd dir/bare.txt", "one\nbare @"),
        ("odd dir/marks.txt", "<<<<<<< one\n@\n||||||| two\n=======\n>>>>>>> three\n"),
    ];
    let write = |directory: &Path, line: &str| {
        fs::create_dir_all(directory.join("odd dir")).unwrap();
        for (path, text) in ODD {
            fs::write(directory.join(path), text.replace('@', line)).unwrap();
        }
    };
    let attributes = "*.txt text eol=lf\n";
    let mut world = World::with(
        Layout::Apart,
        |directory| {
            // Bazel's own patcher cannot carry such files: this project publishes only archives.
            let config = directory.join("../../project/patcher.toml");
            let text = fs::read_to_string(&config).unwrap();
            fs::write(config, format!("kinds = [\"archive\"]\n{text}")).unwrap();
            // So the bytes come in that no clone with these attributes would commit.
            fs::write(directory.join(".git/info/attributes"), "* -text\n").unwrap();
            fs::write(directory.join(".gitattributes"), attributes).unwrap();
            write(directory, "two");
        },
        |directory, letter| {
            if letter == "b" {
                write(directory, "the patch's");
            }
        },
        "",
    );
    world.release(NEXT, "feat: odd (#41)", |directory| write(directory, "upstream's"));
    world.again("odd");
    let stopped = world.resolve(NEXT);
    let paths: Vec<&str> = ODD.iter().map(|(path, _)| *path).collect();
    let conflicts = stopped.json["resolve"]["conflicts"].as_array().unwrap();
    let targets: BTreeSet<_> =
        conflicts.iter().map(|conflict| conflict["target"].as_str().unwrap()).collect();
    assert_eq!(targets, paths.iter().copied().collect());
    assert!(stopped.read(ODD[2].0).contains("<<<<<<<< demo_rules 2.1.0\n"), "longer markers");
    let next = stopped.json["resolve"]["next"].to_string();
    assert!(next.contains("'odd dir/bare.txt' 'odd dir/crlf'\\\\''s.txt'"), "{next}");
    let status = stopped.git(&world, &["status", "--porcelain"]);
    assert_eq!(status.lines().count(), 4, "{status}");
    let mut said = Vec::new();
    for (path, text) in ODD {
        said.push(world.refuse(3, &["continue"]).said());
        stopped.add(&world, path, &text.replace('@', "both"));
    }
    assert_snapshot!(joined(said), @"
    error: odd dir/bare.txt, odd dir/crlf's.txt, odd dir/marks.txt: still in conflict
     hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)

    error: odd dir/bare.txt, odd dir/marks.txt: still in conflict
     hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)

    error: odd dir/marks.txt: still in conflict
     hint: in [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: resolve them, then `git add` (or `git rm`)
    ");
    world.finish();
    let mut files = super::files_at_pin(Layout::Apart);
    for letter in LETTERS {
        let text = files.get_mut(&file(letter, Layout::Apart)).unwrap();
        *text = put(text, &old(letter), &new(letter));
    }
    files.extend(ODD.map(|(path, text)| (path.to_owned(), text.replace('@', "both"))));
    world.assert_at(NEXT, &files);
    let kept = world.files().keys().filter(|p| p.starts_with("patches/resolutions")).count();
    assert_eq!(kept, 3);
}

#[test]
fn it_goes_on_from_inside_the_worktree() {
    let mut world = world();
    let stopped = stopped(&mut world, "inside");
    stopped.resolve(&world, FILE, &both("b"));
    let directory = stopped.tree.join("deep");
    fs::create_dir(&directory).unwrap();
    let inside = |args: &[&str]| {
        world.sandbox.command(args).current_dir(&directory).output().unwrap().status.code()
    };
    assert_eq!(inside(&["status"]), Some(0));
    assert_eq!(inside(&["continue", "--no-repro"]), Some(0));
    world.assert_no_work();
    world.assert_at(NEXT, &expected(&world));
}

#[test]
fn a_copy_of_the_project_has_no_work_and_a_moved_one_none_either() {
    let mut world = world();
    let stopped = stopped(&mut world, "here");
    let here = world.sandbox.project.clone();
    world.again("copy");
    let of_copy = world.refuse(2, &["continue"]).said();
    world.succeed(&["--to", "2.0.0", "--no-repro"]);
    world.sandbox.project = here.clone();
    world.succeed(&["status"]);

    let there = here.with_file_name("there");
    fs::rename(&here, &there).unwrap();
    world.sandbox.project = there.clone();
    assert_snapshot!(same([of_copy, world.refuse(2, &["continue"]).said()]), @"
    error: neither a port nor an edit is under way in this project
     hint: `patcher sync --to RELEASE --resolve` begins a port if a patch conflicts
     hint: `patcher edit` begins an edit, `patcher new SUBJECT` a new patch
    ");
    let mut command = world.sandbox.command(&["continue"]);
    let output = command.current_dir(&stopped.tree).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("there is no such directory") && said.contains("hint:"), "{said}");
    // Moved back, it goes on.
    fs::rename(&there, &here).unwrap();
    world.sandbox.project = here;
    stopped.resolve(&world, FILE, &both("b"));
    world.finish();
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let mut world = world();
    world.again("cache");
    world.succeed(&["--no-repro"]);
    fs::write(world.sandbox.cache.join("work"), "a file\n").unwrap();
    assert_snapshot!(world.sandbox.refuse(30, &["sync", "--to", NEXT, "--resolve", "--no-repro"], &[]), @"
    $ patcher sync --to 2.1.0 --resolve --no-repro
    exit code: 30
    --- stderr
      error: cannot read [ROOT]/cache/work/[KEY]/work.json: Not a directory (os error 20)
    ");
    fs::remove_file(world.sandbox.cache.join("work")).unwrap();
    world.resolve(NEXT);
}

#[test]
fn scenarios_that_fail_at_the_end_lose_nothing() {
    let mut world = world();
    let stopped = stopped(&mut world, "red");
    stopped.resolve(&world, FILE, &both("b"));
    let bad = world.sandbox.bazel(CONFLICT);
    let said = [(5, bad.as_str()), (5, &bad), (30, "nowhere/bazel")].map(|(code, bazel)| {
        let run = world.sandbox.refuse(code, &["continue", "--bazel", bazel], &[]);
        assert_eq!(world.changed(), Default::default());
        assert_eq!(world.succeed(&["status"])["work"]["resolve"]["status"], "ready");
        run.said()
    });
    assert_snapshot!(joined(&said[1..]), @"
    > Using      demo_rules 2.1.0 (2ce83147eef0)
    + Applied    0001-a.patch (unchanged)
    + Applied    0002-b.patch (resolved)
    + Applied    0003-c.patch (unchanged)
    + Tested     2 scenarios under Bazel 8.0.0
                 scenario     unpatched  patched
                 plain-books  pass       pass      - unchanged
                 two-books    conflict   conflict  x still broken
    warning: two-books on the patched tree: expected pass, found conflict
                 ERROR: file 'two-books/shared.note.out' is generated by these conflicting actions:
                 Label: //two-books:plain, //two-books:tagged
                 Mnemonic: NoteCompile
      error: not as expected under Bazel 8.0.0: two-books
       hint: nothing was changed; the series is still on its way
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.1.0  the series as commits, a commit a patch
        git commit --all --amend                          mend the last patch
        git rebase --interactive 2.1.0                    or: one before it
        patcher continue                                  finish
        patcher abort                                     or: give up, and leave no trace

      error: --bazel: there is no program nowhere/bazel
       hint: correct --bazel, or leave it out: then `bazelisk` or `bazel` on PATH runs
       hint: or leave the scenarios out: `--no-repro`
       hint: then `patcher continue` finishes the port; nothing was changed
    ");
    // The change that was lacking, as part of the middle patch.
    let args = ["-c", "sequence.editor=sed -i 2s/pick/edit/", "rebase", "-qi", "HEAD~3"];
    stopped.git(&world, &args);
    let text = stopped.read("b.bzl") + "# more\n";
    stopped.add(&world, "b.bzl", &text);
    assert_snapshot!(world.refuse(2, &["continue"]).said(), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-2.1.0: git is in the middle of a rebase
     hint: end it there first: `git status` says how
    ");
    stopped.git(&world, &["commit", "--quiet", "--amend", "--no-edit"]);
    stopped.git(&world, &["rebase", "--continue"]);
    world.finish();
    let mut files = expected(&world);
    files.get_mut("b.bzl").unwrap().push_str("# more\n");
    world.assert_at(NEXT, &files);
}

#[test]
fn a_directory_that_became_something_else_leads_nowhere() {
    let mut world = World::with(
        Layout::Apart,
        |directory| {
            fs::create_dir(directory.join("deep")).unwrap();
            fs::write(directory.join("deep/file"), "one\n").unwrap();
        },
        |directory, letter| {
            if letter == "b" {
                fs::write(directory.join("deep/file"), "the patch's\n").unwrap();
            }
        },
        "",
    );
    let outside = world.sandbox.home.join("outside");
    fs::create_dir(&outside).unwrap();
    for (tag, is_link) in [("2.1.0", false), ("2.2.0", true)] {
        world.release(tag, "feat: no directory (#41)", |directory| {
            fs::remove_dir_all(directory.join("deep")).unwrap();
            if is_link {
                std::os::unix::fs::symlink(&outside, directory.join("deep")).unwrap();
            } else {
                fs::write(directory.join("deep"), "a file\n").unwrap();
            }
        });
        world.again(tag);
        let stopped = world.resolve(tag);
        assert_eq!(stopped.json["resolve"]["conflicts"][0]["reason"], "below");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0, "a file was written outside");
        let stage = stopped.git(&world, &["show", ":3:deep/file"]);
        assert_eq!(stage, "the patch's");
        stopped.git(&world, &["rm", "--quiet", "deep/file", "deep~HEAD"]);
        stopped.git(&world, &["checkout", "HEAD", "--", "deep"]);
        world.finish();
        world.sandbox.succeed(&["check"]);
        let patch = world.sandbox.read("patches/0002-b.patch");
        assert!(!patch.contains("deep") && patch.contains("b/b.bzl"), "{patch}");
    }
}

#[test]
fn an_upstream_named_by_a_path_is_found_from_the_worktree() {
    let world = World::new(Layout::Apart);
    world.release_conflicting(NEXT, &["b"]);
    // Another one than the project names, which is gone.
    let place = |name: &str| world.sandbox.upstream.with_file_name(name);
    fs::rename(&world.sandbox.upstream, place("elsewhere.git")).unwrap();
    let begin = ["--to", NEXT, "--resolve", "--no-repro", "--upstream", "../elsewhere.git"];
    let stopped = world.stop(&begin);
    stopped.resolve(&world, "b.bzl", &both("b"));
    // Where the port is, is known without it.
    fs::rename(place("elsewhere.git"), place("away.git")).unwrap();
    let work = world.succeed(&["status"])["work"].take();
    assert_eq!((&work["fault"], &work["resolve"]["patch"]), (&json!(null), &json!(PATCHES[1])));
    fs::rename(place("away.git"), place("elsewhere.git")).unwrap();
    let mut command = world.sandbox.command(&["continue", "--no-repro"]);
    let output = command.current_dir(&stopped.tree).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    world.assert_no_work();
}

#[test]
fn a_port_that_was_written_and_cut_off_then_is_done() {
    let mut world = world();
    let stopped = stopped(&mut world, "written");
    stopped.resolve(&world, FILE, &both("b"));
    // What the project is to get is noted before it gets it: here something is in the way.
    let archive = format!("dist/demo_rules-{NEXT}.patched.1.tar.gz");
    let archive = world.sandbox.project.join(archive);
    fs::create_dir_all(&archive).unwrap();
    let way = ["there is a directory of that name"];
    world.sandbox.refuse(30, &["continue", "--no-repro"], &way);
    fs::remove_dir(&archive).unwrap();
    let (work, kept) = (world.sandbox.cache.join("work"), world.sandbox.home.join("kept"));
    let copy = |from: &Path, to: &Path| {
        let script = format!("cp -a {} {}", from.display(), to.display());
        assert_eq!(world.sandbox.script(&script, &BTreeMap::new()).code, Some(0));
    };
    copy(&work, &kept);
    world.finish();
    world.assert_no_work();
    let written = world.files();
    // A run that is killed before it removes the worktree leaves it, and its record.
    copy(&kept, &work);
    world.finish();
    world.assert_no_work();
    assert_eq!(world.files(), written);
    world.assert_at(NEXT, &expected(&world));
}

#[test]
fn status_shows_work_whose_record_is_damaged() {
    let world = world();
    world.resolve(NEXT);
    fs::write(world.record(), "{").unwrap();
    assert_snapshot!(world.sandbox.patcher(&["status"]), @"
    $ patcher status
    exit code: 0
    --- stdout
    work is under way
        x [ROOT]/cache/work/[KEY]/work.json, what is known of the worktree, is damaged: EOF while parsing an object at line 1 column 1
    next:
        patcher continue  see what can be done about it
        patcher abort     or: give up, and leave no trace

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
}
