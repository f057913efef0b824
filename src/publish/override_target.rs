//! What an override is to stand for: what the options say, else what the consumer's file says.
//!
//! The file says most of it: its override names a version and where that is taken from, and its
//! `bazel_dep` a release. So `update` needs no option that `add` was given, and `add` raises nothing
//! unasked.

use crate::consumer::bazel_version::BazelVersion;
use crate::consumer::{Found, ModuleFiles, Override, OverrideFunction, Wanted, patcher_patches};
use crate::project::config;
use crate::project::lock::{ArchiveLock, Lock, ReleaseLock, SeriesLock, Uploaded};
use crate::project::override_kind::OverrideKind;
use crate::publish::kinds::{self, MODULE_PATCH, NOTICE_PATCH};
use crate::publish::override_urls::{KnownUrls, UrlThere, Urls, merged};
use crate::publish::release_archive::{archive_file, strip_prefix};
use crate::publish::snippet::{archive_url, checked_url};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, ModuleVersion, Release, Sri};
use crate::support::location::ensure_public;
use crate::support::problem::{Kind, Problem};
use crate::support::releases::ReleaseChoice;

/// What the options say.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) release: Option<ReleaseChoice>,
    pub(crate) kind: Option<OverrideKind>,
    pub(crate) source: Source,
}

/// Where a patched release is taken from, by kinds of override that need it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    /// The directories that the archive is in: the first that answers counts.
    pub(crate) base_urls: Vec<String>,
    /// Upstream's own archive.
    pub(crate) upstream_archive: Option<String>,
    /// A directory, from the root module's.
    pub(crate) path: Option<String>,
    /// A repository that has the published commit.
    pub(crate) remote: Option<String>,
    /// The URL of a registry.
    pub(crate) registry: Option<String>,
}

/// A lock, and what else is known where it is read.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) lock: Lock,
    /// Its file or URL.
    pub(super) location: String,
    /// What patcher.toml says of where archives are published.
    pub(super) base_url: Option<String>,
    /// The digest of the scenarios, if they are here.
    pub(super) suite: Option<Sri>,
}

/// What an override in a consumer's file says.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadBack {
    /// Absent if it is not one that patcher writes.
    pub(super) kind: Option<OverrideKind>,
    /// Whether patcher wrote it for sure, not somebody else one of the same form.
    pub(super) is_certain: bool,
    version: Option<ModuleVersion>,
    source: Source,
    /// The URLs of the archive, if patcher wrote the override.
    urls: Vec<String>,
    /// The package that holds patcher's patches.
    package: Option<String>,
}

/// A release as it was published.
#[derive(Clone, Debug)]
pub(super) struct Published<'a> {
    pub(super) version: ModuleVersion,
    archive: ArchiveLock,
    commit: CommitId,
    registry_integrity: Option<&'a Sri>,
    uploaded: Option<&'a Uploaded>,
    /// The names of the patches; absent if the lock does not have them any more.
    patches: Option<Vec<String>>,
    /// Absent if it is not supported any more.
    pub(super) locked: Option<&'a ReleaseLock>,
}

impl Target {
    /// The kind of override to write.
    ///
    /// # Errors
    ///
    /// No MODULE.bazel can have it, or the options are for another one.
    pub(super) fn kind(&self, there: &ReadBack) -> Result<OverrideKind> {
        let kind = self.kind.or(there.kind).unwrap_or(OverrideKind::Archive);
        if kind == OverrideKind::Workspace {
            let message = "a WORKSPACE has no overrides to edit";
            return Err(Failure::new(Kind::Input, message)
                .hint("`patcher publish --kind workspace` writes the http_archive for it"));
        }
        // Either registry is used by the same statement.
        let is_for = match kind {
            OverrideKind::RegistryPatches => OverrideKind::Registry,
            kind => kind,
        };
        let Source { upstream_archive, path, remote, registry, .. } = &self.source;
        let flags = [
            (OverrideKind::LocalPath, "--path", path),
            (OverrideKind::Git, "--remote", remote),
            (OverrideKind::Registry, "--registry", registry),
            (OverrideKind::Patches, "--upstream-archive", upstream_archive),
        ];
        let odd = flags.iter().find(|(of, _, given)| given.is_some() && *of != is_for);
        odd.map_or(Ok(kind), |(of, flag, _)| {
            let message = format_args!("{flag} is for `--kind {of}`, and this is {kind}");
            Err(Failure::new(Kind::Input, message).hint("see `patcher override add --help`"))
        })
    }
}

