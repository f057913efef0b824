//! Upstream commits, as users name them.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use crate::git::mirror::Mirror;
use crate::git::store::Store;
use crate::port::survey::not_fetched;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release};
use crate::support::problem::Kind;
use crate::support::releases::{NotReleases, ReleaseChoice};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// The newest stable release.
    Latest,
    Main,
    Release(Release),
    /// The beginning of its id, 7 to 40 hexadecimal digits.
    Commit(String),
}

impl FromStr for Revision {
    type Err = NotReleases;

    fn from_str(text: &str) -> std::result::Result<Self, NotReleases> {
        let is_commit = (7..=40).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match text.parse() {
            _ if text == "main" => Ok(Self::Main),
            _ if is_commit => Ok(Self::Commit(text.to_owned())),
            Ok(ReleaseChoice::Latest) => Ok(Self::Latest),
            Ok(ReleaseChoice::Named(release)) => Ok(Self::Release(release)),
            Err(error) => Err(NotReleases::or(error, "`main` or a commit's id of 7 to 40 digits")),
        }
    }
}

/// What users may call a commit.
pub(super) struct Revisions<'a> {
    store: &'a Store,
    releases: BTreeMap<Release, CommitId>,
    head: Option<CommitId>,
}

impl<'a> Revisions<'a> {
    pub(super) fn new(store: &'a Store, mirror: &Mirror) -> Result<Self> {
        Ok(Self { store, releases: mirror.releases()?, head: mirror.head()? })
    }

    /// The commit, and what it is called.
    pub(super) fn find(&self, revision: &Revision) -> Result<(String, CommitId)> {
        let found = match revision {
            Revision::Latest => {
                let newest = self.releases.iter().rfind(|(release, _)| release.is_stable());
                newest.map(|(release, commit)| (release.to_string(), *commit))
            }
            Revision::Main => self.head.map(|commit| ("main".to_owned(), commit)),
            Revision::Release(release) => {
                self.releases.get(release).map(|commit| (release.to_string(), *commit))
            }
            Revision::Commit(start) => match self.beginning_with(start)[..] {
                [] => None,
                [commit] => Some((commit.short(), commit)),
                _ => {
                    let message = format_args!("several commits begin with {start}");
                    return Err(Failure::new(Kind::Input, message).hint("give more of its digits"));
                }
            },
        };
        found.ok_or_else(|| {
            let what = match revision {
                Revision::Latest => "no release".to_owned(),
                Revision::Main => "no default branch".to_owned(),
                Revision::Release(release) => format!("no release {release}"),
                Revision::Commit(start) => format!("no commit {start}"),
            };
            not_fetched(&what, self.releases.keys())
        })
    }

    /// The commits of the releases and the default branch whose ids begin so.
    fn beginning_with(&self, start: &str) -> Vec<CommitId> {
        let mut seen = HashSet::new();
        for head in self.releases.values().chain(&self.head) {
            let reached = self.store.reached(*head, &seen);
            seen.extend(reached);
        }
        seen.into_iter().filter(|id| id.to_string().starts_with(start)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_7_to_40_digits_and_is_no_release() {
        let read = |text: &str| text.parse::<Revision>().ok();
        let commit = |text: &str| Some(Revision::Commit(text.to_owned()));
        assert_eq!(read("main"), Some(Revision::Main));
        assert_eq!(read("latest"), Some(Revision::Latest));
        assert_eq!(read("1.10.11"), Some(Revision::Release("1.10.11".parse().unwrap())));
        let long = "a".repeat(40);
        assert_eq!([read("abcdef0"), read(&long)], [commit("abcdef0"), commit(&long)]);
        assert_eq!(
            [read("abcdef"), read(&format!("{long}a")), read("ABCDEF0")],
            [None, None, None]
        );
    }
}
