"""Rules for books of notes."""

load(":notes.bzl", _book = "book")

book = _book
