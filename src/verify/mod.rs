//! From an archive back to the registry: which links of the chain hold. `operation::verify` finds
//! the archive (`source`, `download`), takes it apart (`opened`, `unpack`, `notice`) and derives each
//! link again from the mirror (`evidence`): the registry's archive, commit and tree
//! (`release_links`), the patches and the archive's bytes with the project that holds them
//! (`project_links`) or without it (`archive_links`), and what a consumer asks for
//! (`consumer_link`). `chain` holds the result. An archive is read in memory and never written.

mod archive_links;
pub mod chain;
mod consumer_archive;
mod consumer_link;
mod evidence;
pub mod notice;
pub mod opened;
pub mod operation;
mod project_links;
mod release_links;
mod source;
