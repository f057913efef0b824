//! Each kind of override under real Bazel: one workspace and one warm server, in which only
//! the override changes. With every kind the package of the issue builds and its tests pass, and
//! the tree that Bazel resolved is the published one, but for what the kind names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use patcher::git::attributes::{InArchive, LineEnds};
use patcher::patch::{BlobName, Change, FileMode, FilePatch, diff};
use patcher::project::override_kind::OverrideKind;
use patcher::publish::appliers::{Touched, lint_file};
use patcher::support::ids::{BlobId, Sri};

use crate::common::{Run, Sandbox};
use crate::series::{ISSUE, consumer_bazel, fact, git_archive, list, project, scratch, sync};
use crate::server::Server;
use crate::upstream;

/// Made for the first kind, used by all of them.
static CONSUMER: Mutex<Option<Consumer>> = Mutex::new(None);

/// What Bazel's own modules ask for.
const OLDER: [&str; 5] = ["0.22.1", "0.28.0", "0.33.2", "0.40.0", "1.7.0"];

/// A tree: each file's bytes, and whether it can be executed.
type Tree = BTreeMap<String, (bool, Vec<u8>)>;

/// A consumer's workspace beside everything that was published.
struct Consumer {
    sandbox: Sandbox,
    server: Server,
    workspace: PathBuf,
    release: String,
    version: String,
    /// The published tree.
    published: Tree,
    /// The snippets by kind: with URLs of the server's, and of files.
    over_http: BTreeMap<String, String>,
    over_file: BTreeMap<String, String>,
}

/// Ends the server, and removes what was made.
pub(crate) fn end() {
    if let Some(consumer) =
        CONSUMER.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    {
        consumer_bazel(&consumer.workspace, &["shutdown"]);
    }
}

fn with_consumer(test: impl FnOnce(&Consumer)) {
    let mut consumer = CONSUMER.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    test(consumer.get_or_insert_with(Consumer::new));
}

impl Consumer {
    fn new() -> Self {
        let sandbox = project();
        sync(&sandbox, &["--no-repro"]);
        let release = fact(&sandbox, "release");
        let version = fact(&sandbox, "strip_prefix").replace("rules_python-", "");
        let supported = sandbox.home.join("supported");
        fs::create_dir(&supported).unwrap();
        let server = Server::of(&supported);
        let upstreams = git_archive(&upstream::repository().unwrap(), &release, "| gzip");
        assert_eq!(Sri::of(&upstreams).to_string(), fact(&sandbox, "registry_integrity"));
        let archive = format!("rules_python-{release}.tar.gz");
        fs::write(supported.join(&archive), &upstreams).unwrap();
        // A fork that has upstream's commits already.
        let fork = sandbox.home.join("fork.git");
        let clone = ["clone", "--quiet", "--bare", "--shared"];
        let from_to =
            [upstream::repository().unwrap(), fork.clone()].map(|path| path.display().to_string());
        let from_to = from_to.each_ref().map(String::as_str);
        sandbox.git(&sandbox.home, &[&clone[..], &from_to].concat());
        let publish = |directory: &str, url: &str| {
            let (output, base) = (supported.join(directory), format!("{url}/{directory}"));
            let upstreams = format!("{url}/{archive}");
            let run = sandbox.succeed(&[
                "publish",
                "--output",
                output.to_str().unwrap(),
                "--base-url",
                &base,
                "--upstream-archive",
                &upstreams,
                "--push",
                fork.to_str().unwrap(),
                "--format",
                "json",
            ]);
            snippets(&run, &output)
        };
        let over_http = publish("http", &server.url);
        let over_file = publish("file", &format!("file://{}", supported.display()));
        let exported = sandbox.home.join("exported");
        sandbox.succeed(&["export", exported.to_str().unwrap()]);
        central_registry(&supported, &server.url, &release, &upstreams);
        let workspace = workspace(&sandbox, &supported.join("file"), &version);
        let published = tree_of(&exported);
        Self { sandbox, server, workspace, release, version, published, over_http, over_file }
    }

    /// Takes a kind of override, builds and tests, and compares what Bazel resolved with what was published.
    fn takes(&self, kind: OverrideKind, snippet: &str, flags: &[&str]) {
        let mut module = format!("module(name = \"consumer\")\n\n{snippet}");
        for path in list("PATCHER_MODULE_APPEND") {
            module.push_str(&fs::read_to_string(path).unwrap());
        }
        fs::write(self.workspace.join("MODULE.bazel"), module).unwrap();
        self.tests(flags);
        self.compare(kind, &tree_of(&resolved(&self.external())));
    }

