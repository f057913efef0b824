//! Trees and merges, made in memory.

use tempfile::TempDir;

use super::*;
use crate::git::merge_conflict::Reason;
use crate::git::tree::{EntryKind, EntryMode, File};
use crate::patch::{Change, FileMode};
use crate::support::names::RepoPath;

/// A store on a repository that holds nothing.
pub(crate) struct Memory {
    _repository: TempDir,
    pub(crate) store: Store,
}

impl Memory {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Repository::init_bare(directory.path()).unwrap();
        let store = Store::open(&directory.path().join("objects")).unwrap();
        Self { _repository: directory, store }
    }

    /// The tree of these files.
    pub(crate) fn tree<T: AsRef<[u8]>>(&self, files: &[(&str, T)]) -> TreeId {
        let edits = files.iter().map(|(path, text)| {
            (path.parse().unwrap(), Some((FileMode::Regular, text.as_ref().to_vec())))
        });
        self.store.edit(self.store.no_files(), edits).unwrap()
    }

    /// A commit of a tree on another one, or the first.
    pub(crate) fn commit(&self, parent: Option<&Commit>, tree: TreeId) -> Commit {
        let parent = parent.map_or(CommitId::new([0; 20]), |parent| parent.id);
        self.commit_named(parent, (1, "Change it"), tree)
    }

    /// A commit at a time, with a subject.
    pub(crate) fn commit_named(
        &self,
        parent: CommitId,
        (seconds, subject): (i64, &str),
        tree: TreeId,
    ) -> Commit {
        let message = format!("{subject}\n\nWhy.\n");
        let commit = NewCommit { tree, parent, author: &author(seconds), message: &message };
        self.store.commit(self.store.write_commit(&commit).unwrap()).unwrap()
    }
}

/// Somebody, at a time.
pub(crate) fn author(seconds: i64) -> Author {
    Author { name: "A".into(), email: "a@b.c".into(), seconds, offset_minutes: 0 }
}

/// The lines `1` to `count`, some of them as `edits` have it.
pub(crate) fn lines(count: usize, edits: &[(usize, &str)]) -> String {
    let line = |number: usize| {
        let edit = edits.iter().find(|(at, _)| *at == number);
        edit.map_or_else(|| format!("line {number}\n"), |(_, text)| (*text).to_owned())
    };
    (1..=count).map(line).collect()
}

/// What conflicts: the file as the patch names it, its name in the release, and why.
type Conflicts = Vec<(String, String, Reason)>;

/// What a merge of three trees came to: the conflicts, and the files of the result.
fn merged(sides: [&[(&str, &str)]; 3]) -> (Conflicts, Vec<(String, String)>) {
    let memory = Memory::new();
    let [base, patched, ours] = sides.map(|files| memory.tree(files));
    let merged = memory.store.merge(base, patched, ours).unwrap();
    let conflicts = merged.conflicts.into_iter().map(|c| (c.path, c.target, c.reason)).collect();
    let files = memory
        .store
        .entries(merged.tree)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.path.to_string(), String::from_utf8(entry.content).unwrap()));
    (conflicts, files.collect())
}

#[test]
fn a_file_that_was_copied_is_not_followed() {
    let (before, after) = (lines(20, &[]), lines(20, &[(10, "mine\n")]));
    let (conflicts, files) =
        merged([&[("f", &before)], &[("f", &after)], &[("copy", &before), ("f", &before)]]);
    assert_eq!(conflicts, []);
    assert_eq!(files, [("copy".to_owned(), before), ("f".to_owned(), after)]);
}

#[test]
fn a_file_that_went_when_its_directory_was_renamed_is_deleted() {
    let (other, file) = (lines(20, &[]), "short\n");
    let (conflicts, _) = merged([
        &[("d/f", file), ("d/other", &other)],
        &[("d/f", "mine\n"), ("d/other", &other)],
        &[("e/other", &other)],
    ]);
    assert_eq!(conflicts, [("d/f".to_owned(), "d/f".to_owned(), Reason::Deleted)]);
}

#[test]
fn of_files_that_are_as_similar_the_first_is_followed() {
    let base = lines(20, &[]);
    let (one, two) = (lines(20, &[(5, "LINE 5\n")]), lines(20, &[(6, "LINE 6\n")]));
    let path: RepoPath = "f".parse().unwrap();
    let renamed = |base: &[(&str, &str)], ours: &[(&str, &str)]| {
        let memory = Memory::new();
        let renamed = memory.store.renamed(memory.tree(base), memory.tree(ours), &path).unwrap();
        renamed.map(|path| path.to_string())
    };
    // Two files that it may have become.
    let found = renamed(&[("f", &base)], &[("a", &one), ("b", &two)]);
    assert_eq!(found.as_deref(), Some("a"));
    // Two files that became it.
    let found = renamed(&[("f", &one), ("g", &two)], &[("a", &base)]);
    assert_eq!(found.as_deref(), Some("a"));
    let found = renamed(&[("f", &one), ("g", &base)], &[("a", &lines(20, &[(20, "")]))]);
    assert_eq!(found, None);
}

