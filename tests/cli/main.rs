//! patcher as its users call it, on a small upstream: exit codes, output, and every file.

#[path = "../common/mod.rs"]
mod common;

mod archive;
mod bad_input;
mod check;
mod commands;
mod repro;
mod sync;
