//! A git worktree that patcher makes, in the user's cache, in which a person edits a series. It
//! borrows the mirror's objects, and is a repository like any other: whatever git can do in it
//! may have been done when patcher comes back.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::git::program::{git, plain_git, refusal};
use crate::git::tree::{EntryMode, File};
use crate::patch::FileMode;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::{BlobId, CommitId, TreeId};
use crate::support::names::RepoPath;
use crate::support::problem::Kind;
use crate::support::process::Call;

/// What must not depend on the user's settings; and how conflicts are shown. If git cleans a
/// message, a line such as `#41 is the issue` is no comment.
const SETTINGS: &str = "\
[core]
\tautocrlf = false
\tsafecrlf = false
\thooksPath = /dev/null
[commit]
\tgpgSign = false
\tcleanup = scissors
[gc]
\tauto = 0
[merge]
\tconflictStyle = zdiff3
[rerere]
\tenabled = false
[rebase]
\tupdateRefs = false
";

/// Files are the bytes that they are in the commits, whatever upstream's attributes and the
/// user's say (gitattributes(5)): a patch is of those.
const ATTRIBUTES: &str = "* -text -filter -ident -working-tree-encoding\n";

#[derive(Debug)]
pub struct Worktree<'a> {
    directory: PathBuf,
    env: &'a Environment,
}

/// A path that conflicts, with its mode and blob at each stage: base, ours, theirs
/// (git-ls-files(1), `--stage`).
#[derive(Clone, Debug)]
pub struct Unmerged {
    pub path: RepoPath,
    /// The stages; absent if a side has no such file.
    pub stages: [Option<File>; 3],
    /// The bytes to put there, as a file of the merged mode; absent if the file is to be as in
    /// ours.
    pub content: Option<Vec<u8>>,
}

impl Unmerged {
    /// The mode in the worktree: of the side that changed it, else of ours.
    fn mode(&self) -> Option<EntryMode> {
        let [base, ours, theirs] = self.stages.map(|side| side.map(|file| file.mode));
        if ours.is_none() || ours == base { theirs.or(ours) } else { ours }
    }
}

/// What a person left in a worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The paths that are still unmerged.
    pub unmerged: BTreeSet<String>,
    /// The paths that differ from the index.
    pub unstaged: BTreeSet<String>,
    /// The paths that git does not know.
    pub untracked: BTreeSet<String>,
    /// The paths that differ between the index and HEAD.
    pub staged: BTreeSet<String>,
}

impl<'a> Worktree<'a> {
    /// The worktree in `directory`, be it there or not.
    pub fn new(env: &'a Environment, directory: PathBuf) -> Self {
        Self { directory, env }
    }

    /// Makes it: a repository that borrows `objects`, on `branch`, without a commit.
    ///
    /// # Errors
    ///
    /// The directory cannot be written, or there is no git.
    pub fn create(&self, branch: &str, objects: &Path) -> Result<()> {
        fs::create_dir_all(&self.directory).at("create", &self.directory)?;
        self.git(&["init", "--quiet", "--template=", "--initial-branch", branch])?;
        let git = self.directory.join(".git");
        let config = git.join("config");
        let settings = fs::read_to_string(&config).at("read", &config)? + SETTINGS;
        let alternates = format!("{}\n", objects.display());
        for (name, text) in [
            ("config", settings.as_str()),
            ("objects/info/alternates", &alternates),
            ("info/attributes", ATTRIBUTES),
        ] {
            write_below(&git, name, text.as_bytes())?;
        }
        Ok(())
    }

