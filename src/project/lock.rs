//! `upstream.lock`: the pin, and every fact that is derived from it.
//!
//! Only patcher writes it, in one canonical form. A checksum over the rest shows a hand edit or a
//! truncation, and `check` derives each fact again to name the edited one. A lock in an older
//! format is read as one in the current format: see [`old_lock`].
//!
//! It holds every release that is supported ([`SeriesLock`]) and, so that a published version is
//! never used again, what was last published of every other one ([`FormerRelease`]). A lock that
//! has none of those has no `[[former]]` table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::project::locked_archive::{ArchiveLock, Uploaded};
use crate::project::old_lock;
use crate::project::scenario::Phase;
use crate::project::upstream::Upstream;
use crate::support::ids::{CommitId, ModuleVersion, Release, Sri, TreeId};
use crate::support::names::{PatchName, PlainPath, checked};
use crate::support::problem::{Kind, Problem};
use crate::support::releases::ReleaseRange;

/// The file's name, beside the project's `patches/`.
pub const FILE: &str = "upstream.lock";

/// The format that this patcher writes.
pub(super) const FORMAT: u32 = 3;

const HEADING: &str = "\
# Written by patcher: do not edit. `patcher sync` refreshes it, `patcher check` derives it again.
";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The format that it was read in; it is printed in the current one.
    version: u32,
    checksum: Option<Sri>,
    pub upstream: Upstream,
    /// The series with their pins, the one for the newest releases first.
    pub series: Vec<SeriesLock>,
    /// What was published of releases and is not what the series say, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerRelease>,
}

/// A series, its pin, and the releases that it supports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesLock {
    /// The directory of the series.
    #[serde(deserialize_with = "checked::<_, PlainPath>")]
    pub patches: String,
    /// The releases that the series is for, as patcher.toml says; absent if it is only for
    /// its pin.
    pub releases: Option<ReleaseRange>,
    /// The release that the patches apply to, exactly, and what they make of it.
    pub pin: ReleaseLock,
    /// The patches, in order.
    #[serde(default, rename = "patch", skip_serializing_if = "Vec::is_empty")]
    pub patches_applied: Vec<PatchLock>,
    /// The other releases, newest first: the series is merged onto them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    pub tree: TreeId,
    /// What the Bazel registry says of the unpatched archive, from its `source.json`;
    /// absent if the registry does not have the release, or could not be asked.
    pub registry_integrity: Option<Sri>,
    /// The `N` of `RELEASE.patched.N`; absent for an empty series.
    pub revision: Option<u32>,
    /// The tree after the last patch.
    pub patched_tree: TreeId,
    /// The published commit: the last patch's, then the version stamp.
    pub patched_commit: CommitId,
    pub patched_commit_tree: TreeId,
    pub archive: ArchiveLock,
    /// Upstream's own archive, if upstream uploads it and it was compared with the tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded: Option<Uploaded>,
    /// What the scenarios showed, if they ran.
    pub tested: Option<Tested>,
}

/// What was last published of a release that is no longer supported, or only with an empty series.
/// If a series supports it again, it keeps the revision for the same bytes, or gets the next one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerRelease {
    pub release: Release,
    /// The commit that the tag named.
    pub commit: CommitId,
    /// What the Bazel registry says of the unpatched archive.
    pub registry_integrity: Option<Sri>,
    /// The highest `N` of `RELEASE.patched.N`; absent if only an empty series was published.
    pub revision: Option<u32>,
    /// What was published under that version: the commit, and the digest of the archive.
    pub patched_commit: CommitId,
    pub archive_integrity: Sri,
    /// Upstream's own archive, as the release had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded: Option<Uploaded>,
}

/// A patch of the series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchLock {
    pub name: PatchName,
    /// The digest of its bytes.
    pub integrity: Sri,
    pub tree: TreeId,
}

