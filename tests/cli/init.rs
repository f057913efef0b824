//! `init`: a project for a user.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use crate::common::{Sandbox, files_of, joined};

/// patcher's own project.
fn own() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A directory of patcher's own project, file by file.
fn below(name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_real = |path: &Path| !path.ancestors().any(Path::is_symlink);
    let files = files_of(&own().join(name)).into_iter().filter(|(path, _)| is_real(path));
    files.map(|(path, bytes)| (path.strip_prefix(own()).unwrap().to_owned(), bytes)).collect()
}

#[test]
fn the_project_is_the_one_that_patcher_carries_and_can_be_used() {
    let sandbox = Sandbox::new();
    let run = sandbox.refuse(0, &["init", "../new"], &[]);
    let new = sandbox.project.join("../new").canonicalize().unwrap();
    let written = files_of(&new);
    assert!(!written.contains_key(&new.join(".git/refs/heads/main")), "it committed");
    let written = written.into_iter().filter(|(path, _)| !path.starts_with(new.join(".git")));
    let mut written: BTreeMap<PathBuf, Vec<u8>> =
        written.map(|(path, bytes)| (path.strip_prefix(&new).unwrap().to_owned(), bytes)).collect();
    // Nothing of these is missing, and nothing else is there.
    let mut expected = below("patches");
    expected.append(&mut below("tests/repro"));
    assert!(expected.len() > 200, "{}", expected.len());
    for name in ["patcher.toml", "upstream.lock", ".gitattributes"] {
        expected.insert(name.into(), fs::read(own().join(name)).unwrap());
    }
    let count = written.len();
    let others = ["README.md", ".gitignore"].map(PathBuf::from).into_iter();
    let workflows = ["ci", "publish", "regression", "sync"]
        .map(|name| format!(".github/workflows/{name}.yml").into());
    for path in others.chain(workflows) {
        assert!(written.remove(&path).is_some(), "{path:?}");
    }
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&written), names(&expected));
    assert!(written == expected);
    let created = format!("+ Created    ../new: {count} files, a git repository");
    assert_eq!(run.stderr.lines().next(), Some(created.as_str()));
    assert_snapshot!(run.stdout, @"
    next:
        cd ../new
        patcher doctor  check git, Bazel, network and cache
        patcher sync    fetch upstream, apply the patches and test them
    ");
    let new = new.to_str().unwrap();
    sandbox.succeed(&["--root", new, "status"]);
    sandbox.succeed(&["--root", new, "series"]);
    // Nothing is wrong with what lies there; the rest has to be fetched first.
    assert_snapshot!(sandbox.refuse(30, &["--root", new, "check", "--offline"], &[]), @"
    $ patcher --root [ROOT]/new check --offline
    exit code: 30
    --- stderr
      error: rules_python was not fetched yet
       hint: `patcher sync` fetches it, `patcher sync --upstream PATH` from a clone
       hint: PATCHER_CACHE_DIR names another cache: there is no [ROOT]/cache/mirror/rules_python-1ab4b925f60c.git
    ");
}

#[test]
fn only_a_directory_without_files_of_a_user_is_filled() {
    let sandbox = Sandbox::new();
    let at = |name: &str| sandbox.project.join("..").canonicalize().unwrap().join(name);
    for name in ["full/.git", "full/src", "hidden/.idea", "clash/.github"] {
        fs::create_dir_all(at(name)).unwrap();
    }
    let refused = ["../full", "../clash", "patcher.toml"];
    assert_snapshot!(joined(refused.map(|name| sandbox.refuse(2, &["init", name], &[]))), @"
    $ patcher init ../full
    exit code: 2
    --- stderr
      error: [ROOT]/project/../full is not empty
       hint: name a directory that is empty or absent

    $ patcher init ../clash
    exit code: 2
    --- stderr
      error: [ROOT]/project/../clash is not empty
       hint: name a directory that is empty or absent

    $ patcher init patcher.toml
    exit code: 2
    --- stderr
      error: [ROOT]/project/patcher.toml is no directory
       hint: name a directory that is empty or absent
    ");
    assert_eq!(files_of(&at("full")).len() + files_of(&at("clash")).len(), 0);
    sandbox.succeed(&["init", "../hidden"]);
    assert!(at("hidden/.idea").exists() && at("hidden/.git").exists());
    assert!(at("hidden/patches/series").exists() && !at("hidden/.patcher-new").exists());
    sandbox.refuse(2, &["init", "../hidden"], &["is not empty"]);
}

#[test]
fn a_repository_is_made_where_there_is_none() {
    let sandbox = Sandbox::new();
    let at = |name: &str| sandbox.project.join("..").canonicalize().unwrap().join(name);
    sandbox.succeed(&["init", "--no-git", "../plain"]);
    assert!(at("plain/patches/series").exists() && !at("plain/.git").exists());
    fs::create_dir_all(at("outer")).unwrap();
    sandbox.git(&at("outer"), &["init", "--quiet"]);
    let document = sandbox.succeed(&["init", "--format", "json", "../outer/inner"]).json();
    assert_eq!(document["made_repository"], false);
    assert!(at("outer/inner/patches/series").exists() && !at("outer/inner/.git").exists());
}

#[test]
fn a_dry_run_names_the_files_and_writes_none() {
    let sandbox = Sandbox::new();
    let listed = sandbox.succeed(&["init", "--dry-run", "../new/"]).stdout;
    assert!(!sandbox.project.join("../new").exists());
    sandbox.succeed(&["init", "--no-git", "../new"]);
    let new = sandbox.project.join("../new").canonicalize().unwrap();
    let mut listed: Vec<PathBuf> =
        listed.lines().map(|line| new.join(line.strip_prefix("../new/").unwrap())).collect();
    listed.sort();
    assert_eq!(listed, files_of(&new).into_keys().collect::<Vec<_>>());
}

#[test]
fn without_git_nothing_is_written() {
    let mut sandbox = Sandbox::new();
    sandbox.set("PATH", sandbox.home.clone());
    assert_snapshot!(sandbox.refuse(30, &["init", "../new"], &[]), @"
    $ patcher init ../new
    exit code: 30
    --- stderr
      error: there is no `git` on PATH
       hint: install git
       hint: or write it without a repository: --no-git
    ");
    assert!(!sandbox.project.join("../new").exists());
    sandbox.succeed(&["init", "--no-git", "../new"]);
}
