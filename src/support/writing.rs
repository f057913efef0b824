//! Whether an operation writes: `--dry-run` and `--check` ask for what it would.

/// Whether an operation writes, or only finds out what it would write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    #[default]
    Done,
    /// Nothing is written, pushed or opened.
    LeftOut,
}
