//! The small upstream that patcher carries: a Bazel ruleset with the same defect as
//! rules_python, two releases, and a project that mends it.

use std::path::{Path, PathBuf};

use git2::{IndexEntry, IndexTime, Repository, Signature, Time};

use crate::git::checkout;
use crate::git::tree::Entry;
use crate::support::failure::{Failure, Result};

type Files = &'static [(&'static str, &'static str)];

macro_rules! files {
    ($directory:literal: $($name:literal => $source:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!($directory, "/", $source)))),*]
    };
}

/// The releases of the upstream, oldest first.
const RELEASES: [(&str, Files); 2] = [
    (
        "1.0.0",
        files!("upstream-1.0.0":
            ".gitattributes" => "dot-gitattributes",
            "BUILD.bazel" => "BUILD.bazel",
            "MODULE.bazel" => "MODULE.bazel",
            "README.md" => "README.md",
            "notes.bzl" => "notes.bzl",
            "version.bzl" => "version.bzl",
        ),
    ),
    (
        "1.1.0",
        files!("upstream-1.1.0":
            ".gitattributes" => "dot-gitattributes",
            "BUILD.bazel" => "BUILD.bazel",
            "MODULE.bazel" => "MODULE.bazel",
            "README.md" => "README.md",
            "notes.bzl" => "notes.bzl",
            "version.bzl" => "version.bzl",
        ),
    ),
];

/// The project: a series for the first release, and scenarios.
const PROJECT: Files = files!("project":
    ".gitattributes" => "dot-gitattributes",
    "patcher.toml" => "patcher.toml",
    "patches/series" => "patches/series",
    "patches/0001-compile-separately.patch" => "patches/0001-compile-separately.patch",
    "patches/0002-docs.patch" => "patches/0002-docs.patch",
    "tests/repro/MODULE.bazel" => "tests/repro/MODULE.bazel",
    "tests/repro/WORKSPACE" => "tests/repro/WORKSPACE",
    "tests/repro/plain-books/BUILD.bazel" => "tests/repro/plain-books/BUILD.bazel",
    "tests/repro/plain-books/scenario.toml" => "tests/repro/plain-books/scenario.toml",
    "tests/repro/plain-books/shared.note" => "tests/repro/plain-books/shared.note",
    "tests/repro/two-books/BUILD.bazel" => "tests/repro/two-books/BUILD.bazel",
    "tests/repro/two-books/scenario.toml" => "tests/repro/two-books/scenario.toml",
    "tests/repro/two-books/shared.note" => "tests/repro/two-books/shared.note",
);

/// The release that the project's series is made for, and the one to port it to.
pub const PIN: &str = RELEASES[0].0;

/// The release that moves code under the series.
pub const NEXT: &str = RELEASES[1].0;

/// Where the demonstration was put.
#[derive(Clone, Debug)]
pub struct Demonstration {
    /// The upstream: a bare repository.
    pub upstream: PathBuf,
    pub project: PathBuf,
}

/// Writes the upstream and the project below `directory`.
///
/// # Errors
///
/// The directory cannot be written.
pub fn write(directory: &Path) -> Result<Demonstration> {
    let (upstream, project) = ("upstream.git", "project");
    let entry = |(name, text): &(&str, &str)| match name.parse() {
        Ok(path) => Ok(Entry::file(path, text.as_bytes().to_vec())),
        Err(error) => Err(Failure::defect(error)),
    };
    let files = PROJECT.iter().map(entry).collect::<Result<Vec<_>>>()?;
    checkout::make_whole(directory, |directory| {
        write_upstream(&directory.join(upstream))?;
        checkout::export(&files, &directory.join(project))
    })?;
    Ok(Demonstration { upstream: directory.join(upstream), project: directory.join(project) })
}

/// A commit and a tag a release. The dates are fixed, so the ids are the same everywhere.
fn write_upstream(path: &Path) -> Result<()> {
    let repository = Repository::init_bare(path)?;
    repository.set_head("refs/heads/main")?;
    let mut parent: Option<git2::Commit<'_>> = None;
    for (days, (release, files)) in RELEASES.iter().enumerate() {
        let mut index = git2::Index::new()?;
        for (name, text) in *files {
            let id = repository.blob(text.as_bytes())?;
            index.add(&entry(name, id))?;
        }
        let tree = repository.find_tree(index.write_tree_to(&repository)?)?;
        let seconds = 1_767_225_600 + 86_400 * i64::try_from(days).unwrap_or_default();
        let author =
            Signature::new("demo upstream", "upstream@demo.invalid", &Time::new(seconds, 0))?;
        let message = format!("Release {release}\n");
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let head = Some("refs/heads/main");
        let id = repository.commit(head, &author, &author, &message, &tree, &parents)?;
        let commit = repository.find_commit(id)?;
        repository.tag_lightweight(release, commit.as_object(), false)?;
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
