//! publish.

pub mod appliers;
pub mod archive;
pub mod check;
pub mod derive;
pub mod gzip;
pub mod kinds;
pub mod provenance;
pub mod push;
pub mod registry;
pub mod registry_index;
pub mod render;
pub mod reproduce;
pub mod snippet;
pub mod stamp;
pub mod supported;
