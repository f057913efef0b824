"""Imported only from its .pyc."""

VALUE = 2445
