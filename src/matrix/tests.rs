//! What the reports say of one run, as a whole.

#![allow(clippy::too_many_lines, reason = "whole outputs stand in the tests")]

use crate::matrix::model::made_up::{matrix, statuses};
use crate::matrix::model::{CellStatus, Matrix};
use crate::project::evidence::State;
use crate::repro::outcome::Outcome;
use crate::support::look::Symbols;

const BROKEN: CellStatus = CellStatus::Judged(Outcome::StillBroken);

/// A run in which a release fails under 7.7.1, one is not tested under 8.5.0 and one not wholly,
/// all pass under 9.0.0, and 6.x is not here.
fn mixed() -> Matrix {
    let status = |bazel, release, scenario| match (bazel, release, scenario) {
        (0, 1, 0 | 2) => BROKEN,
        (1, 2, _) => CellStatus::NotRun("no time".into()),
        (2, 0, 1) => CellStatus::NotRun("no time".into()),
        (_, _, 1) => CellStatus::Judged(Outcome::ExpectedChange),
        (_, _, 2) => CellStatus::NotApplicable("too old".into()),
        _ => CellStatus::Judged(Outcome::Fixed),
    };
    let bazels = ["7.7.1", "8.5.0", "9.0.0", "6.x!not here"];
    let mut matrix = matrix(&bazels, &["2.1.0", "2.0.0", "1.0.0"], &["a", "b", "c_d"], status);
    matrix.releases[2].series = "patches/1.x".into();
    matrix
}

/// A run in which the port to a release stopped.
fn stopped() -> Matrix {
    let status = |_, release, _| statuses(if release == 0 { 0 } else { 8 });
    let mut matrix = matrix(&["7.7.1"], &["2.0.0", "1.0.0"], &["a"], status);
    matrix.releases[1].stopped = Some("0001-a.patch: b.bzl:7".into());
    matrix
}

/// What stands in the page from one text to the next that ends it.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

/// The rows of the page's grids: their class, and what they say in a line.
fn rows(page: &str) -> String {
    let row = |row: &str| {
        let (class, rest) = row.split_once('"').unwrap();
        let tags = rest.split_once("</tr>").unwrap().0.split('<');
        let texts = tags.filter_map(|tag| Some(tag.split_once('>')?.1.trim()));
        let said: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        format!("{class}: {}\n", said.join(" "))
    };
    page.split("<tr class=\"").skip(1).map(row).collect()
}

