//! The journal of a commit: which files take whose place, so that one that was interrupted can be
//! finished, and one that failed undone.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::project::changes::Changes;
use crate::project::lock;
use crate::project::replace::{Before, create_directories, delete, target_of, write_durably};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::Sri;
use crate::support::problem::Kind;

/// The end of a new file's name before it is renamed.
pub(super) const NEW: &str = ".patcher-new";

/// The renames that a commit has promised.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) renames: Vec<Rename>,
    deletions: Vec<PathBuf>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rename {
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    integrity: Sri,
}

/// What a commit has put beside its targets, and what they were.
#[derive(Debug)]
pub(super) struct Staged {
    /// The file that the journal is written to.
    path: PathBuf,
    pub(super) journal: Journal,
    /// As they were, in the order of the journal.
    before: Vec<Before>,
    /// How many of them are replaced.
    done: usize,
    /// The directories that were made on the way, outermost first.
    directories: Vec<PathBuf>,
}

impl Staged {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            journal: Journal::default(),
            before: Vec::new(),
            done: 0,
            directories: Vec::new(),
        }
    }

    /// Writes every new file of `changes` beside its target below `root`, then the journal.
    pub(super) fn stage(&mut self, root: &Path, changes: &Changes) -> Result<()> {
        let mut files = Vec::new();
        for (relative, bytes) in changes.iter() {
            files.push((relative, target_of(&root.join(relative))?, bytes));
        }
        // The lock names everything else: it must not be there before the rest.
        files.sort_by_key(|(relative, _, bytes)| (bytes.is_none(), *relative == lock::FILE));
        for (_, to, bytes) in files {
            let before = Before::of(&to)?;
            let Some(bytes) = bytes else {
                self.journal.deletions.push(to);
                self.before.push(before);
                continue;
            };
            let directory = to.parent().unwrap_or(root);
            create_directories(directory, &mut self.directories)?;
            let name = to.file_name().unwrap_or_default().to_string_lossy();
            let from = directory.join(format!(".{name}{NEW}"));
            let rename = Rename { from: from.clone(), to, integrity: Sri::of(bytes) };
            write_durably(&from, bytes).at("write", &rename.to).inspect_err(|_| {
                let _ = fs::remove_file(&from);
            })?;
            self.journal.renames.push(rename);
            self.before.push(before);
        }
        let text = serde_json::to_vec(&self.journal).map_err(Failure::defect)?;
        let path = &self.path;
        let new = path.with_extension(NEW);
        write_durably(&new, &text).at("write", path)?;
        fs::rename(&new, path).at("write", path)
    }

    /// Does what the journal has promised.
    pub(super) fn replace(&mut self) -> Result<()> {
        for Rename { from, to, .. } in &self.journal.renames {
            fs::rename(from, to).at("write", to)?;
            self.done += 1;
        }
        for path in &self.journal.deletions {
            delete(path)?;
            self.done += 1;
        }
        Ok(())
    }
    /// Makes everything as it was before.
    ///
    /// # Errors
    ///
    /// A file cannot be restored. Then the journal stays: the next run goes on from it.
    pub(super) fn undo(&self) -> Result<()> {
        self.before[..self.done].iter().try_for_each(Before::restore)?;
        for rename in &self.journal.renames {
            let _ = fs::remove_file(&rename.from);
        }
        for directory in self.directories.iter().rev() {
            let _ = fs::remove_dir(directory);
        }
        for left in [&self.path, &self.path.with_extension(NEW)] {
            let _ = fs::remove_file(left);
        }
        Ok(())
    }
}

/// Does what the journal in `path` says, if there is one.
pub(super) fn finish(path: &Path) -> Result<()> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        text => text.at("read", path)?,
    };
    let way_out =
        format!("or restore the project's files from git, then delete {}", path.display());
    let journal: Journal = serde_json::from_slice(&text).map_err(|error| {
        Failure::because(Kind::Integrity, path.display(), error)
            .hint("restore the project's files from git, then delete this file")
    })?;
    for Rename { from, to, integrity } in &journal.renames {
        let is = |path: &Path| fs::read(path).is_ok_and(|bytes| Sri::of(&bytes) == *integrity);
        if is(from) {
            let renamed = target_of(to).and_then(|to| fs::rename(from, &to).at("write", &to));
            renamed.map_err(|failure| failure.hint(way_out.clone()))?;
        } else if !is(to) {
            let message = format_args!("{} changed while patcher was writing", to.display());
            return Err(Failure::new(Kind::Integrity, message).hint(format!(
                "restore the project's files from git, then delete {}",
                path.display()
            )));
        }
    }
    for path in &journal.deletions {
        delete(path).map_err(|failure| failure.hint(way_out.clone()))?;
    }
    fs::remove_file(path).at("delete", path)
}
