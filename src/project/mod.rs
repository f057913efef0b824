//! A project's files: what they say, and writing them all or nothing.
//!
//! [`load`] reads everything into a [`load::Project`] and collects what is wrong with it. The formats
//! are files of their own: [`config`], [`lock`] with [`locked_archive`], [`series`], [`scenario`], [`resolution`] and
//! [`override_kind`]; `toml_file` reads those that people write, and [`migration`] and `old_lock` know
//! what older patchers wrote. [`lint`] holds a series to its form, `line_ends` finds what git changed
//! on checkout, [`patch_choice`] finds the patch that a person names, [`evidence`] says what the results show, and [`published`] what was ever published.
//! [`changes`] is what a command would write and [`workspace`] writes it (`journal` finishes or undoes
//! an interrupted write, `replace` puts files in the place of others, `state` is where both are
//! kept). [`site`] is where an operation works: project, mirror, progress.

pub mod changes;
pub mod config;
pub mod evidence;
pub mod journal;
mod line_ends;
pub mod lint;
pub mod load;
pub mod lock;
pub mod locked_archive;
pub mod migration;
mod old_lock;
pub mod override_kind;
pub mod patch_choice;
pub mod published;
pub mod published_lock;
mod replace;
pub mod resolution;
pub mod scenario;
pub mod series;
pub mod setting;
pub mod site;
mod state;
mod toml_file;
pub mod upstream;
pub mod workspace;

/// The project's directory for what is published, unless another is named.
pub const OUTPUT: &str = "dist";
