//! A commit, cut off at each of its steps.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;
use crate::project::replace::Entry;
use crate::support::progress::Silent;

const PATCH: &str = "patches/0001-a.patch";
const GONE: &str = "patches/0002-b.patch";
const OUTPUT_FILE: &str = "dist/new.txt";

fn changes() -> Changes {
    let mut changes = Changes::default();
    changes.write(PATCH, "new patch");
    changes.write(lock::FILE, "new lock");
    changes.write(OUTPUT_FILE, "new file");
    changes.delete(GONE);
    changes
}

fn project() -> (tempfile::TempDir, Workspace) {
    let directory = tempfile::tempdir().unwrap();
    let workspace = Workspace::new(directory.path().join("project"));
    fs::create_dir_all(workspace.path("patches")).unwrap();
    for (path, text) in [(PATCH, "old patch"), (lock::FILE, "old lock"), (GONE, "gone patch")] {
        fs::write(workspace.path(path), text).unwrap();
        workspace.read(path).unwrap();
    }
    (directory, workspace)
}

const BEFORE: [&str; 4] = ["old patch", "old lock", "", "gone patch"];
const AFTER: [&str; 4] = ["new patch", "new lock", "new file", ""];

/// What the files hold, and that nothing else is there.
fn state(workspace: &Workspace) -> [String; 4] {
    let read = |path: &str| String::from_utf8(workspace.current(path).unwrap_or_default()).unwrap();
    [PATCH, lock::FILE, OUTPUT_FILE, GONE].map(read)
}

#[track_caller]
fn assert_state(workspace: &Workspace, expected: [&str; 4]) {
    assert_eq!(state(workspace), expected);
    assert!(!workspace.is_interrupted());
    let mut pending = vec![workspace.root().to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            assert!(!is_aside(&name), "{name} was left");
            if entry.path().is_dir() {
                pending.push(entry.path());
            }
        }
    }
}

/// A commit up to its journal, and the guard as it would be if the process were killed.
fn begun(workspace: &Workspace) -> Batch {
    let guard = workspace.lock().unwrap();
    let mut batch = Batch::default();
    workspace.stage(&changes(), &mut batch).unwrap().write(&guard.state).unwrap();
    guard.made_in.take();
    batch
}

fn commit(workspace: &Workspace, changes: &Changes) -> Result<()> {
    let guard = workspace.lock().unwrap();
    workspace.commit(changes, &guard, &Silent)
}

#[test]
fn a_commit_writes_everything_and_leaves_nothing_behind() {
    let (_directory, workspace) = project();
    commit(&workspace, &changes()).unwrap();
    assert_state(&workspace, AFTER);
}

/// Whoever reads the project meanwhile finds no lock whose patches are still to come.
#[test]
fn the_lock_comes_after_what_it_speaks_of() {
    let (_directory, workspace) = project();
    let (mut changes, mut batch) = (changes(), Batch::default());
    let last_by_name = "vendored/0001-c.patch";
    changes.write(last_by_name, "new");
    workspace.stage(&changes, &mut batch).unwrap();
    let paths: Vec<PathBuf> = batch.entries().iter().map(Entry::path).collect();
    let expected = [OUTPUT_FILE, PATCH, last_by_name, lock::FILE, GONE];
    assert_eq!(paths, expected.map(|path| workspace.path(path)));
}

#[test]
fn killed_before_the_journal_nothing_has_changed() {
    let (_directory, workspace) = project();
    let guard = workspace.lock().unwrap();
    workspace.stage(&changes(), &mut Batch::default()).unwrap();
    drop(guard);
    assert_eq!(state(&workspace), BEFORE);
    assert_eq!(workspace.list("patches").unwrap().len(), 2, "the new file is no patch");
    drop(workspace.lock().unwrap());
    assert_state(&workspace, BEFORE);
}

/// Losing its power, a machine may keep any of the renames that were not waited for.
#[test]
fn whichever_files_were_replaced_the_next_run_finishes() {
    for kept in 0..16_u32 {
        let (_directory, workspace) = project();
        let batch = begun(&workspace);
        for (index, entry) in batch.entries().iter().enumerate() {
            if kept & 1 << index != 0 {
                entry.put().unwrap();
            }
        }
        assert!(workspace.is_interrupted());
        drop(workspace.lock().unwrap());
        assert_state(&workspace, AFTER);
    }
}

#[test]
fn whichever_new_file_is_lost_the_next_run_undoes() {
    for kept in 0..16_u32 {
        let (_directory, workspace) = project();
        let batch = begun(&workspace);
        let mut is_lost = false;
        for (index, entry) in batch.entries().iter().enumerate() {
            if kept & 1 << index != 0 {
                entry.put().unwrap();
            } else {
                let path = entry.path();
                let name = path.file_name().unwrap().to_str().unwrap();
                let new = path.with_file_name(format!(".{name}.patcher-new"));
                is_lost |= fs::remove_file(new).is_ok();
            }
        }
        drop(workspace.lock().unwrap());
        assert_state(&workspace, if is_lost { BEFORE } else { AFTER });
    }
}

