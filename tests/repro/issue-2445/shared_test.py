"""Passes if its own .pyc is beside it in the runfiles, where Python looks for it."""

import importlib.util
import os

pyc = importlib.util.cache_from_source(os.path.join(os.path.dirname(__file__), "shared_test.py"))
assert os.path.exists(pyc), f"{pyc} is not in the runfiles"
