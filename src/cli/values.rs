//! Values with a syntax of their own: releases as people name them.

use std::error::Error;
use std::str::FromStr;

use crate::support::ids::Release;
use crate::support::releases::{NotReleases, ReleaseChoice, Releases, one_release};
use crate::sync::plan::Target;

/// Two releases to compare: `2.3.1..2.3.2`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReleasePair {
    pub(crate) old: Release,
    pub(crate) new: Release,
}

impl FromStr for ReleasePair {
    type Err = Box<dyn Error + Send + Sync>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((old, new)) = text.split_once("..") else {
            return Err("not two releases such as 2.3.1..2.3.2".into());
        };
        Ok(Self { old: one_release(old)?, new: one_release(new)? })
    }
}

/// What `preview` looks at.
#[derive(Clone, Debug)]
pub(crate) enum PreviewOf {
    Releases(Releases),
    /// Upstream's default branch.
    Main,
    /// The newest release candidate.
    Candidate,
}

impl PreviewOf {
    /// The one target that it is; a range is none.
    pub(crate) fn target(&self) -> Option<Target> {
        match self {
            Self::Releases(Releases::Latest) => Some(Target::Latest),
            Self::Releases(Releases::One(release)) => Some(Target::Release(*release)),
            Self::Releases(Releases::Range(_)) => None,
            Self::Main => Some(Target::Main),
            Self::Candidate => Some(Target::Candidate),
        }
    }
}

impl FromStr for PreviewOf {
    type Err = NotReleases;

    fn from_str(text: &str) -> Result<Self, NotReleases> {
        match text {
            "main" => Ok(Self::Main),
            "candidate" => Ok(Self::Candidate),
            text => match text.parse() {
                Ok(releases) => Ok(Self::Releases(releases)),
                Err(error) => Err(NotReleases::or(error, "`main` or `candidate`")),
            },
        }
    }
}

/// The release that a tag such as `rules_python-2.3.2.patched.6` is of, or a release itself.
pub(super) fn release_of(text: &str) -> Result<ReleaseChoice, NotReleases> {
    let release = |text: &str| {
        let revised = text.rsplit_once(".patched.");
        let revised = revised.filter(|(_, revision)| revision.parse::<u32>().is_ok());
        revised.map_or(text, |(base, _)| base).parse::<Release>().ok()
    };
    let after_hyphens = text.match_indices('-').find_map(|(at, _)| release(&text[at + 1..]));
    let of_tag = after_hyphens.map(ReleaseChoice::Named);
    let or_tag = |error| NotReleases::or(error, "a tag such as NAME-2.3.2.patched.1");
    of_tag.map_or_else(|| text.parse().map_err(or_tag), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_release() {
        for (text, release) in [
            ("2.3.2", "2.3.2"),
            ("latest", "latest"),
            ("rules_demo-2.3.2.patched.6", "2.3.2"),
            ("rules-of-mine-1.0.0", "1.0.0"),
        ] {
            assert_eq!(release_of(text).unwrap().to_string(), release);
        }
        for text in ["", "rules_demo", "patcher-v0.1.0", "rules_demo-2.3.2.patched.6.7x"] {
            assert!(release_of(text).is_err(), "{text}");
        }
    }
}
