//! The report of a bisection, as data and as text.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::git::commit::UpstreamCommit;
use crate::git::line_origin::LineChange;
use crate::port::bisect::search::{Judged, boundary};
use crate::support::ids::CommitId;
use crate::support::text::counted;

/// The report of a bisection.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bisection {
    /// The directory of the series.
    pub series: String,
    /// What was judged: a patch's file, or `SCENARIO on the SIDE tree`.
    pub subject: String,
    pub from: End,
    pub to: End,
    /// What was looked for: an outcome of a patch or a result of a scenario.
    pub until: String,
    pub answer: Answer,
    /// The first commit where it is so; absent if the answer is no commit.
    pub commit: Option<UpstreamCommit>,
    /// The commits of which one did it, oldest first: more than one if some of them cannot be
    /// judged.
    pub candidates: Vec<UpstreamCommit>,
    /// What the outcome at that commit rests on.
    pub evidence: Vec<String>,
    /// What the commit did at the places that the patch is about.
    pub places: Vec<Place>,
    /// Every commit whose outcome differs from the one before it, oldest first. A scenario is
    /// judged at only a few commits: there may be more.
    pub turns: Vec<Turn>,
    /// How many commits are in the range.
    pub commits: usize,
    /// How many of them were judged.
    pub judged: usize,
    /// Those that could not be.
    pub skipped: Vec<Skipped>,
}

/// An end of the commit range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct End {
    /// The release, or what else the user named.
    pub name: String,
    pub commit: CommitId,
    pub outcome: String,
}

/// The result of a bisection, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Found,
    /// One of several, as the others cannot be judged.
    Indeterminate,
    /// It is so from the beginning.
    AlreadySo,
    /// It is not so at the end.
    NotSo,
    /// It is so where the branches of both ends part: only the first end's branch has the commits
    /// that make the difference.
    Parted,
}

/// A commit from which on something is otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Turn {
    pub commit: UpstreamCommit,
    /// What is found from there on.
    pub outcome: String,
}

/// A commit that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Skipped {
    pub commit: CommitId,
    pub reason: String,
}

/// What a commit did at a place that a patch changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// The file, as the patch names it.
    pub path: String,
    /// The file as it is called at the commit.
    pub target: String,
    /// The first line of the patch's hunk; absent if it is about the whole file.
    pub hunk: Option<String>,
    /// Why it conflicts; absent if it does not.
    pub reason: Option<String>,
    /// What the commit changed there.
    pub changes: Vec<LineChange>,
}

impl Bisection {
    /// The place of the commit that was found, if it is one.
    pub(crate) fn place(&self, judged: &Judged) -> Option<usize> {
        boundary(judged).filter(|_| self.answer == Answer::Found).map(|found| found.new)
    }

    pub fn text(&self) -> String {
        let Self { from, to, until, .. } = self;
        let mut text = format!(
            "{}: {} at {}, {} at {}, {} between\n",
            self.subject,
            from.outcome,
            from.name,
            to.outcome,
            to.name,
            counted(self.commits, "commit")
        );
        const TURNS: usize = 12;
        let left_out = self.turns.len().saturating_sub(TURNS);
        if left_out > 0 {
            text.push_str(&format!("  {left_out} earlier turns left out (--format json)\n"));
        }
        let width = self.turns.iter().map(|turn| turn.outcome.len()).max().unwrap_or_default();
        for turn in &self.turns[left_out..] {
            text.push_str(&format!("  {:width$}  since {}\n", turn.outcome, turn.commit.text()));
        }
        text.push('\n');
        match (self.answer, &self.commit) {
            (Answer::Found, Some(commit)) => {
                text.push_str(&format!("{until} since {}\n", commit.text()));
            }
            (Answer::Indeterminate, _) => {
                text.push_str(&format!("{until} since one of these:\n"));
                for commit in &self.candidates {
                    text.push_str(&format!("  {}\n", commit.text()));
                }
            }
            (Answer::AlreadySo, _) => {
                text.push_str(&format!("{until} at {} already\n", from.name));
            }
            (Answer::Parted, _) => {
                text.push_str(&format!(
                    "{until} where the branches of {} and {} part: only {} has one of these\n",
                    from.name, to.name, from.name
                ));
                for commit in &self.candidates {
                    text.push_str(&format!("  {}\n", commit.text()));
                }
            }
            _ => text.push_str(&format!("not {until} at {}\n", to.name)),
        }
        self.evidence.iter().for_each(|evidence| text.push_str(&format!("  {evidence}\n")));
        self.places.iter().for_each(|place| text.push_str(&place.text()));
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        self.skipped.iter().for_each(|s| *reasons.entry(&s.reason).or_default() += 1);
        for (reason, count) in reasons {
            text.push_str(&format!("{} not judged: {reason}\n", counted(count, "commit")));
        }
        text
    }
}

