//! Properties of the store and of ports, on random trees, edits and series, with git beside.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use git2::{Oid, Repository};
use patcher::git::store::{Commit, Store};
use patcher::git::tree::EntryMode;
use patcher::patch::{Author, FileMode, FilePatch, Patch};
use patcher::port::already_upstream::patch_id;
use patcher::port::outcome::{Evidence, Outcome};
use patcher::port::{Applied, PatchOutcome};
use patcher::project::load::SourcePatch;
use patcher::support::ids::TreeId;
use patcher::support::names::RepoPath;
use proptest::prelude::*;
use tempfile::TempDir;

type Files = BTreeMap<String, String>;

/// A repository, and a store on its objects.
struct World {
    directory: TempDir,
    repository: Repository,
    store: Store,
}

impl World {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let repository = Repository::init(directory.path()).unwrap();
        let store = Store::open(&directory.path().join(".git/objects")).unwrap();
        Self { directory, repository, store }
    }

    /// A tree, on disk: made by libgit2.
    fn tree(&self, files: &Files) -> Oid {
        let mut update = git2::build::TreeUpdateBuilder::new();
        for (path, text) in files {
            let blob = self.repository.blob(text.as_bytes()).unwrap();
            update.upsert(path, blob, git2::FileMode::Blob);
        }
        let empty = self.repository.treebuilder(None).unwrap().write().unwrap();
        let empty = self.repository.find_tree(empty).unwrap();
        update.create_updated(&self.repository, &empty).unwrap()
    }

    /// A commit, on disk.
    fn commit(&self, files: &Files, parent: Option<&Commit>) -> Commit {
        let tree = self.repository.find_tree(self.tree(files)).unwrap();
        let who = git2::Signature::new("A", "a@b.c", &git2::Time::new(1_700_000_000, 0)).unwrap();
        let parents: Vec<git2::Commit<'_>> = parent
            .map(|parent| self.repository.find_commit(parent.id.into()).unwrap())
            .into_iter()
            .collect();
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        let id = self.repository.commit(None, &who, &who, "m", &tree, &parents).unwrap();
        self.store.commit(id.into()).unwrap()
    }

    /// A commit, on disk, of a tree with one thing at `f`, and a file that stays.
    fn commit_of(&self, node: &Node, parent: Option<Oid>) -> Oid {
        let mut update = git2::build::TreeUpdateBuilder::new();
        let blob = |bytes: &[u8]| self.repository.blob(bytes).unwrap();
        update.upsert("stays", blob(b"stays\n"), git2::FileMode::Blob);
        match node {
            Node::Nothing => {}
            Node::File(bytes, false) => drop(update.upsert("f", blob(bytes), git2::FileMode::Blob)),
            Node::File(bytes, true) => {
                update.upsert("f", blob(bytes), git2::FileMode::BlobExecutable);
            }
            Node::Link(target) => {
                update.upsert("f", blob(target.as_bytes()), git2::FileMode::Link);
            }
            Node::Directory => {
                update.upsert("f/x", blob(b"quite something else\n"), git2::FileMode::Blob);
            }
        }
        let empty = self.repository.treebuilder(None).unwrap().write().unwrap();
        let empty = self.repository.find_tree(empty).unwrap();
        let tree = update.create_updated(&self.repository, &empty).unwrap();
        let tree = self.repository.find_tree(tree).unwrap();
        let who = git2::Signature::new("A", "a@b.c", &git2::Time::new(1_700_000_000, 0)).unwrap();
        let parent = parent.map(|id| self.repository.find_commit(id).unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        self.repository.commit(None, &who, &who, "m", &tree, &parents).unwrap()
    }

    /// What `git merge-file` makes of base, ours and theirs.
    fn merge_file(&self, [base, ours, theirs]: [&[u8]; 3], size: usize) -> (bool, Vec<u8>) {
        let paths = [("ours", ours), ("base", base), ("theirs", theirs)].map(|(name, bytes)| {
            let path = self.directory.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        });
        let size = format!("--marker-size={size}");
        let args = ["merge-file", "-p", "--zdiff3", &size, "-L", "o", "-L", "b", "-L", "t"];
        let paths = paths.each_ref().map(String::as_str);
        git_bytes(self.directory.path(), &[&args[..], &paths].concat(), "")
    }

    /// The series that goes through these versions of the tree, at its pin.
    fn series(&self, versions: &[Files]) -> Applied {
        let base = self.commit(&versions[0], None);
        let mut patched = Applied::empty("1.0.0".parse().unwrap(), base);
        for (index, files) in versions.iter().enumerate().skip(1) {
            let tree = TreeId::from(self.tree(files));
            let diff = self.store.diff(patched.tree(), tree).unwrap();
            let patch = patch(index, diff);
            patched.push(format!("patches/{}", patch.name), patch, tree);
        }
        patched
    }

    fn files(&self, tree: TreeId) -> Files {
        let entries = self.store.entries(tree).unwrap().into_iter();
        entries
            .map(|entry| (entry.path.to_string(), String::from_utf8(entry.content).unwrap()))
            .collect()
    }

    /// What git says, in the repository, with nobody's settings.
    fn git(&self, args: &[&str], stdin: &str) -> (bool, String) {
        git(self.directory.path(), args, stdin)
    }
}

