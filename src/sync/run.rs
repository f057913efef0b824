//! The whole of a sync: plan, apply, make, test, and commit all of it or nothing.

use std::collections::BTreeMap;

use crate::port::resolve::ByHand;
use crate::port::{PatchOutcome, session};
use crate::project::changes::Changes;
use crate::project::evidence::Evidence;
use crate::project::load::Project;
use crate::project::lock::{Lock, ReleaseLock, SeriesLock};
use crate::project::site::Site;
use crate::project::workspace::{Guard, Workspace};
use crate::publish::provenance::{self, Publication, Statement};
use crate::publish::release_archive::Archive;
use crate::publish::snippet::{Published, base_url, snippet_file};
use crate::repro::bazel::Settings;
use crate::repro::report::Report as Tests;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{Release, Sri};
use crate::support::look::Meaning;
use crate::support::marked::Marked;
use crate::support::problem::{Kind, Problem};
use crate::support::progress::Progress;
use crate::sync::changes::{join, project_changes};
use crate::sync::claims::{Claims, When};
use crate::sync::fetch::{Fetched, Purpose, Request};
use crate::sync::fewer::SyncError;
use crate::sync::make::of_series;
use crate::sync::options::{NO_REPRO, Options};
use crate::sync::plan::Target;
use crate::sync::run_scenarios::Tested;
use crate::sync::upstream_archives::Registry;

#[derive(Clone, Debug)]
pub struct Report {
    /// The lock, as it was written.
    pub lock: Lock,
    /// What became of each patch of the newest series.
    pub outcomes: Vec<PatchOutcome>,
    /// What the scenarios showed at the newest pin, if they ran.
    pub tests: Option<Tests>,
    /// What consumers copy to use the newest pin.
    pub snippet: String,
    /// What was tested and reproduced, and what not.
    pub claims: Claims,
    /// What the scenarios show of each release.
    pub evidence: BTreeMap<Release, Evidence>,
    /// What it wrote of the project itself.
    pub changes: Changes,
    /// The paths of everything that it wrote, those in the project relative to it.
    pub written: Vec<String>,
    /// What of the project's files was in an older format.
    pub migrated: Option<String>,
    /// The series that have another pin than before.
    pub pinned: Vec<String>,
}

impl Report {
    /// The newest pin.
    pub fn pin(&self) -> &ReleaseLock {
        &self.lock.series[0].pin
    }

    /// The results of the scenarios and the snippet, as `patcher sync` prints them.
    pub fn text(&self) -> Marked {
        let mut text = Marked::default();
        if let Some(tests) = &self.tests {
            text.append(tests.table());
            text.push("\n");
        }
        text.push(self.snippet.as_str());
        text
    }

    fn report_to(&self, progress: &dyn Progress) {
        if let Some(migrated) = &self.migrated {
            progress.status(Meaning::Done, "Migrated", migrated);
        }
        for pinned in &self.pinned {
            progress.status(Meaning::Done, "Pinned", pinned);
        }
        let is_removed = |path: &str| {
            self.changes.iter().any(|(changed, bytes)| changed == path && bytes.is_none())
        };
        for path in &self.written {
            let verb = if is_removed(path) { "Removed" } else { "Wrote" };
            progress.status(Meaning::Done, verb, path);
        }
        if self.written.is_empty() {
            let text = format!("{} {}", self.lock.upstream.module, self.pin().version());
            progress.status(Meaning::Unchanged, "Up to date", &text);
        }
        self.claims.report_to(progress);
    }
}

/// Does everything: fetches the upstream, applies the series or ports them, tests them, and
/// writes patches, lock and archive.
///
/// # Errors
///
/// Whatever stops it; then nothing of the project was changed.
pub fn sync(site: Site<'_>, options: &Options) -> Result<Report, SyncError> {
    session::ensure_none(&site)?;
    let taken = Taken::new(&site, options)?;
    Ok(prepared(site, &taken.project, options)?.commit(&taken)?)
}

/// Does everything that [`sync()`] does but write: the report says what would be written.
///
/// # Errors
///
/// As [`sync()`].
pub fn rehearse(site: Site<'_>, options: &Options) -> Result<Report, SyncError> {
    session::ensure_none(&site)?;
    let project = sound(&site, site.with_project()?, options)?;
    Ok(prepared(site, &project, options)?.report)
}

fn prepared<'a>(
    site: Site<'a>,
    project: &'a Project,
    options: &'a Options,
) -> Result<Prepared<'a>, SyncError> {
    let bazel = options.bazel(&site, project, NO_REPRO)?;
    let request = Request { site, project, options, purpose: Purpose::Sync(options.to) };
    request.fetched(|fetched| match prepare(&fetched, bazel.as_ref(), None) {
        Err(SyncError::Other(failure)) => Err(failure),
        done => Ok(done),
    })?
}

