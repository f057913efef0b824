//! Work on a series in a worktree of its own: where it is kept between two runs, and what a
//! person made of it meanwhile.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::git::leftovers;
use crate::git::store::{Commit, Store};
use crate::git::worktree::{Status, Worktree};
use crate::port::Applied;
use crate::port::work::{Base, ResultFile, SCHEMA, Task, Work, WorkPatch};
use crate::project::changes::Changes;
use crate::project::load::{Project, Series, SourcePatch};
use crate::project::site::Site;
use crate::project::workspace::{self, Workspace};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_lock::FileLock;
use crate::support::guide::shell;
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::path::{cache_key, identity};
use crate::support::problem::Kind;

/// The record's name, beside the worktree.
const RECORD: &str = "work.json";

/// More commits than this are no series.
const MOST: usize = 10_000;

/// A worktree with its record.
#[derive(Debug)]
pub struct Session<'a> {
    directory: PathBuf,
    pub work: Work,
    pub tree: Worktree<'a>,
}

/// Where the work on the project in `root` is kept.
///
/// # Errors
///
/// There is no cache.
pub fn directory(env: &Environment, root: &Path) -> Result<PathBuf> {
    Ok(env.cache()?.join("work").join(cache_key(root)))
}

/// The project whose worktree `directory` is in.
pub fn project_of(directory: &Path) -> Option<PathBuf> {
    let record = |directory: &Path| {
        let text = fs::read_to_string(directory.parent()?.join(RECORD)).ok()?;
        let work = Work::parse(&text).ok()?;
        (directory.file_name()?.to_str()? == work.tree).then(|| PathBuf::from(work.project))
    };
    directory.ancestors().find_map(record)
}

/// Removes whatever work on the project there is, however damaged. The result is whether there
/// was any.
///
/// # Errors
///
/// It cannot be removed.
fn abort(env: &Environment, root: &Path) -> Result<bool> {
    let directory = directory(env, root)?;
    if !directory.exists() {
        return Ok(false);
    }
    remove(&directory)?;
    Ok(true)
}

/// The worktrees that lie in the directory of a project's work.
fn worktrees_in(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut trees: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    trees.retain(|path| path.join(".git").is_dir());
    trees.sort();
    trees
}

/// Removes a worktree's directory, the record first: without it, what is left is no work.
fn remove(directory: &Path) -> Result<()> {
    let record = directory.join(RECORD);
    match fs::remove_file(&record) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        removed => removed.at("remove", &record)?,
    }
    fs::remove_dir_all(directory).at("remove", directory)?;
    // If this was the only one, nothing is left at all.
    let _ = directory.parent().map(fs::remove_dir);
    Ok(())
}

/// Keeps other processes out of the project's worktree, until the result is dropped; what a git
/// that was killed left in it is removed.
///
/// # Errors
///
/// The cache cannot be written, or a git is at work in the worktree.
pub fn hold(site: &Site<'_>) -> Result<FileLock> {
    let held = site.hold(&format!("work-{}", cache_key(site.root)))?;
    let directory = directory(site.env, site.root)?;
    let worktrees = fs::read_dir(&directory).into_iter().flatten().flatten();
    for worktree in worktrees {
        leftovers::clear(&worktree.path().join(".git"))?;
    }
    Ok(held)
}

/// What the work is that is under way.
///
/// # Errors
///
/// There is none, or its record cannot be read.
pub fn task(site: &Site<'_>) -> Result<Task> {
    let session = Session::load(site.env, site.root)?.ok_or_else(|| nothing_at(site))?;
    if session.is_of_another() {
        site.progress.warning(&session.text());
    }
    Ok(session.work.task)
}

/// Why there is nothing to go on with.
pub(super) fn nothing_under_way() -> Failure {
    Failure::new(Kind::Input, "neither a port nor an edit is under way in this project")
        .hint("`patcher sync --to RELEASE --resolve` begins a port if a patch conflicts")
        .hint("`patcher edit` begins an edit, `patcher new SUBJECT` a new patch")
}

/// The same; where there is no project, nothing can be under way, and that is said.
fn nothing_at(site: &Site<'_>) -> Failure {
    site.with_project().err().unwrap_or_else(nothing_under_way)
}

