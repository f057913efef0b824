//! The mirror: a bare clone of the upstream in the user's cache, and the only thing here
//! that uses the network. `git` does the fetching, so that the user's credentials, proxies
//! and certificates work as they do everywhere else; objects are read by `store`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::git::leftovers;
use crate::git::program::git;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::path::cache_key;
use crate::support::problem::Kind;
use crate::support::process::Output;
use crate::support::scrub::redact_urls;

/// A bare repository in the cache.
#[derive(Clone, Debug)]
pub struct Mirror {
    directory: PathBuf,
}

/// What the upstream says it has.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    /// The default branch, `refs/heads/main`, and its commit.
    pub head: Option<(String, CommitId)>,
    /// The tags that name releases, each with its commit.
    pub releases: BTreeMap<Release, CommitId>,
}

/// An upstream to fetch from.
#[derive(Clone, Debug)]
pub struct Upstream<'a> {
    /// A URL, or a path.
    pub location: &'a str,
    /// Where a relative path begins.
    pub directory: &'a Path,
    pub env: &'a Environment,
}

impl Mirror {
    /// The mirror of the repository at `url`, whether it is there yet or not.
    ///
    /// # Errors
    ///
    /// There is no cache.
    pub fn of(env: &Environment, url: &str) -> Result<Self> {
        let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
        let name = name.strip_suffix(".git").unwrap_or(name);
        let key = &Sri::of(url.as_bytes()).hex()[..12];
        Ok(Self { directory: env.cache()?.join("mirror").join(format!("{name}-{key}.git")) })
    }

    /// A clone that somebody has, in place of the mirror; it is only read.
    pub fn at(clone: &Path) -> Self {
        let inner = clone.join(".git");
        Self { directory: if inner.is_dir() { inner } else { clone.to_owned() } }
    }

    /// The directory of its objects.
    pub fn objects(&self) -> PathBuf {
        self.directory.join("objects")
    }

    /// The name of the lock under which it is written.
    pub fn lock_name(&self) -> String {
        format!("mirror-{}", cache_key(&self.directory))
    }

    /// Whether anything was ever fetched.
    pub fn exists(&self) -> bool {
        self.directory.join("HEAD").is_file()
    }

    /// The releases that were fetched.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn releases(&self) -> Result<BTreeMap<Release, CommitId>> {
        if !self.exists() {
            return Ok(BTreeMap::new());
        }
        let repository = Repository::open_bare(&self.directory)?;
        let mut releases = BTreeMap::new();
        for reference in repository.references_glob("refs/tags/*")? {
            let reference = reference?;
            let name = String::from_utf8_lossy(reference.shorthand_bytes()).into_owned();
            if let (Ok(release), Ok(commit)) = (name.parse(), reference.peel_to_commit()) {
                releases.insert(release, commit.id().into());
            }
        }
        Ok(releases)
    }

    /// The default branch's commit, as it was fetched.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>> {
        if !self.exists() {
            return Ok(None);
        }
        let repository = Repository::open_bare(&self.directory)?;
        let branch = repository.references_glob("refs/heads/*")?.next();
        Ok(branch.transpose()?.and_then(|branch| branch.target()).map(Into::into))
    }

    /// Fetches every release and the default branch; the caller holds [`Mirror::lock_name`].
    ///
    /// # Errors
    ///
    /// The upstream cannot be reached, or lacks objects that it should have.
    pub fn fetch(&self, upstream: &Upstream<'_>, remote: &Remote) -> Result<()> {
        fs::create_dir_all(&self.directory).at("create", &self.directory)?;
        leftovers::clear(&self.directory)?;
        if !self.exists() {
            Repository::init_bare(&self.directory)?;
        }
        let mut refs: BTreeSet<String> = remote
            .releases
            .keys()
            .map(|release| format!("+refs/tags/{release}:refs/tags/{release}"))
            .collect();
        refs.extend(remote.head.iter().map(|(branch, _)| format!("+{branch}:{branch}")));
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow"];
        let args = args.into_iter().map(OsString::from).chain([upstream.argument()]);
        let output = git(upstream.env, &self.directory)?.args(args).args(&refs).run()?;
        if output.code == Some(0) { Ok(()) } else { Err(upstream.failure(&output)) }
    }
}