    /// The repositories that Bazel fetched.
    fn external(&self) -> PathBuf {
        let base = self.bazel(&["info", "output_base"]).stdout;
        Path::new(base.trim()).join("external")
    }

    /// Both tests of the issue's package pass.
    fn tests(&self, flags: &[&str]) {
        let precompile = "--@rules_python//python/config_settings:precompile=enabled";
        let args = ["test", "--color=no", "--test_output=errors", precompile];
        let run = self.bazel(&[&args[..], flags, &["//..."]].concat());
        let said = format!("{}{}", run.stdout, run.stderr);
        assert_eq!(run.code, Some(0), "{said}");
        assert!(said.contains("2 tests pass"), "{said}");
    }

    fn bazel(&self, args: &[&str]) -> Run {
        let output = consumer_bazel(&self.workspace, args);
        Run {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            ..Run::default()
        }
    }

    /// Every file is as published, but for those that the kind names.
    fn compare(&self, kind: OverrideKind, tree: &Tree) {
        let paths: BTreeSet<&String> = tree.keys().chain(self.published.keys()).collect();
        let differs = |path: &&&String| tree.get(**path) != self.published.get(**path);
        let found: Vec<&str> = paths.iter().filter(differs).map(|path| path.as_str()).collect();
        let expected: &[&str] = match kind {
            OverrideKind::SingleVersion => &["MODULE.bazel"],
            OverrideKind::Git => &["python/features.bzl"],
            _ => &[],
        };
        assert_eq!(found, expected, "{kind}");
        assert_eq!(expected.is_empty(), kind.differs().is_empty(), "{kind}");
        // And there, it is only the version.
        for path in found {
            let text = |tree: &Tree| String::from_utf8(tree[path].1.clone()).unwrap();
            let (found, published) = (text(tree), text(&self.published));
            let lines = found.lines().zip(published.lines()).filter(|(one, two)| one != two);
            let published: Vec<&str> = lines.map(|(_, published)| published).collect();
            assert_eq!(published.len(), 1, "{kind}: {published:?}");
            assert!(published[0].contains(&self.version), "{kind}: {published:?}");
        }
    }

    /// The flags for a registry, with those of the others behind it.
    fn registry_flags(&self, first: &str) -> Vec<String> {
        let mut flags = vec![format!("--registry={first}")];
        flags.push(format!("--registry={}/central", self.server.url));
        if list("PATCHER_MODULE_APPEND").is_empty() {
            flags.push("--registry=https://bcr.bazel.build".into());
        }
        flags
    }
}

/// The snippets as they were written: what is printed as JSON names no path of this machine.
fn snippets(run: &Run, output: &Path) -> BTreeMap<String, String> {
    let json = run.json();
    assert_eq!(json["left_out"].as_array().unwrap().len(), 0, "{run:#?}");
    let kinds = json["kinds"].as_array().unwrap().iter();
    let text = |kind: &serde_json::Value, key: &str| kind[key].as_str().unwrap().to_owned();
    let read = |file: String| fs::read_to_string(output.join(file)).unwrap();
    kinds.map(|kind| (text(kind, "kind"), read(text(kind, "file")))).collect()
}

/// The issue's package, the patches as files, and the unpacked archive: what the snippets say.
fn workspace(sandbox: &Sandbox, published: &Path, version: &str) -> PathBuf {
    let workspace = sandbox.home.join("kinds");
    let copy = |from: &Path, to: &Path| {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let status = Command::new("cp").arg("-r").arg(from).arg(to).status().unwrap();
        assert!(status.success());
    };
    copy(&sandbox.project.join("tests/repro").join(ISSUE), &workspace.join(ISSUE));
    let patches = published.join(format!("rules_python-{version}.patches"));
    copy(&patches, &workspace.join("third_party/rules_python"));
    let archive = published.join(format!("rules_python-{version}.tar.gz"));
    let third_party = workspace.join("third_party");
    let status =
        Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(third_party).status().unwrap();
    assert!(status.success());
    let ignored = format!("third_party/rules_python-{version}\n");
    fs::write(workspace.join(".bazelignore"), ignored).unwrap();
    workspace
}