/// A project that this process has for itself.
#[derive(Debug)]
pub struct Taken {
    /// The project, in which nothing is wrong that `sync` does not mend.
    pub project: Project,
    /// Keeps other processes out of it.
    pub guard: Guard,
}

impl Taken {
    /// Takes the project, which also finishes what an interrupted run began.
    ///
    /// # Errors
    ///
    /// There is no project, something is wrong with it, or the options do not fit it.
    pub fn new(site: &Site<'_>, options: &Options) -> Result<Self> {
        let workspace = site.with_project()?;
        ensure_released(options)?;
        options.ensure_output(site)?;
        let guard = workspace.lock()?;
        Ok(Self { project: sound(site, workspace, options)?, guard })
    }
}

/// The project, in which nothing is wrong that `sync` does not mend, and which the options fit.
///
/// # Errors
///
/// Something is wrong with it, or the options do not fit it.
pub(super) fn sound(site: &Site<'_>, workspace: Workspace, options: &Options) -> Result<Project> {
    ensure_released(options)?;
    let project = Project::load(workspace);
    project.ensure_sound()?;
    base_url(site.env, options.base_url.as_deref(), &project.config)?;
    Ok(project)
}

/// Stops if the target is not released: only a preview can go there.
fn ensure_released(options: &Options) -> Result<()> {
    if let Some(to @ (Target::Main | Target::Candidate)) = options.to {
        let message = format_args!("--to {to}: it is not released");
        return Err(Failure::new(Kind::Input, message).hint(format!(
            "`patcher preview {to}` previews it; a release candidate can be pinned by its number"
        )));
    }
    Ok(())
}

/// What a sync made and tested, and has not written.
#[derive(Debug)]
pub struct Prepared<'a> {
    site: Site<'a>,
    report: Report,
    /// Everything that is to be written.
    changes: Changes,
}

impl Prepared<'_> {
    /// Everything that is to be written.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// It cannot be written; then nothing was.
    pub fn commit(self, taken: &Taken) -> Result<Report> {
        let Self { site, report, changes } = self;
        taken.project.workspace.commit(&changes, &taken.guard, site.progress)?;
        report.report_to(site.progress);
        Ok(report)
    }
}

/// What a sync made and tested, or what is known of both.
pub(super) struct Work {
    /// The lock as it is to be.
    pub(super) lock: Lock,
    pub(super) claims: Claims,
    pub(super) registry: Registry,
    /// What became of each patch of the newest series.
    pub(super) outcomes: Vec<PatchOutcome>,
    pub(super) tests: Option<Tests>,
    /// The archive of the newest pin, if it is to be written.
    pub(super) archive: Option<Archive>,
    /// The project's own files as they are to be; none if all of it stays.
    pub(super) changes: Changes,
}

/// Makes everything and tests it. Without `bazel`, the scenarios do not run.
///
/// # Errors
///
/// Whatever stops it.
pub fn prepare<'a>(
    fetched: &Fetched<'a>,
    bazel: Option<&Settings>,
    by_hand: Option<&ByHand>,
) -> Result<Prepared<'a>, SyncError> {
    let Fetched { project, site, .. } = fetched;
    fetched.ensure_no_fewer()?;
    let is_settled =
        |work: &Work| by_hand.is_none() && (bazel.is_none() || fetched.is_tested(&work.lock));
    let work = match fetched.settled().filter(is_settled) {
        Some(settled) => settled,
        None => worked(fetched, bazel, by_hand)?,
    };
    let Work { lock, claims, registry, outcomes, tests, archive, mut changes } = work;
    let snippet = snippet(fetched, &lock)?;
    let current = |path: &str| project.workspace.current(path);
    let own = changes.clone().pending(current);
    let made = Outputs { fetched, lock: &lock, registry: &registry, snippet: &snippet };
    made.write(archive, &mut changes)?;
    for (path, bytes) in by_hand.iter().flat_map(|by_hand| by_hand.resolutions.iter()) {
        changes.write(path, bytes.unwrap_or_default());
    }
    let changes = changes.pending(current);
    let written = changes.iter().map(|(path, _)| path.to_owned()).collect();
    let migrated = project.migration.text();
    let evidence = lock.series.iter().flat_map(|series| {
        let of = |locked: &ReleaseLock| (locked.release, Evidence::of(series, locked, project));
        series.all().map(of).collect::<Vec<_>>()
    });
    let evidence = evidence.collect();
    let pinned = pinned(&lock, project.lock.as_ref());
    let report = Report {
        lock,
        outcomes,
        tests,
        snippet,
        claims,
        evidence,
        changes: own,
        written,
        migrated,
        pinned,
    };
    Ok(Prepared { site: *site, report, changes })
}

