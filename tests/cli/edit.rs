//! `patcher edit`, `new` and `drop`: the series as commits, and back.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Sandbox, files_of};

const PATCHES: [&str; 2] = ["0001-compile-separately.patch", "0002-docs.patch"];

const WHY: &str = "Why.\n\nRepro: none (a test)\nDrop-When: never";

/// The worktree that the last command opened.
fn worktree(sandbox: &Sandbox) -> PathBuf {
    let run = sandbox.succeed(&["--format", "json", "edit", "--status"]);
    PathBuf::from(run.json()["worktree"].as_str().unwrap())
}

/// Opens a worktree.
fn edit(sandbox: &Sandbox, args: &[&str]) -> PathBuf {
    sandbox.succeed(&[&["edit"], args].concat());
    worktree(sandbox)
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "no {from:?} in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn patches(sandbox: &Sandbox) -> Vec<(String, String)> {
    let names = sandbox.read("patches/series");
    let names = names.lines().map(|line| line.split(" #").next().unwrap());
    let names = names.filter(|name| name.ends_with(".patch"));
    names.map(|name| (name.to_owned(), sandbox.read(&format!("patches/{name}")))).collect()
}

#[test]
fn nothing_edited_changes_no_byte() {
    let sandbox = Sandbox::synced();
    // Hunks as their author cut them, with more context than needed.
    sandbox.edit("patches/series", "0002", "# about docs\n0002");
    sandbox.succeed(&["sync", "--no-repro"]);
    let before = files_of(&sandbox.project);
    let tree = edit(&sandbox, &[]);
    let subjects = sandbox.git(&tree, &["log", "--format=%s", "1.0.0.."]);
    assert_eq!(subjects.lines().count(), 2, "{subjects}");
    assert!(subjects.ends_with("compile notes in a target of their own where tags would conflict"));
    // Nothing to write: whatever was done in the worktree stays there.
    let words = ["the commits are the series as it is", "git reflog", "patcher edit --abort"];
    sandbox.refuse(1, &["edit", "--finish"], &words);
    assert!(tree.exists());
    sandbox.succeed(&["edit", "--abort"]);
    assert_eq!(files_of(&sandbox.project), before);
    assert!(!sandbox.cache.join("work").exists(), "nothing is left");
}

