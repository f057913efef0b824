//! `port`: what becomes of each patch on other releases.

use crate::common::Sandbox;

const FIRST: &str = "0001-compile-separately.patch";

#[test]
fn every_release_asked_for_has_a_row_and_nothing_is_written() {
    let sandbox = Sandbox::synced();
    let run = sandbox.refuse(0, &["port", "--to", ">=1.0.0", "--format", "json"], &[]);
    let document = run.json();
    assert_eq!(document["command"], "port");
    let rows = document["series"][0]["releases"].as_array().unwrap();
    let releases: Vec<&str> = rows.iter().map(|row| row["release"].as_str().unwrap()).collect();
    assert_eq!(releases, ["1.1.0", "1.0.0"]);
    assert_eq!(rows[0]["patches"][0]["outcome"], "offset-only");
    assert_eq!(rows[1]["patches"][0]["outcome"], "unchanged");
    // The tree is the one that `sync` makes.
    sandbox.succeed(&["sync", "--to", "1.1.0", "--no-repro"]);
    let tree = rows[0]["tree"].as_str().unwrap();
    assert!(sandbox.read("upstream.lock").contains(&format!("patched_tree = \"{tree}\"")));
}

#[test]
fn a_conflict_stops_nothing_but_the_exit_code() {
    let sandbox = Sandbox::synced();
    sandbox.release("1.1.0", "1.2.0", |tree| {
        for file in ["notes.bzl", "README.md"] {
            let text = std::fs::read_to_string(tree.join(file)).unwrap();
            let lines: String = text.lines().map(|line| format!("{line} # new\n")).collect();
            std::fs::write(tree.join(file), lines).unwrap();
        }
    });
    sandbox.succeed(&["sync", "--no-repro"]);
    let run = sandbox.refuse(3, &["port", "--to", "1.2.0"], &["1 release with a conflict"]);
    assert!(run.stdout.contains("conflict  conflict?"), "{}", run.stdout);
    assert!(run.stdout.contains("both changed these lines"), "{}", run.stdout);
    let document = sandbox.refuse(3, &["port", "--format", "json", "--to", "1.2.0"], &[]).json();
    assert_eq!(document["series"][0]["releases"][0]["patches"][1]["conditional"], true);
    assert_eq!(document["error"]["exit_code"], 3);
}

#[test]
fn what_upstream_took_is_left_out_where_that_is_accepted() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.project.join("patches").join(FIRST);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        sandbox.git(tree, &["apply", "--3way", patch.to_str().unwrap()]);
    });
    sandbox.succeed(&["sync", "--no-repro"]);
    let run = sandbox.refuse(1, &["port", "--to", "1.2.0"], &["--accept-obsolete NAME"]);
    assert!(run.stdout.contains("already upstream"), "{}", run.stdout);
    assert!(run.stdout.contains("merging it changes nothing"), "{}", run.stdout);
    let accepting = ["port", "--to", "1.2.0", "--accept-obsolete", FIRST];
    let run = sandbox.refuse(0, &accepting, &[]);
    assert!(run.stdout.contains("already upstream, left out"), "{}", run.stdout);
}

#[test]
fn what_is_not_known_is_said() {
    let sandbox = Sandbox::synced();
    sandbox.refuse(2, &["port", "--to", "9.9.9"], &["no release 9.9.9 was fetched"]);
    sandbox.refuse(2, &["port", "--to", "newest"], &["a range of releases"]);
    let unknown = ["port", "--to", "1.1.0", "--accept-obsolete", "0009-x.patch"];
    sandbox.refuse(2, &unknown, &["the series has no such patch", "0001-"]);
}
