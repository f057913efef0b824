//! An archive that somebody gives: read in memory, never written to the disk, and nothing in it
//! believed. What a tar stream can hold beside plain files in one directory is named as a fault.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

use flate2::bufread::GzDecoder;
use tar::EntryType;

use crate::support::ids::CommitId;
use crate::support::names::RepoPath;
use crate::support::text::counted;

/// How many bytes an archive may hold: rules_python's holds six million.
const LIMIT: u64 = 256 << 20;

/// How many entries are read.
const MOST: usize = 200_000;

/// What is in an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The one directory that everything is in.
    pub prefix: String,
    /// The commit that `git get-tar-commit-id` would tell.
    pub commit: Option<CommitId>,
    /// The time of the files, in seconds since 1970-01-01 UTC.
    pub seconds: u64,
    /// The files, by their paths in the directory.
    pub files: BTreeMap<String, UnpackedFile>,
    /// What should not be in it, a sentence each.
    pub faults: Vec<String>,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackedFile {
    /// Its mode, as the tar stream has it.
    pub mode: u32,
    /// Whether it is a symbolic link; the content is its target.
    pub is_link: bool,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl UnpackedFile {
    /// Whether it can be executed.
    pub const fn is_executable(&self) -> bool {
        self.mode & 0o100 != 0
    }
}

/// The tar stream in a gzip, and how many bytes come after it.
///
/// # Errors
///
/// What the bytes are instead, for a person.
pub fn gunzip(bytes: &[u8]) -> Result<(Vec<u8>, usize), String> {
    gunzip_at_most(bytes, LIMIT)
}

fn gunzip_at_most(bytes: &[u8], limit: u64) -> Result<(Vec<u8>, usize), String> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        let what = match bytes {
            [] => "it is empty",
            [b'P', b'K', ..] => "it is a zip file",
            [0xfd, b'7', b'z', ..] => "it is compressed with xz",
            [0x28, 0xb5, 0x2f, 0xfd, ..] => "it is compressed with zstd",
            [b'B', b'Z', b'h', ..] => "it is compressed with bzip2",
            [b'<', ..] => "it is a web page",
            _ => "it is no gzip",
        };
        return Err(what.to_owned());
    }
    let mut decoder = GzDecoder::new(bytes);
    let mut tar = Vec::new();
    let read = decoder.by_ref().take(limit + 1).read_to_end(&mut tar);
    read.map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => "the gzip ends early: it is truncated".to_owned(),
        _ => format!("the gzip is damaged: {error}"),
    })?;
    if tar.len() as u64 > limit {
        return Err(format!("it holds more than {} MiB", limit >> 20));
    }
    Ok((tar, decoder.into_inner().len()))
}

/// What is in a tar stream of which everything is in one directory, as patcher and
/// `git archive` make it.
///
/// # Errors
///
/// Why it is none.
pub fn untar(tar: &[u8]) -> Result<Unpacked, String> {
    Reader::default().read(tar)
}

/// What Bazel unpacks of a tar stream with this `strip_prefix`: it leaves out what is elsewhere.
///
/// # Errors
///
/// As [`untar`].
pub fn untar_below(tar: &[u8], strip_prefix: &str) -> Result<Unpacked, String> {
    Reader { below: Some(strip_prefix), ..Reader::default() }.read(tar)
}

fn damaged(error: &std::io::Error) -> String {
    format!("it is no tar stream: {error}")
}

/// A tar stream on its way.
#[derive(Default)]
struct Reader<'a> {
    /// The directory that counts; that of the first entry if absent, and then nothing may be
    /// elsewhere.
    below: Option<&'a str>,
    is_begun: bool,
    unpacked: Unpacked,
}

