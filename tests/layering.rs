//! The layers of ARCHITECTURE.md, held.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with what it may use of patcher's own.
const LAYERS: [(&str, &[&str]); 8] = [
    ("core", &["core"]),
    ("error.rs", &["core"]),
    ("io", &["core", "error", "io"]),
    ("store.rs", &["core", "error"]),
    ("history.rs", &["core", "error", "store"]),
    ("ui.rs", &["core", "error"]),
    ("project.rs", &["core", "error", "io"]),
    ("demo.rs", &["error"]),
];

/// What would make the core do something.
const EFFECTS: [&str; 12] = [
    "std::fs",
    "std::process",
    "std::env",
    "std::net",
    "std::thread",
    "std::io::std",
    "SystemTime",
    "Instant",
    "git2",
    "anstream",
    "indicatif",
    "tempfile",
];

fn sources(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries.flat_map(|entry| sources(&entry.unwrap().path())).collect()
}

fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn layers_use_only_what_is_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for (layer, allowed) in LAYERS {
        for path in sources(&root.join(layer)) {
            seen += 1;
            for (at, _) in code(&path).match_indices("crate::") {
                let rest = &code(&path)[at + "crate::".len()..];
                let module: String =
                    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(
                    allowed.contains(&module.as_str()),
                    "{} uses crate::{module}",
                    path.display()
                );
            }
        }
    }
    assert!(seen > 20, "{seen} files");
}

#[test]
fn the_core_does_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&root) {
        let code = code(&path);
        for effect in EFFECTS {
            assert!(!code.contains(effect), "{} has {effect}", path.display());
        }
    }
}