#[test]
fn a_rename_that_fails_is_undone_with_those_before_it() {
    let (_directory, workspace) = project();
    let guard = workspace.lock().unwrap();
    let mut batch = Batch::default();
    workspace.stage(&changes(), &mut batch).unwrap().write(&guard.state).unwrap();
    // It came in between: the patch and the new file are in place by then.
    fs::remove_file(workspace.path(lock::FILE)).unwrap();
    fs::create_dir(workspace.path(lock::FILE)).unwrap();
    let failure = batch.put().unwrap_err();
    assert_eq!(state(&workspace)[0], "new patch");
    fs::remove_dir(workspace.path(lock::FILE)).unwrap();
    let failure = guard.roll_back(&batch, failure);
    assert_eq!(failure.hints.last().unwrap(), "no file of the project was changed");
    drop(guard);
    assert_state(&workspace, ["old patch", "", "", "gone patch"]);
}

#[test]
fn what_cannot_be_undone_keeps_its_journal() {
    let (_directory, workspace) = project();
    let guard = workspace.lock().unwrap();
    let mut batch = Batch::default();
    workspace.stage(&changes(), &mut batch).unwrap().write(&guard.state).unwrap();
    batch.put().unwrap();
    fs::remove_file(workspace.path("patches/.0001-a.patch.patcher-old")).unwrap();
    let failure = guard.roll_back(&batch, Failure::new(Kind::Environment, "no"));
    assert!(failure.hints[0].starts_with("and it could not be undone: "), "{:?}", failure.hints);
    drop(guard);
    assert!(workspace.is_interrupted());
    drop(workspace.lock().unwrap());
    assert_state(&workspace, AFTER);
    // The same in the middle of it: one file can be restored, the next one not yet.
    let (_directory, workspace) = project();
    let guard = workspace.lock().unwrap();
    let mut batch = Batch::default();
    workspace.stage(&changes(), &mut batch).unwrap().write(&guard.state).unwrap();
    batch.put().unwrap();
    batch.entries()[0].undo().unwrap();
    drop(guard);
    drop(workspace.lock().unwrap());
    assert_state(&workspace, BEFORE);
}

#[test]
fn what_a_person_wrote_meanwhile_is_not_overwritten() {
    for path in [PATCH, lock::FILE, GONE, "patches/0003-new.patch"] {
        let (_directory, workspace) = project();
        fs::write(workspace.path(path), "mine").unwrap();
        let mut changes = changes();
        changes.write("patches/0003-new.patch", "new");
        let failure = commit(&workspace, &changes).unwrap_err();
        assert!(failure.message().ends_with(&format!("{path} changed while patcher was running")));
        assert_eq!(workspace.current(path).unwrap(), b"mine");
        fs::remove_file(workspace.path(path)).unwrap();
        for (path, text) in [(PATCH, "old patch"), (lock::FILE, "old lock"), (GONE, "gone patch")] {
            fs::write(workspace.path(path), text).unwrap();
        }
        assert_state(&workspace, BEFORE);
    }
}

#[test]
fn what_a_person_wrote_at_the_last_moment_is_not_overwritten() {
    let (_directory, workspace) = project();
    let guard = workspace.lock().unwrap();
    let mut batch = Batch::default();
    workspace.stage(&changes(), &mut batch).unwrap();
    fs::write(workspace.path(lock::FILE), "mine").unwrap();
    let failure = batch.put().unwrap_err();
    guard.roll_back(&batch, failure);
    assert_eq!(state(&workspace), ["old patch", "mine", "", "gone patch"]);
}

#[test]
fn what_a_person_wrote_after_an_interrupted_run_is_kept() {
    let (_directory, workspace) = project();
    begun(&workspace);
    fs::write(workspace.path(PATCH), "mine").unwrap();
    let failure = workspace.lock().unwrap_err();
    assert!(failure.message().ends_with("0001-a.patch changed after a run was interrupted"));
    assert_eq!(state(&workspace)[0], "mine");
    // As the hint says.
    fs::rename(workspace.path(PATCH), workspace.path("mine")).unwrap();
    drop(workspace.lock().unwrap());
    assert_state(&workspace, AFTER);
    // A file that was replaced before is a person's, too.
    let (_directory, workspace) = project();
    begun(&workspace).put().unwrap();
    fs::write(workspace.path(PATCH), "mine").unwrap();
    drop(workspace.lock().unwrap());
    assert_state(&workspace, ["mine", "new lock", "new file", ""]);
}

