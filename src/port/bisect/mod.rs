//! Finding the upstream commit that changed the outcome of a patch. `revision` and `range` say
//! between which commits, `bisector` holds them and the patch; `search` finds the
//! boundary, `places` what the commit did there, and `report` is what is known in the end. The
//! operation is [`patch()`]. Scenarios are bisected a room above, with the same parts.

mod bisector;
mod patch;
mod places;
mod range;
pub mod report;
mod revision;
pub mod search;

pub(crate) use bisector::{Bisector, Found, Question, blocked};
pub use patch::{Options, Until, patch};
pub use range::Ends;
pub use report::Bisection;
pub use revision::Revision;
