//! Lines under short names, for merging.
//!
//! libgit2 asks of two lines only whether they are the same. To know that, it reads every byte of a
//! release's file, of the patched one, and twice of the one at the pin, each time that they are merged.
//! Dozens of releases share most of their lines, so each line gets a name once, and what is merged is
//! names. The result is the same: in all texts, a name stands for one line, and a line has one name.

use std::rc::Rc;

use foldhash::HashMap;

use crate::patch::apply::lines;
use crate::support::ids::BlobId;

/// A name, as a line: three digits, and the end.
type Name = [u8; 4];

/// How many digits there are, and the first of them: no conflict marker begins with one.
const DIGITS: usize = 128;
const FIRST: u8 = 128;

/// The lines, each with its name, which says how many had one before.
#[derive(Default)]
pub(super) struct LineNames {
    names: HashMap<Rc<[u8]>, Name>,
    lines: Vec<Rc<[u8]>>,
    texts: HashMap<BlobId, Rc<[Name]>>,
    /// What was merged last with each base.
    last: HashMap<BlobId, Rc<[Name]>>,
}

/// How far a text may be behind the one that it is like.
const WINDOW: usize = 100;

impl LineNames {
    /// Base, patched and ours in names. None if there are no names left, or if a last line has no end:
    /// libgit2 adds it where another line follows.
    pub(super) fn named(
        &mut self,
        [base, patched, ours]: [(BlobId, &[u8]); 3],
    ) -> Option<[Rc<[Name]>; 3]> {
        let last = self.last.get(&base.0).cloned();
        let base_names = self.text(base, &[])?;
        let patched = self.text(patched, &base_names)?;
        let ours = self.text(ours, last.as_ref().unwrap_or(&base_names))?;
        self.last.insert(base.0, ours.clone());
        Some([base_names, patched, ours])
    }

    fn text(&mut self, (id, text): (BlobId, &[u8]), like: &[Name]) -> Option<Rc<[Name]>> {
        if let Some(known) = self.texts.get(&id) {
            return Some(known.clone());
        }
        let names: Rc<[Name]> = self.names_of(text, like)?.into();
        self.texts.insert(id, names.clone());
        Some(names)
    }

    /// A text in names. One that is like it is followed, so that few lines have to be looked up.
    fn names_of(&mut self, text: &[u8], mut like: &[Name]) -> Option<Vec<Name>> {
        let (mut names, mut rest) = (Vec::with_capacity(like.len()), text);
        while !rest.is_empty() {
            if let [name, others @ ..] = like
                && let Some(after) = rest.strip_prefix(self.line(*name))
            {
                names.push(*name);
                (rest, like) = (after, others);
                continue;
            }
            let line = lines(rest).next().filter(|line| line.ends_with(b"\n"))?;
            rest = &rest[line.len()..];
            let name = self.name_of(line)?;
            names.push(name);
            like = after(like, name);
        }
        Some(names)
    }

    fn name_of(&mut self, line: &[u8]) -> Option<Name> {
        if let Some(name) = self.names.get(line) {
            return Some(*name);
        }
        let number = self.lines.len();
        let digit = |number: usize| Some(FIRST + u8::try_from(number).ok().filter(|d| *d < FIRST)?);
        let [high, middle, low] =
            [number / DIGITS / DIGITS, number / DIGITS % DIGITS, number % DIGITS].map(digit);
        let name = [high?, middle?, low?, b'\n'];
        let line: Rc<[u8]> = line.into();
        self.lines.push(line.clone());
        self.names.insert(line, name);
        Some(name)
    }

    fn line(&self, [high, middle, low, _]: Name) -> &[u8] {
        let value = |digit: u8| usize::from(digit - FIRST);
        &self.lines[(value(high) * DIGITS + value(middle)) * DIGITS + value(low)]
    }

