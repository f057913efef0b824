//! The files of an edited series.

use crate::patch::Patch;
use crate::port::edit::series::Edited;
use crate::project::changes::Changes;
use crate::project::lint::{SERIES_FILE, lint_patch};
use crate::project::load::{Project, Series};
use crate::project::series;
use crate::support::names::PatchName;
use crate::support::problem::Problem;

/// The changes that make the files of a series those of `edited`.
pub(in crate::port) fn changes(series: &Series, edited: &[Edited]) -> Changes {
    let mut changes = Changes::default();
    let directory = &series.directory;
    for source in &series.patches {
        if edited.iter().all(|edited| edited.patch.name != source.patch.name) {
            changes.delete(&source.file);
        }
    }
    for Edited { patch, .. } in edited {
        changes.write(format!("{directory}/{}", patch.name), patch.to_string());
    }
    let names: Vec<(Option<&PatchName>, PatchName)> = edited
        .iter()
        .map(|edited| {
            let old = edited.old.map(|old| &series.patches[old].patch.name);
            (old, edited.patch.name.clone())
        })
        .collect();
    changes.write(format!("{directory}/{SERIES_FILE}"), series::arranged(&series.text, &names));
    changes
}

/// What `check` will find in patches that are written to `directory`.
pub fn lint<'p>(
    project: &Project,
    directory: &str,
    patches: impl Iterator<Item = &'p Patch>,
) -> Vec<Problem> {
    let scenarios = project.suite.directories();
    let of = |patch: &Patch| {
        let file = format!("{directory}/{}", patch.name);
        lint_patch(&file, patch.to_string().as_bytes(), patch, &scenarios)
    };
    patches.flat_map(of).collect()
}
