//! The operation: every link of the chain, from an archive back to the registry.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::git::mirror::Mirror;
use crate::git::store::{ObjectError, Store};
use crate::project::evidence;
use crate::project::load::Project;
use crate::project::lock::{self, Lock, SeriesLock};
use crate::project::published_lock::PublishedLock;
use crate::project::site::Site;
use crate::publish::gnu_gzip::GnuGzip;
use crate::publish::provenance::{self, Statement};
use crate::publish::snippet::checked_url;
use crate::publish::uploaded_bytes;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{ModuleVersion, Sri};
use crate::support::location::hide_credentials;
use crate::support::problem::Kind;
use crate::support::tag_format::TagFormat;
use crate::verify::chain::{self, Checked, Link};
use crate::verify::evidence::{Evidence, Given, Locked, UploadedArchive};
use crate::verify::opened::Opened;
use crate::verify::source::{self, Found};

#[derive(Clone, Debug)]
pub struct Options {
    /// An archive, its URL, or a consumer's MODULE.bazel.
    pub what: String,
    /// A clone of the upstream to derive from; the mirror in the cache if absent.
    pub upstream: Option<PathBuf>,
    /// The path or the URL of a published lock, in place of a project.
    pub lock: Option<String>,
}

/// Which links of the chain hold.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    pub archive: String,
    pub module: String,
    pub version: String,
    /// The digest of the archive's bytes.
    pub integrity: Sri,
    /// Whether a provenance statement lies beside it; none is signed.
    pub statement: bool,
    /// The first link that does not hold.
    pub broken: Option<Link>,
    /// Every link, in order.
    pub links: Vec<Checked>,
    /// What the scenarios showed of the archive, by the lock of the project, or else by the
    /// statement; absent if neither says it. No link rests on it.
    pub evidence: Option<evidence::Evidence>,
    /// What the lock says of the release, if that is another version.
    #[serde(skip)]
    pub locked: Option<ModuleVersion>,
}

/// Derives each link of the chain again.
///
/// # Errors
///
/// There is no such archive, it is something else, or what it is derived from is not here. A link
/// that does not hold is no error: it is in the report.
pub fn verify(site: &Site<'_>, options: &Options) -> Result<Report> {
    let published = options.lock.as_deref().map(|lock| PublishedLock::read(site, lock));
    let published = published.transpose()?;
    let workspace = site.workspace()?;
    let is_used = published.is_none() && Project::is_in(&workspace);
    let project = is_used.then(|| Project::load(workspace));
    let lock = match (&published, &project) {
        (Some(published), _) => Some((published.location.as_str(), &published.lock)),
        (None, project) => project
            .as_ref()
            .and_then(|project| project.lock.as_ref().map(|lock| (lock::FILE, lock))),
    };
    let module = lock.map(|(_, lock)| lock.upstream.module.as_str());
    let (found, consumer) = source::find(site, &options.what, project.as_ref(), module)?;
    let Found { name, bytes, statement } = found;
    let opened = Opened::new(bytes).map_err(|failure| named(&name, failure))?;
    let statement = statement.map(|bytes| parse(&name, &bytes)).transpose()?;
    let locked = lock.and_then(|(name, lock)| locked(name, lock, &opened));
    let supported = project.as_ref().zip(locked).and_then(|(project, locked)| {
        let supported = project.supported(Some(locked.release.release)).ok()?;
        Some((project, supported))
    });
    // What a project's lock says counts only with the patches that it is of.
    let locked = locked.filter(|_| project.is_none() || supported.is_some());
    let unused = project.as_ref().filter(|_| supported.is_none());
    report_unused(site, unused, published.as_ref().filter(|_| locked.is_none()));
    if project.as_ref().is_some_and(|project| project.is_edited) {
        site.progress.warning("upstream.lock was edited by hand: `patcher check` shows where");
    }
    let url = locked.map(|locked| locked.lock.upstream.url.as_str());
    let upstream = options.upstream.as_deref();
    let mirror = mirror(site, upstream, url.or(opened.upstream()), &opened.module)?;
    let store = Store::open(&mirror.objects())?;
    let uploaded = uploaded(site, locked, statement.as_ref())?;
    let tag_format = tags(locked, statement.as_ref());
    let given = Given {
        store: &store,
        tags: mirror.tagged(&tag_format).releases()?,
        tag_format,
        locked,
        project: supported,
        statement,
        consumer,
        gzip: GnuGzip::find(site.env),
        uploaded,
    };
    let links = links(&opened, &given).map_err(|failure| lacking(failure, upstream))?;
    let version = locked.map(|locked| locked.release.version());
    let evidence = evidence_of(&opened, &given);
    Ok(Report {
        archive: name,
        module: opened.module.clone(),
        version: opened.version.to_string(),
        integrity: opened.integrity(),
        statement: given.statement.is_some(),
        broken: chain::first_broken(&links).map(|link| link.name),
        links,
        evidence,
        locked: version.filter(|version| *version != opened.version),
    })
}

