//! docs/reference/what-changes.md against the suite: the list of what builds only without the
//! patches is closed.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use patcher::project::config::SuiteConfig;
use patcher::project::scenario::{Scenario, SideResult};

fn scenarios() -> Vec<Scenario> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/repro");
    let mut scenarios = Vec::new();
    for entry in fs::read_dir(suite).unwrap() {
        let directory = entry.unwrap();
        let name = directory.file_name().into_string().unwrap();
        if let Ok(text) = fs::read_to_string(directory.path().join("scenario.toml")) {
            scenarios.push(Scenario::parse(&name, &name, &text, &SuiteConfig::default()).unwrap());
        }
    }
    assert!(scenarios.len() > 60, "{} scenarios", scenarios.len());
    scenarios
}

/// The part of the page below a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = page.find(&format!("\n## {heading}\n")).unwrap();
    let rest = &page[start + 1..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end])
}

/// The words between backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn what_fails_only_with_the_patches_is_listed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/what-changes.md");
    let page = fs::read_to_string(page).unwrap();
    let fails = quoted(section(&page, "Builds that fail with the patches, and not without them"));
    let conflicts = quoted(section(&page, "What still conflicts"));
    let mut listed = 0;
    for scenario in scenarios() {
        let expect = scenario.expect;
        let id = scenario.id.as_str();
        if expect.unpatched == SideResult::Pass && expect.patched != SideResult::Pass {
            assert!(fails.contains(id), "{id} is not in docs/reference/what-changes.md");
            listed += 1;
        }
        // The two that are asked for by an argument of the target are in docs/precompiling.md.
        let is_asked_for = ["opt-out", "precompile-exec-properties"].contains(&id);
        let still_conflicts =
            [expect.unpatched, expect.patched].iter().all(|one| *one == SideResult::Conflict);
        if still_conflicts && !is_asked_for {
            assert!(conflicts.contains(id), "{id} is not in docs/reference/what-changes.md");
        }
    }
    assert_eq!(listed, 8);
}

#[test]
fn what_is_listed_is_there() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/what-changes.md");
    let page = fs::read_to_string(page).unwrap();
    let ids: Vec<_> = scenarios().into_iter().map(|scenario| scenario.id).collect();
    let mut seen = 0;
    for row in page.lines().filter(|line| line.starts_with('|') && !line.contains("---")) {
        let shown_by = row.trim_end_matches('|').rsplit('|').next().unwrap();
        for name in quoted(shown_by) {
            let is_test = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).is_file();
            assert!(is_test || ids.iter().any(|id| id == name), "there is no {name}");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen} names");
}
