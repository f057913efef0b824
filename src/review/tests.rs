//! What a review says of small series, as a whole.

#![allow(clippy::too_many_lines, reason = "whole outputs stand in the tests")]

use std::collections::BTreeMap;

use crate::patch::{Patch, diff};
use crate::project::lock::made_up::{lock, release};
use crate::review::compare::review;
use crate::review::file_review::Mechanical;
use crate::review::model::{Outcome, PatchSnapshot, Review, SeriesSnapshot, Snapshot};
use crate::review::text::{Sides, WordDiff, markdown, text};

const SIDES: Sides<'_> = Sides { old: "v1", new: "v2" };

/// A patch of files, each given by its path and by what it is before and after; those files are
/// known.
fn patch(name: &str, subject: &str, files: &[[&str; 3]]) -> PatchSnapshot {
    let diffs = files.iter().map(|[path, before, after]| {
        let hunks = diff::hunks(before.as_bytes(), after.as_bytes()).unwrap();
        let hunks: String = hunks.iter().map(ToString::to_string).collect();
        let [old, new] = [before, after].map(|text| blob(text));
        format!(
            "diff --git a/{path} b/{path}\nindex {old}..{new} 100644\n--- a/{path}\n+++ b/{path}\n{hunks}"
        )
    });
    let diffs: String = diffs.collect();
    let mail = format!(
        "From: A <a@example.com>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\n\
         Subject: {subject}\n\nWhy.\n\n{diffs}"
    );
    let bases = files.iter().map(|[path, before, _]| (path.parse().unwrap(), (*before).into()));
    PatchSnapshot { bases: bases.collect(), ..read(name, &mail) }
}

/// A patch as its mail says it; the files that it changes are not known.
fn read(name: &str, mail: &str) -> PatchSnapshot {
    let patch = Patch::parse(&name.parse().unwrap(), name, mail.as_bytes()).unwrap();
    PatchSnapshot { patch, bytes: mail.into(), bases: BTreeMap::new() }
}

/// The mail with something else in it, of the same files.
fn edited(patch: &PatchSnapshot, from: &str, to: &str) -> PatchSnapshot {
    let mail = String::from_utf8(patch.bytes.clone()).unwrap();
    assert!(mail.contains(from), "{mail}");
    let read = read(patch.patch.name.as_str(), &mail.replace(from, to));
    PatchSnapshot { bases: patch.bases.clone(), ..read }
}

/// Another id for each text.
fn blob(text: &str) -> String {
    let number = text
        .bytes()
        .fold(7_u128, |number, byte| number.wrapping_mul(1_000_003).wrapping_add(u128::from(byte)));
    format!("{number:040x}")
}

fn series(directory: &str, patches: Vec<PatchSnapshot>) -> SeriesSnapshot {
    SeriesSnapshot { directory: directory.into(), patches }
}

fn project(patches: Vec<PatchSnapshot>) -> Snapshot {
    Snapshot { lock: None, series: vec![series("patches", patches)] }
}

fn reviewed(old: Vec<PatchSnapshot>, new: Vec<PatchSnapshot>) -> Review {
    review(&project(old), &project(new))
}

fn shown(review: &Review) -> String {
    let text = text(review, SIDES, WordDiff::Plain);
    text.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "")
}

const BASE: &str = "\
def first(ctx):
    prepare_the_first(ctx)
    compile_the_first(ctx)
    link_the_first(ctx)
    return ctx.first

def second(ctx):
    prepare_the_second(ctx)
    compile_the_second(ctx)
    link_the_second(ctx)
    return ctx.second
";

/// The file with lines after another.
fn with(text: &str, line: &str, more: &str) -> String {
    assert!(text.contains(line), "{line}");
    text.replacen(line, &format!("{line}{more}"), 1)
}

