//! Texts for people: counts, columns, and what may be printed of a text that others wrote.

use std::borrow::Cow;
use std::time::Duration;

/// `1 patch`, `2 patches`.
pub fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}

/// `7.7.1, 8.5.0 and 9.0.0`
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [names @ .., last] => format!("{} and {last}", names.join(", ")),
    }
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

/// Bytes as text, with U+FFFD for what is not UTF-8. Whether all of it is takes less time to find
/// out than where it is not.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The known word that a mistyped one was probably meant to be, by clap's measure.
pub fn most_alike<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.7;
    let word = word.to_lowercase();
    let measured = known.map(|known| (strsim::jaro(&word, &known.to_lowercase()), known));
    let (alike, most) = measured.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (alike > ALIKE).then_some(most)
}

/// How many columns a line has, if nobody knows.
pub const WIDTH: usize = 80;

/// How long something took, for people: `0.4s`, `12s`, `3m 20s`, `1h 05m`.
pub fn duration(taken: Duration) -> String {
    match taken.as_secs() {
        0..10 => format!("{:.1}s", taken.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        seconds => format!("{}h {:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// The text, its first line folded into lines of at most `width` columns. It stands behind
/// something that is `indent` columns wide, and so do the lines that are made of it. What has no
/// space in it, or stands between backquotes, stays in one piece: a path, a URL, a command. The
/// other lines are another program's, and stay as they are.
pub fn folded(text: &str, indent: usize, width: usize) -> String {
    let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    let indent = indent + first.chars().take_while(|c| *c == ' ').count();
    let (mut folded, mut column) = (first[..indent_of(first)].to_owned(), indent);
    for piece in pieces(first.trim_start_matches(' ')) {
        if column > indent && column + piece.trim_end().chars().count() > width {
            folded.truncate(folded.trim_end().len());
            folded.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        }
        folded.push_str(piece);
        column += piece.chars().count();
    }
    folded + rest
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The words of a line, each with the spaces behind it. What stands between backquotes is one.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut is_quoted = false;
        let end = rest.char_indices().find(|(at, c)| {
            let has_end = || rest[at + 1..].contains('`');
            is_quoted = if *c == '`' { !is_quoted && has_end() } else { is_quoted };
            *c == ' ' && !is_quoted && !rest[at + 1..].starts_with(' ')
        });
        let (piece, left) = rest.split_at(end.map_or(rest.len(), |(at, _)| at + 1));
        rest = left;
        (!piece.is_empty()).then_some(piece)
    })
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

/// The text with everything in it escaped that acts on what shows it: what moves a terminal's
/// cursor, hides or reorders characters, or is a command to GitHub's runner (`::error::` where a
/// line begins, `##[error]` anywhere). `styles` are the escape sequences that stay.
pub fn inert<'a>(text: &'a str, styles: &[String]) -> Cow<'a, str> {
    // Without doubt no runner's command.
    let is_free = !text.contains("::") && !text.contains("##[");
    if is_free && is_plain(text) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    // Nothing acts across the end of a line.
    for line in text.split_inclusive('\n') {
        if is_plain(line) && (is_free || !line.contains("::") && !line.contains("##[")) {
            shown.push_str(line);
        } else {
            shown.push_str(&escaped(line, styles));
        }
    }
    shown.into()
}

fn escaped(text: &str, styles: &[String]) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut rest, mut is_line_start, mut last_two) = (text, true, [' '; 2]);
    while let Some(c) = rest.chars().next() {
        if let Some(style) = styles.iter().find(|style| rest.starts_with(style.as_str())) {
            shown.push_str(style);
            rest = &rest[style.len()..];
            continue;
        }
        let is_command =
            is_line_start && is_runner_command(rest) || c == '[' && last_two == ['#'; 2];
        match c {
            '\n' | '\t' => shown.push(c),
            c if is_command || c.is_ascii_control() => {
                shown.push_str(&format!("\\x{:02x}", u32::from(c)));
            }
            c if c.is_control() || is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
        last_two = [last_two[1], c];
        is_line_start = c == '\n' || is_line_start && c.is_whitespace();
        rest = &rest[c.len_utf8()..];
    }
    shown
}

/// Whether a text has only printable characters of ASCII, as those of a diff mostly have.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'))
}

/// Whether GitHub's runner takes what begins here for a command: `::name::`, on one line.
fn is_runner_command(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("::").is_some_and(|rest| rest.contains("::"))
}

