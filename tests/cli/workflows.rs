//! The GitHub workflows: what they may do, and what their steps do, run here on a small
//! upstream. Programs stand in for cargo, gh and bazelisk; git is git.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::bazel::{CONFLICT, FIXED};
use crate::common::{Run, Sandbox, make_executable};

/// Those that are written by hand.
const OWN: [&str; 4] = ["ci", "publish", "regression", "sync"];
/// cargo-dist's own.
const RELEASE: &str = "patcher-release";

/// What a `run:` step may begin with.
const COMMANDS: [&str; 6] = [
    ".ci/run",
    "cargo build --locked --release",
    "cargo run --locked --release --quiet -- ",
    // In the same build as the tests.
    "cargo run --locked --quiet -- sync --check",
    "gh release create ",
    "git -C registry ",
];

/// What runs Bazel, and so upstream's code.
const RUNS_BAZEL: [&str; 3] = [".ci/run", " -- nightly", " -- matrix"];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows")
}

fn text(name: &str) -> String {
    fs::read_to_string(directory().join(format!("{name}.yml"))).unwrap()
}

fn workflow(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&String, &Value)> {
    workflow["jobs"].as_object().unwrap().iter()
}

fn steps(job: &Value) -> impl Iterator<Item = &Value> {
    job["steps"].as_array().unwrap().iter()
}

fn writes(job: &Value) -> bool {
    job["permissions"].as_object().unwrap().values().any(|right| right == "write")
}

#[test]
fn every_workflow_is_known_here() {
    let mut names: Vec<String> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let mut known: Vec<&str> = OWN.into_iter().chain([RELEASE]).collect();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn actions_are_pinned_by_digest_with_their_version() {
    for name in OWN.into_iter().chain([RELEASE]) {
        for line in text(name).lines().filter(|line| line.contains("uses:")) {
            let used = line.split_once("uses:").unwrap().1.trim().trim_matches('"');
            let digest = used.split_once('@').map_or("", |(_, rest)| rest);
            let (digest, comment) = digest.split_once(' ').unwrap_or((digest, ""));
            let digest = digest.trim_matches('"');
            let is_hex = digest.len() == 40 && digest.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_hex, "{name}: {line}");
            // cargo-dist writes no comments.
            let has_version = name == RELEASE || comment.trim().starts_with("# v");
            assert!(has_version, "{name}: which version is it? {line}");
        }
    }
}

#[test]
fn a_job_may_do_what_it_has_to_and_no_more() {
    for name in OWN {
        let workflow = workflow(name);
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{name}");
        assert!(workflow["concurrency"]["group"].is_string(), "{name}");
        let on = workflow["on"].as_object().unwrap();
        for trigger in on.keys() {
            let known = ["pull_request", "push", "schedule", "workflow_dispatch"];
            assert!(known.contains(&trigger.as_str()), "{name}: {trigger}");
        }
        for (id, job) in jobs(&workflow) {
            let place = format!("{name}, job {id}");
            assert!(job["timeout-minutes"].as_u64().is_some(), "{place}");
            assert_eq!(job["runs-on"], "ubuntu-24.04", "{place}");
            let mut rights: Vec<String> = job["permissions"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, right)| format!("{name}: {}", right.as_str().unwrap()))
                .collect();
            rights.sort();
            let expected: &[&str] = match place.as_str() {
                "publish, job release" => {
                    &["attestations: write", "contents: write", "id-token: write"]
                }
                "sync, job propose" => {
                    &["contents: write", "issues: write", "pull-requests: write"]
                }
                "publish, job registry" => &["contents: write"],
                _ => &["contents: read"],
            };
            assert_eq!(rights, expected, "{place}");
            for step in steps(job) {
                if step["uses"].as_str().is_some_and(|uses| uses.starts_with("actions/checkout@")) {
                    assert_eq!(step["with"]["persist-credentials"], false, "{place}");
                }
                let gets_token = step["env"].to_string().contains("github.token");
                assert!(!gets_token || writes(job), "{place} has no use for the token");
            }
        }
    }
}

