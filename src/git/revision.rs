//! The project as the user's own git repository has it, at a revision.

use std::collections::BTreeMap;
use std::path::Path;

use crate::git::program::{git, refusal, run_locally};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::ids::CommitId;
use crate::support::problem::Kind;
use crate::support::process::Output;

/// The repository that holds the project, which may be a directory in it.
#[derive(Clone, Copy, Debug)]
pub struct Repository<'a> {
    env: &'a Environment,
    root: &'a Path,
}

/// The project's files at a revision.
#[derive(Clone, Debug)]
pub struct Revision<'a> {
    repository: Repository<'a>,
    /// As the user named it.
    pub name: String,
    /// The commit that it names.
    pub commit: CommitId,
    /// The blobs of its files, by their paths in the project.
    blobs: BTreeMap<String, String>,
}

impl<'a> Repository<'a> {
    /// The repository that the directory `root` is in, if it is in one.
    pub fn new(env: &'a Environment, root: &'a Path) -> Self {
        Self { env, root }
    }

    /// The project at a revision: anything that names a commit, in git's words.
    ///
    /// # Errors
    ///
    /// There is no repository, or no such revision.
    pub fn revision(self, name: &str) -> Result<Revision<'a>> {
        let commit = self.commit(name)?;
        let listing = self.succeed(&["ls-tree", "-r", "-z", &commit.to_string()])?;
        let blobs = parse_listing(&String::from_utf8_lossy(&listing));
        Ok(Revision { repository: self, name: name.to_owned(), commit, blobs })
    }

    /// The commit from which two revisions went apart.
    ///
    /// # Errors
    ///
    /// As [`Repository::revision`]; or they have nothing in common.
    pub fn merge_base(self, one: &str, two: &str) -> Result<CommitId> {
        let (first, second) = (self.commit(one)?.to_string(), self.commit(two)?.to_string());
        let output = self.run(&["merge-base", &first, &second])?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().map_err(|_| {
            let message = format_args!("{one} and {two} have no commit in common");
            Failure::new(Kind::Input, message)
                .hint(format!("`{one}..{two}` compares them as they are"))
        })
    }

    fn commit(self, name: &str) -> Result<CommitId> {
        let wanted = format!("{name}^{{commit}}");
        let output =
            self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let text = String::from_utf8_lossy(&output.stdout);
        if let (Some(0), Ok(commit)) = (output.code, text.trim().parse()) {
            return Ok(commit);
        }
        // With --quiet, git says something only if it is not the name that is wrong.
        if output.stderr.contains("not a git repository") {
            let message = format_args!("{} is in no git repository", self.root.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("name the project's directory with --root, or `--releases OLD..NEW`"));
        }
        if !output.stderr.trim().is_empty() {
            return Err(failure(&output));
        }
        let message = format_args!("there is no revision {name:?} in the project's git repository");
        Err(Failure::new(Kind::Input, message)
            .hint("name a commit, a branch or a tag: `git log --oneline` shows some")
            .hint("a shallow clone has few of them: `git fetch --unshallow`"))
    }

    fn run(self, args: &[&str]) -> Result<Output> {
        run_locally(git(self.env, self.root)?.args(args))
    }

    fn succeed(self, args: &[&str]) -> Result<Vec<u8>> {
        let output = self.run(args)?;
        if output.code == Some(0) { Ok(output.stdout) } else { Err(failure(&output)) }
    }
}

impl Revision<'_> {
    /// Its files below a directory, each with the digits of its blob.
    pub fn below<'r>(&'r self, directory: &'r str) -> impl Iterator<Item = (&'r str, &'r str)> {
        let blobs = self.blobs.iter().map(|(path, blob)| (path.as_str(), blob.as_str()));
        blobs.filter(move |(path, _)| {
            path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// A file's bytes; `None` if the revision has no such file.
    ///
    /// # Errors
    ///
    /// git cannot read it.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(blob) = self.blobs.get(path) else { return Ok(None) };
        self.repository.succeed(&["cat-file", "blob", blob]).map(Some)
    }
}

fn failure(output: &Output) -> Failure {
    if let Some(failure) = refusal(output) {
        return failure;
    }
    let said = output.stderr.lines().next().unwrap_or("it failed");
    Failure::new(Kind::Environment, format_args!("git, in the project's repository: {said}"))
}

/// The plain files of `git ls-tree -r -z`: path and blob.
fn parse_listing(text: &str) -> BTreeMap<String, String> {
    let entry = |line: &str| {
        let (head, path) = line.split_once('\t')?;
        let mut words = head.split(' ');
        let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
        (kind == "blob" && mode != "120000").then(|| (path.to_owned(), id.to_owned()))
    };
    text.split('\0').filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::parse_listing;

    #[test]
    fn listings_hold_the_plain_files() {
        let id = "a".repeat(40);
        let text = format!(
            "100644 blob {id}\tpatches/a b.patch\0120000 blob {id}\tlink\0160000 commit {id}\tmodule\0"
        );
        let found: Vec<_> = parse_listing(&text).into_iter().collect();
        assert_eq!(found, [("patches/a b.patch".to_owned(), id)]);
    }
}
