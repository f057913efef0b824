//! A series merged patch by patch until one stops, the stop laid out in a worktree, and what a
//! person made of it read back.

use crate::git::commit::NewCommit;
use crate::git::merge_conflict::{Conflict, Reason};
use crate::git::store::trees::Place;
use crate::git::store::{Commit, Store};
use crate::git::tree::File;
use crate::git::worktree::Unmerged;
use crate::patch::diff::is_binary;
use crate::port::compose;
use crate::port::merge_patch::Onto;
use crate::port::onto::Carried;
use crate::port::outcome::Outcome;
use crate::port::session::{Session, Staged};
use crate::port::work::Work;
use crate::port::{Applied, AppliedPatch, Merging, Ported};
use crate::project::load::{Project, Series};
use crate::project::resolution::{Part, Resolution, first_marker, parts, resolved};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{InvalidId, Release, TreeId};
use crate::support::names::RepoPath;
use crate::support::problem::Kind;
use crate::support::progress::Progress;

/// A series, and what it is resolved with.
pub struct Input<'s> {
    pub project: &'s Project,
    /// The series as its files have it.
    pub series: &'s Series,
    /// The series at its pin.
    pub pinned: Applied,
    /// The commit of the release that it goes to.
    pub base: &'s Commit,
    pub store: &'s Store,
    /// The module's name, for the markers.
    pub module: &'s str,
    pub progress: &'s dyn Progress,
}

/// A series on its way to a release.
pub struct Resolving<'a> {
    pub input: &'a Input<'a>,
    pub release: Release,
}

#[derive(Debug)]
pub struct Stop {
    /// Its place in the series.
    pub index: usize,
    pub merging: Merging,
    /// The release with the patches before it.
    pub ours: TreeId,
    pub files: Vec<MarkedFile>,
}

#[derive(Clone, Debug)]
pub struct MarkedFile {
    /// What git is to know of it.
    pub unmerged: Unmerged,
    /// The length of its markers, if it has any.
    pub marker_size: Option<usize>,
    /// Whether it is a side that has no room in its own place, under another name.
    pub is_aside: bool,
}

impl MarkedFile {
    /// Its parts, if it has markers.
    pub fn parts(&self) -> Option<Vec<Part>> {
        let content = self.unmerged.content.as_ref()?;
        Some(parts(&String::from_utf8_lossy(content), self.marker_size?))
    }
}

