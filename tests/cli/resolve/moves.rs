//! What upstream may do to the code that a patch changes: for the first, the middle and the last
//! patch, each in a file of its own, together in one, and where the same lines stand twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::{Run, joined};

use super::{
    LETTERS, Layout, PATCHES, PIN, Stopped, World, both, code, file, files_at_pin, new, old, put,
    upstreams,
};

/// What upstream does to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    /// Changes the line that the patch changes.
    Line,
    /// Changes a line beside it.
    Context,
    /// Adds lines above.
    Elsewhere,
    Rename,
    Delete,
    /// Takes the patch.
    Take,
    /// Takes what the patch adds, ten lines below.
    TakeBelow,
}

/// What the port makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Merges(&'static str),
    Conflicts(&'static str),
    IsUpstream,
}

/// How a stop is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// As one would: both changes, the file as the patch has it, a line more.
    Resolved,
    Skipped,
}

impl Move {
    const fn expected(self) -> Expected {
        match self {
            Self::Line => Expected::Conflicts("content"),
            Self::Context => Expected::Merges("fuzz"),
            Self::Elsewhere => Expected::Merges("offset"),
            Self::Rename => Expected::Merges("three-way-merge"),
            Self::Delete => Expected::Conflicts("deleted"),
            Self::Take | Self::TakeBelow => Expected::IsUpstream,
        }
    }
}

/// An upstream change to the code of one patch.
#[derive(Clone, Copy, Debug)]
struct Case {
    layout: Layout,
    what: Move,
    /// The patch's place in the series.
    at: usize,
}

impl Case {
    fn path(self, index: usize) -> String {
        let path = file(LETTERS[index], self.layout);
        if self.what == Move::Rename && self.touches(index) {
            format!("private/{path}")
        } else {
            path
        }
    }

    /// Whether the move is on the file of the patch at `index`.
    fn touches(self, index: usize) -> bool {
        index == self.at || self.layout == Layout::Together
    }

    /// The upstream's files in the release.
    fn release(self) -> BTreeMap<String, String> {
        let mut files = files_at_pin(self.layout);
        let letter = LETTERS[self.at];
        let text = files.remove(&file(letter, self.layout)).unwrap();
        let (new, old) = (new(letter), old(letter));
        let below = format!("    {letter}_10 = ctx.attr.number_10_of_{letter}\n");
        let doc = format!("Makes arguments of {letter}.");
        let start = format!("def {letter}_first(ctx):\n");
        let helper = "def helper(ctx):\n    return ctx.attr.helper\n\n";
        let text = match self.what {
            Move::Line => put(&text, &old, &upstreams(letter)),
            Move::Context => put(&text, &doc, "Makes the arguments."),
            Move::Elsewhere => put(&text, &start, &format!("{helper}{start}")),
            Move::Rename => text,
            Move::Delete => return files,
            Move::Take => put(&text, &old, &new),
            Move::TakeBelow => put(&put(&text, &old, ""), &below, &format!("{below}{new}")),
        };
        files.insert(self.path(self.at), text);
        files
    }

    /// The files with the patches before `end`, if the stop was answered so.
    fn files(self, end: usize, answer: Answer) -> BTreeMap<String, String> {
        let mut files = self.release();
        for (index, letter) in LETTERS.iter().enumerate().take(end) {
            let path = self.path(index);
            let is_gone = self.what == Move::Delete && self.touches(index);
            let (from, to) = match self.what {
                _ if is_gone && answer == Answer::Skipped => continue,
                Move::Line if index == self.at && answer == Answer::Resolved => {
                    (upstreams(letter), both(letter))
                }
                Move::Line | Move::Take | Move::TakeBelow if index == self.at => {
                    if answer == Answer::Resolved {
                        files.get_mut(&path).unwrap().push_str("# more\n");
                    }
                    continue;
                }
                _ => (old(letter), new(letter)),
            };
            let text = files.entry(path).or_insert_with(|| self.text_at_pin(index));
            *text = put(text, &from, &to);
        }
        files
    }

