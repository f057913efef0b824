//! Pushing the published commit under its tag, never by force.

use std::ffi::OsString;
use std::path::Path;

use crate::git::program::{git, refusal};
use crate::git::upstream::local_path;
use crate::git::worktree::Worktree;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::CommitId;
use crate::support::location::ensure_plain;
use crate::support::location::hide_credentials;
use crate::support::problem::Kind;
use crate::support::process::Output;

/// What there is to push.
#[derive(Debug)]
pub struct Push<'a> {
    /// The objects that the commit is made on.
    pub objects: &'a Path,
    /// Those that are new, as a pack.
    pub pack: Vec<u8>,
    pub commit: CommitId,
    /// The tag that names it.
    pub tag: &'a str,
    /// The repository: a URL, or a path.
    pub remote: &'a str,
}

/// Pushes a commit under its tag, and says whether it was not there before. git uses the
/// user's credentials and settings.
///
/// # Errors
///
/// The repository cannot be reached or written, or has the tag for another commit.
pub fn push(env: &Environment, push: Push<'_>) -> Result<bool> {
    let Push { objects, pack, commit, tag, remote } = push;
    ensure_plain(remote)?;
    let reference = format!("refs/tags/{tag}");
    // git runs in a repository of its own.
    let location: OsString = match local_path(remote) {
        Some(path) => env.directory().join(path).into_os_string(),
        None => remote.into(),
    };
    let directory = tempfile::tempdir().at("create a directory in", &std::env::temp_dir())?;
    let tree = Worktree::new(env, directory.path().to_owned());
    tree.create("published", objects)?;
    let call = git(env, directory.path())?;
    let peeled = format!("{reference}^{{}}");
    let listing = call
        .clone()
        .args(["ls-remote", "--"].map(OsString::from))
        .args([location.clone()])
        .args([&reference, &peeled])
        .run()?;
    if listing.code != Some(0) {
        return Err(failure("cannot reach", remote, &listing));
    }
    // The commit behind a tag object comes last.
    let listing = String::from_utf8_lossy(&listing.stdout);
    let found = listing.lines().last().and_then(|line| line.split('\t').next()?.parse().ok());
    match found {
        Some(found) if found == commit => return Ok(false),
        Some(found) => return Err(other_commit(remote, tag, commit, found)),
        None => {}
    }
    tree.unpack(pack)?;
    // Whatever the user's settings would send beside it stays here.
    let flags = ["push", "--quiet", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"];
    let output = call
        .args(flags.into_iter().chain(["--"]).map(OsString::from))
        .args([location])
        .args([format!("{commit}:{reference}")])
        .run()?;
    if output.code == Some(0) { Ok(true) } else { Err(failure("cannot push to", remote, &output)) }
}

fn other_commit(remote: &str, tag: &str, commit: CommitId, found: CommitId) -> Failure {
    let (remote, commit, found) = (hide_credentials(remote), commit.short(), found.short());
    let message = format_args!("{remote} has the tag {tag} for {found}, not for {commit}");
    Failure::new(Kind::Integrity, message)
        .hint("a published tag never moves: find out who made it, or push to another repository")
}

fn failure(what: &str, remote: &str, output: &Output) -> Failure {
    if let Some(failure) = refusal(output) {
        return failure;
    }
    let is_said = |line: &&str| {
        ["fatal: ", "error: ", " ! ", "remote: "].iter().any(|start| line.starts_with(start))
    };
    let said = output.stderr.lines().find(is_said).unwrap_or("git said nothing");
    let message = format_args!("{what} {}: {}", hide_credentials(remote), hide_credentials(said));
    Failure::new(Kind::Environment, message).hint("`git push` there has to work as you are")
}