/// A project before and after a refresh in which something became of every patch.
fn refresh() -> (Snapshot, Snapshot) {
    let upstream = format!("# A comment that upstream added.\n{BASE}");
    let one = |name: &str, subject: &str, before: &str, line: &str, more: &str| {
        patch(name, subject, &[["a.bzl", before, &with(before, line, more)]])
    };
    let kept =
        one("0001-kept.patch", "fix: kept", BASE, "link_the_first(ctx)\n", "    kept(ctx)\n");
    let offset = |before: &str| {
        one("0002-offset.patch", "fix: offset", before, "return ctx.second\n", "\nOFFSET = True\n")
    };
    let renamed = |name: &str| {
        one(name, "fix: renamed", BASE, "prepare_the_second(ctx)\n", "    renamed(ctx)\n")
    };
    let said = one("0004-said.patch", "fix: said", BASE, "return ctx.first\n", "\nSAID = 1\n");
    let moved = |line: &str| {
        let more = "    a_line_that_stands_elsewhere(ctx)\n    another(ctx)\n";
        one("0005-moved.patch", "fix: moved", BASE, line, more)
    };
    let meant =
        |more: &str| one("0006-meant.patch", "fix: meant", BASE, "compile_the_second(ctx)\n", more);
    let gone = patch("0007-gone.patch", "fix: gone", &[["b.bzl", "a\nb\n", "a\n"]]);
    let come = patch("0008-come.patch", "feat: <come>", &[["c.bzl", "c\n", "c\nd\ne\n"]]);
    let old = vec![
        kept.clone(),
        offset(BASE),
        renamed("0003-renamed.patch"),
        said.clone(),
        moved("prepare_the_first(ctx)\n"),
        meant("    check(ctx, strict = True)\n    report_to(ctx)\n"),
        gone,
    ];
    let new = vec![
        kept.clone(),
        renamed("0002-renamed.patch"),
        offset(&upstream),
        edited(&said, "Why.", "Why not.\n\nFor those  "),
        moved("link_the_second(ctx)\n"),
        edited(
            &meant("    check(ctx, strict = False)\n    report_to(ctx)\n    stop(ctx)\n"),
            "fix: meant",
            "fix: meant well",
        ),
        come,
    ];
    let old = vec![series("patches", old), series("patches/0.x", vec![kept.clone()])];
    let new = vec![series("patches", new), series("patches/2.x", vec![kept])];
    let lock = |pin, range: Option<&str>| {
        let mut lock = lock(release(pin, 1, b""));
        lock.series[0].releases = range.map(|range| range.parse().unwrap());
        Some(lock)
    };
    let old = Snapshot { lock: lock("1.0.0", None), series: old };
    (old, Snapshot { lock: lock("2.0.0", Some(">=2.0.0")), series: new })
}

