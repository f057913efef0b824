//! `patcher check`: the offline gate.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Check;
use crate::core::lock::{LineLock, Lock};
use crate::core::problem::Problem;
use crate::core::report::counted;
use crate::derive::{self, Archive, Patched};
use crate::error::{Failure, Result};
use crate::project::Project;
use crate::store::Store;

#[derive(Serialize)]
struct Checked {
    release: String,
    version: String,
    patches: usize,
    /// Why the verdict in the lock says nothing of this tree, if it does not.
    stale: Option<String>,
}

pub(super) fn run(context: &Context, _args: &Check) -> Result<()> {
    let project = context.project()?;
    let checked = Examined::new(context, &project)?;
    if !checked.problems.is_empty() {
        return Err(checked.failure());
    }
    let (_, line) = project.line()?;
    let count = line.patches_applied.len();
    let stale = staleness(line, &project);
    context.ui.status(
        "Checked",
        &format!("{} at {}: each fits exactly", counted(count, "patch"), line.release),
    );
    context
        .ui
        .status("Checked", &format!("upstream.lock is what is derived again: {}", line.version()));
    if let Some(stale) = &stale {
        context.ui.warning(&format!("{stale}: `patcher sync` runs the scenarios"));
    }
    let data = Checked {
        release: line.release.to_string(),
        version: line.version().to_string(),
        patches: count,
        stale,
    };
    context.ui.data("", &Document::new("check", data));
    Ok(())
}

/// What a check found, and what it derived on the way.
pub(super) struct Examined {
    pub(super) problems: Vec<Problem>,
    pub(super) archive: Option<Archive>,
    /// Why not everything could be looked at, where it could not.
    cut_short: Option<String>,
}

impl Examined {
    /// Checks everything that can be checked without Bazel and the network.
    pub(super) fn new(context: &Context, project: &Project) -> Result<Self> {
        let (lock, line) = project.line()?;
        let problems = project.problems.clone();
        let mut examined = Self { problems, archive: None, cut_short: None };
        match examined.derive(context, project, lock, line) {
            // What was found is worth more than that the rest could not be looked for.
            Err(failure) if !examined.problems.is_empty() => {
                if failure.problems.is_empty() {
                    examined.cut_short = Some(failure.error.to_string());
                }
                examined.problems.extend(failure.problems);
                Ok(examined)
            }
            result => result.map(|()| examined),
        }
    }

    fn derive(
        &mut self,
        context: &Context,
        project: &Project,
        lock: &Lock,
        line: &LineLock,
    ) -> Result<()> {
        let text = &project.lock_text;
        let store = context.store(lock)?;
        let releases = context.mirror(lock)?.releases()?;
        let tag = releases.get(&line.release);
        if !project.is_edited {
            self.problems.extend(derive::moved_tag(line, tag));
        }
        let base = store.commit(line.commit)?;
        let tag = tag.filter(|_| project.is_edited);
        self.problems.extend(derive::compare_pin(text, line, &base, tag));
        if !project.is_complete {
            return Ok(());
        }
        let (patched, found) = derive::apply_series(&store, line.release, &base, &project.patches)?;
        self.problems.extend(found);
        if let Some(patched) = patched {
            let (derived, made) = derive_line(&store, lock, line, &patched)?;
            self.problems.extend(derive::compare(text, line, &project.patches, &derived));
            self.archive = Some(made);
        }
        Ok(())
    }

    /// What to stop with, where there are problems.
    pub(super) fn failure(self) -> Failure {
        let failure = Failure::from(self.problems);
        match self.cut_short {
            Some(why) => failure.hint(format!("not everything could be looked at: {why}")),
            None => failure,
        }
    }
}

/// The lock's line as it is derived again, at the lock's revision.
fn derive_line(
    store: &Store,
    lock: &Lock,
    line: &LineLock,
    patched: &Patched,
) -> Result<(LineLock, Archive), Failure> {
    let tip = derive::tip(store, &lock.upstream, patched, line.revision)?;
    let archive = derive::archive(store, &lock.upstream.module, &tip)?;
    let derived = LineLock {
        tree: patched.base.tree,
        patched_tree: patched.tree(),
        tip: tip.commit.id,
        tip_tree: tip.commit.tree,
        archive: archive.lock.clone(),
        patches_applied: derive::patch_locks(patched),
        ..line.clone()
    };
    Ok((derived, archive))
}

/// Why the lock's verdict says nothing of the project as it is; `None` where it does.
pub(super) fn staleness(line: &LineLock, project: &Project) -> Option<String> {
    match &line.verified {
        None => Some("there is no verdict: the scenarios did not run".to_owned()),
        Some(verified) if verified.tree != line.tip_tree => {
            Some("the verdict is of another tree".to_owned())
        }
        Some(verified) if verified.suite != project.suite.digest => {
            Some("the verdict is of other scenarios".to_owned())
        }
        Some(_) => None,
    }
}
