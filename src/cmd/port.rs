//! `patcher port`: what becomes of each patch on each release, without writing anything.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Context, Document, Told};
use crate::cli::{Port, Releases};
use crate::git::store::Store;
use crate::port::outcome::Outcome;
use crate::port::{Applied, Attempt, PatchOutcome};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, PatchName, Release, TreeId};
use crate::support::problem::{Kind, Problem};
use crate::support::text::{counted, table};

/// With more patches than this, a row counts outcomes instead of showing each.
const COLUMNS: usize = 8;

#[derive(Serialize)]
struct Ports {
    series: Vec<SeriesPorts>,
}

#[derive(Serialize)]
struct SeriesPorts {
    /// The directory of the series.
    patches: String,
    /// The pin.
    release: Release,
    commit: CommitId,
    /// The releases, newest first.
    releases: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    release: Release,
    commit: CommitId,
    /// The tree with every patch that went in.
    tree: TreeId,
    /// The last patch's commit.
    patched_commit: CommitId,
    patches: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    #[serde(flatten)]
    found: PatchOutcome,
    /// The tree after it, where it went in.
    tree: Option<TreeId>,
    /// Its commit there.
    commit: Option<CommitId>,
}

pub(super) fn run(context: &Context, args: &Port) -> Result<()> {
    let project = context.project()?;
    let (lock, lines) = (project.lock()?, project.locked_series()?);
    project.ensure_sound()?;
    let names = lines.iter().flat_map(|(_, series)| &series.patches).map(|p| &p.patch.name);
    accepted_are_known(&args.accept_obsolete, names)?;
    let releases = asked(&args.to, &context.mirror(lock)?.releases()?)?;
    let store = context.store(lock)?;
    let mut data = Ports { series: Vec::new() };
    for (index, (line, series)) in lines.iter().enumerate() {
        // Without a range, the one series is asked about every release; a release that is
        // newer than every pin is the newest line's.
        let is_own = |release: &Release| match &line.releases {
            None => true,
            Some(range) => range.contains(release) || (index == 0 && *release > line.pin.release),
        };
        let own: Vec<_> = releases.iter().filter(|(release, _)| is_own(release)).copied().collect();
        if own.is_empty() {
            continue;
        }
        let pinned = Applied::at_pin(&store, line, series)?;
        let hint = format!("the series applies to {} exactly, or not at all", pinned.release);
        let pinned = pinned.complete().map_err(|failure| failure.hint(hint))?;
        let rows = own.iter().map(|(release, commit)| {
            let base = store.commit(*commit)?;
            row(&store, pinned.onto(&store, *release, &base, &args.accept_obsolete)?)
        });
        data.series.push(SeriesPorts {
            patches: line.patches.clone(),
            release: pinned.release,
            commit: pinned.base.id,
            releases: rows.collect::<Result<_>>()?,
        });
    }
    if data.series.is_empty() {
        return Err(Failure::new(Kind::Input, "no line is for any of these releases")
            .hint("`patcher status` shows what the lines serve"));
    }
    context.ui.text(&text(&data));
    let Some(kind) = data.fault() else {
        context.ui.document(&Document::new("port", data));
        return Ok(());
    };
    let is_one = data.rows().count() == 1;
    let stopped = data.rows().filter(|row| row.fault() == Some(kind)).count();
    let message = match kind {
        Kind::Conflict => format!("{} with a conflict", counted(stopped, "release")),
        _ => format!("{} with a patch that it does not need", counted(stopped, "release")),
    };
    let failure = Failure::new(kind, message).telling(&Told { command: "port", data });
    Err(match kind {
        Kind::Conflict if is_one => {
            failure.hint("`patcher sync --to RELEASE --resolve` opens a worktree to resolve it in")
        }
        Kind::Conflict => {
            failure.hint("`patcher port --to RELEASE` shows where; nothing was written")
        }
        _ => failure.hint("`--accept-obsolete NAME` leaves a patch out; nothing was written"),
    })
}

/// What became of each patch on a release, with the commits that it makes there.
fn row(store: &Store, attempt: Attempt<'_>) -> Result<Row> {
    let commits = attempt.commits(store)?;
    let (release, base, tree) = (attempt.release, attempt.base.id, attempt.tree());
    let patched_commit = commits.last().copied().unwrap_or(base);
    let mut commits = commits.into_iter();
    let cell = |found: PatchOutcome| {
        let tree = found.after;
        let commit = tree.and_then(|_| commits.next());
        Cell { found, tree, commit }
    };
    let patches = attempt.outcomes.into_iter().map(cell).collect();
    Ok(Row { release, commit: base, tree, patched_commit, patches })
}

