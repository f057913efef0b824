//! The published archive: the same bytes everywhere, and git's.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use crate::common::{Sandbox, git};

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut tar).unwrap();
    tar
}

fn published(sandbox: &Sandbox, version: &str) -> Vec<u8> {
    fs::read(sandbox.project.join(format!("dist/demo_rules-{version}.tar.gz"))).unwrap()
}

/// `git archive` in `repository`, without any user's settings.
fn git_archive(sandbox: &Sandbox, repository: &std::path::Path, tag: &str) -> Vec<u8> {
    let output = Command::new("git")
        .args(["archive", &format!("--prefix=demo_rules-{tag}/"), tag])
        .current_dir(repository)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", &sandbox.home)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

#[test]
fn it_is_what_git_archive_makes_of_the_tagged_patched_commit() {
    let sandbox = Sandbox::new();
    // Attributes of every kind that patcher follows, and paths too long for tar's name field.
    sandbox.release("1.0.0", "1.0.1", |tree| {
        let attributes = "version.bzl export-subst\nversions/* export-subst\n*.bat text eol=crlf\n\
            ci export-ignore\nsecret.txt export-ignore\nassets/** export-ignore\n\
            [attr]dos text=auto eol=crlf\n\"an odd name\" dos\n*.png dos\n*.mixed dos\n\
            *.bin filter=lfs -text\n*.old -crlf eol=crlf\n";
        fs::write(tree.join(".gitattributes"), attributes).unwrap();
        for directory in ["assets/all/of/it", "versions"] {
            fs::create_dir_all(tree.join(directory)).unwrap();
        }
        fs::write(tree.join("assets/all/of/it/is-left-out"), "x").unwrap();
        fs::write(tree.join("an odd name"), "one\ntwo\n").unwrap();
        // Names that git quotes: no patch touches these files.
        fs::create_dir(tree.join("\"the\" odd")).unwrap();
        fs::write(tree.join("\"the\" odd/\\one\".txt"), "odd\n").unwrap();
        fs::write(tree.join("a.png"), b"\x89PNG\x1a\n\0\0one\ntwo\n").unwrap();
        fs::write(tree.join("a.mixed"), "one\r\ntwo\n").unwrap();
        fs::write(tree.join("a.bin"), "version https://git-lfs.github.com/spec/v1\n").unwrap();
        fs::write(tree.join("a.old"), "one\ntwo\n").unwrap();
        for name in ["one", "two"] {
            let text = "$Format:%(describe:tags=true)$ $Format:%H$\n";
            fs::write(tree.join("versions").join(name), text).unwrap();
        }
        fs::write(tree.join("run.bat"), "@echo one\n@echo two\n").unwrap();
        fs::create_dir(tree.join("ci")).unwrap();
        fs::write(tree.join("ci/run"), "x").unwrap();
        fs::write(tree.join("secret.txt"), "x").unwrap();
        fs::write(tree.join("empty"), "").unwrap();
        crate::common::make_executable(&tree.join("empty"));
        std::os::unix::fs::symlink("README.md", tree.join("link")).unwrap();
        let deep = tree.join("d".repeat(60)).join("e".repeat(50));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("f".repeat(20)), "deep").unwrap();
        fs::write(tree.join("g".repeat(120)), "long").unwrap();
    });
    sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro"]);
    let tree = sandbox.worktree("tagged", "1.0.1");
    // The published commit, made again by git from the patches and the stamp.
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        let path = sandbox.project.join("patches").join(name);
        let patch = fs::read_to_string(&path).unwrap();
        let date = patch.lines().find_map(|line| line.strip_prefix("Date: ")).unwrap().to_owned();
        let output = Command::new("git")
            .args(["am", "--quiet", "--committer-date-is-author-date", path.to_str().unwrap()])
            .current_dir(&tree)
            .env("GIT_COMMITTER_NAME", "A Maintainer")
            .env("GIT_COMMITTER_EMAIL", "maintainer@example.com")
            .env("HOME", &sandbox.home)
            .output()
            .unwrap();
        assert!(output.status.success(), "{date} {output:?}");
    }
    let lock = sandbox.read("upstream.lock");
    let fact = |key: &str| {
        let line = lock.lines().find(|line| line.starts_with(&format!("{key} ="))).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    };
    assert_eq!(git(&tree, &sandbox.home, &["rev-parse", "HEAD^{tree}"]), fact("patched_tree"));
    let exported = sandbox.home.join("exported");
    sandbox.succeed(&["export", exported.to_str().unwrap()]);
    for name in ["MODULE.bazel", "PATCHES.md"] {
        fs::copy(exported.join(name), tree.join(name)).unwrap();
    }
    sandbox.git(&tree, &["add", "--all"]);
    let output = Command::new("git")
        .args(["commit", "--quiet", "--message", "chore: stamp version 1.0.1.patched.1"])
        .current_dir(&tree)
        .env("HOME", &sandbox.home)
        .envs([("GIT_AUTHOR_NAME", "patcher"), ("GIT_COMMITTER_NAME", "patcher")])
        .envs([
            ("GIT_AUTHOR_EMAIL", "patcher@patcher.invalid"),
            ("GIT_COMMITTER_EMAIL", "patcher@patcher.invalid"),
        ])
        .envs([
            ("GIT_AUTHOR_DATE", "2026-11-22T12:10:00+0000"),
            ("GIT_COMMITTER_DATE", "2026-11-22T12:10:00+0000"),
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    // The commit's id is the lock's: every commit below it is, too.
    assert_eq!(git(&tree, &sandbox.home, &["rev-parse", "HEAD"]), fact("patched_commit"));
    sandbox.git(&tree, &["tag", "1.0.1.patched.1"]);
    let expected = git_archive(&sandbox, &tree, "1.0.1.patched.1");
    let found = gunzip(&published(&sandbox, "1.0.1.patched.1"));
    assert!(found == expected, "the tar streams differ");
    assert!(String::from_utf8_lossy(&found).contains("VERSION = \"1.0.1.patched.1\""));
}

#[test]
fn of_an_empty_series_it_is_the_release_and_the_registrys() {
    let sandbox = Sandbox::new();
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/series", "");
    sandbox.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    let expected = git_archive(&sandbox, &sandbox.upstream, "1.0.0");
    assert!(gunzip(&published(&sandbox, "1.0.0")) == expected, "the tar streams differ");
}

#[test]
fn the_bytes_do_not_depend_on_the_machine() {
    let plain = Sandbox::synced();
    let expected = published(&plain, "1.0.0.patched.1");
    let lock = plain.read("upstream.lock");
    let mut hostile = Sandbox::new();
    let settings = "[core]\nautocrlf = true\neol = crlf\nabbrev = 4\nattributesFile = ~/attributes\nhooksPath = ~/hooks\n\
        [diff]\nnoprefix = true\nmnemonicPrefix = true\nrenames = copies\nalgorithm = patience\nexternal = false\n\
        [am]\nthreeWay = true\n[commit]\ngpgSign = true\n[tag]\ngpgSign = true\n[tar]\numask = 077\n[merge]\nconflictStyle = zdiff3\n[fetch]\nprune = true\n";
    fs::write(hostile.home.join(".gitconfig"), settings).unwrap();
    fs::write(hostile.home.join("attributes"), "* text eol=crlf export-ignore\n").unwrap();
    let hooks = hostile.home.join("hooks");
    fs::create_dir(&hooks).unwrap();
    let hook = hooks.join("reference-transaction");
    fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
    crate::common::make_executable(&hook);
    hostile.set("TZ", "Pacific/Kiritimati");
    hostile.set("LANG", "tr_TR.UTF-8");
    hostile.set("LC_ALL", "tr_TR.UTF-8");
    hostile.set("GIT_DIR", "/nonexistent");
    hostile.set("GIT_AUTHOR_DATE", "2001-01-01T00:00:00");
    hostile.set("GIT_CONFIG_COUNT", "1");
    hostile.set("GIT_CONFIG_KEY_0", "core.autocrlf");
    hostile.set("GIT_CONFIG_VALUE_0", "true");
    let patcher = env!("CARGO_BIN_EXE_patcher");
    let script = format!("umask 077 && exec {patcher} sync --to 1.0.0 --no-repro");
    let status = hostile.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).current_dir(&hostile.project).env_clear();
    shell.envs(status.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = shell.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(published(&hostile, "1.0.0.patched.1") == expected, "the archives differ");
    assert_eq!(hostile.read("upstream.lock"), lock);
    // And once more by `publish`, into another directory.
    hostile.succeed(&["publish", "--unverified", "--output", "again"]);
    let again = fs::read(hostile.project.join("again/demo_rules-1.0.0.patched.1.tar.gz")).unwrap();
    assert!(again == expected, "the archives differ");
}

#[test]
fn it_carries_the_version_and_the_notice_of_changes() {
    let sandbox = Sandbox::synced();
    let mut tar = Command::new("tar")
        .args(["x", "-C", sandbox.home.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    tar.stdin.take().unwrap().write_all(&gunzip(&published(&sandbox, "1.0.0.patched.1"))).unwrap();
    assert!(tar.wait().unwrap().success());
    let directory = sandbox.home.join("demo_rules-1.0.0.patched.1");
    let module = fs::read_to_string(directory.join("MODULE.bazel")).unwrap();
    assert_eq!(
        module,
        "module(\n    name = \"demo_rules\",\n    version = \"1.0.0.patched.1\",\n)\n"
    );
    let pinned = git(&sandbox.upstream, &sandbox.home, &["rev-parse", "1.0.0"]);
    let notice = fs::read_to_string(directory.join("PATCHES.md")).unwrap();
    let expected = format!("\
# demo_rules 1.0.0.patched.1

This is demo_rules 1.0.0, changed. It is not a release of its authors.

- Origin: ../upstream.git, tag 1.0.0, commit {pinned}
- Licence: as the original; see LICENSE
- Problems: report them to whoever published this archive, and to the authors of demo_rules only
  if the original has them, too

## Patches, in the order in which they were applied

- 0001-compile-separately.patch: fix: compile notes in a target of their own where tags would conflict (A Maintainer, 2026-11-22)
- 0002-docs.patch: docs: books with tags can share notes (A Maintainer, 2026-11-22)

## Files that differ from the original

- MODULE.bazel (changed)
- README.md (changed)
- notes.bzl (changed)
");
    assert_eq!(notice, expected);
}
