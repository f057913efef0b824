//! The operation: which commit changed the outcome of a patch.

use std::collections::BTreeMap;

use crate::port::Attempt;
use crate::port::bisect::bisector::{Bisector, Question, blocked};
use crate::port::bisect::places::Places;
use crate::port::bisect::range::Ends;
use crate::port::bisect::report::Bisection;
use crate::port::bisect::search::Judged;
use crate::port::outcome::{Evidence, Outcome};
use crate::project::patch_choice::PatchChoice;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;

#[derive(Clone, Debug)]
pub struct Options {
    /// A patch, or a series by its directory; the newest series if absent.
    /// Of a series, the first patch whose outcome changes.
    pub what: Option<PatchChoice>,
    pub ends: Ends,
    /// Which outcome; the one at the end if absent.
    pub until: Option<Until>,
}

/// What becomes of a patch, each more than those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// It does not apply cleanly: an offset or fuzz is needed.
    Inexact,
    /// A three-way merge makes another change of it, or worse.
    Merged,
    AlreadyUpstream,
    Conflict,
}

impl Until {
    fn includes(self, outcome: Outcome) -> bool {
        match self {
            Self::Inexact => outcome != Outcome::Unchanged,
            Self::Merged => outcome >= Outcome::ThreeWayMerge,
            Self::AlreadyUpstream => outcome.is_already_upstream(),
            Self::Conflict => outcome == Outcome::Conflict,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Inexact => "inexact",
            Self::Merged => "three-way merge or worse",
            Self::AlreadyUpstream => Outcome::AlreadyUpstream.name(),
            Self::Conflict => Outcome::Conflict.name(),
        }
    }
}

/// Finds the commit that changed the outcome of a patch. Merges the series onto every commit: that
/// takes less than a millisecond each, and a patch may change its outcome more than once.
///
/// # Errors
///
/// There is no such patch or commit, the ends are in the wrong order, the patch cannot be judged
/// at one of them, the project is not sound, or nothing was fetched yet.
pub fn patch(site: &Site<'_>, options: &Options) -> Result<Bisection> {
    let project = site.project()?;
    let bisector = Bisector::new(site, &project, options.what.as_ref(), &options.ends)?;
    let (index, at_end) = at_ends(&bisector)?;
    let until = options.until;
    let is_so = |outcome| until.map_or(outcome == at_end, |until| until.includes(outcome));
    let (mut judged, mut found) = (Judged::new(), BTreeMap::new());
    for place in 0..=bisector.range.last() {
        let attempt = bisector.onto(place)?;
        let outcome = attempt.outcomes[index].outcome;
        let reason = blocked(&attempt, index);
        judged.insert(place, reason.is_none().then(|| is_so(outcome)));
        found.insert(place, reason.map_or_else(|| Ok(outcome.name().to_owned()), Err));
    }
    let source = &bisector.series.patches[index];
    let name = until.map_or(at_end.name(), Until::name);
    let question = Question { subject: source.file.clone(), until: name };
    let mut report = bisector.report(question, &judged, &found)?;
    if let Some(place) = report.place(&judged) {
        let (store, attempt) = (&bisector.store, &bisector.onto(place)?);
        let at = &attempt.outcomes[index];
        report.evidence = at.evidence.iter().map(Evidence::text).collect();
        report.places = Places { store, patch: &source.patch, attempt, index }.find()?;
    }
    Ok(report)
}

/// The place of the patch in its series, and its outcome at the last commit.
fn at_ends(bisector: &Bisector<'_>) -> Result<(usize, Outcome)> {
    let [first, last] = bisector.range.ends().map(|(place, _)| bisector.onto(place));
    let (first, last) = (first?, last?);
    let Some(index) = bisector.patch.or_else(|| first_changed(&first, &last)) else {
        let directory = &bisector.series.directory;
        let message = format_args!("{directory} is empty: there is no patch to look for");
        return Err(Failure::new(Kind::Input, message));
    };
    for (attempt, (_, name)) in [&first, &last].into_iter().zip(bisector.range.ends()) {
        if let Some(reason) = blocked(attempt, index) {
            let patch = &bisector.series.patches[index].file;
            let message = format_args!("{patch} cannot be judged at {name}: {reason}");
            return Err(Failure::new(Kind::Input, message).hint("bisect that one first"));
        }
    }
    Ok((index, last.outcomes[index].outcome))
}

/// The first patch whose outcome differs; the first of all if none does.
fn first_changed(first: &Attempt<'_>, last: &Attempt<'_>) -> Option<usize> {
    let mut pairs = first.outcomes.iter().zip(&last.outcomes);
    let differs = pairs.position(|(one, other)| one.outcome != other.outcome);
    differs.or((!first.outcomes.is_empty()).then_some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::store::tests::{Memory, lines};
    use crate::port::tests::{onto, series};

    #[test]
    fn the_first_patch_that_changes_is_looked_for_or_else_the_first() {
        let memory = Memory::new();
        let versions = [
            lines(20, &[]),
            lines(20, &[(5, "mine\n")]),
            lines(20, &[(5, "mine\n"), (15, "mine\n")]),
        ];
        let [pin, one, two] = versions.each_ref().map(|text| [("f", text.as_str())]);
        let series_of_two = series(&memory, &[&pin, &one, &two]);
        let same = onto(&memory, &series_of_two, &pin);
        let ours = lines(20, &[(15, "other\n")]);
        let other = onto(&memory, &series_of_two, &[("f", &ours)]);
        assert_eq!(first_changed(&same, &other), Some(1));
        assert_eq!(first_changed(&same, &same), Some(0));
        let empty = series(&memory, &[&pin]);
        let nothing = onto(&memory, &empty, &pin);
        assert_eq!(first_changed(&nothing, &nothing), None);
    }

    #[test]
    fn each_end_of_a_search_includes_what_is_worse() {
        use Outcome::*;
        let all = [
            Unchanged,
            Offset,
            Fuzz,
            ThreeWayMerge,
            Resolved,
            PartlyUpstream,
            AlreadyUpstream,
            Empty,
            Conflict,
        ];
        for (until, name, included) in [
            (Until::Inexact, "inexact", &all[1..]),
            (Until::Merged, "three-way merge or worse", &all[3..]),
            (Until::AlreadyUpstream, "already upstream", &[AlreadyUpstream, Empty]),
            (Until::Conflict, "conflict", &[Conflict]),
        ] {
            let found: Vec<Outcome> = all.into_iter().filter(|one| until.includes(*one)).collect();
            assert_eq!((until.name(), found.as_slice()), (name, included));
        }
    }
}
