//! `upstream.lock`: the pin, and every fact that is derived from it.
//!
//! Written by patcher alone, in one canonical form that ends in nothing but what the
//! format says; a checksum over the rest tells a hand edit and a truncated file from
//! patcher's own writing, and `check` derives each fact again to name the edited one.

use serde::{Deserialize, Serialize};

use crate::project::scenario::Phase;
use crate::support::ids::{CommitId, ModuleVersion, PatchName, Release, ReleaseRange, Sri, TreeId};
use crate::support::problem::{Kind, Problem};

/// The file's name, beside the project's `patches/`.
pub const FILE: &str = "upstream.lock";

/// The format that this patcher reads and writes.
const VERSION: u32 = 2;

const HEADING: &str = "\
# Written by patcher: do not edit. `patcher sync` refreshes it, `patcher check` derives it again.
";

/// The whole lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    checksum: Option<Sri>,
    /// Where the upstream is.
    pub upstream: Upstream,
    /// The series with their pins, the one for the newest releases first.
    #[serde(rename = "line")]
    pub series: Vec<SeriesLock>,
}

/// The upstream repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// The Bazel module's name.
    pub module: String,
    /// The repository's URL.
    pub url: String,
}

/// A series, its pin, and the releases that it supports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesLock {
    /// The directory of the series.
    pub patches: String,
    /// The releases that the line is for, as patcher.toml says; absent where it is for its
    /// pin alone.
    pub releases: Option<ReleaseRange>,
    /// The release that the patches apply to, exactly, and what they make of it.
    pub pin: ReleaseLock,
    /// The patches, in order.
    #[serde(default, rename = "patch", skip_serializing_if = "Vec::is_empty")]
    pub patches_applied: Vec<PatchLock>,
    /// The other releases, newest first: the series is merged onto them.
    #[serde(default, rename = "served", skip_serializing_if = "Vec::is_empty")]
    pub supported: Vec<ReleaseLock>,
}

/// A release, and what the series makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseLock {
    /// The release, which is also its tag.
    pub release: Release,
    /// The commit that the tag names.
    pub commit: CommitId,
    /// That commit's tree.
    pub tree: TreeId,
    /// What the Bazel registry says of the unpatched archive, from its `source.json`;
    /// absent where the registry does not have the release, or could not be asked.
    pub registry_integrity: Option<Sri>,
    /// The `N` of `RELEASE.patched.N`; absent for an empty series.
    pub revision: Option<u32>,
    /// The tree after the last patch.
    pub patched_tree: TreeId,
    /// The published commit: the last patch's, then the version stamp.
    #[serde(rename = "tip")]
    pub patched_commit: CommitId,
    /// The published commit's tree.
    #[serde(rename = "tip_tree")]
    pub patched_commit_tree: TreeId,
    /// The published archive.
    pub archive: ArchiveLock,
    /// What the scenarios showed, where they ran.
    pub verified: Option<Verified>,
}

/// The published archive, in the words of the registry's `source.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveLock {
    /// The file's name.
    pub file: String,
    /// The one directory that everything in it is under.
    pub strip_prefix: String,
    /// The digest of its bytes.
    pub integrity: Sri,
}

/// A patch of the series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchLock {
    /// The file's name.
    pub name: PatchName,
    /// The digest of its bytes.
    pub integrity: Sri,
    /// The tree after it.
    pub tree: TreeId,
}

/// The scenarios' verdicts, every one as expected, and what they are bound to: of another
/// tree, suite or Bazel they say nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verified {
    /// The patched tree that was built with.
    pub tree: TreeId,
    /// The digest of the scenarios.
    pub suite: Sri,
    /// The version of Bazel.
    pub bazel: String,
    /// How far Bazel went at most: `test` is as far as each scenario goes.
    pub depth: Phase,
    /// The scenarios that fail on the unpatched tree and pass on the patched one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Those that end differently on the two trees in another way, as they should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub as_intended: Vec<String>,
    /// Those that end alike on both trees, as they should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub control_held: Vec<String>,
    /// Those that do not apply to the release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<String>,
}

impl Verified {
    /// How many scenarios ran.
    pub fn count(&self) -> usize {
        self.fixed.len() + self.as_intended.len() + self.control_held.len()
    }
}

impl ReleaseLock {
    /// The version that is published of it.
    pub fn version(&self) -> ModuleVersion {
        ModuleVersion { release: self.release, revision: self.revision }
    }
}

impl SeriesLock {
    /// Every release of the line, the pin first.
    pub fn all(&self) -> impl Iterator<Item = &ReleaseLock> {
        std::iter::once(&self.pin).chain(&self.supported)
    }

    /// What is locked of a release.
    pub fn find(&self, release: Release) -> Option<&ReleaseLock> {
        self.all().find(|locked| locked.release == release)
    }
}

impl Lock {
    /// A lock of the current format.
    pub fn new(upstream: Upstream, series: Vec<SeriesLock>) -> Self {
        Self { version: VERSION, checksum: None, upstream, series }
    }

    /// What is locked of a release, whichever line supports it.
    pub fn find(&self, release: Release) -> Option<&ReleaseLock> {
        self.series.iter().find_map(|line| line.find(release))
    }

