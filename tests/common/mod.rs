//! A place of its own for each test: a home, a cache, an upstream, a project, and nothing of
//! the environment that the tests run in.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(unreachable_pub, reason = "each test program has it as a private module")]

pub mod bazel;
mod sample;
mod schema;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use patcher::git::mirror::Mirror;
use patcher::support::environment::Environment;
use tempfile::TempDir;

/// A directory with everything that a run of patcher touches.
pub struct Sandbox {
    _directory: TempDir,
    pub home: PathBuf,
    pub cache: PathBuf,
    /// The upstream, a bare repository with the releases 1.0.0 and 1.1.0.
    pub upstream: PathBuf,
    /// The project, with two patches for 1.0.0, not synced yet.
    pub project: PathBuf,
    env: BTreeMap<OsString, OsString>,
}

/// A file with its mode, or a directory, below the directory of a sandbox.
struct Entry {
    path: PathBuf,
    file: Option<(fs::Permissions, Vec<u8>)>,
}

impl Entry {
    /// Directories come before what is in them.
    fn all_of(root: &Path) -> Vec<Self> {
        let mut entries = Vec::new();
        let mut pending = vec![root.to_owned()];
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(&directory).unwrap() {
                let (path, metadata) = entry.map(|e| (e.path(), e.metadata().unwrap())).unwrap();
                assert!(!metadata.is_symlink(), "{path:?}");
                let file = metadata.is_file().then(|| fs::read(&path).unwrap());
                let file = file.map(|bytes| (metadata.permissions(), bytes));
                entries.push(Self { path: path.strip_prefix(root).unwrap().to_owned(), file });
                if metadata.is_dir() {
                    pending.push(path);
                }
            }
        }
        entries
    }

    fn write(&self, root: &Path) {
        let path = root.join(&self.path);
        match &self.file {
            None => fs::create_dir(path).unwrap(),
            Some((permissions, bytes)) => {
                fs::write(&path, bytes).unwrap();
                fs::set_permissions(path, permissions.clone()).unwrap();
            }
        }
    }
}

/// What a run of a program did. As text it is the whole of it, for `assert_snapshot!`.
#[derive(Debug, Default)]
pub struct Run {
    /// The command line.
    pub command: String,
    /// The sandbox's directory: another one each time.
    pub root: PathBuf,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// The sample's upstream and project, in a temporary directory.
    pub fn new() -> Self {
        Self::of(tempfile::tempdir().unwrap())
    }

    /// The same, in a temporary directory below `parent`.
    pub fn below(parent: &Path) -> Self {
        fs::create_dir_all(parent).unwrap();
        Self::of(tempfile::tempdir_in(parent).unwrap())
    }

    fn of(directory: TempDir) -> Self {
        let root = directory.path().canonicalize().unwrap();
        let sample = sample::write(&root);
        fs::create_dir_all(root.join("home")).unwrap();
        Self::with(directory, sample.upstream, sample.project)
    }

    fn with(directory: TempDir, upstream: PathBuf, project: PathBuf) -> Self {
        let root = directory.path().canonicalize().unwrap();
        let (home, cache) = (root.join("home"), root.join("cache"));
        let mut env = BTreeMap::new();
        for (name, value) in [
            ("PATH", std::env::var_os("PATH").unwrap()),
            ("HOME", home.clone().into()),
            ("PATCHER_CACHE_DIR", cache.clone().into()),
            ("LC_ALL", "C".into()),
            // Only the tests of how it looks are about folded lines.
            ("COLUMNS", "1000".into()),
            ("TZ", "UTC".into()),
        ] {
            env.insert(name.into(), value);
        }
        Self { _directory: directory, home, cache, upstream, project, env }
    }

    /// A sandbox as `make` leaves it, which runs once in a test program: no file of it holds its
    /// place, so that the others are copies.
    fn copied(first: &OnceLock<Vec<Entry>>, make: fn() -> Self) -> Self {
        let entries = first.get_or_init(|| Entry::all_of(make()._directory.path()));
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        entries.iter().for_each(|entry| entry.write(&root));
        let sandbox = Self::with(directory, root.join("upstream.git"), root.join("project"));
        // The mirror is named after the place of the upstream.
        let name = fs::read_dir(sandbox.cache.join("mirror")).unwrap().next().unwrap().unwrap();
        fs::rename(name.path(), sandbox.mirror()).unwrap();
        sandbox
    }

    fn root(&self) -> PathBuf {
        self.home.parent().unwrap().to_owned()
    }

