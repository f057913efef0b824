//! `publish` as an operation: the archive, and for each kind of override what a consumer needs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::consumer::MODULE_FILE;
use crate::git::store::Store;
use crate::git::upstream::local_path;
use crate::port::{Applied, AppliedPatch};
use crate::project::config::{self, Config};
use crate::project::evidence::{Evidence, State};
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock::{ArchiveLock, Uploaded};
use crate::project::override_kind::OverrideKind;
use crate::project::site::Site;
use crate::project::workspace::{self, Expected, NewFile};
use crate::publish::appliers::{changes_module_file, ignored_by_old_bazel};
use crate::publish::check::{Archives, Examined};
use crate::publish::kinds::{
    self, BUILD_FILE, Facts, GitCommit, MODULE_PATCH, NOTICE_PATCH, RegistryUrl, Source,
};
use crate::publish::output_directory::ensure_unpublished;
use crate::publish::patched_commit::{self, PatchedCommit};
use crate::publish::publish_options::PublishOptions;
use crate::publish::push::{self, Push};
use crate::publish::registry;
use crate::publish::registry_before::{self, Made, Origin, only_listed};
use crate::publish::registry_index::{self, Entry, Files, Merge};
use crate::publish::release_archive::{archive_file, strip_prefix};
use crate::publish::render::Snippet;
use crate::publish::reproduce::statement;
use crate::publish::snippet::{self, PLACEHOLDER, base_url, checked_url};
use crate::publish::stamp_patches::Stamp;
use crate::publish::supported::{self, Supported};
use crate::support::failure::{Failure, Result};
use crate::support::file_lock::FileLock;
use crate::support::file_read::read;
use crate::support::ids::{ModuleVersion, Release, Sri};
use crate::support::look::Meaning;
use crate::support::path::cache_key;
use crate::support::problem::{Kind, Problem};
use crate::support::writing::Writing;

#[derive(Clone, Debug)]
pub struct Publication {
    pub version: String,
    pub archive: ArchiveLock,
    /// What was published for each kind of override; never nothing.
    pub kinds: Vec<PublishedKind>,
    /// The kinds that need something that was not given.
    pub left_out: Vec<LeftOut>,
    /// What the lock's results say of the archive.
    pub evidence: Evidence,
    /// The files that were not there with these bytes, as the user would name them.
    pub new: Vec<String>,
}

/// What was published for a kind of override.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PublishedKind {
    pub kind: OverrideKind,
    pub file: String,
    pub snippet: String,
}

/// A kind of override that needs something that was not given.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftOut {
    pub kind: OverrideKind,
    pub why: String,
    /// The option that gives it.
    pub way_out: String,
}

