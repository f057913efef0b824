//! From an archive back to the registry: each link of the chain, derived again.
//!
//! With the project that holds the patches, everything is made again and compared. Without it,
//! the archive is taken apart: the commit's tree and the files that differ from it must make the
//! same bytes, so that there is nothing else in it; what made these files is then not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::consumer::MODULE_FILE;
use crate::consumer::archive_source::ConsumerOverride;
use crate::git::store::{Commit, Store};
use crate::git::tree::{Entry, EntryKind};
use crate::patch::FileMode;
use crate::port::Applied;
use crate::project::load::{Project, SupportedRelease};
use crate::project::lock::{Lock, ReleaseLock};
use crate::publish::archive::{Substitutions, expand, gzip};
use crate::publish::derive::{self, PatchedCommit};
use crate::publish::gzip::GnuGzip;
use crate::publish::provenance::Statement;
use crate::publish::stamp::{self, NOTICE_FILE};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{CommitId, ModuleVersion, Release, Sri, TreeId};
use crate::support::problem::Kind;
use crate::support::text::counted;
use crate::verify::chain::{Checked, Link, State, agreed};
use crate::verify::notice::Noticed;
use crate::verify::unpack::{self, Unpacked};

/// The sources of facts, as they are named.
const NOTICE: &str = NOTICE_FILE;
const LOCK: &str = "upstream.lock";
const STATEMENT: &str = "the statement";
const TAG: &str = "the mirror's tag";

/// An archive, taken apart, and what it says of itself.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its bytes.
    bytes: Vec<u8>,
    tar: Vec<u8>,
    /// How many bytes come after the gzip.
    rest: usize,
    unpacked: Unpacked,
    noticed: Option<Noticed>,
    /// The module's name.
    pub module: String,
    /// The version.
    pub version: ModuleVersion,
}

impl Opened {
    /// Takes an archive apart, in memory.
    ///
    /// # Errors
    ///
    /// [`Kind::Input`]: it is something else.
    pub fn new(bytes: Vec<u8>) -> Result<Self> {
        let refuse = |what: String| {
            Failure::new(Kind::Input, format_args!("it is no archive of patcher's: {what}"))
        };
        let (tar, rest) = unpack::gunzip(&bytes).map_err(refuse)?;
        let unpacked = unpack::untar(&tar).map_err(refuse)?;
        let text = unpacked.files.get(NOTICE_FILE).map(|file| file.content.as_slice());
        let noticed = text.and_then(|text| Noticed::parse(&String::from_utf8_lossy(text)));
        let said = noticed.as_ref().map(|noticed| (noticed.module.clone(), noticed.version));
        let Some((module, version)) = said.or_else(|| named(&unpacked.prefix)) else {
            let what = match unpacked.commit {
                Some(commit) => format!("it is what `git archive` made of commit {commit}"),
                None => format!("it holds the directory {:?}", unpacked.prefix),
            };
            return Err(refuse(format!("there is no {NOTICE_FILE} in it; {what}")));
        };
        Ok(Self { bytes, tar, rest, unpacked, noticed, module, version })
    }

    /// The digest of its bytes.
    pub fn integrity(&self) -> Sri {
        Sri::of(&self.bytes)
    }

    /// Where it says that its upstream is.
    pub fn upstream(&self) -> Option<&str> {
        Some(&self.noticed.as_ref()?.url)
    }
}

/// The module and the version that a directory is named after.
fn named(prefix: &str) -> Option<(String, ModuleVersion)> {
    prefix.match_indices('-').find_map(|(at, _)| {
        let version = prefix[at + 1..].parse().ok()?;
        Some((prefix[..at].to_owned(), version))
    })
}