    /// Sets a variable for every later run.
    pub fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.insert(name.into(), value.into());
    }

    /// Unsets a variable for every later run.
    pub fn unset(&mut self, name: &str) {
        self.env.remove(std::ffi::OsStr::new(name));
    }

    /// A call of patcher in the project.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patcher"));
        command.args(args).current_dir(&self.project).env_clear().envs(&self.env);
        command
    }

    /// Runs patcher in the project.
    pub fn patcher(&self, args: &[&str]) -> Run {
        let run = Run::of(self.command(args).output().unwrap());
        let quoted = args.iter().map(|arg| {
            if arg.is_empty() || arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() }
        });
        let command = format!("patcher {}", quoted.collect::<Vec<_>>().join(" "));
        Run { command, root: self.root(), ..run }
    }

    /// Lets a shell script be the program `name`, first on PATH.
    pub fn program(&mut self, name: &str, script: &str) {
        let bin = self.home.join("own-bin");
        fs::create_dir_all(&bin).unwrap();
        write_program(&bin.join(name), &format!("#!/bin/sh\n{script}\n"));
        let path = std::env::var("PATH").unwrap();
        self.set("PATH", format!("{}:{path}", bin.display()));
    }

    /// Runs a shell script in the project, as a runner of workflows does.
    pub fn script(&self, script: &str, env: &BTreeMap<String, String>) -> Run {
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]);
        command.current_dir(&self.project).env_clear().envs(&self.env).envs(env);
        Run { root: self.root(), ..Run::of(command.output().unwrap()) }
    }

    /// Runs patcher, which must end with exit code 0.
    pub fn succeed(&self, args: &[&str]) -> Run {
        let run = self.patcher(args);
        assert_eq!(run.code, Some(0), "patcher {args:?}\n{run:#?}");
        run
    }

    /// Runs patcher, which must stop with `code`, say each of `words`, and change no file of
    /// the project.
    #[track_caller]
    pub fn refuse(&self, code: i32, args: &[&str], words: &[&str]) -> Run {
        let before = files_of(&self.project);
        let run = self.patcher(args);
        assert_eq!(run.code, Some(code), "patcher {args:?}\n{}", run.stderr);
        for word in words {
            assert!(run.stderr.contains(word), "no {word:?} in:\n{}", run.stderr);
        }
        assert_eq!(files_of(&self.project), before, "patcher {args:?} changed a file");
        run
    }

    /// Pins the project to 1.0.0, without scenarios.
    pub fn sync(&self) {
        self.succeed(&["sync", "--to", "1.0.0", "--no-repro"]);
    }

    /// What the files in the cache that keep two runs apart are for, each without the key behind
    /// its `-`.
    pub fn locks(&self) -> Vec<String> {
        let files = fs::read_dir(self.cache.join("locks")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> =
            names.map(|name| name.split('-').next().unwrap().into()).collect();
        names.sort();
        names
    }

    /// The mirror of the upstream.
    pub fn mirror(&self) -> PathBuf {
        let env = Environment::of_process().unwrap();
        let env = env.with("PATCHER_CACHE_DIR", &self.cache);
        let mirror = Mirror::of(&env, &self.project, "../upstream.git").unwrap();
        mirror.objects().parent().unwrap().to_owned()
    }

    /// A project that is pinned to 1.0.0, without scenarios.
    pub fn synced() -> Self {
        static FIRST: OnceLock<Vec<Entry>> = OnceLock::new();
        Self::copied(&FIRST, || {
            let sandbox = Self::new();
            sandbox.sync();
            sandbox
        })
    }

    /// A project whose series is pinned at 1.1.0 and supports 1.0.0, too.
    pub fn serving_two() -> Self {
        static FIRST: OnceLock<Vec<Entry>> = OnceLock::new();
        Self::copied(&FIRST, || {
            let sandbox = Self::synced();
            let config = sandbox.read("patcher.toml");
            let line = "\n[[series]]\npatches = \"patches\"\nreleases = \">=1.0.0\"\n";
            sandbox.write("patcher.toml", &(config + line));
            sandbox.succeed(&["sync", "--to", "latest", "--no-repro"]);
            sandbox
        })
    }

    /// The lines of the lock that say which releases and results there are, without digests.
    pub fn pins(&self) -> String {
        let keys = ["patches", "release", "releases", "revision", "strip_prefix", "phase", "fixed"];
        let is_one = |line: &&str| {
            line.starts_with('[') || keys.contains(&line.split(' ').next().unwrap_or_default())
        };
        self.read("upstream.lock").lines().filter(is_one).collect::<Vec<_>>().join("\n")
    }

    /// The text of a file of the project.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project.join(path)).unwrap()
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.project.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces a text in a file of the project, where it must stand.
    #[track_caller]
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "no {from:?} in {path}");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// Runs git in `directory`, which must succeed.
    pub fn git(&self, directory: &Path, args: &[&str]) -> String {
        git(directory, &self.home, args)
    }

    /// A clone of the upstream with a worktree, at `revision`.
    pub fn worktree(&self, name: &str, revision: &str) -> PathBuf {
        let directory = self.home.join(name);
        let (from, to) = (self.upstream.to_str().unwrap(), directory.to_str().unwrap());
        self.git(&self.home, &["clone", "--quiet", from, to]);
        self.git(&directory, &["checkout", "--quiet", "-B", "work", revision]);
        directory
    }

    /// Makes a release on top of `from`: edits files, commits, tags, pushes.
    pub fn release(&self, from: &str, tag: &str, edit: impl FnOnce(&Path)) {
        let directory = self.worktree(&format!("make-{tag}"), from);
        edit(&directory);
        self.git(&directory, &["add", "--all"]);
        self.git(&directory, &["commit", "--quiet", "--message", &format!("Release {tag}")]);
        self.git(&directory, &["tag", tag]);
        self.git(&directory, &["push", "--quiet", "origin", tag]);
    }
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            ..Self::default()
        }
    }

    /// What stands on stderr, for `assert_snapshot!`.
    pub fn said(&self) -> String {
        self.hidden(&self.stderr)
    }

    /// The same without git's own words, which come after patcher's and are another git's.
    pub fn said_without_git(&self) -> String {
        let own = |line: &str| {
            let end = [": fatal: ", ": error: git"].iter().find_map(|words| line.find(words));
            format!("{}\n", &line[..end.unwrap_or(line.len())])
        };
        self.said().lines().map(own).collect()
    }

    /// A text without what is another one each time.
    fn hidden(&self, text: &str) -> String {
        let text = without_durations(text);
        if self.root.as_os_str().is_empty() {
            return without_keys(&text);
        }
        without_keys(&text.replace(self.root.to_str().unwrap(), "[ROOT]"))
    }

    /// The JSON document on stdout, which is as its schema says.
    pub fn json(&self) -> serde_json::Value {
        let document: serde_json::Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"));
        schema::hold(&document);
        document
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("none".to_owned(), |code| code.to_string());
        let mut text = format!("$ {}\nexit code: {code}\n", self.command);
        for (name, output) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !output.is_empty() {
                text.push_str(&format!("--- {name}\n{output}"));
            }
        }
        f.write_str(&self.hidden(&text))
    }
}

