//! Upstreams that name or publish their releases in another way.

use insta::assert_snapshot;

use crate::common::{Run, Sandbox};

/// The sample, whose upstream has `v` before every version.
fn with_v_tags() -> Sandbox {
    let sandbox = Sandbox::new();
    for release in ["1.0.0", "1.1.0"] {
        let tag = format!("v{release}");
        sandbox.git(&sandbox.upstream, &["tag", &tag, release]);
        sandbox.git(&sandbox.upstream, &["tag", "--delete", release]);
    }
    sandbox
}

/// A sync of the series at the release that it was made for.
const FIRST: [&str; 4] = ["sync", "--no-repro", "--to", "1.0.0"];

fn configure(sandbox: &Sandbox, line: &str) {
    sandbox.write("patcher.toml", &format!("upstream = \"../upstream.git\"\n{line}\n"));
}

#[test]
fn tags_of_another_form_are_named_by_what_is_to_be_written() {
    let sandbox = with_v_tags();
    configure(&sandbox, "");
    let run = sandbox.refuse(2, &FIRST, &[]);
    assert_snapshot!(run.said(), @r#"
    error: upstream ../upstream.git has no tag such as 1.2.3; its newest is v1.1.0
     hint: write `tag = "v{version}"` in patcher.toml, at its top
    "#);
}

#[test]
fn a_project_follows_an_upstream_whose_tags_have_another_form() {
    let sandbox = with_v_tags();
    configure(&sandbox, "tag = \"v{version}\"");
    sandbox.succeed(&FIRST);
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("tag = \"v{version}\"\n"), "{lock}");
    assert!(lock.contains("release = \"1.0.0\"\n"), "{lock}");
    let mirror = sandbox.mirror();
    assert_eq!(sandbox.git(&mirror, &["tag", "--list"]).trim(), "v1.0.0\nv1.1.0");
    sandbox.succeed(&["check"]);
    sandbox.succeed(&["--offline", "sync", "--no-repro"]);
    sandbox.succeed(&["sync", "--no-repro", "--to", "latest"]);
    sandbox.succeed(&["publish", "--unverified"]);
    let archive = "dist/demo_rules-1.1.0.patched.1.tar.gz";
    let statement = sandbox.read(&format!("{archive}.intoto.json"));
    assert!(statement.contains("@refs/tags/v1.1.0\""), "{statement}");
    // With the project, and only by the archive and its statement.
    let tagged = |run: Run| run.stdout.lines().find(|l| l.contains(" by ")).map(str::to_owned);
    let by_project = tagged(sandbox.succeed(&["verify", archive]));
    let upstream = sandbox.upstream.to_str().unwrap();
    let elsewhere = sandbox.home.to_str().unwrap();
    let archive = sandbox.project.join(archive);
    let args = ["--root", elsewhere, "verify", "--upstream", upstream, archive.to_str().unwrap()];
    let by_archive = tagged(sandbox.succeed(&args));
    let both = [by_project, by_archive].map(Option::unwrap_or_default).join("\n");
    assert_snapshot!(both, @"
    commit                + holds        1.1.0 is 8257ff80de37 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    commit                + holds        1.1.0 is 8257ff80de37 by PATCHES.md, the statement and the mirror's tag
    ");
}

#[test]
fn a_moved_tag_is_found_whatever_its_form() {
    let sandbox = with_v_tags();
    configure(&sandbox, "tag = \"v{version}\"");
    sandbox.succeed(&FIRST);
    sandbox.git(&sandbox.upstream, &["tag", "--force", "v1.0.0", "v1.1.0"]);
    sandbox.refuse(6, &["sync", "--no-repro"], &["the tag 1.0.0 has moved"]);
    sandbox.git(&sandbox.upstream, &["tag", "--delete", "v1.0.0"]);
    sandbox.refuse(6, &["sync", "--no-repro"], &["the tag 1.0.0 is gone"]);
}

#[test]
fn an_archive_that_is_not_the_tags_may_be_uploaded() {
    let sandbox = with_v_tags();
    // What the registry knows is nothing that the tag gives.
    let integrity = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let source = format!("{{\"integrity\": \"{integrity}\"}}");
    sandbox.write("registry/bazel_registry.json", "{}");
    sandbox.write("registry/modules/demo_rules/1.0.0/source.json", &source);
    let tags = "tag = \"v{version}\"\nregistry = \"registry\"";
    configure(&sandbox, tags);
    let compared = sandbox.refuse(6, &FIRST, &[]);
    configure(&sandbox, &format!("{tags}\narchive = \"upload\""));
    let asked = sandbox.patcher(&[&FIRST[..], &["--registry", "registry"]].concat());
    assert_snapshot!(crate::common::joined([compared, asked]), @r#"
    $ patcher sync --no-repro --to 1.0.0
    exit code: 6
    --- stderr
    + Fetched    2 releases from ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: upstream.lock: the registry's archive of 1.0.0 has sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, the tag's has sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=
       hint: compare the content, which may be compressed in another way: the tag's has sha256-DOrivmq+QeHcncVPLvjrr/joPE8BaRdBXLa5v9ZtSMk=, `gzip -dc ARCHIVE | openssl dgst -sha256 -binary | base64` prints the other's without `sha256-`; if they differ, the tag or the registry is not what it was, or upstream makes the archive in another way (`archive = "upload"` in patcher.toml)
       hint: nothing was changed

    $ patcher sync --no-repro --to 1.0.0 --registry registry
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
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Pinned     demo_rules 1.0.0 (246b90549d47)
    + Wrote      dist/demo_rules-1.0.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Unchecked  upstream's archive: nothing says where it is (1.0.0)
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    "#);
    assert!(!sandbox.read("upstream.lock").contains(integrity));
    sandbox.succeed(&["check"]);
}
