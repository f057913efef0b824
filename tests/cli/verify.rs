//! The statement beside an archive, and `patcher verify`: every tampering is named by its link.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use insta::assert_snapshot;
use patcher::project::lock::Lock;
use patcher::publish::archive::gzip;
use patcher::support::ids::Sri;
use serde_json::Value;

use crate::common::{Run, Sandbox, files_of, find_program};

const ARCHIVE: &str = "dist/demo_rules-1.0.0.patched.1.tar.gz";
const STATEMENT: &str = "dist/demo_rules-1.0.0.patched.1.tar.gz.intoto.json";
const FIRST: &str = "patches/0001-compile-separately.patch";

/// A synced project whose registry knows the release.
pub(crate) fn known_to_the_registry() -> Sandbox {
    let sandbox = Sandbox::new();
    let script = "git archive --prefix=demo_rules-1.0.0/ 1.0.0 | gzip";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(&sandbox.upstream)
        .env("HOME", &sandbox.home)
        .output();
    let integrity = Sri::of(&output.unwrap().stdout).to_string();
    let args = ["sync", "--to", "1.0.0", "--no-repro", "--registry-integrity", &integrity];
    let run = sandbox.succeed(&args);
    assert!(
        run.stderr.contains("Reproduced the registry's archive from the tag, byte for byte"),
        "{run:#?}"
    );
    sandbox
}

fn bytes(sandbox: &Sandbox, path: &str) -> Vec<u8> {
    fs::read(sandbox.project.join(path)).unwrap()
}

fn tar(sandbox: &Sandbox) -> Vec<u8> {
    let (bytes, mut tar) = (bytes(sandbox, ARCHIVE), Vec::new());
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut tar).unwrap();
    tar
}

/// Packs the archive again, with each entry changed, left out or followed by others.
fn repack(sandbox: &Sandbox, mut edit: impl FnMut(&str, &mut tar::Header, &mut Vec<u8>) -> bool) {
    let tar = tar(sandbox);
    let mut packed = tar::Builder::new(Vec::new());
    for entry in tar::Archive::new(tar.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut header = entry.header().clone();
        let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let inner = path.split_once('/').map_or(path.as_str(), |(_, inner)| inner);
        if edit(inner, &mut header, &mut content) {
            header.set_size(content.len() as u64);
            header.set_cksum();
            packed.append(&header, content.as_slice()).unwrap();
        }
    }
    // git fills the last record.
    let mut packed = packed.into_inner().unwrap();
    packed.resize(packed.len().next_multiple_of(20 * 512), 0);
    write(sandbox, &gzip(&packed));
}

/// Puts a text in the place of another one in a file of the archive.
fn replace(sandbox: &Sandbox, file: &str, from: &str, to: &str) {
    let mut seen = 0;
    repack(sandbox, |path, _, content| {
        if path == file {
            let text = String::from_utf8(content.clone()).unwrap();
            seen += text.matches(from).count();
            *content = text.replacen(from, to, 1).into_bytes();
        }
        true
    });
    assert!(seen > 0, "no {from:?} in {file}");
}

fn write(sandbox: &Sandbox, bytes: &[u8]) {
    fs::write(sandbox.project.join(ARCHIVE), bytes).unwrap();
}

/// Edits the statement as JSON.
fn restate(sandbox: &Sandbox, edit: impl FnOnce(&mut Value)) {
    let mut statement: Value = serde_json::from_str(&sandbox.read(STATEMENT)).unwrap();
    edit(&mut statement);
    sandbox.write(STATEMENT, &serde_json::to_string_pretty(&statement).unwrap());
}

fn inputs(statement: &mut Value) -> &mut Vec<Value> {
    statement["predicate"]["buildDefinition"]["resolvedDependencies"].as_array_mut().unwrap()
}

fn input<'a>(statement: &'a mut Value, name: &str) -> &'a mut Value {
    inputs(statement).iter_mut().find(|input| input["name"] == name).unwrap()
}

/// The status of each link of a run with `--format json`.
fn links(run: &Run) -> BTreeMap<String, String> {
    let document = run.json();
    assert_eq!(document["command"], "verify");
    let links = document["links"].as_array().unwrap().clone();
    assert_eq!(links.len(), 7);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    links.iter().map(|link| (text(&link["name"]), text(&link["status"]))).collect()
}

/// `verify` must name this link first, and say these words.
#[track_caller]
fn breaks(sandbox: &Sandbox, args: &[&str], link: &str, words: &str) {
    let args = [&["verify", "--format", "json", "--offline"], args].concat();
    let before = files_of(&sandbox.home.join(".."));
    let run = sandbox.patcher(&args);
    assert_eq!(run.code, Some(6), "{args:?}\n{run:#?}");
    assert_eq!(run.json()["broken"], link, "{run:#?}");
    assert!(run.stderr.contains(words), "no {words:?} in {}", run.stderr);
    assert_eq!(run.json()["error"]["kind"], "integrity");
    assert!(files_of(&sandbox.home.join("..")) == before, "{args:?} changed a file");
}

/// An empty directory, to verify in without any project.
fn nowhere(sandbox: &Sandbox) -> String {
    // As far from the upstream as the project.
    let directory = sandbox.project.with_file_name("nowhere");
    fs::create_dir_all(&directory).unwrap();
    directory.to_str().unwrap().to_owned()
}

