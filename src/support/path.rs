//! Where a path leads, and what in the cache belongs to it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use crate::support::ids::Sri;

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

/// The name in the cache of what belongs to a directory: the same by every path that leads to
/// it, so that two runs share its lock as they share its files.
pub fn cache_key(directory: &Path) -> String {
    Sri::of(resolve(directory).as_os_str().as_encoded_bytes()).hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
