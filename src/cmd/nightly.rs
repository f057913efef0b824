//! `patcher nightly`: a sync to the newest release, and what it comes to: a pull request, an
//! issue, or nothing. It only writes that down; `patcher propose` takes it to GitHub.

use std::path::Path;

use serde::Serialize;

use super::forward::{Seen, look};
use super::sync::{self, Done};
use super::{Context, Document};
use crate::ci::proposal::{File, Proposal};
use crate::ci::proposal_text::{Ported, Stopped};
use crate::cli::{Acts, BaseUrl, Nightly, Sync};
use crate::project::load::Project;
use crate::project::workspace;
use crate::review::model::Snapshot;
use crate::review::operation::{Side, of_sides};
use crate::review::snapshot;
use crate::review::text::{Sides, markdown};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;
use crate::sync::plan::Target;
use crate::sync::preview::Finding;

#[derive(Serialize)]
struct Proposed<'a> {
    branch: String,
    #[serde(flatten)]
    proposal: &'a Proposal,
}

pub(super) fn run(context: &Context, args: &Nightly) -> Result<()> {
    let before = context.project()?;
    let lock = before.lock()?;
    let from = lock.series[0].pin.release;
    let earlier = disk(context)?;
    let sync_args = args.sync(Target::Latest);
    let mut proposal = match sync::sync(context, &sync_args) {
        Ok(Some(done)) => of_done(context, &lock.upstream.module, from, earlier, &done)?,
        Ok(None) => return Err(Failure::defect(anyhow::anyhow!("sync did not run"))),
        Err(failure) if is_for_a_person(failure.kind) => {
            of_failure(context, args, &before, &failure)?
        }
        Err(failure) => return Err(failure),
    };
    proposal.title = context.ui.scrub(&proposal.title);
    proposal.body = context.ui.scrub(&proposal.body);
    let document = proposal.print().map_err(Failure::defect)?;
    write(context, args.proposal.as_deref(), &document)?;
    let page = format!("## {}\n\n{}", proposal.title, proposal.body);
    write(context, args.summary.as_deref(), &page)?;
    context.ui.status("Proposed", &format!("{}: {}", proposal.kind.name(), proposal.title));
    let branch = proposal.branch();
    let document = Document::new("nightly", Proposed { branch, proposal: &proposal });
    context.ui.data(&page, &document);
    Ok(())
}

impl Nightly {
    fn sync(&self, to: Target) -> Sync {
        Sync {
            upstream: self.upstream.clone(),
            to: Some(to),
            accept_obsolete: Vec::new(),
            dry_run: false,
            acts: Acts::default(),
            output: None,
            url: BaseUrl::default(),
            check: false,
            no_repro: self.no_repro,
            jobs: self.jobs,
            registry_integrity: None,
            bazel: self.bazel.clone(),
        }
    }
}

/// Whether a person who keeps the series has to look; what else stops a sync is between the
/// machine that runs it and whoever set it up.
fn is_for_a_person(kind: Kind) -> bool {
    matches!(kind, Kind::Conflict | Kind::Finding | Kind::Verdict | Kind::Integrity)
}

fn of_done(
    context: &Context,
    module: &str,
    from: Release,
    earlier: Snapshot,
    done: &Done,
) -> Result<Proposal> {
    if done.changes.is_empty() {
        return Ok(Proposal::nothing(format!("{module} {}: up to date", done.release)));
    }
    let now = "this pull request";
    let old = Side { name: from.to_string(), snapshot: earlier };
    let new = Side { name: now.to_owned(), snapshot: disk(context)? };
    let review = of_sides(&context.site(), old, new)?;
    let (old, new) = (format!("{module} {from}"), format!("{module} {}", done.release));
    let review = markdown(&review.review, Sides { old: &old, new: &new });
    let port = Ported {
        module,
        from: Some(from),
        to: done.release,
        outcomes: &done.outcomes,
        report: done.report.as_ref(),
        verified: &done.verified,
        not_verified: &done.not_verified,
        review: &review,
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(Failure::defect);
    let files = done.changes.iter().map(|(path, bytes)| {
        Ok(File { path: path.to_owned(), text: bytes.map(text).transpose()? })
    });
    let files = files.collect::<Result<Vec<File>>>()?;
    Ok(Proposal::pull_request(done.release, port.title(), port.body(), files))
}

fn of_failure(
    context: &Context,
    args: &Nightly,
    project: &Project,
    failure: &Failure,
) -> Result<Proposal> {
    let lock = project.lock()?;
    let module = &lock.upstream.module;
    let message = failure.error.to_string();
    let mut stopped = Stopped {
        to: None,
        message: &message,
        problems: &failure.problems,
        hints: &failure.hints,
        forward: None,
    };
    if failure.kind == Kind::Integrity {
        let title = format!("{module}: upstream is not what was pinned");
        return Ok(Proposal::issue(None, title, stopped.body()));
    }
    let releases = context.mirror(lock)?.releases()?;
    stopped.to = releases.into_keys().rfind(Release::is_stable);
    let to = stopped.to.unwrap_or(lock.series[0].pin.release);
    // What the scenarios showed is remembered, so this is quick; and where it cannot be had,
    // what sync itself said has to do.
    let ahead = Sync { dry_run: true, ..args.sync(Target::Release(to)) };
    let forward = match look(context, &ahead, project) {
        Ok(Seen::Forward(forward)) => {
            let is_telling = !matches!(forward.finding(), Finding::Ready | Finding::Unproven);
            is_telling.then_some(forward)
        }
        _ => None,
    };
    let (title, body) = match &forward {
        Some(forward) => (forward.title(), Some(forward.body())),
        None => (format!("{module} {to}: {message}"), None),
    };
    stopped.forward = body.as_deref();
    Ok(Proposal::issue(Some(to), title, stopped.body()))
}

/// The project as it lies on disk.
fn disk(context: &Context) -> Result<Snapshot> {
    let workspace = context.workspace()?;
    Ok(snapshot::take("", &|path| Ok(workspace.read(path)?))?.0)
}

fn write(context: &Context, path: Option<&Path>, text: &str) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    workspace::write(&context.env.directory().join(path), text.as_bytes())?;
    context.ui.status("Wrote", &path.display().to_string());
    Ok(())
}
