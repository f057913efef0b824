//! The three-way merge of a patch onto another tree, in memory, file by file.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::trees::{Place, checked};
use super::{FileMerge, NOTHING, Store, try_kept};
use crate::git::merge_conflict::{Conflict, Reason, conflicts_in};
use crate::git::rename::{SIMILAR, Signature};
use crate::git::tree::{Delta, EntryMode, File};
use crate::patch::apply::lines;
use crate::patch::diff::is_binary;
use crate::support::failure::{Failure, Result};
use crate::support::ids::{BlobId, InvalidId, TreeId};
use crate::support::names::RepoPath;
use crate::support::text::lossy;

/// What merging a patch came to.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The tree, with what does not conflict.
    pub tree: TreeId,
    pub conflicts: Vec<Conflict>,
    /// Each file of the patch in `ours`.
    pub there: Vec<There>,
    /// What is put into the tree.
    edits: Vec<Delta>,
}

/// A file of a patch in the tree that it is merged onto.
#[derive(Clone, Debug)]
pub struct There {
    /// Its name there: another one if it was followed.
    pub path: RepoPath,
    /// What is there, if it is a file.
    pub file: Option<File>,
}

/// What one file is merged to; absent if it is not there then. Or what conflicts in it.
type SidesMerge = std::result::Result<Option<File>, Vec<Conflict>>;

impl Store {
    /// Merges what a patch does (`base` to `patched`) onto `ours`, file by file, in memory, as
    /// git does; a file that `ours` renamed is followed.
    ///
    /// # Errors
    ///
    /// The store itself; what conflicts is in [`Merged::conflicts`].
    pub fn merge(&self, base: TreeId, patched: TreeId, ours: TreeId) -> Result<Merged> {
        let (mut edits, mut conflicts, mut all_there) = (Vec::new(), Vec::new(), Vec::new());
        for Delta { path, old, new } in &*self.deltas(base, patched)? {
            let mut there = There { path: path.clone(), file: self.file(ours, path)? };
            if there.file.is_none()
                && old.is_some()
                && let Some(found) = self.renamed(base, ours, path)?
            {
                if new.is_none() {
                    let whole = Conflict::whole(path.as_str(), Reason::Renamed);
                    conflicts.push(Conflict { target: found.to_string(), ..whole });
                    all_there.push(there);
                    continue;
                }
                there = There { file: self.file(ours, &found)?, path: found };
            }
            all_there.push(there.clone());
            let There { path: target, file: there } = there;
            if old.is_none()
                && there.is_none()
                && let Some(found) = self.renamed_directory(base, ours, path)?
            {
                let whole = Conflict::whole(path.as_str(), Reason::DirectoryRenamed);
                conflicts.push(Conflict { target: found.to_string(), ..whole });
                continue;
            }
            match self.merge_sides([*old, *new, there])? {
                Ok(merged) if merged == there => {}
                Ok(merged) => edits.push(Delta { path: target, old: there, new: merged }),
                Err(found) => conflicts.extend(found.into_iter().map(|conflict| Conflict {
                    path: path.to_string(),
                    target: target.to_string(),
                    ..conflict
                })),
            }
        }
        self.make_room(ours, &mut edits, &mut conflicts)?;
        let tree = self.with(ours, &puts(&edits))?;
        Ok(Merged { tree, conflicts, there: all_there, edits })
    }

    /// The three-way merge of one file: base, patched and ours.
    fn merge_sides(&self, [old, new, there]: [Option<File>; 3]) -> Result<SidesMerge> {
        let whole = |reason| Ok(Err(vec![Conflict::whole("", reason)]));
        if there == new {
            return Ok(Ok(there));
        }
        if there == old {
            return Ok(Ok(new));
        }
        let (Some(new), Some(there)) = (new, there) else {
            return whole(if new.is_some() { Reason::Deleted } else { Reason::Changed });
        };
        let is_plain = |file: &File| file.mode.of_patch().is_some();
        if let Some(odd) = [there, new].iter().find(|side| !is_plain(side)) {
            let is_submodule = odd.mode == EntryMode::SUBMODULE;
            return whole(if is_submodule { Reason::Submodule } else { Reason::Link });
        }
        let old = old.filter(is_plain);
        let id = match old {
            Some(old) => match &*self.merge_file(old.id, new.id, there.id)? {
                Ok(id) => *id,
                Err(found) => return Ok(Err(found.clone())),
            },
            None if new.id == there.id => new.id,
            None => return whole(Reason::Added),
        };
        let modes = [old, Some(new), Some(there)].map(|side| side.map(|file| file.mode));
        match merge_modes(modes) {
            Some(mode) => Ok(Ok(Some(File { mode, id }))),
            None => whole(Reason::Mode),
        }
    }