fn git(directory: &Path, args: &[&str], stdin: &str) -> (bool, String) {
    let (is_success, bytes) = git_bytes(directory, args, stdin);
    (is_success, String::from_utf8(bytes).unwrap())
}

fn git_bytes(directory: &Path, args: &[&str], stdin: &str) -> (bool, Vec<u8>) {
    use std::io::Write as _;
    use std::process::Stdio;
    let mut child = Command::new("git")
        .args(["-c", "merge.conflictStyle=merge", "-c", "core.hooksPath=/dev/null"])
        .args(args)
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("HOME", "/nonexistent"), ("LC_ALL", "C")])
        .envs([("GIT_COMMITTER_NAME", "C"), ("GIT_COMMITTER_EMAIL", "c@d.e")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.success(), output.stdout)
}

fn patch(number: usize, files: Vec<FilePatch>) -> Patch {
    let author = Author {
        name: "A".into(),
        email: "a@b.c".into(),
        seconds: 1_700_000_000,
        offset_minutes: 60,
    };
    Patch {
        name: format!("{number:04}-change.patch").parse().unwrap(),
        author,
        subject: format!("Change {number}"),
        body: "Why.".into(),
        files,
    }
}

/// A file of lines that are mostly, not always, different from each other.
fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(0..60u8, 1..40).prop_map(|numbers| {
        let line = |(at, number): (usize, &u8)| match number % 6 {
            0 => "\n".to_owned(),
            1 => format!("def function_{at}():\n"),
            _ => format!("    statement_{at}({number})\n"),
        };
        numbers.iter().enumerate().map(line).collect()
    })
}

/// A file without two equal lines, in which no line can be taken for another.
fn distinct() -> impl Strategy<Value = String> {
    (1..40usize).prop_map(|count| (0..count).map(|at| format!("    statement_{at}()\n")).collect())
}

fn is_distinct(files: &Files) -> bool {
    let has_distinct_lines = |text: &String| {
        let lines: BTreeSet<&str> = text.lines().collect();
        lines.len() == text.lines().count()
    };
    files.values().all(has_distinct_lines)
}

const PATHS: [&str; 7] = ["a", "a.b", "d.b", "d/a", "d/e/f", "d/g", "z"];

fn files() -> impl Strategy<Value = Files> {
    files_of(text())
}

fn files_of(text: impl Strategy<Value = String>) -> impl Strategy<Value = Files> {
    let path = proptest::sample::select(&PATHS[..]).prop_map(String::from);
    proptest::collection::btree_map(path, text, 1..6)
}

