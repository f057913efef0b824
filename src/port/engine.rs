//! Porting a series to another release, in memory.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use crate::git::conflict::{Conflict, Reason};
use crate::git::store::{Commit, Store};
use crate::git::tree::{Delta, File};
use crate::patch::diff;
use crate::patch::{FilePatch, Hunk, Patch};
use crate::port::already_upstream::{Standing, Versions, apply_some, patch_id, reverse_applies};
use crate::port::already_upstream::{standing, standings};
use crate::port::outcome::{Evidence, Fate, Outcome, moved};
use crate::project::load::SourcePatch;
use crate::publish::derive::{Patched, apply_series};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{BlobId, CommitId, PatchName, Release, TreeId};
use crate::support::problem::{Kind, Problem};

/// How many lines of each side of a conflict are shown.
const SHOWN: usize = 12;

/// The trailer that names the commit by which upstream took a patch.
const UPSTREAM_COMMIT: &str = "Upstream-Commit";

/// A series on another release, with what became of each patch.
#[derive(Clone, Debug)]
pub struct Ported {
    /// The series there, without what was left out.
    pub patched: Patched,
    /// What became of each patch of the series, those left out included.
    pub fates: Vec<Fate>,
}

/// Merges each patch of `pinned` onto `base`, the commit of `release`; a patch that the
/// release does not need is left out where `accepted` names it.
///
/// # Errors
///
/// [`Kind::Conflict`] where a patch does not merge, with every place of every patch; a
/// finding for a patch that the release already holds. Nothing was written then.
pub fn port(
    store: &Store,
    pinned: &Patched,
    sources: &[SourcePatch],
    release: Release,
    base: &Commit,
    accepted: &[PatchName],
) -> Result<Ported> {
    Porter::new(store, pinned).port(sources, release, base, accepted)
}

/// A series and the release that it applies to, exactly.
#[derive(Clone, Copy, Debug)]
pub struct Pinned<'a> {
    /// The release.
    pub release: Release,
    /// Its commit.
    pub commit: CommitId,
    /// The patches.
    pub sources: &'a [SourcePatch],
}

/// What becomes of a series on each of `releases`.
///
/// # Errors
///
/// The store itself, or a series that does not apply at its pin.
pub fn survey(
    store: &Store,
    pin: &Pinned<'_>,
    releases: &[(Release, CommitId)],
    accepted: &[PatchName],
) -> Result<Vec<Survey>> {
    let base = store.commit(pin.commit)?;
    let (pinned, problems) = apply_series(store, pin.release, &base, pin.sources)?;
    let Some(pinned) = pinned else {
        let hint = format!("the series applies to {} exactly, or not at all", pin.release);
        return Err(Failure::from(problems).hint(hint));
    };
    let series = Porter::new(store, &pinned);
    let onto = |(release, commit): &(Release, CommitId)| {
        series.onto(*release, &store.commit(*commit)?, accepted)
    };
    releases.iter().map(onto).collect()
}

/// A series at its pin, ready to be ported to many releases: what they share is done once.
pub struct Porter<'a> {
    store: &'a Store,
    pinned: &'a Patched,
    /// How files stand, by base, patched and ours.
    standings: RefCell<HashMap<[BlobId; 3], Rc<FileStanding>>>,
    /// The commits that a release has and the pin has not.
    since: RefCell<HashMap<CommitId, Rc<[CommitId]>>>,
    /// Whether a commit is the same change as a patch, which its tree names.
    is_same: RefCell<HashMap<(CommitId, TreeId), bool>>,
}

/// What became of a series on a release.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The release.
    pub release: Release,
    /// Its commit.
    pub base: Commit,
    /// What became of each patch.
    pub fates: Vec<Fate>,
    /// The tree that each patch was merged onto: the release, with the patches before it.
    pub below: Vec<TreeId>,
    /// The patches that went in, by their place in the series, each with the tree after it.
    pub trees: Vec<(usize, TreeId)>,
}

impl Survey {
    /// The tree after the last patch that went in.
    pub fn tree(&self) -> TreeId {
        self.trees.last().map_or(self.base.tree, |(_, tree)| *tree)
    }
}

