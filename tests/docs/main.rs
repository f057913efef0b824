//! The documents: links lead somewhere, the book has every page, and every command line runs, or
//! is one that patcher understands.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "../common/mod.rs"]
mod common;

mod command_line;
mod examples;
mod links;
mod page;
mod readme;
mod reference;