/// The scenarios' results, all as expected. Of another tree, suite or Bazel they say nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tested {
    /// The patched tree that was built with.
    pub tree: TreeId,
    /// The digest of the scenarios.
    pub suite: Sri,
    pub bazel: String,
    /// How far Bazel went at most: `test` is as far as each scenario goes.
    pub phase: Phase,
    /// The scenarios that fail on the unpatched tree and pass on the patched one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Those that end differently on the two trees in another way, as they should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expected_change: Vec<String>,
    /// Those that end alike on both trees, as they should.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchanged: Vec<String>,
    /// Those that do not apply to the release.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_applicable: Vec<String>,
}

impl Tested {
    /// How many scenarios ran.
    pub fn count(&self) -> usize {
        self.ran().count()
    }

    /// Whether there is a result of a scenario.
    pub fn has(&self, id: &str) -> bool {
        self.ran().any(|ran| ran == id)
    }

    fn ran(&self) -> impl Iterator<Item = &String> {
        self.fixed.iter().chain(&self.expected_change).chain(&self.unchanged)
    }
}

impl ReleaseLock {
    /// The version that is published of it.
    pub fn version(&self) -> ModuleVersion {
        ModuleVersion { release: self.release, revision: self.revision }
    }
}

impl From<&ReleaseLock> for FormerRelease {
    fn from(locked: &ReleaseLock) -> Self {
        Self {
            release: locked.release,
            commit: locked.commit,
            registry_integrity: locked.registry_integrity.clone(),
            revision: locked.revision,
            patched_commit: locked.patched_commit,
            archive_integrity: locked.archive.integrity.clone(),
            uploaded: locked.uploaded.clone(),
        }
    }
}

impl FormerRelease {
    /// Whether the other one is the same version with the same bytes.
    pub fn is_same(&self, other: &Self) -> bool {
        let bytes = |one: &Self| (one.release, one.revision, one.patched_commit);
        bytes(self) == bytes(other) && self.archive_integrity == other.archive_integrity
    }
}