/// Publishes a release, all of it or nothing.
///
/// # Errors
///
/// `check` fails, there are no results, something that was asked for is missing, or something
/// cannot be written or pushed.
pub fn publish(site: &Site<'_>, options: &PublishOptions) -> Result<Publication> {
    let project = site.project()?;
    options.ensure_usable(site, &project.config)?;
    let supported = project.supported(options.release)?;
    let SupportedRelease { lock, series_lock, release: locked, .. } = supported;
    let mut examined = Examined::new(site, &project, Archives::Of(locked.release))?;
    let Some(archive) = examined.archive.take().filter(|_| examined.problems.is_empty()) else {
        return Err(examined.failure().hint("nothing was published"));
    };
    let evidence = Evidence::of(series_lock, locked, &project);
    options.ensure_tested(&evidence, &locked.version(), &project.suite.directory)?;
    let (statement_file, statement) = statement(site, &supported, &evidence)?;
    let base_url = base_url(site.env, options.base_url.as_deref(), &project.config)?;
    let Supported { store, patched, patched_commit } = supported::make(site, &supported)?;
    let base_url = base_url.as_deref();
    let version = locked.version();
    let base = snippet::Published {
        module: &lock.upstream.module,
        version: &version,
        patches: series_lock.patches_applied.len(),
        archive: &archive.lock,
        base_url,
    };
    let base = base.snippet(evidence.why.clone());
    let (patched, patched_commit, upstream) = (&patched, &patched_commit, &lock.upstream);
    let mut publishing = Publishing {
        site,
        project: &project,
        options,
        supported,
        has_base_url: base_url.is_some(),
        facts: facts(options, &supported, base, patched)?,
        patches: patch_files(&store, Stamp { upstream, patched, patched_commit })?,
        files: Vec::new(),
        reported: Vec::new(),
    };
    let (chosen, left_out) = publishing.choose(&project.config)?;
    if chosen.iter().any(|kind| kind.uses_archive()) {
        publishing.add(&archive.lock.file, archive.bytes);
        publishing.add(&statement_file, statement.into_bytes());
    }
    if chosen.iter().any(|kind| kind.uses_labels()) {
        publishing.add_patches();
    }
    let _held = publishing.add_registries(&chosen, &store, patched_commit)?;
    ensure_unpublished(&publishing.directory(), &options.output, &publishing.supported)?;
    // Nothing is pushed if something else stops.
    publishing.push(&chosen, &store, patched_commit)?;
    let published = publishing.add_snippets(&chosen)?;
    let files = publishing.new_files();
    let new = files.iter().map(|file| publishing.shown(file)).collect();
    publishing.write(&files)?;
    publishing.report_gaps(&chosen, &left_out, patched);
    report_partial(site, &evidence);
    Ok(Publication {
        version: version.to_string(),
        archive: archive.lock,
        kinds: published,
        left_out,
        evidence,
        new,
    })
}

fn report_partial(site: &Site<'_>, evidence: &Evidence) {
    if evidence.state == State::Partial {
        let text = format!("in part: {}", evidence.text());
        site.progress.status(Meaning::Attention, "Tested", &text);
    }
}

const KEPT: (Meaning, &str) = (Meaning::Unchanged, "Kept");
const UNCHECKED: (Meaning, &str) = (Meaning::Attention, "Unchecked");
const PUBLISHED: (Meaning, &str) = (Meaning::Done, "Published");

