//! What is read of overrides as consumers have them, and what is said of versions.

use super::*;
use crate::consumer::present;
use crate::project::lock::made_up::{lock, release};

#[test]
fn urls_follow_the_version_as_far_as_they_name_it() {
    let [old, new]: [ModuleVersion; 2] =
        ["1.0.0.patched.1", "1.1.0.patched.1"].map(|version| version.parse().unwrap());
    let urls = ["https://a.com/m-1.0.0.patched.1.tar.gz", "https://b.com/latest"];
    let there = ReadBack {
        kind: Some(OverrideKind::Archive),
        version: Some(old),
        urls: urls.map(str::to_owned).into(),
        ..ReadBack::default()
    };
    let followed = |kind, version: &ModuleVersion| {
        let urls = there.urls(kind, version).into_iter();
        urls.map(|url| url.followed.unwrap_or_default()).collect::<Vec<_>>()
    };
    let next = "https://a.com/m-1.1.0.patched.1.tar.gz";
    assert_eq!(followed(OverrideKind::Archive, &new), [next, ""]);
    // As long as the version stays, so does what does not name it.
    assert_eq!(followed(OverrideKind::Archive, &old), urls);
    assert_eq!(followed(OverrideKind::Git, &new), [""; 0]);
    let plain = there.clone().without_kind();
    assert_eq!((plain.kind, plain.version), (None, Some(old)));
    assert_eq!(left_out(&[]), None);
    let left = left_out(&urls.map(str::to_owned)).unwrap();
    assert_eq!(left, format!("left out of urls: {}, {}", urls[0], urls[1]));
}

/// A lock of 1.1.0 and 1.0.0, of which the digests of upstream's own archives are known.
fn known() -> Known {
    let of = |name: &str, byte: u8| ReleaseLock {
        registry_integrity: Some(Sri::of(name.as_bytes())),
        patched_commit: CommitId::new([byte; 20]),
        ..release(name, 1, b"archive")
    };
    let mut lock = lock(of("1.1.0", 11));
    lock.series[0].supported = vec![of("1.0.0", 10)];
    Known { lock, location: "upstream.lock".into(), base_url: None, suite: None }
}

/// What is read of the override in this text.
fn read(text: &str) -> String {
    let files = ModuleFiles::collect("MODULE.bazel", |_| Ok(Some(text.into()))).unwrap();
    let ReadBack { kind, is_certain, version, source, urls, package } =
        ReadBack::of(&present(&files, "m").unwrap(), &known().lock);
    let Source { path, remote, registry, .. } = source;
    let kind = kind.map_or("nothing of patcher's", OverrideKind::name);
    let sure = if is_certain { "certain" } else { "uncertain" };
    let version = version.map(|version| version.to_string());
    let more = [version, path, remote, registry, package].into_iter().flatten().chain(urls);
    [kind.to_owned(), sure.to_owned()].into_iter().chain(more).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_override_says_what_it_is_of_and_where_that_is_from() {
    let (old, new) = (CommitId::new([10; 20]), CommitId::new([12; 20]));
    let own = Sri::of(b"1.0.0");
    let archive = Sri::of(b"archive");
    let patches = r#"patches = ["//p:0001-a.patch", "//p:notice.patch"]"#;
    let lines = [
        // The patched archive, by the version in it or by its digest.
        r#"archive_override(module_name = "m", strip_prefix = "m-1.0.0.patched.1", url = "u")"#.into(),
        format!(r#"archive_override(module_name = "m", strip_prefix = "m-1.0.0", integrity = "{archive}", urls = ["u", "v"])"#),
        format!(r#"archive_override(module_name = "m", strip_prefix = "m-1.0.0", integrity = "{own}", urls = ["u"])"#),
        // Upstream's own archive with patches, by the version in it or by its digest.
        format!(r#"archive_override(module_name = "m", strip_prefix = "m-1.1.0", integrity = "{own}", urls = ["u"], {patches})"#),
        format!(r#"archive_override(module_name = "m", strip_prefix = "", integrity = "{own}", urls = ["u"], {patches})"#),
        format!(r#"archive_override(module_name = "m", strip_prefix = "", integrity = "{archive}", urls = ["u"], {patches})"#),
        // The published commit, or another one.
        format!(r#"git_override(module_name = "m", remote = "r", commit = "{old}")"#),
        format!(r#"git_override(module_name = "m", remote = "r", commit = "{new}", {patches})"#),
        // A directory.
        r#"local_path_override(module_name = "m", path = "a/m-1.0.0.patched.1")"#.into(),
        r#"local_path_override(module_name = "m", path = "../m")"#.into(),
        // A version with patches, or of a registry that has patched ones.
        format!(r#"single_version_override(module_name = "m", version = "1.0.0", {patches})"#),
        format!(r#"single_version_override(module_name = "m", {patches})"#),
        r#"single_version_override(module_name = "m", version = "1.0.0.patched.1", registry = "s")"#.into(),
        r#"single_version_override(module_name = "m", version = "1.0.0", registry = "s")"#.into(),
        r#"single_version_override(module_name = "m", version = "1.0.0.patched.1")"#.into(),
        r#"multiple_version_override(module_name = "m", versions = ["1.0.0"])"#.into(),
    ];
    let lines: Vec<String> = lines.iter().map(|line: &String| read(line)).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    archive certain 1.0.0.patched.1 u
    archive certain 1.0.0 u v
    archive uncertain 1.0.0
    patches certain 1.1.0 //p u
    patches certain 1.0.0 //p u
    patches certain //p u
    git certain 1.0.0.patched.1 r
    git uncertain r //p
    local-path certain 1.0.0.patched.1 a/m-1.0.0.patched.1
    local-path uncertain ../m
    single-version certain 1.0.0 //p
    single-version certain //p
    registry certain 1.0.0.patched.1 s
    nothing of patcher's uncertain 1.0.0 s
    nothing of patcher's uncertain 1.0.0.patched.1
    nothing of patcher's uncertain
    ");
}

#[test]
fn a_version_that_is_not_supported_has_its_neighbours_named() {
    let known = known();
    let near = ["0.9.0", "1.0.5", "1.0.0+build.1", "2.0.0", "odd version"];
    insta::assert_snapshot!(near.map(|version| known.near(version)).join("\n"), @"
    the nearest supported release is 1.0.0: `--release 1.0.0`; `--release latest` takes 1.1.0
    the nearest supported releases are 1.0.0 and 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0
    the nearest supported release is 1.0.0: `--release 1.0.0`; `--release latest` takes 1.1.0
    the nearest supported release is 1.1.0: `--release 1.1.0`; `--release latest` takes 1.1.0
    `--release latest` takes 1.1.0
    ");
}
