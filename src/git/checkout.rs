//! Trees as files: for `export`, and for Bazel, which reads them from the user's cache.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use tempfile::TempDir;

use crate::git::tree::{Entry, EntryKind};
use crate::support::directory::Directory;
use crate::support::environment::is_executable;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::ids::CommitId;
use crate::support::path::resolve;
use crate::support::problem::Kind;

/// The end of the name of a directory that is not whole yet.
const STAGED: &str = ".patcher-new";

/// How the name of a temporary directory begins.
const TEMPORARY: &str = ".tmp";

/// No run looks at a tree for longer.
const LONGEST: Duration = Duration::from_secs(2 * 86_400);

/// Where a tree is to go: `directory` without links and `..`, which must be empty or absent.
///
/// # Errors
///
/// It holds something, or is no directory.
pub fn vacant(directory: &Path) -> Result<PathBuf> {
    vacant_but(directory, |_| false)
}

/// The same, if it holds nothing but what `stays`, by its name.
///
/// # Errors
///
/// As [`vacant`].
pub fn vacant_but(directory: &Path, stays: impl Fn(&str) -> bool) -> Result<PathBuf> {
    let resolved = resolve(directory);
    let refuse = |what: &str| {
        let message = format_args!("{} {what}", directory.display());
        Err(Failure::new(Kind::Input, message).hint("name a directory that is empty or absent"))
    };
    // What an interrupted run left is removed by the next one.
    let is_kept = |entry: &std::io::Result<fs::DirEntry>| {
        let name = entry.as_ref().ok().map(fs::DirEntry::file_name);
        name.is_none_or(|name| name != STAGED && !name.to_str().is_some_and(&stays))
    };
    match fs::read_dir(&resolved).map(|entries| !entries.into_iter().any(|e| is_kept(&e))) {
        Ok(false) => refuse("is not empty"),
        Err(error) if error.kind() == ErrorKind::NotADirectory => refuse("is no directory"),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at("read", directory),
        Ok(true) | Err(_) => Ok(resolved),
    }
}

/// Writes `entries` below `directory`, which is [`vacant`].
///
/// # Errors
///
/// The directory cannot be written; what was written is removed again, and nothing else.
pub fn export(entries: &[Entry], directory: &Path) -> Result<()> {
    make_whole(directory, |staged| write(entries, staged))
}

/// Has a [`vacant`] directory filled by `fill`, in another place from which it is moved: whoever
/// finds the directory finds all of it.
///
/// # Errors
///
/// As of `fill`, or it cannot be moved; then nothing is left.
pub fn make_whole(directory: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    // The outermost directory that this makes.
    let made = directory.ancestors().take_while(|directory| !directory.exists()).last();
    let parent = directory.parent().unwrap_or(directory);
    let staged = match (made, directory.file_name()) {
        (Some(_), Some(name)) => parent.join(format!(".{}{STAGED}", name.display())),
        _ => directory.join(STAGED),
    };
    let whole = remove_if_there(&staged).and_then(|()| {
        fs::create_dir_all(&staged).at("create", directory)?;
        fill(&staged)?;
        match made {
            Some(_) => fs::rename(&staged, directory).at("create", directory),
            None => move_all(&staged, directory),
        }
    });
    if whole.is_err() {
        // The reason for the failure matters more than one for the clean-up.
        let _ = remove_if_there(&staged);
        if let Some(made) = made.filter(|made| *made != directory) {
            let _ = fs::remove_dir_all(made);
        }
    }
    whole
}

fn remove_if_there(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).at("remove", directory),
        _ => Ok(()),
    }
}

/// Moves what is in a directory to the one that it is in. What comes in between stays.
fn move_all(staged: &Path, directory: &Path) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(staged).at("read", staged)? {
        names.push(entry.at("read", staged)?.file_name());
    }
    let moved = names.iter().enumerate().try_for_each(|(index, name)| {
        let to = directory.join(name);
        let is_free = fs::symlink_metadata(&to).is_err();
        let free = if is_free { Ok(()) } else { Err(ErrorKind::AlreadyExists.into()) };
        free.and_then(|()| fs::rename(staged.join(name), &to))
            .at("write", &to)
            .map_err(|e| (index, e))
    });
    match moved {
        Ok(()) => fs::remove_dir(staged).at("remove", staged),
        Err((index, failure)) => {
            for name in &names[..index] {
                let _ = fs::rename(directory.join(name), staged.join(name));
            }
            Err(failure)
        }
    }
}

/// The tree of `commit` in the cache, written there if it is not there unharmed.
///
/// # Errors
///
/// The cache cannot be written.
pub fn cached(cache: &Path, commit: CommitId, entries: &[Entry]) -> Result<PathBuf> {
    let trees = cache.join("trees");
    let directory = trees.join(commit.to_string());
    if is_intact(entries, &directory) {
        return Ok(directory);
    }
    let partial = temporary(&trees)?;
    let fresh = partial.path().join("tree");
    write(entries, &fresh)?;
    if is_intact(entries, &directory) {
        // Another patcher made it meanwhile, and may use it.
        return Ok(directory);
    }
    if directory.exists() {
        fs::remove_dir_all(&directory).at("remove", &directory)?;
    }
    fs::rename(&fresh, &directory).at("create", &directory)?;
    Ok(directory)
}

