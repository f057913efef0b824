//! How a conflict was resolved, kept so that it can be offered if the same one comes again.
//!
//! A file with zdiff3 markers is cut into the places that conflict; what a person made of each
//! one is found again in the file that they left. Only its content identifies a resolution:
//! the patch, and the three sides of the conflict. It is never applied by itself.

use serde::{Deserialize, Serialize};

use crate::support::ids::{Release, Sri};
use crate::support::names::PatchName;
use crate::support::problem::{Kind, Problem};

/// The directory of the resolutions, in that of the series.
pub const DIRECTORY: &str = "resolutions";

/// What stands above each one in its file.
const HEAD: &str = "\
# How a conflict was resolved. `patcher sync --resolve` offers it where the same one comes
# again, and never applies it by itself. Delete it where it is wrong or of no use any more.
";

/// The three sides of a place that conflicts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    pub base: String,
    pub upstream: String,
    /// As the patch wants it.
    pub patch: String,
}

/// A part of a file with markers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Plain(String),
    /// A place that conflicts, as it is written there, and its sides.
    Conflict(String, Sides),
}

/// How one place was resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Resolution {
    pub patch: PatchName,
    /// The file, in the release.
    pub file: String,
    /// The pin from which the patch came.
    pub pin: Release,
    /// The release onto which it went.
    pub release: Release,
    /// The lines at the pin.
    pub pin_lines: String,
    /// The lines in the release.
    pub release_lines: String,
    /// The lines that the patch wanted.
    pub patch_lines: String,
    /// The lines that were made of them.
    pub resolved: String,
}

/// Cuts a file with markers of `size` signs into its parts.
pub fn parts(text: &str, size: usize) -> Vec<Part> {
    let [ours, base, middle, end] = ['<', '|', '=', '>'].map(|sign| sign.to_string().repeat(size));
    let is = |line: &str, marker: &str| {
        let rest = line.strip_prefix(marker);
        rest.is_some_and(|rest| rest.starts_with([' ', '\n', '\r']) || rest.is_empty())
    };
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut open: Option<(String, Sides, u8)> = None;
    for line in text.split_inclusive('\n') {
        let Some((written, sides, side)) = &mut open else {
            if is(line, &ours) {
                parts.push(Part::Plain(std::mem::take(&mut plain)));
                open = Some((line.to_owned(), Sides::default(), 0));
            } else {
                plain.push_str(line);
            }
            continue;
        };
        written.push_str(line);
        if is(line, &base) {
            *side = 1;
        } else if is(line, &middle) {
            *side = 2;
        } else if is(line, &end) {
            let (written, sides) = (std::mem::take(written), std::mem::take(sides));
            parts.push(Part::Conflict(written, sides));
            open = None;
        } else {
            match side {
                0 => sides.upstream.push_str(line),
                1 => sides.base.push_str(line),
                _ => sides.patch.push_str(line),
            }
        }
    }
    // A marker that nothing closes is text like any other.
    plain.push_str(&open.map(|(written, ..)| written).unwrap_or_default());
    parts.push(Part::Plain(plain));
    parts
}

/// The first line, from 1, that is a marker of `size` signs.
pub fn first_marker(text: &str, size: usize) -> Option<usize> {
    let markers = ['<', '|', '=', '>'].map(|sign| sign.to_string().repeat(size));
    let is_marker = |line: &str| {
        let is = |marker: &String| {
            let rest = line.strip_prefix(marker.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        markers.iter().any(is)
    };
    text.lines().position(is_marker).map(|index| index + 1)
}

/// What was made of each place that conflicts, in order. Only if all the lines around the
/// places are as they were, and it is plain where each of them ends: else putting the answers
/// into the places would not make the file that the person left.
pub fn resolved(parts: &[Part], resolved: &str) -> Option<Vec<String>> {
    let plain: Vec<&str> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Plain(text) => Some(text.as_str()),
            Part::Conflict(..) => None,
        })
        .collect();
    let (first, between) = plain.split_first()?;
    let mut rest = resolved.strip_prefix(first)?;
    let Some((last, between)) = between.split_last() else { return Some(Vec::new()) };
    let mut answers = Vec::new();
    let is_line_start = |text: &str, at: usize| at == 0 || text[..at].ends_with('\n');
    for text in between {
        let mut found = rest.match_indices(text).filter(|(at, _)| is_line_start(rest, *at));
        let (at, _) = found.next().filter(|_| !text.is_empty())?;
        if found.next().is_some() {
            return None;
        }
        answers.push(rest[..at].to_owned());
        rest = &rest[at + text.len()..];
    }
    let answer = rest.strip_suffix(last)?;
    answers.push(answer.to_owned());
    (last.is_empty() || is_line_start(rest, answer.len())).then_some(answers)
}

