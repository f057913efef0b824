//! `doctor`: what patcher needs, with stand-ins on PATH.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use insta::assert_snapshot;

use crate::common::{Run, Sandbox, files_of, find_program, write_program};

/// A project on a machine that has everything, and no other programs than these.
fn machine() -> Sandbox {
    let mut sandbox = Sandbox::synced();
    let programs = programs(&sandbox);
    fs::create_dir(&programs).unwrap();
    symlink(find_program("git").unwrap(), programs.join("git")).unwrap();
    let bazel = sandbox.bazel("");
    fs::rename(bazel, programs.join("bazel")).unwrap();
    program(&sandbox, "gh", "exit 0");
    sandbox.set("PATH", programs);
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    let settings = "[user]\nname = A\nemail = a@example.com\n[credential]\nhelper = store\n";
    fs::write(sandbox.home.join(".gitconfig"), settings).unwrap();
    sandbox
}

fn programs(sandbox: &Sandbox) -> PathBuf {
    sandbox.home.join("programs")
}

fn program(sandbox: &Sandbox, name: &str, script: &str) {
    write_program(&programs(sandbox).join(name), &format!("#!/bin/sh\n{script}\n"));
}

/// Runs doctor, which must end with this code and change no file anywhere.
#[track_caller]
fn doctor(sandbox: &Sandbox, code: i32, args: &[&str]) -> Run {
    let root = sandbox.home.parent().unwrap();
    let before = files_of(root);
    let run = sandbox.patcher(&[&["doctor"], args].concat());
    assert_eq!(run.code, Some(code), "{run}");
    assert!(files_of(root) == before, "a file has changed");
    run
}

/// The checks that are not as usual: all but those that passed.
#[track_caller]
fn not_passed(sandbox: &Sandbox, code: i32, args: &[&str]) -> String {
    let document = doctor(sandbox, code, &[args, &["--format", "json"]].concat()).json();
    assert_eq!(document["command"], "doctor");
    let root = sandbox.home.parent().unwrap().to_str().unwrap();
    let checks = document["checks"].as_array().unwrap();
    let checks = checks.iter().filter(|check| check["status"] != "passed").map(|check| {
        let text = |key: &str| check[key].as_str().unwrap_or("-").replace(root, "[ROOT]");
        format!("{}: {}: {} [{}]\n", text("name"), text("status"), text("text"), text("fix"))
    });
    checks.collect()
}

#[test]
fn every_check_is_a_line() {
    let sandbox = machine();
    let run = doctor(&sandbox, 0, &[]);
    let lines: Vec<&str> = run.stdout.lines().collect();
    let names = lines.iter().map(|line| line.split("  ").next().unwrap().trim_end());
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "git",
            "git settings",
            "Bazel",
            "network",
            "cache",
            "mirror",
            "credentials",
            "gh",
            "project"
        ]
        .map(|name| format!("+ {name}"))
    );
    let git = sandbox.git(&sandbox.home, &["version"]);
    let git = git.strip_prefix("git version ").unwrap();
    assert!(lines[0].contains(&format!(" {git} (")), "{run}");
    assert!(lines[2].contains("8.0.0 (") && lines[3].contains("newest 1.1.0"), "{run}");
    assert!(lines[8].ends_with(": demo_rules 1.0.0, 1 series, 2 patches"), "{run}");
}