    fn text_at_pin(self, index: usize) -> String {
        files_at_pin(self.layout).remove(&file(LETTERS[index], self.layout)).unwrap()
    }

    /// The file of the patch at `index`, at the pin with the patches before `end`.
    fn at_pin(self, index: usize, end: usize) -> String {
        let is_there = |other: &usize| *other == index || self.layout == Layout::Together;
        let letters = (0..end).filter(is_there).map(|index| LETTERS[index]);
        letters.fold(self.text_at_pin(index), |text, l| put(&text, &old(l), &new(l)))
    }

    /// Where it stops: a file that is gone is lacked by the first patch that is on it.
    fn stops_at(self) -> usize {
        if self.what == Move::Delete && self.layout == Layout::Together { 0 } else { self.at }
    }

    /// The patches that come out as another text: those whose file is another one, before or
    /// after.
    fn changed(self, answer: Answer) -> BTreeSet<String> {
        let is_same = |index: usize| {
            [index, index + 1].iter().all(|end| {
                let there = self.files(*end, answer).remove(&file(LETTERS[index], self.layout));
                there == Some(self.at_pin(index, *end))
            })
        };
        let indices = (0..3).filter(|index| !is_same(*index));
        indices.map(|index| format!("patches/{}", PATCHES[index])).collect()
    }
}

fn write(directory: &Path, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
    before.keys().for_each(|path| fs::remove_file(directory.join(path)).unwrap());
    for (path, text) in after {
        fs::create_dir_all(directory.join(path).parent().unwrap()).unwrap();
        fs::write(directory.join(path), text).unwrap();
    }
}

/// Takes every patch through an upstream change, every way.
fn take_through(what: Move, layouts: &[Layout]) {
    for layout in layouts {
        let mut world = World::new(*layout);
        for (at, letter) in LETTERS.iter().enumerate() {
            let case = Case { layout: *layout, what, at };
            if case.stops_at() != at {
                continue;
            }
            let tag = format!("2.{}.0", at + 1);
            world.release(&tag, &format!("feat: {what:?} of {letter} (#41)"), |directory| {
                write(directory, &files_at_pin(*layout), &case.release());
            });
            world.again(&format!("{tag}-resolved"));
            if let Expected::Merges(outcome) = what.expected() {
                merges(&world, case, &tag, outcome);
                continue;
            }
            let stopped = stops(&world, case, &tag);
            aborted(&world, &tag, &stopped);
            resolved(&world, case, &tag, &stopped);
            world.again(&format!("{tag}-skipped"));
            skipped(&world, case, &tag);
        }
    }
}

/// With nothing to resolve, `--resolve` is a sync like any other.
fn merges(world: &World, case: Case, tag: &str, outcome: &str) {
    let document = world.succeed(&["--to", tag, "--resolve", "--no-repro"]);
    assert_eq!(document["outcomes"][case.at]["outcome"], outcome, "{case:?}");
    let warnings = document["outcomes"][case.at]["evidence"].as_array().unwrap();
    let renamed = warnings.iter().filter(|evidence| evidence["kind"] == "renamed");
    assert_eq!(renamed.count(), usize::from(case.what == Move::Rename), "{case:?}");
    world.assert_no_work();
    world.assert_at(tag, &case.files(3, Answer::Resolved));
    assert_changed(world, case, tag, Answer::Resolved);
}

/// A refusal says each of these: the move, the layout and the patch are another each time.
#[track_caller]
fn says(run: &Run, words: &[&str]) {
    words.iter().for_each(|word| assert!(run.stderr.contains(word), "no {word:?} in {run}"));
}

