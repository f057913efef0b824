//! What becomes of each patch on every release, without writing anything.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::git::store::Store;
use crate::port::outcome::Outcome;
use crate::port::{Applied, AppliedPatch, Attempt, PatchOutcome, conflict_text};
use crate::project::load::Series;
use crate::project::lock::{Lock, SeriesLock};
use crate::project::patch_choice::{PatchChoice, ensure_known, names};
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release, TreeId};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::Releases;
use crate::support::spans::ranges;
use crate::support::text::counted;

/// What a survey is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The releases; every stable one if empty.
    pub to: Vec<Releases>,
    /// The patches to leave out if a release has them already.
    pub drop_upstreamed: Vec<PatchChoice>,
}

/// Every series on its releases.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Survey {
    /// The series that any of the releases is for.
    pub series: Vec<SeriesSurvey>,
}

/// What stops a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    /// On how many releases, of how many.
    pub count: usize,
    pub all: usize,
    /// Which they are: `1.0.0, 1.2.0 .. 2.1.0`.
    pub ranges: String,
    /// What is wrong on the one release that was asked for, if it was one.
    pub own: Option<String>,
}

/// A series on its releases.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SeriesSurvey {
    /// The directory of the series.
    pub directory: String,
    pub release: Release,
    pub commit: CommitId,
    /// The releases, newest first.
    pub releases: Vec<ReleaseSurvey>,
}

/// A series on a release.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReleaseSurvey {
    pub release: Release,
    pub commit: CommitId,
    /// The tree with every patch that went in.
    pub tree: TreeId,
    pub patched_commit: CommitId,
    /// Each patch of the series, in order.
    pub patches: Vec<PatchSurvey>,
}

/// What is worded of a release. Dozens of them have more places than anybody reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// What is wrong with each patch.
    Patches,
}

/// A patch on a release.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PatchSurvey {
    #[serde(flatten)]
    pub found: PatchOutcome,
    /// The tree after it, if it went in.
    pub tree: Option<TreeId>,
    pub commit: Option<CommitId>,
    /// What is wrong with it there, for people, if it is asked for: place by place, and in a line.
    #[serde(skip)]
    pub(super) problems: Vec<Problem>,
    #[serde(skip)]
    summary: String,
}

/// Ports every series to those of the releases that are its own; uses what was fetched before.
///
/// # Errors
///
/// A release or a patch that is named is not known, or a series does not apply at its pin. What
/// stops a port is in the survey.
pub fn survey(site: &Site<'_>, options: &Options) -> Result<Survey> {
    let project = site.project()?;
    let (lock, all) = (project.lock()?, project.locked_series()?);
    project.ensure_sound()?;
    let series: Vec<&Series> = all.iter().map(|(_, series)| *series).collect();
    ensure_known(&options.drop_upstreamed, &series)?;
    let store = site.store(lock)?;
    let releases = selected(&options.to, &site.mirror(lock)?.releases()?)?;
    let is_own = |locked: &SeriesLock, release: &Release| is_own(lock, locked, release);
    let own_count = |locked| releases.iter().filter(|(release, _)| is_own(locked, release)).count();
    let count: usize = all.iter().map(|(locked, _)| own_count(locked)).sum();
    let told = if count == 1 { Told::Patches } else { Told::Nothing };
    let mut survey = Survey { series: Vec::new() };
    for (locked, series) in &all {
        let own = releases.iter().filter(|(release, _)| is_own(locked, release));
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            continue;
        }
        let pinned = pinned(&store, locked, series)?;
        let accepted = names(&options.drop_upstreamed, series)?;
        let on_release = |(release, commit): &&(Release, CommitId)| {
            let base = store.commit(*commit)?;
            let attempt = pinned.onto(&store, *release, &base)?;
            let attempt = attempt.accepting(&accepted);
            ReleaseSurvey::new(&store, attempt, told)
        };
        survey.series.push(SeriesSurvey {
            directory: locked.patches.clone(),
            release: pinned.release,
            commit: pinned.base.id,
            releases: own.iter().map(on_release).collect::<Result<_>>()?,
        });
    }
    if survey.series.is_empty() {
        return Err(Failure::new(Kind::Input, "no series is for any of these releases")
            .hint("`patcher status` shows what each series supports"));
    }
    Ok(survey)
}