impl SeriesLock {
    /// Every release of the series, the pin first.
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
        Self { version: FORMAT, checksum: None, upstream, series, former: Vec::new() }
    }

    /// The lock that replaces `before`: with what that one says was published of releases, unless
    /// this one has as much of them.
    pub fn replacing(self, before: &Self) -> Self {
        let mut former: BTreeMap<Release, FormerRelease> = BTreeMap::new();
        for published in before.all_published() {
            let known = former.get(&published.release);
            if known.is_none_or(|known| known.revision <= published.revision) {
                former.insert(published.release, published);
            }
        }
        former.retain(|release, former| {
            self.find(*release).is_none_or(|locked| locked.revision < former.revision)
        });
        Self { former: former.into_values().rev().collect(), ..self }
    }

    /// What is locked of a release, whichever series supports it.
    pub fn find(&self, release: Release) -> Option<&ReleaseLock> {
        self.series.iter().find_map(|series| series.find(release))
    }

    /// What was published of a release that no series supports any more, or only an empty one.
    pub fn former(&self, release: Release) -> Option<&FormerRelease> {
        self.former.iter().find(|former| former.release == release)
    }

    /// What was published of a release: before, and as the series say.
    pub fn published(&self, release: Release) -> impl Iterator<Item = FormerRelease> {
        let former = self.former(release).cloned();
        former.into_iter().chain(self.find(release).map(FormerRelease::from))
    }

    /// What was published of every release: before, and as the series say.
    pub(super) fn all_published(&self) -> impl Iterator<Item = FormerRelease> {
        let supported = self.series.iter().flat_map(SeriesLock::all).map(FormerRelease::from);
        self.former.iter().cloned().chain(supported)
    }

    /// What the Bazel registry says of a release's unpatched archive, if it is known.
    pub fn registry_integrity(&self, release: Release) -> Option<Sri> {
        self.upstream_archive(release).map(|(integrity, _)| integrity)
    }

    /// The same, with where that archive is if upstream uploads it.
    pub fn upstream_archive(&self, release: Release) -> Option<(Sri, Option<Uploaded>)> {
        let known = |locked: FormerRelease| Some((locked.registry_integrity?, locked.uploaded));
        self.published(release).filter_map(known).last()
    }

    /// Reads a lock, whatever its checksum says: see [`Lock::tampering`].
    ///
    /// # Errors
    ///
    /// Why it cannot be read: another format version, or text that patcher never wrote.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let is_one = |lock: &Self| lock.version == FORMAT && !lock.series.is_empty();
        toml::from_str(text).ok().filter(is_one).map_or_else(|| Self::parse_other(text), Ok)
    }

    /// Reads a lock of an older format, or finds out why a text is no lock.
    fn parse_other(text: &str) -> Result<Self, Problem> {
        let unreadable = |message: String| {
            Problem::new(Kind::Finding, FILE, message)
                .hint("it is truncated or edited by hand: restore it (`git restore upstream.lock`)")
        };
        if text.trim().is_empty() {
            return Err(unreadable("is empty".into()));
        }
        if let Some((line, sides)) = sides_of_conflict(text) {
            return Err(unmerged(line, sides));
        }
        let at = |error: &toml::de::Error| match error.span() {
            Some(span) => 1 + text[..span.start.min(text.len())].matches('\n').count(),
            None => text.lines().count().max(1),
        };
        let broken = |error: toml::de::Error| unreadable(error.message().to_owned()).at(at(&error));
        let table: toml::Table = toml::from_str(text).map_err(broken)?;
        let lock: Self = match format_in(&table) {
            Some(FORMAT) => toml::from_str(text).map_err(broken)?,
            Some(old_lock::FORMAT) => {
                old_lock::with_current_keys(table).try_into().map_err(broken)?
            }
            Some(_) => return Err(unknown_format(text, &table)),
            None => return Err(unreadable("there is no format version in it".into()).at(1)),
        };
        if lock.series.is_empty() {
            return Err(unreadable("pins nothing: there is no [[series]] in it".into()).at(1));
        }
        Ok(lock)
    }

    /// Whether the text is patcher's own: its checksum holds, and it is in canonical form.
    pub fn tampering(text: &str) -> Option<Problem> {
        Self::parse(text).ok()?.not_as_written(text)
    }

    /// The same of the lock that is in the text.
    pub(super) fn not_as_written(&self, text: &str) -> Option<Problem> {
        let is_own = match self.old_format() {
            None => self.print() == text,
            Some(_) => self.checksum.as_ref().is_some_and(|checksum| {
                let rest = text.replacen(&format!("checksum = \"{checksum}\"\n"), "", 1);
                Sri::of(rest.as_bytes()) == *checksum
            }),
        };
        if is_own {
            return None;
        }
        let line = line_of(text, "checksum =").unwrap_or(1);
        let problem = Problem::new(Kind::Finding, FILE, "the checksum does not hold").at(line);
        Some(problem.hint(
            "it was edited by hand or is truncated: restore it (`git restore upstream.lock`)",
        ))
    }

    /// The format that the lock was read in, if it is not the current one.
    pub(super) fn old_format(&self) -> Option<u32> {
        (self.version != FORMAT).then_some(self.version)
    }

    pub fn print(&self) -> String {
        let unsigned = Self { version: FORMAT, checksum: None, ..self.clone() };
        let text = toml::to_string(&unsigned).unwrap_or_default();
        let checksum = Sri::of(format!("{HEADING}{text}").as_bytes());
        let (version, rest) = text.split_once('\n').unwrap_or_default();
        format!("{HEADING}{version}\nchecksum = \"{checksum}\"\n{rest}")
    }
}

fn format_in(table: &toml::Table) -> Option<u32> {
    u32::try_from(table.get("version")?.as_integer()?).ok()
}

fn unknown_format(text: &str, table: &toml::Table) -> Problem {
    let version = table.get("version").map(ToString::to_string).unwrap_or_default();
    let (oldest, line) = (old_lock::FORMAT, line_of(text, "version =").unwrap_or(1));
    let message = format!("format version {version}, this patcher reads {oldest} and {FORMAT}");
    let problem = Problem::new(Kind::Input, FILE, message).at(line);
    problem.hint("use the patcher that wrote it, or a newer one")
}