#[test]
fn a_step_is_one_known_command_without_expressions() {
    for name in OWN {
        let workflow = workflow(name);
        for (id, job) in jobs(&workflow) {
            for run in steps(job).filter_map(|step| step["run"].as_str()) {
                let place = format!("{name}, job {id}: {run}");
                assert!(COMMANDS.iter().any(|command| run.starts_with(command)), "{place}");
                for odd in ["\n", ";", "&", "|", "`", "$(", "${{", ">", "<"] {
                    assert!(!run.contains(odd), "{place}");
                }
                let is_sync = run.contains(" -- sync") && !run.ends_with(" -- sync --check");
                let runs_bazel = is_sync || RUNS_BAZEL.iter().any(|what| run.contains(what));
                assert!(!writes(job) || !runs_bazel, "{place}");
            }
        }
    }
}

#[test]
fn what_the_tests_look_for_is_fetched_before_they_run() {
    let workflow = workflow("ci");
    let job = &workflow["jobs"]["checks"];
    let commands: Vec<&str> = steps(job).filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(commands, ["cargo run --locked --quiet -- sync --check", ".ci/run"]);
    // Each step has the cache that the one before it had.
    let names_a_cache = |value: &Value| value.to_string().contains("CACHE");
    assert!(!names_a_cache(&workflow["env"]) && !names_a_cache(job), "{job}");
}

#[test]
fn the_tags_of_the_tool_and_of_what_it_publishes_keep_apart() {
    let patterns = |name: &str| -> Vec<String> {
        let tags = workflow(name)["on"]["push"]["tags"].clone();
        tags.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
    };
    let starts = |name: &str, tag: &str| patterns(name).iter().any(|p| is_match(p, tag));
    for tag in ["patcher-v0.1.0", "patcher/0.1.0", "patcher-v1.0.0-rc.1"] {
        assert!(starts(RELEASE, tag) && !starts("publish", tag), "{tag}");
    }
    let version = fs::read_to_string(directory().join("../../upstream.lock")).unwrap();
    let strip_prefix = version.lines().find(|line| line.starts_with("strip_prefix")).unwrap();
    let published = strip_prefix.split('"').nth(1).unwrap();
    for tag in ["rules_python-2.3.2.patched.6", "rules_python-0.36.0.patched.1", published] {
        assert!(starts("publish", tag) && !starts(RELEASE, tag), "{tag}");
    }
    assert!(!starts("publish", "v0.1.0") && !starts(RELEASE, "v0.1.0"));
}

/// Whether GitHub's filter `pattern` takes `text`: `*` is anything but `/`, `**` anything,
/// `[0-9]` one of these, and `+` one or more of what is before it.
fn is_match(pattern: &str, text: &str) -> bool {
    if pattern.is_empty() {
        return text.is_empty();
    }
    if let Some(rest) = pattern.strip_prefix("**") {
        return (0..=text.len()).any(|at| text.is_char_boundary(at) && is_match(rest, &text[at..]));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        let end = text.find('/').unwrap_or(text.len());
        return (0..=end).any(|at| text.is_char_boundary(at) && is_match(rest, &text[at..]));
    }
    let (is_one, rest): (Box<dyn Fn(char) -> bool>, &str) = match pattern.strip_prefix("[0-9]") {
        Some(rest) => (Box::new(|c: char| c.is_ascii_digit()), rest),
        None => {
            let first = pattern.chars().next().unwrap();
            assert!(!"[]?!".contains(first), "{pattern}: not known here");
            (Box::new(move |c| c == first), &pattern[first.len_utf8()..])
        }
    };
    let Some(first) = text.chars().next().filter(|c| is_one(*c)) else { return false };
    let after = &text[first.len_utf8()..];
    match rest.strip_prefix('+') {
        Some(rest) => is_match(pattern, after) || is_match(rest, after),
        None => is_match(rest, after),
    }
}