    /// Reads a lock, whatever its checksum says: see [`Lock::tampering`].
    ///
    /// # Errors
    ///
    /// Why it cannot be read: another format version, or text that patcher never wrote.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let unreadable = |message: String| {
            Problem::new(Kind::Finding, FILE, message)
                .hint("it is truncated or edited by hand: restore it (`git restore upstream.lock`)")
        };
        if text.trim().is_empty() {
            return Err(unreadable("is empty".into()));
        }
        let at = |error: &toml::de::Error| match error.span() {
            Some(span) => 1 + text[..span.start.min(text.len())].matches('\n').count(),
            None => text.lines().count().max(1),
        };
        let table: toml::Table = toml::from_str(text)
            .map_err(|error| unreadable(error.message().to_owned()).at(at(&error)))?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(version) if version == i64::from(VERSION) => {}
            Some(version) => {
                let line = line_of(text, "version =").unwrap_or(1);
                let message = format!("format version {version}, this patcher reads {VERSION}");
                let problem = Problem::new(Kind::Input, FILE, message).at(line);
                return Err(problem.hint("use the patcher that wrote it, or a newer one"));
            }
            None => return Err(unreadable("there is no format version in it".into()).at(1)),
        }
        let lock: Self = toml::from_str(text)
            .map_err(|error| unreadable(error.message().to_owned()).at(at(&error)))?;
        if lock.series.is_empty() {
            return Err(unreadable("pins nothing: there is no [[line]] in it".into()).at(1));
        }
        Ok(lock)
    }

    /// Whether the text is patcher's own: its checksum holds, and it is in canonical form.
    pub fn tampering(text: &str) -> Option<Problem> {
        let lock = Self::parse(text).ok()?;
        if lock.print() == text {
            return None;
        }
        let line = line_of(text, "checksum =").unwrap_or(1);
        let problem = Problem::new(Kind::Finding, FILE, "the checksum does not hold").at(line);
        Some(problem.hint(
            "it was edited by hand or is truncated: restore it (`git restore upstream.lock`)",
        ))
    }

    /// The canonical text.
    pub fn print(&self) -> String {
        let body = |checksum| {
            let lock = Self { checksum, ..self.clone() };
            let text = toml::to_string(&lock).unwrap_or_default();
            format!("{HEADING}{text}")
        };
        body(Some(Sri::of(body(None).as_bytes())))
    }
}

/// The first line of `text` that holds `needle`, from 1.
pub fn line_of(text: &str, needle: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(needle)).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let tree: TreeId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().unwrap();
        let commit: CommitId = "281e98aa3a103356ed8fa3aaf36f3bf646f28fd9".parse().unwrap();
        let pin = ReleaseLock {
            release: "2.3.2".parse().unwrap(),
            commit,
            tree,
            registry_integrity: Some(Sri::of(b"registry")),
            revision: Some(1),
            patched_tree: tree,
            patched_commit: commit,
            patched_commit_tree: tree,
            archive: ArchiveLock {
                file: "m-2.3.2.patched.1.tar.gz".into(),
                strip_prefix: "m-2.3.2.patched.1".into(),
                integrity: Sri::of(b"archive"),
            },
            verified: Some(Verified {
                tree,
                suite: Sri::of(b"suite"),
                bazel: "7.7.1".into(),
                depth: Phase::Test,
                fixed: vec!["issue-1".into(), "issue-2".into()],
                as_intended: Vec::new(),
                control_held: vec!["control".into()],
                not_applicable: Vec::new(),
            }),
        };
        let supported = ReleaseLock { release: "2.3.1".parse().unwrap(), ..pin.clone() };
        let line = SeriesLock {
            patches: "patches".into(),
            releases: Some(">=2.3.0, <2.4.0".parse().unwrap()),
            pin,
            patches_applied: vec![PatchLock {
                name: "0001-a.patch".parse().unwrap(),
                integrity: Sri::of(b"patch"),
                tree,
            }],
            supported: vec![supported],
        };
        let url = "https://example.com/m".into();
        Lock::new(Upstream { module: "m".into(), url }, vec![line])
    }

    #[test]
    fn printing_and_parsing_are_inverse() {
        let text = lock().print();
        let parsed = Lock::parse(&text).unwrap();
        assert_eq!(parsed.print(), text);
        assert_eq!(parsed.series, lock().series);
        assert_eq!(Lock::tampering(&text), None);
    }

    #[test]
    fn every_edited_byte_is_noticed() {
        let text = lock().print();
        for (index, byte) in text.bytes().enumerate() {
            let mut edited = text.clone().into_bytes();
            edited[index] = if byte == b'a' { b'b' } else { b'a' };
            let edited = String::from_utf8(edited).unwrap();
            let noticed = Lock::parse(&edited).is_err() || Lock::tampering(&edited).is_some();
            assert!(noticed, "byte {index}: {edited}");
        }
    }

    #[test]
    fn every_truncation_is_noticed() {
        let text = lock().print();
        for length in 0..text.len() {
            let cut = &text[..length];
            assert!(Lock::parse(cut).is_err() || Lock::tampering(cut).is_some(), "{length}");
        }
    }

    #[test]
    fn another_format_version_is_named() {
        let text = lock().print().replace("version = 2", "version = 3");
        let problem = Lock::parse(&text).unwrap_err();
        assert_eq!(problem.to_string(), "upstream.lock:2: format version 3, this patcher reads 2");
        assert_eq!(problem.kind, Kind::Input);
    }
}
