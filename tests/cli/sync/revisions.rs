//! A published revision is never used again, and what the registry says of a release is kept,
//! whichever way a series moves.

use std::process::Command;

use patcher::support::ids::Sri;

use crate::common::Sandbox;

const ALLOW: &str = "--allow-fewer-releases";

/// The revision that the lock has of a release, and whether it knows the registry's integrity.
pub(super) fn locked(sandbox: &Sandbox, release: &str) -> (Option<i64>, bool) {
    let lock: toml::Table = toml::from_str(&sandbox.read("upstream.lock")).unwrap();
    let series = lock["series"].as_array().unwrap();
    let supported = series.iter().flat_map(|series| {
        let others = series.get("supported").and_then(toml::Value::as_array);
        std::iter::once(&series["pin"]).chain(others.into_iter().flatten())
    });
    let found = supported.into_iter().find(|locked| locked["release"].as_str() == Some(release));
    let found = found.unwrap_or_else(|| panic!("{release} is not supported: {lock}"));
    let revision = found.get("revision").and_then(toml::Value::as_integer);
    (revision, found.get("registry_integrity").is_some())
}

fn revision(sandbox: &Sandbox, release: &str) -> Option<i64> {
    locked(sandbox, release).0
}

fn to(sandbox: &Sandbox, release: &str) {
    sandbox.succeed(&["sync", "--to", release, "--no-repro", ALLOW]);
}

/// Changes the message of a patch, which changes what is published.
fn change(sandbox: &Sandbox, from: &str, to: &str) {
    sandbox.edit("patches/0002-docs.patch", from, to);
    sandbox.succeed(&["sync", "--no-repro"]);
}

/// What upstream released: `git archive | gzip`.
pub(super) fn upstreams_integrity(sandbox: &Sandbox, release: &str) -> Sri {
    let script = format!("git archive --prefix=demo_rules-{release}/ {release} | gzip");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(&sandbox.upstream)
        .env("HOME", &sandbox.home)
        .output();
    Sri::of(&output.unwrap().stdout)
}

#[test]
fn a_series_moved_back_and_forth_keeps_revision_and_registry_integrity() {
    let sandbox = Sandbox::serving_two();
    let integrity = upstreams_integrity(&sandbox, "1.1.0").to_string();
    sandbox.succeed(&["sync", "--rebuild", "--no-repro", "--registry-integrity", &integrity]);
    change(&sandbox, "The issue is", "This issue is");
    assert_eq!(locked(&sandbox, "1.1.0"), (Some(2), true));
    let before = sandbox.read("upstream.lock");
    to(&sandbox, "1.0.0");
    assert_eq!(revision(&sandbox, "1.0.0"), Some(2));
    sandbox.succeed(&["check", "--archives"]);
    // Again, so that the lock it was in is not the one before.
    sandbox.succeed(&["sync", "--no-repro"]);
    to(&sandbox, "latest");
    // The same bytes as before, so the same revision.
    assert_eq!(sandbox.read("upstream.lock"), before);
    to(&sandbox, "1.0.0");
    change(&sandbox, "This issue is", "That issue is");
    to(&sandbox, "latest");
    assert_eq!(locked(&sandbox, "1.1.0"), (Some(3), true));
}

#[test]
fn a_series_for_its_pin_only_keeps_the_revisions_of_all_that_it_was_at() {
    let sandbox = Sandbox::synced();
    change(&sandbox, "The issue is", "This issue is");
    assert_eq!(revision(&sandbox, "1.0.0"), Some(2));
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    change(&sandbox, "This issue is", "That issue is");
    assert_eq!(revision(&sandbox, "1.1.0"), Some(2));
    to(&sandbox, "1.0.0");
    assert_eq!(revision(&sandbox, "1.0.0"), Some(3));
    change(&sandbox, "That issue is", "An issue is");
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    assert_eq!(revision(&sandbox, "1.1.0"), Some(3));
}

#[test]
fn a_series_that_was_empty_goes_on_after_its_last_revision() {
    let sandbox = Sandbox::synced();
    change(&sandbox, "The issue is", "This issue is");
    let series = sandbox.read("patches/series");
    let names = ["0001-compile-separately.patch", "0002-docs.patch"];
    let patches = names.map(|name| sandbox.read(&format!("patches/{name}")));
    for name in names {
        std::fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.write("patches/series", "# nothing\n");
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(revision(&sandbox, "1.0.0"), None);
    sandbox.succeed(&["sync", "--no-repro"]);
    for (name, text) in names.iter().zip(&patches) {
        sandbox.write(&format!("patches/{name}"), text);
    }
    sandbox.write("patches/series", &series);
    change(&sandbox, "This issue is", "That issue is");
    assert_eq!(revision(&sandbox, "1.0.0"), Some(3));
    assert!(!sandbox.read("upstream.lock").contains("[[former]]"));
}

#[test]
fn a_release_that_goes_to_another_series_keeps_its_revision() {
    let sandbox = Sandbox::serving_two();
    let integrity = upstreams_integrity(&sandbox, "1.1.0").to_string();
    sandbox.succeed(&["sync", "--rebuild", "--no-repro", "--registry-integrity", &integrity]);
    change(&sandbox, "The issue is", "This issue is");
    change(&sandbox, "This issue is", "That issue is");
    assert_eq!(revision(&sandbox, "1.1.0"), Some(3));
    for name in ["series", "0001-compile-separately.patch", "0002-docs.patch"] {
        sandbox.write(&format!("patches/new/{name}"), &sandbox.read(&format!("patches/{name}")));
    }
    sandbox.edit("patches/new/0002-docs.patch", "That issue is", "An issue is");
    let config = sandbox.read("patcher.toml");
    sandbox.write(
        "patcher.toml",
        &config.replace("patches = \"patches\"", "patches = \"patches/new\""),
    );
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(locked(&sandbox, "1.1.0"), (Some(4), true));
    assert_eq!(revision(&sandbox, "1.0.0"), Some(4));
    // A range that leaves a release out, and has it again.
    sandbox.edit("patcher.toml", ">=1.0.0", ">=1.1.0");
    sandbox.succeed(&["sync", "--no-repro", ALLOW]);
    sandbox.edit("patcher.toml", ">=1.1.0", ">=1.0.0");
    sandbox.edit("patches/new/0002-docs.patch", "An issue is", "One issue is");
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(revision(&sandbox, "1.0.0"), Some(5));
}

#[test]
fn a_former_release_whose_tag_has_moved_is_refused() {
    let sandbox = Sandbox::serving_two();
    to(&sandbox, "1.0.0");
    let tree = sandbox.worktree("moved", "1.1.0");
    sandbox.git(&tree, &["commit", "--quiet", "--allow-empty", "--message", "Release again"]);
    sandbox.git(&tree, &["tag", "--force", "1.1.0"]);
    sandbox.git(&tree, &["push", "--quiet", "--force", "origin", "1.1.0"]);
    sandbox.succeed(&["sync", "--no-repro"]);
    let words = ["the tag 1.1.0 has moved"];
    sandbox.refuse(6, &["sync", "--to", "1.1.0", "--no-repro"], &words);
}
