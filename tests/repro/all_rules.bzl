"""Targets of every rule, with every shape of sources: for comparisons of both trees."""

load("@rules_python//python:features.bzl", "features")
load("@rules_python//python:py_binary.bzl", "py_binary")
load("@rules_python//python:py_library.bzl", "py_library")
load("@rules_python//python:py_test.bzl", "py_test")

def all_rules(*, tags, elsewhere):
    """Makes the targets, from sources in the caller's package.

    Args:
        tags: {type}`list[str]` the tags of all that compile for themselves.
        elsewhere: {type}`str` a source in another package.
    """

    # rules_python 0.36.0 cannot compile a source of another package. `features` has a version
    # from 0.38.0 on, and `uses_builtin_rules`, like `pyi_srcs`, from 1.1.0 on.
    elsewhere_srcs = [elsewhere] if hasattr(features, "version") else []
    pyi_srcs = {"pyi_srcs": ["library.pyi"]} if hasattr(features, "uses_builtin_rules") else {}

    native.genrule(
        name = "generate",
        outs = ["generated.py"],
        cmd = "touch $@",
    )

    native.filegroup(
        name = "group",
        srcs = ["grouped.py"],
    )

    py_library(
        name = "dep",
        srcs = ["dep.py"],
        imports = ["."],
    )

    py_library(
        name = "library",
        srcs = [
            "library.py",
            ":generate",
            ":group",
        ] + elsewhere_srcs,
        data = ["data.txt"],
        tags = tags,
        deps = [":dep"],
        **pyi_srcs
    )

    py_library(
        name = "selecting",
        srcs = select({"//conditions:default": ["selected.py"]}),
        tags = tags,
    )

    py_library(
        name = "without_sources",
        tags = tags,
        deps = [":dep"],
    )

    py_binary(
        name = "binary",
        srcs = ["binary.py"],
        data = ["data.txt"],
        pyc_collection = "include_pyc",
        tags = tags,
        deps = [":library"],
    )

    py_binary(
        name = "with_main",
        srcs = [
            "main.py",
            "main_helper.py",
        ],
        env = {"KEY": "value"},
        main = "main.py",
        precompile_optimize_level = 1,
        tags = tags,
    )

    py_binary(
        name = "sourceless",
        srcs = ["sourceless.py"],
        precompile_source_retention = "omit_source",
        pyc_collection = "include_pyc",
        tags = tags,
        deps = [":library"],
    )

    py_test(
        name = "some_test",
        size = "small",
        srcs = ["some_test.py"],
        args = ["--flag"],
        data = ["data.txt"],
        precompile_invalidation_mode = "unchecked_hash",
        tags = tags,
        deps = [":library"],
    )