/// What a tree may have at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Nothing,
    /// A file, and whether it can be executed.
    File(Vec<u8>, bool),
    Link(String),
    Directory,
}

/// Base, ours and theirs, if each is text and another one.
fn different_texts(nodes: [&Node; 3]) -> Option<[&[u8]; 3]> {
    let mut texts: [&[u8]; 3] = [&[]; 3];
    for (text, node) in texts.iter_mut().zip(nodes) {
        match node {
            Node::File(bytes, _) if !bytes.contains(&0) => *text = bytes,
            _ => return None,
        }
    }
    let [base, ours, theirs] = texts;
    (base != ours && base != theirs && ours != theirs).then_some(texts)
}

/// What a side makes of it.
#[derive(Clone, Debug)]
enum NodeChange {
    Other(Node),
    Lines(Vec<LineEdit>),
    Mode,
    Both(Vec<LineEdit>),
}

/// At a place, lines taken out and lines put in.
type LineEdit = (prop::sample::Index, usize, Vec<&'static [u8]>);

impl NodeChange {
    fn of(self, node: &Node) -> Node {
        let Node::File(bytes, is_program) = node else {
            return if let Self::Other(node) = self { node } else { node.clone() };
        };
        let edit = |edits: Vec<LineEdit>| {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            for (at, count, added) in edits {
                let at = at.index(lines.len() + 1);
                lines.splice(at..(at + count).min(lines.len()), added);
            }
            lines.concat()
        };
        match self {
            Self::Other(node) => node,
            Self::Lines(edits) => Node::File(edit(edits), *is_program),
            Self::Mode => Node::File(bytes.clone(), !is_program),
            Self::Both(edits) => Node::File(edit(edits), !is_program),
        }
    }
}

/// Few lines, so that many are equal; some are not UTF-8, one has no end, and one is binary.
fn line() -> impl Strategy<Value = &'static [u8]> {
    let lines: [&[u8]; 7] =
        [b"a\n", b"b\n", b"c\n", b"\n", b"caf\xe9\n", b"\xff\xfe\r\n", b"<<<<<<< d\n"];
    let odd: [&[u8]; 2] = [b"end", b"\0\n"];
    prop_oneof![30 => prop::sample::select(lines.to_vec()), 1 => prop::sample::select(odd.to_vec())]
}

fn node() -> impl Strategy<Value = Node> {
    let file = || (proptest::collection::vec(line(), 0..12), any::<bool>());
    prop_oneof![
        1 => Just(Node::Nothing),
        12 => file().prop_map(|(lines, is_program)| Node::File(lines.concat(), is_program)),
        1 => prop::sample::select(vec!["a", "b"]).prop_map(|target| Node::Link(target.to_owned())),
        1 => Just(Node::Directory),
    ]
}

fn change() -> impl Strategy<Value = NodeChange> {
    let edits = || {
        let edit =
            (any::<prop::sample::Index>(), 0..3usize, proptest::collection::vec(line(), 0..3));
        proptest::collection::vec(edit, 1..3)
    };
    prop_oneof![
        2 => node().prop_map(NodeChange::Other),
        5 => edits().prop_map(NodeChange::Lines),
        2 => Just(NodeChange::Mode),
        2 => edits().prop_map(NodeChange::Both),
    ]
}

/// Something done to a file: at a place, lines taken out and lines put in.
type Edit = (prop::sample::Index, prop::sample::Index, usize, Vec<u16>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0..3usize,
        proptest::collection::vec(any::<u16>(), 0..4),
    );
    proptest::collection::vec(edit, 1..4)
}

