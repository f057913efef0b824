//! `publish` for each kind of override: the snippets, the patches as files, the registry, the pushed commit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined, make_executable};

const URL: &str = "https://example.com/archives";
const UPSTREAM_ARCHIVE: &str = "https://example.com/demo_rules-1.0.0.tar.gz";
const VERSION: &str = "1.0.0.patched.1";

/// A synced project whose registry knows upstream's own archive, with that archive.
fn project() -> (Sandbox, Vec<u8>) {
    let sandbox = Sandbox::new();
    let archive = upstreams_archive(&sandbox, "1.0.0");
    let integrity = patcher::support::ids::Sri::of(&archive);
    let source = format!("{{\"integrity\": \"{integrity}\"}}");
    sandbox.write("registry/modules/demo_rules/1.0.0/source.json", &source);
    sandbox.sync();
    (sandbox, archive)
}

/// What upstream released: `git archive | gzip`.
fn upstreams_archive(sandbox: &Sandbox, release: &str) -> Vec<u8> {
    let script = format!("git archive --prefix=demo_rules-{release}/ {release} | gzip");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(&sandbox.upstream)
        .env("HOME", &sandbox.home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(output.status.success() && !output.stdout.is_empty(), "{output:?}");
    output.stdout
}

/// `publish --unverified --output out` with more arguments.
fn arguments<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["publish", "--unverified", "--output", "out"], more].concat()
}

/// Everything that needs nothing but URLs.
fn with_urls<'a>(more: &[&'a str]) -> Vec<&'a str> {
    arguments(&[&["--base-url", URL, "--upstream-archive", UPSTREAM_ARCHIVE], more].concat())
}

fn out(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let directory = sandbox.project.join("out");
    let name = |path: &PathBuf| path.strip_prefix(&directory).unwrap().display().to_string();
    files_of(&directory).iter().map(|(path, bytes)| (name(path), bytes.clone())).collect()
}

fn unpack(archive: &[u8], into: &Path) {
    fs::create_dir_all(into).unwrap();
    let mut tar = Command::new("tar")
        .args(["-xz", "--strip-components=1"])
        .current_dir(into)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut tar.stdin.take().unwrap(), archive).unwrap();
    assert!(tar.wait().unwrap().success());
}

