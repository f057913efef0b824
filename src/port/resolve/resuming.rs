//! A resolve that is begun or gone on with, up to the next patch that stops or to the end.

use std::path::Path;

use crate::git::store::Commit;
use crate::port::Ported;
use crate::port::edit::lint;
use crate::port::resolve::resolving::{Input, Resolving, Stop, lay_out};
use crate::port::resolve::status::Stopped;
use crate::port::session::{Begin, Session, Staged};
use crate::port::work::{Base, Task};
use crate::project::changes::Changes;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::look::Meaning;
use crate::support::names::PatchName;
use crate::support::problem::Kind;
use crate::support::text::counted;

/// What is recorded of the command that begins a resolve.
#[derive(Clone, Copy, Debug)]
pub struct Command<'s> {
    /// The release to go to.
    pub release: Release,
    /// The upstream, if it was named.
    pub upstream: Option<&'s str>,
    /// The directory of the mirror's objects.
    pub objects: &'s Path,
    /// The patches to leave out if the release has them already.
    pub accepted: &'s [PatchName],
    /// Whether a release may go that is supported.
    pub allows_fewer: bool,
}

/// What is done about the patch that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What the worktree holds is the patch.
    Continue,
    /// The patch leaves the series.
    Skip,
}

/// A series that was brought to another release by hand.
#[derive(Clone, Debug)]
pub struct ByHand {
    /// The directory of the series.
    pub directory: String,
    /// The series on its new pin.
    pub ported: Ported,
    /// How its conflicts were resolved: files to write.
    pub resolutions: Changes,
}

/// How far a resolve came.
#[derive(Debug)]
pub enum Resumed<'a> {
    Stopped(Box<Stopped>),
    /// Every patch is past; the worktree stays until it is removed.
    Finished(Box<Session<'a>>, Box<ByHand>),
}

/// A resolve that is gone on with.
pub struct Resuming<'s, 'a> {
    pub(super) input: Input<'s>,
    pub(super) session: Session<'a>,
}

impl<'s, 'a> Resuming<'s, 'a> {
    /// Opens a worktree at the first patch that stops; does nothing if none does.
    ///
    /// # Errors
    ///
    /// Work is under way already, or the worktree cannot be made.
    pub fn begin(
        site: &Site<'a>,
        input: Input<'s>,
        command: &Command<'_>,
    ) -> Result<Option<Stopped>> {
        let Command { release, upstream, objects, accepted, allows_fewer } = *command;
        let Input { store, pinned, base, .. } = &input;
        if !pinned.onto(store, release, base)?.accepting(accepted).is_stopped() {
            return Ok(None);
        }
        let begin = Begin {
            task: Task::Resolve,
            series: input.series,
            pinned,
            commits: &pinned.commits(store)?,
            onto: Base { release, commit: base.id },
            upstream,
            module: input.module,
        };
        let mut session = Session::begin(site, store, objects, &begin)?;
        session.work.accepted = accepted.to_vec();
        session.work.allows_fewer = allows_fewer;
        match (Self { input, session }).go_on(Vec::new())? {
            Some(stopped) => Ok(Some(stopped)),
            None => Err(Failure::defect(anyhow::anyhow!("nothing stopped after all"))),
        }
    }

    /// Picks up a worktree that was opened for `input`.
    ///
    /// # Errors
    ///
    /// The project has changed since, or the release's tag has moved.
    pub fn new(input: Input<'s>, session: Session<'a>) -> Result<Self> {
        session.ensure_bound(input.project)?;
        let Base { release, commit } = session.work.onto;
        if input.base.id != commit {
            let (was, now) = (commit.short(), input.base.id.short());
            let message =
                format_args!("the tag {release} has moved: it was {was}, it is {now} now");
            return Err(Failure::new(Kind::Integrity, message)
                .hint("find out why, then begin again: `patcher abort`"));
        }
        Ok(Self { input, session })
    }

