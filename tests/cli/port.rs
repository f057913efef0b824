//! `patcher port`: what becomes of each patch, and nothing written.

use std::fs;

use crate::common::{Sandbox, files_of};

#[test]
fn every_release_is_shown_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    sandbox.sync();
    let before = files_of(&sandbox.project);
    let run = sandbox.succeed(&["port"]);
    let expected = "\
patches at 1.0.0  0001         0002
1.1.0             offset only  unchanged
1.0.0             unchanged    unchanged
";
    assert_eq!(run.stdout, expected);
    assert_eq!(files_of(&sandbox.project), before);
    let document = sandbox.succeed(&["port", "--to", "latest", "--format", "json"]).json();
    let row = &document["lines"][0]["releases"][0];
    assert_eq!(
        (row["release"].as_str(), row["patches"][0]["outcome"].as_str()),
        (Some("1.1.0"), Some("offset-only"))
    );
    // The commits are those that `sync` makes, without their stamp.
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let tree = row["tree"].as_str().unwrap();
    assert!(sandbox.read("upstream.lock").contains(&format!("patched_tree = \"{tree}\"")));
}

#[test]
fn it_goes_on_past_a_conflict_and_says_that_the_rest_depends_on_it() {
    let sandbox = Sandbox::new();
    sandbox.sync();
    sandbox.release("1.0.0", "1.2.0", |tree| {
        fs::remove_file(tree.join("notes.bzl")).unwrap();
    });
    sandbox.succeed(&["sync", "--no-repro"]);
    let words = ["1 release with a conflict", "nothing was written"];
    let run = sandbox.refuse(3, &["port"], &words);
    assert!(run.stdout.contains("1.2.0             conflict     unchanged?"), "{run:#?}");
    let run = sandbox.refuse(3, &["port", "--to", "1.2.0"], &words);
    let line = "1.2.0 0001-compile-separately.patch: notes.bzl: upstream deleted the file";
    assert!(run.stdout.contains(line), "{run:#?}");
    sandbox.refuse(2, &["port", "--to", "9.9.9"], &["no release 9.9.9 was fetched"]);
    let args = ["port", "--accept-obsolete", "0009-x.patch"];
    sandbox.refuse(2, &args, &["--accept-obsolete 0009-x.patch: the series has no such patch"]);
}
