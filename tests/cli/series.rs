//! `series`: the patches, and whether upstream has them.

use insta::assert_snapshot;

use crate::common::Sandbox;

#[test]
fn each_patch_is_listed_with_what_its_message_says() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(0, &["series", "--offline"], &[]), @"
    $ patcher series --offline
    exit code: 0
    --- stdout
    patches at 1.0.0
       1 fix: compile notes in a target of their own where tags would conflict
         0001-compile-separately.patch
         Upstream: not in 1.1.0; Pending
         Repro: two-books
         Drop-When: a release lets books with such tags share a note
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not in 1.1.0; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    Finished in [TIME]: 1 series
    ");
    let document = sandbox.succeed(&["series", "--format", "json"]).json();
    assert_eq!(document["command"], "series");
    let series = &document["series"][0];
    assert_eq!((&series["pin"], &series["compared"]), (&"1.0.0".into(), &"1.1.0".into()));
    assert_eq!(series["patches"][0]["outcome"], "offset");
    assert_eq!(series["patches"][0]["number"], 1);
}

#[test]
fn what_upstream_took_is_shown_as_far_as_was_fetched() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.project.join("patches/0001-compile-separately.patch");
    sandbox.release("1.1.0", "1.2.0", |tree| {
        sandbox.git(tree, &["apply", "--3way", patch.to_str().unwrap()]);
        std::fs::write(tree.join("README.md"), "another text\n").unwrap();
    });
    let before = sandbox.succeed(&["series", "1"]).stdout;
    assert!(before.contains("not in 1.1.0"), "it asked upstream: {before}");
    sandbox.succeed(&["sync", "--no-repro"]);
    let shown = |patch: &str| {
        let text = sandbox.succeed(&["series", patch]).stdout;
        text.lines().find(|line| line.contains("Upstream: ")).unwrap().trim().to_owned()
    };
    let shown = ["1", "2"].map(shown).join("\n");
    assert_snapshot!(shown, @"
    Upstream: ! 1.2.0 has it already; Pending
    Upstream: x it conflicts with 1.2.0; Pending
    ");
}

#[test]
fn a_series_is_listed_that_was_never_synced_or_does_not_apply() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.refuse(0, &["series", "2"], &[]), @"
    $ patcher series 2
    exit code: 0
    --- stdout
    patches, not synced yet
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not compared; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    Finished in [TIME]: 1 series
    ");
    let sandbox = Sandbox::synced();
    // A problem elsewhere changes nothing in it.
    sandbox.write("patches/resolutions/0002-docs.toml", "damaged");
    let text = sandbox.succeed(&["series", "2"]).stdout;
    assert!(text.contains("Upstream: not in 1.1.0; Pending"), "{text}");
    std::fs::remove_dir_all(sandbox.project.join("patches/resolutions")).unwrap();
    sandbox.edit("patches/0002-docs.patch", "-* Two books", "-* Tow books");
    assert_snapshot!(sandbox.refuse(0, &["series", "2"], &[]), @r#"
    $ patcher series 2
    exit code: 0
    --- stdout
    patches at 1.0.0
    upstream not compared: patches/0002-docs.patch:20: README.md:7: expected "* Tow books cannot share a note where one of them has tags such as `requires-gpu`.", found "* Two books cannot share a note where one of them has tags such as `requires-gpu`."
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not compared; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    Finished in [TIME]: 1 series
    "#);
    std::fs::remove_dir_all(sandbox.mirror()).unwrap();
    assert_snapshot!(sandbox.refuse(0, &["series", "patches"], &[]), @"
    $ patcher series patches
    exit code: 0
    --- stdout
    patches at 1.0.0
    upstream not compared: demo_rules was not fetched yet: there is no mirror of ../upstream.git at [ROOT]/cache/mirror/upstream-[KEY].git
       1 fix: compile notes in a target of their own where tags would conflict
         0001-compile-separately.patch
         Upstream: not compared; Pending
         Repro: two-books
         Drop-When: a release lets books with such tags share a note
       2 docs: books with tags can share notes
         0002-docs.patch
         Upstream: not compared; Pending
         Repro: none
         Drop-When: with the patch before it
    --- stderr
    Finished in [TIME]: 1 series
    ");
}

#[test]
fn there_is_none_without_a_project() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.home.join("empty")).unwrap();
    let empty = sandbox.home.join("empty");
    assert_snapshot!(sandbox.refuse(2, &["--root", empty.to_str().unwrap(), "series"], &[]), @"
    $ patcher --root [ROOT]/home/empty series
    exit code: 2
    --- stderr
      error: [ROOT]/home/empty: there is no upstream.lock here
       hint: name the project's directory with -C
       hint: `patcher init DIR` begins a project, `patcher demo DIR` makes one to play with
    ");
}