/// Whether a release is one of a series: it is in its range. Without a range, the one series is for
/// every release; a release that is newer than every pin belongs to the newest series.
pub(super) fn is_own(lock: &Lock, locked: &SeriesLock, release: &Release) -> bool {
    let is_newest = lock.series.first().is_some_and(|first| first.patches == locked.patches);
    match &locked.releases {
        None => true,
        Some(range) => range.contains(release) || (is_newest && *release > locked.pin.release),
    }
}

fn pinned(store: &Store, locked: &SeriesLock, series: &Series) -> Result<Applied> {
    let pinned = Applied::at_pin(store, locked, series)?;
    let hint = format!("the series applies to {} exactly, or not at all", pinned.release);
    pinned.complete().map_err(|failure| failure.hint(hint))
}

/// What is not among the releases that were fetched.
pub(in crate::port) fn not_fetched<'a>(
    what: &str,
    fetched: impl DoubleEndedIterator<Item = &'a Release>,
) -> Failure {
    let newest: Vec<String> = fetched.rev().take(3).map(ToString::to_string).collect();
    let newest = match newest.as_slice() {
        [] => "upstream had none".to_owned(),
        newest => format!("the newest are {}", newest.join(", ")),
    };
    let message = format_args!("{what} among those that were fetched: {newest}");
    Failure::new(Kind::Input, message).hint("`patcher sync` fetches what upstream has since then")
}

/// The releases that were fetched and asked for, newest first.
fn selected(
    to: &[Releases],
    fetched: &BTreeMap<Release, CommitId>,
) -> Result<Vec<(Release, CommitId)>> {
    let newest = fetched.keys().rfind(|release| release.is_stable()).copied();
    let is_selected = |release: &Release| {
        if to.is_empty() {
            return release.is_stable();
        }
        to.iter().any(|to| to.contains(release, newest))
    };
    let mut named = to.iter().filter_map(|to| match to {
        Releases::One(one) => Some(one),
        _ => None,
    });
    let unknown = named.find(|release| !fetched.contains_key(release));
    let found: Vec<_> = fetched.iter().rev().filter(|(release, _)| is_selected(release)).collect();
    if unknown.is_some() || found.is_empty() {
        let what = unknown.map_or("no such release".to_owned(), |one| format!("no release {one}"));
        return Err(not_fetched(&what, fetched.keys()));
    }
    Ok(found.into_iter().map(|(release, commit)| (*release, *commit)).collect())
}

impl Survey {
    /// Every series on every release.
    pub fn releases(&self) -> impl Iterator<Item = &ReleaseSurvey> {
        self.series.iter().flat_map(|series| &series.releases)
    }

    /// What stops a port, and on which releases: conflicts, or else patches that are not needed.
    pub fn fault(&self) -> Option<Fault> {
        let kinds: Vec<Kind> = self.releases().filter_map(ReleaseSurvey::fault).collect();
        let kind = *kinds.iter().find(|kind| **kind == Kind::Conflict).or(kinds.first())?;
        let is_stopped = |release: &&ReleaseSurvey| release.fault() == Some(kind);
        let stopped: Vec<Release> =
            self.releases().filter(is_stopped).map(|release| release.release).collect();
        let ranges = ranges(self.releases().map(|r| r.release), |r| stopped.contains(r));
        let (count, all) = (stopped.len(), self.releases().count());
        // What is wrong on the only release is printed in full.
        let own = self.releases().next().filter(|_| all == 1).map(ReleaseSurvey::told);
        Some(Fault { kind, count, all, ranges, own })
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let Fault { kind, count, all, ranges, own } = fault;
        let is_one = own.is_some();
        let message = own.unwrap_or_else(|| {
            let what = if kind == Kind::Conflict { "conflict" } else { "a patch is not needed" };
            format!("{what} on {count} of {}: {ranges}", counted(all, "release"))
        });
        let failure = Self::new(kind, message);
        match (kind, is_one) {
            (Kind::Conflict, true) => failure.hint(format!(
                "`patcher sync --to {ranges} --resolve` opens a worktree to resolve it in"
            )),
            (Kind::Conflict, false) => failure.hint("name one of them to see where"),
            _ => failure.hint("`--drop-upstreamed NAME` leaves a patch out"),
        }
    }
}

