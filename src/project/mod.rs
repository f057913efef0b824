//! project.

pub mod changes;
pub mod config;
pub mod lint;
pub mod load;
pub mod lock;
pub mod migration;
pub mod override_kind;
pub mod resolution;
pub mod scenario;
pub mod series;
pub mod site;
pub mod stale;
pub mod workspace;
