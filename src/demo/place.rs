//! Where the sample is while the job is shown: in patcher's cache, always at the same place, so that
//! Bazel finds its outputs again and the next demo removes what a killed one left.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::demo::sample;
use crate::git::checkout;
use crate::git::mirror::Mirror;
use crate::git::tree::Entry;
use crate::git::upstream::Upstream;
use crate::project::site::Site;
use crate::support::environment::Environment;
use crate::support::failure::{Failure, PathContext as _, Result};
use crate::support::file_lock::FileLock;
use crate::support::tag_format::TagFormat;

/// A directory that is gone when it is dropped, and who works in it.
#[derive(Debug)]
pub struct Place {
    /// The environment, with the cache that the demo works with.
    pub env: Environment,
    /// The directory for the sample: absent.
    pub directory: PathBuf,
    /// The cache, if the user's cannot be used.
    own_cache: Option<TempDir>,
    _held: FileLock,
}

impl Place {
    /// Waits for other demos, and removes what they left. If there is no cache that can be
    /// written, all of it is in a temporary directory.
    ///
    /// # Errors
    ///
    /// Neither can be written.
    pub fn new(site: &Site<'_>) -> Result<Self> {
        let (mut env, mut own_cache) = (site.env.clone(), None);
        let held = match site.hold("demo") {
            Ok(held) => held,
            Err(_) => {
                let temporary = temporary(site.env)?;
                env = env.with("PATCHER_CACHE_DIR", temporary.path());
                own_cache = Some(temporary);
                Site { env: &env, ..*site }.hold("demo")?
            }
        };
        let directory = env.cache()?.join("demo");
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).at("remove", &directory)?;
            }
            _ => {}
        }
        Ok(Self { env, directory, own_cache, _held: held })
    }

    /// Copies the sample, and everything that was made of it, to a directory that is
    /// [`checkout::vacant`]. Fetches first, so that `patcher status` knows the releases there: a
    /// directory that is there is whole.
    ///
    /// # Errors
    ///
    /// The directory or the cache cannot be written.
    pub fn keep(&self, directory: &Path) -> Result<()> {
        if self.own_cache.is_none() {
            let (location, env) = (sample::UPSTREAM, &self.env);
            let (own, tags) = (&self.directory, &TagFormat::default());
            let upstream = Upstream { location, directory: own, tags, origin: None, env };
            let mirror = Mirror::of(env, directory, location)?;
            mirror.fetch(&upstream, &upstream.list()?)?;
        }
        checkout::export(&files(&self.directory)?, directory)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // If that fails, the next demo does it.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Whether an earlier demo was kept in a directory.
pub fn is_sample(directory: &Path) -> bool {
    directory.join(sample::UPSTREAM).is_dir() && directory.join(sample::CONSUMER).is_file()
}

fn temporary(env: &Environment) -> Result<TempDir> {
    let parent = env.directory().join(env.get("TMPDIR").unwrap_or("/tmp"));
    let directory = tempfile::Builder::new().prefix("patcher-demo-").tempdir_in(&parent);
    // The system's own text names a random directory.
    let directory = directory.map_err(|error| io::Error::from(error.kind()));
    directory.at("create a directory in", &parent).map_err(|failure| {
        let hint = "set PATCHER_CACHE_DIR or TMPDIR to a directory that you may write";
        Failure { hints: vec![hint.to_owned()], ..failure }
    })
}

/// Every file below a directory.
///
/// # Errors
///
/// One cannot be read.
pub(super) fn files(root: &Path) -> Result<Vec<Entry>> {
    let (mut files, mut pending) = (Vec::new(), vec![root.to_owned()]);
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).at("read", &directory)? {
            let path = entry.at("read", &directory)?.path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
            let name = name.parse().map_err(Failure::defect)?;
            files.push(Entry::file(name, fs::read(&path).at("read", &path)?));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}
