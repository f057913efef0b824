//! What Bazel is called for, and what is counted and compared of what it says.

use std::fs;
use std::sync::Mutex;

use insta::assert_snapshot;
use patcher::project::scenario::Side;
use patcher::project::site::Site;
use patcher::repro::scenarios;
use patcher::repro::settings::BazelOptions;
use patcher::support::environment::Environment;
use patcher::support::look::Meaning;
use patcher::support::progress::{Progress, Silent, Task};

use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox};

/// Bazel that writes down what it is called for on which tree, without what each call has. `$line`
/// is the call, and `differs NAME` whether the patched tree is asked for and is to differ in that.
const CALLED: &str = r#"
line= is_call=
for arg in "$@"; do
  case "$arg" in
    build | test | query | aquery) line=$arg is_call=1 ;;
    --build_event_json_file=* | --override_* | --color=* | --curses=* | --ui_event_filters=*) ;;
    --lockfile_mode=* | --symlink_prefix=* | --noenable_bzlmod | --enable_workspace) ;;
    *) test -z "$is_call" || line="$line $arg" ;;
  esac
done
is_patched && side=patched || side=unpatched
echo "$side: $line" >> "$0.calls"
differs() { is_patched && test -e "$0.$1"; }
"#;

/// What it answers: everything passes that is to pass.
const ANSWERS: &str = r#"
action() { printf "action 'Compiling %s'\n  Mnemonic: NoteCompile\n  Target: %s\n  Outputs: [%s.out]\n  Command: %s\n\n" "$1" "$1" "$1" "$2"; }
built() { configured $1; say "{\"id\": {\"targetCompleted\": {\"label\": \"$1\"}}, \"completed\": {\"success\": true}}"; }
dump() {
  mkdir -p "$0.out"
  differs providers && echo "files: more" > "$0.out/$1" || echo "files: $1" > "$0.out/$1"
  say "{\"id\": {\"namedSet\": {\"id\": \"$1\"}}, \"namedSetOfFiles\": {\"files\": [{\"name\": \"$1\", \"pathPrefix\": [\"fake-bazel.out\"]}]}}"
  say "{\"id\": {\"targetCompleted\": {\"label\": \"//plain-books:$1\", \"aspect\": \"dump\"}}, \"completed\": {\"outputGroup\": [{\"fileSets\": [{\"id\": \"$1\"}]}]}}"
}
case "$line" in
  query*)
    echo "note_book rule //plain-books:one"
    differs targets || echo "note_book rule //plain-books:other" ;;
  aquery*)
    differs actions && action //plain-books:one "cc -O" || action //plain-books:one cc
    action //two-books:plain cc
    differs count && action //two-books:tagged cc ;;
  *) begin ;;
esac
case "$line" in
  build*--nobuild*) if is_patched; then good; else conflict; fi ;;
  build*--aspects=*)
    say "{\"id\": {\"workspace\": {}}, \"workspaceInfo\": {\"localExecRoot\": \"${0%/*}\"}}"
    dump one
    differs silence || dump other ;;
  build*) built //two-books:plain; built //two-books:tagged ;;
  test*) for name in one other; do
      built //plain-books:$name
      say "{\"id\": {\"testSummary\": {\"label\": \"//plain-books:$name\"}}, \"testSummary\": {\"overallStatus\": \"PASSED\"}}"
    done ;;
esac
case "$line" in *query*) ;; *) end ;; esac
true
"#;

/// A project of which one scenario tests, and compares everything, and another one builds, and
/// counts actions; with the Bazel for it.
fn observed() -> (Sandbox, String) {
    let sandbox = Sandbox::synced();
    let plain = "tests/repro/plain-books/scenario.toml";
    sandbox.edit(plain, "phase = \"analysis\"", "phase = \"test\"");
    let compare = "releases = \">=1.0.0\"\ncompare = [\"targets\", \"actions\", \"providers\"]\n";
    sandbox.edit(plain, "releases = \">=1.0.0\"\n", compare);
    let flag = "\"--enable_workspace\", \"--@demo_rules//:flag=1\", \"--cpu=k8\"]";
    sandbox.edit(plain, "\"--enable_workspace\"]", flag);
    let two = "tests/repro/two-books/scenario.toml";
    sandbox.edit(two, "phase = \"analysis\"", "phase = \"build\"");
    let text = sandbox.read(two);
    sandbox.write(two, &format!("{text}\n[actions]\nNoteCompile = 1\n"));
    let bazel = sandbox.bazel(&format!("{CALLED}{ANSWERS}"));
    (sandbox, bazel)
}