/// These as one text, for `assert_snapshot!`: several short outputs that are read side by side.
pub fn joined<T: fmt::Display>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|text| text.to_string()).collect::<Vec<_>>().join("\n")
}

/// The one text that each of these is.
#[track_caller]
pub fn same(texts: impl IntoIterator<Item = String>) -> String {
    let mut texts = texts.into_iter();
    let first = texts.next().unwrap();
    texts.for_each(|text| assert_eq!(text, first));
    first
}

/// Hides how long a command took: it stands in its last line, between these.
fn without_durations(text: &str) -> String {
    let hidden = text.split_inclusive('\n').map(|line| {
        let taken = line.find("Finished").and_then(|at| Some((at, line[at..].find(" in ")?)));
        let taken =
            taken.and_then(|(at, begin)| Some((at + begin + 4, line[at..].find(": ")?, at)));
        match taken {
            Some((begin, end, at)) => format!("{}[TIME]{}", &line[..begin], &line[at + end..]),
            None => line.to_owned(),
        }
    });
    hidden.collect()
}

/// Hides the keys of directories in the cache, hexadecimal digits: they are made of a path.
fn without_keys(text: &str) -> String {
    let mut hidden = String::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        // The mirror's has 12, as a commit's short id has.
        let is_key = digits.len() == 16 || digits.len() == 12 && hidden.ends_with("/upstream-");
        if is_key && digits.bytes().all(is_hex) {
            hidden.push_str("[KEY]");
            hidden.push_str(&word[digits.len()..]);
        } else {
            hidden.push_str(word);
        }
    }
    hidden
}

/// Runs git in `directory` as a user without any settings; it must succeed.
#[track_caller]
pub fn git(directory: &Path, home: &Path, args: &[&str]) -> String {
    let output = Command::new("git")
        .args(args)
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "An Upstream")
        .env("GIT_AUTHOR_EMAIL", "upstream@example.com")
        .env("GIT_COMMITTER_NAME", "An Upstream")
        .env("GIT_COMMITTER_EMAIL", "upstream@example.com")
        // The ids of commits stand in snapshots.
        .env("GIT_AUTHOR_DATE", "2026-11-20T12:00:00+0000")
        .env("GIT_COMMITTER_DATE", "2026-11-20T12:00:00+0000")
        .output()
        .unwrap();
    let run = Run::of(output);
    assert_eq!(run.code, Some(0), "git {args:?}\n{run:#?}");
    run.stdout.trim_end().to_owned()
}

/// Every file below `directory` with its bytes, patcher's own state apart.
pub fn files_of(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                if entry.file_name() != ".patcher" {
                    pending.push(entry.path());
                }
            } else {
                files.insert(entry.path(), fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    files
}

/// Writes a program; the result is its path. Whoever still runs the one that was there keeps it.
pub fn write_program(path: &Path, text: &str) -> String {
    let temporary = path.with_extension("new");
    fs::write(&temporary, text).unwrap();
    make_executable(&temporary);
    fs::rename(&temporary, path).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Lets a file be run.
pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The program `name` on PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file())
}

/// The corpus of MODULE.bazel files, each with its name.
pub fn module_files() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/module_files");
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "bazel")).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let files = paths
        .iter()
        .map(|path| (name(path).replace(".MODULE.bazel", ""), fs::read_to_string(path).unwrap()));
    let files: Vec<_> = files.collect();
    assert!(files.len() > 15, "{} files", files.len());
    files
}
