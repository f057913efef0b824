//! What a line of Python or Starlark stands in: the functions, classes and top-level calls
//! around it, by indentation.

/// What opens a function, class or call in a file, to find what is around each of its lines.
#[derive(Clone, Debug, Default)]
pub struct Definitions(Vec<Definition>);

#[derive(Clone, Debug)]
struct Definition {
    /// Its line, from 0.
    at: usize,
    /// How deep it is indented.
    column: usize,
    name: String,
    /// The last one before it that is indented less.
    parent: Option<usize>,
}

/// What a line that opens a function or class begins with.
const KEYWORDS: [&[u8]; 3] = [b"def ", b"class ", b"async "];

impl Definitions {
    /// What the lines of a file open.
    pub fn of(lines: &[&[u8]]) -> Self {
        Self::above(lines.len(), lines)
    }

    /// What the lines of a file open above line `end`, from 0.
    pub fn above(end: usize, lines: &[&[u8]]) -> Self {
        let mut found: Vec<Definition> = Vec::new();
        for at in 0..end.min(lines.len()) {
            if let Some((column, name)) = definition_at(lines, at) {
                let parent = before(&found, found.len().checked_sub(1), column);
                found.push(Definition { at, column, name, parent });
            }
        }
        Self(found)
    }

    /// The names around line `at` (from 0) for text that is indented by `indent` there,
    /// outermost first: `def f`, `py_library(name = "x")`, `RULE = rule(`. Empty at the top level.
    pub fn around(&self, at: usize, indent: usize) -> String {
        let last = self.0.partition_point(|definition| definition.at < at).checked_sub(1);
        let mut next = before(&self.0, last, indent);
        let mut names = Vec::new();
        while let Some(Definition { name, parent, .. }) = next.map(|index| &self.0[index]) {
            names.push(name.as_str());
            next = *parent;
        }
        names.reverse();
        names.join(" > ")
    }
}

/// The last of these definitions, from `last` back, that is indented by less than `column`. What
/// is between one and its parent is indented no less than it.
fn before(found: &[Definition], last: Option<usize>, column: usize) -> Option<usize> {
    let mut next = last;
    while let Some(index) = next.filter(|index| found[*index].column >= column) {
        next = found[index].parent;
    }
    next
}

/// How deep a line is indented; `None` if it is blank or a comment.
pub fn indent_of(line: &[u8]) -> Option<usize> {
    let column = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
    (line[column] != b'#').then_some(column)
}

/// How deep a line is indented that could open something: most could not.
fn opener_at(line: &[u8]) -> Option<usize> {
    let column = line.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let text = &line[column..];
    let is_opener = match text[0] {
        b'd' | b'c' | b'a' if KEYWORDS.iter().any(|word| text.starts_with(word)) => true,
        // Below the top level, calls are arguments of something that has a name already.
        _ => column == 0 && matches!(text.trim_ascii_end().last(), Some(b'(' | b'[' | b'{')),
    };
    is_opener.then_some(column)
}

/// How deep a line is indented, and the name of what it opens; `None` if it opens nothing that has
/// one.
fn definition_at(lines: &[&[u8]], index: usize) -> Option<(usize, String)> {
    let column = opener_at(lines[index])?;
    let text = String::from_utf8_lossy(lines[index]);
    let text = text.trim();
    let text = text.strip_prefix("async ").unwrap_or(text);
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect()
    };
    for keyword in ["def ", "class "] {
        if let Some(rest) = text.strip_prefix(keyword) {
            return Some((column, format!("{keyword}{}", word(rest))));
        }
    }
    if column > 0 || !text.ends_with(['(', '[', '{']) {
        return None;
    }
    let head = word(text);
    let rest = text[head.len()..].trim_start();
    if head.is_empty() {
        return None;
    }
    if !rest.starts_with('(') {
        return Some((column, head));
    }
    let body = lines[index + 1..].iter().take_while(|line| indent_of(line) != Some(0));
    let name = body.filter_map(|line| line.trim_ascii().strip_prefix(b"name")).find_map(|rest| {
        let rest = String::from_utf8_lossy(rest);
        let value = rest.trim_start().strip_prefix('=')?;
        Some(value.trim().trim_end_matches(',').to_owned())
    });
    Some((column, name.map_or(format!("{head}()"), |name| format!("{head}(name = {name})"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::apply::split_lines;
    use proptest::prelude::*;

    const TEXT: &str = "load(\"x\", \"y\")\n\ndef f(\n        a):\n    \"\"\"Doc.\n\nNote: odd.\n    \"\"\"\n    if a:\n        return 1\n\nclass C:\n    def m(self):\n        pass\n\nRULE = rule(\n    attrs = {\n        \"a\": 1,\n    },\n)\n\npy_library(\n    # Why\n    name = \"lib\",\n    deps = [\n        \"b\",\n    ],\n)\n";

    #[test]
    fn lines_know_what_they_stand_in() {
        let lines = split_lines(TEXT.as_bytes());
        let around = |needle: &str| {
            let at = lines.iter().position(|line| line.starts_with(needle.as_bytes())).unwrap();
            let indent = indent_of(lines[at]).unwrap();
            let around = Definitions::of(&lines).around(at, indent);
            assert_eq!(around, by_looking_back(&lines, at, indent));
            around
        };
        assert_eq!(around("        return 1"), "def f");
        assert_eq!(around("        pass"), "class C > def m");
        assert_eq!(around("        \"a\""), "RULE");
        assert_eq!(around("        \"b\""), "py_library(name = \"lib\")");
        assert_eq!(around("def f"), "");
        assert_eq!(Definitions::of(&lines).around(lines.len(), 0), "");
    }

    #[test]
    fn what_waits_in_a_function_has_no_name() {
        let text = "def f():\n    async with lock(\n            a):\n        pass\n";
        let lines = split_lines(text.as_bytes());
        assert_eq!(Definitions::of(&lines).around(3, 8), "def f");
    }

    #[test]
    fn lists_and_dicts_at_the_top_have_names() {
        for opener in ["(", "[", "{"] {
            let text = format!("ALL = {opener}\n    1,\n");
            let lines = split_lines(text.as_bytes());
            assert_eq!(Definitions::of(&lines).around(1, 4), "ALL", "{opener}");
        }
    }

    /// The same, line by line from the place back.
    fn by_looking_back(lines: &[&[u8]], at: usize, mut indent: usize) -> String {
        let mut names = Vec::new();
        for index in (0..at).rev() {
            if let Some((column, name)) = definition_at(lines, index)
                && column < indent
            {
                names.push(name);
                indent = column;
            }
        }
        names.reverse();
        names.join(" > ")
    }

    proptest! {
        #[test]
        fn every_line_stands_in_what_is_found_by_looking_back(
            lines in proptest::collection::vec("[ ]{0,3}(def [ab]\\(\\):|class C:|call\\(|name = 1,|x|#|)", 0..30),
            indent in 0_usize..5,
        ) {
            let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
            let definitions = Definitions::of(&lines);
            for at in 0..=lines.len() {
                prop_assert_eq!(definitions.around(at, indent), by_looking_back(&lines, at, indent));
            }
        }
    }
}
