//! support.

pub mod environment;
pub mod failure;
pub mod guide;
pub mod hold;
pub mod ids;
pub mod markdown;
pub mod problem;
pub mod process;
pub mod progress;
pub mod scrub;
pub mod text;
pub mod ui;