/// A directory in `trees` that is gone when it is dropped. Those of runs that were killed go, too.
fn temporary(trees: &Path) -> Result<TempDir> {
    fs::create_dir_all(trees).at("create", trees)?;
    for path in abandoned_in(trees) {
        let _ = fs::remove_dir_all(path);
    }
    let directory = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(trees);
    directory.at("create a directory in", trees)
}

/// The trees in the cache that runs left that were killed.
pub fn abandoned(cache: &Path) -> Vec<PathBuf> {
    abandoned_in(&cache.join("trees"))
}

fn abandoned_in(trees: &Path) -> Vec<PathBuf> {
    let is_old = |entry: &fs::DirEntry| {
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let age = changed.ok().and_then(|changed| changed.elapsed().ok());
        age.is_some_and(|age| age > LONGEST)
    };
    let is_temporary = |entry: &fs::DirEntry| {
        entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
    };
    let entries = fs::read_dir(trees).into_iter().flatten().flatten();
    entries.filter(|entry| is_temporary(entry) && is_old(entry)).map(|entry| entry.path()).collect()
}

/// A tree that is gone when it is dropped: for what is looked at once.
#[derive(Debug)]
pub struct Scratch {
    directory: TempDir,
}

impl Scratch {
    /// Writes `entries` into a directory below `cache`.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn new(cache: &Path, entries: &[Entry]) -> Result<Self> {
        let directory = temporary(&cache.join("trees"))?;
        let scratch = Self { directory };
        write(entries, &scratch.path())?;
        Ok(scratch)
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("tree")
    }
}

/// Whether a directory holds exactly `entries`.
pub fn holds(entries: &[Entry], directory: &Path) -> bool {
    let wanted = entries.iter().map(|entry| directory.join(entry.path.as_str()));
    let wanted: BTreeSet<PathBuf> = wanted.collect();
    is_intact(entries, directory) && files_below(directory).iter().all(|path| wanted.contains(path))
}

/// The files and links below a directory.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut pending = vec![directory.to_owned()];
    while let Some(directory) = pending.pop() {
        let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            let is_directory = path.is_dir() && !path.is_symlink();
            if is_directory { pending.push(path) } else { files.push(path) }
        }
    }
    files
}

/// Whether every file is there as it should be. Nobody adds files to the cache, but a
/// disk that was full once may have left some short.
fn is_intact(entries: &[Entry], directory: &Path) -> bool {
    let same = |entry: &Entry| is_same(entry, &directory.join(entry.path.as_str()));
    directory.is_dir() && entries.iter().all(same)
}

fn is_same(entry: &Entry, path: &Path) -> bool {
    if entry.kind == EntryKind::Directory {
        return path.is_dir() && !path.is_symlink();
    }
    if entry.kind == EntryKind::Symlink {
        let is_target = |target: PathBuf| target.as_os_str().as_encoded_bytes() == entry.content;
        return fs::read_link(path).is_ok_and(is_target);
    }
    let same_mode = is_executable(path) == (entry.kind == EntryKind::Executable);
    !path.is_symlink() && same_mode && fs::read(path).is_ok_and(|bytes| bytes == entry.content)
}

