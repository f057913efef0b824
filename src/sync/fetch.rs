//! Asking the upstream what it has, and fetching what the mirror lacks.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::git::mirror::{FetchedInto, Mirror};
use crate::git::store::{Commit, ObjectError, Store, Target as Tagged};
use crate::git::upstream::{Remote, Upstream, local_path};
use crate::project::config::{self, Config};
use crate::project::load::{Project, Series};
use crate::project::lock::SeriesLock;
use crate::project::patch_choice::ensure_known;
use crate::project::published::{self, Published};
use crate::project::setting::{UPSTREAM, own_upstream};
use crate::project::site::Site;
use crate::project::upstream;
use crate::publish::locked_facts;
use crate::publish::module;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release};
use crate::support::location::ensure_plain;
use crate::support::look::Meaning;
use crate::support::problem::{Kind, Problem};
use crate::support::tag_format::TagFormat;
use crate::support::text::counted;
use crate::sync::options::Options;
use crate::sync::plan::{self, Plan, Target};

/// What the upstream is fetched for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// A sync; a series goes to the target.
    Sync(Option<Target>),
    /// A preview of the target: every series stays at its pin.
    Preview(Target),
}

impl Purpose {
    fn to(self) -> Option<Target> {
        match self {
            Self::Sync(to) => to,
            Self::Preview(_) => None,
        }
    }
}

/// A sync on its way: what was fetched, and where the series go.
pub struct Fetched<'a> {
    pub site: Site<'a>,
    /// What it was asked for.
    pub options: &'a Options,
    pub project: &'a Project,
    pub store: Store,
    /// The directory of the mirror's objects.
    pub objects: PathBuf,
    pub module: String,
    /// The URL that the lock names.
    pub url: String,
    /// The upstream that was asked, as it is named to the user.
    pub upstream: String,
    pub releases: BTreeMap<Release, CommitId>,
    /// The versions of the lock in the history of the project.
    pub(super) versions: BTreeSet<String>,
    /// What was published ever, once it was asked for.
    published: OnceCell<Published>,
    /// The upstream's default branch, as far as it was fetched.
    pub head: Option<CommitId>,
    /// The series, each with the commit of its pin; never none.
    pub plans: Vec<(Plan<'a>, Commit)>,
}

/// What the upstream is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub site: Site<'a>,
    pub project: &'a Project,
    pub options: &'a Options,
    pub purpose: Purpose,
}

impl<'a> Request<'a> {
    /// Asks the upstream, fetches what is lacking, plans where each series is to stand, and does
    /// `work` with it. If the mirror turns out to be damaged, it is made anew, and all of that done
    /// once more.
    ///
    /// # Errors
    ///
    /// The upstream is not known, cannot be reached, lacks objects, or is not what was pinned;
    /// a series cannot go where it is to go; or the work stops.
    pub fn fetched<T>(self, work: impl Fn(Fetched<'a>) -> Result<T>) -> Result<T> {
        let Self { site, project, options, purpose } = self;
        if purpose.to().is_none() {
            project.lock()?;
        }
        let series: Vec<&Series> = project.series.iter().collect();
        ensure_known(&options.drop_upstreamed, &series)?;
        let locked_url = project.lock.as_ref().map(|lock| lock.upstream.url.as_str());
        let configured = project.config.upstream.as_deref();
        let given = options.upstream.as_deref();
        let own = || own_upstream(project).map(|(own, origin)| (own, site.root, origin));
        let named = given
            .map(|given| (given, site.env.directory(), UPSTREAM.given(site.env, given).place()));
        let Some((location, directory, origin)) = named.or_else(own) else {
            return Err(Failure::new(Kind::Input, "which upstream?")
                .hint("name it with --upstream URL, or `upstream` in patcher.toml"));
        };
        locked_url.map_or(Ok(()), ensure_plain)?;
        let blamed = |given| {
            ensure_plain(given).map_err(|failure| UPSTREAM.blamed(site.env, given, failure))
        };
        given.map_or(Ok(()), blamed)?;
        let url = stored_url(&site, [locked_url, configured], given)?;
        let (tags, origin) = (&project.config.tag, Some(origin));
        let mirror = Mirror::of(site.env, site.root, &url)?.tagged(tags);
        let upstream = Upstream { location, directory, tags, origin, env: site.env };
        let was_there = mirror.exists();
        let asking = Asking { request: self, url, mirror, upstream };
        let failure = match asking.fetched().and_then(&work) {
            Err(failure) if lacking(&failure).is_some() => failure,
            done => return done,
        };
        if site.is_offline {
            return Err(failure.hint("--offline forbids it now"));
        }
        let failure = if was_there {
            asking.renew(&failure)?;
            match asking.fetched().and_then(&work) {
                Err(failure) => failure,
                done => return done,
            }
        } else {
            failure
        };
        Err(match lacking(&failure) {
            Some(what) => asking.upstream.lacks(&what),
            None => failure,
        })
    }
}

/// What a repository lacks, if it is that which stopped something.
fn lacking(failure: &Failure) -> Option<String> {
    failure.error.downcast_ref::<ObjectError>()?.lacking()
}

impl<'a> Fetched<'a> {
    /// What the upstream has, fetched.
    ///
    /// # Errors
    ///
    /// As [`Request::fetched`].
    pub fn new(
        site: Site<'a>,
        project: &'a Project,
        options: &'a Options,
        purpose: Purpose,
    ) -> Result<Self> {
        Request { site, project, options, purpose }.fetched(|fetched| {
            fetched.ensure_complete()?;
            Ok(fetched)
        })
    }

