//! `patcher sync`: everything, from the upstream to the published archive.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::claims::Claims;
use super::forward;
use super::resolve::{self, Resumed};
use super::unpatched;
use super::{Context, Document, Told};
use crate::cli::{Act, JobArgs, Sync};
use crate::consumer::MODULE_FILE;
use crate::git::mirror::{Mirror, Upstream, local_path};
use crate::git::store::{Commit, Store};
use crate::matrix::run::{self, Jobs, Shown, Subject};
use crate::patch::Patch;
use crate::port::{Applied, PatchOutcome, Ported, session};
use crate::project::changes::Changes;
use crate::project::config;
use crate::project::lint::SERIES_FILE;
use crate::project::load::{self, Project, Series};
use crate::project::lock::{
    self, ArchiveLock, Lock, ReleaseLock, SeriesLock, Upstream as UpstreamLock,
};
use crate::project::scenario::{Phase, Scenario};
use crate::project::series;
use crate::project::stale::{series_staleness, staleness};
use crate::project::workspace::Guard;
use crate::publish::locked_facts;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::provenance::{self, Statement};
use crate::publish::registry;
use crate::publish::release_archive::{self, Archive};
use crate::publish::snippet::{Published, base_url, snippet_file};
use crate::publish::stamp;
use crate::repro::report::Report;
use crate::repro::suite::Settings;
use crate::repro::{fixed_upstream, suite};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, PatchName, Release, Sri};
use crate::support::problem::{Kind, Problem};
use crate::support::progress::Progress as _;
use crate::support::text::counted;
use crate::sync::plan::{self, Plan, Target};

#[derive(Serialize)]
struct Synced<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
    outcomes: &'a [PatchOutcome],
    series: Vec<SyncedSeries<'a>>,
    report: Option<&'a Report>,
    snippet: &'a str,
    written: Vec<&'a str>,
    verified: &'a [String],
    not_verified: &'a [String],
}

#[derive(Serialize)]
struct SyncedSeries<'a> {
    patches: &'a str,
    pin: Release,
    releases: Vec<SyncedRelease<'a>>,
}

#[derive(Serialize)]
struct SyncedRelease<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
}

/// What a sync that went through has to tell.
pub(super) struct Done {
    /// For people.
    text: String,
    /// For programs.
    document: serde_json::Value,
    /// The newest line's pin.
    pub(super) release: Release,
    /// What became of each of its patches.
    pub(super) outcomes: Vec<PatchOutcome>,
    /// What the scenarios showed there, where they ran.
    pub(super) report: Option<Report>,
    pub(super) verified: Vec<String>,
    pub(super) not_verified: Vec<String>,
    /// What it wrote of the project itself.
    pub(super) changes: Changes,
}

pub(super) fn run(context: &Context, args: &Sync) -> Result<()> {
    if let Some(done) = sync(context, args)? {
        context.ui.data(&done.text, &done.document);
    }
    Ok(())
}

/// Does it; absent where it was asked for something else than to sync, which is told then.
pub(super) fn sync(context: &Context, args: &Sync) -> Result<Option<Done>> {
    let workspace = context.workspace()?;
    if !Project::is_in(&workspace) {
        return Err(load::missing(&workspace));
    }
    let act = args.acts.act();
    match act {
        Some(act @ (Act::Abort | Act::Status | Act::Recall)) => {
            return resolve::apart(context, args, act).map(|()| None);
        }
        None if args.dry_run => {
            return forward::run(context, args, &Project::load(workspace)).map(|()| None);
        }
        None | Some(Act::Resolve) if !args.check => session::ensure_none(&context.site())?,
        _ => {}
    }
    if let Some(to @ (Target::Main | Target::Candidate)) = args.to {
        let message = format_args!("--to {to}: it is not released");
        return Err(Failure::new(Kind::Input, message).hint(format!(
            "`--dry-run --to {to}` looks ahead; a candidate can be pinned by its number"
        )));
    }
    // Taking the project also finishes what an interrupted run began.
    let guard = if args.check { None } else { Some(workspace.lock()?) };
    let project = Project::load(workspace);
    project.ensure_sound()?;
    let base_url = base_url(args.url.base_url.as_deref(), &project.config)?;
    let is_resumed = matches!(act, Some(Act::Continue | Act::Skip));
    let settings = || args.bazel_settings(context, &project);
    // A resolve may well stop again before Bazel is needed.
    let early = if is_resumed { None } else { Some(settings()?) };
    let _held = act.map(|_| session::hold(&context.site())).transpose()?;
    let session = if is_resumed { Some(resolve::load(context)?) } else { None };
    let going =
        session.as_ref().map(|session| (resolve::given(args, session), resolve::target(session)));
    let (args, to) = going.as_ref().map_or((args, args.to), |(args, to)| (args, Some(*to)));
    let mut sync = Syncing::fetch(context, args, &project, to)?;
    let mut resumed = None;
    if let Some(session) = session {
        sync.store.add(&session.tree.objects())?;
        let done = resolve::resume(&sync, session, act == Some(Act::Skip))?;
        sync.ported = Some((done.session.work.line.clone(), done.ported.clone()));
        resumed = Some(done);
    } else if act == Some(Act::Resolve) {
        resolve::begin(&sync)?;
    }
    let open = resumed.as_ref().map(|done| {
        let Resumed { session, .. } = done;
        (session.directory(), session.work.onto)
    });
    let made = early.map_or_else(settings, Ok).and_then(|settings| {
        publish(context, &project, &sync, guard, settings.as_ref(), resumed, base_url.as_deref())
    });
    match open {
        // Nothing was written, and the worktree is as it was.
        Some((directory, onto)) => {
            made.map_err(|failure| resolve::still_open(failure, &directory, &onto))
        }
        None => made,
    }
}

