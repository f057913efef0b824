//! The regression matrix: releases × scenarios × versions of Bazel, each cell with both trees.
//! `operation::matrix` runs it, by `run`, on warm servers and from what earlier runs showed;
//! `model` holds every cell, `summary` what can be said of each release, `finding` what fails, and
//! `report` and `page` print it as text, JSON, JUnit, Markdown and one HTML page.

pub mod counts;
pub mod finding;
pub mod model;
pub mod operation;
pub mod origin;
pub mod page;
mod page_data;
mod page_grid;
pub mod report;
pub mod run;
pub mod summary;
