//! Porting a series to another release, in memory.

use crate::core::ids::Release;
use crate::core::patch::{FilePatch, Patch};
use crate::core::port::{Conflict, Outcome};
use crate::core::problem::{Kind, Problem};
use crate::derive::Patched;
use crate::error::{Failure, Result};
use crate::project::SourcePatch;
use crate::store::{Commit, Store};

/// A series on another release, with what became of each patch.
#[derive(Clone, Debug)]
pub struct Ported {
    /// The series there.
    pub patched: Patched,
    /// An outcome a patch.
    pub outcomes: Vec<Outcome>,
}

/// Merges each patch of `pinned` onto `base`, the commit of `release`.
///
/// # Errors
///
/// [`Kind::Conflict`] at the first patch that does not merge, with every place; a finding
/// for a patch that the release already holds. Nothing was written then.
pub fn port(
    store: &Store,
    pinned: &Patched,
    sources: &[SourcePatch],
    release: Release,
    base: &Commit,
) -> Result<Ported> {
    let mut patched = Patched { release, base: base.clone(), patches: Vec::new() };
    let mut outcomes = Vec::new();
    let mut before = pinned.base.tree;
    for ((patch, after), source) in pinned.patches.iter().zip(sources) {
        let ours = patched.tree();
        let merged = store.merge(before, *after, ours)?;
        if !merged.conflicts.is_empty() {
            return Err(stop(source, release, &merged.conflicts));
        }
        let old = store.diff(before, *after)?;
        let new = store.diff(ours, merged.tree)?;
        let outcome = Outcome::classify(&old, &new);
        if outcome == Outcome::AlreadyUpstream {
            let message = format!("is already in {release}");
            let problem = Problem::new(Kind::Finding, &source.file, message);
            return Err(Failure::from(problem.hint(format!(
                "take it out of the series and delete it, then port again: {release} does not need it"
            ))));
        }
        // As long as the change is the same, its hunks stay as their author cut them.
        let files =
            if outcome == Outcome::Unchanged { with_blobs(&patch.files, &new) } else { new };
        patched.patches.push((Patch { files, ..patch.clone() }, merged.tree));
        outcomes.push(outcome);
        before = *after;
    }
    Ok(Ported { patched, outcomes })
}

/// `files` with the blob ids of `other`, which changes the same paths.
fn with_blobs(files: &[FilePatch], other: &[FilePatch]) -> Vec<FilePatch> {
    let ids = |file: &FilePatch| {
        let found = other.iter().find(|other| other.path == file.path).unwrap_or(file);
        FilePatch { old: found.old.clone(), new: found.new.clone(), ..file.clone() }
    };
    files.iter().map(ids).collect()
}

fn stop(source: &SourcePatch, release: Release, conflicts: &[Conflict]) -> Failure {
    let problems = conflicts.iter().map(|conflict| {
        let file = source.patch.files.iter().find(|file| file.path.as_str() == conflict.path);
        let hunk = file.and_then(|file| conflict.hunk_of(file));
        // The problem is at the hunk, else at what the patch says of the file.
        let at = hunk.map(|hunk| hunk.line).or(file.map(|file| file.line));
        let Conflict { path, target, line, reason, .. } = conflict;
        let reason = reason.name();
        let message = match hunk {
            Some(hunk) => format!(
                "`{}` of {path} would land at {target}:{line} of {release}: {reason}{}",
                hunk.header(),
                sides(conflict, release),
            ),
            None => format!("{path} of {release}: {reason}"),
        };
        let problem = Problem::new(Kind::Conflict, &source.file, message);
        at.map_or(problem.clone(), |at| problem.at(at))
    });
    let name = &source.patch.name;
    let message = format_args!("{name} does not merge onto {release}; nothing was changed");
    let mut failure = Failure::new(Kind::Conflict, message);
    failure.problems = problems.collect();
    failure.hint("change the patch so that it fits both releases, or wait for the next one")
}

/// The three sides of a conflict, indented, as a person compares them.
fn sides(conflict: &Conflict, release: Release) -> String {
    let sides = [
        ("at the pin".to_owned(), &conflict.base),
        (format!("in {release}"), &conflict.upstream),
        ("with the patch".to_owned(), &conflict.patch),
    ];
    let mut text = String::new();
    for (name, lines) in sides {
        text.push_str(&format!("\n    {name}:"));
        if lines.is_empty() {
            text.push_str(" nothing");
        }
        for line in lines.lines() {
            text.push_str(&format!("\n      {line}"));
        }
    }
    text
}
