//! `status`, `export`, `publish`, `demo`, and what all commands share.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, git, joined, same};

#[test]
fn status_shows_where_the_project_stands() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.succeed(&["status"]), @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    --- stderr
    Finished in [TIME]: 1.1.0 is released
    Next: patcher sync --to 1.1.0   port the patches to it
    ");
    let json = sandbox.succeed(&["status", "--format", "json"]).json();
    assert_eq!(json["command"], "status");
    assert_eq!(json["newest"], "1.1.0");
    assert_eq!(json["patches"][1]["name"], "0002-docs.patch");
}

#[test]
fn status_names_what_has_changed() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    let run = sandbox.succeed(&["status"]);
    assert_snapshot!(run, @"
    $ patcher status
    exit code: 0
    --- stdout
    demo_rules at ../upstream.git

    series   patches  pin    supports             not tested
    patches  2        1.0.0  1.0.0     1 release  1

    newest     ! 1.1.0 is not pinned yet
    archive      demo_rules-1.0.0.patched.1.tar.gz
                 sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    scenarios  ! no test results: the scenarios did not run
    changed    ! patches/0002-docs.patch: has changed since the last sync
    --- stderr
    Finished in [TIME]: 1.1.0 is released
    Next: patcher sync --to 1.1.0   port the patches to it
    ");
}

#[test]
fn the_project_is_found_from_below() {
    let sandbox = Sandbox::synced();
    let below = sandbox.project.join("tests/repro");
    let output = sandbox.command(&["check"]).current_dir(below).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn export_writes_the_tree_that_is_published() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&["export", "patched"]);
    sandbox.succeed(&["export", "--unpatched", "unpatched"]);
    let of = |directory: &str| files_of(&sandbox.project.join(directory));
    assert_eq!(of("patched").len(), of("unpatched").len() + 1, "the notice is new");
    let versions = ["patched", "unpatched"].map(|of| sandbox.read(&format!("{of}/version.bzl")));
    assert_snapshot!(joined(versions), @r#"
    """The version of these rules; git fills it in when it makes an archive."""

    VERSION = "1.0.0.patched.1"

    """The version of these rules; git fills it in when it makes an archive."""

    VERSION = "1.0.0"
    "#);
    assert!(sandbox.read("patched/notes.bzl").contains("compiled"));
    let notes = git(&sandbox.upstream, &sandbox.home, &["show", "1.0.0:notes.bzl"]);
    assert_eq!(sandbox.read("unpatched/notes.bzl"), notes + "\n");
}

#[test]
fn export_refuses_a_directory_that_holds_something() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(2, &["export", "patches"], &[]), @"
    $ patcher export patches
    exit code: 2
    --- stderr
      error: [ROOT]/project/patches is not empty
       hint: name a directory that is empty or absent
    ");
    fs::create_dir(sandbox.project.join("empty")).unwrap();
    sandbox.succeed(&["export", "empty"]);
}

