//! `patcher preview`: what becomes of each patch on other releases, or on what is not released
//! yet. Writes nothing to the project.

use std::path::Path;

use serde::Serialize;

use super::Context;
use crate::cli::{Preview, PreviewOf};
use crate::port::survey::{self, survey};
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::problem::Kind;
use crate::support::spans::Rows;
use crate::support::text::counted;
use crate::sync::preview_report::{Finding, PreviewReport};
use crate::sync::{self, Options};

/// There is no release candidate newer than this release.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Nothing {
    newest: Release,
}

/// What a sync there would do.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct PreviewDocument<'a> {
    title: String,
    body: String,
    finding: Finding,
    preview: &'a PreviewReport,
}

pub(super) fn run(context: &Context, args: &Preview) -> Result<()> {
    let target = match args.what.as_slice() {
        [what @ (PreviewOf::Main | PreviewOf::Candidate)] => what.target(),
        [one] if args.repro || args.markdown.is_some() => one.target(),
        _ => None,
    };
    if let Some(target) = target {
        context.ensure_writable(&[&args.markdown])?;
        let options = Options {
            upstream: args.upstream.clone(),
            drop_upstreamed: args.drop_upstreamed.clone(),
            scenarios: args.repro.then(|| args.bazel.options()),
            jobs: args.jobs.jobs,
            known: args.jobs.known(),
            ..Options::default()
        };
        let preview = sync::preview(context.site(), &options, target)?;
        return print(context, &preview, args.markdown.as_deref());
    }
    let releases = args.what.iter().map(|what| match what {
        PreviewOf::Releases(releases) if !args.repro && args.markdown.is_none() => {
            Ok(releases.clone())
        }
        _ => Err(not_one(what)),
    });
    let to: Vec<_> = releases.collect::<Result<_>>()?;
    if args.repro || args.markdown.is_some() {
        return Err(Failure::new(Kind::Input, "preview of which release?")
            .hint("`patcher preview latest --repro`"));
    }
    let options = survey::Options { to, drop_upstreamed: args.drop_upstreamed.clone() };
    print_survey(context, &options, if args.all { Rows::Each } else { Rows::Folded })
}

/// Why it cannot be looked at like that.
fn not_one(what: &PreviewOf) -> Failure {
    let message = match what {
        PreviewOf::Main | PreviewOf::Candidate => {
            "`main` and `candidate` are previewed one at a time"
        }
        PreviewOf::Releases(_) => "--repro and --markdown take one release",
    };
    Failure::new(Kind::Input, message).hint("`patcher preview latest --repro`")
}

/// Every series on its releases, as far as they were fetched.
fn print_survey(context: &Context, options: &survey::Options, rows: Rows) -> Result<()> {
    let survey = survey(&context.site(), options)?;
    context.ui.marked(&survey.text(rows, context.ui.columns()));
    let Some(fault) = survey.fault() else {
        let count = counted(survey.releases().count(), "release");
        context.ui.summary(&format!("the patches apply to {count}"));
        context.ui.document(&survey);
        return Ok(());
    };
    Err(Failure::from(fault).with_report(&survey))
}

/// The text of an issue; what is to be done decides the exit code.
pub(super) fn print(
    context: &Context,
    preview: &sync::Preview,
    markdown: Option<&Path>,
) -> Result<()> {
    let preview = match preview {
        sync::Preview::Report(report) => report,
        sync::Preview::NoCandidate { newest } => {
            context.ui.summary(&format!("no release candidate is newer than {newest}"));
            context.ui.document(&Nothing { newest: *newest });
            return Ok(());
        }
    };
    let (title, body, finding) = (preview.title(), preview.body(), preview.finding());
    let issue = context.ui.scrub(&format!("# {title}\n\n{body}"));
    if let Some(path) = markdown {
        context.write(path, &issue)?;
    }
    context.ui.text(&issue);
    let reported = PreviewDocument { title: title.clone(), body, finding, preview };
    let kind = match finding {
        Finding::Ready | Finding::Untested => {
            context.ui.summary(&reported.title);
            if let Ok(release) = preview.target.parse::<Release>() {
                let command = format!("patcher sync --to {release}");
                context.ui.next(&command, "pin it, with the patches ported");
            }
            context.ui.document(&reported);
            return Ok(());
        }
        Finding::FewerReleases => Kind::Input,
        Finding::Conflict => Kind::Conflict,
        Finding::AlreadyUpstream => Kind::Finding,
        Finding::FixedUpstream | Finding::Broken | Finding::UpstreamBroken => {
            Kind::UnexpectedResult
        }
    };
    Err(Failure::new(kind, title).hint("nothing was changed").with_report(&reported))
}