impl Resolving<'_> {
    /// Merges one patch after the other onto `chain`, until one stops or all are in.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn advance(&self, work: &mut Work, chain: &mut Vec<Commit>) -> Result<Option<Stop>> {
        for index in work.done.len()..self.input.pinned.patches.len() {
            let ours = chain.last().map_or(self.input.base.tree, |commit| commit.tree);
            let merging = self.merge(index, ours)?;
            let patch = &self.input.pinned.patches[index].patch;
            let is_upstream = merging.outcome.outcome.is_already_upstream();
            if is_upstream && work.accepted.contains(&patch.name) {
                work.done.push(false);
                continue;
            }
            if is_upstream || merging.outcome.outcome == Outcome::Conflict {
                let files = self.files(index, &merging, ours)?;
                return Ok(Some(Stop { index, merging, ours, files }));
            }
            self.commit(index, merging.tree, chain)?;
            work.done.push(true);
        }
        Ok(None)
    }

    /// The patch at `index` merged onto `ours`, the release with the patches before it.
    fn merge(&self, index: usize, ours: TreeId) -> Result<Merging> {
        let onto = Onto { release: self.input.base.id, tree: ours };
        self.input.pinned.merge(self.input.store, index, onto)
    }

    /// Commits a tree as the patch at `index`.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn commit(&self, index: usize, tree: TreeId, chain: &mut Vec<Commit>) -> Result<()> {
        let patch = &self.input.pinned.patches[index].patch;
        let parent = chain.last().map_or(self.input.base.id, |commit| commit.id);
        let (author, message) = (&patch.author, patch.message());
        let commit = NewCommit { tree, parent, author, message: &message };
        let id = self.input.store.write_commit(&commit)?;
        chain.push(Commit { id, tree, seconds: patch.author.seconds });
        Ok(())
    }

    /// The stop at a patch, made again.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn stop_at(&self, index: usize, ours: TreeId) -> Result<Stop> {
        let merging = self.merge(index, ours)?;
        let files = self.files(index, &merging, ours)?;
        Ok(Stop { index, merging, ours, files })
    }

    /// The files that conflict, as they are to lie in the worktree.
    fn files(&self, index: usize, merging: &Merging, ours: TreeId) -> Result<Vec<MarkedFile>> {
        let mut files: Vec<MarkedFile> = Vec::new();
        for conflict in &merging.outcome.conflicts {
            let found = Conflicting { resolving: self, index, merging, ours, conflict };
            for file in found.files()? {
                if files.iter().all(|other| other.unmerged.path != file.unmerged.path) {
                    files.push(file);
                }
            }
        }
        Ok(files)
    }

    /// The tree that a person made at a stop: in the index, or committed on top of `kept` commits.
    ///
    /// # Errors
    ///
    /// What is left to do in the worktree; then nothing has changed.
    pub fn answer(&self, session: &Session<'_>, chain: &[Commit], stop: &Stop) -> Result<TreeId> {
        let kept = session.work.kept();
        let status = session.tree.status()?;
        let staged = if chain.len() == kept { Staged::Allowed } else { Staged::Refused };
        session.ensure_clean(&status, staged)?;
        let tree = match chain.get(kept) {
            Some(commit) => commit.tree,
            None => session.tree.write_tree()?,
        };
        let amend = if chain.len() > kept { ", `git commit --amend`" } else { "" };
        for file in &stop.files {
            let Some(size) = file.marker_size else { continue };
            let path = &file.unmerged.path;
            let Some(File { id, .. }) = self.input.store.file(tree, path)? else { continue };
            let text = String::from_utf8_lossy(&self.input.store.blob(id)?).into_owned();
            if let Some(line) = first_marker(&text, size) {
                let message = format_args!("{path}:{line}: a conflict marker is left");
                let hint = format!(
                    "take it out, in {}, then `git add {path}`{amend}",
                    session.directory()
                );
                return Err(Failure::new(Kind::Conflict, message).hint(hint));
            }
        }
        if tree == stop.ours {
            let name = &self.input.pinned.patches[stop.index].patch.name;
            let message = format_args!(
                "nothing is left of {name}: the worktree is {} with the patches before it. Is \
                 that what you want?",
                self.release
            );
            return Err(Failure::new(Kind::Conflict, message)
                .hint("yes: `patcher skip` leaves the patch out of the series")
                .hint(format!(
                    "no: make its change in {}, `git add` it, `patcher continue`; \
                     `git cherry-pick {}` there makes the conflict again",
                    session.directory(),
                    session.work.patches[stop.index].commit.short()
                )));
        }
        self.input.store.diff(stop.ours, tree).map_err(|failure| {
            failure.hint(format!("mend that in {}, then `git add` it{amend}", session.directory()))
        })?;
        Ok(tree)
    }

    /// The files that the patch at `index` changes at the pin, and no longer in the release.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn lost(&self, index: usize, ours: TreeId, made: TreeId) -> Result<Vec<String>> {
        let pinned = &self.input.pinned.patches[index];
        let changed = self.input.store.changes(ours, made)?;
        let wanted = self.input.store.changes(pinned.before, pinned.after)?;
        let is_lost = |path: &RepoPath| changed.iter().all(|(changed, _)| changed != path);
        let lost = wanted.iter().filter(|(path, _)| is_lost(path));
        Ok(lost.map(|(path, _)| path.to_string()).collect())
    }

    /// The ported series, once all patches are past; and how each conflict was resolved.
    ///
    /// # Errors
    ///
    /// A commit that no patch can carry, or that changes nothing.
    pub fn finish(&self, work: &Work, chain: &[Commit]) -> Result<(Ported, Vec<Resolution>)> {
        let mut commits = chain.iter();
        let commits: Vec<Option<&Commit>> =
            work.done.iter().map(|went_in| if *went_in { commits.next() } else { None }).collect();
        let mut before = self.input.base.tree;
        let mut resolutions = Vec::new();
        for (index, commit) in commits.iter().enumerate() {
            let Some(commit) = commit else { continue };
            if commit.tree == before {
                let message = format_args!("commit {} changes nothing", commit.id.short());
                return Err(Failure::new(Kind::Conflict, message).hint(
                    "drop it in the worktree (`git rebase`), and give up and begin again with \
                     `patcher skip` at that patch; or make its change",
                ));
            }
            self.input.store.diff(before, commit.tree).map_err(|failure| {
                let (id, base) = (commit.id.short(), self.input.base.id.short());
                failure.hint(format!(
                    "leave that out of commit {id}: `edit` it in `git rebase --interactive {base}`"
                ))
            })?;
            resolutions.extend(self.resolutions(index, before, commit.tree)?);
            before = commit.tree;
        }
        let trees: Vec<Option<TreeId>> =
            commits.iter().map(|commit| commit.map(|commit| commit.tree)).collect();
        let carried = Carried { release: self.release, base: self.input.base, trees: &trees };
        let attempt = self.input.pinned.along(self.input.store, &carried)?;
        // A patch that conflicts and was skipped stops nothing here.
        let applied = attempt.applied(self.input.store)?;
        let mut ported = Ported { applied, outcomes: attempt.outcomes };
        for (AppliedPatch { patch, .. }, commit) in
            ported.applied.patches.iter_mut().zip(commits.into_iter().flatten())
        {
            let (author, message) = self.input.store.message(commit.id)?;
            let (name, files) = (patch.name.clone(), std::mem::take(&mut patch.files));
            *patch = compose::patch(name, author, &message, files).map_err(|why| {
                Failure::new(Kind::Input, format_args!("commit {}: {why}", commit.id.short()))
                    .hint(self.reword())
            })?;
        }
        Ok((ported, resolutions))
    }

    /// How a commit's message is written again.
    pub fn reword(&self) -> String {
        let base = self.input.base.id.short();
        format!("write its message again: `reword` it in `git rebase --interactive {base}`")
    }

    /// What was made of each place where the patch at `index` conflicted.
    fn resolutions(&self, index: usize, ours: TreeId, made: TreeId) -> Result<Vec<Resolution>> {
        let mut found = Vec::new();
        for file in self.stop_at(index, ours)?.files {
            let Some(parts) = file.parts() else { continue };
            let path = &file.unmerged.path;
            let Some(File { id, .. }) = self.input.store.file(made, path)? else { continue };
            let text = String::from_utf8_lossy(&self.input.store.blob(id)?).into_owned();
            let Some(answers) = resolved(&parts, &text) else { continue };
            let conflicts = parts.into_iter().filter_map(|part| match part {
                Part::Conflict(_, sides) => Some(sides),
                Part::Plain(_) => None,
            });
            // If the release's side stayed, the patch's part may have gone elsewhere.
            let is_text = |text: &str| !text.contains(char::REPLACEMENT_CHARACTER);
            let told = conflicts.zip(answers).filter(|(sides, answer)| {
                let all = [&sides.base, &sides.upstream, &sides.patch, answer];
                sides.upstream != *answer && all.into_iter().all(|text| is_text(text))
            });
            found.extend(told.map(|(sides, answer)| Resolution {
                patch: self.input.pinned.patches[index].patch.name.clone(),
                file: path.to_string(),
                pin: self.input.pinned.release,
                release: self.release,
                pin_lines: sides.base,
                release_lines: sides.upstream,
                patch_lines: sides.patch,
                resolved: answer,
            }));
        }
        Ok(found)
    }
}

