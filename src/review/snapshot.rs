//! The project's series and lock at one time: as they lie on disk, as a git revision has
//! them, or as the series is on a release.

use std::collections::BTreeMap;

use crate::git::store::Store;
use crate::patch::{FilePatch, Patch};
use crate::port::{Applied, AppliedPatch};
use crate::project::config::{self, Config};
use crate::project::lint::SERIES_FILE;
use crate::project::load::directories;
use crate::project::lock::{self, Lock};
use crate::project::series::SeriesFile;
use crate::review::model::{PatchSnapshot, SeriesSnapshot, Snapshot};
use crate::support::failure::{Failure, Result};
use crate::support::ids::TreeId;
use crate::support::names::RepoPath;
use crate::support::problem::{Kind, Problem};

/// Reads the project through `read`, which gives a file's bytes; `name` is the place for
/// messages, such as `HEAD`. With it comes what is worth a warning.
///
/// # Errors
///
/// There is no project; or what is wrong with its settings, series and patches.
pub fn take(
    name: &str,
    read: &dyn Fn(&str) -> Result<Option<Vec<u8>>>,
) -> Result<(Snapshot, Vec<String>)> {
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    let text = |file: &str| -> Result<Option<String>> {
        Ok(read(file)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    };
    let label =
        |file: &str| if name.is_empty() { file.to_owned() } else { format!("{name}:{file}") };
    let config = match text(config::FILE)?.map(|text| Config::parse(&text)).transpose() {
        Ok(config) => config.unwrap_or_default(),
        Err(problem) => return Err(Problem { file: label(&problem.file), ..problem }.into()),
    };
    let lock_text = text(lock::FILE)?;
    // An earlier format of the lock is no reason not to look at the patches.
    let lock = lock_text.as_deref().and_then(|text| match Lock::parse(text) {
        Ok(lock) => Some(lock),
        Err(problem) => {
            let message = format!("{}; what it says is not compared", problem.message);
            warnings.push(format!("{}: {message}", label(lock::FILE)));
            None
        }
    });
    let mut snapshot = Snapshot { lock, series: Vec::new() };
    let mut has_series = false;
    for (directory, _) in directories(&config, snapshot.lock.as_ref()) {
        let file = format!("{directory}/{SERIES_FILE}");
        let series = text(&file)?;
        has_series |= series.is_some();
        let (series, found) = SeriesFile::parse(&label(&file), &series.unwrap_or_default());
        problems.extend(found);
        let mut patches = Vec::new();
        for patch_name in series.names() {
            let path = format!("{directory}/{patch_name}");
            let Some(bytes) = read(&path)? else {
                let problem =
                    Problem::new(Kind::Finding, label(&file), format!("{patch_name} is missing"));
                problems
                    .push(problem.hint("restore it from git, or take its line out of the series"));
                continue;
            };
            match Patch::parse(patch_name, &label(&path), &bytes) {
                Ok(patch) => patches.push(PatchSnapshot { patch, bytes, bases: BTreeMap::new() }),
                Err(problem) => problems.push(problem),
            }
        }
        snapshot.series.push(SeriesSnapshot { directory, patches });
    }
    if !has_series && lock_text.is_none() {
        let place = if name.is_empty() { "the directory" } else { name };
        let message = format_args!("{place} holds no project: neither {} nor a series", lock::FILE);
        return Err(Failure::new(Kind::Input, message)
            .hint("name a revision that has them, and the project's directory with -C"));
    }
    if problems.is_empty() { Ok((snapshot, warnings)) } else { Err(problems.into()) }
}

/// A series on a release, as [`crate::port`] makes it.
///
/// # Errors
///
/// The store itself.
pub fn of_release(store: &Store, directory: &str, patched: &Applied) -> Result<Snapshot> {
    let mut patches = Vec::new();
    for AppliedPatch { patch, before, .. } in &patched.patches {
        let bases = bases(store, *before, patch)?;
        patches.push(PatchSnapshot {
            patch: patch.clone(),
            bytes: patch.to_string().into(),
            bases,
        });
    }
    let series = SeriesSnapshot { directory: directory.to_owned(), patches };
    Ok(Snapshot { lock: None, series: vec![series] })
}

/// Looks up the files that the patches change, as far as the pins are in the store and the
/// patches apply.
///
/// # Errors
///
/// The store itself.
pub fn look_up(snapshot: &mut Snapshot, store: &Store) -> Result<()> {
    let Some(lock) = &snapshot.lock else { return Ok(()) };
    for series in &mut snapshot.series {
        let Some(locked) = lock.series.iter().find(|locked| locked.patches == series.directory)
        else {
            continue;
        };
        // What was not fetched is not known.
        let Ok(base) = store.commit(locked.pin.commit) else { continue };
        let mut before = base.tree;
        for patch in &mut series.patches {
            let Some(after) = store.tree_after(before, &patch.patch)? else { break };
            patch.bases = bases(store, before, &patch.patch)?;
            before = after;
        }
    }
    Ok(())
}

/// The files that a patch which applies changes, as they are before it; one that it adds is empty.
fn bases(store: &Store, before: TreeId, patch: &Patch) -> Result<BTreeMap<RepoPath, Vec<u8>>> {
    let base = |file: &FilePatch| {
        let found = store.file(before, &file.path)?;
        let bytes = found.map_or_else(|| Ok(Vec::new()), |file| store.blob(file.id))?;
        Ok((file.path.clone(), bytes))
    };
    patch.files.iter().map(base).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::made_up::{lock, release};

    const MAIL: &str = "From: A <a@example.com>\nDate: Sun, 22 Nov 2026 12:00:00 +0000\n\
        Subject: fix: a\n\nWhy.\n\n\
        diff --git a/f b/f\nindex aaaaaaa..bbbbbbb 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";

    /// What a project of these files is at a revision: its patches, its warnings, and whether its
    /// lock was read; or what is wrong.
    fn taken(files: &[(&str, &str)]) -> String {
        of(files, "HEAD")
    }

    fn of(files: &[(&str, &str)], name: &str) -> String {
        let read = |file: &str| {
            let text = files.iter().find(|(path, _)| *path == file);
            Ok(text.map(|(_, text)| text.as_bytes().to_vec()))
        };
        match take(name, &read) {
            Ok((Snapshot { lock, series }, warnings)) => {
                let mut lines: Vec<String> = Vec::new();
                for SeriesSnapshot { directory, patches } in &series {
                    let names = patches.iter().map(|patch| patch.patch.name.as_str());
                    lines.push(
                        std::iter::once(&**directory).chain(names).collect::<Vec<_>>().join(" "),
                    );
                }
                lines.extend(lock.map(|_| "with its lock".to_owned()));
                lines.extend(warnings);
                lines.join("\n")
            }
            Err(failure) if failure.problems.is_empty() => failure.message(),
            Err(failure) => {
                failure.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn a_project_is_its_series_and_its_lock_if_that_can_be_read() {
        let locked = lock(release("2.0.0", 1, b"")).print();
        let series = ("patches/series", "0001-a.patch\n");
        let patch = ("patches/0001-a.patch", MAIL);
        assert_eq!(taken(&[series, patch]), "patches 0001-a.patch");
        insta::assert_snapshot!(taken(&[series, patch, ("upstream.lock", &locked)]), @"
        patches 0001-a.patch
        with its lock
        ");
        insta::assert_snapshot!(taken(&[("upstream.lock", &locked)]), @"
        patches
        with its lock
        ");
        let old = locked.replace("version = 3", "version = 99");
        insta::assert_snapshot!(taken(&[series, patch, ("upstream.lock", &old)]), @"
        patches 0001-a.patch
        HEAD:upstream.lock: format version 99, this patcher reads 2 and 3; what it says is not compared
        ");
    }

    #[test]
    fn what_is_wrong_with_a_project_has_its_revision_before_the_file() {
        insta::assert_snapshot!(taken(&[]), @"HEAD holds no project: neither upstream.lock nor a series");
        insta::assert_snapshot!(of(&[], ""), @"the directory holds no project: neither upstream.lock nor a series");
        let series = ("patches/series", "0001-a.patch\n0002-b.patch\n");
        insta::assert_snapshot!(taken(&[series, ("patches/0002-b.patch", "no mail")]), @"
        HEAD:patches/series: 0001-a.patch is missing
        HEAD:patches/0002-b.patch:1: does not begin with the From, Date and Subject headers of a mail
        ");
        insta::assert_snapshot!(taken(&[series, ("patcher.toml", "[series")]), @"HEAD:patcher.toml:1: unclosed table, expected `]`");
        insta::assert_snapshot!(of(&[series, ("patcher.toml", "[series")], ""), @"patcher.toml:1: unclosed table, expected `]`");
    }
}
