use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::patch::words::Fragment;
use crate::patch::{BlobName, diff};
use crate::review::changed_lines::Item;
use crate::review::file_review::{Action, Edit, When};
use crate::support::ids::BlobId;

fn patch(before: &str, after: &str, id: u8) -> FilePatch {
    let hunks = diff::hunks(before.as_bytes(), after.as_bytes()).unwrap();
    let [old, new] = [id, id + 1].map(|id| BlobName::Full(BlobId::new([id; 20])));
    let (path, change, mode) = ("f".parse().unwrap(), Change::Modify, FileMode::Regular);
    FilePatch { path, change, mode, old, new, hunks, line: 0 }
}

/// Whether the files before the patches are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bases {
    Known,
    Unknown,
}

const BASES: [Bases; 2] = [Bases::Known, Bases::Unknown];

/// The interdiff of two patches, each given by the file before and after it.
fn review_of(old: (&str, &str), new: (&str, &str), bases: Bases) -> FileReview {
    let base = |text| (bases == Bases::Known).then_some(text);
    let (id_old, id_new) = (1, if old.0 == new.0 { 1 } else { 5 });
    let (before, after) = (patch(old.0, old.1, id_old), patch(new.0, new.1, id_new));
    compare(
        Some(Version { file: &before, base: base(old.0.as_bytes()) }),
        Some(Version { file: &after, base: base(new.0.as_bytes()) }),
    )
}

fn shown(review: &FileReview) -> Vec<String> {
    let fragment = |fragment: &Fragment| match fragment {
        Fragment::Kept(text) => text.clone(),
        Fragment::Removed(text) => format!("[-{text}-]"),
        Fragment::Added(text) => format!("{{+{text}+}}"),
    };
    let edit = |edit: &Edit| {
        let line: String = edit.line.iter().map(fragment).collect();
        format!("{:?} {:?} {}", edit.when, edit.action, line.replace('\n', ""))
    };
    review.differences.iter().flat_map(|difference| difference.edits.iter().map(edit)).collect()
}

/// Two functions of ten lines, and one more.
fn functions() -> String {
    let body =
        |name: &str| -> String { (0..10).map(|n| format!("    step_{name}_{n}(ctx)\n")).collect() };
    format!(
        "def first(ctx):\n{}\ndef second(ctx):\n{}\ndef third(ctx):\n{}",
        body("first"),
        body("second"),
        body("third")
    )
}

fn block() -> String {
    (0..100).map(|n| format!("    register_action(ctx, name = \"action_{n}\")\n")).collect()
}

fn after(text: &str, line: &str, more: &str) -> String {
    assert!(text.contains(line), "{line}");
    text.replacen(line, &format!("{line}{more}"), 1)
}

#[test]
fn what_upstream_does_around_a_change_is_mechanical() {
    let base = functions();
    let patched = after(&base, "    step_second_4(ctx)\n", "    extra(ctx)\n");
    let others = [
        (format!("# New.\n{base}"), Mechanical::Offsets),
        (base.replace("step_second_3", "other"), Mechanical::Context),
    ];
    for bases in BASES {
        for (other, expected) in &others {
            let there = after(other, "    step_second_4(ctx)\n", "    extra(ctx)\n");
            let review = review_of((&base, &patched), (other, &there), bases);
            assert_eq!(review.mechanical, Some(*expected));
            assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
        }
    }
}

#[test]
fn one_token_in_a_hundred_moved_lines_is_all_that_is_shown() {
    let base = functions();
    let small = |text: &str| after(text, "    step_second_8(ctx)\n", "    extra(ctx)\n");
    let patched = small(&after(&base, "    step_first_4(ctx)\n", &block()));
    let changed = block().replace("\"action_57\"", "\"action_75\"");
    let moved = small(&after(&base, "    step_third_4(ctx)\n", &changed));
    for bases in BASES {
        let review = review_of((&base, &patched), (&base, &moved), bases);
        assert_eq!(
            shown(&review),
            ["Both Adds     register_action(ctx, name = \"[-action_57-]{+action_75+}\")"]
        );
        let place = |name: &str| (bases == Bases::Known).then(|| format!("def {name}"));
        let [only] = review.moves.as_slice() else { panic!("{:#?}", review.moves) };
        assert_eq!((only.count, &only.from, &only.to), (99, &place("first"), &place("third")));
    }
}

