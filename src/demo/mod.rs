//! The whole job, shown on a small Bazel ruleset that patcher carries: `sample` is that ruleset and
//! a project over it, [`run`] does the job and collects what happened, a [`step`] each, and
//! [`place`] keeps the sample apart from everything else.

mod evidence;
pub mod place;
pub mod recorded;
pub mod run;
mod sample;
pub mod step;
