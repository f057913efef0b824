"""Passes where its own .pyc lies beside it in the runfiles, as Python looks for it."""

import importlib.util
import os

pyc = importlib.util.cache_from_source(os.path.join(os.path.dirname(__file__), "shared_test.py"))
assert os.path.exists(pyc), f"{pyc} is not in the runfiles"
