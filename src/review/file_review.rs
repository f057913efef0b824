//! What two versions of a patch do differently to one file.

use serde::Serialize;

use crate::patch::Tag;
use crate::patch::words::Fragment;

/// How a patch's change of a file differs from an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FileReview {
    pub path: String,
    /// Its name in the earlier patch, if that is another.
    pub renamed_from: Option<String>,
    /// What the patch does with the file as a whole, if that is something else now.
    pub whole: Vec<Fragment>,
    /// The lines that it changes in another way.
    pub differences: Vec<Difference>,
    /// The lines that it changes alike, but at another place.
    pub moves: Vec<Move>,
    /// What else is different, if all lines are the same at the same places.
    pub mechanical: Option<Mechanical>,
}

/// What differs without meaning anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mechanical {
    /// What a mail holds beside author, date, message and diff.
    Form,
    /// The blobs that the `index` line names.
    IndexLines,
    Offsets,
    /// The lines around the changes.
    Context,
    /// How the changes are cut into hunks, and their order.
    Hunks,
}

impl Mechanical {
    /// It in a word or two.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Form => "form of the mail",
            Self::IndexLines => "index lines",
            Self::Offsets => "offsets",
            Self::Context => "context",
            Self::Hunks => "hunks",
        }
    }
}

/// Lines that stand together and differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Difference {
    /// The line of the patched file, from 1; of the earlier one if the patch changes
    /// nothing here any more.
    pub line: usize,
    /// What is around it (see `Definitions`); absent if the file is not known.
    pub place: Option<String>,
    pub edits: Vec<Edit>,
}

/// A line that the patches change differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edit {
    /// What they do with it.
    pub action: Action,
    pub when: When,
    pub line: Vec<Fragment>,
}

/// What a patch does with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Adds,
    Removes,
}

/// Which version of a patch changes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Both, and the line is another.
    Both,
    /// The later one only.
    Now,
    /// The earlier one only.
    NoLonger,
}

/// Lines that both patches change alike, but at another place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Move {
    /// The line of the patched file, from 1.
    pub line: usize,
    pub count: usize,
    /// What the patch does with the first of them.
    pub action: Action,
    /// The first of them that says something.
    pub text: String,
    /// What was around them (see `Definitions`); absent if the file is not known.
    pub from: Option<String>,
    /// What is around them now.
    pub to: Option<String>,
}

impl Action {
    pub(super) fn of(tag: Tag) -> Self {
        if tag == Tag::Remove { Self::Removes } else { Self::Adds }
    }
}

impl FileReview {
    /// Whether the patch does something else to the file.
    pub fn is_semantic(&self) -> bool {
        !self.whole.is_empty() || !self.differences.is_empty()
    }

    /// Whether it does it at another place.
    pub fn is_moved(&self) -> bool {
        self.renamed_from.is_some() || !self.moves.is_empty()
    }
}