#[test]
fn filters_match_as_on_github() {
    for (pattern, good, bad) in [
        ("rules_python-*", "rules_python-1", "rules_python-1/2"),
        ("patcher**[0-9]+.[0-9]+.[0-9]+*", "patcher/v10.2.33-rc.1", "patcher-v1.2"),
        ("a**b", "a/x/b", "a/x/c"),
    ] {
        assert!(is_match(pattern, good) && !is_match(pattern, bad), "{pattern}");
    }
}

/// The program `cargo`, as far as the workflows use it.
const CARGO: &str = r#"#!/bin/sh
if [ "$1" = build ]; then exit; fi
while [ "$1" != -- ]; do shift; done
shift
exec "$PATCHER" "$@"
"#;

/// The program `gh`: issues and pull requests are files, each with what was sent last.
const GH: &str = r#"#!/bin/sh
echo "$@" >> "$HUB/calls"
body() { sed 's/^{//; s/}$//'; }
case "$1 $2" in
"release create")
  mkdir "$HUB/$3" || exit 1
  for arg; do case "$arg" in dist/*) cp "$arg" "$HUB/$3/" || exit 1 ;; esac; done
  ;;
"api --paginate")
  separator=
  printf '['
  for number in $(ls "$HUB/posts" | sort -rn); do
    post=$HUB/posts/$number
    test -e $post/labelled || continue
    text=$(cat $post/text)
    case "$text" in *'"state":"closed"'*) state= ;; *) state=',"state":"open"' ;; esac
    printf '%s{"number":%s,%s%s%s}' "$separator" $number "$text" "$state" "$(cat $post/kind)"
    separator=,
  done
  printf ']'
  ;;
"api --method")
  path=${6#'repos/{owner}/{repo}/'}
  case "$3 $path" in
  "POST issues" | "POST pulls")
    number=$(($(ls "$HUB/posts" | wc -l) + 1))
    post=$HUB/posts/$number
    mkdir $post
    body > $post/text
    if [ $path = pulls ]; then echo ',"pull_request":{"merged_at":null}'; fi > $post/kind
    if grep -q '"labels":\["patcher"\]' $post/text; then touch $post/labelled; fi
    printf '{"number":%s}' $number
    ;;
  "POST "*/labels) touch "$HUB/posts/$(basename ${path%/labels})/labelled"; echo '[]' ;;
  "POST "*/comments) cat > "$HUB/posts/$(basename ${path%/comments})/comment"; echo '{}' ;;
  "PATCH "*) body > "$HUB/posts/$(basename $path)/text"; echo '{}' ;;
  esac
  ;;
*) echo "gh $*?" >&2; exit 1 ;;
esac
"#;

/// A repository on GitHub, with a project that was synced and tested.
struct Hub {
    sandbox: Sandbox,
    posts: PathBuf,
    tag: String,
}

impl Hub {
    /// The project is pinned at 1.0.0, or at 1.1.0, the newest release, if it supports both.
    fn new(mut sandbox: Sandbox) -> Self {
        sandbox.bazel(FIXED);
        let (bin, hub) = (sandbox.home.join("bin"), sandbox.home.join("hub"));
        let posts = hub.join("posts");
        for directory in [&bin, &posts] {
            fs::create_dir_all(directory).unwrap();
        }
        sandbox.bazelisk(&bin.join("bazelisk"));
        for (name, script) in [("cargo", CARGO), ("gh", GH)] {
            fs::write(bin.join(name), script).unwrap();
            make_executable(&bin.join(name));
        }
        let path = std::env::var("PATH").unwrap();
        sandbox.set("PATH", format!("{}:{path}", bin.display()));
        sandbox.set("PATCHER", env!("CARGO_BIN_EXE_patcher"));
        sandbox.set("HUB", &hub);
        sandbox.succeed(&["sync"]);
        sandbox.write(".gitignore", "/dist\n/reports\n/.patcher\n");
        sandbox.write(".ci/run", "#!/bin/sh\ntouch \"$HUB/checks\"\n");
        make_executable(&sandbox.project.join(".ci/run"));
        let origin = sandbox.home.join("origin.git");
        let git = |args: &[&str]| sandbox.git(&sandbox.project, args);
        git(&["init", "--quiet", "--initial-branch", "main"]);
        git(&["init", "--quiet", "--bare", origin.to_str().unwrap()]);
        git(&["remote", "add", "origin", origin.to_str().unwrap()]);
        let hub = Self { sandbox, posts, tag: String::new() };
        hub.commit("The project");
        hub
    }

