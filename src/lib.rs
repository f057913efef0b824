//! patcher keeps a patch series over a Bazel ruleset alive.
pub mod cells;
pub mod cli;
pub mod cmd;
pub mod core;
pub mod demo;
pub mod derive;
pub mod error;
pub mod io;
pub mod lines;
pub mod matrix;
pub mod port;
pub mod project;
pub mod snapshot;
pub mod store;
pub mod suite;
pub mod ui;
pub mod upstream_tests;