/// One patch merged onto one tree.
#[derive(Clone, Debug)]
pub struct Merging {
    /// What became of it.
    pub fate: Fate,
    /// The tree with it, as far as it does not conflict.
    pub tree: TreeId,
    /// The pin with the patch, without what the release holds already: the side to merge.
    pub wanted: TreeId,
}

/// What becomes of a patch's change of one file in a release.
#[derive(Debug)]
struct FileStanding {
    /// Each hunk's first line, and how it stands.
    hunks: Vec<(String, Standing)>,
    /// Whether the hunks could be taken back.
    reverses: bool,
    /// The file with only those changes that are not in the release; absent where a merge
    /// would double nothing.
    reduced: Option<BlobId>,
    /// How the merged change compares with the patch's.
    outcome: Outcome,
    /// The changes that land in another function.
    moved: Vec<(usize, String, String)>,
}

impl FileStanding {
    /// A change that is there, or is not, as a whole.
    fn whole(standing: Standing) -> Self {
        let is_there = standing == Standing::Here;
        let outcome = if is_there { Outcome::Merged } else { Outcome::Unchanged };
        let hunks = vec![("the whole file".to_owned(), standing)];
        Self { hunks, reverses: is_there, reduced: None, outcome, moved: Vec::new() }
    }
}

/// One patch on its way to a release.
struct Step<'a> {
    patch: &'a Patch,
    /// The trees before and after it, at the pin.
    before: TreeId,
    after: TreeId,
    deltas: Rc<[Delta]>,
    /// The release with the patches before it.
    ours: TreeId,
}

impl<'a> Porter<'a> {
    /// A series that was applied at its pin.
    pub fn new(store: &'a Store, pinned: &'a Patched) -> Self {
        let (standings, since, is_same) = Default::default();
        Self { store, pinned, standings, since, is_same }
    }

    /// As [`port`].
    ///
    /// # Errors
    ///
    /// As [`port`].
    pub fn port(
        &self,
        sources: &[SourcePatch],
        release: Release,
        base: &Commit,
        accepted: &[PatchName],
    ) -> Result<Ported> {
        let survey = self.onto(release, base, accepted)?;
        if survey.fates.iter().any(Fate::is_failure) {
            return Err(stop(sources, release, &survey.fates));
        }
        self.ported(survey)
    }