fn edited(files: &Files, edits: &[Edit], who: &str) -> Files {
    let mut files = files.clone();
    for (file, place, removed, added) in edits {
        let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let mut lines: Vec<String> = files[&path].split_inclusive('\n').map(String::from).collect();
        let at = place.index(lines.len() + 1);
        let end = (at + removed).min(lines.len());
        lines.splice(at..end, added.iter().map(|number| format!("    {who}_added({number})\n")));
        files.insert(path, lines.concat());
    }
    files.retain(|_, text| !text.is_empty());
    if files.is_empty() { BTreeMap::from([("a".into(), "left\n".into())]) } else { files }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_are_edited_as_libgit2_does(before in files(), after in files()) {
        let world = World::new();
        let (old, new) = (world.tree(&before), world.tree(&after));
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let edits = paths.into_iter().map(|path| {
            let path_id: RepoPath = path.parse().unwrap();
            (path_id, after.get(path).map(|text| (FileMode::Regular, text.clone().into_bytes())))
        });
        let edited = world.store.edit(old.into(), edits.collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(Oid::from(edited), new);
        // And what differs is what libgit2 says.
        let [one, two] = [old, new].map(|id| world.repository.find_tree(id).unwrap());
        let diff = world.repository.diff_tree_to_tree(Some(&one), Some(&two), None).unwrap();
        let mut expected: Vec<String> = diff
            .deltas()
            .map(|delta| delta.new_file().path().unwrap().to_str().unwrap().to_owned())
            .collect();
        expected.sort();
        let found = world.store.changes(old.into(), new.into()).unwrap();
        prop_assert_eq!(found.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn merges_are_libgit2_s(base in files(), ours in edits(), theirs in edits()) {
        let world = World::new();
        let (ours, theirs) = (edited(&base, &ours, "upstream"), edited(&base, &theirs, "patch"));
        let [base, ours, theirs] = [&base, &ours, &theirs].map(|files| world.tree(files));
        let merged = world.store.merge(base.into(), theirs.into(), ours.into()).unwrap();
        let trees = [base, ours, theirs].map(|id| world.repository.find_tree(id).unwrap());
        let mut options = git2::MergeOptions::new();
        options.find_renames(false);
        let mut index = world.repository.merge_trees(&trees[0], &trees[1], &trees[2], Some(&options)).unwrap();
        let deltas = world.store.deltas(base.into(), theirs.into()).unwrap();
        let mut files = deltas.iter().zip(&merged.there);
        prop_assume!(files.all(|(delta, there)| delta.path == there.path));
        prop_assert_eq!(merged.conflicts.is_empty(), !index.has_conflicts());
        if !index.has_conflicts() {
            prop_assert_eq!(Oid::from(merged.tree), index.write_tree_to(&world.repository).unwrap());
        }
    }

    #[test]
    fn one_file_is_merged_as_git_does(base in node(), (ours, theirs) in (change(), change())) {
        let world = World::new();
        let [ours, theirs] = [ours, theirs].map(|change| change.of(&base));
        let start = world.commit_of(&base, None);
        let sides = [&ours, &theirs].map(|node| world.commit_of(node, Some(start)));
        let [base_tree, ours_tree, theirs_tree] =
            [start, sides[0], sides[1]].map(|id| world.repository.find_commit(id).unwrap().tree_id());
        let merged = world.store.merge(base_tree.into(), theirs_tree.into(), ours_tree.into()).unwrap();
        if let Some(texts) = different_texts([&base, &ours, &theirs]) {
            // `git merge` uses another diff than `git merge-file`, which libgit2 does not know.
            let path = "f".parse().unwrap();
            let ids = [0, 2, 1].map(|side| Some(world.repository.blob(texts[side]).unwrap().into()));
            let (marked, size) = world.store.merge_with_markers(ids, ["b", "o", "t"]).unwrap();
            let (is_clean, expected) = world.merge_file(texts, size);
            prop_assert_eq!(merged.conflicts.is_empty(), is_clean, "{:?}", merged.conflicts);
            if is_clean {
                let file = world.store.file(merged.tree, &path).unwrap().unwrap();
                prop_assert_eq!(world.store.blob(file.id).unwrap(), expected);
            } else if texts.iter().all(|text| !text.is_empty()) {
                // libgit2 has no label for a side of nothing.
                prop_assert_eq!(marked.escape_ascii().to_string(), expected.escape_ascii().to_string());
            }
            let is_program = |node: &Node| matches!(node, Node::File(_, true));
            let [base, ours, theirs] = [&base, &ours, &theirs].map(is_program);
            let file = world.store.file(merged.tree, &path).unwrap().unwrap();
            let mode = if ours == base { theirs } else { ours };
            prop_assert!(!is_clean || (file.mode == EntryMode::EXECUTABLE) == mode);
        } else {
            let [one, two] = sides.map(|id| id.to_string());
            let (is_clean, said) = world.git(&["merge-tree", "--write-tree", "--no-messages", &one, &two], "");
            prop_assert_eq!(merged.conflicts.is_empty(), is_clean, "{:?}", merged.conflicts);
            if is_clean {
                prop_assert_eq!(merged.tree.to_string(), said.trim());
            }
        }
    }

    #[test]
    fn a_port_to_the_pin_is_the_series_to_the_byte(base in files(), steps in proptest::collection::vec(edits(), 1..4)) {
        let world = World::new();
        let pinned = world.series(&versions(&base, &steps));
        let attempt = pinned.onto(&world.store, pinned.release, &pinned.base).unwrap();
        for (patch, found) in pinned.patches.iter().zip(&attempt.outcomes) {
            let is_empty = world.store.changes(patch.before, patch.after).unwrap().is_empty();
            let expected = if is_empty { Outcome::Empty } else { Outcome::Unchanged };
            prop_assert_eq!(&found.patch, &patch.patch.name);
            prop_assert_eq!(found.outcome, expected, "{:?}", found);
        }
        let ported = attempt.applied(&world.store).unwrap();
        let text = |patched: &Applied| -> String {
            let patches = patched.patches.iter().map(|applied| &applied.patch);
            patches.filter(|patch| !patch.files.is_empty()).map(ToString::to_string).collect()
        };
        prop_assert_eq!(text(&ported), text(&pinned));
    }

    #[test]
    fn there_and_back_gives_the_old_tree(base in files_of(distinct()), steps in proptest::collection::vec(edits(), 1..3), up in edits()) {
        let world = World::new();
        let versions = versions(&base, &steps);
        let pinned = world.series(&versions);
        let upstream = edited(&base, &up, "upstream");
        // Which of several equal lines a patch removes, no merge can tell in another text.
        prop_assume!(versions.iter().chain([&upstream]).all(is_distinct));
        let there = world.commit(&upstream, Some(&pinned.base));
        let attempt = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &there).unwrap();
        prop_assume!(attempt.outcomes.iter().all(|found| found.outcome <= Outcome::ThreeWayMerge));
        let ported = attempt.applied(&world.store).unwrap();
        let back = ported.onto(&world.store, pinned.release, &pinned.base).unwrap();
        prop_assume!(back.outcomes.iter().all(|found| found.outcome <= Outcome::ThreeWayMerge));
        prop_assert_eq!(back.tree(), pinned.tree());
    }

    #[test]
    fn a_refresh_is_idempotent(base in files(), step in edits()) {
        let world = World::new();
        let after = edited(&base, &step, "patch");
        let pinned = world.series(&[base, after]);
        let (printed, tree) = (pinned.patches[0].patch.to_string(), pinned.patches[0].after);
        let name = pinned.patches[0].patch.name.clone();
        prop_assume!(!pinned.patches[0].patch.files.is_empty());
        let parsed = Patch::parse(&name, "p", printed.as_bytes()).unwrap();
        let applied = world.store.apply(pinned.base.tree, &parsed, "p").unwrap();
        prop_assert_eq!(applied.tree, Some(tree), "{:?}", applied.problems);
        let again = Patch { files: world.store.diff(pinned.base.tree, tree).unwrap(), ..parsed };
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn a_patch_that_upstream_took_is_seen(base in files(), step in edits(), up in edits()) {
        let world = World::new();
        let after = edited(&base, &step, "patch");
        let pinned = world.series(&[base, after.clone()]);
        prop_assume!(pinned.patches[0].after != pinned.base.tree);
        let taken = world.commit(&after, Some(&pinned.base));
        let found = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &taken).unwrap().outcomes.remove(0);
        prop_assert_eq!(found.outcome, Outcome::AlreadyUpstream);
        prop_assert!(found.is_failure());
        prop_assert!(found.evidence.contains(&Evidence::EqualTree), "{:?}", found);
        prop_assert!(found.evidence.contains(&Evidence::PatchId { commit: taken.id }), "{:?}", found);
        // Whatever upstream did then to other files, it is seen still; and nothing stands twice.
        let touched: Vec<String> =
            world.store.changes(pinned.base.tree, taken.tree).unwrap().iter().map(|(path, _)| path.to_string()).collect();
        let mut later = edited(&after, &up, "upstream");
        later.retain(|path, _| !touched.contains(path));
        later.extend(after.iter().filter(|(path, _)| touched.contains(path)).map(|(p, t)| (p.clone(), t.clone())));
        let later = world.commit(&later, Some(&taken));
        let attempt = pinned.onto(&world.store, "2.1.0".parse().unwrap(), &later).unwrap().accepting(&[pinned.patches[0].patch.name.clone()]);
        prop_assert_eq!(attempt.outcomes[0].outcome, Outcome::AlreadyUpstream);
        prop_assert!(attempt.outcomes[0].accepted && !attempt.outcomes[0].is_failure());
        prop_assert_eq!(attempt.tree(), later.tree);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ports_make_the_trees_that_git_am_makes(base in files(), steps in proptest::collection::vec(edits(), 1..3), up in edits()) {
        let world = World::new();
        let pinned = world.series(&versions(&base, &steps));
        prop_assume!(pinned.patches.iter().all(|applied| !applied.patch.files.is_empty()));
        let there = world.commit(&edited(&base, &up, "upstream"), Some(&pinned.base));
        let attempt = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &there).unwrap();
        prop_assume!(attempt.outcomes.iter().all(|found| found.warnings().is_empty()));
        prop_assert!(world.git(&["checkout", "--quiet", "--force", "--detach", &there.id.to_string()], "").0);
        let mails: String = pinned.patches.iter().map(|applied| applied.patch.to_string()).collect();
        let (is_clean, _) = world.git(&["am", "--quiet", "-3", "--keep-non-patch"], &mails);
        let own_is_clean = attempt.outcomes.iter().all(|found| found.outcome <= Outcome::ThreeWayMerge);
        let is_part = attempt.outcomes.iter().any(|found| matches!(found.outcome, Outcome::PartlyUpstream | Outcome::AlreadyUpstream));
        prop_assume!(!is_part);
        if own_is_clean && is_clean {
            let (_, tree) = world.git(&["rev-parse", "HEAD^{tree}"], "");
            prop_assert_eq!(attempt.tree().to_string(), tree.trim());
        }
        // git tries the hunks first, wherever they fit: it goes in more often, never less.
        prop_assert!(is_clean || !own_is_clean);
    }

    #[test]
    fn patch_ids_are_git_s(base in files(), after in files()) {
        let world = World::new();
        let [old, new] = [&base, &after].map(|files| TreeId::from(world.tree(files)));
        let diff = world.store.diff(old, new).unwrap();
        prop_assume!(!diff.is_empty());
        let text: String = diff.iter().map(ToString::to_string).collect();
        let (_, said) = world.git(&["patch-id", "--verbatim"], &text);
        let own: String = patch_id(&diff).iter().map(|byte| format!("{byte:02x}")).collect();
        prop_assert_eq!(said.split(' ').next().unwrap(), own);
    }
}

fn versions(base: &Files, steps: &[Vec<Edit>]) -> Vec<Files> {
    let mut versions = vec![base.clone()];
    for (index, step) in steps.iter().enumerate() {
        let last = versions.last().unwrap();
        versions.push(edited(last, step, &format!("patch{index}")));
    }
    versions
}

const PINNED: &str = "def one():\n    a = 1\n    return a\n\n\ndef two():\n    b = 2\n    return b\n\n\ndef three():\n    c = 3\n    return c\n";
const ADDED: &str =
    "    verify_that_everything_is_there(one)\n    verify_that_nothing_is_left(two)\n";

fn one_file(text: &str) -> Files {
    BTreeMap::from([("f.py".into(), text.into())])
}

/// A series of one patch on a release.
struct Landed {
    base: Commit,
    tree: TreeId,
    patch: PatchOutcome,
}

/// What becomes of a patch that goes from `PINNED` to `patched`, on a release that has `ours`.
fn land(patched: &str, ours: &str, body: &str) -> (World, Landed) {
    let world = World::new();
    let mut pinned = world.series(&[one_file(PINNED), one_file(patched)]);
    let there = world.commit(&one_file(ours), Some(&pinned.base));
    pinned.patches[0].patch.body = body.replace("THERE", &there.id.to_string());
    let attempt = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &there).unwrap();
    let (tree, patch) = (attempt.tree(), attempt.outcomes[0].clone());
    (world, Landed { base: there, tree, patch })
}

#[test]
fn the_same_code_elsewhere_is_not_added_twice() {
    let patched = PINNED.replace("    c = 3\n", &format!("    c = 3\n{ADDED}"));
    let ours = PINNED.replace("    a = 1\n", &format!("    a = 1\n{ADDED}"));
    let (_, landed) = land(&patched, &ours, "Why.");
    assert_eq!(landed.patch.outcome, Outcome::AlreadyUpstream, "{:?}", landed.patch);
    assert!(!landed.patch.evidence.contains(&Evidence::EqualTree));
    assert_eq!(landed.tree, landed.base.tree);

    // With a change that upstream lacks, only that goes in.
    let more = patched.replace("def one", "def first");
    let (world, landed) = land(&more, &ours, "Why.");
    assert_eq!(landed.patch.outcome, Outcome::PartlyUpstream, "{:?}", landed.patch);
    assert!(!landed.patch.warnings().is_empty());
    assert_eq!(world.files(landed.tree), one_file(&ours.replace("def one", "def first")));
}

#[test]
fn a_conflict_with_the_same_change_is_no_conflict() {
    // Upstream made the change, and another one in the next line.
    let patched = PINNED.replace("    c = 3\n", &format!("    c = 3\n{ADDED}"));
    let ours = patched.replace("    return c\n", "    return c + 1\n");
    let (_, landed) = land(&patched, &ours, "Why.");
    assert_eq!(landed.patch.outcome, Outcome::AlreadyUpstream, "{:?}", landed.patch);
}

#[test]
fn the_trailer_names_what_upstream_took() {
    let patched = PINNED.replace("b = 2", "b = 22");
    let ours = PINNED.replace("b = 2", "b = 4 - 2");
    let (_, landed) = land(&patched, &ours, "Why.\n\nUpstream-Commit: THERE");
    let commit = landed.base.id;
    assert_eq!(landed.patch.outcome, Outcome::AlreadyUpstream);
    assert_eq!(landed.patch.evidence, [Evidence::UpstreamCommit { commit }]);
    let (_, landed) = land(&patched, &ours, "Why.");
    assert_eq!(landed.patch.outcome, Outcome::Conflict);
}

#[test]
fn a_change_that_was_taken_and_then_built_on_is_known_by_its_patch_id() {
    let world = World::new();
    let patched = PINNED.replace("b = 2", "b = 22");
    let pinned = world.series(&[one_file(PINNED), one_file(&patched)]);
    let taken = world.commit(&one_file(&patched), Some(&pinned.base));
    let later = world.commit(&one_file(&PINNED.replace("b = 2", "b = 222")), Some(&taken));
    let attempt = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &later).unwrap();
    assert_eq!(attempt.outcomes[0].evidence, [Evidence::PatchId { commit: taken.id }]);
    assert_eq!(attempt.outcomes[0].outcome, Outcome::AlreadyUpstream);
}

