//! The objects on disk, each held against its id. Packed ones are read by libgit2, loose ones here:
//! libgit2 never ends reading one that was cut short.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;
use git2::{ObjectType, Odb, Oid};
use thiserror::Error;

use crate::git::tree;
use crate::support::failure::{Failure, GitError, PathContext as _, Result};
use crate::support::ids::{BlobId, CommitId};
use crate::support::panics::caught;
use crate::support::problem::Kind;

/// How many repositories may borrow from each other in a row: git's own limit.
const LENDERS: usize = 5;

/// The objects of a repository, and of those that it borrows from.
pub(super) struct Disk {
    packed: Odb<'static>,
    directories: Vec<Loose>,
    /// The repository, as it is named to the user.
    place: PathBuf,
}

/// A directory of objects.
#[derive(Clone)]
struct Loose {
    path: PathBuf,
    /// The first bytes of the ids of its loose objects. Of one that was written since, all is
    /// there: git puts them in place when they are whole.
    first_bytes: BTreeSet<u8>,
}

impl Loose {
    fn of(path: &Path) -> Self {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let byte = |name: String| u8::from_str_radix(&name, 16).ok().filter(|_| name.len() == 2);
        Self { path: path.to_owned(), first_bytes: names.filter_map(byte).collect() }
    }
}

/// An object's kind and bytes.
type Object = (ObjectType, Vec<u8>);

impl Disk {
    /// The objects below `objects`, the `objects` directory of a repository.
    pub(super) fn open(objects: &Path) -> Result<Self> {
        let place = objects.parent().unwrap_or(objects).to_owned();
        let mut disk = Self { packed: Odb::new()?, directories: Vec::new(), place };
        disk.add(objects)?;
        Ok(disk)
    }

    /// The repository that was opened first.
    pub(super) fn repository(&self) -> &Path {
        &self.place
    }

    /// The same objects, for another thread.
    pub(super) fn reopen(&self) -> Result<Self> {
        let packed = Odb::new()?;
        for directory in &self.directories {
            packed.add_disk_alternate(&directory.path.to_string_lossy())?;
        }
        Ok(Self { packed, directories: self.directories.clone(), place: self.place.clone() })
    }

    /// Reads from the objects below `objects`, too.
    pub(super) fn add(&mut self, objects: &Path) -> Result<()> {
        fs::read_dir(objects).at("read", objects)?;
        self.packed.add_disk_alternate(&objects.to_string_lossy())?;
        self.add_directory(objects, LENDERS);
        Ok(())
    }