/// The bytes of the name in quotes that a text begins with, as git quotes one (quote.c), and what
/// follows it; `None` if the quotes cannot be read.
pub fn unquoted(text: &str) -> Option<(Vec<u8>, &str)> {
    let quoted = text.strip_prefix('"')?;
    let mut rest = quoted.bytes().enumerate();
    let mut bytes = Vec::new();
    loop {
        bytes.push(match rest.next()? {
            (at, b'"') => return Some((bytes, &quoted[at + 1..])),
            (_, b'\\') => match rest.next()?.1 {
                b'a' => 0x07,
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0x0b,
                literal @ (b'\\' | b'"') => literal,
                first => [first, rest.next()?.1, rest.next()?.1].iter().try_fold(
                    0_u8,
                    |value, digit| {
                        let digit = matches!(digit, b'0'..=b'7').then(|| digit - b'0')?;
                        value.checked_mul(8)?.checked_add(digit)
                    },
                )?,
            },
            (_, byte) => byte,
        });
    }
}

/// Whether a character has no width of its own, or turns the direction of what follows.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text without what moves a terminal's cursor, has no width, turns the direction of writing
/// around, or has no place in XML 1.0.
pub fn plain(text: &str) -> String {
    let is_odd = |c: &char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || is_invisible(*c)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_line_is_folded_at_spaces_and_nowhere_else() {
        for (text, expected) in [
            ("fits in here", "fits in here"),
            ("is folded at the spaces", "is folded at\n    the spaces"),
            ("  is folded at the end", "  is folded\n      at the end"),
            ("a/path/that/is/longer x", "a/path/that/is/longer\n    x"),
            ("run `git log --oneline` x", "run\n    `git log --oneline`\n    x"),
            ("one ` is no quote here", "one ` is no\n    quote here"),
            ("this one `is none either", "this one `is\n    none either"),
            ("just as wide!", "just as wide!"),
            ("with two  spaces in it", "with two\n    spaces in it"),
            (
                "its own\nanother program's, which is long",
                "its own\nanother program's, which is long",
            ),
            ("", ""),
        ] {
            assert_eq!(folded(text, 4, 17), expected, "{text}");
        }
    }

    #[test]
    fn durations_are_for_people() {
        for (millis, expected) in [
            (0, "0.0s"),
            (440, "0.4s"),
            (12_700, "12s"),
            (200_000, "3m 20s"),
            (3_900_000, "1h 05m"),
        ] {
            assert_eq!(duration(Duration::from_millis(millis)), expected);
        }
        assert_eq!(duration(Duration::from_millis(9_990)), "10.0s");
    }

    #[test]
    fn a_quoted_name_is_read_to_its_end() {
        let name = "\"a b\\t\\303\\251\\\"\" -text";
        assert_eq!(unquoted(name), Some(("a b\t\u{e9}\"".into(), " -text")));
        for odd in ["a", "\"a", "\"\\x\"", "\"\\400\"", "\"\\18\"", "\"\\"] {
            assert_eq!(unquoted(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_acts_on_whoever_shows_a_text_is_escaped() {
        for (text, shown) in [
            ("a\tb\nc: d::e", "a\tb\nc: d::e"),
            ("\u{1b}]0;title\u{7}\r\u{7f}", r"\x1b]0;title\x07\x0d\x7f"),
            ("\u{9b}31m \u{85}", r"\u{9b}31m \u{85}"),
            ("a\u{202e}b\u{200b}c\u{2028}d\u{feff}", r"a\u{202e}b\u{200b}c\u{2028}d\u{feff}"),
            // No command has but one pair of colons.
            ("    :::{field} a\n::only: this", "    :::{field} a\n::only: this"),
            (
                "::error::x\n \t\u{3000}::set-env name=A::b",
                "\\x3a:error::x\n \t\u{3000}\\x3a:set-env name=A::b",
            ),
            ("no ::error::x", "no ::error::x"),
            ("x ##[error]y ####[add-mask]", r"x ##\x5berror]y ####\x5badd-mask]"),
            ("é ok 你好 🙂", "é ok 你好 🙂"),
        ] {
            assert_eq!(inert(text, &[]), shown);
        }
    }

    #[test]
    fn styles_stay_and_hide_no_command() {
        let styles = ["\u{1b}[1m".to_owned(), "\u{1b}[0m".to_owned()];
        let shown = inert("\u{1b}[1m::error::\u{1b}[0m \u{1b}[8m #\u{1b}[0m#[x]", &styles);
        assert_eq!(shown, "\u{1b}[1m\\x3a:error::\u{1b}[0m \\x1b[8m #\u{1b}[0m#\\x5bx]");
    }

    proptest! {
        #[test]
        fn lines_are_escaped_as_the_whole_text_is(
            words in proptest::collection::vec("::|##|\\[|#|:|[ -~]|\n|\t|\r|\u{1b}|é|\u{200b}", 0..12),
        ) {
            let text = words.concat();
            prop_assert_eq!(inert(&text, &[]), escaped(&text, &[]));
        }
    }

    #[test]
    fn a_table_takes_cells_of_any_length() {
        let long = "x".repeat(70_000);
        let rows = [["a".to_owned(), "b".to_owned()], [long.clone(), "c".to_owned()]];
        let expected = format!("a{}b\n{long}  c\n", " ".repeat(70_001));
        assert_eq!(table(&rows), expected);
    }
}
