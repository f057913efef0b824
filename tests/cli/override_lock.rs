//! `--lock`: a published `upstream.lock` in place of a checkout of the project.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::common::{Run, Sandbox, find_program, joined};
use crate::verify::{known_to_the_registry, serve};

const DEP: &str = "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n";

/// A consumer's CI: a directory with its MODULE.bazel, and a published lock somewhere else.
struct Consumer {
    sandbox: Sandbox,
    file: String,
    root: String,
}

impl Consumer {
    fn of(sandbox: Sandbox) -> Self {
        // Beside the project, so that the upstream of the lock is the same.
        let root = sandbox.project.with_file_name("consumer");
        fs::create_dir_all(&root).unwrap();
        let file = root.join("MODULE.bazel");
        fs::write(&file, DEP).unwrap();
        let name = |path: &Path| path.to_str().unwrap().to_owned();
        Self { file: name(&file), root: name(&root), sandbox }
    }

    fn run(&self, action: &[&str], more: &[&str]) -> Run {
        let args = [action, &[&self.file, "--root", &self.root], more].concat();
        self.sandbox.patcher(&args)
    }

    #[track_caller]
    fn succeed(&self, action: &[&str], more: &[&str]) -> Run {
        let run = self.run(action, more);
        assert_eq!(run.code, Some(0), "{run:#?}");
        run
    }

    fn dist(&self) -> String {
        format!("file://{}", self.sandbox.project.join("dist").display())
    }
}