    /// What was published ever.
    ///
    /// # Errors
    ///
    /// git cannot read the versions of the lock.
    pub(super) fn published(&self) -> Result<&Published> {
        if let Some(published) = self.published.get() {
            return Ok(published);
        }
        let published = Published::of_versions(&self.site, self.project, &self.versions)?;
        Ok(self.published.get_or_init(|| published))
    }

    /// The upstream as the lock names it.
    pub(super) fn locked_upstream(&self) -> upstream::Upstream {
        let Config { tag, asset, strip_prefix, .. } = self.project.config.clone();
        let (module, url) = (self.module.clone(), self.url.clone());
        upstream::Upstream { module, url, tag, asset, strip_prefix }
    }

    /// Stops if files of the releases to pin are missing.
    ///
    /// # Errors
    ///
    /// Which ones.
    pub(super) fn ensure_complete(&self) -> Result<()> {
        self.plans.iter().try_for_each(|(_, base)| Ok(self.store.ensure_complete(base.tree)?))
    }

    /// A commit of the upstream whose files are all there.
    ///
    /// # Errors
    ///
    /// Some are missing.
    pub fn complete_commit(&self, id: CommitId) -> Result<Commit> {
        let commit = self.store.commit(id)?;
        self.store.ensure_complete(commit.tree)?;
        Ok(commit)
    }
}

/// What the tags of the mirror that name releases lead to.
type Tags = BTreeMap<Release, Tagged>;

/// The upstream and the mirror of it, while the one is asked for what the other lacks.
struct Asking<'a> {
    request: Request<'a>,
    /// The URL that the lock names.
    url: String,
    mirror: Mirror,
    upstream: Upstream<'a>,
}

