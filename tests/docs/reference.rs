//! The reference pages against the code that they describe.

use std::collections::BTreeSet;

use patcher::project::config::{Config, SuiteConfig};
use patcher::project::lock::Lock;
use patcher::project::scenario::Scenario;
use patcher::support::problem::Kind;

use crate::page::Page;

/// What the rows of the page's tables are about: the code at their beginning.
fn rows(page: &str) -> BTreeSet<String> {
    let text = Page::read(page).text;
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let first = rows.map(|row| row.split('|').nth(1).unwrap().to_owned());
    let codes = first
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>());
    codes.collect()
}

#[track_caller]
fn assert_rows(page: &str, keys: impl IntoIterator<Item = String>) {
    let rows = rows(page);
    for key in keys {
        assert!(rows.contains(&key), "{page} has no row for `{key}`: {rows:?}");
    }
}

/// The names that a message lists: all those that are known.
fn known(message: &str) -> Vec<String> {
    let names: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(names.len() > 1, "{message}");
    names
}

#[test]
fn every_key_of_a_scenario_is_on_its_page() {
    let keys = |text: &str| {
        let problem = Scenario::parse("x", "x", text, &SuiteConfig::default()).unwrap_err();
        known(&problem.hint.unwrap())
    };
    let top = keys("zzzzzz = 1");
    assert!(top.len() > 14, "{top:?}");
    let inner = ["[[intended]]\nzzzzzz = 1", "[expect]\nzzzzzz = 1"].map(&keys);
    let values =
        ["[expect]\nunpatched = \"zzzzzz\"", "phase = \"zzzzzz\"", "compare = [\"zzzzzz\"]"];
    let page = "docs/reference/scenario.md";
    let all = inner.into_iter().chain(values.map(keys)).flatten().chain(top);
    assert_rows(page, all);
    assert!(Page::read(page).text.contains("`pristine` in `[expect]` is the old name"));
}

#[test]
fn every_key_of_the_configuration_is_on_its_page() {
    let keys = |text: &str| known(&Config::parse(text).unwrap_err().hint.unwrap());
    let texts = [
        "zzzzzz = 1",
        "[[series]]\nzzzzzz = 1",
        "[scenarios]\nzzzzzz = 1",
        "[upstream-tests]\nzzzzzz = 1",
        "[[upstream-tests.remove]]\nzzzzzz = 1",
        "[[upstream-tests.insert]]\nzzzzzz = 1",
    ];
    let all: Vec<String> = texts.iter().flat_map(|text| keys(text)).collect();
    assert!(all.len() > 11, "{all:?}");
    assert_rows("docs/reference/patcher-toml.md", all);
}

#[test]
fn every_key_of_the_lock_is_on_its_page() {
    let lock = Page::read("upstream.lock").text;
    assert!(Lock::parse(&lock).is_ok());
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.to_owned());
    let keys: BTreeSet<String> = lock.lines().filter_map(key).collect();
    assert!(keys.len() > 20, "{keys:?}");
    let text = Page::read("docs/reference/upstream-lock.md").text;
    for key in keys {
        assert!(text.contains(&format!("`{key}`")), "{key} is not on the page");
    }
}

#[test]
fn every_exit_code_is_on_its_page() {
    let kinds = [
        Kind::Finding,
        Kind::Input,
        Kind::Conflict,
        Kind::UnexpectedResult,
        Kind::Integrity,
        Kind::Environment,
        Kind::Defect,
        Kind::Interrupted,
    ];
    let page = "docs/reference/exit-codes.md";
    let codes: BTreeSet<String> = kinds.iter().map(|kind| kind.exit_code().to_string()).collect();
    assert_rows(page, codes.clone());
    assert_eq!(rows(page).len(), codes.len() + 1, "0 is the only other one");
}

#[test]
fn every_variable_of_an_option_is_on_its_page() {
    use clap::CommandFactory as _;
    let mut variables = BTreeSet::new();
    let whole = patcher::cli::Cli::command();
    let mut pending = vec![&whole];
    while let Some(command) = pending.pop() {
        let named = command.get_arguments().filter_map(|arg| arg.get_env());
        variables.extend(named.map(|name| name.to_str().unwrap().to_owned()));
        pending.extend(command.get_subcommands());
    }
    assert!(variables.len() > 4, "{variables:?}");
    assert_rows("docs/reference/environment.md", variables);
}
