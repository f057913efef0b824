//! Where an operation works: what it needs to know besides its options.

use std::path::Path;

use crate::git::mirror::Mirror;
use crate::git::store::Store;
use crate::project::config::{self, Config};
use crate::project::load::{self, Project};
use crate::project::lock::Lock;
use crate::project::upstream::Upstream;
use crate::project::workspace::Workspace;
use crate::support::download;
use crate::support::environment::{CACHE, Environment};
use crate::support::failure::{Failure, Result};
use crate::support::file_lock::FileLock;
use crate::support::location::hide_credentials;
use crate::support::look::Meaning;
use crate::support::path::cache_key;
use crate::support::problem::Kind;
use crate::support::progress::Progress;

/// A project's directory on this machine, and whoever wants to hear of progress.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// The environment of the process.
    pub env: &'a Environment,
    pub root: &'a Path,
    /// Whether the network must not be used.
    pub is_offline: bool,
    pub progress: &'a dyn Progress,
}

impl Site<'_> {
    /// The project's files.
    ///
    /// # Errors
    ///
    /// There is no such directory.
    pub fn workspace(&self) -> Result<Workspace> {
        if self.root.is_dir() {
            return Ok(Workspace::new(self.root));
        }
        let fault =
            if self.root.exists() { "is no directory" } else { "there is no such directory" };
        let message = format_args!("{}: {fault}", self.root.display());
        Err(Failure::new(Kind::Input, message).hint("name the project's directory with -C"))
    }

    /// The same, if there is a project in it: in any other directory, nothing is to be left.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn with_project(&self) -> Result<Workspace> {
        let workspace = self.workspace()?;
        if Project::is_in(&workspace) { Ok(workspace) } else { Err(load::missing(&workspace)) }
    }

    /// Stops if patcher.toml cannot be understood: it says which series there are, so that whatever
    /// else is wrong may only follow from it.
    ///
    /// # Errors
    ///
    /// Its first fault.
    pub fn ensure_settings(&self) -> Result<()> {
        let Ok(workspace) = self.workspace() else { return Ok(()) };
        let Some(text) = load::read_text(&workspace, config::FILE)? else { return Ok(()) };
        Ok(Config::parse(&text).map(drop)?)
    }

    /// The project, read.
    ///
    /// # Errors
    ///
    /// As [`Site::workspace`]; what is wrong with the project's files is in the project.
    pub fn project(&self) -> Result<Project> {
        Ok(Project::load(self.workspace()?))
    }

    /// The bytes at a URL, unless the network must not be used.
    ///
    /// # Errors
    ///
    /// The network must not be used, nothing is there, or it cannot be reached.
    pub fn fetch(&self, url: &str) -> Result<Vec<u8>> {
        let shown = hide_credentials(url);
        if self.is_offline {
            let message = format_args!("--offline forbids getting {shown}");
            return Err(Failure::new(Kind::Environment, message)
                .hint("download it and name the file; the rest needs no network"));
        }
        download::get(self.env, url)?.ok_or_else(|| {
            Failure::new(Kind::Environment, format_args!("there is nothing at {shown}"))
        })
    }

    /// The mirror of the locked upstream.
    ///
    /// # Errors
    ///
    /// There is no cache.
    pub fn mirror(&self, lock: &Lock) -> Result<Mirror> {
        let Upstream { url, tag, .. } = &lock.upstream;
        Ok(Mirror::of(self.env, self.root, url)?.tagged(tag))
    }

    /// The mirror's objects, without fetching any.
    ///
    /// # Errors
    ///
    /// Nothing was fetched yet.
    pub fn store(&self, lock: &Lock) -> Result<Store> {
        let mirror = self.mirror(lock)?;
        if !mirror.exists() {
            let Upstream { module, url, .. } = &lock.upstream;
            return Err(self.not_fetched(&format!("{module} was not fetched yet"), url, &mirror));
        }
        Ok(Store::open(&mirror.objects())?.of_upstream(&lock.upstream.url))
    }

    /// A failure because there is no mirror of the upstream at `url`, with its place and the ways
    /// out.
    pub fn not_fetched(&self, what: &str, url: &str, mirror: &Mirror) -> Failure {
        let (url, place) = (hide_credentials(url), mirror.directory().display());
        let message = format_args!("{what}: there is no mirror of {url} at {place}");
        let failure = Failure::new(Kind::Environment, message)
            .hint("`patcher sync --dry-run` fetches it, with `--upstream PATH` from a clone");
        match self.env.get(CACHE) {
            Some(cache) => {
                failure.hint(format!("or set {CACHE}, which is {cache}, to a cache that has it"))
            }
            None => failure,
        }
    }

    /// Keeps other processes out of a part of the cache, until the result is dropped.
    ///
    /// # Errors
    ///
    /// The cache cannot be written.
    pub fn hold(&self, name: &str) -> Result<FileLock> {
        FileLock::acquire(&self.env.cache()?, name, || self.report_waiting())
    }

    /// Keeps other processes out of a directory that those with another cache may write, too: see
    /// [`FileLock::of_directory`].
    pub fn hold_directory(&self, directory: &Path) -> Option<FileLock> {
        FileLock::of_directory(directory, || self.report_waiting())
    }

    fn report_waiting(&self) {
        self.progress.status(
            Meaning::Running,
            "Waiting",
            "for another patcher that is at the same thing",
        );
    }

    /// The same, for the workspace in which the project's scenarios run.
    ///
    /// # Errors
    ///
    /// As [`Site::hold`].
    pub fn hold_suite(&self) -> Result<FileLock> {
        self.hold(&format!("repro-{}", cache_key(self.root)))
    }
}
