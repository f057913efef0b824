//! How many cells of the matrix say what. Every report counts through this. What did not run, or
//! does not apply, has counts of its own and is in no other.

use serde::Serialize;

use crate::matrix::model::{CellStatus, MatrixCell};
use crate::repro::outcome::Outcome;
use crate::support::text::counted;

/// How many cells say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// [`Outcome::Fixed`]
    pub fixed: usize,
    /// [`Outcome::Unchanged`]
    pub unchanged: usize,
    /// [`Outcome::ExpectedChange`]
    pub expected_change: usize,
    /// [`Outcome::StillBroken`]
    pub still_broken: usize,
    /// [`Outcome::Regressed`]
    pub regressed: usize,
    /// [`Outcome::FixedUpstream`]
    pub fixed_upstream: usize,
    /// [`Outcome::OtherFailure`]
    pub other_failure: usize,
    /// [`CellStatus::NotApplicable`]
    pub not_applicable: usize,
    /// [`CellStatus::NotRun`]
    pub not_run: usize,
}

impl Counts {
    /// The counts of these cells.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a MatrixCell>) -> Self {
        let mut counts = Self::default();
        for cell in cells {
            *match &cell.status {
                CellStatus::Judged(Outcome::Fixed) => &mut counts.fixed,
                CellStatus::Judged(Outcome::Unchanged) => &mut counts.unchanged,
                CellStatus::Judged(Outcome::ExpectedChange) => &mut counts.expected_change,
                CellStatus::Judged(Outcome::StillBroken) => &mut counts.still_broken,
                CellStatus::Judged(Outcome::Regressed) => &mut counts.regressed,
                CellStatus::Judged(Outcome::FixedUpstream) => &mut counts.fixed_upstream,
                CellStatus::Judged(Outcome::OtherFailure) => &mut counts.other_failure,
                CellStatus::NotApplicable(_) => &mut counts.not_applicable,
                CellStatus::NotRun(_) => &mut counts.not_run,
            } += 1;
        }
        counts
    }

    /// The counts of cells that are as expected, by [`CellStatus::name`].
    pub const fn good(&self) -> [(&'static str, usize); 3] {
        [
            (Outcome::Fixed.name(), self.fixed),
            (Outcome::Unchanged.name(), self.unchanged),
            (Outcome::ExpectedChange.name(), self.expected_change),
        ]
    }

    /// The counts of cells that were judged and are not as expected, by [`CellStatus::name`].
    pub const fn bad(&self) -> [(&'static str, usize); 4] {
        [
            (Outcome::StillBroken.name(), self.still_broken),
            (Outcome::Regressed.name(), self.regressed),
            (Outcome::FixedUpstream.name(), self.fixed_upstream),
            (Outcome::OtherFailure.name(), self.other_failure),
        ]
    }

    /// How many cells are as expected.
    pub fn as_expected(&self) -> usize {
        sum(&self.good())
    }

    /// How many cells were judged and are not as expected.
    pub fn not_as_expected(&self) -> usize {
        sum(&self.bad())
    }

    /// How many cells were judged.
    pub fn judged(&self) -> usize {
        self.as_expected() + self.not_as_expected()
    }

    /// How many cells there are.
    pub fn all(&self) -> usize {
        self.judged() + self.not_applicable + self.not_run
    }

    /// The counts in a sentence.
    pub fn sentence(&self) -> String {
        let with = |total: usize, of: &str, parts: &[(&str, usize)]| {
            let named = named(parts);
            if named.is_empty() {
                format!("{total} {of}")
            } else {
                format!("{total} {of} ({named})")
            }
        };
        format!(
            "{}: {}, {}, {} not applicable, {} not run",
            counted(self.all(), "cell"),
            with(self.as_expected(), "as expected", &self.good()),
            with(self.not_as_expected(), "not as expected", &self.bad()),
            self.not_applicable,
            self.not_run
        )
    }
}

fn sum(parts: &[(&str, usize)]) -> usize {
    parts.iter().map(|(_, count)| count).sum()
}

/// `3 still broken, 1 regressed`: those that are not zero.
pub fn named(parts: &[(&str, usize)]) -> String {
    let parts = parts.iter().filter(|(_, count)| *count > 0);
    parts.map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}
