//! A night's sync to the newest release, and what it results in: a pull request, an issue, or
//! nothing. GitHub hears nothing of it here.

use crate::ci::proposal::{File, Proposal};
use crate::ci::proposal_text::{Ported, Stopped};
use crate::project::changes::Changes;
use crate::project::load::Project;
use crate::project::site::Site;
use crate::review::model::Snapshot;
use crate::review::operation::{Side, of_sides};
use crate::review::snapshot;
use crate::review::text::{Sides, markdown};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;
use crate::support::writing::Writing;
use crate::sync::claims::Claim;
use crate::sync::plan::Target;
use crate::sync::preview_report::{Finding, PreviewReport};
use crate::sync::{self, Options, Preview, Report, SyncError};

/// A night's proposal.
#[derive(Clone, Debug)]
pub struct Night {
    pub proposal: Proposal,
    /// The files that the sync wrote, or would write.
    pub written: Vec<String>,
}

/// Syncs to the newest release. What a person has to look at is no failure but an issue.
///
/// # Errors
///
/// Whatever else stops a sync.
pub fn nightly(site: Site<'_>, options: &Options, writing: Writing) -> Result<Night> {
    let before = site.project()?;
    let lock = before.lock()?;
    let from = lock.series[0].pin.release;
    let earlier = disk(&site)?;
    let options = Options { to: Some(Target::Latest), ..options.clone() };
    let synced = match writing {
        Writing::Done => sync::sync(site, &options),
        Writing::LeftOut => sync::rehearse(site, &options),
    };
    let mut written = Vec::new();
    let mut proposal = match synced {
        Ok(report) => {
            written.clone_from(&report.written);
            of_report(&site, from, earlier, &report)?
        }
        // A port elsewhere says nothing of a release that would go.
        Err(SyncError::FewerReleases(failure)) => of_failure(&site, &before, &failure, |_| None)?,
        Err(SyncError::Other(failure)) if is_for_a_person(failure.kind) => {
            of_failure(&site, &before, &failure, |to| telling_preview(site, &options, to))?
        }
        Err(error) => return Err(error.into()),
    };
    let scrubber = site.env.scrubber(site.root);
    proposal.title = scrubber.scrub(&proposal.title);
    proposal.body = scrubber.scrub(&proposal.body);
    Ok(Night { proposal, written })
}

/// Whether a person who keeps the series has to look; what else stops a sync is between the
/// machine that runs it and whoever set it up.
fn is_for_a_person(kind: Kind) -> bool {
    matches!(kind, Kind::Conflict | Kind::Finding | Kind::UnexpectedResult | Kind::Integrity)
}

fn of_report(
    site: &Site<'_>,
    from: Release,
    earlier: Snapshot,
    report: &Report,
) -> Result<Proposal> {
    let (module, to) = (&report.lock.upstream.module, report.pin().release);
    if report.changes.is_empty() {
        return Ok(Proposal::nothing(format!("{module} {to}: up to date")));
    }
    let old = Side { name: from.to_string(), snapshot: earlier };
    let new = Side { name: "this pull request".to_owned(), snapshot: with(site, &report.changes)? };
    let review = of_sides(site, old, new)?.review;
    let (old, new) = (format!("{module} {from}"), format!("{module} {to}"));
    let review = markdown(&review, Sides { old: &old, new: &new });
    let text = |claims: &[Claim]| claims.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (claims, open_claims) = (text(&report.claims.made), text(&report.claims.open));
    let port = Ported {
        module,
        from: Some(from),
        to,
        outcomes: &report.outcomes,
        report: report.tests.as_ref(),
        claims: &claims,
        open_claims: &open_claims,
        review: &review,
    };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(Failure::defect);
    let files = report.changes.iter().map(|(path, bytes)| {
        Ok(File { path: path.to_owned(), text: bytes.map(text).transpose()? })
    });
    let files = files.collect::<Result<Vec<File>>>()?;
    Ok(Proposal::pull_request(to, port.title(), port.body(), files))
}

fn of_failure(
    site: &Site<'_>,
    project: &Project,
    failure: &Failure,
    preview: impl FnOnce(Release) -> Option<Box<PreviewReport>>,
) -> Result<Proposal> {
    let lock = project.lock()?;
    let module = &lock.upstream.module;
    let message = failure.message();
    let mut stopped = Stopped {
        to: None,
        message: &message,
        problems: &failure.problems,
        hints: &failure.hints,
        preview: None,
    };
    if failure.kind == Kind::Integrity {
        let title = format!("{module}: upstream is not what was pinned");
        return Ok(Proposal::issue(None, title, stopped.body()));
    }
    let releases = site.mirror(lock)?.releases()?;
    stopped.to = releases.into_keys().rfind(Release::is_stable);
    let to = stopped.to.unwrap_or(lock.series[0].pin.release);
    let preview = preview(to);
    let (title, body) = match &preview {
        Some(preview) => (preview.title(), Some(preview.body())),
        None => (format!("{module} {to}: {message}"), None),
    };
    stopped.preview = body.as_deref();
    Ok(Proposal::issue(Some(to), title, stopped.body()))
}

/// The preview of a release, if it has something to say. What the scenarios showed is
/// cached, so this is quick; without it, what sync itself said has to do.
fn telling_preview(site: Site<'_>, options: &Options, to: Release) -> Option<Box<PreviewReport>> {
    match sync::preview(site, options, Target::Release(to)) {
        Ok(Preview::Report(preview)) => {
            let is_telling = !matches!(preview.finding(), Finding::Ready | Finding::Untested);
            is_telling.then_some(preview)
        }
        _ => None,
    }
}

/// The project as it lies on disk.
fn disk(site: &Site<'_>) -> Result<Snapshot> {
    with(site, &Changes::default())
}

/// The same, with changes that may not be written.
fn with(site: &Site<'_>, changes: &Changes) -> Result<Snapshot> {
    let workspace = site.workspace()?;
    let read = |path: &str| match changes.iter().find(|(changed, _)| *changed == path) {
        Some((_, bytes)) => Ok(bytes.map(<[u8]>::to_vec)),
        None => Ok(workspace.read(path)?),
    };
    Ok(snapshot::take("", &read)?.0)
}
