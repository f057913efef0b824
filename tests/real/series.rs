//! The real rules_python, real Bazel, real quilt.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use patcher::git::merge_conflict::{Conflict, Reason};

use crate::common::{Run, Sandbox};
use crate::{bazel, upstream};

pub(crate) const ISSUE: &str = "issue-2445";
const TEST_SOURCE: &str = "shared_test";

/// Where Bazel may execute from: not below /tmp, which its sandbox replaces.
pub(crate) fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("real")
}

/// This project as a fresh clone has it, with the real upstream, and the settings for Bazel.
pub(crate) fn project() -> Sandbox {
    let mut sandbox = Sandbox::below(&scratch());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::remove_dir_all(&sandbox.project).unwrap();
    fs::create_dir(&sandbox.project).unwrap();
    for name in ["patches", "tests/repro", "upstream.lock", "patcher.toml"] {
        let to = sandbox.project.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let copied = Command::new("cp").arg("-a").arg(root.join(name)).arg(to).status().unwrap();
        assert!(copied.success());
    }
    // Whatever the registry says by now: the lock here must become the one that is committed.
    let config = sandbox.read("patcher.toml");
    sandbox.write("patcher.toml", &format!("registry = \"no-registry\"\n{config}"));
    if let Ok(upstream) = upstream::repository() {
        sandbox.upstream = upstream;
    }
    with_bazel(&mut sandbox);
    sandbox
}

/// Lets a sandbox use the real Bazel, which keeps what it installs in the user's home.
pub(crate) fn with_bazel(sandbox: &mut Sandbox) {
    for name in
        ["PATCHER_BAZEL", "PATCHER_BAZELRC", "PATCHER_MODULE_APPEND", "USE_BAZEL_VERSION", "HOME"]
    {
        if let Some(value) = std::env::var_os(name) {
            sandbox.set(name, value);
        }
    }
}

pub(crate) fn sync(sandbox: &Sandbox, args: &[&str]) -> Run {
    let upstream = sandbox.upstream.to_str().unwrap().to_owned();
    let args = [&["sync", "--upstream", &upstream], args].concat();
    sandbox.succeed(&args)
}

/// The rows of a table, with one space between the columns.
fn rows_of(run: &Run) -> Vec<String> {
    let row = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    run.stdout.lines().map(row).collect()
}

pub(crate) fn fact(sandbox: &Sandbox, key: &str) -> String {
    let lock = sandbox.read("upstream.lock");
    let line = lock.lines().find(|line| line.starts_with(&format!("{key} = ")));
    line.unwrap().split('"').nth(1).unwrap().to_owned()
}

/// The tree of a directory's files, by git.
fn tree_of(sandbox: &Sandbox, directory: &Path) -> String {
    sandbox.git(directory, &["add", "--all", "--force"]);
    sandbox.git(directory, &["write-tree"])
}

fn patch_files(sandbox: &Sandbox) -> Vec<String> {
    let directory = sandbox.project.join("patches");
    let names = fs::read_to_string(directory.join("series")).unwrap();
    let names = names.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    names.map(|name| directory.join(name).to_str().unwrap().to_owned()).collect()
}

/// The files that the series changes whose pin is `release`, in order.
pub(crate) fn files_of(sandbox: &Sandbox, release: &str) -> Vec<String> {
    let directory = match release {
        "1.0.0" => "patches/1.0",
        "2.1.0" => "patches/2.1",
        _ => "patches",
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(sandbox.project.join(directory)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "patch") {
            let text = fs::read_to_string(path).unwrap();
            let names = text.lines().filter_map(|line| line.strip_prefix("+++ b/"));
            files.extend(names.map(str::to_owned));
        }
    }
    files.sort();
    files.dedup();
    files
}

/// The unpatched or the patched tree of a release.
pub(crate) fn export(sandbox: &Sandbox, release: &str, side: &str) -> PathBuf {
    let tree = sandbox.home.join(format!("{side}-{release}"));
    let mut args = vec!["export", "--release", release, tree.to_str().unwrap()];
    args.extend((side == "unpatched").then_some("--unpatched"));
    sandbox.succeed(&args);
    tree
}

