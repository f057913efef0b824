//! patch.

pub mod apply;
pub mod diff;
pub mod mail;
pub mod symbol;
pub mod words;
