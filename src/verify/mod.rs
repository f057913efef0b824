//! verify.

pub mod chain;
pub mod download;
pub mod notice;
pub mod run;
pub mod unpack;
