//! `patcher sync`: everything, from the upstream to the published archive.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::check::staleness;
use super::publish::{base_url, snippet, snippet_file};
use super::repro::{ensure_good, run_suite};
use super::{Context, Document, Told};
use crate::cli::{SideChoice, Sync, Target};
use crate::core::changes::Changes;
use crate::core::config;
use crate::core::ids::{CommitId, Release, Sri};
use crate::core::lock::{
    self, ArchiveLock, LineLock, Lock, Upstream as UpstreamLock, Verified, VerifiedScenario,
};
use crate::core::port::Fate;
use crate::core::problem::{Kind, Problem};
use crate::core::report::{Report, counted};
use crate::core::scenario::Scenario;
use crate::core::stamp;
use crate::derive::{self, Archive, Patched, Tip};
use crate::error::{Failure, Result};
use crate::io::mirror::{Mirror, Upstream, local_path};
use crate::io::process::Call;
use crate::io::registry;
use crate::port::{self, Ported};
use crate::project::{self, PATCHES, Project};
use crate::store::{Commit, Store};
use crate::suite::Settings;

#[derive(Serialize)]
struct Synced<'a> {
    version: String,
    commit: CommitId,
    archive: &'a ArchiveLock,
    outcomes: Vec<Fate>,
    report: Option<&'a Report>,
    snippet: &'a str,
    written: Vec<&'a str>,
    verified: &'a [String],
    not_verified: &'a [String],
}

pub(super) fn run(context: &Context, args: &Sync) -> Result<()> {
    let workspace = context.workspace()?;
    if !Project::is_in(&workspace) {
        return Err(project::missing(&workspace));
    }
    // Taking the project also finishes what an interrupted run began.
    let guard = if args.check { None } else { Some(workspace.lock()?) };
    let project = Project::load(workspace);
    project.ensure_sound()?;
    let settings = args.bazel_settings(context, &project)?;
    let base_url = base_url(&args.url, &project.config)?;
    let sync = Syncing::fetch(context, args, &project)?;
    let Ported { patched, fates } = sync.apply()?;
    let made = sync.make(&patched)?;
    let mut lock = sync.lock(&patched, &made);
    let Some(guard) = guard else { return check(context, &project, &patched, &lock) };

    let mut claims = Claims::default();
    claims.patches(&patched, &sync.tag);
    if made.archive.is_some() {
        claims.registry(sync.compare_with_registry(&patched, &lock.lines[0])?);
    }
    // The lock's verdict may be another machine's: where there is anything to do at all, it
    // is worth seeing again.
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let is_idle = made.archive.is_none()
        && staleness(&lock.lines[0], &project).is_none()
        && project_changes(&project, &patched, &lock).pending(current).is_empty();
    let report = match &settings {
        Some(settings) if !is_idle => {
            let report = sync.prove(&patched, &made.tip, settings)?;
            if staleness(&lock.lines[0], &project).is_some() {
                lock.lines[0].verified = Some(verdicts(&made.tip, &project, &report));
            }
            Some(report)
        }
        _ => None,
    };
    let line = &lock.lines[0];
    claims.scenarios(line, &project, report.as_ref());
    let snippet = snippet(
        &sync.module,
        &line.version(),
        line.patches_applied.len(),
        &line.archive,
        base_url.as_deref(),
        staleness(line, &project),
    )?;
    let folder = args.folder(context);
    let mut changes = project_changes(&project, &patched, &lock);
    if let Some(archive) = made.archive {
        changes.write(join(&folder, &archive.lock.file), archive.bytes);
    }
    changes.write(join(&folder, &snippet_file(&line.archive)), snippet.as_bytes());
    let changes = changes.pending(current);
    project.workspace.commit(&changes, &guard)?;

    let written: Vec<&str> = changes.iter().map(|(path, _)| path).collect();
    for path in &written {
        context.ui.status("Wrote", path);
    }
    let version = line.version().to_string();
    if written.is_empty() {
        context.ui.status("Up to date", &format!("{} {version}", sync.module));
    }
    claims.print(context);
    let table = report.as_ref().map(|report| report.table() + "\n").unwrap_or_default();
    let data = Synced {
        version,
        commit: made.tip.commit.id,
        archive: &line.archive,
        outcomes: fates,
        report: report.as_ref(),
        snippet: &snippet,
        written,
        verified: &claims.verified,
        not_verified: &claims.not_verified,
    };
    context.ui.data(&format!("{table}{snippet}"), &Document::new("sync", data));
    Ok(())
}