#[test]
fn every_route_that_needs_nothing_more_is_published() {
    let (sandbox, _) = project();
    let run = sandbox.succeed(&with_urls(&[]));
    let found = out(&sandbox);
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let registry = |name: &str| format!("{name}/modules/demo_rules/{VERSION}");
    let stem = format!("demo_rules-{VERSION}");
    let mut expected: Vec<String> = [
        ".MODULE.bazel",
        ".WORKSPACE",
        ".local-path.MODULE.bazel",
        ".patches.MODULE.bazel",
        ".patches/0001-compile-separately.patch",
        ".patches/0002-docs.patch",
        ".patches/BUILD.bazel",
        ".patches/module_dot_bazel_version.patch",
        ".patches/notice.patch",
        ".registry-patches.MODULE.bazel",
        ".registry.MODULE.bazel",
        ".single-version.MODULE.bazel",
        ".tar.gz",
        ".tar.gz.intoto.json",
    ]
    .map(|suffix| format!("{stem}{suffix}"))
    .into();
    for name in ["registry", "registry-patches"] {
        expected.push(format!("{name}/bazel_registry.json"));
        expected.push(format!("{name}/modules/demo_rules/metadata.json"));
        expected.push(format!("{}/MODULE.bazel", registry(name)));
        expected.push(format!("{}/source.json", registry(name)));
    }
    for patch in ["0001-compile-separately", "0002-docs", "module_dot_bazel_version", "notice"] {
        expected.push(format!("{}/patches/{patch}.patch", registry("registry-patches")));
    }
    expected.sort();
    let mut names: Vec<&str> = names;
    names.sort_unstable();
    assert_eq!(names, expected);
    // Only the default kind's snippet is printed, and what was left out with its way out.
    assert_eq!(run.stdout.as_bytes(), found[&format!("{stem}.MODULE.bazel")]);
    assert_snapshot!(run, @r#"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz
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
    + Published  out/demo_rules-1.0.0.patched.1.patches/
    + Published  demo_rules 1.0.0.patched.1 in out/registry/
    + Published  demo_rules 1.0.0.patched.1 in out/registry-patches/
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.patches.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.single-version.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    + Published  out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.registry-patches.MODULE.bazel
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    Finished in [TIME]: 1.0.0.patched.1 as 7 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    "#);
    let text = |name: &str| String::from_utf8(found[name].clone()).unwrap();
    assert_snapshot!(text(&format!("{stem}.registry.MODULE.bazel")), @r#"
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # In .bazelrc, this registry first:
    #     common --registry=https://example.com/archives/registry
    #     common --registry=https://bcr.bazel.build
    # Bazel takes the highest version that anybody asks for: a newer plain release would win, and the patches would be
    # lost silently. The override keeps this one; it counts only in the root module's MODULE.bazel.
    # Renovate takes it for pinned. Without the override it uses this registry's versions, and sees no other.
    # Dependabot takes 1.0.0.patched.1 for older than 1.0.0, and would drop the patches.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0.patched.1")
    single_version_override(
        module_name = "demo_rules",
        registry = "https://example.com/archives/registry",
        version = "1.0.0.patched.1",
    )
    "#);
    assert_snapshot!(text(&format!("{}/MODULE.bazel", registry("registry-patches"))), @r#"
    module(
        name = "demo_rules",
        version = "1.0.0.patched.1",
    )
    "#);
    assert_snapshot!(text(&format!("{}/source.json", registry("registry"))), @r#"
    {
        "integrity": "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        "strip_prefix": "demo_rules-1.0.0.patched.1",
        "url": "https://example.com/archives/demo_rules-1.0.0.patched.1.tar.gz"
    }
    "#);
    assert_snapshot!(text(&format!("{}/source.json", registry("registry-patches"))), @r#"
    {
        "integrity": "sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=",
        "patch_strip": 1,
        "patches": {
            "0001-compile-separately.patch": "sha256-aRG6QObonc7mHu24XvXiY2UcnzOYa+N5TrnlXwvPLVY=",
            "0002-docs.patch": "sha256-rMzaqCeVPKUZazrF9n0QE3qJg8Be8v6GP/0/N2zFFPs=",
            "module_dot_bazel_version.patch": "sha256-e4DuImGoM9qkrrQQqSUwlPdueX6AiyF84iA5RG9vYU4=",
            "notice.patch": "sha256-ILrMh5KrbpFVPbFR+Ropm4662bp2a0K0TA4uMJA/0Wk="
        },
        "strip_prefix": "demo_rules-1.0.0",
        "url": "https://example.com/demo_rules-1.0.0.tar.gz"
    }
    "#);
}

#[test]
fn publishing_again_changes_no_byte() {
    let (sandbox, _) = project();
    sandbox.succeed(&with_urls(&[]));
    let before = out(&sandbox);
    let run = sandbox.succeed(&with_urls(&[]));
    assert_eq!(out(&sandbox), before);
    assert_snapshot!(run.said(), @"
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  out/demo_rules-1.0.0.patched.1.patches/
    - Kept       demo_rules 1.0.0.patched.1 in out/registry/
    - Kept       demo_rules 1.0.0.patched.1 in out/registry-patches/
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.patches.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.single-version.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    + Published  out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.registry-patches.MODULE.bazel
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    Finished in [TIME]: 1.0.0.patched.1 as 7 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    ");
}

#[test]
fn a_changed_patch_is_a_new_revision_beside_the_old_one() {
    let (sandbox, _) = project();
    sandbox.succeed(&with_urls(&[]));
    let before = out(&sandbox);
    sandbox.edit("patches/0002-docs.patch", "+None. Books", "+None: books");
    sandbox.succeed(&["sync", "--no-repro"]);
    let yank = format!("{VERSION}=use the next one");
    sandbox.succeed(&with_urls(&["--yank", &yank]));
    let after = out(&sandbox);
    for (name, bytes) in &before {
        let is_metadata = name.ends_with("metadata.json");
        assert!(is_metadata || after[name] == *bytes, "{name} changed");
    }
    for name in ["registry", "registry-patches"] {
        let metadata = &after[&format!("{name}/modules/demo_rules/metadata.json")];
        let metadata: serde_json::Value = serde_json::from_slice(metadata).unwrap();
        let versions = serde_json::json!([VERSION, "1.0.0.patched.2"]);
        assert_eq!(metadata["versions"], versions);
        assert_eq!(metadata["yanked_versions"][VERSION], "use the next one");
    }
}

#[test]
fn a_published_version_never_changes() {
    let (sandbox, _) = project();
    sandbox.succeed(&with_urls(&["--kind", "registry"]));
    let elsewhere = ["--kind", "registry", "--base-url", "https://elsewhere.example.com"];
    assert_snapshot!(sandbox.refuse(6, &arguments(&elsewhere), &[]), @"
    $ patcher publish --unverified --output out --kind registry --base-url https://elsewhere.example.com
    exit code: 6
    --- stderr
      error: out/registry/modules/demo_rules/1.0.0.patched.1/source.json: 1.0.0.patched.1 was published before, with other bytes
       hint: a published version never changes: N must go up (change the series, then `patcher sync`), or publish into another registry
       hint: nothing was published
    ");
}

#[test]
fn a_registry_that_lists_more_than_it_holds_is_a_mirror() {
    let (sandbox, _) = project();
    let metadata = "{\"versions\": [\"0.8.0\", \"0.9.0\"], \"yanked_versions\": {}}";
    sandbox.write("out/registry/modules/demo_rules/metadata.json", metadata);
    let run = sandbox.succeed(&with_urls(&["--kind", "registry"]));
    assert_snapshot!(run.said(), @"
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  demo_rules 1.0.0.patched.1 in out/registry/
    ! Unchecked  2 versions of demo_rules in out/registry/: listed in metadata.json, but not there (0.8.0, 0.9.0)
    + Published  out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    Finished in [TIME]: 1.0.0.patched.1 as 1 kind of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    ");
    let metadata = sandbox.read("out/registry/modules/demo_rules/metadata.json");
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["versions"], serde_json::json!(["0.8.0", "0.9.0", VERSION]));
}

/// A project with a third patch, which adds a `bazel_dep` to the module file.
fn with_a_new_dependency() -> Sandbox {
    let sandbox = Sandbox::new();
    let append = |path: &Path, text: &str| {
        let before = fs::read_to_string(path).unwrap();
        fs::write(path, format!("{before}{text}")).unwrap();
    };
    // Lines enough that no hunk there shows the version.
    let lines: String = (0..6).map(|n| format!("# {n}\n")).collect();
    sandbox.release("1.0.0", "1.0.1", |tree| append(&tree.join("MODULE.bazel"), &lines));
    let integrity = patcher::support::ids::Sri::of(&upstreams_archive(&sandbox, "1.0.1"));
    let integrity = integrity.to_string();
    sandbox.succeed(&["sync", "--to", "1.0.1", "--no-repro", "--registry-integrity", &integrity]);
    let tree = sandbox.worktree("change", "1.0.1");
    append(&tree.join("MODULE.bazel"), "bazel_dep(name = \"zlib\", version = \"1.3.1\")\n");
    let message = "feat: ask for zlib\n\nWhy.\n\nRepro: none (a test)\nDrop-When: never\n";
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--message", message]);
    let patch = sandbox.git(&tree, &["format-patch", "--stdout", "--full-index", "-1"]);
    sandbox.write("patches/0003-zlib.patch", &patch);
    let series = sandbox.read("patches/series");
    sandbox.write("patches/series", &format!("{series}0003-zlib.patch\n"));
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox
}

#[test]
fn a_patch_of_the_module_file_needs_a_bazel_that_reads_it() {
    let sandbox = with_a_new_dependency();
    let check = sandbox.succeed(&["check"]);
    let run = sandbox.succeed(&with_urls(&["--kind", "single-version"]));
    assert_snapshot!(joined([check.said(), run.said()]), @"
    + Checked    3 patches at 1.0.1: each applies cleanly
    + Checked    upstream.lock is what is derived again: 1.0.1.patched.2 (archives by their commits: --archives)
    warning: patches/0003-zlib.patch changes MODULE.bazel, which Bazel before 7.4 ignores in a single_version_override (kind single-version)
    warning: no test results: the scenarios did not run: `patcher sync` runs the scenarios
    Finished in [TIME]: nothing is wrong with the patches and archives of 1 release

    + Published  out/demo_rules-1.0.1.patched.2.patches/
    + Published  out/demo_rules-1.0.1.patched.2.single-version.MODULE.bazel
    warning: patches/0003-zlib.patch changes MODULE.bazel, which Bazel before 7.4 ignores in a single_version_override (kind single-version)
    Finished in [TIME]: 1.0.1.patched.2 as 1 kind of override in out
    Next: patcher verify out/demo_rules-1.0.1.patched.2.tar.gz   check it against the release
    ");
    let text = sandbox.read("out/demo_rules-1.0.1.patched.2.single-version.MODULE.bazel");
    assert_snapshot!(text, @r#"
    # demo_rules 1.0.1 with 3 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts. The release comes from the registry; the patches
    # are files in your repository: copy the directory demo_rules-1.0.1.patched.2.patches to third_party/demo_rules.
    # `version` stays with the patches: without it they would be tried on any release. Both versions are the same one.
    # Needs Bazel 7.4 or newer: older ones ignore what the patches change in MODULE.bazel.
    # Renovate takes it for pinned.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.1")
    single_version_override(
        module_name = "demo_rules",
        patch_strip = 1,
        patches = [
            "//third_party/demo_rules:0001-compile-separately.patch",
            "//third_party/demo_rules:0002-docs.patch",
            "//third_party/demo_rules:0003-zlib.patch",
            "//third_party/demo_rules:notice.patch",
        ],
        version = "1.0.1",
    )
    "#);
    // No other kind is concerned.
    let run = sandbox.succeed(&with_urls(&["--kind", "archive,patches,registry-patches"]));
    assert!(run.stderr.contains("Published") && !run.stderr.contains("7.4"), "{run}");
    sandbox.edit("patcher.toml", "upstream", "kinds = [\"archive\"]\nupstream");
    let run = sandbox.succeed(&["check"]);
    assert!(run.stderr.contains("Checked    3 patches") && !run.stderr.contains("7.4"), "{run}");
}

#[test]
fn a_damaged_registry_is_refused_by_name() {
    let (sandbox, _) = project();
    sandbox.succeed(&with_urls(&[]));
    let version = format!("out/registry-patches/modules/demo_rules/{VERSION}");
    let patch = format!("{version}/patches/0002-docs.patch");
    sandbox.edit(&patch, "None", "none");
    assert_snapshot!(sandbox.refuse(6, &with_urls(&[]), &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz
    exit code: 6
    --- stderr
      error: out/registry-patches/modules/demo_rules/1.0.0.patched.1/patches/0002-docs.patch: is not what modules/demo_rules/1.0.0.patched.1/source.json says it is
       hint: restore it as it was published: nothing was written
      error: out/registry-patches/modules/demo_rules/1.0.0.patched.1/patches/0002-docs.patch: 1.0.0.patched.1 was published before, with other bytes
       hint: a published version never changes: N must go up (change the series, then `patcher sync`), or publish into another registry
      error: 2 problems
       hint: nothing was published
    ");
    fs::remove_dir_all(sandbox.project.join(version)).unwrap();
    assert_snapshot!(sandbox.refuse(6, &with_urls(&[]), &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz
    exit code: 6
    --- stderr
      error: out/registry-patches/modules/demo_rules/1.0.0.patched.1/MODULE.bazel: is missing
      error: out/registry-patches/modules/demo_rules/1.0.0.patched.1/source.json: is missing
       hint: restore it as it was published: nothing was written
      error: 2 problems
       hint: nothing was published
    ");
    sandbox.write("out/registry-patches/modules/demo_rules/metadata.json", "{");
    assert_snapshot!(sandbox.refuse(6, &with_urls(&[]), &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz
    exit code: 6
    --- stderr
      error: out/registry-patches/modules/demo_rules/metadata.json:1: is no JSON: EOF while parsing an object at line 1 column 1
       hint: restore it as it was published: nothing was written
       hint: nothing was published
    ");
    // Another module's entries are nobody's business here.
    fs::remove_dir_all(sandbox.project.join("out/registry-patches/modules/demo_rules")).unwrap();
    sandbox.write("out/registry-patches/modules/other/metadata.json", "{");
    sandbox.succeed(&with_urls(&[]));
}

/// A project with archives of two releases and of an older revision, all published into a
/// registry of each kind.
fn with_older_versions() -> Sandbox {
    let (sandbox, _) = project();
    let archive = upstreams_archive(&sandbox, "1.1.0");
    let integrity = patcher::support::ids::Sri::of(&archive);
    let source = format!("{{\"integrity\": \"{integrity}\"}}");
    sandbox.write("registry/modules/demo_rules/1.1.0/source.json", &source);
    let config = sandbox.read("patcher.toml");
    let line = "\n[[series]]\npatches = \"patches\"\nreleases = \">=1.0.0\"\n";
    sandbox.write("patcher.toml", &(config + line));
    sandbox.succeed(&with_urls(&["--release", "1.0.0"]));
    sandbox.edit("patches/0002-docs.patch", "+None. Books", "+None: books");
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro", "--registry", "registry"]);
    for release in ["1.0.0", "1.1.0"] {
        let upstreams = format!("https://example.com/demo_rules-{release}.tar.gz");
        let urls = ["--base-url", URL, "--upstream-archive", &upstreams, "--release", release];
        sandbox.succeed(&arguments(&urls));
    }
    sandbox
}

fn publishes_again(sandbox: &Sandbox) -> crate::common::Run {
    let upstreams = "https://example.com/demo_rules-1.1.0.tar.gz";
    sandbox.patcher(&arguments(&["--base-url", URL, "--upstream-archive", upstreams]))
}

#[test]
fn an_older_version_that_changed_stops_what_is_published_beside_it() {
    let sandbox = with_older_versions();
    assert_eq!(publishes_again(&sandbox).code, Some(0));
    let zeros = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let integrity = |kind: &str, version: &str| {
        let path = format!("out/{kind}/modules/demo_rules/{version}/source.json");
        let source: serde_json::Value = serde_json::from_str(&sandbox.read(&path)).unwrap();
        source["integrity"].as_str().unwrap().to_owned()
    };
    let [archives, upstreams, before] = [
        integrity("registry", "1.0.0.patched.2"),
        integrity("registry-patches", "1.0.0.patched.2"),
        integrity("registry", "1.0.0.patched.1"),
    ];
    let second = "1.0.0.patched.2";
    let module = "bazel_dep(name = \"evil\", version = \"1\")\n";
    let text = sandbox.read(&format!("out/registry/modules/demo_rules/{second}/MODULE.bazel"));
    let (module, other) = (format!("{text}{module}"), text.as_str());
    let changes = [
        ("registry", format!("{second}/source.json"), archives.as_str(), zeros),
        ("registry", "1.0.0.patched.1/source.json".to_owned(), &before, zeros),
        (
            "registry",
            format!("{second}/source.json"),
            "demo_rules-1.0.0.patched.2\"",
            "demo_rules\"",
        ),
        ("registry", format!("{second}/source.json"), "patched.2.tar.gz", "patched.1.tar.gz"),
        ("registry", format!("{second}/MODULE.bazel"), other, &module),
        ("registry-patches", format!("{second}/source.json"), &upstreams, zeros),
        (
            "registry-patches",
            format!("{second}/source.json"),
            "\"patch_strip\": 1",
            "\"patch_strip\": 0",
        ),
        ("registry-patches", format!("{second}/MODULE.bazel"), other, &module),
        ("registry-patches", format!("{second}/patches/0002-docs.patch"), "+None", "+none"),
        ("registry-patches", "1.0.0.patched.1/source.json".to_owned(), &upstreams, zeros),
        (
            "registry",
            "metadata.json".to_owned(),
            "\"1.0.0.patched.1\",\n        \"1.0.0.patched.2\"",
            "\"1.0.0.patched.2\",\n        \"1.0.0.patched.1\"",
        ),
        (
            "registry",
            "metadata.json".to_owned(),
            "\"yanked_versions\": {",
            "\"yanked_versions\": {\"1\": \"x\"",
        ),
    ];
    let mut said = Vec::new();
    for (kind, path, from, to) in changes {
        let path = format!("out/{kind}/modules/demo_rules/{path}");
        let text = sandbox.read(&path);
        sandbox.edit(&path, from, to);
        let run = publishes_again(&sandbox);
        assert_eq!(run.code, Some(6), "{path}: {from} is {to} now\n{run}");
        let errors = run.stderr.lines().filter(|line| line.contains("error: out/"));
        said.extend(errors.map(str::to_owned));
        sandbox.write(&path, &text);
    }
    // A patch with its digest, one that is gone, and one that nobody names.
    let directory = format!("out/registry-patches/modules/demo_rules/{second}");
    let [patch, source] =
        ["patches/0002-docs.patch", "source.json"].map(|f| format!("{directory}/{f}"));
    let [old, text] = [&patch, &source].map(|path| sandbox.read(path));
    let new = old.replace("None: books", "None: BOOKS");
    let [from, to] = [&old, &new].map(|t| patcher::support::ids::Sri::of(t.as_bytes()).to_string());
    sandbox.write(&patch, &new);
    sandbox.edit(&source, &from, &to);
    said.push(publishes_again(&sandbox).stderr);
    fs::remove_file(sandbox.project.join(&patch)).unwrap();
    sandbox
        .write(&source, &text.replace(&format!("        \"0002-docs.patch\": \"{from}\",\n"), ""));
    said.push(publishes_again(&sandbox).stderr);
    sandbox.write(&patch, &old);
    sandbox.write(&source, &text);
    sandbox.write(&format!("{directory}/patches/more.patch"), "x");
    said.push(publishes_again(&sandbox).stderr);
    fs::remove_file(sandbox.project.join(format!("{directory}/patches/more.patch"))).unwrap();
    assert_snapshot!(said.join("\n"), @r#"
    error: out/registry/modules/demo_rules/1.0.0.patched.2/source.json: its integrity is "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256-Mx26KXttMHyIQDmWp+hKdIsjKM9kmPPK3OmA5q84UDU=" was published
    error: out/registry/modules/demo_rules/1.0.0.patched.1/source.json: its integrity is "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=" was published
    error: out/registry/modules/demo_rules/1.0.0.patched.2/source.json: its strip_prefix is "demo_rules", "demo_rules-1.0.0.patched.2" was published
    error: out/registry/modules/demo_rules/1.0.0.patched.2/source.json: its url does not end with "/demo_rules-1.0.0.patched.2.tar.gz"
    error: out/registry/modules/demo_rules/1.0.0.patched.2/MODULE.bazel: is not what was published
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/source.json: its integrity is "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=" was published
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/source.json: its patch_strip is not 1
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/MODULE.bazel: is not what was published
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/patches/0002-docs.patch: is not what modules/demo_rules/1.0.0.patched.2/source.json says it is
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.1/source.json: its integrity is "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=" was published
    error: out/registry/modules/demo_rules/metadata.json: its versions are not in Bazel's order
    error: out/registry/modules/demo_rules/metadata.json: yanks 1, which it does not list
    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/patches/0002-docs.patch: is not what was published
     hint: restore it as it was published: nothing was written
     hint: nothing was published

    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/source.json: its patches are not those that were published
     hint: restore it as it was published: nothing was written
     hint: nothing was published

    error: out/registry-patches/modules/demo_rules/1.0.0.patched.2/patches/more.patch: is no file of this version
     hint: restore it as it was published: nothing was written
     hint: nothing was published
    "#);
    assert_eq!(publishes_again(&sandbox).code, Some(0));
}

#[test]
fn what_a_registry_s_own_repository_has_does_not_change() {
    let sandbox = with_older_versions();
    let registry = sandbox.project.join("out/registry");
    sandbox.git(&registry, &["init", "--quiet"]);
    sandbox.git(&registry, &["add", "--all"]);
    sandbox.git(&registry, &["commit", "--quiet", "--message", "published"]);
    assert_eq!(publishes_again(&sandbox).code, Some(0));
    let own = "out/registry/modules/demo_rules";
    let mut said = Vec::new();
    let [metadata, source] =
        ["metadata.json", "1.0.0.patched.1/source.json"].map(|f| format!("{own}/{f}"));
    for (path, from, to) in [
        (&source, URL, "https://elsewhere.example.com"),
        (&metadata, "        \"1.0.0.patched.1\",\n", ""),
    ] {
        let text = sandbox.read(path);
        sandbox.edit(path, from, to);
        if path == &metadata {
            fs::remove_dir_all(sandbox.project.join(format!("{own}/1.0.0.patched.1"))).unwrap();
        }
        let run = publishes_again(&sandbox);
        assert_eq!(run.code, Some(6), "{run}");
        said.extend(
            run.stderr.lines().filter(|line| line.contains("error: out/")).map(str::to_owned),
        );
        sandbox.write(path, &text);
    }
    assert_snapshot!(said.join("\n"), @"
    error: out/registry/modules/demo_rules/1.0.0.patched.1/source.json: is not what is committed in the registry's repository
    error: out/registry/modules/demo_rules/1.0.0.patched.1/MODULE.bazel: is missing: it is committed in the registry's repository
    error: out/registry/modules/demo_rules/1.0.0.patched.1/source.json: is missing: it is committed in the registry's repository
    error: out/registry/modules/demo_rules/metadata.json: lost 1.0.0.patched.1, or its place: the committed one has it
    ");
    sandbox.git(&registry, &["checkout", "--quiet", "."]);
    // What is added is not committed yet.
    sandbox.edit("patches/0002-docs.patch", "+None: books", "+None. Books");
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(publishes_again(&sandbox).code, Some(0));
    assert_eq!(publishes_again(&sandbox).code, Some(0));
}

#[test]
fn every_path_to_a_registry_takes_the_same_lock() {
    let (sandbox, _) = project();
    sandbox.write("mine/bazel_registry.json", "{}");
    std::os::unix::fs::symlink("mine", sandbox.project.join("link")).unwrap();
    for registry in ["mine", "link", "./patches/../mine"] {
        sandbox.succeed(&with_urls(&["--kind", "registry", "--registry", registry]));
    }
    assert_eq!(sandbox.locks(), ["mirror", "registry"]);
}

#[test]
fn a_registry_that_is_there_is_added_to() {
    let (sandbox, _) = project();
    sandbox.write("mine/bazel_registry.json", "{\"mirrors\": [\"https://m.example.com\"]}");
    sandbox.write("mine/modules/other/metadata.json", "{}");
    let before = files_of(&sandbox.project.join("mine"));
    let args = with_urls(&["--registry", "mine", "--registry-url", "https://r.example.com"]);
    sandbox.succeed(&args);
    let after = files_of(&sandbox.project.join("mine"));
    assert!(before.iter().all(|(path, bytes)| after[path] == *bytes));
    assert_eq!(after.len(), before.len() + 3);
    let snippet = sandbox.read(&format!("out/demo_rules-{VERSION}.registry.MODULE.bazel"));
    assert_snapshot!(snippet, @r#"
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # In .bazelrc, this registry first:
    #     common --registry=https://r.example.com
    #     common --registry=https://bcr.bazel.build
    # Bazel takes the highest version that anybody asks for: a newer plain release would win, and the patches would be
    # lost silently. The override keeps this one; it counts only in the root module's MODULE.bazel.
    # Renovate takes it for pinned. Without the override it uses this registry's versions, and sees no other.
    # Dependabot takes 1.0.0.patched.1 for older than 1.0.0, and would drop the patches.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0.patched.1")
    single_version_override(
        module_name = "demo_rules",
        registry = "https://r.example.com",
        version = "1.0.0.patched.1",
    )
    "#);
    // Where the registry is, nobody knows but the user.
    sandbox.succeed(&with_urls(&["--kind", "registry", "--registry", "mine"]));
    let snippet = sandbox.read(&format!("out/demo_rules-{VERSION}.registry.MODULE.bazel"));
    let registries = snippet.lines().filter(|line| line.contains("registry"));
    assert_snapshot!(joined(registries), @r#"
    # In .bazelrc, this registry first:
    #     common --registry=https://example.com/path/to/registry
    #     common --registry=https://bcr.bazel.build
    # The registry's URL is a placeholder: `patcher publish --registry-url URL` writes the real one.
    # Renovate takes it for pinned. Without the override it uses this registry's versions, and sees no other.
        registry = "https://example.com/path/to/registry",
    "#);
    let both = with_urls(&["--kind", "registry,registry-patches", "--registry", "mine"]);
    assert_snapshot!(sandbox.refuse(2, &both, &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz --kind registry,registry-patches --registry mine
    exit code: 2
    --- stderr
      error: one directory cannot be both registries: name one --registry, one --kind
    ");
    assert_snapshot!(sandbox.refuse(2, &with_urls(&["--registry", "patches"]), &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz --registry patches
    exit code: 2
    --- stderr
      error: [ROOT]/project/patches is no registry
       hint: name a directory that is empty or absent, or has a bazel_registry.json
    ");
}

#[test]
fn a_route_that_lacks_something_says_what() {
    // A registry that does not know the release.
    let sandbox = Sandbox::synced();
    let said = ["git", "registry", "single-version", "elsewhere"]
        .map(|kind| sandbox.refuse(2, &arguments(&["--kind", kind]), &[]));
    assert_snapshot!(joined(said), @"
    $ patcher publish --unverified --output out --kind git
    exit code: 2
    --- stderr
      error: override kind git: the commit has to be pushed
       hint: `--push URL` does it
       hint: nothing was published

    $ patcher publish --unverified --output out --kind registry
    exit code: 2
    --- stderr
      error: override kind registry: what a registry says never changes, and the archive's URL is not known
       hint: `--base-url URL` gives it
       hint: nothing was published

    $ patcher publish --unverified --output out --kind single-version
    exit code: 2
    --- stderr
      error: override kind single-version: upstream.lock does not hold the registry's integrity of upstream's own archive
       hint: `patcher sync --registry URL|DIR` records it
       hint: nothing was published

    $ patcher publish --unverified --output out --kind elsewhere
    exit code: 2
    --- stderr
    error: invalid value 'elsewhere' for '--kind <KIND>': no kind of override: there are archive, patches, single-version, git, local-path, workspace, registry, registry-patches

    For more information, try '--help'.
    ");
    let run = sandbox.succeed(&arguments(&[]));
    assert_snapshot!(run, @r#"
    $ patcher publish --unverified --output out
    exit code: 0
    --- stdout
    # demo_rules 1.0.0 with 2 patches, which its PATCHES.md lists.
    # UNVERIFIED: no test results: the scenarios did not run.
    # Only an override in the root module's MODULE.bazel counts.
    # The URL is a placeholder: `patcher publish --base-url URL` writes the real one.
    # Renovate leaves an archive_override as it is.
    # Dependabot reads only the bazel_dep. In .github/dependabot.yml: ignore: [{dependency-name: "demo_rules"}]
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=",
        strip_prefix = "demo_rules-1.0.0.patched.1",
        urls = ["https://example.com/path/to/demo_rules-1.0.0.patched.1.tar.gz"],
    )
    --- stderr
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz
    + Published  out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Published  out/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.WORKSPACE
    - Left out   patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   single-version: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry: what a registry says never changes, and the archive's URL is not known (`--base-url URL` gives it)
    - Left out   registry-patches: upstream.lock does not hold the registry's integrity of upstream's own archive (`patcher sync --registry URL|DIR` records it)
    Finished in [TIME]: 1.0.0.patched.1 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    "#);
    let json = sandbox.succeed(&arguments(&["--format", "json"])).json();
    let names = |key: &str| -> Vec<String> {
        let list = json[key].as_array().unwrap().iter();
        list.map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("kinds"), ["archive", "local-path", "workspace"]);
    let left = ["patches", "single-version", "git", "registry", "registry-patches"];
    assert_eq!(names("left_out"), left);
    let (sandbox, _) = project();
    let args = arguments(&["--kind", "patches"]);
    assert_snapshot!(sandbox.refuse(2, &args, &[]), @"
    $ patcher publish --unverified --output out --kind patches
    exit code: 2
    --- stderr
      error: override kind patches: where is upstream's own archive?
       hint: `--upstream-archive URL` gives it
       hint: nothing was published
    ");
    assert_snapshot!(sandbox.refuse(2, &arguments(&["--yank", "1=x", "--kind", "archive"]), &[]), @"
    $ patcher publish --unverified --output out --yank 1=x --kind archive
    exit code: 2
    --- stderr
      error: --registry and --yank are for the override kinds registry and registry-patches
    ");
}

#[test]
fn without_patches_only_the_kinds_that_patch_nothing_are_left() {
    let (sandbox, _) = project();
    sandbox.write("patches/series", "");
    for name in ["0001-compile-separately.patch", "0002-docs.patch"] {
        fs::remove_file(sandbox.project.join("patches").join(name)).unwrap();
    }
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(sandbox.succeed(&with_urls(&[])).said(), @"
    + Published  out/demo_rules-1.0.0.tar.gz
    + Published  out/demo_rules-1.0.0.tar.gz.intoto.json
    + Published  out/demo_rules-1.0.0.MODULE.bazel
    + Published  out/demo_rules-1.0.0.local-path.MODULE.bazel
    + Published  out/demo_rules-1.0.0.WORKSPACE
    - Left out   patches: nothing is patched (use the plain release)
    - Left out   single-version: nothing is patched (use the plain release)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry: nothing is patched (use the plain release)
    - Left out   registry-patches: nothing is patched (use the plain release)
    Finished in [TIME]: 1.0.0 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.tar.gz   check it against the release
    ");
}

#[test]
fn the_commit_is_pushed_under_its_tag_and_never_by_force() {
    let (sandbox, _) = project();
    let remote = sandbox.home.join("fork.git");
    sandbox.git(&sandbox.home, &["init", "--quiet", "--bare", remote.to_str().unwrap()]);
    let args = arguments(&["--kind", "git", "--push", remote.to_str().unwrap()]);
    let run = sandbox.succeed(&args);
    let tag = format!("refs/tags/{VERSION}");
    let patched_commit = sandbox.git(&remote, &["rev-parse", &tag]);
    assert!(
        sandbox.read("upstream.lock").contains(&format!("patched_commit = \"{patched_commit}\""))
    );
    let expected = format!(
        "    commit = \"{patched_commit}\",\n    remote = \"file://{}\",\n",
        remote.display()
    );
    assert!(run.stdout.contains(&expected), "{run:#?}");
    // Everything that it is made on is there, too, and nothing else.
    sandbox.git(&remote, &["fsck", "--strict", "--full"]);
    assert_eq!(sandbox.git(&remote, &["for-each-ref", "--format=%(refname)"]), tag);
    let run = sandbox.succeed(&args);
    assert_snapshot!(run.said(), @"
    - Kept       1.0.0.patched.1 (19cd6aea1246) at file://[ROOT]/home/fork.git
    + Published  out/demo_rules-1.0.0.patched.1.git.MODULE.bazel
    Finished in [TIME]: 1.0.0.patched.1 as 1 kind of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    ");
    let parent = sandbox.git(&remote, &["rev-parse", &format!("{tag}^")]);
    sandbox.git(&remote, &["update-ref", &tag, &parent]);
    assert_snapshot!(sandbox.refuse(6, &args, &[]), @"
    $ patcher publish --unverified --output out --kind git --push [ROOT]/home/fork.git
    exit code: 6
    --- stderr
      error: [ROOT]/home/fork.git has the tag 1.0.0.patched.1 for 40de895df302, not for 19cd6aea1246
       hint: a published tag never moves: find out who made it, or push to another repository
    ");
    assert_eq!(sandbox.git(&remote, &["rev-parse", &tag]), parent);
    let missing = arguments(&["--kind", "git", "--push", "nowhere"]);
    assert_snapshot!(sandbox.refuse(30, &missing, &[]).said_without_git(), @"
    error: cannot reach nowhere
     hint: `git push` there has to work as you are
    ");
}

#[test]
fn what_another_writes_into_a_registry_meanwhile_stays() {
    let (sandbox, _) = project();
    let remote = sandbox.home.join("fork.git");
    sandbox.git(&sandbox.home, &["init", "--quiet", "--bare", remote.to_str().unwrap()]);
    // Between reading the registry and writing it, the commit is pushed.
    let metadata = sandbox.project.join("mine/modules/demo_rules/metadata.json");
    let directory = metadata.parent().unwrap().display();
    let hook = remote.join("hooks/post-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let script = format!("#!/bin/sh\nmkdir -p {directory}\necho '{{}}' > {}\n", metadata.display());
    fs::write(&hook, script).unwrap();
    make_executable(&hook);
    let push = remote.to_str().unwrap();
    let args = with_urls(&["--kind", "git,registry", "--registry", "mine", "--push", push]);
    let run = sandbox.patcher(&args);
    assert_eq!((run.code, fs::read_to_string(&metadata).unwrap().as_str()), (Some(30), "{}\n"));
    assert_snapshot!(run.said(), @"
    + Pushed     1.0.0.patched.1 (19cd6aea1246) at file://[ROOT]/home/fork.git
      error: [ROOT]/project/mine/modules/demo_rules/metadata.json changed while patcher was running
       hint: run it again: it begins with what the file holds now
       hint: file://[ROOT]/home/fork.git has the commit 19cd6aea1246 already: run it again
    ");
    assert!(!sandbox.project.join("out").exists());
    fs::remove_dir_all(sandbox.project.join("mine")).unwrap();
    sandbox.succeed(&args);
}

#[test]
fn a_registry_s_links_are_not_followed() {
    let (sandbox, _) = project();
    let outside = sandbox.home.join("outside");
    fs::create_dir(&outside).unwrap();
    sandbox.write("mine/bazel_registry.json", "{}");
    sandbox.write("mine/modules/other/metadata.json", "{}");
    let link = sandbox.project.join("mine/modules/demo_rules");
    std::os::unix::fs::symlink(&outside, &link).unwrap();
    let run = sandbox.patcher(&with_urls(&["--kind", "registry", "--registry", "mine"]));
    assert_snapshot!(run.said(), @"
    error: cannot write [ROOT]/project/mine/modules/demo_rules: it is a link, and links are not followed
     hint: move it away, then run it again
    ");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn upstreams_archive_and_the_patches_are_the_published_tree() {
    let (sandbox, archive) = project();
    sandbox.succeed(&with_urls(&[]));
    let patched = sandbox.home.join("patched");
    let published = out(&sandbox)[&format!("demo_rules-{VERSION}.tar.gz")].clone();
    unpack(&published, &patched);
    let directory = sandbox.project.join(format!("out/demo_rules-{VERSION}.patches"));
    let mut names: Vec<PathBuf> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    names.sort();
    let tree = |directory: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        let name = |path: &PathBuf| path.strip_prefix(directory).unwrap().to_owned();
        files_of(directory).iter().map(|(path, bytes)| (name(path), bytes.clone())).collect()
    };
    for (program, args) in [("git", &["apply"][..]), ("patch", &["-p1", "-F0", "--quiet", "-i"])] {
        let upstreams = sandbox.home.join(program);
        unpack(&archive, &upstreams);
        for name in &names {
            let mut command = Command::new(program);
            command.args(args).arg(name).current_dir(&upstreams);
            // No repository above takes part in it.
            let output = command.env("GIT_CEILING_DIRECTORIES", &sandbox.home).output().unwrap();
            assert!(output.status.success(), "{program} {name:?}: {output:?}");
        }
        assert!(tree(&upstreams) == tree(&patched), "{program} makes another tree");
    }
}

#[test]
fn a_series_that_bazels_patcher_would_misapply_is_refused() {
    let (sandbox, _) = project();
    let from = "diff --git a/README.md";
    let empty = "diff --git a/EMPTY b/EMPTY\nnew file mode 100644\nindex \
        0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n";
    sandbox.edit("patches/0002-docs.patch", from, &format!("{empty}{from}"));
    let of_check = "EMPTY: Bazel's patcher creates no empty file, and stops";
    sandbox.refuse(1, &["sync", "--no-repro"], &[of_check]);
    let config = sandbox.read("patcher.toml");
    sandbox.edit("patcher.toml", "registry =", "kinds = [\"archive\", \"registry\"]\nregistry =");
    sandbox.succeed(&["sync", "--no-repro"]);
    sandbox.succeed(&["check"]);
    let run = sandbox.succeed(&with_urls(&["--format", "json"]));
    assert_eq!(run.json()["kinds"].as_array().unwrap().len(), 2);
    sandbox.write("patcher.toml", &config);
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: EMPTY: Bazel's patcher creates no empty file, and stops (kinds patches, single-version, registry-patches)
       hint: change the patch, or list the other kinds in patcher.toml: `kinds = ["archive"]`
    "#);
    assert_snapshot!(sandbox.refuse(1, &with_urls(&[]), &[]), @r#"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: EMPTY: Bazel's patcher creates no empty file, and stops (kinds patches, single-version, registry-patches)
       hint: change the patch, or list the other kinds in patcher.toml: `kinds = ["archive"]`
       hint: nothing was published
    "#);
}

#[test]
fn what_bazels_patcher_would_misapply_is_said_once_and_as_upstreams_attributes_have_it() {
    let sandbox = Sandbox::new();
    // Upstream leaves a file out of its archive, which the series changes.
    sandbox.release("1.1.0", "1.2.0", |tree| {
        fs::write(tree.join(".gitattributes"), "/README.md export-ignore\n").unwrap();
    });
    let from = "diff --git a/README.md";
    let empty = "diff --git a/EMPTY b/EMPTY\nnew file mode 100644\nindex \
        0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n";
    sandbox.edit("patches/0002-docs.patch", from, &format!("{empty}{from}"));
    let series = "\n[[series]]\npatches = \"patches\"\nreleases = \">=1.0.0\"\n";
    let config = sandbox.read("patcher.toml") + series;
    sandbox.write("patcher.toml", &format!("kinds = [\"archive\"]\n{config}"));
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.0.0"]);
    sandbox.succeed(&["sync", "--no-repro", "--to", "1.2.0"]);
    sandbox.write("patcher.toml", &config);
    assert_snapshot!(sandbox.refuse(1, &["check"], &[]), @r#"
    $ patcher check
    exit code: 1
    --- stderr
      error: patches/0002-docs.patch:12: EMPTY: Bazel's patcher creates no empty file, and stops (kinds patches, single-version, registry-patches)
      error: patches/0002-docs.patch:15: README.md: upstream's own archive does not have it (kinds patches, single-version, registry-patches)
       hint: change the patch, or list the other kinds in patcher.toml: `kinds = ["archive"]`
      error: 2 problems
    "#);
}

#[test]
fn another_compressor_is_a_new_revision_and_another_patcher_is_none() {
    use patcher::project::lock::Lock;
    use patcher::support::ids::Sri;
    let sandbox = Sandbox::serving_two();
    let lock = || Lock::parse(&sandbox.read("upstream.lock")).unwrap();
    sandbox.succeed(&["sync", "--rebuild", "--no-repro"]);
    let revisions =
        |lock: &Lock| lock.series[0].all().map(|locked| locked.revision).collect::<Vec<_>>();
    assert_eq!(revisions(&lock()), [Some(1), Some(1)]);
    // As if the older release's archive had been compressed by another one.
    let mut other = lock();
    other.series[0].supported[0].archive.integrity = Sri::of(b"compressed otherwise");
    sandbox.write("upstream.lock", &other.print());
    assert_snapshot!(sandbox.refuse(1, &["check", "--archives"], &[]), @"
    $ patcher check --archives
    exit code: 1
    --- stderr
      error: upstream.lock:49: archive.integrity of 1.0.0 is sha256-kmjSbtAhkSt4VlNyW+dq8SPneIdAIta9a8eTeOU/j/M=, derived again it is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
       hint: restore it (`git restore upstream.lock`); if patcher compresses otherwise now, `patcher sync --rebuild` accepts that: the revision goes up
    ");
    sandbox.succeed(&["sync", "--rebuild", "--no-repro"]);
    assert_eq!(revisions(&lock()), [Some(1), Some(2)]);
    sandbox.succeed(&["check", "--archives"]);
}

#[test]
fn two_caches_take_turns_at_one_registry() {
    let sandbox = Sandbox::synced();
    sandbox.succeed(&with_urls(&["--kind", "registry"]));
    let other = fs::File::open(sandbox.project.join("out/registry")).unwrap();
    other.lock().unwrap();
    let mut waiting = sandbox.command(&with_urls(&["--kind", "registry"]));
    waiting.env("PATCHER_CACHE_DIR", sandbox.home.join("cache-2"));
    fs::create_dir_all(sandbox.home.join("cache-2")).unwrap();
    for part in ["mirror", "modules"] {
        let (from, to) = (sandbox.cache.join(part), sandbox.home.join("cache-2").join(part));
        if from.exists() {
            std::os::unix::fs::symlink(from, to).unwrap();
        }
    }
    let mut child = waiting.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    assert_eq!(line.trim(), "> Waiting    for another patcher that is at the same thing");
    other.unlock().unwrap();
    std::io::Read::read_to_string(&mut stderr, &mut line).unwrap();
    assert!(child.wait().unwrap().success(), "{line}");
}

#[test]
fn publish_can_be_asked_first() {
    let sandbox = Sandbox::synced();
    let fork = sandbox.home.join("fork.git");
    sandbox.git(&sandbox.home, &["init", "--quiet", "--bare", "fork.git"]);
    let push = fork.to_str().unwrap();
    let ask = |how| with_urls(&["--kind", "archive,git,registry", "--push", push, how]);
    assert_snapshot!(sandbox.succeed(&ask("--dry-run")), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz --kind archive,git,registry --push [ROOT]/home/fork.git --dry-run
    exit code: 0
    --- stdout
    would write out/demo_rules-1.0.0.patched.1.tar.gz
    would write out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    would write out/registry/modules/demo_rules/1.0.0.patched.1/source.json
    would write out/registry/modules/demo_rules/1.0.0.patched.1/MODULE.bazel
    would write out/registry/bazel_registry.json
    would write out/registry/modules/demo_rules/metadata.json
    would write out/demo_rules-1.0.0.patched.1.MODULE.bazel
    would write out/demo_rules-1.0.0.patched.1.git.MODULE.bazel
    would write out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    --- stderr
    Finished in [TIME]: nothing was written
    ");
    assert_snapshot!(sandbox.refuse(1, &ask("--check"), &[]), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz --kind archive,git,registry --push [ROOT]/home/fork.git --check
    exit code: 1
    --- stdout
    would write out/demo_rules-1.0.0.patched.1.tar.gz
    would write out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    would write out/registry/modules/demo_rules/1.0.0.patched.1/source.json
    would write out/registry/modules/demo_rules/1.0.0.patched.1/MODULE.bazel
    would write out/registry/bazel_registry.json
    would write out/registry/modules/demo_rules/metadata.json
    would write out/demo_rules-1.0.0.patched.1.MODULE.bazel
    would write out/demo_rules-1.0.0.patched.1.git.MODULE.bazel
    would write out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
    --- stderr
      error: not up to date: out/demo_rules-1.0.0.patched.1.tar.gz, out/demo_rules-1.0.0.patched.1.tar.gz.intoto.json, out/registry/modules/demo_rules/1.0.0.patched.1/source.json, out/registry/modules/demo_rules/1.0.0.patched.1/MODULE.bazel, out/registry/bazel_registry.json, out/registry/modules/demo_rules/metadata.json, out/demo_rules-1.0.0.patched.1.MODULE.bazel, out/demo_rules-1.0.0.patched.1.git.MODULE.bazel, out/demo_rules-1.0.0.patched.1.registry.MODULE.bazel
       hint: the same command without --check brings it up to date
    ");
    assert!(!sandbox.project.join("out").exists(), "nothing was written");
    assert_eq!(sandbox.git(&fork, &["tag", "--list"]), "", "nothing was pushed");
    sandbox.succeed(&ask("--quiet"));
    assert_eq!(sandbox.git(&fork, &["tag", "--list"]), VERSION);
    assert_snapshot!(sandbox.succeed(&ask("--check")), @"
    $ patcher publish --unverified --output out --base-url https://example.com/archives --upstream-archive https://example.com/demo_rules-1.0.0.tar.gz --kind archive,git,registry --push [ROOT]/home/fork.git --check
    exit code: 0
    --- stderr
    Finished in [TIME]: nothing was written
    ");
    let snippet = "out/demo_rules-1.0.0.patched.1.MODULE.bazel";
    sandbox.write(snippet, "");
    let run = sandbox.refuse(1, &ask("--check"), &[]);
    assert_eq!(run.stdout, format!("would write {snippet}\n"));
}