#[test]
fn code_that_upstream_moved_takes_its_changes_along() {
    let base = functions();
    let third = base.find("def third").unwrap();
    let other = format!("{}\n{}", &base[third..], &base[..third]);
    let with = |text: &str| {
        let text = after(text, "    step_first_4(ctx)\n", "    extra_of_the_first(ctx)\n");
        after(&text, "    step_third_4(ctx)\n", "    extra_of_the_third(ctx)\n")
    };
    for bases in BASES {
        let review = review_of((&base, &with(&base)), (&other, &with(&other)), bases);
        assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
        assert_eq!(review.mechanical, Some(Mechanical::Hunks));
    }
}

#[test]
fn another_place_in_the_same_function_is_seen() {
    let base = functions();
    let at = |line: &str| after(&base, line, "    extra(ctx)\n");
    let (old, new) = (at("    step_second_1(ctx)\n"), at("    step_second_9(ctx)\n"));
    for bases in BASES {
        let review = review_of((&base, &old), (&base, &new), bases);
        assert!(review.is_moved() && !review.is_semantic(), "{review:#?}");
    }
    // If nothing is known of the files, the context decides.
    let other = format!("# New.\n{base}");
    let new = after(&other, "    step_second_2(ctx)\n", "    extra(ctx)\n");
    assert!(review_of((&base, &old), (&other, &new), Bases::Unknown).is_moved());
}

#[test]
fn another_function_around_the_same_lines_is_seen() {
    let base = functions();
    let other = base.replace("def second", "def other");
    let with = |text: &str| after(text, "    step_second_4(ctx)\n", "    extra(ctx)\n");
    let review = review_of((&base, &with(&base)), (&other, &with(&other)), Bases::Known);
    let [only] = review.moves.as_slice() else { panic!("{review:#?}") };
    let (from, to) = (only.from.as_deref(), only.to.as_deref());
    assert_eq!((from, to), (Some("def second"), Some("def other")));
}

#[test]
fn of_several_places_in_a_function_only_one_is_another() {
    let base = functions();
    let at = |steps: [usize; 2]| {
        steps.iter().fold(base.clone(), |text, n| {
            after(&text, &format!("    step_second_{n}(ctx)\n"), "    extra(ctx)\n")
        })
    };
    let review = review_of((&base, &at([0, 5])), (&base, &at([5, 9])), Bases::Known);
    assert_eq!(review.moves.iter().map(|found| found.count).collect::<Vec<_>>(), [1]);
    assert!(!review.is_semantic());
}

#[test]
fn lines_that_change_places_in_their_run_are_seen() {
    let base = functions();
    let lines = ["    configure_everything(ctx)\n", "    compile_everything(ctx)\n"];
    let at = |more: &str| after(&base, "    step_second_4(ctx)\n", more);
    let (old, new) = (at(&lines.concat()), at(&[lines[1], lines[0]].concat()));
    let review = review_of((&base, &old), (&base, &new), Bases::Known);
    assert_eq!(review.moves.iter().map(|m| m.count).collect::<Vec<_>>(), [1]);
    // Short ones say too little to be known again.
    let (old, new) = (at("    a()\n    b()\n"), at("    b()\n    a()\n"));
    assert!(review_of((&base, &old), (&base, &new), Bases::Known).is_semantic());
}

