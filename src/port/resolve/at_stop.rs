//! What is known at a stop of a resolve: the conflicts, who caused them, and how to go on.

use std::collections::BTreeSet;

use crate::git::merge_conflict::Reason;
use crate::port::PatchOutcome;
use crate::port::conflict_text;
use crate::port::outcome::{Evidence, Outcome};
use crate::port::resolve::resolving::{MarkedFile, Stop};
use crate::port::resolve::resuming::Resuming;
use crate::port::resolve::status::{ResolveStatus, Status, Stopped};
use crate::port::work::WorkPatch;
use crate::support::failure::Result;
use crate::support::guide::{Step, shell, step};

impl Resuming<'_, '_> {
    /// Where it is.
    ///
    /// # Errors
    ///
    /// The worktree holds other commits than those of the patches that are past.
    pub fn status(&self) -> Result<Status> {
        match self.stop()?.1 {
            Some(stop) => self.status_at(&stop),
            None => {
                let next = vec![step("patcher continue", "finish it")];
                Ok(self.without_stop(ResolveStatus::Ready, next))
            }
        }
    }

    /// What a person has to know of a stop.
    pub(super) fn stopped(&self, stop: &Stop) -> Result<Stopped> {
        let source = &self.input.pinned.patches[stop.index];
        let (status, release) = (self.status_at(stop)?, self.release());
        let conflicts = status.conflicts.clone();
        let found = PatchOutcome { conflicts, ..stop.merging.outcome.clone() };
        let mut problems = conflict_text::problems(&found, source, &release);
        let message = if found.outcome == Outcome::Conflict {
            conflict_text::summary(&found, source, &release)
        } else {
            problems.iter_mut().for_each(|problem| problem.hint = None);
            format!("{} is not needed in {release}, as it seems", source.patch.name)
        };
        Ok(Stopped { status, message, problems })
    }

    fn without_stop(&self, status: ResolveStatus, next: Vec<Step>) -> Status {
        let work = &self.session.work;
        let past = work.patches.iter().map(|patch| patch.name.clone()).zip(work.done.clone());
        let left = work.patches.iter().skip(work.done.len());
        Status {
            status,
            series: work.series.clone(),
            pin: work.pin.release,
            release: work.onto.release,
            worktree: self.session.directory(),
            patch: None,
            outcome: None,
            evidence: Vec::new(),
            conflicts: Vec::new(),
            recorded: Vec::new(),
            past: past.collect(),
            left: left.map(|patch: &WorkPatch| patch.name.clone()).collect(),
            next,
        }
    }

    fn status_at(&self, stop: &Stop) -> Result<Status> {
        let found = &stop.merging.outcome;
        let ends = [self.session.work.pin.commit, self.session.work.onto.commit];
        let mut named = [found.clone()];
        conflict_text::name_causes(self.input.store, ends, &mut named)?;
        let [PatchOutcome { conflicts, .. }] = named;
        let recorded = stop.recorded(&found.patch, &self.input.series.resolutions);
        let series = &self.session.work.series;
        let recorded: BTreeSet<String> =
            recorded.iter().map(|known| format!("{series}/{}", known.path())).collect();
        let next = self.next(stop, &recorded);
        Ok(Status {
            patch: Some(found.patch.clone()),
            outcome: Some(found.outcome),
            evidence: found.evidence.iter().map(Evidence::text).collect(),
            conflicts,
            recorded: Vec::from_iter(recorded),
            ..self.without_stop(ResolveStatus::Stopped, next)
        })
    }

    /// The commands that go on from a stop, if these resolutions are recorded.
    fn next(&self, stop: &Stop, recorded: &BTreeSet<String>) -> Vec<Step> {
        let mut steps = vec![step(&format!("cd {}", shell(&self.session.directory())), "")];
        let show = format!("git show {}", self.session.work.patches[stop.index].commit.short());
        steps.push(step(&show, "see the patch, at its pin"));
        if stop.files.is_empty() {
            steps.push(step("patcher skip", "leave the patch out of the series"));
            steps.push(step("patcher continue", "or: what you added with `git add`"));
        } else {
            if !recorded.is_empty() {
                let why = "look at how it was resolved before, put into the files";
                steps.push(step("patcher continue --recall", why));
            }
            steps.push(step("git diff", "see what conflicts"));
            let pin = self.session.work.pin.release;
            let whole = stop.merging.outcome.conflicts.iter().find(|c| c.reason != Reason::Content);
            if let Some(conflict) = whole {
                let log = format!("git log --stat {pin}.. -- {}", shell(&conflict.path));
                steps.push(step(&log, conflict.reason.name()));
            }
            let commit = self.session.work.patches[stop.index].commit.short();
            let of_line_ends = of_line_ends(stop, &commit);
            let is_other = of_line_ends.is_empty();
            steps.extend(if is_other { edits(&stop.files) } else { of_line_ends });
            steps.push(step("patcher continue", "use it, and go on"));
            steps.push(step("patcher skip", "or: leave the patch out of the series"));
        }
        steps.push(step("patcher abort", "or: give up, and leave no trace"));
        steps
    }
}

/// The commands that merge a patch of files to which upstream gave only other line ends.
fn of_line_ends(stop: &Stop, commit: &str) -> Vec<Step> {
    let conflicts = &stop.merging.outcome.conflicts;
    let converted = conflicts.iter().map(|conflict| Some((conflict, conflict.converted_to()?)));
    let Some(converted) = converted.collect::<Option<Vec<_>>>() else { return Vec::new() };
    let mut files: Vec<(&str, &str)> = converted
        .into_iter()
        .map(|(conflict, ends)| (ends.program(), conflict.target.as_str()))
        .collect();
    files.dedup();
    let pick = format!("git cherry-pick --no-commit -X ignore-cr-at-eol {commit}");
    if files.is_empty() {
        return Vec::new();
    }
    let convert = |(program, file): (&str, &str)| {
        let file = shell(file);
        step(&format!("{program} {file} && git add {file}"), "with upstream's line ends")
    };
    let again = [
        step("git reset --quiet --hard", "begin again: only line ends conflict"),
        step(&pick, "merge without regard to them"),
    ];
    again.into_iter().chain(files.into_iter().map(convert)).collect()
}

/// The commands that resolve the files of a conflict.
fn edits(files: &[MarkedFile]) -> Vec<Step> {
    let names = |wanted: &dyn Fn(&MarkedFile) -> bool| -> String {
        let files = files.iter().filter(|file| wanted(file));
        let names = files.map(|file| shell(file.unmerged.path.as_str()));
        names.collect::<Vec<_>>().join(" ")
    };
    let has_markers = files.iter().any(|file| file.marker_size.is_some());
    let until = if has_markers { "until no marker is left" } else { "make it as it is to be" };
    let aside = "it lies aside: once what you need of it is in place";
    let all = [
        ("$EDITOR", names(&|file| !file.is_aside && file.unmerged.content.is_some()), until),
        ("git add", names(&|file| !file.is_aside), "(or `git rm`)"),
        ("git rm", names(&|file| file.is_aside), aside),
    ];
    let some = all.into_iter().filter(|(_, names, _)| !names.is_empty());
    some.map(|(command, names, why)| step(&format!("{command} {names}"), why)).collect()
}