    /// Merges each patch onto a release and goes on past what fails: what comes after a
    /// conflict is judged on as much of it as merged.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn onto(&self, release: Release, base: &Commit, accepted: &[PatchName]) -> Result<Survey> {
        let (fates, below, trees) = (Vec::new(), Vec::new(), Vec::new());
        let mut survey = Survey { release, base: base.clone(), fates, below, trees };
        let mut ours = base.tree;
        let mut conditional = false;
        for (index, (patch, _)) in self.pinned.patches.iter().enumerate() {
            let Merging { mut fate, tree, .. } = self.merge(index, base, ours)?;
            fate.conditional = conditional;
            fate.accepted = fate.outcome.is_obsolete() && accepted.contains(&patch.name);
            survey.below.push(ours);
            conditional |= fate.outcome == Outcome::Conflict;
            if !fate.outcome.is_obsolete() {
                ours = tree;
                if fate.outcome != Outcome::Conflict {
                    survey.trees.push((index, tree));
                }
            }
            survey.fates.push(fate);
        }
        Ok(survey)
    }

    /// Merges the patch at `index` of the series onto `ours`: the release `base` with what
    /// became of the patches before it.
    ///
    /// # Errors
    ///
    /// The store itself; what does not merge is in [`Merging::fate`].
    pub fn merge(&self, index: usize, base: &Commit, ours: TreeId) -> Result<Merging> {
        let (patch, after) = &self.pinned.patches[index];
        let (before, after) = (self.before(index), *after);
        let deltas = self.store.deltas(before, after)?;
        self.step(&Step { patch, before, after, deltas, ours }, base)
    }

    /// The tree before a patch, at the pin.
    fn before(&self, index: usize) -> TreeId {
        let previous = index.checked_sub(1).map(|index| self.pinned.patches[index].1);
        previous.unwrap_or(self.pinned.base.tree)
    }

    /// What became of a series on a release where a person had a hand in it: `trees` are those
    /// after each patch, without those that were left out.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn along(
        &self,
        release: Release,
        base: &Commit,
        trees: &[Option<TreeId>],
    ) -> Result<Survey> {
        let (fates, below, made) = (Vec::new(), Vec::new(), Vec::new());
        let mut survey = Survey { release, base: base.clone(), fates, below, trees: made };
        let mut ours = base.tree;
        for (index, tree) in trees.iter().enumerate() {
            let Merging { mut fate, tree: merged, .. } = self.merge(index, base, ours)?;
            survey.below.push(ours);
            match *tree {
                None => fate.accepted = true,
                Some(tree) => {
                    if fate.is_failure() || merged != tree {
                        fate.outcome = Outcome::Resolved;
                    }
                    ours = tree;
                    survey.trees.push((index, tree));
                }
            }
            survey.fates.push(fate);
        }
        Ok(survey)
    }

    /// The patches as they are on the release that was surveyed.
    ///
    /// # Errors
    ///
    /// The store itself, or a change that no patch can carry.
    pub fn ported(&self, survey: Survey) -> Result<Ported> {
        let Survey { release, base, fates, trees, .. } = survey;
        let mut patched = Patched { release, base, patches: Vec::new() };
        for (index, tree) in trees {
            let patch = &self.pinned.patches[index].0;
            let files = self.store.diff(patched.tree(), tree)?;
            // As long as the change is the same, its hunks stay as their author cut them.
            let files = match fates[index].outcome {
                Outcome::Unchanged => with_blobs(&patch.files, &files),
                _ => files,
            };
            patched.patches.push((Patch { files, ..patch.clone() }, tree));
        }
        Ok(Ported { patched, fates })
    }

    /// What becomes of one patch.
    fn step(&self, step: &Step<'_>, base: &Commit) -> Result<Merging> {
        let mut evidence = Vec::new();
        let fate = |outcome, evidence, conflicts| {
            let patch = step.patch.name.clone();
            Fate { patch, outcome, conditional: false, accepted: false, evidence, conflicts }
        };
        let unchanged = |fate| Merging { fate, tree: step.ours, wanted: step.after };
        if step.deltas.is_empty() {
            return Ok(unchanged(fate(Outcome::Empty, evidence, Vec::new())));
        }
        let mut wanted = step.after;
        let mut merged = self.store.merge(step.before, step.after, step.ours)?;
        let renamed = std::mem::take(&mut merged.renamed);
        let is_equal = merged.conflicts.is_empty() && merged.tree == step.ours;
        let (mut reverses, mut outcome) = (true, Outcome::Unchanged);
        let (mut standings, mut reduced) = (Vec::new(), Vec::new());
        for delta in &*step.deltas {
            let followed = renamed.iter().find(|(path, _)| *path == delta.path);
            let path = followed.map_or(&delta.path, |(_, target)| target);
            let file =
                self.standing(delta, self.store.file(step.ours, path)?.map(|file| file.id))?;
            reverses &= file.reverses;
            outcome = outcome.max(file.outcome);
            for (hunk, standing) in &file.hunks {
                standings.push(*standing);
                if *standing != Standing::Absent {
                    let (path, hunk) = (path.to_string(), hunk.clone());
                    evidence.push(Evidence::Hunk { path, hunk, standing: *standing });
                }
            }
            evidence.extend(file.moved.iter().cloned().map(|(line, from, to)| Evidence::Moved {
                path: path.to_string(),
                line,
                from,
                to,
            }));
            if let (Some(id), Some(new)) = (file.reduced, delta.new) {
                reduced.push((delta.path.clone(), Some(File { id, ..new })));
            }
        }
        if !reduced.is_empty() {
            // What stands elsewhere is not to stand twice.
            wanted = self.store.with(step.after, &reduced)?;
            merged = self.store.merge(step.before, wanted, step.ours)?;
        }
        if !renamed.is_empty() {
            outcome = outcome.max(Outcome::Merged);
        }
        evidence.extend(renamed.iter().map(|(path, target)| Evidence::Renamed {
            path: path.to_string(),
            target: target.to_string(),
        }));
        for conflict in merged.conflicts.iter_mut().filter(|c| c.reason == Reason::Deleted) {
            let own = step.deltas.iter().find(|delta| delta.path.as_str() == conflict.path);
            let base = self.pinned.base.tree;
            if own.is_some_and(|delta| matches!(self.store.file(base, &delta.path), Ok(None))) {
                conflict.reason = Reason::LeftOut;
            }
        }
        let is_clean = merged.conflicts.is_empty();
        let is_part = standings.iter().any(|standing| *standing != Standing::Absent);
        let mut tiers = Vec::new();
        tiers.extend(is_equal.then_some(Evidence::EqualTree));
        tiers.extend((is_part && reverses).then_some(Evidence::ReverseApplies));
        tiers.extend(self.taken(step, base, is_part || !is_clean)?);
        let is_there = standings.iter().all(|standing| *standing >= Standing::Elsewhere);
        let is_upstream = is_there || !tiers.is_empty() || is_clean && merged.tree == step.ours;
        if is_upstream {
            evidence.retain(|evidence| !matches!(evidence, Evidence::Moved { .. }));
            evidence.splice(0..0, tiers);
            return Ok(unchanged(fate(Outcome::AlreadyUpstream, evidence, Vec::new())));
        }
        let outcome = match (is_clean, is_part) {
            (false, _) => Outcome::Conflict,
            (true, true) => Outcome::PartlyUpstream,
            (true, false) => outcome,
        };
        Ok(Merging { fate: fate(outcome, evidence, merged.conflicts), tree: merged.tree, wanted })
    }

    /// How a file's change stands where the release has the blob `there`.
    fn standing(&self, delta: &Delta, there: Option<BlobId>) -> Result<Rc<FileStanding>> {
        let whole = |standing| Ok(Rc::new(FileStanding::whole(standing)));
        let [old, new] = [delta.old, delta.new].map(|side| side.map(|file| file.id));
        let (base, patched, ours) = match (old, new, there) {
            _ if there == old => return whole(Standing::Absent),
            _ if there == new => return whole(Standing::Here),
            (Some(base), Some(patched), Some(ours)) => (base, patched, ours),
            _ => return whole(Standing::Absent),
        };
        let key = [base, patched, ours];
        if let Some(found) = self.standings.borrow().get(&key) {
            return Ok(found.clone());
        }
        let found = Rc::new(self.compute_standing(delta, key)?);
        self.standings.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    fn compute_standing(&self, delta: &Delta, key: [BlobId; 3]) -> Result<FileStanding> {
        let store = self.store;
        let Some(hunks) = store.hunks(delta)? else {
            return Ok(FileStanding::whole(Standing::Absent));
        };
        let [base_id, patched_id, ours_id] = key;
        let [base, patched, ours] =
            [store.text(base_id)?, store.text(patched_id)?, store.text(ours_id)?];
        let merge = |patched| -> Result<Option<BlobId>> {
            Ok(store.merge_file(base_id, patched, ours_id)?.as_ref().as_ref().ok().copied())
        };
        let mut merged_id = merge(patched_id)?;
        let merged = merged_id.map(|id| store.text(id)).transpose()?;
        let versions =
            Versions { base: &base, patched: &patched, ours: &ours, merged: merged.as_deref() };
        let runs = standings(&hunks, &versions);
        let is_double = |standing: &Standing| {
            *standing == Standing::Elsewhere || merged.is_none() && *standing == Standing::Here
        };
        let reduced = runs.iter().flatten().any(is_double).then(|| {
            let keeps = |hunk: usize, run: usize| !is_double(&runs[hunk][run]);
            store.write_blob(&apply_some(&base, &hunks, keeps))
        });
        if let Some(reduced) = reduced {
            merged_id = merge(reduced)?;
        }
        let (mut outcome, mut places) = (Outcome::Conflict, Vec::new());
        if let Some(merged_id) = merged_id {
            let side = |id| delta.new.map(|new| File { id, ..new });
            let delta =
                Delta { path: delta.path.clone(), old: side(ours_id), new: side(merged_id) };
            let after = store.hunks(&delta)?.unwrap_or_default();
            outcome = Outcome::classify(&hunks, &after);
            places = moved((&base, &hunks), (&ours, &after));
        }
        let heads = hunks.iter().map(Hunk::header);
        let hunk_standings = heads.zip(runs.iter().map(|runs| standing(runs))).collect();
        // Where none of its lines are there, and it merges, it cannot be taken back either.
        let is_touched =
            merged.is_none() || runs.iter().flatten().any(|run| *run > Standing::Absent);
        let reverses = is_touched && reverse_applies(&hunks, &base, &ours);
        Ok(FileStanding { hunks: hunk_standings, reverses, reduced, outcome, moved: places })
    }

    /// The commits by which upstream took the patch since the pin: as its trailer says, and
    /// where `is_likely`, as each commit's diff does.
    fn taken(&self, step: &Step<'_>, base: &Commit, is_likely: bool) -> Result<Vec<Evidence>> {
        let named: Vec<&str> = step.patch.trailer(UPSTREAM_COMMIT).collect();
        if named.is_empty() && !is_likely {
            return Ok(Vec::new());
        }
        let commits = self.commits_since(base.id);
        let is_named = |commit: &CommitId| {
            let id = commit.to_string();
            named.iter().any(|name| name.len() >= 7 && id.starts_with(&name.to_ascii_lowercase()))
        };
        let mut taken: Vec<Evidence> = commits
            .iter()
            .filter(|commit| is_named(commit))
            .map(|commit| Evidence::UpstreamCommit { commit: *commit })
            .collect();
        for commit in commits.iter().filter(|_| is_likely) {
            if self.is_same(*commit, step)? {
                taken.push(Evidence::PatchId { commit: *commit });
            }
        }
        Ok(taken)
    }

    /// Whether a commit has the patch id of the patch.
    fn is_same(&self, commit: CommitId, step: &Step<'_>) -> Result<bool> {
        let key = (commit, step.after);
        if let Some(is_same) = self.is_same.borrow().get(&key) {
            return Ok(*is_same);
        }
        let is_same = match self.change_of(commit, &step.deltas)? {
            Some(change) => self.patch_id(&step.deltas)? == Some(change),
            None => false,
        };
        self.is_same.borrow_mut().insert(key, is_same);
        Ok(is_same)
    }

    /// The commits of a release that the pin does not hold.
    fn commits_since(&self, patched_commit: CommitId) -> Rc<[CommitId]> {
        let compute =
            || self.store.reached(patched_commit, &self.store.history(self.pinned.base.id)).into();
        self.since.borrow_mut().entry(patched_commit).or_insert_with(compute).clone()
    }

    /// The patch id of a commit that changes the same files as `like`.
    fn change_of(&self, commit: CommitId, like: &[Delta]) -> Result<Option<[u8; 20]>> {
        let store = self.store;
        let [parent] = store.parents(commit)?[..] else { return Ok(None) };
        let (Ok(before), Ok(after)) = (store.commit(parent), store.commit(commit)) else {
            return Ok(None);
        };
        for delta in like {
            if store.file(before.tree, &delta.path)? == store.file(after.tree, &delta.path)? {
                return Ok(None);
            }
        }
        let deltas = store.deltas(before.tree, after.tree)?;
        let is_alike =
            deltas.iter().map(|delta| &delta.path).eq(like.iter().map(|delta| &delta.path));
        if is_alike { self.patch_id(&deltas) } else { Ok(None) }
    }

    /// The patch id of a change; none where no patch can carry it.
    fn patch_id(&self, deltas: &[Delta]) -> Result<Option<[u8; 20]>> {
        let files: Result<Vec<FilePatch>> = deltas
            .iter()
            .map(|delta| {
                let file = self.store.file_diff(delta)?;
                let text = |side: Option<File>| {
                    side.map_or_else(|| Ok(Rc::default()), |file| self.store.text(file.id))
                };
                let hunks = diff::plain(&text(delta.old)?, &text(delta.new)?);
                Ok(FilePatch { hunks: hunks.unwrap_or_default(), ..file })
            })
            .collect();
        Ok(files.ok().map(|files| patch_id(&files)))
    }
}

