//! A Markdown file: its links, headings, code and comments, as mdBook reads them.

use std::fs;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A Markdown file of the project.
pub(crate) struct Page {
    /// Its path, from the project's directory.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A block of code.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) line: usize,
    /// The word behind the fence; absent if the block is indented instead.
    pub(crate) language: Option<String>,
    pub(crate) text: String,
    /// Where the text is in the page.
    pub(crate) range: Range<usize>,
}

/// What stands in a page, in its order.
pub(crate) enum Part {
    Block(Block),
    /// An HTML comment: what is between its marks.
    Comment(String),
}

/// The Markdown files of the project, by path; not those that are input of tests.
pub(crate) fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    let mut pending = vec![root.to_owned(), root.join("docs"), root.join(".github")];
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && directory != root {
                pending.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                pages.push(Page { path: name, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(pages.len() > 70, "{} pages", pages.len());
    pages
}

impl Page {
    /// One of [`pages`].
    pub(crate) fn read(path: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        Self { path: path.to_owned(), text: fs::read_to_string(file).unwrap() }
    }

    /// Whether the page says what was thought or done at a time, and is not kept up to date.
    pub(crate) fn is_history(&self) -> bool {
        self.path.starts_with("docs/decisions/") || self.path == "CHANGELOG.md"
    }

    fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text[..at].matches('\n').count()
    }

    /// Where a place is, for messages.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// The targets of links and pictures, with their lines.
    pub(crate) fn links(&self) -> Vec<(usize, String)> {
        let links = self.events().filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((self.line(range.start), dest_url.into_string()))
            }
            _ => None,
        });
        links.collect()
    }

    /// The text of each heading.
    pub(crate) fn headings(&self) -> Vec<String> {
        let mut headings = Vec::new();
        let mut is_heading = false;
        for (event, _) in self.events() {
            match event {
                Event::Start(Tag::Heading { .. }) => {
                    is_heading = true;
                    headings.push(String::new());
                }
                Event::End(TagEnd::Heading(_)) => is_heading = false,
                Event::Text(text) | Event::Code(text) if is_heading => {
                    headings.last_mut().unwrap().push_str(&text);
                }
                _ => {}
            }
        }
        headings
    }

    /// The anchors of the headings, as GitHub makes them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for heading in self.headings() {
            let kept = heading.to_lowercase();
            let kept = kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
            let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let number = anchors.iter().filter(|a| a.as_str() == anchor).count();
            anchors.push(if number == 0 { anchor } else { format!("{anchor}-{number}") });
        }
        anchors
    }

    /// The code between backticks in a line, with its line.
    pub(crate) fn inline_code(&self) -> Vec<(usize, String)> {
        let code = self.events().filter_map(|(event, range)| match event {
            Event::Code(text) => Some((self.line(range.start), text.into_string())),
            _ => None,
        });
        code.collect()
    }

    /// The blocks of code and the comments.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut open: Option<Block> = None;
        for (event, range) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(word) => Some(word.into_string()),
                        CodeBlockKind::Indented => None,
                    };
                    let line = self.line(range.start);
                    open = Some(Block { line, language, text: String::new(), range: 0..0 });
                }
                Event::Text(text) => {
                    if let Some(block) = &mut open {
                        let start =
                            if block.text.is_empty() { range.start } else { block.range.start };
                        block.range = start..range.end;
                        block.text.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => parts.extend(open.take().map(Part::Block)),
                // A comment of several lines is an event a line.
                Event::Html(text) | Event::InlineHtml(text) => match parts.last_mut() {
                    Some(Part::Comment(comment)) if !comment.trim_end().ends_with("-->") => {
                        comment.push_str(&text);
                    }
                    _ => parts.push(Part::Comment(text.into_string())),
                },
                _ => {}
            }
        }
        for part in &mut parts {
            if let Part::Comment(text) = part {
                let inner =
                    text.trim().strip_prefix("<!--").and_then(|text| text.strip_suffix("-->"));
                *text = inner.unwrap_or_default().trim().to_owned();
            }
        }
        parts
    }

    /// The blocks of code.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let blocks = self.parts().into_iter().filter_map(|part| match part {
            Part::Block(block) => Some(block),
            Part::Comment(_) => None,
        });
        blocks.collect()
    }
}
