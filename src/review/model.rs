//! A series at two times, and what became of it: what means something, apart from what a refresh
//! writes anew.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::patch::words::Fragment;
use crate::patch::{FilePatch, Patch, Tag};
use crate::project::lock::Lock;
use crate::review::changed_lines::Version;
use crate::review::file_review::{FileReview, Mechanical};
use crate::support::names::{PatchName, RepoPath};

/// A project's series and lock at one time.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The lock, if there is one that can be read.
    pub lock: Option<Lock>,
    /// The series, in the project's order.
    pub series: Vec<SeriesSnapshot>,
}

/// A series at one time.
#[derive(Clone, Debug)]
pub struct SeriesSnapshot {
    pub directory: String,
    /// Its patches, in order.
    pub patches: Vec<PatchSnapshot>,
}

/// A patch at one time.
#[derive(Clone, Debug)]
pub struct PatchSnapshot {
    pub patch: Patch,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The files that it changes, as they are before it; those that are known.
    pub bases: BTreeMap<RepoPath, Vec<u8>>,
}

/// What differs between two snapshots.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Review {
    /// In a sentence, without a full stop.
    pub headline: String,
    /// What the lock says otherwise.
    pub facts: Vec<Fact>,
    pub series: Vec<SeriesReview>,
}

/// Something that the lock says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fact {
    pub name: String,
    /// What it was; absent if there was none.
    pub old: Option<String>,
    /// What it is; absent if there is none any more.
    pub new: Option<String>,
}

/// What became of a series.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeriesReview {
    /// Its directory; if it is gone, the one it had.
    pub directory: String,
    /// Whether it was there, and is there.
    pub presence: Presence,
    /// The patches that both have; absent if the order is the same.
    pub order: Option<Order>,
    /// The patches: those that are there, in order, then those that are gone.
    pub reviews: Vec<PatchReview>,
}

/// Patches by their new names.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Order {
    /// In the order in which they applied.
    pub old: Vec<PatchName>,
    /// In the order in which they apply.
    pub new: Vec<PatchName>,
}

/// How many lines a patch changes.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Size {
    pub added: usize,
    pub removed: usize,
}

/// Whether something was there, and is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    Kept,
    Added,
    /// It is not any more.
    Dropped,
}

/// What became of a patch.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PatchReview {
    /// Its name; if it is gone, the one it had.
    pub name: PatchName,
    /// The name that it had, if that is another.
    pub renamed_from: Option<PatchName>,
    /// The first line of its message.
    pub subject: String,
    /// The gravest of what is different.
    pub outcome: Outcome,
    /// Whether the files that it changes are known: else the places of its changes were judged
    /// only by the context.
    pub places_known: bool,
    /// How many lines it adds and removes.
    pub size: Size,
    /// What is different without meaning anything.
    pub mechanical: Vec<Mechanical>,
    /// The lines of author, date and message that are different.
    pub message: Vec<Vec<Fragment>>,
    /// The files that it changes in another way, or in the same way at another place.
    pub files: Vec<FileReview>,
}

/// What became of a patch, in a word; the gravest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ReviewOutcome"))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was not there.
    Added,
    /// It is not there any more.
    Dropped,
    Semantic,
    /// It changes the same lines at another place.
    Moved,
    /// Its author, date or message is another.
    Message,
    Renamed,
    /// Offsets, context and index lines are all that is different.
    Mechanical,
    /// It is the same to the byte.
    Unchanged,
}

impl Outcome {
    /// All of them, the gravest first.
    pub const ALL: [Self; 8] = [
        Self::Added,
        Self::Dropped,
        Self::Semantic,
        Self::Moved,
        Self::Message,
        Self::Renamed,
        Self::Mechanical,
        Self::Unchanged,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Dropped => "dropped",
            Self::Semantic => "semantic",
            Self::Moved => "moved",
            Self::Message => "message",
            Self::Renamed => "renamed",
            Self::Mechanical => "mechanical",
            Self::Unchanged => "unchanged",
        }
    }
}

impl PatchSnapshot {
    pub(super) fn version<'a>(&'a self, file: &'a FilePatch) -> Version<'a> {
        Version { file, base: self.bases.get(&file.path).map(Vec::as_slice) }
    }

    pub(super) fn knows_bases(&self) -> bool {
        self.patch.files.iter().all(|file| self.bases.contains_key(&file.path))
    }

    /// How many lines it adds and removes.
    pub(super) fn size(&self) -> Size {
        let hunks = self.patch.files.iter().flat_map(|file| &file.hunks);
        let count = |tag| {
            let lines = hunks.clone().flat_map(|hunk| &hunk.lines);
            lines.filter(|line| line.tag == tag).count()
        };
        Size { added: count(Tag::Add), removed: count(Tag::Remove) }
    }

    /// What `git am` makes a commit of, the diff apart.
    pub(super) fn message(&self) -> String {
        let Patch { author, .. } = &self.patch;
        let (name, email, date) = (&author.name, &author.email, author.date());
        format!("From: {name} <{email}>\nDate: {date}\nSubject: {}", self.patch.message())
    }
}

impl Review {
    pub fn patches(&self) -> impl Iterator<Item = &PatchReview> {
        self.series.iter().flat_map(|series| &series.reviews)
    }

    /// Whether nothing but what is mechanical is different in the series.
    pub fn is_mechanical(&self) -> bool {
        self.patches().all(|patch| patch.outcome >= Outcome::Mechanical)
    }
}
