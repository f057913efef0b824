//! Which upstream commits caused a conflict, on histories made by real git.

use std::fs;
use std::path::PathBuf;

use patcher::git::commit::UpstreamCommit;
use patcher::git::history::{History, culprits, first_parents};
use patcher::git::merge_conflict::{Conflict, Reason};
use patcher::git::store::Store;
use patcher::patch::FileMode;
use patcher::support::ids::CommitId;
use patcher::support::problem::Kind;

use crate::common::Sandbox;

/// An upstream with one file, `f`, of the lines `1` to `20`.
struct Upstream {
    sandbox: Sandbox,
    tree: PathBuf,
    pin: CommitId,
}

impl Upstream {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let tree = sandbox.home.join("history");
        fs::create_dir(&tree).unwrap();
        sandbox.git(&tree, &["init", "--quiet", "--initial-branch=main"]);
        let mut upstream = Self { sandbox, tree, pin: CommitId::new([0; 20]) };
        fs::write(upstream.tree.join("f"), lines()).unwrap();
        upstream.pin = upstream.commit("Begin");
        upstream
    }

    fn git(&self, args: &[&str]) -> String {
        self.sandbox.git(&self.tree, args)
    }

    fn commit(&self, subject: &str) -> CommitId {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(&["rev-parse", "HEAD"]).parse().unwrap()
    }

    /// Commits another text of a file in place of one that stands there.
    #[track_caller]
    fn edit(&self, file: &str, (from, to): (&str, &str), subject: &str) -> CommitId {
        let path = self.tree.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "no {from:?} in {text:?}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self.commit(subject)
    }

    fn store(&self) -> Store {
        Store::open(&self.tree.join(".git/objects")).unwrap()
    }

    /// The conflicts of a patch that makes `text` of the file `f` at the pin (or deletes it),
    /// on `to`, each with the commits that caused it.
    fn conflicts(&self, to: CommitId, text: Option<&str>) -> Vec<(Conflict, Vec<UpstreamCommit>)> {
        self.conflicts_of("f", to, text)
    }

    fn conflicts_of(
        &self,
        file: &str,
        to: CommitId,
        text: Option<&str>,
    ) -> Vec<(Conflict, Vec<UpstreamCommit>)> {
        let store = self.store();
        let [base, ours] = [self.pin, to].map(|id| store.commit(id).unwrap().tree);
        let content = text.map(|text| (FileMode::Regular, text.as_bytes().to_vec()));
        let patched = store.edit(base, [(file.parse().unwrap(), content)]).unwrap();
        let conflicts = store.merge(base, patched, ours).unwrap().conflicts;
        let caused = |conflict: &Conflict| culprits(&store, self.pin, to, conflict).unwrap();
        conflicts.iter().map(|conflict| (conflict.clone(), caused(conflict))).collect()
    }

    /// The commits that caused the one conflict of such a patch.
    #[track_caller]
    fn cause(&self, to: CommitId, text: Option<&str>, reason: Reason) -> Vec<CommitId> {
        let conflicts = self.conflicts(to, text);
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        assert_eq!(conflicts[0].0.reason, reason);
        conflicts[0].1.iter().map(|commit| commit.id).collect()
    }
}

fn lines() -> String {
    (1..=20).map(|n| format!("{n}\n")).collect()
}

/// The file with the line 10 as a patch wants it.
fn patched() -> String {
    lines().replace("\n10\n", "\nmine\n")
}

#[test]
fn lines_are_followed_back_to_the_commits_that_changed_them() {
    let upstream = Upstream::new();
    let first = upstream.edit("f", ("10\n", "ten\n"), "First (#11)");
    upstream.edit("f", ("1\n", "zero\nhalf\n1\n"), "Shift");
    upstream.edit("f", ("20\n", "twenty\n"), "Elsewhere");
    fs::write(upstream.tree.join("g"), "other\n").unwrap();
    upstream.commit("Another file");
    let second = upstream.edit("f", ("ten\n", "TEN\n"), "Second");
    let to = upstream.edit("f", ("zero\n", ""), "Shift back");
    let cause = upstream.cause(to, Some(&patched()), Reason::Content);
    assert_eq!(cause, [second, first]);
    let (_, caused) = upstream.conflicts(to, Some(&patched())).remove(0);
    assert_eq!((caused[1].pull_request, caused[1].author.as_str()), (Some(11), "An Upstream"));
    // A release in between is judged by what led to it.
    assert_eq!(upstream.cause(first, Some(&patched()), Reason::Content), [first]);
}