/// Makes `directory` hold exactly `entries`, and touches only what differs: what Bazel knows
/// of the rest stays true.
///
/// # Errors
///
/// The directory cannot be written.
pub fn replace(entries: &[Entry], directory: &Path) -> Result<()> {
    let is_stale = |entry: &&Entry| !is_same(entry, &directory.join(entry.path.as_str()));
    fs::create_dir_all(directory).at("create", directory)?;
    let wanted = entries.iter().map(|entry| directory.join(entry.path.as_str())).collect();
    prune(directory, &wanted)?;
    let stale: Vec<&Entry> = entries.iter().filter(is_stale).collect();
    for entry in &stale {
        let path = directory.join(entry.path.as_str());
        if path.is_symlink() || path.exists() {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    write(stale, directory)
}

/// Removes what is not `wanted`: files, and the directories that this leaves empty.
fn prune(directory: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).at("read", directory)? {
        let path = entry.at("read", directory)?.path();
        if path.is_dir() && !path.is_symlink() {
            prune(&path, wanted)?;
            let is_empty = fs::read_dir(&path).at("read", &path)?.next().is_none();
            if is_empty && !wanted.contains(&path) {
                fs::remove_dir(&path).at("remove", &path)?;
            }
        } else if !wanted.contains(&path) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

/// Writes `entries` below a directory. A link in it is not followed.
///
/// # Errors
///
/// The directory cannot be written.
pub fn write<'a>(entries: impl IntoIterator<Item = &'a Entry>, directory: &Path) -> Result<()> {
    fs::create_dir_all(directory).at("create", directory)?;
    let top = Rc::new(Directory::open(directory).at("open", directory)?);
    let mut last = (String::new(), top.clone());
    for entry in entries {
        let path = entry.path.as_str();
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if parent != last.0 {
            let below = below(&top, parent).at("create", &directory.join(parent))?;
            last = (parent.to_owned(), below);
        }
        write_entry(entry, &last.1, name).at("write", &directory.join(path))?;
    }
    Ok(())
}

/// The directory at a path, which is made if it is not there; a link in its place is none.
fn below(top: &Rc<Directory>, path: &str) -> std::io::Result<Rc<Directory>> {
    let mut directory = top.clone();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        directory.make_if_absent(name)?;
        directory = Rc::new(directory.enter(name)?);
    }
    Ok(directory)
}

fn write_entry(entry: &Entry, directory: &Directory, name: &str) -> std::io::Result<()> {
    if entry.kind == EntryKind::Directory {
        // If a file below it came before, it is there.
        return match directory.make_if_absent(name)? {
            true => Ok(()),
            false => directory.enter(name).map(drop),
        };
    }
    if entry.kind == EntryKind::Symlink {
        return directory.symlink(Path::new(OsStr::from_bytes(&entry.content)), name);
    }
    let mut file = directory.create(name)?;
    file.write_all(&entry.content)?;
    // Bazel's sandbox may run as another user: the umask must not decide who reads this.
    let mode = if entry.kind == EntryKind::Executable { 0o755 } else { 0o644 };
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::ids::BlobId;

    fn entry(path: &str) -> Entry {
        let path = path.parse().unwrap();
        Entry { path, kind: EntryKind::File, id: BlobId::NULL, content: b"1".into() }
    }

    #[test]
    fn a_path_is_judged_by_where_it_leads() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        fs::write(root.join("kept"), "").unwrap();
        for path in ["nonexist/..", ".", "a/b/../.."] {
            let failure = vacant(&root.join(path)).unwrap_err();
            assert!(failure.error.to_string().contains("is not empty"), "{path}");
        }
        assert!(vacant(&root.join("kept")).unwrap_err().error.to_string().contains("no directory"));
        assert_eq!(vacant(&root.join("a/../b/./c")).unwrap(), root.join("b/c"));
    }

    #[test]
    fn what_fails_removes_what_it_made_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let entries = [entry("a/b"), entry("a/b/c")];
        export(&entries, &directory.path().join("new/out")).unwrap_err();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let there = directory.path().join("there");
        fs::create_dir(&there).unwrap();
        fs::write(there.join("came-meanwhile"), "").unwrap();
        export(&entries, &there).unwrap_err();
        let left: Vec<_> = fs::read_dir(&there).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["came-meanwhile"]);
        fs::write(there.join("b"), "").unwrap();
        export(&[entry("a"), entry("b"), entry("c")], &there).unwrap_err();
        assert_eq!(fs::read_dir(&there).unwrap().count(), 2);
    }

    #[test]
    fn what_an_interrupted_run_left_is_not_in_the_way() {
        let directory = tempfile::tempdir().unwrap();
        let names = |at: &Path| fs::read_dir(at).unwrap().count();
        let (absent, there) = (directory.path().join("absent"), directory.path().join("there"));
        for left in [".absent.patcher-new/half", "there/.patcher-new/half"] {
            fs::create_dir_all(directory.path().join(left)).unwrap();
        }
        for out in [&absent, &there] {
            export(&[entry("a/b")], &vacant(out).unwrap()).unwrap();
            assert_eq!(fs::read(out.join("a/b")).unwrap(), b"1");
            assert_eq!(names(out), 1);
        }
        assert_eq!(names(directory.path()), 2);
    }

    #[test]
    fn what_a_killed_run_left_in_the_cache_goes() {
        let cache = tempfile::tempdir().unwrap();
        let trees = cache.path().join("trees");
        for name in [".tmpOld", ".tmpNew", "kept"] {
            fs::create_dir_all(trees.join(name).join("tree")).unwrap();
        }
        let old = std::time::SystemTime::now() - LONGEST - Duration::from_secs(60);
        for name in [".tmpOld", "kept"] {
            fs::File::open(trees.join(name)).unwrap().set_modified(old).unwrap();
        }
        drop(Scratch::new(cache.path(), &[entry("a")]).unwrap());
        assert!(!trees.join(".tmpOld").exists());
        assert!(trees.join(".tmpNew").exists() && trees.join("kept").exists());
        assert_eq!(fs::read_dir(trees).unwrap().count(), 2);
    }

    #[test]
    fn no_link_of_a_tree_is_written_through() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("victim"), "mine").unwrap();
        fs::create_dir(directory.path().join("victims")).unwrap();
        let link = |path: &str, target: &str| Entry {
            kind: EntryKind::Symlink,
            content: target.into(),
            ..entry(path)
        };
        for (link, file) in [
            (link("a", "../victim"), "a"),
            (link("a", "../victims"), "a/b"),
            (link("a/b", "../../victims"), "a/b/c/d"),
        ] {
            export(&[link, entry(file)], &directory.path().join("out")).unwrap_err();
            assert_eq!(fs::read(directory.path().join("victim")).unwrap(), b"mine");
            assert_eq!(fs::read_dir(directory.path().join("victims")).unwrap().count(), 0);
        }
    }
}
