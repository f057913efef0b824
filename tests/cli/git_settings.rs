//! git as the user has it: settings, broken ones, an old program, directories of other users.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined};

fn settings(sandbox: &Sandbox, text: &str) {
    fs::write(sandbox.home.join(".gitconfig"), text).unwrap();
}

#[test]
fn a_mirror_is_fetched_though_git_looks_for_no_bare_repository() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "1.2.0", |tree| fs::write(tree.join("new.bzl"), "# new\n").unwrap());
    settings(&sandbox, "[safe]\n\tbareRepository = explicit\n");
    sandbox.succeed(&["sync", "--to", "1.2.0", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

/// How settings are broken, by their file.
type Break = (&'static str, fn(&Path));

#[test]
fn what_uses_no_settings_is_stopped_by_none() {
    let mut sandbox = Sandbox::synced();
    sandbox.set("PATCHER_BASE_URL", "https://example.com");
    let project = &sandbox.project;
    sandbox.git(project, &["init", "--quiet", "--initial-branch=main"]);
    sandbox.git(project, &["add", "--all"]);
    sandbox.git(project, &["commit", "--quiet", "--message", "A state"]);
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    let archive = "dist/demo_rules-1.0.0.patched.1.tar.gz";
    let commands: [&[&str]; 11] = [
        &["status"],
        &["check"],
        &["preview", "1.1.0"],
        &["sync", "--dry-run", "--to", "1.1.0", "--no-repro"],
        &["verify", archive],
        &["publish", "--unverified", "--output", "out"],
        &["override", "add", "app/MODULE.bazel"],
        &["review", "HEAD"],
        &["sync", "--no-repro", "--rebuild"],
        &["edit"],
        &["abort"],
    ];
    let path = sandbox.home.join(".gitconfig");
    let breaks: [Break; 4] = [
        ("none", |_| {}),
        ("syntax", |path| fs::write(path, "[user\n").unwrap()),
        ("a value", |path| fs::write(path, "[core]\n\tfileMode = perhaps\n").unwrap()),
        ("unreadable", |path| fs::create_dir(path).unwrap()),
    ];
    let before = files_of(project);
    let mut expected = Vec::new();
    for (name, break_settings) in breaks {
        break_settings(&path);
        for (at, args) in commands.iter().enumerate() {
            let run = sandbox.patcher(args);
            let done = (run.code, run.stdout.clone(), run.said());
            match expected.get(at) {
                Some(expected) => assert_eq!(&done, expected, "{name}: {args:?}"),
                None => expected.push(done),
            }
            for (path, bytes) in files_of(project) {
                if before.get(&path) != Some(&bytes) {
                    let old = before.get(&path);
                    old.map_or_else(|| fs::remove_file(&path), |old| fs::write(&path, old))
                        .unwrap();
                }
            }
        }
        let _ = fs::remove_file(&path);
    }
    let codes: Vec<_> = expected.iter().map(|(code, ..)| code.unwrap()).collect();
    assert_eq!(codes, [0; 11], "{expected:#?}");
}

#[test]
fn settings_that_are_needed_and_cannot_be_read_are_named() {
    let sandbox = Sandbox::synced();
    let url = ["sync", "--no-repro", "--upstream", "https://127.0.0.1:9/rules.git"];
    let mut said = vec![sandbox.refuse(30, &url, &[]).said_without_git()];
    settings(&sandbox, "[user\n");
    said.push(sandbox.refuse(30, &url, &[]).said());
    // A missing include is none of git's business.
    settings(&sandbox, "[include]\n\tpath = nowhere\n");
    said.push(sandbox.refuse(30, &url, &[]).said_without_git());
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    sandbox.write(".git/config", "[core\n");
    said.push(sandbox.refuse(30, &["review", "HEAD"], &[]).said());
    assert_snapshot!(joined(said), @"
    error: cannot reach upstream https://127.0.0.1:9/rules.git (--upstream)
     hint: `--upstream PATH` takes a clone that you have
     hint: `patcher demo` shows the whole job on a small upstream that patcher carries

    error: git cannot read its settings: bad config line 1 in file [ROOT]/home/.gitconfig
     hint: mend that setting: git uses the settings of the user who calls patcher

    error: cannot reach upstream https://127.0.0.1:9/rules.git (--upstream)
     hint: `--upstream PATH` takes a clone that you have
     hint: `patcher demo` shows the whole job on a small upstream that patcher carries

    error: git cannot read its settings: bad config line 1 in file .git/config
     hint: mend that setting: git uses the settings of the user who calls patcher
    ");
}

#[test]
fn a_git_that_is_too_old_is_named() {
    let mut sandbox = Sandbox::synced();
    let programs = sandbox.home.join("programs");
    fs::create_dir(&programs).unwrap();
    let git = programs.join("git");
    fs::write(&git, "#!/bin/sh\necho git version 2.17.1\n").unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    sandbox.set("PATH", format!("{}:{path}", programs.display()));
    let said = [&["sync", "--no-repro"][..], &["edit"]].map(|args| sandbox.refuse(30, args, &[]));
    assert_snapshot!(joined(said.map(|run| run.said())), @"
    error: [ROOT]/home/programs/git is git 2.17.1: patcher needs git 2.35 or newer
     hint: install a newer git, or put one first on PATH

    error: [ROOT]/home/programs/git is git 2.17.1: patcher needs git 2.35 or newer
     hint: install a newer git, or put one first on PATH
    ");
    sandbox.succeed(&["check"]);
}

/// Gives a directory to another user. Only root can: for others the result is false.
fn give_away(directory: &Path) -> bool {
    let status = Command::new("chown").args(["-R", "12345:12345"]).arg(directory).output().unwrap();
    if !status.status.success() {
        // Written past the harness, which hides what a passed test prints.
        let message = b"skipped: only root can give a directory to another user\n";
        std::io::stderr().write_all(message).unwrap();
    }
    status.status.success()
}

#[test]
fn a_repository_of_another_user_is_named_with_the_way_out() {
    let sandbox = Sandbox::synced();
    if !give_away(&sandbox.cache.join("mirror")) {
        return;
    }
    // The mirror is named to git, and so trusted.
    sandbox.release("1.1.0", "1.2.0", |tree| fs::write(tree.join("new.bzl"), "# new\n").unwrap());
    sandbox.succeed(&["sync", "--no-repro"]);
    give_away(&sandbox.upstream);
    let mut said = vec![sandbox.refuse(30, &["sync", "--no-repro"], &[]).said()];
    let trusted = format!("[safe]\n\tdirectory = {}\n", sandbox.upstream.display());
    settings(&sandbox, &trusted);
    sandbox.succeed(&["sync", "--no-repro"]);

    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    give_away(&sandbox.project);
    sandbox.succeed(&["check"]);
    said.push(sandbox.refuse(30, &["review", "HEAD"], &[]).said());
    let env = patcher::support::environment::Environment::of_process().unwrap();
    let failure = patcher::ci::branch::Checkout::open(&env, &sandbox.project).err().unwrap();
    assert!(failure.message().contains("belongs to another user"), "{failure:?}");

    sandbox.succeed(&["edit"]);
    give_away(&sandbox.cache.join("work"));
    said.push(sandbox.refuse(30, &["continue"], &[]).said());
    assert_snapshot!(joined(said), @r#"
    error: [ROOT]/project/../upstream.git belongs to another user, so that git does not trust it
     hint: if you trust it: `git config --global --add safe.directory "$(realpath [ROOT]/project/../upstream.git)"`
     hint: or make it yours: `chown -R` as its owner or root

    error: [ROOT]/project belongs to another user, so that git does not trust it
     hint: if you trust it: `git config --global --add safe.directory "$(realpath [ROOT]/project)"`
     hint: or make it yours: `chown -R` as its owner or root

    error: [ROOT]/cache/work/[KEY]/demo_rules-1.0.0 belongs to another user, so that git does not trust it
     hint: if you trust it: `git config --global --add safe.directory "$(realpath [ROOT]/cache/work/[KEY]/demo_rules-1.0.0)"`
     hint: or make it yours: `chown -R` as its owner or root
    "#);
}

#[test]
fn projects_beside_different_upstreams_of_one_name_share_no_mirror() {
    let mut sandbox = Sandbox::new();
    let other = sandbox.home.join("other");
    fs::create_dir_all(other.join("project")).unwrap();
    for (path, bytes) in files_of(&sandbox.project) {
        let path = other.join("project").join(path.strip_prefix(&sandbox.project).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    sandbox.sync();
    let from = sandbox.upstream.to_str().unwrap().to_owned();
    sandbox.git(&other, &["clone", "--quiet", "--mirror", &from, "upstream.git"]);
    sandbox.upstream = other.join("upstream.git");
    let tree = sandbox.worktree("again", "1.0.0");
    fs::write(tree.join("more.bzl"), "# more\n").unwrap();
    sandbox.git(&tree, &["add", "--all"]);
    sandbox.git(&tree, &["commit", "--quiet", "--message", "Another 1.0.0"]);
    sandbox.git(&tree, &["tag", "--force", "1.0.0"]);
    sandbox.git(&tree, &["push", "--quiet", "--force", "origin", "1.0.0"]);
    let first = std::mem::replace(&mut sandbox.project, other.join("project"));
    let run = sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    assert!(!run.stderr.contains("moved"), "{run}");
    assert_eq!(fs::read_dir(sandbox.cache.join("mirror")).unwrap().count(), 2);
    sandbox.succeed(&["check"]);
    sandbox.project = first;
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn settings_in_variables_count_where_settings_count() {
    let url = "https://rules.invalid/upstream.git";
    let fetch = ["sync", "--no-repro", "--to", "1.2.0", "--upstream", url];
    let elsewhere = |sandbox: &Sandbox| {
        let place = format!("{}/", sandbox.upstream.parent().unwrap().display());
        (format!("url.{place}.insteadOf"), "https://rules.invalid/")
    };
    let file = |sandbox: &Sandbox| {
        let (key, value) = elsewhere(sandbox);
        let path = sandbox.home.join("settings");
        let path_text = path.to_str().unwrap();
        sandbox.git(&sandbox.home, &["config", "--file", path_text, &key, value]);
        path
    };
    type Set = fn(&mut Sandbox, String, &str, &Path);
    let ways: [Set; 3] = [
        |sandbox, key, value, _| {
            let set = [("COUNT", "1"), ("KEY_0", &key), ("VALUE_0", value)];
            for (name, value) in set {
                sandbox.set(&format!("GIT_CONFIG_{name}"), value);
            }
        },
        |sandbox, _, _, file| sandbox.set("GIT_CONFIG_GLOBAL", file),
        |sandbox, _, _, file| sandbox.set("GIT_CONFIG_SYSTEM", file),
    ];
    for set in ways {
        let mut sandbox = Sandbox::synced();
        let change = |tree: &Path| fs::write(tree.join("new.bzl"), "# new\n").unwrap();
        sandbox.release("1.1.0", "1.2.0", change);
        sandbox.refuse(30, &fetch, &["cannot reach"]);
        let file = file(&sandbox);
        let (key, value) = elsewhere(&sandbox);
        set(&mut sandbox, key, value, &file);
        sandbox.succeed(&fetch);
    }
}

#[test]
fn settings_in_variables_change_nothing_elsewhere() {
    let mut sandbox = Sandbox::synced();
    let set = [("COUNT", "1"), ("KEY_0", "core.fileMode"), ("VALUE_0", "perhaps")];
    for (name, value) in set {
        sandbox.set(&format!("GIT_CONFIG_{name}"), value);
    }
    for args in [&["check"][..], &["edit"], &["status"], &["abort"]] {
        sandbox.succeed(args);
    }
}
