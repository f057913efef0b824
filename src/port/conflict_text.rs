//! What stands in the way of a port, for people.

use std::fmt;

use crate::git::history::History;
use crate::git::merge_conflict::{Conflict, Reason};
use crate::git::store::Store;
use crate::patch::{FilePatch, Hunk, Tag};
use crate::port::apply::AppliedPatch;
use crate::port::outcome::{Outcome, PatchOutcome};
use crate::port::port_error::PortError;
use crate::support::failure::Result;
use crate::support::ids::{CommitId, Release};
use crate::support::problem::{Kind, Problem};
use crate::support::text::{counted, first_of};

/// How many lines of a diff are shown, or a few more.
const LINES: usize = 12;

/// How many lines with one sign are shown of a long diff.
const RUN: usize = 4;

/// How many of upstream's commits are named.
const COMMITS: usize = 3;

/// Looks for upstream's commits, between the pin and a release, behind each conflict.
///
/// # Errors
///
/// The history between the two is not complete, or an object is missing.
pub fn name_causes(
    store: &Store,
    [pin, release]: [CommitId; 2],
    outcomes: &mut [PatchOutcome],
) -> Result<()> {
    if outcomes.iter().all(|outcome| outcome.conflicts.is_empty()) {
        return Ok(());
    }
    let history = History::between(store, pin, release)?;
    for outcome in outcomes {
        for conflict in &mut outcome.conflicts {
            conflict.caused_by = history.culprits_below(outcome.before, conflict)?;
        }
    }
    Ok(())
}

/// Why a series does not go onto a release: everything that is in the way.
pub(super) fn refusal(
    patches: &[AppliedPatch],
    outcomes: &[PatchOutcome],
    release: Release,
) -> PortError {
    let failed = outcomes.iter().zip(patches).filter(|(outcome, _)| outcome.is_failure());
    let problems: Vec<Problem> =
        failed.flat_map(|(outcome, patch)| problems(outcome, patch, &release)).collect();
    let conflict = outcomes.iter().position(|outcome| outcome.outcome == Outcome::Conflict);
    let Some(first) = conflict else { return PortError::NotNeeded(problems) };
    let message = summary(&outcomes[first], &patches[first], &release);
    PortError::Conflict { patch: outcomes[first].patch.clone(), release, message, problems }
}

/// What is wrong with a patch on a release, in one line.
pub fn summary(outcome: &PatchOutcome, patch: &AppliedPatch, release: &dyn fmt::Display) -> String {
    match outcome.conflicts.as_slice() {
        [] => problems(outcome, patch, release).iter().map(ToString::to_string).collect(),
        [conflict] => problem(conflict, patch, release).to_string(),
        conflicts => {
            let mut places: Vec<String> = conflicts.iter().map(place).collect();
            places.dedup();
            let count = counted(conflicts.len(), "place");
            let places = first_of(&places);
            format!("{}: conflicts with {release} in {count}: {places}", patch.file)
        }
    }
}

/// What is wrong with a patch on a release, place by place.
pub fn problems(
    outcome: &PatchOutcome,
    patch: &AppliedPatch,
    release: &dyn fmt::Display,
) -> Vec<Problem> {
    let with_condition = |problem| Problem { is_consequence: outcome.conditional, ..problem };
    if outcome.outcome.is_already_upstream() {
        let message = match outcome.outcome {
            Outcome::Empty => "changes nothing at its own pin".to_owned(),
            _ => format!("is already in {release}: {}", outcome.because()),
        };
        let hint = format!(
            "see that {release} does not need it, then leave it out: `--drop-upstreamed {}`",
            outcome.patch
        );
        return vec![with_condition(Problem::new(Kind::Finding, &patch.file, message).hint(hint))];
    }
    let problem = |conflict| with_condition(problem(conflict, patch, release));
    outcome.conflicts.iter().map(problem).collect()
}

