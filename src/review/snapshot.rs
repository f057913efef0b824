//! The project's series and lock at one time: as they lie on disk, as a git revision has
//! them, or as the series is on a release.

use std::collections::BTreeMap;

use crate::git::store::Store;
use crate::patch::{Change, Patch};
use crate::port::{Applied, AppliedPatch};
use crate::project::config::{self, Config};
use crate::project::lint::SERIES_FILE;
use crate::project::load::directories;
use crate::project::lock::{self, Lock};
use crate::project::series::SeriesFile;
use crate::review::model::{PatchSnapshot, SeriesSnapshot, Snapshot};
use crate::support::failure::{Failure, Result};
use crate::support::ids::TreeId;
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

/// The files that a patch changes, as they are before it; an added one is empty.
fn bases(
    store: &Store,
    before: TreeId,
    patch: &Patch,
) -> Result<BTreeMap<crate::support::names::RepoPath, Vec<u8>>> {
    let mut bases = BTreeMap::new();
    for file in &patch.files {
        let bytes = match store.file(before, &file.path)? {
            Some(file) => store.blob(file.id)?,
            None if file.change == Change::Add => Vec::new(),
            None => continue,
        };
        bases.insert(file.path.clone(), bytes);
    }
    Ok(bases)
}
