//! Lines: a series that supports several releases, and several series.

use crate::common::Sandbox;

#[test]
fn a_line_supports_its_releases_up_to_its_pin() {
    let sandbox = Sandbox::serving_two();
    let lock = sandbox.read("upstream.lock");
    assert_eq!(lock.matches("[[series]]").count(), 1, "{lock}");
    assert!(lock.contains("releases = \">=1.0.0\""), "{lock}");
    assert!(lock.contains("[series.pin]\nrelease = \"1.1.0\""), "{lock}");
    assert!(lock.contains("[[series.supported]]\nrelease = \"1.0.0\""), "{lock}");
    // What was published of a release that is supported now as it was pinned before.
    assert!(lock.contains("strip_prefix = \"demo_rules-1.0.0.patched.1\""), "{lock}");
    let run = sandbox.succeed(&["check", "--archives"]);
    let message = "2 patches at 1.1.0: each fits exactly, and merges onto 1 other release";
    assert!(run.stderr.contains(message), "{run:#?}");
    assert!(run.stderr.contains("warning: 2 releases of patches: there is no verdict"), "{run:#?}");
    let run = sandbox.succeed(&["status"]);
    assert!(run.stdout.contains("patches at 1.1.0 supports 2 releases, down to 1.0.0"), "{run:#?}");
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("Up to date demo_rules 1.1.0.patched.1"), "{run:#?}");
    assert!(!run.stderr.contains("Wrote"), "{run:#?}");
}

#[test]
fn each_release_can_be_taken() {
    let sandbox = Sandbox::serving_two();
    let of = ["--release", "1.0.0"];
    let run = sandbox.succeed(&[&["publish", "--unverified", "--output", "out"][..], &of].concat());
    assert!(run.stdout.contains("bazel_dep(name = \"demo_rules\", version = \"1.0.0\")"));
    let published = sandbox.project.join("out/demo_rules-1.0.0.patched.1.tar.gz");
    // The archive is the one that was pinned: the series changed nothing but its place.
    let pinned = sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz");
    assert_eq!(std::fs::read(published).unwrap(), std::fs::read(pinned).unwrap());
    sandbox.succeed(&[&["export", "tree"][..], &of].concat());
    assert!(sandbox.read("tree/MODULE.bazel").contains("1.0.0.patched.1"));
    let words = ["0.9.0 is not supported by any line", "supported are 1.1.0, 1.0.0"];
    sandbox.refuse(2, &["export", "other", "--release", "0.9.0"], &words);
}

#[test]
fn a_changed_patch_changes_every_release_of_its_line() {
    let sandbox = Sandbox::serving_two();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    sandbox.succeed(&["sync", "--no-repro"]);
    let lock = sandbox.read("upstream.lock");
    assert_eq!(lock.matches("revision = 2").count(), 2, "{lock}");
    sandbox.succeed(&["check", "--archives"]);
}

#[test]
fn a_release_onto_which_the_series_does_not_merge_stops_everything() {
    let sandbox = Sandbox::serving_two();
    // A release in between, with the patched line changed.
    sandbox.release("1.0.0", "1.0.5", |tree| {
        let text = std::fs::read_to_string(tree.join("README.md")).unwrap();
        std::fs::write(tree.join("README.md"), text.replace("Two ", "Both ")).unwrap();
    });
    let words = ["0002-docs.patch does not merge onto 1.0.5; nothing was changed"];
    sandbox.refuse(3, &["sync", "--no-repro"], &words);
    // The range can leave it out.
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.1.0");
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(!sandbox.read("upstream.lock").contains("series.supported"));
}