impl Upstream<'_> {
    /// Whether it is a directory on this machine.
    pub fn path(&self) -> Option<PathBuf> {
        Some(self.directory.join(local_path(self.location)?))
    }

    /// What git fetches from. A path is given absolute: git runs in the mirror.
    fn argument(&self) -> OsString {
        self.path().map_or_else(|| self.location.into(), PathBuf::into_os_string)
    }

    /// How the upstream is named to the user.
    pub fn name(&self) -> String {
        redact_urls(self.location)
    }

    /// What the upstream has, without fetching it.
    ///
    /// # Errors
    ///
    /// It cannot be reached, or is no repository.
    pub fn list(&self) -> Result<Remote> {
        if let Some(path) = self.path() {
            fs::metadata(&path).map_err(|_| {
                let message = format_args!("upstream {}: there is no such directory", self.name());
                Failure::new(Kind::Input, message).hint("name a clone of the upstream, or its URL")
            })?;
            if Repository::open(&path).is_err_and(|e| e.code() == git2::ErrorCode::NotFound) {
                let message = format_args!("upstream {}: not a git repository", self.name());
                return Err(Failure::new(Kind::Input, message)
                    .hint("name a clone of the upstream, or its URL"));
            }
        }
        let args = ["ls-remote", "--symref"].map(OsString::from);
        let refs = ["HEAD", "refs/tags/*"].map(OsString::from);
        let call = git(self.env, self.directory)?.args(args).args([self.argument()]).args(refs);
        let output = call.run()?;
        if output.code != Some(0) {
            return Err(self.failure(&output));
        }
        Ok(parse_listing(&String::from_utf8_lossy(&output.stdout)))
    }

    fn failure(&self, output: &Output) -> Failure {
        let said = output
            .stderr
            .lines()
            .find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
        let said = redact_urls(said.unwrap_or("see above"));
        let lacks = [
            "unable to read",
            "missing",
            "bad object",
            "promisor",
            "not our ref",
            "did not send all",
        ]
        .iter()
        .any(|words| output.stderr.contains(words));
        if lacks {
            let message =
                format_args!("upstream {} lacks objects that it should have: {said}", self.name());
            return Failure::new(Kind::Environment, message).hint(
                "it is a shallow or partial clone: use a full clone, or complete it with \
                 `git fetch --unshallow` or `git fetch --refetch --no-filter`",
            );
        }
        Failure::new(
            Kind::Environment,
            format_args!("cannot reach upstream {}: {said}", self.name()),
        )
        .hint("`patcher sync --upstream PATH` takes a clone that you have")
        .hint("`patcher demo` shows the whole job on a small upstream that patcher carries")
    }
}

/// The path that a location names, if it is no URL: `host:path` and `scheme://` are git's.
pub fn local_path(location: &str) -> Option<&Path> {
    if let Some(path) = location.strip_prefix("file://") {
        return Some(Path::new(path));
    }
    let first = location.split('/').next().unwrap_or_default();
    (!first.contains(':')).then_some(Path::new(location))
}

/// The output of `git ls-remote --symref`: a tag's `^{}` line, if it has one, names the
/// commit behind the tag object.
fn parse_listing(text: &str) -> Remote {
    let mut remote = Remote::default();
    let mut branch = None;
    for line in text.lines() {
        let Some((left, name)) = line.split_once('\t') else { continue };
        if name == "HEAD" {
            if let Some(target) = left.strip_prefix("ref: ") {
                branch = Some(target.to_owned());
            } else if let (Some(branch), Ok(commit)) = (branch.take(), left.parse()) {
                remote.head = Some((branch, commit));
            }
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            // The peeled line comes second and wins.
            let tag = tag.strip_suffix("^{}").unwrap_or(tag);
            if let (Ok(release), Ok(commit)) = (tag.parse::<Release>(), left.parse()) {
                remote.releases.insert(release, commit);
            }
        }
    }
    remote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_name_the_commits_behind_annotated_tags() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let text = format!(
            "ref: refs/heads/main\tHEAD\n{a}\tHEAD\n{b}\trefs/tags/1.0.0\n{c}\trefs/tags/1.0.0^{{}}\n{b}\trefs/tags/v9\n{b}\trefs/tags/1.1.0\n"
        );
        let remote = parse_listing(&text);
        assert_eq!(remote.head, Some(("refs/heads/main".into(), a.parse().unwrap())));
        let releases: Vec<String> =
            remote.releases.iter().map(|(release, commit)| format!("{release} {commit}")).collect();
        assert_eq!(releases, [format!("1.0.0 {c}"), format!("1.1.0 {b}")]);
    }
}
