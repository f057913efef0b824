//! The GitHub workflows: what they may do, and what their steps do, run here on a small
//! upstream.
//!
//! - `hub`: programs stand in for cargo, gh and bazelisk; git is git
//! - `runs`: what is there after a workflow has run

mod hub;
mod runs;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Those that are written by hand.
const OWN: [&str; 4] = ["ci", "publish", "regression", "sync"];
/// cargo-dist's own.
const RELEASE: &str = "patcher-release";

/// What a `run:` step may begin with.
const COMMANDS: [&str; 6] = [
    ".ci/run",
    "cargo build --locked --release",
    "cargo run --locked --release --quiet -- ",
    // In the same build as the tests.
    "cargo run --locked --quiet -- sync --check",
    "gh release create ",
    "git -C registry ",
];

/// What runs Bazel, and so upstream's code.
const RUNS_BAZEL: [&str; 3] = [".ci/run", " -- nightly", " -- matrix"];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows")
}

fn text(name: &str) -> String {
    fs::read_to_string(directory().join(format!("{name}.yml"))).unwrap()
}

fn workflow(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Value) -> impl Iterator<Item = &Value> {
    job["steps"].as_array().unwrap().iter()
}

fn writes(job: &Value) -> bool {
    job["permissions"].as_object().unwrap().values().any(|right| right == "write")
}

#[test]
fn every_workflow_is_known_here() {
    let mut names: Vec<String> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let mut known: Vec<&str> = OWN.into_iter().chain([RELEASE]).collect();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn actions_are_pinned_by_digest_with_their_version() {
    for name in OWN.into_iter().chain([RELEASE]) {
        for line in text(name).lines().filter(|line| line.contains("uses:")) {
            let used = line.split_once("uses:").unwrap().1.trim().trim_matches('"');
            let digest = used.split_once('@').map_or("", |(_, rest)| rest);
            let (digest, comment) = digest.split_once(' ').unwrap_or((digest, ""));
            let digest = digest.trim_matches('"');
            let is_hex = digest.len() == 40 && digest.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_hex, "{name}: {line}");
            // cargo-dist writes no comments.
            let has_version = name == RELEASE || comment.trim().starts_with("# v");
            assert!(has_version, "{name}: which version is it? {line}");
        }
    }
}

#[test]
fn a_job_may_do_what_it_has_to_and_no_more() {
    for name in OWN {
        let workflow = workflow(name);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{name}");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        let on = workflow["on"].as_object().unwrap();
        for trigger in on.keys() {
            let known = ["pull_request", "push", "schedule", "workflow_dispatch"];
            assert!(known.contains(&trigger.as_str()), "{name}: {trigger}");
        }
        for (id, job) in jobs(&workflow) {
            let place = format!("{name}, job {id}");
            assert!(job["timeout-minutes"].as_u64().is_some(), "{place}");
            assert_eq!(job["runs-on"], "ubuntu-24.04", "{place}");
            let mut rights: Vec<String> = job["permissions"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, right)| format!("{name}: {}", right.as_str().unwrap()))
                .collect();
            rights.sort();
            let expected: &[&str] = match place.as_str() {
                "publish, job release" => {
                    &["attestations: write", "contents: write", "id-token: write"]
                }
                "sync, job propose" => {
                    &["contents: write", "issues: write", "pull-requests: write"]
                }
                "publish, job registry" => &["contents: write"],
                _ => &["contents: read"],
            };
            assert_eq!(rights, expected, "{place}");
            for step in steps(job) {
                if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
                    assert_eq!(step["with"]["persist-credentials"], false, "{place}");
                }
                let gets_token = step["env"].to_string().contains("github.token");
                assert!(!gets_token || writes(job), "{place} has no use for the token");
            }
        }
    }
}

#[test]
fn a_step_is_one_known_command_without_expressions() {
    for name in OWN {
        let workflow = workflow(name);
        for (id, job) in jobs(&workflow) {
            for run in steps(job).filter_map(|step| step["run"].as_str()) {
                let place = format!("{name}, job {id}: {run}");
                assert!(COMMANDS.iter().any(|command| run.starts_with(command)), "{place}");
                for odd in ["\n", ";", "&", "|", "`", "$(", "${{", ">", "<"] {
                    assert!(!run.contains(odd), "{place}");
                }
                let is_sync = run.contains(" -- sync") && !run.ends_with(" -- sync --check");
                let runs_bazel = is_sync || RUNS_BAZEL.iter().any(|what| run.contains(what));
                assert!(!writes(job) || !runs_bazel, "{place}");
            }
        }
    }
}