#[test]
fn the_text_says_what_became_of_each_patch() {
    let (old, new) = refresh();
    insta::assert_snapshot!(shown(&review(&old, &new)), @"
    v1 -> v2

    pin of patches        1.0.0 (010101010101) -> 2.0.0 (010101010101)
    releases of patches   now >=2.0.0
    supported by patches  no longer 1.0.0
    supported by patches  now 2.0.0

    patches
    0001-kept.patch     unchanged
    0002-renamed.patch  renamed     was 0003-renamed.patch
    0002-offset.patch   mechanical  offsets
    0004-said.patch     message
    0005-moved.patch    moved       2 lines moved
    0006-meant.patch    semantic    2 lines changed, message
    0008-come.patch     added       +2 -0: feat: <come>
    0007-gone.patch     dropped     +0 -1: fix: gone
    another order: 0001-kept.patch, 0002-renamed.patch, 0002-offset.patch, 0004-said.patch, 0005-moved.patch, 0006-meant.patch; it was 0001-kept.patch, 0002-offset.patch, 0002-renamed.patch, 0004-said.patch, 0005-moved.patch, 0006-meant.patch

    patches/2.x, a new series
    0001-kept.patch  added  +1 -0: fix: kept

    patches/0.x, a removed series
    0001-kept.patch  dropped  +1 -0: fix: kept

    patches/0004-said.patch
      message
        Why{+ not+}.
        {+⏎+}
        {+For those+}

    patches/0005-moved.patch
      a.bzl
        line 11: 2 lines moved from `def first` to `def second`: adds `a_line_that_stands_elsewhere(ctx)` and so on

    patches/0006-meant.patch
      message
        Subject: fix: meant{+ well+}
      a.bzl
        line 10, in `def second`
          adds                   check(ctx, strict = [-True-]{+False+})
        line 12, in `def second`
          now adds               stop(ctx)

    patches: 2 added, 2 dropped, 1 semantic, 1 moved, 1 message, 1 renamed, 1 mechanical, 1 unchanged
    ");
}

#[test]
fn the_markdown_says_the_same() {
    let (old, new) = refresh();
    insta::assert_snapshot!(markdown(&review(&old, &new), SIDES), @r"
    ### Patches: 2 added, 2 dropped, 1 semantic, 1 moved, 1 message, 1 renamed, 1 mechanical, 1 unchanged

    From v1 to v2.

    | lock | |
    | --- | --- |
    | pin of patches | 1.0.0 (010101010101) -&gt; 2.0.0 (010101010101) |
    | releases of patches | now &gt;=2.0.0 |
    | supported by patches | no longer 1.0.0 |
    | supported by patches | now 2.0.0 |

    | patches | outcome | |
    | --- | --- | --- |
    | 0001-kept.patch | unchanged |  |
    | 0002-renamed.patch | renamed | was 0003-renamed.patch |
    | 0002-offset.patch | mechanical | offsets |
    | 0004-said.patch | message |  |
    | 0005-moved.patch | **moved** | 2 lines moved |
    | 0006-meant.patch | **semantic** | 2 lines changed, message |
    | 0008-come.patch | **added** | +2 -0: feat: &lt;come&gt; |
    | 0007-gone.patch | **dropped** | +0 -1: fix: gone |

    Another order: 0001-kept.patch, 0002-renamed.patch, 0002-offset.patch, 0004-said.patch, 0005-moved.patch, 0006-meant.patch; it was 0001-kept.patch, 0002-offset.patch, 0002-renamed.patch, 0004-said.patch, 0005-moved.patch, 0006-meant.patch.

    | patches/2.x, a new series | outcome | |
    | --- | --- | --- |
    | 0001-kept.patch | **added** | +1 -0: fix: kept |

    | patches/0.x, a removed series | outcome | |
    | --- | --- | --- |
    | 0001-kept.patch | **dropped** | +1 -0: fix: kept |

    <details><summary>patches/0004-said.patch: message</summary>

    Message:

    ```diff
    - Why.
    + Why not.
    + ⏎
    + For those
    ```

    </details>

    <details><summary>patches/0005-moved.patch: moved</summary>

    a.bzl

    - line 11: 2 lines moved from \`def first\` to \`def second\`: adds \`a\_line\_that\_stands\_elsewhere(ctx)\` and so on

    </details>

    <details><summary>patches/0006-meant.patch: semantic</summary>

    Message:

    ```diff
    - Subject: fix: meant
    + Subject: fix: meant well
    ```

    a.bzl

    ```diff
    @@ line 10, in `def second` @@
    - adds         check(ctx, strict = True)
    + adds         check(ctx, strict = False)
    @@ line 12, in `def second` @@
    + adds         stop(ctx)
    ```

    </details>

    `-` is what a patch did, `+` is what it does now.
    ");
}

#[test]
fn a_patch_is_found_again_by_the_strongest_that_is_the_same() {
    // Of each: what it does, the more of it the less is known otherwise.
    let of = |name: &str, subject: &str, lines: &str| {
        patch(name, subject, &[["a.bzl", "a\n", &format!("a\n{lines}")]])
    };
    let other_author = |patch: PatchSnapshot| edited(&patch, "a@example.com", "b@example.com");
    let pairs = |old: &[PatchSnapshot], new: &[PatchSnapshot]| {
        let review = reviewed(old.to_vec(), new.to_vec());
        let pair = |patch: &crate::review::model::PatchReview| match patch.outcome {
            Outcome::Added => format!("+{}", patch.name),
            Outcome::Dropped => format!("-{}", patch.name),
            _ => {
                let from = patch.renamed_from.as_ref().unwrap_or(&patch.name);
                format!("{from} {}", patch.name)
            }
        };
        review.patches().map(pair).collect::<Vec<_>>().join(", ").replace(".patch", "")
    };
    let (x, y, z) =
        ("xxxxxxxxxx xxxxxxxxxx\n", "yyyyyyyyyy yyyyyyyyyy\n", "zzzzzzzzzz zzzzzzzzzz\n");
    let [a1, a2, b1, b2] = ["0001-a.patch", "0002-a.patch", "0001-b.patch", "0002-b.patch"];
    // Nothing is the same.
    assert_eq!(pairs(&[of(a1, "fix: a", x)], &[of(b2, "fix: b", y)]), "+0002-b, -0001-a");
    // By name and subject, though another has the subject.
    let two = [of(a1, "fix: a", x), of(a2, "fix: a", y)];
    assert_eq!(pairs(&two, &[of(a2, "fix: a", z)]), "0002-a 0002-a, -0001-a");
    // By subject, though another had the name.
    let two = [of(a1, "fix: a", x), of(b2, "fix: b", y)];
    assert_eq!(pairs(&two, &[of(a1, "fix: b", z)]), "0002-b 0001-a, -0001-a");
    // By subject only.
    assert_eq!(pairs(&[of(a1, "fix: a", x)], &[of(b2, "fix: a", y)]), "0001-a 0002-b");
    // Two authors may say the same.
    let theirs = other_author(of(b2, "fix: a", y));
    assert_eq!(pairs(&[of(a1, "fix: a", x)], &[theirs]), "+0002-b, -0001-a");
    // By name, though the name of another says the same.
    let two = [of(a1, "fix: a", x), of(a2, "fix: b", y)];
    assert_eq!(pairs(&two, &[of(a2, "fix: c", z)]), "0002-a 0002-a, -0001-a");
    // By what the name says, apart from its number.
    assert_eq!(pairs(&[of(b1, "fix: a", x)], &[of(b2, "fix: b", y)]), "0001-b 0002-b");
    // By most of the lines, if they say something.
    let alike = |old: &str, new: &str| pairs(&[of(a1, "fix: a", old)], &[of(b2, "fix: b", new)]);
    let (same, other) = ("0001-a 0002-b", "+0002-b, -0001-a");
    assert_eq!(alike(&[x, y].concat(), &[x, z].concat()), same);
    assert_eq!(alike(&[x, y].concat(), &[x, z, "and more\n"].concat()), other);
    assert_eq!(alike("few\n", "few\n"), other);
}

#[test]
fn other_blobs_are_index_lines_and_all_else_is_the_form_of_the_mail() {
    let [before, after] = ["a\n", "a\nb\n"];
    let patch = patch("0001-a.patch", "fix: a", &[["a.bzl", before, after]]);
    let mechanical = |new: PatchSnapshot| {
        reviewed(vec![patch.clone()], vec![new]).series[0].reviews[0].mechanical.clone()
    };
    for text in [before, after] {
        let other = edited(&patch, &blob(text), &blob("other"));
        assert_eq!(mechanical(other), [Mechanical::IndexLines]);
    }
    assert_eq!(mechanical(edited(&patch, "Subject: ", "Subject: [PATCH] ")), [Mechanical::Form]);
}

#[test]
fn places_are_known_if_both_files_are_or_nothing_differs() {
    let known = patch("0001-a.patch", "fix: a", &[["a.bzl", "a\n", "a\nb\n"]]);
    let unknown = PatchSnapshot { bases: BTreeMap::new(), ..known.clone() };
    let other = |patch: &PatchSnapshot| edited(patch, "+b\n", "+c\n");
    let are_known = |old: &PatchSnapshot, new: &PatchSnapshot| {
        let review = reviewed(vec![old.clone()], vec![new.clone()]);
        review.patches().all(|patch| patch.places_known)
    };
    assert!(are_known(&known, &other(&known)));
    assert!(!are_known(&known, &other(&unknown)) && !are_known(&unknown, &other(&known)));
    assert!(are_known(&unknown, &unknown));
}

/// Two versions of a patch in which every way of changing a file differently is.
fn other_ways() -> [PatchSnapshot; 2] {
    let tool = "a\nb\nc\n";
    let checked =
        with(BASE, "compile_the_first(ctx)\n", "    checked_by_the_first(ctx, strict)\n\n");
    let old = patch(
        "0001-a.patch",
        "fix: a",
        &[
            ["gone.txt", "x\n", "y\n"],
            ["old.bzl", BASE, &checked],
            ["tool", tool, "a\nc\n\td()\n"],
            ["end", "one()\n", "one()\ntwo()\n"],
            ["top.bzl", "#\n", "#\na_name_at_the_top = 1\n\nX = 2\n"],
        ],
    );
    let new = patch(
        "0001-a.patch",
        "fix: a",
        &[
            ["new.bzl", BASE, &checked],
            ["tool", tool, "a\nb\n        d()\n"],
            ["end", "one()\n", "one()\ntwo()"],
            ["top.bzl", "#\n", "#\nX = 2\n\na_name_at_the_top = 1\n"],
        ],
    );
    [old, edited(&new, "100644\n--- a/tool", "100755\n--- a/tool")]
}

#[test]
fn every_way_of_changing_a_file_differently_has_its_words() {
    let [old, new] = other_ways();
    let review = reviewed(vec![old], vec![new]);
    insta::assert_snapshot!(shown(&review), @"
    v1 -> v2

    0001-a.patch  semantic  10 lines changed

    patches/0001-a.patch
      end
        line 2
          adds               two()[-⏎-] (no line end)
      new.bzl, which was old.bzl
      tool
        changes the file{+, executable+}
        line 2
          no longer removes  b
        line 3
          now removes        c
          adds               [-→-]{+········+}d()
      top.bzl
        line 2
          now adds           X = 2
          now adds           ⏎
        line 3
          no longer adds     ⏎
          no longer adds     X = 2
      gone.txt
        [-changes the file-]
        line 1
          no longer removes  x
          no longer adds     y

    patches: 1 semantic
    ");
    let page = markdown(&review, SIDES);
    let folded = page.split_once("<details>").unwrap().1;
    insta::assert_snapshot!(folded, @"
    <summary>patches/0001-a.patch: semantic</summary>

    end

    ```diff
    @@ line 2 @@
    - adds     two()
    + adds     two() (no line end)
    ```

    new.bzl, which was old.bzl

    tool

    ```diff
    - changes the file
    + changes the file, executable
    @@ line 2 @@
    - removes  b
    @@ line 3 @@
    + removes  c
    - adds     	d()
    + adds             d()
    ```

    top.bzl

    ```diff
    @@ line 2 @@
    + adds     X = 2
    + adds     ⏎
    @@ line 3 @@
    - adds     ⏎
    - adds     X = 2
    ```

    gone.txt

    ```diff
    - changes the file
    @@ line 1 @@
    - removes  x
    - adds     y
    ```

    </details>

    `-` is what a patch did, `+` is what it does now.
    ");
}

#[test]
fn what_moves_is_shown_with_where_it_was_and_is() {
    let line = "    reset_everything(ctx, force = True)\n";
    let at = |place: &str, line: &str| {
        patch("0001-a.patch", "fix: a", &[["a.bzl", BASE, &with(BASE, place, line)]])
    };
    let moved = |old: PatchSnapshot, new: PatchSnapshot| {
        let text = shown(&reviewed(vec![old], vec![new]));
        let line = text.lines().find_map(|line| line.trim().strip_prefix("line ")).unwrap();
        line.strip_suffix(": adds `reset_everything(ctx, force = True)`").unwrap().to_owned()
    };
    let first = || at("def first(ctx):\n", line);
    let second = || at("def second(ctx):\n", line);
    let top = |place: &str| at(place, line.trim_start());
    let unknown = |patch: PatchSnapshot| PatchSnapshot { bases: BTreeMap::new(), ..patch };
    let found = [
        moved(first(), second()),
        moved(first(), at("link_the_first(ctx)\n", line)),
        moved(top("return ctx.first\n"), top("return ctx.second\n")),
        moved(unknown(first()), unknown(second())),
    ];
    let expected = [
        "8: 1 line moved from `def first` to `def second`",
        "5: 1 line moved to another place in `def first`",
        "12: 1 line moved to another place in the top level",
        "8: 1 line moved to another place",
    ];
    assert_eq!(found, expected);
}

#[test]
fn lines_are_numbered_as_in_the_patched_file() {
    // Two runs in one hunk: the second stands two lines further down than upstream's line.
    let before = "a\nb\nc\nd\ne\nf\n";
    let of = |last: &str| {
        let after = format!("a\nB\nB\nB\nc\nd\n{last}\nf\n");
        patch("0001-a.patch", "fix: a", &[["a.bzl", before, &after]])
    };
    let review = reviewed(vec![of("one")], vec![of("two")]);
    let lines: Vec<usize> =
        review.series[0].reviews[0].files[0].differences.iter().map(|found| found.line).collect();
    assert_eq!(lines, [7]);
}
