//! patcher as its users call it, on a small upstream: exit codes, output, and every file.

#![allow(clippy::too_many_lines, reason = "whole outputs stand in the tests")]
#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

#[path = "../common/mod.rs"]
mod common;

mod archive;
mod bad_input;
mod bisect;
mod check;
mod commands;
mod completions;
mod demo;
mod doctor;
mod dry_run;
mod edit;
mod errors;
mod evidence;
mod faults;
mod flags;
mod git_settings;
mod history;
mod hostile;
mod init;
mod json;
mod looks;
mod mails;
mod matrix;
mod matrix_shards;
mod migration;
mod mirror;
mod observed;
mod override_defaults;
mod override_file;
mod override_lock;
mod preview;
mod publish;
mod reports;
mod repro;
mod resolve;
mod review;
mod scenario_directory;
mod series;
mod settings;
mod several_series;
mod sync;
mod uploaded_archives;
mod upstream_forms;
mod upstream_tests;
mod values;
mod verify;
mod ways_out;
mod why;
mod workflows;
