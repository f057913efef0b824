//! Series and what becomes of them, on trees that are made in memory.

use insta::assert_snapshot;

use crate::git::store::Commit;
use crate::git::store::tests::{Memory, author, lines};
use crate::patch::{FilePatch, Patch};
use crate::port::outcome::Evidence;
use crate::port::{Applied, AppliedPatch, Attempt, Ported};
use crate::project::load::SourcePatch;
use crate::support::ids::Release;

/// The files of a tree: its paths, and what they hold.
pub(super) type Files<'a> = &'a [(&'a str, &'a str)];

/// The series that goes through these versions of the tree: the first is the pin, and each other
/// one what a patch makes of the one before it.
pub(super) fn series(memory: &Memory, versions: &[Files<'_>]) -> Applied {
    let pin = memory.commit(None, memory.tree(versions[0]));
    let mut series = Applied::empty(release("1.0.0"), pin);
    for (number, files) in versions.iter().enumerate().skip(1) {
        let tree = memory.tree(files);
        let files = memory.store.diff(series.tree(), tree).unwrap();
        let patch = patch(number, files);
        series.push(format!("patches/{}", patch.name), patch, tree);
    }
    series
}

fn patch(number: usize, files: Vec<FilePatch>) -> Patch {
    Patch {
        name: format!("{number:04}-change.patch").parse().unwrap(),
        author: author(i64::try_from(number).unwrap()),
        subject: format!("Change {number}"),
        body: "Why.".into(),
        files,
    }
}

pub(super) fn release(name: &str) -> Release {
    name.parse().unwrap()
}

/// Cuts the first hunk of a series to a line of context on each side, as an author may.
pub(super) fn cut(series: &mut Applied) {
    let hunk = &mut series.patches[0].patch.files[0].hunks[0];
    hunk.lines = hunk.lines[2..hunk.lines.len() - 2].to_vec();
    (hunk.old_start, hunk.new_start) = (hunk.old_start + 2, hunk.new_start + 2);
}

/// The patches as their files have them.
pub(super) fn sources(series: &Applied) -> Vec<SourcePatch> {
    let source = |applied: &AppliedPatch| SourcePatch {
        file: applied.file.clone(),
        bytes: Vec::new(),
        patch: applied.patch.clone(),
    };
    series.patches.iter().map(source).collect()
}

/// The diffs of files, without their headers.
pub(super) fn diffs(files: &[FilePatch]) -> String {
    let is_header = |line: &&str| ["diff ", "index ", "--- "].iter().any(|h| line.starts_with(h));
    let text = |file: &FilePatch| {
        let text = file.to_string();
        text.lines().filter(|line| !is_header(line)).map(|line| format!("{line}\n")).collect()
    };
    files.iter().map(text).collect::<Vec<String>>().concat()
}

/// What became of each patch: its outcome, what that rests on, and what conflicts.
fn told(attempt: &Attempt<'_>) -> String {
    let mut text = String::new();
    for found in &attempt.outcomes {
        text.push_str(&format!("{}: {}\n", found.patch, found.outcome.name()));
        for evidence in &found.evidence {
            text.push_str(&format!("  {}\n", evidence.text()));
        }
        for conflict in &found.conflicts {
            let (path, target, line) = (&conflict.path, &conflict.target, conflict.line);
            let (reason, upstream) = (conflict.reason.name(), conflict.upstream.trim_end());
            text.push_str(&format!("  {path} -> {target}:{line}: {reason}: {upstream:?}\n"));
        }
    }
    text
}

/// What becomes of a series on a release with these files.
pub(super) fn onto<'a, T: AsRef<[u8]>>(
    memory: &Memory,
    series: &'a Applied,
    files: &[(&str, T)],
) -> Attempt<'a> {
    let base = memory.commit(Some(&series.base), memory.tree(files));
    series.onto(&memory.store, release("2.0.0"), &base).unwrap()
}

