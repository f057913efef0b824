//! `patcher sync --resolve` and what goes on from there, on upstreams that move under a series.
//!
//! - `moves`: what upstream may do to what a patch changes, for the first, the middle and the
//!   last patch, and every way out
//! - `hostile`: whoever touched the worktree or the record meanwhile
//! - `kinds`: modes, bytes that are no text, directories, links and submodules in place of a file
//! - `around`: whoever touched the project, the upstream, the cache or git's settings
//! - `memory`: recorded resolutions

mod around;
mod hostile;
mod kinds;
mod memory;
mod moves;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::common::{Run, Sandbox, files_of, same};

/// The release that the series is made for.
const PIN: &str = "2.0.0";

/// A letter a patch.
const LETTERS: [&str; 3] = ["a", "b", "c"];

/// How each message ends.
const TRAILERS: &str = "Drop-When: a release is strict\nRepro: none (it is a test)\n";

/// The names of the patches.
const PATCHES: [&str; 3] = ["0001-a.patch", "0002-b.patch", "0003-c.patch"];

/// Where the code is that the patches change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// A file a patch.
    Apart,
    /// One file.
    Together,
    /// A file a patch, each with the changed block twice: the patch changes the first.
    Twins,
}

/// Functions of one letter, with the line that its patch changes.
fn code(letter: &str, layout: Layout) -> String {
    let block = |name: &str| {
        format!(
            "def {letter}_{name}(ctx):\n    \"\"\"Makes arguments of {letter}.\"\"\"\n    args = \
             ctx.actions.args()\n    args.add(\"--{letter}-label\", ctx.label.name)\n{}    \
             args.add(\"--{letter}-out\", ctx.outputs.out)\n    args.use_param_file(\"@%s\")\n    \
             return args\n\n",
            old(letter)
        )
    };
    let more: String =
        (1..16).map(|n| format!("    {letter}_{n} = ctx.attr.number_{n}_of_{letter}\n")).collect();
    let twin = if layout == Layout::Twins { block("second") } else { String::new() };
    format!("{}def {letter}_more(ctx):\n{more}    return {letter}_1\n\n{twin}", block("first"))
}

/// What the patch replaces.
fn old(letter: &str) -> String {
    format!("    args.add(\"--{letter}-mode\", ctx.attr.mode)\n")
}

/// What the patch puts there.
fn new(letter: &str) -> String {
    format!(
        "    args.add(\"--{letter}-mode\", ctx.attr.mode or \"fast\")\n    \
         args.add(\"--{letter}-strict\", ctx.attr.strict)\n"
    )
}

/// What upstream puts there, if it changes the same line.
fn upstreams(letter: &str) -> String {
    format!("    args.add(\"--{letter}-mode\", ctx.attr.mode, format = \"%s\")\n")
}

/// Both changes, as a person joins them.
fn both(letter: &str) -> String {
    new(letter).replace("\"fast\"", "\"fast\", format = \"%s\"")
}

/// A text with the first of `from` replaced, which must stand there.
#[track_caller]
fn put(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no {from:?} in {text}");
    text.replacen(from, to, 1)
}

/// The file that the patch with this letter changes.
fn file(letter: &str, layout: Layout) -> String {
    match layout {
        Layout::Apart => format!("{letter}.bzl"),
        Layout::Together => "all.bzl".to_owned(),
        Layout::Twins => format!("{letter}_twins.bzl"),
    }
}

/// The upstream's files at the pin, for a layout.
fn files_at_pin(layout: Layout) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for letter in LETTERS {
        let text = files.entry(file(letter, layout)).or_insert("\"\"\"Rules.\"\"\"\n\n".into());
        text.push_str(&code(letter, layout));
    }
    files
}

/// An upstream, and a project with three patches for its release [`PIN`].
struct World {
    sandbox: Sandbox,
    layout: Layout,
    /// A clone of the upstream.
    clone: PathBuf,
    /// The project's files as they were first.
    first: BTreeMap<PathBuf, Vec<u8>>,
}

/// What a resolve said when it stopped.
struct Stopped {
    json: Value,
    tree: PathBuf,
}

impl World {
    fn new(layout: Layout) -> Self {
        Self::with(layout, |_| {}, |_, _| {}, "")
    }