#[test]
fn lines_that_went_are_found_by_their_place() {
    let upstream = Upstream::new();
    upstream.edit("f", ("3\n", "3\nnew\n"), "Shift");
    let gone = upstream.edit("f", ("10\n", ""), "Delete it");
    let to = upstream.edit("f", ("15\n", "fifteen\n"), "Elsewhere");
    assert_eq!(upstream.cause(to, Some(&patched()), Reason::Content), [gone]);
    // Beside lines that were changed, too.
    let beside = upstream.edit("f", ("11\n", "eleven\n"), "Change the next one");
    assert_eq!(upstream.cause(beside, Some(&patched()), Reason::Content), [beside, gone]);
}

#[test]
fn lines_that_came_and_went_since_the_pin_caused_nothing() {
    let upstream = Upstream::new();
    upstream.edit("f", ("9\n", "9\nguest\n"), "Come");
    upstream.edit("f", ("guest\n", ""), "Go");
    let to = upstream.edit("f", ("10\n", "ten\n"), "Change");
    assert_eq!(upstream.cause(to, Some(&patched()), Reason::Content), [to]);
}

#[test]
fn lines_are_followed_through_a_rename() {
    let upstream = Upstream::new();
    let changed = upstream.edit("f", ("10\n", "ten\n"), "Change");
    upstream.git(&["mv", "f", "g"]);
    upstream.commit("Rename");
    let to = upstream.edit("g", ("20\n", "twenty\n"), "Elsewhere");
    assert_eq!(upstream.cause(to, Some(&patched()), Reason::Content), [changed]);
    assert_eq!(upstream.conflicts(to, Some(&patched()))[0].0.target, "g");
}

#[test]
fn a_conflict_below_other_patches_is_found_where_upstream_has_it() {
    let upstream = Upstream::new();
    let far = upstream.edit("f", ("13\n", "thirteen\n"), "Three lines on");
    let to = upstream.edit("f", ("10\n", "ten\n"), "Change");
    let store = upstream.store();
    // The patch before it adds three lines at the top, at the pin and in the release.
    let with = |tree, text: String| {
        let content = Some((FileMode::Regular, format!("a\nb\nc\n{text}").into_bytes()));
        store.edit(tree, [("f".parse().unwrap(), content)]).unwrap()
    };
    let [base, release] = [upstream.pin, to].map(|id| store.commit(id).unwrap().tree);
    let changed = lines().replace("\n10\n", "\nten\n").replace("\n13\n", "\nthirteen\n");
    let (before, after, ours) =
        (with(base, lines()), with(base, patched()), with(release, changed));
    let conflicts = store.merge(before, after, ours).unwrap().conflicts;
    assert_eq!(conflicts[0].line, 13);
    let history = History::between(&store, upstream.pin, to).unwrap();
    let caused = history.culprits_below(ours, &conflicts[0]).unwrap();
    assert_eq!(caused.iter().map(|commit| commit.id).collect::<Vec<_>>(), [to]);
    let wrong = culprits(&store, upstream.pin, to, &conflicts[0]).unwrap();
    assert_eq!(wrong.iter().map(|commit| commit.id).collect::<Vec<_>>(), [far]);
}

