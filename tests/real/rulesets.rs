//! Other rulesets, each from `init --upstream` to a consumer's build: a patch adds a function, and a
//! package that loads it is in error without the patch.
//!
//! The upstreams are bare clones in `seed/NAME.git` of patcher's cache: their newest tags are enough.

use std::fs;
use std::path::{Path, PathBuf};

use patcher::consumer::ModuleFile;
use patcher::support::environment::Environment;
use patcher::support::ids::Sri;

use crate::common::Sandbox;
use crate::series::{consumer_bazel, fact, list, scratch, with_bazel};

#[derive(Clone, Copy, Debug)]
struct Ruleset {
    module: &'static str,
    url: &'static str,
    /// The file that gets the function, and its label.
    file: &'static str,
    label: &'static str,
    /// What Bazel does with the package.
    phase: &'static str,
    /// What is not in the archive that upstream uploads; nothing if upstream's is `git archive`'s.
    left_out: &'static [&'static str],
}

const RULESETS: [Ruleset; 5] = [
    Ruleset {
        module: "rules_cc",
        url: "https://github.com/bazelbuild/rules_cc",
        file: "cc/defs.bzl",
        label: "@rules_cc//cc:defs.bzl",
        phase: "build",
        left_out: &[],
    },
    // With a comment in its `module()`, and an archive of its own, without tests. The one here is made
    // by the test as upstream makes its own: the real one is not on every machine.
    Ruleset {
        module: "bazel_skylib",
        url: "https://github.com/bazelbuild/bazel-skylib",
        file: "lib/paths.bzl",
        label: "@bazel_skylib//lib:paths.bzl",
        phase: "build",
        left_out: &["tests", "docs", ".bazelci", ".github"],
    },
    // With `v` before its versions, as the next two.
    Ruleset {
        module: "bazel_features",
        url: "https://github.com/bazel-contrib/bazel_features",
        file: "features.bzl",
        label: "@bazel_features//:features.bzl",
        phase: "build",
        left_out: &[],
    },
    Ruleset {
        module: "rules_shell",
        url: "https://github.com/bazel-contrib/rules_shell",
        file: "shell/sh_test.bzl",
        label: "@rules_shell//shell:sh_test.bzl",
        phase: "test",
        left_out: &[],
    },
    Ruleset {
        module: "rules_testing",
        url: "https://github.com/bazelbuild/rules_testing",
        file: "lib/util.bzl",
        label: "@rules_testing//lib:util.bzl",
        phase: "build",
        left_out: &[],
    },
];

/// What the patch adds.
const FUNCTION: &str = r#"
def greeting(name):
    """The text that a target called `name` says."""
    return "hello from " + name
"#;

/// What Bazel's own packages load of rules_python.
const NOTHING: &str = "\
def _nothing(name, **_kwargs):
    native.filegroup(name = name)

py_binary = _nothing
py_library = _nothing
py_test = _nothing
";

const MESSAGE: &str = "Add a greeting

Packages want to greet, and upstream has nothing for it.

Upstream-Status: Inappropriate [an example]
Drop-When: upstream has a greeting
Repro: example";

/// Why the ruleset's upstream is not here; `None` if it is.
pub(crate) fn missing(module: &str) -> Option<String> {
    let ruleset = RULESETS.iter().find(|ruleset| ruleset.module == module).unwrap();
    let clone = seed(module);
    let reason =
        || format!("no {}: clone {} there (`git clone --bare`)", clone.display(), ruleset.url);
    (!clone.join("HEAD").is_file()).then(reason)
}

fn seed(module: &str) -> PathBuf {
    let cache = Environment::of_process().unwrap().cache().unwrap();
    cache.join(format!("seed/{module}.git"))
}

