//! Series of the real rules_python on their way between its releases: by merge, and by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::common::{Run, Sandbox};
use crate::upstream;

/// The upstream commit that rewrote the private macros: in 1.9.0, as pull request 3610.
const REWROTE: &str =
    "feat: command_line_option transition support, default windows to enable_runfiles=true (#3610)";

/// A project with one series, that of 2.1, at its pin.
fn project() -> Sandbox {
    let mut sandbox = Sandbox::below(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("real"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::remove_dir_all(&sandbox.project).unwrap();
    for (from, to) in [("patches/2.1", "patches"), ("tests/repro", "tests/repro")] {
        let to = sandbox.project.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let copied = Command::new("cp").arg("-a").arg(root.join(from)).arg(to).status().unwrap();
        assert!(copied.success());
    }
    let upstream = upstream::repository().unwrap();
    // The lock names the public URL; a path of this machine stays out of it.
    sandbox.write(
        "patcher.toml",
        "registry = \"no-registry\"\nupstream = \"https://github.com/bazel-contrib/rules_python\"\n",
    );
    sandbox.set("PATCHER_UPSTREAM", &upstream);
    sandbox.upstream = upstream;
    to(&sandbox, "2.1.0");
    sandbox
}

/// Ports to a release, which must need no hand.
fn to(sandbox: &Sandbox, release: &str) -> Run {
    sandbox.succeed(&["sync", "--to", release, "--no-repro", "--allow-fewer-releases"])
}

/// What a port results in: the patched tree and the patches.
fn state(sandbox: &Sandbox) -> (String, Vec<(PathBuf, Vec<u8>)>) {
    let lock = sandbox.read("upstream.lock");
    let tree = lock.lines().find(|line| line.starts_with("patched_tree = ")).unwrap().to_owned();
    let patches = crate::common::files_of(&sandbox.project.join("patches"));
    let patches =
        patches.into_iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "patch"));
    let named = patches.map(|(path, bytes)| (path.file_name().unwrap().into(), bytes));
    (tree, named.collect())
}

pub(crate) fn older_pins_reach_later_releases_in_steps_and_in_one_leap() {
    let sandbox = project();
    let origin = state(&sandbox);
    for oldest in ["2.0.0", "1.8.5"] {
        to(&sandbox, oldest);
        assert_ne!(state(&sandbox).0, origin.0);
        to(&sandbox, "2.1.0");
        assert_eq!(state(&sandbox), origin, "from {oldest} in one leap");
    }
    for release in ["1.8.5", "1.9.2", "2.0.0", "2.0.1", "2.0.3", "2.1.0"] {
        to(&sandbox, release);
        sandbox.succeed(&["check"]);
    }
    assert_eq!(state(&sandbox), origin, "in steps");
}

/// Adds a patch that hooks into the private macros, as one would have written it for 1.8.5.
fn hook(sandbox: &Sandbox) {
    sandbox.succeed(&["new", "feat(rules): call from the private macros"]);
    let tree = worktree(sandbox);
    for (file, is_test) in [("py_binary_macro.bzl", ""), ("py_test_macro.bzl", ", is_test = True")]
    {
        let path = tree.join("python/private").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let before = "    convert_legacy_create_init_to_int(kwargs)\n";
        let hooked = format!("{before}    maybe_precompile_separately(kwargs{is_test})\n");
        assert!(text.contains(before), "{text}");
        fs::write(path, text.replace(before, &hooked)).unwrap();
    }
    let message = "feat(rules): call from the private macros\n\nThe hooks that conflict.\n\nRepro: none (a test)\nDrop-When: never";
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--message", message]);
    sandbox.succeed(&["continue"]);
    sandbox.succeed(&["sync", "--no-repro"]);
}

fn worktree(sandbox: &Sandbox) -> PathBuf {
    let json = sandbox.succeed(&["--format", "json", "status"]).json();
    PathBuf::from(json["work"]["worktree"].as_str().unwrap())
}

