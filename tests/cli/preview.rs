//! `port`: what becomes of each patch on other releases.

use insta::assert_snapshot;

use crate::common::{Sandbox, joined};

const FIRST: &str = "0001-compile-separately.patch";

#[test]
fn every_release_asked_for_has_a_row_and_nothing_is_written() {
    let sandbox = Sandbox::synced();
    let run = sandbox.refuse(0, &["preview", ">=1.0.0", "--format", "json"], &[]);
    let document = run.json();
    assert_eq!(document["command"], "preview");
    let rows = document["series"][0]["releases"].as_array().unwrap();
    let releases: Vec<&str> = rows.iter().map(|row| row["release"].as_str().unwrap()).collect();
    assert_eq!(releases, ["1.1.0", "1.0.0"]);
    assert_eq!(rows[0]["patches"][0]["outcome"], "offset");
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
    let run = sandbox.refuse(3, &["preview", "1.2.0"], &[]);
    assert_snapshot!(run, @r#"
    $ patcher preview 1.2.0
    exit code: 3
    --- stdout
    patches at 1.0.0  0001        0002
    1.2.0             x conflict  x conflict*

    notes.bzl, changed by upstream in 1.2.0:
        4c64e4c15191 2026-11-20 An Upstream: Release 1.2.0
        8257ff80de37 2026-01-02 demo upstream: Release 1.1.0
    @@ -1,29 +1,39 @@
    -"""Rules for books of notes."""
    -
    -def _compile(ctx, note):
    -    """Registers the action that compiles a note.
    -… 25 more
    +"""Rules for books of notes. # new
    + # new
    +A note is a text file. Its first line may be a title. # new
    +""" # new
    +… 35 more

    notes.bzl, changed by 0001-compile-separately.patch:
    @@ -15,15 +15,28 @@
         return compiled
     
     def _note_book_impl(ctx):
    +    if ctx.attr.compiled:
    +        return [DefaultInfo(files = ctx.attr.compiled[DefaultInfo].files)]
         compiled = [_compile(ctx, note) for note in ctx.files.notes]
         return [DefaultInfo(files = depset(compiled))]
     
     _note_book = rule(
     … 2 more
    +        "compiled": attr.label(),
             "notes": attr.label_list(allow_files = [".note"]),
         },
     )
    … 8 more lines
    * if the patches before it apply
    --- stderr
      error: patches/0001-compile-separately.patch:17: conflicts with 1.2.0 in notes.bzl:1
       hint: `patcher sync --to 1.2.0 --resolve` opens a worktree to resolve it in
    "#);
    let document = sandbox.refuse(3, &["preview", "--format", "json", "1.2.0"], &[]).json();
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
    let run = sandbox.refuse(1, &["preview", "1.2.0"], &[]);
    assert_snapshot!(run, @"
    $ patcher preview 1.2.0
    exit code: 1
    --- stdout
    patches at 1.0.0  0001                0002
    1.2.0             ! already upstream  - unchanged
    --- stderr
      error: patches/0001-compile-separately.patch: is already in 1.2.0: upstream's commit 60fd0c1641c4 is the same change
       hint: `--drop-upstreamed NAME` leaves a patch out
    ");
    let accepting = ["preview", "1.2.0", "--drop-upstreamed", FIRST];
    let run = sandbox.refuse(0, &accepting, &[]);
    assert_snapshot!(run, @"
    $ patcher preview 1.2.0 --drop-upstreamed 0001-compile-separately.patch
    exit code: 0
    --- stdout
    patches at 1.0.0  0001                          0002
    1.2.0             ! already upstream, left out  - unchanged

    patches/0001-compile-separately.patch: is already in 1.2.0: upstream's commit 60fd0c1641c4 is the same change
    --- stderr
    Finished in [TIME]: the patches apply to 1 release
    ");
}

#[test]
fn what_is_not_known_is_said() {
    let sandbox = Sandbox::synced();
    assert_snapshot!(sandbox.refuse(2, &["preview", "9.9.9"], &[]), @"
    $ patcher preview 9.9.9
    exit code: 2
    --- stderr
      error: no release 9.9.9 among those that were fetched: the newest are 1.1.0, 1.0.0
       hint: `patcher sync` fetches what upstream has since then
    ");
    assert_snapshot!(sandbox.refuse(2, &["preview", "newest"], &[]), @"
    $ patcher preview newest
    exit code: 2
    --- stderr
    error: invalid value 'newest' for '[RELEASE|RANGE|main|candidate]...': neither a release nor a range of releases

      tip: a release is `latest`, or three numbers such as 2.3.2; a range is 2.x, 2.0..2.3, 1.4.. or '>=1.4,<2'; also `main` or `candidate`

    For more information, try '--help'.
    ");
    let unknown = ["preview", "1.1.0", "--drop-upstreamed", "0009-x.patch"];
    assert_snapshot!(sandbox.refuse(2, &unknown, &[]), @"
    $ patcher preview 1.1.0 --drop-upstreamed 0009-x.patch
    exit code: 2
    --- stderr
      error: there is no patch 0009-x.patch
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch
    ");
}

#[test]
fn a_default_branch_that_is_not_there_is_named() {
    let sandbox = Sandbox::new();
    sandbox.git(&sandbox.upstream, &["symbolic-ref", "HEAD", "refs/heads/none"]);
    sandbox.sync();
    let offline = sandbox.refuse(30, &["--offline", "preview", "main"], &[]);
    let online = sandbox.refuse(2, &["preview", "main"], &[]);
    assert_snapshot!(joined([offline, online]), @"
    $ patcher --offline preview main
    exit code: 30
    --- stderr
      error: upstream ../upstream.git has no main
       hint: --offline forbids it now: run it once without

    $ patcher preview main
    exit code: 2
    --- stderr
      error: upstream ../upstream.git has no main
       hint: it needs a release, and a branch that its HEAD names
    ");
}

#[test]
fn a_patch_that_is_left_out_is_no_finding() {
    let sandbox = Sandbox::synced();
    let patch = sandbox.project.join("patches").join(FIRST);
    sandbox.release("1.1.0", "1.2.0", |tree| {
        sandbox.git(tree, &["apply", "--3way", patch.to_str().unwrap()]);
    });
    sandbox.git(&sandbox.upstream, &["update-ref", "refs/heads/main", "1.2.0"]);
    let rehearse = ["sync", "--no-repro", "--dry-run", "--to", "main"];
    let left_out = [&rehearse[..], &["--drop-upstreamed", FIRST]].concat();
    let runs = [&rehearse[..], &left_out].map(|args| sandbox.patcher(args));
    assert_snapshot!(joined(runs), @"
    $ patcher sync --no-repro --dry-run --to main
    exit code: 1
    --- stdout
    # demo_rules main has 1 patch already

    `patcher preview main` took the patches from 1.0.0 to demo_rules main (60fd0c1641c4ade95adc39355fb8e1d458747b60).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | already upstream | merging it changes nothing |
    | 0002-docs.patch | unchanged |  |

    When that is released: `patcher sync --to RELEASE --drop-upstreamed PATCH` leaves the patch out. Nothing is left out without that.
    --- stderr
    + Fetched    1 release from ../upstream.git
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
      error: demo_rules main has 1 patch already
       hint: nothing was changed

    $ patcher sync --no-repro --dry-run --to main --drop-upstreamed 0001-compile-separately.patch
    exit code: 0
    --- stdout
    # demo_rules main: the patches apply, not tested

    `patcher preview main` took the patches from 1.0.0 to demo_rules main (60fd0c1641c4ade95adc39355fb8e1d458747b60).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | already upstream | merging it changes nothing |
    | 0002-docs.patch | unchanged |  |

    The scenarios did not run.
    --- stderr
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    Finished in [TIME]: demo_rules main: the patches apply, not tested
    ");
}
