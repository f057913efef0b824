//! Texts and tables for people, parts of which have a meaning.

use crate::support::look::{Meaning, Symbols};
use crate::support::text::{self, clipped};

/// A text, parts of which have a meaning. The printer shows that by colours and symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    parts: Vec<Part>,
}

/// A part of a text, or a cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    text: String,
    meaning: Option<Meaning>,
    has_symbol: bool,
}

impl Meaning {
    /// The text in the colour of this meaning, behind its symbol.
    pub fn mark(self, text: impl Into<String>) -> Part {
        Part { text: text.into(), meaning: Some(self), has_symbol: true }
    }

    /// The text in the colour of this meaning: the words around it say the same.
    pub fn tint(self, text: impl Into<String>) -> Part {
        Part { text: text.into(), meaning: Some(self), has_symbol: false }
    }
}

impl<T: Into<String>> From<T> for Part {
    fn from(text: T) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Part {
    /// The part as text.
    pub fn plain(&self, symbols: Symbols) -> String {
        match self.meaning.filter(|_| self.has_symbol) {
            Some(meaning) if self.text.is_empty() => meaning.symbol(symbols).to_string(),
            Some(meaning) => format!("{} {}", meaning.symbol(symbols), self.text),
            None => self.text.clone(),
        }
    }

    /// What it means, if anything.
    pub fn meaning(&self) -> Option<Meaning> {
        self.meaning
    }

    /// The part in at most `most` columns.
    fn clipped(&self, most: usize) -> Self {
        let most = most.saturating_sub(self.symbol_width());
        Self { text: clipped(&self.text, most), ..self.clone() }
    }

    fn symbol_width(&self) -> usize {
        self.width() - self.text.chars().count()
    }

    fn width(&self) -> usize {
        // Symbols are equally wide in either set.
        self.plain(Symbols::Ascii).chars().count()
    }
}

impl Marked {
    /// Adds a part at the end.
    pub fn push(&mut self, part: impl Into<Part>) {
        self.parts.push(part.into());
    }

    /// Adds another text at the end.
    pub fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The text without colours.
    pub fn plain(&self, symbols: Symbols) -> String {
        self.parts.iter().map(|part| part.plain(symbols)).collect()
    }
}

impl<T: Into<String>> From<T> for Marked {
    fn from(text: T) -> Self {
        Self { parts: vec![text.into().into()] }
    }
}

/// A table that fits so many columns, if the last cell of each row can be shortened so far; as wide
/// as it is, if it is not for a terminal.
pub fn fitted<R: AsRef<[Part]>>(rows: &[R], columns: Option<usize>) -> Marked {
    let Some(columns) = columns else { return table(rows) };
    let last = rows.iter().map(|row| row.as_ref().len()).max().unwrap_or_default().max(1) - 1;
    let before = rows.iter().map(|row| row.as_ref().get(..last).unwrap_or(row.as_ref()));
    let before = width(&before.collect::<Vec<_>>());
    let room = columns.saturating_sub(before + 2).max(LEAST);
    let shorter = |row: &R| {
        let cells = row.as_ref().iter().enumerate();
        let cell = |(column, cell): (usize, &Part)| {
            if column == last { cell.clipped(room) } else { cell.clone() }
        };
        cells.map(cell).collect::<Vec<_>>()
    };
    table(&rows.iter().map(shorter).collect::<Vec<_>>())
}

/// The same, if the last column is prose: it is folded, and nothing of it is lost.
pub fn folded<R: AsRef<[Part]>>(rows: &[R], columns: Option<usize>) -> Marked {
    let Some(columns) = columns else { return table(rows) };
    let split = rows.iter().filter_map(|row| row.as_ref().split_last());
    let before = split.clone().map(|(_, before)| before);
    let room = columns.saturating_sub(width(&before.collect::<Vec<_>>()) + 2).max(LEAST);
    let lines = split.flat_map(|(last, before)| {
        let room = room - last.symbol_width();
        let text = text::folded(&last.text, 0, room);
        let line = |(index, line): (usize, &str)| {
            let (text, has_symbol) = match index {
                0 => (line.to_owned(), last.has_symbol),
                _ => (format!("{:1$}{line}", "", last.symbol_width()), false),
            };
            let first = |cell: &Part| if index == 0 { cell.clone() } else { Part::default() };
            let cells = before.iter().map(first);
            cells.chain([Part { text, has_symbol, ..last.clone() }]).collect::<Vec<_>>()
        };
        text.lines().enumerate().map(line).collect::<Vec<_>>()
    });
    table(&lines.collect::<Vec<_>>())
}

/// The longest line of a table.
pub fn width<R: AsRef<[Part]>>(rows: &[R]) -> usize {
    let text = table(rows).plain(Symbols::Ascii);
    text.lines().map(|line| line.chars().count()).max().unwrap_or_default()
}

/// What is shorter than this says nothing.
const LEAST: usize = 10;

/// Rows of cells in columns, two spaces apart. A row may be shorter than the others.
pub fn table<R: AsRef<[Part]>>(rows: &[R]) -> Marked {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.as_ref().iter().enumerate() {
            widths.resize(widths.len().max(column + 1), 0);
            widths[column] = widths[column].max(cell.width());
        }
    }
    let mut text = Marked::default();
    for row in rows.iter().map(AsRef::as_ref) {
        let filled = row.iter().rposition(|cell| cell.width() > 0).map_or(0, |last| last + 1);
        for (column, cell) in row[..filled].iter().enumerate() {
            text.push(cell.clone());
            if column + 1 < filled {
                text.push(" ".repeat(widths[column] - cell.width() + 2));
            }
        }
        text.push("\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_whatever_the_symbols() {
        let rows = [
            vec!["scenario".into(), "patched".into(), Part::default()],
            vec!["a".into(), Meaning::Done.mark("pass"), Meaning::Failed.tint("no")],
            vec!["longer-name".into(), Meaning::Unchanged.mark(""), "".into()],
        ];
        let text = table(&rows);
        assert_eq!(
            text.plain(Symbols::Ascii),
            "scenario     patched\na            + pass   no\nlonger-name  -\n"
        );
        assert_eq!(
            text.plain(Symbols::Unicode),
            "scenario     patched\na            ✓ pass   no\nlonger-name  –\n"
        );
    }

    #[test]
    fn the_last_column_gives_way_on_a_terminal() {
        let rows = [
            vec![Part::from("a"), "b".into(), Meaning::Failed.mark("0123456789 0123456789")],
            vec!["a longer one".into(), "c".into()],
        ];
        let shown = |columns| fitted(&rows, columns).plain(Symbols::Unicode);
        let whole = "a             b  ✗ 0123456789 0123456789\na longer one  c\n";
        assert_eq!(shown(None), whole);
        assert_eq!(shown(Some(40)), whole);
        assert_eq!(shown(Some(39)), "a             b  ✗ 0123456789 01234567…\na longer one  c\n");
        let shown = |columns| folded(&rows[..1], columns).plain(Symbols::Unicode);
        assert_eq!(shown(None), "a  b  ✗ 0123456789 0123456789\n");
        assert_eq!(shown(Some(20)), "a  b  ✗ 0123456789\n        0123456789\n");
        // The whole row is 29 columns wide.
        assert_eq!([shown(Some(28)), shown(Some(29))], [shown(Some(20)), shown(None)]);
        let shown = |columns| fitted(&rows, columns).plain(Symbols::Unicode);
        // Not to nothing: what is left would say nothing.
        assert_eq!(shown(Some(10)), "a             b  ✗ 0123456…\na longer one  c\n");
    }
}
