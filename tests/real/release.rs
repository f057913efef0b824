//! A release archive holds the program, its completions and man pages: the archive that
//! PATCHER_TEST_ARCHIVE names, which `dist build` made, else the files that
//! dist-workspace.toml puts into one, with this build's program.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use patcher::cli::Cli;

/// What cargo-dist puts into an archive by itself.
const DOCUMENTS: [&str; 3] = ["README.md", "CHANGELOG.md", "LICENSE"];

fn run(program: &Path, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{program:?} {args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Unpacks what `dist build` made.
fn unpack(archive: &Path, directory: &Path) {
    let (archive, directory) = (archive.to_str().unwrap(), directory.to_str().unwrap());
    run(Path::new("tar"), &["-xf", archive, "-C", directory, "--strip-components=1"]);
}

/// Lays out what `dist build` would put into an archive.
fn lay_out(directory: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("dist-workspace.toml")).unwrap();
    let settings: toml::Table = text.parse().unwrap();
    let included = settings["dist"]["include"].as_array().unwrap().iter();
    let included = included.map(|path| path.as_str().unwrap());
    for path in included.chain(DOCUMENTS).chain([env!("CARGO_BIN_EXE_patcher")]) {
        let path = root.join(path);
        run(Path::new("cp"), &["-a", path.to_str().unwrap(), directory.to_str().unwrap()]);
    }
}

pub(crate) fn the_release_archive_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    match std::env::var_os("PATCHER_TEST_ARCHIVE") {
        Some(archive) => unpack(Path::new(&archive), directory),
        None => lay_out(directory),
    }
    let program = directory.join("patcher");
    let version = concat!("patcher ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(run(&program, &["--version"]), version);
    for file in DOCUMENTS {
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
        for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(script.contains(command.get_name()), "{} in {file}", command.get_name());
        }
    }
    let index = read("man/patcher.1");
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(index.contains(&format!("patcher\\-{name}(1)")), "{name}");
        assert!(read(&format!("man/patcher-{name}.1")).contains(".SH SYNOPSIS"), "{name}");
    }
}
