//! The mirror: a bare clone of the upstream in the user's cache, and the only thing here
//! that uses the network. `git` does the fetching, so that the user's credentials, proxies
//! and certificates work as they do everywhere else; objects are read by `store`.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::git::leftovers;
use crate::git::program::{git, plain_git, refusal, run_locally};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::path::{cache_key, resolve};
use crate::support::problem::Kind;
use crate::support::process::{Call, Output};
use crate::support::scrub::redact_urls;

/// A bare repository in the cache.
#[derive(Clone, Debug)]
pub struct Mirror {
    directory: PathBuf,
    env: Environment,
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
    /// The mirror of the repository at `url`, whether it is there yet or not. A path that
    /// begins in `directory` stands for where it leads: the same text in another project may
    /// well be another repository.
    ///
    /// # Errors
    ///
    /// There is no cache.
    pub fn of(env: &Environment, directory: &Path, url: &str) -> Result<Self> {
        let path = local_path(url).map(|path| resolve(&directory.join(path)));
        let location = path.as_ref().map_or(url.as_bytes(), |path| path.as_os_str().as_bytes());
        let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
        let name = name.strip_suffix(".git").unwrap_or(name);
        let key = &Sri::of(location).hex()[..12];
        let directory = env.cache()?.join("mirror").join(format!("{name}-{key}.git"));
        Ok(Self { directory, env: env.clone() })
    }

    /// A clone that somebody has, in place of the mirror; it is only read.
    pub fn at(env: &Environment, clone: &Path) -> Self {
        let inner = clone.join(".git");
        let directory = if inner.is_dir() { inner } else { clone.to_owned() };
        Self { directory, env: env.clone() }
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
        let release = |(name, commit): (String, CommitId)| Some((name.parse().ok()?, commit));
        Ok(self.refs("refs/tags/")?.into_iter().filter_map(release).collect())
    }

    /// The default branch's commit, as it was fetched.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>> {
        Ok(self.refs("refs/heads/")?.into_iter().next().map(|(_, commit)| commit))
    }

    /// The refs below `prefix` that lead to commits, without it.
    fn refs(&self, prefix: &str) -> Result<Vec<(String, CommitId)>> {
        if !self.exists() {
            return Ok(Vec::new());
        }
        // libgit2 reads the user's settings on the way: where it cannot, git need not.
        let Ok(repository) = Repository::open_bare(&self.directory) else {
            return self.listed_refs(prefix);
        };
        let mut refs = Vec::new();
        for reference in repository.references_glob(&format!("{prefix}*"))? {
            let reference = reference?;
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            if let (Some(name), Ok(commit)) =
                (name.strip_prefix(prefix), reference.peel_to_commit())
            {
                refs.push((name.to_owned(), commit.id().into()));
            }
        }
        Ok(refs)
    }

    /// The same, by git without settings.
    fn listed_refs(&self, prefix: &str) -> Result<Vec<(String, CommitId)>> {
        let format = "%(refname) %(objectname) %(*objectname)";
        let args = ["for-each-ref", &format!("--format={format}"), prefix].map(OsString::from);
        let call = plain_git(&self.env, &self.directory)?.args(self.git_dir()).args(args);
        let output = call.run()?;
        if output.code != Some(0) {
            return Err(refusal(&output).unwrap_or_else(|| self.failure(&output)));
        }
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        let parse = |line: &str| {
            // What is behind an annotated tag comes last.
            let name = line.split(' ').next()?.strip_prefix(prefix)?.to_owned();
            Some((name, line.split_whitespace().last()?.parse().ok()?))
        };
        Ok(listed.lines().filter_map(parse).collect())
    }

    /// What names the repository to git, which may be told to look for no bare one.
    fn git_dir(&self) -> [OsString; 2] {
        [OsString::from("--git-dir"), self.directory.clone().into()]
    }

    /// Makes the repository, without anything in it.
    fn init(&self) -> Result<()> {
        fs::create_dir_all(&self.directory).at("create", &self.directory)?;
        let args = ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"];
        let output = plain_git(&self.env, &self.directory)?.args(args).run()?;
        if output.code == Some(0) { Ok(()) } else { Err(self.failure(&output)) }
    }

    fn failure(&self, output: &Output) -> Failure {
        let said = output.stderr.lines().next().unwrap_or("it says nothing");
        let directory = self.directory.display();
        Failure::new(Kind::Environment, format_args!("git in the mirror {directory}: {said}"))
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
            self.init()?;
        }
        let mut refs: BTreeSet<String> = remote
            .releases
            .keys()
            .map(|release| format!("+refs/tags/{release}:refs/tags/{release}"))
            .collect();
        refs.extend(remote.head.iter().map(|(branch, _)| format!("+{branch}:{branch}")));
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow"];
        let args = args.into_iter().map(OsString::from).chain([upstream.argument()]);
        let call = git(upstream.env, &self.directory)?.args(self.git_dir()).args(args).args(&refs);
        let output = upstream.run(call)?;
        if output.code == Some(0) {
            return Ok(());
        }
        Err(self.write_failure(&output).unwrap_or_else(|| upstream.failure(&output)))
    }

    /// Why git cannot write the mirror, if it is that.
    fn write_failure(&self, output: &Output) -> Option<Failure> {
        let words = [
            "No space left",
            "Read-only file system",
            "insufficient permission",
            "unable to create",
            "Unable to create",
            "unable to write",
            "failed to write",
            "cannot lock ref",
        ];
        let is_own = |line: &str| words.iter().any(|words| line.contains(words));
        let said = output.stderr.lines().find(|line| is_own(line) && !line.contains("remote: "))?;
        let message = format_args!("git cannot write {}: {said}", self.directory.display());
        Some(
            Failure::new(Kind::Environment, message).hint(
                "make room for it, or make it yours; PATCHER_CACHE_DIR names another directory",
            ),
        )
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
        let output = self.run(call)?;
        if output.code != Some(0) {
            return Err(self.failure(&output));
        }
        Ok(parse_listing(&String::from_utf8_lossy(&output.stdout)))
    }

    /// Runs a call of git that reads the upstream: one on this machine asks for no credentials.
    fn run(&self, call: Call) -> Result<Output> {
        if self.path().is_some() { run_locally(call) } else { call.run() }
    }

    fn failure(&self, output: &Output) -> Failure {
        if let Some(failure) = refusal(output) {
            return failure;
        }
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
        let network = |line: &str| NETWORK.iter().any(|words| line.contains(words));
        let what = match self.path() {
            Some(_) => "git cannot read",
            None if output.stderr.lines().any(network) => "cannot reach",
            None => "git cannot fetch from",
        };
        let message = format_args!("{what} upstream {}: {said}", self.name());
        Failure::new(Kind::Environment, message)
            .hint("`patcher sync --upstream PATH` takes a clone that you have")
            .hint("`patcher demo` shows the whole job on a small upstream that patcher carries")
    }
}

