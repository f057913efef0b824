//! Upstreams that make a release's archive in a way of their own and upload it: its content is compared
//! with the tag's.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use patcher::support::ids::Sri;

use crate::common::{Run, Sandbox, joined};
use crate::verify::serve;

/// What the registry says of an archive.
struct Listed {
    url: String,
    integrity: String,
    strip_prefix: &'static str,
}

/// The sample with an upstream that uploads an archive of these entries for 1.0.0.
fn uploading(entries: &[(String, String)]) -> Sandbox {
    let sandbox = Sandbox::new();
    upload(&sandbox, &packed(entries));
    let config = sandbox.read("patcher.toml");
    let own = config.lines().filter(|line| !line.starts_with("registry"));
    let own: String = own.map(|line| format!("{line}\n")).collect();
    sandbox.write("patcher.toml", &format!("archive = \"upload\"\nregistry = \"registry\"\n{own}"));
    sandbox
}

/// Puts the archive beside the project, and what it is into a registry.
fn upload(sandbox: &Sandbox, bytes: &[u8]) {
    let file = sandbox.home.join("demo.tar.gz");
    fs::write(&file, bytes).unwrap();
    let integrity = Sri::of(bytes).to_string();
    let url = format!("file://{}", file.display());
    list(sandbox, &Listed { url, integrity, strip_prefix: "" });
}

fn list(sandbox: &Sandbox, listed: &Listed) {
    let Listed { url, integrity, strip_prefix } = listed;
    let source = serde_json::json!({
        "url": url, "integrity": integrity, "strip_prefix": strip_prefix,
    });
    sandbox.write("registry/modules/demo_rules/1.0.0/source.json", &source.to_string());
}

/// The tag's files as its archive has them.
fn tagged() -> Vec<(String, String)> {
    let sandbox = Sandbox::new();
    let files = sandbox.git(&sandbox.upstream, &["ls-tree", "-r", "--name-only", "1.0.0"]);
    let file = |path: &str| {
        let text = sandbox.git(&sandbox.upstream, &["show", &format!("1.0.0:{path}")]);
        let filled =
            format!("{}\n", text.trim_end()).replace("$Format:%(describe:tags=true)$", "1.0.0");
        (path.to_owned(), filled)
    };
    files.lines().map(file).collect()
}

/// The tag's files, but this one as `change` makes it.
fn with(path: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let mut files = tagged();
    let file = files.iter_mut().find(|(name, _)| name == path).unwrap();
    file.1 = change(&file.1);
    files
}

/// An archive as packers make it that know no modes, in no directory.
fn packed(entries: &[(String, String)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text) in entries {
        let mut header = tar::Header::new_ustar();
        let name = format!("./{path}");
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_mode(0o555);
        header.set_mtime(0);
        header.set_size(text.len() as u64);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).unwrap();
    }
    zipped(&tar.into_inner().unwrap())
}

fn zipped(tar: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(tar).unwrap();
    gzip.finish().unwrap()
}

const SYNC: [&str; 4] = ["sync", "--no-repro", "--to", "1.0.0"];

/// The kinds that upstream's own archive is patched by.
const KINDS: &str = "patches,single-version,registry-patches";

