//! `patcher sync`.

use std::fs;

use crate::common::{Sandbox, files_of, git};

const PATCHES: [&str; 2] = ["0001-compile-separately.patch", "0002-docs.patch"];

#[test]
fn the_first_sync_pins_applies_and_publishes() {
    let sandbox = Sandbox::new();
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert!(run.stdout.contains("strip_prefix = \"demo_rules-1.0.0.patched.1\""), "{run:#?}");
    assert!(run.stdout.contains("# UNVERIFIED: there is no verdict"), "{run:#?}");
    assert!(run.stderr.contains("Verified 2 patches fit exactly"), "{run:#?}");
    assert!(run.stderr.contains("Unverified there is no verdict: the scenarios did not run"));
    let lock = sandbox.read("upstream.lock");
    let pinned = git(&sandbox.upstream, &sandbox.home, &["rev-parse", "1.0.0"]);
    assert!(lock.contains(&format!("commit = \"{pinned}\"")), "{lock}");
    assert!(lock.contains("revision = 1") && !lock.contains("tested"), "{lock}");
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz").is_file());
    let snippet = sandbox.read("dist/demo_rules-1.0.0.patched.1.MODULE.bazel");
    assert_eq!(snippet, run.stdout);
}

#[test]
fn a_second_sync_has_nothing_to_do() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    for args in [&["sync", "--no-repro"][..], &["sync", "--no-repro", "--offline"]] {
        let run = sandbox.succeed(args);
        assert!(run.stderr.contains("Up to date demo_rules 1.0.0.patched.1"), "{run:#?}");
        assert!(!run.stderr.contains("Wrote"), "{run:#?}");
    }
    assert_eq!(files_of(&sandbox.project), before);
}

#[test]
fn a_lost_archive_is_made_again_to_the_byte() {
    let sandbox = Sandbox::synced();
    let before = files_of(&sandbox.project);
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("Wrote dist/demo_rules-1.0.0.patched.1.tar.gz"), "{run:#?}");
    assert_eq!(files_of(&sandbox.project), before);
}

#[test]
fn a_changed_patch_is_taken_in_as_a_new_revision() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/0002-docs.patch", "+None. Books may", "+None: books may");
    let problems = [
        "patches/0002-docs.patch: has changed since the last sync",
        "makes another README.md than its index line says",
    ];
    sandbox.refuse(1, &["check"], &problems);
    sandbox.refuse(
        1,
        &["sync", "--check", "--no-repro"],
        &["not up to date: patches/0002-docs.patch, upstream.lock"],
    );
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("Took in patches/0002-docs.patch"), "{run:#?}");
    assert!(run.stderr.contains("Wrote dist/demo_rules-1.0.0.patched.2.tar.gz"), "{run:#?}");
    sandbox.succeed(&["check"]);
}

