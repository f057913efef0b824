//! The project as the user's own git repository has it, at a revision.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::git::program::{git, refusal, run_locally};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::problem::Kind;
use crate::support::process::{Call, Output};

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
    /// The id of the commit that it names, in the repository's own form: SHA-1 or SHA-256.
    pub commit: String,
}

/// What is checked out.
#[derive(Clone, Debug)]
pub struct CheckedOut {
    /// The commit's id.
    pub commit: String,
    /// The project's directory in the repository, with a `/` at its end; empty if it is all of it.
    pub prefix: String,
    /// Whether files of the project differ from the commit's.
    pub is_changed: bool,
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
        Ok(Revision { repository: self, name: name.to_owned(), commit })
    }

    /// What is checked out; none if the project is in no repository, in one without a commit, or if
    /// git is missing.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub fn checked_out(self) -> Result<Option<CheckedOut>> {
        let is_in_repository = self.root.ancestors().any(|above| above.join(".git").exists());
        if self.env.find_program("git").is_none() || !is_in_repository {
            return Ok(None);
        }
        let head = self.run(&["rev-parse", "--verify", "--quiet", "HEAD"])?;
        let prefix = self.run(&["rev-parse", "--show-prefix"])?;
        let status = self.run(&["--no-optional-locks", "status", "--porcelain", "--", "."])?;
        let text = |output: &Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let is_known = [&head, &prefix, &status].iter().all(|output| output.code == Some(0));
        Ok(id(&text(&head)).filter(|_| is_known).map(|commit| CheckedOut {
            commit,
            prefix: text(&prefix),
            is_changed: !text(&status).is_empty(),
        }))
    }

    /// The command that brings a file of the project back as HEAD has it, if it is another one now.
    pub fn restoring(self, file: &str) -> Option<String> {
        self.env.find_program("git")?;
        let args = ["--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--"];
        let output = self.run(&[&args[..], &[file]].concat()).ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // What is staged, then what is not: git-status(1).
        let flag = match text.get(..2).filter(|_| output.code == Some(0))?.as_bytes() {
            [b'A' | b'U', _] | [_, b'U'] => return None,
            [b' ', _] => "",
            _ => "--staged --worktree ",
        };
        Some(format!("git restore {flag}{}", shell(file)))
    }

    /// The ids of every version of a file that HEAD's history has. None if the project is in no
    /// repository, or without git: then nothing is known.
    ///
    /// # Errors
    ///
    /// git cannot be started.
    pub fn versions(self, file: &str) -> Result<BTreeSet<String>> {
        let is_in_repository = self.root.ancestors().any(|above| above.join(".git").exists());
        if self.env.find_program("git").is_none() || !is_in_repository {
            return Ok(BTreeSet::new());
        }
        // Also what a merge left out: that was published all the same.
        let log =
            ["log", "--full-history", "-m", "--raw", "--no-renames", "--no-abbrev", "--format="];
        let output = self.run(&[&log[..], &["--", file]].concat())?;
        if output.code != Some(0) {
            return Ok(BTreeSet::new());
        }
        Ok(blobs_of(&String::from_utf8_lossy(&output.stdout)))
    }

    /// What blobs hold, by their ids.
    ///
    /// # Errors
    ///
    /// git cannot be started, or cannot read one.
    pub fn contents(self, blobs: &BTreeSet<String>) -> Result<Vec<Vec<u8>>> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let names: String = blobs.iter().map(|blob| format!("{blob}\n")).collect();
        // One git for all of them: a lock has as many versions as there were syncs.
        let call = git(self.env, self.root)?.args(["cat-file", "--batch"]);
        let output = run_locally(Call { stdin: names.into_bytes(), ..call })?;
        contents_of(&output.stdout)
            .filter(|contents| output.code == Some(0) && contents.len() == blobs.len())
            .ok_or_else(|| failure(&output))
    }

    /// The commit from which two revisions went apart.
    ///
    /// # Errors
    ///
    /// As [`Repository::revision`]; or they have nothing in common.
    pub fn merge_base(self, one: &str, two: &str) -> Result<String> {
        let (first, second) = (self.commit(one)?, self.commit(two)?);
        let output = self.run(&["merge-base", &first, &second])?;
        let text = String::from_utf8_lossy(&output.stdout);
        id(text.trim()).ok_or_else(|| {
            let message = format_args!("{one} and {two} have no commit in common");
            Failure::new(Kind::Input, message)
                .hint(format!("`{one}..{two}` compares them as they are"))
        })
    }

    fn commit(self, name: &str) -> Result<String> {
        let wanted = format!("{name}^{{commit}}");
        let output =
            self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let text = String::from_utf8_lossy(&output.stdout);
        if let (Some(0), Some(commit)) = (output.code, id(text.trim())) {
            return Ok(commit);
        }
        // With --quiet, git says something only if it is not the name that is wrong.
        if output.stderr.contains("not a git repository") {
            let message = format_args!("{} is in no git repository", self.root.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("`git init` and a commit keep what a review compares with")
                .hint("`--releases OLD..NEW` compares two releases, which needs none"));
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
    /// The plain files below a directory, by their paths, each with the digits of its blob.
    ///
    /// # Errors
    ///
    /// git cannot read it.
    pub fn below(&self, directory: &str) -> Result<BTreeMap<String, String>> {
        let commit = self.commit.as_str();
        let listing = ["ls-tree", "-r", "-z", commit, "--", &format!("{directory}/")];
        let listing = self.repository.succeed(&listing)?;
        Ok(parse_listing(&String::from_utf8_lossy(&listing)))
    }

    /// A file's bytes, behind whatever links lead to it; `None` if the revision has no such file.
    ///
    /// # Errors
    ///
    /// git cannot read it, or a link leads out of the repository.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Repository { env, root } = self.repository;
        let call = git(env, root)?.args(["cat-file", "--batch", "--follow-symlinks"]);
        let stdin = format!("{}:./{path}\n", self.commit).into_bytes();
        let output = run_locally(Call { stdin, ..call })?;
        if output.code != Some(0) {
            return Err(failure(&output));
        }
        match parse_answer(output.stdout) {
            Answer::File(bytes) => Ok(Some(bytes)),
            Answer::Nothing => Ok(None),
            Answer::Away => {
                let message = format_args!("{path} at {} leads out of the repository", self.name);
                Err(Failure::new(Kind::Input, message)
                    .hint("the files of a revision are read from git, so links must stay in it"))
            }
        }
    }
}

