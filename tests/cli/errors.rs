//! What goes wrong is printed once: the place, the fault, and the way out; and what is said of
//! many releases in as many lines as there are facts.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

/// Changes a line that the second patch changes, too.
fn both(tree: &Path) {
    let text = fs::read_to_string(tree.join("README.md")).unwrap();
    let edited = text.replace("Two books", "Both books");
    assert_ne!(text, edited);
    fs::write(tree.join("README.md"), edited).unwrap();
}

#[test]
fn an_edited_lock_is_one_error_and_what_follows_is_verbose() {
    let sandbox = Sandbox::synced();
    sandbox.edit("upstream.lock", "revision = 1", "revision = 2");
    let run = sandbox.refuse(1, &["check"], &[]);
    assert_eq!(run.stderr.matches("error: ").count(), 1, "{run}");
    let verbose = sandbox.refuse(1, &["check", "-v"], &[]);
    assert!(verbose.stderr.matches("error: ").count() > 3, "{verbose}");
    // Programs get all of it either way.
    let json = sandbox.refuse(1, &["check", "--format", "json"], &[]).json();
    assert!(json["error"]["problems"].as_array().unwrap().len() > 3, "{json:#}");
    assert_snapshot!(run, @"
    $ patcher check
    exit code: 1
    --- stderr
      error: upstream.lock:3: the checksum does not hold
       hint: it was edited by hand or is truncated: restore it (`git restore upstream.lock`)
                 -v shows 5 problems that may follow from it
    ");
    // No override is made of it either.
    sandbox.write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
    let add = ["override", "add", "app/MODULE.bazel", "--kind", "local-path", "--path", "x"];
    let refused = sandbox.refuse(1, &add, &[]);
    let first = "  error: upstream.lock:3: the checksum does not hold\n";
    assert!(refused.stderr.starts_with(first), "{refused}");
}

#[test]
fn what_is_not_there_is_named_with_its_place() {
    let sandbox = Sandbox::synced();
    let unknown = sandbox.refuse(2, &["repro", "--scenario", "nope"], &[]);
    let no_url = {
        sandbox
            .write("app/MODULE.bazel", "bazel_dep(name = \"demo_rules\", version = \"1.0.0\")\n");
        sandbox.refuse(2, &["override", "add", "app/MODULE.bazel"], &[])
    };
    fs::remove_dir_all(&sandbox.cache).unwrap();
    let not_fetched = sandbox.refuse(30, &["check"], &[]);
    assert_snapshot!(joined([unknown, no_url, not_fetched]), @r#"
    $ patcher repro --scenario nope
    exit code: 2
    --- stderr
      error: there is no scenario "nope"
       hint: there are: plain-books, two-books

    $ patcher override add app/MODULE.bazel
    exit code: 2
    --- stderr
      error: no URL for the archive: neither --base-url, PATCHER_BASE_URL nor `base-url` in patcher.toml is set
       hint: `--base-url URL`: the directory that the archive is published in

    $ patcher check
    exit code: 30
    --- stderr
      error: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       hint: `patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone
       hint: or set PATCHER_CACHE_DIR, which is [ROOT]/cache, to a cache that has it
    "#);
}

#[test]
fn releases_that_stand_alike_are_one_row() {
    let sandbox = Sandbox::synced();
    for (from, tag) in [("1.1.0", "1.1.1"), ("1.1.1", "1.1.2"), ("1.1.2", "1.1.3")] {
        sandbox.release(from, tag, |tree| fs::write(tree.join("NEW"), tag).unwrap());
    }
    sandbox.release("1.1.3", "1.2.0", both);
    sandbox.succeed(&["sync", "--no-repro"]);
    assert_snapshot!(sandbox.refuse(3, &["preview"], &[]), @"
    $ patcher preview
    exit code: 3
    --- stdout
    patches at 1.0.0              0001         0002
    1.2.0                         + offset     x conflict
    1.1.0 .. 1.1.3    4 releases  + offset     - unchanged
    1.0.0                         - unchanged  - unchanged
    --- stderr
      error: conflict on 1 of 6 releases: 1.2.0
       hint: name one of them to see where
    ");
}

#[test]
fn a_conflict_on_many_releases_is_shown_once() {
    let sandbox = Sandbox::serving_two();
    for (from, tag) in [("1.0.0", "1.0.1"), ("1.0.1", "1.0.2"), ("1.0.2", "1.0.3")] {
        sandbox.release(from, tag, |tree| {
            if tag == "1.0.1" {
                both(tree);
            }
            fs::write(tree.join("NEW"), tag).unwrap();
        });
    }
    let run = sandbox.refuse(3, &["sync", "--no-repro"], &[]);
    assert_snapshot!(run, @"
    $ patcher sync --no-repro
    exit code: 3
    --- stderr
    + Fetched    3 releases from ../upstream.git
    > Using      demo_rules 1.1.0 (8257ff80de37)
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Merged     onto 1 other release, down to 1.0.0
    README.md, changed by upstream in 1.0.3:
        faecdaaaffdf 2026-11-20 An Upstream: Release 1.0.1
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +* Both books cannot share a note where one of them has tags such as `requires-gpu`.

    README.md, changed by 0002-docs.patch:
    @@ -4,4 +4,4 @@
     
     ## Known issues
     
    -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
    +None. Books may share notes whatever their tags.
      error: patches/0002-docs.patch: conflicts with 1.0.1 .. 1.0.3
                 -v shows 2 problems that may follow from it
       hint: leave 1.0.3 out of the `releases` of patches in patcher.toml, or give it a series of its own; nothing was changed
    ");
    let json = sandbox.refuse(3, &["sync", "--no-repro", "--format", "json"], &[]).json();
    assert_eq!(json["error"]["problems"].as_array().unwrap().len(), 3);
}