/// The file with every place that `recall` knows an answer for as that says; and how many.
pub fn recalled<'a>(
    parts: &[Part],
    recall: impl Fn(&Sides) -> Option<&'a Resolution>,
) -> (String, usize) {
    let (mut text, mut count) = (String::new(), 0);
    for part in parts {
        match part {
            Part::Plain(plain) => text.push_str(plain),
            Part::Conflict(written, sides) => match recall(sides) {
                Some(resolution) => {
                    text.push_str(&resolution.resolved);
                    count += 1;
                }
                None => text.push_str(written),
            },
        }
    }
    (text, count)
}

impl Resolution {
    /// Whether it is of this conflict.
    pub fn is_of(&self, patch: &PatchName, sides: &Sides) -> bool {
        let Self { pin_lines, release_lines, patch_lines, .. } = self;
        self.patch == *patch
            && [pin_lines, release_lines, patch_lines]
                == [&sides.base, &sides.upstream, &sides.patch]
    }

    /// The path of its file, in the directory of the series: by patch, then by content.
    pub fn path(&self) -> String {
        let patch = self.patch.as_str();
        let Self { pin_lines, release_lines, patch_lines, .. } = self;
        let mut content = patch.to_owned();
        for side in [pin_lines, release_lines, patch_lines] {
            // A length before each text keeps two of them from being taken for two others.
            content.push_str(&format!("\n{}\n{side}", side.len()));
        }
        let digest = &Sri::of(content.as_bytes()).hex()[..12];
        let stem = patch.strip_suffix(".patch").unwrap_or(patch);
        format!("{DIRECTORY}/{stem}-{digest}.toml")
    }