    /// Commits what is in the worktree to the branch `main` of the remote.
    fn commit(&self, message: &str) {
        for args in [
            &["add", "--all"][..],
            &["commit", "--quiet", "--allow-empty", "--message", message],
            &["push", "--quiet", "origin", "main"],
        ] {
            self.sandbox.git(&self.sandbox.project, args);
        }
    }

    /// Makes the project a fresh checkout.
    fn check_out(&self) {
        for args in [&["checkout", "--quiet", "--force", "main"][..], &["clean", "-dffqx"]] {
            self.sandbox.git(&self.sandbox.project, args);
        }
    }

    /// The value of an expression, of those that the workflows use.
    fn expand(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (expression, value) in [
            ("github.server_url", "https://github.com"),
            ("github.repository", "an-owner/a-repository"),
            ("github.token", "t0ken"),
            ("github.ref_name", &self.tag),
            ("inputs.releases || '>=0.0.0'", ">=0.0.0"),
            ("inputs.bazel || '7.x,8.x,9.x'", "7.x,8.x,9.x"),
        ] {
            text = text.replace(&format!("${{{{ {expression} }}}}"), value);
        }
        assert!(!text.contains("${{"), "{text}: not known here");
        text
    }

    /// Runs a workflow's steps in a fresh checkout, up to the first that fails.
    fn run(&self, name: &str) -> Vec<Run> {
        let project = &self.sandbox.project;
        let mut runs = Vec::new();
        let workflow = workflow(name);
        self.check_out();
        for (_, job) in jobs(&workflow) {
            for step in steps(job) {
                let mut env = BTreeMap::from([
                    ("GITHUB_REF_NAME".to_owned(), self.tag.clone()),
                    ("GITHUB_STEP_SUMMARY".to_owned(), "../home/summary.md".to_owned()),
                ]);
                for values in [&workflow["env"], &step["env"]] {
                    env.extend(
                        values.as_object().into_iter().flatten().map(|(name, value)| {
                            (name.clone(), self.expand(value.as_str().unwrap()))
                        }),
                    );
                }
                if let Some(script) = step["run"].as_str() {
                    let run = self.sandbox.script(script, &env);
                    let is_good = run.code == Some(0);
                    runs.push(run);
                    if !is_good {
                        return runs;
                    }
                }
                let uses = step["uses"].as_str().unwrap_or_default();
                if let Some(path) = step["with"]["path"].as_str()
                    && uses.starts_with("actions/checkout@")
                {
                    let origin = self.sandbox.home.join("origin.git");
                    let branch = step["with"]["ref"].as_str().unwrap();
                    let origin = origin.to_str().unwrap();
                    let args = ["clone", "--quiet", "--branch", branch, origin, path];
                    self.sandbox.git(project, &args);
                }
                if uses.starts_with("actions/upload-artifact@") {
                    let path = project.join(step["with"]["path"].as_str().unwrap());
                    assert!(path.exists(), "{name} uploads {}", path.display());
                }
            }
        }
        runs
    }