/// One place where a patch conflicts.
fn problem(conflict: &Conflict, patch: &AppliedPatch, release: &dyn fmt::Display) -> Problem {
    let file = patch.patch.files.iter().find(|file| file.path.as_str() == conflict.path);
    let hunk = file.and_then(|file| conflict.hunk_of(file));
    // The problem is at the hunk, else at what the patch says of the file.
    let at = hunk.map(|hunk| hunk.line).or(file.map(|file| file.line)).filter(|line| *line > 0);
    let mut message = format!("conflicts with {release} in {}", place(conflict));
    // That both changed these lines is what a conflict is.
    if conflict.reason != Reason::Content || conflict.converted_to().is_some() {
        message.push_str(&format!(": {}", conflict.why()));
    }
    let excerpt = excerpt(conflict, file, patch.patch.name.as_str(), release);
    let problem = Problem { excerpt, ..Problem::new(Kind::Conflict, &patch.file, message) };
    at.map_or(problem.clone(), |at| problem.at(at))
}

/// Where a conflict is, under the release's name of the file.
fn place(conflict: &Conflict) -> String {
    let Conflict { path, target, line, .. } = conflict;
    let was = if path == target { String::new() } else { format!(" ({path} at the pin)") };
    match line {
        0 => format!("{target}{was}"),
        line => format!("{target}:{line}{was}"),
    }
}

/// What upstream did there, by which commits, and what the patch does: two diffs against the pin.
fn excerpt(
    conflict: &Conflict,
    file: Option<&FilePatch>,
    name: &str,
    release: &dyn fmt::Display,
) -> Option<String> {
    let line = file.map_or(conflict.pin_line, |file| patched_line(file, conflict.pin_line));
    let (upstream, patch) = (conflict.upstream_hunks(), conflict.patch_hunks(line));
    // If only line ends differ, the reason says it all.
    let has_diffs = conflict.reason == Reason::Content && conflict.converted_to().is_none();
    if !has_diffs && conflict.caused_by.is_empty() {
        return None;
    }
    let mut text = format!("{}, changed by upstream in {release}:\n", conflict.target);
    for commit in conflict.caused_by.iter().take(COMMITS) {
        text.push_str(&format!("    {}\n", commit.text()));
        if let Some(url) = &commit.pull_request_url {
            text.push_str(&format!("    {url}\n"));
        }
    }
    if let Some(more) = conflict.caused_by.len().checked_sub(COMMITS).filter(|more| *more > 0) {
        text.push_str(&format!("    and {}\n", counted(more, "older commit")));
    }
    if has_diffs {
        text.push_str(&diff(&upstream));
        text.push_str(&format!("\n{}, changed by {name}:\n", conflict.path));
        text.push_str(&diff(&patch));
    }
    Some(text)
}

