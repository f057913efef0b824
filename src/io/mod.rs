//! Effects: files, processes, the network. Nothing here decides anything that could be
//! decided in `core`.

pub mod bazel;
pub mod branch;
pub mod download;
pub mod env;
pub mod git;
pub mod github;
pub mod gzip;
pub mod hold;
pub mod mirror;
pub mod process;
pub mod push;
pub mod registry;
pub mod revision;
pub mod trees;
pub mod workspace;
pub mod worktree;