impl Sync {
    /// Whether the pinned release is what is wanted.
    fn keeps(&self, line: &LineLock) -> bool {
        match self.to {
            None => true,
            Some(Target::Release(release)) => release == line.release,
            Some(Target::Latest) => false,
        }
    }

    /// The folder to publish into: relative to the project where none was named.
    fn folder(&self, context: &Context) -> PathBuf {
        let named = self.output.as_ref().map(|output| context.env.directory().join(output));
        named.unwrap_or_else(|| "dist".into())
    }

    /// How to call Bazel; `None` where the scenarios are not to run. Looked for first: a
    /// missing Bazel should not be found after minutes of work.
    fn bazel_settings(&self, context: &Context, project: &Project) -> Result<Option<Settings>> {
        if self.no_repro || self.check || project.suite.scenarios.is_empty() {
            return Ok(None);
        }
        let settings = self.bazel.settings(&context.env, &context.root, &project.config);
        settings.map(Some).map_err(|failure| {
            if failure.kind == Kind::Surroundings {
                failure.hint("or leave the scenarios out: --no-repro")
            } else {
                failure
            }
        })
    }
}

/// A sync on its way: what was fetched, and where it goes.
struct Syncing<'a> {
    context: &'a Context,
    args: &'a Sync,
    project: &'a Project,
    store: Store,
    module: String,
    url: String,
    /// The upstream that was asked, as it is named to the user.
    upstream: String,
    /// What is known of the target's tag.
    tag: Tag,
    target: Release,
    base: Commit,
}

/// What the pinned commit was compared with.
enum Tag {
    /// The tag of this upstream, in this run.
    Of(String),
    /// The mirror's tag, from an earlier run.
    Fetched,
    /// Nothing: the mirror has no such tag.
    Unknown,
}

/// What a sync publishes.
struct Made {
    tip: Tip,
    archive_lock: ArchiveLock,
    /// The archive, unless the output folder holds it already.
    archive: Option<Archive>,
}

impl<'a> Syncing<'a> {
    fn fetch(context: &'a Context, args: &'a Sync, project: &'a Project) -> Result<Self> {
        let line = project.lock.as_ref().map(|lock| &lock.lines[0]);
        if args.to.is_none() {
            project.line()?;
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
        let releases = if context.offline {
            mirror.releases()?
        } else {
            fetch(context, args, &mirror, &upstream, line)?
        };
        if let Some(line) = line {
            ensure(derive::moved_tag(line, releases.get(&line.release)))?;
        }
        let target = target(args.to, line, &releases, &upstream.name(), context.offline)?;
        let pinned = line.filter(|line| line.release == target).map(|line| line.commit);
        let Some(commit) = pinned.or(releases.get(&target).copied()) else {
            return Err(unknown_release(&target, &releases, &upstream.name()));
        };
        if !mirror.exists() {
            let message = "nothing was fetched yet, and --offline forbids it";
            return Err(
                Failure::new(Kind::Surroundings, message).hint("run it once without --offline")
            );
        }
        let store = Store::open(&mirror.objects())?;
        let base = complete_commit(&store, commit, &upstream.name())?;
        let module = module_name(&store, &base, &target)?;
        if let Some(lock) = project.lock.as_ref().filter(|lock| lock.upstream.module != module) {
            let message =
                format_args!("{target} is of module {module}, not {}", lock.upstream.module);
            return Err(Failure::new(Kind::Input, message));
        }
        context.ui.status("Pinned", &format!("{module} {target} ({})", commit.short()));
        let tag = match releases.get(&target) {
            Some(_) if context.offline => Tag::Fetched,
            Some(_) => Tag::Of(upstream.name()),
            None => Tag::Unknown,
        };
        let upstream = upstream.name();
        Ok(Self { context, args, project, store, module, url, upstream, tag, target, base })
    }

    /// The lock's line, where the project has a lock.
    fn line(&self) -> Option<&'a LineLock> {
        self.project.lock.as_ref().map(|lock| &lock.lines[0])
    }