impl Reader<'_> {
    fn read(mut self, tar: &[u8]) -> Result<Unpacked, String> {
        for (index, entry) in
            tar::Archive::new(tar).entries().map_err(|error| damaged(&error))?.enumerate()
        {
            if index >= MOST {
                return Err(format!("it holds more than {MOST} files"));
            }
            self.add(entry.map_err(|error| damaged(&error))?)?;
        }
        if self.unpacked.files.is_empty() && self.unpacked.faults.is_empty() {
            return Err(match self.below {
                Some(below) if !below.is_empty() => {
                    format!("there is no file in its directory {below:?}")
                }
                _ => "there is no file in it".to_owned(),
            });
        }
        Ok(self.unpacked)
    }

    fn add(&mut self, mut entry: tar::Entry<'_, &[u8]>) -> Result<(), String> {
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let header = entry.header();
        let (kind, mode) = (header.entry_type(), header.mode().map_err(|error| damaged(&error))?);
        let seconds = header.mtime().map_err(|error| damaged(&error))?;
        // A sparse file may be longer than the stream that it is in: it is not read.
        let mut content = Vec::new();
        if matches!(kind, EntryType::Regular | EntryType::XGlobalHeader) {
            entry.read_to_end(&mut content).map_err(|error| damaged(&error))?;
        }
        if kind == EntryType::XGlobalHeader {
            let text = String::from_utf8_lossy(&content);
            let commit = text.split_once(" comment=").map(|(_, commit)| commit.trim_end());
            self.unpacked.commit = commit.and_then(|commit| commit.parse().ok());
            return Ok(());
        }
        if !self.is_begun {
            let first = path.split('/').next().unwrap_or_default();
            self.unpacked.prefix = self.below.unwrap_or(first).to_owned();
            self.unpacked.seconds = seconds;
            self.is_begun = true;
        }
        let Some(name) = self.name(&path) else { return Ok(()) };
        let is_link = kind == EntryType::Symlink;
        if is_link {
            content = entry.link_name_bytes().unwrap_or_default().into_owned();
        }
        let faults = &mut self.unpacked.faults;
        match kind {
            EntryType::Directory => return Ok(()),
            EntryType::Regular | EntryType::Symlink if !name.is_empty() => {}
            kind => {
                faults.push(format!("{path:?} is no plain file: {kind:?}"));
                return Ok(());
            }
        }
        let file = UnpackedFile { mode, is_link, content };
        if self.unpacked.files.insert(name, file).is_some() {
            faults.push(format!("{path:?} is in it more than once"));
        }
        Ok(())
    }

    /// The path of an entry in the directory that counts, which is itself empty; absent if the
    /// entry is not in it.
    fn name(&mut self, path: &str) -> Option<String> {
        let Unpacked { prefix, faults, .. } = &mut self.unpacked;
        let is_named = self.below.is_some();
        let mut inner = path;
        // As `tar` names what is in the directory that it packs.
        while let Some(rest) = inner.strip_prefix("./").filter(|_| is_named) {
            inner = rest;
        }
        if is_named && inner == "." {
            inner = "";
        }
        if !(is_named && prefix.is_empty()) {
            let below = inner.strip_prefix(prefix.as_str());
            let Some(rest) = below.and_then(|below| below.strip_prefix('/')) else {
                if !is_named {
                    faults.push(format!("{path:?} is not in the directory {prefix:?}"));
                }
                return None;
            };
            inner = rest;
        }
        let name = inner.trim_end_matches('/');
        if !name.is_empty() && name.parse::<RepoPath>().is_err() {
            faults.push(format!("{path:?} is a path that leaves its directory, or is odd"));
            return None;
        }
        Some(name.to_owned())
    }
}

