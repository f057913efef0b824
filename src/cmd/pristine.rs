//! The releases' own archives, held against the registry's.

use super::Context;
use super::sync::{LineMade, Made, Syncing};
use crate::core::ids::{Release, Sri};
use crate::core::lock::{self, Lock};
use crate::core::problem::{Kind, Problem};
use crate::derive;
use crate::error::Result;
use crate::io::process::Call;

/// How the releases' own archives compare with the registry's.
#[derive(Default)]
pub(super) struct Registry {
    /// The releases whose archive is the registry's.
    pub(super) reproduced: Vec<(Release, Sri)>,
    /// The releases whose integrity is not known.
    pub(super) unknown: Vec<Release>,
    /// Whether there is nothing to make them with.
    pub(super) has_no_gzip: bool,
}

/// The program that made the registry's archives, if it is here.
fn gnu_gzip(context: &Context) -> Option<Call> {
    let call = Call::new(context.env.find_program("gzip")?, context.env.directory());
    let call = Call { env: context.env.only(|name| name == "PATH"), ..call };
    let version = call.clone().args(["--version"]).run().ok()?;
    let is_gnu = String::from_utf8_lossy(&version.stdout).contains("Free Software Foundation");
    is_gnu.then_some(call)
}

/// Makes the releases' own archives and compares them with the registry's, where
/// something is made anew. The registry's bytes went through GNU gzip, so only that can
/// tell.
///
/// # Errors
///
/// An archive that is not the registry's.
pub(super) fn compare(sync: &Syncing<'_>, lines: &[LineMade<'_>], lock: &Lock) -> Result<Registry> {
    let mut registry = Registry::default();
    let before = sync.project.lock.as_ref();
    let is_made = |made: &&Made| {
        let release = made.patched.release;
        let is_learned = knows(Some(lock), release) && !knows(before, release);
        made.is_new || made.archive.is_some() || is_learned
    };
    for made in lines.iter().flat_map(LineMade::all).filter(is_made) {
        let release = made.patched.release;
        let Some(integrity) =
            lock.find(release).and_then(|locked| locked.registry_integrity.as_ref())
        else {
            registry.unknown.push(release);
            continue;
        };
        let Some(gzip) = gnu_gzip(sync.context) else {
            registry.has_no_gzip = true;
            break;
        };
        let describe = release.to_string();
        let base = &made.patched.base;
        let files = derive::files(&sync.store, base, &describe)?;
        let prefix = format!("{}-{describe}", sync.module);
        let tar = derive::tar_of(&files, base, &prefix)?;
        let found = Sri::of(&Call { stdin: tar, ..gzip }.run()?.stdout);
        if found != *integrity {
            let message = format!(
                "the registry's archive of {describe} has {integrity}, the tag's has {found}"
            );
            let problem = Problem::new(Kind::Integrity, lock::FILE, message);
            let hint = "the tag or the registry is not what it was: find out which";
            return Err(problem.hint(hint).into());
        }
        registry.reproduced.push((release, found));
    }
    Ok(registry)
}

/// Whether a lock holds what the registry says of a release.
pub(super) fn knows(lock: Option<&Lock>, release: Release) -> bool {
    let locked = lock.and_then(|lock| lock.find(release));
    locked.is_some_and(|locked| locked.registry_integrity.is_some())
}