#[test]
fn what_is_missing_fails_with_a_way_out() {
    let sandbox = machine();
    for name in ["git", "bazel", "gh"] {
        fs::remove_file(programs(&sandbox).join(name)).unwrap();
    }
    assert_snapshot!(not_passed(&sandbox, 30, &["--offline"]), @"
    git: failed: there is no `git` on PATH [install git]
    Bazel: failed: there is no Bazel on PATH [install bazelisk (https://github.com/bazelbuild/bazelisk) or Bazel 7 or newer]
    network: skipped: ../upstream.git not asked: --offline [-]
    gh: attention: not found on PATH; only `ci propose` needs it [install it from https://cli.github.com, then `gh auth login`]
    ");
    let said = doctor(&sandbox, 30, &["--offline"]);
    assert_snapshot!(said.said(), @"  error: 2 checks failed");
}

#[test]
fn programs_of_a_wrong_version_are_found() {
    let sandbox = machine();
    program(&sandbox, "bazel", "echo bazel 6.5.0");
    assert_snapshot!(not_passed(&sandbox, 30, &[]), @"Bazel: failed: 6.5.0 ([ROOT]/home/programs/bazel) is too old: patcher needs Bazel 7 or newer [USE_BAZEL_VERSION=7.x, with bazelisk]");
    // Whatever comes first is used, and bazelisk might fetch.
    program(&sandbox, "bazelisk", "echo bazel 7.7.1");
    assert_snapshot!(not_passed(&sandbox, 0, &["--offline"]), @"
    Bazel: skipped: [ROOT]/home/programs/bazelisk; version not asked for: --offline [-]
    network: skipped: ../upstream.git not asked: --offline [-]
    ");
    program(&sandbox, "git", "echo git version 2.17.1");
    assert_snapshot!(not_passed(&sandbox, 30, &["--offline"]), @"
    git: failed: [ROOT]/home/programs/git is git 2.17.1: patcher needs git 2.35 or newer [install a newer git, or put one first on PATH]
    Bazel: skipped: [ROOT]/home/programs/bazelisk; version not asked for: --offline [-]
    network: skipped: ../upstream.git not asked: --offline [-]
    ");
}

#[test]
fn settings_and_the_network_are_asked() {
    let sandbox = machine();
    fs::remove_dir_all(sandbox.project.join(".git")).unwrap();
    fs::write(sandbox.home.join(".gitconfig"), "[user]\nname = A\n").unwrap();
    assert_snapshot!(not_passed(&sandbox, 0, &[]), @"
    git settings: attention: no user.email; `new` and `edit` commit with it [git config --global user.email YOU@EXAMPLE.COM]
    credentials: skipped: no git credential helper; only a private upstream or a push needs one [-]
    ");
    fs::rename(&sandbox.upstream, sandbox.home.join("elsewhere")).unwrap();
    fs::write(sandbox.home.join(".gitconfig"), "[user\n").unwrap();
    assert_snapshot!(not_passed(&sandbox, 30, &[]), @"
    git settings: failed: git cannot read its settings: bad config line 1 in file [ROOT]/home/.gitconfig [mend that setting: git uses the settings of the user who calls patcher]
    network: failed: upstream ../upstream.git (patcher.toml:1): there is no such directory [name a clone of the upstream, or its URL]
    credentials: skipped: no git credential helper; only a private upstream or a push needs one [-]
    ");
}

#[test]
fn a_damaged_mirror_and_what_was_left_in_it_are_found() {
    let sandbox = machine();
    let mirror = sandbox.mirror();
    fs::write(mirror.join("HEAD.lock"), "").unwrap();
    fs::create_dir_all(mirror.with_extension("git.old")).unwrap();
    let text = not_passed(&sandbox, 0, &[]);
    assert!(text.starts_with("cache: attention: ") && text.ends_with("[patcher sync]\n"), "{text}");
    assert!(text.contains("; 2 files of programs that were killed"), "{text}");
    fs::remove_file(mirror.join("HEAD.lock")).unwrap();
    fs::remove_dir_all(mirror.with_extension("git.old")).unwrap();
    let objects = fs::read_dir(mirror.join("objects")).unwrap().map(|entry| entry.unwrap().path());
    objects.for_each(|path| fs::remove_dir_all(path).unwrap());
    let text = not_passed(&sandbox, 0, &[]);
    assert!(
        text.starts_with("mirror: attention: ") && text.ends_with("[patcher sync]\n"),
        "{text}"
    );
    // What it says helps.
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(not_passed(&sandbox, 0, &[]), "");
}

#[test]
fn a_project_that_cannot_be_read_fails_and_none_is_no_failure() {
    let sandbox = machine();
    sandbox.edit("patches/0002-docs.patch", "Drop-When", "Dropped");
    assert_snapshot!(not_passed(&sandbox, 0, &[]), @"project: attention: [ROOT]/project: demo_rules 1.0.0, 1 series, 2 patches; 1 problem [patcher check]");
    sandbox.write("patcher.toml", "bazle = \"bazel\"\n");
    assert_snapshot!(not_passed(&sandbox, 30, &[]), @"project: failed: patcher.toml:1: unknown key `bazle` [did you mean `bazel`?]");
    let home = sandbox.home.to_str().unwrap();
    assert_snapshot!(not_passed(&sandbox, 0, &["--root", home]), @"
    network: skipped: no project, so no upstream [-]
    project: skipped: none here [patcher init DIR]
    ");
}
