//! port.

pub mod already_upstream;
pub mod bisect;
pub mod compose;
pub mod edit;
pub mod engine;
pub mod outcome;
pub mod resolve;
pub mod session;
pub mod work;
