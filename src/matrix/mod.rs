//! The regression matrix: releases × scenarios × versions of Bazel, each cell with both trees.
//! `operation::matrix` runs it, by `run`, on warm servers and from what earlier runs showed;
//! `model` holds every cell, `summary` what can be said of each release, `finding` what fails, and
//! `text`, `report` and `page` print it as text, JSON, JUnit, Markdown and one HTML page. `shard`
//! divides it among machines by what `cost` says, and `merge` puts it together again from
//! `documents`.

pub mod cost;
pub mod counts;
pub mod documents;
pub mod finding;
pub mod merge;
pub mod model;
pub mod operation;
pub mod origin;
pub mod page;
mod page_data;
mod page_grid;
pub mod report;
pub mod run;
pub mod shard;
pub mod summary;
mod text;

#[cfg(test)]
mod tests;
