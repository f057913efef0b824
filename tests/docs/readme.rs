//! The first page.

use std::collections::BTreeSet;

use clap::CommandFactory as _;
use patcher::cli::Cli;

use crate::page::Page;

#[test]
fn the_readme_is_short() {
    let bytes = Page::read("README.md").text.len();
    assert!(bytes <= 9_500, "{bytes} bytes: docs/ has room for more");
}

/// The groups of the README: each with its title and its commands.
fn groups() -> Vec<(String, Vec<String>)> {
    let text = Page::read("README.md").text;
    let (_, section) = text.split_once("\n## Commands\n").unwrap();
    let lines = section.lines().take_while(|line| !line.starts_with('#'));
    let groups = lines.filter_map(|line| line.strip_prefix("- **")?.split_once(":** "));
    let names =
        |list: &str| list.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    groups.map(|(title, list)| (title.to_owned(), names(list))).collect()
}

#[test]
fn the_readme_has_every_command() {
    let listed: BTreeSet<String> = groups().into_iter().flat_map(|(_, names)| names).collect();
    let whole = Cli::command();
    let shown = whole.get_subcommands().filter(|command| !command.is_hide_set());
    let there: BTreeSet<String> = shown.map(|command| command.get_name().to_owned()).collect();
    assert_eq!(listed, there);
}

#[test]
fn the_readme_has_the_groups_of_the_help() {
    let help = Cli::command().render_help().to_string();
    for (title, names) in groups() {
        let (_, group) = help.split_once(&format!("\n{title}\n")).unwrap_or_else(|| {
            panic!("the help has no group {title:?}:\n{help}");
        });
        let rows = group.lines().take_while(|line| line.starts_with("  "));
        let of_help: Vec<&str> = rows.flat_map(names_of).collect();
        assert_eq!(of_help, names, "{title}");
    }
}

/// The commands of a row: `continue  Continue a port (also: skip, abort)`.
fn names_of(row: &str) -> Vec<&str> {
    let also = row.split_once("(also: ").map(|(_, rest)| rest.trim_end_matches(')'));
    let others = also.into_iter().flat_map(|names| names.split(", "));
    row.split_whitespace().take(1).chain(others).collect()
}