    /// Runs a workflow, which must go through; the result is what its last step said.
    #[track_caller]
    fn succeed(&self, name: &str) -> String {
        let runs = self.run(name);
        let last = runs.last().unwrap();
        assert_eq!(last.code, Some(0), "{name}: {runs:#?}");
        last.stderr.clone()
    }

    /// The issues and pull requests, a line each: number, kind, state and title.
    fn list(&self) -> Vec<String> {
        let mut numbers: Vec<usize> = fs::read_dir(&self.posts)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap())
            .collect();
        numbers.sort_unstable();
        let line = |number: &usize| {
            let post = self.post(*number);
            let is_request = !self.file(*number, "kind").trim().is_empty();
            let kind = if is_request { "pull request" } else { "issue" };
            let state = post["state"].as_str().unwrap_or("open");
            format!("{number} {kind}, {state}: {}", post["title"].as_str().unwrap())
        };
        numbers.iter().map(line).collect()
    }

    fn file(&self, number: usize, file: &str) -> String {
        fs::read_to_string(self.posts.join(number.to_string()).join(file)).unwrap()
    }

    fn post(&self, number: usize) -> Value {
        serde_json::from_str(&format!("{{{}}}", self.file(number, "text"))).unwrap()
    }

    /// Closes an issue or a pull request by hand.
    fn close(&self, number: usize) {
        let text = self.file(number, "text").trim_end().to_owned() + r#","state":"closed""#;
        fs::write(self.posts.join(number.to_string()).join("text"), text).unwrap();
    }

    /// The remote's branches, each with its commit.
    fn branches(&self) -> BTreeMap<String, String> {
        let listed = self.sandbox.git(&self.sandbox.project, &["ls-remote", "--heads", "origin"]);
        let pairs = listed.lines().map(|line| line.split_once('\t').unwrap());
        pairs.map(|(id, name)| (name.replace("refs/heads/", ""), id.to_owned())).collect()
    }
}

/// Pinned at 1.0.0; 1.1.0 is there.
fn behind() -> Hub {
    let sandbox = Sandbox::synced();
    Hub::new(sandbox)
}

/// Pinned at 1.1.0, which is the newest.
fn up_to_date() -> Hub {
    Hub::new(Sandbox::serving_two())
}

/// Upstream's release 1.2.0, on which the first patch conflicts.
fn conflicting(hub: &Hub) {
    hub.sandbox.release("1.1.0", "1.2.0", |tree| {
        let path = tree.join("notes.bzl");
        let text = fs::read_to_string(&path).unwrap();
        let changed: Vec<String> = text
            .lines()
            .map(|line| if line.trim().is_empty() { line.into() } else { format!("{line}  # new") })
            .collect();
        fs::write(path, changed.join("\n") + "\n").unwrap();
    });
}

#[test]
fn a_night_with_nothing_new_proposes_nothing() {
    let hub = up_to_date();
    hub.succeed("sync");
    assert!(hub.list().is_empty(), "{:?}", hub.list());
    assert_eq!(hub.branches().len(), 1);
    let summary = fs::read_to_string(hub.sandbox.home.join("summary.md")).unwrap();
    assert_eq!(summary, "## demo_rules 1.1.0: up to date\n\n");
}