/// Stops at the hooks on the way to a release. The result is what the stop reports to programs.
fn stop(sandbox: &Sandbox, release: &str) -> Value {
    let args = ["--format", "json", "sync", "--to", release, "--resolve", "--no-repro"];
    let stopped = sandbox.refuse(3, &args, &["0002-call-from-the-private-macros.patch"]).json();
    let resolve = stopped["resolve"].clone();
    assert_eq!(resolve["past"]["0001-precompile-separately.patch"], true, "{resolve}");
    let conflicts = resolve["conflicts"].as_array().unwrap();
    let files: Vec<&str> = conflicts.iter().map(|c| c["target"].as_str().unwrap()).collect();
    assert_eq!(files, ["python/private/py_binary_macro.bzl", "python/private/py_test_macro.bzl"]);
    for conflict in conflicts {
        assert_eq!(conflict["caused_by"][0]["subject"], REWROTE, "{conflict}");
        assert_eq!(conflict["caused_by"][0]["pull_request"], 3610);
    }
    resolve
}

/// Resolves as a person would: upstream's line, then the hook.
fn resolve(tree: &Path) {
    for (file, is_test) in [("py_binary_macro.bzl", ""), ("py_test_macro.bzl", ", is_test = True")]
    {
        let path = tree.join("python/private").join(file);
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("<<<<<<< rules_python ").unwrap();
        let (ours, rest) = rest
            .split_once('\n')
            .unwrap()
            .1
            .split_once("||||||| rules_python 1.8.5 (the pin)\n")
            .unwrap();
        let (_, after) =
            rest.split_once(">>>>>>> 0002-call-from-the-private-macros.patch\n").unwrap();
        let hook = format!("    maybe_precompile_separately(kwargs{is_test})\n");
        fs::write(path, format!("{before}{ours}{hook}{after}")).unwrap();
    }
}

pub(crate) fn the_conflict_at_1_9_0_is_resolved_by_the_book() {
    let sandbox = project();
    to(&sandbox, "1.8.5");
    hook(&sandbox);
    // Nothing is written if it stops, be it plainly or with a worktree.
    let words =
        ["python/private/py_test_macro.bzl, changed by upstream in 1.9.0", REWROTE, "--resolve"];
    sandbox.refuse(3, &["sync", "--to", "1.9.0", "--no-repro"], &words);

    let bisect = ["--format", "json", "bisect", "0002-call-from-the-private-macros.patch"];
    let found = sandbox.succeed(&[&bisect[..], &["--to", "1.9.0"]].concat()).json();
    assert_eq!(found["commit"]["subject"], REWROTE, "{found}");

    // In one leap, on a copy.
    let mut leap = Sandbox::below(sandbox.home.parent().unwrap());
    fs::remove_dir_all(&leap.project).unwrap();
    let copied = Command::new("cp").arg("-a").arg(&sandbox.project).arg(&leap.project).status();
    assert!(copied.unwrap().success());
    leap.set("PATCHER_UPSTREAM", &sandbox.upstream);

    let stopped = stop(&sandbox, "1.9.0");
    let tree = PathBuf::from(stopped["worktree"].as_str().unwrap());
    let log = sandbox.git(
        &tree,
        &["log", "--format=%s", "1.8.5..1.9.0", "--", "python/private/py_test_macro.bzl"],
    );
    assert_eq!(log, REWROTE, "as git prints it, too");
    resolve(&tree);
    sandbox.git(&tree, &["add", "--update"]);
    sandbox.succeed(&["continue", "--no-repro"]);
    sandbox.succeed(&["check", "--archives"]);
    let memory = sandbox.project.join("patches/resolutions");
    assert_eq!(fs::read_dir(&memory).unwrap().count(), 2);
    to(&sandbox, "1.9.2");
    to(&sandbox, "2.1.0");

    // What was resolved at 1.9.0 is offered on the way to 2.1.0, and taken if it is asked for.
    let copied =
        Command::new("cp").arg("-a").arg(&memory).arg(leap.project.join("patches")).status();
    assert!(copied.unwrap().success());
    leap.succeed(&["sync", "--no-repro"]);
    let stopped = stop(&leap, "2.1.0");
    assert_eq!(stopped["recorded"].as_array().unwrap().len(), 2, "{stopped}");
    leap.refuse(3, &["continue", "--no-repro"], &["still in conflict"]);
    leap.succeed(&["continue", "--recall"]);
    let tree = worktree(&leap);
    leap.git(&tree, &["add", "--update"]);
    leap.succeed(&["continue", "--no-repro"]);
    leap.succeed(&["check"]);
    assert_eq!(state(&leap), state(&sandbox), "in one leap and in steps");
}