impl<'a> Asking<'a> {
    fn fetched(&self) -> Result<Fetched<'a>> {
        let Request { site, project, options, purpose } = self.request;
        let releases = self.releases()?;
        let upstream = self.upstream.name();
        let plans = plan::plans(project, &releases, purpose.to(), &upstream)?;
        ensure_former_as_locked(project, &plans, &releases)?;
        let objects = self.mirror.objects();
        let store = Store::open(&objects)?.of_upstream(&self.url);
        let plans = with_commits(plans, &store, &releases, &upstream)?;
        let module = module_of(project, &store, &plans)?;
        let (head, url) = (self.mirror.head()?, self.url.clone());
        let (versions, published) = (published::versions(&site)?, OnceCell::new());
        Ok(Fetched {
            site,
            options,
            project,
            store,
            objects,
            module,
            url,
            upstream,
            releases,
            versions,
            published,
            head,
            plans,
        })
    }

    /// Makes the mirror anew, which is damaged.
    fn renew(&self, failure: &Failure) -> Result<()> {
        let progress = self.request.site.progress;
        progress.warning(&format!("{}: all of it is fetched again", failure.message()));
        let _held = self.request.site.hold(&self.mirror.lock_name())?;
        let spinner = progress.spinner(&format!("fetching {}", self.upstream.name()));
        self.mirror.renew(&self.upstream, &self.upstream.list()?)?;
        drop(spinner);
        progress.status(Meaning::Done, "Fetched", &format!("all of {}", self.upstream.name()));
        Ok(())
    }

    /// The releases that the upstream has. What is locked must be among them, at the same
    /// commits.
    fn releases(&self) -> Result<BTreeMap<Release, CommitId>> {
        let Request { site, project, .. } = self.request;
        let listed = if site.is_offline { None } else { Some(self.upstream.list()?) };
        let tags = match &listed {
            Some(remote) => {
                self.ensure_form(remote)?;
                self.ensure_as_locked(remote)?;
                let tags = self.fetch(remote)?;
                self.name_other_forms(remote);
                tags
            }
            None => self.mirror.tags()?,
        };
        let mut releases = match listed {
            Some(remote) => remote.releases,
            None => tags.iter().map(|(release, target)| (*release, target.id())).collect(),
        };
        for (release, target) in tags {
            if let Tagged::Other(kind, _) = target {
                releases.remove(&release);
                let message = format!("the tag {release} is on a {kind}, not on a commit");
                site.progress.warning(&format!("{message}: it is passed over"));
            }
        }
        let locked = project.lock.iter().flat_map(|lock| &lock.series).flat_map(SeriesLock::all);
        for locked in locked {
            let (release, commit) = (locked.release, locked.commit);
            ensure(locked_facts::moved_tag(release, commit, releases.get(&release)))?;
        }
        if releases.is_empty() && site.is_offline {
            let what = "nothing was fetched yet, and --offline forbids it";
            return Err(site.not_fetched(what, &self.url, &self.mirror));
        }
        Ok(releases)
    }

    /// Stops if no tag has the form that patcher.toml says, and some have another.
    fn ensure_form(&self, remote: &Remote) -> Result<()> {
        let newest = remote.newer_others().pop().filter(|_| remote.releases.is_empty());
        let Some(newest) = newest else { return Ok(()) };
        let upstream = &self.upstream;
        let message = format_args!(
            "upstream {} has no tag such as {}; its newest is {newest}",
            upstream.name(),
            upstream.tags.tag("1.2.3")
        );
        let failure = Failure::new(Kind::Input, message);
        Err(match TagFormat::of(newest) {
            Some((format, _)) => {
                failure.hint(format!("write `tag = \"{format}\"` in patcher.toml, at its top"))
            }
            None => failure.hint("`tag` in patcher.toml says what form the tags have"),
        })
    }

    /// Stops if a tag that is locked has moved, or is gone and still needed.
    fn ensure_as_locked(&self, remote: &Remote) -> Result<()> {
        let Request { site, project, purpose, .. } = self.request;
        let (to, upstream) = (purpose.to(), self.upstream.name());
        let addressed = plan::addressed(project, to)?;
        let series = project.lock.iter().flat_map(|lock| lock.series.iter().enumerate());
        for (index, series) in series {
            let leaves = addressed == Some(index)
                && !matches!(to, Some(Target::Release(release)) if release == series.pin.release);
            for locked in series.all() {
                match remote.releases.get(&locked.release) {
                    Some(found) => {
                        let moved =
                            locked_facts::moved_tag(locked.release, locked.commit, Some(found));
                        ensure(moved)?;
                    }
                    // The commit to port from was fetched earlier.
                    None if leaves => {
                        let lost = locked_facts::lost_tag(locked, &upstream);
                        site.progress.warning(&lost.message);
                    }
                    None => ensure(Some(locked_facts::lost_tag(locked, &upstream)))?,
                }
            }
        }
        Ok(())
    }

    /// Fetches what the mirror lacks of what the upstream has; the result is the mirror's tags then.
    fn fetch(&self, remote: &Remote) -> Result<Tags> {
        let Self { request: Request { site, .. }, mirror, upstream, .. } = self;
        let tags = mirror.tags();
        // Of one that cannot be read, nothing is known.
        let nothing = Tags::new();
        let known = tags.as_ref().unwrap_or(&nothing);
        for (release, commit) in &remote.releases {
            let before = known.get(release).map(|target| target.id());
            if let Some(before) = before.filter(|before| before != commit) {
                let (before, now) = (before.short(), commit.short());
                let message = format!("was {before} when it was fetched, is {now} now");
                site.progress.warning(&format!("the tag {release} has moved: it {message}"));
            }
        }
        if self.lacking(remote, known).is_none() {
            return tags;
        }
        let _held = site.hold(&mirror.lock_name())?;
        // Another patcher may have fetched it meanwhile.
        let tags = mirror.tags();
        let Some(new) = self.lacking(remote, tags.as_ref().unwrap_or(&nothing)) else {
            return tags;
        };
        let spinner = site.progress.spinner(&format!("fetching {}", upstream.name()));
        let into = mirror.fetch(upstream, remote)?;
        drop(spinner);
        if into == FetchedInto::NewMirror {
            let message = "what was fetched before is damaged: all of it was fetched again";
            site.progress.warning(message);
        }
        let text = format!("{} from {}", counted(new, "release"), upstream.name());
        site.progress.status(Meaning::Done, "Fetched", &text);
        mirror.tags()
    }

    /// How many releases the mirror, which has these tags, lacks; if it lacks anything that is
    /// needed.
    fn lacking(&self, remote: &Remote, tags: &Tags) -> Option<usize> {
        let Self { request: Request { purpose, .. }, mirror, .. } = self;
        let known = |release: &Release| tags.get(release).map(|target| target.id());
        let is_new = |(release, commit): &(&Release, &CommitId)| known(release) != Some(**commit);
        let new = remote.releases.iter().filter(is_new).count();
        let head = remote.head.as_ref().map(|(_, commit)| *commit);
        let needs_head = matches!(purpose, Purpose::Preview(Target::Main));
        let lacks_head = needs_head && mirror.head().ok().flatten() != head;
        (new > 0 || lacks_head || !mirror.exists()).then_some(new)
    }

    /// Names the tags that are no releases by their form, to somebody who waits for a newer one.
    fn name_other_forms(&self, remote: &Remote) {
        let Request { site, purpose, .. } = self.request;
        let waits = match purpose {
            Purpose::Sync(to) => matches!(to, Some(Target::Latest)),
            Purpose::Preview(to) => matches!(to, Target::Latest | Target::Candidate),
        };
        let newer = remote.newer_others();
        if waits && !newer.is_empty() {
            let message = format!(
                "{} newer than every release, of another form than {}, passed over: {}",
                counted(newer.len(), "tag"),
                self.upstream.tags.tag("1.2.3"),
                newer.join(", ")
            );
            site.progress.warning(&message);
        }
    }
}

