//! The words of the field, held: the project's old dialect does not come back into messages, help
//! texts, comments and documents.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use patcher::cli::Cli;

/// What nobody is to write, and what stands for it.
const DIALECT: &[(&str, &str)] = &[
    ("; else `", "[default: …], or a sentence of its own"),
    (" alone", "only"),
    ("is told", "prints, reports"),
    ("are told", "prints, reports"),
    ("tells", "prints, reports, shows"),
    ("without a word", "silently"),
    ("of yours", "your"),
    ("goes by", "uses"),
    ("go by", "use"),
    ("takes in", "picks up"),
    ("took in", "picked up"),
    ("served", "supported"),
    ("serves ", "supports"),
    ("proved", "tested, analysed, reproduced"),
    ("proves", "tests, shows"),
    ("surroundings", "environment"),
    ("pristine", "unpatched"),
    ("folder", "directory"),
    ("work tree", "worktree"),
    ("fits exactly", "applies cleanly"),
    ("fit exactly", "apply cleanly"),
    ("look ahead", "preview"),
    ("looks ahead", "previews"),
    ("has its word", "checks"),
    ("[[line]]", "[[series]]"),
    ("verdict", "result, outcome"),
    ("remembered", "cached, recorded"),
    ("standing", "status"),
    ("fate", "outcome"),
    ("lane", "job"),
    ("gate", "check"),
    (" obsolete", "already upstream"),
    ("no longer needed", "fixed upstream"),
    ("unneeded", "fixed upstream, not needed"),
    ("not merge", "conflict"),
    ("not merging", "conflicting"),
    (" route", "kind of override"),
    (" depth", "phase"),
    ("bots were", "dependency bots"),
    ("no archive of patcher", "not a patcher archive"),
    ("comes to", "results in"),
    ("takes up", "picks up"),
];

/// Where such words stand with a reason: the file, the word, and how often.
const ALLOWED: &[(&str, &str, usize)] = &[
    // The old names of a flag and its values, which are still understood.
    ("src/cli/shared.rs", "pristine", 1),
    ("src/cli/ship.rs", "pristine", 1),
    ("src/cli/testing.rs", "pristine", 1),
    ("src/cli/renamed.rs", "pristine", 3),
    ("src/cli/renamed.rs", " obsolete", 1),
    // A key of patcher.toml, as the flag.
    // The old formats, which are still read.
    ("CHANGELOG.md", "pristine", 2),
    ("docs/reference/scenario.md", "pristine", 1),
    ("tests/docs/reference.rs", "pristine", 1),
    ("docs/decisions/0040-old-formats-are-migrated-by-sync.md", "pristine", 1),
    ("docs/decisions/0040-old-formats-are-migrated-by-sync.md", "[[line]]", 1),
    ("src/project/migration.rs", " depth", 2),
    ("src/project/migration.rs", "[[line]]", 10),
    ("src/project/migration.rs", "served", 4),
    ("src/project/old_lock.rs", "served", 1),
    ("src/project/scenario.rs", "pristine", 2),
    ("src/project/toml_file.rs", "pristine", 1),
    ("tests/cli/migration.rs", "[[line]]", 7),
    ("tests/cli/migration.rs", "pristine", 3),
    ("tests/cli/migration.rs", "served", 4),
];

/// The directories and files that people read.
const READ: &[&str] = &[
    ".ci",
    ".github",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "README.md",
    "SECURITY.md",
    "book.toml",
    "benches",
    "clippy.toml",
    "dist-workspace.toml",
    "docs",
    "examples",
    "patcher.toml",
    "src",
    "tests",
];

/// What is not prose of today: made of help texts, recorded by other programs, and this list.
const LEFT_OUT: &[&str] = &["docs/reference/commands.md", "tests/fixtures", "tests/words.rs"];

fn files(path: &Path, name: &str, found: &mut Vec<(String, String)>) {
    if LEFT_OUT.contains(&name) {
        return;
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            files(&entry.path(), &format!("{name}/{}", entry.file_name().display()), found);
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        found.push((name.to_owned(), text));
    }
}