/// A conflict at a stop.
struct Conflicting<'a> {
    resolving: &'a Resolving<'a>,
    /// The patch's place in the series.
    index: usize,
    merging: &'a Merging,
    /// The release with the patches before it.
    ours: TreeId,
    conflict: &'a Conflict,
}

impl Conflicting<'_> {
    /// The files that a person resolves it in, laid out as `git cherry-pick` does.
    fn files(&self) -> Result<Vec<MarkedFile>> {
        let Self { resolving, index, merging, ours, conflict } = *self;
        let store = resolving.input.store;
        let pinned = &resolving.input.pinned.patches[index];
        let (path, target) = (path_of(&conflict.path)?, path_of(&conflict.target)?);
        let stages = [
            store.file(pinned.before, &path)?,
            store.file(ours, &target)?,
            store.file(merging.wanted, &path)?,
        ];
        let [base, there, wanted] = stages;
        let blob = |side: Option<File>| side.map(|file| store.blob(file.id)).transpose();
        let plain = |content| marked(&target, stages, content);
        let aside = |path: &RepoPath, label: &str, stages: [Option<File>; 3]| -> Result<_> {
            let side = stages[1].or(stages[2]);
            let is_blob = |file: &File| file.mode.is_blob();
            let content =
                side.filter(is_blob).map_or(Ok(Vec::new()), |file| store.blob(file.id))?;
            let path = self.free_name(path, label)?;
            Ok(MarkedFile { is_aside: true, ..marked(&path, stages, Some(content)) })
        };
        let patch = pinned.patch.name.as_str();
        Ok(match conflict.reason {
            Reason::Content | Reason::Added => vec![self.with_markers(&target, stages)?],
            Reason::Encoding => vec![plain(blob(store.file(merging.tree, &target)?)?)],
            Reason::Deleted | Reason::LeftOut | Reason::DirectoryRenamed => {
                vec![plain(blob(wanted)?)]
            }
            Reason::Changed | Reason::Renamed | Reason::Mode | Reason::Binary => vec![plain(None)],
            Reason::Directory => vec![aside(&path, patch, [base, None, wanted])?],
            Reason::Link | Reason::Submodule => vec![
                marked(&target, [None, there, None], None),
                aside(&path, patch, [base, None, wanted])?,
            ],
            Reason::Below => {
                let mut files = Vec::new();
                // A new file is where it is to be.
                files.extend(base.map(|_| blob(wanted)).transpose()?.map(plain));
                if let Place::Below(in_the_way) = store.place(ours, &path)? {
                    let there = store.file(ours, &in_the_way)?;
                    files.push(aside(&in_the_way, "HEAD", [None, there, None])?);
                }
                files
            }
        })
    }

    /// A file with conflict markers, unless it is binary: then it is as in the release.
    fn with_markers(&self, path: &RepoPath, stages: [Option<File>; 3]) -> Result<MarkedFile> {
        let Resolving { input, release } = self.resolving;
        let module = input.module;
        let [base, there, wanted] = stages.map(|side| side.map(|file| file.id));
        for id in [base, there, wanted].into_iter().flatten() {
            if is_binary(&input.store.blob(id)?) {
                return Ok(marked(path, stages, None));
            }
        }
        let labels = [
            format!("{module} {} (the pin)", input.pinned.release),
            format!("{module} {release}"),
            input.pinned.patches[self.index].patch.name.to_string(),
        ];
        let labels = labels.each_ref().map(String::as_str);
        let (content, size) = input.store.merge_with_markers([base, wanted, there], labels)?;
        Ok(MarkedFile { marker_size: Some(size), ..marked(path, stages, Some(content)) })
    }

    /// A name beside a path where there is nothing: git's names for files that have no room.
    fn free_name(&self, path: &RepoPath, label: &str) -> Result<RepoPath> {
        let store = self.resolving.input.store;
        let mut name = path_of(&format!("{path}~{label}"))?;
        let mut number = 0;
        while store.place(self.merging.tree, &name)? != Place::Free {
            name = path_of(&format!("{path}~{label}_{number}"))?;
            number += 1;
        }
        Ok(name)
    }
}

