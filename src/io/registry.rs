//! What a Bazel registry says of a release: the integrity of its archive.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::env::Environment;
use super::process::Call;
use crate::core::ids::{Release, Sri};

/// The Bazel Central Registry.
pub const CENTRAL: &str = "https://bcr.bazel.build";

/// The part of a `source.json` that is read here.
#[derive(Deserialize)]
struct Source {
    integrity: Sri,
}

/// The integrity in the registry's `source.json` for `module` at `release`; `None` where
/// the registry has no such version, or cannot be asked: then the archive is simply not
/// compared. `registry` is a URL, or a folder relative to `root`.
pub fn integrity(
    env: &Environment,
    root: &Path,
    registry: &str,
    module: &str,
    release: &Release,
) -> Option<Sri> {
    let location =
        format!("{}/modules/{module}/{release}/source.json", registry.trim_end_matches('/'));
    let bytes = if location.starts_with("http://") || location.starts_with("https://") {
        let args = ["--fail", "--silent", "--location", "--max-time", "20"];
        let call =
            Call::new(env.find_program("curl")?, env.directory()).args(args).args([&location]);
        let output = Call { env: env.only(|_| true), ..call }.run().ok()?;
        (output.code == Some(0)).then_some(output.stdout)?
    } else {
        let path = location.strip_prefix("file://").unwrap_or(&location);
        fs::read(root.join(path)).ok()?
    };
    serde_json::from_slice::<Source>(&bytes).ok().map(|source| source.integrity)
}