/// The directory of the work that is under way, which [`give_up`] removes.
///
/// # Errors
///
/// There is none.
pub fn to_give_up(site: &Site<'_>) -> Result<PathBuf> {
    let directory = directory(site.env, site.root)?;
    if directory.exists() { Ok(directory) } else { Err(nothing_at(site)) }
}

/// Gives up the work that is under way.
///
/// # Errors
///
/// There is none, or it cannot be removed.
pub fn give_up(site: &Site<'_>) -> Result<()> {
    let _held = hold(site)?;
    // A record that cannot be read must not stand in the way of giving up.
    if let Ok(Some(session)) = Session::load(site.env, site.root) {
        let workspace = site.workspace()?;
        if workspace.is_interrupted() {
            drop(workspace.lock()?);
        }
        if session.is_done(&workspace) {
            site.progress.warning("the work was written before, and stays in the project");
        } else {
            // Its own branch is what is given up. One that git cannot read has nothing to name.
            let mut aside = session.aside().unwrap_or_default();
            aside.retain(|name| *name != session.branch());
            if !aside.is_empty() {
                let names = aside.join(", ");
                let message = format!("what was put aside in the worktree goes with it: {names}");
                site.progress.warning(&message);
            }
        }
    }
    if abort(site.env, site.root)? { Ok(()) } else { Err(nothing_at(site)) }
}

/// Refuses what would change the project while work on it is under way in a worktree.
///
/// # Errors
///
/// The work that is under way.
pub fn ensure_none(site: &Site<'_>) -> Result<()> {
    match Session::load(site.env, site.root)? {
        Some(session) if session.is_done(&site.workspace()?) => session.remove(),
        Some(session) => Err(session.under_way()),
        None => Ok(()),
    }
}

/// The work that is under way in a worktree, in a sentence.
pub fn under_way(site: &Site<'_>) -> Option<String> {
    Some(Session::load(site.env, site.root).ok().flatten()?.text())
}

/// Whether changes that are only in the index may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staged {
    Allowed,
    Refused,
}

/// The worktree that [`Session::begin`] makes.
///
/// # Errors
///
/// There is no cache.
pub fn worktree(site: &Site<'_>, begin: &Begin<'_>) -> Result<PathBuf> {
    let directory = directory(site.env, site.root)?;
    Ok(directory.join(tree_name(begin.module, begin.onto.release)))
}

/// The name of a worktree's directory.
fn tree_name(module: &str, release: Release) -> String {
    format!("{module}-{release}")
}

fn branch_on(release: Release) -> String {
    format!("patches-on-{release}")
}

/// Which patches there are, as they are bound to a piece of work.
pub struct Begin<'a> {
    pub task: Task,
    pub series: &'a Series,
    /// The series at its pin.
    pub pinned: &'a Applied,
    pub commits: &'a [CommitId],
    /// What the worktree is based on.
    pub onto: Base,
    /// The upstream, if it was named on the command line.
    pub upstream: Option<&'a str>,
    pub module: &'a str,
}