fn marked(path: &RepoPath, stages: [Option<File>; 3], content: Option<Vec<u8>>) -> MarkedFile {
    let unmerged = Unmerged { path: path.clone(), stages, content };
    MarkedFile { unmerged, marker_size: None, is_aside: false }
}

impl Stop {
    /// The recorded resolutions that fit this stop.
    pub fn recorded<'a>(
        &self,
        patch: &crate::support::names::PatchName,
        known: &'a [Resolution],
    ) -> Vec<&'a Resolution> {
        let parts = self.files.iter().filter_map(MarkedFile::parts).flatten();
        let conflicts = parts.filter_map(|part| match part {
            Part::Conflict(_, sides) => Some(sides),
            Part::Plain(_) => None,
        });
        conflicts
            .filter_map(|sides| known.iter().find(|known| known.is_of(patch, &sides)))
            .collect()
    }
}

/// Lays a stop out in the worktree: what merged is in the index, what conflicts unmerged.
///
/// # Errors
///
/// git fails, or a file cannot be written.
pub fn lay_out(session: &Session<'_>, resolving: &Resolving<'_>, stop: &Stop) -> Result<()> {
    let Session { tree, work, .. } = session;
    let Merging { tree: merged, wanted, .. } = stop.merging;
    let roots =
        [work.patched_commit.as_bytes(), merged.as_bytes(), wanted.as_bytes()].map(|id| *id);
    tree.unpack(resolving.input.store.pack(&roots)?)?;
    tree.reset(work.patched_commit)?;
    tree.read_tree(merged)?;
    let unmerged: Vec<Unmerged> = stop.files.iter().map(|file| file.unmerged.clone()).collect();
    if !unmerged.is_empty() {
        tree.conflict(&unmerged)?;
    }
    tree.begin_pick(
        work.patches[stop.index].commit,
        &resolving.input.pinned.patches[stop.index].patch.message(),
    )
}

fn path_of(path: &str) -> Result<RepoPath> {
    path.parse().map_err(|error: InvalidId| Failure::defect(error))
}