#[test]
fn what_git_format_patch_writes_is_made_canonical() {
    let sandbox = Sandbox::synced();
    let canonical = PATCHES.map(|name| sandbox.read(&format!("patches/{name}")));
    let tree = sandbox.worktree("format", "1.0.0");
    for name in PATCHES {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    sandbox.git(&tree, &["format-patch", "--quiet", "--output-directory", "mails", "1.0.0"]);
    let mut mails: Vec<_> =
        fs::read_dir(tree.join("mails")).unwrap().map(|e| e.unwrap().path()).collect();
    mails.sort();
    for (mail, name) in mails.iter().zip(PATCHES) {
        fs::copy(mail, sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.refuse(1, &["check"], &["is not canonical: expected"]);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("Mended patches/0001-compile-separately.patch"), "{run:#?}");
    assert_eq!(PATCHES.map(|name| sandbox.read(&format!("patches/{name}"))), canonical);
    assert!(sandbox.read("upstream.lock").contains("revision = 1"), "the archive is the same");
}

#[test]
fn an_ambiguous_hunk_gets_more_context() {
    let sandbox = Sandbox::new();
    let block = "  attrs = {\n    a\n    b\n    c\n    d\n    e\n    f\n  }\n";
    let twice = format!("first(\n{block})\nsecond(\n{block})\n");
    sandbox.release("1.0.0", "1.0.1", |tree| fs::write(tree.join("twice.bzl"), &twice).unwrap());
    let tree = sandbox.worktree("twice", "1.0.1");
    let at = twice.rfind("    d\n").unwrap();
    fs::write(tree.join("twice.bzl"), format!("{}    new\n{}", &twice[..at], &twice[at..]))
        .unwrap();
    sandbox.git(
        &tree,
        &[
            "commit",
            "--quiet",
            "--all",
            "-m",
            "fix: add\n\nWhy.\n\nRepro: none (a test)\nDrop-When: never",
        ],
    );
    let mail = sandbox.git(&tree, &["format-patch", "--stdout", "--full-index", "-1"]);
    for name in PATCHES {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/0001-add.patch", &(mail + "\n"));
    sandbox.write("patches/series", "0001-add.patch\n");
    let run = sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    let message = "the lines that the hunk looks for stand 2 times in twice.bzl";
    assert!(run.stderr.contains(message), "{run:#?}");
    let patch = sandbox.read("patches/0001-add.patch");
    assert!(patch.contains("\n second(\n"), "the hunk reaches what tells the two apart: {patch}");
    sandbox.succeed(&["check"]);
}

#[test]
fn a_port_follows_moved_code() {
    let sandbox = Sandbox::synced();
    let run = sandbox.succeed(&["--format", "json", "sync", "--to", "1.1.0", "--no-repro"]);
    let document = run.json();
    assert_eq!(document["version"], "1.1.0.patched.1");
    assert_eq!(document["outcomes"][0]["outcome"], "offset-only");
    assert_eq!(document["outcomes"][1]["outcome"], "unchanged");
    sandbox.succeed(&["check"]);
    // The ported patches are what git takes at the new release.
    let tree = sandbox.worktree("port", "1.1.0");
    for name in PATCHES {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    let id = sandbox.git(&tree, &["rev-parse", "HEAD^{tree}"]);
    assert!(sandbox.read("upstream.lock").contains(&format!("patched_tree = \"{id}\"")));
}

#[test]
fn a_port_there_and_back_gives_the_old_project() {
    let sandbox = Sandbox::synced();
    let project = || PATCHES.map(|name| sandbox.read(&format!("patches/{name}")));
    let (before, lock) = (project(), sandbox.read("upstream.lock"));
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    assert_ne!(project(), before);
    sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert_eq!(project(), before);
    assert_eq!(sandbox.read("upstream.lock"), lock);
}

#[test]
fn a_port_follows_a_renamed_file() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        fs::create_dir(tree.join("private")).unwrap();
        fs::rename(tree.join("notes.bzl"), tree.join("private/notes.bzl")).unwrap();
    });
    sandbox.succeed(&["sync", "--to", "1.2.0", "--no-repro"]);
    let patch = sandbox.read("patches/0001-compile-separately.patch");
    assert!(patch.contains("diff --git a/private/notes.bzl b/private/notes.bzl"), "{patch}");
    sandbox.succeed(&["check"]);
}

#[test]
fn a_conflict_stops_with_all_sides_and_changes_nothing() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        let text = fs::read_to_string(tree.join("notes.bzl")).unwrap();
        let edited = text.replace(
            "    _note_book(name = name, **kwargs)",
            "    _note_book(name = name, tags = [], **kwargs)",
        );
        assert_ne!(text, edited);
        fs::write(tree.join("notes.bzl"), edited).unwrap();
    });
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    let run = sandbox.refuse(
        3,
        &args,
        &[
            "error: patches/0001-compile-separately.patch:17: `@@ -15,15 +15,28 @@` of notes.bzl \
             would land at notes.bzl:29 of 1.2.0: both changed these lines",
            "at the pin:\n          _note_book(name = name, **kwargs)",
            "in 1.2.0:\n          _note_book(name = name, tags = [], **kwargs)",
            "with the patch:\n          \"\"\"Makes a book.",
            "0001-compile-separately.patch does not merge onto 1.2.0; nothing was changed",
        ],
    );
    assert!(!run.stderr.contains("Wrote"), "{run:#?}");
    let json =
        sandbox.refuse(3, &["--format", "json", "sync", "--to", "1.2.0", "--no-repro"], &[]).json();
    assert_eq!(json["error"]["kind"], "conflict");
    let problem = &json["error"]["problems"][0];
    assert_eq!(problem["file"], "patches/0001-compile-separately.patch");
    assert_eq!(problem["line"], 17);
}

