//! `--format json`: each command's document is as its schema in `docs/json` says, whether it
//! succeeds or fails. [`crate::common::Run::json`] holds every document to its schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::Sandbox;

/// A consumer's file.
const CONSUMER: &str = "bazel_dep(name = \"demo_rules\", version = \"1.1.0\")\n";
/// Success needs GitHub, or a conflict: see `workflows` and `resolve`.
const SUCCESS_ELSEWHERE: [&str; 2] = ["ci propose", "skip"];

/// The commands that have a schema.
fn commands() -> BTreeSet<String> {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json");
    let schema = |entry: fs::DirEntry| -> Value {
        serde_json::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap()
    };
    let schemas = fs::read_dir(schemas).unwrap().map(|entry| schema(entry.unwrap()));
    let command =
        |schema: Value| schema["properties"]["command"]["const"].as_str().map(str::to_owned);
    schemas.filter_map(command).collect()
}

/// Runs commands, and keeps which of them succeeded and which failed.
struct Runs {
    sandbox: Sandbox,
    succeeded: BTreeSet<String>,
    failed: BTreeSet<String>,
}

impl Runs {
    #[track_caller]
    fn run(&mut self, command: &str, args: &[&str]) -> Value {
        let words: Vec<&str> = command.split(' ').collect();
        let run = self.sandbox.patcher(&[&words[..], args, &["--format", "json"]].concat());
        let document = run.json();
        assert_eq!(document["command"], command, "{run:#?}");
        let error = &document["error"];
        let code = error.get("exit_code").map_or(0, |code| code.as_i64().unwrap());
        assert_eq!(run.code.map(i64::from), Some(code), "{run:#?}");
        let kind = if code == 0 { &mut self.succeeded } else { &mut self.failed };
        kind.insert(command.to_owned());
        document
    }

    #[track_caller]
    fn succeed(&mut self, command: &str, args: &[&str]) -> Value {
        let document = self.run(command, args);
        assert_eq!(document.get("error"), None, "{document:#}");
        document
    }

    #[track_caller]
    fn fail(&mut self, command: &str, args: &[&str]) {
        let document = self.run(command, args);
        assert!(document.get("error").is_some(), "{document:#}");
    }
}

#[test]
fn each_command_succeeds_and_fails_as_its_schema_says() {
    let sandbox = Sandbox::serving_two();
    let (succeeded, failed) = (BTreeSet::new(), BTreeSet::new());
    let mut runs = Runs { sandbox, succeeded, failed };
    succeed_on_a_project(&mut runs);
    succeed_under_bazel(&mut runs);
    succeed_in_a_worktree(&mut runs);
    succeed_for_consumers(&mut runs);
    fail_without_a_project(&mut runs);
    let all = commands();
    assert_eq!(runs.failed, all);
    let expected: BTreeSet<String> =
        all.into_iter().filter(|name| !SUCCESS_ELSEWHERE.contains(&name.as_str())).collect();
    assert_eq!(runs.succeeded, expected);
}

fn succeed_on_a_project(runs: &mut Runs) {
    runs.succeed("status", &[]);
    runs.succeed("series", &[]);
    runs.succeed("check", &["--archives"]);
    runs.succeed("sync", &["--no-repro"]);
    runs.fail("sync", &["--no-repro", "--check"]);
    runs.succeed("review", &["--releases", "1.0.0..1.1.0"]);
    runs.succeed("preview", &["1.0.0"]);
    runs.succeed("preview", &["candidate"]);
    runs.succeed("bisect", &["--from", "1.0.0", "--to", "1.1.0"]);
    runs.succeed("export", &["../out"]);
    runs.succeed("ci port", &["--no-repro"]);
    runs.succeed("demo", &["--bazel", "no-bazel"]);
    runs.succeed("init", &["../new"]);
    runs.succeed("completions", &["fish", "--install"]);
    runs.fail("completions", &["elvish", "--install"]);
    runs.fail("init", &["."]);
    let bazel = runs.sandbox.bazel("");
    runs.succeed("doctor", &["--bazel", &bazel]);
}

