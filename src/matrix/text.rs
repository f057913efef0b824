//! The matrix for people at a terminal.

use crate::matrix::counts::Counts;
use crate::matrix::model::Matrix;
use crate::matrix::report::{headed, name, names};
use crate::matrix::summary::{BazelSummary, Conclusion, ReleaseStatus};
use crate::support::look::{Meaning, Symbols};
use crate::support::marked::{Marked, Part, fitted, width as table_width};
use crate::support::text::{clipped, counted, one_line, plain};

/// The longest line of prose.
const WIDTH: usize = 100;

impl Matrix {
    /// The matrix for people, on a terminal in so many columns: for each Bazel that ran a row for the
    /// releases that say the same, then what fails and why, then the summary.
    pub fn text(&self, columns: Option<usize>) -> Marked {
        let summary = self.summary();
        let width = prose_width(columns);
        let mut text = Marked::default();
        for bazel in &summary.bazels {
            text.append(self.text_of(bazel, columns));
            text.push("\n");
        }
        for found in self.findings() {
            text.append(marked(Meaning::Failed, &headed(&found), width));
            if !found.cells.is_empty() {
                text.push(wrapped(&names(&found), ["    ", "    "], width));
            }
            text.push("\n");
        }
        text.push(wrapped(&format!("{}.", summary.counts.sentence()), ["", "  "], width));
        let meaning = match summary.conclusion {
            Conclusion::Pass => Meaning::Done,
            Conclusion::Incomplete => Meaning::Attention,
            Conclusion::Fail => Meaning::Failed,
        };
        text.append(marked(meaning, &format!("{}.", summary.headline), width));
        text
    }

    fn text_of(&self, bazel: &BazelSummary, columns: Option<usize>) -> Marked {
        let width = prose_width(columns);
        let head = format!("Bazel {}: {}", one_line(&bazel.name), one_line(&bazel.statuses()));
        if !bazel.ran() {
            let cells = counted(bazel.counts.all(), "cell");
            return wrapped(&format!("{head} ({cells})"), ["", "  "], width).into();
        }
        let heads = [
            "release",
            "",
            "series",
            "fixed",
            "unchanged",
            "changed",
            "failing",
            "n/a",
            "not run",
            "",
        ];
        let mut rows = vec![heads.map(Part::from).to_vec()];
        rows.extend(self.runs(bazel).iter().map(|run| {
            let (row, release) = (&self.releases[run.start], &bazel.releases[run.start]);
            let Counts { fixed, unchanged, expected_change, not_applicable, not_run, .. } =
                release.counts;
            let bad = release.counts.not_as_expected();
            let [fixed, unchanged, changed, absent, not_run] =
                [fixed, unchanged, expected_change, not_applicable, not_run].map(number);
            let bad = if bad == 0 { number(bad) } else { Meaning::Failed.tint(bad.to_string()) };
            // Where it stopped comes below.
            let why = if row.stopped.is_some() { "the port stopped" } else { &release.why };
            let (series, why) = (clipped(&one_line(&row.series), 16), one_line(why));
            let count = if run.len() > 1 { format!(" ({})", run.len()) } else { String::new() };
            let (name, stands) = (self.named(run) + &count, stands(release.status));
            let name = [name.into(), stands, series.into()].into_iter();
            name.chain([fixed, unchanged, changed, bad, absent, not_run, why.into()]).collect()
        }));
        let is_narrow = |rows: &[Vec<Part>]| columns.is_none_or(|most| table_width(rows) <= most);
        // What is left out says least: counts of nothing, then the series, as the release decides it.
        let rows = if is_narrow(&rows) { rows } else { without_zeros(&rows) };
        let rows = if is_narrow(&rows) { rows } else { without(&rows, |column| column == SERIES) };
        let mut text = Marked::from(wrapped(&head, ["", "  "], width));
        text.append(fitted(&rows, columns));
        text
    }
}

fn prose_width(columns: Option<usize>) -> usize {
    columns.map_or(WIDTH, |columns| columns.min(WIDTH))
}

/// No cells.
const ZERO: &str = "-";

fn number(count: usize) -> Part {
    if count == 0 { Meaning::Unchanged.tint(ZERO) } else { count.to_string().into() }
}

/// Where the table names the series.
const SERIES: usize = 2;

/// The rows without the columns of counts in which no row has any.
fn without_zeros(rows: &[Vec<Part>]) -> Vec<Vec<Part>> {
    without(rows, |column| rows[1..].iter().all(|row| row[column].plain(Symbols::Ascii) == ZERO))
}

fn without(rows: &[Vec<Part>], is_left_out: impl Fn(usize) -> bool) -> Vec<Vec<Part>> {
    let kept = |row: &Vec<Part>| {
        let cells = row.iter().enumerate().filter(|(column, _)| !is_left_out(*column));
        cells.map(|(_, cell)| cell.clone()).collect()
    };
    rows.iter().map(kept).collect()
}

fn stands(status: ReleaseStatus) -> Part {
    let meaning = match status {
        ReleaseStatus::Pass => Meaning::Done,
        ReleaseStatus::Fail => Meaning::Failed,
        ReleaseStatus::NotTested => Meaning::Attention,
        ReleaseStatus::OtherShard => Meaning::Unchanged,
    };
    meaning.mark(name(status))
}

/// The text, wrapped, with what it means.
fn marked(meaning: Meaning, text: &str, width: usize) -> Marked {
    let text = wrapped(text, ["  ", "    "], width);
    let mut marked = Marked::default();
    marked.push(meaning.mark(text.trim()));
    marked.push("\n");
    marked
}

/// The text, plain, in lines that end where words do.
fn wrapped(text: &str, [first, others]: [&str; 2], width: usize) -> String {
    let (mut lines, mut line) = (String::new(), first.to_owned());
    let mut is_empty = true;
    for word in plain(text).split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push_str(&line);
            lines.push('\n');
            others.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_line_ends_where_the_next_word_has_no_room() {
        let lines = |width| wrapped("one two  three", ["- ", "  "], width);
        assert_eq!(lines(15), "- one two three\n");
        assert_eq!(lines(14), "- one two\n  three\n");
        assert_eq!(lines(9), "- one two\n  three\n");
        assert_eq!(lines(8), "- one\n  two\n  three\n");
        assert_eq!(lines(1), "- one\n  two\n  three\n");
    }
}
