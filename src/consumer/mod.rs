//! A consumer's MODULE.bazel: this room reads it by its syntax, finds what it says of a module, and
//! adds, updates and removes an override in it, byte for byte reversible.
//!
//! [`ModuleFile`] is one file (`lexer`, `parser`), [`ModuleFiles`] the root module's with all that
//! it includes; `edit` works on those with `dep` and `lines`, `rewrite` keeps what is the consumer's
//! of an override, and `override_statement` prints what is put in. `overview` reports what the files
//! say of a module, and [`bazel_version`] compares versions in Bazel's order. Every other room that
//! reads a MODULE.bazel uses this one's reader.

pub mod bazel_version;
mod dep;
mod edit;
mod lexer;
mod lines;
mod module_file;
mod module_files;
mod override_statement;
pub(crate) mod overview;
mod parser;
mod rewrite;
#[cfg(test)]
mod tests;

pub use edit::{Edited, Step, Wanted, add, ensure_absent, ensure_other, present, remove, update};
pub use module_file::{MODULE_FILE, ModuleFile};
pub use module_files::{Found, ModuleFiles};
pub use override_statement::{Override, OverrideFunction, Value, bazel_dep};
pub use parser::{Argument, Call, Expression, Plain, Statement, StatementKind};
pub use rewrite::{Author, NOTICE_PATCH, Unlike, patcher_patches};
