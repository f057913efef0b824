//! A review for the terminal, and as Markdown for a pull request.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::patch::words::Fragment;
use crate::review::file_review::{Action, Difference, Edit, FileReview, Move, When};
use crate::review::model::{
    Fact, Order, Outcome, PatchReview, Presence, Review, SeriesReview, Size,
};
use crate::support::markdown::{escaped, fenced};
use crate::support::names::PatchName;
use crate::support::text::{counted, is_invisible, table};

/// How words that differ are marked; git's names (git-diff(1), `--word-diff`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordDiff {
    /// `[-removed-]{+added+}`
    Plain,
    Color,
}

/// What is compared, by the names that are printed.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    pub old: &'a str,
    pub new: &'a str,
}

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const HEADING: Style = Style::new().bold();

/// What [`text`] marks with.
pub const STYLES: [Style; 3] = [REMOVED, ADDED, HEADING];

/// A GitHub comment holds 65536 characters; what comes after the details needs some.
const PAGE: usize = 60_000;

/// The review for a terminal.
pub fn text(review: &Review, sides: Sides<'_>, words: WordDiff) -> String {
    let mut text = format!("{} -> {}\n", sides.old, sides.new);
    if !review.facts.is_empty() {
        let rows = review.facts.iter().map(|fact| [fact.name.clone(), change(fact)]);
        text.push_str(&format!("\n{}", table(&rows.collect::<Vec<_>>())));
    }
    for series in &review.series {
        text.push('\n');
        if review.series.len() > 1 || series.presence != Presence::Kept {
            text.push_str(&format!("{}{}\n", series.directory, presence(series)));
        }
        text.push_str(&table(&rows(series)));
        if let Some(order) = order(series) {
            text.push_str(&format!("{order}\n"));
        }
    }
    for series in &review.series {
        for patch in series.reviews.iter().filter(|patch| has_details(patch)) {
            let (directory, name) = (&series.directory, &patch.name);
            text.push_str(&format!("\n{HEADING}{directory}/{name}{HEADING:#}\n"));
            push_details(&mut text, patch, words);
        }
    }
    text.push_str(&format!("\n{}\n", review.headline));
    text
}

fn change(fact: &Fact) -> String {
    match (&fact.old, &fact.new) {
        (Some(old), Some(new)) => format!("{old} -> {new}"),
        (Some(old), None) => format!("no longer {old}"),
        (None, new) => format!("now {}", new.as_deref().unwrap_or_default()),
    }
}

fn presence(series: &SeriesReview) -> &'static str {
    match series.presence {
        Presence::Kept => "",
        Presence::Added => ", a new series",
        Presence::Dropped => ", a removed series",
    }
}

fn rows(series: &SeriesReview) -> Vec<[String; 3]> {
    let row = |patch: &PatchReview| {
        [patch.name.to_string(), patch.outcome.name().to_owned(), summary(patch)]
    };
    series.reviews.iter().map(row).collect()
}

fn order(series: &SeriesReview) -> Option<String> {
    let Order { old, new } = series.order.as_ref()?;
    let names =
        |names: &[PatchName]| names.iter().map(PatchName::as_str).collect::<Vec<_>>().join(", ");
    Some(format!("another order: {}; it was {}", names(new), names(old)))
}

/// What is different of a patch, in a few words.
fn summary(patch: &PatchReview) -> String {
    let mut words = Vec::new();
    if let Some(name) = &patch.renamed_from {
        words.push(format!("was {name}"));
    }
    match patch.outcome {
        Outcome::Added | Outcome::Dropped => {
            let Size { added, removed } = patch.size;
            let subject = visible(&patch.subject, Spaces::Plain);
            words.push(format!("+{added} -{removed}: {subject}"));
        }
        Outcome::Mechanical => {
            words.extend(patch.mechanical.iter().map(|kind| kind.name().to_owned()));
        }
        Outcome::Semantic | Outcome::Moved => {
            let edits = patch.files.iter().flat_map(|file| &file.differences);
            let lines: usize = edits.map(|difference| difference.edits.len()).sum();
            let moved = patch.files.iter().flat_map(|file| &file.moves);
            let moved: usize = moved.map(|found| found.count).sum();
            for (count, what) in [(lines, "changed"), (moved, "moved")] {
                if count > 0 {
                    words.push(format!("{} {what}", counted(count, "line")));
                }
            }
            if !patch.message.is_empty() {
                words.push("message".to_owned());
            }
        }
        Outcome::Message | Outcome::Renamed | Outcome::Unchanged => {}
    }
    words.join(", ")
}

fn has_details(patch: &PatchReview) -> bool {
    !patch.message.is_empty() || !patch.files.is_empty()
}

