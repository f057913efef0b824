//! `patcher publish`: the archive and what a consumer pastes.

use std::path::Path;

use serde::Serialize;

use super::check::{Archives, Examined, staleness};
use super::{Context, Document, provenance};
use crate::cli::{BaseUrl, Publish};
use crate::core::config::{self, Config};
use crate::core::ids::ModuleVersion;
use crate::core::lock::ArchiveLock;
use crate::core::problem::Kind;
use crate::core::render::{self, Snippet};
use crate::error::{Failure, Result};
use crate::io::workspace;
use crate::project::Served;

#[derive(Serialize)]
struct Published<'a> {
    version: String,
    archive: &'a ArchiveLock,
    snippet: &'a str,
    verified: bool,
}

pub(super) fn run(context: &Context, args: &Publish) -> Result<()> {
    let project = context.project()?;
    let served = project.served(args.release)?;
    let Served { lock, line, release: locked, .. } = served;
    let mut examined = Examined::new(context, &project, Archives::Of(locked.release))?;
    let Some(archive) = examined.archive.take().filter(|_| examined.problems.is_empty()) else {
        return Err(examined.failure().hint("nothing was published"));
    };
    let stale = staleness(locked, &project);
    if let Some(stale) = stale.as_ref().filter(|_| !args.unverified) {
        return Err(Failure::new(Kind::Finding, stale)
            .hint("`patcher sync` runs the scenarios")
            .hint("`--unverified` publishes all the same, and the snippet says so"));
    }
    let is_verified = stale.is_none();
    let snippet = snippet(
        &lock.upstream.module,
        &locked.version(),
        line.patches_applied.len(),
        &archive.lock,
        base_url(&args.url, &project.config)?.as_deref(),
        stale,
    )?;
    let folder = context.env.directory().join(&args.output);
    let snippet_file = snippet_file(&archive.lock);
    let (statement_file, statement) = provenance::statement(context, &served)?;
    workspace::write_all(&[
        (&folder.join(&archive.lock.file), &archive.bytes),
        (&folder.join(&statement_file), statement.as_bytes()),
        (&folder.join(&snippet_file), snippet.as_bytes()),
    ])?;
    let to = |file: &str| Path::new(&args.output).join(file).display().to_string();
    context.ui.status("Published", &to(&archive.lock.file));
    context.ui.status("Published", &to(&statement_file));
    context.ui.status("Published", &to(&snippet_file));
    let data = Published {
        version: locked.version().to_string(),
        archive: &archive.lock,
        snippet: &snippet,
        verified: is_verified,
    };
    context.ui.data(&snippet, &Document::new("publish", data));
    Ok(())
}

/// The file that holds the snippet for an archive.
pub(super) fn snippet_file(archive: &ArchiveLock) -> String {
    format!("{}.MODULE.bazel", archive.strip_prefix)
}

/// Where an archive is fetched from.
pub(super) fn archive_url(base: &str, archive: &ArchiveLock) -> String {
    format!("{base}/{}", archive.file)
}

/// The base URL: flag and environment, then patcher.toml.
pub(super) fn base_url(args: &BaseUrl, config: &Config) -> Result<Option<String>> {
    let Some(url) = args.base_url.as_ref().or(config.base_url.as_ref()) else { return Ok(None) };
    match config::base_url(url) {
        Ok(url) => Ok(Some(url.to_owned())),
        Err(message) => Err(Failure::new(Kind::Input, message)),
    }
}

/// The MODULE.bazel snippet. Without a base URL it names a placeholder, and says so.
pub(super) fn snippet(
    module: &str,
    version: &ModuleVersion,
    patches: usize,
    archive: &ArchiveLock,
    base_url: Option<&str>,
    unverified: Option<String>,
) -> Result<String> {
    let base = base_url.unwrap_or("https://example.com/path/to");
    Ok(render::snippet(&Snippet {
        module: module.to_owned(),
        release: version.release.to_string(),
        version: version.to_string(),
        patches,
        url: archive_url(base, archive),
        is_placeholder: base_url.is_none(),
        integrity: archive.integrity.to_string(),
        strip_prefix: archive.strip_prefix.clone(),
        unverified,
    })?)
}