impl ReadBack {
    pub(super) fn of(found: &Found<'_>, lock: &Lock) -> Self {
        let module = &lock.upstream.module;
        let label = patcher_patches(found).pop();
        let package = label.and_then(|label| Some(label.rsplit_once(':')?.0.to_owned()));
        let named = |text: &str| text.strip_prefix(&format!("{module}-"))?.parse().ok();
        match found.kind() {
            Some(OverrideFunction::Archive) => Self::of_archive(found, lock, package),
            Some(OverrideFunction::Git) => {
                let commit = found.string("commit").unwrap_or_default();
                let version = version_of(lock, &commit);
                let source = Source { remote: found.string("remote"), ..Source::default() };
                let kind = Some(OverrideKind::Git);
                Self {
                    kind,
                    is_certain: version.is_some(),
                    version,
                    source,
                    package,
                    ..Self::default()
                }
            }
            Some(OverrideFunction::LocalPath) => {
                let path = found.string("path");
                let version = path.as_deref().and_then(|path| named(path.rsplit('/').next()?));
                let source = Source { path, ..Source::default() };
                let kind = Some(OverrideKind::LocalPath);
                let is_certain = version.is_some();
                Self { kind, is_certain, version, source, ..Self::default() }
            }
            Some(OverrideFunction::SingleVersion) => {
                let version: Option<ModuleVersion> =
                    found.string("version").and_then(|version| version.parse().ok());
                let registry = found.string("registry");
                let is_patched = version.as_ref().is_some_and(|v| v.revision.is_some());
                let kind = match (&package, &registry) {
                    (Some(_), _) => Some(OverrideKind::SingleVersion),
                    (None, Some(_)) if is_patched => Some(OverrideKind::Registry),
                    _ => None,
                };
                let source = Source { registry, ..Source::default() };
                Self {
                    kind,
                    is_certain: kind.is_some(),
                    version,
                    source,
                    package,
                    ..Self::default()
                }
            }
            Some(OverrideFunction::MultipleVersion) | None => Self::default(),
        }
    }

    /// What an `archive_override` says, which is of the patched archive, or patches upstream's own.
    fn of_archive(found: &Found<'_>, lock: &Lock, package: Option<String>) -> Self {
        let prefix = found.string("strip_prefix").unwrap_or_default();
        let module = &lock.upstream.module;
        let version = prefix.strip_prefix(&format!("{module}-")).and_then(|v| v.parse().ok());
        let urls = found.strings("urls").or(found.strings("url")).unwrap_or_default();
        if package.is_some() {
            let kind = Some(OverrideKind::Patches);
            // The directory in an archive that upstream uploads names no version.
            let version =
                version.or_else(|| release_of(lock, found.string("integrity").as_deref()));
            return Self { kind, is_certain: true, version, urls, package, ..Self::default() };
        }
        let integrity = found.string("integrity");
        let is_locked = |version: &ModuleVersion| {
            let locked = lock.find(version.release);
            locked.is_some_and(|l| Some(l.archive.integrity.to_string()) == integrity)
        };
        let is_certain = version.as_ref().is_some_and(|v| v.revision.is_some() || is_locked(v));
        let urls = if is_certain { urls } else { Vec::new() };
        let kind = Some(OverrideKind::Archive);
        Self { kind, is_certain, version, urls, ..Self::default() }
    }

    /// Only the release that it is of: another kind of override is to stand for it.
    pub(super) fn without_kind(self) -> Self {
        Self { version: self.version, ..Self::default() }
    }

    /// The URLs of a kind, each as it would be for another version. Its name may be in any part of
    /// them; a URL without it is the same archive's only as long as the version is.
    fn urls(&self, kind: OverrideKind, version: &ModuleVersion) -> Vec<UrlThere> {
        let Some(old) = self.version.as_ref().filter(|_| self.kind == Some(kind)) else {
            return Vec::new();
        };
        let is_known = |url: &&String| old == version || url.contains(&old.to_string());
        let followed = |url: &String| Some(url).filter(is_known).map(|u| self.followed(u, version));
        let there = |url: &String| UrlThere { text: url.clone(), followed: followed(url) };
        self.urls.iter().map(there).collect()
    }

    /// A text that names the version, made to name another one.
    fn followed(&self, text: &str, version: &ModuleVersion) -> String {
        match &self.version {
            Some(old) => text.replace(&old.to_string(), &version.to_string()),
            None => text.to_owned(),
        }
    }
}

