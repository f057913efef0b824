"""Rules with arguments that a release may not have yet: it ignores them."""

load("@rules_python//python:features.bzl", "features")
load("@rules_python//python:py_library.bzl", _py_library = "py_library")
load("@rules_python//python:py_test.bzl", _py_test = "py_test")

def py_library(**kwargs):
    """A py_library.

    Args:
        **kwargs: {type}`dict[str, object]` its arguments.
    """
    _py_library(**_supported(kwargs))

def py_test(**kwargs):
    """A py_test.

    Args:
        **kwargs: {type}`dict[str, object]` its arguments.
    """
    _py_test(**_supported(kwargs))

def _supported(kwargs):
    if getattr(features, "precompile_separately", False):
        return kwargs
    return {
        name: value
        for name, value in kwargs.items()
        if name not in ["precompile_exec_properties", "precompile_separately"]
    }