/// Says what was given and is not used, because it does not support the release.
fn report_unused(site: &Site<'_>, project: Option<&Project>, published: Option<&PublishedLock>) {
    if let Some(project) = project {
        let root = project.workspace.root().display();
        site.progress.note(&format!("the project in {root} does not support it, and is not used"));
    }
    if let Some(PublishedLock { location, .. }) = published {
        site.progress.note(&format!("{location} does not support it, and is not used"));
    }
}

/// The archive that upstream uploaded, by the lock, or else by the statement.
fn uploaded(
    site: &Site<'_>,
    locked: Option<Locked<'_>>,
    statement: Option<&Statement>,
) -> Result<Option<UploadedArchive>> {
    let by_lock = locked.map(|Locked { release, .. }| {
        (release.uploaded.clone(), release.registry_integrity.clone())
    });
    let by_statement = || {
        let digest = statement.and_then(Statement::registry).and_then(Sri::of_hex);
        (statement.and_then(Statement::uploaded), digest)
    };
    let (Some(place), Some(integrity)) = by_lock.unwrap_or_else(by_statement) else {
        return Ok(None);
    };
    checked_url(&place.url)?;
    let got = uploaded_bytes::get(site, &place.url, &integrity)?;
    Ok(Some(UploadedArchive { place, got }))
}

/// How upstream's tags name releases: by the lock, or else by the statement.
fn tags(locked: Option<Locked<'_>>, statement: Option<&Statement>) -> TagFormat {
    let locked = locked.map(|locked| locked.lock.upstream.tag.clone());
    locked.or_else(|| statement.and_then(Statement::tags)).unwrap_or_default()
}

/// What is known of the scenarios: by the project, if the archive is of it, or by the statement.
fn evidence_of(opened: &Opened, given: &Given<'_>) -> Option<evidence::Evidence> {
    match &given.project {
        Some((project, supported)) if supported.release.version() == opened.version => {
            Some(evidence::Evidence::of(supported.series_lock, supported.release, project))
        }
        _ => given.statement.as_ref().and_then(Statement::scenarios).cloned(),
    }
}

/// Every link, in order.
fn links(opened: &Opened, given: &Given<'_>) -> Result<Vec<Checked>> {
    let evidence = Evidence::new(opened, given)?;
    let mut links = vec![evidence.registry()?, evidence.commit(), evidence.tree()];
    match &given.project {
        Some((project, supported)) => links.extend(evidence.by_project(project, supported)?),
        None => links.extend(evidence.by_archive()?),
    }
    links.push(evidence.consumer());
    Ok(links)
}

/// What stopped for want of an object. A person's clone is nothing that patcher fetches.
fn lacking(failure: Failure, upstream: Option<&Path>) -> Failure {
    let is_of_clone = upstream.is_some() && failure.error.is::<ObjectError>();
    let hints = if is_of_clone { Vec::new() } else { failure.hints };
    Failure { hints, ..failure }.hint("`--upstream PATH` takes a clone that has everything")
}

/// The part of a lock that an archive is of, if it is of this one.
fn locked<'a>(name: &'a str, lock: &'a Lock, opened: &Opened) -> Option<Locked<'a>> {
    let of_release = |series: &'a SeriesLock| Some((series, series.find(opened.version.release)?));
    let (series, release) = lock.series.iter().find_map(of_release)?;
    (lock.upstream.module == opened.module).then_some(Locked { name, lock, series, release })
}

fn parse(name: &str, bytes: &[u8]) -> Result<Statement> {
    Statement::parse(bytes).map_err(|why| {
        let message =
            format_args!("{}: not a patcher provenance statement: {why}", provenance::file(name));
        Failure::new(Kind::Input, message).hint("move it away to verify the archive without it")
    })
}

fn named(name: &str, failure: Failure) -> Failure {
    Failure::because(failure.kind, name, failure.error)
        .hint("name an archive that `patcher publish` wrote, its URL, or a MODULE.bazel")
        .hint("if it is one, it was damaged on the way: download it or publish it again")
}

/// The repository to derive from: only read.
fn mirror(
    site: &Site<'_>,
    upstream: Option<&Path>,
    url: Option<&str>,
    module: &str,
) -> Result<Mirror> {
    if let Some(clone) = upstream {
        let mirror = Mirror::at(site.env, &site.env.directory().join(clone));
        if mirror.exists() {
            return Ok(mirror);
        }
        let message = format_args!("{}: not a git repository", clone.display());
        return Err(Failure::new(Kind::Input, message).hint("name a clone of the upstream"));
    }
    let way_out = "`patcher verify --upstream PATH` takes a clone: `git clone --mirror URL PATH`";
    let Some(url) = url else {
        let message = format_args!("the archive does not say where the upstream of {module} is");
        return Err(Failure::new(Kind::Input, message).hint(way_out));
    };
    let mirror = Mirror::of(site.env, site.root, url)?;
    if mirror.exists() {
        return Ok(mirror);
    }
    let message =
        format_args!("nothing of {module} was fetched yet from {}", hide_credentials(url));
    Err(Failure::new(Kind::Environment, message)
        .hint("`patcher sync` in its project fetches it")
        .hint(way_out))
}