/// The two sides of a text with the conflict markers of a merge, ours first, and the line of the
/// first marker.
fn sides_of_conflict(text: &str) -> Option<(usize, [String; 2])> {
    let first = 1 + text.lines().position(|line| line.starts_with("<<<<<<< "))?;
    let mut sides = [String::new(), String::new()];
    // Which sides the lines are of: none for the base between them.
    let mut of: &[usize] = &[0, 1];
    for line in text.split_inclusive('\n') {
        match line.trim_end().split(' ').next().unwrap_or_default() {
            "<<<<<<<" => of = &[0],
            "|||||||" => of = &[],
            "=======" => of = &[1],
            ">>>>>>>" => of = &[0, 1],
            _ => of.iter().for_each(|side| sides[*side].push_str(line)),
        }
    }
    Some((first, sides))
}

/// What to say of a lock with conflict markers. The side with the higher revisions is to stay,
/// so that no revision is used again: the rest of a lock follows from the project.
fn unmerged(line: usize, sides: [String; 2]) -> Problem {
    let locks = sides.map(|side| Lock::parse(&side).ok());
    let has_higher = |lock: &Option<Lock>, other: &Option<Lock>| {
        let revision = |lock: &Option<Lock>, release| {
            lock.iter().flat_map(|lock| lock.published(release)).filter_map(|p| p.revision).max()
        };
        let series = lock.iter().flat_map(|lock| &lock.series).flat_map(SeriesLock::all);
        let former = lock.iter().flat_map(|lock| &lock.former).map(|former| former.release);
        let mut releases = series.map(|locked| locked.release).chain(former);
        releases.any(|release| revision(lock, release) > revision(other, release))
    };
    let [ours, theirs] = &locks;
    let problem = Problem::new(Kind::Finding, FILE, "has the conflict markers of a merge").at(line);
    let take = |side: &str| format!("`git checkout --{side} {FILE}`, then `patcher sync`");
    match (has_higher(ours, theirs), has_higher(theirs, ours)) {
        (true, true) => problem.hint(format!(
            "take the side whose archives were published: {}; each side has a higher revision of \
             some release, so do not publish those of the other",
            take("ours")
        )),
        (false, true) => problem.hint(format!("take the higher revisions: {}", take("theirs"))),
        _ => problem.hint(format!("take a side and derive the rest again: {}", take("ours"))),
    }
}

/// The first line of `text` that holds `needle`, from 1.
pub fn line_of(text: &str, needle: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(needle)).map(|index| index + 1)
}

/// Locks that are made up, for tests.
#[cfg(test)]
pub(crate) mod made_up {
    use super::*;

    /// A lock of one series, which supports its pin.
    pub(crate) fn lock(pin: ReleaseLock) -> Lock {
        let series = SeriesLock {
            patches: "patches".into(),
            releases: None,
            pin,
            patches_applied: Vec::new(),
            supported: Vec::new(),
        };
        let upstream = Upstream::plain("m", "https://example.com/m");
        Lock::new(upstream, vec![series])
    }

