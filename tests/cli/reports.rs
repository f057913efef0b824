//! The files that options name for reports.

use insta::assert_snapshot;

use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox, files_of, joined};

#[test]
fn a_report_that_cannot_be_written_stops_before_the_work() {
    let sandbox = Sandbox::synced();
    let bazel = sandbox.counting_bazel(FIXED);
    sandbox.write("a-file", "mine");
    let before = files_of(sandbox.project.parent().unwrap());
    let said = [
        &["matrix", "--bazel", &bazel, "--json", "new/matrix.json", "--html", "patches"][..],
        &["matrix", "--bazel", &bazel, "--summary", "a-file/summary.md"],
        &["repro", "--bazel", &bazel, "--junit", "patches"],
        &["repro", "--bazel", &bazel, "--upstream-tests", "//...", "--junit", "patches"],
        &["preview", "latest", "--repro", "--bazel", &bazel, "--markdown", "patches"],
        &["ci", "port", "--bazel", &bazel, "--proposal", "new/proposal.json", "--summary", ".."],
    ]
    .map(|args| sandbox.refuse(30, args, &[]));
    assert_snapshot!(joined(said.iter().map(Run::said)), @"
    error: cannot write [ROOT]/project/patches: there is a directory of that name
     hint: move it away, then run it again

    error: cannot write [ROOT]/project/a-file: it is no directory
     hint: move it away, then run it again

    error: cannot write [ROOT]/project/patches: there is a directory of that name
     hint: move it away, then run it again

    error: cannot write [ROOT]/project/patches: there is a directory of that name
     hint: move it away, then run it again

    error: cannot write [ROOT]/project/patches: there is a directory of that name
     hint: move it away, then run it again

    error: cannot write [ROOT]/project/..: that is no name of a file
     hint: name a file
    ");
    assert_eq!(sandbox.bazel_calls(), 0);
    assert_eq!(files_of(sandbox.project.parent().unwrap()), before, "nothing is left");
}
