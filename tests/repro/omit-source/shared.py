"""Imported from its .pyc alone."""

VALUE = 2445
