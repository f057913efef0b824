//! Where a published archive comes from, in a form that other tools read: an in-toto statement
//! (<https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>) with SLSA provenance
//! (<https://slsa.dev/spec/v1.0/provenance>), in a file beside the archive.
//!
//! It holds no time and nothing of the machine, so it is the same everywhere. It is not signed,
//! and says so. Its name is the archive's and `.intoto.json`: `.intoto.jsonl` is for bundles of
//! envelopes, which are signed
//! (<https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md>).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::project::evidence::Evidence;
use crate::project::lock::{PatchLock, ReleaseLock, SeriesLock, Uploaded};
use crate::project::upstream::Upstream;
use crate::publish::kinds::upstream_prefix;
use crate::support::tag_format::TagFormat;

/// What the predicate's parameters mean: docs/provenance.md. The name is reserved for what is
/// nowhere (RFC 2606): this project has no address of its own.
const BUILD_TYPE: &str = "https://patcher.invalid/docs/provenance.md#patched-archive-v1";

/// Who made the statement: anybody who ran patcher. A workflow that signs has an id of its own.
const BUILDER: &str = "https://patcher.invalid/docs/provenance.md#unsigned-run-v1";

const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://slsa.dev/provenance/v1";

const UNSIGNED: &str = "This statement is not signed: on its own it is no evidence. \
`patcher verify` derives all of it again.";

/// The annotation that the registry's bytes were made again from the commit.
const REPRODUCED: &str = "patcher_reproducedFromCommit";

/// The annotation that says which directory of upstream's own archive is the release.
const STRIP_PREFIX: &str = "patcher_stripPrefix";

/// The names of what went in.
const UPSTREAM: &str = "upstream";
const PIN: &str = "pin";
const REGISTRY: &str = "registry";

/// The names of what was made on the way.
const PATCHED: &str = "patched tree";
const PATCHED_COMMIT: &str = "published commit";

/// What patcher says of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Resource>,
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Predicate {
    build_definition: BuildDefinition,
    run_details: RunDetails,
    /// An extension field: `vendor_name`, as the specification asks.
    #[serde(default, rename = "patcher_unsigned")]
    unsigned: String,
    /// The same: what the scenarios showed, by the lock. Absent in statements of older patchers.
    #[serde(default, rename = "patcher_scenarios", skip_serializing_if = "Option::is_none")]
    scenarios: Option<Evidence>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BuildDefinition {
    build_type: String,
    external_parameters: Parameters,
    resolved_dependencies: Vec<Resource>,
}

/// What was asked for: the rest follows from it and from what went in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    module: String,
    upstream: String,
    release: String,
    version: String,
    series: String,
    /// The release to which the series applies exactly.
    pin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunDetails {
    builder: Builder,
    #[serde(default)]
    byproducts: Vec<Resource>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Builder {
    id: String,
    #[serde(default)]
    version: BTreeMap<String, String>,
}

/// A resource descriptor, as far as it is used here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Resource {
    #[serde(default)]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(default)]
    digest: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, serde_json::Value>,
}

impl Resource {
    fn new<const N: usize>(name: impl Into<String>, digest: [(&str, String); N]) -> Self {
        let digest = digest.map(|(algorithm, value)| (algorithm.to_owned(), value)).into();
        Self { name: name.into(), uri: None, digest, annotations: BTreeMap::new() }
    }
}

/// The name of the statement's file, beside the archive's.
pub fn file(archive: &str) -> String {
    format!("{archive}.intoto.json")
}

/// What a statement is about: a published release.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    pub upstream: &'a Upstream,
    /// The series that was published.
    pub series: &'a SeriesLock,
    /// The series' files, as they lie in the project.
    pub patches: &'a [PatchLock],
    pub release: &'a ReleaseLock,
    /// Whether the registry's archive was made again from the commit.
    pub is_reproduced: bool,
}