/// What the central registry has of the release: upstream's archive, and a patch that puts the
/// version into its module file.
fn central_registry(supported: &Path, url: &str, release: &str, archive: &[u8]) {
    let directory = supported.join(format!("central/modules/rules_python/{release}"));
    fs::create_dir_all(directory.join("patches")).unwrap();
    let module = format!("rules_python-{release}/MODULE.bazel");
    let path = supported.join(format!("rules_python-{release}.tar.gz"));
    let output = Command::new("tar").arg("-xzOf").arg(path).arg(module).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let stamped = text.replacen("version = \"0.0.0\"", &format!("version = \"{release}\""), 1);
    fs::write(directory.join("MODULE.bazel"), stamped).unwrap();
    let patch = format!(
        "--- a/MODULE.bazel\n+++ b/MODULE.bazel\n@@ -1,5 +1,5 @@\n module(\n     name = \
         \"rules_python\",\n-    version = \"0.0.0\",\n+    version = \"{release}\",\n     \
         compatibility_level = 1,\n )\n"
    );
    let name = "module_dot_bazel_version.patch";
    fs::write(directory.join("patches").join(name), &patch).unwrap();
    let source = serde_json::json!({
        "integrity": Sri::of(archive),
        "patch_strip": 1,
        "patches": { name: Sri::of(patch.as_bytes()) },
        "strip_prefix": format!("rules_python-{release}"),
        "url": format!("{url}/rules_python-{release}.tar.gz"),
    });
    fs::write(directory.join("source.json"), source.to_string()).unwrap();
    // What Bazel's own module asks for: only its place in the order counts.
    for older in OLDER {
        let directory = supported.join(format!("central/modules/rules_python/{older}"));
        fs::create_dir_all(&directory).unwrap();
        let module = format!(
            "module(name = \"rules_python\", version = \"{older}\", compatibility_level = 1)\n"
        );
        fs::write(directory.join("MODULE.bazel"), module).unwrap();
    }
}

