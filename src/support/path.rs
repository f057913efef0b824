//! Where a path leads, and what in the cache belongs to it.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustix::fs::{Access, access};

use crate::support::failure::{Failure, Result};
use crate::support::ids::Sri;
use crate::support::problem::Kind;

/// The path that `path` leads to: symbolic links are followed as far as there are any, those to
/// what is not there yet as well, and `..` leaves the directory that comes before it, be it there
/// or not.
pub fn resolve(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            part => {
                resolved.push(part);
                resolved = match fs::canonicalize(&resolved) {
                    Ok(canonical) => canonical,
                    // A circle of links is another error.
                    Err(error) if error.kind() == ErrorKind::NotFound => behind(resolved),
                    Err(_) => resolved,
                };
            }
        }
    }
    resolved
}

/// Where a link leads that leads to nothing; any other path stays.
fn behind(path: PathBuf) -> PathBuf {
    match (fs::read_link(&path), path.parent()) {
        (Ok(target), Some(directory)) => resolve(&directory.join(target)),
        _ => path,
    }
}

/// Stops if no files can be written below a directory, which need not be there: this is found out
/// before anything is done that is to be written. `flag` names another one.
///
/// # Errors
///
/// What is in the way, or that it must not be written.
pub fn ensure_writable(directory: &Path, flag: &str) -> Result<()> {
    let there = directory.ancestors().find(|path| fs::symlink_metadata(path).is_ok());
    let there = there.unwrap_or(Path::new("/"));
    let refuse = |kind, what: &str, way_out: &str| {
        let culprit = match there == directory {
            true => "it".to_owned(),
            false => there.display().to_string(),
        };
        let message = format_args!("cannot write into {}: {culprit} {what}", directory.display());
        Err(Failure::new(kind, message)
            .hint(format!("{way_out}, or name another directory: `{flag} DIR`")))
    };
    if !there.is_dir() {
        return refuse(Kind::Input, "is no directory", "move it away");
    }
    match access(there, Access::WRITE_OK | Access::EXEC_OK) {
        Err(error) => {
            let what = format!("must not be written: {}", io::Error::from(error));
            refuse(Kind::Environment, &what, "allow it")
        }
        Ok(()) => Ok(()),
    }
}

/// Whether there is a file at a path.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Which directory this is, whatever its path: another one that takes its place has another
/// identity, also if the file system gives its number again.
pub fn identity(directory: &Path) -> Option<String> {
    let metadata = fs::metadata(directory).ok()?;
    let made = metadata.created().ok().and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    Some(format!("{}-{}", metadata.ino(), made.unwrap_or_default().as_nanos()))
}

/// The name in the cache of what belongs to a directory: the same by every path that leads to
/// it, so that two runs share its lock as they share its files.
pub fn cache_key(directory: &Path) -> String {
    Sri::of(resolve(directory).as_os_str().as_encoded_bytes()).hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_made_anew_is_another_one() {
        let temporary = tempfile::tempdir().unwrap();
        let directory = temporary.path().join("project");
        fs::create_dir(&directory).unwrap();
        let before = identity(&directory);
        fs::write(directory.join("file"), "").unwrap();
        assert!(before.is_some() && identity(&directory) == before);
        fs::rename(&directory, temporary.path().join("moved")).unwrap();
        assert_eq!(identity(&directory), None);
        fs::create_dir(&directory).unwrap();
        assert_ne!(identity(&directory), before);
        assert_eq!(identity(&temporary.path().join("moved")), before);
    }

    #[test]
    fn what_is_in_the_way_of_a_directory_is_named() {
        let temporary = tempfile::tempdir().unwrap();
        let at = |name: &str| temporary.path().join(name);
        fs::write(at("file"), "").unwrap();
        std::os::unix::fs::symlink("gone", at("link")).unwrap();
        for name in ["", "absent", "absent/below"] {
            assert!(ensure_writable(&at(name), "--output").is_ok(), "{name}");
        }
        let file = at("file").display().to_string();
        for (name, culprit) in [("file", "it"), ("file/a/b", &file), ("link", "it")] {
            let failure = ensure_writable(&at(name), "--output").unwrap_err();
            let asked = at(name);
            let message =
                format!("cannot write into {}: {culprit} is no directory", asked.display());
            assert_eq!(failure.message(), message);
            let hint = "move it away, or name another directory: `--output DIR`";
            assert_eq!(failure.hints, [hint]);
        }
    }

    #[test]
    fn every_path_to_a_directory_gives_one_key() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().canonicalize().unwrap();
        fs::create_dir(root.join("project")).unwrap();
        std::os::unix::fs::symlink("project", root.join("link")).unwrap();
        let key = cache_key(&root.join("project"));
        for path in ["link", "project/", "project/.", "link/../project", "absent/../link"] {
            assert_eq!(cache_key(&root.join(path)), key, "{path}");
        }
        assert_eq!(cache_key(&root.join("link/new")), cache_key(&root.join("project/new")));
        assert_ne!(cache_key(&root), key);
        // The key stays when the directory is made.
        let key = cache_key(&root.join("absent/new"));
        for (link, target) in [("to-absent", "absent/new"), ("to-link", "to-absent")] {
            std::os::unix::fs::symlink(target, root.join(link)).unwrap();
            assert_eq!(cache_key(&root.join(link)), key, "{link}");
        }
        fs::create_dir_all(root.join("absent/new")).unwrap();
        assert_eq!(cache_key(&root.join("to-link")), key);
        std::os::unix::fs::symlink("circle", root.join("circle")).unwrap();
        assert_eq!(resolve(&root.join("circle")), root.join("circle"));
    }
}