/// An id in either form of git's.
fn id(text: &str) -> Option<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

fn failure(output: &Output) -> Failure {
    if let Some(failure) = refusal(output) {
        return failure;
    }
    let said = output.stderr.lines().next().unwrap_or("it failed");
    Failure::new(Kind::Environment, format_args!("git, in the project's repository: {said}"))
}

/// The blobs that `git log --raw` names, each once.
fn blobs_of(log: &str) -> BTreeSet<String> {
    let blobs = log.lines().filter_map(|line| {
        let words: Vec<&str> = line.strip_prefix(':')?.split_whitespace().take(4).collect();
        let [_, _, before, after] = words[..] else { return None };
        Some([before, after])
    });
    let is_one = |id: &str| id.contains(|c| c != '0');
    blobs.flatten().filter(|id| is_one(id)).map(str::to_owned).collect()
}

/// The blobs in the output of `git cat-file --batch`; `None` if anything else is in it.
fn contents_of(mut output: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::new();
    while !output.is_empty() {
        let end = output.iter().position(|&byte| byte == b'\n')?;
        let (head, rest) = (std::str::from_utf8(&output[..end]).ok()?, &output[end + 1..]);
        let length: usize = head.split_once(" blob ")?.1.parse().ok()?;
        contents.push(rest.get(..length)?.to_vec());
        output = rest[length..].strip_prefix(b"\n")?;
    }
    Some(contents)
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

/// What a revision has at a path.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    File(Vec<u8>),
    /// Nothing, a directory, or a link that leads nowhere.
    Nothing,
    /// A link that leads out of the repository.
    Away,
}

/// The output of `git cat-file --batch --follow-symlinks` for one name (git-cat-file(1)).
fn parse_answer(mut output: Vec<u8>) -> Answer {
    let end = output.iter().position(|&byte| byte == b'\n').unwrap_or(output.len());
    let line = String::from_utf8_lossy(&output[..end]).into_owned();
    if line.starts_with("symlink ") {
        return Answer::Away;
    }
    let mut words = line.rsplit(' ');
    let (length, kind) =
        (words.next().and_then(|length| length.parse::<usize>().ok()), words.next());
    match (length, kind) {
        (Some(length), Some("blob")) if output.len() > end + length => {
            output.drain(..=end);
            output.truncate(length);
            Answer::File(output)
        }
        _ => Answer::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_of_a_path_is_told_apart() {
        let answer = |text: &str| parse_answer(text.as_bytes().to_vec());
        let id = "a".repeat(40);
        assert_eq!(answer(&format!("{id} blob 4\n1\n2\n\n")), Answer::File(b"1\n2\n".to_vec()));
        assert_eq!(answer(&format!("{id} blob 0\n\n")), Answer::File(Vec::new()));
        for nothing in [
            &*format!("{id} tree 30\n100644 a"),
            "HEAD:./a missing\n",
            "dangling 8\nHEAD:./a\n",
            "loop 8\nHEAD:./a\n",
            "notdir 8\nHEAD:./a\n",
            "",
        ] {
            assert_eq!(answer(nothing), Answer::Nothing, "{nothing}");
        }
        assert_eq!(answer("symlink 11\n../elsewhere\n"), Answer::Away);
    }

    #[test]
    fn a_batch_is_cut_by_its_lengths() {
        let id = "a".repeat(40);
        let batch = format!("{id} blob 4\n1\n2\n\n{id} blob 0\n\n");
        let contents = Some(vec![b"1\n2\n".to_vec(), Vec::new()]);
        assert_eq!(contents_of(batch.as_bytes()), contents);
        for odd in
            [format!("{id} missing\n"), format!("{id} blob 9\n1\n"), format!("{id} tree 0\n\n")]
        {
            assert_eq!(contents_of(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn listings_hold_the_plain_files() {
        let id = "a".repeat(40);
        let text = format!(
            "100644 blob {id}\tpatches/a b.patch\0120000 blob {id}\tlink\0160000 commit {id}\tmodule\0"
        );
        let found: Vec<_> = parse_listing(&text).into_iter().collect();
        assert_eq!(found, [("patches/a b.patch".to_owned(), id)]);
    }

    #[test]
    fn a_log_names_blobs_but_not_what_is_not_there() {
        let [none, a, b] = ["0", "a", "b"].map(|digit| digit.repeat(40));
        let log = format!(
            ":000000 100644 {none} {a} A\tupstream.lock\n:100644 100644 {a} {b} M\tupstream.lock\n\
             \n:100644 000000 {b} {none} D\tupstream.lock\n"
        );
        assert_eq!(blobs_of(&log).into_iter().collect::<Vec<_>>(), [a, b]);
    }
}
