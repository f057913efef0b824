//! What a sync must not believe and must not lose: state that came with the project, names that
//! came from upstream, links, and what a person writes while it runs.

use std::fs;
use std::os::unix::fs::symlink;

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, joined};

#[test]
fn a_clone_brings_no_state() {
    let sandbox = Sandbox::synced();
    let victim = sandbox.home.join("victim");
    fs::write(&victim, "precious").unwrap();
    sandbox.write("payload", "replaced");
    let digest = patcher::support::ids::Sri::of(b"replaced");
    let journal = format!(
        r#"{{"renames": [{{"from": "payload", "to": "../home/victim", "integrity": "{digest}"}}], "deletions": ["../home/victim"]}}"#
    );
    // Without a repository, it is read, and refused.
    sandbox.write(".patcher/journal.json", &journal);
    let outside = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    sandbox.write(".patcher/journal.json", &named_journal(&["../home/victim"]));
    let named = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    sandbox.write(".patcher/journal.json", &named_journal(&["src/main.rs"]));
    let foreign = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    sandbox.write(".patcher/journal.json", &named_journal(&["upstream.lock"; 2]));
    let twice = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    // In one, it is not read.
    sandbox.git(&sandbox.project, &["init", "--quiet"]);
    let inside = sandbox.refuse(6, &["sync", "--no-repro"], &[]);
    let said = [outside, named, foreign, twice, inside].map(|run| run.said());
    assert_snapshot!(joined(said), @r#"
    error: [ROOT]/project/.patcher/journal.json: is no journal of this patcher: unknown field `renames`, expected one of `version`, `root`, `files` at line 1 column 10
     hint: restore the project's files from git if they need it, then delete [ROOT]/project/.patcher/journal.json

    error: [ROOT]/project/.patcher/journal.json: is no journal of this patcher: "../home/victim" is not a path inside the tree (relative, without `..`) at line 1 column 63
     hint: restore the project's files from git if they need it, then delete [ROOT]/project/.patcher/journal.json

    error: [ROOT]/project/.patcher/journal.json: names src/main.rs, which patcher does not write
     hint: restore the project's files from git if they need it, then delete [ROOT]/project/.patcher/journal.json

    error: [ROOT]/project/.patcher/journal.json: names upstream.lock twice
     hint: restore the project's files from git if they need it, then delete [ROOT]/project/.patcher/journal.json

    error: .patcher/journal.json: this patcher does not read it
     hint: if the repository brought it, delete .patcher
     hint: if an older patcher was interrupted, restore the project's files from git first
    "#);
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    fs::remove_dir_all(sandbox.project.join(".patcher")).unwrap();
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.1.0"]);
    assert!(!sandbox.project.join(".patcher").exists());
    assert!(sandbox.project.join(".git/patcher").exists());
    let status = sandbox.git(&sandbox.project, &["status", "--porcelain", "--ignored"]);
    assert!(!status.contains("patcher/"), "{status}");
}

fn named_journal(paths: &[&str]) -> String {
    let file = |path: &&str| format!(r#"{{"path": "{path}", "old": null, "new": null}}"#);
    let files: Vec<String> = paths.iter().map(file).collect();
    format!(r#"{{"version": 2, "root": "/", "files": [{}]}}"#, files.join(", "))
}

/// What was printed from the error on.
fn failure(said: &str) -> String {
    said[said.find("error: ").unwrap()..].to_owned()
}

#[test]
fn what_a_person_writes_meanwhile_stays() {
    let patch = "patches/0002-docs.patch";
    let mut said = Vec::new();
    for (file, command) in [
        (patch, "sed -i 's/The issue is/My work is/'"),
        ("upstream.lock", "sed -i '$a# My work is'"),
        ("dist/demo_rules-1.1.0.patched.1.tar.gz", "echo 'My work is' >"),
        ("patches/0003-new.patch", "echo 'My work is' >"),
    ] {
        let sandbox = Sandbox::synced();
        // Bazel is what a sync waits for.
        let project = sandbox.project.display();
        let bazel = sandbox.bazel(&format!("(cd {project}; {command} {file}); {FIXED}"));
        let run = sandbox.patcher(&["sync", "--to", "1.1.0", "--bazel", &bazel]);
        assert!(sandbox.read(file).contains("My work is"), "{run}");
        if run.code == Some(0) {
            assert!(file.contains("0003"), "{run}");
            continue;
        }
        said.push(failure(&run.said()));
        let archive = sandbox.project.join("dist/demo_rules-1.1.0.patched.1.tar.gz");
        assert_eq!(archive.exists(), file.starts_with("dist/"));
    }
    assert_snapshot!(joined(said), @"
    error: [ROOT]/project/patches/0002-docs.patch changed while patcher was running
       hint: run it again: it begins with what the file holds now
       hint: no file of the project was changed

    error: [ROOT]/project/upstream.lock changed while patcher was running
       hint: run it again: it begins with what the file holds now
       hint: no file of the project was changed

    error: dist/demo_rules-1.1.0.patched.1.tar.gz: is there with other bytes, and a published version never changes
       hint: restore the upstream.lock that it was published with; or delete it, if it never was
    ");
}

#[test]
fn a_module_s_name_is_no_path() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "3.0.0", |directory| {
        let path = directory.join("MODULE.bazel");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text.replace("demo_rules", "../../../escaped")).unwrap();
    });
    let new = sandbox.refuse(2, &["sync", "--to", "3.0.0", "--no-repro"], &[]);
    // A lock is a file of the project's, too.
    let lock = sandbox.read("upstream.lock");
    let mut said = vec![new.said()];
    for (from, to) in [
        ("module = \"demo_rules\"", "module = \"../../demo\""),
        ("file = \"", "file = \"../../"),
        ("patches = \"patches\"", "patches = \"../patches\""),
    ] {
        sandbox.write("upstream.lock", &lock.replace(from, to));
        said.push(sandbox.refuse(1, &["sync", "--no-repro"], &[]).said());
    }
    sandbox.write("upstream.lock", &lock);
    let config = sandbox.read("patcher.toml");
    let series = "\n[[series]]\npatches = \"../patches\"\nreleases = \">=1.0.0\"\n";
    sandbox.write("patcher.toml", &(config + series));
    said.push(sandbox.refuse(2, &["sync", "--no-repro"], &[]).said());
    assert_snapshot!(joined(said), @r#"
    + Fetched    1 release from ../upstream.git
      error: MODULE.bazel of 3.0.0: "../../../escaped" is not a module name (lower-case letters, digits, `.`, `-` and `_`, from a letter to a letter or digit)
       hint: Bazel takes no such module: pin another release

      error: upstream.lock:6: "../../demo" is not a module name (lower-case letters, digits, `.`, `-` and `_`, from a letter to a letter or digit)
       hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

      error: upstream.lock:22: "../../demo_rules-1.0.0.patched.1.tar.gz" is not a file name (without `/`)
       hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

      error: upstream.lock:10: "../patches" is not a path inside the tree (relative, without `..`)
       hint: it is truncated or edited by hand: restore it (`git restore upstream.lock`)

      error: patcher.toml:9: patches: "../patches" is not a path inside the tree (relative, without `..`)
       hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings
    "#);
}

#[test]
fn no_link_is_written_through() {
    let sandbox = Sandbox::synced();
    let victim = sandbox.home.join("victim");
    fs::write(&victim, "precious").unwrap();
    let mut said = Vec::new();
    for (path, target) in [
        ("dist/demo_rules-1.1.0.patched.1.MODULE.bazel", &victim),
        ("dist/demo_rules-1.1.0.patched.1.tar.gz", &sandbox.home.join("absent")),
        ("dist", &sandbox.home),
        ("upstream.lock", &victim),
    ] {
        let path = sandbox.project.join(path);
        let aside = sandbox.home.join("aside");
        let is_there = path.exists();
        if is_there {
            fs::rename(&path, &aside).unwrap();
        }
        if path.ends_with("upstream.lock") {
            fs::copy(&aside, &victim).unwrap();
        }
        symlink(target, &path).unwrap();
        let before = fs::read(&victim).unwrap();
        said.push(sandbox.refuse(30, &["sync", "--no-repro", "--to", "1.1.0"], &[]).said());
        assert_eq!(fs::read(&victim).unwrap(), before);
        fs::remove_file(&path).unwrap();
        if is_there {
            fs::rename(&aside, &path).unwrap();
        }
    }
    assert_eq!(fs::read_dir(&sandbox.home).unwrap().count(), 1);
    assert_snapshot!(joined(said.iter().map(|said| failure(said))), @"
    error: cannot write [ROOT]/project/dist/demo_rules-1.1.0.patched.1.MODULE.bazel: it is a link, and links are not followed
       hint: move it away, then run it again
       hint: no file of the project was changed

    error: cannot write [ROOT]/project/dist/demo_rules-1.1.0.patched.1.tar.gz: it is a link, and links are not followed
       hint: move it away, then run it again
       hint: no file of the project was changed

    error: cannot write [ROOT]/project/dist: it is a link, and links are not followed
       hint: move it away, then run it again
       hint: no file of the project was changed

    error: cannot write [ROOT]/project/upstream.lock: it is a link, and links are not followed
       hint: move it away, then run it again
       hint: no file of the project was changed
    ");
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.1.0"]);
}

#[test]
fn a_linked_worktree_has_a_state_of_its_own() {
    let sandbox = Sandbox::synced();
    let git = |args: &[&str]| sandbox.git(&sandbox.project, args);
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "first"]);
    let linked = sandbox.project.with_file_name("linked");
    git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    let root = linked.to_str().unwrap();
    sandbox.succeed(&["--root", root, "sync", "--no-repro", "--to", "1.1.0"]);
    assert!(sandbox.project.join(".git/worktrees/linked/patcher").exists());
    assert!(!sandbox.project.join(".git/patcher").exists());
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.1.0"]);
}
