//! What the links of the chain rest on: the archive, the mirror, and every source that states a
//! fact of it.

use std::collections::BTreeMap;

use crate::git::store::{Commit, Store};
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock;
use crate::project::lock::{Lock, ReleaseLock, SeriesLock, Uploaded};
use crate::publish::archive::gzip;
use crate::publish::gnu_gzip::GnuGzip;
use crate::publish::provenance::Statement;
use crate::publish::stamp::NOTICE_FILE;
use crate::publish::uploaded_bytes::Got;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, Release, Sri};
use crate::support::problem::Kind;
use crate::support::tag_format::TagFormat;
use crate::support::text::counted;
use crate::verify::chain::agreed;
use crate::verify::consumer_archive::ConsumerArchive;
use crate::verify::notice::Noticed;
use crate::verify::opened::Opened;

/// The sources of facts, as they are named.
pub(super) const NOTICE: &str = NOTICE_FILE;
pub(super) const STATEMENT: &str = "the statement";
pub(super) const TAG: &str = "the mirror's tag";

/// What an archive is held against.
pub(super) struct Given<'a> {
    pub store: &'a Store,
    pub tags: BTreeMap<Release, CommitId>,
    /// How the tags name releases.
    pub tag_format: TagFormat,
    /// What a lock says of the release, the project's or a published one.
    pub locked: Option<Locked<'a>>,
    /// The project that holds the patches, if one is here that supports the release.
    pub project: Option<(&'a Project, SupportedRelease<'a>)>,
    /// What lies beside the archive.
    pub statement: Option<Statement>,
    /// What a consumer asks for.
    pub consumer: Option<ConsumerArchive>,
    /// The program that made the registry's archive.
    pub gzip: Option<GnuGzip>,
    /// Upstream's own archive, if upstream uploads it: no program makes it again.
    pub uploaded: Option<UploadedArchive>,
}

/// An archive that upstream uploaded.
pub(super) struct UploadedArchive {
    /// Where it is by the lock, or else by the statement.
    pub place: Uploaded,
    pub got: Got,
}

/// What a lock says of a release.
#[derive(Clone, Copy)]
pub(super) struct Locked<'a> {
    /// How the lock is named.
    pub name: &'a str,
    pub lock: &'a Lock,
    pub series: &'a SeriesLock,
    pub release: &'a ReleaseLock,
}

/// How the files of an archive are to those that were made again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Files {
    Same,
    Different,
}

/// An archive, what it is held against, and the commit that it is said to be made of.
pub(super) struct Evidence<'a> {
    pub(super) opened: &'a Opened,
    pub(super) given: &'a Given<'a>,
    pub(super) base: Commit,
}

impl<'a> Evidence<'a> {
    /// The evidence on an archive.
    ///
    /// # Errors
    ///
    /// No source names a commit, or the mirror lacks it: then nothing is known.
    pub(super) fn new(opened: &'a Opened, given: &'a Given<'a>) -> Result<Self> {
        let base = given.store.commit(base_commit(opened, given)?)?;
        given.store.ensure_complete(base.tree)?;
        Ok(Self { opened, given, base })
    }

    pub(super) fn release(&self) -> Release {
        self.opened.version.release
    }

    pub(super) fn locked(&self) -> Option<&ReleaseLock> {
        Some(self.given.locked?.release)
    }

