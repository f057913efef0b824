//! review.

pub mod interdiff;
pub mod model;
pub mod snapshot;
pub mod text;