    /// A release whose archive has these bytes.
    pub(crate) fn release(name: &str, revision: u32, bytes: &[u8]) -> ReleaseLock {
        let (commit, tree) = (CommitId::new([1; 20]), TreeId::new([2; 20]));
        let prefix = format!("m-{name}.patched.{revision}");
        ReleaseLock {
            release: name.parse().unwrap(),
            commit,
            tree,
            registry_integrity: None,
            revision: Some(revision),
            patched_tree: tree,
            patched_commit: commit,
            patched_commit_tree: tree,
            archive: ArchiveLock {
                file: format!("{prefix}.tar.gz"),
                strip_prefix: prefix,
                integrity: Sri::of(bytes),
            },
            uploaded: None,
            tested: None,
        }
    }
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
            uploaded: None,
            tested: Some(Tested {
                tree,
                suite: Sri::of(b"suite"),
                bazel: "7.7.1".into(),
                phase: Phase::Test,
                fixed: vec!["issue-1".into(), "issue-2".into()],
                expected_change: Vec::new(),
                unchanged: vec!["control".into()],
                not_applicable: Vec::new(),
            }),
        };
        let supported = ReleaseLock { release: "2.3.1".parse().unwrap(), ..pin.clone() };
        let series = SeriesLock {
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
        Lock::new(Upstream::plain("m", "https://example.com/m"), vec![series])
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
    fn the_highest_revision_of_a_release_is_kept_until_it_is_reached_again() {
        let with = |release: &str, revision| {
            let mut lock = lock();
            let pin = &mut lock.series[0].pin;
            (pin.release, pin.revision) = (release.parse().unwrap(), revision);
            lock.series[0].supported.clear();
            lock
        };
        let former = |lock: &Lock| {
            let former = lock.former.iter();
            former.map(|f| (f.release.to_string(), f.revision)).collect::<Vec<_>>()
        };
        assert_eq!(lock().replacing(&lock()).print(), lock().print());
        let moved = with("2.3.0", Some(3)).replacing(&with("2.3.2", Some(6)));
        assert_eq!(former(&moved), [("2.3.2".into(), Some(6))]);
        let text = moved.print();
        assert!(text.contains("\n[[former]]\nrelease = \"2.3.2\"\n"), "{text}");
        assert_eq!(Lock::parse(&text).unwrap().print(), text);
        assert_eq!(Lock::tampering(&text), None);
        let again = with("2.3.3", Some(1)).replacing(&moved);
        assert_eq!(former(&again), [("2.3.2".into(), Some(6)), ("2.3.0".into(), Some(3))]);
        let empty = with("2.3.2", None).replacing(&again);
        let all = ["2.3.3", "2.3.2", "2.3.0"].map(ToOwned::to_owned);
        assert_eq!(
            former(&empty),
            all.into_iter().zip([Some(1), Some(6), Some(3)]).collect::<Vec<_>>()
        );
        let left = with("2.3.4", Some(1)).replacing(&empty);
        assert_eq!(former(&left), former(&empty));
        let back = with("2.3.2", Some(6)).replacing(&empty);
        assert_eq!(former(&back), [("2.3.3".into(), Some(1)), ("2.3.0".into(), Some(3))]);
        assert_eq!(back.former("2.3.0".parse().unwrap()).unwrap().revision, Some(3));
        assert_eq!(back.registry_integrity("2.3.0".parse().unwrap()), Some(Sri::of(b"registry")));
    }

    #[test]
    fn a_merge_that_git_could_not_make_is_named_with_the_side_to_take() {
        let with = |pin: u32, supported: u32| {
            let mut lock = lock();
            lock.series[0].pin.revision = Some(pin);
            lock.series[0].supported[0].revision = Some(supported);
            lock.print()
        };
        let merge = |ours: &str, theirs: &str| {
            let text =
                format!("#\n<<<<<<< HEAD\n{ours}||||||| base\nx\n=======\n{theirs}>>>>>>> b\n");
            let problem = Lock::parse(&text).unwrap_err();
            assert_eq!(problem.to_string(), "upstream.lock:2: has the conflict markers of a merge");
            problem.hint.unwrap()
        };
        let take =
            |side: &str| format!("`git checkout --{side} upstream.lock`, then `patcher sync`");
        assert!(merge(&with(2, 1), &with(2, 1)).contains(&take("ours")));
        assert!(merge(&with(2, 1), &with(1, 1)).contains(&take("ours")));
        let theirs = merge(&with(2, 1), &with(3, 1));
        assert_eq!(theirs, format!("take the higher revisions: {}", take("theirs")));
        assert!(merge(&with(2, 1), &with(1, 2)).contains("do not publish those of the other"));
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
        let broken = lock().print().replace("version = 3", "version = ?");
        assert_eq!(Lock::parse(&broken).unwrap_err().line, Some(2));
        for version in ["1", "4"] {
            let text = lock().print().replace("version = 3", &format!("version = {version}"));
            let problem = Lock::parse(&text).unwrap_err();
            assert_eq!(
                problem.to_string(),
                format!("upstream.lock:2: format version {version}, this patcher reads 2 and 3")
            );
            assert_eq!(problem.kind, Kind::Input);
        }
    }
}
