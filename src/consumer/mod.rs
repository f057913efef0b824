//! consumer.

pub mod archive_source;
pub mod bazel_version;
pub mod module_file;