/// From nothing to a consumer that builds with the patch.
pub(crate) fn is_patched(module: &str) {
    let ruleset = RULESETS.iter().find(|ruleset| ruleset.module == module).unwrap();
    let mut sandbox = Sandbox::below(&scratch());
    with_bazel(&mut sandbox);
    // Whoever asks the URL gets the clone.
    let settings = format!(
        "[user]\n\tname = A Maintainer\n\temail = maintainer@example.com\n\
         [url \"{}\"]\n\tinsteadOf = {}\n",
        seed(module).display(),
        ruleset.url
    );
    fs::write(sandbox.home.join("settings"), settings).unwrap();
    sandbox.set("GIT_CONFIG_GLOBAL", sandbox.home.join("settings"));
    let modules = modules(&sandbox, module);
    sandbox.set("PATCHER_MODULE_APPEND", modules.as_deref().unwrap_or(Path::new("")));

    let run = sandbox.succeed(&["init", "--upstream", ruleset.url, "../mine"]);
    assert!(run.stderr.contains(&format!("module {module} at {}", ruleset.url)), "{run:#?}");
    sandbox.project = sandbox.project.with_file_name("mine");
    // Whatever a registry says by now.
    let config = sandbox.read("patcher.toml");
    let is_uploaded = !ruleset.left_out.is_empty();
    let form = if is_uploaded { "archive = \"upload\"\n" } else { "" };
    sandbox.write("patcher.toml", &format!("registry = \"registry\"\n{form}{config}"));
    sandbox.succeed(&["sync", "--to", "latest", "--no-repro"]);
    let release = fact(&sandbox, "release");
    if is_uploaded {
        upload(&sandbox, ruleset, &release);
    }

    add_patch(&sandbox, ruleset);
    write_package(&sandbox.project.join("tests/repro/example"), ruleset);
    let scenario = sandbox.read("tests/repro/example/scenario.toml");
    let scenario = scenario.replace(
        "phase = \"analysis\"",
        &format!("phase = \"{}\"\nmessage = \"does not contain symbol 'greeting'\"", ruleset.phase),
    );
    let scenario = scenario.replace("unpatched = \"pass\"", "unpatched = \"loading-failure\"");
    sandbox.write("tests/repro/example/scenario.toml", &scenario);
    let run = sandbox.succeed(&["sync"]);
    assert_eq!(run.stderr.contains("only in the tag"), is_uploaded, "{run:#?}");
    let lock = sandbox.read("upstream.lock");
    assert!(lock.contains("fixed = [\"example\"]"), "{lock}");
    sandbox.succeed(&["check"]);

    let url = format!("file://{}", sandbox.project.join("dist").display());
    sandbox.succeed(&["publish", "--base-url", &url]);
    let archive = format!("dist/{module}-{release}.patched.1.tar.gz");
    let run = sandbox.succeed(&["verify", &archive]);
    assert_eq!(run.stdout.contains("by content"), is_uploaded, "{run:#?}");
    let modules = modules.as_deref();
    let published = ["--base-url", &url];
    consume(&sandbox, ruleset, Consumer { override_args: &published, modules });
    if is_uploaded {
        consume(&sandbox, ruleset, Consumer { override_args: &["--kind", "patches"], modules });
    }
}

/// Makes an archive as upstream makes its own, and a registry that names it.
fn upload(sandbox: &Sandbox, ruleset: &Ruleset, release: &str) {
    let file = sandbox.home.join(format!("{}.tar.gz", ruleset.module));
    let output = format!("--output={}", file.display());
    let left_out = ruleset.left_out.iter().map(|path| format!(":(exclude){path}"));
    let left_out: Vec<String> = left_out.collect();
    let mut args = vec!["archive", "--format=tar.gz", &output, release, "--", "."];
    args.extend(left_out.iter().map(String::as_str));
    sandbox.git(&seed(ruleset.module), &args);
    let source = serde_json::json!({
        "integrity": Sri::of(&fs::read(&file).unwrap()).to_string(),
        "strip_prefix": "",
        "url": format!("file://{}", file.display()),
    });
    let listed = format!("registry/modules/{}/{release}/source.json", ruleset.module);
    sandbox.write(&listed, &source.to_string());
}

fn add_patch(sandbox: &Sandbox, ruleset: &Ruleset) {
    let document = sandbox.succeed(&["new", "Add a greeting", "--format", "json"]).json();
    let worktree = PathBuf::from(document["worktree"].as_str().unwrap());
    let file = worktree.join(ruleset.file);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + FUNCTION).unwrap();
    sandbox.git(&worktree, &["commit", "--quiet", "--all", "--message", MESSAGE]);
    sandbox.succeed(&["continue"]);
}

