//! Applying a patch to a tree, exactly.

use std::borrow::Cow;
use std::rc::Rc;

use super::{NOTHING, Store};
use crate::git::tree::File;
use crate::patch::apply::{apply, covered, restored, split_lines};
use crate::patch::repeats::Repeats;
use crate::patch::{BlobName, Change, FilePatch, Patch, diff};
use crate::support::failure::Result;
use crate::support::ids::TreeId;
use crate::support::problem::{Kind, Problem};
use crate::support::text::counted;

/// The way out for a patch that does not fit.
const AGAIN: &str = "make it again at the pinned commit: `git am` the patches before it, change \
                     the files, `git format-patch --full-index`";

/// The way out for a patch that lost blanks which belong to its content.
const RESTORE: &str = "restore the patch from git, and exclude patches from the hook: \
                       `patcher edit` changes content";

/// What applying a patch came to.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The tree after it; absent if it does not apply.
    pub tree: Option<TreeId>,
    /// What is wrong with it at this tree.
    pub problems: Vec<Problem>,
    /// The patch's files with full blob ids, and with more context if a hunk needs it.
    pub files: Vec<FilePatch>,
}

/// A file that a patch applies to.
struct FileApplied {
    /// As in [`Applied::files`].
    patch: FilePatch,
    /// The file after it, if it is there then.
    after: Option<File>,
    problems: Vec<Problem>,
}

/// What came of one file of a patch.
struct Made<'a> {
    /// The file before it.
    bytes: Rc<[u8]>,
    /// The patch with the blanks that it lacked, on so many lines.
    restored: Cow<'a, FilePatch>,
    lost: usize,
    before: Option<File>,
    after: Option<File>,
    /// Whether the patch says that this comes of it.
    is_stated: bool,
}

impl Store {
    /// Applies a patch exactly: every pre-image blob as stated, an added file not there
    /// before, no offset, no fuzz; and asks of each hunk that its pre-image stands in the
    /// file only once. `label` is the patch's path for messages.
    ///
    /// # Errors
    ///
    /// The store itself; what is wrong with the patch is in [`Applied::problems`].
    pub fn apply(&self, tree: TreeId, patch: &Patch, label: &str) -> Result<Applied> {
        let mut applied = Applied::default();
        let mut edits = Vec::new();
        for file in &patch.files {
            match self.apply_file(tree, file, label)? {
                Ok(FileApplied { patch, after, problems }) => {
                    edits.push((patch.path.clone(), after));
                    applied.files.push(patch);
                    applied.problems.extend(problems);
                }
                Err(problem) => applied.problems.push(problem),
            }
        }
        if edits.len() == patch.files.len() {
            applied.tree = Some(self.with(tree, &edits)?);
        }
        Ok(applied)
    }

    /// The tree after a patch, if it applies exactly, without asking whether a hunk would fit in
    /// other places, too.
    ///
    /// # Errors
    ///
    /// The store itself.
    pub fn tree_after(&self, tree: TreeId, patch: &Patch) -> Result<Option<TreeId>> {
        let mut edits = Vec::new();
        for file in &patch.files {
            let Ok(made) = self.make_file(tree, file, "")? else { return Ok(None) };
            edits.push((file.path.clone(), made.after));
        }
        Ok(Some(self.with(tree, &edits)?))
    }

    /// The same for one file of a patch, with what is wrong with it: the inner error if it does
    /// not apply.
    fn apply_file(
        &self,
        tree: TreeId,
        file: &FilePatch,
        label: &str,
    ) -> Result<Result<FileApplied, Problem>> {
        let Made { bytes, restored, lost, before, after, is_stated } =
            match self.make_file(tree, file, label)? {
                Ok(made) => made,
                Err(problem) => return Ok(Err(problem)),
            };
        let problem =
            |line: usize, message: String| Problem::new(Kind::Finding, label, message).at(line);
        let stripped = stripped(file);
        let mut problems = Vec::new();
        if lost > 0 {
            let (blanks, _) = loss(&restored, stripped.max(lost));
            let hint = "`patcher sync` writes them again";
            problems.push(problem(file.line, blanks).hint(hint).mendable());
        }
        let repeated = repeated(&restored, &bytes);
        for (line, count) in &repeated {
            let path = &file.path;
            let message =
                format!("the lines that the hunk looks for stand {count} times in {path}");
            let hint = "quilt and Bazel may pick another place: `patcher sync` adds context";
            problems.push(problem(*line, message).hint(hint).mendable());
        }
        if !is_stated {
            let message = format!("makes another {} than its index line says", file.path);
            problems.push(if stripped > 0 {
                let (blanks, restore) = loss(&restored, stripped);
                problem(file.line, format!("{message}: {blanks}")).hint(restore)
            } else {
                let hint = "if that is meant, `patcher sync` picks it up; else restore the patch";
                problem(file.line, message).hint(hint).of_content()
            });
        }
        let mut patch = restored.into_owned();
        patch.old = BlobName::from(before.map(|before| before.id));
        patch.new = BlobName::from(after.map(|after| after.id));
        if !repeated.is_empty() {
            let patched = after.map_or(Ok(NOTHING.into()), |after| self.text(after.id))?;
            // What an exact patch made has only lines that a patch can hold.
            patch.hunks = diff::hunks(&bytes, &patched).unwrap_or(patch.hunks);
        }
        Ok(Ok(FileApplied { patch, after, problems }))
    }

