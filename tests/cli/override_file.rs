//! `override`: a consumer's MODULE.bazel as patcher leaves it.

use std::fs;

use crate::common::Sandbox;

const URL: &str = "https://example.com/archives";
const FILE: &str = "app/MODULE.bazel";
const TEXT: &str =
    "module(name = \"app\")\n\nbazel_dep(name = \"demo_rules\", version = \"0.9.0\")\n";
const ROOT_ONLY: &str = "Only the root module's overrides count";

/// A project, and a consumer's file in it.
fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::synced();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, TEXT);
    sandbox
}

#[test]
fn an_override_is_added_updated_and_removed() {
    let sandbox = sandbox();
    let run = sandbox.succeed(&["override", "add", FILE]);
    for words in [
        "Raised the bazel_dep of demo_rules in app/MODULE.bazel from 0.9.0 to 1.0.0\n",
        "Added archive_override of demo_rules to app/MODULE.bazel\n",
        "warning: 1.0.0.patched.1 is not verified: there is no verdict",
        ROOT_ONLY,
    ] {
        assert!(run.stderr.contains(words), "no {words:?} in {run:#?}");
    }
    // What `publish` prints for it, but for its comments.
    let published = sandbox.succeed(&["publish", "--output", "out", "--unverified"]).stdout;
    let snippet: String = published.split_inclusive('\n').filter(|l| !l.starts_with('#')).collect();
    let mark = "  # patcher: raised from 0.9.0 to 1.0.0";
    let added = sandbox.read(FILE);
    assert_eq!(added.replace(mark, ""), format!("module(name = \"app\")\n\n{snippet}"));

    let run = sandbox.succeed(&["override", "update", FILE]);
    assert!(run.stderr.contains("Up to date the override of demo_rules 1.0.0.patched.1"));
    let words = ["app/MODULE.bazel:4: demo_rules has an override already, this archive_override"];
    sandbox.refuse(1, &["override", "add", FILE], &words);

    let other = ["override", "update", FILE, "--base-url", "https://example.com/new"];
    let run =
        sandbox.refuse(1, &[&other[..], &["--check"]].concat(), &["not up to date: app/MODULE"]);
    assert!(run.stdout.starts_with("--- a/app/MODULE.bazel\n+++ b/app/MODULE.bazel\n"), "{run:#?}");
    assert!(run.stdout.contains("\n-    urls = [\"https://example.com/archives/"), "{run:#?}");
    sandbox.succeed(&other);
    sandbox.succeed(&[&other[..], &["--check"]].concat());
    assert_eq!(sandbox.read(FILE), added.replace(URL, "https://example.com/new"));

    let run = sandbox.succeed(&["override", "remove", FILE]);
    assert!(
        run.stderr.contains("Removed archive_override of demo_rules from app/MODULE.bazel:4\n")
    );
    assert!(run.stderr.contains("Lowered the bazel_dep of demo_rules"), "{run:#?}");
    assert_eq!(sandbox.read(FILE), TEXT);
    let run = sandbox.succeed(&["override", "remove", FILE]);
    assert!(run.stderr.contains("Up to date there is no override of demo_rules"), "{run:#?}");
    let words = ["app/MODULE.bazel: there is no override of demo_rules", "`patcher override add`"];
    sandbox.refuse(1, &["override", "update", FILE, "--check"], &words);
}

#[test]
fn an_update_takes_the_newest_release_or_the_one_that_is_named() {
    let mut sandbox = Sandbox::serving_two();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, TEXT);
    sandbox.succeed(&["override", "add", FILE, "--release", "1.0.0"]);
    let old = sandbox.read(FILE);
    assert!(old.contains("raised from 0.9.0 to 1.0.0\n") && old.contains("-1.0.0.patched.1\""));
    sandbox.refuse(1, &["override", "update", FILE, "--check"], &["not up to date"]);
    sandbox.succeed(&["override", "update", FILE]);
    let new = sandbox.read(FILE);
    assert!(new.contains("raised from 0.9.0 to 1.1.0\n") && new.contains("-1.1.0.patched.1\""));
    sandbox.succeed(&["override", "update", FILE, "--release", "1.0.0"]);
    assert_eq!(sandbox.read(FILE), old);
    sandbox.succeed(&["override", "remove", FILE, "--to", "1.2.0"]);
    assert_eq!(sandbox.read(FILE), TEXT.replace("0.9.0", "1.2.0"));
}

#[test]
fn each_route_has_its_override() {
    let sandbox = sandbox();
    let patched_commit =
        sandbox.read("upstream.lock").split("patched_commit = \"").nth(1).unwrap()[..40].to_owned();
    let git = format!(
        "    commit = \"{patched_commit}\",\n    remote = \"https://example.com/r.git\",\n"
    );
    for (args, function, body, version) in [
        (
            &["git", "--remote", "https://ann:hunter2@example.com/r.git"][..],
            "git_override",
            git.as_str(),
            "1.0.0",
        ),
        (
            &["local-path", "--path", "../d"],
            "local_path_override",
            "    path = \"../d\",\n",
            "1.0.0",
        ),
        (
            &["registry", "--registry", "https://example.com/registry/"],
            "single_version_override",
            "    registry = \"https://example.com/registry\",\n    version = \"1.0.0.patched.1\",\n",
            "1.0.0.patched.1",
        ),
    ] {
        let route = [&["override", "add", FILE, "--route"], args].concat();
        sandbox.succeed(&route);
        let text = sandbox.read(FILE);
        let statement = format!("\n{function}(\n    module_name = \"demo_rules\",\n{body})\n");
        assert!(text.ends_with(&statement), "{text}");
        assert!(text.contains(&format!("version = \"{version}\")  # patcher: raised")), "{text}");
        let words = [format!("demo_rules is replaced by {function} here, not by archive_override")];
        let words = [words[0].as_str(), "app/MODULE.bazel:4: ", "`--replace` puts the one"];
        sandbox.refuse(1, &["override", "update", FILE], &words);
        sandbox.succeed(&["override", "update", FILE, "--replace"]);
        let run = sandbox
            .succeed(&[&["override", "update", FILE, "--replace", "--route"], args].concat());
        assert!(run.stderr.contains(&format!("of demo_rules by {function}")), "{run:#?}");
        assert_eq!(sandbox.read(FILE), text);
        sandbox.succeed(&["override", "remove", FILE]);
        assert_eq!(sandbox.read(FILE), TEXT);
    }
}

