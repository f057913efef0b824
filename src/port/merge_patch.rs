//! One patch of a series merged onto another tree.

use std::rc::Rc;

use crate::git::merge_conflict::{Conflict, Reason};
use crate::git::store::Store;
use crate::git::store::merge::{Merged, There};
use crate::git::tree::{Delta, File};
use crate::patch::apply::split_lines;
use crate::patch::diff::NotText;
use crate::port::already_upstream::HunkStatus;
use crate::port::apply::{Applied, AppliedPatch};
use crate::port::file_status::FileStatus;
use crate::port::outcome::{Evidence, Outcome, PatchOutcome};
use crate::port::upstream_commits::UpstreamCommits;
use crate::support::failure::Result;
use crate::support::ids::{CommitId, TreeId};
use crate::support::names::RepoPath;

/// One patch merged onto one tree.
#[derive(Clone, Debug)]
pub struct Merging {
    pub outcome: PatchOutcome,
    /// The tree with it, as far as it does not conflict.
    pub tree: TreeId,
    /// The pin with the patch, without what the release holds already: the side to merge.
    pub wanted: TreeId,
}

/// What a patch is merged onto.
#[derive(Clone, Copy, Debug)]
pub struct Onto {
    pub release: CommitId,
    /// The release's tree, with what became of the patches before this one.
    pub tree: TreeId,
}

impl Applied {
    /// Merges the patch at `index` of the series onto a release.
    ///
    /// # Errors
    ///
    /// The store itself; what conflicts is in [`Merging::outcome`].
    pub fn merge(&self, store: &Store, index: usize, onto: Onto) -> Result<Merging> {
        let Onto { release, tree: ours } = onto;
        let patch = &self.patches[index];
        let deltas = store.deltas(patch.before, patch.after)?;
        let step = Step { store, series: self, patch, deltas, ours };
        if step.deltas.is_empty() {
            return Ok(step.unchanged(Outcome::Empty, Vec::new()));
        }
        let mut merge = Merge::of(&step)?;
        let tiers = merge.upstream_tiers(&step, release)?;
        let is_there = merge.statuses.iter().all(|status| *status >= HunkStatus::Elsewhere);
        let is_same = merge.is_clean() && merge.merged.tree == ours;
        if is_there || !tiers.is_empty() || is_same {
            merge.evidence.retain(|evidence| !matches!(evidence, Evidence::Moved { .. }));
            merge.evidence.splice(0..0, tiers);
            return Ok(step.unchanged(Outcome::AlreadyUpstream, merge.evidence));
        }
        merge.hold_to_text(&step)?;
        let outcome = match (merge.is_clean(), merge.is_part()) {
            (false, _) => Outcome::Conflict,
            (true, true) => Outcome::PartlyUpstream,
            (true, false) => merge.outcome,
        };
        let Merge { evidence, merged, wanted, .. } = merge;
        let Merged { tree, conflicts, .. } = merged;
        let outcome = PatchOutcome::new(&patch.patch.name, outcome, ours);
        let outcome = PatchOutcome { conflicts, evidence, ..outcome };
        Ok(Merging { outcome, tree, wanted })
    }
}

/// One patch on its way to a release.
struct Step<'a> {
    store: &'a Store,
    series: &'a Applied,
    patch: &'a AppliedPatch,
    deltas: Rc<[Delta]>,
    /// The release with the patches before it.
    ours: TreeId,
}

impl Step<'_> {
    /// The release needs nothing of the patch.
    fn unchanged(&self, outcome: Outcome, evidence: Vec<Evidence>) -> Merging {
        let outcome = PatchOutcome::new(&self.patch.patch.name, outcome, self.ours);
        let outcome = PatchOutcome { evidence, ..outcome };
        Merging { outcome, tree: self.ours, wanted: self.patch.after }
    }
}

/// A patch merged, and how each of its files stands in the release.
struct Merge {
    merged: Merged,
    wanted: TreeId,
    outcome: Outcome,
    evidence: Vec<Evidence>,
    /// How each hunk stands.
    statuses: Vec<HunkStatus>,
    /// Whether merging the whole patch changes nothing.
    is_equal: bool,
    /// Whether every file's change could be reverted.
    reverses: bool,
}

impl Merge {
    fn of(step: &Step<'_>) -> Result<Self> {
        let Step { store, patch, ours, .. } = step;
        let merged = store.merge(patch.before, patch.after, *ours)?;
        let mut merge = Self {
            is_equal: merged.conflicts.is_empty() && merged.tree == *ours,
            merged,
            wanted: patch.after,
            outcome: Outcome::Unchanged,
            evidence: Vec::new(),
            statuses: Vec::new(),
            reverses: true,
        };
        let all_there = std::mem::take(&mut merge.merged.there);
        let files = || step.deltas.iter().zip(&all_there);
        let mut reduced = Vec::new();
        for (delta, there) in files() {
            reduced.extend(merge.add_file(step, delta, there)?);
        }
        if !reduced.is_empty() {
            // What stands elsewhere is not to stand twice.
            merge.wanted = store.with(patch.after, &reduced)?;
            merge.merged = store.merge(patch.before, merge.wanted, *ours)?;
        }
        for (delta, there) in files().filter(|(delta, there)| delta.path != there.path) {
            merge.outcome = merge.outcome.max(Outcome::ThreeWayMerge);
            let (path, target) = (delta.path.to_string(), there.path.to_string());
            merge.evidence.push(Evidence::Renamed { path, target });
        }
        merge.mark_left_out(step);
        Ok(merge)
    }