fn push_details(text: &mut String, patch: &PatchReview, words: WordDiff) {
    if !patch.message.is_empty() {
        text.push_str("  message\n");
    }
    for line in &patch.message {
        text.push_str(&format!("    {}\n", marked(line, words)));
    }
    for file in &patch.files {
        text.push_str(&format!("  {}\n", named(file)));
        if !file.whole.is_empty() {
            text.push_str(&format!("    {}\n", marked(&file.whole, words)));
        }
        for difference in &file.differences {
            text.push_str(&format!("    {}\n", place(difference)));
            for edit in &difference.edits {
                let [old, new] = both(&edit.line);
                // If only one side has the line, the verb says which.
                let side = if edit.when == When::NoLonger { old } else { new };
                let line = match (edit.when, words) {
                    (When::Now | When::NoLonger, WordDiff::Plain) => whole_line(&side),
                    _ => marked(&edit.line, words).into(),
                };
                text.push_str(&format!("      {:<17}  ", verb(edit)));
                text.extend([&*line, end(&side), "\n"]);
            }
        }
        for found in &file.moves {
            text.push_str(&format!("    {}\n", moved(found)));
        }
    }
}

fn named(file: &FileReview) -> String {
    let was = file.renamed_from.as_ref().map(|from| format!(", which was {from}"));
    format!("{}{}", file.path, was.unwrap_or_default())
}

fn place(difference: &Difference) -> String {
    let Difference { line, place, .. } = difference;
    match place.as_deref() {
        None | Some("") => format!("line {line}"),
        Some(place) => format!("line {line}, in `{}`", visible(place, Spaces::Plain)),
    }
}

fn verb(edit: &Edit) -> &'static str {
    match (edit.when, edit.action) {
        (When::Both, Action::Adds) => "adds",
        (When::Both, Action::Removes) => "removes",
        (When::Now, Action::Adds) => "now adds",
        (When::Now, Action::Removes) => "now removes",
        (When::NoLonger, Action::Adds) => "no longer adds",
        (When::NoLonger, Action::Removes) => "no longer removes",
    }
}

/// What moved, in a line.
fn moved(found: &Move) -> String {
    let name = |place: &str| match place {
        "" => "the top level".to_owned(),
        place => format!("`{}`", visible(place, Spaces::Plain)),
    };
    let places = match (&found.from, &found.to) {
        (Some(from), Some(to)) if from != to => format!("from {} to {}", name(from), name(to)),
        (_, Some(to)) => format!("to another place in {}", name(to)),
        _ => "to another place".to_owned(),
    };
    let does = if found.action == Action::Adds { "adds" } else { "removes" };
    let first = visible(found.text.trim(), Spaces::Plain);
    format!(
        "line {}: {} moved {places}: {does} `{first}`{}",
        found.line,
        counted(found.count, "line"),
        if found.count > 1 { " and so on" } else { "" }
    )
}

/// A line with what differs in it.
fn marked(line: &[Fragment], words: WordDiff) -> String {
    let is_one_sided = line.len() == 1;
    let mark = |text: &str, style: Style, [open, close]: [&str; 2]| {
        let text = if is_one_sided { whole_line(text) } else { visible(text, Spaces::Shown) };
        match words {
            WordDiff::Plain => format!("{open}{text}{close}"),
            WordDiff::Color => format!("{style}{text}{style:#}"),
        }
    };
    let shown = line.iter().map(|fragment| match fragment {
        Fragment::Kept(text) => visible(text.strip_suffix('\n').unwrap_or(text), Spaces::Plain),
        Fragment::Removed(text) => mark(text, REMOVED, ["[-", "-]"]).into(),
        Fragment::Added(text) => mark(text, ADDED, ["{+", "+}"]).into(),
    });
    shown.collect()
}

/// A line that only one side has: what cannot be seen at its end is shown.
fn whole_line(text: &str) -> Cow<'_, str> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    if body.is_empty() {
        return visible(text, Spaces::Shown);
    }
    let rest = body.trim_end_matches([' ', '\t']);
    let trailing = visible(&body[rest.len()..], Spaces::Shown);
    visible(rest, Spaces::Plain) + trailing
}

/// What is to be said of a line of a file that has no end.
fn end(text: &str) -> &'static str {
    if text.ends_with('\n') { "" } else { " (no line end)" }
}

/// Whether spaces and tabs are shown as signs, if nothing else is in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spaces {
    Shown,
    Plain,
}

/// A text of a patch for people: what could drive a terminal, or hides what a line says, is
/// shown as a sign.
fn visible(text: &str, spaces: Spaces) -> Cow<'_, str> {
    let is_blank = spaces == Spaces::Shown && text.chars().all(char::is_whitespace);
    // Most lines are as they are.
    if !is_blank && text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        return text.into();
    }
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            ' ' if is_blank => shown.push('·'),
            '\t' if is_blank => shown.push('→'),
            '\t' => shown.push('\t'),
            '\n' => shown.push('⏎'),
            // Unicode has a picture for each of these.
            '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\x7f' => shown.push('␡'),
            c if c.is_control() || hides(c) => shown.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown.into()
}