    fn add_directory(&mut self, objects: &Path, left: usize) {
        if left == 0 || self.directories.iter().any(|known| known.path == objects) {
            return;
        }
        self.directories.push(Loose::of(objects));
        let borrowed = fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
        for line in borrowed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            self.add_directory(&objects.join(line), left - 1);
        }
    }

    /// Whether there is such an object, whatever it holds.
    pub(super) fn has(&self, id: [u8; 20]) -> bool {
        Oid::from_bytes(&id).is_ok_and(|id| self.packed.exists(id))
    }

    /// What kind of object a packed one is, by its header: of dozens of tags, few are read.
    pub(super) fn kind(&self, id: [u8; 20]) -> Option<ObjectType> {
        if self.directories.iter().any(|directory| directory.first_bytes.contains(&id[0])) {
            return None;
        }
        self.header(Oid::from_bytes(&id).ok()?).map(|(_, kind)| kind)
    }

    /// How many bytes a blob has.
    pub(super) fn size(&self, id: BlobId) -> Result<usize, ObjectError> {
        match self.header(id.into()) {
            Some((size, _)) => Ok(size),
            // Why not, reading it shows.
            None => Ok(self.load(ObjectType::Blob, *id.as_bytes())?.len()),
        }
    }

    /// How many bytes an object has, and of what kind it is. In a damaged pack it can be of none that
    /// git2 knows, which panics there.
    fn header(&self, id: Oid) -> Option<(usize, ObjectType)> {
        caught(|| self.packed.read_header(id)).ok()?.ok()
    }

    /// The bytes of an object, which must be what its id says.
    pub(super) fn load(&self, kind: ObjectType, id: [u8; 20]) -> Result<Vec<u8>, ObjectError> {
        match self.object(kind, id)? {
            (found, bytes) if found == kind => Ok(bytes),
            _ => Err(self.damaged(kind, id)),
        }
    }

    /// The same of any kind; it is called an `expected` if it cannot be read.
    pub(super) fn object(&self, expected: ObjectType, id: [u8; 20]) -> Result<Object, ObjectError> {
        let (kind, bytes) = match self.loose(expected, id)? {
            Some(object) => object,
            None => self.packed(expected, id)?,
        };
        if is_sound(kind, &bytes, id) { Ok((kind, bytes)) } else { Err(self.damaged(expected, id)) }
    }

    /// A loose object; `None` if there is none.
    fn loose(&self, expected: ObjectType, id: [u8; 20]) -> Result<Option<Object>, ObjectError> {
        for directory in &self.directories {
            if !directory.first_bytes.contains(&id[0]) {
                continue;
            }
            let name = CommitId::new(id).to_string();
            match fs::read(directory.path.join(&name[..2]).join(&name[2..])) {
                Ok(bytes) => {
                    let object = parse_loose(&bytes);
                    let object = object.filter(|(kind, bytes)| is_sound(*kind, bytes, id));
                    // One that was added is a person's.
                    return object.map(Some).ok_or_else(|| match directory.path.parent() {
                        Some(added) if added != self.place => {
                            let place = added.to_owned();
                            ObjectError::Elsewhere { place, kind: expected, name }
                        }
                        _ => self.damaged(expected, id),
                    });
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(self.unreadable(expected, id, error.into())),
            }
        }
        Ok(None)
    }

    fn packed(&self, kind: ObjectType, id: [u8; 20]) -> Result<Object, ObjectError> {
        let found = Oid::from_bytes(&id).and_then(|id| self.packed.read(id));
        match found {
            Ok(object) => Ok((object.kind(), object.data().to_vec())),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Err(self.missing(kind, id)),
            Err(error) => Err(self.unreadable(kind, id, GitError::from(error).into())),
        }
    }

    pub(super) fn missing(&self, kind: ObjectType, id: [u8; 20]) -> ObjectError {
        let (place, name) = (self.place.clone(), CommitId::new(id).to_string());
        ObjectError::Missing { place, kind, name }
    }

    pub(super) fn damaged(&self, kind: ObjectType, id: [u8; 20]) -> ObjectError {
        let (place, name) = (self.place.clone(), CommitId::new(id).to_string());
        ObjectError::Damaged { place, kind, name }
    }

    fn unreadable(&self, kind: ObjectType, id: [u8; 20], cause: anyhow::Error) -> ObjectError {
        let (place, name) = (self.place.clone(), CommitId::new(id).to_string());
        ObjectError::Unreadable { place, kind, name, cause: cause.into() }
    }
}

fn is_sound(kind: ObjectType, bytes: &[u8], id: [u8; 20]) -> bool {
    tree::object_id(kind.str(), bytes) == id
}

/// The bytes of a loose object's file: deflated, `KIND LENGTH\0` before what it holds.
fn parse_loose(deflated: &[u8]) -> Option<Object> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(deflated).read_to_end(&mut bytes).ok()?;
    let end = bytes.iter().position(|&byte| byte == 0)?;
    let kind = std::str::from_utf8(&bytes[..end]).ok()?.split(' ').next()?;
    let kind = ObjectType::from_str(kind)?;
    bytes.drain(..=end);
    Some((kind, bytes))
}