    /// A file for which there is no room in `ours` conflicts. If a file is in the way of its
    /// directory, it gets the room, as in git: the other one is a side of the conflict.
    fn make_room(
        &self,
        ours: TreeId,
        edits: &mut Vec<Delta>,
        conflicts: &mut Vec<Conflict>,
    ) -> Result<()> {
        let gone = edits.iter().filter(|edit| edit.new.is_none());
        let left = self.with(ours, &puts(gone))?;
        let (mut made, mut cleared) = (Vec::new(), Vec::new());
        for edit in std::mem::take(edits) {
            let is_new = edit.old.is_none();
            let place = if is_new { self.place(left, &edit.path)? } else { Place::Free };
            let Some(reason) = obstacle(&place) else {
                made.push(edit);
                continue;
            };
            conflicts.push(Conflict::whole(edit.path.as_str(), reason));
            if let Place::Below(in_the_way) = place {
                cleared.push(in_the_way);
                made.push(edit);
            }
        }
        for conflict in conflicts.iter_mut().filter(|c| c.reason == Reason::Deleted) {
            let place = self.place(left, &path_of(&conflict.path)?)?;
            conflict.reason = obstacle(&place).unwrap_or(conflict.reason);
            if let Place::Below(in_the_way) = place {
                cleared.push(in_the_way);
            }
        }
        conflicts.sort_by(|one, two| one.path.cmp(&two.path));
        for path in cleared {
            made.push(Delta { old: self.file(ours, &path)?, new: None, path });
        }
        *edits = made;
        Ok(())
    }

    /// The three-way merge of one file's bytes: its blob, or the places that conflict.
    pub(crate) fn merge_file(
        &self,
        base: BlobId,
        patched: BlobId,
        ours: BlobId,
    ) -> Result<FileMerge> {
        if base == ours || patched == ours {
            return Ok(Rc::new(Ok(patched)));
        }
        if base == patched {
            return Ok(Rc::new(Ok(ours)));
        }
        try_kept(&self.merges, [base, patched, ours], || {
            let texts = [self.text(base)?, self.text(patched)?, self.text(ours)?];
            if texts.iter().any(|text| is_binary(text)) {
                return Ok(Rc::new(Err(vec![Conflict::whole("", Reason::Binary)])));
            }
            let (is_clean, merged, size) = self.merge_lines([base, patched, ours], &texts)?;
            if is_clean {
                return Ok(Rc::new(Ok(self.write_blob(&merged))));
            }
            let merged = lossy(&merged);
            let [base, _, ours] = texts.each_ref().map(|text| lossy(text));
            Ok(Rc::new(Err(conflicts_in(&merged, [&base, &ours], size))))
        })
    }

    /// The three-way merge of texts with diff3 markers: see [`merge_texts`].
    fn merge_lines(&self, ids: [BlobId; 3], texts: &[Rc<[u8]>; 3]) -> Result<TextMerge> {
        let mut options = git2::MergeFileOptions::new();
        let options = options.style_diff3(true);
        let [base, patched, ours] = texts.each_ref().map(|text| &**text);
        let blobs = [(ids[0], base), (ids[1], patched), (ids[2], ours)];
        let Some(named) = self.line_names.borrow_mut().named(blobs) else {
            return merge_texts(texts, options);
        };
        let (is_clean, merged) =
            merge_once(named.each_ref().map(|names| names.as_flattened()), MARKER, options)?;
        let size = if is_clean { MARKER } else { marker_size(texts) };
        Ok((is_clean, self.line_names.borrow().text_of(&merged, size), size))
    }

    /// The merge of one file with zdiff3 markers if it conflicts (git-merge-file(1)), and how
    /// long the markers are: longer than any run of their signs in the file. `labels` name the
    /// base, ours and the patch.
    ///
    /// # Errors
    ///
    /// A blob is missing.
    pub fn merge_with_markers(
        &self,
        [base, patched, ours]: [Option<BlobId>; 3],
        labels: [&str; 3],
    ) -> Result<(Vec<u8>, usize)> {
        let read = |id: Option<BlobId>| id.map_or(Ok(NOTHING.into()), |id| self.text(id));
        let texts = [read(base)?, read(patched)?, read(ours)?];
        let mut options = git2::MergeFileOptions::new();
        options.ancestor_label(labels[0]).our_label(labels[1]).their_label(labels[2]);
        let (_, merged, size) = merge_texts(&texts, options.style_zdiff3(true))?;
        Ok((merged, size))
    }