/// Stops if the tag of a release to support has moved since the release was last supported.
fn ensure_former_as_locked(
    project: &Project,
    plans: &[Plan<'_>],
    releases: &BTreeMap<Release, CommitId>,
) -> Result<()> {
    for release in plans.iter().flat_map(Plan::releases) {
        let former = project.lock.as_ref().and_then(|lock| lock.former(release));
        let moved = former.and_then(|former| {
            locked_facts::moved_tag(release, former.commit, releases.get(&release))
        });
        ensure(moved)?;
    }
    Ok(())
}

fn with_commits<'a>(
    plans: Vec<Plan<'a>>,
    store: &Store,
    releases: &BTreeMap<Release, CommitId>,
    upstream: &str,
) -> Result<Vec<(Plan<'a>, Commit)>> {
    let with_commit = |plan: Plan<'a>| {
        let pinned = plan.locked.and_then(|locked| locked.find(plan.pin));
        let pinned = pinned.map(|locked| locked.commit);
        let Some(commit) = pinned.or(releases.get(&plan.pin).copied()) else {
            return Err(unknown_release(&plan.pin, releases, upstream));
        };
        let base = store.commit(commit)?;
        Ok((plan, base))
    };
    plans.into_iter().map(with_commit).collect()
}

fn module_of(project: &Project, store: &Store, plans: &[(Plan<'_>, Commit)]) -> Result<String> {
    let (newest, base) = &plans[0];
    let module = module::module_of(store, base, &newest.pin)?;
    if let Some(lock) = project.lock.as_ref().filter(|lock| lock.upstream.module != module) {
        let message =
            format_args!("{} is of module {module}, not {}", newest.pin, lock.upstream.module);
        return Err(Failure::new(Kind::Input, message));
    }
    Ok(module)
}

/// The URL that the lock and the published notice name: the first that says nothing of this
/// machine, and never with credentials. `own` is what the project itself names; a path in it
/// is relative to the project.
fn stored_url(site: &Site<'_>, own: [Option<&str>; 2], given: Option<&str>) -> Result<String> {
    let is_public = |url: &&str| local_path(url).is_none_or(Path::is_relative);
    let own = own.into_iter().flatten().find(is_public);
    let Some(url) = own.or(given.filter(|given| local_path(given).is_none())) else {
        let message = "a path on this machine is no place for others to find the upstream at";
        return Err(Failure::new(Kind::Input, message).hint(
            "set `upstream` in patcher.toml to its URL; `--upstream PATH` then fetches from \
             the clone",
        ));
    };
    let public = config::public_url(url)?;
    if public != url {
        site.progress.warning("the upstream's URL holds credentials, which are not stored");
        site.progress.hint("keep them in a git credential helper: see `git help credentials`");
    }
    Ok(public)
}

fn unknown_release(
    wanted: &Release,
    releases: &BTreeMap<Release, CommitId>,
    upstream: &str,
) -> Failure {
    let message = format_args!("upstream {upstream} has no release {wanted}");
    let failure = Failure::new(Kind::Input, message);
    let stable = releases.keys().rev().filter(|release| release.is_stable());
    let near: Vec<String> = stable.take(3).map(ToString::to_string).collect();
    if near.is_empty() {
        failure.hint("it has no release at all: a clone without tags?")
    } else {
        failure.hint(format!("the newest are {}", near.join(", ")))
    }
}

fn ensure(problem: Option<Problem>) -> Result<()> {
    problem.map_or(Ok(()), |problem| Err(problem.into()))
}