    /// Reads one; `file` is its path for messages.
    ///
    /// # Errors
    ///
    /// It is not as [`Resolution::print`] writes it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| {
            let message = format!("is no resolution: {}", error.message());
            let problem = Problem::new(Kind::Input, file, message);
            let line = error.span().map(|span| 1 + text[..span.start].matches('\n').count());
            line.map_or(problem.clone(), |line| problem.at(line))
                .hint("restore it from git, or delete it: it is only an offer")
        })
    }

    pub fn print(&self) -> String {
        // Only texts: nothing in them that TOML cannot carry.
        format!("{HEAD}\n{}", toml::to_string_pretty(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MARKED: &str = "1\n<<<<<<< m 2.0\nup\n||||||| m 1.0\nold\n=======\nnew\n>>>>>>> p\n2\n3\n<<<<<<< m 2.0\n||||||| m 1.0\nb\n=======\nc\n>>>>>>> p\n4\n";

    fn resolution(resolved: &str) -> Resolution {
        Resolution {
            patch: "0001-a.patch".parse().unwrap(),
            file: "f".into(),
            pin: "1.0.0".parse().unwrap(),
            release: "2.0.0".parse().unwrap(),
            pin_lines: "old\n".into(),
            release_lines: "up\n".into(),
            patch_lines: "new\n".into(),
            resolved: resolved.into(),
        }
    }

    #[test]
    fn a_marked_file_is_cut_and_put_together() {
        let parts = parts(MARKED, 7);
        assert_eq!(parts.len(), 5);
        let Part::Conflict(written, sides) = &parts[1] else { panic!("{parts:?}") };
        assert!(written.starts_with("<<<<<<< m 2.0\n") && written.ends_with(">>>>>>> p\n"));
        assert_eq!(sides.base, "old\n");
        assert_eq!(sides.upstream, "up\n");
        assert_eq!(sides.patch, "new\n");
        assert_eq!(recalled(&parts, |_| None), (MARKED.to_owned(), 0));
        let known = resolution("both\n");
        let recall = |sides: &Sides| known.is_of(&known.patch, sides).then_some(&known);
        let (text, count) = recalled(&parts, recall);
        assert_eq!(count, 1);
        assert!(text.starts_with("1\nboth\n2\n3\n<<<<<<< m 2.0\n"), "{text}");
    }

    #[test]
    fn what_was_made_of_each_place_is_found() {
        let parts = parts(MARKED, 7);
        let found = |text: &str| resolved(&parts, text);
        let answers = |one: &str, two: &str| Some(vec![one.to_owned(), two.to_owned()]);
        assert_eq!(found("1\nup and new\n2\n3\nc\n4\n"), answers("up and new\n", "c\n"));
        // The release's side as it was, and nothing.
        assert_eq!(found("1\nup\n2\n3\n4\n"), answers("up\n", ""));
        // A line around them is another one, or one was added elsewhere: who knows what answers.
        assert_eq!(found("1\nx\nTWO\n3\n4\n"), None);
        assert_eq!(found("new\n1\nup\n2\n3\n4\n"), None);
        assert_eq!(found("1\nup\n2\n3\n4\nnew\n"), None);
        // Where the first place ends is not plain: the lines after it come twice.
        assert_eq!(found("1\nup\n2\n3\nnew\n2\n3\nc\n4\n"), None);
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        let problem = Resolution::parse("f.toml", "patch = \"0001-a.patch\"\nfile = ?\n");
        assert_eq!(problem.unwrap_err().line, Some(2));
    }

    #[test]
    fn markers_that_are_left_are_seen() {
        assert_eq!(first_marker(MARKED, 7), Some(2));
        assert_eq!(first_marker("a\n=======\n", 7), Some(2));
        assert_eq!(first_marker("a\n========\n<<<<<< x\n", 7), None);
    }

    #[test]
    fn a_file_that_is_no_resolution_is_named() {
        let text = resolution("both\n").print();
        assert_eq!(Resolution::parse("f", &text), Ok(resolution("both\n")));
        let damaged = text.replace("resolved = ", "resolve = ");
        let problem = Resolution::parse("patches/resolutions/x.toml", &damaged).unwrap_err();
        assert!(problem.to_string().starts_with("patches/resolutions/x.toml:"), "{problem}");
        assert!(problem.to_string().contains("resolve"), "{problem}");
    }

    fn lines() -> impl Strategy<Value = String> {
        proptest::collection::vec("[a-d<=>'\"\\\\]{0,3}\r?", 0..5)
            .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
    }

    proptest! {
        #[test]
        fn every_resolution_is_read_as_it_was_written(
            sides in [lines(), lines(), lines(), lines()],
        ) {
            let [pin_lines, release_lines, patch_lines, resolved] = sides;
            let written =
                Resolution { pin_lines, release_lines, patch_lines, ..resolution(&resolved) };
            prop_assert_eq!(Resolution::parse("f", &written.print()).unwrap(), written);
        }

        #[test]
        fn what_is_put_into_the_places_is_what_is_found(
            plain in proptest::collection::vec("[a-z]{8}\n", 3),
            answers in proptest::collection::vec("([0-9]\n){0,3}", 2),
        ) {
            let mut unique = plain.clone();
            unique.dedup();
            prop_assume!(unique.len() == 3);
            let side = |text: &str| Sides { upstream: text.into(), ..Sides::default() };
            let parts = [
                Part::Plain(plain[0].clone()),
                Part::Conflict(String::new(), side("U1\n")),
                Part::Plain(plain[1].clone()),
                Part::Conflict(String::new(), side("U2\n")),
                Part::Plain(plain[2].clone()),
            ];
            let text =
                [&plain[0], &answers[0], &plain[1], &answers[1], &plain[2]].map(String::as_str);
            prop_assert_eq!(resolved(&parts, &text.concat()), Some(answers));
        }
    }
}