#[test]
fn functions_in_the_opposite_order_are_moved_at_once() {
    let function = |n: usize| format!("def f_{n}():\n    return compute_it({n}, {n} + 1)\n\n");
    let texts = [(0..400).collect::<Vec<_>>(), (0..400).rev().collect()]
        .map(|order| order.into_iter().map(function).collect::<String>());
    let review = review_of(("", &texts[0]), ("", &texts[1]), Bases::Known);
    assert_eq!(shown(&review), [""; 0]);
    // All but one of them.
    assert_eq!(review.moves.iter().map(|m| m.count).sum::<usize>(), 399 * 3);
}

#[test]
fn indentation_alone_is_semantic() {
    let base = functions();
    let at = |more: &str| after(&base, "    step_second_4(ctx)\n", more);
    let (old, new) =
        (at("    if x:\n        y()\n    z()\n"), at("    if x:\n        y()\n        z()\n"));
    let review = review_of((&base, &old), (&base, &new), Bases::Known);
    assert_eq!(shown(&review), ["Both Adds [-    -]{+        +}z()"]);
}

#[test]
fn lines_and_places_are_those_of_the_patched_file() {
    let text = "def added(ctx):\n    first(ctx)\n    second(ctx)\n";
    let added = |text: &str| FilePatch { change: Change::Add, ..patch("", text, 0) };
    let (old, new) = (added(text), added(&text.replace("second", "2nd")));
    let [old, new] = [&old, &new].map(|file| Some(Version { file, base: None }));
    let review = compare(old, new);
    let [only] = review.differences.as_slice() else { panic!("{review:#?}") };
    assert_eq!((only.line, only.place.as_deref()), (3, Some("def added")));
}

#[test]
fn what_is_removed_has_two_sides_as_well() {
    let base = functions();
    let old = base.replace("    step_second_4(ctx)\n", "    other(ctx)\n");
    let new = after(&base, "    step_second_4(ctx)\n", "    other(ctx)\n");
    let review = review_of((&base, &old), (&base, &new), Bases::Known);
    assert_eq!(shown(&review), ["NoLonger Removes [-    step_second_4(ctx)-]"]);
    // Upstream changed the line that the patch removes.
    let other = base.replace("step_second_4(ctx)", "step_second_4(ctx, 1)");
    let there = other.replace("    step_second_4(ctx, 1)\n", "    other(ctx)\n");
    let review = review_of((&base, &old), (&other, &there), Bases::Known);
    assert_eq!(shown(&review), ["Both Removes     step_second_4(ctx{+, 1+})"]);
}

#[test]
fn a_change_that_upstream_parts_is_the_same_change() {
    let base = "a()\nb()\nc()\n".to_owned();
    let old = "a()\nnew_one()\nnew_two()\nb()\nc()\n";
    let (other, new) = ("a()\nup()\nb()\nc()\n", "a()\nnew_one()\nup()\nnew_two()\nb()\nc()\n");
    let review = review_of((&base, old), (other, new), Bases::Known);
    assert!(!review.is_semantic() && !review.is_moved(), "{review:#?}");
}

#[test]
fn the_same_lines_at_several_places_keep_to_their_places() {
    let base = functions();
    let with = |lines: &[&str]| {
        lines.iter().fold(base.clone(), |text, line| {
            after(&text, &format!("    step_{line}(ctx)\n"), "    check_the_attributes(ctx)\n")
        })
    };
    let old = with(&["second_4", "third_4"]);
    let new = with(&["first_4", "second_4", "third_4"]);
    let review = review_of((&base, &old), (&base, &new), Bases::Known);
    assert_eq!(shown(&review), ["Now Adds {+    check_the_attributes(ctx)+}"]);
    assert_eq!(review.differences[0].place.as_deref(), Some("def first"));
    assert_eq!(review.moves, []);
}

#[test]
fn a_file_that_one_patch_does_not_touch_is_shown_whole() {
    let base = functions();
    let file = patch(&base, &after(&base, "    step_first_4(ctx)\n", "    x()\n"), 1);
    let review = compare(None, Some(Version { file: &file, base: None }));
    assert_eq!(shown(&review), ["Now Adds {+    x()+}"]);
    assert_eq!(review.whole, [Fragment::Added("changes the file".into())]);
}

