//! Finding the upstream commit that changed the outcome of a patch. `select` says which patch,
//! `revision` and `range` between which commits, `bisector` holds both; `search` finds the
//! boundary, `places` what the commit did there, and `report` is what is known in the end. The
//! operation is [`patch()`]. Scenarios are bisected a room above, with the same parts.

mod bisector;
mod patch;
mod places;
mod range;
pub mod report;
mod revision;
pub mod search;
mod select;

pub(crate) use bisector::{Bisector, Found, Question, blocked};
pub use patch::{Options, Until, patch};
pub use range::Ends;
pub use report::Bisection;
pub use revision::Revision;
