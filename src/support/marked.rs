//! Texts and tables for people, parts of which have a meaning.

use crate::support::look::{Meaning, Symbols};

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
}
