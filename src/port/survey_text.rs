//! A survey as a table, for people.

use crate::port::PatchOutcome;
use crate::port::outcome::Outcome;
use crate::port::survey::{PatchSurvey, ReleaseSurvey, SeriesSurvey, Survey};
use crate::support::marked::{Marked, Part, fitted, table, width};
use crate::support::spans::{Rows, Span, spans};
use crate::support::text::counted;

/// Marks an outcome that holds only if the patches before it apply.
const CONDITION: &str = "*";

/// What is shown of an outcome.
type Cell = (Outcome, String);

impl Survey {
    /// A table a series, on a terminal in so many columns; for one release also what stands in the
    /// way of each patch.
    pub fn text(&self, rows: Rows, columns: Option<usize>) -> Marked {
        // For dozens of releases, a list of places is too long to read.
        let is_detailed = self.releases().count() == 1;
        let mut text = Marked::default();
        for (index, series) in self.series.iter().enumerate() {
            text.push(if index == 0 { "" } else { "\n" });
            text.append(series.table(rows, columns));
            let places = series.releases.iter().filter(|_| is_detailed).map(ReleaseSurvey::places);
            text.push(places.collect::<String>());
        }
        if self.releases().any(|release| release.patches.iter().any(|p| p.found.conditional)) {
            text.push(format!("{CONDITION} if the patches before it apply\n"));
        }
        text
    }
}

impl SeriesSurvey {
    fn table(&self, rows: Rows, columns: Option<usize>) -> Marked {
        let Some(first) = self.releases.first() else { return Marked::default() };
        let outcomes = |on: &ReleaseSurvey| {
            (on.release, on.patches.iter().map(|p| outcome(&p.found)).collect::<Vec<_>>())
        };
        let spans = spans(self.releases.iter().map(outcomes), rows);
        let names = first.patches.iter().map(|p| p.found.patch.short().to_owned());
        let wide = self.rows(&spans, names.collect(), |cells| cells.iter().map(marked).collect());
        if columns.is_none_or(|columns| width(&wide) <= columns) {
            return table(&wide);
        }
        // A column a patch is too wide: one counts the outcomes.
        let names = vec![counted(first.patches.len(), "patch")];
        fitted(&self.rows(&spans, names, |cells| vec![totals(cells)]), columns)
    }

    fn rows(
        &self,
        spans: &[Span<Vec<Cell>>],
        names: Vec<String>,
        cells: impl Fn(&[Cell]) -> Vec<Part>,
    ) -> Vec<Vec<Part>> {
        let is_folded = spans.iter().any(|span| span.count > 1);
        let row = |first: String, size: String, rest: Vec<Part>| {
            let size = is_folded.then(|| size.into());
            [first.into()].into_iter().chain(size).chain(rest).collect::<Vec<Part>>()
        };
        let head = format!("{} at {}", self.directory, self.release);
        let mut rows = vec![row(head, String::new(), names.into_iter().map(Part::from).collect())];
        rows.extend(spans.iter().map(|span| row(span.name(), span.size(), cells(&span.said))));
        rows
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

fn outcome(found: &PatchOutcome) -> Cell {
    let condition = if found.conditional { CONDITION } else { "" };
    let accepted = if found.accepted { ", left out" } else { "" };
    (found.outcome, format!("{}{condition}{accepted}", found.outcome.name()))
}

fn marked((outcome, text): &Cell) -> Part {
    outcome.meaning().mark(text)
}

/// How often each outcome occurs, the worst first and with its meaning.
fn totals(cells: &[Cell]) -> Part {
    let mut counts: Vec<(&Cell, usize)> = Vec::new();
    for cell in cells {
        match counts.iter_mut().find(|(known, _)| *known == cell) {
            Some((_, count)) => *count += 1,
            None => counts.push((cell, 1)),
        }
    }
    counts.sort_by_key(|((outcome, _), _)| std::cmp::Reverse(*outcome));
    let text = counts.iter().map(|((_, name), count)| format!("{count} {name}"));
    let text = text.collect::<Vec<_>>().join(", ");
    counts.first().map_or_else(Part::default, |((outcome, _), _)| outcome.meaning().mark(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_the_worst_first() {
        let cell = |outcome: Outcome| (outcome, outcome.name().to_owned());
        let cells = [Outcome::Offset, Outcome::Conflict, Outcome::Unchanged, Outcome::Offset];
        let part = totals(&cells.map(cell));
        let expected = Outcome::Conflict.meaning().mark("1 conflict, 2 offset, 1 unchanged");
        assert_eq!(part, expected);
        assert_eq!(totals(&[]), Part::default());
    }
}