/// The stop is reported, and laid out in a worktree; the project is as it was.
fn stops(world: &World, case: Case, tag: &str) -> Stopped {
    let Case { layout, what, at } = case;
    let plain = if what.expected() == Expected::IsUpstream { 1 } else { 3 };
    let hint =
        if plain == 1 { "--drop-upstreamed" } else { "--resolve --no-repro` opens a worktree" };
    says(&world.refuse(plain, &["--to", tag, "--no-repro"]), &[PATCHES[at], hint]);
    world.assert_no_work();

    let stopped = world.resolve(tag);
    let resolve = &stopped.json["resolve"];
    let past: BTreeMap<&str, bool> = PATCHES[..at].iter().map(|name| (*name, true)).collect();
    assert_eq!(resolve["status"], "stopped");
    assert_eq!(resolve["series"], "patches");
    assert_eq!((&resolve["pin"], &resolve["release"]), (&json!(PIN), &json!(tag)));
    assert_eq!(resolve["patch"], PATCHES[at]);
    assert_eq!(resolve["past"], json!(past));
    assert_eq!(resolve["left"], json!(PATCHES[at..]));
    assert_eq!(resolve["recorded"], json!([]));
    let next: Vec<&str> = resolve["next"].as_array().unwrap().iter().map(command).collect();
    for act in ["continue", "skip", "abort"] {
        assert!(next.contains(&format!("patcher {act}").as_str()), "{next:?}");
    }
    let path = file(LETTERS[at], layout);
    let before = case.files(at, Answer::Resolved);
    let status = stopped.git(world, &["status", "--porcelain", "--untracked-files=all"]);
    match what.expected() {
        Expected::Conflicts(reason) => {
            assert_eq!(resolve["outcome"], "conflict");
            let conflicts = resolve["conflicts"].as_array().unwrap();
            let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
            assert_eq!(conflict["reason"], reason);
            assert_eq!((&conflict["path"], &conflict["target"]), (&json!(path), &json!(path)));
            let culprits = conflict["caused_by"].as_array().unwrap();
            let [culprit] = culprits.as_slice() else { panic!("{conflict:#}") };
            assert_eq!(culprit["id"], world.git(&["rev-parse", &format!("{tag}^{{commit}}")]));
            assert_eq!(culprit["subject"], format!("feat: {what:?} of {} (#41)", LETTERS[at]));
            assert_eq!(culprit["pull_request"], 41);
            if reason == "content" {
                conflicts_by_lines(conflict, &before[&path], LETTERS[at]);
                assert_eq!(status, format!("UU {path}"));
                let marked = format!(
                    "<<<<<<< demo_rules {tag}\n{}||||||| demo_rules {PIN} (the pin)\n{}=======\n\
                     {}>>>>>>> {}\n",
                    upstreams(LETTERS[at]),
                    old(LETTERS[at]),
                    new(LETTERS[at]),
                    PATCHES[at]
                );
                let marked = put(&before[&path], &upstreams(LETTERS[at]), &marked);
                assert_eq!(stopped.read(&path), marked);
            } else {
                assert_eq!(status, format!("DU {path}"));
                assert_eq!(stopped.read(&path), case.at_pin(at, at + 1));
            }
            let stage =
                |stage: usize| stopped.git(world, &["show", &format!(":{stage}:{path}")]) + "\n";
            assert_eq!(stage(1).trim_end(), case.at_pin(at, at).trim_end());
            assert_eq!(stage(3).trim_end(), case.at_pin(at, at + 1).trim_end());
            if let Some(ours) = before.get(&path) {
                assert_eq!(stage(2).trim_end(), ours.trim_end());
            }
        }
        _ => {
            assert_eq!(resolve["outcome"], "already-upstream");
            assert!(!resolve["evidence"].as_array().unwrap().is_empty());
            assert_eq!(resolve["conflicts"], json!([]));
            assert_eq!(status, "");
        }
    }
    // What is not in conflict is as it is to be, on commits that are the patches before.
    for (other, text) in before.iter().filter(|(other, _)| **other != path) {
        assert_eq!(&stopped.read(other), text);
    }
    let log = stopped.git(world, &["log", "--format=%s", &format!("{tag}..")]);
    let subjects: Vec<String> =
        LETTERS[..at].iter().rev().map(|letter| format!("fix: {letter} is strict")).collect();
    assert_eq!(log, subjects.join("\n"));
    let branch = stopped.git(world, &["symbolic-ref", "--short", "HEAD"]);
    assert_eq!(branch, format!("patches-on-{tag}"));
    let status = stopped.git(world, &["status"]);
    assert!(status.contains("cherry-picking commit"), "{status}");

    let run = world.patcher(&["status"]);
    let work = &run.json()["work"];
    assert_eq!((run.code, &work["resolve"], &work["next"]), (Some(0), resolve, &resolve["next"]));
    stopped
}

