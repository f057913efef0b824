"""Arguments that a release may not have yet."""

load("@rules_python//python:features.bzl", "features")
load("@rules_python//python:py_test.bzl", "py_test")

def opted_out_test(name, **kwargs):
    """A py_test that precompiles in the target itself.

    Args:
        name: {type}`str` the target's name.
        **kwargs: the other arguments.
    """
    if getattr(features, "precompile_separately", False):
        kwargs = dict(kwargs, precompile_separately = "disabled")
    py_test(name = name, **kwargs)
