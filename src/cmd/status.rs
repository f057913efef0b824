//! `patcher status`: where the project stands.

use super::Context;
use crate::cli;
use crate::project::evidence::State;
use crate::support::failure::Result;
use crate::support::text::{counted, table};
use crate::sync::status::{SeriesStatus, Status, status};

pub(super) fn run(context: &Context, _args: &cli::Status) -> Result<()> {
    let status = status(&context.site())?;
    context.ui.data(&text(&status), &status);
    Ok(())
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
                format!("{newest}: `patcher sync --to {newest}` ports the patches to it")
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
