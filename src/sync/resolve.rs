//! A sync that lets a person resolve what conflicts, in a worktree.

use crate::git::upstream::kept_location;
use crate::port::resolve::resolving::Input;
use crate::port::resolve::resuming::{Answer, Command, Resumed, Resuming};
use crate::port::resolve::{self, Recalled, Stopped};
use crate::port::session::{self, Session};
use crate::project::load::Project;
use crate::project::patch_choice::names;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::sync::fetch::{Fetched, Purpose};
use crate::sync::options::{FewerReleases, NO_REPRO, Options};
use crate::sync::plan::Target;
use crate::sync::run::{Report, Taken, prepare};

/// How far such a sync came.
#[derive(Debug)]
pub enum Resolved {
    /// A patch waits to be resolved; nothing of the project was changed.
    Stopped(Box<Stopped>),
    Synced(Box<Report>),
}

/// A sync that opens a worktree if a patch conflicts.
///
/// # Errors
///
/// As [`crate::sync::sync()`], or the worktree cannot be made.
pub fn begin(site: Site<'_>, options: &Options) -> Result<Resolved> {
    session::ensure_none(&site)?;
    let taken = Taken::new(&site, options)?;
    let bazel = options.bazel(&site, &taken.project, NO_REPRO)?;
    let _held = session::hold(&site)?;
    let fetched = Fetched::new(site, &taken.project, options, Purpose::Sync(options.to))?;
    fetched.ensure_no_fewer()?;
    match fetched.begin_resolve()? {
        Some(stopped) => Ok(Resolved::Stopped(Box::new(stopped))),
        None => Ok(synced(prepare(&fetched, bazel.as_ref(), None)?.commit(&taken)?)),
    }
}

/// A sync that goes on with what the worktree holds.
///
/// # Errors
///
/// As [`crate::sync::sync()`], or something is left to do in the worktree.
pub fn resume(site: Site<'_>, options: &Options, answer: Answer) -> Result<Resolved> {
    let taken = Taken::new(&site, options)?;
    let _held = session::hold(&site)?;
    let session = resolve::load(&site)?;
    let options = begun_with(options, &session);
    if session.is_done(&taken.project.workspace) {
        // What is left to do is what a sync does.
        session.end(&site);
        let fetched = Fetched::new(site, &taken.project, &options, Purpose::Sync(options.to))?;
        let bazel = options.bazel(&site, &taken.project, NO_REPRO)?;
        return Ok(synced(prepare(&fetched, bazel.as_ref(), None)?.commit(&taken)?));
    }
    let fetched = fetch(site, &taken.project, &options, &session)?;
    let (mut session, by_hand) = match fetched.resuming(session)?.resume(answer)? {
        Resumed::Stopped(stopped) => return Ok(Resolved::Stopped(stopped)),
        Resumed::Finished(session, by_hand) => (session, by_hand),
    };
    // It may well have stopped again before Bazel is needed.
    let prepared = options
        .bazel(&site, &taken.project, NO_REPRO)
        .and_then(|bazel| Ok(prepare(&fetched, bazel.as_ref(), Some(&by_hand))?));
    // If that fails, the worktree is as it was.
    let prepared = prepared.map_err(|failure| resolve::still_open(failure, &session))?;
    session.promise(prepared.changes())?;
    let report = prepared.commit(&taken)?;
    session.end(&site);
    Ok(synced(report))
}

/// Writes recorded resolutions into the worktree.
///
/// # Errors
///
/// There are none, or no resolve is under way.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of one lifetime does not work on every one"
)]
pub fn recall(site: Site<'_>, options: &Options) -> Result<Recalled> {
    look(site, options, |resuming| resuming.recall())
}

/// Where the resolve is.
///
/// # Errors
///
/// None is under way, or its worktree cannot be read.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of one lifetime does not work on every one"
)]
pub fn status(site: Site<'_>, options: &Options) -> Result<resolve::Status> {
    look(site, options, |resuming| resuming.status())
}

fn look<T>(
    site: Site<'_>,
    options: &Options,
    at: impl FnOnce(&Resuming<'_, '_>) -> Result<T>,
) -> Result<T> {
    let _held = session::hold(&site)?;
    let session = resolve::load(&site)?;
    let project = site.project()?;
    let options = begun_with(options, &session);
    at(&fetch(site, &project, &options, &session)?.resuming(session)?)
}

fn synced(report: Report) -> Resolved {
    Resolved::Synced(Box::new(report))
}

/// The options with what the resolve began with.
fn begun_with(options: &Options, session: &Session<'_>) -> Options {
    let upstream = options.upstream.clone().or_else(|| session.work.upstream.clone());
    let to = Some(Target::Release(session.work.onto.release));
    let fewer_releases = match session.work.allows_fewer {
        true => FewerReleases::Allowed,
        false => options.fewer_releases,
    };
    Options { upstream, to, fewer_releases, ..options.clone() }
}

/// What the upstream has, with what a person committed in the worktree.
fn fetch<'a>(
    site: Site<'a>,
    project: &'a Project,
    options: &'a Options,
    session: &Session<'_>,
) -> Result<Fetched<'a>> {
    let mut fetched = Fetched::new(site, project, options, Purpose::Sync(options.to))?;
    fetched.store.add(&session.tree.objects())?;
    Ok(fetched)
}

impl<'a> Fetched<'a> {
    /// Begins a resolve if a patch stops on its way to the release that a series goes to.
    fn begin_resolve(&self) -> Result<Option<Stopped>> {
        for (index, (plan, _)) in self.plans.iter().enumerate() {
            if plan.locked.is_none_or(|locked| locked.pin.release == plan.pin) {
                continue;
            }
            // It may go on from the worktree.
            let given = self.options.upstream.as_deref();
            let upstream = given.map(|given| kept_location(given, self.site.env.directory()));
            let command = Command {
                release: plan.pin,
                upstream: upstream.as_deref(),
                objects: &self.objects,
                accepted: &names(&self.options.drop_upstreamed, plan.series)?,
                allows_fewer: self.options.fewer_releases == FewerReleases::Allowed,
            };
            let stopped = Resuming::begin(&self.site, self.resolve_input(index)?, &command)?;
            if stopped.is_some() {
                return Ok(stopped);
            }
        }
        Ok(None)
    }

    /// The resolve that `session` holds.
    fn resuming<'s>(&'s self, session: Session<'a>) -> Result<Resuming<'s, 'a>> {
        // Before its series is looked for: that may be gone.
        session.ensure_bound(self.project)?;
        let directory = &session.work.series;
        match self.plans.iter().position(|(plan, _)| plan.series.directory == *directory) {
            Some(index) => Resuming::new(self.resolve_input(index)?, session),
            None => Err(Failure::defect(anyhow::anyhow!("the series has no plan"))),
        }
    }

    fn resolve_input(&self, index: usize) -> Result<Input<'_>> {
        let (plan, base) = &self.plans[index];
        let Some(locked) = plan.locked else {
            return Err(Failure::defect(anyhow::anyhow!("the series has no pin")));
        };
        Ok(Input {
            project: self.project,
            series: plan.series,
            pinned: self.pinned(plan, locked)?,
            base,
            store: &self.store,
            module: &self.module,
            progress: self.site.progress,
        })
    }
}