#[test]
fn a_release_that_ports_is_one_pull_request() {
    let hub = behind();
    let project = &hub.sandbox.project;
    let said = hub.succeed("sync");
    assert!(said.contains("Pushed patcher/sync-1.1.0"), "{said}");
    let listed = ["1 pull request, open: Port the patches to demo_rules 1.1.0"];
    assert_eq!(hub.list(), listed);
    let request = hub.post(1);
    assert_eq!(
        (&request["head"], &request["base"]),
        (&"patcher/sync-1.1.0".into(), &"main".into())
    );
    let body = request["body"].as_str().unwrap();
    for part in [
        "<!-- patcher: sync-1.1.0 -->\n",
        "took the patches from demo_rules 1.0.0 to 1.1.0",
        "| 0001-compile-separately.patch | offset |",
        "2 scenarios under Bazel 7.7.1, as expected",
        "| two-books | conflict | pass | fixed |",
        "From demo\\_rules 1.0.0 to demo\\_rules 1.1.0.",
    ] {
        assert!(body.contains(part), "no {part:?} in {body}");
    }
    let branch = hub.branches()["patcher/sync-1.1.0"].clone();
    let log = hub.sandbox.git(project, &["log", "-2", "--format=%an: %B", &branch]);
    assert!(log.starts_with("patcher: Port the patches to demo_rules 1.1.0\n"), "{log}");
    assert!(log.ends_with(": The project"), "{log}");
    // The branch is what sync wrote: it passes the CI check, and has nothing else.
    let changed = hub.sandbox.git(project, &["diff", "--name-only", "main", &branch]);
    let files =
        ["patches/0001-compile-separately.patch", "patches/0002-docs.patch", "upstream.lock"];
    assert_eq!(changed.lines().collect::<Vec<_>>(), files);
    hub.sandbox.git(project, &["checkout", "--quiet", "--force", &branch]);
    hub.sandbox.succeed(&["check"]);

    // The next night, all is as it was.
    let said = hub.succeed("sync");
    assert!(said.contains("Kept pull request 1, which says all of it"), "{said}");
    assert_eq!(
        (hub.list(), &hub.branches()["patcher/sync-1.1.0"]),
        (listed.map(str::to_owned).into(), &branch)
    );

    // The branch follows its base; a text that somebody changed is written again.
    hub.check_out();
    hub.sandbox.write("README.md", "New.\n");
    hub.commit("Something else");
    let path = hub.posts.join("1/text");
    fs::write(&path, hub.file(1, "text").replace("This run:", "Believed:")).unwrap();
    let said = hub.succeed("sync");
    assert!(said.contains("Pushed") && said.contains("Updated pull request 1"), "{said}");
    assert_ne!(hub.branches()["patcher/sync-1.1.0"], branch);
    assert_eq!(hub.list(), listed);

    // Closed by hand, it stays closed.
    hub.close(1);
    let said = hub.succeed("sync");
    assert!(said.contains("Let be pull request 1, which was closed by hand"), "{said}");
    assert_eq!(hub.list().len(), 1);
}

#[test]
fn a_branch_with_somebodys_commits_is_left_alone() {
    let hub = behind();
    hub.succeed("sync");
    let project = &hub.sandbox.project;
    for args in [
        &["checkout", "--quiet", "--force", "-B", "mine", &hub.branches()["patcher/sync-1.1.0"]][..],
        &["commit", "--quiet", "--allow-empty", "--message", "By hand"],
        &["push", "--quiet", "origin", "mine:patcher/sync-1.1.0"],
    ] {
        hub.sandbox.git(project, args);
    }
    let before = hub.branches();
    hub.check_out();
    hub.sandbox.write("README.md", "New.\n");
    hub.commit("Something else");
    let said = hub.succeed("sync");
    assert!(said.contains("patcher/sync-1.1.0 has commits by a person"), "{said}");
    assert_eq!(hub.branches()["patcher/sync-1.1.0"], before["patcher/sync-1.1.0"]);
}

