//! The whole job, shown on a small Bazel ruleset that patcher carries: [`run`] does it,
//! [`upstream`] writes the ruleset and a project over it.

pub mod run;
pub mod upstream;
