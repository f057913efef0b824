//! `patcher sync --resolve` and what follows it: a port that conflicts, taken through by hand.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Context, Document, Told};
use crate::cli::Act;
use crate::git::commit::UpstreamCommit;
use crate::git::conflict::{Conflict, Reason};
use crate::git::history::culprits_below;
use crate::git::store::Commit;
use crate::port::edit::lint;
use crate::port::outcome::{Evidence, Outcome};
use crate::port::resolve::{Resolving, Stop, lay_out};
use crate::port::session::{self, Begin, Session};
use crate::port::work::{Base, Task, WorkPatch};
use crate::port::{Applied, conflict_text};
use crate::project::changes::Changes;
use crate::project::resolution::{Resolution, recalled};
use crate::project::site::Site;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::guide::{Step, guide, shell, step};
use crate::support::ids::{PatchName, Release};
use crate::support::problem::Kind;
use crate::support::text::counted;
use crate::sync::Options;
use crate::sync::fetch::{Fetched, Purpose};
use crate::sync::make::ByHand;
use crate::sync::plan::{Plan, Target};

/// Where a resolve stands.
#[derive(Serialize)]
struct Standing {
    /// `stopped`, or `ready` where every patch is past.
    state: &'static str,
    line: String,
    pin: Release,
    release: Release,
    worktree: String,
    /// The patch at which it stopped.
    patch: Option<PatchName>,
    outcome: Option<Outcome>,
    /// Why, where that is no conflict.
    evidence: Vec<String>,
    conflicts: Vec<Place>,
    /// The files that hold resolutions of these conflicts.
    remembered: Vec<String>,
    /// The patches that are past: whether each went in.
    past: BTreeMap<PatchName, bool>,
    left: Vec<PatchName>,
    next: Vec<Step>,
}

/// A place that conflicts, with what upstream did there.
#[derive(Serialize)]
struct Place {
    #[serde(flatten)]
    conflict: Conflict,
    caused_by: Vec<UpstreamCommit>,
}

/// A series that was brought to another release by hand.
pub(super) struct Resumed<'a> {
    pub(super) session: Session<'a>,
    pub(super) by_hand: ByHand,
}

/// What is not a run of `sync` at all: `--abort`, `--status`, `--recall`.
///
/// # Errors
///
/// There is nothing under way, or it is another kind of work.
pub(super) fn apart(context: &Context, options: &Options, act: Act) -> Result<()> {
    let ui = &context.ui;
    if act == Act::Abort {
        if !session::give_up(&context.site(), Task::Resolve)? {
            return Err(nothing_under_way());
        }
        ui.status("Gave up", "the worktree is gone; nothing of the project was changed");
        #[derive(Serialize)]
        struct Aborted {
            aborted: bool,
        }
        ui.document(&Document::new("sync", Aborted { aborted: true }));
        return Ok(());
    }
    let _held = session::hold(&context.site())?;
    let session = load(context)?;
    let project = context.project()?;
    let options = given(options, &session);
    let purpose = Purpose::Sync(options.to);
    let mut sync = Fetched::new(context.site(), &project, &options, purpose)?;
    sync.store.add(&session.tree.objects())?;
    let mut resuming = Resuming::new(&sync, session)?;
    if act == Act::Recall {
        return resuming.recall(context);
    }
    let standing = resuming.standing()?;
    ui.text(&ui.scrub(&standing.text()));
    #[derive(Serialize)]
    struct Status {
        resolve: Standing,
    }
    ui.document(&Document::new("sync", Status { resolve: standing }));
    Ok(())
}

/// The resolve that is under way.
///
/// # Errors
///
/// There is none.
pub(super) fn load(context: &Context) -> Result<Session<'_>> {
    let session = Session::load(&context.env, &context.root)?.ok_or_else(nothing_under_way)?;
    ensure_resolve(&session)?;
    Ok(session)
}

fn ensure_resolve(session: &Session<'_>) -> Result<()> {
    if session.work.task == Task::Resolve { Ok(()) } else { Err(session.under_way()) }
}

fn nothing_under_way() -> Failure {
    Failure::new(Kind::Input, "no resolve is under way in this project")
        .hint("`patcher sync --to RELEASE --resolve` begins one where a patch does not merge")
}

/// The options of `sync` with what the resolve began with.
pub(super) fn given(options: &Options, session: &Session<'_>) -> Options {
    let upstream = options.upstream.clone().or_else(|| session.work.upstream.clone());
    let to = Some(Target::Release(session.work.onto.release));
    Options { upstream, to, ..options.clone() }
}

