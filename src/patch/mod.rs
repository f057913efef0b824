//! A patch: a mail that `git am` applies, holding a git diff. [`model`] is the data, [`mail`]
//! and [`parse`] read what `git am` takes, [`print`](mod@print) writes the one canonical form.
//! [`apply`](mod@apply) applies it exactly to a file's bytes, [`diff`] compares two files'
//! lines, [`repeats`] finds what stands in a file more than once, [`words`] compares two lines' words,
//! [`symbol`] finds the definition around a line, and [`text`] is a file whose lines are found once.

pub mod apply;
pub mod diff;
pub mod mail;
mod model;
mod parse;
mod print;
pub mod repeats;
pub mod symbol;
pub mod text;
pub mod words;

pub use model::{Author, BlobName, Change, FileMode, FilePatch, Hunk, Line, Patch, Tag};
