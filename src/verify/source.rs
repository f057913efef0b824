//! Finding the archive that is to be verified: a file, a URL, or what a consumer's MODULE.bazel
//! asks for.

use std::path::{Path, PathBuf};

use crate::consumer::MODULE_FILE;
use crate::consumer::archive_source::{ConsumerOverride, consumer_override};
use crate::project::load::Project;
use crate::project::site::Site;
use crate::publish::provenance;
use crate::support::failure::{Failure, Result};
use crate::support::problem::Kind;
use crate::support::scrub::redact_urls;
use crate::verify::download;

/// An archive as it came, with what lies beside it.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) statement: Option<Vec<u8>>,
}

/// The archive, and the override if a consumer's file was named.
pub(super) fn find(
    site: &Site<'_>,
    what: &str,
    project: Option<&Project>,
) -> Result<(Found, Option<ConsumerOverride>)> {
    if download::is_remote(what) {
        return Ok((fetched(site, what)?, None));
    }
    let path = download::file_url(what).unwrap_or_else(|| site.env.directory().join(what));
    if !path.to_string_lossy().ends_with(MODULE_FILE) {
        return Ok((read(&path)?, None));
    }
    let bytes = readable(&path)?;
    let module =
        project.and_then(|project| project.lock.as_ref()).map(|lock| &lock.upstream.module);
    let consumer = consumer_override(&String::from_utf8_lossy(&bytes), module.map(String::as_str))?;
    let found = of_consumer(site, &consumer, &path, project)?;
    Ok((found, Some(consumer)))
}

/// The archive that a consumer takes: by its URLs, or else from where it is published.
fn of_consumer(
    site: &Site<'_>,
    consumer: &ConsumerOverride,
    file: &Path,
    project: Option<&Project>,
) -> Result<Found> {
    let mut refused = None;
    for url in &consumer.urls {
        let found = match download::file_url(url) {
            Some(path) => read(&path),
            None => fetched(site, url),
        };
        match found {
            Ok(found) => return Ok(found),
            Err(failure) => refused = refused.or(Some(failure)),
        }
    }
    let refused = refused.unwrap_or_else(|| {
        let message = format_args!("the archive_override of {} has no URL", consumer.module);
        Failure::new(Kind::Input, message)
    });
    let beside = file.parent().map(Path::to_owned);
    let dist = project.map(|project| project.workspace.path("dist"));
    let names: Vec<&str> = consumer.urls.iter().filter_map(|url| url.rsplit('/').next()).collect();
    for directory in beside.into_iter().chain(dist) {
        for name in &names {
            let path: PathBuf = directory.join(name);
            if path.is_file() {
                site.progress.warning(&refused.message());
                site.progress.status("Took", &path.display().to_string());
                return read(&path);
            }
        }
    }
    Err(refused)
}

/// A file of the user's.
fn readable(path: &Path) -> Result<Vec<u8>> {
    if path.is_file() {
        return download::read(path);
    }
    let message = format_args!("{}: there is no such file", path.display());
    Err(Failure::new(Kind::Input, message)
        .hint("name an archive, its URL, or the MODULE.bazel of a consumer"))
}

fn read(path: &Path) -> Result<Found> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = readable(path)?;
    let beside = path.with_file_name(provenance::file(&name));
    let statement = if beside.is_file() { Some(download::read(&beside)?) } else { None };
    Ok(Found { name, bytes, statement })
}

fn fetched(site: &Site<'_>, url: &str) -> Result<Found> {
    if site.is_offline {
        let message = format_args!("--offline forbids getting {}", redact_urls(url));
        return Err(Failure::new(Kind::Environment, message)
            .hint("download it and name the file; the rest needs no network"));
    }
    let env = site.env;
    let Some(bytes) = download::get(env, url)? else {
        let message = format_args!("there is nothing at {}", redact_urls(url));
        return Err(Failure::new(Kind::Environment, message));
    };
    let name = url.split(['?', '#']).next().unwrap_or(url);
    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
    // One that cannot be had is one that is not there: it shows nothing by itself.
    let statement = download::get(env, &provenance::file(url)).unwrap_or_default();
    Ok(Found { name, bytes, statement })
}