impl ReleaseSurvey {
    /// What became of each patch, with the commits that the series makes.
    fn new(store: &Store, mut attempt: Attempt<'_>, told: Told) -> Result<Self> {
        // A history that was not fetched to the end names no commit: the conflict is still one.
        attempt.name_causes(store).ok();
        let commits = attempt.commits(store)?;
        let (release, base, tree) = (attempt.release, attempt.base.id, attempt.tree());
        let patched_commit = commits.last().copied().unwrap_or(base);
        let mut commits = commits.into_iter();
        let patch = |(found, patch): (PatchOutcome, &AppliedPatch)| {
            let tree = found.after;
            let commit = tree.and_then(|_| commits.next());
            let (problems, summary) = match told {
                Told::Nothing => Default::default(),
                Told::Patches => (
                    conflict_text::problems(&found, patch, &release),
                    conflict_text::summary(&found, patch, &release),
                ),
            };
            PatchSurvey { found, tree, commit, problems, summary }
        };
        let patches = attempt.outcomes.into_iter().zip(&attempt.pinned.patches);
        let patches = patches.map(patch).collect();
        Ok(Self { release, commit: base, tree, patched_commit, patches })
    }

    /// What is wrong here, in a line.
    pub(super) fn told(&self) -> String {
        let failed = self.patches.iter().find(|patch| patch.found.is_failure());
        failed.map_or_else(String::new, |patch| patch.summary.clone())
    }