/// A worktree at the pinned release.
fn pinned_tree(sandbox: &Sandbox) -> PathBuf {
    let home = sandbox.home.clone();
    let directory = home.join("work");
    let args = ["clone", "--quiet", "--shared", "--no-checkout"];
    let clone = [sandbox.upstream.to_str().unwrap(), directory.to_str().unwrap()];
    sandbox.git(&home, &[&args[..], &clone].concat());
    sandbox.git(&directory, &["checkout", "--quiet", "-B", "work", &fact(sandbox, "commit")]);
    directory
}

pub(crate) fn git_am_takes_the_series() {
    let sandbox = project();
    let tree = pinned_tree(&sandbox);
    let patches = patch_files(&sandbox);
    let args: Vec<&str> =
        ["am", "--quiet"].into_iter().chain(patches.iter().map(String::as_str)).collect();
    sandbox.git(&tree, &args);
    let found = sandbox.git(&tree, &["rev-parse", "HEAD^{tree}"]);
    assert_eq!(found, fact(&sandbox, "patched_tree"));
}

fn quilt_push(sandbox: &Sandbox, tree: &Path) {
    let output = Command::new("quilt")
        .args(["--quiltrc", "-", "push", "-a", "--fuzz=0"])
        .current_dir(tree)
        .env("QUILT_PATCHES", sandbox.project.join("patches"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("offset") && !said.contains("fuzz"), "{said}");
    fs::remove_dir_all(tree.join(".pc")).unwrap();
}

pub(crate) fn quilt_takes_the_series() {
    let sandbox = project();
    let tree = pinned_tree(&sandbox);
    quilt_push(&sandbox, &tree);
    assert_eq!(tree_of(&sandbox, &tree), fact(&sandbox, "patched_tree"));
}

pub(crate) fn quilt_takes_the_samples_patches() {
    let sandbox = Sandbox::synced();
    let tree = sandbox.worktree("quilt", "1.0.0");
    quilt_push(&sandbox, &tree);
    assert_eq!(tree_of(&sandbox, &tree), fact(&sandbox, "patched_tree"));
}

/// `git archive` of `tag`, piped through `filter`.
pub(crate) fn git_archive(repository: &Path, tag: &str, filter: &str) -> Vec<u8> {
    let script = format!("git archive --prefix=rules_python-{tag}/ {tag} {filter}");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(repository)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success() && !output.stdout.is_empty(), "{output:?}");
    output.stdout
}

/// The tar stream of the archive that `sync` published.
fn published_tar(sandbox: &Sandbox, version: &str) -> Vec<u8> {
    let path = sandbox.project.join(format!("dist/rules_python-{version}.tar.gz"));
    let mut tar = Vec::new();
    let bytes = fs::read(path).unwrap();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut tar).unwrap();
    tar
}

pub(crate) fn the_unpatched_archive_is_the_registrys() {
    let sandbox = project();
    let release = fact(&sandbox, "release");
    let registry = fact(&sandbox, "registry_integrity");
    // An empty series: its tar stream is git's.
    for patch in patch_files(&sandbox) {
        fs::remove_file(patch).unwrap();
    }
    sandbox.write("patches/series", "");
    let run = sync(&sandbox, &["--no-repro"]);
    let claim = "Reproduced the registry's archives from 4 tags, byte for byte\n";
    assert!(run.stderr.contains(claim), "{run:#?}");
    let tar = published_tar(&sandbox, &release);
    assert!(tar == git_archive(&sandbox.upstream, &release, ""), "the tar streams differ");
    // And through GNU gzip that stream has the registry's integrity.
    let gzipped = git_archive(&sandbox.upstream, &release, "| gzip");
    assert_eq!(patcher::support::ids::Sri::of(&gzipped).to_string(), registry);
}