/// Whether `text` has `word` at `at` as a word of its own, or as the beginning of one.
fn begins(text: &str, at: usize, word: &str) -> bool {
    let before = text[..at].chars().next_back();
    !word.starts_with(char::is_alphabetic) || !before.is_some_and(char::is_alphanumeric)
}

#[test]
fn the_old_dialect_stays_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = Vec::new();
    READ.iter().for_each(|name| files(&root.join(name), name, &mut read));
    assert!(read.len() > 200, "{} files", read.len());
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (file, text) in &read {
        // A sentence may go on in the next line.
        let flat = text
            .to_lowercase()
            .replace("\n//! ", "\n ")
            .replace("\n/// ", "\n ")
            .replace('\n', " ");
        for (word, instead) in DIALECT {
            let places =
                flat.match_indices(word).filter(|(at, _)| begins(&flat, *at, word)).count();
            let allowed = ALLOWED.iter().find(|(f, w, _)| f == file && w == word);
            used.extend(allowed.map(|(f, w, _)| (*f, *w)));
            if places != allowed.map_or(0, |(_, _, count)| *count) {
                wrong.push(format!("{file}: {places} of `{word}`: write {instead}"));
            }
        }
    }
    for (file, word, _) in ALLOWED {
        if !used.contains(&(*file, *word)) {
            wrong.push(format!("{file}: `{word}` is allowed, and the file is not there"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Every command with its help, as `patcher COMMAND --help` prints it.
fn helps(command: &Command, name: &str, found: &mut Vec<(String, String)>) {
    found.push((name.to_owned(), command.clone().render_long_help().to_string()));
    for inner in command.get_subcommands() {
        helps(inner, &format!("{name} {}", inner.get_name()), found);
    }
}

#[test]
fn help_says_where_of_places_only() {
    let mut found = Vec::new();
    helps(&Cli::command(), "patcher", &mut found);
    assert!(found.len() > 20, "{} helps", found.len());
    let mut wrong = Vec::new();
    for (name, help) in found {
        let words: Vec<&str> = help.split_whitespace().collect();
        for pair in words.windows(2) {
            if pair[0].eq_ignore_ascii_case("where") && ["a", "the", "it", "one"].contains(&pair[1])
            {
                wrong.push(format!("{name}: `{} {}`: write if, or when", pair[0], pair[1]));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The names that are understood and not shown, as they would stand in a text.
fn old_names(command: &Command, found: &mut BTreeSet<String>) {
    let name = command.get_name();
    for inner in command.get_subcommands() {
        let hidden = inner.is_hide_set().then(|| inner.get_name());
        found.extend(
            hidden.into_iter().chain(inner.get_all_aliases()).map(|old| format!("{name} {old}")),
        );
        old_names(inner, found);
    }
    for arg in command.get_arguments() {
        let hidden = arg.get_long().filter(|_| arg.is_hide_set());
        found.extend(hidden.map(|old| format!("{name} --{old}")));
        found.extend(arg.get_all_aliases().into_iter().flatten().map(|old| format!("--{old}")));
    }
}

#[test]
fn no_text_names_what_is_hidden() {
    let mut old = BTreeSet::new();
    old_names(&Cli::command(), &mut old);
    for expected in ["patcher nightly", "patcher need", "sync --continue", "--route", "--depth"] {
        assert!(old.contains(expected), "{expected} is not hidden: {old:?}");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = Vec::new();
    for name in ["src", ".github", ".ci", "assets", "benches", "README.md", "docs"] {
        files(&root.join(name), name, &mut read);
    }
    // The table of old names is there.
    read.retain(|(name, _)| !name.starts_with("docs/decisions/") && name != "src/cli/renamed.rs");
    assert!(read.len() > 200, "{} files", read.len());
    let mut wrong = Vec::new();
    for (file, text) in &read {
        for name in &old {
            let is_whole = |at: usize| {
                let after = text[at + name.len()..].chars().next();
                !after.is_some_and(|c| c.is_alphanumeric() || c == '-')
            };
            let line = text.match_indices(name.as_str()).find(|(at, _)| is_whole(*at));
            if let Some((at, _)) = line {
                let line = text[..at].lines().count();
                wrong.push(format!("{file}:{line}: `{name}` is an old name"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