#[test]
fn the_statement_says_where_the_archive_comes_from() {
    let sandbox = known_to_the_registry();
    let text = sandbox.read(STATEMENT);
    let mut statement: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
    assert_eq!(statement["subject"][0]["name"], "demo_rules-1.0.0.patched.1.tar.gz");
    let digest = Sri::of(&bytes(&sandbox, ARCHIVE)).hex();
    assert_eq!(statement["subject"][0]["digest"]["sha256"], digest.as_str());
    let rev = |name: &str| sandbox.git(&sandbox.upstream, &["rev-parse", name]);
    let upstream = input(&mut statement, "upstream").clone();
    assert_eq!(upstream["uri"], "git+../upstream.git@refs/tags/1.0.0");
    assert_eq!(upstream["digest"]["gitCommit"], rev("1.0.0").as_str());
    assert_eq!(upstream["digest"]["gitTree"], rev("1.0.0^{tree}").as_str());
    let registry = input(&mut statement, "registry").clone();
    assert_eq!(registry["annotations"]["patcher_reproducedFromCommit"], true);
    let patch = input(&mut statement, FIRST).clone();
    assert_eq!(patch["digest"]["sha256"], Sri::of(&bytes(&sandbox, FIRST)).hex().as_str());
    let unsigned = statement["predicate"]["patcher_unsigned"].as_str().unwrap();
    assert!(unsigned.contains("not signed"), "{unsigned}");
    assert!(!text.contains("2026-") && !text.contains(sandbox.home.to_str().unwrap()), "{text}");
    // `publish` writes the same.
    sandbox.succeed(&["publish", "--unverified", "--output", "out"]);
    let again = STATEMENT.replace("dist", "out");
    assert_eq!(sandbox.read(&again), text);
}

