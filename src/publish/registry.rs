//! What a Bazel registry says of a release: the integrity of its archive. And what a registry's
//! directory holds of a module.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::project::site::Site;
use crate::publish::registry_index::{self, Files, REGISTRY_FILE};
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_read;
use crate::support::ids::{Release, Sri};
use crate::support::problem::Kind;
use crate::support::process::Call;

pub const CENTRAL: &str = "https://bcr.bazel.build";

/// The part of a `source.json` that is read here.
#[derive(Deserialize)]
struct Source {
    integrity: Sri,
}

/// The integrities in the registry's `source.json` of `module` at each of `releases`; one is
/// absent if the registry has no such version, or cannot be asked: then the archive is
/// simply not compared. `registry` is a URL, or a directory relative to the project's.
///
/// # Errors
///
/// There is no room for the answers.
pub fn integrities(
    site: &Site<'_>,
    registry: &str,
    module: &str,
    releases: &[Release],
) -> Result<BTreeMap<Release, Sri>> {
    let registry = registry.trim_end_matches('/');
    let location = |release: &Release| format!("{registry}/modules/{module}/{release}/source.json");
    let read = |release: &Release, path: PathBuf| {
        let source = serde_json::from_slice::<Source>(&file_read::read(&path).ok()?).ok()?;
        Some((*release, source.integrity))
    };
    if !registry.starts_with("http://") && !registry.starts_with("https://") {
        let path = |release: &Release| {
            let location = location(release);
            site.root.join(location.strip_prefix("file://").unwrap_or(&location))
        };
        return Ok(releases.iter().filter_map(|release| read(release, path(release))).collect());
    }
    let Some(curl) = site.env.find_program("curl") else { return Ok(BTreeMap::new()) };
    let directory = tempfile::tempdir().at("create a directory in", &std::env::temp_dir())?;
    let answer = |release: &Release| directory.path().join(format!("{release}.json"));
    let mut call = Call::new(curl, site.env.directory()).args([
        "--fail",
        "--silent",
        "--location",
        "--parallel",
        "--connect-timeout",
        "10",
        "--max-time",
        "30",
    ]);
    for release in releases {
        call = call.args(["--output".as_ref(), answer(release).as_os_str()]);
        call = call.args([location(release)]);
    }
    // What did not come is absent, whatever curl says of it.
    let _ = Call { env: site.env.only(|_| true), ..call }.run();
    Ok(releases.iter().filter_map(|release| read(release, answer(release))).collect())
}

/// What the registry in `directory` holds of `module`, by paths in it; nothing if there is no
/// such directory, or an empty one.
///
/// # Errors
///
/// It holds something else, or cannot be read.
pub fn read_index(directory: &Path, module: &str) -> Result<Files> {
    let mut files = Files::new();
    let is_empty = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(files),
        entries => entries.at("read", directory)?.next().is_none(),
    };
    let has = |name: &str| directory.join(name).exists();
    if !is_empty && !has(REGISTRY_FILE) && !has("modules") {
        let message = format_args!("{} is no registry", directory.display());
        return Err(Failure::new(Kind::Input, message)
            .hint(format!("name a directory that is empty or absent, or has a {REGISTRY_FILE}")));
    }
    if has(REGISTRY_FILE) {
        let path = directory.join(REGISTRY_FILE);
        files.insert(REGISTRY_FILE.to_owned(), file_read::read(&path).at("read", &path)?);
    }
    let mut pending = vec![registry_index::directory(module)];
    while let Some(below) = pending.pop() {
        let path = directory.join(&below);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.at("read", &path)?,
        };
        for entry in entries {
            let entry = entry.at("read", &path)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, name) = (entry.path(), format!("{below}/{name}"));
            if path.is_dir() {
                pending.push(name);
            } else if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                // A name with a dot is a temporary file of a run that was cut short.
                files.insert(name, file_read::read(&path).at("read", &path)?);
            }
        }
    }
    Ok(files)
}