    /// The text of a merge of names, with conflict markers of `size` signs.
    pub(super) fn text_of(&self, merged: &[u8], size: usize) -> Vec<u8> {
        let (mut text, mut rest) = (Vec::new(), merged);
        while let [sign, ..] = *rest {
            match rest.split_first_chunk() {
                Some((name, after)) if sign >= FIRST => {
                    text.extend_from_slice(self.line(*name));
                    rest = after;
                }
                _ => {
                    text.extend(std::iter::repeat_n(sign, size));
                    text.push(b'\n');
                    rest = lines(rest).next().map_or(&[], |marker| &rest[marker.len()..]);
                }
            }
        }
        text
    }
}

/// What comes after the next line with this name; all if it is not near.
fn after(names: &[Name], name: Name) -> &[Name] {
    let at = names.iter().take(WINDOW).position(|other| *other == name);
    at.map_or(names, |at| &names[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts in names, and their text again.
    fn and_back(names: &mut LineNames, texts: [&str; 3]) -> Option<[String; 3]> {
        let id = |text: &str| BlobId::new(crate::git::tree::object_id("blob", text.as_bytes()));
        let named = names.named(texts.map(|text| (id(text), text.as_bytes())))?;
        let text = |named: Rc<[Name]>| names.text_of(named.as_flattened(), 7);
        Some(named.map(|named| String::from_utf8(text(named)).unwrap()))
    }

    #[test]
    fn a_name_is_of_one_line() {
        let mut names = LineNames::default();
        let all: Vec<String> = (0..300).map(|number| format!("{number}\n")).collect();
        let texts = [all.concat(), all[..20].concat(), all[200..].concat() + "\n0\n\n"];
        let texts = texts.each_ref().map(String::as_str);
        assert_eq!(and_back(&mut names, texts).unwrap(), texts);
        assert_eq!(names.lines.len(), 301);
        let distinct: std::collections::BTreeSet<Name> = names.names.values().copied().collect();
        assert_eq!(distinct.len(), 301);
        assert_eq!(distinct.last(), Some(&[128, 130, 172, b'\n']));
    }

    #[test]
    fn a_line_without_an_end_has_no_name() {
        let mut names = LineNames::default();
        for texts in [["a", "a\n", "a\nb\n"], ["a\n", "a\na", "a\nb\n"], ["a\n", "a\nb\n", "a\nba"]]
        {
            assert_eq!(and_back(&mut names, texts), None);
        }
        assert_eq!(and_back(&mut names, ["", "a\n", "a\na\n"]).unwrap()[1], "a\n");
    }

    #[test]
    fn no_more_lines_have_names_than_names_there_are() {
        let lines = vec![Rc::default(); DIGITS * DIGITS * DIGITS - 1];
        let mut names = LineNames { lines, ..LineNames::default() };
        assert_eq!(names.name_of(b"last\n"), Some([255, 255, 255, b'\n']));
        assert_eq!(names.line([255, 255, 255, b'\n']), b"last\n");
        assert_eq!(names.name_of(b"one more\n"), None);
        assert_eq!(names.name_of(b"last\n"), Some([255, 255, 255, b'\n']));
    }

    #[test]
    fn a_text_is_followed_where_the_next_line_is_near() {
        let names: Vec<Name> = (0..=u8::MAX).map(|byte| [128, 128, byte, b'\n']).collect();
        assert_eq!(after(&names, names[0]), &names[1..]);
        assert_eq!(after(&names, names[99]), &names[100..]);
        assert_eq!(after(&names, names[100]), names);
        assert_eq!(after(&names[1..], names[0]), &names[1..]);
        assert_eq!(after(&names[..1], names[0]), &[] as &[Name]);
    }

    #[test]
    fn a_marker_is_as_long_as_it_has_to_be() {
        let mut names = LineNames::default();
        let name = names.name_of(b"<<<<<<<\n").unwrap();
        let merged = [b"<<<<<<<\n", &name[..], b"=======\n>>>>>>>\n"].concat();
        assert_eq!(names.text_of(&merged, 8), b"<<<<<<<<\n<<<<<<<\n========\n>>>>>>>>\n");
    }
}
