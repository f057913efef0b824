//! What came of each step, as evidence: only what happened, and what is recorded says so.

use crate::demo::recorded;
use crate::demo::sample::SCENARIO;
use crate::demo::step::{Evidence, Finding};
use crate::git::history::History;
use crate::git::tree::Entry;
use crate::port::Applied;
use crate::port::outcome::{Evidence as Reason, PatchOutcome};
use crate::project::scenario::SideResult;
use crate::project::site::Site;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::process::Output;
use crate::support::text::counted;
use crate::sync::Report;
use crate::verify::chain::{Checked, LinkStatus, first_broken};
use crate::verify::operation::Report as Verified;

/// How many lines of an override are shown.
const SHOWN: usize = 3;

/// The error, as Bazel prints it; and what Bazel says with the patches, if it ran.
pub(super) fn bug(report: &Report, not_run: Option<&str>) -> Result<Vec<Evidence>> {
    let Some(why) = not_run.or(report.tests.is_none().then_some("it was not called")) else {
        return ran(report);
    };
    let why = why.lines().next().unwrap_or_default();
    let why = format!("recorded with Bazel {}, not run here: {why}", recorded::BAZEL);
    Ok(vec![error(recorded::ERROR), Finding::Note.of("", why)])
}

fn ran(report: &Report) -> Result<Vec<Evidence>> {
    let tests =
        report.tests.iter().flat_map(|tests| tests.rows.iter().map(move |row| (tests, row)));
    let sides = tests
        .filter(|(_, row)| row.id == SCENARIO)
        .find_map(|(tests, row)| Some((tests, row.unpatched.as_ref()?, row.patched.as_ref()?)));
    let Some((tests, unpatched, patched)) = sides else {
        return Err(Failure::defect(anyhow::anyhow!("{SCENARIO} did not run")));
    };
    let said = unpatched.evidence.lines().find(|line| line.starts_with("ERROR: "));
    let finding = if patched.result == SideResult::Pass { Finding::Good } else { Finding::Bad };
    let text = format!(
        "with the patches: {} (both under Bazel {}, just now)",
        patched.result, tests.bazel
    );
    Ok(vec![error(said.unwrap_or(&unpatched.evidence)), finding.of("", text)])
}

fn error(said: &str) -> Evidence {
    Finding::Bad.of("", said.trim_end_matches(':'))
}

/// That the patches are in, and the archive of it.
pub(super) fn pinned(report: &Report) -> Evidence {
    let count = counted(report.outcomes.len(), "patch");
    let archive = &report.pin().archive.file;
    Finding::Good.of("", format!("{count} apply cleanly; wrote dist/{archive}"))
}

/// What `git apply` says first.
pub(super) fn git_apply(output: &Output) -> Evidence {
    match output.code {
        Some(0) => Finding::Good.of("git apply", "applied"),
        _ => Finding::Bad.of("git apply", output.stderr.lines().next().unwrap_or_default()),
    }
}

/// What became of each patch on another release.
pub(super) fn ported(report: &Report) -> Evidence {
    let outcome = |found: &PatchOutcome| {
        let number = found.patch.as_str().split('-').next().unwrap_or_default();
        let renamed = found.evidence.iter().find_map(|reason| match reason {
            Reason::Renamed { target, .. } => Some(format!(" in {target}")),
            _ => None,
        });
        format!("{number}: {}{}", found.outcome.name(), renamed.unwrap_or_default())
    };
    let outcomes: Vec<String> = report.outcomes.iter().map(outcome).collect();
    Finding::Good.of("patcher", outcomes.join(", "))
}

/// Where the first conflict on a release is, and which commit caused it.
pub(super) fn conflict(site: &Site<'_>, release: Release) -> Result<Evidence> {
    let project = site.project()?;
    let (lock, locked) = (project.lock()?, project.locked_series()?);
    let (locked, series) = locked[0];
    let (store, releases) = (site.store(lock)?, site.mirror(lock)?.releases()?);
    let base = store.commit(releases[&release])?;
    let pinned = Applied::at_pin(&store, locked, series)?;
    let attempt = pinned.onto(&store, release, &base)?;
    let history = History::between(&store, pinned.base.id, base.id)?;
    let mut places = attempt
        .outcomes
        .iter()
        .flat_map(|found| found.conflicts.iter().map(move |conflict| (found.before, conflict)));
    let Some((before, conflict)) = places.next() else {
        return Err(Failure::defect(anyhow::anyhow!("nothing conflicts on {release}")));
    };
    let causes = history.culprits_below(before, conflict)?;
    let by = causes.first().map(|by| format!(", by {} {:?}", by.id.short(), by.subject));
    let text = format!("{}:{}{}", conflict.target, conflict.line, by.unwrap_or_default());
    Ok(Finding::Bad.of("conflict", text))
}

/// Whether the files of the project are as they were.
pub(super) fn compared(before: &[Entry], after: &[Entry]) -> Evidence {
    if before == after {
        return Finding::Good.of("unchanged", "nothing was written: every file is as it was");
    }
    let is_new = |entry: &&Entry| !before.contains(entry);
    let changed = after.iter().find(is_new).map_or("a file", |entry| entry.path.as_str());
    Finding::Bad.of("changed", format!("{changed} is not as it was"))
}

/// The first lines that were added to a consumer's file.
pub(super) fn added(diff: &str) -> Vec<Evidence> {
    let lines = diff.lines().filter(|line| !line.starts_with("+++"));
    let mut lines = lines.filter_map(|line| line.strip_prefix('+')).filter(|line| !line.is_empty());
    let mut evidence: Vec<Evidence> =
        lines.by_ref().take(SHOWN).map(|line| Finding::Added.of("", line)).collect();
    if let (Some(_), Some(last)) = (lines.next(), evidence.last_mut()) {
        last.text.push_str(" ...");
    }
    evidence
}

/// Which links hold of an archive, and which one breaks in another.
pub(super) fn verified(whole: &Verified, flipped: &Verified) -> Vec<Evidence> {
    let with = |status| {
        let links = whole.links.iter().filter(move |link| link.status == status);
        links.map(|link| link.name.title()).collect::<Vec<_>>()
    };
    let (holds, unchecked) = (with(LinkStatus::Holds), with(LinkStatus::NotChecked));
    let unchecked = match unchecked.as_slice() {
        [] => String::new(),
        names => format!(", not checked: {}", names.join(", ")),
    };
    let text = format!("{} of {} links hold{unchecked}", holds.len(), whole.links.len());
    vec![side("archive", whole, text.clone()), side("flipped", flipped, text)]
}

fn side(label: &str, report: &Verified, text: String) -> Evidence {
    match first_broken(&report.links) {
        None => Finding::Good.of(label, text),
        Some(Checked { name, detail, .. }) => {
            Finding::Bad.of(label, format!("broken at {:?}: {detail}", name.title()))
        }
    }
}
