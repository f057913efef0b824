//! demo.

pub mod upstream;
