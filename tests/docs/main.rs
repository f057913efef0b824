//! The documents: links lead somewhere, and the book has every page.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

mod links;
mod page;
