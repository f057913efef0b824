//! Where each series of a project is to be pinned, and the releases that it supports.

use std::collections::BTreeMap;

use crate::project::config;
use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::{NotReleases, ReleaseChoice};

/// A release to port to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// The newest stable one.
    Latest,
    /// The newest one that is not stable.
    Candidate,
    /// What is not released yet: upstream's default branch.
    Main,
    Release(Release),
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Latest => f.write_str("latest"),
            Self::Candidate => f.write_str("candidate"),
            Self::Main => f.write_str("main"),
            Self::Release(release) => release.fmt(f),
        }
    }
}

impl std::str::FromStr for Target {
    type Err = NotReleases;

    fn from_str(text: &str) -> std::result::Result<Self, NotReleases> {
        match text {
            "candidate" => Ok(Self::Candidate),
            "main" => Ok(Self::Main),
            _ => match text.parse()? {
                ReleaseChoice::Latest => Ok(Self::Latest),
                ReleaseChoice::Named(release) => Ok(Self::Release(release)),
            },
        }
    }
}

/// A series, and the releases that it is to support.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    pub series: &'a Series,
    /// What the lock says of it, if it is in the lock.
    pub locked: Option<&'a SeriesLock>,
    pub pin: Release,
    /// The other releases to support, newest first, with their commits.
    pub supported: Vec<(Release, CommitId)>,
}

impl Plan<'_> {
    /// Every release that it is to support, the pin first.
    pub fn releases(&self) -> impl Iterator<Item = Release> {
        std::iter::once(self.pin).chain(self.supported.iter().map(|(release, _)| *release))
    }
}

/// The series that `--to` is about: the one for that release.
///
/// # Errors
///
/// No series is for it.
pub fn addressed(project: &Project, to: Option<Target>) -> Result<Option<usize>> {
    let Some(Target::Release(release)) = to else { return Ok(to.map(|_| 0)) };
    let is_for =
        |series: &Series| series.releases.as_ref().is_none_or(|range| range.contains(&release));
    project.series.iter().position(is_for).map(Some).ok_or_else(|| {
        let ranges = project.series.iter().filter_map(|series| {
            Some(format!("{} is for {}", series.directory, series.releases.as_ref()?))
        });
        let problem =
            Problem::new(Kind::Input, config::FILE, format!("no series is for {release}"));
        problem.hint(ranges.collect::<Vec<_>>().join("; ")).into()
    })
}

/// The pin of every series: its own, or `to`; of a series that is not locked yet, the newest of its
/// releases. It supports those of its releases that are not newer than its pin.
/// `releases` are the upstream's.
///
/// # Errors
///
/// There is no release to pin, or two series are for the same one.
pub fn plans<'a>(
    project: &'a Project,
    releases: &BTreeMap<Release, CommitId>,
    to: Option<Target>,
    upstream: &str,
) -> Result<Vec<Plan<'a>>> {
    let addressed = addressed(project, to)?;
    let mut plans = Vec::new();
    for (index, series) in project.series.iter().enumerate() {
        let locked = project
            .lock
            .as_ref()
            .and_then(|lock| lock.series.iter().find(|locked| locked.patches == series.directory));
        let range = series.releases.as_ref();
        let stable = || {
            let is_for = |release: &Release| range.is_none_or(|range| range.contains(release));
            releases.iter().rev().filter(move |(r, _)| r.is_stable() && is_for(r))
        };
        let newest = || {
            stable().map(|(release, _)| *release).next().ok_or_else(|| {
                let wanted = range.map_or_else(String::new, |range| format!(" in {range}"));
                let message = format_args!("upstream {upstream}: it has no release{wanted}");
                Failure::new(Kind::Input, message).hint("a clone without tags?")
            })
        };
        let pin = match (to.filter(|_| addressed == Some(index)), locked) {
            (Some(Target::Release(release)), _) => release,
            (None, Some(locked)) => locked.pin.release,
            _ => newest()?,
        };
        let supported = stable().filter(|(release, _)| range.is_some() && **release < pin);
        let supported = supported.map(|(release, commit)| (*release, *commit)).collect();
        plans.push(Plan { series, locked, pin, supported });
    }
    ensure_apart(&plans)?;
    Ok(plans)
}

/// A release is supported by one series.
fn ensure_apart(plans: &[Plan<'_>]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for plan in plans {
        for release in plan.releases() {
            if let Some(other) = seen.insert(release, &plan.series.directory) {
                let message = format!(
                    "{release} is supported by two series, {other} and {}",
                    plan.series.directory
                );
                let problem = Problem::new(Kind::Input, config::FILE, message);
                return Err(problem.hint("let the `releases` of the series not overlap").into());
            }
        }
    }
    Ok(())
}
