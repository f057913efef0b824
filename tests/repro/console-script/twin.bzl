"""A library beside an executable."""

load("@rules_python//python:py_library.bzl", "py_library")

def twin_library(name, of):
    """A py_library with the main file of another target, which was made before.

    Args:
        name: {type}`str` the target's name.
        of: {type}`str` the other target's name.
    """

    # The name of the file that rules_python generates differs between releases.
    py_library(
        name = name,
        srcs = [native.existing_rule(of)["main"]],
    )
