//! A patcher.toml that cannot be understood stops every command, and is all that it reports.

use std::collections::BTreeSet;

use insta::assert_snapshot;

use crate::common::{Run, Sandbox};

/// Every command that works in a project, as it is called at least.
const COMMANDS: [&[&str]; 27] = [
    &["status"],
    &["check"],
    &["series"],
    &["new", "a-fix"],
    &["edit"],
    &["drop", "1", "--no-repro", "--force"],
    &["review"],
    &["sync", "--no-repro"],
    &["sync", "--check"],
    &["sync", "--to", "1.1.0", "--dry-run", "--no-repro"],
    &["sync", "--resolve", "--to", "1.1.0", "--no-repro"],
    &["continue"],
    &["skip"],
    &["abort"],
    &["preview", "1.1.0"],
    &["bisect", "1"],
    &["repro"],
    &["matrix"],
    &["why"],
    &["publish", "--output", "out"],
    &["override", "show", "MODULE.bazel"],
    &["override", "add", "MODULE.bazel"],
    &["verify", "archive.tar.gz"],
    &["export", "exported"],
    &["ci", "port", "--no-repro"],
    &["ci", "propose", "proposal.json"],
    &["--root", ".", "status"],
];

/// The commands that have nothing to do with a project, or report all that is wrong.
const OTHERS: [&str; 4] = ["demo", "doctor", "init", "completions"];

const LINE: &str = "patcher.toml:2: unknown key `bazle`";

/// The names of the commands, from the help.
fn names(sandbox: &Sandbox) -> BTreeSet<String> {
    let help = sandbox.succeed(&["--help"]).stdout;
    let (commands, _) = help.split_once("\nGlobal options:\n").unwrap();
    let rows = commands.lines().filter(|line| line.starts_with("  "));
    let names = rows.flat_map(|line| {
        let also = line.split_once("(also: ").map(|(_, names)| names.trim_end_matches(')'));
        let also = also.into_iter().flat_map(|names| names.split(", "));
        line.split_whitespace().take(1).chain(also).map(str::to_owned).collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn a_mistyped_setting_stops_every_command_and_nothing_else_is_reported() {
    let sandbox = Sandbox::synced();
    sandbox.write("patcher.toml", "upstream = \"../upstream.git\"\nbazle = \"bazel\"\n");
    let expected = |run: &Run| {
        assert_eq!(run.code, Some(2), "{run}");
        let line = run.stderr.lines().next().unwrap_or_default();
        assert_eq!(line.trim_start().strip_prefix("error: "), Some(LINE), "{run}");
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{run}");
        assert!(run.stderr.contains("hint: did you mean `bazel`?"), "{run}");
    };
    let lock = sandbox.read("upstream.lock");
    let with_edited_patch = sandbox.read("patches/0001-compile-separately.patch") + "more";
    for state in ["synced", "edited", "with a broken lock", "without a lock"] {
        match state {
            "edited" => sandbox.write("patches/0001-compile-separately.patch", &with_edited_patch),
            "with a broken lock" => sandbox.write("upstream.lock", &lock[..lock.len() / 2]),
            "without a lock" => {
                std::fs::remove_file(sandbox.project.join("upstream.lock")).unwrap();
            }
            _ => {}
        }
        for args in COMMANDS {
            expected(&sandbox.refuse(2, args, &[]));
        }
    }
    let known: BTreeSet<String> = COMMANDS
        .iter()
        .map(|args| args.iter().find(|arg| !arg.starts_with('-') && **arg != ".").unwrap())
        .chain(&OTHERS)
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(names(&sandbox), known, "a command is not in the table");
    sandbox.succeed(&["completions", "bash"]);
}

#[test]
fn programs_read_the_same() {
    let sandbox = Sandbox::synced();
    sandbox.write("patcher.toml", "bazelrc = \"rc\"\n");
    let run = sandbox.patcher(&["--format", "json", "status"]);
    assert_eq!(run.code, Some(2));
    let problem = &run.json()["error"]["problems"][0];
    assert_eq!((&problem["file"], &problem["line"]), (&"patcher.toml".into(), &1.into()));
    assert_eq!(problem["message"], "bazelrc: invalid type: string \"rc\", expected a sequence");
}

#[test]
fn a_mistyped_key_of_a_scenario_is_named_too() {
    let sandbox = Sandbox::synced();
    sandbox.edit("tests/repro/two-books/scenario.toml", "flags", "flag");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @"
    $ patcher check
    exit code: 2
    --- stderr
      error: tests/repro/two-books/scenario.toml:4: unknown key `flag`
       hint: did you mean `flags`?
    ");
    sandbox.edit("patcher.toml", "[scenarios]", "[scenarios]\nreleases = \">=0.9.0\"");
    sandbox.edit("tests/repro/two-books/scenario.toml", "flag", "flags");
    assert_snapshot!(sandbox.refuse(2, &["check"], &[]), @r#"
    $ patcher check
    exit code: 2
    --- stderr
      error: tests/repro/plain-books/scenario.toml:7: releases ">=1.0.0": say why not ">=0.9.0", which patcher.toml names
      error: tests/repro/two-books/scenario.toml:7: releases ">=1.0.0": say why not ">=0.9.0", which patcher.toml names
       hint: write releases_reason = "…", in a sentence
      error: 2 problems
    "#);
}
