//! publish.

pub mod appliers;
pub mod archive;
pub mod check;
pub mod gzip;
pub mod kinds;
pub mod locked_facts;
pub mod misapplied;
pub mod patched_commit;
pub mod provenance;
pub mod push;
pub mod registry;
pub mod registry_index;
pub mod release_archive;
pub mod render;
pub mod reproduce;
pub mod snippet;
pub mod stamp;
pub mod stamp_patches;
pub mod supported;