pub(crate) fn the_archive_is_what_git_archive_makes() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let version = format!("{}.patched.1", fact(&sandbox, "release"));
    let version =
        fact(&sandbox, "strip_prefix").strip_prefix("rules_python-").map_or(version, str::to_owned);
    // The published commits, put into a repository by git.
    let mirror =
        fs::read_dir(sandbox.cache.join("mirror")).unwrap().next().unwrap().unwrap().path();
    let store = patcher::git::store::Store::open(&mirror.join("objects")).unwrap();
    let project = patcher::project::load::Project::load(
        patcher::project::workspace::Workspace::new(&sandbox.project),
    );
    let supported = project.supported(None).unwrap();
    let (release, patches) = (supported.release, &supported.series.patches);
    let base = store.commit(release.commit).unwrap();
    let patched = patcher::port::Applied::new(&store, release.release, &base, patches).unwrap();
    assert_eq!((patched.is_complete, patched.problems.as_slice()), (true, [].as_slice()));
    let (upstream, revision) = (&supported.lock.upstream, release.revision);
    let patched_commit =
        patcher::publish::patched_commit::patched_commit(&store, upstream, &patched, revision)
            .unwrap();
    let pack = sandbox.home.join("tip.pack");
    fs::write(&pack, store.pack(&[*patched_commit.commit.id.as_bytes()]).unwrap()).unwrap();
    let tree = pinned_tree(&sandbox);
    let unpack = format!("git unpack-objects -q < {}", pack.display());
    let unpacked = Command::new("sh").args(["-c", &unpack]).current_dir(&tree).status().unwrap();
    assert!(unpacked.success());
    sandbox.git(
        &tree,
        &["fsck", "--connectivity-only", "--no-dangling", &patched_commit.commit.id.to_string()],
    );
    sandbox.git(&tree, &["tag", &version, &patched_commit.commit.id.to_string()]);
    let expected = git_archive(&tree, &version, "");
    assert!(published_tar(&sandbox, &version) == expected, "the tar streams differ");
    let features = sandbox.git(&tree, &["archive", &version, "python/features.bzl"]);
    assert!(features.contains(&format!("_VERSION_PRIVATE = \"{version}\"")), "{features}");
}

pub(crate) fn the_archive_is_verified_back_to_the_registry() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let published = sandbox.project.join("published");
    let url = format!("file://{}", published.display());
    // Of the pin and of a release that the patches are merged onto, which the registry does not have.
    for release in [fact(&sandbox, "release"), "1.6.2".to_owned()] {
        let args = ["publish", "--unverified", "--output", "published", "--base-url", &url];
        let run = sandbox.succeed(&[&args[..], &["--release", &release]].concat());
        let module = sandbox.home.join("MODULE.bazel");
        fs::write(&module, format!("module(name = \"consumer\")\n\n{}", run.stdout)).unwrap();
        let module = module.to_str().unwrap();
        let statuses = |args: &[&str]| -> Vec<(String, String)> {
            let args = [&["verify", "--offline", "--format", "json"], args].concat();
            let document = sandbox.succeed(&args).json();
            let links = document["links"].as_array().unwrap().clone();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            links.iter().map(|link| (text(&link["name"]), text(&link["status"]))).collect()
        };
        let is_known = release != "1.6.2";
        for (link, status) in statuses(&[module]) {
            let known = if link == "registry" && !is_known { "not-checked" } else { "holds" };
            assert_eq!(status, known, "{link} of {release}");
        }
        // Only from the archive: the patches change files that the archive fills in.
        let root = sandbox.home.to_str().unwrap();
        for (link, status) in statuses(&["--root", root, module]) {
            let is_open = link == "patches" || link == "registry" && !is_known;
            assert_eq!(
                status,
                if is_open { "not-checked" } else { "holds" },
                "{link} of {release}"
            );
        }
    }
}