#[test]
fn hunks_that_could_be_taken_back_are_upstream() {
    // Too little text to judge only by its lines, and at another place.
    let patched = PINNED.replace("    return c\n", "    x()\n    return c\n");
    let ours = format!("import os\n\n{patched}");
    let (_, landed) = land(&patched, &ours, "Why.");
    assert!(landed.patch.evidence.contains(&Evidence::ReverseApplies), "{:?}", landed.patch);
    assert_eq!(landed.patch.outcome, Outcome::AlreadyUpstream);
}

#[test]
fn a_change_that_lands_in_another_function_is_told() {
    let patched = PINNED.replace("    c = 3\n", &format!("    c = 3\n{ADDED}"));
    let ours = PINNED.replace("def three", "def quite_another");
    let (_, landed) = land(&patched, &ours, "Why.");
    let found = &landed.patch;
    assert_eq!(found.outcome, Outcome::Fuzz, "{found:?}");
    assert!(
        found.warnings()[0].contains("`def quite_another`, but was in `def three` at the pin"),
        "{found:?}"
    );
}

#[test]
fn a_patch_that_changes_nothing_is_empty_and_what_follows_a_conflict_is_conditional() {
    let world = World::new();
    let middle = PINNED.replace("b = 2", "b = 22");
    let last = middle.replace("c = 3", "c = 33");
    let pinned = world.series(&[PINNED, PINNED, &middle, &last].map(one_file));
    let there = world.commit(&one_file(&PINNED.replace("b = 2", "b = 4")), Some(&pinned.base));
    let attempt = pinned.onto(&world.store, "2.0.0".parse().unwrap(), &there).unwrap();
    let outcomes: Vec<Outcome> = attempt.outcomes.iter().map(|found| found.outcome).collect();
    assert_eq!(outcomes[..2], [Outcome::Empty, Outcome::Conflict]);
    assert!(outcomes[2] <= Outcome::ThreeWayMerge, "{outcomes:?}");
    let conditional: Vec<bool> = attempt.outcomes.iter().map(|found| found.conditional).collect();
    assert_eq!(conditional, [false, false, true]);
}

