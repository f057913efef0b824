//! What a line of Python or Starlark stands in: the functions, classes and top-level calls
//! around it, by indentation.

/// The names around line `at` (from 0) for text that is indented by `indent` there,
/// outermost first: `def f`, `py_library(name = "x")`, `RULE = rule(`. Empty at the top level.
pub fn enclosing(lines: &[&[u8]], at: usize, mut indent: usize) -> String {
    let mut names = Vec::new();
    for index in (0..at.min(lines.len())).rev() {
        let Some(column) = indent_of(lines[index]) else { continue };
        if column < indent
            && let Some(name) = name_at(lines, index)
        {
            names.push(name);
            indent = column;
        }
    }
    names.reverse();
    names.join(" > ")
}

/// How deep a line is indented; `None` if it is blank or a comment.
pub fn indent_of(line: &[u8]) -> Option<usize> {
    let column = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
    (line[column] != b'#').then_some(column)
}

/// The name of what the line opens; `None` if it opens nothing that has one.
fn name_at(lines: &[&[u8]], index: usize) -> Option<String> {
    let text = String::from_utf8_lossy(lines[index]);
    let text = text.trim();
    let text = text.strip_prefix("async ").unwrap_or(text);
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect()
    };
    for keyword in ["def ", "class "] {
        if let Some(rest) = text.strip_prefix(keyword) {
            return Some(format!("{keyword}{}", word(rest)));
        }
    }
    // Below the top level, calls are arguments of something that has a name already.
    if indent_of(lines[index]) != Some(0) || !text.ends_with(['(', '[', '{']) {
        return None;
    }
    let head = word(text);
    let rest = text[head.len()..].trim_start();
    if head.is_empty() {
        return None;
    }
    if !rest.starts_with('(') {
        return Some(head);
    }
    let body = lines[index + 1..].iter().take_while(|line| indent_of(line) != Some(0));
    let name = body.map(|line| String::from_utf8_lossy(line).trim().to_owned()).find_map(|line| {
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_end_matches(',').to_owned())
    });
    Some(name.map_or(format!("{head}()"), |name| format!("{head}(name = {name})")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::apply::split_lines;

    const TEXT: &str = "load(\"x\", \"y\")\n\ndef f(\n        a):\n    \"\"\"Doc.\n\nNote: odd.\n    \"\"\"\n    if a:\n        return 1\n\nclass C:\n    def m(self):\n        pass\n\nRULE = rule(\n    attrs = {\n        \"a\": 1,\n    },\n)\n\npy_library(\n    # Why\n    name = \"lib\",\n    deps = [\n        \"b\",\n    ],\n)\n";

    #[test]
    fn lines_know_what_they_stand_in() {
        let lines = split_lines(TEXT.as_bytes());
        let around = |needle: &str| {
            let at = lines.iter().position(|line| line.starts_with(needle.as_bytes())).unwrap();
            enclosing(&lines, at, indent_of(lines[at]).unwrap())
        };
        assert_eq!(around("        return 1"), "def f");
        assert_eq!(around("        pass"), "class C > def m");
        assert_eq!(around("        \"a\""), "RULE");
        assert_eq!(around("        \"b\""), "py_library(name = \"lib\")");
        assert_eq!(around("def f"), "");
        assert_eq!(enclosing(&lines, lines.len(), 0), "");
    }
}
