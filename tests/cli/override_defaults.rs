//! `override` without options: what the consumer's file says is the default.

use insta::assert_snapshot;
use patcher::project::override_kind::OverrideKind;

use crate::common::{Sandbox, joined};
use crate::verify::known_to_the_registry;

const URL: &str = "https://example.com/archives";
const FILE: &str = "app/MODULE.bazel";
const FIRST: &str = "patches/0001-compile-separately.patch";
const DEP: &str = "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n";
const UPSTREAM: &str = "https://example.com/1.0.0/demo_rules-1.0.0.tar.gz";
const REGISTRY: &[&str] = &["--registry", "https://example.com/registry"];

/// The options that a kind needs once, and how the file says so; none if no MODULE.bazel can have it.
fn needs(kind: OverrideKind) -> Option<(&'static [&'static str], &'static str)> {
    Some(match kind {
        OverrideKind::Archive => {
            (&["--base-url", URL], "\"https://example.com/archives/demo_rules-")
        }
        OverrideKind::Patches => (&["--upstream-archive", UPSTREAM], UPSTREAM),
        OverrideKind::SingleVersion => (&[], "    version = \"1.0.0\",\n"),
        OverrideKind::Git => (&["--remote", "https://example.com/r.git"], "example.com/r.git"),
        OverrideKind::LocalPath => {
            (&["--path", "../demo_rules-1.0.0.patched.1"], "\"../demo_rules")
        }
        OverrideKind::Registry | OverrideKind::RegistryPatches => (REGISTRY, REGISTRY[1]),
        OverrideKind::Workspace => return None,
    })
}

fn add(kind: OverrideKind) -> Vec<&'static str> {
    let needed = needs(kind).map_or(&[][..], |(flags, _)| flags);
    [&["override", "add", FILE, "--kind", kind.name()], needed].concat()
}

/// The text as other editors leave it.
fn variants(text: &str) -> [String; 5] {
    let windows = text.replace('\n', "\r\n");
    [
        text.to_owned(),
        text.trim_end().to_owned(),
        windows.trim_end().to_owned(),
        format!("\u{feff}{windows}"),
        windows,
    ]
}

