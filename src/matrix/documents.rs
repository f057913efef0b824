//! Reading what `patcher matrix` wrote: files, and all JSON files of directories.

use std::path::{Path, PathBuf};

use crate::matrix::merge::Part;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::problem::Kind;

/// The documents at these paths, in the order of the paths, those of a directory by name.
///
/// # Errors
///
/// One cannot be read, is no document of `patcher matrix`, or there is none in a directory.
pub fn read(env: &Environment, paths: &[PathBuf]) -> Result<Vec<Part>> {
    let mut files = Vec::new();
    for path in paths {
        if env.directory().join(path).is_dir() {
            let before = files.len();
            add_files_of(env, path, &mut files)?;
            if files.len() == before {
                let message = format_args!("{}: no JSON file is in it", path.display());
                return Err(Failure::new(Kind::Input, message)
                    .hint("`patcher matrix --shard K/N --json FILE` writes one"));
            }
        } else {
            files.push(path.clone());
        }
    }
    files.iter().map(|file| read_one(env, file)).collect()
}

/// The document in a file.
///
/// # Errors
///
/// It cannot be read, or is no document of `patcher matrix`.
pub fn read_one(env: &Environment, path: &Path) -> Result<Part> {
    let bytes = file_read::read(&env.directory().join(path))
        .at("read", path)
        .map_err(|failure| failure.hint("`patcher matrix --json FILE` writes such a document"))?;
    Part::parse(&path.display().to_string(), &bytes)
}

/// Adds every JSON file below a directory, by name: artifacts that are downloaded have a directory
/// each.
fn add_files_of(env: &Environment, directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let absolute = env.directory().join(directory);
    let entries = absolute.read_dir().at("read", directory)?;
    let mut entries = entries.collect::<std::io::Result<Vec<_>>>().at("read", directory)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = directory.join(entry.file_name());
        if entry.file_type().at("read", &path)?.is_dir() {
            add_files_of(env, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    Ok(())
}
