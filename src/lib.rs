//! patcher keeps a patch series over a Bazel ruleset alive.
pub mod ci;
pub mod cli;
pub mod cmd;
pub mod consumer;
pub mod demo;
pub mod git;
pub mod matrix;
pub mod patch;
pub mod port;
pub mod project;
pub mod publish;
pub mod repro;
pub mod review;
pub mod support;
pub mod sync;
pub mod verify;
