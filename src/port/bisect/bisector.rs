//! How far a bisection is, and its report.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::git::commit::UpstreamCommit;
use crate::git::history;
use crate::git::store::Store;
use crate::port::bisect::range::{CommitRange, Ends};
use crate::port::bisect::report::{Answer, Bisection, End, Skipped, Turn};
use crate::port::bisect::revision::Revisions;
use crate::port::bisect::search::{Boundary, Judged, boundary};
use crate::port::outcome::Outcome;
use crate::port::select::{Selected, select_either};
use crate::port::{Applied, Attempt};
use crate::project::load::{Project, Series};
use crate::project::patch_choice::PatchChoice;
use crate::project::site::Site;
use crate::support::failure::Result;

/// What was found at a commit, or why it cannot be judged.
pub(crate) type Found = std::result::Result<String, String>;

/// What a bisection looks for: since which commit `subject` is `until`.
pub(crate) struct Question<'a> {
    pub(crate) subject: String,
    pub(crate) until: &'a str,
}

/// A series at its pin, and the commits to follow it along.
pub(crate) struct Bisector<'p> {
    pub(crate) store: Store,
    pub(super) series: &'p Series,
    /// The patch that the user named, by its place in the series.
    pub(super) patch: Option<usize>,
    pub(crate) pinned: Applied,
    pub(crate) range: CommitRange,
}

impl<'p> Bisector<'p> {
    /// For a patch or series that the user named, or the newest series.
    ///
    /// # Errors
    ///
    /// There is no such patch or commit, the ends are in the wrong order, the project is not
    /// sound, or nothing was fetched yet.
    pub(crate) fn new(
        site: &Site<'_>,
        project: &'p Project,
        what: Option<&PatchChoice>,
        ends: &Ends,
    ) -> Result<Self> {
        let lock = project.lock()?;
        project.ensure_sound()?;
        let Selected { locked, series, patch } = select_either(project, what)?;
        let store = site.store(lock)?;
        let pinned = Applied::at_pin(&store, locked, series)?.complete()?;
        let revisions = Revisions::new(&store, &site.mirror(lock)?)?;
        let range = CommitRange::new(&store, &revisions, &locked.pin, ends)?;
        Ok(Self { store, series, patch, pinned, range })
    }

    /// The series merged onto the commit at `place`.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub(crate) fn onto(&self, place: usize) -> Result<Attempt<'_>> {
        let base = self.store.commit(self.range.row[place])?;
        self.pinned.onto(&self.store, self.pinned.release, &base)
    }

    /// The report on what was asked: `judged` says at which commits it is so.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub(crate) fn report(
        &self,
        question: Question<'_>,
        judged: &Judged,
        found: &BTreeMap<usize, Found>,
    ) -> Result<Bisection> {
        let Question { subject, until } = question;
        let CommitRange { row, start, .. } = &self.range;
        let (answer, candidates) = self.answer(judged)?;
        let commit = (answer == Answer::Found).then(|| candidates[0].clone());
        let on_way = || found.range(start..);
        let skipped = on_way().filter_map(|(place, outcome)| {
            let reason = outcome.as_ref().err()?.clone();
            Some(Skipped { commit: row[*place], reason })
        });
        let [from, to] = self.range.ends().map(|(place, name)| End {
            name: name.to_owned(),
            commit: row[place],
            outcome: found.get(&place).and_then(|outcome| outcome.clone().ok()).unwrap_or_default(),
        });
        Ok(Bisection {
            series: self.series.directory.clone(),
            subject,
            from,
            to,
            until: until.to_owned(),
            answer,
            commit,
            candidates,
            evidence: Vec::new(),
            places: Vec::new(),
            turns: self.turns(found)?,
            commits: row.len() - start,
            judged: on_way().filter(|(_, outcome)| outcome.is_ok()).count(),
            skipped: skipped.collect(),
        })
    }

    /// The answer, and the commits of which one did it.
    fn answer(&self, judged: &Judged) -> Result<(Answer, Vec<UpstreamCommit>)> {
        let CommitRange { row, start, .. } = &self.range;
        let is_new = |place: usize| judged.get(&place).copied().flatten() == Some(true);
        Ok(match boundary(judged) {
            _ if !is_new(self.range.last()) => (Answer::NotSo, Vec::new()),
            _ if is_new(0) => (Answer::AlreadySo, Vec::new()),
            None => (Answer::NotSo, Vec::new()),
            Some(Boundary { new, .. }) if new < *start => {
                let own = history::first_parents(&self.store, row[new], row[0])?;
                let own = own.iter().map(|id| history::upstream_commit(&self.store, *id));
                (Answer::Parted, own.collect::<Result<_>>()?)
            }
            Some(Boundary { old, new }) => {
                let candidates = self.commits((old + 1).max(*start)..new + 1)?;
                let is_one = candidates.len() == 1;
                (if is_one { Answer::Found } else { Answer::Indeterminate }, candidates)
            }
        })
    }

    /// The commits that were judged other than the one before them.
    fn turns(&self, found: &BTreeMap<usize, Found>) -> Result<Vec<Turn>> {
        let CommitRange { row, start, .. } = &self.range;
        let mut turns = Vec::new();
        let mut before: Option<(usize, &str)> = None;
        for (place, outcome) in found {
            // What was not looked at may have turned as well.
            let is_known = |(from, _): &(usize, &str)| {
                (*from..*place).all(|between| found.contains_key(&between))
            };
            let Ok(outcome) = outcome else { continue };
            if place >= start
                && before.is_some_and(|before| is_known(&before) && before.1 != outcome)
            {
                let commit = history::upstream_commit(&self.store, row[*place])?;
                turns.push(Turn { commit, outcome: outcome.clone() });
            }
            before = Some((*place, outcome));
        }
        Ok(turns)
    }

    fn commits(&self, places: Range<usize>) -> Result<Vec<UpstreamCommit>> {
        let ids = &self.range.row[places];
        ids.iter().map(|id| history::upstream_commit(&self.store, *id)).collect()
    }
}

/// Why the patch at `index` cannot be judged: one before it conflicts.
pub(crate) fn blocked(attempt: &Attempt<'_>, index: usize) -> Option<String> {
    let mut before = attempt.outcomes.iter().take(index);
    let stopped = before.find(|found| found.outcome == Outcome::Conflict)?;
    Some(format!("{} conflicts", stopped.patch))
}
