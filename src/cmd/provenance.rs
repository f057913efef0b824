//! The statement beside a published archive.

use super::Context;
use crate::git::store::{Commit, Store};
use crate::project::load::SupportedRelease;
use crate::project::lock;
use crate::publish::derive;
use crate::publish::gzip::GnuGzip;
use crate::publish::provenance::{self, Statement};
use crate::support::failure::Result;
use crate::support::ids::{Release, Sri};
use crate::support::problem::{Kind, Problem};

/// Makes a release's own archive, which must be the registry's.
pub(super) fn reproduce(
    store: &Store,
    gzip: &GnuGzip,
    module: &str,
    release: Release,
    base: &Commit,
    integrity: &Sri,
) -> Result<Sri> {
    let found = Sri::of(&gzip.compress(derive::unpatched_tar(store, module, release, base)?)?);
    if found == *integrity {
        return Ok(found);
    }
    let message =
        format!("the registry's archive of {release} has {integrity}, the tag's has {found}");
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    let hint = "the tag or the registry is not what it was: find out which";
    Err(problem.hint(hint).into())
}

/// The name and the text of the statement about a release that the project publishes. It says
/// that the registry's archive was made again only where that is so now.
pub(super) fn statement(
    context: &Context,
    supported: &SupportedRelease<'_>,
) -> Result<(String, String)> {
    let SupportedRelease { lock, line, release, .. } = supported;
    let known = release.registry_integrity.as_ref().zip(GnuGzip::find(&context.env));
    let is_reproduced = known.is_some();
    if let Some((integrity, gzip)) = known {
        let store = context.store(lock)?;
        let base = store.commit(release.commit)?;
        reproduce(&store, &gzip, &lock.upstream.module, release.release, &base, integrity)?;
    }
    let patches = &line.patches_applied;
    let statement = Statement::new(&lock.upstream, line, patches, release, is_reproduced);
    Ok((provenance::file(&release.archive.file), statement.print()))
}
