//! A project's files: what they say, and writing them all or nothing.
//!
//! [`load`] reads everything into a [`load::Project`] and collects what is wrong with it. The formats
//! are files of their own: [`config`], [`lock`], [`series`], [`scenario`], [`resolution`] and
//! [`override_kind`]; [`migration`] and `old_lock` know what older patchers wrote. [`lint`] holds a
//! series to its form, [`stale`] says whether results still count, [`changes`] is what a command would
//! write and [`workspace`] writes it (`journal` finishes or undoes an interrupted write, `replace` puts
//! files in the place of others, `state` is where that is recorded). [`site`] is where an operation works: project, mirror, progress.

pub mod changes;
pub mod config;
mod journal;
pub mod lint;
pub mod load;
pub mod lock;
pub mod migration;
mod old_lock;
pub mod override_kind;
mod replace;
pub mod resolution;
pub mod scenario;
pub mod series;
pub mod site;
pub mod stale;
mod state;
pub mod workspace;