/// Whether a character cannot be told from another, or from none.
fn hides(c: char) -> bool {
    c == '\u{a0}' || is_invisible(c)
}

/// The review as Markdown, for the text of a pull request or a comment.
pub fn markdown(review: &Review, sides: Sides<'_>) -> String {
    let mut text = format!("### {}\n\n", escaped(&sentence(&review.headline)));
    text.push_str(&format!("From {} to {}.\n", escaped(sides.old), escaped(sides.new)));
    if !review.facts.is_empty() {
        text.push_str("\n| lock | |\n| --- | --- |\n");
        for fact in &review.facts {
            text.push_str(&format!("| {} | {} |\n", escaped(&fact.name), escaped(&change(fact))));
        }
    }
    for series in &review.series {
        let title = format!("{}{}", series.directory, presence(series));
        text.push_str(&format!("\n| {} | outcome | |\n| --- | --- | --- |\n", escaped(&title)));
        for (patch, [name, outcome, summary]) in series.reviews.iter().zip(rows(series)) {
            let bold = if patch.outcome < Outcome::Message { "**" } else { "" };
            let (name, summary) = (escaped(&name), escaped(&summary));
            text.push_str(&format!("| {name} | {bold}{outcome}{bold} | {summary} |\n"));
        }
        if let Some(order) = order(series) {
            text.push_str(&format!("\n{}.\n", escaped(&sentence(&order))));
        }
    }
    let patches =
        review.series.iter().flat_map(|series| series.reviews.iter().map(move |p| (series, p)));
    let mut left_out = 0;
    let mut has_diff = false;
    for (series, patch) in patches.filter(|(_, patch)| has_details(patch)) {
        let folded = folded(series, patch);
        if text.len() + folded.len() > PAGE {
            left_out += 1;
            continue;
        }
        text.push_str(&folded);
        has_diff = true;
    }
    if has_diff {
        text.push_str("\n`-` is what a patch did, `+` is what it does now.\n");
    }
    if left_out > 0 {
        let left_out = counted(left_out, "patch");
        text.push_str(&format!(
            "\n{left_out} more: too long for here, `patcher review` shows all.\n"
        ));
    }
    text
}

/// With a capital letter at its beginning.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn folded(series: &SeriesReview, patch: &PatchReview) -> String {
    let summary = format!("{}/{}: {}", series.directory, patch.name, patch.outcome.name());
    // What stands in HTML is no Markdown; a name holds nothing of HTML's, a directory might.
    let summary = summary.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut text = format!("\n<details><summary>{summary}</summary>\n\n");
    if !patch.message.is_empty() {
        let lines: Vec<String> = patch.message.iter().flat_map(|line| sided(line)).collect();
        text.push_str(&format!("Message:\n\n{}\n", fenced("diff", &lines.join("\n"))));
    }
    for file in &patch.files {
        text.push_str(&format!("{}\n\n", escaped(&named(file))));
        let mut lines = sided(&file.whole);
        for difference in &file.differences {
            lines.push(format!("@@ {} @@", place(difference)));
            lines.extend(difference.edits.iter().flat_map(sided_edit));
        }
        if !lines.is_empty() {
            text.push_str(&format!("{}\n", fenced("diff", &lines.join("\n"))));
        }
        for found in &file.moves {
            text.push_str(&format!("- {}\n", escaped(&moved(found))));
        }
        if !file.moves.is_empty() {
            text.push('\n');
        }
    }
    text + "</details>\n"
}

/// The two sides of a text, as lines of a diff.
fn sided(text: &[Fragment]) -> Vec<String> {
    let [old, new] = both(text);
    let sides = [('-', old), ('+', new)].into_iter().filter(|(_, text)| !text.is_empty());
    sides.map(|(sign, text)| format!("{sign} {}", whole_line(&text))).collect()
}

/// The two sides of a line of a file, likewise.
fn sided_edit(edit: &Edit) -> Vec<String> {
    let does = if edit.action == Action::Adds { "adds   " } else { "removes" };
    let [old, new] = both(&edit.line);
    let old = (edit.when != When::Now).then_some(('-', old));
    let new = (edit.when != When::NoLonger).then_some(('+', new));
    let line = |(sign, text): (char, Cow<'_, str>)| {
        format!("{sign} {does}  {}{}", whole_line(&text), end(&text))
    };
    old.into_iter().chain(new).map(line).collect()
}