/// Hunks as `git diff` prints them. If they are long, of lines with one sign only the first are
/// shown, so that what was removed does not hide what was added.
fn diff(hunks: &[Hunk]) -> String {
    let is_long = hunks.iter().map(|hunk| hunk.lines.len() + 1).sum::<usize>() > LINES;
    let mut lines: Vec<String> = Vec::new();
    for hunk in hunks {
        lines.push(hunk.header());
        for run in hunk.lines.chunk_by(|one, other| one.tag == other.tag) {
            let shown = if is_long && run.len() > RUN + 1 { RUN } else { run.len() };
            lines.extend(
                run[..shown]
                    .iter()
                    .map(|line| format!("{}{}", sign(line.tag), line.text.trim_end_matches('\n'))),
            );
            let folded = run.len() - shown;
            if folded > 0 {
                lines.push(format!("{}… {folded} more", sign(run[0].tag)));
            }
        }
    }
    let folded = lines.len().saturating_sub(LINES + RUN);
    if folded > 0 {
        lines.truncate(LINES + RUN - 1);
        lines.push(format!("… {}", counted(folded + 1, "more line")));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

const fn sign(tag: Tag) -> char {
    match tag {
        Tag::Context => ' ',
        Tag::Remove => '-',
        Tag::Add => '+',
    }
}

/// Where a line of the pin is once the patch is in.
fn patched_line(file: &FilePatch, line: usize) -> usize {
    let mut patched = line;
    for hunk in &file.hunks {
        let mut old = hunk.old_start.max(1);
        for part in &hunk.lines {
            if old >= line {
                break;
            }
            match part.tag {
                Tag::Context => old += 1,
                Tag::Remove => (old, patched) = (old + 1, patched.saturating_sub(1)),
                Tag::Add => patched += 1,
            }
        }
    }
    patched
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::commit::UpstreamCommit;
    use crate::patch::{Patch, diff};
    use crate::support::ids::TreeId;

    fn patch() -> Patch {
        let mail = "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\n\
                    Date: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\n\
                    diff --git a/f b/f\nnew file mode 100644\n\
                    index 0000000000000000000000000000000000000000..\
                    e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n";
        Patch::parse(&"0001-a.patch".parse().unwrap(), "p", mail.as_bytes()).unwrap()
    }

    #[test]
    fn a_patch_that_changes_nothing_is_no_part_of_the_release() {
        let (name, tree) = ("0001-a.patch".parse().unwrap(), TreeId::new([1; 20]));
        let applied = AppliedPatch { file: "p".into(), patch: patch(), before: tree, after: tree };
        let message = |outcome| {
            let outcome = PatchOutcome::new(&name, outcome, tree);
            let problems = problems(&outcome, &applied, &"2.0");
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(message(Outcome::Empty), ["p: changes nothing at its own pin"]);
        assert_eq!(message(Outcome::AlreadyUpstream), ["p: is already in 2.0: "]);
        assert_eq!(message(Outcome::Offset), [""; 0]);
    }

    /// A diff as it is shown.
    fn shown(before: &str, after: &str) -> Vec<String> {
        let hunks = diff::plain(before.as_bytes(), after.as_bytes()).unwrap();
        diff(&hunks).lines().map(str::to_owned).collect()
    }

    fn lines(count: usize) -> String {
        (1..=count).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn of_a_long_diff_the_first_lines_of_each_sign_are_shown() {
        // With the hunk's head it is as long as may be.
        assert_eq!(shown(&lines(LINES - 1), "").len(), LINES);
        let long = shown(&lines(LINES), "");
        assert_eq!(long.len(), 1 + RUN + 1);
        assert_eq!(long[RUN..], [format!("-{RUN}"), format!("-… {} more", LINES - RUN)]);
        // To leave out one line would save none.
        let after: String = (0..LINES).map(|line| format!("new {line}\n")).collect();
        let both = shown(&lines(RUN + 1), &after);
        assert!(both.contains(&format!("-{}", RUN + 1)), "{both:?}");
        assert_eq!(both.last(), Some(&format!("+… {} more", LINES - RUN)));
        // Many short runs.
        let before: String = (0..10).map(|line| format!("a {line}\nb {line}\n")).collect();
        let many = shown(&before, &before.replace('a', "A"));
        assert_eq!(many.len(), LINES + RUN);
        assert_eq!(many.last().unwrap(), "… 16 more lines");
    }

    #[test]
    fn lines_move_by_what_a_patch_does_above_them() {
        let before = "a\nb\nc\nd\ne\n";
        let mut file = patch().files.remove(0);
        file.hunks = diff::plain(before.as_bytes(), b"c\nx\nd\ne\n").unwrap();
        assert_eq!([1, 3, 4, 5].map(|line| patched_line(&file, line)), [1, 1, 2, 4]);
    }

    #[test]
    fn a_conflict_is_at_the_line_of_the_patch_that_it_is_about() {
        let tree = TreeId::new([1; 20]);
        let at = |line: usize| {
            let mut patch = patch();
            patch.files[0].line = line;
            let applied = AppliedPatch { file: "p".into(), patch, before: tree, after: tree };
            problem(&Conflict::whole("f", Reason::Deleted), &applied, &"2.0").line
        };
        assert_eq!([at(7), at(0)], [Some(7), None]);
    }

    #[test]
    fn of_many_commits_behind_a_conflict_the_newest_are_named() {
        let commit = |number: usize| UpstreamCommit {
            id: CommitId::new([7; 20]),
            subject: format!("change {number}"),
            author: "A".into(),
            date: "2026-11-22".into(),
            pull_request: None,
            pull_request_url: None,
        };
        let text = |count: usize| {
            let caused_by = (1..=count).map(commit).collect();
            let conflict = Conflict { caused_by, ..Conflict::whole("f", Reason::Deleted) };
            excerpt(&conflict, None, "0001-a.patch", &"2.0").unwrap_or_default()
        };
        assert_eq!(text(0), "");
        let three = text(COMMITS);
        assert!(three.starts_with("f, changed by upstream in 2.0:\n    "), "{three}");
        assert_eq!(three.matches("change ").count(), COMMITS, "{three}");
        assert_eq!(text(COMMITS + 2), format!("{three}    and 2 older commits\n"));
    }
}
