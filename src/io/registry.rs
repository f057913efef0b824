//! What a Bazel registry says of a release: the integrity of its archive.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::env::Environment;
use super::process::Call;
use crate::core::ids::{Release, Sri};
use crate::error::{PathContext as _, Result};

/// The Bazel Central Registry.
pub const CENTRAL: &str = "https://bcr.bazel.build";

/// The part of a `source.json` that is read here.
#[derive(Deserialize)]
struct Source {
    integrity: Sri,
}

/// The integrities in the registry's `source.json` of `module` at each of `releases`; one is
/// absent where the registry has no such version, or cannot be asked: then the archive is
/// simply not compared. `registry` is a URL, or a folder relative to `root`.
///
/// # Errors
///
/// There is no room for the answers.
pub fn integrities(
    env: &Environment,
    root: &Path,
    registry: &str,
    module: &str,
    releases: &[Release],
) -> Result<BTreeMap<Release, Sri>> {
    let registry = registry.trim_end_matches('/');
    let location = |release: &Release| format!("{registry}/modules/{module}/{release}/source.json");
    let read = |release: &Release, path: PathBuf| {
        let source = serde_json::from_slice::<Source>(&fs::read(path).ok()?).ok()?;
        Some((*release, source.integrity))
    };
    if !registry.starts_with("http://") && !registry.starts_with("https://") {
        let path = |release: &Release| {
            let location = location(release);
            root.join(location.strip_prefix("file://").unwrap_or(&location))
        };
        return Ok(releases.iter().filter_map(|release| read(release, path(release))).collect());
    }
    let Some(curl) = env.find_program("curl") else { return Ok(BTreeMap::new()) };
    let folder = tempfile::tempdir().at("create a folder in", &std::env::temp_dir())?;
    let answer = |release: &Release| folder.path().join(format!("{release}.json"));
    let mut call = Call::new(curl, env.directory()).args([
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
    let _ = Call { env: env.only(|_| true), ..call }.run();
    Ok(releases.iter().filter_map(|release| read(release, answer(release))).collect())
}