#[test]
fn a_new_file_goes_where_most_files_of_its_directory_went() {
    let file = |name: &str| lines(20, &[(1, &format!("{name}\n"))]);
    let [one, two, three] = ["one", "two", "three"].map(file);
    let base = [("d/one", one.as_str()), ("d/two", &two), ("d/three", &three)];
    let patched = [&base[..], &[("d/new", "new\n")]].concat();
    let ours = [("left/one", one.as_str()), ("right/two", &two), ("right/three", &three)];
    let (conflicts, _) = merged([&base, &patched, &ours]);
    let went = |to: &str| [("d/new".to_owned(), to.to_owned(), Reason::DirectoryRenamed)];
    assert_eq!(conflicts, went("right/new"));
    // With what is below it, into another directory and into the root.
    let base = [("d/one", one.as_str()), ("d/in/two", &two), ("d/in/three", &three)];
    let patched = [&base[..], &[("d/new", "new\n")]].concat();
    let ours = [("e/f/one", one.as_str()), ("e/f/in/two", &two), ("e/f/in/three", &three)];
    assert_eq!(merged([&base, &patched, &ours]).0, went("e/f/new"));
    let ours = [("one", one.as_str()), ("in/two", &two), ("in/three", &three)];
    assert_eq!(merged([&base, &patched, &ours]).0, went("new"));
}

#[test]
fn files_are_added_changed_and_deleted() {
    let memory = Memory::new();
    let before = memory.tree(&[("changed", "1\n"), ("gone", "1\n"), ("same", "1\n")]);
    let after = memory.tree(&[("added", "1\n"), ("changed", "2\n"), ("same", "1\n")]);
    let changes = memory.store.changes(before, after).unwrap();
    let changes: Vec<(&str, Change)> =
        changes.iter().map(|(path, change)| (path.as_str(), *change)).collect();
    assert_eq!(
        changes,
        [("added", Change::Add), ("changed", Change::Modify), ("gone", Change::Delete)]
    );
}

#[test]
fn a_submodule_is_an_empty_directory_and_no_object_that_has_to_be_there() {
    let memory = Memory::new();
    let store = &memory.store;
    let submodule = File { mode: EntryMode::SUBMODULE, id: BlobId::new([7; 20]) };
    let tree = memory.tree(&[("f", "1\n")]);
    let tree = store.with(tree, &[("module".parse().unwrap(), Some(submodule))]).unwrap();
    let entries = store.entries(tree).unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect();
    assert_eq!(kinds, [("f", EntryKind::File), ("module", EntryKind::Directory)]);
    store.ensure_complete(tree).unwrap();
    // A file has to be.
    let lost = File { mode: EntryMode::FILE, id: BlobId::new([7; 20]) };
    let tree = store.with(tree, &[("d/lost".parse().unwrap(), Some(lost))]).unwrap();
    assert!(matches!(store.ensure_complete(tree), Err(ObjectError::Missing { .. })));
}

#[test]
fn a_conflict_is_found_in_a_file_with_markers_of_its_own() {
    let memory = Memory::new();
    let ruled = |text: &str| format!("=======\nTitle\n=======\n\n{text}\n\n<<<<<<<<\nend\n");
    let [base, patched, ours] = ["text\n=======", "mine\n=======", "theirs\n-------"]
        .map(|text| memory.tree(&[("f", ruled(text))]));
    let merged = memory.store.merge(base, patched, ours).unwrap();
    let [conflict] = &merged.conflicts[..] else { panic!("{:?}", merged.conflicts) };
    let Conflict { line, base, upstream, patch, .. } = conflict;
    let expected = ("text\n=======\n", "theirs\n-------\n", "mine\n=======\n");
    assert_eq!((*line, (&**base, &**upstream, &**patch)), (5, expected));
}

#[test]
fn lines_that_lost_their_blanks_are_counted() {
    let memory = Memory::new();
    let tree = memory.tree(&[("f", "a\n\n\nb  \nc\n")]);
    let [old, new] = ["a\n\n\nb  \nc\n", "a\n\n\nb  \nC  \n"]
        .map(|text| memory.store.write_blob(text.as_bytes()));
    let mail = format!(
        "From: A <a@b.c>\nDate: Sun, 1 Nov 2026 09:30:00 +0100\nSubject: s\n\n\
         diff --git a/f b/f\nindex {old}..{new} 100644\n--- a/f\n+++ b/f\n\
         @@ -1,5 +1,5 @@\n a\n\n\n b\n-c\n+C\n"
    );
    let name = "0001-a.patch".parse().unwrap();
    let patch = crate::patch::Patch::parse(&name, "p", mail.as_bytes()).unwrap();
    let applied = memory.store.apply(tree, &patch, "p").unwrap();
    let messages: Vec<_> = applied.problems.iter().map(|problem| &*problem.message).collect();
    let said = "the trailing blanks of 2 lines were stripped, as a whitespace hook does";
    assert_eq!(messages, [said]);
}