/// Writes a package that says the greeting: as a file, or to a test.
fn write_package(directory: &Path, ruleset: &Ruleset) {
    let label = ruleset.label;
    let build = match ruleset.phase {
        "test" => format!(
            r#"load("{label}", "greeting", "sh_test")

genrule(
    name = "script",
    outs = ["script.sh"],
    cmd = "echo 'test \"$$SAYS\" = \"hello from example\"' > $@",
    executable = True,
)

sh_test(
    name = "example",
    srcs = ["script.sh"],
    env = {{"SAYS": greeting("example")}},
)
"#
        ),
        _ => format!(
            r#"load("{label}", "greeting")

genrule(
    name = "example",
    outs = ["example.txt"],
    cmd = "echo '%s' > $@" % greeting("example"),
)
"#
        ),
    };
    fs::create_dir_all(directory).unwrap();
    fs::write(directory.join("BUILD.bazel"), build).unwrap();
}

/// A workspace that uses the ruleset.
#[derive(Clone, Copy)]
struct Consumer<'a> {
    /// Which override it has.
    override_args: &'a [&'a str],
    modules: Option<&'a Path>,
}

/// Builds and tests in another workspace, with the override of the published archive, or of
/// upstream's with the patches.
fn consume(sandbox: &Sandbox, ruleset: &Ruleset, consumer: Consumer<'_>) {
    let Ruleset { module, phase, .. } = *ruleset;
    let Consumer { override_args, modules } = consumer;
    let workspace = sandbox.home.join(override_args[0].trim_start_matches('-'));
    write_package(&workspace, ruleset);
    let release = fact(sandbox, "release");
    let dep = format!("bazel_dep(name = \"{module}\", version = \"{release}\")\n");
    let file = workspace.join("MODULE.bazel");
    fs::write(&file, format!("module(name = \"consumer\")\n\n{dep}")).unwrap();
    let add = [&["override", "add"], override_args, &[file.to_str().unwrap()]].concat();
    sandbox.succeed(&add);
    let mut text = fs::read_to_string(&file).unwrap();
    if override_args.contains(&"patches") {
        assert!(text.contains("strip_prefix = \"\""), "{text}");
        let patches = sandbox.project.join(format!("dist/{module}-{release}.patched.1.patches"));
        let package = workspace.join("third_party").join(module);
        fs::create_dir_all(&package).unwrap();
        for entry in fs::read_dir(patches).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), package.join(entry.file_name())).unwrap();
        }
    } else {
        assert!(text.contains(&format!("{module}-{release}.patched.1.tar.gz")), "{text}");
    }
    if let Some(modules) = modules {
        text.push_str(&fs::read_to_string(modules).unwrap());
    }
    fs::write(&file, text).unwrap();
    let output = consumer_bazel(&workspace, &[phase, "--color=no", "//..."]);
    consumer_bazel(&workspace, &["shutdown"]);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    match phase {
        "test" => assert!(said.contains("1 test passes"), "{said}"),
        _ => {
            let built = fs::read_to_string(workspace.join("bazel-bin/example.txt")).unwrap();
            assert_eq!(built, "hello from example\n");
        }
    }
}

/// The modules that PATCHER_MODULE_APPEND gives as files, without the one that is patched and what
/// needs rules_python; a module that does nothing stands for that. `None` if all come from a registry.
fn modules(sandbox: &Sandbox, patched: &str) -> Option<PathBuf> {
    let mut text = String::new();
    for path in list("PATCHER_MODULE_APPEND") {
        let given = fs::read_to_string(&path).unwrap();
        let file = ModuleFile::parse(&path, given.as_bytes()).unwrap();
        for (function, argument) in [("bazel_dep", "name"), ("local_path_override", "module_name")]
        {
            for (statement, call) in file.calls(function) {
                let name = file.string(&call.argument(argument).unwrap().value).unwrap();
                if name != patched && name != "rules_python" {
                    text.push_str(&given[statement.span.clone()]);
                    text.push('\n');
                }
            }
        }
    }
    if text.is_empty() {
        return None;
    }
    let stub = sandbox.home.join("rules_python");
    fs::create_dir_all(stub.join("python")).unwrap();
    fs::write(stub.join("MODULE.bazel"), "module(name = \"rules_python\")\n").unwrap();
    fs::write(stub.join("python/BUILD.bazel"), "").unwrap();
    fs::write(stub.join("python/defs.bzl"), NOTHING).unwrap();
    text.push_str(&format!(
        "bazel_dep(name = \"rules_python\", version = \"\")\n\
         local_path_override(module_name = \"rules_python\", path = \"{}\")\n",
        stub.display()
    ));
    let path = sandbox.home.join("modules.MODULE.bazel");
    fs::write(&path, text).unwrap();
    Some(path)
}