#[test]
fn a_conflict_is_one_issue_until_it_has_passed() {
    let hub = up_to_date();
    conflicting(&hub);
    hub.succeed("sync");
    let title = "1 issue, open: demo_rules 1.2.0: 1 patch of 2 with conflicts";
    assert_eq!(hub.list(), [title]);
    let body = hub.post(1)["body"].as_str().unwrap().to_owned();
    for part in [
        "<!-- patcher: sync-1.2.0 -->\n`patcher sync --to 1.2.0` stopped, and changed nothing:\n",
        "0001-compile-separately.patch stops at:",
        "of notes.bzl would land at notes.bzl:",
        "- `patcher sync --to 1.2.0 --resolve` opens a worktree to resolve it in\n",
    ] {
        assert!(body.contains(part), "no {part:?} in {body}");
    }
    assert_eq!(hub.branches().len(), 1);
    let said = hub.succeed("sync");
    assert!(said.contains("Kept issue 1"), "{said}");
    let path = hub.posts.join("1/text");
    fs::write(&path, hub.file(1, "text").replace("stopped, and", "stopped and")).unwrap();
    assert!(hub.succeed("sync").contains("Updated issue 1"));
    assert_eq!(hub.list(), [title]);
    assert_eq!(hub.post(1)["body"], body);

    // A release without conflicts takes its place.
    hub.sandbox.release("1.1.0", "1.3.0", |tree| fs::write(tree.join("new"), "").unwrap());
    hub.sandbox.edit("patcher.toml", "releases = \">=1.0.0\"", "releases = \">=1.3.0\"");
    hub.commit("Leave 1.2.0 out");
    let said = hub.succeed("sync");
    assert!(said.contains("Closed 1, which has passed"), "{said}");
    let listed = hub.list();
    assert_eq!(listed[0], title.replace("open", "closed"));
    assert_eq!(listed[1..], ["2 pull request, open: Port the patches to demo_rules 1.3.0"]);
    let comment = hub.file(1, "comment");
    assert!(comment.contains("Port the patches to demo_rules 1.3.0"), "{comment}");
    assert!(!hub.file(1, "text").contains("<!--"), "what patcher closes, it lets go of");
}

#[test]
fn a_scenario_that_fails_on_the_new_release_is_an_issue_with_the_results() {
    let hub = behind();
    hub.sandbox.bazel(CONFLICT);
    hub.succeed("sync");
    let listed = ["1 issue, open: demo_rules 1.1.0: the patches apply, and scenarios fail"];
    assert_eq!(hub.list(), listed);
    let body = hub.post(1)["body"].as_str().unwrap().to_owned();
    assert!(body.contains("| two-books | conflict | conflict | still broken |"), "{body}");
}

#[test]
fn a_tag_that_moved_is_an_issue_and_no_upstream_is_a_failed_run() {
    let hub = up_to_date();
    hub.sandbox.git(&hub.sandbox.upstream, &["tag", "--force", "1.1.0", "1.0.0"]);
    hub.succeed("sync");
    assert_eq!(hub.list(), ["1 issue, open: demo_rules: upstream is not what was pinned"]);
    assert!(hub.post(1)["body"].as_str().unwrap().starts_with("<!-- patcher: integrity -->\n"));
    fs::rename(&hub.sandbox.upstream, hub.sandbox.home.join("gone")).unwrap();
    let runs = hub.run("sync");
    assert_eq!(runs.last().unwrap().code, Some(2), "{runs:#?}");
    assert_eq!(hub.list().len(), 1);
}

#[test]
fn regression_reports_every_release_under_every_bazel() {
    let hub = up_to_date();
    hub.succeed("regression");
    let summary = fs::read_to_string(hub.sandbox.home.join("summary.md")).unwrap();
    assert!(
        summary.contains("All 2 releases are safe under Bazel 7.7.1, 8.5.0 and 9.2.0"),
        "{summary}"
    );
    let junit = hub.sandbox.read("reports/matrix.xml");
    assert_eq!(junit.matches("<testsuite name=\"Bazel ").count(), 3, "{junit}");
    assert!(hub.sandbox.read("reports/matrix.html").contains("9.2.0"));

    // What is not safe fails the run, and is reported all the same.
    hub.sandbox.bazel(CONFLICT);
    fs::remove_dir_all(&hub.sandbox.cache).unwrap();
    let runs = hub.run("regression");
    assert_eq!(runs.last().unwrap().code, Some(5), "{runs:#?}");
    assert!(hub.sandbox.read("reports/matrix.xml").contains("<failure"));
}