/// What is to be published, as far as it is known.
struct Publishing<'a> {
    site: &'a Site<'a>,
    project: &'a Project,
    options: &'a PublishOptions,
    supported: SupportedRelease<'a>,
    has_base_url: bool,
    facts: Facts,
    /// The patches for upstream's own archive, in order, with their names.
    patches: Vec<(String, Vec<u8>)>,
    /// What is to be written, in this order.
    files: Vec<Output>,
    /// What is reported when it is written: what it means, a verb, and what it was done to.
    reported: Vec<((Meaning, &'static str), String)>,
}

/// A file to publish: below a directory that the user names.
struct Output {
    root: PathBuf,
    path: String,
    bytes: Vec<u8>,
    /// What it held when it was read.
    expected: Expected,
}

impl Publishing<'_> {
    /// The directory of the output.
    fn directory(&self) -> PathBuf {
        self.site.env.directory().join(&self.options.output)
    }

    /// A file of the output as the user would name it.
    fn named(&self, file: &str) -> String {
        self.options.output.join(file).display().to_string()
    }

    fn add(&mut self, file: &str, bytes: Vec<u8>) {
        self.add_unreported(file.to_owned(), bytes);
        self.reported.push((PUBLISHED, self.named(file)));
    }

    fn add_unreported(&mut self, path: String, bytes: Vec<u8>) {
        let (root, expected) = (self.directory(), Expected::Anything);
        self.files.push(Output { root, path, bytes, expected });
    }

    /// The kinds to publish, and those that lack something; if one of these was asked for by name,
    /// that is an error.
    fn choose(&self, config: &Config) -> Result<(Vec<OverrideKind>, Vec<LeftOut>)> {
        let is_asked = self.is_asked();
        let mut wanted = if is_asked { self.options.kinds.clone() } else { config.kinds() };
        wanted.sort();
        wanted.dedup();
        let (mut chosen, mut left_out) = (Vec::new(), Vec::new());
        for kind in wanted {
            match self.missing(kind) {
                None => chosen.push(kind),
                Some((why, way_out)) if is_asked => {
                    return Err(Failure::new(
                        Kind::Input,
                        format_args!("override kind {kind}: {why}"),
                    )
                    .hint(way_out)
                    .hint("nothing was published"));
                }
                Some((why, way_out)) => {
                    left_out.push(LeftOut { kind, why, way_out: way_out.to_owned() });
                }
            }
        }
        let refuse = |message: &str| Err(Failure::new(Kind::Input, message));
        let registries = chosen.iter().filter(|kind| kind.is_registry()).count();
        if registries == 0 && (self.options.registry.is_some() || !self.options.yanks.is_empty()) {
            return refuse(
                "--registry and --yank are for the override kinds registry and registry-patches",
            );
        }
        if registries > 1 && self.options.registry.is_some() {
            return refuse(
                "one directory cannot be both registries: name one --registry, one --kind",
            );
        }
        if chosen.is_empty() {
            return refuse("no override kind is left to publish");
        }
        Ok((chosen, left_out))
    }

    /// Whether the kinds were asked for by name.
    fn is_asked(&self) -> bool {
        !self.options.kinds.is_empty()
    }

    /// What a kind needs and was not given, and the way out.
    fn missing(&self, kind: OverrideKind) -> Option<(String, &'static str)> {
        let uploaded = self.supported.release.uploaded.as_ref();
        let uploaded = uploaded.filter(|_| kind.patches_in_bazel());
        if let Some(why) = uploaded.and_then(Uploaded::objection) {
            return Some((why, "the kinds that use the patched archive do not need it"));
        }
        let (why, way_out) = self.not_given(kind)?;
        Some((why.to_owned(), way_out))
    }

    fn not_given(&self, kind: OverrideKind) -> Option<(&'static str, &'static str)> {
        let needs_series = kind.patches_in_bazel() || kind.is_registry();
        if needs_series && self.patches.is_empty() {
            return Some(("nothing is patched", "use the plain release"));
        }
        let is_unknown = self.supported.release.registry_integrity.is_none();
        if kind.patches_in_bazel() && is_unknown {
            return Some((
                "upstream.lock does not hold the registry's integrity of upstream's own archive",
                "`patcher sync --registry URL|DIR` records it",
            ));
        }
        let uses_upstream = matches!(kind, OverrideKind::Patches | OverrideKind::RegistryPatches);
        if uses_upstream && self.facts.upstream.is_none() {
            return Some(("where is upstream's own archive?", "`--upstream-archive URL` gives it"));
        }
        match kind {
            OverrideKind::Git if self.options.push.is_none() => {
                Some(("the commit has to be pushed", "`--push URL` does it"))
            }
            OverrideKind::Registry if !self.has_base_url => Some((
                "what a registry says never changes, and the archive's URL is not known",
                "`--base-url URL` gives it",
            )),
            OverrideKind::RegistryPatches
                if !self.is_asked() && self.options.registry.is_some() && self.has_base_url =>
            {
                Some((
                    "--registry is used for the kind registry",
                    "`--kind registry-patches` publishes into it by this one",
                ))
            }
            _ => None,
        }
    }

    /// The directory that a consumer copies.
    fn add_patches(&mut self) {
        let directory = format!("{}.patches", self.facts.base.strip_prefix);
        let build = ("BUILD.bazel".to_owned(), BUILD_FILE.as_bytes().to_vec());
        for (name, bytes) in self.patches.clone().into_iter().chain([build]) {
            self.add_unreported(format!("{directory}/{name}"), bytes);
        }
        self.reported.push((PUBLISHED, format!("{}/", self.named(&directory))));
    }

    /// Adds what each registry lacks; the result keeps other processes out of them.
    fn add_registries(
        &mut self,
        chosen: &[OverrideKind],
        store: &Store,
        patched_commit: &PatchedCommit,
    ) -> Result<Vec<FileLock>> {
        let mut held = Vec::new();
        for &kind in chosen.iter().filter(|kind| kind.is_registry()) {
            let (directory, name) = match &self.options.registry {
                Some(directory) => {
                    (self.site.env.directory().join(directory), directory.display().to_string())
                }
                None => (self.directory().join(kind.name()), self.named(kind.name())),
            };
            held.push(self.site.hold(&format!("registry-{}", cache_key(&directory)))?);
            held.extend(self.site.hold_directory(&directory));
            let entry = self.entry(kind, store, patched_commit)?;
            let there = registry::read_index(&directory, entry.module)?;
            let in_directory = |problem: Problem| Problem {
                file: Path::new(&name).join(&problem.file).display().to_string(),
                ..problem
            };
            let mut found =
                registry_before::check(entry.module, &there, &self.published_before(&there)?);
            let committed = registry::committed(self.site, &directory, (entry.module, &there))?;
            found.extend(registry_before::check_committed(entry.module, &there, &committed));
            let Merge { writes, absent } =
                registry_index::merge(&there, &entry, &self.options.yanks).or_else(|more| {
                    // What is wrong with a version by itself is said by what is known of it, too.
                    found.retain(|one| more.iter().all(|other| other.file != one.file));
                    found.splice(0..0, more);
                    Ok::<_, Failure>(Merge { writes: Vec::new(), absent: Vec::new() })
                })?;
            if !found.is_empty() {
                let found: Vec<Problem> = found.into_iter().map(in_directory).collect();
                return Err(Failure::from(found).hint("nothing was published"));
            }
            let step = if writes.is_empty() { KEPT } else { PUBLISHED };
            let version = format!("{} {} in {name}/", entry.module, entry.version);
            let unchecked = (!absent.is_empty()).then(|| only_listed(entry.module, &name, &absent));
            self.reported.push((step, version));
            self.reported.extend(unchecked.map(|text| (UNCHECKED, text)));
            self.files.extend(writes.into_iter().map(|(path, bytes)| {
                let expected = Expected::Still(there.get(&path).map(|bytes| Sri::of(bytes)));
                Output { root: directory.clone(), path, bytes, expected }
            }));
        }
        Ok(held)
    }

    /// What is known of the versions that a registry has already, but for the one to publish.
    fn published_before(&self, there: &Files) -> Result<Vec<registry_before::Published>> {
        let lock = self.supported.lock;
        let module = &lock.upstream.module;
        let below = format!("{}/", registry_index::directory(module));
        let names = there.keys().filter_map(|path| path.strip_prefix(&below)?.split_once('/'));
        let own = |name: &str| name.parse().ok().filter(|v: &ModuleVersion| v.revision.is_some());
        let names: BTreeSet<&str> = names.map(|(name, _)| name).collect();
        let current = self.supported.release.version();
        let mut published = Vec::new();
        for version in names.into_iter().filter_map(own).filter(|version| *version != current) {
            let ModuleVersion { release, revision } = version;
            let locked = lock.published(release).find(|known| known.revision == revision);
            let prefix = strip_prefix(module, &version);
            // The lock holds the highest N; the archives of others may lie in the output.
            let archive = || read(&self.directory().join(archive_file(&prefix))).ok();
            let integrity = match locked {
                Some(known) => Some(known.archive_integrity),
                None => archive().map(|bytes| Sri::of(&bytes)),
            };
            let upstream = lock.upstream_archive(release);
            let strip_prefix = |uploaded: Option<Uploaded>| {
                kinds::upstream_prefix(&lock.upstream, release, uploaded.as_ref())
            };
            let is_made = lock.find(release).is_some_and(|locked| locked.version() == version);
            published.push(registry_before::Published {
                version,
                strip_prefix: prefix,
                integrity,
                upstream: upstream.map(|(integrity, uploaded)| Origin {
                    integrity,
                    strip_prefix: strip_prefix(uploaded),
                }),
                made: if is_made { Some(self.made(release)?) } else { None },
            });
        }
        Ok(published)
    }

    /// The files of another version that the project supports, made again.
    fn made(&self, release: Release) -> Result<Made> {
        let Supported { store, patched, patched_commit } =
            supported::make(self.site, &self.project.supported(Some(release))?)?;
        let module_file = module_file(&store, &patched_commit)?;
        let upstream = &self.supported.lock.upstream;
        let stamp = Stamp { upstream, patched: &patched, patched_commit: &patched_commit };
        let patches = patch_files(&store, stamp)?.into_iter().collect();
        Ok(Made { module_file, patches })
    }

    /// The version as a registry holds it.
    fn entry(
        &self,
        kind: OverrideKind,
        store: &Store,
        patched_commit: &PatchedCommit,
    ) -> Result<Entry<'_>> {
        let upstream = &self.supported.lock.upstream;
        let module_file = module_file(store, patched_commit)?;
        let archive = &self.supported.release.archive;
        let patched = || Source {
            integrity: archive.integrity.clone(),
            strip_prefix: archive.strip_prefix.clone(),
            url: self.facts.base.url.clone(),
        };
        let upstreams =
            self.facts.upstream.clone().filter(|_| kind == OverrideKind::RegistryPatches);
        let patches = if upstreams.is_some() { self.patches.clone() } else { Vec::new() };
        Ok(Entry {
            module: &upstream.module,
            version: patched_commit.version.to_string(),
            module_file,
            source: upstreams.unwrap_or_else(patched),
            patches,
            homepage: Some(upstream.url.as_str()).filter(|url| url.starts_with("http")),
        })
    }

    /// Pushes the commit, if a kind uses it.
    fn push(
        &mut self,
        chosen: &[OverrideKind],
        store: &Store,
        patched_commit: &PatchedCommit,
    ) -> Result<()> {
        let Some(remote) =
            self.options.push.as_deref().filter(|_| chosen.contains(&OverrideKind::Git))
        else {
            return Ok(());
        };
        let public = match local_path(remote) {
            Some(path) => {
                format!("file://{}", self.site.env.directory().join(path).display())
            }
            None => config::public_url(remote)?,
        };
        let (commit, tag) = (patched_commit.commit.id, patched_commit.version.to_string());
        let git = GitCommit { commit: commit.to_string(), remote: public.clone() };
        if self.options.writing == Writing::LeftOut {
            self.facts.git = Some(git);
            return Ok(());
        }
        let objects = self.site.mirror(self.supported.lock)?.objects();
        let pack = store.pack(&[*commit.as_bytes()])?;
        let what = Push { objects: &objects, pack, commit, tag: &tag, remote };
        let is_new = push::push(self.site.env, what)?;
        let (meaning, verb) = if is_new { (Meaning::Done, "Pushed") } else { KEPT };
        let text = format!("{tag} ({}) at {public}", commit.short());
        self.site.progress.status(meaning, verb, &text);
        self.facts.git = Some(git);
        Ok(())
    }

    fn add_snippets(&mut self, chosen: &[OverrideKind]) -> Result<Vec<PublishedKind>> {
        let mut published = Vec::new();
        for &kind in chosen {
            let snippet = kinds::snippet(kind, &self.facts, Some(&self.registry_url(kind)?))?;
            let file = format!("{}{}", self.facts.base.strip_prefix, kind.suffix());
            self.add(&file, snippet.clone().into_bytes());
            published.push(PublishedKind { kind, file, snippet });
        }
        Ok(published)
    }

    /// Reports what does not reach every consumer.
    fn report_gaps(&self, chosen: &[OverrideKind], left_out: &[LeftOut], patched: &Applied) {
        if chosen.contains(&OverrideKind::SingleVersion) {
            let patches = patched.patches.iter();
            let patches = patches.map(|applied| (applied.file.as_str(), &applied.patch));
            let warnings = ignored_by_old_bazel(patches);
            warnings.iter().for_each(|warning| self.site.progress.warning(warning));
        }
        for LeftOut { kind, why, way_out } in left_out {
            let text = format!("{kind}: {why} ({way_out})");
            self.site.progress.status(Meaning::Unchanged, "Left out", &text);
        }
    }

    /// Where a consumer finds the registry of a kind.
    fn registry_url(&self, kind: OverrideKind) -> Result<RegistryUrl> {
        if let Some(url) = &self.options.registry_url {
            let url = checked_url(url)?.to_owned();
            return Ok(RegistryUrl { url, is_placeholder: false });
        }
        // The archive is beside the registry, if the registry is in the output directory.
        let archive = self.facts.base.url.rsplit_once('/').map(|(directory, _)| directory);
        let known = archive.filter(|_| self.has_base_url && self.options.registry.is_none());
        let url = format!("{}/{}", known.unwrap_or(PLACEHOLDER), kind.name());
        Ok(RegistryUrl { url, is_placeholder: known.is_none() })
    }

    /// What is not there with these bytes.
    fn new_files(&self) -> Vec<&Output> {
        let is_new = |file: &&Output| {
            read(&file.root.join(&file.path)).map_or(true, |found| found != file.bytes)
        };
        self.files.iter().filter(is_new).collect()
    }

    /// A file as the user would name it.
    fn shown(&self, file: &Output) -> String {
        let path = file.root.join(&file.path);
        path.strip_prefix(self.site.env.directory()).unwrap_or(&path).display().to_string()
    }

    /// Writes the files, all of them or nothing; nothing if that is only to be found out.
    fn write(&self, files: &[&Output]) -> Result<()> {
        if self.options.writing == Writing::LeftOut {
            return Ok(());
        }
        let new = files.iter().map(|file| {
            let Output { root, path, bytes, expected } = file;
            let (root, path, expected) = (root.clone(), path.clone(), expected.clone());
            NewFile { root, path, bytes, expected }
        });
        workspace::write_all(&new.collect::<Vec<_>>()).map_err(|failure| {
            let Some(GitCommit { commit, remote }) = &self.facts.git else { return failure };
            failure.hint(format!("{remote} has the commit {} already: run it again", &commit[..12]))
        })?;
        for ((meaning, verb), what) in &self.reported {
            self.site.progress.status(*meaning, verb, what);
        }
        Ok(())
    }
}