    /// The lock's line, where it is of the release that this sync is for.
    fn same_line(&self) -> Option<&'a LineLock> {
        self.line().filter(|line| line.release == self.target)
    }

    /// Applies the series at its pin, and ports it where another release is wanted.
    fn apply(&self) -> Result<Ported> {
        let (project, pin) = (self.project, self.line());
        let (release, commit) =
            pin.map_or((self.target, self.base.id), |line| (line.release, line.commit));
        let base = if commit == self.base.id {
            self.base.clone()
        } else {
            complete_commit(&self.store, commit, &self.upstream)?
        };
        let (patched, problems) =
            derive::apply_series(&self.store, release, &base, &project.patches)?;
        let grave: Vec<Problem> =
            problems.iter().filter(|problem| !problem.is_mendable).cloned().collect();
        let Some(pinned) = patched.filter(|_| grave.is_empty()) else {
            return Err(Failure::from(grave).hint(format!(
                "the series applies to {release} exactly, or not at all; nothing was changed"
            )));
        };
        let changed =
            pin.map(|line| derive::changed_patches(&project.lock_text, line, &project.patches));
        for problem in changed.iter().flatten() {
            self.context.ui.status("Took in", &problem.to_string());
        }
        for problem in project.problems.iter().chain(&problems) {
            self.context.ui.status("Mended", &problem.to_string());
        }
        if release == self.target {
            for (patch, _) in &pinned.patches {
                self.context.ui.status("Applied", patch.name.as_str());
            }
            let fates = pinned.patches.iter().map(|(patch, _)| Fate::at_pin(&patch.name));
            return Ok(Ported { fates: fates.collect(), patched: pinned });
        }
        let ported =
            port::port(&self.store, &pinned, &project.patches, self.target, &self.base, &[])?;
        for fate in &ported.fates {
            let verb = if fate.accepted { "Left out" } else { "Applied" };
            self.context.ui.status(verb, &format!("{} ({})", fate.patch, fate.outcome.name()));
            fate.warnings().iter().for_each(|warning| self.context.ui.warning(warning));
        }
        Ok(ported)
    }

    /// Makes the tip and its archive. The revision goes up exactly when the bytes that were
    /// published under it would change: because the series did, or the compressor.
    fn make(&self, patched: &Patched) -> Result<Made> {
        let upstream = UpstreamLock { module: self.module.clone(), url: self.url.clone() };
        let tip = |revision| derive::tip(&self.store, &upstream, patched, revision);
        let build = |tip: Tip| -> Result<Made> {
            let archive = derive::archive(&self.store, &self.module, &tip)?;
            Ok(Made { tip, archive_lock: archive.lock.clone(), archive: Some(archive) })
        };
        let first = (!patched.patches.is_empty()).then_some(1);
        let Some(line) = self.same_line() else { return build(tip(first)?) };
        let same = tip(first.and(line.revision.or(first)))?;
        if same.commit.id == line.tip {
            let folder = self.context.root.join(self.args.folder(self.context));
            let file = folder.join(&line.archive.file);
            if fs::read(file).is_ok_and(|bytes| Sri::of(&bytes) == line.archive.integrity) {
                let archive_lock = line.archive.clone();
                return Ok(Made { tip: same, archive_lock, archive: None });
            }
            let made = build(same)?;
            if made.archive_lock == line.archive || first.is_none() {
                return Ok(made);
            }
        }
        build(tip(first.map(|first| line.revision.map_or(first, |revision| revision + 1)))?)
    }

    /// The lock as it would be, with the verdict that the old one holds for this tree.
    fn lock(&self, patched: &Patched, made: &Made) -> Lock {
        let same = self.same_line();
        let registry_integrity = same
            .and_then(|line| line.registry_integrity.clone())
            .or_else(|| self.args.registry_integrity.clone())
            .or_else(|| self.ask_registry());
        let line = LineLock {
            patches: self.line().map_or(PATCHES.to_owned(), |line| line.patches.clone()),
            release: self.target,
            commit: self.base.id,
            tree: self.base.tree,
            registry_integrity,
            revision: made.tip.version.revision,
            patched_tree: patched.tree(),
            tip: made.tip.commit.id,
            tip_tree: made.tip.commit.tree,
            archive: made.archive_lock.clone(),
            patches_applied: derive::patch_locks(patched),
            verified: same.and_then(|line| line.verified.clone()),
        };
        let upstream = UpstreamLock { module: self.module.clone(), url: self.url.clone() };
        let mut lock = Lock::new(upstream, vec![line]);
        if staleness(&lock.lines[0], self.project).is_some() {
            lock.lines[0].verified = None;
        }
        lock
    }

    fn ask_registry(&self) -> Option<Sri> {
        if self.context.offline || self.args.check {
            return None;
        }
        let configured = self.project.config.registry.as_deref();
        let registry = configured.unwrap_or(registry::CENTRAL);
        let Context { env, root, .. } = self.context;
        registry::integrity(env, root, registry, &self.module, &self.target)
    }

    /// Runs the scenarios on both trees.
    fn prove(&self, patched: &Patched, tip: &Tip, settings: &Settings) -> Result<Report> {
        let scenarios: Vec<&Scenario> = self.project.suite.scenarios.iter().collect();
        let report = run_suite(
            self.context,
            self.project,
            &scenarios,
            &self.store,
            &self.module,
            patched,
            tip,
            SideChoice::Both,
            settings,
        )?;
        let count = counted(report.rows.len(), "scenario");
        self.context.ui.status("Tested", &format!("{count} under Bazel {}", report.bazel));
        if !report.is_good() {
            self.context.ui.note(&report.table());
        }
        ensure_good(self.context, &report)
            .map_err(|failure| failure.hint("nothing was changed"))?;
        Ok(report)
    }

    /// Makes the release's own archive and compares it with the registry's. The registry's
    /// bytes went through GNU gzip, so only that can tell.
    fn compare_with_registry(&self, patched: &Patched, line: &LineLock) -> Result<Registry> {
        let Some(integrity) = &line.registry_integrity else {
            return Ok(Registry::Unknown("its integrity is not known"));
        };
        let Some(gzip) = gnu_gzip(self.context) else {
            return Ok(Registry::Unknown("there is no GNU gzip to make it with"));
        };
        let describe = patched.release.to_string();
        let files = derive::files(&self.store, &patched.base, &describe)?;
        let prefix = format!("{}-{describe}", self.module);
        let tar = derive::tar_of(&files, &patched.base, &prefix)?;
        let found = Sri::of(&Call { stdin: tar, ..gzip }.run()?.stdout);
        if found == *integrity {
            return Ok(Registry::Reproduced(found));
        }
        let message =
            format!("the registry's archive of {describe} has {integrity}, the tag's has {found}");
        let problem = Problem::new(Kind::Integrity, lock::FILE, message);
        Err(problem.hint("the tag or the registry is not what it was: find out which").into())
    }
}