    /// Adds how one file stands in the release. The result is the file without what the release has
    /// elsewhere, if there is such a change.
    fn add_file(
        &mut self,
        step: &Step<'_>,
        delta: &Delta,
        there: &There,
    ) -> Result<Option<(RepoPath, Option<File>)>> {
        let Step { store, series, .. } = step;
        let is_plain = |file: &File| file.mode.of_patch().is_some();
        let (path, there) = (&there.path, there.file.filter(is_plain).map(|file| file.id));
        let is_conflict = |conflict: &Conflict| {
            conflict.reason == Reason::Renamed && conflict.path == delta.path.as_str()
        };
        // A file that the release has under another name is not deleted.
        let file = match self.merged.conflicts.iter().any(is_conflict) {
            true => FileStatus::absent(),
            false => FileStatus::of(store, &series.memo.files, delta, there)?,
        };
        self.reverses &= file.reverses;
        self.outcome = self.outcome.max(file.outcome);
        for (hunk, status) in &file.hunks {
            self.statuses.push(*status);
            if *status != HunkStatus::Absent {
                let (path, hunk) = (path.to_string(), hunk.clone());
                self.evidence.push(Evidence::Hunk { path, hunk, status: *status });
            }
        }
        self.evidence.extend(file.moves.iter().cloned().map(|moved| Evidence::Moved {
            path: path.to_string(),
            line: moved.line,
            from: moved.from,
            to: moved.to,
        }));
        let reduced = file.reduced.zip(delta.new);
        Ok(reduced.map(|(id, new)| (delta.path.clone(), Some(File { id, ..new }))))
    }

    /// A file that is missing in the release is missing at the pin, too, if a patch before this
    /// one adds it: that patch is not in.
    fn mark_left_out(&mut self, step: &Step<'_>) {
        let is_missing =
            |delta: &Delta| matches!(step.store.file(step.series.base.tree, &delta.path), Ok(None));
        let conflicts = &mut self.merged.conflicts;
        for conflict in conflicts.iter_mut().filter(|c| c.reason == Reason::Deleted) {
            let own = step.deltas.iter().find(|delta| delta.path.as_str() == conflict.path);
            if own.is_some_and(is_missing) {
                conflict.reason = Reason::LeftOut;
            }
        }
    }

    /// What merges without a conflict has to be a patch again: its hunks are text.
    fn hold_to_text(&mut self, step: &Step<'_>) -> Result<()> {
        if !self.is_clean() {
            return Ok(());
        }
        let mut conflicts = Vec::new();
        for delta in self.merged.deltas() {
            let Err(NotText::Line { line }) = step.store.hunks(delta)? else { continue };
            // The patch holds it already.
            let blobs = |delta: &Delta| [delta.old, delta.new].map(|side| side.map(|file| file.id));
            if step.deltas.iter().any(|own| blobs(own) == blobs(delta)) {
                continue;
            }
            let ours =
                delta.old.map_or_else(|| Ok(Rc::default()), |old| step.store.text(old.id))?;
            let text = split_lines(&ours).get(line - 1).copied().unwrap_or_default();
            let target = delta.path.to_string();
            let renamed = self.evidence.iter().find_map(|evidence| match evidence {
                Evidence::Renamed { path, target: to } if *to == target => Some(path),
                _ => None,
            });
            let upstream = String::from_utf8_lossy(text).into_owned();
            let whole = Conflict::whole(renamed.unwrap_or(&target), Reason::Encoding);
            conflicts.push(Conflict { line, target, upstream, ..whole });
        }
        self.merged.conflicts = conflicts;
        Ok(())
    }

    fn is_clean(&self) -> bool {
        self.merged.conflicts.is_empty()
    }

    /// Whether the release has some of it.
    fn is_part(&self) -> bool {
        self.statuses.iter().any(|status| *status != HunkStatus::Absent)
    }

    /// Why the whole patch is in the release, each reason enough by itself.
    fn upstream_tiers(&self, step: &Step<'_>, release: CommitId) -> Result<Vec<Evidence>> {
        let mut tiers = Vec::new();
        tiers.extend(self.is_equal.then_some(Evidence::EqualTree));
        tiers.extend((self.is_part() && self.reverses).then_some(Evidence::ReverseApplies));
        let Step { store, series, patch, deltas, .. } = step;
        let (pin, memo) = (series.base.id, &series.memo);
        let commits = UpstreamCommits { store, pin, release, memo };
        tiers.extend(commits.named_by(patch)?);
        if self.is_part() || !self.is_clean() {
            tiers.extend(commits.alike(patch, deltas)?);
        }
        Ok(tiers)
    }
}
