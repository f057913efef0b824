//! A project for a user: a copy of the series, scenarios and workflows that patcher carries.
//! `embedded` are the bytes, `starter` makes files of them, and [`init()`] writes those.

mod embedded;
mod operation;
mod starter;

pub use operation::{InitOptions, Initialised, Repository, Writing, init};
