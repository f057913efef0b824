//! publish.

pub mod appliers;
pub mod archive;
pub mod derive;
pub mod gzip;
pub mod provenance;
pub mod push;
pub mod registry;
pub mod registry_index;
pub mod render;
pub mod routes;
pub mod stamp;