/// `files` with the blob ids of `other`, which changes the same paths.
pub(crate) fn with_blobs(files: &[FilePatch], other: &[FilePatch]) -> Vec<FilePatch> {
    let ids = |file: &FilePatch| {
        let found = other.iter().find(|other| other.path == file.path).unwrap_or(file);
        FilePatch { old: found.old.clone(), new: found.new.clone(), ..file.clone() }
    };
    files.iter().map(ids).collect()
}

/// Why a series does not go onto a release: everything that is in the way.
fn stop(sources: &[SourcePatch], release: Release, fates: &[Fate]) -> Failure {
    let failed: Vec<(&Fate, &SourcePatch)> =
        fates.iter().zip(sources).filter(|(fate, _)| fate.is_failure()).collect();
    let problems: Vec<Problem> =
        failed.iter().flat_map(|(fate, source)| problems(fate, source, &release)).collect();
    let conflict = failed.iter().find(|(fate, _)| fate.outcome == Outcome::Conflict);
    let Some((first, _)) = conflict else { return problems.into() };
    let message =
        format_args!("{} does not merge onto {release}; nothing was changed", first.patch);
    let failure = Failure { problems, ..Failure::new(Kind::Conflict, message) };
    failure
        .hint(format!("`patcher sync --to {release} --resolve` opens a worktree to resolve it in"))
}