/// What is shown of lines that are added to the first and to the third function, and what moved.
fn two_places(old: [&str; 2], new: [&str; 2]) -> (Vec<String>, usize) {
    let base = functions();
    let with = |[first, third]: [&str; 2]| {
        let text = after(&base, "    step_first_4(ctx)\n", first);
        after(&text, "    step_third_4(ctx)\n", third)
    };
    let review = review_of((&base, &with(old)), (&base, &with(new)), Bases::Known);
    (shown(&review), review.moves.len())
}

#[test]
fn a_line_that_changed_by_a_quarter_at_its_place_is_that_line() {
    let old = "    register_the_action(ctx, name, kind, alpha)\n";
    let copy = "Now Adds {+    register_the_action(ctx, name, kind, alpha)+}".to_owned();
    let changed = "    register_the_action(ctx, name, kind, omega)\n";
    let found = two_places([old, ""], [changed, old]);
    let changed = "Both Adds     register_the_action(ctx, name, kind, [-alpha-]{+omega+})";
    assert_eq!(found, (vec![changed.to_owned(), copy], 0));
    // By more, it is the same line elsewhere.
    let other = "    register_the_action(ctx, name, mode, omega)\n";
    let found = two_places([old, ""], [other, old]);
    assert_eq!(found, (vec![format!("Now Adds {{+{}+}}", other.trim_end())], 1));
    // A bracket says nothing, so that another one is none that changed.
    let found = two_places(["    )\n", ""], ["    ]\n", "    )\n"]);
    assert_eq!(found, (vec!["Now Adds {+    ]+}".to_owned()], 1));
}

#[test]
fn what_moved_is_most_of_the_lesser_ones_lines_or_of_the_words() {
    let [some, more, rest] = [
        "    configure_everything_that_is_there(ctx)\n",
        "    one_more_line_of_it(ctx)\n",
        "    whatever_else_is_to_be_done_with_a_long_name(ctx, some, more, arguments, of, it)\n",
    ];
    let moved = |old: &[&str], new: &[&str]| {
        let (shown, moves) = two_places([&old.concat(), ""], ["", &new.concat()]);
        (moves, shown.iter().filter(|edit| edit.starts_with("Both")).count())
    };
    // Its lines are more than half of the old ones, and few of the new.
    assert_eq!(moved(&[some, more], &[some, rest, rest]), (1, 0));
    assert_eq!(moved(&[some, rest], &[some, rest.to_uppercase().as_str()]), (0, 0));
    // No line is the same, and more than half of the words are; or less.
    let words = "    call_that_is_known(alpha_beta_gamma, delta_epsilon, zeta)\n";
    let [half, less] = [
        "    call_that_is_known(alpha_beta_gamma, other_values, eta)\n",
        "    call_that_is_known(other_and_more, further_values, and_so_on)\n",
    ];
    assert_eq!(moved(&[words], &[half]), (0, 1));
    assert_eq!(moved(&[words], &[less]), (0, 0));
    assert_eq!(moved(&["    short(a)\n"], &["    short(b)\n"]), (0, 0));
}

#[test]
fn of_several_places_elsewhere_it_is_the_one_between_the_same_lines() {
    let body = |name: &str, line: &str| format!("def {name}(ctx):\n    )\n    ]\n{line}    }}\n");
    let added = "    check_the_attributes(ctx)\n";
    let known = "    compile_what_is_known(ctx)\n";
    let old = body("old", known);
    // Both are other functions: the first has the same brackets, the second a line that says more.
    let second = "def second(ctx):\n    pass()\n    compile_what_is_known(ctx)\n    done()\n";
    let new = format!("{}\n\n\n\n{second}", body("first", "    pass()\n"));
    let after_both = after(&new, "    pass()\n", added);
    let after_both = after(&after_both, known, added);
    let review = review_of((&old, &after(&old, known, added)), (&new, &after_both), Bases::Known);
    assert_eq!(shown(&review), ["Now Adds {+    check_the_attributes(ctx)+}"]);
    assert_eq!(review.differences[0].place.as_deref(), Some("def first"));
    let to: Vec<_> = review.moves.iter().map(|found| found.to.as_deref()).collect();
    assert_eq!(to, [Some("def second")]);
}

