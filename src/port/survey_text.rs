//! A survey as a table, for people.

use std::collections::BTreeMap;

use crate::port::PatchOutcome;
use crate::port::survey::{PatchSurvey, ReleaseSurvey, SeriesSurvey, Survey};
use crate::support::spans::{Rows, Span, spans};
use crate::support::text::{counted, table};

/// As wide as a terminal: if a column a patch is wider, a row counts outcomes.
const WIDTH: usize = 80;

/// Marks an outcome that holds only if the patches before it apply.
const CONDITION: &str = "*";

impl Survey {
    /// A table a series; for one release also what stands in the way of each patch.
    pub fn text(&self, rows: Rows) -> String {
        // For dozens of releases, a list of places is too long to read.
        let is_detailed = self.releases().count() == 1;
        let text = |series: &SeriesSurvey| {
            let places = series.releases.iter().filter(|_| is_detailed).map(ReleaseSurvey::places);
            series.table(rows) + &places.collect::<String>()
        };
        let mut text = self.series.iter().map(text).collect::<Vec<_>>().join("\n");
        if self.releases().any(|release| release.patches.iter().any(|p| p.found.conditional)) {
            text.push_str(&format!("{CONDITION} if the patches before it apply\n"));
        }
        text
    }
}

impl SeriesSurvey {
    fn table(&self, rows: Rows) -> String {
        let Some(first) = self.releases.first() else { return String::new() };
        let outcomes = |on: &ReleaseSurvey| {
            (on.release, on.patches.iter().map(|p| outcome(&p.found)).collect::<Vec<_>>())
        };
        let spans = spans(self.releases.iter().map(outcomes), rows);
        let names = first.patches.iter().map(|p| p.found.patch.short().to_owned());
        let wide = self.text_of(&spans, names.collect(), Clone::clone);
        if wide.lines().all(|line| line.chars().count() <= WIDTH) {
            return wide;
        }
        let names = vec![counted(first.patches.len(), "patch")];
        self.text_of(&spans, names, |outcomes| vec![totals(outcomes)])
    }

    fn text_of(
        &self,
        spans: &[Span<Vec<String>>],
        names: Vec<String>,
        cells: impl Fn(&Vec<String>) -> Vec<String>,
    ) -> String {
        let is_folded = spans.iter().any(|span| span.count > 1);
        let row = |first: String, size: String, rest: Vec<String>| {
            [first].into_iter().chain(is_folded.then_some(size)).chain(rest).collect::<Vec<_>>()
        };
        let head = format!("{} at {}", self.directory, self.release);
        let mut rows = vec![row(head, String::new(), names)];
        rows.extend(spans.iter().map(|span| row(span.name(), span.size(), cells(&span.said))));
        table(&rows)
    }
}

impl ReleaseSurvey {
    /// What stands in the way of each patch, and what its outcome rests on.
    fn places(&self) -> String {
        let (mut text, told) = (String::new(), self.told());
        for PatchSurvey { found, problems, .. } in &self.patches {
            for problem in problems.iter().filter(|problem| !problem.is_consequence) {
                let problem = match &problem.excerpt {
                    Some(excerpt) => excerpt.clone(),
                    None => format!("{problem}\n"),
                };
                // What stops the port is printed as the error.
                if problem.trim_end() != told {
                    text.push_str(&format!("\n{problem}"));
                }
            }
            for warning in found.warnings() {
                text.push_str(&format!("{}: {warning}\n", found.patch));
            }
        }
        text
    }
}

fn outcome(found: &PatchOutcome) -> String {
    let condition = if found.conditional { CONDITION } else { "" };
    let accepted = if found.accepted { ", left out" } else { "" };
    format!("{}{condition}{accepted}", found.outcome.name())
}

/// How often each outcome occurs.
fn totals(outcomes: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    outcomes.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    let counts = counts.iter().map(|(name, count)| format!("{count} {name}"));
    counts.collect::<Vec<_>>().join(", ")
}
