//! The completions and man pages in `assets/`, which go into the release archives: they must
//! be what the command line is now. So must the pages of docs/ that are made of it, or of the lock,
//! and the pictures of what it prints.
//! `PATCHER_WRITE_ASSETS=1 cargo test --test assets` writes them.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "common/mod.rs"]
mod common;
#[path = "assets/man.rs"]
mod man;
#[path = "assets/pages.rs"]
mod pages;
#[path = "assets/pictures.rs"]
mod pictures;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use clap_complete::Shell;
use patcher::cli::{Cli, shown};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

/// Every file, as it should be.
fn expected() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut shown(), "patcher", &mut script);
        let name = clap_complete::Generator::file_name(&shell, "patcher");
        files.insert(format!("completions/{name}"), script);
    }
    let pages = man::pages(Cli::command());
    files.extend(pages.into_iter().map(|(name, text)| (format!("man/{name}"), text.into_bytes())));
    files
}

#[test]
fn completions_and_man_pages_are_what_the_command_line_is() {
    let expected = expected();
    if std::env::var_os("PATCHER_WRITE_ASSETS").is_some() {
        let _ = fs::remove_dir_all(directory());
        for (name, bytes) in &expected {
            let path = directory().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    for part in ["completions", "man"] {
        for entry in fs::read_dir(directory().join(part)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            found.insert(format!("{part}/{name}"), fs::read(&path).unwrap());
        }
    }
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    let hint = "`PATCHER_WRITE_ASSETS=1 cargo test --test assets` writes them";
    assert_eq!(names(&found), names(&expected), "{hint}");
    for (name, bytes) in &expected {
        assert!(found[name] == *bytes, "assets/{name} is of an earlier command line: {hint}");
    }
}

#[test]
fn every_command_is_in_all_of_them() {
    let files = expected();
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let index = text("man/patcher.1");
    for command in shown().get_subcommands() {
        let name = command.get_name();
        assert!(index.contains(&format!("patcher\\-{name} (1)")), "{name} in {index}");
        let page = text(&format!("man/patcher-{name}.1"));
        assert!(page.contains("Use only what was fetched before"), "{name}: {page}");
        for section in ["SYNOPSIS", "\"EXIT STATUS\"", "ENVIRONMENT", "FILES", "EXAMPLES"] {
            assert!(page.contains(&format!(".SH {section}\n")), "{section} of {name}");
        }
        for shell in ["patcher.bash", "_patcher", "patcher.fish", "_patcher.ps1", "patcher.elv"] {
            assert!(text(&format!("completions/{shell}")).contains(name), "{name} in {shell}");
        }
    }
    assert!(index.contains("stopped at a merge conflict"), "the exit codes are missing: {index}");
}

#[test]
fn the_release_archives_hold_them() {
    let path = directory().join("../dist-workspace.toml");
    let settings: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let included = settings["dist"]["include"].as_array().unwrap();
    for part in ["assets/completions", "assets/man"] {
        assert!(included.iter().any(|path| path.as_str() == Some(part)), "{included:?}");
    }
}

#[test]
fn releases_are_for_linux_and_macos() {
    let path = directory().join("../dist-workspace.toml");
    let settings: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let targets = settings["dist"]["targets"].as_array().unwrap();
    for target in targets.iter().map(|target| target.as_str().unwrap()) {
        assert!(target.contains("-linux-") || target.contains("-apple-"), "{target}");
    }
    assert!(targets.len() == 6, "{targets:?}");
}