/// What a run says of upstream's archive.
fn said(run: &Run) -> String {
    let is_own = |line: &&str| line.contains("archive") && line.contains("upstream");
    let said = run.said();
    said.lines().filter(is_own).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The link from the registry, as a run of `verify` shows it.
fn link(run: &Run) -> String {
    let stdout = run.stdout.replace(run.root.to_str().unwrap(), "[ROOT]");
    stdout.lines().find(|line| line.starts_with("registry bytes")).unwrap().to_owned()
}

/// What the lock holds of the uploaded archive.
fn locked(sandbox: &Sandbox) -> String {
    let lock = sandbox.read("upstream.lock").replace(sandbox.home.to_str().unwrap(), "[HOME]");
    let table = lock.split("\n\n").find(|table| table.starts_with("[series.pin.uploaded]"));
    let integrity = lock.lines().find(|line| line.starts_with("registry_integrity"));
    [integrity, table].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

#[test]
fn an_uploaded_archive_is_compared_by_content() {
    let mut files = tagged();
    files.retain(|(path, _)| path != "BUILD.bazel");
    files.push(("generated.bzl".to_owned(), "1\n".to_owned()));
    let sandbox = uploading(&files);
    let run = sandbox.succeed(&SYNC);
    assert_snapshot!(run.said(), @"
    + Fetched    2 releases from ../upstream.git
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
    + Compared   upstream's archive with the tag: 5 of 7 files are the tag's; 1 only in the tag; 1 only in the archive; 5 executable in only one of the two
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    assert_snapshot!(locked(&sandbox), @r#"
    registry_integrity = "sha256-/cTCoPJB6B8xGx+5SL9JNZ3xE4C7iQKm0fA/yajvt2k="
    [series.pin.uploaded]
    url = "file://[HOME]/demo.tar.gz"
    strip_prefix = ""
    "#);
    let lock = sandbox.read("upstream.lock");
    assert!(sandbox.succeed(&["sync", "--no-repro"]).said().contains("Up to date"));
    let again = said(&sandbox.succeed(&["sync", "--no-repro", "--rebuild"]));
    assert_eq!(again, said(&run));
    assert_eq!(sandbox.read("upstream.lock"), lock);
    sandbox.succeed(&["check"]);

    let run = sandbox.succeed(&["publish", "--unverified", "--output", "out", "--kind", KINDS]);
    assert_snapshot!(run.said(), @"
    + Published  out/demo_rules-1.0.0.patched.1.patches/
    + Published  demo_rules 1.0.0.patched.1 in out/registry-patches/
    + Published  out/demo_rules-1.0.0.patched.1.patches.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.single-version.MODULE.bazel
    + Published  out/demo_rules-1.0.0.patched.1.registry-patches.MODULE.bazel
    Finished in [TIME]: 1.0.0.patched.1 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release
    ");
    let version = "1.0.0.patched.1";
    let snippet = sandbox.read(&format!("out/demo_rules-{version}.patches.MODULE.bazel"));
    let call = snippet.lines().skip_while(|line| !line.starts_with("archive_override"));
    let call = call.collect::<Vec<_>>().join("\n");
    assert_snapshot!(call.replace(sandbox.home.to_str().unwrap(), "[HOME]"), @r#"
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-/cTCoPJB6B8xGx+5SL9JNZ3xE4C7iQKm0fA/yajvt2k=",
        patch_strip = 1,
        patches = [
            "//third_party/demo_rules:0001-compile-separately.patch",
            "//third_party/demo_rules:0002-docs.patch",
            "//third_party/demo_rules:module_dot_bazel_version.patch",
            "//third_party/demo_rules:notice.patch",
        ],
        strip_prefix = "",
        urls = ["file://[HOME]/demo.tar.gz"],
    )
    "#);
    let source = format!("out/registry-patches/modules/demo_rules/{version}/source.json");
    let source: serde_json::Value = serde_json::from_str(&sandbox.read(&source)).unwrap();
    assert_eq!(
        (&source["strip_prefix"], source["url"].as_str().unwrap()),
        (&"".into(), &*url(&sandbox))
    );
}

/// Where the archive is.
fn url(sandbox: &Sandbox) -> String {
    format!("file://{}", sandbox.home.join("demo.tar.gz").display())
}

#[test]
fn an_override_patches_the_archive_that_was_compared() {
    let sandbox = uploading(&tagged());
    sandbox.succeed(&SYNC);
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    sandbox.succeed(&["override", "add", "--kind", "patches", "app/MODULE.bazel"]);
    let written = sandbox.read("app/MODULE.bazel");
    assert_snapshot!(written.replace(sandbox.home.to_str().unwrap(), "[HOME]"), @r#"
    bazel_dep(name = "demo_rules", version = "1.0.0")
    archive_override(
        module_name = "demo_rules",
        integrity = "sha256-HodtP5mNBYxcJPVG8dje3o6X+PvwVPdcfk5Ug0XX0Ng=",
        patch_strip = 1,
        patches = [
            "//third_party/demo_rules:0001-compile-separately.patch",
            "//third_party/demo_rules:0002-docs.patch",
            "//third_party/demo_rules:module_dot_bazel_version.patch",
            "//third_party/demo_rules:notice.patch",
        ],
        strip_prefix = "",
        urls = ["file://[HOME]/demo.tar.gz"],
    )
    "#);
    // The directory in the archive names no version, and what the consumer added stays.
    let mirrored = written.replace("urls = [", "urls = [\"https://example.com/mirror.tar.gz\", ");
    assert_ne!(mirrored, written);
    sandbox.write("app/MODULE.bazel", &mirrored);
    sandbox.succeed(&["override", "update", "app/MODULE.bazel"]);
    assert_eq!(sandbox.read("app/MODULE.bazel"), mirrored);
}

#[test]
fn the_link_to_an_uploaded_archive_rests_on_its_content() {
    let mut files = tagged();
    files.retain(|(path, _)| path != "BUILD.bazel");
    let sandbox = uploading(&files);
    sandbox.succeed(&SYNC);
    let archive = sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz");
    let archive = archive.to_str().unwrap();
    let by_project = link(&sandbox.succeed(&["verify", archive]));
    let (elsewhere, upstream) =
        (sandbox.home.to_str().unwrap(), sandbox.upstream.to_str().unwrap());
    let without = ["--root", elsewhere, "verify", "--upstream", upstream, archive];
    let by_statement = link(&sandbox.succeed(&without));
    assert_eq!(by_statement, by_project);
    assert_snapshot!(by_project, @"registry bytes        + holds        sha256-vLyCTCvLlY0QMbM3RT3IiZXvSYqF0/t1iHXrPfNDP0Q= by content: 5 of 6 files are the tag's; 1 only in the tag; 5 executable in only one of the two");
    let file = sandbox.home.join("demo.tar.gz");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, [&bytes[..], b"more"].concat()).unwrap();
    assert_snapshot!(link(&sandbox.refuse(6, &["verify", archive], &[])), @"registry bytes        x does not hold  the archive at file://[ROOT]/home/demo.tar.gz has sha256-hCOgjPJmrZR5p5jy6LmKeo+rIqNWP6re22qgq6PBWck=, the registry's has sha256-vLyCTCvLlY0QMbM3RT3IiZXvSYqF0/t1iHXrPfNDP0Q=");
    fs::remove_file(&file).unwrap();
    assert_snapshot!(link(&sandbox.succeed(&["verify", archive])), @"registry bytes        - not checked  upstream's archive, compared by content: cannot read [ROOT]/home/demo.tar.gz: No such file or directory (os error 2)");
}

#[test]
fn patches_for_the_tag_are_none_for_an_archive_that_has_other_files() {
    let mut added = tagged();
    added.push(("PATCHES.md".to_owned(), "upstream's own\n".to_owned()));
    let mut missing = tagged();
    missing.retain(|(path, _)| path != "README.md" && path != "version.bzl" && path != "notes.bzl");
    let stamped = with("MODULE.bazel", |text| text.replace("0.0.0", "1.0.0"));
    let unfilled = with("version.bzl", |text| text.replace("1.0.0", "$Format:%H$"));
    let mut lines = Vec::new();
    for files in [added, missing, stamped, unfilled] {
        lines.push(said(&uploading(&files).succeed(&SYNC)));
    }
    assert_snapshot!(lines.join("\n"), @"
    + Compared   upstream's archive with the tag: 6 of 7 files are the tag's; 1 only in the archive; 6 executable in only one of the two
    ! Left out   patches, single-version, registry-patches: upstream's own archive does not have PATCHES.md as the tag does (1.0.0)
    + Compared   upstream's archive with the tag: 3 of 6 files are the tag's; 3 only in the tag; 3 executable in only one of the two
    ! Left out   patches, single-version, registry-patches: upstream's own archive does not have README.md, notes.bzl and 1 more as the tag does (1.0.0)
    + Compared   upstream's archive with the tag: 5 of 6 files are the tag's; 1 with other bytes; 5 executable in only one of the two
    ! Left out   patches, single-version, registry-patches: upstream's own archive does not have MODULE.bazel as the tag does (1.0.0)
    + Compared   upstream's archive with the tag: 5 of 6 files are the tag's; 1 with other bytes; 5 executable in only one of the two
    ! Left out   patches, single-version, registry-patches: upstream's own archive does not have version.bzl as the tag does (1.0.0)
    ");
}

#[test]
fn the_kinds_that_patch_another_archive_are_left_out() {
    let sandbox = uploading(&with("MODULE.bazel", |text| text.replace("0.0.0", "1.0.0")));
    sandbox.succeed(&SYNC);
    assert_snapshot!(locked(&sandbox), @r#"
    registry_integrity = "sha256-rwAADeDecBgRY4LaiDNsnFnH//9Rlty+YTHK1uJT91o="
    [series.pin.uploaded]
    url = "file://[HOME]/demo.tar.gz"
    strip_prefix = ""
    unlike = ["MODULE.bazel"]
    "#);
    let published = sandbox.succeed(&["publish", "--unverified", "--output", "out"]);
    assert!(!sandbox.project.join("out/registry-patches").exists());
    let asked = sandbox.refuse(2, &["publish", "--unverified", "--kind", "patches"], &[]);
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    let add = ["override", "add", "--kind", "patches", "app/MODULE.bazel"];
    assert_snapshot!(joined([published, asked, sandbox.refuse(2, &add, &[])]), @r#"
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
    - Left out   patches: upstream's own archive does not have MODULE.bazel as the tag does (the kinds that use the patched archive do not need it)
    - Left out   single-version: upstream's own archive does not have MODULE.bazel as the tag does (the kinds that use the patched archive do not need it)
    - Left out   git: the commit has to be pushed (`--push URL` does it)
    - Left out   registry: what a registry says never changes, and the archive's URL is not known (`--base-url URL` gives it)
    - Left out   registry-patches: upstream's own archive does not have MODULE.bazel as the tag does (the kinds that use the patched archive do not need it)
    Finished in [TIME]: 1.0.0.patched.1 as 3 kinds of override in out
    Next: patcher verify out/demo_rules-1.0.0.patched.1.tar.gz   check it against the release

    $ patcher publish --unverified --kind patches
    exit code: 2
    --- stderr
      error: override kind patches: upstream's own archive does not have MODULE.bazel as the tag does
       hint: the kinds that use the patched archive do not need it
       hint: nothing was published

    $ patcher override add --kind patches app/MODULE.bazel
    exit code: 2
    --- stderr
      error: override kind patches: upstream's own archive does not have MODULE.bazel as the tag does
       hint: `--kind archive` does not need it
    "#);
    let verified = sandbox.succeed(&["verify", "dist/demo_rules-1.0.0.patched.1.tar.gz"]);
    assert_snapshot!(link(&verified), @"registry bytes        - not checked  sha256-rwAADeDecBgRY4LaiDNsnFnH//9Rlty+YTHK1uJT91o= by content: 5 of 6 files are the tag's; 1 with other bytes; 5 executable in only one of the two; upstream's own archive does not have MODULE.bazel as the tag does");
    // The statement does not say that: it is found again.
    let archive = sandbox.project.join("dist/demo_rules-1.0.0.patched.1.tar.gz");
    let archive = archive.to_str().unwrap();
    let (elsewhere, upstream) =
        (sandbox.home.to_str().unwrap(), sandbox.upstream.to_str().unwrap());
    let without = ["--root", elsewhere, "verify", "--upstream", upstream, archive];
    assert_eq!(link(&sandbox.succeed(&without)), link(&verified));
    // A digest that is another one is graver.
    let integrity = Sri::of(&fs::read(sandbox.home.join("demo.tar.gz")).unwrap()).hex();
    let statement = "dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json";
    sandbox.edit(statement, &integrity, &Sri::of(b"another").hex());
    assert_snapshot!(link(&sandbox.refuse(6, &["verify", archive], &[])), @"registry bytes        x does not hold  the digest of the registry's archive is sha256-rwAADeDecBgRY4LaiDNsnFnH//9Rlty+YTHK1uJT91o= by upstream.lock, sha256-rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU= by the statement");
}

#[test]
fn an_archive_that_is_not_the_registrys_stops() {
    let sandbox = uploading(&tagged());
    let integrity = Sri::of(b"another").to_string();
    list(&sandbox, &Listed { url: url(&sandbox), integrity, strip_prefix: "" });
    assert_snapshot!(sandbox.refuse(6, &SYNC, &[]), @"
    $ patcher sync --no-repro --to 1.0.0
    exit code: 6
    --- stderr
    + Fetched    2 releases from ../upstream.git
    > Using      demo_rules 1.0.0 (246b90549d47)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: upstream.lock: upstream's archive of 1.0.0 at file://[ROOT]/home/demo.tar.gz has sha256-HodtP5mNBYxcJPVG8dje3o6X+PvwVPdcfk5Ug0XX0Ng=, the registry says sha256-rkSKyGxOjk3sZFcpcI70GHOuecbf+E7/czYJiUh/COU=
       hint: what a registry names never changes: find out who replaced the archive
       hint: nothing was changed
    ");
}

#[test]
fn an_archive_that_cannot_be_read_is_not_claimed() {
    let of = |name: &str| vec![(name.to_owned(), "x".to_owned())];
    let mut lines = Vec::new();
    for bytes in [
        packed(&of("a/../../../etc/passwd")),
        packed(&[of("twice"), of("twice")].concat()),
        packed(&[]),
        b"PK\x03\x04".to_vec(),
        zipped(b"no tar"),
    ] {
        let sandbox = uploading(&tagged());
        upload(&sandbox, &bytes);
        lines.push(said(&sandbox.succeed(&SYNC)));
        assert_eq!(locked(&sandbox), "");
    }
    let mut last = None;
    for (name, strip_prefix) in [
        ("demo.tar.gz", "../elsewhere"),
        ("demo.tar.gz", "nowhere"),
        ("nowhere.tar.gz", ""),
        ("demo.tar.gz?token=hunter2", ""),
    ] {
        let sandbox = uploading(&tagged());
        let url = url(&sandbox).replace("demo.tar.gz", name);
        let integrity = Sri::of(&packed(&tagged())).to_string();
        list(&sandbox, &Listed { url, integrity, strip_prefix });
        lines.push(said(&sandbox.succeed(&SYNC)));
        last = Some(sandbox);
    }
    assert_snapshot!(lines.join("\n"), @r#"
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: "./a/../../../etc/passwd" is a path that leaves its directory, or is odd (1.0.0)
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: "./twice" is in it more than once (1.0.0)
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: there is no file in it (1.0.0)
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: it is a zip file (1.0.0)
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: it is no tar stream: failed to read entire block (1.0.0)
    ! Unchecked  upstream's archive: "../elsewhere" is not a path inside the tree (relative, without `..`) (1.0.0)
    ! Unchecked  upstream's archive: file://[ROOT]/home/demo.tar.gz: there is no file in its directory "nowhere" (1.0.0)
    ! Unchecked  upstream's archive: cannot read [ROOT]/home/nowhere.tar.gz: No such file or directory (os error 2) (1.0.0)
    ! Unchecked  upstream's archive: "file://[ROOT]/home/demo.tar.gz?token=***" holds a password or a token, which others would see (1.0.0)
    "#);
    let sandbox = last.unwrap();
    assert_eq!(locked(&sandbox), "");
    // Without what the registry says, the kinds are left out as ever.
    let why = "upstream.lock does not hold the registry's integrity";
    sandbox.refuse(2, &["publish", "--unverified", "--kind", "patches"], &[why]);
}

#[test]
fn an_archive_from_the_network_stays_in_the_cache() {
    let mut sandbox = uploading(&tagged());
    if patcher::support::environment::Environment::of_process()
        .unwrap()
        .find_program("curl")
        .is_none()
    {
        return;
    }
    sandbox.set("no_proxy", "127.0.0.1");
    let integrity = Sri::of(&fs::read(sandbox.home.join("demo.tar.gz")).unwrap()).to_string();
    let url = format!("{}/demo.tar.gz", serve(sandbox.home.clone()));
    list(&sandbox, &Listed { url, integrity, strip_prefix: "" });
    sandbox.succeed(&SYNC);
    fs::remove_file(sandbox.home.join("demo.tar.gz")).unwrap();
    // The series changes: everything is compared again.
    sandbox.edit("patches/0002-docs.patch", "Drop-When: ", "Drop-When: then, ");
    let again = ["--offline", "sync", "--no-repro"];
    let run = sandbox.succeed(&again);
    assert_snapshot!(said(&run), @"+ Compared   upstream's archive with the tag: all 6 files are the tag's; 6 executable in only one of the two");
    let archive = "dist/demo_rules-1.0.0.patched.2.tar.gz";
    assert!(link(&sandbox.succeed(&["--offline", "verify", archive])).contains("+ holds"));
    // What somebody else put there is not believed.
    let uploads = sandbox.cache.join("uploads");
    for file in fs::read_dir(&uploads).unwrap() {
        fs::write(file.unwrap().path(), "another").unwrap();
    }
    let link = link(&sandbox.succeed(&["--offline", "verify", archive]));
    assert_snapshot!(link.split("http://127.0.0.1").next().unwrap(), @"registry bytes        - not checked  upstream's archive, compared by content: --offline forbids getting ");
}

#[test]
fn another_form_of_archive_asks_the_registry_again() {
    let sandbox = uploading(&tagged());
    sandbox.succeed(&SYNC);
    assert!(locked(&sandbox).contains("strip_prefix = \"\""));
    sandbox.edit("patcher.toml", "archive = \"upload\"\n", "");
    let why = "the registry's archive of 1.0.0 has";
    sandbox.refuse(6, &["sync", "--no-repro", "--registry", "registry"], &[why]);
}

#[test]
fn what_no_registry_knows_is_said_where_it_would_be_compared() {
    let sandbox = Sandbox::serving_two();
    let config = sandbox.read("patcher.toml");
    sandbox.write("patcher.toml", &format!("archive = \"upload\"\n{config}"));
    sandbox.write("registry/modules/another/metadata.json", "{}");
    let of = |args: &[&str]| said(&sandbox.succeed(&[&["sync", "--no-repro"], args].concat()));
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    let changed = of(&[]);
    let again = of(&[]);
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    let lines = [changed, again, of(&[]), of(&["--registry", "registry"])];
    assert_snapshot!(lines.join("\n---\n"), @"
    ! Unchecked  upstream's archive: its integrity is not known (1.1.0, 1.0.0)
    ---

    ---
    ! Unchecked  upstream's archive: its integrity is not known (1.1.0)
    ---
    ! Unchecked  upstream's archive: its integrity is not known (1.1.0, 1.0.0)
    ");
}