fn succeed_under_bazel(runs: &mut Runs) {
    let bazel = runs.sandbox.bazel("begin; if is_patched; then good; else conflict; fi; end");
    runs.succeed("repro", &["--bazel", &bazel]);
    runs.succeed("matrix", &["--bazel", &bazel]);
    // Needs both patches.
    let has =
        "grep -q 'Makes a book' $tree/notes.bzl && grep -q 'share notes whatever' $tree/README.md";
    let bazel = runs.sandbox.bazel(&format!("begin; if {has}; then good; else conflict; fi; end"));
    runs.succeed("why", &["--bazel", &bazel]);
}

fn succeed_in_a_worktree(runs: &mut Runs) {
    runs.succeed("new", &["docs: more"]);
    runs.succeed("abort", &[]);
    runs.fail("abort", &[]);
    let opened = runs.succeed("edit", &[]);
    runs.fail("continue", &[]);
    let worktree = opened["worktree"].as_str().unwrap().to_owned();
    let message = "docs: other\n\nWhy.\n\nRepro: none (a test)\nDrop-When: never";
    let amend = ["commit", "--quiet", "--amend", "--message", message];
    runs.sandbox.git(Path::new(&worktree), &amend);
    runs.succeed("continue", &[]);
    runs.succeed("drop", &["--no-repro", "--force", "0002-docs.patch"]);
    runs.succeed("sync", &["--no-repro"]);
}

fn succeed_for_consumers(runs: &mut Runs) {
    let published =
        runs.succeed("publish", &["--unverified", "--base-url", "https://example.com/x"]);
    let archive = format!("dist/{}", published["archive"]["file"].as_str().unwrap());
    runs.succeed("verify", &[&archive]);
    runs.sandbox.write("app/MODULE.bazel", CONSUMER);
    let file = "app/MODULE.bazel";
    let url = ["--base-url", "https://example.com/x"];
    runs.succeed("override add", &[&[file], &url[..]].concat());
    runs.succeed("override update", &[&[file], &url[..]].concat());
    runs.succeed("override show", &[file]);
    runs.succeed("override remove", &[file]);
}

/// In a directory without a project nothing but the demo works.
fn fail_without_a_project(runs: &mut Runs) {
    let nowhere = runs.sandbox.home.join("nowhere");
    fs::create_dir(&nowhere).unwrap();
    let root = ["--root", nowhere.to_str().unwrap()];
    runs.fail("demo", &["."]);
    for command in commands() {
        let args: &[&str] = match command.as_str() {
            "demo" | "init" | "completions" => continue,
            "ci propose" | "verify" => &["nothing"],
            "drop" | "export" | "new" => &["x"],
            "override add" | "override remove" | "override show" | "override update" => {
                &["nothing/MODULE.bazel"]
            }
            _ => &[],
        };
        runs.fail(&command, &[args, &root].concat());
    }
}

/// The words that begin like a variable of patcher's.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    words.filter(|word| word.starts_with("PATCHER_")).collect()
}

#[test]
fn help_has_topics() {
    let sandbox = Sandbox::new();
    let help = |topic: &str| sandbox.succeed(&["help", topic]).stdout;
    assert!(help("json").contains("docs/json/check.schema.json"), "{}", help("json"));
    assert_eq!(help("json"), sandbox.succeed(&["json"]).stdout);
    let page = |name: &str| {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference").join(name);
        fs::read_to_string(page).unwrap()
    };
    assert_eq!(variables(&help("environment")), variables(&page("environment.md")));
    let exit_codes = help("exit-codes");
    let printed: Vec<&str> =
        exit_codes.lines().skip(1).filter_map(|line| line[2..5].split(' ').next()).collect();
    let printed: Vec<&str> = printed.into_iter().filter(|code| !code.is_empty()).collect();
    let table = page("exit-codes.md");
    let listed: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(printed, listed);
}
