"""A rule made with upstream's API for such rules."""

load("@rules_python//python/api:executables.bzl", "executables")

api_test = executables.py_test_rule_builder().build()
