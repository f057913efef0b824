//! A patch series on a release: applied exactly at its pin ([`Applied`]), ported to another
//! release by three-way merges ([`Applied::onto`]) or to all of them ([`survey`]), listed
//! ([`listing`]), resolved by hand
//! ([`resolve`]), edited ([`edit`]), shortened ([`drop`]) and followed through upstream's history
//! ([`bisect`]); [`select`] finds the series and patch that a user names. What is published of it is made a room above.

pub mod already_upstream;
pub mod apply;
pub mod bisect;
pub mod compose;
mod computed_once;
pub mod conflict_text;
pub mod drop;
pub mod edit;
mod file_status;
pub mod listing;
mod listing_text;
mod memo;
mod merge_patch;
pub mod onto;
pub mod outcome;
pub mod port_error;
pub mod resolve;
pub mod select;
pub mod session;
pub mod survey;
mod survey_text;
#[cfg(test)]
mod tests;
mod upstream_commits;
pub mod work;

pub use apply::{Applied, AppliedPatch};
pub use merge_patch::Merging;
pub use onto::{Attempt, Ported};
pub use outcome::PatchOutcome;