/// What is known without looking at any file of the output.
fn facts(
    options: &PublishOptions,
    supported: &SupportedRelease<'_>,
    base: Snippet,
    patched: &Applied,
) -> Result<Facts> {
    let SupportedRelease { lock, release: locked, .. } = supported;
    let given = options.upstream_archive.as_deref().map(checked_url).transpose()?;
    let upstream = kinds::upstream_source(&lock.upstream, locked, given);
    let names = patched.patches.iter().map(|applied| applied.patch.name.to_string());
    let stamps = [MODULE_PATCH, NOTICE_PATCH].map(str::to_owned);
    Ok(Facts {
        base,
        upstream,
        patch_files: names.chain(stamps).collect(),
        changes_module_file: patched
            .patches
            .iter()
            .any(|applied| changes_module_file(&applied.patch)),
        git: None,
    })
}

/// The module file of a published commit.
fn module_file(store: &Store, patched_commit: &PatchedCommit) -> Result<Vec<u8>> {
    let path = patched_commit::path_of(MODULE_FILE)?;
    let file = store.file(patched_commit.commit.tree, &path)?;
    file.map_or_else(|| Ok(Vec::new()), |file| store.blob(file.id))
}

/// The patches for upstream's own archive, in order; none for an empty series.
fn patch_files(store: &Store, stamp: Stamp<'_>) -> Result<Vec<(String, Vec<u8>)>> {
    let patched = stamp.patched;
    if patched.patches.is_empty() {
        return Ok(Vec::new());
    }
    let stamps = stamp.patches(store)?;
    let series = patched.patches.iter();
    let series =
        series.map(|AppliedPatch { patch, .. }| (patch.name.to_string(), patch.to_string()));
    let stamps = [(MODULE_PATCH, stamps.module), (NOTICE_PATCH, stamps.notice)];
    let stamps = stamps.map(|(name, text)| (name.to_owned(), text));
    Ok(series.chain(stamps).map(|(name, text)| (name, text.into_bytes())).collect())
}
