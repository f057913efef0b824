//! A listing of series for people: a few short lines a patch.

use crate::port::listing::{ListedPatch, ListedSeries, Listing};
use crate::port::outcome::Outcome;
use crate::support::ids::Release;
use crate::support::text::clipped;

/// As wide as a terminal is everywhere.
const WIDTH: usize = 80;

impl Listing {
    pub fn text(&self) -> String {
        self.series.iter().map(ListedSeries::text).collect::<Vec<_>>().join("\n")
    }
}

impl ListedSeries {
    fn text(&self) -> String {
        let mut head = self.directory.clone();
        match &self.pin {
            Some(pin) => head.push_str(&format!(" at {pin}")),
            None => head.push_str(", not synced yet"),
        }
        head.extend(self.releases.iter().map(|range| format!(", for releases {range}")));
        let mut lines = vec![head];
        lines.extend(self.not_compared.iter().map(|why| format!("upstream not compared: {why}")));
        if self.patches.is_empty() {
            lines.push("no patches".to_owned());
        }
        let mut text: String = lines.iter().map(|line| clipped(line, WIDTH) + "\n").collect();
        text.extend(self.patches.iter().map(|patch| patch.text(self.compared)));
        text
    }
}

impl ListedPatch {
    fn text(&self, compared: Option<Release>) -> String {
        let Self { number, name, subject, scenarios, drop_when, .. } = self;
        let shown = match scenarios.as_slice() {
            [] => "none".to_owned(),
            scenarios => scenarios.join(", "),
        };
        let mut lines = vec![
            clipped(&format!("{number:>4} {subject}"), WIDTH),
            // To be copied: never cut off.
            format!("     {name}"),
            clipped(&format!("     {}", self.upstream(compared)), WIDTH),
            clipped(&format!("     Repro: {shown}"), WIDTH),
        ];
        lines.extend(
            drop_when.iter().map(|when| clipped(&format!("     Drop-When: {when}"), WIDTH)),
        );
        lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect()
    }

    /// Whether upstream has it, and what its message says of that.
    fn upstream(&self, compared: Option<Release>) -> String {
        let found = self.outcome.zip(compared).map(|(outcome, release)| match outcome {
            Outcome::AlreadyUpstream => format!("{release} has it already"),
            Outcome::PartlyUpstream => format!("{release} has some of it"),
            Outcome::Empty => "it changes nothing".to_owned(),
            Outcome::Conflict => format!("it conflicts with {release}"),
            Outcome::Unchanged
            | Outcome::Offset
            | Outcome::Fuzz
            | Outcome::ThreeWayMerge
            | Outcome::Resolved => format!("not in {release}"),
        });
        let found = found.unwrap_or_else(|| "not compared".to_owned());
        let status = self.upstream_status.as_ref().map(|status| format!("; {status}"));
        format!("Upstream: {found}{}", status.unwrap_or_default())
    }
}