#[test]
fn a_series_is_surveyed_from_its_sources() {
    let world = World::new();
    let pinned = world.series(&[one_file(PINNED), one_file(&PINNED.replace("b = 2", "b = 22"))]);
    let patch = pinned.patches[0].patch.clone();
    let (file, bytes) = ("patches/0001-change.patch".to_owned(), patch.to_string().into_bytes());
    let sources = [SourcePatch { file, bytes, patch }];
    let applied = Applied::new(&world.store, pinned.release, &pinned.base, &sources).unwrap();
    assert!(applied.is_complete && applied.problems.is_empty());
    let attempt = applied.onto(&world.store, pinned.release, &pinned.base).unwrap();
    assert_eq!(attempt.tree(), pinned.tree());
    let commits = attempt.commits(&world.store).unwrap();
    assert_eq!(*world.store.parents(commits[0]).unwrap(), [pinned.base.id]);
}

#[test]
fn an_object_that_is_not_what_its_id_says_is_refused() {
    let world = World::new();
    let [one, two] = ["one\n", "two\n"].map(|text| world.repository.blob(text.as_bytes()).unwrap());
    let file = |id: Oid| {
        let id = id.to_string();
        world.directory.path().join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    std::fs::remove_file(file(one)).unwrap();
    std::fs::copy(file(two), file(one)).unwrap();
    let failure = world.store.blob(one.into()).unwrap_err();
    assert_eq!(failure.kind.exit_code(), 30, "{failure:?}");
    assert!(failure.message().contains("is damaged: blob "), "{failure:?}");
    assert_eq!(world.store.blob(two.into()).unwrap(), b"two\n");
}