/// Makes everything again from nothing, and tests it.
fn worked(
    fetched: &Fetched<'_>,
    bazel: Option<&Settings>,
    by_hand: Option<&ByHand>,
) -> Result<Work> {
    let project = fetched.project;
    let mut series = fetched.make_all(by_hand)?;
    let (upstreams, uploads) = fetched.upstreams(&series, &fetched.ask_registry(&series)?)?;
    let mut lock = fetched.lock(&series, &upstreams);
    let mut claims = Claims::default();
    claims.patches(&lock, fetched, When::Now);
    let registry = fetched.reproduce(&series, &lock)?;
    claims.registry(&registry);
    claims.uploads(&uploads);
    let is_known = is_as_it_is(project, &project_changes(project, &series, &lock));
    if is_known {
        fetched.remember();
    }
    let is_idle = is_known && series[0].pin.archive.is_none() && fetched.is_tested(&lock);
    let tested = match bazel {
        Some(settings) if !is_idle => fetched.test(&series, &mut lock, settings)?,
        _ => Tested::default(),
    };
    claims.scenarios(&lock, project, &tested.ran);
    let changes = project_changes(project, &series, &lock);
    let outcomes = series[0].pin.outcomes.clone();
    let archive = series[0].pin.archive.take();
    Ok(Work { lock, claims, registry, outcomes, tests: tested.report, archive, changes })
}

/// Whether the project holds all of that already.
fn is_as_it_is(project: &Project, changes: &Changes) -> bool {
    changes.clone().pending(|path: &str| project.workspace.current(path)).is_empty()
}

/// What was pinned that was not before: each series at its release.
fn pinned(lock: &Lock, before: Option<&Lock>) -> Vec<String> {
    let known = |series: &SeriesLock| {
        let mut before = before.iter().flat_map(|lock| &lock.series);
        before.any(|old| old.patches == series.patches && old.pin.commit == series.pin.commit)
    };
    let text = |series: &SeriesLock| {
        let pin = format!("{} {}", lock.upstream.module, series.pin.release);
        let pin = format!("{pin} ({})", series.pin.commit.short());
        of_series(pin, &series.patches, lock.series.len())
    };
    lock.series.iter().filter(|series| !known(series)).map(text).collect()
}

fn snippet(fetched: &Fetched<'_>, lock: &Lock) -> Result<String> {
    let Fetched { project, options, site, .. } = fetched;
    let newest = &lock.series[0];
    let base_url = base_url(site.env, options.base_url.as_deref(), &project.config)?;
    let published = Published {
        module: &fetched.module,
        version: &newest.pin.version(),
        patches: newest.patches_applied.len(),
        archive: &newest.pin.archive,
        base_url: base_url.as_deref(),
    };
    published.text(Evidence::of(newest, &newest.pin, project).why)
}

/// What goes into the output directory.
struct Outputs<'a> {
    fetched: &'a Fetched<'a>,
    lock: &'a Lock,
    registry: &'a Registry,
    snippet: &'a str,
}

impl Outputs<'_> {
    /// Stops if the output directory has other bytes under a version that nobody remembers: a
    /// lock that had it is gone, and its archive may have been published.
    fn ensure_new(&self, archive: &Archive) -> Result<()> {
        let Self { fetched, lock, .. } = self;
        let pin = &lock.series[0].pin;
        let is_known = fetched.published()?.knows(pin.release, pin.revision);
        let path = join(&fetched.options.directory(&fetched.site), &archive.lock.file);
        let there = fetched.project.workspace.read(&path).ok().flatten();
        let differs = there.is_some_and(|bytes| Sri::of(&bytes) != archive.lock.integrity);
        if is_known || !differs || pin.revision.is_none() {
            return Ok(());
        }
        let message = "is there with other bytes, and a published version never changes";
        let problem = Problem::new(Kind::Integrity, path, message);
        Err(problem
            .hint("restore the upstream.lock that it was published with; or delete it, if it never was")
            .into())
    }

    /// The archive of the newest pin and the statement about it, if they are not there, and the
    /// snippet.
    fn write(&self, archive: Option<Archive>, changes: &mut Changes) -> Result<()> {
        let Self { fetched, lock, registry, snippet } = self;
        archive.iter().try_for_each(|archive| self.ensure_new(archive))?;
        let newest = &lock.series[0];
        let pin = &newest.pin;
        let directory = fetched.options.directory(&fetched.site);
        let statement = Statement::new(Publication {
            upstream: &lock.upstream,
            series: newest,
            patches: &newest.patches_applied,
            release: pin,
            is_reproduced: registry.has_reproduced(pin.release),
        })
        .with(&Evidence::of(newest, pin, fetched.project));
        if archive.is_some() || !fetched.has_statement_with(&pin.archive, &statement) {
            let file = provenance::file(&pin.archive.file);
            changes.write(join(&directory, &file), statement.print());
        }
        if let Some(archive) = archive {
            changes.write(join(&directory, &archive.lock.file), archive.bytes);
        }
        changes.write(join(&directory, &snippet_file(&pin.archive)), snippet.as_bytes());
        Ok(())
    }
}