/// Makes everything, proves it and writes it.
fn publish(
    context: &Context,
    project: &Project,
    sync: &Syncing<'_>,
    guard: Option<Guard>,
    settings: Option<&Settings>,
    resumed: Option<Resumed<'_>>,
    base_url: Option<&str>,
) -> Result<Option<Done>> {
    let args = sync.args;
    let mut series = sync.make_all()?;
    let mut lock = sync.lock(&series)?;
    let Some(guard) = guard else {
        return check(context, project, &series, &lock).map(|()| None);
    };

    let mut claims = Claims::default();
    claims.patches(&series, sync);
    let registry = unpatched::compare(sync, &series, &lock)?;
    claims.registry(&registry);
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let is_idle = series.iter().flat_map(SeriesMade::all).all(|made| !made.is_new)
        && series[0].pin.archive.is_none()
        && lock.series.iter().all(|line| {
            is_proved(&line.pin, project, Phase::Test)
                && line
                    .supported
                    .iter()
                    .all(|supported| is_proved(supported, project, Phase::Analysis))
        })
        && project_changes(project, &series, &lock).pending(current).is_empty();
    let proved = match settings {
        Some(settings) if !is_idle => sync.prove(&series, &mut lock, settings)?,
        _ => Proved::default(),
    };
    claims.scenarios(&lock, project, &proved.ran);
    let report = proved.report.as_ref();
    let (line, pin) = (&lock.series[0], &lock.series[0].pin);
    let published = Published {
        module: &sync.module,
        version: &pin.version(),
        patches: line.patches_applied.len(),
        archive: &pin.archive,
        base_url,
    };
    let snippet = published.text(staleness(pin, project))?;
    let directory = args.directory(context);
    let mut changes = project_changes(project, &series, &lock);
    let own = changes.clone().pending(current);
    let statement = Statement::new(
        &lock.upstream,
        line,
        &line.patches_applied,
        pin,
        registry.has_reproduced(pin.release),
    );
    if series[0].pin.archive.is_some() || !sync.has_statement(&pin.archive, &statement) {
        let file = provenance::file(&pin.archive.file);
        changes.write(join(&directory, &file), statement.print());
    }
    if let Some(archive) = series[0].pin.archive.take() {
        changes.write(join(&directory, &archive.lock.file), archive.bytes);
    }
    changes.write(join(&directory, &snippet_file(&pin.archive)), snippet.as_bytes());
    if let Some(done) = &resumed {
        done.memory.iter().for_each(|(path, bytes)| changes.write(path, bytes.unwrap_or_default()));
    }
    let changes = changes.pending(current);
    project.workspace.commit(&changes, &guard)?;
    if let Some(done) = resumed {
        done.session.remove()?;
    }

    let written: Vec<&str> = changes.iter().map(|(path, _)| path).collect();
    if let Some(migrated) = project.migration.text() {
        context.ui.status("Migrated", &migrated);
    }
    for path in &written {
        context.ui.status("Wrote", path);
    }
    let version = pin.version().to_string();
    if written.is_empty() {
        context.ui.status("Up to date", &format!("{} {version}", sync.module));
    }
    claims.print(context);
    let table = report.map(|report| report.table() + "\n").unwrap_or_default();
    let first = &series[0].pin;
    let data = Synced {
        version,
        commit: first.patched_commit.commit.id,
        archive: &pin.archive,
        outcomes: &first.outcomes,
        series: lock.series.iter().map(SyncedSeries::of).collect(),
        report,
        snippet: &snippet,
        written,
        verified: &claims.verified,
        not_verified: &claims.not_verified,
    };
    let document = serde_json::to_value(Document::new("sync", data)).map_err(Failure::defect)?;
    Ok(Some(Done {
        text: format!("{table}{snippet}"),
        document,
        release: pin.release,
        outcomes: first.outcomes.clone(),
        report: proved.report,
        verified: claims.verified,
        not_verified: claims.not_verified,
        changes: own,
    }))
}

