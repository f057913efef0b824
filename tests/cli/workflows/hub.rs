//! A repository on GitHub. Programs stand in for cargo, gh and bazelisk; git is git.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{jobs, steps, workflow};
use crate::common::bazel::FIXED;
use crate::common::{Run, Sandbox, make_executable};

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
    if [ -e "$HUB/down" ]; then echo 'HTTP 502' >&2; exit 1; fi
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
pub(super) struct Hub {
    pub(super) sandbox: Sandbox,
    pub(super) posts: PathBuf,
    pub(super) tag: String,
}

impl Hub {
    /// The project is pinned at 1.0.0, or at 1.1.0, the newest release, if it supports both.
    pub(super) fn new(mut sandbox: Sandbox) -> Self {
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
    pub(super) fn commit(&self, message: &str) {
        for args in [
            &["add", "--all"][..],
            &["commit", "--quiet", "--allow-empty", "--message", message],
            &["push", "--quiet", "origin", "main"],
        ] {
            self.sandbox.git(&self.sandbox.project, args);
        }
    }

    /// Makes the project a fresh checkout.
    pub(super) fn check_out(&self) {
        for args in [&["checkout", "--quiet", "--force", "main"][..], &["clean", "-dffqx"]] {
            self.sandbox.git(&self.sandbox.project, args);
        }
    }

    /// The value of an expression, of those that the workflows use; `strategy` has those of a job
    /// of several.
    fn expand(&self, text: &str, strategy: &[(&str, String)]) -> String {
        let mut text = text.to_owned();
        let known = [
            ("github.server_url", "https://github.com"),
            ("github.repository", "an-owner/a-repository"),
            ("github.token", "t0ken"),
            ("github.ref_name", &self.tag),
            ("inputs.releases || '>=0.0.0'", ">=0.0.0"),
            ("inputs.bazel || '7.x,8.x,9.x'", "7.x,8.x,9.x"),
        ];
        let strategy = strategy.iter().map(|(name, value)| (*name, value.as_str()));
        for (expression, value) in known.into_iter().chain(strategy) {
            text = text.replace(&format!("${{{{ {expression} }}}}"), value);
        }
        assert!(!text.contains("${{"), "{text}: not known here");
        text
    }

    /// Runs a workflow's jobs, each in a fresh checkout. After one that failed, only those run that
    /// say so, as do the steps of a job.
    pub(super) fn run(&self, name: &str) -> Vec<Run> {
        let _ = fs::remove_dir_all(self.artifacts());
        let workflow = workflow(name);
        let mut runs: Vec<Run> = Vec::new();
        for (_, job) in jobs(&workflow) {
            if runs.iter().all(is_good) || runs_anyway(job) {
                for strategy in strategies(job) {
                    runs.extend(self.run_job(&workflow, job, &strategy));
                }
            }
        }
        runs
    }

    fn run_job(&self, workflow: &Value, job: &Value, strategy: &[(&str, String)]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        self.check_out();
        for step in steps(job) {
            if !runs.iter().all(is_good) && !runs_anyway(step) {
                continue;
            }
            let mut env = BTreeMap::from([
                ("GITHUB_REF_NAME".to_owned(), self.tag.clone()),
                ("GITHUB_STEP_SUMMARY".to_owned(), "../home/summary.md".to_owned()),
            ]);
            for values in [&workflow["env"], &step["env"]] {
                env.extend(values.as_object().into_iter().flatten().map(|(name, value)| {
                    (name.clone(), self.expand(value.as_str().unwrap(), strategy))
                }));
            }
            if let Some(script) = step["run"].as_str() {
                runs.push(self.sandbox.script(script, &env));
            }
            let has_failed = !runs.iter().all(is_good);
            // After a failure there may be nothing to upload.
            let place = step["with"]["path"].as_str().unwrap_or_default();
            if !has_failed || self.sandbox.project.join(place).exists() {
                self.use_action(step, strategy);
            }
        }
        runs
    }

    /// Does what an action does, of those that the workflows use.
    fn use_action(&self, step: &Value, strategy: &[(&str, String)]) {
        let uses = step["uses"].as_str().unwrap_or_default();
        let with = |key: &str| Some(self.expand(step["with"][key].as_str()?, strategy));
        let place = self.sandbox.project.join(with("path").unwrap_or_default());
        if uses.starts_with("actions/checkout@") && with("path").is_some() {
            let origin = self.sandbox.home.join("origin.git");
            let (branch, origin) = (with("ref").unwrap(), origin.to_str().unwrap());
            let args = ["clone", "--quiet", "--branch", &branch, origin, place.to_str().unwrap()];
            self.sandbox.git(&self.sandbox.project, &args);
        } else if uses.starts_with("actions/upload-artifact@") {
            let artifact = self.artifacts().join(with("name").unwrap());
            assert!(!artifact.exists(), "{} is there already", artifact.display());
            copy(&place, &artifact);
        } else if uses.starts_with("actions/download-artifact@") {
            match (with("name"), with("pattern")) {
                (Some(name), None) => copy(&self.artifacts().join(name), &place),
                // Each in a directory of its name.
                (None, Some(pattern)) => {
                    let start = pattern.strip_suffix('*').unwrap();
                    for entry in fs::read_dir(self.artifacts()).unwrap() {
                        let entry = entry.unwrap();
                        let name = entry.file_name().into_string().unwrap();
                        if name.starts_with(start) {
                            copy(&entry.path(), &place.join(name));
                        }
                    }
                }
                other => panic!("{other:?}: not known here"),
            }
        }
    }

    /// What jobs have uploaded, by name.
    pub(super) fn artifacts(&self) -> PathBuf {
        self.sandbox.home.join("artifacts")
    }

    /// Runs a workflow, which must go through; the result is what its last step said.
    #[track_caller]
    pub(super) fn succeed(&self, name: &str) -> String {
        let runs = self.run(name);
        let last = runs.last().unwrap();
        assert_eq!(last.code, Some(0), "{name}: {runs:#?}");
        last.said()
    }

    /// The issues and pull requests, a line each: number, kind, state and title.
    pub(super) fn list(&self) -> Vec<String> {
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

    pub(super) fn file(&self, number: usize, file: &str) -> String {
        fs::read_to_string(self.posts.join(number.to_string()).join(file)).unwrap()
    }

    pub(super) fn post(&self, number: usize) -> Value {
        serde_json::from_str(&format!("{{{}}}", self.file(number, "text"))).unwrap()
    }

    /// Closes an issue or a pull request by hand.
    pub(super) fn close(&self, number: usize) {
        let text = self.file(number, "text").trim_end().to_owned() + r#","state":"closed""#;
        fs::write(self.posts.join(number.to_string()).join("text"), text).unwrap();
    }

    /// The remote's branches, each with its commit.
    pub(super) fn branches(&self) -> BTreeMap<String, String> {
        let listed = self.sandbox.git(&self.sandbox.project, &["ls-remote", "--heads", "origin"]);
        let pairs = listed.lines().map(|line| line.split_once('\t').unwrap());
        pairs.map(|(id, name)| (name.replace("refs/heads/", ""), id.to_owned())).collect()
    }
}

fn is_good(run: &Run) -> bool {
    run.code == Some(0)
}

/// Whether a job or a step runs after another has failed.
fn runs_anyway(step: &Value) -> bool {
    match step["if"].as_str() {
        None => false,
        Some(condition) => {
            assert_eq!(condition, "${{ !cancelled() }}", "not known here");
            true
        }
    }
}

/// The values of each job that a job's strategy makes.
fn strategies(job: &Value) -> Vec<Vec<(&'static str, String)>> {
    let Some(matrix) = job["strategy"]["matrix"].as_object() else { return vec![vec![]] };
    assert_eq!(matrix.keys().collect::<Vec<_>>(), ["shard"], "not known here");
    let shards = matrix["shard"].as_array().unwrap();
    let total = shards.len().to_string();
    let values = |shard: &Value| {
        vec![("matrix.shard", shard.to_string()), ("strategy.job-total", total.clone())]
    };
    shards.iter().map(values).collect()
}

/// Copies a file into a directory, or what is in a directory.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    if from.is_file() {
        fs::copy(from, to.join(from.file_name().unwrap())).unwrap();
        return;
    }
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let is_directory = path.is_dir();
        copy(&path, &if is_directory { to.join(path.file_name().unwrap()) } else { to.to_owned() });
    }
}