#[test]
fn the_step_summary_has_what_fails_its_evidence_and_every_release() {
    insta::assert_snapshot!(mixed().step_summary(), @r"
    ## ❌ 1 of 3 releases fails under Bazel 7.7.1, 8.5.0 and 9.0.0 (test): 2.0.0. Not tested: 6.x, 1.0.0, 1 of 3 scenarios in part

    - ❌ Bazel 7.7.1: 2 of 3 releases pass, 1 fails
    - ⚠️ Bazel 8.5.0: 2 of 3 releases pass, 1 not tested
    - ✅ Bazel 9.0.0: 3 of 3 releases pass
    - ⬜ Bazel 6.x: not tested: not here

    36 cells: 14 as expected (7 fixed, 7 expected change), 2 not as expected (2 still broken), 7 not applicable, 13 not run.

    - 2.0.0 under Bazel 7.7.1: still broken: unpatched conflict as expected, patched conflict (expected pass): a, c\_d

    ### Evidence

    <details><summary>2.0.0 <b>a</b> under Bazel 7.7.1: still broken</summary>

    <pre>
    unpatched: conflict, expected conflict
    $ bazel build //...
    ERROR: conflict

    patched: conflict, expected pass
    $ bazel build //...
    ERROR: conflict
    </pre>
    </details>

    <details><summary>2.0.0 <b>c_d</b> under Bazel 7.7.1: still broken</summary>

    <pre>
    unpatched: conflict, expected conflict
    $ bazel build //...
    ERROR: conflict

    patched: conflict, expected pass
    $ bazel build //...
    ERROR: conflict
    </pre>
    </details>


    <details><summary>Every release</summary>

    Bazel 7.7.1

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2.1.0 | patches/2.x | pass | 1 | 0 | 1 | 0 | 1 | 0 |
    | 2.0.0 | patches/2.x | FAIL: 2 still broken | 0 | 0 | 1 | 2 | 0 | 0 |
    | 1.0.0 | patches/1.x | pass | 1 | 0 | 1 | 0 | 1 | 0 |

    Bazel 8.5.0

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2.0.0..2.1.0 | patches/2.x | pass | 1 | 0 | 1 | 0 | 1 | 0 |
    | 1.0.0 | patches/1.x | not tested: nothing was tested | 0 | 0 | 0 | 0 | 0 | 3 |

    Bazel 9.0.0

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2.1.0 | patches/2.x | pass: 1 not run | 1 | 0 | 0 | 0 | 1 | 1 |
    | 2.0.0 | patches/2.x | pass | 1 | 0 | 1 | 0 | 1 | 0 |
    | 1.0.0 | patches/1.x | pass | 1 | 0 | 1 | 0 | 1 | 0 |

    </details>
    ");
    insta::assert_snapshot!(stopped().step_summary(), @"
    ## ❌ 1 of 2 releases fails under Bazel 7.7.1 (test): 1.0.0

    - ❌ Bazel 7.7.1: 1 of 2 releases passes, 1 fails

    2 cells: 1 as expected (1 fixed), 0 not as expected, 0 not applicable, 1 not run.

    - 1.0.0: the port stopped: 0001-a.patch: b.bzl:7

    <details><summary>Every release</summary>

    Bazel 7.7.1

    | release | series | | fixed | unchanged | expected change | not as expected | not applicable | not run |
    | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
    | 2.0.0 | patches/2.x | pass | 1 | 0 | 0 | 0 | 0 | 0 |
    | 1.0.0 | patches/1.x | FAIL: the port stopped: 0001-a.patch: b.bzl:7 | 0 | 0 | 0 | 0 | 0 | 1 |

    </details>
    ");
}

#[test]
fn the_page_names_each_bazel_with_how_it_stands() {
    let page = mixed().page().unwrap();
    insta::assert_snapshot!(part(&page, "<ul class=\"bazels\">", "</ul>"), @r#"

    <li class="fail"><span class="mark" aria-hidden="true">✗</span> <span><b>Bazel 7.7.1</b> 2 of 3 releases pass, 1 fails</span></li>
    <li class="incomplete"><span class="mark" aria-hidden="true">!</span> <span><b>Bazel 8.5.0</b> 2 of 3 releases pass, 1 not tested</span></li>
    <li class="pass"><span class="mark" aria-hidden="true">✓</span> <span><b>Bazel 9.0.0</b> 3 of 3 releases pass</span></li>
    <li class="not-run"><span class="mark" aria-hidden="true">–</span> <span><b>Bazel 6.x</b> not tested: not here</span></li>
    "#);
    insta::assert_snapshot!(part(&page, "<ul class=\"legend\"", "</ul>"), @r#"
     aria-label="Legend and counts">
    <li title="fails unpatched, passes patched"><span class="key fixed" aria-hidden="true">✓</span> 2 fixed</li>
    <li class="none" title="the same on both trees, as it should be"><span class="key unchanged" aria-hidden="true">=</span> 0 unchanged</li>
    <li title="differs as it should"><span class="key expected-change" aria-hidden="true">≈</span> 3 expected change</li>
    <li title="the patched release still fails"><span class="key still-broken" aria-hidden="true">✗</span> 2 still broken</li>
    <li class="none" title="the patched release is worse than the unpatched one"><span class="key regressed" aria-hidden="true">▼</span> 0 regressed</li>
    <li class="none" title="the unpatched release passes already"><span class="key fixed-upstream" aria-hidden="true">○</span> 0 fixed upstream</li>
    <li class="none" title="it can&#39;t be judged"><span class="key other-failure" aria-hidden="true">!</span> 0 other failure</li>
    <li title="the scenario is not about this release"><span class="key not-applicable" aria-hidden="true">·</span> 2 not applicable</li>
    <li class="none" title="nothing is known"><span class="key not-run" aria-hidden="true">–</span> 0 not run</li>
    "#);
}

#[test]
fn the_grids_of_the_page_have_a_row_for_each_series_and_release() {
    insta::assert_snapshot!(rows(&mixed().page().unwrap()), @"
    series: patches/2.x: 2 releases
    pass: ✓ 2.1.0 ✓ · ≈
    fail: ✗ 2.0.0 2 still broken ✗ ✗ ≈
    series: patches/1.x: 1 release
    pass: ✓ 1.0.0 ✓ · ≈
    series: patches/2.x: 2 releases
    fold pass: ✓ 2.0.0..2.1.0 2 releases ✓ · ≈
    pass: ✓ 2.1.0 ✓ · ≈
    pass: ✓ 2.0.0 ✓ · ≈
    series: patches/1.x: 1 release
    unknown: ? 1.0.0 nothing was tested – – –
    series: patches/2.x: 2 releases
    pass: ✓ 2.1.0 1 not run ✓ · –
    pass: ✓ 2.0.0 ✓ · ≈
    series: patches/1.x: 1 release
    pass: ✓ 1.0.0 ✓ · ≈
    ");
    let page = stopped().page().unwrap();
    insta::assert_snapshot!(rows(&page), @"
    series: patches/2.x: 1 release
    pass: ✓ 2.0.0 ✓
    series: patches/1.x: 1 release
    stopped: ■ 1.0.0 the port stopped –
    ");
    // What names a series is as wide as the grid: the name of the release and the scenario.
    assert_eq!(page.matches("<th colspan=\"2\" ").count(), 2);
}

#[test]
fn the_text_has_a_table_for_each_bazel_that_ran() {
    insta::assert_snapshot!(mixed().text(None).plain(Symbols::Ascii), @"
    Bazel 7.7.1: 2 of 3 releases pass, 1 fails
    release          series       fixed  unchanged  changed  failing  n/a  not run
    2.1.0    + pass  patches/2.x  1      -          1        -        1    -
    2.0.0    x FAIL  patches/2.x  -      -          1        2        -    -        2 still broken
    1.0.0    + pass  patches/1.x  1      -          1        -        1    -

    Bazel 8.5.0: 2 of 3 releases pass, 1 not tested
    release                         series       fixed  unchanged  changed  failing  n/a  not run
    2.0.0..2.1.0 (2)  + pass        patches/2.x  1      -          1        -        1    -
    1.0.0             ! not tested  patches/1.x  -      -          -        -        -    3        nothing was tested

    Bazel 9.0.0: 3 of 3 releases pass
    release          series       fixed  unchanged  changed  failing  n/a  not run
    2.1.0    + pass  patches/2.x  1      -          -        -        1    1        1 not run
    2.0.0    + pass  patches/2.x  1      -          1        -        1    -
    1.0.0    + pass  patches/1.x  1      -          1        -        1    -

    Bazel 6.x: not tested: not here (9 cells)

    x 2.0.0 under Bazel 7.7.1: still broken: unpatched conflict as expected, patched conflict (expected
        pass)
        a, c_d

    36 cells: 14 as expected (7 fixed, 7 expected change), 2 not as expected (2 still broken), 7 not
      applicable, 13 not run.
    x 1 of 3 releases fails under Bazel 7.7.1, 8.5.0 and 9.0.0 (test): 2.0.0. Not tested: 6.x, 1.0.0, 1
        of 3 scenarios in part.
    ");
}

#[test]
fn evidence_is_whole_if_every_scenario_of_the_project_ran_everywhere() {
    let evidence = |matrix: &Matrix| matrix.summary().evidence;
    let of = |scenario: fn(usize) -> CellStatus| {
        matrix(&["7.7.1"], &["2.0.0"], &["a", "b"], move |_, _, s| scenario(s))
    };
    let mut whole = of(|s| statuses([0, 7][s]));
    assert_eq!(evidence(&whole), State::Tested);
    assert_eq!(evidence(&of(|s| statuses([0, 8][s]))), State::Partial);
    assert_eq!(evidence(&of(|s| statuses([7, 8][s]))), State::None);
    whole.not_asked.push("c".into());
    assert_eq!(evidence(&whole), State::Partial);
}

#[test]
fn a_headline_names_some_releases_and_counts_the_rest() {
    let headline = |untested: usize| {
        let names: Vec<String> = (0..10).rev().map(|n| format!("1.{n}.0")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let status = |_, release, _| statuses(if release < untested { 8 } else { 0 });
        matrix(&["7.7.1"], &names, &["a"], status).summary().headline
    };
    let under = "under Bazel 7.7.1 (test). Not tested: 1.9.0, 1.8.0";
    assert_eq!(headline(2), format!("8 of 10 releases pass {under}"));
    let six = format!("{under}, 1.7.0, 1.6.0, 1.5.0, 1.4.0");
    assert_eq!(headline(6), format!("4 of 10 releases pass {six}"));
    assert_eq!(headline(7), format!("3 of 10 releases pass {six}, 1 more release"));
    assert_eq!(headline(9), format!("1 of 10 releases passes {six}, 3 more releases"));
}

#[test]
fn releases_are_one_run_under_the_bazel_where_they_say_the_same() {
    let status = |bazel, release, _| statuses(usize::from((bazel, release) == (0, 1)));
    let matrix = matrix(&["7.7.1", "8.5.0"], &["2.1.0", "2.0.0"], &["a"], status);
    let bazels = matrix.summary().bazels;
    assert_eq!([0, 1].map(|at| matrix.runs(&bazels[at]).len()), [2, 1]);
}
