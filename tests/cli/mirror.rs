//! The mirror in the cache: damaged and made anew, and what the upstream's refs lead to.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use insta::assert_snapshot;

use crate::common::{Run, Sandbox, joined};

/// What can become of a file.
type Break = fn(&Path);

fn truncate(path: &Path) {
    let bytes = fs::read(path).unwrap();
    fs::write(path, &bytes[..bytes.len() * 2 / 3]).unwrap();
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

const BREAKS: [(&str, Break); 4] = [
    ("empty", |path| fs::write(path, "").unwrap()),
    ("truncated", truncate),
    ("flipped", flip),
    ("missing", |path| fs::remove_file(path).unwrap()),
];

/// Breaks the file of a loose object of the mirror.
fn break_object(sandbox: &Sandbox, revision: &str, broken: Break) {
    let mirror = sandbox.mirror();
    let id = sandbox.git(&mirror, &["rev-parse", revision]);
    let path = mirror.join("objects").join(&id[..2]).join(&id[2..]);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&path, permissions).unwrap();
    broken(&path);
}

/// A release that the mirror does not have yet.
fn release(sandbox: &Sandbox, tag: &str) {
    sandbox.release("1.1.0", tag, |tree| fs::write(tree.join("new.bzl"), "# new\n").unwrap());
}