    /// Uses what the worktree holds, or leaves the patch out; then goes on to the next stop.
    ///
    /// # Errors
    ///
    /// What is left to do in the worktree.
    pub fn resume(mut self, answer: Answer) -> Result<Resumed<'a>> {
        let chain = self.take(answer)?;
        if let Some(stopped) = self.go_on(chain)? {
            return Ok(Resumed::Stopped(Box::new(stopped)));
        }
        let chain = self.session.chain(self.input.store)?;
        self.session.ensure_nothing_aside()?;
        let by_hand = self.finish(&chain).map_err(|failure| {
            failure.hint(format!("the worktree is {}", self.session.directory()))
        })?;
        Ok(Resumed::Finished(Box::new(self.session), Box::new(by_hand)))
    }

    /// The series, once every patch is past.
    fn finish(&self, chain: &[Commit]) -> Result<ByHand> {
        let Session { work, .. } = &self.session;
        let resolving = self.resolving();
        let (ported, resolutions) = resolving.finish(work, chain)?;
        let patches = ported.applied.patches.iter().map(|applied| &applied.patch);
        let problems = lint(self.input.project, &work.series, patches);
        if !problems.is_empty() {
            return Err(Failure::from(problems).hint(resolving.reword()));
        }
        let mut files = Changes::default();
        for resolution in resolutions {
            files.write(format!("{}/{}", work.series, resolution.path()), resolution.print());
        }
        Ok(ByHand { directory: work.series.clone(), ported, resolutions: files })
    }

    /// The release that the series goes to.
    pub(super) fn release(&self) -> Release {
        self.session.work.onto.release
    }

    fn resolving(&self) -> Resolving<'_> {
        Resolving { input: &self.input, release: self.release() }
    }

    /// The stop that the worktree was laid out for, and the commits there; none if every
    /// patch is past.
    pub(super) fn stop(&self) -> Result<(Vec<Commit>, Option<Stop>)> {
        let work = &self.session.work;
        let chain = self.session.chain(self.input.store)?;
        if work.current().is_none() {
            return Ok((chain, None));
        }
        let kept = work.kept();
        let patched_commit = work.patched_commit.short();
        let way_back = if chain.len() < kept {
            Some(format!("`git reset --hard {patched_commit}` there goes back to what was left"))
        } else if chain.len() > kept + 1 {
            Some(format!(
                "`git reset --soft {patched_commit}` there keeps what you did as one change to \
                 commit"
            ))
        } else {
            None
        };
        if let Some(way_back) = way_back {
            let expected = counted(kept, "commit");
            let message = format_args!(
                "{}: {} on {}, but patcher left {expected}: one more would be the patch that is \
                 to be resolved",
                self.session.directory(),
                counted(chain.len(), "commit"),
                work.onto.release
            );
            return Err(Failure::new(Kind::Input, message).hint(way_back));
        }
        let ours = chain[..kept].last().map_or(self.input.base.tree, |commit| commit.tree);
        let stop = self.resolving().stop_at(work.done.len(), ours)?;
        Ok((chain, Some(stop)))
    }

    /// What the worktree holds, taken for the patch that stopped. The result is the commits to go on from.
    fn take(&mut self, answer: Answer) -> Result<Vec<Commit>> {
        if !self.session.work.is_staged {
            // A run was cut off before the worktree was ready: nobody has worked in it yet.
            self.session.tree.reset(self.session.work.patched_commit)?;
            return self.session.chain(self.input.store);
        }
        if answer == Answer::Continue {
            self.session.ensure_at_rest()?;
        }
        let (mut chain, stop) = self.stop()?;
        let kept = self.session.work.kept();
        let Some(stop) = stop else {
            self.ensure_finishable(&chain, answer)?;
            return Ok(chain);
        };
        let name = self.input.pinned.patches[stop.index].patch.name.clone();
        if answer == Answer::Skip {
            chain.truncate(kept);
            self.input.progress.status(
                Meaning::Unchanged,
                "Skipped",
                &format!("{name}: it leaves the series"),
            );
        } else {
            let resolving = self.resolving();
            let tree = resolving.answer(&self.session, &chain, &stop)?;
            if chain.len() == kept {
                resolving.commit(stop.index, tree, &mut chain)?;
            }
            let lost = resolving.lost(stop.index, stop.ours, tree)?;
            self.input.progress.status(Meaning::Done, "Resolved", name.as_str());
            for path in lost {
                let message = format!("{name} changes {path} at its pin, and no longer here");
                self.input.progress.warning(&message);
            }
        }
        self.session.work.done.push(answer == Answer::Continue);
        Ok(chain)
    }

    /// Once every patch is past, refuses what the series cannot be read from.
    fn ensure_finishable(&self, chain: &[Commit], answer: Answer) -> Result<()> {
        let kept = self.session.work.kept();
        if answer == Answer::Skip {
            return Err(Failure::new(Kind::Input, "every patch is past: there is none to skip")
                .hint("`patcher continue` finishes"));
        }
        self.session.ensure_clean(&self.session.tree.status()?, Staged::Refused)?;
        if chain.len() == kept {
            return Ok(());
        }
        let message = format_args!(
            "{}: {} on {}, but there are {} to go in",
            self.session.directory(),
            counted(chain.len(), "commit"),
            self.release(),
            counted(kept, "patch")
        );
        Err(Failure::new(Kind::Input, message)
            .hint("a commit a patch: `patcher edit` adds and drops patches afterwards"))
    }

    /// Goes on from `chain` to the next stop, and lays that out.
    fn go_on(&mut self, mut chain: Vec<Commit>) -> Result<Option<Stopped>> {
        let mut work = self.session.work.clone();
        let before = work.done.len();
        let stop = self.resolving().advance(&mut work, &mut chain)?;
        for (patch, went_in) in work.patches.iter().zip(&work.done).skip(before) {
            let (meaning, verb) = match went_in {
                true => (Meaning::Done, "Merged"),
                false => (Meaning::Unchanged, "Left out"),
            };
            self.input.progress.status(meaning, verb, patch.name.as_str());
        }
        work.patched_commit = chain.last().map_or(self.input.base.id, |commit| commit.id);
        work.is_staged = false;
        self.session.work = work;
        self.session
            .tree
            .unpack(self.input.store.pack(&[*self.session.work.patched_commit.as_bytes()])?)?;
        self.session.save()?;
        match &stop {
            Some(stop) => lay_out(&self.session, &self.resolving(), stop)?,
            None => self.session.tree.reset(self.session.work.patched_commit)?,
        }
        self.session.work.is_staged = true;
        self.session.save()?;
        stop.as_ref().map(|stop| self.stopped(stop)).transpose()
    }
}