/// What an archive is held against.
pub struct Given<'a> {
    /// The mirror's objects.
    pub store: &'a Store,
    /// The mirror's tags.
    pub tags: BTreeMap<Release, CommitId>,
    /// The project that holds the patches, where one is here that supports the release.
    pub project: Option<(&'a Project, SupportedRelease<'a>)>,
    /// What lies beside the archive.
    pub statement: Option<Statement>,
    /// What a consumer asks for.
    pub consumer: Option<ConsumerOverride>,
    /// The program that made the registry's archive.
    pub gzip: Option<GnuGzip>,
}

/// Every link, in order.
///
/// # Errors
///
/// The mirror lacks what has to be read: then nothing is known.
pub fn chain(opened: &Opened, given: &Given<'_>) -> Result<Vec<Checked>> {
    let base = given.store.commit(commit(opened, given)?)?;
    if let Some(missing) = given.store.first_missing(base.tree)? {
        let message = format_args!("the mirror lacks {missing} of commit {}", base.id);
        return Err(Failure::new(Kind::Environment, message)
            .hint("it is a shallow or partial clone: use a full one"));
    }
    let chain = Chain { opened, given, base };
    let mut links = vec![chain.registry()?, chain.commit(), chain.tree()];
    match &given.project {
        Some((project, supported)) => links.extend(chain.by_project(project, supported)?),
        None => links.extend(chain.by_archive()?),
    }
    links.push(chain.consumer());
    Ok(links)
}

/// The commit to go by: the lock's, or else the one that most of the others name.
fn commit(opened: &Opened, given: &Given<'_>) -> Result<CommitId> {
    if let Some((_, supported)) = &given.project {
        return Ok(supported.release.commit);
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
        Failure::new(Kind::Input, message).hint("--root names the project that published it")
    })
}

struct Chain<'a> {
    opened: &'a Opened,
    given: &'a Given<'a>,
    base: Commit,
}

/// What the project makes of the release.
struct Made {
    patched: Applied,
    patched_commit: PatchedCommit,
}

