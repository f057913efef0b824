//! matrix.

pub mod model;
pub mod page;
pub mod report;
pub mod run;
pub mod summary;