impl Place {
    fn text(&self) -> String {
        let mut head = format!("  {}", self.target);
        if let Some(hunk) = &self.hunk {
            head.push_str(&format!(", `{hunk}` of the patch"));
        }
        if let Some(reason) = &self.reason {
            head.push_str(&format!(": {reason}"));
        }
        const CHANGES: usize = 4;
        let mut text = head + "\n";
        self.changes.iter().take(CHANGES).for_each(|change| text.push_str(&change.text()));
        if self.changes.len() > CHANGES {
            let more = counted(self.changes.len() - CHANGES, "more change");
            text.push_str(&format!("    {more} (--format json)\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bisection(answer: Answer, turns: usize) -> Bisection {
        let commit = |number: usize| UpstreamCommit {
            id: CommitId::new([7; 20]),
            subject: format!("change {number}"),
            author: "A".into(),
            date: "2026-11-22".into(),
            pull_request: None,
            pull_request_url: None,
        };
        let end = |name: &str| End {
            name: name.into(),
            commit: CommitId::new([7; 20]),
            outcome: "offset".into(),
        };
        Bisection {
            series: "patches".into(),
            subject: "0001-a.patch".into(),
            from: end("1.0.0"),
            to: end("1.1.0"),
            until: "conflict".into(),
            answer,
            commit: None,
            candidates: vec![commit(1)],
            evidence: Vec::new(),
            places: Vec::new(),
            turns: (1..=turns)
                .map(|number| Turn { commit: commit(number), outcome: "offset".into() })
                .collect(),
            commits: 3,
            judged: 3,
            skipped: Vec::new(),
        }
    }

    #[test]
    fn an_answer_that_is_no_commit_says_where_it_is_so() {
        let text = |answer| bisection(answer, 0).text();
        let candidate = "  070707070707 2026-11-22 A: change 1\n";
        for (answer, expected) in [
            (Answer::AlreadySo, "\nconflict at 1.0.0 already\n".to_owned()),
            (Answer::NotSo, "\nnot conflict at 1.1.0\n".to_owned()),
            (Answer::Indeterminate, format!("\nconflict since one of these:\n{candidate}")),
            (
                Answer::Parted,
                "\nconflict where the branches of 1.0.0 and 1.1.0 part: only 1.0.0 has one of \
                 these\n"
                    .to_owned()
                    + candidate,
            ),
        ] {
            let text = text(answer);
            assert!(text.contains(&expected), "{text}");
        }
    }

    #[test]
    fn the_latest_turns_are_shown() {
        let text = |turns| bisection(Answer::NotSo, turns).text();
        let twelve = text(12);
        assert_eq!(twelve.matches("  offset  since ").count(), 12, "{twelve}");
        assert_eq!(twelve.lines().count(), text(0).lines().count() + 12, "{twelve}");
        let more = text(14);
        assert!(more.contains("\n  2 earlier turns left out (--format json)\n"), "{more}");
        assert!(!more.contains("change 2\n") && more.contains("change 3\n"), "{more}");
    }

    #[test]
    fn of_many_changes_the_first_few_are_shown() {
        let change = |line| LineChange { line, removed: vec!["old".into()], added: Vec::new() };
        let text = |count: usize| {
            let place = Place {
                path: "f".into(),
                target: "g".into(),
                hunk: None,
                reason: Some("both changed it".into()),
                changes: (1..=count).map(change).collect(),
            };
            place.text()
        };
        let four = text(4);
        assert!(four.starts_with("  g: both changed it\n    line 1:\n      -old\n"), "{four}");
        assert_eq!(four.matches("line").count(), 4);
        assert_eq!(text(5), format!("{four}    1 more change (--format json)\n"));
        assert_eq!(text(9), format!("{four}    5 more changes (--format json)\n"));
    }
}
