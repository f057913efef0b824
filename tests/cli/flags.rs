//! Flags and topics that several commands have: each is seen to do what it says.

use std::fs;

use insta::assert_snapshot;

use crate::common::{Sandbox, find_program, joined};

#[test]
fn quiet_leaves_data_warnings_and_errors() {
    let sandbox = Sandbox::synced();
    let (loud, quiet) = (sandbox.succeed(&["status"]), sandbox.succeed(&["-q", "status"]));
    assert_eq!((&quiet.stdout, quiet.stderr.as_str()), (&loud.stdout, ""));
    assert!(loud.stderr.starts_with("Finished in "), "{loud}");
    let runs = [
        sandbox.succeed(&["check", "-q"]),
        sandbox.refuse(2, &["sync", "-q", "--no-repro", "--to", "9.9.9"], &[]),
        sandbox.succeed(&["edit", "-q"]),
        sandbox.succeed(&["abort", "-q"]),
    ];
    assert_snapshot!(joined(runs), @"
    $ patcher check -q
    exit code: 0
    --- stderr
    warning: no test results: the scenarios did not run: `patcher sync` runs the scenarios

    $ patcher sync -q --no-repro --to 9.9.9
    exit code: 2
    --- stderr
      error: upstream ../upstream.git has no release 9.9.9
       hint: the newest are 1.1.0, 1.0.0

    $ patcher edit -q
    exit code: 0
    --- stdout
    [ROOT]/cache/work/[KEY]/demo_rules-1.0.0

    $ patcher abort -q
    exit code: 0
    ");
}

#[test]
fn a_preview_writes_what_it_prints() {
    let sandbox = Sandbox::synced();
    let args = ["preview", "1.1.0", "--markdown", "../issue.md"];
    let run = sandbox.succeed(&args);
    let written = fs::read_to_string(sandbox.project.join("../issue.md")).unwrap();
    assert_eq!(run.stdout, written);
    assert_snapshot!(run, @"
    $ patcher preview 1.1.0 --markdown ../issue.md
    exit code: 0
    --- stdout
    # demo_rules 1.1.0: the patches apply, not tested

    `patcher preview 1.1.0` took the patches from 1.0.0 to demo_rules 1.1.0 (8257ff80de37860be5bf525c147abaab8f14a8c5).

    | patch | | |
    | --- | --- | --- |
    | 0001-compile-separately.patch | offset |  |
    | 0002-docs.patch | unchanged |  |

    The scenarios did not run.
    --- stderr
    + Applied    0001-compile-separately.patch
    + Applied    0002-docs.patch
    + Wrote      ../issue.md
    Finished in [TIME]: demo_rules 1.1.0: the patches apply, not tested
    Next: patcher sync --to 1.1.0   pin it, with the patches ported
    ");
}

#[test]
fn the_help_has_topics_and_names_them() {
    let sandbox = Sandbox::new();
    let help = sandbox.succeed(&["help"]).stdout;
    let (_, named) = help.split_once("\nMore help: ").unwrap();
    let topics = named.lines().next().unwrap().split(", ");
    let shown = topics.map(|topic| {
        let args: Vec<&str> = topic.split(' ').skip(1).collect();
        let run = sandbox.succeed(&args);
        let first = run.stdout.lines().find(|line| !line.is_empty()).unwrap_or_default();
        format!("{topic}: {first}")
    });
    assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @"
    patcher help json: With --format json, a command prints one document to stdout. Messages for people
    patcher help environment: Environment variables:
    patcher help exit-codes: Exit codes:
    ");
}

#[test]
fn the_short_help_is_short_and_the_long_one_whole() {
    let mut sandbox = Sandbox::new();
    sandbox.unset("COLUMNS");
    let [short, long] = ["-h", "--help"].map(|flag| sandbox.succeed(&["sync", flag]).stdout);
    assert!(short.lines().count() < 30 && !short.contains("--registry-integrity"), "{short}");
    let option = "      --registry-integrity <SRI>  Use this as the registry's integrity";
    assert!(long.contains(option) && long.lines().count() < 75, "{long}");
    assert_eq!(sandbox.succeed(&["help", "sync"]).stdout, long);
}

/// What a terminal of so many columns shows.
fn on_a_terminal(sandbox: &mut Sandbox, columns: u16, args: &str) -> Option<String> {
    let script = find_program("script")?;
    sandbox.unset("COLUMNS");
    let command = format!(
        "stty cols {columns} rows 24 && {} {args} 2> /dev/null",
        env!("CARGO_BIN_EXE_patcher")
    );
    let quoted = format!("{} --quiet --command '{command}' /dev/null", script.display());
    let shown = sandbox.script(&quoted, &std::collections::BTreeMap::new());
    Some(shown.stdout.replace("\r\n", "\n"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_table_is_cut_on_a_terminal_and_nowhere_else() {
    let mut sandbox = Sandbox::synced();
    let piped = sandbox.succeed(&["status"]).stdout;
    assert!(
        piped.lines().any(|line| line.chars().count() > 60)
            && piped.contains("scenarios did not run\n"),
        "{piped}"
    );
    let Some(shown) = on_a_terminal(&mut sandbox, 50, "--color never status") else { return };
    // Prose is folded below itself.
    assert!(
        shown.contains("  ! no test results: the scenarios did\n             not run\n"),
        "{shown}"
    );
}
