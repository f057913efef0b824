//! A project for any ruleset: what there is to know of its upstream, read from the upstream.

use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::git::mirror::Mirror;
use crate::git::store::Store;
use crate::git::upstream::{Upstream, local_path};
use crate::init::tag_choice::{TagChoice, choose};
use crate::project::config;
use crate::project::site::Site;
use crate::publish::module::module_of;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release};
use crate::support::look::Meaning;
use crate::support::path::resolve;
use crate::support::problem::Kind;
use crate::support::tag_format::TagFormat;
use crate::support::text::counted;

/// Which upstream a project is for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A URL, or a path.
    pub upstream: String,
    /// How its tags name releases; found out if absent.
    pub tag: Option<TagFormat>,
}

/// What was found out about a ruleset.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ruleset {
    pub module: String,
    /// A URL; or a path, from the working directory.
    pub upstream: String,
    /// How its tags name releases.
    pub tag: TagFormat,
    /// Its newest release.
    pub release: Release,
    pub commit: CommitId,
}

/// Finds out what the upstream's releases are called, and which module they are of.
///
/// # Errors
///
/// The upstream cannot be reached, it cannot be seen how its tags name releases, or the newest one
/// is no Bazel module.
pub(super) fn find(site: &Site<'_>, wanted: &Wanted) -> Result<Ruleset> {
    let (location, directory) = (wanted.upstream.as_str(), site.env.directory());
    if site.is_offline {
        let message = "--offline forbids asking the upstream";
        return Err(Failure::new(Kind::Environment, message).hint("run it without --offline"));
    }
    let url = config::public_url(location)?;
    let (tags, origin) = (&TagFormat::default(), Some("--upstream".to_owned()));
    let asked = Upstream { location, directory, tags, origin, env: site.env };
    let listing = asked.listing()?;
    let choice = choose(&asked.name(), &listing.tag_forms(), wanted.tag.as_ref())?;
    let upstream = Upstream { tags: &choice.format, ..asked };
    let remote = listing.remote(&choice.format);
    let mirror = Mirror::of(site.env, directory, &url)?.tagged(&choice.format);
    let commit = remote.releases.get(&choice.newest).copied();
    if mirror.releases().ok().and_then(|known| known.get(&choice.newest).copied()) != commit {
        let _held = site.hold(&mirror.lock_name())?;
        let _shown = site.progress.spinner(&format!("fetching {}", upstream.name()));
        mirror.fetch(&upstream, &remote)?;
    }
    let Some(commit) = mirror.releases()?.get(&choice.newest).copied() else {
        let tag = choice.format.tag(choice.newest);
        let message = format_args!("the tag {tag} of upstream {} is on no commit", upstream.name());
        return Err(Failure::new(Kind::Input, message));
    };
    let store = Store::open(&mirror.objects())?.of_upstream(&url);
    let module = module_of(&store, &store.commit(commit)?, &choice.newest)?;
    report(site, &choice, &module, &upstream.name());
    let TagChoice { format: tag, newest: release, .. } = choice;
    Ok(Ruleset { module, upstream: url, tag, release, commit })
}

fn report(site: &Site<'_>, choice: &TagChoice, module: &str, upstream: &str) {
    let TagChoice { format, newest, count, others } = choice;
    let releases = counted(*count, "release");
    let found = |text: &str| site.progress.status(Meaning::Done, "Found", text);
    found(&format!("module {module} at {upstream}"));
    found(&format!("{releases}, the newest is {newest}, tags are `{format}`"));
    if !others.is_empty() {
        site.progress.note(&format!("{others}: passed over; --tag FORMAT takes others"));
    }
}

/// A location as the project in `project` names it: a path leads from there.
pub(super) fn seen_from(location: &str, directory: &Path, project: &Path) -> String {
    let Some(path) = local_path(location) else { return location.to_owned() };
    let (path, project) = (resolve(&directory.join(path)), resolve(project));
    relative(&path, &project).to_string_lossy().into_owned()
}

/// The way from one directory to another, both without links and `..`.
fn relative(to: &Path, from: &Path) -> PathBuf {
    let (to, from): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (to.components().collect(), from.components().collect());
    let common = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_project_and_a_url_stays() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        let seen = |location: &str, project: &str| {
            seen_from(location, &root.join("here"), &root.join(project))
        };
        assert_eq!(seen("../up.git", "mine"), "../up.git");
        assert_eq!(seen("up.git", "mine/deep"), "../../here/up.git");
        assert_eq!(seen(root.join("a/up.git").to_str().unwrap(), "a/mine"), "../up.git");
        let url = "https://github.com/bazelbuild/rules_cc";
        assert_eq!(seen(url, "mine"), url);
    }
}
