//! The mirror: a bare clone of the upstream in the user's cache. `git` does the fetching, so that
//! the user's credentials, proxies and certificates work as they do everywhere else; objects are
//! read by `store`. It holds nothing that cannot be fetched again: one that is damaged is made anew.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::git::leftovers;
use crate::git::program::{git, plain_git, refusal};
use crate::git::store::{ObjectError, Store, Target};
use crate::git::upstream::{Remote, Upstream, is_network, local_path};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::path::{cache_key, resolve};
use crate::support::problem::Kind;
use crate::support::process::Output;
use crate::support::tag_format::TagFormat;

/// A bare repository in the cache.
#[derive(Clone, Debug)]
pub struct Mirror {
    directory: PathBuf,
    /// How the tags name releases, in the mirror as in the upstream.
    tags: TagFormat,
    env: Environment,
}

/// Where releases were fetched to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchedInto {
    /// The mirror as it was, or the first one.
    Mirror,
    /// A new one, because the old one was damaged.
    NewMirror,
}

/// What stopped a fetch.
struct Stop {
    failure: Failure,
    /// Whether another mirror would make no difference.
    is_elsewhere: bool,
}

/// Where the upstream's default branch is kept, whatever its name there.
const HEAD: &str = "refs/upstream/";

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
        Ok(Self { directory, tags: TagFormat::default(), env: env.clone() })
    }

    /// A clone that somebody has, in place of the mirror; it is only read.
    pub fn at(env: &Environment, clone: &Path) -> Self {
        let inner = clone.join(".git");
        let directory =
            if inner.is_dir() { inner } else { linked(&inner).unwrap_or_else(|| clone.to_owned()) };
        Self { directory, tags: TagFormat::default(), env: env.clone() }
    }

    /// The same, of an upstream whose tags have this form.
    pub fn tagged(self, tags: &TagFormat) -> Self {
        Self { tags: tags.clone(), ..self }
    }

    /// The repository's directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of its objects.
    pub fn objects(&self) -> PathBuf {
        self.directory.join("objects")
    }

    /// The name of the lock under which it is written.
    pub fn lock_name(&self) -> String {
        format!("mirror-{}", cache_key(&self.directory))
    }

    /// What a killed git or patcher left in it and beside it; the next fetch removes it.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn leftovers(&self) -> Result<Vec<PathBuf>> {
        let mut found = leftovers::found(&self.directory)?;
        found.extend(self.beside().into_iter().filter(|left| left.exists()));
        Ok(found)
    }

    /// Where a new mirror is made, and where the old one goes then.
    fn beside(&self) -> [PathBuf; 2] {
        let name = self.directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        [".new", ".old"].map(|end| self.directory.with_file_name(format!("{name}{end}")))
    }

    /// Whether anything was ever fetched.
    pub fn exists(&self) -> bool {
        self.directory.join("HEAD").is_file()
    }

    /// The releases that were fetched: the tags that lead to commits.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn releases(&self) -> Result<BTreeMap<Release, CommitId>> {
        let commit = |(release, target)| match target {
            Target::Commit(commit) => Some((release, commit)),
            Target::Other(..) => None,
        };
        Ok(self.tags()?.into_iter().filter_map(commit).collect())
    }

    /// What the tags that name releases lead to.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn tags(&self) -> Result<BTreeMap<Release, Target>> {
        let release = |(name, target): (String, Target)| Some((self.tags.release(&name)?, target));
        Ok(self.targets("refs/tags/")?.into_iter().filter_map(release).collect())
    }

    /// The default branch's commit, as it was fetched.
    ///
    /// # Errors
    ///
    /// The mirror cannot be read.
    pub fn head(&self) -> Result<Option<CommitId>> {
        let mut found = self.targets(HEAD)?;
        if found.is_empty() {
            // Before, it was fetched under its own name; a person's clone has it there, too.
            found = self.targets("refs/heads/")?;
        }
        Ok(found.into_iter().find_map(|(_, target)| match target {
            Target::Commit(commit) => Some(commit),
            Target::Other(..) => None,
        }))
    }

    /// The refs below `prefix`, without it, and what they lead to.
    fn targets(&self, prefix: &str) -> Result<Vec<(String, Target)>> {
        let refs = self.refs(prefix)?;
        if refs.is_empty() {
            return Ok(Vec::new());
        }
        let store = Store::open(&self.objects())?;
        refs.into_iter().map(|(name, id)| Ok((name, store.target(id)?))).collect()
    }

    /// The refs below `prefix`, without it, and the objects that they name.
    fn refs(&self, prefix: &str) -> Result<Vec<(String, CommitId)>> {
        if !self.exists() {
            return Ok(Vec::new());
        }
        // libgit2 reads the user's settings on the way: where it cannot, git need not. Nor does it
        // know every way to keep refs.
        let Ok(repository) = Repository::open_bare(&self.directory) else {
            return self.listed_refs(prefix);
        };
        let damaged = |cause: git2::Error| ObjectError::Refs {
            place: self.directory.clone(),
            cause: cause.into(),
        };
        let mut refs = Vec::new();
        for reference in repository.references_glob(&format!("{prefix}*")).map_err(damaged)? {
            let reference = reference.map_err(damaged)?;
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            if let (Some(name), Some(id)) = (name.strip_prefix(prefix), reference.target()) {
                refs.push((name.to_owned(), id.into()));
            }
        }
        Ok(refs)
    }

    /// The same, by git without settings.
    fn listed_refs(&self, prefix: &str) -> Result<Vec<(String, CommitId)>> {
        let args = ["for-each-ref", "--format=%(objectname) %(refname)"].map(OsString::from);
        let prefix_arg = OsString::from(prefix.trim_end_matches('/'));
        let call = plain_git(&self.env, &self.directory)?.args(self.git_dir()).args(args);
        let output = call.args([prefix_arg]).run()?;
        if output.code != Some(0) {
            return Err(refusal(&output).unwrap_or_else(|| self.failure(&output)));
        }
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        let parse = |line: &str| {
            let (id, name) = line.split_once(' ')?;
            Some((name.strip_prefix(prefix)?.to_owned(), id.parse().ok()?))
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

    /// Fetches every release and the default branch; if git can do nothing with what is there
    /// already, into a new mirror. The caller holds [`Mirror::lock_name`].
    ///
    /// # Errors
    ///
    /// The upstream cannot be reached, or lacks objects that it should have.
    pub fn fetch(&self, upstream: &Upstream<'_>, remote: &Remote) -> Result<FetchedInto> {
        fs::create_dir_all(&self.directory).at("create", &self.directory)?;
        leftovers::clear(&self.directory)?;
        let was_there = self.exists();
        if !was_there {
            self.init()?;
        }
        match self.fetch_here(upstream, remote)? {
            None => Ok(FetchedInto::Mirror),
            // The upstream has just answered: what fails is as likely the mirror.
            Some(Stop { is_elsewhere: false, .. }) if was_there => {
                self.renew(upstream, remote)?;
                Ok(FetchedInto::NewMirror)
            }
            Some(Stop { failure, .. }) => Err(failure),
        }
    }

    /// Fetches into what is there; the result is what stopped git.
    fn fetch_here(&self, upstream: &Upstream<'_>, remote: &Remote) -> Result<Option<Stop>> {
        let mut refs: BTreeSet<String> = remote
            .releases
            .keys()
            .map(|release| upstream.tags.tag(release))
            .map(|tag| format!("+refs/tags/{tag}:refs/tags/{tag}"))
            .collect();
        // Under a name of ours: the upstream may call another branch its default one some day.
        refs.extend(remote.head.iter().map(|(branch, _)| format!("+{branch}:{HEAD}HEAD")));
        let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow"];
        let args = args.into_iter().map(OsString::from).chain([upstream.argument()]);
        let call = git(upstream.env, &self.directory)?.args(self.git_dir()).args(args).args(&refs);
        let output = upstream.run(call)?;
        if output.code == Some(0) {
            return Ok(None);
        }
        if let Some(failure) = self.write_failure(&output) {
            return Ok(Some(Stop { failure, is_elsewhere: true }));
        }
        let is_elsewhere = refusal(&output).is_some() || is_network(&output);
        Ok(Some(Stop { failure: upstream.failure(&output), is_elsewhere }))
    }

    /// Makes the mirror anew, in place of one that is damaged: beside it first, so that there is
    /// always one. What the upstream no longer has is taken over as far as it can be read. The
    /// caller holds [`Mirror::lock_name`].
    ///
    /// # Errors
    ///
    /// As [`Mirror::fetch`]; then the old one stays.
    pub fn renew(&self, upstream: &Upstream<'_>, remote: &Remote) -> Result<()> {
        let [fresh, old] = self.beside();
        for left in [&fresh, &old].into_iter().filter(|left| left.exists()) {
            fs::remove_dir_all(left).at("remove", left)?;
        }
        let fresh = Self { directory: fresh, ..self.clone() };
        if let Err(failure) = fresh.fill(self, upstream, remote) {
            let _ = fs::remove_dir_all(&fresh.directory);
            return Err(failure);
        }
        fs::rename(&self.directory, &old).at("move", &self.directory)?;
        fs::rename(&fresh.directory, &self.directory).at("move", &fresh.directory)?;
        // What is left of it is removed the next time.
        let _ = fs::remove_dir_all(&old);
        Ok(())
    }

    fn fill(&self, damaged: &Self, upstream: &Upstream<'_>, remote: &Remote) -> Result<()> {
        self.init()?;
        if let Some(stop) = self.fetch_here(upstream, remote)? {
            return Err(stop.failure);
        }
        let is_shallow = |mirror: &Self| mirror.directory.join("shallow").exists();
        if is_shallow(self) && !is_shallow(damaged) {
            return Err(upstream.lacks("its history is cut off"));
        }
        for (name, _) in damaged.refs("refs/tags/").unwrap_or_default() {
            let release = self.tags.release(&name);
            if release.is_some_and(|release| !remote.releases.contains_key(&release)) {
                let refspec = format!("+refs/tags/{name}:refs/tags/{name}");
                let args = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
                let args = args.map(OsString::from).into_iter();
                let args = args.chain([damaged.directory.clone().into(), refspec.into()]);
                plain_git(&self.env, &self.directory)?.args(self.git_dir()).args(args).run()?;
            }
        }
        Ok(())
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

/// The repository of a linked worktree or a submodule, whose `.git` is a file
/// (gitrepository-layout(5)).
fn linked(file: &Path) -> Option<PathBuf> {
    let line = |path: &Path| Some(fs::read_to_string(path).ok()?.trim_end().to_owned());
    let own = file.parent()?.join(line(file)?.strip_prefix("gitdir: ")?);
    Some(match line(&own.join("commondir")) {
        Some(shared) => own.join(shared),
        None => own,
    })
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
}
