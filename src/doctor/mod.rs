//! What patcher needs on this machine, and whether it is there. `facts` says what is looked at,
//! [`examine()`] looks, and `judge` says what that means. Nothing is changed by it.

mod examine;
mod facts;
mod judge;

pub use examine::examine;
pub use judge::{Check, Status};