impl<'a> SyncedSeries<'a> {
    fn of(line: &'a SeriesLock) -> Self {
        let release = |locked: &'a ReleaseLock| SyncedRelease {
            version: locked.version().to_string(),
            commit: locked.patched_commit,
            archive: &locked.archive,
        };
        let releases = line.all().map(release).collect();
        Self { patches: &line.patches, pin: line.pin.release, releases }
    }
}

impl Sync {
    /// Whether what is not released yet matters.
    fn looks_at_head(&self) -> bool {
        matches!(self.to, Some(Target::Main))
    }

    /// The directory to publish into: relative to the project where none was named.
    fn directory(&self, context: &Context) -> PathBuf {
        let named = self.output.as_ref().map(|output| context.env.directory().join(output));
        named.unwrap_or_else(|| "dist".into())
    }

    /// How to call Bazel; `None` where the scenarios are not to run. Looked for first: a
    /// missing Bazel should not be found after minutes of work.
    pub(super) fn bazel_settings(
        &self,
        context: &Context,
        project: &Project,
    ) -> Result<Option<Settings>> {
        if self.no_repro || self.check || project.suite.scenarios.is_empty() {
            return Ok(None);
        }
        let settings = self.bazel.options().settings(&context.env, &context.root, &project.config);
        settings.map(Some).map_err(|failure| {
            if failure.kind == Kind::Environment {
                failure.hint("or leave the scenarios out: --no-repro")
            } else {
                failure
            }
        })
    }
}

/// A sync on its way: what was fetched, and where the lines go.
pub(super) struct Syncing<'a> {
    pub(super) context: &'a Context,
    pub(super) args: &'a Sync,
    pub(super) project: &'a Project,
    pub(super) store: Store,
    /// Where the mirror's objects are.
    pub(super) objects: PathBuf,
    /// The series of a line, where it was brought to its new pin by hand.
    ported: Option<(String, Ported)>,
    pub(super) module: String,
    url: String,
    /// The upstream that was asked, as it is named to the user.
    pub(super) upstream: String,
    /// The upstream's releases.
    pub(super) releases: BTreeMap<Release, CommitId>,
    /// The upstream's default branch, as far as it was fetched.
    pub(super) head: Option<CommitId>,
    /// The lines, each with the commit of its pin.
    pub(super) plans: Vec<(Plan<'a>, Commit)>,
}

/// What a sync makes of a release.
pub(super) struct Made {
    pub(super) patched: Applied,
    outcomes: Vec<PatchOutcome>,
    patched_commit: PatchedCommit,
    archive_lock: ArchiveLock,
    /// The archive, where it is to be written.
    pub(super) archive: Option<Archive>,
    /// Whether it is not what the lock has.
    pub(super) is_new: bool,
}

/// What a sync makes of a line.
pub(super) struct SeriesMade<'a> {
    plan: &'a Plan<'a>,
    pub(super) pin: Made,
    supported: Vec<Made>,
}

impl SeriesMade<'_> {
    /// Every release, the pin first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Made> {
        std::iter::once(&self.pin).chain(&self.supported)
    }
}

impl<'a> Syncing<'a> {
    /// Asks the upstream, fetches what is lacking, and says where each line is to stand where
    /// one of them goes to `to`.
    pub(super) fn fetch(
        context: &'a Context,
        args: &'a Sync,
        project: &'a Project,
        to: Option<Target>,
    ) -> Result<Self> {
        if to.is_none() {
            project.lock()?;
        }
        let locked_url = project.lock.as_ref().map(|lock| lock.upstream.url.as_str());
        let configured = project.config.upstream.as_deref();
        let given = args.upstream.as_deref().map(|given| (given, context.env.directory()));
        let own = configured.or(locked_url).map(|own| (own, context.root.as_path()));
        let Some((location, directory)) = given.or(own) else {
            return Err(Failure::new(Kind::Input, "which upstream?")
                .hint("name it with --upstream URL, or `upstream` in patcher.toml"));
        };
        let url = stored_url(context, [locked_url, configured], args.upstream.as_deref())?;
        let mirror = Mirror::of(&context.env, &url)?;
        let upstream = Upstream { location, directory, env: &context.env };
        let addressed = plan::addressed(project, to)?;
        let releases = if context.is_offline {
            mirror.releases()?
        } else {
            fetch(context, project, addressed, to, args.looks_at_head(), &mirror, &upstream)?
        };
        for locked in
            project.lock.iter().flat_map(|lock| lock.series.iter().flat_map(SeriesLock::all))
        {
            ensure(locked_facts::moved_tag(locked, releases.get(&locked.release)))?;
        }
        if releases.is_empty() && context.is_offline {
            let message = "nothing was fetched yet, and --offline forbids it";
            return Err(
                Failure::new(Kind::Environment, message).hint("run it once without --offline")
            );
        }
        let upstream = upstream.name();
        let plans = plan::plans(project, &releases, to, &upstream)?;
        let head = mirror.head()?;
        let objects = mirror.objects();
        let store = Store::open(&objects)?;
        let mut based = Vec::new();
        for plan in plans {
            let pinned = plan.locked.and_then(|locked| locked.find(plan.pin));
            let pinned = pinned.map(|locked| locked.commit);
            let Some(commit) = pinned.or(releases.get(&plan.pin).copied()) else {
                return Err(unknown_release(&plan.pin, &releases, &upstream));
            };
            let base = complete_commit(&store, commit, &upstream)?;
            based.push((plan, base));
        }
        let (newest, base) = &based[0];
        let module = module_name(&store, base, &newest.pin)?;
        if let Some(lock) = project.lock.as_ref().filter(|lock| lock.upstream.module != module) {
            let message =
                format_args!("{} is of module {module}, not {}", newest.pin, lock.upstream.module);
            return Err(Failure::new(Kind::Input, message));
        }
        let plans = based;
        let ported = None;
        Ok(Self {
            context,
            args,
            project,
            store,
            objects,
            ported,
            module,
            url,
            upstream,
            releases,
            head,
            plans,
        })
    }

