//! patcher keeps a patch series over a Bazel ruleset alive: it pins an upstream release, applies
//! the series, ports it to other releases, tests both trees under Bazel, and publishes the result.
//!
//! The public face is the command line ([`cli`]) and what runs it ([`cmd`]). The rooms below are
//! public for the project's own tests, benchmarks and examples, and promise nothing to others.
//! ARCHITECTURE.md describes each room and the data flow of `patcher sync`.

pub mod cli;
pub mod cmd;

#[doc(hidden)]
pub mod ci;
#[doc(hidden)]
pub mod consumer;
#[doc(hidden)]
pub mod demo;
#[doc(hidden)]
pub mod doctor;
#[doc(hidden)]
pub mod git;
#[doc(hidden)]
pub mod init;
#[doc(hidden)]
pub mod matrix;
#[doc(hidden)]
pub mod patch;
#[doc(hidden)]
pub mod port;
#[doc(hidden)]
pub mod project;
#[doc(hidden)]
pub mod publish;
#[doc(hidden)]
pub mod repro;
#[doc(hidden)]
pub mod review;
#[doc(hidden)]
pub mod support;
#[doc(hidden)]
pub mod sync;
#[doc(hidden)]
pub mod verify;
