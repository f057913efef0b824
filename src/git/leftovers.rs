//! What git leaves in a repository if it is killed at its work: lock files, which stop every later
//! git, and objects that are half written. For repositories of patcher's own only: what stands in
//! the user's is the user's.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::problem::Kind;
use crate::support::process::runs_in;

/// Removes what a killed git left in `git_directory`. The caller keeps other patchers out of it,
/// so that whatever is there is of a git that is dead, or of one that a person runs.
///
/// # Errors
///
/// A git runs there, or something cannot be removed.
pub fn clear(git_directory: &Path) -> Result<()> {
    let found = found(git_directory)?;
    let Some(first) = found.first() else { return Ok(()) };
    let is_inner = git_directory.file_name().is_some_and(|name| name == ".git");
    let top = if is_inner { git_directory.parent() } else { None }.unwrap_or(git_directory);
    if let Some(pid) = runs_in("git", top) {
        let message = format_args!("git (process {pid}) is at work: it holds {}", first.display());
        return Err(Failure::new(Kind::Environment, message).hint("wait for it to end"));
    }
    for path in &found {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            removed => removed.at("remove", path)?,
        }
    }
    Ok(())
}

/// What a killed git left in `git_directory`, or one that still runs holds there.
///
/// # Errors
///
/// The directory cannot be read.
pub fn found(git_directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    find(git_directory, &mut found)?;
    Ok(found)
}

/// Lock files end in `.lock`, which no ref may (git-check-ref-format(1)); what is written to the
/// object store has a temporary name first.
fn find(directory: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = match fs::read_dir(directory) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(());
        }
        entries => entries.at("read", directory)?,
    };
    for entry in entries {
        let entry = entry.at("read", directory)?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let is_temporary = name.starts_with("tmp_") || name.starts_with(".tmp-");
        if is_temporary && path.components().any(|part| part.as_os_str() == "objects") {
            found.push(path);
        } else if is_directory {
            find(&path, found)?;
        } else if name.ends_with(".lock") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::process::{Command, Stdio};

    use super::*;

    const LEFT: [&str; 9] = [
        "HEAD.lock",
        "config.lock",
        "packed-refs.lock",
        "shallow.lock",
        "refs/tags/1.0.0.lock",
        "objects/info/commit-graph.lock",
        "objects/56/tmp_obj_a1b2c3",
        "objects/pack/tmp_pack_a1b2c3",
        "objects/pack/.tmp-123-pack-a1b2c3",
    ];

    fn repository() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        git2::Repository::init_bare(directory.path()).unwrap();
        for name in LEFT.into_iter().chain(["refs/tags/tmp_tag", "objects/pack/pack-1.pack"]) {
            let path = directory.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::create_dir(directory.path().join("objects/tmp_objdir-incoming-x")).unwrap();
        directory
    }

    #[test]
    fn what_a_dead_git_left_is_removed_and_nothing_else() {
        let directory = repository();
        clear(directory.path()).unwrap();
        let is_there = |name: &&str| directory.path().join(name).exists();
        assert_eq!(LEFT.iter().filter(|name| is_there(name)).count(), 0);
        assert!(!is_there(&"objects/tmp_objdir-incoming-x"));
        for name in ["HEAD", "config", "refs/tags/tmp_tag", "objects/pack/pack-1.pack"] {
            assert!(is_there(&name), "{name}");
        }
        clear(&directory.path().join("absent")).unwrap();
    }

    #[test]
    fn what_a_living_git_holds_stays() {
        let directory = repository();
        let mut git = Command::new("git");
        git.args(["cat-file", "--batch"]).current_dir(directory.path());
        let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // Once it answers, it is a git for everybody who looks.
        git.stdin.as_mut().unwrap().write_all(b"HEAD:none\n").unwrap();
        git.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let failure = clear(directory.path()).unwrap_err();
        let message = failure.message();
        assert!(
            message.starts_with(&format!("git (process {}) is at work", git.id())),
            "{message}"
        );
        assert!(LEFT.iter().all(|name| directory.path().join(name).exists()));
        git.kill().unwrap();
        git.wait().unwrap();
        clear(directory.path()).unwrap();
    }
}
