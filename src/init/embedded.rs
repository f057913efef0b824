//! The files of patcher's own project, as they were when it was built: `build.rs` lists them.

/// Each file's path in the project, and its bytes; in order.
pub(super) const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