/// The plain release whose own archive has this integrity.
fn release_of(lock: &Lock, integrity: Option<&str>) -> Option<ModuleVersion> {
    let is_it = |locked: &&ReleaseLock| {
        locked
            .registry_integrity
            .as_ref()
            .is_some_and(|i| Some(i.to_string().as_str()) == integrity)
    };
    let found = lock.series.iter().flat_map(SeriesLock::all).find(is_it)?;
    Some(ModuleVersion { release: found.release, revision: None })
}

/// What to say of URLs that leave the file.
fn left_out(urls: &[String]) -> Option<String> {
    (!urls.is_empty()).then(|| format!("left out of urls: {}", urls.join(", ")))
}

/// The version whose published commit this is.
fn version_of(lock: &Lock, commit: &str) -> Option<ModuleVersion> {
    let mut all = lock.series.iter().flat_map(SeriesLock::all).map(|locked| locked.release);
    all.find_map(|release| {
        let published = Published::of(lock, release)?;
        (published.commit.to_string() == commit).then_some(published.version)
    })
}

impl<'a> Published<'a> {
    /// A release as the series publish it, or as it was last published.
    pub(super) fn of(lock: &'a Lock, release: Release) -> Option<Self> {
        let module = &lock.upstream.module;
        let names = |series: &SeriesLock| {
            series.patches_applied.iter().map(|patch| patch.name.to_string()).collect()
        };
        let found = lock.series.iter().find_map(|series| Some((series, series.find(release)?)));
        if let Some((series, locked)) = found {
            return Some(Self {
                version: locked.version(),
                archive: locked.archive.clone(),
                commit: locked.patched_commit,
                registry_integrity: locked.registry_integrity.as_ref(),
                uploaded: locked.uploaded.as_ref(),
                patches: Some(names(series)),
                locked: Some(locked),
            });
        }
        let former = lock.former(release).filter(|former| former.revision.is_some())?;
        let version = ModuleVersion { release, revision: former.revision };
        let prefix = strip_prefix(module, &version);
        let (file, integrity) = (archive_file(&prefix), former.archive_integrity.clone());
        Some(Self {
            version,
            archive: ArchiveLock { file, strip_prefix: prefix, integrity },
            commit: former.patched_commit,
            registry_integrity: former.registry_integrity.as_ref(),
            uploaded: former.uploaded.as_ref(),
            patches: None,
            locked: None,
        })
    }
}

impl Known {
    fn module(&self) -> &str {
        &self.lock.upstream.module
    }

    /// The newest release of all that are supported.
    pub(super) fn newest(&self) -> Release {
        self.lock.series[0].pin.release
    }

