//! The journal of a commit: which files it replaces, with the digests of what they held and of
//! what they are to hold, so that the next run finishes a commit that was interrupted, or undoes it.
//!
//! What it says is not trusted. It names only files of the project, and of those only what a
//! commit writes; where their new and old bytes stand follows from that; and it is bound to the
//! project that it was written for.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::project::lint::SERIES_FILE;
use crate::project::replace::{Entry, Progress};
use crate::project::state::State;
use crate::project::{OUTPUT, config, lock};
use crate::support::directory::Directory;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::Sri;
use crate::support::names::{PatchName, RepoPath};
use crate::support::path::resolve;
use crate::support::problem::Kind;

/// The file's name in the state's directory.
pub(super) const FILE: &str = "journal.json";

/// The name that it has until it is whole.
const NEW: &str = "journal.json.new";

/// The version of the format.
const VERSION: u32 = 2;

/// The files that a commit has promised to replace.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    version: u32,
    /// The project's directory.
    root: PathBuf,
    files: Vec<JournalFile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JournalFile {
    path: RepoPath,
    /// The digest of what it held; absent if there was no such file.
    old: Option<Sri>,
    /// The digest of what it is to hold; absent if it is to go.
    new: Option<Sri>,
}

/// The path of a file that a commit may write; absent for any other.
pub(super) fn written_path(path: &str) -> Option<RepoPath> {
    let path: RepoPath = path.parse().ok()?;
    let is_written = match path.as_str().rsplit_once('/') {
        None => [lock::FILE, config::FILE, ".gitattributes"].contains(&path.as_str()),
        Some((directory, name)) => {
            let is_of_series = [SERIES_FILE, ".gitattributes"].contains(&name)
                || name.parse::<PatchName>().is_ok()
                || directory.ends_with("/resolutions");
            is_of_series || directory == OUTPUT
        }
    };
    is_written.then_some(path)
}

impl Journal {
    pub(super) fn new(root: &Path, entries: &[(RepoPath, &Entry)]) -> Self {
        let file = |(path, entry): &(RepoPath, &Entry)| {
            let (old, new) = entry.digests();
            JournalFile { path: path.clone(), old, new }
        };
        let files = entries.iter().map(file).collect();
        Self { version: VERSION, root: resolve(root), files }
    }

    /// Writes it: from then on, the commit is finished or undone by whoever comes next.
    pub(super) fn write(&self, state: &Directory) -> Result<()> {
        let text = self.print()?;
        let write = || {
            state.remove(NEW)?;
            let mut file = state.create(NEW)?;
            file.write_all(&text)?;
            file.sync_all()?;
            state.rename(NEW, FILE)?;
            state.sync()
        };
        write().at("write", &state.path().join(FILE))
    }

    /// Its bytes, as JSON.
    ///
    /// # Errors
    ///
    /// The project's path is not UTF-8.
    pub fn print(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(Failure::defect)
    }

    /// The files that it names, by their paths in the project.
    pub fn files(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.iter().map(|file| &file.path)
    }

    /// Reads the journal that is at `path`.
    ///
    /// # Errors
    ///
    /// It is not JSON of this version, it names a file that no commit writes, or one file twice.
    pub fn parse(text: &[u8], path: &Path) -> Result<Self> {
        let refuse = |what: String| {
            Failure::new(Kind::Integrity, format_args!("{}: {what}", path.display())).hint(format!(
                "restore the project's files from git if they need it, then delete {}",
                path.display()
            ))
        };
        let journal: Self = serde_json::from_slice(text)
            .map_err(|error| refuse(format!("is no journal of this patcher: {error}")))?;
        if journal.version != VERSION {
            return Err(refuse(format!("has version {}, not {VERSION}", journal.version)));
        }
        let mut named = BTreeSet::new();
        for path in journal.files() {
            if written_path(path.as_str()).is_none() {
                return Err(refuse(format!("names {path}, which patcher does not write")));
            }
            if !named.insert(path) {
                return Err(refuse(format!("names {path} twice")));
            }
        }
        Ok(journal)
    }

    /// Refuses a journal of another project that has the same state: of the original, if a linked
    /// worktree was copied. One that was moved is in its place again.
    fn ensure_bound(&self, root: &Path, state: &Path) -> Result<()> {
        if self.root == resolve(root) || resolve(&State::of(&self.root).path()) != resolve(state) {
            return Ok(());
        }
        let other = self.root.display();
        let message = format_args!("a run was interrupted while it wrote {other}");
        Err(Failure::new(Kind::Environment, message)
            .hint(format!("`patcher -C {other} sync` finishes it"))
            .hint("both directories are one worktree for git: `git worktree add` makes another"))
    }
}

/// Finishes the commit of which there is a journal in `state`, or undoes it if that cannot be.
///
/// # Errors
///
/// The journal says what it should not, somebody has changed a file in between, or the disk fails.
pub(super) fn recover(state: &Directory, root: &Path) -> Result<()> {
    let path = state.path().join(FILE);
    let Some(text) = state.read(FILE).at("read", &path)? else { return Ok(()) };
    let journal = Journal::parse(&text, &path)?;
    journal.ensure_bound(root, state.path())?;
    let project = Rc::new(Directory::open(root).at("open", root)?);
    let mut entries = Vec::new();
    for JournalFile { path, old, new } in journal.files {
        if let Some(entry) = Entry::find(&project, &path, (old, new))? {
            entries.push((entry.progress()?, entry));
        }
    }
    let is = |wanted: Progress| {
        entries.iter().find(|(progress, _)| *progress == wanted).map(|(_, entry)| entry)
    };
    if let Some(entry) = is(Progress::Changed) {
        let path = entry.path();
        let message = format_args!("{} changed after a run was interrupted", path.display());
        return Err(Failure::new(Kind::Integrity, message)
            .hint("move it away, then run it again: that finishes the interrupted run")
            .hint("what you wrote can be put into the new file then"));
    }
    if is(Progress::Undone).is_none() {
        for (progress, entry) in &entries {
            if *progress == Progress::Waiting {
                entry.put()?;
            }
        }
    } else {
        undo(&entries, &path)?;
    }
    entries.iter().try_for_each(|(_, entry)| entry.sync())?;
    // What is left beside the files is swept.
    entries.iter().for_each(|(_, entry)| drop(entry.clean()));
    remove(state).at("delete", &path)
}

/// Makes every file what it was, if that can be done. If nothing of the commit is left, it is
/// over.
fn undo(entries: &[(Progress, Entry)], journal: &Path) -> Result<()> {
    for (_, entry) in entries {
        if !entry.can_undo()? {
            if !entries.iter().any(|(_, entry)| entry.has_aside()) {
                return Ok(());
            }
            let path = entry.path();
            let message = format!("{}: what an interrupted run replaced is gone", path.display());
            return Err(Failure::new(Kind::Integrity, message).hint(format!(
                "restore the project's files from git, then delete {}",
                journal.display()
            )));
        }
    }
    entries.iter().try_for_each(|(_, entry)| entry.undo())
}

/// Removes the journal: the commit is over.
pub(super) fn remove(state: &Directory) -> std::io::Result<()> {
    state.remove(FILE)?;
    state.sync()
}
