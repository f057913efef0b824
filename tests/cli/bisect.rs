//! `patcher bisect`: which upstream commit did it, on histories made by real git.

use std::fs;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use serde_json::Value;

use crate::common::{Sandbox, joined};

const CODE: &str = "patches/0001-compile-separately.patch";
const DOCS: &str = "patches/0002-docs.patch";
/// The line of README.md that the second patch changes, and what upstream makes of it.
const ISSUE: (&str, &str) = ("* Two books", "* Both books");
/// A line of notes.bzl that the first patch changes, and what upstream makes of it.
const BOOK: (&str, &str) = ("def note_book(name, **kwargs):", "def note_book(*, name, **kwargs):");

/// A project pinned at 1.0.0, and upstream's worktree there.
struct History {
    sandbox: Sandbox,
    tree: PathBuf,
}

impl History {
    fn new() -> Self {
        let sandbox = Sandbox::synced();
        let tree = sandbox.worktree("upstream", "1.0.0");
        Self { sandbox, tree }
    }

    fn git(&self, args: &[&str]) -> String {
        self.sandbox.git(&self.tree, args)
    }

    fn commit(&self, subject: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits another text in place of one that stands in a file.
    #[track_caller]
    fn edit(&self, file: &str, (from, to): (&str, &str), subject: &str) -> String {
        edit(&self.tree.join(file), from, to);
        self.commit(subject)
    }

    /// Releases what was committed last, and fetches it.
    fn release(&self, tag: &str) {
        self.git(&["tag", tag]);
        self.git(&["push", "--quiet", "origin", tag]);
        self.sandbox.succeed(&["sync", "--no-repro"]);
    }

    /// The document of a bisection that ends with this exit code.
    #[track_caller]
    fn bisect(&self, code: i32, args: &[&str]) -> Value {
        let args = [&["bisect", "--format", "json"], args].concat();
        self.sandbox.refuse(code, &args, &[]).json()
    }
}

#[track_caller]
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "no {from:?} in {text}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// The ids of commits, and of turns at commits.
fn ids(commits: &Value) -> Vec<&str> {
    commits.as_array().unwrap().iter().map(id_of).collect()
}

fn id_of(commit: &Value) -> &str {
    let id = [&commit["id"], &commit["commit"], &commit["commit"]["id"]];
    id.into_iter().find_map(Value::as_str).unwrap()
}

#[test]
fn the_commit_since_which_a_patch_conflicts_is_found() {
    let history = History::new();
    history.edit("README.md", ("Rules for", "Some rules for"), "A title");
    let moved = history.edit("README.md", ("# demo_rules\n", "# demo_rules\n\n"), "Space");
    history.edit("notes.bzl", ("Rules for", "Some rules for"), "Elsewhere");
    let broken = history.edit("README.md", ISSUE, "docs: both (#7)");
    history.commit("Nothing");
    history.release("1.2.0");
    // The first patch that changes, since the pin, at the newest release.
    let found = history.bisect(0, &[]);
    assert_eq!(found["command"], "bisect");
    assert_eq!((&found["subject"], &found["answer"]), (&DOCS.into(), &"found".into()));
    assert_eq!((&found["from"]["name"], &found["to"]["name"]), (&"1.0.0".into(), &"1.2.0".into()));
    assert_eq!(
        (&found["from"]["outcome"], &found["until"]),
        (&"unchanged".into(), &"conflict".into())
    );
    assert_eq!(found["commit"]["id"], broken.as_str());
    assert_eq!(found["commit"]["pull_request"], 7);
    assert_eq!((&found["commits"], &found["judged"]), (&5.into(), &5.into()));
    let places = found["places"].as_array().unwrap();
    assert_eq!(places.len(), 1);
    assert_eq!(
        (&places[0]["target"], &places[0]["hunk"]),
        (&"README.md".into(), &"@@ -4,4 +4,4 @@".into())
    );
    let change = &places[0]["changes"][0];
    assert_eq!(change["line"], 8);
    assert!(change["added"][0].as_str().unwrap().starts_with("* Both books"), "{change}");
    let turns = ids(&found["turns"]);
    let last = turns.len() - 1;
    assert_eq!((turns[last - 1], turns[last]), (moved.as_str(), broken.as_str()));
    // The same, as people ask and read it.
    let run = history.sandbox.refuse(0, &["bisect", "0002-docs.patch", "--to", "1.2.0"], &[]);
    assert_snapshot!(run, @"
    $ patcher bisect 0002-docs.patch --to 1.2.0
    exit code: 0
    --- stdout
    patches/0002-docs.patch: unchanged at 1.0.0, conflict at 1.2.0, 5 commits between
      offset    since 68701d95e830 2026-11-20 An Upstream: Space
      conflict  since 5ed156181114 2026-11-20 An Upstream: docs: both (#7)

    conflict since 5ed156181114 2026-11-20 An Upstream: docs: both (#7)
      README.md, `@@ -4,4 +4,4 @@` of the patch: both changed these lines
        line 8:
          -* Two books cannot share a note where one of them has tags such as `requires-gpu`.
          +* Both books cannot share a note where one of them has tags such as `requires-gpu`.
    --- stderr
    Finished in [TIME]: one of 5 commits did it, 5 judged
    ");
    let inexact = history.bisect(0, &[DOCS, "--until", "inexact"]);
    assert_eq!(inexact["commit"]["id"], turns[0]);
    // Between any two commits.
    let short = &broken[..8];
    let found = history.bisect(0, &[DOCS, "--from", &moved, "--to", short]);
    assert_eq!((&found["commit"]["id"], &found["commits"]), (&broken.as_str().into(), &2.into()));
}

#[test]
fn what_turned_more_than_once_turned_last() {
    let history = History::new();
    let first = history.edit("README.md", ISSUE, "Both");
    let back = history.edit("README.md", (ISSUE.1, ISSUE.0), "Revert \"Both\"");
    let again = history.edit("README.md", ISSUE, "Both again");
    history.release("1.2.0");
    let found = history.bisect(0, &[DOCS]);
    assert_eq!(found["commit"]["id"], again.as_str());
    assert_eq!(ids(&found["turns"]), [first.as_str(), &back, &again]);
    let found = history.bisect(1, &[DOCS, "--to", &back]);
    assert_eq!((&found["answer"], &found["commit"]), (&"already-so".into(), &Value::Null));
    assert_eq!(found["turns"].as_array().unwrap().len(), 2);
    let found = history.bisect(1, &[DOCS, "--to", &back, "--until", "conflict"]);
    assert_eq!(found["answer"], "not-so");
}

#[test]
fn commits_on_which_an_earlier_patch_conflicts_are_skipped() {
    let history = History::new();
    // Both patches over one file: the second is judged on what the first makes of it.
    history.edit("README.md", ("one defect", "a defect"), "Before");
    let code = history.edit("notes.bzl", BOOK, "Keyword");
    let docs = history.edit("README.md", ISSUE, "Both");
    let mended = history.edit("notes.bzl", (BOOK.1, BOOK.0), "Revert \"Keyword\"");
    history.release("1.2.0");
    let found = history.bisect(1, &[DOCS]);
    assert_eq!(found["answer"], "indeterminate");
    assert_eq!(ids(&found["candidates"]), [code.as_str(), &docs, &mended]);
    assert_eq!(ids(&found["skipped"]), [code.as_str(), &docs]);
    assert_eq!(found["skipped"][0]["reason"], "0001-compile-separately.patch conflicts");
    assert_eq!((&found["commit"], &found["judged"]), (&Value::Null, &2.into()));
    let run = history.sandbox.refuse(1, &["bisect"], &[]);
    assert_snapshot!(run, @r#"
    $ patcher bisect
    exit code: 1
    --- stdout
    patches/0002-docs.patch: unchanged at 1.0.0, conflict at 1.2.0, 4 commits between
      conflict  since a4b431554d61 2026-11-20 An Upstream: Revert "Keyword"

    conflict since one of these:
      8651cd9c11a2 2026-11-20 An Upstream: Keyword
      0d3f6aa6b7c7 2026-11-20 An Upstream: Both
      a4b431554d61 2026-11-20 An Upstream: Revert "Keyword"
    2 commits not judged: 0001-compile-separately.patch conflicts
    --- stderr
      error: one of 3 did it: the others cannot be judged
    "#);
    // At the end, it is an error: the earlier patch comes first.
    assert_snapshot!(history.sandbox.refuse(2, &["bisect", DOCS, "--to", &docs], &[]), @"
    $ patcher bisect patches/0002-docs.patch --to 0d3f6aa6b7c7d902040d707f00a2a26b50e16fc2
    exit code: 2
    --- stderr
      error: patches/0002-docs.patch cannot be judged at 0d3f6aa6b7c7: 0001-compile-separately.patch conflicts
       hint: bisect that one first
    ");
    assert_eq!(history.bisect(0, &[CODE, "--to", &docs])["commit"]["id"], code.as_str());
}

#[test]
fn a_patch_that_upstream_took_is_found() {
    let history = History::new();
    history.edit("notes.bzl", ("Rules for", "Some rules for"), "Elsewhere");
    let patch = history.sandbox.project.join(DOCS);
    history.git(&["apply", patch.to_str().unwrap()]);
    let taken = history.commit("Take it");
    history.release("1.2.0");
    let found = history.bisect(0, &[DOCS]);
    assert_eq!(
        (&found["until"], &found["commit"]["id"]),
        (&"already upstream".into(), &taken.as_str().into())
    );
    assert_eq!(found["evidence"][0], "merging it changes nothing");
    let found = history.bisect(0, &[DOCS, "--until", "already-upstream"]);
    assert_eq!(found["commit"]["id"], taken.as_str());
}

#[test]
fn what_only_the_pins_branch_has_is_no_commit_of_the_other() {
    let history = History::new();
    // The pin is on a branch of its own, with a line that the other branch has otherwise.
    history.git(&["checkout", "--quiet", "-b", "side", "1.0.0^{commit}"]);
    let own = history.edit("README.md", ("## Known issues", "## Issues"), "Own");
    history.release("1.0.1");
    history.git(&["checkout", "--quiet", "work"]);
    history.commit("Other");
    history.release("1.2.0");
    let found =
        history.bisect(1, &[DOCS, "--from", "1.0.1", "--to", "1.2.0", "--until", "inexact"]);
    assert_eq!(found["answer"], "not-so", "{found}");
    let found = history.bisect(1, &[DOCS, "--from", "1.0.1", "--to", "1.2.0"]);
    assert_eq!(found["answer"], "parted", "{found}");
    assert_eq!(ids(&found["candidates"]), [own.as_str()]);
}

#[test]
fn what_cannot_be_understood_is_said() {
    let history = History::new();
    let id = history.edit("README.md", ISSUE, "Both");
    history.release("1.2.0");
    let said = [
        &["0009-x.patch"][..],
        &["--to", "9.9.9"],
        &["--to", "0123456789"],
        &["--to", "newest"],
        &["--from", "1.2.0", "--to", "1.0.0"],
        &["--from", &id],
        &["--scenario", "nope", "--bazel", "sh"],
        &["--side", "patched"],
    ]
    .map(|args| history.sandbox.refuse(2, &[&["bisect"], args].concat(), &[]));
    assert_snapshot!(joined(said), @r#"
    $ patcher bisect 0009-x.patch
    exit code: 2
    --- stderr
      error: there is no patch 0009-x.patch
       hint: there are patches/0001-compile-separately.patch, patches/0002-docs.patch

    $ patcher bisect --to 9.9.9
    exit code: 2
    --- stderr
      error: no release 9.9.9 among those that were fetched: the newest are 1.2.0, 1.1.0, 1.0.0
       hint: `patcher sync` fetches what upstream has since then

    $ patcher bisect --to 0123456789
    exit code: 2
    --- stderr
      error: no commit 0123456789 among those that were fetched: the newest are 1.2.0, 1.1.0, 1.0.0
       hint: `patcher sync` fetches what upstream has since then

    $ patcher bisect --to newest
    exit code: 2
    --- stderr
    error: invalid value 'newest' for '--to <RELEASE|COMMIT>': not a release

      tip: a release is `latest`, or three numbers such as 2.3.2; also `main` or a commit's id of 7 to 40 digits

    For more information, try '--help'.

    $ patcher bisect --from 1.2.0 --to 1.0.0
    exit code: 2
    --- stderr
      error: 1.2.0 is not before 1.0.0
       hint: `--to main` goes on to what is not released yet, `--from` begins earlier

    $ patcher bisect --from 861416bc27131765bc4e907ce953b01b3c7c603e
    exit code: 2
    --- stderr
      error: 861416bc2713 is not before 1.2.0
       hint: `--to main` goes on to what is not released yet, `--from` begins earlier

    $ patcher bisect --scenario nope --bazel sh
    exit code: 2
    --- stderr
      error: there is no scenario "nope"
       hint: there are: plain-books, two-books

    $ patcher bisect --side patched
    exit code: 2
    --- stderr
    error: the following required arguments were not provided:
      --scenario <ID>

    Usage: patcher bisect --scenario <ID> --side <SIDE> [PATCH|SERIES]

    For more information, try '--help'.
    "#);
}

/// What Bazel does on the commit that fixes it, and on the one before.
#[derive(PartialEq, Eq)]
enum Around {
    Loads,
    /// It does not come as far as the targets.
    DoesNotLoad,
}

/// A history in which a scenario passes from a commit on, with others around it.
fn scenario_history(around: &Around) -> (History, [String; 3]) {
    const UNLOADED: &str = "\n# unloaded\n";
    let is_unloaded = *around == Around::DoesNotLoad;
    let history = History::new();
    let spaces = |name: &str| {
        for number in 0..6 {
            let subject = format!("{name} {number}");
            history.edit("README.md", ("# demo_rules\n", "# demo_rules\n\n"), &subject);
        }
    };
    spaces("Before");
    let broken = if is_unloaded {
        history.edit("version.bzl", ("\n", UNLOADED), "Break it")
    } else {
        history.commit("Nothing")
    };
    let fixed = history.edit("notes.bzl", ("fixed.", "fixed. It works."), "fix: it works (#9)");
    let mended = if is_unloaded {
        history.edit("version.bzl", (UNLOADED, "\n"), "Mend it")
    } else {
        history.commit("Nothing")
    };
    spaces("After");
    history.release("1.2.0");
    (history, [broken, fixed, mended])
}

/// A Bazel under which the scenario passes if notes.bzl says so, that counts its calls and writes
/// down on which tree each is.
fn scenario_bazel(history: &History) -> (String, impl Fn() -> usize) {
    let script = "grep -q 'Makes a book' $tree/notes.bzl && side=patched || side=unpatched; \
         echo $side >> $0.sides; \
         begin; if ! grep -q unloaded $tree/version.bzl; then \
         if grep -q works $tree/notes.bzl; then good; else conflict; fi; fi; end";
    (history.sandbox.counting_bazel(script), || history.sandbox.bazel_calls())
}

#[test]
fn the_commit_since_which_a_scenario_differs_is_found() {
    let (history, [_, fixed, _]) = scenario_history(&Around::Loads);
    let (bazel, count) = scenario_bazel(&history);
    for (side, from) in [("unpatched", "conflict"), ("patched", "conflict")] {
        let args = ["--scenario", "two-books", "--side", side, "--bazel", &bazel];
        let found = history.bisect(0, &args);
        assert_eq!(found["subject"], format!("two-books on the {side} tree"));
        assert_eq!((&found["from"]["outcome"], &found["until"]), (&from.into(), &"pass".into()));
        assert_eq!(id_of(&found["commit"]), fixed);
        assert_eq!((&found["commits"], &found["commit"]["pull_request"]), (&15.into(), &9.into()));
        assert_eq!(ids(&found["turns"]), [&fixed]);
    }
    // A binary search on each side: both ends, and four of the fourteen between them, of which
    // two have the same tree.
    assert_eq!(count(), 2 * 5);
    let sides = fs::read_to_string(format!("{bazel}.sides")).unwrap();
    assert_eq!(sides, "unpatched\n".repeat(5) + &"patched\n".repeat(5));
    let args = ["bisect", "--scenario", "two-books", "--bazel", &bazel];
    let run = history.sandbox.refuse(0, &args, &[]);
    assert_snapshot!(run, @"
    $ patcher bisect --scenario two-books --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    two-books on the patched tree: conflict at 1.0.0, pass at 1.2.0, 15 commits between
      pass  since 27f7b330709a 2026-11-20 An Upstream: fix: it works (#9)

    pass since 27f7b330709a 2026-11-20 An Upstream: fix: it works (#9)
    --- stderr
    Finished in [TIME]: one of 15 commits did it, 5 judged
    ");
    assert_eq!(count(), 2 * 5, "what was seen is cached");
    let found = history.bisect(1, &[&args[1..], &["--from", &fixed]].concat());
    assert_eq!(found["answer"], "already-so");
    assert_snapshot!(history.sandbox.refuse(2, &["bisect", "--scenario", "x", "--bazel", &bazel], &[]), @r#"
    $ patcher bisect --scenario x --bazel [ROOT]/home/fake-bazel
    exit code: 2
    --- stderr
      error: there is no scenario "x"
       hint: there are: plain-books, two-books
    "#);
}

#[test]
fn commits_that_do_not_load_are_skipped() {
    let (history, [broken, fixed, mended]) = scenario_history(&Around::DoesNotLoad);
    let (bazel, count) = scenario_bazel(&history);
    let args = ["--scenario", "two-books", "--side", "unpatched", "--bazel", &bazel];
    let found = history.bisect(1, &args);
    assert_eq!(found["answer"], "indeterminate", "{found}");
    assert_eq!(ids(&found["candidates"]), [&broken, &fixed, &mended]);
    assert_eq!(ids(&found["skipped"]), [&broken, &fixed]);
    assert_eq!(found["skipped"][0]["reason"], "did-not-run");
    assert!(count() <= 10, "{}", count());
    // If the first end cannot be judged, there is nothing to look for.
    let args = [&["bisect"], &args[..], &["--from", &broken]].concat();
    assert_snapshot!(history.sandbox.refuse(30, &args, &[]), @"
    $ patcher bisect --scenario two-books --side unpatched --bazel [ROOT]/home/fake-bazel --from 3c0e09839a54263d6bd72a694c956308f83f9077
    exit code: 30
    --- stderr
      error: two-books cannot be judged at 3c0e09839a54: //two-books:plain was never configured
       hint: choose another end; without a registry in reach, give Bazel its modules with --module-append and --bazelrc
    ");
}