    /// The release that the options name, else the file; the newest if neither does.
    ///
    /// # Errors
    ///
    /// The release is not supported.
    pub(super) fn published(
        &self,
        files: &ModuleFiles,
        target: &Target,
        there: &ReadBack,
    ) -> Result<Published<'_>> {
        let module = self.module();
        let found = match target.release {
            Some(ReleaseChoice::Latest) => None,
            Some(ReleaseChoice::Named(release)) => {
                return Published::of(&self.lock, release).ok_or_else(|| {
                    let message = format_args!("{release} is not supported by any series");
                    Failure::new(Kind::Input, message).hint(self.near(&release.to_string()))
                });
            }
            None => match &there.version {
                Some(version) => {
                    let found = files.overrides(module)?.first().copied();
                    found.map(|found| (found, version.to_string()))
                }
                None => {
                    let found = files.bazel_dep(module)?;
                    found.and_then(|found| Some((found, found.string("version")?)))
                }
            },
        };
        let Some((found, version)) = found.filter(|(_, version)| !version.is_empty()) else {
            return self.latest();
        };
        let release = version.parse::<ModuleVersion>().ok().map(|version| version.release);
        release.and_then(|release| Published::of(&self.lock, release)).ok_or_else(|| {
            let function = &found.call.function;
            let message =
                format!("the {function} of {module} names {version}, which is not supported");
            let problem = found.problem(message).hint(self.near(&version));
            Failure::from(Problem { kind: Kind::Finding, ..problem })
        })
    }

    fn latest(&self) -> Result<Published<'_>> {
        let newest = Published::of(&self.lock, self.newest());
        newest.ok_or_else(|| Failure::defect(anyhow::anyhow!("the lock lacks its own pin")))
    }

    /// The supported releases before and after a version.
    fn near(&self, version: &str) -> String {
        let newest = self.newest();
        let latest = format!("`--release latest` takes {newest}");
        let Ok(version) = version.parse::<BazelVersion>() else { return latest };
        let all = self.lock.series.iter().flat_map(SeriesLock::all);
        let mut releases: Vec<Release> = all.map(|locked| locked.release).collect();
        releases.sort();
        let is_before = |release: &&Release| {
            release.to_string().parse::<BazelVersion>().is_ok_and(|release| release < version)
        };
        let before = releases.iter().rfind(is_before);
        let after = releases.iter().find(|release| !is_before(release));
        let near: Vec<String> = before.into_iter().chain(after).map(Release::to_string).collect();
        let Some(first) = after.or(before) else { return latest };
        let verb = if near.len() == 1 { " is" } else { "s are" };
        let near = near.join(" and ");
        format!("the nearest supported release{verb} {near}: `--release {first}`; {latest}")
    }

    /// The override to write.
    ///
    /// # Errors
    ///
    /// Something that the kind needs is in neither options nor file nor lock.
    pub(super) fn wanted(
        &self,
        published: &Published<'_>,
        target: &Target,
        there: &ReadBack,
    ) -> Result<Wanted> {
        let kind = target.kind(there)?;
        let mut notes = Vec::new();
        let statement = match kind {
            OverrideKind::Archive | OverrideKind::Workspace | OverrideKind::Patches => {
                let (statement, left) = match kind {
                    OverrideKind::Patches => self.patches(published, target, there)?,
                    _ => self.archive(published, target, there)?,
                };
                notes.extend(left_out(&left));
                statement
            }
            OverrideKind::SingleVersion => {
                let version = published.version.release.to_string();
                let function = OverrideFunction::SingleVersion;
                Override::new(function, self.module(), [("version", version.as_str())])
                    .patched(self.labels(kind, published, there)?.0)
            }
            OverrideKind::Git => {
                let given = target.source.remote.as_deref().map(config::public_url).transpose()?;
                let remote = given.or(there.source.remote.clone()).ok_or_else(|| {
                    Failure::new(Kind::Input, "it is not known which repository to take").hint(
                        "`--remote URL` names it: one that `patcher publish --kind git --push URL` \
                         pushed to",
                    )
                })?;
                Override::git(self.module(), &remote, &published.commit.to_string())
            }
            OverrideKind::LocalPath => {
                let read = there.source.path.as_ref();
                let read = read.map(|path| there.followed(path, &published.version));
                let path = target.source.path.clone().or(read).ok_or_else(|| {
                    Failure::new(Kind::Input, "it is not known which directory to take")
                        .hint("`--path DIR` names it: `patcher export DIR` makes one")
                })?;
                Override::local_path(self.module(), &path)
            }
            OverrideKind::Registry | OverrideKind::RegistryPatches => {
                let registry = registry(target, there)?;
                Override::single_version(self.module(), &published.version.to_string(), registry)
            }
        };
        // Bazel refuses a `single_version_override` that is older than the `bazel_dep`.
        let is_exact = statement.kind == OverrideFunction::SingleVersion;
        let version = match kind {
            OverrideKind::Registry | OverrideKind::RegistryPatches => published.version.to_string(),
            _ => published.version.release.to_string(),
        };
        let version = version.parse().map_err(|e: String| Failure::new(Kind::Defect, e))?;
        Ok(Wanted { statement, version, is_exact, notes })
    }

    fn archive(
        &self,
        published: &Published<'_>,
        target: &Target,
        there: &ReadBack,
    ) -> Result<(Override, Vec<String>)> {
        let archive = &published.archive;
        let at = |base: &String| Ok(archive_url(checked_url(base)?, archive));
        let named = target.source.base_urls.iter().map(at).collect::<Result<Vec<_>>>()?;
        let configured = self.base_url.iter().map(at).collect::<Result<Vec<_>>>()?;
        let there = there.urls(OverrideKind::Archive, &published.version);
        let is_read = there.iter().any(|url| url.followed.is_some());
        let known = match named.is_empty() && !is_read {
            true => KnownUrls { named: &configured, former: &[] },
            false => KnownUrls { named: &named, former: &configured },
        };
        let Urls { kept, left } = merged(known, &there);
        if kept.is_empty() {
            return Err(Failure::new(
                Kind::Input,
                "no URL for the archive: neither --base-url, PATCHER_BASE_URL nor `base-url` in \
                 patcher.toml is set",
            )
            .hint("`--base-url URL`: the directory that the archive is published in"));
        }
        let integrity = archive.integrity.to_string();
        Ok((Override::archive(self.module(), kept, &integrity, &archive.strip_prefix), left))
    }

    fn patches(
        &self,
        published: &Published<'_>,
        target: &Target,
        there: &ReadBack,
    ) -> Result<(Override, Vec<String>)> {
        let release = published.version.release;
        let (labels, integrity) = self.labels(OverrideKind::Patches, published, there)?;
        let plain = ModuleVersion { release, revision: None };
        let given = target.source.upstream_archive.as_deref().map(checked_url).transpose()?;
        let named: Vec<String> = given.map(str::to_owned).into_iter().collect();
        let upstream = &self.lock.upstream;
        let uploaded = published.uploaded.map(|uploaded| uploaded.url.clone());
        let upstreams = uploaded.or_else(|| kinds::upstream_archive(upstream, release));
        let upstreams: Vec<String> = upstreams.into_iter().collect();
        let there = there.urls(OverrideKind::Patches, &plain);
        let is_read = there.iter().any(|url| url.followed.is_some());
        let known = match named.is_empty() && !is_read {
            true => KnownUrls { named: &upstreams, former: &[] },
            false => KnownUrls { named: &named, former: &upstreams },
        };
        let Urls { kept, left } = merged(known, &there);
        if kept.is_empty() {
            let message = "it is not known where upstream's own archive is";
            return Err(Failure::new(Kind::Input, message).hint("name it with --upstream-archive"));
        }
        let prefix = kinds::upstream_prefix(upstream, release, published.uploaded);
        let archive = Override::archive(self.module(), kept, &integrity.to_string(), &prefix);
        Ok((archive.patched(labels), left))
    }

    /// The patches as files of the consumer's, and the digest of upstream's own archive that they
    /// are for.
    fn labels<'a>(
        &self,
        kind: OverrideKind,
        published: &Published<'a>,
        there: &ReadBack,
    ) -> Result<(Vec<String>, &'a Sri)> {
        let Some(names) = &published.patches else {
            let message = format_args!(
                "{} does not hold the patches of {}, which is not supported any more",
                self.location, published.version
            );
            return Err(Failure::new(Kind::Input, message).hint("--kind archive needs none"));
        };
        if names.is_empty() {
            let message = format_args!("nothing is patched in {}", published.version);
            return Err(Failure::new(Kind::Input, message).hint("use the plain release"));
        }
        let integrity = published.registry_integrity.ok_or_else(|| {
            let message = format_args!(
                "{} does not hold what the registry says of upstream's own archive of {}",
                self.location, published.version.release
            );
            Failure::new(Kind::Input, message)
                .hint("`patcher sync --registry URL|DIR` in its project records it")
                .hint("`--kind archive` does not need it")
        })?;
        if let Some(why) = published.uploaded.and_then(Uploaded::objection) {
            let message = format_args!("override kind {kind}: {why}");
            return Err(
                Failure::new(Kind::Input, message).hint("`--kind archive` does not need it")
            );
        }
        let package = match &there.package {
            Some(package) => package.clone(),
            None => format!("//{}", kinds::package(self.module())),
        };
        // The registry says which version its module file has: no patch of ours may.
        let stamp = Some(MODULE_PATCH).filter(|_| kind != OverrideKind::SingleVersion);
        let names = names.iter().map(String::as_str).chain(stamp).chain([NOTICE_PATCH]);
        Ok((names.map(|name| format!("{package}:{name}")).collect(), integrity))
    }
}
/// The registry to ask for the module: the one that is named, else the one in the file.
fn registry<'a>(target: &'a Target, there: &'a ReadBack) -> Result<&'a str> {
    match (&target.source.registry, &there.source.registry) {
        (Some(url), _) => {
            ensure_public(url)?;
            config::base_url(url).map_err(|_| {
                Failure::new(Kind::Input, format_args!("{url:?} is no URL of a registry"))
                    .hint("Bazel wants https://, http:// or file:///")
            })
        }
        (None, Some(read)) => Ok(read),
        (None, None) => {
            let message = "it is not known which registry to take";
            Err(Failure::new(Kind::Input, message)
                .hint("`--registry URL` names it: `patcher publish --kind registry` makes one"))
        }
    }
}

#[cfg(test)]
mod tests;
