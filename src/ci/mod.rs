//! ci.

pub mod branch;
pub mod github;
pub mod proposal;
pub mod proposal_text;
