//! A survey as a table, for people.

use std::collections::BTreeMap;

use crate::port::PatchOutcome;
use crate::port::survey::{ReleaseSurvey, SeriesSurvey, Survey};
use crate::support::text::{counted, table};

/// With more patches than this, a row counts outcomes instead of showing each.
const COLUMNS: usize = 8;

impl Survey {
    /// A table a series; for one release also the places that matter.
    pub fn text(&self) -> String {
        // For dozens of releases, a list of places is too long to read.
        let is_detailed = self.releases().count() == 1;
        let text = |series: &SeriesSurvey| {
            let places = series.releases.iter().filter(|_| is_detailed).map(ReleaseSurvey::places);
            table(&series.rows()) + &places.collect::<String>()
        };
        self.series.iter().map(text).collect::<Vec<_>>().join("\n")
    }
}

impl SeriesSurvey {
    fn rows(&self) -> Vec<Vec<String>> {
        let Some(first) = self.releases.first() else { return Vec::new() };
        let is_wide = first.patches.len() <= COLUMNS;
        let mut head = vec![format!("{} at {}", self.patches, self.release)];
        if is_wide {
            head.extend(first.patches.iter().map(|patch| patch.found.patch.short().to_owned()));
        } else {
            head.push(counted(first.patches.len(), "patch"));
        }
        let mut rows = vec![head];
        for on_release in &self.releases {
            let mut row = vec![on_release.release.to_string()];
            let outcomes = on_release.patches.iter().map(|patch| outcome(&patch.found));
            if is_wide {
                row.extend(outcomes);
            } else {
                row.push(totals(outcomes));
            }
            rows.push(row);
        }
        rows
    }
}

impl ReleaseSurvey {
    /// What each patch's outcome rests on, a line a place.
    fn places(&self) -> String {
        let mut text = String::new();
        for found in self.patches.iter().map(|patch| &patch.found) {
            for line in reasons(found) {
                text.push_str(&format!("{} {}: {line}\n", self.release, found.patch));
            }
        }
        text
    }
}

fn outcome(found: &PatchOutcome) -> String {
    let condition = if found.conditional { "?" } else { "" };
    let accepted = if found.accepted { ", left out" } else { "" };
    format!("{}{condition}{accepted}", found.outcome.name())
}

/// How often each outcome occurs.
fn totals(outcomes: impl Iterator<Item = String>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    outcomes.for_each(|name| *counts.entry(name).or_default() += 1);
    let counts = counts.iter().map(|(name, count)| format!("{count} {name}"));
    counts.collect::<Vec<_>>().join(", ")
}

fn reasons(found: &PatchOutcome) -> Vec<String> {
    let conflicts = found.conflicts.iter().map(|conflict| match conflict.line {
        0 => format!("{}: {}", conflict.target, conflict.why()),
        line => format!("{}:{line}: {}", conflict.target, conflict.why()),
    });
    let mut reasons: Vec<String> = conflicts.collect();
    if found.outcome.is_already_upstream() {
        let because = found.because();
        reasons.push(if because.is_empty() { found.outcome.name().to_owned() } else { because });
    } else {
        reasons.extend(found.warnings());
    }
    reasons
}
