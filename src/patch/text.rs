//! The text of a file.

use std::cell::OnceCell;

use crate::patch::apply::split_lines;

/// The bytes of a file, and its lines, which are found when somebody first asks for them.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    bytes: &'a [u8],
    lines: OnceCell<Vec<&'a [u8]>>,
}

impl<'a> Text<'a> {
    /// The text that these bytes are.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, lines: OnceCell::new() }
    }

    /// The whole file.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its lines, each with its line end if it has one.
    pub fn lines(&self) -> &[&'a [u8]] {
        self.lines.get_or_init(|| split_lines(self.bytes))
    }
}