pub(crate) fn lines_are_followed_back_as_git_follows_them() {
    let sandbox = Sandbox::new();
    let upstream = upstream::repository().unwrap();
    let git = |args: &[&str]| sandbox.git(&upstream, args);
    let commit = |tag: &str| git(&["rev-parse", &format!("{tag}^{{commit}}")]).parse().unwrap();
    let (from, to) = (commit("1.0.0"), commit("2.3.2"));
    let store = patcher::git::store::Store::open(&upstream.join("objects")).unwrap();
    let chain = patcher::git::history::first_parents(&store, from, to).unwrap();
    let listed = git(&["rev-list", "--first-parent", "--reverse", &format!("{from}..{to}")]);
    assert_eq!(chain.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"), listed);
    let mut seen = 0;
    // One was renamed, one is full of lines that stand many times.
    for file in ["python/private/py_executable.bzl", "python/private/BUILD.bazel"] {
        let text = git(&["show", &format!("{to}:{file}")]) + "\n";
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (index, block) in lines.chunks_exact(4).enumerate().step_by(20) {
            let line = 4 * index + 1;
            let whole = Conflict::whole(file, Reason::Content);
            let conflict = Conflict { line, upstream: block.concat(), ..whole };
            let found = patcher::git::history::culprits(&store, from, to, &conflict).unwrap();
            let found: Vec<String> = found.iter().map(|commit| commit.id.to_string()).collect();
            let (range, lines) = (format!("{from}..{to}"), format!("-L{line},{}:{file}", line + 3));
            let log = ["log", "--first-parent", "--no-patch", "--format=%H", &lines, &range];
            assert_eq!(found.join("\n"), git(&log), "{lines}");
            seen += found.len();
        }
    }
    assert!(seen > 50, "{seen} commits");
}

pub(crate) fn the_commit_that_broke_a_line_is_found() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let patch = "patches/1.0/0001-precompile-separately.patch";
    let run = sandbox.succeed(&["bisect", patch, "--to", "1.9.0", "--format", "json"]);
    let document = run.json();
    assert_eq!(document["to"]["outcome"], "conflict");
    // Git's own merge, commit by commit: of the pin with the patch and of upstream's commit.
    let tree = sandbox.home.join("merge");
    let clone = [sandbox.upstream.to_str().unwrap(), tree.to_str().unwrap()];
    let args = ["clone", "--quiet", "--shared", "--no-checkout"];
    sandbox.git(&sandbox.home, &[&args[..], &clone].concat());
    sandbox.git(&tree, &["checkout", "--quiet", "-B", "work", "1.0.0^{commit}"]);
    let file = sandbox.project.join(patch);
    sandbox.git(&tree, &["am", "--quiet", file.to_str().unwrap()]);
    let listed = sandbox.git(&tree, &["rev-list", "--first-parent", "--reverse", "1.0.0..1.9.0"]);
    let merges = |commit: &&str| {
        let base = "--merge-base=1.0.0";
        let mut git = Command::new("git");
        git.args(["merge-tree", "--write-tree", base, commit, "work"]).current_dir(&tree);
        git.output().unwrap().status.success()
    };
    let commits: Vec<&str> = listed.lines().collect();
    assert_eq!(document["commits"], commits.len());
    let first = commits.iter().find(|commit| !merges(commit)).unwrap();
    assert_eq!(document["commit"]["id"], *first);
    // And it stays so: the turns are all there are.
    assert_eq!(document["turns"].as_array().unwrap().last().unwrap()["commit"]["id"], *first);
    assert!(commits.iter().rev().take(3).all(|commit| !merges(commit)));
    // Each place shows lines of that commit's own diff.
    let diff = sandbox.git(&tree, &["show", "--unified=0", "--format=", first]);
    let places = document["places"].as_array().unwrap();
    assert!(!places.is_empty());
    for change in places.iter().flat_map(|place| place["changes"].as_array().unwrap()) {
        for (sign, lines) in [('-', &change["removed"]), ('+', &change["added"])] {
            for line in lines.as_array().unwrap() {
                let line = format!("{sign}{}", line.as_str().unwrap());
                assert!(diff.lines().any(|found| found.trim_end() == line), "no {line:?}");
            }
        }
    }
}

pub(crate) fn the_demo_runs_under_bazel() {
    let mut sandbox = Sandbox::below(&scratch());
    let error = |sandbox: &Sandbox| {
        let json = sandbox.succeed(&["demo", "--format", "json"]).json();
        let error = json["steps"][0]["evidence"][0]["text"].as_str().unwrap().to_owned();
        (error, json["not_run"].as_str().map(str::to_owned))
    };
    sandbox.set("PATCHER_BAZEL", "/nonexistent/bazel");
    let (recorded, not_run) = error(&sandbox);
    assert!(not_run.is_some());
    with_bazel(&mut sandbox);
    // The sample needs no modules.
    sandbox.unset("PATCHER_BAZELRC");
    sandbox.unset("PATCHER_MODULE_APPEND");
    assert_eq!(error(&sandbox), (recorded, None));
    let run = sandbox.succeed(&["demo"]);
    assert!(run.stdout.contains("with the patches: pass (both under Bazel "), "{run:#?}");
}