impl Chain<'_> {
    fn release(&self) -> Release {
        self.opened.version.release
    }

    fn locked(&self) -> Option<&ReleaseLock> {
        Some(self.given.project.as_ref()?.1.release)
    }

    /// A fact of the statement's.
    fn stated<'b>(&'b self, fact: impl Fn(&'b Statement) -> Option<&'b str>) -> Option<String> {
        self.given.statement.as_ref().and_then(fact).map(str::to_owned)
    }

    /// A fact of the notice's.
    fn noticed<T>(&self, fact: impl Fn(&Noticed) -> T) -> Option<T> {
        self.opened.noticed.as_ref().map(fact)
    }

    fn registry(&self) -> Result<Checked> {
        let release = self.release();
        let locked = self.locked().and_then(|locked| locked.registry_integrity.as_ref());
        let sources = [(LOCK, locked.map(Sri::hex)), (STATEMENT, self.stated(Statement::registry))];
        let fault = agreed("the digest of the registry's archive", &sources).err();
        let [(_, known), (_, stated)] = sources;
        let Some(known) = known.or(stated) else {
            let why = format!("what the registry says of {release} is not known");
            return Ok(Link::Registry.is(State::NotChecked, why));
        };
        let Some(gzip) = &self.given.gzip else {
            let why = "there is no GNU gzip to make the registry's archive with";
            return Ok(Link::Registry.is(State::NotChecked, why));
        };
        let mut made = Vec::new();
        // Which of them is the right one is the next link's matter.
        for commit in [Some(self.base.id)].into_iter().chain(self.other_commits()).flatten() {
            let Ok(base) = self.given.store.commit(commit) else { continue };
            let tar = derive::unpatched_tar(self.given.store, &self.opened.module, release, &base)?;
            let digest = Sri::of(&gzip.compress(tar)?);
            if digest.hex() == known {
                let holds = format!("{digest} is made again from {}", commit.short());
                return Ok(Link::Registry.judged(fault.as_slice(), holds));
            }
            made.push((commit, digest));
        }
        let found = made.first().map_or(String::new(), |(commit, digest)| {
            format!(", the one made from {} has {}", commit.short(), digest.hex())
        });
        let fault =
            fault.unwrap_or(format!("the registry's archive has the digest {known}{found}"));
        Ok(Link::Registry.is(State::DoesNotHold, fault))
    }

    /// The commits that somebody names beside the one to go by.
    fn other_commits(&self) -> Vec<Option<CommitId>> {
        let mut others = vec![
            self.given.tags.get(&self.release()).copied(),
            self.noticed(|noticed| noticed.commit),
            self.stated(Statement::commit).and_then(|commit| commit.parse().ok()),
        ];
        others.retain(|commit| *commit != Some(self.base.id));
        others
    }

    fn commit(&self) -> Checked {
        let release = self.release();
        let tag = self.given.tags.get(&release);
        let names = [
            (LOCK, self.locked().map(|locked| locked.commit.to_string())),
            (NOTICE, self.noticed(|noticed| noticed.commit.to_string())),
            (STATEMENT, self.stated(Statement::commit)),
            (TAG, tag.map(ToString::to_string)),
        ];
        let lock = self.given.project.as_ref().map(|(_, supported)| supported.lock);
        let urls = [
            (LOCK, lock.map(|lock| lock.upstream.url.clone())),
            (NOTICE, self.noticed(|noticed| noticed.url.clone())),
            (STATEMENT, self.stated(|statement| Some(statement.upstream()))),
        ];
        let releases = [
            (NOTICE, self.noticed(|noticed| noticed.release.to_string())),
            ("the version", Some(release.to_string())),
            (STATEMENT, self.stated(|statement| Some(statement.release()))),
        ];
        let said = agreed(&format!("the commit of {release}"), &names);
        let others = [agreed("the upstream", &urls), agreed("the release", &releases)];
        let mut broken: Vec<String> = said.clone().err().into_iter().collect();
        broken.extend(others.into_iter().filter_map(Result::err));
        let by = said.unwrap_or_default();
        let id = self.base.id.short();
        if broken.is_empty() && names.iter().filter(|(_, name)| name.is_some()).count() < 2 {
            let why = format!("{release} is {id} by {by} alone: the mirror has no such tag");
            return Link::Commit.is(State::NotChecked, why);
        }
        let tagless = if tag.is_none() { "; the mirror has no such tag" } else { "" };
        Link::Commit.judged(&broken, format!("{release} is {id} by {by}{tagless}"))
    }

    fn tree(&self) -> Checked {
        let sources = [
            ("the commit", Some(self.base.tree.to_string())),
            (LOCK, self.locked().map(|locked| locked.tree.to_string())),
            (STATEMENT, self.stated(Statement::tree)),
        ];
        let said = agreed("the tree", &sources);
        let holds = format!("{}, whole in the mirror", self.base.tree.short());
        Link::Tree.judged(said.err().as_slice(), holds)
    }

    /// The names of the patches, by everyone who names them.
    fn patch_names(&self, locked: Option<&[String]>) -> Vec<String> {
        let list = |names: &[String]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let stated = self.given.statement.as_ref().map(|statement| {
            statement.patches().iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()
        });
        let sources = [
            (LOCK, locked.map(list)),
            (NOTICE, self.noticed(|noticed| list(&noticed.patches))),
            (STATEMENT, stated.as_deref().map(list)),
        ];
        agreed("the list of patches", &sources).err().into_iter().collect()
    }

    /// The links that the patches are in, with the project that holds them.
    fn by_project(
        &self,
        project: &Project,
        supported: &SupportedRelease<'_>,
    ) -> Result<[Checked; 3]> {
        let (patches, made) = self.patches(project, supported)?;
        let Some(made) = made else {
            let why = "the patches do not apply";
            let tree = Link::PatchedTree.is(State::NotChecked, why);
            let archive = Link::Archive.judged(&self.integrities(), "");
            let archive = match archive.state {
                State::Holds => Link::Archive.is(State::NotChecked, why),
                _ => archive,
            };
            return Ok([patches, tree, archive]);
        };
        let Made { patched, patched_commit } = &made;
        let store = self.given.store;
        let files =
            derive::files(store, &patched_commit.commit, &patched_commit.version.to_string())?;
        let prefix = &supported.release.archive.strip_prefix;
        let tar = derive::tar_of(&files, &patched_commit.commit, prefix)?;
        let wanted = unpack::untar(&tar).map_err(|why| Failure::defect(anyhow::anyhow!(why)))?;
        let mut differences = unpack::differences(&self.opened.unpacked, &wanted);
        let stamped: BTreeMap<&str, String> = [MODULE_FILE, NOTICE_FILE]
            .into_iter()
            .filter_map(|file| differences.remove_entry(file))
            .collect();
        let trees = [
            ("the patches", Some(patched.tree().to_string())),
            (LOCK, Some(supported.release.patched_tree.to_string())),
            (STATEMENT, self.stated(Statement::patched_tree)),
        ];
        let mut faults: Vec<String> =
            agreed("the patched tree", &trees).err().into_iter().collect();
        if !differences.is_empty() {
            faults.push(unpack::described(&differences));
        }
        let holds = format!(
            "{}: the archive's {} are its files",
            patched.tree().short(),
            counted(wanted.files.len(), "file")
        );
        let tree = Link::PatchedTree.judged(&faults, holds);
        let has_same_files = differences.is_empty() && stamped.is_empty();
        let archive = self.archive(supported, &made, &tar, &stamped, has_same_files);
        Ok([patches, tree, archive])
    }

    /// The patches, and what they make.
    fn patches(
        &self,
        project: &Project,
        supported: &SupportedRelease<'_>,
    ) -> Result<(Checked, Option<Made>)> {
        let SupportedRelease { lock, line, release, series } = supported;
        let store = self.given.store;
        let names: Vec<String> =
            line.patches_applied.iter().map(|patch| patch.name.to_string()).collect();
        let mut faults = self.patch_names(Some(&names));
        let changed = derive::changed_patches(&project.lock_text, line, &series.patches);
        faults.extend(changed.iter().map(ToString::to_string));
        let stated: BTreeMap<&str, &str> =
            self.given.statement.iter().flat_map(Statement::patches).collect();
        for patch in &line.patches_applied {
            let digests = [
                (LOCK, Some(patch.integrity.hex())),
                (STATEMENT, stated.get(patch.name.as_str()).map(|&digest| digest.to_owned())),
            ];
            faults.extend(agreed(&format!("the digest of {}", patch.name), &digests).err());
        }
        let pinned = Applied::at_pin(store, line, series)?;
        let grave = pinned.problems.iter().filter(|problem| !problem.is_mendable);
        faults.extend(grave.map(ToString::to_string));
        let mut patched = None;
        if pinned.is_complete {
            match pinned.at(store, release.release, &self.base) {
                Ok(there) => patched = Some(there),
                Err(failure) => faults.push(failure.error.to_string()),
            }
        }
        let patched_commit = |patched: Applied| -> Result<Made> {
            let patched_commit =
                derive::patched_commit(store, &lock.upstream, &patched, release.revision)?;
            Ok(Made { patched, patched_commit })
        };
        let made = patched.map(patched_commit).transpose()?;
        let at = line.pin.release;
        let holds = match line.patches_applied.len() {
            0 => "there are none".to_owned(),
            1 => format!("1 patch of the project fits exactly at {at}"),
            count => format!("{} of the project fit exactly at {at}", counted(count, "patch")),
        };
        Ok((Link::Patches.judged(&faults, holds), made))
    }

    /// The archive, made again.
    fn archive(
        &self,
        supported: &SupportedRelease<'_>,
        made: &Made,
        tar: &[u8],
        stamped: &BTreeMap<&str, String>,
        has_same_files: bool,
    ) -> Checked {
        let SupportedRelease { lock, line, release, .. } = supported;
        let mut faults = self.oddities(&release.archive.strip_prefix);
        if !stamped.is_empty() {
            faults.push(unpack::described(stamped));
        }
        let (patched_commit, unpacked) = (&made.patched_commit.commit, &self.opened.unpacked);
        let commits = [
            ("the patches", Some(patched_commit.id.to_string())),
            ("the archive", Some(unpacked.commit.map_or("none".into(), |id| id.to_string()))),
            (LOCK, Some(release.patched_commit.to_string())),
            (STATEMENT, self.stated(Statement::patched_commit)),
        ];
        faults.extend(agreed("the published commit", &commits).err());
        let trees = [
            ("the patches", Some(patched_commit.tree.to_string())),
            (LOCK, Some(release.patched_commit_tree.to_string())),
            (STATEMENT, self.stated(Statement::patched_commit_tree)),
        ];
        faults.extend(agreed("the published commit's tree", &trees).err());
        faults.extend(self.compare(tar, has_same_files));
        faults.extend(self.integrities());
        let patches = &line.patches_applied;
        let expected = Statement::new(&lock.upstream, line, patches, release, false);
        let statement = self.given.statement.as_ref();
        if faults.is_empty() && statement.is_some_and(|statement| !statement.is_same(&expected)) {
            faults.push("the statement is not the one that patcher writes of it".to_owned());
        }
        let by = if statement.is_some() { ", as the statement says" } else { "" };
        let holds = format!("{} is made again to the byte{by}", self.opened.integrity());
        Link::Archive.judged(&faults, holds)
    }

    /// What is odd in an archive, whatever its files are.
    fn oddities(&self, prefix: &str) -> Vec<String> {
        let mut faults = self.opened.unpacked.faults.clone();
        let found = &self.opened.unpacked.prefix;
        if found != prefix {
            faults.push(format!("everything is in the directory {found:?}, not {prefix:?}"));
        }
        faults
    }

    /// How the bytes differ from those that were made again.
    fn compare(&self, tar: &[u8], has_same_files: bool) -> Option<String> {
        let opened = self.opened;
        if opened.rest > 0 {
            return Some(format!("{} come after the gzip", counted(opened.rest, "byte")));
        }
        if opened.tar != tar {
            let message = "the files are the same, the tar stream that holds them is not";
            return has_same_files.then(|| message.to_owned());
        }
        let message = "the tar stream is the same, its gzip is not";
        (gzip(tar) != opened.bytes).then(|| message.to_owned())
    }

    /// What the archive's digest is by those who know it.
    fn integrities(&self) -> Vec<String> {
        let digests = [
            ("its bytes", Some(self.opened.integrity().hex())),
            (LOCK, self.locked().map(|locked| locked.archive.integrity.hex())),
            (STATEMENT, self.stated(Statement::subject)),
        ];
        agreed("the digest of the archive", &digests).err().into_iter().collect()
    }

    /// The same links without the patches.
    fn by_archive(&self) -> Result<[Checked; 3]> {
        let Self { opened, given, .. } = self;
        let faults = self.patch_names(None);
        let patches = match (&opened.noticed, faults.is_empty()) {
            (_, false) => Link::Patches.judged(&faults, ""),
            (None, true) if opened.version.revision.is_some() => {
                let why = format!("there is no {NOTICE} that names them");
                Link::Patches.is(State::NotChecked, why)
            }
            (None, true) => Link::Patches.is(State::Holds, "there are none"),
            (Some(noticed), true) => {
                let count = counted(noticed.patches.len(), "patch");
                let why = format!("{NOTICE} names {count}: no project here holds them");
                Link::Patches.is(State::NotChecked, why)
            }
        };
        let rebuilt = self.rebuild()?;
        let (tree, holds) = self.patched_tree(&rebuilt)?;
        let prefix = format!("{}-{}", opened.module, opened.version);
        let mut faults = self.oddities(&prefix);
        faults.extend(rebuilt.faults.clone());
        if opened.noticed.is_none() && opened.version.revision.is_some() {
            faults.push(format!("there is no {NOTICE} of patcher's in it"));
        }
        let module = opened.unpacked.files.get(MODULE_FILE).map(|file| file.content.as_slice());
        let text = String::from_utf8_lossy(module.unwrap_or_default()).into_owned();
        let is_stamped = opened.noticed.is_none()
            || stamp::module_file(&text, &opened.version).is_ok_and(|stamped| stamped == text);
        if !is_stamped {
            faults.push(format!("{MODULE_FILE} does not carry the version {}", opened.version));
        }
        let versions = [
            (NOTICE, Some(opened.version.to_string())),
            (STATEMENT, self.stated(|statement| Some(statement.version()))),
        ];
        faults.extend(agreed("the version", &versions).err());
        let commits = [
            ("the archive", Some(opened.unpacked.commit.map_or("none".into(), |c| c.to_string()))),
            (STATEMENT, self.stated(Statement::patched_commit)),
        ];
        faults.extend(agreed("the published commit", &commits).err());
        faults.extend(self.compare(&rebuilt.tar, true));
        faults.extend(self.integrities());
        let by = if given.statement.is_some() { ", as the statement says" } else { "" };
        let archive = format!("{} is made again to the byte from {holds}{by}", opened.integrity());
        Ok([patches, tree, Link::Archive.judged(&faults, archive)])
    }

    /// The patched tree as far as the archive tells it, and what it is made of.
    fn patched_tree(&self, rebuilt: &Rebuilt) -> Result<(Checked, String)> {
        let differing = rebuilt.changed.keys().filter(|path| *path != NOTICE_FILE).count();
        let made_of = match (differing, &self.opened.noticed) {
            (0, None) => "the commit's tree".to_owned(),
            (count, None) => format!("the commit's tree and {} of its own", counted(count, "file")),
            (count, Some(_)) => {
                format!("the commit's tree, {} that differ and {NOTICE}", counted(count, "file"))
            }
        };
        let Some(noticed) = &self.opened.noticed else {
            let faults: Vec<String> =
                rebuilt.changed.iter().map(|(path, what)| format!("{path} is {what}")).collect();
            return Ok((Link::PatchedTree.judged(&faults, "it is the release's"), made_of));
        };
        let listed: BTreeSet<(String, String)> = noticed.files.iter().cloned().collect();
        let found: BTreeSet<(String, String)> = rebuilt
            .changed
            .iter()
            .filter(|(path, _)| *path != NOTICE_FILE)
            .map(|(path, what)| (path.clone(), (*what).to_owned()))
            .collect();
        let unlisted = found.difference(&listed);
        let mut faults: Vec<String> = unlisted
            .map(|(path, what)| format!("{path} is {what}, which {NOTICE} does not say"))
            .collect();
        let absent = listed.difference(&found).filter(|(path, _)| path != MODULE_FILE);
        faults.extend(absent.map(|(path, what)| format!("{path} is not {what}, as {NOTICE} says")));
        let stated = self.stated(Statement::patched_tree);
        let matched = match &stated {
            Some(stated) => rebuilt.patched_trees.iter().find(|tree| tree.to_string() == *stated),
            None => None,
        };
        if let (Some(stated), None, true) = (&stated, matched, faults.is_empty()) {
            faults.push(format!("it is not {stated}, as the statement says"));
        }
        let files = format!("{} differ, as {NOTICE} lists them", counted(found.len(), "file"));
        let link = match matched {
            Some(tree) => {
                let holds = format!("{}, as the statement says: {files}", tree.short());
                Link::PatchedTree.judged(&faults, holds)
            }
            None if faults.is_empty() => {
                let why = format!("{files}; which patches made them is not known");
                Link::PatchedTree.is(State::NotChecked, why)
            }
            None => Link::PatchedTree.judged(&faults, ""),
        };
        Ok((link, made_of))
    }

    /// The archive from the commit's tree and the files that differ from it.
    fn rebuild(&self) -> Result<Rebuilt> {
        let Self { opened, given, base } = self;
        let (store, unpacked) = (given.store, &opened.unpacked);
        let describe = opened.version.to_string();
        let commit = unpacked.commit.unwrap_or(base.id);
        let raw = store.entries(base.tree)?;
        let subst = Substitutions { describe: describe.clone(), commit };
        let plain: BTreeMap<String, Entry> =
            raw.iter().map(|entry| (entry.path.to_string(), entry.clone())).collect();
        let upstream: BTreeMap<String, Entry> =
            expand(raw, &subst)?.into_iter().map(|entry| (entry.path.to_string(), entry)).collect();
        let (mut edits, mut changed, mut faults) = (Vec::new(), BTreeMap::new(), Vec::new());
        for (path, file) in &unpacked.files {
            let mode = match (file.is_link, file.is_executable()) {
                (true, _) => EntryKind::Symlink,
                (_, true) => EntryKind::Executable,
                _ => EntryKind::File,
            };
            let there = upstream.get(path);
            if there.is_some_and(|entry| entry.kind == mode && entry.content == file.content) {
                continue;
            }
            changed.insert(path.clone(), if there.is_some() { "changed" } else { "added" });
            let mode = match mode {
                EntryKind::File => FileMode::Regular,
                EntryKind::Executable => FileMode::Executable,
                EntryKind::Symlink => {
                    faults.push(format!("{path} is a link, which no patch can make"));
                    continue;
                }
            };
            let content = match (plain.get(path), there) {
                (Some(plain), Some(there)) => {
                    unexpanded(&plain.content, &there.content, &file.content)
                }
                _ => file.content.clone(),
            };
            let path = path
                .parse()
                .map_err(|error: crate::support::ids::InvalidId| Failure::defect(error))?;
            edits.push((path, Some((mode, content))));
        }
        for (path, entry) in &upstream {
            if !unpacked.files.contains_key(path) {
                changed.insert(path.clone(), "deleted");
                edits.push((entry.path.clone(), None));
            }
        }
        let tree = store.edit(base.tree, edits)?;
        let seconds = i64::try_from(unpacked.seconds).unwrap_or(0);
        let patched_commit = Commit { id: commit, tree, seconds };
        let files = derive::files(store, &patched_commit, &describe)?;
        let tar = derive::tar_of(&files, &patched_commit, &unpacked.prefix)?;
        let patched_trees = self.unstamped(tree, &plain)?;
        Ok(Rebuilt { changed, faults, tar, patched_trees })
    }

    /// The tree without the version stamp: what it was before is one of these, as the patches
    /// may change the module file, too.
    fn unstamped(&self, tree: TreeId, plain: &BTreeMap<String, Entry>) -> Result<Vec<TreeId>> {
        let store = self.given.store;
        let Some(upstream) = plain.get(MODULE_FILE) else { return Ok(vec![tree]) };
        let found = self.opened.unpacked.files.get(MODULE_FILE);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let patched = found.and_then(|file| {
            stamp::with_version_of(&text(&file.content), &text(&upstream.content))
        });
        let notice = NOTICE_FILE
            .parse()
            .map_err(|error: crate::support::ids::InvalidId| Failure::defect(error))?;
        let without = store.edit(tree, [(notice, None)])?;
        let mut trees = Vec::new();
        for content in [Some(upstream.content.clone()), patched.map(String::into_bytes)] {
            let Some(content) = content else { continue };
            let edit = (upstream.path.clone(), Some((FileMode::Regular, content)));
            trees.push(store.edit(without, [edit])?);
        }
        Ok(trees)
    }

    fn consumer(&self) -> Checked {
        let Some(consumer) = &self.given.consumer else {
            return Link::Consumer.is(State::NotChecked, "no consumer's MODULE.bazel was named");
        };
        let mut faults = Vec::new();
        if consumer.module != self.opened.module {
            let (found, wanted) = (&self.opened.module, &consumer.module);
            faults.push(format!("the archive is of {found}, the override of {wanted}"));
        }
        let integrity = self.opened.integrity();
        match &consumer.integrity {
            None => faults.push(format!("it asks for none: the archive's is {integrity}")),
            Some(asked) if *asked != integrity => {
                faults.push(format!("it is {asked}, the archive's is {integrity}"));
            }
            Some(_) => {}
        }
        let prefix = consumer.strip_prefix.clone().unwrap_or_default();
        if prefix != self.opened.unpacked.prefix {
            let found = &self.opened.unpacked.prefix;
            faults
                .push(format!("strip_prefix is {prefix:?}, the archive's directory is {found:?}"));
        }
        let more = if consumer.is_patched { "; the override then patches it further" } else { "" };
        Link::Consumer.judged(&faults, format!("it is {integrity}{more}"))
    }
}