#[test]
fn a_line_that_no_patch_can_hold_conflicts_where_upstream_has_it() {
    let memory = Memory::new();
    let (before, after) = (lines(20, &[]), lines(20, &[(10, "mine\n")]));
    let series =
        series(&memory, &[&[("f", &before), ("k", &before)], &[("f", &after), ("k", &after)]]);
    let with_latin = |line: &str| {
        let text = before.replace(line, "caf\u{e9}\n");
        text.chars().map(|c| c as u8).collect::<Vec<u8>>()
    };
    let files = [("g", with_latin("line 8\n")), ("k", with_latin("line 12\n"))];
    assert_snapshot!(told(&onto(&memory, &series, &files)), @r#"
    0001-change.patch: conflict
      f is g now
      f -> g:8: this line is not UTF-8, and too close to the change for a patch: "caf�"
      k -> k:12: this line is not UTF-8, and too close to the change for a patch: "caf�"
    "#);
}

#[test]
fn a_file_that_the_patch_deletes_and_upstream_renamed_is_not_gone() {
    let memory = Memory::new();
    let file = lines(20, &[]);
    let series = series(&memory, &[&[("f", &file), ("k", "1\n")], &[("k", "1\n")]]);
    assert_snapshot!(told(&onto(&memory, &series, &[("g", file.as_str()), ("k", "1\n")])), @r#"
    0001-change.patch: conflict
      f -> g:0: upstream renamed the file that the patch deletes: ""
    "#);
}

#[test]
fn a_file_that_a_patch_before_adds_is_left_out_and_not_deleted() {
    let memory = Memory::new();
    let other = lines(20, &[]);
    let pin = [("d/other", other.as_str()), ("gone", "1\n")];
    let first = [&pin[..], &[("d/new", "1\n")]].concat();
    let second = [("d/new", "2\n"), ("d/other", &other), ("gone", "2\n")];
    let series = series(&memory, &[&pin, &first, &second]);
    assert_snapshot!(told(&onto(&memory, &series, &[("e/other", &other)])), @r#"
    0001-change.patch: conflict
      d/new -> e/new:0: upstream renamed its directory: ""
    0002-change.patch: conflict
      d/new -> d/new:0: a patch before it adds the file, and is not in: ""
      gone -> gone:0: upstream deleted the file: ""
    "#);
}

#[test]
fn lines_that_a_copy_lacks_are_still_to_be_removed() {
    let memory = Memory::new();
    let copied = "def one(ctx):\n    first(ctx)\n    last(ctx)\n";
    let removed = "    this_is_wrong_in_one(ctx)\n";
    let whole = copied.replace("    last", &format!("{removed}    last"));
    let file = format!("{whole}{}", lines(20, &[]));
    let (before, after) = ("key_of_the_other = 1\n", "key_of_the_other = 2\n");
    let series = series(
        &memory,
        &[&[("f", &file), ("k", before)], &[("f", &file.replace(removed, "")), ("k", after)]],
    );
    // Upstream has the one, and of the other a copy as it is to be.
    let ours = format!("{file}{copied}{}", lines(2, &[]));
    assert_snapshot!(told(&onto(&memory, &series, &[("f", ours.as_str()), ("k", after)])), @"
    0001-change.patch: partly upstream
      `the whole file` of k is there
    ");
}

#[test]
fn a_commit_is_the_same_change_though_more_context_differs() {
    let memory = Memory::new();
    // At the pin the lines around the change stand twice, so that the patch shows more of them.
    let block = format!("{}old_value_of_this\n{}", lines(3, &[]), lines(3, &[]));
    let text = |first: &str, value: &str| {
        format!("{first}\n{}{block}", block.replacen("old_value_of_this", value, 1))
    };
    let [before, after] = ["old_value_of_this", "new_value_of_this"];
    let series = series(&memory, &[&[("f", &text("top", before))], &[("f", &text("top", after))]]);
    let commit = |parent: &Commit, value: &str| {
        memory.commit(Some(parent), memory.tree(&[("f", text("other", value))]))
    };
    let taken = commit(&commit(&series.base, before), after);
    let attempt = series.onto(&memory.store, release("2.0.0"), &taken).unwrap();
    let evidence = &attempt.outcomes[0].evidence;
    assert!(evidence.contains(&Evidence::PatchId { commit: taken.id }), "{evidence:?}");
}

#[test]
fn a_series_that_stays_is_one_that_is_carried_to_its_own_pin() {
    let memory = Memory::new();
    let versions = [lines(20, &[]), lines(20, &[(10, "mine\n")]), lines(20, &[(3, "mine\n")])];
    let [one, two, three] = versions.each_ref().map(|text| [("f", text.as_str())]);
    let series = series(&memory, &[&one, &two, &three]);
    let carried = series.onto(&memory.store, series.release, &series.base).unwrap();
    assert_eq!(Ported::at_pin(series.clone()).outcomes, carried.outcomes);
}

#[test]
fn hunks_stay_as_their_author_cut_them_as_long_as_the_change_is_the_same() {
    let memory = Memory::new();
    let (before, after) = (lines(20, &[]), lines(20, &[(10, "mine\n")]));
    let mut series = series(&memory, &[&[("f", &before)], &[("f", &after)]]);
    cut(&mut series);
    let there = |text: &str| {
        let attempt = onto(&memory, &series, &[("f", text), ("k", "1\n")]);
        diffs(&attempt.applied(&memory.store).unwrap().patches[0].patch.files)
    };
    assert_eq!(there(&before), diffs(&series.patches[0].patch.files));
    assert_snapshot!([there(&before), there(&format!("line 0\n{before}"))].join("\n"), @"
    +++ b/f
    @@ -9,3 +9,3 @@
     line 9
    -line 10
    +mine
     line 11

    +++ b/f
    @@ -8,7 +8,7 @@
     line 7
     line 8
     line 9
    -line 10
    +mine
     line 11
     line 12
     line 13
    ");
}
