//! git.

pub mod attributes;
pub mod checkout;
pub mod conflict;
pub mod history;
pub mod mirror;
pub mod origin;
pub mod program;
pub mod rename;
pub mod revision;
pub mod store;
pub mod tree;
pub mod worktree;
