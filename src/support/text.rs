//! Counts and columns in texts for people.

/// `1 patch`, `2 patches`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}

/// Rows of cells in columns, two spaces apart.
pub fn table<R: AsRef<[String]>>(rows: &[R]) -> String {
    let width = |column: usize| rows.iter().map(|row| row.as_ref()[column].chars().count()).max();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.as_ref().iter().enumerate() {
            line.push_str(&format!("{cell:<width$}  ", width = width(column).unwrap_or(0)));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