    /// What stops the series here.
    fn fault(&self) -> Option<Kind> {
        let failed =
            || self.patches.iter().map(|patch| &patch.found).filter(|found| found.is_failure());
        if failed().any(|found| found.outcome == Outcome::Conflict) {
            return Some(Kind::Conflict);
        }
        failed().next().map(|_| Kind::Finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::made_up;
    use crate::support::look::Symbols;
    use crate::support::spans::Rows;

    /// Three patches on each of these releases, which come out alike; something is wrong with
    /// the first.
    fn surveyed(releases: &[&str]) -> Survey {
        let (tree, commit) = (TreeId::new([1; 20]), CommitId::new([2; 20]));
        let patch = |(name, outcome): (&str, Outcome)| PatchSurvey {
            found: PatchOutcome::new(&name.parse().unwrap(), outcome, tree),
            tree: None,
            commit: None,
            problems: (name == "0001-a.patch")
                .then(|| Problem::new(Kind::Finding, "f", "is in the way"))
                .into_iter()
                .collect(),
            summary: String::new(),
        };
        let on = |release: &&str| ReleaseSurvey {
            release: release.parse().unwrap(),
            commit,
            tree,
            patched_commit: commit,
            patches: [
                ("0001-a.patch", Outcome::Offset),
                ("0002-b.patch", Outcome::Unchanged),
                ("0003-c.patch", Outcome::Offset),
            ]
            .map(patch)
            .into(),
        };
        let series = SeriesSurvey {
            directory: "patches".into(),
            release: "1.0.0".parse().unwrap(),
            commit,
            releases: releases.iter().map(on).collect(),
        };
        Survey { series: vec![series] }
    }

    #[test]
    fn a_release_that_was_not_fetched_is_named_though_others_were() {
        let fetched =
            ["1.0.0", "1.1.0"].map(|name| (name.parse().unwrap(), CommitId::new([1; 20])));
        let found = |to: &[&str]| {
            let to: Vec<Releases> = to.iter().map(|to| to.parse().unwrap()).collect();
            let found = selected(&to, &fetched.into()).map_err(|failure| failure.message())?;
            let names: Vec<String> = found.iter().map(|(name, _)| name.to_string()).collect();
            Ok::<_, String>(names.join(" "))
        };
        assert_eq!(found(&[]), Ok("1.1.0 1.0.0".into()));
        assert_eq!(found(&["1.0.0"]), Ok("1.0.0".into()));
        let newest = "among those that were fetched: the newest are 1.1.0, 1.0.0";
        assert_eq!(found(&["1.0.0", "3.0.0"]), Err(format!("no release 3.0.0 {newest}")));
        assert_eq!(found(&["2.0.0..3.0.0"]), Err(format!("no such release {newest}")));
    }

    #[test]
    fn conflicts_count_before_patches_that_are_not_needed() {
        let mut survey = surveyed(&["1.2.0", "1.1.0", "1.0.0"]);
        let mut fault = |outcomes: [Outcome; 3]| {
            for (release, outcome) in survey.series[0].releases.iter_mut().zip(outcomes) {
                release.patches[1].found.outcome = outcome;
            }
            survey.fault().map(|fault| (fault.kind, fault.count, fault.ranges))
        };
        use Outcome::{AlreadyUpstream, Conflict, Offset};
        assert_eq!(fault([Offset; 3]), None);
        let conflicts = Some((Kind::Conflict, 1, "1.0.0".to_owned()));
        assert_eq!(fault([AlreadyUpstream, AlreadyUpstream, Conflict]), conflicts);
        let needless = Some((Kind::Finding, 2, "1.1.0 .. 1.2.0".to_owned()));
        assert_eq!(fault([AlreadyUpstream, AlreadyUpstream, Offset]), needless);
    }

    #[test]
    fn a_table_that_is_too_wide_counts_the_outcomes() {
        let survey = surveyed(&["1.2.0", "1.1.0"]);
        let text = |columns| survey.text(Rows::Folded, columns).plain(Symbols::Ascii);
        let wide = text(None);
        let width = wide.lines().map(str::len).max().unwrap();
        assert_eq!(text(Some(width)), wide);
        let counted = text(Some(width - 1));
        assert_ne!(counted, wide);
        assert!(
            counted.contains("3 patches") && counted.contains("2 offset, 1 unchanged"),
            "{counted}"
        );
    }

    #[test]
    fn places_are_named_of_one_release_and_many_releases_are_counted() {
        let text = |releases, rows| surveyed(releases).text(rows, None).plain(Symbols::Ascii);
        let one = text(&["1.1.0"], Rows::Folded);
        assert!(one.contains("f: is in the way\n") && !one.contains("release"), "{one}");
        let folded = text(&["1.2.0", "1.1.0"], Rows::Folded);
        assert!(folded.contains("\n1.1.0 .. 1.2.0    2 releases  "), "{folded}");
        assert!(!folded.contains("in the way"), "{folded}");
        let each = text(&["1.2.0", "1.1.0"], Rows::Each);
        assert_eq!(each.lines().count(), 3, "{each}");
        assert!(!each.contains("releases"), "{each}");
    }

    #[test]
    fn a_release_is_of_the_series_whose_range_has_it_or_of_the_newest() {
        let series = |directory: &str, pin: &str, releases: Option<&str>| {
            let mut lock = made_up::lock(made_up::release(pin, 1, b""));
            let mut series = lock.series.remove(0);
            series.patches = directory.to_owned();
            series.releases = releases.map(|range| range.parse().unwrap());
            series
        };
        let mut lock = made_up::lock(made_up::release("1.0.0", 1, b""));
        lock.series = vec![
            series("patches/2", "2.1.0", Some("2.0.0..2.1.0")),
            series("patches/1", "1.1.0", Some("1.0.0..1.1.0")),
        ];
        let owners = |lock: &Lock, release: &str| {
            let release = release.parse().unwrap();
            let own = lock.series.iter().filter(|series| is_own(lock, series, &release));
            own.map(|series| series.patches.clone()).collect::<Vec<_>>()
        };
        for (release, expected) in [
            ("0.9.0", &[][..]),
            ("1.0.0", &["patches/1"]),
            ("1.2.0", &[]),
            ("2.0.0", &["patches/2"]),
            ("2.1.0", &["patches/2"]),
            ("3.0.0", &["patches/2"]),
        ] {
            assert_eq!(owners(&lock, release), expected, "{release}");
        }
        lock.series = vec![series("patches", "2.1.0", None)];
        assert_eq!(owners(&lock, "0.9.0"), ["patches"]);
    }
}