#[test]
fn what_stands_by_itself_is_not_part_of_what_stands_beside_it() {
    let same = "call_that_both_versions_add()\n";
    // Upstream took the line away that was between two changes, which now are one.
    for [above, below] in [[same, "foo\n"], ["foo\n", same]] {
        let base = "up()\nbetween()\ndown()\n";
        let old = format!("up()\n{above}between()\n{below}down()\n");
        let new = format!("up()\n{above}{below}down()\n").replace("foo", "bar");
        let (apart, together) = ((base, &*old), ("up()\ndown()\n", &*new));
        for [old, new] in [[apart, together], [together, apart]] {
            let review = review_of(old, new, Bases::Known);
            let differences = review.differences.iter().map(|found| found.edits.len());
            assert_eq!(differences.collect::<Vec<_>>(), [1, 1]);
        }
    }
}

#[test]
fn only_whole_changes_are_known_by_their_place_or_by_short_lines() {
    let known = "    whatever_is_to_be_known_again(ctx)\n";
    let texts = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
    // What stood elsewhere is in the same place now, beside something else.
    let found = two_places([known, "    foo\n"], ["", &format!("{known}    bar\n")]);
    assert_eq!(found, (texts(["Now Adds {+    bar+}", "NoLonger Adds [-    foo-]"]), 1));
    // A short line is one that moved if it is all of a change, and else it may be any.
    assert_eq!(two_places(["    foo\n", ""], ["", "    foo\n"]), (vec![], 1));
    let found = two_places(["    foo\n", known], ["", &format!("{known}    foo\n")]);
    assert_eq!(found, (texts(["NoLonger Adds [-    foo-]", "Now Adds {+    foo+}"]), 0));
}

#[test]
fn what_follows_a_line_is_not_around_it() {
    let base = "def first():\n    a()\ndef second():\n    b()\n";
    let of = |line: &str| after(base, "    a()\n", line);
    let review = review_of((base, &of("    foo()\n")), (base, &of("    bar(1)\n")), Bases::Known);
    assert_eq!(review.differences[0].place.as_deref(), Some("def first"));
}

#[test]
fn one_line_further_is_another_place() {
    let base = functions();
    let line = |n: usize| format!("    step_second_{n}(ctx)\n");
    let at = |n: usize| after(&base, &line(n), "    extra(ctx)\n");
    for bases in BASES {
        let review = review_of((&base, &at(4)), (&base, &at(3)), bases);
        assert_eq!((review.moves.len(), review.is_semantic()), (1, false), "{bases:?}");
        let review = review_of((&base, &at(4)), (&base, &at(5)), bases);
        assert_eq!((review.moves.len(), review.is_semantic()), (1, false), "{bases:?}");
    }
    // Below lines that upstream added, too, and what it is below decides.
    let other = format!("# New.\n# And more.\n{base}");
    let there = |n: usize| after(&other, &line(n), "    extra(ctx)\n");
    for (n, moves) in [(3, 1), (4, 0), (5, 1)] {
        let review = review_of((&base, &at(4)), (&other, &there(n)), Bases::Known);
        assert_eq!((review.moves.len(), review.is_semantic()), (moves, false), "{n}");
    }
}