    /// One file of a patch, applied exactly; the inner error is why it does not apply.
    fn make_file<'a>(
        &self,
        tree: TreeId,
        file: &'a FilePatch,
        label: &str,
    ) -> Result<Result<Made<'a>, Problem>> {
        let problem =
            |line: usize, message: String| Problem::new(Kind::Finding, label, message).at(line);
        let before = self.file(tree, &file.path)?;
        if let Some(message) = mismatch(file, before) {
            return Ok(Err(problem(file.line, message).hint(AGAIN)));
        }
        let bytes = before.map_or(Ok(NOTHING.into()), |file| self.text(file.id))?;
        let (restored, lost) = restored(&bytes, file);
        let patched = match apply(&bytes, &restored) {
            Ok(patched) => patched,
            Err(misfit) => return Ok(Err(problem(misfit.line, misfit.message).hint(AGAIN))),
        };
        let id = (file.change != Change::Delete).then(|| self.write_blob(&patched));
        let is_stated = file.new.names(id);
        if lost > 0 && !is_stated {
            let (blanks, restore) = loss(&restored, stripped(file).max(lost));
            return Ok(Err(problem(file.line, blanks).hint(restore)));
        }
        if id.is_none() && !patched.is_empty() {
            let message = format!("deletes {} and leaves lines of it", file.path);
            return Ok(Err(problem(file.line, message).hint(AGAIN)));
        }
        let after = id.map(|id| File { mode: file.mode.into(), id });
        Ok(Ok(Made { bytes, restored, lost, before, after, is_stated }))
    }
}

/// How many empty context lines lack their space in a patch.
fn stripped(file: &FilePatch) -> usize {
    file.hunks.iter().map(|hunk| hunk.stripped).sum()
}

/// The hunks of a changed file whose lines stand in it at several places, by their lines of the
/// patch file, each with how many places there are.
fn repeated(file: &FilePatch, before: &[u8]) -> Vec<(usize, usize)> {
    if file.change != Change::Modify {
        return Vec::new();
    }
    let repeats = Repeats::of(&split_lines(before));
    let counts = file.hunks.iter().map(|hunk| (hunk.line, repeats.count(&covered(hunk))));
    counts.filter(|(_, count)| *count > 1).collect()
}

/// What the ends of so many lines of a patch lost, and the way out if it belongs to the content.
fn loss(restored: &FilePatch, lines: usize) -> (String, &'static str) {
    let lines = counted(lines, "line");
    let mut texts = restored.hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| &line.text);
    if texts.any(|text| text.ends_with("\r\n")) {
        let message =
            format!("the carriage returns of {lines} were stripped, as `core.autocrlf` does");
        (message, "restore the patch, and write `*.patch -text` into .gitattributes before")
    } else {
        let message =
            format!("the trailing blanks of {lines} were stripped, as a whitespace hook does");
        (message, RESTORE)
    }
}

/// Why `file` cannot be applied to what is there before.
fn mismatch(file: &FilePatch, before: Option<File>) -> Option<String> {
    let path = &file.path;
    let found = || before.map_or_else(|| "nothing".to_owned(), |before| before.id.short());
    let mode = before.map(|before| (before.mode, before.mode.of_patch()));
    match (file.change, mode) {
        (Change::Add, Some(_)) => Some(format!("adds {path}, which is there already")),
        (Change::Modify | Change::Delete, None) => {
            Some(format!("changes {path}, which is not there"))
        }
        (_, Some((_, None))) => Some(format!("{path} is no plain file")),
        (_, Some((raw, Some(mode)))) if mode != file.mode => {
            Some(format!("{path} has mode {raw}, not {}", file.mode.as_str()))
        }
        _ => (!file.old.names(before.map(|before| before.id))).then(|| {
            let wanted = file.old.to_string();
            format!("was made for another {path}: blob {wanted:.12}, here is {}", found())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::tree::EntryMode;
    use crate::patch::FileMode;
    use crate::support::ids::BlobId;

    #[test]
    fn a_patch_says_what_has_to_be_there() {
        let id = BlobId::new([7; 20]);
        let there = |mode| Some(File { mode, id });
        let wrong = |change, before| {
            let file = FilePatch {
                path: "f".parse().unwrap(),
                change,
                mode: FileMode::Regular,
                old: BlobName::from((change != Change::Add).then_some(id)),
                new: BlobName::from(None),
                hunks: Vec::new(),
                line: 1,
            };
            mismatch(&file, before).unwrap_or_default()
        };
        assert_eq!(wrong(Change::Modify, there(EntryMode::FILE)), "");
        assert_eq!(wrong(Change::Add, None), "");
        let nothing = "changes f, which is not there";
        assert_eq!(
            [Change::Modify, Change::Delete].map(|change| wrong(change, None)),
            [nothing; 2]
        );
        let link = there(EntryMode::SYMLINK);
        assert_eq!(wrong(Change::Modify, link), "f is no plain file");
        assert_eq!(
            wrong(Change::Modify, there(EntryMode::EXECUTABLE)),
            "f has mode 100755, not 100644"
        );
        assert_eq!(wrong(Change::Add, link), "adds f, which is there already");
    }
}
