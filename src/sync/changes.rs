//! What a sync writes: the project's own files, and what is published beside them.

use std::path::Path;

use crate::patch::Patch;
use crate::project::changes::Changes;
use crate::project::lint::SERIES_FILE;
use crate::project::load::{Project, Series};
use crate::project::lock::{self, Lock};
use crate::project::series;
use crate::support::names::PatchName;
use crate::sync::make::SeriesMade;

/// The patches and the lock as they should be.
pub(super) fn project_changes(
    project: &Project,
    series: &[SeriesMade<'_>],
    lock: &Lock,
) -> Changes {
    let mut changes = Changes::default();
    project.migration.write_config(&mut changes);
    for made in series {
        let kept: Vec<&Patch> =
            made.pin.applied.patches.iter().map(|applied| &applied.patch).collect();
        write_series(&mut changes, made.plan.series, &kept);
    }
    changes.write(lock::FILE, lock.print());
    changes
}

fn write_series(changes: &mut Changes, series: &Series, kept: &[&Patch]) {
    let Series { directory, patches, text, .. } = series;
    let mut dropped: Vec<&PatchName> = Vec::new();
    for source in patches {
        match kept.iter().find(|patch| patch.name == source.patch.name) {
            Some(patch) => changes.write(&source.file, patch.to_string()),
            None => {
                changes.delete(&source.file);
                dropped.push(&source.patch.name);
            }
        }
    }
    if !dropped.is_empty() {
        changes.write(format!("{directory}/{SERIES_FILE}"), series::without(text, &dropped));
    }
}

/// A file of the output directory, as [`Changes`] names it.
pub(super) fn join(directory: &Path, file: &str) -> String {
    directory.join(file).to_string_lossy().into_owned()
}