fn command(step: &Value) -> &str {
    step["command"].as_str().unwrap()
}

fn conflicts_by_lines(conflict: &Value, ours: &str, letter: &str) {
    let at = ours.find(&upstreams(letter)).unwrap();
    assert_eq!(conflict["line"], 1 + ours[..at].matches('\n').count());
    assert_eq!(conflict["base"], old(letter));
    assert_eq!(conflict["upstream"], upstreams(letter));
    assert_eq!(conflict["patch"], new(letter));
}

/// Giving up leaves no trace, and the next try is like the first.
fn aborted(world: &World, tag: &str, stopped: &Stopped) {
    let run = world.patcher(&["abort"]);
    assert_eq!((run.code, &run.json()["aborted"]), (Some(0), &json!(true)));
    assert_eq!(world.changed(), BTreeSet::new());
    world.assert_no_work();
    let again = world.resolve(tag);
    assert_eq!(again.json, stopped.json);
}

/// Resolved in the worktree, and gone on.
fn resolved(world: &World, case: Case, tag: &str, stopped: &Stopped) {
    let Case { layout, what, at } = case;
    let path = file(LETTERS[at], layout);
    match what.expected() {
        Expected::Conflicts("content") => {
            says(&world.refuse(3, &["continue"]), &["still in conflict", &path]);
            stopped.resolve(world, &path, &both(LETTERS[at]));
        }
        Expected::Conflicts(_) => {
            says(&world.refuse(3, &["continue"]), &["still in conflict", &path]);
            stopped.git(world, &["add", &path]);
        }
        _ => {
            let nothing = ["nothing is left of", PATCHES[at], "Is that what you want?", "skip"];
            says(&world.refuse(3, &["continue"]), &nothing);
            let text = stopped.read(&path) + "# more\n";
            stopped.add(world, &path, &text);
        }
    }
    let document = world.finish();
    assert_eq!(document["version"], format!("{tag}.patched.1"));
    for (index, outcome) in document["outcomes"].as_array().unwrap().iter().enumerate() {
        assert_eq!(outcome["outcome"] == "resolved", index == at, "{case:?}: {outcome:#}");
    }
    world.assert_no_work();
    world.assert_at(tag, &case.files(3, Answer::Resolved));
    assert_changed(world, case, tag, Answer::Resolved);
    assert_eq!(world.succeed(&["--no-repro"])["written"], json!([]));
}

/// The patch is left out, with its line of the series and nothing else.
fn skipped(world: &World, case: Case, tag: &str) {
    let mut stops = vec![world.resolve(tag).json["resolve"]["patch"].clone()];
    let document = loop {
        let run = world.patcher(&["skip", "--no-repro"]);
        match run.code {
            Some(0) => break run.json(),
            Some(3) => stops.push(run.json()["resolve"]["patch"].clone()),
            _ => panic!("{case:?}: {run:#?}"),
        }
    };
    let is_all = case.what == Move::Delete && case.layout == Layout::Together;
    let gone = if is_all { &PATCHES[..] } else { &PATCHES[case.at..=case.at] };
    assert_eq!(json!(stops), json!(gone));
    for (name, found) in PATCHES.iter().zip(document["outcomes"].as_array().unwrap()) {
        assert_eq!(found["dropped"], gone.contains(name), "{found:#}");
        assert_eq!(world.sandbox.project.join("patches").join(name).exists(), !gone.contains(name));
    }
    world.assert_no_work();
    world.assert_at(tag, &case.files(3, Answer::Skipped));
    assert_changed(world, case, tag, Answer::Skipped);
    let series = world.sandbox.read("patches/series");
    let kept = PATCHES.iter().filter(|name| !gone.contains(name));
    let names = series.lines().filter(|line| !line.starts_with('#'));
    assert!(names.eq(kept.copied()), "{series}");
    assert_eq!(series.lines().count(), 6 - gone.len(), "comments stay: {series}");
}

