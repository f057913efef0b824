//! A series as Bazel's own patcher would apply it to upstream's archive.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::git::attributes::Attributes;
use crate::git::store::Store;
use crate::git::tree::File;
use crate::patch::FilePatch;
use crate::port::{Applied, AppliedPatch};
use crate::project::override_kind::OverrideKind;
use crate::publish::appliers::{Touched, lint_file};
use crate::publish::patched_commit::path_of;
use crate::support::failure::Result;
use crate::support::problem::Problem;

/// Adds what Bazel's own patcher would misapply of a series, for the kinds of `published` that use
/// it. What is wrong on one release mostly is on all of them: it is said once.
///
/// # Errors
///
/// The store itself, or an attribute that patcher cannot follow.
pub fn misapplied(
    store: &Store,
    patched: &Applied,
    published: &[OverrideKind],
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let attributes = attributes(store, patched)?;
    let place = |problem: &Problem| (problem.file.clone(), problem.message.clone());
    for AppliedPatch { file: label, patch, before, after } in &patched.patches {
        for file in &patch.files {
            let text = |tree| -> Result<Rc<[u8]>> {
                match store.file(tree, &file.path)? {
                    Some(file) => store.text(file.id),
                    None => Ok([].into()),
                }
            };
            let (before, after) = (text(*before)?, text(*after)?);
            let in_archive = attributes.in_archive(file.path.as_str());
            let (before, after) = (before.as_ref(), after.as_ref());
            let touched = Touched { patch: file, before, after, in_archive };
            for problem in lint_file(label, &touched, published) {
                if problems.iter().all(|known| place(known) != place(&problem)) {
                    problems.push(problem);
                }
            }
        }
    }
    Ok(())
}

/// The attributes in upstream's tree of all files that a series touches.
fn attributes(store: &Store, patched: &Applied) -> Result<Attributes> {
    let touched = patched.patches.iter().flat_map(|applied| &applied.patch.files);
    let directory_ends = |file: &'_ FilePatch| -> Vec<String> {
        let path = file.path.as_str();
        let directories = path.match_indices('/').map(|(at, _)| &path[..=at]);
        directories.chain([""]).map(|directory| format!("{directory}.gitattributes")).collect()
    };
    let names: BTreeSet<String> = touched.flat_map(directory_ends).collect();
    let mut found = Vec::new();
    for name in names {
        let path = path_of(&name)?;
        if let Some(File { id, .. }) = store.file(patched.base.tree, &path)? {
            found.push((path, store.text(id)?));
        }
    }
    Ok(Attributes::parse(found.iter().map(|(path, text)| (path, text.as_ref())))?)
}