    /// Sets one of its settings.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn set(&self, name: &str, value: &str) -> Result<()> {
        self.git(&["config", name, value]).map(drop)
    }

    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub fn exists(&self) -> bool {
        self.directory.join(".git").is_dir()
    }

    /// The directory of its objects.
    pub fn objects(&self) -> PathBuf {
        self.directory.join(".git/objects")
    }

    /// Adds the objects of a pack.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn unpack(&self, pack: Vec<u8>) -> Result<()> {
        self.run(&["unpack-objects", "-q"], pack).map(drop)
    }

    /// Points a ref, `refs/tags/1.0.0`, at a commit.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn set_ref(&self, name: &str, commit: CommitId) -> Result<()> {
        self.git(&["update-ref", name, &commit.to_string()]).map(drop)
    }

    /// Makes branch, index and files those of a commit: what was changed and not committed is
    /// lost, and what was going on is over.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn reset(&self, commit: CommitId) -> Result<()> {
        self.git(&["reset", "--quiet", "--hard", &commit.to_string()]).map(drop)
    }

    /// Makes index and files those of a tree; HEAD stays.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn read_tree(&self, tree: TreeId) -> Result<()> {
        self.git(&["read-tree", "--reset", "-u", &tree.to_string()]).map(drop)
    }

    /// Makes paths unmerged.
    ///
    /// # Errors
    ///
    /// git fails, or a file cannot be written.
    pub fn conflict(&self, unmerged: &[Unmerged]) -> Result<()> {
        let mut input = String::new();
        for Unmerged { path, stages, .. } in unmerged {
            input.push_str(&format!("0 {}\t{path}\0", BlobId::NULL));
            for (stage, side) in stages.iter().enumerate() {
                if let Some(File { mode, id }) = side {
                    input.push_str(&format!("{mode} {id} {}\t{path}\0", stage + 1));
                }
            }
        }
        self.run(&["update-index", "-z", "--index-info"], input.into_bytes())?;
        for file in unmerged {
            // A link may lead out of the worktree.
            if let Some(content) = file.content.as_ref().filter(|_| self.has_room_for(&file.path)) {
                self.put(&file.path, file.mode(), content)?;
            }
        }
        Ok(())
    }

    /// Writes a file of the worktree as git checks it out.
    fn put(&self, path: &RepoPath, mode: Option<EntryMode>, content: &[u8]) -> Result<()> {
        if mode == Some(EntryMode::SUBMODULE) {
            let directory = self.directory.join(path.as_str());
            return fs::create_dir_all(&directory).at("create", &directory);
        }
        write_below(&self.directory, path.as_str(), content)?;
        let path = self.directory.join(path.as_str());
        if mode == Some(EntryMode::SYMLINK) {
            fs::remove_file(&path).at("write", &path)?;
            return symlink(OsStr::from_bytes(content), &path).at("write", &path);
        }
        let bits = fs::metadata(&path).at("read", &path)?.permissions().mode() & 0o666;
        let is_program = mode.and_then(EntryMode::of_patch) == Some(FileMode::Executable);
        // Who may read it may run it.
        let bits = if is_program { bits | ((bits >> 2) & 0o111) } else { bits };
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).at("write", &path)
    }

    /// Whether a file can lie at a path: no link leads elsewhere, no file is in the way.
    fn has_room_for(&self, path: &RepoPath) -> bool {
        let path = self.directory.join(path.as_str());
        let is_free = |at: &Path| match fs::symlink_metadata(at) {
            Ok(found) if at == path => found.is_file(),
            Ok(found) => found.is_dir(),
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        path.ancestors().take_while(|at| *at != self.directory).all(is_free)
    }

    /// Marks a commit as being picked: `git status` says so, and `git commit` takes its
    /// author and `message`.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn begin_pick(&self, commit: CommitId, message: &str) -> Result<()> {
        for (name, text) in
            [("CHERRY_PICK_HEAD", format!("{commit}\n")), ("MERGE_MSG", message.to_owned())]
        {
            let path = self.directory.join(".git").join(name);
            fs::write(&path, text).at("write", &path)?;
        }
        Ok(())
    }

    /// Begins a rebase of what is on `base` that stops at a commit, to amend it.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn rebase_to(&self, base: CommitId, commit: CommitId) -> Result<()> {
        // The editor of the list of commits is what makes a rebase stop at one of them.
        let editor = format!("sed -i.bak -e 's/^pick {commit}/edit {commit}/'");
        let settings =
            ["-c", "core.abbrev=40", "-c", &format!("sequence.editor={editor}")].map(str::to_owned);
        let mut call = self.call()?.args(settings);
        for who in ["AUTHOR", "COMMITTER"] {
            call.env.insert(format!("GIT_{who}_NAME").into(), "patcher".into());
            call.env.insert(format!("GIT_{who}_EMAIL").into(), "patcher@patcher.invalid".into());
        }
        let args = ["rebase", "--quiet", "--interactive", &base.to_string()].map(str::to_owned);
        self.finish(&args[0], &call.args(&args)).map(drop)
    }

    /// What git is in the middle of, if that is no pick: `a rebase`.
    pub fn is_amid(&self) -> Option<&'static str> {
        let is_there = |name: &str| self.directory.join(".git").join(name).exists();
        [
            ("rebase-merge", "a rebase"),
            ("rebase-apply", "a rebase or `git am`"),
            ("MERGE_HEAD", "a merge"),
            ("REVERT_HEAD", "a revert"),
        ]
        .into_iter()
        .find_map(|(name, what)| is_there(name).then_some(what))
    }

    /// The commit that is checked out; none if there is no such commit.
    ///
    /// # Errors
    ///
    /// There is no git.
    pub fn head(&self) -> Result<Option<CommitId>> {
        let args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let output = self.call()?.args(args).run()?;
        if let Some(failure) = refusal(&output) {
            return Err(failure);
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
    }

    /// The tree that the index would be committed as.
    ///
    /// # Errors
    ///
    /// A path is unmerged, or git fails.
    pub fn write_tree(&self) -> Result<TreeId> {
        let text = self.git(&["write-tree"])?;
        text.trim().parse().map_err(|error: crate::support::ids::InvalidId| Failure::defect(error))
    }

    /// What differs from HEAD, and how; without the files that the user has git ignore everywhere,
    /// which `git status` does not show either.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn status(&self) -> Result<Status> {
        let ask = ["config", "--type=path", "--get", "core.excludesFile"];
        let asked = git(self.env, &self.directory)?.args(ask).run()?;
        let file = String::from_utf8_lossy(&asked.stdout).trim_end().to_owned();
        let ignoring = format!("core.excludesFile={file}");
        // Without the setting, git knows another file to look at.
        let settings = if file.is_empty() { &[][..] } else { &["-c", &ignoring] };
        let args = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"];
        let call = self.call()?.args(settings).args(args);
        Ok(parse_status(&self.finish(args[0], &call)?))
    }

    /// The branches, and the stash, with anything that neither HEAD nor a commit of `known` reaches:
    /// where a person put work aside.
    ///
    /// # Errors
    ///
    /// git fails.
    pub fn set_aside(&self, known: &[CommitId]) -> Result<Vec<String>> {
        let refs =
            self.git(&["for-each-ref", "--format=%(refname)", "refs/heads", "refs/stash"])?;
        let mut found = Vec::new();
        let known = known.iter().map(ToString::to_string).chain(["HEAD".to_owned()]);
        let known: Vec<String> = known.collect();
        for name in refs.lines() {
            let args = ["rev-list", "--max-count=1", name, "--not"].into_iter();
            let args: Vec<&str> = args.chain(known.iter().map(String::as_str)).collect();
            if !self.git(&args)?.is_empty() {
                found.push(name.trim_start_matches("refs/heads/").replace("refs/", "the "));
            }
        }
        Ok(found)
    }

    /// A call of git in this repository; if it is damaged, in none around it.
    fn call(&self) -> Result<Call> {
        let mut call = plain_git(self.env, &self.directory)?;
        let around = self.directory.parent().unwrap_or(&self.directory);
        call.env.insert("GIT_CEILING_DIRECTORIES".into(), around.into());
        Ok(call)
    }

    fn git(&self, args: &[&str]) -> Result<String> {
        self.run(args, Vec::new())
    }

    fn run(&self, args: &[&str], stdin: Vec<u8>) -> Result<String> {
        let verb = args.first().copied().unwrap_or_default();
        self.finish(verb, &Call { stdin, ..self.call()?.args(args) })
    }

    fn finish(&self, verb: &str, call: &Call) -> Result<String> {
        let output = call.run()?;
        if output.code == Some(0) {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        if let Some(failure) = refusal(&output) {
            return Err(failure);
        }
        let said = output.stderr.lines().next().unwrap_or("it says nothing");
        let message = format_args!("git {verb} in {}: {said}", self.directory.display());
        let failure = Failure::new(Kind::Environment, message);
        Err(match lock_in(said) {
            Some(lock) => failure.hint(format!("if no git works there any more, delete {lock}")),
            None => failure,
        })
    }
}