#[test]
fn if_files_are_not_known_the_lines_beside_a_change_say_where_it_is() {
    // Whether what was added is what is added now, of which no word is the same.
    let is_one = |old: [&str; 2], new: [&str; 2]| {
        let of = |[before, after]: [&str; 2], line: &str| {
            (format!("{before}{after}"), format!("{before}{line}{after}"))
        };
        let (old, new) = (of(old, "foo\n"), of(new, "bar\n"));
        let review = review_of((&old.0, &old.1), (&new.0, &new.1), Bases::Unknown);
        assert_eq!(sides(&review).concat().len(), 2);
        review.differences.len() == 1
    };
    assert!(is_one(["up\n", "down\n"], ["up\n", "low\n"]), "the line above");
    assert!(is_one(["up\n", "down\n"], ["high\n", "down\n"]), "the line below");
    assert!(!is_one(["up\n", "down\n"], ["high\n", "low\n"]), "no line");
    assert!(!is_one([")\n", "down\n"], [")\n", "low\n"]), "a bracket says nothing");
    // Nor is a line in another place because a bracket is on its other side.
    let added = |[before, after]: [&str; 2]| format!("{before}added()\n{after}");
    let (old, new) = (["up\n)\n", "down\n"], ["up\n", ")\ndown\n# More.\n"]);
    let review =
        review_of((&old.concat(), &added(old)), (&new.concat(), &added(new)), Bases::Unknown);
    assert_eq!((review.moves.len(), review.is_semantic()), (0, false));
}

/// So many functions, with lines in each: a patch of which not all can be weighed against all.
fn large(head: &str, lines: impl Fn(usize) -> String) -> (String, String) {
    let function = |n: usize| format!("def f_{n}():\n    begin()\n");
    let base: String = (0..400).map(|n| function(n) + "    end()\n\n").collect();
    let patched = (0..400).map(|n| function(n) + &lines(n) + "    end()\n\n");
    (format!("{head}{base}"), head.to_owned() + &patched.collect::<String>())
}

#[test]
fn what_moved_far_in_a_large_patch_is_found_by_its_words() {
    // Most of their words are the same, but not the one that few have.
    let line = |n: usize| {
        format!("    register_another_thing_of_this_kind(name = \"item_with_the_number_{n}\")\n")
    };
    let (base, old) = large("", line);
    let (_, new) = large("", |n| line((171 * n + 201) % 400));
    let review = review_of((&base, &old), (&base, &new), Bases::Known);
    assert_eq!((review.moves.len(), review.differences.len()), (400, 0));
}

#[test]
fn what_is_alike_everywhere_in_a_large_patch_is_found_by_its_place() {
    let is_changed = |review: &FileReview, count: usize| {
        let is_both = |edit: &String| edit == "Both Adds     x([-old-]{+new+})";
        shown(review).len() == count && shown(review).iter().all(is_both)
    };
    let (base, old) = large("", |_| "    x(old)\n".into());
    let (_, new) = large("", |_| "    x(new)\n".into());
    assert!(is_changed(&review_of((&base, &old), (&base, &new), Bases::Known), 400));
    // By the lines beside it, if upstream's are not known.
    let lines = |word: &str, n: usize| {
        format!(
            "    x({word})\n    register(name = \"an_item_with_the_number_{n}\")\n    x({word})\n"
        )
    };
    let (base, old) = large("", |n| lines("old", n));
    let (other, new) = large(&"# New.\n".repeat(3000), |n| lines("new", n));
    assert!(is_changed(&review_of((&base, &old), (&other, &new), Bases::Unknown), 800));
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[abc]{0,2}|    [ab]\\(\\)|\\)|some_longer_line_of_text_[abc]", 0..30)
        .prop_map(|lines| lines.into_iter().map(|line| line + "\n").collect())
}

/// What both sides of a review's differences hold, apart from what is kept.
fn sides(review: &FileReview) -> [Vec<(Action, String)>; 2] {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for edit in review.differences.iter().flat_map(|difference| &difference.edits) {
        let (mut was, mut is) = (String::new(), String::new());
        for fragment in &edit.line {
            match fragment {
                Fragment::Kept(text) => {
                    was.push_str(text);
                    is.push_str(text);
                }
                Fragment::Removed(text) => was.push_str(text),
                Fragment::Added(text) => is.push_str(text),
            }
        }
        if edit.when != When::Now {
            old.push((edit.action, was));
        }
        if edit.when != When::NoLonger {
            new.push((edit.action, is));
        }
    }
    [old, new]
}

