//! The regression matrix: releases × scenarios × versions of Bazel, each cell with both trees.
//! `operation::matrix` runs it, by `run`, on warm servers and from what earlier runs showed;
//! `model` holds every cell, `summary` what can be said of each release, `report` and `page` print
//! it as text, JSON, JUnit, Markdown and one HTML page.

pub mod model;
pub mod operation;
pub mod page;
pub mod report;
pub mod run;
pub mod summary;