    /// The same, with more in the upstream, in each patch and in its message.
    fn with(
        layout: Layout,
        upstream: impl FnOnce(&Path),
        change: impl Fn(&Path, &'static str),
        body: &str,
    ) -> Self {
        let sandbox = Sandbox::new();
        let clone = sandbox.worktree("clone", "1.0.0");
        for (path, text) in files_at_pin(layout) {
            fs::write(clone.join(path), text).unwrap();
        }
        upstream(&clone);
        let git = |args: &[&str]| sandbox.git(&clone, args);
        let commit = |message: &str| {
            git(&["add", "--all"]);
            git(&["commit", "--quiet", "--cleanup=verbatim", "--message", message]);
        };
        commit("feat: more rules (#40)");
        git(&["tag", PIN]);
        git(&["push", "--quiet", "origin", PIN]);
        fs::remove_dir_all(sandbox.project.join("patches")).unwrap();
        for (letter, name) in LETTERS.into_iter().zip(PATCHES) {
            let path = clone.join(file(letter, layout));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, put(&text, &old(letter), &new(letter))).unwrap();
            change(&clone, letter);
            commit(&format!("fix: {letter} is strict\n\nWhy {letter} is.\n\n{body}{TRAILERS}"));
            let mail = git(&["format-patch", "--stdout", "--full-index", "-1"]) + "\n";
            sandbox.write(&format!("patches/{name}"), &mail);
        }
        let series: String = PATCHES.iter().map(|name| format!("# {name}\n{name}\n")).collect();
        sandbox.write("patches/series", &series);
        sandbox.succeed(&["sync", "--to", PIN, "--no-repro"]);
        let mut world = Self { sandbox, layout, clone, first: BTreeMap::new() };
        world.first = world.files();
        world
    }

    /// A project as it was first, in a directory of its own, which is the project from now on.
    fn again(&mut self, name: &str) {
        self.sandbox.project = self.sandbox.project.with_file_name(format!("project-{name}"));
        for (path, bytes) in &self.first {
            let path = self.sandbox.project.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    /// The project's files, by their path in it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = &self.sandbox.project;
        let relative = |path: PathBuf| path.strip_prefix(root).unwrap().to_owned();
        files_of(root).into_iter().map(|(path, bytes)| (relative(path), bytes)).collect()
    }

    /// The project's files that are not as they were first.
    fn changed(&self) -> BTreeSet<String> {
        let now = self.files();
        let paths = now.keys().chain(self.first.keys());
        let differs = |path: &&PathBuf| now.get(*path) != self.first.get(*path);
        paths.filter(differs).map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    /// Makes a release on the pin: one commit, by `edit`.
    fn release(&self, tag: &str, message: &str, edit: impl FnOnce(&Path)) {
        self.git(&["checkout", "--quiet", "--force", "-B", "work", PIN]);
        edit(&self.clone);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["tag", "--force", tag]);
        self.git(&["push", "--quiet", "--force", "origin", tag]);
    }

    /// Makes a release in which upstream changed the line that these letters' patches change.
    fn release_conflicting(&self, tag: &str, letters: &[&str]) {
        self.release(tag, "feat: formats (#41)", |directory| {
            for letter in letters {
                let path = directory.join(file(letter, self.layout));
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, put(&text, &old(letter), &upstreams(letter))).unwrap();
            }
        });
    }

    /// git in the clone.
    #[track_caller]
    fn git(&self, args: &[&str]) -> String {
        self.sandbox.git(&self.clone, args)
    }

    /// Runs patcher with a command, or flags of `sync`, and JSON.
    fn patcher(&self, args: &[&str]) -> Run {
        self.sandbox.patcher(&[&["--format", "json"], &*command_of(args)].concat())
    }

    /// The same, which must stop with exit code 3 at a patch and change nothing.
    #[track_caller]
    fn stop(&self, args: &[&str]) -> Stopped {
        let run =
            self.sandbox.refuse(3, &[&["--format", "json"], &*command_of(args)].concat(), &[]);
        let json = run.json();
        assert_eq!(json["error"]["kind"], "conflict", "{json:#}");
        let tree = json["resolve"]["worktree"].as_str();
        let tree = tree.unwrap_or_else(|| panic!("no worktree in {json:#}")).into();
        Stopped { json, tree }
    }

    /// The first stop on the way to a release.
    #[track_caller]
    fn resolve(&self, tag: &str) -> Stopped {
        self.stop(&["--to", tag, "--resolve", "--no-repro"])
    }

    /// Runs a command, or `sync` with flags, which must refuse: nothing of project and work
    /// changes.
    #[track_caller]
    fn refuse(&self, code: i32, args: &[&str]) -> Run {
        let before = self.work();
        let run = self.sandbox.refuse(code, &command_of(args), &[]);
        assert_eq!(self.work(), before, "{args:?} changed the work");
        run
    }

    /// The same by each of these arguments, which must say the same; the result is that.
    #[track_caller]
    fn refuse_each(&self, code: i32, acts: &[&str]) -> String {
        same(acts.iter().map(|act| self.refuse(code, &[act]).said()))
    }

    /// Runs a command, or `sync` with flags, which must end with exit code 0.
    #[track_caller]
    fn succeed(&self, args: &[&str]) -> Value {
        let run = self.patcher(args);
        assert_eq!(run.code, Some(0), "{args:?}: {run:#?}");
        run.json()
    }

    /// Goes on to the end.
    #[track_caller]
    fn finish(&self) -> Value {
        self.succeed(&["continue", "--no-repro"])
    }

