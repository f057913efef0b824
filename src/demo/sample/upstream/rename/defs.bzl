"""Rules for books of notes."""

load(":books.bzl", _book = "book")

book = _book