/// Begins a resolve where a patch stops on its way to the release that a line goes to; does
/// nothing where none does.
///
/// # Errors
///
/// The stop, laid out in a worktree, with the commands that go on from there.
pub(super) fn begin(sync: &Fetched<'_>) -> Result<()> {
    let Site { env, root, .. } = sync.site;
    for (plan, base) in &sync.plans {
        let Some(locked) = plan.locked.filter(|locked| locked.pin.release != plan.pin) else {
            continue;
        };
        let pinned = sync.pinned(plan, locked)?;
        let commits = pinned.commits(&sync.store)?;
        let begin = Begin {
            task: Task::Resolve,
            line: plan.series,
            pinned: &pinned,
            commits: &commits,
            onto: Base { release: plan.pin, commit: base.id },
            upstream: sync.options.upstream.as_deref(),
            module: &sync.module,
        };
        let accepted = &sync.options.drop_upstreamed;
        if pinned.onto(&sync.store, plan.pin, base, accepted)?.is_stopped() {
            let mut session = Session::begin(env, root, &sync.store, &sync.objects, &begin)?;
            session.work.accepted = accepted.clone();
            let mut resuming = Resuming { sync, plan, base, pinned, session };
            return match resuming.go_on(Vec::new())? {
                Some(failure) => Err(failure),
                None => Err(Failure::defect(anyhow::anyhow!("nothing stopped after all"))),
            };
        }
    }
    Ok(())
}

/// Takes up what the worktree holds, or leaves the patch out; then goes on to the next stop.
///
/// # Errors
///
/// What is left to do in the worktree; or the next stop.
pub(super) fn resume<'a>(
    sync: &Fetched<'_>,
    session: Session<'a>,
    is_skip: bool,
) -> Result<Resumed<'a>> {
    let mut resuming = Resuming::new(sync, session)?;
    let chain = resuming.take(is_skip)?;
    if let Some(failure) = resuming.go_on(chain)? {
        return Err(failure);
    }
    let chain = resuming.session.chain(&sync.store)?;
    let in_tree = |failure: Failure| {
        failure.hint(format!("the worktree is {}", resuming.session.directory()))
    };
    let resolving = resuming.resolving();
    let (ported, resolutions) =
        resolving.finish(&resuming.session.work, &chain).map_err(in_tree)?;
    let patches = ported.applied.patches.iter().map(|applied| &applied.patch);
    let problems = lint(sync.project, &resuming.session.work.line, patches);
    if !problems.is_empty() {
        return Err(in_tree(Failure::from(problems).hint(resolving.reword())));
    }
    let mut memory = Changes::default();
    for resolution in resolutions {
        let path = format!("{}/{}", resuming.session.work.line, resolution.path());
        memory.write(path, resolution.print());
    }
    let directory = resuming.session.work.line.clone();
    let by_hand = ByHand { directory, ported, resolutions: memory };
    Ok(Resumed { session: resuming.session, by_hand })
}

/// Why a resolve that is past every patch could not be finished, and how it goes on.
pub(super) fn still_open(failure: Failure, directory: &str, onto: &Base) -> Failure {
    let next = [
        step(&format!("cd {}", shell(directory)), "the series as commits, a commit a patch"),
        step("git commit --all --amend", "mend the last patch"),
        step(&format!("git rebase --interactive {}", onto.release), "or: one before it"),
        step("patcher sync --continue", "finish"),
        step("patcher sync --abort", "or: give up, and leave no trace"),
    ];
    // Other hints are about what the project holds, which is still at the pin.
    let hints = vec!["nothing was changed; the series is still on its way".to_owned()];
    Failure { hints, next: Some(guide(&next)), ..failure }
}

/// A resolve that is gone on with.
struct Resuming<'s, 'a> {
    sync: &'s Fetched<'s>,
    plan: &'s Plan<'s>,
    /// The release that it goes to.
    base: &'s Commit,
    pinned: Applied,
    session: Session<'a>,
}

impl<'s, 'a> Resuming<'s, 'a> {
    fn new(sync: &'s Fetched<'s>, session: Session<'a>) -> Result<Self> {
        session.ensure_bound(sync.project)?;
        let found = sync.plans.iter().find(|(plan, _)| plan.series.directory == session.work.line);
        let Some((plan, base)) = found else {
            return Err(Failure::defect(anyhow::anyhow!("the line has no plan")));
        };
        let Base { release, commit } = session.work.onto;
        if base.id != commit {
            let (was, now) = (commit.short(), base.id.short());
            let message =
                format_args!("the tag {release} has moved: it was {was}, it is {now} now");
            return Err(Failure::new(Kind::Integrity, message)
                .hint("find out why, then begin again: `patcher sync --abort`"));
        }
        let Some(locked) = plan.locked else {
            return Err(Failure::defect(anyhow::anyhow!("the line has no pin")));
        };
        let pinned = sync.pinned(plan, locked)?;
        Ok(Self { sync, plan, base, pinned, session })
    }

