//! An archive that upstream uploaded, held against the release's files: it cannot be made again, so
//! its content is compared, file by file.

use std::collections::{BTreeMap, BTreeSet};

use crate::git::store::{Commit, Store};
use crate::git::tree::{Entry, EntryKind};
use crate::publish::release_archive;
use crate::publish::unpack::{Unpacked, UnpackedFile, gunzip, untar_below};
use crate::support::failure::Result;
use crate::support::text::counted;

/// How an archive's files are to the tag's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// How many files have the tag's bytes.
    same: usize,
    /// How many of these are executable in only one of the two.
    other_mode: usize,
    /// The others, with what is wrong with each.
    unlike: BTreeMap<String, Unlike>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unlike {
    Different,
    OnlyInTag,
    OnlyInArchive,
}

/// The files in an archive's bytes, as Bazel unpacks them with this `strip_prefix`.
///
/// # Errors
///
/// Why they cannot be read.
pub fn files_in(bytes: &[u8], strip_prefix: &str) -> Result<Unpacked, String> {
    let (tar, _) = gunzip(bytes)?;
    let unpacked = untar_below(&tar, strip_prefix)?;
    match unpacked.faults.first() {
        Some(fault) => Err(fault.clone()),
        None => Ok(unpacked),
    }
}

/// The files of a commit as its archive holds them, and as they are those that `git archive` leaves
/// out: upstream may have packed these.
///
/// # Errors
///
/// An attribute that patcher cannot follow.
pub fn files_of(store: &Store, base: &Commit, describe: &str) -> Result<Vec<Entry>> {
    let mut files = release_archive::files(store, base, describe)?;
    let exported: BTreeSet<String> = files.iter().map(|entry| entry.path.to_string()).collect();
    let left_out = store.entries(base.tree)?.into_iter();
    files.extend(left_out.filter(|entry| !exported.contains(entry.path.as_str())));
    files.retain(|entry| entry.kind != EntryKind::Directory);
    Ok(files)
}

/// Compares an archive's files with the tag's.
pub fn compare(archive: &Unpacked, tag: &[Entry]) -> Comparison {
    let mut comparison = Comparison::default();
    let mut rest: BTreeMap<&String, &UnpackedFile> = archive.files.iter().collect();
    for entry in tag {
        let path = entry.path.to_string();
        let unlike = match rest.remove(&path) {
            None => Unlike::OnlyInTag,
            Some(file) if is_same(file, entry) => {
                comparison.same += 1;
                let is_executable = entry.kind == EntryKind::Executable;
                if !file.is_link && file.is_executable() != is_executable {
                    comparison.other_mode += 1;
                }
                continue;
            }
            Some(_) => Unlike::Different,
        };
        comparison.unlike.insert(path, unlike);
    }
    let rest = rest.into_keys().map(|path| (path.clone(), Unlike::OnlyInArchive));
    comparison.unlike.extend(rest);
    comparison
}

fn is_same(file: &UnpackedFile, entry: &Entry) -> bool {
    file.is_link == (entry.kind == EntryKind::Symlink) && file.content == entry.content
}

impl Comparison {
    /// The files among these that the archive does not have as the tag does.
    pub fn unlike<'a>(&self, paths: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        paths.into_iter().filter(|path| self.unlike.contains_key(*path)).cloned().collect()
    }

    /// The comparison in words: "47 of 60 files are the tag's; 13 only in the tag".
    pub fn text(&self) -> String {
        let Self { same, other_mode, unlike } = self;
        let all = counted(same + unlike.len(), "file");
        let mut parts = vec![match unlike.len() {
            0 => format!("all {all} are the tag's"),
            _ => format!("{same} of {all} are the tag's"),
        }];
        for (kind, words) in [
            (Unlike::Different, "with other bytes"),
            (Unlike::OnlyInTag, "only in the tag"),
            (Unlike::OnlyInArchive, "only in the archive"),
        ] {
            match unlike.values().filter(|unlike| **unlike == kind).count() {
                0 => {}
                count => parts.push(format!("{count} {words}")),
            }
        }
        if *other_mode > 0 {
            parts.push(format!("{other_mode} executable in only one of the two"));
        }
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::archive::{gzip, tar};
    use crate::support::ids::CommitId;

    fn entry(path: &str, kind: EntryKind, content: &str) -> Entry {
        Entry { kind, ..Entry::file(path.parse().unwrap(), content.into()) }
    }

    fn packed(entries: &[Entry]) -> Vec<u8> {
        gzip(&tar("top/below", entries, CommitId::new([1; 20]), 1_700_000_000).unwrap())
    }

    fn compared(archive: &[Entry], tag: &[Entry]) -> Comparison {
        compare(&files_in(&packed(archive), "top/below").unwrap(), tag)
    }

    #[test]
    fn an_archive_is_compared_file_by_file() {
        use EntryKind::{Executable, File, Symlink};
        let tag = [
            entry("changed", File, "tag"),
            entry("left out", File, "1"),
            entry("link", Symlink, "same"),
            entry("no link", File, "same"),
            entry("run", Executable, "same"),
            entry("same", File, "same"),
        ];
        let archive = [
            entry("changed", File, "archive"),
            entry("generated", File, "1"),
            entry("link", Symlink, "same"),
            entry("no link", Symlink, "same"),
            entry("run", File, "same"),
            entry("same", File, "same"),
        ];
        let comparison = compared(&archive, &tag);
        assert_eq!(
            comparison.text(),
            "3 of 7 files are the tag's; 2 with other bytes; 1 only in the tag; \
             1 only in the archive; 1 executable in only one of the two"
        );
        let paths = ["changed", "generated", "left out", "no link", "run", "same", "nowhere"];
        let paths = paths.map(str::to_owned);
        assert_eq!(comparison.unlike(&paths), &paths[..4]);
        assert_eq!(compared(&tag, &tag).text(), "all 6 files are the tag's");
    }

    #[test]
    fn only_the_directory_that_bazel_takes_counts() {
        let bytes = packed(&[entry("a", EntryKind::File, "1")]);
        let paths = |prefix: &str| {
            files_in(&bytes, prefix).map(|unpacked| unpacked.files.into_keys().collect::<Vec<_>>())
        };
        assert_eq!(paths("top/below").unwrap(), ["a"]);
        assert_eq!(paths("top").unwrap(), ["below/a"]);
        assert_eq!(paths("").unwrap(), ["top/below/a"]);
        assert_eq!(paths("to").unwrap_err(), "there is no file in its directory \"to\"");
        assert_eq!(files_in(b"PK\x03\x04", "").unwrap_err(), "it is a zip file");
    }
}
