//! `patcher status`: where the project stands.

use serde::Serialize;

use super::{Context, Document};
use crate::cli::Status;
use crate::port::session;
use crate::project::lock;
use crate::project::stale::series_staleness;
use crate::publish::locked_facts;
use crate::repro::fixed_upstream;
use crate::support::failure::Result;
use crate::support::ids::Release;
use crate::support::text::{counted, table};

#[derive(Serialize)]
struct Standing {
    module: String,
    upstream: String,
    release: Release,
    commit: String,
    version: String,
    /// The newest stable release that was fetched; absent where nothing was.
    newest: Option<Release>,
    patches: Vec<PatchStanding>,
    series: Vec<SeriesStatus>,
    archive: lock::ArchiveLock,
    tested: Option<lock::Tested>,
    /// How consumers leave the patches, where a release was seen to need none.
    leaving: Option<String>,
    /// The work that is under way in a worktree.
    work: Option<String>,
    /// What no longer fits what it was made from.
    stale: Vec<String>,
}

#[derive(Serialize)]
struct PatchStanding {
    name: String,
    subject: String,
}

#[derive(Serialize)]
struct SeriesStatus {
    patches: String,
    pin: Release,
    /// How many releases it supports, the pin included.
    supported: usize,
    oldest: Release,
}

pub(super) fn run(context: &Context, _args: &Status) -> Result<()> {
    let project = context.project()?;
    let (lock, lines) = (project.lock()?, project.locked_lines()?);
    let (line, series) = lines[0];
    let pin = &line.pin;
    let releases = context.mirror(lock)?.releases()?;
    let newest = releases.keys().filter(|release| release.is_stable()).max().copied();
    let mut stale: Vec<String> = project.problems.iter().map(ToString::to_string).collect();
    for (line, series) in &lines {
        if series.is_complete {
            let changed = locked_facts::changed_patches(&project.lock_text, line, &series.patches);
            stale.extend(changed.iter().map(ToString::to_string));
        }
        stale.extend(series_staleness(line, &project));
    }
    let data = Standing {
        module: lock.upstream.module.clone(),
        upstream: context.ui.scrub(&lock.upstream.url),
        release: pin.release,
        commit: pin.commit.to_string(),
        version: pin.version().to_string(),
        newest,
        patches: series
            .patches
            .iter()
            .map(|source| PatchStanding {
                name: source.patch.name.to_string(),
                subject: source.patch.subject.clone(),
            })
            .collect(),
        series: lines
            .iter()
            .map(|(line, _)| SeriesStatus {
                patches: line.patches.clone(),
                pin: line.pin.release,
                supported: line.all().count(),
                oldest: line.all().last().map_or(line.pin.release, |locked| locked.release),
            })
            .collect(),
        archive: pin.archive.clone(),
        tested: pin.tested.clone(),
        leaving: fixed_upstream::known(&context.site(), &project.suite)
            .map(|known| known.advice(&lock.upstream.module)),
        work: session::under_way(&context.site()),
        stale,
    };
    context.ui.data(&text(&data), &Document::new("status", data));
    Ok(())
}

fn text(data: &Standing) -> String {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    row("upstream", format!("{} at {}", data.module, data.upstream));
    row("pin", format!("{} ({})", data.release, &data.commit[..12]));
    row(
        "newest",
        match data.newest {
            None => "unknown: nothing was fetched yet (`patcher sync`)".to_owned(),
            Some(newest) if newest > data.release => {
                format!("{newest}: `patcher sync --to {newest}` ports the patches to it")
            }
            Some(newest) => format!("{newest}, as far as was fetched"),
        },
    );
    for (index, patch) in data.patches.iter().enumerate() {
        row(if index == 0 { "patches" } else { "" }, format!("{}  {}", patch.name, patch.subject));
    }
    if data.series.len() > 1 || data.series.iter().any(|line| line.supported > 1) {
        for (index, line) in data.series.iter().enumerate() {
            let SeriesStatus { patches, pin, supported, oldest } = line;
            let supports =
                format!("{patches} at {pin} supports {}", counted(*supported, "release"));
            let down = if supported > &1 { format!(", down to {oldest}") } else { String::new() };
            row(if index == 0 { "lines" } else { "" }, format!("{supports}{down}"));
        }
    }
    row("archive", format!("{} {}", data.archive.file, data.archive.integrity));
    row(
        "tested",
        match &data.tested {
            None => "no".to_owned(),
            Some(tested) => {
                let count = counted(tested.count(), "scenario");
                format!("{count} under Bazel {}", tested.bazel)
            }
        },
    );
    if let Some(leaving) = &data.leaving {
        row("leaving", leaving.clone());
    }
    if let Some(work) = &data.work {
        row("work", work.clone());
    }
    for (index, stale) in data.stale.iter().enumerate() {
        row(if index == 0 { "stale" } else { "" }, stale.clone());
    }
    if data.stale.is_empty() {
        row("stale", "nothing".to_owned());
    }
    table(&rows)
}