#[test]
fn a_deleted_file_and_an_added_one_conflict() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.0.0", "1.2.0", |tree| fs::remove_file(tree.join("README.md")).unwrap());
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    sandbox.refuse(
        3,
        &args,
        &[
            "0002-docs.patch:12: README.md of 1.2.0: upstream deleted the file",
            "0002-docs.patch does not merge",
        ],
    );
}

#[test]
fn a_patch_that_the_release_already_holds_is_named() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.project.join("patches").join(PATCHES[0]);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        sandbox.git(tree, &["apply", "--3way", patch.to_str().unwrap()]);
    });
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    sandbox.refuse(
        1,
        &args,
        &[
            "patches/0001-compile-separately.patch: is already in 1.2.0",
            "--accept-obsolete 0001-compile-separately.patch",
        ],
    );
    // It goes where it is named, with its line of the series and nothing else of it.
    sandbox.edit("patches/series", PATCHES[1], &format!("# stays\n{}", PATCHES[1]));
    let accept = ["--accept-obsolete", PATCHES[0]];
    let run = sandbox.succeed(&[&args[..], &accept].concat());
    assert!(run.stderr.contains("Left out 0001-compile-separately.patch (already upstream)"));
    assert!(!sandbox.project.join("patches").join(PATCHES[0]).exists());
    let series = sandbox.read("patches/series");
    assert!(series.ends_with("# stays\n0002-docs.patch\n"), "{series}");
    assert!(!series.contains(PATCHES[0]), "{series}");
    assert!(!sandbox.read("upstream.lock").contains(PATCHES[0]));
    sandbox.succeed(&["check"]);
}

#[test]
fn latest_is_the_newest_stable_release() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "1.2.0-rc1", |tree| fs::write(tree.join("new"), "1").unwrap());
    let run = sandbox.succeed(&["sync", "--to", "latest", "--no-repro"]);
    assert!(run.stderr.contains("Pinned demo_rules 1.1.0"), "{run:#?}");
}

