//! Puts the project's own series, scenarios and workflows into the binary, for `patcher init`:
//! writes their list, as Rust, for `src/init/embedded.rs`.

#![allow(clippy::disallowed_macros, reason = "what is printed here is for cargo")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};

/// What is copied: files, and directories with all that is below them.
const COPIED: [&str; 9] = [
    ".gitattributes",
    ".github/workflows/ci.yml",
    ".github/workflows/publish.yml",
    ".github/workflows/regression.yml",
    ".github/workflows/sync.yml",
    "patcher.toml",
    "patches",
    "tests/repro",
    "upstream.lock",
];

fn main() -> Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for name in COPIED {
        // Of a directory, cargo watches everything below it.
        println!("cargo::rerun-if-changed={name}");
        find(&root.join(name), name, &mut files)?;
    }
    files.sort();
    let mut list = "&[\n".to_owned();
    for name in files {
        let path = root.join(&name);
        // Writing to a string cannot fail.
        let _ = writeln!(list, "    ({name:?}, include_bytes!({path:?})),");
    }
    fs::write(out.join("embedded.rs"), list + "]\n")
}

/// The files at and below a path; what Bazel links there is none of them.
fn find(path: &Path, name: &str, found: &mut Vec<String>) -> Result<()> {
    if path.is_symlink() {
        return Ok(());
    }
    if !path.is_dir() {
        found.push(name.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        find(&entry.path(), &format!("{name}/{}", entry.file_name().display()), found)?;
    }
    Ok(())
}