/// In what the files of `found` differ from those that were `wanted`, in order of their paths.
pub fn differences<'a>(found: &'a Unpacked, wanted: &'a Unpacked) -> BTreeMap<&'a str, String> {
    let mut differences = BTreeMap::new();
    for (path, file) in &found.files {
        let difference = match wanted.files.get(path) {
            None => "is added".to_owned(),
            Some(wanted) if wanted.is_link != file.is_link => "is of another kind".to_owned(),
            Some(wanted) if wanted.content != file.content => "has other bytes".to_owned(),
            Some(wanted) if wanted.mode != file.mode => {
                format!("has the mode {:o}, not {:o}", file.mode, wanted.mode)
            }
            Some(_) => continue,
        };
        differences.insert(path.as_str(), difference);
    }
    for path in wanted.files.keys().filter(|path| !found.files.contains_key(*path)) {
        differences.insert(path, "is missing".to_owned());
    }
    differences
}

/// A few of the differences, in words.
pub fn described(differences: &BTreeMap<&str, String>) -> String {
    const SHOWN: usize = 3;
    let shown = differences.iter().take(SHOWN).map(|(path, what)| format!("{path} {what}"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    match differences.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}, and {} more", counted(more, "file")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::tree::{Entry, EntryKind};
    use crate::publish::archive::gzip;
    use crate::support::ids::BlobId;

    fn entry(path: &str, kind: EntryKind, content: &str) -> Entry {
        let (path, id) = (path.parse().unwrap(), BlobId::new([7; 20]));
        Entry { path, kind, id, content: content.into() }
    }

    fn plain() -> Vec<u8> {
        let long = format!("{}/{}", "d".repeat(90), "f".repeat(120));
        let entries = [
            entry("a", EntryKind::File, "one"),
            entry(&long, EntryKind::Executable, "two"),
            entry("link", EntryKind::Symlink, "a"),
        ];
        crate::publish::archive::tar("m-1", &entries, CommitId::new([1; 20]), 1_700_000_000)
            .unwrap()
    }

    /// A stream with one more entry, put before the end.
    fn with(add: impl FnOnce(&mut tar::Builder<Vec<u8>>)) -> Vec<u8> {
        let plain = plain();
        let end = plain.chunks(512).rposition(|block| block.iter().any(|&b| b != 0)).unwrap() + 1;
        let mut builder = tar::Builder::new(Vec::new());
        add(&mut builder);
        [&plain[..end * 512], &builder.into_inner().unwrap()].concat()
    }

    /// A header whose name is not looked at.
    fn header(kind: EntryType, name: &str, size: u64) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(kind);
        header.set_mode(0o664);
        header.set_mtime(0);
        header.set_size(size);
        header.set_cksum();
        header
    }

    #[test]
    fn what_patcher_packs_is_read_again() {
        let tar = plain();
        let (unzipped, rest) = gunzip(&gzip(&tar)).unwrap();
        assert!(unzipped == tar && rest == 0);
        let unpacked = untar(&tar).unwrap();
        assert_eq!(unpacked.prefix, "m-1");
        assert_eq!(unpacked.commit, Some(CommitId::new([1; 20])));
        assert_eq!(unpacked.seconds, 1_700_000_000);
        assert_eq!(unpacked.faults, Vec::<String>::new());
        let file = |path: &str| unpacked.files.get(path).unwrap();
        assert_eq!((file("a").mode, file("a").content.as_slice()), (0o664, &b"one"[..]));
        assert!(file("link").is_link && file("link").content == b"a");
        assert!(!file("a").is_executable());
        let long = format!("{}/{}", "d".repeat(90), "f".repeat(120));
        assert!(file(&long).is_executable() && file(&long).content == b"two");
        assert!(differences(&unpacked, &unpacked).is_empty());
    }

    #[test]
    fn every_difference_is_named_with_its_file() {
        let file =
            |mode, is_link, content: &str| UnpackedFile { mode, is_link, content: content.into() };
        let unpacked = |files: [(&str, UnpackedFile); 4]| Unpacked {
            files: files.map(|(path, file)| (path.to_owned(), file)).into(),
            ..Unpacked::default()
        };
        let plain = || file(0o664, false, "x");
        let wanted = unpacked([("a", plain()), ("b", plain()), ("c", plain()), ("d", plain())]);
        let found = unpacked([
            ("a", file(0o775, false, "x")),
            ("b", file(0o664, false, "y")),
            ("c", file(0o664, true, "x")),
            ("e", plain()),
        ]);
        let expected = [
            ("a", "has the mode 775, not 664"),
            ("b", "has other bytes"),
            ("c", "is of another kind"),
            ("d", "is missing"),
            ("e", "is added"),
        ];
        let differences = differences(&found, &wanted);
        assert_eq!(differences, expected.map(|(path, what)| (path, what.to_owned())).into());
        assert_eq!(
            described(&differences),
            "a has the mode 775, not 664, b has other bytes, c is of another kind, and 2 files more"
        );
    }

    #[test]
    fn what_is_no_gzip_is_named() {
        for (bytes, what) in [
            (&b""[..], "it is empty"),
            (b"PK\x03\x04", "it is a zip file"),
            (b"\xfd7zXZ", "it is compressed with xz"),
            (b"\x28\xb5\x2f\xfd", "it is compressed with zstd"),
            (b"BZh9", "it is compressed with bzip2"),
            (b"<html>", "it is a web page"),
            (b"text", "it is no gzip"),
        ] {
            assert_eq!(gunzip(bytes).unwrap_err(), what);
        }
    }

    #[test]
    fn what_no_archive_of_patchers_holds_is_a_fault() {
        let faults = |kind: EntryType, name: &str| {
            let tar = with(|builder| builder.append(&header(kind, name, 0), &b""[..]).unwrap());
            untar(&tar).unwrap().faults
        };
        for name in ["/etc/passwd", "elsewhere/a", "m-1/../../a", "m-1/x/./a", "m-1//a"] {
            assert_eq!(faults(EntryType::Regular, name).len(), 1, "{name}");
        }
        assert_eq!(faults(EntryType::Regular, "m-1/a"), ["\"m-1/a\" is in it more than once"]);
        for kind in [EntryType::Link, EntryType::Char, EntryType::Fifo, EntryType::Continuous] {
            assert_eq!(faults(kind, "m-1/b").len(), 1, "{kind:?}");
        }
        assert_eq!(faults(EntryType::Directory, "m-1/b/"), Vec::<String>::new());
        assert_eq!(faults(EntryType::Regular, "m-1/"), ["\"m-1/\" is no plain file: Regular"]);
    }

    #[test]
    fn what_is_no_archive_is_named() {
        let gzipped = gzip(&plain());
        for (bytes, words) in [
            (&b""[..], "empty"),
            (b"PK\x03\x04", "zip"),
            (b"<html>", "web page"),
            (b"module(name = \"m\")", "no gzip"),
            (&gzipped[..gzipped.len() / 2], "ends early"),
        ] {
            assert!(gunzip(bytes).unwrap_err().contains(words), "{words}");
        }
        let mut damaged = gzipped.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0x55;
        assert!(gunzip(&damaged).is_err());
        assert!(untar(&[b'x'; 2048]).unwrap_err().contains("no tar"));
        assert!(untar(&[0; 2048]).is_err());
        // Cut in the middle of a file.
        let long = header(EntryType::Regular, "m-1/b", 4000);
        let tar = with(|builder| builder.append(&long, &[1; 4000][..]).unwrap());
        let at = tar.windows(8).position(|window| window == [1; 8]).unwrap();
        assert!(untar(&tar[..at + 600]).is_err());
        assert_eq!(gunzip(&[&gzipped[..], b"more"].concat()).unwrap().1, 4);
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        const MIB: usize = 1 << 20;
        let unpack = |size: usize| gunzip_at_most(&gzip(&vec![0; size]), MIB as u64);
        assert!(unpack(MIB).is_ok());
        assert!(unpack(4 * MIB).unwrap_err().contains("more than 1 MiB"));
    }
}