    /// Where `ours` has the file that `base` has at `path`: the same blob, or the most
    /// similar of those files that `base` lacks, unless that is more similar to another file
    /// that is gone.
    pub(crate) fn renamed(
        &self,
        base: TreeId,
        ours: TreeId,
        path: &RepoPath,
    ) -> Result<Option<RepoPath>> {
        let Some(file) = self.file(base, path)? else { return Ok(None) };
        let one_sided = self.one_sided(base, ours)?;
        // Whether a plain file can be executed makes no other file of it.
        let is_of_kind = |found: &File| {
            let [one, two] = [found.mode, file.mode].map(|mode| mode.of_patch().is_some());
            found.mode == file.mode || one && two
        };
        let others = |side: &'_ [(String, File)]| -> Vec<(usize, BlobId)> {
            let is_other =
                |(other, found): &&(String, File)| other != path.as_str() && is_of_kind(found);
            let side = side.iter().enumerate().filter(|(_, entry)| is_other(entry));
            side.map(|(index, (_, found))| (index, found.id)).collect()
        };
        let (added, gone) = (others(&one_sided.added), others(&one_sided.gone));
        let path_at = |index: usize| checked(&one_sided.added[index].0).map(Some);
        if let Some((index, _)) = added.iter().find(|(_, id)| *id == file.id) {
            return path_at(*index);
        }
        let own = self.signature(file.id)?;
        let mut best: Option<(usize, Rc<Signature>, usize)> = None;
        for (index, id) in added {
            // The first of equals.
            let least = best.as_ref().map_or(SIMILAR, |(.., score)| score + 1);
            if let Some((signature, score)) = self.similar(&own, id, least)? {
                best = Some((index, signature, score));
            }
        }
        let Some((index, signature, score)) = best else { return Ok(None) };
        for (_, id) in gone {
            if self.similar(&signature, id, score + 1)?.is_some() {
                return Ok(None);
            }
        }
        path_at(index)
    }

    /// Where a new file at `path` would be if it went with its directory, which `ours` renamed
    /// whole: git's directory rename. `path` itself if it is not clear where, or taken.
    fn renamed_directory(
        &self,
        base: TreeId,
        ours: TreeId,
        path: &RepoPath,
    ) -> Result<Option<RepoPath>> {
        for (at, _) in path.as_str().rmatch_indices('/') {
            let directory = path_of(&path.as_str()[..at])?;
            if self.place(ours, &directory)? == Place::Directory {
                return Ok(None);
            }
            let targets = self.directory_targets(base, ours, &directory)?;
            let most = targets.values().max().copied().unwrap_or(0);
            let mut best = targets.iter().filter(|(_, count)| **count == most);
            let Some((target, _)) = best.next() else { continue };
            let name = &path.as_str()[at + 1..];
            let moved = match target.as_str() {
                "" => path_of(name)?,
                target => path_of(&format!("{target}/{name}"))?,
            };
            let is_clear = best.next().is_none() && self.place(ours, &moved)? == Place::Free;
            return Ok(Some(if is_clear { moved } else { path.clone() }));
        }
        Ok(None)
    }

    /// The directories that the files below a directory went to, each with how many did.
    fn directory_targets(
        &self,
        base: TreeId,
        ours: TreeId,
        directory: &RepoPath,
    ) -> Result<BTreeMap<String, usize>> {
        let mut targets = BTreeMap::new();
        // Nothing is gone from where nothing was, as of a directory that a patch adds.
        if self.place(base, directory)? != Place::Directory {
            return Ok(targets);
        }
        for (path, _) in &self.one_sided(base, ours)?.gone {
            let below = path.strip_prefix(directory.as_str());
            let Some(below) = below.and_then(|rest| rest.strip_prefix('/')) else { continue };
            let Some(target) = self.renamed(base, ours, &checked(path)?)? else { continue };
            // What is below the directory is to be below the new one, whatever its own name is.
            let parent =
                |path: &str| path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
            let (inner, to) = (parent(below), parent(target.as_str()));
            let outer = match to.strip_suffix(&inner) {
                Some(outer) if inner.is_empty() => Some(outer),
                Some("") => Some(""),
                Some(outer) => outer.strip_suffix('/'),
                None => None,
            };
            if let Some(outer) = outer {
                *targets.entry(outer.to_owned()).or_insert(0) += 1;
            }
        }
        Ok(targets)
    }

    /// How similar a blob is, if that is at least `least`: most blobs' sizes show that it
    /// is not.
    fn similar(
        &self,
        signature: &Signature,
        id: BlobId,
        least: usize,
    ) -> Result<Option<(Rc<Signature>, usize)>> {
        let size = try_kept(&self.sizes, id, || -> Result<usize> {
            Ok(match self.kept.borrow().get(id.as_bytes()) {
                Some(bytes) => bytes.len(),
                None => self.disk.size(id)?,
            })
        })?;
        if signature.most(size) < least {
            return Ok(None);
        }
        let other = self.signature(id)?;
        let score = signature.similarity(&other);
        Ok((score >= least).then_some((other, score)))
    }

    fn signature(&self, id: BlobId) -> Result<Rc<Signature>> {
        try_kept(&self.signatures, id, || Ok(Rc::new(Signature::of(&self.blob(id)?))))
    }
}