#[test]
fn whole_files_are_followed_too() {
    let upstream = Upstream::new();
    let changed = upstream.edit("f", ("10\n", "ten\n"), "Change");
    assert_eq!(upstream.cause(changed, None, Reason::Changed), [changed]);
    upstream.git(&["mv", "f", "g"]);
    let first = upstream.commit("Rename");
    upstream.edit("g", ("20\n", "twenty\n"), "Elsewhere");
    upstream.git(&["mv", "g", "h"]);
    let second = upstream.commit("Rename again");
    assert_eq!(upstream.cause(second, None, Reason::Renamed), [second, first]);
    upstream.git(&["rm", "--quiet", "h"]);
    let deleted = upstream.commit("Delete");
    fs::write(upstream.tree.join("new"), "theirs\n").unwrap();
    let added = upstream.commit("Add");
    let to = upstream.edit("new", ("theirs", "still theirs"), "Change what was added");
    let cause = upstream.cause(to, Some(&patched()), Reason::Deleted);
    assert_eq!(cause, [deleted, second, first]);
    let (conflict, caused) = upstream.conflicts_of("new", to, Some("mine\n")).remove(0);
    assert_eq!(conflict.reason, Reason::Added);
    assert_eq!(caused.iter().map(|commit| commit.id).collect::<Vec<_>>(), [added]);
    // Of what a release has from before the pin, no commit on the way is the cause.
    let store = upstream.store();
    let none = culprits(&store, to, to, &conflict).unwrap();
    assert_eq!(none, []);
}

#[test]
fn what_took_a_files_room_is_what_put_it_there() {
    let upstream = Upstream::new();
    fs::create_dir(upstream.tree.join("new")).unwrap();
    fs::write(upstream.tree.join("new/other"), "other\n").unwrap();
    let taken = upstream.commit("Take it");
    fs::write(upstream.tree.join("new/more"), "more\n").unwrap();
    upstream.commit("Fill it");
    let to = upstream.edit("f", ("20\n", "twenty\n"), "Elsewhere");
    for (file, reason) in [("new", Reason::Directory), ("new/other/below", Reason::Below)] {
        let (conflict, caused) = upstream.conflicts_of(file, to, Some("mine\n")).remove(0);
        assert_eq!(conflict.reason, reason);
        assert_eq!(caused.iter().map(|commit| commit.id).collect::<Vec<_>>(), [taken], "{file}");
    }
}

#[test]
fn a_merge_counts_as_what_it_merged() {
    let upstream = Upstream::new();
    upstream.git(&["checkout", "--quiet", "-b", "side"]);
    upstream.edit("f", ("10\n", "ten\n"), "On a branch");
    upstream.git(&["checkout", "--quiet", "main"]);
    upstream.edit("f", ("20\n", "twenty\n"), "On main");
    let message = "Merge pull request #12 from someone/side\n\nTen in words";
    upstream.git(&["merge", "--quiet", "--no-ff", "--message", message, "side"]);
    let to: CommitId = upstream.git(&["rev-parse", "HEAD"]).parse().unwrap();
    let (_, caused) = upstream.conflicts(to, Some(&patched())).remove(0);
    assert_eq!(caused.len(), 1);
    assert_eq!((caused[0].id, caused[0].pull_request), (to, Some(12)));
    assert_eq!(caused[0].subject, "Ten in words");
}

#[test]
fn the_chain_is_what_git_lists() {
    let upstream = Upstream::new();
    let fork = upstream.edit("f", ("1\n", "one\n"), "One");
    upstream.git(&["checkout", "--quiet", "-b", "release"]);
    let released = upstream.edit("f", ("2\n", "two\n"), "A backport");
    upstream.git(&["checkout", "--quiet", "main"]);
    let main = upstream.edit("f", ("3\n", "three\n"), "Three");
    let store = upstream.store();
    for (from, to) in [(upstream.pin, main), (released, main), (main, released), (main, fork)] {
        let range = format!("{from}..{to}");
        let listed = upstream.git(&["rev-list", "--first-parent", "--reverse", &range]);
        let chain = first_parents(&store, from, to).unwrap();
        assert_eq!(chain.iter().map(|id| format!("{id}\n")).collect::<String>().trim(), listed);
    }
    // A history that was cut off is no history: of what came before, nothing is known.
    let shallow = upstream.sandbox.home.join("shallow");
    let url = format!("file://{}", upstream.tree.display());
    let clone = ["clone", "--quiet", "--bare", "--depth=1", &url, shallow.to_str().unwrap()];
    upstream.sandbox.git(&upstream.sandbox.home, &clone);
    let store = Store::open(&shallow.join("objects")).unwrap();
    let failure = first_parents(&store, upstream.pin, main).unwrap_err();
    assert_eq!(failure.kind, Kind::Environment);
    insta::assert_snapshot!(failure.error, @"the history that was fetched ends at 6941910b9621, after e56bea2e922a");
}