#[test]
fn what_the_tests_look_for_is_fetched_before_they_run() {
    let workflow = workflow("ci");
    let job = &workflow["jobs"]["checks"];
    let commands: Vec<&str> = steps(job).filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(commands, ["cargo run --locked --quiet -- sync --check", ".ci/run"]);
    // Each step has the cache that the one before it had.
    let names_a_cache = |value: &Value| value.to_string().contains("CACHE");
    assert!(!names_a_cache(&workflow["env"]) && !names_a_cache(job), "{job}");
}

#[test]
fn the_tags_of_the_tool_and_of_what_it_publishes_keep_apart() {
    let patterns = |name: &str| -> Vec<String> {
        let tags = workflow(name)["on"]["push"]["tags"].clone();
        tags.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
    };
    let starts = |name: &str, tag: &str| patterns(name).iter().any(|p| is_match(p, tag));
    for tag in ["patcher-v0.1.0", "patcher/0.1.0", "patcher-v1.0.0-rc.1"] {
        assert!(starts(RELEASE, tag) && !starts("publish", tag), "{tag}");
    }
    let version = fs::read_to_string(directory().join("../../upstream.lock")).unwrap();
    let strip_prefix = version.lines().find(|line| line.starts_with("strip_prefix")).unwrap();
    let published = strip_prefix.split('"').nth(1).unwrap();
    for tag in ["rules_python-2.3.2.patched.6", "rules_python-0.36.0.patched.1", published] {
        assert!(starts("publish", tag) && !starts(RELEASE, tag), "{tag}");
    }
    assert!(!starts("publish", "v0.1.0") && !starts(RELEASE, "v0.1.0"));
}

#[test]
fn all_shards_run_and_one_job_merges_them() {
    let workflow = workflow("regression");
    let shards = workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"].as_array().unwrap();
    assert!(shards.iter().map(|shard| shard.as_u64().unwrap()).eq(1..=shards.len() as u64));
    let strategy = &workflow["jobs"]["shard"]["strategy"];
    assert_eq!((strategy.as_object().unwrap().len(), &strategy["fail-fast"]), (2, &false.into()));
    let env = steps(&workflow["jobs"]["shard"]).filter_map(|step| step["env"].as_object());
    let values: Vec<&str> = env.filter_map(|env| env["SHARD"].as_str()).collect();
    assert_eq!(values, ["${{ matrix.shard }}/${{ strategy.job-total }}"]);
    assert_eq!(workflow["jobs"]["matrix"]["needs"], "shard");
}

/// Whether GitHub's filter `pattern` takes `text`: `*` is anything but `/`, `**` anything,
/// `[0-9]` one of these, and `+` one or more of what is before it.
fn is_match(pattern: &str, text: &str) -> bool {
    if pattern.is_empty() {
        return text.is_empty();
    }
    if let Some(rest) = pattern.strip_prefix("**") {
        return (0..=text.len()).any(|at| text.is_char_boundary(at) && is_match(rest, &text[at..]));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        let end = text.find('/').unwrap_or(text.len());
        return (0..=end).any(|at| text.is_char_boundary(at) && is_match(rest, &text[at..]));
    }
    let (is_one, rest): (Box<dyn Fn(char) -> bool>, &str) = match pattern.strip_prefix("[0-9]") {
        Some(rest) => (Box::new(|c: char| c.is_ascii_digit()), rest),
        None => {
            let first = pattern.chars().next().unwrap();
            assert!(!"[]?!".contains(first), "{pattern}: not known here");
            (Box::new(move |c| c == first), &pattern[first.len_utf8()..])
        }
    };
    let Some(first) = text.chars().next().filter(|c| is_one(*c)) else { return false };
    let after = &text[first.len_utf8()..];
    match rest.strip_prefix('+') {
        Some(rest) => is_match(pattern, after) || is_match(rest, after),
        None => is_match(rest, after),
    }
}

#[test]
fn filters_match_as_on_github() {
    for (pattern, good, bad) in [
        ("rules_python-*", "rules_python-1", "rules_python-1/2"),
        ("patcher**[0-9]+.[0-9]+.[0-9]+*", "patcher/v10.2.33-rc.1", "patcher-v1.2"),
        ("a**b", "a/x/b", "a/x/c"),
    ] {
        assert!(is_match(pattern, good) && !is_match(pattern, bad), "{pattern}");
    }
}