/// Exactly what had to change has changed.
fn assert_changed(world: &World, case: Case, tag: &str, answer: Answer) {
    let is_stopped = !matches!(case.what.expected(), Expected::Merges(_));
    let mut changed = world.changed();
    let resolutions: Vec<String> =
        changed.iter().filter(|path| path.starts_with("patches/resolutions/")).cloned().collect();
    let is_recorded = case.what == Move::Line && answer == Answer::Resolved;
    assert_eq!(resolutions.len(), usize::from(is_recorded), "{resolutions:?}");
    changed.retain(|path| !resolutions.contains(path));
    let mut expected = case.changed(answer);
    let is_skipped = is_stopped && answer == Answer::Skipped;
    expected.extend(is_skipped.then(|| "patches/series".to_owned()));
    let is_empty = world.sandbox.read("patches/series").lines().all(|line| line.starts_with('#'));
    let version = if is_empty { String::new() } else { ".patched.1".to_owned() };
    for end in ["tar.gz", "tar.gz.intoto.json", "MODULE.bazel"] {
        expected.insert(format!("dist/demo_rules-{tag}{version}.{end}"));
    }
    expected.insert("upstream.lock".to_owned());
    assert_eq!(changed, expected, "{case:?}");
}

const PLAIN: [Layout; 2] = [Layout::Apart, Layout::Together];
const ALL: [Layout; 3] = [Layout::Apart, Layout::Together, Layout::Twins];

#[test]
fn the_patched_line_is_edited() {
    take_through(Move::Line, &ALL);
}

#[test]
fn the_context_is_edited() {
    take_through(Move::Context, &ALL);
}

#[test]
fn unrelated_lines_are_edited() {
    take_through(Move::Elsewhere, &PLAIN);
}

#[test]
fn the_file_is_renamed() {
    take_through(Move::Rename, &PLAIN);
}

#[test]
fn the_file_is_deleted() {
    take_through(Move::Delete, &PLAIN);
}

#[test]
fn the_patch_is_taken() {
    take_through(Move::Take, &PLAIN);
}

#[test]
fn the_patch_is_taken_ten_lines_below() {
    take_through(Move::TakeBelow, &PLAIN);
}

#[test]
fn the_second_of_two_twins_is_never_taken_for_the_first() {
    // What a tolerant apply would do: the first block no longer has the line, the second does.
    let case = Case { layout: Layout::Twins, what: Move::Line, at: 0 };
    let release = &case.release()["a_twins.bzl"];
    assert_eq!(release.matches(&old("a")).count(), 1, "{release}");
    assert_eq!(code("a", Layout::Twins).matches(&old("a")).count(), 2);
    let resolved = &case.files(3, Answer::Resolved)["a_twins.bzl"];
    let second = resolved.find("def a_second").unwrap();
    assert!(resolved[second..].contains(&old("a")) && resolved[..second].contains(&both("a")));
}