#[test]
fn what_a_route_needs_is_asked_for() {
    let mut sandbox = sandbox();
    let add = |args: &[&'static str]| [&["override", "add", FILE], args].concat();
    sandbox.refuse(2, &add(&["--route", "git"]), &["--remote"]);
    sandbox.refuse(2, &add(&["--route", "local-path"]), &["--path", "patcher export"]);
    sandbox.refuse(2, &add(&["--route", "registry"]), &["--registry"]);
    let odd = add(&["--route", "registry", "--registry", "example.com"]);
    sandbox.refuse(2, &odd, &["\"example.com\" is no URL of a registry"]);
    sandbox.refuse(2, &add(&["--path", "x"]), &["--path is for another --route"]);
    sandbox.refuse(2, &add(&["--release", "7.0.0"]), &["7.0.0 is not supported by any line"]);
    sandbox.refuse(
        2,
        &["override", "remove", FILE, "--to", "1_0"],
        &["no version that Bazel takes"],
    );
    sandbox.unset("PATCHER_BASE_URL");
    sandbox.refuse(2, &add(&[]), &["where the archive is published", "--base-url"]);
    sandbox.edit("upstream.lock", "sha256-", "sha256+");
    sandbox.refuse(1, &add(&["--route", "local-path", "--path", "x"]), &["upstream.lock"]);
}

#[test]
fn a_file_that_cannot_be_understood_is_left_alone() {
    let sandbox = sandbox();
    for (text, words) in [
        ("bazel_dep(\n", "app/MODULE.bazel:1: `(` is never closed"),
        ("\nload(\"x\", \"y\")\n", "app/MODULE.bazel:2: `load` has no place in a MODULE.bazel"),
        ("include(\"//x:y.MODULE.bazel\")\n", "app/MODULE.bazel:1: it includes //x:y.MODULE.bazel"),
        ("[git_override(module_name = n) for n in N]\n", "it may be for demo_rules"),
    ] {
        sandbox.write(FILE, text);
        for action in ["add", "update", "remove", "show"] {
            sandbox.refuse(2, &["override", action, FILE], &[words, "   hint: "]);
        }
    }
    sandbox.refuse(2, &["override", "show", "app"], &["app is a directory", "app/MODULE.bazel"]);
    sandbox.refuse(2, &["override", "show", "nowhere"], &["nowhere: there is no such file"]);
}

#[test]
fn the_file_that_is_included_is_edited_and_shown() {
    let sandbox = sandbox();
    let root = "include(\"//deps:rules.MODULE.bazel\")\n";
    sandbox.write(FILE, root);
    sandbox.write("app/deps/rules.MODULE.bazel", &TEXT.replace('\n', "\r\n"));
    sandbox.succeed(&["override", "add", FILE]);
    assert_eq!(sandbox.read(FILE), root);
    let text = sandbox.read("app/deps/rules.MODULE.bazel");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    let run = sandbox.succeed(&["override", "show", FILE]);
    let place = "app/deps/rules.MODULE.bazel";
    assert!(run.stdout.starts_with(&format!("bazel_dep         {place}:3\n  version         \"1.0.0\"\narchive_override  {place}:4\n  integrity       \"sha256-")), "{run:#?}");
    assert!(run.stderr.contains(ROOT_ONLY), "{run:#?}");
    let document = sandbox.succeed(&["override", "show", FILE, "--format", "json"]).json();
    assert_eq!(document["command"], "override");
    assert_eq!(document["bazel_dep"]["arguments"]["version"], "1.0.0");
    let found = &document["overrides"][0];
    assert_eq!((&found["file"], &found["line"]), (&place.into(), &4.into()));
    assert_eq!(found["function"], "archive_override");
    assert_eq!(found["arguments"]["urls"][0], format!("{URL}/demo_rules-1.0.0.patched.1.tar.gz"));
    assert!(document["note"].as_str().unwrap().contains(ROOT_ONLY));
    let args = ["override", "remove", FILE, "--check", "--format", "json"];
    let document = sandbox.patcher(&args).json();
    assert_eq!(document["changed"][0], place);
    assert_eq!(document["error"]["kind"], "finding");
    sandbox.succeed(&["override", "remove", FILE]);
    assert_eq!(sandbox.read(place), TEXT.replace('\n', "\r\n"));
    let run = sandbox.succeed(&["override", "show", FILE]);
    assert!(run.stdout.ends_with("override   none of demo_rules\n"), "{run:#?}");
}

#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let sandbox = sandbox();
    let (file, link) = (sandbox.project.join(FILE), sandbox.project.join("link"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(FILE, &link).unwrap();
    sandbox.succeed(&["override", "add", "link"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(sandbox.read(FILE).contains("archive_override("));
    let there = fs::metadata(&file).unwrap();
    assert_eq!(there.permissions().mode() & 0o777, 0o640);
    sandbox.succeed(&["override", "update", FILE]);
    assert_eq!(fs::metadata(&file).unwrap().ino(), there.ino(), "nothing was written");
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}
