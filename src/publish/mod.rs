//! What is published of a series: the patched commit with its version stamp, the archive, a registry,
//! what a consumer pastes for each kind of override, and the provenance statement. The archive's
//! bytes depend on nothing but the commit and the exact version of the compressor.
//!
//! [`patched_commit`] and [`release_archive`] make what the lock records ([`stamp`], [`archive`],
//! [`gnu_gzip`]); [`locked_facts`] compares the two. [`kinds`], [`snippet`] and [`render`] write the
//! texts, [`registry_index`] a registry's files, [`stamp_patches`] the stamp as patches, and
//! [`misapplied`] finds what Bazel's own patcher would spoil ([`appliers`]). Operations:
//! [`check::check`], [`publication::publish`], [`supported::make`], [`reproduce::statement`],
//! `export::export`, and `override_edit::edit` with `show` on a consumer's MODULE.bazel.

pub mod appliers;
pub mod archive;
pub mod check;
pub(crate) mod consumer_file;
pub(crate) mod export;
pub mod gnu_gzip;
pub mod kinds;
pub mod locked_facts;
pub mod misapplied;
pub mod module;
mod output_directory;
pub(crate) mod override_edit;
pub(crate) mod override_target;
mod override_urls;
pub mod patched_commit;
pub mod provenance;
pub mod publication;
pub mod publish_options;
pub mod push;
pub mod registry;
mod registry_before;
pub mod registry_index;
pub mod release_archive;
pub mod render;
pub mod reproduce;
pub mod snippet;
pub mod stamp;
pub mod stamp_patches;
pub mod supported;
pub mod unpack;
pub mod uploaded;
pub mod uploaded_bytes;
