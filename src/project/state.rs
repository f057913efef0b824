//! Where patcher keeps what it has to know of a project between two runs.
//!
//! It lies below the git directory of the worktree that the project is in, which no clone takes
//! along; a project that is in no repository has it in itself. Whatever is read from it is
//! confined to the project all the same: see `journal`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::support::directory::Directory;
use crate::support::failure::{PathContext as _, Result};
use crate::support::ids::Sri;
use crate::support::path::resolve;

/// The state's directory in a project that is in no repository.
pub(super) const OWN: &str = ".patcher";

/// The state's place: directories below one that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    base: PathBuf,
    names: Vec<String>,
}

/// The state's directory, open.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) directory: Directory,
    /// The directory that it is in, if this process made it.
    pub(super) made_in: Option<Directory>,
}

impl State {
    /// The state of the project in `root`. In a repository it is kept by the project's place there,
    /// so that a repository that is moved takes it along.
    pub(super) fn of(root: &Path) -> Self {
        let root = resolve(root);
        let own = || Self { base: root.clone(), names: vec![OWN.to_owned()] };
        let Ok(git) = Repository::discover_path(&root, [""; 0]) else { return own() };
        let is_top = |directory: &&Path| directory.join(".git").exists();
        let Some(top) = root.ancestors().find(is_top) else { return own() };
        let place = root.strip_prefix(top).unwrap_or(&root).as_os_str().as_encoded_bytes();
        let key = Sri::of(place).hex()[..16].to_owned();
        Self { base: git, names: vec!["patcher".to_owned(), key] }
    }

    /// Whether it lies in the project, where a clone may have brought it.
    pub(super) fn is_own(&self) -> bool {
        self.names == [OWN]
    }

    pub(super) fn path(&self) -> PathBuf {
        self.names.iter().fold(self.base.clone(), |path, name| path.join(name))
    }

    /// The directory, if it is there.
    pub(super) fn find(&self) -> std::io::Result<Option<Directory>> {
        let mut directory = Directory::open(&self.base)?;
        for name in &self.names {
            directory = match directory.enter(name) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                entered => entered?,
            };
        }
        Ok(Some(directory))
    }

    /// The directory, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// It cannot be made, or there is a link in its place.
    pub(super) fn open(&self) -> Result<Opened> {
        let mut directory = Directory::open(&self.base).at("open", &self.base)?;
        let mut made_in = None;
        for name in &self.names {
            let path = directory.path().join(name);
            made_in = None;
            let made = directory.make_if_absent(name).at("create", &path)?;
            if made {
                directory.sync().at("create", &path)?;
            }
            let entered = directory.enter(name).at("open", &path)?;
            let above = std::mem::replace(&mut directory, entered);
            if made {
                made_in = Some(above);
            }
        }
        Ok(Opened { directory, made_in })
    }

    /// The name of the directory in the one that it is in.
    pub(super) fn name(&self) -> &str {
        self.names.last().map_or(OWN, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_the_state_of_its_projects() {
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        let project = top.join("tools/rules");
        std::fs::create_dir_all(&project).unwrap();
        assert_eq!(State::of(&project).path(), project.join(OWN));
        Repository::init(&top).unwrap();
        let (state, other) = (State::of(&project), State::of(&top));
        assert!(state.path().starts_with(top.join(".git/patcher")));
        assert!(other.path().starts_with(top.join(".git/patcher")) && state != other);
        assert_eq!(State::of(&top.join("tools/../tools/rules")), state);
        assert!(state.find().unwrap().is_none());
        assert!(state.open().unwrap().made_in.is_some());
        assert!(state.open().unwrap().made_in.is_none() && state.find().unwrap().is_some());
    }

    #[test]
    fn a_link_is_no_state() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        std::fs::create_dir_all(at("project")).unwrap();
        std::fs::create_dir_all(at("elsewhere")).unwrap();
        std::os::unix::fs::symlink("../elsewhere", at("project/.patcher")).unwrap();
        let state = State::of(&at("project"));
        assert!(state.open().is_err() && state.find().is_err());
    }
}