/// The table and the evidence.
fn shown(run: &Run) -> String {
    let is_end = |line: &str| line.contains("error:") || line.starts_with("Finished");
    let evidence = run.stderr.lines().take_while(|line| !is_end(line));
    run.stdout.lines().chain(evidence).map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn bazel_goes_as_far_as_each_scenario_asks_and_then_is_asked_what_there_is() {
    let (sandbox, bazel) = observed();
    assert_snapshot!(sandbox.succeed(&["repro", "--bazel", &bazel]), @"
    $ patcher repro --bazel [ROOT]/home/fake-bazel
    exit code: 0
    --- stdout
    scenario     unpatched  patched
    plain-books  pass       pass     - unchanged
    two-books    conflict   pass     + fixed
    --- stderr
    Finished in [TIME]: 2 scenarios as expected under Bazel 8.0.0
    ");
    let calls = fs::read_to_string(format!("{bazel}.calls")).unwrap();
    assert_snapshot!(calls, @"
    unpatched: build --keep_going --nobuild -- //two-books:plain //two-books:tagged
    unpatched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --nobuild -- //plain-books:one //plain-books:other
    unpatched: test --keep_going --@demo_rules//:flag=1 --cpu=k8 --test_output=errors -- //plain-books:one //plain-books:other
    unpatched: aquery --@demo_rules//:flag=1 --cpu=k8 -- deps(set(//plain-books:one //plain-books:other))
    unpatched: query --cpu=k8 --output=label_kind -- //plain-books:all
    unpatched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --aspects=//:dump.bzl%dump --output_groups=dump -- //plain-books:one //plain-books:other
    patched: build --keep_going --nobuild -- //two-books:plain //two-books:tagged
    patched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --nobuild -- //plain-books:one //plain-books:other
    patched: build --keep_going -- //two-books:plain //two-books:tagged
    patched: test --keep_going --@demo_rules//:flag=1 --cpu=k8 --test_output=errors -- //plain-books:one //plain-books:other
    patched: aquery -- deps(set(//two-books:plain //two-books:tagged))
    patched: aquery --@demo_rules//:flag=1 --cpu=k8 -- deps(set(//plain-books:one //plain-books:other))
    patched: query --cpu=k8 --output=label_kind -- //plain-books:all
    patched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --aspects=//:dump.bzl%dump --output_groups=dump -- //plain-books:one //plain-books:other
    ");
}

#[test]
fn what_is_compared_needs_both_trees() {
    let (sandbox, bazel) = observed();
    let one = ["repro", "--scenario", "plain-books", "--side", "patched", "--bazel", &bazel];
    assert_snapshot!(sandbox.succeed(&one).stdout, @"
    scenario     unpatched  patched
    plain-books  pass       pass     - unchanged
    ");
}

#[test]
fn a_hunk_is_tried_with_what_is_cheap_first() {
    let (sandbox, bazel) = observed();
    sandbox.refuse(1, &["why", "--hunks", "--bazel", &bazel], &["no scenario needs it"]);
    let calls = fs::read_to_string(format!("{bazel}.calls")).unwrap();
    // Before that, both trees are seen as a whole.
    let all: Vec<&str> = calls.lines().collect();
    let whole = all.iter().rposition(|call| call.contains("--aspects")).unwrap();
    let whole = all[..whole].iter().rposition(|call| call.contains("--aspects")).unwrap();
    assert_snapshot!(all[whole + 1..].join("\n"), @"
    patched: build --keep_going --nobuild -- //two-books:plain //two-books:tagged
    patched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --nobuild -- //plain-books:one //plain-books:other
    patched: build --keep_going --nobuild -- //two-books:plain //two-books:tagged
    patched: build --keep_going -- //two-books:plain //two-books:tagged
    patched: aquery -- deps(set(//two-books:plain //two-books:tagged))
    patched: build --keep_going --nobuild -- //two-books:plain //two-books:tagged
    patched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --nobuild -- //plain-books:one //plain-books:other
    patched: build --keep_going -- //two-books:plain //two-books:tagged
    patched: test --keep_going --@demo_rules//:flag=1 --cpu=k8 --test_output=errors -- //plain-books:one //plain-books:other
    patched: aquery -- deps(set(//two-books:plain //two-books:tagged))
    patched: aquery --@demo_rules//:flag=1 --cpu=k8 -- deps(set(//plain-books:one //plain-books:other))
    patched: query --cpu=k8 --output=label_kind -- //plain-books:all
    patched: build --keep_going --@demo_rules//:flag=1 --cpu=k8 --aspects=//:dump.bzl%dump --output_groups=dump -- //plain-books:one //plain-books:other
    ");
}

#[test]
fn each_server_has_a_directory_of_its_own_for_the_trees() {
    let sandbox = Sandbox::serving_two();
    let log = "echo ${PWD##*/} ${tree##*/of-} >> $0.calls";
    let bazel = sandbox.bazel(&format!("{log}; {FIXED}"));
    sandbox.succeed(&["matrix", "--jobs", "2", "--bazel", &bazel]);
    let calls = fs::read_to_string(format!("{bazel}.calls")).unwrap();
    let calls: Vec<(&str, &str)> =
        calls.lines().map(|call| call.split_once(' ').unwrap()).collect();
    assert_eq!(calls.len(), 4);
    for (workspace, tree) in calls {
        assert_eq!(workspace, tree);
    }
}

#[test]
fn what_differs_on_the_patched_tree_is_named() {
    let (sandbox, bazel) = observed();
    let with = |name: &str| {
        let file = format!("{bazel}.{name}");
        fs::write(&file, "").unwrap();
        let run = sandbox.refuse(5, &["repro", "--bazel", &bazel], &[]);
        fs::remove_file(file).unwrap();
        shown(&run)
    };
    let shown = ["targets", "actions", "providers", "silence", "count"].map(with);
    assert_snapshot!(shown.join("\n\n"), @"
    scenario     unpatched  patched
    plain-books  pass       changed  x regressed
    two-books    conflict   pass     + fixed
    warning: plain-books on the patched tree: expected pass, found changed
                 target //plain-books:other
                   unpatched: note_book rule
                   patched: absent

    scenario     unpatched  patched
    plain-books  pass       changed  x regressed
    two-books    conflict   pass     + fixed
    warning: plain-books on the patched tree: expected pass, found changed
                 NoteCompile of //plain-books:one: [//plain-books:one.out]
                   unpatched: Command: cc
                   patched: Command: cc -O

    scenario     unpatched  patched
    plain-books  pass       changed  x regressed
    two-books    conflict   pass     + fixed
    warning: plain-books on the patched tree: expected pass, found changed
                 //plain-books:one files
                   unpatched: one
                   patched: more
                 //plain-books:other files
                   unpatched: other
                   patched: more

    scenario     unpatched  patched
    plain-books  pass       did-not-run  x other failure
    two-books    conflict   pass         + fixed
    warning: plain-books on the patched tree: expected pass, found did-not-run
                 //plain-books:other: the aspect //:dump.bzl%dump wrote nothing

    scenario     unpatched  patched
    plain-books  pass       pass     - unchanged
    two-books    conflict   changed  x regressed
    warning: two-books on the patched tree: expected pass, found changed
                 NoteCompile: 2 actions, expected 1: [//two-books:plain.out], [//two-books:tagged.out]
    ");
}

#[test]
fn a_conflict_that_stopped_nothing_is_asked_for_again() {
    let sandbox = Sandbox::synced();
    let doubtful = |again: &str| {
        let script = format!(
            "{CALLED} begin
            case \"$line\" in
              *--nokeep_going*) {again} ;;
              *) each_configured; is_patched || printed \"ERROR: file '$HOME/two-books/a' is generated by \
                these conflicting actions:\\nLabel: //two-books:plain\\nMnemonic: NoteCompile\"
                for label in $all; do aborted $label NO_BUILD; done ;;
            esac
            end"
        );
        let bazel = sandbox.bazel(&script);
        let run = sandbox.patcher(&["repro", "--bazel", &bazel]);
        let calls = fs::read_to_string(format!("{bazel}.calls")).unwrap();
        fs::remove_file(format!("{bazel}.calls")).unwrap();
        let said = said_by_repro(&sandbox, bazel.clone());
        assert!(said.contains("analysing again on the unpatched tree: two-books"), "{said}");
        fs::remove_file(format!("{bazel}.calls")).unwrap();
        format!("{}\n{calls}", shown(&run))
    };
    let code = r#"say '{"id": {"buildFinished": {}}, "finished": {"failureDetail": {"analysis": {"code": "ACTION_CONFLICT"}}}}'"#;
    let [confirmed, not_confirmed] =
        [format!("conflict; {code}"), "each_configured".to_owned()].map(|again| doubtful(&again));
    assert_snapshot!(confirmed, @"
    scenario     unpatched  patched
    plain-books  pass       pass     - unchanged
    two-books    conflict   pass     + fixed
    unpatched: build --keep_going --nobuild -- //plain-books:one //plain-books:other //two-books:plain //two-books:tagged
    unpatched: build --keep_going --nobuild --nobuild --nokeep_going -- //two-books:plain //two-books:tagged
    patched: build --keep_going --nobuild -- //plain-books:one //plain-books:other //two-books:plain //two-books:tagged
    ");
    assert_snapshot!(not_confirmed, @"
    scenario     unpatched         patched
    plain-books  pass              pass     - unchanged
    two-books    analysis-failure  pass     x other failure
    warning: two-books on the unpatched tree: expected conflict, found analysis-failure
                 a conflict was named, and no target failed
                 ERROR: file '~/two-books/a' is generated by these conflicting actions:
                 Label: //two-books:plain
                 Mnemonic: NoteCompile
    unpatched: build --keep_going --nobuild -- //plain-books:one //plain-books:other //two-books:plain //two-books:tagged
    unpatched: build --keep_going --nobuild --nobuild --nokeep_going -- //two-books:plain //two-books:tagged
    patched: build --keep_going --nobuild -- //plain-books:one //plain-books:other //two-books:plain //two-books:tagged
    ");
}

/// Writes down what is said to run.
#[derive(Debug, Default)]
struct Spinners(Mutex<Vec<String>>);

impl Progress for Spinners {
    fn status(&self, _meaning: Meaning, _verb: &str, _text: &str) {}

    fn note(&self, _text: &str) {}

    fn detail(&self, _text: &str) {}

    fn warning(&self, _text: &str) {}

    fn hint(&self, _text: &str) {}

    fn spinner(&self, message: &str) -> Box<dyn Task + '_> {
        self.0.lock().unwrap().push(message.to_owned());
        Box::new(Silent)
    }

    fn steps(&self, _total: usize) -> Box<dyn Task + '_> {
        Box::new(Silent)
    }
}

/// What is said to run while `repro` does.
fn said_by_repro(sandbox: &Sandbox, bazel: String) -> String {
    let env = Environment::of_process().unwrap().with("PATCHER_CACHE_DIR", &sandbox.cache);
    let spinners = Spinners::default();
    let site = Site { env: &env, root: &sandbox.project, is_offline: true, progress: &spinners };
    let options = scenarios::Options {
        release: None,
        scenarios: Vec::new(),
        sides: Side::BOTH.into(),
        bazel: BazelOptions { program: Some(bazel), ..BazelOptions::default() },
    };
    scenarios::run(&site, &options).unwrap();
    spinners.0.into_inner().unwrap().join("\n")
}

#[test]
fn what_bazel_does_is_said_while_it_does_it() {
    let (sandbox, bazel) = observed();
    assert_snapshot!(said_by_repro(&sandbox, bazel), @"
    analysing on the unpatched tree: two-books
    analysing on the unpatched tree: plain-books
    testing on the unpatched tree: plain-books
    listing actions on the unpatched tree: plain-books
    dumping providers on the unpatched tree: plain-books
    analysing on the patched tree: two-books
    analysing on the patched tree: plain-books
    building on the patched tree: two-books
    testing on the patched tree: plain-books
    listing actions on the patched tree: two-books
    listing actions on the patched tree: plain-books
    dumping providers on the patched tree: plain-books
    ");
}
