//! How a patch's change of one file stands in a release.

use std::rc::Rc;

use crate::git::store::Store;
use crate::git::tree::Delta;
use crate::patch::Hunk;
use crate::patch::text::Text;
use crate::port::already_upstream::{
    HunkStatus, Versions, apply_some, hunk_status, reverse_applies, run_statuses,
};
use crate::port::computed_once::Table;
use crate::port::outcome::{Move, Outcome, Place, moves, places};
use crate::support::failure::Result;
use crate::support::ids::BlobId;

/// What becomes of a patch's change of one file in a release.
#[derive(Debug)]
pub(super) struct FileStatus {
    /// Each hunk's first line, and how it stands.
    pub(super) hunks: Vec<(String, HunkStatus)>,
    /// Whether the hunks could be reverted.
    pub(super) reverses: bool,
    /// The file with only those changes that are not in the release; absent if a merge
    /// would double nothing.
    pub(super) reduced: Option<BlobId>,
    /// How the merged change compares with the patch's.
    pub(super) outcome: Outcome,
    /// The changes that land in another function.
    pub(super) moves: Vec<Move>,
}

/// What was computed of files for other releases.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownFiles {
    /// How a change stands: by the blobs at the pin, patched, and in the release.
    statuses: Table<[BlobId; 3], Rc<FileStatus>>,
    /// Where a change is at the pin: by the blobs there and patched.
    places: Table<[BlobId; 2], Rc<[Place]>>,
}

impl FileStatus {
    /// How a file's change stands if the release has the blob `there`.
    pub(super) fn of(
        store: &Store,
        known: &KnownFiles,
        delta: &Delta,
        there: Option<BlobId>,
    ) -> Result<Rc<Self>> {
        let whole = |status| Ok(Rc::new(Self::whole(status)));
        let [old, new] = [delta.old, delta.new].map(|side| side.map(|file| file.id));
        let key = match (old, new, there) {
            _ if there == old => return whole(HunkStatus::Absent),
            _ if there == new => return whole(HunkStatus::Here),
            (Some(base), Some(patched), Some(ours)) => [base, patched, ours],
            _ => return whole(HunkStatus::Absent),
        };
        known.statuses.get(key, || Ok(Rc::new(Self::compute(store, known, delta, key)?)))
    }

    /// A change of which the release has nothing.
    pub(super) fn absent() -> Rc<Self> {
        Rc::new(Self::whole(HunkStatus::Absent))
    }

    /// A change that is there, or is not, as a whole.
    fn whole(status: HunkStatus) -> Self {
        let is_there = status == HunkStatus::Here;
        let outcome = if is_there { Outcome::ThreeWayMerge } else { Outcome::Unchanged };
        let hunks = vec![("the whole file".to_owned(), status)];
        Self { hunks, reverses: is_there, reduced: None, outcome, moves: Vec::new() }
    }

    fn compute(store: &Store, known: &KnownFiles, delta: &Delta, key: [BlobId; 3]) -> Result<Self> {
        let Ok(hunks) = store.hunks(delta)? else {
            return Ok(Self::whole(HunkStatus::Absent));
        };
        let [base_id, patched_id, ours_id] = key;
        let bytes = [store.text(base_id)?, store.text(patched_id)?, store.text(ours_id)?];
        let [base, patched, ours] = &bytes.each_ref().map(|bytes| Text::of(bytes));
        let merge = |patched| -> Result<Option<BlobId>> {
            Ok(store.merge_file(base_id, patched, ours_id)?.as_ref().as_ref().ok().copied())
        };
        let mut merged_id = merge(patched_id)?;
        let merged = merged_id.map(|id| store.text(id)).transpose()?;
        let merged = merged.as_deref().map(Text::of);
        let versions = Versions { base, patched, ours, merged: merged.as_ref() };
        let runs = run_statuses(&hunks, &versions);
        let is_double = |status: &HunkStatus| {
            *status == HunkStatus::Elsewhere || merged.is_none() && *status == HunkStatus::Here
        };
        let reduced = runs.iter().flatten().any(is_double).then(|| {
            let keeps = |hunk: usize, run: usize| !is_double(&runs[hunk][run]);
            store.write_blob(&apply_some(base.bytes(), &hunks, keeps))
        });
        if let Some(reduced) = reduced {
            merged_id = merge(reduced)?;
        }
        let (mut outcome, mut moved) = (Outcome::Conflict, Vec::new());
        if let Some(merged_id) = merged_id {
            let after = store.hunks_from((ours_id, ours), merged_id)?.unwrap_or_default();
            outcome = Outcome::classify(&hunks, &after);
            let before =
                known.places.get([base_id, patched_id], || Ok(places(&hunks, base).into()))?;
            moved = moves(&before, &places(&after, ours));
        }
        let heads = hunks.iter().map(Hunk::header);
        let statuses = heads.zip(runs.iter().map(|runs| hunk_status(runs))).collect();
        // A change of which no line is there, and that merges, cannot be reverted either.
        let is_touched =
            merged.is_none() || runs.iter().flatten().any(|run| *run > HunkStatus::Absent);
        let reverses = is_touched && reverse_applies(&hunks, base, ours);
        Ok(Self { hunks: statuses, reverses, reduced, outcome, moves: moved })
    }
}
