//! repro.

pub mod bazel;
pub mod cells;
pub mod comparison;
pub mod local_python;
pub mod need;
pub mod observation;
pub mod report;
pub mod suite;
pub mod upstream_tests;
pub mod verdict;
