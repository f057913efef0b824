//! sync.

pub mod plan;
pub mod preview;
