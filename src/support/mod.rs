//! support.

pub mod environment;
pub mod failure;
pub mod file_lock;
pub mod guide;
pub mod ids;
pub mod markdown;
pub mod path;
pub mod problem;
pub mod process;
pub mod progress;
pub mod scrub;
pub mod text;
pub mod ui;