/// An archive that was put together again.
struct Rebuilt {
    /// The files that differ from the commit's, and how.
    changed: BTreeMap<String, &'static str>,
    faults: Vec<String>,
    tar: Vec<u8>,
    /// What the tree before the stamp may be.
    patched_trees: Vec<TreeId>,
}

/// A file as a tree holds it, from the archive's: what the archive filled in for `before`, it
/// filled in here.
fn unexpanded(before: &[u8], filled: &[u8], found: &[u8]) -> Vec<u8> {
    let lines = |bytes: &'_ [u8]| -> Vec<Vec<u8>> {
        bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(before), lines(filled));
    let is_crlf = |bytes: &[u8]| bytes.windows(2).any(|pair| pair == b"\r\n");
    let strip = is_crlf(filled) && !is_crlf(before);
    let filled: BTreeMap<&[u8], &[u8]> = if old.len() == new.len() {
        let pairs = new.iter().zip(&old).filter(|(new, old)| new != old);
        pairs.map(|(new, old)| (new.as_slice(), old.as_slice())).collect()
    } else {
        BTreeMap::new()
    };
    let mut content = Vec::with_capacity(found.len());
    for line in lines(found) {
        match filled.get(line.as_slice()) {
            Some(old) => content.extend_from_slice(old),
            None if strip && line.ends_with(b"\r\n") => {
                content.extend_from_slice(&line[..line.len() - 2]);
                content.push(b'\n');
            }
            None => content.extend_from_slice(&line),
        }
    }
    content
}

