//! What users see of separate targets outside of their builds: docs/reference/what-changes.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::series::{consumer_bazel, export, list, project, sync};

const OTHER: &str = r#"
genrule(
    name = "old",
    outs = ["old.py"],
    cmd = "touch $@",
    deprecation = "use another",
    visibility = ["//visibility:public"],
)

exports_files(["chosen.py"])

config_setting(
    name = "script",
    flag_values = {"@rules_python//python/config_settings:bootstrap_impl": "script"},
)

alias(
    name = "chosen",
    actual = select({":script": "chosen.py"}),
    visibility = ["//visibility:public"],
)
"#;

const DEPRECATED: &str = r#"
load("@rules_python//python:py_library.bzl", "py_library")

py_library(
    name = "library",
    srcs = ["//other:old"],
    tags = ["requires-cpu"],
)
"#;

const MISSING: &str = r#"
load("@rules_python//python:py_library.bzl", "py_library")

py_library(
    name = "library",
    srcs = ["//other:missing"],
    tags = ["requires-cpu"],
)
"#;

const TRANSITION: &str = r#"
load("@rules_python//python:py_binary.bzl", "py_binary")

py_binary(
    name = "binary",
    srcs = ["//other:chosen"],
    config_settings = {"@rules_python//python/config_settings:bootstrap_impl": "script"},
    main = "//other:chosen.py",
    tags = ["requires-cpu"],
)
"#;

const SOURCES: &str = r#"
load("@rules_python//python:py_library.bzl", "py_library")

py_library(
    name = "plain",
    srcs = ["plain.py", "plain_old.py3"],
)

py_library(
    name = "tagged",
    srcs = ["tagged.py", "tagged_old.py3"],
    tags = ["requires-cpu"],
)
"#;

/// What Bazel wrote, and whether it succeeded.
struct Answer {
    succeeds: bool,
    stdout: String,
    stderr: String,
}

fn workspace(home: &Path) -> PathBuf {
    let workspace = home.join("consumer");
    let mut module = String::from(
        "module(name = \"consumer\")\n\nbazel_dep(name = \"rules_python\", version = \"2.3.2\")\n",
    );
    for path in list("PATCHER_MODULE_APPEND") {
        module.push_str(&fs::read_to_string(path).unwrap());
    }
    let packages = [
        ("other", OTHER),
        ("deprecated", DEPRECATED),
        ("missing", MISSING),
        ("transition", TRANSITION),
        ("sources", SOURCES),
    ];
    for (package, text) in packages {
        fs::create_dir_all(workspace.join(package)).unwrap();
        fs::write(workspace.join(package).join("BUILD.bazel"), text).unwrap();
    }
    for source in [
        "other/chosen.py",
        "sources/plain.py",
        "sources/plain_old.py3",
        "sources/tagged.py",
        "sources/tagged_old.py3",
    ] {
        fs::write(workspace.join(source), "").unwrap();
    }
    fs::write(workspace.join("MODULE.bazel"), module).unwrap();
    workspace
}

pub(crate) fn messages_and_configured_queries_name_separate_targets() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let workspace = workspace(&sandbox.home);
    let mut answers = BTreeMap::new();
    for side in ["unpatched", "patched"] {
        let tree = export(&sandbox, "2.3.2", side);
        let swap = format!("--override_module=rules_python={}", tree.display());
        for args in [
            &["build", "--nobuild", "//deprecated:library"][..],
            &["build", "--nobuild", "--keep_going", "//missing:library"],
            &["build", "--nobuild", "//transition:binary"],
            &["cquery", "//transition/..."],
            &["cquery", "--keep_going", "//transition/..."],
        ] {
            let output =
                consumer_bazel(&workspace, &[&[args[0], "--color=no", &swap], &args[1..]].concat());
            let answer = Answer {
                succeeds: output.status.success(),
                stdout: String::from_utf8(output.stdout).unwrap(),
                stderr: String::from_utf8(output.stderr).unwrap(),
            };
            answers.insert((side, args.join(" ")), answer);
        }
    }
    let answer = |side, args: &str| &answers[&(side, args.to_owned())];
    let named = ".rules_python_precompile";

    let deprecated = "build --nobuild //deprecated:library";
    let warnings =
        |side| answer(side, deprecated).stderr.matches("depends on deprecated target").count();
    assert_eq!((warnings("unpatched"), warnings("patched")), (1, 2));
    assert!(answer("patched", deprecated).succeeds);

    let missing = "build --nobuild --keep_going //missing:library";
    for side in ["unpatched", "patched"] {
        let answer = answer(side, missing);
        assert!(!answer.succeeds && answer.stderr.contains("//other:missing"), "{}", answer.stderr);
        assert_eq!(answer.stderr.contains(named), side == "patched", "{}", answer.stderr);
    }

    for (side, args, succeeds) in [
        ("unpatched", "build --nobuild //transition:binary", true),
        ("patched", "build --nobuild //transition:binary", true),
        ("unpatched", "cquery //transition/...", true),
        ("patched", "cquery //transition/...", false),
    ] {
        let answer = answer(side, args);
        assert_eq!(answer.succeeds, succeeds, "{side} {args}: {}", answer.stderr);
    }
    let rest = answer("patched", "cquery --keep_going //transition/...");
    assert!(rest.stdout.contains("//transition:binary "), "{} {}", rest.stdout, rest.stderr);
    consumer_bazel(&workspace, &["shutdown"]);
}

/// If upstream chooses other sources to precompile, a target with a separate one follows.
pub(crate) fn upstreams_choice_of_sources_reaches_targets_with_separate_ones() {
    let sandbox = project();
    sync(&sandbox, &["--no-repro"]);
    let workspace = workspace(&sandbox.home);
    let tree = export(&sandbox, "2.3.2", "patched");
    let rule = tree.join("python/private/py_library.bzl");
    let text = fs::read_to_string(&rule).unwrap();
    let choice = "direct_sources = filter_to_py_srcs(ctx.files.srcs)";
    assert_eq!(text.matches(choice).count(), 1);
    let swap = format!("--override_module=rules_python={}", tree.display());
    let precompile = "--@rules_python//python/config_settings:precompile=enabled";
    let compiled = |name: &str| {
        let query = format!("mnemonic(PyCompile, deps(//sources:{name}))");
        let args = ["aquery", "--color=no", "--output=text", &swap, precompile, &query];
        let output = consumer_bazel(&workspace, &args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let sources = text.lines().filter_map(|line| {
            let (_, source) = line.split_once("Python precompiling sources/")?;
            Some(source.split(' ').next().unwrap().to_owned())
        });
        let mut sources: Vec<_> = sources.collect();
        sources.sort();
        sources.dedup();
        sources
    };
    assert_eq!(
        (compiled("plain"), compiled("tagged")),
        (vec!["plain.py".to_owned()], vec!["tagged.py".to_owned()],)
    );
    fs::write(&rule, text.replace(choice, "direct_sources = ctx.files.srcs")).unwrap();
    assert_eq!(
        (compiled("plain"), compiled("tagged")),
        (
            vec!["plain.py".to_owned(), "plain_old.py3".to_owned()],
            vec!["tagged.py".to_owned(), "tagged_old.py3".to_owned()],
        )
    );
    consumer_bazel(&workspace, &["shutdown"]);
}
