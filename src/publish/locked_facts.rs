//! The facts of the lock, compared with those that are derived again.

use crate::git::store::Commit;
use crate::port::{Applied, AppliedPatch};
use crate::project::load::SourcePatch;
use crate::project::lock::{self, ArchiveLock, PatchLock, ReleaseLock, SeriesLock, line_of};
use crate::publish::patched_commit::PatchedCommit;
use crate::publish::release_archive::{archive_file, strip_prefix};
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::problem::{Kind, Problem};

/// The lock's entry for each patch.
pub fn patch_locks(patched: &Applied) -> Vec<PatchLock> {
    let entry = |AppliedPatch { patch, after, .. }: &AppliedPatch| PatchLock {
        name: patch.name.clone(),
        integrity: Sri::of(patch.to_string().as_bytes()),
        tree: *after,
    };
    patched.patches.iter().map(entry).collect()
}

/// The patches that are not those that the lock was written for.
pub fn changed_patches(
    lock_text: &str,
    series: &SeriesLock,
    sources: &[SourcePatch],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut changed = |problem: Problem| {
        problems.push(problem.hint("`patcher sync` picks up the change").mendable());
    };
    for source in sources {
        let locked = series.patches_applied.iter().find(|patch| patch.name == source.patch.name);
        let message = match locked {
            Some(locked) if locked.integrity == Sri::of(&source.bytes) => continue,
            Some(_) => "has changed since the last sync",
            None => "is not in upstream.lock",
        };
        changed(Problem::new(Kind::Finding, &source.file, message));
    }
    for locked in &series.patches_applied {
        if sources.iter().all(|source| source.patch.name != locked.name) {
            let message = format!("names {}, which is not in the series", locked.name);
            let at = line_of(lock_text, locked.name.as_str()).unwrap_or(1);
            changed(Problem::new(Kind::Finding, lock::FILE, message).at(at));
        }
    }
    problems
}

/// A fact of the lock that is not what is derived again.
fn differing(lock_text: &str, name: &str, locked: &str, derived: &str) -> Option<Problem> {
    // Where it stands costs reading the lock, which holds such facts of every release.
    if locked == derived {
        return None;
    }
    let message = format!("{name} is {locked}, derived again it is {derived}");
    let at = line_of(lock_text, locked).unwrap_or(1);
    let problem = Problem::new(Kind::Finding, lock::FILE, message).at(at);
    Some(problem.hint("restore it (`git restore upstream.lock`)"))
}

/// Compares a release's commit with its tree, and with the release's tag, of a lock that was
/// edited by hand: which of them was edited, nobody can tell.
pub fn compare_commit(
    lock_text: &str,
    locked: &ReleaseLock,
    base: &Commit,
    tag: Option<&CommitId>,
) -> Vec<Problem> {
    let (commit, tree) = (locked.commit.to_string(), locked.tree.to_string());
    let tag = tag.map_or_else(|| commit.clone(), ToString::to_string);
    let of_tag = differing(lock_text, &format!("commit of {}", locked.release), &commit, &tag);
    of_tag.into_iter().chain(differing(lock_text, "tree", &tree, &base.tree.to_string())).collect()
}

/// Compares the patches of a lock with those that were applied.
pub fn compare_patches(
    lock_text: &str,
    series: &SeriesLock,
    sources: &[SourcePatch],
    patched: &Applied,
) -> Vec<Problem> {
    let problems = changed_patches(lock_text, series, sources);
    if !problems.is_empty() {
        // What follows from a changed patch need not be said again.
        return problems;
    }
    let derived = patch_locks(patched);
    let trees = series.patches_applied.iter().zip(&derived).filter_map(|(locked, derived)| {
        let name = format!("the tree after {}", locked.name);
        differing(lock_text, &name, &locked.tree.to_string(), &derived.tree.to_string())
    });
    trees.collect()
}

/// What is derived again of a locked release.
#[derive(Clone, Copy, Debug)]
pub struct Derived<'a> {
    pub module: &'a str,
    /// The release with the series applied.
    pub patched: &'a Applied,
    pub patched_commit: &'a PatchedCommit,
    /// The archive, if its bytes were made again.
    pub archive: Option<&'a ArchiveLock>,
}