/// Every name must be a patch's.
fn accepted_are_known<'a>(
    accepted: &[PatchName],
    mut names: impl Iterator<Item = &'a PatchName> + Clone,
) -> Result<()> {
    let unknown = accepted.iter().find(|accepted| !names.clone().any(|name| name == *accepted));
    let Some(unknown) = unknown else { return Ok(()) };
    let known = names.next().map_or(String::new(), |name| format!(", such as {name}"));
    let message = format!("--accept-obsolete {unknown}: the series has no such patch");
    let problem = Problem::new(Kind::Input, "patches/series", message);
    Err(problem.hint(format!("name a patch of the series{known}")).into())
}

/// The releases that were fetched and asked for, newest first.
fn asked(
    to: &[Releases],
    fetched: &BTreeMap<Release, CommitId>,
) -> Result<Vec<(Release, CommitId)>> {
    let newest = fetched.keys().rfind(|release| release.is_stable()).copied();
    let is_asked = |release: &Release| {
        if to.is_empty() {
            return release.is_stable();
        }
        to.iter().any(|to| match to {
            Releases::Latest => Some(*release) == newest,
            Releases::One(one) => one == release,
            Releases::Range(range) => release.is_stable() && range.contains(release),
        })
    };
    let named = to.iter().filter_map(|to| match to {
        Releases::One(one) => Some(one),
        _ => None,
    });
    let unknown = named.into_iter().find(|release| !fetched.contains_key(release));
    let found: Vec<_> = fetched.iter().rev().filter(|(release, _)| is_asked(release)).collect();
    if unknown.is_some() || found.is_empty() {
        let what = unknown.map_or("no such release".to_owned(), |one| format!("no release {one}"));
        return Err(Failure::new(Kind::Input, format_args!("{what} was fetched"))
            .hint("`patcher status` shows the newest; `patcher sync` fetches what upstream has"));
    }
    Ok(found.into_iter().map(|(release, commit)| (*release, *commit)).collect())
}

impl Row {
    /// What stops the series here.
    fn fault(&self) -> Option<Kind> {
        let failed =
            || self.patches.iter().map(|cell| &cell.found).filter(|found| found.is_failure());
        if failed().any(|found| found.outcome == Outcome::Conflict) {
            return Some(Kind::Conflict);
        }
        failed().next().map(|_| Kind::Finding)
    }
}

impl Ports {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.series.iter().flat_map(|line| &line.releases)
    }

    fn fault(&self) -> Option<Kind> {
        let faults: Vec<Kind> = self.rows().filter_map(Row::fault).collect();
        faults.iter().find(|kind| **kind == Kind::Conflict).or(faults.first()).copied()
    }
}

fn text(data: &Ports) -> String {
    let is_long = data.rows().count() > 1;
    data.series.iter().map(|line| line_text(line, is_long)).collect::<Vec<_>>().join("\n")
}

/// A line's releases; without `is_long`, with the places that matter.
fn line_text(line: &SeriesPorts, is_long: bool) -> String {
    let Some(first) = line.releases.first() else { return String::new() };
    let is_wide = first.patches.len() <= COLUMNS;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut head = vec![format!("{} at {}", line.patches, line.release)];
    if is_wide {
        head.extend(first.patches.iter().map(|cell| cell.found.patch.as_str()[..4].to_owned()));
    } else {
        head.push(counted(first.patches.len(), "patch"));
    }
    rows.push(head);
    for row in &line.releases {
        let mut cells = vec![row.release.to_string()];
        let names = row.patches.iter().map(|cell| {
            let condition = if cell.found.conditional { "?" } else { "" };
            let accepted = if cell.found.accepted { ", left out" } else { "" };
            format!("{}{condition}{accepted}", cell.found.outcome.name())
        });
        if is_wide {
            cells.extend(names);
        } else {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            names.for_each(|name| *counts.entry(name).or_default() += 1);
            let counts = counts.iter().map(|(name, count)| format!("{count} {name}"));
            cells.push(counts.collect::<Vec<_>>().join(", "));
        }
        rows.push(cells);
    }
    let mut text = table(&rows);
    // A list for dozens of releases is nothing to read.
    for row in line.releases.iter().filter(|_| !is_long) {
        for Cell { found, .. } in &row.patches {
            let head = format!("{} {}", row.release, found.patch);
            let mut lines: Vec<String> = found
                .conflicts
                .iter()
                .map(|conflict| match conflict.line {
                    0 => format!("{}: {}", conflict.target, conflict.reason.name()),
                    line => format!("{}:{line}: {}", conflict.target, conflict.reason.name()),
                })
                .collect();
            if found.outcome.is_already_upstream() {
                lines.push(match found.because() {
                    because if because.is_empty() => found.outcome.name().to_owned(),
                    because => because,
                });
            } else {
                lines.extend(found.warnings());
            }
            lines.iter().for_each(|line| text.push_str(&format!("{head}: {line}\n")));
        }
    }
    text
}
