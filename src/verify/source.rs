//! Finding the archive that is to be verified: a file, a URL, or what a consumer's MODULE.bazel
//! asks for.

use std::path::{Path, PathBuf};

use crate::consumer::MODULE_FILE;
use crate::project::OUTPUT;
use crate::project::load::Project;
use crate::project::site::Site;
use crate::publish::consumer_file;
use crate::publish::provenance;
use crate::support::download;
use crate::support::failure::{Failure, Result};
use crate::support::look::Meaning;
use crate::support::problem::Kind;
use crate::verify::consumer_archive::{ConsumerArchive, consumer_archive};

/// An archive as it came, with what lies beside it.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) statement: Option<Vec<u8>>,
}

/// The archive, and the override if a consumer's file was named: of `module`, if that is known.
pub(super) fn find(
    site: &Site<'_>,
    what: &str,
    project: Option<&Project>,
    module: Option<&str>,
) -> Result<(Found, Option<ConsumerArchive>)> {
    if download::is_remote(what) {
        return Ok((fetched(site, what)?, None));
    }
    let path = download::file_url(what).unwrap_or_else(|| site.env.directory().join(what));
    if !path.to_string_lossy().ends_with(MODULE_FILE) {
        return Ok((read(&path)?, None));
    }
    ensure_there(&path)?;
    let name = download::file_url(what).map(|path| path.display().to_string());
    let files = consumer_file::read(site, name.as_deref().unwrap_or(what))?;
    let consumer = consumer_archive(&files, module)?;
    let found = of_consumer(site, &consumer, &path, project)?;
    Ok((found, Some(consumer)))
}

/// The archive that a consumer takes: by its URLs, or else from where it is published.
fn of_consumer(
    site: &Site<'_>,
    consumer: &ConsumerArchive,
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
    let dist = project.map(|project| project.workspace.path(OUTPUT));
    let names: Vec<&str> = consumer.urls.iter().filter_map(|url| url.rsplit('/').next()).collect();
    for directory in beside.into_iter().chain(dist) {
        for name in &names {
            let path: PathBuf = directory.join(name);
            if path.is_file() {
                site.progress.warning(&refused.message());
                site.progress.status(Meaning::Attention, "Took", &path.display().to_string());
                return read(&path);
            }
        }
    }
    Err(refused)
}

/// Refuses the name of a file that is not there.
fn ensure_there(path: &Path) -> Result<()> {
    if path.is_file() {
        return Ok(());
    }
    let what = if path.is_dir() { "is a directory" } else { "there is no such file" };
    Err(Failure::new(Kind::Input, format_args!("{}: {what}", path.display()))
        .hint("name an archive, its URL, or the MODULE.bazel of a consumer"))
}

fn read(path: &Path) -> Result<Found> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    ensure_there(path)?;
    let bytes = download::read(path)?;
    let beside = path.with_file_name(provenance::file(&name));
    let statement = if beside.is_file() { Some(download::read(&beside)?) } else { None };
    Ok(Found { name, bytes, statement })
}

fn fetched(site: &Site<'_>, url: &str) -> Result<Found> {
    let bytes = site.fetch(url)?;
    let name = url.split(['?', '#']).next().unwrap_or(url);
    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
    // One that cannot be had is one that is not there: it shows nothing by itself.
    let statement = download::get(site.env, &provenance::file(url)).unwrap_or_default();
    Ok(Found { name, bytes, statement })
}
