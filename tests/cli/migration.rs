//! The files of older patchers: read by every command, migrated by `sync`.

use patcher::support::ids::Sri;

use crate::common::bazel::FIXED;
use crate::common::{Sandbox, files_of};

const OLD_LOCK: &str = "upstream.lock: has format 2: `patcher sync` migrates it to 3";
const OLD_CONFIG: &str = "[[line]] is called [[series]] now: `patcher sync` migrates the file";
const MIGRATED: &str =
    "Migrated upstream.lock from format 2 to 3, patcher.toml from [[line]] to [[series]]\n";

/// A project with results, and its files as the patcher before wrote them.
fn old() -> (Sandbox, String) {
    let sandbox = Sandbox::serving_two();
    sandbox.edit("patcher.toml", "\n[[series]]", "\n# Every [[line]] since 1.0.0.\n[[series]]");
    sandbox.succeed(&["sync", "--bazel", &sandbox.counting_bazel(FIXED)]);
    let names = [
        ("version = 3", "version = 2"),
        ("[series.", "[line."),
        ("[[series", "[[line"),
        (".supported", ".served"),
        (".tested]", ".verified]"),
        ("\npatched_commit = ", "\ntip = "),
        ("\npatched_commit_tree = ", "\ntip_tree = "),
        ("\nphase = ", "\ndepth = "),
        ("\nexpected_change = ", "\nas_intended = "),
        ("\nunchanged = ", "\ncontrol_held = "),
    ];
    let lock = sandbox.read("upstream.lock");
    let (head, rest) = lock.split_once("checksum = ").unwrap();
    let [head, rest] = [head, rest.split_once('\n').unwrap().1]
        .map(|text| names.iter().fold(text.to_owned(), |text, (new, old)| text.replace(new, old)));
    let checksum = Sri::of(format!("{head}{rest}").as_bytes());
    sandbox.write("upstream.lock", &format!("{head}checksum = \"{checksum}\"\n{rest}"));
    sandbox.edit("patcher.toml", "\n[[series]]", "\n[[line]]");
    (sandbox, lock)
}

#[test]
fn old_files_are_read_and_named() {
    let (sandbox, _) = old();
    sandbox.refuse(1, &["check"], &[OLD_LOCK, OLD_CONFIG]);
    let run = sandbox.succeed(&["status"]);
    assert!(run.stdout.contains(OLD_LOCK) && run.stdout.contains(OLD_CONFIG), "{run:#?}");
    assert!(run.stdout.contains("supports 2 releases, down to 1.0.0"), "{run:#?}");
    assert!(run.stdout.contains("tested    2 scenarios under Bazel 8.0.0"), "{run:#?}");
    let words = ["not up to date: patcher.toml, upstream.lock\n", "`patcher sync` brings it up"];
    let run = sandbox.refuse(1, &["sync", "--check"], &words);
    assert!(run.stdout.contains("-[[line]]\n+[[series]]\n"), "{run:#?}");
    assert!(run.stdout.contains("-[[line.served]]\n+[[series.supported]]\n"), "{run:#?}");
    sandbox.succeed(&["export", "tree"]);
}

#[test]
fn sync_migrates_with_one_line_and_loses_nothing() {
    let (sandbox, lock) = old();
    let config = sandbox.read("patcher.toml");
    let (bazel, before) = (sandbox.counting_bazel(FIXED), sandbox.bazel_calls());
    let run = sandbox.succeed(&["sync", "--no-repro", "--bazel", &bazel]);
    assert_eq!(run.stderr.matches("Migrated").count(), 1, "{run:#?}");
    assert!(run.stderr.contains(MIGRATED), "{run:#?}");
    assert_eq!(sandbox.bazel_calls(), before);
    // The lock as it was before it was made old, with the results of the scenarios.
    assert_eq!(sandbox.read("upstream.lock"), lock);
    assert!(lock.contains("[series.supported.tested]"), "{lock}");
    let migrated = config.replace("\n[[line]]", "\n[[series]]");
    assert_eq!(sandbox.read("patcher.toml"), migrated);
    let files = files_of(&sandbox.project);
    let run = sandbox.succeed(&["sync", "--no-repro"]);
    assert!(run.stderr.contains("Up to date demo_rules 1.1.0.patched.1"), "{run:#?}");
    assert!(!run.stderr.contains("Migrated"), "{run:#?}");
    assert_eq!(files_of(&sandbox.project), files);
    sandbox.succeed(&["check", "--archives"]);
}

#[test]
fn a_hand_edit_of_an_old_lock_is_noticed() {
    let (sandbox, _) = old();
    sandbox.edit("upstream.lock", "revision = 1", "revision = 7");
    sandbox.refuse(1, &["sync", "--no-repro"], &["the checksum does not hold"]);
}

#[test]
fn scenarios_may_say_pristine() {
    let sandbox = Sandbox::new();
    sandbox.sync();
    let file = "tests/repro/two-books/scenario.toml";
    let run = |sandbox: &Sandbox| {
        let bazel = sandbox.counting_bazel(FIXED);
        sandbox.succeed(&["repro", "--bazel", &bazel, "--format", "json"]).json()
    };
    let new = run(&sandbox);
    sandbox.edit(file, "unpatched = ", "pristine = ");
    let old = run(&sandbox);
    assert_eq!(new["report"]["rows"][1]["unpatched"]["expected"], "conflict");
    assert_eq!(new["report"]["rows"], old["report"]["rows"]);
    sandbox.edit(file, "pristine = ", "unpatched = \"pass\"\npristine = ");
    sandbox.refuse(2, &["repro"], &["duplicate field `unpatched`"]);
}
