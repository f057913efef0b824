//! Patches out of commits: their names, and what a commit's message becomes.

use crate::patch::mail;
use crate::patch::{Author, FilePatch, Patch};
use crate::support::names::PatchName;

/// How long the part of a name that comes from the subject gets, as with `git format-patch`.
const SLUG_LENGTH: usize = 52;

/// A commit's message as a mail carries it: subject and body, cleaned as git-stripspace(1) does.
/// The subject is the first paragraph, on one line.
pub fn split_message(message: &str) -> (String, String) {
    let lines = mail::clean(message.split('\n'));
    let end = lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len());
    let body = lines.get(end + 1..).unwrap_or_default().join("\n");
    (lines[..end].join(" "), body)
}

/// The patch that a commit is.
///
/// # Errors
///
/// Why no mail can carry it, in words: `git am` would make another commit of it.
pub fn patch(
    name: PatchName,
    author: Author,
    message: &str,
    files: Vec<FilePatch>,
) -> Result<Patch, String> {
    let (subject, body) = split_message(message);
    if subject.is_empty() {
        return Err("has no message".to_owned());
    }
    if message.contains(char::REPLACEMENT_CHARACTER) {
        return Err("has a message that is not UTF-8".to_owned());
    }
    let patch = Patch { name, author, subject, body, files };
    let text = patch.to_string();
    let read = Patch::parse(&patch.name, patch.name.as_str(), text.as_bytes())
        .map_err(|problem| problem.message)?;
    if read.author != patch.author {
        return Err("has an author that a mail cannot carry".to_owned());
    }
    if read.subject != patch.subject {
        return Err(format!("`git am` would make `{}` of its subject", read.subject));
    }
    if read.body != patch.body {
        return Err("has a line in its message that ends it for `git am`".to_owned());
    }
    Ok(patch)
}

/// Names for the patches of a series: one that has a name keeps it, and its number if the
/// order allows that; a new one is named after its subject.
pub fn names(patches: &[(Option<&PatchName>, &str)]) -> Vec<PatchName> {
    let mut last = 0;
    let mut names = Vec::new();
    for (old, subject) in patches {
        let own = old.and_then(PatchName::number);
        let number = own.filter(|number| *number > last).unwrap_or(last + 1);
        let stem = match old {
            Some(name) => name.without_number().to_owned(),
            None => format!("{}.patch", slug(subject)),
        };
        // What is built of these parts is a name.
        names.extend(format!("{number:04}-{stem}").parse::<PatchName>());
        last = number;
    }
    names
}

/// The words of a subject, without what kind of change it is: `feat(rules): add x` is `add-x`.
fn slug(subject: &str) -> String {
    let is_kind = |kind: &str| {
        kind.chars().all(|c| c.is_ascii_alphanumeric() || "()-_/,!".contains(c)) && !kind.is_empty()
    };
    let words = match subject.split_once(": ") {
        Some((kind, words)) if is_kind(kind) => words,
        _ => subject,
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = words.chars().map(plain).collect();
    let mut slug = String::new();
    for word in text.split('-').filter(|word| !word.is_empty()) {
        if !slug.is_empty() && slug.len() + 1 + word.len() > SLUG_LENGTH {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug.truncate(SLUG_LENGTH);
    if slug.is_empty() { "change".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn author() -> Author {
        Author { name: "A".into(), email: "a@b.c".into(), seconds: 0, offset_minutes: 0 }
    }

    fn compose(message: &str) -> Result<Patch, String> {
        let text = "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\ndiff --git a/f b/f\nnew file mode 100644\nindex 0000000000000000000000000000000000000000..f719efd430d52bcfc8566a43b2eb655688d38871\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+two\n";
        let name: PatchName = "0001-a.patch".parse().unwrap();
        let files = Patch::parse(&name, "p", text.as_bytes()).unwrap().files;
        patch(name, author(), message, files)
    }

    #[test]
    fn a_message_is_cleaned_and_cut_in_two() {
        let message = "\nfix: one\ntwo  \n\n\nWhy.\n\n\nBug: 1\n\n";
        assert_eq!(split_message(message), ("fix: one two".into(), "Why.\n\nBug: 1".into()));
        assert_eq!(split_message("one\n"), ("one".into(), String::new()));
        assert_eq!(split_message(""), (String::new(), String::new()));
    }

    #[test]
    fn what_a_mail_cannot_carry_is_refused() {
        assert_eq!(compose("fix: x\n\nWhy.\n").unwrap().body, "Why.");
        let refused = |message: &str| compose(message).unwrap_err();
        assert_eq!(refused("\n"), "has no message");
        assert_eq!(refused("fix: gr\u{fffd}n\n"), "has a message that is not UTF-8");
        assert_eq!(refused("[wip] x\n"), "`git am` would make `x` of its subject");
        assert!(refused("x\n\none\n---\ntwo\n").contains("ends it for `git am`"));
        assert_eq!(refused("x\n\ndiff --git a/f b/f\n"), "f has no index line");
    }

    #[test]
    fn a_name_ends_with_the_last_word_that_fits() {
        let [a, fits, is_long] = ["a".repeat(25), "b".repeat(26), "b".repeat(27)];
        assert_eq!(slug(&format!("{a} {fits}")), format!("{a}-{fits}"));
        assert_eq!(slug(&format!("{a} {is_long}")), a);
        assert_eq!(slug(&format!("{a} b {is_long}")), format!("{a}-b"));
    }

    #[test]
    fn names_stay_where_the_order_allows_it() {
        let name = |text: &str| text.parse::<PatchName>().unwrap();
        let [a, b] = ["0001-a.patch", "0002-b.patch"].map(name);
        let named = |patches: &[(Option<&PatchName>, &str)]| -> Vec<String> {
            names(patches).iter().map(ToString::to_string).collect()
        };
        assert_eq!(named(&[(Some(&a), ""), (Some(&b), "")]), ["0001-a.patch", "0002-b.patch"]);
        assert_eq!(named(&[(Some(&b), "")]), ["0002-b.patch"]);
        assert_eq!(
            named(&[(Some(&a), ""), (None, "feat(x): Add \"a thing\"!"), (Some(&b), "")]),
            ["0001-a.patch", "0002-add-a-thing.patch", "0003-b.patch"]
        );
        assert_eq!(named(&[(Some(&b), ""), (Some(&a), "")]), ["0002-b.patch", "0003-a.patch"]);
        // A name without a number would come after every new one.
        let plain = name("fix_foo.patch");
        assert_eq!(
            named(&[(Some(&a), ""), (Some(&plain), ""), (None, "x")]),
            ["0001-a.patch", "0002-fix_foo.patch", "0003-x.patch"]
        );
        let long = "word ".repeat(30);
        assert_eq!(named(&[(None, &long)])[0].len(), "0001-.patch".len() + 49);
        assert_eq!(named(&[(None, "…")]), ["0001-change.patch"]);
        assert_eq!(named(&[(None, "a b: c")]), ["0001-a-b-c.patch"]);
    }
}