/// The repository of rules_python among the external ones.
fn resolved(external: &Path) -> PathBuf {
    let is_module = |name: &str| {
        let rest = name.strip_prefix("rules_python").filter(|rest| rest.starts_with(['~', '+']));
        // An extension's repositories have a second mark in their names.
        rest.is_some_and(|rest| !rest[1..].contains(['~', '+']))
    };
    let names = fs::read_dir(external).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = names
        .filter(|path| path.is_dir() && is_module(path.file_name().unwrap().to_str().unwrap()))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

fn tree_of(directory: &Path) -> Tree {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = directory.canonicalize().unwrap();
    let mut tree = Tree::new();
    let mut pending = vec![directory.clone()];
    while let Some(below) = pending.pop() {
        for entry in fs::read_dir(&below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let name = path.strip_prefix(&directory).unwrap().to_str().unwrap().to_owned();
            let is_executable = fs::metadata(&path).unwrap().permissions().mode() & 0o100 != 0;
            tree.insert(name, (is_executable, fs::read(&path).unwrap()));
        }
    }
    tree
}

fn refs(flags: &[String]) -> Vec<&str> {
    flags.iter().map(String::as_str).collect()
}

pub(crate) fn archive_from_a_file() {
    with_consumer(|consumer| {
        consumer.takes(OverrideKind::Archive, &consumer.over_file["archive"], &[]);
    });
}

/// Bazel's own patcher, and `git apply`, `patch` and patcher: one tree of upstream's archive.
pub(crate) fn patches_by_four_appliers() {
    with_consumer(|consumer| {
        consumer.takes(OverrideKind::Patches, &consumer.over_http["patches"], &[]);
        let asked = format!("200 /rules_python-{}.tar.gz", consumer.release);
        assert!(consumer.server.has_seen(&asked));
        let home = &consumer.sandbox.home;
        let archive = home.join("supported").join(&asked["200 /".len()..]);
        let patches = consumer.workspace.join("third_party/rules_python");
        let mut names: Vec<PathBuf> =
            fs::read_dir(patches).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
        names.sort();
        for (program, args) in
            [("git", &["apply"][..]), ("patch", &["-p1", "-F0", "--quiet", "-i"])]
        {
            let directory = home.join(format!("by-{program}"));
            fs::create_dir(&directory).unwrap();
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(&archive).arg("--strip-components=1").current_dir(&directory);
            assert!(tar.status().unwrap().success());
            for name in &names {
                let mut command = Command::new(program);
                command.args(args).arg(name).current_dir(&directory);
                let output = command.env("GIT_CEILING_DIRECTORIES", home).output().unwrap();
                assert!(output.status.success(), "{program} {name:?}: {output:?}");
            }
            assert!(tree_of(&directory) == consumer.published, "{program} makes another tree");
        }
    });
}

pub(crate) fn single_version_over_http() {
    with_consumer(|consumer| {
        let kind = OverrideKind::SingleVersion;
        let central = consumer.registry_flags(&format!("{}/central", consumer.server.url));
        consumer.takes(kind, &consumer.over_http[kind.name()], &refs(&central));
    });
}

pub(crate) fn git_by_commit() {
    with_consumer(|consumer| {
        consumer.takes(OverrideKind::Git, &consumer.over_http["git"], &[]);
    });
}

pub(crate) fn local_path() {
    with_consumer(|consumer| {
        consumer.takes(OverrideKind::LocalPath, &consumer.over_http["local-path"], &[]);
    });
}

/// Without modules, everything that rules_python loads has to be there first.
pub(crate) fn workspace_with_http_archive() {
    with_consumer(|consumer| {
        let modules: String =
            list("PATCHER_MODULE_APPEND").iter().map(|p| fs::read_to_string(p).unwrap()).collect();
        let is_offline = !modules.is_empty();
        let mut text = "workspace(name = \"consumer\")\n\n".to_owned();
        for line in modules.lines() {
            if let Some(rest) = line.strip_prefix("local_path_override(module_name = ") {
                // rules_python calls it by its old name here.
                let rest = rest.replace("\"protobuf\"", "\"com_google_protobuf\"");
                text.push_str(&format!("local_repository(name = {rest}\n"));
            }
        }
        let repositories = "load(\"@rules_python//python:repositories.bzl\", \
                            \"py_repositories\")\npy_repositories()\n";
        let (before, after) = if is_offline { (OFFLINE_BEFORE, OFFLINE_AFTER) } else { ("", "") };
        for part in [&consumer.over_file["workspace"], before, repositories, after] {
            text.push_str(part);
        }
        fs::write(consumer.workspace.join("WORKSPACE"), text).unwrap();
        consumer.tests(&["--noenable_bzlmod", "--enable_workspace"]);
        fs::remove_file(consumer.workspace.join("WORKSPACE")).unwrap();
        let tree = tree_of(&consumer.external().join("rules_python"));
        consumer.compare(OverrideKind::Workspace, &tree);
    });
}

/// What the modules that are there as files want in a WORKSPACE.
const OFFLINE_BEFORE: &str = r#"
load("@bazel_features//:deps.bzl", "bazel_features_deps")
bazel_features_deps()
load("@rules_cc//cc:extensions.bzl", "compatibility_proxy_repo")
compatibility_proxy_repo()
"#;

/// The machine's own python3, if no interpreter can be downloaded.
const OFFLINE_AFTER: &str = r#"
load("@rules_python//python/private:local_runtime_repo.bzl", "local_runtime_repo")
load(
    "@rules_python//python/private:local_runtime_toolchains_repo.bzl",
    "local_runtime_toolchains_repo",
)
local_runtime_repo(name = "local_python3", interpreter_path = "python3", on_failure = "fail")
local_runtime_toolchains_repo(name = "local_toolchains", runtimes = ["local_python3"])
register_toolchains("@local_toolchains//:all")
"#;

/// By the snippet; and by only the bazel_dep, where Bazel asks this registry first for what it
/// does not have.
pub(crate) fn registry_over_http() {
    with_consumer(|consumer| {
        let snippet = &consumer.over_http["registry"];
        let flags = consumer.registry_flags(&format!("{}/http/registry", consumer.server.url));
        consumer.takes(OverrideKind::Registry, snippet, &refs(&flags));
        let dep = snippet.split("single_version_override(").next().unwrap();
        consumer.takes(OverrideKind::Registry, dep, &refs(&flags));
        let module = "/http/registry/modules/rules_python";
        let version = &consumer.version;
        assert!(consumer.server.has_seen(&format!("200 {module}/{version}/source.json")));
        let is_missing =
            |older: &&str| consumer.server.has_seen(&format!("404 {module}/{older}/MODULE.bazel"));
        assert!(OLDER.iter().any(is_missing), "Bazel asked for nothing that is not there");
    });
}

pub(crate) fn registry_patches_over_http() {
    with_consumer(|consumer| {
        let url = format!("{}/http/registry-patches", consumer.server.url);
        let flags = consumer.registry_flags(&url);
        let kind = OverrideKind::RegistryPatches;
        consumer.takes(kind, &consumer.over_http[kind.name()], &refs(&flags));
    });
}

pub(crate) fn registry_from_a_directory() {
    with_consumer(|consumer| {
        let supported = consumer.sandbox.home.join("supported");
        let flags =
            consumer.registry_flags(&format!("file://{}/file/registry", supported.display()));
        consumer.takes(OverrideKind::Registry, &consumer.over_file["registry"], &refs(&flags));
    });
}

/// What `check` refuses goes wrong with Bazel's own patcher, each file in a repository of its
/// own; and what it does not refuse is right.
pub(crate) fn bazels_patcher_misapplies_what_check_refuses() {
    let sandbox = Sandbox::below(&scratch());
    let workspace = sandbox.home.join("appliers");
    let patches = workspace.join("patches");
    fs::create_dir_all(&patches).unwrap();
    fs::write(patches.join("BUILD.bazel"), "").unwrap();
    let source = sandbox.home.join("source");
    fs::create_dir(&source).unwrap();
    for name in ["WORKSPACE", "BUILD.bazel"] {
        fs::write(source.join(name), "").unwrap();
    }
    let mut text =
        "load(\"@bazel_tools//tools/build_defs/repo:http.bzl\", \"http_archive\")\n".to_owned();
    for (index, case) in APPLIED.iter().enumerate() {
        let (name, before, after, _) = case;
        if let Some(before) = before {
            fs::write(source.join(name), before).unwrap();
        }
        fs::write(
            patches.join(format!("{index}.patch")),
            file_patch(name, *before, *after).to_string(),
        )
        .unwrap();
        text.push_str(&format!(
            "http_archive(name = \"case_{index}\", urls = [\"file://{}/source.tar\"], patches = \
             [\"//patches:{index}.patch\"], patch_args = [\"-p1\"])\n",
            sandbox.home.display()
        ));
    }
    fs::write(workspace.join("WORKSPACE"), text).unwrap();
    let mut tar = Command::new("tar");
    tar.args(["-cf", "../source.tar", "."]).current_dir(&source);
    assert!(tar.status().unwrap().success());
    let flags = ["--noenable_bzlmod", "--enable_workspace"];
    let base = consumer_bazel(&workspace, &[&["info"], &flags[..], &["output_base"]].concat());
    let base = String::from_utf8(base.stdout).unwrap();
    for (index, (name, before, after, is_refused)) in APPLIED.iter().enumerate() {
        let repository = format!("@case_{index}//:all");
        let query = [&["query"], &flags[..], &[repository.as_str()]].concat();
        let output = consumer_bazel(&workspace, &query);
        let file = Path::new(base.trim()).join(format!("external/case_{index}")).join(name);
        let is_right = output.status.success() && fs::read(file).ok().as_deref() == *after;
        assert_eq!(is_right, !is_refused, "{name}: {output:?}");
        let patch = file_patch(name, *before, *after);
        let in_archive =
            InArchive { is_ignored: false, line_ends: LineEnds::Kept, is_filled: false };
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let touched = Touched { patch: &patch, before, after, in_archive };
        let found = lint_file("p", &touched, &OverrideKind::ALL);
        assert_eq!(!found.is_empty(), *is_refused, "{name}: {found:?}");
    }
    consumer_bazel(&workspace, &["shutdown"]);
}

/// A file's name, its bytes before and after, and whether `check` refuses that.
type Applied = (&'static str, Option<&'static [u8]>, Option<&'static [u8]>, bool);

const APPLIED: [Applied; 9] = [
    ("plain", Some(b"one\n"), Some(b"two\n"), false),
    ("added", None, Some(b"one\n"), false),
    ("deleted", Some(b"one\n"), None, false),
    ("filled", Some(b""), Some(b"one\n"), false),
    ("empty", None, Some(b""), true),
    ("emptied", Some(b""), None, true),
    ("crlf", Some(b"one\r\ntwo\r\n"), Some(b"ONE\r\ntwo\r\n"), true),
    ("endless", Some(b"one\ntwo"), Some(b"ONE\ntwo"), true),
    ("\u{e9}", Some(b"one\n"), Some(b"two\n"), true),
];

fn file_patch(name: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> FilePatch {
    let hunks = diff::hunks(before.unwrap_or_default(), after.unwrap_or_default()).unwrap();
    FilePatch {
        path: name.parse().unwrap(),
        change: match (before, after) {
            (None, _) => Change::Add,
            (_, None) => Change::Delete,
            _ => Change::Modify,
        },
        mode: FileMode::Regular,
        old: BlobName::from(None),
        new: BlobName::Full(BlobId::new([0x11; 20])),
        hunks,
        line: 1,
    }
}