    fn resolving(&self) -> Resolving<'_> {
        Resolving {
            store: &self.sync.store,
            pinned: &self.pinned,
            release: self.plan.pin,
            base: self.base,
            module: &self.sync.module,
        }
    }

    /// The stop that the worktree was laid out for, and the commits there; none where every
    /// patch is past.
    fn stop(&self) -> Result<(Vec<Commit>, Option<Stop>)> {
        let work = &self.session.work;
        let chain = self.session.chain(&self.sync.store)?;
        if work.current().is_none() {
            return Ok((chain, None));
        }
        let kept = work.kept();
        if chain.len() < kept || chain.len() > kept + 1 {
            let expected = counted(kept, "commit");
            let message = format_args!(
                "{}: {} on {}, where patcher left {expected}: one more would be the patch that is \
                 to be resolved",
                self.session.directory(),
                counted(chain.len(), "commit"),
                work.onto.release
            );
            let (patched_commit, failure) =
                (work.patched_commit.short(), Failure::new(Kind::Input, message));
            return Err(if chain.len() < kept {
                failure.hint(format!(
                    "`git reset --hard {patched_commit}` there goes back to what was left"
                ))
            } else {
                failure.hint(format!(
                    "`git reset --soft {patched_commit}` there keeps what you did as one change to commit"
                ))
            });
        }
        let ours = chain[..kept].last().map_or(self.base.tree, |commit| commit.tree);
        let stop = self.resolving().stop_at(work.done.len(), ours)?;
        Ok((chain, Some(stop)))
    }

    /// Takes up what the worktree holds. The result is the commits to go on from.
    fn take(&mut self, is_skip: bool) -> Result<Vec<Commit>> {
        if !self.session.work.is_staged {
            // A run was cut off before the worktree was ready: nobody has worked in it yet.
            self.session.tree.reset(self.session.work.patched_commit)?;
            return self.session.chain(&self.sync.store);
        }
        if !is_skip {
            self.session.ensure_at_rest()?;
        }
        let (mut chain, stop) = self.stop()?;
        let kept = self.session.work.kept();
        let Some(stop) = stop else {
            if is_skip {
                return Err(Failure::new(
                    Kind::Input,
                    "every patch is past: there is none to skip",
                )
                .hint("`patcher sync --continue` finishes"));
            }
            self.session.ensure_clean(&self.session.tree.status()?, false)?;
            if chain.len() != kept {
                let message = format_args!(
                    "{}: {} on {}, where there are {} to go in",
                    self.session.directory(),
                    counted(chain.len(), "commit"),
                    self.session.work.onto.release,
                    counted(kept, "patch")
                );
                return Err(Failure::new(Kind::Input, message)
                    .hint("a commit a patch: `patcher edit` adds and drops patches afterwards"));
            }
            return Ok(chain);
        };
        let name = self.pinned.patches[stop.index].patch.name.clone();
        if is_skip {
            chain.truncate(kept);
            self.sync.site.progress.status("Skipped", &format!("{name}: it leaves the series"));
        } else {
            let resolving = self.resolving();
            let tree = resolving.answer(&self.session, &chain, &stop)?;
            if chain.len() == kept {
                resolving.commit(stop.index, tree, &mut chain)?;
            }
            let lost = resolving.lost(stop.index, stop.ours, tree)?;
            self.sync.site.progress.status("Resolved", name.as_str());
            for path in lost {
                let message = format!("{name} changes {path} at its pin, and no longer here");
                self.sync.site.progress.warning(&message);
            }
        }
        self.session.work.done.push(!is_skip);
        Ok(chain)
    }

    /// Goes on from `chain` to the next stop, and lays that out.
    fn go_on(&mut self, mut chain: Vec<Commit>) -> Result<Option<Failure>> {
        let mut work = self.session.work.clone();
        let before = work.done.len();
        let stop = self.resolving().advance(&mut work, &mut chain)?;
        for (patch, went_in) in work.patches.iter().zip(&work.done).skip(before) {
            let verb = if *went_in { "Merged" } else { "Left out" };
            self.sync.site.progress.status(verb, patch.name.as_str());
        }
        work.patched_commit = chain.last().map_or(self.base.id, |commit| commit.id);
        work.is_staged = false;
        self.session.work = work;
        self.session
            .tree
            .unpack(self.sync.store.pack(&[*self.session.work.patched_commit.as_bytes()])?)?;
        self.session.save()?;
        match &stop {
            Some(stop) => lay_out(&self.session, &self.resolving(), stop)?,
            None => self.session.tree.reset(self.session.work.patched_commit)?,
        }
        self.session.work.is_staged = true;
        self.session.save()?;
        stop.as_ref().map(|stop| self.failure(stop)).transpose()
    }

    /// The stop as a failure, with everything that helps to go on.
    fn failure(&self, stop: &Stop) -> Result<Failure> {
        let source = &self.pinned.patches[stop.index];
        let found = &stop.merging.outcome;
        let standing = self.standing_at(stop)?;
        let mut problems = conflict_text::problems(found, source, &self.plan.pin);
        for problem in &mut problems {
            // The sides stand in the worktree.
            problem.message.truncate(problem.message.find('\n').unwrap_or(problem.message.len()));
        }
        for (problem, place) in problems.iter_mut().zip(&standing.conflicts) {
            for commit in &place.caused_by {
                problem.message.push_str(&format!("\n    by upstream's {}", commit.text()));
            }
        }
        let (name, release) = (&source.patch.name, self.plan.pin);
        let (kind, message) = if found.outcome == Outcome::Conflict {
            (Kind::Conflict, format!("{name} does not merge onto {release}"))
        } else {
            problems.iter_mut().for_each(|problem| problem.hint = None);
            (Kind::Conflict, format!("{name} is not needed in {release}, as it seems"))
        };
        let next = Some(standing.guide());
        #[derive(Serialize)]
        struct Stopped {
            resolve: Standing,
        }
        let told = Told { command: "sync", data: Stopped { resolve: standing } };
        let failure = Failure { problems, next, ..Failure::new(kind, message) };
        Ok(failure.hint("nothing of the project was changed").telling(&told))
    }

    fn standing(&self) -> Result<Standing> {
        match self.stop()?.1 {
            Some(stop) => self.standing_at(&stop),
            None => Ok(self.blank("ready", vec![step("patcher sync --continue", "finish it")])),
        }
    }

    fn blank(&self, state: &'static str, next: Vec<Step>) -> Standing {
        let work = &self.session.work;
        let past = work.patches.iter().map(|patch| patch.name.clone()).zip(work.done.clone());
        let left = work.patches.iter().skip(work.done.len());
        Standing {
            state,
            line: work.line.clone(),
            pin: work.pin.release,
            release: work.onto.release,
            worktree: self.session.directory(),
            patch: None,
            outcome: None,
            evidence: Vec::new(),
            conflicts: Vec::new(),
            remembered: Vec::new(),
            past: past.collect(),
            left: left.map(|patch: &WorkPatch| patch.name.clone()).collect(),
            next,
        }
    }

    fn standing_at(&self, stop: &Stop) -> Result<Standing> {
        let found = &stop.merging.outcome;
        let (from, to) = (self.session.work.pin.commit, self.session.work.onto.commit);
        let place = |conflict: &Conflict| {
            let caused_by = culprits_below(&self.sync.store, from, to, stop.ours, conflict)?;
            Ok(Place { conflict: conflict.clone(), caused_by })
        };
        let remembered = stop.remembered(&found.patch, &self.plan.series.resolutions);
        let line = &self.session.work.line;
        let remembered: Vec<String> =
            remembered.iter().map(|known| format!("{line}/{}", known.path())).collect();
        let remembered = Vec::from_iter(BTreeSet::from_iter(remembered));
        let next = self.next(stop, !remembered.is_empty());
        Ok(Standing {
            patch: Some(found.patch.clone()),
            outcome: Some(found.outcome),
            evidence: found.evidence.iter().map(Evidence::text).collect(),
            conflicts: found.conflicts.iter().map(place).collect::<Result<_>>()?,
            remembered,
            ..self.blank("stopped", next)
        })
    }

    /// The commands that go on from a stop.
    fn next(&self, stop: &Stop, is_remembered: bool) -> Vec<Step> {
        let mut steps = vec![step(&format!("cd {}", shell(&self.session.directory())), "")];
        if stop.files.is_empty() {
            steps.push(step("patcher sync --skip", "leave the patch out of the series"));
            steps.push(step("patcher sync --continue", "or: what you added with `git add`"));
        } else {
            if is_remembered {
                let why = "look at how it was resolved before, put into the files";
                steps.push(step("patcher sync --recall", why));
            }
            steps.push(step("git diff", "see what conflicts"));
            let pin = self.session.work.pin.release;
            let whole = stop.merging.outcome.conflicts.iter().find(|c| c.reason != Reason::Content);
            if let Some(conflict) = whole {
                let log = format!("git log --stat {pin}.. -- {}", shell(&conflict.path));
                steps.push(step(&log, conflict.reason.name()));
            }
            let files: Vec<String> =
                stop.files.iter().map(|file| shell(file.unmerged.path.as_str())).collect();
            let files = files.join(" ");
            steps.push(step(&format!("$EDITOR {files}"), "until no marker is left"));
            steps.push(step(&format!("git add {files}"), "(or `git rm`)"));
            steps.push(step("patcher sync --continue", "take it up, and go on"));
            steps.push(step("patcher sync --skip", "or: leave the patch out of the series"));
        }
        let show = format!("git show {}", self.session.work.patches[stop.index].commit.short());
        steps.insert(1, step(&show, "see the patch, at its pin"));
        steps.push(step("patcher sync --abort", "or: give up, and leave no trace"));
        steps
    }

    /// Puts remembered resolutions into the files of the worktree that still have the markers.
    fn recall(&mut self, context: &Context) -> Result<()> {
        let ui = &context.ui;
        let (_, stop) = self.stop()?;
        let known = &self.plan.series.resolutions;
        let nothing = || {
            Failure::new(Kind::Finding, "no resolution of these conflicts is remembered")
                .hint(format!("they are kept in {}/resolutions", self.plan.series.directory))
        };
        let stop = stop.ok_or_else(nothing)?;
        let patch = &stop.merging.outcome.patch;
        let mut count = 0;
        for file in &stop.files {
            let Some(size) = file.marker_size else { continue };
            let path = self.session.tree.directory().join(file.unmerged.path.as_str());
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let parts = crate::project::resolution::parts(&text, size);
            let recall =
                |sides: &_| known.iter().find(|known: &&Resolution| known.is_of(patch, sides));
            let (text, found) = recalled(&parts, recall);
            if found > 0 {
                std::fs::write(&path, text).at("write", &path)?;
                let what = format!("{} of {}", counted(found, "conflict"), file.unmerged.path);
                ui.status("Recalled", &what);
                count += found;
            }
        }
        if count == 0 && !stop.remembered(patch, known).is_empty() {
            let message = "what is remembered is of places that have no markers any more";
            return Err(Failure::new(Kind::Finding, message)
                .hint("`git checkout --merge -- FILE` in the worktree brings the markers back"));
        }
        if count == 0 {
            return Err(nothing());
        }
        let next = vec![
            step(&format!("cd {}", shell(&self.session.directory())), ""),
            step("git diff", "look at it before you take it"),
            step("git add --update", "where it is right"),
            step("patcher sync --continue", "take it up, and go on"),
        ];
        ui.text(&guide(&next));
        #[derive(Serialize)]
        struct Recalled {
            recalled: usize,
            next: Vec<Step>,
        }
        ui.document(&Document::new("sync", Recalled { recalled: count, next }));
        Ok(())
    }
}

impl Standing {
    fn guide(&self) -> String {
        guide(&self.next)
    }

    /// Where it stands, for people.
    fn text(&self) -> String {
        let Self { line, pin, release, worktree, .. } = self;
        let mut text = format!("{line}: {pin} to {release}, in {worktree}\n");
        for (patch, went_in) in &self.past {
            let state = if *went_in { "in" } else { "left out" };
            text.push_str(&format!("    {state:8} {patch}\n"));
        }
        for (index, patch) in self.left.iter().enumerate() {
            let state = match (index, &self.outcome) {
                (0, Some(outcome)) => outcome.name(),
                _ => "to come",
            };
            text.push_str(&format!("    {state:8} {patch}\n"));
        }
        for Place { conflict, caused_by } in &self.conflicts {
            let Conflict { target, line, reason, .. } = conflict;
            text.push_str(&format!("        {target}:{line}: {}\n", reason.name()));
            for commit in caused_by {
                text.push_str(&format!("            by upstream's {}\n", commit.text()));
            }
        }
        for file in &self.remembered {
            text.push_str(&format!("        resolved before: {file}\n"));
        }
        text + &self.guide()
    }
}