/// The old and the new text.
fn both(text: &[Fragment]) -> [Cow<'_, str>; 2] {
    let (mut old, mut new) = (Cow::default(), Cow::default());
    for fragment in text {
        match fragment {
            Fragment::Kept(text) => {
                old += text.as_str();
                new += text.as_str();
            }
            Fragment::Removed(text) => old += text.as_str(),
            Fragment::Added(text) => new += text.as_str(),
        }
    }
    [old, new]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::words::word_diff;
    use crate::review::file_review::Mechanical;

    const SIDES: Sides<'_> = Sides { old: "HEAD", new: "the files on disk" };

    fn patch(outcome: Outcome) -> PatchReview {
        PatchReview {
            name: "0001-a.patch".parse().unwrap(),
            renamed_from: None,
            subject: "fix: a | <b>".into(),
            outcome,
            places_known: true,
            size: Size { added: 2, removed: 1 },
            mechanical: Vec::new(),
            message: Vec::new(),
            files: Vec::new(),
        }
    }

    fn review(patch: PatchReview) -> Review {
        let series = SeriesReview {
            directory: "patches".into(),
            presence: Presence::Kept,
            order: None,
            reviews: vec![patch],
        };
        Review { headline: "patches: 1".into(), facts: Vec::new(), series: vec![series] }
    }

    fn semantic(when: When, old: &str, new: &str) -> Review {
        let edit = Edit { action: Action::Adds, when, line: word_diff(old, new) };
        let place = Some("py_test(name = \"a|b`c\")".to_owned());
        let difference = Difference { line: 7, place, edits: vec![edit] };
        let file = FileReview {
            path: "a.bzl".into(),
            differences: vec![difference],
            ..FileReview::default()
        };
        review(PatchReview { files: vec![file], ..patch(Outcome::Semantic) })
    }

    #[test]
    fn offsets_alone_are_one_word_and_nothing_else() {
        let mechanical = vec![Mechanical::Offsets, Mechanical::Context];
        let review = review(PatchReview { mechanical, ..patch(Outcome::Mechanical) });
        let expected = "HEAD -> the files on disk\n\n\
            0001-a.patch  mechanical  offsets, context\n\npatches: 1\n";
        assert_eq!(text(&review, SIDES, WordDiff::Plain), expected);
        assert!(!markdown(&review, SIDES).contains("<details>"));
    }

    #[test]
    fn words_are_marked_by_signs_or_by_colour() {
        let review = semantic(When::Both, "    a(b)\n", "    a(c)\n");
        let plain = text(&review, SIDES, WordDiff::Plain);
        assert!(plain.contains("  adds                   a([-b-]{+c+})\n"), "{plain}");
        let color = text(&review, SIDES, WordDiff::Color);
        assert!(color.contains("a(\u{1b}[31mb\u{1b}[0m\u{1b}[32mc\u{1b}[0m)\n"), "{color:?}");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        let shown = |when, old, new| text(&semantic(when, old, new), SIDES, WordDiff::Plain);
        let indented = shown(When::Both, "    a\n", "\ta\n");
        assert!(indented.contains("[-····-]{+→+}a\n"), "{indented}");
        assert!(shown(When::Both, "a\n", "a").contains("a[-⏎-] (no line end)\n"));
        assert!(shown(When::Both, "a\n", "a\r\n").contains("a{+␍+}\n"));
        let hostile = shown(When::Now, "", "x \u{1b}[2J\u{202e}y  \n");
        assert!(hostile.contains(" x ␛[2J<U+202E>y··\n"), "{hostile}");
        assert!(shown(When::Now, "", "\n").contains(" ⏎\n"));
        assert!(shown(When::Now, "", "a\tb c\n").contains(" a\tb c\n"));
    }

    #[test]
    fn markdown_means_nothing_but_itself() {
        let page = markdown(&semantic(When::Both, "a ``` <b>\n", "a ```` </details>\n"), SIDES);
        let block = "`````diff\n@@ line 7, in `py_test(name = \"a|b`c\")` @@\n\
            - adds     a ``` <b>\n+ adds     a ```` </details>\n`````\n";
        assert!(page.contains(block), "{page}");
        let page = markdown(&review(patch(Outcome::Added)), SIDES);
        assert!(page.contains("| **added** | +2 -1: fix: a \\| &lt;b&gt; |"), "{page}");
    }

    #[test]
    fn a_page_fits_into_a_comment() {
        let page = |length| markdown(&semantic(When::Now, "", &"x".repeat(length)), SIDES);
        let long = page(PAGE);
        assert!(long.len() < PAGE && long.contains("1 patch more"), "{long}");
        // What comes after the details has room of its own.
        let end = "\n`-` is what a patch did, `+` is what it does now.\n";
        let room = PAGE - (page(1).len() - 1 - end.len());
        assert!(page(room).ends_with(end) && page(room + 1).contains("1 patch more"));
    }
}