/// What is wrong with a patch on a release, place by place.
pub fn problems(fate: &Fate, source: &SourcePatch, release: &dyn fmt::Display) -> Vec<Problem> {
    let condition = if fate.conditional { " (as far as those before it went in)" } else { "" };
    if fate.outcome.is_obsolete() {
        let message = match fate.outcome {
            Outcome::Empty => "changes nothing at its own pin".to_owned(),
            _ => format!("is already in {release}{condition}: {}", fate.because()),
        };
        let hint = format!(
            "see that {release} does not need it, then leave it out: `--accept-obsolete {}`",
            fate.patch
        );
        return vec![Problem::new(Kind::Finding, &source.file, message).hint(hint)];
    }
    let problem = |conflict: &Conflict| {
        let file = source.patch.files.iter().find(|file| file.path.as_str() == conflict.path);
        let hunk = file.and_then(|file| conflict.hunk_of(file));
        // The problem is at the hunk, else at what the patch says of the file.
        let at = hunk.map(|hunk| hunk.line).or(file.map(|file| file.line));
        let Conflict { path, target, line, reason, .. } = conflict;
        let reason = reason.name();
        let message = match hunk {
            Some(hunk) => format!(
                "`{}` of {path} would land at {target}:{line} of {release}{condition}: {reason}{}",
                hunk.header(),
                sides(conflict, release),
            ),
            None if path != target => {
                format!("{path} of {release}{condition}: {reason}, to {target}")
            }
            None => format!("{path} of {release}{condition}: {reason}"),
        };
        let problem = Problem::new(Kind::Conflict, &source.file, message);
        at.map_or(problem.clone(), |at| problem.at(at))
    };
    fate.conflicts.iter().map(problem).collect()
}

/// The three sides of a conflict, indented, as a person compares them.
fn sides(conflict: &Conflict, release: &dyn fmt::Display) -> String {
    let sides = [
        ("at the pin".to_owned(), &conflict.base),
        (format!("in {release}"), &conflict.upstream),
        ("with the patch".to_owned(), &conflict.patch),
    ];
    let mut text = String::new();
    for (name, lines) in sides {
        text.push_str(&format!("\n    {name}:"));
        if lines.is_empty() {
            text.push_str(" nothing");
        }
        for line in lines.lines().take(SHOWN) {
            text.push_str(&format!("\n      {line}"));
        }
        if let Some(more) = lines.lines().count().checked_sub(SHOWN + 1) {
            text.push_str(&format!("\n      … {} more", more + 1));
        }
    }
    text
}