impl<'a> Session<'a> {
    /// The work that is under way on the project, if there is any.
    ///
    /// # Errors
    ///
    /// Its record cannot be read, or the worktree is gone.
    pub fn load(env: &'a Environment, root: &Path) -> Result<Option<Self>> {
        let directory = directory(env, root)?;
        let path = directory.join(RECORD);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes.at("read", &path)?,
        };
        let give_up = "give it up: `patcher abort`";
        let work = Work::parse(&String::from_utf8_lossy(&bytes)).map_err(|why| {
            let message = format_args!("{}, what is known of the worktree, {why}", path.display());
            let failure = Failure::new(Kind::Input, message);
            let saved = worktrees_in(&directory).into_iter().fold(failure, |failure, tree| {
                let tree = shell(&tree.to_string_lossy());
                failure.hint(format!(
                    "what is committed is all there: `git -C {tree} log`; `git -C {tree} \
                     format-patch --output-directory DIR COMMIT..` keeps what is on COMMIT"
                ))
            });
            saved.hint(format!("then {give_up}; after that, it can begin again"))
        })?;
        let tree = Worktree::new(env, directory.join(&work.tree));
        if !tree.exists() || tree.directory().is_symlink() {
            let message = format_args!("the worktree {} is gone", tree.directory().display());
            return Err(Failure::new(Kind::Input, message).hint(give_up));
        }
        Ok(Some(Self { directory, work, tree }))
    }

    /// Makes a worktree at the patched commit of `begin.commits`, on `begin.onto`.
    ///
    /// # Errors
    ///
    /// There is work already, the cache cannot be written, or there is no git.
    pub fn begin(
        site: &Site<'a>,
        store: &Store,
        objects: &Path,
        begin: &Begin<'_>,
    ) -> Result<Self> {
        let Site { env, root, .. } = *site;
        let Begin { task, series, pinned, commits, onto, upstream, module } = begin;
        // Another process may have begun while this one waited.
        if let Some(session) = Self::load(env, root)? {
            return Err(session.under_way());
        }
        // git checks out every file: what is damaged is named before there is a worktree.
        store.ensure_sound(store.commit(onto.commit)?.tree)?;
        let directory = directory(env, root)?;
        // What an interrupted beginning left.
        abort(env, root)?;
        fs::create_dir_all(&directory).at("create", &directory)?;
        let patches = series.patches.iter().zip(*commits).map(|(source, commit)| WorkPatch {
            name: source.patch.name.clone(),
            integrity: Sri::of(&source.bytes),
            commit: *commit,
        });
        let last = commits.last().copied().unwrap_or(pinned.base.id);
        let work = Work {
            schema: SCHEMA,
            task: *task,
            project: root.to_string_lossy().into_owned(),
            identity: identity(root),
            series: series.directory.clone(),
            upstream: upstream.map(str::to_owned),
            pin: Base { release: pinned.release, commit: pinned.base.id },
            onto: *onto,
            patches: patches.collect(),
            accepted: Vec::new(),
            allows_fewer: false,
            done: Vec::new(),
            patched_commit: if *task == Task::Edit { last } else { onto.commit },
            is_staged: false,
            tree: tree_name(module, onto.release),
            result: Vec::new(),
        };
        let tree = Worktree::new(env, directory.join(&work.tree));
        tree.create(&branch_on(onto.release), objects)?;
        tree.unpack(store.pack(&[*last.as_bytes()])?)?;
        tree.set_ref(&format!("refs/tags/{}", work.pin.release), work.pin.commit)?;
        tree.set_ref(&format!("refs/tags/{}", onto.release), onto.commit)?;
        tree.set_ref(&format!("refs/heads/patches-at-{}", work.pin.release), last)?;
        let session = Self { directory, work, tree };
        session.save()?;
        Ok(session)
    }

    /// Writes the record: all of it, or none.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn save(&self) -> Result<()> {
        workspace::write(&self.directory.join(RECORD), self.work.print().as_bytes())
    }

    /// Notes what the project is to get of the work, right before it gets it.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn promise(&mut self, changes: &Changes) -> Result<()> {
        let files = changes.iter().map(|(path, bytes)| {
            let integrity = bytes.map(Sri::of);
            ResultFile { path: path.to_owned(), integrity }
        });
        self.work.result = files.collect();
        self.save()
    }

    /// Whether the project has what it was to get of the work: then a run was cut off after it
    /// had written that, and nothing is under way any more.
    pub fn is_done(&self, workspace: &Workspace) -> bool {
        let has = |file: &ResultFile| {
            let bytes = workspace.current(&file.path);
            bytes.map(|bytes| Sri::of(&bytes)) == file.integrity
        };
        !self.work.result.is_empty() && self.work.result.iter().all(has)
    }

    /// Removes worktree and record.
    ///
    /// # Errors
    ///
    /// They cannot be removed.
    pub fn remove(self) -> Result<()> {
        remove(&self.directory)
    }

    /// The same, once its work is written: what is left of it then stops nothing.
    pub fn end(self, site: &Site<'_>) {
        if let Err(failure) = self.remove() {
            site.progress.warning(&format!("everything is written, but {}", failure.message()));
        }
    }

    /// Holds the project to what the work began with: whoever changed it since, the work was
    /// done on something else.
    ///
    /// # Errors
    ///
    /// What has changed.
    pub fn ensure_bound(&self, project: &Project) -> Result<()> {
        let work = &self.work;
        let refuse = |what: String| {
            let message = format_args!("{what} since the work in the worktree began");
            Err(Failure::new(Kind::Input, message)
                .hint("restore it, or begin again: `patcher abort`")
                .hint(format!("what was done stays until then, in {}", self.directory())))
        };
        let locked = project.lock.as_ref();
        let locked =
            locked.and_then(|l| l.series.iter().find(|series| series.patches == work.series));
        let Some(locked) = locked else {
            return refuse(format!("the series {} is gone from the lock", work.series));
        };
        if (locked.pin.release, locked.pin.commit) != (work.pin.release, work.pin.commit) {
            let (before, now) = (work.pin.release, locked.pin.release);
            return refuse(format!("the pin of {} has moved from {before} to {now}", work.series));
        }
        let series = project.series.iter().find(|series| series.directory == work.series);
        let sources = series.map_or(&[][..], |series| &series.patches);
        let differs = |(patch, source): (&WorkPatch, &SourcePatch)| {
            let is_same =
                patch.name == source.patch.name && patch.integrity == Sri::of(&source.bytes);
            (!is_same).then(|| source.file.clone())
        };
        if let Some(file) = work.patches.iter().zip(sources).find_map(differs) {
            return refuse(format!("{file} has changed"));
        }
        if work.patches.len() != sources.len() {
            return refuse(format!("the series of {} has changed", work.series));
        }
        Ok(())
    }

    /// The commits on the base, oldest first.
    ///
    /// # Errors
    ///
    /// HEAD is not on the base, or one of them is a merge.
    pub fn chain(&self, store: &Store) -> Result<Vec<Commit>> {
        let mut chain = Vec::new();
        let Some(mut at) = self.tree.head()? else {
            return Err(self.not_a_series("there is no commit"));
        };
        let base = self.work.onto;
        while at != base.commit {
            let parents = store.parents(at)?;
            let [parent] = parents[..] else {
                let what = if parents.is_empty() { "has no parent" } else { "is a merge" };
                return Err(self.not_a_series(&format!("commit {} {what}", at.short())));
            };
            if chain.len() >= MOST {
                return Err(self.not_a_series("HEAD is not on it"));
            }
            chain.push(store.commit(at)?);
            at = parent;
        }
        chain.reverse();
        Ok(chain)
    }

    /// Refuses to go on to the end while a person has put work aside in the worktree, in a stash or
    /// on another branch: it would go with the worktree.
    ///
    /// # Errors
    ///
    /// Where it is.
    pub fn ensure_nothing_aside(&self) -> Result<()> {
        let aside = self.aside()?;
        if aside.is_empty() {
            return Ok(());
        }
        let (names, directory) = (aside.join(", "), self.directory());
        let message = format_args!("{directory}: it would be removed with work in it: {names}");
        Err(Failure::new(Kind::Input, message)
            .hint("`git stash pop` or `git cherry-pick` there takes what belongs to the series")
            .hint("`git stash drop` or `git branch -D NAME` there gives it up"))
    }

    fn aside(&self) -> Result<Vec<String>> {
        let work = &self.work;
        let own = [work.pin.commit, work.onto.commit, work.patched_commit];
        let patches = work.patches.iter().map(|patch| patch.commit);
        self.tree.set_aside(&own.into_iter().chain(patches).collect::<Vec<_>>())
    }

    /// The branch that the worktree began with.
    fn branch(&self) -> String {
        branch_on(self.work.onto.release)
    }

    fn not_a_series(&self, what: &str) -> Failure {
        let Base { release, commit } = self.work.onto;
        let message = format_args!(
            "{}: what is checked out is no series of commits on {release} ({}): {what}",
            self.directory(),
            commit.short()
        );
        let patched_commit = self.work.patched_commit;
        let reset = format!("git reset --hard {}", patched_commit.short());
        Failure::new(Kind::Input, message)
            .hint(format!("`{reset}` there goes back to what patcher left"))
            .hint("or give it up: `patcher abort`")
    }

    /// Refuses to read a worktree that git is in the middle of something in.
    ///
    /// # Errors
    ///
    /// What git is in the middle of.
    pub fn ensure_at_rest(&self) -> Result<()> {
        let Some(what) = self.tree.is_amid() else { return Ok(()) };
        let message = format_args!("{}: git is in the middle of {what}", self.directory());
        Err(Failure::new(Kind::Input, message).hint("end it there first: `git status` says how"))
    }

    /// Refuses a worktree with anything that is not committed.
    ///
    /// # Errors
    ///
    /// The paths, and what to do.
    pub fn ensure_clean(&self, status: &Status, index: Staged) -> Result<()> {
        let Status { unmerged, unstaged, untracked, staged } = status;
        let refuse = |what: &str, paths: &std::collections::BTreeSet<String>, hint: &str| {
            let mut names: Vec<&str> = paths.iter().take(5).map(String::as_str).collect();
            if paths.len() > 5 {
                names.push("…");
            }
            let names = names.join(", ");
            let kind = match self.work.task {
                Task::Resolve => Kind::Conflict,
                Task::Edit => Kind::Input,
            };
            let failure = Failure::new(kind, format_args!("{names}: {what}"));
            Err(failure.hint(format!("in {}: {hint}", self.directory())))
        };
        if !unmerged.is_empty() {
            let hint = "resolve them, then `git add` (or `git rm`)";
            return refuse("still in conflict", unmerged, hint);
        }
        let all = if index == Staged::Allowed { "add" } else { "commit --all --amend" };
        if !unstaged.is_empty() {
            let hint =
                format!("`git {all}` what belongs to the patch, `git restore` what does not");
            return refuse("changed, and not in the index", unstaged, &hint);
        }
        if !untracked.is_empty() {
            let hint = "`git add` what belongs to the patch, remove what does not";
            return refuse("not known to git", untracked, hint);
        }
        if index == Staged::Refused && !staged.is_empty() {
            let hint =
                "`git commit --amend` (or `git commit`), or `git restore --staged --worktree`";
            return refuse("changed, and not committed", staged, hint);
        }
        Ok(())
    }

    /// Where the worktree is, as text.
    pub fn directory(&self) -> String {
        self.tree.directory().display().to_string()
    }

    /// What is under way, in a sentence.
    pub fn text(&self) -> String {
        let Work { task, onto, series, .. } = &self.work;
        let (release, directory) = (onto.release, self.directory());
        let text = match task {
            Task::Resolve => format!("{series} is on its way to {release}, in {directory}"),
            Task::Edit => format!("{series} is being edited at {release}, in {directory}"),
        };
        match self.is_of_another() {
            true => format!("{text}: begun for an earlier project at {}", self.work.project),
            false => text,
        }
    }

    /// Whether the project has come to the path since the work began, where another one was.
    pub fn is_of_another(&self) -> bool {
        let Work { project, identity: begun, .. } = &self.work;
        begun.is_some() && *begun != identity(Path::new(project))
    }

    /// Why another command has to wait.
    pub fn under_way(&self) -> Failure {
        let failure = Failure::new(Kind::Input, self.text());
        match self.is_of_another() {
            true => failure
                .hint("`patcher abort` gives it up, if it is none of this project's")
                .hint("`patcher continue` goes on with it here"),
            false => {
                failure.hint("go on with `patcher continue`, or give it up with `patcher abort`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::progress::Silent;

    #[test]
    fn a_project_reached_through_a_link_has_one_lock() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::create_dir(at("project")).unwrap();
        std::os::unix::fs::symlink(at("project"), at("link")).unwrap();
        let env = Environment::of_process().unwrap().with("PATCHER_CACHE_DIR", at("cache"));
        for root in [at("project"), at("link")] {
            let site = Site { env: &env, root: &root, is_offline: true, progress: &Silent };
            drop(hold(&site).unwrap());
        }
        assert_eq!(fs::read_dir(at("cache/locks")).unwrap().count(), 1);
    }
}
