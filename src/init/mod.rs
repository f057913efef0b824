//! A project for a user: a copy of the series, scenarios and workflows that patcher carries, or one
//! without patches for a ruleset. `embedded` are the bytes of the copy, `ruleset` is what was found
//! out about a ruleset (`tag_choice`), `starter` makes files of them, and [`init()`] writes those.

mod embedded;
mod operation;
mod ruleset;
mod starter;
mod tag_choice;

pub use operation::{InitOptions, Initialised, Repository, init};
pub use ruleset::{Ruleset, Wanted};