#[test]
fn an_amended_patch_is_written_and_the_others_stay() {
    let sandbox = Sandbox::synced();
    let before = patches(&sandbox);
    let tree = edit(&sandbox, &["1"]);
    // The worktree stands at the first patch, in the middle of a rebase.
    sandbox.refuse(2, &["edit", "--finish"], &["git is in the middle of a rebase", "git status"]);
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    sandbox.refuse(2, &["edit", "--finish"], &["git is in the middle of a rebase"]);
    let message =
        "fix: compile notes elsewhere\n\nOther words.\n\nRepro: two-books\nDrop-When: never";
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--amend", "--message", message]);
    sandbox.git(&tree, &["rebase", "--continue"]);
    let run = sandbox.succeed(&["--format", "json", "edit", "--finish"]);
    let document = run.json();
    assert_eq!(document["patches"][0]["change"], "changed");
    assert_eq!(document["patches"][1]["change"], "kept");
    assert_eq!(document["written"][0], format!("patches/{}", PATCHES[0]));
    assert_eq!(document["next"][1]["command"], "patcher sync");
    let after = patches(&sandbox);
    assert!(after[0].1.contains("+    \"\"\"Makes a fine book."), "{}", after[0].1);
    assert!(after[0].1.contains("Subject: fix: compile notes elsewhere\n\nOther words.\n\nRepro"));
    let author = |patch: &str| patch.lines().skip(1).take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(author(&after[0].1), author(&before[0].1), "author and date stay");
    assert_eq!(after[1], before[1]);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn commits_are_added_reordered_and_dropped() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/series", PATCHES[1], &format!("# docs\n{} # last", PATCHES[1]));
    sandbox.succeed(&["sync", "--no-repro"]);
    let before = patches(&sandbox);
    let tree = edit(&sandbox, &[]);
    let commit = |args: &[&str]| sandbox.git(&tree, &[&["commit", "--quiet"], args].concat());
    // A new one between the two, by reset and pick.
    let docs = sandbox.git(&tree, &["rev-parse", "HEAD"]);
    sandbox.git(&tree, &["reset", "--quiet", "--hard", "HEAD^"]);
    fs::write(tree.join("new.txt"), "new\n").unwrap();
    sandbox.git(&tree, &["add", "--all"]);
    commit(&["--message", &format!("feat(books): add a new file!\n\n{WHY}")]);
    sandbox.git(&tree, &["cherry-pick", &docs]);
    sandbox.succeed(&["edit", "--finish"]);
    let series = sandbox.read("patches/series");
    let expected = "0001-compile-separately.patch\n0002-add-a-new-file.patch\n# docs\n0003-docs.patch # last\n";
    assert!(series.ends_with(expected), "{series}");
    let after = patches(&sandbox);
    assert_eq!(after[0], before[0]);
    assert_eq!(sandbox.read("patches/0003-docs.patch"), before[1].1, "the bytes stay");
    assert!(!sandbox.project.join("patches").join(PATCHES[1]).exists());
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
    // The second leaves again, the last comes first.
    let tree = edit(&sandbox, &[]);
    let commits = sandbox.git(&tree, &["rev-list", "1.0.0..HEAD"]);
    let commits: Vec<&str> = commits.lines().collect();
    sandbox.git(&tree, &["reset", "--quiet", "--hard", "1.0.0"]);
    sandbox.git(&tree, &["cherry-pick", commits[0], commits[2]]);
    let run = sandbox.succeed(&["edit", "--finish"]);
    assert!(run.stderr.contains("Dropped 0002-add-a-new-file.patch"), "{run:#?}");
    let series = sandbox.read("patches/series");
    assert!(series.contains("# docs\n0003-docs.patch # last\n0004-compile-separately.patch\n"));
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn what_is_not_a_series_is_refused_and_nothing_is_lost() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    let refuse = |words: &[&str]| sandbox.refuse(2, &["edit", "--finish"], words);
    let head = sandbox.git(&tree, &["rev-parse", "HEAD"]);
    let reset = |to: &str| sandbox.git(&tree, &["reset", "--quiet", "--hard", to]);

    sandbox.git(&tree, &["commit", "--quiet", "--allow-empty", "--message", "chore: nothing"]);
    refuse(&["(chore: nothing) changes nothing", "drop"]);
    reset("1.0.0");
    refuse(&["no commit is left on 1.0.0", "patcher edit --abort"]);
    reset("1.0.0^{commit}");
    sandbox.git(&tree, &["checkout", "--quiet", "--orphan", "other"]);
    sandbox.git(&tree, &["commit", "--quiet", "--message", "feat: other"]);
    refuse(&["is no series of commits on 1.0.0", "has no parent"]);
    sandbox.git(&tree, &["checkout", "--quiet", "patches-on-1.0.0"]);
    reset(&head);
    let merge = ["merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-s", "ours"];
    sandbox.git(&tree, &[&merge[..], &["other"]].concat());
    refuse(&["is a merge"]);
    reset(&head);
    sandbox.git(&tree, &["commit", "--quiet", "--amend", "--message", "[wip] docs"]);
    refuse(&["`git am` would make `docs` of its subject"]);
    reset(&head);
    fs::write(tree.join("blob"), [0xff, 0, 0xfe]).unwrap();
    sandbox.git(&tree, &["add", "blob"]);
    sandbox.git(&tree, &["commit", "--quiet", "--message", &format!("feat: blob\n\n{WHY}")]);
    refuse(&["(feat: blob): blob: is not text", "git commit --amend"]);
    reset(&head);
    // What is not committed is named, not taken.
    replace(&tree.join("README.md"), "books", "tomes");
    let words = ["README.md: changed, and not in the index", "git commit"];
    sandbox.refuse(2, &["edit", "--finish"], &words);
    sandbox.git(&tree, &["add", "README.md"]);
    sandbox.refuse(2, &["edit", "--finish"], &["README.md: changed, and not committed"]);
    reset(&head);
    fs::write(tree.join("stray"), "").unwrap();
    sandbox.refuse(2, &["edit", "--finish"], &["stray: not known to git"]);
    fs::remove_file(tree.join("stray")).unwrap();
    // Somebody else changed a patch meanwhile.
    sandbox.edit("patches/0002-docs.patch", "+None. Books may", "+None: books may");
    refuse(&["patches/0002-docs.patch has changed since the work", "patcher edit --abort"]);
    sandbox.edit("patches/0002-docs.patch", "+None: books may", "+None. Books may");
    sandbox.refuse(1, &["edit", "--finish"], &["the commits are the series as it is"]);
}