/// The part of the project that an archive is of, if it is of this one.
pub fn supported<'a>(project: &'a Project, opened: &Opened) -> Option<SupportedRelease<'a>> {
    let lock: &Lock = project.lock.as_ref()?;
    if lock.upstream.module != opened.module {
        return None;
    }
    project.supported(Some(opened.version.release)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_names_module_and_version() {
        let named = |prefix: &str| named(prefix).map(|(m, v)| format!("{m} {v}"));
        assert_eq!(named("rules_python-2.3.2.patched.6").unwrap(), "rules_python 2.3.2.patched.6");
        assert_eq!(named("a-b-2.4.0-rc1.patched.1").unwrap(), "a-b 2.4.0-rc1.patched.1");
        assert_eq!(named("rules_python"), None);
    }

    #[test]
    fn what_the_archive_filled_in_is_taken_back() {
        let before = b"a\nV = \"$Format:%H$\"\nb\n";
        let filled = b"a\nV = \"1234\"\nb\n";
        let found = b"a\nnew\nV = \"1234\"\n";
        assert_eq!(unexpanded(before, filled, found), b"a\nnew\nV = \"$Format:%H$\"\n");
        assert_eq!(unexpanded(b"a\nb\n", b"a\r\nb\r\n", b"a\r\nc\r\n"), b"a\nc\n");
        assert_eq!(unexpanded(b"a\n", b"a\n", b"b\r\n"), b"b\r\n");
    }
}
