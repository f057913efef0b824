//! A pinned series edited as commits in a worktree, and read back as patches. `begin` and
//! [`begin_new`] open the worktree, [`status`] looks at it, `finish` writes the patches.

mod begin;
mod finish;
pub mod series;
mod written;

pub use begin::{Opened, begin, begin_new, status};
pub use finish::{Change, ChangeKind, Finished, finish};
pub(super) use written::changes;
pub use written::lint;