/// Compares what a lock says of a release with what is derived again, fact by fact.
pub fn compare_release(
    lock_text: &str,
    locked: &ReleaseLock,
    derived: Derived<'_>,
) -> Vec<Problem> {
    let Derived { module, patched, patched_commit, archive } = derived;
    let mut problems = Vec::new();
    let mut fact = |name: &str, found: String, derived: String| {
        let name = format!("{name} of {}", locked.release);
        problems.extend(differing(lock_text, &name, &found, &derived));
    };
    fact("patched_tree", locked.patched_tree.to_string(), patched.tree().to_string());
    fact("patched_commit", locked.patched_commit.to_string(), patched_commit.commit.id.to_string());
    fact(
        "patched_commit_tree",
        locked.patched_commit_tree.to_string(),
        patched_commit.commit.tree.to_string(),
    );
    let (found, prefix) = (&locked.archive, strip_prefix(module, &patched_commit.version));
    fact("archive.file", found.file.clone(), archive_file(&prefix));
    fact("archive.strip_prefix", found.strip_prefix.clone(), prefix);
    if let Some(archive) = archive {
        let (found, made) = (found.integrity.to_string(), archive.integrity.to_string());
        let name = format!("archive.integrity of {}", locked.release);
        let problem = differing(lock_text, &name, &found, &made);
        problems.extend(problem.map(|problem| {
            problem.hint(
                "restore it (`git restore upstream.lock`); if patcher compresses otherwise \
                 now, `patcher sync --rebuild` accepts that: the revision goes up",
            )
        }));
    }
    problems
}

/// The tag of a locked release must name the locked commit if it is known.
pub fn moved_tag(release: Release, locked: CommitId, found: Option<&CommitId>) -> Option<Problem> {
    let found = found.filter(|found| **found != locked)?;
    let (was, now) = (locked.short(), found.short());
    let message = format!("the tag {release} has moved: {was} is pinned, upstream has {now}");
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    Some(problem.hint("find out why before you trust the new commit: a release should not change"))
}

/// A locked release's tag is not there any more.
pub fn lost_tag(locked: &ReleaseLock, upstream: &str) -> Problem {
    let message = format!(
        "the tag {} is gone: {} is pinned, upstream {upstream} has no such tag",
        locked.release,
        locked.commit.short(),
    );
    let problem = Problem::new(Kind::Integrity, lock::FILE, message);
    problem.hint(
        "find out why: a release should not go; `--upstream` names a clone that has it, \
         `--offline` uses what was fetched earlier, `--to` pins another release",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::Patch;
    use crate::project::lock::made_up;
    use crate::support::ids::TreeId;

    #[test]
    fn patches_are_held_to_the_lock_and_the_lock_to_the_patches() {
        let mail = "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\n\
                    Date: Thu, 1 Jan 1970 00:00:00 +0000\nSubject: s\n\n\
                    diff --git a/f b/f\nnew file mode 100644\n\
                    index 0000000000000000000000000000000000000000..\
                    e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n";
        let source = |name: &str, bytes: &[u8]| SourcePatch {
            file: format!("patches/{name}"),
            bytes: bytes.to_vec(),
            patch: Patch::parse(&name.parse().unwrap(), "p", mail.as_bytes()).unwrap(),
        };
        let mut series = made_up::lock(made_up::release("1.0.0", 1, b"")).series.remove(0);
        let locked = |name: &str| PatchLock {
            name: name.parse().unwrap(),
            integrity: Sri::of(b"as locked"),
            tree: TreeId::new([1; 20]),
        };
        series.patches_applied = vec![locked("0001-a.patch"), locked("0002-b.patch")];
        let changed = |sources: &[SourcePatch]| {
            let problems = changed_patches("a\nb\n0002-b.patch\n", &series, sources);
            problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let same = ["0001-a.patch", "0002-b.patch"].map(|name| source(name, b"as locked"));
        assert_eq!(changed(&same), [""; 0]);
        let other = [source("0001-a.patch", b"other"), source("0003-c.patch", b"as locked")];
        assert_eq!(
            changed(&other),
            [
                "patches/0001-a.patch: has changed since the last sync",
                "patches/0003-c.patch: is not in upstream.lock",
                "upstream.lock:3: names 0002-b.patch, which is not in the series",
            ]
        );
    }

    #[test]
    fn a_tag_that_names_another_commit_has_moved() {
        let [one, other] = [1, 2].map(|byte| CommitId::new([byte; 20]));
        let release = "1.0.0".parse().unwrap();
        assert_eq!(moved_tag(release, one, Some(&one)), None);
        assert_eq!(moved_tag(release, one, None), None);
        let problem = moved_tag(release, one, Some(&other)).unwrap();
        assert_eq!(
            problem.message,
            "the tag 1.0.0 has moved: 010101010101 is pinned, upstream has 020202020202"
        );
    }
}
