//! `--dry-run` and `--check`: every writer says what it would write, and writes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::common::{Run, Sandbox, files_of, joined};

/// Every file and directory that a run could touch: the home, the project, and of the cache what is
/// state. What was fetched and computed may be kept there.
fn tree(sandbox: &Sandbox) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let work = sandbox.cache.join("work");
    let mut tree = BTreeMap::new();
    for place in [&sandbox.home, &sandbox.project, &work].into_iter().filter(|path| path.exists()) {
        tree.insert(place.clone(), None);
        tree.extend(files_of(place).into_iter().map(|(path, bytes)| (path, Some(bytes))));
    }
    let beside = fs::read_dir(sandbox.project.join("..")).unwrap();
    tree.extend(beside.map(|entry| (entry.unwrap().path(), None)));
    tree
}

/// A run that writes nothing.
#[track_caller]
fn dry(sandbox: &Sandbox, code: i32, args: &[&str]) -> Run {
    let before = tree(sandbox);
    let run = sandbox.refuse(code, args, &[]);
    assert_eq!(tree(sandbox), before, "{args:?} wrote something");
    run
}

/// What a writer says with `--dry-run` and with `--check` before it wrote; then it writes.
#[track_caller]
fn before_it_writes(sandbox: &Sandbox, args: &[&str]) -> String {
    let with = |option| [args, &[option]].concat();
    let said = joined([dry(sandbox, 0, &with("-n")), dry(sandbox, 1, &with("--check"))]);
    let before = tree(sandbox);
    sandbox.succeed(args);
    assert_ne!(tree(sandbox), before, "{args:?} wrote nothing");
    said
}

