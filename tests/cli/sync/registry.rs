//! What a registry says of the releases: from a directory, for all of them at once, and believed
//! only if it agrees with the tags and with the lock.

use std::fs;

use insta::assert_snapshot;

use super::revisions::{locked, upstreams_integrity};
use crate::common::{Sandbox, joined};

const NOTHING: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// Two releases, and a copy of a registry that has these of them.
fn with_copy(releases: &[&str]) -> Sandbox {
    let sandbox = Sandbox::serving_two();
    for release in releases {
        write(&sandbox, release, &upstreams_integrity(&sandbox, release).to_string());
    }
    sandbox
}

fn write(sandbox: &Sandbox, release: &str, integrity: &str) {
    let source = format!("{{\"integrity\": \"{integrity}\", \"strip_prefix\": \"x\"}}");
    sandbox.write(&format!("copy/modules/demo_rules/{release}/source.json"), &source);
}

const SYNC: [&str; 5] = ["sync", "--no-repro", "--offline", "--registry", "copy"];

#[test]
fn a_copy_of_a_registry_gives_every_integrity_at_once() {
    let sandbox = with_copy(&["1.0.0", "1.1.0"]);
    assert_eq!(["1.0.0", "1.1.0"].map(|release| locked(&sandbox, release).1), [false, false]);
    let run = sandbox.succeed(&SYNC);
    assert_snapshot!(run.said(), @"
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    + Wrote      dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.1.0 is 8257ff80de37 in the mirror, as it was fetched earlier
    + Applied    2 patches cleanly, every blob as stated
    + Reproduced the registry's archives from 2 tags, byte for byte
    ! Unchecked  that upstream's tag 1.1.0 is still that one
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    assert_eq!(["1.0.0", "1.1.0"].map(|release| locked(&sandbox, release).1), [true, true]);
    let kinds = ["--kind", "patches,single-version,registry-patches"];
    let publish = ["publish", "--unverified", "--output", "out", "--release", "1.0.0"];
    let archive = ["--upstream-archive", "https://example.com/a.tar.gz"];
    sandbox.succeed(&[publish.as_slice(), &kinds, &archive].concat());
    // By its URL, it says the same.
    let before = sandbox.read("upstream.lock");
    let url = format!("file://{}", sandbox.project.join("copy").display());
    sandbox.succeed(&["sync", "--no-repro", "--offline", "--registry", &url]);
    assert_eq!(sandbox.read("upstream.lock"), before);
    // What is made anew is compared again.
    sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    let said = sandbox.succeed(&["sync", "--no-repro"]).said();
    let words = "+ Reproduced the registry's archives from 2 tags, byte for byte\n";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_release_that_a_registry_does_not_have_is_named() {
    let sandbox = with_copy(&["1.1.0"]);
    let run = sandbox.succeed(&SYNC);
    assert_snapshot!(run.said(), @"
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    + Wrote      dist/demo_rules-1.1.0.patched.1.tar.gz.intoto.json
    + Wrote      upstream.lock
    + Checked    that 1.1.0 is 8257ff80de37 in the mirror, as it was fetched earlier
    + Applied    2 patches cleanly, every blob as stated
    + Reproduced the registry's archive from the tag, byte for byte (sha256-Fw547xjaQNhqE2CrnM+soiaPKFTQbl38iOF10J9i9xk=)
    ! Unchecked  that upstream's tag 1.1.0 is still that one
    ! Unchecked  the registry's archive: its integrity is not known (1.0.0)
    ! Untested   2 releases of patches: no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 1.1.0.patched.1: 2 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    assert_eq!(["1.0.0", "1.1.0"].map(|release| locked(&sandbox, release).1), [false, true]);
}

#[test]
fn an_integrity_that_the_tag_does_not_give_is_refused() {
    let sandbox = with_copy(&["1.1.0"]);
    write(&sandbox, "1.0.0", NOTHING);
    let check = [&SYNC[..], &["--check"]].concat();
    let said = [&SYNC[..], &check].map(|args| sandbox.refuse(6, args, &[]));
    assert_snapshot!(joined(said), @r#"
    $ patcher sync --no-repro --offline --registry copy
    exit code: 6
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: upstream.lock: the registry's archive of 1.0.0 has sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, the tag's has sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=
       hint: compare the content, which may be compressed in another way: the tag's has sha256-DOrivmq+QeHcncVPLvjrr/joPE8BaRdBXLa5v9ZtSMk=, `gzip -dc ARCHIVE | openssl dgst -sha256 -binary | base64` prints the other's without `sha256-`; if they differ, the tag or the registry is not what it was, or upstream makes the archive in another way (`archive = "upload"` in patcher.toml)
       hint: nothing was changed

    $ patcher sync --no-repro --offline --registry copy --check
    exit code: 6
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: upstream.lock: the registry's archive of 1.0.0 has sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=, the tag's has sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=
       hint: compare the content, which may be compressed in another way: the tag's has sha256-DOrivmq+QeHcncVPLvjrr/joPE8BaRdBXLa5v9ZtSMk=, `gzip -dc ARCHIVE | openssl dgst -sha256 -binary | base64` prints the other's without `sha256-`; if they differ, the tag or the registry is not what it was, or upstream makes the archive in another way (`archive = "upload"` in patcher.toml)
       hint: nothing was changed
    "#);
}

#[test]
fn an_archive_that_was_compressed_in_another_way_is_the_tags() {
    let gzip = "git archive --prefix=demo_rules-1.2.0/ 1.2.0 | gzip -9";
    let git = "git -c tar.tar.gz.command='git archive gzip' archive --format=tar.gz \
               --prefix=demo_rules-1.2.0/ 1.2.0";
    for made in [gzip, git] {
        let sandbox = with_copy(&["1.0.0", "1.1.0"]);
        // Enough that programs and levels compress it each in another way.
        sandbox.release("1.1.0", "1.2.0", |tree| {
            let mut state = 1_u32;
            let mut word = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ["alpha", "beta", "gamma", "delta\n"][(state >> 24) as usize % 4]
            };
            let text: String = (0..100_000).map(|_| word()).collect();
            fs::write(tree.join("words"), text).unwrap();
        });
        let digest = "openssl dgst -sha256 -binary | base64";
        let script = format!("cd {} && {made} | {digest}", sandbox.upstream.display());
        let run = sandbox.script(&script, &std::collections::BTreeMap::new());
        let integrity = format!("sha256-{}", run.stdout.trim());
        assert_ne!(integrity, upstreams_integrity(&sandbox, "1.2.0").to_string());
        write(&sandbox, "1.2.0", &integrity);
        sandbox.succeed(&["sync", "--no-repro", "--to", "1.2.0", "--registry", "copy"]);
        assert!(locked(&sandbox, "1.2.0").1, "{made}");
    }
}

#[test]
fn another_integrity_than_the_locked_one_is_refused() {
    let sandbox = with_copy(&["1.0.0", "1.1.0"]);
    sandbox.succeed(&SYNC);
    write(&sandbox, "1.0.0", NOTHING);
    let given = ["sync", "--no-repro", "--offline", "--registry-integrity", NOTHING];
    let said = [SYNC, given].map(|args| sandbox.refuse(6, &args, &[]));
    assert_snapshot!(joined(said), @"
    $ patcher sync --no-repro --offline --registry copy
    exit code: 6
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: upstream.lock: the registry's archive of 1.0.0 is locked with sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0=, copy says sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
       hint: what a registry says of a release never changes: find out who is wrong

    $ patcher sync --no-repro --offline --registry-integrity sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    exit code: 6
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: upstream.lock: the registry's archive of 1.1.0 is locked with sha256-Fw547xjaQNhqE2CrnM+soiaPKFTQbl38iOF10J9i9xk=, --registry-integrity says sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
       hint: what a registry says of a release never changes: find out who is wrong
    ");
}

#[test]
fn without_gzip_nothing_is_compared_and_that_is_said() {
    let mut sandbox = with_copy(&["1.0.0"]);
    sandbox.set("PATH", "/nonexistent");
    let run = sandbox.succeed(&SYNC);
    let said = run.said();
    let last: Vec<&str> = said.lines().filter(|line| line.contains("registry")).collect();
    assert_snapshot!(last.join("\n"), @"
    ! Unchecked  the registry's archive: its integrity is not known
    ! Unchecked  the registry's archive: there is no GNU gzip to make it with
    ");
}

#[test]
fn what_is_no_registry_is_refused() {
    let sandbox = with_copy(&["1.0.0", "1.1.0"]);
    sandbox.write("copy/modules/demo_rules/1.0.0/source.json", "{\n\"integrity\": \"sha256-x\"}");
    sandbox.write("broken/modules/demo_rules/1.0.0/source.json", "{\n");
    let of = |registry: &str, code| {
        let args = ["sync", "--no-repro", "--offline", "--registry", registry];
        sandbox.refuse(code, &args, &[])
    };
    let said = [of("copy", 2), of("broken", 2), of("patches", 2), of("https://example.com", 30)];
    assert_snapshot!(joined(said), @r#"
    $ patcher sync --no-repro --offline --registry copy
    exit code: 2
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: [ROOT]/project/copy/modules/demo_rules/1.0.0/source.json: is no source of a registry: "sha256-x" is not an integrity (`sha256-` and 44 characters of base64)

    $ patcher sync --no-repro --offline --registry broken
    exit code: 2
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: [ROOT]/project/broken/modules/demo_rules/1.0.0/source.json: is no source of a registry: EOF while parsing an object at line 2 column 0

    $ patcher sync --no-repro --offline --registry patches
    exit code: 2
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: [ROOT]/project/patches is no registry
       hint: name the directory that has `modules` in it

    $ patcher sync --no-repro --offline --registry https://example.com
    exit code: 30
    --- stderr
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
      error: --offline forbids to ask a registry by its URL
       hint: name a directory that holds a copy of it
    "#);
}

#[test]
fn a_server_that_does_not_answer_is_asked_once() {
    // 6: no such host; 22: the server has no such file.
    for (code, calls) in [("6", 1), ("22", 2)] {
        let mut sandbox = Sandbox::serving_two();
        let asked = sandbox.home.join("asked");
        sandbox.program("curl", &format!("echo call >> {}\nexit {code}", asked.display()));
        let run = sandbox.patcher(&["sync", "--no-repro", "--registry", "https://example.com"]);
        assert!(run.said().contains("! Unchecked"), "{run}");
        assert_eq!(fs::read_to_string(&asked).unwrap().lines().count(), calls, "{run}");
    }
}

#[test]
fn a_registry_is_asked_only_of_what_is_not_known() {
    let mut sandbox = with_copy(&["1.0.0", "1.1.0"]);
    sandbox.edit("patcher.toml", "\"registry\"", "\"https://example.com\"");
    let urls = sandbox.home.join("urls");
    let note = format!("echo ${{arg#*/demo_rules/}} >> {}", urls.display());
    let script = format!("for arg; do case $arg in http*) {note} ;; esac; done; exit 22");
    sandbox.program("curl", &script);
    let asked = |args: &[&str]| {
        sandbox.succeed(&[&["sync", "--no-repro"], args].concat());
        let text = fs::read_to_string(&urls).unwrap_or_default();
        fs::remove_file(&urls).ok();
        let mut asked: Vec<&str> = text.lines().collect();
        asked.sort_unstable();
        asked.join(" ")
    };
    assert_eq!(asked(&["--rebuild"]), "1.0.0/source.json 1.1.0/source.json");
    assert_eq!(asked(&["--rebuild", "--offline"]), "");
    // It had no answer: for an archive that is made again it is not asked once more.
    fs::remove_dir_all(sandbox.project.join("dist")).unwrap();
    assert_eq!(asked(&[]), "");
    let integrity = upstreams_integrity(&sandbox, "1.1.0").to_string();
    let given = ["--rebuild", "--registry-integrity", &integrity];
    assert_eq!(asked(&given), "1.0.0/source.json");
    sandbox.succeed(&SYNC);
    assert_eq!(asked(&["--rebuild"]), "");
}
