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
      error: upstream.lock: the registry's archive of 1.0.0 has sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, the tag's has sha256-VwVOHDgajsnU8Rr5Xs4Ase9NPoQWU1OQXqdVnIC/N8A=
       hint: compare the content, which may be compressed in another way: the tag's has sha256-0RcLCDk7TGM21zPC6gVzz1oSAU5XDSKXLI5WKF27c/Y=, `gzip -dc ARCHIVE | openssl dgst -sha256 -binary | base64` prints the other's without `sha256-`; if they differ, the tag or the registry is not what it was, or upstream makes the archive in another way (`archive = "upload"` in patcher.toml)
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

/// What `git archive` makes of the first release in this directory; with `-n`, as hosts compress it.
fn archived(sandbox: &Sandbox, strip_prefix: &str) -> String {
    let made = format!("git archive --prefix={strip_prefix}/ v1.0.0 | gzip -n -6");
    let digest = "openssl dgst -sha256 -binary | base64";
    let script = format!("cd {} && {made} | {digest}", sandbox.upstream.display());
    let run = sandbox.script(&script, &std::collections::BTreeMap::new());
    format!("sha256-{}", run.stdout.trim())
}

#[test]
fn an_archive_in_another_directory_is_made_again() {
    let sandbox = with_v_tags();
    configure(&sandbox, "tag = \"v{version}\"\nstrip-prefix = \"rules-{tag}\"");
    let integrity = archived(&sandbox, "rules-v1.0.0");
    let given = [&FIRST[..], &["--registry-integrity", &integrity]].concat();
    let run = sandbox.succeed(&given);
    assert!(run.stderr.contains("+ Reproduced the registry's archive from the tag"), "{run:#?}");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("strip_prefix = \"rules-{tag}\"\n"), "{lock}");
    let archive = ["--upstream-archive", "https://example.com/a.tar.gz", "--kind", "patches"];
    let publish = ["publish", "--unverified", "--output", "out"];
    sandbox.succeed(&[&publish[..], &archive].concat());
    let snippet = sandbox.read("out/demo_rules-1.0.0.patched.1.patches.MODULE.bazel");
    assert!(snippet.contains("    strip_prefix = \"rules-v1.0.0\",\n"), "{snippet}");
    // What the tag fills in is what the last patch finds there.
    let notice = sandbox.read("out/demo_rules-1.0.0.patched.1.patches/notice.patch");
    assert!(notice.contains("\n-VERSION = \"v1.0.0\"\n"), "{notice}");
    // Without the lock, the statement says where it is.
    let elsewhere = sandbox.home.to_str().unwrap();
    let archive = sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz");
    let upstream = sandbox.upstream.to_str().unwrap();
    let without = ["--root", elsewhere, "verify", "--upstream", upstream];
    let run = sandbox.succeed(&[&without[..], &[archive.to_str().unwrap()]].concat());
    let link = format!("registry bytes        + holds        {integrity} is made again from");
    assert!(run.stdout.contains(&link), "{run:#?}");
    // In the plain directory, it is another one.
    configure(&sandbox, "tag = \"v{version}\"");
    sandbox.refuse(6, &[&given[..], &["--rebuild"]].concat(), &["the tag's has"]);
}

#[test]
fn an_uploaded_archive_is_where_its_name_says() {
    let sandbox = with_v_tags();
    let url = "upstream = \"https://github.com/o/rules\"\nregistry = \"registry\"\n";
    let tags = "tag = \"v{version}\"\narchive = \"upload\"\n";
    let names = "asset = \"{module}.{version}.tgz\"\nstrip-prefix = \"rules-{tag}\"\n";
    sandbox.write("patcher.toml", &format!("{url}{tags}{names}"));
    let from = ["--upstream", "../upstream.git"];
    sandbox.succeed(&[&FIRST[..], &from].concat());
    let integrity = archived(&sandbox, "rules-v1.0.0");
    let given = ["--offline", "sync", "--no-repro", "--registry-integrity", &integrity];
    let run = sandbox.succeed(&given);
    let said = run.said();
    let said = said.lines().find(|line| line.contains("upstream's archive")).unwrap_or_default();
    assert_snapshot!(said, @"! Unchecked  upstream's archive: --offline forbids getting https://github.com/o/rules/releases/download/v1.0.0/demo_rules.1.0.0.tgz (1.0.0)");
    // As if it had been fetched.
    let made = "git archive --prefix=rules-v1.0.0/ v1.0.0 | gzip -n -6";
    let uploads = sandbox.cache.join("uploads");
    std::fs::create_dir_all(&uploads).unwrap();
    let digest: patcher::support::ids::Sri = integrity.parse().unwrap();
    let kept = uploads.join(digest.hex());
    let script = format!("cd {} && {made} > {}", sandbox.upstream.display(), kept.display());
    sandbox.script(&script, &std::collections::BTreeMap::new());
    sandbox.succeed(&given);
    let lock = sandbox.read("upstream.lock");
    let table = lock.split("\n\n").find(|table| table.starts_with("[series.pin.uploaded]"));
    assert_snapshot!(table.unwrap_or_default(), @r#"
    [series.pin.uploaded]
    url = "https://github.com/o/rules/releases/download/v1.0.0/demo_rules.1.0.0.tgz"
    strip_prefix = "rules-v1.0.0"
    "#);
    let upstream = lock.split("\n\n").find(|table| table.starts_with("[upstream]"));
    assert_snapshot!(upstream.unwrap_or_default(), @r#"
    [upstream]
    module = "demo_rules"
    url = "https://github.com/o/rules"
    tag = "v{version}"
    asset = "{module}.{version}.tgz"
    strip_prefix = "rules-{tag}"
    "#);
}

#[test]
fn names_that_no_archive_has_are_refused() {
    let sandbox = Sandbox::new();
    let refused = [
        "asset = \"{name}.tar.gz\"",
        "asset = \"../{module}.tar.gz\"",
        "strip-prefix = \"{module}/..\"",
        "strip-prefix = \"a\\u0007\"",
        "strip-prefix = \"\"",
    ]
    .map(|line| {
        configure(&sandbox, line);
        sandbox.refuse(2, &["status"], &[]).said()
    });
    assert_snapshot!(refused.join("\n"), @r#"
    error: patcher.toml:2: asset: "{name}.tar.gz" has the unknown placeholder "{name}": there are {module}, {tag} and {version}
     hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    error: patcher.toml:2: asset: "../{module}.tar.gz" is not the name of a file, such as "{module}-{version}.tar.gz"
     hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    error: patcher.toml:2: strip-prefix: "{module}/.." is not a directory in an archive, such as "{module}-{version}", or nothing
     hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    error: patcher.toml:2: strip-prefix: "a\u{7}" is not a directory in an archive, such as "{module}-{version}", or nothing
     hint: correct or delete that line: docs/reference/patcher-toml.md lists the settings

    error: patcher.toml:2: strip-prefix: nothing is only for archives that upstream uploads
     hint: write `archive = "upload"`, or name the directory
    "#);
}
