//! What the demo shows, a step at a time, and how that fits a screen of 80 columns.

use serde::Serialize;

use crate::support::look::Meaning;
use crate::support::marked::Marked;

/// How wide what stands before the texts is: a step's title; the mark of evidence, and its label.
const TITLE: usize = 11;
const MARK: usize = 6;
const LABEL: usize = 9;

/// How wide a line may be.
const WIDTH: usize = 80;

/// What a line of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// It is as one wants it.
    Good,
    /// It shows what goes wrong.
    Bad,
    /// It says where the evidence is from.
    Note,
    /// A line that was added to a file.
    Added,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "DemoEvidence"))]
pub struct Evidence {
    pub finding: Finding,
    /// Who or what it is about; empty if that is clear.
    pub label: String,
    pub text: String,
}

/// A question of the demo with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// The command, or what it is about.
    pub title: String,
    pub about: String,
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// One thing that happened.
    pub(super) fn of(self, label: &str, text: impl Into<String>) -> Evidence {
        Evidence { finding: self, label: label.to_owned(), text: text.into() }
    }
}

impl Evidence {
    fn line(&self) -> Marked {
        let Self { finding, label, text } = self;
        let has_label = !label.is_empty() && matches!(finding, Finding::Good | Finding::Bad);
        let labelled = if has_label { format!("{label:LABEL$}  ") } else { String::new() };
        let text = cut(text, WIDTH - MARK - labelled.len());
        let mut line = Marked::from("    ");
        match finding {
            Finding::Added => {
                line.push(Meaning::Done.tint("+"));
                line.push(text);
            }
            Finding::Note => line.push(Meaning::Unchanged.tint(format!("  {text}"))),
            Finding::Good | Finding::Bad => {
                let is_good = *finding == Finding::Good;
                let meaning = if is_good { Meaning::Done } else { Meaning::Failed };
                line.push(meaning.mark(""));
                line.push(format!(" {labelled}{text}"));
            }
        }
        line.push("\n");
        line
    }
}

impl Step {
    /// The step as lines of a screen.
    pub fn text(&self) -> Marked {
        let Self { number, title, about, evidence } = self;
        let head = format!(" {number}  {title:TITLE$}  {about}");
        let mut text = Marked::from(format!("{}\n", cut(head.trim_end(), WIDTH)));
        evidence.iter().for_each(|evidence| text.append(evidence.line()));
        text
    }
}

/// A text, without its end if that is beyond the screen.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width - 4).collect();
    format!("{} ...", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::look::Symbols;

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let long = "a word or two ".repeat(9);
        for finding in [Finding::Good, Finding::Bad, Finding::Note, Finding::Added] {
            for label in ["", "label"] {
                let evidence = vec![finding.of(label, long.as_str())];
                let (title, about) = ("title".to_owned(), long.clone());
                let text =
                    Step { number: 1, title, about, evidence }.text().plain(Symbols::Unicode);
                for line in text.lines() {
                    let width = line.chars().count();
                    assert!(
                        (76..=80).contains(&width) && line.ends_with(" ..."),
                        "{width}: {line}"
                    );
                }
            }
        }
    }
}