#[test]
fn a_second_line_has_its_own_series_and_pin() {
    let sandbox = Sandbox::serving_two();
    let config = sandbox.read("patcher.toml");
    let second = "\n[[series]]\npatches = \"patches/1.0\"\nreleases = \"<1.1.0\"\n";
    for name in ["series", "0001-compile-separately.patch", "0002-docs.patch"] {
        sandbox.write(&format!("patches/1.0/{name}"), &sandbox.read(&format!("patches/{name}")));
    }
    sandbox.write("patcher.toml", &(config.clone() + second));
    let words =
        ["patcher.toml: the line patches/1.0 is not in upstream.lock", "`patcher sync` pins it"];
    sandbox.refuse(1, &["check"], &words);
    let words = ["1.0.0 is supported by two lines, patches and patches/1.0", "not overlap"];
    sandbox.refuse(2, &["sync", "--no-repro"], &words);
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.1.0");
    // Patches that are exact at 1.1.0 are not at 1.0.0.
    sandbox.refuse(1, &["sync", "--no-repro"], &["patches/1.0/0001-compile-separately.patch"]);
    let tree = sandbox.worktree("second", "1.0.0");
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        let path = sandbox.project.join("patches").join(name);
        sandbox.git(&tree, &["am", "--quiet", "--3way", path.to_str().unwrap()]);
    }
    let mails = sandbox.git(&tree, &["format-patch", "--full-index", "-o", "../mails", "1.0.0"]);
    for (mail, name) in mails.lines().zip(["0001-compile-separately.patch", "0002-docs.patch"]) {
        let text = std::fs::read_to_string(tree.join(mail)).unwrap();
        sandbox.write(&format!("patches/1.0/{name}"), &text);
    }
    sandbox.succeed(&["sync", "--no-repro"]);
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("patches = \"patches/1.0\"\nreleases = \"<1.1.0\""), "{lock}");
    // The same bytes as before, from the other line.
    assert!(lock.contains("strip_prefix = \"demo_rules-1.0.0.patched.1\""), "{lock}");
    let run = sandbox.succeed(&["check", "--archives"]);
    assert!(run.stderr.contains("2 patches at 1.0.0: each fits exactly"), "{run:#?}");
    let words = ["no line is for 0.1.0", "patches is for >=1.1.0; patches/1.0 is for <1.1.0"];
    sandbox.edit("patcher.toml", "<1.1.0", ">=1.0.0, <1.1.0");
    sandbox.refuse(2, &["sync", "--to", "0.1.0", "--no-repro"], &words[..1]);
    // A line that goes takes its part of the lock with it.
    sandbox.write("patcher.toml", &config.replace(">=1.0.0", ">=1.1.0"));
    sandbox.refuse(1, &["check"], &["the line patches/1.0 is not in patcher.toml"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(!sandbox.read("upstream.lock").contains("patches/1.0"));
}

#[test]
fn a_look_ahead_writes_nothing_and_tells_as_an_issue() {
    let sandbox = Sandbox::synced();
    let before = crate::common::files_of(&sandbox.project);
    let run = sandbox.succeed(&["sync", "--dry-run", "--to", "1.1.0", "--no-repro"]);
    assert!(
        run.stdout.starts_with("# demo_rules 1.1.0: the patches merge, not proved\n"),
        "{run:#?}"
    );
    assert!(run.stdout.contains("| 0001-compile-separately.patch | offset only |"), "{run:#?}");
    // With real verdicts, on what is not released.
    let script = "begin; if grep -q NoteInfo $tree/notes.bzl && grep -q 'Makes a book' $tree/notes.bzl; then good; else conflict; fi; end";
    let bazel = sandbox.bazel(script);
    let args = ["sync", "--dry-run", "--to", "main", "--bazel", &bazel, "--format", "json"];
    let run = sandbox.patcher(&args);
    let document = run.json();
    assert_eq!(document["forward"]["target"], "main", "{run:#?}");
    assert_eq!(document["forward"]["report"]["rows"][1]["patched"]["expected"], "pass", "{run:#?}");
    assert_eq!(crate::common::files_of(&sandbox.project), before);
    let words = ["--to main: it is not released", "`--dry-run --to main` looks ahead"];
    sandbox.refuse(2, &["sync", "--to", "main"], &words);
    let run = sandbox.succeed(&["sync", "--dry-run", "--to", "candidate", "--no-repro"]);
    assert!(run.stderr.contains("no candidate is newer than 1.1.0"), "{run:#?}");
    // A candidate on which the patches stop.
    sandbox.release("1.1.0", "1.2.0-rc0", |tree| {
        let text = std::fs::read_to_string(tree.join("README.md")).unwrap();
        std::fs::write(tree.join("README.md"), text.replace("Two ", "Both ")).unwrap();
    });
    let words = ["demo_rules candidate: 1 patch of 2 not merging", "nothing was changed"];
    let run = sandbox.refuse(3, &["sync", "--dry-run", "--to", "candidate", "--no-repro"], &words);
    assert!(run.stdout.contains("0002-docs.patch stops at:"), "{run:#?}");
}
