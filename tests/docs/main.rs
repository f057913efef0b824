//! The documents: links lead somewhere, the book has every page, and the reference has every key.

#![allow(clippy::unwrap_used, reason = "a test stops if something is not as it should be")]

mod links;
mod page;
mod readme;
mod reference;