impl Publication<'_> {
    /// What went in: commits, the registry's archive, patches.
    fn inputs(&self) -> Vec<Resource> {
        let Self { upstream, series, patches, release, is_reproduced } = *self;
        let git = |name: &str, locked: &ReleaseLock| Resource {
            uri: Some(format!(
                "git+{}@refs/tags/{}",
                upstream.url,
                upstream.tag.tag(locked.release)
            )),
            ..Resource::new(
                name,
                [("gitCommit", locked.commit.to_string()), ("gitTree", locked.tree.to_string())],
            )
        };
        let mut inputs = vec![git(UPSTREAM, release)];
        if series.pin.release != release.release {
            inputs.push(git(PIN, &series.pin));
        }
        if let Some(integrity) = &release.registry_integrity {
            let reproduced = is_reproduced.then(|| (REPRODUCED.to_owned(), true.into()));
            let uploaded = release.uploaded.as_ref();
            let is_plain = uploaded.is_none() && upstream.strip_prefix.is_none();
            let prefix = upstream_prefix(upstream, release.release, uploaded);
            let prefix = (!is_plain).then(|| (STRIP_PREFIX.to_owned(), prefix.into()));
            inputs.push(Resource {
                uri: uploaded.map(|uploaded| uploaded.url.clone()),
                annotations: reproduced.into_iter().chain(prefix).collect(),
                ..Resource::new(REGISTRY, [("sha256", integrity.hex())])
            });
        }
        inputs.extend(patches.iter().map(|patch| {
            let name = format!("{}/{}", series.patches, patch.name);
            Resource::new(name, [("sha256", patch.integrity.hex())])
        }));
        inputs
    }
}

impl Statement {
    /// The statement about a published release.
    pub fn new(publication: Publication<'_>) -> Self {
        let Publication { upstream, series, release, .. } = publication;
        let made = vec![
            Resource::new(PATCHED, [("gitTree", release.patched_tree.to_string())]),
            Resource::new(
                PATCHED_COMMIT,
                [
                    ("gitCommit", release.patched_commit.to_string()),
                    ("gitTree", release.patched_commit_tree.to_string()),
                ],
            ),
        ];
        let tool = ("patcher".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
        let archive = &release.archive;
        Self {
            kind: STATEMENT.to_owned(),
            subject: vec![Resource::new(&archive.file, [("sha256", archive.integrity.hex())])],
            predicate_type: PREDICATE.to_owned(),
            predicate: Predicate {
                build_definition: BuildDefinition {
                    build_type: BUILD_TYPE.to_owned(),
                    external_parameters: Parameters {
                        module: upstream.module.clone(),
                        upstream: upstream.url.clone(),
                        release: release.release.to_string(),
                        version: release.version().to_string(),
                        series: series.patches.clone(),
                        pin: series.pin.release.to_string(),
                    },
                    resolved_dependencies: publication.inputs(),
                },
                run_details: RunDetails {
                    builder: Builder { id: BUILDER.to_owned(), version: [tool].into() },
                    byproducts: made,
                },
                unsigned: UNSIGNED.to_owned(),
                scenarios: None,
            },
        }
    }

    /// The same statement, with what the scenarios show.
    pub fn with(mut self, evidence: &Evidence) -> Self {
        self.predicate.scenarios = Some(evidence.clone());
        self
    }

    /// What it says of the scenarios, if it does.
    pub fn scenarios(&self) -> Option<&Evidence> {
        self.predicate.scenarios.as_ref()
    }

    /// Reads a statement; fields that patcher does not know are passed over, as both
    /// specifications ask, but for parameters.
    ///
    /// # Errors
    ///
    /// Why it is no statement about a patcher archive.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let statement: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let kinds = [
            (&statement.kind, STATEMENT),
            (&statement.predicate_type, PREDICATE),
            (&statement.predicate.build_definition.build_type, BUILD_TYPE),
        ];
        if let Some((found, wanted)) = kinds.into_iter().find(|(found, wanted)| found != wanted) {
            return Err(format!("it is of type {found:?}, not {wanted}"));
        }
        Ok(statement)
    }

    pub fn print(&self) -> String {
        // Only maps with odd keys cannot be written, and there are none.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Whether the other one says the same of the archive, whichever version of patcher wrote
    /// it, whether or not there was a GNU gzip to make the registry's archive with, and whatever
    /// the scenarios showed: they may run again.
    pub fn is_same(&self, other: &Self) -> bool {
        let essence = |statement: &Self| {
            let mut essence = statement.clone();
            essence.predicate.run_details.builder.version.clear();
            essence.predicate.scenarios = None;
            let inputs = &mut essence.predicate.build_definition.resolved_dependencies;
            inputs.iter_mut().for_each(|input| input.annotations.clear());
            essence
        };
        essence(self) == essence(other)
    }

    /// The archive's digest, in hexadecimal digits.
    pub fn subject(&self) -> Option<&str> {
        Some(self.subject.first()?.digest.get("sha256")?)
    }

    pub fn upstream(&self) -> &str {
        &self.predicate.build_definition.external_parameters.upstream
    }

    pub fn release(&self) -> &str {
        &self.predicate.build_definition.external_parameters.release
    }

    /// How the tags of the upstream name releases, as far as one tag shows it.
    pub fn tags(&self) -> Option<TagFormat> {
        let inputs = &self.predicate.build_definition.resolved_dependencies;
        let upstream = inputs.iter().find(|input| input.name == UPSTREAM)?;
        let (_, tag) = upstream.uri.as_ref()?.split_once("@refs/tags/")?;
        let (before, after) = tag.split_once(self.release())?;
        format!("{before}{{version}}{after}").parse().ok()
    }

    /// The version that is published.
    pub fn version(&self) -> &str {
        &self.predicate.build_definition.external_parameters.version
    }

    pub fn commit(&self) -> Option<&str> {
        self.input(UPSTREAM, "gitCommit")
    }

    pub fn tree(&self) -> Option<&str> {
        self.input(UPSTREAM, "gitTree")
    }

    /// The digest of the registry's archive of the release, in hexadecimal digits.
    pub fn registry(&self) -> Option<&str> {
        self.input(REGISTRY, "sha256")
    }

    /// Upstream's own archive, if upstream uploads it.
    pub fn uploaded(&self) -> Option<Uploaded> {
        let strip_prefix = self.strip_prefix()?.to_owned();
        let url = self.upstreams_archive()?.uri.clone()?;
        Some(Uploaded { url, strip_prefix, unlike: Vec::new() })
    }

    /// The directory in upstream's own archive, if it is another one than most have.
    pub fn strip_prefix(&self) -> Option<&str> {
        self.upstreams_archive()?.annotations.get(STRIP_PREFIX)?.as_str()
    }

    fn upstreams_archive(&self) -> Option<&Resource> {
        let inputs = &self.predicate.build_definition.resolved_dependencies;
        inputs.iter().find(|input| input.name == REGISTRY)
    }

    /// The patches: the name of each, and its digest in hexadecimal digits.
    pub fn patches(&self) -> Vec<(&str, &str)> {
        let definition = &self.predicate.build_definition;
        let inputs = definition.resolved_dependencies.iter().filter_map(|input| {
            let name = input.name.strip_prefix(&definition.external_parameters.series)?;
            Some((name.strip_prefix('/')?, input.digest.get("sha256")?.as_str()))
        });
        inputs.collect()
    }

    /// The tree after the last patch.
    pub fn patched_tree(&self) -> Option<&str> {
        self.made(PATCHED, "gitTree")
    }

    pub fn patched_commit(&self) -> Option<&str> {
        self.made(PATCHED_COMMIT, "gitCommit")
    }

    pub fn patched_commit_tree(&self) -> Option<&str> {
        self.made(PATCHED_COMMIT, "gitTree")
    }

    fn input(&self, name: &str, algorithm: &str) -> Option<&str> {
        digest(&self.predicate.build_definition.resolved_dependencies, name, algorithm)
    }

    fn made(&self, name: &str, algorithm: &str) -> Option<&str> {
        digest(&self.predicate.run_details.byproducts, name, algorithm)
    }
}