#[test]
fn a_new_patch_and_an_edit_say_which_worktree_they_would_open() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(before_it_writes(&sandbox, &["new", "fix: x"]), @"
    $ patcher new 'fix: x' -n
    exit code: 0
    --- stdout
    would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    --- stderr
    Finished in [TIME]: nothing was written

    $ patcher new 'fix: x' --check
    exit code: 1
    --- stdout
    would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    --- stderr
      error: would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
       hint: the same command without --check writes it
    ");
    assert_snapshot!(before_it_writes(&sandbox, &["abort"]), @"
    $ patcher abort -n
    exit code: 0
    --- stdout
    would remove [ROOT]/cache/work/[KEY]
    --- stderr
    Finished in [TIME]: nothing was written

    $ patcher abort --check
    exit code: 1
    --- stdout
    would remove [ROOT]/cache/work/[KEY]
    --- stderr
      error: would remove [ROOT]/cache/work/[KEY]
       hint: the same command without --check removes it
    ");
    assert_snapshot!(before_it_writes(&sandbox, &["edit", "1"]), @"
    $ patcher edit 1 -n
    exit code: 0
    --- stdout
    would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    --- stderr
    Finished in [TIME]: nothing was written

    $ patcher edit 1 --check
    exit code: 1
    --- stdout
    would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
    --- stderr
      error: would write [ROOT]/cache/work/[KEY]/demo_rules-1.0.0
       hint: the same command without --check writes it
    ");
    // What would stop the command stops this, too.
    sandbox.refuse(2, &["new", "fix: x", "-n"], &["is being edited"]);
    let document = sandbox.succeed(&["abort", "-n", "--format", "json"]).json();
    assert_eq!(document["aborted"], false);
}

#[test]
fn an_export_is_up_to_date_if_the_directory_holds_the_tree() {
    let sandbox = Sandbox::synced();
    let args = ["export", "../patched"];
    assert_snapshot!(before_it_writes(&sandbox, &args), @"
    $ patcher export ../patched -n
    exit code: 0
    --- stdout
    would write ../patched
    --- stderr
    Finished in [TIME]: nothing was written

    $ patcher export ../patched --check
    exit code: 1
    --- stdout
    would write ../patched
    --- stderr
      error: would write ../patched
       hint: the same command without --check writes it
    ");
    let checked = dry(&sandbox, 0, &["export", "../patched", "--check"]);
    assert_snapshot!(joined([checked, dry(&sandbox, 0, &args)]), @"
    $ patcher export ../patched --check
    exit code: 0
    --- stderr
    Finished in [TIME]: nothing was written

    $ patcher export ../patched
    exit code: 0
    --- stderr
    Finished in [TIME]: demo_rules 1.0.0.patched.1 is in ../patched
    ");
    let document = sandbox.succeed(&["export", "../other", "-n", "--format", "json"]).json();
    assert_eq!(document["written"], serde_json::json!(["../other"]));
    // A file more, or an other one, and it is not that tree.
    for (file, text) in [("more", "x"), ("notes.bzl", "x")] {
        let path = sandbox.project.join("../patched").join(file);
        let before = fs::read(&path).ok();
        fs::write(&path, text).unwrap();
        dry(&sandbox, 2, &["export", "../patched", "--check"]);
        match before {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        dry(&sandbox, 0, &["export", "../patched", "--check"]);
    }
}

#[test]
fn a_new_project_is_only_listed() {
    let sandbox = Sandbox::new();
    let run = dry(&sandbox, 1, &["init", "../new", "--check"]);
    assert!(run.stdout.starts_with("../new/.gitattributes\n../new/.github/"), "{run}");
    assert_snapshot!(run.said(), @"
    error: would write ../new
     hint: the same command without --check writes it
    ");
}

#[test]
fn a_night_can_be_rehearsed() {
    let sandbox = Sandbox::synced();
    let args = ["ci", "port", "--no-repro", "--proposal", "../p.json", "--summary", "../s.md"];
    let with = |option| [&args[..], &[option]].concat();
    let run = dry(&sandbox, 0, &with("-n"));
    let document = dry(&sandbox, 0, &[&with("-n")[..], &["--format", "json"]].concat()).json();
    let checked = dry(&sandbox, 1, &with("--check"));
    assert_snapshot!(joined([run.said(), checked.said()]), @"
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch (offset)
    + Applied    0002-docs.patch (unchanged)
    Finished in [TIME]: nothing was written

    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch (offset)
    + Applied    0002-docs.patch (unchanged)
      error: would write dist/demo_rules-1.1.0.patched.1.MODULE.bazel, dist/demo_rules-1.1.0.patched.1.tar.gz, dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json, patches/0001-compile-separately.patch, patches/0002-docs.patch, upstream.lock, ../p.json, ../s.md
       hint: the same command without --check writes it
    ");
    let written = sandbox.succeed(&[&args[..], &["--format", "json"]].concat()).json();
    // The night writes what was said, and proposes it.
    assert_eq!(document, written);
    assert_eq!(document["written"].as_array().unwrap().len(), 8, "{document}");
    assert!(run.stdout.starts_with(&fs::read_to_string(sandbox.home.join("../s.md")).unwrap()));
    // The project is where it was to go; the reports are asked for again.
    let again = dry(&sandbox, 0, &["ci", "port", "--no-repro", "--check"]);
    assert_snapshot!(again, @"
    $ patcher ci port --no-repro --check
    exit code: 0
    --- stdout
    ## demo_rules 1.1.0: up to date

    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    Finished in [TIME]: nothing was written
    ");
}

#[test]
fn a_patch_is_dropped_as_was_said() {
    let sandbox = Sandbox::synced();
    let drop = ["drop", "2", "--force", "--no-repro", "--format", "json"];
    let document = dry(&sandbox, 0, &[&drop[..], &["-n"]].concat()).json();
    let run = sandbox.succeed(&drop).json();
    assert_eq!(document["written"], run["written"]);
    assert_eq!(run["written"], serde_json::json!(["patches/0002-docs.patch", "patches/series"]));
}

#[test]
fn an_edit_writes_what_it_said_it_would() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["edit"]);
    let status = sandbox.succeed(&["status", "--format", "json"]).json();
    let worktree = PathBuf::from(status["work"]["worktree"].as_str().unwrap());
    sandbox.git(&worktree, &["reset", "--quiet", "--hard", "HEAD~"]);
    let go_on = ["continue", "--format", "json"];
    let document = dry(&sandbox, 0, &[&go_on[..], &["-n"]].concat()).json();
    let run = sandbox.succeed(&go_on).json();
    assert_eq!(document["written"], run["written"]);
    assert_eq!(run["written"], serde_json::json!(["patches/0002-docs.patch", "patches/series"]));
}
