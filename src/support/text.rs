//! Texts for people: counts, columns, and what may be printed of a text that others wrote.

/// `1 patch`, `2 patches`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}

/// The first few names, and how many more there are: `a, b, c and 4 more`.
pub fn first_of(names: &[String]) -> String {
    const NAMED: usize = 3;
    let first = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Rows of cells in columns, two spaces apart.
pub fn table<R: AsRef<[String]>>(rows: &[R]) -> String {
    let width = |column: usize| rows.iter().map(|row| row.as_ref()[column].chars().count()).max();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.as_ref().iter().enumerate() {
            // A width in a format string may not be over 65,535.
            let missing = width(column).unwrap_or(0) - cell.chars().count();
            line.extend([cell.as_str(), &" ".repeat(missing + 2)]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The text without what moves a terminal's cursor, turns the direction of writing around, or
/// has no place in XML 1.0.
pub fn plain(text: &str) -> String {
    let is_odd = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(|c| !is_odd(c)).collect()
}

/// The plain text on one line.
pub fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `most` characters of the text; an ellipsis stands for the rest.
pub fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}