#[test]
fn what_add_was_given_update_reads_back() {
    let sandbox = known_to_the_registry();
    let text = format!("module(name = \"app\")\n\n{DEP}\nuse_repo(x, \"y\")\n");
    for kind in OverrideKind::ALL {
        let Some((_, place)) = needs(kind) else {
            sandbox.write(FILE, &text);
            let run = sandbox.refuse(2, &add(kind), &[]);
            assert_snapshot!(run, @"
            $ patcher override add app/MODULE.bazel --kind workspace
            exit code: 2
            --- stderr
              error: a WORKSPACE has no overrides to edit
               hint: `patcher publish --kind workspace` writes the http_archive for it
            ");
            continue;
        };
        for before in variants(&text) {
            sandbox.write(FILE, &before);
            sandbox.succeed(&add(kind));
            let added = sandbox.read(FILE);
            assert!(added.replace("\r\n", "\n").contains(place), "{kind}: {added}");
            let ends = |text: &str| (text.matches('\n').count(), text.matches("\r\n").count());
            let (all, windows) = ends(&added);
            assert_eq!(windows, if before.contains('\r') { all } else { 0 }, "{kind}: {added:?}");
            assert_eq!(added.starts_with('\u{feff}'), before.starts_with('\u{feff}'));
            for more in [&[][..], &["--check"], &["--replace", "--check"]] {
                let run = sandbox.succeed(&[&["override", "update", FILE], more].concat());
                assert!(
                    run.stderr.contains("the override of demo_rules 1.0.0.patched.1 is up to date")
                );
                assert_eq!(sandbox.read(FILE), added, "{kind}");
            }
            sandbox.succeed(&["override", "remove", FILE]);
            assert_eq!(sandbox.read(FILE), before, "{kind}");
        }
    }
}

#[test]
fn an_update_follows_the_version_wherever_it_is_taken_from() {
    let sandbox = known_to_the_registry();
    sandbox.write("app/include.MODULE.bazel", DEP);
    let mut files = Vec::new();
    for kind in OverrideKind::ALL.into_iter().filter(|kind| needs(*kind).is_some()) {
        sandbox.write(FILE, DEP);
        sandbox.succeed(&add(kind));
        files.push((kind, sandbox.read(FILE)));
    }
    // A release of GitHub's has the version in its URL, and a mirror beside it.
    let mirrors = "urls = [\n        # ours\n        \"https://example.com/1.0.0.patched.1/demo_rules-1.0.0.patched.1.tar.gz\",\n        \
                   \"file:///m/demo_rules-1.0.0.patched.1.tar.gz\",\n    ]";
    let archive = &files[0].1;
    let (before, behind) = archive.split_once("urls = ").unwrap();
    let mirrored = format!("{before}{mirrors}{}", &behind[behind.find(']').unwrap() + 1..]);
    files.push((OverrideKind::Archive, mirrored));

    sandbox.edit(FIRST, "tags would conflict", "tags could conflict");
    sandbox.succeed(&["sync", "--no-repro"]);
    let commit =
        sandbox.read("upstream.lock").split("patched_commit = \"").nth(1).unwrap()[..40].to_owned();
    for (kind, before) in files {
        sandbox.write(FILE, &before);
        // Neither names a version of patcher's.
        if kind.uses_labels() {
            sandbox.succeed(&["override", "update", FILE, "--check"]);
            continue;
        }
        sandbox.refuse(1, &["override", "update", FILE, "--check"], &["not up to date"]);
        sandbox.succeed(&["override", "update", FILE]);
        sandbox.succeed(&["override", "update", FILE, "--check"]);
        let after = sandbox.read(FILE);
        let expected = before.replace("1.0.0.patched.1", "1.0.0.patched.2");
        let changing = |line: &&str| {
            !["integrity", "commit"].iter().any(|name| line.trim_start().starts_with(name))
        };
        let lines =
            |text: &str| text.lines().filter(changing).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&after), lines(&expected), "{kind}");
        assert!(kind != OverrideKind::Git || after.contains(&commit), "{after}");
    }
}