#[test]
fn a_statement_is_written_where_it_is_missing_and_left_where_it_is_right() {
    let sandbox = known_to_the_registry();
    let (text, lock) = (sandbox.read(STATEMENT), sandbox.read("upstream.lock"));
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    "#);
    fs::remove_file(sandbox.project.join(STATEMENT)).unwrap();
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(sandbox.read(STATEMENT), text);
    let digest = Sri::of(&bytes(&sandbox, FIRST)).hex();
    sandbox.edit(STATEMENT, &digest, &Sri::of(b"").hex());
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(sandbox.read(STATEMENT), text);
    // Of another patcher: neither the revision nor the archive is another one for that.
    let version = format!("\"patcher\": \"{}\"", env!("CARGO_PKG_VERSION"));
    sandbox.edit(STATEMENT, &version, "\"patcher\": \"0.0.1\"");
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(run, @r#"
    $ patcher sync --no-repro
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
    - Up to date demo_rules 1.0.0.patched.1
    + Checked    that 1.0.0 is 246b90549d47 at ../upstream.git
    + Applied    2 patches cleanly, every blob as stated (by an earlier run)
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 2 patches, not tested
    "#);
    sandbox.succeed(&["verify", ARCHIVE]);
    assert_eq!(sandbox.read("upstream.lock"), lock);
}

#[test]
fn every_link_of_an_untouched_archive_holds() {
    let sandbox = known_to_the_registry();
    let run = sandbox.succeed(&["verify", "--offline", ARCHIVE]);
    assert_snapshot!(run, @"
    $ patcher verify --offline dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 0
    --- stdout
    registry bytes        + holds        sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds        1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds        9d979783bd50, whole in the mirror
    patches               + holds        2 patches of the project apply cleanly at 1.0.0
    patched tree          + holds        b89c47ab0ade: the archive's 7 files are its files
    archive               + holds        sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= is made again to the byte, as the statement says
    consumer's integrity  - not checked  no consumer's MODULE.bazel was named
    --- stderr
                 scenarios: no test results: the scenarios did not run
                 the statement beside it is not signed: who published it is not verified
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 6 links hold, 1 link not checked
    ");
    // As a URL, and by a consumer.
    let url = format!("file://{}", sandbox.project.join(ARCHIVE).display());
    sandbox.succeed(&["verify", "--offline", &url]);
    let base = format!("file://{}", sandbox.project.join("dist").display());
    let args = ["publish", "--unverified", "--output", "dist", "--base-url", &base];
    let module = sandbox.home.join("MODULE.bazel");
    fs::write(&module, format!("module(name = \"c\")\n{}", sandbox.succeed(&args).stdout)).unwrap();
    let module = module.to_str().unwrap();
    let run = sandbox.succeed(&["verify", "--offline", "--format", "json", module]);
    assert!(links(&run).values().all(|status| status == "holds"), "{run:#?}");
    assert_eq!(run.json()["broken"], Value::Null);
}

#[test]
fn without_the_project_the_archive_alone_is_taken_apart() {
    let sandbox = known_to_the_registry();
    let root = nowhere(&sandbox);
    let run = sandbox.succeed(&["verify", "--format", "json", "--root", &root, ARCHIVE]);
    let found = links(&run);
    for (link, status) in [
        ("registry", "holds"),
        ("commit", "holds"),
        ("tree", "holds"),
        ("patches", "not-checked"),
        ("patched-tree", "holds"),
        ("archive", "holds"),
        ("consumer", "not-checked"),
    ] {
        assert_eq!(found[link], status, "{link}: {run:#?}");
    }
    // Without the statement, too, and with a clone in place of the cache.
    fs::remove_file(sandbox.project.join(STATEMENT)).unwrap();
    fs::remove_dir_all(&sandbox.cache).unwrap();
    let upstream = sandbox.upstream.to_str().unwrap().to_owned();
    let args = ["verify", "--format", "json", "--root", &root, "--upstream", &upstream, ARCHIVE];
    let found = links(&sandbox.succeed(&args));
    assert_eq!(found["archive"], "holds");
    assert_eq!(found["registry"], "not-checked");
    assert_eq!(found["commit"], "holds");
    assert_eq!(found["patched-tree"], "not-checked");
    assert_snapshot!(sandbox.refuse(30, &["verify", "--root", &root, ARCHIVE], &[]), @"
    $ patcher verify --root [ROOT]/nowhere dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 30
    --- stderr
      error: nothing of demo_rules was fetched yet from ../upstream.git
       hint: `patcher sync` in its project fetches it
       hint: `patcher verify --upstream PATH` takes a clone: `git clone --mirror URL PATH`
    ");
}

#[test]
fn a_changed_file_breaks_the_patched_tree() {
    let sandbox = known_to_the_registry();
    let root = nowhere(&sandbox);
    let original = bytes(&sandbox, ARCHIVE);
    let both = |words: &str, bare: &str| {
        breaks(&sandbox, &[ARCHIVE], "patched-tree", words);
        breaks(&sandbox, &["--root", &root, ARCHIVE], "patched-tree", bare);
        write(&sandbox, &original);
    };
    // One byte of a file that the patches change, and of one that they do not.
    replace(&sandbox, "notes.bzl", "def _note", "def _Note");
    assert_snapshot!(sandbox.refuse(6, &["verify", ARCHIVE], &[]).stdout, @"
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds          1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               + holds          2 patches of the project apply cleanly at 1.0.0
    patched tree          x does not hold  notes.bzl has other bytes
    archive               x does not hold  the digest of the archive is sha256-zpuMPOvpNP9KzLI6EziARwGLHCEMadApHJ+ZjrrTc+I= by its bytes, sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= by upstream.lock
    consumer's integrity  - not checked    no consumer's MODULE.bazel was named
    ");
    both("notes.bzl has other bytes", "as the statement says");
    // A file as it is without the patches.
    let plain = sandbox.git(&sandbox.upstream, &["show", "1.0.0:notes.bzl"]) + "\n";
    repack(&sandbox, |path, _, content| {
        if path == "notes.bzl" {
            *content = plain.clone().into_bytes();
        }
        true
    });
    both("notes.bzl has other bytes", "notes.bzl is not changed, as PATCHES.md says");
    replace(&sandbox, "BUILD.bazel", "\n", " ");
    both("BUILD.bazel has other bytes", "BUILD.bazel is changed, which PATCHES.md does not say");
    // Within what the archive fills in.
    replace(&sandbox, "version.bzl", "1.0.0.patched.1", "1.0.0.patched.2");
    both("version.bzl has other bytes", "version.bzl is changed, which");
    // A file less, a file more, a mode.
    repack(&sandbox, |path, _, _| path != "README.md");
    both("README.md is missing", "README.md is deleted, which");
    repack(&sandbox, |path, header, content| {
        if path == "README.md" {
            header.as_mut_bytes()[..100].fill(0);
            let name = b"demo_rules-1.0.0.patched.1/evil.bzl";
            header.as_mut_bytes()[..name.len()].copy_from_slice(name);
            content.push(b'#');
        }
        true
    });
    both("evil.bzl is added", "evil.bzl is added, which");
    repack(&sandbox, |path, header, _| {
        if path == "BUILD.bazel" {
            header.set_mode(0o775);
        }
        true
    });
    both("BUILD.bazel has the mode 775, not 664", "BUILD.bazel is changed, which");
    // A link in its place.
    repack(&sandbox, |path, header, content| {
        if path == "BUILD.bazel" {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_link_name("notes.bzl").unwrap();
            content.clear();
        }
        true
    });
    let bare = sandbox.refuse(6, &["verify", "--root", &root, ARCHIVE], &[]);
    let line = bare.stdout.lines().find(|line| line.starts_with("archive ")).unwrap();
    assert!(line.contains("BUILD.bazel is a link, which no patch can make"), "{bare}");
    both("BUILD.bazel", "BUILD.bazel is changed, which");
    sandbox.succeed(&["verify", ARCHIVE]);
}

#[test]
fn the_stamp_and_the_bytes_are_the_archives() {
    let sandbox = known_to_the_registry();
    let root = nowhere(&sandbox);
    let original = bytes(&sandbox, ARCHIVE);
    let both = |words: &str, bare: &str| {
        breaks(&sandbox, &[ARCHIVE], "archive", words);
        breaks(&sandbox, &["--root", &root, ARCHIVE], "archive", bare);
        write(&sandbox, &original);
    };
    replace(&sandbox, "MODULE.bazel", "patched.1", "patched.2");
    both("MODULE.bazel has other bytes", "MODULE.bazel does not carry the version");
    replace(&sandbox, "PATCHES.md", "docs: books", "docs: looks");
    both("PATCHES.md has other bytes", "the digest of the archive");
    repack(&sandbox, |path, _, _| path != "PATCHES.md");
    breaks(&sandbox, &[ARCHIVE], "archive", "PATCHES.md is missing");
    write(&sandbox, &original);
    // Packed again as it was, it is the same: what is found below is found for its own sake.
    repack(&sandbox, |_, _, _| true);
    assert!(bytes(&sandbox, ARCHIVE) == original);
    // A path that leaves the directory.
    let mut tar = tar(&sandbox);
    let mut more = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.as_mut_bytes()[..11].copy_from_slice(b"../../evil\0");
    header.set_size(0);
    header.set_mode(0o664);
    header.set_cksum();
    more.append(&header, &b""[..]).unwrap();
    let end = tar.chunks(512).rposition(|block| block.iter().any(|&byte| byte != 0)).unwrap();
    tar.truncate((end + 1) * 512);
    tar.extend(more.into_inner().unwrap());
    write(&sandbox, &gzip(&tar));
    both("\"../../evil\" is not in the directory", "\"../../evil\" is not in the directory");
    // The same files, another stream; the same stream, another gzip; more after it.
    repack(&sandbox, |_, header, _| {
        header.set_mtime(1);
        true
    });
    both("the tar stream that holds them is not", "the digest of the archive");
    let plain = self::tar(&sandbox);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&plain).unwrap();
    write(&sandbox, &encoder.finish().unwrap());
    both("the tar stream is the same, its gzip is not", "its gzip is not");
    write(&sandbox, &[&original[..], b"more"].concat());
    both("4 bytes come after the gzip", "4 bytes come after the gzip");
}

#[test]
fn an_edited_statement_breaks_the_link_that_it_is_about() {
    let sandbox = known_to_the_registry();
    let text = sandbox.read(STATEMENT);
    let other = Sri::of(b"other").hex();
    let id = "1".repeat(40);
    let both = |link: &str, words: &str| {
        breaks(&sandbox, &[ARCHIVE], link, words);
        sandbox.write(STATEMENT, &text);
    };
    restate(&sandbox, |s| s["subject"][0]["digest"]["sha256"] = other.clone().into());
    both("archive", "by its bytes");
    restate(&sandbox, |s| input(s, FIRST)["digest"]["sha256"] = other.clone().into());
    both("patches", "the digest of 0001-compile-separately.patch is");
    restate(&sandbox, |s| drop(inputs(s).pop()));
    both("patches", "the list of patches is");
    restate(&sandbox, |s| input(s, "upstream")["digest"]["gitCommit"] = id.clone().into());
    both("commit", "the commit of 1.0.0 is");
    restate(&sandbox, |s| input(s, "upstream")["digest"]["gitTree"] = id.clone().into());
    both("tree", "the tree is");
    restate(&sandbox, |s| input(s, "registry")["digest"]["sha256"] = other.clone().into());
    both("registry", "the digest of the registry's archive is");
    let made = |s: &mut Value, at: usize, key: &str| {
        s["predicate"]["runDetails"]["byproducts"][at]["digest"][key] = id.clone().into();
    };
    restate(&sandbox, |s| made(s, 0, "gitTree"));
    both("patched-tree", "the patched tree is");
    restate(&sandbox, |s| made(s, 1, "gitCommit"));
    both("archive", "the published commit is");
    restate(&sandbox, |s| s["predicate"]["runDetails"]["builder"]["id"] = "https://x".into());
    both("archive", "not the one that patcher writes");
    // What is no statement at all.
    sandbox.write(STATEMENT, "{}");
    assert_snapshot!(sandbox.refuse(2, &["verify", ARCHIVE], &[]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz.intoto.json: not a patcher provenance statement: missing field `_type` at line 1 column 2
       hint: move it away to verify the archive without it
    ");
}

#[test]
fn another_series_than_the_projects_is_named() {
    let sandbox = known_to_the_registry();
    // The patches changed since.
    sandbox.edit(FIRST, "tags would conflict", "tags could conflict");
    breaks(&sandbox, &[ARCHIVE], "patches", "has changed since the last sync");
    // And the project with them, for another archive of the same name.
    let archive = bytes(&sandbox, ARCHIVE);
    for file in ["upstream.lock", ARCHIVE] {
        fs::remove_file(sandbox.project.join(file)).unwrap();
    }
    sandbox.sync();
    assert!(bytes(&sandbox, ARCHIVE) != archive);
    let statement = sandbox.read(STATEMENT);
    write(&sandbox, &archive);
    breaks(&sandbox, &[ARCHIVE], "archive", "PATCHES.md has other bytes");
    fs::remove_file(sandbox.project.join(STATEMENT)).unwrap();
    breaks(&sandbox, &[ARCHIVE], "archive", "PATCHES.md has other bytes");
    sandbox.write(STATEMENT, &statement);
}

#[test]
fn a_moved_tag_and_a_wrong_registry_are_named() {
    let sandbox = known_to_the_registry();
    let root = nowhere(&sandbox);
    let text = sandbox.read("upstream.lock");
    let mut lock = Lock::parse(&text).unwrap();
    lock.series[0].pin.registry_integrity = Some(Sri::of(b"another archive"));
    sandbox.write("upstream.lock", &lock.print());
    breaks(&sandbox, &[ARCHIVE], "registry", "the digest of the registry's archive is");
    fs::remove_file(sandbox.project.join(STATEMENT)).unwrap();
    breaks(&sandbox, &[ARCHIVE], "registry", "the one made from");
    sandbox.write("upstream.lock", &text);
    sandbox.succeed(&["sync", "--no-repro"]);
    let mirror =
        fs::read_dir(sandbox.cache.join("mirror")).unwrap().next().unwrap().unwrap().path();
    sandbox.git(&mirror, &["tag", "--force", "1.0.0", "1.1.0"]);
    breaks(&sandbox, &[ARCHIVE], "commit", "by the mirror's tag");
    breaks(&sandbox, &["--root", &root, ARCHIVE], "commit", "PATCHES.md");
    // Most of them name another commit: that one is taken for it.
    let bare = sandbox.refuse(6, &["verify", "--root", &root, ARCHIVE], &[]);
    assert_snapshot!(bare.stdout, @"
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                x does not hold  the commit of 1.0.0 is 246b90549d47596fbfbaf63284b49769316b9643 by PATCHES.md, 8257ff80de37860be5bf525c147abaab8f14a8c5 by the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               - not checked    PATCHES.md names 2 patches: no project here holds them
    patched tree          + holds          b89c47ab0ade, as the statement says: 3 files differ, as PATCHES.md lists them
    archive               + holds          sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= is made again to the byte from the commit's tree, 3 files that differ and PATCHES.md, as the statement says
    consumer's integrity  - not checked    no consumer's MODULE.bazel was named
    ");
}

#[test]
fn the_registrys_archive_shows_which_commit_is_the_right_one() {
    let sandbox = known_to_the_registry();
    let mut lock = Lock::parse(&sandbox.read("upstream.lock")).unwrap();
    lock.series[0].pin.commit =
        sandbox.git(&sandbox.upstream, &["rev-parse", "1.1.0"]).parse().unwrap();
    sandbox.write("upstream.lock", &lock.print());
    let run = sandbox.refuse(6, &["verify", ARCHIVE], &[]);
    assert_snapshot!(run.stdout.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                x does not hold  the commit of 1.0.0 is 8257ff80de37860be5bf525c147abaab8f14a8c5 by upstream.lock, 246b90549d47596fbfbaf63284b49769316b9643 by PATCHES.md
    tree                  x does not hold  the tree is fa975fc20911cf12759acff10e589ab1713f5233 by the commit, 9d979783bd5049aaf38c5b1abd04e1911cc8468c by upstream.lock
    ");
}

#[test]
fn patches_that_do_not_apply_make_no_archive() {
    let sandbox = known_to_the_registry();
    sandbox.edit(FIRST, " def _note_book_impl(ctx):", " def _another_book_impl(ctx):");
    assert_snapshot!(sandbox.refuse(6, &["verify", ARCHIVE], &[]).stdout, @r#"
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds          1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               x does not hold  patches/0001-compile-separately.patch: has changed since the last sync; patches/0001-compile-separately.patch:20: notes.bzl:17: expected "def _another_book_impl(ctx):", found "def _note_book_impl(ctx):"
    patched tree          - not checked    the patches do not apply
    archive               - not checked    the patches do not apply
    consumer's integrity  - not checked    no consumer's MODULE.bazel was named
    "#);
}

#[test]
fn a_patch_of_a_file_that_an_archive_fills_in_is_told_from_what_it_fills_in() {
    let sandbox = Sandbox::new();
    let config = sandbox.read("patcher.toml");
    sandbox.write("patcher.toml", &format!("kinds = [\"archive\"]\n{config}"));
    let tree = sandbox.worktree("filled", "1.0.0");
    for name in [FIRST, "patches/0002-docs.patch"] {
        let path = sandbox.project.join(name);
        sandbox.git(&tree, &["am", "--quiet", path.to_str().unwrap()]);
    }
    let text = fs::read_to_string(tree.join("version.bzl")).unwrap();
    assert!(text.contains("$Format:"), "{text}");
    fs::write(tree.join("version.bzl"), text + "\nFORK = True\n").unwrap();
    let message =
        "fix: say that it is a fork\n\nWhy not.\n\nDrop-When: never\nRepro: none (a test)";
    sandbox.git(&tree, &["commit", "--quiet", "--all", "--message", message]);
    let mail = sandbox.git(&tree, &["format-patch", "--stdout", "--full-index", "-1"]) + "\n";
    sandbox.write("patches/0003-fork.patch", &mail);
    let series = sandbox.read("patches/series");
    sandbox.write("patches/series", &format!("{series}0003-fork.patch\n"));
    sandbox.sync();
    let root = nowhere(&sandbox);
    let run = sandbox.succeed(&["verify", "--root", &root, ARCHIVE]);
    let line = run.stdout.lines().find(|line| line.starts_with("patched tree"));
    assert_snapshot!(line.unwrap_or_default(), @"patched tree          + holds        7ffb9e107358, as the statement says: 4 files differ, as PATCHES.md lists them");
}

#[test]
fn an_archive_without_its_notice_is_held_against_what_is_left() {
    let sandbox = known_to_the_registry();
    let root = nowhere(&sandbox);
    let upstream = sandbox.upstream.to_str().unwrap();
    repack(&sandbox, |path, _, _| path != "PATCHES.md");
    let bare = ["verify", "--root", &root, "--upstream", upstream, ARCHIVE];
    assert_snapshot!(sandbox.refuse(6, &bare, &[]).stdout, @"
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds          1.0.0 is 246b90549d47 by the statement and the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               - not checked    there is no PATCHES.md that names them
    patched tree          x does not hold  MODULE.bazel is changed; README.md is changed; notes.bzl is changed
    archive               x does not hold  it has no PATCHES.md that patcher wrote; the digest of the archive is sha256-SUAbKjSgFatT2HUE35+U3Zk7XMe4J5IMi2sVIeFLFpA= by its bytes, sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= by the statement
    consumer's integrity  - not checked    no consumer's MODULE.bazel was named
    ");
}

#[test]
fn what_a_consumer_asks_for_is_the_last_link() {
    let sandbox = known_to_the_registry();
    let base = format!("file://{}", sandbox.project.join("dist").display());
    let args = ["publish", "--unverified", "--output", "dist", "--base-url", &base];
    let snippet = sandbox.succeed(&args).stdout;
    let consume = |text: &str| {
        let module = sandbox.home.join("MODULE.bazel");
        fs::write(&module, text).unwrap();
        module.to_str().unwrap().to_owned()
    };
    let integrity = Sri::of(&bytes(&sandbox, ARCHIVE)).to_string();
    let other = snippet.replace(&integrity, &Sri::of(b"other").to_string());
    breaks(&sandbox, &[&consume(&other)], "consumer", "the archive's is");
    let other = snippet.replace("strip_prefix = \"demo_rules-1.0.0", "strip_prefix = \"demo-1.0.0");
    breaks(&sandbox, &[&consume(&other)], "consumer", "strip_prefix is");
    let line = format!("    integrity = \"{integrity}\",\n");
    breaks(&sandbox, &[&consume(&snippet.replace(&line, ""))], "consumer", "it asks for none");
    // A URL that nobody can reach here: what is published beside it is taken, and the output says so.
    let remote = consume(&snippet.replace(&base, "https://example.invalid"));
    let run = sandbox.succeed(&["verify", "--offline", &remote]);
    assert_snapshot!(run, @"
    $ patcher verify --offline [ROOT]/home/MODULE.bazel
    exit code: 0
    --- stdout
    registry bytes        + holds  sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds  1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds  9d979783bd50, whole in the mirror
    patches               + holds  2 patches of the project apply cleanly at 1.0.0
    patched tree          + holds  b89c47ab0ade: the archive's 7 files are its files
    archive               + holds  sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= is made again to the byte, as the statement says
    consumer's integrity  + holds  it is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    --- stderr
    warning: --offline forbids getting https://example.invalid/demo_rules-1.0.0.patched.1.tar.gz
    ! Took       [ROOT]/project/dist/demo_rules-1.0.0.patched.1.tar.gz
                 scenarios: no test results: the scenarios did not run
                 the statement beside it is not signed: who published it is not verified
    Finished in [TIME]: demo_rules 1.0.0.patched.1: 7 links hold
    ");
    let nothing = consume("module(name = \"c\")\n");
    assert_snapshot!(sandbox.refuse(2, &["verify", &nothing], &[]), @"
    $ patcher verify [ROOT]/home/MODULE.bazel
    exit code: 2
    --- stderr
      error: [ROOT]/home/MODULE.bazel: there is no archive_override of demo_rules in it
       hint: only the root module's overrides count: name that one's MODULE.bazel
    ");
}

#[test]
fn a_consumers_files_are_read_as_override_reads_them() {
    let sandbox = known_to_the_registry();
    let base = format!("file://{}", sandbox.project.join("dist").display());
    let root = "\u{feff}archive_override(module_name = \"o\", url = \"{}\".format(1))\r\n\
                include(\"//deps:python.MODULE.bazel\")\r\n";
    sandbox.write("app/MODULE.bazel", root);
    let included = "app/deps/python.MODULE.bazel";
    sandbox.write(included, "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    sandbox.succeed(&["override", "add", "app/MODULE.bazel", "--base-url", &base]);
    let url = format!("file://{}", sandbox.project.join("app/MODULE.bazel").display());
    for name in ["app/MODULE.bazel", &url] {
        let run = sandbox.succeed(&["verify", "--offline", "--format", "json", name]);
        assert_eq!(links(&run)["consumer"], "holds");
    }
    sandbox.edit(included, "integrity = \"", "integrity = X + \"");
    assert_snapshot!(sandbox.refuse(2, &["verify", "app/MODULE.bazel"], &[]), @"
    $ patcher verify app/MODULE.bazel
    exit code: 2
    --- stderr
      error: app/deps/python.MODULE.bazel:4: the integrity of this archive_override is no plain string
       hint: write it as a string
    ");
    sandbox.write(included, "git_override(module_name = \"demo_rules\", commit = C)\n");
    assert_snapshot!(sandbox.refuse(2, &["verify", "app/MODULE.bazel"], &[]), @"
    $ patcher verify app/MODULE.bazel
    exit code: 2
    --- stderr
      error: app/deps/python.MODULE.bazel:1: this is a git_override: there is no archive to verify
       hint: name the archive itself
    ");
}

#[test]
fn what_is_no_archive_is_told() {
    let sandbox = known_to_the_registry();
    let original = bytes(&sandbox, ARCHIVE);
    write(&sandbox, &original[..original.len() / 2]);
    assert_snapshot!(sandbox.refuse(2, &["verify", ARCHIVE], &[]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: not a patcher archive: the gzip ends early: it is truncated
       hint: name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel
       hint: if it is one, it was damaged on the way: download it or publish it again
    ");
    write(&sandbox, b"PK\x03\x04");
    assert_snapshot!(sandbox.refuse(2, &["verify", ARCHIVE], &[]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: not a patcher archive: it is a zip file
       hint: name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel
       hint: if it is one, it was damaged on the way: download it or publish it again
    ");
    write(&sandbox, &gzip(b"no tar"));
    assert_snapshot!(sandbox.refuse(2, &["verify", ARCHIVE], &[]), @"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: not a patcher archive: it is no tar stream: failed to read entire block
       hint: name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel
       hint: if it is one, it was damaged on the way: download it or publish it again
    ");
    let mut other = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_path("some-project/README.md").unwrap();
    header.set_size(2);
    header.set_mode(0o644);
    header.set_cksum();
    other.append(&header, &b"hi"[..]).unwrap();
    write(&sandbox, &gzip(&other.into_inner().unwrap()));
    assert_snapshot!(sandbox.refuse(2, &["verify", ARCHIVE], &[]), @r#"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: not a patcher archive: there is no PATCHES.md in it; it holds the directory "some-project"
       hint: name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel
       hint: if it is one, it was damaged on the way: download it or publish it again
    "#);
    assert_snapshot!(sandbox.refuse(2, &["verify", "dist/none.tar.gz"], &[]), @"
    $ patcher verify dist/none.tar.gz
    exit code: 2
    --- stderr
      error: [ROOT]/project/dist/none.tar.gz: there is no such file
       hint: name an archive, its URL, or the MODULE.bazel of a consumer
    ");
    let url = "https://example.invalid/demo_rules.tar.gz";
    assert_snapshot!(sandbox.refuse(30, &["verify", "--offline", url], &[]), @"
    $ patcher verify --offline https://example.invalid/demo_rules.tar.gz
    exit code: 30
    --- stderr
      error: --offline forbids getting https://example.invalid/demo_rules.tar.gz
       hint: download it and name the file; the rest needs no network
    ");
}

#[test]
fn a_mirror_without_the_commit_is_no_result() {
    let sandbox = known_to_the_registry();
    let empty = sandbox.home.join("empty.git");
    let empty = empty.to_str().unwrap();
    sandbox.git(&sandbox.home, &["init", "--quiet", "--bare", empty]);
    assert_snapshot!(sandbox.refuse(30, &["verify", "--upstream", empty, ARCHIVE], &[]), @"
    $ patcher verify --upstream [ROOT]/home/empty.git dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 30
    --- stderr
      error: [ROOT]/home/empty.git lacks commit 246b90549d47596fbfbaf63284b49769316b9643
       hint: `--upstream PATH` takes a clone that has everything
    ");
    let root = nowhere(&sandbox);
    assert_snapshot!(sandbox.refuse(30, &["verify", "--root", &root, "--upstream", empty, ARCHIVE], &[]), @"
    $ patcher verify --root [ROOT]/nowhere --upstream [ROOT]/home/empty.git dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 30
    --- stderr
      error: [ROOT]/home/empty.git lacks commit 246b90549d47596fbfbaf63284b49769316b9643
       hint: `--upstream PATH` takes a clone that has everything
    ");
    let nothing = sandbox.home.to_str().unwrap();
    assert_snapshot!(sandbox.refuse(2, &["verify", "--upstream", nothing, ARCHIVE], &[]), @"
    $ patcher verify --upstream [ROOT]/home dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 2
    --- stderr
      error: [ROOT]/home: not a git repository
       hint: name a clone of the upstream
    ");
}

/// A web server for the files of a directory; its URL.
pub(crate) fn serve(directory: PathBuf) -> String {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", server.local_addr().unwrap());
    thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
            let (code, body) = match fs::read(directory.join(name)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {code}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        }
    });
    base
}

#[test]
fn an_archive_is_downloaded_with_its_statement() {
    if find_program("curl").is_none() {
        return;
    }
    let mut sandbox = known_to_the_registry();
    sandbox.set("no_proxy", "127.0.0.1");
    let base = serve(sandbox.project.join("dist"));
    let url = format!("{base}/{}", ARCHIVE.strip_prefix("dist/").unwrap());
    let run = sandbox.succeed(&["verify", "--format", "json", &url]);
    assert_eq!(run.json()["statement"], true);
    let words = ["there is nothing at"];
    sandbox.refuse(30, &["verify", &format!("{base}/none.tar.gz")], &words);
    fs::remove_file(sandbox.project.join(STATEMENT)).unwrap();
    let run = sandbox.succeed(&["verify", "--format", "json", &url]);
    assert_eq!(run.json()["statement"], false);
}

#[test]
fn an_older_archive_than_the_projects_is_told() {
    let sandbox = known_to_the_registry();
    sandbox.edit(FIRST, "tags would conflict", "tags could conflict");
    sandbox.succeed(&["sync", "--no-repro"]);
    assert!(sandbox.project.join("dist/demo_rules-1.0.0.patched.2.tar.gz").exists());
    breaks(&sandbox, &[ARCHIVE], "patches", "the digest of 0001-compile-separately.patch");
    assert_snapshot!(sandbox.refuse(6, &["verify", ARCHIVE], &[]), @r#"
    $ patcher verify dist/demo_rules-1.0.0.patched.1.tar.gz
    exit code: 6
    --- stdout
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds          1.0.0 is 246b90549d47 by upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               x does not hold  the digest of 0001-compile-separately.patch is sha256-YlYdITr/uJq12BiVlp9hrX7TfbQOCpaBCt+mArlBucQ= by upstream.lock, sha256-aRG6QObonc7mHu24XvXiY2UcnzOYa+N5TrnlXwvPLVY= by the statement
    patched tree          x does not hold  version.bzl has other bytes
    archive               x does not hold  everything is in the directory "demo_rules-1.0.0.patched.1", not "demo_rules-1.0.0.patched.2"; MODULE.bazel has other bytes, PATCHES.md has other bytes; the published commit is cd97a5cab3ea786563745177fadaaa1797fc9283 by the patches, 19cd6aea1246426b28798466e61cc64aec8a39c9 by the archive; the published commit's tree is b72fa4d3e4afadc0ec60f2dfff91e463106be13c by the patches, cefb1c420e5701e3710d7c0082f7806ef82f31f1 by the statement; the digest of the archive is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= by its bytes, sha256-t/YO3eSyeP8C+Yz7Dtw55Kdgb9VY5ZvOJcnZ+Sux/Qc= by upstream.lock
    consumer's integrity  - not checked    no consumer's MODULE.bazel was named
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: the link "patches" does not hold: the digest of 0001-compile-separately.patch is sha256-YlYdITr/uJq12BiVlp9hrX7TfbQOCpaBCt+mArlBucQ= by upstream.lock, sha256-aRG6QObonc7mHu24XvXiY2UcnzOYa+N5TrnlXwvPLVY= by the statement
       hint: every link before it holds, or could not be checked
       hint: the archive is 1.0.0.patched.1, the project makes 1.0.0.patched.2: check out its commit that published the archive
    "#);
    sandbox.succeed(&["verify", "--root", &nowhere(&sandbox), ARCHIVE]);
}

#[test]
fn another_release_and_an_empty_series_are_verified_too() {
    let sandbox = Sandbox::serving_two();
    sandbox.succeed(&["publish", "--unverified", "--release", "1.0.0", "--output", "out"]);
    let archive = fs::read_dir(sandbox.project.join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path: &PathBuf| path.extension().is_some_and(|end| end == "gz"))
        .unwrap();
    let archive = archive.to_str().unwrap();
    let statement: Value =
        serde_json::from_slice(&fs::read(format!("{archive}.intoto.json")).unwrap()).unwrap();
    let inputs = &statement["predicate"]["buildDefinition"]["resolvedDependencies"];
    assert_eq!(inputs[1]["name"], "pin");
    let run = sandbox.succeed(&["verify", "--format", "json", archive]);
    let found = links(&run);
    assert_eq!(found["patches"], "holds");
    assert_eq!(found["archive"], "holds");

    let sandbox = Sandbox::new();
    for name in [FIRST, "patches/0002-docs.patch"] {
        fs::remove_file(sandbox.project.join(name)).unwrap();
    }
    sandbox.write("patches/series", "");
    sandbox.sync();
    let args = ["verify", "--format", "json", "dist/demo_rules-1.0.0.tar.gz"];
    let found = links(&sandbox.succeed(&args));
    assert_eq!(found["archive"], "holds");
    let (root, upstream) = (nowhere(&sandbox), sandbox.upstream.to_str().unwrap());
    let bare = [&args[..], &["--root", &root, "--upstream", upstream]].concat();
    let found = links(&sandbox.succeed(&bare));
    assert_eq!([&*found["patches"], &*found["archive"]], ["holds", "holds"]);
    // Upstream's own archive has its files, and not these bytes.
    let Some(_) = find_program("gzip") else { return };
    let script = "git archive --prefix=demo_rules-1.0.0/ 1.0.0 | gzip";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(&sandbox.upstream)
        .env("HOME", &sandbox.home)
        .output();
    fs::write(sandbox.project.join("dist/demo_rules-1.0.0.tar.gz"), output.unwrap().stdout)
        .unwrap();
    breaks(&sandbox, &["dist/demo_rules-1.0.0.tar.gz"], "archive", "its gzip is not");
}

#[test]
fn a_clone_may_keep_its_repository_elsewhere_and_its_refs_in_tables() {
    let sandbox = known_to_the_registry();
    let clone = sandbox.worktree("clone", "1.0.0");
    let git = |args: &[&str]| sandbox.git(&clone, args);
    git(&["worktree", "add", "--quiet", "../linked", "1.1.0"]);
    let url = sandbox.upstream.to_str().unwrap();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "module"];
    git(&add);
    let tables = sandbox.home.join("tables");
    let to = tables.to_str().unwrap();
    let mut places = vec![sandbox.home.join("linked"), clone.join("module")];
    // As of git 2.45.
    let help = Command::new("git").args(["clone", "-h"]).output().unwrap();
    if String::from_utf8_lossy(&help.stdout).contains("--[no-]ref-format") {
        sandbox.git(&sandbox.home, &["clone", "--quiet", "--ref-format=reftable", url, to]);
        places.push(tables);
    }
    for place in places {
        sandbox.succeed(&["verify", "--upstream", place.to_str().unwrap(), ARCHIVE]);
    }
}
