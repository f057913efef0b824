"""Passes if a query gives the library, and nothing else."""

import sys

with open(sys.argv[1]) as file:
    labels = file.read().split()
assert labels == ["//query-by-kind:library"], labels