/// What git says if the network, the server or the credentials are at fault.
const NETWORK: [&str; 14] = [
    "unable to access '",
    "ould not resolve",
    "unable to look up",
    "unable to connect",
    "onnection",
    "timed out",
    "Could not read from remote repository",
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "Permission denied",
    "hung up",
    "early EOF",
    "RPC failed",
];

/// The path that a location names, if it is no URL: `host:path` and `scheme://` are git's.
pub fn local_path(location: &str) -> Option<&Path> {
    if let Some(path) = location.strip_prefix("file://") {
        return Some(Path::new(path));
    }
    let first = location.split('/').next().unwrap_or_default();
    (!first.contains(':')).then_some(Path::new(location))
}

/// A location as it is to be kept: a path that begins in `directory` leads to the same place from
/// any other.
pub fn kept_location(location: &str, directory: &Path) -> String {
    let path = local_path(location).map(|path| resolve(&directory.join(path)));
    path.and_then(|path| path.into_os_string().into_string().ok())
        .unwrap_or_else(|| location.to_owned())
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
    fn a_path_is_known_by_where_it_leads_and_a_url_by_its_text() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let env = Environment::of_process().unwrap().with("PATCHER_CACHE_DIR", at("cache"));
        for name in ["one", "two"] {
            fs::create_dir_all(at(name).join("project")).unwrap();
        }
        std::os::unix::fs::symlink(at("one"), at("link")).unwrap();
        let name = |root: &str, url: &str| {
            let mirror = Mirror::of(&env, &at(root), url).unwrap();
            mirror.directory.file_name().unwrap().to_str().unwrap().to_owned()
        };
        let one = name("one/project", "../upstream.git");
        assert!(one.starts_with("upstream-"), "{one}");
        assert_ne!(name("two/project", "../upstream.git"), one);
        for (root, url) in [("link/project", "../upstream.git"), ("one", "./upstream.git")] {
            assert_eq!(name(root, url), one);
        }
        // Mirrors that are there keep their names.
        let url = "https://github.com/bazel-contrib/rules_python";
        assert_eq!(name("one", url), "rules_python-1ab4b925f60c.git");
        assert_eq!(name("two", url), name("one", url));
    }

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