fn counts(lines: impl IntoIterator<Item = (Action, String)>) -> HashMap<(bool, String), i64> {
    let mut counts = HashMap::new();
    for (action, line) in lines {
        *counts.entry((action == Action::Adds, line)).or_insert(0) += 1;
    }
    counts
}

fn less(
    all: HashMap<(bool, String), i64>,
    some: &HashMap<(bool, String), i64>,
) -> HashMap<(bool, String), i64> {
    let left = all.into_iter().map(|(key, count)| {
        let count = count - some.get(&key).unwrap_or(&0);
        (key, count)
    });
    left.filter(|(_, count)| *count != 0).collect()
}

proptest! {
    #[test]
    fn what_is_not_shown_is_the_same_in_both(
        bases in (lines(), lines()), patched in (lines(), lines()), is_known: bool,
    ) {
        let (old, new) = (
            patch(&bases.0.concat(), &patched.0.concat(), 1),
            patch(&bases.1.concat(), &patched.1.concat(), 3),
        );
        let (one, two) = (bases.0.concat(), bases.1.concat());
        let review = compare(
            Some(Version { file: &old, base: is_known.then_some(one.as_bytes()) }),
            Some(Version { file: &new, base: is_known.then_some(two.as_bytes()) }),
        );
        let all = |file: &FilePatch| {
            let changes = Changes::of(Some(Version { file, base: None }));
            let of = |item: &Item<'_>| (Action::of(item.tag), item.text.to_owned());
            counts(changes.items.iter().map(of).collect::<Vec<_>>())
        };
        let [shown_old, shown_new] = sides(&review).map(counts);
        let (hidden_old, hidden_new) = (less(all(&old), &shown_old), less(all(&new), &shown_new));
        prop_assert!(hidden_old.values().all(|count| *count > 0), "{:?}", hidden_old);
        prop_assert_eq!(hidden_old, hidden_new);
    }

    #[test]
    fn a_patch_is_like_itself(base in lines(), patched in lines(), bases in prop::sample::select(&BASES[..])) {
        let (base, patched) = (base.concat(), patched.concat());
        let review = review_of((&base, &patched), (&base, &patched), bases);
        prop_assert_eq!(review, FileReview { path: "f".into(), ..FileReview::default() });
    }

    #[test]
    fn offsets_are_never_semantic(base in lines(), patched in lines(), more in 1_usize..5, bases in prop::sample::select(&BASES[..])) {
        let (base, patched) = (base.concat(), patched.concat());
        // Upstream adds lines at the top, far from any change: no hunk reaches them.
        let far: String = (0..8).map(|n| format!("far away {n}\n")).collect();
        let head: String = (0..more).map(|n| format!("new {n}\n")).collect();
        let (old, new) = (format!("{far}{base}"), format!("{head}{far}{base}"));
        let (old_after, new_after) = (format!("{far}{patched}"), format!("{head}{far}{patched}"));
        let review = review_of((&old, &old_after), (&new, &new_after), bases);
        prop_assert!(!review.is_semantic() && !review.is_moved(), "{:#?}", review);
    }

    #[test]
    fn a_changed_token_is_shown(
        base in lines(), patched in lines(), index in any::<prop::sample::Index>(), bases in prop::sample::select(&BASES[..]),
    ) {
        let base = base.concat();
        prop_assume!(!patched.is_empty());
        let mut other = patched.clone();
        let at = index.index(other.len());
        other[at] = format!("{} changed_token\n", other[at].trim_end());
        let review =
            review_of((&base, &patched.concat()), (&base, &other.concat()), bases);
        prop_assert!(review.is_semantic());
        let [_, new] = sides(&review);
        prop_assert!(new.iter().any(|(_, line)| line.contains("changed_token")));
    }
}