#[test]
fn a_project_that_was_moved_finishes_and_a_copy_leaves_the_original_alone() {
    for (name, is_moved) in [("moved", true), ("copied", false)] {
        let (directory, workspace) = project();
        begun(&workspace);
        let other = Workspace::new(directory.path().join(name));
        if is_moved {
            fs::rename(workspace.root(), other.root()).unwrap();
        } else {
            copy(workspace.root(), other.root());
        }
        drop(other.lock().unwrap());
        assert_state(&other, AFTER);
        if !is_moved {
            assert_eq!(state(&workspace), BEFORE);
            assert!(workspace.is_interrupted());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            drop(fs::copy(entry.path(), to));
        }
    }
}

#[test]
fn two_copies_of_one_linked_worktree_do_not_take_each_other_s_journal() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let repository = git2::Repository::init(at("repository")).unwrap();
    let tree = repository.treebuilder(None).unwrap().write().unwrap();
    let who = git2::Signature::new("a", "a@example.com", &git2::Time::new(0, 0)).unwrap();
    let tree = repository.find_tree(tree).unwrap();
    repository.commit(Some("HEAD"), &who, &who, "first", &tree, &[]).unwrap();
    repository.worktree("linked", &at("linked"), None).unwrap();
    let of = |name: &str| {
        let workspace = Workspace::new(at(name));
        for (path, text) in [(PATCH, "old patch"), (lock::FILE, "old lock"), (GONE, "gone patch")] {
            fs::create_dir_all(workspace.path("patches")).unwrap();
            fs::write(workspace.path(path), text).unwrap();
            workspace.read(path).unwrap();
        }
        workspace
    };
    let (main, linked) = (of("repository"), of("linked"));
    begun(&linked);
    assert!(linked.is_interrupted() && !main.is_interrupted());
    let copied = Workspace::new(at("copied"));
    copy(linked.root(), copied.root());
    let failure = copied.lock().unwrap_err();
    assert!(failure.message().ends_with("/linked"), "{}", failure.message());
    assert_eq!(state(&copied), BEFORE);
    drop(linked.lock().unwrap());
    assert_eq!(state(&linked), AFTER);
    drop(copied.lock().unwrap());
}

#[test]
fn a_journal_that_came_with_the_project_reaches_nothing_else() {
    let digest = Sri::of(b"payload");
    for path in
        ["../victim", "/etc/passwd", ".git/config", "src/main.rs", "a/.git/hooks/x", "BUILD"]
    {
        let (directory, workspace) = project();
        fs::write(directory.path().join("victim"), "mine").unwrap();
        fs::create_dir(workspace.path(OWN)).unwrap();
        let text = format!(
            r#"{{"version":2,"root":"/","files":[{{"path":"{path}","old":null,"new":"{digest}"}}]}}"#
        );
        let journal = workspace.path(".patcher/journal.json");
        fs::write(&journal, text).unwrap();
        let failure = workspace.lock().unwrap_err();
        assert!(failure.message().contains(path), "{}", failure.message());
        assert!(failure.hints[0].contains("journal.json"), "{:?}", failure.hints);
        assert_eq!(fs::read(directory.path().join("victim")).unwrap(), b"mine");
        fs::remove_file(journal).unwrap();
        drop(workspace.lock().unwrap());
        assert_eq!(state(&workspace), BEFORE);
    }
}