/// Why an object cannot be read.
#[derive(Debug, Error)]
pub enum ObjectError {
    /// It was not fetched, or is gone.
    #[error("{} lacks {kind} {name}", .place.display())]
    Missing { place: PathBuf, kind: ObjectType, name: String },
    #[error("{} is damaged: {kind} {name} is not what its id says", .place.display())]
    Damaged { place: PathBuf, kind: ObjectType, name: String },
    /// In a worktree, or what else was added.
    #[error("{} is damaged: {kind} {name} is not what its id says", .place.display())]
    Elsewhere { place: PathBuf, kind: ObjectType, name: String },
    /// A ref that leads nowhere.
    #[error("{} is damaged", .place.display())]
    Refs {
        place: PathBuf,
        #[source]
        cause: GitError,
    },
    /// A commit of a form that git does not write.
    #[error("commit {0} cannot be understood")]
    Odd(CommitId),
    #[error("{} is damaged: {kind} {name}", .place.display())]
    Unreadable {
        place: PathBuf,
        kind: ObjectType,
        name: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ObjectError {
    /// What the repository does not have as it should; absent if it is the object that is odd.
    pub fn lacking(&self) -> Option<String> {
        match self {
            Self::Missing { kind, name, .. }
            | Self::Damaged { kind, name, .. }
            | Self::Unreadable { kind, name, .. } => Some(format!("{kind} {name}")),
            Self::Refs { cause, .. } => Some(cause.to_string()),
            Self::Elsewhere { .. } | Self::Odd(_) => None,
        }
    }
}

impl From<ObjectError> for Failure {
    fn from(error: ObjectError) -> Self {
        let (kind, hint) = match &error {
            ObjectError::Missing { .. } => {
                (Kind::Environment, Some("`patcher sync` fetches what is missing"))
            }
            ObjectError::Damaged { .. }
            | ObjectError::Refs { .. }
            | ObjectError::Unreadable { .. } => {
                (Kind::Environment, Some("remove it: `patcher sync` fetches all of it again"))
            }
            ObjectError::Elsewhere { .. } | ObjectError::Odd(_) => (Kind::Environment, None),
        };
        let failure = Self::of(kind, error);
        hint.into_iter().fold(failure, Self::hint)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// A repository with one loose blob, whose file holds `bytes`.
    fn with_loose(id: [u8; 20], bytes: &[u8]) -> (tempfile::TempDir, Disk) {
        let directory = tempfile::tempdir().unwrap();
        let objects = directory.path().join("objects");
        let name = CommitId::new(id).to_string();
        fs::create_dir_all(objects.join(&name[..2])).unwrap();
        fs::write(objects.join(&name[..2]).join(&name[2..]), bytes).unwrap();
        let disk = Disk::open(&objects).unwrap();
        (directory, disk)
    }

    #[test]
    fn a_loose_object_is_read_to_its_end_or_called_damaged() {
        let content: Vec<u8> = (0..2000_u32).flat_map(|at| (at * at).to_le_bytes()).collect();
        let id = tree::object_id("blob", &content);
        let whole = deflated(&[b"blob 8000\0", &content[..]].concat());
        let (_kept, disk) = with_loose(id, &whole);
        assert_eq!(disk.load(ObjectType::Blob, id).unwrap(), content);
        let mut flipped = whole.clone();
        flipped[100] ^= 4;
        for bytes in [&whole[..0], &whole[..1], &whole[..whole.len() / 2], &flipped] {
            let (_kept, disk) = with_loose(id, bytes);
            let error = disk.load(ObjectType::Blob, id).unwrap_err();
            assert!(matches!(error, ObjectError::Damaged { .. }), "{error:?}");
        }
        let (_kept, disk) = with_loose(id, &deflated(b"blob 5\0other"));
        assert!(matches!(disk.load(ObjectType::Blob, id), Err(ObjectError::Damaged { .. })));
    }

    #[test]
    fn what_is_of_no_kind_in_a_damaged_pack_is_unreadable() {
        let directory = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init_bare(directory.path()).unwrap();
        let (blob, other) = (repository.blob(b"blob").unwrap(), repository.blob(b"other").unwrap());
        let mut packer = repository.packbuilder().unwrap();
        for id in [blob, other] {
            packer.insert_object(id, None).unwrap();
        }
        let objects = directory.path().join("objects");
        packer.write(&objects.join("pack"), 0o644).unwrap();
        for id in [blob, other] {
            let name = id.to_string();
            fs::remove_file(objects.join(&name[..2]).join(&name[2..])).unwrap();
            fs::remove_dir(objects.join(&name[..2])).unwrap();
        }
        let disk = Disk::open(&objects).unwrap();
        assert_eq!(disk.size(blob.into()).unwrap(), 4);
        assert_eq!(disk.kind(*BlobId::from(other).as_bytes()), Some(ObjectType::Blob));
        drop(disk);
        let mut packs =
            fs::read_dir(objects.join("pack")).unwrap().map(|pack| pack.unwrap().path());
        let pack = packs.find(|path| path.extension().is_some_and(|end| end == "pack")).unwrap();
        let mut bytes = fs::read(&pack).unwrap();
        let end = bytes.len() - 20;
        bytes[12..end].fill(0);
        fs::remove_file(&pack).unwrap();
        fs::write(&pack, bytes).unwrap();
        let disk = Disk::open(&objects).unwrap();
        let error = disk.size(blob.into()).unwrap_err();
        assert!(matches!(error, ObjectError::Unreadable { .. }), "{error:?}");
        assert_eq!(disk.kind(*BlobId::from(other).as_bytes()), None);
    }

    #[test]
    fn loose_objects_of_borrowed_repositories_are_read_alike() {
        let id = tree::object_id("blob", b"there");
        let (lender, _) = with_loose(id, &deflated(b"blob 5\0there")[..6]);
        let borrower = tempfile::tempdir().unwrap();
        let objects = borrower.path().join("objects");
        fs::create_dir_all(objects.join("info")).unwrap();
        let line = format!("{}\n", lender.path().join("objects").display());
        fs::write(objects.join("info/alternates"), line).unwrap();
        let disk = Disk::open(&objects).unwrap();
        let error = disk.load(ObjectType::Blob, id).unwrap_err();
        assert!(matches!(&error, ObjectError::Elsewhere { place, .. } if place == lender.path()));
    }
}
