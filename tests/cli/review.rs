//! `review`: what a refresh really changed.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::common::{Sandbox, same};

const FIRST: &str = "patches/0001-compile-separately.patch";
const SECOND: &str = "patches/0002-docs.patch";

/// Makes the project a git repository, or commits what has changed in it.
fn commit(sandbox: &Sandbox) {
    let project = &sandbox.project;
    sandbox.git(project, &["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(project, &["add", "--all"]);
    sandbox.git(project, &["commit", "--quiet", "--allow-empty", "--message", "A state"]);
}

/// A project that is synced and committed.
fn committed() -> Sandbox {
    let sandbox = Sandbox::synced();
    commit(&sandbox);
    sandbox
}

/// A patch for 1.0.0 that makes `edit`, as `git format-patch` writes it.
fn patch(sandbox: &Sandbox, tree: &str, edit: impl FnOnce(String) -> String) -> String {
    let directory = sandbox.worktree(tree, "1.0.0");
    let file = directory.join("notes.bzl");
    fs::write(&file, edit(fs::read_to_string(&file).unwrap())).unwrap();
    let trailers = "Repro: two-books\nDrop-When: never";
    let message = ["-m", "feat: steps", "-m", "Many.", "-m", trailers];
    sandbox.git(&directory, &[&["commit", "--quiet", "--all"][..], &message].concat());
    let args = ["format-patch", "--stdout", "--full-index", "--no-signature", "-1"];
    sandbox.git(&directory, &args) + "\n"
}

/// The outcome of each patch.
fn outcomes(document: &serde_json::Value) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let series = document["series"].as_array().unwrap();
    let reviews = series.iter().flat_map(|series| series["reviews"].as_array().unwrap());
    reviews.map(|review| (text(&review["name"]), text(&review["outcome"]))).collect()
}

#[test]
fn a_port_that_moves_offsets_is_mechanical_and_nothing_else() {
    let sandbox = committed();
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let run = sandbox.refuse(0, &["review"], &[]);
    assert_snapshot!(run, @"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (c47a5b45e88f) -> the files on disk

    pin of patches  1.0.0 (246b90549d47) -> 1.1.0 (8257ff80de37)

    0001-compile-separately.patch  mechanical  offsets
    0002-docs.patch                mechanical  index lines

    patches: 2 mechanical
    --- stderr
    Finished in [TIME]: 2 patches compared
    ");
    commit(&sandbox);
    let run = sandbox.succeed(&["review"]);
    assert_snapshot!(run, @"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (db9bc5b76931) -> the files on disk

    0001-compile-separately.patch  unchanged
    0002-docs.patch                unchanged

    patches: 2 unchanged
    --- stderr
    Finished in [TIME]: 2 patches compared
    ");
}

#[test]
fn one_token_among_a_hundred_moved_lines_is_what_is_shown() {
    let sandbox = Sandbox::new();
    let steps: String = (0..100).map(|n| format!("    step_{n}(ctx, \"note\")\n")).collect();
    let old = patch(&sandbox, "old", |text| {
        text.replacen("    return compiled\n", &format!("{steps}    return compiled\n"), 1)
    });
    let changed = steps.replace("step_42(ctx, \"note\")", "step_42(ctx, \"book\")");
    let new = patch(&sandbox, "new", |text| {
        text.replacen("    return [DefaultInfo", &format!("{changed}    return [DefaultInfo"), 1)
    });
    fs::remove_file(sandbox.project.join(SECOND)).unwrap();
    sandbox.write("patches/series", "0001-compile-separately.patch\n");
    sandbox.write(FIRST, &old);
    sandbox.sync();
    commit(&sandbox);
    sandbox.write(FIRST, &new);
    let run = sandbox.succeed(&["review"]);
    assert_snapshot!(run, @r#"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (9b71dac6f33c) -> the files on disk

    0001-compile-separately.patch  semantic  1 line changed, 99 lines moved

    patches/0001-compile-separately.patch
      notes.bzl
        line 61, in `def _note_book_impl`
          adds                   step_42(ctx, "[-note-]{+book+}")
        line 19: 99 lines moved from `def _compile` to `def _note_book_impl`: adds `step_0(ctx, "note")` and so on

    patches: 1 semantic
    --- stderr
    Finished in [TIME]: 1 patch compared
    "#);
    // Colour instead of signs, if it is asked for.
    let run = sandbox.succeed(&["review", "--color", "always"]);
    assert_snapshot!(run, @r#"
    $ patcher review --color always
    exit code: 0
    --- stdout
    HEAD (9b71dac6f33c) -> the files on disk

    0001-compile-separately.patch  semantic  1 line changed, 99 lines moved

    [1mpatches/0001-compile-separately.patch[0m
      notes.bzl
        line 61, in `def _note_book_impl`
          adds                   step_42(ctx, "[31mnote[0m[32mbook[0m")
        line 19: 99 lines moved from `def _compile` to `def _note_book_impl`: adds `step_0(ctx, "note")` and so on

    patches: 1 semantic
    --- stderr
    [1m[32mFinished[0m in [TIME]: 1 patch compared
    "#);
    // Without what the patches apply to, the move is seen all the same.
    fs::remove_dir_all(&sandbox.cache).unwrap();
    let run = sandbox.succeed(&["review", "--format", "json"]);
    assert_snapshot!(run.said(), @"
    warning: not all of what the patches apply to is known here: where a change lands is judged only by the context in the patches
       hint: `patcher sync` fetches it; `patcher check` shows what does not apply
    Finished in [TIME]: 1 patch compared
    ");
    let document = run.json();
    let review = &document["series"][0]["reviews"][0];
    assert_eq!(review["places_known"], false);
    let file = &review["files"][0];
    assert_eq!(file["differences"].as_array().unwrap().len(), 1);
    assert_eq!(file["moves"][0]["count"], 99);
}

#[test]
fn patches_are_added_dropped_and_renamed_and_their_messages_change() {
    let sandbox = committed();
    sandbox.edit(FIRST, "fix: compile notes", "fix: compile all notes");
    let run = sandbox.succeed(&["review"]);
    assert_snapshot!(run, @"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (c47a5b45e88f) -> the files on disk

    0001-compile-separately.patch  message
    0002-docs.patch                unchanged

    patches/0001-compile-separately.patch
      message
        Subject: fix: compile {+all +}notes in a target of their own where tags would conflict

    patches: 1 message, 1 unchanged
    --- stderr
    Finished in [TIME]: 2 patches compared
    ");
    sandbox.git(&sandbox.project, &["checkout", "--quiet", "."]);
    sandbox.git(&sandbox.project, &["mv", SECOND, "patches/0003-docs.patch"]);
    let other = sandbox.read("patches/0003-docs.patch").replace("docs: books", "docs: more books");
    sandbox.write("patches/0004-other.patch", &other.replace("None.", "Nothing at all is known"));
    let series = "0003-docs.patch\n0004-other.patch\n";
    sandbox.write("patches/series", series);
    let document = sandbox.succeed(&["review", "--format", "json"]).json();
    let expected = [
        ("0003-docs.patch", "renamed"),
        ("0004-other.patch", "added"),
        ("0001-compile-separately.patch", "dropped"),
    ];
    let expected = expected.map(|(name, outcome)| (name.to_owned(), outcome.to_owned()));
    assert_eq!(outcomes(&document), expected);
    assert_eq!(document["command"], "review");
    assert_eq!(document["headline"], "patches: 1 added, 1 dropped, 1 renamed");
    assert_eq!(document["series"][0]["reviews"][0]["renamed_from"], "0002-docs.patch");
}

#[test]
fn two_revisions_are_compared_without_the_files_on_disk() {
    let sandbox = committed();
    sandbox.edit(SECOND, "+None. Books", "+None! Books");
    commit(&sandbox);
    sandbox.write(SECOND, "no patch\n");
    let shown = ["HEAD~1..HEAD", "HEAD~1..", "HEAD~1...main"].map(|range| {
        let shown = sandbox.refuse(0, &["review", range], &[]).stdout;
        shown.split_once("\n\n").unwrap().1.to_owned()
    });
    assert_snapshot!(same(shown), @"
    0001-compile-separately.patch  unchanged
    0002-docs.patch                semantic   1 line changed

    patches/0002-docs.patch
      README.md
        line 7
          adds               None[-.-]{+!+} Books may share notes whatever their tags.

    patches: 1 semantic, 1 unchanged
    ");
    assert_snapshot!(sandbox.refuse(2, &["review", "HEAD"], &[]), @"
    $ patcher review HEAD
    exit code: 2
    --- stderr
      error: patches/0002-docs.patch:1: does not begin with the From, Date and Subject headers of a mail
       hint: `git restore patches/0002-docs.patch` brings it back, `patcher edit 2` changes it
    ");
}

#[test]
fn two_releases_are_compared_as_the_series_is_merged_there() {
    let sandbox = Sandbox::serving_two();
    let run = sandbox.refuse(0, &["review", "--releases", "1.0.0..1.1.0"], &[]);
    assert_snapshot!(run, @"
    $ patcher review --releases 1.0.0..1.1.0
    exit code: 0
    --- stdout
    1.0.0 -> 1.1.0

    commit   246b90549d47 -> 8257ff80de37
    archive  1.0.0.patched.1 -> 1.1.0.patched.1

    0001-compile-separately.patch  mechanical  offsets
    0002-docs.patch                mechanical  index lines

    patches: 2 mechanical
    --- stderr
    Finished in [TIME]: 2 patches compared
    ");
    let unknown = ["review", "--releases", "1.0.0..9.9.9"];
    assert_snapshot!(sandbox.refuse(2, &unknown, &[]), @"
    $ patcher review --releases 1.0.0..9.9.9
    exit code: 2
    --- stderr
      error: 9.9.9 is not supported by any series
       hint: supported are 1.1.0, 1.0.0
    ");
    assert_snapshot!(sandbox.refuse(2, &["review", "--releases", "1.0.0"], &[]), @"
    $ patcher review --releases 1.0.0
    exit code: 2
    --- stderr
    error: invalid value '1.0.0' for '--releases <OLD..NEW>': not two releases such as 2.3.1..2.3.2

    For more information, try '--help'.
    ");
    assert_snapshot!(sandbox.refuse(2, &["review", "HEAD", "--releases", "1.0.0..1.1.0"], &[]), @"
    $ patcher review HEAD --releases 1.0.0..1.1.0
    exit code: 2
    --- stderr
    error: the argument '[REV|OLD..NEW]' cannot be used with '--releases <OLD..NEW>'

    Usage: patcher review <REV|OLD..NEW>

    For more information, try '--help'.
    ");
}

#[test]
fn the_project_may_be_a_directory_of_the_repository() {
    let mut sandbox = Sandbox::synced();
    let outer = sandbox.project.parent().unwrap().to_owned();
    let project = sandbox.project.file_name().unwrap().to_str().unwrap().to_owned();
    sandbox.git(&outer, &["init", "--quiet"]);
    sandbox.git(&outer, &["add", &project]);
    sandbox.git(&outer, &["commit", "--quiet", "--message", "A state"]);
    // What git reads from the environment is not asked.
    sandbox.set("GIT_DIR", "/nonexistent");
    let run = sandbox.succeed(&["review"]);
    assert_snapshot!(run, @"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (a77e0c11f0db) -> the files on disk

    0001-compile-separately.patch  unchanged
    0002-docs.patch                unchanged

    patches: 2 unchanged
    --- stderr
    Finished in [TIME]: 2 patches compared
    ");
}

#[test]
fn what_cannot_be_compared_is_said() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(2, &["review"], &[]), @"
    $ patcher review
    exit code: 2
    --- stderr
      error: [ROOT]/project is in no git repository
       hint: `git init` and a commit keep what a review compares with
       hint: `--releases OLD..NEW` compares two releases, which needs none
    ");
    // A repository without the project.
    let project = sandbox.project.clone();
    sandbox.git(&project, &["init", "--quiet", "--initial-branch=main"]);
    assert_snapshot!(sandbox.refuse(2, &["review"], &[]), @r#"
    $ patcher review
    exit code: 2
    --- stderr
      error: there is no revision "HEAD" in the project's git repository
       hint: name a commit, a branch or a tag: `git log --oneline` shows some
       hint: a shallow clone has few of them: `git fetch --unshallow`
    "#);
    sandbox.git(&project, &["commit", "--quiet", "--allow-empty", "--message", "Nothing"]);
    assert_snapshot!(sandbox.refuse(2, &["review"], &[]), @"
    $ patcher review
    exit code: 2
    --- stderr
      error: HEAD holds no project: neither upstream.lock nor a series
       hint: name a revision that has them, and the project's directory with -C
    ");
    assert_snapshot!(sandbox.refuse(2, &["review", "v1.2"], &[]), @r#"
    $ patcher review v1.2
    exit code: 2
    --- stderr
      error: there is no revision "v1.2" in the project's git repository
       hint: name a commit, a branch or a tag: `git log --oneline` shows some
       hint: a shallow clone has few of them: `git fetch --unshallow`
    "#);
    assert_snapshot!(sandbox.refuse(2, &["review", "v1.2..HEAD"], &[]), @r#"
    $ patcher review v1.2..HEAD
    exit code: 2
    --- stderr
      error: there is no revision "v1.2" in the project's git repository
       hint: name a commit, a branch or a tag: `git log --oneline` shows some
       hint: a shallow clone has few of them: `git fetch --unshallow`
    "#);
    // A patch that was none.
    let text = sandbox.read(SECOND);
    sandbox.write(SECOND, "no patch\n");
    commit(&sandbox);
    sandbox.write(SECOND, &text);
    assert_snapshot!(sandbox.refuse(2, &["review"], &[]), @"
    $ patcher review
    exit code: 2
    --- stderr
      error: HEAD:patches/0002-docs.patch:1: does not begin with the From, Date and Subject headers of a mail
       hint: make it with `git format-patch`, so that `git am` takes it
    ");
    // A lock of another format is no reason not to look at the patches.
    let lock = sandbox.read("upstream.lock");
    sandbox.write("upstream.lock", &lock.replace("version = 3", "version = 1"));
    commit(&sandbox);
    sandbox.write("upstream.lock", &lock);
    let run = sandbox.refuse(0, &["review"], &[]);
    assert_snapshot!(run, @"
    $ patcher review
    exit code: 0
    --- stdout
    HEAD (cdb37ebde770) -> the files on disk

    0001-compile-separately.patch  unchanged
    0002-docs.patch                unchanged

    patches: 2 unchanged
    --- stderr
    warning: HEAD:upstream.lock: format version 1, this patcher reads 2 and 3; what it says is not compared
    Finished in [TIME]: 2 patches compared
    ");
}

#[test]
fn markdown_is_for_a_pull_request() {
    let sandbox = committed();
    sandbox.edit(SECOND, "+None. Books", "+None | `<b>` ``` Books");
    let page = sandbox.home.join("review.md");
    sandbox.succeed(&["review", "--markdown", page.to_str().unwrap()]);
    let text = fs::read_to_string(&page).unwrap();
    assert_snapshot!(text, @"
    ### Patches: 1 semantic, 1 unchanged

    From HEAD (c47a5b45e88f) to the files on disk.

    | patches | outcome | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | unchanged |  |
    | 0002-docs.patch | **semantic** | 1 line changed |

    <details><summary>patches/0002-docs.patch: semantic</summary>

    README.md

    ````diff
    @@ line 7 @@
    - adds     None. Books may share notes whatever their tags.
    + adds     None | `<b>` ``` Books may share notes whatever their tags.
    ````

    </details>

    `-` is what a patch did, `+` is what it does now.
    ");
    assert!(Path::new(&page).is_file());
}

#[test]
fn links_are_followed_in_the_repository() {
    let sandbox = committed();
    let project = &sandbox.project;
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, project.join(name)).unwrap();
    };
    fs::create_dir(project.join("real")).unwrap();
    fs::rename(project.join("patches"), project.join("real/series")).unwrap();
    link("real/series", "patches");
    fs::rename(project.join("upstream.lock"), project.join("real/lock")).unwrap();
    link("real/lock", "upstream.lock");
    commit(&sandbox);
    let unchanged = [
        ("0001-compile-separately.patch".to_owned(), "unchanged".to_owned()),
        ("0002-docs.patch".to_owned(), "unchanged".to_owned()),
    ];
    for revision in ["HEAD", "HEAD~..HEAD"] {
        let run = sandbox.succeed(&["--format", "json", "review", revision]);
        assert_eq!(outcomes(&run.json()), unchanged, "{revision}");
    }
    let outside = sandbox.home.join("series");
    fs::rename(project.join("real/series"), &outside).unwrap();
    fs::remove_file(project.join("patches")).unwrap();
    link(outside.to_str().unwrap(), "patches");
    commit(&sandbox);
    assert_snapshot!(sandbox.refuse(2, &["review"], &[]), @"
    $ patcher review
    exit code: 2
    --- stderr
      error: patches/series at HEAD leads out of the repository
       hint: the files of a revision are read from git, so links must stay in it
    ");
}

#[test]
fn a_repository_with_longer_ids_will_do() {
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.project, &["init", "--quiet", "--object-format=sha256"]);
    commit(&sandbox);
    commit(&sandbox);
    let id = sandbox.git(&sandbox.project, &["rev-parse", "HEAD"]);
    assert_eq!(id.len(), 64);
    let run = sandbox.succeed(&["review"]);
    assert!(run.stdout.starts_with(&format!("HEAD ({}) -> the files on disk\n", &id[..12])));
    sandbox.succeed(&["review", "HEAD~...HEAD"]);
}