#[test]
fn a_directory_is_judged_by_where_its_path_leads() {
    let sandbox = Sandbox::synced();
    let mut texts = Vec::new();
    for directory in ["nonexist/..", "patcher.toml"] {
        let said = ["export", "demo"].map(|command| sandbox.refuse(2, &[command, directory], &[]));
        texts.push(same(said.map(|run| run.said())));
        assert!(!sandbox.project.join("nonexist").exists());
    }
    assert_snapshot!(joined(texts), @"
    error: [ROOT]/project/nonexist/.. is not empty
     hint: name a directory that is empty or absent

    error: [ROOT]/project/patcher.toml is no directory
     hint: name a directory that is empty or absent
    ");
}

#[test]
fn publish_needs_test_results_or_the_users_word() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(1, &["publish", "--output", "out"], &[]), @"
    $ patcher publish --output out
    exit code: 1
    --- stderr
      error: 1.0.0.patched.1: no test results: the scenarios did not run
       hint: `patcher sync` runs the scenarios
       hint: `--unverified` publishes all the same, and the snippets say so
       hint: nothing was published
    ");
    let url = "https://example.com/archives/";
    let run = sandbox.succeed(&["publish", "--output", "out", "--base-url", url, "--unverified"]);
    assert_snapshot!(run, @r#"
    $ patcher publish --output out --base-url https://example.com/archives/ --unverified
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/archives/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  demo_rules 1.0.0.patched.1 in out/registry/
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    + Published  out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    - Left out   patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   single-version: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry-patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    Finished in [TIME]: 1.0.0.patched.1 as 4 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    "#);
    assert_eq!(sandbox.read("out/demo_rules-1.0.0.patched.1.MODULE.bazel"), run.stdout);
    let archive = |directory: &str| {
        fs::read(sandbox.project.join(directory).join("demo_rules-1.0.0.patched.1.tar.gz")).unwrap()
    };
    assert!(archive("out") == archive("dist"));
}

#[test]
fn publish_refuses_what_check_refuses() {
    let sandbox = Sandbox::synced();
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    assert_snapshot!(sandbox.refuse(1, &["publish", "--unverified", "--output", "out"], &[]), @"
    $ patcher publish --unverified --output out
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch: has changed since the last sync
       hint: `patcher sync` picks up the change
       hint: nothing was published
    ");
}

#[test]
fn publish_writes_both_files_or_none() {
    let sandbox = Sandbox::synced();
    let snippet = "out/demo_rules-1.0.0.patched.1.MODULE.bazel";
    fs::create_dir_all(sandbox.project.join(snippet)).unwrap();
    let args = ["publish", "--unverified", "--output", "out"];
    assert_snapshot!(sandbox.refuse(30, &args, &[]), @"
    $ patcher publish --unverified --output out
    exit code: 30
    --- stderr
      error: cannot write [ROOT]/project/out/demo_rules-1.0.0.patched.1.MODULE.bazel: there is a directory of that name
       hint: move it away, then run it again
    ");
    assert_eq!(fs::read_dir(sandbox.project.join("out")).unwrap().count(), 1);
}

#[test]
fn settings_of_the_repository_yield_to_the_environment_and_flags() {
    let mut sandbox = Sandbox::synced();
    sandbox.edit(
        "patcher.toml",
        "registry =",
        "base-url = \"https://file.example.com\"\nregistry =",
    );
    // A registry never changes what it says: each URL has its own directory.
    let publish = |sandbox: &Sandbox, directory: &str, args: &[&str]| {
        let args = [&["publish", "--unverified", "--output", directory], args].concat();
        let snippet = sandbox.succeed(&args).stdout;
        snippet.lines().find(|line| line.starts_with("    urls")).unwrap().to_owned()
    };
    let of_file = publish(&sandbox, "file", &[]);
    sandbox.set("PATCHER_BASE_URL", "https://env.example.com");
    let of_env = publish(&sandbox, "env", &[]);
    let of_flag = publish(&sandbox, "flag", &["--base-url", "https://flag.example.com"]);
    assert_snapshot!(joined([of_file, of_env, of_flag]), @r#"
    urls = ["https://file.example.com/demo_rules-1.0.0.patched.1.tar.gz"],
    urls = ["https://env.example.com/demo_rules-1.0.0.patched.1.tar.gz"],
    urls = ["https://flag.example.com/demo_rules-1.0.0.patched.1.tar.gz"],
    "#);
}

#[test]
fn no_secret_is_printed_and_no_path_of_this_machine_is_kept() {
    let mut sandbox = Sandbox::new();
    sandbox.set("GITHUB_TOKEN", "t0psecret");
    sandbox.set("MY_PASSWORD", "hunter22");
    let home = sandbox.home.to_str().unwrap().to_owned();
    let missing = format!("{home}/t0psecret");
    let mut seen = String::new();
    for args in [
        &["sync", "--to", "1.0.0", "--no-repro", "-v"][..],
        &["sync", "--no-repro", "--upstream", &missing],
        &["status", "--format", "json"],
        &["check"],
        &["--root", &missing, "check"],
        &["export", "out"],
        &["publish", "--unverified", "--output", "published"],
        &["--format", "json", "sync", "--to", "9.9.9", "--no-repro"],
    ] {
        let run = sandbox.patcher(args);
        seen.push_str(&run.stdout);
        seen.push_str(&run.stderr);
    }
    // Whoever reads the terminal has to find the path.
    assert!(seen.contains(&format!("{home}/$GITHUB_TOKEN: there is no such directory")), "{seen}");
    let mut kept = String::new();
    for (path, bytes) in files_of(&sandbox.project) {
        kept.push_str(&format!("{:?}\n", path.strip_prefix(&sandbox.project)));
        kept.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(kept.contains("upstream.lock") && kept.contains("../upstream.git"), "{kept}");
    for secret in ["t0psecret", "hunter22"] {
        assert!(!seen.contains(secret) && !kept.contains(secret), "{secret} is printed or kept");
    }
    for path in [home.as_str(), sandbox.cache.to_str().unwrap()] {
        assert!(!kept.contains(path), "{path} is in a file of the project");
    }
}

#[test]
fn json_is_one_document_whatever_happens() {
    let sandbox = Sandbox::new();
    let run = |args: &[&str], code: i32| {
        let run = sandbox.patcher(&[&["--format", "json"], args].concat());
        assert_eq!(run.code, Some(code), "{args:?} {run:#?}");
        run.json()
    };
    let check = ["sync", "--check", "--to", "1.0.0"];
    let document = run(&check, 1);
    assert_eq!(document["command"], "sync");
    assert_eq!(document["would_write"], serde_json::json!(["upstream.lock"]));
    assert_eq!(document["error"]["exit_code"], 1);
    let document = run(&["sync", "--check", "--to", "9.9.9"], 2);
    assert_eq!(
        (&document["command"], &document["error"]["kind"]),
        (&"sync".into(), &"input".into())
    );
    let bazel = sandbox.bazel("begin; sleep 5");
    run(&["sync", "--to", "1.0.0", "--no-repro"], 0);
    let document = run(&["repro", "--timeout", "1", "--bazel", &bazel], 5);
    assert_eq!(document["command"], "repro");
    assert_eq!(document["error"]["kind"], "unexpected-result");
    assert_eq!(document["report"]["rows"][0]["unpatched"]["result"], "hung");
    let document = run(&["sync", "--nope"], 2);
    assert_eq!(document["error"]["exit_code"], 2);
    assert!(document["error"]["message"].as_str().unwrap().contains("--nope"), "{document}");
    let usage = sandbox.patcher(&["frobnicate", "--format=json"]);
    assert_eq!(usage.json()["command"], serde_json::Value::Null);
    assert_eq!(usage.json()["error"]["kind"], "input");
    let help = sandbox.succeed(&["--format", "json", "--help"]);
    assert!(help.stdout.contains("Usage: patcher"), "{help:#?}");
}

#[test]
fn json_has_no_secrets_and_names_paths_as_they_are() {
    let mut sandbox = Sandbox::synced();
    sandbox.set("GITHUB_TOKEN", "t0psecret");
    let home = sandbox.home.to_str().unwrap().to_owned();
    let url = format!("file://{home}/t0psecret");
    let mut seen = String::new();
    for args in [
        &["publish", "--unverified", "--output", "out", "--base-url", &url][..],
        &["repro", "--bazel", &format!("{home}/bazel")],
        &["repro", "--bazel", "sh", "--bazelrc", &format!("{home}/t0psecret")],
        &["sync", "--no-repro", "--base-url", "https://ann:pw0rd@example.com/t0psecret x"],
        &["sync", &format!("--{home}/t0psecret")],
    ] {
        let run = sandbox.patcher(&[&["--format", "json"], args].concat());
        run.json();
        seen.push_str(&run.stdout);
    }
    let bazel = sandbox.bazel("echo \"no room in $HOME\" >&2; exit 1");
    let run = sandbox.patcher(&["--format", "json", "repro", "--bazel", &bazel]);
    let called = format!("it was called as: {bazel}");
    assert!(run.json()["error"]["hints"][0].as_str().unwrap().contains(&called));
    seen.push_str(&run.stdout);
    for secret in ["t0psecret", "pw0rd"] {
        assert!(!seen.contains(secret), "{secret} is in {seen}");
    }
    assert!(seen.contains(&format!("file://{home}/$GITHUB_TOKEN/")), "{seen}");
}

#[test]
fn every_command_explains_itself() {
    let sandbox = Sandbox::new();
    for command in ["status", "check", "export", "repro", "publish", "override", "sync", "demo"] {
        let run = sandbox.succeed(&[command, "--help"]);
        assert!(run.stdout.contains(&format!("Usage: patcher {command}")), "{run:#?}");
        assert!(run.stdout.contains("--root <DIR>"), "{run:#?}");
    }
    let help = sandbox.succeed(&["--help"]).stdout;
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
}

#[test]
fn every_path_to_the_project_takes_the_same_locks() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.bazel("echo it does not start >&2; exit 36");
    let link = sandbox.home.join("link");
    std::os::unix::fs::symlink(&sandbox.project, &link).unwrap();
    let paths = [sandbox.project.clone(), link, sandbox.project.join("patches/..")];
    let said = paths.each_ref().map(|path| {
        let root = path.to_str().unwrap();
        sandbox.succeed(&["--root", root, "edit"]);
        sandbox.succeed(&["--root", root, "abort"]);
        sandbox.refuse(30, &["--root", root, "repro", "--bazel", &bazel], &[]).said()
    });
    assert_snapshot!(same(said), @"
    error: Bazel did not start:
           it does not start
     hint: it was called as: [ROOT]/home/fake-bazel --nohome_rc --nosystem_rc --noworkspace_rc --output_user_root=[ROOT]/cache/bazel --max_idle_secs=120 build --keep_going --symlink_prefix=/ --build_event_json_file=[ROOT]/cache/bazel/[KEY].events.json --color=no --curses=no --ui_event_filters=+error --lockfile_mode=off --override_repository=demo_rules=[ROOT]/cache/trees/246b90549d47596fbfbaf63284b49769316b9643 --noenable_bzlmod --enable_workspace --nobuild -- //plain-books:one //plain-books:other //two-books:plain //two-books:tagged
    ");
    assert_eq!(sandbox.locks(), ["mirror", "repro", "work"]);
}
