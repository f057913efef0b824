//! `patcher status`: where the project stands.

use super::Context;
use crate::cli;
use crate::project::evidence::State;
use crate::support::failure::Result;
use crate::support::text::{counted, table};
use crate::sync::status::{SeriesStatus, Status, status};

pub(super) fn run(context: &Context, _args: &cli::Status) -> Result<()> {
    let status = status(&context.site())?;
    ending(context, &status);
    context.ui.data(&text(&status), &status);
    Ok(())
}

/// What it comes to, and what to do about it.
fn ending(context: &Context, data: &Status) {
    let (module, version) = (&data.module, &data.version);
    let untested = data.evidence.state == State::Untested;
    let (text, next) = match data.newest {
        // The steps of the work say how to go on.
        _ if data.work.is_some() => ("work is under way".to_owned(), None),
        Some(newest) if newest > data.release => {
            let command = format!("patcher sync --to {newest}");
            (format!("{newest} is released"), Some((command, "port the patches to it")))
        }
        _ if !data.stale.is_empty() => {
            let command = "patcher sync".to_owned();
            (format!("{module} {version} is stale"), Some((command, "bring it up to date")))
        }
        _ if untested => {
            let command = "patcher sync".to_owned();
            (format!("{module} {version} is not tested"), Some((command, "run the scenarios")))
        }
        _ => (format!("{module} {version} is up to date"), None),
    };
    context.ui.summary(&text);
    if let Some((command, why)) = next {
        context.ui.next(&command, why);
    }
}

fn text(data: &Status) -> String {
    let mut rows: Vec<[String; 2]> = Vec::new();
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    row("upstream", format!("{} at {}", data.module, data.upstream));
    row("pin", format!("{} ({})", data.release, &data.commit[..12]));
    row(
        "newest",
        match data.newest {
            None => "unknown: nothing was fetched yet (`patcher sync`)".to_owned(),
            Some(newest) if newest > data.release => {
                format!("{newest}, newer than the pin")
            }
            Some(newest) => format!("{newest}, as far as was fetched"),
        },
    );
    for (index, patch) in data.patches.iter().enumerate() {
        row(if index == 0 { "patches" } else { "" }, format!("{}  {}", patch.name, patch.subject));
    }
    if data.series.len() > 1 || data.series.iter().any(|series| series.supported > 1) {
        for (index, series) in data.series.iter().enumerate() {
            let SeriesStatus { patches, pin, supported, oldest } = series;
            let supports =
                format!("{patches} at {pin} supports {}", counted(*supported, "release"));
            let down = if supported > &1 { format!(", down to {oldest}") } else { String::new() };
            row(if index == 0 { "series" } else { "" }, format!("{supports}{down}"));
        }
    }
    row("archive", format!("{} {}", data.archive.file, data.archive.integrity));
    let tested = match data.evidence.state {
        State::Untested => "no".to_owned(),
        State::Tested | State::Partial | State::None => data.evidence.text(),
    };
    row("tested", tested);
    for gap in &data.gaps {
        row("not run", gap.clone());
    }
    if let Some(advice) = &data.fixed_upstream {
        row("fixed upstream", advice.clone());
    }
    for (index, stale) in data.stale.iter().enumerate() {
        row(if index == 0 { "stale" } else { "" }, stale.clone());
    }
    if data.stale.is_empty() {
        row("stale", "nothing".to_owned());
    }
    // What waits for a person comes first.
    let work = data.work.as_ref().map(|work| work.text() + "\n");
    work.unwrap_or_default() + &table(&rows)
}
