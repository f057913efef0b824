//! Git objects and the `git` program. [`store`] reads objects from the mirror and writes to
//! memory: [`store::trees`] lists and edits a tree, [`store::apply`] applies a patch to one,
//! [`store::diff`] compares two, and [`store::merge`] is the three-way merge, whose
//! [`merge_conflict`]s it reports. [`tree`], [`commit`], [`rename`] and [`attributes`] are the data and
//! the rules behind them. [`history`] finds the upstream commit that caused a conflict, by
//! [`line_origin`]. [`checkout`] is the one writer of trees as files. [`program`] calls `git`:
//! for the [`mirror`] of an [`upstream`], a [`worktree`] and a [`revision`] of the project's own
//! repository; [`leftovers`] removes what one that was killed left in the first two.

pub mod attributes;
pub mod checkout;
pub mod commit;
pub mod history;
pub mod leftovers;
pub mod line_origin;
pub mod merge_conflict;
pub mod mirror;
pub mod program;
pub mod rename;
pub mod revision;
pub mod store;
pub mod tree;
pub mod upstream;
pub mod worktree;