impl Merged {
    /// The files in which the merge differs from the tree that it was made onto, in byte order of
    /// the paths.
    pub fn deltas(&self) -> impl Iterator<Item = &Delta> {
        let deltas: BTreeMap<&RepoPath, &Delta> =
            self.edits.iter().map(|edit| (&edit.path, edit)).collect();
        deltas.into_values().filter(|delta| delta.old != delta.new)
    }
}

/// What deltas put at each path, or nothing to delete it.
fn puts<'a>(deltas: impl IntoIterator<Item = &'a Delta>) -> Vec<(RepoPath, Option<File>)> {
    deltas.into_iter().map(|delta| (delta.path.clone(), delta.new)).collect()
}

fn path_of(path: &str) -> Result<RepoPath> {
    path.parse().map_err(|error: InvalidId| Failure::defect(error))
}

/// Why a file cannot go to a place, if it cannot.
const fn obstacle(place: &Place) -> Option<Reason> {
    match place {
        Place::Free | Place::File(_) => None,
        Place::Directory => Some(Reason::Directory),
        Place::Below(_) => Some(Reason::Below),
    }
}

/// The three-way merge of a plain file's mode: base, patched and ours. None if both changed it,
/// each in another way.
fn merge_modes([base, patched, ours]: [Option<EntryMode>; 3]) -> Option<EntryMode> {
    let [old, new, there] = [base, patched, ours].map(|mode| mode.and_then(EntryMode::of_patch));
    if there == new || new == old {
        ours
    } else if there == old {
        patched
    } else {
        None
    }
}

/// How long a conflict marker is, unless the texts have as long a one.
const MARKER: usize = 7;

/// Whether nothing conflicts, the merged text, and how long the markers are if something does.
type TextMerge = (bool, Vec<u8>, usize);

/// Merges texts: base, patched and ours.
fn merge_texts(texts: &[Rc<[u8]>; 3], options: &mut git2::MergeFileOptions) -> Result<TextMerge> {
    let mut merge = |size| merge_once(texts.each_ref().map(|text| &**text), size, options);
    let (is_clean, merged) = merge(MARKER)?;
    if is_clean {
        return Ok((true, merged, MARKER));
    }
    match marker_size(texts) {
        MARKER => Ok((false, merged, MARKER)),
        size => Ok((false, merge(size)?.1, size)),
    }
}

fn merge_once(
    texts: [&[u8]; 3],
    size: usize,
    options: &mut git2::MergeFileOptions,
) -> Result<(bool, Vec<u8>)> {
    // Only such a merge can be empty, of which git2 makes a slice without an address.
    let [base, patched, ours] = texts;
    if ours == base || ours == patched {
        return Ok((true, patched.to_vec()));
    }
    if patched == base {
        return Ok((true, ours.to_vec()));
    }
    let [base, patched, ours] = texts.map(|bytes| {
        let mut input = git2::MergeFileInput::new();
        input.content(bytes);
        input
    });
    options.marker_size(u16::try_from(size).unwrap_or(u16::MAX));
    let result = git2::merge_file(&base, &ours, &patched, Some(options))?;
    Ok((result.is_automergeable(), result.content().to_vec()))
}