#[test]
fn an_empty_series_is_the_release_itself() {
    let sandbox = Sandbox::new();
    for name in PATCHES {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/series", "# nothing yet\n");
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert!(run.stderr.contains("the series is empty: this is the release"), "{run:#?}");
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.tar.gz").is_file());
    sandbox.succeed(&["check"]);
}

#[test]
fn the_registry_is_asked_and_believed_only_when_it_agrees() {
    let sandbox = Sandbox::new();
    let source = "registry/modules/demo_rules/1.0.0/source.json";
    let git_archive = "git archive --prefix=demo_rules-1.0.0/ 1.0.0 | gzip | sha256sum";
    let hex = std::process::Command::new("sh")
        .args(["-c", git_archive])
        .current_dir(&sandbox.upstream)
        .output();
    let hex = String::from_utf8(hex.unwrap().stdout).unwrap();
    let bytes: Vec<u8> =
        (0..32).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect();
    let integrity = format!("sha256-{}", base64(&bytes));
    sandbox.write(source, &format!("{{\"integrity\": \"{integrity}\", \"url\": \"x\"}}"));
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert!(
        run.stderr.contains(&format!("is the registry's, byte for byte ({integrity})")),
        "{run:#?}"
    );
    assert!(
        sandbox.read("upstream.lock").contains(&format!("registry_integrity = \"{integrity}\""))
    );
    let other = Sandbox::new();
    let wrong = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    other.write(source, &format!("{{\"integrity\": \"{wrong}\"}}"));
    other.refuse(
        6,
        &["sync", "--to", "1.0.0", "--no-repro"],
        &[&format!("the registry's archive of 1.0.0 has {wrong}")],
    );
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn two_syncs_at_once_do_not_meet() {
    let sandbox = Sandbox::synced();
    let lock = fs::File::open(sandbox.project.join(".patcher/lock")).unwrap();
    lock.lock().unwrap();
    sandbox.refuse(30, &["sync", "--no-repro"], &["another patcher is writing this project"]);
    // Reading is free.
    sandbox.succeed(&["check"]);
}

#[test]
fn what_cannot_be_replaced_changes_nothing_and_is_no_trap() {
    let sandbox = Sandbox::synced();
    let archive = sandbox.project.join("dist/demo_rules-1.0.0.patched.2.tar.gz");
    fs::create_dir(&archive).unwrap();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    let words = ["cannot write ./dist/demo_rules-1.0.0.patched.2.tar.gz", "directory of that name"];
    for _ in 0..2 {
        sandbox.refuse(30, &["sync", "--no-repro"], &words);
        let run = sandbox.patcher(&["check"]);
        assert!(!run.stderr.contains("interrupted"), "{run:#?}");
    }
    fs::remove_dir(&archive).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_sync_that_fails_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    sandbox.refuse(2, &["sync", "--no-repro", "--to", "9.9.9"], &["has no release 9.9.9"]);
    assert!(!sandbox.project.join(".patcher").exists());
    let empty = sandbox.home.join("empty");
    fs::create_dir(&empty).unwrap();
    let root = empty.to_str().unwrap();
    let run = sandbox.refuse(2, &["--root", root, "sync", "--to", "1.0.0"], &["--root"]);
    assert!(run.stderr.contains("there is no upstream.lock here"), "{run:#?}");
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
    // A sync that has nothing to write has nothing to leave either.
    sandbox.sync();
    fs::remove_dir_all(sandbox.project.join(".patcher")).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(!sandbox.project.join(".patcher").exists());
}

#[test]
fn links_stay_links() {
    let sandbox = Sandbox::synced();
    let kept = sandbox.home.join("kept.lock");
    fs::rename(sandbox.project.join("upstream.lock"), &kept).unwrap();
    std::os::unix::fs::symlink(&kept, sandbox.project.join("upstream.lock")).unwrap();
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.1.0"]);
    let lock = sandbox.project.join("upstream.lock");
    assert!(fs::symlink_metadata(lock).unwrap().is_symlink());
    assert!(fs::read_to_string(kept).unwrap().contains("release = \"1.1.0\""));
}

#[test]
fn a_path_on_this_machine_is_not_kept() {
    let sandbox = Sandbox::new();
    let upstream = sandbox.upstream.to_str().unwrap();
    let file = format!("file://{upstream}");
    fn first(upstream: &str) -> [&str; 6] {
        ["sync", "--to", "1.0.0", "--no-repro", "--upstream", upstream]
    }
    sandbox.write("patcher.toml", "");
    let words = ["a path on this machine", "set `upstream` in patcher.toml"];
    sandbox.refuse(2, &first(upstream), &words);
    sandbox.refuse(2, &first(&file), &words);
    sandbox.refuse(2, &first("../upstream.git"), &words);
    sandbox.write("patcher.toml", &format!("upstream = \"{upstream}\"\n"));
    sandbox.refuse(2, &first(upstream), &words);
    sandbox.write("patcher.toml", "upstream = \"https://example.com/demo_rules\"\n");
    sandbox.succeed(&first(upstream));
    assert!(sandbox.read("upstream.lock").contains("url = \"https://example.com/demo_rules\""));
}

#[test]
fn credentials_are_not_kept() {
    let sandbox = Sandbox::new();
    let upstream = sandbox.upstream.to_str().unwrap();
    let url = "https://ann:hunter2@example.com/demo_rules.git";
    sandbox.write("patcher.toml", &format!("upstream = \"{url}\"\n"));
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--upstream", upstream];
    let run = sandbox.succeed(&args);
    assert!(run.stderr.contains("holds credentials, which are not stored"), "{run:#?}");
    assert!(run.stderr.contains("git credential helper"), "{run:#?}");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("url = \"https://example.com/demo_rules.git\""), "{lock}");
    sandbox.succeed(&["export", "out"]);
    let notice = sandbox.read("out/PATCHES.md");
    assert!(notice.contains("Origin: https://example.com/demo_rules.git,"), "{notice}");
}
