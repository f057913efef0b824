//! Links between the documents, on GitHub and in the book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::page::{Page, pages};

/// `target`, as it is written in `page`, from the project's directory: the file and the anchor.
fn resolved(page: &Page, target: &str) -> (String, Option<String>) {
    let (file, anchor) = match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor.to_owned())),
        None => (target, None),
    };
    if file.is_empty() {
        return (page.path.clone(), anchor);
    }
    let mut path = PathBuf::new();
    let directory = Path::new(&page.path).parent().unwrap();
    for part in directory.join(file).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{}: {target} leaves it", page.path),
            part => path.push(part),
        }
    }
    (path.to_str().unwrap().to_owned(), anchor)
}

fn is_elsewhere(target: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = pages();
    let anchors: BTreeMap<&str, Vec<String>> =
        pages.iter().map(|page| (page.path.as_str(), page.anchors())).collect();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for page in &pages {
        for (line, target) in page.links().into_iter().filter(|(_, to)| !is_elsewhere(to)) {
            seen += 1;
            let (file, anchor) = resolved(page, &target);
            let place = page.place(line);
            if !root.join(&file).exists() {
                wrong.push(format!("{place}: {target}: there is no {file}"));
            } else if let Some(anchor) = anchor
                && !anchors.get(file.as_str()).is_some_and(|known| known.contains(&anchor))
            {
                wrong.push(format!("{place}: {target}: {file} has no such heading"));
            } else if page.path.starts_with("docs/") && !file.starts_with("docs/") {
                wrong.push(format!("{place}: {target}: it is not in the book"));
            } else if page.path.starts_with("docs/")
                && page.path != "docs/SUMMARY.md"
                && file.ends_with("/README.md")
            {
                // mdBook calls it index.html, and does not change the link.
                wrong.push(format!("{place}: {target}: link to its directory"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(seen > 150, "{seen} links");
}

#[test]
fn the_book_lists_every_page() {
    let summary = Page::read("docs/SUMMARY.md");
    // An entry without a page is a heading.
    let targets = summary.links().into_iter().map(|(_, target)| target).filter(|to| !to.is_empty());
    let listed: Vec<String> = targets.map(|target| resolved(&summary, &target).0).collect();
    let once: BTreeSet<&String> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a page is listed twice: {listed:?}");
    let pages = pages();
    let there: BTreeSet<&String> = pages
        .iter()
        .map(|page| &page.path)
        .filter(|path| path.starts_with("docs/") && *path != "docs/SUMMARY.md")
        .collect();
    assert_eq!(once, there, "docs/SUMMARY.md lists the left, and there is the right");
}

#[test]
fn lines_are_wrapped() {
    let mut wrong = Vec::new();
    for page in pages().into_iter().filter(|page| !page.is_history()) {
        let blocks = page.blocks();
        let in_code = |at: usize| {
            blocks.iter().any(|block| block.range.contains(&at) || block.range.end == at)
        };
        let mut at = 0;
        for (number, line) in page.text.split_inclusive('\n').enumerate() {
            let is_one = line.starts_with('|') || line.contains("](") || line.starts_with("<!--");
            if line.trim_end().chars().count() > 100 && !is_one && !in_code(at) {
                wrong.push(format!("{}: more than 100 columns", page.place(number + 1)));
            }
            at += line.len();
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