    /// Every file of what is under way: records and worktrees, git's own files apart.
    fn work(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let directory = self.sandbox.cache.join("work");
        let mut files = if directory.exists() { files_of(&directory) } else { BTreeMap::new() };
        let is_kept = |path: &Path| {
            let text = path.to_str().unwrap();
            !text.contains("/.git/") || text.ends_with("/HEAD") || text.contains("/.git/refs/")
        };
        files.retain(|path, _| is_kept(path));
        files
    }

    /// The record of what is under way.
    fn record(&self) -> PathBuf {
        let is_record = |path: &&PathBuf| path.ends_with("work.json");
        self.work().keys().find(is_record).expect("there is no record").clone()
    }

    /// Nothing is under way any more, and nothing of it is left.
    #[track_caller]
    fn assert_no_work(&self) {
        assert!(!self.sandbox.cache.join("work").exists(), "{:?}", self.work().keys());
    }

    /// The project stands at a release: `git am` of what was written gives these files and the
    /// tree that the lock has, `check` finds nothing, the archive holds them.
    #[track_caller]
    fn assert_at(&self, tag: &str, files: &BTreeMap<String, String>) {
        self.sandbox.succeed(&["check"]);
        self.git(&["checkout", "--quiet", "--force", "-B", "work", tag]);
        let series = self.sandbox.read("patches/series");
        let names: Vec<&str> = series.lines().filter(|line| !line.starts_with('#')).collect();
        let path = |name| self.sandbox.project.join("patches").join(name).display().to_string();
        let mails: Vec<String> = names.iter().map(path).collect();
        if !mails.is_empty() {
            let mails = mails.iter().map(String::as_str);
            self.git(&["am", "--quiet", "--keep-cr"].into_iter().chain(mails).collect::<Vec<_>>());
        }
        let tree = self.git(&["rev-parse", "HEAD^{tree}"]);
        let lock = self.sandbox.read("upstream.lock");
        assert!(lock.contains(&format!("release = \"{tag}\"")), "{lock}");
        assert!(lock.contains(&format!("patched_tree = \"{tree}\"")), "{lock}");
        let version = if names.is_empty() { String::new() } else { ".patched.1".to_owned() };
        let root = format!("demo_rules-{tag}{version}");
        let archive = self.sandbox.project.join(format!("dist/{root}.tar.gz"));
        let archived = self.sandbox.home.join("archived");
        fs::create_dir_all(&archived).unwrap();
        let (from, to) = (archive.to_str().unwrap(), archived.to_str().unwrap());
        let tar = Command::new("tar").args(["-xf", from, "-C", to]).status();
        assert!(tar.unwrap().success());
        for (path, text) in files {
            for directory in [&self.clone, &archived.join(&root)] {
                assert_eq!(&fs::read_to_string(directory.join(path)).unwrap(), text, "{path}");
            }
        }
        // Whoever wrote a patch, and what it says of itself, stays.
        let log = |range: &str| self.git(&["log", "--reverse", "--format=%an %ae %ad%n%B", range]);
        let said = log(&format!("{tag}.."));
        for letter in LETTERS.iter().zip(PATCHES).filter(|(_, n)| names.contains(n)).map(|(l, _)| l)
        {
            assert!(said.contains(&format!("fix: {letter} is strict\n\nWhy {letter} is.")));
        }
    }
}

/// The command, `sync` if there are only flags.
fn command_of<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let is_flag = args.first().is_some_and(|arg| arg.starts_with('-'));
    let sync = is_flag.then_some("sync");
    sync.into_iter().chain(args.iter().copied()).collect()
}

impl Stopped {
    /// git in the worktree.
    #[track_caller]
    fn git(&self, world: &World, args: &[&str]) -> String {
        world.sandbox.git(&self.tree, args)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.tree.join(path)).unwrap()
    }

    /// Writes a file of the worktree, and adds it.
    #[track_caller]
    fn add(&self, world: &World, path: &str, text: &str) {
        fs::create_dir_all(self.tree.join(path).parent().unwrap()).unwrap();
        fs::write(self.tree.join(path), text).unwrap();
        self.git(world, &["add", path]);
    }

    /// Puts a text into the place that conflicts, and adds the file.
    #[track_caller]
    fn resolve(&self, world: &World, path: &str, text: &str) {
        self.resolve_each(world, path, &[text]);
    }

    /// Puts a text into each place that conflicts, and adds the file.
    #[track_caller]
    fn resolve_each(&self, world: &World, path: &str, texts: &[&str]) {
        let (mut resolved, mut texts, mut is_open) = (String::new(), texts.iter(), false);
        for line in self.read(path).split_inclusive('\n') {
            if line.starts_with("<<<<<<<") {
                is_open = true;
                resolved.push_str(texts.next().expect("more places than texts"));
            } else if line.starts_with(">>>>>>>") {
                is_open = false;
            } else if !is_open {
                resolved.push_str(line);
            }
        }
        assert_eq!(texts.next(), None, "more texts than places");
        self.add(world, path, &resolved);
    }
}
