//! repro.

pub mod bazel;
pub mod cells;
pub mod comparison;
mod conflict;
pub mod events;
pub mod fixed_upstream;
pub mod judgement;
pub mod local_python;
pub mod need;
pub mod observation;
pub mod outcome;
pub mod report;
pub mod settings;
pub mod suite;
pub mod upstream_tests;
