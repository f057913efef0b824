"""Checks of the bzl_library targets of rules_python: each lists all files that its sources load."""

load("@rules_python//python:features.bzl", "features")

# How to distinguish the releases: `features` has these fields from 2.2.0, 1.1.0 and 0.38.0 on.
_IS_2_2 = hasattr(features, "loadable_symbols")
_IS_1_1 = hasattr(features, "uses_builtin_rules")
_IS_0_38 = hasattr(features, "version")

def changed_libraries():
    """A target for each library whose files the series changes, under the names of 2.2.0."""
    names = ["attributes", "precompile", "py_binary_macro", "py_library_macro", "py_test_macro"]
    for name in names:
        package, file = "python/private", name
        if not _IS_0_38 or (_IS_1_1 and not _IS_2_2):
            # The macros that the older series change, or those through which private files that
            # were renamed are loaded.
            package, file = {
                "py_binary_macro": ("python", "py_binary"),
                "py_library_macro": ("python", "py_library"),
                "py_test_macro": ("python", "py_test"),
            }.get(name, (package, file))
        if not _IS_0_38 and package == "python/private":
            package, file = "python", "defs"
        elif not _IS_1_1 and file == "precompile":
            file = "common_bazel"
        _check(name, package, file)
    _check("features", "python", "features")

def public_libraries():
    """A target for each public file whose documentation the series changes."""
    for name in ["py_binary", "py_library", "py_test"]:
        _check(name, "python", name)

def added_libraries(names):
    """A target for each library that the series adds.

    Args:
        names: {type}`list[str]` their names, which begin with `py_precompile`.
    """
    for name in names:
        _check(name, "python/private", name)

def _check(name, package, file):
    # It fails where the library leaves out something that its file loads.
    native.starlark_doc_extract(
        name = name + "_doc",
        src = "@rules_python//{}:{}.bzl".format(package, file),
        deps = ["@rules_python//{}:{}".format(package, file + ("" if _IS_2_2 else "_bzl"))],
    )