fn digest<'a>(resources: &'a [Resource], name: &str, algorithm: &str) -> Option<&'a str> {
    let resource = resources.iter().find(|resource| resource.name == name)?;
    Some(resource.digest.get(algorithm)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::lock::ArchiveLock;
    use crate::support::ids::{CommitId, Sri, TreeId};

    fn release(name: &str, byte: u8) -> ReleaseLock {
        let (commit, tree) = (CommitId::new([byte; 20]), TreeId::new([byte + 1; 20]));
        ReleaseLock {
            release: name.parse().unwrap(),
            commit,
            tree,
            registry_integrity: Some(Sri::of(b"registry")),
            revision: Some(3),
            patched_tree: TreeId::new([byte + 2; 20]),
            patched_commit: CommitId::new([byte + 3; 20]),
            patched_commit_tree: TreeId::new([byte + 4; 20]),
            archive: ArchiveLock {
                file: format!("m-{name}.patched.3.tar.gz"),
                strip_prefix: format!("m-{name}.patched.3"),
                integrity: Sri::of(b"archive"),
            },
            uploaded: None,
            tested: None,
        }
    }

    /// Whether the registry's archive was made again.
    #[derive(PartialEq, Eq)]
    enum Upstreams {
        Reproduced,
        NotReproduced,
    }

    fn statement(archive: &Upstreams) -> Statement {
        stated(archive, &Upstream::plain("m", "https://example.com/m"), &release("1.0.0", 6))
    }

    /// The statement about a release that is not the pin.
    fn stated(archive: &Upstreams, upstream: &Upstream, supported: &ReleaseLock) -> Statement {
        let pin = release("1.1.0", 1);
        let patches = vec![PatchLock {
            name: "0001-a.patch".parse().unwrap(),
            integrity: Sri::of(b"patch"),
            tree: TreeId::new([9; 20]),
        }];
        let series = SeriesLock {
            patches: "patches".into(),
            releases: None,
            pin,
            patches_applied: patches.clone(),
            supported: vec![supported.clone()],
        };
        Statement::new(Publication {
            upstream,
            series: &series,
            patches: &patches,
            release: supported,
            is_reproduced: *archive == Upstreams::Reproduced,
        })
    }

    #[test]
    fn an_archive_that_was_made_again_says_so() {
        let count = |archive| statement(&archive).print().matches(REPRODUCED).count();
        assert_eq!([count(Upstreams::Reproduced), count(Upstreams::NotReproduced)], [1, 0]);
    }

    #[test]
    fn an_archive_in_another_place_or_directory_is_stated_with_them() {
        let said = |upstream: &Upstream, uploaded: Option<Uploaded>| {
            let release = ReleaseLock { uploaded, ..release("1.0.0", 6) };
            let statement = stated(&Upstreams::NotReproduced, upstream, &release);
            (statement.strip_prefix().map(str::to_owned), statement.uploaded())
        };
        let plain = Upstream::plain("m", "https://example.com/m");
        let strip_prefix = Some("{tag}/m".parse().unwrap());
        let prefixed = Upstream { strip_prefix, ..plain.clone() };
        let uploaded = Uploaded {
            url: "https://example.com/m.tgz".into(),
            strip_prefix: "there".into(),
            unlike: Vec::new(),
        };
        assert_eq!(said(&plain, None), (None, None));
        assert_eq!(said(&prefixed, None), (Some("1.0.0/m".into()), None));
        let there = (Some("there".into()), Some(uploaded.clone()));
        assert_eq!(said(&plain, Some(uploaded.clone())), there);
        assert_eq!(said(&prefixed, Some(uploaded)), there);
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let statement = statement(&Upstreams::Reproduced);
        let text = statement.print();
        let read = Statement::parse(text.as_bytes()).unwrap();
        assert_eq!(read, statement);
        assert_eq!(read.print(), text);
        let commit = CommitId::new([6; 20]).to_string();
        assert_eq!(read.commit(), Some(commit.as_str()));
        assert_eq!(read.patches(), [("0001-a.patch", Sri::of(b"patch").hex().as_str())]);
        assert_eq!(read.subject(), Some(Sri::of(b"archive").hex().as_str()));
        assert_eq!(read.registry(), Some(Sri::of(b"registry").hex().as_str()));
        for words in ["\"name\": \"pin\"", "@refs/tags/1.1.0", "not signed", "sha256", BUILDER] {
            assert!(text.contains(words), "{words}: {text}");
        }
        for words in ["startedOn", "finishedOn", "invocationId"] {
            assert!(!text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn only_the_tool_and_its_gzip_may_differ() {
        let statement = statement(&Upstreams::Reproduced);
        assert!(statement.is_same(&self::statement(&Upstreams::NotReproduced)));
        let version = format!("\"patcher\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let newer = statement.print().replace(&version, "\"patcher\": \"99.0.0\"");
        assert!(newer != statement.print());
        assert!(statement.is_same(&Statement::parse(newer.as_bytes()).unwrap()));
        let hex = Sri::of(b"patch").hex();
        let edited = statement.print().replace(&hex, &Sri::of(b"other").hex());
        assert!(!statement.is_same(&Statement::parse(edited.as_bytes()).unwrap()));
    }

    #[test]
    fn other_statements_are_refused() {
        let text = statement(&Upstreams::Reproduced).print();
        for (from, to) in [
            (STATEMENT, "https://in-toto.io/Statement/v0.1"),
            (PREDICATE, "https://slsa.dev/provenance/v0.2"),
            (BUILD_TYPE, "https://example.com/build"),
            ("\"module\"", "\"modul\""),
        ] {
            assert!(Statement::parse(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        let extended = text.replacen('{', "{\"other_field\": 1,", 1);
        assert!(Statement::parse(extended.as_bytes()).is_ok());
    }
}