    /// Makes every line. What does not merge is collected over all releases first.
    fn make_all(&self) -> Result<Vec<SeriesMade<'_>>> {
        let mut series = Vec::new();
        let mut conflicts: Vec<Failure> = Vec::new();
        for (index, (plan, base)) in self.plans.iter().enumerate() {
            let pinned = format!("{} {} ({})", self.module, plan.pin, base.id.short());
            let line = if self.plans.len() > 1 {
                format!("{pinned} for {}", plan.series.directory)
            } else {
                pinned
            };
            self.context.ui.status("Pinned", &line);
            let ported = match self.apply(plan, base) {
                Err(failure) if failure.kind == Kind::Conflict => {
                    conflicts.push(failure);
                    continue;
                }
                ported => ported?,
            };
            let pinned = ported.applied.clone();
            let pin = self.make(ported, plan, index == 0)?;
            let mut supported = Vec::new();
            for (release, commit) in &plan.supported {
                let base = self.commit(plan, *release, *commit)?;
                let attempt = pinned.onto(&self.store, *release, &base, &[])?;
                match attempt.ported(&self.store) {
                    Err(failure) if failure.kind == Kind::Conflict => conflicts.push(failure),
                    ported => supported.push(self.make(ported?, plan, false)?),
                }
            }
            if let [.., oldest] = supported.as_slice() {
                let count = counted(supported.len(), "other release");
                let text = format!("{count}, down to {}", oldest.patched.release);
                self.context.ui.status("Merged", &format!("onto {text}"));
            }
            series.push(SeriesMade { plan, pin, supported });
        }
        match conflicts.len() {
            0 => Ok(series),
            1 => Err(conflicts.remove(0)),
            count => Err(together(conflicts, count)),
        }
    }

    /// The commit of a release to serve: one that is not in the lock must be whole.
    fn commit(&self, plan: &Plan<'_>, release: Release, commit: CommitId) -> Result<Commit> {
        let locked = plan.locked.and_then(|line| line.find(release));
        if locked.is_some_and(|locked| locked.commit == commit) {
            return self.store.commit(commit);
        }
        complete_commit(&self.store, commit, &self.upstream)
    }

    /// A series at the pin that the lock has.
    pub(super) fn pinned(&self, plan: &Plan<'_>, locked: &SeriesLock) -> Result<Applied> {
        let base = complete_commit(&self.store, locked.pin.commit, &self.upstream)?;
        self.apply_at(plan, locked.pin.release, &base)
    }

    /// Applies a series exactly. What is left of its problems is what `sync` mends.
    fn apply_at(&self, plan: &Plan<'_>, release: Release, base: &Commit) -> Result<Applied> {
        let applied = Applied::new(&self.store, release, base, &plan.series.patches)?;
        applied.sound().map_err(|failure| {
            failure.hint(format!(
                "the series applies to {release} exactly, or not at all; nothing was changed"
            ))
        })
    }

    /// Applies a series at its pin, and ports it where another release is to be pinned.
    pub(super) fn apply(&self, plan: &Plan<'_>, base: &Commit) -> Result<Ported> {
        let (project, locked) = (self.project, plan.locked);
        let (release, commit) =
            locked.map_or((plan.pin, base.id), |line| (line.pin.release, line.pin.commit));
        let old_base = if commit == base.id {
            base.clone()
        } else {
            complete_commit(&self.store, commit, &self.upstream)?
        };
        let sources = &plan.series.patches;
        let pinned = self.apply_at(plan, release, &old_base)?;
        let changed =
            locked.map(|line| locked_facts::changed_patches(&project.lock_text, line, sources));
        for problem in changed.iter().flatten() {
            self.context.ui.status("Took in", &problem.to_string());
        }
        let directory = format!("{}/", plan.series.directory);
        let own = project.problems.iter().filter(|problem| problem.file.starts_with(&directory));
        for problem in own.chain(&pinned.problems) {
            self.context.ui.status("Mended", &problem.to_string());
        }
        if release == plan.pin {
            for applied in &pinned.patches {
                self.context.ui.status("Applied", applied.patch.name.as_str());
            }
            return Ok(Ported::at_pin(pinned));
        }
        let by_hand = self.ported.as_ref().filter(|(line, _)| *line == plan.series.directory);
        let ported = match by_hand {
            Some((_, ported)) => ported.clone(),
            None => {
                let accepted = &self.args.accept_obsolete;
                pinned.onto(&self.store, plan.pin, base, accepted)?.ported(&self.store)?
            }
        };
        for patch in &ported.outcomes {
            let verb = if patch.accepted { "Left out" } else { "Applied" };
            self.context.ui.status(verb, &format!("{} ({})", patch.patch, patch.outcome.name()));
            patch.warnings().iter().for_each(|warning| self.context.ui.warning(warning));
        }
        Ok(ported)
    }

    /// Makes what is published of a release. The revision goes up exactly when the bytes that
    /// were published under it would change: because the series did, or the compressor. With
    /// `is_written`, the archive is made again where the output directory does not hold it; with
    /// `--fresh`, every archive is, which is how another compressor is found.
    fn make(&self, ported: Ported, plan: &Plan<'_>, is_written: bool) -> Result<Made> {
        let Ported { applied: patched, outcomes } = ported;
        let locked = plan.locked.and_then(|line| line.find(patched.release));
        let upstream = UpstreamLock { module: self.module.clone(), url: self.url.clone() };
        let patched_commit =
            |revision| patched_commit::patched_commit(&self.store, &upstream, &patched, revision);
        let build = |patched_commit: PatchedCommit| -> Result<(PatchedCommit, Archive)> {
            let archive = release_archive::archive(&self.store, &self.module, &patched_commit)?;
            Ok((patched_commit, archive))
        };
        let first = (!patched.patches.is_empty()).then_some(1);
        let revised =
            || first.map(|first| locked.and_then(|l| l.revision).map_or(first, |r| r + 1));
        let (patched_commit, archive) = match locked {
            None => build(patched_commit(first)?)?,
            Some(locked) => {
                let same = patched_commit(first.and(locked.revision.or(first)))?;
                let is_kept = !self.args.jobs.fresh
                    && (!is_written || self.is_in_place(plan, locked, &patched));
                if same.commit.id == locked.patched_commit && is_kept {
                    let archive_lock = locked.archive.clone();
                    let (archive, is_new) = (None, false);
                    return Ok(Made {
                        patched,
                        outcomes,
                        patched_commit: same,
                        archive_lock,
                        archive,
                        is_new,
                    });
                }
                if same.commit.id == locked.patched_commit {
                    let made = build(same)?;
                    let is_same = made.1.lock == locked.archive || first.is_none();
                    if is_same { made } else { build(patched_commit(revised())?)? }
                } else {
                    build(patched_commit(revised())?)?
                }
            }
        };
        let archive_lock = archive.lock.clone();
        let is_new = locked.is_none_or(|locked| locked.patched_commit != patched_commit.commit.id);
        let archive = is_written.then_some(archive);
        Ok(Made { patched, outcomes, patched_commit, archive_lock, archive, is_new })
    }

    /// Whether the output directory holds the archive of a line's pin, and the statement about it.
    fn is_in_place(&self, plan: &Plan<'_>, locked: &ReleaseLock, patched: &Applied) -> bool {
        let directory = self.context.root.join(self.args.directory(self.context));
        let file = directory.join(&locked.archive.file);
        let (Some(line), Some(lock)) = (plan.locked, &self.project.lock) else { return false };
        let patches = locked_facts::patch_locks(patched);
        let statement = Statement::new(&lock.upstream, line, &patches, locked, false);
        self.has_statement(&locked.archive, &statement)
            && fs::read(file).is_ok_and(|bytes| Sri::of(&bytes) == locked.archive.integrity)
    }

    /// Whether the output directory holds a statement that says the same, by any patcher.
    fn has_statement(&self, archive: &ArchiveLock, statement: &Statement) -> bool {
        let directory = self.context.root.join(self.args.directory(self.context));
        let there = fs::read(directory.join(provenance::file(&archive.file)));
        let there = there.ok().and_then(|bytes| Statement::parse(&bytes).ok());
        there.is_some_and(|there| there.is_same(statement))
    }

    /// The lock as it would be, with the verdicts that the old one holds for these trees.
    fn lock(&self, series: &[SeriesMade<'_>]) -> Result<Lock> {
        let known = self.ask_registry(series)?;
        let mut locks = Vec::new();
        for (index, line) in series.iter().enumerate() {
            let entry = |made: &Made, is_first: bool| {
                let release = made.patched.release;
                let locked = line.plan.locked.and_then(|locked| locked.find(release));
                let given = self.args.registry_integrity.clone().filter(|_| is_first);
                let mut entry = ReleaseLock {
                    release,
                    commit: made.patched.base.id,
                    tree: made.patched.base.tree,
                    registry_integrity: locked
                        .and_then(|locked| locked.registry_integrity.clone())
                        .or(given)
                        .or_else(|| known.get(&release).cloned()),
                    revision: made.patched_commit.version.revision,
                    patched_tree: made.patched.tree(),
                    patched_commit: made.patched_commit.commit.id,
                    patched_commit_tree: made.patched_commit.commit.tree,
                    archive: made.archive_lock.clone(),
                    tested: locked.and_then(|locked| locked.tested.clone()),
                };
                if staleness(&entry, self.project).is_some() {
                    entry.tested = None;
                }
                entry
            };
            locks.push(SeriesLock {
                patches: line.plan.series.directory.clone(),
                releases: line.plan.series.releases.clone(),
                pin: entry(&line.pin, index == 0),
                patches_applied: locked_facts::patch_locks(&line.pin.patched),
                supported: line.supported.iter().map(|made| entry(made, false)).collect(),
            });
        }
        let upstream = UpstreamLock { module: self.module.clone(), url: self.url.clone() };
        Ok(Lock::new(upstream, locks))
    }

    /// What the registry says of the releases of which the lock does not know it: of those that
    /// are new, or with `--fresh` of all. A registry that had no answer is not asked every time.
    fn ask_registry(&self, series: &[SeriesMade<'_>]) -> Result<BTreeMap<Release, Sri>> {
        let lock = self.project.lock.as_ref();
        let is_due = |made: &&Made| made.is_new || self.args.jobs.fresh;
        let due = series.iter().flat_map(SeriesMade::all).filter(is_due);
        let mut asked: Vec<Release> = due.map(|made| made.patched.release).collect();
        asked.retain(|release| !unpatched::knows(lock, *release));
        if self.args.registry_integrity.is_some() {
            asked.retain(|release| *release != series[0].pin.patched.release);
        }
        if self.context.is_offline || self.args.check || asked.is_empty() {
            return Ok(BTreeMap::new());
        }
        let configured = self.project.config.registry.as_deref();
        let registry = configured.unwrap_or(registry::CENTRAL);
        let Context { env, root, .. } = self.context;
        registry::integrities(env, root, registry, &self.module, &asked)
    }

    /// Runs the scenarios on both trees: of the newest line's pin, and of every release of
    /// which the lock holds no verdict that counts, or with `--fresh` of all. All of each
    /// scenario on the pins, as far as the analysis on the others, which have the same patches.
    /// The verdicts go into the lock.
    fn prove(
        &self,
        series: &[SeriesMade<'_>],
        lock: &mut Lock,
        settings: &Settings,
    ) -> Result<Proved> {
        let Context { env, ui, root, .. } = self.context;
        let _held = self.context.hold_suite()?;
        let JobArgs { jobs, fresh } = self.args.jobs;
        let scenarios = &self.project.suite;
        let jobs = Jobs::new(env, ui, root, scenarios, &self.module, settings, jobs, fresh)?;
        let scenarios: Vec<&Scenario> = scenarios.scenarios.iter().collect();
        let newest = series[0].pin.patched.release;
        let is_due = |made: &Made, depth| {
            let locked = lock.find(made.patched.release);
            let is_proved = locked.is_some_and(|locked| is_proved(locked, self.project, depth));
            fresh || made.patched.release == newest || !is_proved
        };
        let subject = |made: &Made| Subject {
            release: made.patched.release,
            commit: made.patched.base.id,
            line: String::new(),
            patches: Vec::new(),
            made: Ok((made.patched.clone(), made.patched_commit.clone())),
        };
        let pins = series.iter().map(|line| &line.pin).filter(|made| is_due(made, Phase::Test));
        let others = series.iter().flat_map(|line| &line.supported);
        let others = others.filter(|made| is_due(made, Phase::Analysis));
        let due: [(Phase, Vec<Subject>); 2] = [
            (Phase::Test, pins.map(subject).collect()),
            (Phase::Analysis, others.map(subject).collect()),
        ];
        let mut proved = Proved::default();
        for (depth, subjects) in due {
            let shown = run::run(ui, &self.store, &jobs, &subjects, &scenarios, depth)?;
            let count: usize = shown.iter().map(|shown| shown.report.rows.len()).sum();
            let of = if series.len() == 1 && series[0].plan.series.releases.is_none() {
                String::new()
            } else {
                format!(" of {}", counted(subjects.len(), "release"))
            };
            let how = if depth < Phase::Test { ", analysed" } else { "" };
            if count > 0 {
                let (count, bazel) = (counted(count, "scenario"), jobs.bazel());
                ui.status("Tested", &format!("{count}{of} under Bazel {bazel}{how}"));
            }
            for Shown { report, .. } in shown {
                if !report.is_good() {
                    ui.note(&report.table());
                }
                fixed_upstream::note(&self.context.site(), &self.project.suite, &report)?;
                suite::ensure_good(&self.context.ui, &report)
                    .map_err(|failure| failure.hint("nothing was changed"))?;
                self.note_verdict(lock, &report, depth);
                proved.ran.insert(report.release);
                if report.release == newest {
                    proved.report = Some(report);
                }
            }
        }
        Ok(proved)
    }

    /// Writes a verdict into the lock, unless it holds one already that still counts: whose
    /// machine saw it first does not matter.
    fn note_verdict(&self, lock: &mut Lock, report: &Report, depth: Phase) {
        let releases = lock
            .series
            .iter_mut()
            .flat_map(|line| std::iter::once(&mut line.pin).chain(&mut line.supported));
        for locked in releases.filter(|locked| locked.release == report.release) {
            if !is_proved(locked, self.project, depth) {
                let suite = self.project.suite.digest.clone();
                locked.tested = Some(report.tested(locked.patched_commit_tree, suite, depth));
            }
        }
    }
}

/// Several conflicts, as one failure.
fn together(conflicts: Vec<Failure>, count: usize) -> Failure {
    let hints = conflicts.first().map(|failure| failure.hints.clone()).unwrap_or_default();
    let message = format_args!("{} do not merge; nothing was changed", counted(count, "port"));
    let mut failure = Failure::new(Kind::Conflict, message);
    failure.problems = conflicts.into_iter().flat_map(|conflict| conflict.problems).collect();
    hints.into_iter().fold(failure, Failure::hint)
}

/// The URL that the lock and the published notice name: the first that says nothing of this
/// machine, and never with credentials. `own` is what the project itself names; a path in it
/// is relative to the project.
fn stored_url(context: &Context, own: [Option<&str>; 2], given: Option<&str>) -> Result<String> {
    let is_public = |url: &&str| local_path(url).is_none_or(Path::is_relative);
    let own = own.into_iter().flatten().find(is_public);
    let Some(url) = own.or(given.filter(|given| local_path(given).is_none())) else {
        let message = "a path on this machine is no place for others to find the upstream at";
        return Err(Failure::new(Kind::Input, message).hint(
            "set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from \
             the clone",
        ));
    };
    let public = config::public_url(url);
    if public != url {
        context.ui.warning("the upstream's URL holds credentials, which are not stored");
        context.ui.hint("keep them in a git credential helper: see `git help credentials`");
    }
    Ok(public)
}

fn unknown_release(
    wanted: &Release,
    releases: &BTreeMap<Release, CommitId>,
    upstream: &str,
) -> Failure {
    let message = format_args!("upstream {upstream} has no release {wanted}");
    let failure = Failure::new(Kind::Input, message);
    let near: Vec<String> = releases
        .keys()
        .rev()
        .filter(|release| release.is_stable())
        .take(3)
        .map(ToString::to_string)
        .collect();
    if near.is_empty() {
        failure.hint("it has no release at all: a clone without tags?")
    } else {
        failure.hint(format!("the newest are {}", near.join(", ")))
    }
}

fn ensure(problem: Option<Problem>) -> Result<()> {
    problem.map_or(Ok(()), |problem| Err(problem.into()))
}

/// Asks the upstream what it has, and fetches what the mirror lacks. `addressed` is the line
/// that leaves its pin for `to`.
fn fetch(
    context: &Context,
    project: &Project,
    addressed: Option<usize>,
    to: Option<Target>,
    looks_at_head: bool,
    mirror: &Mirror,
    upstream: &Upstream<'_>,
) -> Result<BTreeMap<Release, CommitId>> {
    let remote = upstream.list()?;
    for (index, line) in project.lock.iter().flat_map(|lock| lock.series.iter().enumerate()) {
        let leaves = addressed == Some(index)
            && !matches!(to, Some(Target::Release(release)) if release == line.pin.release);
        for locked in line.all() {
            match remote.releases.get(&locked.release) {
                Some(found) => ensure(locked_facts::moved_tag(locked, Some(found)))?,
                // The commit to port from was fetched earlier.
                None if leaves => {
                    context.ui.warning(&locked_facts::lost_tag(locked, &upstream.name()).message);
                }
                None => ensure(Some(locked_facts::lost_tag(locked, &upstream.name())))?,
            }
        }
    }
    let known = mirror.releases()?;
    for (release, commit) in &remote.releases {
        if let Some(before) = known.get(release).filter(|before| *before != commit) {
            let (before, now) = (before.short(), commit.short());
            let message = format!("was {before} when it was fetched, is {now} now");
            context.ui.warning(&format!("the tag {release} has moved: it {message}"));
        }
    }
    let is_new = |(release, commit): (&Release, &CommitId)| known.get(release) != Some(commit);
    let new = remote.releases.iter().filter(|entry| is_new(*entry)).count();
    let head = remote.head.as_ref().map(|(_, commit)| *commit);
    let is_behind = looks_at_head && mirror.head()? != head;
    if new > 0 || is_behind || !mirror.exists() {
        let progress = context.ui.spinner(&format!("fetching {}", upstream.name()));
        mirror.fetch(upstream, &remote)?;
        drop(progress);
        context
            .ui
            .status("Fetched", &format!("{} from {}", counted(new, "release"), upstream.name()));
    }
    Ok(remote.releases)
}

/// A commit whose files are all there.
pub(super) fn complete_commit(store: &Store, id: CommitId, upstream: &str) -> Result<Commit> {
    let lacking = |what: &str| {
        let message = format_args!("upstream {upstream} lacks objects that it should have: {what}");
        Failure::new(Kind::Environment, message).hint(
            "it is a shallow or partial clone: use a full clone, or complete it with \
             `git fetch --unshallow` or `git fetch --refetch --no-filter`",
        )
    };
    let commit = store.commit(id).map_err(|_| lacking(&format!("commit {id}")))?;
    match store.first_missing(commit.tree)? {
        Some(missing) => Err(lacking(&missing)),
        None => Ok(commit),
    }
}

fn module_name(store: &Store, base: &Commit, release: &Release) -> Result<String> {
    let path = MODULE_FILE
        .parse()
        .map_err(|error: crate::support::ids::InvalidId| Failure::defect(error))?;
    let text = match store.file(base.tree, &path)? {
        Some(file) => String::from_utf8_lossy(&store.blob(file.id)?).into_owned(),
        None => String::new(),
    };
    stamp::module_name(&text).ok_or_else(|| {
        Failure::new(Kind::Input, format_args!("{release} has no {} with a name", MODULE_FILE))
            .hint("patcher patches Bazel modules")
    })
}

/// The patches and the lock as they should be.
fn project_changes(project: &Project, series: &[SeriesMade<'_>], lock: &Lock) -> Changes {
    let mut changes = Changes::default();
    project.migration.write_config(&mut changes);
    for line in series {
        let Series { directory, patches, text, .. } = line.plan.series;
        let kept: Vec<&Patch> =
            line.pin.patched.patches.iter().map(|applied| &applied.patch).collect();
        for source in patches {
            match kept.iter().find(|patch| patch.name == source.patch.name) {
                Some(patch) => changes.write(&source.file, patch.to_string()),
                None => changes.delete(&source.file),
            }
        }
        let gone: Vec<&PatchName> = patches
            .iter()
            .map(|source| &source.patch.name)
            .filter(|name| kept.iter().all(|patch| patch.name != **name))
            .collect();
        if !gone.is_empty() {
            changes.write(format!("{directory}/{SERIES_FILE}"), series::without(text, &gone));
        }
    }
    changes.write(lock::FILE, lock.print());
    changes
}

fn join(directory: &Path, file: &str) -> String {
    directory.join(file).to_string_lossy().into_owned()
}

/// `--check`: prints what would change.
fn check(
    context: &Context,
    project: &Project,
    series: &[SeriesMade<'_>],
    fresh: &Lock,
) -> Result<()> {
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let changes = project_changes(project, series, fresh).pending(current);
    let stale: Vec<String> =
        fresh.series.iter().flat_map(|line| series_staleness(line, project)).collect();
    let stale = (!stale.is_empty()).then(|| stale.join("; "));
    let version = fresh.series[0].pin.version().to_string();
    let paths: Vec<&str> = changes.iter().map(|(path, _)| path).collect();
    #[derive(Serialize)]
    struct Pending<'a> {
        version: &'a str,
        would_write: &'a [&'a str],
        stale: &'a Option<String>,
    }
    let data = Pending { version: &version, would_write: &paths, stale: &stale };
    let told = Told { command: "sync", data };
    if changes.is_empty() && stale.is_none() {
        context.ui.status("Up to date", &version);
        context.ui.document(&Document::from(told));
        return Ok(());
    }
    // An older lock may hold what no longer may be in it.
    context.ui.text(&context.ui.scrub(&changes.diff(current)));
    let mut wanted = paths.join(", ");
    if let Some(stale) = &stale {
        let separator = if wanted.is_empty() { "" } else { "; " };
        wanted = format!("{wanted}{separator}{stale}");
    }
    Err(Failure::new(Kind::Finding, format_args!("not up to date: {wanted}"))
        .hint("`patcher sync` brings it up to date")
        .telling(&told))
}

/// What the scenarios showed in this run.
#[derive(Default)]
struct Proved {
    /// Of the newest line's pin.
    report: Option<Report>,
    /// The releases on which they ran.
    ran: BTreeSet<Release>,
}

/// Whether the lock holds a verdict of a release that counts, and goes as far as `depth`.
fn is_proved(locked: &ReleaseLock, project: &Project, depth: Phase) -> bool {
    let is_as_deep = locked.tested.as_ref().is_some_and(|tested| tested.phase >= depth);
    is_as_deep && staleness(locked, project).is_none()
}
