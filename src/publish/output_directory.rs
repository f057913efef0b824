//! What the directory that archives are published in says of what was published before.

use std::fs;
use std::path::Path;

use crate::project::load::SupportedRelease;
use crate::support::failure::{Failure, Result};
use crate::support::file_read::read;
use crate::support::ids::{ModuleVersion, Sri};
use crate::support::problem::{Kind, Problem};

/// Stops if the directory has another archive of the version, or one of a higher revision of the
/// release: the lock was put back since. `name` is the directory as the user names it.
///
/// # Errors
///
/// It has one.
pub(super) fn ensure_unpublished(
    directory: &Path,
    name: &Path,
    supported: &SupportedRelease<'_>,
) -> Result<()> {
    let SupportedRelease { lock, release: locked, .. } = supported;
    let refused = |file: &str, message: &str| {
        let problem = Problem::new(Kind::Integrity, name.join(file).display().to_string(), message);
        let hint = "publish with the upstream.lock that has it; or move it away, if it was never \
                    published";
        Err(Failure::from(problem.hint(hint)).hint("nothing was published"))
    };
    let archive = &locked.archive;
    let there = read(&directory.join(&archive.file)).ok();
    if there.is_some_and(|bytes| Sri::of(&bytes) != archive.integrity) {
        let message = "is there with other bytes, and a published version never changes";
        return refused(&archive.file, message);
    }
    let Ok(entries) = fs::read_dir(directory) else { return Ok(()) };
    for entry in entries.filter_map(std::result::Result::ok) {
        let file = entry.file_name().to_string_lossy().into_owned();
        let version = file.strip_prefix(&format!("{}-", lock.upstream.module));
        let version = version.and_then(|rest| rest.strip_suffix(".tar.gz")?.parse().ok());
        let is_higher = |version: ModuleVersion| {
            version.release == locked.release && version.revision > locked.revision
        };
        if version.is_some_and(is_higher) {
            let message = format!("is of a higher revision than {}", locked.version());
            return refused(&file, &message);
        }
    }
    Ok(())
}