    /// How the lock is named.
    pub(super) fn lock_name(&self) -> &'a str {
        self.given.locked.map_or(lock::FILE, |locked| locked.name)
    }

    /// A fact of the statement's.
    pub(super) fn stated<'b>(
        &'b self,
        fact: impl Fn(&'b Statement) -> Option<&'b str>,
    ) -> Option<String> {
        self.given.statement.as_ref().and_then(fact).map(str::to_owned)
    }

    /// A digest of the statement's, which has it in hexadecimal digits.
    pub(super) fn stated_digest<'b>(
        &'b self,
        fact: impl Fn(&'b Statement) -> Option<&'b str>,
    ) -> Option<String> {
        self.stated(fact).map(|digits| integrity(&digits))
    }

    /// A fact of the notice's.
    pub(super) fn noticed<T>(&self, fact: impl Fn(&Noticed) -> T) -> Option<T> {
        self.opened.noticed.as_ref().map(fact)
    }

    /// The names of the patches, by everyone who names them.
    pub(super) fn patch_names(&self) -> Vec<String> {
        let list = |names: &[String]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let stated = self.given.statement.as_ref().map(|statement| {
            statement.patches().iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()
        });
        let locked = self.given.locked.map(|locked| {
            let patches = locked.series.patches_applied.iter();
            patches.map(|patch| patch.name.to_string()).collect::<Vec<_>>()
        });
        let sources = [
            (self.lock_name(), locked.as_deref().map(list)),
            (NOTICE, self.noticed(|noticed| list(&noticed.patches))),
            (STATEMENT, stated.as_deref().map(list)),
        ];
        agreed("the list of patches", &sources).err().into_iter().collect()
    }

    /// How the patches' digests differ, by lock and statement.
    pub(super) fn patch_digests(&self) -> Vec<String> {
        let stated: BTreeMap<&str, &str> =
            self.given.statement.iter().flat_map(Statement::patches).collect();
        let patches = self.given.locked.iter().flat_map(|locked| &locked.series.patches_applied);
        let faults = patches.filter_map(|patch| {
            let digests = [
                (self.lock_name(), Some(patch.integrity.to_string())),
                (STATEMENT, stated.get(patch.name.as_str()).map(|digest| integrity(digest))),
            ];
            agreed(&format!("the digest of {}", patch.name), &digests).err()
        });
        faults.collect()
    }

    /// What is odd in an archive, whatever its files are.
    pub(super) fn oddities(&self, prefix: &str) -> Vec<String> {
        let mut faults = self.opened.unpacked.faults.clone();
        let found = &self.opened.unpacked.prefix;
        if found != prefix {
            faults.push(format!("everything is in the directory {found:?}, not {prefix:?}"));
        }
        faults
    }

    /// How the bytes differ from those that were made again.
    pub(super) fn compare(&self, tar: &[u8], files: Files) -> Option<String> {
        let opened = self.opened;
        if opened.rest > 0 {
            return Some(format!("{} come after the gzip", counted(opened.rest, "byte")));
        }
        if opened.tar != tar {
            let message = "the files are the same, the tar stream that holds them is not";
            return (files == Files::Same).then(|| message.to_owned());
        }
        let message = "the tar stream is the same, its gzip is not";
        (gzip(tar) != opened.bytes).then(|| message.to_owned())
    }

    /// What the archive's digest is by those who know it.
    pub(super) fn integrities(&self) -> Vec<String> {
        let digests = [
            ("its bytes", Some(self.opened.integrity().to_string())),
            (self.lock_name(), self.locked().map(|locked| locked.archive.integrity.to_string())),
            (STATEMENT, self.stated_digest(Statement::subject)),
        ];
        agreed("the digest of the archive", &digests).err().into_iter().collect()
    }
}

/// A statement's digest as everybody else writes it; as it is, if it is none.
fn integrity(digits: &str) -> String {
    Sri::of_hex(digits).map_or_else(|| digits.to_owned(), |integrity| integrity.to_string())
}

/// The commit to start from: the lock's, or else the one that most of the others name.
fn base_commit(opened: &Opened, given: &Given<'_>) -> Result<CommitId> {
    if let Some(locked) = given.locked {
        return Ok(locked.release.commit);
    }
    let named = [
        given.tags.get(&opened.version.release).copied(),
        opened.noticed.as_ref().map(|noticed| noticed.commit),
        given.statement.as_ref().and_then(|statement| statement.commit()?.parse().ok()),
    ];
    let votes = |commit: &CommitId| named.iter().flatten().filter(|other| *other == commit).count();
    // The first of those with the most votes.
    let best = named.iter().flatten().rev().max_by_key(|commit| votes(commit));
    best.copied().ok_or_else(|| {
        let message = format_args!("no source says which commit {} is", opened.version.release);
        Failure::new(Kind::Input, message).hint("-C names the project that published it")
    })
}
