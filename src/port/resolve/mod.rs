//! Porting a series by hand if a patch conflicts: on until a patch stops ([`resolving`]), the stop
//! laid out in a worktree, and what a person made of it read back ([`resuming`]).
//! [`Resuming::begin`] opens the worktree; of a [`load`]ed one, [`Resuming::resume`] goes on,
//! [`Resuming::recall`] writes recorded resolutions into it and [`Resuming::status`] shows where it
//! is.

mod at_stop;
mod recall;
pub mod resolving;
pub mod resuming;
mod session;
mod status;

pub use recall::Recalled;
pub use resuming::{ByHand, Resumed, Resuming};
pub use session::{load, still_open};
pub use status::{ResolveStatus, Status, Stopped};
