//! A Markdown file: its links, headings, code and comments, as mdBook reads them.

use std::fs;
use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A Markdown file of the project.
pub(crate) struct Page {
    /// Its path, from the project's directory.
    pub(crate) path: String,
    pub(crate) text: String,
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
}
