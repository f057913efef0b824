//! Making a release's own archive again, and the statement that says whether that was done.

use crate::git::store::{Commit, Store};
use crate::project::evidence::Evidence;
use crate::project::load::SupportedRelease;
use crate::project::lock;
use crate::project::site::Site;
use crate::project::upstream::Upstream;
use crate::publish::gnu_gzip::{GnuGzip, Own, Reproduction};
use crate::publish::provenance::{self, Publication, Statement};
use crate::support::failure::Result;
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};

/// A release's own archive, as the registry has it.
#[derive(Clone, Copy, Debug)]
pub struct Unpatched<'a> {
    pub upstream: &'a Upstream,
    pub release: Release,
    pub base: &'a Commit,
    /// The digest in the registry.
    pub integrity: &'a Sri,
}

/// Makes a release's own archive again, and compares it with the registry's; what is wrong if it
/// is another one.
///
/// # Errors
///
/// It cannot be made.
pub fn reproduce(
    store: &Store,
    gzip: &GnuGzip,
    unpatched: &Unpatched<'_>,
) -> Result<Option<Problem>> {
    let Unpatched { upstream, release, base, integrity } = *unpatched;
    let (strip_prefix, tag) = (&upstream.strip_prefix(release), &upstream.tag.tag(release));
    let own = Own { strip_prefix, tag, base };
    let Reproduction { made: found, tar, reproduced } =
        gzip.reproduce(store, own, &integrity.to_string())?;
    if reproduced.is_some() {
        return Ok(None);
    }
    let message =
        format!("the registry's archive of {release} has {integrity}, the tag's has {found}");
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    Ok(Some(problem.hint(format!(
        "compare the content, which may be compressed in another way: the tag's has {tar}, `gzip \
         -dc ARCHIVE | openssl dgst -sha256 -binary | base64` prints the other's without `sha256-`; \
         if they differ, the tag or the registry is not what it was, or upstream makes the archive \
         in another way (`archive = \"upload\"` in patcher.toml)"
    ))))
}

/// The name and the text of the statement about a release that the project publishes. It says
/// that the registry's archive was made again only if that is so now.
///
/// # Errors
///
/// As [`reproduce`]; or the archive is not the registry's.
pub fn statement(
    site: &Site<'_>,
    supported: &SupportedRelease<'_>,
    evidence: &Evidence,
) -> Result<(String, String)> {
    let SupportedRelease { lock, series_lock: series, release, .. } = *supported;
    let made = release.registry_integrity.as_ref().filter(|_| release.uploaded.is_none());
    let known = made.zip(GnuGzip::find(site.env));
    let is_reproduced = known.is_some();
    if let Some((integrity, gzip)) = known {
        let store = site.store(lock)?;
        let base = &store.commit(release.commit)?;
        let (upstream, release) = (&lock.upstream, release.release);
        let unpatched = Unpatched { upstream, release, base, integrity };
        if let Some(problem) = reproduce(&store, &gzip, &unpatched)? {
            return Err(problem.into());
        }
    }
    let (upstream, patches) = (&lock.upstream, &series.patches_applied);
    let published = Publication { upstream, series, patches, release, is_reproduced };
    let statement = Statement::new(published).with(evidence);
    Ok((provenance::file(&release.archive.file), statement.print()))
}
