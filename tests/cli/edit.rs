//! `patcher edit`, `new` and `drop`: the series as commits, and back.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, same};

const PATCHES: [&str; 2] = ["0001-compile-separately.patch", "0002-docs.patch"];

const WHY: &str = "Why.\n\nRepro: none (a test)\nDrop-When: never";

/// The worktree that the last command opened.
fn worktree(sandbox: &Sandbox) -> PathBuf {
    let run = sandbox.succeed(&["--format", "json", "status"]);
    PathBuf::from(run.json()["work"]["worktree"].as_str().unwrap())
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
    assert_snapshot!(sandbox.refuse(1, &["continue"], &[]), @"
    $ patcher continue
    exit code: 1
    --- stderr
      error: no commit changes the series
       hint: commit what you change in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
       hint: `git -C [ROOT]/cache/work/[KEY]/demo_rules-1.0.0 reflog` shows what else was committed
       hint: `patcher abort` removes the worktree
    ");
    assert!(tree.exists());
    sandbox.succeed(&["abort"]);
    assert_eq!(files_of(&sandbox.project), before);
    assert!(!sandbox.cache.join("work").exists(), "nothing is left");
}

#[test]
fn an_amended_patch_is_written_and_the_others_stay() {
    let sandbox = Sandbox::synced();
    let before = patches(&sandbox);
    let tree = edit(&sandbox, &["1"]);
    // The worktree stands at the first patch, in the middle of a rebase.
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: git is in the middle of a rebase
       hint: end it there first: `git status` says how
    ");
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: git is in the middle of a rebase
       hint: end it there first: `git status` says how
    ");
    let message =
        "fix: compile notes elsewhere\n\nOther words.\n\nRepro: two-books\nDrop-When: never";
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--amend", "--message", message]);
    sandbox.git(&tree, &["rebase", "--continue"]);
    let run = sandbox.succeed(&["--format", "json", "continue"]);
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
    sandbox.succeed(&["continue"]);
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
    let run = sandbox.succeed(&["continue"]);
    assert_snapshot!(run, @"
    $ patcher continue
    exit code: 0
    --- stderr
    - Kept       0003-docs.patch
    + Renamed    0004-compile-separately.patch
    + Dropped    0002-add-a-new-file.patch
    Finished in [TIME]: 2 patches in patches
    Next: patcher review   see what has changed, before a sync
    ");
    let series = sandbox.read("patches/series");
    assert!(series.contains("# docs\n0003-docs.patch # last\n0004-compile-separately.patch\n"));
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn what_is_not_a_series_is_refused_and_nothing_is_lost() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    let finish = || sandbox.refuse(2, &["continue"], &[]).said();
    let head = sandbox.git(&tree, &["rev-parse", "HEAD"]);
    let reset = |to: &str| sandbox.git(&tree, &["reset", "--quiet", "--hard", to]);

    sandbox.git(&tree, &["commit", "--quiet", "--allow-empty", "--message", "chore: nothing"]);
    assert_snapshot!(finish(), @"
    error: commit 3ea8e86d573c (chore: nothing) changes nothing
     hint: leave it out (`git rebase --interactive`, `drop`), or make its change
     hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    ");
    reset("1.0.0");
    assert_snapshot!(finish(), @"
    error: no commit is left on 1.0.0: the series would be empty
     hint: `patcher drop NAME` takes a patch out; `patcher abort` leaves all as it was
     hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    ");
    reset("1.0.0^{commit}");
    sandbox.git(&tree, &["checkout", "--quiet", "--orphan", "other"]);
    sandbox.git(&tree, &["commit", "--quiet", "--message", "feat: other"]);
    assert_snapshot!(finish(), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: what is checked out is no series of commits on 1.0.0 (246b90549d47): commit 667ad8301ede has no parent
     hint: `git reset --hard 40de895df302` there goes back to what patcher left
     hint: or give it up: `patcher abort`
    ");
    sandbox.git(&tree, &["checkout", "--quiet", "patches-on-1.0.0"]);
    reset(&head);
    let merge = ["merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-s", "ours"];
    sandbox.git(&tree, &[&merge[..], &["other"]].concat());
    assert_snapshot!(finish(), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: what is checked out is no series of commits on 1.0.0 (246b90549d47): commit c1f08ae2a4fb is a merge
     hint: `git reset --hard 40de895df302` there goes back to what patcher left
     hint: or give it up: `patcher abort`
    ");
    reset(&head);
    sandbox.git(&tree, &["commit", "--quiet", "--amend", "--message", "[wip] docs"]);
    assert_snapshot!(finish(), @"
    error: commit eb6b57cf9b6e ([wip] docs) `git am` would make `docs` of its subject
     hint: write its message again: `git commit --amend`, or `reword` in a rebase
     hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    ");
    reset(&head);
    fs::write(tree.join("blob"), [0xff, 0, 0xfe]).unwrap();
    sandbox.git(&tree, &["add", "blob"]);
    sandbox.git(&tree, &["commit", "--quiet", "--message", &format!("feat: blob\n\n{WHY}")]);
    assert_snapshot!(finish(), @"
    error: commit 44fbc544625d (feat: blob): blob: is binary: a patch cannot carry it
     hint: leave that out of it: `git commit --amend`
     hint: the worktree is [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    ");
    reset(&head);
    // What is not committed is named, not taken.
    replace(&tree.join("README.md"), "books", "tomes");
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: README.md: changed, and not in the index
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: `git commit --all --amend` what belongs to the patch, `git restore` what does not
    ");
    sandbox.git(&tree, &["add", "README.md"]);
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: README.md: changed, and not committed
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: `git commit --amend` (or `git commit`), or `git restore --staged --worktree`
    ");
    reset(&head);
    fs::write(tree.join("stray"), "").unwrap();
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: stray: not known to git
       hint: in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: `git add` what belongs to the patch, remove what does not
    ");
    fs::remove_file(tree.join("stray")).unwrap();
    // Somebody else changed a patch meanwhile.
    sandbox.edit("patches/0002-docs.patch", "+None. Books may", "+None: books may");
    assert_snapshot!(finish(), @"
    error: patches/0002-docs.patch has changed since the work in the worktree began
     hint: restore it, or begin again: `patcher abort`
     hint: what was done stays until then, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    ");
    sandbox.edit("patches/0002-docs.patch", "+None: books may", "+None. Books may");
    assert_snapshot!(sandbox.refuse(1, &["continue"], &[]), @"
    $ patcher continue
    exit code: 1
    --- stderr
      error: no commit changes the series
       hint: commit what you change in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
       hint: `git -C [ROOT]/cache/work/[KEY]/demo_rules-1.0.0 reflog` shows what else was committed
       hint: `patcher abort` removes the worktree
    ");
}

#[test]
fn one_worktree_at_a_time_and_abort_leaves_no_trace() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    let tree = edit(&sandbox, &[]);
    let said = [&["edit"][..], &["sync", "--no-repro"], &["new", "fix: x"], &["drop", "1"]]
        .map(|args| sandbox.refuse(2, args, &[]).said());
    assert_snapshot!(same(said), @"
    error: patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
     hint: go on with `patcher continue`, or give it up with `patcher abort`
    ");
    let recall = sandbox.refuse(2, &["continue", "--recall"], &[]).said();
    assert_snapshot!(recall, @"
    error: an edit is under way: there is no conflict to recall
     hint: `patcher continue` writes the commits as patches
     hint: `patcher abort` leaves the patches as they were
    ");
    assert_snapshot!(sandbox.refuse(2, &["skip"], &[]), @"
    $ patcher skip
    exit code: 2
    --- stderr
      error: an edit is under way: there is no conflict to skip
       hint: `patcher continue` writes the commits as patches
       hint: `patcher abort` leaves the patches as they were
    ");
    let status = sandbox.succeed(&["status"]);
    assert_snapshot!(status, @"
    $ patcher status
    exit code: 0
    --- stdout
    patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
        git status        see what is done and left
        patcher continue  write the commits as patches
        patcher abort     or: leave all as it was

    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: work is under way
    ");
    let check = sandbox.succeed(&["check"]);
    assert_snapshot!(check, @"
    $ patcher check
    exit code: 0
    --- stderr
    + Checked    2 patches at 1.0.0: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.0.0.patched.1 (archives by their commits: --archives)
    warning: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    warning: patches is being edited at 1.0.0, in [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    Finished in [TIME]: nothing is wrong with the patches and archives of 1 release
    ");
    // Reading is free, also from the worktree, whose project is known.
    let mut status = sandbox.command(&["status"]);
    let output = status.current_dir(&tree).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    sandbox.succeed(&["check"]);
    sandbox.succeed(&["abort"]);
    assert_eq!(files_of(&sandbox.project), before);
    assert!(!sandbox.cache.join("work").exists());
    assert_snapshot!(sandbox.refuse(2, &["abort"], &[]), @"
    $ patcher abort
    exit code: 2
    --- stderr
      error: neither a port nor an edit is under way in this project
       hint: `patcher sync --to RELEASE --resolve` begins a port if a patch conflicts
       hint: `patcher edit` begins an edit, `patcher new SUBJECT` a new patch
    ");
    // A worktree that went away is named, and can be given up.
    let tree = edit(&sandbox, &[]);
    fs::remove_dir_all(&tree).unwrap();
    assert_snapshot!(sandbox.refuse(2, &["continue"], &[]), @"
    $ patcher continue
    exit code: 2
    --- stderr
      error: the worktree [ROOT]/cache/work/[KEY]/demo_rules-1.0.0 is gone
       hint: give it up: `patcher abort`
    ");
    sandbox.succeed(&["abort"]);
    sandbox.succeed(&["sync", "--no-repro"]);
}

#[test]
fn unknown_patches_and_series_are_named() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(2, &["edit", "7"], &[]), @"
    $ patcher edit 7
    exit code: 2
    --- stderr
      error: there is no patch 7
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch
    ");
    // It is no other problem's fault, as all patches could be read.
    sandbox.write("patches/resolutions/0002-docs.toml", "damaged");
    sandbox.refuse(2, &["edit", "7"], &["there is no patch 7\n"]);
    assert_snapshot!(sandbox.refuse(2, &["edit", "--series", "other"], &[]), @"
    $ patcher edit --series other
    exit code: 2
    --- stderr
      error: there is no series other
       hint: the series are patches
    ");
    assert_snapshot!(sandbox.refuse(2, &["new", " "], &[]), @r#"
    $ patcher new ' '
    exit code: 2
    --- stderr
      error: "" is no subject: one line, without `[`
       hint: such as `patcher new "fix(rules): compile where tags would conflict"`
    "#);
    assert_snapshot!(sandbox.refuse(2, &["new", "[wip] x"], &[]), @r#"
    $ patcher new '[wip] x'
    exit code: 2
    --- stderr
      error: "[wip] x" is no subject: one line, without `[`
       hint: such as `patcher new "fix(rules): compile where tags would conflict"`
    "#);
}

#[test]
fn a_new_patch_says_why_when_and_what_shows_it() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["new", "feat(books): a thing"]);
    assert_snapshot!(run, @"
    $ patcher new 'feat(books): a thing'
    exit code: 0
    --- stdout
    [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    --- stderr
    + Opened     [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: 2 commits on 1.0.0, a commit a patch
        $EDITOR …         make the change
        git add --all
        git commit        say why, which scenario shows it, and when it can go
        patcher continue  write it as a patch
        patcher abort     or: leave all as it was
    Finished in [TIME]: 2 commits to edit
    Next: cd [ROOT]/cache/work/[KEY]/demo_rules-1.0.0   make the change there
    ");
    let tree = worktree(&sandbox);
    fs::write(tree.join("thing.txt"), "thing\n").unwrap();
    sandbox.git(&tree, &["add", "--all"]);
    // An editor that leaves the template but for one word.
    let editor = "core.editor=sed -i -e s/SCENARIO/two-books/";
    sandbox.git(&tree, &["-c", editor, "commit", "--quiet"]);
    let run = sandbox.succeed(&["continue"]);
    assert_snapshot!(run, @"
    $ patcher continue
    exit code: 0
    --- stderr
    - Kept       0001-compile-separately.patch
    - Kept       0002-docs.patch
    + Added      0003-a-thing.patch
    warning: patches/0003-a-thing.patch:6: does not say why it is there
    warning: patches/0003-a-thing.patch:10: does not say when it can go
    Finished in [TIME]: 3 patches in patches
    Next: patcher review   see what has changed, before a sync
    ");
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0003-a-thing.patch:6: does not say why it is there
       hint: write the reason below the subject
      error: patches/0003-a-thing.patch:10: does not say when it can go
       hint: end the message with a line such as `Drop-When: a release closes the bug`
      error: patches/0003-a-thing.patch: is not in upstream.lock
       hint: `patcher sync` picks up the change
      error: 3 problems
    ");
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
    sandbox.succeed(&["continue"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_patch_is_dropped_with_its_evidence() {
    let sandbox = Sandbox::synced();
    let drop = ["drop", "2", "--force", "--no-repro"];
    let run = sandbox.succeed(&drop);
    assert_snapshot!(run, @"
    $ patcher drop 2 --force --no-repro
    exit code: 0
    --- stderr
    > Upstream   on 1.1.0: unchanged
    + Dropped    0002-docs.patch
    Finished in [TIME]: 0002-docs.patch is out of the series
    Next: patcher sync   test what is left, and update the lock
    ");
    assert_eq!(patches(&sandbox).len(), 1);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
    assert_snapshot!(sandbox.refuse(2, &["drop", "1", "--no-repro"], &[]), @"
    $ patcher drop 1 --no-repro
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      --force

    Usage: patcher drop --force --no-repro <PATCH>

    For more information, try '--help'.
    ");
}

#[test]
fn a_patch_that_others_build_on_stays() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    sandbox
        .git(&tree, &["commit", "--quiet", "--all", "--message", &format!("fix: fine\n\n{WHY}")]);
    sandbox.succeed(&["continue"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(sandbox.refuse(3, &["drop", "1", "--force", "--no-repro"], &[]), @"
    $ patcher drop 1 --force --no-repro
    exit code: 3
    --- stderr
      error: patches/0003-fine.patch: builds on 0001-compile-separately.patch: notes.bzl
       hint: drop what builds on it first, or take both out with `patcher edit`
    ");
    // One in the middle goes, and what comes after it is refreshed.
    let last = sandbox.read("patches/0003-fine.patch");
    sandbox.succeed(&["drop", "0002-docs", "--force", "--no-repro"]);
    assert_eq!(sandbox.read("patches/0003-fine.patch"), last);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

/// What is known of the work in the worktree.
fn record(sandbox: &Sandbox) -> PathBuf {
    worktree(sandbox).with_file_name("work.json")
}

#[test]
fn an_edit_that_was_written_and_cut_off_then_is_done() {
    for (args, is_finish) in [(["continue"], true), (["abort"], false)] {
        let sandbox = Sandbox::synced();
        let tree = edit(&sandbox, &[]);
        replace(&tree.join("README.md"), "Rules for books", "Small rules for books");
        sandbox.git(&tree, &["commit", "--quiet", "--all", "--amend", "--no-edit"]);
        // A run that is killed before it removes the worktree leaves it, and its record.
        let (record, kept) = (record(&sandbox), sandbox.home.join("kept"));
        let work = record.parent().unwrap().to_owned();
        let before = fs::read_to_string(&record).unwrap();
        sandbox.git(
            &sandbox.home,
            &["clone", "--quiet", tree.to_str().unwrap(), kept.to_str().unwrap()],
        );
        sandbox.succeed(&["continue"]);
        assert!(!work.exists());
        let written = files_of(&sandbox.project);
        let result = ["patches/0002-docs.patch", "patches/series"].map(|path| {
            let digest = patcher::support::ids::Sri::of(sandbox.read(path).as_bytes());
            format!(r#"{{"path": "{path}", "integrity": "{digest}"}}"#)
        });
        let before = before.trim_end().strip_suffix('}').unwrap();
        fs::create_dir_all(&work).unwrap();
        fs::rename(&kept, &tree).unwrap();
        fs::write(&record, format!("{before}, \"result\": [{}]}}", result.join(", "))).unwrap();
        let run = sandbox.succeed(&args);
        assert!(
            run.stderr.contains(if is_finish { "an earlier run wrote" } else { "stays" }),
            "{run}"
        );
        assert!(!work.exists());
        assert_eq!(files_of(&sandbox.project), written);
        sandbox.succeed(&["sync", "--no-repro"]);
    }
}

#[test]
fn a_record_names_no_other_directory() {
    let sandbox = Sandbox::synced();
    edit(&sandbox, &[]);
    let record = record(&sandbox);
    let text = fs::read_to_string(&record).unwrap();
    let kept = sandbox.home.join("kept");
    fs::create_dir_all(kept.join(".git")).unwrap();
    for tree in ["../../../home/kept", "/", "..", "."] {
        fs::write(&record, text.replace("\"demo_rules-1.0.0\"", &format!("\"{tree}\""))).unwrap();
        sandbox.refuse(2, &["continue"], &["is not a file name", "patcher abort"]);
    }
    fs::remove_dir_all(worktree_beside(&record)).unwrap();
    std::os::unix::fs::symlink(&kept, worktree_beside(&record)).unwrap();
    fs::write(&record, text).unwrap();
    sandbox.refuse(2, &["continue"], &["is gone", "patcher abort"]);
    sandbox.succeed(&["abort"]);
    assert!(kept.join(".git").exists());
}

fn worktree_beside(record: &Path) -> PathBuf {
    record.with_file_name("demo_rules-1.0.0")
}

#[test]
fn what_the_user_ignores_everywhere_is_not_asked_about() {
    let sandbox = Sandbox::synced();
    let settings = "[core]\n\texcludesFile = ~/ignored\n";
    fs::write(sandbox.home.join(".gitconfig"), settings).unwrap();
    fs::write(sandbox.home.join("ignored"), ".editor/\n").unwrap();
    let tree = edit(&sandbox, &[]);
    fs::create_dir(tree.join(".editor")).unwrap();
    fs::write(tree.join(".editor/state"), "").unwrap();
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--message", &format!("fix: x\n\n{WHY}")]);
    fs::write(tree.join("unknown"), "").unwrap();
    let run = sandbox.refuse(2, &["continue"], &["unknown: not known to git"]);
    assert!(!run.stderr.contains(".editor"), "{run}");
    fs::remove_file(tree.join("unknown")).unwrap();
    sandbox.succeed(&["continue"]);
}

#[test]
fn work_that_was_put_aside_is_not_removed_with_the_worktree() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    let git = |args: &[&str]| sandbox.git(&tree, args);
    let finish = &["continue"][..];
    replace(&tree.join("README.md"), "demo", "demonstration");
    git(&["stash", "push", "--quiet"]);
    git(&["checkout", "--quiet", "-b", "aside"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "An idea"]);
    git(&["checkout", "--quiet", "-"]);
    // A branch with nothing of its own.
    git(&["branch", "same"]);
    replace(&tree.join("notes.bzl"), "Makes a book", "Makes a fine book");
    git(&["commit", "--quiet", "--all", "--message", &format!("fix: x\n\n{WHY}")]);
    assert_snapshot!(sandbox.refuse(2, finish, &[]).said(), @"
    error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0: it would be removed with work in it: aside, the stash
     hint: `git stash pop` or `git cherry-pick` there takes what belongs to the series
     hint: `git stash drop` or `git branch -D NAME` there gives it up
    ");
    git(&["stash", "drop", "--quiet"]);
    sandbox.refuse(2, finish, &["work in it: aside\n"]);
    git(&["branch", "--quiet", "-D", "aside"]);
    sandbox.succeed(finish);
    assert!(!tree.exists());
}

#[test]
fn what_is_given_up_is_the_branch_that_the_edit_began_with() {
    let sandbox = Sandbox::synced();
    let tree = edit(&sandbox, &[]);
    let git = |args: &[&str]| sandbox.git(&tree, args);
    git(&["commit", "--quiet", "--allow-empty", "--message", "One"]);
    git(&["checkout", "--quiet", "--detach", "1.0.0"]);
    assert_snapshot!(sandbox.succeed(&["abort"]).said(), @"Finished in [TIME]: the worktree is gone; the patches are as they were");
    assert!(!tree.exists());
    let tree = edit(&sandbox, &[]);
    sandbox.git(&tree, &["checkout", "--quiet", "-b", "aside"]);
    sandbox.git(&tree, &["commit", "--quiet", "--allow-empty", "--message", "One"]);
    sandbox.git(&tree, &["checkout", "--quiet", "-"]);
    assert_snapshot!(sandbox.succeed(&["abort"]).said(), @"
    warning: what was put aside in the worktree goes with it: aside
    Finished in [TIME]: the worktree is gone; the patches are as they were
    ");
}
