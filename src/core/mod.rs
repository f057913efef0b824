//! Everything that is computed and nothing that is done: no file, process, environment,
//! clock, network, terminal or git here (`tests/layering.rs` holds it to that).

pub mod apply;
pub mod archive;
pub mod attributes;
pub mod bazel_version;
pub mod changes;
pub mod config;
pub mod diff;
pub mod forward;
pub mod ids;
pub mod lint;
pub mod local_python;
pub mod lock;
pub mod matrix;
pub mod matrix_page;
pub mod matrix_report;
pub mod matrix_summary;
pub mod module_file;
pub mod need;
pub mod observation;
pub mod patch;
pub mod port;
pub mod problem;
pub mod rename;
pub mod render;
pub mod report;
pub mod scenario;
pub mod scrub;
pub mod series;
pub mod stamp;
pub mod symbol;
pub mod tree;
pub mod upstream;
pub mod upstream_tests;
pub mod verdict;
