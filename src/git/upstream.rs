//! The upstream: where it is, what it says it has, and what is wrong if it does not.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Repository;

use crate::git::program::{git, refusal, run_locally};
use crate::support::environment::Environment;
use crate::support::failure::{Failure, Result};
use crate::support::guide::shell;
use crate::support::ids::{CommitId, Release};
use crate::support::location::hide_credentials;
use crate::support::path::resolve;
use crate::support::problem::Kind;
use crate::support::process::{Call, Output};
use crate::support::tag_format::TagFormat;
use crate::support::text::duration;

/// What the upstream says it has.
#[derive(Clone, Debug, Default)]
pub struct Remote {
    /// The default branch, `refs/heads/main`, and its commit.
    pub head: Option<(String, CommitId)>,
    /// The tags that name releases, each with what is behind it: a commit, if all is as usual.
    pub releases: BTreeMap<Release, CommitId>,
    /// The tags that name versions in another form, such as `v1.2.0`.
    pub others: BTreeSet<String>,
}

/// The forms of tags, each with the releases that they name.
pub type TagForms = BTreeMap<TagFormat, BTreeSet<Release>>;

/// What `git ls-remote --symref` prints.
#[derive(Clone, Debug)]
pub struct Listing(String);

/// An upstream to fetch from.
#[derive(Clone, Debug)]
pub struct Upstream<'a> {
    /// A URL, or a path.
    pub location: &'a str,
    /// Where a relative path begins.
    pub directory: &'a Path,
    /// How its tags name releases.
    pub tags: &'a TagFormat,
    /// What names it, such as `patcher.toml:3`, for whoever has to correct it.
    pub origin: Option<String>,
    pub env: &'a Environment,
}

