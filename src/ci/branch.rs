//! A branch of the user's own repository, with a commit on top of what is checked out. Neither
//! the worktree nor the index is touched.

use std::path::{Path, PathBuf};

use git2::build::TreeUpdateBuilder;
use git2::{ErrorCode, FileMode, Oid, Repository, Signature};

use crate::ci::proposal::File;
use crate::git::program::{foreign, git, refusal};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::process::Output;

/// Who patcher's commits are by: GitHub shows this address as its bot for workflows.
const AUTHOR: (&str, &str) = ("patcher", "41898282+github-actions[bot]@users.noreply.github.com");

/// The repository that the project is in.
pub struct Checkout<'a> {
    env: &'a Environment,
    root: &'a Path,
    repository: Repository,
    /// The project's directory in it.
    directory: PathBuf,
}

/// What became of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The remote has the new commit.
    New,
    /// The remote had the same files already.
    Same,
    /// A person has committed to it: it was left as it is.
    Foreign,
}

impl<'a> Checkout<'a> {
    /// The repository that the directory `root` is in.
    ///
    /// # Errors
    ///
    /// It is in none, or that has no files.
    pub fn open(env: &'a Environment, root: &'a Path) -> Result<Self> {
        let none = || {
            let message = format_args!("{} is in no git repository", root.display());
            Failure::new(Kind::Input, message).hint("a pull request needs one")
        };
        let repository = Repository::discover(root).map_err(|error| match error.code() {
            ErrorCode::Owner => foreign(root),
            ErrorCode::NotFound => none(),
            _ => error.into(),
        })?;
        let workdir = repository.workdir().and_then(|path| path.canonicalize().ok());
        let directory = workdir.and_then(|workdir| {
            root.canonicalize().ok()?.strip_prefix(workdir).ok().map(Path::to_owned)
        });
        let directory = directory.ok_or_else(none)?;
        Ok(Self { env, root, repository, directory })
    }

    /// The branch that is checked out: pull requests are for it.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn base(&self) -> Result<String> {
        let head = self.repository.head()?;
        if !head.is_branch() {
            return Err(Failure::new(Kind::Input, "no branch is checked out")
                .hint("check out the branch that the pull request is for"));
        }
        Ok(String::from_utf8_lossy(head.shorthand_bytes()).into_owned())
    }

    /// A commit of these files of the project, on top of what is checked out; absent if it
    /// would change nothing.
    ///
    /// # Errors
    ///
    /// git's objects cannot be written.
    pub fn commit(&self, files: &[File], message: &str) -> Result<Option<Oid>> {
        let head = self.repository.head()?.peel_to_commit()?;
        let before = head.tree()?;
        let mut update = TreeUpdateBuilder::new();
        for File { path, text } in files {
            let path = self.directory.join(path);
            let entry = before.get_path(&path).ok();
            match text {
                Some(text) => {
                    let is_program = entry.is_some_and(|entry| {
                        entry.filemode() == i32::from(FileMode::BlobExecutable)
                    });
                    let mode = if is_program { FileMode::BlobExecutable } else { FileMode::Blob };
                    update.upsert(path, self.repository.blob(text.as_bytes())?, mode);
                }
                None if entry.is_some() => {
                    update.remove(path);
                }
                None => {}
            }
        }
        let tree = self.repository.find_tree(update.create_updated(&self.repository, &before)?)?;
        if tree.id() == before.id() {
            return Ok(None);
        }
        let author = Signature::now(AUTHOR.0, AUTHOR.1)?;
        Ok(Some(self.repository.commit(None, &author, &author, message, &tree, &[&head])?))
    }

    /// Brings a branch of the remote `origin` to `commit`, unless a person has committed to it:
    /// `is_own` knows patcher's messages.
    ///
    /// # Errors
    ///
    /// The remote cannot be reached, or says no.
    pub fn push(&self, branch: &str, commit: Oid, is_own: impl Fn(&str) -> bool) -> Result<Pushed> {
        let name = format!("refs/heads/{branch}");
        let listed = self.succeed(&["ls-remote", "origin", &name])?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let there = listed.split_whitespace().next().unwrap_or_default();
        if !there.is_empty() {
            self.succeed(&["fetch", "--quiet", "--no-tags", "origin", &name])?;
            let there = self.repository.find_commit(Oid::from_str(there)?)?;
            if !is_own(&String::from_utf8_lossy(there.message_bytes())) {
                return Ok(Pushed::Foreign);
            }
            if there.tree_id() == self.repository.find_commit(commit)?.tree_id() {
                return Ok(Pushed::Same);
            }
        }
        // Only over what was looked at.
        let lease = format!("--force-with-lease={name}:{there}");
        self.succeed(&["push", "--quiet", &lease, "origin", &format!("{commit}:{name}")])?;
        Ok(Pushed::New)
    }

    fn succeed(&self, args: &[&str]) -> Result<Output> {
        // The checkout of a workflow need not keep the token on disk: gh has it.
        let helper = ["-c", "credential.helper=!gh auth git-credential"];
        let call = git(self.env, self.root)?.args(helper).args(args);
        let output = call.run()?;
        if output.code == Some(0) {
            return Ok(output);
        }
        if let Some(failure) = refusal(&output) {
            return Err(failure);
        }
        let message = format_args!("`git {}`: {}", args.join(" "), output.stderr.trim());
        Err(Failure::new(Kind::Environment, message)
            .hint("it needs a remote `origin`, and the right to push there"))
    }
}