#[test]
fn one_worktree_at_a_time_and_abort_leaves_no_trace() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    let tree = edit(&sandbox, &[]);
    for args in [&["edit"][..], &["sync", "--no-repro"], &["new", "fix: x"], &["drop", "1"]] {
        let run = sandbox.refuse(2, args, &["is being edited at 1.0.0", "patcher edit --finish"]);
        assert!(run.stderr.contains(tree.to_str().unwrap()), "{run:#?}");
    }
    sandbox.refuse(2, &["sync", "--abort"], &["is being edited"]);
    let status = sandbox.succeed(&["status"]);
    assert!(
        status.stdout.contains("work      patches is being edited at 1.0.0, in "),
        "{status:#?}"
    );
    let check = sandbox.succeed(&["check"]);
    assert!(check.stderr.contains("warning: patches is being edited at 1.0.0"), "{check:#?}");
    // Reading is free, also from the worktree, whose project is known.
    let mut status = sandbox.command(&["status"]);
    let output = status.current_dir(&tree).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    sandbox.succeed(&["check"]);
    sandbox.succeed(&["edit", "--abort"]);
    assert_eq!(files_of(&sandbox.project), before);
    assert!(!sandbox.cache.join("work").exists());
    sandbox.refuse(2, &["edit", "--abort"], &["no edit is under way"]);
    // A worktree that went away is named, and can be given up.
    let tree = edit(&sandbox, &[]);
    fs::remove_dir_all(&tree).unwrap();
    sandbox.refuse(2, &["edit", "--finish"], &["is gone", "--abort"]);
    sandbox.succeed(&["edit", "--abort"]);
    sandbox.succeed(&["sync", "--no-repro"]);
}

#[test]
fn unknown_patches_and_lines_are_named() {
    let sandbox = Sandbox::synced();
    sandbox.refuse(2, &["edit", "7"], &["patches has no patch 7", "0001-compile-separately.patch"]);
    sandbox.refuse(2, &["edit", "--line", "other"], &["no series other", "the series are patches"]);
    sandbox.refuse(2, &["edit", "1", "--finish"], &["cannot be used with"]);
    sandbox.refuse(2, &["new", " "], &["is no subject"]);
    sandbox.refuse(2, &["new", "[wip] x"], &["is no subject"]);
}

#[test]
fn a_new_patch_says_why_when_and_what_shows_it() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["new", "feat(books): a thing"]);
    assert!(run.stdout.contains("git commit"), "{run:#?}");
    let tree = worktree(&sandbox);
    fs::write(tree.join("thing.txt"), "thing\n").unwrap();
    sandbox.git(&tree, &["add", "--all"]);
    // An editor that leaves the template but for one word.
    let editor = "core.editor=sed -i -e s/SCENARIO/two-books/";
    sandbox.git(&tree, &["-c", editor, "commit", "--quiet"]);
    let run = sandbox.succeed(&["edit", "--finish"]);
    assert!(run.stderr.contains("Added 0003-a-thing.patch"), "{run:#?}");
    let words =
        ["0003-a-thing.patch:6: does not say why it is there", "does not say when it can go"];
    for word in words {
        assert!(run.stderr.contains(word), "{run:#?}");
    }
    sandbox.refuse(1, &["check"], &words);
    // Such a patch can be taken out again.
    let copy = sandbox.read("patches/0003-a-thing.patch");
    sandbox.succeed(&["drop", "3", "--force", "--no-repro"]);
    sandbox.write("patches/0003-a-thing.patch", &copy);
    sandbox.write(
        "patches/series",
        &format!("{}0003-a-thing.patch\n", sandbox.read("patches/series")),
    );
    // The message is mended where the patch was made.
    let tree = edit(&sandbox, &["3"]);
    let message =
        "feat(books): a thing\n\nBooks lack it.\n\nRepro: two-books\nDrop-When: books have it";
    sandbox.git(&tree, &["commit", "--quiet", "--amend", "--message", message]);
    sandbox.succeed(&["edit", "--finish"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_patch_is_dropped_with_its_evidence() {
    let sandbox = Sandbox::synced();
    let drop = ["drop", "2", "--force", "--no-repro"];
    let run = sandbox.succeed(&drop);
    assert!(run.stderr.contains("Dropped 0002-docs.patch"), "{run:#?}");
    assert!(run.stderr.contains("Upstream on 1.1.0: unchanged"), "{run:#?}");
    assert_eq!(patches(&sandbox).len(), 1);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
    sandbox.refuse(2, &["drop", "1", "--no-repro"], &["--force"]);
}

#[test]
fn a_patch_that_others_build_on_stays() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    sandbox
        .git(&tree, &["commit", "--quiet", "--all", "--message", &format!("fix: fine\n\n{WHY}")]);
    sandbox.succeed(&["edit", "--finish"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    let words = ["0003-fine.patch: builds on 0001-compile-separately.patch: notes.bzl", "first"];
    sandbox.refuse(3, &["drop", "1", "--force", "--no-repro"], &words);
    // One in the middle goes, and what comes after it is refreshed.
    let last = sandbox.read("patches/0003-fine.patch");
    sandbox.succeed(&["drop", "0002-docs", "--force", "--no-repro"]);
    assert_eq!(sandbox.read("patches/0003-fine.patch"), last);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}
