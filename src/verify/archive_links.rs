//! The same links without the patches: the archive is taken apart. The commit's tree and the files
//! that differ from it must make the same bytes, so that nothing else is in it; what made these
//! files is then not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::consumer::MODULE_FILE;
use crate::git::store::Commit;
use crate::git::tree::{Entry, EntryKind};
use crate::patch::FileMode;
use crate::publish::archive::{Substitutions, expand};
use crate::publish::provenance::Statement;
use crate::publish::release_archive;
use crate::publish::stamp::{self, NOTICE_FILE};
use crate::support::failure::{Failure, Result};
use crate::support::ids::{InvalidId, TreeId};
use crate::support::text::counted;
use crate::verify::chain::{Checked, Link, LinkStatus, agreed};
use crate::verify::evidence::{Evidence, Files, NOTICE, STATEMENT};

/// An archive that was put together again.
struct Rebuilt {
    /// The files that differ from the commit's, and how.
    changed: BTreeMap<String, &'static str>,
    faults: Vec<String>,
    tar: Vec<u8>,
    /// What the tree before the stamp may be.
    patched_trees: Vec<TreeId>,
}

impl Evidence<'_> {
    /// The same links without the patches.
    pub(super) fn by_archive(&self) -> Result<[Checked; 3]> {
        let Self { opened, given, .. } = self;
        let mut faults = self.patch_names();
        faults.extend(self.patch_digests());
        let patches = match (&opened.noticed, faults.is_empty()) {
            (_, false) => Link::Patches.judged(&faults, ""),
            (None, true) if opened.version.revision.is_some() => {
                let why = format!("there is no {NOTICE} that names them");
                Link::Patches.is(LinkStatus::NotChecked, why)
            }
            (None, true) => Link::Patches.is(LinkStatus::Holds, "there are none"),
            (Some(noticed), true) => {
                let count = counted(noticed.patches.len(), "patch");
                let why = format!("{NOTICE} names {count}: no project here holds them");
                Link::Patches.is(LinkStatus::NotChecked, why)
            }
        };
        let rebuilt = self.rebuild()?;
        let (tree, holds) = self.patched_tree(&rebuilt)?;
        let prefix = format!("{}-{}", opened.module, opened.version);
        let mut faults = self.oddities(&prefix);
        faults.extend(rebuilt.faults.clone());
        if opened.noticed.is_none() && opened.version.revision.is_some() {
            faults.push(format!("it has no {NOTICE} that patcher wrote"));
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
            (self.lock_name(), self.locked().map(|locked| locked.version().to_string())),
            (STATEMENT, self.stated(|statement| Some(statement.version()))),
        ];
        faults.extend(agreed("the version", &versions).err());
        let commits = [
            ("the archive", Some(opened.unpacked.commit.map_or("none".into(), |c| c.to_string()))),
            (self.lock_name(), self.locked().map(|locked| locked.patched_commit.to_string())),
            (STATEMENT, self.stated(Statement::patched_commit)),
        ];
        faults.extend(agreed("the published commit", &commits).err());
        faults.extend(self.compare(&rebuilt.tar, Files::Same));
        faults.extend(self.integrities());
        let by = if given.statement.is_some() { ", as the statement says" } else { "" };
        let archive = format!("{} is made again to the byte from {holds}{by}", opened.integrity());
        Ok([patches, tree, Link::Archive.judged(&faults, archive)])
    }

    /// The patched tree as far as the archive shows it, and what it is made of.
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
        let trees = [
            (self.lock_name(), self.locked().map(|locked| locked.patched_tree.to_string())),
            (STATEMENT, self.stated(Statement::patched_tree)),
        ];
        let by = agreed("the patched tree", &trees);
        faults.extend(by.clone().err());
        let by = by.unwrap_or_default();
        let by = if by.contains(" and ") { format!("{by} say") } else { format!("{by} says") };
        let stated = trees.iter().find_map(|(_, tree)| tree.as_ref());
        let matched = stated.and_then(|stated| {
            rebuilt.patched_trees.iter().find(|tree| tree.to_string() == *stated)
        });
        if let (Some(stated), None, true) = (stated, matched, faults.is_empty()) {
            faults.push(format!("it is not {stated}, as {by}"));
        }
        let files = format!("{} differ, as {NOTICE} lists them", counted(found.len(), "file"));
        let link = match matched {
            Some(tree) => {
                let holds = format!("{}, as {by}: {files}", tree.short());
                Link::PatchedTree.judged(&faults, holds)
            }
            None if faults.is_empty() => {
                let why = format!("{files}; which patches made them is not known");
                Link::PatchedTree.is(LinkStatus::NotChecked, why)
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
        let files = |entries: Vec<Entry>| -> BTreeMap<String, Entry> {
            let files = entries.into_iter().filter(|entry| entry.kind != EntryKind::Directory);
            files.map(|entry| (entry.path.to_string(), entry)).collect()
        };
        let subst = Substitutions { describe: describe.clone(), commit };
        let plain = files(raw.clone());
        let upstream = files(expand(raw, &subst)?);
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
                // An archive's directories are not read.
                EntryKind::Symlink | EntryKind::Directory => {
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
            let path = path.parse().map_err(|error: InvalidId| Failure::defect(error))?;
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
        let files = release_archive::files(store, &patched_commit, &describe)?;
        let tar = release_archive::tar_of(&files, &patched_commit, &unpacked.prefix)?;
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
        let notice = NOTICE_FILE.parse().map_err(|error: InvalidId| Failure::defect(error))?;
        let without = store.edit(tree, [(notice, None)])?;
        let mut trees = Vec::new();
        for content in [Some(upstream.content.clone()), patched.map(String::into_bytes)] {
            let Some(content) = content else { continue };
            let edit = (upstream.path.clone(), Some((FileMode::Regular, content)));
            trees.push(store.edit(without, [edit])?);
        }
        Ok(trees)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_archive_filled_in_is_taken_back() {
        let before = b"a\nV = \"$Format:%H$\"\nb\n";
        let filled = b"a\nV = \"1234\"\nb\n";
        let found = b"a\nnew\nV = \"1234\"\n";
        assert_eq!(unexpanded(before, filled, found), b"a\nnew\nV = \"$Format:%H$\"\n");
        assert_eq!(unexpanded(b"a\nb\n", b"a\r\nb\r\n", b"a\r\nc\r\n"), b"a\nc\n");
        assert_eq!(unexpanded(b"a\n", b"a\r\n", b"another\r\n"), b"another\n");
        assert_eq!(unexpanded(b"a\n", b"a\n", b"b\r\n"), b"b\r\n");
    }
}
