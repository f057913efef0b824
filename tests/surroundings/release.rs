//! A release archive that cargo-dist built: it holds the program, its completions and man pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory as _;
use patcher::cli::Cli;

/// The archive.
pub(crate) fn archive() -> Option<PathBuf> {
    std::env::var_os("PATCHER_TEST_ARCHIVE").map(PathBuf::from)
}

fn run(program: &Path, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program:?} {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn the_release_archive_is_whole() {
    let unpacked = tempfile::tempdir().unwrap();
    let (archive, directory) = (archive().unwrap(), unpacked.path());
    let (archive, directory) = (archive.to_str().unwrap(), directory.to_str().unwrap());
    run(Path::new("tar"), &["-xf", archive, "-C", directory, "--strip-components=1"]);
    let directory = unpacked.path();
    let program = directory.join("patcher");
    let version = concat!("patcher ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(run(&program, &["--version"]), version);
    for file in ["README.md", "CHANGELOG.md", "LICENSE"] {
        assert!(directory.join(file).is_file(), "{file}");
    }
    let read = |file: &str| fs::read_to_string(directory.join(file)).unwrap();
    for (shell, file) in [
        ("bash", "patcher.bash"),
        ("zsh", "_patcher"),
        ("fish", "patcher.fish"),
        ("elvish", "patcher.elv"),
        ("powershell", "_patcher.ps1"),
    ] {
        let script = read(&format!("completions/{file}"));
        assert!(run(&program, &["completions", shell]) == script, "{file}");
        for command in Cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{} in {file}", command.get_name());
        }
    }
    let index = read("man/patcher.1");
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(index.contains(&format!("patcher\\-{name}(1)")), "{name}");
        assert!(read(&format!("man/patcher-{name}.1")).contains(".SH SYNOPSIS"), "{name}");
    }
}
