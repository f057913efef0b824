//! What the demo shows, a step at a time, and how that fits a screen of 80 columns.

use serde::Serialize;

/// Where a step's texts begin: behind its number and title, or a mark and its label.
const TITLE: usize = 11;
const LABEL: usize = 9;

/// How wide a line may be.
const WIDTH: usize = 80;

/// What a line of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
pub struct Evidence {
    pub finding: Finding,
    /// Who or what it is about; empty if that is clear.
    pub label: String,
    pub text: String,
}

/// A question of the demo with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

    fn symbol(self) -> char {
        match self {
            Self::Good => '+',
            Self::Bad => 'x',
            Self::Note => ' ',
            Self::Added => '+',
        }
    }
}

impl Evidence {
    fn line(&self) -> String {
        let Self { finding, label, text } = self;
        let symbol = finding.symbol();
        cut(match (finding, label.as_str()) {
            (Finding::Added, _) => format!("    +{text}"),
            (_, "") => format!("    {symbol} {text}"),
            (_, label) => format!("    {symbol} {label:LABEL$}  {text}"),
        })
    }
}

impl Step {
    /// The step as lines of a screen.
    pub fn text(&self) -> String {
        let Self { number, title, about, evidence } = self;
        let head = cut(format!(" {number}  {title:TITLE$}  {about}"));
        let lines = evidence.iter().map(Evidence::line);
        let lines: Vec<String> = [head].into_iter().chain(lines).collect();
        lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// A line, without its end if that is beyond the screen.
fn cut(line: String) -> String {
    if line.chars().count() <= WIDTH {
        return line;
    }
    let kept: String = line.chars().take(WIDTH - 4).collect();
    format!("{} ...", kept.trim_end())
}