#[test]
fn a_journal_that_no_patcher_writes_is_refused() {
    let file = r#"{"path":"upstream.lock","old":null,"new":null}"#;
    for (version, files, message) in [
        (1, String::new(), "has version 1, not 2"),
        (2, format!("{file},{file}"), "names upstream.lock twice"),
    ] {
        let (_directory, workspace) = project();
        fs::create_dir(workspace.path(OWN)).unwrap();
        let text = format!(r#"{{"version":{version},"root":"/","files":[{files}]}}"#);
        fs::write(workspace.path(".patcher/journal.json"), text).unwrap();
        let failure = workspace.lock().unwrap_err();
        assert!(failure.message().ends_with(message), "{}", failure.message());
        assert_eq!(failure.kind, Kind::Integrity);
        assert_eq!(state(&workspace), BEFORE);
    }
}

#[test]
fn what_was_replaced_and_is_gone_is_named_until_nothing_is_left_of_the_commit() {
    let (_directory, workspace) = project();
    let batch = begun(&workspace);
    let aside = |path: &str, end| {
        let path = workspace.path(path);
        path.with_file_name(format!(".{}{end}", path.file_name().unwrap().to_str().unwrap()))
    };
    let is_patch = |entry: &&Entry| entry.path() == workspace.path(PATCH);
    batch.entries().iter().find(is_patch).unwrap().put().unwrap();
    // Neither what it was nor what it was to be can be had of every file.
    fs::remove_file(aside(PATCH, ".patcher-old")).unwrap();
    fs::remove_file(aside(lock::FILE, ".patcher-new")).unwrap();
    let failure = workspace.lock().unwrap_err();
    let expected =
        format!("{}: what an interrupted run replaced is gone", workspace.path(PATCH).display());
    assert_eq!(failure.message(), expected);
    assert!(workspace.is_interrupted());
    assert_eq!(state(&workspace), ["new patch", "old lock", "", "gone patch"]);
    for (path, end) in
        [(lock::FILE, ".patcher-old"), (OUTPUT_FILE, ".patcher-new"), (GONE, ".patcher-old")]
    {
        fs::remove_file(aside(path, end)).unwrap();
    }
    drop(workspace.lock().unwrap());
    assert_state(&workspace, ["new patch", "old lock", "", "gone patch"]);
}

#[test]
fn no_link_is_followed() {
    let victim = |directory: &tempfile::TempDir| directory.path().join("outside");
    for (link, target) in [
        (lock::FILE, "../outside/file"),
        (OUTPUT_FILE, "../../outside/file"),
        (OUTPUT_FILE, "../../outside/absent"),
        (OUTPUT_FILE, "../patches/0002-b.patch"),
        ("dist", "../outside"),
        ("dist", "patches"),
        (".patcher", "../outside"),
        (".patcher/lock", "../../outside/absent"),
    ] {
        let (directory, workspace) = project();
        fs::create_dir(victim(&directory)).unwrap();
        fs::write(victim(&directory).join("file"), "mine").unwrap();
        let path = workspace.path(link);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        symlink(target, &path).unwrap();
        let failed =
            workspace.lock().and_then(|guard| workspace.commit(&changes(), &guard, &Silent));
        let message = failed.unwrap_err().message();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        assert_eq!(fs::read(victim(&directory).join("file")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(victim(&directory)).unwrap().count(), 1, "{link}");
        assert_eq!(state(&workspace)[0], "old patch");
    }
}

#[test]
fn who_may_read_a_file_stays_as_it_was() {
    let (_directory, workspace) = project();
    fs::set_permissions(workspace.path(PATCH), fs::Permissions::from_mode(0o600)).unwrap();
    commit(&workspace, &changes()).unwrap();
    let mode = |path: &str| fs::metadata(workspace.path(path)).unwrap().permissions().mode();
    assert_eq!(mode(PATCH) & 0o777, 0o600);
    assert_eq!(mode(OUTPUT_FILE) & 0o777, 0o644);
}

#[test]
fn what_cannot_be_replaced_is_found_before_anything_is_written() {
    for (path, what) in
        [("dist/new.txt/x", "there is a directory of that name"), ("dist", "it is no directory")]
    {
        let (_directory, workspace) = project();
        let path = workspace.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        let failure = commit(&workspace, &changes()).unwrap_err();
        assert!(failure.message().ends_with(what), "{}", failure.message());
        assert!(!workspace.path(OWN).exists(), "nothing was left behind");
        assert_state(&workspace, BEFORE);
    }
}

#[test]
fn two_writers_do_not_meet() {
    let (_directory, workspace) = project();
    let _guard = workspace.lock().unwrap();
    assert_eq!(workspace.lock().unwrap_err().kind, Kind::Environment);
}

#[test]
fn what_an_older_patcher_left_in_a_repository_is_not_read() {
    let (_directory, workspace) = project();
    git2::Repository::init(workspace.root()).unwrap();
    drop(workspace.lock().unwrap());
    fs::create_dir(workspace.path(OWN)).unwrap();
    drop(workspace.lock().unwrap());
    fs::write(workspace.path(".patcher/journal.json"), "{}").unwrap();
    let failure = workspace.lock().unwrap_err();
    assert!(failure.message().starts_with(".patcher/journal.json: "), "{}", failure.message());
    fs::remove_dir_all(workspace.path(OWN)).unwrap();
    commit(&workspace, &changes()).unwrap();
    assert_state(&workspace, AFTER);
    assert!(!workspace.path(OWN).exists());
}

#[test]
fn two_that_make_one_directory_both_write() {
    for _ in 0..20 {
        let cache = tempfile::tempdir().unwrap();
        let root = cache.path().join("cache");
        std::thread::scope(|scope| {
            for name in ["a", "b", "c", "d"] {
                let file = NewFile {
                    root: root.clone(),
                    path: format!("results/{name}"),
                    bytes: name.as_bytes(),
                    expected: Expected::Anything,
                };
                scope.spawn(move || write_all(&[file]).unwrap());
            }
        });
        assert_eq!(fs::read_dir(root.join("results")).unwrap().count(), 4);
    }
}