pub(crate) fn sync_tests_the_fix_under_bazel() {
    let mut sandbox = project();
    sandbox.set("SOME_API_TOKEN", "t0psecret");
    let lock = sandbox.read("upstream.lock");
    let run = sync(&sandbox, &[]);
    for row in [
        "issue-2445 conflict pass + fixed",
        "accelerators conflict pass + fixed",
        "plain-pair pass pass - unchanged",
        "invalidation-modes conflict conflict - unchanged",
        "other-precompiler pass analysis-failure + expected change",
        "untouched pass pass - unchanged",
    ] {
        assert!(rows_of(&run).contains(&row.to_owned()), "no {row:?} in {run:#?}");
    }
    assert!(run.stderr.contains("Wrote      dist/rules_python-"), "{run:#?}");
    assert!(run.stdout.contains("archive_override("), "{run:#?}");
    assert_eq!(sandbox.read("upstream.lock"), lock, "what is committed is what is derived here");
    // Once more there is nothing to do, and Bazel is not called.
    let again = sync(&sandbox, &[]);
    assert!(again.stderr.contains("Up to date rules_python"), "{again:#?}");
    let report = sandbox.project.join("junit.xml");
    let args =
        ["repro", "--scenario", ISSUE, "--junit", report.to_str().unwrap(), "--format", "json"];
    let json = sandbox.succeed(&args);
    let evidence = json.json()["report"]["rows"][0]["unpatched"]["evidence"].to_string();
    assert!(evidence.contains("is generated by these conflicting actions"), "{evidence}");
    // A terminal shows the user's own paths; what goes into reports names none of this machine.
    let reports = [json.stdout, fs::read_to_string(report).unwrap()].concat();
    let shown = [run.stdout, run.stderr, json.stderr].concat();
    assert!(!shown.contains("t0psecret") && !reports.contains("t0psecret"));
    let home = std::env::var("HOME").unwrap();
    for place in [sandbox.cache.to_str().unwrap(), &format!("{home}/")] {
        assert!(!reports.contains(place), "{place} is in what was written");
    }
}

/// Bazel in a consumer's workspace.
pub(crate) fn consumer_bazel(workspace: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(bazel().unwrap());
    let root = format!("--output_user_root={}", scratch().join("bazel").display());
    command.args(["--nohome_rc", "--nosystem_rc", "--max_idle_secs=60", &root]);
    for rc in list("PATCHER_BAZELRC") {
        command.arg(format!("--bazelrc={rc}"));
    }
    command.args(args).current_dir(workspace).output().unwrap()
}