#[test]
fn a_published_lock_is_enough() {
    let mut sandbox = known_to_the_registry();
    sandbox.set("no_proxy", "127.0.0.1");
    let lock = sandbox.project.join("upstream.lock").to_str().unwrap().to_owned();
    let mut places = vec![lock.clone(), format!("file://{lock}")];
    if find_program("curl").is_some() {
        places.push(format!("{}/upstream.lock", serve(sandbox.project.clone())));
    }
    let consumer = Consumer::of(sandbox);
    let dist = consumer.dist();
    assert_eq!(consumer.run(&["override", "add"], &["--base-url", &dist]).code, Some(2));
    for place in &places {
        let lock = ["--lock", place];
        consumer.succeed(&["override", "add"], &[&lock[..], &["--base-url", &dist]].concat());
        let run = consumer.succeed(&["override", "update", "--check"], &lock);
        assert!(run.stderr.contains("the override of demo_rules 1.0.0.patched.1 is up to date"));
        consumer.succeed(&["override", "show"], &lock);
        let run = consumer.succeed(&["verify"], &lock);
        if *place == lock[1] && place.starts_with('/') {
            assert_snapshot!(run, @"
            $ patcher verify [ROOT]/consumer/MODULE.bazel --root [ROOT]/consumer --lock [ROOT]/project/upstream.lock
            exit code: 0
            --- stdout
            registry bytes        + holds        sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
            commit                + holds        1.0.0 is 246b90549d47 by [ROOT]/project/upstream.lock, PATCHES.md, the statement and the mirror's tag
            tree                  + holds        9d979783bd50, whole in the mirror
            patches               - not checked  PATCHES.md names 2 patches: no project here holds them
            patched tree          + holds        b89c47ab0ade, as [ROOT]/project/upstream.lock and the statement say: 3 files differ, as PATCHES.md lists them
            archive               + holds        sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= is made again to the byte from the commit's tree, 3 files that differ and PATCHES.md, as the statement says
            consumer's integrity  + holds        it is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
            --- stderr
                         scenarios: no test results: the scenarios did not run
                         the statement beside it is not signed: who published it is not verified
            Finished in [TIME]: demo_rules 1.0.0.patched.1: 6 links hold, 1 link not checked
            ");
        }
        consumer.succeed(&["override", "remove"], &lock);
        assert_eq!(fs::read_to_string(&consumer.file).unwrap(), DEP);
    }
}

#[test]
fn a_lock_that_cannot_be_used_is_named_by_its_place() {
    let mut sandbox = known_to_the_registry();
    sandbox.set("no_proxy", "127.0.0.1");
    let text = sandbox.read("upstream.lock");
    let base = find_program("curl").map(|_| serve(sandbox.home.clone()));
    let consumer = Consumer::of(sandbox);
    let place = consumer.sandbox.home.join("published.lock");
    let name = place.to_str().unwrap();
    let mut said = Vec::new();
    let edited = text.replace("1.0.0.patched.1.tar", "1.0.0.patched.2.tar");
    let (truncated, old) =
        (&text[..text.len() / 2], text.replace("version = 3\n", "version = 9\n"));
    for text in [edited.as_str(), truncated, "<html>\n", "", &old] {
        fs::write(&place, text).unwrap();
        for action in [&["override", "update"][..], &["verify"]] {
            let run = consumer.run(action, &["--lock", name]);
            assert!([1, 2].contains(&run.code.unwrap()), "{run:#?}");
            said.push(run.said());
        }
        let last = said.pop().unwrap();
        assert_eq!(&last, said.last().unwrap());
    }
    fs::remove_file(&place).unwrap();
    said.push(consumer.run(&["override", "update"], &["--lock", name]).said());
    let remote = ["--lock", "https://ann:hunter2@example.invalid/upstream.lock", "--offline"];
    said.push(consumer.run(&["override", "update"], &remote).said());
    assert_snapshot!(joined(said), @r#"
    error: [ROOT]/home/published.lock:3: the checksum does not hold
     hint: --lock wants an `upstream.lock` as `patcher sync` wrote it, to the byte

    error: [ROOT]/home/published.lock:19: invalid basic string, expected `"`
     hint: --lock wants an `upstream.lock` as `patcher sync` wrote it, to the byte

    error: [ROOT]/home/published.lock:1: key with no value, expected `=`
     hint: --lock wants an `upstream.lock` as `patcher sync` wrote it, to the byte

    error: [ROOT]/home/published.lock: is empty
     hint: --lock wants an `upstream.lock` as `patcher sync` wrote it, to the byte

    error: [ROOT]/home/published.lock:2: format version 9, this patcher reads 2 and 3
     hint: use the patcher that wrote it, or a newer one

    error: --lock [ROOT]/home/published.lock: there is no such file
     hint: name an upstream.lock that was published: its path or its URL

    error: --offline forbids getting https://***@example.invalid/upstream.lock
     hint: download it and name the file; the rest needs no network
    "#);
    let Some(base) = base else { return };
    let run = consumer.run(&["override", "update"], &["--lock", &format!("{base}/none")]);
    assert_eq!(run.code, Some(30));
    assert!(run.stderr.contains(&format!("there is nothing at {base}/none")), "{run:#?}");
    fs::write(&place, &edited).unwrap();
    let url = format!("{base}/published.lock");
    let run = consumer.run(&["override", "update"], &["--lock", &url]);
    assert!(
        run.stderr.contains(&format!("error: {url}:3: the checksum does not hold")),
        "{run:#?}"
    );
}

#[test]
fn what_a_kind_needs_and_the_lock_lacks_is_named() {
    let sandbox = Sandbox::synced();
    let lock = sandbox.project.join("upstream.lock").to_str().unwrap().to_owned();
    let consumer = Consumer::of(sandbox);
    let kinds = [
        &["archive"][..],
        &["patches", "--upstream-archive", "https://example.com/up.tar.gz"],
        &["single-version"],
        &["git"],
        &["local-path"],
        &["registry"],
        &["workspace"],
    ];
    let said = kinds.map(|kind| {
        let args = [&["override", "add", "--lock", &lock, "--kind"], kind].concat();
        let run = consumer.run(&args, &[]);
        assert_eq!(
            (run.code, fs::read_to_string(&consumer.file).unwrap().as_str()),
            (Some(2), DEP)
        );
        run.said()
    });
    assert_snapshot!(joined(said), @"
    error: no URL for the archive: neither --base-url, PATCHER_BASE_URL nor `base-url` in patcher.toml is set
     hint: `--base-url URL`: the directory that the archive is published in

    error: [ROOT]/project/upstream.lock does not hold what the registry says of upstream's own archive of 1.0.0
     hint: `patcher sync --registry URL|DIR` in its project records it
     hint: `--kind archive` does not need it

    error: [ROOT]/project/upstream.lock does not hold what the registry says of upstream's own archive of 1.0.0
     hint: `patcher sync --registry URL|DIR` in its project records it
     hint: `--kind archive` does not need it

    error: it is not known which repository to take
     hint: `--remote URL` names it: one that `patcher publish --kind git --push URL` pushed to

    error: it is not known which directory to take
     hint: `--path DIR` names it: `patcher export DIR` makes one

    error: it is not known which registry to take
     hint: `--registry URL` names it: `patcher publish --kind registry` makes one

    error: a WORKSPACE has no overrides to edit
     hint: `patcher publish --kind workspace` writes the http_archive for it
    ");
}

#[test]
fn an_archive_of_another_version_than_the_locks_is_told() {
    let sandbox = known_to_the_registry();
    let lock = sandbox.project.join("upstream.lock").to_str().unwrap().to_owned();
    let consumer = Consumer::of(sandbox);
    let dist = consumer.dist();
    consumer.succeed(&["override", "add"], &["--lock", &lock, "--base-url", &dist]);
    let patch = "patches/0001-compile-separately.patch";
    consumer.sandbox.edit(patch, "tags would conflict", "tags could conflict");
    consumer.sandbox.succeed(&["sync", "--no-repro"]);
    assert_eq!(consumer.run(&["override", "update", "--check"], &["--lock", &lock]).code, Some(1));
    let run = consumer.run(&["verify"], &["--lock", &lock]);
    assert_eq!(run.code, Some(6));
    assert_snapshot!(run, @r#"
    $ patcher verify [ROOT]/consumer/MODULE.bazel --root [ROOT]/consumer --lock [ROOT]/project/upstream.lock
    exit code: 6
    --- stdout
    registry bytes        + holds          sha256-3irwS6zE9GjL/OSCq6yYh7JRstTF7XHp8gm863XTKz0= is made again from 246b90549d47
    commit                + holds          1.0.0 is 246b90549d47 by [ROOT]/project/upstream.lock, PATCHES.md, the statement and the mirror's tag
    tree                  + holds          9d979783bd50, whole in the mirror
    patches               x does not hold  the digest of 0001-compile-separately.patch is sha256-YlYdITr/uJq12BiVlp9hrX7TfbQOCpaBCt+mArlBucQ= by [ROOT]/project/upstream.lock, sha256-aRG6QObonc7mHu24XvXiY2UcnzOYa+N5TrnlXwvPLVY= by the statement
    patched tree          + holds          b89c47ab0ade, as [ROOT]/project/upstream.lock and the statement say: 3 files differ, as PATCHES.md lists them
    archive               x does not hold  the version is 1.0.0.patched.1 by PATCHES.md, 1.0.0.patched.2 by [ROOT]/project/upstream.lock; the published commit is 19cd6aea1246426b28798466e61cc64aec8a39c9 by the archive, cd97a5cab3ea786563745177fadaaa1797fc9283 by [ROOT]/project/upstream.lock; the digest of the archive is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ= by its bytes, sha256-t/YO3eSyeP8C+Yz7Dtw55Kdgb9VY5ZvOJcnZ+Sux/Qc= by [ROOT]/project/upstream.lock
    consumer's integrity  + holds          it is sha256-bCP1f9a5EFSFf5ev9gJQWpurnKGS8jQzi+9IAPXgnJQ=
    --- stderr
      error: demo_rules-1.0.0.patched.1.tar.gz: the link "patches" does not hold: the digest of 0001-compile-separately.patch is sha256-YlYdITr/uJq12BiVlp9hrX7TfbQOCpaBCt+mArlBucQ= by [ROOT]/project/upstream.lock, sha256-aRG6QObonc7mHu24XvXiY2UcnzOYa+N5TrnlXwvPLVY= by the statement
       hint: every link before it holds, or could not be checked
       hint: the archive is 1.0.0.patched.1, [ROOT]/project/upstream.lock names 1.0.0.patched.2: `patcher override update --lock` takes that
    "#);
    consumer.succeed(&["override", "update"], &["--lock", &lock]);
    consumer.succeed(&["verify"], &["--lock", &lock]);
}