/// The lock of another git, which may have been killed, in what git said.
fn lock_in(said: &str) -> Option<&str> {
    let (_, rest) = said.split_once("Unable to create '")?;
    rest.split_once("': File exists").map(|(lock, _)| lock)
}

/// Writes a file, and the directories on the way to it.
fn write_below(directory: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = directory.join(name);
    let directory = path.parent().unwrap_or(directory);
    fs::create_dir_all(directory).at("create", directory)?;
    fs::write(&path, bytes).at("write", &path)
}

/// The output of `git status --porcelain=v2 -z` (git-status(1)).
fn parse_status(text: &str) -> Status {
    let mut status = Status::default();
    for entry in text.split('\0') {
        let mut words = entry.split(' ');
        let (kind, states) = (words.next(), words.next().unwrap_or_default());
        let field = |count: usize| entry.splitn(count, ' ').last().unwrap_or_default().to_owned();
        match kind {
            Some("1") => {
                let path = field(9);
                if !states.starts_with('.') {
                    status.staged.insert(path.clone());
                }
                if !states.ends_with('.') {
                    status.unstaged.insert(path);
                }
            }
            Some("u") => drop(status.unmerged.insert(field(11))),
            Some("?") => drop(status.untracked.insert(field(2))),
            _ => {}
        }
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_a_killed_git_is_named() {
        let said = "fatal: Unable to create '/w/.git/index.lock': File exists.";
        assert_eq!(lock_in(said), Some("/w/.git/index.lock"));
        assert_eq!(lock_in("fatal: Unable to create '/w/.git/index.lock': No space left"), None);
    }

    #[test]
    fn what_a_person_left_is_told_apart() {
        let id = "a".repeat(40);
        let text = format!(
            "1 M. N... 100644 100644 100644 {id} {id} a file\0\
             1 .M N... 100644 100644 100644 {id} {id} b\0\
             1 MM N... 100644 100644 100644 {id} {id} c\0\
             u UU N... 100644 100644 100644 100644 {id} {id} {id} d/e f\0\
             ? new file\0! ignored\0"
        );
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let expected = Status {
            unmerged: set(&["d/e f"]),
            unstaged: set(&["b", "c"]),
            untracked: set(&["new file"]),
            staged: set(&["a file", "c"]),
        };
        assert_eq!(parse_status(&text), expected);
        assert_eq!(parse_status(""), Status::default());
    }
}
