//! Text of any kind as Markdown.

use crate::support::text::{inert, one_line};

/// A text as one cell of a table: its first line, with the `code` that is in it.
pub fn cell(text: &str) -> String {
    with_code(text.lines().next().unwrap_or_default())
}

/// Text for a line of Markdown, of which only the `code` in it is markup. Whoever wrote the rest
/// mentions nobody and sets no link.
pub fn with_code(text: &str) -> String {
    let text = one_line(text);
    let mut parts: Vec<&str> = text.split('`').collect();
    // A backtick that opens nothing is one that stands there.
    let rest = if parts.len().is_multiple_of(2) { parts.pop() } else { None };
    let part = |(index, part): (usize, &&str)| {
        if index.is_multiple_of(2) { escape(part) } else { part.replace('|', "\\|") }
    };
    let line = parts.iter().enumerate().map(part).collect::<Vec<_>>().join("`");
    rest.map_or(line.clone(), |rest| format!("{line}\\`{}", escape(rest)))
}

/// A text as a code block in a language, whatever fences are in it.
pub fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", inert(text.trim_end(), &[]))
}

/// Text for a line of Markdown, escaped so that none of it is markup.
pub fn escaped(text: &str) -> String {
    escape(&one_line(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '@' | '!' | '$' => {
                escaped.extend(['\\', c]);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_markup() {
        for (text, line) in [
            ("`@@ -1 +1 @@` of a_b.bzl", "`@@ -1 +1 @@` of a\\_b.bzl"),
            ("a && &lt;", "a &amp;&amp; &amp;lt;"),
            ("@team <img src=x> [a](b) `c|d`", "\\@team &lt;img src=x&gt; \\[a\\](b) `c\\|d`"),
            ("`a` of x`@y", "`a` of x\\`\\@y"),
            ("a\u{1b}[1m\u{200b}\nb", "a\\[1m b"),
        ] {
            assert_eq!(with_code(text), line);
        }
        assert_eq!(fenced("text", "a\u{202e}```b"), "````text\na\\u{202e}```b\n````\n");
    }
}