#[test]
fn every_stop_is_listed_in_one_go_and_met_one_after_the_other() {
    let mut said = Vec::new();
    for layout in PLAIN {
        let mut world = World::new(layout);
        let tag = "2.1.0";
        world.release_conflicting(tag, &["a", "c"]);
        world.again("both");
        // Nothing is written, and what comes after the first says that it is conditional.
        let dry = ["sync", "--dry-run", "--to", tag, "--no-repro"];
        let document = world.sandbox.refuse(3, &[&["--format", "json"], &dry[..]].concat(), &[]);
        let judged = document.json()["preview"]["patches"].clone();
        let judged: Vec<(&Value, &Value)> = judged
            .as_array()
            .unwrap()
            .iter()
            .map(|patch| (&patch["is_conflict"], &patch["is_conditional"]))
            .collect();
        let [yes, no] = [json!(true), json!(false)];
        assert_eq!(judged, [(&yes, &no), (&no, &yes), (&yes, &yes)]);
        said.push(world.refuse(3, &["--to", tag, "--no-repro"]).said());
        assert_eq!(world.changed(), BTreeSet::new());
        world.assert_no_work();

        let first = world.resolve(tag);
        let path = file("a", layout);
        first.resolve(&world, &path, &both("a"));
        let second = world.stop(&["continue", "--no-repro"]);
        let resolve = &second.json["resolve"];
        assert_eq!(resolve["patch"], PATCHES[2]);
        assert_eq!(resolve["past"], json!({ PATCHES[0]: true, PATCHES[1]: true }));
        assert_eq!(resolve["left"], json!([PATCHES[2]]));
        let culprits = resolve["conflicts"][0]["caused_by"].as_array().unwrap();
        assert_eq!((culprits.len(), &culprits[0]["pull_request"]), (1, &json!(41)));
        assert_eq!(world.succeed(&["status"])["work"]["resolve"], *resolve);
        let path = file("c", layout);
        second.resolve(&world, &path, &both("c"));
        let document = world.finish();
        let outcomes = document["outcomes"].as_array().unwrap();
        let outcomes: Vec<&Value> = outcomes.iter().map(|found| &found["outcome"]).collect();
        assert_eq!(outcomes, ["resolved", "unchanged", "resolved"]);
        let mut files = files_at_pin(layout);
        for letter in LETTERS {
            let text = files.get_mut(&file(letter, layout)).unwrap();
            let to = if letter == "b" { new(letter) } else { both(letter) };
            *text = put(text, &old(letter), &to);
        }
        world.assert_no_work();
        world.assert_at(tag, &files);

        // Left out, then given up: as if nothing had been.
        world.again("given-up");
        world.resolve(tag);
        let second = world.stop(&["skip", "--no-repro"]);
        assert_eq!(second.json["resolve"]["past"], json!({ PATCHES[0]: false, PATCHES[1]: true }));
        world.succeed(&["abort"]);
        assert_eq!(world.changed(), BTreeSet::new());
        world.assert_no_work();
    }
    assert_snapshot!(joined(said), @r#"
    > Using      demo_rules 2.1.0 (ee1d80987c3b)
    a.bzl, changed by upstream in 2.1.0:
        ee1d80987c3b 2026-11-20 An Upstream: feat: formats (#41)
    @@ -4,7 +4,7 @@
         """Makes arguments of a."""
         args = ctx.actions.args()
         args.add("--a-label", ctx.label.name)
    -    args.add("--a-mode", ctx.attr.mode)
    +    args.add("--a-mode", ctx.attr.mode, format = "%s")
         args.add("--a-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args

    a.bzl, changed by 0001-a.patch:
    @@ -4,7 +4,8 @@
         """Makes arguments of a."""
         args = ctx.actions.args()
         args.add("--a-label", ctx.label.name)
    -    args.add("--a-mode", ctx.attr.mode)
    +    args.add("--a-mode", ctx.attr.mode or "fast")
    +    args.add("--a-strict", ctx.attr.strict)
         args.add("--a-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args
      error: patches/0001-a.patch:15: conflicts with 2.1.0 in a.bzl:7
                 -v shows 1 problem that may follow from it
       hint: `patcher sync --to 2.1.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed

    > Using      demo_rules 2.1.0 (68752420c5d4)
    all.bzl, changed by upstream in 2.1.0:
        68752420c5d4 2026-11-20 An Upstream: feat: formats (#41)
    @@ -4,7 +4,7 @@
         """Makes arguments of a."""
         args = ctx.actions.args()
         args.add("--a-label", ctx.label.name)
    -    args.add("--a-mode", ctx.attr.mode)
    +    args.add("--a-mode", ctx.attr.mode, format = "%s")
         args.add("--a-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args

    all.bzl, changed by 0001-a.patch:
    @@ -4,7 +4,8 @@
         """Makes arguments of a."""
         args = ctx.actions.args()
         args.add("--a-label", ctx.label.name)
    -    args.add("--a-mode", ctx.attr.mode)
    +    args.add("--a-mode", ctx.attr.mode or "fast")
    +    args.add("--a-strict", ctx.attr.strict)
         args.add("--a-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args
      error: patches/0001-a.patch:15: conflicts with 2.1.0 in all.bzl:7
                 -v shows 1 problem that may follow from it
       hint: `patcher sync --to 2.1.0 --resolve --no-repro` opens a worktree to resolve it in; nothing was changed
    "#);
}

#[test]
fn what_is_accepted_as_obsolete_is_left_out_on_the_way() {
    let world = World::new(Layout::Apart);
    world.release("2.1.0", "feat: a is strict, c has a format (#41)", |directory| {
        for (letter, to) in [("a", new("a")), ("c", upstreams("c"))] {
            let path = directory.join(file(letter, Layout::Apart));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path, put(&text, &old(letter), &to)).unwrap();
        }
    });
    let accept = ["--to", "2.1.0", "--resolve", "--no-repro", "--drop-upstreamed", PATCHES[0]];
    let stopped = world.stop(&accept);
    let resolve = &stopped.json["resolve"];
    assert_eq!(resolve["past"], json!({ PATCHES[0]: false, PATCHES[1]: true }));
    assert_eq!(resolve["patch"], PATCHES[2]);
    world.succeed(&["skip", "--no-repro"]);
    let series = world.sandbox.read("patches/series");
    assert_eq!(series.lines().filter(|line| !line.starts_with('#')).count(), 1, "{series}");
    let mut files = files_at_pin(Layout::Apart);
    for (letter, to) in [("a", new("a")), ("b", new("b")), ("c", upstreams("c"))] {
        let text = files.get_mut(&file(letter, Layout::Apart)).unwrap();
        *text = put(text, &old(letter), &to);
    }
    world.assert_at("2.1.0", &files);
}

#[test]
fn a_stop_says_what_is_wrong_and_how_to_go_on() {
    let mut world = World::new(Layout::Apart);
    world.release("2.1.0", "feat: a and b are strict, c has a format (#41)", |directory| {
        for (letter, to) in [("a", new("a")), ("b", new("b")), ("c", upstreams("c"))] {
            let path = directory.join(file(letter, Layout::Apart));
            let text = fs::read_to_string(&path).unwrap();
            fs::write(path, put(&text, &old(letter), &to)).unwrap();
        }
    });
    world.again("said");
    // Without a question only what is named goes, and only if the release has it.
    let args = ["sync", "--to", "2.1.0", "--resolve", "--no-repro"];
    let accepted = ["--drop-upstreamed", PATCHES[0], "--drop-upstreamed", PATCHES[2]];
    let needless = world.sandbox.refuse(3, &[&args[..], &accepted].concat(), &[]);
    let conflict = world.sandbox.refuse(3, &["skip", "--no-repro"], &[]);
    assert_snapshot!(joined([needless, conflict]), @r#"
    $ patcher sync --to 2.1.0 --resolve --no-repro --drop-upstreamed 0001-a.patch --drop-upstreamed 0003-c.patch
    exit code: 3
    --- stderr
    + Fetched    1 release from ../upstream.git
    - Left out   0001-a.patch
      error: patches/0002-b.patch: is already in 2.1.0: merging it changes nothing
      error: 0002-b.patch is not needed in 2.1.0, as it seems
       hint: nothing of the project was changed
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        git show 243b15287323  see the patch, at its pin
        patcher skip           leave the patch out of the series
        patcher continue       or: what you added with `git add`
        patcher abort          or: give up, and leave no trace

    $ patcher skip --no-repro
    exit code: 3
    --- stderr
    - Skipped    0002-b.patch: it leaves the series
    c.bzl, changed by upstream in 2.1.0:
        97c351e36b02 2026-11-20 An Upstream: feat: a and b are strict, c has a format (#41)
    @@ -4,7 +4,7 @@
         """Makes arguments of c."""
         args = ctx.actions.args()
         args.add("--c-label", ctx.label.name)
    -    args.add("--c-mode", ctx.attr.mode)
    +    args.add("--c-mode", ctx.attr.mode, format = "%s")
         args.add("--c-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args

    c.bzl, changed by 0003-c.patch:
    @@ -4,7 +4,8 @@
         """Makes arguments of c."""
         args = ctx.actions.args()
         args.add("--c-label", ctx.label.name)
    -    args.add("--c-mode", ctx.attr.mode)
    +    args.add("--c-mode", ctx.attr.mode or "fast")
    +    args.add("--c-strict", ctx.attr.strict)
         args.add("--c-out", ctx.outputs.out)
         args.use_param_file("@%s")
         return args
      error: patches/0003-c.patch:15: conflicts with 2.1.0 in c.bzl:7
       hint: nothing of the project was changed
    next:
        cd [ROOT]/cache/work/[KEY]/demo_rules-2.1.0
        git show dbe60867ebff  see the patch, at its pin
        git diff               see what conflicts
        $EDITOR c.bzl          until no marker is left
        git add c.bzl          (or `git rm`)
        patcher continue       use it, and go on
        patcher skip           or: leave the patch out of the series
        patcher abort          or: give up, and leave no trace
    "#);
}

#[test]
fn a_file_that_an_answer_leaves_out_is_named() {
    let mut world = World::with(
        Layout::Apart,
        |_| {},
        |directory, letter| {
            fs::write(directory.join(letter), format!("{letter} is strict\n")).unwrap();
        },
        "",
    );
    world.release_conflicting("2.1.0", &["b"]);
    world.again("left-out");
    let stopped = world.resolve("2.1.0");
    stopped.resolve(&world, "b.bzl", &upstreams("b"));
    assert_snapshot!(world.sandbox.succeed(&["continue", "--no-repro"]).said(), @"
    + Resolved   0002-b.patch
    warning: 0002-b.patch changes b.bzl at its pin, and no longer here
    + Merged     0003-c.patch
    > Using      demo_rules 2.1.0 (2ce83147eef0)
    + Applied    0001-a.patch (unchanged)
    + Applied    0002-b.patch (resolved)
    + Applied    0003-c.patch (unchanged)
    + Pinned     demo_rules 2.1.0 (2ce83147eef0)
    + Wrote      dist/demo_rules-2.1.0.patched.1.MODULE.bazel
    + Wrote      dist/demo_rules-2.1.0.patched.1.tar.gz
    + Wrote      dist/demo_rules-2.1.0.patched.1.tar.gz.intoto.json
    + Wrote      patches/0002-b.patch
    + Wrote      upstream.lock
    + Checked    that 2.1.0 is 2ce83147eef0 at ../upstream.git
    + Applied    3 patches cleanly, every blob as stated
    ! Unchecked  the registry's archive: its integrity is not known
    ! Untested   no test results: the scenarios did not run
    Finished in [TIME]: demo_rules 2.1.0.patched.1: 3 patches, not tested
    Next: patcher sync   run the scenarios
    ");
    // To take upstream's side is nothing to recall.
    assert!(!world.sandbox.project.join("patches/resolutions").exists());
}