pub(crate) fn list(variable: &str) -> Vec<String> {
    let value = std::env::var(variable).unwrap_or_default();
    value.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn a_consumer_builds_and_tests_with_the_snippet() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let published = sandbox.project.join("published");
    let url = format!("file://{}", published.display());
    let run = sandbox.succeed(&["publish", "--output", "published", "--base-url", &url]);
    assert!(!run.stdout.contains("UNVERIFIED"), "{run:#?}");
    let workspace = sandbox.home.join("consumer");
    let package = workspace.join(ISSUE);
    fs::create_dir_all(&package).unwrap();
    for name in ["BUILD.bazel", &format!("{TEST_SOURCE}.py")] {
        fs::copy(sandbox.project.join("tests/repro").join(ISSUE).join(name), package.join(name))
            .unwrap();
    }
    let mut module = format!("module(name = \"consumer\")\n\n{}", run.stdout);
    for path in list("PATCHER_MODULE_APPEND") {
        module.push_str(&fs::read_to_string(path).unwrap());
    }
    fs::write(workspace.join("MODULE.bazel"), module).unwrap();
    let precompile = "--@rules_python//python/config_settings:precompile=enabled";
    let output = consumer_bazel(
        &workspace,
        &["test", "--color=no", "--test_output=errors", precompile, "//..."],
    );
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    for target in ["plain", "with_exec_properties"] {
        assert!(said.contains(&format!("//{ISSUE}:{target}")) && said.contains("PASSED"), "{said}");
        let runfiles = workspace
            .join("bazel-bin")
            .join(ISSUE)
            .join(format!("{target}.runfiles/_main"))
            .join(ISSUE);
        let cached = fs::read_dir(runfiles.join("__pycache__")).unwrap();
        let names: Vec<String> =
            cached.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(
            names.iter().any(|name| name.starts_with(TEST_SOURCE) && name.ends_with(".pyc")),
            "{target}: {names:?}"
        );
    }
    // Only the archive decides: of upstream's own tree the same package conflicts.
    let unpatched = export(&sandbox, "2.3.2", "unpatched");
    let swap = format!("--override_module=rules_python={}", unpatched.display());
    let output = consumer_bazel(
        &workspace,
        &["build", "--nobuild", "--color=no", precompile, &swap, "//..."],
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("is generated by these conflicting actions"),
        "{said}"
    );
    consumer_bazel(&workspace, &["shutdown"]);
}

pub(crate) fn a_broken_hook_conflicts_again() {
    // Each hook made to do nothing, while everything still loads.
    let hooks = [
        (
            "patches/0002-precompile-separately.patch",
            "+    maybe_precompile_separately(kwargs, is_test = True)",
            "+    _ = maybe_precompile_separately  # @unused",
        ),
        (
            "patches/0001-add-py-precompile.patch",
            "+    if settings and settings.python_version:",
            "+    if settings and not settings.python_version:",
        ),
    ];
    for (file, hook, broken) in hooks {
        let sandbox = project();
        sync(&sandbox, &["--no-repro"]);
        sandbox.edit(file, hook, broken);
        let args = ["repro", "--side", "patched", "--scenario", ISSUE, "--scenario", "plain-pair"];
        let run = sandbox.patcher(&args);
        assert_eq!(run.code, Some(5), "{hook}: {run:#?}");
        assert!(
            run.stdout.contains("issue-2445  -          conflict  x expected pass"),
            "{hook}: {run:#?}"
        );
        assert!(
            run.stdout.contains("plain-pair  -          pass      + as expected"),
            "the tree still loads: {run:#?}"
        );
    }
}

/// Scenarios of one set of flags: one call of Bazel a tree.
const FEW: &str = "issue-2445,accelerators,plain-pair,invalidation-modes";

pub(crate) fn every_series_farthest_release_is_safe() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    for release in ["2.2.0", "1.1.0", "0.36.0"] {
        let args = ["matrix", "--releases", &format!("={release}"), "--scenario", FEW];
        let document = sandbox.succeed(&[&args[..], &["--format", "json"]].concat()).json();
        let cells = document["matrix"]["cells"].as_array().unwrap().clone();
        let details: Vec<&str> =
            cells.iter().map(|cell| cell["detail"].as_str().unwrap()).collect();
        assert_eq!(details, ["fixed", "unchanged", "fixed", "unchanged"], "{release}");
        let found = &cells[2];
        assert_eq!(found["scenario"], ISSUE);
        let evidence = found["unpatched"]["evidence"].to_string();
        assert!(evidence.contains("is generated by these conflicting actions"), "{evidence}");
    }
}

pub(crate) fn a_broken_series_is_reported() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    // Its hook made to do nothing, while everything still loads.
    sandbox.edit(
        "patches/2.1/0001-precompile-separately.patch",
        "+    maybe_precompile_separately(attrs, is_test = True)",
        "+    _ = maybe_precompile_separately  # @unused",
    );
    let page = sandbox.home.join("page.html");
    let args = ["matrix", "--scenario", FEW, "--html", page.to_str().unwrap()];
    let run = sandbox.refuse(
        5,
        &[&args[..], &["--releases", ">=2.1.0, <=2.2.0"]].concat(),
        &["1 of 2 releases fails under Bazel", ": 2.1.0"],
    );
    assert!(run.stdout.contains("still broken"), "{run:#?}");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("1 of 2 releases fails"), "the page says so");
}