/// How the release's own archive compares with the registry's.
enum Registry {
    Reproduced(Sri),
    Unknown(&'static str),
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

/// Says which release to go to.
fn target(
    to: Option<Target>,
    line: Option<&LineLock>,
    releases: &BTreeMap<Release, CommitId>,
    upstream: &str,
    offline: bool,
) -> Result<Release> {
    match (to, line) {
        (Some(Target::Release(release)), _) => Ok(release),
        (None, Some(line)) => Ok(line.release),
        _ => {
            let newest = releases.keys().filter(|release| release.is_stable()).max();
            let nothing = if offline { "nothing was fetched yet" } else { "it has no release" };
            let message = format_args!("upstream {upstream}: {nothing}");
            newest.copied().ok_or_else(|| Failure::new(Kind::Input, message))
        }
    }
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

/// Asks the upstream what it has, and fetches what the mirror lacks.
fn fetch(
    context: &Context,
    args: &Sync,
    mirror: &Mirror,
    upstream: &Upstream<'_>,
    line: Option<&LineLock>,
) -> Result<BTreeMap<Release, CommitId>> {
    let remote = upstream.list()?;
    if let Some(line) = line {
        match remote.releases.get(&line.release) {
            Some(found) => ensure(derive::moved_tag(line, Some(found)))?,
            None if args.keeps(line) => ensure(Some(derive::lost_tag(line, &upstream.name())))?,
            // The commit to port from was fetched earlier.
            None => context.ui.warning(&derive::lost_tag(line, &upstream.name()).message),
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
    if new > 0 || !mirror.exists() {
        let progress = context.ui.progress(&format!("fetching {}", upstream.name()));
        mirror.fetch(upstream, &remote)?;
        drop(progress);
        context
            .ui
            .status("Fetched", &format!("{} from {}", counted(new, "release"), upstream.name()));
    }
    Ok(remote.releases)
}

/// A commit whose files are all there.
fn complete_commit(store: &Store, id: CommitId, upstream: &str) -> Result<Commit> {
    let lacking = |what: &str| {
        let message = format_args!("upstream {upstream} lacks objects that it should have: {what}");
        Failure::new(Kind::Surroundings, message).hint(
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
    let path = stamp::MODULE_FILE
        .parse()
        .map_err(|error: crate::core::ids::InvalidId| Failure::defect(error))?;
    let text = match store.file(base.tree, &path)? {
        Some((_, id)) => String::from_utf8_lossy(&store.blob(id)?).into_owned(),
        None => String::new(),
    };
    stamp::module_name(&text).map(str::to_owned).ok_or_else(|| {
        Failure::new(
            Kind::Input,
            format_args!("{release} has no {} with a name", stamp::MODULE_FILE),
        )
        .hint("patcher patches Bazel modules")
    })
}

/// The program that made the registry's archives, if it is here.
fn gnu_gzip(context: &Context) -> Option<Call> {
    let call = Call::new(context.env.find_program("gzip")?, context.env.directory());
    let call = Call { env: context.env.only(|name| name == "PATH"), ..call };
    let version = call.clone().args(["--version"]).run().ok()?;
    let is_gnu = String::from_utf8_lossy(&version.stdout).contains("Free Software Foundation");
    is_gnu.then_some(call)
}

fn verdicts(tip: &Tip, project: &Project, report: &Report) -> Verified {
    let scenarios = report.rows.iter().filter_map(|row| {
        Some(VerifiedScenario {
            id: row.id.clone(),
            pristine: row.pristine.as_ref()?.verdict.to_string(),
            patched: row.patched.as_ref()?.verdict.to_string(),
        })
    });
    Verified {
        tree: tip.commit.tree,
        suite: project.suite.digest.clone(),
        bazel: report.bazel.clone(),
        scenarios: scenarios.collect(),
    }
}

/// The patches and the lock as they should be.
fn project_changes(project: &Project, patched: &Patched, lock: &Lock) -> Changes {
    let mut changes = Changes::default();
    for ((patch, _), source) in patched.patches.iter().zip(&project.patches) {
        changes.write(&source.file, patch.to_string());
    }
    changes.write(lock::FILE, lock.print());
    changes
}

fn join(folder: &Path, file: &str) -> String {
    folder.join(file).to_string_lossy().into_owned()
}

/// `--check`: prints what would change.
fn check(context: &Context, project: &Project, patched: &Patched, fresh: &Lock) -> Result<()> {
    let current = |path: &str| project.workspace.read(path).ok().flatten();
    let changes = project_changes(project, patched, fresh).pending(current);
    let stale = staleness(&fresh.lines[0], project);
    let version = fresh.lines[0].version().to_string();
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

/// What a sync may say that it verified, and what not.
#[derive(Default)]
struct Claims {
    verified: Vec<String>,
    not_verified: Vec<String>,
}

impl Claims {
    fn patches(&mut self, patched: &Patched, tag: &Tag) {
        let Patched { release, base, patches } = patched;
        let pin = format!("{release} is {}", base.id.short());
        match tag {
            Tag::Of(upstream) => self.verified.push(format!("{pin} at {upstream}")),
            Tag::Fetched => {
                self.verified.push(format!("{pin} in the mirror, as it was fetched earlier"));
                self.not_verified.push(format!("that upstream's tag {release} is still that one"));
            }
            Tag::Unknown => {
                self.not_verified.push(format!("that {pin}: the mirror has no such tag"));
            }
        }
        self.verified.push(match patches.len() {
            0 => "the series is empty: this is the release".to_owned(),
            count => format!("{} fit exactly, every blob as stated", counted(count, "patch")),
        });
    }

    fn registry(&mut self, registry: Registry) {
        match registry {
            Registry::Reproduced(integrity) => self
                .verified
                .push(format!("the tag's archive is the registry's, byte for byte ({integrity})")),
            Registry::Unknown(why) => {
                self.not_verified.push(format!("that the tag's archive is the registry's: {why}"));
            }
        }
    }

    fn scenarios(&mut self, line: &LineLock, project: &Project, report: Option<&Report>) {
        let claim = |count, bazel: &str, when| {
            let count = counted(count, "scenario");
            format!("{count} under Bazel {bazel}, on both trees as expected{when}")
        };
        match (report, &line.verified, staleness(line, project)) {
            (Some(report), ..) => {
                self.verified.push(claim(report.rows.len(), &report.bazel, ""));
            }
            (None, Some(verified), None) => {
                let count = verified.scenarios.len();
                self.verified.push(claim(count, &verified.bazel, " (by an earlier run)"));
            }
            (None, _, stale) => self.not_verified.extend(stale),
        }
    }

    fn print(&self, context: &Context) {
        for claim in &self.verified {
            context.ui.status("Verified", claim);
        }
        for claim in &self.not_verified {
            context.ui.status("Unverified", claim);
        }
    }
}
