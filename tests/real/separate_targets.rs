//! What users see of separate targets outside of their builds: docs/what-changes.md.

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
    ];
    for (package, text) in packages {
        fs::create_dir_all(workspace.join(package)).unwrap();
        fs::write(workspace.join(package).join("BUILD.bazel"), text).unwrap();
    }
    fs::write(workspace.join("other/chosen.py"), "").unwrap();
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
