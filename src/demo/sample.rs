//! The sample that patcher carries: a project with two patches, and its upstream, a small Bazel
//! ruleset with the bug of rules_python#2445 in three releases.

use std::path::Path;

use git2::{IndexEntry, IndexTime, Repository, Signature, Time};

use crate::git::checkout;
use crate::git::tree::Entry;
use crate::support::failure::{Failure, Result};

type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($directory:literal: $($name:literal => $source:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("sample/", $directory, "/", $source)))),*]
    };
}

/// A commit of the upstream.
struct Commit {
    message: &'static str,
    /// The release that it is.
    tag: Option<&'static str>,
    /// The files that it adds or changes.
    files: Files,
    removed: &'static [&'static str],
}

/// The upstream's commits, oldest first. Two of them lead to each release, so that a conflict has to
/// name the one that caused it.
const COMMITS: [Commit; 5] = [
    Commit {
        message: "Rules for books of notes\n",
        tag: Some(RELEASES[0]),
        files: files!("upstream/1.0.0":
            "BUILD.bazel" => "BUILD.bazel",
            "MODULE.bazel" => "MODULE.bazel",
            "README.md" => "README.md",
            "defs.bzl" => "defs.bzl",
            "notes.bzl" => "notes.bzl",
        ),
        removed: &[],
    },
    Commit {
        message: "Call notes.bzl books.bzl: most of it is about books (#12)\n",
        tag: None,
        files: files!("upstream/rename": "books.bzl" => "books.bzl", "defs.bzl" => "defs.bzl"),
        removed: &["notes.bzl"],
    },
    Commit {
        message: "Let notes and books have titles (#14)\n",
        tag: Some(RELEASES[1]),
        files: files!("upstream/titles": "books.bzl" => "books.bzl"),
        removed: &[],
    },
    Commit {
        message: "Rename a variable (#17)\n",
        tag: None,
        files: files!("upstream/variable": "books.bzl" => "books.bzl"),
        removed: &[],
    },
    Commit {
        message: "Declare a compatibility level (#18)\n",
        tag: Some(RELEASES[2]),
        files: files!("upstream/level": "MODULE.bazel" => "MODULE.bazel"),
        removed: &[],
    },
];

/// The releases of the upstream: the one that the patches are made for, one that renames the file
/// that they change, and one that changes the same lines.
pub(super) const RELEASES: [&str; 3] = ["1.0.0", "1.1.0", "1.2.0"];

/// The project: patches for the first release, scenarios, and a consumer's MODULE.bazel.
const PROJECT: Files = files!("project":
    ".gitattributes" => "dot-gitattributes",
    "app/MODULE.bazel" => "app/MODULE.bazel",
    "patcher.toml" => "patcher.toml",
    "patches/series" => "patches/series",
    "patches/0001-compile-separately.patch" => "patches/0001-compile-separately.patch",
    "patches/0002-docs.patch" => "patches/0002-docs.patch",
    "tests/repro/MODULE.bazel" => "tests/repro/MODULE.bazel",
    "tests/repro/WORKSPACE" => "tests/repro/WORKSPACE",
    "tests/repro/gpu-tag/BUILD.bazel" => "tests/repro/gpu-tag/BUILD.bazel",
    "tests/repro/gpu-tag/a.note" => "tests/repro/gpu-tag/a.note",
    "tests/repro/gpu-tag/scenario.toml" => "tests/repro/gpu-tag/scenario.toml",
    "tests/repro/same-tags/BUILD.bazel" => "tests/repro/same-tags/BUILD.bazel",
    "tests/repro/same-tags/a.note" => "tests/repro/same-tags/a.note",
    "tests/repro/same-tags/scenario.toml" => "tests/repro/same-tags/scenario.toml",
);

/// The scenario that shows the bug.
pub(super) const SCENARIO: &str = "gpu-tag";

/// The consumer's MODULE.bazel.
pub(super) const CONSUMER: &str = "app/MODULE.bazel";

/// The upstream, a bare repository in the project.
pub(super) const UPSTREAM: &str = "upstream.git";

/// Writes the project, with the upstream in it, into a directory that is empty or absent.
///
/// # Errors
///
/// The directory cannot be written.
pub(super) fn write(directory: &Path) -> Result<()> {
    let entry = |(name, text): &(&str, &str)| match name.parse() {
        Ok(path) => Ok(Entry::file(path, text.as_bytes().to_vec())),
        Err(error) => Err(Failure::defect(error)),
    };
    let files = PROJECT.iter().map(entry).collect::<Result<Vec<_>>>()?;
    checkout::export(&files, directory)?;
    write_upstream(&directory.join(UPSTREAM))
}

/// The dates are fixed, so the ids are the same everywhere.
fn write_upstream(path: &Path) -> Result<()> {
    let repository = Repository::init_bare(path)?;
    repository.set_head("refs/heads/main")?;
    let mut index = git2::Index::new()?;
    let mut parent: Option<git2::Commit<'_>> = None;
    for (days, Commit { message, tag, files, removed }) in COMMITS.iter().enumerate() {
        for (name, text) in *files {
            index.add(&entry(name, repository.blob(text.as_bytes())?))?;
        }
        for name in *removed {
            index.remove(Path::new(name), 0)?;
        }
        let tree = repository.find_tree(index.write_tree_to(&repository)?)?;
        let seconds = 1_767_225_600 + 86_400 * i64::try_from(days).unwrap_or_default();
        let author =
            Signature::new("An Upstream", "upstream@demo.invalid", &Time::new(seconds, 0))?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let head = Some("refs/heads/main");
        let id = repository.commit(head, &author, &author, message, &tree, &parents)?;
        let commit = repository.find_commit(id)?;
        if let Some(tag) = tag {
            repository.tag_lightweight(tag, commit.as_object(), false)?;
        }
        parent = Some(commit);
    }
    Ok(())
}

fn entry(name: &str, id: git2::Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: name.into(),
    }
}
