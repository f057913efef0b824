//! Scenarios under Bazel: small packages that each show one behaviour, run on the unpatched and on
//! the patched tree. `settings` and `bazel` say how Bazel is called, `suite` lays the scenarios out
//! and runs them, `events` and `conflict` read what Bazel said, `judgement` makes the result of one
//! tree of it, `observation` what can be compared, `outcome` what both trees say together. `report`
//! holds a run for every format (`junit`: for CI servers), `memory` what earlier runs showed, `fixed_upstream` that a release
//! needs no patches any more. `why` judges what each part of a series is needed for, and
//! `upstream_tests` (`upstream_test_comparison`, `upstream_module`) runs the upstream's own tests on
//! both trees. `bisect` finds the upstream commit that changed a scenario's result. The
//! operations are `scenarios::run`, `ablation::why`, `upstream_tests::compare` and
//! `bisect::scenario`.

pub mod ablation;
mod action_conflict;
pub mod bazel;
pub mod bisect;
pub mod events;
pub mod fixed_upstream;
pub mod judgement;
pub mod junit;
pub mod memory;
pub mod observation;
pub mod outcome;
pub mod report;
pub mod scenarios;
pub mod settings;
pub mod suite;
pub mod upstream_module;
pub mod upstream_test_comparison;
pub mod upstream_tests;
pub mod why;