#[test]
fn a_release_is_kept_and_only_raised_if_that_is_asked_for() {
    let mut sandbox = Sandbox::serving_two();
    sandbox.set("PATCHER_BASE_URL", URL);
    let dep = |version: &str| DEP.replace("1.0.0", version);
    let names = |version: &str| format!("strip_prefix = \"demo_rules-{version}.patched.1\"");
    for (version, release) in
        [("1.0.0", "1.0.0"), ("1.1.0", "1.1.0"), ("1.0.0.patched.1", "1.0.0"), ("", "1.1.0")]
    {
        sandbox.write(FILE, &dep(version));
        sandbox.succeed(&["override", "add", FILE]);
        assert!(sandbox.read(FILE).contains(&names(release)), "{version}: {}", sandbox.read(FILE));
        sandbox.succeed(&["override", "update", FILE, "--check"]);
    }
    sandbox.write(FILE, &dep("1.0.0"));
    sandbox.succeed(&["override", "add", FILE, "--release", "latest"]);
    let raised = sandbox.read(FILE);
    assert!(
        raised.contains(&names("1.1.0")) && raised.contains("raised from 1.0.0 to 1.1.0"),
        "{raised}"
    );
    sandbox.succeed(&["override", "update", FILE, "--release", "1.0.0"]);
    assert!(sandbox.read(FILE).starts_with(DEP), "{}", sandbox.read(FILE));
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    // What the override names counts, and a newer bazel_dep is reported.
    sandbox.edit(FILE, DEP, &dep("1.1.0"));
    let run = sandbox.succeed(&["override", "update", FILE, "--check"]);
    assert_snapshot!(run, @"
    $ patcher override update app/MODULE.bazel --check
    exit code: 0
    --- stderr
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
                 the bazel_dep at app/MODULE.bazel:1 asks for 1.1.0; what the override names is 1.0.0, and counts (--release changes it)
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date
    ");

    let said = ["0.9.0", "1.0.5", "7.0.0", "1.0.0.bcr.1", "1.0"].map(|version| {
        sandbox.write(FILE, &dep(version));
        sandbox.refuse(1, &["override", "add", FILE], &[]).said()
    });
    assert_snapshot!(joined(said), @"
    error: app/MODULE.bazel:1: the bazel_dep of demo_rules names 0.9.0, which is not supported
     hint: the nearest supported release is 1.0.0: `--release 1.0.0`; `--release latest` takes 1.1.0

    error: app/MODULE.bazel:1: the bazel_dep of demo_rules names 1.0.5, which is not supported
     hint: the nearest supported releases are 1.0.0 and 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0

    error: app/MODULE.bazel:1: the bazel_dep of demo_rules names 7.0.0, which is not supported
     hint: the nearest supported release is 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0

    error: app/MODULE.bazel:1: the bazel_dep of demo_rules names 1.0.0.bcr.1, which is not supported
     hint: the nearest supported releases are 1.0.0 and 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0

    error: app/MODULE.bazel:1: the bazel_dep of demo_rules names 1.0, which is not supported
     hint: the nearest supported release is 1.0.0: `--release 1.0.0`; `--release latest` takes 1.1.0
    ");
    let run = sandbox.refuse(2, &["override", "add", FILE, "--release", "1.0.5"], &[]);
    assert_snapshot!(run.said(), @"
    error: 1.0.5 is not supported by any series
     hint: the nearest supported releases are 1.0.0 and 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0
    ");
    let run = sandbox.refuse(2, &["override", "add", FILE, "--release", "newest"], &[]);
    assert_snapshot!(run.said(), @"
    error: invalid value 'newest' for '--release <RELEASE|latest>': not a release

      tip: a release is `latest`, or three numbers such as 2.3.2

    For more information, try '--help'.
    ");
}

#[test]
fn a_release_that_is_not_supported_any_more_is_kept_as_it_was_published() {
    let mut sandbox = Sandbox::synced();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, DEP);
    sandbox.succeed(&["override", "add", FILE]);
    let added = sandbox.read(FILE);
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let run = sandbox.succeed(&["override", "update", FILE, "--check"]);
    assert_snapshot!(run, @"
    $ patcher override update app/MODULE.bazel --check
    exit code: 0
    --- stderr
    warning: 1.0.0 is not supported any more: 1.0.0.patched.1 was published last; `--release latest` takes a newer release
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date
    ");
    sandbox.write(FILE, DEP);
    sandbox.succeed(&["override", "add", FILE]);
    assert_eq!(sandbox.read(FILE), added);
    sandbox.write(FILE, DEP);
    let run = sandbox.refuse(2, &["override", "add", FILE, "--kind", "single-version"], &[]);
    assert_snapshot!(run, @"
    $ patcher override add app/MODULE.bazel --kind single-version
    exit code: 2
    --- stderr
      error: upstream.lock does not hold the patches of 1.0.0.patched.1, which is not supported any more
       hint: --kind archive needs none
    ");
}

#[test]
fn what_is_the_consumers_is_kept_or_named() {
    let mut sandbox = Sandbox::synced();
    sandbox.set("PATCHER_BASE_URL", URL);
    let own = "single_version_override(
    module_name = \"demo_rules\",
    patch_strip = 1,
    patches = [
        # sent upstream
        \"//third_party/py:local_wheel.patch\",
    ],
    version = \"1.0.0\",
)
";
    let before = format!("{DEP}{own}");
    sandbox.write(FILE, &before);
    let update = |more: &[&'static str]| [&["override", "update", FILE], more].concat();
    let mut said = vec![sandbox.refuse(1, &update(&[]), &[]).said()];
    said.push(sandbox.succeed(&update(&["--replace"])).said());
    assert_snapshot!(sandbox.read(FILE), @r#"
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        patch_strip = 1,
        patches = [
            # sent upstream
            "//third_party/py:local_wheel.patch",
        ],
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/archives/demo_rules-1.0.0.patched.1.tar.gz"],
    )  # patcher: replaced single_version_override
    "#);
    said.push(sandbox.succeed(&update(&["--check"])).said());
    said.push(sandbox.succeed(&["override", "remove", FILE]).said());
    assert_eq!(sandbox.read(FILE), DEP);
    sandbox.write(FILE, &before);
    let local = ["--replace", "--kind", "local-path", "--path", "../r"];
    said.push(sandbox.refuse(1, &update(&local), &[]).said());
    said.push(sandbox.succeed(&update(&[&local[..], &["--drop-arguments"]].concat())).said());
    assert_snapshot!(sandbox.read(FILE), @r#"
    bazel_dep(name = "demo_rules", version = "1.0.0")
    local_path_override(
        module_name = "demo_rules",
        path = "../r",
    )  # patcher: replaced single_version_override
    "#);
    assert_snapshot!(joined(said), @r#"
    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: app/MODULE.bazel:2: demo_rules is replaced by single_version_override here, not by archive_override
       hint: `--replace` puts the one in the other's place

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   single_version_override of demo_rules by archive_override in app/MODULE.bazel
                 kept: patch_strip, patches; Bazel applies these patches after patcher's
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: the override of demo_rules 1.0.0.patched.1 is up to date

    + Removed    archive_override of demo_rules from app/MODULE.bazel:2
                 2 arguments that patcher did not write went with it: patch_strip = 1, patches = ["//third_party/py:local_wheel.patch"]
                 it had replaced the single_version_override that was there, which `remove` does not bring back: the history of app/MODULE.bazel has it
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
      error: app/MODULE.bazel:2: the single_version_override of demo_rules has arguments that local_path_override cannot keep: patch_strip, patches
       hint: `--replace --drop-arguments` leaves them out

    warning: 1.0.0.patched.1 is not verified: no test results: the scenarios did not run
    + Replaced   single_version_override of demo_rules by local_path_override in app/MODULE.bazel
                 left out: patch_strip = 1, patches = ["//third_party/py:local_wheel.patch"]
                 the comments in it went with it
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    "#);
    sandbox.refuse(2, &update(&["--drop-arguments"]), &["--replace"]);
}

#[test]
fn dep_and_override_may_be_in_files_of_their_own() {
    let mut sandbox = Sandbox::serving_two();
    sandbox.set("PATCHER_BASE_URL", URL);
    sandbox.write(FILE, DEP);
    sandbox.succeed(&["override", "add", FILE]);
    let statement = sandbox.read(FILE).replace(DEP, "");
    let root = "include(\"//:deps.MODULE.bazel\")\ninclude(\"//:overrides.MODULE.bazel\")\n";
    let dev = DEP.replace(")\n", ", dev_dependency = True)\n");
    let (deps, overrides) = ("app/deps.MODULE.bazel", "app/overrides.MODULE.bazel");
    sandbox.write(FILE, root);
    sandbox.write(deps, &dev);
    sandbox.write(overrides, &statement);
    sandbox.succeed(&["override", "update", FILE, "--check"]);
    let run = sandbox.succeed(&["override", "update", FILE, "--release", "latest"]);
    assert_snapshot!(run, @"
    $ patcher override update app/MODULE.bazel --release latest
    exit code: 0
    --- stderr
    warning: 1.1.0.patched.1 is not verified: no test results: the scenarios did not run
    + Updated    archive_override of demo_rules in app/overrides.MODULE.bazel
    + Raised     the bazel_dep of demo_rules in app/deps.MODULE.bazel from 1.0.0 to 1.1.0
                 Only the root module's overrides count: if another repository depends on this one, Bazel passes over them
    Finished in [TIME]: changed app/deps.MODULE.bazel, app/overrides.MODULE.bazel
    Next: bazel mod deps   resolve with it, and update MODULE.bazel.lock
    ");
    sandbox.succeed(&["override", "remove", FILE]);
    assert_eq!(
        joined([FILE, deps, overrides].map(|file| sandbox.read(file))),
        format!("{root}\n{dev}\n")
    );
    // Bazel takes one, and patcher does not choose.
    sandbox.write(overrides, DEP);
    let run = sandbox.refuse(2, &["override", "add", FILE], &[]);
    assert_snapshot!(run, @"
    $ patcher override add app/MODULE.bazel
    exit code: 2
    --- stderr
      error: app/overrides.MODULE.bazel:1: demo_rules has another bazel_dep at app/deps.MODULE.bazel:1
       hint: leave one of them
    ");
}