/// How long markers have to be that stand in none of these texts.
fn marker_size(texts: &[Rc<[u8]>; 3]) -> usize {
    let longest = texts.iter().map(|text| longest_marker(text)).max().unwrap_or(0);
    if longest >= MARKER { 1 + longest } else { MARKER }
}

/// The longest run of a conflict marker's sign at the start of a line.
fn longest_marker(bytes: &[u8]) -> usize {
    let is_marker = |line: &&[u8]| matches!(line[0], b'<' | b'>' | b'=' | b'|');
    let run = |line: &[u8]| line.iter().take_while(|byte| **byte == line[0]).count();
    lines(bytes).filter(is_marker).map(run).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::store::tests::Memory;
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    #[test]
    fn a_marker_stands_at_the_start_of_a_line() {
        for (text, longest) in [
            ("", 0),
            ("a <<<<\n", 0),
            ("=", 1),
            ("<<<\n", 3),
            ("a\n|||||\n>>\n", 5),
            ("<<=\n", 2),
            ("a\n\n====", 4),
        ] {
            assert_eq!(longest_marker(text.as_bytes()), longest, "{text:?}");
        }
    }

    #[test]
    fn what_both_sides_emptied_is_empty() {
        let store = &Memory::new().store;
        let [text, empty] = ["a\n", ""].map(|text| store.write_blob(text.as_bytes()));
        let merge = |ids| store.merge_with_markers(ids, [""; 3]).unwrap();
        assert_eq!(merge([Some(text), Some(empty), None]), (vec![], MARKER));
        assert_eq!(merge([Some(text), Some(empty), Some(text)]), (vec![], MARKER));
        assert_eq!(merge([Some(text), Some(text), Some(empty)]), (vec![], MARKER));
        assert_eq!(merge([None, Some(text), Some(empty)]), (b"a\n".to_vec(), MARKER));
        assert_eq!(merge([None, Some(empty), Some(text)]), (b"a\n".to_vec(), MARKER));
    }

    /// Lines of which many are alike, some look like markers, and some end in another way.
    fn text() -> impl Strategy<Value = Vec<&'static str>> {
        let lines = [
            "a\n",
            "b\n",
            "\n",
            "a\r\n",
            "  c\n",
            "=======\n",
            "<<<<<<<<\n",
            "|||||||\n",
            "\u{e9}\n",
        ];
        proptest::collection::vec(prop::sample::select(lines.to_vec()), 1..40)
    }

    /// What becomes of a text: where it is cut, how many lines go there, and what comes.
    type Edit = (usize, usize, Vec<&'static str>);

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let new = vec![vec![], vec!["a\n"], vec!["new\n", "b\n"], vec!["\n"], vec!["no end"]];
        proptest::collection::vec((0_usize..40, 0_usize..3, prop::sample::select(new)), 0..4)
    }

    fn edited(text: &[&'static str], edits: &[Edit]) -> Rc<[u8]> {
        let mut lines = text.to_vec();
        for (at, length, new) in edits {
            let at = at % (lines.len() + 1);
            let end = (at + length).min(lines.len());
            lines.splice(at..end, new.iter().copied());
        }
        lines.concat().into_bytes().into()
    }

    #[test]
    fn lines_merge_by_their_names_as_libgit2_merges_them() {
        // One store, so that lines have names from other texts.
        let store = &Memory::new().store;
        let is_the_same = |(base, one, other): (Vec<&'static str>, Vec<Edit>, Vec<Edit>)| {
            let texts = [edited(&base, &[]), edited(&base, &one), edited(&base, &other)];
            let ids = texts.each_ref().map(|text| store.write_blob(text));
            let (is_clean, merged, size) = store.merge_lines(ids, &texts).unwrap();

            let mut options = git2::MergeFileOptions::new();
            let expected = merge_texts(&texts, options.style_diff3(true)).unwrap();
            prop_assert_eq!((is_clean, size), (expected.0, expected.2));
            if is_clean {
                prop_assert_eq!(&merged, &expected.1);
            }
            let [base, _, ours] = texts.each_ref().map(|text| lossy(text));
            let conflicts = |text: &[u8]| conflicts_in(&lossy(text), [&base, &ours], size);
            prop_assert_eq!(conflicts(&merged), conflicts(&expected.1));
            Ok(())
        };
        let mut runner = TestRunner::new(ProptestConfig::with_cases(2000));
        runner.run(&(text(), edits(), edits()), is_the_same).unwrap();
    }
}
