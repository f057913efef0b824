//! Looking at this machine. Nothing is written: not even the cache is made.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access, statvfs};

use crate::doctor::facts::{Bazel, Cache, Fact, Facts, Git, Project, Trouble, Upstream};
use crate::doctor::judge::{Check, judge};
use crate::git::checkout;
use crate::git::mirror::Mirror;
use crate::git::program::{git, refusal, version};
use crate::git::upstream;
use crate::project::load;
use crate::project::lock::{Lock, SeriesLock};
use crate::project::setting::own_upstream;
use crate::project::site::Site;
use crate::project::workspace::Workspace;
use crate::repro::bazel;
use crate::repro::settings::BazelOptions;
use crate::support::failure::{Failure, Result};
use crate::support::ids::Release;
use crate::support::process::Call;

/// How long the upstream may take to answer: who asks what is wrong does not wait for ever.
const LONGEST: Duration = Duration::from_secs(20);

/// Looks at everything that patcher needs. What is wrong is in the checks.
pub fn examine(site: &Site<'_>, options: &BazelOptions) -> Vec<Check> {
    let here = Workspace::new(site.root);
    let project = load::Project::is_in(&here).then(|| load::Project::load(here));
    let project = project.as_ref();
    let lock = project.and_then(|project| project.lock.as_ref());
    let mirror = lock.and_then(|lock| Some((site.mirror(lock).ok()?, lock)));
    judge(&Facts {
        git: look_at_git(site).map_err(Trouble::from),
        bazel: look_for_bazel(site, project, options),
        upstream: ask_upstream(site, project),
        cache: look_at_cache(site, mirror.as_ref().map(|(mirror, _)| mirror))
            .map_err(Trouble::from),
        mirror: mirror
            .filter(|(mirror, _)| mirror.exists())
            .map(|(mirror, lock)| read_mirror(&mirror, lock, site).map_err(Trouble::from)),
        gh: site.env.find_program("gh"),
        project: project.map(|project| look_at_project(site, project)),
    })
}

fn look_at_git(site: &Site<'_>) -> Result<Git> {
    let program = site.env.find_program("git").unwrap_or_default();
    let version = version(site.env)?;
    let directory = if site.root.is_dir() { site.root } else { Path::new("/") };
    let call = git(site.env, directory)?;
    let output = call.clone().args(["rev-parse", "--git-dir"]).run()?;
    let setting = |name: &str| setting(&call, name);
    Ok(Git {
        program,
        version,
        refuses: refusal(&output).map(Trouble::from),
        is_in_repository: output.code == Some(0),
        has_identity: setting("user.email")?.is_some(),
        credential_helper: setting("credential.helper")?,
    })
}

/// What a setting of git's is, if it is set.
fn setting(call: &Call, name: &str) -> Result<Option<String>> {
    let output = call.clone().args(["config", "--get", name]).run()?;
    let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.code == Some(0) && !value.is_empty()).then_some(value))
}

fn look_for_bazel(
    site: &Site<'_>,
    project: Option<&load::Project>,
    options: &BazelOptions,
) -> Bazel {
    let found = || -> Result<Bazel> {
        let config = project.map(|project| project.config.clone()).unwrap_or_default();
        let settings = options.settings(site.env, site.root, &config)?;
        let program = settings.program.clone();
        let is_bazelisk = program.file_name().is_some_and(|name| name == "bazelisk");
        if site.is_offline && is_bazelisk {
            return Ok(Bazel::NotAsked(program));
        }
        let _shown = site.progress.spinner("Asking Bazel for its version");
        // It starts no server, so that it leaves nothing there.
        let cache = site.env.cache()?;
        let version = bazel::Bazel::new(&settings, site.env, "/".into(), &cache).version()?;
        let lock = project.and_then(|project| project.lock.as_ref());
        let tested = lock.and_then(|lock| lock.series.first()?.pin.tested.clone());
        Ok(Bazel::Found { program, version, tested: tested.map(|tested| tested.bazel) })
    };
    found().unwrap_or_else(|failure| Bazel::Trouble(failure.into()))
}

fn ask_upstream(site: &Site<'_>, project: Option<&load::Project>) -> Upstream {
    let Some(project) = project else { return Upstream::NoProject };
    let Some((location, origin)) = own_upstream(project) else { return Upstream::NoProject };
    let (directory, env) = (site.root, site.env);
    let (tags, origin) = (&project.config.tag, Some(origin));
    let upstream = upstream::Upstream { location, directory, tags, origin, env };
    if site.is_offline {
        return Upstream::NotAsked(upstream.name());
    }
    let _shown = site.progress.spinner("Asking upstream for its releases");
    match upstream.list_within(LONGEST) {
        Ok(remote) => Upstream::Answers {
            name: upstream.name(),
            newest: remote.releases.into_keys().rfind(Release::is_stable),
        },
        Err(failure) => Upstream::Trouble(failure.into()),
    }
}

fn look_at_cache(site: &Site<'_>, mirror: Option<&Mirror>) -> Result<Cache> {
    let place = site.env.cache()?;
    // Where it would be made.
    let there = place.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("/"));
    let stat = statvfs(there);
    let left = checkout::abandoned(&place).len();
    Ok(Cache {
        size: size(&place),
        free: stat.map_or(u64::MAX, |stat| stat.f_bavail.saturating_mul(stat.f_frsize)),
        is_writable: access(there, Access::WRITE_OK).is_ok(),
        leftovers: left
            + mirror.map_or(Ok(0), |mirror| mirror.leftovers().map(|found| found.len()))?,
        place,
    })
}

/// The bytes of all files below a directory; links are not followed.
fn size(directory: &Path) -> u64 {
    let mut pending: Vec<PathBuf> = vec![directory.to_owned()];
    let mut total = 0;
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => pending.push(entry.path()),
                Ok(metadata) if metadata.is_file() => total += metadata.len(),
                _ => {}
            }
        }
    }
    total
}

/// Whether the mirror has what the lock names.
fn read_mirror(mirror: &Mirror, lock: &Lock, site: &Site<'_>) -> Result<()> {
    mirror.releases()?;
    let store = site.store(lock)?;
    for locked in lock.series.iter().flat_map(SeriesLock::all) {
        store.commit(locked.commit)?;
    }
    Ok(())
}

fn look_at_project(site: &Site<'_>, project: &load::Project) -> Project {
    let settings = site.ensure_settings();
    let lock = settings.and_then(|()| project.lock());
    let lock: Fact<String> = lock
        .map_err(Failure::into)
        .map(|lock| format!("{} {}", lock.upstream.module, lock.series[0].pin.release));
    Project {
        place: site.root.to_owned(),
        lock,
        series: project.series.len(),
        patches: project.series.iter().map(|series| series.patches.len()).sum(),
        problems: project.problems.len(),
    }
}