/// The directories beside the mirror.
fn mirrors(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.cache.join("mirror")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_damaged_object_is_named_and_fetched_again() {
    for (name, broken) in BREAKS {
        for object in ["1.0.0:notes.bzl", "1.0.0^{tree}", "1.0.0"] {
            let sandbox = Sandbox::synced();
            break_object(&sandbox, object, broken);
            let begin = Instant::now();
            for args in [&["check"][..], &["export", "out"], &["preview", "1.1.0"]] {
                let run = sandbox.refuse(30, args, &["mirror/upstream-", "`patcher sync`"]);
                assert!(!run.stderr.contains("shallow"), "{name} {object}: {run}");
            }
            assert!(begin.elapsed() < Duration::from_secs(60), "{name} {object}");
            let run = sandbox.succeed(&["sync", "--no-repro"]);
            assert!(run.stderr.contains("fetched again"), "{name} {object}: {run}");
            sandbox.succeed(&["check"]);
            assert_eq!(mirrors(&sandbox), [sandbox.mirror()], "{name} {object}");
        }
    }
}

#[test]
fn damage_is_the_mirrors_and_not_the_upstreams() {
    let said = BREAKS.map(|(_, broken)| {
        let sandbox = Sandbox::synced();
        break_object(&sandbox, "1.0.0:notes.bzl", broken);
        let runs = [&["check"][..], &["--offline", "sync", "--no-repro"], &["sync", "--no-repro"]];
        joined(runs.map(|args| sandbox.patcher(args).said()))
    });
    assert_snapshot!(joined(&said[2..]), @"
      error: [ROOT]/cache/mirror/upstream-[KEY].git is damaged: blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74 is not what its id says
       hint: remove it: `patcher sync` fetches all of it again

    > Using      demo_rules 1.0.0 (246b90549d47)
      error: [ROOT]/cache/mirror/upstream-[KEY].git is damaged: blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74 is not what its id says
       hint: remove it: `patcher sync` fetches all of it again
       hint: --offline forbids it now

    > Using      demo_rules 1.0.0 (246b90549d47)
    warning: [ROOT]/cache/mirror/upstream-[KEY].git is damaged: blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74 is not what its id says: all of it is fetched again
    + Fetched    all of ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested

      error: [ROOT]/cache/mirror/upstream-[KEY].git lacks blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74
       hint: `patcher sync` fetches what is missing

      error: [ROOT]/cache/mirror/upstream-[KEY].git lacks blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74
       hint: `patcher sync` fetches what is missing
       hint: --offline forbids it now

    warning: [ROOT]/cache/mirror/upstream-[KEY].git lacks blob 56e03bc9fc9ff57f66f1fc93a8d918f2cb9aec74: all of it is fetched again
    + Fetched    all of ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    ");
}

#[test]
fn what_a_run_found_damaged_is_mended_though_a_sync_had_nothing_to_do() {
    for (name, broken) in BREAKS {
        let sandbox = Sandbox::synced();
        let up_to_date = || sandbox.succeed(&["sync", "--no-repro"]).stderr;
        up_to_date();
        assert!(up_to_date().contains("by an earlier run"));
        break_object(&sandbox, "1.0.0:notes.bzl", broken);
        sandbox.refuse(30, &["check"], &["mirror/upstream-", "`patcher sync`"]);
        assert!(up_to_date().contains("fetched again"), "{name}");
        sandbox.succeed(&["check"]);
    }
}

#[test]
fn no_worktree_is_made_of_what_is_damaged() {
    for (_, broken) in BREAKS {
        let sandbox = Sandbox::synced();
        // No patch touches it.
        break_object(&sandbox, "1.0.0:version.bzl", broken);
        sandbox.refuse(30, &["edit"], &["mirror/upstream-", "`patcher sync`"]);
        assert!(!sandbox.cache.join("work").exists());
    }
}

#[test]
fn a_pack_that_is_damaged_is_named_and_fetched_again() {
    let sandbox = Sandbox::synced();
    let mirror = sandbox.mirror();
    sandbox.git(&mirror, &["repack", "-adq"]);
    let packs = fs::read_dir(mirror.join("objects/pack")).unwrap();
    let mut packs = packs.map(|entry| entry.unwrap().path());
    let pack = packs.find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
    let mut bytes = fs::read(&pack).unwrap();
    let end = bytes.len() - 20;
    bytes[12..end].fill(0);
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, bytes).unwrap();
    sandbox.refuse(30, &["check"], &["is damaged"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
}

#[test]
fn a_ref_that_leads_nowhere_is_mended() {
    for content in ["", "ref", "1111111111111111111111111111111111111111\n"] {
        for name in ["refs/tags/1.0.0", "refs/tags/1.1.0", "HEAD"] {
            let sandbox = Sandbox::synced();
            fs::write(sandbox.mirror().join(name), content).unwrap();
            release(&sandbox, "1.2.0");
            sandbox.succeed(&["sync", "--no-repro", "--to", "1.2.0"]);
            sandbox.succeed(&["check"]);
            assert!(sandbox.succeed(&["status"]).stdout.contains("1.2.0"));
            assert_eq!(mirrors(&sandbox), [sandbox.mirror()]);
        }
    }
}

#[test]
fn a_new_mirror_is_no_less_than_the_old_one() {
    // A tag that the upstream has no more, and one that cannot be read.
    let sandbox = Sandbox::synced();
    sandbox.git(&sandbox.upstream, &["tag", "--delete", "1.1.0"]);
    break_object(&sandbox, "1.0.0:notes.bzl", truncate);
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["preview", "1.1.0"]);
    // An upstream that ends somewhere.
    let sandbox = Sandbox::synced();
    let url = format!("file://{}", sandbox.upstream.display());
    let shallow = sandbox.home.join("shallow.git");
    let to = shallow.to_str().unwrap();
    let args = ["clone", "--quiet", "--bare", "--depth=1", "--branch=1.0.0", &url, to];
    sandbox.git(&sandbox.home, &args);
    break_object(&sandbox, "1.0.0:notes.bzl", truncate);
    sandbox.refuse(30, &["sync", "--no-repro", "--upstream", to], &["shallow.git", "--unshallow"]);
    assert_eq!(sandbox.git(&sandbox.mirror(), &["tag"]), "1.0.0\n1.1.0");
    assert_eq!(mirrors(&sandbox), [sandbox.mirror()]);
}

#[test]
fn what_a_new_mirror_lacks_too_is_the_upstreams() {
    let sandbox = Sandbox::synced();
    release(&sandbox, "1.2.0");
    let id = sandbox.git(&sandbox.upstream, &["rev-parse", "1.2.0:new.bzl"]);
    fs::remove_file(sandbox.upstream.join("objects").join(&id[..2]).join(&id[2..])).unwrap();
    let args = ["sync", "--to", "1.2.0", "--no-repro"];
    assert_snapshot!(sandbox.refuse(30, &args, &[]).said_without_git(), @"
    error: upstream ../upstream.git (patcher.toml:1) lacks objects that it should have
     hint: it is a shallow or partial clone: use a full clone, or complete it with `git fetch --unshallow` or `git fetch --refetch --no-filter`
    ");
    // What was there stays.
    sandbox.succeed(&["check"]);
    assert_eq!(mirrors(&sandbox), [sandbox.mirror()]);
}

#[test]
fn the_default_branch_is_the_one_that_the_upstream_names_now() {
    let sandbox = Sandbox::synced();
    let preview = || {
        let args = ["--format", "json", "sync", "--no-repro", "--dry-run", "--to", "main"];
        sandbox.succeed(&args).json()["preview"]["commit"].as_str().unwrap().to_owned()
    };
    assert_eq!(preview(), sandbox.git(&sandbox.upstream, &["rev-parse", "main"]));
    let tree = sandbox.worktree("renamed", "1.1.0");
    let git = |args: &[&str]| sandbox.git(&tree, args);
    git(&["commit", "--quiet", "--allow-empty", "--message", "Only on trunk"]);
    // Below the name of the branch before.
    git(&["push", "--quiet", "origin", "HEAD:refs/heads/a/trunk"]);
    sandbox.git(&sandbox.upstream, &["symbolic-ref", "HEAD", "refs/heads/a/trunk"]);
    assert_eq!(preview(), git(&["rev-parse", "HEAD"]));
    git(&["push", "--quiet", "origin", ":main", "HEAD^:refs/heads/main/new"]);
    sandbox.git(&sandbox.upstream, &["symbolic-ref", "HEAD", "refs/heads/main/new"]);
    assert_eq!(preview(), git(&["rev-parse", "HEAD^"]));
}

#[test]
fn a_tag_on_no_commit_is_passed_over_and_named() {
    let sandbox = Sandbox::synced();
    for (args, tag) in [
        (&["tag"][..], &["1.2.0", "1.1.0^{tree}"]),
        (&["tag", "--annotate", "--message", "A file"], &["1.3.0", "1.1.0:notes.bzl"]),
    ] {
        sandbox.git(&sandbox.upstream, &[args, tag].concat());
    }
    let latest = ["sync", "--dry-run", "--to", "latest", "--no-repro"];
    let runs = [&latest[..], &["sync", "--no-repro"], &["--offline", "sync", "--no-repro"]];
    let said = runs.map(|args| sandbox.succeed(args).said());
    assert_snapshot!(joined(said), @"
    + Fetched    2 releases from ../upstream.git
    warning: the tag 1.2.0 is on a tree, not on a commit: it is passed over
    warning: the tag 1.3.0 is on a blob, not on a commit: it is passed over
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    Finished in [TIME]: demo_rules latest: the patches apply, not tested

    warning: the tag 1.2.0 is on a tree, not on a commit: it is passed over
    warning: the tag 1.3.0 is on a blob, not on a commit: it is passed over
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested

    warning: the tag 1.2.0 is on a tree, not on a commit: it is passed over
    warning: the tag 1.3.0 is on a blob, not on a commit: it is passed over
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 in the mirror, as it was fetched earlier
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    ! Unchecked  that upstream's tag 1.0.0 is still that one
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    ");
    let refused = ["sync", "--to", "1.2.0", "--no-repro"];
    sandbox.refuse(2, &refused, &["is on a tree", "has no release 1.2.0"]);
}

/// A release whose commit has this committer line.
fn odd_release(sandbox: &Sandbox, tag: &str, committer: &str) {
    let tree = sandbox.worktree(&format!("odd-{tag}"), "1.1.0");
    let text = sandbox.git(&tree, &["cat-file", "commit", "HEAD"]);
    let lines = text.lines().map(|line| {
        if line.starts_with("committer ") { committer.to_owned() } else { line.to_owned() }
    });
    let path = sandbox.home.join("commit");
    fs::write(&path, lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    let path = path.to_str().unwrap();
    let id = sandbox.git(&tree, &["hash-object", "-t", "commit", "-w", "--literally", path]);
    sandbox.git(&tree, &["tag", tag, &id]);
    sandbox.git(&tree, &["push", "--quiet", "origin", tag]);
}

#[test]
fn a_release_whose_commit_is_in_no_order_is_read_as_git_reads_it() {
    for committer in ["committer B <b@c> 1700000000", "committer No Mail 1700000000 +0000"] {
        let sandbox = Sandbox::synced();
        odd_release(&sandbox, "1.2.0", committer);
        sandbox.succeed(&["sync", "--no-repro", "--to", "1.2.0"]);
        for args in [
            &["check"][..],
            &["--offline", "sync", "--no-repro"],
            &["export", "out"],
            &["edit"],
            &["abort"],
        ] {
            sandbox.succeed(args);
        }
    }
}

#[test]
fn an_object_that_the_user_has_git_refuse_is_named() {
    let sandbox = Sandbox::synced();
    odd_release(&sandbox, "1.2.0", "committer No Mail 1700000000 +0000");
    let settings = "[transfer]\n\tfsckObjects = true\n";
    fs::write(sandbox.home.join(".gitconfig"), settings).unwrap();
    let args = ["sync", "--no-repro", "--to", "1.2.0"];
    let run = sandbox.refuse(30, &args, &["git takes no such object", "fsckObjects"]);
    assert!(!run.stderr.contains("shallow"), "{run}");
    assert_eq!(mirrors(&sandbox), [sandbox.mirror()]);
}

#[test]
fn newer_tags_of_another_form_are_named() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["sync", "--no-repro", "--to", "latest"]);
    for tag in ["v1.0.5", "nightly"] {
        release(&sandbox, tag);
    }
    let latest = ["sync", "--no-repro", "--to", "latest"];
    let said = |run: Run| run.said();
    let quiet = said(sandbox.succeed(&latest));
    for tag in ["v1.2.0", "1.10"] {
        release(&sandbox, tag);
    }
    let named = said(sandbox.succeed(&latest));
    assert_snapshot!(joined([quiet, named]), @"
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.1.0.patched.1
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested

    warning: 2 tags newer than every release, of another form than 1.2.3, passed over: v1.2.0, 1.10
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    - Up to date demo_rules 1.1.0.patched.1
    + Checked    that 1.1.0 is 8257ff80de37 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    ");
}

#[test]
fn what_is_around_the_project_does_not_stop_fetching() {
    let sandbox = Sandbox::synced();
    release(&sandbox, "1.2.0");
    sandbox.write(".git", "gitdir: /nowhere/.git/worktrees/project\n");
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.2.0"]);
    fs::remove_file(sandbox.project.join(".git")).unwrap();
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    sandbox.write(".git/config", "[core\n");
    sandbox.succeed(&["sync", "--no-repro", "--dry-run", "--to", "main"]);
}