pub(crate) fn each_patch_is_needed() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let scenarios = ["plain-pair", ISSUE, "opt-out"];
    let args = scenarios.iter().flat_map(|id| ["--scenario", *id]);
    let args: Vec<&str> = ["why"].into_iter().chain(args).collect();
    let run = sandbox.succeed(&args);
    let rows = rows_of(&run);
    assert_eq!(
        rows[0],
        "scenario all patches without 0001, 0002, 0003 without 0002, 0003 without 0003"
    );
    // The first two patches do one thing together; the third is there to opt out of it.
    for row in [
        "plain-pair pass - - -",
        "issue-2445 pass conflict conflict -",
        "opt-out conflict - - pass",
    ] {
        assert!(rows.contains(&row.to_owned()), "no {row:?} in {run:#?}");
    }
    assert!(run.stderr.contains("3 patches needed"), "{run:#?}");
}

pub(crate) fn what_the_patches_change_is_told() {
    // The separate target for everybody: the comparison of both trees must see it.
    let sandbox = project();
    // The last patch changes the same file.
    let last = patch_files(&sandbox).pop().unwrap();
    fs::remove_file(&last).unwrap();
    let name = Path::new(&last).file_name().unwrap().to_str().unwrap().to_owned();
    sandbox.edit("patches/series", &name, "");
    sync(&sandbox, &["--no-repro"]);
    sandbox.edit(
        "patches/0002-precompile-separately.patch",
        "+    if kwargs.get(\"exec_compatible_with\"):",
        "+    if True:",
    );
    let args = ["repro", "--scenario", "tags-free", "--scenario", ISSUE];
    let run = sandbox.patcher(&args);
    assert_eq!(run.code, Some(5), "{run:#?}");
    let rows = rows_of(&run);
    for row in ["issue-2445 conflict pass + fixed", "tags-free pass changed x regressed"] {
        assert!(rows.contains(&row.to_owned()), "no {row:?} in {run:#?}");
    }
    for word in
        ["target //tags-free:other.rules_python_precompile", "PyCompile of //tags-free:plain"]
    {
        assert!(run.stderr.contains(word), "no {word:?} in {run:#?}");
    }
}

/// The directories of rules_testing and rules_shell that PATCHER_MODULE_APPEND names must hold
/// them: if it names none, they come from the registry.
pub(crate) fn has_test_modules() -> bool {
    let texts = list("PATCHER_MODULE_APPEND");
    let text: String = texts.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    [("rules_testing", "lib/analysis_test.bzl"), ("rules_shell", "shell/sh_test.bzl")].iter().all(
        |(module, file)| {
            let start = format!("local_path_override(module_name = \"{module}\", path = \"");
            let directory = text.split_once(&start).and_then(|(_, rest)| rest.split_once('"'));
            directory.is_none_or(|(directory, _)| Path::new(directory).join(file).is_file())
        },
    )
}

pub(crate) fn upstreams_tests_agree_and_show_a_broken_series() {
    const PATTERN: &str = "//tests/base_rules/precompile/...";
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let mut args = vec!["repro", "--upstream-tests", PATTERN];
    // With modules as files there is no interpreter to download, either.
    if !list("PATCHER_MODULE_APPEND").is_empty() {
        args.push("--adapted");
    }
    for (release, passed, added) in [("2.3.2", 22, 9), ("2.1.0", 13, 0), ("1.0.0", 13, 0)] {
        let run = sandbox.succeed(&[&args[..], &["--release", release]].concat());
        let summary = format!("no difference; {passed} passed, {added} added by the series");
        assert!(run.stderr.contains(&summary), "{release}: {run:#?}");
    }
    // Every target that precompiles, and has no separate one, now fails.
    sandbox.edit(
        "patches/0001-add-py-precompile.patch",
        "+            providers = [PyPrecompileInfo],",
        "+            default = \"//python:none\",",
    );
    let run = sandbox.refuse(5, &args, &["the series changes", "test_precompile_enabled_py_test"]);
    assert!(run.stdout.contains("differs"), "{run:#?}");
}