impl Upstream<'_> {
    /// Whether it is a directory on this machine.
    pub fn path(&self) -> Option<PathBuf> {
        Some(self.directory.join(local_path(self.location)?))
    }

    /// What git fetches from. A path is given absolute: git runs in the mirror.
    pub(super) fn argument(&self) -> OsString {
        self.path().map_or_else(|| self.location.into(), PathBuf::into_os_string)
    }

    /// How the upstream is named to the user.
    pub fn name(&self) -> String {
        hide_credentials(self.location)
    }

    /// The same, with what names it.
    fn described(&self) -> String {
        let origin = self.origin.iter().map(|origin| format!(" ({origin})"));
        format!("upstream {}{}", self.name(), origin.collect::<String>())
    }

    /// What the upstream has, without fetching it.
    ///
    /// # Errors
    ///
    /// It cannot be reached, or is no repository.
    pub fn list(&self) -> Result<Remote> {
        Ok(self.listing()?.remote(self.tags))
    }

    /// The same, unless it takes longer.
    ///
    /// # Errors
    ///
    /// As [`Upstream::list`], or it does not answer in time.
    pub fn list_within(&self, limit: Duration) -> Result<Remote> {
        Ok(self.listed(Some(limit))?.remote(self.tags))
    }

    /// As [`Upstream::list`], whatever form the tags have.
    ///
    /// # Errors
    ///
    /// As [`Upstream::list`].
    pub fn listing(&self) -> Result<Listing> {
        self.listed(None)
    }

    fn listed(&self, limit: Option<Duration>) -> Result<Listing> {
        if let Some(path) = self.path() {
            fs::metadata(&path).map_err(|_| {
                let message = format_args!("{}: there is no such directory", self.described());
                Failure::new(Kind::Input, message).hint("name a clone of the upstream, or its URL")
            })?;
            if Repository::open(&path).is_err_and(|e| e.code() == git2::ErrorCode::NotFound) {
                let message = format_args!("{}: not a git repository", self.described());
                return Err(Failure::new(Kind::Input, message)
                    .hint("name a clone of the upstream, or its URL"));
            }
        }
        let args = ["ls-remote", "--symref"].map(OsString::from);
        let refs = ["HEAD", "refs/tags/*"].map(OsString::from);
        // The repository around the project has no part in it, sound or not; nor is the mirror
        // there yet.
        let call = git(self.env, Path::new("/"))?.args(args).args([self.argument()]).args(refs);
        let output = self.run(Call { timeout: limit, ..call })?;
        if let Some(limit) = limit.filter(|_| output.timed_out) {
            let message =
                format_args!("{} does not answer within {}", self.described(), duration(limit));
            return Err(Failure::new(Kind::Environment, message).hint(format!(
                "`git ls-remote {}` shows where it waits: for a proxy, or for credentials",
                shell(&self.name())
            )));
        }
        if output.code != Some(0) {
            return Err(self.failure(&output));
        }
        Ok(Listing(String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// Runs a call of git that reads the upstream: one on this machine asks for no credentials.
    pub(super) fn run(&self, call: Call) -> Result<Output> {
        if self.path().is_some() { run_locally(call) } else { call.run() }
    }

    /// An upstream that has commits without what belongs to them.
    pub fn lacks(&self, what: &str) -> Failure {
        let message =
            format_args!("{} lacks objects that it should have: {what}", self.described());
        Failure::new(Kind::Environment, message).hint(
            "it is a shallow or partial clone: use a full clone, or complete it with \
             `git fetch --unshallow` or `git fetch --refetch --no-filter`",
        )
    }

    pub(super) fn failure(&self, output: &Output) -> Failure {
        if let Some(failure) = refusal(output) {
            return failure;
        }
        let said = output
            .stderr
            .lines()
            .find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
        let said = hide_credentials(said.unwrap_or("see above"));
        let is_refused = ["fsck error", "invalid author/committer line"];
        let is_refused = is_refused.iter().any(|words| output.stderr.contains(words));
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
        if is_refused {
            let message = format_args!("git takes no such object of {}: {said}", self.described());
            return Failure::new(Kind::Environment, message)
                .hint("git takes it if fetch.fsckObjects and transfer.fsckObjects are off");
        }
        if lacks {
            return self.lacks(&said);
        }
        let what = match self.path() {
            Some(_) => "git cannot read",
            None if is_network(output) => "cannot reach",
            None => "git cannot fetch from",
        };
        let message = format_args!("{what} {}: {said}", self.described());
        Failure::new(Kind::Environment, message)
            .hint("`--upstream PATH` takes a clone that you have")
            .hint("`patcher demo` shows the whole job on a small upstream that patcher carries")
    }
}

/// Whether it is the way to the upstream that is at fault.
pub(super) fn is_network(output: &Output) -> bool {
    output.stderr.lines().any(|line| NETWORK.iter().any(|words| line.contains(words)))
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

impl Listing {
    /// What the upstream has, if its tags have this form. A tag's `^{}` line, if it has one, names
    /// the commit behind the tag object.
    pub fn remote(&self, tags: &TagFormat) -> Remote {
        let mut remote = Remote::default();
        let mut branch = None;
        for line in self.0.lines() {
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
                if let (Some(release), Ok(commit)) = (tags.release(tag), left.parse()) {
                    remote.releases.insert(release, commit);
                } else if numbers(tag).is_some() {
                    remote.others.insert(tag.to_owned());
                }
            }
        }
        remote
    }

    /// The forms of the tags, each with the releases that they name.
    pub fn tag_forms(&self) -> TagForms {
        let mut forms = TagForms::new();
        let tags = self.0.lines().filter_map(|line| line.split_once("\trefs/tags/"));
        for (format, release) in tags.filter_map(|(_, tag)| TagFormat::of(tag)) {
            forms.entry(format).or_default().insert(release);
        }
        forms
    }
}

impl Remote {
    /// The tags of another form than releases have that are newer than every release, by their
    /// numbers: whoever waits for the next release waits for one of these.
    pub fn newer_others(&self) -> Vec<&str> {
        let releases = self.releases.keys().filter_map(|release| numbers(&release.to_string()));
        let newest = releases.max().unwrap_or_default();
        let mut newer: Vec<(Vec<u64>, &str)> = self
            .others
            .iter()
            .filter_map(|tag| Some((numbers(tag)?, tag.as_str())))
            .filter(|(numbers, _)| *numbers > newest)
            .collect();
        newer.sort();
        newer.into_iter().map(|(_, tag)| tag).collect()
    }
}

/// The numbers of a version such as `v1.2.0` or `release-1.2`, at least two, without zeros at the
/// end.
fn numbers(tag: &str) -> Option<Vec<u64>> {
    let is_prefix = |c: char| c.is_ascii_alphabetic() || "-_/".contains(c);
    let version = tag.trim_start_matches(is_prefix);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let numbers = version[..end].trim_end_matches('.').split('.').map(|part| part.parse().ok());
    let mut numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
    if numbers.len() < 2 {
        return None;
    }
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_that_does_not_answer_is_waited_for_no_longer_than_that() {
        // It takes the connection, and says nothing.
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let location = format!("git://{}/rules.git", server.local_addr().unwrap());
        let env = Environment::of_process().unwrap();
        let origin = Some("patcher.toml:3".to_owned());
        let upstream = Upstream {
            location: &location,
            directory: Path::new("/"),
            tags: &TagFormat::default(),
            origin,
            env: &env,
        };
        let failure = upstream.list_within(Duration::from_millis(300)).unwrap_err();
        assert_eq!(
            failure.message(),
            format!("upstream {location} (patcher.toml:3) does not answer within 0.3s")
        );
        let hint = format!(
            "`git ls-remote {location}` shows where it waits: for a proxy, or for credentials"
        );
        assert_eq!(failure.hints, [hint]);
    }

    #[test]
    fn tags_of_another_form_are_told_apart_by_their_numbers() {
        let id = "a".repeat(40);
        let newer_than = |format: &str, tags: &[&str]| {
            let lines: Vec<String> =
                tags.iter().map(|tag| format!("{id}\trefs/tags/{tag}")).collect();
            let remote = Listing(lines.join("\n")).remote(&format.parse().unwrap());
            remote.newer_others().join(" ")
        };
        let newer = |tags: &[&str]| newer_than("{version}", tags);
        let tags = ["1.1.0", "v1.1.0", "v1.2", "1.2.0.1", "0.9", "nightly", "v2", "release-1.10.0"];
        assert_eq!(newer(&tags), "v1.2 1.2.0.1 release-1.10.0");
        assert_eq!(newer(&["v1.0", "3-of-4"]), "v1.0");
        assert_eq!(newer_than("v{version}", &["v1.2.0", "1.1.0", "1.3.0", "v1.4"]), "1.3.0 v1.4");
    }

    #[test]
    fn listings_name_the_commits_behind_annotated_tags() {
        let (a, b, c) = ("a".repeat(40), "b".repeat(40), "c".repeat(40));
        let text = format!(
            "ref: refs/heads/main\tHEAD\n{a}\tHEAD\n{b}\trefs/tags/1.0.0\n{c}\trefs/tags/1.0.0^{{}}\n{b}\trefs/tags/v9\n{b}\trefs/tags/1.1.0\n"
        );
        let remote = Listing(text).remote(&TagFormat::default());
        assert_eq!(remote.head, Some(("refs/heads/main".into(), a.parse().unwrap())));
        let releases: Vec<String> =
            remote.releases.iter().map(|(release, commit)| format!("{release} {commit}")).collect();
        assert_eq!(releases, [format!("1.0.0 {c}"), format!("1.1.0 {b}")]);
    }
}