#[test]
fn publish_releases_what_the_tag_names() {
    let mut hub = up_to_date();
    let git = |hub: &Hub, args: &[&str]| hub.sandbox.git(&hub.sandbox.project, args);
    // docs/automation.md describes how to create the branch of the registry.
    git(&hub, &["switch", "--quiet", "--orphan", "registry"]);
    hub.sandbox.write("bazel_registry.json", "{}\n");
    git(&hub, &["add", "bazel_registry.json"]);
    git(&hub, &["commit", "--quiet", "--message", "A registry"]);
    git(&hub, &["push", "--quiet", "origin", "registry"]);
    let registry = |hub: &Hub, path: &str| {
        git(hub, &["fetch", "--quiet", "origin", "registry"]);
        git(hub, &["show", &format!("FETCH_HEAD:{path}")])
    };
    for version in ["1.1.0", "1.0.0"] {
        hub.tag = format!("demo_rules-{version}.patched.1");
        hub.succeed("publish");
        let released = hub.sandbox.home.join("hub").join(&hub.tag);
        for file in [".tar.gz", ".tar.gz.intoto.json", ".registry.MODULE.bazel"] {
            assert!(released.join(format!("{}{file}", hub.tag)).is_file(), "{file}");
        }
        let snippet =
            fs::read_to_string(released.join(format!("{}.MODULE.bazel", hub.tag))).unwrap();
        let url = format!(
            "https://github.com/an-owner/a-repository/releases/download/{0}/{0}.tar.gz",
            hub.tag
        );
        assert!(snippet.contains(&url), "{snippet}");
        let source = format!("modules/demo_rules/{version}.patched.1/source.json");
        assert!(registry(&hub, &source).contains(&url));
    }
    let metadata = registry(&hub, "modules/demo_rules/metadata.json");
    assert!(metadata.contains("1.1.0.patched.1") && metadata.contains("1.0.0.patched.1"));
    // Once more: the release is there already, and stops it; the registry is as it was.
    let before = hub.branches();
    assert_eq!(hub.run("publish").last().unwrap().code, Some(1));
    assert_eq!(hub.branches(), before);
    // Not the version that is locked; not a release that is supported.
    for (tag, code) in [("demo_rules-1.1.0.patched.9", 2), ("demo_rules-3.0.0.patched.1", 2)] {
        hub.tag = tag.to_owned();
        let runs = hub.run("publish");
        assert_eq!(runs.last().unwrap().code, Some(code), "{tag}: {runs:#?}");
        let released = hub.sandbox.home.join("hub").join(tag);
        assert!(!released.join(format!("{tag}.tar.gz")).exists());
    }
}

#[test]
fn ci_runs_the_checks_and_compares_the_series_with_its_upstream() {
    let hub = up_to_date();
    hub.succeed("ci");
    assert!(hub.sandbox.home.join("hub/checks").exists());
    hub.sandbox.edit("patches/0002-docs.patch", "The issue is", "This issue is");
    hub.commit("A patch that was changed by hand");
    let runs = hub.run("ci");
    assert_eq!(runs.last().unwrap().code, Some(1), "{runs:#?}");
}

#[test]
fn propose_takes_no_file_on_trust() {
    let sandbox = Sandbox::synced();
    let proposal = r#"{"schema": 1, "kind": "pull-request", "topic": "sync-1.1.0", "title": "", "body": "",
        "files": [{"path": ".github/workflows/ci.yml", "text": ""}]}"#;
    sandbox.write("../home/proposal.json", proposal);
    let path = "../home/proposal.json";
    sandbox.refuse(2, &["propose", path], &["is neither upstream.lock nor in a series"]);
    sandbox.write("../home/proposal.json", "{}");
    sandbox.refuse(2, &["propose", path], &["missing field", "patcher nightly --proposal FILE"]);
    sandbox.refuse(30, &["propose", "nowhere.json"], &["nowhere.json"]);
}
